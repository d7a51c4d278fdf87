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

/* -- each type, what it takes and what it says of what it does not take ------------------------ */

static const char *const two_words[] = {"helper", "regie", NULL};

/* What is said of the value, "" when it is taken. */
static const char *said_of(struct field f, struct slice packed)
{
	CLEANUP(tree_free) struct tree t = {0};
	static struct complaint c;

	c = (struct complaint){0};
	cr_assert_eq(tree_read(&t, packed), ERR_OK);
	if (vocab_check_value(&f, tree_root(&t), &c) == ERR_OK)
		return "";
	cr_assert_not_null(c.text);
	return c.text;
}

static void says_of_text(struct field f, const char *text, const char *want)
{
	CLEANUP(buf_free) struct buf b = {0};

	pack_text(&b, text);
	cr_expect_str_eq(said_of(f, buf_view(&b)), want, "%s: %s", text, want);
}

Test(check, short_names_and_people_have_one_form)
{
	static const char no_name[] = "\"%s\" is not a short name.";
	static const char nobody[] = "\"%s\" is not a person.";
	struct field name = {.type = T_NAME}, person = {.type = T_PERSON};

	says_of_text(name, "h1", "");
	says_of_text(name, "*", "");
	says_of_text(name, "a_b-c.9", "");
	says_of_text(name, "", no_name);
	says_of_text(name, ".a", no_name);
	says_of_text(name, "-a", no_name);
	says_of_text(name, "A", no_name);
	says_of_text(name, "a b", no_name);
	says_of_text(name, "a12345678901234567890123456789012345678901234567890", no_name);
	says_of_text(person, "zoe@schuld", "");
	says_of_text(person, "zoe", nobody);
	says_of_text(person, "@schuld", nobody);
	says_of_text(person, "zoe@", nobody);
	says_of_text(person, "Zoe@schuld", nobody);
	says_of_text(person, "zoe@a@b", nobody);
	says_of_text(person, "", nobody);
}

Test(check, cases_and_items_have_one_form)
{
	static const char no_case[] = "\"%s\" is not a case.";
	static const char no_item[] = "\"%s\" is not an item.";
	struct field of_case = {.type = T_CASE}, item = {.type = T_ITEM};

	says_of_text(of_case, "J-0417", "");
	says_of_text(of_case, "ZV-1234567", "");
	says_of_text(of_case, "J-041", no_case);
	says_of_text(of_case, "J-12345678", no_case);
	says_of_text(of_case, "J-04a7", no_case);
	says_of_text(of_case, "ABC-0417", no_case);
	says_of_text(of_case, "0417", no_case);
	says_of_text(of_case, "J 0417", no_case);
	says_of_text(item, "7QK2", "");
	says_of_text(item, "7q", "");
	says_of_text(item, "J-0417/7QK2", "");
	says_of_text(item, "J-0417/", no_item);
	says_of_text(item, "x/7QK2", no_item);
	says_of_text(item, "7QK0", no_item);
	says_of_text(item, "7QKI", no_item);
	says_of_text(item, "7QK{", no_item);
	says_of_text(item, "234567892", no_item);
	says_of_text(item, "", no_item);
}

Test(check, dates_words_and_texts_have_one_form)
{
	struct field date = {.type = T_DATE}, time = {.type = T_TIME},
		     word = {.type = T_WORD, .words = two_words},
		     line = {.type = T_LINE, .max = 5, .flags = F_REQUIRED},
		     text = {.type = T_TEXT};

	says_of_text(date, "2026-12-01", "");
	says_of_text(date, "2026-12-01T13:00:00Z", "\"%s\" is not a date.");
	says_of_text(date, "2026-02-30", "\"%s\" is not a date.");
	says_of_text(time, "2026-12-01T13:00:00Z", "");
	says_of_text(time, "2026-12-01T13:00:00Z and far too long for one",
		     "\"%s\" is not a date.");
	says_of_text(word, "helper", "");
	says_of_text(word, "helpr", "This word is not known here.");
	says_of_text(word, "iets anders", "This word is not known here.");
	says_of_text(line, "vijf!", "");
	says_of_text(line, "zes!!!", "This is too long: at most %s bytes.");
	says_of_text(line, "", "This is empty.");
	says_of_text(line, "a\nb", "There are control characters in this text.");
	says_of_text(text, "a\nb\tc", "");
	says_of_text(text, "a\x7f", "There are control characters in this text.");
	says_of_text(text, "a\xc2\x85", "There are control characters in this text.");
	says_of_text(text, "\xd8\x9c", "There are control characters in this text.");
	says_of_text(text, "\xe2\x82\xac \xd8\xa7 \xc2\xa0", "");
}

#define SAYS_OF(field, bytes, want) cr_expect_str_eq(said_of(field, SLICE(bytes)), want)

Test(check, numbers_lists_and_maps_have_their_bounds)
{
	struct field any = {.type = T_INT}, few = {.type = T_INT, .lo = 2, .hi = 4},
		     yes = {.type = T_BOOL}, bin = {.type = T_BIN, .max = 2},
		     fields = {.type = T_FIELDS}, line = {.type = T_LINE},
		     names = {.type = T_NAMES, .max = 2, .flags = F_REQUIRED};

	SAYS_OF(any, "\x07", "");
	SAYS_OF(any, "\xff", "%s is below zero.");
	SAYS_OF(any, "\xa1x", "This is not a whole number.");
	SAYS_OF(few, "\x03", "");
	SAYS_OF(few, "\x01", "This is too small: at least %s.");
	SAYS_OF(few, "\x05", "This is too large: at most %s.");
	SAYS_OF(yes, "\xc3", "");
	SAYS_OF(yes, "\x01", "This is yes or no.");
	SAYS_OF(bin, "\xc4\x02xy", "");
	SAYS_OF(bin, "\xc4\x03xyz", "This is too long: at most %s bytes.");
	SAYS_OF(bin, "\xa1x", "This is bytes.");
	SAYS_OF(fields, "\x80", "");
	SAYS_OF(fields, "\x90", "This is a map of fields.");
	SAYS_OF(line, "\x01", "This is not a text.");
	SAYS_OF(names, "\x92\xa1x\xa1y", "");
	SAYS_OF(names, "\xa1x", "This is a list.");
	SAYS_OF(names, "\x90", "This list is empty.");
	SAYS_OF(names, "\x93\xa1x\xa1y\xa1z", "There are too many in this list: at most %s.");
	SAYS_OF(names, "\x92\xa1x\xa1x", "\"%s\" is given twice.");
}
