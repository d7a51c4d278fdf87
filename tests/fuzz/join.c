/*
 * Becoming known, as the client does it: whatever answers at the address in the message, nothing of
 * it harms, and nothing is kept of it but a certificate. The bytes are what comes out of TLS; the
 * handshake is taken for done (the linker puts these functions in OpenSSL's place).
 */
#include "fuzz.h"

#include "brug.h"
#include "pki.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct slice coming;
static X509 *ca;
static STACK_OF(X509) * chain;

int __wrap_SSL_connect(SSL *ssl);
int __wrap_SSL_read(SSL *ssl, void *to, int n);
int __wrap_SSL_write(SSL *ssl, const void *from, int n);
int __wrap_SSL_shutdown(SSL *ssl);
int __wrap_SSL_get_error(const SSL *ssl, int r);
STACK_OF(X509) * __wrap_SSL_get0_verified_chain(const SSL *ssl);

int __wrap_SSL_connect(SSL *ssl)
{
	(void)ssl;
	return 1;
}

int __wrap_SSL_read(SSL *ssl, void *to, int n)
{
	struct slice some = fuzz_take(&coming, n < 700 ? (size_t)n : 700);

	(void)ssl;
	if (some.n)
		memcpy(to, some.p, some.n);
	return (int)some.n;
}

int __wrap_SSL_write(SSL *ssl, const void *from, int n)
{
	(void)ssl;
	(void)from;
	return n;
}

int __wrap_SSL_shutdown(SSL *ssl)
{
	(void)ssl;
	return 1;
}

int __wrap_SSL_get_error(const SSL *ssl, int r)
{
	(void)ssl;
	return r > 0 ? SSL_ERROR_NONE : SSL_ERROR_ZERO_RETURN;
}

STACK_OF(X509) * __wrap_SSL_get0_verified_chain(const SSL *ssl)
{
	(void)ssl;
	return chain;
}

/* Somebody who takes the call and says nothing himself. */
static int ear(char where[64])
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(bind(fd, (struct sockaddr *)&at, n) == 0 && listen(fd, 16) == 0 &&
		     getsockname(fd, (struct sockaddr *)&at, &n) == 0,
	     "there is a place to call");
	snprintf(where, 64, "127.0.0.1:%u", ntohs(at.sin_port));
	return fd;
}

static void make_authority(void)
{
	EVP_PKEY *key = pki_key_new();

	ca = pki_ca_new(key, "Brug");
	chain = sk_X509_new_null();
	sk_X509_push(chain, ca);
	EVP_PKEY_free(key);
}

static void keeps_nothing_else(const struct home *h)
{
	char path[1200];
	X509 *cert = pki_cert_load(home_data(h, "device.crt", path));

	must(access(path, F_OK) != 0 || cert, "what is kept is a certificate");
	X509_free(cert);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static char where[64];
	static int fd = -1;
	static struct home home;
	static const uint8_t half[JOIN_HALF] = {1, 2, 3};
	CLEANUP(tree_free) struct tree t = {0};
	struct fault fault = {0};
	char code[40], path[1200];
	enum err err;
	int caller;

	if (fd < 0) {
		fd = ear(where);
		make_authority();
		setenv("BRUG_HOME", fuzz_path("home"), 1);
		home_find(&home);
	}
	coming = (struct slice){p, n};
	unlink(home_data(&home, "device.crt", path));
	pki_code_text(half, half, code);
	err = link_join(&home, where, code, "laptop", &t, &fault);
	caller = accept(fd, NULL, NULL);
	close(caller);
	must(err == ERR_OK || fault.code != ERR_OK || *fault.text, "a failure is told");
	must(err != ERR_OK || home_joined(&home), "who has joined is known");
	keeps_nothing_else(&home);
	fault_free(&fault);
	return 0;
}
