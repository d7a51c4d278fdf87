/* Signals over time: of relations, per week, of what the asker sees; and spoken with the person
 * against spoken about him. */
#include "args.h"
#include "clock.h"
#include "items.h"
#include "look.h"

static const int64_t week_ms = 7LL * 24 * 60 * 60 * 1000;
enum { WEEKS = 12, MOST = 52 };

struct week {
	int64_t heavy, light, with, about, tried;
};
struct course {
	struct week week[MOST];
	size_t n;
	int64_t until;
	struct buf list;
	size_t listed;
};

static void course_wipe(struct course *c)
{
	buf_wipe(&c->list);
}

static struct week *week_at(struct course *c, int64_t when)
{
	int64_t ago = c->until - when;
	size_t i = ago < 0 ? 0 : (size_t)(ago / week_ms);

	return when && i < c->n ? &c->week[c->n - 1 - i] : NULL;
}

static bool is_light(struct slice sort)
{
	return slice_is(sort, "energie") || slice_is(sort, "samenwerking") ||
	       slice_is(sort, "vooruitgang") || slice_is(sort, "stap");
}

/* What was seen or confirmed counts, over or not; what was denied or only asked does not. */
static void count_signal(struct request *rq, const struct rec_item *item, struct course *c)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct week *w;

	if (slice_is(item->state, "weerlegd") || item_level(rq, item) < LEVEL_KERN)
		return;
	if (!slice_is(item->state, "vervallen"))
		c->listed += serve_show(rq, item, &c->list);
	w = week_at(c, item->made);
	if (!w || slice_is(item->state, "vraag") || slice_is(item->state, "vervallen") ||
	    !look(rq, item, &t))
		return;
	if (is_light(look_text(&t, "soort")))
		w->light++;
	else
		w->heavy++;
}

static void count_contact(struct request *rq, const struct rec_item *item, struct course *c)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct week *w;

	if (item_level(rq, item) < LEVEL_SIGNAAL || !look(rq, item, &t))
		return;
	w = week_at(c, clock_parse(arena_str(rq->arena, look_text(&t, "datum")), 0));
	if (w)
		w->with++;
}

/* A message that the person does not read. */
static void count_message(struct request *rq, const struct rec_item *item, struct course *c)
{
	struct viewer he = {.person = sight_case_rec(rq->sight)->person};
	struct week *w = week_at(c, item->made);
	struct sight s = {.level = LEVEL_GEEN};

	if (!w || item_level(rq, item) < LEVEL_INHOUD)
		return;
	if (he.person &&
	    policy_sight_of(rq->house->policy, rq->sight, &he, item, rq->now, &s) != ERR_OK)
		return;
	w->about += s.level == LEVEL_GEEN;
}

static void count_strategy(struct request *rq, const struct rec_item *item, struct course *c)
{
	struct week *w = week_at(c, item->made);

	if (w && item_level(rq, item) >= LEVEL_KERN)
		w->tried++;
}

static const struct {
	const char *kind;
	void (*count)(struct request *, const struct rec_item *, struct course *);
} rows[] = {{"signaal", count_signal},
	    {"contact", count_contact},
	    {"bericht", count_message},
	    {"strategie", count_strategy}};

static void count(struct request *rq, const struct rec_item *item, struct course *c)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (slice_is(item->kind, rows[i].kind))
			rows[i].count(rq, item, c);
}

static void pack_week(const struct course *c, size_t i, struct buf *out)
{
	const struct week *w = &c->week[i];

	pack_map(out, 6);
	pack_kv_int(out, "from", c->until - (int64_t)(c->n - i) * week_ms);
	pack_kv_int(out, "heavy", w->heavy);
	pack_kv_int(out, "light", w->light);
	pack_kv_int(out, "with", w->with);
	pack_kv_int(out, "about", w->about);
	pack_kv_int(out, "tried", w->tried);
}

enum err serve_case_signals(struct request *rq)
{
	int64_t weeks = arg_int(rq, "weeks", WEEKS);
	CLEANUP(course_wipe) struct course c = {0};
	struct items it;
	char today[12];

	if (weeks < 1 || weeks > MOST)
		return refuse(rq, ERR_USAGE, N_("From 1 to 52 weeks."), NULL, NULL);
	c.n = (size_t)weeks;
	clock_date(rq->now, today);
	c.until = clock_parse(today, 1); /* the end of today: weeks of whole days */
	for (items_first(rq, 0, &it); it.on; items_next(&it))
		count(rq, &it.item, &c);
	rq->log_itself = true;
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_key(rq->out, "weeks");
	pack_array(rq->out, c.n);
	for (size_t i = 0; i < c.n; i++)
		pack_week(&c, i, rq->out);
	pack_key(rq->out, "signals");
	pack_array(rq->out, c.listed);
	buf_slice(rq->out, buf_view(&c.list));
	return ERR_OK;
}
