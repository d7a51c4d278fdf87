#include "fake_journal.h"

#include <stdlib.h>

static void keep(struct fake_journal *f, enum log_stream stream, struct slice record)
{
	f->v = realloc(f->v, (f->n + 1) * sizeof(*f->v));
	if (!f->v)
		abort();
	f->v[f->n] = (struct fake_record){.stream = stream};
	buf_slice(&f->v[f->n++].bytes, record);
	f->head[stream]++;
}

static enum log_status fake_follow(struct log *log, log_pos facts, log_pos seen, log_deliver_fn fn,
				   void *ctx)
{
	struct fake_journal *f = (struct fake_journal *)log;
	log_pos at[3] = {0}, after[3] = {0, facts, seen};

	if (f->away)
		return LOG_UNAVAILABLE;
	for (size_t i = 0; i < f->n; i++) {
		enum log_stream s = f->v[i].stream;

		if (++at[s] > after[s] && fn(ctx, s, at[s], buf_view(&f->v[i].bytes)) != ERR_OK)
			return LOG_CORRUPT;
	}
	return LOG_OK;
}

static enum log_status fake_append(struct log *log, enum log_stream stream, log_pos expected,
				   struct slice record)
{
	struct fake_journal *f = (struct fake_journal *)log;
	enum log_status st = stream == LOG_FACTS ? f->next : f->seen;

	f->appends++;
	if (stream == LOG_FACTS)
		f->next = LOG_OK;
	if (st == LOG_UNKNOWN && f->kept)
		keep(f, stream, record);
	if (st != LOG_OK)
		return st;
	if (expected != f->head[stream])
		return LOG_CONFLICT;
	keep(f, stream, record);
	return LOG_OK;
}

static enum log_status fake_sync(struct log *log)
{
	((struct fake_journal *)log)->syncs++;
	return LOG_OK;
}

static log_pos fake_head(struct log *log, enum log_stream stream)
{
	return ((struct fake_journal *)log)->head[stream];
}

static void fake_nothing(struct log *log)
{
	(void)log;
}

static const struct log_ops ops = {"fake",    fake_follow, fake_append,
				   fake_sync, fake_head,   fake_nothing};

void fake_open(struct fake_journal *f)
{
	*f = (struct fake_journal){.log.ops = &ops};
}

void fake_close(struct fake_journal *f)
{
	for (size_t i = 0; i < f->n; i++)
		buf_free(&f->v[i].bytes);
	free(f->v);
}

void fake_other(struct fake_journal *f, enum log_stream stream, struct slice record)
{
	keep(f, stream, record);
}
