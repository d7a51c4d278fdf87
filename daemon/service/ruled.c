#include "ruled.h"

#include "args.h"
#include "due.h"
#include "keys.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

/* -- the name of a group ----------------------------------------------------------------------- */

static void hash_of(const struct buf *b, uint8_t *out, size_t n)
{
	uint8_t hash[32] = {0};

	EVP_Digest(b->p, b->n, hash, NULL, EVP_sha256(), NULL);
	memcpy(out, hash, n);
}

static void agreement_part(struct slice agreement, uint8_t out[8])
{
	CLEANUP(buf_free) struct buf b = {0};

	buf_slice(&b, agreement);
	buf_u8(&b, 0);
	hash_of(&b, out, 8);
}

/* Without a rule it is alone: its own group. */
static void rule_part(struct request *rq, const struct rec_item *item, const msgpack_object *said,
		      uint8_t out[16])
{
	CLEANUP(buf_free) struct buf b = {0};
	struct slices parties = obj_strs(rq->arena, obj_get(said, "tussen"));
	struct slice rule = obj_bytes(obj_get(said, "regel"));

	buf_slice(&b, rule);
	buf_u8(&b, 0);
	if (!rule.n) {
		buf_be64(&b, rq->case_id);
		buf_be64(&b, item->num);
	}
	if (parties.n)
		qsort(parties.v, parties.n, sizeof(*parties.v), slice_order);
	for (size_t i = 0; i < parties.n; i++) {
		if (i && slice_eq(parties.v[i], parties.v[i - 1]))
			continue;
		buf_slice(&b, parties.v[i]);
		buf_u8(&b, 0);
	}
	hash_of(&b, out, 16);
}

/* -- the rows ---------------------------------------------------------------------------------- */

static struct slice row_key(struct request *rq, const struct ruled *r, uint64_t case_id,
			    uint64_t num)
{
	struct key of = key_2(case_id, num);
	CLEANUP(buf_free) struct buf b = {0};

	buf_slice(&b, ruled_view(r));
	buf_slice(&b, key_view(&of));
	return arena_copy(rq->arena, buf_view(&b));
}

bool ruled_of(struct request *rq, uint64_t case_id, uint64_t num, struct ruled *out)
{
	struct key of = key_2(case_id, num);
	struct slice val;

	if (store_get(rq->house->store, TAB_RULED_OF, key_view(&of), &val) != ERR_OK ||
	    val.n != RULED)
		return false;
	memcpy(out->p, val.p, RULED);
	return true;
}

/* Rows lie by case: another case is another one than that of the row before. */
static size_t count_cases(struct request *rq, const struct ruled *r, uint64_t but)
{
	uint64_t last = 0;
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_RULED, ruled_view(r), &w); w.on; store_next(&w)) {
		uint64_t id = w.key.n == RULED + 16 ? get_be64(w.key.p + RULED) : 0;

		n += id && id != last && id != but;
		last = id;
	}
	store_walk_end(&w);
	return n;
}

size_t ruled_cases(struct request *rq, const struct ruled *r)
{
	return count_cases(rq, r, 0);
}

static void take_out(struct request *rq, const struct ruled *r, uint64_t case_id, uint64_t num)
{
	struct key of = key_2(case_id, num);

	change_del(&rq->change, rq->pass, TAB_RULED, row_key(rq, r, case_id, num));
	change_del(&rq->change, rq->pass, TAB_RULED_OF, key_view(&of));
}

static void put_in(struct request *rq, const struct ruled *r, uint64_t num)
{
	struct key of = key_2(rq->case_id, num);

	change_put(&rq->change, rq->pass, TAB_RULED, row_key(rq, r, rq->case_id, num), SLICE(""));
	change_put(&rq->change, rq->pass, TAB_RULED_OF, key_view(&of),
		   arena_copy(rq->arena, ruled_view(r)));
	if (count_cases(rq, r, rq->case_id) + 1 >= RULED_GROUP)
		due_put(rq, rq->now, num, DUE_TABLE);
}

static bool is_open(const struct rec_item *item)
{
	return slice_is(item->state, "open") || slice_is(item->state, "loopt");
}

void ruled_keep(struct request *rq, const struct rec_item *item, struct slice said)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct ruled was, now;
	bool had;

	if (!slice_is(item->kind, "knelpunt") || tree_read(&t, said) != ERR_OK)
		return;
	had = ruled_of(rq, rq->case_id, item->num, &was);
	agreement_part(sight_case_rec(rq->sight)->agreement, now.p);
	rule_part(rq, item, tree_root(&t), now.p + 8);
	if (had && is_open(item) && !memcmp(was.p, now.p, RULED))
		return;
	if (had)
		take_out(rq, &was, rq->case_id, item->num);
	if (is_open(item))
		put_in(rq, &now, item->num);
}

void ruled_wake(struct request *rq, struct slice agreement)
{
	uint8_t prefix[8];
	struct walk w;

	agreement_part(agreement, prefix);
	for (store_walk(rq->house->store, TAB_RULED, (struct slice){prefix, 8}, &w); w.on;
	     store_next(&w))
		if (w.key.n == RULED + 16)
			due_put_in(rq, get_be64(w.key.p + RULED), rq->now,
				   &(struct due_row){get_be64(w.key.p + RULED + 8), DUE_TABLE});
	store_walk_end(&w);
}

void ruled_drop(struct request *rq)
{
	struct key of = key_u64(rq->case_id);
	struct walk w;

	for (store_walk(rq->house->store, TAB_RULED_OF, key_view(&of), &w); w.on; store_next(&w)) {
		struct ruled r;

		if (w.key.n != 16 || w.val.n != RULED)
			continue;
		memcpy(r.p, w.val.p, RULED);
		change_del(&rq->change, rq->pass, TAB_RULED,
			   row_key(rq, &r, rq->case_id, get_be64(w.key.p + 8)));
	}
	store_walk_end(&w);
	change_del_all(&rq->change, rq->pass, TAB_RULED_OF, key_view(&of));
}
