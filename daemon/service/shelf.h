#pragma once
/* The shelf: the lessons on a table, with a fixed number of places. */
#include "serve.h"

/* For due.c: the lesson stands on a shelf; in its own case that is seen. */
enum err shelf_published(struct request *, uint64_t num, int64_t at);
