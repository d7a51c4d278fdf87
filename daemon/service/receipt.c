#include "receipt.h"

#include "args.h"
#include "items.h"
#include "keys.h"

enum { LOOKED = 20000 /* entries of the log, from the last back */ };

/* What one member loses sight of, and which of that he has had. */
struct loss {
	uint64_t person;
	struct slice agency;
	uint64_t *items;
	bool *had;
	size_t n;
};
struct receipt {
	struct request *rq;
	const struct sight_case *after; /* the case as it is without the consent */
	struct rec_item *items;         /* that the asker may know of, messages left out */
	size_t items_n;
	struct loss *losses;
	size_t losses_n;
};

static void take_items(struct receipt *r)
{
	size_t cap = 0;
	struct items it;

	for (items_first(r->rq, 0, &it); it.on; items_next(&it)) {
		if (it.item.about || item_level(r->rq, &it.item) == LEVEL_GEEN)
			continue;
		if (r->items_n == cap) {
			struct rec_item *v =
				ARENA_ARRAY(r->rq->arena, struct rec_item, cap * 2 + 32);

			for (size_t i = 0; i < r->items_n; i++)
				v[i] = r->items[i];
			r->items = v;
			cap = cap * 2 + 32;
		}
		r->items[r->items_n++] = it.item;
	}
}

static bool loses(const struct receipt *r, uint64_t person, const struct rec_item *item)
{
	struct viewer v = {.person = person};
	struct sight before, after;

	policy_sight(r->rq->sight, &v, item, NULL, r->rq->now, &before);
	policy_sight(r->after, &v, item, NULL, r->rq->now, &after);
	return after.level < before.level;
}

static void find_losses(struct receipt *r)
{
	size_t members = sight_members(r->rq->sight);

	r->losses = ARENA_ARRAY(r->rq->arena, struct loss, members + 1);
	for (size_t i = 0; i < members; i++) {
		const struct rec_member *m = sight_member_at(r->rq->sight, i);
		struct loss *l = &r->losses[r->losses_n];

		*l = (struct loss){.person = m->person,
				   .agency = m->agency,
				   .items = ARENA_ARRAY(r->rq->arena, uint64_t, r->items_n + 1),
				   .had = ARENA_ARRAY(r->rq->arena, bool, r->items_n + 1)};
		for (size_t k = 0; k < r->items_n; k++)
			if (loses(r, m->person, &r->items[k]))
				l->items[l->n++] = r->items[k].num;
		r->losses_n += l->n > 0;
	}
}

static void note_read(struct receipt *r, const struct seen *e)
{
	for (size_t i = 0; i < r->losses_n; i++) {
		struct loss *l = &r->losses[i];

		if (l->person != e->person)
			continue;
		for (size_t k = 0; k < l->n; k++)
			for (size_t s = 0; s < e->items_n; s++)
				l->had[k] = l->had[k] || e->items[s].num == l->items[k];
	}
}

/* The log says who has had what; a long log is read from its end, and no further than is quick. */
static void read_log(struct receipt *r)
{
	struct key prefix = key_u64(r->rq->case_id);
	struct walk w;
	size_t n = 0;

	for (store_walk_last(r->rq->house->store, TAB_SEEN, key_view(&prefix), &w);
	     w.on && n < LOOKED; store_prev(&w), n++) {
		CLEANUP(arena_free) struct arena a = {0};
		struct seen e;

		if (seen_read(w.val, &a, &e) == ERR_OK)
			note_read(r, &e);
	}
	store_walk_end(&w);
}

/* Which items: for the person and who speaks for him. Codes and no text: an answer to a change is
 * kept for a month, in case it is asked again. */
static bool hears_which(struct request *rq)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	return slice_is(me->role, "betrokkene") || slice_is(me->role, "ondersteuner");
}

static void pack_which(const struct receipt *r, const struct loss *l, struct buf *out)
{
	pack_key(out, "which");
	pack_array(out, l->n);
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < r->items_n; k++)
			if (r->items[k].num == l->items[i]) {
				pack_map(out, 2);
				pack_kv_str(out, "item", r->items[k].code);
				pack_kv_bool(out, "read", l->had[i]);
			}
}

static void pack_loss(const struct receipt *r, const struct loss *l, struct buf *out)
{
	struct request *rq = r->rq;
	int64_t had = 0;

	for (size_t i = 0; i < l->n; i++)
		had += l->had[i];
	pack_map(out, 4 + hears_which(rq));
	if (hears_which(rq))
		pack_which(r, l, out);
	pack_kv_str(out, "person", show_person(rq, l->person));
	pack_kv_str(out, "agency", l->agency);
	pack_kv_int(out, "items", (int64_t)l->n);
	pack_kv_int(out, "read", had);
}

void receipt_pack(struct request *rq, const struct rec_consent *c, struct buf *out)
{
	struct overlay o = {.drop_consent = c->id};
	struct receipt r = {.rq = rq};
	struct sight_case *after = NULL;

	if (policy_imagine(rq->house->policy, rq->case_id, &o, &after) == ERR_OK) {
		r.after = after;
		take_items(&r);
		find_losses(&r);
		if (r.losses_n)
			read_log(&r);
	}
	policy_forget(after);
	pack_array(out, r.losses_n);
	for (size_t i = 0; i < r.losses_n; i++)
		pack_loss(&r, &r.losses[i], out);
}
