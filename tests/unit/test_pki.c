/* Keys and certificates, and the code a person types once. */
#include "pki.h"

#include <criterion/criterion.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static EVP_PKEY *ca_key, *key;
static X509 *ca;
static char dir[] = "/tmp/brug-pki-XXXXXX";

static void set_up(void)
{
	cr_assert_not_null(mkdtemp(dir));
	ca_key = pki_key_new();
	key = pki_key_new();
	ca = pki_ca_new(ca_key, "Brug test");
	cr_assert(ca_key && key && ca);
}

static void tear_down(void)
{
	char path[64];

	for (const char *const *name = (const char *const[]){"key", "crt", NULL}; *name; name++) {
		snprintf(path, sizeof(path), "%s/%s", dir, *name);
		unlink(path);
	}
	rmdir(dir);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
}
TestSuite(pki, .init = set_up, .fini = tear_down);

static void path_of(const char *name, char out[64])
{
	snprintf(out, 64, "%s/%s", dir, name);
}

struct signed_one {
	struct buf der;
	uint8_t spki[32];
	char serial[41];
	int64_t until;
};

static enum err sign(struct slice csr, int64_t now, struct signed_one *out)
{
	return pki_sign(ca, ca_key, csr, 22, now, PKI_DEVICE_DAYS, &out->der, out->spki,
			out->serial, &out->until);
}

static X509 *parsed(const struct signed_one *s)
{
	const uint8_t *p = s->der.p;

	return d2i_X509(NULL, &p, (long)s->der.n);
}

/* -- files ------------------------------------------------------------------------------------- */

Test(pki, a_key_is_kept_for_its_owner_alone_and_never_written_over)
{
	char path[64];
	EVP_PKEY *back;
	struct stat st;

	path_of("key", path);
	cr_assert_eq(pki_key_save(key, path), ERR_OK);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600);
	cr_expect_eq(pki_key_save(ca_key, path), ERR_INTERNAL);
	back = pki_key_load(path);
	cr_expect_eq(EVP_PKEY_eq(back, key), 1);
	EVP_PKEY_free(back);
}

Test(pki, a_key_that_others_can_read_is_refused)
{
	char path[64];

	path_of("key", path);
	cr_assert_eq(pki_key_save(key, path), ERR_OK);
	cr_assert_eq(chmod(path, 0640), 0);
	cr_expect_null(pki_key_load(path));
}

Test(pki, a_certificate_is_read_back_as_it_was_written)
{
	uint8_t one[32], two[32];
	char path[64];
	X509 *back;

	path_of("crt", path);
	cr_assert_eq(pki_cert_save(ca, path), ERR_OK);
	back = pki_cert_load(path);
	cr_assert_not_null(back);
	cr_assert_eq(pki_fingerprint(ca, one), ERR_OK);
	cr_assert_eq(pki_fingerprint(back, two), ERR_OK);
	cr_expect_arr_eq(one, two, sizeof(one));
	cr_expect_null(pki_cert_load(dir));
	X509_free(back);
}

/* -- certificates ------------------------------------------------------------------------------ */

/* What OpenSSL says of the certificate for this purpose under our authority. */
static int verdict(X509 *cert, X509 *under, int purpose)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int error;

	X509_STORE_add_cert(store, under);
	X509_STORE_CTX_init(ctx, store, cert, NULL);
	X509_STORE_CTX_set_purpose(ctx, purpose);
	X509_verify_cert(ctx);
	error = X509_STORE_CTX_get_error(ctx);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return error;
}

Test(pki, a_device_may_be_a_client_and_nothing_else)
{
	CLEANUP(buf_free) struct buf csr = {0};
	struct signed_one s = {0};
	X509 *cert;

	cr_assert_eq(pki_csr(key, &csr), ERR_OK);
	cr_assert_eq(sign(buf_view(&csr), (int64_t)time(NULL) * 1000, &s), ERR_OK);
	cert = parsed(&s);
	cr_expect_eq(verdict(cert, ca, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
	cr_expect_eq(verdict(cert, ca, X509_PURPOSE_SSL_SERVER), X509_V_ERR_INVALID_PURPOSE);
	cr_expect_eq(X509_check_ca(cert), 0);
	X509_free(cert);
	buf_free(&s.der);
}

Test(pki, the_server_is_a_server_for_its_name_and_nothing_else)
{
	X509 *cert = pki_server_new(ca, ca_key, key, "brug.example.nl");

	cr_assert_not_null(cert);
	cr_expect_eq(verdict(cert, ca, X509_PURPOSE_SSL_SERVER), X509_V_OK);
	cr_expect_eq(verdict(cert, ca, X509_PURPOSE_SSL_CLIENT), X509_V_ERR_INVALID_PURPOSE);
	cr_expect_eq(X509_check_host(cert, "brug.example.nl", 0, 0, NULL), 1);
	cr_expect_eq(X509_check_ip_asc(cert, "127.0.0.1", 0), 1);
	cr_expect_eq(X509_check_host(cert, "example.nl", 0, 0, NULL), 0);
	X509_free(cert);
	cert = pki_server_new(ca, ca_key, key, "192.0.2.7");
	cr_expect_eq(X509_check_ip_asc(cert, "192.0.2.7", 0), 1);
	X509_free(cert);
}

Test(pki, a_certificate_of_another_authority_of_the_same_name_does_not_fit)
{
	EVP_PKEY *other_key = pki_key_new();
	X509 *other = pki_ca_new(other_key, "Brug test");
	X509 *cert = pki_server_new(other, other_key, key, "localhost");

	cr_expect_eq(verdict(cert, other, X509_PURPOSE_SSL_SERVER), X509_V_OK);
	cr_expect_neq(verdict(cert, ca, X509_PURPOSE_SSL_SERVER), X509_V_OK);
	X509_free(cert);
	X509_free(other);
	EVP_PKEY_free(other_key);
}

Test(pki, signing_gives_the_hash_of_the_key_a_serial_and_the_end)
{
	CLEANUP(buf_free) struct buf csr = {0};
	const int64_t now = 1795507200000;
	struct signed_one s = {0}, again = {0};
	uint8_t spki[32];
	X509 *cert;

	cr_assert_eq(pki_csr(key, &csr), ERR_OK);
	cr_assert_eq(sign(buf_view(&csr), now, &s), ERR_OK);
	cr_assert_eq(sign(buf_view(&csr), now, &again), ERR_OK);
	cert = parsed(&s);
	cr_assert_eq(pki_spki(cert, spki), ERR_OK);
	cr_expect_arr_eq(spki, s.spki, sizeof(spki));
	cr_expect_arr_eq(s.spki, again.spki, sizeof(spki), "the same key");
	cr_expect_str_neq(s.serial, again.serial, "but never the same serial");
	cr_expect_eq(s.until, now + PKI_DEVICE_DAYS * 24LL * 3600 * 1000);
	cr_expect_eq(pki_until(cert), s.until);
	X509_free(cert);
	buf_free(&s.der);
	buf_free(&again.der);
}

/* A request in which somebody writes himself a name and an authority. */
static void boastful_request(struct buf *der)
{
	STACK_OF(X509_EXTENSION) *exts = sk_X509_EXTENSION_new_null();
	X509_REQ *req = X509_REQ_new();
	unsigned char *p = NULL;
	int n;

	X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(req), "CN", MBSTRING_UTF8,
				   (const unsigned char *)"person 1", -1, -1, 0);
	sk_X509_EXTENSION_push(
		exts, X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE"));
	X509_REQ_add_extensions(req, exts);
	X509_REQ_set_pubkey(req, key);
	X509_REQ_sign(req, key, EVP_sha256());
	n = i2d_X509_REQ(req, &p);
	buf_add(der, p, (size_t)n);
	OPENSSL_free(p);
	X509_REQ_free(req);
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
}

Test(pki, what_a_request_says_of_itself_is_ignored)
{
	CLEANUP(buf_free) struct buf csr = {0};
	struct signed_one s = {0};
	char name[64] = "";
	X509 *cert;

	boastful_request(&csr);
	cr_assert_eq(sign(buf_view(&csr), (int64_t)time(NULL) * 1000, &s), ERR_OK);
	cert = parsed(&s);
	X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name, sizeof(name));
	cr_expect_str_eq(name, "person 22");
	cr_expect_eq(X509_check_ca(cert), 0);
	X509_free(cert);
	buf_free(&s.der);
}

Test(pki, a_request_that_was_changed_at_any_byte_is_not_signed)
{
	CLEANUP(buf_free) struct buf csr = {0};

	cr_assert_eq(pki_csr(key, &csr), ERR_OK);
	for (size_t i = 0; i < csr.n; i++) {
		struct signed_one s = {0};

		csr.p[i] ^= 1;
		cr_expect_eq(sign(buf_view(&csr), 0, &s), ERR_USAGE, "byte %zu of %zu", i, csr.n);
		csr.p[i] ^= 1;
		buf_free(&s.der);
	}
	cr_expect_eq(sign((struct slice){csr.p, csr.n - 1}, 0, &(struct signed_one){0}), ERR_USAGE);
	cr_expect_eq(sign((struct slice){0}, 0, &(struct signed_one){0}), ERR_USAGE);
	buf_u8(&csr, 0);
	cr_expect_eq(sign(buf_view(&csr), 0, &(struct signed_one){0}), ERR_USAGE, "a tail");
}

Test(pki, only_the_one_curve_is_signed)
{
	EVP_PKEY *keys[] = {EVP_EC_gen("P-384"), EVP_RSA_gen(2048)};

	for (size_t i = 0; i < 2; i++) {
		CLEANUP(buf_free) struct buf csr = {0};

		cr_assert_eq(pki_csr(keys[i], &csr), ERR_OK);
		cr_expect_eq(sign(buf_view(&csr), 0, &(struct signed_one){0}), ERR_USAGE);
		EVP_PKEY_free(keys[i]);
	}
}

/* -- join codes -------------------------------------------------------------------------------- */

static const uint8_t fp[JOIN_HALF] = {0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf};
static const uint8_t secret[JOIN_HALF] = {0x84, 0x65, 0x3a, 0x56, 0xd7,
					  0xc6, 0x75, 0xbe, 0x77, 0xdf};
static const char code[] = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ";

Test(pki, a_join_code_is_eight_groups_of_four)
{
	char text[40];

	pki_code_text(fp, secret, text);
	cr_expect_str_eq(text, code);
}

Test(pki, a_join_code_is_read_as_people_type_it)
{
	static const char *const typed[] = {code, "0123456789abcdefghjkmnpqrstvwxyz",
					    "  OI23 4567 89ab cdef\nghjk mnpq rstv wxyz\r\n",
					    "oL23-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ"};

	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++) {
		uint8_t f[JOIN_HALF], s[JOIN_HALF];

		cr_assert_eq(pki_code_read(typed[i], f, s), ERR_OK, "%s", typed[i]);
		cr_expect_arr_eq(f, fp, JOIN_HALF);
		cr_expect_arr_eq(s, secret, JOIN_HALF);
	}
}

Test(pki, a_join_code_too_short_too_long_or_with_a_strange_letter_is_refused)
{
	static const char *const typed[] = {"",
					    "0123",
					    "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXY",
					    "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ0",
					    "U123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ",
					    "0123_4567_89AB_CDEF_GHJK_MNPQ_RSTV_WXYZ"};
	uint8_t f[JOIN_HALF], s[JOIN_HALF];

	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++)
		cr_expect_eq(pki_code_read(typed[i], f, s), ERR_USAGE, "%s", typed[i]);
}
