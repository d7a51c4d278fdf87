#include "gate.h"

#include "err.h"

#include <criterion/criterion.h>

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
