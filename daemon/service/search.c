/*
 * Search: over what the viewer may see and nothing else. What is hidden is left out before its text
 * is opened, so it changes neither result, order nor count, and time by one question of sight each:
 * how many items a case has, all in all, can be had from that by who is in it and measures long
 * enough (tests/bench/search.c).
 */
#include "args.h"
#include "cases.h"
#include "codes.h"
#include "fold.h"
#include "items.h"
#include "keys.h"

enum { HITS = 100, OPENED = 20000, OPENED_A_TOKEN = 50 };

struct search {
	struct buf words; /* folded */
	size_t left;      /* hits that may still be given */
	size_t opened;    /* texts looked in: they are what a search costs */
	bool more;
	struct buf cases;
	size_t cases_n;
};
static void search_wipe(struct search *s)
{
	buf_wipe(&s->words);
	buf_wipe(&s->cases);
}

static void fold_strings(const msgpack_object *o, struct buf *out)
{
	if (o->type == MSGPACK_OBJECT_STR)
		fold_text(obj_bytes(o), out);
	else if (o->type == MSGPACK_OBJECT_ARRAY)
		for (uint32_t i = 0; i < o->via.array.size; i++)
			fold_strings(&o->via.array.ptr[i], out);
	else if (o->type == MSGPACK_OBJECT_MAP)
		for (uint32_t i = 0; i < o->via.map.size; i++)
			fold_strings(&o->via.map.ptr[i].val, out);
}

/* What the person says of an item ("dit klopt niet") is read from its core on, and found too. */
static void fold_statements(struct request *rq, const struct rec_item *item, enum level level,
			    struct buf *out)
{
	size_t n = level >= LEVEL_KERN ? item->statements.n : 0;

	for (size_t i = 0; i < n; i++)
		fold_text(open_text(rq, item->num, TEXT_STATEMENT, item->statements.v[i].sealed),
			  out);
}

/* Only the levels he sees are looked in. */
static bool says(struct request *rq, const struct rec_item *item, enum level level,
		 struct slice words)
{
	CLEANUP(views_wipe) struct views views = {0};
	CLEANUP(buf_wipe) struct buf view = {0};
	CLEANUP(buf_wipe) struct buf folded = {0};
	CLEANUP(tree_free) struct tree t = {0};

	if (policy_open(rq->house->policy, rq->case_id, item, &views) != ERR_OK)
		return false;
	views_cut(&views, level, &view);
	if (tree_read(&t, buf_view(&view)) != ERR_OK)
		return false;
	fold_strings(tree_root(&t), &folded);
	fold_statements(rq, item, level, &folded);
	return fold_match(words, buf_view(&folded));
}

static void search_item(struct request *rq, struct search *s, const struct rec_item *item,
			struct buf *hits, size_t *n)
{
	enum level level = item_level(rq, item);

	if (level == LEVEL_GEEN)
		return;
	if (++s->opened > OPENED) {
		s->more = true;
		return;
	}
	if (!says(rq, item, level, buf_view(&s->words)))
		return;
	if (!s->left) {
		s->more = true;
		return;
	}
	if (!serve_show(rq, item, hits))
		return;
	s->left--;
	++*n;
}

/* Newest first. Each record in memory of its own: all that is hidden is walked too. */
static size_t search_items(struct request *rq, struct search *s, struct buf *hits)
{
	struct key prefix = key_u64(rq->case_id);
	struct walk w;
	size_t n = 0;

	for (store_walk_last(rq->house->store, TAB_ITEM, key_view(&prefix), &w); w.on && !s->more;
	     store_prev(&w)) {
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_item item;

		if (rec_read(REC_item, w.val, &own, &item) == ERR_OK)
			search_item(rq, s, &item, hits, &n);
	}
	store_walk_end(&w);
	return n;
}

static void search_case(struct request *rq, struct search *s, uint64_t case_id)
{
	CLEANUP(buf_wipe) struct buf hits = {0};
	const struct rec_case *c;
	size_t n;

	if (!room_enter(rq, case_id))
		return;
	n = search_items(rq, s, &hits);
	if (!n)
		return;
	c = sight_case_rec(rq->sight);
	pack_map(&s->cases, 3);
	pack_kv_str(&s->cases, "case", c->code);
	pack_kv_str(&s->cases, "title", serve_title(rq));
	pack_key(&s->cases, "items");
	pack_array(&s->cases, n);
	buf_slice(&s->cases, buf_view(&hits));
	s->cases_n++;
}

enum err serve_search(struct request *rq)
{
	CLEANUP(search_wipe) struct search s = {.left = HITS};
	uint64_t only = case_number(arg_str(rq, "case"));
	struct rooms r;

	fold_text(arg_str(rq, "text"), &s.words);
	if (s.words.n < 2)
		return refuse(rq, ERR_USAGE, N_("There is no word in this."), NULL,
			      N_("Give letters or digits to search for."));
	for (rooms_first(rq, &r); r.on; rooms_next(&r))
		if (!arg_given(rq, "case") || only == r.id)
			search_case(rq, &s, r.id);
	rq->case_id = 0;
	rq->refusal = (struct refusal){0};
	rq->log_itself = true;
	rq->cost = (unsigned)(s.opened / OPENED_A_TOKEN);
	pack_map(rq->out, 2);
	pack_key(rq->out, "cases");
	pack_array(rq->out, s.cases_n);
	buf_slice(rq->out, buf_view(&s.cases));
	pack_kv_bool(rq->out, "more", s.more);
	return ERR_OK;
}
