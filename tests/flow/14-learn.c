/* Learning: what is one's own, and what stands on the shelf. */
#include "eyes.h"
#include "programs.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static struct link *tess; /* of Noor's agency */
static char table[16];

static struct link *joins(const char *handle, const char *name)
{
	struct link *l;

	flow_person(&f, handle, name, "");
	l = flow_link(&f, handle);
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"helper\",\"leefgebieden\":["
		"\"wonen\"]"
		",\"purposes\":[\"d1\",\"d2\"]}",
		c.code, handle);
	flow_do(l, "member.accept", "{\"case\":\"%s\"}", c.code);
	return l;
}

static void make_table(int places)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(
		c.mila, "table.new", &t,
		"{\"agreement\":\"delta\",\"sort\":\"leren\",\"name\":\"Leertafel\",\"purposes\":["
		"\"d1\"],\"places\":%d}",
		places);
	snprintf(table, sizeof(table), "%s", flow_text(&t, "case"));
}

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
	tess = joins("tess@ggz", "Tess Vos");
	make_table(12);
}

static void tear_down(void)
{
	link_close(tess);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(learn, .init = set_up, .fini = tear_down);

static enum err shows(struct link *l, const char *room, const char *item)
{
	return flow_try(l, "item.show", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}", room,
			item);
}

Test(learn, a_reflection_is_its_authors_until_he_shows_it_by_name)
{
	struct link *others[] = {tess, c.noor, c.daan};
	char code[16], message[16];

	flow_add(c.mila, c.code, code,
		 "{\"kind\":\"reflectie\",\"fields\":{\"inhoud\":\"eerst vragen\",\"plan\":\"tien "
		 "minuten zwijgen\"}}");
	cr_expect_eq(shows(c.mila, c.code, code), ERR_OK);
	for (int i = 0; i < 3; i++)
		cr_expect_eq(shows(others[i], c.code, code), ERR_NOTFOUND,
			     "a colleague, the casusregisseur, another");
	cr_expect_eq(
		flow_try(c.noor, "emergency.open", NULL, NULL,
			 "{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"x\"}",
			 c.code, code) == ERR_OK &&
			shows(c.noor, c.code, code) == ERR_OK,
		false, "nor in an emergency");
	cr_expect_eq(flow_try(c.mila, "item.widen", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"agency=ggz\",\"level\":"
			      "\"inhoud\",\"ground\":\"x\",\"until\":\"%s\",\"why\":\"x\"}",
			      c.code, code, flow_date(9)),
		     ERR_REFUSED, "by name, not by agency");
	flow_do(c.mila, "item.share", "{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"daan@pol\"}",
		c.code, code);
	cr_expect_eq(shows(c.daan, c.code, code), ERR_OK, "his buddy");
	cr_expect_eq(shows(tess, c.code, code), ERR_NOTFOUND);
	cr_expect_eq(shows(c.noor, c.code, code), ERR_NOTFOUND);
	cr_expect_eq(flow_try(c.daan, "item.share", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"noor@wijk\"}", c.code,
			      code),
		     ERR_REFUSED, "only its author shows it on");
	flow_add(c.daan, c.code, message,
		 "{\"kind\":\"bericht\",\"about\":\"%s\",\"fields\":{\"inhoud\":\"hoe ging "
		 "het?\",\"soort\":\"vraag\"}}",
		 code);
	cr_expect_eq(shows(c.mila, c.code, message), ERR_OK);
	cr_expect_eq(shows(c.noor, c.code, message), ERR_NOTFOUND);
	flow_do(c.mila, "item.share",
		"{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"daan@pol\",\"end\":true}", c.code,
		code);
	cr_expect_eq(shows(c.daan, c.code, code), ERR_NOTFOUND, "and no longer");
}

Test(learn, no_rule_shows_what_somebody_learns)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	cr_expect_eq(
		flow_try(admin, "rule.add", NULL, NULL,
			 "{\"rule\":\"leren\",\"from_agency\":\"*\",\"category\":\"leren\",\"to\":"
			 "\"all\",\"level\":\"inhoud\",\"ground\":\"x\"}"),
		ERR_REFUSED);
	link_close(admin);
}

Test(learn, a_reflection_goes_round_and_its_author_alone_is_reminded)
{
	static const char *const steps[] = {"do", "look", "adjust", "again"};
	CLEANUP(tree_free) struct tree t = {0};
	char code[16];
	int tries = 0;

	flow_add(c.mila, c.code, code,
		 "{\"kind\":\"reflectie\",\"fields\":{\"inhoud\":\"eerst vragen\",\"termijn\":"
		 "\"%s\"}}",
		 flow_date(2));
	for (size_t i = 0; i < 4; i++)
		flow_do(c.mila, "item.move", "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"%s\"}",
			c.code, code, steps[i]);
	flow_clock(&f, 4LL * 24 * 60 * 60 * 1000);
	for (size_t n = 0; !n && tries++ < 500; poll(NULL, 0, 10)) {
		tree_free(&t);
		flow_call(c.mila, "today", &t, "{}");
		n = obj_n(obj_get(tree_root(&t), "notices"));
	}
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "notices")), 1);
	tree_free(&t);
	flow_call(c.noor, "today", &t, "{}");
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "notices")), 0);
}

static void add_lesson(struct link *l, char code[16], const char *text)
{
	flow_add(
		l, c.code, code,
		"{\"kind\":\"les\",\"leefgebieden\":[\"wonen\"],\"purposes\":[\"d1\"],\"fields\":{"
		"\"inhoud\":\"%s\",\"context\":\"wie geen adres heeft\",\"mechanisme\":4,\"orde\":1"
		"}}",
		text);
}

static enum err check(struct link *l, const char *item)
{
	return flow_try(l, "lesson.check", NULL, NULL,
			"{\"case\":\"%s\",\"item\":\"%s\",\"verdict\":\"goed\"}", c.code, item);
}

static enum err publish(const char *item, const char *more)
{
	return flow_try(c.mila, "lesson.publish", NULL, NULL,
			"{\"table\":\"%s\",\"case\":\"%s\",\"item\":\"%s\"%s}", table, c.code, item,
			more);
}

static size_t shelf(char first[16])
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	flow_call(c.mila, "shelf.show", &t, "{\"table\":\"%s\"}", table);
	list = obj_get(tree_root(&t), "lessons");
	if (obj_n(list))
		snprintf(first, 16, "%.*s",
			 SLICE_ARG(obj_bytes(obj_get(obj_get(obj_at(list, 0), "item"), "item"))));
	return obj_n(list);
}

Test(learn, a_lesson_leaves_its_case_after_a_second_person_found_nobody_in_it)
{
	char code[16], first[16];

	add_lesson(c.mila, code, "Bel eerst, schrijf dan");
	cr_expect_eq(publish(code, ""), ERR_REFUSED, "not checked");
	cr_expect_eq(check(c.mila, code), ERR_REFUSED, "not by who wrote it");
	flow_do(c.mila, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"gedaan\":\"Kanarie "
		"gebeld\"}}",
		c.code, code);
	cr_expect_eq(check(tess, code), ERR_REFUSED, "his name is in it");
	flow_do(c.mila, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":2,\"fields\":{\"gedaan\":\"eerst "
		"gebeld\"}}",
		c.code, code);
	cr_expect_eq(check(tess, code), ERR_OK);
	flow_do(c.mila, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":4,\"fields\":{\"werkte\":\"de "
		"belafspraak\"}}",
		c.code, code);
	cr_expect_eq(publish(code, ""), ERR_REFUSED, "changed after its check");
	cr_expect_eq(check(tess, code), ERR_OK);
	cr_expect_eq(publish(code, ""), ERR_OK);
	cr_expect_eq(shelf(first), 1);
	cr_expect_eq(
		flow_try(c.mila, "item.set", NULL, NULL,
			 "{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"gedaan\":\"x\""
			 "}}",
			 table, first),
		ERR_REFUSED, "on the shelf it stays as it was checked");
}

Test(learn, a_lesson_of_order_two_names_what_was_taken_for_granted)
{
	cr_expect_eq(flow_try(c.mila, "item.add", NULL, NULL,
			      "{\"case\":\"%s\",\"kind\":\"les\",\"fields\":{\"inhoud\":\"a\","
			      "\"context\":\"b\",\"orde\":2}}",
			      c.code),
		     ERR_USAGE);
	flow_do(c.mila, "item.add",
		"{\"case\":\"%s\",\"kind\":\"les\",\"fields\":{\"inhoud\":\"a\",\"context\":\"b\","
		"\"orde\":2,\"aanname\":\"dat een brief gelezen wordt\"}}",
		c.code);
}

Test(learn, who_rewrote_a_lesson_does_not_check_it_whatever_another_said_after_him)
{
	struct link *anna = joins("anna@ggz", "Anna Bos");
	char code[16];

	add_lesson(c.mila, code, "Bel eerst, schrijf dan");
	flow_do(tess, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"gedaan\":\"andere "
		"woorden\"}}",
		c.code, code);
	flow_do(anna, "lesson.check", "{\"case\":\"%s\",\"item\":\"%s\",\"verdict\":\"terug\"}",
		c.code, code);
	cr_expect_eq(check(tess, code), ERR_REFUSED);
	cr_expect_eq(check(anna, code), ERR_OK, "who changed no word of it");
	link_close(anna);
}

Test(learn, a_full_shelf_gives_a_place_up_or_takes_nothing)
{
	char code[16], first[16], replaces[40];

	for (int i = 0; i < 12; i++) {
		char text[40];

		snprintf(text, sizeof(text), "Les nummer %d", i);
		add_lesson(c.mila, code, text);
		cr_assert_eq(check(tess, code), ERR_OK);
		if (i == 11) {
			shelf(first);
			snprintf(replaces, sizeof(replaces), ",\"replaces\":\"%s\"", first);
			cr_expect_eq(publish(code, replaces), ERR_USAGE, "a place is free");
		}
		cr_assert_eq(publish(code, ""), ERR_OK);
	}
	add_lesson(c.mila, code, "Een te veel");
	cr_assert_eq(check(tess, code), ERR_OK);
	cr_expect_eq(publish(code, ""), ERR_CONFLICT, "the thirteenth");
	cr_expect_eq(shelf(first), 12);
	snprintf(replaces, sizeof(replaces), ",\"replaces\":\"%s\"", first);
	flow_do(c.mila, "member.invite",
		"{\"case\":\"%s\",\"person\":\"tess@ggz\",\"role\":\"lid\",\"purposes\":[\"d1\"]}",
		table);
	flow_do(tess, "member.accept", "{\"case\":\"%s\"}", table);
	flow_do(tess, "lesson.publish", "{\"table\":\"%s\",\"case\":\"%s\",\"item\":\"%s\"%s}",
		table, c.code, code, replaces);
	cr_expect(is_told(c.mila, "off-shelf"), "whose it was hears so");
	cr_expect_eq(shelf(code), 12, "one left");
	cr_expect_eq(shows(c.mila, table, first), ERR_OK, "its page stays");
}

Test(learn, the_shelf_tells_nobody_where_a_lesson_was_learned)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_free) struct buf b = {0};
	struct link *els;
	char code[16], first[16];

	add_lesson(c.mila, code, "Bel eerst, schrijf dan");
	cr_assert_eq(check(tess, code), ERR_OK);
	cr_assert_eq(publish(code, ""), ERR_OK);
	cr_assert_eq(shelf(first), 1);
	flow_person(&f, "els@pol", "Els Dijk", "");
	els = flow_link(&f, "els@pol");
	flow_do(c.mila, "member.invite",
		"{\"case\":\"%s\",\"person\":\"els@pol\",\"role\":\"lid\",\"purposes\":[\"d1\"]}",
		table);
	flow_do(els, "member.accept", "{\"case\":\"%s\"}", table);
	flow_do(c.mila, "lesson.mark",
		"{\"table\":\"%s\",\"item\":\"%s\",\"case\":\"%s\",\"result\":\"hielp\"}", table,
		first, c.code);
	cr_expect_eq(
		flow_try(c.mila, "lesson.mark", NULL, NULL,
			 "{\"table\":\"%s\",\"item\":\"%s\",\"case\":\"%s\",\"result\":\"hielp\"}",
			 table, first, table),
		ERR_USAGE, "a lesson is tried in a case");
	flow_call(els, "lesson.list", &t, "{\"leefgebied\":\"wonen\"}");
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "lessons")), 1);
	pack_object(&b, tree_root(&t));
	cr_expect_null(memmem(b.p, b.n, c.code, strlen(c.code)));
	cr_expect_null(memmem(b.p, b.n, code, strlen(code)));
	tree_free(&t);
	flow_call(els, "lesson.list", &t, "{\"leefgebied\":\"schulden\"}");
	cr_expect_eq(obj_n(obj_get(tree_root(&t), "lessons")), 0);
	tree_free(&t);
	flow_call(c.mila, "lesson.list", &t, "{}");
	buf_free(&b);
	pack_object(&b, tree_root(&t));
	cr_expect_not_null(memmem(b.p, b.n, c.code, strlen(c.code)), "who takes part there");
	link_close(els);
}

Test(learn, a_host_is_guest_before_he_is_host_again)
{
#define VISIT(host, guest)                                                                         \
	flow_try(c.mila, "item.add", NULL, NULL,                                                   \
		 "{\"case\":\"%s\",\"kind\":\"visitatie\",\"fields\":{\"inhoud\":\"intake\","      \
		 "\"host\":\"%s\",\"gasten\":[\"%s\"]}}",                                          \
		 table, host, guest)
	cr_expect_eq(VISIT("wijk", "ggz"), ERR_OK);
	cr_expect_eq(VISIT("wijk", "pol"), ERR_REFUSED);
	cr_expect_eq(VISIT("ggz", "wijk"), ERR_OK);
	cr_expect_eq(VISIT("wijk", "pol"), ERR_OK);
}

Test(learn, an_experiment_becomes_regular_work_with_an_owner_and_a_changed_way_of_working)
{
	static const char *const steps[] = {"build", "try"};
	char code[16];

	flow_add(c.mila, table, code,
		 "{\"kind\":\"experiment\",\"category\":\"plan\",\"fields\":{\"inhoud\":\"samen op "
		 "huisbezoek\"}}");
	for (int i = 0; i < 2; i++)
		flow_do(c.mila, "item.move", "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"%s\"}",
			table, code, steps[i]);
	cr_expect_eq(flow_try(c.mila, "item.move", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"adopt\"}", table, code),
		     ERR_REFUSED);
	flow_do(c.mila, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":3,\"fields\":{\"eigenaar\":\"teamleider "
		"intake\",\"werkwijze\":\"eerste gesprek met twee\"}}",
		table, code);
	flow_do(c.mila, "item.move", "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"adopt\"}", table,
		code);
}

Test(learn, the_shelf_reads_as_people_write_it)
{
	static struct program p;
	char code[16];

	setenv("COLUMNS", "80", 1);
	setenv("LANGUAGE", "nl", 1);
	add_lesson(c.mila, code, "Bel eerst, schrijf dan");
	cr_assert_eq(check(tess, code), ERR_OK);
	BRUG(&f, &p, "mila@ggz", NULL, "lesson", "publish", code, table, "--case", c.code);
	cr_expect_eq(p.status, 0, "%s%s", p.out, p.err);
	cr_expect(program_said(&p, "1 van 12"), "%s%s", p.out, p.err);
	BRUG(&f, &p, "mila@ggz", NULL, "shelf", table);
	cr_expect(program_said(&p, "Bel eerst, schrijf dan"), "%s%s", p.out, p.err);
	cr_expect_leq(program_width(&p), 80);
	BRUG(&f, &p, "mila@ggz", NULL, "lesson", "mark", "1", "hielp", "--case", c.code);
	cr_expect_eq(p.status, 0, "%s%s", p.out, p.err);
	BRUG(&f, &p, "mila@ggz", NULL, "lessons", "--leefgebied", "wonen");
	cr_expect(program_said(&p, "Bel eerst, schrijf dan"), "%s%s", p.out, p.err);
}
