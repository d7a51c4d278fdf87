#pragma once
/*
 * The board on a full screen. Draws what it is given and reads keys; decides nothing. All text is
 * clipped by the columns it takes. The alternate screen, so that nothing of the board stays behind.
 */
#include "board.h"

struct screen_view {
	const struct board *board;
	const char *head;          /* the first line */
	const char *const *titles; /* of the four columns */
	const char *message;       /* what happened last */
	const char *prompt;        /* NULL: nothing is typed now */
	struct slice typed;
	const char *keys;        /* the last line */
	const char *const *over; /* lines over the columns, NULL-ended, or NULL */
};
enum { KEY_NONE = 0, KEY_DROP = 8, KEY_DONE = 10, KEY_ESCAPE = 27 };

bool screen_open(void); /* false: this terminal cannot */
void screen_close(void);
void screen_draw(const struct screen_view *);
/* A character (Unicode) or one of KEY_; KEY_NONE: nothing was typed. */
uint32_t screen_key(void);
