/*
 * The table of the worked case: who sees how much of what, at two moments. An independent evaluator
 * of the access model made it; every cell must be equal.
 */
#include "world.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#ifndef FIXTURES
#define FIXTURES "tests/fixtures"
#endif

enum { LINE = 512, COLUMNS = 32, CELLS = 2 * 19 * 21 };

struct sheet {
	struct world world;
	char header[LINE]; /* holds the names below */
	char *who[COLUMNS];
	size_t who_n;
	char moment[64];
	unsigned cells;
};

static void read_header(struct sheet *t, const char *line)
{
	char *save = NULL;

	snprintf(t->header, sizeof(t->header), "%s", line);
	strtok_r(t->header, " \n", &save);
	for (t->who_n = 0; t->who_n < COLUMNS; t->who_n++) {
		t->who[t->who_n] = strtok_r(NULL, " \n", &save);
		if (!t->who[t->who_n])
			break;
	}
}

static void check_cell(struct sheet *t, const char *item, const char *who, const char *cell)
{
	int expected = *cell == '.' ? 0 : *cell - '0';
	struct sight s = world_sight(&t->world, who, item, t->moment);

	t->cells++;
	cr_expect(strlen(cell) == 1 && (int)s.level == expected,
		  "%s: %s on %s should be %d, and is %d (%s)", t->moment, who, item, expected,
		  (int)s.level, s.why);
}

static void check_row(struct sheet *t, char *line)
{
	char *save = NULL, *item = strtok_r(line, " \n", &save);

	for (size_t i = 0; i < t->who_n; i++) {
		char *cell = strtok_r(NULL, " \n", &save);

		cr_assert(cell, "the row of %s is too short", item);
		check_cell(t, item, t->who[i], cell);
	}
}

static void check_line(struct sheet *t, char *line)
{
	if (sscanf(line, "== %63s", t->moment) == 1)
		return;
	if (!strncmp(line, "item ", 5))
		read_header(t, line);
	else if (t->moment[0] && line[0] != '\n')
		check_row(t, line);
}

Test(sight_table, every_cell_of_both_moments_is_as_the_model_says)
{
	struct sheet t = {.cells = 0};
	FILE *f = fopen(FIXTURES "/jeffrey-sight.txt", "r");
	char line[LINE];

	cr_assert(f, "no table");
	world_open(&t.world);
	while (fgets(line, sizeof(line), f))
		check_line(&t, line);
	fclose(f);
	world_close(&t.world);
	cr_assert_eq(t.cells, CELLS, "the table has %d cells, and not %u", CELLS, t.cells);
}

/* Outside the two moments: the examples that the model works out. */
struct example {
	const char *who, *item, *t;
	int level;
	const char *why;
};

static const struct example examples[] = {
	{"u02", "F3", "2026-11-06T12:59:59Z", 0, "not on the table yet"},
	{"u02", "F3", "2026-11-06T13:00:00Z", 2, "laid on the table for the agenda slot"},
	{"u02", "F3", "2026-11-06T13:10:00Z", 2, "in the slot"},
	{"u02", "F3", "2026-11-06T13:30:00Z", 0, "an end is not part of the term"},
	{"u02", "F3", "2026-11-06T13:40:00Z", 0, "the slot is over"},
	{"u11", "N2", "2026-11-01T10:00:00Z", 3, "with consent T3"},
	{"u11", "N2", "2026-11-02T10:00:00Z", 0, "T3 was withdrawn"},
	{"u01", "N2", "2026-11-01T10:00:00Z", 3, "with consent T3"},
	{"u01", "N2", "2026-11-02T10:00:00Z", 1, "whom to call stays"},
	{"u07", "N1", "2026-11-14T23:39:59Z", 0, "before the emergency"},
	{"u07", "N1", "2026-11-14T23:50:00Z", 2, "emergency access"},
	{"u07", "N1", "2026-11-15T00:40:00Z", 0, "the hour is over"},
	{"u08", "F1", "2026-11-09T10:00:00Z", 4, "her own agency's"},
	{"u08", "F1", "2026-11-10T10:00:00Z", 0, "she is family"},
	{"u15", "N1", "2026-12-31T10:00:00Z", 2, "raised for him, with consent T2"},
	{"u15", "N1", "2027-01-02T10:00:00Z", 0, "the raise ended"},
	{"u16", "G1", "2026-10-04T10:00:00Z", 0, "has not accepted yet"},
	{"u16", "G1", "2026-10-05T10:00:00Z", 2, "has accepted"},
	{"u16", "G1", "2027-02-01T10:00:00Z", 0, "has left"},
	{"u02", "G1", "2026-09-09T10:00:00Z", 2, "weighs the case"},
	{"u05", "G1", "2026-09-24T10:00:00Z", 4, "takes part since today"},
	{"u01", "A4", "2027-03-01T10:00:00Z", 4, "aftercare: her own"},
	{"u01", "G1", "2027-03-01T10:00:00Z", 4, "aftercare: her own agency's"},
	{"u15", "A1", "2027-03-01T10:00:00Z", 4, "aftercare: his own"},
	{"u05", "G1", "2027-03-01T10:00:00Z", 2, "aftercare, and nothing to do"},
	{"u05", "G1", "2027-01-31T10:00:00Z", 4, "before aftercare"},
	{"u01", "A2", "2027-03-01T10:00:00Z", 4, "aftercare: A4 on income is open"},
	{"u01", "F4", "2027-03-01T10:00:00Z", 3, "aftercare: A4 on income is open"},
	{"u01", "F1", "2027-03-01T10:00:00Z", 2, "aftercare: nothing to do on justice"},
	{"c01", "G1", "2027-03-01T10:00:00Z", 4, "it is his plan"},
	{"u20", "G1", "2027-03-01T10:00:00Z", 4, "she speaks for him"},
	{"c01", "G1", "2027-08-01T10:00:00Z", 0, "closed"},
	{"u01", "A4", "2027-08-01T10:00:00Z", 0, "closed, to its own agency too"},
	{"c01", "T1m", "2027-08-01T10:00:00Z", 0, "closed"},
	{"c01", "F2", "2027-01-07T10:00:00Z", 0, "the date to reconsider ends nothing by itself"},
};

Test(sight_table, the_worked_examples_come_out_as_written)
{
	struct world w;

	world_open(&w);
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		const struct example *e = &examples[i];
		struct sight s = world_sight(&w, e->who, e->item, e->t);

		cr_expect((int)s.level == e->level,
			  "%s: %s on %s should be %d (%s), and is %d (%s)", e->t, e->who, e->item,
			  e->level, e->why, (int)s.level, s.why);
	}
	world_close(&w);
}

/* The audience of the timeline's message of 12 November. */
Test(sight_table, a_message_about_the_threat_goes_to_whom_it_concerns)
{
	static const char *const readers[] = {"u01", "u02", "u07", "u09", "u10",
					      "u15", "u19", "u20", "c01"};
	struct world w;
	size_t n = 0;

	world_open(&w);
	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++) {
		struct viewer viewer = {.person = p};
		struct rec_item v1 = world_item(&w, "V1"),
				message = {.num = 90, .kind = SLICE("bericht"), .about = v1.num};
		struct sight s;

		cr_assert_eq(policy_sight_of(w.policy, world_case(&w), &viewer, &message,
					     world_time("2026-11-12T21:30:00Z"), &s),
			     ERR_OK);
		if (s.level == LEVEL_GEEN)
			continue;
		cr_expect(n < 9 && !strcmp(world_name(p), readers[n]), "%s reads it",
			  world_name(p));
		n++;
	}
	world_close(&w);
	cr_assert_eq(n, 9);
}
