/* Opening what is sealed, cutting it to a level, and people's names. */
#include "keys.h"
#include "pack.h"
#include "world.h"

#include <criterion/criterion.h>

#include <string.h>

static struct world w;

static void open_world(void)
{
	world_open(&w);
}

static void close_world(void)
{
	world_close(&w);
}

TestSuite(views, .init = open_world, .fini = close_world);

static bool holds(struct slice in, const char *z)
{
	return in.n && memmem(in.p, in.n, z, strlen(z));
}

Test(views, an_item_opens_into_four_maps)
{
	CLEANUP(views_wipe) struct views v = {0};
	struct rec_item item = world_item(&w, "F4");

	cr_assert_eq(policy_open(w.policy, w.case_id, &item, &v), ERR_OK);
	for (int l = 1; l <= LEVELS; l++) {
		CLEANUP(tree_free) struct tree t = {0};

		cr_assert_eq(tree_read(&t, v.level[l]), ERR_OK);
		cr_assert_eq(tree_root(&t)->type, MSGPACK_OBJECT_MAP);
	}
	cr_assert(holds(v.level[LEVEL_INHOUD], "4310"));
	cr_assert_not(holds(v.level[LEVEL_KERN], "4310"));
}

Test(views, a_view_is_the_first_maps_copied_and_nothing_of_the_next)
{
	CLEANUP(views_wipe) struct views v = {0};
	struct rec_item item = world_item(&w, "F4");

	cr_assert_eq(policy_open(w.policy, w.case_id, &item, &v), ERR_OK);
	for (int l = 0; l <= LEVELS; l++) {
		CLEANUP(buf_free) struct buf cut = {0};
		CLEANUP(tree_free) struct tree t = {0};
		size_t n = 1;

		views_cut(&v, (enum level)l, &cut);
		for (int i = 1; i <= l; i++)
			n += v.level[i].n;
		cr_expect_eq(cut.n, n);
		cr_assert_eq(tree_read(&t, buf_view(&cut)), ERR_OK);
		cr_expect_eq(obj_n(tree_root(&t)), (size_t)l);
		cr_expect_eq(holds(buf_view(&cut), "4310"), l == LEVELS);
	}
}

Test(views, a_seal_opens_only_in_its_own_place)
{
	CLEANUP(views_wipe) struct views v = {0};
	struct rec_item item = world_item(&w, "F4"), moved = item;

	moved.rev++;
	cr_assert_eq(policy_open(w.policy, w.case_id, &moved, &v), ERR_INTERNAL);
	moved = item;
	moved.num++;
	cr_assert_eq(policy_open(w.policy, w.case_id, &moved, &v), ERR_INTERNAL);
}

Test(views, a_text_is_not_taken_for_an_item_nor_an_item_for_a_text)
{
	struct rec_item item = world_item(&w, "F4");
	struct slice out;

	cr_assert_neq(policy_open_text(w.policy, w.case_id, item.num, item.rev, item.sealed,
				       &w.arena, &out),
		      ERR_OK);
}

Test(views, a_text_comes_back_as_it_was)
{
	CLEANUP(buf_free) struct buf seal = {0};
	struct slice out;

	cr_assert_eq(policy_seal_text(w.policy, world_pass(&w), w.case_id, 5, 3,
				      SLICE("Moeder belt."), &seal),
		     ERR_OK);
	cr_assert_not(holds(buf_view(&seal), "Moeder"));
	cr_assert_eq(policy_open_text(w.policy, w.case_id, 5, 3, buf_view(&seal), &w.arena, &out),
		     ERR_OK);
	cr_assert(slice_is(out, "Moeder belt."));
	cr_assert_neq(policy_open_text(w.policy, w.case_id, 5, 4, buf_view(&seal), &w.arena, &out),
		      ERR_OK);
}

Test(views, an_erased_case_opens_for_nobody)
{
	CLEANUP(views_wipe) struct views v = {0};
	struct rec_item item = world_item(&w, "F4");

	cr_assert_eq(keyring_drop(w.keyring, w.case_id), ERR_OK);
	cr_assert_eq(policy_open(w.policy, w.case_id, &item, &v), ERR_NOTFOUND);
}

Test(views, damage_inside_a_seal_is_not_shown)
{
	CLEANUP(views_wipe) struct views v = {0};
	CLEANUP(buf_free) struct buf seal = {0};
	static const uint8_t tooshort[] = {0, 0, 0, 9, 0x80};
	struct rec_item item = {.num = 500, .rev = 1};

	cr_assert_eq(keyring_seal(w.keyring, w.case_id, 500, 1,
				  (struct slice){tooshort, sizeof(tooshort)}, &seal),
		     ERR_OK);
	item.sealed = buf_view(&seal);
	cr_assert_eq(policy_open(w.policy, w.case_id, &item, &v), ERR_INTERNAL);
}

Test(views, people_are_found_by_handle_and_named)
{
	struct slice handle, name;

	cr_assert_eq(policy_person(w.policy, SLICE("u15@jw")), world_person("u15"));
	cr_assert_eq(policy_person(w.policy, SLICE("u15@wijk")), 0);
	cr_assert_eq(policy_person(w.policy, SLICE("")), 0);
	policy_names(w.policy, world_person("u15"), &w.arena, &handle, &name);
	cr_assert(slice_is(handle, "u15@jw"));
	cr_assert(slice_is(name, "Youssef Amrani"));
}

Test(views, who_is_not_there_has_no_name)
{
	struct slice handle, name;

	policy_names(w.policy, WORLD_NOBODY, &w.arena, &handle, &name);
	cr_assert(slice_is(handle, "?"));
	cr_assert(slice_is(name, "?"));
}
