#pragma once
/* Links: what in one room came of what in another. They go both ways, and only the server reads
 * them. */
#include "serve.h"

struct spot {
	uint64_t room, num;
};
struct spots {
	struct spot *v;
	size_t n;
};
void links_put(struct request *, struct spot, struct spot);
void links_del(struct request *, struct spot, struct spot);
/* The first, or false. */
bool links_other(struct request *, struct spot, struct spot *out);
struct spots links_all(struct request *, struct spot); /* of the arena */
/* From now on the request is about this room; a change is of one room. */
enum err links_enter(struct request *, uint64_t room);
/* Erasure: all of the request's room. */
void links_drop(struct request *);
