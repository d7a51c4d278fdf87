#include "readings.h"

#include "args.h"
#include "items.h"
#include "look.h"

static bool is_reading(const struct rec_item *item)
{
	return slice_is(item->kind, "duiding") && slice_is(item->state, "geldig");
}

static bool same_fact(const struct rec_item *a, const struct rec_item *b)
{
	for (size_t i = 0; i < a->refs.n; i++)
		for (size_t k = 0; k < b->refs.n; k++)
			if (slice_is(a->refs.v[i].field, "feiten") &&
			    slice_is(b->refs.v[k].field, "feiten") &&
			    a->refs.v[i].num == b->refs.v[k].num)
				return true;
	return false;
}

struct slices readings_contradict(struct request *rq, const struct rec_item *duiding)
{
	struct slices by = {ARENA_ARRAY(rq->arena, struct slice, 32), 0};
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		const struct rec_item *other = &it.item;

		if (!is_reading(other) || slice_eq(other->owner, duiding->owner) || by.n == 32 ||
		    slices_have(by, other->owner) || !same_fact(duiding, other) ||
		    item_level(rq, other) < LEVEL_BESTAAN)
			continue;
		by.v[by.n++] = other->owner;
	}
	return by;
}

uint64_t readings_mark(struct request *rq, const struct rec_item *item, enum level level)
{
	struct slices by;
	uint64_t h = 0xcbf29ce484222325;

	if (level < LEVEL_KERN || !slice_is(item->kind, "duiding"))
		return 0;
	by = readings_contradict(rq, item);
	for (size_t i = 0; i < by.n; i++)
		for (size_t k = 0; k <= by.v[i].n; k++)
			h = (h ^ (k < by.v[i].n ? by.v[i].p[k] : 0)) * 0x100000001b3;
	return h | 1;
}

/* -- case.readings ----------------------------------------------------------------------------- */

static bool refers_to(const struct rec_item *duiding, uint64_t fact)
{
	for (size_t i = 0; i < duiding->refs.n; i++)
		if (duiding->refs.v[i].num == fact && slice_is(duiding->refs.v[i].field, "feiten"))
			return true;
	return false;
}

/* Which facts a reading is about stands at its kern. */
static size_t readings_of(struct request *rq, uint64_t fact, struct buf *out)
{
	struct items it;
	size_t n = 0;

	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if (is_reading(&it.item) && refers_to(&it.item, fact) &&
		    item_level(rq, &it.item) >= LEVEL_KERN && serve_show(rq, &it.item, out))
			n++;
	return n;
}

/* 0: nobody reads it, as far as he sees. */
static size_t pack_fact(struct request *rq, const struct rec_item *fact, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf readings = {0};
	CLEANUP(buf_wipe) struct buf shown = {0};
	size_t n = fact->about ? 0 : readings_of(rq, fact->num, &readings);

	if (!n || !serve_show(rq, fact, &shown))
		return 0;
	pack_map(out, 2);
	pack_key(out, "fact");
	buf_slice(out, buf_view(&shown));
	pack_key(out, "readings");
	pack_array(out, n);
	buf_slice(out, buf_view(&readings));
	return 1;
}

/* A reading whose facts he may not see, or that names them in words only. */
static bool stands_alone(struct request *rq, const struct rec_item *duiding)
{
	for (size_t i = 0; i < duiding->refs.n; i++) {
		struct rec_item fact;

		if (slice_is(duiding->refs.v[i].field, "feiten") &&
		    item_level(rq, duiding) >= LEVEL_KERN &&
		    item_by_num(rq, duiding->refs.v[i].num, &fact) == ERR_OK &&
		    item_level(rq, &fact) > LEVEL_GEEN)
			return false;
	}
	return true;
}

enum err serve_case_readings(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf facts = {0};
	CLEANUP(buf_wipe) struct buf alone = {0};
	size_t facts_n = 0, alone_n = 0;
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		facts_n += pack_fact(rq, &it.item, &facts);
		alone_n += is_reading(&it.item) && stands_alone(rq, &it.item) &&
			   serve_show(rq, &it.item, &alone);
	}
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_key(rq->out, "facts");
	pack_array(rq->out, facts_n);
	buf_slice(rq->out, buf_view(&facts));
	pack_key(rq->out, "alone");
	pack_array(rq->out, alone_n);
	buf_slice(rq->out, buf_view(&alone));
	return ERR_OK;
}
