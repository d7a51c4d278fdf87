/* Who may come in, and what a hostile client cannot do. */
#include "eyes.h"
#include "flow.h"

#include "pki.h"
#include "tls.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <netinet/in.h>
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
TestSuite(hostile, .init = set_up, .fini = tear_down);

/* From this address of the machine's own network, 127.0.0.1 being everybody's. */
static int dial_from(const char *address)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
			   from = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(address)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	to.sin_port = htons((uint16_t)atoi(strchr(f.where, ':') + 1));
	cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static int dial(void)
{
	return dial_from("127.0.0.1");
}

/* A TLS client with these files (NULL: none) and protocol; the bytes it got back, 0 when it was put
 * out. */
static int talk(const char *dir, const char *alpn, const char *bytes, size_t n)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(ctx);
	char path[256], got[256];
	int fd = dial(), r = 0;

	if (dir) {
		snprintf(path, sizeof(path), "%s/device.crt", dir);
		SSL_use_certificate_file(ssl, path, SSL_FILETYPE_PEM);
		snprintf(path, sizeof(path), "%s/device.key", dir);
		SSL_use_PrivateKey_file(ssl, path, SSL_FILETYPE_PEM);
	}
	if (alpn)
		SSL_set_alpn_protos(ssl, (const unsigned char *)alpn, (unsigned)strlen(alpn));
	SSL_set_fd(ssl, fd);
	if (SSL_connect(ssl) == 1 && (n == 0 || SSL_write(ssl, bytes, (int)n) > 0))
		r = SSL_read(ssl, got, sizeof(got));
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	close(fd);
	return r > 0 ? r : 0;
}

static const char hello[] = "\x94\x00\x01\xa5hello\x90";

Test(hostile, without_a_certificate_or_without_the_protocol_nobody_is_heard)
{
	char dir[128];

	snprintf(dir, sizeof(dir), "%s/people/beheer@zvh", f.dir);
	cr_expect_gt(talk(dir, "\x06" ALPN_BRUG, hello, sizeof(hello) - 1), 0, "he is known");
	cr_expect_eq(talk(NULL, "\x06" ALPN_BRUG, hello, sizeof(hello) - 1), 0, "no certificate");
	cr_expect_eq(talk(dir, NULL, hello, sizeof(hello) - 1), 0, "no protocol");
	cr_expect_eq(talk(dir, "\x05http2", hello, sizeof(hello) - 1), 0, "another protocol");
	still_serves(&f);
}

Test(hostile, a_certificate_of_another_authority_is_refused)
{
	char dir[128], path[160];
	EVP_PKEY *ca_key = pki_key_new(), *key = pki_key_new();
	X509 *ca = pki_ca_new(ca_key, "Brug"), *cert = pki_server_new(ca, ca_key, key, "person 1");

	snprintf(dir, sizeof(dir), "%s/foreign", f.dir);
	snprintf(path, sizeof(path), "mkdir %s", dir);
	cr_assert_eq(system(path), 0);
	snprintf(path, sizeof(path), "%s/device.crt", dir);
	cr_assert_eq(pki_cert_save(cert, path), ERR_OK);
	snprintf(path, sizeof(path), "%s/device.key", dir);
	cr_assert_eq(pki_key_save(key, path), ERR_OK);
	cr_expect_eq(talk(dir, "\x06" ALPN_BRUG, hello, sizeof(hello) - 1), 0);
	X509_free(ca);
	X509_free(cert);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(key);
	still_serves(&f);
}

Test(hostile, malformed_and_monstrous_messages_cost_only_their_sender)
{
	static const struct {
		const char *p;
		size_t n;
	} bad[] = {{"\xc1", 1},
		   {"\xdd\x05\xff\xff\xff", 5},
		   {"\xdb\xff\xff\xff\xf0", 5},
		   {"\x94\x00\x01\xa5hello\x91\xa3"
		    "abc",
		    13},
		   {"\x90", 1},
		   {"GET / HTTP/1.1\r\n\r\n", 18},
		   {"\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\xc0", 16}};
	char dir[128];

	snprintf(dir, sizeof(dir), "%s/people/beheer@zvh", f.dir);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		talk(dir, "\x06" ALPN_BRUG, bad[i].p, bad[i].n);
		still_serves(&f);
	}
}

/* The most memory that the server ever had, in kB. */
static long peak_kb(void)
{
	char path[64], line[128];
	long kb = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)f.pid);
	in = fopen(path, "r");
	cr_assert_not_null(in);
	while (fgets(line, sizeof(line), in))
		sscanf(line, "VmHWM: %ld", &kb);
	fclose(in);
	return kb;
}

/* Parameters within parameters come as bytes: what their header claims takes no memory. */
Test(hostile, a_header_within_a_message_decides_no_memory)
{
	static const uint8_t claims[][5] = {
		{0xdd, 0x05, 0xff, 0xff, 0xff}, /* an array of 100,663,295 */
		{0xdf, 0x7f, 0xff, 0xff, 0xff},
		{0xc6, 0xff, 0xff, 0xff, 0xff}};
	struct link *admin = flow_link(&f, "beheer@zvh"), *noor;
	long before;

	flow_do(admin, "agency.put",
		"{\"agency\":\"wijk\",\"name\":\"Wijkteam\",\"domain\":\"sociaal\"}");
	flow_person(&f, "noor@wijk", "Noor", "");
	noor = flow_link(&f, "noor@wijk");
	before = peak_kb();
	for (size_t i = 0; i < 3; i++) {
		CLEANUP(buf_free) struct buf params = {0};
		CLEANUP(tree_free) struct tree t = {0};
		struct fault fault = {0};

		pack_map(&params, 2);
		pack_kv_text(&params, "method", "rule.add");
		pack_kv_bin(&params, "params", (struct slice){claims[i], 5});
		cr_expect_eq(link_call(noor, "whatif", buf_view(&params), &t, &fault), ERR_USAGE);
	}
	cr_expect_lt(peak_kb() - before, 32 * 1024);
	link_close(noor);
	link_close(admin);
}

Test(hostile, silent_callers_do_not_keep_others_out)
{
	int fds[20];

	/* more than one address may have; they stay while others come */
	for (int i = 0; i < 20; i++)
		fds[i] = dial_from("127.0.0.2");
	still_serves(&f);
	for (int i = 0; i < 20; i++)
		close(fds[i]);
}

Test(hostile, a_join_code_works_once_and_a_wrong_one_never)
{
	struct fault fault = {0};
	struct home h = flow_home(&f, "dief@zvh");
	uint8_t fp[JOIN_HALF], secret[JOIN_HALF] = {0};
	char ca_path[128], code[40];
	uint8_t whole[32];
	struct tree t;
	X509 *ca;

	snprintf(ca_path, sizeof(ca_path), "%s/pki/ca.crt", f.state);
	ca = pki_cert_load(ca_path);
	cr_assert_eq(pki_fingerprint(ca, whole), ERR_OK);
	X509_free(ca);
	memcpy(fp, whole, sizeof(fp));
	pki_code_text(fp, secret, code);
	cr_expect_eq(link_join(&h, f.where, code, "x", &t, &fault), ERR_IDENTITY);
	fp[0] ^= 1;
	pki_code_text(fp, secret, code);
	cr_expect_eq(link_join(&h, f.where, code, "x", &t, &fault), ERR_IDENTITY,
		     "a server that the code does not name");
	cr_expect_not(home_joined(&h));
}

Test(hostile, stopping_a_person_cuts_his_live_connection)
{
	struct link *admin = flow_link(&f, "beheer@zvh"), *zoe;
	struct fault fault = {0};
	struct home h;
	struct slice name;
	struct tree t;

	flow_do(admin, "agency.put",
		"{\"agency\":\"schuld\",\"name\":\"Schuldhulp\",\"domain\":\"sociaal\"}");
	flow_person(&f, "zoe@schuld", "Zoe Kaya", "");
	zoe = flow_link(&f, "zoe@schuld");
	flow_do(admin, "user.stop", "{\"person\":\"zoe@schuld\",\"why\":\"weg\"}");
	cr_expect_eq(link_next(zoe, 10000, &name, &t, &fault), ERR_UNREACHABLE, "the link ends");
	link_close(zoe);
	h = flow_home(&f, "zoe@schuld");
	cr_expect_eq(link_open(&h, "flow", &zoe, &fault), ERR_IDENTITY);
	link_close(admin);
}

Test(hostile, stopping_a_device_cuts_that_one_and_leaves_his_others)
{
	struct link *admin = flow_link(&f, "beheer@zvh"), *zoe;
	CLEANUP(tree_free) struct tree devices = {0};
	struct fault fault = {0};
	struct slice name;
	struct tree t;

	flow_do(admin, "agency.put",
		"{\"agency\":\"schuld\",\"name\":\"Schuldhulp\",\"domain\":\"sociaal\"}");
	flow_person(&f, "zoe@schuld", "Zoe Kaya", "");
	zoe = flow_link(&f, "zoe@schuld");
	flow_call(admin, "device.list", &devices, "{\"person\":\"zoe@schuld\"}");
	flow_do(admin, "device.stop", "{\"person\":\"zoe@schuld\",\"device\":\"%.*s\"}",
		SLICE_ARG(obj_bytes(
			obj_get(obj_at(obj_get(tree_root(&devices), "devices"), 0), "device"))));
	cr_expect_eq(link_next(zoe, 10000, &name, &t, &fault), ERR_UNREACHABLE, "the link ends");
	link_close(zoe);
	flow_do(admin, "ping", "{\"n\":1}");
	link_close(admin);
}

Test(hostile, only_the_partnership_gives_what_is_the_partnerships)
{
	struct link *admin = flow_link(&f, "beheer@zvh"), *zoe;
	struct tree t;

	flow_do(admin, "agency.put",
		"{\"agency\":\"schuld\",\"name\":\"Schuldhulp\",\"domain\":\"sociaal\"}");
	flow_person(&f, "zoe@schuld", "Zoe Kaya", "\"agency-admin\"");
	zoe = flow_link(&f, "zoe@schuld");
	cr_expect_eq(flow_try(zoe, "agency.put", &t, NULL,
			      "{\"agency\":\"x\",\"name\":\"X\",\"domain\":\"zorg\"}"),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(zoe, "user.add", &t, NULL, "{\"person\":\"a@zvh\",\"name\":\"A\"}"),
		     ERR_REFUSED);
	cr_expect_eq(
		flow_try(zoe, "user.add", &t, NULL,
			 "{\"person\":\"a@schuld\",\"name\":\"A\",\"functions\":[\"operator\"]}"),
		ERR_REFUSED);
	cr_expect_eq(flow_try(zoe, "server.status", &t, NULL, "{}"), ERR_REFUSED);
	flow_do(zoe, "user.add", "{\"person\":\"a@schuld\",\"name\":\"A\"}");
	link_close(zoe);
	link_close(admin);
}
