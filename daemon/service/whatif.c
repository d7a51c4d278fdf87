/*
 * What if: a change that is not made, asked of the functions that enforce. Each case is read twice,
 * as it is and as it would be; what differs is counted. A helping of cases at a time, so that
 * nobody waits for it; the counts so far travel with the asker, sealed, so that he is told of all
 * and of no part. Who asks need not see a case: he gets counts and no codes, an agency's admin in
 * fives, and nobody is asked about by name, for that would tell who is in a case.
 */
#include "args.h"
#include "clock.h"
#include "codes.h"
#include "items.h"
#include "keys.h"
#include "members.h"
#include "agreement.h"
#include "rule.h"

#include <openssl/evp.h>

#include <stdio.h>
#include <string.h>

enum {
	MOVES = 256,
	CLOSED = 16,
	EXAMPLES = 10,
	HELPING_MS = 20,
	HELPING_COST = 3,
	FIVES = 5,
	HEAD = 24
};

struct move_row {
	struct slice agency, role;
	uint8_t from, to;
	uint64_t n;
};
struct closed_row {
	const char *why;
	char arg[64];
	uint64_t n;
};
struct example {
	struct slice kind, category, agency, role;
	uint8_t from, to;
};
struct whatif {
	struct request *rq;
	struct overlay o;
	struct rec_rule rule;
	struct rec_agreement agreement;
	struct rec_member member;
	struct rec_block block;
	struct rec_case rec;
	uint64_t only; /* the case of a change in one; 0: all */
	bool rough;    /* in fives: he makes rules of one agency */
	uint64_t looked, cases, items, up, down;
	struct move_row *moves;
	struct closed_row closed[CLOSED];
	struct example examples[EXAMPLES];
	size_t moves_n, closed_n, examples_n;
};

/* -- what is asked ----------------------------------------------------------------------------- */

/* Whether one person would see more is whether he is in such a case. */
static enum err not_by_name(struct request *rq, const struct rec_rule *r)
{
	if (!r->to.n || r->to.p[0] != '#')
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("What a rule for one person would do is not told."),
		      N_("It would tell whether he takes part in a case."),
		      N_("Ask it of his agency or role."));
}

static enum err imagined_rule(struct whatif *w)
{
	TRY(rule_arg(w->rq, NULL, &w->rule));
	w->o.rule = &w->rule;
	return not_by_name(w->rq, &w->rule);
}

static enum err imagined_end(struct whatif *w)
{
	TRY(rule_end_arg(w->rq, NULL, &w->rule));
	w->o.drop_rule = w->rule.id;
	return not_by_name(w->rq, &w->rule);
}

static enum err imagined_agreement(struct whatif *w)
{
	TRY(agreement_arg(w->rq, &w->agreement));
	w->o.agreed = &w->agreement;
	return ERR_OK;
}

static enum err in_one_case(struct whatif *w)
{
	w->only = w->rq->case_id;
	return policy_case(w->rq->house->policy, w->rq->case_id, &w->rq->sight);
}

static enum err imagined_member(struct whatif *w)
{
	TRY(in_one_case(w));
	TRY(member_arg(w->rq, &w->member));
	w->member.status = SLICE("active");
	w->o.member = &w->member;
	return ERR_OK;
}

static enum err imagined_leaving(struct whatif *w)
{
	TRY(in_one_case(w));
	w->o.member = &w->member;
	return member_end_arg(w->rq, &w->member);
}

static enum err imagined_block(struct whatif *w)
{
	TRY(in_one_case(w));
	w->o.block = &w->block;
	return member_block_arg(w->rq, &w->block);
}

static enum err imagined_phase(struct whatif *w)
{
	TRY(in_one_case(w));
	w->o.rec = &w->rec;
	return case_phase_arg(w->rq, &w->rec);
}

static const struct {
	const char *method;
	enum err (*imagine)(struct whatif *);
} changes[] = {{"rule.add", imagined_rule},           {"rule.end", imagined_end},
	       {"agreement.put", imagined_agreement}, {"member.invite", imagined_member},
	       {"member.end", imagined_leaving},      {"member.block", imagined_block},
	       {"case.phase", imagined_phase}};

/* The change's own parameters take the place of ours; its own right is asked. */
static enum err take_change(struct whatif *w, const struct method *m, const msgpack_object *params,
			    enum err (*imagine)(struct whatif *))
{
	struct request *rq = w->rq;
	struct complaint c = {0};

	if (vocab_check_params(m, params, &c) != ERR_OK) {
		rq->where = arena_copy(rq->arena, slice_of(c.where));
		return refuse_arg(rq, ERR_USAGE, c.text, c.can,
				  arena_copy(rq->arena, slice_of(c.arg)));
	}
	rq->params = params;
	rq->case_id = m->case_param ? case_number(arg_str(rq, m->case_param)) : 0;
	TRY(policy_may(rq->house->policy, rq->who, m->right, rq->case_id, rq->now, &rq->refusal));
	return imagine(w);
}

static enum err take_method(struct whatif *w, struct tree *t)
{
	struct request *rq = w->rq;
	struct slice name = arg_str(rq, "method");

	if (tree_read(t, arg_str(rq, "params")) != ERR_OK)
		return refuse(rq, ERR_USAGE, N_("The change's parameters are no map."), NULL, NULL);
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
		if (slice_is(name, changes[i].method))
			return take_change(w, vocab_method(&brug_vocab, name), tree_root(t),
					   changes[i].imagine);
	return refuse_arg(rq, ERR_USAGE, N_("What %s would do cannot be asked."),
			  N_("See: brug help whatif, brug-admin help whatif"), name);
}

/* -- counting ---------------------------------------------------------------------------------- */

static void count_move(struct whatif *w, const struct rec_member *m, enum level from, enum level to)
{
	for (size_t i = 0; i < w->moves_n; i++) {
		struct move_row *r = &w->moves[i];

		if (r->from == from && r->to == to && slice_eq(r->agency, m->agency) &&
		    slice_eq(r->role, m->role)) {
			r->n++;
			return;
		}
	}
	if (w->moves_n == MOVES)
		return;
	w->moves[w->moves_n++] =
		(struct move_row){arena_copy(w->rq->arena, m->agency),
				  arena_copy(w->rq->arena, m->role), (uint8_t)from, (uint8_t)to, 1};
}

static void add_example(struct whatif *w, const struct rec_item *item, const struct rec_member *m,
			enum level from, enum level to)
{
	struct arena *a = w->rq->arena;

	if (w->examples_n < EXAMPLES)
		w->examples[w->examples_n++] = (struct example){arena_copy(a, item->kind),
								arena_copy(a, item->category),
								arena_copy(a, m->agency),
								arena_copy(a, m->role),
								(uint8_t)from,
								(uint8_t)to};
}

/* Reasons that say what opened it, and not what kept the rest closed. */
static bool is_opening(const char *why)
{
	static const char *const openings[] = {
		"A rule allows it: %s", "The person consents: %s", "Carries it out.",
		"The agency it belongs to shows this item more widely, for a time."};

	for (size_t i = 0; i < sizeof(openings) / sizeof(*openings); i++)
		if (!strcmp(why, openings[i]))
			return true;
	return false;
}

/* The last reason given is the one that kept it closed. */
static void count_closed(struct whatif *w, const struct sight *s)
{
	const char *why = s->n ? s->reason[s->n - 1].text : "",
		   *arg = s->n ? s->reason[s->n - 1].arg : "";
	struct closed_row *row;

	if (!strcmp(s->why, "G4")) /* why somebody is barred is his own affair */
		return;
	if (is_opening(why)) {
		why = N_("The rule is not for them.");
		arg = "";
	}
	for (size_t i = 0; i < w->closed_n; i++)
		if (!strcmp(w->closed[i].why, why) &&
		    !strncmp(w->closed[i].arg, arg, sizeof(w->closed[i].arg) - 1)) {
			w->closed[i].n++;
			return;
		}
	if (w->closed_n == CLOSED || !*why)
		return;
	row = &w->closed[w->closed_n++];
	*row = (struct closed_row){.why = why, .n = 1};
	snprintf(row->arg, sizeof(row->arg), "%s", arg);
}

/* Only for whom and what the change is meant: what it leaves closed is worth telling. */
static bool is_meant(const struct whatif *w, const struct rec_item *item)
{
	return w->o.rule && slice_eq(item->category, w->rule.category) &&
	       (slice_is(w->rule.from_agency, "*") || slice_eq(w->rule.from_agency, item->owner));
}

/* Who asks about a member is in the case himself: of what is hidden from him not even the number is
 * told. An admin is in no case, and gets numbers over all. */
static bool is_known(const struct whatif *w, const struct sight_case *now,
		     const struct rec_item *item)
{
	struct sight s;

	if (!w->only)
		return true;
	policy_sight(now, w->rq->who, item, NULL, w->rq->now, &s);
	return s.level > LEVEL_GEEN;
}

static bool touches(const struct whatif *w, const struct rec_item *item)
{
	if (item->about)
		return false;
	return !w->rule.id.n ||
	       (slice_eq(item->category, w->rule.category) &&
		(slice_is(w->rule.from_agency, "*") || slice_eq(w->rule.from_agency, item->owner)));
}

static bool compare(struct whatif *w, const struct sight_case *now, const struct sight_case *then,
		    const struct rec_item *item, const struct rec_member *m)
{
	struct viewer v = {.person = m->person};
	struct sight before, after;

	policy_sight(now, &v, item, NULL, w->rq->now, &before);
	policy_sight(then, &v, item, NULL, w->rq->now, &after);
	if (after.level == before.level) {
		if (is_meant(w, item) && after.level < (enum level)w->rule.level)
			count_closed(w, &after);
		return false;
	}
	w->up += after.level > before.level;
	w->down += after.level < before.level;
	count_move(w, m, before.level, after.level);
	add_example(w, item, m, before.level, after.level);
	return true;
}

static bool compare_item(struct whatif *w, const struct sight_case *now,
			 const struct sight_case *then, const struct rec_item *item)
{
	bool moved = false;

	for (size_t i = 0; i < sight_members(then); i++)
		moved = compare(w, now, then, item, sight_member_at(then, i)) || moved;
	return moved;
}

static enum err count_case(struct whatif *w, uint64_t id)
{
	struct key prefix = key_u64(id);
	const struct sight_case *now;
	struct sight_case *then;
	uint64_t items = w->items;
	struct walk walk;

	TRY(policy_case(w->rq->house->policy, id, &now));
	TRY(policy_imagine(w->rq->house->policy, id, &w->o, &then));
	for (store_walk(w->rq->house->store, TAB_ITEM, key_view(&prefix), &walk); walk.on;
	     store_next(&walk)) {
		CLEANUP(arena_free) struct arena a = {0};
		struct rec_item item;

		if (rec_read(REC_item, walk.val, &a, &item) == ERR_OK && touches(w, &item) &&
		    is_known(w, now, &item))
			w->items += compare_item(w, now, then, &item);
	}
	store_walk_end(&walk);
	policy_forget(then);
	w->cases += w->items > items;
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
		w->looked++;
	}
	if (!walk.on)
		next = 0;
	store_walk_end(&walk);
	return next;
}

/* -- the answer -------------------------------------------------------------------------------- */

static void pack_levels(struct buf *out, uint8_t from, uint8_t to)
{
	pack_kv_text(out, "from", level_name((enum level)from));
	pack_kv_text(out, "to", level_name((enum level)to));
}

static void pack_counts(const struct whatif *w, struct buf *out)
{
	pack_map(out, 9);
	pack_kv_bool(out, "rough", w->rough);
	pack_kv_int(out, "looked", (int64_t)w->looked);
	pack_kv_int(out, "cases", (int64_t)w->cases);
	pack_kv_int(out, "items", (int64_t)w->items);
	pack_kv_int(out, "up", (int64_t)w->up);
	pack_kv_int(out, "down", (int64_t)w->down);
	pack_key(out, "by");
	pack_array(out, w->moves_n);
	for (size_t i = 0; i < w->moves_n; i++) {
		pack_map(out, 5);
		pack_kv_str(out, "agency", w->moves[i].agency);
		pack_kv_str(out, "role", w->moves[i].role);
		pack_levels(out, w->moves[i].from, w->moves[i].to);
		pack_kv_int(out, "n", (int64_t)w->moves[i].n);
	}
	pack_key(out, "closed");
	pack_array(out, w->closed_n);
	for (size_t i = 0; i < w->closed_n; i++) {
		pack_map(out, 3);
		pack_kv_text(out, "why", w->closed[i].why);
		pack_kv_text(out, "arg", w->closed[i].arg);
		pack_kv_int(out, "n", (int64_t)w->closed[i].n);
	}
	pack_key(out, "examples");
	pack_array(out, w->examples_n);
	for (size_t i = 0; i < w->examples_n; i++) {
		const struct example *e = &w->examples[i];

		pack_map(out, 6);
		pack_kv_str(out, "kind", e->kind);
		pack_kv_str(out, "category", e->category);
		pack_kv_str(out, "agency", e->agency);
		pack_kv_str(out, "role", e->role);
		pack_levels(out, e->from, e->to);
	}
}

/* -- from helping to helping ------------------------------------------------------------------- */

static uint64_t count_in(const msgpack_object *o, const char *key)
{
	return (uint64_t)obj_int(obj_get(o, key), 0);
}

static uint8_t level_in(const msgpack_object *o, const char *key)
{
	int level = level_parse(obj_bytes(obj_get(o, key)));

	return (uint8_t)(level < 0 ? 0 : level);
}

static struct slice word_in_answer(struct whatif *w, const msgpack_object *o, const char *key)
{
	return arena_copy(w->rq->arena, obj_bytes(obj_get(o, key)));
}

static void take_rows(struct whatif *w, const msgpack_object *o)
{
	const msgpack_object *by = obj_get(o, "by"), *closed = obj_get(o, "closed"),
			     *examples = obj_get(o, "examples");

	for (size_t i = 0; i < obj_n(by) && i < MOVES; i++)
		w->moves[w->moves_n++] = (struct move_row){
			word_in_answer(w, obj_at(by, i), "agency"),
			word_in_answer(w, obj_at(by, i), "role"), level_in(obj_at(by, i), "from"),
			level_in(obj_at(by, i), "to"), count_in(obj_at(by, i), "n")};
	for (size_t i = 0; i < obj_n(closed) && i < CLOSED; i++) {
		const msgpack_object *one = obj_at(closed, i);
		struct closed_row *row = &w->closed[w->closed_n++];

		*row = (struct closed_row){
			.why = arena_str(w->rq->arena, obj_bytes(obj_get(one, "why"))),
			.n = count_in(one, "n")};
		snprintf(row->arg, sizeof(row->arg), "%.*s",
			 SLICE_ARG(obj_bytes(obj_get(one, "arg"))));
	}
	for (size_t i = 0; i < obj_n(examples) && i < EXAMPLES; i++)
		w->examples[w->examples_n++] =
			(struct example){word_in_answer(w, obj_at(examples, i), "kind"),
					 word_in_answer(w, obj_at(examples, i), "category"),
					 word_in_answer(w, obj_at(examples, i), "agency"),
					 word_in_answer(w, obj_at(examples, i), "role"),
					 level_in(obj_at(examples, i), "from"),
					 level_in(obj_at(examples, i), "to")};
}

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
	w->looked = count_in(tree_root(&t), "looked");
	w->cases = count_in(tree_root(&t), "cases");
	w->items = count_in(tree_root(&t), "items");
	w->up = count_in(tree_root(&t), "up");
	w->down = count_in(tree_root(&t), "down");
	take_rows(w, tree_root(&t));
	return ERR_OK;
}

static void pack_next(const struct whatif *w, uint64_t mark, uint64_t next, struct buf *out)
{
	CLEANUP(buf_free) struct buf plain = {0};
	CLEANUP(buf_free) struct buf token = {0};

	buf_be64(&plain, w->rq->who->person);
	buf_be64(&plain, mark);
	buf_be64(&plain, next);
	pack_counts(w, &plain);
	keyring_token_seal(w->rq->house->keyring, buf_view(&plain), &token);
	pack_map(out, 2);
	pack_kv_int(out, "looked", (int64_t)(w->looked - w->looked % 100));
	pack_kv_bin(out, "next", buf_view(&token));
}

/* -- in fives ---------------------------------------------------------------------------------- */

static uint64_t in_fives(uint64_t n)
{
	return n - n % FIVES;
}

static bool is_told(const struct whatif *w, const struct example *e)
{
	for (size_t i = 0; i < w->moves_n; i++)
		if (w->moves[i].from == e->from && w->moves[i].to == e->to &&
		    slice_eq(w->moves[i].agency, e->agency) && slice_eq(w->moves[i].role, e->role))
			return true;
	return false;
}

/* What is seldom tells of one case: it is left out, and the rest is rounded down. */
static void roughen(struct whatif *w)
{
	size_t n = 0;

	w->cases = in_fives(w->cases);
	w->items = in_fives(w->items);
	w->up = in_fives(w->up);
	w->down = in_fives(w->down);
	for (size_t i = 0; i < w->moves_n; i++)
		if ((w->moves[i].n = in_fives(w->moves[i].n)))
			w->moves[n++] = w->moves[i];
	w->moves_n = n;
	n = 0;
	for (size_t i = 0; i < w->closed_n; i++)
		if ((w->closed[i].n = in_fives(w->closed[i].n)))
			w->closed[n++] = w->closed[i];
	w->closed_n = n;
	n = 0;
	for (size_t i = 0; i < w->examples_n; i++)
		if (is_told(w, &w->examples[i]))
			w->examples[n++] = w->examples[i];
	w->examples_n = n;
	w->looked -= w->looked % 100;
}

static bool is_partnerships(struct request *rq)
{
	struct refusal r;

	return policy_may(rq->house->policy, rq->who, RIGHT_PARTNERSHIP, 0, rq->now, &r) == ERR_OK;
}

enum err serve_whatif(struct request *rq)
{
	struct whatif w = {.rq = rq, .moves = ARENA_ARRAY(rq->arena, struct move_row, MOVES)};
	const msgpack_object *asked = rq->params;
	uint64_t after = 0, next = 0, mark = question(rq);
	CLEANUP(tree_free) struct tree t = {0};
	enum err err;

	TRY(take_so_far(&w, mark, &after));
	err = take_method(&w, &t);
	if (err == ERR_OK && w.only)
		err = count_case(&w, w.only);
	else if (err == ERR_OK)
		next = count_cases(&w, after);
	rq->params = asked;
	rq->case_id = w.only;
	rq->cost = HELPING_COST;
	rq->log_itself = err == ERR_OK && !after; /* once a question: also that he asked is kept */
	w.rough = !w.only && !is_partnerships(rq);
	if (w.rough && !next)
		roughen(&w);
	if (err == ERR_OK && next)
		pack_next(&w, mark, next, rq->out);
	else if (err == ERR_OK)
		pack_counts(&w, rq->out);
	return err;
}
