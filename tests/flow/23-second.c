/* What shows more takes two people, and one person is never both. */
#include "programs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const int64_t day = 24LL * 60 * 60 * 1000;
static struct flow f;
static struct flow_case c;
static struct link *beheer, *fg;

static void set_up(void)
{
	setenv("LANGUAGE", "nl", 1);
	flow_begin(&f);
	flow_case(&f, &c);
	beheer = flow_link(&f, "beheer@zvh");
	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	fg = flow_link(&f, "fg@zvh");
}

static void tear_down(void)
{
	link_close(beheer);
	link_close(fg);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(second, .init = set_up, .fini = tear_down);

/* Puts the agreement up with this emergency level; the version it got. */
static int64_t put(int emergency, struct tree *out)
{
	flow_call(
		beheer, "agreement.put", out,
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"emergency\":%d,"
		"\"purposes\":[{\"purpose\":\"d1\",\"text\":\"steun\"},{\"purpose\":\"d2\","
		"\"text\":\"veiligheid\"}],"
		"\"ceilings\":[{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\","
		"\"consent_level\":\"inhoud\"},"
		"{\"category\":\"gezondheid\",\"to\":\"-\",\"level\":\"geen\","
		"\"consent_level\":\"kern\"},"
		"{\"category\":\"sociaal\",\"to\":\"-\",\"level\":\"kern\",\"consent_level\":"
		"\"kern\"}],\"caps\":[{\"category\":\"plan\",\"level\":\"signaal\"}]}",
		emergency);
	return obj_int(obj_get(tree_root(out), "version"), 0);
}

static int64_t put_up(int emergency)
{
	CLEANUP(tree_free) struct tree t = {0};

	return put(emergency, &t);
}

static enum err approve(struct link *by, int64_t version, bool refuse)
{
	return flow_try(by, "agreement.approve", NULL, NULL,
			"{\"agreement\":\"delta\",\"version\":%d,\"refuse\":%s}", (int)version,
			refuse ? "true" : "false");
}

Test(second, what_was_read_is_what_is_approved_also_when_one_was_refused_in_between)
{
	int64_t read = put_up(3), swapped, after;

	swapped = put_up(4);
	cr_expect_neq(read, swapped);
	cr_expect_eq(approve(fg, read, false), ERR_CONFLICT);
	cr_expect_eq(approve(fg, swapped, true), ERR_OK);
	after = put_up(4);
	cr_expect_gt(after, swapped, "a number that was refused is not used again");
	cr_expect_eq(approve(fg, swapped, false), ERR_CONFLICT);
	cr_expect_eq(approve(fg, after, false), ERR_OK);
}

Test(second, stopping_who_could_approve_is_no_way_round_him)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_do(beheer, "user.stop", "{\"person\":\"fg@zvh\",\"why\":\"x\"}");
	put(4, &t);
	cr_expect(obj_bool(obj_get(tree_root(&t), "waits")));
	cr_expect(obj_bool(obj_get(tree_root(&t), "nobody")), "and it says that nobody could");
	flow_do(beheer, "user.stop", "{\"person\":\"fg@zvh\",\"why\":\"x\",\"again\":true}");
	link_close(fg);
	fg = flow_link(&f, "fg@zvh");
	cr_expect_eq(approve(fg, obj_int(obj_get(tree_root(&t), "version"), 0), false), ERR_OK);
}

/* Beheer makes one up, with a function that approves, and joins as him. */
static struct link *made_up(const char *handle, const char *name)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(beheer, "user.add", &t,
		  "{\"person\":\"%s\",\"name\":\"%s\",\"functions\":[\"privacy-officer\"]}", handle,
		  name);
	flow_device(&f, beheer, handle, handle);
	return flow_link(&f, handle);
}

Test(second, who_approves_was_given_that_function_by_two)
{
	CLEANUP(tree_free) struct tree t = {0};
	int64_t version = put_up(4);
	struct link *pop = made_up("pop@zvh", "Pop Verzonnen");

	cr_expect_eq(approve(pop, version, false), ERR_REFUSED);
	cr_expect_eq(flow_try(pop, "log.read", NULL, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED, "and the log is not his to read");
	cr_expect_eq(flow_try(beheer, "user.approve", NULL, NULL, "{\"person\":\"pop@zvh\"}"),
		     ERR_REFUSED, "not by who gave it");
	cr_expect_eq(flow_try(pop, "user.approve", NULL, NULL, "{\"person\":\"pop@zvh\"}"),
		     ERR_REFUSED, "not by himself");
	flow_call(fg, "user.waiting", &t, "{}");
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "people")), 1);
	flow_do(fg, "user.approve", "{\"person\":\"pop@zvh\"}");
	link_close(pop);
	pop = flow_link(&f, "pop@zvh");
	cr_expect_eq(approve(pop, version, false), ERR_OK);
	link_close(pop);
}

Test(second, a_function_that_was_refused_is_not_had)
{
	struct link *pop = made_up("pop@zvh", "Pop Verzonnen");
	int64_t version = put_up(4);

	flow_do(fg, "user.approve", "{\"person\":\"pop@zvh\",\"refuse\":true}");
	cr_expect_eq(approve(pop, version, false), ERR_REFUSED);
	cr_expect_eq(flow_try(fg, "user.approve", NULL, NULL, "{\"person\":\"pop@zvh\"}"),
		     ERR_USAGE);
	link_close(pop);
}

Test(second, stopping_the_other_gives_no_function_away_for_two_weeks)
{
	struct link *pop;
	int64_t version = put_up(4);

	flow_do(beheer, "user.stop", "{\"person\":\"fg@zvh\",\"why\":\"x\"}");
	pop = made_up("pop@zvh", "Pop Verzonnen");
	cr_expect_eq(approve(pop, version, false), ERR_REFUSED);
	link_close(pop);
	flow_clock(&f, 15 * day);
	link_close(beheer);
	beheer = flow_link(&f, "beheer@zvh");
	pop = made_up("pip@zvh", "Pip Opvolger");
	cr_expect_eq(approve(pop, version, false), ERR_OK, "a house finds a successor");
	link_close(pop);
}

Test(second, each_version_of_an_agreement_can_be_read_later_with_who_approved_it)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list, *last;
	static struct program p;
	int64_t refused = put_up(3), version;

	cr_assert_eq(approve(fg, refused, true), ERR_OK);
	version = put_up(4);
	cr_assert_eq(approve(fg, version, false), ERR_OK);
	flow_call(c.noor, "agreement.versions", &t, "{\"agreement\":\"delta\"}");
	list = obj_get(tree_root(&t), "versions");
	cr_assert_eq(obj_n(list), 2, "the refused one was never in force");
	cr_expect_eq(obj_int(obj_get(obj_get(obj_at(list, 0), "whole"), "emergency"), 0), 2);
	last = obj_at(list, 1);
	cr_expect_eq(obj_int(obj_get(obj_get(last, "whole"), "emergency"), 0), 4);
	cr_expect(slice_is(obj_bytes(obj_get(last, "by")), "beheer@zvh"));
	cr_expect(slice_is(obj_bytes(obj_get(last, "approved_by")), "fg@zvh"));
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "agreement", "show", "delta", "--version", "1");
	cr_expect(program_said(&p, "signaal"), "%s%s", p.out, p.err);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "agreement", "versions", "delta");
	cr_expect(program_said(&p, "fg@zvh"), "%s%s", p.out, p.err);
}
