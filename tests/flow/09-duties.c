/* Nobody helps himself: duties that are kept apart, asked of the real server. */
#include "programs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static struct link *beheer;

static void set_up(void)
{
	setenv("LANGUAGE", "nl", 1);
	flow_begin(&f);
	flow_case(&f, &c);
	beheer = flow_link(&f, "beheer@zvh");
}

static void tear_down(void)
{
	link_close(beheer);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(duties, .init = set_up, .fini = tear_down);

static struct link *bring_jeffrey(void)
{
	struct link *jeffrey;

	flow_do(beheer, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
	flow_person(&f, "jeffrey@inwoner", "Jeffrey", "");
	jeffrey = flow_link(&f, "jeffrey@inwoner");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jeffrey@inwoner\",\"role\":\"betrokkene\","
		"\"purposes\":[\"d1\"]}",
		c.code);
	flow_do(jeffrey, "member.accept", "{\"case\":\"%s\"}", c.code);
	return jeffrey;
}

Test(duties, nobody_records_a_consent_by_which_he_sees_more)
{
	struct link *jeffrey = bring_jeffrey();
	char text[256];

	snprintf(text, sizeof(text),
		 "{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"pol\"],"
		 "\"purposes\":[\"d1\"],\"witness\":\"x\"}",
		 c.code);
	cr_expect_eq(flow_try(c.daan, "consent.give", NULL, NULL, "%s", text), ERR_REFUSED);
	snprintf(
		text, sizeof(text),
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"wijk\"],"
		"\"purposes\":[\"d1\"],\"witness\":\"x\"}",
		c.code);
	cr_expect_eq(flow_try(c.noor, "consent.give", NULL, NULL, "%s", text), ERR_REFUSED,
		     "the lead gains by it");
	cr_expect_eq(flow_try(c.mila, "consent.give", NULL, NULL, "%s", text), ERR_OK,
		     "the agency whose data it is gains nothing");
	cr_expect_eq(flow_try(jeffrey, "consent.give", NULL, NULL, "%s", text), ERR_OK);
	link_close(jeffrey);
}

Test(duties, a_consent_is_withdrawn_by_those_it_concerns_and_the_receipt_says_who_lost_what)
{
	struct link *jeffrey = bring_jeffrey();
	CLEANUP(tree_free) struct tree given = {0};
	CLEANUP(tree_free) struct tree receipt = {0};
	const msgpack_object *lost;
	char note[16], id[32];

	flow_do(beheer, "rule.add",
		"{\"rule\":\"g1\",\"from_agency\":\"ggz\",\"category\":\"gezondheid\",\"to\":"
		"\"role=casusregisseur\",\"level\":\"kern\",\"consent\":true,\"ground\":\"WGBO\","
		"\"until\":\"%s\"}",
		flow_date(100));
	flow_add(c.mila, c.code, note,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"kern\":"
		 "\"prikkelarm\",\"inhoud\":\"bevindingen\"}}");
	flow_call(
		jeffrey, "consent.give", &given,
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"wijk\"],"
		"\"purposes\":[\"d1\"]}",
		c.code);
	snprintf(id, sizeof(id), "%s", flow_text(&given, "consent"));
	flow_do(c.noor, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, note);
	cr_expect_eq(flow_try(c.daan, "consent.withdraw", NULL, NULL,
			      "{\"case\":\"%s\",\"consent\":\"%s\",\"witness\":\"x\"}", c.code, id),
		     ERR_NOTFOUND);
	/* by the agency whose data it is, with him: counted over what the asker knows of */
	flow_call(c.mila, "consent.withdraw", &receipt,
		  "{\"case\":\"%s\",\"consent\":\"%s\",\"witness\":\"bij hem thuis\"}", c.code, id);
	lost = obj_at(obj_get(tree_root(&receipt), "lost"), 0);
	cr_expect(slice_is(obj_bytes(obj_get(lost, "person")), "noor@wijk"));
	cr_expect_eq(obj_int(obj_get(lost, "items"), 0), 1);
	cr_expect_eq(obj_int(obj_get(lost, "read"), 0), 1);
	link_close(jeffrey);
}

Test(duties, a_consent_names_agencies_and_purposes_that_exist)
{
	struct link *jeffrey = bring_jeffrey();
	static const char *const wrong[] = {
		"\"agency\":\"ggz\",\"to\":[\"onzin\"],\"purposes\":[\"d1\"]",
		"\"agency\":\"onzin\",\"to\":[\"wijk\"],\"purposes\":[\"d1\"]",
		"\"agency\":\"ggz\",\"to\":[\"wijk\"],\"purposes\":[\"d9\"]"};
	static struct program p;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		cr_expect_eq(flow_try(jeffrey, "consent.give", NULL, NULL,
				      "{\"case\":\"%s\",\"category\":\"gezondheid\",%s}", c.code,
				      wrong[i]),
			     ERR_USAGE, "%s", wrong[i]);
	flow_do(jeffrey, "consent.give",
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":["
		"\"wijk\"],\"purposes\":[\"d1\"],\"level\":\"kern\"}",
		c.code);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "consent", "list", c.code);
	cr_expect(program_said(&p, "kern") && program_said(&p, "d1"), "%s", p.out);
	link_close(jeffrey);
}

Test(duties, a_supporter_does_not_give_herself_a_mandate)
{
	struct link *jeffrey = bring_jeffrey(), *sanne;

	flow_person(&f, "sanne@wijk", "Sanne Kramer", "");
	sanne = flow_link(&f, "sanne@wijk");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"sanne@wijk\",\"role\":\"ondersteuner\","
		"\"purposes\":[\"d1\"]}",
		c.code);
	flow_do(sanne, "member.accept", "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(
		flow_try(sanne, "mandate.give", NULL, NULL,
			 "{\"case\":\"%s\",\"person\":\"sanne@wijk\",\"categories\":[\"zelf\"],"
			 "\"witness\":\"x\"}",
			 c.code),
		ERR_REFUSED);
	flow_do(jeffrey, "mandate.give",
		"{\"case\":\"%s\",\"person\":\"sanne@wijk\",\"categories\":[\"plan\"]}", c.code);
	link_close(sanne);
	link_close(jeffrey);
}

Test(duties, who_sees_an_item_is_told_to_its_owner_the_lead_and_the_person_alone)
{
	char code[16];

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"},\"leefgebieden\":[\"werk\"]}");
	cr_expect_eq(flow_try(c.noor, "item.who", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, code),
		     ERR_OK);
	cr_expect_eq(flow_try(c.daan, "item.who", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, code),
		     ERR_REFUSED);
}

Test(duties, what_is_hidden_is_answered_as_what_is_not_there)
{
	static const char *const methods[] = {"item.show", "item.thread", "item.why", "item.who"};
	char code[16];

	flow_add(
		c.mila, c.code, code,
		"{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":\"x\"}}");
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		struct fault hidden = {0}, absent = {0};

		cr_expect_eq(flow_try(c.daan, methods[i], NULL, &hidden,
				      "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code),
			     ERR_NOTFOUND, "%s", methods[i]);
		cr_expect_eq(flow_try(c.daan, methods[i], NULL, &absent,
				      "{\"case\":\"%s\",\"item\":\"ZZZZ\"}", c.code),
			     ERR_NOTFOUND);
		cr_expect(!strcmp(hidden.text, absent.text) && !strcmp(hidden.why, absent.why) &&
			  !strcmp(hidden.can, absent.can));
		fault_free(&hidden);
		fault_free(&absent);
	}
}

Test(duties, an_agency_admin_does_not_become_who_stands_above_him)
{
	struct link *admin;

	flow_person(&f, "aa@zvh", "Adje Admin", "\"agency-admin\"");
	admin = flow_link(&f, "aa@zvh");
	cr_expect_eq(flow_try(admin, "user.stop", NULL, NULL,
			      "{\"person\":\"beheer@zvh\",\"why\":\"x\"}"),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(admin, "device.list", NULL, NULL, "{\"person\":\"beheer@zvh\"}"),
		     ERR_REFUSED);
	link_close(admin);
}

static const char higher[] =
	"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
	"\"zvh\",\"wijk\",\"ggz\",\"pol\"],"
	"\"purposes\":[{\"purpose\":\"d1\",\"text\":\"steun\"},{\"purpose\":\"d2\",\"text\":"
	"\"veiligheid\"}],"
	"\"ceilings\":[{\"category\":\"gezondheid\",\"to\":\"-\",\"level\":\"inhoud\","
	"\"consent_level\":\"inhoud\"}]}";

Test(duties, a_raised_ceiling_waits_for_a_second_person)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree in_force = {0};
	static struct program p;
	struct link *fg;

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	fg = flow_link(&f, "fg@zvh");
	flow_call(beheer, "agreement.put", &t, "%s", higher);
	cr_expect(obj_bool(obj_get(tree_root(&t), "waits")));
	BRUG_ADMIN(&f, &p, "fg@zvh", NULL, "agreement", "waiting");
	cr_expect(program_said(&p, "geen -> inhoud"), "from what to what: %s", p.out);
	BRUG_ADMIN(&f, &p, "fg@zvh", NULL, "agreement", "show", "delta", "--waiting");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "gezondheid") && program_said(&p, "inhoud"), "whole: %s", p.out);
	cr_expect_eq(flow_try(beheer, "agreement.approve", NULL, NULL,
			      "{\"agreement\":\"delta\",\"version\":2}"),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(fg, "agreement.approve", NULL, NULL,
			      "{\"agreement\":\"delta\",\"version\":1}"),
		     ERR_CONFLICT, "another version than was read");
	flow_do(fg, "agreement.approve", "{\"agreement\":\"delta\",\"version\":2}");
	flow_call(beheer, "agreement.list", &in_force, "{}");
	cr_expect_eq(
		obj_int(obj_get(obj_at(obj_get(tree_root(&in_force), "agreements"), 0), "version"),
			0),
		2);
	link_close(fg);
}

Test(duties, a_dry_run_of_an_agreement_says_what_the_server_would_say_and_changes_nothing)
{
	static const char *const wrong[][2] = {{"\"ggz\"", "\"onzin\""},
					       {"\"to\":\"-\"", "\"to\":\"zorgg\""},
					       {"\"WGS\"", "\"WGS\",\"emergency\":9"},
					       {"\"WGS\"", "\"WGS\",\"retention\":9999"},
					       {"\"purpose\":\"d1\"", "\"purpose\":\"d7\""}};
	static struct program p;
	CLEANUP(tree_free) struct tree t = {0};

	BRUG_ADMIN(&f, &p, "beheer@zvh", higher, "agreement", "put", "-", "--dry-run");
	cr_expect_eq(p.status, 0, "%s", p.err);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const char *at = strstr(higher, wrong[i][0]);
		char file[1024];

		snprintf(file, sizeof(file), "%.*s%s%s", (int)(at - higher), higher, wrong[i][1],
			 at + strlen(wrong[i][0]));
		BRUG_ADMIN(&f, &p, "beheer@zvh", file, "agreement", "put", "-", "--dry-run");
		cr_expect_neq(p.status, 0, "%s: %s", wrong[i][1], p.out);
	}
	flow_call(beheer, "agreement.list", &t, "{}");
	cr_expect_eq(
		obj_int(obj_get(obj_at(obj_get(tree_root(&t), "agreements"), 0), "version"), 0), 1);
}

Test(duties, the_sample_agreements_are_sound_and_taken)
{
	static const char *const files[] = {"zvh-wgs.json", "pga-convenant.json"};
	static struct program p;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char path[512];

		snprintf(path, sizeof(path), SAMPLES "/agreements/%s", files[i]);
		BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "agreement", "put", path);
		cr_expect_eq(p.status, 0, "%s: %s", files[i], p.err);
	}
}

Test(duties, what_a_rule_would_do_is_told_before_it_is_made_and_changes_nothing)
{
	static struct program p;
	char note[16];

	flow_add(c.noor, c.code, note,
		 "{\"kind\":\"feit\",\"category\":\"sociaal\",\"fields\":{\"inhoud\":\"x\"}}");
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "whatif", "rule", "add", "proef", "--from-agency",
		   "wijk", "--category", "sociaal", "--to", "agency=ggz", "--level", "inhoud",
		   "--ground", "Wmo", "--until", flow_date(100), "--json");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "\"up\":1"), "%s", p.out);
	cr_expect(program_said(&p, "ggz, helper: geen -> kern"), "the ceiling holds: %s", p.out);
	setenv("LANGUAGE", "en", 1);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "whatif", "rule", "add", "proef", "--from-agency",
		   "wijk", "--category", "sociaal", "--to", "agency=ggz", "--level", "inhoud",
		   "--ground", "Wmo", "--until", flow_date(100));
	cr_expect(program_said(&p, "What stays closed"), "%s", p.out);
	cr_expect(program_said(&p, "No rule shows it."), "reasons, in English too: %s", p.out);
	cr_expect_not(program_said(&p, "%s"), "%s", p.out);
	setenv("LANGUAGE", "nl", 1);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "rule", "list", "wijk", "--json");
	cr_expect_not(program_said(&p, "proef"));
	flow_add(c.noor, c.code, note,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"},\"leefgebieden\":[\"werk\"]}");
	flow_person(&f, "hulp@zvh", "Hulp", "");
	BRUG(&f, &p, "noor@wijk", NULL, "use", c.code);
	BRUG(&f, &p, "noor@wijk", NULL, "whatif", "invite", "hulp@zvh", "helper", "--purposes",
	     "d1", "--json");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "zvh, helper: geen -> "), "%s", p.out);
}

Test(duties, a_rule_that_can_never_match_or_contradicts_itself_is_refused)
{
	static const char *const rules[] = {
		("\"category\":\"sociaal\",\"to\":\"agency=wijk\",\"level\":\"kern\",\"ground\":"
		 "\"x\","
		 "\"from_agency\":\"wijk\""),
		("\"category\":\"sociaal\",\"to\":\"agency=ggz\",\"level\":\"geen\",\"ground\":"
		 "\"x\","
		 "\"from_agency\":\"wijk\""),
		("\"category\":\"sociaal\",\"to\":\"agency=ggz\",\"level\":\"kern\",\"ground\":"
		 "\"x\","
		 "\"from_agency\":\"wijk\",\"purposes\":[\"d9\"]"),
		("\"category\":\"sociaal\",\"to\":\"agency=nergens\",\"level\":\"kern\",\"ground\":"
		 "\"x\",\"from_agency\":\"wijk\"")};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		cr_expect_eq(flow_try(beheer, "rule.add", NULL, NULL,
				      "{\"rule\":\"r%zu\",%s,\"until\":\"%s\"}", i, rules[i],
				      flow_date(100)),
			     ERR_USAGE, "%s", rules[i]);
	cr_expect_eq(flow_try(beheer, "rule.add", NULL, NULL,
			      "{\"rule\":\"r9\",\"category\":\"sociaal\",\"to\":\"agency=ggz\","
			      "\"level\":\"kern\",\"ground\":\"x\",\"from_agency\":\"wijk\"}"),
		     ERR_USAGE, "it has no end");
	cr_expect_eq(flow_try(beheer, "rule.add", NULL, NULL,
			      "{\"rule\":\"r9\",\"category\":\"sociaal\",\"to\":\"agency=ggz\","
			      "\"level\":\"kern\",\"ground\":\"x\",\"from_agency\":\"wijk\","
			      "\"until\":\"%s\"}",
			      flow_date(-2)),
		     ERR_USAGE, "its end has passed");
}

static size_t rules_in_force(const char *agency)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *rules;
	size_t n = 0;

	flow_call(beheer, "rule.list", &t, "{\"agency\":\"%s\"}", agency);
	rules = obj_get(tree_root(&t), "rules");
	for (size_t i = 0; i < obj_n(rules); i++)
		n += !obj_int(obj_get(obj_at(rules, i), "ended"), 0);
	return n;
}

Test(duties, a_file_of_rules_is_applied_whole_or_not_at_all_and_each_wrong_line_is_named)
{
	static struct program p;
	size_t before = rules_in_force("wijk");
	char file[1024];

	snprintf(file, sizeof(file),
		 "rule add q1 --from-agency wijk --category sociaal --to agency=ggz --level kern "
		 "--ground Wmo --until %s\n"
		 "rule end h1\n"
		 "rule add q2 --from-agency wijk --category sociaal --to agency=onzin --level kern "
		 "--ground Wmo --until %s\n"
		 "rule add q3 --from-agency wijk --category sociaal --to agency=ggz --level kern "
		 "--ground Wmo\n",
		 flow_date(100), flow_date(100));
	BRUG_ADMIN(&f, &p, "beheer@zvh", file, "rule", "apply", "-", "--dry-run");
	cr_expect_eq(p.status, ERR_USAGE, "a dry run asks the server: %s", p.out);
	BRUG_ADMIN(&f, &p, "beheer@zvh", file, "rule", "apply", "-");
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
	cr_expect(program_said(&p, "regel 3: ") && program_said(&p, "onzin"), "%s", p.err);
	cr_expect(program_said(&p, "regel 4: "), "%s", p.err);
	cr_expect_eq(rules_in_force("wijk"), before, "nothing was changed");
	snprintf(file, sizeof(file),
		 "rule add q1 --from-agency wijk --category sociaal --to agency=ggz --level kern "
		 "--ground Wmo --until %s\nrule end q1\nrule end h1\n",
		 flow_date(100));
	BRUG_ADMIN(&f, &p, "beheer@zvh", file, "rule", "apply", "-");
	cr_expect_eq(p.status, 0, "a line sees what those before it do: %s", p.err);
	cr_expect_eq(rules_in_force("wijk"), before - 1);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "rule", "add", "q1", "--from-agency", "wijk",
		   "--category", "sociaal", "--to", "agency=ggz", "--level", "kern", "--ground",
		   "Wmo", "--until", flow_date(100));
	cr_expect_eq(p.status, ERR_CONFLICT, "%s", p.out);
	cr_expect(program_said(&p, "andere naam"), "%s", p.err);
}

Test(duties, what_rule_export_writes_rule_apply_takes_as_it_is)
{
	static struct program p;
	static char file[sizeof(p.out)];

	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "rule", "add", "q1", "--from-agency", "wijk",
		   "--category", "sociaal", "--to", "agency=ggz", "--level", "kern", "--ground",
		   "Wmo", "--until", flow_date(100));
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "rule", "export", "wijk");
	cr_expect(program_said(&p, "q1"));
	memcpy(file, p.out, sizeof(file));
	BRUG_ADMIN(&f, &p, "beheer@zvh", file, "rule", "apply", "-");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "0 gedaan"), "%s", p.out);
}

Test(duties, a_rule_that_no_agreement_leaves_anything_to_show_is_refused)
{
	struct fault fault = {0};

	flow_person(&f, "piet@wijk", "Piet", "");
	cr_expect_eq(flow_try(beheer, "rule.add", NULL, &fault,
			      "{\"rule\":\"r1\",\"category\":\"politie\",\"to\":\"agency=ggz\","
			      "\"level\":\"kern\",\"ground\":\"x\",\"from_agency\":\"pol\","
			      "\"until\":\"%s\"}",
			      flow_date(100)),
		     ERR_USAGE, "there is no ceiling for politie at all");
	cr_expect(strstr(fault.text, "politie"), "%s", fault.text);
	cr_expect_eq(flow_try(beheer, "rule.add", NULL, NULL,
			      "{\"rule\":\"r1\",\"category\":\"sociaal\",\"to\":\"piet@wijk\","
			      "\"level\":\"kern\",\"ground\":\"x\",\"from_agency\":\"wijk\","
			      "\"until\":\"%s\"}",
			      flow_date(100)),
		     ERR_USAGE, "he sees all that is his own agency's");
	fault_free(&fault);
}

Test(duties, a_slip_in_whom_a_rule_is_for_is_answered_with_the_words_there_are)
{
	static struct program p;

	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "rule", "add", "r1", "--from-agency", "wijk",
		   "--category", "sociaal", "--to", "role=chef", "--level", "kern", "--consent",
		   "nee", "--ground", "x", "--until", flow_date(100));
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
	cr_expect(program_said(&p, "casusregisseur"), "%s", p.err);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "rule", "add", "r1", "--from-agency", "wijk",
		   "--category", "sociaal", "--to", "role=helper", "--level", "kern", "--consent",
		   "nee", "--ground", "x", "--until", flow_date(100));
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "rule", "list", "wijk");
	cr_expect_not(program_said(&p, "met toestemming"), "no is no: %s", p.out);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "rule", "list", "onzin");
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
}
