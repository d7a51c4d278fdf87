/* A request of the person has somebody who answers it, whatever becomes of the case; what was
 * granted is done; and nothing is said that is not so. */
#include "eyes.h"
#include "programs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static struct link *beheer, *fg, *jeffrey;
static char action[16];

static void set_up(void)
{
	setenv("LANGUAGE", "nl", 1);
	flow_begin(&f);
	flow_case(&f, &c);
	beheer = flow_link(&f, "beheer@zvh");
	flow_do(beheer, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
	flow_do(beheer, "rule.add",
		"{\"rule\":\"avg\",\"from_agency\":\"*\",\"category\":\"plan\",\"to\":\"role="
		"betrokkene\",\"level\":\"inhoud\",\"ground\":\"AVG 15\"}");
	flow_person(&f, "jeffrey@inwoner", "Jeffrey", "");
	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	jeffrey = flow_link(&f, "jeffrey@inwoner");
	fg = flow_link(&f, "fg@zvh");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jeffrey@inwoner\",\"role\":\"betrokkene\","
		"\"purposes\":[\"d1\",\"d2\"]}",
		c.code);
	flow_do(jeffrey, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_add(c.noor, c.code, action,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"KANARIE huisbaas bellen\"},"
		 "\"leefgebieden\":[\"werk\"]}");
}

static void tear_down(void)
{
	link_close(beheer);
	link_close(fg);
	link_close(jeffrey);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(mends, .init = set_up, .fini = tear_down);

static void go_to(const char *phase)
{
	flow_do(c.noor, "case.phase", "{\"case\":\"%s\",\"phase\":\"%s\",\"why\":\"klaar\"}",
		c.code, phase);
}

static void ask(const char *what, const char *item, char id[16])
{
	CLEANUP(tree_free) struct tree t = {0};

	if (item)
		flow_call(jeffrey, "verzoek.ask", &t,
			  "{\"case\":\"%s\",\"what\":\"%s\",\"item\":\"%s\",\"text\":\"graag\"}",
			  c.code, what, item);
	else
		flow_call(jeffrey, "verzoek.ask", &t,
			  "{\"case\":\"%s\",\"what\":\"%s\",\"text\":\"graag\"}", c.code, what);
	snprintf(id, 16, "%s", flow_text(&t, "verzoek"));
}

static enum err answer(struct link *l, const char *id, const char *verdict, struct tree *out)
{
	return flow_try(
		l, "verzoek.answer", out, NULL,
		"{\"case\":\"%s\",\"verzoek\":\"%s\",\"verdict\":\"%s\",\"why\":\"zo is het\"}",
		c.code, id, verdict);
}

static size_t listed(struct link *l)
{
	CLEANUP(tree_free) struct tree t = {0};

	if (flow_try(l, "verzoek.list", &t, NULL, "{\"case\":\"%s\"}", c.code) != ERR_OK)
		return 0;
	return obj_n(obj_get(tree_root(&t), "verzoeken"));
}

/* -- requests when the case is closed ---------------------------------------------------------- */

Test(mends, who_closes_a_case_hears_which_requests_are_open_and_the_officer_that_they_are_hers)
{
	CLEANUP(tree_free) struct tree t = {0};
	static struct program p;
	char first[16], second[16];

	ask("wissen", NULL, first);
	ask("rectificatie", action, second);
	go_to("afschaling");
	go_to("nazorg");
	BRUG(&f, &p, "noor@wijk", "klaar\n", "phase", "gesloten", "--case", c.code);
	cr_expect_eq(p.status, 0, "%s%s", p.out, p.err);
	cr_expect(program_said(&p, ": 2.") && program_said(&p, "privacyfunctionaris"), "%s", p.out);
	cr_expect(is_told(fg, "verzoek-left"));
	cr_expect(is_told(jeffrey, "verzoek-moved"));
	flow_call(fg, "today", &t, "{}");
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "verzoeken")), 2);
	BRUG(&f, &p, "fg@zvh", NULL, "today", "--all");
	cr_expect(program_said(&p, first) && program_said(&p, "verzoek list"), "%s", p.out);
}

Test(mends, in_a_closed_case_the_privacy_officer_answers_and_then_it_can_be_erased)
{
	static struct program p;
	char id[16];

	ask("wissen", NULL, id);
	close_case(c.noor, c.code);
	cr_expect_eq(answer(c.noor, id, "afgewezen", NULL), ERR_REFUSED, "not the lead any more");
	BRUG(&f, &p, "fg@zvh", NULL, "verzoek", "list", c.code);
	cr_expect(program_said(&p, id) && program_said(&p, "graag"), "%s%s", p.out, p.err);
	BRUG(&f, &p, "fg@zvh", "het mag weg\n", "verzoek", "answer", id, "toegewezen", "--case",
	     c.code);
	cr_expect_eq(p.status, 0, "%s%s", p.out, p.err);
	cr_expect(program_said(&p, "case erase"), "what is still to be done: %s", p.out);
	cr_expect(is_told(jeffrey, "verzoek-answered"));
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "verzoek", "list", c.code);
	cr_expect(program_said(&p, "het mag weg"), "%s%s", p.out, p.err);
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"op zijn verzoek\"}", c.code);
	cr_expect_eq(flow_try(fg, "verzoek.list", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_NOTFOUND);
}

Test(mends, of_an_open_case_the_officer_knows_the_terms_of_requests_and_nothing_they_say)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *v;
	static struct program p;
	char id[16];

	ask("rectificatie", action, id);
	cr_expect_eq(flow_try(fg, "verzoek.list", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_NOTFOUND);
	cr_expect_eq(answer(fg, id, "afgewezen", NULL), ERR_NOTFOUND);
	flow_call(fg, "verzoek.open", &t, "{}");
	v = row_with(obj_get(tree_root(&t), "verzoeken"), "verzoek", id);
	cr_assert_not_null(v);
	cr_expect_gt(obj_int(obj_get(v, "due"), 0), 0);
	cr_expect_null(obj_get(v, "text"));
	cr_expect_null(obj_get(v, "item"));
	BRUG_ADMIN(&f, &p, "fg@zvh", NULL, "verzoek", "list");
	cr_expect(program_said(&p, id) && program_said(&p, c.code), "%s%s", p.out, p.err);
	cr_expect_eq(flow_try(c.noor, "verzoek.open", NULL, NULL, "{}"), ERR_REFUSED);
}

Test(mends, for_his_request_the_officer_copies_what_he_might_read_and_the_log_says_so)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree log = {0};
	const msgpack_object *e;
	static struct program p;
	char id[16], other[16], hidden[16], why[32];

	flow_add(c.mila, c.code, hidden,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":"
		 "\"VERBORGEN\"}}");
	close_case(c.noor, c.code);
	ask("gegevens_mee", NULL, id);
	ask("bezwaar", NULL, other);
	BRUG(&f, &p, "fg@zvh", NULL, "verzoek", "copy", id, "--case", c.code, "--html");
	cr_expect(program_said(&p, "KANARIE huisbaas"), "%s%s", p.out, p.err);
	cr_expect_not(program_said(&p, "VERBORGEN"), "not more than he might read himself");
	cr_expect_eq(flow_try(fg, "verzoek.copy", NULL, NULL,
			      "{\"case\":\"%s\",\"verzoek\":\"%s\"}", c.code, other),
		     ERR_USAGE, "that one asks no copy");
	cr_expect_eq(flow_try(c.noor, "verzoek.copy", NULL, NULL,
			      "{\"case\":\"%s\",\"verzoek\":\"%s\"}", c.code, id),
		     ERR_NOTFOUND);
	flow_call(fg, "log.read", &log, "{\"case\":\"%s\",\"person\":\"fg@zvh\"}", c.code);
	e = row_with(obj_get(tree_root(&log), "entries"), "action", "verzoek.copy");
	cr_assert_not_null(e);
	snprintf(why, sizeof(why), "verzoek %s", id);
	cr_expect(row_with(obj_get(e, "items"), "why", why));
	flow_call(jeffrey, "case.report", &t, "{\"case\":\"%s\"}", c.code);
	cr_expect(row_with(obj_get(tree_root(&t), "days"), "person", "fg@zvh"), "he reads it too");
}

Test(mends, of_a_closed_case_the_officer_gets_requests_and_nothing_else)
{
	static const char *const methods[] = {"case.show",    "case.plan",   "consent.list",
					      "case.export",  "case.report", "case.watch",
					      "case.silence", "case.mirror"};
	char id[16];

	ask("inzage", NULL, id);
	cr_expect_eq(flow_try(fg, "verzoek.copy", NULL, NULL,
			      "{\"case\":\"%s\",\"verzoek\":\"%s\"}", c.code, id),
		     ERR_NOTFOUND, "it is open yet");
	close_case(c.noor, c.code);
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		cr_expect_eq(flow_try(fg, methods[i], NULL, NULL, "{\"case\":\"%s\"}", c.code),
			     ERR_NOTFOUND, "%s", methods[i]);
	cr_expect_eq(sees(fg, c.code, action), 0);
}

Test(mends, of_a_closed_case_who_worked_in_it_reads_no_request_and_no_consent_any_more)
{
	static struct program p;
	char id[16];

	ask("wissen", NULL, id);
	flow_do(c.noor, "consent.give",
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"pol\"],"
		"\"purposes\":[\"d1\"],\"witness\":\"thuis\"}",
		c.code);
	close_case(c.noor, c.code);
	cr_expect_eq(flow_try(c.noor, "consent.list", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(c.daan, "consent.list", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(c.noor, "verzoek.list", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED);
	flow_do(jeffrey, "consent.list", "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(listed(jeffrey), 1);
	BRUG(&f, &p, "noor@wijk", NULL, "today");
	cr_expect_not(program_said(&p, id), "nobody asks her for it: %s", p.out);
}

/* -- what was granted is done ------------------------------------------------------------------ */

Test(mends, a_restriction_that_is_granted_is_in_force)
{
	CLEANUP(tree_free) struct tree t = {0};
	char id[16];

	ask("beperking", action, id);
	cr_assert_gt(sees(c.daan, c.code, action), 0);
	cr_assert_eq(answer(c.noor, id, "toegewezen", &t), ERR_OK);
	cr_expect(obj_bool(obj_get(tree_root(&t), "restricted")));
	cr_expect_eq(sees(c.daan, c.code, action), 0);
	cr_expect_eq(sees(jeffrey, c.code, action), LEVEL_INHOUD);
}

Test(mends, what_was_granted_and_is_still_to_be_done_is_said)
{
	static struct program p;
	char id[16];

	ask("rectificatie", action, id);
	BRUG(&f, &p, "noor@wijk", "dat klopt\n", "verzoek", "answer", id, "toegewezen", "--case",
	     c.code);
	cr_expect(program_said(&p, "brug set"), "%s%s", p.out, p.err);
	ask("bezwaar", action, id);
	BRUG(&f, &p, "noor@wijk", "nee\n", "verzoek", "answer", id, "afgewezen", "--case", c.code);
	cr_expect_not(program_said(&p, "brug restrict"), "%s", p.out);
}

Test(mends, a_restriction_is_said_in_words_when_it_begins_and_when_it_ends)
{
	static struct program p;

	BRUG(&f, &p, "noor@wijk", "betwist\n", "restrict", action, "--case", c.code);
	cr_expect(program_said(&p, "beperkt") && !program_said(&p, "beperkt 0"), "%s%s", p.out,
		  p.err);
	BRUG(&f, &p, "noor@wijk", "uitgezocht\n", "restrict", action, "--case", c.code, "--end");
	cr_expect(program_said(&p, "niet meer beperkt"), "%s%s", p.out, p.err);
}

/* -- what is kept from the person -------------------------------------------------------------- */

static enum err narrow(const char *to, bool review)
{
	if (review)
		return flow_try(c.noor, "item.narrow", NULL, NULL,
				"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"%s\",\"level\":\"geen\","
				"\"why\":\"gevaar\",\"review\":\"%s\"}",
				c.code, action, to, flow_date(60));
	return flow_try(c.noor, "item.narrow", NULL, NULL,
			"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"%s\",\"level\":\"geen\",\"why\":"
			"\"gevaar\"}",
			c.code, action, to);
}

Test(mends, what_is_kept_from_who_speaks_for_the_person_needs_a_date_and_is_told_like_from_him)
{
	struct link *sanne;

	flow_person(&f, "sanne@inwoner", "Sanne Kramer", "");
	sanne = flow_link(&f, "sanne@inwoner");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"sanne@inwoner\",\"role\":\"ondersteuner\","
		"\"purposes\":[\"d1\"]}",
		c.code);
	flow_do(sanne, "member.accept", "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(narrow("role=ondersteuner", false), ERR_USAGE);
	cr_expect_eq(narrow("sanne@inwoner", false), ERR_USAGE);
	cr_expect_eq(narrow("agency=inwoner", false), ERR_USAGE);
	cr_expect_eq(narrow("jeffrey@inwoner", false), ERR_USAGE);
	cr_expect_eq(narrow("agency=pol", false), ERR_OK, "of others it needs none");
	cr_expect_not(is_told(fg, "kept-from-person"));
	cr_expect_eq(narrow("sanne@inwoner", true), ERR_OK);
	cr_expect(is_told(fg, "kept-from-person"));
	cr_expect_not(is_told(sanne, "kept-from-person"), "that would tell her of it");
	link_close(sanne);
}

/* -- what is told ------------------------------------------------------------------------------ */

static void emergency(const char *item, char id[24])
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"weg\"}", c.code,
		item);
	flow_call(fg, "emergency.list", &t, "{}");
	snprintf(id, 24, "%.*s",
		 SLICE_ARG(obj_bytes(
			 obj_get(obj_at(obj_get(tree_root(&t), "emergencies"), 0), "emergency"))));
}

static void hidden_note(char note[16])
{
	flow_do(beheer, "rule.add",
		"{\"rule\":\"avg2\",\"from_agency\":\"*\",\"category\":\"sociaal\",\"to\":\"role="
		"betrokkene\",\"level\":\"inhoud\",\"ground\":\"AVG 15\"}");
	flow_add(c.mila, c.code, note,
		 "{\"kind\":\"notitie\",\"category\":\"sociaal\",\"fields\":{\"signaal\":\"loopt\","
		 "\"inhoud\":\"x\"}}");
}

Test(mends, the_verdict_on_an_emergency_is_told_and_its_term_is_told_no_more)
{
	static struct program p;
	char note[16], id[24];

	hidden_note(note);
	emergency(note, id);
	BRUG(&f, &p, "mila@ggz", NULL, "today", "--all");
	cr_expect(program_said(&p, "(vóór "), "%s", p.out);
	flow_do(fg, "emergency.review",
		"{\"case\":\"%s\",\"emergency\":\"%s\",\"verdict\":\"onterecht\",\"why\":\"geen "
		"gevaar\"}",
		c.code, id);
	BRUG(&f, &p, "daan@pol", NULL, "today", "--all");
	cr_expect(program_said(&p, "oordeel: onterecht"), "%s", p.out);
	BRUG(&f, &p, "mila@ggz", NULL, "today", "--all");
	cr_expect(program_said(&p, "oordeel: onterecht"), "%s", p.out);
	cr_expect_not(program_said(&p, "(vóór "), "%s", p.out);
}

Test(mends, what_was_told_of_an_erased_case_is_not_said_of_the_clock)
{
	static struct program p;
	char note[16], id[24];

	hidden_note(note);
	emergency(note, id);
	flow_do(fg, "emergency.review",
		"{\"case\":\"%s\",\"emergency\":\"%s\",\"verdict\":\"terecht\",\"why\":\"x\"}",
		c.code, id);
	close_case(c.noor, c.code);
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"x\"}", c.code);
	BRUG(&f, &p, "mila@ggz", NULL, "today", "--all");
	cr_expect_not(program_said(&p, "De klok"), "%s", p.out);
	cr_expect(program_said(&p, "Iemand") && program_said(&p, "niet meer ziet"), "%s", p.out);
	BRUG(&f, &p, "noor@wijk", NULL, "today", "--all");
	cr_expect(program_said(&p, "fg@zvh vernietigde"), "%s", p.out);
}

/* -- what the person reads --------------------------------------------------------------------- */

Test(mends, his_report_says_of_how_many_items_how_much_was_seen)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *day, *levels;
	static struct program p;
	char note[16], other[16], id[24];

	hidden_note(note);
	flow_add(c.mila, c.code, other,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"samen bellen\"},\"leefgebieden\":["
		 "\"wonen\"]}");
	flow_do(c.daan, "case.plan", "{\"case\":\"%s\"}", c.code);
	emergency(note, id);
	flow_do(c.daan, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, note);
	flow_call(jeffrey, "case.report", &t, "{\"case\":\"%s\"}", c.code);
	day = row_with(obj_get(tree_root(&t), "days"), "person", "daan@pol");
	levels = obj_get(day, "levels");
	cr_assert_eq(obj_n(levels), LEVELS);
	cr_expect_eq(obj_int(obj_at(levels, LEVEL_SIGNAAL - 1), 0), 3);
	cr_expect_eq(obj_int(obj_at(levels, LEVEL_INHOUD - 1), -1), 0);
	cr_expect_eq(obj_int(obj_get(day, "emergency"), 0), 1, "of one item, not of all");
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "report", c.code);
	cr_expect(program_said(&p, "geen teksten: 3") && program_said(&p, "Met noodtoegang: 1"),
		  "%s", p.out);
}

Test(mends, an_emergency_that_showed_nothing_is_not_said_of_what_was_read_without_it)
{
	CLEANUP(tree_free) struct tree t = {0};
	char note[16], id[24];

	hidden_note(note);
	emergency(note, id);
	flow_do(c.daan, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	flow_call(jeffrey, "case.report", &t, "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(obj_int(obj_get(row_with(obj_get(tree_root(&t), "days"), "person", "daan@pol"),
				     "emergency"),
			     -1),
		     0);
}

Test(mends, a_word_in_his_copy_is_said_for_what_it_stands_for)
{
	static struct program p;
	char note[16];

	hidden_note(note);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "export", c.code, "--html");
	cr_expect(program_said(&p, "in één regel"), "a level: %s", p.out);
	cr_expect_not(program_said(&p, "hoe het gaat tussen mensen"), "and not the kind signaal");
}

Test(mends, the_plan_of_a_closed_case_asks_nobody_for_the_persons_agreement)
{
	static struct program p;

	setenv("COLUMNS", "80", 1);
	close_case(c.noor, c.code);
	BRUG(&f, &p, "noor@wijk", NULL, "plan", c.code);
	unsetenv("COLUMNS");
	cr_expect(program_said(&p, "gesloten"), "%s%s", p.out, p.err);
	cr_expect_not(program_said(&p, "akkoord"), "%s", p.out);
}

/* -- by a slip --------------------------------------------------------------------------------- */

Test(mends, on_a_terminal_the_code_is_typed_again_before_a_case_is_erased)
{
	const char *argv[] = {"brug-admin", "case", "erase", c.code, NULL};
	static struct program p;

	close_case(c.noor, c.code);
	program_on_terminal(&f, &p, "fg@zvh", argv);
	program_expect(&p, "nog eens");
	program_type(&p, "J-0001\n");
	program_wait(&p);
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
	cr_expect(program_said(&p, "niets vernietigd"), "%s", p.out);
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"x\"}", c.code);
}

/* -- the log ----------------------------------------------------------------------------------- */

static bool logged(const char *scope, const char *did, const char *why)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	flow_call(fg, "log.read", &t, "{%s}", scope);
	list = obj_get(tree_root(&t), "entries");
	for (size_t i = 0; i < obj_n(list); i++)
		if (is_text(obj_at(list, i), "action", did) &&
		    row_with(obj_get(obj_at(list, i), "items"), "why", why))
			return true;
	return false;
}

Test(mends, the_log_says_which_consent_and_rule_and_that_a_try_at_a_code_was_refused)
{
	CLEANUP(tree_free) struct tree t = {0};
	char scope[40], why[40], note[16], id[24];
	static struct program p;

	snprintf(scope, sizeof(scope), "\"case\":\"%s\"", c.code);
	flow_call(jeffrey, "consent.give", &t,
		  "{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"pol\"]"
		  ",\"purposes\":[\"d1\"]}",
		  c.code);
	snprintf(why, sizeof(why), "toestemming %s", flow_text(&t, "consent"));
	cr_expect(logged(scope, "consent.give", why));
	flow_do(jeffrey, "consent.withdraw", "{\"case\":\"%s\",\"consent\":\"%s\"}", c.code,
		flow_text(&t, "consent"));
	cr_expect(logged(scope, "consent.withdraw", why));
	flow_try(c.daan, "emergency.open", NULL, NULL,
		 "{\"case\":\"%s\",\"item\":\"ZZZZ\",\"code\":\"vermissing\",\"why\":\"x\"}",
		 c.code);
	cr_expect(logged(scope, "emergency.open", "geweigerd"));
	cr_expect(logged("\"partnership\":true", "rule.add", "regel avg"));
	hidden_note(note);
	emergency(note, id);
	BRUG_ADMIN(&f, &p, "fg@zvh", NULL, "log", "--case", c.code);
	cr_expect_not(program_said(&p, " geen"),
		      "nothing was shown, and it was no \"no change\": %s", p.out);
}

Test(mends, the_person_does_not_read_of_a_try_at_a_code_that_hit_nothing)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_try(c.daan, "emergency.open", NULL, NULL,
		 "{\"case\":\"%s\",\"item\":\"ZZZZ\",\"code\":\"vermissing\",\"why\":\"x\"}",
		 c.code);
	flow_call(jeffrey, "log.read", &t, "{\"case\":\"%s\"}", c.code);
	cr_expect_null(row_with(obj_get(tree_root(&t), "entries"), "action", "emergency.open"));
}

/* -- agreements and rules ---------------------------------------------------------------------- */

Test(mends, the_last_day_that_is_named_for_a_rule_is_a_day_that_will_do)
{
	struct fault fault = {0};
	char day[12] = "";

	cr_assert_eq(
		flow_try(beheer, "rule.add", NULL, &fault,
			 "{\"rule\":\"k1\",\"from_agency\":\"wijk\",\"category\":\"plan\",\"to\":"
			 "\"agency=ggz\",\"level\":\"signaal\",\"ground\":\"Wmo\",\"until\":"
			 "\"%s\"}",
			 flow_date(500)),
		ERR_USAGE);
	cr_assert_not_null(strstr(fault.text, "20"), "%s", fault.text);
	snprintf(day, sizeof(day), "%.10s", strstr(fault.text, "20"));
	cr_expect_eq(
		flow_try(beheer, "rule.add", NULL, NULL,
			 "{\"rule\":\"k1\",\"from_agency\":\"wijk\",\"category\":\"plan\",\"to\":"
			 "\"agency=ggz\",\"level\":\"signaal\",\"ground\":\"Wmo\",\"until\":"
			 "\"%s\"}",
			 day),
		ERR_OK, "%s", day);
}

Test(mends, who_approves_a_version_reads_it_and_who_put_it_up_and_the_agencies_are_told)
{
	CLEANUP(tree_free) struct tree t = {0};
	char version[16];
	struct link *admin;
	static struct program p;

	flow_person(&f, "aa@wijk", "Adje Admin", "\"agency-admin\"");
	admin = flow_link(&f, "aa@wijk");
	flow_call(
		beheer, "agreement.put", &t,
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"emergency\":4,"
		"\"purposes\":[{\"purpose\":\"d1\",\"text\":\"steun\"},{\"purpose\":\"d2\","
		"\"text\":\"veiligheid\"}],\"ceilings\":[{\"category\":\"plan\",\"to\":\"-\","
		"\"level\":\"inhoud\",\"consent_level\":\"inhoud\"}]}");
	cr_assert(obj_bool(obj_get(tree_root(&t), "waits")));
	snprintf(version, sizeof(version), "%lld",
		 (long long)obj_int(obj_get(tree_root(&t), "version"), 0));
	BRUG_ADMIN(&f, &p, "fg@zvh", NULL, "agreement", "show", "delta", "--version", version);
	cr_expect(p.status == 0 && program_said(&p, "inhoud"), "%s%s", p.out, p.err);
	flow_do(fg, "agreement.approve", "{\"agreement\":\"delta\",\"version\":%s}", version);
	cr_expect(is_told(beheer, "agreement-approved"));
	cr_expect(is_told(admin, "agreement-changed"));
	BRUG_ADMIN(&f, &p, "fg@zvh", NULL, "log", "--partnership");
	cr_expect(program_said(&p, "goedgekeurd"), "%s", p.out);
	link_close(admin);
}
