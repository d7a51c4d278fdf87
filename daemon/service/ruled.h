#pragma once
/*
 * Ruled: which open bottlenecks are about the same rule between the same parties. Kept by the
 * changes themselves; no case can be read from it, only how many there are.
 */
#include "serve.h"

enum { RULED = 24, RULED_GROUP = 3 };
struct ruled {
	uint8_t p[RULED]; /* agreement(8), rule and parties(16) */
};
static inline struct slice ruled_view(const struct ruled *r)
{
	return (struct slice){r->p, RULED};
}
/* Puts the item of the request's case where it belongs now, or takes it out. said: the map of its
 * level signaal. The third case of a group wakes the table. */
void ruled_keep(struct request *, const struct rec_item *, struct slice said);
/* False: it is not among the open ones. */
bool ruled_of(struct request *, uint64_t case_id, uint64_t num, struct ruled *out);
size_t ruled_cases(struct request *, const struct ruled *);
/* Every open bottleneck under this agreement is looked at again by the clock. */
void ruled_wake(struct request *, struct slice agreement);
/* Erasure: the rows of the request's case. */
void ruled_drop(struct request *);
