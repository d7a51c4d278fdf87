/* The regisseur's pain is silence: who did nothing, read nothing, was not near. Computed from what
 * the asker sees, so that what is hidden from him makes nobody more or less silent. */
#include "args.h"
#include "clock.h"
#include "items.h"
#include "keys.h"
#include "look.h"
#include "since.h"

#include <stdlib.h>

struct quiet {
	const struct rec_member *m;
	struct rec_looked mark;
	int64_t last, contact;
	size_t unread;
};
struct board {
	struct quiet *v;
	size_t n;
};

static bool counts(const struct rec_member *m)
{
	return slice_is(m->status, "active") && !slice_is(m->role, "betrokkene") &&
	       !slice_is(m->role, "ondersteuner") && !slice_is(m->role, "gast");
}

static void people(struct request *rq, struct board *b)
{
	b->v = ARENA_ARRAY(rq->arena, struct quiet, sight_members(rq->sight) + 1);
	for (size_t i = 0; i < sight_members(rq->sight); i++) {
		const struct rec_member *m = sight_member_at(rq->sight, i);

		if (!counts(m))
			continue;
		b->v[b->n] = (struct quiet){.m = m};
		since_mark(rq, m->person, &b->v[b->n++].mark);
	}
}

static void did(struct board *b, uint64_t person, int64_t when)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->v[i].m->person == person && b->v[i].last < when)
			b->v[i].last = when;
}

/* Who did what stands at inhoud. */
static void note_acts(struct request *rq, const struct rec_item *item, struct board *b)
{
	struct key prefix = key_2(rq->case_id, item->num);
	struct walk w;

	did(b, item->author, item->made);
	did(b, item->by, item->changed);
	for (store_walk(rq->house->store, TAB_PAST, key_view(&prefix), &w); w.on; store_next(&w)) {
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_item past;

		if (rec_read(REC_item, w.val, &own, &past) == ERR_OK)
			did(b, past.by, past.changed);
	}
	store_walk_end(&w);
}

/* What both may see of it, and looks otherwise than when he last looked. */
static void note_unread(struct request *rq, const struct rec_item *item, enum level mine,
			struct board *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct viewer he = {.person = b->v[i].m->person};
		struct rec_item past;
		struct sight s;
		bool is_new;

		if (item->by == he.person ||
		    policy_sight_of(rq->house->policy, rq->sight, &he, item, rq->now, &s) !=
			    ERR_OK ||
		    s.level < LEVEL_SIGNAAL)
			continue;
		b->v[i].unread += since_changed(rq, item, s.level < mine ? s.level : mine,
						b->v[i].mark.time, &past, &is_new);
	}
}

static void near(struct board *b, uint64_t person, int64_t when)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->v[i].m->person == person && b->v[i].contact < when)
			b->v[i].contact = when;
}

static void note_contact(struct request *rq, const struct rec_item *item, struct board *b)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *with;
	int64_t day;

	if (!slice_is(item->kind, "contact") || !look(rq, item, &t) || look_level(&t) < LEVEL_KERN)
		return;
	day = clock_parse(arena_str(rq->arena, look_text(&t, "datum")), 0);
	with = look_field(&t, "met");
	for (size_t i = 0; i < obj_n(with); i++)
		near(b, policy_person(rq->house->policy, obj_bytes(obj_at(with, i))), day);
	if (!obj_n(with) && look_level(&t) == LEVEL_INHOUD)
		near(b, item->author, day);
}

static int longest_first(const void *a, const void *b)
{
	int64_t x = ((const struct quiet *)a)->last, y = ((const struct quiet *)b)->last;

	return (x > y) - (x < y);
}

static void pack_quiet(struct request *rq, const struct quiet *q)
{
	struct slice handle, name;

	policy_names(rq->house->policy, q->m->person, rq->arena, &handle, &name);
	pack_map(rq->out, 8);
	pack_kv_str(rq->out, "person", handle);
	pack_kv_str(rq->out, "name", name);
	pack_kv_str(rq->out, "agency", q->m->agency);
	pack_kv_str(rq->out, "role", q->m->role);
	pack_kv_int(rq->out, "last", q->last);
	pack_kv_int(rq->out, "unread", (int64_t)q->unread);
	pack_kv_int(rq->out, "looked", q->mark.time);
	pack_kv_int(rq->out, "contact", q->contact);
}

enum err serve_case_silence(struct request *rq)
{
	struct board b = {0};
	struct items it;

	people(rq, &b);
	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		enum level mine = item_level(rq, &it.item);

		if (mine == LEVEL_INHOUD)
			note_acts(rq, &it.item, &b);
		if (mine >= LEVEL_SIGNAAL && !it.item.about)
			note_unread(rq, &it.item, mine, &b);
		note_contact(rq, &it.item, &b);
	}
	qsort(b.v, b.n, sizeof(*b.v), longest_first);
	rq->log_itself = true;
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_key(rq->out, "people");
	pack_array(rq->out, b.n);
	for (size_t i = 0; i < b.n; i++)
		pack_quiet(rq, &b.v[i]);
	return ERR_OK;
}
