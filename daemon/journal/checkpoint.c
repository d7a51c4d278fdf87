#include "checkpoint.h"

#include <string.h>

enum { SIGNED = CHECKPOINT_BYTES - SIGNATURE };

void checkpoint_put(const struct checkpoint *c, uint8_t out[CHECKPOINT_BYTES])
{
	put_be64(out, c->facts);
	put_be64(out + 8, c->seen);
	put_be64(out + 16, (uint64_t)c->time_ms);
	memcpy(out + 24, c->digest, 32);
	memcpy(out + 56, c->chain, CHAIN);
	memcpy(out + SIGNED, c->signature, SIGNATURE);
}

bool checkpoint_get(struct slice s, struct checkpoint *c)
{
	if (s.n != CHECKPOINT_BYTES)
		return false;
	c->facts = get_be64(s.p);
	c->seen = get_be64(s.p + 8);
	c->time_ms = (int64_t)get_be64(s.p + 16);
	memcpy(c->digest, s.p + 24, 32);
	memcpy(c->chain, s.p + 56, CHAIN);
	memcpy(c->signature, s.p + SIGNED, SIGNATURE);
	return true;
}

bool checkpoint_sign(struct checkpoint *c, EVP_PKEY *key)
{
	uint8_t all[CHECKPOINT_BYTES];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = SIGNATURE;
	bool ok;

	checkpoint_put(c, all);
	ok = ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
	     EVP_DigestSign(ctx, c->signature, &n, all, SIGNED) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool checkpoint_is_signed(const struct checkpoint *c, const uint8_t raw[CHECKPOINT_KEY])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, CHECKPOINT_KEY);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t all[CHECKPOINT_BYTES];
	bool ok;

	checkpoint_put(c, all);
	ok = ctx && key && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	     EVP_DigestVerify(ctx, c->signature, SIGNATURE, all, SIGNED) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ok;
}
