#include "records.h"

#include <criterion/criterion.h>

#include <stdlib.h>

static void sample(struct buf *out)
{
	struct slice areas[] = {SLICE("werk"), SLICE("inkomen")};
	struct rec_cut cuts[] = {{.to = SLICE("domain=zorg"), .level = 0},
				 {.to = SLICE("agency=rn"), .level = 2, .until = -5}};
	uint64_t pos[] = {1, 300, 70000, 5000000000ULL};
	struct rec_item item = {.num = 99,
				.code = SLICE("7QK2"),
				.areas = {areas, 2},
				.rev = 3,
				.due = 1796083199999LL,
				.cuts = {cuts, 2},
				.level_pos = {pos, 4},
				.sealed = SLICE("\x01\x00\xff")};

	rec_pack(REC_item, &item, out);
}

Test(records, what_was_packed_is_read_the_same)
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(arena_free) struct arena a = {0};
	struct rec_item item;

	sample(&b);
	cr_assert_eq(rec_read(REC_item, buf_view(&b), &a, &item), ERR_OK);
	cr_expect_eq(item.num, 99);
	cr_expect(slice_is(item.code, "7QK2"));
	cr_expect_eq(item.areas.n, 2);
	cr_expect(slice_is(item.areas.v[1], "inkomen"));
	cr_expect_eq(item.due, 1796083199999LL);
	cr_expect_eq(item.cuts.n, 2);
	cr_expect_eq(item.cuts.v[1].until, -5);
	cr_expect_eq(item.level_pos.v[3], 5000000000ULL);
	cr_expect_eq(item.sealed.n, 3);
	cr_expect_eq(item.refs.n, 0);
}

Test(records, a_record_from_before_a_field_existed_reads_as_zero_there)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct rec_agency agency;

	cr_assert_eq(rec_read(REC_agency, SLICE("\x92\xa3wij\xa4Wijk"), &a, &agency), ERR_OK);
	cr_expect(slice_is(agency.name, "Wijk"));
	cr_expect_eq(agency.domain.n, 0);
	cr_expect_not(agency.stopped);
}

Test(records, damage_is_refused_and_never_read_past_the_end)
{
	CLEANUP(buf_free) struct buf b = {0};

	sample(&b);
	for (size_t n = 0; n < b.n; n++) {
		CLEANUP(arena_free) struct arena a = {0};
		uint8_t *copy = malloc(n ? n : 1);
		struct rec_item item;

		for (size_t i = 0; i < n; i++)
			copy[i] = b.p[i];
		cr_expect_eq(rec_read(REC_item, (struct slice){copy, n}, &a, &item), ERR_INTERNAL,
			     "%zu bytes", n);
		free(copy);
	}
}

Test(records, any_byte_may_be_wrong_without_harm)
{
	unsigned seed = 417;

	for (int i = 0; i < 20000; i++) {
		CLEANUP(buf_free) struct buf b = {0};
		CLEANUP(arena_free) struct arena a = {0};
		struct rec_item item;

		sample(&b);
		b.p[(size_t)rand_r(&seed) % b.n] = (uint8_t)rand_r(&seed);
		if (rec_read(REC_item, buf_view(&b), &a, &item) == ERR_OK)
			cr_expect_leq(item.sealed.n, b.n);
	}
}
