#pragma once
/*
 * Asking over a world's hub, and all that a viewer can ask of a case: what comes back, byte for
 * byte, without what is drawn anew each time (log references, cursors, names of notices).
 */
#include "rpc.h"
#include "world_hub.h"

/* The parameters of a request, one by one. */
struct asked {
	struct buf pairs;
	unsigned n;
};
void asked_text(struct asked *, const char *key, const char *value);
void asked_str(struct asked *, const char *key, struct slice value);
void asked_strs(struct asked *, const char *key, struct slices value);
void asked_int(struct asked *, const char *key, int64_t value);
/* A map of one text: fields. */
void asked_map(struct asked *, const char *key, const char *of, const char *value);
void asked_request(struct asked *); /* a write's "request", never the same */
void asked_free(struct asked *);
/* The whole map. */
void asked_pack(const struct asked *, struct buf *out);

/* Sends it, lets the hub turn, and takes what stands in the outbox, answers and pushes. */
void ask(struct world_hub *, struct session *, const char *method, const struct asked *,
	 struct buf *out);
/* The same, as it came: what is drawn anew is in it. */
void ask_plain(struct world_hub *, struct session *, const char *method, const struct asked *,
	       struct buf *out);
void take_output(struct session *, struct buf *out);

enum { CODES = 160 };
struct codes {
	char v[CODES][16];
	size_t n;
};
/* Every question there is: of the case, of each of all, and writes to what is hidden. The cursor is
 * that of his last watch, and becomes that of the new one. */
void ask_all(struct world_hub *, struct session *, const struct codes *all,
	     const struct codes *hidden, struct buf *cursor, struct buf *out);
