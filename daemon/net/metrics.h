#pragma once
/*
 * Metrics: what the server does and how it goes, as Prometheus reads it (text format 0.0.4), over
 * HTTP on a unix socket of mode 0660. Numbers of nobody: no person, agency or case is a label, and
 * nothing of a text is counted. One answer and the connection is closed; whoever does not ask is
 * put out after a second.
 */
#include "listener.h"

#include <event2/event.h>

struct metrics_conf {
	const char *path;  /* of the socket */
	const char *state; /* the folder: journal, backed-up */
	const char *version;
	struct event_base *base;
	struct hub *hub;
	struct listener *listener;
	struct store *store;
	struct log *log;
	const int64_t *certificate_until; /* ms; read at each asking */
	const bool *confined;
};
struct metrics;
/* ERR_INTERNAL was logged. What conf points to outlives it. */
enum err metrics_open(const struct metrics_conf *, struct metrics **out);
void metrics_close(struct metrics *); /* takes NULL */
/* The text itself. */
void metrics_text(const struct metrics_conf *, struct buf *out);
