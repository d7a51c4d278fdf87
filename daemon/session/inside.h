#pragma once
/*
 * Inside the session layer: what its files share. Everybody else sees session.h.
 */
#include "session.h"

#include "codes.h"
#include "rpc.h"

#include <sys/queue.h>

enum { WATCH_BUCKETS = 1024, HEARTBEAT_MS = 30000, REST_MS = 10, PUSH_BYTES = 64 * 1024 };

/* What a watcher's client holds: sorted by num. */
struct held {
	uint64_t num, rev;
	enum level level;
	uint64_t mark; /* of a reading (duiding): who reads it otherwise, as he was told; else 0 */
};

struct watcher {
	struct session *session;
	uint64_t case_id;
	uint64_t pos;       /* events up to here have been pushed */
	uint64_t house_pos; /* house-wide moves of sight up to here have been looked at */
	uint64_t next_num;  /* while the snapshot is being sent: where it goes on */
	int64_t turn_at;    /* when sight changes by itself next, or 0 */
	bool snapshot;      /* being sent */
	bool readings_due;  /* a reading changed: others may be contradicted now, or no more */
	bool sight_due;     /* somebody's sight moved: compare all it holds */
	bool due;           /* to be asked again: in the hub's list of those */
	struct held *held;
	size_t held_n, held_cap;
	uint64_t held_mark; /* what is held and at which level, in one number: part of the cursor */
	uint64_t board;     /* of this point of an agenda: asked as its board; 0: as he himself */
	struct u64s room;   /* a board: who has seen what is held */
	LIST_ENTRY(watcher) of_session, of_bucket;
	TAILQ_ENTRY(watcher) when_due; /* while due */
};

/* What one person uses, over all his sessions. */
struct use {
	uint64_t person;
	uint32_t sessions, refused; /* refused: in a row */
	double tokens;
	int64_t filled_at;
	SLIST_ENTRY(use) link;
};

struct session {
	struct hub *hub;
	enum session_kind kind;
	struct viewer viewer;
	uint8_t spki[32];
	struct buf purposes_bytes; /* what viewer.purposes points into */
	struct session_io io;
	struct scan scan;
	struct buf out;
	size_t released; /* bytes of out that the journal's sync has let go */
	struct use *use;
	const char *lang;
	const char *cut_why; /* not NULL: to be cut at the end of the turn */
	bool hello, cut, crowded;
	int64_t out_at;      /* monotonic, of the last output */
	int64_t rests_until; /* monotonic: not heard before */
	LIST_HEAD(, watcher) watchers;
	LIST_ENTRY(session) link;
};

struct hub {
	struct hub_conf conf;
	struct house house;
	struct log *log;
	bool dirty;             /* something was appended this turn */
	bool dead;              /* the journal failed: nothing leaves any more */
	bool erasing;           /* a case was erased: its key goes when that is durable */
	uint64_t house_sight;   /* position of the last house-wide move of sight */
	uint64_t checkpoint_at; /* facts at the last checkpoint */
	uint8_t last_checkpoint[CHECKPOINT_BYTES];
	bool checkpointed; /* there is one since the start */
	int64_t checkpoint_ms, commit_ms, sweep_ms;
	uint64_t (*requests)[OUTCOMES]; /* what became of them, by method; the last: no method */
	size_t methods_n;
	struct spread sync;
	int64_t clock_ms;    /* the wall clock less the monotonic one, when last looked at */
	int64_t rests_until; /* monotonic: some session is not heard until then, or 0 */
	unsigned sessions_n, watchers_n;
	LIST_HEAD(, session) sessions;
	LIST_HEAD(watchers, watcher) buckets[WATCH_BUCKETS];
	TAILQ_HEAD(due_watchers, watcher) due;
	SLIST_HEAD(, use) uses;
};

/* dispatch.c: one message in, one answer in the outbox. */
void dispatch(struct session *, const struct rpc *);

/* decide.c: the request's handler, its change in the journal and applied, its disclosures logged.
 */
enum err decide(struct hub *, struct request *, serve_fn);
/* A change of the server's own. */
enum err decide_own(struct hub *, enum err (*build)(struct request *, void *arg), void *arg);
/* Writes what rq has shown to the journal; nothing may leave before. */
enum err disclose(struct hub *, struct request *, struct slice action);
/* The same, to this person instead of who asks: what stands on a board. */
enum err disclose_to(struct hub *, struct request *, uint64_t person, struct slice action);
/* Applies what the journal holds beyond the store. */
enum err catch_up(struct hub *);

/* request.c: a request's beginning and end. The arena is the request's own. */
void request_begin(struct hub *, const struct session *, struct request *);
void request_reset(struct request *); /* forgets what a handler made, for deciding again */
void request_end(struct request *);

/* held.c: what a watcher's client holds. */
struct held *held_find(struct watcher *, uint64_t num); /* NULL: it does not hold it */
void held_set(struct watcher *, const struct held *);
void held_drop(struct watcher *, uint64_t num);
void held_nothing(struct watcher *);
/* A cursor is a sealed position: of this case, person and purposes, with a mark of what he held. */
struct cursor {
	uint64_t pos, held_mark;
};
void cursor_pack(const struct watcher *, struct buf *out);
bool cursor_read(const struct watcher *, struct slice token,
		 struct cursor *out); /* false: not his */

/* feed.c: watchers. */
enum err feed_watch(struct session *, struct request *); /* fills rq->out with the first EVENTS */
void feed_unwatch(struct session *, uint64_t case_id);
void feed_close(struct session *);
void feed_look_again(
	struct session *); /* what his watchers hold is compared with what he may see */
void feed_note(struct hub *, const struct change *); /* a change was applied */
void feed_turn(struct hub *);                        /* asks all watchers that are due */
int64_t feed_tick(struct hub *, int64_t now); /* terms that passed; the next moment to look, or 0 */

/* room.c: the people a board is shown to. */
bool room_moved(const struct watcher *, const struct u64s *room); /* since it was kept */
void room_keep(struct watcher *, const struct u64s *room);
/* What was shown just now is seen by who was there; by who came in, all that stands there. */
enum err room_disclose(struct watcher *, struct request *);

/* quota.c */
struct use *use_of(struct hub *, uint64_t person);
bool use_request(struct hub *, struct use *);
void use_charge(struct use *, double tokens); /* beyond the one a request takes */
void use_drop(struct use *);                  /* a session less */
void use_sweep(struct hub *);                 /* lets go of what nobody needs */
void use_close(struct hub *);

/* figures.c */
void figures_begin(struct hub *);
void figures_count(struct hub *, const struct method *, enum err);
enum log_status figures_sync(struct hub *); /* the journal's sync, timed */

/* say.c: texts for people, in the session's language. */
const char *say(const char *lang, const char *msgid);
void say_error(struct request *, const char *lang, enum err, struct rpc_error *out);

/* session.c */
void session_say(struct session *, struct slice bytes);
void session_rest(struct session *); /* not heard for REST_MS: it asks too much */
void session_mark_cut(struct session *, const char *why);
