/*
 * Power cuts. A session with the real brugd is recorded (changes of two people, a new case, its
 * erasure, new segments); then the state folder is laid out as it may be found after a cut at any
 * moment, opened by the server's own code, and held against what had been acknowledged.
 *
 *   power [--images N] [--seed S] [--keep]     ends in "N passed, N failed"
 *
 * The same without the syncs has to fail, or the test would not see what it is for.
 */
#include "disk.h"
#include "house.h"
#include "recover.h"

#include "clock.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONTROL = 60, AT_ONCE = 2 };

struct power {
	struct house house;
	struct ledger *ledger;
	char base[128], log[128], images[64];
	long wanted, passed, failed;
	uint64_t seed;
	bool keep;
};

/* -- the session ------------------------------------------------------------------------------- */

static void kept(struct power *p, struct link *l, const char *method, struct tree *out,
		 const char *json)
{
	struct acknowledged *a = &p->ledger->v[p->ledger->n];
	CLEANUP(buf_free) struct buf params = {0};
	struct fault fault = {0};

	flow_pack(&params, json, true);
	memcpy(a->request, params.p + params.n - sizeof(a->request), sizeof(a->request));
	cr_assert_eq(link_call(l, method, buf_view(&params), out, &fault), ERR_OK, "%s %s: %s",
		     method, json, fault.text);
	a->at = (uint64_t)p->house.faults->logged;
	a->erased = !strcmp(method, "case.erase");
	cr_assert(++p->ledger->n < 2048);
}

__attribute__((format(printf, 4, 5))) static void keep(struct power *p, struct link *l,
						       const char *method, const char *json, ...)
{
	struct tree t = {0};
	char z[4096];
	va_list ap;

	va_start(ap, json);
	vsnprintf(z, sizeof(z), json, ap);
	va_end(ap);
	kept(p, l, method, &t, z);
	tree_free(&t);
}

static void add(struct power *p, struct link *l, const char *code, int n, size_t length)
{
	char text[3000];

	memset(text, 'a' + n % 26, sizeof(text));
	text[length] = 0;
	keep(p, l, "item.add",
	     "{\"case\":\"%s\",\"kind\":\"actie\",\"fields\":{\"inhoud\":\"%d %s\"}}", code, n,
	     text);
}

static void another_case(struct power *p, struct link *noor, char code[16])
{
	struct tree t = {0};

	kept(p, noor, "case.new", &t,
	     "{\"agreement\":\"delta\",\"name\":\"Ander Mens\",\"purposes\":[\"d1\"]}");
	snprintf(code, 16, "%s", flow_text(&t, "case"));
	tree_free(&t);
}

static void walk_to_the_end(struct power *p, struct link *noor, const char *code)
{
	static const char *const phases[] = {"triage", "actief", "afschaling", "nazorg",
					     "gesloten"};

	for (int i = 0; i < 5; i++)
		keep(p, noor, "case.phase", "{\"case\":\"%s\",\"phase\":\"%s\",\"why\":\"x\"}",
		     code, phases[i]);
}

static void live(struct power *p)
{
	struct flow *f = &p->house.flow;
	struct link *noor = flow_link(f, "noor@wijk"), *mila = flow_link(f, "mila@ggz"),
		    *fg = flow_link(f, "fg@zvh");
	char code[16];

	for (int i = 0; i < 60; i++)
		add(p, i % 2 ? noor : mila, p->house.c.code, i, 40);
	another_case(p, noor, code);
	p->ledger->erased = 2;
	for (int i = 0; i < 5; i++)
		add(p, noor, code, i, 40);
	walk_to_the_end(p, noor, code);
	keep(p, fg, "case.erase", "{\"case\":\"%s\",\"why\":\"op verzoek\"}", code);
	for (int i = 0; i < 260; i++)
		add(p, i % 2 ? noor : mila, p->house.c.code, i, i % 3 ? 1900 : 100);
	link_close(noor);
	link_close(mila);
	link_close(fg);
}

static void copy_base(struct power *p)
{
	char command[400];

	snprintf(command, sizeof(command), "cp -a %s %s", p->house.flow.state, p->base);
	cr_assert_eq(system(command), 0);
}

static void record(struct power *p)
{
	struct flow *f = &p->house.flow;

	house_begin(&p->house, "requests = 100000\nsegment_mib = 1\nreserve_mib = 1\n");
	flow_start(f);
	flow_person(f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	cr_assert_eq(flow_stop(f), 0);
	snprintf(p->base, sizeof(p->base), "%s/base", f->dir);
	snprintf(p->log, sizeof(p->log), "%s/record", f->dir);
	copy_base(p);
	snprintf(p->house.faults->log, sizeof(p->house.faults->log), "%s", p->log);
	flow_start(f);
	live(p);
	cr_assert_eq(flow_stop(f), 0);
}

/* -- images ------------------------------------------------------------------------------------ */

struct image {
	size_t n;
	enum lost lost;
	uint64_t seed;
};

static bool look(struct power *p, const struct record *r, const struct image *m, long number)
{
	char dir[128];
	uint64_t at = m->n < r->steps_n ? r->steps[m->n].from : r->n;
	bool ok;

	snprintf(dir, sizeof(dir), "%s/%ld", p->images, number);
	disk_lay(r, p->base, dir, m->n, m->lost, m->seed);
	if (!p->keep || !getenv("POWER_LOUD"))
		if (!freopen("/dev/null", "w", stderr))
			return false;
	ok = recover_right(dir, p->ledger, at);
	if (!ok)
		printf("     image %ld: cut at step %zu of %zu, way %d, seed %llu\n", number, m->n,
		       r->steps_n, m->lost, (unsigned long long)m->seed);
	if (ok || !p->keep)
		disk_clear(dir);
	return ok;
}

static struct image draw_image(struct power *p, const struct record *r)
{
	struct image m = {.n = draw_to(&p->seed, r->steps_n + 1),
			  .lost = (enum lost)draw_to(&p->seed, 4)};

	m.seed = draw(&p->seed);
	return m;
}

static pid_t begin_look(struct power *p, const struct record *r, const struct image *m, long number)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		alarm(60);
		bool ok = look(p, r, m, number);

		fflush(stdout);
		_exit(!ok);
	}
	return pid;
}

/* So many images, two at a time; how many were not right. */
static long images(struct power *p, const struct record *r, long n)
{
	long begun = 0, ended = 0, bad = 0;

	while (ended < n) {
		int status;

		if (begun < n && begun - ended < AT_ONCE) {
			struct image m = draw_image(p, r);

			begin_look(p, r, &m, begun++);
			continue;
		}
		wait(&status);
		ended++;
		bad += status != 0;
	}
	return bad;
}

static void judge_syncs(struct power *p)
{
	struct record r;
	long bad;

	record_read(p->log, true, &r);
	printf("%zu steps, %zu bytes, %zu acknowledged\n", r.steps_n, r.n, p->ledger->n);
	bad = images(p, &r, p->wanted);
	p->passed += p->wanted - bad;
	p->failed += bad;
	record_free(&r);
}

/* The negative control: what it says is not for the reader. */
static void judge_without(struct power *p)
{
	struct record r;
	long bad;
	int out;

	record_read(p->log, false, &r);
	fflush(stdout);
	out = dup(1);
	if (!freopen("/dev/null", "w", stdout))
		return;
	p->keep = false;
	bad = images(p, &r, CONTROL);
	fflush(stdout);
	dup2(out, 1);
	close(out);
	printf("%s without syncs %ld of %d images are not right\n",
	       bad > CONTROL / 4 ? "ok  " : "FAIL", bad, CONTROL);
	p->passed += bad > CONTROL / 4;
	p->failed += bad <= CONTROL / 4;
	record_free(&r);
}

static void read_options(struct power *p, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--images") && i + 1 < argc)
			p->wanted = atol(argv[++i]);
		else if (!strcmp(argv[i], "--seed") && i + 1 < argc)
			p->seed = strtoull(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--keep"))
			p->keep = true;
}

int main(int argc, char **argv)
{
	static struct power p = {.wanted = 2000, .images = "/dev/shm/brug-power-XXXXXX"};

	signal(SIGPIPE, SIG_IGN);
	p.seed = (uint64_t)clock_now_ms();
	read_options(&p, argc, argv);
	printf("power: %ld images, --seed %llu\n", p.wanted, (unsigned long long)p.seed);
	p.ledger = calloc(1, sizeof(*p.ledger));
	if (!p.ledger || !mkdtemp(p.images))
		return 1;
	record(&p);
	judge_syncs(&p);
	judge_without(&p);
	if (!p.keep)
		disk_clear(p.images);
	house_end(&p.house);
	free(p.ledger);
	printf("%ld passed, %ld failed\n", p.passed, p.failed);
	return p.failed != 0;
}
