/* Certificates, requests for one, and the code that a person types. */
#include "fuzz.h"

#include "pki.h"

#include <openssl/x509v3.h>

#include <string.h>

static void certificate(X509 *cert)
{
	uint8_t hash[32];

	if (!cert)
		return;
	must(pki_fingerprint(cert, hash) == ERR_OK, "a certificate has a fingerprint");
	pki_spki(cert, hash);
	pki_until(cert);
	X509_check_ca(cert);
	X509_free(cert);
}

static void der(struct slice s)
{
	const unsigned char *p = s.p;

	certificate(d2i_X509(NULL, &p, (long)s.n));
}

static void pem(struct slice s)
{
	const char *path = fuzz_path("one.pem");

	fuzz_write(path, s);
	certificate(pki_cert_load(path));
	EVP_PKEY_free(pki_key_load(path));
}

/* What the server signs is the key it was sent, for the person it meant, whatever was asked. */
static void request(struct slice s)
{
	static EVP_PKEY *ca_key;
	static X509 *ca;
	CLEANUP(buf_free) struct buf out = {0};
	uint8_t spki[32], same[32];
	const unsigned char *p;
	char serial[41];
	int64_t until;
	X509 *cert;

	if (!ca) {
		ca_key = pki_key_new();
		ca = pki_ca_new(ca_key, "Brug");
	}
	if (pki_sign(ca, ca_key, s, 7, 1800000000000, PKI_DEVICE_DAYS, &out, spki, serial,
		     &until) != ERR_OK)
		return;
	p = out.p;
	cert = d2i_X509(NULL, &p, (long)out.n);
	must(cert && X509_verify(cert, ca_key) == 1, "it is a certificate of ours");
	must(pki_spki(cert, same) == ERR_OK && !memcmp(spki, same, 32), "of that key");
	must(X509_check_ca(cert) == 0, "and not an authority");
	X509_free(cert);
}

static void code(struct slice s)
{
	CLEANUP(arena_free) struct arena a = {0};
	uint8_t fp[JOIN_HALF], secret[JOIN_HALF], fp2[JOIN_HALF], secret2[JOIN_HALF];
	char text[40];

	if (pki_code_read(arena_str(&a, s), fp, secret) != ERR_OK)
		return;
	pki_code_text(fp, secret, text);
	must(pki_code_read(text, fp2, secret2) == ERR_OK && !memcmp(fp, fp2, JOIN_HALF) &&
		     !memcmp(secret, secret2, JOIN_HALF),
	     "a code written down is the same code");
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice s = {p, n};

	switch (fuzz_number(&s, 1)) {
	case 'P':
		pem(s);
		break;
	case 'R':
		request(s);
		break;
	case 'C':
		code(s);
		break;
	default:
		der(s);
	}
	return 0;
}
