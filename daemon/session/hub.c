#include "inside.h"

#include "args.h"
#include "clock.h"
#include "due.h"
#include "erase.h"
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHECKPOINT_FACTS = 10000,
	CHECKPOINT_MS = 5 * 60 * 1000,
	IDLE_COMMIT_MS = 1000,
	SWEEP_MS = 60 * 1000,
	SWEEP_ROWS = 500,
	DUE_ROWS = 64,
	CLOCK_MOVED_MS = 5000,
};
static const int64_t request_kept_ms = 30LL * 24 * 60 * 60 * 1000;

static uint64_t last_house_sight(struct store *store)
{
	struct key house = key_u64(0);
	uint64_t pos = 0;
	struct walk w;

	store_walk_last(store, TAB_EVENT, key_view(&house), &w);
	if (w.on)
		pos = get_be64(w.key.p + 8);
	store_walk_end(&w);
	return pos;
}

static void status(void *ctx, struct buf *pairs, unsigned *n)
{
	struct hub *hub = ctx;

	pack_kv_int(pairs, "sessions", hub->sessions_n);
	pack_kv_int(pairs, "watchers", hub->watchers_n);
	pack_kv_int(pairs, "seen", (int64_t)store_seen_position(hub->house.store));
	pack_kv_int(pairs, "journal_facts", (int64_t)hub->log->ops->head(hub->log, LOG_FACTS));
	pack_kv_int(pairs, "journal_seen", (int64_t)hub->log->ops->head(hub->log, LOG_SEEN));
	*n += 5;
}

static void make_checkpoint(struct hub *hub, int64_t mono)
{
	uint64_t pos = store_position(hub->house.store);
	uint8_t digest[32];

	store_digest(hub->house.store, digest);
	if (hub->conf.checkpoint(hub->log, pos, clock_now_ms(), digest, hub->last_checkpoint) ==
	    LOG_OK)
		hub->dirty = hub->checkpointed = true;
	hub->checkpoint_at = pos;
	hub->checkpoint_ms = mono;
}

/* For who keeps one: the last, or one made now when there is none yet or it is a minute old. */
static bool give_checkpoint(void *ctx, uint8_t key[32], uint8_t out[152])
{
	struct hub *hub = ctx;
	int64_t mono = clock_mono_ms();

	if (!hub->conf.checkpoint || !hub->conf.checkpoint_key(hub->log, key))
		return false;
	if (!hub->checkpointed || mono - hub->checkpoint_ms > 60 * 1000)
		make_checkpoint(hub, mono);
	memcpy(out, hub->last_checkpoint, CHECKPOINT_BYTES);
	return hub->checkpointed;
}

/* Destroys the keys of erased cases that are still there: after a turn that erased, and at start,
 * when the machine may have stopped in between. */
static enum err destroy_keys(struct hub *hub)
{
	enum err err = ERR_OK;
	struct walk w;

	for (store_walk(hub->house.store, TAB_ERASED, SLICE(""), &w); w.on && err == ERR_OK;
	     store_next(&w)) {
		err = keyring_drop(hub->house.keyring, get_be64(w.key.p));
		if (err == ERR_OK)
			fprintf(stderr, "erased: case=%llu\n",
				(unsigned long long)get_be64(w.key.p));
		if (err == ERR_NOTFOUND)
			err = ERR_OK;
	}
	store_walk_end(&w);
	hub->erasing = false;
	return err;
}

enum err hub_open(const struct hub_conf *conf, struct hub **out)
{
	struct hub *hub = calloc(1, sizeof(*hub));
	enum err err;

	if (!hub)
		abort();
	TAILQ_INIT(&hub->due);
	hub->conf = *conf;
	hub->house = conf->house;
	hub->house.status = status;
	hub->house.status_ctx = hub;
	hub->house.checkpoint = give_checkpoint;
	hub->log = conf->log;
	figures_begin(hub);
	hub->conf.outbox_bytes = conf->outbox_bytes ? conf->outbox_bytes : 1024 * 1024;
	hub->conf.sessions_per_person = conf->sessions_per_person ? conf->sessions_per_person : 8;
	hub->conf.requests_per_second = conf->requests_per_second ? conf->requests_per_second : 50;
	err = catch_up(hub);
	if (err == ERR_OK)
		err = destroy_keys(hub);
	if (err != ERR_OK) {
		fprintf(stderr, "start failed: the journal cannot be applied: code=%s\n",
			err_name((int)err));
		free(hub->requests);
		free(hub);
		return err;
	}
	hub->house_sight = last_house_sight(hub->house.store);
	hub->checkpoint_at = store_position(hub->house.store);
	hub->checkpoint_ms = hub->commit_ms = hub->sweep_ms = clock_mono_ms();
	hub->clock_ms = clock_now_ms() - clock_mono_ms();
	*out = hub;
	return ERR_OK;
}

void hub_close(struct hub *hub)
{
	struct session *s;

	if (!hub)
		return;
	while ((s = LIST_FIRST(&hub->sessions)))
		session_close(s);
	use_close(hub);
	free(hub->requests);
	free(hub);
}

bool hub_empty(const struct hub *hub)
{
	return store_position(hub->house.store) == 0;
}

/* -- the end of a turn ------------------------------------------------------------------------- */

static enum err make_durable(struct hub *hub)
{
	if (!hub->dead && hub->dirty && figures_sync(hub) != LOG_OK)
		hub->dead = true;
	hub->dirty = false;
	if (!hub->dead)
		return ERR_OK;
	fprintf(stderr, "stop: the journal could not be written; nothing of this turn was "
			"answered. Start again to recover.\n");
	return ERR_INTERNAL;
}

static void release(struct hub *hub)
{
	struct session *s, *next;

	for (s = LIST_FIRST(&hub->sessions); s; s = next) {
		next = LIST_NEXT(s, link);
		if (s->out.n != s->released) {
			s->released = s->out.n;
			s->io.ready(s->io.ctx);
		}
		if (s->cut && s->cut_why) {
			const char *why = s->cut_why;

			s->cut_why = NULL;
			s->io.cut(s->io.ctx, why);
		}
	}
}

enum err hub_turn(struct hub *hub)
{
	if (!hub->dead)
		feed_turn(hub);
	TRY(make_durable(hub));
	if (hub->erasing)
		TRY(destroy_keys(hub));
	release(hub);
	if (!store_commit_due(hub->house.store))
		return ERR_OK;
	hub->commit_ms = clock_mono_ms();
	return store_commit(hub->house.store);
}

/* -- the clock --------------------------------------------------------------------------------- */

/* Request ids older than 30 days are let go, a bounded number at a time. */
static enum err sweep(struct request *rq, void *arg)
{
	struct hub *hub = arg;
	CLEANUP(buf_free) struct buf keys = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(hub->house.store, TAB_REQUEST_AT, SLICE(""), &w); w.on && n < SWEEP_ROWS;
	     store_next(&w), n++) {
		if (w.key.n != 32 || (int64_t)get_be64(w.key.p) > rq->now - request_kept_ms)
			break;
		buf_add(&keys, w.key.p, 32);
	}
	store_walk_end(&w);
	for (size_t i = 0; i + 32 <= keys.n; i += 32) {
		change_del(&rq->change, rq->pass, TAB_REQUEST_AT, (struct slice){keys.p + i, 32});
		change_del(&rq->change, rq->pass, TAB_REQUEST, (struct slice){keys.p + i + 8, 24});
	}
	return ERR_OK;
}

static void heartbeat(struct hub *hub, int64_t mono)
{
	CLEANUP(buf_free) struct buf message = {0};
	CLEANUP(buf_free) struct buf empty = {0};
	struct session *s;

	pack_map(&empty, 0);
	rpc_notify(&message, "ping", buf_view(&empty));
	LIST_FOREACH (s, &hub->sessions, link)
		if (s->kind == SESSION_BRUG && mono - s->out_at >= HEARTBEAT_MS &&
		    session_hungry(s))
			session_say(s, buf_view(&message));
}

static void checkpoint(struct hub *hub, int64_t mono)
{
	uint64_t pos = store_position(hub->house.store);

	if (!hub->conf.checkpoint || pos == hub->checkpoint_at)
		return;
	if (pos - hub->checkpoint_at < CHECKPOINT_FACTS &&
	    mono - hub->checkpoint_ms < CHECKPOINT_MS)
		return;
	make_checkpoint(hub, mono);
}

/* A device's term, or a person's, may have passed while he was connected. */
static void cut_expired(struct hub *hub, int64_t now)
{
	struct session *s;

	LIST_FOREACH (s, &hub->sessions, link) {
		struct refusal r;

		if (s->kind == SESSION_BRUG && !s->cut &&
		    policy_may(hub->house.policy, &s->viewer, RIGHT_PERSON, 0, now, &r) != ERR_OK)
			session_mark_cut(s, "expired");
	}
}

static int64_t until(int64_t next, int64_t now)
{
	int64_t ms = next ? next - now : 1000;

	return ms < 10 ? 10 : ms > 1000 ? 1000 : ms;
}

/* A bounded number at a time: the rest a moment later, and others are served in between. */
static void do_what_is_due(struct hub *hub)
{
	bool did = true;

	for (int i = 0; i < DUE_ROWS && did && !hub->dead; i++) {
		did = false;
		if (decide_own(hub, due_next, &did) != ERR_OK)
			return;
	}
}

int64_t hub_rest(struct hub *hub)
{
	int64_t left = hub->rests_until - clock_mono_ms();

	if (!hub->rests_until)
		return -1;
	if (left > 0)
		return left;
	hub->rests_until = 0;
	return 0;
}

/* Terms end by this clock, so whoever looks after the machine hears that it was moved. */
static void look_at_clock(struct hub *hub, int64_t now, int64_t mono)
{
	int64_t moved = now - mono - hub->clock_ms;

	if (moved < -CLOCK_MOVED_MS || moved > CLOCK_MOVED_MS)
		fprintf(stderr, "clock moved: by_s=%lld\n", (long long)(moved / 1000));
	hub->clock_ms = now - mono;
}

int64_t hub_tick(struct hub *hub)
{
	int64_t now = clock_now_ms(), mono = clock_mono_ms(), next = feed_tick(hub, now);

	look_at_clock(hub, now, mono);
	heartbeat(hub, mono);
	if (mono - hub->sweep_ms >= SWEEP_MS) {
		hub->sweep_ms = mono;
		cut_expired(hub, now);
		use_sweep(hub);
		decide_own(hub, sweep, hub);
	}
	decide_own(hub, erase_due, NULL);
	do_what_is_due(hub);
	checkpoint(hub, mono);
	if (mono - hub->commit_ms >= IDLE_COMMIT_MS && !hub->dirty) {
		hub->commit_ms = mono;
		if (store_commit(hub->house.store) != ERR_OK)
			hub->dead = true;
	}
	return until(next, now);
}

/* -- the first admin --------------------------------------------------------------------------- */

static enum err first_admin(struct request *rq, void *arg)
{
	const struct bootstrap *b = arg;
	struct slice functions[] = {SLICE("agency-admin"), SLICE("partnership-admin"),
				    SLICE("operator")};
	struct rec_agency agency = {
		.id = b->agency, .name = b->agency_name, .domain = SLICE("verband")};
	struct rec_person person = {
		.id = 1, .agency = b->agency, .functions = {functions, 3}, .since = rq->now};
	struct rec_code code = {.hash = {b->code_hash, sizeof(b->code_hash)},
				.person = 1,
				.until = rq->now + 24LL * 60 * 60 * 1000};
	struct key k = key_u64(1);
	CLEANUP(buf_free) struct buf sealed = {0};
	uint8_t blind[32];

	TRY(policy_seal_names(rq->house->policy, rq->pass, 1, b->handle, b->name, &sealed, blind));
	person.sealed = buf_view(&sealed);
	put_record(rq, TAB_AGENCY, agency.id, REC_agency, &agency);
	put_record(rq, TAB_PERSON, key_view(&k), REC_person, &person);
	change_put(&rq->change, rq->pass, TAB_HANDLE, (struct slice){blind, sizeof(blind)},
		   key_view(&k));
	put_record(rq, TAB_CODE, code.hash, REC_code, &code);
	rq->change.ground = SLICE("bootstrap");
	return ERR_OK;
}

enum err hub_bootstrap(struct hub *hub, const struct bootstrap *b)
{
	struct bootstrap copy = *b;

	if (!hub_empty(hub))
		return ERR_CONFLICT;
	TRY(decide_own(hub, first_admin, &copy));
	return make_durable(hub);
}

enum err hub_restored(struct hub *hub)
{
	bool more = true;
	size_t n = 0;

	for (; more; n += more)
		TRY(decide_own(hub, erase_again, &more));
	fprintf(stderr, "restored: erased_again=%zu\n", n);
	return make_durable(hub);
}

void hub_identity(struct hub *hub, const struct house *fresh)
{
	memcpy(hub->house.fingerprint, fresh->fingerprint, sizeof(hub->house.fingerprint));
	hub->house.sign_ctx = fresh->sign_ctx;
	hub->house.certificate_until = fresh->certificate_until;
	hub->house.authorities = fresh->authorities;
	hub->house.authorities_n = fresh->authorities_n;
}
