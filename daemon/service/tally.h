#pragma once
/* What a what-if adds up: who would see more or less, some examples, and what stays closed and why.
 * It travels between helpings with the asker, sealed, so it can be packed and taken back. */
#include "serve.h"

enum { TALLY_MOVES = 256, TALLY_CLOSED = 16, TALLY_EXAMPLES = 10 };

struct move_row {
	struct slice agency, role;
	uint8_t from, to;
	uint64_t n;
};
struct closed_row {
	const char *why;
	char arg[64];
	uint64_t n;
};
struct example {
	struct slice kind, category, agency, role;
	uint8_t from, to;
};
struct tally {
	struct arena *arena; /* the request's: words of the rows stand in it */
	bool rough;          /* in fives */
	uint64_t looked, cases, items, up, down;
	struct move_row moves[TALLY_MOVES];
	struct closed_row closed[TALLY_CLOSED];
	struct example examples[TALLY_EXAMPLES];
	size_t moves_n, closed_n, examples_n;
};

/* One item of which one member's level would change. */
void tally_move(struct tally *, const struct rec_item *, const struct rec_member *, enum level from,
		enum level to);
/* One item that stays as closed as it was for one member, with the sight that says why. rule: what
 * is asked about is a rule. */
void tally_closed(struct tally *, const struct sight *, bool rule);
/* For who makes rules of one agency: rounded down to fives; what is seldom is left out, since it
 * tells of one case. */
void tally_roughen(struct tally *);
void tally_pack(const struct tally *, struct buf *out);
/* What tally_pack packed; rows past the bounds are left out. */
void tally_take(struct tally *, const msgpack_object *);
