/* Any MessagePack-RPC library in any language can talk to brugd. */
#include "flow.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

static void expect_line(FILE *from, const char *want)
{
	char line[256] = "";

	cr_assert_not_null(fgets(line, sizeof(line), from), "a line comes");
	line[strcspn(line, "\n")] = 0;
	cr_expect_str_eq(line, want);
}

Test(stranger, a_library_that_none_of_us_wrote_says_hello_reads_a_plan_and_watches)
{
	char code[16], command[512];
	struct flow_case c;
	struct flow f;
	FILE *out;

	flow_begin(&f);
	flow_case(&f, &c);
	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	snprintf(command, sizeof(command),
		 "/usr/bin/python3 %s/stranger.py %s %s/people/daan@pol %s", FLOWS, f.where, f.dir,
		 c.code);
	out = popen(command, "r");
	cr_assert_not_null(out);
	expect_line(out, "hello daan@pol");
	expect_line(out, "plan 1 [2]");
	expect_line(out, "watch True 1");
	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"y\"}}");
	expect_line(out, "event show");
	cr_expect_eq(pclose(out), 0);
	flow_case_close(&c);
	flow_end(&f);
}
