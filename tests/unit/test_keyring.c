#include "keyring.h"

#include <criterion/criterion.h>
#include <lmdb.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64], master[96];

static void write_master(uint8_t fill, mode_t mode)
{
	uint8_t key[32];
	int fd = open(master, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	memset(key, fill, sizeof(key));
	cr_assert_eq(write(fd, key, sizeof(key)), 32);
	cr_assert_eq(fchmod(fd, mode), 0);
	close(fd);
}

static void set_up(void)
{
	strcpy(dir, "/tmp/brug-keys-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
	snprintf(master, sizeof(master), "%s/master.key", dir);
	write_master(1, 0600);
}

static void tear_down(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	cr_assert_eq(system(command), 0);
}
TestSuite(keyring, .init = set_up, .fini = tear_down);

static struct keyring *opened(void)
{
	struct keyring *k = NULL;

	cr_assert_eq(keyring_open(dir, master, &k), ERR_OK);
	return k;
}

Test(keyring, a_seal_opens_only_in_its_own_place)
{
	struct keyring *k = opened();
	CLEANUP(buf_free) struct buf seal = {0};
	CLEANUP(buf_free) struct buf open = {0};

	cr_assert_eq(keyring_make(k, 7), ERR_OK);
	cr_assert_eq(keyring_make(k, 8), ERR_OK);
	cr_assert_eq(keyring_seal(k, 7, 1, 1, SLICE("kanarie"), &seal), ERR_OK);
	cr_expect_eq(keyring_open_seal(k, 7, 1, 1, buf_view(&seal), &open), ERR_OK);
	cr_expect(slice_is(buf_view(&open), "kanarie"));
	cr_expect_eq(keyring_open_seal(k, 7, 2, 1, buf_view(&seal), &open), ERR_INTERNAL);
	cr_expect_eq(keyring_open_seal(k, 7, 1, 2, buf_view(&seal), &open), ERR_INTERNAL);
	cr_expect_eq(keyring_open_seal(k, 8, 1, 1, buf_view(&seal), &open), ERR_INTERNAL);
	cr_expect_eq(keyring_open_seal(k, 9, 1, 1, buf_view(&seal), &open), ERR_NOTFOUND);
	keyring_close(k);
}

Test(keyring, a_flipped_bit_anywhere_in_a_seal_is_refused)
{
	struct keyring *k = opened();
	CLEANUP(buf_free) struct buf seal = {0};

	cr_assert_eq(keyring_seal(k, 0, 1, 1, SLICE("kanarie"), &seal), ERR_OK);
	for (size_t i = 0; i < seal.n; i++) {
		CLEANUP(buf_free) struct buf open = {0};

		seal.p[i] ^= 4;
		cr_expect_eq(keyring_open_seal(k, 0, 1, 1, buf_view(&seal), &open), ERR_INTERNAL);
		cr_expect_eq(open.n, 0);
		seal.p[i] ^= 4;
	}
	keyring_close(k);
}

Test(keyring, keys_outlive_the_process_and_need_the_same_master_key)
{
	struct keyring *k = opened(), *other = NULL;
	CLEANUP(buf_free) struct buf seal = {0};
	CLEANUP(buf_free) struct buf open = {0};

	cr_assert_eq(keyring_make(k, 7), ERR_OK);
	cr_expect_eq(keyring_make(k, 7), ERR_CONFLICT);
	cr_assert_eq(keyring_seal(k, 7, 1, 1, SLICE("x"), &seal), ERR_OK);
	keyring_close(k);
	k = opened();
	cr_expect_eq(keyring_open_seal(k, 7, 1, 1, buf_view(&seal), &open), ERR_OK);
	keyring_close(k);
	write_master(2, 0600);
	cr_expect_neq(keyring_open(dir, master, &other), ERR_OK);
}

Test(keyring, a_master_key_that_others_can_read_is_refused)
{
	struct keyring *k = NULL;

	write_master(1, 0640);
	cr_expect_neq(keyring_open(dir, master, &k), ERR_OK);
}

static bool in_file(const char *name, const uint8_t *p, size_t n)
{
	char path[128];
	FILE *f;
	uint8_t *all = malloc(4 << 20);
	size_t got;
	bool found;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "re");
	got = fread(all, 1, 4 << 20, f);
	fclose(f);
	found = memmem(all, got, p, n) != NULL;
	free(all);
	return found;
}

Test(keyring, a_dropped_key_is_gone_from_the_file_itself)
{
	struct keyring *k = opened();
	CLEANUP(buf_free) struct buf seal = {0};
	CLEANUP(buf_free) struct buf open = {0};
	uint8_t id[8];

	put_be64(id, 0x1122334455667788ULL);
	cr_assert_eq(keyring_make(k, 0x1122334455667788ULL), ERR_OK);
	cr_assert_eq(keyring_seal(k, 0x1122334455667788ULL, 1, 1, SLICE("x"), &seal), ERR_OK);
	cr_expect(in_file("keys.mdb", id, 8));
	cr_assert_eq(keyring_drop(k, 0x1122334455667788ULL), ERR_OK);
	cr_expect_not(in_file("keys.mdb", id, 8));
	cr_expect_eq(keyring_open_seal(k, 0x1122334455667788ULL, 1, 1, buf_view(&seal), &open),
		     ERR_NOTFOUND);
	cr_assert_eq(keyring_seal(k, 0, 1, 1, SLICE("y"), &seal), ERR_OK);
	keyring_close(k);
}

/* What keys.mdb holds at this row; taken away without writing the file anew, when told to. */
static size_t row(uint64_t id, uint8_t out[128], bool take_away)
{
	uint8_t be[8];
	MDB_val key = {8, be}, v = {0};
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	char path[128];

	put_be64(be, id);
	snprintf(path, sizeof(path), "%s/keys.mdb", dir);
	cr_assert(mdb_env_create(&env) == 0 && mdb_env_open(env, path, MDB_NOSUBDIR, 0600) == 0 &&
		  mdb_txn_begin(env, NULL, 0, &txn) == 0 && mdb_dbi_open(txn, NULL, 0, &dbi) == 0);
	cr_assert_eq(mdb_get(txn, dbi, &key, &v), 0);
	memcpy(out, v.mv_data, v.mv_size);
	if (take_away)
		cr_assert_eq(mdb_del(txn, dbi, &key, NULL), 0);
	cr_assert_eq(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
	return v.mv_size;
}

Test(keyring, an_erasure_that_was_cut_short_is_finished_when_it_is_opened_next)
{
	struct keyring *k = opened();
	char path[128], old[128];
	uint8_t wrapped[128];
	size_t n;

	cr_assert_eq(keyring_make(k, 7), ERR_OK);
	cr_assert_eq(keyring_make(k, 8), ERR_OK);
	keyring_close(k);
	snprintf(path, sizeof(path), "%s/keys.mdb", dir);
	snprintf(old, sizeof(old), "%s/keys.mdb.old", dir);
	cr_assert_eq(link(path, old), 0); /* it had begun, and the row was gone */
	n = row(7, wrapped, true);
	cr_assert(in_file("keys.mdb", wrapped, n), "LMDB does not wipe the pages it frees");
	keyring_close(opened());
	cr_expect_not(in_file("keys.mdb", wrapped, n));
	cr_expect_neq(access(old, F_OK), 0);
	row(8, wrapped, false);
}

Test(keyring, what_was_replaced_in_an_erasure_does_not_stay_behind)
{
	char path[128], old[128], command[600];
	uint8_t wrapped[128];

	keyring_close(opened());
	snprintf(path, sizeof(path), "%s/keys.mdb", dir);
	snprintf(old, sizeof(old), "%s/keys.mdb.old", dir);
	snprintf(command, sizeof(command), "cp %s %s && cp %s %s/keys.mdb.new", path, old, path,
		 dir);
	cr_assert_eq(system(command), 0);
	keyring_close(opened());
	cr_expect_neq(access(old, F_OK), 0);
	row(0, wrapped, false);
}

Test(keyring, a_handle_is_blinded_the_same_each_time_and_tells_nothing)
{
	struct keyring *k = opened();
	uint8_t a[32], b[32], c[32];

	cr_assert_eq(keyring_blind(k, SLICE("zoe@schuldhulp"), a), ERR_OK);
	cr_assert_eq(keyring_blind(k, SLICE("zoe@schuldhulp"), b), ERR_OK);
	cr_assert_eq(keyring_blind(k, SLICE("zoe@schuldhulq"), c), ERR_OK);
	cr_expect_eq(memcmp(a, b, 32), 0);
	cr_expect_neq(memcmp(a, c, 32), 0);
	keyring_close(k);
}

Test(keyring, more_cases_than_are_kept_warm_still_open)
{
	struct keyring *k = opened();
	struct buf seal[300] = {0};

	for (uint64_t i = 0; i < 300; i++) {
		cr_assert_eq(keyring_make(k, 1000 + i), ERR_OK);
		cr_assert_eq(keyring_seal(k, 1000 + i, i, 1, SLICE("tekst"), &seal[i]), ERR_OK);
	}
	for (uint64_t i = 0; i < 300; i++) {
		CLEANUP(buf_free) struct buf open = {0};

		cr_expect_eq(keyring_open_seal(k, 1000 + i, i, 1, buf_view(&seal[i]), &open),
			     ERR_OK);
		buf_free(&seal[i]);
	}
	keyring_close(k);
}
