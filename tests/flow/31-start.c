/* Starting, and refusing to: what is wrong with what lies on the disk is said, and nothing listens.
 */
#include "flow.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct flow f;

/* A state with something in it, and no server. */
static void set_up(void)
{
	flow_begin(&f);
	cr_assert_eq(flow_stop(&f), 0);
}

static void tear_down(void)
{
	flow_end(&f);
}
TestSuite(start, .init = set_up, .fini = tear_down);

static const char *in_state(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", f.state, name);
	return path;
}

static void put(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");

	cr_assert_not_null(out, "%s", path);
	fputs(text, out);
	fclose(out);
}

static void configured(const char *text)
{
	snprintf(f.conf, sizeof(f.conf), "%s/brugd.conf", f.dir);
	put(f.conf, text);
}

/* What brugd has said since the last time. */
static const char *said(void)
{
	static char all[65536];
	static long from;
	char path[128];
	size_t n;
	FILE *in;

	snprintf(path, sizeof(path), "%s/log", f.dir);
	in = fopen(path, "re");
	cr_assert_not_null(in);
	fseek(in, from, SEEK_SET);
	n = fread(all, 1, sizeof(all) - 1, in);
	from = ftell(in);
	fclose(in);
	all[n] = 0;
	return all;
}

static void refuses(const char *option, int status, const char *words)
{
	const char *text;

	said();
	cr_expect_eq(flow_run(&f, option), status, "%s", words);
	text = said();
	cr_expect_not_null(strstr(text, words), "it says \"%s\", and said: %s", words, text);
}

static void starts_again(void)
{
	struct link *l;

	*f.conf = 0;
	flow_start(&f);
	l = flow_link(&f, "beheer@zvh");
	flow_do(l, "ping", "{\"n\":1}");
	link_close(l);
}

Test(start, a_configuration_is_printed_checked_and_refused_by_name_and_line)
{
	refuses("--print-conf", 0, "silence_s = 75");
	refuses("--check-config", 0, "the configuration is sound");
	refuses("--listen=nowhere", ERR_USAGE, "write --listen as");
	refuses("--listen=[::1:80", ERR_USAGE, "write --listen as");
	refuses("--unknown", ERR_USAGE, "unrecognized option");
	configured("port = 99999\n");
	refuses(NULL, ERR_USAGE, "line 1: port: give a whole number");
	configured("slim = /nowhere/slim.conf\n");
	refuses("--check-config", ERR_USAGE, "the file of the option slim cannot be read");
	starts_again();
}

Test(start, a_pairing_with_a_mistake_is_refused_at_its_line)
{
	char path[128], conf[256];

	snprintf(path, sizeof(path), "%s/slim.conf", f.dir);
	snprintf(conf, sizeof(conf), "slim = %s\n", path);
	configured(conf);
	put(path, "versie = 1\nbron = wij\n[nergens]\nstrategie = x\n");
	refuses(NULL, ERR_USAGE, "line 4: there is no position [nergens]");
	put(path, "versie = 1\nversie = 2\n");
	refuses("--check-config", ERR_USAGE, "line 2: this stands here a second time");
	put(path, "bron = wij\n");
	refuses("--check-config", ERR_USAGE, "give versie and bron");
	starts_again();
}

Test(start, a_master_key_that_others_can_read_or_that_is_none_is_refused)
{
	char kept[256];

	cr_assert_eq(chmod(in_state("master.key"), 0644), 0);
	refuses(NULL, 1, "master");
	cr_assert_eq(chmod(in_state("master.key"), 0600), 0);
	snprintf(kept, sizeof(kept), "%s/kept.key", f.dir);
	cr_assert_eq(rename(in_state("master.key"), kept), 0);
	refuses(NULL, 1, "master");
	put(in_state("master.key"), "short");
	chmod(in_state("master.key"), 0600);
	refuses(NULL, 1, "master");
	cr_assert_eq(rename(kept, in_state("master.key")), 0);
	starts_again();
}

Test(start, without_its_certificates_nothing_listens)
{
	static const struct {
		const char *file, *words;
	} needed[] = {{"pki/ca.key", "ca.key"},
		      {"pki/ca.crt", "ca.crt"},
		      {"pki/server.crt", "server.crt"},
		      {"pki/server.key", "server.key"}};

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		char kept[256];

		snprintf(kept, sizeof(kept), "%s/kept", f.dir);
		cr_assert_eq(rename(in_state(needed[i].file), kept), 0);
		refuses(NULL, 1, needed[i].words);
		cr_assert_eq(rename(kept, in_state(needed[i].file)), 0);
	}
	starts_again();
}

Test(start, a_checkpoint_key_that_is_none_is_refused)
{
	char kept[256];

	snprintf(kept, sizeof(kept), "%s/kept", f.dir);
	cr_assert_eq(rename(in_state("checkpoint.key"), kept), 0);
	put(in_state("checkpoint.key"), "no key");
	refuses(NULL, 1, "the key that signs checkpoints cannot be read");
	cr_assert_eq(rename(kept, in_state("checkpoint.key")), 0);
	starts_again();
}

Test(start, a_beginning_that_is_not_whole_is_refused_and_one_too_many_is_let_go)
{
	put(in_state("bootstrap"), "agency=zvh\nnobody=knows\n");
	refuses(NULL, 1, "what=bootstrap-file");
	put(in_state("bootstrap"), "agency=x\nagency_name=X\nhandle=a@x\nname=A\ncode_hash=zz\n");
	refuses(NULL, 1, "what=bootstrap-file");
	put(in_state("bootstrap"), "agency=x\nagency_name=X\nhandle=a@x\nname=A\n");
	starts_again(); /* the journal has its beginning: this one is not taken */
	cr_expect_eq(access(in_state("bootstrap"), F_OK), -1);
}

Test(start, a_damaged_journal_is_said_with_its_place)
{
	uint8_t byte, other;
	int fd = open(in_state("journal/00000001.seg"), O_RDWR | O_CLOEXEC);

	cr_assert_eq(pread(fd, &byte, 1, 12), 1);
	other = byte ^ 0xff;
	cr_assert_eq(pwrite(fd, &other, 1, 12), 1);
	refuses("--verify", 1, "the journal is not whole");
	refuses(NULL, 1, "00000001.seg");
	refuses("--rebuild", 1, "00000001.seg");
	cr_assert_eq(pwrite(fd, &byte, 1, 12), 1);
	close(fd);
	refuses("--verify", 0, "the journal is whole");
	starts_again();
}

Test(start, a_port_that_is_taken_is_said)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char option[32];

	cr_assert_eq(bind(fd, (struct sockaddr *)&at, n), 0);
	cr_assert_eq(listen(fd, 1), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	snprintf(option, sizeof(option), "--listen=127.0.0.1:%u", ntohs(at.sin_port));
	refuses(option, 1, "listen failed");
	close(fd);
	refuses("--listen=999.1.1.1:0", 1, "listen failed");
	starts_again();
}

Test(start, the_service_manager_is_told_where_it_listens_and_that_it_stops)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const struct timeval patience = {20, 0};
	char text[400] = "";

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/notify", f.dir);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	cr_assert_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	setenv("NOTIFY_SOCKET", at.sun_path, 1);
	flow_start(&f);
	cr_assert_gt(recv(fd, text, sizeof(text) - 1, 0), 0);
	cr_expect_not_null(strstr(text, "READY=1"));
	cr_expect_not_null(strstr(text, f.where));
	cr_assert_eq(flow_stop(&f), 0);
	memset(text, 0, sizeof(text));
	cr_assert_gt(recv(fd, text, sizeof(text) - 1, 0), 0);
	cr_expect_str_eq(text, "STOPPING=1");
	unsetenv("NOTIFY_SOCKET");
	close(fd);
}
