#include "table.h"

#include "gate.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct table t;
static char *printed;

static void row(const char *nr, const char *what, const char *state)
{
	struct slice cells[] = {slice_of(nr), slice_of(what), slice_of(state)};

	table_row(&t, cells);
}

static void print_at(const char *columns)
{
	size_t n = 0;
	FILE *out;

	free(printed);
	if (columns)
		setenv("COLUMNS", columns, 1);
	else
		unsetenv("COLUMNS");
	out = open_memstream(&printed, &n);
	table_print(&t, out);
	fclose(out);
}

static void set_up(void)
{
	t = (struct table){.head = {"NR", "WAT", "STAND"}, .columns = 3, .wide = {false, true}};
	row("1", "samen met Jeffrey naar het loket van de gemeente om te vragen wat er nog kan",
	    "loopt");
	row("2", "kort", "");
}

static void tear_down(void)
{
	table_free(&t);
	free(printed);
}
TestSuite(table, .init = set_up, .fini = tear_down);

static size_t widest(void)
{
	size_t most = 0;

	for (const char *line = printed; line; line = strchr(line, '\n')) {
		size_t n;

		line += *line == '\n';
		n = gate_columns((struct slice){(const uint8_t *)line, strcspn(line, "\n")});
		most = n > most ? n : most;
	}
	return most;
}

Test(table, it_fits_the_screen_and_keeps_each_word)
{
	for (int columns = 30; columns <= 120; columns += 10) {
		char text[8];

		snprintf(text, sizeof(text), "%d", columns);
		print_at(text);
		cr_expect_leq(widest(), (size_t)columns, "%s", printed);
		cr_expect(strstr(printed, "gemeente") && strstr(printed, "loopt") &&
			  strstr(printed, "kort"));
	}
}

Test(table, a_word_is_not_broken_while_another_column_can_do_with_less)
{
	struct slice cells[] = {slice_of("role=casusregisseur"), slice_of("een paar korte woorden"),
				slice_of("nog een paar korte woorden erbij")};

	table_row(&t, cells);
	print_at("60");
	cr_expect(strstr(printed, "role=casusregisseur"), "%s", printed);
	cr_expect_leq(widest(), (size_t)60);
}

Test(table, through_a_pipe_it_is_a_line_a_row_with_tabs)
{
	print_at(NULL);
	cr_expect(strstr(printed, "2\tkort\t\n"), "%s", printed);
}

Test(table, a_cell_cannot_break_out_of_its_row)
{
	row("3", "een\ntwee\033[2J\tdrie", "x");
	print_at(NULL);
	cr_expect(strstr(printed, "3\teen twee[2J drie\tx\n"), "%s", printed);
}
