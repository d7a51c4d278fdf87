#include "notice.h"

#include "args.h"
#include "codes.h"
#include "items.h"
#include "keys.h"
#include "members.h"

#include <stdlib.h>

enum { NOTICES = 100, LOOKED_BACK = 200, KEY = 10 };
#define MONTH_MS (30LL * 24 * 60 * 60 * 1000)

/* What somebody may be doing in his name, or without leave: before all that is merely news. */
static bool is_urgent(const struct rec_notice *n)
{
	return slice_is(n->what, "code") || slice_is(n->what, "device") ||
	       slice_is(n->what, "emergency");
}

static bool is_told(const struct change *c, uint64_t person)
{
	for (size_t i = 0; i < c->told_n; i++)
		if (c->told[i] == person)
			return true;
	return false;
}

static bool is_same(const struct rec_notice *a, const struct rec_notice *b)
{
	return a->case_id == b->case_id && a->item == b->item && a->by == b->by &&
	       slice_eq(a->what, b->what) && slice_eq(a->ref, b->ref);
}

/* Said again it is said anew, once: who does a thing a hundred times fills nobody's list. Codes and
 * devices are each of their own. */
static void drop_older(struct request *rq, uint64_t person, const struct rec_notice *n)
{
	struct key prefix = key_u64(person);
	size_t looked = 0;
	struct walk w;

	for (store_walk_last(rq->house->store, TAB_NOTICE, key_view(&prefix), &w);
	     w.on && looked < LOOKED_BACK && !is_urgent(n); store_prev(&w), looked++) {
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_notice old;

		if (w.key.n == 8 + KEY && rec_read(REC_notice, w.val, &own, &old) == ERR_OK &&
		    is_same(&old, n))
			change_del(&rq->change, rq->pass, TAB_NOTICE, arena_copy(rq->arena, w.key));
	}
	store_walk_end(&w);
}

void notice_person(struct request *rq, uint64_t person, const char *what, uint64_t item,
		   struct slice ref, int64_t due)
{
	uint64_t by = rq->who ? rq->who->person : 0; /* 0: the clock */
	struct rec_notice n = {.what = slice_of(what),
			       .case_id = rq->case_id,
			       .item = item,
			       .ref = ref,
			       .by = by,
			       .time = rq->now,
			       .due = due,
			       .id = arena_fmt(rq->arena, "m-%08x", (unsigned)random_u64())};
	uint8_t at[KEY];
	struct key k;

	if (!person || person == by || is_told(&rq->change, person) || rq->change.told_n == TOLD)
		return;
	drop_older(rq, person, &n);
	put_be64(at, rq->change.pos);
	at[8] = 0;
	at[9] = (uint8_t)rq->change.told_n;
	k = key_bytes(person, (struct slice){at, sizeof(at)});
	put_record(rq, TAB_NOTICE, key_view(&k), REC_notice, &n);
	rq->change.told[rq->change.told_n++] = person;
}

void notice_who_sees(struct request *rq, uint64_t person, const char *what,
		     const struct rec_item *item)
{
	struct viewer viewer = {.person = person};
	struct sight s;

	if (person &&
	    policy_sight_of(rq->house->policy, rq->sight, &viewer, item, rq->now, &s) == ERR_OK &&
	    s.level >= LEVEL_SIGNAAL)
		notice_person(rq, person, what, item->num, item->code, item->due);
}

void notice_function(struct request *rq, const char *function, struct slice agency,
		     const char *what, uint64_t item, struct slice ref, int64_t due)
{
	struct walk w;

	for (store_walk(rq->house->store, TAB_PERSON, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_person p;

		if (rec_read(REC_person, arena_copy(rq->arena, w.val), rq->arena, &p) == ERR_OK &&
		    !p.stopped && slices_have(p.functions, slice_of(function)) &&
		    (!agency.n || slice_eq(p.agency, agency)))
			notice_person(rq, p.id, what, item, ref, due);
	}
	store_walk_end(&w);
}

/* Whether somebody takes part in the case now and knows of the item (0: of the case is enough). */
static bool sees(struct request *rq, uint64_t person, uint64_t num)
{
	struct viewer viewer = {.person = person};
	struct rec_item item;
	struct sight s;

	if (!rq->sight || !policy_takes_part(rq->sight, person, rq->now))
		return false;
	return !num || (item_by_num(rq, num, &item) == ERR_OK &&
			policy_sight_of(rq->house->policy, rq->sight, &viewer, &item, rq->now,
					&s) == ERR_OK &&
			s.level > LEVEL_GEEN);
}

void notice_seer(struct request *rq, uint64_t person, const char *what, const struct rec_item *item,
		 int64_t due)
{
	if (sees(rq, person, item->num))
		notice_person(rq, person, what, item->num, item->code, due);
}

void notice_owner(struct request *rq, struct slice owner, const char *what, uint64_t item,
		  struct slice ref, int64_t due)
{
	struct key prefix = key_u64(rq->case_id);
	size_t before = rq->change.told_n;
	struct walk w;

	if (owner.n > 1 && owner.p[0] == '#') {
		notice_person(rq, strtoull(arena_str(rq->arena, owner) + 1, NULL, 10), what, item,
			      ref, due);
		return;
	}
	for (store_walk(rq->house->store, TAB_MEMBER, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_member m;

		if (rec_read(REC_member, arena_copy(rq->arena, w.val), rq->arena, &m) == ERR_OK &&
		    slice_eq(m.agency, owner) && sees(rq, m.person, item))
			notice_person(rq, m.person, what, item, ref, due);
	}
	store_walk_end(&w);
	if (rq->change.told_n == before)
		notice_function(rq, "agency-admin", owner, what, item, ref, due);
}

/* -- reading and putting away ------------------------------------------------------------------ */

/* How much of a notice its reader may have now: he may have left the case since, or be told by his
 * function and take no part in it. */
struct face {
	struct slice where, item, by, ref;
};

static bool item_code_for(struct request *rq, const struct rec_notice *n, struct slice *code)
{
	struct rec_item item;

	if (policy_case(rq->house->policy, n->case_id, &rq->sight) != ERR_OK ||
	    item_by_num(rq, n->item, &item) != ERR_OK || item_level(rq, &item) == LEVEL_GEEN)
		return false;
	*code = item.code;
	return true;
}

static struct face face_of(struct request *rq, const struct rec_notice *n)
{
	struct face f = {0};
	struct refusal r;

	rq->case_id = n->case_id;
	if (n->case_id &&
	    policy_may(rq->house->policy, rq->who, RIGHT_MEMBER, n->case_id, rq->now, &r) !=
		    ERR_OK &&
	    policy_may(rq->house->policy, rq->who, RIGHT_PRIVACY, 0, rq->now, &r) != ERR_OK) {
		f.ref = n->item ? (struct slice){0} : n->ref;
		if (slice_is(n->what, "erased")) /* who did it, he is told though it is gone */
			f.by = show_person(rq, n->by);
		return f;
	}
	f.where = case_code_for(rq, n->case_id);
	f.by = show_person(rq, n->by);
	if (!n->item || item_code_for(rq, n, &f.item))
		f.ref = n->ref;
	return f;
}

/* How an emergency was judged, or empty: then nobody waits for it any more either. */
static struct slice verdict_of(struct request *rq, const struct rec_notice *n)
{
	struct key k = key_bytes(n->case_id, n->ref);
	struct rec_emergency e;

	if (!slice_starts(n->what, SLICE("emergency")) ||
	    get_record(rq, TAB_EMERGENCY, key_view(&k), REC_emergency, &e) != ERR_OK || !e.reviewed)
		return (struct slice){0};
	return e.verdict;
}

static void pack_notice(struct request *rq, const struct rec_notice *n, struct buf *out)
{
	struct face f = face_of(rq, n);
	struct slice verdict = f.by.n ? verdict_of(rq, n) : (struct slice){0};

	pack_map(out, 10);
	pack_kv_bool(out, "clock", !n->by);
	pack_kv_str(out, "verdict", verdict);
	pack_kv_str(out, "notice", n->id);
	pack_kv_str(out, "what", n->what);
	pack_kv_str(out, "case", f.where);
	pack_kv_str(out, "item", f.item);
	pack_kv_str(out, "by", f.by);
	pack_kv_str(out, "ref", f.ref);
	pack_kv_int(out, "time", n->time);
	pack_kv_int(out, "due", verdict.n ? 0 : n->due);
}

/* The notices he is shown, urgent ones first and of each sort the newest first; at most NOTICES. */
struct shown {
	struct rec_notice v[NOTICES];
	struct slice key[NOTICES];
	size_t n;
};

static void take_shown(struct request *rq, bool urgent, struct shown *out)
{
	struct key prefix = key_u64(rq->who->person);
	struct walk w;

	for (store_walk_last(rq->house->store, TAB_NOTICE, key_view(&prefix), &w);
	     w.on && out->n < NOTICES; store_prev(&w)) {
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_notice n;

		if (w.key.n != 8 + KEY || rec_read(REC_notice, w.val, &own, &n) != ERR_OK ||
		    is_urgent(&n) != urgent ||
		    rec_read(REC_notice, arena_copy(rq->arena, w.val), rq->arena,
			     &out->v[out->n]) != ERR_OK)
			continue;
		out->key[out->n++] = arena_copy(rq->arena, w.key);
	}
	store_walk_end(&w);
}

static struct shown *shown_now(struct request *rq)
{
	struct shown *s = ARENA_NEW(rq->arena, struct shown);

	take_shown(rq, true, s);
	take_shown(rq, false, s);
	return s;
}

void notices_pack(struct request *rq, struct buf *out)
{
	const struct shown *s = shown_now(rq);

	pack_array(out, s->n);
	for (size_t i = 0; i < s->n; i++)
		pack_notice(rq, &s->v[i], out);
}

/* What is told about devices is told to the ones he had: who came in by that code, or since, does
 * not put it away. After a month anybody does, for the older ones may be gone. */
static bool from_before(struct request *rq, const struct rec_notice *n)
{
	struct rec_device d;

	if ((!slice_is(n->what, "code") && !slice_is(n->what, "device")) ||
	    n->time + MONTH_MS < rq->now)
		return true;
	return get_record(rq, TAB_DEVICE, rq->who->device, REC_device, &d) == ERR_OK &&
	       (!d.let_in_by || d.since < n->time);
}

static size_t count_all(struct request *rq)
{
	struct key prefix = key_u64(rq->who->person);
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_NOTICE, key_view(&prefix), &w); w.on; store_next(&w))
		n += w.key.n == 8 + KEY;
	store_walk_end(&w);
	return n;
}

/* When the newest that he has seen was told. */
static enum err arg_until(struct request *rq, const struct shown *s, int64_t *out)
{
	struct slice until = arg_str(rq, "until");

	*out = until.n ? 0 : rq->now;
	for (size_t i = 0; i < s->n; i++)
		if (until.n && slice_eq(s->v[i].id, until))
			*out = s->v[i].time;
	return *out ? ERR_OK : refuse_absent(rq);
}

/* Only what today shows is put away: nobody has read the others. */
enum err serve_notice_done(struct request *rq)
{
	struct slice which = arg_str(rq, "notice");
	const struct shown *s = shown_now(rq);
	size_t done = 0;
	int64_t until;

	TRY(arg_until(rq, s, &until));
	for (size_t i = 0; i < s->n; i++) {
		const struct rec_notice *n = &s->v[i];

		if ((which.n && !slice_eq(which, n->id)) || n->time > until || !from_before(rq, n))
			continue;
		change_del(&rq->change, rq->pass, TAB_NOTICE, s->key[i]);
		done++;
	}
	if (which.n && !done)
		return refuse_absent(rq);
	pack_map(rq->out, 1);
	pack_kv_int(rq->out, "left", (int64_t)(count_all(rq) - done));
	return ERR_OK;
}
