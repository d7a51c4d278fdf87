#pragma once
/*
 * Checkpoints: how far the journal was, and the chain at that moment, signed with the server's key
 * (Ed25519). They are in the journal, and the agencies' admins keep them elsewhere: a journal that
 * was cut off, or made anew, does not hold what they hold.
 *
 * 152 bytes: facts(8) disclosures(8) time(8) digest of the facts(32) chain before(32) signature(64)
 * over all that is before it; big-endian.
 */
#include "frame.h"

#include <openssl/evp.h>

enum { SIGNATURE = 64, CHECKPOINT_KEY = 32, CHECKPOINT_BYTES = 24 + 32 + CHAIN + SIGNATURE };

struct checkpoint {
	uint64_t facts, seen;
	int64_t time_ms;
	uint8_t digest[32], chain[CHAIN], signature[SIGNATURE];
};
void checkpoint_put(const struct checkpoint *, uint8_t out[CHECKPOINT_BYTES]);
bool checkpoint_get(struct slice, struct checkpoint *out); /* false: not so many bytes */
/* Fills the signature. */
bool checkpoint_sign(struct checkpoint *, EVP_PKEY *key);
/* Whether the owner of this public key signed it. */
bool checkpoint_is_signed(const struct checkpoint *, const uint8_t key[CHECKPOINT_KEY]);
