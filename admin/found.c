#include "found.h"

#include "pki.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

enum { CA_KEY, CA, SERVER_KEY, SERVER, MASTER, CHECKPOINT, BOOTSTRAP, FILES };
const char *const founding_files[FILES + 1] = {
	[CA_KEY] = "pki/ca.key",     [CA] = "pki/ca.crt",     [SERVER_KEY] = "pki/server.key",
	[SERVER] = "pki/server.crt", [MASTER] = "master.key", [CHECKPOINT] = "checkpoint.key",
	[BOOTSTRAP] = "bootstrap",
};

/* What is being made; path is of the file at hand, so that a failure can name it. */
struct work {
	const struct founding *plan;
	char *path;
	EVP_PKEY *ca_key, *server_key, *checkpoint_key;
	X509 *ca, *server;
	uint8_t secret[JOIN_HALF];
};

static void work_wipe(struct work *w)
{
	EVP_PKEY_free(w->ca_key);
	EVP_PKEY_free(w->server_key);
	EVP_PKEY_free(w->checkpoint_key);
	X509_free(w->ca);
	X509_free(w->server);
	OPENSSL_cleanse(w->secret, sizeof(w->secret));
}

static const char *at(struct work *w, unsigned file)
{
	snprintf(w->path, 256, "%s/%s", w->plan->dir, founding_files[file]);
	return w->path;
}

static enum err make_folder(struct work *w, const char *below)
{
	snprintf(w->path, 256, "%s%s", w->plan->dir, below);
	return mkdir(w->path, 0700) == 0 || errno == EEXIST ? ERR_OK : ERR_INTERNAL;
}

static bool any_there(struct work *w)
{
	for (unsigned i = 0; i < BOOTSTRAP; i++)
		if (access(at(w, i), F_OK) == 0)
			return true;
	return false;
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static enum err write_new(const char *path, struct slice bytes)
{
	CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n || fsync(fd))
		return ERR_INTERNAL;
	return ERR_OK;
}

static enum err make_keys(struct work *w)
{
	w->ca_key = pki_key_new();
	w->server_key = pki_key_new();
	w->checkpoint_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (!w->ca_key || !w->server_key || !w->checkpoint_key ||
	    RAND_bytes(w->secret, sizeof(w->secret)) != 1)
		return ERR_INTERNAL;
	TRY(pki_key_save(w->ca_key, at(w, CA_KEY)));
	TRY(pki_key_save(w->server_key, at(w, SERVER_KEY)));
	return pki_key_save(w->checkpoint_key, at(w, CHECKPOINT));
}

static void file_close(FILE **f)
{
	if (*f)
		fclose(*f);
}

/* The CA follows the server's certificate in its file: who joins checks the CA against the code. */
static enum err append_ca(struct work *w, const char *path)
{
	CLEANUP(file_close) FILE *f = fopen(path, "ae");

	return f && PEM_write_X509(f, w->ca) == 1 && fflush(f) == 0 ? ERR_OK : ERR_INTERNAL;
}

/* No two are called the same: a chain is found by its names. */
static X509 *new_ca(EVP_PKEY *key, const char *server)
{
	uint8_t draw[4];
	char name[65];

	if (RAND_bytes(draw, sizeof(draw)) != 1)
		return NULL;
	snprintf(name, sizeof(name), "Brug %02x%02x%02x%02x %.40s", draw[0], draw[1], draw[2],
		 draw[3], server);
	return pki_ca_new(key, name);
}

static enum err make_certificates(struct work *w)
{
	w->ca = new_ca(w->ca_key, w->plan->server);
	if (!w->ca)
		return ERR_INTERNAL;
	w->server = pki_server_new(w->ca, w->ca_key, w->server_key, w->plan->server);
	if (!w->server)
		return ERR_INTERNAL;
	TRY(pki_cert_save(w->ca, at(w, CA)));
	TRY(pki_cert_save(w->server, at(w, SERVER)));
	return append_ca(w, at(w, SERVER));
}

static enum err make_master(struct work *w)
{
	uint8_t key[32];
	enum err err;

	if (RAND_bytes(key, sizeof(key)) != 1)
		return ERR_INTERNAL;
	err = write_new(at(w, MASTER), (struct slice){key, sizeof(key)});
	OPENSSL_cleanse(key, sizeof(key));
	return err;
}

static enum err hash_secret(const struct work *w, struct buf *hex)
{
	uint8_t hash[32];

	if (EVP_Digest(w->secret, sizeof(w->secret), hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_INTERNAL;
	for (size_t i = 0; i < sizeof(hash); i++)
		buf_fmt(hex, "%02x", hash[i]);
	return ERR_OK;
}

/* Lines of name=value, as brugd reads them. The secret itself is only in the code. */
static enum err make_bootstrap(struct work *w)
{
	CLEANUP(buf_wipe) struct buf b = {0};

	buf_fmt(&b, "agency=%s\nagency_name=%s\nhandle=%s\nname=%s\ncode_hash=", w->plan->agency,
		w->plan->agency_name, w->plan->handle, w->plan->name);
	TRY(hash_secret(w, &b));
	buf_u8(&b, '\n');
	return write_new(at(w, BOOTSTRAP), buf_view(&b));
}

static enum err make_code(struct work *w, char code[40])
{
	uint8_t fp[32];

	TRY(pki_fingerprint(w->ca, fp));
	pki_code_text(fp, w->secret, code);
	return ERR_OK;
}

/* Made by root in a folder of the daemon's user: then the files are his too. */
static enum err give_to_owner(struct work *w)
{
	struct stat st;

	if (stat(w->plan->dir, &st) || st.st_uid == geteuid())
		return ERR_OK;
	snprintf(w->path, 256, "%s/pki", w->plan->dir);
	if (chown(w->path, st.st_uid, st.st_gid))
		return ERR_INTERNAL;
	snprintf(w->path, 256, "%s/pki/authorities.crt", w->plan->dir);
	if (chown(w->path, st.st_uid, st.st_gid) && errno != ENOENT)
		return ERR_INTERNAL;
	for (unsigned i = 0; i < FILES; i++)
		if (chown(at(w, i), st.st_uid, st.st_gid) && errno != ENOENT)
			return ERR_INTERNAL;
	return ERR_OK;
}

static enum err make_all(struct work *w, char code[40])
{
	TRY(make_keys(w));
	TRY(make_certificates(w));
	TRY(make_master(w));
	TRY(make_bootstrap(w));
	TRY(make_code(w, code));
	return give_to_owner(w);
}

static void remove_all(struct work *w)
{
	char path[256];
	char *kept = w->path;
	int why = errno;

	w->path = path;
	for (unsigned i = 0; i < FILES; i++)
		unlink(at(w, i));
	w->path = kept;
	errno = why;
}

enum err found(const struct founding *plan, char code[40], char where[256])
{
	CLEANUP(work_wipe) struct work w = {.plan = plan, .path = where};
	enum err err;

	errno = 0;
	TRY(make_folder(&w, ""));
	TRY(make_folder(&w, "/pki"));
	if (any_there(&w))
		return ERR_CONFLICT;
	err = make_all(&w, code);
	if (err != ERR_OK)
		remove_all(&w);
	return err;
}

/* -- renewing ---------------------------------------------------------------------------------- */

/* The name in the certificate that is there. */
static enum err name_of(const char *path, char name[160])
{
	X509 *cert = pki_cert_load(path);
	int n = cert ? X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name,
						 160)
		     : -1;

	X509_free(cert);
	return n > 0 ? ERR_OK : ERR_INTERNAL;
}

static const char *in_pki(struct work *w, const char *name)
{
	snprintf(w->path, 256, "%s/pki/%s", w->plan->dir, name);
	return w->path;
}

static bool issued(X509 *ca, const char *server)
{
	X509 *cert = pki_cert_load(server);
	bool yes = ca && cert && X509_verify(cert, X509_get0_pubkey(ca)) == 1;

	X509_free(cert);
	return yes;
}

/* While one authority takes over: the one of before, as long as the server still shows its. */
static bool old_one_issues(struct work *w)
{
	X509 *old = pki_cert_load(in_pki(w, "ca-old.crt"));
	bool yes = old && issued(old, at(w, SERVER));

	X509_free(old);
	return yes;
}

static enum err load_ca(struct work *w, bool old)
{
	w->ca_key = pki_key_load(old ? in_pki(w, "ca-old.key") : at(w, CA_KEY));
	if (!w->ca_key)
		return ERR_INTERNAL;
	w->ca = pki_cert_load(old ? in_pki(w, "ca-old.crt") : at(w, CA));
	return w->ca ? ERR_OK : ERR_INTERNAL;
}

/* Beside the old files first, and over them only when both are whole. */
static enum err make_renewed(struct work *w, const char *key, const char *cert)
{
	w->server_key = pki_key_new();
	w->server = w->server_key ? pki_server_new(w->ca, w->ca_key, w->server_key, w->plan->server)
				  : NULL;
	if (!w->server)
		return ERR_INTERNAL;
	TRY(pki_key_save(w->server_key, key));
	TRY(pki_cert_save(w->server, cert));
	return append_ca(w, cert);
}

static enum err put_in_place(struct work *w, const char *key, const char *cert)
{
	if (rename(key, at(w, SERVER_KEY)) || rename(cert, at(w, SERVER)))
		return ERR_INTERNAL;
	return give_to_owner(w);
}

static enum err renew(const char *dir, bool as_before, int64_t *until, char where[256])
{
	char name[160], key[300], cert[300];
	struct founding plan = {.dir = dir, .server = name};
	CLEANUP(work_wipe) struct work w = {.plan = &plan, .path = where};
	enum err err;

	errno = 0;
	TRY(name_of(at(&w, SERVER), name));
	TRY(load_ca(&w, as_before && old_one_issues(&w)));
	snprintf(key, sizeof(key), "%s.new", at(&w, SERVER_KEY));
	snprintf(cert, sizeof(cert), "%s.new", at(&w, SERVER));
	unlink(key);
	unlink(cert);
	err = make_renewed(&w, key, cert);
	if (err == ERR_OK)
		err = put_in_place(&w, key, cert);
	*until = w.server ? pki_until(w.server) : 0;
	return err;
}

enum err found_renew(const char *dir, int64_t *until, char where[256])
{
	return renew(dir, true, until, where);
}

/* -- another authority ------------------------------------------------------------------------- */

static enum err write_authorities(struct work *w, X509 *old)
{
	char temp[264];

	snprintf(temp, sizeof(temp), "%s.new", in_pki(w, "authorities.crt"));
	unlink(temp);
	TRY(pki_cert_save(old, temp));
	TRY(append_ca(w, temp));
	return rename(temp, w->path) == 0 ? ERR_OK : ERR_INTERNAL;
}

static enum err keep_as_old(struct work *w, unsigned file, const char *name)
{
	char now[256];

	snprintf(now, sizeof(now), "%s", at(w, file));
	return link(now, in_pki(w, name)) == 0 ? ERR_OK : ERR_INTERNAL;
}

static enum err put_new(struct work *w, const char *name, unsigned file)
{
	char from[256];

	snprintf(from, sizeof(from), "%s", in_pki(w, name));
	return rename(from, at(w, file)) == 0 ? ERR_OK : ERR_INTERNAL;
}

/* First both are trusted, then the new one signs. */
static enum err take_over(struct work *w, X509 *old)
{
	unlink(in_pki(w, "ca.key.new"));
	TRY(pki_key_save(w->ca_key, w->path));
	unlink(in_pki(w, "ca.crt.new"));
	TRY(pki_cert_save(w->ca, w->path));
	TRY(write_authorities(w, old));
	TRY(keep_as_old(w, CA_KEY, "ca-old.key"));
	TRY(keep_as_old(w, CA, "ca-old.crt"));
	TRY(put_new(w, "ca.key.new", CA_KEY));
	TRY(put_new(w, "ca.crt.new", CA));
	return give_to_owner(w);
}

enum err found_authority(const char *dir, char where[256])
{
	char name[160];
	struct founding plan = {.dir = dir, .server = name};
	CLEANUP(work_wipe) struct work w = {.plan = &plan, .path = where};
	X509 *old;
	enum err err;

	errno = 0;
	if (access(in_pki(&w, "ca-old.crt"), F_OK) == 0)
		return ERR_CONFLICT;
	TRY(name_of(at(&w, SERVER), name));
	old = pki_cert_load(at(&w, CA));
	w.ca_key = pki_key_new();
	w.ca = w.ca_key ? new_ca(w.ca_key, name) : NULL;
	err = old && w.ca ? take_over(&w, old) : ERR_INTERNAL;
	X509_free(old);
	return err;
}

enum err found_authority_switch(const char *dir, int64_t *until, char where[256])
{
	struct founding plan = {.dir = dir};
	struct work w = {.plan = &plan, .path = where};

	if (access(in_pki(&w, "ca-old.crt"), F_OK) != 0)
		return ERR_CONFLICT;
	return renew(dir, false, until, where);
}

static void wipe(const char *path)
{
	static const uint8_t zero[4096];
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (write(fd, zero, sizeof(zero)) < 0 || fsync(fd) != 0)
			errno = EIO;
		close(fd);
	}
	unlink(path);
}

enum err found_authority_end(const char *dir, int64_t now_ms, int64_t *from_ms, char where[256])
{
	struct founding plan = {.dir = dir};
	struct work w = {.plan = &plan, .path = where};
	X509 *ca;
	bool before;

	errno = 0;
	*from_ms = 0;
	if (access(in_pki(&w, "ca-old.crt"), F_OK) != 0 || old_one_issues(&w))
		return ERR_CONFLICT;
	ca = pki_cert_load(at(&w, CA));
	if (!ca)
		return ERR_INTERNAL;
	*from_ms = pki_from(ca) + PKI_DEVICE_DAYS * (int64_t)24 * 60 * 60 * 1000;
	X509_free(ca);
	before = now_ms < *from_ms;
	if (before)
		return ERR_REFUSED;
	wipe(in_pki(&w, "ca-old.key"));
	unlink(in_pki(&w, "ca-old.crt"));
	return unlink(in_pki(&w, "authorities.crt")) == 0 ? ERR_OK : ERR_INTERNAL;
}
