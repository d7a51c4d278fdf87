/*
 * Decide, append, apply. A handler decides against the working state; its change is appended
 * expecting that position; what was appended is applied, and only then answered. Where the journal
 * is shared and its head has moved, what came in is applied first and the request is decided again.
 */
#include "inside.h"

#include "clock.h"
#include "keys.h"

#include <openssl/evp.h>

#include <stdio.h>

enum { TRIES = 5 };

static enum err deliver(void *ctx, enum log_stream stream, log_pos pos, struct slice record)
{
	struct hub *hub = ctx;

	return store_apply(hub->house.store, stream == LOG_FACTS ? STREAM_FACT : STREAM_SEEN, pos,
			   record);
}

enum err catch_up(struct hub *hub)
{
	struct store *store = hub->house.store;

	switch (hub->log->ops->follow(hub->log, store_position(store), store_seen_position(store),
				      deliver, hub)) {
	case LOG_OK:
		return ERR_OK;
	case LOG_UNAVAILABLE:
	case LOG_UNKNOWN:
		return ERR_AWAY;
	case LOG_CONFLICT:
	case LOG_FULL:
	case LOG_CORRUPT:
		break;
	}
	hub->dead = true;
	return ERR_INTERNAL;
}

/* -- request ids ------------------------------------------------------------------------------- */

static struct key request_key(const struct request *rq)
{
	return key_bytes(rq->change.author, rq->change.request);
}

/* An answer may hold texts: it is kept sealed, bound to who asked and the request, under the key of
 * the case it was asked in, and goes with that key. What is about no case, and the answer to an
 * erasure itself, is under the directory's. Inside the seal, before the answer, what was asked: a
 * mark of it outside would let somebody try texts against it. */
#define UNDER_CASE (1ULL << 63) /* in the time: before, all were under the directory's key */

static uint64_t mark_of(struct slice request)
{
	return request.n >= 8 ? get_be64(request.p) : 0;
}

/* What was asked, in one number: an id stands for one request and no other. */
static uint64_t asked_mark(const struct request *rq)
{
	CLEANUP(buf_wipe) struct buf all = {0};
	uint8_t hash[32] = {0};

	pack_text(&all, rq->method->name);
	pack_object(&all, rq->params);
	EVP_Digest(all.p, all.n, hash, NULL, EVP_sha256(), NULL);
	return get_be64(hash);
}

static enum err keep_answer(struct hub *hub, struct request *rq, uint64_t asked_in)
{
	CLEANUP(buf_free) struct buf val = {0};
	CLEANUP(buf_wipe) struct buf plain = {0};
	struct key k = request_key(rq), at = key_bytes((uint64_t)rq->now, key_view(&k));
	uint64_t scope = asked_in ? asked_in : rq->change.case_id;

	if (!rq->change.request.n)
		return ERR_OK;
	if (rq->change.erased)
		scope = 0;
	buf_be64(&val, (uint64_t)rq->now | UNDER_CASE);
	buf_be64(&val, scope);
	buf_be64(&plain, asked_mark(rq));
	buf_slice(&plain, buf_view(rq->out));
	TRY(keyring_seal(hub->house.keyring, scope, rq->change.author, mark_of(rq->change.request),
			 buf_view(&plain), &val));
	change_put(&rq->change, rq->pass, TAB_REQUEST, key_view(&k), buf_view(&val));
	change_put(&rq->change, rq->pass, TAB_REQUEST_AT, key_view(&at), SLICE(""));
	return ERR_OK;
}

/* What was kept: what was asked, and the answer to it. */
static enum err open_kept(struct hub *hub, struct request *rq, struct slice val, uint64_t *mark)
{
	CLEANUP(buf_wipe) struct buf plain = {0};
	bool under_case = get_be64(val.p) & UNDER_CASE;

	*mark = get_be64(val.p + 8);
	TRY(keyring_open_seal(hub->house.keyring, under_case ? *mark : 0, rq->change.author,
			      mark_of(rq->change.request), (struct slice){val.p + 16, val.n - 16},
			      under_case ? &plain : rq->out));
	if (!under_case)
		return ERR_OK;
	if (plain.n < 8)
		return ERR_INTERNAL;
	*mark = get_be64(plain.p);
	buf_add(rq->out, plain.p + 8, plain.n - 8);
	return ERR_OK;
}

/* The same request was done before: its answer again. Another under its id: refused. */
static bool answered_before(struct hub *hub, struct request *rq, enum err *err)
{
	struct key k = request_key(rq);
	struct slice val;
	uint64_t mark;

	*err = ERR_OK;
	if (!rq->change.request.n ||
	    store_get(hub->house.store, TAB_REQUEST, key_view(&k), &val) != ERR_OK || val.n < 16)
		return false;
	buf_wipe(rq->out);
	*err = open_kept(hub, rq, val, &mark);
	if (*err == ERR_NOTFOUND)
		rq->refusal = (struct refusal){
			.text = N_("The case was erased, and with it what was answered to this.")};
	if (*err == ERR_OK && mark != asked_mark(rq)) {
		buf_wipe(rq->out);
		rq->refusal = (struct refusal){
			.text = N_("This request id was used for another request."),
			.can = N_("Draw 16 new random bytes for each request.")};
		*err = ERR_USAGE;
	}
	return true;
}

/* -- appending --------------------------------------------------------------------------------- */

static enum err applied(struct hub *hub, struct request *rq, struct slice record)
{
	log_pos pos = store_position(hub->house.store) + 1;

	hub->dirty = true;
	if (store_apply(hub->house.store, STREAM_FACT, pos, record) != ERR_OK) {
		hub->dead = true;
		return ERR_INTERNAL;
	}
	hub->erasing = hub->erasing || rq->change.erased;
	feed_note(hub, &rq->change);
	return ERR_OK;
}

enum outcome { KEPT, AGAIN, FAILED };

static const struct refusal no_room = {
	.text = N_("The server has no room to keep this."),
	.why = N_("Its disk is full. Nothing was changed; reading goes on."),
	.can = N_("Try again later. If it lasts, call the operator: brug-admin doctor says what to "
		  "do."),
};

/* One attempt to append. AGAIN: the state has caught up, decide anew. FAILED: err says how. */
static enum outcome append(struct hub *hub, struct request *rq, enum err *err)
{
	CLEANUP(buf_free) struct buf record = {0};
	enum log_status st;

	change_pack(&rq->change, &record);
	st = hub->log->ops->append(hub->log, LOG_FACTS, store_position(hub->house.store),
				   buf_view(&record));
	switch (st) {
	case LOG_OK:
		*err = applied(hub, rq, buf_view(&record));
		return *err == ERR_OK ? KEPT : FAILED;
	case LOG_CONFLICT:
		*err = catch_up(hub);
		return *err == ERR_OK ? AGAIN : FAILED;
	case LOG_UNKNOWN: /* sent, the answer was lost: after catching up the request id tells */
		*err = catch_up(hub) == ERR_OK ? ERR_OK : ERR_UNKNOWN;
		return *err == ERR_OK ? AGAIN : FAILED;
	case LOG_UNAVAILABLE:
		*err = ERR_AWAY;
		return FAILED;
	case LOG_FULL:
		rq->refusal = no_room;
		*err = ERR_FULL;
		return FAILED;
	case LOG_CORRUPT:
		hub->dead = true;
		break;
	}
	*err = ERR_INTERNAL;
	return FAILED;
}

static void prepare(struct hub *hub, struct request *rq, struct slice request)
{
	rq->change.case_id = rq->case_id;
	rq->change.author = rq->who ? rq->who->person : 0;
	rq->change.device = rq->who ? rq->who->device : (struct slice){0};
	rq->change.time_ms = rq->now;
	rq->change.request = request;
	rq->change.pos = store_position(hub->house.store) + 1;
}

static enum err look_again(struct hub *hub, struct request *rq)
{
	rq->sight = NULL;
	return rq->case_id ? policy_case(hub->house.policy, rq->case_id, &rq->sight) : ERR_OK;
}

enum err decide(struct hub *hub, struct request *rq, serve_fn fn)
{
	struct slice request = rq->method && rq->method->write
				       ? obj_bytes(obj_get(rq->params, "request"))
				       : (struct slice){0};
	uint64_t case_id = rq->case_id;

	for (int i = 0; i < TRIES; i++) {
		enum err err;

		request_reset(rq);
		rq->case_id = case_id;
		prepare(hub, rq, request);
		if (answered_before(hub, rq, &err)) {
			/* a cut may have left the change without its entry in the log */
			rq->log_itself = err == ERR_OK && rq->who && rq->who->person;
			return err;
		}
		TRY(look_again(hub, rq));
		TRY(fn(rq));
		if (!rq->change.puts_n)
			return ERR_OK;
		TRY(keep_answer(hub, rq, case_id));
		switch (append(hub, rq, &err)) {
		case KEPT:
			return ERR_OK;
		case AGAIN:
			break;
		case FAILED:
			return err;
		}
	}
	return ERR_BUSY;
}

struct own {
	enum err (*build)(struct request *, void *);
	void *arg;
};

enum err decide_own(struct hub *hub, enum err (*build)(struct request *, void *), void *arg)
{
	enum err err = ERR_BUSY;
	struct request rq;

	request_begin(hub, NULL, &rq);
	for (int i = 0; i < TRIES; i++) {
		enum outcome o;

		request_reset(&rq);
		prepare(hub, &rq, (struct slice){0});
		rq.pass = policy_pass_server(rq.arena);
		err = build(&rq, arg);
		if (err != ERR_OK || !rq.change.puts_n)
			break;
		o = append(hub, &rq, &err);
		if (o != AGAIN)
			break;
		err = ERR_BUSY;
	}
	request_end(&rq);
	return err;
}

/* -- disclosures ------------------------------------------------------------------------------- */

static enum err log_seen(struct hub *hub, const struct seen *seen)
{
	CLEANUP(buf_free) struct buf record = {0};
	struct store *store = hub->house.store;
	enum log_status st;

	seen_pack(seen, &record);
	st = hub->log->ops->append(hub->log, LOG_SEEN, store_seen_position(store),
				   buf_view(&record));
	if (st != LOG_OK) {
		hub->dead = hub->dead || st == LOG_CORRUPT;
		return st == LOG_FULL ? ERR_FULL : st == LOG_UNAVAILABLE ? ERR_AWAY : ERR_INTERNAL;
	}
	hub->dirty = true;
	if (store_apply(store, STREAM_SEEN, store_seen_position(store) + 1, buf_view(&record)) ==
	    ERR_OK)
		return ERR_OK;
	hub->dead = true;
	return ERR_INTERNAL;
}

static struct slice device_name(struct request *rq)
{
	const uint8_t *p = rq->who->device.p;

	return rq->who->device.n < 4
		       ? SLICE("-")
		       : arena_fmt(rq->arena, "%02x%02x%02x%02x", p[0], p[1], p[2], p[3]);
}

/* Who has seen it, in that case; a board's device is who opened it's. */
static void fill_member(struct hub *hub, struct request *rq, uint64_t case_id, struct seen *seen)
{
	const struct rec_member *m = NULL;
	const struct sight_case *sc;

	if (case_id && policy_case(hub->house.policy, case_id, &sc) == ERR_OK)
		m = sight_member(sc, seen->person);
	if (!m)
		return;
	seen->agency = m->agency;
	seen->role = m->role;
	seen->purposes = rq->who->purposes.n && seen->person == rq->who->person ? rq->who->purposes
										: m->purposes;
}

static void fill_person(struct hub *hub, struct request *rq, struct seen *seen)
{
	struct key k = key_u64(seen->person);
	struct rec_person p;
	struct slice val;

	if (store_get(hub->house.store, TAB_PERSON, key_view(&k), &val) == ERR_OK &&
	    rec_read(REC_person, arena_copy(rq->arena, val), rq->arena, &p) == ERR_OK)
		seen->agency = p.agency;
}

/* seen: by whom and how. */
static enum err log_group(struct hub *hub, struct request *rq, struct seen seen, size_t from,
			  size_t to)
{
	seen.time_ms = rq->now;
	seen.case_id = from < to ? rq->seen[from].case_id : rq->case_id;
	seen.device = device_name(rq);
	seen.ref = rq->ref;
	seen.items = rq->seen_n ? rq->seen + from : NULL;
	seen.items_n = to - from;
	for (size_t i = 0; i < seen.items_n; i++)
		seen.emergency = seen.emergency || seen_emergency(&seen.items[i]);
	fill_person(hub, rq, &seen);
	fill_member(hub, rq, seen.case_id, &seen);
	return log_seen(hub, &seen);
}

/* A change is in the log too: who did what, about which items or what else (NEN 7513). */
static enum err log_change(struct hub *hub, struct request *rq, struct slice action)
{
	size_t n = rq->change.touched_n;
	struct seen_item *v = ARENA_ARRAY(rq->arena, struct seen_item, n + 1);
	bool other = !n && rq->did.n;
	struct seen seen = {.time_ms = rq->now,
			    .person = rq->who->person,
			    .case_id = rq->change.case_id,
			    .device = device_name(rq),
			    .action = action,
			    .ref = rq->ref,
			    .items = v,
			    .items_n = n + other};

	if (other)
		v[0] = (struct seen_item){.case_id = seen.case_id, .why = rq->did};
	for (size_t i = 0; i < n; i++)
		v[i] = (struct seen_item){.case_id = seen.case_id,
					  .num = rq->change.touched[i].num,
					  .rev = rq->change.touched[i].rev,
					  .level = LEVEL_GEEN,
					  .why = SLICE("wijziging")};
	fill_person(hub, rq, &seen);
	fill_member(hub, rq, seen.case_id, &seen);
	return log_seen(hub, &seen);
}

/* One record per case. */
enum err disclose_to(struct hub *hub, struct request *rq, uint64_t person, struct slice action)
{
	const struct seen seen = {.person = person, .action = action};

	if (!rq->seen_n)
		return rq->log_itself ? log_group(hub, rq, seen, 0, 0) : ERR_OK;
	for (size_t from = 0, to; from < rq->seen_n; from = to) {
		for (to = from + 1;
		     to < rq->seen_n && rq->seen[to].case_id == rq->seen[from].case_id; to++)
			;
		TRY(log_group(hub, rq, seen, from, to));
	}
	return ERR_OK;
}

/* A change has a record of its own; a board is seen by all in the room. */
enum err disclose(struct hub *hub, struct request *rq, struct slice action)
{
	const struct u64s *room = rq->who ? rq->who->room : NULL;

	if (rq->change.puts_n && rq->who && rq->who->person)
		TRY(log_change(hub, rq, action));
	if (!room)
		return disclose_to(hub, rq, rq->who->person, action);
	for (size_t i = 0; i < room->n; i++)
		TRY(disclose_to(hub, rq, room->v[i], SLICE("board")));
	return ERR_OK;
}
