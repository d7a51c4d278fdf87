/* The keys of the board: at most three and a text for a decision. */
#include "wall.h"

#include "clock.h"
#include "gate.h"
#include "screen.h"

#include <stdio.h>
#include <string.h>

enum { TYPED_MAX = 1900 };

const char *wall_prompt(const struct wall *w)
{
	switch (w->mode) {
	case WALL_KEYS:
		return NULL;
	case WALL_CHOICE:
		return _("y: agreed, an action  k: agreed, a bottleneck  r: a reservation  o: a "
			 "remark");
	case WALL_RESERVE:
		return _("who has a reservation:");
	case WALL_CONFIRM:
		return _("end this point? y");
	case WALL_TEXT:
		break;
	}
	switch (w->what) {
	case 'a':
		return _("action:");
	case 'b':
		return _("decision:");
	case 'e':
		return _("bottleneck:");
	case 'i':
		return _("picture:");
	case 'o':
		return _("judgement:");
	default:
		return _("who:");
	}
}

static void say(struct wall *w, const char *text)
{
	snprintf(w->message, sizeof(w->message), "%s", text);
}

static void say_fault(struct wall *w)
{
	snprintf(w->message, sizeof(w->message), "%.120s %.120s", w->run->fault.text,
		 w->run->fault.can);
}

static void back_to_keys(struct wall *w)
{
	w->mode = WALL_KEYS;
	w->what = 0;
	buf_wipe(&w->typed);
	buf_wipe(&w->kept);
}

/* -- changes ----------------------------------------------------------------------------------- */

/* {case, ...pairs, request}. Not tried twice: a new link would have lost the watch. */
static enum err change(struct wall *w, const char *method, const struct buf *pairs, unsigned n,
		       struct tree *out)
{
	CLEANUP(buf_wipe) struct buf params = {0};
	uint8_t request[16];
	enum err err;

	*out = (struct tree){0};
	if (!w->run->link)
		return ERR_UNREACHABLE;
	request_draw(request);
	pack_map(&params, n + 2);
	pack_kv_text(&params, "case", w->point.case_code);
	buf_slice(&params, buf_view(pairs));
	pack_kv_bin(&params, "request", (struct slice){request, sizeof(request)});
	err = link_call(w->run->link, method, buf_view(&params), out, &w->run->fault);
	if (err == ERR_UNREACHABLE)
		wall_lost(w);
	else if (err != ERR_OK)
		say_fault(w);
	return err;
}

static void note_act(struct wall *w, struct slice code)
{
	if (code.n && code.n < sizeof(w->acts[0]) && w->acts_n < 2)
		snprintf(w->acts[w->acts_n++], sizeof(w->acts[0]), "%.*s", SLICE_ARG(code));
}

/* One who takes part in the case, present or not, whose handle begins so. */
static bool member(struct wall *w, const char *name, char out[128])
{
	struct slice begins = slice_of(name), here = board_present(&w->board, begins);
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	size_t n = 0;

	if (here.n) {
		snprintf(out, 128, "%.*s", SLICE_ARG(here));
		return true;
	}
	pack_map(&params, 1);
	pack_kv_text(&params, "case", w->point.case_code);
	if (!begins.n || !w->run->link ||
	    link_call(w->run->link, "case.show", buf_view(&params), &t, &w->run->fault) != ERR_OK)
		return false;
	list = obj_get(tree_root(&t), "members");
	for (size_t i = 0; i < obj_n(list); i++) {
		struct slice handle = obj_bytes(obj_get(obj_at(list, i), "person"));

		if (!slice_starts(handle, begins) ||
		    !slice_is(obj_bytes(obj_get(obj_at(list, i), "status")), "active"))
			continue;
		snprintf(out, 128, "%.*s", SLICE_ARG(slice_fit(handle, 120)));
		n++;
	}
	return n == 1;
}

static bool nobody(struct wall *w, const char *name)
{
	snprintf(w->message, sizeof(w->message),
		 _("Nobody, or more than one, is called \"%.60s\" here."), name);
	return false;
}

/* -- what was typed ---------------------------------------------------------------------------- */

static bool add_doer(struct wall *w, const struct board_line *line, const char *key,
		     struct buf *pairs, unsigned *n)
{
	char handle[128];

	if (!*line->name)
		return true;
	if (!member(w, line->name, handle))
		return nobody(w, line->name);
	pack_kv_text(pairs, key, handle);
	++*n;
	return true;
}

static bool decide(struct wall *w, const char *follows, struct slice reserve)
{
	CLEANUP(board_line_free) struct board_line line;
	CLEANUP(buf_wipe) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree t = {0};
	unsigned n = 3;

	board_line_read(buf_view(&w->kept), clock_now_ms(), &line);
	pack_kv_text(&pairs, "item", w->point.code);
	pack_kv_str(&pairs, "text", buf_view(&line.text));
	pack_kv_text(&pairs, "follows", follows);
	if (!strcmp(follows, "actie") && !add_doer(w, &line, "doer", &pairs, &n))
		return false;
	if (*line.date && strcmp(follows, "niets") != 0) {
		pack_kv_text(&pairs, "before", line.date);
		n++;
	}
	if (reserve.n) {
		pack_kv_strs(&pairs, "reserve", (struct slices){&reserve, 1});
		n++;
	}
	if (change(w, "meeting.decide", &pairs, n, &t) != ERR_OK)
		return false;
	w->acts_n = 0;
	note_act(w, obj_bytes(obj_get(tree_root(&t), "item")));
	note_act(w, obj_bytes(obj_get(tree_root(&t), "follows")));
	say(w, _("Kept."));
	return true;
}

/* An action or a bottleneck by itself. */
static bool add(struct wall *w, const char *kind)
{
	CLEANUP(board_line_free) struct board_line line;
	CLEANUP(buf_wipe) struct buf pairs = {0};
	CLEANUP(buf_wipe) struct buf fields = {0};
	CLEANUP(tree_free) struct tree t = {0};
	unsigned n = 1;

	board_line_read(buf_view(&w->typed), clock_now_ms(), &line);
	pack_kv_str(&fields, "inhoud", buf_view(&line.text));
	if (!strcmp(kind, "actie") && !add_doer(w, &line, "uitvoerder", &fields, &n))
		return false;
	if (*line.date) {
		pack_kv_text(&fields, "termijn", line.date);
		n++;
	}
	pack_kv_text(&pairs, "kind", kind);
	pack_key(&pairs, "fields");
	pack_map(&pairs, n);
	buf_slice(&pairs, buf_view(&fields));
	if (change(w, "item.add", &pairs, 2, &t) != ERR_OK)
		return false;
	w->acts_n = 0;
	note_act(w, obj_bytes(obj_get(tree_root(&t), "item")));
	say(w, _("Kept."));
	return true;
}

/* Picture or judgement: it stands in the minutes, not in a column. */
static bool bring_in(struct wall *w, const char *part)
{
	CLEANUP(buf_wipe) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree t = {0};

	pack_kv_text(&pairs, "kind", "inbreng");
	pack_key(&pairs, "fields");
	pack_map(&pairs, 3);
	pack_kv_text(&pairs, "bij", w->point.code);
	pack_kv_text(&pairs, "deel", part);
	pack_kv_str(&pairs, "inhoud", buf_view(&w->typed));
	if (change(w, "item.add", &pairs, 2, &t) != ERR_OK)
		return false;
	w->acts_n = 0;
	note_act(w, obj_bytes(obj_get(tree_root(&t), "item")));
	say(w, _("Kept, for the minutes."));
	return true;
}

/* In when he is not there, and out when he is. */
static bool come_or_go(struct wall *w)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree t = {0};
	char name[64], handle[128];
	bool here;

	snprintf(name, sizeof(name), "%.*s", SLICE_ARG(slice_fit(buf_view(&w->typed), 60)));
	here = board_present(&w->board, slice_of(name)).n > 0;
	if (!member(w, name, handle))
		return nobody(w, name);
	pack_kv_text(&pairs, "item", w->point.code);
	pack_kv_text(&pairs, "person", handle);
	pack_kv_bool(&pairs, "leave", here);
	return change(w, "meeting.present", &pairs, 3, &t) == ERR_OK;
}

static void reserve(struct wall *w)
{
	struct slice who = board_present(&w->board, buf_view(&w->typed));
	char name[64], handle[128];

	snprintf(name, sizeof(name), "%.*s", SLICE_ARG(slice_fit(buf_view(&w->typed), 60)));
	if (!who.n) {
		nobody(w, name);
		return;
	}
	snprintf(handle, sizeof(handle), "%.*s", SLICE_ARG(slice_fit(who, 120)));
	if (decide(w, "actie", slice_of(handle)))
		back_to_keys(w);
}

static bool keep_typed(struct wall *w)
{
	switch (w->what) {
	case 'p':
		return come_or_go(w);
	case 'i':
		return bring_in(w, "beeld");
	case 'o':
		return bring_in(w, "oordeel");
	default:
		return add(w, w->what == 'a' ? "actie" : "knelpunt");
	}
}

/* Enter. What did not succeed stays as it was typed. */
static void typed(struct wall *w)
{
	if (!w->typed.n) {
		back_to_keys(w);
		return;
	}
	if (w->mode == WALL_RESERVE) {
		reserve(w);
	} else if (w->what == 'b') {
		buf_wipe(&w->kept);
		buf_slice(&w->kept, buf_view(&w->typed));
		buf_wipe(&w->typed);
		w->mode = WALL_CHOICE;
	} else if (keep_typed(w)) {
		back_to_keys(w);
	}
}

static void choose(struct wall *w, uint32_t key)
{
	static const struct slice none = {0};

	if (key == 'r') {
		w->mode = WALL_RESERVE;
	} else if (key == 'y' || key == 'j' || key == 'k' || key == 'o') {
		if (decide(w, key == 'k' ? "knelpunt" : key == 'o' ? "niets" : "actie", none))
			back_to_keys(w);
	}
}

/* -- keys of their own ------------------------------------------------------------------------- */

/* The next point of his, or the end of the board. */
static void next_point(struct wall *w)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(tree_free) struct tree t = {0};

	pack_kv_text(&pairs, "item", w->point.code);
	if (change(w, "meeting.close", &pairs, 1, &t) != ERR_OK)
		return;
	w->acts_n = 0;
	board_clear(&w->board);
	w->next = meet_open_next(w->run) == ERR_OK;
	w->quit = !w->next;
}

static void undo(struct wall *w)
{
	size_t n = w->acts_n;

	w->acts_n = 0;
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_free) struct buf pairs = {0};
		CLEANUP(tree_free) struct tree t = {0};

		pack_kv_text(&pairs, "item", w->acts[i]);
		pack_kv_text(&pairs, "verb", "drop");
		pack_kv_text(&pairs, "why", _("taken back during the meeting"));
		if (change(w, "item.move", &pairs, 3, &t) != ERR_OK)
			return;
	}
	say(w, n ? _("Taken back.") : _("There is nothing of yours to take back."));
}

static void command(struct wall *w, uint32_t key)
{
	switch (key) {
	case 'a':
	case 'b':
	case 'e':
	case 'i':
	case 'o':
	case 'p':
		w->what = (char)key;
		w->mode = WALL_TEXT;
		w->message[0] = 0;
		break;
	case 'n':
		w->mode = WALL_CONFIRM;
		break;
	case 'u':
		undo(w);
		break;
	case 'w':
	case '?':
		w->over = w->over ? 0 : (char)key;
		break;
	case 'q':
		w->quit = true;
		break;
	default:
		w->over = 0;
	}
}

static void drop_last(struct buf *b)
{
	while (b->n && (b->p[b->n - 1] & 0xc0) == 0x80)
		b->n--;
	if (b->n)
		b->n--;
}

static void add_character(struct buf *b, uint32_t c)
{
	if (c < 32 || b->n > TYPED_MAX)
		return;
	if (c < 0x80) {
		buf_u8(b, (uint8_t)c);
		return;
	}
	if (c < 0x800) {
		buf_u8(b, (uint8_t)(0xc0 | c >> 6));
	} else {
		if (c >= 0x10000)
			buf_u8(b, (uint8_t)(0xf0 | c >> 18)),
				buf_u8(b, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		else
			buf_u8(b, (uint8_t)(0xe0 | c >> 12));
		buf_u8(b, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_u8(b, (uint8_t)(0x80 | (c & 0x3f)));
}

void wall_key(struct wall *w, uint32_t key)
{
	bool text = w->mode == WALL_TEXT || w->mode == WALL_RESERVE;

	if (w->mode == WALL_KEYS) {
		command(w, key);
	} else if (key == KEY_ESCAPE) {
		back_to_keys(w);
	} else if (w->mode == WALL_CONFIRM) {
		back_to_keys(w);
		if (key == 'y' || key == 'j')
			next_point(w);
	} else if (w->mode == WALL_CHOICE) {
		choose(w, key);
	} else if (text && key == KEY_DONE) {
		typed(w);
	} else if (text && key == KEY_DROP) {
		drop_last(&w->typed);
	} else if (text) {
		add_character(&w->typed, key);
	}
}
