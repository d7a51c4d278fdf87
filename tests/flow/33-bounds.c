/* What one person writes, much or often, takes from nobody what is his to see. */
#include "programs.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { LONG = 7900, MANY = 180 };

static struct flow f;
static struct flow_case c;
static struct program p;

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
	setenv("COLUMNS", "80", 1);
	setenv("LANGUAGE", "nl", 1);
}

static void tear_down(void)
{
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(bounds, .init = set_up, .fini = tear_down);

/* Again as long as it is too much at once. */
#define AGAIN(l, method, ...)                                                                      \
	while (flow_try(l, method, NULL, NULL, __VA_ARGS__) == ERR_LIMIT)                          \
	poll(NULL, 0, 50)

static void talk_much(const char *about)
{
	static char text[LONG + 1];

	memset(text, 'x', LONG);
	for (int i = 0; i < MANY; i++)
		AGAIN(c.noor, "message.say",
		      "{\"case\":\"%s\",\"thread\":\"%s\",\"fields\":{\"inhoud\":\"%s\"}}", c.code,
		      about, text);
}

Test(bounds, a_thread_however_long_is_read_to_its_beginning_a_page_at_a_time)
{
	char action[16], before[80] = "", first[16] = "";
	size_t n = 0, pages = 0;
	bool more = true;

	flow_add(c.noor, c.code, action,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\",\"uitvoerder\":\"noor@wijk\"}}");
	talk_much(action);
	for (; more; pages++) {
		CLEANUP(tree_free) struct tree t = {0};
		const msgpack_object *list;

		flow_call(c.noor, "item.thread", &t, "{\"case\":\"%s\",\"thread\":\"%s\"%s}",
			  c.code, action, before);
		list = obj_get(tree_root(&t), "messages");
		cr_assert_gt(obj_n(list), 0);
		n += obj_n(list);
		snprintf(first, sizeof(first), "%.*s",
			 SLICE_ARG(obj_bytes(obj_get(obj_at(list, 0), "item"))));
		snprintf(before, sizeof(before), ",\"before\":\"%s\"", first);
		more = obj_bool(obj_get(tree_root(&t), "more"));
	}
	cr_expect_eq(n, MANY);
	cr_expect_gt(pages, 1);
	cr_expect_eq(flow_try(c.daan, "item.thread", NULL, NULL,
			      "{\"case\":\"%s\",\"thread\":\"schulden\",\"before\":\"%s\"}", c.code,
			      first),
		     flow_try(c.daan, "item.thread", NULL, NULL,
			      "{\"case\":\"%s\",\"thread\":\"schulden\",\"before\":\"ZZZZ\"}",
			      c.code),
		     "hidden is absent");
	BRUG(&f, &p, "noor@wijk", NULL, "thread", c.code, action, "--before", first);
	cr_expect_eq(p.status, 0, "%s", p.err);
}

static size_t told(const char *what, size_t *all)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	size_t n = 0;

	flow_call(c.noor, "today", &t, "{}");
	list = obj_get(tree_root(&t), "notices");
	for (size_t i = 0; i < obj_n(list); i++)
		n += slice_is(obj_bytes(obj_get(obj_at(list, i), "what")), what);
	*all = obj_n(list);
	return n;
}

Test(bounds, who_does_a_thing_a_hundred_times_hides_no_notice_that_counts)
{
	struct link *admin = flow_link(&f, "beheer@zvh");
	char own[16];
	size_t all;

	flow_add(c.daan, c.code, own, "{\"kind\":\"reflectie\",\"fields\":{\"inhoud\":\"x\"}}");
	flow_device(&f, admin, "noor@wijk", "noor2");
	link_close(admin);
	for (int i = 0; i < 120; i++)
		AGAIN(c.daan, "item.share",
		      "{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"noor@wijk\",\"end\":%s}",
		      c.code, own, i % 2 ? "true" : "false");
	cr_expect_eq(told("shared", &all), 1, "said again it is said once");
	cr_expect_eq(told("device", &all), 1);
	cr_expect_lt(all, 10);
}

Test(bounds, only_what_was_shown_is_put_away)
{
	CLEANUP(tree_free) struct tree t = {0};
	char own[16], other[16], seen[32];
	size_t all;

	flow_add(c.daan, c.code, own, "{\"kind\":\"reflectie\",\"fields\":{\"inhoud\":\"x\"}}");
	flow_add(c.daan, c.code, other, "{\"kind\":\"reflectie\",\"fields\":{\"inhoud\":\"y\"}}");
	flow_do(c.daan, "item.share", "{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"noor@wijk\"}",
		c.code, own);
	flow_call(c.noor, "today", &t, "{}");
	snprintf(seen, sizeof(seen), "%.*s",
		 SLICE_ARG(obj_bytes(
			 obj_get(obj_at(obj_get(tree_root(&t), "notices"), 0), "notice"))));
	poll(NULL, 0, 5); /* its time is a later one */
	flow_do(c.daan, "item.share", "{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"noor@wijk\"}",
		c.code, other);
	flow_do(c.noor, "notice.done", "{\"until\":\"%s\"}", seen);
	cr_expect_eq(told("shared", &all), 1, "the one she had not seen yet");
	cr_expect_eq(flow_try(c.noor, "notice.done", NULL, NULL, "{\"until\":\"m-00000000\"}"),
		     ERR_NOTFOUND);
	flow_do(c.noor, "notice.done", "{}");
	told("shared", &all);
	cr_expect_eq(all, 0);
}

/* All that waits on her device was written so long ago. */
static void write_long_ago(int days)
{
	struct home h = flow_home(&f, "noor@wijk");
	struct timespec at[2] = {{.tv_nsec = UTIME_OMIT}, {time(NULL) - days * 86400L, 0}};
	char folder[1200], path[1500];
	struct dirent *e;
	DIR *d = opendir(home_state(&h, "drafts", folder));

	cr_assert_not_null(d);
	while ((e = readdir(d))) {
		snprintf(path, sizeof(path), "%.1190s/%.255s", folder, e->d_name);
		if (e->d_name[0] != '.')
			cr_assert_eq(utimensat(AT_FDCWD, path, at, 0), 0);
	}
	closedir(d);
}

Test(bounds, a_text_older_than_the_server_remembers_waits_for_its_writer)
{
	BRUG(&f, &p, "noor@wijk", NULL, "use", c.code);
	flow_case_close(&c);
	c.noor = c.mila = c.daan = NULL;
	cr_assert_eq(flow_stop(&f), 0);
	BRUG(&f, &p, "noor@wijk", "van heel lang geleden", "say", "mila@ggz");
	cr_expect_eq(p.status, ERR_UNREACHABLE, "%d %s", p.status, p.err);
	write_long_ago(31);
	flow_start(&f);
	BRUG(&f, &p, "noor@wijk", NULL, "thread", "mila@ggz");
	cr_expect(!program_said(&p, "van heel lang geleden"), "%s", p.out);
	BRUG(&f, &p, "noor@wijk", NULL, "drafts");
	cr_expect(program_said(&p, "message.say"), "%s", p.out);
}
