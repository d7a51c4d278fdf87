#include "waits.h"

#include "args.h"
#include "due.h"
#include "items.h"
#include "keys.h"
#include "notice.h"

static const int64_t week_ms = 7LL * 24 * 60 * 60 * 1000;

static bool is_asked(const struct rec_item *item)
{
	return slice_is(item->state, "tekst_gevraagd") || slice_is(item->state, "te_toetsen");
}

void waits_put(struct request *rq, const struct rec_item *item)
{
	if (slice_is(item->kind, "belemmering") && is_asked(item))
		due_put(rq, item->changed + week_ms, item->num, DUE_TEXT);
}

/* He has not put the last one away yet. */
static bool told_already(struct request *rq, uint64_t person, const char *what, uint64_t item)
{
	struct key prefix = key_u64(person);
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_NOTICE, key_view(&prefix), &w); w.on && !found;
	     store_next(&w)) {
		struct rec_notice n;

		found = rec_read(REC_notice, arena_copy(rq->arena, w.val), rq->arena, &n) ==
				ERR_OK &&
			n.case_id == rq->case_id && n.item == item && slice_is(n.what, what);
	}
	store_walk_end(&w);
	return found;
}

static void remind(struct request *rq, uint64_t person, const char *what,
		   const struct rec_item *item)
{
	if (person && !told_already(rq, person, what, item->num))
		notice_who_sees(rq, person, what, item);
}

static void remind_chairs(struct request *rq, const struct rec_item *item)
{
	for (size_t i = 0; i < sight_members(rq->sight); i++)
		if (slice_is(sight_member_at(rq->sight, i)->role, "voorzitter"))
			remind(rq, sight_member_at(rq->sight, i)->person, "text", item);
}

enum err waits_text(struct request *rq, uint64_t num, int64_t at)
{
	struct rec_draft d;
	struct rec_item item;
	struct key k = key_2(rq->case_id, num);

	/* a row of an earlier revision: that one has a row of its own */
	if (item_by_num(rq, num, &item) != ERR_OK || !is_asked(&item) ||
	    (at - item.changed) % week_ms)
		return ERR_OK;
	if (slice_is(item.state, "tekst_gevraagd"))
		remind_chairs(rq, &item);
	else if (get_record(rq, TAB_DRAFT, key_view(&k), REC_draft, &d) == ERR_OK)
		remind(rq, d.checker, "check", &item);
	due_put(rq, at + week_ms, num, DUE_TEXT);
	return ERR_OK;
}

enum err waits_cut(struct request *rq, uint64_t num, int64_t at)
{
	struct rec_item item;
	bool stands = false;

	if (item_by_num(rq, num, &item) != ERR_OK)
		return ERR_OK;
	for (size_t i = 0; i < item.cuts.n; i++)
		stands = stands || item.cuts.v[i].review == at;
	if (stands)
		notice_owner(rq, item.owner, "narrowed", num, item.code, 0);
	return ERR_OK;
}
