#include "vocab.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

static enum err checked(const char *method, struct buf *params, struct complaint *c)
{
	CLEANUP(tree_free) struct tree t = {0};

	cr_assert_eq(tree_read(&t, buf_view(params)), ERR_OK);
	*c = (struct complaint){0};
	return vocab_check_params(vocab_method(&brug_vocab, slice_of(method)), tree_root(&t), c);
}

static enum err one(const char *method, const char *key, const char *value, struct complaint *c)
{
	CLEANUP(buf_free) struct buf b = {0};

	pack_map(&b, 1);
	pack_kv_text(&b, key, value);
	return checked(method, &b, c);
}

Test(check, an_unknown_name_is_refused_with_its_neighbour)
{
	struct complaint c;

	cr_expect_eq(one("case.plan", "cse", "J-0417", &c), ERR_USAGE);
	cr_expect_str_eq(c.where, "cse");
	cr_expect_str_eq(c.arg, "case");
}

Test(check, what_is_missing_is_named)
{
	CLEANUP(buf_free) struct buf b = {0};
	struct complaint c;

	pack_map(&b, 0);
	cr_expect_eq(checked("case.plan", &b, &c), ERR_USAGE);
	cr_expect_str_eq(c.where, "case");
}

Test(check, a_case_a_person_and_a_date_have_their_form)
{
	struct complaint c;

	cr_expect_eq(one("case.plan", "case", "J-0417", &c), ERR_OK);
	cr_expect_eq(one("case.plan", "case", "J-00417", &c), ERR_OK, "when four digits ran out");
	cr_expect_eq(one("case.plan", "case", "J-00004179", &c), ERR_USAGE);
	cr_expect_eq(one("case.plan", "case", "j-0417", &c), ERR_USAGE);
	cr_expect_eq(one("device.list", "person", "zoe@schuldhulp", &c), ERR_OK);
	cr_expect_eq(one("device.list", "person", "Zoe", &c), ERR_USAGE);
	cr_expect_eq(one("log.read", "since", "2026-11-01", &c), ERR_OK);
	cr_expect_eq(one("log.read", "since", "1 november", &c), ERR_USAGE);
}

Test(check, a_change_carries_its_request_id_and_a_question_does_not)
{
	CLEANUP(buf_free) struct buf with = {0};
	CLEANUP(buf_free) struct buf wrong = {0};
	struct complaint c;

	pack_map(&with, 2);
	pack_kv_text(&with, "case", "J-0417");
	pack_kv_bin(&with, "request", SLICE("0123456789abcdef"));
	cr_expect_eq(checked("member.accept", &with, &c), ERR_OK);
	cr_expect_eq(checked("case.plan", &with, &c), ERR_USAGE);
	cr_expect_eq(one("member.accept", "case", "J-0417", &c), ERR_USAGE);
	cr_expect_str_eq(c.where, "request");
	pack_map(&wrong, 2);
	pack_kv_text(&wrong, "case", "J-0417");
	pack_kv_bin(&wrong, "request", SLICE("short"));
	cr_expect_eq(checked("member.accept", &wrong, &c), ERR_USAGE);
}

Test(check, control_and_direction_characters_do_not_come_in)
{
	struct complaint c;

	cr_expect_eq(one("hello", "client", "brug 0.1", &c), ERR_OK);
	cr_expect_eq(one("hello", "client", "brug\x1b[2J", &c), ERR_USAGE);
	cr_expect_eq(one("hello", "client", "brug\xe2\x80\xae", &c), ERR_USAGE);
	cr_expect_eq(one("hello", "client", "a\nb", &c), ERR_USAGE);
	cr_expect_eq(one("hello", "client", "\xc2\x85", &c), ERR_USAGE);
}

Test(check, the_bound_of_a_text_is_exact)
{
	char text[66];
	struct complaint c;

	memset(text, 'a', sizeof(text));
	text[64] = 0;
	cr_expect_eq(one("hello", "client", text, &c), ERR_OK);
	text[64] = 'a';
	text[65] = 0;
	cr_expect_eq(one("hello", "client", text, &c), ERR_USAGE);
	cr_expect_str_eq(c.arg, "64");
}

Test(check, a_list_says_which_of_its_values_is_wrong)
{
	CLEANUP(buf_free) struct buf b = {0};
	struct complaint c;

	pack_map(&b, 1);
	pack_key(&b, "purposes");
	pack_array(&b, 2);
	pack_text(&b, "d1");
	pack_text(&b, "D 2");
	cr_expect_eq(checked("hello", &b, &c), ERR_USAGE);
	cr_expect_str_eq(c.where, "purposes[1]");
}
