/*
 * One push: what the watcher has not had, under today's rights. A push is its own question asked
 * again; what its person cannot see leaves no trace: no push, no cursor, no count.
 */
#include "push.h"

#include "items.h"
#include "keys.h"
#include "meet.h"
#include "readings.h"
#include "revise.h"

static void push_show(struct push *p, const struct rec_item *item, enum level level, bool when)
{
	CLEANUP(buf_wipe) struct buf shown = {0};

	if (!serve_show(p->rq, item, &shown))
		return;
	pack_map(&p->events, when ? 2 : 1);
	pack_key(&p->events, "show");
	buf_slice(&p->events, buf_view(&shown));
	if (when)
		pack_kv_int(&p->events, "time", item->changed);
	p->n++;
	held_set(p->w,
		 &(struct held){item->num, item->rev, level, readings_mark(p->rq, item, level)});
}

static void push_retract(struct push *p, const struct rec_item *item)
{
	pack_map(&p->events, 1);
	pack_kv_str(&p->events, "retract", item->code);
	p->n++;
	held_drop(p->w, item->num);
}

/* An earlier revision: its own words, state and references, and all that decides who sees it as it
 * is today. */
static enum err revision(struct request *rq, const struct rec_item *now, uint64_t rev,
			 struct rec_item *out)
{
	struct rec_item past;

	*out = *now;
	if (rev == now->rev)
		return ERR_OK;
	TRY(item_past(rq, now->num, rev, &past));
	out->rev = past.rev;
	out->sealed = past.sealed;
	out->state = past.state;
	out->refs = past.refs;
	out->level_pos = past.level_pos;
	out->statements = past.statements;
	out->due = past.due;
	out->by = past.by;
	out->changed = past.changed;
	return ERR_OK;
}

/* Whether this revision looks to him as the one before it did. */
static bool looks_as_before(struct push *p, const struct rec_item *item, enum level level)
{
	struct rec_item before;

	return item->rev > 1 && item_past(p->rq, item->num, item->rev - 1, &before) == ERR_OK &&
	       item_alike(p->rq, &before, item, level);
}

static void one_event(struct push *p, uint64_t num, uint64_t rev)
{
	struct held *held = held_find(p->w, num);
	struct rec_item now, item;
	enum level level;

	if (held && held->rev >= rev)
		return;
	if (item_by_num(p->rq, num, &now) != ERR_OK || revision(p->rq, &now, rev, &item) != ERR_OK)
		return;
	p->w->readings_due = p->w->readings_due || slice_is(item.kind, "duiding");
	level = item_level(p->rq, &item);
	if (level == LEVEL_GEEN) {
		if (held)
			push_retract(p, &item);
	} else if (!held || held->level != level || !looks_as_before(p, &item, level)) {
		push_show(p, &item, level, true);
	} else {
		held->rev = rev;
	}
}

/* Sight moved: what he holds against what he may see now. False: there is more than one push holds;
 * what was said is held by then. */
static bool compare_all(struct push *p)
{
	struct items it;

	for (items_first(p->rq, 0, &it); it.on && p->events.n < PUSH_BYTES; items_next(&it)) {
		struct held *held = held_find(p->w, it.item.num);
		enum level level = item_level(p->rq, &it.item);

		if (level == LEVEL_GEEN && held)
			push_retract(p, &it.item);
		else if (level != LEVEL_GEEN &&
			 (!held || held->level != level ||
			  held->mark != readings_mark(p->rq, &it.item, level)))
			push_show(p, &it.item, level, false);
	}
	if (it.on) {
		store_walk_end(&it.walk);
		return false;
	}
	p->w->sight_due = p->w->readings_due = false;
	return true;
}

/* A reading came, went or was changed: those he holds that are contradicted now by others than he
 * was told are shown anew. By one that he does not see nothing changes, and nothing is said. */
static void compare_readings(struct push *p)
{
	for (size_t i = 0; i < p->w->held_n; i++) {
		struct held h = p->w->held[i];
		struct rec_item item;

		if (h.mark && item_by_num(p->rq, h.num, &item) == ERR_OK &&
		    h.mark != readings_mark(p->rq, &item, h.level))
			push_show(p, &item, h.level, false);
	}
	p->w->readings_due = false;
}

static bool walk_snapshot(struct push *p)
{
	struct items it;

	for (items_first(p->rq, p->w->next_num, &it); it.on && p->events.n < PUSH_BYTES;
	     items_next(&it)) {
		enum level level = item_level(p->rq, &it.item);

		p->w->next_num = it.item.num + 1;
		if (level != LEVEL_GEEN)
			push_show(p, &it.item, level, false);
	}
	if (it.on)
		store_walk_end(&it.walk);
	p->w->snapshot = it.on;
	return !it.on;
}

/* Copies the rows first: showing an item opens walks of its own. True at the end of the rows. */
static bool walk_events(struct push *p)
{
	struct key prefix = key_u64(p->w->case_id), from = key_2(p->w->case_id, p->w->pos + 1);
	struct walk walk;
	bool end;

	store_walk_from(p->rq->house->store, TAB_EVENT, key_view(&prefix), key_view(&from), &walk);
	for (; walk.on; store_next(&walk)) {
		uint64_t pos = get_be64(walk.key.p + 8);

		if (pos != p->w->pos && p->events.n >= PUSH_BYTES)
			break;
		p->w->pos = pos;
		if (walk.val.n == 16)
			one_event(p, get_be64(walk.val.p), get_be64(walk.val.p + 8));
		else
			p->w->sight_due = true;
	}
	end = !walk.on;
	store_walk_end(&walk);
	return end;
}

void push_pack(struct push *p, bool more, struct buf *out)
{
	bool cursor = !p->w->snapshot && !p->w->sight_due && !p->w->board;

	pack_map(out, 4 + cursor + p->moved);
	pack_kv_str(out, "case", sight_case_rec(p->rq->sight)->code);
	pack_kv_bool(out, "reset", p->reset);
	pack_kv_bool(out, "more", more);
	if (cursor) {
		pack_key(out, "cursor");
		cursor_pack(p->w, out);
	}
	if (p->moved) {
		pack_key(out, "present");
		meet_pack_people(p->rq, p->rq->who->room, out);
	}
	pack_key(out, "events");
	pack_array(out, p->n);
	buf_slice(out, buf_view(&p->events));
}

/* One helping of what the watcher has not had. True when there is more. */
bool push_helping(struct push *p)
{
	bool end = !p->w->snapshot || walk_snapshot(p);

	if (end)
		end = walk_events(p);
	if (end && p->w->sight_due)
		end = compare_all(p);
	if (end && p->w->readings_due)
		compare_readings(p);
	if (end)
		p->w->turn_at = policy_next_turn(p->rq->house->policy, p->rq->sight, p->rq->now);
	return !end;
}

/* He is out of the case: all he holds is taken back, and the watch ends. */
void push_take_all_back(struct push *p)
{
	while (p->w->held_n) {
		struct rec_item item;

		if (item_by_num(p->rq, p->w->held[0].num, &item) == ERR_OK)
			push_retract(p, &item);
		else
			held_drop(p->w, p->w->held[0].num);
	}
	p->w->sight_due = false;
}

void push_send(struct push *p, bool more)
{
	CLEANUP(buf_wipe) struct buf params = {0};
	CLEANUP(buf_wipe) struct buf message = {0};

	if (!p->n && !p->moved)
		return;
	push_pack(p, more, &params);
	if ((p->w->board ? room_disclose(p->w, p->rq)
			 : disclose(p->w->session->hub, p->rq, SLICE("push"))) != ERR_OK) {
		session_mark_cut(p->w->session, "log"); /* he comes back with his last cursor */
		return;
	}
	rpc_notify(&message, p->w->board ? "board.event" : "case.event", buf_view(&params));
	session_say(p->w->session, buf_view(&message));
}
