#pragma once
/*
 * Sessions and the hub: who is at the other end, and the only way in. No sockets here: net gives
 * bytes and takes bytes. One turn: session_input for all that is there, then hub_turn (watchers
 * asked again, journal synced), and only then what session_output holds may leave.
 */
#include "journal.h"
#include "serve.h"
#include "spread.h"

struct hub;
struct session;

struct hub_conf {
	struct house house; /* copied */
	struct log *log;
	/* segments_checkpoint, or NULL: no checkpoints */
	enum log_status (*checkpoint)(struct log *, log_pos facts, int64_t time_ms,
				      const uint8_t digest[32], uint8_t out[CHECKPOINT_BYTES]);
	bool (*checkpoint_key)(const struct log *, uint8_t out[CHECKPOINT_KEY]);
	uint32_t outbox_bytes; /* past it the server stops pushing to that session, 0: 1 MiB */
	uint32_t sessions_per_person; /* 0: 8 */
	uint32_t requests_per_second; /* per person, bursts of four times that; 0: 50 */
};
/* Replays the journal after the store's position, then is ready. ERR_INTERNAL was logged. Owns
 * nothing of conf. */
enum err hub_open(const struct hub_conf *, struct hub **out);
void hub_close(struct hub *);

enum session_kind { SESSION_BRUG, SESSION_JOIN };
struct session_io {
	void *ctx;
	void (*ready)(void *ctx);                /* there is output, or will be after the turn */
	void (*cut)(void *ctx, const char *why); /* send what is there, then close; never calls back
						    into session */
};
/* spki: SHA-256 of the peer's public key (JOIN: NULL). ERR_IDENTITY: unknown, stopped or expired;
 * ERR_LIMIT: too many sessions of that person: then out is a session that says so in answer to its
 * first request and is cut. */
enum err session_open(struct hub *, enum session_kind, const uint8_t *spki,
		      const struct session_io *, struct session **out);
void session_close(struct session *); /* takes NULL */

/* Takes whole messages from the front of bytes; returns how many bytes it used. Call again when
 * more came. */
size_t session_input(struct session *, struct slice bytes);
/* False while the peer does not read its answers: net stops reading from it. */
bool session_hungry(const struct session *);
/* What may leave now, and taking off what left. Valid until the next call of anything here. */
struct slice session_output(const struct session *);
void session_sent(struct session *, size_t n);
bool session_said_hello(const struct session *);

/* What was done and how it goes, of nobody in particular: numbers for the operator. */
enum { OUTCOMES = 16 }; /* by enum err; others count as ERR_INTERNAL */
struct hub_figures {
	const uint64_t (*requests)[OUTCOMES]; /* by method, as brug_vocab.methods has them */
	uint64_t unknown[OUTCOMES];           /* methods there are not */
	struct spread sync;                   /* the journal, made durable */
	uint64_t sessions, watchers, outbox_bytes, outbox_most;
};
void hub_figures(const struct hub *, struct hub_figures *out);
/* New certificates were taken: who signs, and which authorities there are from now on. */
void hub_identity(struct hub *, const struct house *);

/* Ends the turn. Anything but ERR_OK: nothing of the turn may leave and the process must stop. */
enum err hub_turn(struct hub *);
/* Time passed: heartbeats, terms that begin or end, commits when idle, checkpoints. Returns ms
 * until it wants to be called again. Call hub_turn after it. */
int64_t hub_tick(struct hub *);
/* Sessions that ask too much rest a moment. Ms until net is to look again at those it does not read
 * from: 0 now, once; -1 nobody rests. */
int64_t hub_rest(struct hub *);
/* The first admin, from brug-admin init, when the journal is empty: person, agency and code in one
 * change. */
struct bootstrap {
	struct slice agency, agency_name, handle, name;
	uint8_t code_hash[32];
};
enum err hub_bootstrap(struct hub *, const struct bootstrap *);
bool hub_empty(const struct hub *);
/* The server was put back to an earlier moment: what was erased since is erased again. */
enum err hub_restored(struct hub *);
