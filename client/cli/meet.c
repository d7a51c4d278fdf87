/* A meeting: planning it, its agenda, running it from point to point, who is there. */
#include "cli.h"

#include "clock.h"
#include "gate.h"
#include "json.h"
#include "table.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t minute = 60000;
enum { SINGLE_MINUTES = 60 /* a meeting about one case alone */ };

/* -- times ------------------------------------------------------------------------------------- */

void meet_clock(int64_t ms, char out[8])
{
	char date[12];
	int64_t passed = (ms - clock_parse(clock_date(ms, date), 0)) / minute;

	snprintf(out, 8, "%02d:%02d", (int)(passed / 60 % 24), (int)(passed % 60));
}

/* "13:00" here, on that day. */
static int64_t at_clock(const char *date, const char *hm)
{
	int h, m;
	char end;

	if (sscanf(hm, "%2d:%2d%c", &h, &m, &end) != 2 || h < 0 || h > 23 || m < 0 || m > 59)
		return -1;
	return clock_parse(date, 0) + (h * 60LL + m) * minute;
}

static int64_t time_of(struct slice text)
{
	char z[32] = "", date[12];

	if (text.n >= sizeof(z))
		return -1;
	memcpy(z, text.p, text.n);
	if (text.n == 16 && z[10] == 'T') {
		z[10] = 0;
		return at_clock(z, z + 11);
	}
	return at_clock(clock_date(clock_now_ms(), date), z);
}

void meet_times(struct options *o)
{
	static char kept[4][24]; /* outlive the options */
	static unsigned at;

	for (size_t i = 0; i < o->n; i++) {
		struct value *v = &o->v[i];
		int64_t t = v->field->type == T_TIME ? time_of(v->text) : -1;

		if (t >= 0)
			v->text = slice_of(clock_format(t, kept[at++ % 4]));
	}
}

/* -- the meeting one is in, and its points ----------------------------------------------------- */

static enum err ask_map(struct run *r, const char *method, const char *key, const char *value,
			struct tree *out)
{
	CLEANUP(buf_free) struct buf params = {0};

	pack_map(&params, value ? 1 : 0);
	if (value)
		pack_kv_text(&params, key, value);
	return run_ask(r, method, buf_view(&params), out);
}

static void copy_text(char *out, size_t size, const msgpack_object *o)
{
	snprintf(out, size, "%.*s", SLICE_ARG(obj_bytes(o)));
}

/* The one that was chosen, or the only one there is; of several, the one that runs. */
static enum err which_meeting(struct run *r, char id[32])
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list, *one = NULL;
	size_t runs = 0;

	if (place_meeting(&r->home, id))
		return ERR_OK;
	TRY(ask_map(r, "meeting.list", NULL, NULL, &t));
	list = obj_get(tree_root(&t), "meetings");
	for (size_t i = 0; i < obj_n(list); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(list, i), "state")), "loopt") ||
		    obj_n(list) == 1) {
			one = obj_at(list, i);
			runs++;
		}
	if (runs != 1)
		return fault_set(&r->fault, ERR_USAGE, N_("Which meeting?"), NULL,
				 N_("brug meet lists them; brug meet show MEETING chooses one."),
				 NULL);
	copy_text(id, 32, obj_get(one, "meeting"));
	return ERR_OK;
}

static enum err ask_agenda(struct run *r, struct tree *out)
{
	char id[32];
	enum err err;

	TRY(which_meeting(r, id));
	err = ask_map(r, "meeting.show", "meeting", id, out);
	if (err == ERR_NOTFOUND)
		place_meeting_set(&r->home, ""); /* it was over, or never his */
	return err;
}

static const msgpack_object *point_in(const msgpack_object *agenda, const char *state,
				      const char *of_case)
{
	const msgpack_object *points = obj_get(agenda, "points");

	for (size_t i = 0; i < obj_n(points); i++) {
		const msgpack_object *p = obj_at(points, i);

		if (slice_is(obj_bytes(obj_get(p, "state")), state) &&
		    (!of_case || slice_is(obj_bytes(obj_get(p, "case")), of_case)))
			return p;
	}
	return NULL;
}

/* The request is about this point. */
static void take_point(struct run *r, const msgpack_object *point)
{
	static char code[16]; /* outlives the options */
	const struct method *m = command_method(r->command);

	copy_text(code, sizeof(code), obj_get(point, "code"));
	copy_text(r->case_code, sizeof(r->case_code), obj_get(point, "case"));
	options_default(&r->options, field_find(m->params, SLICE("item")), slice_of(code));
}

static enum err no_point(struct run *r, const char *text)
{
	return fault_set(&r->fault, ERR_USAGE, text, NULL, N_("See: brug meet show"), NULL);
}

bool meet_finds_place(const struct command *c)
{
	return !strncmp(c->words, "meet ", 5) && c->go != go_meet_add && c->go != go_lay;
}

/* The point that runs; of what is done afterwards, one whose minutes are a draft, or were approved.
 */
enum err meet_place(struct run *r)
{
	static const char *const now[] = {"loopt", NULL}, *const after[] = {"verslag", "loopt",
									    "vastgesteld", NULL};
	bool later = r->command->go == go_minutes || !strcmp(r->command->words, "meet approve");
	const char *const *state = later ? after : now;
	const msgpack_object *point = NULL;
	CLEANUP(tree_free) struct tree t = {0};

	if (r->command->go == go_meet_start || r->command->go == go_meet_next)
		return ERR_OK; /* they look for theirs themselves */
	if (options_has(&r->options, "item"))
		return place_case(&r->home, r->case_code) ? ERR_OK : no_point(r, N_("Which case?"));
	TRY(ask_agenda(r, &t));
	for (; *state && !point; state++)
		point = point_in(tree_root(&t), *state, NULL);
	if (!point)
		return no_point(r, N_("No point of yours runs now."));
	take_point(r, point);
	return ERR_OK;
}

enum err meet_running(struct run *r, struct meet_point *out)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *point;

	TRY(ask_agenda(r, &t));
	point = point_in(tree_root(&t), "loopt", NULL);
	if (!point)
		return no_point(r, N_("No point of yours runs now."));
	copy_text(out->case_code, sizeof(out->case_code), obj_get(point, "case"));
	copy_text(out->code, sizeof(out->code), obj_get(point, "code"));
	out->n = obj_int(obj_get(point, "n"), 0);
	out->of = (long long)obj_n(obj_get(tree_root(&t), "points"));
	out->from = obj_int(obj_get(point, "from"), 0);
	out->until = obj_int(obj_get(point, "until"), 0);
	return ERR_OK;
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
	if (r->options.json) {
		json_print(stdout, tree_root(&t), false);
		return ERR_OK;
	}
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

		codes.v[i] = obj_get(p, "case")
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
		TRY(which_meeting(r, id));
		options_default(&r->options, field_find(m->params, SLICE("meeting")), slice_of(id));
	}
	TRY(run_call(r, &t));
	copy_text(id, sizeof(id), obj_get(tree_root(&t), "meeting"));
	place_meeting_set(&r->home, id);
	if (r->options.json) {
		json_print(stdout, tree_root(&t), false);
		return ERR_OK;
	}
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
	if (r->options.json) {
		json_print(stdout, tree_root(&t), false);
		return ERR_OK;
	}
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
		TRY(which_meeting(r, id));
		options_default(&r->options, field_find(m->params, SLICE("meeting")), slice_of(id));
	}
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
		printf("%s  %.*s/%.*s\n", text, SLICE_ARG(obj_bytes(obj_get(point, "case"))),
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

	TRY(ask_agenda(r, &t));
	next = point_in(tree_root(&t), "gepland", NULL);
	return next ? change_point(r, "meeting.open", next)
		    : no_point(r, N_("No point of yours is left on this agenda."));
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
		enum err err = ask_agenda(r, &t);

		if (err != ERR_OK && !(named && err == ERR_NOTFOUND))
			return err;
		if (err == ERR_OK)
			point = point_in(tree_root(&t), "gepland", named ? r->case_code : NULL);
	}
	if (point)
		return open_point(r, point);
	if (!named)
		return no_point(r, N_("No point of yours is left on this agenda."));
	TRY(plan_single(r));
	tree_free(&t);
	TRY(ask_agenda(r, &t));
	return open_point(r, point_in(tree_root(&t), "gepland", r->case_code));
}

enum err go_meet_next(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *runs, *next;

	TRY(ask_agenda(r, &t));
	runs = point_in(tree_root(&t), "loopt", NULL);
	next = point_in(tree_root(&t), "gepland", NULL);
	if (runs)
		TRY(close_point(r, runs));
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

	TRY(ask_agenda(r, &t));
	runs = point_in(tree_root(&t), "loopt", NULL);
	if (runs)
		TRY(close_point(r, runs));
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
	if (r->options.json) {
		json_print(stdout, tree_root(&t), false);
		return ERR_OK;
	}
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

	TRY(ask_agenda(r, &t));
	point = point_in(tree_root(&t), "loopt", r->case_code);
	if (!point)
		point = point_in(tree_root(&t), "gepland", r->case_code);
	if (!point)
		return no_point(r, N_("This case is not on the agenda any more."));
	clock_format(obj_int(obj_get(point, "from"), 0), from);
	clock_format(obj_int(obj_get(point, "until"), 0), until);
	options_default(&r->options, field_find(m->params, SLICE("from")), slice_of(from));
	options_default(&r->options, field_find(m->params, SLICE("until")), slice_of(until));
	return go_write(r);
}
