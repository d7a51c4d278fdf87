/*
 * The kinds of item: one row each, with its fields, states and moves. A new kind is rows here and,
 * only if it does something no other does, a function in daemon/domain.
 *
 * L, T ... make a field: LINE and TEXT (name, bound in bytes, level where it shows, who may change
 * it, help).
 */
#include "kinds.h"

#include "words.h"

#define OWN (WHO_OWNER | WHO_LEAD)
#define DOER (WHO_OWNER | WHO_EXECUTOR | WHO_LEAD)
#define HIM WHO_PERSON
#define ANY (WHO_OWNER | WHO_EXECUTOR | WHO_LEAD | WHO_PERSON | WHO_PROCESS)

#define F(n, t, m, lvl, w, fl, h)                                                                  \
	{                                                                                          \
		.name = n, .type = t, .max = m, .level = LEVEL_##lvl, .who = w, .flags = fl,       \
		.help = h                                                                          \
	}
#define LINE(n, m, lvl, w, fl, h) F(n, T_LINE, m, lvl, w, (fl) | F_PRIVATE, h)
#define TEXT(n, m, lvl, w, fl, h) F(n, T_TEXT, m, lvl, w, (fl) | F_PRIVATE, h)
#define WORD(n, list, lvl, w, fl, h)                                                               \
	{                                                                                          \
		.name = n, .type = T_WORD, .words = list, .level = LEVEL_##lvl, .who = w,          \
		.flags = fl, .help = h                                                             \
	}
#define RANGE(n, from, to, lvl, w, h)                                                              \
	{                                                                                          \
		.name = n, .type = T_INT, .lo = from, .hi = to, .level = LEVEL_##lvl, .who = w,    \
		.help = h                                                                          \
	}
#define END                                                                                        \
	{                                                                                          \
		.name = NULL                                                                       \
	}
#define END_MOVES                                                                                  \
	{                                                                                          \
		.verb = NULL                                                                       \
	}

/* Most kinds say the same thing in three depths: one line for who must only know that it runs, a
 * core for who works beside it, and the whole text. */
#define SIGNAL                                                                                     \
	LINE("signaal", 200, SIGNAAL, OWN, 0, N_("one line for who must only know that it runs"))
#define CORE                                                                                       \
	TEXT("kern", 1000, KERN, OWN, 0, N_("what another must know to act well, written for him"))

static const struct field doel_fields[] = {
	TEXT("inhoud", 2000, SIGNAAL, OWN | HIM, F_REQUIRED,
	     N_("the goal, so that everybody can work with it")),
	F("eigenaar", T_PERSON, 0, KERN, WHO_LEAD, 0,
	  N_("whose goal it is: the person, unless it says otherwise")),
	F("hoger", T_BOOL, 0, SIGNAAL, WHO_LEAD | HIM, 0,
	  N_("this is the higher goal of the case: taking part and belonging")),
	TEXT("woorden", 2000, INHOUD, OWN | HIM, 0, N_("the goal in the person's own words")), END};
static const struct state doel_states[] = {{"voorstel", false, N_("put forward")},
					   {"actief", false, N_("being worked on")},
					   {"gehaald", true, N_("reached")},
					   {"losgelaten", true, N_("let go")},
					   END};
static const struct move doel_moves[] = {
	{"voorstel", "actief", "start", "begin", WHO_LEAD | HIM, false},
	{"actief", "gehaald", "done", "klaar", WHO_LEAD | HIM, false},
	{"voorstel", "losgelaten", "drop", "laat-los", WHO_LEAD | HIM, true},
	{"actief", "losgelaten", "drop", "laat-los", WHO_LEAD | HIM, true},
	{"gehaald", "actief", "reopen", "heropen", WHO_LEAD | HIM, true},
	{"losgelaten", "actief", "reopen", "heropen", WHO_LEAD | HIM, true},
	END_MOVES};

#define WORK_FIELDS                                                                                \
	F("uitvoerder", T_PERSON, 0, SIGNAAL, WHO_OWNER, 0, N_("who does it")),                    \
		F("termijn", T_DATE, 0, SIGNAAL, DOER, 0, N_("before when")),                      \
		TEXT("inhoud", 2000, KERN, DOER, F_REQUIRED, N_("what will be done")),             \
		F("voor_doel", T_ITEM, 0, KERN, OWN, 0, N_("for which goal")),                     \
		WORD("strategie", vocab_strategies, INHOUD, DOER, 0,                               \
		     N_("the strategy it follows (SLIM)"))
#define WORK_MOVES                                                                                 \
	{"open", "loopt", "start", "begin", DOER, false},                                          \
		{"open", "klaar", "done", "klaar", DOER, false},                                   \
		{"loopt", "klaar", "done", "klaar", DOER, false},                                  \
		{"verlopen", "klaar", "done", "klaar", DOER, false},                               \
		{"verlopen", "loopt", "start", "begin", DOER, false},                              \
		{"open", "verlopen", "expire", "verloop", WHO_CLOCK, false},                       \
		{"loopt", "verlopen", "expire", "verloop", WHO_CLOCK, false},                      \
		{"open", "vervallen", "drop", "vervalt", DOER, true},                              \
		{"loopt", "vervallen", "drop", "vervalt", DOER, true},                             \
		{"verlopen", "vervallen", "drop", "vervalt", DOER, true},                          \
		{"klaar", "loopt", "reopen", "heropen", DOER, true},                               \
	{                                                                                          \
		"vervallen", "open", "reopen", "heropen", DOER, true                               \
	}
static const struct state work_states[] = {{"open", false, N_("agreed, not begun")},
					   {"loopt", false, N_("being done")},
					   {"klaar", true, N_("done")},
					   {"verlopen", false, N_("its term has passed")},
					   {"vervallen", true, N_("no longer needed")},
					   END};
static const struct field actie_fields[] = {
	WORK_FIELDS,
	WORD("kader", words_frames, INHOUD, OWN, 0,
	     N_("by the rule, by the goal, or the rule within the goal")),
	TEXT("toelichting", 4000, INHOUD, DOER, 0, N_("what else the doers should know")), END};
static const struct move actie_moves[] = {WORK_MOVES, END_MOVES};
static const struct field afspraak_fields[] = {
	WORK_FIELDS, F("met", T_PERSONS, 8, KERN, OWN, 0, N_("who else is bound by it")),
	F("wederzijds", T_ITEM, 0, KERN, OWN, 0,
	  N_("the other half of a mutual promise: I do this, you do that")),
	TEXT("toelichting", 4000, INHOUD, DOER, 0, N_("what else the doers should know")), END};
static const struct move afspraak_moves[] = {WORK_MOVES, END_MOVES};

static const struct state note_states[] = {{"geldig", false, N_("in force")},
					   {"vervallen", true, N_("no longer true or needed")},
					   END};
static const struct move note_moves[] = {{"geldig", "vervallen", "drop", "vervalt", OWN, true},
					 {"vervallen", "geldig", "reopen", "heropen", OWN, true},
					 END_MOVES};
static const struct field feit_fields[] = {
	SIGNAL,
	CORE,
	WORD("hardheid", words_hardness, KERN, OWN, 0, N_("established, or soft information")),
	TEXT("inhoud", 8000, INHOUD, OWN, F_REQUIRED, N_("the fact, whole")),
	LINE("bron", 200, INHOUD, OWN, 0, N_("where it comes from")),
	END};
static const struct field notitie_fields[] = {
	SIGNAL, CORE, TEXT("inhoud", 16000, INHOUD, OWN, F_REQUIRED, N_("the note, whole")), END};
static const struct field duiding_fields[] = {
	TEXT("inhoud", 4000, KERN, OWN, F_REQUIRED, N_("how you read these facts")),
	F("feiten", T_ITEMS, 16, KERN, OWN, 0, N_("the facts it is about, as items")),
	LINE("over", 400, KERN, OWN, 0, N_("the facts it is about, in words")),
	LINE("typering", 100, INHOUD, OWN, 0,
	     N_("the word you would use: overvraagd, niet-willer ...")),
	END};

static const struct field zelfbeeld_fields[] = {
	TEXT("inhoud", 4000, INHOUD, OWN | HIM, F_REQUIRED, N_("how he sees it, in his own words")),
	WORD("uitspraak", words_sayings, INHOUD, OWN | HIM, 0, N_("the saying that fits best")),
	WORD("positie", words_positions, INHOUD, OWN | HIM, 0,
	     N_("the position he feels himself in")),
	RANGE("willen", -100, 100, INHOUD, OWN | HIM,
	      N_("wanting, with its direction: -100 away from it, 100 towards it")),
	RANGE("kunnen", 0, 100, INHOUD, OWN | HIM, N_("being able, 0 to 100, as he feels it")),
	F("bevestigd", T_BOOL, 0, INHOUD, OWN | HIM, 0, N_("gone through with him")),
	END};
static const struct field strategie_fields[] = {
	F("helper", T_PERSON, 0, KERN, WHO_OWNER, 0,
	  N_("whose strategy: the author, unless it says otherwise")),
	WORD("verklaard", vocab_strategies, KERN, WHO_OWNER, F_REQUIRED,
	     N_("the strategy he says he follows")),
	WORD("ervaren", vocab_strategies, KERN, WHO_LEAD | HIM, 0,
	     N_("the strategy the person says he feels")),
	TEXT("waarom", 1000, INHOUD, WHO_OWNER, 0, N_("why this one fits, in his eyes")), END};

static const struct field bericht_fields[] = {
	WORD("soort", words_messages, INHOUD, WHO_OWNER, 0, N_("what sort of message")),
	TEXT("inhoud", 8000, INHOUD, WHO_OWNER, F_REQUIRED, N_("the message")),
	F("gevraagd", T_PERSONS, 16, INHOUD, WHO_OWNER, 0, N_("of whom an answer is asked")),
	F("termijn", T_DATE, 0, INHOUD, WHO_OWNER, 0, N_("an answer before")), END};
static const struct state bericht_states[] = {{"verstuurd", false, N_("sent")},
					      {"ingetrokken", true, N_("taken back by its author")},
					      END};
static const struct move bericht_moves[] = {
	{"verstuurd", "ingetrokken", "withdraw", "trek-in", WHO_OWNER, true}, END_MOVES};

static const struct field knelpunt_fields[] = {
	TEXT("inhoud", 4000, SIGNAAL, OWN | WHO_PROCESS, F_REQUIRED,
	     N_("what stands in the way of working together")),
	F("tussen", T_NAMES, 8, SIGNAAL, OWN | WHO_PROCESS, 0, N_("between which agencies")),
	WORD("soort", words_bottlenecks, SIGNAAL, OWN | WHO_PROCESS, 0,
	     N_("what sort of bottleneck")),
	WORD("keuze", words_direction, KERN, OWN | WHO_PROCESS, 0,
	     N_("a question of casusregie or of procesregie")),
	RANGE("niveau", 1, 4, SIGNAAL, OWN | WHO_PROCESS,
	      N_("1 case, 2 procesregisseur, 3 managers, 4 board")),
	F("termijn", T_DATE, 0, SIGNAAL, OWN | WHO_PROCESS, 0, N_("before when at this level")),
	F("raakt", T_ITEMS, 16, KERN, OWN | WHO_PROCESS, 0, N_("the items it touches")),
	TEXT("maatregel", 2000, KERN, OWN | WHO_PROCESS, 0,
	     N_("what solved it: the rule that changes")),
	END};
static const struct state knelpunt_states[] = {
	{"open", false, N_("reported")},
	{"loopt", false, N_("taken up")},
	{"opgelost", true, N_("solved")},
	{"geaccepteerd", true, N_("accepted as it is, with the reason")},
	{"ingetrokken", true, N_("taken back")},
	END};
static const struct move knelpunt_moves[] = {
	{"open", "loopt", "take", "neem", WHO_PROCESS | WHO_LEAD, false},
	{"open", "opgelost", "done", "klaar", WHO_PROCESS | WHO_LEAD, true},
	{"loopt", "opgelost", "done", "klaar", WHO_PROCESS | WHO_LEAD, true},
	{"loopt", "open", "back", "terug", WHO_PROCESS | WHO_LEAD, true},
	{"open", "geaccepteerd", "accept", "accepteer", WHO_PROCESS, true},
	{"loopt", "geaccepteerd", "accept", "accepteer", WHO_PROCESS, true},
	{"open", "ingetrokken", "drop", "vervalt", OWN, true},
	{"opgelost", "open", "reopen", "heropen", WHO_PROCESS | WHO_LEAD, true},
	END_MOVES};

const struct kind brug_kinds[] = {
	{"doel", N_("goal"), "plan", doel_fields, doel_states, doel_moves, false, WHO_OWNER | HIM,
	 N_("What the person wants to reach, in his own words. He owns it; the plan hangs on it.")},
	{"actie", N_("action"), "plan", actie_fields, work_states, actie_moves, false,
	 WHO_OWNER | HIM, N_("Who does what before when, for which goal.")},
	{"afspraak", N_("agreement between people"), "plan", afspraak_fields, work_states,
	 afspraak_moves, false, WHO_OWNER | HIM,
	 N_("A promise that binds: one-sided, or mutual with another one.")},
	{"feit", N_("fact"), "sociaal", feit_fields, note_states, note_moves, false, WHO_OWNER,
	 N_("Something that is so, established or soft, of one agency. Readings of it are separate "
	    "items.")},
	{"notitie", N_("note"), "sociaal", notitie_fields, note_states, note_moves, false,
	 WHO_OWNER,
	 N_("A professional's note of his agency, with a core for who works beside it.")},
	{"duiding", N_("reading"), "duiding", duiding_fields, note_states, note_moves, false,
	 WHO_OWNER,
	 N_("A professional's reading of the cause behind named facts. Two readings stand side by "
	    "side.")},
	{"zelfbeeld", N_("self-image"), "zelf", zelfbeeld_fields, note_states, note_moves, false,
	 WHO_OWNER | HIM,
	 N_("How the person sees his own situation (SLIM). Never a score; shared only with his "
	    "consent.")},
	{"strategie", N_("strategy"), "plan", strategie_fields, note_states, note_moves, false,
	 WHO_OWNER,
	 N_("The strategy a helper follows on an area of life: declared, and as the person feels "
	    "it (SLIM).")},
	{"bericht", N_("message"), "plan", bericht_fields, bericht_states, bericht_moves, true,
	 WHO_OWNER | HIM, N_("A message about an item. Who sees the core of that item reads it.")},
	{"knelpunt", N_("bottleneck"), "proces", knelpunt_fields, knelpunt_states, knelpunt_moves,
	 false, WHO_OWNER | HIM,
	 N_("What blocks co-operation between agencies, and at which level it is being solved.")},
	END};
