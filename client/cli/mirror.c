/* The mirror of the five mechanisms, and waiting circles. */
#include "cli.h"

#include "json.h"
#include "table.h"

#include <stdio.h>

/* -- the mirror -------------------------------------------------------------------------------- */

static const struct {
	const char *name, *text;
} mechanisms[] = {{"kader", N_("1 frame and conditions")},
		  {"energie", N_("2 energy and urgency")},
		  {"gezamenlijk_doel", N_("3 a shared goal")},
		  {"logica", N_("4 a fitting logic")},
		  {"lessen", N_("5 lessons")}};

static const char *mechanism_text(struct slice name)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++)
		if (slice_is(name, mechanisms[i].name))
			return lang_text(mechanisms[i].text);
	return "?";
}

static void add_mechanism(struct table *t, const msgpack_object *m)
{
	const msgpack_object *missing = obj_get(m, "missing");
	CLEANUP(buf_free) struct buf what = {0};

	for (size_t i = 0; i < obj_n(missing); i++) {
		buf_fmt(&what, "%s", i ? " " : "");
		show_reason(obj_at(missing, i), &what);
	}
	table_row(t, (struct slice[]){slice_of(mechanism_text(obj_bytes(obj_get(m, "mechanism")))),
				      slice_of(obj_n(missing) ? "?" : _("is there")),
				      buf_view(&what)});
}

enum err go_mirror(struct run *r)
{
	struct table table = {.head = {_("MECHANISM"), "", _("WHAT IS MISSING")},
			      .columns = 3,
			      .wide = {[2] = true}};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "mechanisms");
	for (size_t i = 0; i < obj_n(list); i++)
		add_mechanism(&table, obj_at(list, i));
	table_print(&table, stdout);
	table_free(&table);
	table_text(stdout, 0, slice_of(_("A mirror, not a score: of what you see.")));
	return ERR_OK;
}

/* -- circles ----------------------------------------------------------------------------------- */

static void print_item(const msgpack_object *item, const char *before)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%s%.*s ", before, SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	item_line(item, &line);
	if (item_text(item, "uitvoerder").n)
		buf_fmt(&line, "  (%.*s)", SLICE_ARG(item_text(item, "uitvoerder")));
	table_text(stdout, 2, buf_view(&line));
}

static void print_ring(const msgpack_object *ring)
{
	printf("%s%s%s\n", table_bold(stdout), _("Waited for in a ring"), table_plain(stdout));
	for (size_t i = 0; i < obj_n(ring); i++)
		print_item(obj_at(ring, i), i ? _("waits for ") : "");
	if (obj_n(ring))
		print_item(obj_at(ring, 0), _("and that waits for "));
}

enum err go_circles(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *rings, *mine;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	rings = obj_get(tree_root(&t), "rings");
	mine = obj_get(tree_root(&t), "mine");
	for (size_t i = 0; i < obj_n(rings); i++)
		print_ring(obj_at(rings, i));
	if (obj_n(mine))
		printf("%s%s%s\n", table_bold(stdout), _("What you wait for"), table_plain(stdout));
	for (size_t i = 0; i < obj_n(mine); i++) {
		print_item(obj_get(obj_at(mine, i), "item"), "");
		print_item(obj_get(obj_at(mine, i), "waits_for"), _("waits for "));
	}
	if (!obj_n(rings) && !obj_n(mine))
		printf("%s\n", _("Nobody waits in a ring, as far as you see."));
	return ERR_OK;
}
