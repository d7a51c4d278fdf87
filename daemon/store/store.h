#pragma once
/*
 * Store: the state, in LMDB. Read by all above; written by store_apply alone, which puts what a
 * change from the journal says and nothing else: applying the same journal anywhere gives the same
 * state.
 *
 * There is one long write transaction, the working state: requests read it, changes are applied to
 * it, and store_commit makes it LMDB's next version now and then (the journal made it durable long
 * before). Slices handed out point into LMDB's pages: valid until the next apply or commit.
 */
#include "bytes.h"
#include "err.h"

enum table {                /* numbers are in the journal: never reused */
	     TAB_META = 1,  /* "digest", "sight" ... -> the state's own facts; written by apply */
	     TAB_AGENCY,    /* agency id -> rec_agency */
	     TAB_PERSON,    /* person(8) -> rec_person */
	     TAB_HANDLE,    /* HMAC of the handle(32) -> person(8) */
	     TAB_DEVICE,    /* SHA-256 of the public key(32) -> rec_device */
	     TAB_DEVICE_OF, /* person(8) spki(32) -> nothing */
	     TAB_CODE,      /* SHA-256 of the secret(32) -> rec_code */
	     TAB_AGREEMENT, /* id -> rec_agreement */
	     TAB_RULE,      /* id -> rec_rule */
	     TAB_CASE,      /* case(8) -> rec_case */
	     TAB_CASE_OF,   /* person(8) case(8) -> nothing: cases he takes or took part in */
	     TAB_MEMBER,    /* case(8) person(8) -> rec_member */
	     TAB_BLOCK,     /* case(8) person(8) -> rec_block */
	     TAB_MANDATE,   /* case(8) person(8) -> rec_mandate */
	     TAB_CONSENT,   /* case(8) id -> rec_consent */
	     TAB_EMERGENCY, /* case(8) id -> rec_emergency */
	     TAB_ITEM,      /* case(8) num(8) -> rec_item, the last revision */
	     TAB_PAST,      /* case(8) num(8) rev(8) -> rec_item, an earlier revision */
	     TAB_ITEM_CODE, /* case(8) code -> num(8) */
	     TAB_ABOUT,     /* case(8) num(8) num(8) -> nothing: messages about an item */
	     TAB_EVENT,     /* case(8) position(8) i(2) -> num(8) rev(8), or nothing: sight moved */
	     TAB_REQUEST,   /* person(8) request(16) -> time(8) case(8) answer: 30 days */
	     TAB_REQUEST_AT, /* time(8) person(8) request(16) -> nothing */
	     TAB_SEEN,       /* case(8) entry(8) -> disclosure record */
	     TAB_SEEN_BY,    /* person(8) entry(8) -> case(8) */
	     TAB_VERZOEK,    /* case(8) id -> rec_verzoek */
	     TAB_NOTICE,     /* person(8) position(8) i(2) -> rec_notice: what he is told of */
	     TAB_REVIEW,     /* case(8) emergency id -> nothing: not looked at yet */
	     TAB_RETAIN,  /* until(8) case(8) -> nothing: closed cases, by the date they are erased
			   */
	     TAB_ERASED,  /* case(8) -> time(8): erased, and whether its key is gone is looked at */
	     TAB_WAITING, /* agreement id -> rec_agreement that waits for a second person */
	     TAB_DUE,     /* time(8) case(8) num(8) what(1) -> nothing: what the clock does next */
	     TAB_LOOKED,  /* case(8) person(8) -> rec_looked: when he last looked at the plan */
	     TAB_MEETING, /* meeting id -> rec_meeting */
	     TAB_MEETING_OF, /* person(8) meeting id -> nothing: meetings that are his to know */
	     TAB_SLOT_OF,    /* case(8) num(8) -> meeting id: where a point is on the agenda */
	     TAB_PRESENT,    /* case(8) num(8) person(8) -> rec_present: who was at a point */
	     TAB_TABLE,      /* agreement id -> case(8): its table of procesregie */
	     TAB_LINK,       /* room(8) num(8) room(8) num(8) -> nothing: what came of what, both
				ways */
	     TAB_DRAFT,      /* room(8) num(8) -> rec_draft: a text that waits for its check */
	     TAB_RULED,      /* agreement(8) rule and parties(16) case(8) num(8) -> nothing: open
				bottlenecks */
	     TAB_RULED_OF,   /* case(8) num(8) -> agreement(8) rule and parties(16) */
	     TAB_GROUP,      /* agreement(8) rule and parties(16) -> room(8) num(8) */
	     TAB_MARK,       /* room(8) num(8) case(8) -> how a lesson did there(1) */
	     TAB_VERSION, /* agreement id, 0, version(8) -> rec_agreement: every version put up */
	     TAB_READ, /* case(8) person(8) item(8) -> num(8): the last message he read about it */
	     TAB_ATTACH, /* case(8) attachment(8) -> rec_attach */
	     TAB_CHUNK,  /* case(8) attachment(8) n(8) -> its sealed bytes */
	     TABLES
};

struct store;
struct store_conf {
	const char *dir;       /* holds state.mdb, made 0600 */
	uint64_t map_bytes;    /* address space, 0: 64 GiB */
	unsigned commit_every; /* applied changes between commits, 0: 256 */
	bool read_only;        /* a state that stands still, or a copy: nothing is written */
};
/* Opens (makes) the state. ERR_INTERNAL logs why. */
enum err store_open(const struct store_conf *, struct store **out);
void store_close(struct store *); /* commits first; takes NULL */

/* Reading. store_get: ERR_NOTFOUND when there is none. */
enum err store_get(struct store *, enum table, struct slice key, struct slice *out);
bool store_has(struct store *, enum table, struct slice key);
/* Walks the keys of a table that begin with prefix, in order. for (store_walk(..); walk.on;
 * store_next(&walk)). Nothing may be applied during a walk. */
struct walk {
	struct slice key, val;
	bool on;
	struct store *store;
	enum table table;
	uint8_t prefix[64];
	size_t prefix_n;
	void *cursor;
};
void store_walk(struct store *, enum table, struct slice prefix, struct walk *);
void store_walk_from(struct store *, enum table, struct slice prefix, struct slice from,
		     struct walk *);
void store_walk_last(struct store *, enum table, struct slice prefix,
		     struct walk *); /* the last; store_prev goes back */
void store_next(struct walk *);
void store_prev(struct walk *);
void store_walk_end(struct walk *); /* when left early; harmless otherwise */

/* The position of the last fact and the last disclosure applied; 0: none. */
uint64_t store_position(struct store *);
uint64_t store_seen_position(struct store *);
/* SHA-256 over all facts applied so far, in order: d = SHA-256(d || position || record). */
void store_digest(struct store *, uint8_t out[32]);

/* Applies one record of the journal (change.h has the format); pos must be the next of its stream.
 * ERR_INTERNAL: a gap, an unknown schema, damage: the caller must stop. The only writer there is.
 */
enum stream { STREAM_FACT = 1, STREAM_SEEN = 2 };
enum err store_apply(struct store *, enum stream, uint64_t pos, struct slice record);
/* LMDB commit of the working state. due: says whether enough was applied. ERR_FULL, ERR_INTERNAL:
 * stop. */
bool store_commit_due(struct store *);
enum err store_commit(struct store *);
/* Compares two closed or open stores table by table; returns the number of differing keys, and the
 * first in where. For tests and brug-admin state verify. */
size_t store_differ(struct store *, struct store *, char where[128]);
/* Bytes used and bytes mapped, for doctor. */
void store_size(struct store *, uint64_t *used, uint64_t *mapped);
