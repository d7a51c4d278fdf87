/* Taking part in a case: invitation, acceptance, the end of it, and personal blocks. */
#include "args.h"
#include "clock.h"
#include "keys.h"
#include "members.h"
#include "moves.h"

static const int64_t guest_ms = 24LL * 60 * 60 * 1000;

enum err person_rec(struct request *rq, uint64_t person, struct rec_person *out)
{
	struct key k = key_u64(person);

	return get_record(rq, TAB_PERSON, key_view(&k), REC_person, out);
}

static void put_member(struct request *rq, const struct rec_member *m)
{
	struct key k = key_2(rq->case_id, m->person), of = key_2(m->person, rq->case_id);

	put_record(rq, TAB_MEMBER, key_view(&k), REC_member, m);
	change_put(&rq->change, rq->pass, TAB_CASE_OF, key_view(&of), SLICE(""));
	note_sight(rq);
}

static void put_case_rec(struct request *rq, const struct rec_case *c)
{
	struct key k = key_u64(rq->case_id);

	put_record(rq, TAB_CASE, key_view(&k), REC_case, c);
}

static struct slices all_areas(struct request *rq)
{
	struct slices s = {.v = ARENA_ARRAY(rq->arena, struct slice, 32)};

	for (const char *const *w = vocab_areas; *w && s.n < 32; w++)
		s.v[s.n++] = slice_of(*w);
	return s;
}

enum err member_first(struct request *rq, const struct rec_case *c, uint64_t person,
		      const char *role, const char *status)
{
	struct rec_member m = {.person = person,
			       .role = slice_of(role),
			       .status = slice_of(status),
			       .purposes = c->purposes,
			       .from = rq->now,
			       .by = rq->who->person};
	struct rec_person p;

	TRY(person_rec(rq, person, &p));
	m.agency = p.agency;
	if (slice_is(m.role, "casusregisseur"))
		m.areas = all_areas(rq);
	put_member(rq, &m);
	return ERR_OK;
}

/* Why somebody's part ended, or was declined: for who leads and who weighs. */
static struct slice ended_why(struct request *rq, const struct rec_member *m)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (!me || phase_closed(sight_case_rec(rq->sight)->phase) ||
	    (!policy_leads(rq->sight, me->person, rq->now) &&
	     !slice_is(me->role, "procesregisseur")))
		return (struct slice){0};
	return open_text(rq, m->person, TEXT_ENDED, m->why);
}

void member_pack(struct request *rq, const struct rec_member *m, struct buf *out)
{
	struct slice handle, name, why = ended_why(rq, m);

	policy_names(rq->house->policy, m->person, rq->arena, &handle, &name);
	pack_map(out, 9 + 2 * (why.n != 0));
	if (why.n) {
		pack_kv_str(out, "why", why);
		pack_kv_str(out, "ended_by", show_person(rq, m->ended_by));
	}
	pack_kv_str(out, "person", handle);
	pack_kv_str(out, "name", name);
	pack_kv_str(out, "agency", m->agency);
	pack_kv_str(out, "role", m->role);
	pack_kv_strs(out, "leefgebieden", m->areas);
	pack_kv_strs(out, "purposes", m->purposes);
	pack_kv_str(out, "status", m->status);
	pack_kv_int(out, "from", m->from);
	pack_kv_int(out, "until", m->until);
}

void members_pack(struct request *rq, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_MEMBER, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_member m;

		if (rec_read(REC_member, arena_copy(rq->arena, w.val), rq->arena, &m) != ERR_OK)
			continue;
		member_pack(rq, &m, &list);
		n++;
	}
	store_walk_end(&w);
	pack_array(out, n);
	buf_slice(out, buf_view(&list));
}

/* -- member.invite ----------------------------------------------------------------------------- */

/* At a table there are a chair and members, and in a case none of these. */
static enum err role_of_room(struct request *rq, const struct rec_case *c, struct slice role)
{
	if (vocab_role_at_table(role) == (c->sort.n > 0))
		return ERR_OK;
	return c->sort.n ? refuse_arg(rq, ERR_USAGE, N_("Nobody sits at a table as %s."),
				      N_("Invite him as lid, or as voorzitter."), role)
			 : refuse_arg(rq, ERR_USAGE, N_("Nobody takes part in a case as %s."),
				      N_("That is a role at a table: brug table list"), role);
}

static enum err one_of_each(struct request *rq, const struct rec_case *c, struct slice role,
			    uint64_t person)
{
	if (slice_is(role, "casusregisseur") && c->lead)
		return refuse(rq, ERR_CONFLICT, N_("This case has a casusregisseur already."),
			      N_("There is exactly one at any time."),
			      N_("Let him hand the case over."));
	if (slice_is(role, "procesregisseur") && c->process && c->process != person)
		return refuse(rq, ERR_CONFLICT, N_("This case has a procesregisseur already."),
			      NULL, N_("End his part first: brug end"));
	if (slice_is(role, "betrokkene") && c->person && c->person != person)
		return refuse(rq, ERR_CONFLICT, N_("The person of this case is known already."),
			      NULL, NULL);
	return ERR_OK;
}

/* The residents' agency signs nothing: its people come as the person and who supports him. */
static bool on_his_side(const struct rec_agency *agency, struct slice role)
{
	return slice_is(agency->domain, "client") &&
	       (slice_is(role, "betrokkene") || slice_is(role, "ondersteuner"));
}

/* A helper is never made the person, for then he would see what the person sees and consent for
 * him; and a procesregisseur is who the partnership made one. */
static enum err may_be(struct request *rq, const struct rec_person *p,
		       const struct rec_agency *agency)
{
	struct slice role = arg_str(rq, "role"), who = arg_str(rq, "person");

	if (slice_is(role, "betrokkene") && !slice_is(agency->domain, "client"))
		return refuse_arg(
			rq, ERR_REFUSED, N_("%s is a helper, and cannot be the person of a case."),
			N_("The person is of an agency with the domain client: brug-admin "
			   "agency put"),
			who);
	if (slice_is(role, "procesregisseur") &&
	    !slices_have(p->functions, SLICE("procesregisseur")))
		return refuse_arg(rq, ERR_REFUSED,
				  N_("%s is no procesregisseur of the partnership."),
				  N_("The partnership's admin gives that function."), who);
	return ERR_OK;
}

enum err member_keeps_house(struct request *rq, const struct rec_person *p)
{
	static const char *const functions[] = {"operator", "partnership-admin"};

	for (size_t i = 0; i < 2; i++)
		if (slices_have(p->functions, slice_of(functions[i])) ||
		    slices_have(p->wants, slice_of(functions[i])))
			return refuse_arg(rq, ERR_REFUSED,
					  N_("Who has the function %s takes part in no case."),
					  N_("Let a colleague without that function do it."),
					  slice_of(functions[i]));
	return ERR_OK;
}

static enum err may_come(struct request *rq, const struct rec_case *c, const struct rec_person *p)
{
	struct rec_agreement a;
	struct rec_agency agency;

	TRY(get_record(rq, TAB_AGREEMENT, c->agreement, REC_agreement, &a));
	TRY(get_record(rq, TAB_AGENCY, p->agency, REC_agency, &agency));
	if (p->stopped || agency.stopped)
		return refuse_arg(rq, ERR_REFUSED, N_("%s has been stopped."),
				  N_("Ask his agency's admin."), arg_str(rq, "person"));
	TRY(may_be(rq, p, &agency));
	if (!c->sort.n)
		TRY(member_keeps_house(rq, p));
	if (!slices_have(a.agencies, p->agency) && !on_his_side(&agency, arg_str(rq, "role")) &&
	    !(slice_is(arg_str(rq, "role"), "gast") && slice_is(a.regime, "convenant")))
		return refuse_arg(
			rq, ERR_REFUSED, N_("The agency %s has not signed this case's agreement."),
			N_("The partnership's admin can add it: brug-admin agreement put"),
			p->agency);
	return ERR_OK;
}

static enum err purposes_of_case(struct request *rq, const struct rec_case *c,
				 struct slices purposes)
{
	for (size_t i = 0; i < purposes.n; i++)
		if (!slices_have(c->purposes, purposes.v[i]))
			return refuse_arg(rq, ERR_USAGE, N_("The case has no purpose %s."),
					  N_("brug case show lists its purposes."), purposes.v[i]);
	return ERR_OK;
}

static bool takes_part(const struct rec_member *m)
{
	return m && (slice_is(m->status, "active") || slice_is(m->status, "invited"));
}

static void note_role(struct request *rq, const struct rec_case *c, const struct rec_member *m)
{
	struct rec_case changed = *c;

	if (slice_is(m->role, "casusregisseur"))
		changed.lead = m->person;
	else if (slice_is(m->role, "procesregisseur"))
		changed.process = m->person;
	else if (slice_is(m->role, "betrokkene"))
		changed.person = m->person;
	else
		return;
	put_case_rec(rq, &changed);
}

/* A guest comes for one item of an agenda: a day, and no more. */
static enum err sound_term(struct request *rq, const struct rec_member *m)
{
	int64_t from = m->from > rq->now ? m->from : rq->now;

	TRY(arg_term(rq));
	if (slice_is(m->role, "gast") && (!m->until || m->until > from + guest_ms))
		return refuse(rq, ERR_USAGE, N_("A guest takes part for a day at most."),
			      N_("He comes for one item of an agenda."),
			      N_("Give --from and --until."));
	return ERR_OK;
}

static enum err sound_treating(struct request *rq, const struct rec_member *m,
			       const struct rec_person *p)
{
	if (!m->treating || slices_have(p->functions, SLICE("behandelaar")))
		return ERR_OK;
	return refuse_arg(rq, ERR_REFUSED, N_("%s is not of a treating team."),
			  N_("His own agency's admin says who treats: the function behandelaar."),
			  arg_str(rq, "person"));
}

enum err member_arg(struct request *rq, struct rec_member *m)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	struct rec_person p;

	*m = (struct rec_member){.role = arg_str(rq, "role"),
				 .areas = arg_strs(rq, "leefgebieden"),
				 .purposes = arg_strs(rq, "purposes"),
				 .status = SLICE("invited"),
				 .from = arg_begin(rq, "from"),
				 .until = arg_end(rq, "until"),
				 .treating = arg_bool(rq, "treating"),
				 .by = rq->who->person};
	TRY(arg_person(rq, "person", &m->person));
	TRY(person_rec(rq, m->person, &p));
	TRY(may_come(rq, c, &p));
	TRY(purposes_of_case(rq, c, m->purposes));
	TRY(role_of_room(rq, c, m->role));
	TRY(one_of_each(rq, c, m->role, m->person));
	if (arg_given(rq, "for"))
		TRY(arg_person(rq, "for", &m->on_behalf));
	TRY(sound_treating(rq, m, &p));
	m->agency = p.agency;
	return sound_term(rq, m);
}

enum err serve_member_invite(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	struct rec_member m;

	TRY(member_arg(rq, &m));
	if (takes_part(sight_member(rq->sight, m.person)))
		return refuse_arg(rq, ERR_CONFLICT,
				  N_("%s takes part already, or has been invited."),
				  N_("See: brug case show"), arg_str(rq, "person"));
	m.sealed = seal_text(rq, m.person, TEXT_ASK, arg_str(rq, "ask"));
	put_member(rq, &m);
	note_role(rq, c, &m);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	pack_kv_str(rq->out, "status", m.status);
	return ERR_OK;
}

/* -- answering, ending, blocking --------------------------------------------------------------- */

static enum err pack_status(struct request *rq, const char *status)
{
	pack_map(rq->out, 1);
	pack_kv_text(rq->out, "status", status);
	return ERR_OK;
}

static enum err answer(struct request *rq, const char *status)
{
	struct rec_member m = *sight_member(rq->sight, rq->who->person);

	if (!slice_is(m.status, "invited"))
		return refuse(rq, ERR_CONFLICT,
			      N_("There is no open invitation for you in this case."), NULL,
			      N_("See: brug case list"));
	m.status = slice_of(status);
	if (m.from < rq->now)
		m.from = rq->now;
	m.why = seal_text(rq, m.person, TEXT_ENDED, arg_str(rq, "why"));
	m.ended_by = m.why.n ? m.person : 0;
	put_member(rq, &m);
	return pack_status(rq, status);
}

enum err serve_member_accept(struct request *rq)
{
	return answer(rq, "active");
}

enum err serve_member_decline(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	struct rec_case changed = *c;

	TRY(answer(rq, "declined"));
	if (c->process != rq->who->person && c->person != rq->who->person)
		return ERR_OK;
	changed.process = c->process == rq->who->person ? 0 : c->process;
	changed.person = c->person == rq->who->person ? 0 : c->person;
	put_case_rec(rq, &changed);
	return ERR_OK;
}

/* The person stays in his own case. And as long as a case is weighed, its casusregisseur does not
 * send away who weighs it. Who has not accepted yet can be asked again. */
static enum err may_end(struct request *rq, const struct rec_member *m)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	bool active = slice_is(m->status, "active");

	if (active && slice_is(m->role, "betrokkene"))
		return refuse(rq, ERR_REFUSED, N_("Nobody ends the person's part in his own case."),
			      N_("His report, his log and his rights are in it."), NULL);
	if (active && m->person == c->process && m->person != rq->who->person &&
	    (slice_is(c->phase, "aangemeld") || slice_is(c->phase, "triage")))
		return refuse(rq, ERR_REFUSED,
			      N_("The procesregisseur decides whether this case is taken in."),
			      NULL, N_("Ask him."));
	return ERR_OK;
}

/* A table keeps somebody who may invite. */
static enum err leaves_a_chair(struct request *rq, const struct rec_member *going)
{
	size_t others = 0;

	if (!slice_is(going->role, "voorzitter") || !slice_is(going->status, "active"))
		return ERR_OK;
	for (size_t i = 0; i < sight_members(rq->sight); i++) {
		const struct rec_member *m = sight_member_at(rq->sight, i);

		others += m->person != going->person && slice_is(m->role, "voorzitter") &&
			  slice_is(m->status, "active");
	}
	return others ? ERR_OK
		      : refuse(rq, ERR_REFUSED, N_("A table cannot be without a chair."), NULL,
			       N_("Invite another voorzitter first."));
}

enum err member_end_arg(struct request *rq, struct rec_member *m)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	const struct rec_member *found;
	uint64_t person;

	TRY(arg_member(rq, "person", &person));
	found = sight_member(rq->sight, person);
	if (!takes_part(found))
		return refuse_arg(rq, ERR_USAGE, N_("%s takes no part in this case."),
				  N_("See: brug case show"), arg_str(rq, "person"));
	if (person == c->lead)
		return refuse(rq, ERR_REFUSED, N_("A case cannot be without a casusregisseur."),
			      NULL, N_("Hand the case over first."));
	TRY(may_end(rq, found));
	TRY(leaves_a_chair(rq, found));
	*m = *found;
	m->status = SLICE("ended");
	m->until = rq->now;
	return ERR_OK;
}

enum err serve_member_end(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	struct rec_member m;

	TRY(member_end_arg(rq, &m));
	m.ended_by = rq->who->person;
	m.why = seal_text(rq, m.person, TEXT_ENDED, arg_str(rq, "why"));
	put_member(rq, &m);
	if (m.person == c->process || m.person == c->person || m.person == c->deputy ||
	    m.person == c->offered) {
		struct rec_case changed = *c;

		changed.process = m.person == c->process ? 0 : c->process;
		changed.person = m.person == c->person ? 0 : c->person;
		changed.deputy = m.person == c->deputy ? 0 : c->deputy;
		changed.offered = m.person == c->offered ? 0 : c->offered;
		put_case_rec(rq, &changed);
	}
	return pack_status(rq, "ended");
}

/* Himself, always; another only by the lead or the person whose case it is. */
static enum err may_block(struct request *rq, uint64_t person)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (person == rq->who->person || policy_leads(rq->sight, me->person, rq->now) ||
	    slice_is(me->role, "procesregisseur") || slice_is(me->role, "betrokkene"))
		return ERR_OK;
	return refuse(
		rq, ERR_REFUSED, N_("You can bar only yourself."),
		N_("Another is barred by the casusregisseur, the procesregisseur or the person."),
		N_("Tell the casusregisseur why."));
}

/* A bar stands until its end: nobody but who made it makes it shorter or longer. */
static enum err not_anothers_bar(struct request *rq, uint64_t person)
{
	struct key k = key_2(rq->case_id, person);
	struct rec_block b;

	if (get_record(rq, TAB_BLOCK, key_view(&k), REC_block, &b) != ERR_OK ||
	    b.by == rq->who->person || (b.until && b.until <= rq->now))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("He has been barred by another already."), NULL,
		      N_("Only who made the bar changes it."));
}

enum err member_block_arg(struct request *rq, struct rec_block *b)
{
	*b = (struct rec_block){
		.from = rq->now, .until = arg_end(rq, "until"), .by = rq->who->person};
	TRY(arg_member(rq, "person", &b->person));
	TRY(may_block(rq, b->person));
	TRY(not_anothers_bar(rq, b->person));
	TRY(arg_ahead(rq, "until"));
	if (b->person == sight_case_rec(rq->sight)->lead && b->person != rq->who->person)
		return refuse(rq, ERR_REFUSED, N_("The casusregisseur bars only himself."),
			      N_("A case is never without one."),
			      N_("Let the case be handed over first."));
	if (b->person == sight_case_rec(rq->sight)->person)
		return refuse(rq, ERR_REFUSED, N_("The person cannot be barred from his own case."),
			      NULL, NULL);
	return ERR_OK;
}

enum err serve_member_block(struct request *rq)
{
	struct rec_block b;
	struct key k;

	TRY(member_block_arg(rq, &b));
	b.sealed = seal_text(rq, b.person, TEXT_BLOCK, arg_str(rq, "why"));
	k = key_2(rq->case_id, b.person);
	put_record(rq, TAB_BLOCK, key_view(&k), REC_block, &b);
	note_sight(rq);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	return ERR_OK;
}
