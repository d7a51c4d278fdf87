#include "signer.h"

#include "pki.h"

#include <stdio.h>
#include <stdlib.h>

struct signer {
	X509 *ca;
	EVP_PKEY *key;
	uint8_t fingerprint[32];
};

enum err signer_open(const char *state, struct signer **out)
{
	struct signer *s = calloc(1, sizeof(*s));
	char path[1100];

	if (!s)
		abort();
	snprintf(path, sizeof(path), "%s/pki/ca.crt", state);
	s->ca = pki_cert_load(path);
	snprintf(path, sizeof(path), "%s/pki/ca.key", state);
	s->key = pki_key_load(path);
	if (s->ca && s->key && pki_fingerprint(s->ca, s->fingerprint) == ERR_OK) {
		*out = s;
		return ERR_OK;
	}
	fprintf(stderr, "start failed: what=pki/%s missing, damaged or readable by others\n",
		s->ca ? "ca.key" : "ca.crt");
	signer_close(s);
	return ERR_INTERNAL;
}

void signer_close(struct signer *s)
{
	if (!s)
		return;
	X509_free(s->ca);
	EVP_PKEY_free(s->key);
	free(s);
}

void signer_fingerprint(const struct signer *s, uint8_t out[32])
{
	for (int i = 0; i < 32; i++)
		out[i] = s->fingerprint[i];
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
