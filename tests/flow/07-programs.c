/* brug and brug-admin as people use them: what stands on the screen, and what is never lost. */
#include "drafts.h"
#include "programs.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct flow f;
static struct flow_case c;
static struct program p;
static const char noor[] = "noor@wijk", daan[] = "daan@pol";

static void set_up(void)
{
	setenv("TERM", "dumb", 1);
	setenv("LANGUAGE", "nl", 1);
	setenv("COLUMNS", "80", 1);
	flow_begin(&f);
	flow_case(&f, &c);
	BRUG(&f, &p, noor, NULL, "use", c.code);
	cr_assert_eq(p.status, 0, "%s", p.err);
}

static void tear_down(void)
{
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(programs, .init = set_up, .fini = tear_down);

static void add_action(const char *text, char code[16])
{
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"%s\",\"termijn\":\"2027-01-01\"},"
		 "\"leefgebieden\":[\"werk\"]}",
		 text);
}

static size_t drafts_of(const char *who)
{
	struct home h = flow_home(&f, who);
	struct dirent *e;
	char path[1200];
	DIR *d = opendir(home_state(&h, "drafts", path));
	size_t n = 0;

	while (d && (e = readdir(d)))
		n += e->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

/* -- the screen -------------------------------------------------------------------------------- */

Test(programs, a_plan_fits_eighty_and_forty_columns_and_loses_no_word)
{
	char code[16];

	add_action("samen met Jeffrey en de huisbaas naar het loket van de gemeente om te vragen "
		   "wat er nog kan",
		   code);
	for (int columns = 80; columns >= 40; columns -= 40) {
		char text[8];

		snprintf(text, sizeof(text), "%d", columns);
		setenv("COLUMNS", text, 1);
		BRUG(&f, &p, noor, NULL, "plan");
		cr_expect_eq(p.status, 0, "%s", p.err);
		cr_expect_leq(program_width(&p), (size_t)columns, "%s", p.out);
		cr_expect(program_said(&p, "huisbaas") && program_said(&p, "gemeente") &&
			  program_said(&p, code));
	}
}

Test(programs, people_read_dutch_and_on_request_english)
{
	BRUG(&f, &p, noor, NULL, "explain", "actie");
	cr_expect(program_said(&p, "Wie wat doet vóór wanneer"));
	setenv("LANGUAGE", "en", 1);
	BRUG(&f, &p, noor, NULL, "explain", "actie");
	cr_expect(program_said(&p, "Who does what before when"), "%s", p.out);
	BRUG(&f, &p, noor, NULL, "show", "ZZZZ");
	cr_expect(program_said(&p, "there is nothing here for you"), "%s", p.err);
	setenv("LANGUAGE", "nl", 1);
	BRUG(&f, &p, noor, NULL, "show", "ZZZZ");
	cr_expect(program_said(&p, "onder die naam is hier niets voor u"), "%s", p.err);
}

Test(programs, nobody_writes_into_anothers_screen)
{
	BRUG(&f, &p, noor, "kijk \033[2J hier", "add", "notitie");
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
	BRUG(&f, &p, noor, "kijk \u202eneits\u202c daar", "add", "notitie");
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
	cr_expect(program_said(&p, "stuurtekens"), "%s", p.err);
}

static void answers_json(const char *const *argv)
{
	json_t *j;

	program_run(&f, &p, noor, NULL, argv);
	cr_expect_eq(p.status, 0, "%s %s: %s", argv[1], argv[2] ? argv[2] : "", p.err);
	j = json_loads(p.out, 0, NULL);
	cr_expect(json_is_object(j), "%s %s answers: %s", argv[1], argv[2] ? argv[2] : "", p.out);
	cr_expect_eq(json_integer_value(json_object_get(j, "v")), 1);
	json_decref(j);
}

Test(programs, what_is_read_can_be_had_as_json)
{
	char code[16];

	add_action("bellen", code);
	answers_json((const char *const[]){"brug", "--json", NULL});
	answers_json((const char *const[]){"brug", "plan", "--json", NULL});
	answers_json((const char *const[]){"brug", "case", "list", "--json", NULL});
	answers_json((const char *const[]){"brug", "case", "show", "--json", NULL});
	answers_json((const char *const[]){"brug", "show", code, "--json", NULL});
	answers_json((const char *const[]){"brug", "thread", code, "--json", NULL});
	answers_json((const char *const[]){"brug", "who", code, "--json", NULL});
	answers_json((const char *const[]){"brug", "why", code, "--json", NULL});
	answers_json((const char *const[]){"brug", "consent", "list", "--json", NULL});
	answers_json((const char *const[]){"brug", "done", code, "--json", NULL});
	answers_json((const char *const[]){"brug", "explain", "actie", "--json", NULL});
	answers_json((const char *const[]){"brug", "drafts", "--json", NULL});
	answers_json((const char *const[]){"brug", "version", "--json", NULL});
	answers_json((const char *const[]){"brug", "use", "--json", NULL});
}

Test(programs, an_error_can_be_had_as_json_with_its_number_as_exit_status)
{
	json_t *j, *e;

	BRUG(&f, &p, noor, NULL, "show", "ZZZZ", "--json");
	cr_expect_eq(p.status, ERR_NOTFOUND);
	j = json_loads(p.out, 0, NULL);
	e = json_object_get(j, "error");
	cr_expect_eq(json_integer_value(json_object_get(e, "code")), ERR_NOTFOUND, "%s", p.out);
	cr_expect_str_eq(json_string_value(json_object_get(e, "name")), "notfound");
	json_decref(j);
}

/* -- what cannot be understood ----------------------------------------------------------------- */

static void is_refused(enum err status, const char *says, const char *const *argv)
{
	program_run(&f, &p, noor, "", argv);
	cr_expect_eq(p.status, (int)status, "%s: %d %s", argv[1], p.status, p.err);
	cr_expect(strstr(p.err, says), "%s: %s", argv[1], p.err);
	cr_expect_eq(p.out_n, 0, "%s", p.out);
}
#define REFUSED(status, says, ...)                                                                 \
	is_refused(status, says, (const char *const[]){"brug", __VA_ARGS__, NULL})

Test(programs, a_slip_is_named_with_what_to_do_before_any_text_is_asked)
{
	char code[16];

	add_action("bellen", code);
	REFUSED(ERR_USAGE, "brug help", "vlieg");
	REFUSED(ERR_USAGE, "brug plan", "pla");
	REFUSED(ERR_USAGE, "actie", "add", "acti");
	REFUSED(ERR_USAGE, "--termijn", "add", "actie", "--termin", "2026-12-01");
	REFUSED(ERR_USAGE, "2026-12-01", "add", "actie", "--termijn", "2026-13-45");
	REFUSED(ERR_USAGE, "kansen", "add", "actie", "--strategie", "kans");
	REFUSED(ERR_USAGE, "triage", "phase", "zomaar");
	REFUSED(ERR_USAGE, "brug whatif invite", "whatif");
	REFUSED(ERR_NOTFOUND, "brug case list", "use", "X-9999");
	REFUSED(ERR_USAGE, "opdrachtregel", "say", code, "zo'n tekst hoort hier niet");
	REFUSED(ERR_NOTFOUND, "niets voor u", "show", "ZZZZ");
	REFUSED(ERR_USAGE, "brug plan", "show", "7");
	REFUSED(ERR_NOTFOUND, "niets voor u", "plan", "--case", "J-0001");
}

Test(programs, a_step_that_a_kind_does_not_know_is_refused_with_those_it_does)
{
	char code[16];

	add_action("bellen", code);
	BRUG(&f, &p, noor, NULL, "done", code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, noor, NULL, "done", code);
	cr_expect_eq(p.status, ERR_USAGE, "%d %s", p.status, p.err);
	cr_expect(program_said(&p, "reopen"), "%s", p.err);
	cr_expect_eq(drafts_of(noor), 0, "nothing was written, so nothing is kept");
}

Test(programs, a_step_that_wants_a_reason_asks_for_it)
{
	char code[16];

	add_action("bellen", code);
	BRUG(&f, &p, noor, "niet meer nodig\n", "drop", code);
	cr_expect_eq(p.status, 0, "%s", p.err);
	add_action("schrijven", code);
	BRUG(&f, &p, noor, NULL, "done", code);
	cr_expect_eq(p.status, 0, "one that wants none asks none: %s", p.err);
	BRUG(&f, &p, noor, "het was nog niet af\n", "heropen", code);
	cr_expect_eq(p.status, 0, "%s", p.err);
}

Test(programs, what_is_missing_is_said_with_an_example_before_anything_is_asked)
{
	char code[16];

	add_action("bellen", code);
	REFUSED(ERR_USAGE, "brug widen 7QK2", "widen", code);
	REFUSED(ERR_USAGE, "brug invite", "invite", "zoe@wijk");
	REFUSED(ERR_USAGE, "purposes", "invite", "zoe@wijk", "helper");
	REFUSED(ERR_USAGE, "brug done", "done");
	REFUSED(ERR_USAGE, "niets te wijzigen", "set", code);
	cr_expect_eq(drafts_of(noor), 0, "nothing is kept of it");
	BRUG(&f, &p, noor, "onzin: bla\n", "add", "notitie");
	cr_expect_eq(p.status, ERR_USAGE, "no text has this name: %s", p.out);
	BRUG(&f, &p, noor, NULL, "set", code, "--termijn", flow_date(-3));
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "al voorbij"), "%s", p.out);
}

Test(programs, help_says_what_may_stand_at_a_place_and_knows_verbs_and_groups)
{
	BRUG(&f, &p, noor, NULL, "help", "emergency");
	cr_expect(program_said(&p, "acute_onveiligheid"), "%s", p.out);
	BRUG(&f, &p, noor, NULL, "help", "set");
	cr_expect_not(program_said(&p, "--rev *"), "%s", p.out);
	cr_expect_not(program_said(&p, "--case *"), "%s", p.out);
	BRUG(&f, &p, noor, NULL, "help", "laat-los");
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, noor, NULL, "help", "consent");
	cr_expect(program_said(&p, "brug consent withdraw"), "%s", p.out);
	BRUG(&f, &p, noor, NULL, "toestemming");
	cr_expect_eq(p.status, 0, "%s", p.err);
}

Test(programs, a_text_too_long_or_not_utf8_is_refused_and_kept)
{
	char longer[3002];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = 0;
	BRUG(&f, &p, noor, longer, "add", "actie");
	cr_expect_eq(p.status, ERR_USAGE);
	cr_expect(program_said(&p, "2000"), "%s", p.err);
	BRUG(&f, &p, noor, "caf\xe9", "add", "actie");
	cr_expect_eq(p.status, ERR_USAGE);
	cr_expect(program_said(&p, "UTF-8"), "%s", p.err);
	cr_expect_eq(drafts_of(noor), 2);
}

/* -- nothing typed is lost --------------------------------------------------------------------- */

Test(programs, who_comes_second_sees_both_keeps_his_text_and_sends_it_again)
{
	char code[16], name[8];

	add_action("bellen", code);
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":\"mailen\"}}",
		c.code, code);
	BRUG(&f, &p, noor, "langsgaan", "set", code, "--rev", "1", "--inhoud");
	cr_expect_eq(p.status, ERR_CONFLICT, "%d %s", p.status, p.err);
	cr_expect(program_said(&p, "bellen") && program_said(&p, "mailen"), "%s", p.out);
	cr_expect_eq(drafts_of(noor), 1);
	BRUG(&f, &p, noor, NULL, "drafts");
	cr_expect(program_said(&p, "item.set"), "%s", p.out);
	snprintf(name, sizeof(name), "%.6s", p.out);
	BRUG(&f, &p, noor, NULL, "drafts", "again", name);
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, noor, NULL, "show", code);
	cr_expect(program_said(&p, "langsgaan"), "%s", p.out);
}

Test(programs, with_the_server_away_a_change_is_kept_and_sent_later_just_once)
{
	char command[64], name[16];
	const char *said;

	flow_case_close(&c);
	c = (struct flow_case){0};
	cr_assert_eq(flow_stop(&f), 0);
	BRUG(&f, &p, noor, "de huisbaas gebeld", "add", "notitie");
	cr_expect_eq(p.status, ERR_UNREACHABLE, "%d %s", p.status, p.err);
	said = strstr(p.err, "brug drafts send ");
	cr_assert_not_null(said, "%s", p.err);
	snprintf(command, sizeof(command), "%.23s", said);
	snprintf(name, sizeof(name), "%.6s", command + 17);
	flow_start(&f);
	BRUG(&f, &p, noor, NULL, "drafts", "send", name);
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, noor, NULL, "drafts", "send", name);
	cr_expect_eq(p.status, ERR_USAGE);
	BRUG(&f, &p, noor, NULL, "plan");
	cr_expect_eq(program_said_times(&p, "huisbaas"), 1, "%s", p.out);
	cr_expect_eq(drafts_of(noor), 0);
}

/* An editor that writes and is then killed; and one that leaves the text as it is. */
static void editor_that(const char *does)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/editor", f.dir);
	out = fopen(path, "we");
	fprintf(out, "#!/bin/sh\n%s\n", does);
	fclose(out);
	chmod(path, 0700);
	setenv("EDITOR", path, 1);
	unsetenv("VISUAL");
}

Test(programs, what_a_killed_editor_held_comes_back_with_the_same_command)
{
	static const char *const add[] = {"brug", "add", "notitie", NULL};

	editor_that("printf 'inhoud:\\nJeffrey belde zelf\\n' >\"$1\"; kill -9 $$");
	program_on_terminal(&f, &p, noor, add);
	program_wait(&p);
	cr_expect_eq(p.status, ERR_INTERRUPTED, "%d %s", p.status, p.out);
	cr_expect_eq(drafts_of(noor), 1);
	editor_that("exit 0");
	program_on_terminal(&f, &p, noor, add);
	program_wait(&p);
	cr_expect_eq(p.status, 0, "%d %s", p.status, p.out);
	cr_expect_eq(drafts_of(noor), 0);
	BRUG(&f, &p, noor, NULL, "plan");
	cr_expect(program_said(&p, "Jeffrey belde zelf"), "%s", p.out);
}

Test(programs, who_is_killed_himself_while_writing_goes_on_where_he_was)
{
	static const char *const add[] = {"brug", "add", "notitie", NULL};

	editor_that("printf 'inhoud:\\nhalverwege de zin\\n' >\"$1\"; echo bezig; sleep 60");
	program_on_terminal(&f, &p, noor, add);
	program_expect(&p, "bezig");
	kill(p.pid, SIGKILL);
	program_wait(&p);
	editor_that("exit 0");
	program_on_terminal(&f, &p, noor, add);
	program_wait(&p);
	cr_expect_eq(p.status, 0, "%d %s", p.status, p.out);
	BRUG(&f, &p, noor, NULL, "plan");
	cr_expect(program_said(&p, "halverwege de zin"), "%s", p.out);
}

Test(programs, who_writes_on_a_terminal_first_reads_who_will_read_it)
{
	static const char *const add[] = {"brug", "add", "notitie", NULL};

	editor_that("printf 'inhoud: gesproken\\n' >\"$1\"");
	program_on_terminal(&f, &p, noor, add);
	program_wait(&p);
	cr_expect_eq(p.status, 0, "%s", p.out);
	cr_expect(program_said(&p, "leest dit"), "%s", p.out);
}

/* -- live, and put out ------------------------------------------------------------------------- */

Test(programs, a_watcher_sees_a_change_and_is_put_out_when_he_is_stopped)
{
	static const char *const watch[] = {"brug", "watch", NULL};
	struct program admin;
	char code[16];

	BRUG(&f, &p, daan, NULL, "use", c.code);
	program_on_terminal(&f, &p, daan, watch);
	program_expect(&p, c.code);
	add_action("bellen", code);
	program_expect(&p, code);
	BRUG_ADMIN(&f, &admin, "beheer@zvh", "vertrokken", "user", "stop", daan);
	cr_expect_eq(admin.status, 0, "%s", admin.err);
	program_wait(&p);
	cr_expect_eq(p.status, ERR_IDENTITY, "%d %s", p.status, p.out);
}

Test(programs, completion_says_what_may_stand_here)
{
	BRUG(&f, &p, noor, NULL, "__complete", "add", "a");
	cr_expect(program_said(&p, "actie") && program_said(&p, "afspraak"), "%s", p.out);
	BRUG(&f, &p, noor, NULL, "__complete", "add", "actie", "--t");
	cr_expect(program_said(&p, "--termijn") && program_said(&p, "--toelichting"), "%s", p.out);
	BRUG(&f, &p, noor, NULL, "__complete", "add", "actie", "--strategie", "k");
	cr_expect(program_said(&p, "kansen"), "%s", p.out);
}

Test(programs, every_command_has_help_of_its_own)
{
	char *line, *rest;
	static char all[64 * 1024];

	BRUG(&f, &p, noor, NULL, "help");
	cr_assert_eq(p.status, 0);
	memcpy(all, p.out, sizeof(all));
	for (line = strtok_r(all, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char words[3][32] = {"", "", ""};

		if (strncmp(line, "  ", 2) != 0 || line[2] == ' ' || strchr(line, ','))
			continue;
		if (sscanf(line, " %31[a-z] %31[a-z]", words[0], words[1]) == 1)
			BRUG(&f, &p, noor, NULL, "help", words[0]);
		else
			BRUG(&f, &p, noor, NULL, "help", words[0], words[1]);
		cr_expect_eq(p.status, 0, "help %s %s: %s", words[0], words[1], p.err);
		cr_expect(program_said(&p, words[0]), "help %s says %s", words[0], p.out);
	}
}
