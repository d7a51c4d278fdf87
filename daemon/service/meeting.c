/* Meetings: planning one, what each may see of it, and its end. */
#include "args.h"
#include "cases.h"
#include "invite.h"
#include "items.h"
#include "keys.h"
#include "meet.h"

static const int64_t hour_ms = 60LL * 60 * 1000;
static const int64_t year_ms = 366LL * 24 * 60 * 60 * 1000;
enum { LATER_HOURS = 12, AHEAD = 50 };

/* -- planning ---------------------------------------------------------------------------------- */

static bool both_take_part(struct request *rq, uint64_t room, uint64_t person)
{
	const struct sight_case *sight;

	return policy_case(rq->house->policy, room, &sight) == ERR_OK &&
	       policy_takes_part(sight, rq->who->person, rq->now) &&
	       policy_takes_part(sight, person, rq->now);
}

static bool shares_room(struct request *rq, uint64_t person)
{
	bool shares = false;
	struct rooms r;

	for (rooms_first(rq, &r); r.on && !shares; rooms_next(&r))
		shares = both_take_part(rq, r.id, person);
	rooms_end(&r);
	return shares;
}

/* Whom he works with in a case or at a table. Of all others one answer: who is known here is not
 * for asking, and nobody is planned for by a stranger. */
static enum err person_or_me(struct request *rq, const char *param, uint64_t *out)
{
	*out = rq->who->person;
	if (!arg_given(rq, param))
		return ERR_OK;
	*out = policy_person(rq->house->policy, arg_str(rq, param));
	if (*out && (*out == rq->who->person || shares_room(rq, *out)))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("%s works with you in no case and at no table."),
			  N_("Name who does; brug case show lists them."), arg_str(rq, param));
}

enum err meet_times(struct request *rq, int64_t *from, int64_t *until)
{
	*from = arg_begin(rq, "from");
	*until = arg_end(rq, "until");
	if (*from >= *until)
		return refuse(rq, ERR_USAGE, N_("It ends before it begins."), NULL,
			      N_("Give the begin first, and then the end."));
	if (*until <= rq->now + year_ms)
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("A meeting is planned a year ahead at most."), NULL,
		      N_("Give times within a year."));
}

/* Copies the ids first: looking into a meeting opens walks of its own. */
static struct slices ids_of(struct request *rq)
{
	struct key prefix = key_u64(rq->who->person);
	struct slices ids = {0};
	size_t all = 0;
	struct walk w;

	for (store_walk(rq->house->store, TAB_MEETING_OF, key_view(&prefix), &w); w.on;
	     store_next(&w))
		all++;
	store_walk_end(&w);
	ids.v = ARENA_ARRAY(rq->arena, struct slice, all + 1);

	for (store_walk(rq->house->store, TAB_MEETING_OF, key_view(&prefix), &w);
	     w.on && ids.n < all; store_next(&w))
		ids.v[ids.n++] = arena_copy(rq->arena, (struct slice){w.key.p + 8, w.key.n - 8});
	store_walk_end(&w);
	return ids;
}

/* A list of meetings is for people: nobody fills it. */
static enum err not_too_many(struct request *rq)
{
	struct slices ids = ids_of(rq);
	struct rec_meeting m;
	size_t n = 0;

	for (size_t i = 0; i < ids.n; i++)
		n += meet_get(rq, ids.v[i], &m) == ERR_OK && m.by == rq->who->person &&
		     m.until > rq->now;
	if (n < AHEAD)
		return ERR_OK;
	return refuse(rq, ERR_LIMIT, N_("You have planned as many meetings as one can have ahead."),
		      NULL, N_("End one that will not be held: brug meet end"));
}

enum err serve_meeting_new(struct request *rq)
{
	struct rec_meeting m = {.kind = arg_given(rq, "kind") ? arg_str(rq, "kind") : SLICE("PGA"),
				.by = rq->who->person,
				.made = rq->now,
				.state = SLICE("gepland")};

	TRY(meet_times(rq, &m.from, &m.until));
	TRY(person_or_me(rq, "secretary", &m.secretary));
	TRY(person_or_me(rq, "chair", &m.chair));
	TRY(not_too_many(rq));
	m.id = arena_fmt(rq->arena, "o-%012llx",
			 (unsigned long long)(random_u64() & 0xffffffffffff));
	meet_put(rq, &m);
	invite_known(rq, m.id, m.by);
	invite_known(rq, m.id, m.secretary);
	invite_known(rq, m.id, m.chair);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "meeting", m.id);
	return ERR_OK;
}

/* -- what he may see of one -------------------------------------------------------------------- */

/* He takes part in that case and is invited to the point, or may know of it and runs the meeting.
 */
static bool is_his(struct request *rq, const struct rec_meeting *m, const struct rec_slot *slot,
		   struct rec_item *item)
{
	if (!meet_slot_item(rq, slot, item) || slice_is(item->state, "vervallen") ||
	    !policy_takes_part(rq->sight, rq->who->person, rq->now))
		return false;
	return meet_invited(item, rq->who->person) ||
	       ((meet_runs_it(m, rq->who->person) || item->author == rq->who->person) &&
		item_level(rq, item) > LEVEL_GEEN);
}

static bool concerns(struct request *rq, const struct rec_meeting *m)
{
	struct rec_item item;

	if (meet_runs_it(m, rq->who->person))
		return true;
	for (size_t i = 0; i < m->slots.n; i++)
		if (is_his(rq, m, &m->slots.v[i], &item))
			return true;
	return false;
}

bool meet_known(struct request *rq, struct slice id, struct rec_meeting *m)
{
	return meet_get(rq, id, m) == ERR_OK && concerns(rq, m);
}

static void pack_head(struct request *rq, const struct rec_meeting *m, unsigned more)
{
	pack_map(rq->out, 7 + more);
	pack_kv_str(rq->out, "meeting", m->id);
	pack_kv_str(rq->out, "kind", m->kind);
	pack_kv_int(rq->out, "from", m->from);
	pack_kv_int(rq->out, "until", m->until);
	pack_kv_str(rq->out, "state", m->state);
	pack_kv_str(rq->out, "chair", show_person(rq, m->chair));
	pack_kv_str(rq->out, "secretary", show_person(rq, m->secretary));
}

enum err serve_meeting_list(struct request *rq)
{
	struct slices ids = ids_of(rq);
	struct buf *out = rq->out;
	CLEANUP(buf_free) struct buf list = {0};
	size_t n = 0;

	rq->out = &list;
	for (size_t i = 0; i < ids.n; i++) {
		struct rec_meeting m;

		if (!meet_known(rq, ids.v[i], &m) ||
		    (m.until + LATER_HOURS * hour_ms < rq->now && !arg_bool(rq, "all")))
			continue;
		pack_head(rq, &m, 0);
		n++;
	}
	rq->out = out;
	return answer_list(rq, "meetings", n, &list);
}

/* -- the agenda -------------------------------------------------------------------------------- */

struct agenda {
	struct buf points;
	size_t n;
	int64_t running;
	uint64_t bare; /* a case that was named without an item of it */
};

/* Invited, and under other purposes: he knows that his case is on, and nothing of the point. */
static void pack_his(struct request *rq, const struct rec_item *item, struct agenda *a)
{
	CLEANUP(buf_wipe) struct buf shown = {0};
	bool seen = serve_show(rq, item, &shown);
	struct buf *out = &a->points;

	pack_kv_str(out, "case", sight_case_rec(rq->sight)->code);
	pack_kv_str(out, "code", seen ? item->code : (struct slice){0});
	pack_kv_str(out, "state", seen ? item->state : (struct slice){0});
	pack_kv_bool(out, "invited", meet_invited(item, rq->who->person));
	pack_key(out, "item");
	if (seen)
		buf_slice(out, buf_view(&shown));
	else
		pack_nil(out);
	if (!seen)
		a->bare = rq->case_id;
}

static void pack_point(struct request *rq, const struct rec_meeting *m, const struct rec_slot *slot,
		       struct agenda *a)
{
	struct rec_item item = {0};
	bool his = is_his(rq, m, slot, &item);

	if (!item.num || slice_is(item.state, "vervallen"))
		return;
	a->n++;
	if (slice_is(item.state, "loopt"))
		a->running = (int64_t)a->n;
	pack_map(&a->points, his ? 8 : 3);
	pack_kv_int(&a->points, "n", (int64_t)a->n);
	pack_kv_int(&a->points, "from", slot->from);
	pack_kv_int(&a->points, "until", slot->until);
	if (his)
		pack_his(rq, &item, a);
}

enum err serve_meeting_show(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf points = {0};
	struct agenda a = {0};
	struct rec_meeting m;

	if (!meet_known(rq, arg_str(rq, "meeting"), &m))
		return refuse_absent(rq);
	for (size_t i = 0; i < m.slots.n; i++)
		pack_point(rq, &m, &m.slots.v[i], &a);
	points = a.points;
	rq->case_id = a.bare;
	rq->log_itself = a.bare && !rq->seen_n;
	pack_head(rq, &m, 2);
	pack_kv_int(rq->out, "running", a.running);
	pack_key(rq->out, "points");
	pack_array(rq->out, a.n);
	buf_slice(rq->out, buf_view(&points));
	return ERR_OK;
}

/* -- its end ----------------------------------------------------------------------------------- */

static bool still_runs(struct request *rq, const struct rec_meeting *m)
{
	bool runs = false;

	for (size_t i = 0; i < m->slots.n && !runs; i++) {
		struct rec_item item;

		runs = meet_slot_item(rq, &m->slots.v[i], &item) && slice_is(item.state, "loopt");
	}
	rq->case_id = 0;
	rq->sight = NULL;
	return runs;
}

/* Nothing was to be talked over: it goes out of everybody's list. */
static void forget(struct request *rq, const struct rec_meeting *m)
{
	const uint64_t people[] = {m->by, m->chair, m->secretary};

	change_del(&rq->change, rq->pass, TAB_MEETING, m->id);
	for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++) {
		struct key k = key_bytes(people[i], m->id);

		change_del(&rq->change, rq->pass, TAB_MEETING_OF, key_view(&k));
	}
}

enum err serve_meeting_end(struct request *rq)
{
	struct rec_meeting m;

	if (!meet_known(rq, arg_str(rq, "meeting"), &m))
		return refuse_absent(rq);
	if (!meet_runs_it(&m, rq->who->person))
		return meet_refuse_run(rq);
	if (still_runs(rq, &m))
		return refuse(rq, ERR_REFUSED, N_("A point of this meeting still runs."), NULL,
			      N_("End it first: brug meet next"));
	m.state = SLICE("verslag");
	if (m.slots.n)
		meet_put(rq, &m);
	else
		forget(rq, &m);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "meeting", m.id);
	pack_kv_str(rq->out, "state", m.state);
	return ERR_OK;
}
