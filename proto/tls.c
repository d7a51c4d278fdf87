#include "tls.h"

#include "pki.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char offer_brug[] = "\x06" ALPN_BRUG;
static const unsigned char offer_join[] = "\x0b" ALPN_JOIN;
static const unsigned char takes[] = "\x06" ALPN_BRUG "\x0b" ALPN_JOIN;

/* What both sides share. Tickets are off: a resumed session would skip the look at the certificate,
 * and a ticket that is not read when the peer closes costs it the tail of what it sent. */
static SSL_CTX *plain(const SSL_METHOD *method)
{
	SSL_CTX *c = SSL_CTX_new(method);

	if (!c || SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) != 1)
		abort();
	SSL_CTX_set_num_tickets(c, 0);
	SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return c;
}

static bool load(SSL_CTX *c, const char *cert, const char *key, const char *ca, char why[256])
{
	const char *bad = NULL;

	if (SSL_CTX_use_certificate_chain_file(c, cert) != 1)
		bad = cert;
	else if (SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1 ||
		 SSL_CTX_check_private_key(c) != 1)
		bad = key;
	else if (SSL_CTX_load_verify_locations(c, ca, NULL) != 1)
		bad = ca;
	ERR_clear_error();
	if (bad)
		snprintf(why, 256, "this file is missing, or does not fit the others: %.180s", bad);
	return !bad;
}

static int select_alpn(SSL *ssl, const unsigned char **out, unsigned char *n,
		       const unsigned char *in, unsigned in_n, void *arg)
{
	union { /* OpenSSL's in and out differ in const */
		unsigned char **w;
		const unsigned char **r;
	} o = {.r = out};

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto(o.w, n, takes, sizeof(takes) - 1, in, in_n) ==
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_OK;
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

SSL_CTX *tls_server(const char *cert, const char *key, const char *ca, char why[256])
{
	SSL_CTX *c = plain(TLS_server_method());

	if (!load(c, cert, key, ca, why)) {
		SSL_CTX_free(c);
		return NULL;
	}
	SSL_CTX_set_client_CA_list(c, SSL_load_client_CA_file(ca));
	SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
	/* SSL_read comes back after each record, also one that carries nothing: a stream of key
	 * updates then counts as what it is, and cannot hold the loop. */
	SSL_CTX_clear_mode(c, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_alpn_select_cb(c, select_alpn, NULL);
	return c;
}

SSL_CTX *tls_client(const char *cert, const char *key, const char *ca, char why[256])
{
	SSL_CTX *c = plain(TLS_client_method());

	if (!load(c, cert, key, ca, why) ||
	    SSL_CTX_set_alpn_protos(c, offer_brug, sizeof(offer_brug) - 1) != 0) {
		SSL_CTX_free(c);
		return NULL;
	}
	SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
	return c;
}

/* -- joining ----------------------------------------------------------------------------------- */

struct pin {
	size_t n;
	uint8_t p[32];
};

/* The CA in the server's chain that the code names, or NULL. */
static X509 *pinned(X509_STORE_CTX *store, const struct pin *pin)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(store);

	for (int i = 0; i < sk_X509_num(chain); i++) {
		X509 *cert = sk_X509_value(chain, i);
		uint8_t fp[32];

		if (pki_fingerprint(cert, fp) == ERR_OK && CRYPTO_memcmp(fp, pin->p, pin->n) == 0 &&
		    X509_check_ca(cert))
			return cert;
	}
	return NULL;
}

/* Verifies as usual, with the pinned CA as the one that is trusted. */
static int verify_pinned(X509_STORE_CTX *store, void *arg)
{
	const struct pin *pin = arg;
	X509 *ca = pinned(store, pin);
	STACK_OF(X509) *trusted = sk_X509_new_null();
	int ok = 0;

	if (ca && trusted && sk_X509_push(trusted, ca)) {
		X509_STORE_CTX_set0_trusted_stack(store, trusted);
		ok = X509_verify_cert(store);
	} else {
		X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
	}
	sk_X509_free(trusted);
	return ok;
}

static void free_pin(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int idx, long argl, void *argp)
{
	(void)parent;
	(void)ad;
	(void)idx;
	(void)argl;
	(void)argp;
	free(ptr);
}

static int pin_index(void)
{
	static int index = -1;

	if (index < 0)
		index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_pin);
	return index;
}

SSL_CTX *tls_join(const uint8_t *pin, size_t pin_n, char why[256])
{
	SSL_CTX *c = plain(TLS_client_method());
	struct pin *copy = calloc(1, sizeof(*copy));

	why[0] = 0;
	assert(pin_n >= 8 && pin_n <= sizeof(copy->p));
	if (!copy || SSL_CTX_set_alpn_protos(c, offer_join, sizeof(offer_join) - 1) != 0)
		abort();
	memcpy(copy->p, pin, pin_n);
	copy->n = pin_n;
	SSL_CTX_set_ex_data(c, pin_index(), copy);
	SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(c, verify_pinned, copy);
	return c;
}

/* -- who is there ------------------------------------------------------------------------------ */

enum tls_peer tls_peer(SSL *ssl, uint8_t spki[32])
{
	const unsigned char *p = NULL;
	unsigned n = 0;
	X509 *cert;

	SSL_get0_alpn_selected(ssl, &p, &n);
	if (n == sizeof(ALPN_JOIN) - 1 && !memcmp(p, ALPN_JOIN, n))
		return TLS_JOIN;
	if (n != sizeof(ALPN_BRUG) - 1 || memcmp(p, ALPN_BRUG, n) != 0 ||
	    SSL_get_verify_result(ssl) != X509_V_OK)
		return TLS_NOBODY;
	cert = SSL_get0_peer_certificate(ssl);
	return cert && pki_spki(cert, spki) == ERR_OK ? TLS_BRUG : TLS_NOBODY;
}
