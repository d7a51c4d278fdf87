/* brug export: everything held on the person. As a page he can read and print, or as JSON. */
#include "cli.h"

#include "gate.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

/* Text between tags: cleaned, and with what HTML reads as its own written out. */
static void print_escaped(struct slice text)
{
	CLEANUP(buf_wipe) struct buf clean = {0};

	gate_clean(text, true, &clean);
	for (size_t i = 0; i < clean.n; i++) {
		switch (clean.p[i]) {
		case '<':
			printf("&lt;");
			break;
		case '>':
			printf("&gt;");
			break;
		case '&':
			printf("&amp;");
			break;
		case '"':
			printf("&quot;");
			break;
		default:
			putchar(clean.p[i]);
		}
	}
}

static void print_value(const msgpack_object *v)
{
	char date[24];

	switch (v->type) {
	case MSGPACK_OBJECT_ARRAY:
		for (uint32_t i = 0; i < v->via.array.size; i++) {
			printf("%s", i ? ", " : "");
			print_value(&v->via.array.ptr[i]);
		}
		break;
	case MSGPACK_OBJECT_STR:
		print_escaped(obj_bytes(v));
		break;
	case MSGPACK_OBJECT_BOOLEAN:
		printf("%s", v->via.boolean ? _("yes") : _("no"));
		break;
	default:
		if (obj_int(v, 0) > 1000000000000LL) /* a moment, in ms */
			show_date(obj_int(v, 0), date), printf("%s", date);
		else
			printf("%lld", (long long)obj_int(v, 0));
	}
}

static void print_pairs(const msgpack_object *map)
{
	for (uint32_t i = 0; map->type == MSGPACK_OBJECT_MAP && i < map->via.map.size; i++) {
		printf("<dt>");
		print_escaped(obj_bytes(&map->via.map.ptr[i].key));
		printf("</dt><dd>");
		print_value(&map->via.map.ptr[i].val);
		printf("</dd>\n");
	}
}

static void print_view(const msgpack_object *view)
{
	printf("<dl>\n");
	for (size_t l = 0; l < obj_n(view); l++)
		print_pairs(obj_at(view, l));
	printf("</dl>\n");
}

static void print_statements(const msgpack_object *item)
{
	const msgpack_object *list = obj_get(item, "statements");

	for (size_t i = 0; i < obj_n(list); i++) {
		printf("<p class=\"statement\">%s ", _("You say this is not right:"));
		print_escaped(obj_bytes(obj_get(obj_at(list, i), "text")));
		printf("</p>\n");
	}
}

static void print_held(const msgpack_object *held)
{
	const msgpack_object *item = obj_get(held, "item"), *history = obj_get(held, "history");

	printf("<section><h2>");
	print_escaped(item_text(item, "kind"));
	printf(" ");
	print_escaped(obj_bytes(obj_get(item, "item")));
	printf("</h2>\n");
	print_view(obj_get(item, "view"));
	print_statements(item);
	for (size_t i = obj_n(history); i-- > 0;) {
		printf("<details><summary>%s</summary>\n", _("As it was before"));
		print_view(obj_get(obj_at(history, i), "view"));
		printf("</details>\n");
	}
	printf("</section>\n");
}

static void print_page(const msgpack_object *answer)
{
	const msgpack_object *items = obj_get(answer, "items");

	printf("<!DOCTYPE html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><title>",
	       lang_name());
	print_escaped(obj_bytes(obj_get(answer, "case")));
	printf("</title>\n<style>body{font-family:sans-serif;max-width:45em;margin:2em auto;"
	       "line-height:1.5}section{border-top:1px solid}dt{font-weight:bold}"
	       ".statement{border-left:.3em solid;padding-left:.6em}</style></head>\n<body>\n<h1>");
	print_escaped(obj_bytes(obj_get(answer, "title")));
	printf("</h1>\n<p>%s</p>\n", _("This is all that is held on you in this case, as far as "
				       "the law lets you read it. "
				       "Is something wrong? Say so: it will stand beside it."));
	for (size_t i = 0; i < obj_n(items); i++)
		print_held(obj_at(items, i));
	printf("</body>\n</html>\n");
}

enum err go_export(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	if (r->options.html)
		print_page(tree_root(&t));
	else
		json_print(stdout, tree_root(&t), false);
	return ERR_OK;
}
