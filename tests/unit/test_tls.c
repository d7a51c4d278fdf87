/* Real handshakes, both ends in this process: who gets in, as whom, and who does not. */
#include "pki.h"
#include "tls.h"

#include <criterion/criterion.h>
#include <openssl/err.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/brug-tls-XXXXXX";
static const char *const kinds[] = {"server",         "device", "foreign-server",
				    "foreign-device", "ca",     "foreign-ca"};

static char *path(const char *name, const char *ext)
{
	static char kept[8][96];
	static unsigned at;
	char *out = kept[at++ % 8];

	snprintf(out, 96, "%s/%s.%s", dir, name, ext);
	return out;
}

/* A certificate file holds the certificate and its authority's, as the server sends them. */
static void save_chain(const char *name, X509 *cert, X509 *ca, EVP_PKEY *key)
{
	FILE *f = fopen(path(name, "crt"), "we");

	cr_assert_eq(PEM_write_X509(f, cert), 1);
	cr_assert_eq(PEM_write_X509(f, ca), 1);
	fclose(f);
	cr_assert_eq(pki_key_save(key, path(name, "key")), ERR_OK);
}

static X509 *device(X509 *ca, EVP_PKEY *ca_key, EVP_PKEY *key)
{
	CLEANUP(buf_free) struct buf csr = {0};
	CLEANUP(buf_free) struct buf der = {0};
	const uint8_t *p;
	uint8_t spki[32];
	char serial[41];
	int64_t until;

	cr_assert_eq(pki_csr(key, &csr), ERR_OK);
	cr_assert_eq(pki_sign(ca, ca_key, buf_view(&csr), 1, (int64_t)time(NULL) * 1000,
			      PKI_DEVICE_DAYS, &der, spki, serial, &until),
		     ERR_OK);
	p = der.p;
	return d2i_X509(NULL, &p, (long)der.n);
}

static void house(const char *prefix)
{
	EVP_PKEY *ca_key = pki_key_new(), *server_key = pki_key_new(), *device_key = pki_key_new();
	X509 *ca = pki_ca_new(ca_key, "Brug test");
	X509 *server = pki_server_new(ca, ca_key, server_key, "localhost");
	X509 *client = device(ca, ca_key, device_key);
	char name[32];

	snprintf(name, sizeof(name), "%sserver", prefix);
	save_chain(name, server, ca, server_key);
	snprintf(name, sizeof(name), "%sdevice", prefix);
	save_chain(name, client, ca, device_key);
	snprintf(name, sizeof(name), "%sca", prefix);
	cr_assert_eq(pki_cert_save(ca, path(name, "crt")), ERR_OK);
	X509_free(ca);
	X509_free(server);
	X509_free(client);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(server_key);
	EVP_PKEY_free(device_key);
}

static void set_up(void)
{
	cr_assert_not_null(mkdtemp(dir));
	house("");
	house("foreign-");
}

static void tear_down(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		unlink(path(kinds[i], "crt"));
		unlink(path(kinds[i], "key"));
	}
	rmdir(dir);
}
TestSuite(tls, .init = set_up, .fini = tear_down);

static SSL_CTX *server_ctx(void)
{
	char why[256];
	SSL_CTX *c =
		tls_server(path("server", "crt"), path("server", "key"), path("ca", "crt"), why);

	cr_assert_not_null(c, "%s", why);
	return c;
}

static SSL_CTX *client_ctx(const char *who, const char *trusts)
{
	char why[256];
	SSL_CTX *c = tls_client(path(who, "crt"), path(who, "key"), path(trusts, "crt"), why);

	cr_assert_not_null(c, "%s", why);
	return c;
}

/* Both ends of one connection, and how the handshake went for each: 1 is well. */
struct pair {
	SSL_CTX *server_ctx, *client_ctx;
	SSL *server, *client;
	int fd[2], server_r, client_r;
	uint8_t spki[32];
};

/* A step at a time on each side; an end that failed is not asked again. */
static void shake(struct pair *p)
{
	p->server_r = p->client_r = -1;
	for (int i = 0; i < 8; i++) {
		ERR_clear_error();
		if (p->client_r == -1 && (p->client_r = SSL_connect(p->client)) < 0 &&
		    SSL_get_error(p->client, -1) != SSL_ERROR_WANT_READ)
			p->client_r = 0;
		ERR_clear_error();
		if (p->server_r == -1 && (p->server_r = SSL_accept(p->server)) < 0 &&
		    SSL_get_error(p->server, -1) != SSL_ERROR_WANT_READ)
			p->server_r = 0;
	}
}

static void ends(struct pair *p, SSL_CTX *client)
{
	*p = (struct pair){.server_ctx = server_ctx(), .client_ctx = client};
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, p->fd), 0);
	p->server = SSL_new(p->server_ctx);
	p->client = SSL_new(p->client_ctx);
	SSL_set_fd(p->server, p->fd[0]);
	SSL_set_fd(p->client, p->fd[1]);
}

static void meet(struct pair *p, SSL_CTX *client)
{
	ends(p, client);
	shake(p);
}

static void part(struct pair *p)
{
	SSL_free(p->server);
	SSL_free(p->client);
	SSL_CTX_free(p->server_ctx);
	SSL_CTX_free(p->client_ctx);
	close(p->fd[0]);
	close(p->fd[1]);
}

Test(tls, a_device_of_ours_comes_in_as_the_key_it_has)
{
	X509 *cert = pki_cert_load(path("device", "crt"));
	uint8_t spki[32];
	struct pair p;

	meet(&p, client_ctx("device", "ca"));
	cr_assert_eq(p.server_r, 1);
	cr_assert_eq(p.client_r, 1);
	cr_expect_eq(tls_peer(p.server, p.spki), TLS_BRUG);
	cr_assert_eq(pki_spki(cert, spki), ERR_OK);
	cr_expect_arr_eq(p.spki, spki, sizeof(spki));
	cr_expect_eq(SSL_version(p.server), TLS1_3_VERSION);
	X509_free(cert);
	part(&p);
}

Test(tls, no_session_is_given_out_to_be_resumed)
{
	struct pair p;
	char byte;

	meet(&p, client_ctx("device", "ca"));
	cr_assert_eq(SSL_write(p.server, "x", 1), 1);
	cr_assert_eq(SSL_read(p.client, &byte, 1), 1);
	cr_expect_not(SSL_SESSION_is_resumable(SSL_get0_session(p.client)));
	part(&p);
}

Test(tls, who_offers_no_protocol_is_nobody)
{
	SSL_CTX *plain = client_ctx("device", "ca");
	struct pair p;

	SSL_CTX_set_alpn_protos(plain, NULL, 0);
	meet(&p, plain);
	cr_expect_eq(tls_peer(p.server, p.spki), TLS_NOBODY);
	part(&p);
}

Test(tls, who_offers_another_protocol_is_sent_away_in_the_handshake)
{
	SSL_CTX *plain = client_ctx("device", "ca");
	struct pair p;

	SSL_CTX_set_alpn_protos(plain, (const unsigned char *)"\x02h2", 3);
	meet(&p, plain);
	cr_expect_eq(p.server_r, 0);
	cr_expect_eq(p.client_r, 0);
	part(&p);
}

Test(tls, an_older_tls_is_refused)
{
	SSL_CTX *old = client_ctx("device", "ca");
	struct pair p;

	SSL_CTX_set_min_proto_version(old, TLS1_2_VERSION);
	SSL_CTX_set_max_proto_version(old, TLS1_2_VERSION);
	meet(&p, old);
	cr_expect_eq(p.server_r, 0);
	part(&p);
}

static SSL_CTX *bare(const char *alpn)
{
	SSL_CTX *c = SSL_CTX_new(TLS_client_method());

	SSL_CTX_set_alpn_protos(c, (const unsigned char *)alpn, (unsigned)strlen(alpn));
	return c;
}

Test(tls, without_a_certificate_one_may_only_join)
{
	struct pair p;

	meet(&p, bare("\x06" ALPN_BRUG));
	cr_assert_eq(p.server_r, 1);
	cr_expect_eq(tls_peer(p.server, p.spki), TLS_NOBODY);
	part(&p);
	meet(&p, bare("\x0b" ALPN_JOIN));
	cr_assert_eq(p.server_r, 1);
	cr_expect_eq(tls_peer(p.server, p.spki), TLS_JOIN);
	part(&p);
}

Test(tls, a_device_of_another_house_is_refused)
{
	struct pair p;

	meet(&p, client_ctx("foreign-device", "ca"));
	cr_expect_eq(p.server_r, 0);
	part(&p);
}

Test(tls, a_servers_certificate_is_no_device)
{
	struct pair p;

	meet(&p, client_ctx("server", "ca"));
	cr_expect_eq(p.server_r, 0);
	part(&p);
}

Test(tls, a_client_refuses_a_server_of_another_house_or_another_name)
{
	struct pair p;

	meet(&p, client_ctx("device", "foreign-ca"));
	cr_expect_eq(p.client_r, 0);
	part(&p);
	ends(&p, client_ctx("device", "ca"));
	SSL_set1_host(p.client, "elsewhere.example");
	shake(&p);
	cr_expect_eq(p.client_r, 0);
	part(&p);
	ends(&p, client_ctx("device", "ca"));
	SSL_set1_host(p.client, "localhost");
	shake(&p);
	cr_expect_eq(p.client_r, 1);
	part(&p);
}

static SSL_CTX *joining(const char *whose_ca, size_t flip)
{
	X509 *ca = pki_cert_load(path(whose_ca, "crt"));
	uint8_t fp[32];
	char why[256];

	cr_assert_eq(pki_fingerprint(ca, fp), ERR_OK);
	X509_free(ca);
	if (flip)
		fp[flip - 1] ^= 1;
	return tls_join(fp, JOIN_HALF, why);
}

Test(tls, joining_takes_the_server_that_the_code_names_and_no_other)
{
	struct pair p;

	meet(&p, joining("ca", 0));
	cr_expect_eq(p.client_r, 1);
	cr_expect_eq(tls_peer(p.server, p.spki), TLS_JOIN);
	part(&p);
	meet(&p, joining("foreign-ca", 0));
	cr_expect_eq(p.client_r, 0);
	part(&p);
	for (size_t i = 1; i <= JOIN_HALF; i++) {
		meet(&p, joining("ca", i));
		cr_expect_eq(p.client_r, 0, "byte %zu of the pin", i - 1);
		part(&p);
	}
}

/* The CA is public: who sends it along with a certificate of his own is still not its server. */
Test(tls, joining_is_not_fooled_by_the_right_authority_in_a_foreign_chain)
{
	X509 *ca = pki_cert_load(path("ca", "crt"));
	FILE *f = fopen(path("foreign-server", "crt"), "ae");
	char why[256];
	struct pair p;

	cr_assert_eq(PEM_write_X509(f, ca), 1);
	fclose(f);
	X509_free(ca);
	ends(&p, joining("ca", 0));
	SSL_free(p.server);
	SSL_CTX_free(p.server_ctx);
	p.server_ctx = tls_server(path("foreign-server", "crt"), path("foreign-server", "key"),
				  path("ca", "crt"), why);
	cr_assert_not_null(p.server_ctx, "%s", why);
	p.server = SSL_new(p.server_ctx);
	SSL_set_fd(p.server, p.fd[0]);
	shake(&p);
	cr_expect_eq(p.client_r, 0);
	part(&p);
}

/* Nor is a device of the house its server, though the same authority signed it. */
Test(tls, joining_is_not_fooled_by_a_device_that_plays_the_server)
{
	char why[256];
	struct pair p;

	ends(&p, joining("ca", 0));
	SSL_free(p.server);
	SSL_CTX_free(p.server_ctx);
	p.server_ctx =
		tls_server(path("device", "crt"), path("device", "key"), path("ca", "crt"), why);
	p.server = SSL_new(p.server_ctx);
	SSL_set_fd(p.server, p.fd[0]);
	shake(&p);
	cr_expect_eq(p.client_r, 0);
	part(&p);
}

Test(tls, a_file_that_is_missing_or_does_not_fit_is_named)
{
	char why[256];

	cr_expect_null(
		tls_server(path("nothing", "crt"), path("server", "key"), path("ca", "crt"), why));
	cr_expect_not_null(strstr(why, "nothing.crt"));
	cr_expect_null(
		tls_server(path("server", "crt"), path("device", "key"), path("ca", "crt"), why));
	cr_expect_not_null(strstr(why, "device.key"));
	cr_expect_null(tls_client(path("device", "crt"), path("device", "key"),
				  path("nothing", "crt"), why));
	cr_expect_not_null(strstr(why, "nothing.crt"));
}

Test(tls, a_stream_of_key_updates_comes_back_to_the_loop_after_each)
{
	struct pair p;
	char byte;
	int asked = 0;

	meet(&p, client_ctx("device", "ca"));
	for (int i = 0; i < 50; i++) {
		cr_assert_eq(SSL_key_update(p.client, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
		cr_assert_eq(SSL_do_handshake(p.client), 1);
	}
	cr_assert_eq(SSL_write(p.client, "x", 1), 1);
	while (SSL_read(p.server, &byte, 1) != 1 && asked++ < 100)
		cr_assert_eq(SSL_get_error(p.server, -1), SSL_ERROR_WANT_READ);
	cr_expect_eq(asked, 50);
	part(&p);
}
