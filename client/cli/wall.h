#pragma once
/* The board on the wall: its state, and what its keys do (keys.c). */
#include "cli.h"

#include "board.h"

enum wall_mode { WALL_KEYS, WALL_TEXT, WALL_CHOICE, WALL_RESERVE, WALL_CONFIRM };
struct wall {
	struct run *run;
	struct board board;
	struct meet_point point;
	enum wall_mode mode;
	char what;              /* the key that began it: a, b, e, i, o, p */
	char over;              /* '?' or 'w': shown over the columns */
	struct buf typed, kept; /* kept: the decision, while it is asked who agrees */
	char message[256];
	char acts[2][16]; /* what was added last, to take back */
	size_t acts_n;
	bool quit, next;
};
void wall_key(struct wall *, uint32_t key);
const char *wall_prompt(const struct wall *); /* NULL: nothing is typed now */
void wall_lost(struct wall *);                /* the link is gone */
