#pragma once
/*
 * The listener: accepts, bounds who may be in, and ends each turn of the loop.
 *
 * The loop is the caller's: event_base_loop(EVLOOP_ONCE), then listener_turn. So all that was ready
 * has been served once; then the hub makes the turn durable, and only then does anything leave.
 */
#include "session.h"

#include <event2/event.h>
#include <openssl/ssl.h>

struct listener_conf {
	const char *address;            /* "127.0.0.1" */
	uint16_t port;                  /* 0: any */
	unsigned connections;           /* in all; 0: 1000 */
	unsigned strangers;             /* not yet known, in all; 0: 64 */
	unsigned strangers_per_address; /* 0: 16 */
	unsigned silence_s;             /* takes nothing for so long: given up; 0: 75 */
};
struct listener;
/* Binds and listens. The base, hub and ctx are the caller's and must outlive it. ERR_UNREACHABLE
 * was logged. */
enum err listener_open(struct event_base *, struct hub *, SSL_CTX *, const struct listener_conf *,
		       struct listener **out);
struct listener_figures {
	uint64_t connections, strangers; /* now */
	uint64_t accepted;               /* since the start, as what follows */
	uint64_t turned_away;            /* too many, in all or from one address */
	uint64_t refused;   /* no handshake, no certificate of ours, or not known here */
	struct spread turn; /* from the first that was ready to the last that left */
};
const struct listener_figures *listener_figures(struct listener *);
uint16_t listener_port(const struct listener *);
/* New connections get this context from now on. */
void listener_reload(struct listener *, SSL_CTX *);
/* Takes no more; says goodbye to all that are in. */
void listener_stop(struct listener *);
/* True when nobody is left. */
bool listener_empty(const struct listener *);
/* Ends the turn. Anything but ERR_OK: the hub gave up; nothing may leave, the process must stop. */
enum err listener_turn(struct listener *);
void listener_close(struct listener *); /* takes NULL */
