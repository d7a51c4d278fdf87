#include "peer.h"

#include "listener.h"
#include "tls.h"

#include <openssl/err.h>

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	IN_MAX = 256 * 1024 + 16 * 1024,
	READ_MAX = 64 * 1024,
	READ_RECORDS = 8,
	WRITE_MAX = 256 * 1024,
	DRAIN_READS = 16,
};
static const struct timeval shake_time = {5, 0}, hello_time = {5, 0}, cut_time = {1, 0};

static void set_deadline(struct peer *p, const struct timeval *tv)
{
	if (tv)
		must_add(p->deadline, tv);
	else
		event_del(p->deadline);
}

/* Freed by the listener at the end of the turn, never from inside one of its own callbacks. */
static void peer_gone(struct peer *p)
{
	if (p->state == PEER_GONE)
		return;
	p->state = PEER_GONE;
	event_del(p->readable);
	event_del(p->writable);
	event_del(p->deadline);
	session_close(p->session);
	p->session = NULL;
	listener_due(p->listener, p);
}

/* -- closing: our close_notify, then the peer's end, which it has a few seconds for ------------ */

static void peer_close(struct peer *p)
{
	if (p->state == PEER_CLOSING || p->state == PEER_GONE)
		return;
	ERR_clear_error();
	if (p->state == PEER_OPEN)
		SSL_shutdown(p->ssl);
	p->state = PEER_CLOSING;
	session_close(p->session);
	p->session = NULL;
	buf_wipe(&p->in);
	shutdown(p->fd, SHUT_WR);
	event_del(p->writable);
	must_add(p->readable, NULL);
	set_deadline(p, listener_linger(p->listener, p));
}

static void drain(struct peer *p)
{
	char away[4096];
	ssize_t n = 1;

	for (int i = 0; n > 0 && i < DRAIN_READS; i++)
		n = read(p->fd, away, sizeof(away));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		peer_gone(p);
}

/* -- the session's side ------------------------------------------------------------------------ */

static void on_ready(void *ctx)
{
	struct peer *p = ctx;

	p->output_ready = true;
	listener_due(p->listener, p);
}

/* Says what is still to be said and closes, also when the peer does not read. */
static void finish(struct peer *p)
{
	p->cut = true;
	event_del(p->readable);
	on_ready(p);
	set_deadline(p, &cut_time);
}

static void on_cut(void *ctx, const char *why)
{
	(void)why;
	finish(ctx);
}

/* -- the handshake ----------------------------------------------------------------------------- */

enum stop { STOP_WAIT, STOP_END, STOP_BROKEN };

/* Why an SSL call that gave r did not go on: to be asked at once, the reason stands in a queue that
 * all connections share. */
static enum stop why_stopped(struct peer *p, int r)
{
	switch (SSL_get_error(p->ssl, r)) {
	case SSL_ERROR_WANT_READ:
		return STOP_WAIT;
	case SSL_ERROR_WANT_WRITE:
		must_add(p->writable, NULL);
		return STOP_WAIT;
	case SSL_ERROR_ZERO_RETURN:
		return STOP_END;
	default:
		return STOP_BROKEN;
	}
}

static bool admit(struct peer *p)
{
	const struct session_io io = {.ctx = p, .ready = on_ready, .cut = on_cut};
	struct hub *hub = listener_hub(p->listener);
	uint8_t spki[32];
	enum err err;

	switch (tls_peer(p->ssl, spki)) {
	case TLS_BRUG:
		err = session_open(hub, SESSION_BRUG, spki, &io, &p->session);
		return err == ERR_OK || err == ERR_LIMIT;
	case TLS_JOIN:
		return session_open(hub, SESSION_JOIN, NULL, &io, &p->session) == ERR_OK;
	case TLS_NOBODY:
		break;
	}
	return false;
}

static void shake(struct peer *p)
{
	int r;

	if (!listener_may_shake(p->listener)) {
		p->waiting = true;
		listener_due(p->listener, p);
		return;
	}
	ERR_clear_error();
	r = SSL_accept(p->ssl);
	if (r != 1) {
		if (why_stopped(p, r) == STOP_WAIT)
			return;
		listener_refused(p->listener);
		peer_close(p); /* and not gone at once: he is to read the alert */
		return;
	}
	if (!admit(p)) {
		listener_refused(p->listener);
		peer_close(p);
		return;
	}
	p->state = PEER_OPEN;
	set_deadline(p, &hello_time);
}

/* -- reading ----------------------------------------------------------------------------------- */

static void hand_over(struct peer *p)
{
	size_t used = session_input(p->session, buf_view(&p->in));

	buf_drop(&p->in, used);
	if (!p->in.n)
		buf_free(&p->in);
	if (!session_hungry(p->session))
		event_del(p->readable);
	if (p->stranger && session_said_hello(p->session)) {
		p->stranger = false;
		listener_known(p->listener, p);
		if (!p->cut)
			set_deadline(p, NULL);
	}
	listener_due(p->listener, p);
}

/* One helping. True when it ended because the helping was large enough, not for want of bytes. */
static bool take_records(struct peer *p, enum stop *why)
{
	static uint8_t chunk[16384];
	size_t total = 0;
	int n = 1;

	for (int i = 0; i < READ_RECORDS && total < READ_MAX && p->in.n < IN_MAX; i++) {
		ERR_clear_error();
		n = SSL_read(p->ssl, chunk, sizeof(chunk));
		if (n <= 0) {
			*why = why_stopped(p, n);
			break;
		}
		buf_add(&p->in, chunk, (size_t)n);
		total += (size_t)n;
	}
	OPENSSL_cleanse(chunk, sizeof(chunk));
	return n > 0;
}

static void read_on(struct peer *p)
{
	enum stop why = STOP_WAIT;
	bool more = take_records(p, &why);

	if (p->in.n)
		hand_over(p);
	if (why == STOP_BROKEN) {
		peer_close(p);
	} else if (why == STOP_END) {
		finish(p); /* it said all it had to say; it may still be listening */
	} else if (more || SSL_has_pending(p->ssl)) {
		p->waiting = true; /* what OpenSSL holds does not make the socket readable */
		listener_due(p->listener, p);
	}
}

static void on_readable(evutil_socket_t fd, short what, void *ctx)
{
	struct peer *p = ctx;

	(void)fd;
	(void)what;
	listener_begins(p->listener);
	if (p->state == PEER_SHAKING)
		shake(p);
	else if (p->state == PEER_OPEN && !p->cut && session_hungry(p->session))
		read_on(p);
	else if (p->state == PEER_CLOSING)
		drain(p);
}

/* -- writing ----------------------------------------------------------------------------------- */

/* Sends one helping of what may leave. False: the rest must wait, or the peer is no more. */
static bool send_some(struct peer *p)
{
	struct slice out = session_output(p->session);
	enum stop why = STOP_WAIT;
	size_t sent = 0;
	int n = 1;

	while (n > 0 && sent < out.n && sent < WRITE_MAX) {
		size_t left = out.n - sent;

		ERR_clear_error();
		n = SSL_write(p->ssl, out.p + sent, left > INT_MAX ? INT_MAX : (int)left);
		if (n > 0)
			sent += (size_t)n;
		else
			why = why_stopped(p, n);
	}
	if (sent)
		session_sent(p->session, sent);
	if (why != STOP_WAIT)
		peer_close(p);
	else if (n <= 0)
		p->wants_write = true;
	else if (sent < out.n)
		on_ready(p);
	return n > 0 && sent == out.n;
}

void peer_flush(struct peer *p)
{
	p->output_ready = false;
	if (p->state != PEER_OPEN || p->wants_write || !send_some(p))
		return;
	if (p->cut)
		peer_close(p);
	else if (session_hungry(p->session) && !event_pending(p->readable, EV_READ, NULL)) {
		must_add(p->readable, NULL);
		p->waiting = true; /* messages may be waiting in our own buffer */
	}
}

static void on_writable(evutil_socket_t fd, short what, void *ctx)
{
	struct peer *p = ctx;

	(void)fd;
	(void)what;
	p->wants_write = false;
	if (p->state == PEER_SHAKING)
		shake(p);
	else
		on_ready(p); /* with the turn: nothing leaves that is not durable */
}

static void on_deadline(evutil_socket_t fd, short what, void *ctx)
{
	struct peer *p = ctx;

	(void)fd;
	(void)what;
	if (p->state == PEER_OPEN && !p->cut)
		peer_close(p);
	else
		peer_gone(p);
}

/* -- beginning and end ------------------------------------------------------------------------- */

static void set_options(int fd, unsigned silent)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent, sizeof(silent));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

struct peer *peer_new(struct listener *l, struct event_base *base, int fd, SSL_CTX *ctx)
{
	struct peer *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	p->listener = l;
	p->fd = fd;
	p->stranger = true;
	p->ssl = SSL_new(ctx);
	p->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, p);
	p->writable = event_new(base, fd, EV_WRITE, on_writable, p);
	p->deadline = evtimer_new(base, on_deadline, p);
	if (!p->ssl || !p->readable || !p->writable || !p->deadline || SSL_set_fd(p->ssl, fd) != 1)
		abort();
	set_options(fd, listener_silence_ms(l));
	must_add(p->readable, NULL);
	set_deadline(p, &shake_time);
	return p;
}

void peer_free(struct peer *p)
{
	session_close(p->session);
	event_free(p->readable);
	event_free(p->writable);
	event_free(p->deadline);
	SSL_free(p->ssl);
	close(p->fd);
	buf_wipe(&p->in);
	free(p);
}

void peer_goodbye(struct peer *p)
{
	if (p->state == PEER_OPEN)
		on_cut(p, "stopping");
	else if (p->state == PEER_SHAKING)
		peer_gone(p);
}
