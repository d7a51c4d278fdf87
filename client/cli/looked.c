/* "Who looked": the access report, on the screen or as a page. Texts for the person: tests/b1. */
#include "cli.h"

#include "json.h"
#include "page.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

static long long number(const msgpack_object *o, const char *key)
{
	return (long long)obj_int(obj_get(o, key), 0);
}

/* "all of 3; of 20 only that there is something": each level for what was seen at it. */
static void add_levels(const msgpack_object *levels, struct buf *out)
{
	const char *const texts[] = {_("that there is something, not what:"),
				     _("how things stand, no texts:"), _("the core:"),
				     _("all of it:")};
	const char *between = " ";

	for (size_t l = 4; l-- > 0;) {
		long long n = (long long)obj_int(obj_at(levels, l), 0);

		if (!n)
			continue;
		buf_fmt(out, "%s%s %lld", between, texts[l], n);
		between = "; ";
	}
	buf_fmt(out, ".");
}

static void add_what(const msgpack_object *d, struct buf *out)
{
	if (!number(d, "items")) {
		buf_fmt(out, "%s", _("opened the case: your name and who takes part."));
		return;
	}
	buf_fmt(out, _("looked %lld times. What was seen:"), number(d, "times"));
	add_levels(obj_get(d, "levels"), out);
	if (number(d, "emergency")) {
		buf_fmt(out, " ");
		buf_fmt(out, _("By emergency access: %lld."), number(d, "emergency"));
	}
}

static void print_day(const msgpack_object *d)
{
	const msgpack_object *why = obj_get(d, "why");
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s  %.*s (%.*s), %.*s: ", SLICE_ARG(obj_word(d, "date")),
		SLICE_ARG(obj_word(d, "name")), SLICE_ARG(obj_word(d, "agency")),
		SLICE_ARG(obj_word(d, "role")));
	add_what(d, &line);
	table_text(stdout, 0, buf_view(&line));
	for (size_t i = 0; i < obj_n(why); i++) {
		CLEANUP(buf_wipe) struct buf reason = {0};

		show_reason(obj_at(why, i), &reason);
		table_text(stdout, 6, buf_view(&reason));
	}
}

static void add_row(struct page *p, const msgpack_object *d)
{
	const msgpack_object *why = obj_get(d, "why");
	CLEANUP(buf_wipe) struct buf what = {0};
	CLEANUP(buf_wipe) struct buf reasons = {0};

	add_what(d, &what);
	for (size_t i = 0; i < obj_n(why); i++) {
		buf_fmt(&reasons, "%s", i ? "\n" : "");
		show_reason(obj_at(why, i), &reasons);
	}
	page_cell(p, obj_word(d, "date"));
	page_cell(p, obj_word(d, "name"));
	page_cell(p, obj_word(d, "agency"));
	page_cell(p, buf_view(&what));
	page_cell(p, buf_view(&reasons));
}

/* -- emergencies ------------------------------------------------------------------------------- */

static void add_danger(const msgpack_object *e, struct buf *out)
{
	const char *text = _("looked without leave, because of danger (%s)."),
		   *hole = strstr(text, "%s");

	if (hole)
		buf_fmt(out, "%.*s%.*s%s", (int)(hole - text), text, SLICE_ARG(obj_word(e, "code")),
			hole + 2);
}

static void add_verdict(const msgpack_object *e, struct buf *out)
{
	if (!number(e, "judged"))
		buf_fmt(out, "%s", _("A privacy officer judges whether that was right."));
	else
		buf_fmt(out, "%s %.*s: %.*s", _("Judged:"), SLICE_ARG(obj_word(e, "verdict")),
			SLICE_ARG(obj_word(e, "review")));
}

static void print_emergency(const msgpack_object *e)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char date[24];

	show_date(number(e, "time"), date);
	buf_fmt(&line, "%s  %.*s (%.*s), %.*s: ", date, SLICE_ARG(obj_word(e, "name")),
		SLICE_ARG(obj_word(e, "agency")), SLICE_ARG(obj_word(e, "item")));
	add_danger(e, &line);
	table_text(stdout, 2, buf_view(&line));
	line.n = 0;
	add_verdict(e, &line);
	table_text(stdout, 6, buf_view(&line));
}

static void add_emergency(struct page *p, const msgpack_object *e)
{
	CLEANUP(buf_wipe) struct buf what = {0};
	CLEANUP(buf_wipe) struct buf verdict = {0};
	char date[24];

	show_date(number(e, "time"), date);
	add_danger(e, &what);
	add_verdict(e, &verdict);
	page_cell(p, slice_of(date));
	page_cell(p, obj_word(e, "name"));
	page_cell(p, obj_word(e, "agency"));
	page_cell(p, buf_view(&what));
	page_cell(p, buf_view(&verdict));
}

static void show_emergencies(struct page *p, const msgpack_object *list)
{
	if (obj_n(list) && !p)
		printf("%s%s%s\n", table_bold(stdout), _("Emergency access"), table_plain(stdout));
	for (size_t i = 0; i < obj_n(list); i++) {
		if (p)
			add_emergency(p, obj_at(list, i));
		else
			print_emergency(obj_at(list, i));
	}
}

/* -- the log ----------------------------------------------------------------------------------- */

/* A page of the log at a time; a day may go on on the next page, and then stands there again. */
static enum err ask_some(struct run *r, struct buf *after, struct page *p, size_t *n)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(buf_free) struct buf params = {0};
	const msgpack_object *days;
	unsigned pairs_n = 0;

	TRY(options_pack(&r->options, command_method(r->command)->params, &pairs, &pairs_n,
			 &r->fault));
	if (after->n)
		pack_kv_bin(&pairs, "after", buf_view(after));
	pack_map(&params, pairs_n + (after->n != 0));
	buf_slice(&params, buf_view(&pairs));
	TRY(run_ask(r, "case.report", buf_view(&params), &t));
	after->n = 0;
	buf_slice(after, obj_bytes(obj_get(tree_root(&t), "next")));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	show_emergencies(p, obj_get(tree_root(&t), "emergencies"));
	*n += obj_n(obj_get(tree_root(&t), "emergencies"));
	days = obj_get(tree_root(&t), "days");
	for (size_t i = 0; i < obj_n(days); i++, ++*n) {
		if (p)
			add_row(p, obj_at(days, i));
		else
			print_day(obj_at(days, i));
	}
	return ERR_OK;
}

static enum err ask_all(struct run *r, struct page *p)
{
	CLEANUP(buf_free) struct buf after = {0};
	size_t n = 0;

	do
		TRY(ask_some(r, &after, p, &n));
	while (after.n);
	if (n || r->options.json)
		return ERR_OK;
	if (p)
		page_add(p, BLOCK_TEXT, slice_of(_("Nobody but you, in this time.")));
	else
		printf("%s\n", _("Nobody but you, in this time."));
	return ERR_OK;
}

static enum err as_page(struct run *r)
{
	const char *heads[] = {_("Day"), _("Who"), _("Of"), _("What they saw"),
			       _("Why that was allowed")};
	struct page p = {0};
	enum err err;

	page_title(&p, slice_of(_("Who looked in your plan")));
	page_table(&p, 5, heads);
	err = ask_all(r, &p);
	page_add(&p, BLOCK_TEXT, slice_of(_("Is something wrong? Tell your first contact.")));
	if (err == ERR_OK)
		err = page_out(r, &p);
	page_free(&p);
	return err;
}

enum err go_report(struct run *r)
{
	options_default(&r->options, field_find(command_method(r->command)->params, SLICE("case")),
			slice_of(r->case_code));
	if (r->options.html || options_has(&r->options, "pdf"))
		return as_page(r);
	if (!r->options.json)
		printf("%s%s%s\n", table_bold(stdout), _("Who looked in your plan"),
		       table_plain(stdout));
	return ask_all(r, NULL);
}
