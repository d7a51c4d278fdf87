#include "look.h"

bool look(struct request *rq, const struct rec_item *item, struct tree *out)
{
	CLEANUP(buf_wipe) struct buf shown = {0};

	*out = (struct tree){0};
	return serve_show(rq, item, &shown) && tree_take(out, &shown) == ERR_OK;
}

enum level look_level(const struct tree *t)
{
	return (enum level)obj_n(obj_get(tree_root(t), "view"));
}

const msgpack_object *look_field(const struct tree *t, const char *field)
{
	const msgpack_object *view = obj_get(tree_root(t), "view");

	for (size_t l = 0; l < obj_n(view); l++) {
		const msgpack_object *v = obj_get(obj_at(view, l), field);

		if (v)
			return v;
	}
	return NULL;
}

struct slice look_text(const struct tree *t, const char *field)
{
	return obj_bytes(look_field(t, field));
}

const msgpack_object *look_refs(const struct tree *t, const char *field)
{
	return obj_get(obj_get(tree_root(t), "refs"), field);
}
