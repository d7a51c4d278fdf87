#include "scores.h"

#include "args.h"
#include "items.h"
#include "look.h"

#include <stdlib.h>

/* From so far apart it is a question. */
enum { APART = 2 };

struct score {
	struct slice item, by, area;
	int64_t number, time;
	bool own, old; /* his own; another of the same hand came after it */
};
struct scores {
	struct score *v;
	size_t n;
};

enum err scores_added(struct request *rq, struct rec_item *item, struct tree *fields)
{
	(void)fields;
	if (item->areas.n == 1)
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("A score is about one area of life."), NULL,
		      N_("Say which: brug score werk 2"));
}

/* Who gave it; his own is his, whoever wrote it down. */
static struct slice by_of(const struct tree *t)
{
	return look_text(t, "author").n ? look_text(t, "author") : look_text(t, "agency");
}

static void take(struct request *rq, const struct rec_item *item, struct scores *out)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct score *s = &out->v[out->n];

	if (item->areas.n != 1 || item_level(rq, item) < LEVEL_KERN || !look(rq, item, &t) ||
	    !look_field(&t, "cijfer"))
		return;
	*s = (struct score){.item = item->code,
			    .area = item->areas.v[0],
			    .by = arena_copy(rq->arena, by_of(&t)),
			    .number = obj_int(look_field(&t, "cijfer"), 0),
			    .time = item->made,
			    .own = item->owner.n && item->owner.p[0] == '#'};
	out->n++;
	for (size_t i = 0; i + 1 < out->n; i++)
		if (slice_eq(out->v[i].area, s->area) && out->v[i].own == s->own &&
		    (s->own || slice_eq(out->v[i].by, s->by)))
			out->v[i].old = true;
}

static bool is_score(const struct rec_item *item)
{
	return slice_is(item->kind, "score") && slice_is(item->state, "geldig");
}

static struct scores take_all(struct request *rq)
{
	struct scores out = {0};
	struct items it;
	size_t n = 0;

	for (items_first(rq, 0, &it); it.on; items_next(&it))
		n += is_score(&it.item);
	out.v = ARENA_ARRAY(rq->arena, struct score, n + 1);
	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if (is_score(&it.item))
			take(rq, &it.item, &out);
	return out;
}

static void pack_score(const struct score *s, const struct score *own, struct buf *out)
{
	pack_map(out, 6);
	pack_kv_str(out, "item", s->item);
	pack_kv_bool(out, "own", s->own);
	pack_kv_str(out, "by", s->by);
	pack_kv_int(out, "cijfer", s->number);
	pack_kv_int(out, "time", s->time);
	pack_kv_bool(out, "apart", own && !s->own && llabs(own->number - s->number) >= APART);
}

static const struct score *own_on(const struct scores *all, const char *area)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].own && !all->v[i].old && slice_is(all->v[i].area, area))
			return &all->v[i];
	return NULL;
}

/* Those of an area: own, or of professionals; that stand, or that came before. */
static void pack_some(const struct scores *all, const char *area, bool old, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	const struct score *own = own_on(all, area);
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (!slice_is(all->v[i].area, area) || all->v[i].old != old ||
		    (!old && all->v[i].own))
			continue;
		pack_score(&all->v[i], old ? NULL : own, &list);
		n++;
	}
	pack_array(out, n);
	buf_slice(out, buf_view(&list));
}

static bool pack_area(const struct scores *all, const char *area, bool history, struct buf *out)
{
	const struct score *own = own_on(all, area);
	bool any = false;

	for (size_t i = 0; i < all->n; i++)
		any = any || slice_is(all->v[i].area, area);
	if (!any)
		return false;
	pack_map(out, 3U + history);
	pack_kv_text(out, "leefgebied", area);
	pack_key(out, "own");
	if (own)
		pack_score(own, NULL, out);
	else
		pack_nil(out);
	pack_key(out, "helpers");
	pack_some(all, area, false, out);
	if (history) {
		pack_key(out, "before");
		pack_some(all, area, true, out);
	}
	return true;
}

enum err serve_case_scores(struct request *rq)
{
	struct scores all = take_all(rq);
	CLEANUP(buf_wipe) struct buf list = {0};
	size_t n = 0;

	for (const char *const *a = vocab_areas; *a; a++)
		n += pack_area(&all, *a, arg_bool(rq, "history"), &list);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_key(rq->out, "areas");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}
