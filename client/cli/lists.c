/* Search, cases, people, and why one sees what one sees. */
#include "cli.h"

#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- rows -------------------------------------------------------------------------------------- */

/* What was listed, so that a row's number can be used for it; codes are of the run's arena. */
struct rows {
	struct slices codes;
	struct arena arena;
	size_t n; /* of all lines, those without a number too */
};

static void add_number(struct rows *rows, const char *case_code, struct slice item)
{
	if (!rows->codes.v)
		rows->codes.v = ARENA_ARRAY(&rows->arena, struct slice, ROWS_MAX);
	rows->n++;
	if (rows->codes.n < ROWS_MAX)
		rows->codes.v[rows->codes.n++] =
			arena_fmt(&rows->arena, "%s/%.*s", case_code, SLICE_ARG(item));
}

static void print_items(const msgpack_object *items, const char *title, const char *case_code,
			struct rows *rows)
{
	if (obj_n(items))
		printf("%s%s%s\n", table_bold(stdout), title, table_plain(stdout));
	for (size_t i = 0; i < obj_n(items); i++) {
		const msgpack_object *item = obj_at(items, i);
		CLEANUP(buf_wipe) struct buf line = {0};
		struct slice code = obj_bytes(obj_get(item, "item"));

		add_number(rows, case_code, code);
		buf_fmt(&line, "%zu  %s/%.*s  ", rows->codes.n, case_code, SLICE_ARG(code));
		item_line(item, &line);
		buf_fmt(&line, "  %.*s  ", SLICE_ARG(item_text(item, "uitvoerder")));
		item_term(item, &line);
		table_text(stdout, 2, buf_view(&line));
	}
}

static void keep_rows(struct run *r, struct rows *rows)
{
	if (rows->codes.n)
		place_rows_set(&r->home, &rows->codes);
	arena_free(&rows->arena);
}

/* -- search ------------------------------------------------------------------------------------ */

enum err go_search(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *cases;
	struct rows rows = {0};

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	cases = obj_get(tree_root(&t), "cases");
	for (size_t i = 0; i < obj_n(cases); i++) {
		const msgpack_object *c = obj_at(cases, i);
		CLEANUP(buf_wipe) struct buf title = {0};
		char code[16];

		snprintf(code, sizeof(code), "%.*s", SLICE_ARG(obj_bytes(obj_get(c, "case"))));
		buf_fmt(&title, "%s · ", code);
		gate_clean(obj_bytes(obj_get(c, "title")), false, &title);
		buf_u8(&title, 0);
		print_items(obj_get(c, "items"), (char *)title.p, code, &rows);
	}
	if (!rows.n)
		printf("%s\n", _("Nothing that you may see says so."));
	if (obj_bool(obj_get(tree_root(&t), "more")))
		printf("%s\n", _("There is more: give more words, or --case."));
	keep_rows(r, &rows);
	return ERR_OK;
}

/* -- cases and people -------------------------------------------------------------------------- */

/* The state of somebody's part, in the reader's language. */
static struct slice status_word(struct slice s)
{
	static const char *const words[] = {N_("active"), N_("invited"), N_("ended"),
					    N_("declined")};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_is(s, words[i]))
			return slice_of(lang_text(words[i]));
	return s;
}

static void add_cells(struct table *t, const msgpack_object *row, const char *const *keys)
{
	struct slice cells[COLUMNS_MAX];

	for (unsigned c = 0; c < t->columns; c++)
		cells[c] = status_word(obj_bytes(obj_get(row, keys[c])));
	table_row(t, cells);
}

static void print_list(struct table *t, const msgpack_object *rows, const char *const *keys)
{
	for (size_t i = 0; i < obj_n(rows); i++)
		add_cells(t, obj_at(rows, i), keys);
	table_print(t, stdout);
	table_free(t);
}

enum err go_cases(struct run *r)
{
	static const char *const keys[] = {"case", "title", "phase", "role", "status"};
	struct table table = {.head = {_("CASE"), _("WHO"), _("PHASE"), _("YOUR ROLE"), _("STATE")},
			      .columns = 5,
			      .wide = {[1] = true}};
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	if (!obj_n(obj_get(tree_root(&t), "cases")))
		printf("%s\n", _("You take part in no case yet."));
	else
		print_list(&table, obj_get(tree_root(&t), "cases"), keys);
	return ERR_OK;
}

static void print_line(const char *label, struct slice text)
{
	if (!text.n)
		return;
	printf("%-14s ", label);
	gate_print(stdout, text);
	printf("\n");
}

static void print_invitation(const msgpack_object *c)
{
	print_line(_("agreement"), obj_bytes(obj_get(c, "agreement")));
	print_line(_("invited by"), obj_bytes(obj_get(c, "invited_by")));
	print_line(_("asked"), obj_bytes(obj_get(c, "ask")));
	print_line(_("your role"), obj_bytes(obj_get(obj_get(c, "me"), "role")));
	printf("%s\n", _("You see more once you accept: brug accept"));
}

static void words_of(const msgpack_object *a, const msgpack_object *b, struct buf *out)
{
	for (size_t i = 0; i < obj_n(a); i++)
		buf_fmt(out, "%s%.*s", out->n ? ", " : "", SLICE_ARG(obj_bytes(obj_at(a, i))));
	for (size_t i = 0; i < obj_n(b); i++)
		buf_fmt(out, "%s%.*s", out->n ? ", " : "", SLICE_ARG(obj_bytes(obj_at(b, i))));
}

enum err go_case(struct run *r)
{
	static const char *const keys[] = {"person", "name", "agency", "role", "status"};
	struct table table = {.head = {_("PERSON"), _("NAME"), _("AGENCY"), _("ROLE"), _("STATE")},
			      .columns = 5,
			      .wide = {[1] = true}};
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_free) struct buf purposes = {0};
	const msgpack_object *c;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	c = tree_root(&t);
	print_line(_("case"), obj_bytes(obj_get(c, "case")));
	if (obj_get(c, "invited_by")) {
		print_invitation(c);
		return ERR_OK;
	}
	print_line(_("who"), obj_bytes(obj_get(c, "title")));
	if (!obj_bytes(obj_get(c, "sort")).n)
		print_line(_("phase"), obj_bytes(obj_get(c, "phase")));
	print_line(_("table of"), obj_bytes(obj_get(c, "sort")));
	print_line(_("agreement"), obj_bytes(obj_get(c, "agreement")));
	words_of(obj_get(c, "purposes"), NULL, &purposes);
	print_line(_("purposes"), buf_view(&purposes));
	print_line(_("discussed"), obj_bytes(obj_get(c, "discussed")));
	print_list(&table, obj_get(c, "members"), keys);
	print_case_reasons(c);
	return ERR_OK;
}

/* -- who and why ------------------------------------------------------------------------------- */

/* A reason is an English sentence with at most one place for its argument. */
void show_reason(const msgpack_object *reason, struct buf *out)
{
	CLEANUP(arena_free) struct arena a = {0};
	const char *text = lang_text(arena_str(&a, obj_bytes(obj_at(reason, 0)))),
		   *hole = strstr(text, "%s");
	struct slice arg = obj_bytes(obj_at(reason, 1));

	if (hole)
		buf_fmt(out, "%.*s%.*s%s", (int)(hole - text), text, SLICE_ARG(arg), hole + 2);
	else
		buf_fmt(out, "%s", text);
}

static void add_reasons(const msgpack_object *why, const char *between, struct buf *out)
{
	for (size_t i = 0; i < obj_n(why); i++) {
		buf_fmt(out, "%s", !i ? "" : out->p[out->n - 1] == '.' ? " " : between);
		show_reason(obj_at(why, i), out);
	}
}

enum err go_who(struct run *r)
{
	struct table table = {.head = {_("PERSON"), _("AGENCY"), _("SEES"), _("WHY")},
			      .columns = 4,
			      .wide = {[3] = true}};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *people;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	people = obj_get(tree_root(&t), "people");
	for (size_t i = 0; i < obj_n(people); i++) {
		const msgpack_object *p = obj_at(people, i);
		CLEANUP(buf_wipe) struct buf why = {0};

		add_reasons(obj_get(p, "why"), "; ", &why);
		table_row(&table, (struct slice[]){obj_bytes(obj_get(p, "person")),
						   obj_bytes(obj_get(p, "agency")),
						   obj_bytes(obj_get(p, "level")), buf_view(&why)});
	}
	table_print(&table, stdout);
	table_free(&table);
	return ERR_OK;
}

enum err go_why(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *why;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	gate_printf(stdout, "%s/%.*s  %s %.*s\n", r->case_code,
		    SLICE_ARG(obj_bytes(obj_get(tree_root(&t), "item"))), _("you see:"),
		    SLICE_ARG(obj_bytes(obj_get(tree_root(&t), "level"))));
	why = obj_get(tree_root(&t), "why");
	for (size_t i = 0; i < obj_n(why); i++) {
		CLEANUP(buf_wipe) struct buf line = {0};

		show_reason(obj_at(why, i), &line);
		table_text(stdout, 2, buf_view(&line));
	}
	return ERR_OK;
}
