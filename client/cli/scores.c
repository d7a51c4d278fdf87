/* Scores of both sides per area of life: his own beside those of professionals. What differs is a
 * question to talk over; nothing is added up. */
#include "cli.h"

#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

enum err go_score(struct run *r)
{
	return go_add(r);
}

static void add_score(const msgpack_object *s, bool by, struct buf *out)
{
	char date[24];

	show_date(obj_int(obj_get(s, "time"), 0), date);
	if (out->n)
		buf_fmt(out, ", ");
	if (by)
		buf_fmt(out, "%.*s ", SLICE_ARG(obj_bytes(obj_get(s, "by"))));
	buf_fmt(out, "%lld (%s)", (long long)obj_int(obj_get(s, "cijfer"), 0), date);
}

static const char *question_of(const msgpack_object *area)
{
	const msgpack_object *helpers = obj_get(area, "helpers");

	if (obj_is_nil(obj_get(area, "own")))
		return _("ask how he sees it");
	for (size_t i = 0; i < obj_n(helpers); i++)
		if (obj_bool(obj_get(obj_at(helpers, i), "apart")))
			return _("! far apart: what makes the difference?");
	return obj_n(helpers) ? "" : _("nobody beside him yet");
}

static void add_area(struct table *t, const msgpack_object *area)
{
	const msgpack_object *helpers = obj_get(area, "helpers"), *own = obj_get(area, "own");
	CLEANUP(buf_free) struct buf his = {0};
	CLEANUP(buf_free) struct buf theirs = {0};

	if (obj_is_nil(own))
		buf_fmt(&his, "?");
	else
		add_score(own, false, &his);
	for (size_t i = 0; i < obj_n(helpers); i++)
		add_score(obj_at(helpers, i), true, &theirs);
	table_row(t, (struct slice[]){obj_bytes(obj_get(area, "leefgebied")), buf_view(&his),
				      buf_view(&theirs), slice_of(question_of(area))});
}

static void print_before(const msgpack_object *area)
{
	const msgpack_object *list = obj_get(area, "before");
	CLEANUP(buf_free) struct buf line = {0};

	buf_fmt(&line, _("Before, on %.*s:"), SLICE_ARG(obj_bytes(obj_get(area, "leefgebied"))));
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *s = obj_at(list, i);

		CLEANUP(buf_free) struct buf one = {0};

		add_score(s, !obj_bool(obj_get(s, "own")), &one);
		buf_fmt(&line, "%s%s%s %.*s", i ? "," : "", obj_bool(obj_get(s, "own")) ? " " : "",
			obj_bool(obj_get(s, "own")) ? _("himself") : "", SLICE_ARG(buf_view(&one)));
	}
	if (obj_n(list))
		table_text(stdout, 0, buf_view(&line));
}

enum err go_scores(struct run *r)
{
	struct table table = {.head = {_("AREA OF LIFE"), _("HE HIMSELF"), _("BESIDE HIM"), ""},
			      .columns = 4,
			      .wide = {[2] = true, [3] = true}};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *areas;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	areas = obj_get(tree_root(&t), "areas");
	for (size_t i = 0; i < obj_n(areas); i++)
		add_area(&table, obj_at(areas, i));
	table_print(&table, stdout);
	table_free(&table);
	for (size_t i = 0; i < obj_n(areas); i++)
		print_before(obj_at(areas, i));
	if (!obj_n(areas))
		printf("%s\n", _("No numbers yet: brug score werk 2, or with him: --own"));
	else
		table_text(stdout, 0,
			   slice_of(_("1 not at all, 5 well. A talk, not a test: nothing is added "
				      "up.")));
	return ERR_OK;
}
