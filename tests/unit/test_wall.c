/* The board on the wall: which items stand where, from what the server pushes. */
#include "board.h"

#include "clock.h"

#include <criterion/criterion.h>

#include <string.h>

static struct board b;

static void clear(void)
{
	clock_set_ms(0);
	board_free(&b);
}
TestSuite(wall, .fini = clear);

/* {reset, events: [...], present} from a MessagePack of JSON-like rows would hide what is said. */
static void pack_item(struct buf *out, const char *code, const char *kind, const char *state,
		      const char *text)
{
	pack_map(out, 1);
	pack_key(out, "show");
	pack_map(out, 2);
	pack_kv_text(out, "item", code);
	pack_key(out, "view");
	pack_array(out, text ? 3 : state ? 2 : 1);
	pack_map(out, 2);
	pack_kv_text(out, "kind", kind);
	pack_kv_text(out, "agency", "ggz");
	if (state) {
		pack_map(out, 2);
		pack_kv_text(out, "state", state);
		pack_kv_text(out, "uitvoerder", "zoe@schuldhulp");
	}
	if (text) {
		pack_map(out, 1);
		pack_kv_text(out, "inhoud", text);
	}
}

static void take(struct buf *events, size_t n, bool reset, const char *const *present)
{
	CLEANUP(buf_free) struct buf all = {0};
	CLEANUP(tree_free) struct tree t = {0};
	size_t people = 0;

	while (present && present[people])
		people++;
	pack_map(&all, present ? 3 : 2);
	pack_kv_bool(&all, "reset", reset);
	if (present) {
		pack_key(&all, "present");
		pack_array(&all, people);
		for (size_t i = 0; i < people; i++)
			pack_text(&all, present[i]);
	}
	pack_key(&all, "events");
	pack_array(&all, n);
	buf_slice(&all, buf_view(events));
	cr_assert_eq(tree_read(&t, buf_view(&all)), ERR_OK);
	board_take(&b, tree_root(&t));
	buf_free(events);
	*events = (struct buf){0};
}

static void show(const char *code, const char *kind, const char *state, const char *text)
{
	struct buf events = {0};

	pack_item(&events, code, kind, state, text);
	take(&events, 1, false, NULL);
}

static void expect_card(enum board_place place, const char *code, const char *text)
{
	const struct board_card *c = board_card(&b, place, 0);

	cr_assert_not_null(c, "%s", code);
	cr_expect_str_eq(c->code, code);
	cr_expect(slice_is(buf_view(&c->text), text), "%.*s", SLICE_ARG(buf_view(&c->text)));
}

Test(wall, each_item_stands_in_the_column_of_its_state)
{
	show("AAAA", "actie", "open", "bellen");
	show("BBBB", "afspraak", "loopt", "samen naar de bank");
	show("CCCC", "actie", "klaar", "formulier");
	show("DDDD", "knelpunt", "loopt", "vast adres");
	show("EEEE", "doel", "actief", "eigen geld");
	show("FFFF", "besluit", "genomen", "via Noor");
	show("GGGG", "notitie", "geldig", "niet op het bord");
	show("HHHH", "actie", "vervallen", "niet meer");
	expect_card(BOARD_TODO, "AAAA", "bellen");
	expect_card(BOARD_RUNS, "BBBB", "samen naar de bank");
	expect_card(BOARD_DONE, "CCCC", "formulier");
	expect_card(BOARD_STUCK, "DDDD", "vast adres");
	expect_card(BOARD_GOAL, "EEEE", "eigen geld");
	expect_card(BOARD_DECIDED, "FFFF", "via Noor");
	cr_expect_eq(board_count(&b, BOARD_TODO), 1);
	cr_expect_eq(board_count(&b, BOARD_ASIDE), 2);
}

Test(wall, a_card_moves_is_taken_back_and_comes_again)
{
	struct buf events = {0};

	show("AAAA", "actie", "open", "bellen");
	show("AAAA", "actie", "loopt", "bellen");
	cr_expect_eq(board_count(&b, BOARD_TODO), 0);
	expect_card(BOARD_RUNS, "AAAA", "bellen");
	pack_map(&events, 1);
	pack_kv_text(&events, "retract", "AAAA");
	take(&events, 1, false, NULL);
	cr_expect_eq(b.n, 0);
	show("AAAA", "actie", NULL, NULL);
	expect_card(BOARD_TODO, "AAAA", "actie (ggz)");
}

Test(wall, a_reset_forgets_all_there_was)
{
	struct buf events = {0};

	show("AAAA", "actie", "open", "bellen");
	pack_item(&events, "BBBB", "actie", "open", "schrijven");
	take(&events, 1, true, (const char *const[]){"noor@wijk", "daan@pol", NULL});
	cr_expect_eq(b.n, 1);
	cr_expect_eq(b.present_n, 2);
	expect_card(BOARD_TODO, "BBBB", "schrijven");
}

Test(wall, what_others_wrote_cannot_write_into_the_screen)
{
	show("AAAA", "actie", "open", "rood \x1b[31m\nen verder");
	cr_expect_null(memchr(board_card(&b, BOARD_TODO, 0)->text.p, 0x1b,
			      board_card(&b, BOARD_TODO, 0)->text.n));
}

Test(wall, a_name_is_the_one_person_present_that_it_begins)
{
	struct buf none = {0};

	take(&none, 0, true, (const char *const[]){"noor@wijk", "noor@ggz", "daan@pol", NULL});
	cr_expect(slice_is(board_present(&b, SLICE("daan")), "daan@pol"));
	cr_expect(slice_is(board_present(&b, SLICE("noor@w")), ""), "a half agency is no name");
	cr_expect(slice_is(board_present(&b, SLICE("noor@wijk")), "noor@wijk"));
	cr_expect_eq(board_present(&b, SLICE("noor")).n, 0, "there are two");
	cr_expect_eq(board_present(&b, SLICE("")).n, 0);
}

Test(wall, a_typed_line_says_who_and_before_when)
{
	int64_t now = clock_parse("2026-11-24T12:00:00Z", 0);
	struct board_line l;

	board_line_read(SLICE("Jeffrey belt zelf @youssef 27-11"), now, &l);
	cr_expect(slice_is(buf_view(&l.text), "Jeffrey belt zelf"));
	cr_expect_str_eq(l.name, "youssef");
	cr_expect_str_eq(l.date, "2026-11-27");
	board_line_free(&l);
	board_line_read(SLICE("om 9-10 uur bellen 3-1"), now, &l);
	cr_expect(slice_is(buf_view(&l.text), "om 9-10 uur bellen"));
	cr_expect_str_eq(l.date, "2027-01-03", "the next one");
	board_line_free(&l);
	board_line_read(SLICE("klaar op 40-13"), now, &l);
	cr_expect(slice_is(buf_view(&l.text), "klaar op 40-13"), "no such day: it is text");
	cr_expect_str_eq(l.date, "");
	board_line_free(&l);
}
