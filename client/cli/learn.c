/* Learning: the shelf, lessons that fit, and how they did. */
#include "cli.h"

#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

/* "helped 2, did not 1": of cases. */
static void add_marks(const msgpack_object *marks, struct buf *out)
{
	static const struct {
		const char *key, *text;
	} rows[] = {{"hielp", N_("helped")},
		    {"hielp_niet", N_("did not")},
		    {"andere_context", N_("did not fit")}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (obj_int(obj_get(marks, rows[i].key), 0))
			buf_fmt(out, "%s%s %lld", out->n ? ", " : "", lang_text(rows[i].text),
				(long long)obj_int(obj_get(marks, rows[i].key), 0));
}

static void print_lesson(size_t nr, const struct slice *table, const msgpack_object *row)
{
	const msgpack_object *item = obj_get(row, "item");
	CLEANUP(buf_wipe) struct buf line = {0};
	CLEANUP(buf_wipe) struct buf below = {0};
	CLEANUP(buf_wipe) struct buf marks = {0};

	buf_fmt(&line, "%2zu  %.*s", nr, SLICE_ARG(item_text(item, "inhoud")));
	table_text(stdout, 0, buf_view(&line));
	table_text(stdout, 6, item_text(item, "context"));
	buf_fmt(&below, "%.*s/%.*s", SLICE_ARG(*table), SLICE_ARG(obj_word(item, "item")));
	add_marks(obj_get(row, "marks"), &marks);
	if (marks.n)
		buf_fmt(&below, " · %.*s", (int)marks.n, (const char *)marks.p);
	if (obj_word(row, "source").n)
		buf_fmt(&below, " · %s %.*s", _("learned in"), SLICE_ARG(obj_word(row, "source")));
	table_text(stdout, 6, buf_view(&below));
}

static void print_lessons(struct run *r, const msgpack_object *list, struct slice table)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct slices codes = {.v = ARENA_ARRAY(&a, struct slice, obj_n(list) + 1)};

	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *row = obj_at(list, i);
		struct slice at = table.n ? table : obj_word(row, "table");

		print_lesson(i + 1, &at, row);
		codes.v[codes.n++] = arena_fmt(&a, "%.*s/%.*s", SLICE_ARG(at),
					       SLICE_ARG(obj_word(obj_get(row, "item"), "item")));
	}
	place_rows_set(&r->home, &codes);
}

/* The table in use, when none was named. */
static enum err which_table(struct run *r)
{
	static char code[16];

	if (options_has(&r->options, "table"))
		return ERR_OK;
	if (!place_case(&r->home, code) || code[0] != 'T' || code[1] == '-')
		return fault_set(&r->fault, ERR_USAGE, N_("Which table?"), NULL,
				 N_("Name it: brug table list shows yours."), NULL);
	options_default(&r->options, field_find(command_method(r->command)->params, SLICE("table")),
			slice_of(code));
	return ERR_OK;
}

enum err go_shelf(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(which_table(r));
	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "lessons");
	printf("%s", table_bold(stdout));
	gate_printf(stdout, _("The shelf of %.*s: %zu of %lld places"),
		    SLICE_ARG(options_get(&r->options, "table")), obj_n(list),
		    (long long)obj_int(obj_get(tree_root(&t), "places"), 0));
	printf("%s\n", table_plain(stdout));
	print_lessons(r, list, options_get(&r->options, "table"));
	return ERR_OK;
}

enum err go_lessons(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "lessons");
	if (!obj_n(list))
		printf("%s\n", _("No lesson on the shelves of your tables fits."));
	print_lessons(r, list, (struct slice){0});
	return ERR_OK;
}

enum err go_lesson_publish(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *a;

	TRY(which_table(r));
	TRY(run_call(r, &t));
	a = tree_root(&t);
	if (r->options.json) {
		json_print(stdout, a, false);
		return ERR_OK;
	}
	gate_printf(stdout, _("On the shelf: %.*s/%.*s, %lld of %lld places"),
		    SLICE_ARG(options_get(&r->options, "table")), SLICE_ARG(obj_word(a, "item")),
		    (long long)obj_int(obj_get(a, "taken"), 0),
		    (long long)obj_int(obj_get(a, "places"), 0));
	printf("\n");
	return ERR_OK;
}

/* The lesson's table stands in its name, "TP-0417/7QK2"; the case is where it was tried. */
enum err go_lesson_mark(struct run *r)
{
	const struct method *m = command_method(r->command);
	struct slice item = options_get(&r->options, "item");
	const uint8_t *slash = item.n ? memchr(item.p, '/', item.n) : NULL;

	if (slash)
		options_default(&r->options, field_find(m->params, SLICE("table")),
				(struct slice){item.p, (size_t)(slash - item.p)});
	if (!options_has(&r->options, "case"))
		place_case(&r->home, r->case_code);
	return go_write(r);
}
