#pragma once
/*
 * The board: which items stand where, kept from what the server pushes. No drawing here. What is
 * taken back is wiped; a board whose link is gone is emptied, for who is in the room may have
 * changed meanwhile.
 */
#include "pack.h"

enum board_place {
	BOARD_TODO,
	BOARD_RUNS,
	BOARD_DONE,
	BOARD_STUCK,
	BOARD_COLUMNS,
	BOARD_GOAL = BOARD_COLUMNS, /* above the columns */
	BOARD_DECIDED,              /* below them */
	BOARD_ASIDE                 /* not on the board: facts, notes, what fell away */
};
/* Where an item of this kind and state stands; state empty: it is not seen. */
enum board_place board_place_of(struct slice kind, struct slice state);

struct board_card {
	char code[8];
	enum board_place place;
	struct buf text; /* cleaned by the gate: one line */
	struct buf who;  /* who does it, and "! te laat" */
};
struct board {
	struct board_card *cards; /* as they came */
	size_t n, cap;
	struct buf present; /* packed array of handles, or empty */
	size_t present_n;
};
void board_free(struct board *);
void board_clear(struct board *);
/* EVENTS of board.watch and board.event. */
void board_take(struct board *, const msgpack_object *events);
/* The i-th card at a place, or NULL. */
const struct board_card *board_card(const struct board *, enum board_place, size_t i);
size_t board_count(const struct board *, enum board_place);
/* "zoe" of those present, or zoe@schuldhulp itself; empty when it is none or more than one. */
struct slice board_present(const struct board *, struct slice name);

/*
 * What is typed on one line: the text, "@zoe" for who does it and a last "27-11" for before when.
 * name and date are empty when not given; date is "2026-11-27", the first such day from now on.
 */
struct board_line {
	struct buf text;
	char name[64], date[12];
};
void board_line_read(struct slice typed, int64_t now, struct board_line *out);
void board_line_free(struct board_line *);
