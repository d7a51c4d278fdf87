#pragma once
/*
 * Drafts: nothing typed is lost. While an editor is open its file is kept here; from then on the
 * change itself, its method and its packed parameters with the request id, so that sending it again
 * does nothing twice. Files below the home's state folder, mode 0600; a change is sealed under a
 * key of this device (drafts.key), bound to its name. Only what an open editor holds is as it was
 * typed.
 */
#include "brug.h"

enum { DRAFT_PATH = 1500 };

/*
 * Where an editor is to write. key says what is being written, in words that hold nothing of a
 * person: "item.add-actie". True: what an earlier run left under the key, killed while it was
 * written, now stands there.
 */
bool draft_resume(const struct home *, const char *key, char path[DRAFT_PATH]);
/* Writes the whole file, mode 0600, and syncs it. ERR_INTERNAL: no room. */
enum err draft_write(const char *path, struct slice bytes);

enum err draft_keep(const struct home *, const char *method, struct slice params, char name[32],
		    struct fault *);
/* False: there is none of that name. */
bool draft_drop(const struct home *, const char *name);
enum err draft_unknown(struct fault *, const char *name); /* ERR_USAGE, said */
/* Gives the method (ending in 0) and the packed parameters. ERR_USAGE: there is none of that name.
 */
enum err draft_read(const struct home *, const char *name, struct buf *method, struct buf *params,
		    struct fault *);
/* Whether it goes by itself when the server is there again; and saying so. */
bool draft_waits(const struct home *, const char *name);
void draft_wait(const struct home *, const char *name, bool waits);
/* Calls fn for each, oldest first. */
void draft_each(const struct home *, void (*fn)(void *ctx, const char *name, int64_t time_ms),
		void *ctx);
