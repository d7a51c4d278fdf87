#pragma once
/* A peer: one socket, one TLS state, one session. Only the listener makes and frees them. */
#include "session.h"

#include <event2/event.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>

/* An event that is not waited for would never come: a server without memory ends instead. */
static inline void must_add(struct event *e, const struct timeval *tv)
{
	if (event_add(e, tv) != 0)
		abort();
}

enum peer_state { PEER_SHAKING, PEER_OPEN, PEER_CLOSING, PEER_GONE };

struct peer {
	struct listener *listener;
	int fd;
	SSL *ssl;
	struct event *readable, *writable, *deadline;
	enum peer_state state;
	struct session *session;
	struct buf in;
	bool stranger;     /* has not yet made a good request */
	bool due;          /* stands in the listener's row for the end of this turn */
	bool output_ready; /* to be flushed after the turn */
	bool waiting;      /* had its share of this turn: goes on in the next */
	bool cut;          /* close once what is there has been sent */
	bool wants_write;  /* the last try stopped for room in the socket */
	struct sockaddr_storage address;
	LIST_ENTRY(peer) link, of_stranger;
	STAILQ_ENTRY(peer) of_due;
};

struct peer *peer_new(struct listener *, struct event_base *, int fd, SSL_CTX *);
void peer_free(struct peer *);
/* After the turn: sends what may leave. */
void peer_flush(struct peer *);
void peer_goodbye(struct peer *);

/* What a peer asks of its listener. */
struct hub *listener_hub(struct listener *);
/* Something came: the turn's time counts from the first. */
void listener_begins(struct listener *);
/* There is a turn to end, and something to do for this peer then: sending, going on, freeing. */
void listener_due(struct listener *, struct peer *);
void listener_refused(struct listener *);
void listener_known(struct listener *, struct peer *);
/* A handshake costs 2 ms: so many a turn, the rest waits. */
bool listener_may_shake(struct listener *);
/* After which a peer that takes nothing of what was sent is given up. */
unsigned listener_silence_ms(const struct listener *);
/* How long a peer that was told goodbye may take to hang up. */
const struct timeval *listener_linger(const struct listener *, const struct peer *);
