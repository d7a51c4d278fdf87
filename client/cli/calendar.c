/* brug meet ics: one's points as a calendar (RFC 5545). Codes and times, no name and no text: what
 * a calendar holds is copied to places that keep no secrets. */
#include "cli.h"

#include "gate.h"
#include "clock.h"

#include <stdio.h>
#include <string.h>

/* "20261106T130000Z" */
static void stamp(int64_t ms, char out[24])
{
	char text[24];
	size_t n = 0;

	clock_format(ms, text);
	for (const char *c = text; *c && n < 23; c++)
		if (*c != '-' && *c != ':')
			out[n++] = *c;
	out[n] = 0;
}

static void print_time(const char *name, int64_t ms)
{
	char at[24];

	stamp(ms, at);
	printf("%s:%s\r\n", name, at);
}

/* A line ends a thing here: nothing of the server's brings one. */
static void print_word(struct slice word)
{
	CLEANUP(buf_free) struct buf clean = {0};

	gate_clean(word, false, &clean);
	fwrite(clean.p, 1, clean.n, stdout);
}

static void print_point(struct slice meeting, const msgpack_object *p)
{
	struct slice of_case = obj_bytes(obj_get(p, "case")), code = obj_bytes(obj_get(p, "code"));

	if (!of_case.n)
		return; /* another's: his time is not ours to plan */
	printf("BEGIN:VEVENT\r\nUID:");
	print_word(meeting);
	printf("-");
	print_word(code);
	printf("@brug\r\n");
	print_time("DTSTAMP", clock_now_ms());
	print_time("DTSTART", obj_int(obj_get(p, "from"), 0));
	print_time("DTEND", obj_int(obj_get(p, "until"), 0));
	printf("SUMMARY:%s ", _("meeting"));
	print_word(of_case);
	printf("\r\nCLASS:CONFIDENTIAL\r\n");
	printf("END:VEVENT\r\n");
}

static enum err print_meeting(struct run *r, struct slice id)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *points;

	pack_map(&params, 1);
	pack_kv_str(&params, "meeting", id);
	TRY(run_ask(r, "meeting.show", buf_view(&params), &t));
	points = obj_get(tree_root(&t), "points");
	for (size_t i = 0; i < obj_n(points); i++)
		print_point(id, obj_at(points, i));
	return ERR_OK;
}

enum err go_ics(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	enum err err = ERR_OK;

	TRY(run_call(r, &t));
	list = obj_get(tree_root(&t), "meetings");
	printf("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Brug//brug " VERSION "//NL\r\n");
	for (size_t i = 0; i < obj_n(list) && err == ERR_OK; i++)
		err = print_meeting(r, obj_bytes(obj_get(obj_at(list, i), "meeting")));
	printf("END:VCALENDAR\r\n");
	return err;
}
