#pragma once
/*
 * Keys and certificates: a private CA, device keys made where they are used. P-256 throughout
 * (docs/decisions). Rights never hang on a certificate's text: the server maps SHA-256 of the
 * public key to a device record.
 */
#include "bytes.h"
#include "err.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

enum { PKI_DEVICE_DAYS = 90, PKI_SERVER_DAYS = 825, PKI_CA_DAYS = 3650 };

EVP_PKEY *pki_key_new(void); /* P-256; NULL on failure */
/* PEM files, made with mode 0600 and O_EXCL; reading refuses a key file that others can read. */
enum err pki_key_save(EVP_PKEY *, const char *path);
EVP_PKEY *pki_key_load(const char *path);
enum err pki_cert_save(const X509 *, const char *path);
X509 *pki_cert_load(const char *path);
/* Self-signed CA. name is the common name. */
X509 *pki_ca_new(EVP_PKEY *ca_key, const char *name);
/* Server certificate for host (a DNS name or an address; loopback addresses are added), EKU
 * serverAuth. */
X509 *pki_server_new(X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key, const char *host);
/* Self-signed, for what is sealed for key's owner: key agreement and nothing else. */
X509 *pki_recipient_new(EVP_PKEY *key, const char *name);
/* A request for key (DER), its subject empty. */
enum err pki_csr(EVP_PKEY *key, struct buf *der);
/* Signs a request: checks possession, ignores its subject and extensions; EKU clientAuth, SAN
 * urn:brug:person:<n>. */
enum err pki_sign(X509 *ca, EVP_PKEY *ca_key, struct slice csr_der, uint64_t person, int64_t now_ms,
		  int days, struct buf *der, uint8_t spki[32], char serial[41], int64_t *until_ms);
enum err pki_spki(const X509 *, uint8_t out[32]);        /* SHA-256 of the SubjectPublicKeyInfo */
enum err pki_fingerprint(const X509 *, uint8_t out[32]); /* SHA-256 of the whole certificate */
int64_t pki_from(const X509 *);                          /* notBefore */
int64_t pki_until(const X509 *);                         /* notAfter, ms UTC */

/*
 * Join codes: what a person types once. 10 bytes of the CA's fingerprint and 10 random bytes, in
 * Crockford's base 32, "4KQ7-ZM2P-H8XW-...": eight groups of four. Reading takes lower case,
 * spaces, and o/i/l for 0/1/1.
 */
enum { JOIN_HALF = 10 };
void pki_code_text(const uint8_t fp[JOIN_HALF], const uint8_t secret[JOIN_HALF], char out[40]);
enum err pki_code_read(const char *text, uint8_t fp[JOIN_HALF], uint8_t secret[JOIN_HALF]);
