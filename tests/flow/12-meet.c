/* Meetings: the board as a viewer of its own, who is present, decisions and minutes. */
#include "programs.h"

#include "clock.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct flow f;
static struct flow_case c;
static char meeting[32], point[16];
static char forms[16], visit[16], raid[16]; /* an action of wijk, of ggz, and of pol */

/* "2026-11-24T13:00:00Z", so many minutes from now; static, good until the second next call. */
static const char *in_minutes(int minutes)
{
	static char kept[2][24];
	static int at;

	return clock_format(clock_now_ms() + minutes * 60LL * 1000, kept[at++ % 2]);
}

static void house_rules(void)
{
	struct link *admin = flow_link(&f, "beheer@zvh");

	flow_do(admin, "rule.add",
		"{\"rule\":\"zorg\",\"from_agency\":\"*\",\"category\":\"plan\",\"to\":\"agency="
		"ggz\",\"level\":\"kern\",\"ground\":\"verband\"}");
	flow_do(admin, "rule.add",
		"{\"rule\":\"sociaal\",\"from_agency\":\"*\",\"category\":\"sociaal\",\"to\":"
		"\"agency=ggz\",\"level\":\"kern\",\"ground\":\"verband\"}");
	link_close(admin);
}

/* Noor's note on debts, for care and not for police. */
static void add_items(void)
{
	flow_add(c.noor, c.code, forms,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"formulieren voor de "
		 "uitkering\",\"uitvoerder\":\"noor@wijk\"}}");
	flow_add(c.noor, c.code, visit,
		 "{\"kind\":\"notitie\",\"fields\":{\"signaal\":\"schulden "
		 "lopen\",\"kern\":\"regeling loopt\",\"inhoud\":\"4310 euro schuld\"}}");
	flow_add(c.daan, c.code, raid,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"gesprek over de "
		 "kade\",\"uitvoerder\":\"daan@pol\"}}");
}

static void plan_meeting(void)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree u = {0};

	flow_call(c.noor, "meeting.new", &t, "{\"from\":\"%s\",\"until\":\"%s\"}", in_minutes(-5),
		  in_minutes(120));
	snprintf(meeting, sizeof(meeting), "%s", flow_text(&t, "meeting"));
	flow_call(c.noor, "meeting.add", &u,
		  "{\"case\":\"%s\",\"meeting\":\"%s\",\"from\":\"%s\",\"until\":\"%s\",\"text\":"
		  "\"eerst kennismaken\"}",
		  c.code, meeting, in_minutes(-5), in_minutes(30));
	snprintf(point, sizeof(point), "%s", flow_text(&u, "item"));
}

static void set_up(void)
{
	flow_begin(&f);
	flow_case(&f, &c);
	house_rules();
	add_items();
	plan_meeting();
}

static void tear_down(void)
{
	flow_case_close(&c);
	flow_end(&f);
}
TestSuite(meet, .init = set_up, .fini = tear_down);

static void of_point(struct link *l, const char *method)
{
	flow_do(l, method, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, point);
}

static void comes(const char *who)
{
	flow_do(c.noor, "meeting.present", "{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"%s\"}",
		c.code, point, who);
}

static void leaves(const char *who)
{
	flow_do(c.noor, "meeting.present",
		"{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"%s\",\"leave\":true}", c.code, point,
		who);
}

/* -- a board that watches ---------------------------------------------------------------------- */

struct wall {
	struct link *link;
	struct {
		char code[8];
		size_t level;
	} row[64];
	size_t n, present;
};

static size_t wall_find(const struct wall *w, const char *code)
{
	size_t i = 0;

	while (i < w->n && strcmp(w->row[i].code, code) != 0)
		i++;
	return i;
}

static size_t wall_level(const struct wall *w, const char *code)
{
	size_t i = wall_find(w, code);

	return i < w->n ? w->row[i].level : 0;
}

static void wall_event(struct wall *w, const msgpack_object *event)
{
	const msgpack_object *item = obj_get(event, "show");
	struct slice code =
		item ? obj_bytes(obj_get(item, "item")) : obj_bytes(obj_get(event, "retract"));
	char name[8];
	size_t at;

	snprintf(name, sizeof(name), "%.*s", SLICE_ARG(code));
	at = wall_find(w, name);
	if (!item) {
		cr_assert_lt(at, w->n, "%s is taken back and was not there", name);
		w->row[at] = w->row[--w->n];
		return;
	}
	if (at == w->n)
		w->n++;
	snprintf(w->row[at].code, 8, "%s", name);
	w->row[at].level = obj_n(obj_get(item, "view"));
}

static void wall_take(struct wall *w, const msgpack_object *push)
{
	const msgpack_object *events = obj_get(push, "events"), *present = obj_get(push, "present");

	if (present)
		w->present = obj_n(present);
	for (size_t i = 0; i < obj_n(events); i++)
		wall_event(w, obj_at(events, i));
}

static void wall_open(struct wall *w, const char *who)
{
	CLEANUP(tree_free) struct tree t = {0};

	*w = (struct wall){.link = flow_link(&f, who)};
	flow_call(w->link, "board.watch", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, point);
	wall_take(w, tree_root(&t));
}

/* The next push; the test ends when there is none. */
static void wall_wait(struct wall *w)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct fault fault = {0};
	struct slice name;

	cr_assert_eq(link_next(w->link, 10000, &name, &t, &fault), ERR_OK);
	cr_assert(slice_is(name, "board.event"), "%.*s", SLICE_ARG(name));
	wall_take(w, tree_root(&t));
}

/* What the wall holds is what a board asked now would show. */
static void wall_is_fresh(struct wall *w, struct link *l)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *items;

	flow_call(l, "board.read", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, point);
	items = obj_get(tree_root(&t), "items");
	cr_expect_eq(obj_n(items), w->n, "%zu on the wall, %zu asked", w->n, obj_n(items));
	for (size_t i = 0; i < obj_n(items); i++) {
		char code[8];

		snprintf(code, sizeof(code), "%.*s",
			 SLICE_ARG(obj_bytes(obj_get(obj_at(items, i), "item"))));
		cr_expect_eq(wall_level(w, code), obj_n(obj_get(obj_at(items, i), "view")), "%s",
			     code);
	}
}

Test(meet, the_board_shows_the_least_of_all_present_and_is_cut_anew_when_police_comes_and_goes)
{
	struct wall w;

	of_point(c.noor, "meeting.open");
	wall_open(&w, "noor@wijk");
	cr_expect_eq(w.present, 1);
	cr_expect_eq(wall_level(&w, visit), 4);
	cr_expect_eq(wall_level(&w, forms), 4);
	comes("mila@ggz");
	wall_wait(&w);
	wall_is_fresh(&w, c.noor);
	cr_expect_eq(w.present, 2);
	cr_expect_eq(wall_level(&w, visit), 3);
	cr_expect_eq(wall_level(&w, forms), 3);
	comes("daan@pol");
	wall_wait(&w);
	wall_is_fresh(&w, c.mila);
	cr_expect_eq(w.present, 3);
	cr_expect_eq(wall_level(&w, visit), 0, "police does not see it, so the wall does not");
	cr_expect_eq(wall_level(&w, forms), 2);
	leaves("daan@pol");
	wall_wait(&w);
	wall_is_fresh(&w, c.noor);
	cr_expect_eq(wall_level(&w, visit), 3, "and it is back when he has gone");
	link_close(w.link);
}

Test(meet, who_comes_in_has_seen_what_stands_there_and_who_looked_says_so)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *entries;
	struct link *officer;
	bool seen = false;
	char hers[16]; /* as whole for Mila as for Noor: it is not pushed anew when she comes */
	struct wall w;

	flow_add(c.mila, c.code, hers,
		 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"huisbezoek\"}}");
	flow_person(&f, "fenna@zvh", "Fenna Groot", "\"privacy-officer\"");
	officer = flow_link(&f, "fenna@zvh");
	of_point(c.noor, "meeting.open");
	wall_open(&w, "noor@wijk");
	comes("mila@ggz");
	wall_wait(&w);
	flow_call(officer, "log.read", &t, "{\"person\":\"mila@ggz\"}");
	entries = obj_get(tree_root(&t), "entries");
	for (size_t i = 0; i < obj_n(entries); i++) {
		const msgpack_object *e = obj_at(entries, i), *items = obj_get(e, "items");

		if (!slice_is(obj_bytes(obj_get(e, "action")), "board"))
			continue;
		for (size_t k = 0; k < obj_n(items); k++)
			seen = seen || slice_is(obj_bytes(obj_get(obj_at(items, k), "item")), hers);
	}
	cr_expect(seen, "Mila asked nothing, and stood before the wall");
	link_close(officer);
	link_close(w.link);
}

Test(meet, a_board_is_opened_by_who_is_present_and_goes_dark_when_the_point_ends)
{
	struct wall w;

	cr_expect_eq(flow_try(c.mila, "board.read", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, point),
		     ERR_REFUSED, "before the point is open");
	of_point(c.noor, "meeting.open");
	cr_expect_eq(flow_try(c.mila, "board.read", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, point),
		     ERR_REFUSED, "Mila is not there yet");
	wall_open(&w, "noor@wijk");
	cr_expect_gt(w.n, 0);
	of_point(c.noor, "meeting.close");
	wall_wait(&w);
	cr_expect_eq(w.n, 0);
	cr_expect_eq(w.present, 0);
	link_close(w.link);
}

Test(meet, who_opened_the_board_and_leaves_takes_it_along)
{
	struct wall w;

	of_point(c.noor, "meeting.open");
	comes("mila@ggz");
	wall_open(&w, "noor@wijk");
	cr_expect_gt(w.n, 0);
	leaves("noor@wijk");
	wall_wait(&w);
	cr_expect_eq(w.n, 0);
	link_close(w.link);
}

Test(meet, one_lets_oneself_in_when_invited_and_others_only_when_one_runs_the_meeting)
{
	CLEANUP(tree_free) struct tree t = {0};
	char other[16];

	flow_call(c.noor, "meeting.add", &t,
		  "{\"case\":\"%s\",\"meeting\":\"%s\",\"from\":\"%s\",\"until\":\"%s\",\"text\":"
		  "\"zonder politie\",\"invite\":[\"mila@ggz\"]}",
		  c.code, meeting, in_minutes(30), in_minutes(60));
	snprintf(other, sizeof(other), "%s", flow_text(&t, "item"));
	cr_expect_eq(flow_try(c.mila, "meeting.open", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, point),
		     ERR_REFUSED, "Mila does not run it");
	of_point(c.noor, "meeting.open");
	cr_expect_eq(flow_try(c.noor, "meeting.open", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, other),
		     ERR_CONFLICT, "one point at a time");
	of_point(c.mila, "meeting.present");
	cr_expect_eq(flow_try(c.mila, "meeting.present", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"person\":\"daan@pol\"}", c.code,
			      point),
		     ERR_REFUSED, "Mila lets nobody in");
	of_point(c.noor, "meeting.close");
	flow_do(c.noor, "meeting.open", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, other);
	cr_expect_eq(flow_try(c.daan, "meeting.present", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, other),
		     ERR_REFUSED, "Daan is not invited to this one");
	flow_do(c.mila, "meeting.present", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, other);
}

/* -- decisions and minutes --------------------------------------------------------------------- */

/* How much of the item stands in a list of the minutes; 0: it is not there. */
static size_t in_minutes_of(struct link *l, const char *list, const char *code)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *items;

	flow_call(l, "meeting.minutes", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, point);
	items = obj_get(tree_root(&t), list);
	for (size_t i = 0; i < obj_n(items); i++)
		if (slice_is(obj_bytes(obj_get(obj_at(items, i), "item")), code))
			return obj_n(obj_get(obj_at(items, i), "view"));
	return 0;
}

static size_t minutes_n(struct link *l, const char *list)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "meeting.minutes", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, point);
	return obj_n(obj_get(tree_root(&t), list));
}

static void decide(struct link *l, const char *follows, const char *more, char decision[16],
		   char follow[16])
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(l, "meeting.decide", &t,
		  "{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"Mila belt de "
		  "huisarts\",\"follows\":\"%s\"%s}",
		  c.code, point, follows, more);
	snprintf(decision, 16, "%s", flow_text(&t, "item"));
	snprintf(follow, 16, "%s", flow_text(&t, "follows"));
}

static const char *state_of(struct link *l, const char *code)
{
	static char state[16];
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *view;

	flow_call(l, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code);
	view = obj_get(obj_get(tree_root(&t), "item"), "view");
	snprintf(state, sizeof(state), "%.*s",
		 SLICE_ARG(obj_bytes(obj_get(obj_at(view, 1), "state"))));
	return state;
}

Test(meet, a_decision_makes_what_follows_from_it_and_is_a_remark_without)
{
	char decision[16], follow[16], remark[16], none[16];

	of_point(c.noor, "meeting.open");
	comes("mila@ggz");
	decide(c.noor, "actie", ",\"doer\":\"mila@ggz\",\"reserve\":[\"mila@ggz\"]", decision,
	       follow);
	cr_expect_str_eq(state_of(c.noor, decision), "genomen");
	cr_expect_str_eq(state_of(c.mila, follow), "open");
	decide(c.noor, "niets", "", remark, none);
	cr_expect_str_eq(state_of(c.noor, remark), "opmerking");
	cr_expect_str_eq(none, "");
	/* something follows after all */
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"volgt\":[\"%s\"]}}",
		c.code, remark, forms);
	cr_expect_str_eq(state_of(c.noor, remark), "genomen");
	cr_expect_eq(flow_try(c.daan, "meeting.decide", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"text\":\"x\",\"follows\":"
			      "\"niets\"}",
			      c.code, point),
		     ERR_REFUSED, "Daan is not there");
}

Test(meet, each_reads_his_own_minutes_and_who_was_not_there_only_what_is_asked_of_him)
{
	char decision[16], follow[16], said[16], other[16], done[16];

	of_point(c.noor, "meeting.open");
	comes("mila@ggz");
	flow_add(c.mila, c.code, said,
		 "{\"kind\":\"inbreng\",\"category\":\"gezondheid\",\"fields\":{\"bij\":\"%s\","
		 "\"deel\":\"beeld\",\"inhoud\":\"medicatie\"}}",
		 point);
	decide(c.noor, "actie", ",\"doer\":\"daan@pol\"", decision, follow);
	decide(c.noor, "knelpunt", "", other, done);
	of_point(c.noor, "meeting.close");
	cr_expect_eq(in_minutes_of(c.mila, "said", said), 4);
	cr_expect_eq(in_minutes_of(c.noor, "said", said), 0, "health is not Noor's to read");
	cr_expect_eq(minutes_n(c.noor, "said"), 0, "and leaves no gap");
	cr_expect_eq(in_minutes_of(c.noor, "decided", decision), 4);
	cr_expect_eq(in_minutes_of(c.mila, "decided", decision), 3);
	cr_expect_eq(minutes_n(c.daan, "decided"), 0, "Daan was not there");
	cr_expect_eq(minutes_n(c.daan, "follows"), 1);
	cr_expect_eq(in_minutes_of(c.daan, "follows", follow), 4, "and is asked this");
	cr_expect_eq(minutes_n(c.daan, "present"), 0);
	cr_expect_eq(minutes_n(c.mila, "present"), 2);
}

Test(meet, approved_minutes_are_frozen_and_put_right_beside)
{
	char decision[16], follow[16], erratum[16];

	of_point(c.noor, "meeting.open");
	comes("mila@ggz");
	decide(c.noor, "actie", "", decision, follow);
	of_point(c.noor, "meeting.close");
	cr_expect_eq(flow_try(c.mila, "meeting.approve", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, point),
		     ERR_REFUSED, "Mila neither chairs nor leads");
	flow_do(c.noor, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":\"Mila belt "
		"morgen\"}}",
		c.code, decision);
	of_point(c.noor, "meeting.approve");
	cr_expect_eq(flow_try(c.noor, "item.set", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"rev\":2,\"fields\":{\"inhoud\":"
			      "\"x\"}}",
			      c.code, decision),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(c.noor, "item.move", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"drop\",\"why\":\"x\"}",
			      c.code, decision),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(c.noor, "item.add", NULL, NULL,
			      "{\"case\":\"%s\",\"kind\":\"besluit\",\"fields\":{\"bij\":\"%s\","
			      "\"inhoud\":\"later\"}}",
			      c.code, point),
		     ERR_REFUSED);
	flow_add(c.noor, c.code, erratum,
		 "{\"kind\":\"inbreng\",\"fields\":{\"bij\":\"%s\",\"deel\":\"herstel\","
		 "\"inhoud\":\"het was vandaag\"}}",
		 point);
	cr_expect_eq(in_minutes_of(c.noor, "said", erratum), 4);
	/* what follows goes on */
	flow_do(c.noor, "item.move", "{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"done\"}", c.code,
		follow);
}

Test(meet, what_stands_in_approved_minutes_is_not_taken_back_by_undo_nor_is_their_approval)
{
	char said[16];

	of_point(c.noor, "meeting.open");
	of_point(c.daan, "meeting.present");
	flow_add(c.daan, c.code, said,
		 "{\"kind\":\"inbreng\",\"fields\":{\"bij\":\"%s\",\"deel\":\"beeld\","
		 "\"inhoud\":\"eerst\"}}",
		 point);
	flow_do(c.daan, "item.set",
		"{\"case\":\"%s\",\"item\":\"%s\",\"rev\":1,\"fields\":{\"inhoud\":\"daarna\"}}",
		c.code, said);
	of_point(c.noor, "meeting.close");
	cr_expect_eq(flow_try(c.noor, "item.undo", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, point),
		     ERR_REFUSED, "a point that was closed does not run again");
	of_point(c.noor, "meeting.approve");
	cr_expect_eq(flow_try(c.daan, "item.undo", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, said),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(c.noor, "item.undo", NULL, NULL, "{\"case\":\"%s\",\"item\":\"%s\"}",
			      c.code, point),
		     ERR_REFUSED);
	cr_expect_eq(flow_try(c.noor, "item.set", NULL, NULL,
			      "{\"case\":\"%s\",\"item\":\"%s\",\"rev\":4,\"fields\":{\"inhoud\":"
			      "\"iets anders\"}}",
			      c.code, point),
		     ERR_REFUSED, "nor what it was about");
}

Test(meet, what_follows_from_a_hidden_decision_does_not_stand_in_the_minutes)
{
	char decision[16], follow[16];

	of_point(c.noor, "meeting.open");
	comes("mila@ggz");
	decide(c.noor, "actie", "", decision, follow);
	of_point(c.noor, "meeting.close");
	cr_expect_eq(minutes_n(c.mila, "follows"), 1);
	flow_do(c.noor, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"mila@ggz\",\"level\":\"geen\",\"why\":"
		"\"x\"}",
		c.code, decision);
	cr_expect_eq(minutes_n(c.mila, "decided"), 0);
	cr_expect_eq(minutes_n(c.mila, "follows"), 0);
	flow_do(c.mila, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, follow);
}

/* -- whose meeting it is ----------------------------------------------------------------------- */

static bool mentions(const msgpack_object *o, const char *text)
{
	CLEANUP(buf_free) struct buf b = {0};

	pack_object(&b, o);
	return memmem(b.p, b.n, text, strlen(text)) != NULL;
}

static void case_of_daan(char code[16])
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(c.daan, "case.new", &t,
		  "{\"agreement\":\"delta\",\"name\":\"Ander Kind\",\"purposes\":[\"d1\"]}");
	snprintf(code, 16, "%s", flow_text(&t, "case"));
}

static enum err adds(struct link *l, const char *code, const char *id)
{
	return flow_try(l, "meeting.add", NULL, NULL,
			"{\"case\":\"%s\",\"meeting\":\"%s\",\"from\":\"%s\",\"until\":\"%s\","
			"\"text\":\"ook dit\"}",
			code, id, in_minutes(30), in_minutes(60));
}

Test(meet, the_agenda_is_for_who_runs_the_meeting_and_one_case_does_not_fill_it)
{
	char own[16];
	int n = 0;

	case_of_daan(own);
	cr_expect_eq(adds(c.daan, own, meeting), ERR_REFUSED,
		     "invited to a point is not running it");
	cr_expect_eq(adds(c.daan, own, "o-000000000000"), ERR_NOTFOUND);
	flow_do(c.noor, "member.end", "{\"case\":\"%s\",\"person\":\"daan@pol\",\"why\":\"klaar\"}",
		c.code);
	cr_expect_eq(adds(c.daan, own, meeting), ERR_NOTFOUND, "nor does a stranger hear of it");
	while (adds(c.noor, c.code, meeting) == ERR_OK && n++ < 40)
		;
	cr_expect_eq(n, 7, "eight points of one case, the first among them");
}

Test(meet, who_runs_a_meeting_ends_what_runs_in_it_and_hears_nothing_of_another_case)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree shown = {0};
	CLEANUP(tree_free) struct tree stopped = {0};
	char own[16], id[32];

	case_of_daan(own);
	flow_call(c.daan, "meeting.new", &t,
		  "{\"from\":\"%s\",\"until\":\"%s\",\"secretary\":\"noor@wijk\"}", in_minutes(-5),
		  in_minutes(120));
	snprintf(id, sizeof(id), "%s", flow_text(&t, "meeting"));
	cr_assert_eq(adds(c.daan, own, id), ERR_OK);
	flow_call(c.daan, "meeting.show", &shown, "{\"meeting\":\"%s\"}", id);
	flow_do(c.daan, "meeting.open", "{\"case\":\"%s\",\"item\":\"%.*s\"}", own,
		SLICE_ARG(obj_bytes(
			obj_get(obj_at(obj_get(tree_root(&shown), "points"), 0), "code"))));
	cr_expect_eq(flow_try(c.noor, "meeting.end", NULL, NULL, "{\"meeting\":\"%s\"}", id),
		     ERR_REFUSED);
	cr_expect_eq(
		flow_try(c.mila, "meeting.stop", NULL, NULL, "{\"meeting\":\"%s\",\"n\":1}", id),
		ERR_NOTFOUND);
	cr_expect_eq(
		flow_try(c.noor, "meeting.stop", NULL, NULL, "{\"meeting\":\"%s\",\"n\":2}", id),
		ERR_USAGE);
	flow_call(c.noor, "meeting.stop", &stopped, "{\"meeting\":\"%s\",\"n\":1}", id);
	cr_expect_not(mentions(tree_root(&stopped), own));
	flow_do(c.noor, "meeting.end", "{\"meeting\":\"%s\"}", id);
}

Test(meet, nobody_is_planned_for_by_a_stranger_and_who_is_known_here_is_not_for_asking)
{
	static const char with[] = "{\"from\":\"%s\",\"until\":\"%s\",\"chair\":\"%s\"}";
	CLEANUP(tree_free) struct tree t = {0};
	struct fault known = {0}, unknown = {0};
	int n = 0;

	flow_person(&f, "vreemd@pol", "Vera Vreemd", "");
	cr_expect_eq(flow_try(c.noor, "meeting.new", NULL, &known, with, in_minutes(0),
			      in_minutes(60), "vreemd@pol"),
		     ERR_USAGE);
	cr_expect_eq(flow_try(c.noor, "meeting.new", NULL, &unknown, with, in_minutes(0),
			      in_minutes(60), "niemand@pol"),
		     ERR_USAGE);
	cr_expect_not(strstr(known.text, "vreemd") == NULL);
	cr_expect_str_eq(known.can, unknown.can);
	fault_free(&known);
	fault_free(&unknown);
	cr_expect_eq(flow_try(c.noor, "meeting.new", NULL, NULL, with, in_minutes(0),
			      "2099-01-01T00:00:00Z", "mila@ggz"),
		     ERR_USAGE, "a year ahead");
	flow_call(c.noor, "meeting.new", &t, with, in_minutes(0), in_minutes(60), "mila@ggz");
	flow_do(c.mila, "meeting.end", "{\"meeting\":\"%s\"}", flow_text(&t, "meeting"));
	cr_expect_eq(flow_try(c.noor, "meeting.show", NULL, NULL, "{\"meeting\":\"%s\"}",
			      flow_text(&t, "meeting")),
		     ERR_NOTFOUND, "an empty one that is ended is nobody's any more");
	while (n++ < 80 && flow_try(c.noor, "meeting.new", NULL, NULL, with, in_minutes(0),
				    in_minutes(60), "mila@ggz") == ERR_OK)
		;
	cr_expect_eq(n, 50, "one that was planned before, and forty-nine");
}

Test(meet, who_is_invited_and_may_not_know_of_the_point_hears_only_that_his_case_is_on)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree log = {0};
	const msgpack_object *p;
	struct link *fg;

	flow_person(&f, "fg@zvh", "Frank Gezag", "\"privacy-officer\"");
	flow_do(c.noor, "item.narrow",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"daan@pol\",\"level\":\"geen\",\"why\":"
		"\"x\"}",
		c.code, point);
	flow_call(c.daan, "meeting.show", &t, "{\"meeting\":\"%s\"}", meeting);
	p = obj_at(obj_get(tree_root(&t), "points"), 0);
	cr_expect(slice_is(obj_bytes(obj_get(p, "case")), c.code));
	cr_expect_eq(obj_bytes(obj_get(p, "code")).n, 0);
	cr_expect_eq(obj_bytes(obj_get(p, "state")).n, 0);
	cr_expect(obj_is_nil(obj_get(p, "item")));
	fg = flow_link(&f, "fg@zvh");
	flow_call(fg, "log.read", &log, "{\"case\":\"%s\",\"person\":\"daan@pol\"}", c.code);
	cr_expect(mentions(tree_root(&log), "meeting.show"), "and that look is in the log");
	link_close(fg);
}

Test(meet, the_board_counts_the_points_as_the_agenda_does)
{
	CLEANUP(tree_free) struct tree added = {0};
	CLEANUP(tree_free) struct tree board = {0};

	flow_call(c.noor, "meeting.add", &added,
		  "{\"case\":\"%s\",\"meeting\":\"%s\",\"from\":\"%s\",\"until\":\"%s\",\"text\":"
		  "\"toch niet\",\"invite\":[\"mila@ggz\"]}",
		  c.code, meeting, in_minutes(-60), in_minutes(-50));
	flow_do(c.noor, "item.move",
		"{\"case\":\"%s\",\"item\":\"%s\",\"verb\":\"drop\",\"why\":\"x\"}", c.code,
		flow_text(&added, "item"));
	of_point(c.noor, "meeting.open");
	flow_call(c.noor, "board.read", &board, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, point);
	cr_expect_eq(obj_int(obj_get(tree_root(&board), "n"), 0), 1);
	cr_expect_eq(obj_int(obj_get(tree_root(&board), "of"), 0), 1);
}

/* -- the waiting room -------------------------------------------------------------------------- */

Test(meet, who_waits_for_his_point_sees_that_another_runs_and_not_whose)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree added = {0};
	CLEANUP(tree_free) struct tree his = {0};
	CLEANUP(tree_free) struct tree list = {0};
	char second[16];

	flow_call(c.noor, "case.new", &t,
		  "{\"agreement\":\"delta\",\"name\":\"Ander Kind\",\"purposes\":[\"d1\"]}");
	snprintf(second, sizeof(second), "%s", flow_text(&t, "case"));
	flow_call(c.noor, "meeting.add", &added,
		  "{\"case\":\"%s\",\"meeting\":\"%s\",\"from\":\"%s\",\"until\":\"%s\",\"text\":"
		  "\"geheim\"}",
		  second, meeting, in_minutes(-60), in_minutes(-10));
	flow_do(c.noor, "meeting.open", "{\"case\":\"%s\",\"item\":\"%s\"}", second,
		flow_text(&added, "item"));
	flow_call(c.mila, "meeting.show", &his, "{\"meeting\":\"%s\"}", meeting);
	cr_expect_eq(obj_n(obj_get(tree_root(&his), "points")), 2);
	cr_expect_eq(obj_int(obj_get(tree_root(&his), "running"), 0), 1);
	cr_expect(mentions(tree_root(&his), c.code));
	cr_expect_not(mentions(tree_root(&his), second));
	cr_expect_not(mentions(tree_root(&his), "geheim"));
	flow_call(c.mila, "meeting.list", &list, "{}");
	cr_expect_eq(obj_n(obj_get(tree_root(&list), "meetings")), 1);
	/* who is invited to nothing of it does not know that it is there */
	flow_do(c.noor, "member.end", "{\"case\":\"%s\",\"person\":\"daan@pol\",\"why\":\"klaar\"}",
		c.code);
	cr_expect_eq(flow_try(c.daan, "meeting.show", NULL, NULL, "{\"meeting\":\"%s\"}", meeting),
		     ERR_NOTFOUND);
	cr_expect_eq(
		flow_try(c.daan, "meeting.show", NULL, NULL, "{\"meeting\":\"o-000000000000\"}"),
		ERR_NOTFOUND);
}

Test(meet, who_is_invited_reads_what_it_is_about_and_the_day_after_no_more)
{
	struct link *daan;
	char code[16];

	snprintf(code, sizeof(code), "%s", point);
	{
		CLEANUP(tree_free) struct tree t = {0};

		flow_call(c.daan, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code,
			  code);
		cr_expect(mentions(tree_root(&t), "eerst kennismaken"));
	}
	flow_clock(&f, 50 * 60LL * 60 * 1000);
	daan = flow_link(&f, "daan@pol");
	{
		CLEANUP(tree_free) struct tree t = {0};
		int tries = 0;

		while (strcmp(state_of(daan, code), "vervallen") != 0 && tries++ < 500)
			poll(NULL, 0, 10);
		cr_expect_str_eq(state_of(daan, code), "vervallen", "and it was never held");
		flow_call(daan, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, code);
		cr_expect_not(mentions(tree_root(&t), "eerst kennismaken"));
	}
	link_close(daan);
}

Test(meet, an_item_laid_on_the_table_is_seen_in_its_time_only)
{
	struct link *daan;

	flow_do(c.noor, "item.widen",
		"{\"case\":\"%s\",\"item\":\"%s\",\"to\":\"daan@pol\",\"level\":\"signaal\","
		"\"ground\":\"overleg\",\"until\":\"%s\",\"why\":\"op tafel\"}",
		c.code, visit, in_minutes(30));
	flow_do(c.daan, "item.show", "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, visit);
	flow_clock(&f, 31 * 60LL * 1000);
	daan = flow_link(&f, "daan@pol");
	{
		enum err err = ERR_OK;
		int tries = 0;

		while ((err = flow_try(daan, "item.show", NULL, NULL,
				       "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, visit)) ==
			       ERR_OK &&
		       tries++ < 500)
			poll(NULL, 0, 10);
		cr_expect_eq(err, ERR_NOTFOUND);
	}
	link_close(daan);
}

/* -- as people use it -------------------------------------------------------------------------- */

static struct program p;

static void expect_end(int status)
{
	cr_assert_eq(p.status, status, "status %d: %s%s", p.status, p.out, p.err);
}

Test(meet, from_the_shell_a_meeting_is_planned_begun_ended_and_its_minutes_read)
{
	setenv("COLUMNS", "80", 1);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "new", "00:00", "23:59");
	expect_end(0);
	cr_expect(program_said(&p, "o-"));
	BRUG(&f, &p, "noor@wijk", "samen kijken\n", "meet", "add", c.code, "00:00", "23:58",
	     "--invite", "noor@wijk,mila@ggz");
	expect_end(0);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "show");
	expect_end(0);
	cr_expect(program_said(&p, "samen kijken"), "%s", p.out);
	cr_expect(program_said(&p, "00:00-23:58"), "%s", p.out);
	cr_expect_leq(program_width(&p), 80);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "start");
	expect_end(0);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "present", "mila@ggz");
	expect_end(0);
	BRUG(&f, &p, "noor@wijk", "Noor belt de bank\n", "meet", "decide", "actie", "--doer",
	     "noor@wijk");
	expect_end(0);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "board", "--lines", "--count", "1");
	expect_end(0);
	cr_expect(program_said(&p, "Noor belt de bank"), "%s", p.out);
	cr_expect(program_said(&p, "regeling loopt") == 0, "a note is not on the board");
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "leave", "mila@ggz");
	expect_end(0);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "next");
	expect_end(0);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "end");
	expect_end(0);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "minutes");
	expect_end(0);
	cr_expect(program_said(&p, "Noor belt de bank"), "%s", p.out);
	cr_expect(program_said(&p, "mila@ggz"), "%s", p.out);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "approve");
	expect_end(0);
	BRUG(&f, &p, "noor@wijk", NULL, "meet");
	expect_end(0);
	cr_expect(program_said(&p, "verslag"), "%s", p.out);
	/* a case by itself */
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "start", c.code);
	expect_end(0);
	cr_expect(program_said(&p, c.code), "%s", p.out);
}

Test(meet, an_item_is_laid_on_the_table_until_its_time_ends)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;
	char item[32];

	snprintf(item, sizeof(item), "%s/%s", c.code, visit);
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "show", meeting);
	expect_end(0);
	BRUG(&f, &p, "noor@wijk", "ground: overleg\nwhy: op tafel\n", "meet", "lay", item,
	     "daan@pol", "signaal");
	expect_end(0);
	flow_call(c.noor, "item.show", &t, "{\"case\":\"%s\",\"item\":\"%s\"}", c.code, visit);
	list = obj_get(tree_root(&t), "widenings");
	cr_assert_eq(obj_n(list), 1);
	cr_expect_lt(obj_int(obj_get(obj_at(list, 0), "until"), 0),
		     clock_now_ms() + 31 * 60LL * 1000);
}

/* Keys are typed when the screen asks for them. */
Test(meet, the_secretary_takes_a_decision_with_three_keys_and_the_wall_shows_it)
{
	setenv("COLUMNS", "100", 1);
	setenv("TERM", "xterm", 1);
	of_point(c.noor, "meeting.open");
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "show", meeting);
	expect_end(0);
	program_on_terminal(&f, &p, "noor@wijk",
			    (const char *const[]){"brug", "meet", "board", NULL});
	program_expect(&p, "formulieren");
	program_type(&p, "b");
	program_expect(&p, "besluit:");
	program_type(&p, "Jeffrey belt vrijdag @noor 27-11\r");
	program_expect(&p, "akkoord");
	program_type(&p, "y");
	program_expect(&p, "Bewaard");
	program_expect(&p, "Jeffrey belt vrijdag");
	comes("daan@pol");
	program_expect(&p, "daan@pol kwam binnen");
	program_type(&p, "i");
	program_expect(&p, "beeld:");
	program_type(&p, "hij slaapt slecht\r");
	program_expect(&p, "voor het verslag");
	program_type(&p, "q");
	program_wait(&p);
	cr_expect_eq(p.status, 0);
	cr_expect_eq(minutes_n(c.noor, "said"), 1);
	cr_expect_eq(minutes_n(c.noor, "decided"), 1);
}

Test(meet, a_calendar_holds_codes_and_times_and_no_text)
{
	BRUG(&f, &p, "mila@ggz", NULL, "meet", "ics");
	expect_end(0);
	cr_expect(program_said(&p, c.code));
	cr_expect(program_said(&p, "CLASS:CONFIDENTIAL\r\n"));
	cr_expect_not(program_said(&p, "kennismaken"));
	cr_expect_not(program_said(&p, "Jeffrey"));
}

Test(meet, the_wall_goes_dark_when_the_link_is_gone_and_is_cut_anew_when_it_is_back)
{
	struct program again;

	setenv("COLUMNS", "100", 1);
	setenv("TERM", "xterm", 1);
	of_point(c.noor, "meeting.open");
	BRUG(&f, &p, "noor@wijk", NULL, "meet", "show", meeting);
	program_on_terminal(&f, &p, "noor@wijk",
			    (const char *const[]){"brug", "meet", "board", NULL});
	program_expect(&p, "formulieren");
	flow_kill(&f);
	program_expect(&p, "het bord is donker");
	flow_start(&f);
	BRUG(&f, &again, "noor@wijk", NULL, "version"); /* the new port */
	program_expect(&p, "terug.");                   /* only what differs is drawn */
	program_type(&p, "q");
	program_wait(&p);
	cr_expect_eq(p.status, 0);
	flow_case_close(&c);
	c = (struct flow_case){0};
}
