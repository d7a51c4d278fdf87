/* One client: writes, watches, loses the link, comes back with its cursor and its unanswered
 * requests. */
#include "crash.h"

#include <openssl/evp.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>

const char *const crash_handles[3] = {"noor@wijk", "mila@ggz", "daan@pol"};

struct life {
	struct battle *battle;
	struct client *me;
	int number;
	struct home home;
	struct link *link;
};

static bool wrong(struct life *l, const char *what, const char *arg)
{
	if (!*l->me->wrong)
		snprintf(l->me->wrong, sizeof(l->me->wrong), "%s %s", what, arg);
	return false;
}

static void let_go(struct life *l)
{
	link_close(l->link);
	l->link = NULL;
}

/* -- pushes ------------------------------------------------------------------------------------ */

/* Of the two lowest levels, which all in this case see. */
static uint64_t mark_of(const msgpack_object *view)
{
	CLEANUP(buf_free) struct buf b = {0};
	uint8_t hash[32] = {0};

	for (size_t i = 0; i < 2; i++)
		if (obj_at(view, i))
			pack_object(&b, obj_at(view, i));
	EVP_Digest(b.p, b.n, hash, NULL, EVP_sha256(), NULL);
	return get_be64(hash);
}

static void take_show(struct life *l, const msgpack_object *item)
{
	struct client *me = l->me;
	struct shown *s = &me->shown[me->shown_n];

	if (me->shown_n == SHOWN - 1)
		return;
	snprintf(s->code, sizeof(s->code), "%.*s", SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	s->mark = mark_of(obj_get(item, "view"));
	me->shown_n++;
}

static bool fenced(const struct life *l)
{
	const struct client *me = l->me;

	return l->battle->phase == FENCE && me->shown_n &&
	       !strcmp(me->shown[me->shown_n - 1].code, l->battle->fence);
}

static void take(struct life *l, const msgpack_object *events)
{
	const msgpack_object *list = obj_get(events, "events");
	struct slice cursor = obj_bytes(obj_get(events, "cursor"));

	if (obj_bool(obj_get(events, "reset")) && l->me->shown_n)
		wrong(l, "a reset, though nobody's sight moved", "");
	for (size_t i = 0; i < obj_n(list); i++)
		if (obj_get(obj_at(list, i), "show"))
			take_show(l, obj_get(obj_at(list, i), "show"));
		else
			wrong(l, "taken back, though nobody's sight moved", "");
	if (cursor.n && cursor.n <= sizeof(l->me->cursor)) {
		memcpy(l->me->cursor, cursor.p, cursor.n);
		l->me->cursor_n = cursor.n;
	}
}

/* Takes what has come, and waits so long for the first. */
static void drain(struct life *l, int ms)
{
	while (l->link) {
		CLEANUP(tree_free) struct tree t = {0};
		struct fault fault = {0};
		struct slice name;

		if (link_next(l->link, ms, &name, &t, &fault) != ERR_OK) {
			let_go(l);
			return;
		}
		if (!name.n)
			return;
		if (slice_is(name, "case.event"))
			take(l, tree_root(&t));
		ms = 0;
	}
}

static bool watch(struct life *l)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct fault fault = {0};

	pack_map(&params, l->me->cursor_n ? 2 : 1);
	pack_kv_text(&params, "case", l->battle->code);
	if (l->me->cursor_n)
		pack_kv_bin(&params, "since", (struct slice){l->me->cursor, l->me->cursor_n});
	if (link_call(l->link, "case.watch", buf_view(&params), &t, &fault) != ERR_OK)
		return false;
	take(l, tree_root(&t));
	return true;
}

/* -- requests ---------------------------------------------------------------------------------- */

static void pack_entry(struct life *l, const struct entry *e, struct buf *out)
{
	static const char *const verbs[] = {[START] = "start", [DONE] = "done"};
	char label[32];

	pack_map(out, 4);
	pack_kv_text(out, "case", l->battle->code);
	if (e->verb == ADD) {
		snprintf(label, sizeof(label), "c%d-%u", l->number, e->item);
		pack_kv_text(out, "kind", "actie");
		pack_key(out, "fields");
		pack_map(out, 2);
		pack_kv_text(out, "inhoud", label);
		pack_kv_text(out, "uitvoerder", crash_handles[l->number % 3]);
	} else {
		pack_kv_text(out, "item", l->me->entries[e->item].code);
		pack_kv_text(out, "verb", verbs[e->verb]);
	}
	pack_kv_bin(out, "request", (struct slice){e->request, sizeof(e->request)});
}

/* An answer, or none: then it is not known whether it was done. */
static void settle(struct life *l, struct entry *e, enum err err, const struct tree *t,
		   const struct fault *fault)
{
	char code[12];

	if (err == ERR_UNREACHABLE) {
		let_go(l);
		return;
	}
	if (err != ERR_OK) {
		if (e->outcome == ACKNOWLEDGED)
			wrong(l, "refused what it had acknowledged:", fault->text);
		else if (err != ERR_UNKNOWN && err != ERR_AWAY)
			e->outcome = REFUSED;
		return;
	}
	snprintf(code, sizeof(code), "%.*s", SLICE_ARG(obj_bytes(obj_get(tree_root(t), "item"))));
	if (e->outcome == ACKNOWLEDGED && strcmp(code, e->code) != 0)
		wrong(l, "another answer to the same request:", code);
	snprintf(e->code, sizeof(e->code), "%s", code);
	e->outcome = ACKNOWLEDGED;
}

static void ask(struct life *l, struct entry *e)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct fault fault = {0};
	enum err err;

	pack_entry(l, e, &params);
	err = link_call(l->link, e->verb == ADD ? "item.add" : "item.move", buf_view(&params), &t,
			&fault);
	settle(l, e, err, &t, &fault);
	fault_free(&fault);
}

/* The last request, when its answer did not come. */
static struct entry *unknown(struct client *me)
{
	struct entry *last = me->entries_n ? &me->entries[me->entries_n - 1] : NULL;

	return last && last->outcome == SENT ? last : NULL;
}

/* A new item, or the next state of the last one. */
static struct entry *next(struct client *me)
{
	struct entry *e = &me->entries[me->entries_n], *last = e - 1;

	*e = (struct entry){.item = me->entries_n};
	request_draw(e->request);
	if (me->entries_n && last->outcome == ACKNOWLEDGED && last->verb != DONE &&
	    draw_to(&me->seed, 2)) {
		e->verb = last->verb + 1;
		e->item = last->item;
	}
	me->entries_n++;
	return e;
}

static void step(struct life *l)
{
	struct client *me = l->me;
	struct entry *e = unknown(me);

	if (e) {
		me->retries++;
	} else if (me->entries_n && draw_to(&me->seed, 8) == 0) {
		e = &me->entries[draw_to(&me->seed, me->entries_n)];
		me->twice++;
	} else if (me->entries_n < ENTRIES - 1) {
		e = next(me);
	}
	if (e && e->outcome != REFUSED)
		ask(l, e);
	drain(l, (int)draw_to(&me->seed, 4));
}

/* -- a life ------------------------------------------------------------------------------------ */

static void reach(struct life *l)
{
	struct fault fault = {0};

	if (link_open(&l->home, "crash", &l->link, &fault) != ERR_OK)
		l->link = NULL;
	else if (!watch(l))
		let_go(l);
	fault_free(&fault);
	if (!l->link)
		poll(NULL, 0, 15);
}

static void finish(struct life *l)
{
	struct entry *e = unknown(l->me);

	if (e) {
		l->me->retries++;
		ask(l, e);
	} else {
		l->me->done = 1;
		drain(l, 5);
	}
}

int client_live(struct battle *battle, int number)
{
	struct life l = {.battle = battle, .me = &battle->clients[number], .number = number};

	home_find(&l.home);
	while (!fenced(&l)) {
		if (!l.link) {
			reach(&l);
			continue;
		}
		l.me->ready = 1;
		switch ((enum phase)battle->phase) {
		case GATHER:
			drain(&l, 5);
			break;
		case RUN:
			step(&l);
			break;
		case FINISH:
			finish(&l);
			break;
		case FENCE:
			drain(&l, 20);
			break;
		}
	}
	let_go(&l);
	return *l.me->wrong ? 1 : 0;
}
