#pragma once
/* Since: what changed for somebody since he last looked at a case's plan. */
#include "serve.h"

/* When he last looked, and the time before that; 0: never. */
void since_mark(struct request *, uint64_t person, struct rec_looked *out);
/* How an item has changed after a moment for who sees so much of it. past: as it was for him then,
 * when it was there. False: it looks the same. */
bool since_changed(struct request *, const struct rec_item *now, enum level, int64_t mark,
		   struct rec_item *past, bool *is_new);
