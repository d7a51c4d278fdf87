#pragma once
/*
 * Tables for people: columns that wrap between words and lose nothing, at 80 columns, at 40, or
 * through a pipe (then tab-separated, one row a line). Every cell passes the output gate.
 */
#include "bytes.h"

#include <stdio.h>

enum { COLUMNS_MAX = 8, ROWS_MAX = 4096 };

struct table {
	const char *head[COLUMNS_MAX]; /* already translated; NULL: no head */
	unsigned columns;
	bool wide[COLUMNS_MAX]; /* takes what is left and wraps first */
	struct buf *cells;      /* columns a row */
	size_t rows;
};
/* Columns of the terminal, 80 when there is none; at least 20. */
unsigned table_width(FILE *);
bool table_is_terminal(FILE *);
/* Laid out for people: a terminal, or COLUMNS says how wide; otherwise tabs for programs. */
bool table_for_people(FILE *);
void table_row(struct table *, const struct slice *cells);
void table_print(const struct table *, FILE *);
void table_free(struct table *);
/* A paragraph, wrapped between words, each line indented. */
void table_text(FILE *, unsigned indent, struct slice text);
/* The same with only its first line at the left, and how many lines it takes. */
void table_hang(FILE *, unsigned indent, struct slice text);
size_t table_lines(FILE *, unsigned indent, struct slice text);
/* One line: wrapped between words on a terminal, whole through a pipe. */
void table_line(FILE *, struct slice text);
/* Bold on a terminal that wants colour (NO_COLOR not set), plain otherwise. Both take part in no
 * width. */
const char *table_bold(FILE *);
const char *table_plain(FILE *);
