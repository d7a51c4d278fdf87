/* A request's beginning and end. */
#include "inside.h"

#include "clock.h"

#include <stdlib.h>

void request_begin(struct hub *hub, const struct session *s, struct request *rq)
{
	struct arena *arena = calloc(1, sizeof(*arena));
	struct buf *out = calloc(1, sizeof(*out));

	if (!arena || !out)
		abort();
	*rq = (struct request){
		.house = &hub->house, .arena = arena, .out = out, .now = clock_now_ms()};
	if (s)
		rq->who = &s->viewer;
}

void request_reset(struct request *rq)
{
	buf_wipe(rq->out);
	buf_wipe(&rq->detail);
	change_free(&rq->change);
	rq->change = (struct change){0};
	rq->refusal = (struct refusal){0};
	rq->where = rq->did = (struct slice){0};
	rq->seen = NULL;
	rq->seen_n = rq->seen_cap = 0;
	rq->watch = rq->hello = rq->log_itself = false;
	rq->unwatch = 0;
	rq->readings = NULL;
	rq->nameless = NULL;
	rq->cost = 0;
}

void request_end(struct request *rq)
{
	request_reset(rq);
	arena_free(rq->arena);
	free(rq->arena);
	free(rq->out);
}
