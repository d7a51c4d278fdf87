#include "revise.h"

#include "args.h"
#include "codes.h"
#include "due.h"
#include "fields.h"
#include "items.h"
#include "keys.h"
#include "ruled.h"

enum { HISTORY = 100, HISTORY_BYTES = 512 * 1024, WALKED_A_TOKEN = 200 };

/* -- the text by level ------------------------------------------------------------------------- */

struct texts {
	struct buf level[LEVELS + 1];
};
static void texts_wipe(struct texts *t)
{
	for (int l = 1; l <= LEVELS; l++)
		buf_wipe(&t->level[l]);
}

static struct item_face face_of(struct request *rq, const struct rec_item *item, struct slice why)
{
	return (struct item_face){.kind = item->kind,
				  .agency = item->owner.n && item->owner.p[0] == '#'
						    ? show_to(rq, item->owner)
						    : item->owner,
				  .category = item->category,
				  .state = item->state,
				  .areas = item->areas,
				  .purposes = item->purposes,
				  .made = item->made,
				  .author = show_person(rq, item->author),
				  .by = show_person(rq, item->by),
				  .why = why,
				  .rev = item->rev,
				  .changed = item->changed};
}

static void lay_out(const struct kind *kind, const struct item_face *face,
		    const msgpack_object *update, const struct views *before, struct texts *out)
{
	for (int l = 1; l <= LEVELS; l++) {
		CLEANUP(tree_free) struct tree old = {0};
		bool had = before && tree_read(&old, before->level[l]) == ERR_OK;

		fields_pack(kind, (enum level)l, face, update, had ? tree_root(&old) : NULL,
			    &out->level[l]);
	}
}

/* The position at which each level last looked different: what a reader of less never hears of. */
static void note_levels(struct request *rq, struct rec_item *item, const struct texts *now,
			const struct views *before)
{
	uint64_t *pos = ARENA_ARRAY(rq->arena, uint64_t, LEVELS);

	for (int l = 1; l <= LEVELS; l++) {
		bool same = before && slice_eq(buf_view(&now->level[l]), before->level[l]);

		pos[l - 1] = same && item->level_pos.n == LEVELS ? item->level_pos.v[l - 1]
								 : rq->change.pos;
	}
	item->level_pos = (struct u64s){pos, LEVELS};
}

static enum err seal_item(struct request *rq, struct rec_item *item, const struct texts *t)
{
	CLEANUP(buf_free) struct buf sealed = {0};
	struct slice level[LEVELS + 1] = {{0}};

	for (int l = 1; l <= LEVELS; l++)
		level[l] = buf_view(&t->level[l]);
	TRY(policy_seal(rq->house->policy, rq->pass, rq->case_id, item->num, item->rev, level,
			&sealed));
	item->sealed = arena_copy(rq->arena, buf_view(&sealed));
	return ERR_OK;
}

int64_t item_due(const struct rec_item *item)
{
	const struct kind *kind = vocab_kind(&brug_vocab, item->kind);

	for (const struct move *m = kind ? kind->moves : NULL; m && m->verb; m++)
		if ((m->who & WHO_CLOCK) && slice_is(item->state, m->from))
			return item->due;
	return 0;
}

/* A code of its own, at random: numbers in a row would tell how much is hidden. */
static void draw_code(struct request *rq, struct rec_item *item)
{
	char code[ITEM_CODE + 1];
	struct key k;

	do {
		item_code(random_u64(), code);
		k = key_bytes(rq->case_id, slice_of(code));
	} while (store_has(rq->house->store, TAB_ITEM_CODE, key_view(&k)));
	item->code = arena_copy(rq->arena, slice_of(code));
}

static void put_codes(struct request *rq, const struct rec_item *item)
{
	struct key code = key_bytes(rq->case_id, item->code),
		   about = key_3(rq->case_id, item->about, item->num);
	uint8_t num[8];

	put_be64(num, item->num);
	change_put(&rq->change, rq->pass, TAB_ITEM_CODE, key_view(&code),
		   (struct slice){num, sizeof(num)});
	if (item->about)
		change_put(&rq->change, rq->pass, TAB_ABOUT, key_view(&about), SLICE(""));
}

/* before: as it was, or NULL. */
static void put_item(struct request *rq, const struct rec_item *before, const struct rec_item *item,
		     const struct texts *texts)
{
	struct key k = key_2(rq->case_id, item->num);
	int64_t was = before ? item_due(before) : 0, now = item_due(item);

	put_record(rq, TAB_ITEM, key_view(&k), REC_item, item);
	change_event(&rq->change, rq->pass, item->num, item->rev);
	ruled_keep(rq, item, buf_view(&texts->level[LEVEL_SIGNAAL]));
	if (was != now) {
		due_drop(rq, was, item->num, DUE_ITEM);
		due_put(rq, now, item->num, DUE_ITEM);
	}
}

void item_said(struct request *rq, const struct rec_item *item, bool with_state)
{
	bool rev = item_level(rq, item) == LEVEL_INHOUD;

	pack_map(rq->out, 1 + rev + with_state);
	pack_kv_str(rq->out, "item", item->code);
	if (rev)
		pack_kv_int(rq->out, "rev", (int64_t)item->rev);
	if (with_state)
		pack_kv_str(rq->out, "state", item->state);
}

/* -- revisions --------------------------------------------------------------------------------- */

enum err item_first_own(struct request *rq, const struct kind *kind, struct rec_item *item,
			const msgpack_object *fields)
{
	CLEANUP(texts_wipe) struct texts texts = {0};
	struct item_face face;

	draw_code(rq, item);
	face = face_of(rq, item, (struct slice){0});
	lay_out(kind, &face, fields, NULL, &texts);
	note_levels(rq, item, &texts, NULL);
	TRY(seal_item(rq, item, &texts));
	put_item(rq, NULL, item, &texts);
	put_codes(rq, item);
	return ERR_OK;
}

enum err item_first(struct request *rq, const struct kind *kind, struct rec_item *item)
{
	return item_first_own(rq, kind, item, obj_get(rq->params, "fields"));
}

static void keep_past(struct request *rq, const struct rec_item *before)
{
	struct key k = key_3(rq->case_id, before->num, before->rev);

	put_record(rq, TAB_PAST, key_view(&k), REC_item, before);
}

enum err item_revise(struct request *rq, const struct revision *r)
{
	const struct rec_item *before = r->before;
	struct rec_item *item = r->item;
	CLEANUP(views_wipe) struct views views = {0};
	CLEANUP(views_wipe) struct views other = {0};
	CLEANUP(texts_wipe) struct texts texts = {0};
	struct item_face face;

	TRY(policy_open(rq->house->policy, rq->case_id, before, &views));
	if (r->texts)
		TRY(policy_open(rq->house->policy, rq->case_id, r->texts, &other));
	item->rev = before->rev + 1;
	item->by = rq->who && !r->follows ? rq->who->person : 0;
	item->changed = rq->now;
	face = face_of(rq, item, r->why);
	lay_out(r->kind, &face, r->update, r->texts ? &other : &views, &texts);
	note_levels(rq, item, &texts, &views);
	TRY(seal_item(rq, item, &texts));
	keep_past(rq, before);
	put_item(rq, before, item, &texts);
	/* an executor sees the item, and in nazorg only while it is open */
	if (item->executor != before->executor ||
	    (item->executor && !slice_eq(item->state, before->state)))
		note_sight(rq);
	return ERR_OK;
}

/* -- history ----------------------------------------------------------------------------------- */

static bool pack_revision(struct request *rq, const struct rec_item *item, enum level level,
			  struct buf *out)
{
	CLEANUP(views_wipe) struct views views = {0};

	if (policy_open(rq->house->policy, rq->case_id, item, &views) != ERR_OK)
		return false;
	pack_map(out, level == LEVEL_INHOUD ? 3 : 1);
	if (level == LEVEL_INHOUD) {
		pack_kv_int(out, "rev", (int64_t)item->rev);
		pack_kv_int(out, "time", item->changed);
	}
	pack_key(out, "view");
	views_cut(&views, level, out);
	return true;
}

/* The references that he may know of, at this level. */
static size_t seen_refs(struct request *rq, const struct rec_item *item, enum level level,
			const struct rec_ref **out)
{
	size_t n = 0;

	for (size_t i = 0; i < item->refs.n; i++) {
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_item to;

		if (item->refs.v[i].level <= (uint64_t)level &&
		    item_peek(rq, item->refs.v[i].num, &own, &to) == ERR_OK &&
		    item_level(rq, &to) > LEVEL_GEEN)
			out[n++] = &item->refs.v[i];
	}
	return n;
}

static bool refs_alike(struct request *rq, const struct rec_item *a, const struct rec_item *b,
		       enum level level)
{
	const struct rec_ref **x = ARENA_ARRAY(rq->arena, const struct rec_ref *, a->refs.n + 1);
	const struct rec_ref **y = ARENA_ARRAY(rq->arena, const struct rec_ref *, b->refs.n + 1);
	size_t n = seen_refs(rq, a, level, x);

	if (n != seen_refs(rq, b, level, y))
		return false;
	for (size_t i = 0; i < n; i++)
		if (x[i]->num != y[i]->num || !slice_eq(x[i]->field, y[i]->field))
			return false;
	return true;
}

bool item_alike(struct request *rq, const struct rec_item *a, const struct rec_item *b,
		enum level level)
{
	bool statements = level >= LEVEL_KERN ? a->statements.n == b->statements.n
					      : !a->statements.n == !b->statements.n;

	return statements && item_changed_at(a, level) == item_changed_at(b, level) &&
	       refs_alike(rq, a, b, level);
}

/* Earlier revisions that looked different to him, newest last: a change he could not see leaves no
 * trace. The last HISTORY of them: a long one costs no more than that. Two records are in memory at
 * a time, each in its own. */
void history_pack(struct request *rq, const struct rec_item *now, struct buf *out)
{
	enum level level = item_level(rq, now);
	struct buf one[HISTORY] = {0};
	struct arena own[2] = {0};
	struct rec_item next = *now;
	size_t n = 0, bytes = 0, turn = 0;
	uint64_t rev = now->rev;

	while (rev-- > 1 && n < HISTORY && bytes < HISTORY_BYTES) {
		struct rec_item past;

		arena_free(&own[turn]);
		if (past_peek(rq, now->num, rev, &own[turn], &past) != ERR_OK)
			continue;
		if (!item_alike(rq, &past, &next, level) &&
		    pack_revision(rq, &past, level, &one[n]))
			bytes += one[n++].n;
		next = past;
		turn ^= 1;
	}
	arena_free(&own[0]);
	arena_free(&own[1]);
	pack_array(out, n);
	for (size_t i = n; i-- > 0;) {
		buf_slice(out, buf_view(&one[i]));
		buf_wipe(&one[i]);
	}
	rq->cost += (unsigned)(n / 8 + (now->rev - rev) / WALKED_A_TOKEN);
}
