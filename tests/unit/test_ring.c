/* Waiting circles, as edges. */
#include "ring.h"

#include <criterion/criterion.h>

#include <stdlib.h>

#define N(list) (sizeof(list) / sizeof(*(list)))

Test(ring, who_waits_for_who_waits_for_him_is_found_the_shortest_way_round)
{
	const struct edge e[] = {{1, 2}, {2, 3}, {3, 1}, {3, 4}, {4, 1}, {2, 5}};
	uint64_t out[RING];

	cr_assert_eq(ring_through(e, N(e), 1, out), 3);
	cr_expect(out[0] == 1 && out[1] == 2 && out[2] == 3);
	cr_expect_eq(ring_through(e, N(e), 4, out), 4);
	cr_expect_eq(ring_through(e, N(e), 5, out), 0, "he is waited for, and waits for nobody");
}

Test(ring, waiting_in_a_row_is_no_ring_and_waiting_for_oneself_is_one)
{
	const struct edge row[] = {{1, 2}, {2, 3}, {1, 3}}, self[] = {{7, 7}};
	uint64_t out[RING];

	cr_expect_eq(ring_through(row, N(row), 1, out), 0);
	cr_expect_eq(ring_through(self, N(self), 7, out), 1);
	cr_expect_eq(ring_through(NULL, 0, 7, out), 0);
}

Test(ring, a_way_longer_than_any_of_people_ends)
{
	struct edge e[RING + 10];
	uint64_t out[RING];

	for (uint64_t i = 0; i < N(e); i++)
		e[i] = (struct edge){i, (i + 1) % N(e)};
	cr_expect_eq(ring_through(e, N(e), 0, out), 0);
}

/* Once round for each of these would be the number of them times itself: hours. */
Test(ring, what_waits_in_no_ring_costs_nothing_more_however_much_of_it_there_is)
{
	enum { MANY = 100000 };
	struct edge *e = calloc(MANY, sizeof(*e));
	uint64_t out[RING];
	struct rings *r;

	for (uint64_t i = 0; i < MANY; i++)
		e[i] = (struct edge){i + 1, i ? i : 1};
	r = rings_new(e, MANY);
	for (uint64_t i = 2; i <= MANY; i++)
		cr_assert_eq(rings_through(r, i, out), 0);
	cr_expect_eq(rings_through(r, 1, out), 1, "but this one waits for itself");
	rings_free(r);
	free(e);
}

Test(ring, of_many_questions_each_has_the_answer_it_has_alone)
{
	enum { EDGES = 60, THINGS = 24 };
	struct edge e[EDGES];
	uint64_t seed = 7, one[RING], all[RING];
	struct rings *r;

	for (int world = 0; world < 50; world++) {
		for (int i = 0; i < EDGES; i++) {
			seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
			e[i] = (struct edge){seed >> 40 & 0xff, 0};
			e[i].from %= THINGS;
			e[i].to = (seed >> 50) % THINGS;
		}
		r = rings_new(e, EDGES);
		for (uint64_t i = 0; i < THINGS; i++)
			cr_assert_eq(rings_through(r, i, all), ring_through(e, EDGES, i, one));
		rings_free(r);
	}
}
