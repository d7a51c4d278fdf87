#pragma once
/*
 * Revisions: an item's texts laid out by level, sealed, and put into the change with an event; the
 * revision before is kept. Fields come from the request's "fields"; those it does not name stay.
 */
#include "serve.h"

/* The first revision of an item that is not there yet; its code is drawn. */
enum err item_first(struct request *, const struct kind *, struct rec_item *);
/* The same for what the server makes itself: its fields are given, packed as a map. */
enum err item_first_own(struct request *, const struct kind *, struct rec_item *,
			const msgpack_object *fields);
/* The next revision of before. item: before, with what changed beside its texts; its rev, by,
 * changed, level_pos and seal are filled. */
struct revision {
	const struct kind *kind;
	const struct rec_item *before;
	struct rec_item *item;
	const msgpack_object *update; /* the fields that change, or NULL */
	const struct rec_item *texts; /* the revision its texts are taken from, when not before */
	struct slice why;             /* the reason of a move, or empty */
	bool follows; /* from what was done to another item: nobody's own act, nobody's to undo */
};
enum err item_revise(struct request *, const struct revision *);
/* The moment the clock is to look at the item in this state, or 0. */
int64_t item_due(const struct rec_item *);
/* Packs the answer of a change: {item, rev} and the state. */
void item_said(struct request *, const struct rec_item *, bool with_state);
/* Two revisions of an item look the same to the viewer at this level: text, references that he may
 * know of, and statements. */
bool item_alike(struct request *, const struct rec_item *, const struct rec_item *, enum level);
/* Packs the array of its earlier revisions that looked different to the viewer, oldest first, at
 * most the last hundred: {view}, and at the level inhoud rev and time too. */
void history_pack(struct request *, const struct rec_item *now, struct buf *out);
