#include "keyring.h"

#include <criterion/criterion.h>

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
