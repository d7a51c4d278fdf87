#pragma once
/* Rings: A waits for B waits for C waits for A. Pure: edges in, the shortest way round out. */
#include <stddef.h>
#include <stdint.h>

struct edge {
	uint64_t from, to; /* from waits for to */
};
enum { RING = 32 };

/* The edges made ready once, to be asked of each of them: what is in no ring at all costs nothing
 * more. */
struct rings;
struct rings *rings_new(const struct edge *, size_t n);
void rings_free(struct rings *); /* takes NULL */
/* The shortest ring through start, beginning there, into out; how many are in it, 0: none. At most
 * RING long. */
size_t rings_through(struct rings *, uint64_t start, uint64_t out[RING]);
/* The same, asked once. */
size_t ring_through(const struct edge *, size_t n, uint64_t start, uint64_t out[RING]);
