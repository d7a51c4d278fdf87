#include "metrics.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { ASKERS = 8 };
static const struct timeval patience = {1, 0};

struct asker {
	struct metrics *metrics;
	struct event *event;
	int fd;
	bool answered;
	LIST_ENTRY(asker) link;
};
struct metrics {
	struct metrics_conf conf;
	int fd;
	unsigned askers_n;
	struct event *acceptable;
	LIST_HEAD(, asker) askers;
};

static void put_out(struct asker *a)
{
	a->metrics->askers_n--;
	LIST_REMOVE(a, link);
	event_free(a->event);
	close(a->fd);
	free(a);
}

/* All of it fits in the socket's buffer; what does not is cut off, and never waited for. */
static void answer(struct asker *a)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(buf_free) struct buf all = {0};

	metrics_text(&a->metrics->conf, &text);
	buf_fmt(&all,
		"HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
		"Content-Length: %zu\r\nConnection: close\r\n\r\n",
		text.n);
	buf_slice(&all, buf_view(&text));
	if (send(a->fd, all.p, all.n, MSG_NOSIGNAL) < 0)
		return;
	shutdown(a->fd, SHUT_WR);
	a->answered = true;
}

/* What is asked does not matter: there is one answer. Then the asker hangs up. */
static void on_asked(evutil_socket_t fd, short what, void *ctx)
{
	struct asker *a = ctx;
	char asked[4096];
	ssize_t n = what & EV_TIMEOUT ? 0 : recv(fd, asked, sizeof(asked), MSG_DONTWAIT);

	if (n > 0 && !a->answered)
		answer(a);
	if (n <= 0 || !a->answered)
		put_out(a);
}

static void on_acceptable(evutil_socket_t fd, short what, void *ctx)
{
	struct metrics *m = ctx;
	int peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct asker *a;

	(void)what;
	if (peer < 0 || m->askers_n >= ASKERS) {
		if (peer >= 0)
			close(peer);
		return;
	}
	a = calloc(1, sizeof(*a));
	if (!a)
		abort();
	*a = (struct asker){.metrics = m, .fd = peer};
	a->event = event_new(m->conf.base, peer, EV_READ | EV_PERSIST | EV_TIMEOUT, on_asked, a);
	if (!a->event)
		abort();
	event_add(a->event, &patience);
	LIST_INSERT_HEAD(&m->askers, a, link);
	m->askers_n++;
}

static int open_socket(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(at.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(at.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	unlink(path);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	    chmod(path, 0660) == 0 && listen(fd, ASKERS) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

enum err metrics_open(const struct metrics_conf *conf, struct metrics **out)
{
	struct metrics *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	m->conf = *conf;
	LIST_INIT(&m->askers);
	m->fd = open_socket(conf->path);
	m->conf.path = NULL; /* only lent */
	if (m->fd < 0 && errno == ENAMETOOLONG) {
		fprintf(stderr, "metrics off: why=path-too-long path=%s\n", conf->path);
		free(m);
		*out = NULL;
		return ERR_OK;
	}
	if (m->fd < 0) {
		fprintf(stderr, "start failed: what=metrics path=%s errno=%d\n", conf->path, errno);
		free(m);
		return ERR_INTERNAL;
	}
	m->acceptable = event_new(conf->base, m->fd, EV_READ | EV_PERSIST, on_acceptable, m);
	if (!m->acceptable)
		abort();
	event_add(m->acceptable, NULL);
	*out = m;
	return ERR_OK;
}

void metrics_close(struct metrics *m)
{
	struct asker *a;

	if (!m)
		return;
	while ((a = LIST_FIRST(&m->askers)))
		put_out(a);
	event_free(m->acceptable);
	close(m->fd);
	free(m);
}
