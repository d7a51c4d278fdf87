/* The agenda of a meeting: a case put on it, and given another time. */
#include "args.h"
#include "invite.h"
#include "items.h"
#include "keys.h"
#include "meet.h"
#include "notice.h"
#include "revise.h"

enum { CASE_SLOTS = 8 };

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

/* The agenda is of who runs the meeting. Who is not in it at all does not hear that it is there. */
static enum err find_agenda(struct request *rq, struct rec_meeting *m)
{
	uint64_t case_id = rq->case_id;
	bool known = meet_known(rq, arg_str(rq, "meeting"), m);

	TRY(meet_enter(rq, case_id));
	if (!known)
		return refuse_absent(rq);
	if (meet_runs_it(m, rq->who->person))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("The agenda is for who runs the meeting."),
		      N_("He keeps the times of all who come."),
		      N_("Ask the chair or the secretary, or plan another: brug meet new"));
}

static size_t slots_of(const struct rec_meeting *m, uint64_t case_id)
{
	size_t n = 0;

	for (size_t i = 0; i < m->slots.n; i++)
		n += m->slots.v[i].case_id == case_id;
	return n;
}

static enum err room_on_agenda(struct request *rq, const struct rec_meeting *m)
{
	if (slice_is(m->state, "verslag"))
		return refuse(rq, ERR_REFUSED, N_("This meeting is over."), NULL,
			      N_("Plan another: brug meet new"));
	if (m->slots.n == SLOTS)
		return refuse(rq, ERR_LIMIT, N_("The agenda of this meeting is full."), NULL,
			      N_("Plan another: brug meet new"));
	if (slots_of(m, rq->case_id) >= CASE_SLOTS)
		return refuse(rq, ERR_LIMIT, N_("One case has eight points on an agenda at most."),
			      N_("The others who come need their time too."),
			      N_("Talk it over in one of them, or plan another: brug meet new"));
	return ERR_OK;
}

enum err serve_meeting_add(struct request *rq)
{
	struct rec_slot slot = {.case_id = rq->case_id};
	struct rec_meeting m;
	struct rec_item item;

	TRY(may_add(rq));
	TRY(meet_times(rq, &slot.from, &slot.until));
	TRY(find_agenda(rq, &m));
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
	TRY(meet_times(rq, &slot.from, &slot.until));
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
