#pragma once
/*
 * The second person: what shows more than before, and who may approve that, is decided by two. Who
 * approves is another than who asked, with the function of partnership-admin or privacy-officer.
 */
#include "serve.h"

/* The asker has a right of this kind in the partnership, or may approve. */
bool second_has(struct request *, enum right);
bool second_approves(struct request *);
/* Whether functions hold one that approves. */
bool second_function(struct slices functions);
/* Whether there ever was anybody else with such a function: stopping him is no way round him. */
bool second_ever(struct request *);
/* Whether somebody else, who has joined, could approve: now, or until two weeks ago. */
bool second_lately(struct request *);
/* Whether somebody else could approve now. */
bool second_now(struct request *);
/* The asker is a second person for what BY asked: ERR_REFUSED otherwise. */
enum err second_may(struct request *, uint64_t by);
/* Tells all who approve. */
void second_tell(struct request *, const char *what, struct slice ref);
