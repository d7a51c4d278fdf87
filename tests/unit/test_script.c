#include "script.h"

#include <criterion/criterion.h>

static struct arena arena;
static struct script_line words;
static const char *why;

static enum err split(const char *line)
{
	arena_free(&arena);
	return script_split(&arena, slice_of(line), &words, &why);
}

Test(script, blanks_separate_and_quotes_hold_together)
{
	cr_assert_eq(split("  rule add\th1 --ground 'Wmo 5.2' --text \"wie \\\"ja\\\" zegt\""),
		     ERR_OK);
	cr_assert_eq(words.n, 7);
	cr_assert_str_eq(words.v[2], "h1");
	cr_assert_str_eq(words.v[4], "Wmo 5.2");
	cr_assert_str_eq(words.v[6], "wie \"ja\" zegt");
	cr_assert_null(words.v[7]);
	arena_free(&arena);
}

Test(script, a_remark_and_an_empty_line_have_no_words)
{
	cr_assert_eq(split("   # rule add h1"), ERR_OK);
	cr_assert_eq(words.n, 0);
	cr_assert_eq(split(""), ERR_OK);
	cr_assert_eq(words.n, 0);
	arena_free(&arena);
}

Test(script, nothing_is_expanded)
{
	cr_assert_eq(split("* $HOME `id` ~ a#b"), ERR_OK);
	cr_assert_eq(words.n, 5);
	cr_assert_str_eq(words.v[0], "*");
	cr_assert_str_eq(words.v[1], "$HOME");
	cr_assert_str_eq(words.v[4], "a#b");
	arena_free(&arena);
}

Test(script, an_open_quote_is_refused)
{
	cr_assert_eq(split("rule add 'h1"), ERR_USAGE);
	cr_assert_eq(split("rule add \"h1\\\""), ERR_USAGE);
	arena_free(&arena);
}

Test(script, what_is_quoted_comes_back_as_it_was)
{
	static const char *const said[] = {"plain",        "*",         "",
					   "twee woorden", "'s avonds", "a\\b\"c"};

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		CLEANUP(buf_free) struct buf b = {0};

		script_quote(slice_of(said[i]), &b);
		buf_u8(&b, 0);
		cr_assert_eq(split((const char *)b.p), ERR_OK);
		cr_assert_eq(words.n, 1);
		cr_assert_str_eq(words.v[0], said[i]);
	}
	arena_free(&arena);
}
