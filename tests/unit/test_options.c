#include "options.h"

#include <criterion/criterion.h>
#include <string.h>

static struct options o;
static struct fault fault;
static const struct method *add;

static void set_up(void)
{
	add = vocab_method(&brug_vocab, SLICE("item.add"));
	o = (struct options){
		.positional = "kind",
		.lists = {add->params, vocab_kind(&brug_vocab, SLICE("actie"))->fields}};
}
TestSuite(options, .init = set_up);

/* The words of a line, in memory that may be written. */
static enum err read_line(const char *line)
{
	static char kept[512];
	static char *argv[32];
	int argc = 0;

	snprintf(kept, sizeof(kept), "%s", line);
	for (char *w = strtok(kept, " "); w; w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	return options_read(argc, argv, &o, &fault);
}

Test(options, values_come_by_name_and_by_place)
{
	cr_assert_eq(read_line("actie --termijn 2026-12-01 --leefgebieden=werk,wonen --own"),
		     ERR_OK);
	cr_expect(slice_is(options_get(&o, "kind"), "actie"));
	cr_expect(slice_is(options_get(&o, "termijn"), "2026-12-01"));
	cr_expect(slice_is(options_get(&o, "leefgebieden"), "werk"));
	cr_expect(slice_is(options_get(&o, "own"), "true"));
	cr_expect_eq(o.n, 5);
}

Test(options, a_name_may_be_written_with_dashes_or_underscores)
{
	cr_assert_eq(read_line("actie --voor-doel 7QK2"), ERR_OK);
	cr_expect(slice_is(options_get(&o, "voor_doel"), "7QK2"));
	cr_assert_eq(read_line("actie --voor_doel 8QK2"), ERR_OK);
}

Test(options, a_text_is_not_taken_from_the_line)
{
	cr_expect_eq(read_line("actie --inhoud=bellen"), ERR_USAGE);
	cr_expect_eq(read_line("actie bellen"), ERR_USAGE);
	cr_assert_eq(read_line("actie --inhoud"), ERR_OK);
	cr_expect(options_has(&o, "inhoud"));
}

Test(options, an_unknown_option_is_named_with_the_nearest)
{
	cr_expect_eq(read_line("actie --termin 2026-12-01"), ERR_USAGE);
	cr_expect(strstr(fault.text, "--termin"), "%s", fault.text);
	cr_expect(strstr(fault.can, "--termijn"), "%s", fault.can);
}

Test(options, an_option_without_its_value_is_refused)
{
	cr_expect_eq(read_line("actie --termijn"), ERR_USAGE);
	cr_expect(strstr(fault.text, "--termijn"), "%s", fault.text);
}

Test(options, more_values_than_there_is_room_for_are_refused)
{
	enum err err = ERR_OK;

	for (int i = 0; i < VALUES + 1 && err == ERR_OK; i++)
		err = read_line("--leefgebieden werk");
	cr_expect_eq(err, ERR_USAGE);
}

Test(options, a_wrong_value_is_said_before_anything_is_sent)
{
	cr_assert_eq(read_line("actie --termijn 2026-13-01"), ERR_OK);
	cr_expect_eq(options_check(&o, &fault), ERR_USAGE);
	cr_expect(strstr(fault.text, "2026-13-01"), "%s", fault.text);
}

Test(options, lists_are_packed_as_lists_and_texts_left_out)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(buf_free) struct buf map = {0};
	CLEANUP(tree_free) struct tree t = {0};
	unsigned n = 0;

	cr_assert_eq(read_line("actie --leefgebieden werk,wonen"), ERR_OK);
	cr_assert_eq(options_pack(&o, add->params, &pairs, &n, &fault), ERR_OK);
	cr_assert_eq(n, 2);
	pack_map(&map, n);
	buf_slice(&map, buf_view(&pairs));
	cr_assert_eq(tree_read(&t, buf_view(&map)), ERR_OK);
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "leefgebieden")), 2);
}

Test(options, an_empty_value_empties_a_field)
{
	CLEANUP(buf_free) struct buf out = {0};
	struct slice empty = {0};

	cr_assert_eq(options_pack_value(field_find(o.lists[1], SLICE("termijn")), &empty, 1, &out,
					&fault),
		     ERR_OK);
	cr_expect_eq(out.n, 1);
	cr_expect_eq(out.p[0], 0xc0);
}
