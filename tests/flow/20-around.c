/* Nobody goes round what he may not: not by another role, another name, or another door. */
#include "eyes.h"
#include "programs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static struct link *beheer;

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
	beheer = flow_link(&f, "beheer@zvh");
	flow_do(beheer, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
}

static void tear_down(void)
{
	link_close(beheer);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(around, .init = set_up, .fini = tear_down);

static enum err invite(const char *case_code, const char *who, const char *role)
{
	return flow_try(c.noor, "member.invite", NULL, NULL,
			"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"%s\",\"purposes\":[\"d1\"]}",
			case_code, who, role);
}

/* Made, joined, invited by Noor, and taking part. */
static struct link *bring(const char *who, const char *name, const char *role)
{
	struct link *l;

	flow_person(&f, who, name, "");
	l = flow_link(&f, who);
	cr_assert_eq(invite(c.code, who, role), ERR_OK);
	flow_do(l, "member.accept", "{\"case\":\"%s\"}", c.code);
	return l;
}

static void mandate(struct link *by, const char *who, const char *category)
{
	flow_do(by, "mandate.give", "{\"case\":\"%s\",\"person\":\"%s\",\"categories\":[\"%s\"]}",
		c.code, who, category);
}

static enum err consent(struct link *by, const char *to, const char *people)
{
	return flow_try(
		by, "consent.give", NULL, NULL,
		"{\"case\":\"%s\",\"category\":\"gezondheid\",\"agency\":\"ggz\",\"to\":[%s],"
		"\"people\":[%s],\"purposes\":[\"d1\"],\"witness\":\"x\"}",
		c.code, to, people);
}

/* -- taking part ------------------------------------------------------------------------------- */

Test(around, a_helper_is_never_made_the_person_of_a_case)
{
	flow_person(&f, "nina@wijk", "Nina Vos", "");
	flow_person(&f, "jeffrey@inwoner", "Jeffrey", "");
	cr_expect_eq(invite(c.code, "nina@wijk", "betrokkene"), ERR_REFUSED);
	cr_expect_eq(invite(c.code, "jeffrey@inwoner", "helper"), ERR_REFUSED,
		     "an agency that signed nothing is there for the person's side alone");
	cr_expect_eq(invite(c.code, "jeffrey@inwoner", "betrokkene"), ERR_OK);
}

static void phase(struct link *by, const char *case_code, const char *to, enum err expected)
{
	cr_expect_eq(flow_try(by, "case.phase", NULL, NULL,
			      "{\"case\":\"%s\",\"phase\":\"%s\",\"why\":\"x\"}", case_code, to),
		     expected, "%s", to);
}

Test(around, who_weighs_a_case_is_not_sent_away_by_who_wants_it_taken_in)
{
	static const char end[] = "{\"case\":\"%s\",\"person\":\"sam@zvh\",\"why\":\"x\"}";
	CLEANUP(tree_free) struct tree t = {0};
	struct link *sam;
	char code[16];

	flow_person(&f, "sam@zvh", "Sam de Wit", "\"procesregisseur\"");
	sam = flow_link(&f, "sam@zvh");
	flow_call(c.noor, "case.new", &t,
		  "{\"agreement\":\"delta\",\"name\":\"Iemand\",\"purposes\":[\"d1\"],\"process\":"
		  "\"sam@zvh\"}");
	snprintf(code, sizeof(code), "%s", flow_text(&t, "case"));
	flow_do(sam, "member.accept", "{\"case\":\"%s\"}", code);
	phase(c.noor, code, "triage", ERR_OK);
	cr_expect_eq(flow_try(c.noor, "member.end", NULL, NULL, end, code), ERR_REFUSED);
	phase(c.noor, code, "actief", ERR_REFUSED);
	phase(sam, code, "actief", ERR_OK);
	cr_expect_eq(flow_try(c.noor, "member.end", NULL, NULL, end, code), ERR_OK);
	cr_expect_eq(invite(code, "daan@pol", "procesregisseur"), ERR_REFUSED,
		     "the partnership says who is a procesregisseur");
	link_close(sam);
}

Test(around, the_person_stays_in_his_own_case)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene");

	cr_expect_eq(flow_try(c.noor, "member.end", NULL, NULL,
			      "{\"case\":\"%s\",\"person\":\"jeffrey@inwoner\",\"why\":\"x\"}",
			      c.code),
		     ERR_REFUSED);
	flow_do(jeffrey, "case.report", "{\"case\":\"%s\"}", c.code);
	link_close(jeffrey);
}

/* -- speaking for the person ------------------------------------------------------------------- */

Test(around, a_consent_for_a_colleague_by_name_is_one_for_the_own_agency)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene"),
		    *nina = bring("nina@wijk", "Nina Vos", "helper");

	cr_expect_eq(consent(c.noor, "", "\"nina@wijk\""), ERR_REFUSED);
	cr_expect_eq(consent(c.noor, "", "\"daan@pol\""), ERR_OK);
	cr_expect_eq(consent(jeffrey, "", "\"nina@wijk\""), ERR_OK, "the person may");
	link_close(nina);
	link_close(jeffrey);
}

Test(around, who_speaks_for_the_person_does_not_consent_for_herself_or_her_agency)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene"),
		    *sanne = bring("sanne@wijk", "Sanne Kramer", "ondersteuner");

	mandate(jeffrey, "sanne@wijk", "gezondheid");
	cr_expect_eq(consent(sanne, "", "\"sanne@wijk\""), ERR_REFUSED);
	cr_expect_eq(consent(sanne, "\"wijk\"", ""), ERR_REFUSED);
	cr_expect_eq(consent(sanne, "", "\"noor@wijk\""), ERR_REFUSED);
	cr_expect_eq(consent(sanne, "\"pol\"", ""), ERR_OK);
	link_close(sanne);
	link_close(jeffrey);
}

static size_t consents_of(struct link *l)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "consent.list", &t, "{\"case\":\"%s\"}", c.code);
	return obj_n(obj_get(tree_root(&t), "consents"));
}

static enum err own_words(struct link *l)
{
	return flow_try(l, "item.add", NULL, NULL,
			"{\"case\":\"%s\",\"kind\":\"zelfbeeld\",\"fields\":{\"inhoud\":\"x\"}}",
			c.code);
}

Test(around, a_supporter_without_a_mandate_speaks_for_nobody)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene"),
		    *sanne = bring("sanne@inwoner", "Sanne Kramer", "ondersteuner");

	cr_assert_eq(consent(jeffrey, "\"pol\"", ""), ERR_OK);
	for (int with = 0; with < 2; with++) {
		enum err expected = with ? ERR_OK : ERR_REFUSED;

		if (with)
			mandate(jeffrey, "sanne@inwoner", "plan");
		cr_expect_eq(
			flow_try(sanne, "case.report", NULL, NULL, "{\"case\":\"%s\"}", c.code),
			expected);
		cr_expect_eq(flow_try(sanne, "log.read", NULL, NULL, "{\"case\":\"%s\"}", c.code),
			     expected);
		cr_expect_eq(flow_try(sanne, "verzoek.ask", NULL, NULL,
				      "{\"case\":\"%s\",\"what\":\"wissen\",\"text\":\"x\"}",
				      c.code),
			     expected);
		/* a mandate for the plan is none for his own words, nor for his health */
		cr_expect_eq(own_words(sanne), ERR_REFUSED);
		cr_expect_eq(consents_of(sanne), 0);
	}
	mandate(jeffrey, "sanne@inwoner", "zelf");
	cr_expect_eq(own_words(sanne), ERR_OK);
	mandate(jeffrey, "sanne@inwoner", "gezondheid");
	cr_expect_eq(consents_of(sanne), 1);
	link_close(sanne);
	link_close(jeffrey);
}

/* -- a closed case ------------------------------------------------------------------------------
 */

Test(around, closing_a_case_takes_neither_his_report_nor_his_requests_from_the_person)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene"), *fg;
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *day;
	char action[16];

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	fg = flow_link(&f, "fg@zvh");
	flow_add(c.noor, c.code, action,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"},\"leefgebieden\":[\"werk\"]}");
	flow_do(c.daan, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	close_case(c.noor, c.code);
	flow_call(jeffrey, "case.report", &t, "{\"case\":\"%s\"}", c.code);
	day = obj_at(obj_get(tree_root(&t), "days"), 0);
	cr_expect_eq(obj_int(obj_get(day, "items"), 0), 1);
	cr_expect(slice_is(obj_bytes(obj_get(day, "most")), "signaal"), "the level it had then");
	cr_expect_eq(flow_try(jeffrey, "case.export", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED);
	flow_do(jeffrey, "verzoek.ask",
		"{\"case\":\"%s\",\"what\":\"gegevens_mee\",\"text\":\"x\"}", c.code);
	cr_expect_eq(told(fg, "verzoek-closed"), 1);
	cr_expect_eq(flow_try(jeffrey, "item.object", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"x\"}", c.code, action),
		     ERR_NOTFOUND);
	link_close(fg);
	link_close(jeffrey);
}

/* -- a second person --------------------------------------------------------------------------- */

static const char agreement[] =
	"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"%s\",\"agencies\":[\"zvh\","
	"\"wijk\",\"ggz\",\"pol\"],\"retention\":%s,\"purposes\":[{\"purpose\":\"d1\",\"text\":"
	"\"steun\"},{\"purpose\":\"d2\",\"text\":\"veiligheid\"}],\"ceilings\":[{\"category\":"
	"\"plan\",\"to\":\"-\",\"level\":\"%s\",\"consent_level\":\"inhoud\"},{\"category\":"
	"\"gezondheid\",\"to\":\"-\",\"level\":\"geen\",\"consent_level\":\"kern\"},{\"category\":"
	"\"sociaal\",\"to\":\"-\",\"level\":\"kern\",\"consent_level\":\"kern\"}],\"caps\":[{"
	"\"category\":\"plan\",\"level\":\"signaal\"}]}";

static bool waits(const char *regime, const char *retention, const char *level)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(beheer, "agreement.put", &t, agreement, regime, retention, level);
	return obj_bool(obj_get(tree_root(&t), "waits"));
}

static enum err approve(struct link *l, int version)
{
	return flow_try(l, "agreement.approve", NULL, NULL,
			"{\"agreement\":\"delta\",\"version\":%d}", version);
}

Test(around, what_lets_more_in_waits_for_a_second_person_whatever_it_is_called)
{
	struct link *fg;

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	fg = flow_link(&f, "fg@zvh");
	cr_expect_not(waits("WGS", "12", "inhoud"), "kept shorter");
	cr_expect(waits("convenant", "12", "inhoud"), "guests need not sign");
	cr_expect(waits("WGS", "60", "inhoud"));
	cr_expect_eq(flow_try(beheer, "agreement.put", NULL, NULL, agreement, "WGS", "0", "inhoud"),
		     ERR_USAGE);
	cr_expect_eq(flow_try(beheer, "agreement.put", NULL, NULL, agreement, "convenant",
			      "4611686018427387904", "inhoud"),
		     ERR_USAGE);
	/* and what is approved is what was read */
	cr_expect_eq(approve(fg, 3), ERR_CONFLICT, "another was put up in its place");
	cr_expect_not(waits("WGS", "12", "signaal"));
	cr_expect_eq(approve(fg, 4), ERR_CONFLICT, "a later one is in force");
	link_close(fg);
}

Test(around, the_domain_of_an_agency_does_not_change_under_its_people)
{
	static const char put[] = "{\"agency\":\"%s\",\"name\":\"x\",\"domain\":\"%s\"}";

	cr_expect_eq(flow_try(beheer, "agency.put", NULL, NULL, put, "wijk", "client"), ERR_REFUSED,
		     "it would need to sign nothing");
	cr_expect_eq(flow_try(beheer, "agency.put", NULL, NULL, put, "wijk", "sociaal"), ERR_OK);
	cr_expect_eq(flow_try(beheer, "agency.put", NULL, NULL, put, "inwoner", "zorg"), ERR_OK,
		     "nobody is there yet");
}

Test(around, who_lets_himself_in_as_another_is_no_second_person_and_the_other_is_told)
{
	struct link *fg, *false_fg;

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	fg = flow_link(&f, "fg@zvh");
	cr_expect_eq(told(fg, "code"), 0, "his first device is nobody's news");
	flow_device(&f, beheer, "fg@zvh", "false-fg@zvh");
	false_fg = flow_link(&f, "false-fg@zvh");
	cr_assert(waits("convenant", "60", "inhoud"));
	cr_expect_eq(approve(false_fg, 2), ERR_REFUSED);
	flow_do(false_fg, "notice.done", "{}");
	cr_expect_eq(told(fg, "code"), 1, "it cannot put away what is told of it");
	cr_expect_eq(told(fg, "device"), 1);
	cr_expect_eq(approve(fg, 2), ERR_OK);
	flow_do(fg, "notice.done", "{}");
	cr_expect_eq(told(fg, "code") + told(fg, "device"), 0);
	link_close(false_fg);
	link_close(fg);
}

Test(around, nor_does_one_person_put_up_as_another_and_approve_as_himself)
{
	struct link *bo, *false_bo;

	flow_person(&f, "bo@zvh", "Bo Vos", "\"partnership-admin\"");
	bo = flow_link(&f, "bo@zvh");
	flow_device(&f, beheer, "bo@zvh", "false-bo@zvh");
	false_bo = flow_link(&f, "false-bo@zvh");
	flow_do(false_bo, "agreement.put", agreement, "convenant", "60", "inhoud");
	cr_expect_eq(approve(beheer, 2), ERR_REFUSED);
	/* nor by a device that the false one lets in */
	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	cr_expect_eq(told(bo, "function-waits"), 1, "and who could approve is asked");
	flow_device(&f, false_bo, "fg@zvh", "false-fg@zvh");
	link_close(bo);
	bo = flow_link(&f, "false-fg@zvh");
	cr_assert(waits("convenant", "60", "inhoud"));
	cr_expect_eq(approve(bo, 3), ERR_REFUSED);
	link_close(false_bo);
	link_close(bo);
}

/* -- functions --------------------------------------------------------------------------------- */

static size_t emergencies(struct link *l)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "emergency.list", &t, "{}");
	return obj_n(obj_get(tree_root(&t), "emergencies"));
}

Test(around, an_officer_of_a_stopped_agency_is_none)
{
	struct link *fg;
	char note[16];

	flow_person(&f, "fg@pol", "Frank Gezag", "\"privacy-officer\"");
	fg = flow_link(&f, "fg@pol");
	flow_add(c.noor, c.code, note,
		 "{\"kind\":\"feit\",\"category\":\"sociaal\",\"fields\":{\"inhoud\":\"x\"}}");
	flow_do(c.mila, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"x\"}", c.code,
		note);
	cr_assert(waits("convenant", "60", "inhoud"));
	cr_assert_eq(emergencies(fg), 1);
	flow_do(beheer, "agency.put",
		"{\"agency\":\"pol\",\"name\":\"x\",\"domain\":\"veiligheid\",\"stopped\":true}");
	cr_expect_eq(emergencies(fg), 0);
	cr_expect_eq(approve(fg, 2), ERR_REFUSED);
	cr_expect(waits("convenant", "60", "inhoud"), "and stopping him is no way round him");
	link_close(fg);
}

Test(around, whom_the_partnership_stopped_no_agency_lets_in_again)
{
	static const char stop[] = "{\"person\":\"daan@pol\",\"why\":\"x\",\"again\":%s}";
	struct link *admin;

	flow_person(&f, "aa@pol", "Adje Admin", "\"agency-admin\"");
	admin = flow_link(&f, "aa@pol");
	flow_do(admin, "user.stop", stop, "false");
	flow_do(admin, "user.stop", stop, "true");
	flow_do(beheer, "user.stop", stop, "false");
	flow_do(admin, "user.stop", stop, "false");
	cr_expect_eq(flow_try(admin, "user.stop", NULL, NULL, stop, "true"), ERR_REFUSED);
	flow_do(beheer, "user.stop", stop, "true");
	link_close(admin);
}

/* -- what cannot be found out ------------------------------------------------------------------ */

/* Two questions, one answer, but for the name that was asked. */
static void same(struct link *l, const char *method, const char *hidden, const char *absent)
{
	struct fault h = {0}, a = {0};
	enum err of_hidden = flow_try(l, method, NULL, &h, "%s", hidden),
		 of_absent = flow_try(l, method, NULL, &a, "%s", absent);

	cr_expect_eq(of_hidden, of_absent, "%s: %d and %d", method, of_hidden, of_absent);
	cr_expect_eq(strcmp(h.why, a.why), 0, "%s", method);
	cr_expect_eq(strcmp(h.can, a.can), 0, "%s", method);
	fault_free(&h);
	fault_free(&a);
}

Test(around, an_admin_learns_nothing_of_other_agencies_people_rules_and_cases)
{
	CLEANUP(tree_free) struct tree log = {0};
	struct link *admin;
	char hidden[80];

	flow_person(&f, "aa@zvh", "Adje Admin", "\"agency-admin\"");
	admin = flow_link(&f, "aa@zvh");
	flow_do(beheer, "rule.add",
		"{\"rule\":\"g1\",\"from_agency\":\"ggz\",\"category\":\"sociaal\",\"to\":"
		"\"agency=pol\",\"level\":\"kern\",\"ground\":\"x\",\"until\":\"%s\"}",
		flow_date(100));
	same(admin, "user.stop", "{\"person\":\"mila@ggz\",\"why\":\"x\"}",
	     "{\"person\":\"niemand@ggz\",\"why\":\"x\"}");
	same(admin, "device.list", "{\"person\":\"mila@ggz\"}", "{\"person\":\"niemand@ggz\"}");
	same(admin, "log.read", "{\"person\":\"mila@ggz\"}", "{\"person\":\"niemand@ggz\"}");
	same(admin, "rule.end", "{\"rule\":\"g1\"}", "{\"rule\":\"g2\"}");
	snprintf(hidden, sizeof(hidden), "{\"case\":\"%s\",\"person\":\"aa@zvh\"}", c.code);
	for (int again = 0; again < 2; again++) /* what he asked stands in no log he reads */
		same(admin, "log.read", hidden, "{\"case\":\"ZZ-0000\",\"person\":\"aa@zvh\"}");
	flow_call(admin, "log.read", &log, "%s", hidden);
	cr_expect_eq(obj_n(obj_get(tree_root(&log), "entries")), 0);
	cr_expect_eq(flow_try(admin, "log.read", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_USAGE);
	link_close(admin);
}

/* What-if of a rule that shows the fact to one recipient. */
static enum err what_if(struct link *l, const char *to, const char *after, struct tree *out)
{
	CLEANUP(buf_free) struct buf rule = {0};
	CLEANUP(buf_free) struct buf params = {0};
	struct fault fault = {0};
	char json[400];
	enum err err;

	snprintf(json, sizeof(json),
		 "{\"rule\":\"proef\",\"from_agency\":\"wijk\",\"category\":\"sociaal\",\"to\":\"%"
		 "s\","
		 "\"level\":\"kern\",\"ground\":\"x\",\"until\":\"%s\"}",
		 to, flow_date(100));
	flow_pack(&rule, json, true);
	pack_map(&params, after ? 3 : 2);
	pack_kv_text(&params, "method", "rule.add");
	pack_kv_bin(&params, "params", buf_view(&rule));
	if (after)
		pack_kv_bin(&params, "after", slice_of(after));
	err = link_call(l, "whatif", buf_view(&params), out, &fault);
	fault_free(&fault);
	return err;
}

Test(around, what_if_tells_no_admin_who_is_in_a_case_and_leaves_its_trace)
{
	CLEANUP(tree_free) struct tree exact = {0};
	CLEANUP(tree_free) struct tree rough = {0};
	CLEANUP(tree_free) struct tree none = {0};
	CLEANUP(tree_free) struct tree log = {0};
	struct link *admin, *fg;
	char note[16];

	flow_add(c.noor, c.code, note,
		 "{\"kind\":\"feit\",\"category\":\"sociaal\",\"fields\":{\"inhoud\":\"x\"}}");
	/* as long as the agency never had an admin of its own */
	cr_assert_eq(what_if(beheer, "agency=pol", NULL, &exact), ERR_OK);
	cr_expect_eq(obj_int(obj_get(tree_root(&exact), "up"), 0), 1);
	flow_person(&f, "aa@wijk", "Adje Admin", "\"agency-admin\"");
	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	admin = flow_link(&f, "aa@wijk");
	fg = flow_link(&f, "fg@zvh");
	cr_expect_eq(what_if(admin, "daan@pol", NULL, &none), ERR_REFUSED);
	cr_expect_eq(what_if(admin, "fg@zvh", NULL, &none), ERR_REFUSED, "in a case or not");
	cr_expect_eq(what_if(beheer, "daan@pol", NULL, &none), ERR_REFUSED,
		     "nor to who sets ceilings");
	cr_expect_eq(what_if(admin, "agency=pol", "J-0417", &none), ERR_USAGE,
		     "nobody chooses where it begins");
	cr_assert_eq(what_if(admin, "agency=pol", NULL, &rough), ERR_OK);
	cr_expect(obj_bool(obj_get(tree_root(&rough), "rough")));
	cr_expect_eq(obj_int(obj_get(tree_root(&rough), "up"), 9), 0, "one is told as none");
	cr_expect_eq(obj_n(obj_get(tree_root(&rough), "by")), 0);
	cr_expect_eq(obj_n(obj_get(tree_root(&rough), "examples")), 0);
	flow_call(fg, "log.read", &log, "{\"person\":\"aa@wijk\"}");
	cr_expect(slice_is(
		obj_bytes(obj_get(obj_at(obj_get(tree_root(&log), "entries"), 0), "action")),
		"whatif"));
	link_close(fg);
	link_close(admin);
}

Test(around, the_person_learns_from_his_log_of_nobody_outside_his_case)
{
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene");
	char hidden[80], absent[80];

	snprintf(hidden, sizeof(hidden), "{\"case\":\"%s\",\"person\":\"beheer@zvh\"}", c.code);
	snprintf(absent, sizeof(absent), "{\"case\":\"%s\",\"person\":\"niemand@zvh\"}", c.code);
	same(jeffrey, "log.read", hidden, absent);
	flow_do(jeffrey, "log.read", "{\"case\":\"%s\",\"person\":\"noor@wijk\"}", c.code);
	link_close(jeffrey);
}

/* -- the log ----------------------------------------------------------------------------------- */

Test(around, a_rule_is_told_as_a_rule_whatever_its_name)
{
	static const char *const names[] = {"toestemming", "fase-1"};
	struct link *jeffrey = bring("jeffrey@inwoner", "Jeffrey", "betrokkene");
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *why;
	char action[16];

	flow_add(c.noor, c.code, action,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"},\"leefgebieden\":[\"werk\"]}");
	for (int i = 0; i < 2; i++) {
		flow_do(beheer, "rule.add",
			"{\"rule\":\"%s\",\"from_agency\":\"wijk\",\"category\":\"plan\",\"to\":"
			"\"agency=ggz\",\"level\":\"kern\",\"ground\":\"grond "
			"%d\",\"until\":\"%s\"}",
			names[i], i, flow_date(100));
		flow_do(c.mila, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
		flow_do(beheer, "rule.end", "{\"rule\":\"%s\"}", names[i]);
	}
	flow_call(jeffrey, "case.report", &t, "{\"case\":\"%s\"}", c.code);
	why = obj_get(obj_at(obj_get(tree_root(&t), "days"), 0), "why");
	cr_assert_eq(obj_n(why), 2);
	for (int i = 0; i < 2; i++) {
		struct slice text = obj_bytes(obj_at(obj_at(why, i), 0));

		cr_expect(slice_is(text, "An agreement of the agencies allows it (%s)."), "%.*s",
			  SLICE_ARG(text));
	}
	link_close(jeffrey);
}
