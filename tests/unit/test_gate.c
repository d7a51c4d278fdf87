#include "gate.h"

#include "err.h"

#include <criterion/criterion.h>

#include <glob.h>
#include <stdio.h>
#include <string.h>

static void is_shown_as(const char *text, bool newlines, const char *as)
{
	CLEANUP(buf_free) struct buf out = {0};

	gate_clean(slice_of(text), newlines, &out);
	cr_expect(slice_is(buf_view(&out), as), "\"%s\" is shown as \"%.*s\"", text,
		  SLICE_ARG(buf_view(&out)));
}

Test(gate, control_and_escape_characters_do_not_reach_a_terminal)
{
	is_shown_as("rood\033[31m\a\b\x7f\xc2\x9b!", false, "rood[31m!");
	is_shown_as("a\r\nb\tc", false, "a b c");
	is_shown_as("a\r\nb\tc", true, "a\nb c");
}

Test(gate, direction_marks_and_invisible_characters_are_dropped)
{
	is_shown_as("\u202eabc\u202c \u2066x\u2069 \u200by\ufeff\u061cz\u2028", false, "abc x yz");
}

Test(gate, what_is_not_utf8_becomes_a_question_mark_a_byte)
{
	is_shown_as("caf\xe9 \xf0\x9f", false, "caf? ??");
}

Test(gate, letters_and_their_accents_come_together)
{
	is_shown_as("cafe\u0301", false, "caf\u00e9");
}

Test(gate, columns_are_counted_as_a_terminal_shows_them)
{
	cr_expect_eq(gate_columns(SLICE("vóór")), 4);
	cr_expect_eq(gate_columns(SLICE("日本")), 4);
	cr_expect_eq(gate_fit(SLICE("日本"), 3), 3, "a wide character is not cut in half");
	cr_expect_eq(gate_fit(SLICE("vóór"), 2), 3);
	cr_expect_eq(gate_fit(SLICE("kort"), 80), 4);
}

Test(gate, a_line_with_words_of_the_servers_in_it_passes_as_a_whole)
{
	char got[64] = "";
	FILE *to = fmemopen(got, sizeof(got), "w");

	gate_printf(to, "%.*s %d\n", 6, "a\033[2Jb", 7);
	fclose(to);
	cr_expect_str_eq(got, "a[2Jb 7\n");
}

/* The statement that begins at "printf(", to its semicolon. */
static bool prints_a_text(const char *at)
{
	const char *end = strstr(at, ";\n"), *text = strstr(at, "%.*s");

	return text && (!end || text < end);
}

static void walk_source(const char *path)
{
	static char source[256 * 1024];
	FILE *in = fopen(path, "re");

	cr_assert_not_null(in, "%s", path);
	source[fread(source, 1, sizeof(source) - 1, in)] = 0;
	fclose(in);
	for (char *at = source; (at = strstr(at, "printf(")); at++)
		if (at > source && (at[-1] == '\t' || at[-1] == ' '))
			cr_expect(!prints_a_text(at), "%s: %.60s", path, at);
}

Test(gate, no_printer_of_the_client_goes_round_it)
{
	glob_t found;

	cr_assert_eq(glob(PRINTERS "/*.c", 0, NULL, &found), 0);
	cr_expect_gt(found.gl_pathc, 20);
	for (size_t i = 0; i < found.gl_pathc; i++)
		walk_source(found.gl_pathv[i]);
	globfree(&found);
}
