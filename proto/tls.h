#pragma once
/*
 * TLS 1.3 contexts as docs/decisions has them: no tickets, no resumption, no early data, ALPN
 * demanded.
 */
#include "bytes.h"
#include "err.h"

#include <openssl/ssl.h>

#define ALPN_BRUG "brug/1"
#define ALPN_JOIN "brug-join/1"

/* Server: asks for a client certificate of our CA; who sends none may only speak ALPN_JOIN
 * (tls_peer says). NULL: why has an English sentence with the file that was wrong. */
SSL_CTX *tls_server(const char *cert, const char *key, const char *ca, char why[256]);
/* Client with a certificate of its own. Verifies the server against ca and host. */
SSL_CTX *tls_client(const char *cert, const char *key, const char *ca, char why[256]);
/* Client that joins: takes any server whose chain ends in a CA whose SHA-256 begins with pin (from
 * the join code): 8 to 32 bytes, fewer would be a pin that many fit. */
SSL_CTX *tls_join(const uint8_t *pin, size_t pin_n, char why[256]);

enum tls_peer { TLS_NOBODY, TLS_BRUG, TLS_JOIN };
/* After the handshake, on the server: which protocol was agreed, and whose key it is. TLS_NOBODY:
 * close. */
enum tls_peer tls_peer(SSL *, uint8_t spki[32]);
