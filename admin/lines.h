#pragma once
/* Lines of a file. Of JSON: a complaint names a place in what was sent, whoever wrote it looks for
 * a line. */
#include "bytes.h"

/* The line on which a place like "ceilings[3]" begins, from 1; of a longer one ("ceilings[3].to")
 * the same. 0: it is not there. text is JSON that was read before: an object. */
unsigned lines_find(struct slice text, const char *where);
/* How many lines there are, at most: an empty text has one. */
size_t lines_count(struct slice text);
