#pragma once
/*
 * The journal is the truth: what is not in it did not happen. Facts and disclosures are two
 * streams, each with its own gapless positions from 1; on one machine they share files and a sync.
 *
 * Decide, append, apply: a request is decided against the state at a position; its change is
 * appended expecting that position; what was appended is applied (deliver), and only then answered.
 * This interface has no file in it; segments.c is the embedded engine, tests/ has a fake that says
 * no when told to.
 */
#include "checkpoint.h"
#include "err.h"

typedef uint64_t log_pos; /* 0: empty */

enum log_status {
	LOG_OK,          /* accepted; durable when sync returns LOG_OK */
	LOG_CONFLICT,    /* the head moved: catch up with follow(), decide again */
	LOG_UNAVAILABLE, /* the engine is away; nothing was appended */
	LOG_UNKNOWN,     /* sent, outcome not known: follow(), then look for the request id */
	LOG_FULL,        /* no room; nothing was appended */
	LOG_CORRUPT,     /* damage, or a failed write: stop the process */
};
enum log_stream { LOG_FACTS = 1, LOG_SEEN = 2 };

/* In order, once per position. Anything but ERR_OK stops the replay and is given back. */
typedef enum err (*log_deliver_fn)(void *ctx, enum log_stream, log_pos, struct slice record);

struct log;
struct log_ops {
	const char *name; /* "segments" */
	/* Delivers every record after the two positions, then returns. At start, and after CONFLICT
	 * or UNKNOWN. */
	enum log_status (*follow)(struct log *, log_pos facts, log_pos seen, log_deliver_fn,
				  void *ctx);
	/* Appends one record; facts only when the head is expected. Records may wait in memory
	 * until sync. */
	enum log_status (*append)(struct log *, enum log_stream, log_pos expected,
				  struct slice record);
	/* Makes all that was appended durable: one write, one fdatasync. Failure is never retried.
	 */
	enum log_status (*sync)(struct log *);
	log_pos (*head)(struct log *, enum log_stream);
	void (*close)(struct log *);
};
struct log { /* the engine embeds this first */
	const struct log_ops *ops;
};

struct segments_conf {
	const char *dir;
	uint64_t segment_bytes; /* preallocated size of one file, 0: 64 MiB */
	uint64_t reserve_bytes; /* below this much free disk, facts are refused (LOG_FULL), and as
				   much is kept beside it in a file, 0: 64 MiB */
	const char *sign_key;   /* PEM, Ed25519: signs checkpoints; NULL: unsigned */
};
/* Opens the folder, checks every record of the last segment and the chain of the others' heads,
 * cuts a torn tail. LOG_CORRUPT: why names the file and the offset. */
enum log_status segments_open(const struct segments_conf *, struct log **out, char why[256]);
/*
 * Checks everything, from the first byte: lengths, CRC32C, chain, checkpoints. Offline, on a copy
 * too; why as above. With the server's public key, that it signed each checkpoint; with checkpoints
 * that were kept elsewhere, that the journal holds them: without one, a cut-off end cannot be seen.
 */
struct proof {
	const uint8_t *key;  /* 32 bytes, or NULL */
	const uint8_t *kept; /* kept_n times CHECKPOINT_BYTES */
	size_t kept_n;
	/* Is given every record as it is checked; NULL: nobody. Anything but ERR_OK ends it. */
	log_deliver_fn deliver;
	void *deliver_ctx;
	/* Puts a msgid in the reader's language, for why; NULL: English. */
	const char *(*say)(const char *msgid);
	log_pos facts, seen; /* out: what the journal holds */
	size_t checkpoints;  /* out */
};
enum log_status segments_verify(const char *dir, struct proof *, char why[256]);
/* Appends a checkpoint at the head, signed; part of the chain, of neither stream. The same bytes
 * are put in out. LOG_CONFLICT: facts is not the head. */
enum log_status segments_checkpoint(struct log *, log_pos facts, int64_t time_ms,
				    const uint8_t digest[32], uint8_t out[CHECKPOINT_BYTES]);
/* The public key of the signatures; false: there is none. */
bool segments_key(const struct log *, uint8_t out[CHECKPOINT_KEY]);
