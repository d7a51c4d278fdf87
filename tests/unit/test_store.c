#include "change.h"
#include "keys.h"
#include "store.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char dirs[2][64];
static const struct pass *pass =
	(const struct pass *)dirs; /* the store only asks that there is one */

static void set_up(void)
{
	for (int i = 0; i < 2; i++) {
		strcpy(dirs[i], "/tmp/brug-store-XXXXXX");
		cr_assert_not_null(mkdtemp(dirs[i]));
	}
}

static void tear_down(void)
{
	char command[192];

	snprintf(command, sizeof(command), "rm -rf %s %s", dirs[0], dirs[1]);
	cr_assert_eq(system(command), 0);
}
TestSuite(store, .init = set_up, .fini = tear_down);

static struct store *opened(int i)
{
	struct store *s = NULL;

	cr_assert_eq(store_open(&(struct store_conf){.dir = dirs[i], .map_bytes = 64 << 20}, &s),
		     ERR_OK);
	return s;
}

static void record_of(uint64_t pos, struct buf *out)
{
	struct change c = {.case_id = 5, .author = 1, .pos = pos, .time_ms = 1000 + (int64_t)pos};
	struct key k = key_2(5, pos % 7), gone = key_2(5, pos % 3);

	change_put(&c, pass, TAB_ITEM, key_view(&k), SLICE("value"));
	change_del(&c, pass, TAB_ITEM, key_view(&gone));
	change_event(&c, pass, pos % 2 ? 9 : 0, pos);
	change_pack(&c, out);
	change_free(&c);
}

static void apply(struct store *s, uint64_t from, uint64_t to)
{
	for (uint64_t pos = from; pos <= to; pos++) {
		CLEANUP(buf_free) struct buf b = {0};

		record_of(pos, &b);
		cr_assert_eq(store_apply(s, STREAM_FACT, pos, buf_view(&b)), ERR_OK);
	}
}

Test(store, the_same_journal_gives_the_same_state_whenever_it_is_committed)
{
	struct store *a = opened(0), *b = opened(1);
	char where[128];

	apply(a, 1, 40);
	for (uint64_t pos = 1; pos <= 40; pos++) {
		apply(b, pos, pos);
		if (pos % 9 == 0)
			cr_assert_eq(store_commit(b), ERR_OK);
	}
	cr_expect_eq(store_differ(a, b, where), 0, "%s", where);
	apply(b, 41, 41);
	cr_expect_gt(store_differ(a, b, where), 0);
	store_close(a);
	store_close(b);
}

Test(store, position_and_digest_come_back_with_what_was_committed)
{
	struct store *s = opened(0);
	uint8_t before[32], after[32];

	apply(s, 1, 10);
	cr_assert_eq(store_commit(s), ERR_OK);
	store_digest(s, before);
	store_close(s);
	s = opened(0);
	store_digest(s, after);
	cr_expect_eq(store_position(s), 10);
	cr_expect_eq(memcmp(before, after, 32), 0);
	store_close(s);
}

Test(store, a_gap_or_an_unknown_schema_stops_it)
{
	CLEANUP(buf_free) struct buf b = {0};
	struct store *s = opened(0);

	record_of(2, &b);
	cr_expect_eq(store_apply(s, STREAM_FACT, 2, buf_view(&b)), ERR_INTERNAL);
	cr_expect_eq(store_apply(s, STREAM_FACT, 1,
				 SLICE("\x98\x63\x00\x00\xc4\x00\x00\xa0\xc4\x00\x90")),
		     ERR_INTERNAL);
	cr_expect_eq(store_apply(s, STREAM_FACT, 1, SLICE("nonsense")), ERR_INTERNAL);
	cr_expect_eq(store_position(s), 0);
	store_close(s);
}

Test(store, a_walk_gives_the_keys_of_its_prefix_in_order_both_ways)
{
	struct store *s = opened(0);
	struct key prefix = key_u64(5), other = key_u64(6), from = key_2(5, 9);
	uint64_t last = 0;
	struct walk w;
	int n = 0;

	apply(s, 1, 30);
	for (store_walk(s, TAB_EVENT, key_view(&prefix), &w); w.on; store_next(&w), n++) {
		cr_expect_gt(get_be64(w.key.p + 8), last);
		last = get_be64(w.key.p + 8);
	}
	cr_expect_eq(n, 30);
	store_walk(s, TAB_EVENT, key_view(&other), &w);
	cr_expect_not(w.on);
	store_walk_from(s, TAB_EVENT, key_view(&prefix), key_view(&from), &w);
	cr_expect_eq(get_be64(w.key.p + 8), 9);
	store_walk_end(&w);
	store_walk_last(s, TAB_EVENT, key_view(&prefix), &w);
	cr_expect_eq(get_be64(w.key.p + 8), 30);
	store_prev(&w);
	cr_expect_eq(get_be64(w.key.p + 8), 29);
	store_walk_end(&w);
	store_walk_last(s, TAB_EVENT, key_view(&other), &w);
	cr_expect_not(w.on);
	store_close(s);
}

Test(store, a_disclosure_is_found_by_case_and_by_reader_as_it_was_written)
{
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(arena_free) struct arena a = {0};
	struct seen_item items[] = {{.num = 7, .rev = 2, .level = 3, .why = SLICE("H2; plafond")}};
	struct seen in = {.time_ms = 5,
			  .person = 22,
			  .case_id = 5,
			  .agency = SLICE("wijk"),
			  .action = SLICE("case.plan"),
			  .emergency = true,
			  .items = items,
			  .items_n = 1},
		    out;
	struct key by_case = key_2(5, 1), by_person = key_2(22, 1);
	struct store *s = opened(0);
	struct slice v;

	seen_pack(&in, &b);
	cr_assert_eq(store_apply(s, STREAM_SEEN, 1, buf_view(&b)), ERR_OK);
	cr_expect(store_has(s, TAB_SEEN_BY, key_view(&by_person)));
	cr_assert_eq(store_get(s, TAB_SEEN, key_view(&by_case), &v), ERR_OK);
	cr_assert_eq(seen_read(v, &a, &out), ERR_OK);
	cr_expect_eq(out.person, 22);
	cr_expect(out.emergency);
	cr_expect_eq(out.items[0].level, 3);
	cr_expect(slice_is(out.items[0].why, "H2; plafond"));
	store_close(s);
}
