/* A point of the agenda while it is talked over: beginning, ending, who comes and goes, approval.
 */
#include "args.h"
#include "items.h"
#include "keys.h"
#include "meet.h"

/* One point at a time, so that nobody sits in two rooms; whatever the other case is. */
static enum err none_runs(struct request *rq, const struct rec_meeting *m)
{
	uint64_t case_id = rq->case_id;
	bool runs = false;

	for (size_t i = 0; i < m->slots.n && !runs; i++) {
		struct rec_item item;

		runs = meet_slot_item(rq, &m->slots.v[i], &item) && slice_is(item.state, "loopt");
	}
	TRY(meet_enter(rq, case_id));
	if (!runs)
		return ERR_OK;
	return refuse(rq, ERR_CONFLICT, N_("Another point of this meeting still runs."), NULL,
		      N_("End it first: brug meet next"));
}

static enum err in_state(struct request *rq, const struct rec_item *point, const char *state)
{
	if (slice_is(point->state, state))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("This point is %s now."), N_("See: brug meet show"),
			  point->state);
}

static void put_present(struct request *rq, uint64_t point, const struct rec_present *p)
{
	struct key k = key_3(rq->case_id, point, p->person);

	put_record(rq, TAB_PRESENT, key_view(&k), REC_present, p);
}

static void come(struct request *rq, uint64_t point, uint64_t person)
{
	put_present(
		rq, point,
		&(struct rec_present){.person = person, .from = rq->now, .by = rq->who->person});
}

static void go(struct request *rq, uint64_t point, uint64_t person)
{
	struct key k = key_3(rq->case_id, point, person);
	struct rec_present p;

	if (get_record(rq, TAB_PRESENT, key_view(&k), REC_present, &p) != ERR_OK || p.until)
		return;
	p.until = rq->now;
	put_present(rq, point, &p);
}

enum err serve_meeting_open(struct request *rq)
{
	struct point p;

	TRY(meet_point(rq, &p));
	if (!meet_may_run(rq, &p))
		return meet_refuse_run(rq);
	TRY(in_state(rq, &p.item, "gepland"));
	TRY(none_runs(rq, &p.meeting));
	if (slice_is(p.meeting.state, "gepland")) {
		p.meeting.state = SLICE("loopt");
		meet_put(rq, &p.meeting);
	}
	come(rq, p.item.num, rq->who->person);
	return meet_move(rq, &p.item, "loopt");
}

static void all_go(struct request *rq, const struct rec_item *point)
{
	struct u64s there = meet_present(rq, point);

	for (size_t i = 0; i < there.n; i++)
		go(rq, point->num, there.v[i]);
}

enum err serve_meeting_close(struct request *rq)
{
	struct point p;

	TRY(meet_point(rq, &p));
	if (!meet_may_run(rq, &p))
		return meet_refuse_run(rq);
	TRY(in_state(rq, &p.item, "loopt"));
	all_go(rq, &p.item);
	return meet_move(rq, &p.item, "verslag");
}

/* The n-th point of the agenda as meeting.show numbers it, of whatever case, when it runs. */
static bool running_at(struct request *rq, const struct rec_meeting *m, int64_t n,
		       struct rec_item *out)
{
	int64_t at = 0;

	for (size_t i = 0; i < m->slots.n; i++)
		if (meet_slot_item(rq, &m->slots.v[i], out) && !slice_is(out->state, "vervallen") &&
		    ++at == n)
			return slice_is(out->state, "loopt");
	return false;
}

/* Who runs the meeting ends what runs in it without knowing whose it is; nothing of it is told. */
enum err serve_meeting_stop(struct request *rq)
{
	int64_t n = arg_int(rq, "n", 0);
	struct rec_meeting m;
	struct rec_item item;

	if (!meet_known(rq, arg_str(rq, "meeting"), &m))
		return refuse_absent(rq);
	if (!meet_runs_it(&m, rq->who->person))
		return meet_refuse_run(rq);
	if (!running_at(rq, &m, n, &item))
		return refuse(rq, ERR_USAGE, N_("That point does not run."), NULL,
			      N_("See: brug meet show"));
	rq->change.case_id = rq->case_id;
	all_go(rq, &item);
	TRY(meet_set(rq, &item, "verslag"));
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "meeting", m.id);
	pack_kv_int(rq->out, "n", n);
	return ERR_OK;
}

/* -- who comes and goes ------------------------------------------------------------------------ */

/* Oneself when invited, and anybody by who runs the meeting. */
static enum err may_bring(struct request *rq, const struct point *p, uint64_t person)
{
	if (meet_may_run(rq, p))
		return ERR_OK;
	if (person != rq->who->person)
		return meet_refuse_run(rq);
	if (arg_bool(rq, "leave") || meet_invited(&p->item, person))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("You are not invited to this point."),
		      N_("Who comes in changes what the board shows to all."),
		      N_("Ask the secretary to let you in."));
}

enum err serve_meeting_present(struct request *rq)
{
	bool leave = arg_bool(rq, "leave");
	uint64_t person = rq->who->person;
	struct point p;

	TRY(meet_point(rq, &p));
	if (arg_given(rq, "person"))
		TRY(arg_member(rq, "person", &person));
	TRY(may_bring(rq, &p, person));
	TRY(in_state(rq, &p.item, "loopt"));
	if (leave)
		go(rq, p.item.num, person);
	else if (policy_takes_part(rq->sight, person, rq->now))
		come(rq, p.item.num, person);
	else
		return refuse_arg(rq, ERR_USAGE, N_("%s takes no part in this case."),
				  N_("Invite him first: brug invite; for a day: as gast"),
				  arg_str(rq, "person"));
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "person", show_person(rq, person));
	pack_kv_bool(rq->out, "present", !leave);
	return ERR_OK;
}

/* -- approval ---------------------------------------------------------------------------------- */

enum err serve_meeting_approve(struct request *rq)
{
	struct point p;

	TRY(meet_point(rq, &p));
	if (!meet_may_run(rq, &p) ||
	    (rq->who->person == p.meeting.secretary && rq->who->person != p.meeting.chair &&
	     rq->who->person != sight_case_rec(rq->sight)->lead &&
	     rq->who->person != sight_case_rec(rq->sight)->process))
		return refuse(rq, ERR_REFUSED,
			      N_("The chair or who leads the case approves the minutes."),
			      N_("The secretary writes them and does not approve them."),
			      N_("Ask the chair."));
	TRY(in_state(rq, &p.item, "verslag"));
	return meet_move(rq, &p.item, "vastgesteld");
}
