#include "screen.h"

#include "gate.h"

#include <ncursesw/curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CARD_LINES = 3, FOOT = 6 /* lines below the columns */, HEAD = 3 };

static SCREEN *terminal;

bool screen_open(void)
{
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return false;
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	return true;
}

/* What stood there is overwritten before the screen is given back. */
void screen_close(void)
{
	if (!terminal)
		return;
	erase();
	refresh();
	endwin();
	delscreen(terminal);
	terminal = NULL;
}

uint32_t screen_key(void)
{
	wint_t c;
	int kind = get_wch(&c);

	if (kind == ERR)
		return KEY_NONE;
	if (kind == KEY_CODE_YES)
		return c == KEY_BACKSPACE ? KEY_DROP : c == KEY_ENTER ? KEY_DONE : KEY_NONE;
	if (c == 127)
		return KEY_DROP;
	return c == '\r' ? KEY_DONE : (uint32_t)c;
}

static void put(int y, int x, int width, struct slice text)
{
	if (y < 0 || y >= LINES || x >= COLS || width <= 0)
		return;
	mvaddnstr(y, x, (const char *)text.p, (int)gate_fit(text, (size_t)width));
}

static void put_z(int y, int x, int width, const char *z)
{
	if (z)
		put(y, x, width, slice_of(z));
}

/* As much as fits in the width, broken between words where that can be. */
static struct slice line_of(struct slice *rest, size_t width)
{
	size_t n = gate_fit(*rest, width), at = n;
	struct slice line;

	if (n < rest->n) {
		while (at && rest->p[at] != ' ')
			at--;
		n = at ? at : n;
	}
	line = (struct slice){rest->p, n};
	while (n < rest->n && rest->p[n] == ' ')
		n++;
	*rest = (struct slice){rest->p + n, rest->n - n};
	return line;
}

static int put_card(int y, int x, int width, const struct board_card *c)
{
	CLEANUP(buf_wipe) struct buf text = {0};
	struct slice rest;

	buf_fmt(&text, "%s ", c->code);
	buf_slice(&text, buf_view(&c->text));
	rest = buf_view(&text);
	for (int i = 0; i < CARD_LINES && rest.n; i++) {
		int indent = i ? 5 : 0;
		struct slice line;

		if (width - indent < 4)
			break;
		line = line_of(&rest, (size_t)(width - indent));
		put(y++, x + indent, width - indent, line);
	}
	if (c->who.n) {
		attron(A_DIM);
		put(y++, x + 5, width - 5, buf_view(&c->who));
		attroff(A_DIM);
	}
	return y;
}

static void put_column(const struct screen_view *v, enum board_place place, int x, int width)
{
	size_t n = board_count(v->board, place), i = 0;
	int y = HEAD, end = LINES - FOOT;
	char more[32];

	attron(A_BOLD);
	put_z(HEAD - 1, x, width, v->titles[place]);
	attroff(A_BOLD);
	for (; i < n && y + CARD_LINES < end; i++)
		y = put_card(y, x, width, board_card(v->board, place, i));
	if (i == n)
		return;
	snprintf(more, sizeof(more), "... +%zu", n - i);
	put_z(end - 1, x, width, more);
}

static void put_columns(const struct screen_view *v)
{
	int width = COLS / BOARD_COLUMNS;

	for (int i = 0; i < BOARD_COLUMNS; i++)
		put_column(v, (enum board_place)i, i * width, width - 1);
}

static void put_over(const struct screen_view *v)
{
	int y = HEAD;

	for (const char *const *line = v->over; *line && y < LINES - FOOT; line++)
		put_z(y++, 2, COLS - 4, *line);
}

/* The decisions last taken, the newest below. */
static void put_decided(const struct screen_view *v)
{
	size_t n = board_count(v->board, BOARD_DECIDED);

	for (int i = 0; i < 2 && (size_t)i < n; i++) {
		const struct board_card *c = board_card(v->board, BOARD_DECIDED, n - 1 - (size_t)i);

		put_z(LINES - 4 - i, 0, 5, c->code);
		put(LINES - 4 - i, 5, COLS - 5, buf_view(&c->text));
	}
}

/* What is typed, and of a long text its end: one sees what one types. */
static void put_typed(const struct screen_view *v)
{
	int at = (int)gate_columns(slice_of(v->prompt)) + 1;
	CLEANUP(buf_wipe) struct buf typed = {0};
	struct slice rest;

	attron(A_BOLD);
	put_z(LINES - 2, 0, COLS, v->prompt);
	attroff(A_BOLD);
	gate_clean(v->typed, false, &typed);
	buf_u8(&typed, '_');
	rest = buf_view(&typed);
	while (at < COLS && gate_columns(rest) > (size_t)(COLS - at)) {
		size_t n = gate_fit(rest, 1);

		n = n ? n : gate_fit(rest, 2);
		rest = (struct slice){rest.p + n, rest.n - n};
	}
	put(LINES - 2, at, COLS - at, rest);
}

static void put_foot(const struct screen_view *v)
{
	mvhline(LINES - FOOT, 0, ACS_HLINE, COLS);
	put_decided(v);
	put_z(LINES - 3, 0, COLS, v->message);
	if (v->prompt)
		put_typed(v);
	attron(A_REVERSE);
	mvhline(LINES - 1, 0, ' ', COLS);
	put_z(LINES - 1, 0, COLS, v->keys);
	attroff(A_REVERSE);
}

void screen_draw(const struct screen_view *v)
{
	const struct board_card *goal = board_card(v->board, BOARD_GOAL, 0);

	erase();
	attron(A_REVERSE);
	mvhline(0, 0, ' ', COLS);
	put_z(0, 0, COLS, v->head);
	attroff(A_REVERSE);
	if (goal)
		put(1, 0, COLS, buf_view(&goal->text));
	if (v->over)
		put_over(v);
	else
		put_columns(v);
	put_foot(v);
	refresh();
}
