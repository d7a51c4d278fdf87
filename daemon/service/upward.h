#pragma once
/*
 * Upward: a bottleneck goes up by the clock, a level at a time; above level 2 what lies on the
 * table of procesregie is a new thing, made of the rule, the sort and the parties alone. What
 * belongs to what is known to the server, and goes both ways by the clock.
 */
#include "serve.h"

/* For lapse.c: the term of this level has passed. */
enum err upward_late(struct request *, const struct rec_item *before);
/* The term of a level from now, as the agreement has it: its date, and the moment the clock looks.
 */
struct term {
	char date[12];
	int64_t due;
};
struct term upward_term(struct request *, int64_t level);
/* When what was decided is looked at again, if nobody says otherwise: ninety days from now. */
struct term upward_review(const struct request *);
/* For due.c */
enum err upward_take(struct request *, uint64_t num, int64_t at);
enum err upward_answer(struct request *, uint64_t num, int64_t at);
/* The bottleneck at the request's table came to an end: its cases hear of it. */
void upward_tell(struct request *, uint64_t num);
/* For erase.c: what belongs to the request's case is let go. */
void upward_drop(struct request *);
