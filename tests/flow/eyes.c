#include "eyes.h"

bool is_text(const msgpack_object *o, const char *key, const char *text)
{
	return slice_is(obj_bytes(obj_get(o, key)), text);
}

const msgpack_object *row_with(const msgpack_object *list, const char *key, const char *text)
{
	for (size_t i = 0; i < obj_n(list); i++)
		if (is_text(obj_at(list, i), key, text))
			return obj_at(list, i);
	return NULL;
}

size_t told(struct link *l, const char *what)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	size_t n = 0;

	flow_call(l, "today", &t, "{}");
	list = obj_get(tree_root(&t), "notices");
	for (size_t i = 0; i < obj_n(list); i++)
		n += is_text(obj_at(list, i), "what", what);
	return n;
}

bool is_told(struct link *l, const char *what)
{
	return told(l, what) > 0;
}

size_t sees(struct link *l, const char *case_code, const char *item)
{
	CLEANUP(tree_free) struct tree t = {0};

	if (flow_try(l, "item.show", &t, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}", case_code,
		     item) != ERR_OK)
		return 0;
	return obj_n(obj_get(obj_get(tree_root(&t), "item"), "view"));
}

void close_case(struct link *lead, const char *case_code)
{
	static const char *const phases[] = {"afschaling", "nazorg", "gesloten"};

	for (int i = 0; i < 3; i++)
		flow_do(lead, "case.phase", "{\"case\":\"%s\",\"phase\":\"%s\",\"why\":\"klaar\"}",
			case_code, phases[i]);
}

void still_serves(struct flow *f)
{
	struct link *l = flow_link(f, "beheer@zvh");

	flow_do(l, "ping", "{\"n\":1}");
	link_close(l);
}
