#include "serve.h"

#include "args.h"
#include "items.h"
#include "moves.h"
#include "readings.h"

#include <assert.h>
#include <stdlib.h>

static const struct {
	const char *name;
	serve_fn fn;
} routes[] = {
#define PARAMS(...)
#define PARAMS_NONE
#define METHOD(symbol, name, ...) {name, serve_##symbol},
#include "methods.def"
#undef METHOD
#undef PARAMS
#undef PARAMS_NONE
};

serve_fn serve_route(const struct method *m)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++)
		if (slice_is(slice_of(routes[i].name), m->name))
			return routes[i].fn;
	assert(!"every row of methods.def has its function");
	return NULL;
}

static void note_seen(struct request *rq, const struct rec_item *item, const struct sight *s)
{
	if (rq->seen_n == rq->seen_cap) {
		size_t cap = rq->seen_cap ? rq->seen_cap * 2 : 64;
		struct seen_item *v = ARENA_ARRAY(rq->arena, struct seen_item, cap);

		for (size_t i = 0; i < rq->seen_n; i++)
			v[i] = rq->seen[i];
		rq->seen = v;
		rq->seen_cap = cap;
	}
	rq->seen[rq->seen_n++] = (struct seen_item){.case_id = rq->case_id,
						    .num = item->num,
						    .rev = item->rev,
						    .level = (uint8_t)s->level,
						    .why = arena_copy(rq->arena, slice_of(s->why))};
}

struct slice serve_title(struct request *rq)
{
	const struct rec_item none = {0};
	struct sight s = {.level = LEVEL_BESTAAN, .why = "deelname"};

	if (phase_closed(sight_case_rec(rq->sight)->phase))
		return (struct slice){0}; /* nothing of a closed case is shown */
	note_seen(rq, &none, &s);
	return open_text(rq, 0, TEXT_TITLE, sight_case_rec(rq->sight)->sealed);
}

/* The codes of the items a field refers to, as far as the viewer may know those items. */
static size_t refs_of(struct request *rq, const struct rec_item *item, enum level level,
		      size_t from, struct slices *codes)
{
	struct slice field = item->refs.v[from].field;
	size_t i = from;

	codes->n = 0;
	codes->v = ARENA_ARRAY(rq->arena, struct slice, item->refs.n);
	for (; i < item->refs.n && slice_eq(item->refs.v[i].field, field); i++) {
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_item to;

		if (item->refs.v[i].level > (uint64_t)level ||
		    item_peek(rq, item->refs.v[i].num, &own, &to) != ERR_OK)
			continue;
		if (item_level(rq, &to) > LEVEL_GEEN)
			codes->v[codes->n++] = arena_copy(rq->arena, to.code);
	}
	return i;
}

static void pack_refs(struct request *rq, const struct rec_item *item, enum level level,
		      struct buf *out, unsigned *n)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	unsigned fields = 0;

	for (size_t i = 0; i < item->refs.n;) {
		struct slice name = item->refs.v[i].field;
		struct slices codes;

		i = refs_of(rq, item, level, i, &codes);
		if (!codes.n)
			continue;
		pack_kv_strs(&pairs, arena_str(rq->arena, name), codes);
		fields++;
	}
	if (!fields)
		return;
	pack_key(out, "refs");
	pack_map(out, fields);
	buf_slice(out, buf_view(&pairs));
	(*n)++;
}

static void pack_about(struct request *rq, const struct rec_item *item, struct buf *out,
		       unsigned *n)
{
	CLEANUP(arena_free) struct arena own = {0};
	struct rec_item about;

	if (!item->about || item_peek(rq, item->about, &own, &about) != ERR_OK ||
	    item_level(rq, &about) == LEVEL_GEEN)
		return;
	pack_kv_str(out, "about", about.code);
	(*n)++;
}

/* That the person objects is seen by whoever sees the item; what he says, from its core on: his
 * words may tell more than a lower level does. */
static void pack_statements(struct request *rq, const struct rec_item *item, enum level level,
			    struct buf *out, unsigned *n)
{
	if (!item->statements.n)
		return;
	(*n)++;
	if (level < LEVEL_KERN) {
		pack_kv_bool(out, "objected", true);
		return;
	}
	pack_key(out, "statements");
	pack_array(out, item->statements.n);
	for (size_t i = 0; i < item->statements.n; i++) {
		const struct rec_statement *s = &item->statements.v[i];

		pack_map(out, 2);
		pack_kv_int(out, "time", s->time);
		pack_kv_str(out, "text", open_text(rq, item->num, TEXT_STATEMENT, s->sealed));
	}
}

void serve_note(struct request *rq, const struct rec_item *item, const struct sight *s)
{
	note_seen(rq, item, s);
}

/* Another agency reads the same facts otherwise: nobody sees a reading without hearing that. */
static void pack_contradicted(struct request *rq, const struct rec_item *item, enum level level,
			      struct buf *out, unsigned *n)
{
	struct slices by;

	if (level < LEVEL_KERN || !slice_is(item->kind, "duiding"))
		return;
	by = readings_contradict(rq, item);
	if (!by.n)
		return;
	pack_kv_strs(out, "weersproken", by);
	(*n)++;
}

bool serve_show_at_most(struct request *rq, const struct rec_item *item, enum level most,
			struct buf *out)
{
	CLEANUP(views_wipe) struct views views = {0};
	CLEANUP(buf_wipe) struct buf pairs = {0};
	unsigned n = 2;
	struct sight s;

	if (policy_sight_of(rq->house->policy, rq->sight, rq->who, item, rq->now, &s) != ERR_OK)
		return false;
	s.level = s.level < most ? s.level : most;
	if (s.level == LEVEL_GEEN)
		return false;
	if (policy_open(rq->house->policy, rq->case_id, item, &views) != ERR_OK)
		return false;
	pack_kv_str(&pairs, "item", item->code);
	pack_key(&pairs, "view");
	views_cut(&views, s.level, &pairs);
	pack_refs(rq, item, s.level, &pairs, &n);
	pack_about(rq, item, &pairs, &n);
	pack_statements(rq, item, s.level, &pairs, &n);
	pack_contradicted(rq, item, s.level, &pairs, &n);
	pack_map(out, n);
	buf_slice(out, buf_view(&pairs));
	note_seen(rq, item, &s);
	return true;
}

bool serve_show(struct request *rq, const struct rec_item *item, struct buf *out)
{
	return serve_show_at_most(rq, item, LEVEL_INHOUD, out);
}

enum err answer_list(struct request *rq, const char *key, size_t n, const struct buf *list)
{
	pack_map(rq->out, 1);
	pack_key(rq->out, key);
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(list));
	return ERR_OK;
}
