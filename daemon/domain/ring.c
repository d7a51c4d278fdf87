/*
 * Rings: things are numbered by their place in a sorted row, edges lie by where they begin, and one
 * pass (Tarjan) says which things wait for each other at all. A search then stays among those.
 */
#include "ring.h"

#include <stdlib.h>

/* One thing reached: from which, in which row of found. */
struct step {
	size_t node, before, length;
};
struct rings {
	uint64_t *num; /* of each thing, sorted */
	size_t n;
	size_t *first, *to;  /* edges of thing i: to[first[i]] .. to[first[i + 1] - 1] */
	size_t *part;        /* things of one part all wait for each other */
	size_t *mark, asked; /* reached in the search of that number */
	struct step *found;
};

static void *room(size_t n, size_t each)
{
	void *p = calloc(n + 1, each);

	if (!p)
		abort();
	return p;
}

/* -- things and edges -------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Its place; r->n when it is not there. */
static size_t node_of(const struct rings *r, uint64_t num)
{
	const uint64_t *at = r->n ? bsearch(&num, r->num, r->n, sizeof(*r->num), by_number) : NULL;

	return at ? (size_t)(at - r->num) : r->n;
}

static void take_nodes(struct rings *r, const struct edge *edges, size_t n)
{
	size_t all = 2 * n;

	r->num = room(all, sizeof(*r->num));
	for (size_t i = 0; i < n; i++) {
		r->num[2 * i] = edges[i].from;
		r->num[2 * i + 1] = edges[i].to;
	}
	qsort(r->num, all, sizeof(*r->num), by_number);
	for (size_t i = 0; i < all; i++)
		if (!r->n || r->num[r->n - 1] != r->num[i])
			r->num[r->n++] = r->num[i];
}

static void take_edges(struct rings *r, const struct edge *edges, size_t n)
{
	size_t *next = room(r->n + 1, sizeof(*next));

	r->first = room(r->n + 1, sizeof(*r->first));
	r->to = room(n, sizeof(*r->to));
	for (size_t i = 0; i < n; i++)
		r->first[node_of(r, edges[i].from) + 1]++;
	for (size_t i = 0; i < r->n; i++)
		next[i + 1] = r->first[i + 1] += r->first[i];
	for (size_t i = 0; i < n; i++)
		r->to[next[node_of(r, edges[i].from)]++] = node_of(r, edges[i].to);
	free(next);
}

/* -- what waits for each other ----------------------------------------------------------------- */

struct tarjan {
	size_t *low, *index, *edge; /* index: 0 is not looked at yet; edge: the next to follow */
	size_t *path, *open;        /* how it got there; what has no part yet */
	size_t path_n, open_n, seen, parts;
};

static void enter(const struct rings *r, struct tarjan *t, size_t node)
{
	t->low[node] = t->index[node] = ++t->seen;
	t->edge[node] = r->first[node];
	t->path[t->path_n++] = t->open[t->open_n++] = node;
}

static void leave(struct rings *r, struct tarjan *t, size_t node)
{
	size_t top;

	t->path_n--;
	if (t->path_n && t->low[node] < t->low[t->path[t->path_n - 1]])
		t->low[t->path[t->path_n - 1]] = t->low[node];
	if (t->low[node] != t->index[node])
		return;
	t->parts++;
	do {
		top = t->open[--t->open_n];
		r->part[top] = t->parts;
	} while (top != node);
}

static void walk_from(struct rings *r, struct tarjan *t, size_t start)
{
	enter(r, t, start);
	while (t->path_n) {
		size_t node = t->path[t->path_n - 1], to;

		if (t->edge[node] == r->first[node + 1]) {
			leave(r, t, node);
			continue;
		}
		to = r->to[t->edge[node]++];
		if (!t->index[to])
			enter(r, t, to);
		else if (!r->part[to] && t->index[to] < t->low[node])
			t->low[node] = t->index[to];
	}
}

static void find_parts(struct rings *r)
{
	struct tarjan t = {.low = room(r->n, sizeof(size_t)),
			   .index = room(r->n, sizeof(size_t)),
			   .edge = room(r->n, sizeof(size_t)),
			   .path = room(r->n, sizeof(size_t)),
			   .open = room(r->n, sizeof(size_t))};

	for (size_t i = 0; i < r->n; i++)
		if (!t.index[i])
			walk_from(r, &t, i);
	free(t.low);
	free(t.index);
	free(t.edge);
	free(t.path);
	free(t.open);
}

struct rings *rings_new(const struct edge *edges, size_t n)
{
	struct rings *r = room(1, sizeof(*r));

	take_nodes(r, edges, n);
	take_edges(r, edges, n);
	r->part = room(r->n, sizeof(*r->part));
	r->mark = room(r->n, sizeof(*r->mark));
	r->found = room(r->n, sizeof(*r->found));
	find_parts(r);
	return r;
}

void rings_free(struct rings *r)
{
	if (!r)
		return;
	free(r->num);
	free(r->first);
	free(r->to);
	free(r->part);
	free(r->mark);
	free(r->found);
	free(r);
}

/* -- the way round ----------------------------------------------------------------------------- */

static size_t way_back(const struct rings *r, size_t at, uint64_t out[RING])
{
	size_t n = r->found[at].length;

	for (size_t i = n; i-- > 0; at = r->found[at].before)
		out[i] = r->num[r->found[at].node];
	return n;
}

/* Follows the edges of the thing at a place of found; true at one that leads back to the first. */
static int leads_back(struct rings *r, size_t at, size_t *found_n)
{
	struct step here = r->found[at];

	for (size_t e = r->first[here.node]; e < r->first[here.node + 1]; e++) {
		size_t to = r->to[e];

		if (to == r->found[0].node)
			return 1;
		if (r->part[to] != r->part[here.node] || r->mark[to] == r->asked ||
		    here.length == RING)
			continue;
		r->mark[to] = r->asked;
		r->found[(*found_n)++] = (struct step){to, at, here.length + 1};
	}
	return 0;
}

/* Breadth first, so that what comes back first is the shortest. */
size_t rings_through(struct rings *r, uint64_t start, uint64_t out[RING])
{
	size_t found_n = 1, node = node_of(r, start);

	if (node == r->n)
		return 0;
	r->mark[node] = ++r->asked;
	r->found[0] = (struct step){node, 0, 1};
	for (size_t at = 0; at < found_n; at++)
		if (leads_back(r, at, &found_n))
			return way_back(r, at, out);
	return 0;
}

size_t ring_through(const struct edge *edges, size_t n, uint64_t start, uint64_t out[RING])
{
	struct rings *r = rings_new(edges, n);
	size_t ring = rings_through(r, start, out);

	rings_free(r);
	return ring;
}
