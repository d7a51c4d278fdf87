#include "signer.h"

#include "pki.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AUTHORITIES = 4 };

struct signer {
	X509 *ca;
	EVP_PKEY *key;
	uint8_t fingerprint[32];
	struct authority authorities[AUTHORITIES];
	size_t authorities_n;
	struct arena arena;
};

static const char *in_pki(const char *state, const char *name, char path[1100])
{
	snprintf(path, 1100, "%s/pki/%s", state, name);
	return path;
}

static void keep_authority(struct signer *s, X509 *cert)
{
	struct authority *a = &s->authorities[s->authorities_n];
	unsigned char *p = NULL;
	int n = i2d_X509(cert, &p);

	if (n > 0 && pki_fingerprint(cert, a->fingerprint) == ERR_OK) {
		a->der = arena_copy(&s->arena, (struct slice){p, (size_t)n});
		s->authorities_n++;
	}
	OPENSSL_free(p);
}

/* Every certificate of a file; the fingerprint of the last is kept as well. */
static size_t read_all(struct signer *s, const char *path, bool keep, uint8_t last[32])
{
	FILE *f = fopen(path, "re");
	X509 *cert;
	size_t n = 0;

	while (f && n < AUTHORITIES && (cert = PEM_read_X509(f, NULL, NULL, NULL))) {
		pki_fingerprint(cert, last);
		if (keep)
			keep_authority(s, cert);
		X509_free(cert);
		n++;
	}
	ERR_clear_error();
	if (f)
		fclose(f);
	return n;
}

/* The file that is wrong, or NULL. */
static const char *load(struct signer *s, const char *state)
{
	char path[1100];
	uint8_t unused[32];

	s->ca = pki_cert_load(in_pki(state, "ca.crt", path));
	s->key = pki_key_load(in_pki(state, "ca.key", path));
	if (!s->ca)
		return "ca.crt";
	if (!s->key || X509_check_private_key(s->ca, s->key) != 1)
		return "ca.key";
	if (!read_all(s, in_pki(state, "server.crt", path), false, s->fingerprint))
		return "server.crt";
	if (!read_all(s, in_pki(state, "authorities.crt", path), true, unused))
		keep_authority(s, s->ca);
	return s->authorities_n ? NULL : "authorities.crt";
}

enum err signer_open(const char *state, struct signer **out)
{
	struct signer *s = calloc(1, sizeof(*s));
	const char *wrong;

	if (!s)
		abort();
	wrong = load(s, state);
	if (!wrong) {
		*out = s;
		return ERR_OK;
	}
	fprintf(stderr,
		"certificate failed: what=pki/%s missing, damaged, readable by others or of "
		"another\n",
		wrong);
	signer_close(s);
	return ERR_INTERNAL;
}

void signer_close(struct signer *s)
{
	if (!s)
		return;
	X509_free(s->ca);
	EVP_PKEY_free(s->key);
	arena_free(&s->arena);
	free(s);
}

void signer_house(const struct signer *s, struct house *house)
{
	memcpy(house->fingerprint, s->fingerprint, sizeof(house->fingerprint));
	house->authorities = s->authorities;
	house->authorities_n = s->authorities_n;
}

enum err signer_sign(void *ctx, struct slice csr, uint64_t person, struct slice agency, int64_t now,
		     struct arena *arena, struct slice *certificate, struct slice *spki,
		     struct slice *serial, int64_t *until)
{
	struct signer *s = ctx;
	CLEANUP(buf_free) struct buf der = {0};
	uint8_t hash[32];
	char text[41];

	(void)agency; /* rights hang on the record, not on the certificate's text */
	TRY(pki_sign(s->ca, s->key, csr, person, now, PKI_DEVICE_DAYS, &der, hash, text, until));
	*certificate = arena_copy(arena, buf_view(&der));
	*spki = arena_copy(arena, (struct slice){hash, sizeof(hash)});
	*serial = arena_copy(arena, slice_of(text));
	return ERR_OK;
}
