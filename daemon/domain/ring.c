#include "ring.h"

#include <stdlib.h>

/* One thing reached: from which, in which row of found. */
struct step {
	uint64_t num;
	size_t before, length;
};

static size_t way_back(const struct step *found, size_t at, uint64_t out[RING])
{
	size_t n = found[at].length;

	for (size_t i = n; i-- > 0; at = found[at].before)
		out[i] = found[at].num;
	return n;
}

static int reached(const struct step *found, size_t n, uint64_t num)
{
	for (size_t i = 0; i < n; i++)
		if (found[i].num == num)
			return 1;
	return 0;
}

/* Breadth first, so that what comes back first is the shortest. */
size_t ring_through(const struct edge *edges, size_t n, uint64_t start, uint64_t out[RING])
{
	struct step *found = calloc(n + 1, sizeof(*found));
	size_t found_n = 1, ring = 0;

	if (!found)
		abort();
	found[0] = (struct step){start, 0, 1};
	for (size_t at = 0; at < found_n && !ring; at++)
		for (size_t e = 0; e < n && !ring; e++) {
			if (edges[e].from != found[at].num)
				continue;
			if (edges[e].to == start)
				ring = way_back(found, at, out);
			else if (found[at].length < RING && found_n <= n &&
				 !reached(found, found_n, edges[e].to))
				found[found_n++] =
					(struct step){edges[e].to, at, found[at].length + 1};
		}
	free(found);
	return ring;
}
