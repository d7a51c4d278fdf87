/* A case as sight sees it: kept warm, let go when sight moves, and when it moves by itself. */
#include "keys.h"
#include "world.h"

#include <criterion/criterion.h>

#define NOW "2026-10-20T10:00:00Z"

static struct world w;

static void open_world(void)
{
	world_open(&w);
}

static void close_world(void)
{
	world_close(&w);
}

TestSuite(sight_case, .init = open_world, .fini = close_world);

static int level(const char *who, const char *item)
{
	return (int)world_level(&w, who, item, NOW);
}

static struct rec_rule rule(const char *id)
{
	struct rec_rule r;

	world_get(&w, TAB_RULE, slice_of(id), REC_rule, &r);
	return r;
}

static void set_rule(const struct rec_rule *r)
{
	world_set(&w, 0, TAB_RULE, r->id, REC_rule, r);
}

static void set_phase(const char *phase)
{
	struct key k = key_u64(w.case_id);
	struct rec_phase only = {slice_of(phase), world_time("2026-09-08"), 2};
	struct rec_case c;

	world_get(&w, TAB_CASE, key_view(&k), REC_case, &c);
	c.phase = only.phase;
	c.phases.v = &only;
	c.phases.n = 1;
	world_set(&w, w.case_id, TAB_CASE, key_view(&k), REC_case, &c);
}

/* -- what is kept warm ------------------------------------------------------------------------- */

/* A change that says nothing of sight: an item has a new revision. */
static void revise_quietly(const struct rec_item *item)
{
	struct change c = world_change(&w, w.case_id);
	struct key k = key_2(w.case_id, item->num);
	CLEANUP(buf_free) struct buf b = {0};

	world_put(&w, &c, TAB_ITEM, key_view(&k), REC_item, item);
	change_event(&c, world_pass(&w), item->num, item->rev);
	change_pack(&c, &b);
	cr_assert_eq(store_apply(w.store, STREAM_FACT, c.pos, buf_view(&b)), ERR_OK);
	change_free(&c);
}

Test(sight_case, a_case_is_kept_until_somebodys_sight_moves)
{
	const struct sight_case *c = world_case(&w);
	struct rec_item a4 = world_item(&w, "A4");

	cr_assert_eq(world_case(&w), c, "nothing happened");
	revise_quietly(&a4);
	cr_assert_eq(world_case(&w), c, "a new revision of an item moves nobody's sight");
	set_phase("gesloten");
	cr_assert_eq(level("u01", "G1"), 0);
}

Test(sight_case, in_aftercare_an_action_that_is_done_takes_sight_away)
{
	struct rec_item a4 = world_item(&w, "A4");

	set_phase("nazorg");
	cr_assert_eq(level("u01", "F4"), 3);
	a4.state = SLICE("klaar");
	revise_quietly(&a4);
	cr_assert_eq(level("u01", "F4"), 2);
}

/* More cases than are kept: what was handed out stays good until something is applied. */
Test(sight_case, a_case_in_hand_stays_while_many_others_are_asked_for)
{
	enum { CASES = 80 };
	const struct sight_case *held = NULL, *c = NULL;
	struct key k = key_u64(w.case_id);
	struct change change = world_change(&w, 0);
	struct rec_case rec;

	world_get(&w, TAB_CASE, key_view(&k), REC_case, &rec);
	for (rec.id = 1; rec.id <= CASES; rec.id++) {
		k = key_u64(rec.id);
		world_put(&w, &change, TAB_CASE, key_view(&k), REC_case, &rec);
	}
	world_apply(&w, &change);
	cr_assert_eq(policy_case(w.policy, 1, &held), ERR_OK);
	for (uint64_t id = 2; id <= 60; id++)
		cr_assert_eq(policy_case(w.policy, id, &c), ERR_OK);
	cr_assert_eq(sight_case_rec(held)->id, 1);
	for (uint64_t id = 2; id <= CASES; id++)
		cr_assert_eq(policy_case(w.policy, id, &c), ERR_OK);
	cr_assert_eq(policy_case(w.policy, CASES + 1, &c), ERR_NOTFOUND);
}

Test(sight_case, a_rule_of_the_house_is_felt_in_every_case_at_once)
{
	struct rec_rule r = rule("H1");

	cr_assert_eq(level("u18", "G1"), 2);
	r.ended = world_time("2026-10-01");
	set_rule(&r);
	cr_assert_eq(level("u18", "G1"), 0);
}

Test(sight_case, the_next_turn_is_the_first_moment_at_which_a_term_begins_or_ends)
{
	const struct sight_case *c = world_case(&w);

	cr_assert_eq(policy_next_turn(w.policy, c, world_time("2026-11-06T12:00:00Z")),
		     world_time("2026-11-06T13:00:00Z"));
	cr_assert_eq(policy_next_turn(w.policy, c, world_time("2026-11-06T13:00:00Z")),
		     world_time("2026-11-06T13:30:00Z"));
	cr_assert_eq(policy_next_turn(w.policy, c, world_time("2026-11-14T23:50:00Z")),
		     world_time("2026-11-15T00:40:00Z"));
	cr_assert_eq(policy_next_turn(w.policy, c, world_time("2031-01-01")), 0);
}
/* Between two turns nothing moves by itself: what the feed counts on. */
Test(sight_case, between_two_turns_nobodys_sight_moves)
{
	const struct sight_case *c = world_case(&w);
	int64_t t = world_time("2026-09-01"), end = world_time("2027-09-01");

	while (t && t < end) {
		int64_t next = policy_next_turn(w.policy, c, t), last = next ? next - 1 : end;

		for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
			for (size_t i = 0; i < world_items(&w); i++) {
				struct viewer viewer = {.person = p};
				struct rec_item item = world_item(&w, world_item_id(&w, i));
				struct sight a, b;

				policy_sight_of(w.policy, c, &viewer, &item, t, &a);
				policy_sight_of(w.policy, c, &viewer, &item, last, &b);
				cr_expect_eq(a.level, b.level, "%s on %s", world_name(p),
					     world_item_id(&w, i));
			}
		t = next;
	}
}
