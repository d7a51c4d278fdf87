#include "json.h"

#include "brug.h"
#include "lang.h"
#include "options.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *bytes_of(const msgpack_object *o)
{
	size_t n = 4 * ((o->via.bin.size + 2) / 3) + 1;
	unsigned char *text = malloc(n);
	json_t *j;

	if (!text)
		abort();
	EVP_EncodeBlock(text, (const unsigned char *)o->via.bin.ptr, (int)o->via.bin.size);
	j = json_string((char *)text);
	free(text);
	return j;
}

static bool is_item(const msgpack_object *o)
{
	const msgpack_object *view = obj_get(o, "view");

	return view && view->type == MSGPACK_OBJECT_ARRAY;
}

static void add_pairs(json_t *to, const msgpack_object *map)
{
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object_kv *kv = &map->via.map.ptr[i];

		json_object_setn_new(to, kv->key.via.str.ptr, kv->key.via.str.size,
				     json_of(&kv->val));
	}
}

static json_t *item_of(const msgpack_object *o)
{
	const msgpack_object *view = obj_get(o, "view");
	json_t *j = json_object();

	for (uint32_t i = 0; i < o->via.map.size; i++) {
		const msgpack_object_kv *kv = &o->via.map.ptr[i];

		if (&kv->val != view)
			json_object_setn_new(j, kv->key.via.str.ptr, kv->key.via.str.size,
					     json_of(&kv->val));
	}
	json_object_set_new(j, "level", json_integer((json_int_t)view->via.array.size));
	for (size_t l = 0; l < view->via.array.size; l++)
		if (obj_at(view, l)->type == MSGPACK_OBJECT_MAP)
			add_pairs(j, obj_at(view, l));
	return j;
}

static json_t *array_of(const msgpack_object *o)
{
	json_t *j = json_array();

	for (uint32_t i = 0; i < o->via.array.size; i++)
		json_array_append_new(j, json_of(&o->via.array.ptr[i]));
	return j;
}

json_t *json_of(const msgpack_object *o)
{
	json_t *j;

	switch (o->type) {
	case MSGPACK_OBJECT_BOOLEAN:
		return json_boolean(o->via.boolean);
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		return json_integer(obj_int(o, 0));
	case MSGPACK_OBJECT_STR:
		return json_stringn(o->via.str.ptr, o->via.str.size);
	case MSGPACK_OBJECT_BIN:
		return bytes_of(o);
	case MSGPACK_OBJECT_ARRAY:
		return array_of(o);
	case MSGPACK_OBJECT_MAP:
		if (is_item(o))
			return item_of(o);
		j = json_object();
		add_pairs(j, o);
		return j;
	default:
		return json_null();
	}
}

void json_print(FILE *f, const msgpack_object *o, bool lines)
{
	json_t *j = json_of(o);

	if (json_is_object(j))
		json_object_set_new(j, "v", json_integer(1));
	/* a terminal obeys some characters beyond ASCII; a program that reads JSON does not */
	json_dumpf(j, f,
		   (lines ? JSON_COMPACT : JSON_INDENT(2)) | JSON_SORT_KEYS |
			   (isatty(fileno(f)) ? JSON_ENSURE_ASCII : 0));
	fputc('\n', f);
	fflush(f);
	json_decref(j);
}

void json_fault(FILE *f, const struct fault *fault)
{
	CLEANUP(tree_free) struct tree t = {0};
	json_t *e = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s}", "code", (int)fault->code, "name",
			      err_name((int)fault->code), "text",
			      *fault->text ? fault->text : lang_text(err_text((int)fault->code)),
			      "why", fault->why, "can", fault->can, "ref", fault->ref);
	json_t *j = json_pack("{s:i, s:O}", "v", 1, "error", e);

	if (fault->detail.n && tree_read(&t, buf_view(&fault->detail)) == ERR_OK)
		json_object_set_new(e, "detail", json_of(tree_root(&t)));
	json_dumpf(j, f, JSON_COMPACT);
	fputc('\n', f);
	json_decref(e);
	json_decref(j);
}

bool json_wanted(const struct options *o, const struct tree *t)
{
	if (o->json)
		json_print(stdout, tree_root(t), false);
	return o->json;
}
