/* What one is told of, and emergencies. */
#include "cli.h"

#include "gate.h"
#include "json.h"
#include "table.h"
#include "whatif.h"

#include <stdio.h>
#include <string.h>

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
	{"kept-from-person",
	 N_("%s keeps an item in %s from the person, or from who speaks for him.")},
	{"objection", N_("%s says something is not right in %s.")},
	{"restricted", N_("%s restricted the use of an item in %s.")},
	{"restriction-ended", N_("%s ended the restriction of an item in %s.")},
	{"verzoek", N_("%s asks something the law gives a right to, in %s: brug verzoek list")},
	{"verzoek-closed", N_("%s asks something the law gives a right to, in the closed case %s: "
			      "it is yours to answer: brug verzoek list CASE")},
	{"verzoek-left", N_("%s closed %s; requests of the person are open, and yours to answer: "
			    "brug verzoek list CASE")},
	{"verzoek-moved", N_("%s closed %s: a privacy officer answers what you asked.")},
	{"verzoek-answered", N_("%s answered your request in %s: brug verzoek list")},
	{"consent-withdrawn", N_("%s recorded that a consent was withdrawn in %s.")},
	{"function-waits", N_("%s gives somebody in %s a function that approves: brug-admin user "
			      "waiting")},
	{"consent-recorded", N_("%s wrote down a consent of yours in %s: brug consent list")},
	{"mandate-recorded", N_("%s wrote down who speaks for you in %s: brug consent list")},
	{"table-closed",
	 N_("%s closed the table %s: nobody reads it any more, and it is erased after "
	    "its term.")},
	{"erased", N_("%s erased the case %s: nothing of it can be read any more.")},
	{"verzoek-soon", N_("%s: within a week a request in %s is to be answered.")},
	{"verzoek-late", N_("%s: a request in %s should have been answered by now.")},
	{"emergency-late", N_("%s: an emergency access in %s should have been judged by now.")},
	{"late", N_("%s: the term in %s has passed.")},
	{"refused", N_("%s does not do what was asked in %s; why: brug show")},
	{"half", N_("%s: the other half of a promise in %s is done; yours begins.")},
	{"half-waits",
	 N_("%s: the other half of a promise in %s is not done after all; yours waits.")},
	{"deputy", N_("%s asks you to stand in as casusregisseur of %s.")},
	{"deputy-told", N_("%s is away: somebody stands in as casusregisseur of %s.")},
	{"deputy-ended", N_("%s leads %s himself again: you do not stand in any more.")},
	{"lead-offered", N_("%s asks a helper to lead %s, which nobody leads now.")},
	{"lead-offer", N_("%s offers you to take over %s: brug lead accept")},
	{"lead-declined", N_("%s leaves %s with you.")},
	{"lead", N_("%s is the casusregisseur of %s from now on.")},
	{"meeting", N_("%s put %s on the agenda of a meeting; you are invited: brug meet")},
	{"meeting-moved", N_("%s gave %s another time on the agenda of a meeting: brug meet")},
	{"unanswered", N_("%s: a question in %s was not answered in time: brug inbox")},
	{"review", N_("%s: the date to look again at %s has come.")},
	{"narrowed", N_("%s: something in %s is shown less to somebody; look again whether that is "
			"still needed.")},
	{"raised", N_("%s took a bottleneck in %s a level up.")},
	{"text",
	 N_("%s: a bottleneck or lesson in %s asks a text without a person: brug knelpunt")},
	{"check", N_("%s asks you to check a text in %s: brug knelpunt read")},
	{"checked", N_("%s says that nobody is in your text in %s.")},
	{"answer", N_("%s: the table of procesregie answered on %s.")},
	{"asked", N_("%s lays a bottleneck in %s with you: brug knelpunt")},
	{"off-shelf",
	 N_("%s put another lesson in the place of one on the shelf of %s: brug shelf")},
	{"shared", N_("%s shows you by name what he learns in %s.")},
	{"agreement", N_("%s put up a new version of the agreement %s: it waits for a second "
			 "admin.")},
	{"agreement-approved", N_("%s approved your version of the agreement %s: it is in force.")},
	{"agreement-refused", N_("%s refused your version of the agreement %s.")},
	{"agreement-changed", N_("%s: the agreement %s has a new version in force: brug-admin "
				 "agreement show")},
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
	const char *text = notice_text(obj_word(n, "what"));
	struct slice where = obj_word(n, "case").n ? obj_word(n, "case") : obj_word(n, "ref"),
		     by = obj_word(n, "by");
	char date[24];

	if (!text)
		return;
	if (!by.n) /* a name that is not to be shown any more is not the clock's */
		by = slice_of(obj_bool(obj_get(n, "clock")) ? _("The clock") : _("Somebody"));
	if (!where.n)
		where = slice_of(_("a case that you do not see any more"));
	show_date(obj_number(n, "time"), date);
	buf_fmt(out, "%s  ", date);
	fill(out, text, slice_is(obj_word(n, "what"), "device") ? where : by, where);
	if (obj_word(n, "item").n)
		buf_fmt(out, "  %.*s/%.*s", SLICE_ARG(obj_word(n, "case")),
			SLICE_ARG(obj_word(n, "item")));
	show_date(obj_number(n, "due"), date);
	if (*date)
		buf_fmt(out, "  (%s %s)", _("before"), date);
	if (obj_word(n, "verdict").n)
		buf_fmt(out, "  (%s %.*s)", _("judged:"), SLICE_ARG(obj_word(n, "verdict")));
}

/* -- emergencies ------------------------------------------------------------------------------- */

static void print_emergency(const msgpack_object *e)
{
	CLEANUP(buf_wipe) struct buf line = {0};
	char from[24], due[24];

	show_date(obj_number(e, "from"), from);
	show_date(obj_number(e, "due"), due);
	buf_fmt(&line, "%.*s  %s  %.*s/%.*s  %.*s (%.*s)  %.*s: %.*s  ",
		SLICE_ARG(obj_word(e, "emergency")), from, SLICE_ARG(obj_word(e, "case")),
		SLICE_ARG(obj_word(e, "item")), SLICE_ARG(obj_word(e, "person")),
		SLICE_ARG(obj_word(e, "agency")), SLICE_ARG(obj_word(e, "code")),
		SLICE_ARG(obj_word(e, "why")));
	if (obj_word(e, "verdict").n)
		buf_fmt(&line, "%.*s%s%.*s", SLICE_ARG(obj_word(e, "verdict")),
			obj_word(e, "review").n ? ": " : "", SLICE_ARG(obj_word(e, "review")));
	else
		buf_fmt(&line, "%s %s", _("to be judged before"), due);
	table_text(stdout, 0, buf_view(&line));
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
		print_emergency(obj_at(list, i));
	if (!obj_n(list))
		printf("%s\n", _("There is no emergency access to be looked at."));
	return ERR_OK;
}

/* -- what if ----------------------------------------------------------------------------------- */

enum err go_whatif(struct run *r)
{
	CLEANUP(buf_wipe) struct buf params = {0};

	r->imagined = true;
	TRY(run_pack(r, &params));
	TRY(run_connect(r));
	return whatif_show(r->link, r->command->method, buf_view(&params), r->options.json, stdout,
			   &r->fault);
}
