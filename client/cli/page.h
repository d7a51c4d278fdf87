#pragma once
/*
 * A page for paper or a browser: headings, paragraphs and tables, put together once and written as
 * HTML (one file, no scripts, read by a screen reader) or as PDF. Every text passes the output
 * gate as it is added.
 */
#include "brug.h"

#include <stdio.h>

enum block_kind {
	BLOCK_HEADING,
	BLOCK_UNDER, /* a heading below a heading */
	BLOCK_TEXT,
	BLOCK_WORDS, /* somebody's own words */
	BLOCK_TABLE
};
enum { PAGE_COLUMNS = 5 };
struct block {
	enum block_kind kind;
	unsigned columns; /* of a table; its heads are the first row */
	struct buf *texts;
	size_t n;
};
struct page {
	struct buf title;
	struct block *blocks;
	size_t n;
};
void page_free(struct page *);
void page_title(struct page *, struct slice);
void page_add(struct page *, enum block_kind, struct slice text);
/* Begins a table, its heads already translated; cells follow, row by row. */
void page_table(struct page *, unsigned columns, const char *const *heads);
void page_cell(struct page *, struct slice);

void page_html(const struct page *, FILE *);
/* A4, tagged; the HTML is the accessible copy. ERR_INTERNAL with what the system says. */
enum err page_pdf(const struct page *, const char *path, struct fault *);
