#include "since.h"

#include "args.h"
#include "items.h"
#include "keys.h"
#include "revise.h"

#include <stdlib.h>

void since_mark(struct request *rq, uint64_t person, struct rec_looked *out)
{
	struct key k = key_2(rq->case_id, person);

	if (get_record(rq, TAB_LOOKED, key_view(&k), REC_looked, out) != ERR_OK)
		*out = (struct rec_looked){0};
}

static bool is_before(struct request *rq, uint64_t num, uint64_t rev, int64_t mark)
{
	CLEANUP(arena_free) struct arena own = {0};
	struct rec_item past;

	return past_peek(rq, num, rev, &own, &past) == ERR_OK && past.changed < mark;
}

/* The last revision before the moment: what he saw then. They are in the order of time, so of
 * thousands a few are looked at. */
static bool past_at(struct request *rq, const struct rec_item *now, int64_t mark,
		    struct rec_item *past)
{
	uint64_t was = 0, is = now->rev;

	while (is - was > 1) {
		uint64_t mid = was + (is - was) / 2;

		if (is_before(rq, now->num, mid, mark))
			was = mid;
		else
			is = mid;
	}
	return was && item_past(rq, now->num, was, past) == ERR_OK;
}

bool since_changed(struct request *rq, const struct rec_item *now, enum level level, int64_t mark,
		   struct rec_item *past, bool *is_new)
{
	*is_new = now->made >= mark;
	if (*is_new)
		return true;
	if (now->changed < mark || !past_at(rq, now, mark, past))
		return false;
	return !item_alike(rq, past, now, level);
}

/* -- plan.seen --------------------------------------------------------------------------------- */

enum err serve_plan_seen(struct request *rq)
{
	struct key k = key_2(rq->case_id, rq->who->person);
	int64_t time = arg_int(rq, "time", rq->now);
	struct rec_looked was, mark;

	since_mark(rq, rq->who->person, &was);
	mark = (struct rec_looked){time > rq->now ? rq->now : time, was.time};
	if (mark.time > was.time)
		put_record(rq, TAB_LOOKED, key_view(&k), REC_looked, &mark);
	pack_map(rq->out, 0);
	return ERR_OK;
}

/* -- plan.changes ------------------------------------------------------------------------------ */

struct changed {
	struct rec_item now, past;
	bool is_new;
	uint64_t at; /* position: the order of things */
};

static int by_position(const void *a, const void *b)
{
	uint64_t x = ((const struct changed *)a)->at, y = ((const struct changed *)b)->at;

	return (x > y) - (x < y);
}

/* His own acts are no news to him. */
static size_t find_changed(struct request *rq, int64_t mark, struct changed **out)
{
	size_t n = 0, cap = 64;
	struct items it;

	*out = ARENA_ARRAY(rq->arena, struct changed, cap);
	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		enum level level = it.item.about ? LEVEL_GEEN : item_level(rq, &it.item);
		struct changed c = {.now = it.item, .at = item_changed_at(&it.item, level)};

		if (level == LEVEL_GEEN || it.item.by == rq->who->person ||
		    !since_changed(rq, &it.item, level, mark, &c.past, &c.is_new))
			continue;
		if (n == cap) {
			struct changed *more = ARENA_ARRAY(rq->arena, struct changed, cap * 2);

			for (size_t i = 0; i < n; i++)
				more[i] = (*out)[i];
			*out = more;
			cap *= 2;
		}
		(*out)[n++] = c;
	}
	qsort(*out, n, sizeof(**out), by_position);
	return n;
}

static bool pack_changed(struct request *rq, const struct changed *c, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf shown = {0};
	CLEANUP(views_wipe) struct views was = {0};
	bool had =
		!c->is_new && policy_open(rq->house->policy, rq->case_id, &c->past, &was) == ERR_OK;

	if (!serve_show(rq, &c->now, &shown))
		return false;
	pack_map(out, had ? 3 : 2);
	pack_key(out, "item");
	buf_slice(out, buf_view(&shown));
	pack_kv_bool(out, "new", c->is_new);
	if (had) {
		pack_key(out, "was");
		views_cut(&was, item_level(rq, &c->now), out);
	}
	return true;
}

enum err serve_plan_changes(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct changed *changed;
	struct rec_looked mark;
	size_t n = 0, all;
	int64_t from;

	since_mark(rq, rq->who->person, &mark);
	from = arg_bool(rq, "again") ? mark.before : mark.time;
	all = find_changed(rq, from, &changed);
	for (size_t i = 0; i < all; i++)
		if (pack_changed(rq, &changed[i], &list))
			n++;
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_kv_int(rq->out, "since", from);
	pack_key(rq->out, "changes");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}
