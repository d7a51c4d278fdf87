/* What a newcomer reads: lines that fit his screen, mistakes in their order, and what a step did.
 */
#include "programs.h"
#include "words.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static struct link *beheer;
static struct program p;

static void set_up(void)
{
	setenv("LANGUAGE", "nl", 1);
	setenv("COLUMNS", "80", 1);
	flow_begin(&f);
	flow_case(&f, &c);
	beheer = flow_link(&f, "beheer@zvh");
	BRUG(&f, &p, "noor@wijk", NULL, "use", c.code);
	BRUG(&f, &p, "daan@pol", NULL, "use", c.code);
}

static void tear_down(void)
{
	link_close(beheer);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(screens, .init = set_up, .fini = tear_down);

static const char *stands(const char *words)
{
	const char *at = strstr(p.err, words);

	cr_assert(at, "\"%s\" was not said, but: %s", words, p.err);
	return at;
}

Test(screens, an_error_wraps_on_a_terminal_and_stays_one_line_through_a_pipe)
{
	setenv("COLUMNS", "50", 1);
	program_on_terminal(&f, &p, "noor@wijk",
			    (const char *const[]){"brug", "whatif", "invite", NULL});
	program_wait(&p);
	cr_expect_eq(p.status, ERR_USAGE);
	cr_expect(program_said(&p, "Wat kan: "), "%s", p.out);
	cr_expect_leq(program_width(&p), (size_t)50, "%s", p.out);
	BRUG(&f, &p, "noor@wijk", NULL, "whatif", "invite");
	cr_expect_gt(strcspn(stands("Wat kan: "), "\n"), (size_t)50);
}

Test(screens, mistakes_in_a_file_of_rules_are_named_in_its_order_each_line_once)
{
	char file[1024];

	snprintf(file, sizeof(file),
		 "rule ad x1\n"
		 "rule add q1 --from-agency wijk --category sociaal --to agency=onzin --level kern "
		 "--ground Wmo --until %s\n"
		 "brug-admin rule end h1\n"
		 "rule add q2 --category onzin\n",
		 flow_date(100));
	BRUG_ADMIN(&f, &p, "beheer@zvh", file, "rule", "apply", "-");
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
	cr_expect_lt(stands("bestandsregel 1: "), stands("bestandsregel 2: "), "%s", p.err);
	cr_expect_lt(stands("bestandsregel 2: "), stands("bestandsregel 4: "), "%s", p.err);
	cr_expect_null(strstr(p.err, "bestandsregel 3: "), "with its program's name too: %s",
		       p.err);
	cr_expect_null(strstr(stands("bestandsregel 4: ") + 1, "bestandsregel 4: "), "%s", p.err);
	cr_expect(program_said(&p, "\"rule ad\""), "%s", p.err);
}

Test(screens, people_of_another_agency_in_a_spreadsheet_are_named_by_line_with_the_other_mistakes)
{
	flow_person(&f, "aa@wijk", "Adje Admin", "\"agency-admin\"");
	BRUG_ADMIN(&f, &p, "aa@wijk", "person,name\npiet@wijk,Piet\nklaas@pol,Klaas\nx@nergens,X\n",
		   "user", "add", "--csv", "-");
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
	stands("bestandsregel 3: ");
	stands("bestandsregel 4: ");
}

Test(screens, who_uses_emergency_access_reads_the_item_until_when_and_who_was_told)
{
	char note[16];

	flow_add(c.mila, c.code, note,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"signaal\":"
		 "\"zorg loopt\",\"inhoud\":\"x\"}}");
	BRUG(&f, &p, "daan@pol", "hij dreigt\n", "emergency", note, "acute_onveiligheid");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "zorg loopt"), "%s", p.out);
	cr_expect(program_said(&p, "Zojuist verteld aan"), "%s", p.out);
	BRUG(&f, &p, "daan@pol", "hij dreigt\n", "emergency", "ZZZZ", "acute_onveiligheid");
	cr_expect_eq(p.status, ERR_NOTFOUND);
	stands("voorlezen");
}

Test(screens, a_consent_is_checked_before_its_sentence_is_read_and_asks_for_its_witness)
{
	flow_do(beheer, "agency.put",
		"{\"agency\":\"inwoner\",\"name\":\"Inwoners\",\"domain\":\"client\"}");
	flow_person(&f, "jeffrey@inwoner", "Jeffrey", "");
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"jeffrey@inwoner\",\"role\":\"betrokkene\","
		"\"purposes\":[\"d1\"]}",
		c.code);
	BRUG(&f, &p, "noor@wijk", "Mila was erbij\n", "consent", "give", "gezondheid", "--agency",
	     "ggz", "--to", "pol", "--purposes", "d9");
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
	cr_expect_not(program_said(&p, "Dit gaat over"), "%s", p.err);
	stands("d9");
	BRUG(&f, &p, "noor@wijk", "", "consent", "give", "gezondheid", "--agency", "ggz", "--to",
	     "pol", "--purposes", "d1", "--witness", "Mila was erbij");
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
	stands("witness");
	BRUG(&f, &p, "noor@wijk", "witness: Mila was erbij\n", "consent", "give", "gezondheid",
	     "--agency", "ggz", "--to", "ggz", "--purposes", "d1");
	cr_expect_eq(p.status, ERR_USAGE, "it gives nobody anything: %s", p.out);
	BRUG(&f, &p, "noor@wijk", "witness: Mila was erbij\n", "consent", "give", "gezondheid",
	     "--agency", "ggz", "--to", "pol", "--purposes", "d1");
	cr_expect_eq(p.status, 0, "%s", p.err);
	BRUG(&f, &p, "noor@wijk", NULL, "consent", "list", "--json");
	cr_expect(program_said(&p, "Mila was erbij"), "%s", p.out);
}

Test(screens, who_shows_an_item_less_or_more_reads_for_whom_that_changes_anything)
{
	char code[16];

	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"},\"leefgebieden\":[\"werk\"]}");
	BRUG(&f, &p, "noor@wijk", "nog niet\n", "narrow", code, "agency=pol", "geen");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "-> geen"), "%s", p.out);
	BRUG(&f, &p, "noor@wijk", "nog niet\n", "narrow", code, "agency=pol", "geen");
	cr_expect(program_said(&p, "Niemand ziet er hierdoor meer of minder van"), "%s", p.out);
	BRUG(&f, &p, "noor@wijk", "nog niet\n", "narrow", code, "agency=pol", "geen", "--until",
	     flow_date(-3));
	cr_expect_eq(p.status, ERR_USAGE, "%s", p.out);
}

Test(screens, what_one_was_told_is_read_whole_before_it_is_put_away)
{
	char note[16];

	flow_add(
		c.mila, c.code, note,
		"{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"inhoud\":\"x\"}}");
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"acute_onveiligheid\",\"why\":\"x\"}",
		c.code, note);
	BRUG(&f, &p, "noor@wijk", NULL, "today");
	cr_expect(program_said(&p, "beoordeelt"), "whole where there is room: %s", p.out);
	cr_expect_leq(program_width(&p), (size_t)80);
	BRUG(&f, &p, "noor@wijk", NULL, "told");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "noodtoegang") && program_said(&p, "Weggelegd"), "%s", p.out);
}

static void expect_words(const char *topic, const char *const *words)
{
	BRUG(&f, &p, "noor@wijk", NULL, "help", topic);
	cr_assert_eq(p.status, 0, "%s", p.err);
	for (; *words; words++)
		cr_expect(program_said(&p, *words), "%s: %s", *words, p.out);
	cr_expect_leq(program_width(&p), (size_t)80);
}

Test(screens, help_says_what_every_level_role_and_category_means)
{
	expect_words("niveaus", words_levels);
	expect_words("rollen", vocab_roles);
	expect_words("categories", vocab_categories);
	BRUG(&f, &p, "noor@wijk", NULL, "help", "doelen");
	cr_expect(program_said(&p, "convenant"), "%s", p.out);
}

Test(screens, what_would_be_is_asked_without_a_reason)
{
	BRUG(&f, &p, "noor@wijk", NULL, "whatif", "end", "daan@pol");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "Er is niets gewijzigd"), "%s", p.out);
}
