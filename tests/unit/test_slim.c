/* The method's pairing as data, and what it asks: questions, no marks. */
#include "slim.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#define S(z) slice_of(z)

static void refused(const char *text, const char *words)
{
	struct slim s;
	char why[256];

	cr_expect_eq(slim_parse(text, "slim.conf", &s, why), ERR_USAGE);
	cr_expect_not_null(strstr(why, words), "%s", why);
}

Test(slim, the_pairing_that_is_built_in_is_the_file_that_is_installed)
{
	char text[8192] = "", why[256];
	FILE *f = fopen(PAIRING, "r");
	struct slim s;

	cr_assert_not_null(f);
	cr_assert_gt(fread(text, 1, sizeof(text) - 1, f), 0);
	fclose(f);
	cr_assert_eq(slim_parse(text, PAIRING, &s, why), ERR_OK, "%s", why);
	cr_expect_eq(s.n, 5);
	cr_expect_eq(memcmp(&s, slim_default(), sizeof(s)), 0);
}

Test(slim, a_mistake_in_the_file_is_named_by_its_line)
{
	refused("versie = 1\nbron = b\n[opgesloten]\nstrategie = duwen\n", "line 4");
	refused("versie = 1\nbron = b\n[weggesloten]\nstrategie = kansen\n", "line 4");
	refused("versie = 1\nbron = b\nkleur = rood\n", "line 3");
	refused("versie = 1\nbron = b\n[opgesloten]\nrol = ouder\n", "no strategie");
	refused("[opgesloten]\nstrategie = bij_de_hand\n", "versie");
}

Test(slim, what_he_says_goes_before_the_position_somebody_sees_him_in)
{
	const struct slim *s = slim_default();

	cr_expect_str_eq(slim_expected(s, S("het_is_teveel"), S("uitgesloten"))->strategy,
			 "bij_de_hand");
	cr_expect_str_eq(slim_expected(s, S(""), S("afgesloten"))->strategy, "cocreeren");
	cr_expect_null(slim_expected(s, S("onbekend"), S("onbekend")));
}

Test(slim, a_frame_is_nobodys_expected_answer_and_opposes_none)
{
	const struct slim *s = slim_default();
	struct slice all[] = {S("begrenzen"), S("kansen"), S("kansen"), S("bij_de_hand")};

	cr_expect_eq(slim_fit(s, S("het_is_teveel"), S(""), S("bij_de_hand")), FIT_YES);
	cr_expect_eq(slim_fit(s, S("het_is_teveel"), S(""), S("kansen")), FIT_NO);
	cr_expect_eq(slim_fit(s, S("het_is_teveel"), S(""), S("begrenzen")), FIT_FRAME);
	cr_expect_eq(slim_fit(s, S(""), S(""), S("kansen")), FIT_UNKNOWN);
	cr_expect_eq(slim_spread(s, all, 4), 2);
	cr_expect_eq(slim_spread(s, all, 2), 1);
}

Test(slim, what_he_feels_differs_from_what_is_said_only_when_he_said_so)
{
	cr_expect(!slim_gap(S("kansen"), S("")));
	cr_expect(!slim_gap(S("kansen"), S("kansen")));
	cr_expect(slim_gap(S("kansen"), S("begrenzen")));
}
