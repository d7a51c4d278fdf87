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
