#include "terms.h"

#include "args.h"
#include "due.h"
#include "items.h"
#include "keys.h"
#include "moves.h"
#include "notice.h"

#include <stdlib.h>
#include <string.h>

static const int64_t week_ms = 7LL * 24 * 60 * 60 * 1000;
/* Long enough after it opened to be judged in peace: 72 hours. */
static const int64_t review_ms = 72LL * 60 * 60 * 1000;

/* The number in "v-1a2b3c" or "nood-1a2b3c4d": a row of the clock holds numbers. */
static uint64_t number_of(struct request *rq, struct slice id)
{
	const char *z = arena_str(rq->arena, id), *dash = strchr(z, '-');

	return dash ? strtoull(dash + 1, NULL, 16) : 0;
}

void terms_of_verzoek(struct request *rq, const struct rec_verzoek *v)
{
	due_put(rq, v->due - week_ms, number_of(rq, v->id), DUE_VERZOEK);
	due_put(rq, v->due, number_of(rq, v->id), DUE_VERZOEK);
}

void terms_of_emergency(struct request *rq, const struct rec_emergency *e)
{
	due_put(rq, e->from + review_ms, number_of(rq, e->id), DUE_EMERGENCY);
}

enum err terms_verzoek(struct request *rq, uint64_t num, int64_t at)
{
	struct slice id = arena_fmt(rq->arena, "v-%06llx", (unsigned long long)num);
	struct key k = key_bytes(rq->case_id, id);
	struct rec_item item = {0};
	struct rec_verzoek v;
	const char *what;

	if (get_record(rq, TAB_VERZOEK, key_view(&k), REC_verzoek, &v) != ERR_OK || v.answered)
		return ERR_OK;
	what = at < v.due ? "verzoek-soon" : "verzoek-late";
	if (phase_closed(sight_case_rec(rq->sight)->phase)) {
		notice_function(rq, "privacy-officer", (struct slice){0}, what, 0, v.id, v.due);
		return ERR_OK;
	}
	if (v.item && item_by_num(rq, v.item, &item) == ERR_OK)
		notice_owner(rq, item.owner, what, v.item, v.id, v.due);
	else
		notice_person(rq, sight_case_rec(rq->sight)->lead, what, 0, v.id, v.due);
	if (at >= v.due)
		notice_function(rq, "privacy-officer", (struct slice){0}, what, v.item, v.id,
				v.due);
	return ERR_OK;
}

enum err terms_emergency(struct request *rq, uint64_t num, int64_t at)
{
	struct slice id = arena_fmt(rq->arena, "nood-%08llx", (unsigned long long)num);
	struct key k = key_bytes(rq->case_id, id);
	struct rec_emergency e;

	if (get_record(rq, TAB_EMERGENCY, key_view(&k), REC_emergency, &e) == ERR_OK && !e.reviewed)
		notice_function(rq, "privacy-officer", (struct slice){0}, "emergency-late", e.item,
				e.id, at);
	return ERR_OK;
}
