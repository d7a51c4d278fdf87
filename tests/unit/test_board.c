/* The board in a meeting: the least of all present, whoever they are. */
#include "world.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define NOW "2026-10-20T10:00:00Z"
#define NIGHT "2026-11-14T23:50:00Z" /* Daan (u07) has emergency access to N1 */

static struct world w;

static void open_world(void)
{
	world_open(&w);
}

static void close_world(void)
{
	world_close(&w);
}

TestSuite(board, .init = open_world, .fini = close_world);

static enum level board(uint64_t who, const struct u64s *room, const char *item, const char *t)
{
	const struct viewer viewer = {.person = who, .room = room};
	struct rec_item rec = world_item(&w, item);
	struct sight s;

	cr_assert_eq(policy_sight_of(w.policy, world_case(&w), &viewer, &rec, world_time(t), &s),
		     ERR_OK);
	return s.level;
}

static enum level least(const struct u64s *room, const char *item, const char *t)
{
	enum level level = LEVEL_INHOUD;

	for (size_t i = 0; i < room->n; i++) {
		enum level one = world_level(&w, world_name(room->v[i]), item, t);

		level = one < level ? one : level;
	}
	return level;
}

static bool is_message(const char *item)
{
	return world_item(&w, item).about != 0;
}

/* A room of some, drawn; nobody twice. */
static void draw_room(struct u64s *room)
{
	room->n = 0;
	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
		if (random() % 5 == 0)
			room->v[room->n++] = p;
}

Test(board, it_shows_the_least_of_all_present_for_any_room)
{
	uint64_t people[WORLD_PEOPLE];
	struct u64s room = {people, 0};

	srandom(20261106);
	for (int round = 0; round < 300; round++) {
		draw_room(&room);
		for (size_t i = 0; i < world_items(&w) && room.n; i++) {
			const char *item = world_item_id(&w, i);
			enum level want = is_message(item) ? LEVEL_GEEN : least(&room, item, NOW);

			cr_expect_eq(board(room.v[0], &room, item, NOW), want, "%s, %zu present",
				     item, room.n);
		}
	}
}

Test(board, who_comes_in_never_raises_it_and_who_is_not_there_opens_nothing)
{
	uint64_t people[] = {world_person("u01"), world_person("u15")};
	struct u64s one = {people, 1}, two = {people, 2}, none = {people, 0};

	for (size_t i = 0; i < world_items(&w); i++) {
		const char *item = world_item_id(&w, i);

		cr_expect_leq(board(people[0], &two, item, NOW), board(people[0], &one, item, NOW));
		cr_expect_eq(board(people[0], &none, item, NOW), LEVEL_GEEN, "nobody is there");
		cr_expect_eq(board(world_person("u02"), &two, item, NOW), LEVEL_GEEN,
			     "u02 is not there");
	}
}

Test(board, what_one_sees_by_emergency_is_his_and_not_the_rooms)
{
	uint64_t police = world_person("u07");
	struct u64s room = {&police, 1};

	cr_assert_eq(world_level(&w, "u07", "N1", NIGHT), LEVEL_SIGNAAL);
	cr_expect_eq(board(police, &room, "N1", NIGHT), LEVEL_GEEN);
}

Test(board, the_purposes_of_the_session_that_opened_it_cut_it_too)
{
	uint64_t noor = world_person("u01");
	struct u64s room = {&noor, 1};
	struct slice other = SLICE("d3");
	const struct viewer viewer = {.person = noor, .purposes = {&other, 1}, .room = &room};
	struct rec_item item = world_item(&w, "G1");
	struct sight s;

	policy_sight_board(world_case(&w), &viewer, &item, world_time(NOW), &s);
	cr_expect_eq(s.level, LEVEL_GEEN);
	cr_expect_str_eq(s.why, "bord");
}
