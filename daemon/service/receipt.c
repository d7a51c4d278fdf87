#include "receipt.h"

#include "args.h"
#include "items.h"
#include "keys.h"

struct loss {
	struct request *rq;
	const struct rec_consent *consent;
	const struct sight_case *after; /* the case as it is without the consent */
	struct u64s items;              /* of the member at hand: what he loses sight of */
	size_t read;
};

static bool loses(struct loss *l, uint64_t person, const struct rec_item *item)
{
	struct viewer v = {.person = person};
	struct sight before, after;

	policy_sight(l->rq->sight, &v, item, NULL, l->rq->now, &before);
	policy_sight(l->after, &v, item, NULL, l->rq->now, &after);
	return after.level < before.level;
}

static bool is_lost(const struct loss *l, uint64_t num)
{
	for (size_t i = 0; i < l->items.n; i++)
		if (l->items.v[i] == num)
			return true;
	return false;
}

/* How many of the lost items the log says he has read. */
static size_t has_read(struct loss *l, uint64_t person)
{
	struct key prefix = key_u64(l->rq->case_id);
	struct u64s had = {ARENA_ARRAY(l->rq->arena, uint64_t, l->items.n + 1), 0};
	struct walk w;

	for (store_walk(l->rq->house->store, TAB_SEEN, key_view(&prefix), &w);
	     w.on && had.n < l->items.n; store_next(&w)) {
		struct seen e;

		if (seen_read(w.val, l->rq->arena, &e) != ERR_OK || e.person != person)
			continue;
		for (size_t i = 0; i < e.items_n; i++) {
			bool new = is_lost(l, e.items[i].num);

			for (size_t k = 0; k < had.n && new; k++)
				new = had.v[k] != e.items[i].num;
			if (new)
				had.v[had.n++] = e.items[i].num;
		}
	}
	store_walk_end(&w);
	return had.n;
}

static void find_lost(struct loss *l, uint64_t person)
{
	struct items it;
	size_t cap = 0;

	l->items = (struct u64s){NULL, 0};
	for (items_first(l->rq, 0, &it); it.on; items_next(&it)) {
		if (it.item.about || !loses(l, person, &it.item))
			continue;
		if (l->items.n == cap) {
			uint64_t *v = ARENA_ARRAY(l->rq->arena, uint64_t, cap * 2 + 16);

			for (size_t i = 0; i < l->items.n; i++)
				v[i] = l->items.v[i];
			l->items.v = v;
			cap = cap * 2 + 16;
		}
		l->items.v[l->items.n++] = it.item.num;
	}
}

static size_t pack_losses(struct loss *l, struct buf *out)
{
	struct key prefix = key_u64(l->rq->case_id);
	struct walk w;
	size_t n = 0;

	for (store_walk(l->rq->house->store, TAB_MEMBER, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_member m;

		if (rec_read(REC_member, arena_copy(l->rq->arena, w.val), l->rq->arena, &m) !=
		    ERR_OK)
			continue;
		find_lost(l, m.person);
		if (!l->items.n)
			continue;
		pack_map(out, 4);
		pack_kv_str(out, "person", show_person(l->rq, m.person));
		pack_kv_str(out, "agency", m.agency);
		pack_kv_int(out, "items", (int64_t)l->items.n);
		pack_kv_int(out, "read", (int64_t)has_read(l, m.person));
		n++;
	}
	store_walk_end(&w);
	return n;
}

void receipt_pack(struct request *rq, const struct rec_consent *c, struct buf *out)
{
	struct overlay o = {.drop_consent = c->id};
	struct loss l = {.rq = rq, .consent = c};
	struct sight_case *after = NULL;
	CLEANUP(buf_free) struct buf list = {0};
	size_t n = 0;

	if (policy_imagine(rq->house->policy, rq->case_id, &o, &after) == ERR_OK) {
		l.after = after;
		n = pack_losses(&l, &list);
		policy_forget(after);
	}
	pack_array(out, n);
	buf_slice(out, buf_view(&list));
}
