/* The plan as people work with it: what is new, whose turn it is, and what the person says of it.
 */
#include "flow.h"
#include "programs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t day = 24LL * 60 * 60 * 1000;
static struct flow f;
static struct flow_case c;

/* The categories of this work, shared with the casusregisseur whole, with others at kern. */
static void share_all(void)
{
	static const char *const categories[] = {"proces", "duiding", "zelf", "sociaal"};
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "agreement.put",
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"purposes\":[{\"purpose\":\"d1\",\"text\":"
		"\"steun\"},{\"purpose\":\"d2\",\"text\":\"veiligheid\"}],\"ceilings\":["
		"{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"},"
		"{\"category\":\"proces\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"},"
		"{\"category\":\"duiding\",\"to\":\"-\",\"level\":\"kern\",\"consent_level\":"
		"\"inhoud\"},"
		"{\"category\":\"zelf\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"},"
		"{\"category\":\"sociaal\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"}],"
		"\"caps\":[{\"category\":\"plan\",\"level\":\"signaal\"}]}");
	for (size_t i = 0; i < sizeof(categories) / sizeof(*categories); i++)
		flow_do(admin, "rule.add",
			"{\"rule\":\"lead-%s\",\"from_agency\":\"*\",\"category\":\"%s\",\"to\":"
			"\"role=casusregisseur\",\"level\":\"inhoud\",\"ground\":\"convenant\"}",
			categories[i], categories[i]);
	link_close(admin);
}

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
	share_all();
}

static void tear_down(void)
{
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(plan, .init = set_up, .fini = tear_down);

/* The person comes from an agency of clients. */
static void client_agency(void)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
	link_close(admin);
}

/* -- asking ------------------------------------------------------------------------------------ */

static const msgpack_object *find_item(const msgpack_object *list, const char *code)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *o = obj_at(list, i);
		const msgpack_object *item = obj_get(o, "view") ? o : obj_get(o, "item");

		if (slice_is(obj_bytes(obj_get(item, "item")), code))
			return o;
	}
	return NULL;
}

static bool in_state(struct link *l, const char *code, const char *state)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *item;

	flow_call(l, "case.plan", &t, "{\"case\":\"%s\"}", c.code);
	item = find_item(obj_get(tree_root(&t), "items"), code);
	return slice_is(obj_bytes(obj_get(obj_at(obj_get(item, "view"), 1), "state")), state);
}

static void move(struct link *l, const char *code, const char *verb)
{
	flow_do(l, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"%s\",\"why\":\"zo is het\"}", c.code,
		code, verb);
}

static size_t changes(struct link *l, const char *code, bool *there)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	flow_call(l, "plan.changes", &t, "{\"case\":\"%s\"}", c.code);
	list = obj_get(tree_root(&t), "changes");
	*there = find_item(list, code) != NULL;
	return obj_n(list);
}

/* -- what is new ------------------------------------------------------------------------------- */

Test(plan, one_hears_what_others_changed_since_one_last_looked_and_no_more_than_one_may_see)
{
	char hidden[16], shown[16];
	bool there;

	flow_do(c.daan, "plan.seen", "{\"case\":\"%s\"}", c.code);
	flow_add(
		c.mila, c.code, hidden,
		"{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":\"x\"}}");
	cr_expect_eq(changes(c.daan, hidden, &there), 0, "what is hidden is no news");
	flow_add(c.noor, c.code, shown,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"samen naar het loket\"}}");
	cr_expect_eq(changes(c.daan, shown, &there), 1);
	cr_expect(there);
	cr_expect_eq(changes(c.noor, shown, &there), 0, "what one did oneself is no news");
	flow_do(c.daan, "plan.seen", "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(changes(c.daan, shown, &there), 0);
	/* he sees the state, not the text: only a change of the first reaches him */
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":\"anders\"}}",
		c.code, shown);
	cr_expect_eq(changes(c.daan, shown, &there), 0);
	move(c.noor, shown, "start");
	cr_expect_eq(changes(c.daan, shown, &there), 1);
}

Test(plan, ones_own_last_act_can_be_taken_back_and_its_history_stays)
{
	CLEANUP(tree_free) struct tree t = {0};
	char code[16];

	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"eerst\"}}");
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":\"daarna\"}}",
		c.code, code);
	flow_do(c.noor, "item.undo", "{\"case\":\"%s\"}", c.code);
	flow_call(c.noor, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code);
	cr_expect(slice_is(
		obj_bytes(obj_get(obj_at(obj_get(obj_get(tree_root(&t), "item"), "view"), 2),
				  "inhoud")),
		"eerst"));
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "history")), 2);
	move(c.noor, code, "done");
	flow_do(c.noor, "item.undo", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code);
	cr_expect(in_state(c.noor, code, "open"));
}

Test(plan, what_another_changed_since_is_not_taken_back)
{
	struct fault fault = {0};
	char code[16];

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"bellen\",\"uitvoerder\":\"daan@"
		 "pol\"}}");
	move(c.daan, code, "start");
	cr_expect_eq(flow_try(c.noor, "item.undo", NULL, &fault,
			      "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code),
		     ERR_REFUSED);
	fault_free(&fault);
	flow_do(c.daan, "item.undo", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code);
	cr_expect(in_state(c.noor, code, "open"));
}

Test(plan, what_one_added_and_takes_back_is_dropped_and_not_wiped_out)
{
	char code[16];

	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"fout\"}}");
	flow_do(c.noor, "item.undo", "{\"case\":\"%s\"}", c.code);
	cr_expect(in_state(c.noor, code, "vervallen"));
}

/* -- mutual promises and his agreement --------------------------------------------------------- */

Test(plan, the_second_half_of_a_mutual_promise_begins_when_the_first_is_done)
{
	char first[16], second[16];

	flow_add(c.noor, c.code, first,
		 "{\"kind\":\"afspraak\",\"fields\":{\"inhoud\":\"Noor regelt het ID-bewijs\"}}");
	flow_add(c.noor, c.code, second,
		 "{\"kind\":\"afspraak\",\"fields\":{\"inhoud\":\"dan zoekt hij werk\","
		 "\"wederzijds\":\"%s\",\"uitvoerder\":\"daan@pol\"}}",
		 first);
	cr_expect(in_state(c.noor, second, "wacht"));
	cr_expect_eq(flow_try(c.daan, "item.move", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"done\"}", c.code,
			      second),
		     ERR_USAGE, "it does not begin before the first is done");
	cr_expect_eq(
		flow_try(c.noor, "item.set", NULL, NULL,
			 "{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"wederzijds\":"
			 "\"%s\"}}",
			 c.code, first, second),
		ERR_USAGE, "they do not wait for each other");
	move(c.noor, first, "done");
	cr_expect(in_state(c.noor, second, "loopt"));
}

Test(plan, his_agreement_has_a_witness_or_a_reason_and_a_new_one_replaces_the_old)
{
	char old[16], now[16];

	cr_expect_eq(
		flow_try(
			c.noor, "item.add", NULL, NULL,
			"{\"case\":\"%s\",\"kind\":\"akkoord\",\"fields\":{\"stand\":\"akkoord\"}}",
			c.code),
		ERR_USAGE);
	cr_expect_eq(flow_try(c.noor, "item.add", NULL, NULL,
			      "{\"case\":\"%s\",\"kind\":\"akkoord\",\"fields\":{\"stand\":"
			      "\"niet_gevraagd\",\"reden\":\"hij is weg\"}}",
			      c.code),
		     ERR_USAGE);
	flow_add(c.noor, c.code, old,
		 "{\"kind\":\"akkoord\",\"fields\":{\"stand\":\"niet_gevraagd\",\"reden\":\"hij is "
		 "weg\",\"heroverweeg\":\"%s\"}}",
		 flow_date(7));
	flow_add(c.noor, c.code, now,
		 "{\"kind\":\"akkoord\",\"fields\":{\"stand\":\"akkoord\",\"getuige\":\"Sanne\","
		 "\"woorden\":\"Als het via Noor gaat, ben ik erbij\"}}");
	cr_expect(in_state(c.noor, old, "vervallen"));
	cr_expect(in_state(c.noor, now, "geldig"));
	cr_expect_eq(flow_try(c.noor, "item.set", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"stand\":"
			      "\"nee\"}}",
			      c.code, now),
		     ERR_REFUSED);
}

Test(plan, what_he_agreed_to_is_not_turned_by_taking_back_the_old_one_or_the_new)
{
	char old[16], now[16];

	flow_add(c.noor, c.code, old,
		 "{\"kind\":\"akkoord\",\"fields\":{\"stand\":\"akkoord\",\"getuige\":\"Sanne\"}}");
	flow_add(c.noor, c.code, now,
		 "{\"kind\":\"akkoord\",\"fields\":{\"stand\":\"nee\",\"getuige\":\"Sanne\"}}");
	cr_expect_eq(flow_try(c.noor, "item.undo", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, old),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(c.noor, "item.undo", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, now),
		     ERR_REFUSED);
	cr_expect(in_state(c.noor, old, "vervallen"));
	cr_expect(in_state(c.noor, now, "geldig"));
}

Test(plan, what_followed_from_somebodys_act_is_not_his_own_to_take_back)
{
	char first[16], second[16];

	flow_add(c.noor, c.code, first,
		 "{\"kind\":\"afspraak\",\"fields\":{\"inhoud\":\"Noor regelt het\"}}");
	flow_add(
		c.noor, c.code, second,
		"{\"kind\":\"afspraak\",\"fields\":{\"inhoud\":\"dan hij\",\"wederzijds\":\"%s\"}}",
		first);
	move(c.noor, first, "done");
	cr_expect_eq(flow_try(c.noor, "item.undo", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, second),
		     ERR_REFUSED);
	flow_do(c.noor, "item.undo", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, first);
	cr_expect(in_state(c.noor, second, "wacht"), "and goes back with what it followed from");
}

Test(plan, the_plan_has_room_for_words_shows_whose_it_is_and_leaves_out_what_is_finished)
{
	char done[16], first[16], second[16];
	struct program p;

	setenv("COLUMNS", "80", 1);
	flow_add(c.noor, c.code, done,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"al gedaan\"}}");
	move(c.noor, done, "done");
	flow_add(
		c.noor, c.code, first,
		"{\"kind\":\"doel\",\"fields\":{\"inhoud\":\"Eigen geld\",\"hoger\":true,\"eerst\":"
		"\"werk\",\"woorden\":\"niet steeds over mijn schouder kijken\"}}");
	flow_add(c.noor, c.code, first,
		 "{\"kind\":\"afspraak\",\"fields\":{\"inhoud\":\"Noor regelt het ID-bewijs bij de "
		 "gemeente\",\"uitvoerder\":\"noor@wijk\",\"termijn\":\"%s\"},\"leefgebieden\":["
		 "\"werk\"]}",
		 flow_date(200));
	flow_add(c.noor, c.code, second,
		 "{\"kind\":\"afspraak\",\"fields\":{\"inhoud\":\"dan zoekt hij werk\","
		 "\"wederzijds\":\"%s\"},\"leefgebieden\":[\"wonen\"]}",
		 first);
	BRUG(&f, &p, "noor@wijk", NULL, "plan", c.code);
	cr_assert_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "niet steeds over mijn schouder kijken"));
	cr_expect(program_said(&p, "Noor regelt het ID-bewijs"), "%s", p.out);
	cr_expect(!program_said(&p, "al gedaan"));
	cr_expect_leq(program_width(&p), 80);
	BRUG(&f, &p, "noor@wijk", NULL, "plan", c.code, "--all");
	cr_expect(program_said(&p, "al gedaan"));
	BRUG(&f, &p, "daan@pol", NULL, "changes", c.code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, first), "%s", p.out);
	BRUG(&f, &p, "daan@pol", NULL, "changes", c.code);
	cr_expect(!program_said(&p, first));
}

/* -- the regisseur's day ----------------------------------------------------------------------- */

static size_t lines_of(const struct program *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->out_n; i++)
		n += p->out[i] == '\n';
	return n;
}

Test(plan, what_wants_the_regisseur_is_one_screen_and_says_how_much_more_there_is)
{
	char code[16], signal[16];
	struct program p;

	setenv("COLUMNS", "80", 1);
	for (int i = 0; i < 30; i++) {
		flow_add(c.mila, c.code, code,
			 "{\"kind\":\"knelpunt\",\"fields\":{\"inhoud\":\"de loketten vragen elk "
			 "een "
			 "eigen bewijs van hetzelfde en niemand neemt dat van een ander over\"}}");
		flow_add(c.noor, c.code, code,
			 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"bellen met het loket\","
			 "\"uitvoerder\":\"noor@wijk\"}}");
	}
	flow_add(c.daan, c.code, signal,
		 "{\"kind\":\"signaal\",\"fields\":{\"soort\":\"weerstand\"}}");
	BRUG(&f, &p, "noor@wijk", NULL, "today");
	cr_assert_eq(p.status, 0, "%s", p.err);
	cr_expect_leq(lines_of(&p), 24, "%s", p.out);
	cr_expect_leq(program_width(&p), 80);
	cr_expect(program_said(&p, "--all"), "%s", p.out);
	cr_expect(!program_said(&p, signal), "what somebody saw himself asks no confirmation");
	BRUG(&f, &p, "noor@wijk", NULL, "today", "--all");
	cr_expect_gt(lines_of(&p), 60);
	BRUG(&f, &p, "noor@wijk", NULL, "done", "1", "--case", c.code);
	BRUG(&f, &p, "daan@pol", NULL, "today");
	cr_expect(!program_said(&p, "loketten"), "another's bottlenecks are not his to solve");
}

static size_t level_of(struct link *l, const char *code)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *item;

	flow_call(l, "case.plan", &t, "{\"case\":\"%s\"}", c.code);
	item = find_item(obj_get(tree_root(&t), "items"), code);
	return obj_n(obj_get(item, "view"));
}

Test(plan, who_stands_in_sees_what_the_casusregisseur_sees_until_the_day_it_ends)
{
	char code[16];

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"samen naar het loket\"}}");
	cr_expect_eq(level_of(c.daan, code), LEVEL_SIGNAAL);
	cr_expect_eq(flow_try(c.daan, "case.silence", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(c.noor, "lead.delegate", NULL, NULL,
			      "{\"case\":\"%s\",\"person\":\"daan@pol\",\"until\":\"2199-01-01\"}",
			      c.code),
		     ERR_USAGE, "for a year at most");
	flow_do(c.noor, "lead.delegate",
		"{\"case\":\"%s\",\"person\":\"daan@pol\",\"until\":\"%s\"}", c.code, flow_date(5));
	cr_expect_eq(level_of(c.daan, code), LEVEL_INHOUD);
	flow_do(c.daan, "case.silence", "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(flow_try(c.daan, "lead.delegate", NULL, NULL,
			      "{\"case\":\"%s\",\"person\":\"mila@ggz\",\"until\":\"%s\"}", c.code,
			      flow_date(5)),
		     ERR_REFUSED, "who stands in gives it to nobody else");
	flow_clock(&f, 7 * day);
	cr_expect_eq(level_of(c.daan, code), LEVEL_SIGNAAL);
	cr_expect_eq(flow_try(c.daan, "case.silence", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED);
}

static const char *role_of(struct link *l, const char *handle)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *members;
	static char role[40];

	flow_call(l, "case.show", &t, "{\"case\":\"%s\"}", c.code);
	members = obj_get(tree_root(&t), "members");
	*role = 0;
	for (size_t i = 0; i < obj_n(members); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(members, i), "person")), handle))
			snprintf(role, sizeof(role), "%.*s",
				 SLICE_ARG(obj_bytes(obj_get(obj_at(members, i), "role"))));
	return role;
}

Test(plan, a_case_is_handed_over_when_it_is_accepted_and_has_one_casusregisseur_at_any_time)
{
	char code[16];

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"samen naar het loket\"}}");
	cr_expect_eq(flow_try(c.daan, "lead.accept", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_CONFLICT);
	flow_do(c.noor, "lead.offer",
		"{\"case\":\"%s\",\"person\":\"daan@pol\",\"leefgebieden\":[\"werk\"],\"why\":"
		"\"Daan is vaker bij hem\"}",
		c.code);
	cr_expect_str_eq(role_of(c.noor, "noor@wijk"), "casusregisseur");
	cr_expect_eq(flow_try(c.mila, "lead.accept", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_CONFLICT, "it was offered to another");
	flow_do(c.daan, "lead.accept", "{\"case\":\"%s\"}", c.code);
	cr_expect_str_eq(role_of(c.mila, "noor@wijk"), "helper");
	cr_expect_str_eq(role_of(c.mila, "daan@pol"), "casusregisseur");
	cr_expect_eq(level_of(c.daan, code), LEVEL_INHOUD);
	cr_expect_eq(flow_try(c.noor, "case.silence", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED);
	cr_expect(!flow_on_disk(&f, "Daan is vaker bij hem"));
}

/* A part that ends by itself does not end with the lead in it. */
Test(plan, who_takes_a_case_over_does_not_leave_it_by_the_clock)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_do(c.noor, "member.end", "{\"case\":\"%s\",\"person\":\"daan@pol\",\"why\":\"x\"}",
		c.code);
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"daan@pol\",\"role\":\"helper\",\"purposes\":[\"d1\"]"
		","
		"\"until\":\"%s\"}",
		c.code, flow_date(1));
	flow_do(c.daan, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_do(c.noor, "lead.offer", "{\"case\":\"%s\",\"person\":\"daan@pol\",\"why\":\"x\"}",
		c.code);
	flow_do(c.daan, "lead.accept", "{\"case\":\"%s\"}", c.code);
	flow_clock(&f, (int64_t)3 * 24 * 60 * 60 * 1000);
	flow_call(c.daan, "case.plan", &t, "{\"case\":\"%s\"}", c.code);
	cr_expect_str_eq(role_of(c.daan, "daan@pol"), "casusregisseur");
}

Test(plan, a_case_that_nobody_leads_any_more_is_offered_to_a_helper_by_the_partnership)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	cr_expect_eq(flow_try(admin, "lead.appoint", NULL, NULL,
			      "{\"case\":\"%s\",\"person\":\"daan@pol\",\"why\":\"x\"}", c.code),
		     ERR_NOTFOUND, "of a case that is led he does not hear that it is there");
	flow_do(admin, "user.stop", "{\"person\":\"noor@wijk\",\"why\":\"uit dienst\"}");
	cr_expect_eq(flow_try(c.mila, "lead.appoint", NULL, NULL,
			      "{\"case\":\"%s\",\"person\":\"mila@ggz\",\"why\":\"x\"}", c.code),
		     ERR_REFUSED);
	flow_do(admin, "lead.appoint",
		"{\"case\":\"%s\",\"person\":\"daan@pol\",\"why\":\"Noor is weg\"}", c.code);
	cr_expect_eq(flow_try(admin, "case.plan", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_NOTFOUND);
	flow_do(c.daan, "lead.accept", "{\"case\":\"%s\"}", c.code);
	cr_expect_str_eq(role_of(c.mila, "daan@pol"), "casusregisseur");
	cr_expect(!flow_on_disk(&f, "Noor is weg"));
	link_close(admin);
}

static int64_t of_person(struct link *l, const char *handle, const char *what)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *people;

	flow_call(l, "case.silence", &t, "{\"case\":\"%s\"}", c.code);
	people = obj_get(tree_root(&t), "people");
	for (size_t i = 0; i < obj_n(people); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(people, i), "person")), handle))
			return obj_int(obj_get(obj_at(people, i), what), -1);
	return -1;
}

Test(plan, the_regisseur_sees_who_is_silent_and_has_not_read_as_far_as_he_sees_himself)
{
	char code[16];

	cr_expect_eq(of_person(c.noor, "mila@ggz", "last"), 0);
	flow_add(
		c.mila, c.code, code,
		"{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":\"x\"}}");
	cr_expect_eq(of_person(c.noor, "mila@ggz", "last"), 0, "what is hidden is no act to him");
	flow_add(c.mila, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"intake\"}}");
	cr_expect_gt(of_person(c.noor, "mila@ggz", "last"), 0);
	cr_expect_eq(of_person(c.noor, "daan@pol", "unread"), 1);
	flow_do(c.daan, "plan.seen", "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(of_person(c.noor, "daan@pol", "unread"), 0);
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"contact\",\"fields\":{\"datum\":\"%s\",\"met\":[\"daan@pol\"]}}",
		 flow_date(-1));
	cr_expect_gt(of_person(c.noor, "daan@pol", "contact"), 0);
	cr_expect_eq(of_person(c.noor, "mila@ggz", "contact"), 0);
}

/* -- the fit and readings ---------------------------------------------------------------------- */

static void fit_of(struct link *l, const char *area, struct tree *t, const msgpack_object **out)
{
	const msgpack_object *areas;

	flow_call(l, "case.fit", t, "{\"case\":\"%s\",\"history\":true}", c.code);
	areas = obj_get(tree_root(t), "areas");
	*out = NULL;
	for (size_t i = 0; i < obj_n(areas); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(areas, i), "leefgebied")), area))
			*out = obj_at(areas, i);
}

static bool helper_has(const msgpack_object *area, const char *helper, const char *fits, bool gap)
{
	const msgpack_object *helpers = obj_get(area, "helpers");

	for (size_t i = 0; i < obj_n(helpers); i++) {
		const msgpack_object *h = obj_at(helpers, i);

		if (slice_is(obj_bytes(obj_get(h, "helper")), helper))
			return slice_is(obj_bytes(obj_get(h, "fits")), fits) &&
			       obj_bool(obj_get(h, "gap")) == gap;
	}
	return false;
}

Test(plan, the_fit_lays_how_he_sees_it_beside_the_strategies_and_asks_of_what_the_asker_sees)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree his = {0};
	const msgpack_object *werk;
	struct program p;
	char code[16];

	setenv("COLUMNS", "80", 1);
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"strategie\",\"fields\":{\"verklaard\":\"bij_de_hand\"},"
		 "\"leefgebieden\":"
		 "[\"werk\"]}");
	flow_add(c.daan, c.code, code,
		 "{\"kind\":\"strategie\",\"fields\":{\"verklaard\":\"kansen\"},\"leefgebieden\":"
		 "[\"werk\"]}");
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"ervaren\":\"begrenzen\"}"
		"}",
		c.code, code);
	fit_of(c.noor, "werk", &t, &werk);
	cr_expect(helper_has(werk, "daan@pol", "onbekend", true), "nobody asked him yet");
	tree_free(&t);
	client_agency();
	flow_person(&f, "jef@inwoner", "Jeffrey", "");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jef@inwoner\",\"role\":\"betrokkene\",\"purposes\":["
		"\"d1\"]}",
		c.code);
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"zelfbeeld\",\"own\":true,\"fields\":{\"inhoud\":\"ik weet het niet\","
		 "\"uitspraak\":\"het_is_teveel\",\"positie\":\"opgesloten\"},\"leefgebieden\":"
		 "[\"werk\"]}");
	fit_of(c.noor, "werk", &t, &werk);
	cr_assert_not_null(werk);
	cr_expect(helper_has(werk, "noor@wijk", "ja", false));
	cr_expect(helper_has(werk, "daan@pol", "vraag", true));
	cr_expect_eq(obj_int(obj_get(werk, "strategies"), 0), 2);
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "history")), 1);
	/* Daan sees his own strategy, and nothing of how the person sees it */
	fit_of(c.daan, "werk", &his, &werk);
	cr_expect(obj_is_nil(obj_get(werk, "self")));
	cr_expect_eq(obj_n(obj_get(werk, "helpers")), 1);
	cr_expect_eq(obj_n(obj_get(tree_root(&his), "history")), 0);
	flow_clock(&f, 60 * day);
	BRUG(&f, &p, "noor@wijk", NULL, "fit", c.code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "opgesloten") && program_said(&p, "nog zo?"), "%s", p.out);
	cr_expect_leq(program_width(&p), 80);
}

static size_t contradicted(struct link *l, const char *code)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *item;

	flow_call(l, "case.plan", &t, "{\"case\":\"%s\"}", c.code);
	item = find_item(obj_get(tree_root(&t), "items"), code);
	return obj_n(obj_get(item, "weersproken"));
}

Test(plan, two_readings_of_one_fact_stand_side_by_side_for_who_may_know_of_both)
{
	char fact[16], one[16], other[16];
	struct link *admin = flow_link(&f, "beheer@zvh");
	struct program p;

	setenv("COLUMNS", "80", 1);
	flow_add(c.noor, c.code, fact,
		 "{\"kind\":\"feit\",\"fields\":{\"inhoud\":\"kwam twee keer niet\"}}");
	flow_add(c.noor, c.code, one,
		 "{\"kind\":\"duiding\",\"fields\":{\"inhoud\":\"hij wil "
		 "niet\",\"feiten\":[\"%s\"]}}",
		 fact);
	cr_expect_eq(contradicted(c.noor, one), 0);
	flow_do(admin, "rule.add",
		"{\"rule\":\"feiten\",\"from_agency\":\"*\",\"category\":\"sociaal\",\"to\":"
		"\"agency=ggz\",\"level\":\"kern\",\"ground\":\"convenant\"}");
	link_close(admin);
	flow_add(c.mila, c.code, other,
		 "{\"kind\":\"duiding\",\"fields\":{\"inhoud\":\"hij kan het niet\",\"feiten\":["
		 "\"%s\"]}}",
		 fact);
	cr_expect_eq(contradicted(c.noor, one), 1, "she sees both");
	cr_expect_eq(contradicted(c.mila, other), 0,
		     "of the other she may not know that it is there");
	BRUG(&f, &p, "noor@wijk", NULL, "readings", c.code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "hij wil niet") && program_said(&p, "hij kan het niet"), "%s",
		  p.out);
	cr_expect_leq(program_width(&p), 80);
}

/* -- signals and counts ------------------------------------------------------------------------ */

static int64_t this_week(struct link *l, const char *what)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *weeks;

	flow_call(l, "case.signals", &t, "{\"case\":\"%s\",\"weeks\":4}", c.code);
	weeks = obj_get(tree_root(&t), "weeks");
	return obj_int(obj_get(obj_at(weeks, obj_n(weeks) - 1), what), -1);
}

Test(plan, signals_over_the_weeks_and_spoken_with_against_about_are_of_what_the_asker_sees)
{
	char code[16];
	struct program p;

	setenv("COLUMNS", "80", 1);
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"signaal\",\"fields\":{\"soort\":\"afhaken\",\"tussen\":[\"daan@pol\"]"
		 "}}");
	flow_add(c.noor, c.code, code, "{\"kind\":\"signaal\",\"fields\":{\"soort\":\"stap\"}}");
	flow_add(c.noor, c.code, code, "{\"kind\":\"contact\",\"fields\":{\"datum\":\"%s\"}}",
		 flow_date(-1));
	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"bellen\"}}");
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"bericht\",\"about\":\"%s\",\"fields\":{\"inhoud\":\"over hem\"}}",
		 code);
	cr_expect_eq(this_week(c.noor, "heavy"), 1);
	cr_expect_eq(this_week(c.noor, "light"), 1);
	cr_expect_eq(this_week(c.noor, "with"), 1);
	cr_expect_eq(this_week(c.noor, "about"), 1);
	cr_expect_eq(this_week(c.daan, "heavy"), 0, "he sees no signals");
	cr_expect_eq(this_week(c.daan, "about"), 0);
	BRUG(&f, &p, "noor@wijk", NULL, "signals", c.code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "# 1") && program_said(&p, "+ 1"), "%s", p.out);
	cr_expect_leq(program_width(&p), 80);
	setenv("ACCESSIBLE", "1", 1);
	BRUG(&f, &p, "noor@wijk", NULL, "signals", c.code);
	unsetenv("ACCESSIBLE");
	cr_expect(!program_said(&p, "# 1"));
}

static const char *count_of(struct link *l, const char *what)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *counts;
	static char n[16];

	flow_call(l, "stats", &t, "{\"since\":\"%s\"}", flow_date(0));
	counts = obj_get(tree_root(&t), "counts");
	*n = 0;
	for (size_t i = 0; i < obj_n(counts); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(counts, i), "what")), what))
			snprintf(n, sizeof(n), "%.*s",
				 SLICE_ARG(obj_bytes(obj_get(obj_at(counts, i), "n"))));
	return n;
}

static struct link *joins(const char *handle, const char *functions)
{
	struct link *l;

	flow_person(&f, handle, handle, functions);
	l = flow_link(&f, handle);
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"helper\",\"leefgebieden\":["
		"\"wonen\"],"
		"\"purposes\":[\"d1\"]}",
		c.code, handle);
	flow_do(l, "member.accept", "{\"case\":\"%s\"}", c.code);
	return l;
}

static void see_signals(struct link *l, const char *sort, int n)
{
	char code[16];

	while (n--)
		flow_add(l, c.code, code, "{\"kind\":\"signaal\",\"fields\":{\"soort\":\"%s\"}}",
			 sort);
}

Test(plan, an_agencys_admin_sees_counts_in_fives_of_past_weeks_that_are_not_his_own_doing)
{
	struct link *boss = joins("chef@wijk", "\"agency-admin\"");
	struct link *pia = joins("pia@wijk", ""), *tom = joins("tom@wijk", "");

	see_signals(c.noor, "stap", 4);
	see_signals(pia, "stap", 2);
	see_signals(tom, "stap", 2);
	see_signals(c.noor, "strijd", 4);
	see_signals(pia, "strijd", 4); /* two people */
	see_signals(c.noor, "energie", 2);
	see_signals(pia, "energie", 1);
	see_signals(tom, "energie", 1);
	see_signals(boss, "energie", 3); /* and he himself */
	cr_expect_str_eq(count_of(boss, "stap"), "<5", "this week is not counted");
	cr_expect_eq(flow_try(c.noor, "stats", NULL, NULL, "{}"), ERR_REFUSED);
	cr_expect_eq(flow_try(boss, "stats", NULL, NULL, "{\"agreement\":\"delta\"}"), ERR_REFUSED,
		     "the network's are for a procesregisseur");
	flow_clock(&f, 7 * day);
	cr_expect_str_eq(count_of(boss, "stap"), "5");
	cr_expect_str_eq(count_of(boss, "strijd"), "<5", "fewer than three wrote it");
	cr_expect_str_eq(count_of(boss, "energie"), "<5", "one's own are not added");
	cr_expect_str_eq(count_of(boss, "afhaken"), "<5", "none looks like some");
	link_close(boss);
	link_close(pia);
	link_close(tom);
}

/* -- weighing, too much at once, waiting ------------------------------------------------------- */

static bool linked(struct link *l, const char *item, const char *field, const char *by)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	bool found = false;

	flow_call(l, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, item);
	list = obj_get(tree_root(&t), "linked");
	for (size_t i = 0; i < obj_n(list); i++)
		found = found || (slice_is(obj_bytes(obj_get(obj_at(list, i), "field")), field) &&
				  slice_is(obj_bytes(obj_get(obj_at(list, i), "item")), by));
	return found;
}

Test(plan, a_weighing_asks_goal_rule_and_three_corners_and_is_found_from_the_action_it_allows)
{
	char action[16], code[16] = "";
	struct program p;
	const char *at;

	flow_add(c.noor, c.code, action,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"uitkering zonder zoekperiode\"}}");
	BRUG(&f, &p, "noor@wijk",
	     "doel: hij blijft binnen\nregel: vier weken zoeken\njuridisch: maatwerk mag\nsociaal: "
	     "rust\n",
	     "weigh", "--case", c.code, "--mandaathouder", "mila@ggz", "--maakt-mogelijk", action);
	cr_expect_eq(p.status, ERR_USAGE, "three corners, not two: %s", p.out);
	BRUG(&f, &p, "noor@wijk",
	     "doel: hij blijft binnen\nregel: vier weken zoeken\njuridisch: maatwerk mag\nsociaal: "
	     "rust\neconomisch: goedkoper dan opvang\n",
	     "weigh", "--case", c.code, "--mandaathouder", "mila@ggz", "--maakt-mogelijk", action);
	cr_assert_eq(p.status, 0, "%s", p.err);
	at = strstr(p.out, "· ");
	cr_assert_not_null(at);
	snprintf(code, 5, "%s", at + strlen("· "));
	cr_expect(linked(c.noor, action, "maakt_mogelijk", code), "%s", code);
	cr_expect(!linked(c.daan, action, "maakt_mogelijk", code), "he does not see its core");
	move(c.mila, code, "decide");
}

static const char *warned(struct link *l, const char *json)
{
	CLEANUP(tree_free) struct tree t = {0};
	static char warn[20];

	flow_call(l, "item.add", &t, "{\"case\":\"%s\",%s", c.code, json);
	snprintf(warn, sizeof(warn), "%.*s", SLICE_ARG(obj_bytes(obj_get(tree_root(&t), "warn"))));
	return warn;
}

Test(plan, who_asks_the_person_still_more_in_one_week_is_told_so_of_what_he_sees)
{
	static const char ask[] = "\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\",\"uitvoerder\":"
				  "\"jef@inwoner\"}}";
	struct link *jef;
	char code[16];

	client_agency();
	flow_person(&f, "jef@inwoner", "Jeffrey", "");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jef@inwoner\",\"role\":\"betrokkene\",\"purposes\":["
		"\"d1\"]}",
		c.code);
	jef = flow_link(&f, "jef@inwoner");
	flow_do(jef, "member.accept", "{\"case\":\"%s\"}", c.code);
	flow_add(c.mila, c.code, code,
		 "{\"kind\":\"actie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":\"x\","
		 "\"uitvoerder\":\"jef@inwoner\"}}");
	cr_expect_str_eq(warned(c.noor, ask), "", "of what is hidden she is not warned");
	cr_expect_str_eq(warned(c.noor, ask), "", "nor of what she asked herself");
	cr_expect_str_eq(warned(c.daan, ask), "overvraagd");
	flow_clock(&f, 9 * day);
	cr_expect_str_eq(warned(c.mila, ask), "", "last week's ask is no reason any more");
	link_close(jef);
}

static void add_waiting(struct link *l, char code[16], const char *doer, const char *for_item)
{
	flow_add(l, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"eerst de ander\",\"uitvoerder\":"
		 "\"%s\"%s%s%s}}",
		 doer, for_item ? ",\"wacht_op\":[\"" : "", for_item ? for_item : "",
		 for_item ? "\"]" : "");
}

static size_t circles(struct link *l, const char *what)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "case.circles", &t, "{\"case\":\"%s\"}", c.code);
	return obj_n(obj_get(tree_root(&t), what));
}

static size_t ring_signals(struct link *l)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *cases;
	size_t n = 0;

	flow_call(l, "today", &t, "{}");
	cases = obj_get(tree_root(&t), "cases");
	for (size_t i = 0; i < obj_n(cases); i++)
		n += obj_n(obj_get(obj_at(cases, i), "signals"));
	return n;
}

Test(plan, a_ring_of_waiting_is_seen_by_the_regisseur_and_each_doer_sees_his_own_edge)
{
	char a[16], b[16], third[16];

	add_waiting(c.mila, a, "mila@ggz", NULL);
	add_waiting(c.daan, b, "daan@pol", a);
	add_waiting(c.noor, third, "noor@wijk", b);
	cr_expect_eq(circles(c.noor, "rings"), 0);
	flow_do(c.mila, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"wacht_op\":[\"%s\"]}}",
		c.code, a, third);
	cr_expect_eq(circles(c.noor, "rings"), 1);
	cr_expect_eq(ring_signals(c.noor), 1, "and is asked whether it is so");
	cr_expect_eq(circles(c.daan, "rings"), 0);
	cr_expect_eq(circles(c.daan, "mine"), 1);
	cr_expect_eq(ring_signals(c.daan), 0);
	cr_expect_eq(ring_signals(c.mila), 0);
	move(c.noor, third, "done");
	cr_expect_eq(circles(c.noor, "rings"), 0);
}

/* -- the mirror -------------------------------------------------------------------------------- */

static size_t missing_in(struct link *l, const char *mechanism)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	flow_call(l, "case.mirror", &t, "{\"case\":\"%s\"}", c.code);
	list = obj_get(tree_root(&t), "mechanisms");
	for (size_t i = 0; i < obj_n(list); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(list, i), "mechanism")), mechanism))
			return obj_n(obj_get(obj_at(list, i), "missing"));
	return 99;
}

Test(plan, the_mirror_says_which_mechanism_is_thin_and_what_is_missing)
{
	char code[16];
	struct program p;

	setenv("COLUMNS", "80", 1);
	cr_expect_eq(missing_in(c.noor, "gezamenlijk_doel"), 3);
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"doel\",\"fields\":{\"inhoud\":\"Eigen "
		 "geld\",\"hoger\":true,\"woorden\":"
		 "\"niet over mijn schouder kijken\"}}");
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"akkoord\",\"fields\":{\"stand\":\"deels\",\"getuige\":\"Sanne\"}}");
	cr_expect_eq(missing_in(c.noor, "gezamenlijk_doel"), 0);
	cr_expect_eq(missing_in(c.daan, "gezamenlijk_doel"), 1, "his words are not Daan's to see");
	cr_expect_eq(missing_in(c.noor, "energie"), 2);
	flow_add(c.noor, c.code, code, "{\"kind\":\"contact\",\"fields\":{\"datum\":\"%s\"}}",
		 flow_date(0));
	cr_expect_eq(missing_in(c.noor, "energie"), 1);
	BRUG(&f, &p, "noor@wijk", NULL, "mirror", c.code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect_leq(program_width(&p), 80);
}
