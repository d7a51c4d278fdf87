#pragma once
/* The events of one push. */
#include "inside.h"

struct push {
	struct request *rq;
	struct watcher *w;
	struct buf events;
	size_t n;
	bool reset;
	bool moved; /* a board: somebody came or went */
};

/* One helping of what the watcher has not had, into p->events. True when there is more. */
bool push_helping(struct push *);
/* He is out of the case: all he holds is taken back. */
void push_take_all_back(struct push *);
/* The whole as EVENTS; more: there is a next helping. */
void push_pack(struct push *, bool more, struct buf *out);
/* Logs it and says it; nothing when there is nothing to say. A log that fails cuts the session. */
void push_send(struct push *, bool more);
