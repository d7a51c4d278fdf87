/* What was doubted, and holds: erasure, emergency access, consent and what never could match. */
#include "eyes.h"
#include "programs.h"
#include "keyring.h"
#include "keys.h"
#include "store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static struct link *beheer, *jeffrey, *fg;
static char note[16];

static void set_up(void)
{
	setenv("LANGUAGE", "nl", 1);
	flow_begin(&f);
	flow_case(&f, &c);
	beheer = flow_link(&f, "beheer@zvh");
	flow_do(beheer, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
	flow_person(&f, "jeffrey@inwoner", "Jeffrey", "");
	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	jeffrey = flow_link(&f, "jeffrey@inwoner");
	fg = flow_link(&f, "fg@zvh");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jeffrey@inwoner\",\"role\":\"betrokkene\","
		"\"purposes\":[\"d1\",\"d2\"]}",
		c.code);
	flow_do(jeffrey, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_add(
		c.mila, c.code, note,
		"{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"leefgebieden\":[\"psychisch\"]"
		",\"fields\":{\"signaal\":\"zorg loopt\",\"kern\":\"prikkelarm\",\"inhoud\":"
		"\"KANARIE-bevindingen\"}}");
}

static void tear_down(void)
{
	link_close(beheer);
	link_close(jeffrey);
	link_close(fg);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(proof, .init = set_up, .fini = tear_down, .timeout = 200);

/* -- erasure ----------------------------------------------------------------------------------- */

static bool opens(struct keyring *k, const struct walk *w, size_t skip, const char *text)
{
	CLEANUP(buf_wipe) struct buf out = {0};

	return w->val.n > skip &&
	       keyring_open_seal(k, 0, get_be64(w->key.p), get_be64(w->key.p + 8),
				 (struct slice){w->val.p + skip, w->val.n - skip},
				 &out) == ERR_OK &&
	       memmem(out.p, out.n, text, strlen(text));
}

/* How many kept answers there are, and in how many the text stands for who has all that is left. */
static size_t kept_answers(const char *text, size_t *with)
{
	struct keyring *k = NULL;
	struct store *s = NULL;
	char master[128];
	struct walk w;
	size_t n = 0;

	*with = 0;
	snprintf(master, sizeof(master), "%s/master.key", f.state);
	cr_assert_eq(keyring_open(f.state, master, &k), ERR_OK);
	cr_assert_eq(store_open(&(struct store_conf){.dir = f.state}, &s), ERR_OK);
	for (store_walk(s, TAB_REQUEST, SLICE(""), &w); w.on; store_next(&w), n++)
		*with += opens(k, &w, 16, text);
	store_walk_end(&w);
	store_close(s);
	keyring_close(k);
	return n;
}

Test(proof, an_answer_kept_for_a_retry_is_erased_with_the_case_it_was_given_in)
{
	CLEANUP(tree_free) struct tree t = {0};
	size_t with;

	flow_call(
		jeffrey, "consent.give", &t,
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"pol\"],"
		"\"purposes\":[\"d1\"],\"sentence\":\"KANARIEZIN: de politie mag het weten\"}",
		c.code);
	flow_do(jeffrey, "consent.withdraw", "{\"case\":\"%s\",\"consent\":\"%s\"}", c.code,
		flow_text(&t, "consent"));
	close_case(c.noor, c.code);
	flow_do(fg, "case.erase", "{\"case\":\"%s\",\"why\":\"verzoek\"}", c.code);
	cr_assert_eq(flow_stop(&f), 0);
	cr_expect_gt(kept_answers("KANARIEZIN", &with), 0);
	cr_expect_eq(with, 0, "%zu kept answers still hold what he agreed to", with);
	cr_expect_gt(kept_answers(c.code, &with), 0);
	cr_expect_gt(with, 0, "that a case was made or erased is no text: those still answer");
	flow_start(&f);
}

/* -- emergency access -------------------------------------------------------------------------- */

static void join_owners(int n)
{
	char handle[24];

	for (int i = 0; i < n; i++) {
		struct link *l;

		snprintf(handle, sizeof(handle), "z%d@ggz", i);
		flow_person(&f, handle, "Z", "\"behandelaar\"");
		l = flow_link(&f, handle);
		flow_do(c.noor, "member.invite",
			"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"helper\",\"leefgebieden\":["
			"\"psychisch\"],\"purposes\":[\"d1\"],\"treating\":true}",
			c.code, handle);
		flow_do(l, "member.accept", "{\"case\":\"%s\"}", c.code);
		link_close(l);
	}
}

Test(proof, however_many_work_at_the_owner_lead_and_privacy_officer_are_told_of_an_emergency)
{
	join_owners(65);
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"acute_onveiligheid\",\"why\":\"x\"}",
		c.code, note);
	cr_expect(is_told(fg, "emergency"), "who has to judge it");
	cr_expect(is_told(c.noor, "emergency"), "who leads the case");
	cr_expect(is_told(c.mila, "emergency"), "and the owner's people, as many as fit");
}

static enum err emergency_on(const char *item)
{
	return flow_try(c.daan, "emergency.open", NULL, NULL,
			"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"x\"}",
			c.code, item);
}

Test(proof, no_emergency_reaches_a_message_or_what_is_learned_and_nobody_is_told)
{
	CLEANUP(tree_free) struct tree t = {0};
	char learned[16];

	flow_call(c.mila, "message.say", &t,
		  "{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"geheim\"}}", c.code,
		  note);
	flow_add(c.mila, c.code, learned,
		 "{\"kind\":\"reflectie\",\"fields\":{\"inhoud\":\"wat ik leerde\"}}");
	cr_expect_eq(emergency_on(flow_text(&t, "item")), ERR_NOTFOUND);
	cr_expect_eq(emergency_on(learned), ERR_NOTFOUND);
	cr_expect_not(is_told(fg, "emergency"));
	cr_expect_not(is_told(c.mila, "emergency"));
}

/* -- what can never match ---------------------------------------------------------------------- */

static void refused_rule(const char *name, const char *rest, const char *why)
{
	struct fault fault = {0};
	enum err err = flow_try(beheer, "rule.add", NULL, &fault,
				"{\"rule\":\"%s\",\"ground\":\"x\",\"until\":\"%s\",%s}", name,
				flow_date(100), rest);

	cr_expect_eq(err, ERR_USAGE, "%s: %d %s", name, (int)err, fault.text);
	cr_expect(strstr(fault.text, why), "%s: %s", name, fault.text);
	fault_free(&fault);
}

Test(proof, a_rule_that_can_never_match_is_refused_whatever_makes_it_so)
{
	flow_do(beheer, "agency.put",
		"{\"agency\":\"corp\",\"name\":\"Corp\",\"domain\":\"wonen\"}");
	flow_do(beheer, "agency.put", "{\"agency\":\"los\",\"name\":\"Los\",\"domain\":\"zorg\"}");
	flow_person(&f, "weg@pol", "Weg", "");
	flow_do(beheer, "user.stop", "{\"person\":\"weg@pol\",\"why\":\"x\"}");
	flow_do(beheer, "agreement.put",
		"{\"agreement\":\"ander\",\"name\":\"A\",\"regime\":\"WGS\",\"agencies\":[\"los\"],"
		"\"purposes\":[{\"purpose\":\"p9\",\"text\":\"x\"}],\"ceilings\":[{\"category\":"
		"\"plan\",\"to\":\"-\",\"level\":\"geen\",\"consent_level\":\"kern\"}]}");
	flow_do(fg, "agreement.approve", "{\"agreement\":\"ander\",\"version\":1}");
	refused_rule("x0",
		     "\"from_agency\":\"los\",\"category\":\"plan\",\"to\":\"role=helper\","
		     "\"level\":\"kern\"",
		     "laat deze ontvanger");
	flow_do(beheer, "rule.add",
		"{\"rule\":\"y0\",\"ground\":\"x\",\"until\":\"%s\",\"from_agency\":\"los\","
		"\"category\":\"plan\",\"to\":\"role=helper\",\"level\":\"kern\",\"consent\":true}",
		flow_date(100));
	refused_rule("x2",
		     "\"from_agency\":\"wijk\",\"category\":\"sociaal\",\"to\":\"agency=corp\","
		     "\"level\":\"kern\"",
		     "samen");
	refused_rule("x3",
		     "\"from_agency\":\"corp\",\"category\":\"sociaal\",\"to\":\"agency=pol\","
		     "\"level\":\"kern\"",
		     "samen");
	refused_rule(
		"x4",
		"\"from_agency\":\"wijk\",\"category\":\"sociaal\",\"to\":\"domain=onderwijs\","
		"\"level\":\"kern\"",
		"samen");
	refused_rule("x5",
		     "\"from_agency\":\"wijk\",\"category\":\"sociaal\",\"to\":\"agency=pol\","
		     "\"level\":\"kern\",\"purposes\":[\"p9\"]",
		     "samen");
	refused_rule("x6",
		     "\"from_agency\":\"wijk\",\"category\":\"sociaal\",\"to\":\"weg@pol\","
		     "\"level\":\"kern\"",
		     "stopgezet");
	refused_rule("x7",
		     "\"from_agency\":\"wijk\",\"category\":\"zelf\",\"to\":\"agency=pol\","
		     "\"level\":\"kern\"",
		     "van hemzelf");
}

static void refused(struct link *l, const char *method, const char *json, const char *why)
{
	struct fault fault = {0};
	enum err err = flow_try(l, method, NULL, &fault, "%s", json);

	cr_expect_eq(err, ERR_USAGE, "%s %s: %d", method, json, (int)err);
	cr_expect(strstr(fault.text, why), "%s: %s", method, fault.text);
	fault_free(&fault);
}

Test(proof, an_end_in_the_past_is_refused_wherever_one_is_given)
{
	char json[400], item[16], later[16], sooner[16];

	flow_add(c.noor, c.code, item, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	snprintf(later, sizeof(later), "%s", flow_date(50));
	snprintf(sooner, sizeof(sooner), "%s", flow_date(20));
#define SAYS(l, method, why, ...)                                                                  \
	do {                                                                                       \
		snprintf(json, sizeof(json), __VA_ARGS__);                                         \
		refused(l, method, json, why);                                                     \
	} while (0)
	SAYS(c.noor, "item.narrow", "voorbij",
	     "{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"agency=pol\",\"level\":\"geen\",\"why\":"
	     "\"x\",\"until\":\"2020-01-01\"}",
	     c.code, item);
	SAYS(c.mila, "item.narrow", "voorbij",
	     "{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"role=betrokkene\",\"level\":\"geen\","
	     "\"why\":\"x\",\"review\":\"2020-01-01\"}",
	     c.code, note);
	SAYS(c.noor, "item.widen", "voordat het begint",
	     "{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"daan@pol\",\"level\":\"kern\",\"ground\":"
	     "\"x\",\"why\":\"x\",\"from\":\"%s\",\"until\":\"%s\"}",
	     c.code, item, later, sooner);
	SAYS(c.noor, "item.widen", "boven het niveau geen",
	     "{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"daan@pol\",\"level\":\"geen\",\"ground\":"
	     "\"x\",\"why\":\"x\",\"until\":\"%s\"}",
	     c.code, item, sooner);
	SAYS(c.noor, "item.widen", "van henzelf",
	     "{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"agency=wijk\",\"level\":\"kern\","
	     "\"ground\":\"x\",\"why\":\"x\",\"until\":\"%s\"}",
	     c.code, item, sooner);
	SAYS(jeffrey, "mandate.give", "voorbij",
	     "{\"case\":\"%s\",\"person\":\"daan@pol\",\"categories\":[\"plan\"],\"until\":"
	     "\"2020-01-01\"}",
	     c.code);
}

Test(proof, of_an_agreement_that_contradicts_itself_every_line_is_named)
{
	static struct program p;
	char path[200];
	FILE *o;

	snprintf(path, sizeof(path), "%s/a.json", f.dir);
	o = fopen(path, "we");
	cr_assert_not_null(o);
	fputs("{\n \"agreement\": \"delta\",\n \"name\": \"N, {[\\\"\",\n \"regime\": \"WGS\",\n"
	      " \"agencies\": [\"wijk\"],\n"
	      " \"purposes\": "
	      "[{\"purpose\":\"d1\",\"text\":\"s\"},{\"purpose\":\"d2\",\"text\":\"s\"}],\n"
	      " \"ceilings\": [\n"
	      "  "
	      "{\"category\":\"sociaal\",\"to\":\"zorg\",\"level\":\"kern\",\"consent_level\":"
	      "\"geen\"},\n"
	      "  "
	      "{\"category\":\"plan\",\"to\":\"zorg\",\"level\":\"kern\",\"consent_level\":"
	      "\"kern\"},\n"
	      "  "
	      "{\"category\":\"plan\",\"to\":\"zorg\",\"level\":\"kern\",\"consent_level\":"
	      "\"kern\"},\n"
	      "  {\"category\":\"plan\",\"to\":\"zorg\",\"purpose\":\"d1\",\"level\":\"inhoud\","
	      "\"consent_level\":\"inhoud\"},\n"
	      "  {\"category\":\"plan\",\"to\":\"zorg\",\"phase\":\"gesloten\",\"level\":\"kern\","
	      "\"consent_level\":\"kern\"},\n"
	      "  "
	      "{\"category\":\"plan\",\"to\":\"gast\",\"level\":\"kern\",\"consent_level\":"
	      "\"kern\"}\n"
	      " ],\n \"caps\": [\n  {\"category\":\"sociaal\",\"level\":\"inhoud\"}\n ]\n}\n",
	      o);
	fclose(o);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "agreement", "put", path);
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.err);
	for (int line = 8; line <= 16; line++) {
		char said[16];

		snprintf(said, sizeof(said), "regel %d: ", line);
		if (line != 9 && line != 14 && line != 15)
			cr_expect(strstr(p.err, said), "%s is not named:\n%s", said, p.err);
		else
			cr_expect_not(strstr(p.err, said), "%s", p.err);
	}
	cr_expect(strstr(p.err, "Er is niets gewijzigd."), "%s", p.err);
}

/* -- consent ----------------------------------------------------------------------------------- */

static enum err gives(struct link *l, const char *rest)
{
	return flow_try(l, "consent.give", NULL, NULL,
			"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",%s}",
			c.code, rest);
}

Test(proof, with_the_person_present_a_consent_can_be_limited_and_not_given_back)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(
		c.noor, "consent.give", &t,
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"pol\"],"
		"\"purposes\":[\"d1\"],\"level\":\"kern\",\"witness\":\"hij zat erbij\"}",
		c.code);
	flow_do(c.noor, "consent.withdraw",
		"{\"case\":\"%s\",\"consent\":\"%s\",\"witness\":\"hij zat erbij\"}", c.code,
		flow_text(&t, "consent"));
	cr_expect_eq(gives(c.noor, "\"to\":[\"pol\"],\"purposes\":[\"d1\"],\"level\":\"kern\","
				   "\"witness\":\"w\""),
		     ERR_REFUSED, "the same again is giving it back");
	cr_expect_eq(gives(c.noor, "\"to\":[\"pol\"],\"purposes\":[\"d1\",\"d2\"],\"level\":"
				   "\"signaal\",\"witness\":\"w\""),
		     ERR_REFUSED, "less of one and more of another");
	cr_expect_eq(gives(c.mila, "\"to\":[\"pol\"],\"purposes\":[\"d1\"],\"level\":"
				   "\"signaal\",\"witness\":\"w\""),
		     ERR_REFUSED, "by another than who wrote down that he took it back");
	cr_expect_eq(gives(c.noor, "\"to\":[\"pol\"],\"purposes\":[\"d1\"],\"level\":"
				   "\"signaal\",\"witness\":\"hij zat erbij\""),
		     ERR_OK);
}

Test(proof, what_the_person_took_back_himself_nobody_else_limits)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(
		c.noor, "consent.give", &t,
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[\"pol\"],"
		"\"purposes\":[\"d1\"],\"witness\":\"w\"}",
		c.code);
	flow_do(jeffrey, "consent.withdraw", "{\"case\":\"%s\",\"consent\":\"%s\"}", c.code,
		flow_text(&t, "consent"));
	cr_expect_eq(gives(c.noor, "\"to\":[\"pol\"],\"purposes\":[\"d1\"],\"level\":\"signaal\","
				   "\"witness\":\"w\""),
		     ERR_REFUSED);
}

/* -- what if ----------------------------------------------------------------------------------- */

Test(proof, what_if_counts_what_is_said_about_an_item_with_it_and_says_what_stays_closed)
{
	static struct program p;
	char item[16], path[200];
	FILE *o;

	flow_add(c.noor, c.code, item,
		 "{\"kind\":\"actie\",\"leefgebieden\":[\"justitie\"],\"fields\":{\"inhoud\":\"x\"}"
		 "}");
	for (int i = 0; i < 3; i++)
		flow_do(c.noor, "message.say",
			"{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"bericht "
			"%d\"}}",
			c.code, item, i);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "whatif", "rule", "add", "w1", "--from-agency", "*",
		   "--category", "plan", "--to", "agency=pol", "--level", "kern", "--ground", "x",
		   "--json");
	cr_expect(strstr(p.out, "\"items\":4") || strstr(p.out, "\"items\": 4"),
		  "an action and three messages: %s%s", p.out, p.err);
	snprintf(path, sizeof(path), "%s/a.json", f.dir);
	o = fopen(path, "we");
	cr_assert_not_null(o);
	fputs("{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":"
	      "[\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"purposes\":[{\"purpose\":\"d1\",\"text\":"
	      "\"steun\"},{\"purpose\":\"d2\",\"text\":\"v\"}],\"ceilings\":[{\"category\":"
	      "\"plan\","
	      "\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":\"inhoud\"},{\"category\":"
	      "\"gezondheid\",\"to\":\"-\",\"level\":\"kern\",\"consent_level\":\"inhoud\"}],"
	      "\"caps\":[{\"category\":\"plan\",\"level\":\"signaal\"}]}",
	      o);
	fclose(o);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "whatif", "agreement", "put", path);
	cr_expect(program_said(&p, "gesloten blijft"),
		  "no rule shows it, whatever the ceiling: %s%s", p.out, p.err);
}

/* -- rules of others --------------------------------------------------------------------------- */

Test(proof, an_agencys_admin_reads_the_rules_of_his_own_agency_and_of_the_house)
{
	struct link *admin;

	flow_person(&f, "hoofd@pol", "Hoofd", "\"agency-admin\"");
	admin = flow_link(&f, "hoofd@pol");
	cr_expect_eq(flow_try(admin, "rule.list", NULL, NULL, "{\"agency\":\"wijk\"}"),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(admin, "rule.list", NULL, NULL, "{\"agency\":\"geenszins\"}"),
		     ERR_REFUSED, "whether it is there or not");
	cr_expect_eq(flow_try(admin, "rule.list", NULL, NULL, "{\"agency\":\"*\"}"), ERR_OK);
	cr_expect_eq(flow_try(admin, "rule.list", NULL, NULL, "{}"), ERR_OK);
	link_close(admin);
}

Test(proof, of_a_file_of_rules_that_is_too_long_the_line_to_split_at_is_named)
{
	static struct program p;
	static char file[401 * 120];
	size_t n = (size_t)snprintf(file, sizeof(file), "# een\n");

	for (int i = 0; i < 401; i++)
		n += (size_t)snprintf(
			file + n, sizeof(file) - n,
			"rule add q%d --from-agency '*' --category plan --to agency=ggz "
			"--level kern --ground Wmo\n",
			i);
	BRUG_ADMIN(&f, &p, "beheer@zvh", file, "rule", "apply", "-");
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.err);
	cr_expect(strstr(p.err, "regel 402: "), "%.300s", p.err);
}

/* -- what is not one's own --------------------------------------------------------------------- */

Test(proof, only_the_owner_agency_restricts_an_item)
{
	char item[16];

	flow_add(c.noor, c.code, item, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	cr_expect_eq(flow_try(c.daan, "item.restrict", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"why\":\"x\"}", c.code, item),
		     ERR_REFUSED);
	flow_do(c.noor, "item.restrict", "{\"case\":\"%s\",\"item\":\"%s\",\"why\":\"x\"}", c.code,
		item);
}

Test(proof, what_an_emergency_was_about_is_told_to_who_knows_of_the_item)
{
	CLEANUP(tree_free) struct tree lead = {0};
	CLEANUP(tree_free) struct tree owner = {0};

	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"KANARIE\"}",
		c.code, note);
	flow_call(c.noor, "emergency.list", &lead, "{}");
	flow_call(c.mila, "emergency.list", &owner, "{}");
#define FIRST(t, key) obj_bytes(obj_get(obj_at(obj_get(tree_root(t), "emergencies"), 0), key))
	cr_expect(slice_is(FIRST(&lead, "person"), "daan@pol"),
		  "that there was one, the lead knows");
	cr_expect_eq(FIRST(&lead, "item").n, 0);
	cr_expect_eq(FIRST(&lead, "why").n, 0);
	cr_expect(slice_is(FIRST(&owner, "item"), note));
}

Test(proof, a_notice_of_a_case_one_has_left_names_it_no_more)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	size_t told = 0;

	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"x\"}", c.code,
		note);
	flow_do(c.noor, "member.end", "{\"case\":\"%s\",\"person\":\"mila@ggz\",\"why\":\"klaar\"}",
		c.code);
	flow_call(c.mila, "today", &t, "{}");
	list = obj_get(tree_root(&t), "notices");
	for (size_t i = 0; i < obj_n(list); i++) {
		if (!slice_is(obj_bytes(obj_get(obj_at(list, i), "what")), "emergency"))
			continue;
		told++;
		cr_expect_eq(obj_bytes(obj_get(obj_at(list, i), "case")).n, 0);
		cr_expect_eq(obj_bytes(obj_get(obj_at(list, i), "by")).n, 0);
	}
	cr_expect_eq(told, 1);
}

/* -- functions --------------------------------------------------------------------------------- */

Test(proof, who_runs_the_server_or_the_partnership_opens_no_case_and_takes_part_in_none)
{
	static const char *const functions[] = {"operator", "partnership-admin"};

	for (int i = 0; i < 2; i++) {
		char handle[24], json[40];
		struct link *l;

		snprintf(handle, sizeof(handle), "op%d@zvh", i);
		snprintf(json, sizeof(json), "\"%s\"", functions[i]);
		flow_person(&f, handle, "Op", json);
		l = flow_link(&f, handle);
		cr_expect_eq(
			flow_try(l, "case.new", NULL, NULL,
				 "{\"agreement\":\"delta\",\"name\":\"x\",\"purposes\":[\"d1\"]}"),
			ERR_REFUSED, "%s", functions[i]);
		cr_expect_eq(flow_try(c.noor, "member.invite", NULL, NULL,
				      "{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"helper\","
				      "\"purposes\":"
				      "[\"d1\"]}",
				      c.code, handle),
			     ERR_REFUSED, "%s", functions[i]);
		link_close(l);
	}
}

/* -- everything held on him -------------------------------------------------------------------- */

Test(proof, the_export_has_who_speaks_who_looked_and_how_far_it_is)
{
	static struct program p;
	static const char *const keys[] = {"\"mandates\"", "\"phases\"", "\"looked\"",
					   "\"emergencies\""};

	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"x\"}", c.code,
		note);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "use", c.code);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "export");
	cr_assert_eq(p.status, 0, "%s", p.err);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		cr_expect(strstr(p.out, keys[i]), "%s is not in: %.300s", keys[i], p.out);
	cr_expect(strstr(p.out, "\"actief\""), "%.2000s", p.out);
	cr_expect(strstr(p.out, "noor@wijk"), "%.2000s", p.out);
	BRUG(&f, &p, "jeffrey@inwoner", NULL, "export", "--html");
	cr_assert_eq(p.status, 0, "%s", p.err);
	cr_expect(strstr(p.out, "Noor"), "%.300s", p.out);
}
