/*
 * What is said is what is done: in random worlds the level that item.why names to a person is the
 * one at which item.show gives it to him, and the row that item.who has of him says the same. All
 * asked over the hub, as a client does. (That the level is right is test_sight_worlds'.)
 * WHY_READ_PAIRS=N asks for more, or for less.
 */
#include "clock.h"
#include "world_asks.h"
#include "world_draw.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS = 100000 };

static struct world_hub h;
static struct session *sessions[WORLD_PEOPLE + 1];
static unsigned pairs, rows;

struct answer {
	struct buf bytes;
	struct tree tree;
	const msgpack_object *result; /* NULL: an error */
};
static void answer_free(struct answer *a)
{
	tree_free(&a->tree);
	buf_free(&a->bytes);
}

static void ask_about(uint64_t person, const char *method, const struct rec_item *item,
		      struct answer *out)
{
	CLEANUP(asked_free) struct asked a = {0};
	struct rpc rpc;
	const char *why;

	asked_text(&a, "case", "J-0417");
	asked_str(&a, "item", item->code);
	ask(&h, sessions[person], method, &a, &out->bytes);
	cr_assert_eq(tree_read(&out->tree, buf_view(&out->bytes)), ERR_OK);
	cr_assert_eq(rpc_read(tree_root(&out->tree), &rpc, &why), ERR_OK);
	out->result = obj_is_nil(rpc.error) ? rpc.result : NULL;
}

/* How many of the four maps he is given. */
static int shown(uint64_t person, const struct rec_item *item)
{
	CLEANUP(answer_free) struct answer a = {0};

	ask_about(person, "item.show", item, &a);
	return a.result ? (int)obj_n(obj_get(obj_get(a.result, "item"), "view")) : LEVEL_GEEN;
}

static int said(uint64_t person, const struct rec_item *item)
{
	CLEANUP(answer_free) struct answer a = {0};

	ask_about(person, "item.why", item, &a);
	return a.result ? level_parse(obj_bytes(obj_get(a.result, "level"))) : LEVEL_GEEN;
}

static uint64_t person_of(struct slice handle)
{
	char id[4] = {0};

	memcpy(id, handle.p, 3);
	return world_person(id);
}

/* The rows that somebody who may ask it gets, each against what that person is shown. */
static void compare_rows(uint64_t person, const struct rec_item *item, const int *levels)
{
	CLEANUP(answer_free) struct answer a = {0};
	const msgpack_object *people;

	ask_about(person, "item.who", item, &a);
	people = a.result ? obj_get(a.result, "people") : NULL;
	for (size_t i = 0; people && i < obj_n(people); i++) {
		const msgpack_object *row = obj_at(people, i);
		uint64_t of = person_of(obj_bytes(obj_get(row, "person")));

		cr_expect_eq(level_parse(obj_bytes(obj_get(row, "level"))), levels[of],
			     "item %llu, %s in who", (unsigned long long)item->num, world_name(of));
		rows++;
	}
}

static void compare_item(const struct rec_item *item, unsigned seed)
{
	int levels[WORLD_PEOPLE + 1] = {0};

	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++) {
		int why = said(p, item);

		levels[p] = shown(p, item);
		cr_expect_eq(why, levels[p], "seed %u, item %llu: why and show to %s", seed,
			     (unsigned long long)item->num, world_name(p));
		pairs++;
	}
	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
		if (often(20))
			compare_rows(p, item, levels);
}

static void one_world(unsigned seed)
{
	static struct drawn n;

	dice_seed(seed);
	clock_set_ms(draw_time() + 10LL * 60 * 60 * 1000);
	world_open(&h.w);
	world_draw(&h.w, &n);
	world_hub_serve(&h);
	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
		sessions[p] = world_hub_session(&h, p);
	for (size_t i = 0; i < n.items; i++)
		compare_item(&n.item[i], seed);
	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
		session_close(sessions[p]);
	world_hub_close(&h);
}

Test(why_read, what_is_said_of_an_item_is_what_is_shown_of_it, .timeout = 600)
{
	const char *given = getenv("WHY_READ_PAIRS");
	unsigned want = given ? (unsigned)strtoul(given, NULL, 10) : PAIRS;

	cr_assert_not_null(freopen("/dev/null", "w", stderr)); /* refusals are logged */
	for (unsigned seed = 1; pairs < want; seed++)
		one_world(seed);
	printf("why and show: %u pairs, %u rows of who\n", pairs, rows);
	fflush(stdout);
	cr_expect_geq(pairs, want);
	cr_expect_gt(rows, want / 10);
}
