/*
 * What if over many cases: it comes in helpings, each answered by itself, so that whoever asks sees
 * that it goes on and others are served in between; and they cover every case once.
 */
#include "clock.h"
#include "keys.h"
#include "world_calls.h"
#include "world_many.h"

#include <criterion/criterion.h>

enum { CASES = 2500 };

static struct world_hub h;

static void set_up(void)
{
	struct slice function = SLICE("partnership-admin");
	struct rec_person p;

	clock_set_ms(world_time("2026-10-20T10:00:00Z"));
	world_open(&h.w);
	for (unsigned i = 1; i < CASES; i++)
		world_copy_case(&h.w, 1000000 + i);
	for (uint64_t id = 1; id <= 2; id++) {
		struct key k = key_u64(id);

		world_get(&h.w, TAB_PERSON, key_view(&k), REC_person, &p);
		p.functions = (struct slices){&function, 1};
		world_set(&h.w, 0, TAB_PERSON, key_view(&k), REC_person, &p);
	}
}

static void tear_down(void)
{
	world_hub_close(&h);
}
TestSuite(whatif, .init = set_up, .fini = tear_down);

static const char rule[] = "{'rule':'proef','from_agency':'*','category':'sociaal','to':'all',"
			   "'level':'kern','ground':'proef'}";

/* One helping; false: the last. */
static bool helping(struct buf *next, int64_t *cases)
{
	CLEANUP(answer_free) struct answer a = {0};
	const msgpack_object *o;

	world_asks_whatif_from(&h, "u01", "rule.add", rule, buf_view(next), &a);
	cr_assert_eq(a.err, ERR_OK);
	*cases += obj_int(obj_get(a.result, "cases"), 0);
	o = obj_get(a.result, "next");
	next->n = 0;
	if (!o || (o->type == MSGPACK_OBJECT_POSITIVE_INTEGER && !obj_int(o, 0)))
		return false;
	pack_object(next, o);
	return true;
}

Test(whatif, over_many_cases_comes_in_helpings_and_all_cases_are_counted_once, .timeout = 300)
{
	CLEANUP(buf_free) struct buf next = {0};
	int64_t cases = 0;
	unsigned helpings = 1;

	while (helping(&next, &cases))
		helpings++;
	cr_expect_gt(helpings, 1);
	cr_expect_eq(cases, CASES);
}

Test(whatif, who_goes_on_is_who_began, .timeout = 300)
{
	CLEANUP(answer_free) struct answer a = {0};
	CLEANUP(buf_free) struct buf next = {0};
	int64_t cases = 0;

	cr_assert(helping(&next, &cases));
	world_asks_whatif_from(&h, "u02", "rule.add", rule, buf_view(&next), &a);
	cr_expect_eq(a.err, ERR_USAGE, "the counts so far are another's");
}
