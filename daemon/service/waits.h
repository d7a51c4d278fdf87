#pragma once
/* Waiting: who is to do something and has not yet is told again by the clock. A notice that stands
 * there still is not given twice. */
#include "serve.h"

/* A bottleneck at a table whose text is to be written or checked: reminded a week after this
 * revision, and each week until it is done. */
void waits_put(struct request *, const struct rec_item *);
/* For due.c */
enum err waits_text(struct request *, uint64_t num, int64_t at);
enum err waits_cut(struct request *, uint64_t num, int64_t at);
