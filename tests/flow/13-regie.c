/* Procesregie: a bottleneck goes up by the clock; above level 2 nobody is in it any more. */
#include "eyes.h"
#include "programs.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

static const int64_t day = 24LL * 60 * 60 * 1000;
static struct flow f;
static struct flow_case c;
static struct link *sam, *els, *tess; /* procesregisseur; managers, in no case */
static char table[16];

static void rules(void)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "agreement.put",
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],\"purposes\":[{\"purpose\":\"d1\",\"text\":"
		"\"steun\"},{\"purpose\":\"d2\",\"text\":\"veiligheid\"}],\"ceilings\":["
		"{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_level\":"
		"\"inhoud\"},{\"category\":\"proces\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_"
		"level\":\"inhoud\"}]}");
	for (int i = 0; i < 2; i++)
		flow_do(admin, "rule.add",
			"{\"rule\":\"p%d\",\"from_agency\":\"*\",\"category\":\"proces\",\"to\":"
			"\"role=%s\",\"level\":\"inhoud\",\"ground\":\"convenant\"}",
			i, i ? "casusregisseur" : "procesregisseur");
	link_close(admin);
}

static void sit_down(struct link *who, const char *handle)
{
	flow_do(sam, "member.invite",
		"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"lid\",\"purposes\":[\"d1\"]}", table,
		handle);
	flow_do(who, "member.accept", "{\"case\":\"%s\"}", table);
}

static void make_table(void)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(sam, "table.new", &t,
		  "{\"agreement\":\"delta\",\"sort\":\"proces\",\"name\":\"Procestafel "
		  "Delta\",\"purposes\":[\"d1\"]}");
	snprintf(table, sizeof(table), "%s", flow_text(&t, "case"));
	sit_down(els, "els@ggz");
	sit_down(tess, "tess@pol");
}

static void join_case(const char *code)
{
	flow_do(c.noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"sam@zvh\",\"role\":\"procesregisseur\",\"purposes\":"
		"[\"d1\",\"d2\"]}",
		code);
	flow_do(sam, "member.accept", "{\"case\":\"%s\"}", code);
}

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
	rules();
	flow_person(&f, "sam@zvh", "Sam Verbeek", "\"procesregisseur\"");
	flow_person(&f, "els@ggz", "Els Dijk", "");
	flow_person(&f, "tess@pol", "Tess Vos", "");
	sam = flow_link(&f, "sam@zvh");
	els = flow_link(&f, "els@ggz");
	tess = flow_link(&f, "tess@pol");
	join_case(c.code);
}

static void tear_down(void)
{
	link_close(sam);
	link_close(els);
	link_close(tess);
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(regie, .init = set_up, .fini = tear_down);

/* -- looking ----------------------------------------------------------------------------------- */

static const msgpack_object *field_of(const msgpack_object *item, const char *field)
{
	const msgpack_object *view = obj_get(item, "view");

	for (size_t l = 0; l < obj_n(view); l++)
		if (obj_get(obj_at(view, l), field))
			return obj_get(obj_at(view, l), field);
	return NULL;
}

/* What somebody sees of a field of an item now: "-" when he sees none of it. */
static const char *see(struct link *l, const char *room, const char *item, const char *field)
{
	static char out[4][512];
	static unsigned at;
	CLEANUP(tree_free) struct tree t = {0};
	char *z = out[at++ % 4];
	const msgpack_object *v;

	snprintf(z, 512, "-");
	if (flow_try(l, "item.show", &t, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}", room, item) !=
	    ERR_OK)
		return z;
	v = field_of(obj_get(tree_root(&t), "item"), field);
	if (v && v->type == MSGPACK_OBJECT_STR)
		snprintf(z, 512, "%.*s", SLICE_ARG(obj_bytes(v)));
	else if (v)
		snprintf(z, 512, "%lld", (long long)obj_int(v, obj_bool(v)));
	return z;
}

static void wait_until(struct link *l, const char *room, const char *item, const char *field,
		       const char *value)
{
	int tries = 0;

	while (strcmp(see(l, room, item, field), value) != 0 && tries++ < 500)
		poll(NULL, 0, 10);
	cr_assert_str_eq(see(l, room, item, field), value, "%s %s", item, field);
}

static size_t at_the_table(struct link *l, char code[16], char cases[16])
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	size_t n = 0;

	flow_call(l, "knelpunt.list", &t, "{}");
	list = obj_get(tree_root(&t), "bottlenecks");
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *row = obj_at(list, i);

		if (!slice_is(obj_bytes(obj_get(row, "room")), table))
			continue;
		snprintf(code, 16, "%.*s",
			 SLICE_ARG(obj_bytes(obj_get(obj_get(row, "item"), "item"))));
		snprintf(cases, 16, "%.*s", SLICE_ARG(obj_bytes(obj_get(row, "cases"))));
		n++;
	}
	return n;
}

static void wait_for_table(char code[16], char cases[16])
{
	int tries = 0;

	while (!at_the_table(sam, code, cases) && tries++ < 500)
		poll(NULL, 0, 10);
	cr_assert_eq(at_the_table(sam, code, cases), 1);
}

static void add_bottleneck(const char *room, char code[16], int level, int days)
{
	flow_add(c.noor, room, code,
		 "{\"kind\":\"knelpunt\",\"purposes\":[\"d1\"],\"fields\":{\"inhoud\":\"Jeffrey "
		 "Kanarie krijgt geen uitkering\",\"regel\":\"pw-41-zoekperiode\",\"tussen\":["
		 "\"wijk\",\"pol\"],\"soort\":\"criteria\",\"keuze\":\"procesregie\",\"niveau\":%d,"
		 "\"termijn\":\"%s\"}}",
		 level, flow_date(days));
}

/* All that this person gets to hear of the table holds none of these. */
static void hears_nothing(struct link *l, const char *item, const char *const *canaries)
{
	static const char *const asks[][2] = {{"knelpunt.list", "{}"},
					      {"today", "{}"},
					      {"table.list", "{}"},
					      {"case.list", "{}"},
					      {"lesson.list", "{}"},
					      {"case.plan", "{\"case\":\"%s\"}"},
					      {"case.show", "{\"case\":\"%s\"}"},
					      {"case.watch", "{\"case\":\"%s\"}"},
					      {"item.show", "{\"case\":\"%s\",\"item\":\"%s\"}"},
					      {"item.who", "{\"case\":\"%s\",\"item\":\"%s\"}"},
					      {"item.why", "{\"case\":\"%s\",\"item\":\"%s\"}"}};

	for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++) {
		CLEANUP(tree_free) struct tree t = {0};
		CLEANUP(buf_free) struct buf b = {0};
		char json[200];

		snprintf(json, sizeof(json), "{%s%s%s%s%s%s%s}",
			 strstr(asks[i][1], "case") ? "\"case\":\"" : "",
			 strstr(asks[i][1], "case") ? table : "",
			 strstr(asks[i][1], "case") ? "\"" : "",
			 strstr(asks[i][1], "item") ? ",\"item\":\"" : "",
			 strstr(asks[i][1], "item") ? item : "",
			 strstr(asks[i][1], "item") ? "\"" : "", "");
		if (flow_try(l, asks[i][0], &t, NULL, "%s", json) != ERR_OK)
			continue;
		pack_object(&b, tree_root(&t));
		for (const char *const *z = canaries; *z; z++)
			cr_expect_null(memmem(b.p, b.n, *z, strlen(*z)), "%s tells %s", asks[i][0],
				       *z);
	}
}

/* -- the tests --------------------------------------------------------------------------------- */

Test(regie, a_bottleneck_whose_term_passed_goes_a_level_up_once_whatever_crashes)
{
	char code[16];

	add_bottleneck(c.code, code, 1, 2);
	flow_clock(&f, 4 * day);
	wait_until(c.noor, c.code, code, "niveau", "2");
	cr_expect_eq(told(c.noor, "raised"), 1);
	cr_expect_eq(told(sam, "raised"), 1);
	flow_kill(&f);
	flow_start(&f);
	link_close(c.noor);
	link_close(sam);
	c.noor = flow_link(&f, "noor@wijk");
	sam = flow_link(&f, "sam@zvh");
	poll(NULL, 0, 1500);
	cr_expect_str_eq(see(c.noor, c.code, code, "niveau"), "2", "once");
	cr_expect_eq(told(c.noor, "raised"), 1);
}

Test(regie, the_rules_short_name_names_nobody_and_parties_are_agencies)
{
	char code[16], at[16], cases[16];

	make_table();
	cr_expect_eq(flow_try(c.noor, "item.add", NULL, NULL,
			      "{\"case\":\"%s\",\"kind\":\"knelpunt\",\"fields\":{\"inhoud\":\"x\","
			      "\"regel\":\"kanarie-weigert\"}}",
			      c.code),
		     ERR_REFUSED);
	flow_add(c.noor, c.code, code,
		 "{\"kind\":\"knelpunt\",\"purposes\":[\"d1\"],\"fields\":{\"inhoud\":\"x\","
		 "\"tussen\":["
		 "\"wijk\",\"kanarie\"],\"niveau\":3}}");
	wait_for_table(at, cases);
	hears_nothing(els, at, (const char *[]){"kanarie", c.code, code, NULL});
}

Test(regie, a_question_of_casusregie_never_reaches_the_managers)
{
	char code[16], at[16], cases[16];

	make_table();
	add_bottleneck(c.code, code, 2, 2);
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"keuze\":\"casusregie\"}}",
		c.code, code);
	flow_clock(&f, 4 * day);
	for (int i = 0; i < 500 && !told(c.noor, "late"); i++)
		poll(NULL, 0, 10);
	cr_expect_eq(told(c.noor, "late"), 1);
	cr_expect_str_eq(see(c.noor, c.code, code, "niveau"), "2");
	cr_expect_eq(at_the_table(sam, at, cases), 0);
}

static enum err try_text(struct fault *fault, const char *item, const char *text)
{
	return flow_try(sam, "knelpunt.text", NULL, fault,
			"{\"case\":\"%s\",\"item\":\"%s\",\"checker\":\"els@ggz\",\"text\":\"%s\"}",
			table, item, text);
}

static void refuses_who_it_is(const char *item)
{
	char with_code[80];
	static const char *const texts[] = {
		"Kanarie wacht vier weken", "jeffrey wacht vier weken", "Noor Bakker belt vergeefs",
		"wie op 3 februari 2004 is geboren wacht", "BSN 123456782 is geweigerd"};

	snprintf(with_code, sizeof(with_code), "Zie %s: vier weken wachten", c.code);
	cr_expect_eq(try_text(NULL, item, with_code), ERR_REFUSED);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		cr_expect_eq(try_text(NULL, item, texts[i]), ERR_REFUSED, "%s", texts[i]);
}

#define CLEAN "Wie geen adres heeft wacht vier weken voor een aanvraag mag"

Test(regie, what_reaches_the_table_is_a_new_text_that_a_second_person_checked)
{
	char code[16], at[16], cases[16];
	const char *canaries[] = {"Kanarie", "Jeffrey", c.code, code, "noor@wijk", NULL};

	make_table();
	add_bottleneck(c.code, code, 2, 2);
	flow_clock(&f, 4 * day);
	wait_until(c.noor, c.code, code, "niveau", "3");
	wait_for_table(at, cases);
	cr_expect_str_eq(cases, "<3");
	cr_expect_str_eq(see(c.noor, c.code, code, "aan_tafel"), "1");
	cr_expect_str_eq(see(els, table, at, "state"), "tekst_gevraagd");
	cr_expect_str_eq(see(els, table, at, "regel"), "pw-41-zoekperiode");
	hears_nothing(els, at, canaries);
	refuses_who_it_is(at);
	cr_assert_eq(try_text(NULL, at, CLEAN), ERR_OK);
	/* until it is checked, only its checker reads it */
	cr_expect_str_eq(see(tess, table, at, "inhoud"), "-");
	cr_expect_eq(flow_try(tess, "knelpunt.draft", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\"}", table, at),
		     ERR_NOTFOUND);
	cr_expect_eq(flow_try(sam, "knelpunt.check", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"verdict\":\"goed\"}", table, at),
		     ERR_REFUSED, "who wrote it does not check it");
	flow_do(els, "knelpunt.draft", "{\"case\":\"%s\",\"item\":\"%s\"}", table, at);
	flow_do(els, "knelpunt.check", "{\"case\":\"%s\",\"item\":\"%s\",\"verdict\":\"goed\"}",
		table, at);
	cr_expect_str_eq(see(tess, table, at, "inhoud"), CLEAN);
	hears_nothing(tess, at, canaries);
	/* a manager takes it up and solves it; the case hears */
	flow_do(tess, "item.move", "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"take\"}", table,
		at);
	cr_expect_str_eq(see(els, table, at, "bij"), "tess@pol");
	flow_do(tess, "knelpunt.solve",
		"{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"De zoekperiode geldt niet zonder "
		"adres\"}",
		table, at);
	wait_until(c.noor, c.code, code, "state", "opgelost");
	cr_expect_str_eq(see(c.noor, c.code, code, "maatregel"),
			 "De zoekperiode geldt niet zonder adres");
	cr_expect_eq(told(c.noor, "answer"), 1);
	hears_nothing(els, at, canaries);
	cr_expect_not(flow_on_disk(&f, "zonder adres"));
}

Test(regie, a_measure_is_looked_at_again_after_ninety_days)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *items, *view;
	char code[16], at[16], cases[16];

	make_table();
	add_bottleneck(c.code, code, 3, 2);
	wait_for_table(at, cases);
	cr_assert_eq(try_text(NULL, at, CLEAN), ERR_OK);
	flow_do(els, "knelpunt.check", "{\"case\":\"%s\",\"item\":\"%s\",\"verdict\":\"goed\"}",
		table, at);
	flow_do(sam, "knelpunt.solve",
		"{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"Anders "
		"voortaan\",\"herzien_op\":\"%s\"}",
		table, at, flow_date(3));
	flow_clock(&f, 5 * day);
	for (int i = 0; i < 500 && !told(sam, "review"); i++)
		poll(NULL, 0, 10);
	cr_expect_eq(told(sam, "review"), 1);
	flow_call(sam, "case.plan", &t, "{\"case\":\"%s\",\"kind\":\"maatregel\"}", table);
	items = obj_get(tree_root(&t), "items");
	cr_assert_eq(obj_n(items), 1);
	view = obj_at(items, 0);
	cr_expect(slice_is(obj_bytes(field_of(view, "state")), "te_herzien"));
	cr_expect(slice_is(obj_bytes(field_of(view, "regel")), "pw-41-zoekperiode"));
	/* it stays: and has a date to come */
	snprintf(at, sizeof(at), "%.*s", SLICE_ARG(obj_bytes(obj_get(view, "item"))));
	flow_do(sam, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"keep\",\"why\":\"het hielp\"}", table,
		at);
	cr_expect_str_eq(see(sam, table, at, "herzien_op"), flow_date(95));
	flow_clock(&f, 30 * day);
	cr_expect_str_eq(see(sam, table, at, "state"), "geldig");
}

static void another_case(char code[16])
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(c.noor, "case.new", &t,
		  "{\"agreement\":\"delta\",\"name\":\"Iemand Anders\",\"purposes\":[\"d1\","
		  "\"d2\"]}");
	snprintf(code, 16, "%s", flow_text(&t, "case"));
	flow_do(c.noor, "case.phase",
		"{\"case\":\"%s\",\"phase\":\"triage\",\"why\":\"aangemeld\"}", code);
	flow_do(c.noor, "case.phase",
		"{\"case\":\"%s\",\"phase\":\"actief\",\"why\":\"aangenomen\"}", code);
}

Test(regie, the_same_rule_between_the_same_parties_in_three_cases_is_one_at_the_table)
{
	char rooms[3][16], codes[3][16], at[16], cases[16];

	make_table();
	snprintf(rooms[0], sizeof(rooms[0]), "%s", c.code);
	another_case(rooms[1]);
	another_case(rooms[2]);
	for (int i = 0; i < 2; i++)
		add_bottleneck(rooms[i], codes[i], 1, 20);
	poll(NULL, 0, 1500);
	cr_expect_eq(at_the_table(sam, at, cases), 0, "two are no group");
	add_bottleneck(rooms[2], codes[2], 1, 20);
	wait_for_table(at, cases);
	cr_expect_str_eq(cases, "<5", "few are not counted out");
	cr_expect_eq(at_the_table(els, at, cases), 1);
	cr_expect_str_eq(cases, "", "who does not chair the table counts nothing");
	hears_nothing(els, at,
		      (const char *[]){"Kanarie", rooms[0], rooms[1], rooms[2], codes[2], NULL});
	/* level 1 in its case: the answer is told, and people say whether it solved it there */
	cr_assert_eq(try_text(NULL, at, CLEAN), ERR_OK);
	flow_do(els, "knelpunt.check", "{\"case\":\"%s\",\"item\":\"%s\",\"verdict\":\"goed\"}",
		table, at);
	flow_do(sam, "knelpunt.solve",
		"{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"Anders voortaan\"}", table, at);
	for (int i = 0; i < 3; i++) {
		wait_until(c.noor, rooms[i], codes[i], "maatregel", "Anders voortaan");
		cr_expect_str_eq(see(c.noor, rooms[i], codes[i], "state"), "open");
	}
}

Test(regie, at_a_table_lies_nothing_of_a_person_and_who_sits_at_it_sees_what_lies_there)
{
	static const char *const refused[] = {"feit",      "notitie", "duiding",
					      "zelfbeeld", "contact", "knelpunt"};
	char code[16];

	make_table();
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		cr_expect_neq(flow_try(sam, "item.add", NULL, NULL,
				       "{\"case\":\"%s\",\"kind\":\"%s\",\"fields\":{\"inhoud\":"
				       "\"x\"}}",
				       table, refused[i]),
			      ERR_OK, "%s", refused[i]);
	cr_expect_eq(flow_try(sam, "item.add", NULL, NULL,
			      "{\"case\":\"%s\",\"kind\":\"actie\",\"category\":\"gezondheid\","
			      "\"fields\":{\"inhoud\":\"x\"}}",
			      table),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(c.noor, "item.add", NULL, NULL,
			      "{\"case\":\"%s\",\"kind\":\"visitatie\",\"fields\":{\"inhoud\":"
			      "\"x\",\"host\":\"wijk\",\"gasten\":[\"ggz\"]}}",
			      c.code),
		     ERR_REFUSED);
	flow_add(els, table, code,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"beleidsregel opzoeken\"}}");
	cr_expect_str_eq(see(tess, table, code, "inhoud"), "beleidsregel opzoeken");
	cr_expect_eq(flow_try(sam, "item.add", NULL, NULL,
			      "{\"case\":\"%s\",\"kind\":\"actie\",\"fields\":{\"inhoud\":\"bellen "
			      "over Kanarie\"}}",
			      table),
		     ERR_REFUSED, "who knows a name does not say it here");
	flow_do(sam, "item.add",
		"{\"case\":\"%s\",\"kind\":\"actie\",\"fields\":{\"inhoud\":\"Noor Bakker belt "
		"voor 1 "
		"maart 2027, zie %s/%s\"}}",
		table, table, code);
	cr_expect_str_eq(see(c.noor, table, code, "inhoud"), "-", "who does not sit at it");
	flow_do(els, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"agency=pol\",\"level\":\"geen\",\"why\":"
		"\"x\"}",
		table, code);
	cr_expect_str_eq(see(tess, table, code, "inhoud"), "-", "narrowed");
	cr_expect_eq(flow_try(sam, "case.phase", NULL, NULL,
			      "{\"case\":\"%s\",\"phase\":\"gesloten\",\"why\":\"x\"}", table),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(sam, "table.new", NULL, NULL,
			      "{\"agreement\":\"delta\",\"sort\":\"proces\",\"name\":\"Nog een\","
			      "\"purposes\":[\"d1\"]}"),
		     ERR_CONFLICT, "one of an agreement");
	cr_expect_eq(flow_try(els, "table.new", NULL, NULL,
			      "{\"agreement\":\"delta\",\"sort\":\"proces\",\"name\":\"Nog een\","
			      "\"purposes\":[\"d1\"]}"),
		     ERR_REFUSED, "of a procesregisseur");
	cr_expect_eq(flow_try(sam, "member.end", NULL, NULL,
			      "{\"case\":\"%s\",\"person\":\"sam@zvh\",\"why\":\"x\"}", table),
		     ERR_REFUSED, "not without a chair");
}

Test(regie, a_text_of_a_table_is_not_changed_by_hand)
{
	char code[16], at[16], cases[16];

	make_table();
	add_bottleneck(c.code, code, 3, 20);
	wait_for_table(at, cases);
	cr_expect_neq(flow_try(sam, "item.set", NULL, NULL,
			       "{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":"
			       "\"Jeffrey\"}}",
			       table, at),
		      ERR_OK);
	cr_expect_neq(flow_try(sam, "item.add", NULL, NULL,
			       "{\"case\":\"%s\",\"kind\":\"belemmering\",\"fields\":{}}", table),
		      ERR_OK);
	cr_expect_eq(try_text(NULL, at, "Zonder naam"), ERR_OK);
	/* given back: its case has it again, at the procesregisseur's level */
	flow_do(els, "knelpunt.check", "{\"case\":\"%s\",\"item\":\"%s\",\"verdict\":\"goed\"}",
		table, at);
	cr_expect_eq(
		flow_try(sam, "item.move", NULL, NULL,
			 "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"back\",\"why\":\"vraag het "
			 "Kanarie\"}",
			 table, at),
		ERR_REFUSED);
	flow_do(sam, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"back\",\"why\":\"dit kan de casus "
		"zelf\"}",
		table, at);
	wait_until(c.noor, c.code, code, "niveau", "2");
	cr_expect_str_eq(see(c.noor, c.code, code, "state"), "open");
	cr_expect_str_eq(see(c.noor, c.code, code, "antwoord"), "dit kan de casus zelf");
}

Test(regie, given_back_or_opened_again_it_lies_with_nobody_and_has_its_term_anew)
{
	char code[16];

	add_bottleneck(c.code, code, 2, 2);
	flow_do(sam, "item.move", "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"take\"}", c.code,
		code);
	cr_expect_str_eq(see(sam, c.code, code, "bij"), "sam@zvh");
	flow_do(sam, "knelpunt.ask", "{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"noor@wijk\"}",
		c.code, code);
	cr_expect_str_eq(see(sam, c.code, code, "bij"), "noor@wijk");
	cr_expect_eq(told(c.noor, "asked"), 1);
	cr_expect_eq(flow_try(sam, "knelpunt.ask", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"daan@pol\"}", c.code,
			      code),
		     ERR_REFUSED, "he does not see it");
	flow_do(sam, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"back\",\"why\":\"toch niet\"}", c.code,
		code);
	cr_expect_str_eq(see(sam, c.code, code, "bij"), "-");
	flow_clock(&f, 4 * day);
	poll(NULL, 0, 1500);
	cr_expect_str_eq(see(sam, c.code, code, "niveau"), "2", "its term is a new one");
}

Test(regie, of_one_rule_the_table_has_one_as_high_as_the_highest)
{
	char first[16], second[16], at[16], cases[16], code[16];

	make_table();
	another_case(second);
	add_bottleneck(c.code, first, 3, 20);
	wait_for_table(at, cases);
	add_bottleneck(second, code, 4, 20);
	wait_until(els, table, at, "niveau", "4");
	cr_expect_eq(at_the_table(sam, at, cases), 1);
	cr_expect_str_eq(cases, "<3");
}

Test(regie, the_queue_fits_eighty_columns_and_its_rows_can_be_used_by_number)
{
	char code[16], at[16], cases[16];
	static struct program p;

	setenv("COLUMNS", "80", 1);
	setenv("LANGUAGE", "nl", 1);
	make_table();
	add_bottleneck(c.code, code, 3, 20);
	wait_for_table(at, cases);
	BRUG(&f, &p, "els@ggz", NULL, "knelpunt");
	cr_expect_eq(p.status, 0, "%s", p.err);
	cr_expect(program_said(&p, "pw-41-zoekperiode"), "%s", p.out);
	cr_expect_leq(program_width(&p), 80, "%s", p.out);
	cr_expect(program_said(&p, table));
	BRUG(&f, &p, "sam@zvh", "Wie geen adres heeft wacht vier weken\n", "knelpunt", "list");
	BRUG(&f, &p, "sam@zvh", "Wie geen adres heeft wacht vier weken\n", "knelpunt", "text", at,
	     "els@ggz", "--case", table);
	cr_expect_eq(p.status, 0, "%s%s", p.out, p.err);
	BRUG(&f, &p, "els@ggz", NULL, "knelpunt", "read", "1");
	cr_expect(program_said(&p, "Wie geen adres heeft"), "%s%s", p.out, p.err);
	BRUG(&f, &p, "els@ggz", NULL, "knelpunt", "check", "1", "goed");
	cr_expect_eq(p.status, 0, "%s%s", p.out, p.err);
	BRUG(&f, &p, "els@ggz", NULL, "knelpunt", "take", "1");
	cr_expect_eq(p.status, 0, "%s%s", p.out, p.err);
	BRUG(&f, &p, "els@ggz", "Voortaan zonder wachten\n", "knelpunt", "solved", "1");
	cr_expect_eq(p.status, 0, "%s%s", p.out, p.err);
	wait_until(c.noor, c.code, code, "state", "opgelost");
	BRUG(&f, &p, "noor@wijk", "n\nj\nj\nj\n", "knelpunt", "sort", code, "--case", c.code);
	cr_expect(program_said(&p, "procesregie"), "%s%s", p.out, p.err);
	BRUG(&f, &p, "sam@zvh", NULL, "table", "list");
	cr_expect(program_said(&p, "Procestafel"), "%s%s", p.out, p.err);
	BRUG(&f, &p, "sam@zvh", NULL, "case", "list");
	cr_expect_not(program_said(&p, "Procestafel"), "a table is no case");
}
