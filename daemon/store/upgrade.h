#pragma once
/*
 * Formats of the state, and how an older one becomes this one: a row for each step, run one after
 * the other in a copy. The state that is there is not touched until the copy is whole; then the
 * copy takes its place, and the old file stays beside it under the name of its format.
 *
 * (The journal can always make the state anew: brugd --rebuild. A step is for what lies there with
 * years in it.)
 */
#include "store.h"

enum { STORE_FORMAT = 2 };
/* What stands in the meta table: of every format its number (8 bytes, big-endian) under "format".
 */
enum { HEAD_BYTES = 48 }; /* "head": position(8) disclosures(8) digest(32) */

/* The format of dir/state.mdb; 0: there is none, or nothing was ever kept in it. ERR_INTERNAL logs
 * why. */
enum err store_format(const struct store_conf *, uint64_t *out);
/* ERR_INTERNAL was logged, and nothing was changed. put_in_place false: only to see whether it
 * goes. */
enum err store_upgrade(const struct store_conf *, bool put_in_place);
