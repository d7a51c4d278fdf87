#include "listener.h"

#include "clock.h"
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 1024, ACCEPTS_A_TURN = 32, SHAKES_A_TURN = 8 };
static const struct timeval rest = {0, 100000};

struct listener {
	struct event_base *base;
	struct hub *hub;
	SSL_CTX *ctx;
	struct listener_conf conf;
	int fd, spare_fd;
	struct event *acceptable, *tick, *again, *at_once;
	bool turn_due, stopping;
	unsigned peers_n, strangers_n, shakes;
	int64_t turn_began; /* us, monotonic */
	struct listener_figures figures;
	LIST_HEAD(, peer) peers;
	LIST_HEAD(, peer) strangers;
	STAILQ_HEAD(due_row, peer) due;
};

static void begin_turn(struct listener *l)
{
	if (!l->turn_due)
		l->turn_began = clock_mono_us();
	l->turn_due = true;
}

void listener_begins(struct listener *l)
{
	begin_turn(l);
}

void listener_refused(struct listener *l)
{
	l->figures.refused++;
}

const struct listener_figures *listener_figures(struct listener *l)
{
	l->figures.connections = l->peers_n;
	l->figures.strangers = l->strangers_n;
	return &l->figures;
}

struct hub *listener_hub(struct listener *l)
{
	return l->hub;
}

unsigned listener_silence_ms(const struct listener *l)
{
	return l->conf.silence_s * 1000;
}

bool listener_empty(const struct listener *l)
{
	return l->peers_n == 0;
}

bool listener_may_shake(struct listener *l)
{
	begin_turn(l);
	return l->shakes++ < SHAKES_A_TURN;
}

const struct timeval *listener_linger(const struct listener *l, const struct peer *p)
{
	static const struct timeval known = {5, 0}, brief = {1, 0};

	return p->stranger || l->stopping ? &brief : &known;
}

void listener_known(struct listener *l, struct peer *p)
{
	LIST_REMOVE(p, of_stranger);
	l->strangers_n--;
}

void listener_due(struct listener *l, struct peer *p)
{
	begin_turn(l);
	if (p->due)
		return;
	p->due = true;
	STAILQ_INSERT_TAIL(&l->due, p, of_due);
}

/* -- the end of the turn ----------------------------------------------------------------------- */

static void put_out(struct listener *l, struct peer *p)
{
	if (p->stranger)
		listener_known(l, p);
	LIST_REMOVE(p, link);
	l->peers_n--;
	peer_free(p);
}

/* He stays in the row while he is served, so that nothing he does there puts him in it twice. */
static void end_turn_of(struct listener *l, struct peer *p)
{
	if (p->output_ready)
		peer_flush(p);
	p->due = false;
	if (p->state == PEER_GONE) {
		put_out(l, p);
		return;
	}
	if (p->output_ready)
		listener_due(l, p);
	if (p->waiting) { /* had his share of this turn: goes on in the next */
		p->waiting = false;
		event_active(p->readable, EV_READ, 1);
	}
}

/* Those who rested are heard again. */
static void after_rest(struct listener *l)
{
	int64_t ms = hub_rest(l->hub);
	struct timeval tv = {0, ms > 0 ? ms * 1000 : 1000};
	struct peer *p;

	if (ms > 0)
		must_add(l->tick, &tv);
	if (ms == 0)
		LIST_FOREACH (p, &l->peers, link) {
			p->output_ready = true; /* there may be none: but he is read from again */
			listener_due(l, p);
		}
}

enum err listener_turn(struct listener *l)
{
	struct due_row row = STAILQ_HEAD_INITIALIZER(row);
	struct peer *p;

	if (!l->turn_due)
		return ERR_OK;
	l->turn_due = false;
	l->shakes = 0;
	TRY(hub_turn(l->hub));
	after_rest(l);
	STAILQ_CONCAT(&row, &l->due);
	while ((p = STAILQ_FIRST(&row))) {
		STAILQ_REMOVE_HEAD(&row, of_due);
		end_turn_of(l, p);
	}
	spread_add(&l->figures.turn, clock_mono_us() - l->turn_began);
	if (l->turn_due) /* who was sent his share, or has room again */
		event_active(l->at_once, EV_TIMEOUT, 1);
	return ERR_OK;
}

/* Only so that the loop does not sleep. */
static void on_at_once(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	(void)ctx;
}

static void on_tick(evutil_socket_t fd, short what, void *ctx)
{
	struct listener *l = ctx;
	int64_t ms;
	struct timeval tv;

	(void)fd;
	(void)what;
	begin_turn(l);
	ms = hub_tick(l->hub);
	tv = (struct timeval){ms / 1000, ms % 1000 * 1000};
	must_add(l->tick, &tv);
}

/* -- accepting --------------------------------------------------------------------------------- */

static bool same_address(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET)
		return ((const struct sockaddr_in *)a)->sin_addr.s_addr ==
		       ((const struct sockaddr_in *)b)->sin_addr.s_addr;
	return !memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
		       &((const struct sockaddr_in6 *)b)->sin6_addr, 16);
}

static unsigned strangers_from(struct listener *l, const struct sockaddr_storage *from)
{
	unsigned n = 0;
	struct peer *p;

	LIST_FOREACH (p, &l->strangers, of_stranger)
		n += same_address(&p->address, from);
	return n;
}

static bool welcome(struct listener *l, const struct sockaddr_storage *from)
{
	return l->peers_n < l->conf.connections && l->strangers_n < l->conf.strangers &&
	       strangers_from(l, from) < l->conf.strangers_per_address;
}

static void take_in(struct listener *l, int fd, const struct sockaddr_storage *from)
{
	struct peer *p;

	l->figures.accepted++;
	if (!welcome(l, from)) {
		l->figures.turned_away++;
		close(fd);
		return;
	}
	p = peer_new(l, l->base, fd, l->ctx);
	p->address = *from;
	LIST_INSERT_HEAD(&l->peers, p, link);
	LIST_INSERT_HEAD(&l->strangers, p, of_stranger);
	l->peers_n++;
	l->strangers_n++;
}

/* Out of descriptors or memory: the spare descriptor takes the caller and puts him down, and we
 * rest a little. */
static void turn_away(struct listener *l)
{
	int code = errno, fd;

	if (l->spare_fd >= 0)
		close(l->spare_fd);
	fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
	l->figures.turned_away++;
	if (fd >= 0)
		close(fd);
	l->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	fprintf(stderr, "accept rests: errno=%d connections=%u\n", code, l->peers_n);
	event_del(l->acceptable);
	must_add(l->again, &rest);
}

static bool out_of_room(int code)
{
	return code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM;
}

static void on_again(evutil_socket_t fd, short what, void *ctx)
{
	struct listener *l = ctx;

	(void)fd;
	(void)what;
	if (!l->stopping)
		must_add(l->acceptable, NULL);
}

static void on_acceptable(evutil_socket_t fd, short what, void *ctx)
{
	struct listener *l = ctx;

	(void)what;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		struct sockaddr_storage from = {0};
		socklen_t n = sizeof(from);
		int peer = accept4(fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (peer >= 0)
			take_in(l, peer, &from);
		else if (out_of_room(errno))
			turn_away(l);
		if (peer < 0)
			break;
	}
}

/* -- opening ----------------------------------------------------------------------------------- */

static int bind_to(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

static int open_socket(const struct listener_conf *conf)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *list = NULL;
	char port[8];
	int fd = -1;

	snprintf(port, sizeof(port), "%u", conf->port);
	if (getaddrinfo(conf->address, port, &hints, &list) != 0)
		return -1;
	for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		fd = bind_to(a);
	freeaddrinfo(list);
	return fd;
}

static struct event *made(struct event *e)
{
	if (!e)
		abort();
	return e;
}

enum err listener_open(struct event_base *base, struct hub *hub, SSL_CTX *ctx,
		       const struct listener_conf *conf, struct listener **out)
{
	const struct timeval soon = {0, 10000};
	struct listener *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	*l = (struct listener){.base = base, .hub = hub, .ctx = ctx, .conf = *conf};
	l->conf.connections = conf->connections ? conf->connections : 1000;
	l->conf.strangers = conf->strangers ? conf->strangers : 64;
	l->conf.strangers_per_address =
		conf->strangers_per_address ? conf->strangers_per_address : 16;
	l->conf.silence_s = conf->silence_s ? conf->silence_s : 75;
	LIST_INIT(&l->peers);
	LIST_INIT(&l->strangers);
	STAILQ_INIT(&l->due);
	l->fd = open_socket(conf);
	if (l->fd < 0) {
		fprintf(stderr, "listen failed: address=%s port=%u errno=%d\n", conf->address,
			conf->port, errno);
		free(l);
		return ERR_UNREACHABLE;
	}
	l->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	l->acceptable = made(event_new(base, l->fd, EV_READ | EV_PERSIST, on_acceptable, l));
	l->again = made(evtimer_new(base, on_again, l));
	l->tick = made(evtimer_new(base, on_tick, l));
	l->at_once = made(evtimer_new(base, on_at_once, NULL));
	must_add(l->acceptable, NULL);
	must_add(l->tick, &soon);
	*out = l;
	return ERR_OK;
}

uint16_t listener_port(const struct listener *l)
{
	struct sockaddr_storage at = {0};
	socklen_t n = sizeof(at);

	if (getsockname(l->fd, (struct sockaddr *)&at, &n) != 0)
		return 0;
	return ntohs(at.ss_family == AF_INET ? ((struct sockaddr_in *)&at)->sin_port
					     : ((struct sockaddr_in6 *)&at)->sin6_port);
}

void listener_reload(struct listener *l, SSL_CTX *ctx)
{
	l->ctx = ctx;
}

void listener_stop(struct listener *l)
{
	struct peer *p;

	l->stopping = true;
	event_del(l->acceptable);
	LIST_FOREACH (p, &l->peers, link)
		peer_goodbye(p);
	l->turn_due = true;
}

void listener_close(struct listener *l)
{
	struct peer *p;

	if (!l)
		return;
	while ((p = LIST_FIRST(&l->peers))) {
		LIST_REMOVE(p, link);
		peer_free(p);
	}
	event_free(l->acceptable);
	event_free(l->again);
	event_free(l->tick);
	event_free(l->at_once);
	close(l->fd);
	if (l->spare_fd >= 0)
		close(l->spare_fd);
	free(l);
}
