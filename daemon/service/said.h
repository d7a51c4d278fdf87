#pragma once
/* Said: what an item says, read for the server's own decisions. Nothing of it is shown. */
#include "serve.h"

struct said {
	struct views views;
	struct tree level[LEVELS + 1];
};
/* Of an item of the request's case. Begin with {0}; free with said_free, whatever came back. */
enum err said_open(struct request *, const struct rec_item *, struct said *);
const msgpack_object *said_field(const struct said *, const char *name); /* NULL: not there */
struct slice said_text(const struct said *, const char *name);
void said_free(struct said *);
