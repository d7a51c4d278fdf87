/* Becoming known on this device, and staying so. */
#include "brug.h"

#include "link_inside.h"
#include "pki.h"
#include "tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void free_key(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}

static void free_cert(X509 **c)
{
	X509_free(*c);
}

/* Written beside and put in place whole, for the owner alone. */
static enum err put_file(const struct home *h, const char *name, int (*write)(FILE *, void *),
			 void *arg)
{
	char path[1200], temp[1210];
	FILE *f;
	bool ok;
	int fd;

	home_data(h, name, path);
	snprintf(temp, sizeof(temp), "%s.new", path);
	unlink(temp);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f)
		return ERR_INTERNAL;
	ok = write(f, arg) == 1 && fflush(f) == 0 && fsync(fd) == 0;
	ok = fclose(f) == 0 && ok;
	return ok && rename(temp, path) == 0 ? ERR_OK : ERR_INTERNAL;
}

static int write_key(FILE *f, void *key)
{
	return PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
}

static int write_cert(FILE *f, void *cert)
{
	return PEM_write_X509(f, cert);
}

static int write_text(FILE *f, void *text)
{
	return fprintf(f, "%s\n", (const char *)text) > 0;
}

static enum err keep_failed(struct fault *f)
{
	return fault_set(f, ERR_INTERNAL,
			 N_("What came from the server cannot be kept on this device."), NULL,
			 N_("Is there room, and may you write in your own folder?"), NULL);
}

/* Key first: without its certificate it harms nothing. */
static enum err keep_identity(const struct home *h, EVP_PKEY *key, struct slice der,
			      struct fault *f)
{
	const unsigned char *p = der.p;
	CLEANUP(free_cert) X509 *cert = d2i_X509(NULL, &p, (long)der.n);

	if (!cert || put_file(h, "device.key", write_key, key) != ERR_OK ||
	    put_file(h, "device.crt", write_cert, cert) != ERR_OK)
		return keep_failed(f);
	return ERR_OK;
}

static enum err pack_join(EVP_PKEY *key, const uint8_t secret[JOIN_HALF], const char *label,
			  struct buf *out)
{
	CLEANUP(buf_free) struct buf csr = {0};

	TRY(pki_csr(key, &csr));
	pack_map(out, 3);
	pack_kv_bin(out, "code", (struct slice){secret, JOIN_HALF});
	pack_kv_bin(out, "csr", buf_view(&csr));
	pack_kv_text(out, "label", label);
	return ERR_OK;
}

static enum err keep_server(const struct home *h, struct link *l, const char *server,
			    struct fault *f)
{
	STACK_OF(X509) *chain = SSL_get0_verified_chain(link_ssl(l));
	char copy[512];

	snprintf(copy, sizeof(copy), "%s", server);
	if (!chain ||
	    put_file(h, "ca.crt", write_cert, sk_X509_value(chain, sk_X509_num(chain) - 1)) !=
		    ERR_OK ||
	    put_file(h, "server", write_text, copy) != ERR_OK)
		return keep_failed(f);
	return ERR_OK;
}

static enum err ask_to_join(const struct home *h, struct link *l, const char *server,
			    struct slice params, EVP_PKEY *key, struct tree *out, struct fault *f)
{
	TRY(link_call(l, "join", params, out, f));
	TRY(keep_server(h, l, server, f));
	return keep_identity(h, key, obj_bytes(obj_get(tree_root(out), "certificate")), f);
}

enum err link_join(const struct home *h, const char *server, const char *code, const char *label,
		   struct tree *out, struct fault *f)
{
	CLEANUP(free_key) EVP_PKEY *key = pki_key_new();
	CLEANUP(buf_wipe) struct buf params = {0};
	uint8_t fp[JOIN_HALF], secret[JOIN_HALF];
	struct link *l = NULL;
	char why[256];
	enum err err;

	*out = (struct tree){0};
	if (pki_code_read(code, fp, secret) != ERR_OK)
		return fault_set(f, ERR_USAGE, N_("This is not a join code."),
				 N_("A code has eight groups of four letters and digits."),
				 N_("Type it again, or copy it from the message."), NULL);
	if (!key || pack_join(key, secret, label, &params) != ERR_OK)
		return keep_failed(f);
	TRY(link_start(server, tls_join(fp, sizeof(fp), why), false, &l, f));
	err = ask_to_join(h, l, server, buf_view(&params), key, out, f);
	link_close(l);
	return err;
}

/* -- renewing ---------------------------------------------------------------------------------- */

static bool in_last_third(const struct home *h)
{
	char path[1200];
	CLEANUP(free_cert) X509 *cert = pki_cert_load(home_data(h, "device.crt", path));
	int64_t left = cert ? pki_until(cert) - (int64_t)time(NULL) * 1000 : 0;

	return cert && left < (int64_t)PKI_DEVICE_DAYS * 24 * 60 * 60 * 1000 / 3;
}

enum err link_renew(const struct home *h, struct link *l, bool now, struct fault *f)
{
	CLEANUP(free_key) EVP_PKEY *key = NULL;
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(buf_free) struct buf csr = {0};
	CLEANUP(tree_free) struct tree out = {0};
	uint8_t request[16];

	if (!now && !in_last_third(h))
		return ERR_OK;
	key = pki_key_new();
	if (!key || pki_csr(key, &csr) != ERR_OK)
		return keep_failed(f);
	request_draw(request);
	pack_map(&params, 2);
	pack_kv_bin(&params, "csr", buf_view(&csr));
	pack_kv_bin(&params, "request", (struct slice){request, sizeof(request)});
	TRY(link_call(l, "renew", buf_view(&params), &out, f));
	return keep_identity(h, key, obj_bytes(obj_get(tree_root(&out), "certificate")), f);
}

/* -- authorities ------------------------------------------------------------------------------- */

enum { AUTHORITIES = 4 };

/* How many of the certificates kept here are among those the server names; *n: how many are kept.
 */
static size_t kept_of(const struct home *h, const msgpack_object *named, size_t *n)
{
	char path[1200];
	FILE *f = fopen(home_data(h, "ca.crt", path), "re");
	size_t known = 0;
	X509 *cert;

	*n = 0;
	while (f && (cert = PEM_read_X509(f, NULL, NULL, NULL))) {
		uint8_t fp[32];

		pki_fingerprint(cert, fp);
		X509_free(cert);
		++*n;
		for (size_t i = 0; i < obj_n(named); i++)
			known += slice_eq(obj_bytes(obj_at(named, i)),
					  (struct slice){fp, sizeof(fp)});
	}
	ERR_clear_error();
	if (f)
		fclose(f);
	return known;
}

static int write_authorities(FILE *f, void *list)
{
	const msgpack_object *ders = list;
	int ok = obj_n(ders) > 0;

	for (size_t i = 0; ok && i < obj_n(ders); i++) {
		struct slice der = obj_bytes(obj_at(ders, i));
		const unsigned char *p = der.p;
		CLEANUP(free_cert) X509 *cert = d2i_X509(NULL, &p, (long)der.n);

		ok = cert && X509_check_ca(cert) && PEM_write_X509(f, cert) == 1;
	}
	return ok;
}

/* What the server says over a link that was verified with the authorities of before. Not being able
 * to keep it now is no reason not to work: it is asked again next time. */
void link_learn_authorities(const struct home *h, struct link *l)
{
	const msgpack_object *named = obj_get(link_me(l), "authorities");
	CLEANUP(buf_free) struct buf none = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct fault unsaid = {0};
	size_t kept;
	union { /* put_file's writers take what they are given as it is */
		const msgpack_object *in;
		void *out;
	} list;

	if (!obj_n(named) || obj_n(named) > AUTHORITIES ||
	    (kept_of(h, named, &kept) == obj_n(named) && kept == obj_n(named)))
		return;
	pack_map(&none, 0);
	if (link_call(l, "authorities", buf_view(&none), &t, &unsaid) == ERR_OK) {
		list.in = obj_get(tree_root(&t), "authorities");
		put_file(h, "ca.crt", write_authorities, list.out);
	}
	fault_free(&unsaid);
}
