#include "fields.h"

static bool is_ref(const struct field *f)
{
	return f->type == T_ITEM || f->type == T_ITEMS;
}

/* The value a field has from now on, or NULL. */
static const msgpack_object *value_of(const struct field *f, const msgpack_object *update,
				      const msgpack_object *old)
{
	const msgpack_object *v = obj_get(update, f->name);

	if (v)
		return obj_is_nil(v) ? NULL : v;
	return obj_get(old, f->name);
}

static int add_bytes(void *data, const char *p, size_t n)
{
	buf_add(data, p, n);
	return 0;
}

static unsigned pack_face(enum level level, const struct item_face *face, struct buf *out)
{
	switch (level) {
	case LEVEL_BESTAAN:
		pack_kv_str(out, "kind", face->kind);
		pack_kv_str(out, "category", face->category);
		pack_kv_str(out, "agency", face->agency);
		return 3;
	case LEVEL_SIGNAAL:
		pack_kv_str(out, "state", face->state);
		pack_kv_strs(out, "leefgebieden", face->areas);
		return 2;
	case LEVEL_KERN:
		pack_kv_strs(out, "purposes", face->purposes);
		pack_kv_int(out, "made", face->made);
		return 2;
	case LEVEL_INHOUD:
		pack_kv_str(out, "author", face->author);
		pack_kv_int(out, "rev", (int64_t)face->rev);
		pack_kv_str(out, "by", face->by);
		pack_kv_int(out, "changed", face->changed);
		if (face->why.n)
			pack_kv_str(out, "why", face->why);
		return face->why.n ? 5 : 4;
	case LEVEL_GEEN:
		break;
	}
	return 0;
}

void fields_pack(const struct kind *kind, enum level level, const struct item_face *face,
		 const msgpack_object *update, const msgpack_object *old, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf pairs = {0};
	unsigned n = pack_face(level, face, &pairs);
	msgpack_packer pk;

	msgpack_packer_init(&pk, &pairs, add_bytes);
	for (const struct field *f = kind->fields; f->name; f++) {
		const msgpack_object *v =
			f->level == level && !is_ref(f) ? value_of(f, update, old) : NULL;

		if (!v)
			continue;
		pack_key(&pairs, f->name);
		msgpack_pack_object(&pk, *v);
		n++;
	}
	pack_map(out, n);
	buf_slice(out, buf_view(&pairs));
}
