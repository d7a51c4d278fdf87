/* The practice in its details: numbers of both sides, purposes, weighing by two, readings beside
 * each other, terms and tables, meetings that move. */
#include "eyes.h"
#include "programs.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t day = 24LL * 60 * 60 * 1000;
static struct flow f;
static struct flow_case c;
static struct program p;

/* terms: of agreement.put, or "" */
static void agree(const char *terms)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "agreement.put",
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"purposes\":[{\"purpose\":\"d1\",\"text\":"
		"\"steun\"},{\"purpose\":\"d2\",\"text\":\"veiligheid\"}],\"ceilings\":["
		"{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"},{\"category\":\"proces\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_"
		"level\":\"inhoud\"},{\"category\":\"duiding\",\"to\":\"-\",\"level\":\"kern\","
		"\"consent_level\":\"inhoud\"},{\"category\":\"sociaal\",\"to\":\"-\",\"level\":"
		"\"inhoud\",\"consent_level\":\"inhoud\"}]%s}",
		terms);
	link_close(admin);
}

static void rule(const char *category, const char *role)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "rule.add",
		"{\"rule\":\"%s-%s\",\"from_agency\":\"*\",\"category\":\"%s\",\"to\":\"role=%s\","
		"\"level\":\"inhoud\",\"ground\":\"convenant\"}",
		category, role, category, role);
	link_close(admin);
}

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
	agree("");
	rule("proces", "casusregisseur");
	rule("proces", "procesregisseur");
	rule("duiding", "casusregisseur");
	rule("sociaal", "casusregisseur");
}

static void tear_down(void)
{
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(practice, .init = set_up, .fini = tear_down);

static void wait_told(struct link *l, const char *what, size_t n)
{
	int tries = 0;

	while (told(l, what) != n && tries++ < 500)
		poll(NULL, 0, 10);
	cr_assert_eq(told(l, what), n, "%s", what);
}

/* A field of an item as somebody sees it now: "-" when he does not. */
static const char *see(struct link *l, const char *item, const char *field)
{
	static char out[4][256];
	static unsigned at;
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *view;
	char *z = out[at++ % 4];

	snprintf(z, 256, "-");
	if (flow_try(l, "item.show", &t, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, item) !=
	    ERR_OK)
		return z;
	view = obj_get(obj_get(tree_root(&t), "item"), "view");
	for (size_t i = 0; i < obj_n(view); i++)
		if (obj_get(obj_at(view, i), field))
			snprintf(z, 256, "%.*s",
				 SLICE_ARG(obj_bytes(obj_get(obj_at(view, i), field))));
	return z;
}

static void move(struct link *l, const char *item, const char *verb)
{
	flow_do(l, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"%s\",\"why\":\"zo is het\"}", c.code,
		item, verb);
}

/* -- scores ------------------------------------------------------------------------------------ */

static void with_jeffrey(void)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
	link_close(admin);
	flow_person(&f, "jef@inwoner", "Jeffrey", "");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jef@inwoner\",\"role\":\"betrokkene\",\"purposes\":["
		"\"d1\",\"d2\"]}",
		c.code);
}

static void score(struct link *l, int number, bool own)
{
	char code[16];

	flow_add(l, c.code, code,
		 "{\"kind\":\"score\",\"leefgebieden\":[\"werk\"],\"own\":%s,\"fields\":{"
		 "\"cijfer\":%d}}",
		 own ? "true" : "false", number);
}

Test(practice, scores_of_both_sides_stand_side_by_side_and_are_never_added_up)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree other = {0};
	const msgpack_object *area, *helpers;

	with_jeffrey();
	score(c.noor, 3, true);
	score(c.noor, 2, true);
	score(c.noor, 4, false);
	flow_call(c.noor, "case.scores", &t, "{\"case\":\"%s\",\"history\":true}", c.code);
	area = obj_at(obj_get(tree_root(&t), "areas"), 0);
	helpers = obj_get(area, "helpers");
	cr_expect_eq(obj_int(obj_get(obj_get(area, "own"), "cijfer"), 0), 2, "his last one");
	cr_assert_eq(obj_n(helpers), 1);
	cr_expect(slice_is(obj_bytes(obj_get(obj_at(helpers, 0), "by")), "noor@wijk"));
	cr_expect(obj_bool(obj_get(obj_at(helpers, 0), "apart")), "two apart is a question");
	cr_expect_eq(obj_n(obj_get(area, "before")), 1, "and what he said before");
	flow_call(c.daan, "case.scores", &other, "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(obj_n(obj_get(tree_root(&other), "areas")), 0, "at signaal no number");
	/* as people do it */
	setenv("COLUMNS", "80", 1);
	BRUG(&f, &p, "noor@wijk", NULL, "use", c.code);
	BRUG(&f, &p, "noor@wijk", NULL, "score", "wonen", "3");
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, "noor@wijk", NULL, "scores");
	cr_assert_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "wonen"), "%s", p.out);
	cr_expect(program_said(&p, "noor@wijk 3"), "%s", p.out);
	cr_expect_leq(program_width(&p), 80);
	BRUG(&f, &p, "noor@wijk", NULL, "score", "wonen", "6");
	cr_expect_eq(p.status, 2);
	cr_expect_eq(flow_try(c.noor, "item.add", NULL, NULL,
			      "{\"case\":\"%s\",\"kind\":\"score\",\"leefgebieden\":[\"werk\","
			      "\"wonen\"],\"fields\":{\"cijfer\":2}}",
			      c.code),
		     ERR_USAGE, "one area at a time");
}

/* -- purposes ---------------------------------------------------------------------------------- */

Test(practice, one_works_under_some_of_his_purposes_and_then_sees_what_those_allow)
{
	char code[16];

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"purposes\":[\"d1\"],\"fields\":{\"inhoud\":\"kamer "
		 "zoeken\"}}");
	BRUG(&f, &p, "noor@wijk", NULL, "use", c.code, "--purposes", "d2");
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, "noor@wijk", NULL, "plan");
	cr_assert_eq(p.status, 0, "%s", p.err);
	cr_expect(!strstr(p.out, "kamer zoeken"), "%s", p.out);
	cr_expect(program_said(&p, "d2"), "he is told that he sees part: %s", p.err);
	BRUG(&f, &p, "noor@wijk", NULL, "use", "--purposes", "all");
	BRUG(&f, &p, "noor@wijk", NULL, "plan");
	cr_expect(program_said(&p, "kamer zoeken"), "%s", p.out);
}

/* -- a case is weighed by two ------------------------------------------------------------------ */

static struct link *take_part(const char *handle, const char *name, const char *role)
{
	struct link *l;

	flow_person(&f, handle, name, "\"procesregisseur\"");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"%s\",\"purposes\":[\"d1\",\"d2\"]}",
		c.code, handle, role);
	l = flow_link(&f, handle);
	flow_do(l, "member.accept", "{\"case\":\"%s\"}", c.code);
	return l;
}

static enum err weigh(struct link *l, const char *second, char code[16])
{
	CLEANUP(tree_free) struct tree t = {0};
	enum err err = flow_try(
		l, "item.add", &t, NULL,
		"{\"case\":\"%s\",\"kind\":\"weging\",\"fields\":{\"uitkomst\":\"aangenomen\","
		"\"tweede\":\"%s\",\"inhoud\":\"vijf leefgebieden, drie ketens\",\"regulier\":"
		"\"vijf trajecten in vier jaar\"}}",
		c.code, second);

	if (err == ERR_OK)
		snprintf(code, 16, "%s", flow_text(&t, "item"));
	return err;
}

static enum err to_active(struct link *l)
{
	return flow_try(l, "case.phase", NULL, NULL,
			"{\"case\":\"%s\",\"phase\":\"actief\",\"why\":\"gewogen\"}", c.code);
}

Test(practice, whether_a_case_is_taken_in_is_decided_by_two)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct link *sam, *iris;
	char code[16];

	flow_call(c.noor, "case.new", &t,
		  "{\"agreement\":\"delta\",\"name\":\"Tweede\",\"purposes\":[\"d1\",\"d2\"]}");
	snprintf(c.code, sizeof(c.code), "%s", flow_text(&t, "case"));
	sam = take_part("sam@zvh", "Sam Wit", "procesregisseur");
	iris = take_part("iris@zvh", "Iris Kok", "informatiecoordinator");
	flow_do(sam, "case.phase", "{\"case\":\"%s\",\"phase\":\"triage\",\"why\":\"gemeld\"}",
		c.code);
	cr_expect_eq(weigh(c.noor, "sam@zvh", code), ERR_REFUSED, "not who asks for it");
	cr_expect_eq(weigh(sam, "sam@zvh", code), ERR_USAGE, "nor one alone");
	cr_assert_eq(weigh(sam, "iris@zvh", code), ERR_OK);
	cr_expect_eq(to_active(sam), ERR_REFUSED, "the second has not decided");
	cr_expect_eq(flow_try(sam, "item.move", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"decide\"}", c.code,
			      code),
		     ERR_REFUSED);
	move(iris, code, "refuse");
	cr_expect_eq(to_active(sam), ERR_REFUSED, "one said no");
	cr_assert_eq(weigh(sam, "iris@zvh", code), ERR_OK);
	move(iris, code, "decide");
	cr_expect_eq(to_active(sam), ERR_OK);
	link_close(sam);
	link_close(iris);
}

/* -- readings ---------------------------------------------------------------------------------- */

/* The next push about this item, and whether it says that another reads it otherwise. */
static bool next_says_contradicted(struct link *l, const char *code)
{
	for (int tries = 0; tries < 20; tries++) {
		CLEANUP(tree_free) struct tree t = {0};
		struct slice name;
		struct fault fault = {0};
		const msgpack_object *events;

		cr_assert_eq(link_next(l, 5000, &name, &t, &fault), ERR_OK);
		cr_assert(name.n, "nothing was pushed");
		events = obj_get(tree_root(&t), "events");
		for (size_t i = 0; i < obj_n(events); i++) {
			const msgpack_object *item = obj_get(obj_at(events, i), "show");

			if (slice_is(obj_bytes(obj_get(item, "item")), code))
				return obj_n(obj_get(item, "weersproken")) > 0;
		}
	}
	cr_assert_fail("no push about %s", code);
	return false;
}

static void hears_nothing(struct link *l)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct slice name;
	struct fault fault = {0};

	flow_do(l, "ping", "{}");
	cr_assert_eq(link_next(l, 0, &name, &t, &fault), ERR_OK);
	cr_expect_eq(name.n, 0, "%.*s", SLICE_ARG(name));
}

Test(practice, who_watches_a_reading_hears_at_once_that_another_reads_it_otherwise)
{
	char fact[16], mine[16], theirs[16];

	flow_add(c.noor, c.code, fact,
		 "{\"kind\":\"feit\",\"fields\":{\"inhoud\":\"twee afspraken gemist\"}}");
	flow_do(c.noor, "item.widen",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"agency=ggz\",\"level\":\"inhoud\","
		"\"ground\":\"samen\",\"until\":\"%s\",\"why\":\"samen\"}",
		c.code, fact, flow_date(30));
	flow_add(c.noor, c.code, mine,
		 "{\"kind\":\"duiding\",\"fields\":{\"inhoud\":\"hij wil niet\",\"feiten\":[\"%s\"]"
		 "}}",
		 fact);
	flow_do(c.noor, "item.widen",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"agency=pol\",\"level\":\"kern\","
		"\"ground\":\"samen\",\"until\":\"%s\",\"why\":\"samen\"}",
		c.code, mine, flow_date(30));
	flow_do(c.noor, "case.watch", "{\"case\":\"%s\"}", c.code);
	flow_do(c.daan, "case.watch", "{\"case\":\"%s\"}", c.code);
	flow_add(c.mila, c.code, theirs,
		 "{\"kind\":\"duiding\",\"fields\":{\"inhoud\":\"hij kan niet\",\"feiten\":[\"%s\"]"
		 "}}",
		 fact);
	cr_expect(next_says_contradicted(c.noor, mine));
	hears_nothing(c.daan); /* he does not see the other: nothing changed for him */
	move(c.mila, theirs, "drop");
	cr_expect(!next_says_contradicted(c.noor, mine), "and that it is so no more");
}

/* -- the person's agreement -------------------------------------------------------------------- */

Test(practice, that_he_has_not_agreed_is_said_to_who_may_know_whatever_part_is_asked)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree other = {0};
	CLEANUP(tree_free) struct tree after = {0};
	char code[16];

	flow_call(c.noor, "case.plan", &t, "{\"case\":\"%s\",\"kind\":\"doel\"}", c.code);
	cr_expect(obj_bool(obj_get(tree_root(&t), "agree")));
	flow_call(c.daan, "case.plan", &other, "{\"case\":\"%s\"}", c.code);
	cr_expect(!obj_bool(obj_get(tree_root(&other), "agree")), "it is not his to ask");
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"akkoord\",\"fields\":{\"stand\":\"akkoord\",\"getuige\":\"Sanne\"}}");
	flow_call(c.noor, "case.plan", &after, "{\"case\":\"%s\",\"kind\":\"doel\"}", c.code);
	cr_expect(!obj_bool(obj_get(tree_root(&after), "agree")));
}

/* -- promises ---------------------------------------------------------------------------------- */

Test(practice, when_the_first_half_is_not_done_after_all_the_second_waits_again)
{
	char first[16], second[16];

	flow_add(c.noor, c.code, first,
		 "{\"kind\":\"afspraak\",\"fields\":{\"inhoud\":\"ik regel een ID\",\"uitvoerder\":"
		 "\"noor@wijk\"}}");
	flow_add(c.noor, c.code, second,
		 "{\"kind\":\"afspraak\",\"fields\":{\"inhoud\":\"hij zoekt "
		 "werk\",\"wederzijds\":\"%s\","
		 "\"uitvoerder\":\"mila@ggz\"}}",
		 first);
	cr_expect_str_eq(see(c.noor, second, "state"), "wacht");
	move(c.noor, first, "done");
	cr_expect_str_eq(see(c.noor, second, "state"), "loopt");
	flow_do(c.noor, "item.undo", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, first);
	cr_expect_str_eq(see(c.noor, second, "state"), "wacht");
	cr_expect_eq(told(c.mila, "half-waits"), 1);
}

Test(practice, who_will_not_do_what_is_asked_says_why_and_the_lead_hears_it)
{
	char code[16];

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"vervoer regelen\",\"uitvoerder\":"
		 "\"mila@ggz\"}}");
	cr_expect_eq(flow_try(c.noor, "item.move", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"refuse\",\"why\":\"x\"}",
			      c.code, code),
		     ERR_REFUSED, "nobody refuses for another");
	cr_expect_eq(flow_try(c.mila, "item.move", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"refuse\"}", c.code,
			      code),
		     ERR_USAGE, "not without a reason");
	flow_do(c.mila, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"refuse\",\"why\":\"geen auto\"}",
		c.code, code);
	cr_expect_str_eq(see(c.noor, code, "state"), "geweigerd");
	cr_expect_str_eq(see(c.noor, code, "why"), "geen auto");
	cr_expect_eq(told(c.noor, "refused"), 1);
}

/* -- messages ---------------------------------------------------------------------------------- */

Test(practice, what_is_talked_over_without_him_needs_a_reason_and_is_counted)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct link *jef;
	char goal[16], message[16];

	with_jeffrey();
	jef = flow_link(&f, "jef@inwoner");
	flow_do(jef, "member.accept", "{\"case\":\"%s\"}", c.code);
	rule("plan", "betrokkene");
	flow_add(c.noor, c.code, goal,
		 "{\"kind\":\"doel\",\"fields\":{\"inhoud\":\"rustig wonen\"}}");
	cr_assert_str_eq(see(jef, goal, "inhoud"), "rustig wonen");
	flow_call(
		c.noor, "message.say", &t,
		"{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"hoe zeggen wij dit?\","
		"\"zonder_hem\":\"eerst samen nagaan of het klopt\"}}",
		c.code, goal);
	snprintf(message, sizeof(message), "%s", flow_text(&t, "item"));
	cr_expect_str_eq(see(jef, message, "inhoud"), "-");
	cr_expect_str_eq(see(c.noor, message, "zonder_hem"), "eerst samen nagaan of het klopt");
	BRUG(&f, &p, "noor@wijk", NULL, "mirror", c.code);
	cr_assert_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "in acht weken: 1"), "%s", p.out);
	cr_expect_eq(flow_try(jef, "message.say", NULL, NULL,
			      "{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"x\","
			      "\"zonder_hem\":\"y\"}}",
			      c.code, goal),
		     ERR_REFUSED);
	link_close(jef);
}

Test(practice, who_comes_later_reads_what_is_said_since_he_joined)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree later = {0};
	char goal[16], before[16], after[16];
	struct link *bram;

	flow_add(c.noor, c.code, goal,
		 "{\"kind\":\"doel\",\"fields\":{\"inhoud\":\"rustig wonen\"}}");
	flow_call(c.noor, "message.say", &t,
		  "{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"onder ons\"}}",
		  c.code, goal);
	snprintf(before, sizeof(before), "%s", flow_text(&t, "item"));
	flow_person(&f, "bram@wijk", "Bram Kuiper", "");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"bram@wijk\",\"role\":\"helper\",\"leefgebieden\":["
		"\"wonen\"],\"purposes\":[\"d1\",\"d2\"]}",
		c.code);
	bram = flow_link(&f, "bram@wijk");
	flow_do(bram, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_call(c.noor, "message.say", &later,
		  "{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"welkom\"}}", c.code,
		  goal);
	snprintf(after, sizeof(after), "%s", flow_text(&later, "item"));
	cr_expect_str_eq(see(bram, goal, "inhoud"), "rustig wonen", "the plan is his to know");
	cr_expect_str_eq(see(bram, before, "inhoud"), "-");
	cr_expect_str_eq(see(bram, after, "inhoud"), "welkom");
	link_close(bram);
}

/* -- meetings ---------------------------------------------------------------------------------- */

static void put_on_agenda(char meeting[32], char point[16])
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree added = {0};

	flow_call(c.noor, "meeting.new", &t,
		  "{\"from\":\"%sT10:00:00Z\",\"until\":\"%sT16:00:00Z\"}", flow_date(2),
		  flow_date(2));
	snprintf(meeting, 32, "%s", flow_text(&t, "meeting"));
	flow_call(c.noor, "meeting.add", &added,
		  "{\"case\":\"%s\",\"meeting\":\"%s\",\"from\":\"%sT10:00:00Z\",\"until\":"
		  "\"%sT10:30:00Z\",\"text\":\"samen kijken\",\"invite\":[\"mila@ggz\"]}",
		  c.code, meeting, flow_date(2), flow_date(2));
	snprintf(point, 16, "%s", flow_text(&added, "item"));
}

Test(practice, a_point_of_an_agenda_gets_another_time_and_others_are_invited_to_it)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree agenda = {0};
	const msgpack_object *points;
	char meeting[32], point[16];
	int64_t was, now;

	put_on_agenda(meeting, point);
	flow_call(c.mila, "meeting.show", &t, "{\"meeting\":\"%s\"}", meeting);
	was = obj_int(obj_get(obj_at(obj_get(tree_root(&t), "points"), 0), "from"), 0);
	flow_do(c.noor, "meeting.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"from\":\"%sT14:00:00Z\",\"until\":"
		"\"%sT14:30:00Z\"}",
		c.code, point, flow_date(2), flow_date(2));
	flow_call(c.mila, "meeting.show", &agenda, "{\"meeting\":\"%s\"}", meeting);
	points = obj_get(tree_root(&agenda), "points");
	now = obj_int(obj_get(obj_at(points, 0), "from"), 0);
	cr_expect_eq(obj_n(points), 1);
	cr_expect_eq(now - was, 4 * 60 * 60 * 1000);
	cr_expect_eq(told(c.mila, "meeting-moved"), 1);
	cr_expect_eq(flow_try(c.mila, "meeting.move", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"from\":\"%sT15:00:00Z\","
			      "\"until\":\"%sT15:30:00Z\"}",
			      c.code, point, flow_date(2), flow_date(2)),
		     ERR_REFUSED, "who is invited does not move it");
	cr_expect_str_eq(see(c.daan, point, "inhoud"), "-");
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":2,\"fields\":{\"genodigd\":[\"daan@pol\"]"
		"}}",
		c.code, point);
	cr_expect_str_eq(see(c.daan, point, "inhoud"), "samen kijken");
	cr_expect_str_eq(see(c.mila, point, "inhoud"), "-", "and is not to those left out");
	cr_expect_eq(told(c.daan, "meeting"), 1);
	BRUG(&f, &p, "daan@pol", NULL, "today");
	cr_expect(program_said(&p, c.code), "%s", p.out);
}

Test(practice, todays_meetings_stand_in_ones_day_and_the_wall_in_lines_ends_when_the_server_goes)
{
	setenv("COLUMNS", "80", 1);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "new", "00:00", "23:59");
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, "noor@wijk", "samen kijken\n", "meet", "add", c.code, "00:00", "23:58",
	     "--invite", "noor@wijk,mila@ggz");
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, "mila@ggz", NULL, "today");
	cr_assert_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "OVERLEG"), "%s", p.out);
	cr_expect(program_said(&p, "samen kijken"), "%s", p.out);
	BRUG(&f, &p, "daan@pol", NULL, "today");
	cr_expect(!program_said(&p, "samen kijken"), "it is not his: %s", p.out);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "start");
	cr_assert_eq(p.status, 0, "%s", p.err);
	program_on_terminal(&f, &p, "noor@wijk",
			    (const char *const[]){"brug", "meet", "board", "--lines", NULL});
	program_expect(&p, c.code);
	flow_case_close(&c);
	flow_stop(&f);
	program_expect(&p, "De server is weg");
	program_wait(&p);
	cr_expect_eq(p.status, 6, "%d", p.status);
	flow_start(&f);
	c = (struct flow_case){0};
}

/* -- the clock --------------------------------------------------------------------------------- */

Test(practice, a_narrowing_is_looked_at_again_when_its_date_has_come)
{
	char code[16];

	flow_add(c.mila, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"intake\"}}");
	flow_do(c.mila, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"agency=pol\",\"level\":\"geen\","
		"\"review\":\"%s\",\"why\":\"nog niet\"}",
		c.code, code, flow_date(2));
	cr_expect_eq(told(c.mila, "narrowed"), 0);
	flow_clock(&f, 4 * day);
	wait_told(c.mila, "narrowed", 1);
	cr_expect_eq(told(c.daan, "narrowed"), 0);
}

Test(practice, how_long_a_bottleneck_has_at_a_level_is_the_agreements)
{
	char code[16];

	agree(",\"terms\":[{\"level\":1,\"days\":3},{\"level\":2,\"days\":5}]");
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"knelpunt\",\"fields\":{\"inhoud\":\"geen briefadres\",\"regel\":"
		 "\"pw-41\"}}");
	cr_expect_str_eq(see(c.noor, code, "termijn"), flow_date(3));
	agree("");
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"knelpunt\",\"fields\":{\"inhoud\":\"geen ID\",\"regel\":\"pw-42\"}}");
	cr_expect_str_eq(see(c.noor, code, "termijn"), flow_date(14));
}

/* -- tables ------------------------------------------------------------------------------------ */

static struct link *sam;

static void found_table(char table[16])
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(sam, "table.new", &t,
		  "{\"agreement\":\"delta\",\"sort\":\"proces\",\"name\":\"Procestafel\","
		  "\"purposes\":[\"d1\"]}");
	snprintf(table, 16, "%s", flow_text(&t, "case"));
}

static void put_away(struct link *l)
{
	flow_do(l, "notice.done", "{}");
}

Test(practice, a_text_that_waits_for_the_table_is_asked_for_again_each_week)
{
	char table[16], code[16];

	sam = take_part("sam@zvh", "Sam Wit", "procesregisseur");
	found_table(table);
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"knelpunt\",\"fields\":{\"inhoud\":\"geen briefadres\",\"regel\":"
		 "\"pw-41\",\"niveau\":3,\"tussen\":[\"wijk\",\"ggz\"]}}");
	wait_told(sam, "text", 1);
	flow_clock(&f, 8 * day);
	poll(NULL, 0, 1500);
	cr_expect_eq(told(sam, "text"), 1, "what he has not put away is not said twice");
	put_away(sam);
	flow_clock(&f, 15 * day);
	wait_told(sam, "text", 1);
	link_close(sam);
}

Test(practice, a_table_is_closed_by_its_chair_and_nobody_reads_it_any_more)
{
	CLEANUP(tree_free) struct tree t = {0};
	char table[16], les[16];

	sam = take_part("sam@zvh", "Sam Wit", "procesregisseur");
	found_table(table);
	flow_do(sam, "member.invite",
		"{\"case\":\"%s\",\"person\":\"mila@ggz\",\"role\":\"lid\",\"purposes\":[\"d1\"]}",
		table);
	flow_do(c.mila, "member.accept", "{\"case\":\"%s\"}", table);
	flow_add(sam, table, les,
		 "{\"kind\":\"les\",\"fields\":{\"inhoud\":\"vraag "
		 "eerst\",\"context\":\"altijd\"}}");
	cr_expect_eq(flow_try(c.mila, "table.close", NULL, NULL,
			      "{\"case\":\"%s\",\"why\":\"klaar\"}", table),
		     ERR_REFUSED, "a member does not");
	flow_call(sam, "table.close", &t, "{\"case\":\"%s\",\"why\":\"klaar\"}", table);
	cr_expect(slice_is(obj_bytes(obj_get(tree_root(&t), "phase")), "gesloten"));
	cr_expect_gt(obj_int(obj_get(tree_root(&t), "until"), 0), 0, "and when it is erased");
	cr_expect_neq(flow_try(c.mila, "item.show", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			       table, les),
		      ERR_OK);
	cr_expect_eq(told(c.mila, "table-closed"), 1);
	found_table(table); /* another in its place */
	cr_expect_neq(
		flow_try(sam, "table.close", NULL, NULL, "{\"case\":\"%s\",\"why\":\"x\"}", c.code),
		ERR_OK, "a case is no table");
	link_close(sam);
}
