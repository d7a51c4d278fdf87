/* The minutes of a point: picture, judgement, decision, and what follows; as far as one may read.
 */
#include "cli.h"

#include "json.h"
#include "table.h"

#include <stdio.h>

static void title(const char *text)
{
	printf("\n%s%s%s\n", table_bold(stdout), text, table_plain(stdout));
}

static void join(const msgpack_object *list, struct buf *out)
{
	for (size_t i = 0; i < obj_n(list); i++)
		buf_fmt(out, "%s%.*s", i ? ", " : "", SLICE_ARG(obj_bytes(obj_at(list, i))));
}

static const msgpack_object *people_of(const msgpack_object *item, const char *field)
{
	const msgpack_object *view = obj_get(item, "view");

	for (size_t l = 0; l < obj_n(view); l++)
		if (obj_get(obj_at(view, l), field))
			return obj_get(obj_at(view, l), field);
	return NULL;
}

static void print_line(const msgpack_object *item)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s  ", SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	item_line(item, &line);
	if (item_text(item, "uitvoerder").n)
		buf_fmt(&line, "  %.*s", SLICE_ARG(item_text(item, "uitvoerder")));
	buf_fmt(&line, "  ");
	item_term(item, &line);
	table_text(stdout, 2, buf_view(&line));
}

static void print_people(const char *label, const msgpack_object *people)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	if (!obj_n(people))
		return;
	buf_fmt(&line, "%s: ", label);
	join(people, &line);
	table_text(stdout, 8, buf_view(&line));
}

static void print_part(const msgpack_object *said, const char *part, const char *text)
{
	bool any = false;

	for (size_t i = 0; i < obj_n(said); i++) {
		if (!slice_is(item_text(obj_at(said, i), "deel"), part))
			continue;
		if (!any)
			title(text);
		any = true;
		print_line(obj_at(said, i));
	}
}

static void print_said(const msgpack_object *said)
{
	print_part(said, "voorbereiding", _("Prepared"));
	print_part(said, "beeld", _("Picture"));
	print_part(said, "oordeel", _("Judgement"));
	print_part(said, "herstel", _("Put right afterwards"));
}

static void print_decided(const msgpack_object *list)
{
	if (obj_n(list))
		title(_("Decided"));
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *d = obj_at(list, i);

		print_line(d);
		print_people(_("agree"), people_of(d, "akkoord"));
		print_people(_("with a reservation"), people_of(d, "voorbehoud"));
		if (item_text(d, "toelichting").n)
			table_text(stdout, 8, item_text(d, "toelichting"));
	}
}

static void print_follows(const msgpack_object *list, bool full)
{
	if (obj_n(list))
		title(full ? _("What follows from it") : _("Asked of you"));
	for (size_t i = 0; i < obj_n(list); i++)
		print_line(obj_at(list, i));
}

static void print_head(const msgpack_object *m)
{
	CLEANUP(buf_free) struct buf line = {0};
	CLEANUP(buf_free) struct buf there = {0};
	char date[24], from[8], until[8];

	show_date(obj_int(obj_get(m, "from"), 0), date);
	meet_clock(obj_int(obj_get(m, "from"), 0), from);
	meet_clock(obj_int(obj_get(m, "until"), 0), until);
	buf_fmt(&line, "%s %.*s/%.*s · %s %s-%s · %.*s", _("Minutes"),
		SLICE_ARG(obj_bytes(obj_get(m, "case"))), SLICE_ARG(obj_bytes(obj_get(m, "item"))),
		date, from, until, SLICE_ARG(obj_bytes(obj_get(m, "state"))));
	printf("%s", table_bold(stdout));
	table_text(stdout, 0, buf_view(&line));
	printf("%s", table_plain(stdout));
	if (obj_n(obj_get(m, "present"))) {
		buf_fmt(&there, "%s: ", _("Present"));
		join(obj_get(m, "present"), &there);
		table_text(stdout, 0, buf_view(&there));
	}
}

enum err go_minutes(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *m;
	bool full;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	m = tree_root(&t);
	full = obj_bool(obj_get(m, "full"));
	print_head(m);
	print_said(obj_get(m, "said"));
	print_decided(obj_get(m, "decided"));
	print_follows(obj_get(m, "follows"), full);
	if (!full && !obj_n(obj_get(m, "follows")))
		printf("%s\n", _("You were not there, and nothing is asked of you."));
	return ERR_OK;
}
