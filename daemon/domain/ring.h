#pragma once
/* Rings: A waits for B waits for C waits for A. Pure: edges in, the shortest way round out. */
#include <stddef.h>
#include <stdint.h>

struct edge {
	uint64_t from, to; /* from waits for to */
};
enum { RING = 32 };
/* The shortest ring through start, beginning there, into out; how many are in it, 0: none. At most
 * RING long. */
size_t ring_through(const struct edge *, size_t n, uint64_t start, uint64_t out[RING]);
