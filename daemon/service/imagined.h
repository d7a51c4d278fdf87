#pragma once
/* A change that is not made: what is asked about. */
#include "items.h"

struct imagined {
	struct request *rq;
	struct overlay o; /* what stands otherwise; it points to the records below */
	struct rec_rule rule;
	struct rec_agreement agreement;
	struct rec_member member;
	struct rec_block block;
	struct rec_case rec;
	struct slices differs; /* agreement: the categories it says something else about */
	uint64_t only;         /* the case of a change in one; 0: all */
};

/* The change of the request's "method" and "params". Its own right is asked, and all that would be
 * asked if it were made. From then on rq->params and rq->case_id are the change's: the caller puts
 * them back. t holds the parameters and is the caller's to free, after it. */
enum err imagined_take(struct imagined *, struct tree *t);
