#include "pack.h"

#include "scan.h"

#include <string.h>

static int add(void *data, const char *p, size_t n)
{
	buf_add(data, p, n);
	return 0;
}

static msgpack_packer packer(struct buf *b)
{
	msgpack_packer pk;

	msgpack_packer_init(&pk, b, add);
	return pk;
}

void pack_map(struct buf *b, size_t n)
{
	msgpack_packer pk = packer(b);

	msgpack_pack_map(&pk, n);
}

void pack_array(struct buf *b, size_t n)
{
	msgpack_packer pk = packer(b);

	msgpack_pack_array(&pk, n);
}

void pack_object(struct buf *b, const msgpack_object *o)
{
	msgpack_packer pk = packer(b);

	msgpack_pack_object(&pk, *o);
}

void pack_nil(struct buf *b)
{
	msgpack_packer pk = packer(b);

	msgpack_pack_nil(&pk);
}

void pack_bool(struct buf *b, bool v)
{
	msgpack_packer pk = packer(b);

	if (v)
		msgpack_pack_true(&pk);
	else
		msgpack_pack_false(&pk);
}

void pack_uint(struct buf *b, uint64_t v)
{
	msgpack_packer pk = packer(b);

	msgpack_pack_uint64(&pk, v);
}

void pack_int(struct buf *b, int64_t v)
{
	msgpack_packer pk = packer(b);

	msgpack_pack_int64(&pk, v);
}

void pack_str(struct buf *b, struct slice s)
{
	msgpack_packer pk = packer(b);

	msgpack_pack_str(&pk, s.n);
	if (s.n)
		msgpack_pack_str_body(&pk, s.p, s.n);
}

void pack_text(struct buf *b, const char *z)
{
	if (z)
		pack_str(b, slice_of(z));
	else
		pack_nil(b);
}

void pack_bin(struct buf *b, struct slice s)
{
	msgpack_packer pk = packer(b);

	msgpack_pack_bin(&pk, s.n);
	if (s.n)
		msgpack_pack_bin_body(&pk, s.p, s.n);
}

void pack_key(struct buf *b, const char *key)
{
	pack_text(b, key);
}

void pack_kv_str(struct buf *b, const char *key, struct slice s)
{
	pack_key(b, key);
	pack_str(b, s);
}

void pack_kv_text(struct buf *b, const char *key, const char *z)
{
	pack_key(b, key);
	pack_text(b, z);
}

void pack_kv_int(struct buf *b, const char *key, int64_t v)
{
	pack_key(b, key);
	pack_int(b, v);
}

void pack_kv_bool(struct buf *b, const char *key, bool v)
{
	pack_key(b, key);
	pack_bool(b, v);
}

void pack_kv_bin(struct buf *b, const char *key, struct slice s)
{
	pack_key(b, key);
	pack_bin(b, s);
}

void pack_kv_strs(struct buf *b, const char *key, struct slices v)
{
	pack_key(b, key);
	pack_array(b, v.n);
	for (size_t i = 0; i < v.n; i++)
		pack_str(b, v.v[i]);
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool is_sound(struct slice bytes)
{
	uint32_t n = bytes.n > UINT32_MAX ? 0 : (uint32_t)bytes.n;
	struct scan s;

	scan_begin(&s, (struct scan_limits){n, n, n});
	return n && scan_go(&s, bytes) == SCAN_DONE && s.at == n;
}

enum err tree_read(struct tree *t, struct slice bytes)
{
	size_t at = 0;

	if (!is_sound(bytes))
		return ERR_USAGE;
	msgpack_unpacked_init(&t->up);
	t->live = true;
	if (msgpack_unpack_next(&t->up, (const char *)bytes.p, bytes.n, &at) ==
		    MSGPACK_UNPACK_SUCCESS &&
	    at == bytes.n)
		return ERR_OK;
	tree_free(t);
	return ERR_USAGE;
}

enum err tree_take(struct tree *t, struct buf *bytes)
{
	t->own = *bytes;
	*bytes = (struct buf){0};
	return tree_read(t, buf_view(&t->own));
}

void tree_free(struct tree *t)
{
	if (t->live)
		msgpack_unpacked_destroy(&t->up);
	t->live = false;
	t->root = NULL;
	buf_wipe(&t->own);
}

const msgpack_object *obj_get(const msgpack_object *map, const char *key)
{
	size_t n = strlen(key);

	if (!map || map->type != MSGPACK_OBJECT_MAP)
		return NULL;
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object_kv *kv = &map->via.map.ptr[i];

		if (kv->key.type == MSGPACK_OBJECT_STR && kv->key.via.str.size == n &&
		    memcmp(kv->key.via.str.ptr, key, n) == 0)
			return &kv->val;
	}
	return NULL;
}

const msgpack_object *obj_at(const msgpack_object *array, size_t i)
{
	if (!array || array->type != MSGPACK_OBJECT_ARRAY || i >= array->via.array.size)
		return NULL;
	return &array->via.array.ptr[i];
}

size_t obj_n(const msgpack_object *o)
{
	if (o && o->type == MSGPACK_OBJECT_ARRAY)
		return o->via.array.size;
	return o && o->type == MSGPACK_OBJECT_MAP ? o->via.map.size : 0;
}

struct slice obj_bytes(const msgpack_object *o)
{
	if (o && o->type == MSGPACK_OBJECT_STR)
		return (struct slice){(const uint8_t *)o->via.str.ptr, o->via.str.size};
	if (o && o->type == MSGPACK_OBJECT_BIN)
		return (struct slice){(const uint8_t *)o->via.bin.ptr, o->via.bin.size};
	return (struct slice){0};
}

int64_t obj_int(const msgpack_object *o, int64_t otherwise)
{
	if (o && o->type == MSGPACK_OBJECT_NEGATIVE_INTEGER)
		return o->via.i64;
	if (o && o->type == MSGPACK_OBJECT_POSITIVE_INTEGER && o->via.u64 <= INT64_MAX)
		return (int64_t)o->via.u64;
	return otherwise;
}

bool obj_bool(const msgpack_object *o)
{
	return o && o->type == MSGPACK_OBJECT_BOOLEAN && o->via.boolean;
}

bool obj_is_nil(const msgpack_object *o)
{
	return !o || o->type == MSGPACK_OBJECT_NIL;
}

struct slices obj_strs(struct arena *a, const msgpack_object *array)
{
	struct slices s = {.n = array && array->type == MSGPACK_OBJECT_ARRAY ? array->via.array.size
									     : 0};

	if (!s.n)
		return s;
	s.v = ARENA_ARRAY(a, struct slice, s.n);
	for (size_t i = 0; i < s.n; i++)
		s.v[i] = obj_bytes(&array->via.array.ptr[i]);
	return s;
}
