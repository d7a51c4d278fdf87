#pragma once
/* Readings (duidingen): two agencies may read the same facts in two ways, and both are shown. */
#include "serve.h"

/* The agencies that read a fact of this reading otherwise, as far as the asker knows that they do:
 * of readings he sees at bestaan or more. Decision 010. */
struct slices readings_contradict(struct request *, const struct rec_item *duiding);
/* What of that somebody at this level is told, in one number: 0 for what is no reading or shows no
 * such mark; another when others read it otherwise. */
uint64_t readings_mark(struct request *, const struct rec_item *, enum level);
