#pragma once
/* Requests over a world's hub, as a test writes them down. */
#include "world_asks.h"

struct answer {
	struct buf bytes;
	struct tree tree;
	const msgpack_object *result;
	enum err err;
};
void answer_free(struct answer *);

/* Parameters in JSON, with 'so' for "so" and @F1 for the code of that item; a write gets a request
 * id of its own. The hub opens at the first. */
void world_asks(struct world_hub *, const char *who, const char *method, const char *json,
		struct answer *);
/* The same of a change that is not made. */
void world_asks_whatif(struct world_hub *, const char *who, const char *method, const char *json,
		       struct answer *);
/* One helping more: after is "next" of the answer before, as it came. */
void world_asks_whatif_from(struct world_hub *, const char *who, const char *method,
			    const char *json, struct slice after, struct answer *);
/* The parts of it: the parameters, and asking. */
void world_json(struct world_hub *, const char *json, struct asked *out);
void world_asks_packed(struct world_hub *, const char *who, const struct method *, struct asked *,
		       struct answer *);
