/* What a server, or another who writes in a case, can put before a person: the output gate, tables,
 * JSON, and what he types himself in an editor; dates and codes. */
#include "fuzz.h"

#include "clock.h"
#include "codes.h"
#include "gate.h"
#include "json.h"
#include "scan.h"
#include "table.h"
#include "texts.h"

#include <stdlib.h>
#include <string.h>

static FILE *nowhere(void)
{
	static FILE *f;

	if (!f)
		f = fopen("/dev/null", "we");
	return f;
}

static void gate(struct slice s)
{
	CLEANUP(buf_free) struct buf once = {0};
	CLEANUP(buf_free) struct buf twice = {0};
	size_t fit;

	gate_clean(s, false, &once);
	must(scan_utf8(buf_view(&once)), "what passes the gate is UTF-8");
	for (size_t i = 0; i < once.n; i++)
		must(once.p[i] >= 0x20 && once.p[i] != 0x7f, "and holds nothing that steers");
	gate_clean(buf_view(&once), false, &twice);
	must(slice_eq(buf_view(&once), buf_view(&twice)), "cleaned twice is cleaned once");
	fit = gate_fit(buf_view(&once), 10);
	must(fit <= once.n && gate_columns((struct slice){once.p, fit}) <= 10, "and fits");
	gate_print(nowhere(), s);
}

static void rows(struct slice s)
{
	struct table t = {.head = {"a", "b"}, .columns = 2, .wide = {false, true}};

	for (int i = 0; i < 64 && s.n; i++) {
		struct slice cells[2] = {fuzz_line(&s), fuzz_line(&s)};

		table_row(&t, cells);
	}
	table_print(&t, nowhere());
	table_text(nowhere(), 4, s);
	table_free(&t);
}

static void answer(struct slice s)
{
	CLEANUP(tree_free) struct tree tree = {0};
	struct scan scan;

	scan_begin(&scan, scan_answer);
	if (scan_go(&scan, s) == SCAN_DONE &&
	    tree_read(&tree, (struct slice){s.p, scan.at}) == ERR_OK)
		json_print(nowhere(), tree_root(&tree), false);
}

static void editor(struct slice s)
{
	static const struct field fields[] = {{.name = "signaal", .type = T_LINE, .max = 200},
					      {.name = "inhoud", .type = T_TEXT, .max = 4000}};
	struct texts_wanted wanted = {
		.field = {&fields[0], &fields[1]}, .n = 2, .remark = "x", .remarks = true};
	struct texts texts = {0};
	struct fault fault = {0};

	if (texts_parse(&wanted, s, &texts, &fault) != ERR_OK)
		must(*fault.text != 0, "a mistake is named");
	texts_free(&texts);
	fault_free(&fault);
}

static void words(struct slice s)
{
	CLEANUP(arena_free) struct arena a = {0};
	const char *z = arena_str(&a, s);
	char out[24], clean[16];
	int64_t t = clock_parse(z, 0);

	must(t < 0 || clock_parse(clock_format(t - t % 1000, out), 0) == t - t % 1000,
	     "a moment written down is the same moment");
	clock_parse(z, 1);
	case_number(s);
	item_code_clean(s, clean);
	item_code_case(s);
	level_parse(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice s = {p, n};

	setenv("COLUMNS", "40", 0);
	switch (fuzz_number(&s, 1)) {
	case 'T':
		rows(s);
		break;
	case 'A':
		answer(s);
		break;
	case 'E':
		editor(s);
		break;
	case 'W':
		words(s);
		break;
	default:
		gate(s);
	}
	return 0;
}
