/* Who leads: standing in while the casusregisseur is away, and handing the case over. */
#include "args.h"
#include "codes.h"
#include "keys.h"
#include "members.h"
#include "moves.h"
#include "notice.h"

static const int64_t year_ms = 366LL * 24 * 60 * 60 * 1000;

static void put_case(struct request *rq, const struct rec_case *c)
{
	struct key k = key_u64(rq->case_id);

	put_record(rq, TAB_CASE, key_view(&k), REC_case, c);
	note_sight(rq);
}

static enum err only_the_lead(struct request *rq, bool process_too)
{
	const struct rec_case *c = sight_case_rec(rq->sight);

	if (rq->who->person == c->lead || (process_too && rq->who->person == c->process))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("Only the casusregisseur himself does this."),
		      N_("Who stands in for him gives it to nobody else."),
		      N_("Ask him, or the procesregisseur."));
}

/* A helper who takes part now, and is not barred. Who aligns the agencies does not lead the case as
 * well. */
static enum err can_lead(struct request *rq, uint64_t person)
{
	const struct rec_member *m = sight_member(rq->sight, person);

	if (m && slice_is(m->role, "helper") && policy_takes_part(rq->sight, person, rq->now))
		return ERR_OK;
	return refuse_arg(rq, ERR_REFUSED, N_("%s cannot lead this case."),
			  N_("A helper who takes part can: not the procesregisseur, a guest or the "
			     "person's own side."),
			  arg_str(rq, "person"));
}

/* -- lead.delegate ----------------------------------------------------------------------------- */

static enum err stop_delegating(struct request *rq, struct rec_case *c)
{
	if (c->deputy)
		notice_person(rq, c->deputy, "deputy-ended", 0, c->code, 0);
	c->deputy = 0;
	c->deputy_from = c->deputy_until = 0;
	put_case(rq, c);
	pack_map(rq->out, 1);
	pack_kv_int(rq->out, "until", 0);
	return ERR_OK;
}

enum err serve_lead_delegate(struct request *rq)
{
	struct rec_case c = *sight_case_rec(rq->sight);
	int64_t until = arg_end(rq, "until");
	uint64_t person;

	TRY(only_the_lead(rq, false));
	if (arg_bool(rq, "end"))
		return stop_delegating(rq, &c);
	if (!arg_given(rq, "person") || !until)
		return refuse(rq, ERR_USAGE, N_("Say who, and until when."), NULL,
			      N_("brug lead delegate zoe@schuldhulp --until 2026-12-24"));
	TRY(arg_member(rq, "person", &person));
	TRY(can_lead(rq, person));
	TRY(arg_ahead(rq, "until"));
	if (until > rq->now + year_ms)
		return refuse(rq, ERR_USAGE, N_("Somebody stands in for a year at most."),
			      N_("Who is away longer hands the case over."),
			      N_("Give --until a moment within a year, or: brug lead offer"));
	c.deputy = person;
	c.deputy_from = rq->now;
	c.deputy_until = until;
	put_case(rq, &c);
	notice_person(rq, person, "deputy", 0, c.code, until);
	notice_person(rq, c.person, "deputy-told", 0, c.code, until);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	pack_kv_int(rq->out, "until", until);
	return ERR_OK;
}

/* -- handing over ------------------------------------------------------------------------------ */

static enum err offer(struct request *rq)
{
	struct rec_case c = *sight_case_rec(rq->sight);

	TRY(arg_member(rq, "person", &c.offered));
	TRY(can_lead(rq, c.offered));
	c.offer_areas = arg_strs(rq, "leefgebieden");
	c.offer = seal_text(rq, c.offered, TEXT_OFFER, arg_str(rq, "why"));
	put_case(rq, &c);
	notice_person(rq, c.offered, "lead-offer", 0, c.code, 0);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	return ERR_OK;
}

enum err serve_lead_offer(struct request *rq)
{
	TRY(only_the_lead(rq, true));
	return offer(rq);
}

/* Nobody is left who may lead it, invite, or close it: it would stand open for ever. */
static bool is_left_alone(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);

	return !phase_closed(c->phase) && !policy_takes_part(rq->sight, c->lead, rq->now) &&
	       !policy_takes_part(rq->sight, c->process, rq->now);
}

/* The partnership's admin reads no case: of one that somebody leads he does not hear that it is
 * there. */
enum err serve_lead_appoint(struct request *rq)
{
	rq->case_id = rq->change.case_id = case_number(arg_str(rq, "case"));
	if (!rq->case_id || policy_case(rq->house->policy, rq->case_id, &rq->sight) != ERR_OK ||
	    !is_left_alone(rq))
		return refuse_absent(rq);
	TRY(offer(rq));
	notice_person(rq, sight_case_rec(rq->sight)->person, "lead-offered", 0,
		      sight_case_rec(rq->sight)->code, 0);
	return ERR_OK;
}

static enum err offered_to_me(struct request *rq)
{
	if (rq->who->person == sight_case_rec(rq->sight)->offered)
		return ERR_OK;
	return refuse(rq, ERR_CONFLICT, N_("This case has not been offered to you."), NULL,
		      N_("The casusregisseur offers it: brug lead offer"));
}

static void put_member(struct request *rq, const struct rec_member *m)
{
	struct key k = key_2(rq->case_id, m->person);

	put_record(rq, TAB_MEMBER, key_view(&k), REC_member, m);
}

/* The old one goes on as a helper on the areas he keeps; the new one is on all of them. */
static enum err change_places(struct request *rq, const struct rec_case *c)
{
	const struct rec_member *old = sight_member(rq->sight, c->lead);
	struct rec_member next = *sight_member(rq->sight, c->offered), past;

	next.role = SLICE("casusregisseur");
	next.areas = (struct slices){ARENA_ARRAY(rq->arena, struct slice, 32), 0};
	for (const char *const *w = vocab_areas; *w && next.areas.n < 32; w++)
		next.areas.v[next.areas.n++] = slice_of(*w);
	next.purposes = c->purposes;
	next.until = 0; /* a part that ends by itself would leave the case without anybody */
	put_member(rq, &next);
	if (!old)
		return ERR_OK;
	past = *old;
	past.role = SLICE("helper");
	past.areas = c->offer_areas;
	put_member(rq, &past);
	return ERR_OK;
}

static void tell_all(struct request *rq, const char *what, const struct rec_case *c)
{
	notice_person(rq, c->person, what, 0, c->code, 0);
	for (size_t i = 0; i < sight_members(rq->sight); i++)
		if (slice_is(sight_member_at(rq->sight, i)->status, "active"))
			notice_person(rq, sight_member_at(rq->sight, i)->person, what, 0, c->code,
				      0);
}

/* One change: at no moment are there two, or none. */
enum err serve_lead_accept(struct request *rq)
{
	struct rec_case c = *sight_case_rec(rq->sight);

	TRY(offered_to_me(rq));
	TRY(change_places(rq, &c));
	c.lead = c.offered;
	c.offered = 0;
	c.offer = (struct slice){0};
	c.offer_areas = (struct slices){0};
	c.deputy = 0;
	c.deputy_from = c.deputy_until = 0;
	put_case(rq, &c);
	tell_all(rq, "lead", &c);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "lead", show_person(rq, c.lead));
	return ERR_OK;
}

enum err serve_lead_decline(struct request *rq)
{
	struct rec_case c = *sight_case_rec(rq->sight);

	TRY(offered_to_me(rq));
	c.offered = 0;
	c.offer = (struct slice){0};
	put_case(rq, &c);
	notice_person(rq, c.lead, "lead-declined", 0, c.code, 0);
	pack_map(rq->out, 0);
	return ERR_OK;
}
