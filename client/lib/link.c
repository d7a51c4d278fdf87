#include "brug.h"

#include "lang.h"
#include "link_inside.h"
#include "tls.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CONNECT_MS = 10000, ANSWER_MS = 30000 };

struct link {
	int fd;
	SSL_CTX *ctx;
	SSL *ssl;
	uint32_t next_id;
	struct buf in;
	struct scan scan;
	struct buf waiting; /* notifications that came while an answer was awaited, each behind its
			       length */
	struct tree me;
};

void request_draw(uint8_t out[16])
{
	if (RAND_bytes(out, 16) != 1)
		abort();
}

/* -- the socket -------------------------------------------------------------------------------- */

static int64_t mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Splits "host:port" or "[::1]:port" in place. */
static bool split_server(char *server, char **host, char **port)
{
	char *colon = strrchr(server, ':');

	if (!colon || !colon[1])
		return false;
	*colon = 0;
	*port = colon + 1;
	*host = server;
	if (server[0] == '[' && colon > server && colon[-1] == ']') {
		colon[-1] = 0;
		*host = server + 1;
	}
	return **host != 0;
}

static int connect_one(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1,
	    error = 0;
	socklen_t n = sizeof(error);
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	if (errno == EINPROGRESS && poll(&p, 1, CONNECT_MS) == 1 &&
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) == 0 && !error)
		return fd;
	close(fd);
	return -1;
}

static int dial(const char *host, const char *port)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	int fd = -1;

	if (getaddrinfo(host, port, &hints, &list) != 0)
		return -1;
	for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		fd = connect_one(a);
	freeaddrinfo(list);
	return fd;
}

/* Waits until the socket is ready for what OpenSSL last wanted. 1 ready, 0 the time passed, -1
 * broken. */
static int wait_for(struct link *l, int r, int64_t until)
{
	struct pollfd p = {.fd = l->fd};
	int64_t left = until < 0 ? -1 : until - mono_ms();
	int n;

	switch (SSL_get_error(l->ssl, r)) {
	case SSL_ERROR_WANT_READ:
		p.events = POLLIN;
		break;
	case SSL_ERROR_WANT_WRITE:
		p.events = POLLOUT;
		break;
	default:
		return -1;
	}
	if (until >= 0 && left <= 0)
		return 0;
	n = poll(&p, 1, left < 0 ? -1 : left > INT32_MAX ? INT32_MAX : (int)left);
	return n < 0 && errno == EINTR ? -1 : n;
}

static bool shake(struct link *l)
{
	int64_t until = mono_ms() + CONNECT_MS;
	int r;

	for (;;) {
		ERR_clear_error();
		r = SSL_connect(l->ssl);
		if (r == 1)
			return true;
		if (wait_for(l, r, until) != 1)
			return false;
	}
}

static bool send_all(struct link *l, struct slice bytes)
{
	int64_t until = mono_ms() + ANSWER_MS;

	while (bytes.n) {
		int r;

		ERR_clear_error();
		r = SSL_write(l->ssl, bytes.p, bytes.n > 1 << 20 ? 1 << 20 : (int)bytes.n);
		if (r > 0)
			bytes = (struct slice){bytes.p + r, bytes.n - (size_t)r};
		else if (wait_for(l, r, until) != 1)
			return false;
	}
	return true;
}

enum got { GOT_MESSAGE, GOT_NOTHING, GOT_END };

/* One whole message into out; the scan bounds what a server can make us keep. */
static enum got receive(struct link *l, int64_t until, struct buf *out)
{
	for (;;) {
		uint8_t chunk[16384];
		enum scan_status st = scan_go(&l->scan, buf_view(&l->in));
		int r;

		if (st == SCAN_BAD)
			return GOT_END;
		if (st == SCAN_DONE) {
			buf_add(out, l->in.p, l->scan.at);
			buf_drop(&l->in, l->scan.at);
			scan_begin(&l->scan, scan_answer);
			return GOT_MESSAGE;
		}
		ERR_clear_error();
		r = SSL_read(l->ssl, chunk, sizeof(chunk));
		if (r > 0)
			buf_add(&l->in, chunk, (size_t)r);
		OPENSSL_cleanse(chunk, sizeof(chunk));
		if (r > 0)
			continue;
		switch (wait_for(l, r, until)) {
		case 1:
			break;
		case 0:
			return GOT_NOTHING;
		default:
			return GOT_END;
		}
	}
}

/* -- opening ----------------------------------------------------------------------------------- */

static enum err unreachable(struct fault *f, const char *server)
{
	return fault_set(f, ERR_UNREACHABLE, N_("The server cannot be reached."),
			 N_("Nobody answers at %s, or not as a Brug server."),
			 N_("Is the network there? Try again; nothing you typed is lost."), server);
}

static enum err broken(struct fault *f)
{
	return fault_set(f, ERR_UNREACHABLE, N_("The link to the server broke."),
			 N_("The answer did not come."),
			 N_("Try again: a change that was kept is not made twice."), NULL);
}

enum err link_start(const char *server, SSL_CTX *ctx, bool named, struct link **out,
		    struct fault *f)
{
	struct link *l = calloc(1, sizeof(*l));
	char copy[512], *host, *port;

	if (!l)
		abort();
	l->fd = -1;
	l->ctx = ctx;
	scan_begin(&l->scan, scan_answer);
	snprintf(copy, sizeof(copy), "%s", server);
	if (!split_server(copy, &host, &port)) {
		link_close(l);
		return fault_set(
			f, ERR_USAGE, N_("\"%s\" is not a server."), NULL,
			N_("Write it as host:port, as in the message that gave you the code."),
			server);
	}
	l->fd = dial(host, port);
	l->ssl = SSL_new(ctx);
	if (l->fd < 0 || !l->ssl || SSL_set_fd(l->ssl, l->fd) != 1) {
		link_close(l);
		return unreachable(f, server);
	}
	if (named && X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(l->ssl), host) != 1)
		SSL_set1_host(l->ssl, host);
	if (strspn(host, "0123456789.:") != strlen(host))
		SSL_set_tlsext_host_name(l->ssl, host);
	if (!shake(l)) {
		bool untrusted = SSL_get_verify_result(l->ssl) != X509_V_OK;

		link_close(l);
		if (!untrusted)
			return unreachable(f, server);
		return fault_set(f, ERR_IDENTITY, N_("This is not the server you know."),
				 N_("Its certificate does not fit the code or what was kept when "
				    "you joined."),
				 N_("Do not go on. Call who gave you the code."), NULL);
	}
	*out = l;
	return ERR_OK;
}

int link_fd(const struct link *l)
{
	return l->fd;
}

SSL *link_ssl(struct link *l)
{
	return l->ssl;
}

void link_close(struct link *l)
{
	if (!l)
		return;
	if (l->ssl) {
		ERR_clear_error();
		SSL_shutdown(l->ssl);
		SSL_free(l->ssl);
	}
	SSL_CTX_free(l->ctx);
	if (l->fd >= 0)
		close(l->fd);
	buf_wipe(&l->in);
	buf_wipe(&l->waiting);
	tree_free(&l->me);
	free(l);
}

static bool read_server(const struct home *h, char out[512])
{
	char path[1200];
	FILE *f = fopen(home_data(h, "server", path), "re");
	bool ok = f && fgets(out, 512, f);

	if (f)
		fclose(f);
	if (ok)
		out[strcspn(out, "\n")] = 0;
	return ok && *out;
}

static enum err say_hello(struct link *l, const char *client, struct fault *f)
{
	CLEANUP(buf_free) struct buf params = {0};
	enum err err;

	pack_map(&params, 2);
	pack_kv_text(&params, "client", client);
	pack_kv_text(&params, "lang", lang_name());
	err = link_call(l, "hello", buf_view(&params), &l->me, f);
	if (err == ERR_UNREACHABLE) /* TLS 1.3: a refused certificate shows only now */
		return fault_set(
			f, ERR_IDENTITY, N_("The server does not know you on this device."),
			N_("You or this device have been stopped, or its certificate has expired."),
			N_("Ask your agency's admin for a new join code."), NULL);
	return err;
}

enum err link_open(const struct home *h, const char *client, struct link **out, struct fault *f)
{
	char ca[1200], cert[1200], key[1200], server[512], why[256];
	SSL_CTX *ctx;
	enum err err;

	if (!home_joined(h) || !read_server(h, server))
		return fault_set(
			f, ERR_IDENTITY, N_("You have not joined on this device."), NULL,
			N_("brug join SERVER, with the code your agency's admin gives you."), NULL);
	ctx = tls_client(home_data(h, "device.crt", cert), home_data(h, "device.key", key),
			 home_data(h, "ca.crt", ca), why);
	if (!ctx)
		return fault_set(f, ERR_IDENTITY,
				 N_("What was kept when you joined cannot be read."), why,
				 N_("Ask your agency's admin for a new join code."), NULL);
	TRY(link_start(server, ctx, true, out, f));
	err = say_hello(*out, client, f);
	if (err == ERR_OK) {
		link_learn_authorities(h, *out);
		return ERR_OK;
	}
	link_close(*out);
	*out = NULL;
	return err;
}

const msgpack_object *link_me(const struct link *l)
{
	return tree_root(&l->me);
}

/* -- calling ----------------------------------------------------------------------------------- */

static void copy_line(char *out, size_t n, const msgpack_object *o)
{
	struct slice s = obj_bytes(o);

	snprintf(out, n, "%.*s", SLICE_ARG(s));
}

static int add_bytes(void *data, const char *p, size_t n)
{
	buf_add(data, p, n);
	return 0;
}

static enum err server_said(struct fault *f, const msgpack_object *error)
{
	const msgpack_object *detail = obj_get(error, "detail");
	msgpack_packer pk;

	f->code = (enum err)obj_int(obj_get(error, "code"), ERR_INTERNAL);
	copy_line(f->text, sizeof(f->text), obj_get(error, "text"));
	copy_line(f->why, sizeof(f->why), obj_get(error, "why"));
	copy_line(f->can, sizeof(f->can), obj_get(error, "can"));
	copy_line(f->ref, sizeof(f->ref), obj_get(error, "ref"));
	buf_wipe(&f->detail);
	if (detail) {
		msgpack_packer_init(&pk, &f->detail, add_bytes);
		msgpack_pack_object(&pk, *detail);
	}
	return f->code == ERR_OK ? ERR_INTERNAL : f->code;
}

/* A notification that came in between is kept for link_next. */
static void keep_waiting(struct link *l, struct slice message)
{
	buf_be32(&l->waiting, (uint32_t)message.n);
	buf_slice(&l->waiting, message);
}

/* mine: the message answers request id; its result is out's root. */
static enum err take_answer(struct link *l, uint32_t id, struct buf *message, struct tree *out,
			    struct fault *f, bool *mine)
{
	const char *why;
	struct rpc rpc;

	*mine = true;
	*out = (struct tree){0};
	if (tree_take(out, message) != ERR_OK || rpc_read(tree_root(out), &rpc, &why) != ERR_OK)
		return broken(f);
	*mine = rpc.type == RPC_RESPONSE && (rpc.id == id || rpc.error);
	if (!*mine) {
		if (rpc.type == RPC_NOTIFY && !slice_is(rpc.method, "ping"))
			keep_waiting(l, buf_view(&out->own));
		tree_free(out);
		return ERR_OK;
	}
	if (rpc.error) {
		enum err err = server_said(f, rpc.error);

		tree_free(out);
		return err;
	}
	out->root = rpc.result;
	return ERR_OK;
}

enum err link_call(struct link *l, const char *method, struct slice params, struct tree *out,
		   struct fault *f)
{
	CLEANUP(buf_wipe) struct buf request = {0};
	uint32_t id = ++l->next_id;
	int64_t until = mono_ms() + ANSWER_MS;
	bool mine = false;

	rpc_request(&request, id, method, params);
	if (!send_all(l, buf_view(&request)))
		return broken(f);
	while (!mine) {
		CLEANUP(buf_wipe) struct buf message = {0};

		/* who is told things without end is not answered either */
		if (mono_ms() >= until || receive(l, until, &message) != GOT_MESSAGE)
			return broken(f);
		TRY(take_answer(l, id, &message, out, f, &mine));
	}
	return ERR_OK;
}

/* -- notifications ----------------------------------------------------------------------------- */

/* One that came while an answer was awaited. */
static bool from_waiting(struct link *l, struct buf *message)
{
	uint32_t n;

	if (!l->waiting.n)
		return false;
	n = get_be32(l->waiting.p);
	buf_add(message, l->waiting.p + 4, n);
	buf_drop(&l->waiting, 4 + (size_t)n);
	return true;
}

static enum err read_notification(struct buf *message, struct slice *name, struct tree *out,
				  struct fault *f)
{
	const char *why;
	struct rpc rpc;

	*out = (struct tree){0};
	*name = (struct slice){0};
	if (tree_take(out, message) != ERR_OK || rpc_read(tree_root(out), &rpc, &why) != ERR_OK) {
		tree_free(out);
		return broken(f);
	}
	if (rpc.type == RPC_NOTIFY && !slice_is(rpc.method, "ping")) {
		*name = rpc.method;
		out->root = rpc.params;
	} else {
		tree_free(out);
	}
	return ERR_OK;
}

enum err link_next(struct link *l, int ms, struct slice *name, struct tree *out, struct fault *f)
{
	int64_t until = ms < 0 ? -1 : mono_ms() + ms;

	for (;;) {
		CLEANUP(buf_wipe) struct buf message = {0};
		enum got got =
			from_waiting(l, &message) ? GOT_MESSAGE : receive(l, until, &message);

		*name = (struct slice){0};
		*out = (struct tree){0};
		if (got == GOT_NOTHING)
			return ERR_OK;
		if (got == GOT_END)
			return broken(f);
		TRY(read_notification(&message, name, out, f));
		if (name->n)
			return ERR_OK;
	}
}
