#pragma once
/*
 * Tables from a spreadsheet: RFC 4180, UTF-8, with a comma or (Dutch Excel) a semicolon between
 * cells, whichever the first line uses. Cells are of the arena.
 */
#include "bytes.h"
#include "err.h"

struct csv_row {
	unsigned line; /* where it begins in the file, from 1 */
	struct slices cells;
};
struct csv {
	struct csv_row
		*rows; /* the first holds the names of the columns; empty lines are left out */
	size_t n;
};
/* ERR_USAGE: why is an English msgid, line where. */
enum err csv_read(struct arena *, struct slice text, struct csv *out, unsigned *line,
		  const char **why);
/* The cell under a column's name, without blanks around it; empty when there is none. */
struct slice csv_cell(const struct csv *, const struct csv_row *, const char *column);
