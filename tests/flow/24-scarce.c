/* When the machine has too little, or the wrong time: what the user reads, what the operator reads,
 * and how it goes on. */
#include "house.h"
#include "programs.h"

#include <criterion/criterion.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LITTLE = 100 * 1024, LESS_THAN_THE_RESERVE = 900 * 1024 };

static struct house h;
static struct link *noor, *mila;

static void set_up(void)
{
	house_begin(&h, "segment_mib = 1\nreserve_mib = 1\n");
}

static void open_links(void)
{
	flow_start(&h.flow);
	noor = flow_link(&h.flow, "noor@wijk");
	mila = flow_link(&h.flow, "mila@ggz");
}

static void tear_down(void)
{
	link_close(noor);
	link_close(mila);
	h.faults->limit = h.faults->closed = 0;
	house_end(&h);
}
TestSuite(scarce, .init = set_up, .fini = tear_down);

static enum err add(struct fault *fault)
{
	return flow_try(noor, "item.add", NULL, fault,
			"{\"case\":\"%s\",\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}",
			h.c.code);
}

static enum err look(void)
{
	return flow_try(mila, "case.plan", NULL, NULL, "{\"case\":\"%s\"}", h.c.code);
}

static bool logged(const char *words)
{
	char command[256];

	snprintf(command, sizeof(command), "grep -q '%s' %s/log", words, h.flow.dir);
	return system(command) == 0;
}

static void doctor(struct program *p)
{
	setenv("LANGUAGE", "en", 1);
	BRUG_ADMIN(&h.flow, p, "beheer@zvh", NULL, "doctor", "--state", h.flow.state);
}

static bool reserve_is_there(void)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/journal/reserve", h.flow.state);
	return access(path, F_OK) == 0;
}

Test(scarce, on_a_full_disk_writes_are_refused_with_a_reason_reading_goes_on_and_it_recovers)
{
	struct fault fault = {0};
	struct program p;

	open_links();
	cr_assert_eq(add(NULL), ERR_OK);
	h.faults->room = LESS_THAN_THE_RESERVE;
	h.faults->limit = 1;
	cr_expect_eq(add(&fault), ERR_FULL);
	cr_expect_gt(strlen(fault.why), 0);
	cr_expect_gt(strlen(fault.can), 0);
	cr_expect_eq(look(), ERR_OK);
	doctor(&p);
	cr_expect(program_said(&p, "There is room for 0 MB"), "%s", p.out);
	cr_expect(program_said(&p, "wrong"), "%s", p.out);
	cr_expect(logged("disk full: writes are refused"));
	h.faults->room = 1L << 40;
	cr_expect_eq(add(NULL), ERR_OK, "by itself");
	cr_expect(logged("disk has room again"));
}

Test(scarce, when_others_fill_the_disk_the_reserve_is_given_up_and_laid_again)
{
	struct program p;

	open_links();
	cr_assert_eq(add(NULL), ERR_OK);
	cr_expect(reserve_is_there());
	h.faults->room = LITTLE;
	h.faults->limit = 1;
	cr_expect_eq(look(), ERR_OK);
	cr_expect_not(reserve_is_there());
	cr_expect_gt(h.faults->room, LITTLE, "its room is free for the log and the state");
	doctor(&p);
	cr_expect(program_said(&p, "reserve was given up"), "%s", p.out);
	h.faults->room = 1L << 40;
	cr_expect_eq(add(NULL), ERR_OK);
	cr_expect(reserve_is_there());
}

Test(scarce, on_a_full_disk_the_server_starts_and_is_read)
{
	open_links();
	cr_assert_eq(add(NULL), ERR_OK);
	flow_kill(&h.flow);
	link_close(noor);
	link_close(mila);
	h.faults->room = LITTLE;
	h.faults->limit = 1;
	open_links();
	cr_expect_eq(look(), ERR_OK);
	cr_expect_eq(add(NULL), ERR_FULL);
}

Test(scarce, a_disk_that_turned_read_only_ends_it_and_it_recovers_when_that_is_mended)
{
	struct fault fault = {0};
	struct program p;
	int status;

	open_links();
	cr_assert_eq(add(NULL), ERR_OK);
	h.faults->closed = 1;
	cr_expect_eq(add(&fault), ERR_UNREACHABLE);
	cr_expect_gt(strlen(fault.can), 0);
	cr_assert_eq(waitpid(h.flow.pid, &status, 0), h.flow.pid);
	h.flow.pid = 0;
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 75, "systemd starts it again");
	cr_expect(logged("the journal could not be written"));
	cr_expect_not(flow_up(&h.flow), "not on such a disk");
	doctor(&p);
	cr_expect(program_said(&p, "read-only"), "%s", p.out);
	h.faults->closed = 0;
	link_close(noor);
	link_close(mila);
	open_links();
	cr_expect_eq(look(), ERR_OK);
	cr_expect_eq(add(NULL), ERR_OK);
}

Test(scarce, with_few_descriptors_fewer_come_in_and_who_is_in_goes_on)
{
	const struct rlimit few = {64, 64};
	struct home home = flow_home(&h.flow, "daan@pol");
	struct fault fault = {0};
	struct link *more[20] = {NULL};
	size_t in = 0;

	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	open_links();
	link_close(flow_link(&h.flow, "daan@pol"));
	for (int i = 0; i < 20; i++)
		in += link_open(&home, "flow", &more[i], &fault) == ERR_OK;
	cr_expect_lt(in, 20);
	cr_expect_eq(add(NULL), ERR_OK);
	cr_expect_eq(look(), ERR_OK);
	cr_expect(logged("few descriptors: connections="));
	for (int i = 0; i < 20; i++)
		link_close(more[i]);
	link_close(flow_link(&h.flow, "daan@pol"));
}

Test(scarce, when_the_clock_is_moved_work_goes_on_and_the_operator_hears_of_it)
{
	static const int64_t hour = 3600 * 1000LL;
	const int64_t moves[] = {3 * hour, 26 * hour, hour};

	flow_clock(&h.flow, 2 * hour);
	open_links();
	flow_do(mila, "case.watch", "{\"case\":\"%s\"}", h.c.code);
	for (size_t i = 0; i < 3; i++) {
		CLEANUP(tree_free) struct tree t = {0};
		struct fault fault = {0};
		struct slice name = {0};

		flow_clock(&h.flow, moves[i]);
		cr_expect_eq(add(NULL), ERR_OK);
		cr_expect_eq(link_next(mila, 10000, &name, &t, &fault), ERR_OK);
		cr_expect(slice_is(name, "case.event"));
		cr_expect_eq(look(), ERR_OK);
	}
	for (int i = 0; i < 500 && !logged("clock moved: by_s=-"); i++)
		poll(NULL, 0, 10);
	cr_expect(logged("clock moved: by_s=-"));
}

/* A device's term has passed: he is cut, and let in again when the clock is right. */
Test(scarce, in_2038_nobody_comes_in_and_back_in_time_everybody_does)
{
	struct home home = flow_home(&h.flow, "mila@ggz");
	struct fault fault = {0};
	struct link *l = NULL;

	open_links();
	cr_assert_eq(add(NULL), ERR_OK);
	flow_clock(&h.flow, 4500LL * 24 * 3600 * 1000);
	cr_expect_eq(link_open(&home, "flow", &l, &fault), ERR_IDENTITY);
	cr_expect_gt(strlen(fault.can), 0);
	flow_clock(&h.flow, 0);
	cr_assert_eq(link_open(&home, "flow", &l, &fault), ERR_OK, "%s", fault.text);
	cr_expect_eq(flow_try(l, "case.plan", NULL, NULL, "{\"case\":\"%s\"}", h.c.code), ERR_OK);
	link_close(l);
}
