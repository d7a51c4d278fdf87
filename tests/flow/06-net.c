/* Connections: slow, rude, silent and half-closed ones, and a new certificate under way. */
#include "eyes.h"
#include "flow.h"

#include "found.h"
#include "pki.h"
#include "tls.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct flow f;

static void set_up(void)
{
	flow_begin(&f);
}

static void tear_down(void)
{
	flow_end(&f);
}
TestSuite(net, .init = set_up, .fini = tear_down);

/* -- a client by hand -------------------------------------------------------------------------- */

struct raw {
	SSL_CTX *ctx;
	SSL *ssl;
	int fd;
	struct buf in; /* what came and is not a whole answer yet */
};

/* Waits half a minute for bytes: far beyond what any test here needs. */
static int dial(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct timeval patience = {30, 0};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_port = htons((uint16_t)atoi(strchr(f.where, ':') + 1));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static struct raw raw_open(void)
{
	struct raw r = {.fd = dial()};
	struct home h = flow_home(&f, "beheer@zvh");
	char cert[1200], key[1200], ca[1200], why[256];

	r.ctx = tls_client(home_data(&h, "device.crt", cert), home_data(&h, "device.key", key),
			   home_data(&h, "ca.crt", ca), why);
	cr_assert_not_null(r.ctx, "%s", why);
	r.ssl = SSL_new(r.ctx);
	SSL_set_fd(r.ssl, r.fd);
	cr_assert_eq(SSL_connect(r.ssl), 1);
	return r;
}

static void raw_close(struct raw *r)
{
	SSL_free(r->ssl);
	SSL_CTX_free(r->ctx);
	close(r->fd);
	buf_free(&r->in);
}

static void raw_say(struct raw *r, const void *p, size_t n)
{
	for (size_t at = 0; at < n;) {
		int w = SSL_write(r->ssl, (const char *)p + at, (int)(n - at));

		cr_assert_gt(w, 0);
		at += (size_t)w;
	}
}

static const char hello[] = "\x94\x00\x01\xa5hello\x90";
static const char ping[] = "\x94\x00\x02\xa4ping\x90";

/* Takes answers until so many have come, or no more do; how many came. */
static size_t answers(struct raw *r, size_t want)
{
	char chunk[16384];
	size_t n = 0;

	while (n < want) {
		struct scan s;
		int got = SSL_read(r->ssl, chunk, sizeof(chunk));

		if (got <= 0)
			break;
		buf_add(&r->in, chunk, (size_t)got);
		scan_begin(&s, scan_answer);
		while (scan_go(&s, buf_view(&r->in)) == SCAN_DONE) {
			n++;
			buf_drop(&r->in, s.at);
			scan_begin(&s, scan_answer);
		}
	}
	return n;
}

/* -- odd ways to say something ----------------------------------------------------------------- */

Test(net, a_request_and_a_goodbye_in_one_breath_are_still_answered)
{
	struct raw r = raw_open();

	raw_say(&r, hello, sizeof(hello) - 1);
	raw_say(&r, ping, sizeof(ping) - 1);
	SSL_shutdown(r.ssl);
	shutdown(r.fd, SHUT_WR);
	cr_expect_eq(answers(&r, 3), 2);
	cr_expect_eq(SSL_get_shutdown(r.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
	raw_close(&r);
}

Test(net, a_request_may_come_byte_by_byte_and_many_in_one_piece)
{
	CLEANUP(buf_free) struct buf many = {0};
	struct raw r = raw_open();

	for (size_t i = 0; i < sizeof(hello) - 1; i++)
		raw_say(&r, hello + i, 1);
	cr_assert_eq(answers(&r, 1), 1);
	for (int i = 0; i < 5000; i++)
		buf_add(&many, ping, sizeof(ping) - 1);
	raw_say(&r, many.p, many.n);
	cr_expect_eq(answers(&r, 5000), 5000);
	raw_close(&r);
}

Test(net, key_updates_without_end_keep_nobody_from_being_served)
{
	struct raw r = raw_open();

	for (int i = 0; i < 3000; i++) {
		cr_assert_eq(SSL_key_update(r.ssl, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
		cr_assert_eq(SSL_do_handshake(r.ssl), 1);
		if (i % 1000 == 500)
			still_serves(&f);
	}
	raw_say(&r, hello, sizeof(hello) - 1);
	cr_expect_eq(answers(&r, 1), 1);
	raw_close(&r);
}

/* -- those that keep a place without using it -------------------------------------------------- */

/* True when the other side hung up. */
static bool hung_up(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

Test(net, who_drips_his_handshake_is_put_out)
{
	static const char begin[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
	bool out = false;
	int fd = dial();

	for (size_t i = 0; i < 100 && !out; i++) {
		out = send(fd, i < sizeof(begin) - 1 ? begin + i : "", 1, MSG_NOSIGNAL) != 1 ||
		      hung_up(fd);
		poll(NULL, 0, 200);
	}
	cr_expect(out);
	close(fd);
	still_serves(&f);
}

Test(net, who_shakes_hands_and_then_says_nothing_is_put_out)
{
	struct raw r = raw_open();

	cr_expect_eq(answers(&r, 1), 0);
	cr_expect_eq(SSL_get_shutdown(r.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
	raw_close(&r);
}

static long resident_kib(void)
{
	char path[64], line[128];
	long kib = -1;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)f.pid);
	in = fopen(path, "re");
	cr_assert_not_null(in);
	while (kib < 0 && fgets(line, sizeof(line), in))
		sscanf(line, "VmRSS: %ld", &kib);
	fclose(in);
	return kib;
}

/* Asks on and on without reading, until the server has stopped taking it in. */
static size_t ask_until_stopped(struct raw *r)
{
	enum { AT_ONCE = 1000, ENOUGH = 20 * 1000 * 1000 };
	CLEANUP(buf_free) struct buf many = {0};
	size_t said = 0;
	int stuck = 0;

	for (int i = 0; i < AT_ONCE; i++)
		buf_add(&many, ping, sizeof(ping) - 1);
	fcntl(r->fd, F_SETFL, O_NONBLOCK);
	while (stuck < 10 && said < ENOUGH) {
		size_t at = said % many.n;
		int n = SSL_write(r->ssl, many.p + at, (int)(many.n - at));
		struct pollfd room = {.fd = r->fd, .events = POLLOUT};

		if (n > 0) {
			said += (size_t)n;
			stuck = 0;
		} else if (poll(&room, 1, 100) == 0) {
			stuck++;
		}
	}
	cr_assert_eq(stuck, 10, "the server goes on taking requests of who does not read");
	return said;
}

Test(net, who_never_reads_costs_little_and_loses_nothing)
{
	struct raw r = raw_open();
	struct pollfd there = {.fd = r.fd, .events = POLLIN};
	long before = resident_kib();
	size_t asked, got = 0;

	raw_say(&r, hello, sizeof(hello) - 1);
	asked = 1 + ask_until_stopped(&r) / (sizeof(ping) - 1);
	cr_expect_lt(resident_kib() - before, 16 * 1024);
	still_serves(&f);
	while (got < asked) {
		cr_assert_gt(poll(&there, 1, 30000), 0, "%zu of %zu answers came", got, asked);
		got += answers(&r, asked - got);
	}
	raw_close(&r);
}

/* -- under way --------------------------------------------------------------------------------- */

static bool shown_certificate(uint8_t fp[32])
{
	struct raw r = raw_open();
	X509 *cert = SSL_get0_peer_certificate(r.ssl);
	bool ok = cert && pki_fingerprint(cert, fp) == ERR_OK;

	raw_close(&r);
	return ok;
}

static void wait_for_log(const char *words)
{
	char path[128], all[65536];

	snprintf(path, sizeof(path), "%s/log", f.dir);
	for (int i = 0; i < 300; i++) {
		FILE *in = fopen(path, "re");
		size_t n = fread(all, 1, sizeof(all) - 1, in);

		fclose(in);
		all[n] = 0;
		if (strstr(all, words))
			return;
		poll(NULL, 0, 100);
	}
	cr_assert_fail("the log does not say \"%s\"", words);
}

Test(net, a_new_certificate_is_taken_under_way_and_a_bad_one_is_not)
{
	struct link *l = flow_link(&f, "beheer@zvh");
	uint8_t before[32], after[32], still[32];
	char path[256];
	int64_t until;

	cr_assert(shown_certificate(before));
	cr_assert_eq(found_renew(f.state, &until, path), ERR_OK, "%s", path);
	kill(f.pid, SIGHUP);
	wait_for_log("reloaded:");
	cr_assert(shown_certificate(after));
	cr_expect_arr_neq(before, after, 32);
	snprintf(path, sizeof(path), "%s/pki/server.crt", f.state);
	cr_assert_eq(truncate(path, 100), 0);
	kill(f.pid, SIGHUP);
	wait_for_log("certificate failed:");
	cr_assert(shown_certificate(still));
	cr_expect_arr_eq(after, still, 32);
	flow_do(l, "ping", "{}");
	link_close(l);
}

Test(net, a_second_brugd_keeps_its_hands_off_the_state)
{
	struct link *l = flow_link(&f, "beheer@zvh");

	cr_expect_eq(flow_run(&f, "--rebuild"), 1);
	cr_expect_eq(flow_run(&f, NULL), 1);
	flow_do(l, "agency.put", "{\"agency\":\"x\",\"name\":\"X\",\"domain\":\"zorg\"}");
	link_close(l);
	cr_assert_eq(flow_stop(&f), 0);
	cr_expect_eq(flow_run(&f, "--rebuild"), 0);
	flow_start(&f);
	still_serves(&f);
}
