/*
 * Feed: tells watchers what changed. A push is the watcher's own question asked again, under
 * today's rights.
 *
 * Each case has a row of events in the order of the journal: an item's revision, or "sight moved".
 * A watcher walks the rows after the one it has had; where sight moved, all it holds is compared
 * with what it may see now. What a reader cannot see leaves no trace: no push, no cursor, no count.
 */
#include "push.h"

#include "clock.h"
#include "items.h"
#include "keys.h"
#include "meet.h"
#include "readings.h"

#include <stdlib.h>
#include <string.h>

/* -- starting and stopping --------------------------------------------------------------------- */

static struct watcher *watcher_of(struct session *s, uint64_t case_id)
{
	struct watcher *w;

	LIST_FOREACH (w, &s->watchers, of_session)
		if (w->case_id == case_id)
			return w;
	return NULL;
}

static void watcher_free(struct watcher *w)
{
	w->session->hub->watchers_n--;
	LIST_REMOVE(w, of_session);
	LIST_REMOVE(w, of_bucket);
	if (w->due)
		TAILQ_REMOVE(&w->session->hub->due, w, when_due);
	free(w->held);
	free(w->room.v);
	free(w);
}

/* To be asked again, when its session has room. */
static void watcher_due(struct watcher *w)
{
	if (!w->due)
		TAILQ_INSERT_TAIL(&w->session->hub->due, w, when_due);
	w->due = true;
}

static struct watcher *watcher_new(struct session *s, uint64_t case_id)
{
	struct watcher *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	w->session = s;
	w->case_id = case_id;
	LIST_INSERT_HEAD(&s->watchers, w, of_session);
	LIST_INSERT_HEAD(&s->hub->buckets[case_id % WATCH_BUCKETS], w, of_bucket);
	s->hub->watchers_n++;
	return w;
}

/* What he sees now of what was there at the cursor. When it is what he held then, only the events
 * since are missing; else sight moved for him, and only a whole new view is sure to be right. That
 * it moved for others, or for what he does not see, leaves no trace. */
static bool hold_again(struct request *rq, struct watcher *w, const struct cursor *c)
{
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		enum level level =
			it.item.num >> 4 <= c->pos ? item_level(rq, &it.item) : LEVEL_GEEN;

		if (level != LEVEL_GEEN)
			held_set(w, &(struct held){it.item.num, 0, level,
						   readings_mark(rq, &it.item, level)});
	}
	return w->held_mark == c->held_mark;
}

/* The question is the board's, and who is in the room now decides: when that moved, all it shows is
 * compared. */
static void look_round(struct push *p)
{
	if (!p->w->board)
		return;
	p->rq->who = meet_board(p->rq, p->rq->who, p->w->board);
	p->moved = room_moved(p->w, p->rq->who->room);
	p->w->sight_due = p->w->sight_due || p->moved;
}

enum err feed_watch(struct session *s, struct request *rq)
{
	struct watcher *w = watcher_of(s, rq->case_id);
	struct push p = {.rq = rq};
	struct cursor c;
	bool more;

	if (w)
		watcher_free(w);
	w = p.w = watcher_new(s, rq->case_id);
	w->house_pos = s->hub->house_sight;
	w->board = rq->watch_board;
	if (w->board)
		room_keep(w, rq->who->room);
	p.moved = w->board != 0;
	if (cursor_read(w, rq->watch_since, &c) && hold_again(rq, w, &c)) {
		w->pos = c.pos;
	} else {
		held_nothing(w);
		w->pos = store_position(s->hub->house.store);
		w->snapshot = p.reset = true;
	}
	more = push_helping(&p);
	if (more)
		watcher_due(w);
	push_pack(&p, more, rq->out);
	buf_wipe(&p.events);
	return ERR_OK;
}

void feed_unwatch(struct session *s, uint64_t case_id)
{
	struct watcher *w = watcher_of(s, case_id);

	if (w)
		watcher_free(w);
}

void feed_look_again(struct session *s)
{
	struct watcher *w;

	LIST_FOREACH (w, &s->watchers, of_session) {
		w->sight_due = true;
		watcher_due(w);
	}
}

void feed_close(struct session *s)
{
	struct watcher *w;

	while ((w = LIST_FIRST(&s->watchers)))
		watcher_free(w);
}

/* -- the turn ---------------------------------------------------------------------------------- */

void feed_note(struct hub *hub, const struct change *c)
{
	struct watcher *w;

	if (c->sight_all) {
		hub->house_sight = c->pos;
		for (int i = 0; i < WATCH_BUCKETS; i++)
			LIST_FOREACH (w, &hub->buckets[i], of_bucket)
				watcher_due(w);
	}
	LIST_FOREACH (w, &hub->buckets[c->case_id % WATCH_BUCKETS], of_bucket)
		if (w->case_id == c->case_id)
			watcher_due(w);
}

static bool still_in(struct request *rq)
{
	return policy_may(rq->house->policy, rq->who, RIGHT_MEMBER, rq->case_id, rq->now,
			  &rq->refusal) == ERR_OK;
}

static void ask_again(struct hub *hub, struct watcher *w)
{
	struct request rq;
	struct push p = {.rq = &rq, .w = w};
	bool in, more = false;

	request_begin(hub, w->session, &rq);
	rq.case_id = w->case_id;
	rq.ref = SLICE("push");
	in = still_in(&rq);
	if (policy_case(hub->house.policy, w->case_id, &rq.sight) == ERR_OK) {
		w->sight_due = w->sight_due || w->house_pos < hub->house_sight;
		w->house_pos = hub->house_sight;
		look_round(&p);
		if (in)
			more = push_helping(&p);
		else
			push_take_all_back(&p);
		push_send(&p, more);
	}
	buf_wipe(&p.events);
	if (!in)
		watcher_free(w);
	else if (more)
		watcher_due(w);
	request_end(&rq);
}

static bool has_room(const struct watcher *w)
{
	return !w->session->cut && w->session->out.n < w->session->hub->conf.outbox_bytes;
}

/* Each that is due now, once: what becomes due meanwhile is the next turn's. */
void feed_turn(struct hub *hub)
{
	struct watcher *last = TAILQ_LAST(&hub->due, due_watchers), *w, *next;

	for (w = TAILQ_FIRST(&hub->due); w; w = next) {
		next = w == last ? NULL : TAILQ_NEXT(w, when_due);
		if (!has_room(w))
			continue;
		TAILQ_REMOVE(&hub->due, w, when_due);
		w->due = false;
		ask_again(hub, w);
	}
}

int64_t feed_tick(struct hub *hub, int64_t now)
{
	int64_t next = 0;

	for (int i = 0; i < WATCH_BUCKETS; i++) {
		struct watcher *w;

		LIST_FOREACH (w, &hub->buckets[i], of_bucket) {
			if (!w->turn_at)
				continue;
			if (w->turn_at <= now) {
				w->sight_due = true;
				watcher_due(w);
			} else if (!next || w->turn_at < next) {
				next = w->turn_at;
			}
		}
	}
	return next;
}
