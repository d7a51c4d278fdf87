#pragma once
/* Invitations to a point of an agenda: who is invited sees its core until the day after, and finds
 * the meeting in his list. */
#include "serve.h"

/* The moment the clock looks at a point that ends then. */
int64_t invite_due(int64_t until);
/* Shows the point to who is asked; what was shown by invitation before makes way. before: as it
 * was, or NULL. */
void invite_show(struct request *, const struct rec_item *before, struct rec_item *item);
/* The meeting is his to know from now on. */
void invite_known(struct request *, struct slice meeting, uint64_t person);
/* item.set of a point: who is invited now is shown it and told. */
enum err invite_set(struct request *, const struct rec_item *before, struct rec_item *item);
