#include "lapse.h"

#include "args.h"
#include "circle.h"
#include "items.h"
#include "notice.h"
#include "revise.h"
#include "thread.h"

#include <string.h>

static const int64_t asked_for_ms = 14LL * 24 * 60 * 60 * 1000;

/* A message is for who reads it: what the clock makes of it is for them and nobody else. */
static struct u64s for_whom(struct request *rq, const struct rec_item *over)
{
	size_t n = sight_members(rq->sight);
	struct u64s out = {ARENA_ARRAY(rq->arena, uint64_t, n + 1), 0};
	struct rec_item root;

	if (!over->about || thread_root(rq, over, &root) != ERR_OK)
		return over->only;
	for (size_t i = 0; i < n; i++) {
		uint64_t person = sight_member_at(rq->sight, i)->person;

		if (circle_sight(rq, over, &root, person) > LEVEL_GEEN)
			out.v[out.n++] = person;
	}
	return out;
}

/* The clock thinks that something stands still, and asks whether it is so: nobody's judgement, and
 * gone when nobody says yes. */
static enum err ask_standstill(struct request *rq, const struct rec_item *over)
{
	const struct kind *kind = vocab_kind(&brug_vocab, SLICE("signaal"));
	struct rec_ref ref = {SLICE("over"), over->num, LEVEL_KERN};
	struct rec_item item = {.num = rq->change.pos << 4 | rq->change.events_n,
				.kind = slice_of(kind->name),
				.category = slice_of(kind->category),
				.owner = over->owner,
				.areas = over->areas,
				.purposes = over->purposes,
				.state = SLICE("vraag"),
				.rev = 1,
				.executor = over->executor,
				.only = for_whom(rq, over),
				.made = rq->now,
				.changed = rq->now,
				.due = rq->now + asked_for_ms,
				.refs = {&ref, 1}};
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(tree_free) struct tree fields = {0};

	pack_map(&b, 2);
	pack_kv_text(&b, "soort", "stagnatie");
	pack_kv_text(&b, "bron", "klok");
	TRY(tree_take(&fields, &b));
	return item_first_own(rq, kind, &item, tree_root(&fields));
}

static void tell_both(struct request *rq, const char *what, const struct rec_item *item)
{
	notice_who_sees(rq, item->executor, what, item);
	notice_who_sees(rq, sight_case_rec(rq->sight)->lead, what, item);
	notice_who_sees(rq, policy_deputy(rq->sight, rq->now), what, item);
}

static enum err work_is_late(struct request *rq, const struct rec_item *item)
{
	tell_both(rq, "late", item);
	return ask_standstill(rq, item);
}

static enum err question_is_late(struct request *rq, const struct rec_item *item)
{
	for (size_t i = 0; i < item->asked.n; i++)
		notice_who_sees(rq, item->asked.v[i], "unanswered", item);
	notice_who_sees(rq, item->author, "unanswered", item);
	return ask_standstill(rq, item);
}

static enum err look_again(struct request *rq, const struct rec_item *item)
{
	tell_both(rq, "review", item);
	return ERR_OK;
}

static const struct {
	const char *kind;
	enum err (*also)(struct request *, const struct rec_item *);
} rows[] = {{"actie", work_is_late},
	    {"afspraak", work_is_late},
	    {"bericht", question_is_late},
	    {"afweging", look_again},
	    {"akkoord", look_again}};

static enum err what_else(struct request *rq, const struct rec_item *item)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (slice_is(item->kind, rows[i].kind))
			return rows[i].also(rq, item);
	return ERR_OK;
}

static const struct move *clock_move(const struct kind *kind, struct slice state)
{
	for (const struct move *m = kind ? kind->moves : NULL; m && m->verb; m++)
		if ((m->who & WHO_CLOCK) && slice_is(state, m->from))
			return m;
	return NULL;
}

enum err lapse_item(struct request *rq, uint64_t num, int64_t at)
{
	const struct kind *kind;
	const struct move *move;
	struct rec_item before, item;

	if (item_by_num(rq, num, &before) != ERR_OK || item_due(&before) != at)
		return ERR_OK;
	kind = vocab_kind(&brug_vocab, before.kind);
	move = clock_move(kind, before.state);
	item = before;
	item.state = slice_of(move->to);
	TRY(item_revise(rq, &(struct revision){.kind = kind, .before = &before, .item = &item}));
	return what_else(rq, &item);
}
