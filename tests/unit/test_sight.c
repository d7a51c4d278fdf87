/* The access model step by step. */
#include "keys.h"
#include "world.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW "2026-10-20T10:00:00Z"
#define NIGHT "2026-11-14T23:50:00Z"

static struct world w;

static void open_world(void)
{
	world_open(&w);
}

static void close_world(void)
{
	world_close(&w);
}

TestSuite(sight, .init = open_world, .fini = close_world);

/* -- asking and changing ----------------------------------------------------------------------- */

static struct sight sight_at(const char *who, const struct rec_item *item, const char *t)
{
	struct viewer viewer = world_viewer(&w, who);
	struct sight s;

	policy_sight(world_case(&w), &viewer, item, NULL, world_time(t), &s);
	return s;
}

static int level_at(const char *who, const struct rec_item *item)
{
	return (int)sight_at(who, item, NOW).level;
}

static int level(const char *who, const char *item)
{
	return (int)world_level(&w, who, item, NOW);
}

static bool says(const struct sight *s, const char *word)
{
	return strstr(s->why, word) != NULL;
}

static struct key member_key(const char *who)
{
	return key_2(w.case_id, world_person(who));
}

static struct rec_member member(const char *who)
{
	struct key k = member_key(who);
	struct rec_member m;

	world_get(&w, TAB_MEMBER, key_view(&k), REC_member, &m);
	return m;
}

static void set_member(const struct rec_member *m)
{
	struct key k = key_2(w.case_id, m->person);

	world_set(&w, w.case_id, TAB_MEMBER, key_view(&k), REC_member, m);
}

static struct rec_rule rule(const char *id)
{
	struct rec_rule r;

	world_get(&w, TAB_RULE, slice_of(id), REC_rule, &r);
	return r;
}

static void set_rule(const struct rec_rule *r)
{
	world_set(&w, 0, TAB_RULE, r->id, REC_rule, r);
}

static struct rec_consent consent(const char *id)
{
	struct key k = key_bytes(w.case_id, slice_of(id));
	struct rec_consent c;

	world_get(&w, TAB_CONSENT, key_view(&k), REC_consent, &c);
	return c;
}

static void set_consent(const struct rec_consent *c)
{
	struct key k = key_bytes(w.case_id, c->id);

	world_set(&w, w.case_id, TAB_CONSENT, key_view(&k), REC_consent, c);
}

static struct rec_agreement agreement(void)
{
	struct rec_agreement a;

	world_get(&w, TAB_AGREEMENT, SLICE("zvh"), REC_agreement, &a);
	return a;
}

static void set_phase(const char *phase)
{
	struct key k = key_u64(w.case_id);
	struct rec_phase only = {slice_of(phase), world_time("2026-09-08"), 2};
	struct rec_case c;

	world_get(&w, TAB_CASE, key_view(&k), REC_case, &c);
	c.phase = only.phase;
	c.phases.v = &only;
	c.phases.n = 1;
	world_set(&w, w.case_id, TAB_CASE, key_view(&k), REC_case, &c);
}

static void set_agency_stopped(const char *id)
{
	struct rec_agency a;

	world_get(&w, TAB_AGENCY, slice_of(id), REC_agency, &a);
	a.stopped = true;
	world_set(&w, 0, TAB_AGENCY, a.id, REC_agency, &a);
}

/* -- G1: taking part --------------------------------------------------------------------------- */

Test(sight, who_takes_no_part_sees_nothing)
{
	struct viewer stranger = {.person = WORLD_NOBODY};
	struct rec_item item = world_item(&w, "G1");
	struct sight s;

	policy_sight(world_case(&w), &stranger, &item, NULL, world_time(NOW), &s);
	cr_assert_eq(s.level, LEVEL_GEEN);
	cr_assert_str_eq(s.why, "G1");
}

Test(sight, an_invitation_is_not_yet_taking_part)
{
	struct rec_member m = member("u14");

	m.status = SLICE("invited");
	set_member(&m);
	cr_assert_eq(level("u14", "F4"), 0);
	m.status = SLICE("ended");
	set_member(&m);
	cr_assert_eq(level("u14", "F4"), 0);
}

Test(sight, taking_part_begins_at_its_first_moment_and_ends_before_its_last)
{
	struct rec_member m = member("u14");

	m.from = m.until = world_time(NOW);
	set_member(&m);
	cr_assert_eq(level("u14", "F4"), 0);
	m.until++;
	set_member(&m);
	cr_assert_eq(level("u14", "F4"), 4);
}

Test(sight, a_stopped_person_sees_nothing_from_that_moment)
{
	struct key k = key_u64(world_person("u14"));
	struct rec_person p;

	world_get(&w, TAB_PERSON, key_view(&k), REC_person, &p);
	p.stopped = world_time(NOW);
	world_set(&w, 0, TAB_PERSON, key_view(&k), REC_person, &p);
	cr_assert_eq(level("u14", "F4"), 0);
	cr_assert_eq(world_level(&w, "u14", "F4", "2026-10-20T09:59:59Z"), 4);
}

Test(sight, people_of_a_stopped_agency_see_nothing)
{
	set_agency_stopped("schuld");
	cr_assert_eq(level("u14", "F4"), 0);
	cr_assert_eq(level("u04", "F4"), 3, "what it shared stays shared");
}

Test(sight, an_agency_that_did_not_sign_sees_nothing_but_the_persons_own_side_need_not_sign)
{
	struct rec_agreement a = agreement();

	a.agencies.n = 0;
	world_set(&w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_assert_eq(level("u14", "F4"), 0);
	cr_assert_eq(level("c01", "F4"), 4);
	cr_assert_eq(level("u20", "F4"), 4);
}

Test(sight, without_an_agreement_nobody_sees_anything)
{
	struct change c = world_change(&w, 0);

	world_drop(&w, &c, TAB_AGREEMENT, SLICE("zvh"));
	world_apply(&w, &c);
	cr_assert_eq(level("u01", "G1"), 0);
	cr_assert_eq(level("c01", "G1"), 0);
}

Test(sight, an_agreement_counts_from_its_first_moment)
{
	struct rec_agreement a = agreement();

	a.from = world_time(NOW);
	world_set(&w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_assert_eq(level("u01", "G1"), 4);
	cr_assert_eq(world_level(&w, "u01", "G1", "2026-10-20T09:59:59Z"), 0);
}

Test(sight, a_member_without_a_person_or_an_agency_on_record_sees_nothing_and_harms_nobody)
{
	struct key k = key_u64(world_person("u14"));
	struct change c = world_change(&w, 0);

	world_drop(&w, &c, TAB_PERSON, key_view(&k));
	world_drop(&w, &c, TAB_AGENCY, SLICE("corp"));
	world_apply(&w, &c);
	cr_assert_eq(level("u14", "F4"), 0);
	cr_assert_eq(level("u17", "F5"), 0);
	cr_assert_eq(level("u01", "G1"), 4);
}

/* -- G4: blocks -------------------------------------------------------------------------------- */

Test(sight, a_personal_block_beats_own_agency_and_emergency)
{
	struct rec_block b = {.person = world_person("u07"), .from = world_time("2026-10-01")};
	struct key k = key_2(w.case_id, b.person);

	cr_assert_eq(level("u07", "F1"), 4);
	cr_assert_eq(world_level(&w, "u07", "N1", NIGHT), 2);
	world_set(&w, w.case_id, TAB_BLOCK, key_view(&k), REC_block, &b);
	cr_assert_eq(level("u07", "F1"), 0);
	cr_assert_eq(world_level(&w, "u07", "N1", NIGHT), 0);
}

Test(sight, a_block_with_an_end_ends)
{
	struct rec_block b = {.person = world_person("u07"),
			      .from = world_time("2026-10-01"),
			      .until = world_time(NOW)};
	struct key k = key_2(w.case_id, b.person);

	world_set(&w, w.case_id, TAB_BLOCK, key_view(&k), REC_block, &b);
	cr_assert_eq(level("u07", "F1"), 4);
}

/* -- messages ---------------------------------------------------------------------------------- */

Test(sight, a_message_is_read_in_full_by_who_sees_the_core_of_what_it_is_about)
{
	cr_assert_eq(level("u14", "A2"), 3);
	cr_assert_eq(level("u14", "T1m"), 4);
	cr_assert_eq(level("u06", "A2"), 2);
	cr_assert_eq(level("u06", "T1m"), 0);
}

Test(sight, a_message_about_a_message_follows_what_the_first_is_about)
{
	struct viewer hanna = world_viewer(&w, "u14"), peter = world_viewer(&w, "u06");
	struct rec_item reply = {.num = 91, .about = world_item(&w, "T1m").num};
	struct sight s;

	policy_sight_of(w.policy, world_case(&w), &hanna, &reply, world_time(NOW), &s);
	cr_assert_eq(s.level, LEVEL_INHOUD);
	policy_sight_of(w.policy, world_case(&w), &peter, &reply, world_time(NOW), &s);
	cr_assert_eq(s.level, LEVEL_GEEN);
}

Test(sight, a_message_about_something_that_is_gone_is_read_by_nobody)
{
	struct viewer noor = world_viewer(&w, "u01");
	struct rec_item lost = {.num = 91, .owner = SLICE("wijk"), .about = 77};
	struct sight s;

	policy_sight_of(w.policy, world_case(&w), &noor, &lost, world_time(NOW), &s);
	cr_assert_eq(s.level, LEVEL_GEEN);
}

/* -- G3: purpose ------------------------------------------------------------------------------- */

Test(sight, without_a_purpose_in_common_nothing_is_seen_not_even_of_the_own_agency)
{
	struct rec_item item = world_item(&w, "F1");
	struct slice d1 = SLICE("d1");

	item.purposes = (struct slices){&d1, 1};
	cr_assert_eq(level_at("u07", &item), 0);
	item.purposes.n = 0;
	cr_assert_eq(level_at("u01", &item), 0);
}

Test(sight, a_session_under_one_purpose_sees_less)
{
	struct slice d1 = SLICE("d1");
	struct viewer rik = world_viewer(&w, "u10");
	struct rec_item f1 = world_item(&w, "F1");
	struct sight s;

	cr_assert_eq(level("u10", "F1"), 3);
	rik.purposes = (struct slices){&d1, 1};
	policy_sight(world_case(&w), &rik, &f1, NULL, world_time(NOW), &s);
	cr_assert_eq(s.level, LEVEL_GEEN);
	cr_assert_str_eq(s.why, "G3");
}

/* -- own agency, own words, supporter ---------------------------------------------------------- */

Test(sight, the_own_agency_sees_all_whatever_ceiling_and_narrowing_say)
{
	struct rec_item item = world_item(&w, "F1");
	struct rec_cut cut = {.to = SLICE("*"), .level = 0};

	item.cuts.v = &cut;
	item.cuts.n = 1;
	cr_assert_eq(level_at("u07", &item), 4);
	cr_assert_eq(level_at("u10", &item), 0);
}

Test(sight, health_is_for_the_treating_team_and_a_colleague_knows_that_it_exists)
{
	struct rec_member m = member("u12");
	struct sight s;

	cr_assert_eq(level("u12", "N1"), 4);
	m.treating = false;
	set_member(&m);
	s = world_sight(&w, "u12", "N1", NOW);
	cr_assert_eq(s.level, LEVEL_BESTAAN);
	cr_assert_str_eq(s.why, "collega ggz");
	cr_assert_eq(level("u12", "A3"), 4, "a care step in the plan is not the record");
}

Test(sight, his_own_words_are_his)
{
	struct rec_item item = world_item(&w, "Z1");
	struct rec_cut cut = {.to = SLICE("role=betrokkene"), .level = 0};

	item.category = SLICE("gezondheid");
	item.cuts.v = &cut;
	item.cuts.n = 1;
	cr_assert_eq(level_at("c01", &item), 4);
}

Test(sight, a_supporter_sees_what_the_person_sees_within_the_mandate)
{
	struct sight s = world_sight(&w, "u20", "N1", NOW);

	cr_assert_eq(s.level, LEVEL_GEEN);
	cr_assert(says(&s, "buiten mandaat gezondheid"), "%s", s.why);
	cr_assert_eq(level("u20", "G1"), 4);
	cr_assert_eq(world_level(&w, "u20", "G1", "2026-09-28"), 0,
		     "the mandate begins in October");
}

Test(sight, a_mandate_that_ended_shows_nothing)
{
	struct key k = member_key("u20");
	struct rec_mandate m;

	world_get(&w, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	m.until = world_time(NOW);
	world_set(&w, w.case_id, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	cr_assert_eq(level("u20", "G1"), 0);
}

Test(sight, a_supporter_speaks_for_the_person_and_for_nobody_else)
{
	struct key k = member_key("u20");
	struct rec_mandate m;

	world_get(&w, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	m.of = world_person("u01");
	world_set(&w, w.case_id, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	cr_assert_eq(level("u20", "G1"), 0);
	m.of = m.person;
	world_set(&w, w.case_id, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	cr_assert_eq(level("u20", "G1"), 0);
}

Test(sight, a_supporter_named_for_another_than_the_mandate_says_sees_nothing)
{
	struct rec_member m = member("u20");

	m.on_behalf = world_person("u01");
	set_member(&m);
	cr_assert_eq(level("u20", "G1"), 0);
	m.on_behalf = 0;
	set_member(&m);
	cr_assert_eq(level("u20", "G1"), 4, "the mandate itself says for whom");
}

Test(sight, a_supporters_own_ceiling_holds_also_where_the_mandate_goes_further)
{
	struct key k = member_key("u20");
	struct slice health = SLICE("gezondheid");
	struct rec_mandate m;

	world_get(&w, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	m.categories = (struct slices){&health, 1};
	world_set(&w, w.case_id, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	cr_assert_eq(level("c01", "N1"), 4);
	cr_assert_eq(level("u20", "N1"), 0);
}

/* -- permits ----------------------------------------------------------------------------------- */

Test(sight, what_no_rule_shows_is_not_seen)
{
	struct sight s = world_sight(&w, "u17", "F1", NOW);

	cr_assert_eq(s.level, LEVEL_GEEN);
	s = world_sight(&w, "u18", "Z1", NOW);
	cr_assert_str_eq(s.why, "geen regel");
}

Test(sight, a_rule_holds_from_its_beginning_until_its_end)
{
	struct rec_rule r = rule("S3");

	cr_assert_eq(level("u10", "F4"), 2);
	r.from = world_time(NOW) + 1;
	set_rule(&r);
	cr_assert_eq(level("u10", "F4"), 0);
	r.from = 0;
	r.until = world_time(NOW);
	set_rule(&r);
	cr_assert_eq(level("u10", "F4"), 0);
	r.until = 0;
	r.ended = world_time(NOW);
	set_rule(&r);
	cr_assert_eq(level("u10", "F4"), 0);
	r.ended++;
	set_rule(&r);
	cr_assert_eq(level("u10", "F4"), 2);
}

Test(sight, a_rule_for_one_purpose_needs_that_purpose_of_all_three)
{
	struct slice d2 = SLICE("d2");
	struct rec_rule r = rule("S3");

	r.purposes = (struct slices){&d2, 1};
	set_rule(&r);
	cr_assert_eq(level("u10", "F4"), 0, "he works under d2, the item is only for d1");
}

Test(sight, a_rule_of_one_agency_shows_nothing_of_another)
{
	struct rec_item item = world_item(&w, "F4");

	cr_assert_eq(level_at("u10", &item), 2);
	item.owner = SLICE("wi");
	cr_assert_eq(level_at("u10", &item), 0);
}

Test(sight, a_rule_for_an_unreadable_recipient_is_for_nobody)
{
	static const char *const nonsense[] = {"",
					       "alle",
					       "agency=",
					       "#",
					       "#x4",
					       "# 18",
					       "#18x",
					       "#1/",
					       "#1:",
					       "role:helper",
					       "#18446744073709551634" /* 2^64 + 18 */};
	struct rec_rule r = rule("H1");

	for (size_t i = 0; i < sizeof(nonsense) / sizeof(*nonsense); i++) {
		r.to = slice_of(nonsense[i]);
		set_rule(&r);
		cr_expect_eq(level("u18", "G1"), 0, "\"%s\"", nonsense[i]);
	}
	r.to = SLICE("#18");
	set_rule(&r);
	cr_assert_eq(level("u18", "G1"), 2);
	cr_assert_eq(level("u17", "G1"), 0);
	r.to = SLICE("#10");
	set_rule(&r);
	cr_assert_eq(level("u18", "G1"), 0);
	r.to = SLICE("#09");
	set_rule(&r);
	cr_assert_eq(level("u09", "G1"), 2);
}

Test(sight, a_broad_rule_without_a_shared_area_of_life_is_cut_to_the_need_to_know)
{
	struct sight s = world_sight(&w, "u05", "F4", NOW);

	cr_assert_eq(s.level, LEVEL_BESTAAN);
	cr_assert_str_eq(s.why, "regel S1; leefgebied");
	s = world_sight(&w, "u04", "F4", NOW);
	cr_assert_eq(s.level, LEVEL_KERN);
	cr_assert_str_eq(s.why, "regel S1");
	cr_assert_str_eq(world_sight(&w, "u18", "G1", NOW).why, "regel H1", "it was not cut");
}

Test(sight, a_category_without_a_cap_is_not_shown_broadly_at_all)
{
	struct rec_agreement a = agreement();

	a.caps.n = 0;
	world_set(&w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_assert_eq(level("u05", "F4"), 0);
	cr_assert_eq(level("u04", "F4"), 3);
}

Test(sight, a_named_recipient_is_not_cut_for_want_of_a_shared_area)
{
	cr_assert_eq(level("u19", "F4"), 2);
	cr_assert_eq(level("u18", "F5"), 2);
}

Test(sight, who_carries_it_out_sees_all_of_it_above_the_ceiling)
{
	struct rec_item item = world_item(&w, "A3");

	cr_assert_eq(level_at("u19", &item), 1);
	item.executor = world_person("u19");
	cr_assert_eq(level_at("u19", &item), 4);
	cr_assert_eq(level_at("u17", &item), 1, "others not");
}

Test(sight, a_widening_is_for_whom_and_while_it_says)
{
	struct rec_item item = world_item(&w, "F1");
	struct rec_widen widen = {.to = SLICE("#11"),
				  .level = 2,
				  .ground = SLICE("on the table"),
				  .from = world_time(NOW),
				  .until = world_time(NOW) + 1};
	struct slice both[] = {SLICE("d1"), SLICE("d2")};
	struct sight s;

	item.purposes = (struct slices){both, 2};
	cr_assert_eq(level_at("u11", &item), 0);
	item.widens.v = &widen;
	item.widens.n = 1;
	s = sight_at("u11", &item, NOW);
	cr_assert_eq(s.level, LEVEL_SIGNAAL);
	cr_assert_str_eq(s.why, "verhoog #11");
	cr_assert_eq(level_at("u12", &item), 0);
	widen.until = world_time(NOW);
	cr_assert_eq(level_at("u11", &item), 0);
}

/* -- consent ----------------------------------------------------------------------------------- */

Test(sight, a_rule_that_asks_consent_shows_nothing_without)
{
	struct rec_consent c = consent("t2");
	struct sight s = world_sight(&w, "u13", "N1", NOW);

	cr_assert_eq(s.level, LEVEL_KERN);
	cr_assert_str_eq(s.why, "regel G2r; toestemming t2");
	c.withdrawn = world_time(NOW);
	set_consent(&c);
	cr_assert_eq(level("u13", "N1"), 0);
	cr_assert_eq(level("u15", "N1"), 0, "nor does a widening that rests on it");
}

Test(sight, a_consent_covers_its_data_recipients_items_and_purposes_and_no_more)
{
	struct slice d2 = SLICE("d2"), vz = SLICE("vz");
	struct rec_consent c = consent("t2"), changed = c;
	uint64_t other = 99;

	changed.agency = SLICE("vz");
	set_consent(&changed);
	cr_expect_eq(level("u13", "N1"), 0, "another agency's data");
	changed = c;
	changed.category = SLICE("planzorg");
	set_consent(&changed);
	cr_expect_eq(level("u13", "N1"), 0, "another category");
	changed = c;
	changed.to.n = 1;
	set_consent(&changed);
	cr_expect_eq(level("u13", "N1"), 0, "another recipient");
	changed = c;
	changed.items = (struct u64s){&other, 1};
	set_consent(&changed);
	cr_expect_eq(level("u13", "N1"), 0, "another item");
	changed = c;
	changed.purposes = (struct slices){&d2, 1};
	set_consent(&changed);
	cr_expect_eq(level("u13", "N1"), 0, "another purpose");
	changed = c;
	changed.person = world_person("u01");
	set_consent(&changed);
	cr_expect_eq(level("u13", "N1"), 0, "not the person's");
	changed = c;
	changed.to = (struct slices){&vz, 1};
	set_consent(&changed);
	cr_expect_eq(level("u13", "N1"), 3);
}

Test(sight, nobody_consents_for_anothers_own_words)
{
	struct rec_item item = world_item(&w, "Z1");

	cr_assert_eq(level_at("u15", &item), 4);
	item.owner = SLICE("#14");
	cr_assert_eq(level_at("u15", &item), 0);
}

Test(sight, a_consent_can_name_a_person_and_a_level)
{
	uint64_t femke = world_person("u13");
	struct rec_consent c = consent("t2");

	c.to.n = 0;
	c.people = (struct u64s){&femke, 1};
	c.level = LEVEL_SIGNAAL;
	set_consent(&c);
	cr_assert_eq(level("u13", "N1"), 2);
}

Test(sight, own_words_go_as_far_as_the_person_says)
{
	struct rec_consent c = consent("t1");

	cr_assert_eq(level("u15", "Z1"), 4);
	c.level = LEVEL_SIGNAAL;
	set_consent(&c);
	cr_assert_eq(level("u15", "Z1"), 2);
	cr_assert_eq(level("c01", "Z1"), 4);
}

Test(sight, a_widening_that_names_a_consent_reaches_no_further_than_the_consent)
{
	struct rec_item item = world_item(&w, "N1");
	struct rec_widen widen = {.to = SLICE("#5"), .level = 2, .consent = SLICE("t2")};

	item.widens.v = &widen;
	item.widens.n = 1;
	cr_assert_eq(level_at("u05", &item), 0, "t2 does not name her agency");
	widen.consent = SLICE("t9");
	cr_assert_eq(level_at("u05", &item), 0, "there is no T9");
}

/* -- ceiling ----------------------------------------------------------------------------------- */

Test(sight, a_rule_cannot_go_past_the_ceiling)
{
	struct sight s = world_sight(&w, "u19", "F4", NOW);

	cr_assert_eq(s.level, LEVEL_SIGNAAL);
	cr_assert_str_eq(s.why, "regel S4; plafond veiligheid");
}

Test(sight, consent_lifts_only_the_permit_that_rests_on_it)
{
	struct rec_rule r = rule("H9gezondheid");

	r.level = LEVEL_INHOUD;
	set_rule(&r);
	cr_assert_eq(level("u01", "N1"), 3, "by G1r, with t2");
	r = rule("G1r");
	r.level = LEVEL_SIGNAAL;
	set_rule(&r);
	cr_assert_eq(level("u01", "N1"), 2, "the other rule stays under its own ceiling of 1");
}

Test(sight, a_ceiling_that_leaves_nothing_is_named_as_the_reason)
{
	struct rec_rule r = rule("G1r");
	struct slice both[] = {SLICE("wijk"), SLICE("zvh")};
	struct rec_consent c = consent("t2");
	struct rec_agreement a = agreement();

	r.to = SLICE("role=procesregisseur");
	set_rule(&r);
	c.to = (struct slices){both, 2};
	set_consent(&c);
	cr_assert_eq(level("u02", "N1"), 1);
	for (size_t i = 0; i < a.ceilings.n; i++)
		if (slice_is(a.ceilings.v[i].to, "procesregisseur"))
			a.ceilings.v[i].consent_level = 0;
	world_set(&w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_assert_eq(level("u02", "N1"), 0);
	cr_assert_str_eq(world_sight(&w, "u02", "N1", NOW).why,
			 "regel G1r; toestemming t2; plafond procesregisseur");
}

Test(sight, a_category_without_a_ceiling_is_shown_to_nobody_else)
{
	struct rec_agreement a = agreement();

	a.ceilings.n = 0;
	world_set(&w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_assert_eq(level("u02", "G1"), 0);
	cr_assert_eq(level("u01", "G1"), 4, "but to its own agency");
}

/* -- phase ------------------------------------------------------------------------------------- */

Test(sight, before_triage_only_who_weighs_sees_and_no_more_than_a_signal)
{
	set_phase("aangemeld");
	cr_assert_eq(level("u02", "A1"), 2);
	cr_assert_eq(level("u03", "A1"), 2);
	cr_assert_eq(level("u01", "A1"), 2, "she opened the case");
	cr_assert_eq(level("u05", "A1"), 0);
	cr_assert_eq(level("u15", "A1"), 4, "her own agency's");
	cr_assert_eq(level("c01", "A1"), 4);
	cr_assert_eq(level("u20", "A1"), 4);
}

Test(sight, in_triage_a_signal_and_of_health_that_it_exists)
{
	set_phase("triage");
	cr_assert_eq(level("u01", "A1"), 2);
	cr_assert_eq(level("u01", "N1"), 1);
	cr_assert_eq(level("u11", "N1"), 4);
	cr_assert_eq(level("c01", "N1"), 4);
}

Test(sight, in_aftercare_a_signal_but_for_who_still_carries_something_out)
{
	struct key k = key_2(w.case_id, world_item(&w, "A4").num);
	struct rec_item a4 = world_item(&w, "A4");

	set_phase("nazorg");
	cr_assert_eq(level("u01", "F4"), 3);
	cr_assert_eq(level("u01", "F1"), 2);
	cr_assert_eq(level("u05", "G1"), 2);
	a4.state = SLICE("klaar");
	world_set(&w, w.case_id, TAB_ITEM, key_view(&k), REC_item, &a4);
	cr_assert_eq(level("u01", "F4"), 2, "her action on income is done");
}

Test(sight, in_aftercare_who_decided_a_weighing_carries_nothing_out_by_that)
{
	struct key k = key_2(w.case_id, world_item(&w, "A4").num);
	struct rec_item a4 = world_item(&w, "A4");

	set_phase("nazorg");
	a4.kind = SLICE("afweging");
	a4.state = SLICE("besloten");
	world_set(&w, w.case_id, TAB_ITEM, key_view(&k), REC_item, &a4);
	cr_assert_eq(level("u01", "F4"), 2);
}

Test(sight, a_step_that_takes_nothing_away_is_not_named)
{
	struct rec_item item = world_item(&w, "A1");
	struct rec_cut cut = {.to = SLICE("role=procesregisseur"), .level = 2};

	set_phase("triage");
	item.cuts.v = &cut;
	item.cuts.n = 1;
	cr_assert_str_eq(sight_at("u02", &item, NOW).why, "regel H3; fase triage");
	cr_assert_str_eq(sight_at("u06", &item, NOW).why, "regel H1");
}

Test(sight, a_closed_case_is_closed_to_all)
{
	static const char *const closed[] = {"gesloten", "afgewezen", "doorverwezen", "vernietigd"};

	for (size_t i = 0; i < sizeof(closed) / sizeof(*closed); i++) {
		set_phase(closed[i]);
		cr_expect_eq(level("c01", "G1"), 0, "%s", closed[i]);
		cr_expect_eq(level("u01", "G1"), 0, "%s", closed[i]);
		cr_expect_eq(level("u01", "T1m"), 0, "%s", closed[i]);
		cr_expect_eq(world_level(&w, "u07", "N1", NIGHT), 0, "%s", closed[i]);
	}
}

Test(sight, in_a_phase_nobody_knows_only_the_own_side_sees)
{
	set_phase("zomaar");
	cr_assert_eq(level("u02", "G1"), 0);
	cr_assert_eq(level("u01", "G1"), 4);
}

/* -- narrowing --------------------------------------------------------------------------------- */

Test(sight, a_narrowing_cuts_whom_it_names_while_it_lasts)
{
	struct rec_item item = world_item(&w, "F4");
	struct rec_cut cut = {.to = SLICE("agency=wi"), .level = 1};
	struct sight s;

	item.cuts.v = &cut;
	item.cuts.n = 1;
	s = sight_at("u04", &item, NOW);
	cr_assert_eq(s.level, LEVEL_BESTAAN);
	cr_assert_str_eq(s.why, "regel S1; verlaag agency=wi");
	cr_assert_eq(level_at("u01", &item), 3);
	cut.until = world_time(NOW);
	cr_assert_eq(level_at("u04", &item), 3);
}

Test(sight, the_person_can_be_kept_from_an_item_and_then_so_is_who_speaks_for_him)
{
	struct rec_item item = world_item(&w, "F4");
	struct rec_cut cut = {.to = SLICE("role=betrokkene"), .level = 0};

	item.cuts.v = &cut;
	item.cuts.n = 1;
	cr_assert_eq(level_at("c01", &item), 0);
	cr_assert_eq(level_at("u20", &item), 0);
}

/* -- emergency --------------------------------------------------------------------------------- */

Test(sight, an_emergency_shows_one_item_to_one_person_and_says_so)
{
	struct sight s = world_sight(&w, "u07", "N1", NIGHT);

	cr_assert_eq(s.level, LEVEL_SIGNAAL);
	cr_assert(s.emergency);
	cr_assert(says(&s, "nood BG1"), "%s", s.why);
	cr_assert_eq(world_level(&w, "u07", "N2", NIGHT), 0);
	cr_assert_eq(world_level(&w, "u09", "N1", NIGHT), 0);
}

Test(sight, an_emergency_that_adds_nothing_is_none)
{
	struct rec_emergency e = {.id = SLICE("BG2"),
				  .person = world_person("u01"),
				  .item = world_item(&w, "G1").num,
				  .level = 2,
				  .from = world_time("2026-10-20"),
				  .until = world_time("2026-10-21")};
	struct key k = key_bytes(w.case_id, e.id);
	struct sight s;

	world_set(&w, w.case_id, TAB_EMERGENCY, key_view(&k), REC_emergency, &e);
	s = world_sight(&w, "u01", "G1", NOW);
	cr_assert_eq(s.level, LEVEL_INHOUD);
	cr_assert_not(s.emergency);
	e.level = LEVEL_INHOUD;
	world_set(&w, w.case_id, TAB_EMERGENCY, key_view(&k), REC_emergency, &e);
	cr_assert_not(world_sight(&w, "u01", "G1", NOW).emergency);
}

Test(sight, a_message_read_by_emergency_says_so)
{
	struct rec_emergency e = {.id = SLICE("BG2"),
				  .person = world_person("u06"),
				  .item = world_item(&w, "A2").num,
				  .level = LEVEL_KERN,
				  .from = world_time("2026-10-20"),
				  .until = world_time("2026-10-21")};
	struct key k = key_bytes(w.case_id, e.id);
	struct rec_agreement a = agreement();

	a.emergency = LEVEL_INHOUD;
	world_set(&w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_assert_not(world_sight(&w, "u14", "T1m", NOW).emergency);
	world_set(&w, w.case_id, TAB_EMERGENCY, key_view(&k), REC_emergency, &e);
	cr_assert_eq(level("u06", "T1m"), 4);
	cr_assert(world_sight(&w, "u06", "T1m", NOW).emergency);
	e.level = LEVEL_SIGNAAL;
	e.item = world_item(&w, "F4").num;
	world_set(&w, w.case_id, TAB_EMERGENCY, key_view(&k), REC_emergency, &e);
	cr_assert_not(world_sight(&w, "u06", "T1m", NOW).emergency);
	e.level = 9;
	world_set(&w, w.case_id, TAB_EMERGENCY, key_view(&k), REC_emergency, &e);
	cr_assert_eq(level("u06", "F4"), 4, "there is nothing above all of it");
}

Test(sight, an_emergency_ends_when_the_agreement_allows_none_any_more)
{
	struct rec_agreement a = agreement();

	a.emergency = LEVEL_BESTAAN;
	world_set(&w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_assert_eq(world_level(&w, "u07", "N1", NIGHT), LEVEL_BESTAAN);
	a.emergency = LEVEL_GEEN;
	world_set(&w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_assert_eq(world_level(&w, "u07", "N1", NIGHT), LEVEL_GEEN);
	a.emergency = LEVEL_INHOUD;
	world_set(&w, 0, TAB_AGREEMENT, a.id, REC_agreement, &a);
	cr_assert_eq(world_level(&w, "u07", "N1", NIGHT), LEVEL_SIGNAAL, "and never grows");
}

/* -- reasons ----------------------------------------------------------------------------------- */

Test(sight, every_answer_says_why)
{
	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
		for (size_t i = 0; i < world_items(&w); i++) {
			struct sight s = world_sight(&w, world_name(p), world_item_id(&w, i), NOW);

			cr_expect(s.n > 0 && s.why[0], "%s on %s", world_name(p),
				  world_item_id(&w, i));
		}
}

Test(sight, a_rule_tells_its_owners_sentence_or_its_legal_ground)
{
	struct rec_rule r = rule("S3");
	struct sight s = world_sight(&w, "u10", "F4", NOW);

	cr_assert_str_eq(s.reason[0].arg, "S3: Wgs-schuldhulp 8");
	r.text = SLICE("De reclassering weet dat er schulden zijn.");
	set_rule(&r);
	s = world_sight(&w, "u10", "F4", NOW);
	cr_assert_str_eq(s.reason[0].arg, "S3: De reclassering weet dat er schulden zijn.");
}

Test(sight, a_sentence_that_is_too_long_is_cut_where_a_character_ends)
{
	struct rec_rule r = rule("S3");
	char text[301];
	struct sight s;
	size_t n;

	for (size_t i = 0; i < 300; i += 2)
		memcpy(text + i, "\xc3\xab", 2);
	text[300] = 0;
	r.text = slice_of(text);
	set_rule(&r);
	s = world_sight(&w, "u10", "F4", NOW);
	n = strlen(s.reason[0].arg);
	cr_assert_lt(n, sizeof(s.reason[0].arg));
	cr_assert_eq((unsigned char)s.reason[0].arg[n - 1], 0xab);
}
