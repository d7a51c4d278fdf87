#include "change.h"
#include "keys.h"
#include "store.h"
#include "upgrade.h"

#include <criterion/criterion.h>
#include <lmdb.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* -- formats ----------------------------------------------------------------------------------- */

static void meta(MDB_txn *txn, MDB_dbi dbi, const char *key, const void *p, size_t n)
{
	char k[16];
	uint8_t v[64];
	MDB_val kv = {strlen(key), k}, vv = {n, v};

	memcpy(k, key, strlen(key));
	if (!p) {
		cr_assert_eq(mdb_del(txn, dbi, &kv, NULL), 0);
		return;
	}
	memcpy(v, p, n);
	cr_assert_eq(mdb_put(txn, dbi, &kv, &vv, 0), 0);
}

/* The state as a brugd of before kept it: three rows instead of one head. */
static void make_older(int i, uint64_t format, bool whole)
{
	uint8_t head[HEAD_BYTES], be[8];
	char path[96], key[] = "head";
	MDB_val k = {4, key}, v;
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	snprintf(path, sizeof(path), "%s/state.mdb", dirs[i]);
	cr_assert(mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, TABLES + 1) == 0 &&
		  mdb_env_set_mapsize(env, 64 << 20) == 0 &&
		  mdb_env_open(env, path, MDB_NOSUBDIR, 0600) == 0 &&
		  mdb_txn_begin(env, NULL, 0, &txn) == 0 &&
		  mdb_dbi_open(txn, "meta", 0, &dbi) == 0 && mdb_get(txn, dbi, &k, &v) == 0);
	memcpy(head, v.mv_data, sizeof(head));
	meta(txn, dbi, "head", NULL, 0);
	meta(txn, dbi, "position", head, 8);
	meta(txn, dbi, "seen", head + 8, 8);
	if (whole)
		meta(txn, dbi, "digest", head + 16, 32);
	put_be64(be, format);
	meta(txn, dbi, "format", be, 8);
	cr_assert_eq(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static bool is_file(int i, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
	return access(path, F_OK) == 0;
}

static uint64_t format_of(int i)
{
	uint64_t format;

	cr_assert_eq(
		store_format(&(struct store_conf){.dir = dirs[i], .map_bytes = 64 << 20}, &format),
		ERR_OK);
	return format;
}

Test(store, a_state_of_an_older_format_is_upgraded_and_equals_one_that_never_was_old)
{
	struct store *a = opened(0), *b;
	char where[128];

	apply(a, 1, 500);
	store_close(a);
	make_older(0, 1, true);
	cr_assert_eq(format_of(0), 1);
	a = opened(0);
	cr_expect_eq(store_position(a), 500);
	cr_expect(is_file(0, "state.mdb.format1"), "the old one stays beside it");
	apply(a, 501, 600);
	b = opened(1);
	apply(b, 1, 600);
	cr_expect_eq(store_differ(a, b, where), 0, "%s", where);
	store_close(a);
	store_close(b);
	cr_expect_eq(format_of(0), STORE_FORMAT);
}

Test(store, an_upgrade_is_tried_on_a_copy_and_one_that_fails_changes_nothing)
{
	const struct store_conf conf = {.dir = dirs[0], .map_bytes = 64 << 20};
	struct store *s = opened(0);

	apply(s, 1, 50);
	store_close(s);
	make_older(0, 1, true);
	cr_expect_eq(store_upgrade(&conf, false), ERR_OK);
	cr_expect_eq(format_of(0), 1, "only tried");
	cr_expect_not(is_file(0, "state.mdb.upgrade"));
	store_close(opened(0));
	make_older(0, 1, false);
	cr_expect_eq(store_upgrade(&conf, false), ERR_INTERNAL);
	cr_expect_eq(store_open(&conf, &s), ERR_INTERNAL);
	cr_expect_eq(format_of(0), 1);
	cr_expect_not(is_file(0, "state.mdb.upgrade"));
}

Test(store, a_state_of_a_newer_format_is_refused)
{
	const struct store_conf conf = {.dir = dirs[0], .map_bytes = 64 << 20};
	struct store *s = opened(0);

	apply(s, 1, 5);
	store_close(s);
	make_older(0, STORE_FORMAT + 1, true);
	cr_expect_eq(store_open(&conf, &s), ERR_INTERNAL);
}

Test(store, a_change_knows_every_item_it_is_about_however_many)
{
	struct change c = {.case_id = 5};

	for (uint64_t i = 1; i <= 100; i++)
		change_touch(&c, i, 2);
	change_touch(&c, 0, 1);
	cr_assert_eq(c.touched_n, 100);
	cr_expect(c.touched[99].num == 100 && c.touched[99].rev == 2);
	change_free(&c);
}
