#include "items.h"

#include "args.h"
#include "codes.h"
#include "keys.h"
#include "moves.h"

#include <openssl/evp.h>

static enum err read_item(struct request *rq, struct slice val, struct rec_item *out)
{
	return rec_read(REC_item, arena_copy(rq->arena, val), rq->arena, out);
}

enum err item_by_num(struct request *rq, uint64_t num, struct rec_item *out)
{
	struct key k = key_2(rq->case_id, num);
	struct slice val;

	TRY(store_get(rq->house->store, TAB_ITEM, key_view(&k), &val));
	return read_item(rq, val, out);
}

enum err item_peek(struct request *rq, uint64_t num, struct arena *own, struct rec_item *out)
{
	struct key k = key_2(rq->case_id, num);
	struct slice val;

	TRY(store_get(rq->house->store, TAB_ITEM, key_view(&k), &val));
	return rec_read(REC_item, val, own, out);
}

enum err item_past(struct request *rq, uint64_t num, uint64_t rev, struct rec_item *out)
{
	struct key k = key_3(rq->case_id, num, rev);
	struct slice val;

	TRY(store_get(rq->house->store, TAB_PAST, key_view(&k), &val));
	return read_item(rq, val, out);
}

enum err past_peek(struct request *rq, uint64_t num, uint64_t rev, struct arena *own,
		   struct rec_item *out)
{
	struct key k = key_3(rq->case_id, num, rev);
	struct slice val;

	TRY(store_get(rq->house->store, TAB_PAST, key_view(&k), &val));
	return rec_read(REC_item, val, own, out);
}

bool item_runs(const struct rec_item *item)
{
	return vocab_runs(&brug_vocab, item->kind, item->state);
}

enum level item_level(struct request *rq, const struct rec_item *item)
{
	struct sight s;

	if (policy_sight_of(rq->house->policy, rq->sight, rq->who, item, rq->now, &s) != ERR_OK)
		return LEVEL_GEEN;
	return s.level;
}

int64_t last_open(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	int64_t t = rq->now;

	for (size_t i = c->phases.n; i-- > 0 && phase_closed(c->phases.v[i].phase);)
		t = c->phases.v[i].from - 1;
	return t;
}

enum level item_level_open(struct request *rq, const struct rec_item *item)
{
	struct sight s;

	if (policy_sight_of(rq->house->policy, rq->sight, rq->who, item, last_open(rq), &s) !=
	    ERR_OK)
		return LEVEL_GEEN;
	return s.level;
}

struct slice item_owner(struct request *rq, struct slice category, bool own)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (slice_is(category, "leren"))
		return person_ref(rq, rq->who->person);
	return own || slice_is(category, "zelf") || slice_is(me->role, "betrokkene")
		       ? person_ref(rq, sight_case_rec(rq->sight)->person)
		       : me->agency;
}

uint64_t item_changed_at(const struct rec_item *item, enum level level)
{
	uint64_t pos = 0;

	for (size_t i = 0; i < item->level_pos.n && i < (size_t)level; i++)
		if (item->level_pos.v[i] > pos)
			pos = item->level_pos.v[i];
	return pos;
}

enum err item_coded(struct request *rq, struct slice given, struct rec_item *out)
{
	char clean[16];
	struct slice code = item_code_clean(given, clean), num;
	struct key k = key_bytes(rq->case_id, code);

	if (!code.n || store_get(rq->house->store, TAB_ITEM_CODE, key_view(&k), &num) != ERR_OK)
		return refuse_absent(rq);
	return item_by_num(rq, get_be64(num.p), out);
}

/* Where there is nothing of that name, the next there is is looked at and let go: that something is
 * hidden takes no longer to say than that it is not there. */
static void look_all_the_same(struct request *rq, struct slice code)
{
	struct key prefix = key_u64(rq->case_id), from = key_bytes(rq->case_id, code);
	struct rec_item item;
	struct walk w;

	store_walk_from(rq->house->store, TAB_ITEM_CODE, key_view(&prefix), key_view(&from), &w);
	if (!w.on)
		store_walk(rq->house->store, TAB_ITEM_CODE, key_view(&prefix), &w);
	if (w.on && item_by_num(rq, get_be64(w.val.p), &item) == ERR_OK)
		item_level(rq, &item);
	store_walk_end(&w);
}

/* How many items the viewer sees whose code begins so; the last of them in out. Stops at two. */
static unsigned seen_with_prefix(struct request *rq, struct slice code, struct rec_item *out)
{
	struct key k = key_bytes(rq->case_id, code);
	struct walk w;
	unsigned n = 0;
	bool any = false;

	for (store_walk(rq->house->store, TAB_ITEM_CODE, key_view(&k), &w); w.on && n < 2;
	     store_next(&w)) {
		struct rec_item item;

		any = true;
		if (item_by_num(rq, get_be64(w.val.p), &item) != ERR_OK ||
		    item_level(rq, &item) == LEVEL_GEEN)
			continue;
		*out = item;
		n++;
	}
	store_walk_end(&w);
	if (!any)
		look_all_the_same(rq, code);
	return n;
}

enum err item_named(struct request *rq, struct slice given, struct rec_item *out)
{
	char clean[16];
	struct slice code = item_code_clean(given, clean), of = item_code_case(given);
	unsigned n;

	if (!code.n || (of.n && case_number(of) != rq->case_id))
		return refuse_absent(rq);
	n = seen_with_prefix(rq, code, out);
	if (n == 0)
		return refuse_absent(rq);
	if (n > 1)
		return refuse_arg(rq, ERR_USAGE, N_("More than one item begins with %s."),
				  N_("Give one character more."), given);
	return ERR_OK;
}

enum err item_arg(struct request *rq, const char *param, struct rec_item *out)
{
	return item_named(rq, arg_str(rq, param), out);
}

struct slice item_mark(struct request *rq, struct slice shown)
{
	uint8_t hash[32] = {0};

	EVP_Digest(shown.p, shown.n, hash, NULL, EVP_sha256(), NULL);
	return arena_fmt(rq->arena, "%016llx", (unsigned long long)get_be64(hash));
}

static void load(struct items *it)
{
	if (it->pass)
		arena_free(&it->own);
	it->on = it->walk.on && (it->pass ? rec_read(REC_item, it->walk.val, &it->own, &it->item)
					  : read_item(it->rq, it->walk.val, &it->item)) == ERR_OK;
	if (!it->on)
		items_end(it);
}

void items_end(struct items *it)
{
	store_walk_end(&it->walk);
	arena_free(&it->own);
	it->on = false;
}

void items_first(struct request *rq, uint64_t from_num, struct items *it)
{
	struct key prefix = key_u64(rq->case_id), from = key_2(rq->case_id, from_num);

	*it = (struct items){.rq = rq};
	store_walk_from(rq->house->store, TAB_ITEM, key_view(&prefix), key_view(&from), &it->walk);
	load(it);
}

void items_pass(struct request *rq, uint64_t from_num, struct items *it)
{
	struct key prefix = key_u64(rq->case_id), from = key_2(rq->case_id, from_num);

	*it = (struct items){.rq = rq, .pass = true};
	store_walk_from(rq->house->store, TAB_ITEM, key_view(&prefix), key_view(&from), &it->walk);
	load(it);
}

void items_next(struct items *it)
{
	store_next(&it->walk);
	load(it);
}
