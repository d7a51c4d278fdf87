#pragma once
/* Attachments: sealed pieces that hang on an item, for who sees all of it. */
#include "serve.h"

/* For due.c: what is not whole by now is dropped. */
enum err attach_stale(struct request *, uint64_t id, int64_t at);
/* Packs the array of what hangs on the item, as far as the viewer sees it; how many. That it is
 * shown is the caller's to note. */
size_t attach_pack(struct request *, const struct rec_item *, struct buf *out);
