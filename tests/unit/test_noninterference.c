/*
 * Noninterference: two worlds that differ only in what a viewer may not see give him the same
 * bytes, in every answer, error, list, count, search and push. Others work in one of the worlds, on
 * items that are hidden from him; whatever he asks is asked in both.
 *
 * NONINTERFERENCE_PAIRS in the environment asks for more; a pair that differs prints its seed.
 */
#include "clock.h"
#include "keys.h"
#include "rpc.h"
#include "scan.h"
#include "world_hub.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS = 500, ROUNDS = 10, CODES = 64 };

static struct world_hub sides[2];
static uint64_t dice, request_id;

static unsigned draw(unsigned n)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (unsigned)(dice >> 33) % n;
}

/* -- what comes back, without what is drawn anew each time ------------------------------------- */

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
			if (slice_is(key, "ref") || slice_is(key, "cursor") ||
			    slice_is(key, "next") || slice_is(key, "notice"))
				pack_uint(out, obj_bytes(&kv->val).n);
			else
				normal(&kv->val, out);
		}
	} else {
		pack_object(out, o);
	}
}

/* All that stands in the outbox, message after message. */
static void take_output(struct session *s, struct buf *out)
{
	struct slice bytes = session_output(s);
	size_t n = bytes.n;

	while (bytes.n) {
		CLEANUP(tree_free) struct tree t = {0};
		struct scan scan;

		scan_begin(&scan, scan_answer);
		cr_assert_eq(scan_go(&scan, bytes), SCAN_DONE);
		cr_assert_eq(tree_read(&t, (struct slice){bytes.p, scan.at}), ERR_OK);
		normal(tree_root(&t), out);
		bytes = (struct slice){bytes.p + scan.at, bytes.n - scan.at};
	}
	session_sent(s, n);
}

static void ask(struct world_hub *side, struct session *s, const char *method, struct slice params,
		struct buf *out)
{
	CLEANUP(buf_free) struct buf message = {0};

	rpc_request(&message, 7, method, params);
	cr_assert_eq(session_input(s, buf_view(&message)), message.n);
	cr_assert_eq(hub_turn(side->hub), ERR_OK);
	take_output(s, out);
}

/* -- the viewer asks everything ---------------------------------------------------------------- */

static void pair(struct buf *b, const char *key, const char *value)
{
	pack_kv_text(b, key, value);
}

/* {case, item?}; with a write's request id when that is asked. */
static void ask_item(struct world_hub *side, struct session *s, const char *method,
		     const char *param, const char *code, struct buf *out)
{
	CLEANUP(buf_free) struct buf b = {0};

	pack_map(&b, code ? 2 : 1);
	pair(&b, "case", "J-0417");
	if (code)
		pair(&b, param, code);
	ask(side, s, method, buf_view(&b), out);
}

static void ask_text(struct world_hub *side, struct session *s, const char *text, struct buf *out)
{
	CLEANUP(buf_free) struct buf b = {0};

	pack_map(&b, 1);
	pair(&b, "text", text);
	ask(side, s, "search", buf_view(&b), out);
}

static void ask_bare(struct world_hub *side, struct session *s, const char *method, struct buf *out)
{
	CLEANUP(buf_free) struct buf b = {0};

	pack_map(&b, 0);
	ask(side, s, method, buf_view(&b), out);
}

/* Writing to what is hidden: the same refusal as to what is not there. */
static void ask_set(struct world_hub *side, struct session *s, const char *code, struct buf *out)
{
	uint8_t id[16] = {1};
	CLEANUP(buf_free) struct buf b = {0};

	put_be64(id + 8, request_id);
	pack_map(&b, 5);
	pair(&b, "case", "J-0417");
	pair(&b, "item", code);
	pack_kv_int(&b, "rev", 1);
	pack_key(&b, "fields");
	pack_map(&b, 1);
	pair(&b, "inhoud", "x");
	pack_kv_bin(&b, "request", (struct slice){id, 16});
	ask(side, s, "item.set", buf_view(&b), out);
}

struct codes {
	char v[CODES][16];
	size_t n;
};

static void ask_all(struct world_hub *side, struct session *s, const struct codes *all,
		    const struct codes *hidden, struct buf *out)
{
	static const char *const of_item[] = {"item.show", "item.thread", "item.why", "item.who"};
	static const char *const of_case[] = {
		"case.show",    "case.plan",    "consent.list", "verzoek.list",
		"case.export",  "case.report",  "case.watch",   "case.unwatch",
		"log.read",     "plan.changes", "case.fit",     "case.readings",
		"case.silence", "case.signals", "case.mirror",  "case.circles"};
	static const char *const bare[] = {"today", "case.list", "emergency.list", "agency.list"};
	static const char *const words[] = {"geheim", "werk", "de", "jeffrey", "kanarie"};

	for (size_t i = 0; i < sizeof(bare) / sizeof(*bare); i++)
		ask_bare(side, s, bare[i], out);
	for (size_t i = 0; i < sizeof(of_case) / sizeof(*of_case); i++)
		ask_item(side, s, of_case[i], NULL, NULL, out);
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < sizeof(of_item) / sizeof(*of_item); k++)
			ask_item(side, s, of_item[k], "item", all->v[i], out);
	for (size_t i = 0; i < all->n; i++)
		ask_item(side, s, "item.audience", "about", all->v[i], out);
	for (size_t i = 0; i < hidden->n; i++)
		ask_set(side, s, hidden->v[i], out);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		ask_text(side, s, words[i], out);
}

/* -- others work, on what he does not see ------------------------------------------------------ */

static enum level level_for(struct world_hub *side, uint64_t person, const struct rec_item *item)
{
	struct viewer v = {.person = person};
	const struct sight_case *c;
	struct sight s;

	cr_assert_eq(policy_case(side->w.policy, side->w.case_id, &c), ERR_OK);
	cr_assert_eq(policy_sight_of(side->w.policy, c, &v, item, clock_now_ms(), &s), ERR_OK);
	return s.level;
}

/* Calls fn for each item of the case. */
static void each_item(struct world_hub *side, void (*fn)(void *, const struct rec_item *),
		      void *ctx)
{
	struct key prefix = key_u64(side->w.case_id);
	CLEANUP(arena_free) struct arena a = {0};
	struct rec_item items[256];
	struct walk w;
	size_t n = 0;

	for (store_walk(side->w.store, TAB_ITEM, key_view(&prefix), &w); w.on && n < 256;
	     store_next(&w))
		cr_assert_eq(rec_read(REC_item, arena_copy(&a, w.val), &a, &items[n++]), ERR_OK);
	store_walk_end(&w);
	for (size_t i = 0; i < n; i++)
		fn(ctx, &items[i]);
}

struct look {
	struct world_hub *side;
	uint64_t viewer;
	struct codes all, hidden;
	struct buf seen; /* code and level of what he sees: the two worlds must agree in it */
};

static void look_at(void *ctx, const struct rec_item *item)
{
	struct look *l = ctx;
	enum level level = level_for(l->side, l->viewer, item);
	struct codes *h = &l->hidden;

	if (l->all.n < CODES)
		snprintf(l->all.v[l->all.n++], 16, "%.*s", SLICE_ARG(item->code));
	if (level == LEVEL_GEEN && h->n < CODES)
		snprintf(h->v[h->n++], 16, "%.*s", SLICE_ARG(item->code));
	if (level > LEVEL_GEEN) {
		buf_slice(&l->seen, item->code);
		buf_u8(&l->seen, (uint8_t)level);
		buf_be64(&l->seen, item->rev);
	}
}

/* One act by somebody on an item that is hidden from the viewer, in this world alone. It may be
 * refused: that changes nothing. */
static void act(struct world_hub *side, const char *code)
{
	static const char *const verbs[] = {"start", "done", "drop", "reopen"};
	struct session *s = world_hub_session(side, 1 + draw(WORLD_PEOPLE));
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(buf_free) struct buf out = {0};
	uint8_t id[16] = {2};
	unsigned what = draw(4);

	put_be64(id + 8, ++request_id);
	pack_map(&b, what == 0 ? 5 : what == 1 ? 4 : what == 2 ? 5 : 6);
	pair(&b, "case", "J-0417");
	pack_kv_bin(&b, "request", (struct slice){id, 16});
	if (what == 2) {
		pair(&b, "kind", "bericht");
		pair(&b, "about", code);
	} else {
		pair(&b, "item", code);
	}
	if (what == 0)
		pack_kv_int(&b, "rev", 0);
	if (what == 0 || what == 2) {
		pack_key(&b, "fields");
		pack_map(&b, 1);
		pair(&b, "inhoud", "geheim kanarie werk");
	}
	if (what == 1)
		pair(&b, "verb", verbs[draw(4)]);
	if (what == 3) {
		pair(&b, "to", "role=procesregisseur");
		pair(&b, "level", "geen");
		pair(&b, "why", "geheim");
	}
	ask(side, s,
	    what == 0   ? "item.set"
	    : what == 1 ? "item.move"
	    : what == 2 ? "item.add"
			: "item.narrow",
	    buf_view(&b), &out);
	session_close(s);
}

/* -- pairs ------------------------------------------------------------------------------------- */

static void look(struct look *l, struct world_hub *side, uint64_t viewer)
{
	*l = (struct look){.side = side, .viewer = viewer};
	each_item(side, look_at, l);
}

static bool same(const struct buf *a, const struct buf *b)
{
	return slice_eq(buf_view(a), buf_view(b));
}

/* False: he sees different things in the two worlds, which is then no pair. */
static bool compare(struct session *s[2], uint64_t viewer, uint64_t seed)
{
	struct look l[2];
	struct buf out[2] = {{0}, {0}};
	bool pair_of;

	for (int i = 0; i < 2; i++)
		look(&l[i], &sides[i], viewer);
	pair_of = same(&l[0].seen, &l[1].seen);
	for (int i = 0; i < 2 && pair_of; i++) {
		take_output(s[i], &out[i]); /* pushes that came meanwhile */
		ask_all(&sides[i], s[i], &l[0].all, &l[0].hidden, &out[i]);
		ask_item(&sides[i], s[i], "case.watch", NULL, NULL, &out[i]);
	}
	if (pair_of)
		cr_expect(same(&out[0], &out[1]), "seed %llu: %s sees a difference",
			  (unsigned long long)seed, world_name(viewer));
	for (int i = 0; i < 2; i++) {
		buf_free(&out[i]);
		buf_free(&l[i].seen);
	}
	return pair_of;
}

static unsigned rounds(uint64_t seed, unsigned most)
{
	uint64_t viewer = 1 + draw(WORLD_PEOPLE);
	struct session *s[2] = {world_hub_session(&sides[0], viewer),
				world_hub_session(&sides[1], viewer)};
	unsigned n = 0;

	for (unsigned i = 0; i < most; i++) {
		struct look l;

		look(&l, &sides[1], viewer);
		buf_free(&l.seen);
		if (!l.hidden.n)
			break;
		act(&sides[1], l.hidden.v[draw((unsigned)l.hidden.n)]);
		n += compare(s, viewer, seed);
	}
	session_close(s[0]);
	session_close(s[1]);
	return n;
}

Test(noninterference, what_is_hidden_changes_no_byte_of_what_is_seen, .timeout = 600)
{
	const char *more = getenv("NONINTERFERENCE_PAIRS");
	unsigned want = more ? (unsigned)atoi(more) : PAIRS, done = 0;

	clock_set_ms(world_time("2026-10-20T10:00:00Z"));
	cr_assert_not_null(freopen("/dev/null", "w", stderr)); /* refusals are logged */
	for (uint64_t seed = 1; done < want && seed < want; seed++) {
		dice = seed * 0x9e3779b97f4a7c15u;
		world_hub_open(&sides[0]);
		world_hub_open(&sides[1]);
		done += rounds(seed, ROUNDS);
		world_hub_close(&sides[0]);
		world_hub_close(&sides[1]);
	}
	cr_expect_geq(done, want);
}
