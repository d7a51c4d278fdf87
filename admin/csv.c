#include "csv.h"

#include "lines.h"
#include "scan.h"

#include <string.h>

enum { COLUMNS = 32 };

struct reader {
	struct arena *arena;
	struct slice text;
	size_t at;
	unsigned line;
	char between;
	const char *why;
};

static int peek(const struct reader *r)
{
	return r->at < r->text.n ? r->text.p[r->at] : -1;
}

static int next(struct reader *r)
{
	int c = peek(r);

	r->at += c >= 0;
	r->line += c == '\n';
	return c;
}

/* The semicolon only when the first line has one and no comma. */
static char find_between(struct slice text)
{
	const uint8_t *end = text.n ? memchr(text.p, '\n', text.n) : NULL;
	size_t n = end ? (size_t)(end - text.p) : text.n;

	return n && memchr(text.p, ';', n) && !memchr(text.p, ',', n) ? ';' : ',';
}

static bool ends_cell(const struct reader *r)
{
	int c = peek(r);

	return c < 0 || c == '\n' || c == '\r' || c == r->between;
}

static struct slice read_plain(struct reader *r)
{
	size_t from = r->at;

	while (!ends_cell(r))
		next(r);
	return (struct slice){r->text.p + from, r->at - from};
}

/* Up to the closing quote, which is passed; doubled quotes are left doubled. */
static struct slice read_inside(struct reader *r)
{
	size_t from = r->at;

	for (int c = next(r); c >= 0; c = next(r)) {
		if (c == '"' && peek(r) == '"')
			next(r);
		else if (c == '"')
			return (struct slice){r->text.p + from, r->at - from - 1};
	}
	r->why = N_("a quote is opened and not closed");
	return (struct slice){0};
}

static struct slice read_quoted(struct reader *r)
{
	struct slice inside;
	uint8_t *cell;
	size_t n = 0;

	next(r);
	inside = read_inside(r);
	if (!r->why && !ends_cell(r))
		r->why = N_("something stands between a closing quote and the end of its cell");
	cell = arena_take(r->arena, inside.n + 1);
	for (size_t i = 0; i < inside.n; i++) {
		cell[n++] = inside.p[i];
		i += inside.p[i] == '"';
	}
	return (struct slice){cell, n};
}

static struct slice trim(struct slice s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = (struct slice){s.p + 1, s.n - 1};
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static void end_line(struct reader *r)
{
	if (peek(r) == '\r')
		next(r);
	if (peek(r) == '\n')
		next(r);
	else if (peek(r) >= 0 && !r->why)
		r->why = N_("a line ends in a carriage return alone");
}

static struct csv_row read_row(struct reader *r)
{
	struct slice cells[COLUMNS];
	struct csv_row row = {.line = r->line};

	do {
		if (row.cells.n == COLUMNS)
			r->why = N_("there are more than 32 columns");
		else
			cells[row.cells.n++] =
				trim(peek(r) == '"' ? read_quoted(r) : read_plain(r));
	} while (!r->why && peek(r) == r->between && next(r) >= 0);
	row.cells.v = ARENA_ARRAY(r->arena, struct slice, row.cells.n);
	memcpy(row.cells.v, cells, row.cells.n * sizeof(cells[0]));
	if (!r->why)
		end_line(r);
	return row;
}

static bool is_empty(const struct csv_row *row)
{
	return row->cells.n == 1 && !row->cells.v[0].n;
}

/* What spreadsheets put in front of UTF-8. */
static struct slice without_mark(struct slice text)
{
	if (slice_starts(text, SLICE("\xef\xbb\xbf")))
		return (struct slice){text.p + 3, text.n - 3};
	return text;
}

enum err csv_read(struct arena *arena, struct slice text, struct csv *out, unsigned *line,
		  const char **why)
{
	struct reader r = {.arena = arena, .text = without_mark(text), .line = 1};

	r.between = find_between(r.text);
	*out = (struct csv){.rows = ARENA_ARRAY(arena, struct csv_row, lines_count(text))};
	if (!scan_utf8(text))
		r.why = N_("this is not UTF-8: save it again as \"CSV UTF-8\"");
	while (!r.why && peek(&r) >= 0) {
		struct csv_row row = read_row(&r);

		*line = row.line;
		if (!r.why && !is_empty(&row))
			out->rows[out->n++] = row;
	}
	*why = r.why;
	return r.why ? ERR_USAGE : ERR_OK;
}

struct slice csv_cell(const struct csv *csv, const struct csv_row *row, const char *column)
{
	for (size_t i = 0; csv->n && i < csv->rows[0].cells.n; i++)
		if (slice_is(csv->rows[0].cells.v[i], column))
			return i < row->cells.n ? row->cells.v[i] : (struct slice){0};
	return (struct slice){0};
}
