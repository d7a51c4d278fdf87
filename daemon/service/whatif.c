/*
 * What if: a change that is not made, asked of the functions that enforce. Each case is read twice,
 * as it is and as it would be; what differs is counted. A helping of cases at a time, so that
 * nobody waits for it; the counts so far travel with the asker, sealed, so that he is told of all
 * and of no part. Who asks need not see a case: he gets counts and no codes, an agency's admin in
 * fives, and nobody is asked about by name, for that would tell who is in a case.
 */
#include "imagined.h"
#include "tally.h"

#include "args.h"
#include "clock.h"
#include "items.h"
#include "keys.h"

#include <openssl/evp.h>

#include <stdlib.h>

enum { HELPING_MS = 20, HELPING_COST = 3, HEAD = 24 };

struct whatif {
	struct request *rq;
	struct imagined asked;
	struct tally n;
};

/* -- counting ---------------------------------------------------------------------------------- */

/* One item of a case, as it is and as it would be. about: of a message, what it is about. */
struct pair {
	const struct sight_case *now, *then;
	const struct rec_item *item, *about;
};

/* The rule that is asked about, made or ended, is about it. */
static bool of_rule(const struct whatif *w, const struct rec_item *item)
{
	return slice_eq(item->category, w->asked.rule.category) &&
	       (slice_is(w->asked.rule.from_agency, "*") ||
		slice_eq(w->asked.rule.from_agency, item->owner));
}

/* As much as the new agreement lets anybody see of what it says something else about than before.
 */
static enum level agreed_level(const struct whatif *w, const struct pair *p)
{
	const struct rec_agreement *a = &w->asked.agreement;
	uint64_t most = LEVEL_GEEN;

	if (!slice_eq(sight_case_rec(p->now)->agreement, a->id) ||
	    !slices_have(w->asked.differs, p->item->category))
		return LEVEL_GEEN;
	for (size_t i = 0; i < a->ceilings.n; i++)
		if (slice_eq(a->ceilings.v[i].category, p->item->category) &&
		    a->ceilings.v[i].consent_level > most)
			most = a->ceilings.v[i].consent_level;
	return (enum level)most;
}

/* For whom and what the change is meant, and up to where: what it leaves closed below that is worth
 * telling. */
static enum level meant_level(const struct whatif *w, const struct pair *p,
			      const struct rec_member *m)
{
	if (p->about)
		return LEVEL_GEEN;
	if (w->asked.rule.id.n)
		return of_rule(w, p->item) ? (enum level)w->asked.rule.level : LEVEL_GEEN;
	if (w->asked.o.agreed)
		return agreed_level(w, p);
	return w->asked.o.member && w->asked.member.person == m->person ? LEVEL_INHOUD : LEVEL_GEEN;
}

/* Who asks about a member is in the case himself: of what is hidden from him not even the number is
 * told. An admin is in no case, and gets numbers over all. */
static bool is_known(const struct whatif *w, const struct pair *p)
{
	struct sight s;

	if (!w->asked.only)
		return true;
	policy_sight(p->now, w->rq->who, p->item, p->about, w->rq->now, &s);
	return s.level > LEVEL_GEEN;
}

static bool compare(struct whatif *w, const struct pair *p, const struct rec_member *m)
{
	struct viewer v = {.person = m->person};
	struct sight before, after;

	policy_sight(p->now, &v, p->item, p->about, w->rq->now, &before);
	policy_sight(p->then, &v, p->item, p->about, w->rq->now, &after);
	if (after.level == before.level) {
		if (after.level < meant_level(w, p, m))
			tally_closed(&w->n, &after, w->asked.rule.id.n > 0);
		return false;
	}
	tally_move(&w->n, p->item, m, before.level, after.level);
	return true;
}

static bool compare_item(struct whatif *w, const struct pair *p)
{
	bool moved = false;

	if (!is_known(w, p))
		return false;
	for (size_t i = 0; i < sight_members(p->then); i++)
		moved = compare(w, p, sight_member_at(p->then, i)) || moved;
	return moved;
}

static int by_number(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

/* The items of this case that moved, rising: what is said about them moves with them, and came
 * after. */
struct moved {
	struct buf nums;
};

static void moved_free(struct moved *m)
{
	buf_free(&m->nums);
}

static bool has_moved(const struct moved *m, uint64_t num)
{
	return m->nums.n &&
	       bsearch(&num, m->nums.p, m->nums.n / sizeof(num), sizeof(num), by_number);
}

static void compare_message(struct whatif *w, struct pair *p, const struct moved *m)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct key k = key_2(sight_case_rec(p->now)->id, p->item->about);
	struct rec_item about;
	struct slice val;

	if (!has_moved(m, p->item->about) ||
	    store_get(w->rq->house->store, TAB_ITEM, key_view(&k), &val) != ERR_OK ||
	    rec_read(REC_item, val, &a, &about) != ERR_OK)
		return;
	p->about = &about;
	w->n.items += compare_item(w, p);
	p->about = NULL;
}

static void compare_one(struct whatif *w, struct pair *p, struct moved *m)
{
	if (p->item->about) {
		compare_message(w, p, m);
	} else if ((!w->asked.rule.id.n || of_rule(w, p->item)) && compare_item(w, p)) {
		buf_add(&m->nums, &p->item->num, sizeof(p->item->num));
		w->n.items++;
	}
}

static enum err count_case(struct whatif *w, uint64_t id)
{
	CLEANUP(moved_free) struct moved moved = {0};
	struct key prefix = key_u64(id);
	struct sight_case *then;
	uint64_t items = w->n.items;
	struct pair p = {0};
	struct walk walk;

	TRY(policy_case(w->rq->house->policy, id, &p.now));
	TRY(policy_imagine(w->rq->house->policy, id, &w->asked.o, &then));
	p.then = then;
	for (store_walk(w->rq->house->store, TAB_ITEM, key_view(&prefix), &walk); walk.on;
	     store_next(&walk)) {
		CLEANUP(arena_free) struct arena a = {0};
		struct rec_item item;

		if (rec_read(REC_item, walk.val, &a, &item) != ERR_OK)
			continue;
		p.item = &item;
		compare_one(w, &p, &moved);
	}
	store_walk_end(&walk);
	policy_forget(then);
	w->n.cases += w->n.items > items;
	return ERR_OK;
}

/* Where to go on, or 0. */
static uint64_t count_cases(struct whatif *w, uint64_t after)
{
	int64_t end = clock_mono_ms() + HELPING_MS;
	struct key from = key_u64(after + 1);
	uint64_t next = 0;
	struct walk walk;

	store_walk_from(w->rq->house->store, TAB_CASE, SLICE(""), key_view(&from), &walk);
	for (; walk.on && clock_mono_ms() < end; store_next(&walk)) {
		next = get_be64(walk.key.p);
		count_case(w, next);
		w->n.looked++;
	}
	if (!walk.on)
		next = 0;
	store_walk_end(&walk);
	return next;
}

/* -- from helping to helping ------------------------------------------------------------------- */

/* Which question this is. */
static uint64_t question(struct request *rq)
{
	CLEANUP(buf_free) struct buf all = {0};
	uint8_t hash[32] = {0};

	buf_slice(&all, arg_str(rq, "method"));
	buf_u8(&all, 0);
	buf_slice(&all, arg_str(rq, "params"));
	EVP_Digest(all.p, all.n, hash, NULL, EVP_sha256(), NULL);
	return get_be64(hash);
}

/* His own, of this very question: he goes on where it ended, and chooses no case to begin with. */
static enum err take_so_far(struct whatif *w, uint64_t mark, uint64_t *after)
{
	struct request *rq = w->rq;
	struct slice token = arg_str(rq, "after"), rest;
	CLEANUP(buf_free) struct buf plain = {0};
	CLEANUP(tree_free) struct tree t = {0};

	if (!token.n)
		return ERR_OK;
	if (keyring_token_open(rq->house->keyring, token, &plain) != ERR_OK || plain.n <= HEAD ||
	    get_be64(plain.p) != rq->who->person || get_be64(plain.p + 8) != mark)
		return refuse(
			rq, ERR_USAGE, N_("This is no place to go on from."), NULL,
			N_("Give what \"next\" of the last answer was, for the same question."));
	rest = (struct slice){plain.p + HEAD, plain.n - HEAD};
	TRY(tree_read(&t, rest));
	*after = get_be64(plain.p + 16);
	tally_take(&w->n, tree_root(&t));
	return ERR_OK;
}

static void pack_next(const struct whatif *w, uint64_t mark, uint64_t next, struct buf *out)
{
	CLEANUP(buf_free) struct buf plain = {0};
	CLEANUP(buf_free) struct buf token = {0};

	buf_be64(&plain, w->rq->who->person);
	buf_be64(&plain, mark);
	buf_be64(&plain, next);
	tally_pack(&w->n, &plain);
	keyring_token_seal(w->rq->house->keyring, buf_view(&plain), &token);
	pack_map(out, 2);
	pack_kv_int(out, "looked", (int64_t)(w->n.looked - w->n.looked % 100));
	pack_kv_bin(out, "next", buf_view(&token));
}

static bool is_partnerships(struct request *rq)
{
	struct refusal r;

	return policy_may(rq->house->policy, rq->who, RIGHT_PARTNERSHIP, 0, rq->now, &r) == ERR_OK;
}

static void pack_whole(struct whatif *w, struct buf *out)
{
	if (!w->asked.only && !is_partnerships(w->rq))
		tally_roughen(&w->n);
	tally_pack(&w->n, out);
}

enum err serve_whatif(struct request *rq)
{
	struct whatif *w = ARENA_ARRAY(rq->arena, struct whatif, 1);
	const msgpack_object *asked = rq->params;
	uint64_t after = 0, next = 0, mark = question(rq);
	CLEANUP(tree_free) struct tree t = {0};
	enum err err;

	*w = (struct whatif){.rq = rq, .asked.rq = rq, .n.arena = rq->arena};
	TRY(take_so_far(w, mark, &after));
	err = imagined_take(&w->asked, &t);
	if (err == ERR_OK && w->asked.only)
		err = count_case(w, w->asked.only);
	else if (err == ERR_OK)
		next = count_cases(w, after);
	rq->params = asked;
	rq->case_id = w->asked.only;
	rq->cost = HELPING_COST;
	rq->log_itself = err == ERR_OK && !after; /* once a question: also that he asked is kept */
	if (err == ERR_OK && next)
		pack_next(w, mark, next, rq->out);
	else if (err == ERR_OK)
		pack_whole(w, rq->out);
	return err;
}
