#pragma once
/* The signer: holds the CA's key while the daemon runs, and signs device certificates and nothing
 * else. */
#include "bytes.h"
#include "err.h"

struct signer;
/* Loads pki/ca.crt and pki/ca.key below the state folder. ERR_INTERNAL was logged. */
enum err signer_open(const char *state, struct signer **out);
void signer_close(struct signer *); /* takes NULL */
void signer_fingerprint(const struct signer *, uint8_t out[32]);
/* struct house's sign. */
enum err signer_sign(void *signer, struct slice csr, uint64_t person, struct slice agency,
		     int64_t now, struct arena *, struct slice *certificate, struct slice *spki,
		     struct slice *serial, int64_t *until);
