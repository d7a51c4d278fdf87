/* What one person may use, over all his sessions: connections and requests. */
#include "inside.h"

#include "clock.h"

#include <stdlib.h>

struct use *use_of(struct hub *hub, uint64_t person)
{
	struct use *u;

	SLIST_FOREACH (u, &hub->uses, link)
		if (u->person == person)
			return u;
	u = calloc(1, sizeof(*u));
	if (!u)
		abort();
	u->person = person;
	u->tokens = 4.0 * hub->conf.requests_per_second;
	u->filled_at = clock_mono_ms();
	SLIST_INSERT_HEAD(&hub->uses, u, link);
	return u;
}

/* A bucket of tokens that fills with time; a request takes one. */
bool use_request(struct hub *hub, struct use *u)
{
	double rate = hub->conf.requests_per_second, full = 4.0 * rate;
	int64_t now = clock_mono_ms();

	u->tokens += (double)(now - u->filled_at) * rate / 1000.0;
	u->filled_at = now;
	if (u->tokens > full)
		u->tokens = full;
	if (u->tokens < 1.0) {
		u->refused++;
		return false;
	}
	u->tokens -= 1.0;
	u->refused = 0;
	return true;
}

void use_charge(struct use *u, double tokens)
{
	u->tokens -= tokens;
}

/* A bucket outlives its sessions until it would be full again: coming back gives nothing. */
void use_sweep(struct hub *hub)
{
	double rate = hub->conf.requests_per_second, full = 4.0 * rate;
	int64_t now = clock_mono_ms();
	struct use *u, *next;

	for (u = SLIST_FIRST(&hub->uses); u; u = next) {
		next = SLIST_NEXT(u, link);
		if (u->sessions || u->tokens + (double)(now - u->filled_at) * rate / 1000.0 < full)
			continue;
		SLIST_REMOVE(&hub->uses, u, use, link);
		free(u);
	}
}

void use_drop(struct use *u)
{
	if (u)
		u->sessions--;
}

void use_close(struct hub *hub)
{
	struct use *u;

	while ((u = SLIST_FIRST(&hub->uses))) {
		SLIST_REMOVE_HEAD(&hub->uses, link);
		free(u);
	}
}
