/* What the clock does: changes of its own, once, whatever crashes. On a moved date. */
#include "eyes.h"
#include "flow.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>

static const int64_t day = 24LL * 60 * 60 * 1000;
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
TestSuite(clock, .init = set_up, .fini = tear_down);

/* How many of the kind Noor sees in this state. */
static size_t in_state(const char *kind, const char *state)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *items;
	size_t n = 0;

	flow_call(c.noor, "case.plan", &t, "{\"case\":\"%s\",\"kind\":\"%s\"}", c.code, kind);
	items = obj_get(tree_root(&t), "items");
	for (size_t i = 0; i < obj_n(items); i++) {
		const msgpack_object *view = obj_get(obj_at(items, i), "view");

		n += slice_is(obj_bytes(obj_get(obj_at(view, 1), "state")), state);
	}
	return n;
}

static void wait_for(const char *kind, const char *state, size_t n)
{
	int tries = 0;

	while (in_state(kind, state) != n && tries++ < 500)
		poll(NULL, 0, 10);
	cr_assert_eq(in_state(kind, state), n, "%s %s", kind, state);
}

static void house_rule_for_signals(void)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "agreement.put",
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"purposes\":[{\"purpose\":\"d1\",\"text\":"
		"\"steun\"},{\"purpose\":\"d2\",\"text\":\"veiligheid\"}],\"ceilings\":["
		"{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"},"
		"{\"category\":\"proces\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"}]}");
	flow_do(admin, "rule.add",
		"{\"rule\":\"proces\",\"from_agency\":\"*\",\"category\":\"proces\",\"to\":\"role="
		"casusregisseur\",\"level\":\"inhoud\",\"ground\":\"convenant\"}");
	link_close(admin);
}

static void add_action(char code[16])
{
	flow_add(c.mila, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"aanvraag\",\"uitvoerder\":"
		 "\"mila@ggz\",\"termijn\":\"%s\"}}",
		 flow_date(2));
}

Test(clock, what_is_late_becomes_verlopen_once_and_its_doer_and_the_lead_are_told)
{
	char code[16];

	house_rule_for_signals();
	add_action(code);
	flow_clock(&f, 1 * day);
	cr_expect_eq(in_state("actie", "open"), 1);
	flow_clock(&f, 4 * day);
	wait_for("actie", "verlopen", 1);
	cr_expect_eq(told(c.mila, "late"), 1);
	cr_expect_eq(told(c.noor, "late"), 1);
	cr_expect_eq(in_state("signaal", "vraag"), 1, "and whether it stands still is asked");
	/* a crash, and a start much later: nothing comes twice */
	flow_kill(&f);
	flow_start(&f);
	flow_case_close(&c);
	c.daan = NULL;
	c.noor = flow_link(&f, "noor@wijk");
	c.mila = flow_link(&f, "mila@ggz");
	wait_for("actie", "verlopen", 1);
	cr_expect_eq(told(c.noor, "late"), 1);
	cr_expect_eq(in_state("signaal", "vraag"), 1);
	/* nobody says it is so: in two weeks the question is gone */
	flow_clock(&f, 19 * day);
	wait_for("signaal", "vraag", 0);
	cr_expect_eq(in_state("signaal", "vervallen"), 1);
}

Test(clock, what_was_done_in_time_or_got_another_term_is_left_alone)
{
	char done[16], later[16];

	add_action(done);
	add_action(later);
	flow_do(c.mila, "item.move", "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"done\"}", c.code,
		done);
	flow_do(c.mila, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"termijn\":\"%s\"}}",
		c.code, later, flow_date(20));
	flow_clock(&f, 5 * day);
	poll(NULL, 0, 1500);
	cr_expect_eq(in_state("actie", "klaar"), 1);
	cr_expect_eq(in_state("actie", "open"), 1);
	flow_clock(&f, 22 * day);
	wait_for("actie", "verlopen", 1);
}
