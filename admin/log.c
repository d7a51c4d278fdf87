/* The log: who saw what, page after page. */
#include "admin.h"

#include "gate.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

enum { PAGES = 500 };

/* The asked parameters with after put in, for the next page. */
static enum err pack_page(struct run *r, struct slice after, struct buf *out)
{
	const struct method *m = command_method(r->command);
	CLEANUP(buf_free) struct buf pairs = {0};
	unsigned n = 0;

	TRY(options_pack(&r->options, m->params, &pairs, &n, &r->fault));
	if (after.n) {
		pack_kv_bin(&pairs, "after", after);
		n++;
	}
	pack_map(out, n);
	buf_slice(out, buf_view(&pairs));
	return ERR_OK;
}

static struct slice part(const msgpack_object *items, size_t i, const char *key)
{
	return obj_bytes(obj_get(obj_at(items, i), key));
}

/* "7QK2 inhoud, M3PX signaal"; of a change, which shows nothing, only which. */
static struct slice items_cell(struct arena *a, const msgpack_object *items)
{
	CLEANUP(buf_free) struct buf b = {0};

	for (size_t i = 0; i < obj_n(items); i++) {
		bool none = slice_is(part(items, i, "level"), "geen");

		if (none && slice_is(part(items, i, "item"), "-"))
			continue;
		buf_fmt(&b, "%s%.*s", b.n ? ", " : "", SLICE_ARG(part(items, i, "item")));
		if (!none)
			buf_fmt(&b, " %.*s", SLICE_ARG(part(items, i, "level")));
	}
	return arena_copy(a, buf_view(&b));
}

static bool came_before(const msgpack_object *items, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (slice_eq(part(items, k, "why"), part(items, i, "why")))
			return true;
	return false;
}

/* "7QK2 M3PX: H2; plafond zorg | 9ABC: H1": each reason once, behind the items it showed. One
 * reason for all stands alone. */
static struct slice why_cell(struct arena *a, const msgpack_object *items)
{
	CLEANUP(buf_free) struct buf b = {0};
	bool one = true;

	for (size_t i = 1; i < obj_n(items); i++)
		one = one && slice_eq(part(items, i, "why"), part(items, 0, "why"));
	for (size_t i = 0; i < obj_n(items); i++) {
		if (!part(items, i, "why").n || came_before(items, i))
			continue;
		buf_fmt(&b, "%s", b.n ? " | " : "");
		for (size_t k = i; k < obj_n(items) && !one; k++)
			if (slice_eq(part(items, k, "why"), part(items, i, "why")))
				buf_fmt(&b, "%s%.*s", k > i ? " " : "",
					SLICE_ARG(part(items, k, "item")));
		buf_fmt(&b, "%s%.*s", one ? "" : ": ", SLICE_ARG(part(items, i, "why")));
	}
	return arena_copy(a, buf_view(&b));
}

static void add_entry(struct run *r, struct table *t, const msgpack_object *e)
{
	struct arena *a = &r->arena;
	struct slice action = obj_bytes(obj_get(e, "action"));

	if (obj_bool(obj_get(e, "emergency")))
		action = arena_fmt(a, "%.*s ! %s", SLICE_ARG(action), _("emergency"));
	table_row(t, (struct slice[]){
			     show_time(a, obj_int(obj_get(e, "time"), 0)),
			     obj_bytes(obj_get(e, "person")), action, obj_bytes(obj_get(e, "case")),
			     items_cell(a, obj_get(e, "items")), why_cell(a, obj_get(e, "items"))});
}

static void add_page(struct run *r, struct table *t, const msgpack_object *entries)
{
	for (size_t i = 0; i < obj_n(entries); i++)
		if (r->options.json)
			json_print(stdout, obj_at(entries, i), true);
		else
			add_entry(r, t, obj_at(entries, i));
}

static enum err read_pages(struct run *r, struct table *t)
{
	CLEANUP(buf_free) struct buf after = {0};

	for (int page = 0; !page || (after.n && page < PAGES); page++) {
		CLEANUP(buf_free) struct buf params = {0};
		CLEANUP(tree_free) struct tree answer = {0};

		TRY(pack_page(r, buf_view(&after), &params));
		TRY(run_send(r, "log.read", buf_view(&params), &answer));
		add_page(r, t, obj_get(tree_root(&answer), "entries"));
		after.n = 0;
		buf_slice(&after, obj_bytes(obj_get(tree_root(&answer), "next")));
	}
	return ERR_OK;
}

enum err go_log(struct run *r)
{
	struct table t = {.head = {_("WHEN"), _("WHO"), _("DID"), _("CASE"), _("SAW"), _("WHY")},
			  .columns = 6,
			  .wide = {[4] = true, [5] = true}};
	enum err err = read_pages(r, &t);

	if (err == ERR_OK && !r->options.json && t.rows)
		table_print(&t, stdout);
	else if (err == ERR_OK && !r->options.json)
		fprintf(stderr, "%s\n", _("Nothing was seen, as far as you may know."));
	table_free(&t);
	return err;
}
