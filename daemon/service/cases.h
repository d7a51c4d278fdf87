#pragma once
/* What a new room takes, a case or a table: an agreement, purposes from it, a code and a key. */
#include "serve.h"

/* The agreement that the request names, when the agency of this person takes part in it. */
enum err case_agreement(struct request *, struct rec_agreement *, const struct rec_person *me);
enum err case_purposes(struct request *, const struct rec_agreement *, struct slices purposes);
/* A code nobody has, with a key of its own: durable before the first change that uses it. What sort
 * of room it is stands in the record. */
enum err case_draw(struct request *, struct rec_case *);
void case_put(struct request *, const struct rec_case *);
/* One row of a list of rooms: false when it is none of his, or of another sort. */
bool case_pack_listed(struct request *, uint64_t case_id, bool table, struct buf *out);
