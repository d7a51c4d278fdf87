#include "pki.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

EVP_PKEY *pki_key_new(void)
{
	return EVP_EC_gen("P-256");
}

/* -- files ------------------------------------------------------------------------------------- */

/* Made anew with mode 0600; what stands there is never written over. */
static FILE *make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (fd >= 0 && !f)
		close(fd);
	return f;
}

static enum err close_file(FILE *f, int ok)
{
	ok = fflush(f) == 0 && fsync(fileno(f)) == 0 && ok;
	return fclose(f) == 0 && ok ? ERR_OK : ERR_INTERNAL;
}

enum err pki_key_save(EVP_PKEY *key, const char *path)
{
	FILE *f = make_file(path);

	if (!f)
		return ERR_INTERNAL;
	return close_file(f, PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1);
}

EVP_PKEY *pki_key_load(const char *path)
{
	FILE *f = fopen(path, "re");
	EVP_PKEY *key = NULL;
	struct stat st;

	if (!f)
		return NULL;
	if (fstat(fileno(f), &st) == 0 && !(st.st_mode & 077))
		key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	fclose(f);
	return key;
}

enum err pki_cert_save(const X509 *cert, const char *path)
{
	FILE *f = make_file(path);

	if (!f)
		return ERR_INTERNAL;
	return close_file(f, PEM_write_X509(f, cert) == 1);
}

X509 *pki_cert_load(const char *path)
{
	FILE *f = fopen(path, "re");
	X509 *cert = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;

	if (f)
		fclose(f);
	return cert;
}

/* -- certificates ------------------------------------------------------------------------------ */

static void free_ext(X509_EXTENSION **e)
{
	X509_EXTENSION_free(*e);
}

static bool add_ext(X509 *cert, X509 *issuer, int nid, const char *value)
{
	CLEANUP(free_ext) X509_EXTENSION *e = NULL;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	return e && X509_add_ext(cert, e, -1) == 1;
}

static bool random_serial(X509 *cert)
{
	BIGNUM *bn = BN_new();
	bool ok = bn && BN_rand(bn, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
		  BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(cert));

	BN_free(bn);
	return ok;
}

static bool set_name(X509 *cert, const char *common)
{
	X509_NAME *name = X509_get_subject_name(cert);

	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common,
					  -1, -1, 0) == 1;
}

/* Begins five minutes ago, for clocks that are a little behind. */
static bool set_times(X509 *cert, int64_t now_ms, int days)
{
	time_t now = (time_t)(now_ms / 1000);

	return X509_time_adj_ex(X509_getm_notBefore(cert), 0, -300, &now) &&
	       X509_time_adj_ex(X509_getm_notAfter(cert), days, 0, &now);
}

static X509 *blank(const char *common, EVP_PKEY *key, int64_t now_ms, int days)
{
	X509 *cert = X509_new();

	if (cert && X509_set_version(cert, X509_VERSION_3) == 1 && random_serial(cert) &&
	    set_name(cert, common) && set_times(cert, now_ms, days) &&
	    X509_set_pubkey(cert, key) == 1)
		return cert;
	X509_free(cert);
	return NULL;
}

static X509 *signed_by(X509 *cert, X509 *ca, EVP_PKEY *ca_key)
{
	if (cert && X509_set_issuer_name(cert, X509_get_subject_name(ca)) == 1 &&
	    X509_sign(cert, ca_key, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}

/* For as long as an authority lasts, and signed by its own key. */
static X509 *self_signed(EVP_PKEY *key, const char *name, const char *constraints,
			 const char *usage)
{
	X509 *cert = blank(name, key, (int64_t)time(NULL) * 1000, PKI_CA_DAYS);

	if (cert && add_ext(cert, cert, NID_basic_constraints, constraints) &&
	    add_ext(cert, cert, NID_key_usage, usage) &&
	    add_ext(cert, cert, NID_subject_key_identifier, "hash"))
		return signed_by(cert, cert, key);
	X509_free(cert);
	return NULL;
}

X509 *pki_ca_new(EVP_PKEY *ca_key, const char *name)
{
	return self_signed(ca_key, name, "critical,CA:TRUE,pathlen:0",
			   "critical,keyCertSign,cRLSign");
}

X509 *pki_recipient_new(EVP_PKEY *key, const char *name)
{
	return self_signed(key, name, "critical,CA:FALSE", "critical,keyAgreement");
}

static void alt_names(const char *host, char *out, size_t n)
{
	uint8_t address[16];
	bool ip = inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;

	snprintf(out, n, "%s:%s,DNS:localhost,IP:127.0.0.1,IP:::1", ip ? "IP" : "DNS", host);
}

X509 *pki_server_new(X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key, const char *host)
{
	X509 *cert = blank(host, key, (int64_t)time(NULL) * 1000, PKI_SERVER_DAYS);
	char names[512];

	alt_names(host, names, sizeof(names));
	if (cert && add_ext(cert, ca, NID_basic_constraints, "critical,CA:FALSE") &&
	    add_ext(cert, ca, NID_key_usage, "critical,digitalSignature") &&
	    add_ext(cert, ca, NID_ext_key_usage, "serverAuth") &&
	    add_ext(cert, ca, NID_subject_alt_name, names))
		return signed_by(cert, ca, ca_key);
	X509_free(cert);
	return NULL;
}

enum err pki_csr(EVP_PKEY *key, struct buf *der)
{
	X509_REQ *req = X509_REQ_new();
	unsigned char *p = NULL;
	int n = -1;

	if (req && X509_REQ_set_version(req, X509_REQ_VERSION_1) == 1 &&
	    X509_REQ_set_pubkey(req, key) == 1 && X509_REQ_sign(req, key, EVP_sha256()) > 0)
		n = i2d_X509_REQ(req, &p);
	if (n > 0)
		buf_add(der, p, (size_t)n);
	OPENSSL_free(p);
	X509_REQ_free(req);
	return n > 0 ? ERR_OK : ERR_INTERNAL;
}

/* Only P-256, and only when the request was signed with its own key. */
static bool sound_request(X509_REQ *req)
{
	EVP_PKEY *key = req ? X509_REQ_get0_pubkey(req) : NULL;
	char group[32] = "";
	size_t n;

	return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(key, group, sizeof(group), &n) == 1 &&
	       !strcmp(group, "prime256v1") && X509_REQ_verify(req, key) == 1;
}

static X509 *device_cert(X509 *ca, EVP_PKEY *ca_key, X509_REQ *req, uint64_t person,
			 const int64_t term[2])
{
	char common[40], urn[64];
	X509 *cert;

	snprintf(common, sizeof(common), "person %llu", (unsigned long long)person);
	snprintf(urn, sizeof(urn), "URI:urn:brug:person:%llu", (unsigned long long)person);
	cert = blank(common, X509_REQ_get0_pubkey(req), term[0], (int)term[1]);
	if (cert && add_ext(cert, ca, NID_basic_constraints, "critical,CA:FALSE") &&
	    add_ext(cert, ca, NID_key_usage, "critical,digitalSignature") &&
	    add_ext(cert, ca, NID_ext_key_usage, "clientAuth") &&
	    add_ext(cert, ca, NID_subject_alt_name, urn))
		return signed_by(cert, ca, ca_key);
	X509_free(cert);
	return NULL;
}

static void serial_text(X509 *cert, char out[41])
{
	BIGNUM *bn = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	char *hex = bn ? BN_bn2hex(bn) : NULL;

	snprintf(out, 41, "%s", hex ? hex : "");
	OPENSSL_free(hex);
	BN_free(bn);
}

enum err pki_sign(X509 *ca, EVP_PKEY *ca_key, struct slice csr_der, uint64_t person, int64_t now_ms,
		  int days, struct buf *der, uint8_t spki[32], char serial[41], int64_t *until_ms)
{
	const unsigned char *in = csr_der.p;
	X509_REQ *req = d2i_X509_REQ(NULL, &in, (long)csr_der.n);
	bool sound = sound_request(req) && in == csr_der.p + csr_der.n;
	X509 *cert = sound ? device_cert(ca, ca_key, req, person, (int64_t[]){now_ms, days}) : NULL;
	unsigned char *p = NULL;
	int n = cert ? i2d_X509(cert, &p) : -1;

	if (n > 0 && pki_spki(cert, spki) == ERR_OK) {
		buf_add(der, p, (size_t)n);
		serial_text(cert, serial);
		*until_ms = pki_until(cert);
	}
	OPENSSL_free(p);
	X509_free(cert);
	X509_REQ_free(req);
	return !sound ? ERR_USAGE : n > 0 ? ERR_OK : ERR_INTERNAL;
}

enum err pki_spki(const X509 *cert, uint8_t out[32])
{
	unsigned char *p = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &p);
	bool ok = n > 0 && EVP_Digest(p, (size_t)n, out, NULL, EVP_sha256(), NULL) == 1;

	OPENSSL_free(p);
	return ok ? ERR_OK : ERR_INTERNAL;
}

enum err pki_fingerprint(const X509 *cert, uint8_t out[32])
{
	unsigned n = 32;

	return X509_digest(cert, EVP_sha256(), out, &n) == 1 && n == 32 ? ERR_OK : ERR_INTERNAL;
}

static int64_t moment(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) * 1000 : 0;
}

int64_t pki_from(const X509 *cert)
{
	return moment(X509_get0_notBefore(cert));
}

int64_t pki_until(const X509 *cert)
{
	return moment(X509_get0_notAfter(cert));
}

/* -- join codes -------------------------------------------------------------------------------- */

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void pki_code_text(const uint8_t fp[JOIN_HALF], const uint8_t secret[JOIN_HALF], char out[40])
{
	uint8_t all[2 * JOIN_HALF];
	size_t at = 0;

	memcpy(all, fp, JOIN_HALF);
	memcpy(all + JOIN_HALF, secret, JOIN_HALF);
	for (size_t i = 0; i < 32; i++) {
		size_t bit = i * 5, byte = bit / 8, shift = bit % 8;
		unsigned two =
			(unsigned)all[byte] << 8 | (byte + 1 < sizeof(all) ? all[byte + 1] : 0);

		if (i && i % 4 == 0)
			out[at++] = '-';
		out[at++] = crockford[two >> (11 - shift) & 31];
	}
	out[at] = 0;
}

/* The value of a character; -1 for what may be skipped, -2 for what may not stand there. */
static int digit(char c)
{
	const char *at;

	if (c == '-' || c == ' ' || c == '\n' || c == '\r')
		return -1;
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 32);
	c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
	at = c ? strchr(crockford, c) : NULL;
	return at ? (int)(at - crockford) : -2;
}

enum err pki_code_read(const char *text, uint8_t fp[JOIN_HALF], uint8_t secret[JOIN_HALF])
{
	uint8_t all[2 * JOIN_HALF] = {0};
	size_t bit = 0;

	for (; *text; text++) {
		int v = digit(*text);

		if (v == -1)
			continue;
		if (v < 0 || bit >= 160)
			return ERR_USAGE;
		for (int i = 4; i >= 0; i--, bit++)
			all[bit / 8] |= (uint8_t)((v >> i & 1) << (7 - bit % 8));
	}
	if (bit != 160)
		return ERR_USAGE;
	memcpy(fp, all, JOIN_HALF);
	memcpy(secret, all + JOIN_HALF, JOIN_HALF);
	return ERR_OK;
}
