/* Rights: who may do what, who is told what, and who gets leave to write. */
#include "keys.h"
#include "world.h"

#include <criterion/criterion.h>

#include <string.h>

#define NOW "2026-10-20T10:00:00Z"

static struct world w;

static void open_world(void)
{
	world_open(&w);
}

static void close_world(void)
{
	world_close(&w);
}

TestSuite(may, .init = open_world, .fini = close_world);

static enum err may_at(const char *who, enum right right, const char *t, struct refusal *r)
{
	struct viewer viewer = world_viewer(&w, who);

	return policy_may(w.policy, &viewer, right, w.case_id, world_time(t), r);
}

static enum err may(const char *who, enum right right)
{
	struct refusal r;

	return may_at(who, right, NOW, &r);
}

static const struct pass *pass(const char *who, enum right right)
{
	struct viewer viewer = world_viewer(&w, who);

	return policy_pass(w.policy, &viewer, right, w.case_id, world_time(NOW), &w.arena);
}

static struct rec_person person(const char *who)
{
	struct key k = key_u64(world_person(who));
	struct rec_person p;

	world_get(&w, TAB_PERSON, key_view(&k), REC_person, &p);
	return p;
}

static void set_person(const struct rec_person *p)
{
	struct key k = key_u64(p->id);

	world_set(&w, 0, TAB_PERSON, key_view(&k), REC_person, p);
}

static void give_function(const char *who, struct slice function)
{
	struct rec_person p = person(who);

	p.functions = (struct slices){&function, 1};
	set_person(&p);
}

static void set_status(const char *who, const char *status)
{
	struct key k = key_2(w.case_id, world_person(who));
	struct rec_member m;

	world_get(&w, TAB_MEMBER, key_view(&k), REC_member, &m);
	m.status = slice_of(status);
	world_set(&w, w.case_id, TAB_MEMBER, key_view(&k), REC_member, &m);
}

static void close_case(void)
{
	struct key k = key_u64(w.case_id);
	struct rec_case c;

	world_get(&w, TAB_CASE, key_view(&k), REC_case, &c);
	c.phase = SLICE("gesloten");
	c.phases.n = 0;
	world_set(&w, w.case_id, TAB_CASE, key_view(&k), REC_case, &c);
}

/* Nothing in it that would tell one absence from another. */
static bool is_empty(const struct refusal *r)
{
	return !r->text && !r->why && !r->can && !r->arg[0];
}

/* -- the person and his device ----------------------------------------------------------------- */

Test(may, a_person_on_his_own_device_is_known)
{
	cr_assert_eq(may("u14", RIGHT_PERSON), ERR_OK);
}

Test(may, nobody_is_known_on_anothers_device_or_on_none)
{
	struct viewer hanna = world_viewer(&w, "u14");
	struct refusal r;

	hanna.device = world_device(&w, world_person("u15"));
	cr_assert_eq(policy_may(w.policy, &hanna, RIGHT_PERSON, 0, world_time(NOW), &r),
		     ERR_IDENTITY);
	cr_assert_not_null(r.can);
	hanna.device = (struct slice){0};
	cr_assert_eq(policy_may(w.policy, &hanna, RIGHT_PERSON, 0, world_time(NOW), &r),
		     ERR_IDENTITY);
	hanna = world_viewer(&w, "u14");
	hanna.person = WORLD_NOBODY;
	cr_assert_eq(policy_may(w.policy, &hanna, RIGHT_PERSON, 0, world_time(NOW), &r),
		     ERR_IDENTITY);
}

Test(may, a_stopped_person_is_not_known_from_that_moment)
{
	struct rec_person p = person("u14");

	p.stopped = world_time(NOW);
	set_person(&p);
	cr_assert_eq(may("u14", RIGHT_PERSON), ERR_IDENTITY);
	cr_assert_eq(may("u14", RIGHT_MEMBER), ERR_IDENTITY);
}

Test(may, a_device_that_is_stopped_or_past_its_term_is_not_known)
{
	struct slice spki = world_device(&w, world_person("u14"));
	struct rec_device d;

	world_get(&w, TAB_DEVICE, spki, REC_device, &d);
	d.stopped = world_time(NOW);
	world_set(&w, 0, TAB_DEVICE, spki, REC_device, &d);
	cr_assert_eq(may("u14", RIGHT_PERSON), ERR_IDENTITY);
	d.stopped = 0;
	d.until = world_time(NOW);
	world_set(&w, 0, TAB_DEVICE, spki, REC_device, &d);
	cr_assert_eq(may("u14", RIGHT_PERSON), ERR_IDENTITY);
	d.until++;
	world_set(&w, 0, TAB_DEVICE, spki, REC_device, &d);
	cr_assert_eq(may("u14", RIGHT_PERSON), ERR_OK);
}

Test(may, joining_is_for_who_is_not_known_yet)
{
	struct viewer nobody = {0};
	struct refusal r;

	cr_assert_eq(policy_may(w.policy, &nobody, RIGHT_JOIN, 0, world_time(NOW), &r), ERR_OK);
	cr_assert_eq(may("u14", RIGHT_JOIN), ERR_REFUSED);
	for (enum right right = RIGHT_PERSON; right <= RIGHT_OPERATOR; right++)
		cr_expect_neq(policy_may(w.policy, &nobody, right, w.case_id, world_time(NOW), &r),
			      ERR_OK);
}

/* -- the case ---------------------------------------------------------------------------------- */

Test(may, who_takes_part_may_and_who_does_not_is_told_nothing)
{
	struct viewer hanna = world_viewer(&w, "u14");
	struct refusal other, absent;
	enum err a, b;

	cr_assert_eq(may("u14", RIGHT_MEMBER), ERR_OK);
	cr_assert_eq(may("u14", RIGHT_INVITED), ERR_OK);
	set_status("u14", "ended");
	a = may_at("u14", RIGHT_MEMBER, NOW, &other);
	b = policy_may(w.policy, &hanna, RIGHT_MEMBER, 7, world_time(NOW), &absent);
	cr_assert_eq(a, ERR_NOTFOUND);
	cr_assert_eq(b, ERR_NOTFOUND);
	cr_assert(is_empty(&other) && is_empty(&absent));
}

Test(may, who_never_took_part_cannot_tell_the_case_from_one_that_is_not_there)
{
	static const enum right rights[] = {RIGHT_INVITED, RIGHT_MEMBER, RIGHT_LEAD};
	struct change c = world_change(&w, w.case_id);
	struct key k = key_2(w.case_id, world_person("u14"));
	struct refusal r;

	world_drop(&w, &c, TAB_MEMBER, key_view(&k));
	world_apply(&w, &c);
	for (size_t i = 0; i < 3; i++) {
		cr_expect_eq(may_at("u14", rights[i], NOW, &r), ERR_NOTFOUND);
		cr_expect(is_empty(&r));
		cr_expect_null(pass("u14", rights[i]));
	}
}

Test(may, who_is_invited_may_answer_and_nothing_else)
{
	set_status("u14", "invited");
	cr_assert_eq(may("u14", RIGHT_INVITED), ERR_OK);
	cr_assert_eq(may("u14", RIGHT_MEMBER), ERR_NOTFOUND);
	cr_assert_eq(may("u14", RIGHT_LEAD), ERR_NOTFOUND);
	set_status("u14", "declined");
	cr_assert_eq(may("u14", RIGHT_INVITED), ERR_NOTFOUND);
}

Test(may, who_is_barred_is_told_what_a_stranger_is_told)
{
	struct refusal r;

	cr_assert_eq(may_at("u08", RIGHT_MEMBER, "2026-11-09", &r), ERR_OK);
	cr_assert_eq(may_at("u08", RIGHT_MEMBER, "2026-11-11", &r), ERR_NOTFOUND);
	cr_assert(is_empty(&r));
	cr_assert_eq(may_at("u08", RIGHT_INVITED, "2026-11-11", &r), ERR_NOTFOUND);
}

Test(may, a_term_that_is_over_is_over)
{
	struct refusal r;

	cr_assert_eq(may_at("u16", RIGHT_MEMBER, "2026-10-04", &r), ERR_NOTFOUND);
	cr_assert_eq(may_at("u16", RIGHT_MEMBER, "2026-10-06", &r), ERR_OK);
	cr_assert_eq(may_at("u16", RIGHT_MEMBER, "2027-02-01", &r), ERR_NOTFOUND);
}

Test(may, only_who_leads_may_lead_and_a_member_is_told_so)
{
	struct refusal r;

	cr_assert_eq(may("u01", RIGHT_LEAD), ERR_OK);
	cr_assert_eq(may("u02", RIGHT_LEAD), ERR_OK);
	cr_assert_eq(may_at("u14", RIGHT_LEAD, NOW, &r), ERR_REFUSED);
	cr_assert(r.text && r.why && r.can);
}

Test(may, the_persons_rights_are_his_and_his_supporters_as_long_as_the_mandate_runs)
{
	struct key k = key_2(w.case_id, world_person("u20"));
	struct rec_mandate m;

	cr_assert_eq(may("c01", RIGHT_PERSONS), ERR_OK);
	cr_assert_eq(may("u01", RIGHT_PERSONS), ERR_REFUSED);
	cr_assert_eq(may("u20", RIGHT_PERSONS), ERR_OK);
	world_get(&w, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	m.until = world_time(NOW);
	world_set(&w, w.case_id, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	cr_assert_eq(may("u20", RIGHT_PERSONS), ERR_REFUSED);
}

Test(may, a_right_in_a_case_needs_a_case)
{
	struct viewer noor = world_viewer(&w, "u01");
	struct refusal r;

	cr_assert_eq(policy_may(w.policy, &noor, RIGHT_MEMBER, 0, world_time(NOW), &r),
		     ERR_NOTFOUND);
}

Test(may, in_a_closed_case_a_member_is_still_a_member_but_gets_no_leave_to_write)
{
	struct refusal r;

	close_case();
	cr_assert_eq(may_at("u01", RIGHT_MEMBER, NOW, &r), ERR_OK);
	cr_assert_str_eq(r.text, "The case is closed.");
	cr_assert_null(pass("u01", RIGHT_MEMBER));
	cr_assert_null(pass("u01", RIGHT_LEAD));
}

Test(may, in_a_closed_case_the_person_still_asks_until_it_is_erased)
{
	struct key k = key_u64(w.case_id);
	struct rec_case c;

	close_case();
	cr_assert_not_null(pass("c01", RIGHT_PERSONS));
	cr_assert_null(pass("c01", RIGHT_MEMBER));
	world_get(&w, TAB_CASE, key_view(&k), REC_case, &c);
	c.phase = SLICE("vernietigd");
	world_set(&w, w.case_id, TAB_CASE, key_view(&k), REC_case, &c);
	cr_assert_null(pass("c01", RIGHT_PERSONS));
}

Test(may, a_closed_case_opens_to_a_privacy_officer_for_requests_and_for_nothing_else)
{
	static const enum right others[] = {RIGHT_INVITED, RIGHT_MEMBER, RIGHT_LEAD, RIGHT_PERSONS};
	struct slice function = SLICE("privacy-officer");
	uint64_t id = world_person("u16");
	struct key of = key_2(w.case_id, id), person = key_u64(id), k = key_u64(w.case_id);
	struct change c = world_change(&w, w.case_id);
	struct rec_person p;
	struct rec_case rec;

	world_drop(&w, &c, TAB_MEMBER, key_view(&of));
	world_apply(&w, &c);
	world_get(&w, TAB_PERSON, key_view(&person), REC_person, &p);
	p.functions = (struct slices){&function, 1};
	world_set(&w, 0, TAB_PERSON, key_view(&person), REC_person, &p);
	cr_assert_eq(may("u16", RIGHT_REQUESTS), ERR_NOTFOUND, "it is open");
	cr_assert_eq(may("u01", RIGHT_REQUESTS), ERR_OK);
	close_case();
	cr_assert_not_null(pass("u16", RIGHT_REQUESTS));
	cr_assert_null(pass("u01", RIGHT_REQUESTS), "who worked in it writes nothing");
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		cr_assert_eq(may("u16", others[i]), ERR_NOTFOUND);
	world_get(&w, TAB_CASE, key_view(&k), REC_case, &rec);
	rec.phase = SLICE("vernietigd");
	world_set(&w, w.case_id, TAB_CASE, key_view(&k), REC_case, &rec);
	cr_assert_null(pass("u16", RIGHT_REQUESTS));
}

Test(may, the_requests_of_a_closed_case_are_not_there_for_who_is_outside_it)
{
	struct viewer hanna = world_viewer(&w, "u14");
	struct refusal other, absent;

	set_status("u14", "ended");
	close_case();
	cr_assert_eq(may_at("u14", RIGHT_REQUESTS, NOW, &other), ERR_NOTFOUND);
	cr_assert_eq(policy_may(w.policy, &hanna, RIGHT_REQUESTS, 7, world_time(NOW), &absent),
		     ERR_NOTFOUND);
	cr_assert(is_empty(&other) && is_empty(&absent));
}

/* -- functions --------------------------------------------------------------------------------- */

Test(may, each_function_opens_its_own_door_and_no_other)
{
	static const struct {
		const char *function;
		bool agency, partnership, operator;
	} doors[] = {{"agency-admin", true, false, false},
		     {"partnership-admin", true, true, true},
		     {"operator", false, false, true},
		     {"privacy-officer", false, false, false},
		     {"procesregisseur", false, false, false}};

	for (size_t i = 0; i < sizeof(doors) / sizeof(*doors); i++) {
		give_function("u17", slice_of(doors[i].function));
		cr_expect_eq(may("u17", RIGHT_AGENCY) == ERR_OK, doors[i].agency, "%s",
			     doors[i].function);
		cr_expect_eq(may("u17", RIGHT_PARTNERSHIP) == ERR_OK, doors[i].partnership, "%s",
			     doors[i].function);
		cr_expect_eq(may("u17", RIGHT_OPERATOR) == ERR_OK, doors[i].operator, "%s",
			     doors[i].function);
		cr_expect_eq(may("u17", RIGHT_LEAD), ERR_REFUSED, "%s leads no case by it",
			     doors[i].function);
		cr_expect_eq(may("u17", RIGHT_LOG), ERR_OK);
	}
}

Test(may, without_a_function_nothing_of_the_house_is_open)
{
	cr_assert_eq(may("u01", RIGHT_AGENCY), ERR_REFUSED);
	cr_assert_eq(may("u01", RIGHT_PARTNERSHIP), ERR_REFUSED);
	cr_assert_eq(may("u01", RIGHT_OPERATOR), ERR_REFUSED);
}

Test(may, an_admin_of_a_stopped_agency_is_none)
{
	struct rec_agency a;

	give_function("u17", SLICE("agency-admin"));
	world_get(&w, TAB_AGENCY, SLICE("corp"), REC_agency, &a);
	a.stopped = true;
	world_set(&w, 0, TAB_AGENCY, a.id, REC_agency, &a);
	cr_assert_eq(may("u17", RIGHT_AGENCY), ERR_REFUSED);
}

Test(may, a_right_nobody_knows_is_nobodys)
{
	cr_assert_eq(may("u01", (enum right)0), ERR_REFUSED);
	cr_assert_eq(may("u01", (enum right)77), ERR_REFUSED);
	cr_assert_null(pass("u01", (enum right)77));
}

/* -- leave to write ---------------------------------------------------------------------------- */

Test(may, a_pass_is_given_exactly_when_the_right_is_there)
{
	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
		for (enum right right = RIGHT_JOIN; right <= RIGHT_OPERATOR; right++)
			cr_expect_eq(pass(world_name(p), right) != NULL,
				     may(world_name(p), right) == ERR_OK, "%s, right %d",
				     world_name(p), (int)right);
}

/* -- who he is for an item --------------------------------------------------------------------- */

static unsigned who(const char *person, const char *item)
{
	struct viewer viewer = world_viewer(&w, person);
	struct rec_item it = world_item(&w, item);

	return policy_who(world_case(&w), &viewer, &it, world_time(NOW));
}

Test(may, everybody_is_to_an_item_who_he_is)
{
	cr_assert_eq(who("u15", "A1"), WHO_OWNER | WHO_EXECUTOR);
	cr_assert_eq(who("u05", "A2"), WHO_OWNER, "a colleague in the case");
	cr_assert_eq(who("u04", "A2"), WHO_OWNER | WHO_EXECUTOR);
	cr_assert_eq(who("u01", "A2"), WHO_LEAD);
	cr_assert_eq(who("u02", "A2"), WHO_PROCESS);
	cr_assert_eq(who("c01", "A2"), WHO_PERSON);
	cr_assert_eq(who("u20", "A2"), WHO_PERSON, "within the mandate");
	cr_assert_eq(who("u14", "A2"), 0);
	cr_assert_eq(who("c01", "Z1"), WHO_OWNER | WHO_PERSON);
	cr_assert_eq(who("u01", "Z1"), WHO_LEAD, "she wrote it down, and it is his");
}

Test(may, to_an_item_he_does_not_see_he_is_nobody)
{
	cr_assert_eq(who("c01", "F2"), 0);
	cr_assert_eq(who("u01", "F2"), 0);
	cr_assert_eq(who("u20", "N1"), 0);
	close_case();
	cr_assert_eq(who("u15", "A1"), 0);
}

Test(may, a_colleague_who_may_only_know_of_a_health_record_does_not_own_it)
{
	struct key k = key_2(w.case_id, world_person("u12"));
	struct rec_member m;

	cr_assert_eq(who("u12", "N1"), WHO_OWNER);
	world_get(&w, TAB_MEMBER, key_view(&k), REC_member, &m);
	m.treating = false;
	world_set(&w, w.case_id, TAB_MEMBER, key_view(&k), REC_member, &m);
	cr_assert_eq(who("u12", "N1"), 0);
}

Test(may, a_message_is_its_authors)
{
	struct rec_item m = world_item(&w, "T1m");
	struct viewer joost = world_viewer(&w, "u04"), noor = world_viewer(&w, "u01");

	cr_assert_eq(policy_who(world_case(&w), &noor, &m, world_time(NOW)), WHO_OWNER | WHO_LEAD);
	m.author = world_person("u04");
	cr_assert_eq(policy_who(world_case(&w), &noor, &m, world_time(NOW)), WHO_LEAD);
	cr_assert_eq(policy_who(world_case(&w), &joost, &m, world_time(NOW)), WHO_OWNER);
}

Test(may, another_persons_words_are_not_owned_by_the_person_of_the_case)
{
	struct viewer jeffrey = world_viewer(&w, "c01");
	struct rec_item item = world_item(&w, "G1");

	item.owner = SLICE("#14");
	cr_assert_eq(policy_who(world_case(&w), &jeffrey, &item, world_time(NOW)), WHO_PERSON);
}

Test(may, a_supporter_is_the_persons_side_only_within_the_mandate)
{
	struct viewer sanne = world_viewer(&w, "u20");
	struct rec_item item = world_item(&w, "G1");

	item.owner = SLICE("co");
	cr_assert_eq(policy_who(world_case(&w), &sanne, &item, world_time(NOW)),
		     WHO_OWNER | WHO_PERSON);
	item.category = SLICE("politie");
	cr_assert_eq(policy_who(world_case(&w), &sanne, &item, world_time(NOW)), WHO_OWNER);
}

Test(may, to_a_message_who_is_barred_or_too_late_is_nobody)
{
	struct rec_item m = world_item(&w, "T1m");
	struct viewer eva = world_viewer(&w, "u08"), noor = world_viewer(&w, "u01");

	m.author = world_person("u08");
	cr_assert_eq(policy_who(world_case(&w), &eva, &m, world_time("2026-11-09")), WHO_OWNER);
	cr_assert_eq(policy_who(world_case(&w), &eva, &m, world_time("2026-11-11")), 0);
	close_case();
	cr_assert_eq(policy_who(world_case(&w), &noor, &m, world_time(NOW)), 0);
}
