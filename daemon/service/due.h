#pragma once
/*
 * What the clock does: rows of "at this moment, look at that". Each is a change of its own, made by
 * the server, so it is in the journal, is pushed, and happens once whatever crashes.
 *
 * A row only says where to look: what is done follows from the state as it is then. A row whose
 * thing has moved on is dropped.
 */
#include "serve.h"

/* Numbers are in the journal: never reused. */
enum due {
	DUE_ITEM = 1,  /* an item: the move of its kind that is the clock's */
	DUE_VERZOEK,   /* a request of the person whose answer is due, or nearly */
	DUE_EMERGENCY, /* an emergency access that is to be judged by now */
	DUE_TABLE,     /* a bottleneck: what of it goes to the table of procesregie */
	DUE_ANSWER,    /* a bottleneck: what the table answered */
	DUE_PUBLISHED, /* a lesson: it stands on a shelf */
	DUE_ATTACH,    /* an attachment: gone when it is not whole by now */
	DUE_TEXT,      /* a bottleneck at a table: its text waits to be written or checked */
	DUE_CUT,       /* an item: a narrowing of it is to be looked at again */
	DUE_WHATS
};
/* A row about a thing of the request's case (num: the item, or 0), at a moment; 0: none. */
void due_put(struct request *, int64_t at, uint64_t num, enum due what);
/* The same about a thing of another case: what goes from one room to another goes by the clock,
 * each side in a change of its own. */
struct due_row {
	uint64_t num;
	enum due what;
};
void due_put_in(struct request *, uint64_t case_id, int64_t at, const struct due_row *);
void due_drop(struct request *, int64_t at, uint64_t num, enum due what);
/* The server's own change: does what the first row that is due asks. *did becomes true when there
 * was one. */
enum err due_next(struct request *, void *did);
