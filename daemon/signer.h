#pragma once
/* The signer: holds the CA's key while the daemon runs, and signs device certificates and nothing
 * else. */
#include "serve.h"

struct signer;
/* Loads pki/ca.crt and pki/ca.key below the state folder, and with them pki/authorities.crt while
 * one authority takes over from another. ERR_INTERNAL was logged. */
enum err signer_open(const char *state, struct signer **out);
void signer_close(struct signer *); /* takes NULL */
/* Fills what a house says of its authorities: the one who joins sees (the last in the server's
 * chain), and those that are trusted. Points into the signer. */
void signer_house(const struct signer *, struct house *);
/* struct house's sign. */
enum err signer_sign(void *signer, struct slice csr, uint64_t person, struct slice agency,
		     int64_t now, struct arena *, struct slice *certificate, struct slice *spki,
		     struct slice *serial, int64_t *until);
