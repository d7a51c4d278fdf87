/*
 * What time tells of what is hidden: the same questions by the same person, with nothing hidden
 * from him added to the case and with many notes. Printed as ratios; meson test --benchmark
 * search, or: bench_search N. The shortest of many tries each, so that a busy machine says little.
 */
#include "clock.h"
#include "keys.h"
#include "world_calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRIES = 200, HIDDEN = 2000 };

static struct world_hub h;

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double once(const char *who, const char *method, const char *json)
{
	CLEANUP(answer_free) struct answer a = {0};
	double at = now_us();

	world_asks(&h, who, method, json, &a);
	return now_us() - at;
}

/* A note of psychiatry about a treatment, which the police know nothing of. */
static void add_hidden(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		CLEANUP(answer_free) struct answer a = {0};

		world_asks(&h, "u12", "item.add",
			   "{'case':'J-0417','kind':'notitie','category':'gezondheid','purposes':"
			   "['d1'],'leefgebieden':['psychisch'],'fields':{'inhoud':'bevindingen'}}",
			   &a);
		if (a.err != ERR_OK)
			abort();
	}
}

static const struct {
	const char *what, *method, *json;
} questions[] = {{"a search that finds nothing", "search", "{'text':'zzzz'}"},
		 {"a search that finds something", "search", "{'text':'oude contacten'}"},
		 {"the plan", "case.plan", "{'case':'J-0417'}"},
		 {"today", "today", "{}"},
		 {"an item that is hidden", "item.show", "{'case':'J-0417','item':'@N1'}"},
		 {"a code that is not there", "item.show", "{'case':'J-0417','item':'ZZZZ'}"}};
enum { QUESTIONS = sizeof(questions) / sizeof(*questions) };

/* In turn, so that a busy moment of the machine touches all alike. */
static void measure(double *shortest)
{
	for (int q = 0; q < QUESTIONS; q++)
		shortest[q] = 1e12;
	for (int i = 0; i < TRIES; i++)
		for (int q = 0; q < QUESTIONS; q++) {
			double took = once("u07", questions[q].method, questions[q].json);

			shortest[q] = took < shortest[q] ? took : shortest[q];
		}
}

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : HIDDEN;
	double before[QUESTIONS], after[QUESTIONS];

	if (!freopen("/dev/null", "w", stderr))
		return 1;
	clock_set_ms(world_time("2026-10-20T10:00:00Z"));
	world_open(&h.w);
	measure(before);
	add_hidden(n);
	measure(after);
	printf("with %u hidden notes in the case, for who sees none of them:\n", n);
	for (int i = 0; i < QUESTIONS; i++)
		printf("%-32s %8.0f us -> %8.0f us, x %.2f, %.2f us a note\n", questions[i].what,
		       before[i], after[i], after[i] / before[i], (after[i] - before[i]) / n);
	printf("hidden against not there: x %.2f, and x %.2f with them\n", before[4] / before[5],
	       after[4] / after[5]);
	world_hub_close(&h);
	return 0;
}
