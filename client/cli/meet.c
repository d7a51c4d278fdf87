/* A meeting: planning it, its agenda, running it from point to point, who is there. */
#include "agenda.h"

#include "clock.h"
#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

static const int64_t minute = 60000;
enum { SINGLE_MINUTES = 60 /* a meeting about one case alone */ };

static void copy_text(char *out, size_t size, const msgpack_object *o)
{
	snprintf(out, size, "%.*s", SLICE_ARG(obj_bytes(o)));
}

/* -- lists ------------------------------------------------------------------------------------- */

static void span(const msgpack_object *o, struct buf *out)
{
	char from[8], until[8];

	meet_clock(obj_int(obj_get(o, "from"), 0), from);
	meet_clock(obj_int(obj_get(o, "until"), 0), until);
	buf_fmt(out, "%s-%s", from, until);
}

enum err go_meet_list(struct run *r)
{
	struct table table = {
		.head = {_("MEETING"), _("DATE"), _("TIME"), _("KIND"), _("STATE"), _("CHAIR")},
		.columns = 6,
		.wide = {[5] = true}};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "meetings");
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *m = obj_at(list, i);
		CLEANUP(buf_free) struct buf time = {0};
		char date[24];

		show_date(obj_int(obj_get(m, "from"), 0), date);
		span(m, &time);
		table_row(&table,
			  (const struct slice[]){obj_bytes(obj_get(m, "meeting")), slice_of(date),
						 buf_view(&time), obj_bytes(obj_get(m, "kind")),
						 obj_bytes(obj_get(m, "state")),
						 obj_bytes(obj_get(m, "chair"))});
	}
	if (obj_n(list))
		table_print(&table, stdout);
	else
		printf("%s\n", _("You have no meetings. To plan one: brug meet new 13:00 16:00"));
	table_free(&table);
	return ERR_OK;
}

static void print_head(const msgpack_object *m)
{
	CLEANUP(buf_free) struct buf line = {0};
	char date[24];

	show_date(obj_int(obj_get(m, "from"), 0), date);
	buf_fmt(&line, "%.*s · %s ", SLICE_ARG(obj_bytes(obj_get(m, "kind"))), date);
	span(m, &line);
	buf_fmt(&line, " · %.*s · %s %.*s · %s %.*s", SLICE_ARG(obj_bytes(obj_get(m, "state"))),
		_("chair"), SLICE_ARG(obj_bytes(obj_get(m, "chair"))), _("secretary"),
		SLICE_ARG(obj_bytes(obj_get(m, "secretary"))));
	printf("%s", table_bold(stdout));
	table_text(stdout, 0, buf_view(&line));
	printf("%s", table_plain(stdout));
}

static struct slice what_for(const msgpack_object *point)
{
	const msgpack_object *item = obj_get(point, "item");

	if (!obj_get(point, "case"))
		return slice_of(_("taken"));
	return item_text(item, "inhoud").n ? item_text(item, "inhoud") : slice_of("-");
}

static void add_point(struct table *table, const msgpack_object *p)
{
	CLEANUP(buf_free) struct buf time = {0};
	char n[24];

	snprintf(n, sizeof(n), "%lld", (long long)obj_int(obj_get(p, "n"), 0));
	span(p, &time);
	table_row(table, (const struct slice[]){slice_of(n), buf_view(&time),
						obj_bytes(obj_get(p, "case")),
						obj_bytes(obj_get(p, "code")), what_for(p),
						obj_bytes(obj_get(p, "state"))});
}

/* Others' points have no code, and keep their number. */
static void keep_rows(struct run *r, const msgpack_object *points)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct slices codes = {ARENA_ARRAY(&a, struct slice, obj_n(points) + 1), obj_n(points)};

	for (size_t i = 0; i < codes.n; i++) {
		const msgpack_object *p = obj_at(points, i);

		codes.v[i] = obj_bytes(obj_get(p, "code")).n
				     ? arena_fmt(&a, "%.*s/%.*s",
						 SLICE_ARG(obj_bytes(obj_get(p, "case"))),
						 SLICE_ARG(obj_bytes(obj_get(p, "code"))))
				     : SLICE("");
	}
	place_rows_set(&r->home, &codes);
}

static void say_waiting(const msgpack_object *agenda)
{
	long long n = obj_int(obj_get(agenda, "running"), 0);
	const msgpack_object *p = obj_at(obj_get(agenda, "points"), n > 0 ? (size_t)n - 1 : 0);

	if (n && !obj_get(p, "case")) {
		printf(_("Wait: point %lld runs."), n);
		printf("\n");
	}
}

enum err go_meet_show(struct run *r)
{
	struct table table = {
		.head = {_("NR"), _("TIME"), _("CASE"), _("CODE"), _("WHAT FOR"), _("STATE")},
		.columns = 6,
		.wide = {[4] = true}};
	const struct method *m = command_method(r->command);
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *points;
	char id[32];

	if (!options_has(&r->options, "meeting")) {
		TRY(agenda_which(r, id));
		options_default(&r->options, field_find(m->params, SLICE("meeting")), slice_of(id));
	}
	TRY(run_call(r, &t));
	copy_text(id, sizeof(id), obj_get(tree_root(&t), "meeting"));
	place_meeting_set(&r->home, id);
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	points = obj_get(tree_root(&t), "points");
	print_head(tree_root(&t));
	for (size_t i = 0; i < obj_n(points); i++)
		add_point(&table, obj_at(points, i));
	if (obj_n(points))
		table_print(&table, stdout);
	else
		printf("%s\n", _("The agenda is empty. Put a case on it: brug meet add J-0417 "
				 "13:00 13:30"));
	table_free(&table);
	say_waiting(tree_root(&t));
	keep_rows(r, points);
	return ERR_OK;
}

/* -- planning ---------------------------------------------------------------------------------- */

enum err go_meet_new(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	char id[32];

	meet_times(&r->options);
	TRY(run_call(r, &t));
	copy_text(id, sizeof(id), obj_get(tree_root(&t), "meeting"));
	place_meeting_set(&r->home, id);
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	printf("%s %s. %s\n  brug meet add J-0417 13:00 13:30\n", _("Planned:"), id,
	       _("You are in it from now on. Next:"));
	return ERR_OK;
}

enum err go_meet_add(struct run *r)
{
	const struct method *m = command_method(r->command);
	char id[32];

	meet_times(&r->options);
	if (!options_has(&r->options, "meeting")) {
		TRY(agenda_which(r, id));
		options_default(&r->options, field_find(m->params, SLICE("meeting")), slice_of(id));
	}
	return go_write(r);
}

enum err go_meet_move(struct run *r)
{
	meet_times(&r->options);
	return go_write(r);
}

/* -- running it -------------------------------------------------------------------------------- */

/* A change of its own, about this point or meeting; what was typed for the command has no part. */
static enum err change(struct run *r, const char *method, struct buf *pairs, unsigned n,
		       struct tree *out)
{
	CLEANUP(buf_wipe) struct buf params = {0};
	uint8_t request[16];

	request_draw(request);
	pack_map(&params, n + 1);
	buf_slice(&params, buf_view(pairs));
	pack_kv_bin(&params, "request", (struct slice){request, sizeof(request)});
	return run_ask(r, method, buf_view(&params), out);
}

static enum err change_point(struct run *r, const char *method, const msgpack_object *point)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree t = {0};

	pack_kv_str(&pairs, "case", obj_bytes(obj_get(point, "case")));
	pack_kv_str(&pairs, "item", obj_bytes(obj_get(point, "code")));
	return change(r, method, &pairs, 2, &t);
}

static void say_point(struct run *r, const msgpack_object *point, const char *text)
{
	if (r->options.json)
		json_print(stdout, point, false);
	else
		gate_printf(stdout, "%s  %.*s/%.*s\n", text,
			    SLICE_ARG(obj_bytes(obj_get(point, "case"))),
			    SLICE_ARG(obj_bytes(obj_get(point, "code"))));
}

static enum err open_point(struct run *r, const msgpack_object *point)
{
	TRY(change_point(r, "meeting.open", point));
	say_point(r, point, _("It runs; you are present. The board: brug meet board."));
	return ERR_OK;
}

static enum err close_point(struct run *r, const msgpack_object *point)
{
	TRY(change_point(r, "meeting.close", point));
	say_point(r, point, _("It is over; its minutes: brug meet minutes."));
	return ERR_OK;
}

enum err meet_open_next(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *next;

	TRY(agenda_ask(r, &t));
	next = agenda_point(tree_root(&t), "gepland", NULL);
	return next ? change_point(r, "meeting.open", next)
		    : agenda_none(r, N_("No point of yours is left on this agenda."));
}

/* A meeting about one case alone: planned, put on its own agenda, and begun. */
static enum err plan_single(struct run *r)
{
	CLEANUP(buf_free) struct buf meeting = {0};
	CLEANUP(buf_free) struct buf point = {0};
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree added = {0};
	char from[24], until[24], id[32];

	clock_format(clock_now_ms(), from);
	clock_format(clock_now_ms() + SINGLE_MINUTES * minute, until);
	pack_kv_text(&meeting, "from", from);
	pack_kv_text(&meeting, "until", until);
	pack_kv_text(&meeting, "kind", "casus");
	TRY(change(r, "meeting.new", &meeting, 3, &t));
	copy_text(id, sizeof(id), obj_get(tree_root(&t), "meeting"));
	pack_kv_text(&point, "case", r->case_code);
	pack_kv_text(&point, "meeting", id);
	pack_kv_text(&point, "from", from);
	pack_kv_text(&point, "until", until);
	pack_kv_text(&point, "text", _("Talking over the case together"));
	TRY(change(r, "meeting.add", &point, 5, &added));
	place_meeting_set(&r->home, id);
	return ERR_OK;
}

enum err go_meet_start(struct run *r)
{
	bool named = options_has(&r->options, "case");
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *point = NULL;

	if (!named || place_meeting(&r->home, (char[32]){0})) {
		enum err err = agenda_ask(r, &t);

		if (err != ERR_OK && !(named && err == ERR_NOTFOUND))
			return err;
		if (err == ERR_OK)
			point = agenda_point(tree_root(&t), "gepland", named ? r->case_code : NULL);
	}
	if (point)
		return open_point(r, point);
	if (!named)
		return agenda_none(r, N_("No point of yours is left on this agenda."));
	TRY(plan_single(r));
	tree_free(&t);
	TRY(agenda_ask(r, &t));
	return open_point(r, agenda_point(tree_root(&t), "gepland", r->case_code));
}

/* A point of a case that is not his: who runs the meeting ends it by its number. */
static enum err stop_other(struct run *r, const msgpack_object *agenda)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree t = {0};
	int64_t n = obj_int(obj_get(agenda, "running"), 0);

	if (!n)
		return ERR_OK;
	pack_kv_str(&pairs, "meeting", obj_bytes(obj_get(agenda, "meeting")));
	pack_kv_int(&pairs, "n", n);
	return change(r, "meeting.stop", &pairs, 2, &t);
}

enum err go_meet_next(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *runs, *next;

	TRY(agenda_ask(r, &t));
	runs = agenda_point(tree_root(&t), "loopt", NULL);
	next = agenda_point(tree_root(&t), "gepland", NULL);
	TRY(runs ? close_point(r, runs) : stop_other(r, tree_root(&t)));
	if (next)
		return open_point(r, next);
	if (!r->options.json)
		printf("%s\n", _("That was the last point of yours. End the meeting: brug meet "
				 "end"));
	return ERR_OK;
}

enum err go_meet_end(struct run *r)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree ended = {0};
	const msgpack_object *runs;

	TRY(agenda_ask(r, &t));
	runs = agenda_point(tree_root(&t), "loopt", NULL);
	TRY(runs ? close_point(r, runs) : stop_other(r, tree_root(&t)));
	pack_kv_str(&pairs, "meeting", obj_bytes(obj_get(tree_root(&t), "meeting")));
	TRY(change(r, "meeting.end", &pairs, 1, &ended));
	r->case_code[0] = 0;
	say_kept(r, tree_root(&ended));
	if (!r->options.json)
		printf("%s\n", _("Each reads his own minutes: brug meet minutes"));
	return ERR_OK;
}

enum err go_meet_write(struct run *r)
{
	return go_write(r);
}

enum err go_meet_present(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	gate_print(stdout, obj_bytes(obj_get(tree_root(&t), "person")));
	printf(": %s\n", obj_bool(obj_get(tree_root(&t), "present"))
				 ? _("is present; the board is cut anew")
				 : _("has left; the board is cut anew"));
	return ERR_OK;
}

enum err go_meet_leave(struct run *r)
{
	const struct method *m = command_method(r->command);

	options_default(&r->options, field_find(m->params, SLICE("leave")), SLICE("true"));
	return go_meet_present(r);
}

/* -- on the table ------------------------------------------------------------------------------ */

/* Until the time of the point ends, and not before it begins. */
enum err go_lay(struct run *r)
{
	static char from[24], until[24]; /* outlive the options */
	const struct method *m = command_method(r->command);
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *point;

	TRY(agenda_ask(r, &t));
	point = agenda_point(tree_root(&t), "loopt", r->case_code);
	if (!point)
		point = agenda_point(tree_root(&t), "gepland", r->case_code);
	if (!point)
		return agenda_none(r, N_("This case is not on the agenda any more."));
	clock_format(obj_int(obj_get(point, "from"), 0), from);
	clock_format(obj_int(obj_get(point, "until"), 0), until);
	options_default(&r->options, field_find(m->params, SLICE("from")), slice_of(from));
	options_default(&r->options, field_find(m->params, SLICE("until")), slice_of(until));
	return go_write(r);
}
