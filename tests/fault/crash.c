/*
 * kill -9, again and again: at random moments, at named points of the disk (before, after and in
 * the middle of a write, a sync, a rename), and while it recovers from the last time.
 *
 *   crash [--cycles N] [--seed S]       prints what it did, ends in "N passed, N failed"
 */
#include "crash.h"

#include "clock.h"

#include <criterion/criterion.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CYCLES_A_ROUND = 5, PATIENCE_MS = 30000 };

struct crash {
	struct house house;
	struct battle *battle;
	uint64_t seed, given;
	pid_t clients[CLIENTS];
	long cycles, rounds, bad, changes, retries, twice;
	long at_random, at_point, in_recovery, not_reached;
};

/* -- the server -------------------------------------------------------------------------------- */

static bool is_gone(struct crash *k)
{
	int status;

	if (k->house.flow.pid && waitpid(k->house.flow.pid, &status, WNOHANG) == 0)
		return false;
	k->house.flow.pid = 0;
	return true;
}

static void up_again(struct crash *k)
{
	if (!k->house.flow.pid)
		flow_start(&k->house.flow);
	house_tell(&k->house, crash_handles, 3);
}

static void kill_now(struct crash *k)
{
	if (!is_gone(k))
		flow_kill(&k->house.flow);
}

static void point(struct crash *k, int64_t most)
{
	static const enum act acts[] = {ACT_KILL_BEFORE, ACT_KILL_AFTER, ACT_KILL_HALF};
	static const enum call calls[] = {CALL_PWRITE, CALL_SYNC,   CALL_DISK,
					  CALL_WRITE,  CALL_RENAME, CALL_FALLOCATE};

	house_arm(&k->house, acts[draw_to(&k->seed, 3)], calls[draw_to(&k->seed, 6)],
		  (int64_t)draw_to(&k->seed, (uint64_t)most), 0);
}

static void one_kill(struct crash *k)
{
	int64_t until = clock_mono_ms() + 250;

	switch (draw_to(&k->seed, 3)) {
	case 0:
		k->at_random++;
		poll(NULL, 0, 2 + (int)draw_to(&k->seed, 60));
		kill_now(k);
		break;
	case 1:
		k->at_point++;
		point(k, 30);
		while (!is_gone(k) && clock_mono_ms() < until)
			poll(NULL, 0, 1);
		k->not_reached += !k->house.faults->fired;
		kill_now(k);
		break;
	default:
		k->in_recovery++;
		poll(NULL, 0, 2 + (int)draw_to(&k->seed, 40));
		kill_now(k);
		point(k, 8);
		if (flow_up(&k->house.flow))
			poll(NULL, 0, 20);
		kill_now(k);
	}
	house_calm(&k->house);
}

/* -- a round ----------------------------------------------------------------------------------- */

static void begin_clients(struct crash *k)
{
	fflush(stdout);
	for (int i = 0; i < CLIENTS; i++) {
		k->battle->clients[i].seed = draw(&k->seed);
		flow_home(&k->house.flow, crash_handles[i % 3]); /* names it to the child */
		k->clients[i] = fork();
		if (k->clients[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			_exit(client_live(k->battle, i));
		}
	}
}

static bool all(struct crash *k, bool done)
{
	for (int i = 0; i < CLIENTS; i++)
		if (!(done ? k->battle->clients[i].done : k->battle->clients[i].ready))
			return false;
	return true;
}

static bool wait_all(struct crash *k, bool done)
{
	int64_t until = clock_mono_ms() + PATIENCE_MS;

	while (!all(k, done) && clock_mono_ms() < until)
		poll(NULL, 0, 1);
	return all(k, done) || (printf("FAIL the clients do not get through\n") && false);
}

static uint32_t asked(const struct crash *k)
{
	uint32_t n = 0;

	for (int i = 0; i < CLIENTS; i++)
		n += k->battle->clients[i].entries_n;
	return n;
}

/* They come back, and ask so much more: on a slow machine that takes its time. */
static void let_work(struct crash *k, uint32_t more)
{
	int64_t until = clock_mono_ms() + PATIENCE_MS;
	uint32_t want = asked(k) + more;

	while (asked(k) < want && clock_mono_ms() < until)
		poll(NULL, 0, 1);
}

static bool end_clients(struct crash *k)
{
	int64_t until = clock_mono_ms() + PATIENCE_MS;
	bool ok = true;

	for (int i = 0; i < CLIENTS; i++) {
		while (waitpid(k->clients[i], NULL, WNOHANG) == 0) {
			poll(NULL, 0, 1);
			if (clock_mono_ms() < until)
				continue;
			printf("FAIL %s did not hear of the last change\n", crash_handles[i % 3]);
			kill(k->clients[i], SIGKILL);
			ok = false;
			until += 100;
		}
	}
	return ok;
}

static void count(struct crash *k)
{
	for (int i = 0; i < CLIENTS; i++) {
		const struct client *c = &k->battle->clients[i];

		k->changes += c->entries_n;
		k->retries += c->retries;
		k->twice += c->twice;
	}
}

static bool finish_round(struct crash *k, struct link *noor)
{
	bool ok;

	k->battle->phase = FINISH;
	ok = wait_all(k, true);
	flow_add(noor, k->battle->code, k->battle->fence,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"het hek\"}}");
	k->battle->phase = FENCE;
	ok = end_clients(k) && ok;
	count(k);
	return judge(k->battle, noor) && ok;
}

static void open_case(struct crash *k)
{
	struct flow_case c = {.noor = flow_link(&k->house.flow, crash_handles[0]),
			      .mila = flow_link(&k->house.flow, crash_handles[1]),
			      .daan = flow_link(&k->house.flow, crash_handles[2])};

	memset(k->battle, 0, sizeof(*k->battle));
	house_case(&k->house, &c);
	memcpy(k->battle->code, c.code, sizeof(c.code));
	flow_case_close(&c);
}

static bool round_of(struct crash *k, long cycles)
{
	struct link *noor;
	bool ok;

	open_case(k);
	begin_clients(k);
	ok = wait_all(k, false);
	k->battle->phase = RUN;
	for (long i = 0; i < cycles; i++) {
		one_kill(k);
		up_again(k);
		let_work(k, 8 + (uint32_t)draw_to(&k->seed, 24));
	}
	noor = flow_link(&k->house.flow, crash_handles[0]);
	ok = finish_round(k, noor) && ok;
	link_close(noor);
	k->cycles += cycles;
	k->rounds++;
	k->bad += !ok;
	if (!ok)
		printf("     in round %ld of seed %llu\n", k->rounds, (unsigned long long)k->given);
	return ok;
}

/* -- the whole --------------------------------------------------------------------------------- */

/* With the program an operator has for it. */
static bool compared(struct crash *k)
{
	char command[600];

	snprintf(command, sizeof(command), "%s state verify --state %s --temp %s", ADMIN,
		 k->house.flow.state, k->house.flow.dir);
	return system(command) == 0;
}

static void whole(struct crash *k)
{
	bool ok = flow_stop(&k->house.flow) == 0 && flow_run(&k->house.flow, "--verify") == 0 &&
		  compared(k);

	printf("%s the journal is whole, and the state is what it makes\n", ok ? "ok  " : "FAIL");
	k->bad += !ok;
	k->rounds++;
}

static void read_options(struct crash *k, long *cycles, int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2)
		if (!strcmp(argv[i], "--cycles"))
			*cycles = atol(argv[i + 1]);
		else if (!strcmp(argv[i], "--seed"))
			k->seed = strtoull(argv[i + 1], NULL, 10);
	k->given = k->seed;
}

int main(int argc, char **argv)
{
	static struct crash k = {.seed = 0};
	long cycles = 200;

	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	k.seed = (uint64_t)clock_now_ms();
	read_options(&k, &cycles, argc, argv);
	printf("crash: %ld cycles, --seed %llu\n", cycles, (unsigned long long)k.given);
	k.battle = mmap(NULL, sizeof(*k.battle), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	cr_assert(k.battle != MAP_FAILED);
	house_begin(&k.house, "requests = 100000\nper_person = 1000\nper_address = 1000\n"
			      "segment_mib = 1\nreserve_mib = 1\n");
	up_again(&k);
	while (k.cycles < cycles)
		round_of(&k,
			 cycles - k.cycles < CYCLES_A_ROUND ? cycles - k.cycles : CYCLES_A_ROUND);
	whole(&k);
	printf("kills: %ld at random, %ld at a named point (%ld not reached), %ld in recovery\n"
	       "%ld changes, %ld asked again after a break, %ld asked again though answered\n",
	       k.at_random, k.at_point, k.not_reached, k.in_recovery, k.changes, k.retries,
	       k.twice);
	house_end(&k.house);
	printf("%ld passed, %ld failed\n", k.rounds - k.bad, k.bad);
	return k.bad != 0;
}
