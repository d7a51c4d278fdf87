/* The plan as people read it: whose it is and whether he agrees on top, then by area of life. */
#include "cli.h"

#include "clock.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct plan {
	const msgpack_object **order; /* as shown: so that row numbers mean the same later */
	size_t n, left_out;
	bool all;
};

static bool is_kind(const msgpack_object *item, const char *kind)
{
	return slice_is(item_text(item, "kind"), kind);
}

static struct slice code_of(const msgpack_object *item)
{
	return obj_bytes(obj_get(item, "item"));
}

static struct slice area_of(const msgpack_object *item)
{
	return obj_bytes(obj_at(item_field(item, "leefgebieden"), 0));
}

static int rank(const msgpack_object *item)
{
	struct slice area = area_of(item);

	if (is_kind(item, "doel"))
		return 0;
	for (int i = 0; vocab_areas[i]; i++)
		if (slice_is(area, vocab_areas[i]))
			return i + 1;
	return 100;
}

/* -- the order --------------------------------------------------------------------------------- */

/* Goals first, then by area of life; within it, as they were made. */
static void by_rank(struct plan *p)
{
	for (size_t i = 1; i < p->n; i++) {
		const msgpack_object *item = p->order[i];
		size_t j = i;

		for (; j && rank(p->order[j - 1]) > rank(item); j--)
			p->order[j] = p->order[j - 1];
		p->order[j] = item;
	}
}

/* The code of the half that comes first, or empty. */
static struct slice half_of(const msgpack_object *item)
{
	return obj_bytes(obj_at(obj_get(obj_get(item, "refs"), "wederzijds"), 0));
}

static size_t place_of(const struct plan *p, struct slice code)
{
	size_t i = 0;

	while (i < p->n && !(code.n && slice_eq(code_of(p->order[i]), code)))
		i++;
	return i;
}

static void move_behind(struct plan *p, size_t from, size_t first)
{
	const msgpack_object *item = p->order[from];
	size_t to = from < first ? first : first + 1;

	if (from < to)
		memmove(p->order + from, p->order + from + 1, (to - from) * sizeof(*p->order));
	else
		memmove(p->order + to + 1, p->order + to, (from - to) * sizeof(*p->order));
	p->order[to] = item;
}

/* The second half of a mutual promise stands below the first. */
static void halves_together(struct plan *p)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t first = place_of(p, half_of(p->order[i]));

		if (first < p->n && first != i && first + 1 != i)
			move_behind(p, i, first);
	}
}

static bool wanted(const struct plan *p, const msgpack_object *item)
{
	if (is_kind(item, "akkoord"))
		return p->all; /* it stands above */
	return p->all || item_level(item) < LEVEL_SIGNAAL || !item_over(item);
}

static void plan_of(struct run *r, const msgpack_object *answer, struct plan *p)
{
	const msgpack_object *items = obj_get(answer, "items");

	*p = (struct plan){.all = r->options.all,
			   .order = calloc(obj_n(items) + 1, sizeof(*p->order))};
	if (!p->order)
		abort();
	for (size_t i = 0; i < obj_n(items); i++)
		if (wanted(p, obj_at(items, i)))
			p->order[p->n++] = obj_at(items, i);
		else
			p->left_out += !is_kind(obj_at(items, i), "akkoord");
	by_rank(p);
	halves_together(p);
}

static void keep_rows(struct run *r, const struct plan *p)
{
	struct slices codes = {.v = calloc(p->n + 1, sizeof(*codes.v)), .n = p->n};

	if (!codes.v)
		abort();
	for (size_t i = 0; i < p->n; i++)
		codes.v[i] = code_of(p->order[i]);
	place_rows_set(&r->home, &codes);
	free(codes.v);
}

/* -- whose plan it is -------------------------------------------------------------------------- */

static void print_head(const msgpack_object *answer)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s · %.*s · %.*s", SLICE_ARG(obj_bytes(obj_get(answer, "case"))),
		SLICE_ARG(obj_bytes(obj_get(answer, "title"))),
		SLICE_ARG(obj_bytes(obj_get(answer, "phase"))));
	printf("%s", table_bold(stdout));
	table_text(stdout, 0, buf_view(&line));
	printf("%s", table_plain(stdout));
}

static void print_words(struct slice words)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	if (!words.n)
		return;
	buf_fmt(&line, "\"%.*s\"", SLICE_ARG(words));
	table_text(stdout, 2, buf_view(&line));
}

static void print_first(const msgpack_object *goal)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	struct slice why = item_text(goal, "eerst_waarom");

	if (!item_text(goal, "eerst").n)
		return;
	buf_fmt(&line, "%s %.*s%s%.*s", _("First:"), SLICE_ARG(item_text(goal, "eerst")),
		why.n ? ". " : "", SLICE_ARG(why));
	table_text(stdout, 2, buf_view(&line));
}

static void print_higher_goal(const msgpack_object *items)
{
	for (size_t i = 0; i < obj_n(items); i++) {
		const msgpack_object *goal = obj_at(items, i);
		CLEANUP(buf_wipe) struct buf line = {0};

		if (!is_kind(goal, "doel") || !obj_bool(item_field(goal, "hoger")) ||
		    item_over(goal))
			continue;
		buf_fmt(&line, "%s ", _("Higher goal:"));
		item_line(goal, &line);
		table_text(stdout, 0, buf_view(&line));
		print_words(item_text(goal, "woorden"));
		print_first(goal);
	}
}

static void print_akkoord(const msgpack_object *a)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char date[24];

	show_date(item_number(a, "made"), date);
	buf_fmt(&line, "%s %.*s", _("His agreement:"), SLICE_ARG(item_text(a, "stand")));
	if (*date)
		buf_fmt(&line, ", %s", date);
	if (item_text(a, "getuige").n)
		buf_fmt(&line, ", %s %.*s", _("witnessed by"), SLICE_ARG(item_text(a, "getuige")));
	if (item_text(a, "reden").n)
		buf_fmt(&line, ". %.*s", SLICE_ARG(item_text(a, "reden")));
	if (item_text(a, "heroverweeg").n)
		buf_fmt(&line, ". %s %.*s", _("Asked after all before"),
			SLICE_ARG(item_text(a, "heroverweeg")));
	if (slice_is(item_text(a, "state"), "verlopen"))
		buf_fmt(&line, " (%s)", _("he was to be asked by now"));
	table_text(stdout, 0, buf_view(&line));
	print_words(item_text(a, "woorden"));
}

static void print_agreement(const msgpack_object *answer)
{
	const msgpack_object *items = obj_get(answer, "items");

	for (size_t i = 0; i < obj_n(items); i++) {
		const msgpack_object *a = obj_at(items, i);

		if (is_kind(a, "akkoord") && !item_over(a))
			print_akkoord(a);
	}
	if (obj_bool(obj_get(answer, "agree")))
		table_text(stdout, 0,
			   slice_of(_("His agreement: not recorded yet. Ask him, and: brug add "
				      "akkoord")));
}

/* -- rows -------------------------------------------------------------------------------------- */

static void add_what(const msgpack_object *item, struct buf *out)
{
	bool second = half_of(item).n > 0;

	if (second)
		buf_fmt(out, "↳ %s: ", _("and then"));
	else if (!is_kind(item, "actie") && !is_kind(item, "doel") &&
		 item_level(item) > LEVEL_BESTAAN)
		buf_fmt(out, "%.*s: ", SLICE_ARG(item_text(item, "kind")));
	item_line(item, out);
	if (is_kind(item, "doel") && item_text(item, "woorden").n &&
	    !obj_bool(item_field(item, "hoger")))
		buf_fmt(out, " \"%.*s\"", SLICE_ARG(item_text(item, "woorden")));
	if (obj_get(item, "statements") || obj_get(item, "objected"))
		buf_fmt(out, " (%s)", _("contested"));
	if (obj_get(item, "weersproken"))
		buf_fmt(out, " (%s)", _("read otherwise too"));
}

/* A day as short as it can be: the state says whether it has passed. */
static bool term_of(const msgpack_object *item, char out[24])
{
	struct slice term = item_text(item, "termijn");
	char z[16] = "";
	int64_t end;

	out[0] = 0;
	if (!term.n || term.n >= sizeof(z))
		return false;
	memcpy(z, term.p, term.n);
	end = clock_parse(z, 1);
	show_date(end, out);
	return end < clock_now_ms() && !item_over(item);
}

static void add_state(const msgpack_object *item, bool late, struct buf *out)
{
	if (late)
		buf_fmt(out, "! %s", _("late"));
	else
		buf_slice(out, item_text(item, "state"));
}

static void add_row(struct table *t, size_t nr, const msgpack_object *item)
{
	CLEANUP(buf_wipe) struct buf what = {0};
	CLEANUP(buf_wipe) struct buf state = {0};
	char row[24], term[24];
	bool late = term_of(item, term);

	snprintf(row, sizeof(row), "%zu", nr);
	add_what(item, &what);
	add_state(item, late, &state);
	table_row(t, (struct slice[]){slice_of(row), code_of(item), buf_view(&what),
				      item_text(item, "uitvoerder"), slice_of(term),
				      buf_view(&state)});
}

static void add_heading(struct table *t, const msgpack_object *item)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	struct slice area = area_of(item);

	if (is_kind(item, "doel"))
		buf_fmt(&line, "· %s ·", _("goals"));
	else if (area.n)
		buf_fmt(&line, "· %.*s ·", SLICE_ARG(area));
	else
		buf_fmt(&line, "· %s ·", _("no area of life"));
	table_row(t, (struct slice[]){{0}, {0}, buf_view(&line), {0}, {0}, {0}});
}

static void print_for_people(const struct plan *p)
{
	struct table t = {
		.head = {_("NR"), _("CODE"), _("WHAT"), _("WHO"), _("BEFORE"), _("STATE")},
		.columns = 6,
		.wide = {[2] = true}};
	int before = -1;

	for (size_t i = 0; i < p->n; i++) {
		int now = half_of(p->order[i]).n && i ? before : rank(p->order[i]);

		if (now != before)
			add_heading(&t, p->order[i]);
		before = now;
		add_row(&t, i + 1, p->order[i]);
	}
	table_print(&t, stdout);
	table_free(&t);
}

/* For programs: the same columns whatever stands in them. */
static void print_for_programs(const struct plan *p)
{
	struct table t = {.columns = 7};

	for (size_t i = 0; i < p->n; i++) {
		const msgpack_object *item = p->order[i];
		CLEANUP(buf_wipe) struct buf what = {0};
		char row[24];

		snprintf(row, sizeof(row), "%zu", i + 1);
		item_line(item, &what);
		table_row(&t,
			  (struct slice[]){slice_of(row), code_of(item), item_text(item, "kind"),
					   buf_view(&what), item_text(item, "uitvoerder"),
					   item_text(item, "termijn"), item_text(item, "state")});
	}
	table_print(&t, stdout);
	table_free(&t);
}

static void add_part(struct buf *line, struct slice part)
{
	if (part.n)
		buf_fmt(line, "%s%.*s", line->n ? " · " : "", SLICE_ARG(part));
}

/* On a narrow screen a row is two lines: what, and below it who and when. */
static void print_narrow(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const msgpack_object *item = p->order[i];
		CLEANUP(buf_wipe) struct buf line = {0};
		CLEANUP(buf_wipe) struct buf below = {0};

		buf_fmt(&line, "%zu %.*s %.*s: ", i + 1, SLICE_ARG(code_of(item)),
			SLICE_ARG(item_text(item, "kind")));
		add_what(item, &line);
		table_text(stdout, 0, buf_view(&line));
		item_term(item, &below);
		add_part(&below, item_text(item, "uitvoerder"));
		add_part(&below, item_text(item, "state"));
		table_text(stdout, 4, buf_view(&below));
	}
}

static bool is_closed(struct slice phase)
{
	static const char *const closed[] = {"gesloten", "afgewezen", "doorverwezen", "vernietigd",
					     NULL};

	return word_in(closed, phase);
}

static void print_plan(const struct plan *p, struct slice phase)
{
	if (!p->n)
		printf("%s\n", is_closed(phase)
				       ? _("The case is closed: nothing of it is shown any more.")
				       : _("There is nothing in this plan for you yet."));
	else if (!table_for_people(stdout))
		print_for_programs(p);
	else if (table_width(stdout) < 70)
		print_narrow(p);
	else
		print_for_people(p);
	if (p->left_out) {
		printf(_("%zu finished or dropped: brug plan --all"), p->left_out);
		printf("\n");
	}
}

enum err go_plan(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *items;
	struct plan p = {0};

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	items = obj_get(tree_root(&t), "items");
	plan_of(r, tree_root(&t), &p);
	print_head(tree_root(&t));
	if (table_for_people(stdout) && !is_closed(obj_bytes(obj_get(tree_root(&t), "phase")))) {
		print_higher_goal(items);
		print_agreement(tree_root(&t));
	}
	print_plan(&p, obj_bytes(obj_get(tree_root(&t), "phase")));
	keep_rows(r, &p);
	free(p.order);
	looked_at_plan(r);
	return ERR_OK;
}
