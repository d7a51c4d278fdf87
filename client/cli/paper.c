/* A page as PDF, through pango and cairo: a module of its own, for they are many libraries and most
 * commands never print. */
#include "paper.h"

#include <pango/pangocairo.h>

#include <cairo-pdf.h>
#include <string.h>

static const double wide = 595, high = 842, margin = 57, gap = 6; /* A4 in points */

struct paper {
	cairo_t *cr;
	double y;
};

static PangoLayout *laid_out(struct paper *p, const struct buf *text, const char *font,
			     double width)
{
	PangoLayout *l = pango_cairo_create_layout(p->cr);
	PangoFontDescription *d = pango_font_description_from_string(font);

	pango_layout_set_font_description(l, d);
	pango_font_description_free(d);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(l, text->n ? (const char *)text->p : "", (int)text->n);
	return l;
}

static double height_of(PangoLayout *l)
{
	int h;

	pango_layout_get_size(l, NULL, &h);
	return (double)h / PANGO_SCALE;
}

/* A new page unless so much fits on this one. */
static void need(struct paper *p, double height)
{
	if (p->y + height <= high - margin)
		return;
	cairo_show_page(p->cr);
	p->y = margin;
}

/* Line by line, so that a long text goes on on the next page. */
static void put_lines(struct paper *p, PangoLayout *l, double x)
{
	int lines = pango_layout_get_line_count(l);

	for (int i = 0; i < lines; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(l, i);
		PangoRectangle r;
		double height;

		pango_layout_line_get_extents(line, NULL, &r);
		height = (double)r.height / PANGO_SCALE;
		need(p, height);
		cairo_move_to(p->cr, x, p->y - (double)r.y / PANGO_SCALE);
		pango_cairo_show_layout_line(p->cr, line);
		p->y += height;
	}
}

static void put_text(struct paper *p, const char *tag, const struct buf *text, const char *font,
		     double indent)
{
	PangoLayout *l = laid_out(p, text, font, wide - 2 * margin - indent);

	cairo_tag_begin(p->cr, tag, NULL);
	put_lines(p, l, margin + indent);
	cairo_tag_end(p->cr, tag);
	p->y += gap;
	g_object_unref(l);
}

/* A row stays together, unless it is longer than a page. */
static void put_row(struct paper *p, const struct block *b, size_t from)
{
	double width = (wide - 2 * margin) / b->columns, tallest = 0, top;
	PangoLayout *cells[PAGE_COLUMNS] = {NULL};

	for (unsigned i = 0; i < b->columns && from + i < b->n; i++) {
		cells[i] = laid_out(p, &b->texts[from + i], from ? "Sans 10" : "Sans Bold 10",
				    width - gap);
		tallest = height_of(cells[i]) > tallest ? height_of(cells[i]) : tallest;
	}
	need(p, tallest < high - 2 * margin ? tallest : 0);
	top = p->y;
	cairo_tag_begin(p->cr, "TR", NULL);
	for (unsigned i = 0; i < b->columns && cells[i]; i++) {
		cairo_tag_begin(p->cr, from ? "TD" : "TH", NULL);
		cairo_move_to(p->cr, margin + i * width, top);
		pango_cairo_show_layout(p->cr, cells[i]);
		cairo_tag_end(p->cr, from ? "TD" : "TH");
		g_object_unref(cells[i]);
	}
	cairo_tag_end(p->cr, "TR");
	p->y = top + tallest + gap;
	cairo_set_line_width(p->cr, 0.5);
	cairo_move_to(p->cr, margin, p->y - gap / 2);
	cairo_line_to(p->cr, wide - margin, p->y - gap / 2);
	cairo_stroke(p->cr);
}

static void put_table(struct paper *p, const struct block *b)
{
	cairo_tag_begin(p->cr, "Table", NULL);
	for (size_t i = 0; i < b->n; i += b->columns)
		put_row(p, b, i);
	cairo_tag_end(p->cr, "Table");
	p->y += gap;
}

static void put_block(struct paper *p, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_HEADING:
		need(p, 60); /* not alone at the foot of a page */
		p->y += gap;
		put_text(p, "H2", &b->texts[0], "Sans Bold 14", 0);
		break;
	case BLOCK_UNDER:
		need(p, 45);
		put_text(p, "H3", &b->texts[0], "Sans Bold 11", 0);
		break;
	case BLOCK_TEXT:
		put_text(p, "P", &b->texts[0], "Sans 11", 0);
		break;
	case BLOCK_WORDS:
		put_text(p, "P", &b->texts[0], "Sans Italic 11", 15);
		break;
	case BLOCK_TABLE:
		put_table(p, b);
	}
}

const char *paper_write(const struct page *page, const char *path)
{
	cairo_surface_t *s = cairo_pdf_surface_create(path, wide, high);
	struct paper p = {.cr = cairo_create(s), .y = margin};
	cairo_status_t status;

	put_text(&p, "H1", &page->title, "Sans Bold 20", 0);
	for (size_t i = 0; i < page->n; i++)
		put_block(&p, &page->blocks[i]);
	cairo_show_page(p.cr);
	status = cairo_status(p.cr);
	cairo_destroy(p.cr);
	cairo_surface_finish(s);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(s);
	cairo_surface_destroy(s);
	return status == CAIRO_STATUS_SUCCESS ? NULL : cairo_status_to_string(status);
}
