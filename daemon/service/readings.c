#include "readings.h"

#include "args.h"
#include "items.h"
#include "look.h"

#include <stdlib.h>

enum { OTHERS = 32, SHOWN_A_TOKEN = 50 };

static bool is_reading(const struct rec_item *item)
{
	return slice_is(item->kind, "duiding") && slice_is(item->state, "geldig");
}

/* -- who reads what, as far as the asker knows ------------------------------------------------- */

/* One fact of one reading. */
struct reading {
	uint64_t fact, num;
	struct slice owner;
	enum level level;
};
/* Gone through once for a request: asked of every reading that is shown, a walk each would cost
 * their number times itself. */
struct readings {
	uint64_t case_id;
	const struct viewer *who;
	struct reading *v; /* by fact, in the order they were made */
	size_t n, cap;
	struct reading *owners; /* by fact: each agency once */
	size_t owners_n;
};

static int by_num(const void *a, const void *b)
{
	const struct reading *x = a, *y = b;

	return x->fact != y->fact ? (x->fact > y->fact) - (x->fact < y->fact)
				  : (x->num > y->num) - (x->num < y->num);
}

static int by_owner(const void *a, const void *b)
{
	const struct reading *x = a, *y = b;

	return x->fact != y->fact ? (x->fact > y->fact) - (x->fact < y->fact)
				  : slice_cmp(x->owner, y->owner);
}

static void add_reading(struct request *rq, struct readings *r, const struct reading *one)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 64;
		struct reading *v = ARENA_ARRAY(rq->arena, struct reading, cap);

		for (size_t i = 0; i < r->n; i++)
			v[i] = r->v[i];
		r->v = v;
		r->cap = cap;
	}
	r->v[r->n++] = *one;
}

static void add_facts(struct request *rq, struct readings *r, const struct rec_item *item)
{
	struct reading one = {.num = item->num, .level = item_level(rq, item)};

	if (one.level == LEVEL_GEEN)
		return;
	one.owner = arena_copy(rq->arena, item->owner);
	for (size_t i = 0; i < item->refs.n; i++) {
		one.fact = item->refs.v[i].num;
		if (slice_is(item->refs.v[i].field, "feiten"))
			add_reading(rq, r, &one);
	}
}

static void note_owners(struct request *rq, struct readings *r)
{
	r->owners = ARENA_ARRAY(rq->arena, struct reading, r->n + 1);
	for (size_t i = 0; i < r->n; i++)
		r->owners[i] = r->v[i];
	qsort(r->owners, r->n, sizeof(*r->owners), by_owner);
	for (size_t i = 0; i < r->n; i++)
		if (!i || by_owner(&r->owners[r->owners_n - 1], &r->owners[i]) != 0)
			r->owners[r->owners_n++] = r->owners[i];
}

static const struct readings *readings_now(struct request *rq)
{
	struct readings *r = rq->readings;
	struct items it;

	if (r && r->case_id == rq->case_id && r->who == rq->who)
		return r;
	r = rq->readings = ARENA_NEW(rq->arena, struct readings);
	*r = (struct readings){.case_id = rq->case_id, .who = rq->who};
	for (items_pass(rq, 0, &it); it.on; items_next(&it))
		if (is_reading(&it.item))
			add_facts(rq, r, &it.item);
	if (r->n)
		qsort(r->v, r->n, sizeof(*r->v), by_num);
	note_owners(rq, r);
	return r;
}

/* Where the fact's begin in a row sorted by fact. */
static size_t first_of(const struct reading *v, size_t n, uint64_t fact)
{
	size_t from = 0;

	while (from < n) {
		size_t mid = from + (n - from) / 2;

		if (v[mid].fact < fact)
			from = mid + 1;
		else
			n = mid;
	}
	return from;
}

static void add_owners(const struct readings *r, uint64_t fact, struct slice not_his,
		       struct slices *by)
{
	for (size_t i = first_of(r->owners, r->owners_n, fact);
	     i < r->owners_n && r->owners[i].fact == fact && by->n < OTHERS; i++)
		if (!slice_eq(r->owners[i].owner, not_his) && !slices_have(*by, r->owners[i].owner))
			by->v[by->n++] = r->owners[i].owner;
}

struct slices readings_contradict(struct request *rq, const struct rec_item *duiding)
{
	struct slices by = {ARENA_ARRAY(rq->arena, struct slice, OTHERS), 0};
	const struct readings *r = readings_now(rq);

	for (size_t i = 0; i < duiding->refs.n; i++)
		if (slice_is(duiding->refs.v[i].field, "feiten"))
			add_owners(r, duiding->refs.v[i].num, duiding->owner, &by);
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

/* Which facts a reading is about stands at its kern. */
static size_t readings_of(struct request *rq, uint64_t fact, struct buf *out)
{
	const struct readings *r = readings_now(rq);
	size_t n = 0;

	for (size_t i = first_of(r->v, r->n, fact); i < r->n && r->v[i].fact == fact; i++) {
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_item item;

		/* a fact named twice is read once */
		if (r->v[i].level < LEVEL_KERN || (i && !by_num(&r->v[i - 1], &r->v[i])) ||
		    item_peek(rq, r->v[i].num, &own, &item) != ERR_OK ||
		    !serve_show(rq, &item, out))
			continue;
		n++;
	}
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
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_item fact;

		if (slice_is(duiding->refs.v[i].field, "feiten") &&
		    item_level(rq, duiding) >= LEVEL_KERN &&
		    item_peek(rq, duiding->refs.v[i].num, &own, &fact) == ERR_OK &&
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

	for (items_pass(rq, 0, &it); it.on; items_next(&it)) {
		facts_n += pack_fact(rq, &it.item, &facts);
		alone_n += is_reading(&it.item) && stands_alone(rq, &it.item) &&
			   serve_show(rq, &it.item, &alone);
	}
	rq->cost += (unsigned)(rq->seen_n / SHOWN_A_TOKEN);
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
