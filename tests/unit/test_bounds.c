/* What one request costs, and how large its answer is, has a bound whatever a member wrote before
 * it. Memory is measured, in a process of its own for each test; time is tests/bench/cost.c's. */
#include "clock.h"
#include "world_calls.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static struct world_hub h;

static void set_up(void)
{
	clock_set_ms(world_time("2026-10-20T10:00:00Z"));
	cr_assert_not_null(freopen("/dev/null", "w", stderr));
	world_open(&h.w);
}

static void tear_down(void)
{
	world_hub_close(&h);
}
TestSuite(bounds, .init = set_up, .fini = tear_down);

static void add(const char *kind, size_t text, unsigned n)
{
	char json[9000], words[8200];

	memset(words, 'x', text);
	words[text] = 0;
	snprintf(json, sizeof(json),
		 "{'case':'J-0417','kind':'%s','purposes':['d1'],'leefgebieden':['psychisch'],"
		 "'fields':{'inhoud':'%s'}}",
		 kind, words);
	for (unsigned i = 0; i < n; i++) {
		CLEANUP(answer_free) struct answer a = {0};

		world_asks(&h, "u12", "item.add", json, &a);
		cr_assert_eq(a.err, ERR_OK, "%d", a.err);
	}
}

static long peak_mb(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return r.ru_maxrss / 1024;
}

/* A walk for each of them would take the memory of their number times itself. */
Test(bounds, many_readings_cost_the_memory_of_their_number)
{
	CLEANUP(answer_free) struct answer a = {0}, plan = {0};
	long before;

	add("duiding", 1, 800);
	before = peak_mb();
	world_asks(&h, "u12", "case.readings", "{'case':'J-0417'}", &a);
	cr_assert_eq(a.err, ERR_OK);
	cr_expect_geq(obj_n(obj_get(a.result, "alone")), 800);
	world_asks(&h, "u12", "case.plan", "{'case':'J-0417'}", &plan);
	cr_expect_eq(plan.err, ERR_OK);
	cr_expect_lt(peak_mb() - before, 60);
}

/* What no client takes is refused with words; a link that broke would say nothing. */
Test(bounds, a_plan_larger_than_a_client_takes_is_refused_and_the_next_request_is_answered)
{
	CLEANUP(answer_free) struct answer plan = {0}, show = {0};

	add("notitie", 4000, 2300); /* more than 4 KiB is not taken before a hello */
	world_asks(&h, "u12", "case.plan", "{'case':'J-0417'}", &plan);
	cr_expect_eq(plan.err, ERR_LIMIT, "%d", plan.err);
	world_asks(&h, "u12", "case.show", "{'case':'J-0417'}", &show);
	cr_expect_eq(show.err, ERR_OK);
}
