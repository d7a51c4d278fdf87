/* One plan, and everybody sees what he may know. */
#include "flow.h"

#include <criterion/criterion.h>

#include <string.h>

static struct flow f;
static struct flow_case c;

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
}

static void tear_down(void)
{
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(plan, .init = set_up, .fini = tear_down);

static size_t level_in_plan(struct link *l, const char *code)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *items;

	flow_call(l, "case.plan", &t, "{\"case\":\"%s\"}", c.code);
	items = obj_get(tree_root(&t), "items");
	for (size_t i = 0; i < obj_n(items); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(items, i), "item")), code))
			return obj_n(obj_get(obj_at(items, i), "view"));
	return 0;
}

Test(plan, the_same_action_shows_more_to_its_agency_than_to_others)
{
	char code[16];

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"samen naar het "
		 "loket\",\"termijn\":\"2027-01-01\"},\"leefgebieden\":[\"werk\"],\"purposes\":["
		 "\"d1\"]}");
	cr_expect_eq(level_in_plan(c.noor, code), LEVEL_INHOUD);
	cr_expect_eq(level_in_plan(c.mila, code), LEVEL_SIGNAAL);
	cr_expect_eq(level_in_plan(c.daan, code), LEVEL_SIGNAAL);
}

Test(plan, health_is_for_the_treating_team_and_for_nobody_else_without_consent)
{
	char code[16];

	flow_add(c.mila, c.code, code,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"kern\":"
		 "\"prikkelarm\",\"inhoud\":\"bevindingen\"}}");
	cr_expect_eq(level_in_plan(c.mila, code), LEVEL_INHOUD);
	cr_expect_eq(level_in_plan(c.noor, code), LEVEL_GEEN);
	cr_expect_eq(level_in_plan(c.daan, code), LEVEL_GEEN);
}

static void error_of(struct link *l, const char *item, struct fault *fault)
{
	struct tree t;

	*fault = (struct fault){0};
	cr_expect_eq(flow_try(l, "item.show", &t, fault, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, item),
		     ERR_NOTFOUND);
}

Test(plan, an_item_that_is_hidden_and_one_that_does_not_exist_get_the_same_answer)
{
	struct fault hidden, absent;
	char code[16];

	flow_add(c.mila, c.code, code,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":"
		 "\"bevindingen\"}}");
	error_of(c.daan, code, &hidden);
	error_of(c.daan, strcmp(code, "2222") ? "2222" : "3333", &absent);
	cr_expect_str_eq(hidden.text, absent.text);
	cr_expect_str_eq(hidden.why, absent.why);
	cr_expect_str_eq(hidden.can, absent.can);
	cr_expect_eq(strlen(hidden.ref),
		     strlen(absent.ref)); /* drawn at random: it counts nothing */
}

Test(plan, a_case_he_takes_no_part_in_and_one_that_does_not_exist_get_the_same_answer)
{
	struct fault mine = {0}, none = {0};
	struct link *admin = flow_link(&f, "beheer@zvh");
	struct tree t;

	cr_expect_eq(flow_try(admin, "case.plan", &t, &mine, "{\"case\":\"%s\"}", c.code),
		     ERR_NOTFOUND);
	cr_expect_eq(flow_try(admin, "case.plan", &t, &none, "{\"case\":\"%s\"}",
			      strcmp(c.code, "Q-9999") ? "Q-9999" : "Q-9998"),
		     ERR_NOTFOUND);
	cr_expect_str_eq(mine.text, none.text);
	cr_expect_str_eq(mine.why, none.why);
	cr_expect_str_eq(mine.can, none.can);
	link_close(admin);
}

Test(plan, who_is_only_invited_sees_who_asks_and_not_whom_it_is_about)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct link *eva;
	struct tree none;

	flow_person(&f, "eva@pol", "Eva Mulder", "");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"eva@pol\",\"role\":\"helper\",\"purposes\":[\"d1\"],"
		"\"ask\":\"kom erbij\"}",
		c.code);
	eva = flow_link(&f, "eva@pol");
	flow_call(eva, "case.show", &t, "{\"case\":\"%s\"}", c.code);
	cr_expect_str_eq(flow_text(&t, "invited_by"), "noor@wijk");
	cr_expect_str_eq(flow_text(&t, "ask"), "kom erbij");
	cr_expect_null(obj_get(tree_root(&t), "title"));
	cr_expect_eq(flow_try(eva, "case.plan", &none, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_NOTFOUND);
	link_close(eva);
}

Test(plan, a_change_on_an_old_revision_is_refused_with_both_versions)
{
	CLEANUP(tree_free) struct tree detail = {0};
	struct fault fault = {0};
	struct tree t;
	char code[16];

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"eerst dit\"}}");
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":\"toen dat\"}}",
		c.code, code);
	cr_expect_eq(flow_try(c.noor, "item.set", &t, &fault,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":"
			      "\"nee dit\"}}",
			      c.code, code),
		     ERR_CONFLICT);
	cr_assert_eq(tree_read(&detail, buf_view(&fault.detail)), ERR_OK);
	cr_expect_eq(obj_n(obj_get(obj_get(tree_root(&detail), "now"), "view")), LEVEL_INHOUD);
	cr_expect_eq(obj_n(obj_get(obj_get(tree_root(&detail), "base"), "view")), LEVEL_INHOUD);
	fault_free(&fault);
}

Test(plan, the_same_request_sent_again_is_done_once_and_answered_the_same)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree a = {0};
	CLEANUP(tree_free) struct tree b = {0};
	CLEANUP(tree_free) struct tree plan = {0};
	struct fault fault = {0};
	char json[256];

	snprintf(json, sizeof(json),
		 "{\"case\":\"%s\",\"kind\":\"doel\",\"fields\":{\"inhoud\":\"een keer\"}}",
		 c.code);
	flow_pack(&params, json, true);
	cr_assert_eq(link_call(c.noor, "item.add", buf_view(&params), &a, &fault), ERR_OK);
	cr_assert_eq(link_call(c.noor, "item.add", buf_view(&params), &b, &fault), ERR_OK);
	cr_expect_str_eq(flow_text(&a, "item"), flow_text(&b, "item"));
	flow_call(c.noor, "case.plan", &plan, "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(obj_n(obj_get(tree_root(&plan), "items")), 1);
}

Test(plan, a_reference_to_an_item_he_may_not_know_of_is_left_out_for_him)
{
	CLEANUP(tree_free) struct tree t = {0};
	char goal[16], action[16];

	flow_add(c.noor, c.code, goal,
		 "{\"kind\":\"doel\",\"purposes\":[\"d2\"],\"fields\":{\"inhoud\":\"doel voor "
		 "veiligheid\"}}");
	flow_add(c.noor, c.code, action,
		 "{\"kind\":\"actie\",\"purposes\":[\"d1\"],\"fields\":{\"inhoud\":\"x\",\"voor_"
		 "doel\":\"%s\",\"uitvoerder\":\"mila@ggz\"}}",
		 goal);
	flow_call(c.noor, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	cr_expect_not_null(obj_get(obj_get(tree_root(&t), "item"), "refs"));
	tree_free(&t);
	flow_call(c.mila, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	cr_expect_eq(obj_n(obj_get(obj_get(tree_root(&t), "item"), "view")), LEVEL_INHOUD,
		     "she carries it out");
	cr_expect_null(obj_get(obj_get(tree_root(&t), "item"), "refs"));
}

Test(plan, a_message_is_read_by_who_sees_the_core_and_others_cannot_write_one)
{
	CLEANUP(tree_free) struct tree t = {0};
	char action[16], message[16];
	struct tree none;

	flow_add(c.noor, c.code, action,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\",\"uitvoerder\":\"mila@ggz\"}}");
	flow_add(c.noor, c.code, message,
		 "{\"kind\":\"bericht\",\"about\":\"%s\",\"fields\":{\"inhoud\":\"lukt het?\"}}",
		 action);
	flow_call(c.mila, "item.thread", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "messages")), 1);
	cr_expect_eq(obj_int(obj_get(obj_get(tree_root(&t), "audience"), "people"), 0), 2);
	tree_free(&t);
	flow_call(c.daan, "item.thread", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, action);
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "messages")), 0);
	cr_expect_eq(flow_try(c.daan, "item.add", &none, NULL,
			      "{\"case\":\"%s\",\"kind\":\"bericht\",\"about\":\"%s\",\"fields\":{"
			      "\"inhoud\":\"ik ook\"}}",
			      c.code, action),
		     ERR_REFUSED);
}

/* The police may know the core of the plan. */
static void core_for_daan(void)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "rule.add",
		"{\"rule\":\"kern-pol\",\"from_agency\":\"*\",\"category\":\"plan\",\"to\":"
		"\"agency="
		"pol\",\"level\":\"kern\",\"ground\":\"convenant\"}");
	link_close(admin);
}

static size_t history_of(struct link *l, const char *code)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code);
	return obj_n(obj_get(tree_root(&t), "history"));
}

Test(plan, what_changed_between_two_things_he_does_not_see_leaves_no_history)
{
	char one[16], two[16], act[16];

	core_for_daan();
	flow_add(
		c.mila, c.code, one,
		"{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":\"a\"}}");
	flow_add(
		c.mila, c.code, two,
		"{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":\"b\"}}");
	flow_add(c.mila, c.code, act,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"bellen\",\"voor_doel\":\"%s\"}}",
		 one);
	flow_do(c.mila, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"voor_doel\":\"%s\"}}",
		c.code, act, two);
	cr_expect_eq(history_of(c.daan, act), 0);
	cr_expect_eq(history_of(c.mila, act), 1);
}

/* A care step in the plan: the casusregisseur knows its core and may change it. */
static void core_of_care_for_noor(void)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "agreement.put",
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"purposes\":[{\"purpose\":\"d1\",\"text\":"
		"\"steun\"},{\"purpose\":\"d2\",\"text\":\"veiligheid\"}],\"ceilings\":["
		"{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"},"
		"{\"category\":\"planzorg\",\"to\":\"casusregisseur\",\"level\":\"kern\",\"consent_"
		"level\":"
		"\"kern\"}]}");
	flow_do(admin, "rule.add",
		"{\"rule\":\"zorgstap\",\"from_agency\":\"*\",\"category\":\"planzorg\",\"to\":"
		"\"role="
		"casusregisseur\",\"level\":\"kern\",\"ground\":\"convenant\"}");
	link_close(admin);
}

static enum err set_by_mark(const char *code, const char *mark)
{
	return flow_try(c.noor, "item.set", NULL, NULL,
			"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":0%s%s%s,\"fields\":{\"inhoud\":"
			"\"anders\"}}",
			c.code, code, mark ? ",\"mark\":\"" : "", mark ? mark : "",
			mark ? "\"" : "");
}

Test(plan, who_sees_no_revisions_overwrites_nothing_he_has_not_read)
{
	CLEANUP(tree_free) struct tree read = {0};
	CLEANUP(tree_free) struct tree again = {0};
	char act[16];

	core_of_care_for_noor();
	flow_add(c.mila, c.code, act,
		 "{\"kind\":\"actie\",\"category\":\"planzorg\",\"fields\":{\"inhoud\":\"intake\"}"
		 "}");
	flow_call(c.noor, "item.show", &read, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, act);
	cr_assert_eq(obj_n(obj_get(obj_get(tree_root(&read), "item"), "view")), LEVEL_KERN);
	flow_do(c.mila, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":\"intake op "
		"vrijdag\"}}",
		c.code, act);
	cr_expect_eq(set_by_mark(act, NULL), ERR_USAGE, "on what it is based is asked");
	cr_expect_eq(set_by_mark(act, flow_text(&read, "mark")), ERR_CONFLICT, "Mila was first");
	flow_call(c.noor, "item.show", &again, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, act);
	cr_expect_eq(set_by_mark(act, flow_text(&again, "mark")), ERR_OK);
}

Test(plan, a_field_that_is_the_persons_or_the_leads_is_not_set_by_another_at_the_beginning_either)
{
	cr_expect_eq(flow_try(c.daan, "item.add", NULL, NULL,
			      "{\"case\":\"%s\",\"kind\":\"strategie\",\"fields\":{\"verklaard\":"
			      "\"kansen\","
			      "\"ervaren\":\"kansen\"}}",
			      c.code),
		     ERR_REFUSED);
}
