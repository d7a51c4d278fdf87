/*
 * What handlers ask behind the door: each of these is one permission test that policy_may does not
 * make, asked of the handler over the hub, in the worked case. tests/mutation/mutants takes each
 * away.
 */
#include "clock.h"
#include "keys.h"
#include "world_calls.h"

#include <criterion/criterion.h>

#include <stdio.h>

static struct world_hub h;

static void asks(const char *who, const char *method, const char *json, struct answer *out)
{
	world_asks(&h, who, method, json, out);
}

static void whatif(const char *who, const char *method, const char *json, struct answer *out)
{
	world_asks_whatif(&h, who, method, json, out);
}

static enum err gets(const char *who, const char *method, const char *json)
{
	CLEANUP(answer_free) struct answer a = {0};

	asks(who, method, json, &a);
	return a.err;
}

/* How many there are in a list of the answer. */
static size_t counts(const char *who, const char *method, const char *json, const char *list)
{
	CLEANUP(answer_free) struct answer a = {0};

	asks(who, method, json, &a);
	cr_assert_eq(a.err, ERR_OK, "%s by %s: %d", method, who, a.err);
	return obj_n(obj_get(a.result, list));
}

static void set_up(void)
{
	clock_set_ms(world_time("2026-11-20T10:00:00Z"));
	cr_assert_not_null(freopen("/dev/null", "w", stderr)); /* refusals are logged */
	world_open(&h.w);
}

static void tear_down(void)
{
	world_hub_close(&h);
}
TestSuite(handlers, .init = set_up, .fini = tear_down);

/* -- the world before the hub opens ------------------------------------------------------------ */

static void give(const char *who, const char *function)
{
	struct slice f = slice_of(function);
	struct key k = key_u64(world_person(who));
	struct rec_person p;

	world_get(&h.w, TAB_PERSON, key_view(&k), REC_person, &p);
	p.functions = (struct slices){&f, 1};
	world_set(&h.w, 0, TAB_PERSON, key_view(&k), REC_person, &p);
}

static void take_out(const char *who)
{
	struct key k = key_2(h.w.case_id, world_person(who));
	struct change c = world_change(&h.w, h.w.case_id);

	world_drop(&h.w, &c, TAB_MEMBER, key_view(&k));
	world_apply(&h.w, &c);
}

static struct rec_agreement agreement(void)
{
	struct rec_agreement a;

	world_get(&h.w, TAB_AGREEMENT, SLICE("zvh"), REC_agreement, &a);
	return a;
}

/* -- the log, and what is told ----------------------------------------------------------------- */

Test(handlers, an_agency_admin_reads_what_his_own_people_looked_at_alone)
{
	CLEANUP(answer_free) struct answer a = {0};
	const msgpack_object *list;

	give("u07", "agency-admin");
	cr_assert_eq(gets("u01", "emergency.list", "{}"), ERR_OK);
	cr_assert_eq(gets("u07", "emergency.list", "{}"), ERR_OK);
	cr_expect_neq(gets("u07", "log.read", "{'case':'J-0417','person':'u01@wijk'}"), ERR_OK);
	asks("u07", "log.read", "{'partnership':true}", &a);
	cr_assert_eq(a.err, ERR_OK);
	list = obj_get(a.result, "entries");
	cr_assert_gt(obj_n(list), 0);
	for (size_t i = 0; i < obj_n(list); i++)
		cr_expect(slice_is(obj_bytes(obj_get(obj_at(list, i), "agency")), "pol"));
}

Test(handlers, a_notice_names_no_item_that_its_reader_does_not_see)
{
	CLEANUP(answer_free) struct answer a = {0};
	const msgpack_object *notice;

	cr_assert_eq(gets("u07", "item.narrow",
			  "{'case':'J-0417','item':'@F1','to':'u01@wijk','level':'geen',"
			  "'why':'x'}"),
		     ERR_OK);
	cr_assert_eq(gets("u14", "emergency.open",
			  "{'case':'J-0417','item':'@F1','code':'vermissing','why':'x'}"),
		     ERR_OK);
	asks("u01", "today", "{}", &a);
	notice = obj_at(obj_get(a.result, "notices"), 0);
	cr_assert(slice_is(obj_bytes(obj_get(notice, "what")), "emergency"));
	cr_expect_eq(obj_bytes(obj_get(notice, "item")).n, 0);
}

Test(handlers, who_leads_hears_of_a_request_about_the_case_or_an_item_whose_core_she_sees)
{
	static const char ask_about[] =
		"{'case':'J-0417','what':'rectificatie','item':'@A4','text':'x'}";

	cr_assert_eq(gets("c01", "verzoek.ask", ask_about), ERR_OK);
	cr_assert_eq(counts("u01", "today", "{}", "notices"), 1);
	cr_assert_eq(gets("u07", "item.narrow",
			  "{'case':'J-0417','item':'@F1','to':'u01@wijk','level':'geen',"
			  "'why':'x'}"),
		     ERR_OK);
	cr_assert_eq(gets("u07", "item.widen",
			  "{'case':'J-0417','item':'@F1','to':'c01@client','level':'kern',"
			  "'ground':'x','why':'x','until':'2027-03-01'}"),
		     ERR_OK);
	gets("c01", "verzoek.ask",
	     "{'case':'J-0417','what':'rectificatie','item':'@F1','text':'x'}");
	cr_expect_eq(counts("u01", "today", "{}", "notices"), 1);
}

Test(handlers, a_request_is_listed_for_the_person_the_lead_and_who_answers_it)
{
	cr_assert_eq(gets("c01", "verzoek.ask",
			  "{'case':'J-0417','what':'rectificatie','item':'@A2','text':'x'}"),
		     ERR_OK);
	cr_expect_eq(counts("c01", "verzoek.list", "{'case':'J-0417'}", "verzoeken"), 1);
	cr_expect_eq(counts("u04", "verzoek.list", "{'case':'J-0417'}", "verzoeken"), 1);
	cr_expect_eq(counts("u07", "verzoek.list", "{'case':'J-0417'}", "verzoeken"), 0);
}

/* -- emergency access -------------------------------------------------------------------------- */

Test(handlers, an_emergency_is_listed_for_the_lead_the_owner_and_who_opened_it)
{
	cr_assert_eq(gets("u07", "emergency.open",
			  "{'case':'J-0417','item':'@N1','code':'vermissing','why':'x'}"),
		     ERR_OK);
	cr_expect_eq(counts("u01", "emergency.list", "{}", "emergencies"), 1);
	cr_expect_eq(counts("u11", "emergency.list", "{}", "emergencies"), 1);
	cr_expect_eq(counts("u07", "emergency.list", "{}", "emergencies"), 1);
	cr_expect_eq(counts("u14", "emergency.list", "{}", "emergencies"), 0);
}

Test(handlers, the_person_his_supporter_and_who_gathers_information_have_no_emergency_access)
{
	static const char *const none[] = {"c01", "u20", "u03"};

	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(gets(none[i], "emergency.open",
				  "{'case':'J-0417','item':'@F1','code':'vermissing','why':'x'}"),
			     ERR_REFUSED, "%s", none[i]);
}

/* -- rules, agreements, what if ---------------------------------------------------------------- */

static const char rule_of_wijk[] =
	"{'rule':'r1','from_agency':'wijk','category':'plan','to':'agency=ggz','level':'kern',"
	"'ground':'x','until':'2027-06-01'}";

Test(handlers, an_agency_admin_makes_rules_for_his_own_agencys_data_alone)
{
	give("u07", "agency-admin");
	cr_expect_eq(gets("u07", "rule.add", rule_of_wijk), ERR_REFUSED);
}

Test(handlers, what_a_change_would_do_is_told_to_who_may_make_it)
{
	CLEANUP(answer_free) struct answer a = {0};
	CLEANUP(answer_free) struct answer b = {0};

	give("u18", "partnership-admin");
	whatif("u18", "rule.add", rule_of_wijk, &a);
	cr_expect_eq(a.err, ERR_OK);
	whatif("u01", "rule.add", rule_of_wijk, &b);
	cr_expect_eq(b.err, ERR_REFUSED);
}

static int64_t counted(const char *method, const char *json, const char *what)
{
	CLEANUP(answer_free) struct answer a = {0};

	whatif("u01", method, json, &a);
	cr_assert_eq(a.err, ERR_OK, "%s: %d", method, a.err);
	return obj_int(obj_get(a.result, what), -1);
}

Test(handlers, what_leaving_a_bar_and_another_phase_would_do_is_told_and_not_done)
{
	static const char end[] = "{'case':'J-0417','person':'u15@jw','why':'x'}";
	static const char phase[] = "{'case':'J-0417','phase':'afschaling','why':'x'}";
	int64_t lost = counted("member.end", end, "down");

	cr_expect_gt(lost, 0);
	cr_expect_eq(counted("member.end", end, "up"), 0);
	cr_expect_eq(counted("member.block", end, "down"), lost, "a bar takes as much");
	cr_expect_eq(counted("case.phase", phase, "items"), 0, "afschaling hides nothing yet");
	cr_assert_eq(gets("u01", "case.phase", phase), ERR_OK);
	cr_expect_gt(counted("case.phase", "{'case':'J-0417','phase':'nazorg','why':'x'}", "down"),
		     0);
	cr_expect_eq(counted("member.end", end, "down"), lost, "he is there still");
}

static int64_t items_touched(void)
{
	CLEANUP(answer_free) struct answer a = {0};

	whatif("u01", "member.invite",
	       "{'case':'J-0417','person':'u14@schuld','role':'helper','purposes':['d2']}", &a);
	cr_assert_eq(a.err, ERR_OK);
	return obj_int(obj_get(a.result, "items"), -1);
}

Test(handlers, what_a_member_would_gain_or_lose_is_counted_over_what_the_asker_sees)
{
	int64_t before = items_touched();

	cr_assert_eq(gets("u14", "item.narrow",
			  "{'case':'J-0417','item':'@F4','to':'u01@wijk','level':'geen',"
			  "'why':'x'}"),
		     ERR_OK);
	cr_expect_eq(items_touched(), before - 1);
}

Test(handlers, an_agreement_that_waits_is_for_who_may_approve_it)
{
	struct rec_agreement a = agreement();

	give("u18", "partnership-admin");
	a.version = 2;
	a.by = 19;
	world_set(&h.w, 0, TAB_WAITING, a.id, REC_agreement, &a);
	cr_expect_eq(counts("u01", "agreement.waiting", "{}", "agreements"), 0);
	cr_expect_eq(counts("u18", "agreement.waiting", "{}", "agreements"), 1);
	cr_expect_eq(gets("u01", "agreement.approve", "{'agreement':'zvh','version':2}"),
		     ERR_REFUSED);
	cr_expect_eq(gets("u18", "agreement.approve", "{'agreement':'zvh','version':2}"), ERR_OK);
}

Test(handlers, one_reads_the_agreements_that_ones_own_agency_signed)
{
	struct rec_agreement a = agreement();
	struct slice only = SLICE("vz");

	a.id = SLICE("ander");
	a.agencies = (struct slices){&only, 1};
	a.in_force = a.from;
	world_set(&h.w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	/* its name, a nought and its number, as agreement.c keeps the versions */
	world_set(&h.w, 0, TAB_VERSION,
		  (struct slice){(const uint8_t *)"ander\0\0\0\0\0\0\0\0\1", 14}, REC_agreement,
		  &a);
	cr_expect_eq(counts("u01", "agreement.list", "{}", "agreements"), 1);
	cr_expect_eq(counts("u13", "agreement.list", "{}", "agreements"), 2);
	cr_expect_eq(counts("u01", "agreement.versions", "{'agreement':'ander'}", "versions"), 0);
	cr_expect_eq(counts("u13", "agreement.versions", "{'agreement':'ander'}", "versions"), 1);
}

/* -- items and consents ------------------------------------------------------------------------ */

Test(handlers, an_item_is_shown_less_or_more_by_the_agency_it_belongs_to)
{
	cr_expect_eq(gets("u15", "item.narrow",
			  "{'case':'J-0417','item':'@A2','to':'agency=pol','level':'geen',"
			  "'why':'x'}"),
		     ERR_REFUSED);
	cr_expect_eq(gets("u15", "item.widen",
			  "{'case':'J-0417','item':'@A2','to':'agency=pol','level':'kern',"
			  "'ground':'x','why':'x','until':'2027-03-01'}"),
		     ERR_REFUSED);
}

Test(handlers, a_field_is_changed_by_whom_the_kind_names_and_a_step_made_too)
{
	static const char set[] = "{'case':'J-0417','item':'@A4','rev':1,'fields':{'inhoud':'x'}}";
	static const char move[] = "{'case':'J-0417','item':'@A4','verb':'done'}";

	cr_expect_eq(gets("u04", "item.set", set), ERR_REFUSED, "she reads it, and that is all");
	cr_expect_eq(gets("c01", "item.set", set), ERR_REFUSED, "it is not his goal");
	cr_expect_eq(gets("u04", "item.move", move), ERR_REFUSED);
	cr_expect_eq(gets("u01", "item.set",
			  "{'case':'J-0417','item':'@N1','rev':1,'fields':{'inhoud':'x'}}"),
		     ERR_REFUSED, "the lead sees no more of it than its core");
	cr_expect_eq(gets("u01", "item.set", set), ERR_OK);
	cr_expect_eq(gets("u01", "item.move", move), ERR_OK);
}

Test(handlers, keeping_an_item_from_the_person_takes_a_date_to_look_again)
{
	cr_expect_eq(gets("u07", "item.narrow",
			  "{'case':'J-0417','item':'@F1','to':'role=betrokkene','level':'geen',"
			  "'why':'x'}"),
		     ERR_USAGE);
	cr_expect_eq(gets("u07", "item.narrow",
			  "{'case':'J-0417','item':'@F1','to':'c01@client','level':'geen',"
			  "'why':'x'}"),
		     ERR_USAGE);
}

Test(handlers, a_consent_that_another_writes_down_needs_a_witness)
{
	cr_expect_eq(gets("u01", "consent.give",
			  "{'case':'J-0417','category':'gezondheid','agency':'ggz','to':['pol'],"
			  "'purposes':['d1']}"),
		     ERR_USAGE);
	cr_expect_eq(gets("u01", "consent.give",
			  "{'case':'J-0417','category':'gezondheid','agency':'ggz','to':['pol'],"
			  "'purposes':['d1'],'witness':'bij hem thuis'}"),
		     ERR_OK);
}

Test(handlers, consents_are_listed_for_whom_they_concern)
{
	cr_expect_gt(counts("u01", "consent.list", "{'case':'J-0417'}", "consents"), 0);
	cr_expect_eq(counts("u07", "consent.list", "{'case':'J-0417'}", "consents"), 0);
}

/* Who lost sight of what by the end of t2, as the lead hears it. */
static size_t losses(bool hidden)
{
	static const char hide[] = "{'case':'J-0417','item':'@N1','to':'u01@wijk','level':'geen',"
				   "'why':'x'}";
	CLEANUP(answer_free) struct answer a = {0};

	if (hidden)
		cr_assert_eq(gets("u11", "item.narrow", hide), ERR_OK);
	asks("u01", "consent.withdraw", "{'case':'J-0417','consent':'t2','witness':'x'}", &a);
	cr_assert_eq(a.err, ERR_OK);
	return obj_n(obj_get(a.result, "lost"));
}

Test(handlers, the_receipt_of_a_consent_counts_what_the_asker_sees)
{
	cr_expect_gt(losses(false), 0);
}

Test(handlers, the_receipt_of_a_consent_does_not_count_what_is_hidden_from_the_asker)
{
	cr_expect_eq(losses(true), 0);
}

/* -- taking part ------------------------------------------------------------------------------- */

Test(handlers, nobody_of_an_agency_that_did_not_sign_is_invited)
{
	struct rec_agreement a = agreement();
	size_t n = 0;

	take_out("u16");
	for (size_t i = 0; i < a.agencies.n; i++)
		if (!slice_is(a.agencies.v[i], "mbo"))
			a.agencies.v[n++] = a.agencies.v[i];
	a.agencies.n = n;
	world_set(&h.w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_expect_eq(gets("u01", "member.invite",
			  "{'case':'J-0417','person':'u16@mbo','role':'helper',"
			  "'purposes':['d1']}"),
		     ERR_REFUSED);
}

Test(handlers, a_guest_comes_for_a_day)
{
	take_out("u16");
	cr_expect_eq(gets("u01", "member.invite",
			  "{'case':'J-0417','person':'u16@mbo','role':'gast','purposes':['d1'],"
			  "'until':'2026-12-20'}"),
		     ERR_USAGE);
}

Test(handlers, who_treats_is_said_by_his_own_agency)
{
	take_out("u16");
	cr_expect_eq(gets("u01", "member.invite",
			  "{'case':'J-0417','person':'u16@mbo','role':'helper','purposes':['d1'],"
			  "'treating':true}"),
		     ERR_REFUSED);
}

Test(handlers, a_helper_bars_himself_alone)
{
	cr_expect_eq(
		gets("u07", "member.block", "{'case':'J-0417','person':'u14@schuld','why':'x'}"),
		ERR_REFUSED);
	cr_expect_eq(gets("u07", "member.block", "{'case':'J-0417','person':'u07@pol','why':'x'}"),
		     ERR_OK);
}

Test(handlers, a_bar_is_changed_by_who_made_it_alone)
{
	static const char bar[] = "{'case':'J-0417','person':'u14@schuld','why':'x'}";

	cr_assert_eq(gets("u01", "member.block", bar), ERR_OK);
	cr_expect_eq(gets("c01", "member.block", bar), ERR_REFUSED);
	cr_expect_eq(gets("u01", "member.block", bar), ERR_OK);
}

Test(handlers, whether_a_case_is_taken_in_is_decided_by_the_procesregisseur)
{
	struct key k = key_u64(h.w.case_id);
	struct rec_phase phase = {.phase = SLICE("triage"), .from = 1, .by = 1};
	struct rec_case rec;

	world_get(&h.w, TAB_CASE, key_view(&k), REC_case, &rec);
	rec.phase = phase.phase;
	rec.phases.v = &phase;
	rec.phases.n = 1;
	rec.process = 2;
	world_set(&h.w, h.w.case_id, TAB_CASE, key_view(&k), REC_case, &rec);
	cr_expect_eq(gets("u01", "case.phase", "{'case':'J-0417','phase':'actief','why':'x'}"),
		     ERR_REFUSED);
	cr_expect_eq(gets("u02", "case.phase", "{'case':'J-0417','phase':'actief','why':'x'}"),
		     ERR_OK);
}
