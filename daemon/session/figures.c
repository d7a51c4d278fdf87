/* Numbers for the operator: how many requests ended how, and how long the disk takes. */
#include "inside.h"

#include "clock.h"

#include <stdlib.h>

void figures_begin(struct hub *hub)
{
	while (brug_vocab.methods[hub->methods_n].name)
		hub->methods_n++;
	hub->requests = calloc(hub->methods_n + 1, sizeof(*hub->requests));
	if (!hub->requests)
		abort();
}

void figures_count(struct hub *hub, const struct method *m, enum err err)
{
	size_t i = m ? (size_t)(m - brug_vocab.methods) : hub->methods_n;

	hub->requests[i][(unsigned)err < OUTCOMES ? err : ERR_INTERNAL]++;
}

enum log_status figures_sync(struct hub *hub)
{
	int64_t from = clock_mono_us();
	enum log_status st = hub->log->ops->sync(hub->log);

	spread_add(&hub->sync, clock_mono_us() - from);
	return st;
}

void hub_figures(const struct hub *hub, struct hub_figures *out)
{
	const struct session *s;

	*out = (struct hub_figures){.requests = (const uint64_t(*)[OUTCOMES])hub->requests,
				    .sync = hub->sync,
				    .sessions = hub->sessions_n,
				    .watchers = hub->watchers_n};
	for (int i = 0; i < OUTCOMES; i++)
		out->unknown[i] = hub->requests[hub->methods_n][i];
	LIST_FOREACH (s, &hub->sessions, link) {
		out->outbox_bytes += s->out.n;
		if (s->out.n > out->outbox_most)
			out->outbox_most = s->out.n;
	}
}
