/*
 * Apply: puts what a record of the journal says. No clock, no random number, no rule: the same
 * journal gives the same state anywhere.
 */
#include "lmdb_store.h"

#include "change.h"
#include "keys.h"
#include "pack.h"

#include <openssl/evp.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void digest_on(uint8_t digest[32], uint64_t pos, struct slice record)
{
	static EVP_MD_CTX *ctx;
	uint8_t be[8];

	put_be64(be, pos);
	if (!ctx)
		ctx = EVP_MD_CTX_new();
	if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(ctx, digest, 32) != 1 || EVP_DigestUpdate(ctx, be, sizeof(be)) != 1 ||
	    EVP_DigestUpdate(ctx, record.p, record.n) != 1 ||
	    EVP_DigestFinal_ex(ctx, digest, NULL) != 1)
		abort();
}

static enum err damaged(uint64_t pos, const char *what)
{
	fprintf(stderr, "apply failed: position=%llu what=%s\n", (unsigned long long)pos, what);
	return ERR_INTERNAL;
}

/* One row at a time: nothing may be deleted under a walk. */
static int del_all(struct store *s, enum table t, struct slice prefix)
{
	uint8_t key[512];
	int rc = 0;

	while (!rc) {
		struct walk w;
		size_t n;

		store_walk(s, t, prefix, &w);
		n = w.on && w.key.n <= sizeof(key) ? w.key.n : 0;
		if (n)
			memcpy(key, w.key.p, n);
		store_walk_end(&w);
		if (!n)
			break;
		rc = store_del_raw(s, t, (struct slice){key, n});
	}
	return rc;
}

/* [table, key, value, nil or true] */
static int apply_put(struct store *s, const msgpack_object *put)
{
	int64_t t = obj_int(obj_at(put, 0), 0);
	struct slice key = obj_bytes(obj_at(put, 1));
	const msgpack_object *value = obj_at(put, 2);

	if (t <= TAB_META || t >= TABLES || !key.n || obj_n(put) != 3)
		return MDB_CORRUPTED;
	if (value && value->type == MSGPACK_OBJECT_BOOLEAN)
		return key.n >= 8 ? del_all(s, (enum table)t, key) : MDB_CORRUPTED;
	if (obj_is_nil(value))
		return store_del_raw(s, (enum table)t, key);
	return store_put_raw(s, (enum table)t, key, obj_bytes(value));
}

static enum err apply_fact(struct store *s, uint64_t pos, const msgpack_object *record)
{
	const msgpack_object *puts = obj_at(record, 7);

	if (obj_int(obj_at(record, 0), 0) != SCHEMA_FACT || obj_n(record) != 8)
		return damaged(pos, "schema-unknown-upgrade-me");
	for (size_t i = 0; i < obj_n(puts); i++) {
		int rc = apply_put(s, obj_at(puts, i));

		if (rc)
			return store_failed("apply", rc);
	}
	return ERR_OK;
}

static enum err apply_seen(struct store *s, uint64_t pos, struct slice record)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct key by_case, by_person, of;
	struct seen seen;
	int rc;

	if (seen_read(record, &a, &seen) != ERR_OK)
		return damaged(pos, "disclosure");
	by_case = key_2(seen.case_id, pos);
	by_person = key_2(seen.person, pos);
	of = key_u64(seen.case_id);
	rc = store_put_raw(s, TAB_SEEN, key_view(&by_case), record);
	rc = rc ? rc : store_put_raw(s, TAB_SEEN_BY, key_view(&by_person), key_view(&of));
	return rc ? store_failed("apply", rc) : ERR_OK;
}

enum err store_apply(struct store *s, enum stream stream, uint64_t pos, struct slice record)
{
	uint64_t *at = stream == STREAM_FACT ? &s->position : &s->seen;
	CLEANUP(tree_free) struct tree tree = {0};

	if (pos != *at + 1)
		return damaged(pos, "gap");
	if (stream == STREAM_SEEN) {
		TRY(apply_seen(s, pos, record));
	} else {
		if (tree_read(&tree, record) != ERR_OK)
			return damaged(pos, "not-a-change");
		TRY(apply_fact(s, pos, tree_root(&tree)));
		digest_on(s->digest, pos, record);
	}
	*at = pos;
	s->applied++;
	return ERR_OK;
}
