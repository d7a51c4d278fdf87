/*
 * brug meet board: the board for the projector, live, with keys for the secretary. What it shows is
 * what everybody present may see; the server cuts it. When the link is gone it goes dark: who is in
 * the room may change meanwhile. No name of the person stands on it: a wall is seen from the door.
 */
#include "cli.h"

#include "board.h"
#include "clock.h"
#include "gate.h"
#include "json.h"
#include "screen.h"
#include "table.h"
#include "wall.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

static void now_clock(char out[8])
{
	meet_clock(clock_now_ms(), out);
}

/* -- what the server says ---------------------------------------------------------------------- */

static struct slice present_at(const struct tree *t, size_t i)
{
	return obj_bytes(obj_at(tree_root(t), i));
}

static bool has(const msgpack_object *list, struct slice handle)
{
	for (size_t i = 0; i < obj_n(list); i++)
		if (slice_eq(obj_bytes(obj_at(list, i)), handle))
			return true;
	return false;
}

/* Who came and who went, in one line; nothing of what it did to the board: how much that was would
 * tell. */
static void say_moves(struct wall *w, const msgpack_object *now)
{
	CLEANUP(tree_free) struct tree before = {0};
	char clock[8];

	if (!now || !w->board.present.n ||
	    tree_read(&before, buf_view(&w->board.present)) != ERR_OK)
		return;
	now_clock(clock);
	for (size_t i = 0; i < obj_n(now); i++)
		if (!has(tree_root(&before), obj_bytes(obj_at(now, i))))
			snprintf(w->message, sizeof(w->message),
				 _("%s  %.*s came in; the board is cut anew"), clock,
				 SLICE_ARG(slice_fit(obj_bytes(obj_at(now, i)), 80)));
	for (size_t i = 0; i < obj_n(tree_root(&before)); i++)
		if (!has(now, present_at(&before, i)))
			snprintf(w->message, sizeof(w->message),
				 _("%s  %.*s left; the board is cut anew"), clock,
				 SLICE_ARG(slice_fit(present_at(&before, i), 80)));
}

static void take(struct wall *w, const msgpack_object *events)
{
	say_moves(w, obj_get(events, "present"));
	board_take(&w->board, events);
}

static enum err begin(struct wall *w)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_connect(w->run));
	TRY(meet_running(w->run, &w->point));
	snprintf(w->run->case_code, sizeof(w->run->case_code), "%s", w->point.case_code);
	pack_about(w->run, w->point.code, &params);
	TRY(link_call(w->run->link, "board.watch", buf_view(&params), &t, &w->run->fault));
	board_clear(&w->board);
	take(w, tree_root(&t));
	return ERR_OK;
}

void wall_lost(struct wall *w)
{
	board_clear(&w->board);
	link_close(w->run->link);
	w->run->link = NULL;
	snprintf(w->message, sizeof(w->message), "%s",
		 _("The link is gone: the board is dark until it is back ..."));
}

/* All that came meanwhile. */
static void take_pushes(struct wall *w)
{
	while (w->run->link) {
		CLEANUP(tree_free) struct tree t = {0};
		struct slice name;

		if (link_next(w->run->link, 0, &name, &t, &w->run->fault) != ERR_OK) {
			wall_lost(w);
			return;
		}
		if (!name.n)
			return;
		if (slice_is(name, "board.event"))
			take(w, tree_root(&t));
	}
}

/* -- a full screen ----------------------------------------------------------------------------- */

static void head(const struct wall *w, char out[256])
{
	int64_t now = clock_now_ms();
	long long passed = (now - w->point.from) / 60000,
		  all = (w->point.until - w->point.from) / 60000;

	snprintf(out, 256, _(" %s · point %lld of %lld · %lld of %lld min · present %zu"),
		 w->point.case_code, w->point.n, w->point.of, passed < 0 ? 0 : passed, all,
		 w->board.present_n);
}

static const char *const *over(const struct wall *w)
{
	static const char *help[12];
	static char people[10][96];
	CLEANUP(tree_free) struct tree t = {0};
	size_t n = 0;

	if (w->over == '?') {
		static const char *const lines[] = {
			N_("a  an action: its text, @who does it, and before when: 27-11"),
			N_("b  a decision: its text, Enter, and then y, k, r or o"),
			N_("e  a bottleneck: what stands in the way"),
			N_("i  the picture, o  the judgement: for the minutes"),
			N_("n  end this point, and go on to the next"),
			N_("p  who comes in, or leaves: the beginning of the name"),
			N_("w  who sees this: all who are present, each as much as this"),
			N_("u  take back what you added last"),
			N_("q  leave the board; the point goes on")};

		for (; n < sizeof(lines) / sizeof(*lines); n++)
			help[n] = lang_text(lines[n]);
	} else if (w->board.present.n && tree_read(&t, buf_view(&w->board.present)) == ERR_OK) {
		help[n++] = _("This is seen by:");
		for (size_t i = 0; i < obj_n(tree_root(&t)) && i < 10; i++) {
			snprintf(people[i], sizeof(people[i]), "%.*s",
				 SLICE_ARG(slice_fit(present_at(&t, i), 90)));
			help[n++] = people[i];
		}
	}
	help[n] = NULL;
	return help;
}

static void draw(const struct wall *w)
{
	const char *const titles[] = {_("TO DO"), _("RUNS"), _("DONE"), _("BOTTLENECK")};
	struct screen_view v = {
		.board = &w->board,
		.titles = titles,
		.message = w->message,
		.prompt = wall_prompt(w),
		.typed = buf_view(&w->typed),
		.keys = _(" i picture  o judgement  b decision  a action  e bottleneck  "
			  "p present  n next  ? help")};
	char line[256];

	head(w, line);
	v.head = line;
	if (w->over)
		v.over = over(w);
	screen_draw(&v);
}

static void wait_a_while(const struct wall *w)
{
	struct pollfd fds[2] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = w->run->link ? link_fd(w->run->link) : -1, .events = POLLIN}};

	poll(fds, 2, 1000);
	if (fds[0].revents & (POLLHUP | POLLERR))
		stopped = 1;
}

/* Only a link that is away is tried again; a server that says no has said so. */
static enum err come_back(struct wall *w)
{
	enum err err = begin(w);

	if (err == ERR_OK)
		snprintf(w->message, sizeof(w->message), "%s", _("The link is back."));
	return err == ERR_UNREACHABLE ? ERR_OK : err;
}

static enum err follow(struct wall *w)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && !w->quit && !stopped) {
		uint32_t key;

		draw(w);
		wait_a_while(w);
		take_pushes(w);
		while (!w->quit && (key = screen_key()) != KEY_NONE)
			wall_key(w, key);
		if (w->next) {
			w->next = false;
			err = begin(w);
		}
		if (!w->run->link && !w->quit)
			err = come_back(w);
	}
	return err;
}

static void catch_signals(void)
{
	struct sigaction sa = {.sa_handler = on_signal};

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
}

/* -- in lines ---------------------------------------------------------------------------------- */

static void print_place(const struct wall *w, enum board_place place, const char *title)
{
	size_t n = board_count(&w->board, place);

	if (n)
		printf("%s\n", title);
	for (size_t i = 0; i < n; i++) {
		const struct board_card *c = board_card(&w->board, place, i);
		CLEANUP(buf_wipe) struct buf line = {0};

		buf_fmt(&line, "%s  %.*s  %.*s", c->code, SLICE_ARG(buf_view(&c->text)),
			SLICE_ARG(buf_view(&c->who)));
		table_text(stdout, 2, buf_view(&line));
	}
}

static void print_board(struct wall *w)
{
	char line[256];

	head(w, line);
	printf("%s\n", line);
	if (*w->message)
		printf("%s\n", w->message);
	print_place(w, BOARD_GOAL, _("GOAL"));
	print_place(w, BOARD_TODO, _("TO DO"));
	print_place(w, BOARD_RUNS, _("RUNS"));
	print_place(w, BOARD_DONE, _("DONE"));
	print_place(w, BOARD_STUCK, _("BOTTLENECK"));
	print_place(w, BOARD_DECIDED, _("DECIDED"));
	fflush(stdout);
}

/* The whole again after each change: a screen reader, or a log, has no columns to look back to. */
static enum err follow_lines(struct wall *w)
{
	int left = w->run->options.count;

	print_board(w);
	while (!stopped && (left == 0 || --left > 0)) {
		CLEANUP(tree_free) struct tree t = {0};
		struct slice name = {0};

		while (!slice_is(name, "board.event")) {
			tree_free(&t);
			enum err err = link_next(w->run->link, -1, &name, &t, &w->run->fault);

			if (err == ERR_UNREACHABLE)
				printf("\n%s\n", _("The server went away: what stands above may no "
						   "longer be true."));
			TRY(err);
		}
		take(w, tree_root(&t));
		printf("\n");
		print_board(w);
	}
	return ERR_OK;
}

static bool wants_lines(const struct run *r)
{
	const char *accessible = getenv("ACCESSIBLE");

	return r->options.plain || (accessible && *accessible && *accessible != '0') ||
	       !isatty(STDIN_FILENO) || !table_is_terminal(stdout);
}

enum err go_board(struct run *r)
{
	struct wall w = {.run = r};
	enum err err = begin(&w);

	if (err == ERR_OK) {
		catch_signals();
		if (wants_lines(r) || !screen_open()) {
			err = follow_lines(&w);
		} else {
			err = follow(&w);
			screen_close();
		}
	}
	board_free(&w.board);
	buf_wipe(&w.typed);
	buf_wipe(&w.kept);
	return err;
}
