#include "drafts.h"

#include "texts.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DRAFTS = 256 };

static void drafts_path(const struct home *h, const char *name, char out[DRAFT_PATH])
{
	char dir[1200];

	mkdir(home_state(h, "drafts", dir), 0700);
	snprintf(out, DRAFT_PATH, "%s/%s", dir, name);
}

enum err draft_write(const char *path, struct slice bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && (!bytes.n || write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n) &&
		  fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok ? ERR_OK : ERR_INTERNAL;
}

/* -- what an editor holds ---------------------------------------------------------------------- */

/* "edit-KEY-PID": the process it belongs to, or 0 when the name is another's. */
static pid_t owner_of(const char *name, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(name, "edit-", 5) != 0 || strncmp(name + 5, key, n) != 0 || name[5 + n] != '-')
		return 0;
	return (pid_t)atoi(name + 6 + n);
}

static bool is_gone(pid_t pid)
{
	return kill(pid, 0) != 0 && errno == ESRCH;
}

/* Of several the one left last, which is the one that stands last in the list. */
bool draft_resume(const struct home *h, const char *key, char path[DRAFT_PATH])
{
	char own[96], folder[DRAFT_PATH], left[DRAFT_PATH];
	struct dirent **list = NULL;
	bool found = false;
	int n;

	snprintf(own, sizeof(own), "edit-%s-%d", key, (int)getpid());
	drafts_path(h, own, path);
	drafts_path(h, ".", folder);
	n = scandir(folder, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		pid_t pid = owner_of(list[i]->d_name, key);

		drafts_path(h, list[i]->d_name, left);
		found = (pid > 0 && is_gone(pid) && rename(left, path) == 0) || found;
		free(list[i]);
	}
	free(list);
	return found;
}

/* -- sealed on the device ---------------------------------------------------------------------- */

enum { KEY = 32, NONCE = 12, TAG = 16, MAGIC = 8 };
static const char magic[MAGIC + 1] = "BRUGDR1\n";

static bool read_key(const char *path, uint8_t key[KEY])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && read(fd, key, KEY) == KEY;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* A key of this device and of no other use: drawn once, whole or not there, whoever else begins. */
static bool draft_key(const struct home *h, uint8_t key[KEY])
{
	char path[1200], temp[1240];
	bool ok;

	if (read_key(home_data(h, "drafts.key", path), key))
		return true;
	snprintf(temp, sizeof(temp), "%s.%d", path, (int)getpid());
	ok = RAND_bytes(key, KEY) == 1 && draft_write(temp, (struct slice){key, KEY}) == ERR_OK &&
	     (link(temp, path) == 0 || errno == EEXIST);
	unlink(temp);
	return ok && read_key(path, key);
}

static bool crypt_bytes(EVP_CIPHER_CTX *c, struct slice name, struct slice in, uint8_t *out)
{
	int n = 0, m = 0;

	return EVP_CipherUpdate(c, NULL, &n, name.p, (int)name.n) == 1 &&
	       EVP_CipherUpdate(c, out, &n, in.p, (int)in.n) == 1 &&
	       EVP_CipherFinal_ex(c, out + n, &m) == 1;
}

static bool seal(const uint8_t key[KEY], const char *name, struct slice text, struct buf *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	size_t head = MAGIC + NONCE + TAG;
	uint8_t nonce[NONCE] = {0};
	bool ok;

	for (size_t i = 0; i < head + text.n; i++)
		buf_u8(out, 0);
	ok = c && RAND_bytes(nonce, NONCE) == 1 &&
	     EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, key, nonce, 1) == 1 &&
	     crypt_bytes(c, slice_of(name), text, out->p + head) &&
	     EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, out->p + MAGIC + NONCE) == 1;
	memcpy(out->p, magic, MAGIC);
	memcpy(out->p + MAGIC, nonce, NONCE);
	EVP_CIPHER_CTX_free(c);
	return ok;
}

static bool unseal(const uint8_t key[KEY], const char *name, struct slice sealed, struct buf *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	struct slice text;
	uint8_t tag[TAG];
	bool ok;

	text = (struct slice){sealed.p + MAGIC + NONCE + TAG, sealed.n - MAGIC - NONCE - TAG};
	memcpy(tag, sealed.p + MAGIC + NONCE, TAG);
	for (size_t i = 0; i < text.n + 1; i++)
		buf_u8(out, 0);
	out->n = text.n;
	ok = c && EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, key, sealed.p + MAGIC, 0) == 1 &&
	     EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	     crypt_bytes(c, slice_of(name), text, out->p);
	EVP_CIPHER_CTX_free(c);
	return ok;
}

/* Bound to its name: one draft is never read as another. */
static bool write_sealed(const struct home *h, const char *name, struct slice text)
{
	CLEANUP(buf_free) struct buf sealed = {0};
	char path[DRAFT_PATH], temp[DRAFT_PATH + 8];
	uint8_t key[KEY];
	bool ok;

	drafts_path(h, name, path);
	snprintf(temp, sizeof(temp), "%s.new", path);
	ok = draft_key(h, key) && seal(key, name, text, &sealed) &&
	     draft_write(temp, buf_view(&sealed)) == ERR_OK && rename(temp, path) == 0;
	OPENSSL_cleanse(key, sizeof(key));
	return ok;
}

static bool read_sealed(const struct home *h, const char *name, struct slice bytes, struct buf *out)
{
	uint8_t key[KEY];
	bool ok;

	if (bytes.n < MAGIC + NONCE + TAG || memcmp(bytes.p, magic, MAGIC) != 0)
		return false;
	ok = draft_key(h, key) && unseal(key, name, bytes, out);
	OPENSSL_cleanse(key, sizeof(key));
	return ok;
}

/* -- a change that is not acknowledged --------------------------------------------------------- */

static bool keep(const struct home *h, const char *name, const char *method, struct slice params,
		 bool waits)
{
	CLEANUP(buf_wipe) struct buf b = {0};

	pack_array(&b, 3);
	pack_text(&b, method);
	pack_bin(&b, params);
	pack_bool(&b, waits);
	return write_sealed(h, name, buf_view(&b));
}

enum err draft_keep(const struct home *h, const char *method, struct slice params, char name[32],
		    struct fault *f)
{
	char path[DRAFT_PATH];
	uint8_t r[16];

	request_draw(r);
	snprintf(name, 32, "%02x%02x%02x", r[0], r[1], r[2]);
	if (keep(h, name, method, params, false))
		return ERR_OK;
	drafts_path(h, name, path);
	return fault_set(f, ERR_INTERNAL, N_("There is no room for a draft."), NULL,
			 N_("Make room in %s."), path);
}

bool draft_drop(const struct home *h, const char *name)
{
	char path[DRAFT_PATH];

	drafts_path(h, name, path);
	return *name && !strchr(name, '/') && unlink(path) == 0;
}

enum err draft_unknown(struct fault *f, const char *name)
{
	return fault_set(f, ERR_USAGE, N_("There is no draft %s."), NULL,
			 N_("brug drafts lists them."), name);
}

static enum err draft_open(const struct home *h, const char *name, struct tree *t, struct fault *f)
{
	CLEANUP(buf_wipe) struct buf b = {0};
	CLEANUP(buf_wipe) struct buf open_ = {0};
	char path[DRAFT_PATH];
	enum err err;
	int fd;

	drafts_path(h, name, path);
	fd = strchr(name, '/') ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return draft_unknown(f, name);
	err = texts_read(fd, &b, f);
	close(fd);
	TRY(err);
	if (read_sealed(h, name, buf_view(&b), &open_) && tree_take(t, &open_) == ERR_OK &&
	    obj_n(tree_root(t)) == 3)
		return ERR_OK;
	return fault_set(f, ERR_INTERNAL, N_("The draft %s cannot be read."), NULL, NULL, name);
}

enum err draft_read(const struct home *h, const char *name, struct buf *method, struct buf *params,
		    struct fault *f)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(draft_open(h, name, &t, f));
	buf_slice(method, obj_bytes(obj_at(tree_root(&t), 0)));
	buf_u8(method, 0);
	buf_slice(params, obj_bytes(obj_at(tree_root(&t), 1)));
	return ERR_OK;
}

bool draft_waits(const struct home *h, const char *name)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct fault none = {0};
	bool waits = draft_open(h, name, &t, &none) == ERR_OK && obj_bool(obj_at(tree_root(&t), 2));

	fault_free(&none);
	return waits;
}

void draft_wait(const struct home *h, const char *name, bool waits)
{
	CLEANUP(buf_wipe) struct buf method = {0};
	CLEANUP(buf_wipe) struct buf params = {0};
	struct fault none = {0};

	if (draft_read(h, name, &method, &params, &none) == ERR_OK)
		keep(h, name, (char *)method.p, buf_view(&params), waits);
	fault_free(&none);
}

/* -- all of them ------------------------------------------------------------------------------- */

struct file {
	char *name;
	struct timespec at;
};

static int oldest_first(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	if (x->at.tv_sec != y->at.tv_sec)
		return x->at.tv_sec < y->at.tv_sec ? -1 : 1;
	return x->at.tv_nsec < y->at.tv_nsec ? -1 : x->at.tv_nsec > y->at.tv_nsec;
}

void draft_each(const struct home *h, void (*fn)(void *ctx, const char *name, int64_t time_ms),
		void *ctx)
{
	struct dirent **list = NULL;
	struct file files[DRAFTS];
	char path[DRAFT_PATH];
	size_t files_n = 0;
	int n;

	drafts_path(h, ".", path);
	n = scandir(path, &list, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		struct stat st;

		drafts_path(h, list[i]->d_name, path);
		if (list[i]->d_name[0] != '.' && files_n < DRAFTS && stat(path, &st) == 0)
			files[files_n++] = (struct file){list[i]->d_name, st.st_mtim};
	}
	qsort(files, files_n, sizeof(*files), oldest_first);
	for (size_t i = 0; i < files_n; i++)
		fn(ctx, files[i].name, (int64_t)files[i].at.tv_sec * 1000);
	for (int i = 0; i < n; i++)
		free(list[i]);
	free(list);
}
