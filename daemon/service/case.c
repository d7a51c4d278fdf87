/* Cases: opening one, listing, showing, bringing it to another phase. */
#include "agreement.h"
#include "args.h"
#include "cases.h"
#include "codes.h"
#include "erase.h"
#include "keys.h"
#include "members.h"
#include "moves.h"
#include "person.h"
#include "weging.h"

enum { WAITING = 25 };

enum err case_agreement(struct request *rq, struct rec_agreement *a, const struct rec_person *me)
{
	struct slice id = arg_str(rq, "agreement");

	if (get_record(rq, TAB_AGREEMENT, id, REC_agreement, a) != ERR_OK ||
	    !slices_have(a->agencies, me->agency))
		return refuse_arg(rq, ERR_USAGE,
				  N_("Your agency takes part in no agreement called %s."),
				  N_("The partnership's admin puts agreements in force: brug-admin "
				     "agreement put"),
				  id);
	return ERR_OK;
}

enum err case_purposes(struct request *rq, const struct rec_agreement *a, struct slices purposes)
{
	for (size_t i = 0; i < purposes.n; i++)
		if (!agreement_has_purpose(a, purposes.v[i]))
			return refuse_arg(rq, ERR_USAGE, N_("The agreement has no purpose %s."),
					  N_("brug-admin agreement list shows them."),
					  purposes.v[i]);
	return ERR_OK;
}

enum err case_draw(struct request *rq, struct rec_case *c)
{
	enum err err = ERR_CONFLICT;
	char code[CASE_CODE + 1];
	struct key k;

	/* longer codes as the short ones fill up */
	for (unsigned digits = 4; digits <= 7 && err == ERR_CONFLICT; digits++) {
		if (c->sort.n)
			table_code(random_u64(), c->sort, digits, code);
		else
			case_code(random_u64(), digits, code);
		c->id = case_number(slice_of(code));
		k = key_u64(c->id);
		err = store_has(rq->house->store, TAB_CASE, key_view(&k))
			      ? ERR_CONFLICT
			      : keyring_make(rq->house->keyring, c->id);
	}
	c->code = arena_copy(rq->arena, slice_of(code));
	return err == ERR_CONFLICT ? ERR_BUSY : err;
}

/* Cases he opened that wait to be weighed: a flood of them would be everybody's. */
static enum err not_too_many(struct request *rq)
{
	size_t waiting = 0;
	struct rooms r;

	for (rooms_first(rq, &r); r.on && waiting < WAITING; rooms_next(&r)) {
		struct key k = key_u64(r.id);
		struct rec_case c;

		waiting += get_record(rq, TAB_CASE, key_view(&k), REC_case, &c) == ERR_OK &&
			   c.by == rq->who->person && slice_is(c.phase, "aangemeld");
	}
	rooms_end(&r);
	if (waiting < WAITING)
		return ERR_OK;
	return refuse(rq, ERR_LIMIT, N_("Many cases that you opened wait to be weighed."), NULL,
		      N_("Let those be weighed first."));
}

void case_put(struct request *rq, const struct rec_case *c)
{
	struct key k = key_u64(c->id);

	put_record(rq, TAB_CASE, key_view(&k), REC_case, c);
}

/* Somebody of that function; one error for all others, known here or not. */
static enum err arg_process(struct request *rq, uint64_t *process)
{
	struct slice handle = arg_str(rq, "process");
	struct rec_person p = {0};

	*process = policy_person(rq->house->policy, handle);
	if (*process && person_rec(rq, *process, &p) == ERR_OK && !p.stopped &&
	    slices_have(p.functions, SLICE("procesregisseur")))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("%s is no procesregisseur of the partnership."),
			  N_("Leave it out: a procesregisseur can be invited later."), handle);
}

enum err serve_case_new(struct request *rq)
{
	struct rec_case c = {.agreement = arg_str(rq, "agreement"),
			     .phase = SLICE("aangemeld"),
			     .purposes = arg_strs(rq, "purposes"),
			     .lead = rq->who->person,
			     .by = rq->who->person,
			     .made = rq->now,
			     .rev = 1};
	struct rec_phase first = {.phase = c.phase, .from = rq->now, .by = rq->who->person};
	struct rec_agreement agreement;
	struct rec_person me;
	uint64_t process = 0;

	TRY(person_rec(rq, rq->who->person, &me));
	TRY(member_keeps_house(rq, &me));
	TRY(case_agreement(rq, &agreement, &me));
	TRY(case_purposes(rq, &agreement, c.purposes));
	TRY(not_too_many(rq));
	if (arg_given(rq, "process"))
		TRY(arg_process(rq, &process));
	if (process == rq->who->person)
		return refuse(rq, ERR_USAGE,
			      N_("The procesregisseur of a case cannot be its casusregisseur."),
			      NULL, N_("Name somebody else, or nobody yet."));
	TRY(case_draw(rq, &c));
	c.process = process;
	c.phases.v = &first;
	c.phases.n = 1;
	rq->case_id = rq->change.case_id = c.id;
	c.sealed = seal_text(rq, 0, TEXT_TITLE, arg_str(rq, "name"));
	c.discussed = seal_text(rq, 0, TEXT_DISCUSSED, arg_str(rq, "discussed"));
	case_put(rq, &c);
	TRY(member_first(rq, &c, rq->who->person, "casusregisseur", "active"));
	if (process)
		TRY(member_first(rq, &c, process, "procesregisseur", "invited"));
	note_sight(rq);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "case", c.code);
	return ERR_OK;
}

bool case_pack_listed(struct request *rq, uint64_t case_id, bool table, struct buf *out)
{
	const struct rec_member *me;
	const struct rec_case *c;
	bool in;

	rq->case_id = case_id;
	if (policy_case(rq->house->policy, case_id, &rq->sight) != ERR_OK)
		return false;
	c = sight_case_rec(rq->sight);
	me = sight_member(rq->sight, rq->who->person);
	if (!me || (c->sort.n > 0) != table ||
	    (!slice_is(me->status, "active") && !slice_is(me->status, "invited")))
		return false;
	if (policy_may(rq->house->policy, rq->who, RIGHT_INVITED, case_id, rq->now, &rq->refusal) !=
	    ERR_OK)
		return false;
	in = slice_is(me->status, "active");
	pack_map(out, table ? 6 : 5);
	pack_kv_str(out, "case", c->code);
	pack_kv_str(out, "title", in ? serve_title(rq) : (struct slice){0});
	pack_kv_str(out, "phase", in ? c->phase : (struct slice){0});
	pack_kv_str(out, "role", me->role);
	pack_kv_str(out, "status", me->status);
	if (table)
		pack_kv_str(out, "sort", c->sort);
	return true;
}

enum err serve_case_list(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct rooms r;
	size_t n = 0;

	for (rooms_first(rq, &r); r.on; rooms_next(&r))
		n += case_pack_listed(rq, r.id, false, &list);
	return answer_rooms(rq, "cases", n, &list);
}

/* Who is only invited sees the request: the agreement, who asks and for what, but not whom it is
 * about. */
static void pack_stub(struct request *rq, const struct rec_case *c, const struct rec_member *me)
{
	rq->log_itself = true;
	pack_map(rq->out, 6);
	pack_kv_str(rq->out, "case", c->code);
	pack_kv_str(rq->out, "agreement", c->agreement);
	pack_key(rq->out, "me");
	member_pack(rq, me, rq->out);
	pack_kv_str(rq->out, "invited_by", show_person(rq, me->by));
	pack_kv_str(rq->out, "ask", open_text(rq, me->person, TEXT_ASK, me->sealed));
	pack_key(rq->out, "members");
	pack_array(rq->out, 0);
}

/* Why it went from phase to phase: for the lead, the procesregisseur and the person. */
static bool hears_why(struct request *rq, const struct rec_member *me)
{
	return policy_leads(rq->sight, me->person, rq->now) ||
	       slice_is(me->role, "procesregisseur") || slice_is(me->role, "betrokkene");
}

/* Of a closed case nobody reads a text any more; the person still hears why. */
void phases_pack(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);
	bool told =
		hears_why(rq, me) && (!phase_closed(c->phase) || slice_is(me->role, "betrokkene"));

	pack_array(rq->out, c->phases.n);
	for (size_t i = 0; i < c->phases.n; i++) {
		const struct rec_phase *p = &c->phases.v[i];

		pack_map(rq->out, 4);
		pack_kv_str(rq->out, "phase", p->phase);
		pack_kv_int(rq->out, "from", p->from);
		pack_kv_str(rq->out, "by", p->by ? show_person(rq, p->by) : (struct slice){0});
		pack_kv_str(rq->out, "why",
			    told ? open_text(rq, i, TEXT_PHASE, p->why) : (struct slice){0});
	}
}

/* In a sentence, as the agreement says them: who is of no agency under it reads them too. */
static void pack_means(struct request *rq, const struct rec_case *c)
{
	struct rec_agreement a = {0};
	CLEANUP(buf_free) struct buf list = {0};
	size_t n = 0;

	get_record(rq, TAB_AGREEMENT, c->agreement, REC_agreement, &a);
	for (size_t i = 0; i < a.purposes.n; i++) {
		if (!slices_have(c->purposes, a.purposes.v[i].purpose))
			continue;
		pack_map(&list, 2);
		pack_kv_str(&list, "purpose", a.purposes.v[i].purpose);
		pack_kv_str(&list, "text", a.purposes.v[i].text);
		n++;
	}
	pack_key(rq->out, "means");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
}

enum err serve_case_show(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (slice_is(me->status, "invited")) {
		pack_stub(rq, c, me);
		return ERR_OK;
	}
	pack_map(rq->out, 12 + hears_why(rq, me));
	pack_kv_str(rq->out, "case", c->code);
	pack_kv_str(rq->out, "sort", c->sort);
	pack_kv_int(rq->out, "places", (int64_t)c->places);
	pack_kv_str(rq->out, "title", serve_title(rq));
	pack_kv_str(rq->out, "agreement", c->agreement);
	pack_kv_str(rq->out, "phase", c->phase);
	pack_kv_strs(rq->out, "purposes", c->purposes);
	pack_means(rq, c);
	pack_kv_int(rq->out, "made", c->made);
	pack_kv_str(rq->out, "discussed",
		    phase_closed(c->phase) ? (struct slice){0}
					   : open_text(rq, 0, TEXT_DISCUSSED, c->discussed));
	pack_key(rq->out, "me");
	member_pack(rq, me, rq->out);
	pack_key(rq->out, "members");
	members_pack(rq, rq->out);
	if (hears_why(rq, me)) {
		pack_key(rq->out, "phases");
		phases_pack(rq);
	}
	return ERR_OK;
}

static enum err may_go(struct request *rq, const struct rec_case *c, struct slice to)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (c->sort.n)
		return refuse(rq, ERR_REFUSED, N_("A table has no phases."), NULL,
			      N_("Phases are of a case: brug case list"));
	if (!phase_follows(c->phase, to))
		return refuse_arg(rq, ERR_USAGE, N_("A case that is %s cannot go there."),
				  N_("aangemeld, triage, actief, afschaling, nazorg, gesloten: one "
				     "step at a time."),
				  c->phase);
	if (slice_is(to, "actief") && !c->lead)
		return refuse(rq, ERR_REFUSED,
			      N_("A case needs a casusregisseur before it becomes active."), NULL,
			      N_("Invite one."));
	/* Weighing is the procesregisseur's; without one the casusregisseur may. */
	if (c->process && !slice_is(me->role, "procesregisseur") && slice_is(c->phase, "triage"))
		return refuse(rq, ERR_REFUSED,
			      N_("The procesregisseur decides whether this case is taken in."),
			      NULL, N_("Ask him."));
	return slice_is(c->phase, "triage") && slice_is(to, "actief") ? weging_lets_in(rq) : ERR_OK;
}

enum err case_phase_arg(struct request *rq, struct rec_case *c)
{
	const struct rec_case *now = sight_case_rec(rq->sight);
	struct slice to = arg_str(rq, "phase");
	struct rec_phase *v = ARENA_ARRAY(rq->arena, struct rec_phase, now->phases.n + 1);

	*c = *now;
	TRY(may_go(rq, c, to));
	for (size_t i = 0; i < c->phases.n; i++)
		v[i] = c->phases.v[i];
	v[c->phases.n] = (struct rec_phase){.phase = to, .from = rq->now, .by = rq->who->person};
	c->phases.v = v;
	c->phases.n++;
	c->phase = to;
	c->rev++;
	return ERR_OK;
}

enum err serve_case_phase(struct request *rq)
{
	struct rec_case c;

	TRY(case_phase_arg(rq, &c));
	c.phases.v[c.phases.n - 1].why =
		seal_text(rq, c.phases.n - 1, TEXT_PHASE, arg_str(rq, "why"));
	erase_plan(rq, &c);
	case_put(rq, &c);
	note_sight(rq);
	pack_map(rq->out, 1 + phase_closed(c.phase));
	pack_kv_str(rq->out, "phase", c.phase);
	if (phase_closed(c.phase))
		pack_kv_int(rq->out, "verzoeken", (int64_t)verzoeken_pass_on(rq));
	return ERR_OK;
}
