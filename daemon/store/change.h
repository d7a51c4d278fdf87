#pragma once
/*
 * A change: what one decision amounts to, ready for the journal. Built by service against the
 * working state, appended, and then applied by store_apply; nothing else writes.
 *
 * On disk, a MessagePack array: [schema, case, author, device, time_ms, ground, request(16 or
 * empty),
 * [[table, key, value, or nil (delete), or true (delete all that begin so)], ...]]. Self-contained:
 * every id, time and random number is a value in it. Texts of people are in it only sealed.
 *
 * A disclosure (who saw what) uses the same frame with its own schema; see change_seen.
 */
#include "bytes.h"
#include "store.h"

enum { TOLD = 64 };
enum { SCHEMA_FACT = 1, SCHEMA_SEEN = 2, SCHEMA_CHECKPOINT = 3 };

struct pass; /* leave to write: only policy makes one */

struct change {
	uint64_t case_id;     /* 0: not about a case */
	uint64_t author, pos; /* pos: the position it is decided for, store_position() + 1 */
	int64_t time_ms;
	struct slice device, ground, request;
	struct buf puts; /* packed entries */
	unsigned puts_n, events_n;
	bool sight;              /* somebody's sight of this case may have moved */
	bool sight_all;          /* of any case */
	uint64_t cut_person;     /* != 0: cut this person's live sessions */
	struct slice cut_device; /* not empty: cut this device's */
	uint64_t told[TOLD];     /* people with a new notice: their open sessions hear of it */
	size_t told_n;
	/* the items it is about, all of them, for the log: not in the journal's record of it */
	struct touched {
		uint64_t num, rev;
	} * touched;
	size_t touched_n;
	uint64_t erased; /* != 0: this case's key is destroyed when the change is durable */
};
void change_put(struct change *, const struct pass *, enum table, struct slice key,
		struct slice value);
void change_del(struct change *, const struct pass *, enum table, struct slice key);
/* All rows whose key begins so: erasure. */
void change_del_all(struct change *, const struct pass *, enum table, struct slice prefix);
/* It is about this item: whoever may not know of the item does not read of the change in the log.
 */
void change_touch(struct change *, uint64_t num, uint64_t rev);
/* The event rows a watcher catches up by: num 0 = sight moved. */
void change_event(struct change *, const struct pass *, uint64_t num, uint64_t rev);
void change_pack(const struct change *, struct buf *out);
void change_free(struct change *);

/* One disclosure: who saw what at which level, and why that was allowed (fields as NEN 7513 asks).
 */
struct seen_item {
	uint64_t case_id; /* whose item: one record is about one case */
	uint64_t num, rev;
	uint8_t level;
	struct slice why; /* rule ids and steps: "H2; plafond" */
};
struct seen {
	int64_t time_ms;
	uint64_t person, case_id;
	struct slice agency, role, device, action, ref; /* action: the method, or "push" */
	struct slices purposes;
	bool emergency;
	const struct seen_item *items;
	size_t items_n;
};
/* Seen by emergency access: its reasons say so. */
bool seen_emergency(const struct seen_item *);
void seen_pack(const struct seen *, struct buf *out);
/* Reads it back (for log.read); strings point into bytes. */
enum err seen_read(struct slice bytes, struct arena *, struct seen *out);
