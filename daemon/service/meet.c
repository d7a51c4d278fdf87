#include "meet.h"

#include "args.h"
#include "items.h"
#include "keys.h"
#include "revise.h"

/* -- records ----------------------------------------------------------------------------------- */

enum err meet_get(struct request *rq, struct slice id, struct rec_meeting *out)
{
	return get_record(rq, TAB_MEETING, id, REC_meeting, out);
}

void meet_put(struct request *rq, const struct rec_meeting *m)
{
	put_record(rq, TAB_MEETING, m->id, REC_meeting, m);
}

enum err meet_of(struct request *rq, uint64_t point, struct rec_meeting *out)
{
	struct key k = key_2(rq->case_id, point);
	struct slice id;

	TRY(store_get(rq->house->store, TAB_SLOT_OF, key_view(&k), &id));
	return meet_get(rq, arena_copy(rq->arena, id), out);
}

bool meet_runs_it(const struct rec_meeting *m, uint64_t person)
{
	return person == m->chair || person == m->secretary || person == m->by;
}

enum err meet_enter(struct request *rq, uint64_t case_id)
{
	const struct sight_case *sight;

	TRY(policy_case(rq->house->policy, case_id, &sight));
	rq->case_id = case_id;
	rq->sight = sight;
	return ERR_OK;
}

bool meet_slot_item(struct request *rq, const struct rec_slot *slot, struct rec_item *out)
{
	rq->case_id = slot->case_id;
	return policy_case(rq->house->policy, slot->case_id, &rq->sight) == ERR_OK &&
	       item_by_num(rq, slot->num, out) == ERR_OK;
}

bool meet_invited(const struct rec_item *point, uint64_t person)
{
	for (size_t i = 0; i < point->asked.n; i++)
		if (point->asked.v[i] == person)
			return true;
	return false;
}

/* -- a point ----------------------------------------------------------------------------------- */

static bool may_know(struct request *rq, const struct rec_item *item)
{
	return slice_is(item->kind, "agendapunt") &&
	       (item_level(rq, item) > LEVEL_GEEN || meet_invited(item, rq->who->person));
}

enum err meet_point(struct request *rq, struct point *out)
{
	struct slice given = arg_str(rq, "item");

	if (item_named(rq, given, &out->item) != ERR_OK)
		TRY(item_coded(rq, given, &out->item));
	if (!may_know(rq, &out->item) || meet_of(rq, out->item.num, &out->meeting) != ERR_OK)
		return refuse_absent(rq);
	return ERR_OK;
}

bool meet_may_run(struct request *rq, const struct point *p)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	return rq->who->person == p->meeting.chair || rq->who->person == p->meeting.secretary ||
	       slice_is(me->role, "casusregisseur") || slice_is(me->role, "procesregisseur");
}

enum err meet_refuse_run(struct request *rq)
{
	return refuse(rq, ERR_REFUSED, N_("Only who runs the meeting or leads the case does this."),
		      N_("The chair and the secretary run a meeting."), N_("Ask one of them."));
}

enum err meet_set(struct request *rq, const struct rec_item *before, const char *state)
{
	struct rec_item item = *before;

	item.state = slice_of(state);
	return item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before->kind),
						  .before = before,
						  .item = &item});
}

enum err meet_move(struct request *rq, const struct rec_item *before, const char *state)
{
	TRY(meet_set(rq, before, state));
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "item", before->code);
	pack_kv_text(rq->out, "state", state);
	return ERR_OK;
}

/* -- who is there ------------------------------------------------------------------------------ */

static struct u64s people_at(struct request *rq, uint64_t point, bool now)
{
	struct key prefix = key_2(rq->case_id, point);
	struct u64s all = {.v = ARENA_ARRAY(rq->arena, uint64_t, 1)};
	size_t cap = 1;
	struct walk w;

	for (store_walk(rq->house->store, TAB_PRESENT, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_present p;

		if (rec_read(REC_present, w.val, rq->arena, &p) != ERR_OK || (now && p.until))
			continue;
		if (all.n == cap) {
			uint64_t *more = ARENA_ARRAY(rq->arena, uint64_t, cap * 2);

			for (size_t i = 0; i < all.n; i++)
				more[i] = all.v[i];
			all.v = more;
			cap *= 2;
		}
		all.v[all.n++] = p.person;
	}
	store_walk_end(&w);
	return all;
}

struct u64s meet_present(struct request *rq, const struct rec_item *point)
{
	if (!slice_is(point->kind, "agendapunt") || !slice_is(point->state, "loopt"))
		return (struct u64s){0};
	return people_at(rq, point->num, true);
}

struct u64s meet_was_present(struct request *rq, uint64_t point)
{
	return people_at(rq, point, false);
}

bool meet_is_present(struct request *rq, const struct rec_item *point, uint64_t person)
{
	struct u64s all = meet_present(rq, point);

	for (size_t i = 0; i < all.n; i++)
		if (all.v[i] == person)
			return true;
	return false;
}

const struct viewer *meet_board(struct request *rq, const struct viewer *who, uint64_t point)
{
	struct viewer *board = ARENA_NEW(rq->arena, struct viewer);
	struct u64s *room = ARENA_NEW(rq->arena, struct u64s);
	struct rec_item item;

	if (item_by_num(rq, point, &item) == ERR_OK)
		*room = meet_present(rq, &item);
	*board = *who;
	board->room = room;
	return board;
}

void meet_pack_people(struct request *rq, const struct u64s *people, struct buf *out)
{
	pack_array(out, people->n);
	for (size_t i = 0; i < people->n; i++)
		pack_str(out, show_person(rq, people->v[i]));
}

/* -- what was said and decided there ----------------------------------------------------------- */

uint64_t meet_point_of(const struct rec_item *item)
{
	if (slice_is(item->kind, "inbreng") || slice_is(item->kind, "besluit"))
		for (size_t i = 0; i < item->refs.n; i++)
			if (slice_is(item->refs.v[i].field, "bij"))
				return item->refs.v[i].num;
	return 0;
}

static bool is_erratum(struct request *rq, const struct rec_item *item,
		       const struct rec_item *point)
{
	return slice_is(item->kind, "inbreng") && item->made > point->changed && rq->who &&
	       item->author == rq->who->person;
}

enum err meet_frozen(struct request *rq, const struct rec_item *item)
{
	uint64_t num = meet_point_of(item);
	struct rec_item point;

	if (slice_is(item->kind, "agendapunt"))
		num = item->num;
	if (!num || item_by_num(rq, num, &point) != ERR_OK ||
	    !slice_is(point.state, "vastgesteld") || is_erratum(rq, item, &point))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("The minutes in which this stands are approved."),
		      N_("What was approved stays as it was."),
		      N_("Say beside it what is not right: brug add inbreng --deel herstel"));
}

void meet_weigh_decision(struct rec_item *item)
{
	bool follows = false;

	if (!slice_is(item->kind, "besluit") || slice_is(item->state, "vervallen"))
		return;
	for (size_t i = 0; i < item->refs.n; i++)
		follows = follows || slice_is(item->refs.v[i].field, "volgt");
	item->state = follows ? SLICE("genomen") : SLICE("opmerking");
}
