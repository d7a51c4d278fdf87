/* The admin's files: lines of commands, their words as options, and tables from a spreadsheet. */
#include "fuzz.h"

#include "csv.h"
#include "options.h"
#include "scan.h"
#include "script.h"

#include <string.h>

static void quoted_again(struct arena *a, const struct script_line *line)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct script_line same;
	const char *why = NULL;

	for (int i = 0; i < line->n; i++) {
		if (i)
			buf_u8(&text, ' ');
		script_quote(slice_of(line->v[i]), &text);
	}
	must(script_split(a, buf_view(&text), &same, &why) == ERR_OK, "what is quoted is split");
	must(same.n == line->n, "into as many words");
	for (int i = 0; i < line->n; i++)
		must(!strcmp(same.v[i], line->v[i]), "the same words");
}

/* What is not UTF-8 is the server's to refuse. */
static bool is_text(const struct script_line *line)
{
	for (int i = 0; i < line->n; i++)
		if (!scan_utf8(slice_of(line->v[i])))
			return false;
	return true;
}

/* The words behind a method's name, as options of it. */
static void options(struct script_line *line)
{
	const struct method *m = vocab_method(&brug_vocab, slice_of(line->v[0]));
	struct options o = {.positional = "case item", .filled = "rev"};
	struct fault fault = {0};

	if (!m)
		return;
	o.lists[0] = m->params;
	if (options_read(line->n - 1, line->v + 1, &o, &fault) == ERR_OK &&
	    options_check(&o, &fault) == ERR_OK) {
		CLEANUP(buf_free) struct buf pairs = {0};
		CLEANUP(buf_free) struct buf map = {0};
		CLEANUP(tree_free) struct tree tree = {0};
		unsigned n = 0;

		options_missing(&o, m->params);
		if (options_pack(&o, m->params, &pairs, &n, &fault) == ERR_OK) {
			pack_map(&map, n);
			buf_slice(&map, buf_view(&pairs));
			must(tree_read(&tree, buf_view(&map)) == ERR_OK || !is_text(line),
			     "options make one map");
		}
	} else {
		must(*fault.text != 0, "a mistake is named");
	}
	fault_free(&fault);
}

static void lines(struct slice text)
{
	while (text.n) {
		CLEANUP(arena_free) struct arena a = {0};
		struct slice line = fuzz_line(&text);
		struct script_line words;
		const char *why = NULL;

		if (script_split(&a, line, &words, &why) != ERR_OK) {
			must(why != NULL, "a line that cannot be split says why");
			continue;
		}
		if (!memchr(line.n ? line.p : (const uint8_t *)"", 0, line.n)) {
			quoted_again(&a, &words);
			if (words.n)
				options(&words);
		}
	}
}

static void table(struct slice text)
{
	CLEANUP(arena_free) struct arena a = {0};
	const char *why = NULL;
	unsigned line = 0;
	struct csv csv;

	if (csv_read(&a, text, &csv, &line, &why) != ERR_OK) {
		must(why != NULL, "a table that cannot be read says why");
		return;
	}
	for (size_t i = 0; i < csv.n; i++) {
		must(csv.rows[i].cells.n > 0 && csv.rows[i].cells.n <= 32, "a row has cells");
		csv_cell(&csv, &csv.rows[i], "naam");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice s = {p, n};

	if (fuzz_number(&s, 1) == 'T')
		table(s);
	else
		lines(s);
	return 0;
}
