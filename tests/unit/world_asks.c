#include "world_asks.h"

#include "keys.h"
#include "scan.h"
#include "world_fill.h"

#include <string.h>

/* -- a request --------------------------------------------------------------------------------- */

void asked_text(struct asked *a, const char *key, const char *value)
{
	pack_kv_text(&a->pairs, key, value);
	a->n++;
}

void asked_str(struct asked *a, const char *key, struct slice value)
{
	pack_kv_str(&a->pairs, key, value);
	a->n++;
}

void asked_strs(struct asked *a, const char *key, struct slices value)
{
	pack_kv_strs(&a->pairs, key, value);
	a->n++;
}

void asked_int(struct asked *a, const char *key, int64_t value)
{
	pack_kv_int(&a->pairs, key, value);
	a->n++;
}

void asked_map(struct asked *a, const char *key, const char *of, const char *value)
{
	pack_key(&a->pairs, key);
	pack_map(&a->pairs, 1);
	pack_kv_text(&a->pairs, of, value);
	a->n++;
}

void asked_request(struct asked *a)
{
	static uint64_t last;
	uint8_t id[16] = {2};

	put_be64(id + 8, ++last);
	pack_kv_bin(&a->pairs, "request", (struct slice){id, sizeof(id)});
	a->n++;
}

void asked_free(struct asked *a)
{
	buf_free(&a->pairs);
}

void asked_pack(const struct asked *a, struct buf *out)
{
	pack_map(out, a->n);
	buf_slice(out, buf_view(&a->pairs));
}

/* -- what comes back, without what is drawn anew each time ------------------------------------- */

static bool is_drawn(struct slice key)
{
	return slice_is(key, "ref") || slice_is(key, "cursor") || slice_is(key, "next") ||
	       slice_is(key, "notice");
}

static void normal(const msgpack_object *o, struct buf *out)
{
	if (o->type == MSGPACK_OBJECT_ARRAY) {
		pack_array(out, o->via.array.size);
		for (uint32_t i = 0; i < o->via.array.size; i++)
			normal(&o->via.array.ptr[i], out);
	} else if (o->type == MSGPACK_OBJECT_MAP) {
		pack_map(out, o->via.map.size);
		for (uint32_t i = 0; i < o->via.map.size; i++) {
			const msgpack_object_kv *kv = &o->via.map.ptr[i];
			struct slice key = obj_bytes(&kv->key);

			pack_str(out, key);
			if (is_drawn(key))
				pack_uint(out, obj_bytes(&kv->val).n);
			else
				normal(&kv->val, out);
		}
	} else {
		pack_object(out, o);
	}
}

/* The cursor of a watch's answer, kept for the next. */
static void keep_cursor(const msgpack_object *message, struct buf *cursor)
{
	struct slice given;
	struct rpc rpc;
	const char *why;

	if (!cursor || rpc_read(message, &rpc, &why) != ERR_OK || !rpc.result)
		return;
	given = obj_bytes(obj_get(rpc.result, "cursor"));
	if (!given.n)
		return;
	cursor->n = 0;
	buf_slice(cursor, given);
}

static void take(struct session *s, struct buf *cursor, struct buf *out)
{
	struct slice bytes = session_output(s);
	size_t n = bytes.n;

	while (bytes.n) {
		CLEANUP(tree_free) struct tree t = {0};
		struct scan scan;

		scan_begin(&scan, scan_answer);
		world_must(scan_go(&scan, bytes) == SCAN_DONE, "an answer is cut off");
		world_ok(tree_read(&t, (struct slice){bytes.p, scan.at}), "an answer is damaged");
		normal(tree_root(&t), out);
		keep_cursor(tree_root(&t), cursor);
		bytes = (struct slice){bytes.p + scan.at, bytes.n - scan.at};
	}
	session_sent(s, n);
}

void take_output(struct session *s, struct buf *out)
{
	take(s, NULL, out);
}

static void put_question(struct world_hub *side, struct session *s, const char *method,
			 const struct asked *a)
{
	CLEANUP(buf_free) struct buf message = {0};
	CLEANUP(buf_free) struct buf params = {0};

	asked_pack(a, &params);
	rpc_request(&message, 7, method, buf_view(&params));
	world_must(session_input(s, buf_view(&message)) == message.n, "a request is not taken");
	world_ok(hub_turn(side->hub), "the hub does not turn");
}

void ask(struct world_hub *side, struct session *s, const char *method, const struct asked *a,
	 struct buf *out)
{
	put_question(side, s, method, a);
	take(s, NULL, out);
}

void ask_plain(struct world_hub *side, struct session *s, const char *method, const struct asked *a,
	       struct buf *out)
{
	struct slice bytes;

	put_question(side, s, method, a);
	bytes = session_output(s);
	buf_slice(out, bytes);
	session_sent(s, bytes.n);
}

/* -- all there is to ask ----------------------------------------------------------------------- */

struct question {
	struct world_hub *side;
	struct session *s;
	struct buf *out;
};

static void of_case(const struct question *q, const char *method, const char *key,
		    const char *value)
{
	CLEANUP(asked_free) struct asked a = {0};

	asked_text(&a, "case", "J-0417");
	if (key)
		asked_text(&a, key, value);
	ask(q->side, q->s, method, &a, q->out);
}

static void bare(const struct question *q, const char *method, const char *key, const char *value)
{
	CLEANUP(asked_free) struct asked a = {0};

	if (key)
		asked_text(&a, key, value);
	ask(q->side, q->s, method, &a, q->out);
}

static void ask_case(const struct question *q)
{
	static const char *const methods[] = {
		"case.show",    "case.plan",   "case.page",    "consent.list",  "verzoek.list",
		"case.export",  "case.report", "case.unwatch", "log.read",      "emergency.list",
		"plan.changes", "case.fit",    "case.scores",  "case.readings", "case.silence",
		"case.signals", "case.mirror", "case.circles"};
	static const char *const alone[] = {
		"today",          "case.list",  "emergency.list", "log.read", "agency.list",
		"agreement.list", "rule.list",  "inbox",          "stats",    "meeting.list",
		"knelpunt.list",  "table.list", "lesson.list",    "user.list"};
	static const char *const kinds[] = {"actie", "feit", "notitie", "zelfbeeld", "duiding"};
	static const char *const areas[] = {"werk", "inkomen", "psychisch", "justitie", "wonen"};
	static const char *const words[] = {"geheim", "werk", "de", "jeffrey", "kanarie"};

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		of_case(q, methods[i], NULL, NULL);
	for (size_t i = 0; i < sizeof(alone) / sizeof(*alone); i++)
		bare(q, alone[i], NULL, NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		of_case(q, "case.plan", "kind", kinds[i]);
		of_case(q, "item.audience", "kind", kinds[i]);
		of_case(q, "case.plan", "leefgebied", areas[i]);
		bare(q, "search", "text", words[i]);
	}
	of_case(q, "search", "text", "geheim");
}

static void ask_items(const struct question *q, const struct codes *all)
{
	static const char *const methods[] = {"item.show", "item.thread", "item.why", "item.who",
					      "attach.list"};

	for (size_t i = 0; i < all->n; i++) {
		char start[3] = {all->v[i][0], all->v[i][1], 0};

		for (size_t k = 0; k < sizeof(methods) / sizeof(*methods); k++)
			of_case(q, methods[k], "item", all->v[i]);
		of_case(q, "item.why", "item", start); /* as he begins to type it */
		start[1] = 0;
		of_case(q, "item.why", "item", start);
		of_case(q, "item.audience", "about", all->v[i]);
	}
}

static void write_to(const struct question *q, const char *method, const char *key,
		     const char *code)
{
	CLEANUP(asked_free) struct asked a = {0};
	struct slice list = slice_of(code), d1 = SLICE("d1");

	asked_text(&a, "case", "J-0417");
	asked_request(&a);
	if (!strcmp(key, "items"))
		asked_strs(&a, key, (struct slices){&list, 1});
	else
		asked_text(&a, key, code);
	if (!strcmp(method, "item.set"))
		asked_int(&a, "rev", 1);
	if (!strcmp(method, "item.set") || !strcmp(method, "item.add"))
		asked_map(&a, "fields", "inhoud", "x");
	if (!strcmp(method, "item.add"))
		asked_text(&a, "kind", "bericht");
	if (!strcmp(method, "item.move"))
		asked_text(&a, "verb", "done");
	if (!strcmp(method, "item.narrow"))
		asked_text(&a, "to", "all"), asked_text(&a, "level", "geen");
	if (!strcmp(method, "verzoek.ask"))
		asked_text(&a, "what", "rectificatie");
	if (!strcmp(method, "item.object") || !strcmp(method, "verzoek.ask"))
		asked_text(&a, "text", "x");
	if (!strcmp(method, "item.move") || !strcmp(method, "item.narrow") ||
	    !strcmp(method, "item.restrict"))
		asked_text(&a, "why", "x");
	if (!strcmp(method, "consent.give")) {
		asked_text(&a, "category", "sociaal");
		asked_text(&a, "witness", "x");
		asked_strs(&a, "purposes", (struct slices){&d1, 1});
	}
	ask(q->side, q->s, method, &a, q->out);
}

/* Writing to what is hidden: the same refusal as to what is not there. */
static void write_hidden(const struct question *q, const struct codes *hidden)
{
	static const struct {
		const char *method, *key;
	} writes[] = {{"item.set", "item"},    {"item.move", "item"},     {"item.add", "about"},
		      {"item.narrow", "item"}, {"item.restrict", "item"}, {"item.object", "item"},
		      {"verzoek.ask", "item"}, {"consent.give", "items"}};

	for (size_t i = 0; i < hidden->n; i++)
		for (size_t k = 0; k < sizeof(writes) / sizeof(*writes); k++)
			write_to(q, writes[k].method, writes[k].key, hidden->v[i]);
}

static void ask_whatif(const struct question *q, const char *method, const struct asked *change)
{
	CLEANUP(asked_free) struct asked a = {0};
	CLEANUP(buf_free) struct buf params = {0};

	asked_pack(change, &params);
	asked_text(&a, "method", method);
	pack_kv_bin(&a.pairs, "params", buf_view(&params));
	a.n++;
	ask(q->side, q->s, "whatif", &a, q->out);
}

/* What if somebody took part in another way: counts, and of what he sees alone. */
static void imagine(const struct question *q)
{
	CLEANUP(asked_free) struct asked a = {0};
	struct slice d1 = SLICE("d1");

	asked_text(&a, "case", "J-0417");
	asked_text(&a, "person", "u11@ggz");
	asked_text(&a, "role", "procesregisseur");
	asked_strs(&a, "purposes", (struct slices){&d1, 1});
	asked_request(&a);
	ask_whatif(q, "member.invite", &a);
}

static void watch(const struct question *q, struct buf *cursor)
{
	CLEANUP(asked_free) struct asked a = {0};

	asked_text(&a, "case", "J-0417");
	if (cursor->n) {
		pack_kv_bin(&a.pairs, "since", buf_view(cursor));
		a.n++;
	}
	put_question(q->side, q->s, "case.watch", &a);
	take(q->s, cursor, q->out);
}

void ask_all(struct world_hub *side, struct session *s, const struct codes *all,
	     const struct codes *hidden, struct buf *cursor, struct buf *out)
{
	const struct question q = {side, s, out};
	CLEANUP(buf_free) struct buf none = {0};

	watch(&q, cursor);
	ask_case(&q);
	ask_items(&q, all);
	write_hidden(&q, hidden);
	imagine(&q);
	watch(&q, &none); /* from the beginning */
	watch(&q, cursor);
}
