#pragma once
/* Filling a world from its file; world_open does it. */
#include "world.h"

/* Ends the test, saying what went wrong. */
void world_must(bool fine, const char *what);
void world_ok(enum err, const char *what);
uint64_t world_item_num(struct world *, const char *id);

/* Puts all that the file says into the empty store; the case has its key already. */
void world_fill(struct world *);
