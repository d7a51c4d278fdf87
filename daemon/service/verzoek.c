/* The person's requests (AVG 15-21): asked, answered within a month, and by whom. In a closed case
 * nobody works any more: there a privacy officer answers. */
#include "args.h"
#include "clock.h"
#include "items.h"
#include "keys.h"
#include "moves.h"
#include "notice.h"
#include "person.h"
#include "revise.h"
#include "terms.h"
#include "waiting.h"

static bool closed(const struct request *rq)
{
	return phase_closed(sight_case_rec(rq->sight)->phase);
}

static bool is_officer(struct request *rq)
{
	struct refusal r;

	return policy_may(rq->house->policy, rq->who, RIGHT_PRIVACY, 0, rq->now, &r) == ERR_OK;
}

static bool has_role(struct request *rq, const char *role)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	return me && slice_is(me->role, role);
}

static bool leads(struct request *rq)
{
	return policy_leads(rq->sight, rq->who->person, rq->now);
}

enum err persons_own_when_closed(struct request *rq)
{
	if (!closed(rq) || has_role(rq, "betrokkene") || has_role(rq, "ondersteuner"))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("The case is closed."),
		      N_("Nothing is shown or written in a closed case any more."),
		      N_("Ask the privacy officer for what you still need of it."));
}

/* Each of a case, or of all cases (prefix empty). */
static void each_verzoek(struct request *rq, struct slice prefix,
			 void (*see)(struct request *, const struct rec_verzoek *, void *),
			 void *arg)
{
	struct walk w;

	for (store_walk(rq->house->store, TAB_VERZOEK, prefix, &w); w.on; store_next(&w)) {
		struct rec_verzoek v;

		if (rec_read(REC_verzoek, arena_copy(rq->arena, w.val), rq->arena, &v) != ERR_OK)
			continue;
		if (!prefix.n)
			rq->case_id = get_be64(w.key.p);
		see(rq, &v, arg);
	}
	store_walk_end(&w);
}

struct packed {
	struct buf *out;
	size_t n;
};

/* -- asking ------------------------------------------------------------------------------------ */

static void put_verzoek(struct request *rq, const struct rec_verzoek *v)
{
	struct key k = key_bytes(rq->case_id, v->id);

	put_record(rq, TAB_VERZOEK, key_view(&k), REC_verzoek, v);
	change_touch(&rq->change, v->item, 0);
}

/* The lead hears of what is asked about the case, and about an item whose core she sees: of another
 * she is not even told that there is one. */
static void tell_lead(struct request *rq, const struct rec_verzoek *v, const struct rec_item *item)
{
	struct viewer lead = {.person = sight_case_rec(rq->sight)->lead};
	struct sight s = {.level = LEVEL_GEEN};

	if (!v->item ||
	    (policy_sight_of(rq->house->policy, rq->sight, &lead, item, rq->now, &s) == ERR_OK &&
	     s.level >= LEVEL_KERN))
		notice_person(rq, lead.person, "verzoek", v->item, v->id, v->due);
}

static void tell_asked(struct request *rq, const struct rec_verzoek *v, const struct rec_item *item)
{
	if (closed(rq)) {
		notice_function(rq, "privacy-officer", (struct slice){0}, "verzoek-closed", 0,
				v->id, v->due);
		return;
	}
	if (v->item)
		notice_owner(rq, item->owner, "verzoek", v->item, v->id, v->due);
	tell_lead(rq, v, item);
}

enum err serve_verzoek_ask(struct request *rq)
{
	struct rec_verzoek v = {.what = arg_str(rq, "what"),
				.by = rq->who->person,
				.asked = rq->now,
				.due = clock_months(rq->now, 1) /* AVG 12 */};
	struct rec_item item = {0};

	if (arg_given(rq, "item")) {
		TRY(item_arg(rq, "item", &item));
		TRY(persons_side(rq, &item));
	}
	v.item = item.num;
	v.id = arena_fmt(rq->arena, "v-%06x", (unsigned)(random_u64() & 0xffffff));
	v.sealed = seal_text(rq, (uint64_t)v.asked, TEXT_VERZOEK, arg_str(rq, "text"));
	put_verzoek(rq, &v);
	terms_of_verzoek(rq, &v);
	tell_asked(rq, &v, &item);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "verzoek", v.id);
	pack_kv_int(rq->out, "due", v.due);
	return ERR_OK;
}

/* -- who answers, and who may know ------------------------------------------------------------- */

/* What is asked about an item may tell what is in it: for who sees its core. */
static bool sees_core(struct request *rq, const struct rec_verzoek *v)
{
	struct rec_item item;

	return !v->item ||
	       (item_by_num(rq, v->item, &item) == ERR_OK && item_level(rq, &item) >= LEVEL_KERN);
}

/* Not of oneself, and not what one asked. */
static bool answers_closed(struct request *rq, const struct rec_verzoek *v)
{
	return is_officer(rq) && v->by != rq->who->person &&
	       sight_case_rec(rq->sight)->person != rq->who->person;
}

/* The agency of the item it is about; without an item the casusregisseur. */
static bool answers(struct request *rq, const struct rec_verzoek *v)
{
	struct rec_item item;

	if (closed(rq))
		return answers_closed(rq, v);
	if (!v->item)
		return leads(rq);
	return item_by_num(rq, v->item, &item) == ERR_OK &&
	       (policy_who(rq->sight, rq->who, &item, rq->now) & WHO_OWNER);
}

static bool may_know(struct request *rq, const struct rec_verzoek *v)
{
	return has_role(rq, "betrokkene") || v->by == rq->who->person ||
	       (!closed(rq) && leads(rq) && sees_core(rq, v)) || answers(rq, v);
}

/* -- answering --------------------------------------------------------------------------------- */

static enum err not_yours(struct request *rq, const struct rec_verzoek *v)
{
	return refuse(rq, ERR_REFUSED,
		      closed(rq) ? N_("A privacy officer answers requests in a closed case.")
		      : v->item  ? N_("The agency the item belongs to answers this request.")
				 : N_("The casusregisseur answers this request."),
		      NULL, N_("Ask them; brug verzoek list says before when."));
}

static bool is_granted(const struct rec_verzoek *v)
{
	return slice_is(v->verdict, "toegewezen") || slice_is(v->verdict, "deels");
}

/* What was promised is done in the same change where that can be done: a restriction granted is in
 * force when he reads that it was. */
static bool restrict_granted(struct request *rq, const struct rec_verzoek *v)
{
	struct rec_item item;

	if (closed(rq) || !v->item || !slice_is(v->what, "beperking") ||
	    !slice_is(v->verdict, "toegewezen") || item_by_num(rq, v->item, &item) != ERR_OK ||
	    item.about)
		return false;
	if (!item.restricted)
		restrict_item(rq, &item, arg_str(rq, "why"));
	return true;
}

/* What the answer promises and is still to be done by hand. In a closed case nothing is used. */
static struct slice left_to_do(struct request *rq, const struct rec_verzoek *v, bool restricted)
{
	bool copy = slice_is(v->what, "inzage") || slice_is(v->what, "gegevens_mee");

	if (!is_granted(v) || restricted)
		return (struct slice){0};
	if (copy)
		return SLICE("inzage");
	return !closed(rq) || slice_is(v->what, "wissen") ? v->what : (struct slice){0};
}

enum err serve_verzoek_answer(struct request *rq)
{
	struct key k = key_bytes(rq->case_id, arg_str(rq, "verzoek"));
	struct rec_verzoek v;
	struct slice todo;
	bool restricted;

	if (get_record(rq, TAB_VERZOEK, key_view(&k), REC_verzoek, &v) != ERR_OK ||
	    !may_know(rq, &v))
		return refuse_absent(rq);
	if (!answers(rq, &v))
		return not_yours(rq, &v);
	if (v.answered)
		return refuse(rq, ERR_CONFLICT, N_("This request was answered already."), NULL,
			      N_("See: brug verzoek list"));
	v.answered = rq->now;
	v.decider = rq->who->person;
	v.verdict = arg_str(rq, "verdict");
	v.answer = seal_text(rq, (uint64_t)v.asked, TEXT_ANSWER, arg_str(rq, "why"));
	put_verzoek(rq, &v);
	restricted = restrict_granted(rq, &v);
	notice_person(rq, v.by, "verzoek-answered", v.item, v.id, 0);
	notice_person(rq, sight_case_rec(rq->sight)->person, "verzoek-answered", v.item, v.id, 0);
	todo = left_to_do(rq, &v, restricted);
	pack_map(rq->out, 2U + restricted + (todo.n > 0));
	pack_kv_str(rq->out, "verzoek", v.id);
	pack_kv_str(rq->out, "verdict", v.verdict);
	if (restricted)
		pack_kv_bool(rq->out, "restricted", true);
	if (todo.n)
		pack_kv_str(rq->out, "todo", todo);
	return ERR_OK;
}

/* -- lists ------------------------------------------------------------------------------------- */

/* Who answers in a closed case sees nothing of the item, and is told which it is: he may have to
 * ask its agency. */
static struct slice item_code(struct request *rq, const struct rec_verzoek *v)
{
	struct rec_item item;

	if (!v->item || item_by_num(rq, v->item, &item) != ERR_OK ||
	    (item_level_open(rq, &item) == LEVEL_GEEN && !(closed(rq) && answers(rq, v))))
		return (struct slice){0};
	return item.code;
}

static void pack_verzoek(struct request *rq, const struct rec_verzoek *v, void *arg)
{
	struct packed *p = arg;

	if (!may_know(rq, v))
		return;
	p->n++;
	pack_map(p->out, 9);
	pack_kv_str(p->out, "verzoek", v->id);
	pack_kv_str(p->out, "what", v->what);
	pack_kv_str(p->out, "item", item_code(rq, v));
	pack_kv_str(p->out, "text", open_text(rq, (uint64_t)v->asked, TEXT_VERZOEK, v->sealed));
	pack_kv_int(p->out, "asked", v->asked);
	pack_kv_int(p->out, "due", v->due);
	pack_kv_int(p->out, "answered", v->answered);
	pack_kv_str(p->out, "verdict", v->verdict);
	pack_kv_str(p->out, "why", open_text(rq, (uint64_t)v->asked, TEXT_ANSWER, v->answer));
}

size_t verzoeken_pack(struct request *rq, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct packed p = {.out = &list};

	each_verzoek(rq, key_view(&prefix), pack_verzoek, &p);
	pack_array(out, p.n);
	buf_slice(out, buf_view(&list));
	return p.n;
}

enum err serve_verzoek_list(struct request *rq)
{
	if (!is_officer(rq))
		TRY(persons_own_when_closed(rq));
	pack_map(rq->out, 1);
	pack_key(rq->out, "verzoeken");
	rq->log_itself = verzoeken_pack(rq, rq->out) > 0;
	return ERR_OK;
}

static void pack_waiting(struct request *rq, const struct rec_verzoek *v, void *arg)
{
	struct packed *p = arg;

	if (v->answered || !answers(rq, v))
		return;
	p->n++;
	pack_map(p->out, 3);
	pack_kv_str(p->out, "verzoek", v->id);
	pack_kv_str(p->out, "what", v->what);
	pack_kv_int(p->out, "due", v->due);
}

size_t verzoeken_waiting(struct request *rq, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	struct packed p = {.out = out};

	if (!closed(rq)) /* of a closed case they stand apart: verzoeken_closed */
		each_verzoek(rq, key_view(&prefix), pack_waiting, &p);
	return p.n;
}

/* -- over all cases, for a privacy officer ----------------------------------------------------- */

static bool of_case(struct request *rq, struct rec_case *c)
{
	struct key k = key_u64(rq->case_id);

	return get_record(rq, TAB_CASE, key_view(&k), REC_case, c) == ERR_OK;
}

static void pack_closed(struct request *rq, const struct rec_verzoek *v, void *arg)
{
	struct packed *p = arg;
	struct rec_case c;

	if (v->answered || !of_case(rq, &c) || !phase_closed(c.phase) || v->by == rq->who->person ||
	    c.person == rq->who->person)
		return;
	p->n++;
	pack_map(p->out, 4);
	pack_kv_str(p->out, "verzoek", v->id);
	pack_kv_str(p->out, "case", c.code);
	pack_kv_str(p->out, "what", v->what);
	pack_kv_int(p->out, "due", v->due);
}

size_t verzoeken_closed(struct request *rq, struct buf *out)
{
	struct packed p = {.out = out};

	if (is_officer(rq))
		each_verzoek(rq, SLICE(""), pack_closed, &p);
	rq->case_id = 0;
	return p.n;
}

static void pack_open(struct request *rq, const struct rec_verzoek *v, void *arg)
{
	struct packed *p = arg;
	struct rec_case c;

	if (v->answered || !of_case(rq, &c))
		return;
	p->n++;
	pack_map(p->out, 6);
	pack_kv_str(p->out, "case", c.code);
	pack_kv_str(p->out, "verzoek", v->id);
	pack_kv_str(p->out, "what", v->what);
	pack_kv_int(p->out, "asked", v->asked);
	pack_kv_int(p->out, "due", v->due);
	pack_kv_bool(p->out, "closed", phase_closed(c.phase));
}

enum err serve_verzoek_open(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct packed p = {.out = &list};

	each_verzoek(rq, SLICE(""), pack_open, &p);
	rq->case_id = 0;
	rq->log_itself = true;
	return answer_list(rq, "verzoeken", p.n, &list);
}

/* -- when the case is closed ------------------------------------------------------------------- */

struct left {
	int64_t due; /* the first */
	size_t known;
};

static void pass_on(struct request *rq, const struct rec_verzoek *v, void *arg)
{
	struct left *left = arg;

	if (v->answered)
		return;
	left->due = left->due && left->due < v->due ? left->due : v->due;
	left->known += may_know(rq, v);
	notice_person(rq, v->by, "verzoek-moved", 0, v->id, v->due);
}

size_t verzoeken_pass_on(struct request *rq)
{
	struct key prefix = key_u64(rq->case_id);
	struct left left = {0};

	each_verzoek(rq, key_view(&prefix), pass_on, &left);
	if (left.due)
		notice_function(rq, "privacy-officer", (struct slice){0}, "verzoek-left", 0,
				sight_case_rec(rq->sight)->code, left.due);
	return left.known;
}

/* -- a copy for the person --------------------------------------------------------------------- */

/* It is for him, and he may not have it any other way. */
static enum err may_copy(struct request *rq, const struct rec_verzoek *v)
{
	if (!closed(rq) || !answers(rq, v))
		return refuse(rq, ERR_REFUSED,
			      N_("Only a privacy officer makes this copy, of a closed case."),
			      N_("As long as it is open the person has it himself."),
			      N_("He does: brug export"));
	if (!slice_is(v->what, "inzage") && !slice_is(v->what, "gegevens_mee"))
		return refuse(rq, ERR_USAGE, N_("This request does not ask for what is held."),
			      N_("A closed case is read for the person's own request, and for "
				 "nothing else."),
			      N_("Name one that asks inzage or gegevens_mee: brug verzoek list"));
	if (slice_is(v->verdict, "afgewezen"))
		return refuse(rq, ERR_REFUSED, N_("This request was turned down."), NULL,
			      N_("See: brug verzoek list"));
	return ERR_OK;
}

/* As he who asked it might read it at the last moment the case was open: the same functions, asked
 * for him and then. The log says that she read it, and for which request. */
enum err serve_verzoek_copy(struct request *rq)
{
	struct key k = key_bytes(rq->case_id, arg_str(rq, "verzoek"));
	const struct viewer *me = rq->who;
	int64_t now = rq->now;
	struct rec_verzoek v;
	struct viewer he;
	enum err err;

	if (get_record(rq, TAB_VERZOEK, key_view(&k), REC_verzoek, &v) != ERR_OK ||
	    !may_know(rq, &v))
		return refuse_absent(rq);
	TRY(may_copy(rq, &v));
	he = (struct viewer){.person = v.by};
	rq->who = &he;
	rq->now = last_open(rq);
	err = held_pack(rq);
	rq->who = me;
	rq->now = now;
	for (size_t i = 0; i < rq->seen_n; i++)
		rq->seen[i].why = arena_fmt(rq->arena, "verzoek %.*s", SLICE_ARG(v.id));
	return err;
}
