#include "bytes.h"
#include "err.h"

#include <criterion/criterion.h>

Test(bytes, a_buffer_grows_and_drops_from_the_front)
{
	CLEANUP(buf_free) struct buf b = {0};

	for (int i = 0; i < 1000; i++)
		buf_fmt(&b, "%03d", i);
	cr_assert_eq(b.n, 3000);
	buf_drop(&b, 2997);
	cr_assert(slice_is(buf_view(&b), "999"));
}

Test(bytes, numbers_go_out_and_come_back_big_endian)
{
	uint8_t p[8];

	put_be64(p, 0x0102030405060708ULL);
	cr_assert_eq(p[0], 1);
	cr_assert_eq(get_be64(p), 0x0102030405060708ULL);
	cr_assert_eq(get_be32(p + 4), 0x05060708U);
}

Test(bytes, slices_compare_by_bytes_and_the_empty_one_begins_them_all)
{
	cr_assert(slice_cmp(SLICE("a"), SLICE("b")) < 0);
	cr_assert(slice_cmp(SLICE("a"), SLICE("aa")) < 0);
	cr_assert_eq(slice_cmp(SLICE("a"), SLICE("a")), 0);
	cr_assert(slice_starts(SLICE("abc"), SLICE("ab")));
	cr_assert(slice_starts(SLICE("abc"), SLICE("")));
	cr_assert_not(slice_starts(SLICE("a"), SLICE("ab")));
	cr_assert(slice_eq((struct slice){0}, SLICE("")));
}

Test(bytes, sets_meet_when_they_share_a_word)
{
	struct slice a[] = {SLICE("werk"), SLICE("wonen")},
		     b[] = {SLICE("schulden"), SLICE("wonen")};

	cr_assert(slices_meet((struct slices){a, 2}, (struct slices){b, 2}));
	cr_assert_not(slices_meet((struct slices){a, 1}, (struct slices){b, 2}));
	cr_assert_not(slices_meet((struct slices){0}, (struct slices){b, 2}));
}

Test(bytes, an_arena_gives_zeroed_memory_that_does_not_overlap)
{
	CLEANUP(arena_free) struct arena a = {0};
	uint8_t *p[300];

	for (int i = 0; i < 300; i++) {
		size_t n = i % 7 == 0 ? 10000 : 100;

		p[i] = arena_take(&a, n);
		for (size_t j = 0; j < n; j++) {
			cr_assert_eq(p[i][j], 0);
			p[i][j] = (uint8_t)i;
		}
	}
	for (int i = 0; i < 300; i++)
		cr_assert_eq(p[i][99], (uint8_t)i);
	cr_assert_str_eq(arena_str(&a, SLICE("zoe")), "zoe");
	cr_assert(slice_is(arena_fmt(&a, "%s-%d", "J", 417), "J-417"));
}
