/* The five mechanisms as a mirror on a case: which one is thin, and what is missing. Of what the
 * asker sees; a question and no score. */
#include "args.h"
#include "items.h"
#include "look.h"
#include "slim.h"

static const int64_t day_ms = 24LL * 60 * 60 * 1000;
enum { LATELY = 56 /* days */, NEAR = 28 };

struct mirror {
	int64_t stap, contact;
	bool akkoord, higher, in_his_words, self, lesson, gap;
	struct slice *declared[16]; /* per area of life */
	size_t declared_n[16];
	size_t without; /* messages that he does not read */
};

/* -- what is there ----------------------------------------------------------------------------- */

static void see_signal(const struct tree *t, const struct rec_item *item, struct mirror *m)
{
	static const char *const up[] = {"energie", "samenwerking", "vooruitgang", "stap"};

	for (size_t i = 0; i < 4; i++)
		if (slice_is(look_text(t, "soort"), up[i]) && look_level(t) >= LEVEL_KERN &&
		    item->made > m->stap)
			m->stap = item->made;
}

static void see_goal(const struct tree *t, struct mirror *m)
{
	m->higher = m->higher || obj_bool(look_field(t, "hoger"));
	m->in_his_words = m->in_his_words || look_text(t, "woorden").n;
}

static void see_akkoord(const struct tree *t, struct mirror *m)
{
	m->akkoord = m->akkoord || slice_is(look_text(t, "stand"), "akkoord") ||
		     slice_is(look_text(t, "stand"), "deels");
}

static void see_strategy(struct request *rq, const struct tree *t, struct mirror *m)
{
	struct slice declared = arena_copy(rq->arena, look_text(t, "verklaard"));
	struct slices on = obj_strs(rq->arena, look_field(t, "leefgebieden"));

	m->gap = m->gap || slim_gap(declared, look_text(t, "ervaren"));
	for (size_t a = 0; vocab_areas[a] && a < 16; a++) {
		if (!declared.n || !slices_have(on, slice_of(vocab_areas[a])) ||
		    m->declared_n[a] == 64)
			continue;
		if (!m->declared[a])
			m->declared[a] = ARENA_ARRAY(rq->arena, struct slice, 64);
		m->declared[a][m->declared_n[a]++] = declared;
	}
}

static bool gone(const struct rec_item *item)
{
	return slice_is(item->state, "vervallen") || slice_is(item->state, "losgelaten") ||
	       slice_is(item->state, "weerlegd");
}

/* Only one in a circle can be without him. */
static void see_message(struct request *rq, const struct rec_item *item, struct mirror *m)
{
	CLEANUP(tree_free) struct tree t = {0};

	if (item->only.n && rq->now - item->made < LATELY * day_ms &&
	    !slice_is(item->state, "ingetrokken") && look(rq, item, &t))
		m->without += look_text(&t, "zonder_hem").n > 0;
}

static void see(struct request *rq, const struct rec_item *item, struct mirror *m)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct slice kind = item->kind;

	if (item->about)
		see_message(rq, item, m);

	if (item->about || gone(item) || !look(rq, item, &t) || look_level(&t) < LEVEL_SIGNAAL)
		return;
	if (slice_is(kind, "signaal"))
		see_signal(&t, item, m);
	else if (slice_is(kind, "doel"))
		see_goal(&t, m);
	else if (slice_is(kind, "akkoord"))
		see_akkoord(&t, m);
	else if (slice_is(kind, "strategie"))
		see_strategy(rq, &t, m);
	else if (slice_is(kind, "contact") && look_level(&t) >= LEVEL_KERN)
		m->contact = item->made > m->contact ? item->made : m->contact;
	m->self = m->self || (slice_is(kind, "zelfbeeld") && look_level(&t) == LEVEL_INHOUD);
	m->lesson = m->lesson || slice_is(kind, "les") || slice_is(kind, "reflectie");
}

/* -- what is missing --------------------------------------------------------------------------- */

struct missing {
	const char *text[4];
	size_t n;
	struct slice arg;
};

static void miss(struct missing *out, bool it, const char *text)
{
	if (it && out->n < 4)
		out->text[out->n++] = text;
}

static void frame(struct request *rq, const struct mirror *m, struct missing *out)
{
	const struct rec_case *c = sight_case_rec(rq->sight);

	(void)m;
	miss(out, !c->process, N_("There is no procesregisseur."));
	miss(out, !c->discussed.n,
	     N_("That it was discussed with him beforehand is not recorded."));
	miss(out, !c->person, N_("The person himself takes no part."));
}

static void energy(struct request *rq, const struct mirror *m, struct missing *out)
{
	miss(out, rq->now - m->contact > NEAR * day_ms,
	     N_("No conversation with him was recorded in four weeks."));
	miss(out, rq->now - m->stap > LATELY * day_ms,
	     N_("No step and no energy was seen in eight weeks."));
	if (m->without)
		out->arg = arena_fmt(rq->arena, "%zu", m->without);
	miss(out, m->without > 0,
	     N_("Messages that he does not read, in eight weeks: %s. Talk with him, not about "
		"him."));
}

static void shared_goal(struct request *rq, const struct mirror *m, struct missing *out)
{
	(void)rq;
	miss(out, !m->higher, N_("There is no higher goal."));
	miss(out, !m->in_his_words, N_("No goal stands in his own words."));
	miss(out, !m->akkoord, N_("He has not said that he agrees with the plan."));
}

static void logic(struct request *rq, const struct mirror *m, struct missing *out)
{
	const struct slim *slim = rq->house->slim ? rq->house->slim : slim_default();

	miss(out, !m->self, N_("How he sees it himself is not recorded, or not for you."));
	miss(out, m->gap, N_("He feels another strategy than a helper says he follows."));
	for (size_t a = 0; vocab_areas[a] && a < 16 && !out->arg.n; a++)
		if (m->declared[a] && slim_spread(slim, m->declared[a], m->declared_n[a]) > 1) {
			out->arg = slice_of(vocab_areas[a]);
			miss(out, true, N_("More than one strategy at once on %s."));
		}
}

static void lessons(struct request *rq, const struct mirror *m, struct missing *out)
{
	(void)rq;
	miss(out, !m->lesson, N_("No lesson was drawn yet."));
}

static const struct {
	const char *name;
	void (*ask)(struct request *, const struct mirror *, struct missing *);
} mechanisms[] = {{"kader", frame},
		  {"energie", energy},
		  {"gezamenlijk_doel", shared_goal},
		  {"logica", logic},
		  {"lessen", lessons}};
enum { FIVE = sizeof(mechanisms) / sizeof(*mechanisms) };

static void pack_mechanism(struct request *rq, const struct mirror *m, size_t i)
{
	struct missing missing = {0};

	mechanisms[i].ask(rq, m, &missing);
	pack_map(rq->out, 3);
	pack_kv_text(rq->out, "mechanism", mechanisms[i].name);
	pack_kv_text(rq->out, "state", missing.n ? "vraag" : "groen");
	pack_key(rq->out, "missing");
	pack_array(rq->out, missing.n);
	for (size_t k = 0; k < missing.n; k++) {
		pack_array(rq->out, 2);
		pack_text(rq->out, missing.text[k]);
		pack_str(rq->out, missing.arg);
	}
}

enum err serve_case_mirror(struct request *rq)
{
	struct mirror m = {0};
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it))
		see(rq, &it.item, &m);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_key(rq->out, "mechanisms");
	pack_array(rq->out, FIVE);
	for (size_t i = 0; i < FIVE; i++)
		pack_mechanism(rq, &m, i);
	return ERR_OK;
}
