/*
 * Feed: tells watchers what changed. A push is the watcher's own question asked again, under
 * today's rights.
 *
 * Each case has a row of events in the order of the journal: an item's revision, or "sight moved".
 * A watcher walks the rows after the one it has had; where sight moved, all it holds is compared
 * with what it may see now. What a reader cannot see leaves no trace: no push, no cursor, no count.
 */
#include "inside.h"

#include "clock.h"
#include "items.h"
#include "keys.h"
#include "meet.h"
#include "revise.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

/* -- what the client holds --------------------------------------------------------------------- */

static size_t held_place(const struct watcher *w, uint64_t num)
{
	size_t lo = 0, hi = w->held_n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (w->held[mid].num < num)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct held *held_find(struct watcher *w, uint64_t num)
{
	size_t at = held_place(w, num);

	return at < w->held_n && w->held[at].num == num ? &w->held[at] : NULL;
}

/* A well mixed number for one thing held; their sum marks the whole, whatever the order. */
static uint64_t mark_of(uint64_t num, enum level level)
{
	uint64_t x = (num << 3 | (uint64_t)level) + 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

static void held_set(struct watcher *w, uint64_t num, uint64_t rev, enum level level)
{
	size_t at = held_place(w, num);

	if (at == w->held_n || w->held[at].num != num) {
		if (w->held_n == w->held_cap) {
			w->held_cap = w->held_cap ? w->held_cap * 2 : 16;
			w->held = realloc(w->held, w->held_cap * sizeof(*w->held));
			if (!w->held)
				abort();
		}
		memmove(w->held + at + 1, w->held + at, (w->held_n - at) * sizeof(*w->held));
		w->held_n++;
	} else {
		w->held_mark -= mark_of(num, w->held[at].level);
	}
	w->held_mark += mark_of(num, level);
	w->held[at] = (struct held){num, rev, level};
}

static void held_drop(struct watcher *w, uint64_t num)
{
	size_t at = held_place(w, num);

	if (at == w->held_n || w->held[at].num != num)
		return;
	w->held_mark -= mark_of(num, w->held[at].level);
	memmove(w->held + at, w->held + at + 1, (w->held_n - at - 1) * sizeof(*w->held));
	w->held_n--;
}

/* -- cursors: sealed positions ----------------------------------------------------------------- */

enum { CURSOR_BYTES = 40 };

/* The session's purposes are part of the question, so they are part of the cursor. */
static uint64_t purposes_mark(const struct viewer *v)
{
	CLEANUP(buf_free) struct buf all = {0};
	uint8_t hash[32] = {0};

	for (size_t i = 0; i < v->purposes.n; i++) {
		buf_slice(&all, v->purposes.v[i]);
		buf_u8(&all, 0);
	}
	EVP_Digest(all.n ? all.p : hash, all.n, hash, NULL, EVP_sha256(), NULL);
	return get_be64(hash);
}

static void cursor_pack(const struct watcher *w, struct buf *out)
{
	CLEANUP(buf_free) struct buf plain = {0};
	CLEANUP(buf_free) struct buf token = {0};

	buf_be64(&plain, w->case_id);
	buf_be64(&plain, w->session->viewer.person);
	buf_be64(&plain, w->pos);
	buf_be64(&plain, w->held_mark);
	buf_be64(&plain, purposes_mark(&w->session->viewer));
	keyring_token_seal(w->session->hub->house.keyring, buf_view(&plain), &token);
	pack_bin(out, buf_view(&token));
}

struct cursor {
	uint64_t pos, held_mark;
};
static bool cursor_read(const struct watcher *w, struct slice token, struct cursor *out)
{
	const struct viewer *v = &w->session->viewer;
	CLEANUP(buf_free) struct buf plain = {0};

	if (!token.n ||
	    keyring_token_open(w->session->hub->house.keyring, token, &plain) != ERR_OK ||
	    plain.n != CURSOR_BYTES)
		return false;
	*out = (struct cursor){get_be64(plain.p + 16), get_be64(plain.p + 24)};
	return get_be64(plain.p) == w->case_id && get_be64(plain.p + 8) == v->person &&
	       get_be64(plain.p + 32) == purposes_mark(v) &&
	       out->pos <= store_position(w->session->hub->house.store);
}

/* -- the events of one push -------------------------------------------------------------------- */

struct push {
	struct request *rq;
	struct watcher *w;
	struct buf events;
	size_t n;
	bool reset;
	bool moved; /* a board: somebody came or went */
};

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
	held_set(p->w, item->num, item->rev, level);
}

static void push_retract(struct push *p, const struct rec_item *item)
{
	pack_map(&p->events, 1);
	pack_kv_str(&p->events, "retract", item->code);
	p->n++;
	held_drop(p->w, item->num);
}

/* An earlier revision is shown under today's exceptions and executor. */
static enum err revision(struct request *rq, const struct rec_item *now, uint64_t rev,
			 struct rec_item *out)
{
	*out = *now;
	if (rev == now->rev)
		return ERR_OK;
	TRY(item_past(rq, now->num, rev, out));
	out->cuts = now->cuts;
	out->widens = now->widens;
	out->executor = now->executor;
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

/* Sight moved: what he holds against what he may see now. */
static void compare_all(struct push *p)
{
	struct items it;

	for (items_first(p->rq, 0, &it); it.on; items_next(&it)) {
		struct held *held = held_find(p->w, it.item.num);
		enum level level = item_level(p->rq, &it.item);

		if (level == LEVEL_GEEN && held)
			push_retract(p, &it.item);
		else if (level != LEVEL_GEEN && (!held || held->level != level))
			push_show(p, &it.item, level, false);
	}
	p->w->sight_due = false;
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

static void pack_push(struct push *p, bool more, struct buf *out)
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
static bool helping(struct push *p)
{
	bool end = !p->w->snapshot || walk_snapshot(p);

	if (end)
		end = walk_events(p);
	if (end && p->w->sight_due)
		compare_all(p);
	if (end)
		p->w->turn_at = policy_next_turn(p->rq->house->policy, p->rq->sight, p->rq->now);
	return !end;
}

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
	free(w->held);
	free(w->room.v);
	free(w);
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
			held_set(w, it.item.num, 0, level);
	}
	return w->held_mark == c->held_mark;
}

static void hold_nothing(struct watcher *w)
{
	w->held_n = 0;
	w->held_mark = 0;
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
		hold_nothing(w);
		w->pos = store_position(s->hub->house.store);
		w->snapshot = p.reset = true;
	}
	w->due = helping(&p);
	pack_push(&p, w->due, rq->out);
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

	LIST_FOREACH (w, &s->watchers, of_session)
		w->due = w->sight_due = true;
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
				w->due = true;
	}
	LIST_FOREACH (w, &hub->buckets[c->case_id % WATCH_BUCKETS], of_bucket)
		w->due = w->due || w->case_id == c->case_id;
}

/* He is out of the case: all he holds is taken back, and the watch ends. */
static void take_all_back(struct push *p)
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

static void push_send(struct push *p, bool more)
{
	CLEANUP(buf_wipe) struct buf params = {0};
	CLEANUP(buf_wipe) struct buf message = {0};

	if (!p->n && !p->moved)
		return;
	pack_push(p, more, &params);
	if ((p->w->board ? room_disclose(p->w, p->rq)
			 : disclose(p->w->session->hub, p->rq, SLICE("push"))) != ERR_OK) {
		session_mark_cut(p->w->session, "log"); /* he comes back with his last cursor */
		return;
	}
	rpc_notify(&message, p->w->board ? "board.event" : "case.event", buf_view(&params));
	session_say(p->w->session, buf_view(&message));
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
	bool in;

	request_begin(hub, w->session, &rq);
	rq.case_id = w->case_id;
	rq.ref = SLICE("push");
	in = still_in(&rq);
	if (policy_case(hub->house.policy, w->case_id, &rq.sight) == ERR_OK) {
		w->sight_due = w->sight_due || w->house_pos < hub->house_sight;
		w->house_pos = hub->house_sight;
		look_round(&p);
		if (in)
			w->due = helping(&p);
		else
			take_all_back(&p);
		push_send(&p, w->due && in);
	}
	buf_wipe(&p.events);
	if (!in)
		watcher_free(w);
	request_end(&rq);
}

static bool has_room(const struct watcher *w)
{
	return !w->session->cut && w->session->out.n < w->session->hub->conf.outbox_bytes;
}

void feed_turn(struct hub *hub)
{
	for (int i = 0; i < WATCH_BUCKETS; i++) {
		struct watcher *w, *next;

		for (w = LIST_FIRST(&hub->buckets[i]); w; w = next) {
			next = LIST_NEXT(w, of_bucket);
			if (!w->due || !has_room(w))
				continue;
			w->due = false;
			ask_again(hub, w);
		}
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
			if (w->turn_at <= now)
				w->due = w->sight_due = true;
			else if (!next || w->turn_at < next)
				next = w->turn_at;
		}
	}
	return next;
}
