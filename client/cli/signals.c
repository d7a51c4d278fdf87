/* Signals over the weeks as a small chart in plain characters, and counts without names. */
#include "cli.h"

#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

enum { BAR = 14 };

static int64_t number(const msgpack_object *o, const char *key)
{
	return obj_int(obj_get(o, key), 0);
}

/* -- the chart --------------------------------------------------------------------------------- */

/* A mark each, and the number: what does not fit is told by the number. */
static void add_bar(int64_t n, char mark, struct buf *out)
{
	for (int64_t i = 0; i < n && i < BAR; i++)
		buf_u8(out, (uint8_t)mark);
	if (n)
		buf_fmt(out, "%s%lld", n > BAR ? "… " : " ", (long long)n);
}

static void add_week(struct table *t, const msgpack_object *w)
{
	CLEANUP(buf_free) struct buf heavy = {0};
	CLEANUP(buf_free) struct buf light = {0};
	CLEANUP(buf_free) struct buf with = {0};
	CLEANUP(buf_free) struct buf tried = {0};
	char date[24];

	show_date(number(w, "from"), date);
	add_bar(number(w, "heavy"), '#', &heavy);
	add_bar(number(w, "light"), '+', &light);
	buf_fmt(&with, "%lld / %lld", (long long)number(w, "with"), (long long)number(w, "about"));
	if (number(w, "tried"))
		buf_fmt(&tried, "%lld", (long long)number(w, "tried"));
	table_row(t, (struct slice[]){slice_of(date), buf_view(&heavy), buf_view(&light),
				      buf_view(&with), buf_view(&tried)});
}

/* ACCESSIBLE: a sentence a week, for who hears the screen. */
static void say_week(const msgpack_object *w)
{
	CLEANUP(buf_free) struct buf line = {0};
	char date[24];

	show_date(number(w, "from"), date);
	buf_fmt(&line,
		_("From %s: %lld times resistance or standstill, %lld times energy or a step, "
		  "spoken with him %lld times, about him %lld times, %lld new strategies."),
		date, (long long)number(w, "heavy"), (long long)number(w, "light"),
		(long long)number(w, "with"), (long long)number(w, "about"),
		(long long)number(w, "tried"));
	table_text(stdout, 0, buf_view(&line));
}

static void print_weeks(const msgpack_object *weeks)
{
	struct table t = {
		.head = {_("WEEK OF"), _("# HEAVY"), _("+ LIGHT"), _("WITH/ABOUT HIM"), _("TRIED")},
		.columns = 5};
	bool accessible = getenv("ACCESSIBLE") != NULL;

	for (size_t i = 0; i < obj_n(weeks); i++)
		if (accessible)
			say_week(obj_at(weeks, i));
		else
			add_week(&t, obj_at(weeks, i));
	if (!accessible)
		table_print(&t, stdout);
	table_free(&t);
}

static void print_signals(struct run *r, const msgpack_object *list)
{
	struct slices codes = {.v = calloc(obj_n(list) + 1, sizeof(*codes.v))};

	if (!codes.v)
		abort();
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *item = obj_at(list, i);
		CLEANUP(buf_wipe) struct buf line = {0};
		char date[24];

		codes.v[codes.n++] = obj_bytes(obj_get(item, "item"));
		show_date(item_number(item, "made"), date);
		buf_fmt(&line, "%zu  %.*s  %s  %.*s (%.*s)  ", codes.n,
			SLICE_ARG(codes.v[codes.n - 1]), date, SLICE_ARG(item_text(item, "soort")),
			SLICE_ARG(item_text(item, "state")));
		show_words(item_field(item, "tussen"), " – ", &line);
		if (item_text(item, "inhoud").n)
			buf_fmt(&line, "  %.*s", SLICE_ARG(item_text(item, "inhoud")));
		table_text(stdout, 0, buf_view(&line));
	}
	place_rows_set(&r->home, &codes);
	free(codes.v);
}

enum err go_signals(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	print_weeks(obj_get(tree_root(&t), "weeks"));
	print_signals(r, obj_get(tree_root(&t), "signals"));
	table_text(
		stdout, 0,
		slice_of(_("Of what you see. A signal is about a relation, never about a person. "
			   "Is it so? brug confirm, brug dismiss")));
	return ERR_OK;
}

/* -- counts ------------------------------------------------------------------------------------ */

enum err go_stats(struct run *r)
{
	struct table table = {.head = {_("WHAT"), _("HOW OFTEN")}, .columns = 2};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *counts;
	char date[24];

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	show_date(number(tree_root(&t), "from"), date);
	gate_printf(stdout, "%.*s, %s %s\n", SLICE_ARG(obj_bytes(obj_get(tree_root(&t), "of"))),
		    _("since"), date);
	counts = obj_get(tree_root(&t), "counts");
	for (size_t i = 0; i < obj_n(counts); i++)
		table_row(&table, (struct slice[]){obj_bytes(obj_get(obj_at(counts, i), "what")),
						   obj_bytes(obj_get(obj_at(counts, i), "n"))});
	table_print(&table, stdout);
	table_free(&table);
	table_text(stdout, 0, slice_of(_("In fives, downwards; no names, no cases.")));
	return ERR_OK;
}
