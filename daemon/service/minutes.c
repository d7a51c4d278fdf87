/* Minutes: made from the items of a point, anew for each reader, each cut to what he may know. What
 * he may not see is not there, and leaves no number. */
#include "args.h"
#include "items.h"
#include "meet.h"

struct minutes {
	struct buf said, decided, follows;
	size_t said_n, decided_n, follows_n;
	struct u64s nums; /* of what follows from the decisions */
	bool full;
};

static void minutes_wipe(struct minutes *m)
{
	buf_wipe(&m->said);
	buf_wipe(&m->decided);
	buf_wipe(&m->follows);
}

/* Who was there, or has to know: who runs it, who leads the case, and the person himself. */
static bool reads_all(struct request *rq, const struct point *p)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);
	struct u64s there = meet_was_present(rq, p->item.num);

	for (size_t i = 0; i < there.n; i++)
		if (there.v[i] == rq->who->person)
			return true;
	return meet_may_run(rq, p) || slice_is(me->role, "betrokkene") ||
	       slice_is(me->role, "ondersteuner");
}

static void note_follows(struct request *rq, const struct rec_item *decision, struct minutes *m)
{
	uint64_t *v = ARENA_ARRAY(rq->arena, uint64_t, m->nums.n + decision->refs.n + 1);

	for (size_t i = 0; i < m->nums.n; i++)
		v[i] = m->nums.v[i];
	m->nums.v = v;
	for (size_t i = 0; i < decision->refs.n; i++)
		if (slice_is(decision->refs.v[i].field, "volgt"))
			v[m->nums.n++] = decision->refs.v[i].num;
}

/* That something follows is part of the decision's core; of what is asked of himself he may hear it
 * as soon as he knows of the decision. */
static bool may_link(struct request *rq, const struct rec_item *decision, const struct minutes *m)
{
	return item_level(rq, decision) >= (m->full ? LEVEL_KERN : LEVEL_BESTAAN);
}

static void gather(struct request *rq, uint64_t point, struct minutes *m)
{
	struct items it;

	for (items_first(rq, point, &it); it.on; items_next(&it)) {
		bool decision = slice_is(it.item.kind, "besluit");

		if (meet_point_of(&it.item) != point)
			continue;
		if (decision && may_link(rq, &it.item, m))
			note_follows(rq, &it.item, m);
		if (!m->full)
			continue;
		if (decision)
			m->decided_n += serve_show(rq, &it.item, &m->decided);
		else
			m->said_n += serve_show(rq, &it.item, &m->said);
	}
}

static bool asked_of(const struct rec_item *item, uint64_t person)
{
	return item->executor == person || meet_invited(item, person);
}

static void gather_follows(struct request *rq, struct minutes *m)
{
	for (size_t i = 0; i < m->nums.n; i++) {
		struct rec_item item;

		if (item_by_num(rq, m->nums.v[i], &item) != ERR_OK ||
		    (!m->full && !asked_of(&item, rq->who->person)))
			continue;
		m->follows_n += serve_show(rq, &item, &m->follows);
	}
}

static void pack_list(struct buf *out, const char *key, size_t n, const struct buf *list)
{
	pack_key(out, key);
	pack_array(out, n);
	buf_slice(out, buf_view(list));
}

static const struct rec_slot *slot_of(const struct request *rq, const struct point *p)
{
	static const struct rec_slot none = {0};

	for (size_t i = 0; i < p->meeting.slots.n; i++)
		if (p->meeting.slots.v[i].num == p->item.num &&
		    p->meeting.slots.v[i].case_id == rq->case_id)
			return &p->meeting.slots.v[i];
	return &none;
}

enum err serve_meeting_minutes(struct request *rq)
{
	CLEANUP(minutes_wipe) struct minutes m = {0};
	struct u64s there = {0};
	struct point p;

	TRY(meet_point(rq, &p));
	m.full = reads_all(rq, &p);
	if (m.full)
		there = meet_was_present(rq, p.item.num);
	gather(rq, p.item.num, &m);
	gather_follows(rq, &m);
	rq->log_itself = !rq->seen_n; /* who was there is told, if nothing else is */
	pack_map(rq->out, 10);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_kv_str(rq->out, "item", p.item.code);
	pack_kv_int(rq->out, "from", slot_of(rq, &p)->from);
	pack_kv_int(rq->out, "until", slot_of(rq, &p)->until);
	pack_kv_str(rq->out, "state", p.item.state);
	pack_kv_bool(rq->out, "full", m.full);
	pack_key(rq->out, "present");
	meet_pack_people(rq, &there, rq->out);
	pack_list(rq->out, "said", m.said_n, &m.said);
	pack_list(rq->out, "decided", m.decided_n, &m.decided);
	pack_list(rq->out, "follows", m.follows_n, &m.follows);
	return ERR_OK;
}
