/*
 * Fail the N-th: every call that can fail does, one at a time: the first, then the second, and so
 * on until a session runs through without it. Whatever fails: what was acknowledged is there, what
 * was shown is in the log, and the server either goes on or ends and recovers.
 *
 *   nth [--stride N] [--seed S]      of the many allocations each N-th; ends in "N passed, N
 * failed"
 */
#include "house.h"

#include "clock.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TURNS = 600, AGAIN_STATUS = 75, MOST = 200000 };

struct nth {
	struct house house;
	uint64_t seed;
	int64_t stride;
	char acknowledged[8192][12];
	size_t acknowledged_n, shown;
	long passed, failed, ended;
};

static const struct failure {
	const char *name;
	enum call call;
	int code;
	bool fatal; /* the server has to end: it cannot know what is on the disk */
	bool late;  /* comes once in a segment: writes go on until it does */
	bool start; /* while the server starts, and not in a session */
} kinds[] = {
	{"pwrite", CALL_PWRITE, EIO, true, false},
	{"write", CALL_WRITE, EIO, true, false},
	{"fdatasync", CALL_SYNC, EIO, true, false},
	{"open", CALL_OPEN, EMFILE, false, false},
	{"accept4", CALL_ACCEPT, ECONNABORTED, false, false},
	{"accept4, no descriptors", CALL_ACCEPT, EMFILE, false, false},
	{"getrandom", CALL_RANDOM, EIO, false, false},
	{"malloc", CALL_MALLOC, ENOMEM, false, false},
	{"fallocate of a segment, disk full", CALL_FALLOCATE, ENOSPC, false, true},
	{"fallocate of a segment, broken", CALL_FALLOCATE, EIO, true, true},
	{"rename of a segment", CALL_RENAME, EIO, true, true},
	{"open at the start", CALL_OPEN, EMFILE, .start = true},
	{"getrandom at the start", CALL_RANDOM, EIO, .start = true},
	{"write at the start", CALL_PWRITE, EIO, .start = true},
	{"fdatasync at the start", CALL_SYNC, EIO, .start = true},
	{"malloc at the start", CALL_MALLOC, ENOMEM, .start = true},
};

/* -- a session --------------------------------------------------------------------------------- */

static struct link *reach(struct nth *n, const char *handle)
{
	struct home home = flow_home(&n->house.flow, handle);
	struct fault fault = {0};
	struct link *l = NULL;

	if (link_open(&home, "nth", &l, &fault) != ERR_OK)
		l = NULL;
	fault_free(&fault);
	return l;
}

static bool add(struct nth *n, struct link *l, size_t length)
{
	CLEANUP(tree_free) struct tree t = {0};
	char text[1900];

	memset(text, 'x', sizeof(text));
	text[length] = 0;
	if (!l || flow_try(l, "item.add", &t, NULL,
			   "{\"case\":\"%s\",\"kind\":\"actie\",\"fields\":{\"inhoud\":\"%s\"}}",
			   n->house.c.code, text) != ERR_OK)
		return false;
	snprintf(n->acknowledged[n->acknowledged_n], sizeof(n->acknowledged[0]), "%s",
		 flow_text(&t, "item"));
	n->acknowledged_n += n->acknowledged_n < 8191;
	return true;
}

static void session(struct nth *n, struct link *open, const struct failure *k)
{
	struct link *fresh;

	for (int i = 0; i < TURNS && k->late && !n->house.faults->fired; i++)
		if (!add(n, open, 1800))
			return;
	add(n, open, 20);
	fresh = reach(n, "mila@ggz");
	n->shown += fresh && flow_try(fresh, "case.plan", NULL, NULL, "{\"case\":\"%s\"}",
				      n->house.c.code) == ERR_OK;
	link_close(fresh);
}

/* -- what it came to --------------------------------------------------------------------------- */

static bool complain(const struct failure *k, int64_t left, const char *what)
{
	printf("FAIL %s, the %lldth: %s\n", k->name, (long long)left + 1, what);
	return false;
}

/* Gives it a moment to end; its status, or -1 while it runs. */
static int status_of(struct nth *n, bool should_end)
{
	int64_t until = clock_mono_ms() + (should_end ? 5000 : 20);
	int status;

	do {
		if (waitpid(n->house.flow.pid, &status, WNOHANG) == n->house.flow.pid) {
			n->house.flow.pid = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
		poll(NULL, 0, 1);
	} while (clock_mono_ms() < until);
	return -1;
}

static bool all_there(struct nth *n, size_t from)
{
	struct link *l = reach(n, "noor@wijk");
	bool ok = l != NULL;

	for (size_t i = from; i < n->acknowledged_n && ok; i++)
		ok = flow_try(l, "item.show", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      n->house.c.code, n->acknowledged[i]) == ERR_OK;
	link_close(l);
	return ok;
}

static void tell_homes(struct nth *n)
{
	static const char *const handles[] = {"noor@wijk", "mila@ggz", "fg@zvh"};

	house_tell(&n->house, handles, 3);
}

static bool judge(struct nth *n, const struct failure *k, int64_t left, size_t from)
{
	int status = status_of(n, k->fatal && n->house.faults->fired);

	if (status == -1 && k->fatal && n->house.faults->fired)
		return complain(k, left, "it goes on as if nothing had happened");
	if (status == 0 || (status > 0 && status != AGAIN_STATUS && status != 128 + SIGABRT)) {
		printf("status %d\n", status);
		complain(k, left, "it ended in another way than it should");
	}
	if (status >= 0) {
		n->ended++;
		flow_start(&n->house.flow);
		tell_homes(n);
	}
	if (!all_there(n, from))
		return complain(k, left, "what was acknowledged is not there, or nobody answers");
	return status <= 0 ? status == -1 : status == AGAIN_STATUS || status == 128 + SIGABRT;
}

/* A start with a fault: it starts, or it does not; the next one does. */
static bool once_at_start(struct nth *n, const struct failure *k, int64_t left)
{
	bool fired;

	if (n->house.flow.pid)
		flow_stop(&n->house.flow);
	house_arm(&n->house, ACT_FAIL, k->call, left, k->code);
	n->ended += !flow_up(&n->house.flow);
	house_calm(&n->house);
	fired = n->house.faults->fired;
	if (!n->house.flow.pid)
		flow_start(&n->house.flow);
	tell_homes(n);
	if (all_there(n, n->acknowledged_n > 20 ? n->acknowledged_n - 20 : 0))
		n->passed++;
	else
		n->failed += !complain(k, left, "after that start nobody answers");
	return fired;
}

/* One fault. False: it did not come any more. */
static bool once(struct nth *n, const struct failure *k, int64_t left)
{
	struct link *open = reach(n, "noor@wijk");
	size_t from = n->acknowledged_n;
	bool fired;

	house_arm(&n->house, ACT_FAIL, k->call, left, k->code);
	session(n, open, k);
	house_calm(&n->house);
	link_close(open);
	fired = n->house.faults->fired;
	if (judge(n, k, left, from))
		n->passed++;
	else
		n->failed++;
	return fired;
}

static void all_of(struct nth *n, const struct failure *k)
{
	int64_t step = k->call != CALL_MALLOC ? 1 : k->start ? n->stride * 16 : n->stride, left;
	long ended = n->ended, failed = n->failed;

	left = step > 1 ? (int64_t)draw_to(&n->seed, (uint64_t)step) : 0;
	while (left < MOST && (k->start ? once_at_start : once)(n, k, left) && !k->late)
		left += step;
	printf("%s %s: %lld, of which it ended at %ld\n", n->failed == failed ? "ok  " : "FAIL",
	       k->name, (long long)(left / step) + k->late, n->ended - ended);
}

/* Who looked stands in the log as often as he was answered, at least. */
static void judge_log(struct nth *n)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct link *fg = flow_link(&n->house.flow, "fg@zvh");
	size_t logged = 0;
	const msgpack_object *list;

	flow_call(fg, "log.read", &t, "{\"case\":\"%s\",\"person\":\"mila@ggz\"}", n->house.c.code);
	list = obj_get(tree_root(&t), "entries");
	for (size_t i = 0; i < obj_n(list); i++)
		logged += slice_is(obj_bytes(obj_get(obj_at(list, i), "action")), "case.plan");
	printf("%s %zu looks answered, %zu in the log\n", logged >= n->shown ? "ok  " : "FAIL",
	       n->shown, logged);
	n->passed += logged >= n->shown;
	n->failed += logged < n->shown;
	link_close(fg);
}

static void read_options(struct nth *n, int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2)
		if (!strcmp(argv[i], "--stride"))
			n->stride = atol(argv[i + 1]);
		else if (!strcmp(argv[i], "--seed"))
			n->seed = strtoull(argv[i + 1], NULL, 10);
}

int main(int argc, char **argv)
{
	static struct nth n = {.stride = 97};

	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	n.seed = (uint64_t)clock_now_ms();
	read_options(&n, argc, argv);
	printf("nth: --stride %lld --seed %llu\n", (long long)n.stride, (unsigned long long)n.seed);
	house_begin(&n.house, "requests = 100000\nsegment_mib = 1\nreserve_mib = 1\n");
	flow_start(&n.house.flow);
	flow_person(&n.house.flow, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	tell_homes(&n);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		all_of(&n, &kinds[i]);
	judge_log(&n);
	house_end(&n.house);
	printf("%ld passed, %ld failed\n", n.passed, n.failed);
	return n.failed != 0;
}
