/* Watching: one line for each change, across cut links. The cursor is kept in memory only. */
#include "cli.h"

#include "gate.h"
#include "json.h"
#include "table.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MAX = 30, KNOWN = 4096, TITLES = 256, TITLE = 96 };

struct known { /* codes shown before: to tell new from changed */
	char code[KNOWN][8];
	size_t n;
	struct { /* what threads are called: a message names its thread by code alone */
		char code[8], title[TITLE];
	} thread[TITLES];
	size_t threads;
};
struct watch {
	struct run *run;
	struct buf cursor;
	struct known *known;
	int left;   /* events still wanted; -1: no end */
	bool quiet; /* the first view is not printed line by line */
};

static bool seen_before(struct known *k, struct slice code)
{
	for (size_t i = 0; i < k->n; i++)
		if (slice_is(code, k->code[i]))
			return true;
	if (k->n < KNOWN)
		snprintf(k->code[k->n++], 8, "%.*s", (int)(code.n < 7 ? code.n : 7),
			 (const char *)code.p);
	return false;
}

static void forget(struct known *k, struct slice code)
{
	for (size_t i = 0; i < k->n; i++)
		if (slice_is(code, k->code[i])) {
			memmove(k->code[i], k->code[k->n - 1], 8);
			k->n--;
			return;
		}
}

static void clock_now(char out[16])
{
	time_t now = time(NULL);
	struct tm tm;

	strftime(out, 16, "%H:%M:%S", localtime_r(&now, &tm));
}

static void learn_title(struct known *k, const msgpack_object *item)
{
	CLEANUP(buf_wipe) struct buf title = {0};
	struct slice code = obj_bytes(obj_get(item, "item")), fit;
	size_t i = 0;

	if (!slice_is(item_text(item, "kind"), "draad"))
		return;
	while (i < k->threads && !slice_is(code, k->thread[i].code))
		i++;
	if (i == TITLES)
		return;
	k->threads += i == k->threads;
	thread_title(item, &title);
	fit = slice_fit(buf_view(&title), TITLE - 1);
	snprintf(k->thread[i].code, 8, "%.*s", (int)(code.n < 7 ? code.n : 7),
		 (const char *)code.p);
	snprintf(k->thread[i].title, TITLE, "%.*s", SLICE_ARG(fit));
}

static bool means_me(struct watch *w, const msgpack_object *item, const char *field)
{
	const msgpack_object *people = obj_get(obj_at(obj_get(item, "view"), 3), field);

	for (size_t i = 0; i < obj_n(people); i++)
		if (slice_eq(obj_bytes(obj_at(people, i)),
			     obj_bytes(obj_get(link_me(w->run->link), "person"))))
			return true;
	return false;
}

/* "✉ 9HBX  schulden › deurwaarder  ed@pol → you: ..." */
static void add_message(struct watch *w, const msgpack_object *item, struct buf *line)
{
	struct slice about = obj_bytes(obj_get(item, "about")), title = about;

	for (size_t i = 0; i < w->known->threads; i++)
		if (slice_is(about, w->known->thread[i].code))
			title = slice_of(w->known->thread[i].title);
	buf_fmt(line, "%.*s  %.*s", SLICE_ARG(title), SLICE_ARG(item_text(item, "author")));
	if (means_me(w, item, "gevraagd") || means_me(w, item, "genoemd"))
		buf_fmt(line, " → %s", _("you"));
	buf_fmt(line, ": %.*s", SLICE_ARG(item_text(item, "inhoud")));
}

static void print_event(struct watch *w, const msgpack_object *event)
{
	const msgpack_object *item = obj_get(event, "show");
	struct slice retract = obj_bytes(obj_get(event, "retract"));
	CLEANUP(buf_wipe) struct buf line = {0};
	char now[16];

	clock_now(now);
	if (item) {
		struct slice code = obj_bytes(obj_get(item, "item"));
		bool old = seen_before(w->known, code),
		     message = slice_is(item_text(item, "kind"), "bericht");

		learn_title(w->known, item);
		if (w->quiet)
			return;
		buf_fmt(&line, "%s  %s %.*s  ", now,
			old       ? "~"
			: message ? "✉"
				  : "+",
			SLICE_ARG(code));
		if (message && !old) {
			add_message(w, item, &line);
		} else {
			buf_fmt(&line, "%.*s  ", SLICE_ARG(item_text(item, "kind")));
			item_line(item, &line);
			buf_fmt(&line, "  %.*s  %.*s", SLICE_ARG(item_text(item, "state")),
				SLICE_ARG(item_text(item, "by")));
		}
	} else {
		forget(w->known, retract);
		buf_fmt(&line, "%s  - %.*s  %s", now, SLICE_ARG(retract),
			_("you no longer see this"));
	}
	if (table_is_terminal(stdout)) {
		table_text(stdout, 0, buf_view(&line));
	} else {
		gate_print(stdout, buf_view(&line));
		printf("\n");
	}
	fflush(stdout);
}

static void print_json(const msgpack_object *event)
{
	struct timespec ts;
	json_t *j = json_of(event);

	clock_gettime(CLOCK_REALTIME, &ts);
	json_object_set_new(j, "v", json_integer(1));
	json_object_set_new(j, "received_ms",
			    json_integer((json_int_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000));
	json_dumpf(j, stdout, JSON_COMPACT | JSON_SORT_KEYS);
	printf("\n");
	fflush(stdout);
	json_decref(j);
}

static void take_cursor(struct watch *w, const msgpack_object *events)
{
	struct slice c = obj_bytes(obj_get(events, "cursor"));

	if (!c.n)
		return;
	w->cursor.n = 0;
	buf_slice(&w->cursor, c);
}

/* True when as many events have been seen as were asked for. */
static bool take_events(struct watch *w, const msgpack_object *events)
{
	const msgpack_object *list = obj_get(events, "events");

	for (size_t i = 0; i < obj_n(list); i++) {
		if (w->run->options.json && !w->quiet)
			print_json(obj_at(list, i));
		else
			print_event(w, obj_at(list, i));
		if (!w->quiet && w->left > 0 && --w->left == 0)
			return true;
	}
	take_cursor(w, events);
	return false;
}

static enum err begin(struct watch *w, bool again)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	bool since = w->cursor.n > 0, reset;

	TRY(run_connect(w->run));
	pack_map(&params, since ? 2 : 1);
	pack_kv_text(&params, "case", w->run->case_code);
	if (since)
		pack_kv_bin(&params, "since", buf_view(&w->cursor));
	TRY(link_call(w->run->link, "case.watch", buf_view(&params), &t, &w->run->fault));
	reset = obj_bool(obj_get(tree_root(&t), "reset"));
	if (reset)
		w->known->n = 0;
	w->quiet = reset;
	take_events(w, tree_root(&t));
	if (!obj_bool(obj_get(tree_root(&t), "more")))
		w->quiet = false;
	if (again)
		fprintf(stderr, "%s\n",
			reset ? _("Connected again; what you may see has changed, this is your "
				  "view anew.")
			      : _("Connected again; what was missed has been caught up, nothing is "
				  "lost."));
	else
		fprintf(stderr, "%s %s. %s\n", _("Watching"), w->run->case_code,
			_("Stop with Ctrl-C."));
	return ERR_OK;
}

static enum err follow(struct watch *w, bool *done)
{
	for (;;) {
		CLEANUP(tree_free) struct tree t = {0};
		struct slice name;

		TRY(link_next(w->run->link, -1, &name, &t, &w->run->fault));
		if (slice_is(name, "case.event")) {
			*done = take_events(w, tree_root(&t));
			if (!obj_bool(obj_get(tree_root(&t), "more")))
				w->quiet = false;
		}
		if (*done)
			return ERR_OK;
	}
}

static void let_go(struct watch *w)
{
	link_close(w->run->link);
	w->run->link = NULL;
}

/* Only a link that is away is tried again; a server that says no has said so. */
static enum err again(struct watch *w)
{
	unsigned pause = 1;
	enum err err;

	let_go(w);
	do {
		fprintf(stderr, _("The link is gone; trying again in %u s ..."), pause);
		fprintf(stderr, "\n");
		sleep(pause);
		err = begin(w, true);
		pause = pause * 2 > PAUSE_MAX ? PAUSE_MAX : pause * 2;
	} while (err == ERR_UNREACHABLE);
	return err;
}

enum err go_watch(struct run *r)
{
	struct known *known = calloc(1, sizeof(*known));
	struct watch w = {
		.run = r, .known = known, .left = r->options.count ? r->options.count : -1};
	bool done = false;
	enum err err;

	if (!known)
		abort();
	err = begin(&w, false);
	while (err == ERR_OK && !done) {
		err = follow(&w, &done);
		if (err == ERR_UNREACHABLE)
			err = again(&w);
	}
	buf_free(&w.cursor);
	free(known);
	return err;
}
