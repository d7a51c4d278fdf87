/* Showing one item less or more. The text stays as it is; who sees it moves. */
#include "args.h"
#include "due.h"
#include "items.h"
#include "keys.h"
#include "notice.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHARES = 64 };
static const int64_t year_ms = 366LL * 24 * 60 * 60 * 1000;

static enum err own_item(struct request *rq, struct rec_item *item)
{
	TRY(item_arg(rq, "item", item));
	if (policy_who(rq->sight, rq->who, item, rq->now) & WHO_OWNER)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("This item is not of your agency."),
		      N_("Only the agency an item belongs to shows it less or more."),
		      N_("Ask its author: brug say ITEM"));
}

static enum err room_for_one(struct request *rq, size_t n)
{
	if (n < SHARES)
		return ERR_OK;
	return refuse(rq, ERR_LIMIT, N_("This item has as many exceptions as it can hold."), NULL,
		      N_("Make a rule for it: brug-admin rule add"));
}

static void put_shares(struct request *rq, const struct rec_item *item)
{
	struct key k = key_2(rq->case_id, item->num);

	put_record(rq, TAB_ITEM, key_view(&k), REC_item, item);
	change_touch(&rq->change, item->num, item->rev);
	note_sight(rq);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "item", item->code);
	pack_kv_int(rq->out, "rev", (int64_t)item->rev);
}

/* The same recipient's earlier narrowing makes way. */
static void replace_cut(struct request *rq, struct rec_item *item, const struct rec_cut *cut)
{
	struct rec_cut *v = ARENA_ARRAY(rq->arena, struct rec_cut, item->cuts.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < item->cuts.n; i++)
		if (!slice_eq(item->cuts.v[i].to, cut->to))
			v[n++] = item->cuts.v[i];
	if (cut->level < LEVEL_INHOUD)
		v[n++] = *cut;
	item->cuts.v = v;
	item->cuts.n = n;
}

/* Whom people of the person's side come from: those who are in the case, and who may still come. */
static bool is_of_his_side(struct request *rq, struct slice to)
{
	struct slice agency = SLICE("agency=");
	struct rec_agency a;

	if (slice_is(to, "*") || slice_is(to, "domain=client") || slice_is(to, "role=betrokkene") ||
	    slice_is(to, "role=ondersteuner"))
		return true;
	if (slice_starts(to, agency))
		return get_record(rq, TAB_AGENCY, (struct slice){to.p + agency.n, to.n - agency.n},
				  REC_agency, &a) == ERR_OK &&
		       slice_is(a.domain, "client");
	for (size_t i = 0; i < sight_members(rq->sight); i++) {
		const struct rec_member *m = sight_member_at(rq->sight, i);

		if ((slice_is(m->role, "betrokkene") || slice_is(m->role, "ondersteuner")) &&
		    policy_meant(rq->sight, to, m->person))
			return true;
	}
	return policy_meant(rq->sight, to, sight_case_rec(rq->sight)->person);
}

/* What is kept from who speaks for him is kept from him: it needs the same, and is told. */
static enum err keep_from_person(struct request *rq, const struct rec_item *item,
				 const struct rec_cut *cut)
{
	if (cut->level >= LEVEL_INHOUD || sight_case_rec(rq->sight)->sort.n ||
	    !is_of_his_side(rq, cut->to))
		return ERR_OK;
	if (!cut->review)
		return refuse(
			rq, ERR_USAGE,
			N_("Keeping something from the person, or from who speaks for him, needs a "
			   "date to reconsider."),
			N_("The law asks a ground and a moment at which it is looked at again (AVG "
			   "15, Wpg 27)."),
			N_("Give --review."));
	notice_function(rq, "privacy-officer", (struct slice){0}, "kept-from-person", item->num,
			item->code, cut->review);
	return ERR_OK;
}

/* Who reads a message follows what it is about. */
static enum err not_a_message(struct request *rq, const struct rec_item *item)
{
	if (!item->about)
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("A message follows the item it is about."), NULL,
		      N_("Narrow that item; or take the message back: brug withdraw MESSAGE"));
}

enum err serve_item_narrow(struct request *rq)
{
	struct rec_cut cut = {.by = rq->who->person,
			      .level = (uint64_t)arg_level(rq, "level", 0),
			      .until = arg_end(rq, "until"),
			      .review = arg_end(rq, "review")};
	struct rec_item item;

	TRY(own_item(rq, &item));
	TRY(not_a_message(rq, &item));
	TRY(arg_ahead(rq, "until"));
	TRY(arg_ahead(rq, "review"));
	TRY(room_for_one(rq, item.cuts.n));
	TRY(arg_to(rq, "to", &cut.to));
	TRY(keep_from_person(rq, &item, &cut));
	cut.sealed = seal_text(rq, item.num, TEXT_CUT, arg_str(rq, "why"));
	replace_cut(rq, &item, &cut);
	due_put(rq, cut.review, item.num, DUE_CUT);
	put_shares(rq, &item);
	return ERR_OK;
}

static enum err live_consent(struct request *rq, struct slice id)
{
	struct key k = key_bytes(rq->case_id, id);

	if (!id.n || store_has(rq->house->store, TAB_CONSENT, key_view(&k)))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("There is no consent %s."),
			  N_("See: brug consent list"), id);
}

/* What somebody learns is shown to people, not to agencies or roles. */
static enum err by_name(struct request *rq, const struct rec_item *item, struct slice to)
{
	if (!slice_is(item->category, "leren") || (to.n && to.p[0] == '#'))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("What you learn is shown to somebody by name."), NULL,
		      N_("brug share ITEM PERSON"));
}

/* Whose an item is sees all of it, or what its own rules say (health, for who treats): showing it
 * to them adds nothing. */
static enum err to_another(struct request *rq, const struct rec_item *item, struct slice to)
{
	const struct rec_member *m =
		to.n > 1 && to.p[0] == '#'
			? sight_member(rq->sight, strtoull(arena_str(rq->arena, to) + 1, NULL, 10))
			: NULL;
	struct slice agency =
		m ? m->agency
		  : (slice_starts(to, SLICE("agency=")) ? (struct slice){to.p + 7, to.n - 7}
							: (struct slice){0});

	if (slice_is(item->category, "leren") ||
	    (!slice_eq(to, item->owner) && !slice_eq(agency, item->owner)))
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("This can never match: the item is their own."),
		      N_("An agency sees all that is its own."), N_("Name another agency."));
}

/* For somebody, on a ground, for a time: what is for many is a rule, which their admin answers for.
 */
static enum err sound_widening(struct request *rq, const struct rec_widen *w)
{
	if (slice_is(w->to, "*") || slice_starts(w->to, SLICE("domain=")))
		return refuse(rq, ERR_USAGE,
			      N_("One item is shown more to a person, an agency or "
				 "a role."),
			      N_("Whoever else is to see it sees it by a rule."),
			      N_("Name who needs it, or ask your admin: brug-admin rule add"));
	TRY(arg_term(rq));
	if (w->level == LEVEL_GEEN)
		return refuse(rq, ERR_USAGE, N_("Showing more begins above the level geen."),
			      N_("Nothing is what is shown without it."),
			      N_("To show one item less: brug narrow"));
	if (w->until > rq->now + year_ms)
		return refuse(rq, ERR_USAGE, N_("An item is shown more for a year at most."),
			      N_("After it, it is looked at whether that is still needed."),
			      N_("Give --until a moment within a year."));
	return ERR_OK;
}

enum err serve_item_widen(struct request *rq)
{
	struct rec_widen widen = {.by = rq->who->person,
				  .level = (uint64_t)arg_level(rq, "level", 0),
				  .consent = arg_str(rq, "consent"),
				  .from = arg_begin(rq, "from"),
				  .until = arg_end(rq, "until")};
	struct rec_item item;
	struct rec_widen *v;

	TRY(own_item(rq, &item));
	TRY(room_for_one(rq, item.widens.n));
	TRY(arg_to(rq, "to", &widen.to));
	TRY(by_name(rq, &item, widen.to));
	TRY(to_another(rq, &item, widen.to));
	TRY(live_consent(rq, widen.consent));
	TRY(sound_widening(rq, &widen));
	widen.sealed =
		seal_text(rq, item.num, TEXT_WIDEN,
			  arena_fmt(rq->arena, "%.*s\n%.*s", SLICE_ARG(arg_str(rq, "ground")),
				    SLICE_ARG(arg_str(rq, "why"))));
	v = ARENA_ARRAY(rq->arena, struct rec_widen, item.widens.n + 1);
	for (size_t i = 0; i < item.widens.n; i++)
		v[i] = item.widens.v[i];
	v[item.widens.n] = widen;
	item.widens.v = v;
	item.widens.n++;
	put_shares(rq, &item);
	return ERR_OK;
}
