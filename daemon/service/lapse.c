#include "lapse.h"

#include "args.h"
#include "circle.h"
#include "items.h"
#include "notice.h"
#include "revise.h"
#include "upward.h"
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

/* At a table: its chairs. */
static void tell_chairs(struct request *rq, const char *what, const struct rec_item *item)
{
	for (size_t i = 0; i < sight_members(rq->sight); i++)
		if (slice_is(sight_member_at(rq->sight, i)->role, "voorzitter"))
			notice_who_sees(rq, sight_member_at(rq->sight, i)->person, what, item);
}

static void tell_both(struct request *rq, const char *what, const struct rec_item *item)
{
	tell_chairs(rq, what, item);
	notice_who_sees(rq, item->executor, what, item);
	notice_who_sees(rq, sight_case_rec(rq->sight)->lead, what, item);
	notice_who_sees(rq, policy_deputy(rq->sight, rq->now), what, item);
}

static enum err work_is_late(struct request *rq, const struct rec_item *item)
{
	tell_both(rq, "late", item);
	return sight_case_rec(rq->sight)->sort.n ? ERR_OK : ask_standstill(rq, item);
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

/* His own: nobody else hears that there is one. */
static enum err remind_author(struct request *rq, const struct rec_item *item)
{
	notice_who_sees(rq, item->author, "review", item);
	return ERR_OK;
}

/* instead: of the move, with its own revision; also: after it. */
static const struct {
	const char *kind;
	enum err (*also)(struct request *, const struct rec_item *);
	enum err (*instead)(struct request *, const struct rec_item *before);
} rows[] = {{"actie", work_is_late},           {"afspraak", work_is_late},
	    {"afweging", look_again},          {"akkoord", look_again},
	    {"bericht", question_is_late},     {"maatregel", look_again},
	    {"reflectie", remind_author},      {"knelpunt", NULL, upward_late},
	    {"belemmering", NULL, upward_late}};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

static size_t row_of(const struct rec_item *item)
{
	size_t i = 0;

	while (i < ROWS && !slice_is(item->kind, rows[i].kind))
		i++;
	return i;
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
	size_t row;

	if (item_by_num(rq, num, &before) != ERR_OK || item_due(&before) != at)
		return ERR_OK;
	row = row_of(&before);
	if (row < ROWS && rows[row].instead)
		return rows[row].instead(rq, &before);
	kind = vocab_kind(&brug_vocab, before.kind);
	move = clock_move(kind, before.state);
	item = before;
	item.state = slice_of(move->to);
	TRY(item_revise(rq, &(struct revision){.kind = kind, .before = &before, .item = &item}));
	return row < ROWS ? rows[row].also(rq, &item) : ERR_OK;
}
