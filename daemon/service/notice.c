#include "notice.h"

#include "args.h"
#include "codes.h"
#include "items.h"
#include "keys.h"
#include "members.h"

#include <stdlib.h>

enum { NOTICES = 100, KEY = 10 };

static bool is_told(const struct change *c, uint64_t person)
{
	for (size_t i = 0; i < c->told_n; i++)
		if (c->told[i] == person)
			return true;
	return false;
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
			       .due = due};
	uint8_t at[KEY];
	struct key k;

	if (!person || person == by || is_told(&rq->change, person) || rq->change.told_n == TOLD)
		return;
	put_be64(at, rq->change.pos);
	at[8] = 0;
	at[9] = (uint8_t)rq->change.told_n;
	k = key_bytes(person, (struct slice){at, sizeof(at)});
	put_record(rq, TAB_NOTICE, key_view(&k), REC_notice, &n);
	rq->change.told[rq->change.told_n++] = person;
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
		    slice_is(m.status, "active") && slice_eq(m.agency, owner))
			notice_person(rq, m.person, what, item, ref, due);
	}
	store_walk_end(&w);
	if (rq->change.told_n == before)
		notice_function(rq, "agency-admin", owner, what, item, ref, due);
}

/* -- reading and putting away ------------------------------------------------------------------ */

static struct slice name_of(struct request *rq, const struct walk *w)
{
	return arena_fmt(rq->arena, "m%llu.%u", (unsigned long long)get_be64(w->key.p + 8),
			 (unsigned)w->key.p[17]);
}

/* The item's code only when he may know of it. */
static struct slice item_code_for(struct request *rq, const struct rec_notice *n)
{
	struct rec_item item;

	rq->case_id = n->case_id;
	if (!n->item || policy_case(rq->house->policy, n->case_id, &rq->sight) != ERR_OK ||
	    item_by_num(rq, n->item, &item) != ERR_OK || item_level(rq, &item) == LEVEL_GEEN)
		return (struct slice){0};
	return item.code;
}

static void pack_notice(struct request *rq, const struct walk *w, const struct rec_notice *n,
			struct buf *out)
{
	struct slice code = item_code_for(rq, n);

	pack_map(out, 8);
	pack_kv_str(out, "notice", name_of(rq, w));
	pack_kv_str(out, "what", n->what);
	pack_kv_str(out, "case", case_code_for(rq, n->case_id));
	pack_kv_str(out, "item", code);
	pack_kv_str(out, "by", show_person(rq, n->by));
	pack_kv_str(out, "ref", n->ref);
	pack_kv_int(out, "time", n->time);
	pack_kv_int(out, "due", n->due);
}

void notices_pack(struct request *rq, struct buf *out)
{
	struct key prefix = key_u64(rq->who->person);
	CLEANUP(buf_free) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_NOTICE, key_view(&prefix), &w); w.on && n < NOTICES;
	     store_next(&w)) {
		struct rec_notice notice;

		if (w.key.n != 8 + KEY || rec_read(REC_notice, arena_copy(rq->arena, w.val),
						   rq->arena, &notice) != ERR_OK)
			continue;
		pack_notice(rq, &w, &notice, &list);
		n++;
	}
	store_walk_end(&w);
	pack_array(out, n);
	buf_slice(out, buf_view(&list));
}

enum err serve_notice_done(struct request *rq)
{
	struct key prefix = key_u64(rq->who->person);
	struct slice which = arg_str(rq, "notice");
	int64_t left = 0;
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_NOTICE, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		if (w.key.n != 8 + KEY || (which.n && !slice_eq(which, name_of(rq, &w)))) {
			left++;
			continue;
		}
		found = true;
		change_del(&rq->change, rq->pass, TAB_NOTICE, arena_copy(rq->arena, w.key));
	}
	store_walk_end(&w);
	if (which.n && !found)
		return refuse_absent(rq);
	pack_map(rq->out, 1);
	pack_kv_int(rq->out, "left", left);
	return ERR_OK;
}
