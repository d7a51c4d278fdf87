#include "house.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

uint64_t draw(uint64_t *seed)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* The page lies beside the state: made, shared, and named to what is started from now on. */
static void open_page(struct house *h)
{
	int fd;

	snprintf(h->page, sizeof(h->page), "%s/faults", h->flow.dir);
	fd = open(h->page, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	cr_assert_eq(ftruncate(fd, sizeof(*h->faults)), 0);
	h->faults = mmap(NULL, sizeof(*h->faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	cr_assert(h->faults != MAP_FAILED);
	snprintf(h->faults->dir, sizeof(h->faults->dir), "%s", h->flow.state);
	setenv("BRUG_FAULTS", h->page, 1);
	setenv("LD_PRELOAD", SHIM " " CLOCK, 1);
}

/* The journal's first segment was laid out before there was a configuration: as small as the later
 * ones, it is read in no time. */
static void shorten(struct house *h)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/journal/00000001.seg", h->flow.state);
	cr_assert_eq(truncate(path, 1 << 20), 0);
}

void house_begin(struct house *h, const char *conf)
{
	FILE *f;

	*h = (struct house){0};
	flow_begin(&h->flow);
	flow_case(&h->flow, &h->c);
	flow_case_close(&h->c);
	cr_assert_eq(flow_stop(&h->flow), 0);
	shorten(h);
	snprintf(h->flow.conf, sizeof(h->flow.conf), "%s/conf", h->flow.dir);
	f = fopen(h->flow.conf, "we");
	cr_assert_not_null(f);
	fputs(conf, f);
	fclose(f);
	open_page(h);
}

void house_end(struct house *h)
{
	house_calm(h);
	flow_end(&h->flow);
}

void house_arm(struct house *h, enum act act, enum call call, int64_t left, int code)
{
	atomic_store(&h->faults->act, ACT_NONE);
	atomic_store(&h->faults->fired, 0);
	atomic_store(&h->faults->call, call);
	atomic_store(&h->faults->left, left);
	atomic_store(&h->faults->code, code);
	atomic_store(&h->faults->act, act);
}

void house_calm(struct house *h)
{
	atomic_store(&h->faults->act, ACT_NONE);
	atomic_store(&h->faults->stuck, 0);
}

void house_tell(struct house *h, const char *const *handles, int n)
{
	for (int i = 0; i < n; i++) {
		struct home home = flow_home(&h->flow, handles[i]);
		char path[1200], fresh[1210];
		FILE *f;

		home_data(&home, "server", path);
		snprintf(fresh, sizeof(fresh), "%s.new", path);
		f = fopen(fresh, "we");
		cr_assert_not_null(f);
		fprintf(f, "%s\n", h->flow.where);
		fclose(f);
		cr_assert_eq(rename(fresh, path), 0);
	}
}

void house_case(struct house *h, struct flow_case *c)
{
	CLEANUP(tree_free) struct tree t = {0};
	static const char *const phases[] = {"triage", "actief"}, *const areas[] = {"psychisch",
										    "justitie"};
	struct link *others[2] = {c->mila, c->daan};
	const char *handles[2] = {"mila@ggz", "daan@pol"};

	(void)h;
	flow_call(c->noor, "case.new", &t,
		  "{\"agreement\":\"delta\",\"name\":\"Ander Mens\",\"purposes\":[\"d1\",\"d2\"]}");
	snprintf(c->code, sizeof(c->code), "%s", flow_text(&t, "case"));
	for (int i = 0; i < 2; i++)
		flow_do(c->noor, "case.phase", "{\"case\":\"%s\",\"phase\":\"%s\",\"why\":\"x\"}",
			c->code, phases[i]);
	for (int i = 0; i < 2; i++) {
		flow_do(c->noor, "member.invite",
			"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"helper\",\"leefgebieden\":["
			"\"%s\"],\"purposes\":[\"d1\"]}",
			c->code, handles[i], areas[i]);
		flow_do(others[i], "member.accept", "{\"case\":\"%s\"}", c->code);
	}
}
