#pragma once
/*
 * Fields: an item's fields laid out by level of sight. An item's text is four maps, one per level,
 * each with what that level adds; a reader is shown the first so many. Pure: bytes in, bytes out.
 */
#include "vocab.h"

/* What every item shows besides its kind's fields. */
struct item_face {
	struct slice kind, agency, category; /* bestaan */
	struct slice state;                  /* signaal */
	struct slices areas;                 /* signaal */
	struct slices purposes;              /* kern */
	int64_t made;                        /* kern */
	struct slice author, by, why;        /* inhoud: handles; why: of the last move */
	uint64_t rev;                        /* inhoud */
	int64_t changed;                     /* inhoud */
};

/*
 * Packs the map of one level: the face, and the kind's fields of that level, taken from update
 * where it has them (nil: left out) and from old (the same level's map before, or NULL) where it
 * does not. References to items are left out: they are kept beside the text, to be cut per reader.
 */
void fields_pack(const struct kind *, enum level, const struct item_face *,
		 const msgpack_object *update, const msgpack_object *old, struct buf *out);
