/* What was asked as a reason is kept, and stands where people look; nothing is shown or taken away
 * longer or further than there was a reason for. */
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
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"},\"leefgebieden\":[\"werk\"]}");
}

static void tear_down(void)
{
	link_close(beheer);
	link_close(fg);
	link_close(jeffrey);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(reasons, .init = set_up, .fini = tear_down);

/* -- reasons ----------------------------------------------------------------------------------- */

Test(reasons, why_an_item_is_restricted_is_for_its_agency_and_the_person)
{
	CLEANUP(tree_free) struct tree own = {0};
	CLEANUP(tree_free) struct tree his = {0};
	CLEANUP(tree_free) struct tree other = {0};
	static struct program p;

	flow_do(c.noor, "item.restrict",
		"{\"case\":\"%s\",\"item\":\"%s\",\"why\":\"hij betwist het\"}", c.code, action);
	flow_call(c.noor, "item.show", &own, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	cr_expect(is_text(obj_get(tree_root(&own), "restriction"), "why", "hij betwist het"));
	flow_call(jeffrey, "item.show", &his, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	cr_expect(is_text(obj_get(tree_root(&his), "restriction"), "by", "noor@wijk"));
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "show", action, "--case", c.code);
	cr_expect(program_said(&p, "hij betwist het"), "%s%s", p.out, p.err);
	flow_do(c.noor, "item.restrict",
		"{\"case\":\"%s\",\"item\":\"%s\",\"end\":true,\"why\":\"uitgezocht\"}", c.code,
		action);
	flow_call(c.daan, "item.show", &other, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	cr_expect_null(obj_get(tree_root(&other), "restriction"));
}

Test(reasons, why_a_case_went_on_is_read_by_the_lead_and_the_person_and_by_no_other)
{
	CLEANUP(tree_free) struct tree lead = {0};
	CLEANUP(tree_free) struct tree his = {0};
	CLEANUP(tree_free) struct tree other = {0};
	const msgpack_object *phases;
	static struct program p;

	flow_do(c.noor, "case.phase",
		"{\"case\":\"%s\",\"phase\":\"afschaling\",\"why\":\"het gaat beter\"}", c.code);
	flow_call(c.noor, "case.show", &lead, "{\"case\":\"%s\"}", c.code);
	phases = obj_get(tree_root(&lead), "phases");
	cr_expect(is_text(row_with(phases, "phase", "afschaling"), "why", "het gaat beter"));
	flow_call(jeffrey, "case.show", &his, "{\"case\":\"%s\"}", c.code);
	phases = obj_get(tree_root(&his), "phases");
	cr_expect(is_text(row_with(phases, "phase", "afschaling"), "why", "het gaat beter"));
	flow_call(c.daan, "case.show", &other, "{\"case\":\"%s\"}", c.code);
	cr_expect_null(obj_get(tree_root(&other), "phases"));
	BRUG(&f, &p, "noor@wijk", NULL, "case", "show", c.code);
	cr_expect(program_said(&p, "het gaat beter"), "%s", p.out);
}

Test(reasons, why_somebody_left_or_did_not_come_is_read_by_the_lead_alone)
{
	CLEANUP(tree_free) struct tree lead = {0};
	CLEANUP(tree_free) struct tree other = {0};
	struct link *sven;

	flow_person(&f, "sven@pol", "Sven Dijk", "");
	sven = flow_link(&f, "sven@pol");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"sven@pol\",\"role\":\"helper\",\"purposes\":[\"d1\"]"
		"}",
		c.code);
	flow_do(sven, "member.decline", "{\"case\":\"%s\",\"why\":\"te druk\"}", c.code);
	flow_do(c.noor, "member.end",
		"{\"case\":\"%s\",\"person\":\"daan@pol\",\"why\":\"andere wijk\"}", c.code);
	flow_call(c.noor, "case.show", &lead, "{\"case\":\"%s\"}", c.code);
	cr_expect(is_text(row_with(obj_get(tree_root(&lead), "members"), "person", "sven@pol"),
			  "why", "te druk"));
	cr_expect(is_text(row_with(obj_get(tree_root(&lead), "members"), "person", "daan@pol"),
			  "why", "andere wijk"));
	flow_call(c.mila, "case.show", &other, "{\"case\":\"%s\"}", c.code);
	cr_expect_null(obj_get(
		row_with(obj_get(tree_root(&other), "members"), "person", "sven@pol"), "why"));
	link_close(sven);
}

Test(reasons, why_a_person_was_stopped_stands_in_the_list_of_people)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_person(&f, "sven@pol", "Sven Dijk", "");
	flow_do(beheer, "user.stop", "{\"person\":\"sven@pol\",\"why\":\"uit dienst\"}");
	flow_call(beheer, "user.list", &t, "{\"agency\":\"pol\"}");
	cr_expect(is_text(row_with(obj_get(tree_root(&t), "people"), "person", "sven@pol"), "why",
			  "uit dienst"));
	cr_expect_not(flow_on_disk(&f, "uit dienst"), "and sealed");
}

Test(reasons, who_was_by_when_he_consented_and_took_it_back_is_kept_and_shown)
{
	CLEANUP(tree_free) struct tree given = {0};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *consent;
	static struct program p;
	char id[32];

	flow_call(c.noor, "consent.give", &given,
		  "{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"pol\"]"
		  ",\"purposes\":[\"d1\"],\"witness\":\"thuis, zijn zus erbij\"}",
		  c.code);
	snprintf(id, sizeof(id), "%s", flow_text(&given, "consent"));
	flow_do(c.noor, "consent.withdraw",
		"{\"case\":\"%s\",\"consent\":\"%s\",\"witness\":\"aan de telefoon\"}", c.code, id);
	flow_call(jeffrey, "consent.list", &t, "{\"case\":\"%s\"}", c.code);
	consent = row_with(obj_get(tree_root(&t), "consents"), "consent", id);
	cr_expect(is_text(consent, "witness", "thuis, zijn zus erbij"));
	cr_expect(is_text(consent, "by", "noor@wijk"));
	cr_expect(is_text(consent, "withdrawn_witness", "aan de telefoon"));
	cr_expect(is_text(consent, "withdrawn_by", "noor@wijk"));
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "consent", "list", c.code);
	cr_expect(program_said(&p, "zijn zus erbij") && program_said(&p, "aan de telefoon"), "%s",
		  p.out);
}

Test(reasons, before_whom_a_mandate_was_given_is_read_by_the_person_and_not_by_others)
{
	CLEANUP(tree_free) struct tree his = {0};
	CLEANUP(tree_free) struct tree other = {0};
	struct link *sanne;

	flow_person(&f, "sanne@inwoner", "Sanne Kramer", "");
	sanne = flow_link(&f, "sanne@inwoner");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"sanne@inwoner\",\"role\":\"ondersteuner\","
		"\"purposes\":[\"d1\"]}",
		c.code);
	flow_do(sanne, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_do(c.noor, "mandate.give",
		"{\"case\":\"%s\",\"person\":\"sanne@inwoner\",\"categories\":[\"plan\"],"
		"\"witness\":\"op kantoor\"}",
		c.code);
	flow_call(jeffrey, "consent.list", &his, "{\"case\":\"%s\"}", c.code);
	cr_expect(is_text(row_with(obj_get(tree_root(&his), "mandates"), "person", "sanne@inwoner"),
			  "witness", "op kantoor"));
	flow_call(c.daan, "consent.list", &other, "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(obj_n(obj_get(tree_root(&other), "mandates")), 0);
	link_close(sanne);
}

/* -- erasing earlier --------------------------------------------------------------------------- */

Test(reasons, what_was_erased_by_whom_and_why_can_be_read_when_its_key_is_gone)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree usual = {0};
	const msgpack_object *gone;
	static struct program p;

	close_case(c.noor, c.code);
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"op zijn verzoek\"}", c.code);
	flow_call(fg, "case.retained", &t, "{\"all\":true}");
	gone = row_with(obj_get(tree_root(&t), "erased"), "case", c.code);
	cr_expect(is_text(gone, "why", "op zijn verzoek"));
	cr_expect(is_text(gone, "by", "fg@zvh"));
	flow_call(fg, "case.retained", &usual, "{}");
	cr_expect_null(obj_get(tree_root(&usual), "erased"));
	BRUG_ADMIN(&f, &p, "fg@zvh", NULL, "case", "retained", "--all");
	cr_expect(program_said(&p, "op zijn verzoek"), "%s%s", p.out, p.err);
	cr_expect_not(flow_on_disk(&f, "op zijn verzoek"), "and sealed");
}

Test(reasons, a_case_is_not_erased_before_its_date_while_a_request_of_the_person_is_unanswered)
{
	CLEANUP(tree_free) struct tree t = {0};
	char id[32];

	flow_call(jeffrey, "verzoek.ask", &t,
		  "{\"case\":\"%s\",\"what\":\"rectificatie\",\"text\":\"het klopt niet\"}",
		  c.code);
	snprintf(id, sizeof(id), "%s", flow_text(&t, "verzoek"));
	close_case(c.noor, c.code);
	cr_expect_eq(
		flow_try(fg, "case.erase", NULL, NULL, "{\"case\":\"%s\",\"why\":\"x\"}", c.code),
		ERR_REFUSED);
}

/* -- no further and no longer than needed ------------------------------------------------------ */

static enum err widen(const char *to, int days)
{
	return flow_try(c.noor, "item.widen", NULL, NULL,
			"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"%s\",\"level\":\"inhoud\","
			"\"ground\":\"Wmo\",\"why\":\"samen bellen\",\"until\":\"%s\"}",
			c.code, action, to, flow_date(days));
}

Test(reasons, an_item_is_shown_more_to_somebody_for_a_year_at_most_and_not_to_everybody)
{
	cr_expect_eq(widen("all", 10), ERR_USAGE);
	cr_expect_eq(widen("domain=zorg", 10), ERR_USAGE);
	cr_expect_eq(widen("mila@ggz", 800), ERR_USAGE);
	cr_expect_eq(widen("mila@ggz", 360), ERR_OK);
	cr_expect_eq(widen("agency=pol", 10), ERR_OK);
	cr_expect_eq(widen("role=helper", 10), ERR_OK);
}

static enum err rule(struct link *by, const char *name, const char *of, int from, int until)
{
	char first[16];

	snprintf(first, sizeof(first), "%s", flow_date(from));
	return flow_try(by, "rule.add", NULL, NULL,
			"{\"rule\":\"%s\",\"from_agency\":\"%s\",\"category\":\"plan\",\"to\":"
			"\"agency=ggz\",\"level\":\"signaal\",\"ground\":\"Wmo\",\"from\":\"%s\","
			"\"until\":\"%s\"}",
			name, of, first, flow_date(until));
}

Test(reasons, a_rule_of_an_agency_ends_within_a_year_from_now_whenever_it_begins)
{
	struct link *admin;

	flow_person(&f, "aa@wijk", "Adje Admin", "\"agency-admin\"");
	admin = flow_link(&f, "aa@wijk");
	cr_expect_eq(rule(admin, "k1", "wijk", 300, 600), ERR_USAGE);
	cr_expect_eq(rule(admin, "k1", "wijk", 100, 300), ERR_OK);
	link_close(admin);
}

Test(reasons, an_agencys_rule_is_its_own_admins_and_not_the_partnerships)
{
	struct link *admin;

	cr_expect_eq(rule(beheer, "k2", "*", 1, 300), ERR_OK, "a house rule is his");
	cr_expect_eq(rule(beheer, "k3", "wijk", 1, 300), ERR_OK, "it has no admin yet");
	flow_person(&f, "aa@wijk", "Adje Admin", "\"agency-admin\"");
	admin = flow_link(&f, "aa@wijk");
	cr_expect_eq(rule(beheer, "k1", "wijk", 1, 300), ERR_REFUSED);
	cr_expect_eq(rule(admin, "k1", "wijk", 1, 300), ERR_OK);
	cr_expect_eq(flow_try(beheer, "rule.end", NULL, NULL, "{\"rule\":\"k1\"}"), ERR_OK,
		     "ending one shows less");
	link_close(admin);
}

/* -- what was taken back ----------------------------------------------------------------------- */

static enum err consent(struct link *by, const char *to, const char *people, struct tree *out)
{
	return flow_try(
		by, "consent.give", out, NULL,
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[%s]"
		",\"people\":[%s],\"purposes\":[\"d1\"],\"witness\":\"x\"}",
		c.code, to, people);
}

Test(reasons, what_the_person_took_back_nobody_gives_again_for_him)
{
	CLEANUP(tree_free) struct tree given = {0};

	cr_assert_eq(consent(jeffrey, "\"wijk\",\"pol\"", "", &given), ERR_OK);
	flow_do(jeffrey, "consent.withdraw", "{\"case\":\"%s\",\"consent\":\"%s\"}", c.code,
		flow_text(&given, "consent"));
	cr_expect_eq(consent(c.noor, "\"pol\"", "", NULL), ERR_REFUSED);
	cr_expect_eq(consent(c.noor, "", "\"daan@pol\"", NULL), ERR_REFUSED, "by name neither");
	cr_expect_eq(consent(c.mila, "\"wijk\"", "", NULL), ERR_REFUSED);
	cr_expect_eq(consent(c.noor, "\"zvh\"", "", NULL), ERR_OK, "this was never taken back");
	cr_expect_eq(consent(jeffrey, "\"pol\"", "", NULL), ERR_OK, "he may");
}

Test(reasons, the_person_is_told_of_each_consent_that_somebody_else_writes_down)
{
	static struct program p;

	cr_assert_eq(consent(c.noor, "\"pol\"", "", NULL), ERR_OK);
	cr_expect_eq(told(jeffrey, "consent-recorded"), 1);
	cr_assert_eq(consent(jeffrey, "\"zvh\"", "", NULL), ERR_OK);
	cr_expect_eq(told(jeffrey, "consent-recorded"), 1, "of his own he is not told");
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "today");
	cr_expect(program_said(&p, "noor@wijk") && program_said(&p, "toestemming"), "%s", p.out);
}

Test(reasons, the_receipt_says_to_the_person_which_items_and_to_others_only_how_many)
{
	CLEANUP(tree_free) struct tree given = {0};
	CLEANUP(tree_free) struct tree counts = {0};
	const msgpack_object *lost;
	static struct program p;
	char note[16], id[32];

	flow_do(beheer, "rule.add",
		"{\"rule\":\"g1\",\"from_agency\":\"ggz\",\"category\":\"sociaal\",\"to\":"
		"\"role=casusregisseur\",\"level\":\"kern\",\"consent\":true,\"ground\":\"WGBO\","
		"\"until\":\"%s\"}",
		flow_date(100));
	flow_do(beheer, "rule.add",
		"{\"rule\":\"avg2\",\"from_agency\":\"*\",\"category\":\"sociaal\",\"to\":\"role="
		"betrokkene\",\"level\":\"kern\",\"ground\":\"AVG 15\"}");
	flow_add(c.mila, c.code, note,
		 "{\"kind\":\"notitie\",\"category\":\"sociaal\",\"fields\":{\"kern\":"
		 "\"PRIKKELARM-wonen\",\"inhoud\":\"bevindingen\"}}");
	flow_call(jeffrey, "consent.give", &given,
		  "{\"case\":\"%s\",\"category\":\"sociaal\",\"agency\":\"ggz\",\"to\":[\"wijk\"],"
		  "\"purposes\":[\"d1\"]}",
		  c.code);
	snprintf(id, sizeof(id), "%s", flow_text(&given, "consent"));
	flow_do(c.noor, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, note);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "consent", "withdraw", id, "--case", c.code);
	cr_expect(program_said(&p, note) && program_said(&p, "PRIKKELARM-wonen"), "%s%s", p.out,
		  p.err);
	cr_expect(program_said(&p, "was gelezen"), "%s", p.out);
	cr_expect_not(flow_on_disk(&f, "PRIKKELARM-wonen"));
	tree_free(&given);
	flow_call(jeffrey, "consent.give", &given,
		  "{\"case\":\"%s\",\"category\":\"sociaal\",\"agency\":\"ggz\",\"to\":[\"wijk\"],"
		  "\"purposes\":[\"d1\"]}",
		  c.code);
	flow_call(c.noor, "consent.withdraw", &counts,
		  "{\"case\":\"%s\",\"consent\":\"%s\",\"witness\":\"x\"}", c.code,
		  flow_text(&given, "consent"));
	lost = obj_at(obj_get(tree_root(&counts), "lost"), 0);
	cr_expect_eq(obj_int(obj_get(lost, "items"), 0), 1);
	cr_expect_null(obj_get(lost, "which"));
}

/* -- his report -------------------------------------------------------------------------------- */

Test(reasons, his_report_says_of_each_emergency_who_why_and_how_it_was_judged)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree before = {0};
	CLEANUP(tree_free) struct tree after = {0};
	const msgpack_object *e;
	static struct program p;
	char note[16], id[32];

	flow_add(c.noor, c.code, note,
		 "{\"kind\":\"notitie\",\"category\":\"plan\",\"fields\":{\"kern\":\"k\","
		 "\"inhoud\":\"x\"},\"purposes\":[\"d2\"]}");
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"weg\"}", c.code,
		note);
	flow_call(jeffrey, "case.report", &before, "{\"case\":\"%s\"}", c.code);
	e = obj_at(obj_get(tree_root(&before), "emergencies"), 0);
	cr_assert_not_null(e, "opened, and nothing read yet");
	cr_expect(is_text(e, "person", "daan@pol") && is_text(e, "code", "vermissing"));
	cr_expect_eq(obj_int(obj_get(e, "judged"), -1), 0);
	flow_call(fg, "emergency.list", &t, "{}");
	snprintf(id, sizeof(id), "%.*s",
		 SLICE_ARG(obj_bytes(
			 obj_get(obj_at(obj_get(tree_root(&t), "emergencies"), 0), "emergency"))));
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "report", c.code);
	cr_expect(program_said(&p, "beoordeelt"), "%s", p.out);
	flow_do(fg, "emergency.review",
		"{\"case\":\"%s\",\"emergency\":\"%s\",\"verdict\":\"onterecht\",\"why\":\"geen "
		"gevaar\"}",
		c.code, id);
	flow_call(jeffrey, "case.report", &after, "{\"case\":\"%s\"}", c.code);
	e = obj_at(obj_get(tree_root(&after), "emergencies"), 0);
	cr_expect(is_text(e, "verdict", "onterecht") && is_text(e, "review", "geen gevaar"));
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "report", c.code);
	cr_expect(program_said(&p, "geen gevaar"), "%s", p.out);
	cr_expect_not(program_said(&p, "beoordeelt"), "%s", p.out);
}

Test(reasons, his_report_says_nothing_of_an_emergency_on_what_is_kept_from_him)
{
	CLEANUP(tree_free) struct tree t = {0};
	char note[16];

	flow_add(
		c.mila, c.code, note,
		"{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":\"x\"}}");
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"weg\"}", c.code,
		note);
	flow_call(jeffrey, "case.report", &t, "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "emergencies")), 0);
}

/* -- copies of the keys ------------------------------------------------------------------------ */

static int __attribute__((format(printf, 1, 2))) shell(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command);
}

Test(reasons, the_doctor_says_so_when_a_copy_of_the_keys_is_kept_too_long)
{
	static struct program p;
	char copies[128];

	snprintf(copies, sizeof(copies), "%s/copies", f.dir);
	cr_assert_eq(
		shell("mkdir -p %s/maandag && cp %s/keys.mdb %s/maandag/", copies, f.state, copies),
		0);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "doctor", "--state", f.state, "--key-copies",
		   copies);
	cr_expect_not(program_said(&p, "ouder dan 30 dagen"), "%s", p.out);
	cr_assert_eq(shell("touch -d '31 days ago' %s/maandag/keys.mdb", copies), 0);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "doctor", "--state", f.state, "--key-copies",
		   copies);
	cr_expect_eq(p.status, 1, "%s%s", p.out, p.err);
	cr_expect(program_said(&p, "ouder dan 30 dagen"), "%s", p.out);
}
