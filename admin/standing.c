#include "standing.h"

#include "journal.h"
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct work {
	struct standing *plan;
	struct store *ran, *made;
	char fresh[512]; /* where made is */
};

static void store_let_go(struct store **s)
{
	store_close(*s);
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static enum err said(struct standing *s, enum err err, const char *why)
{
	snprintf(s->why, sizeof(s->why), "%s", s->say(why));
	return err;
}

/* The server holds this lock as long as it runs; a copy may have none. */
static enum err stands_still(struct standing *s)
{
	char path[600];
	CLEANUP(fd_close) int fd = -1;

	snprintf(path, sizeof(path), "%s/journal/lock", s->dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0)
		return said(s, ERR_BUSY, N_("A server runs on it."));
	return ERR_OK;
}

static enum err open_both(struct work *w)
{
	struct store_conf ran = {.dir = w->plan->dir, .read_only = true},
			  made = {.dir = w->fresh, .commit_every = 10000};

	snprintf(w->fresh, sizeof(w->fresh), "%s/brug-state-XXXXXX", w->plan->temp);
	if (!mkdtemp(w->fresh)) {
		*w->fresh = 0;
		return said(w->plan, ERR_USAGE,
			    N_("Nothing can be written in the folder of --temp."));
	}
	if (store_open(&ran, &w->ran) != ERR_OK)
		return said(w->plan, ERR_USAGE, N_("The file state.mdb cannot be read."));
	return store_open(&made, &w->made) == ERR_OK
		       ? ERR_OK
		       : said(w->plan, ERR_USAGE,
			      N_("Nothing can be written in the folder of --temp."));
}

/* Up to where the state is: what comes behind is applied when the server starts. */
static enum err again(void *ctx, enum log_stream stream, log_pos pos, struct slice record)
{
	struct work *w = ctx;
	bool fact = stream == LOG_FACTS;

	if (pos > (fact ? store_position(w->ran) : store_seen_position(w->ran)))
		return ERR_OK;
	TRY(store_apply(w->made, fact ? STREAM_FACT : STREAM_SEEN, pos, record));
	return store_commit_due(w->made) ? store_commit(w->made) : ERR_OK;
}

static enum err compare(struct work *w)
{
	struct standing *s = w->plan;
	struct proof proof = {.deliver = again, .deliver_ctx = w, .say = s->say};
	char path[600];

	snprintf(path, sizeof(path), "%s/journal", s->dir);
	if (segments_verify(path, &proof, s->why) != LOG_OK)
		return ERR_INTERNAL;
	s->facts = store_position(w->ran);
	s->seen = store_seen_position(w->ran);
	s->journal_facts = proof.facts;
	if (s->facts > proof.facts || s->seen > proof.seen)
		return said(s, ERR_CONFLICT,
			    N_("The state holds more than the journal: the journal has lost its "
			       "end."));
	s->differ = store_differ(w->ran, w->made, s->why);
	return s->differ ? ERR_CONFLICT : ERR_OK;
}

static void remove_fresh(struct work *w)
{
	static const char *const names[] = {"state.mdb", "state.mdb-lock"};
	char path[600];

	for (int i = 0; i < 2 && *w->fresh; i++) {
		snprintf(path, sizeof(path), "%s/%s", w->fresh, names[i]);
		unlink(path);
	}
	if (*w->fresh)
		rmdir(w->fresh);
}

enum err standing_verify(struct standing *s)
{
	CLEANUP(remove_fresh) struct work w = {.plan = s};
	CLEANUP(store_let_go) struct store *made = NULL;
	CLEANUP(store_let_go) struct store *ran = NULL;
	enum err err;

	s->why[0] = 0;
	TRY(stands_still(s));
	err = open_both(&w);
	ran = w.ran;
	made = w.made;
	return err == ERR_OK ? compare(&w) : err;
}
