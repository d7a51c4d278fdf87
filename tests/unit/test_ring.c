/* Waiting circles, as edges. */
#include "ring.h"

#include <criterion/criterion.h>

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
