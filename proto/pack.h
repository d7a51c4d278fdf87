#pragma once
/*
 * MessagePack out and in. Writing is msgpack-c's packer into a struct buf. Reading is msgpack-c's
 * unpacker over bytes that scan.h has already passed: strings of a tree point into those bytes, so
 * the bytes must outlive the tree.
 */
#include "bytes.h"
#include "err.h"

#include <msgpack.h>

void pack_map(struct buf *, size_t n);
void pack_array(struct buf *, size_t n);
void pack_object(struct buf *, const msgpack_object *); /* as it was read */
void pack_nil(struct buf *);
void pack_bool(struct buf *, bool);
void pack_uint(struct buf *, uint64_t);
void pack_int(struct buf *, int64_t);
void pack_str(struct buf *, struct slice);
void pack_text(struct buf *, const char *z); /* NULL is written as nil */
void pack_bin(struct buf *, struct slice);

/* A map key and its value in one line. */
void pack_key(struct buf *, const char *key);
void pack_kv_str(struct buf *, const char *key, struct slice);
void pack_kv_text(struct buf *, const char *key, const char *z);
void pack_kv_int(struct buf *, const char *key, int64_t);
void pack_kv_bool(struct buf *, const char *key, bool);
void pack_kv_bin(struct buf *, const char *key, struct slice);
void pack_kv_strs(struct buf *, const char *key, struct slices);

/* One decoded value; owns msgpack-c's zone, and the bytes when they were given to it. Begin with
 * {0}. */
struct tree {
	msgpack_unpacked up;
	bool live;
	struct buf own;
	const msgpack_object *root; /* a part of it that is meant, or NULL for the whole */
};
/* Decodes exactly one value that fills bytes: a sound one, as scan.h has it, so that no header's
 * number decides how much memory is taken. ERR_USAGE when it is not. Free with tree_free. */
enum err tree_read(struct tree *, struct slice bytes);
/* The same over bytes that become the tree's own; *bytes is empty afterwards. */
enum err tree_take(struct tree *, struct buf *bytes);
void tree_free(struct tree *);
static inline const msgpack_object *tree_root(const struct tree *t)
{
	return t->root ? t->root : &t->up.data;
}

/* Looking: each takes NULL and the wrong type, and then gives NULL, empty, 0 or the default. */
const msgpack_object *obj_get(const msgpack_object *map, const char *key);
const msgpack_object *obj_at(const msgpack_object *array, size_t i);
size_t obj_n(const msgpack_object *);           /* elements of an array, pairs of a map */
struct slice obj_bytes(const msgpack_object *); /* of a str or a bin */
int64_t obj_int(const msgpack_object *, int64_t otherwise);
/* What stands under a name: most of what an answer is read for. */
static inline struct slice obj_word(const msgpack_object *map, const char *key)
{
	return obj_bytes(obj_get(map, key));
}
static inline int64_t obj_number(const msgpack_object *map, const char *key)
{
	return obj_int(obj_get(map, key), 0);
}
bool obj_bool(const msgpack_object *);
bool obj_is_nil(const msgpack_object *); /* NULL counts as nil */
struct slices obj_strs(struct arena *, const msgpack_object *array);
