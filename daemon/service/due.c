#include "due.h"

#include "args.h"
#include "attach.h"
#include "items.h"
#include "keys.h"
#include "lapse.h"
#include "shelf.h"
#include "terms.h"
#include "upward.h"
#include "waits.h"

static struct key row_key(const struct request *rq, int64_t at, uint64_t num, enum due what)
{
	struct key k = key_3((uint64_t)at, rq->case_id, num);

	k.p[k.n++] = (uint8_t)what;
	return k;
}

void due_put(struct request *rq, int64_t at, uint64_t num, enum due what)
{
	struct key k = row_key(rq, at, num, what);

	if (at)
		change_put(&rq->change, rq->pass, TAB_DUE, key_view(&k), SLICE(""));
}

void due_put_in(struct request *rq, uint64_t case_id, int64_t at, const struct due_row *row)
{
	struct key k = key_3((uint64_t)at, case_id, row->num);

	k.p[k.n++] = (uint8_t)row->what;
	change_put(&rq->change, rq->pass, TAB_DUE, key_view(&k), SLICE(""));
}

void due_drop(struct request *rq, int64_t at, uint64_t num, enum due what)
{
	struct key k = row_key(rq, at, num, what);

	if (at)
		change_del(&rq->change, rq->pass, TAB_DUE, key_view(&k));
}

/* What each sort of row asks. at: the moment of the row. */
static enum err (*const acts[DUE_WHATS])(struct request *, uint64_t num, int64_t at) = {
	[DUE_ITEM] = lapse_item,
	[DUE_VERZOEK] = terms_verzoek,
	[DUE_EMERGENCY] = terms_emergency,
	[DUE_TABLE] = upward_take,
	[DUE_ANSWER] = upward_answer,
	[DUE_PUBLISHED] = shelf_published,
	[DUE_ATTACH] = attach_stale,
	[DUE_TEXT] = waits_text,
	[DUE_CUT] = waits_cut,
};

static bool first_due(struct request *rq, struct key *k)
{
	struct walk w;

	store_walk(rq->house->store, TAB_DUE, SLICE(""), &w);
	k->n = w.on && w.key.n == 25 && (int64_t)get_be64(w.key.p) <= rq->now ? w.key.n : 0;
	for (size_t i = 0; i < k->n; i++)
		k->p[i] = w.key.p[i];
	store_walk_end(&w);
	return k->n > 0;
}

enum err due_next(struct request *rq, void *did)
{
	unsigned what;
	struct key k;

	if (!first_due(rq, &k))
		return ERR_OK;
	*(bool *)did = true;
	what = k.p[24];
	change_del(&rq->change, rq->pass, TAB_DUE, key_view(&k));
	rq->case_id = rq->change.case_id = get_be64(k.p + 8);
	rq->change.ground = SLICE("klok");
	if (what >= DUE_WHATS || !acts[what] ||
	    policy_case(rq->house->policy, rq->case_id, &rq->sight) != ERR_OK)
		return ERR_OK;
	return acts[what](rq, get_be64(k.p + 16), (int64_t)get_be64(k.p));
}
