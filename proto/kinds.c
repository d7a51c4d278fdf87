/*
 * The kinds of item: one row each. Their fields, states and moves stand in kinds_*.def by subject.
 * A new kind is rows and, only if it does something no other does, a function of its own.
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

/* clang-format off */
#include "kinds_plan.def"
#include "kinds_slim.def"
#include "kinds_talk.def"
#include "kinds_regie.def"
#include "kinds_meet.def"
#include "kinds_learn.def"
/* clang-format on */

const struct kind brug_kinds[] = {
	{"doel", N_("goal"), "plan", doel_fields, doel_states, doel_moves, false, WHO_OWNER | HIM,
	 N_("What the person wants to reach, in his own words. He owns it; the plan hangs on it.")},
	{"actie", N_("action"), "plan", actie_fields, work_states, actie_moves, false,
	 WHO_OWNER | HIM, N_("Who does what before when, for which goal.")},
	{"afspraak", N_("agreement between people"), "plan", afspraak_fields, afspraak_states,
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
	{"score", N_("score of both sides"), "plan", score_fields, note_states, note_moves, false,
	 WHO_OWNER | HIM,
	 N_("How it goes on one area of life, as the person sees it and as a professional does: "
	    "side "
	    "by side, never added up or ranked.")},
	{"draad", N_("thread"), "plan", draad_fields, draad_states, draad_moves, false,
	 WHO_OWNER | HIM,
	 N_("What is talked over: on an area of life, or between two people. Messages are about "
	    "it.")},
	{"bericht", N_("message"), "plan", bericht_fields, bericht_states, bericht_moves, true,
	 WHO_OWNER | HIM, N_("A message about an item. Who sees the core of that item reads it.")},
	{"knelpunt", N_("bottleneck"), "proces", knelpunt_fields, knelpunt_states, knelpunt_moves,
	 false, WHO_OWNER | HIM,
	 N_("What blocks co-operation between agencies, and at which level it is being solved.")},
	{"belemmering", N_("bottleneck at the table"), "proces", belemmering_fields,
	 belemmering_states, belemmering_moves, false, WHO_CLOCK,
	 N_("A bottleneck above level 2, or one that comes back in three cases: on the table of "
	    "procesregie, without personal data.")},
	{"maatregel", N_("measure"), "proces", maatregel_fields, maatregel_states, maatregel_moves,
	 false, WHO_OWNER,
	 N_("What the table does about a bottleneck: the rule that changes, and when that is "
	    "looked "
	    "at again.")},
	{"signaal", N_("signal"), "proces", signaal_fields, signaal_states, signaal_moves, false,
	 WHO_OWNER | HIM,
	 N_("Resistance, dropping out, standstill; or energy, a step. About a relation, never a "
	    "score.")},
	{"afweging", N_("weighing"), "plan", afweging_fields, afweging_states, afweging_moves,
	 false, WHO_OWNER,
	 N_("A reasoned exception to a rule: goal first, then lawful, social and economic.")},
	{"weging", N_("weighing of a case"), "proces", weging_fields, weging_states, weging_moves,
	 false, WHO_OWNER,
	 N_("Whether a case is taken in: the criteria, why regular help is not enough, and two who "
	    "decide.")},
	{"akkoord", N_("the person's agreement"), "plan", akkoord_fields, akkoord_states,
	 akkoord_moves, false, WHO_LEAD | HIM,
	 N_("Whether the person agrees with the plan as it is now, in his own words.")},
	{"besluit", N_("decision"), "plan", besluit_fields, besluit_states, besluit_moves, false,
	 WHO_OWNER, N_("What was decided, who agrees, who has a reservation, what follows.")},
	{"agendapunt", N_("point of an agenda"), "plan", agendapunt_fields, agendapunt_states,
	 agendapunt_moves, false, WHO_CLOCK,
	 N_("This case on the agenda of a meeting: when, what for, and who is invited. Made by: "
	    "brug meet add")},
	{"inbreng", N_("contribution"), "plan", inbreng_fields, note_states, note_moves, false,
	 WHO_OWNER | HIM,
	 N_("Preparation, picture or judgement: what somebody brings to a point of the agenda.")},
	{"contact", N_("contact"), "plan", contact_fields, note_states, note_moves, false,
	 WHO_OWNER, N_("A moment spoken with the person.")},
	{"stem", N_("voice of the person"), "plan", stem_fields, stem_states, stem_moves, false,
	 HIM, N_("What the person says of a conversation, or wishes. Nobody takes it away.")},
	{"reflectie", N_("reflection"), "leren", reflectie_fields, reflectie_states,
	 reflectie_moves, false, WHO_OWNER | HIM,
	 N_("Plan, do, check, act on a learning goal of your own. Nobody sees it until you show "
	    "it: "
	    "brug share.")},
	{"leerplan", N_("learning plan"), "leren", leerplan_fields, leerplan_states, leerplan_moves,
	 false, WHO_OWNER,
	 N_("A learning question, of your own; at a table with --category plan, of the team.")},
	{"experiment", N_("experiment"), "leren", experiment_fields, experiment_states,
	 experiment_moves, false, WHO_OWNER,
	 N_("Something tried small: idea, prototype, trial; then regular work, or stopped.")},
	{"visitatie", N_("visitation"), "proces", visitatie_fields, visitatie_states,
	 visitatie_moves, false, WHO_OWNER,
	 N_("Teams look into each other's kitchen. Who was host is guest before he is host "
	    "again.")},
	{"les", N_("lesson"), "plan", les_fields, les_states, les_moves, false, WHO_OWNER,
	 N_("A rule of thumb learned in a case. Checked by a second person, it may stand on a "
	    "shelf with a fixed number of places.")},
	END};
