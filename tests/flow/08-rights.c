/* The person's rights, emergency access, and what is left of a case that was erased. */
#include "eyes.h"
#include "programs.h"
#include "store.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static struct link *jeffrey, *fg;
static char note[16];

static void set_up(void)
{
	struct link *admin;

	setenv("LANGUAGE", "nl", 1);
	flow_begin(&f);
	flow_case(&f, &c);
	admin = flow_link(&f, "beheer@zvh");
	flow_do(admin, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
	flow_do(admin, "agreement.put",
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"retention\":1,"
		"\"purposes\":[{\"purpose\":\"d1\",\"text\":\"steun\"},{\"purpose\":\"d2\","
		"\"text\":\"veiligheid\"}],"
		"\"ceilings\":[{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_"
		"level\":\"inhoud\"},{\"category\":\"gezondheid\",\"to\":\"client\",\"level\":"
		"\"inhoud\",\"consent_level\":\"inhoud\"}],"
		"\"caps\":[{\"category\":\"plan\",\"level\":\"signaal\"}]}");
	flow_do(admin, "rule.add",
		"{\"rule\":\"avg\",\"from_agency\":\"*\",\"category\":\"gezondheid\",\"to\":\"role="
		"betrokkene\",\"level\":\"inhoud\",\"ground\":\"AVG 15\"}");
	link_close(admin);
	flow_person(&f, "jeffrey@inwoner", "Jeffrey", "");
	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	jeffrey = flow_link(&f, "jeffrey@inwoner");
	fg = flow_link(&f, "fg@zvh");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jeffrey@inwoner\",\"role\":\"betrokkene\","
		"\"purposes\":[\"d1\",\"d2\"]}",
		c.code);
	flow_do(jeffrey, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_add(c.mila, c.code, note,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"signaal\":"
		 "\"zorg loopt\",\"kern\":\"prikkelarm\",\"inhoud\":\"KANARIE-bevindingen\"}}");
}

static void tear_down_links(void)
{
	link_close(jeffrey);
	link_close(fg);
	flow_case_close(&c);
	jeffrey = fg = c.noor = c.mila = c.daan = NULL;
}

static void tear_down(void)
{
	tear_down_links();
	flow_end(&f);
}
TestSuite(rights, .init = set_up, .fini = tear_down);

/* -- emergency access -------------------------------------------------------------------------- */

Test(rights, emergency_access_shows_a_little_and_owner_lead_and_privacy_officer_are_told)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *e;

	cr_assert_eq(sees(c.daan, c.code, note), LEVEL_GEEN);
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"acute_onveiligheid\",\"why\":\"hij "
		"dreigt\"}",
		c.code, note);
	cr_expect_eq(sees(c.daan, c.code, note), LEVEL_SIGNAAL);
	cr_expect(is_told(c.mila, "emergency"));
	cr_expect(is_told(c.noor, "emergency"));
	cr_expect(is_told(fg, "emergency"));
	cr_expect_not(is_told(c.daan, "emergency"));
	flow_call(fg, "emergency.list", &t, "{}");
	e = obj_at(obj_get(tree_root(&t), "emergencies"), 0);
	cr_expect(slice_is(obj_bytes(obj_get(e, "why")), "hij dreigt"));
	cr_expect_eq(obj_int(obj_get(e, "due"), 0) - obj_int(obj_get(e, "from"), 0),
		     72LL * 60 * 60 * 1000);
}

Test(rights, an_emergency_is_listed_until_a_privacy_officer_has_judged_it_and_not_his_own)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree after = {0};
	char id[32];

	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"weg\"}", c.code,
		note);
	flow_call(fg, "emergency.list", &t, "{}");
	snprintf(id, sizeof(id), "%.*s",
		 SLICE_ARG(obj_bytes(
			 obj_get(obj_at(obj_get(tree_root(&t), "emergencies"), 0), "emergency"))));
	cr_expect_eq(flow_try(c.daan, "emergency.review", NULL, NULL,
			      "{\"case\":\"%s\",\"emergency\":\"%s\",\"verdict\":\"terecht\","
			      "\"why\":\"x\"}",
			      c.code, id),
		     ERR_REFUSED);
	flow_do(fg, "emergency.review",
		"{\"case\":\"%s\",\"emergency\":\"%s\",\"verdict\":\"terecht\",\"why\":\"gevaar\"}",
		c.code, id);
	flow_call(fg, "emergency.list", &after, "{}");
	cr_expect_eq(obj_n(obj_get(tree_root(&after), "emergencies")), 0);
	cr_expect(is_told(c.daan, "emergency-judged"));
}

Test(rights, a_privacy_officer_does_not_judge_himself)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct link *both;

	flow_person(&f, "fg@pol", "Beide Petten", "\"privacy-officer\"");
	both = flow_link(&f, "fg@pol");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"fg@pol\",\"role\":\"helper\",\"purposes\":[\"d1\"]}",
		c.code);
	flow_do(both, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_do(both, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"weg\"}", c.code,
		note);
	flow_call(both, "emergency.list", &t, "{}");
	cr_expect_eq(
		flow_try(both, "emergency.review", NULL, NULL,
			 "{\"case\":\"%s\",\"emergency\":\"%.*s\",\"verdict\":\"terecht\","
			 "\"why\":\"x\"}",
			 c.code,
			 SLICE_ARG(obj_bytes(obj_get(
				 obj_at(obj_get(tree_root(&t), "emergencies"), 0), "emergency")))),
		ERR_REFUSED);
	link_close(both);
}

Test(rights, a_code_that_hits_nothing_is_logged_and_codes_cannot_be_tried)
{
	CLEANUP(tree_free) struct tree t = {0};
	enum err err = ERR_NOTFOUND;

	for (int i = 0; i < 5 && err == ERR_NOTFOUND; i++)
		err = flow_try(c.daan, "emergency.open", NULL, NULL,
			       "{\"case\":\"%s\",\"item\":\"ZZZ%d\",\"code\":\"vermissing\","
			       "\"why\":\"x\"}",
			       c.code, i + 2);
	cr_expect_eq(err, ERR_LIMIT);
	flow_call(fg, "log.read", &t, "{\"case\":\"%s\",\"person\":\"daan@pol\"}", c.code);
	/* the first is that he accepted */
	cr_expect(
		slice_is(obj_bytes(obj_get(obj_at(obj_get(tree_root(&t), "entries"), 1), "action")),
			 "emergency.open"));
}

/* -- the person -------------------------------------------------------------------------------- */

Test(rights, his_objection_stays_beside_the_item_and_only_who_sees_its_core_reads_it)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree less = {0};
	const msgpack_object *item;
	char action[16];

	flow_add(c.noor, c.code, action,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"},\"leefgebieden\":[\"werk\"]}");
	flow_do(jeffrey, "item.object",
		"{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"dit klopt niet\"}", c.code, action);
	flow_call(c.noor, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	item = obj_at(obj_get(obj_get(tree_root(&t), "item"), "statements"), 0);
	cr_expect(slice_is(obj_bytes(obj_get(item, "text")), "dit klopt niet"));
	flow_call(c.daan, "item.show", &less, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	cr_expect(obj_bool(obj_get(obj_get(tree_root(&less), "item"), "objected")));
	cr_expect_null(obj_get(obj_get(tree_root(&less), "item"), "statements"));
	cr_expect_eq(flow_try(c.daan, "item.object", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"x\"}", c.code, action),
		     ERR_REFUSED);
}

Test(rights, a_restricted_item_is_seen_by_its_agency_and_the_person_alone)
{
	char action[16];

	flow_add(c.noor, c.code, action,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"},\"leefgebieden\":[\"werk\"]}");
	cr_assert_eq(sees(c.daan, c.code, action), LEVEL_SIGNAAL);
	cr_expect_eq(flow_try(c.mila, "item.restrict", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"why\":\"x\"}", c.code, action),
		     ERR_REFUSED);
	flow_do(c.noor, "item.restrict", "{\"case\":\"%s\",\"item\":\"%s\",\"why\":\"op verzoek\"}",
		c.code, action);
	cr_expect_eq(sees(c.daan, c.code, action), LEVEL_GEEN);
	cr_expect_eq(sees(c.noor, c.code, action), LEVEL_INHOUD);
	cr_expect_gt(sees(jeffrey, c.code, action), LEVEL_GEEN);
	flow_do(c.noor, "item.restrict",
		"{\"case\":\"%s\",\"item\":\"%s\",\"end\":true,\"why\":\"klaar\"}", c.code, action);
	cr_expect_eq(sees(c.daan, c.code, action), LEVEL_SIGNAAL);
}

Test(rights, a_request_is_answered_by_the_agency_of_the_item_and_the_person_is_told)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree list = {0};
	const msgpack_object *v;
	char id[32];

	flow_call(jeffrey, "verzoek.ask", &t,
		  "{\"case\":\"%s\",\"what\":\"rectificatie\",\"item\":\"%s\",\"text\":\"fout\"}",
		  c.code, note);
	snprintf(id, sizeof(id), "%s", flow_text(&t, "verzoek"));
	cr_expect(is_told(c.mila, "verzoek"));
	cr_expect_eq(flow_try(c.daan, "verzoek.answer", NULL, NULL,
			      "{\"case\":\"%s\",\"verzoek\":\"%s\",\"verdict\":\"afgewezen\","
			      "\"why\":\"x\"}",
			      c.code, id),
		     ERR_NOTFOUND);
	flow_do(c.mila, "verzoek.answer",
		"{\"case\":\"%s\",\"verzoek\":\"%s\",\"verdict\":\"toegewezen\",\"why\":\"u hebt "
		"gelijk\"}",
		c.code, id);
	cr_expect(is_told(jeffrey, "verzoek-answered"));
	flow_call(jeffrey, "verzoek.list", &list, "{\"case\":\"%s\"}", c.code);
	v = obj_at(obj_get(tree_root(&list), "verzoeken"), 0);
	cr_expect(slice_is(obj_bytes(obj_get(v, "why")), "u hebt gelijk"));
}

Test(rights, his_report_says_who_looked_and_leaves_out_what_is_kept_from_him)
{
	CLEANUP(tree_free) struct tree before = {0};
	CLEANUP(tree_free) struct tree after = {0};
	const msgpack_object *days;

	flow_do(c.mila, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, note);
	flow_call(jeffrey, "case.report", &before, "{\"case\":\"%s\"}", c.code);
	days = obj_get(tree_root(&before), "days");
	cr_assert_eq(obj_n(days), 1);
	cr_expect(slice_is(obj_bytes(obj_get(obj_at(days, 0), "person")), "mila@ggz"));
	cr_expect(slice_is(obj_bytes(obj_get(obj_at(days, 0), "most")), "inhoud"));
	flow_do(c.mila, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"role=betrokkene\",\"level\":\"geen\","
		"\"review\":\"%s\",\"why\":\"WGBO 7:448 lid 3\"}",
		c.code, note, flow_date(100));
	flow_call(jeffrey, "case.report", &after, "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(obj_n(obj_get(tree_root(&after), "days")), 0);
	cr_expect_eq(flow_try(c.noor, "case.report", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED);
}

/* Mila keeps the note from Jeffrey, with the ground and a date to look at it again. */
static void hide_from_him(void)
{
	flow_do(c.mila, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"role=betrokkene\",\"level\":\"geen\","
		"\"review\":\"%s\",\"why\":\"WGBO 7:448 lid 3\"}",
		c.code, note, flow_date(100));
}

Test(rights, what_happens_to_an_item_that_is_kept_from_him_is_not_told_to_him)
{
	hide_from_him();
	flow_do(c.mila, "item.restrict", "{\"case\":\"%s\",\"item\":\"%s\",\"why\":\"AVG 18\"}",
		c.code, note);
	cr_expect_not(is_told(jeffrey, "restricted"));
}

Test(rights, an_emergency_on_an_item_kept_from_him_shows_in_nothing_else_he_reads)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree log = {0};
	const msgpack_object *list;

	hide_from_him();
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"weg\"}", c.code,
		note);
	flow_do(c.daan, "case.plan", "{\"case\":\"%s\"}", c.code);
	flow_call(jeffrey, "case.report", &t, "{\"case\":\"%s\"}", c.code);
	list = obj_get(tree_root(&t), "days");
	cr_assert_gt(obj_n(list), 0, "that he read the plan is there");
	for (size_t i = 0; i < obj_n(list); i++)
		cr_expect_not(obj_bool(obj_get(obj_at(list, i), "emergency")));
	flow_call(jeffrey, "log.read", &log, "{\"case\":\"%s\"}", c.code);
	list = obj_get(tree_root(&log), "entries");
	for (size_t i = 0; i < obj_n(list); i++) {
		cr_expect_not(obj_bool(obj_get(obj_at(list, i), "emergency")));
		cr_expect_eq(obj_bytes(obj_get(obj_at(list, i), "ref")).n, 0);
	}
}

Test(rights, an_emergency_that_shows_nothing_new_is_no_emergency)
{
	cr_expect_eq(
		flow_try(c.mila, "emergency.open", NULL, NULL,
			 "{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"x\"}",
			 c.code, note),
		ERR_REFUSED);
}

static void wait_until_told(struct link *l, const char *what)
{
	int tries = 0;

	while (!is_told(l, what) && tries++ < 500)
		poll(NULL, 0, 10);
	cr_assert(is_told(l, what), "%s", what);
}

Test(rights, who_must_answer_a_request_is_told_again_a_week_before_and_when_it_is_late)
{
	static const int64_t day = 24LL * 60 * 60 * 1000;

	flow_do(jeffrey, "verzoek.ask",
		"{\"case\":\"%s\",\"what\":\"rectificatie\",\"item\":\"%s\",\"text\":\"dit klopt "
		"niet\"}",
		c.code, note);
	flow_clock(&f, 25 * day);
	wait_until_told(c.mila, "verzoek-soon");
	cr_expect_not(is_told(fg, "verzoek-late"));
	flow_clock(&f, 32 * day);
	wait_until_told(c.mila, "verzoek-late");
	cr_expect(is_told(fg, "verzoek-late"));
}

Test(rights, an_emergency_that_nobody_judged_in_72_hours_is_told_again)
{
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"weg\"}", c.code,
		note);
	flow_clock(&f, 73LL * 60 * 60 * 1000);
	wait_until_told(fg, "emergency-late");
}

Test(rights, an_emergency_that_was_judged_wrong_ends_at_once_and_the_reason_can_be_read)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree all = {0};
	const msgpack_object *e;
	char id[32];

	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"weg\"}", c.code,
		note);
	cr_assert_eq(sees(c.daan, c.code, note), LEVEL_SIGNAAL);
	flow_call(fg, "emergency.list", &t, "{}");
	e = obj_at(obj_get(tree_root(&t), "emergencies"), 0);
	snprintf(id, sizeof(id), "%.*s", SLICE_ARG(obj_bytes(obj_get(e, "emergency"))));
	flow_do(fg, "emergency.review",
		"{\"case\":\"%s\",\"emergency\":\"%s\",\"verdict\":\"onterecht\",\"why\":\"geen "
		"gevaar\"}",
		c.code, id);
	cr_expect_eq(sees(c.daan, c.code, note), LEVEL_GEEN);
	flow_call(c.daan, "emergency.list", &all, "{\"all\":true}");
	e = obj_at(obj_get(tree_root(&all), "emergencies"), 0);
	cr_expect(slice_is(obj_bytes(obj_get(e, "review")), "geen gevaar"));
}

Test(rights, keeping_an_item_from_him_by_name_needs_a_date_to_look_again_too)
{
	cr_expect_eq(flow_try(c.mila, "item.narrow", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"jeffrey@inwoner\","
			      "\"level\":\"geen\",\"why\":\"x\"}",
			      c.code, note),
		     ERR_USAGE);
	cr_expect_eq(flow_try(c.mila, "item.narrow", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"all\",\"level\":\"geen\","
			      "\"why\":\"x\"}",
			      c.code, note),
		     ERR_USAGE);
}

Test(rights, an_erased_case_is_nowhere_any_more)
{
	close_case(c.noor, c.code);
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"verzoek\"}", c.code);
	cr_expect_eq(flow_try(c.noor, "case.show", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_NOTFOUND);
	cr_expect_eq(flow_try(c.mila, "case.plan", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_NOTFOUND);
}

Test(rights, an_emergency_is_judged_before_its_case_is_erased_and_stays_as_a_bare_line)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree after = {0};
	const msgpack_object *e;
	char id[32];

	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"GEHEIM\"}",
		c.code, note);
	flow_call(fg, "emergency.list", &t, "{}");
	snprintf(id, sizeof(id), "%.*s",
		 SLICE_ARG(obj_bytes(
			 obj_get(obj_at(obj_get(tree_root(&t), "emergencies"), 0), "emergency"))));
	close_case(c.noor, c.code);
	cr_expect_eq(
		flow_try(fg, "case.erase", NULL, NULL, "{\"case\":\"%s\",\"why\":\"x\"}", c.code),
		ERR_REFUSED);
	flow_do(fg, "emergency.review",
		"{\"case\":\"%s\",\"emergency\":\"%s\",\"verdict\":\"onterecht\",\"why\":"
		"\"GEHEIM\"}",
		c.code, id);
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"verzoek\"}", c.code);
	flow_call(fg, "emergency.list", &after, "{\"all\":true}");
	cr_assert_eq(obj_n(obj_get(tree_root(&after), "emergencies")), 1);
	e = obj_at(obj_get(tree_root(&after), "emergencies"), 0);
	cr_expect(slice_is(obj_bytes(obj_get(e, "person")), "daan@pol"));
	cr_expect(slice_is(obj_bytes(obj_get(e, "code")), "vermissing"));
	cr_expect(slice_is(obj_bytes(obj_get(e, "verdict")), "onterecht"));
	cr_expect_eq(obj_bytes(obj_get(e, "why")).n, 0);
	cr_expect_eq(obj_bytes(obj_get(e, "review")).n, 0);
	cr_expect_eq(obj_bytes(obj_get(e, "item")).n, 0);
}

Test(rights, a_long_report_comes_in_pages_that_tell_nothing_of_what_lies_between)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct fault fault = {0};

	cr_expect_eq(flow_try(jeffrey, "case.report", &t, &fault,
			      "{\"case\":\"%s\",\"after\":\"AAAA\"}", c.code),
		     ERR_USAGE);
	fault_free(&fault);
}

Test(rights, he_takes_along_all_that_is_held_on_him_as_a_page)
{
	static struct program p;

	BRUG(&f, &p, "jeffrey@inwoner", NULL, "export", c.code, "--html");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "KANARIE-bevindingen"), "%s", p.out);
	cr_expect(program_said(&p, "<!DOCTYPE html>"));
	BRUG(&f, &p, "noor@wijk", NULL, "export", c.code);
	cr_expect_eq(p.status, ERR_REFUSED);
}

/* -- search ------------------------------------------------------------------------------------ */

static size_t hits(struct link *l, const char *words)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *cases;

	flow_call(l, "search", &t, "{\"text\":\"%s\"}", words);
	cases = obj_get(tree_root(&t), "cases");
	return obj_n(cases) ? obj_n(obj_get(obj_at(cases, 0), "items")) : 0;
}

Test(rights, search_finds_what_one_may_see_and_not_a_word_more)
{
	cr_expect_eq(hits(c.mila, "Kanarié"), 1, "accents and capitals do not matter");
	cr_expect_eq(hits(c.daan, "kanarie"), 0);
	cr_expect_eq(hits(c.daan, "prikkelarm"), 0);
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"weg\"}", c.code,
		note);
	cr_expect_eq(hits(c.daan, "zorg loopt"), 1);
	cr_expect_eq(hits(c.daan, "prikkelarm"), 0, "deeper levels are not looked in");
	flow_do(jeffrey, "item.object",
		"{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"dat was het "
		"ziekenhuis\"}",
		c.code, note);
	cr_expect_eq(hits(jeffrey, "ziekenhuis"), 1, "what he said of an item is found");
	cr_expect_eq(hits(c.mila, "ziekenhuis"), 1);
	cr_expect_eq(hits(c.daan, "ziekenhuis"), 0, "from its core on");
}

/* -- erasure ----------------------------------------------------------------------------------- */

static int __attribute__((format(printf, 1, 2))) shell(const char *format, ...)
{
	char command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

static void wait_for_log(const char *words)
{
	int tries = 0;

	while (tries++ < 1000 && shell("grep -q '%s' %s/log", words, f.dir) != 0)
		poll(NULL, 0, 10);
	cr_assert_lt(tries, 1000, "%s", words);
}

/* The last notice of today's. */
static const char *notice_what(const struct tree *today)
{
	static char what[32];
	const msgpack_object *list = obj_get(tree_root(today), "notices");
	struct slice s = obj_bytes(obj_get(obj_at(list, obj_n(list) - 1), "what"));

	snprintf(what, sizeof(what), "%.*s", SLICE_ARG(s));
	return what;
}

Test(rights, a_closed_case_is_erased_by_the_clock_when_its_date_has_come)
{
	static const int64_t day = 24LL * 60 * 60 * 1000;
	CLEANUP(tree_free) struct tree told = {0};
	CLEANUP(tree_free) struct tree t = {0};

	close_case(c.noor, c.code);
	flow_clock(&f, 27 * day);
	tear_down_links();
	fg = flow_link(&f, "fg@zvh");
	flow_call(fg, "case.retained", &t, "{}");
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "cases")), 1, "within the month it is kept");
	flow_clock(&f, 31 * day);
	wait_for_log("erased: case=");
	jeffrey = flow_link(&f, "jeffrey@inwoner");
	flow_call(jeffrey, "today", &told, "{}");
	cr_expect_str_eq(notice_what(&told), "erased", "whose plan it was is told");
	tree_free(&t);
	flow_call(fg, "case.retained", &t, "{}");
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "cases")), 0);
	cr_assert_eq(flow_stop(&f), 0);
	cr_expect_eq(flow_run(&f, "--verify"), 0, "the chain still verifies");
	cr_expect_eq(flow_run(&f, "--rebuild"), 0);
}

Test(rights, of_an_erased_case_no_text_can_be_had_from_an_earlier_backup_either)
{
	CLEANUP(tree_free) struct tree t = {0};

	cr_expect_eq(
		flow_try(fg, "case.erase", NULL, NULL, "{\"case\":\"%s\",\"why\":\"x\"}", c.code),
		ERR_REFUSED, "people still work in it");
	/* a backup of everything but the keys, while all could be read */
	cr_assert_eq(flow_stop(&f), 0);
	cr_assert_eq(shell("mkdir %s/backup && cp -r %s/journal %s/state.mdb %s/backup", f.dir,
			   f.state, f.state, f.dir),
		     0);
	flow_start(&f);
	tear_down_links();
	c.noor = flow_link(&f, "noor@wijk");
	fg = flow_link(&f, "fg@zvh");
	close_case(c.noor, c.code);
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"verzoek\"}", c.code);
	cr_assert_eq(flow_stop(&f), 0);
	cr_expect_eq(flow_run(&f, "--verify"), 0, "the chain still verifies");
	/* the backup is put back: the case stands there, and its texts are gone */
	cr_assert_eq(shell("rm -r %s/journal %s/state.mdb* && cp -r %s/backup/* %s/", f.state,
			   f.state, f.dir, f.state),
		     0);
	flow_start(&f);
	tear_down_links();
	c.mila = flow_link(&f, "mila@ggz");
	flow_call(c.mila, "case.plan", &t, "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "items")), 0);
	cr_expect_eq(obj_bytes(obj_get(tree_root(&t), "title")).n, 0);
	fg = flow_link(&f, "fg@zvh");
}

Test(rights, a_journal_can_be_checked_with_what_an_admin_has_kept)
{
	static struct program p;
	char journal[128];

	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "agency", "list");
	cr_assert_eq(p.status, 0, "%s", p.err);
	snprintf(journal, sizeof(journal), "%s/journal", f.state);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "log", "verify", journal);
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "1 ") && program_said(&p, "ondertekend"), "%s", p.out);
	/* as an operator would who throws the last away */
	cr_assert_eq(shell("cp -r %s %s/cut && truncate -s 4096 %s/cut/00000001.seg && truncate -s "
			   "67108864 %s/cut/00000001.seg",
			   journal, f.dir, f.dir, f.dir),
		     0);
	snprintf(journal, sizeof(journal), "%s/cut", f.dir);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "log", "verify", journal);
	cr_expect_neq(p.status, 0, "%s", p.out);
	cr_expect(program_said(&p, "klopt niet") || program_said(&p, "beschadigd"), "%s", p.err);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "log", "verify", f.dir);
	cr_expect_neq(p.status, 0, "%s", p.out);
	cr_expect(program_said(&p, "geen journaal"), "there is none there: %s", p.err);
}
