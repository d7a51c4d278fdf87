/*
 * Hostile clients, many at once and while they are there: the server lives, its memory stays where
 * it was, what they held is given back, and who behaves is answered as if they were not there.
 *
 * No moment is measured: "promptly" is that an answer comes while all of them still hold what they
 * took, or before so many of their own requests were served.
 */
#include "flow.h"

#include "pki.h"
#include "tls.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* AddressSanitizer keeps a map of memory, and what was freed for a while: bounds are wider there.
 */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { TIMES = 8 };
#else
enum { TIMES = 1 };
#endif
enum { SIEGE = 60, ADDRESSES = 6, MORE_KIB = TIMES * 16 * 1024 };

static struct flow f;
static struct link *friend; /* connected before, and asks all the while */

static void set_up(void)
{
	signal(SIGPIPE, SIG_IGN);
	flow_begin(&f);
	friend = flow_link(&f, "beheer@zvh");
}

static void tear_down(void)
{
	link_close(friend);
	flow_end(&f);
}
TestSuite(siege, .init = set_up, .fini = tear_down);

/* -- what the server holds --------------------------------------------------------------------- */

/* "VmRSS:", or "VmHWM:": the most there ever was. */
static long server_kib(const char *what)
{
	char path[64], line[128];
	long kib = -1;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)f.pid);
	in = fopen(path, "re");
	cr_assert_not_null(in);
	while (kib < 0 && fgets(line, sizeof(line), in))
		if (!strncmp(line, what, strlen(what)))
			kib = strtol(line + strlen(what), NULL, 10);
	fclose(in);
	return kib;
}

static size_t server_files(void)
{
	char path[64];
	struct dirent *e;
	size_t n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)f.pid);
	d = opendir(path);
	cr_assert_not_null(d);
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void answers_a_friend(void)
{
	flow_do(friend, "ping", "{\"n\":1}");
}

/* Those who are known before, and those who come. */
static void serves(void)
{
	struct link *l = flow_link(&f, "beheer@zvh");

	answers_a_friend();
	flow_do(l, "ping", "{\"n\":1}");
	link_close(l);
}

/* -- one hostile client ------------------------------------------------------------------------ */

static int dial_from(unsigned i)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
			   from = {.sin_family = AF_INET};
	const struct timeval patience = {30, 0};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + i); /* 127.0.0.2 and on */
	to.sin_port = htons((uint16_t)atoi(strrchr(f.where, ':') + 1));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	cr_assert_eq(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

struct hostile {
	SSL_CTX *ctx;
	SSL *ssl;
	int fd;
};

/* certificate: whose; NULL: none. */
static void shake(struct hostile *h, const char *certificate, const char *alpn, int most)
{
	char path[256];

	h->ctx = SSL_CTX_new(TLS_client_method());
	h->ssl = SSL_new(h->ctx);
	SSL_set_max_proto_version(h->ssl, most);
	if (certificate) {
		snprintf(path, sizeof(path), "%s/device.crt", certificate);
		SSL_use_certificate_file(h->ssl, path, SSL_FILETYPE_PEM);
		snprintf(path, sizeof(path), "%s/device.key", certificate);
		SSL_use_PrivateKey_file(h->ssl, path, SSL_FILETYPE_PEM);
	}
	if (alpn)
		SSL_set_alpn_protos(h->ssl, (const unsigned char *)alpn, (unsigned)strlen(alpn));
	SSL_set_fd(h->ssl, h->fd);
	SSL_connect(h->ssl);
}

static void joins(struct hostile *h)
{
	shake(h, NULL, "\x0b" ALPN_JOIN, TLS1_3_VERSION);
}

static void leave(struct hostile *h)
{
	SSL_free(h->ssl);
	SSL_CTX_free(h->ctx);
	if (h->fd >= 0)
		close(h->fd);
	*h = (struct hostile){.fd = -1};
}

/* True when the server has put him out, which it has half a minute for. */
static bool put_out(struct hostile *h)
{
	struct pollfd p = {.fd = h->fd, .events = POLLIN};
	char away[4096];
	ssize_t n = 1;

	while (n > 0 && poll(&p, 1, 30000) == 1)
		n = recv(h->fd, away, sizeof(away), MSG_DONTWAIT);
	return n <= 0;
}

#define SAYS(h, z) says(h, z, sizeof(z) - 1)
static void says(struct hostile *h, const char *p, size_t n)
{
	if (SSL_is_init_finished(h->ssl))
		SSL_write(h->ssl, p, (int)n);
}

static void silent(struct hostile *h)
{
	(void)h;
}

static void noise(struct hostile *h)
{
	char bytes[4096];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 31 + 7);
	send(h->fd, bytes, sizeof(bytes), MSG_NOSIGNAL);
}

/* The beginning of a greeting and no more. */
static void half_a_greeting(struct hostile *h)
{
	send(h->fd, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11, MSG_NOSIGNAL);
}

static void old_protocol(struct hostile *h)
{
	shake(h, NULL, "\x0b" ALPN_JOIN, TLS1_2_VERSION);
}

static void no_certificate(struct hostile *h)
{
	shake(h, NULL, "\x06" ALPN_BRUG, TLS1_3_VERSION);
}

static void no_protocol(struct hostile *h)
{
	shake(h, NULL, NULL, TLS1_3_VERSION);
}

static void foreign_certificate(struct hostile *h)
{
	shake(h, f.dir, "\x06" ALPN_BRUG, TLS1_3_VERSION);
}

static void says_nothing(struct hostile *h)
{
	joins(h);
}

static void two_to_the_31st(struct hostile *h)
{
	joins(h);
	SAYS(h, "\xdb\x80\x00\x00\x00");
}

static void claims_a_tower(struct hostile *h)
{
	joins(h);
	SAYS(h, "\x94\x00\x01\xa4join\x91\xdd\x7f\xff\xff\xff");
}

static void nothing_at_all(struct hostile *h)
{
	joins(h);
	SAYS(h, "\xc0\xc4\x00\x90\xa0\x80");
}

static void half_a_message(struct hostile *h)
{
	joins(h);
	SAYS(h, "\x94\x00\x01\xa4join\x91\x83\xa4");
}

/* All that a stranger may say, and it never ends. */
static void no_end(struct hostile *h)
{
	static const char head[] = "\x94\x00\x01\xa4join\x91\xdc\x00\x30";
	char body[9000];

	joins(h);
	SAYS(h, head);
	memset(body, 0x01, sizeof(body));
	says(h, body, sizeof(body));
}

static void goes_on_after_goodbye(struct hostile *h)
{
	joins(h);
	SSL_shutdown(h->ssl);
	noise(h);
}

static void plain_after_the_handshake(struct hostile *h)
{
	joins(h);
	noise(h);
}

static void cut_in_a_record(struct hostile *h)
{
	joins(h);
	send(h->fd, "\x17\x03\x03\x40\x00half", 9, MSG_NOSIGNAL);
	shutdown(h->fd, SHUT_WR);
}

static const struct attack {
	const char *name;
	void (*go)(struct hostile *);
} attacks[] = {
	{"silent", silent},
	{"noise", noise},
	{"half a greeting", half_a_greeting},
	{"TLS 1.2", old_protocol},
	{"no certificate", no_certificate},
	{"no protocol", no_protocol},
	{"a foreign certificate", foreign_certificate},
	{"a handshake and then silence", says_nothing},
	{"a text of 2^31 bytes", two_to_the_31st},
	{"a list of 2^31", claims_a_tower},
	{"empty values", nothing_at_all},
	{"half a message", half_a_message},
	{"a message without end", no_end},
	{"on after goodbye", goes_on_after_goodbye},
	{"plain after the handshake", plain_after_the_handshake},
	{"cut in a record", cut_in_a_record},
};

/* Somebody's own authority, and a certificate of it, in f.dir. */
static void make_foreign(void)
{
	EVP_PKEY *ca_key = pki_key_new(), *key = pki_key_new();
	X509 *ca = pki_ca_new(ca_key, "Brug"), *cert = pki_server_new(ca, ca_key, key, "person 1");
	char path[128];

	snprintf(path, sizeof(path), "%s/device.crt", f.dir);
	cr_assert_eq(pki_cert_save(cert, path), ERR_OK);
	snprintf(path, sizeof(path), "%s/device.key", f.dir);
	cr_assert_eq(pki_key_save(key, path), ERR_OK);
	X509_free(ca);
	X509_free(cert);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(key);
}

static void besiege(const struct attack *a)
{
	struct hostile h[SIEGE];

	for (unsigned i = 0; i < SIEGE; i++) {
		h[i] = (struct hostile){.fd = dial_from(i % ADDRESSES)};
		cr_assert_geq(h[i].fd, 0);
		a->go(&h[i]);
		if (i % 20 == 19)
			serves();
	}
	serves(); /* while all of them are there */
	for (unsigned i = 0; i < SIEGE; i++) {
		cr_expect(put_out(&h[i]), "%s: number %u is put out", a->name, i);
		leave(&h[i]);
	}
}

/* The last of them is let go when his goodbye was not answered: some seconds. */
static bool files_given_back(size_t before)
{
	for (int i = 0; i < 300 && server_files() > before; i++)
		poll(NULL, 0, 100);
	return server_files() <= before;
}

Test(siege, whatever_a_stranger_does_others_are_served_and_he_is_put_out)
{
	long before;
	size_t files;

	make_foreign();
	serves();
	before = server_kib("VmRSS:");
	files = server_files();
	for (size_t i = 0; i < sizeof(attacks) / sizeof(*attacks); i++) {
		besiege(&attacks[i]);
		cr_expect_lt(server_kib("VmRSS:") - before, MORE_KIB, "%s: memory",
			     attacks[i].name);
		cr_expect(files_given_back(files), "%s: descriptors", attacks[i].name);
	}
}

/* -- as many as there are descriptors ---------------------------------------------------------- */

Test(siege, as_many_as_can_connect_keep_no_place_for_long)
{
	struct rlimit most;
	unsigned n = 0;
	int *fds;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &most), 0);
	most.rlim_cur = most.rlim_max < 8192 ? most.rlim_max : 8192;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &most), 0);
	fds = calloc(most.rlim_cur, sizeof(*fds));
	for (unsigned i = 0; i < most.rlim_cur - 64; i++) {
		fds[n] = dial_from(i % 200);
		n += fds[n] >= 0;
		if (i % 1000 == 999)
			answers_a_friend();
	}
	cr_assert_gt(n, 1000);
	answers_a_friend();
	cr_expect_lt(server_files(), 1000, "the server takes in no more than it was told to");
	cr_expect_lt(server_kib("VmHWM:"), TIMES * 128 * 1024);
	/* all of them are still connected as far as they know: their places come free by the
	 * server's own deadline */
	cr_expect(files_given_back(server_files() / 4));
	serves();
	while (n)
		close(fds[--n]);
	free(fds);
}

/* -- somebody who is known --------------------------------------------------------------------- */

static const char hello[] = "\x94\x00\x01\xa5hello\x90";
static const char ping[] = "\x94\x00\x02\xa4ping\x90";

static struct hostile known(void)
{
	struct hostile h = {.fd = dial_from(0)};
	char dir[128];

	snprintf(dir, sizeof(dir), "%s/people/zoe@schuld", f.dir);
	shake(&h, dir, "\x06" ALPN_BRUG, TLS1_3_VERSION);
	cr_assert(SSL_is_init_finished(h.ssl));
	return h;
}

static void let_zoe_in(void)
{
	flow_do(friend, "agency.put",
		"{\"agency\":\"schuld\",\"name\":\"Schuldhulp\",\"domain\":\"sociaal\"}");
	flow_person(&f, "zoe@schuld", "Zoe Kaya", "");
}

/* Answers in what has come; the rest is kept in *in. */
static size_t answers_in(struct buf *in)
{
	size_t n = 0;

	for (;;) {
		struct scan s;

		scan_begin(&s, scan_answer);
		if (scan_go(&s, buf_view(in)) != SCAN_DONE)
			return n;
		buf_drop(in, s.at);
		n++;
	}
}

/* In a process of his own: asks and reads as fast as he can; *served is seen from outside. */
static pid_t ask_without_end(size_t requests, size_t *served)
{
	pid_t pid = fork();
	struct hostile h;
	struct buf in = {0};
	size_t said = 0;

	if (pid)
		return pid;
	h = known();
	says(&h, hello, sizeof(hello) - 1);
	fcntl(h.fd, F_SETFL, O_NONBLOCK);
	while (*served < requests) {
		struct pollfd p = {.fd = h.fd, .events = POLLIN};
		char chunk[16384];
		int n;

		if (said < requests) {
			for (size_t i = 0; i + sizeof(ping) - 1 <= sizeof(chunk);
			     i += sizeof(ping) - 1)
				memcpy(chunk + i, ping, sizeof(ping) - 1);
			n = SSL_write(h.ssl, chunk, (int)(1000 * (sizeof(ping) - 1)));
			said += n > 0 ? 1000 : 0;
		}
		n = SSL_read(h.ssl, chunk, sizeof(chunk));
		if (n > 0) {
			buf_add(&in, chunk, (size_t)n);
			__atomic_add_fetch(served, answers_in(&in), __ATOMIC_RELAXED);
		} else {
			poll(&p, 1, 5);
		}
	}
	_exit(0);
}

Test(siege, a_hundred_thousand_requests_of_one_do_not_go_before_the_few_of_another)
{
	enum { REQUESTS = 100000, FRIENDLY = 40 };
	size_t *served = mmap(NULL, sizeof(*served), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long before;
	pid_t pid;
	int status;

	let_zoe_in();
	before = server_kib("VmRSS:");
	pid = ask_without_end(REQUESTS, served);
	while (__atomic_load_n(served, __ATOMIC_RELAXED) < 1000)
		cr_assert_eq(waitpid(pid, &status, WNOHANG), 0);
	for (int i = 0; i < FRIENDLY; i++)
		answers_a_friend();
	cr_expect_lt(__atomic_load_n(served, __ATOMIC_RELAXED), REQUESTS,
		     "the friend's were answered in between");
	cr_expect_lt(server_kib("VmRSS:") - before, MORE_KIB);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0, "and each of the hundred thousand was answered");
	serves();
}

/* In a process of his own: watches, and then stands still with the socket open; his machine takes
 * what comes until it is full. */
static pid_t stands_still(const char *who, const char *case_code)
{
	pid_t pid = fork();
	struct link *l;
	int little = 4096;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	l = flow_link(&f, who);
	setsockopt(link_fd(l), SOL_SOCKET, SO_RCVBUF, &little, sizeof(little));
	flow_do(l, "case.watch", "{\"case\":\"%s\"}", case_code);
	raise(SIGSTOP);
	_exit(0);
}

static void configured(const char *lines)
{
	FILE *conf;

	snprintf(f.conf, sizeof(f.conf), "%s/brugd.conf", f.dir);
	conf = fopen(f.conf, "we");
	fputs(lines, conf);
	fclose(conf);
	link_close(friend);
	friend = NULL;
	cr_assert_eq(flow_stop(&f), 0);
	flow_start(&f);
	friend = flow_link(&f, "beheer@zvh");
}

Test(siege, a_client_that_stands_still_is_found_and_its_place_is_given_back)
{
	char code[16];
	struct flow_case c;
	size_t files;
	long before;
	pid_t pid;

	configured("silence_s = 2\nrequests = 10000\n");
	flow_case(&f, &c);
	files = server_files();
	before = server_kib("VmRSS:");
	pid = stands_still("noor@wijk", c.code);
	cr_assert_eq(waitpid(pid, NULL, WUNTRACED), pid);
	cr_assert_gt(server_files(), files);
	for (int i = 0; i < 8000 && server_files() > files; i++)
		flow_add(c.noor, c.code, code,
			 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"%0*d\"}}", 1900, i);
	cr_expect_leq(server_files(), files, "he was found");
	cr_expect_lt(server_kib("VmRSS:") - before, TIMES * 128 * 1024);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	flow_case_close(&c);
	serves();
}

/* -- a network that cuts everything to pieces -------------------------------------------------- */

/* xorshift: the same seed cuts the same way. */
static unsigned dice(uint64_t *seed, unsigned n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)(*seed % n);
}

/* Some bytes from one to the other, mostly one. False: the end. */
static bool pass_on(int from, int to, uint64_t *seed)
{
	char bytes[64];
	size_t most = dice(seed, 8) ? 1 : 1 + dice(seed, sizeof(bytes));
	ssize_t n = recv(from, bytes, most, 0);

	return n > 0 && send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
}

static void carry(int client, uint64_t *seed)
{
	int server = dial_from(0), on = 1;
	struct pollfd p[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};

	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	while (poll(p, 2, -1) > 0) {
		int first = (int)dice(seed, 2);
		bool ok = true;

		for (int i = 0; i < 2 && ok; i++) {
			int side = first ^ i;

			if (p[side].revents)
				ok = pass_on(p[side].fd, p[!side].fd, seed);
		}
		if (!ok)
			break;
	}
	close(server);
	close(client);
}

/* A process that stands between: f.where is its address from now on. Its server is who it was. */
static pid_t stand_between(uint64_t seed)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(at);
	int ear = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	cr_assert_eq(bind(ear, (struct sockaddr *)&at, n), 0);
	cr_assert_eq(listen(ear, 64), 0);
	cr_assert_eq(getsockname(ear, (struct sockaddr *)&at, &n), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGCHLD, SIG_IGN);
		for (int client = accept(ear, NULL, NULL);; client = accept(ear, NULL, NULL)) {
			if (client >= 0 && fork() == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				carry(client, &seed);
				_exit(0);
			}
			close(client);
			dice(&seed, 2);
		}
	}
	close(ear);
	snprintf(f.where, sizeof(f.where), "127.0.0.1:%u", ntohs(at.sin_port));
	return pid;
}

static uint64_t seed_of_today(void)
{
	const char *given = getenv("BRUG_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)getpid() * 2654435761u;

	fprintf(stderr, "BRUG_SEED=%llu\n", (unsigned long long)(seed ? seed : 1));
	return seed ? seed : 1;
}

/* What one watches through the pieces. */
static size_t shown(struct link *l, size_t want)
{
	size_t n = 0;

	while (n < want) {
		CLEANUP(tree_free) struct tree t = {0};
		struct fault fault = {0};
		struct slice name;

		cr_assert_eq(link_next(l, 60000, &name, &t, &fault), ERR_OK);
		cr_assert_gt(name.n, 0, "%zu of %zu came", n, want);
		n += obj_n(obj_get(tree_root(&t), "events"));
	}
	return n;
}

Test(siege, a_network_that_sends_byte_by_byte_changes_nothing)
{
	enum { ITEMS = 12 };
	CLEANUP(tree_free) struct tree through = {0};
	CLEANUP(tree_free) struct tree straight = {0};
	struct link *l;
	struct flow_case c;
	char code[16], where[64];
	pid_t pid;

	flow_case(&f, &c);
	snprintf(where, sizeof(where), "%s", f.where);
	pid = stand_between(seed_of_today());
	l = flow_link(&f, "daan@pol");
	flow_do(l, "case.watch", "{\"case\":\"%s\"}", c.code);
	for (int i = 0; i < ITEMS; i++)
		flow_add(c.noor, c.code, code,
			 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"%0*d\"}}", 900, i);
	cr_expect_eq(shown(l, ITEMS), ITEMS);
	flow_call(l, "case.plan", &through, "{\"case\":\"%s\"}", c.code);
	flow_call(c.daan, "case.plan", &straight, "{\"case\":\"%s\"}", c.code);
	cr_expect_eq(obj_n(obj_get(tree_root(&through), "items")),
		     obj_n(obj_get(tree_root(&straight), "items")));
	link_close(l);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	snprintf(f.where, sizeof(f.where), "%s", where);
	flow_case_close(&c);
	serves();
}
