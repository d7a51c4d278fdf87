/* What one is told of, and the person's rights: who looked, requests, emergencies. */
#include "cli.h"

#include "gate.h"
#include "json.h"
#include "table.h"
#include "whatif.h"

#include <stdio.h>
#include <string.h>

static bool as_json(struct run *r, const struct tree *t)
{
	if (r->options.json)
		json_print(stdout, tree_root(t), false);
	return r->options.json;
}

static int64_t moment(const msgpack_object *o, const char *key)
{
	return obj_int(obj_get(o, key), 0);
}

static struct slice word(const msgpack_object *o, const char *key)
{
	return obj_bytes(obj_get(o, key));
}

/* The text with its holes filled, in their order. Our own texts: one hole or two. */
static void fill(struct buf *out, const char *text, struct slice first, struct slice second)
{
	const struct slice *args[] = {&first, &second};

	for (int i = 0; i < 2; i++) {
		const char *hole = strstr(text, "%s");

		if (!hole)
			break;
		buf_add(out, text, (size_t)(hole - text));
		buf_slice(out, *args[i]);
		text = hole + 2;
	}
	buf_add(out, text, strlen(text));
}

/* -- notices ----------------------------------------------------------------------------------- */

static const struct {
	const char *what, *text;
} notices[] = {
	{"emergency", N_("%s used emergency access in %s. A privacy officer judges it.")},
	{"emergency-judged", N_("%s judged an emergency access in %s.")},
	{"objection", N_("%s says something is not right in %s.")},
	{"restricted", N_("%s restricted the use of an item in %s.")},
	{"restriction-ended", N_("%s ended the restriction of an item in %s.")},
	{"verzoek", N_("%s asks something the law gives a right to, in %s: brug verzoek list")},
	{"verzoek-closed", N_("%s asks something the law gives a right to, in the closed case %s: "
			      "it is yours to answer.")},
	{"verzoek-answered", N_("%s answered your request in %s: brug verzoek list")},
	{"consent-withdrawn", N_("%s recorded that a consent was withdrawn in %s.")},
	{"function-waits", N_("%s gives somebody in %s a function that approves: brug-admin user "
			      "waiting")},
	{"consent-recorded", N_("%s wrote down a consent of yours in %s: brug consent list")},
	{"mandate-recorded", N_("%s wrote down who speaks for you in %s: brug consent list")},
	{"erased", N_("%s erased the case %s: nothing of it can be read any more.")},
	{"verzoek-soon", N_("%s: within a week a request in %s is to be answered.")},
	{"verzoek-late", N_("%s: a request in %s should have been answered by now.")},
	{"emergency-late", N_("%s: an emergency access in %s should have been judged by now.")},
	{"late", N_("%s: the term in %s has passed.")},
	{"half", N_("%s: the other half of a promise in %s is done; yours begins.")},
	{"deputy", N_("%s asks you to stand in as casusregisseur of %s.")},
	{"deputy-told", N_("%s is away: somebody stands in as casusregisseur of %s.")},
	{"deputy-ended", N_("%s leads %s himself again: you do not stand in any more.")},
	{"lead-offer", N_("%s offers you to take over %s: brug lead accept")},
	{"lead-declined", N_("%s leaves %s with you.")},
	{"lead", N_("%s is the casusregisseur of %s from now on.")},
	{"meeting", N_("%s put %s on the agenda of a meeting; you are invited: brug meet")},
	{"unanswered", N_("%s: a question in %s was not answered in time: brug inbox")},
	{"review", N_("%s: the date to look again at %s has come.")},
	{"raised", N_("%s took a bottleneck in %s a level up.")},
	{"text",
	 N_("%s: a bottleneck or lesson in %s asks a text without a person: brug knelpunt")},
	{"check", N_("%s asks you to check a text in %s: brug knelpunt read")},
	{"checked", N_("%s says that nobody is in your text in %s.")},
	{"answer", N_("%s: the table of procesregie answered on %s.")},
	{"asked", N_("%s lays a bottleneck in %s with you: brug knelpunt")},
	{"shared", N_("%s shows you by name what he learns in %s.")},
	{"agreement", N_("%s put up a new version of the agreement %s: it waits for a second "
			 "admin.")},
	{"code", N_("%s made a code with which another device becomes yours. Did you not ask for "
		    "it? Tell your privacy officer.")},
	{"device", N_("Another device has become yours: \"%s\". Is it not? Have it stopped, and "
		      "tell your privacy officer.")},
	{"function", N_("%s gave somebody new of %s a function: partnership-admin or "
			"privacy-officer.")},
};

static const char *notice_text(struct slice what)
{
	for (size_t i = 0; i < sizeof(notices) / sizeof(*notices); i++)
		if (slice_is(what, notices[i].what))
			return lang_text(notices[i].text);
	return NULL;
}

void notice_line(const msgpack_object *n, struct buf *out)
{
	const char *text = notice_text(word(n, "what"));
	struct slice where = word(n, "case").n ? word(n, "case") : word(n, "ref");
	struct slice by = word(n, "by").n ? word(n, "by") : slice_of(_("The clock"));
	char date[24];

	if (!text)
		return;
	show_date(moment(n, "time"), date);
	buf_fmt(out, "%s  ", date);
	fill(out, text, slice_is(word(n, "what"), "device") ? where : by, where);
	if (word(n, "item").n)
		buf_fmt(out, "  %.*s/%.*s", SLICE_ARG(word(n, "case")), SLICE_ARG(word(n, "item")));
	show_date(moment(n, "due"), date);
	if (*date)
		buf_fmt(out, "  (%s %s)", _("before"), date);
}

/* -- emergencies ------------------------------------------------------------------------------- */

static void print_emergency(const msgpack_object *e)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char from[24], due[24];

	show_date(moment(e, "from"), from);
	show_date(moment(e, "due"), due);
	buf_fmt(&line, "%.*s  %s  %.*s/%.*s  %.*s (%.*s)  %.*s: %.*s  ",
		SLICE_ARG(word(e, "emergency")), from, SLICE_ARG(word(e, "case")),
		SLICE_ARG(word(e, "item")), SLICE_ARG(word(e, "person")),
		SLICE_ARG(word(e, "agency")), SLICE_ARG(word(e, "code")),
		SLICE_ARG(word(e, "why")));
	if (word(e, "verdict").n)
		buf_fmt(&line, "%.*s%s%.*s", SLICE_ARG(word(e, "verdict")),
			word(e, "review").n ? ": " : "", SLICE_ARG(word(e, "review")));
	else
		buf_fmt(&line, "%s %s", _("to be judged before"), due);
	table_text(stdout, 0, buf_view(&line));
}

enum err go_emergencies(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (as_json(r, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "emergencies");
	for (size_t i = 0; i < obj_n(list); i++)
		print_emergency(obj_at(list, i));
	if (!obj_n(list))
		printf("%s\n", _("There is no emergency access to be looked at."));
	return ERR_OK;
}

/* -- requests ---------------------------------------------------------------------------------- */

static void print_verzoek(const msgpack_object *v)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char asked[24], due[24], answered[24];

	show_date(moment(v, "asked"), asked);
	show_date(moment(v, "due"), due);
	show_date(moment(v, "answered"), answered);
	buf_fmt(&line, "%.*s  %.*s %.*s  %s %s  ", SLICE_ARG(word(v, "verzoek")),
		SLICE_ARG(word(v, "what")), SLICE_ARG(word(v, "item")), _("asked"), asked);
	if (*answered)
		buf_fmt(&line, "%.*s %s", SLICE_ARG(word(v, "verdict")), answered);
	else
		buf_fmt(&line, "%s %s", _("answer before"), due);
	table_text(stdout, 0, buf_view(&line));
	table_text(stdout, 4, word(v, "text"));
	if (word(v, "why").n)
		table_text(stdout, 4, word(v, "why"));
}

enum err go_verzoeken(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (as_json(r, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "verzoeken");
	for (size_t i = 0; i < obj_n(list); i++)
		print_verzoek(obj_at(list, i));
	if (!obj_n(list))
		printf("%s\n", _("There are no requests."));
	return ERR_OK;
}

/* -- who looked -------------------------------------------------------------------------------- */

static const char *saw(struct slice most)
{
	if (slice_is(most, "inhoud"))
		return _("read all of it");
	if (slice_is(most, "kern"))
		return _("read the core of it");
	if (slice_is(most, "signaal"))
		return _("saw how things stand, no texts");
	return _("saw that there is something, not what");
}

static void print_reason(const msgpack_object *why)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char text[512];

	snprintf(text, sizeof(text), "%.*s", SLICE_ARG(obj_bytes(obj_at(why, 0))));
	fill(&line, lang_text(text), obj_bytes(obj_at(why, 1)), (struct slice){0});
	table_text(stdout, 6, buf_view(&line));
}

static void print_day(const msgpack_object *d)
{
	const msgpack_object *why = obj_get(d, "why");
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s  %.*s (%.*s), %.*s: ", SLICE_ARG(word(d, "date")),
		SLICE_ARG(word(d, "name")), SLICE_ARG(word(d, "agency")),
		SLICE_ARG(word(d, "role")));
	if (moment(d, "items"))
		buf_fmt(&line, _("looked %lld times, at %lld items, and %s."),
			(long long)moment(d, "times"), (long long)moment(d, "items"),
			saw(word(d, "most")));
	else
		buf_fmt(&line, "%s", _("opened the case: your name and who takes part."));
	if (obj_bool(obj_get(d, "emergency")))
		buf_fmt(&line, " %s", _("It was an emergency."));
	table_text(stdout, 0, buf_view(&line));
	for (size_t i = 0; i < obj_n(why); i++)
		print_reason(obj_at(why, i));
}

static void print_his_emergency(const msgpack_object *e)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char date[24];

	show_date(moment(e, "time"), date);
	buf_fmt(&line, "%s  %.*s (%.*s), %.*s: ", date, SLICE_ARG(word(e, "name")),
		SLICE_ARG(word(e, "agency")), SLICE_ARG(word(e, "item")));
	fill(&line, _("looked without leave, because of danger (%s)."), word(e, "code"),
	     (struct slice){0});
	table_text(stdout, 2, buf_view(&line));
	line.n = 0;
	if (!moment(e, "judged"))
		buf_fmt(&line, "%s", _("A privacy officer judges whether that was right."));
	else
		buf_fmt(&line, "%s %.*s: %.*s", _("Judged:"), SLICE_ARG(word(e, "verdict")),
			SLICE_ARG(word(e, "review")));
	table_text(stdout, 6, buf_view(&line));
}

static void print_his_emergencies(const msgpack_object *list)
{
	if (obj_n(list))
		printf("%s%s%s\n", table_bold(stdout), _("Emergency access"), table_plain(stdout));
	for (size_t i = 0; i < obj_n(list); i++)
		print_his_emergency(obj_at(list, i));
}

/* A page of the log at a time; a day may go on on the next page, and then stands there again. */
static enum err report_page(struct run *r, struct buf *after, size_t *n)
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
	if (as_json(r, &t))
		return ERR_OK;
	print_his_emergencies(obj_get(tree_root(&t), "emergencies"));
	*n += obj_n(obj_get(tree_root(&t), "emergencies"));
	days = obj_get(tree_root(&t), "days");
	for (size_t i = 0; i < obj_n(days); i++, ++*n)
		print_day(obj_at(days, i));
	return ERR_OK;
}

enum err go_report(struct run *r)
{
	CLEANUP(buf_free) struct buf after = {0};
	size_t n = 0;

	options_default(&r->options, field_find(command_method(r->command)->params, SLICE("case")),
			slice_of(r->case_code));
	if (!r->options.json)
		printf("%s%s%s\n", table_bold(stdout), _("Who looked in your plan"),
		       table_plain(stdout));
	do
		TRY(report_page(r, &after, &n));
	while (after.n);
	if (!n && !r->options.json)
		printf("%s\n", _("Nobody but you, in this time."));
	return ERR_OK;
}

/* -- a consent withdrawn ----------------------------------------------------------------------- */

/* The item of that code in the plan as the reader sees it, or NULL. */
static const msgpack_object *item_coded(const msgpack_object *plan, struct slice code)
{
	const msgpack_object *items = obj_get(plan, "items");

	for (size_t i = 0; i < obj_n(items); i++)
		if (slice_eq(word(obj_at(items, i), "item"), code))
			return obj_at(items, i);
	return NULL;
}

static void print_lost_item(const msgpack_object *w, const msgpack_object *plan)
{
	const msgpack_object *item = item_coded(plan, word(w, "item"));
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s  ", SLICE_ARG(word(w, "item")));
	if (item)
		item_line(item, &line);
	if (obj_bool(obj_get(w, "read")))
		buf_fmt(&line, "  (%s)", _("had been read"));
	table_text(stdout, 4, buf_view(&line));
}

/* plan: what the items are, as the reader sees them; or NULL. */
static void print_loss(const msgpack_object *l, const msgpack_object *plan)
{
	const msgpack_object *which = obj_get(l, "which");
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s (%.*s): ", SLICE_ARG(word(l, "person")), SLICE_ARG(word(l, "agency")));
	buf_fmt(&line, _("sees less of %lld items; %lld of them had been read"),
		(long long)moment(l, "items"), (long long)moment(l, "read"));
	table_text(stdout, 2, buf_view(&line));
	for (size_t i = 0; i < obj_n(which); i++)
		print_lost_item(obj_at(which, i), plan);
}

enum err go_withdraw(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree plan = {0};
	CLEANUP(buf_free) struct buf params = {0};
	const msgpack_object *lost;

	TRY(run_call(r, &t));
	say_kept(r, tree_root(&t));
	if (r->options.json)
		return ERR_OK;
	lost = obj_get(tree_root(&t), "lost");
	printf("%s\n", obj_n(lost) ? _("From now on:") : _("Nobody saw anything by it."));
	if (obj_get(obj_at(lost, 0), "which")) {
		pack_about(r, NULL, &params);
		TRY(run_ask(r, "case.plan", buf_view(&params), &plan));
	}
	for (size_t i = 0; i < obj_n(lost); i++)
		print_loss(obj_at(lost, i), tree_root(&plan));
	return ERR_OK;
}

/* -- what if ----------------------------------------------------------------------------------- */

enum err go_whatif(struct run *r)
{
	CLEANUP(buf_wipe) struct buf params = {0};

	TRY(run_pack(r, &params));
	TRY(run_connect(r));
	return whatif_show(r->link, r->command->method, buf_view(&params), r->options.json, stdout,
			   &r->fault);
}
