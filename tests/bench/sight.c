/*
 * What sight costs: a plan of 40 items for one viewer, under 4, 40 and 400 rules. The shortest of
 * many tries each, so that a busy machine says little. meson test --benchmark sight.
 */
#include "keys.h"
#include "world.h"

#include <stdio.h>
#include <time.h>

enum { ITEMS = 40, TRIES = 2000 };

static struct world w;

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Only as many rules as asked, of the worked case's agencies and categories: half for the viewer's
 * agency, half for others. */
static void rules(unsigned n)
{
	static const char *const categories[] = {"sociaal", "zorg", "veiligheid", "financien"};

	for (unsigned i = 0; i < 400; i++) {
		struct change c = world_change(&w, 0);
		struct slice id = arena_fmt(&w.arena, "bench%u", i);
		struct rec_rule r = {.id = id,
				     .from_agency = SLICE("*"),
				     .category = slice_of(categories[i % 4]),
				     .to = i % 8 < 4 ? SLICE("agency=wijk")
						     : SLICE("agency=politie"),
				     .level = LEVEL_KERN,
				     .ground = SLICE("proef")};

		if (i < n)
			world_put(&w, &c, TAB_RULE, id, REC_rule, &r);
		else
			world_drop(&w, &c, TAB_RULE, id);
		world_apply(&w, &c);
	}
}

static double plan(const struct viewer *v, const struct rec_item *items)
{
	const struct sight_case *c = world_case(&w);
	int64_t t = world_time("2026-10-20T10:00:00Z");
	double best = 1e12;

	for (int k = 0; k < TRIES; k++) {
		double at = now_us(), took;

		for (int i = 0; i < ITEMS; i++) {
			struct sight s;

			policy_sight_of(w.policy, c, v, &items[i], t, &s);
		}
		took = now_us() - at;
		best = took < best ? took : best;
	}
	return best;
}

int main(void)
{
	static const unsigned many[] = {4, 40, 400};
	struct rec_item items[ITEMS];
	struct viewer v;

	world_open(&w);
	for (size_t i = 0; i < ITEMS; i++)
		items[i] = world_item(&w, world_item_id(&w, i % world_items(&w)));
	v = world_viewer(&w, "u01");
	for (int i = 0; i < 3; i++) {
		rules(many[i]);
		printf("%4u rules and the case's own: %6.2f us for a plan of %d items\n", many[i],
		       plan(&v, items), ITEMS);
	}
	world_close(&w);
	return 0;
}
