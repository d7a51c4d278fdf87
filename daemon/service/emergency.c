/*
 * Emergency access: one item, one hour, at most the agreement's emergency level. Who owns it, the
 * casusregisseur and the privacy officers are told in the same change, and it is listed until a
 * privacy officer has judged it; within 72 hours (NEN 7513 asks that it stands in the log as such).
 */
#include "args.h"
#include "circle.h"
#include "codes.h"
#include "items.h"
#include "keys.h"
#include "members.h"
#include "notice.h"
#include "terms.h"
#include "waiting.h"

enum { EMERGENCY_MS = 60 * 60 * 1000, MISS = 100 };
static const int64_t review_ms = 72LL * 60 * 60 * 1000;

static uint64_t emergency_level(struct request *rq)
{
	struct rec_agreement a;
	struct slice id = sight_case_rec(rq->sight)->agreement;

	if (get_record(rq, TAB_AGREEMENT, id, REC_agreement, &a) != ERR_OK || a.emergency > LEVELS)
		return 0;
	return a.emergency;
}

/* What somebody learns, what is for a few named people, and what is said: no need reaches it, so
 * nothing is opened and nobody is told that it was. */
static bool out_of_reach(struct request *rq, const struct rec_item *item)
{
	return item->about || slice_is(item->category, "leren") ||
	       !circle_has(item, rq->who->person);
}

/* A code that hits nothing costs, and stands in the log: codes are not for trying. */
static enum err no_such_code(struct request *rq)
{
	const struct rec_item none = {0};

	rq->cost = MISS;
	serve_note(rq, &none, &(struct sight){.why = "geweigerd"});
	return refuse_absent(rq);
}

/* Whose role does not have the emergency button: the person and who speaks for him. */
static bool has_button(const struct rec_member *m)
{
	return !slice_is(m->role, "betrokkene") && !slice_is(m->role, "ondersteuner") &&
	       !slice_is(m->role, "informatiecoordinator");
}

/* A change tells so many and no more: who has to judge it and who leads come before the owner
 * agency's people, who may be many. */
static void tell(struct request *rq, const struct rec_emergency *e, const char *what)
{
	int64_t due = e->from + review_ms;

	notice_function(rq, "privacy-officer", (struct slice){0}, what, e->item, e->id, due);
	notice_person(rq, sight_case_rec(rq->sight)->lead, what, e->item, e->id, due);
	notice_owner(rq, e->owner, what, e->item, e->id, due);
}

enum err serve_emergency_open(struct request *rq)
{
	struct rec_emergency e = {.person = rq->who->person,
				  .level = emergency_level(rq),
				  .code = arg_str(rq, "code"),
				  .from = rq->now,
				  .until = rq->now + EMERGENCY_MS};
	struct rec_item item;
	struct key k;

	if (!has_button(sight_member(rq->sight, rq->who->person)))
		return refuse(rq, ERR_REFUSED,
			      N_("Your role in this case has no emergency access."), NULL,
			      N_("In acute danger call 112; for the rest ask the casusregisseur."));
	if (sight_case_rec(rq->sight)->sort.n)
		return refuse(rq, ERR_REFUSED, N_("At a table there is nothing to be in need of."),
			      NULL, N_("Emergency access is to an item of a case."));
	if (!e.level)
		return refuse(rq, ERR_REFUSED, N_("This agreement has no emergency access."), NULL,
			      N_("In acute danger call 112; for the rest ask the casusregisseur."));
	if (item_coded(rq, arg_str(rq, "item"), &item) != ERR_OK)
		return no_such_code(rq);
	if (out_of_reach(rq, &item))
		return item_level(rq, &item) > LEVEL_GEEN
			       ? refuse(rq, ERR_REFUSED,
					N_("Emergency access does not reach this."),
					N_("What somebody learns, and what is said, is shown by "
					   "name or with what it is about."),
					N_("Ask its author: brug say ITEM"))
			       : no_such_code(rq);
	if (item_level(rq, &item) >= (enum level)e.level)
		return refuse(rq, ERR_REFUSED, N_("You see this much of it already."),
			      N_("Emergency access shows no more than the agreement's emergency "
				 "level."),
			      N_("brug why ITEM"));
	e.id = arena_fmt(rq->arena, "nood-%08x", (unsigned)random_u64());
	e.item = item.num;
	e.owner = item.owner;
	e.sealed = seal_text(rq, item.num, TEXT_EMERGENCY, arg_str(rq, "why"));
	k = key_bytes(rq->case_id, e.id);
	put_record(rq, TAB_EMERGENCY, key_view(&k), REC_emergency, &e);
	change_put(&rq->change, rq->pass, TAB_REVIEW, key_view(&k), SLICE(""));
	change_touch(&rq->change, item.num, item.rev);
	terms_of_emergency(rq, &e);
	note_sight(rq);
	tell(rq, &e, "emergency");
	rq->change.ground = arena_fmt(rq->arena, "noodtoegang %.*s", SLICE_ARG(e.code));
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "item", item.code);
	pack_kv_text(rq->out, "level", level_name((enum level)e.level));
	pack_kv_int(rq->out, "until", e.until);
	return ERR_OK;
}

/* -- afterwards -------------------------------------------------------------------------------- */

/* The privacy officer all; in a case its lead, the agency the item belongs to, and who opened it.
 */
static bool may_look(struct request *rq, const struct rec_emergency *e, bool officer)
{
	const struct rec_member *me;
	struct refusal r;

	if (policy_case(rq->house->policy, rq->case_id, &rq->sight) != ERR_OK)
		return false;
	if (officer)
		return true;
	if (policy_may(rq->house->policy, rq->who, RIGHT_MEMBER, rq->case_id, rq->now, &r) !=
	    ERR_OK)
		return false;
	me = sight_member(rq->sight, rq->who->person);
	return policy_leads(rq->sight, me->person, rq->now) || slice_eq(me->agency, e->owner) ||
	       e->person == rq->who->person;
}

/* What it was about and the words given for it: for the officer, who opened it, and who knows of
 * the item. */
static bool may_know_which(struct request *rq, const struct rec_emergency *e, bool officer,
			   struct rec_item *item)
{
	return item_by_num(rq, e->item, item) == ERR_OK &&
	       (officer || e->person == rq->who->person || item_level(rq, item) > LEVEL_GEEN);
}

static void pack_emergency(struct request *rq, const struct rec_emergency *e, bool officer,
			   struct buf *out)
{
	struct rec_person p = {0};
	struct rec_item item = {0};
	bool which = may_know_which(rq, e, officer, &item);
	struct slice why =
		which ? open_text(rq, e->item, TEXT_EMERGENCY, e->sealed) : (struct slice){0};

	person_rec(rq, e->person, &p);
	pack_map(out, 14);
	pack_kv_str(out, "emergency", e->id);
	pack_kv_str(out, "case", case_code_for(rq, rq->case_id));
	pack_kv_str(out, "item", which ? item.code : (struct slice){0});
	pack_kv_str(out, "person", show_person(rq, e->person));
	pack_kv_str(out, "agency", p.agency);
	pack_kv_str(out, "owner", e->owner);
	pack_kv_str(out, "code", e->code);
	pack_kv_str(out, "why", why);
	pack_kv_text(out, "level", level_name((enum level)e->level));
	pack_kv_int(out, "from", e->from);
	pack_kv_int(out, "due", e->from + review_ms);
	pack_kv_int(out, "reviewed", e->reviewed);
	pack_kv_str(out, "verdict", e->verdict);
	pack_kv_str(out, "review",
		    which ? open_text(rq, e->item, TEXT_REVIEW, e->review) : (struct slice){0});
}

static void list_emergency(struct request *rq, struct slice key, bool officer, struct buf *list,
			   size_t *n)
{
	struct rec_emergency e;

	rq->case_id = get_be64(key.p);
	if (get_record(rq, TAB_EMERGENCY, key, REC_emergency, &e) != ERR_OK ||
	    !may_look(rq, &e, officer))
		return;
	pack_emergency(rq, &e, officer, list);
	++*n;
}

enum err serve_emergency_list(struct request *rq)
{
	enum table table = arg_bool(rq, "all") ? TAB_EMERGENCY : TAB_REVIEW;
	struct key of = key_u64(case_number(arg_str(rq, "case")));
	struct slice prefix = arg_given(rq, "case") ? key_view(&of) : SLICE("");
	CLEANUP(buf_wipe) struct buf list = {0};
	struct refusal r;
	bool officer =
		policy_may(rq->house->policy, rq->who, RIGHT_PRIVACY, 0, rq->now, &r) == ERR_OK;
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, table, prefix, &w); w.on; store_next(&w))
		if (w.key.n > 8)
			list_emergency(rq, arena_copy(rq->arena, w.key), officer, &list, &n);
	store_walk_end(&w);
	rq->case_id = 0;
	rq->log_itself = true;
	return answer_list(rq, "emergencies", n, &list);
}

size_t emergencies_waiting(struct request *rq, struct buf *out)
{
	struct rec_person me;
	struct walk w;
	size_t n = 0;

	if (person_rec(rq, rq->who->person, &me) != ERR_OK ||
	    !slices_have(me.functions, SLICE("privacy-officer")))
		return 0;
	for (store_walk(rq->house->store, TAB_REVIEW, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_emergency e;

		if (w.key.n <= 8 ||
		    get_record(rq, TAB_EMERGENCY, arena_copy(rq->arena, w.key), REC_emergency,
			       &e) != ERR_OK ||
		    e.person == rq->who->person)
			continue;
		pack_map(out, 3);
		pack_kv_str(out, "emergency", e.id);
		pack_kv_str(out, "case", case_code_for(rq, get_be64(w.key.p)));
		pack_kv_int(out, "due", e.from + review_ms);
		n++;
	}
	store_walk_end(&w);
	return n;
}

static enum err may_judge(struct request *rq, const struct rec_emergency *e)
{
	if (e->person == rq->who->person)
		return refuse(rq, ERR_REFUSED, N_("Nobody judges his own emergency access."), NULL,
			      N_("Let another privacy officer do it."));
	if (e->reviewed)
		return refuse(rq, ERR_CONFLICT, N_("This emergency access was judged already."),
			      NULL, N_("brug-admin emergency list --all shows how."));
	return ERR_OK;
}

enum err serve_emergency_review(struct request *rq)
{
	struct rec_emergency e;
	struct key k;

	rq->case_id = rq->change.case_id = case_number(arg_str(rq, "case"));
	k = key_bytes(rq->case_id, arg_str(rq, "emergency"));
	if (!rq->case_id ||
	    get_record(rq, TAB_EMERGENCY, key_view(&k), REC_emergency, &e) != ERR_OK ||
	    policy_case(rq->house->policy, rq->case_id, &rq->sight) != ERR_OK)
		return refuse_absent(rq);
	TRY(may_judge(rq, &e));
	e.reviewed = rq->now;
	e.reviewer = rq->who->person;
	e.verdict = arg_str(rq, "verdict");
	if (slice_is(e.verdict, "onterecht") && e.until > rq->now) {
		e.until = rq->now; /* it ends at once */
		note_sight(rq);
	}
	e.review = seal_text(rq, e.item, TEXT_REVIEW, arg_str(rq, "why"));
	put_record(rq, TAB_EMERGENCY, key_view(&k), REC_emergency, &e);
	change_del(&rq->change, rq->pass, TAB_REVIEW, key_view(&k));
	change_touch(&rq->change, e.item, 0);
	notice_person(rq, e.person, "emergency-judged", e.item, e.id, 0);
	tell(rq, &e, "emergency-judged");
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "emergency", e.id);
	pack_kv_str(rq->out, "verdict", e.verdict);
	return ERR_OK;
}
