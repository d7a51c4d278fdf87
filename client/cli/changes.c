/* What changed since one last looked, and that one has looked. */
#include "cli.h"

#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

void looked_at_plan(struct run *r)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct fault quiet = {0};
	uint8_t request[16];

	/* when one came in, by the server's clock: what changed while one read is new still */
	request_draw(request);
	pack_map(&params, 3);
	pack_kv_text(&params, "case", r->case_code);
	pack_kv_int(&params, "time", obj_int(obj_get(link_me(r->link), "time"), 0));
	pack_kv_bin(&params, "request", (struct slice){request, sizeof(request)});
	link_call(r->link, "plan.seen", buf_view(&params), &t, &quiet);
	fault_free(&quiet);
}

/* A view on its own reads as an item does. */
static struct slice was_text(const msgpack_object *change, const char *field)
{
	const msgpack_object *view = obj_get(change, "was");

	for (size_t l = 0; l < obj_n(view); l++) {
		struct slice v = obj_bytes(obj_get(obj_at(view, l), field));

		if (v.n)
			return v;
	}
	return (struct slice){0};
}

static void add_field(const msgpack_object *change, const char *field, bool texts, struct buf *out)
{
	struct slice was = was_text(change, field), now = item_text(obj_get(change, "item"), field);

	if (slice_eq(was, now))
		return;
	buf_fmt(out, "%s", out->n ? "; " : "");
	if (!texts)
		buf_fmt(out, "%s: %.*s → %.*s", field, SLICE_ARG(was.n ? was : SLICE("-")),
			SLICE_ARG(now.n ? now : SLICE("-")));
	else
		buf_fmt(out, _("%s says something else"), field);
}

static void add_how(const msgpack_object *change, struct buf *out)
{
	static const char *const facts[] = {"state", "uitvoerder", "termijn", NULL};
	static const char *const texts[] = {"inhoud", "kern", "signaal", "woorden", NULL};

	for (const char *const *f = facts; *f; f++)
		add_field(change, *f, false, out);
	for (const char *const *f = texts; *f; f++)
		add_field(change, *f, true, out);
	if (!out->n)
		buf_fmt(out, "%s", _("changed"));
}

static void print_change(const msgpack_object *change, size_t nr)
{
	const msgpack_object *item = obj_get(change, "item");
	CLEANUP(buf_wipe) struct buf line = {0};
	CLEANUP(buf_wipe) struct buf how = {0};

	buf_fmt(&line, "%zu  %s %.*s  ", nr, obj_bool(obj_get(change, "new")) ? "+" : "~",
		SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	if (item_level(item) > LEVEL_BESTAAN)
		buf_fmt(&line, "%.*s: ", SLICE_ARG(item_text(item, "kind")));
	item_line(item, &line);
	table_text(stdout, 0, buf_view(&line));
	if (obj_bool(obj_get(change, "new")))
		return;
	add_how(change, &how);
	table_text(stdout, 6, buf_view(&how));
}

static void keep_rows(struct run *r, const msgpack_object *changes)
{
	struct slices codes = {.v = calloc(obj_n(changes) + 1, sizeof(*codes.v))};

	if (!codes.v)
		abort();
	for (; codes.n < obj_n(changes); codes.n++)
		codes.v[codes.n] =
			obj_bytes(obj_get(obj_get(obj_at(changes, codes.n), "item"), "item"));
	place_rows_set(&r->home, &codes);
	free(codes.v);
}

enum err go_changes(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *changes;
	char date[24];

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	changes = obj_get(tree_root(&t), "changes");
	show_date(obj_int(obj_get(tree_root(&t), "since"), 0), date);
	if (*date)
		printf(_("%s: what others changed since %s"), r->case_code, date);
	else
		printf(_("%s: you had not looked before"), r->case_code);
	printf("\n");
	for (size_t i = 0; i < obj_n(changes); i++)
		print_change(obj_at(changes, i), i + 1);
	if (!obj_n(changes))
		printf("%s\n", _("Nothing. The time before that: brug changes --again"));
	keep_rows(r, changes);
	if (!options_has(&r->options, "again"))
		looked_at_plan(r);
	return ERR_OK;
}
