#include "upgrade.h"

#include "lmdb_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH = 1200, NAME = 64, NAMES = 128 };
static const uint64_t map_bytes = 64ULL << 30;

static enum err failed(const char *what, int rc)
{
	fprintf(stderr, "upgrade failed: what=%s code=%d\n", what, rc);
	return ERR_INTERNAL;
}

/* -- one environment --------------------------------------------------------------------------- */

struct file {
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi meta;
	bool empty; /* no meta table: nothing was ever kept */
};

static void file_close(struct file *f)
{
	if (f->txn)
		mdb_txn_abort(f->txn);
	if (f->env)
		mdb_env_close(f->env);
	*f = (struct file){0};
}

static int file_open(struct file *f, const char *path, const struct store_conf *conf,
		     unsigned flags)
{
	int rc = mdb_env_create(&f->env);

	rc = rc ? rc : mdb_env_set_maxdbs(f->env, TABLES + 1);
	rc = rc ? rc : mdb_env_set_mapsize(f->env, conf->map_bytes ? conf->map_bytes : map_bytes);
	rc = rc ? rc : mdb_env_open(f->env, path, MDB_NOSUBDIR | MDB_NOTLS | flags, 0600);
	rc = rc ? rc : mdb_txn_begin(f->env, NULL, flags & MDB_RDONLY, &f->txn);
	if (rc)
		return rc;
	rc = mdb_dbi_open(f->txn, "meta", 0, &f->meta);
	f->empty = rc == MDB_NOTFOUND;
	return f->empty ? 0 : rc;
}

static int get(struct file *f, const char *key, MDB_val *out)
{
	char copy[16];
	MDB_val k = {strlen(key), copy};

	memcpy(copy, key, strlen(key));
	return mdb_get(f->txn, f->meta, &k, out);
}

static int put(struct file *f, const char *key, const void *p, size_t n)
{
	char copy[16];
	uint8_t value[64];
	MDB_val k = {strlen(key), copy}, v = {n, value};

	memcpy(copy, key, strlen(key));
	memcpy(value, p, n);
	return mdb_put(f->txn, f->meta, &k, &v, 0);
}

static int drop(struct file *f, const char *key)
{
	char copy[16];
	MDB_val k = {strlen(key), copy};
	int rc;

	memcpy(copy, key, strlen(key));
	rc = mdb_del(f->txn, f->meta, &k, NULL);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static uint64_t number(struct file *f, const char *key)
{
	MDB_val v;

	return !f->empty && get(f, key, &v) == 0 && v.mv_size == 8 ? get_be64(v.mv_data) : 0;
}

/* -- the steps --------------------------------------------------------------------------------- */

/* Position, disclosures and digest are one row: they are never of different moments. */
static int one_head(struct file *f)
{
	static const char *const before[] = {"position", "seen", "digest"};
	uint8_t head[HEAD_BYTES] = {0};
	MDB_val v;
	int rc = get(f, "position", &v);

	if (rc || v.mv_size != 8)
		return rc ? rc : EINVAL;
	memcpy(head, v.mv_data, 8);
	if (get(f, "seen", &v) == 0 && v.mv_size == 8)
		memcpy(head + 8, v.mv_data, 8);
	rc = get(f, "digest", &v);
	if (rc || v.mv_size != 32)
		return rc ? rc : EINVAL;
	memcpy(head + 16, v.mv_data, 32);
	rc = put(f, "head", head, sizeof(head));
	for (int i = 0; i < 3 && !rc; i++)
		rc = drop(f, before[i]);
	return rc;
}

static const struct step {
	uint64_t from; /* to the next */
	int (*go)(struct file *);
} steps[] = {{1, one_head}};
enum { STEPS = sizeof(steps) / sizeof(*steps) };

static int run_steps(struct file *f, uint64_t format)
{
	uint8_t be[8];
	int rc = 0;

	for (size_t i = 0; i < STEPS && !rc; i++) {
		if (steps[i].from != format)
			continue;
		rc = steps[i].go(f);
		put_be64(be, ++format);
		rc = rc ? rc : put(f, "format", be, sizeof(be));
	}
	return rc ? rc : format == STORE_FORMAT ? 0 : EINVAL;
}

/* -- a copy first ------------------------------------------------------------------------------ */

/* Every table but meta has as many rows as before. */
static int same_tables(struct file *a, struct file *b)
{
	MDB_dbi all, ta, tb;
	MDB_stat sa, sb;
	MDB_cursor *c;
	MDB_val k, v;
	int rc = mdb_dbi_open(a->txn, NULL, 0, &all);

	rc = rc ? rc : mdb_cursor_open(a->txn, all, &c);
	if (rc)
		return rc;
	while (!rc && mdb_cursor_get(c, &k, &v, MDB_NEXT) == 0) {
		char name[NAME];

		snprintf(name, sizeof(name), "%.*s", (int)k.mv_size, (char *)k.mv_data);
		if (!strcmp(name, "meta"))
			continue;
		rc = mdb_dbi_open(a->txn, name, 0, &ta);
		rc = rc ? rc : mdb_dbi_open(b->txn, name, 0, &tb);
		rc = rc ? rc : mdb_stat(a->txn, ta, &sa);
		rc = rc ? rc : mdb_stat(b->txn, tb, &sb);
		rc = rc ? rc : sa.ms_entries == sb.ms_entries ? 0 : EINVAL;
	}
	mdb_cursor_close(c);
	return rc;
}

static enum err work_on_copy(struct file *was, const char *copy, const struct store_conf *conf)
{
	struct file f = {0};
	int rc;

	unlink(copy);
	rc = mdb_env_copy2(was->env, copy, MDB_CP_COMPACT);
	if (rc)
		return failed("copy", rc);
	rc = file_open(&f, copy, conf, MDB_NOLOCK);
	rc = rc ? rc : run_steps(&f, number(&f, "format"));
	rc = rc ? rc : same_tables(was, &f);
	if (!rc) {
		rc = mdb_txn_commit(f.txn); /* synced */
		f.txn = NULL;
	}
	file_close(&f);
	return rc ? failed("step", rc) : ERR_OK;
}

static bool sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* The old file under a second name, then the copy under its own: there is one at every moment. */
static enum err replace(const char *dir, const char *path, const char *copy, uint64_t format)
{
	char kept[PATH + 32], lock[PATH + 8];

	snprintf(kept, sizeof(kept), "%s.format%llu", path, (unsigned long long)format);
	snprintf(lock, sizeof(lock), "%s-lock", path);
	unlink(kept);
	if (link(path, kept) != 0 || rename(copy, path) != 0 || !sync_dir(dir))
		return failed("replace", errno);
	unlink(lock);
	fprintf(stderr, "upgraded: what=state from=%llu to=%d kept=%s\n",
		(unsigned long long)format, STORE_FORMAT, kept);
	return ERR_OK;
}

enum err store_upgrade(const struct store_conf *conf, bool put_in_place)
{
	char path[PATH], copy[PATH + 16];
	struct file was = {0};
	uint64_t format = 0;
	enum err err = ERR_OK;
	int rc;

	snprintf(path, sizeof(path), "%.1100s/state.mdb", conf->dir);
	snprintf(copy, sizeof(copy), "%s.upgrade", path);
	rc = file_open(&was, path, conf, MDB_RDONLY);
	if (!rc)
		format = number(&was, "format");
	err = rc ? failed("open", rc) : work_on_copy(&was, copy, conf);
	file_close(&was);
	if (err == ERR_OK && put_in_place)
		return replace(conf->dir, path, copy, format);
	unlink(copy);
	return err;
}

enum err store_format(const struct store_conf *conf, uint64_t *out)
{
	struct file f = {0};
	char path[PATH];
	int rc;

	*out = 0;
	snprintf(path, sizeof(path), "%.1100s/state.mdb", conf->dir);
	if (access(path, F_OK) != 0)
		return ERR_OK;
	rc = file_open(&f, path, conf, MDB_RDONLY);
	if (!rc && !f.empty)
		*out = number(&f, "format");
	file_close(&f);
	return rc ? failed("open", rc) : ERR_OK;
}
