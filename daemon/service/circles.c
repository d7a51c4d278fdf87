#include "circles.h"

#include "args.h"
#include "items.h"
#include "look.h"
#include "revise.h"
#include "ring.h"

#include <stdlib.h>

enum { EDGES_A_TOKEN = 100 };
static const int64_t asked_for_ms = 14LL * 24 * 60 * 60 * 1000;

/* -- edges ------------------------------------------------------------------------------------- */

struct graph {
	struct edge *v;
	size_t n;
};

static void graph_free(struct graph *g)
{
	free(g->v);
}

static void add_edge(struct graph *g, uint64_t from, uint64_t to)
{
	if ((g->n & (g->n - 1)) == 0) {
		g->v = realloc(g->v, (g->n ? g->n * 2 : 1) * sizeof(*g->v));
		if (!g->v)
			abort();
	}
	g->v[g->n++] = (struct edge){from, to};
}

static bool waits(const struct rec_ref *ref, const struct rec_item *item)
{
	return slice_is(ref->field, "wacht_op") ||
	       (slice_is(ref->field, "wederzijds") && slice_is(item->state, "wacht"));
}

static void add_edges(const struct rec_item *item, struct graph *g)
{
	for (size_t i = 0; i < item->refs.n && item_runs(item); i++)
		if (waits(&item->refs.v[i], item))
			add_edge(g, item->num, item->refs.v[i].num);
}

/* -- when an edge is set ----------------------------------------------------------------------- */

static bool lead_sees(struct request *rq, const struct rec_item *item)
{
	struct viewer lead = {.person = sight_case_rec(rq->sight)->lead};
	struct sight s;

	return policy_sight_of(rq->house->policy, rq->sight, &lead, item, rq->now, &s) == ERR_OK &&
	       s.level >= LEVEL_KERN;
}

/* What is open and the casusregisseur sees, with the item as it will be: a ring through what is
 * hidden from him neither shows nor hides another. */
static void leads_graph(struct request *rq, const struct rec_item *item, struct graph *g)
{
	struct items it;

	if (lead_sees(rq, item))
		add_edges(item, g);
	for (items_pass(rq, 0, &it); it.on; items_next(&it))
		if (it.item.num != item->num && lead_sees(rq, &it.item))
			add_edges(&it.item, g);
}

static bool in_ring(const uint64_t *ring, size_t n, uint64_t num)
{
	for (size_t i = 0; i < n; i++)
		if (ring[i] == num)
			return true;
	return false;
}

static bool is_asked(struct request *rq, const uint64_t *ring, size_t n)
{
	bool asked = false;
	struct items it;

	for (items_pass(rq, 0, &it); it.on; items_next(&it))
		if (slice_is(it.item.kind, "signaal") && it.item.only.n && it.item.refs.n &&
		    item_runs(&it.item))
			asked = asked || in_ring(ring, n, it.item.refs.v[0].num);
	return asked;
}

/* The clock asks; nobody else hears of it, for the ring may run through what they do not see. */
static enum err ask_lead(struct request *rq, const struct rec_item *over)
{
	const struct kind *kind = vocab_kind(&brug_vocab, SLICE("signaal"));
	struct rec_ref ref = {SLICE("over"), over->num, LEVEL_KERN};
	uint64_t lead = sight_case_rec(rq->sight)->lead;
	struct rec_item item = {.num = rq->change.pos << 4 | rq->change.events_n,
				.kind = slice_of(kind->name),
				.category = slice_of(kind->category),
				.owner = sight_member(rq->sight, lead)->agency,
				.areas = over->areas,
				.purposes = over->purposes,
				.state = SLICE("vraag"),
				.rev = 1,
				.made = rq->now,
				.changed = rq->now,
				.due = rq->now + asked_for_ms,
				.refs = {&ref, 1},
				.only = {&lead, 1}};
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(tree_free) struct tree fields = {0};

	pack_map(&b, 3);
	pack_kv_text(&b, "soort", "stagnatie");
	pack_kv_text(&b, "bron", "klok");
	pack_kv_text(&b, "inhoud", "Hier wordt in een kring op elkaar gewacht: brug circles");
	TRY(tree_take(&fields, &b));
	return item_first_own(rq, kind, &item, tree_root(&fields));
}

enum err circles_follow(struct request *rq, const struct rec_item *item)
{
	CLEANUP(graph_free) struct graph g = {0};
	uint64_t ring[RING];
	size_t n;

	if (!item_runs(item) || !sight_member(rq->sight, sight_case_rec(rq->sight)->lead))
		return ERR_OK;
	leads_graph(rq, item, &g);
	n = ring_through(g.v, g.n, item->num, ring);
	if (!n || is_asked(rq, ring, n))
		return ERR_OK;
	return ask_lead(rq, item);
}

/* -- case.circles ------------------------------------------------------------------------------ */

/* What is there for the asker. */
struct thing {
	uint64_t num, executor;
	bool open;
};
struct things {
	struct thing *v; /* in the order of their numbers */
	size_t n, cap;
};

static void add_thing(struct request *rq, struct things *t, const struct thing *one)
{
	if (t->n == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 64;
		struct thing *v = ARENA_ARRAY(rq->arena, struct thing, cap);

		for (size_t i = 0; i < t->n; i++)
			v[i] = t->v[i];
		t->v = v;
		t->cap = cap;
	}
	t->v[t->n++] = *one;
}

static const struct thing *thing_of(const struct things *t, uint64_t num)
{
	size_t from = 0, to = t->n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (t->v[mid].num < num)
			from = mid + 1;
		else
			to = mid;
	}
	return from < t->n && t->v[from].num == num ? &t->v[from] : NULL;
}

/* What waits for what stands at kern, and both ends are his to know. Of an end that he sees less of
 * than signaal he does not know whether it is done: to him it is not. */
static void seen_graph(struct request *rq, struct things *things, struct graph *g)
{
	CLEANUP(graph_free) struct graph all = {0};
	struct items it;

	for (items_pass(rq, 0, &it); it.on; items_next(&it)) {
		enum level level = item_level(rq, &it.item);

		if (level == LEVEL_GEEN)
			continue;
		add_thing(rq, things,
			  &(struct thing){it.item.num, it.item.executor,
					  level < LEVEL_SIGNAAL || item_runs(&it.item)});
		if (level >= LEVEL_KERN)
			add_edges(&it.item, &all);
	}
	for (size_t e = 0; e < all.n; e++) {
		const struct thing *to = thing_of(things, all.v[e].to);

		if (to && to->open)
			add_edge(g, all.v[e].from, to->num);
	}
}

static bool show_num(struct request *rq, uint64_t num, struct buf *out)
{
	CLEANUP(arena_free) struct arena own = {0};
	struct rec_item item;

	return item_peek(rq, num, &own, &item) == ERR_OK && serve_show(rq, &item, out);
}

/* Each ring once: by the least of its items. */
static bool is_first(const uint64_t *ring, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (ring[i] < ring[0])
			return false;
	return true;
}

static void free_rings(struct rings **r)
{
	rings_free(*r);
}

static size_t pack_rings(struct request *rq, const struct graph *g, struct buf *out)
{
	CLEANUP(free_rings) struct rings *all = rings_new(g->v, g->n);
	size_t rings = 0;

	for (size_t e = 0; e < g->n; e++) {
		CLEANUP(buf_wipe) struct buf list = {0};
		uint64_t ring[RING];
		size_t n, shown = 0;

		/* an item with two edges stands in the list twice */
		if (e && g->v[e - 1].from == g->v[e].from)
			continue;
		n = rings_through(all, g->v[e].from, ring);
		if (!n || !is_first(ring, n))
			continue;
		for (size_t i = 0; i < n; i++)
			shown += show_num(rq, ring[i], &list);
		pack_array(out, shown);
		buf_slice(out, buf_view(&list));
		rings++;
	}
	return rings;
}

/* His own side of it: what he does, and what that waits for. */
static size_t pack_edges(struct request *rq, const struct things *things, const struct graph *g,
			 struct buf *out)
{
	size_t n = 0;

	for (size_t e = 0; e < g->n; e++) {
		CLEANUP(buf_wipe) struct buf from = {0};
		CLEANUP(buf_wipe) struct buf to = {0};

		if (thing_of(things, g->v[e].from)->executor != rq->who->person ||
		    !show_num(rq, g->v[e].from, &from) || !show_num(rq, g->v[e].to, &to))
			continue;
		pack_map(out, 2);
		pack_key(out, "item");
		buf_slice(out, buf_view(&from));
		pack_key(out, "waits_for");
		buf_slice(out, buf_view(&to));
		n++;
	}
	return n;
}

enum err serve_case_circles(struct request *rq)
{
	CLEANUP(graph_free) struct graph g = {0};
	struct things things = {0};
	CLEANUP(buf_wipe) struct buf rings = {0};
	CLEANUP(buf_wipe) struct buf edges = {0};
	size_t rings_n, edges_n;

	seen_graph(rq, &things, &g);
	rq->cost += (unsigned)(g.n / EDGES_A_TOKEN);
	rings_n = pack_rings(rq, &g, &rings);
	edges_n = pack_edges(rq, &things, &g, &edges);
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_key(rq->out, "rings");
	pack_array(rq->out, rings_n);
	buf_slice(rq->out, buf_view(&rings));
	pack_key(rq->out, "mine");
	pack_array(rq->out, edges_n);
	buf_slice(rq->out, buf_view(&edges));
	return ERR_OK;
}
