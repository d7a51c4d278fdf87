#pragma once
/* What link.c shares with join.c. */
#include "brug.h"

#include <openssl/ssl.h>

/* Connects and shakes hands; ctx becomes the link's. named: the certificate must be for the host.
 */
enum err link_start(const char *server, SSL_CTX *ctx, bool named, struct link **out,
		    struct fault *);
SSL *link_ssl(struct link *);
/* join.c: keeps the authorities the server has now, when they are others than those kept here. */
void link_learn_authorities(const struct home *, struct link *);
