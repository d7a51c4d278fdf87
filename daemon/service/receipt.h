#pragma once
/* The receipt for a consent withdrawn: who sees less by it, and what he had read before. */
#include "serve.h"

/* Packs the array of {person, agency, items, read}, for those whose sight falls when this consent
 * no longer holds. Counted over the items the asker may know of; read: as far back as the log is
 * quickly read. */
void receipt_pack(struct request *, const struct rec_consent *, struct buf *out);
