/* The journal is the truth, texts are sealed, and what was shown is written down. */
#include "flow.h"

#include "store.h"

#include <criterion/criterion.h>
#include <unistd.h>
#include <fcntl.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct flow f;
static struct flow_case c;

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
}

static void tear_down(void)
{
	flow_end(&f);
}
TestSuite(truth, .init = set_up, .fini = tear_down);

static void some_life(void)
{
	char a[16], b[16];

	flow_add(c.noor, c.code, a,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"kanariegeel "
		 "loket\",\"uitvoerder\":\"mila@ggz\"}}");
	flow_add(c.mila, c.code, b,
		 "{\"kind\":\"notitie\",\"category\":\"gezondheid\",\"fields\":{\"signaal\":"
		 "\"kanariesignaal\",\"kern\":\"kanariekern\",\"inhoud\":\"kanarie in de mijn\"}}");
	flow_do(c.noor, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"drop\",\"why\":\"kanariereden\"}",
		c.code, a);
	flow_do(c.mila, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"all\",\"level\":\"geen\",\"why\":"
		"\"kanariegrond\",\"review\":\"%s\"}",
		c.code, b, flow_date(30));
	flow_do(c.noor, "item.widen",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"daan@pol\",\"level\":\"kern\","
		"\"ground\":"
		"\"kanarieverruiming\",\"why\":\"kanariedoel\",\"until\":\"%s\"}",
		c.code, a, flow_date(10));
	flow_do(c.daan, "emergency.open",
		"{\"case\":\"%s\",\"item\":\"%s\",\"code\":\"vermissing\",\"why\":\"kanarienood\"}",
		c.code, b);
	flow_do(c.daan, "search", "{\"text\":\"kanariewoord\"}");
	flow_do(c.daan, "case.plan", "{\"case\":\"%s\"}", c.code);
}

Test(truth, no_text_or_name_of_a_person_stands_in_clear_in_journal_state_or_log)
{
	static const char *const canaries[] = {"kanarie",   "Kanarie",     "Noor Bakker",
					       "noor@wijk", "Mila Jansen", "Bea Heer"};
	struct tree t;

	some_life();
	flow_try(c.daan, "item.show", &t, NULL, "{\"case\":\"%s\",\"item\":\"kanarie@x\"}", c.code);
	flow_case_close(&c);
	cr_assert_eq(flow_stop(&f), 0);
	for (size_t i = 0; i < sizeof(canaries) / sizeof(*canaries); i++)
		cr_expect_not(flow_on_disk(&f, canaries[i]), "%s", canaries[i]);
}

/* What the process still holds when nobody asks anything any more. Only root may look. */
static bool in_memory(const char *text)
{
	char path[64], line[256];
	unsigned long from, to;
	bool found = false;
	FILE *maps;
	int mem;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)f.pid);
	maps = fopen(path, "re");
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)f.pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	while (maps && mem >= 0 && fgets(line, sizeof(line), maps)) {
		uint8_t *p;
		ssize_t n;

		if (sscanf(line, "%lx-%lx rw", &from, &to) != 2 || !strstr(line, "[heap]"))
			continue;
		p = malloc(to - from);
		n = pread(mem, p, to - from, (off_t)from);
		found = found || (n > 0 && memmem(p, (size_t)n, text, strlen(text)));
		free(p);
	}
	if (maps)
		fclose(maps);
	if (mem >= 0)
		close(mem);
	return found;
}

static bool any_in_memory(void)
{
	return in_memory("kanarie in de mijn") || in_memory("kanariegeel loket") ||
	       in_memory("kanarienood");
}

Test(truth, what_was_read_does_not_stay_behind_in_memory)
{
	if (geteuid() != 0)
		return; /* another's memory can be read by root alone */
	some_life();
	flow_do(c.noor, "case.plan", "{\"case\":\"%s\"}", c.code);
	flow_case_close(&c);
	c = (struct flow_case){0};
	for (int i = 0; i < 100 && any_in_memory(); i++)
		poll(NULL, 0, 100); /* until the server has seen that we left */
	cr_expect_not(any_in_memory());
}

static struct store *opened(const char *dir)
{
	struct store *s = NULL;

	cr_assert_eq(store_open(&(struct store_conf){.dir = dir}, &s), ERR_OK);
	return s;
}

Test(truth, the_state_made_anew_from_the_journal_equals_the_one_that_ran)
{
	struct store *ran, *made;
	char command[512], aside[128], where[128];

	some_life();
	flow_case_close(&c);
	cr_assert_eq(flow_stop(&f), 0);
	snprintf(aside, sizeof(aside), "%s/aside", f.dir);
	snprintf(command, sizeof(command), "mkdir %s && cp %s/state.mdb %s/", aside, f.state,
		 aside);
	cr_assert_eq(system(command), 0);
	cr_assert_eq(flow_run(&f, "--rebuild"), 0);
	ran = opened(aside);
	made = opened(f.state);
	cr_expect_gt(store_position(made), 10);
	cr_expect_eq(store_differ(ran, made, where), 0, "%s", where);
	store_close(ran);
	store_close(made);
	cr_expect_eq(flow_run(&f, "--verify"), 0);
}

Test(truth, what_was_acknowledged_is_there_after_kill_9)
{
	char code[16], kept[40][16];

	for (int i = 0; i < 40; i++) {
		flow_add(c.noor, c.code, code,
			 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"nummer %d\"}}", i);
		memcpy(kept[i], code, sizeof(code));
		if (i % 10 != 9)
			continue;
		flow_kill(&f);
		flow_case_close(&c);
		flow_start(&f);
		c.noor = flow_link(&f, "noor@wijk");
		c.mila = flow_link(&f, "mila@ggz");
		c.daan = flow_link(&f, "daan@pol");
		for (int j = 0; j <= i; j++)
			flow_do(c.noor, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code,
				kept[j]);
	}
	flow_case_close(&c);
}

/* All entries about a case that one may read, and how many items they name in all. */
static size_t entries(struct link *l, const char *person, size_t *items)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	size_t n = 0;

	*items = 0;
	flow_call(l, "log.read", &t, "{\"case\":\"%s\",\"person\":\"%s\"}", c.code, person);
	list = obj_get(tree_root(&t), "entries");
	for (size_t i = 0; i < obj_n(list); i++) {
		*items += obj_n(obj_get(obj_at(list, i), "items"));
		n++;
	}
	return n;
}

Test(truth, a_request_that_was_kept_is_answered_the_same_after_a_crash)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree first = {0};
	CLEANUP(tree_free) struct tree again = {0};
	CLEANUP(tree_free) struct tree plan = {0};
	struct fault fault = {0};
	char json[256];

	snprintf(json, sizeof(json),
		 "{\"case\":\"%s\",\"kind\":\"actie\",\"fields\":{\"inhoud\":\"een keer\"}}",
		 c.code);
	flow_pack(&params, json, true);
	cr_assert_eq(link_call(c.noor, "item.add", buf_view(&params), &first, &fault), ERR_OK);
	flow_kill(&f);
	flow_case_close(&c);
	flow_start(&f);
	c = (struct flow_case){.noor = flow_link(&f, "noor@wijk")};
	cr_assert_eq(link_call(c.noor, "item.add", buf_view(&params), &again, &fault), ERR_OK);
	cr_expect(slice_eq(obj_bytes(obj_get(tree_root(&first), "item")),
			   obj_bytes(obj_get(tree_root(&again), "item"))));
	flow_call(c.noor, "search", &plan, "{\"text\":\"een keer\"}");
	cr_expect_eq(obj_n(obj_get(obj_at(obj_get(tree_root(&plan), "cases"), 0), "items")), 1);
}

Test(truth, each_read_is_one_entry_that_says_who_what_how_much_and_why)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct link *fg;
	const msgpack_object *entry;
	char code[16];
	size_t items;

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	fg = flow_link(&f, "fg@zvh");
	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	cr_expect_eq(entries(fg, "daan@pol", &items), 1, "that he accepted");
	flow_do(c.daan, "case.plan", "{\"case\":\"%s\"}", c.code);
	flow_do(c.daan, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code);
	cr_expect_eq(entries(fg, "daan@pol", &items), 3);
	cr_expect_eq(items, 3, "the case itself, and the item twice");
	flow_call(fg, "log.read", &t, "{\"case\":\"%s\",\"person\":\"daan@pol\"}", c.code);
	entry = obj_at(obj_get(tree_root(&t), "entries"), 1);
	cr_expect(slice_is(obj_bytes(obj_get(entry, "action")), "case.plan"));
	cr_expect(slice_is(obj_bytes(obj_get(entry, "agency")), "pol"));
	cr_expect(slice_is(obj_bytes(obj_get(obj_at(obj_get(entry, "items"), 0), "level")),
			   "signaal"));
	cr_expect_gt(obj_bytes(obj_get(obj_at(obj_get(entry, "items"), 0), "why")).n, 0);
	link_close(fg);
	flow_case_close(&c);
}

Test(truth, a_push_is_a_disclosure_too_and_reading_the_log_is_logged)
{
	CLEANUP(tree_free) struct tree event = {0};
	struct fault fault = {0};
	struct link *fg;
	struct slice name;
	char code[16];
	size_t items;

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	fg = flow_link(&f, "fg@zvh");
	flow_do(c.daan, "case.watch", "{\"case\":\"%s\"}", c.code);
	flow_add(c.noor, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	cr_assert_eq(link_next(c.daan, 10000, &name, &event, &fault), ERR_OK);
	cr_expect_eq(entries(fg, "daan@pol", &items), 2, "that he accepted, and the push");
	cr_expect_eq(items, 1);
	cr_expect_geq(entries(fg, "fg@zvh", &items), 1);
	link_close(fg);
	flow_case_close(&c);
}

Test(truth, a_change_is_one_entry_that_says_who_did_what_to_which_item)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree house = {0};
	const msgpack_object *list, *last;
	struct link *fg;
	char code[16];

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	fg = flow_link(&f, "fg@zvh");
	flow_add(c.mila, c.code, code, "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	flow_call(fg, "log.read", &t, "{\"case\":\"%s\",\"person\":\"mila@ggz\"}", c.code);
	list = obj_get(tree_root(&t), "entries");
	last = obj_at(list, obj_n(list) - 1);
	cr_expect(slice_is(obj_bytes(obj_get(last, "action")), "item.add"));
	cr_expect(slice_is(obj_bytes(obj_get(obj_at(obj_get(last, "items"), 0), "item")), code));
	/* of the partnership: agreement, rules and people are in it too */
	flow_call(fg, "log.read", &house, "{\"partnership\":true}");
	cr_expect_geq(obj_n(obj_get(tree_root(&house), "entries")), 6);
	link_close(fg);
	flow_case_close(&c);
}

Test(truth, who_has_no_right_to_the_log_does_not_read_it)
{
	struct tree t;

	cr_expect_eq(flow_try(c.daan, "log.read", &t, NULL, "{\"case\":\"%s\"}", c.code),
		     ERR_REFUSED);
	flow_case_close(&c);
}
