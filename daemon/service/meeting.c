/* Meetings: planning one, its agenda, and what each may see of it. */
#include "args.h"
#include "invite.h"
#include "items.h"
#include "keys.h"
#include "meet.h"
#include "notice.h"
#include "revise.h"

#include <string.h>

static const int64_t hour_ms = 60LL * 60 * 1000;
enum { LATER_HOURS = 12 };

/* -- planning ---------------------------------------------------------------------------------- */

static enum err person_or_me(struct request *rq, const char *param, uint64_t *out)
{
	*out = rq->who->person;
	return arg_given(rq, param) ? arg_person(rq, param, out) : ERR_OK;
}

static enum err times(struct request *rq, int64_t *from, int64_t *until)
{
	*from = arg_begin(rq, "from");
	*until = arg_end(rq, "until");
	if (*from < *until)
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("It ends before it begins."), NULL,
		      N_("Give the begin first, and then the end."));
}

enum err serve_meeting_new(struct request *rq)
{
	struct rec_meeting m = {.kind = arg_given(rq, "kind") ? arg_str(rq, "kind") : SLICE("PGA"),
				.by = rq->who->person,
				.made = rq->now,
				.state = SLICE("gepland")};

	TRY(times(rq, &m.from, &m.until));
	TRY(person_or_me(rq, "secretary", &m.secretary));
	TRY(person_or_me(rq, "chair", &m.chair));
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

/* One that is not his is not there. */
static bool my_meeting(struct request *rq, struct slice id, struct rec_meeting *m)
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

enum err serve_meeting_list(struct request *rq)
{
	struct slices ids = ids_of(rq);
	struct buf *out = rq->out;
	CLEANUP(buf_free) struct buf list = {0};
	size_t n = 0;

	rq->out = &list;
	for (size_t i = 0; i < ids.n; i++) {
		struct rec_meeting m;

		if (!my_meeting(rq, ids.v[i], &m) ||
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
};

static void pack_his(struct request *rq, const struct rec_item *item, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf shown = {0};
	bool seen = serve_show(rq, item, &shown);

	pack_kv_str(out, "case", sight_case_rec(rq->sight)->code);
	pack_kv_str(out, "code", item->code);
	pack_kv_str(out, "state", item->state);
	pack_kv_bool(out, "invited", meet_invited(item, rq->who->person));
	pack_key(out, "item");
	if (seen)
		buf_slice(out, buf_view(&shown));
	else
		pack_nil(out);
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
		pack_his(rq, &item, &a->points);
}

enum err serve_meeting_show(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf points = {0};
	struct agenda a = {0};
	struct rec_meeting m;

	if (!my_meeting(rq, arg_str(rq, "meeting"), &m))
		return refuse_absent(rq);
	for (size_t i = 0; i < m.slots.n; i++)
		pack_point(rq, &m, &m.slots.v[i], &a);
	points = a.points;
	pack_head(rq, &m, 2);
	pack_kv_int(rq->out, "running", a.running);
	pack_key(rq->out, "points");
	pack_array(rq->out, a.n);
	buf_slice(rq->out, buf_view(&points));
	return ERR_OK;
}

/* -- a case on the agenda ---------------------------------------------------------------------- */

static enum err may_add(struct request *rq)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (slice_is(me->role, "casusregisseur") || slice_is(me->role, "procesregisseur") ||
	    slice_is(me->role, "informatiecoordinator"))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED,
		      N_("Only who leads the case or prepares its meetings puts it on an agenda."),
		      NULL, N_("Ask the casusregisseur."));
}

/* Who is invited: those named, or all who take part now. */
static enum err invited(struct request *rq, struct u64s *out)
{
	struct slices handles = arg_strs(rq, "invite");
	size_t all = sight_members(rq->sight);

	out->v = ARENA_ARRAY(rq->arena, uint64_t, (all > handles.n ? all : handles.n) + 1);
	for (size_t i = 0; i < handles.n; i++) {
		uint64_t p = policy_person(rq->house->policy, handles.v[i]);

		if (!p || !policy_takes_part(rq->sight, p, rq->now))
			return refuse_arg(rq, ERR_USAGE, N_("%s takes no part in this case."),
					  N_("See: brug case show"), handles.v[i]);
		out->v[out->n++] = p;
	}
	for (size_t i = 0; !handles.n && i < all && out->n < SLOTS; i++) {
		uint64_t p = sight_member_at(rq->sight, i)->person;

		if (policy_takes_part(rq->sight, p, rq->now))
			out->v[out->n++] = p;
	}
	return ERR_OK;
}

static void pack_fields(struct request *rq, const struct rec_item *item, struct buf *out)
{
	pack_map(out, 4);
	pack_kv_str(out, "van", arg_str(rq, "from"));
	pack_kv_str(out, "tot", arg_str(rq, "until"));
	pack_kv_str(out, "inhoud", arg_str(rq, "text"));
	pack_key(out, "genodigd");
	meet_pack_people(rq, &item->asked, out);
}

static enum err make_point(struct request *rq, int64_t until, struct rec_item *item)
{
	const struct kind *kind = vocab_kind(&brug_vocab, SLICE("agendapunt"));
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);
	CLEANUP(buf_wipe) struct buf b = {0};
	CLEANUP(tree_free) struct tree fields = {0};

	*item = (struct rec_item){
		.num = rq->change.pos << 4 | rq->change.events_n,
		.kind = slice_of(kind->name),
		.category = slice_of(kind->category),
		.owner = me->agency,
		.areas = arg_given(rq, "leefgebieden") ? arg_strs(rq, "leefgebieden") : me->areas,
		.purposes = me->purposes,
		.state = SLICE("gepland"),
		.rev = 1,
		.author = me->person,
		.by = me->person,
		.made = rq->now,
		.changed = rq->now,
		.due = invite_due(until)};
	TRY(invited(rq, &item->asked));
	invite_show(rq, NULL, item);
	pack_fields(rq, item, &b);
	TRY(tree_take(&fields, &b));
	return item_first_own(rq, kind, item, tree_root(&fields));
}

/* In the order of the times. */
static void put_slot(struct request *rq, struct rec_meeting *m, struct rec_slot slot)
{
	struct rec_slot *v = ARENA_ARRAY(rq->arena, struct rec_slot, m->slots.n + 1);
	struct key of = key_2(slot.case_id, slot.num);
	size_t at = m->slots.n;

	while (at && m->slots.v[at - 1].from > slot.from)
		at--;
	for (size_t i = 0; i < m->slots.n; i++)
		v[i + (i >= at)] = m->slots.v[i];
	v[at] = slot;
	m->slots.v = v;
	m->slots.n++;
	meet_put(rq, m);
	change_put(&rq->change, rq->pass, TAB_SLOT_OF, key_view(&of), m->id);
}

static enum err room_on_agenda(struct request *rq, const struct rec_meeting *m)
{
	if (slice_is(m->state, "verslag"))
		return refuse(rq, ERR_REFUSED, N_("This meeting is over."), NULL,
			      N_("Plan another: brug meet new"));
	if (m->slots.n == SLOTS)
		return refuse(rq, ERR_LIMIT, N_("The agenda of this meeting is full."), NULL,
			      N_("Plan another: brug meet new"));
	return ERR_OK;
}

enum err serve_meeting_add(struct request *rq)
{
	struct rec_slot slot = {.case_id = rq->case_id};
	struct rec_meeting m;
	struct rec_item item;

	TRY(may_add(rq));
	TRY(times(rq, &slot.from, &slot.until));
	if (meet_get(rq, arg_str(rq, "meeting"), &m) != ERR_OK)
		return refuse_absent(rq);
	TRY(room_on_agenda(rq, &m));
	TRY(make_point(rq, slot.until, &item));
	slot.num = item.num;
	put_slot(rq, &m, slot);
	invite_known(rq, m.id, rq->who->person);
	for (size_t i = 0; i < item.asked.n; i++) {
		invite_known(rq, m.id, item.asked.v[i]);
		notice_person(rq, item.asked.v[i], "meeting", item.num, m.id, slot.from);
	}
	item_said(rq, &item, false);
	return ERR_OK;
}

/* -- another time ------------------------------------------------------------------------------ */

static void take_slot_out(struct rec_meeting *m, uint64_t case_id, uint64_t num)
{
	size_t n = 0;

	for (size_t i = 0; i < m->slots.n; i++)
		if (m->slots.v[i].case_id != case_id || m->slots.v[i].num != num)
			m->slots.v[n++] = m->slots.v[i];
	m->slots.n = n;
}

static enum err revise_times(struct request *rq, const struct rec_item *before,
			     struct rec_item *item)
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(tree_free) struct tree fields = {0};

	pack_map(&b, 2);
	pack_kv_str(&b, "van", arg_str(rq, "from"));
	pack_kv_str(&b, "tot", arg_str(rq, "until"));
	TRY(tree_take(&fields, &b));
	return item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before->kind),
						  .before = before,
						  .item = item,
						  .update = tree_root(&fields)});
}

enum err serve_meeting_move(struct request *rq)
{
	struct rec_slot slot = {.case_id = rq->case_id};
	struct rec_item item;
	struct point p;

	TRY(meet_point(rq, &p));
	if (!meet_may_run(rq, &p))
		return meet_refuse_run(rq);
	TRY(times(rq, &slot.from, &slot.until));
	if (!slice_is(p.item.state, "gepland"))
		return refuse_arg(rq, ERR_USAGE, N_("This point is %s now."),
				  N_("See: brug meet show"), p.item.state);
	slot.num = p.item.num;
	item = p.item;
	item.due = invite_due(slot.until);
	invite_show(rq, &p.item, &item);
	TRY(revise_times(rq, &p.item, &item));
	take_slot_out(&p.meeting, rq->case_id, item.num);
	put_slot(rq, &p.meeting, slot);
	for (size_t i = 0; i < item.asked.n; i++)
		notice_person(rq, item.asked.v[i], "meeting-moved", item.num, p.meeting.id,
			      slot.from);
	item_said(rq, &item, false);
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

enum err serve_meeting_end(struct request *rq)
{
	struct rec_meeting m;

	if (!my_meeting(rq, arg_str(rq, "meeting"), &m))
		return refuse_absent(rq);
	if (!meet_runs_it(&m, rq->who->person))
		return meet_refuse_run(rq);
	if (still_runs(rq, &m))
		return refuse(rq, ERR_REFUSED, N_("A point of this meeting still runs."), NULL,
			      N_("End it first: brug meet next"));
	m.state = SLICE("verslag");
	meet_put(rq, &m);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "meeting", m.id);
	pack_kv_str(rq->out, "state", m.state);
	return ERR_OK;
}
