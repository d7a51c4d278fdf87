#include "lmdb_store.h"

#include "keys.h"
#include "pack.h"
#include "upgrade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { COMMIT_EVERY = 256 };
static const uint64_t map_bytes = 64ULL << 30;

static const char *const names[TABLES] = {
	[TAB_META] = "meta",
	[TAB_AGENCY] = "agency",
	[TAB_PERSON] = "person",
	[TAB_HANDLE] = "handle",
	[TAB_DEVICE] = "device",
	[TAB_DEVICE_OF] = "device_of",
	[TAB_CODE] = "code",
	[TAB_AGREEMENT] = "agreement",
	[TAB_RULE] = "rule",
	[TAB_CASE] = "case",
	[TAB_CASE_OF] = "case_of",
	[TAB_MEMBER] = "member",
	[TAB_BLOCK] = "block",
	[TAB_MANDATE] = "mandate",
	[TAB_CONSENT] = "consent",
	[TAB_EMERGENCY] = "emergency",
	[TAB_ITEM] = "item",
	[TAB_PAST] = "past",
	[TAB_ITEM_CODE] = "item_code",
	[TAB_ABOUT] = "about",
	[TAB_EVENT] = "event",
	[TAB_REQUEST] = "request",
	[TAB_REQUEST_AT] = "request_at",
	[TAB_SEEN] = "seen",
	[TAB_SEEN_BY] = "seen_by",
	[TAB_VERZOEK] = "verzoek",
	[TAB_NOTICE] = "notice",
	[TAB_REVIEW] = "review",
	[TAB_RETAIN] = "retain",
	[TAB_ERASED] = "erased",
	[TAB_WAITING] = "waiting",
	[TAB_DUE] = "due",
	[TAB_LOOKED] = "looked",
	[TAB_MEETING] = "meeting",
	[TAB_MEETING_OF] = "meeting_of",
	[TAB_SLOT_OF] = "slot_of",
	[TAB_PRESENT] = "present",
	[TAB_TABLE] = "table",
	[TAB_LINK] = "link",
	[TAB_DRAFT] = "draft",
	[TAB_RULED] = "ruled",
	[TAB_RULED_OF] = "ruled_of",
	[TAB_GROUP] = "group",
	[TAB_MARK] = "mark",
	[TAB_VERSION] = "version",
	[TAB_READ] = "read",
	[TAB_ATTACH] = "attach",
	[TAB_CHUNK] = "chunk",
};

enum err store_failed(const char *what, int rc)
{
	fprintf(stderr, "store failed: what=%s code=%d\n", what, rc);
	return rc == MDB_MAP_FULL ? ERR_FULL : ERR_INTERNAL;
}

/* -- opening ----------------------------------------------------------------------------------- */

static int open_env(struct store *s, const struct store_conf *conf)
{
	/* who only reads needs no lock file: there is no writer to be kept out */
	unsigned how = s->read_only ? MDB_RDONLY | MDB_NOLOCK : 0;
	char path[4096];
	int rc = mdb_env_create(&s->env);

	snprintf(path, sizeof(path), "%s/state.mdb", conf->dir);
	rc = rc ? rc : mdb_env_set_maxdbs(s->env, TABLES + 1);
	rc = rc ? rc : mdb_env_set_mapsize(s->env, conf->map_bytes ? conf->map_bytes : map_bytes);
	return rc ? rc
		  : mdb_env_open(s->env, path, how | MDB_NOSUBDIR | MDB_NOTLS | MDB_NORDAHEAD,
				 0600);
}

static int open_tables(struct store *s)
{
	int rc = mdb_txn_begin(s->env, NULL, s->read_only ? MDB_RDONLY : 0, &s->txn);

	for (int t = TAB_META; t < TABLES && !rc; t++)
		rc = mdb_dbi_open(s->txn, names[t], s->read_only ? 0 : MDB_CREATE, &s->dbi[t]);
	return rc;
}

static const char key_head[] = "head", key_format[] = "format";

/* A newer format is refused and never guessed at; an older one was upgraded before. */
static enum err read_meta(struct store *s)
{
	struct slice v;

	if (store_get(s, TAB_META, slice_of(key_format), &v) != ERR_OK)
		return ERR_OK; /* new */
	if (get_be64(v.p) != STORE_FORMAT ||
	    store_get(s, TAB_META, slice_of(key_head), &v) != ERR_OK || v.n != HEAD_BYTES) {
		fprintf(stderr, "store failed: what=format\n");
		return ERR_INTERNAL;
	}
	s->position = get_be64(v.p);
	s->seen = get_be64(v.p + 8);
	memcpy(s->digest, v.p + 16, sizeof(s->digest));
	return ERR_OK;
}

static enum err bring_up_to_date(const struct store_conf *conf)
{
	uint64_t format;

	TRY(store_format(conf, &format));
	if (!format || format == STORE_FORMAT)
		return ERR_OK;
	if (format < STORE_FORMAT)
		return store_upgrade(conf, true);
	fprintf(stderr,
		"store failed: what=newer-format format=%llu known=%d can=\"install the newer "
		"brugd, "
		"or make the state anew: brugd --rebuild\"\n",
		(unsigned long long)format, STORE_FORMAT);
	return ERR_INTERNAL;
}

enum err store_open(const struct store_conf *conf, struct store **out)
{
	struct store *s;
	enum err err;
	int rc;

	TRY(bring_up_to_date(conf));
	s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	s->commit_every = conf->commit_every ? conf->commit_every : COMMIT_EVERY;
	s->read_only = conf->read_only;
	rc = open_env(s, conf);
	rc = rc ? rc : open_tables(s);
	err = rc ? store_failed("open", rc) : read_meta(s);
	if (err == ERR_OK) {
		*out = s;
		return ERR_OK;
	}
	if (s->txn)
		mdb_txn_abort(s->txn);
	if (s->env)
		mdb_env_close(s->env);
	free(s);
	return err;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->txn && (s->read_only || store_commit(s) == ERR_OK))
		mdb_txn_abort(s->txn);
	mdb_env_close(s->env);
	free(s);
}

/* -- reading ----------------------------------------------------------------------------------- */

static MDB_val val_of(struct slice s)
{
	union { /* LMDB does not write through keys and values it is given */
		const uint8_t *in;
		void *out;
	} p = {.in = s.n ? s.p : (const uint8_t *)""};

	return (MDB_val){.mv_size = s.n, .mv_data = p.out};
}

static struct slice slice_of_val(MDB_val v)
{
	return (struct slice){v.mv_data, v.mv_size};
}

enum err store_get(struct store *s, enum table t, struct slice key, struct slice *out)
{
	MDB_val k = val_of(key), v;
	int rc = key.n ? mdb_get(s->txn, s->dbi[t], &k, &v) : MDB_NOTFOUND;

	if (rc == MDB_NOTFOUND || rc == MDB_BAD_VALSIZE)
		return ERR_NOTFOUND;
	if (rc)
		return store_failed("get", rc);
	*out = slice_of_val(v);
	return ERR_OK;
}

bool store_has(struct store *s, enum table t, struct slice key)
{
	struct slice v;

	return store_get(s, t, key, &v) == ERR_OK;
}

/* -- walking ----------------------------------------------------------------------------------- */

static void walk_land(struct walk *w, int rc, MDB_val k, MDB_val v)
{
	w->key = slice_of_val(k);
	w->val = slice_of_val(v);
	w->on = rc == 0 && slice_starts(w->key, (struct slice){w->prefix, w->prefix_n});
	if (rc && rc != MDB_NOTFOUND)
		store_failed("walk", rc);
	if (!w->on)
		store_walk_end(w);
}

static bool walk_begin(struct store *s, enum table t, struct slice prefix, struct walk *w)
{
	MDB_cursor *c;

	*w = (struct walk){.store = s, .table = t};
	if (prefix.n > sizeof(w->prefix) || mdb_cursor_open(s->txn, s->dbi[t], &c) != 0)
		return false;
	if (prefix.n)
		memcpy(w->prefix, prefix.p, prefix.n);
	w->prefix_n = prefix.n;
	w->cursor = c;
	return true;
}

void store_walk_from(struct store *s, enum table t, struct slice prefix, struct slice from,
		     struct walk *w)
{
	MDB_val k = val_of(from), v = {0};

	if (walk_begin(s, t, prefix, w))
		walk_land(w, mdb_cursor_get(w->cursor, &k, &v, from.n ? MDB_SET_RANGE : MDB_FIRST),
			  k, v);
}

void store_walk(struct store *s, enum table t, struct slice prefix, struct walk *w)
{
	store_walk_from(s, t, prefix, prefix, w);
}

/* The first key behind all that begin with prefix; false when there can be none. */
static bool behind(struct walk *w, uint8_t *key)
{
	size_t n = w->prefix_n;

	memcpy(key, w->prefix, n);
	while (n && ++key[n - 1] == 0)
		n--;
	return n > 0;
}

void store_walk_last(struct store *s, enum table t, struct slice prefix, struct walk *w)
{
	uint8_t key[sizeof(w->prefix)];
	MDB_val k, v = {0};
	int rc;

	if (!walk_begin(s, t, prefix, w))
		return;
	k = (MDB_val){.mv_size = w->prefix_n, .mv_data = key};
	rc = behind(w, key) ? mdb_cursor_get(w->cursor, &k, &v, MDB_SET_RANGE) : MDB_NOTFOUND;
	rc = mdb_cursor_get(w->cursor, &k, &v, rc == 0 ? MDB_PREV : MDB_LAST);
	walk_land(w, rc, k, v);
}

static void walk_step(struct walk *w, MDB_cursor_op op)
{
	MDB_val k = {0}, v = {0};

	if (w->on)
		walk_land(w, mdb_cursor_get(w->cursor, &k, &v, op), k, v);
}

void store_next(struct walk *w)
{
	walk_step(w, MDB_NEXT);
}

void store_prev(struct walk *w)
{
	walk_step(w, MDB_PREV);
}

void store_walk_end(struct walk *w)
{
	if (w->cursor)
		mdb_cursor_close(w->cursor);
	w->cursor = NULL;
	w->on = false;
}

/* -- where we are ------------------------------------------------------------------------------ */

uint64_t store_position(struct store *s)
{
	return s->position;
}

uint64_t store_seen_position(struct store *s)
{
	return s->seen;
}

void store_digest(struct store *s, uint8_t out[32])
{
	memcpy(out, s->digest, sizeof(s->digest));
}

/* -- writing: apply.c alone -------------------------------------------------------------------- */

int store_put_raw(struct store *s, enum table t, struct slice key, struct slice value)
{
	MDB_val k = val_of(key), v = val_of(value);

	return mdb_put(s->txn, s->dbi[t], &k, &v, 0);
}

int store_del_raw(struct store *s, enum table t, struct slice key)
{
	MDB_val k = val_of(key);
	int rc = mdb_del(s->txn, s->dbi[t], &k, NULL);

	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int put_head(struct store *s)
{
	uint8_t head[HEAD_BYTES], format[8];
	int rc;

	put_be64(head, s->position);
	put_be64(head + 8, s->seen);
	memcpy(head + 16, s->digest, sizeof(s->digest));
	put_be64(format, STORE_FORMAT);
	rc = store_put_raw(s, TAB_META, slice_of(key_head), (struct slice){head, sizeof(head)});
	return rc ? rc
		  : store_put_raw(s, TAB_META, slice_of(key_format),
				  (struct slice){format, sizeof(format)});
}

bool store_commit_due(struct store *s)
{
	return s->applied >= s->commit_every;
}

enum err store_commit(struct store *s)
{
	int rc;

	if (!s->applied)
		return ERR_OK;
	rc = put_head(s);
	if (rc)
		return store_failed("commit", rc);
	rc = mdb_txn_commit(s->txn);
	s->txn = NULL;
	rc = rc ? rc : mdb_txn_begin(s->env, NULL, 0, &s->txn);
	if (rc)
		return store_failed("commit", rc);
	s->applied = 0;
	return ERR_OK;
}

/* -- comparing and measuring ------------------------------------------------------------------- */

static size_t differ_in(struct store *a, struct store *b, enum table t, char where[128])
{
	struct walk wa, wb;
	size_t n = 0;

	store_walk(a, t, SLICE(""), &wa);
	store_walk(b, t, SLICE(""), &wb);
	while (wa.on || wb.on) {
		int order = !wa.on ? 1 : !wb.on ? -1 : slice_cmp(wa.key, wb.key);

		if (order != 0 || !slice_eq(wa.val, wb.val)) {
			if (!*where)
				snprintf(where, 128, "table %s, key %zu of it", names[t], n);
			n++;
		}
		if (order <= 0)
			store_next(&wa);
		if (order >= 0)
			store_next(&wb);
	}
	store_walk_end(&wa);
	store_walk_end(&wb);
	return n;
}

size_t store_differ(struct store *a, struct store *b, char where[128])
{
	size_t n = a->position != b->position || a->seen != b->seen ||
		   memcmp(a->digest, b->digest, 32) != 0;

	where[0] = 0;
	if (n)
		snprintf(where, 128, "position or digest");
	for (int t = TAB_META + 1; t < TABLES; t++)
		n += differ_in(a, b, (enum table)t, where);
	return n;
}

void store_size(struct store *s, uint64_t *used, uint64_t *mapped)
{
	MDB_envinfo info;
	MDB_stat st;

	*used = *mapped = 0;
	if (mdb_env_info(s->env, &info) != 0 || mdb_env_stat(s->env, &st) != 0)
		return;
	*used = ((uint64_t)info.me_last_pgno + 1) * st.ms_psize;
	*mapped = info.me_mapsize;
}
