#include "table.h"

#include "err.h"
#include "gate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROW = 60 };

enum { GAP = 2 };

bool table_is_terminal(FILE *f)
{
	return isatty(fileno(f));
}

bool table_for_people(FILE *f)
{
	return table_is_terminal(f) || getenv("COLUMNS");
}

unsigned table_width(FILE *f)
{
	const char *v = getenv("COLUMNS");
	struct winsize w;
	unsigned n = 80;

	if (ioctl(fileno(f), TIOCGWINSZ, &w) == 0 && w.ws_col)
		n = w.ws_col;
	else if (v && atoi(v) > 0)
		n = (unsigned)atoi(v);
	return n < 20 ? 20 : n;
}

static bool wants_colour(FILE *f)
{
	const char *no = getenv("NO_COLOR");

	return table_is_terminal(f) && !(no && *no) && !getenv("ACCESSIBLE");
}

const char *table_bold(FILE *f)
{
	return wants_colour(f) ? "\033[1m" : "";
}

const char *table_plain(FILE *f)
{
	return wants_colour(f) ? "\033[0m" : "";
}

void table_row(struct table *t, const struct slice *cells)
{
	if (t->rows == ROWS_MAX)
		return;
	if (t->rows % 64 == 0) {
		t->cells = realloc(t->cells, (t->rows + 64) * t->columns * sizeof(*t->cells));
		if (!t->cells)
			abort();
	}
	for (unsigned c = 0; c < t->columns; c++) {
		struct buf *b = &t->cells[t->rows * t->columns + c];

		*b = (struct buf){0};
		gate_clean(cells[c], true, b);
	}
	t->rows++;
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->rows * t->columns; i++)
		buf_wipe(&t->cells[i]);
	free(t->cells);
	t->cells = NULL;
	t->rows = 0;
}

/* How much of the text goes on one line of so many columns: to a space, or a newline, or by force.
 */
static size_t line_of(struct slice text, unsigned columns, size_t *skip)
{
	size_t fits = gate_fit(text, columns), n;
	const uint8_t *newline = fits ? memchr(text.p, '\n', fits) : NULL;

	*skip = 0;
	if (newline) {
		*skip = 1;
		return (size_t)(newline - text.p);
	}
	if (fits == text.n)
		return fits;
	if (text.p[fits] == ' ' || text.p[fits] == '\n') {
		*skip = 1;
		return fits;
	}
	for (n = fits; n && text.p[n - 1] != ' '; n--)
		;
	for (size_t i = fits; !n && i > fits / 2; i--)
		if (memchr("/,@=;:", text.p[i - 1], 6))
			return i;
	if (!n)
		return fits ? fits : 1;
	*skip = 0;
	while (n && text.p[n - 1] == ' ') {
		n--;
		++*skip;
	}
	if (!n) /* nothing but spaces: they go on this line, and none is left out twice */
		*skip = 0;
	return n ? n : fits;
}

static void spaces(FILE *f, size_t n)
{
	while (n--)
		fputc(' ', f);
}

/* A paragraph in a width, its first line and the others each with their indent; to f, or, NULL,
 * only counted. */
static size_t lay(FILE *f, unsigned width, const unsigned indent[2], struct slice text)
{
	CLEANUP(buf_wipe) struct buf clean = {0};
	struct slice rest;
	size_t lines = 0;

	gate_clean(text, true, &clean);
	rest = buf_view(&clean);
	for (; rest.n; lines++) {
		unsigned in = indent[lines > 0];
		size_t skip, n = line_of(rest, width > in + 10 ? width - in : 10, &skip);

		if (f) {
			spaces(f, in);
			fwrite(rest.p, 1, n, f);
			fputc('\n', f);
		}
		rest = (struct slice){rest.p + n + skip, rest.n - n - skip};
	}
	return lines;
}

void table_text(FILE *f, unsigned indent, struct slice text)
{
	lay(f, table_width(f), (unsigned[]){indent, indent}, text);
}

void table_hang(FILE *f, unsigned indent, struct slice text)
{
	lay(f, table_width(f), (unsigned[]){0, indent}, text);
}

size_t table_lines(FILE *f, unsigned indent, struct slice text)
{
	return lay(NULL, table_width(f), (unsigned[]){0, indent}, text);
}

void table_line(FILE *f, struct slice text)
{
	if (table_is_terminal(f)) {
		table_text(f, 0, text);
		return;
	}
	gate_print(f, text);
	fputc('\n', f);
}

/* -- columns ----------------------------------------------------------------------------------- */

static unsigned widest(const struct table *t, unsigned c)
{
	size_t w = t->head[c] ? gate_columns(slice_of(t->head[c])) : 0;

	for (size_t r = 0; r < t->rows; r++) {
		size_t n = gate_columns(buf_view(&t->cells[r * t->columns + c]));

		w = n > w ? n : w;
	}
	return (unsigned)(w > 200 ? 200 : w);
}

/* The widest column that can still give way, or t->columns. */
static unsigned widest_of(const struct table *t, const unsigned width[COLUMNS_MAX])
{
	unsigned most = t->columns;

	for (unsigned c = 0; c < t->columns; c++)
		if (width[c] > 6 && (most == t->columns || width[c] > width[most]))
			most = c;
	return most;
}

/* The longest word of a column: narrower, and it is broken. */
static unsigned longest_word(const struct table *t, unsigned c)
{
	size_t most = 0;

	for (size_t r = 0; r < t->rows; r++) {
		struct slice rest = buf_view(&t->cells[r * t->columns + c]);

		while (rest.n) {
			size_t n = 0, columns;

			while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\n')
				n++;
			columns = gate_columns((struct slice){rest.p, n});
			most = columns > most ? columns : most;
			n += n < rest.n;
			rest = (struct slice){rest.p + n, rest.n - n};
		}
	}
	return (unsigned)(most > 200 ? 200 : most);
}

/* As far as that goes without breaking a word, the wide columns first. */
static unsigned spare_words(const struct table *t, unsigned total, unsigned sum,
			    unsigned width[COLUMNS_MAX])
{
	unsigned word[COLUMNS_MAX];

	for (unsigned c = 0; c < t->columns; c++)
		word[c] = longest_word(t, c) > 12 ? longest_word(t, c) : 12;
	for (int wide = 1; wide >= 0; wide--)
		while (sum > total) {
			unsigned most = t->columns;

			for (unsigned c = 0; c < t->columns; c++)
				if ((t->wide[c] || !wide) && width[c] > word[c] &&
				    (most == t->columns || width[c] > width[most]))
					most = c;
			if (most == t->columns)
				break;
			width[most]--;
			sum--;
		}
	return sum;
}

/* What can do without breaking a word gives way first; then the wide columns, down to 12 each; then
 * the widest of all, until it fits. */
static void fit(const struct table *t, unsigned total, unsigned width[COLUMNS_MAX])
{
	unsigned sum = 0;

	for (unsigned c = 0; c < t->columns; c++) {
		width[c] = widest(t, c);
		sum += width[c] + (c ? GAP : 0);
	}
	sum = spare_words(t, total, sum, width);
	while (sum > total) {
		unsigned most = t->columns;

		for (unsigned c = 0; c < t->columns; c++)
			if (t->wide[c] && width[c] > 12 &&
			    (most == t->columns || width[c] > width[most]))
				most = c;
		if (most == t->columns)
			most = widest_of(t, width);
		if (most == t->columns)
			return;
		width[most]--;
		sum--;
	}
}

static void print_row(const struct table *t, struct slice cells[COLUMNS_MAX],
		      const unsigned width[COLUMNS_MAX], FILE *f)
{
	bool more = true;

	while (more) {
		size_t owed = 0;

		more = false;
		for (unsigned c = 0; c < t->columns; c++) {
			size_t skip, n = cells[c].n ? line_of(cells[c], width[c], &skip) : 0;
			size_t columns = gate_columns((struct slice){cells[c].p, n});

			if (n) {
				spaces(f, owed);
				fwrite(cells[c].p, 1, n, f);
				owed = 0;
			}
			owed += width[c] + GAP - columns;
			if (cells[c].n)
				cells[c] = (struct slice){cells[c].p + n + skip,
							  cells[c].n - n - skip};
			more = more || cells[c].n;
		}
		fputc('\n', f);
	}
}

static void print_tabs(const struct table *t, FILE *f)
{
	for (size_t r = 0; r < t->rows; r++)
		for (unsigned c = 0; c < t->columns; c++) {
			struct slice s = buf_view(&t->cells[r * t->columns + c]);

			for (size_t i = 0; i < s.n; i++)
				fputc(s.p[i] == '\n' ? ' ' : s.p[i], f);
			fputc(c + 1 < t->columns ? '\t' : '\n', f);
		}
}

/* Too narrow for columns: each cell on a line of its own, under its head. */
static void print_stacked(const struct table *t, FILE *f)
{
	for (size_t r = 0; r < t->rows; r++)
		for (unsigned c = 0; c < t->columns; c++) {
			struct slice cell = buf_view(&t->cells[r * t->columns + c]);
			CLEANUP(buf_wipe) struct buf line = {0};

			if (!cell.n)
				continue;
			if (c && t->head[c])
				buf_fmt(&line, "%s: ", t->head[c]);
			buf_slice(&line, cell);
			table_text(f, c ? 4 : 0, buf_view(&line));
		}
}

void table_print(const struct table *t, FILE *f)
{
	unsigned width[COLUMNS_MAX];
	struct slice row[COLUMNS_MAX];

	if (!table_for_people(f)) {
		print_tabs(t, f);
		return;
	}
	if (table_width(f) < NARROW && t->columns > 3) {
		print_stacked(t, f);
		return;
	}
	fit(t, table_width(f), width);
	if (t->head[0]) {
		for (unsigned c = 0; c < t->columns; c++)
			row[c] = slice_of(t->head[c]);
		fprintf(f, "%s", table_bold(f));
		print_row(t, row, width, f);
		fprintf(f, "%s", table_plain(f));
	}
	for (size_t r = 0; r < t->rows; r++) {
		for (unsigned c = 0; c < t->columns; c++)
			row[c] = buf_view(&t->cells[r * t->columns + c]);
		print_row(t, row, width, f);
	}
}
