#pragma once
/*
 * Known: which items of a case the viewer may know of, asked once each while a long log is walked.
 * Begin with {0}; it does not outlive the request.
 */
#include "codes.h"
#include "serve.h"

struct known_item {
	uint64_t num;
	char code[ITEM_CODE + 1]; /* "?" when it is gone */
	bool yes;                 /* at bestaan or more */
};
struct known {
	struct known_item *v;
	size_t n, cap;
};
/* Of the request's case; valid until the next call. */
const struct known_item *known_item(struct request *, struct known *, uint64_t num);
void known_free(struct known *);
