/* What holds of sight whatever the rules are. */
#include "keys.h"
#include "world.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define NOW "2026-10-20T10:00:00Z"
#define NIGHT "2026-11-14T23:50:00Z"

static struct world w;

static void open_world(void)
{
	world_open(&w);
}

static void close_world(void)
{
	world_close(&w);
}

TestSuite(sight_laws, .init = open_world, .fini = close_world);

static struct rec_consent consent(const char *id)
{
	struct key k = key_bytes(w.case_id, slice_of(id));
	struct rec_consent c;

	world_get(&w, TAB_CONSENT, key_view(&k), REC_consent, &c);
	return c;
}

static void set_consent(const struct rec_consent *c)
{
	struct key k = key_bytes(w.case_id, c->id);

	world_set(&w, w.case_id, TAB_CONSENT, key_view(&k), REC_consent, c);
}

enum { MATRIX = WORLD_PEOPLE * 32 };

static void matrix(const char *t, struct slices purposes, enum level *out)
{
	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
		for (size_t i = 0; i < world_items(&w); i++) {
			struct viewer viewer = {.person = p, .purposes = purposes};
			struct rec_item item = world_item(&w, world_item_id(&w, i));
			struct sight s;

			policy_sight_of(w.policy, world_case(&w), &viewer, &item, world_time(t),
					&s);
			out[(p - 1) * 32 + i] = s.level;
		}
}

/* Cell by cell; gives how many are lower, and fails on one that is higher. */
static size_t none_higher(const enum level *before, const enum level *after, const char *what)
{
	size_t lower = 0;

	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
		for (size_t i = 0; i < world_items(&w); i++) {
			size_t at = (p - 1) * 32 + i;

			cr_expect(after[at] <= before[at], "%s: %s on %s went from %d to %d", what,
				  world_name(p), world_item_id(&w, i), (int)before[at],
				  (int)after[at]);
			lower += after[at] < before[at];
		}
	return lower;
}

static const struct slices all_purposes = {NULL, 0};

Test(sight_laws, the_order_of_rules_never_matters)
{
	enum level before[MATRIX] = {0}, after[MATRIX] = {0};
	struct change c = world_change(&w, 0);
	struct walk walk;
	unsigned i = 0;

	matrix(NOW, all_purposes, before);
	for (store_walk(w.store, TAB_RULE, (struct slice){0}, &walk); walk.on; store_next(&walk)) {
		struct rec_rule r;
		char id[8];

		cr_assert_eq(rec_read(REC_rule, arena_copy(&w.arena, walk.val), &w.arena, &r),
			     ERR_OK);
		world_drop(&w, &c, TAB_RULE, arena_copy(&w.arena, r.id));
		snprintf(id, sizeof(id), "x%03u", 999 - i++);
		r.id = arena_copy(&w.arena, slice_of(id));
		world_put(&w, &c, TAB_RULE, r.id, REC_rule, &r);
	}
	cr_assert_eq(i, 51);
	world_apply(&w, &c);
	matrix(NOW, all_purposes, after);
	cr_assert_eq(none_higher(before, after, "rules in another order"), 0);
}

Test(sight_laws, withdrawing_a_consent_raises_nobody)
{
	static const char *const ids[] = {"t1", "t2", "t3", "t4"};
	enum level before[MATRIX] = {0}, after[MATRIX] = {0};

	matrix(NOW, all_purposes, before);
	for (size_t i = 0; i < 4; i++) {
		struct rec_consent c = consent(ids[i]), gone = c;

		gone.withdrawn = 1;
		set_consent(&gone);
		matrix(NOW, all_purposes, after);
		cr_expect_gt(none_higher(before, after, ids[i]), 0, "%s did something", ids[i]);
		set_consent(&c);
	}
}

Test(sight_laws, a_session_under_fewer_purposes_raises_nobody)
{
	struct slice each[] = {SLICE("d1"), SLICE("d2"), SLICE("D3")};
	enum level before[MATRIX] = {0}, after[MATRIX] = {0};

	matrix(NOW, all_purposes, before);
	for (size_t i = 0; i < 3; i++) {
		matrix(NOW, (struct slices){&each[i], 1}, after);
		cr_expect_gt(none_higher(before, after, "one purpose"), 0);
	}
	for (size_t i = 0; i < world_items(&w); i++)
		cr_expect(after[i] == LEVEL_GEEN || i + 1 == world_items(&w), "D3 shows nothing");
}

Test(sight_laws, a_narrowing_raises_nobody)
{
	static const char *const to[] = {
		"*",   "role=helper",     "domain=sociaal",    "agency=rn",
		"#15", "role=betrokkene", "role=ondersteuner", "domain=zorg"};
	enum level before[MATRIX] = {0}, after[MATRIX] = {0};

	matrix(NIGHT, all_purposes, before);
	for (size_t n = 0; n < sizeof(to) / sizeof(*to); n++)
		for (uint64_t lvl = 0; lvl < LEVELS; lvl += 2) {
			struct rec_cut cut = {.to = slice_of(to[n]), .level = lvl};
			struct change c = world_change(&w, w.case_id);

			for (size_t i = 0; i < world_items(&w); i++) {
				struct rec_item item = world_item(&w, world_item_id(&w, i));
				struct key k = key_2(w.case_id, item.num);

				item.cuts.v = &cut;
				item.cuts.n = 1;
				if (strcmp(world_item_id(&w, i), "F2") != 0)
					world_put(&w, &c, TAB_ITEM, key_view(&k), REC_item, &item);
			}
			world_apply(&w, &c);
			matrix(NIGHT, all_purposes, after);
			none_higher(before, after, to[n]);
		}
}

Test(sight_laws, who_takes_no_part_gets_the_same_answer_on_everything)
{
	struct viewer stranger = {.person = WORLD_NOBODY};

	for (size_t i = 0; i < world_items(&w); i++) {
		struct rec_item item = world_item(&w, world_item_id(&w, i));
		struct sight s;

		policy_sight_of(w.policy, world_case(&w), &stranger, &item, world_time(NIGHT), &s);
		cr_expect_eq(s.level, LEVEL_GEEN);
		cr_expect_str_eq(s.why, "G1");
	}
}
