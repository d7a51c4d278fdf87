#pragma once
/* What link.c shares with join.c. */
#include "brug.h"

#include <openssl/ssl.h>

/* Connects and shakes hands; ctx becomes the link's. named: the certificate must be for the host.
 */
enum err link_start(const char *server, SSL_CTX *ctx, bool named, struct link **out,
		    struct fault *);
SSL *link_ssl(struct link *);
