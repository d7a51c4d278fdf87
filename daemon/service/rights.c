/* The person's rights: his statement beside an item, restriction, requests, and all that is held on
 * him. */
#include "args.h"
#include "attach.h"
#include "clock.h"
#include "items.h"
#include "keys.h"
#include "members.h"
#include "moves.h"
#include "notice.h"
#include "person.h"
#include "revise.h"
#include "terms.h"
#include "waiting.h"

enum { STATEMENTS = 16 };

/* -- "dit klopt niet" -------------------------------------------------------------------------- */

/* For who speaks for him, only where the mandate goes. */
static enum err persons_side(struct request *rq, const struct rec_item *item)
{
	if (policy_who(rq->sight, rq->who, item, rq->now) & WHO_PERSON)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("Your mandate does not go as far as this item."), NULL,
		      N_("Let him do it himself, or ask him for a mandate for this too."));
}

enum err serve_item_object(struct request *rq)
{
	struct rec_statement *v;
	struct rec_item before, item;
	const struct kind *kind;

	TRY(item_arg(rq, "item", &before));
	TRY(persons_side(rq, &before));
	kind = vocab_kind(&brug_vocab, before.kind);
	if (!kind || before.statements.n == STATEMENTS)
		return refuse(rq, ERR_LIMIT, N_("No more statements fit beside this item."), NULL,
			      N_("Ask for a correction: brug verzoek ask rectificatie"));
	item = before;
	v = ARENA_ARRAY(rq->arena, struct rec_statement, before.statements.n + 1);
	for (size_t i = 0; i < before.statements.n; i++)
		v[i] = before.statements.v[i];
	v[before.statements.n] = (struct rec_statement){
		.time = rq->now,
		.by = rq->who->person,
		.sealed = seal_text(rq, item.num, TEXT_STATEMENT, arg_str(rq, "text"))};
	item.statements.v = v;
	item.statements.n++;
	TRY(item_revise(rq, &(struct revision){.kind = kind, .before = &before, .item = &item}));
	notice_owner(rq, item.owner, "objection", item.num, item.code, 0);
	item_said(rq, &item, false);
	return ERR_OK;
}

/* -- restriction ------------------------------------------------------------------------------- */

static enum err may_restrict(struct request *rq, const struct rec_item *item)
{
	if (item->about)
		return refuse(rq, ERR_REFUSED, N_("A message follows the item it is about."), NULL,
			      N_("Restrict that item."));
	if (policy_who(rq->sight, rq->who, item, rq->now) & WHO_OWNER)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("This item is not of your agency."),
		      N_("The agency an item belongs to answers for its use (AVG 18)."),
		      N_("The person asks for it with: brug verzoek ask beperking"));
}

enum err serve_item_restrict(struct request *rq)
{
	struct rec_item item;
	struct key k;

	TRY(item_arg(rq, "item", &item));
	TRY(may_restrict(rq, &item));
	if (arg_bool(rq, "end") == !item.restricted)
		return refuse(rq, ERR_CONFLICT, N_("It is so already."), NULL, NULL);
	item.restricted = arg_bool(rq, "end") ? 0 : rq->now;
	item.restricted_by = rq->who->person;
	item.restriction = seal_text(rq, item.num, TEXT_RESTRICTION, arg_str(rq, "why"));
	k = key_2(rq->case_id, item.num);
	put_record(rq, TAB_ITEM, key_view(&k), REC_item, &item);
	change_touch(&rq->change, item.num, item.rev);
	note_sight(rq);
	notice_seer(rq, sight_case_rec(rq->sight)->person,
		    item.restricted ? "restricted" : "restriction-ended", &item, 0);
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "item", item.code);
	pack_kv_int(rq->out, "rev", (int64_t)item.rev);
	pack_kv_bool(rq->out, "restricted", item.restricted != 0);
	return ERR_OK;
}

/* -- requests ---------------------------------------------------------------------------------- */

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
	if (v.item)
		notice_owner(rq, item.owner, "verzoek", v.item, v.id, v.due);
	if (phase_closed(sight_case_rec(rq->sight)->phase)) /* nobody works in it any more */
		notice_function(rq, "privacy-officer", (struct slice){0}, "verzoek-closed", 0, v.id,
				v.due);
	else
		tell_lead(rq, &v, &item);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "verzoek", v.id);
	pack_kv_int(rq->out, "due", v.due);
	return ERR_OK;
}

/* What is asked about an item may tell what is in it: for who sees its core. */
static bool sees_core(struct request *rq, const struct rec_verzoek *v)
{
	struct rec_item item;

	return !v->item ||
	       (item_by_num(rq, v->item, &item) == ERR_OK && item_level(rq, &item) >= LEVEL_KERN);
}

/* The agency of the item it is about; without an item the casusregisseur. */
static bool answers(struct request *rq, const struct rec_verzoek *v)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);
	struct rec_item item;

	if (policy_leads(rq->sight, me->person, rq->now) && !v->item)
		return true;
	return v->item && item_by_num(rq, v->item, &item) == ERR_OK &&
	       (policy_who(rq->sight, rq->who, &item, rq->now) & WHO_OWNER);
}

static bool may_know(struct request *rq, const struct rec_verzoek *v)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	return slice_is(me->role, "betrokkene") || v->by == rq->who->person ||
	       (policy_leads(rq->sight, me->person, rq->now) && sees_core(rq, v)) || answers(rq, v);
}

enum err serve_verzoek_answer(struct request *rq)
{
	struct key k = key_bytes(rq->case_id, arg_str(rq, "verzoek"));
	struct rec_verzoek v;

	if (get_record(rq, TAB_VERZOEK, key_view(&k), REC_verzoek, &v) != ERR_OK ||
	    !may_know(rq, &v))
		return refuse_absent(rq);
	if (!answers(rq, &v))
		return refuse(rq, ERR_REFUSED,
			      v.item ? N_("The agency the item belongs to answers this request.")
				     : N_("The casusregisseur answers this request."),
			      NULL, N_("Ask them; brug verzoek list says before when."));
	if (v.answered)
		return refuse(rq, ERR_CONFLICT, N_("This request was answered already."), NULL,
			      N_("See: brug verzoek list"));
	v.answered = rq->now;
	v.decider = rq->who->person;
	v.verdict = arg_str(rq, "verdict");
	v.answer = seal_text(rq, (uint64_t)v.asked, TEXT_ANSWER, arg_str(rq, "why"));
	put_verzoek(rq, &v);
	notice_person(rq, v.by, "verzoek-answered", v.item, v.id, 0);
	notice_person(rq, sight_case_rec(rq->sight)->person, "verzoek-answered", v.item, v.id, 0);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "verzoek", v.id);
	pack_kv_str(rq->out, "verdict", v.verdict);
	return ERR_OK;
}

static void pack_verzoek(struct request *rq, const struct rec_verzoek *v, struct buf *out)
{
	struct rec_item item = {0};
	bool seen = v->item && item_by_num(rq, v->item, &item) == ERR_OK &&
		    item_level(rq, &item) > LEVEL_GEEN;

	pack_map(out, 9);
	pack_kv_str(out, "verzoek", v->id);
	pack_kv_str(out, "what", v->what);
	pack_kv_str(out, "item", seen ? item.code : (struct slice){0});
	pack_kv_str(out, "text", open_text(rq, (uint64_t)v->asked, TEXT_VERZOEK, v->sealed));
	pack_kv_int(out, "asked", v->asked);
	pack_kv_int(out, "due", v->due);
	pack_kv_int(out, "answered", v->answered);
	pack_kv_str(out, "verdict", v->verdict);
	pack_kv_str(out, "why", open_text(rq, (uint64_t)v->asked, TEXT_ANSWER, v->answer));
}

size_t verzoeken_waiting(struct request *rq, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_VERZOEK, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_verzoek v;

		if (rec_read(REC_verzoek, arena_copy(rq->arena, w.val), rq->arena, &v) != ERR_OK ||
		    v.answered || !answers(rq, &v))
			continue;
		pack_map(out, 3);
		pack_kv_str(out, "verzoek", v.id);
		pack_kv_str(out, "what", v.what);
		pack_kv_int(out, "due", v.due);
		n++;
	}
	store_walk_end(&w);
	return n;
}

size_t verzoeken_pack(struct request *rq, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_VERZOEK, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_verzoek v;

		if (rec_read(REC_verzoek, arena_copy(rq->arena, w.val), rq->arena, &v) != ERR_OK ||
		    !may_know(rq, &v))
			continue;
		pack_verzoek(rq, &v, &list);
		n++;
	}
	store_walk_end(&w);
	pack_array(out, n);
	buf_slice(out, buf_view(&list));
	return n;
}

enum err serve_verzoek_list(struct request *rq)
{
	pack_map(rq->out, 1);
	pack_key(rq->out, "verzoeken");
	rq->log_itself = verzoeken_pack(rq, rq->out) > 0;
	return ERR_OK;
}

/* -- everything held on him -------------------------------------------------------------------- */

enum err serve_case_export(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct items it;
	size_t n = 0;

	if (phase_closed(c->phase))
		return refuse(
			rq, ERR_REFUSED, N_("The case is closed."),
			N_("Until it is erased, the privacy officer gives what is held in it."),
			N_("Ask for it: brug verzoek ask gegevens_mee"));
	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		CLEANUP(buf_wipe) struct buf shown = {0};

		if (!serve_show(rq, &it.item, &shown))
			continue;
		pack_map(&list, 3);
		pack_key(&list, "item");
		buf_slice(&list, buf_view(&shown));
		pack_key(&list, "history");
		history_pack(rq, &it.item, &list);
		pack_key(&list, "attachments");
		attach_pack(rq, &it.item, &list);
		n++;
	}
	rq->log_itself = true;
	pack_map(rq->out, 9);
	pack_kv_str(rq->out, "case", c->code);
	pack_kv_str(rq->out, "title", serve_title(rq));
	pack_kv_str(rq->out, "phase", c->phase);
	pack_key(rq->out, "items");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	pack_key(rq->out, "members");
	members_pack(rq, rq->out);
	pack_key(rq->out, "consents");
	consents_pack(rq, rq->out);
	pack_key(rq->out, "verzoeken");
	verzoeken_pack(rq, rq->out);
	pack_key(rq->out, "mandates");
	mandates_pack(rq, rq->out);
	pack_key(rq->out, "phases");
	phases_pack(rq);
	return ERR_OK;
}
