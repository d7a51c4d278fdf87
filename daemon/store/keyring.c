#include "keyring.h"

#include <lmdb.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	KEY = 32,
	NONCE = 12,
	TAG = 16,
	SEAL_VERSION = 1,
	CACHE = 256,
	WRAPPED = 1 + NONCE + KEY + TAG
};
static const uint64_t token_id = UINT64_MAX, directory_id = 0;

/* A case's key, kept warm: its schedule is expanded once. */
struct warm {
	uint64_t id, used;
	uint8_t key[KEY];
	EVP_CIPHER_CTX *seal, *open;
};
struct keyring {
	char dir[3072];
	MDB_env *env;
	MDB_dbi dbi;
	uint8_t master[KEY];
	struct warm warm[CACHE];
	uint64_t clock;
};

static enum err failed(const char *what, int code)
{
	fprintf(stderr, "keyring failed: what=%s code=%d\n", what, code);
	return ERR_INTERNAL;
}

/* -- AES-256-GCM ------------------------------------------------------------------------------- */

static EVP_CIPHER_CTX *expanded(const uint8_t key[KEY], int enc)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();

	if (!c || EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, key, NULL, enc) != 1)
		abort();
	return c;
}

/* Appends version, nonce, text and tag. */
static enum err gcm_seal(EVP_CIPHER_CTX *c, struct slice aad, struct slice text, struct buf *out)
{
	uint8_t nonce[NONCE], tag[TAG];
	size_t at;
	int n;

	if (RAND_bytes(nonce, sizeof(nonce)) != 1)
		return failed("random", 0);
	buf_u8(out, SEAL_VERSION);
	buf_add(out, nonce, sizeof(nonce));
	at = out->n;
	buf_slice(out, text); /* sealed in place */
	if (EVP_EncryptInit_ex(c, NULL, NULL, NULL, nonce) != 1 ||
	    EVP_EncryptUpdate(c, NULL, &n, aad.p, (int)aad.n) != 1 ||
	    (text.n && EVP_EncryptUpdate(c, out->p + at, &n, out->p + at, (int)text.n) != 1) ||
	    EVP_EncryptFinal_ex(c, tag, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, tag) != 1)
		return failed("seal", 0);
	buf_add(out, tag, sizeof(tag));
	return ERR_OK;
}

static enum err gcm_open(EVP_CIPHER_CTX *c, struct slice aad, struct slice seal, struct buf *out)
{
	size_t at = out->n, text_n;
	uint8_t nonce[NONCE], tag[TAG], last[TAG];
	int n;

	if (seal.n < 1 + NONCE + TAG || seal.p[0] != SEAL_VERSION)
		return ERR_INTERNAL;
	text_n = seal.n - 1 - NONCE - TAG;
	memcpy(nonce, seal.p + 1, NONCE);
	memcpy(tag, seal.p + seal.n - TAG, TAG);
	buf_add(out, seal.p + 1 + NONCE, text_n);
	if (EVP_DecryptInit_ex(c, NULL, NULL, NULL, nonce) == 1 &&
	    EVP_DecryptUpdate(c, NULL, &n, aad.p, (int)aad.n) == 1 &&
	    (!text_n || EVP_DecryptUpdate(c, out->p + at, &n, out->p + at, (int)text_n) == 1) &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	    EVP_DecryptFinal_ex(c, last, &n) == 1)
		return ERR_OK;
	if (text_n)
		OPENSSL_cleanse(out->p + at, text_n);
	out->n = at;
	return ERR_INTERNAL;
}

/* -- wrapped keys ------------------------------------------------------------------------------ */

static struct slice id_bytes(uint64_t id, uint8_t be[8])
{
	put_be64(be, id);
	return (struct slice){be, 8};
}

static enum err wrap(struct keyring *k, uint64_t id, const uint8_t key[KEY], struct buf *out)
{
	EVP_CIPHER_CTX *c = expanded(k->master, 1);
	uint8_t be[8];
	enum err err = gcm_seal(c, id_bytes(id, be), (struct slice){key, KEY}, out);

	EVP_CIPHER_CTX_free(c);
	return err;
}

static enum err unwrap(struct keyring *k, uint64_t id, struct slice wrapped, uint8_t key[KEY])
{
	EVP_CIPHER_CTX *c = expanded(k->master, 0);
	CLEANUP(buf_wipe) struct buf b = {0};
	uint8_t be[8];
	enum err err = gcm_open(c, id_bytes(id, be), wrapped, &b);

	EVP_CIPHER_CTX_free(c);
	if (err != ERR_OK || b.n != KEY)
		return failed("master-key-does-not-fit", 0);
	memcpy(key, b.p, KEY);
	return ERR_OK;
}

static enum err read_key(struct keyring *k, uint64_t id, uint8_t key[KEY])
{
	uint8_t be[8];
	MDB_val at = {8, be}, v;
	MDB_txn *txn;
	enum err err;
	int rc = mdb_txn_begin(k->env, NULL, MDB_RDONLY, &txn);

	if (rc)
		return failed("read", rc);
	id_bytes(id, be);
	rc = mdb_get(txn, k->dbi, &at, &v);
	err = rc == MDB_NOTFOUND ? ERR_NOTFOUND
	      : rc               ? failed("read", rc)
				 : unwrap(k, id, (struct slice){v.mv_data, v.mv_size}, key);
	mdb_txn_abort(txn);
	return err;
}

static enum err write_key(struct keyring *k, uint64_t id, const uint8_t key[KEY])
{
	CLEANUP(buf_free) struct buf wrapped = {0};
	uint8_t be[8];
	MDB_val at = {8, be}, v;
	MDB_txn *txn;
	int rc;

	TRY(wrap(k, id, key, &wrapped));
	id_bytes(id, be);
	v = (MDB_val){wrapped.n, wrapped.p};
	rc = mdb_txn_begin(k->env, NULL, 0, &txn);
	if (rc)
		return failed("write", rc);
	rc = mdb_put(txn, k->dbi, &at, &v, MDB_NOOVERWRITE);
	if (rc) {
		mdb_txn_abort(txn);
		return rc == MDB_KEYEXIST ? ERR_CONFLICT : failed("write", rc);
	}
	rc = mdb_txn_commit(txn); /* synced: the key is durable before anything is sealed with it */
	return rc ? failed("write", rc) : ERR_OK;
}

/* -- kept warm --------------------------------------------------------------------------------- */

static void cool(struct warm *w)
{
	EVP_CIPHER_CTX_free(w->seal);
	EVP_CIPHER_CTX_free(w->open);
	OPENSSL_cleanse(w, sizeof(*w));
}

static struct warm *coolest(struct keyring *k)
{
	struct warm *w = &k->warm[0];

	for (int i = 1; i < CACHE && w->used; i++)
		if (k->warm[i].used < w->used)
			w = &k->warm[i];
	return w;
}

/* Case ids spread well enough over the slots that most are found at the first look. */
static enum err warm_up(struct keyring *k, uint64_t id, struct warm **out)
{
	uint8_t key[KEY];
	struct warm *w;

	for (int i = 0; i < CACHE; i++) {
		w = &k->warm[(id + (uint64_t)i) % CACHE];
		if (w->used && w->id == id) {
			w->used = ++k->clock;
			*out = w;
			return ERR_OK;
		}
	}
	TRY(read_key(k, id, key));
	w = &k->warm[id % CACHE];
	if (w->used)
		w = coolest(k);
	cool(w);
	w->id = id;
	w->used = ++k->clock;
	memcpy(w->key, key, KEY);
	w->seal = expanded(key, 1);
	w->open = expanded(key, 0);
	OPENSSL_cleanse(key, sizeof(key));
	*out = w;
	return ERR_OK;
}

/* -- opening ----------------------------------------------------------------------------------- */

static enum err read_master(struct keyring *k, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t more;
	ssize_t n = -1;

	if (fd < 0)
		return failed("master-key-not-there", errno);
	if (fstat(fd, &st) == 0 && (st.st_mode & 077)) {
		close(fd);
		return failed("master-key-readable-by-others-chmod-600", 0);
	}
	if (read(fd, k->master, KEY) == KEY)
		n = read(fd, &more, 1);
	close(fd);
	return n == 0 ? ERR_OK : failed("master-key-is-not-32-bytes", 0);
}

static int open_env(struct keyring *k)
{
	char path[4096];
	MDB_txn *txn;
	int rc = mdb_env_create(&k->env);

	snprintf(path, sizeof(path), "%s/keys.mdb", k->dir);
	rc = rc ? rc : mdb_env_set_mapsize(k->env, 1UL << 30);
	rc = rc ? rc : mdb_env_open(k->env, path, MDB_NOSUBDIR | MDB_NOTLS, 0600);
	rc = rc ? rc : mdb_txn_begin(k->env, NULL, 0, &txn);
	if (rc)
		return rc;
	rc = mdb_dbi_open(txn, NULL, 0, &k->dbi);
	if (rc) {
		mdb_txn_abort(txn);
		return rc;
	}
	return mdb_txn_commit(txn);
}

/* The directory's and the tokens' keys; and a look whether the master key fits. */
static enum err first_keys(struct keyring *k)
{
	struct warm *w;
	enum err err = keyring_make(k, directory_id);

	if (err == ERR_OK || err == ERR_CONFLICT)
		err = keyring_make(k, token_id);
	if (err != ERR_OK && err != ERR_CONFLICT)
		return err;
	TRY(warm_up(k, directory_id, &w));
	return warm_up(k, token_id, &w);
}

void keyring_close(struct keyring *k)
{
	if (!k)
		return;
	for (int i = 0; i < CACHE; i++)
		cool(&k->warm[i]);
	if (k->env)
		mdb_env_close(k->env);
	OPENSSL_cleanse(k, sizeof(*k));
	munlock(k, sizeof(*k));
	free(k);
}

enum err keyring_make(struct keyring *k, uint64_t id)
{
	uint8_t key[KEY];
	enum err err;

	if (RAND_bytes(key, sizeof(key)) != 1)
		return failed("random", 0);
	err = write_key(k, id, key);
	OPENSSL_cleanse(key, sizeof(key));
	return err;
}

/* -- erasure ----------------------------------------------------------------------------------- */

void keyring_wipe(int fd)
{
	static const uint8_t zero[65536];
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0) {
		for (off_t at = 0; at < st.st_size; at += (off_t)sizeof(zero))
			if (pwrite(fd, zero, sizeof(zero), at) < 0)
				break;
		fsync(fd);
	}
	close(fd);
}

static void wipe_file(const char *path)
{
	keyring_wipe(open(path, O_WRONLY | O_CLOEXEC));
	unlink(path);
}

static void beside(const struct keyring *k, const char *end, char out[4104])
{
	snprintf(out, 4104, "%s/keys.mdb%s", k->dir, end);
}

static bool synced(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* The old file under a second name: while that stands there, an erasure is not finished. One that
 * stands there already and is another file was replaced: it only has to go. */
static enum err keep_old(const struct keyring *k, const char *path, const char *old)
{
	struct stat now, before;

	if (stat(path, &now) != 0)
		return failed("erase", errno);
	if (stat(old, &before) == 0) {
		if (before.st_ino == now.st_ino)
			return ERR_OK;
		wipe_file(old);
	}
	return link(path, old) == 0 && synced(k->dir) ? ERR_OK : failed("erase", errno);
}

/* LMDB does not wipe the pages it frees: the file is written anew without them, and takes the old
 * one's place in one step, when it is on the disk. There is a whole file at every moment. */
static enum err compact(struct keyring *k)
{
	char path[4104], temp[4104], old[4104];
	int rc;

	beside(k, "", path);
	beside(k, ".new", temp);
	beside(k, ".old", old);
	wipe_file(temp);
	rc = mdb_env_copy2(k->env, temp, MDB_CP_COMPACT);
	if (rc || !synced(temp))
		return failed("compact", rc ? rc : errno);
	mdb_env_close(k->env);
	k->env = NULL;
	if (rename(temp, path) != 0 || !synced(k->dir))
		return failed("compact", errno);
	wipe_file(old);
	rc = open_env(k);
	return rc ? failed("compact", rc) : ERR_OK;
}

/* What a machine that stopped in the middle of an erasure left. */
static enum err finish_erasure(struct keyring *k)
{
	char path[4104], temp[4104], old[4104];

	beside(k, "", path);
	beside(k, ".new", temp);
	beside(k, ".old", old);
	if (access(old, F_OK) != 0) {
		wipe_file(temp);
		return ERR_OK;
	}
	TRY(keep_old(k, path, old));
	return compact(k);
}

static enum err drop_row(struct keyring *k, uint64_t id)
{
	uint8_t be[8];
	MDB_val at = {8, be};
	MDB_txn *txn;
	int rc = mdb_txn_begin(k->env, NULL, 0, &txn);

	if (rc)
		return failed("drop", rc);
	id_bytes(id, be);
	rc = mdb_del(txn, k->dbi, &at, NULL);
	if (rc)
		mdb_txn_abort(txn);
	else
		rc = mdb_txn_commit(txn);
	return rc ? failed("drop", rc) : ERR_OK;
}

bool keyring_has(struct keyring *k, uint64_t id)
{
	uint8_t be[8];
	MDB_val at = {8, be}, v;
	MDB_txn *txn;
	bool yes;

	if (mdb_txn_begin(k->env, NULL, MDB_RDONLY, &txn) != 0)
		return true; /* then dropping says what is wrong */
	id_bytes(id, be);
	yes = mdb_get(txn, k->dbi, &at, &v) != MDB_NOTFOUND;
	mdb_txn_abort(txn);
	return yes;
}

enum err keyring_drop(struct keyring *k, uint64_t id)
{
	char path[4104], old[4104];

	if (!keyring_has(k, id))
		return ERR_NOTFOUND;
	beside(k, "", path);
	beside(k, ".old", old);
	TRY(keep_old(k, path, old));
	TRY(drop_row(k, id));
	for (int i = 0; i < CACHE; i++)
		if (k->warm[i].used && k->warm[i].id == id)
			cool(&k->warm[i]);
	return compact(k);
}

enum err keyring_open(const char *dir, const char *master_file, struct keyring **out)
{
	struct keyring *k = calloc(1, sizeof(*k));
	enum err err;
	int rc;

	if (!k)
		abort();
	mlock(k, sizeof(*k)); /* not to the swap, where there is room for that */
	snprintf(k->dir, sizeof(k->dir), "%s", dir);
	err = read_master(k, master_file);
	rc = err == ERR_OK ? open_env(k) : 0;
	if (rc)
		err = failed("open", rc);
	if (err == ERR_OK && !synced(k->dir)) /* that there is such a file */
		err = failed("open", errno);
	if (err == ERR_OK)
		err = finish_erasure(k);
	if (err == ERR_OK)
		err = first_keys(k);
	if (err == ERR_OK)
		*out = k;
	else
		keyring_close(k);
	return err;
}

/* -- seals ------------------------------------------------------------------------------------- */

static struct slice bound_to(uint64_t case_id, uint64_t num, uint64_t rev, uint8_t out[24])
{
	put_be64(out, case_id);
	put_be64(out + 8, num);
	put_be64(out + 16, rev);
	return (struct slice){out, 24};
}

enum err keyring_seal(struct keyring *k, uint64_t case_id, uint64_t num, uint64_t rev,
		      struct slice text, struct buf *out)
{
	uint8_t aad[24];
	struct warm *w;

	TRY(warm_up(k, case_id, &w));
	return gcm_seal(w->seal, bound_to(case_id, num, rev, aad), text, out);
}

enum err keyring_open_seal(struct keyring *k, uint64_t case_id, uint64_t num, uint64_t rev,
			   struct slice seal, struct buf *out)
{
	uint8_t aad[24];
	struct warm *w;

	TRY(warm_up(k, case_id, &w));
	return gcm_open(w->open, bound_to(case_id, num, rev, aad), seal, out);
}

enum err keyring_blind(struct keyring *k, struct slice text, uint8_t out[32])
{
	unsigned n = 32;
	struct warm *w;

	TRY(warm_up(k, directory_id, &w));
	return HMAC(EVP_sha256(), w->key, KEY, text.p, text.n, out, &n) ? ERR_OK
									: failed("hmac", 0);
}

void keyring_token_seal(struct keyring *k, struct slice plain, struct buf *out)
{
	if (keyring_seal(k, token_id, 0, 0, plain, out) != ERR_OK)
		abort();
}

enum err keyring_token_open(struct keyring *k, struct slice token, struct buf *out)
{
	return keyring_open_seal(k, token_id, 0, 0, token, out);
}
