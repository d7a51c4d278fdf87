/* What the operator relies on: a daemon held to its own, figures without names, and new
 * certificates without dropping anybody. */
#include "programs.h"

#include "found.h"
#include "pki.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct flow f;
static struct program p;

static void set_up(void)
{
	flow_begin(&f);
	setenv("LANGUAGE", "en", 1);
}

static void tear_down(void)
{
	flow_end(&f);
}
TestSuite(operator, .init = set_up, .fini = tear_down);

/* -- confinement ------------------------------------------------------------------------------- */

static char *of_file(const char *path)
{
	static char text[256 * 1024];
	FILE *in = fopen(path, "re");
	size_t n;

	cr_assert_not_null(in, "%s", path);
	n = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[n] = 0;
	return text;
}

static char *the_log(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/log", f.dir);
	return of_file(path);
}

static void wait_for_log(const char *words)
{
	for (int i = 0; i < 1000 && !strstr(the_log(), words); i++)
		poll(NULL, 0, 10);
	cr_assert_not_null(strstr(the_log(), words), "%s", words);
}

static bool has_line(const char *text, const char *name, const char *value)
{
	const char *at = strstr(text, name);

	return at &&
	       !strncmp(at + strlen(name) + strspn(at + strlen(name), " \t"), value, strlen(value));
}

Test(operator, the_running_daemon_is_confined_and_leaves_no_core)
{
	char path[64];
	const char *status;

	wait_for_log("confined:");
	if (strstr(the_log(), "not confined:"))
		cr_skip_test("this build, or this kernel, is not confined: the log says so");
	snprintf(path, sizeof(path), "/proc/%d/status", f.pid);
	status = of_file(path);
	cr_expect(has_line(status, "NoNewPrivs:", "1"), "%s", status);
	cr_expect(has_line(status, "Seccomp:", "2"), "%s", status);
	snprintf(path, sizeof(path), "/proc/%d/limits", f.pid);
	cr_expect(has_line(of_file(path), "Max core file size", "0"));
}

Test(operator, started_by_root_it_becomes_the_owner_of_its_folder)
{
	char command[200], path[64];
	struct link *l;

	if (geteuid() != 0)
		cr_skip_test("only root can become another");
	cr_assert_eq(flow_stop(&f), 0);
	snprintf(command, sizeof(command), "chown -R 65534:65534 %s && chmod 755 %s", f.state,
		 f.dir);
	cr_assert_eq(system(command), 0);
	flow_start(&f);
	snprintf(path, sizeof(path), "/proc/%d/status", f.pid);
	cr_expect(has_line(of_file(path), "Uid:", "65534\t65534\t65534\t65534"));
	cr_expect(has_line(of_file(path), "Gid:", "65534\t65534\t65534\t65534"));
	l = flow_link(&f, "beheer@zvh");
	flow_do(l, "agency.put", "{\"agency\":\"x\",\"name\":\"X\",\"domain\":\"zorg\"}");
	link_close(l);
}

/* -- the log ----------------------------------------------------------------------------------- */

Test(operator, the_reference_of_an_error_finds_its_line_in_the_log)
{
	char ref[40] = "", words[80];
	const char *at;

	BRUG(&f, &p, "beheer@zvh", NULL, "plan", "J-0000");
	cr_assert_neq(p.status, 0);
	at = strstr(p.err, "ref ");
	cr_assert_not_null(at, "%s", p.err);
	sscanf(at, "ref %32s", ref);
	snprintf(words, sizeof(words), "refused ref=%s person=1 method=case.plan code=", ref);
	wait_for_log(words);
}

/* -- figures ----------------------------------------------------------------------------------- */

static char *figures(void)
{
	static char text[256 * 1024];
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	size_t n = 0;
	ssize_t got = 1;

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/metrics.sock", f.state);
	cr_assert_eq(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	cr_assert_eq(write(fd, "GET /metrics HTTP/1.0\r\n\r\n", 25), 25);
	while (got > 0) {
		got = read(fd, text + n, sizeof(text) - 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	text[n] = 0;
	return text;
}

static double figure(const char *text, const char *name)
{
	char line[160];
	const char *at;

	snprintf(line, sizeof(line), "\nbrug_%s ", name);
	at = strstr(text, line);
	cr_assert_not_null(at, "%s in %s", name, text);
	return strtod(at + strlen(line), NULL);
}

Test(operator, figures_say_how_it_goes_and_nothing_of_anybody)
{
	struct flow_case c;
	struct stat st;
	char path[128], code[16];
	const char *text;

	flow_case(&f, &c);
	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"kanarie\"}}");
	flow_try(c.daan, "case.show", NULL, NULL, "{\"case\":\"J-0000\"}");
	text = figures();
	cr_expect(!strncmp(text, "HTTP/1.0 200 OK\r\n", 17));
	cr_expect_eq(figure(text, "sessions"), 3);
	cr_expect_eq(figure(text, "unauthenticated"), 0);
	cr_expect_eq(figure(text, "requests_total{method=\"item.add\",outcome=\"ok\"}"), 1);
	cr_expect_eq(figure(text, "requests_total{method=\"case.show\",outcome=\"notfound\"}"), 1);
	cr_expect_gt(figure(text, "journal_sync_seconds_count"), 0);
	cr_expect_gt(figure(text, "turn_seconds_count"), 0);
	cr_expect_gt(figure(text, "journal_facts"), 10);
	cr_expect_gt(figure(text, "state_used_bytes"), 0);
	cr_expect_null(strstr(text, "noor") ? strstr(text, "noor") : strstr(text, "wijk"));
	cr_expect_null(strstr(text, c.code) ? strstr(text, c.code) : strstr(text, code));
	cr_expect_null(strstr(text, "kanarie"));
	snprintf(path, sizeof(path), "%s/metrics.sock", f.state);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0660);
	flow_case_close(&c);
}

Test(operator, who_says_nothing_on_the_metrics_socket_keeps_nobody_waiting)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fds[12];

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/metrics.sock", f.state);
	for (int i = 0; i < 12; i++) {
		fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
		cr_assert_eq(connect(fds[i], (struct sockaddr *)&at, sizeof(at)), 0);
	}
	for (int i = 0; i < 12; i++) {
		struct pollfd closed = {.fd = fds[i], .events = POLLIN};

		cr_expect_eq(poll(&closed, 1, 10000), 1);
		close(fds[i]);
	}
	cr_expect_gt(figure(figures(), "connections_total"), 0);
}

Test(operator, the_doctor_asks_the_running_server_how_it_is)
{
	char folder[128], key[128];

	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "doctor", "--state", f.state);
	cr_expect(program_said(&p, "No backup was ever made."), "%s", p.out);
	cr_expect(program_said(&p, "A change is on the disk in"), "%s", p.out);
	snprintf(folder, sizeof(folder), "%s/backup", f.dir);
	snprintf(key, sizeof(key), "%s/backup.key", f.dir);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", "key", key, "--state", f.state);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", folder, "--state", f.state);
	cr_assert_eq(p.status, 0, "%s", p.err);
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "doctor", "--state", f.state);
	cr_expect(program_said(&p, "The last one is 0.0 days old."), "%s", p.out);
}

/* -- certificates ------------------------------------------------------------------------------ */

static void reload(void)
{
	size_t before = 0;

	for (const char *at = the_log(); (at = strstr(at, "reloaded:")); at++)
		before++;
	kill(f.pid, SIGHUP);
	for (int i = 0; i < 1000; i++) {
		size_t n = 0;

		for (const char *at = the_log(); (at = strstr(at, "reloaded:")); at++)
			n++;
		if (n > before)
			return;
		poll(NULL, 0, 10);
	}
	cr_assert_fail("not reloaded: %s", the_log());
}

static bool connects(const char *handle)
{
	struct home h = flow_home(&f, handle);
	struct fault fault = {0};
	struct link *l = NULL;
	enum err err = link_open(&h, "flow", &l, &fault);

	link_close(l);
	fault_free(&fault);
	return err == ERR_OK;
}

static void renew_device(const char *handle)
{
	struct home h = flow_home(&f, handle);
	struct link *l = flow_link(&f, handle);
	struct fault fault = {0};

	cr_assert_eq(link_renew(&h, l, true, &fault), ERR_OK, "%s", fault.text);
	link_close(l);
}

static void pushed(struct flow_case *c, const char *to_say)
{
	CLEANUP(tree_free) struct tree event = {0};
	struct fault fault = {0};
	struct slice name = {0};
	char code[16];

	flow_add(c->noor, c->code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"%s\"}}",
		 to_say);
	cr_assert_eq(link_next(c->daan, 30000, &name, &event, &fault), ERR_OK, "%s", fault.text);
	cr_expect(slice_is(name, "case.event"), "%.*s", SLICE_ARG(name));
}

Test(operator, a_new_authority_takes_over_and_nobody_who_works_notices)
{
	int64_t until, from;
	char where[256];
	struct flow_case c;

	flow_case(&f, &c);
	flow_do(c.daan, "case.watch", "{\"case\":\"%s\"}", c.code);
	cr_assert_eq(found_authority(f.state, where), ERR_OK, "%s", where);
	cr_expect_eq(found_authority(f.state, where), ERR_CONFLICT);
	reload();
	pushed(&c, "na het begin");
	cr_assert(connects("noor@wijk") && connects("daan@pol"), "and they learn of it");
	renew_device("noor@wijk");
	cr_assert_eq(found_renew(f.state, &until, where), ERR_OK, "the old one still issues");
	reload();
	cr_expect(connects("mila@ggz"));
	cr_assert_eq(found_authority_end(f.state, 0, &from, where), ERR_CONFLICT);
	cr_assert_eq(found_authority_switch(f.state, &until, where), ERR_OK, "%s", where);
	reload();
	pushed(&c, "na de wissel");
	cr_expect(connects("noor@wijk") && connects("daan@pol") && connects("mila@ggz"));
	cr_expect_eq(found_authority_end(f.state, 0, &from, where), ERR_REFUSED);
	cr_assert_eq(found_authority_end(f.state, INT64_MAX, &from, where), ERR_OK, "%s", where);
	reload();
	pushed(&c, "na het einde");
	cr_expect(connects("noor@wijk"), "he renewed in time");
	cr_expect_not(connects("daan@pol"), "his was signed by the old one");
	flow_case_close(&c);
}

Test(operator, who_was_away_during_a_take_over_is_told_this_is_not_the_server_he_knows)
{
	int64_t until;
	char where[256];

	flow_person(&f, "jan@zvh", "Jan Elders", "");
	cr_assert_eq(found_authority(f.state, where), ERR_OK);
	cr_assert_eq(found_authority_switch(f.state, &until, where), ERR_OK);
	reload();
	cr_expect_not(connects("jan@zvh"));
	cr_expect_eq(flow_stop(&f), 0);
	flow_start(&f);
	cr_expect_not(connects("jan@zvh"));
}

Test(operator, who_joins_during_a_take_over_trusts_both)
{
	int64_t until;
	char where[256];

	cr_assert_eq(found_authority(f.state, where), ERR_OK);
	reload();
	flow_person(&f, "jan@zvh", "Jan Elders", "");
	cr_expect(connects("jan@zvh"));
	cr_assert_eq(found_authority_switch(f.state, &until, where), ERR_OK);
	reload();
	cr_expect(connects("jan@zvh"));
	flow_person(&f, "els@zvh", "Els Nieuw", "");
	cr_expect(connects("els@zvh"), "and with a code of after the switch");
}

Test(operator, who_is_stopped_is_out_within_two_seconds_and_the_others_stay)
{
	CLEANUP(tree_free) struct tree event = {0};
	struct link *admin;
	struct fault fault = {0};
	struct slice name = {0};
	struct flow_case c;
	enum err err;

	flow_case(&f, &c);
	admin = flow_link(&f, "beheer@zvh");
	flow_do(admin, "user.stop", "{\"person\":\"daan@pol\",\"why\":\"uit dienst\"}");
	do
		err = link_next(c.daan, 2000, &name, &event, &fault);
	while (err == ERR_OK && name.n);
	cr_expect_eq(err, ERR_UNREACHABLE, "cut, and not only silent");
	cr_expect_not(connects("daan@pol"));
	flow_do(c.mila, "ping", "{}");
	link_close(admin);
	flow_case_close(&c);
}
