#include "programs.h"

#include "gate.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 30000, LINES = 24 };

static const char *binary(const char *name)
{
	return strcmp(name, "brug-admin") == 0 ? ADMIN : CLIENT;
}

/* The link's own server line is set by flow_home's caller: a restarted server has another port. */
static void be(struct flow *f, const char *handle)
{
	struct home h = flow_home(f, handle);
	char path[1200];
	FILE *out = fopen(home_data(&h, "server", path), "we");

	if (!out)
		return; /* he has not joined yet */
	fprintf(out, "%s\n", f->where);
	fclose(out);
}

static void become(const char *const *argv)
{
	char *copy[64] = {NULL};

	for (int i = 0; argv[i] && i < 63; i++)
		copy[i] = strdup(argv[i]);
	execv(binary(argv[0]), copy);
	_exit(127);
}

static void take(int fd, char *to, size_t room, size_t *n, bool *open)
{
	ssize_t got = *n < room - 1 ? read(fd, to + *n, room - 1 - *n) : 0;

	if (got > 0)
		*n += (size_t)got;
	else
		*open = false;
	to[*n] = 0;
}

static void read_both(struct program *p, int out, int err)
{
	bool out_open = true, err_open = true;

	while (out_open || err_open) {
		struct pollfd fds[2] = {{.fd = out_open ? out : -1, .events = POLLIN},
					{.fd = err_open ? err : -1, .events = POLLIN}};

		if (poll(fds, 2, PATIENCE) <= 0) {
			kill(p->pid, SIGKILL);
			cr_assert_fail("the program hangs; it said: %s%s", p->out, p->err);
		}
		if (fds[0].revents)
			take(out, p->out, sizeof(p->out), &p->out_n, &out_open);
		if (fds[1].revents)
			take(err, p->err, sizeof(p->err), &p->err_n, &err_open);
	}
}

static void ended(struct program *p)
{
	int status = 0;

	cr_assert_eq(waitpid(p->pid, &status, 0), p->pid);
	p->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void program_run(struct flow *f, struct program *p, const char *handle, const char *in,
		 const char *const *argv)
{
	int stdin_[2], stdout_[2], stderr_[2];

	memset(p, 0, sizeof(*p));
	be(f, handle);
	cr_assert(pipe(stdin_) == 0 && pipe(stdout_) == 0 && pipe(stderr_) == 0);
	p->pid = fork();
	if (p->pid == 0) {
		dup2(stdin_[0], 0);
		dup2(stdout_[1], 1);
		dup2(stderr_[1], 2);
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		become(argv);
	}
	close(stdin_[0]);
	close(stdout_[1]);
	close(stderr_[1]);
	if (in && write(stdin_[1], in, strlen(in)) < 0)
		cr_assert_eq(errno, EPIPE);
	close(stdin_[1]);
	read_both(p, stdout_[0], stderr_[0]);
	close(stdout_[0]);
	close(stderr_[0]);
	ended(p);
}

/* -- on a terminal ----------------------------------------------------------------------------- */

void program_on_terminal(struct flow *f, struct program *p, const char *handle,
			 const char *const *argv)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = {.ws_row = LINES,
			       .ws_col = (unsigned short)(columns ? atoi(columns) : 80)};

	memset(p, 0, sizeof(*p));
	be(f, handle);
	p->pid = forkpty(&p->terminal, NULL, NULL, &size);
	cr_assert_geq(p->pid, 0);
	if (p->pid == 0)
		become(argv);
}

/* One reading; false when nobody is on the other side any more. */
static bool listen_to(struct program *p)
{
	struct pollfd there = {.fd = p->terminal, .events = POLLIN};
	bool open = true;

	if (poll(&there, 1, PATIENCE) <= 0) {
		kill(p->pid, SIGKILL);
		cr_assert_fail("the program hangs; it said: %s", p->out);
	}
	take(p->terminal, p->out, sizeof(p->out), &p->out_n, &open);
	return open;
}

void program_expect(struct program *p, const char *words)
{
	while (!strstr(p->out, words))
		cr_assert(listen_to(p), "\"%s\" was not said, but: %s", words, p->out);
}

void program_type(struct program *p, const char *keys)
{
	cr_assert_eq(write(p->terminal, keys, strlen(keys)), (ssize_t)strlen(keys));
}

void program_wait(struct program *p)
{
	while (listen_to(p))
		;
	close(p->terminal);
	ended(p);
}

bool program_said(const struct program *p, const char *words)
{
	return strstr(p->out, words) || strstr(p->err, words);
}

size_t program_said_times(const struct program *p, const char *words)
{
	size_t n = 0;

	for (const char *at = p->out; (at = strstr(at, words)); at++)
		n++;
	return n;
}

size_t program_width(const struct program *p)
{
	size_t widest = 0;

	for (const char *line = p->out; *line; line += strcspn(line, "\n") + 1) {
		struct slice s = {(const uint8_t *)line, strcspn(line, "\r\n")};
		size_t n = gate_columns(s);

		widest = n > widest ? n : widest;
		if (!line[strcspn(line, "\n")])
			break;
	}
	return widest;
}
