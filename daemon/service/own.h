#pragma once
/*
 * What a kind does that no other does, beyond its rows: checked before an item is written, and
 * what else happens in the same change.
 */
#include "serve.h"

/* before: as it was, NULL when it is new. May refuse, and may choose another state for item. The
 * request's "fields" are checked already, and item's references are taken. */
enum err own_check(struct request *, const struct rec_item *before, struct rec_item *item);
/* After the revision is in the change. */
enum err own_follow(struct request *, const struct rec_item *before, const struct rec_item *item);
