#include "pack.h"
#include "scan.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static enum scan_status at_once(struct slice s, struct scan *scan)
{
	scan_begin(scan, scan_wire);
	return scan_go(scan, s);
}

/* Every beginning of the bytes, as they would come in; the verdict must be the same as at once. */
static enum scan_status byte_by_byte(struct slice s, struct scan *scan)
{
	enum scan_status st = SCAN_MORE;

	scan_begin(scan, scan_wire);
	for (size_t n = 0; n <= s.n && st == SCAN_MORE; n++) {
		uint8_t *copy = malloc(n ? n : 1); /* so that reading past n is seen */

		memcpy(copy, s.p, n);
		st = scan_go(scan, (struct slice){copy, n});
		free(copy);
	}
	return st;
}

static void refused(const char *bytes, size_t n)
{
	struct scan a, b;

	cr_expect_eq(at_once((struct slice){(const uint8_t *)bytes, n}, &a), SCAN_BAD);
	cr_expect_eq(byte_by_byte((struct slice){(const uint8_t *)bytes, n}, &b), SCAN_BAD);
	cr_expect_not_null(a.why);
}
#define REFUSED(z) refused(z, sizeof(z) - 1)

static void sample(struct buf *b)
{
	pack_array(b, 4);
	pack_uint(b, 0);
	pack_uint(b, 70000);
	pack_text(b, "item.add");
	pack_array(b, 1);
	pack_map(b, 4);
	pack_kv_text(b, "case", "J-0417");
	pack_kv_int(b, "n", -5);
	pack_kv_bin(b, "request", SLICE("0123456789abcdef"));
	pack_key(b, "leeg");
	pack_map(b, 0);
}

Test(scan, a_message_is_found_whole_however_it_comes_in)
{
	CLEANUP(buf_free) struct buf b = {0};
	struct scan s;

	sample(&b);
	cr_assert_eq(at_once(buf_view(&b), &s), SCAN_DONE);
	cr_assert_eq(s.at, b.n);
	cr_assert_eq(byte_by_byte(buf_view(&b), &s), SCAN_DONE);
	cr_assert_eq(s.at, b.n);
}

Test(scan, what_follows_a_message_is_left_for_the_next)
{
	CLEANUP(buf_free) struct buf b = {0};
	struct scan s;
	size_t n;

	sample(&b);
	n = b.n;
	sample(&b);
	cr_assert_eq(at_once(buf_view(&b), &s), SCAN_DONE);
	cr_assert_eq(s.at, n);
}

Test(scan, a_claimed_size_is_refused_before_memory_is_taken)
{
	REFUSED("\xdd\x05\xff\xff\xff");
	REFUSED("\xdf\x05\xff\xff\xff");
	REFUSED("\xdb\xff\xff\xff\xf0");
	REFUSED("\xc6\x00\x10\x00\x00");
	REFUSED("\xdc\xff\xff");
}

Test(scan, what_we_never_say_is_refused)
{
	REFUSED("\xc1");
	REFUSED("\xca\x00\x00\x00\x00");
	REFUSED("\xcb\x00\x00\x00\x00\x00\x00\x00\x00");
	REFUSED("\xc7\x01\x01\x01");
	REFUSED("\xd4\x01\x01");
}

Test(scan, nesting_beyond_the_bound_is_refused)
{
	REFUSED("\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\xc0");
}

Test(scan, text_that_is_not_utf8_is_refused)
{
	REFUSED("\xa1\x80");
	REFUSED("\xa2\xc0\x80");
	REFUSED("\xa3\xed\xa0\x80");
	REFUSED("\xa4\xf4\x90\x80\x80");
}

Test(scan, a_map_with_a_key_twice_or_a_key_that_is_no_text_is_refused)
{
	REFUSED("\x82\xa1"
		"a\x01\xa1"
		"a\x02");
	REFUSED("\x81\x01\x01");
	REFUSED("\x83\xa1"
		"a\x91\x81\xa1"
		"a\x01\xa1"
		"b\x01\xa1"
		"a\x02");
}

Test(scan, the_same_key_in_two_maps_is_fine)
{
	struct scan s;

	cr_expect_eq(at_once(SLICE("\x92\x81\xa1"
				   "a\x01\x81\xa1"
				   "a\x02"),
			     &s),
		     SCAN_DONE);
}

Test(scan, what_it_lets_through_is_decoded_over_the_same_bytes)
{
	unsigned seed = 20261124, done = 0;

	for (int i = 0; i < 200000; i++) {
		CLEANUP(buf_free) struct buf b = {0};
		struct scan s, t;
		struct tree tree = {0};

		sample(&b);
		for (int k = rand_r(&seed) % 4; k >= 0; k--)
			b.p[(size_t)rand_r(&seed) % b.n] = (uint8_t)rand_r(&seed);
		if (at_once(buf_view(&b), &s) == SCAN_DONE) {
			cr_assert_eq(tree_read(&tree, (struct slice){b.p, s.at}), ERR_OK,
				     "seed 20261124, round %d", i);
			tree_free(&tree);
			done++;
		}
		if (i % 50 == 0) {
			enum scan_status st = at_once(buf_view(&b), &s);

			cr_assert_eq(st, byte_by_byte(buf_view(&b), &t), "seed 20261124, round %d",
				     i);
		}
	}
	cr_assert_gt(done, 1000);
}
