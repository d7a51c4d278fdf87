#include "found.h"
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
	uint8_t fp[32], half[JOIN_HALF], secret[JOIN_HALF];
	struct founding f = plan();
	char text[512] = "";
	size_t n;
	X509 *ca;
	FILE *in;

	cr_assert_eq(found(&f, code, where), ERR_OK);
	ca = pki_cert_load(in_dir("pki/ca.crt"));
	cr_assert_not_null(ca);
	cr_assert_eq(pki_fingerprint(ca, fp), ERR_OK);
	cr_assert_eq(pki_code_read(code, half, secret), ERR_OK);
	cr_assert_arr_eq(half, fp, JOIN_HALF);

	in = fopen(in_dir("bootstrap"), "r");
	cr_assert_not_null(in);
	n = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	cr_assert_null(memmem(text, n, secret, sizeof(secret)));
	cr_assert_not_null(strstr(text, "\nhandle=beheer@delta\n"));
	cr_assert_eq(strlen(strstr(text, "\ncode_hash=")), strlen("\ncode_hash=\n") + 64);
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

Test(found, a_renewed_server_has_a_new_key_under_the_same_name_and_ca)
{
	struct founding f = plan();
	X509 *ca, *before, *after;
	int64_t until;

	cr_assert_eq(found(&f, code, where), ERR_OK);
	before = pki_cert_load(in_dir("pki/server.crt"));
	cr_assert_eq(unlink(in_dir("bootstrap")), 0);
	cr_assert_eq(found_renew(dir, &until, where), ERR_OK, "%s", where);
	after = pki_cert_load(in_dir("pki/server.crt"));
	ca = pki_cert_load(in_dir("pki/ca.crt"));
	cr_assert(before && after && ca);
	cr_assert_eq(X509_verify(after, X509_get0_pubkey(ca)), 1);
	cr_assert_neq(EVP_PKEY_eq(X509_get0_pubkey(before), X509_get0_pubkey(after)), 1);
	cr_assert_eq(X509_NAME_cmp(X509_get_subject_name(before), X509_get_subject_name(after)), 0);
	cr_assert_eq(until, pki_until(after));
	X509_free(before);
	X509_free(after);
	X509_free(ca);
}
