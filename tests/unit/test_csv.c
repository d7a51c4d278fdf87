#include "csv.h"

#include <criterion/criterion.h>

static struct arena arena;
static struct csv csv;
static unsigned line;
static const char *why;

static enum err read_it(const char *text)
{
	arena_free(&arena);
	return csv_read(&arena, slice_of(text), &csv, &line, &why);
}

static bool cell_is(size_t row, const char *column, const char *text)
{
	return row < csv.n && slice_is(csv_cell(&csv, &csv.rows[row], column), text);
}

Test(csv, cells_are_found_by_the_name_of_their_column)
{
	cr_assert_eq(read_it("person,name\nzoe@wijk, Zo\xc3\xab Kaya \n"), ERR_OK);
	cr_assert(cell_is(1, "name", "Zo\xc3\xab Kaya"));
	cr_assert(cell_is(1, "person", "zoe@wijk"));
	cr_assert(cell_is(1, "functions", ""));
	arena_free(&arena);
}

Test(csv, a_spreadsheet_in_dutch_separates_with_semicolons_and_begins_with_a_mark)
{
	cr_assert_eq(read_it("\xef\xbb\xbfperson;name\r\nzoe@wijk;\"Kaya, Zo\xc3\xab\"\r\n"),
		     ERR_OK);
	cr_assert(cell_is(0, "person", "person"));
	cr_assert(cell_is(1, "name", "Kaya, Zo\xc3\xab"));
	arena_free(&arena);
}

Test(csv, a_doubled_quote_stands_for_one_and_a_quoted_cell_may_hold_lines)
{
	cr_assert_eq(read_it("name,x\n\"zij zei \"\"ja\"\"\",1\n\"twee\nregels\",2\n\nlast,3"),
		     ERR_OK);
	cr_assert(cell_is(1, "name", "zij zei \"ja\""));
	cr_assert(cell_is(2, "name", "twee\nregels"));
	cr_assert(cell_is(3, "x", "3"));
	cr_assert_eq(csv.rows[3].line, 6);
	arena_free(&arena);
}

Test(csv, a_row_that_is_too_short_has_empty_cells)
{
	cr_assert_eq(read_it("a,b,c\n1\n"), ERR_OK);
	cr_assert(cell_is(1, "a", "1"));
	cr_assert(cell_is(1, "c", ""));
	arena_free(&arena);
}

Test(csv, what_is_wrong_is_said_with_the_line_it_begins_on)
{
	cr_assert_eq(read_it("a\nx\n\"open"), ERR_USAGE);
	cr_assert_eq(line, 3);
	cr_assert_eq(read_it("a\n\"x\"y\n"), ERR_USAGE);
	cr_assert_eq(line, 2);
	cr_assert_eq(read_it("a\n\xff\n"), ERR_USAGE);
	cr_assert_not_null(why);
	arena_free(&arena);
}

Test(csv, more_columns_than_anybody_needs_are_refused)
{
	cr_assert_eq(read_it(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n"), ERR_USAGE);
	arena_free(&arena);
}
