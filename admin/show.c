/* Answers as people read them. */
#include "admin.h"

#include "gate.h"
#include "json.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

struct slice show_time(struct arena *a, int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	char text[32];
	struct tm tm;

	if (!ms || !localtime_r(&t, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm))
		return (struct slice){0};
	return arena_copy(a, slice_of(text));
}

static bool is_moment(const char *key)
{
	static const char *const moments[] = {"from", "until",    "since", "stopped",
					      "due",  "reviewed", "ended", "time",
					      "used", "asked",    NULL};

	return word_in(moments, slice_of(key));
}

static struct slice list_cell(struct arena *a, const msgpack_object *list)
{
	CLEANUP(buf_free) struct buf b = {0};

	for (size_t i = 0; i < obj_n(list); i++)
		buf_fmt(&b, "%s%.*s", i ? ", " : "", SLICE_ARG(obj_bytes(obj_at(list, i))));
	return arena_copy(a, buf_view(&b));
}

struct slice show_cell(struct arena *a, const char *key, const msgpack_object *o)
{
	if (!o)
		return (struct slice){0};
	switch (o->type) {
	case MSGPACK_OBJECT_BOOLEAN:
		return obj_bool(o) ? slice_of(_("yes")) : (struct slice){0};
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		if (is_moment(key))
			return show_time(a, obj_int(o, 0));
		return arena_fmt(a, "%lld", (long long)obj_int(o, 0));
	case MSGPACK_OBJECT_ARRAY:
		return list_cell(a, o);
	default:
		return obj_bytes(o);
	}
}

void show_list(struct run *r, const msgpack_object *list, const struct column *columns, size_t n)
{
	struct table t = {.columns = (unsigned)n};
	struct slice cells[COLUMNS_MAX];

	for (size_t c = 0; c < n; c++) {
		t.head[c] = lang_text(columns[c].head);
		t.wide[c] = columns[c].wide;
	}
	for (size_t i = 0; i < obj_n(list); i++) {
		for (size_t c = 0; c < n; c++)
			cells[c] = show_cell(&r->arena, columns[c].key,
					     obj_get(obj_at(list, i), columns[c].key));
		table_row(&t, cells);
	}
	table_print(&t, stdout);
	table_free(&t);
}

/* -- lists ------------------------------------------------------------------------------------- */

static const struct listing {
	const char *method, *key;
	const char *nothing; /* said when the list is empty */
	struct column columns[COLUMNS_MAX];
} listings[] = {
	{"agency.list",
	 "agencies",
	 N_("There are no agencies yet."),
	 {{"agency", N_("AGENCY"), false},
	  {"name", N_("NAME"), true},
	  {"domain", N_("DOMAIN"), false},
	  {"contact", N_("CONTACT"), true},
	  {"stopped", N_("STOPPED"), false}}},
	{"user.list",
	 "people",
	 N_("This agency has no people yet."),
	 {{"person", N_("PERSON"), false},
	  {"name", N_("NAME"), true},
	  {"functions", N_("FUNCTIONS"), true},
	  {"devices", N_("DEVICES"), false},
	  {"stopped", N_("STOPPED"), false},
	  {"why", N_("WHY"), true}}},
	{"device.list",
	 "devices",
	 N_("He has not joined on any device yet."),
	 {{"device", N_("DEVICE"), false},
	  {"label", N_("CALLED"), true},
	  {"since", N_("SINCE"), false},
	  {"until", N_("UNTIL"), false},
	  {"stopped", N_("STOPPED"), false}}},
	{"user.waiting",
	 "people",
	 N_("No function waits for a second person."),
	 {{"person", N_("PERSON"), false},
	  {"name", N_("NAME"), true},
	  {"functions", N_("FUNCTIONS"), true},
	  {"by", N_("BY"), false}}},
	{"verzoek.open",
	 "verzoeken",
	 N_("No request of a person is open."),
	 {{"case", N_("CASE"), false},
	  {"verzoek", N_("REQUEST"), false},
	  {"what", N_("ASKS"), false},
	  {"asked", N_("ASKED"), false},
	  {"due", N_("BEFORE"), false},
	  {"closed", N_("CLOSED"), false}}},
	{"agreement.waiting",
	 "agreements",
	 N_("No version of an agreement waits."),
	 {{"agreement", N_("AGREEMENT"), false},
	  {"version", N_("VERSION"), false},
	  {"by", N_("BY"), false},
	  {"raises", N_("RAISES"), true}}},
	{"agreement.list",
	 "agreements",
	 N_("There is no agreement in force."),
	 {{"agreement", N_("AGREEMENT"), false},
	  {"version", N_("VERSION"), false},
	  {"regime", N_("REGIME"), false},
	  {"name", N_("NAME"), true},
	  {"agencies", N_("AGENCIES"), true}}},
};

static const struct listing *listing_of(const char *method)
{
	for (size_t i = 0; i < sizeof(listings) / sizeof(listings[0]); i++)
		if (!strcmp(listings[i].method, method))
			return &listings[i];
	return NULL;
}

enum err go_list(struct run *r)
{
	const struct listing *l = listing_of(r->command->method);
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	size_t columns = 0;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), l->key);
	while (columns < COLUMNS_MAX && l->columns[columns].key)
		columns++;
	if (obj_n(list))
		show_list(r, list, l->columns, columns);
	else
		fprintf(stderr, "%s\n", lang_text(l->nothing));
	return ERR_OK;
}

/* -- closed cases ------------------------------------------------------------------------------ */

/* What waits to be erased; with --all, what was erased too. */
enum err go_retained(struct run *r)
{
	static const struct column waits[] = {{"case", N_("CASE"), false},
					      {"phase", N_("PHASE"), false},
					      {"until", N_("UNTIL"), false}};
	static const struct column gone[] = {{"case", N_("CASE"), false},
					     {"time", N_("ERASED"), false},
					     {"by", N_("BY"), false},
					     {"why", N_("WHY"), true}};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *cases, *erased;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	cases = obj_get(tree_root(&t), "cases");
	erased = obj_get(tree_root(&t), "erased");
	if (obj_n(cases))
		show_list(r, cases, waits, 3);
	else
		fprintf(stderr, "%s\n", _("No closed case waits to be erased."));
	if (obj_n(erased)) {
		putchar('\n');
		show_list(r, erased, gone, 4);
	}
	return ERR_OK;
}

/* -- emergencies ------------------------------------------------------------------------------- */

/* Codes that one has to type again do not stand in a narrow column: three lines each. */
static void print_emergency(struct run *r, const msgpack_object *e)
{
	CLEANUP(buf_wipe) struct buf first = {0};
	CLEANUP(buf_wipe) struct buf why = {0};
	CLEANUP(buf_free) struct buf last = {0};
	struct slice verdict = obj_bytes(obj_get(e, "verdict")),
		     due = show_time(&r->arena, obj_int(obj_get(e, "due"), 0));

	buf_fmt(&first, "%.*s  %.*s/%.*s  %.*s  %s %.*s",
		SLICE_ARG(obj_bytes(obj_get(e, "emergency"))),
		SLICE_ARG(obj_bytes(obj_get(e, "case"))), SLICE_ARG(obj_bytes(obj_get(e, "item"))),
		SLICE_ARG(obj_bytes(obj_get(e, "person"))), _("of agency"),
		SLICE_ARG(obj_bytes(obj_get(e, "owner"))));
	buf_fmt(&why, "%.*s: %.*s", SLICE_ARG(obj_bytes(obj_get(e, "code"))),
		SLICE_ARG(obj_bytes(obj_get(e, "why"))));
	if (verdict.n)
		buf_fmt(&last, "%.*s%s%.*s", SLICE_ARG(verdict),
			obj_bytes(obj_get(e, "review")).n ? ": " : "",
			SLICE_ARG(obj_bytes(obj_get(e, "review"))));
	else
		buf_fmt(&last, "%s %.*s", _("to be judged before"), SLICE_ARG(due));
	table_text(stdout, 0, buf_view(&first));
	table_text(stdout, 2, buf_view(&why));
	table_text(stdout, 2, buf_view(&last));
}

enum err go_emergencies(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "emergencies");
	for (size_t i = 0; i < obj_n(list); i++)
		print_emergency(r, obj_at(list, i));
	if (!obj_n(list))
		fprintf(stderr, "%s\n", _("There is no emergency access to be judged."));
	return ERR_OK;
}

/* -- changes ----------------------------------------------------------------------------------- */

/* What else an answer says, in the reader's language; a name that is no word here stays as it is.
 */
static const char *done_word(const char *key)
{
	static const char *const words[] = {N_("version"), N_("refused"), N_("stopped"),
					    N_("ended"),   N_("until"),   N_("due")};
	static const char *const others[][2] = {{"waits", N_("waits for a second person:")},
						{"time", N_("on")}};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (!strcmp(key, others[i][0]))
			return lang_text(others[i][1]);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(key, words[i]))
			return lang_text(words[i]);
	return key;
}

/* "Done: noor@wijk", with what else the answer says. */
static void say_done(struct run *r, const msgpack_object *answer)
{
	CLEANUP(buf_free) struct buf line = {0};

	buf_fmt(&line, "%s", _("Done."));
	for (uint32_t i = 0; answer->type == MSGPACK_OBJECT_MAP && i < answer->via.map.size; i++) {
		const msgpack_object_kv *kv = &answer->via.map.ptr[i];
		const char *key = arena_str(&r->arena, obj_bytes(&kv->key));
		struct slice value = show_cell(&r->arena, key, &kv->val);

		if (value.n && kv->val.type == MSGPACK_OBJECT_STR)
			buf_fmt(&line, "  %.*s", SLICE_ARG(value));
		else if (value.n && kv->val.type == MSGPACK_OBJECT_BOOLEAN)
			buf_fmt(&line, "  %s", done_word(key));
		else if (value.n)
			buf_fmt(&line, "  %s %.*s", done_word(key), SLICE_ARG(value));
	}
	table_line(stdout, buf_view(&line));
}

enum err go_change(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	if (r->options.json)
		json_print(stdout, tree_root(&t), false);
	else
		say_done(r, tree_root(&t));
	return ERR_OK;
}
