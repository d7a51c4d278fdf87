#pragma once
/*
 * Places: where a long answer goes on. Sealed, so that it tells nothing of what lies in between,
 * and good only for the person, the method and the thing it was given for.
 */
#include "serve.h"

struct place {
	uint64_t at; /* the row the last answer ended with; 0: from the beginning */
	uint64_t n;  /* how much he has had by then */
};
/* The place in the parameter "after"; from the beginning when it is not given. ERR_USAGE:
 * another's, or no place. of: the case, or whatever the question is about. */
enum err place_arg(struct request *, uint64_t of, struct place *out);
/* Packs "next" and it; nil when more is false. */
void place_pack(struct request *, uint64_t of, const struct place *, bool more, struct buf *out);
