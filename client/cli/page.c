#include "paper.h"

#include "gate.h"
#include "lang.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

void page_free(struct page *p)
{
	for (size_t i = 0; i < p->n; i++) {
		for (size_t j = 0; j < p->blocks[i].n; j++)
			buf_wipe(&p->blocks[i].texts[j]);
		free(p->blocks[i].texts);
	}
	free(p->blocks);
	buf_wipe(&p->title);
	*p = (struct page){0};
}

void page_title(struct page *p, struct slice text)
{
	buf_wipe(&p->title);
	p->title = (struct buf){0};
	gate_clean(text, false, &p->title);
}

static struct block *block_new(struct page *p, enum block_kind kind)
{
	p->blocks = realloc(p->blocks, (p->n + 1) * sizeof(*p->blocks));
	if (!p->blocks)
		abort();
	p->blocks[p->n] = (struct block){.kind = kind};
	return &p->blocks[p->n++];
}

static void put(struct block *b, struct slice text)
{
	b->texts = realloc(b->texts, (b->n + 1) * sizeof(*b->texts));
	if (!b->texts)
		abort();
	b->texts[b->n] = (struct buf){0};
	gate_clean(text, true, &b->texts[b->n++]);
}

void page_add(struct page *p, enum block_kind kind, struct slice text)
{
	put(block_new(p, kind), text);
}

void page_table(struct page *p, unsigned columns, const char *const *heads)
{
	struct block *b = block_new(p, BLOCK_TABLE);

	b->columns = columns;
	for (unsigned i = 0; i < columns; i++)
		put(b, slice_of(heads[i]));
}

void page_cell(struct page *p, struct slice text)
{
	put(&p->blocks[p->n - 1], text);
}

/* -- HTML -------------------------------------------------------------------------------------- */

/* What HTML reads as its own is written out. */
static void escaped(FILE *f, const struct buf *text)
{
	for (size_t i = 0; i < text->n; i++) {
		switch (text->p[i]) {
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '&':
			fputs("&amp;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		case '\n':
			fputs("<br>\n", f);
			break;
		default:
			putc(text->p[i], f);
		}
	}
}

static void element(FILE *f, const char *open, const struct buf *text, const char *close)
{
	fputs(open, f);
	escaped(f, text);
	fputs(close, f);
}

/* The first cell of a row is what the row is about. */
static void html_row(FILE *f, const struct block *b, size_t from)
{
	bool head = from == 0;

	fputs("<tr>", f);
	for (size_t i = 0; i < b->columns && from + i < b->n; i++) {
		const struct buf *text = &b->texts[from + i];

		if (head)
			element(f, "<th scope=\"col\">", text, "</th>");
		else if (i == 0)
			element(f, "<th scope=\"row\">", text, "</th>");
		else
			element(f, "<td>", text, "</td>");
	}
	fputs("</tr>\n", f);
}

static void html_table(FILE *f, const struct block *b)
{
	fputs("<table>\n<thead>\n", f);
	html_row(f, b, 0);
	fputs("</thead>\n<tbody>\n", f);
	for (size_t i = b->columns; i < b->n; i += b->columns)
		html_row(f, b, i);
	fputs("</tbody>\n</table>\n", f);
}

static void html_block(FILE *f, const struct block *b)
{
	static const char *const around[][2] = {
		[BLOCK_HEADING] = {"<h2>", "</h2>\n"},
		[BLOCK_UNDER] = {"<h3>", "</h3>\n"},
		[BLOCK_TEXT] = {"<p>", "</p>\n"},
		[BLOCK_WORDS] = {"<blockquote><p>", "</p></blockquote>\n"}};

	if (b->kind == BLOCK_TABLE)
		html_table(f, b);
	else
		element(f, around[b->kind][0], &b->texts[0], around[b->kind][1]);
}

void page_html(const struct page *p, FILE *f)
{
	fprintf(f, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		lang_name());
	fputs("<meta name=\"viewport\" content=\"width=device-width\">\n", f);
	element(f, "<title>", &p->title, "</title>\n");
	fputs("<style>\n"
	      "body{font:1.1em/1.5 sans-serif;max-width:45em;margin:2em auto;padding:0 1em}\n"
	      "h2{border-top:1px solid;padding-top:.5em}\n"
	      "table{border-collapse:collapse;width:100%}\n"
	      "th,td{border:1px solid;padding:.3em .5em;text-align:left;vertical-align:top}\n"
	      "tbody th{font-weight:normal}\n"
	      "blockquote{border-left:.3em solid;margin-left:0;padding-left:.7em}\n"
	      "@media print{body{max-width:none;margin:0;font-size:11pt}h2,h3,thead{"
	      "break-after:avoid}tr,blockquote{break-inside:avoid}@page{margin:2cm}}\n"
	      "</style>\n</head>\n<body>\n<main>\n",
	      f);
	element(f, "<h1>", &p->title, "</h1>\n");
	for (size_t i = 0; i < p->n; i++)
		html_block(f, &p->blocks[i]);
	fputs("</main>\n</body>\n</html>\n", f);
}

/* -- PDF --------------------------------------------------------------------------------------- */

/* Where it was installed; to who builds it himself, where it was built: nobody else loads a file
 * from there. */
static paper_fn paper_load(void)
{
	void *module = dlopen(PAPER, RTLD_NOW | RTLD_LOCAL);
	paper_fn fn = NULL;

#ifdef BUILD_PAPER
	if (!module)
		module = dlopen(BUILD_PAPER, RTLD_NOW | RTLD_LOCAL);
#endif
	if (module)
		*(void **)&fn = dlsym(module, "paper_write");
	return fn;
}

enum err page_pdf(const struct page *p, const char *path, struct fault *f)
{
	paper_fn write = paper_load();
	const char *wrong;

	if (!write)
		return fault_set(f, ERR_INTERNAL, N_("PDF cannot be made on this device."), NULL,
				 N_("Use --html, and print it from a browser."), NULL);
	wrong = write(p, path);
	if (!wrong)
		return ERR_OK;
	return fault_set(f, ERR_USAGE, N_("The page cannot be written there."), wrong,
			 N_("Name another file: --pdf FILE"), NULL);
}
