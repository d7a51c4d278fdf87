#pragma once
/* Waiting circles: A waits for B waits for C waits for A, over the open actions of all agencies. */
#include "serve.h"

/* A ring that this item's edges close: the casusregisseur is asked about it, when he sees each item
 * of it at kern. In the same change. */
enum err circles_follow(struct request *, const struct rec_item *);
