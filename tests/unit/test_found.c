#include "found.h"
#include "pack.h"
#include "pki.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64], where[256], code[40];

static void make_dir(void)
{
	snprintf(dir, sizeof(dir), "/tmp/brug-found-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static void remove_dir(void)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TestSuite(found, .init = make_dir, .fini = remove_dir);

static struct founding plan(void)
{
	return (struct founding){.dir = dir,
				 .server = "127.0.0.1",
				 .agency = "delta",
				 .agency_name = "De Delta",
				 .handle = "beheer@delta",
				 .name = "Beheer"};
}

static const char *in_dir(const char *file)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	return path;
}

Test(found, every_file_is_made_and_only_its_owner_reads_it)
{
	struct founding f = plan();
	struct stat st;

	cr_assert_eq(found(&f, code, where), ERR_OK);
	for (const char *const *file = founding_files; *file; file++) {
		cr_assert_eq(stat(in_dir(*file), &st), 0, "%s", *file);
		cr_assert_eq(st.st_mode & 0777, 0600, "%s", *file);
	}
	cr_assert_eq(stat(in_dir("pki"), &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0700);
	cr_assert_eq(stat(in_dir("master.key"), &st), 0);
	cr_assert_eq(st.st_size, 32);
}

Test(found, the_code_names_the_ca_and_bootstrap_holds_only_the_hash_of_its_secret)
{
	uint8_t fp[32], half[JOIN_HALF], secret[JOIN_HALF], bytes[512];
	CLEANUP(tree_free) struct tree t = {0};
	struct founding f = plan();
	struct slice got;
	X509 *ca;
	FILE *in;

	cr_assert_eq(found(&f, code, where), ERR_OK);
	ca = pki_cert_load(in_dir("pki/ca.pem"));
	cr_assert_not_null(ca);
	cr_assert_eq(pki_fingerprint(ca, fp), ERR_OK);
	cr_assert_eq(pki_code_read(code, half, secret), ERR_OK);
	cr_assert_arr_eq(half, fp, JOIN_HALF);

	in = fopen(in_dir("bootstrap"), "r");
	cr_assert_not_null(in);
	got = (struct slice){bytes, fread(bytes, 1, sizeof(bytes), in)};
	fclose(in);
	cr_assert_null(memmem(got.p, got.n, secret, sizeof(secret)));
	cr_assert_eq(tree_read(&t, got), ERR_OK);
	cr_assert(slice_is(obj_bytes(obj_get(tree_root(&t), "handle")), "beheer@delta"));
	cr_assert_eq(obj_bytes(obj_get(tree_root(&t), "code_hash")).n, 32);
	X509_free(ca);
}

Test(found, a_server_that_is_there_is_left_alone)
{
	struct founding f = plan();
	struct stat before, after;

	cr_assert_eq(found(&f, code, where), ERR_OK);
	cr_assert_eq(stat(in_dir("master.key"), &before), 0);
	cr_assert_eq(unlink(in_dir("bootstrap")), 0);
	cr_assert_eq(found(&f, code, where), ERR_CONFLICT);
	cr_assert_eq(stat(in_dir("master.key"), &after), 0);
	cr_assert_eq(before.st_ino, after.st_ino);
	cr_assert_neq(access(in_dir("bootstrap"), F_OK), 0);
}

Test(found, what_was_made_goes_when_a_step_fails_and_the_file_is_named)
{
	struct founding f = plan();

	cr_assert_eq(mkdir(in_dir("bootstrap"), 0700), 0);
	cr_assert_eq(found(&f, code, where), ERR_INTERNAL);
	cr_assert_not_null(strstr(where, "/bootstrap"));
	cr_assert_neq(access(in_dir("master.key"), F_OK), 0);
	cr_assert_neq(access(in_dir("pki/ca.key"), F_OK), 0);
}
