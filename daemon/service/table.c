/*
 * Tables (tafels): a room like a case, without a person in it. Who sits at one sees what lies on
 * it; members, seal, watch, search and log are those of a case.
 */
#include "args.h"
#include "cases.h"
#include "due.h"
#include "erase.h"
#include "items.h"
#include "keys.h"
#include "members.h"
#include "nameless.h"
#include "notice.h"
#include "ruled.h"

enum { PLACES = 12, PLACES_MOST = 48, TABLES_EACH = 25 };

/* Where the rules of agencies are talked over sits who has that as his work. */
static enum err may_make(struct request *rq, struct slice sort, const struct rec_person *me)
{
	if (!slice_is(sort, "proces") || slices_have(me->functions, SLICE("procesregisseur")) ||
	    slices_have(me->functions, SLICE("partnership-admin")))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("You are no procesregisseur of the partnership."),
		      N_("A table of procesregie is made by one, or by the partnership's admin."),
		      N_("Ask to be invited to it; or make one to learn at: --sort leren"));
}

/* The table of procesregie of an agreement is one. */
static enum err is_first(struct request *rq, const struct rec_case *c)
{
	if (!slice_is(c->sort, "proces") || !store_has(rq->house->store, TAB_TABLE, c->agreement))
		return ERR_OK;
	return refuse_arg(rq, ERR_CONFLICT, N_("The agreement %s has its table of procesregie."),
			  N_("Ask its chair to invite you."), c->agreement);
}

static enum err not_too_many(struct request *rq)
{
	size_t made = 0;
	struct rooms r;

	for (rooms_first(rq, &r); r.on && made < TABLES_EACH; rooms_next(&r)) {
		struct key k = key_u64(r.id);
		struct rec_case c;

		made += get_record(rq, TAB_CASE, key_view(&k), REC_case, &c) == ERR_OK &&
			c.sort.n && c.by == rq->who->person;
	}
	rooms_end(&r);
	return made < TABLES_EACH
		       ? ERR_OK
		       : refuse(rq, ERR_LIMIT, N_("You made as many tables as one can hold."), NULL,
				N_("Use one of them: brug table list"));
}

/* From now on; what waits for it in cases comes to it by the clock. */
static void found_table(struct request *rq, const struct rec_case *c)
{
	struct key id = key_u64(c->id);

	if (!slice_is(c->sort, "proces"))
		return;
	change_put(&rq->change, rq->pass, TAB_TABLE, c->agreement, key_view(&id));
	ruled_wake(rq, c->agreement);
}

enum err serve_table_new(struct request *rq)
{
	struct rec_case c = {.agreement = arg_str(rq, "agreement"),
			     .phase = SLICE("actief"),
			     .purposes = arg_strs(rq, "purposes"),
			     .by = rq->who->person,
			     .made = rq->now,
			     .rev = 1,
			     .sort = arg_str(rq, "sort"),
			     .places = (uint64_t)arg_int(rq, "places", PLACES)};
	struct rec_phase first = {.phase = c.phase, .from = rq->now, .by = rq->who->person};
	struct rec_agreement agreement;
	struct rec_person me;

	if (c.places < 1 || c.places > PLACES_MOST)
		return refuse(rq, ERR_USAGE, N_("A shelf holds 1 to 48 lessons."), NULL,
			      N_("Give --places, or leave it out: 12."));
	TRY(person_rec(rq, rq->who->person, &me));
	TRY(may_make(rq, c.sort, &me));
	TRY(case_agreement(rq, &agreement, &me));
	TRY(case_purposes(rq, &agreement, c.purposes));
	TRY(is_first(rq, &c));
	TRY(not_too_many(rq));
	TRY(nameless_text(rq, arg_str(rq, "name")));
	TRY(case_draw(rq, &c));
	c.phases.v = &first;
	c.phases.n = 1;
	rq->case_id = rq->change.case_id = c.id;
	c.sealed = seal_text(rq, 0, TEXT_TITLE, arg_str(rq, "name"));
	case_put(rq, &c);
	TRY(member_first(rq, &c, rq->who->person, "voorzitter", "active"));
	found_table(rq, &c);
	note_sight(rq);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "case", c.code);
	return ERR_OK;
}

/* -- its end ----------------------------------------------------------------------------------- */

/* What cases wait for an answer to is answered first: nobody would do it after. */
static enum err none_waits(struct request *rq)
{
	bool open = false;
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it))
		open = open || (slice_is(it.item.kind, "belemmering") && item_runs(&it.item));
	if (!open)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("A bottleneck on this table came to no end yet."),
		      N_("The cases it came from wait for its answer."),
		      N_("Solve it, accept it or give it back: brug knelpunt"));
}

/* Another may be founded in its place; groups that lay on it are laid anew there. */
static void unfound(struct request *rq, const struct rec_case *c)
{
	struct walk w;

	if (!slice_is(c->sort, "proces"))
		return;
	change_del(&rq->change, rq->pass, TAB_TABLE, c->agreement);
	for (store_walk(rq->house->store, TAB_GROUP, SLICE(""), &w); w.on; store_next(&w))
		if (w.val.n == 16 && get_be64(w.val.p) == c->id)
			change_del(&rq->change, rq->pass, TAB_GROUP, arena_copy(rq->arena, w.key));
	store_walk_end(&w);
}

static enum err may_close(struct request *rq, const struct rec_case *c)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (!c->sort.n)
		return refuse(rq, ERR_USAGE, N_("This is a case, not a table."), NULL,
			      N_("A case is closed with: brug phase gesloten"));
	if (!me || !slice_is(me->role, "voorzitter"))
		return refuse(rq, ERR_REFUSED, N_("Its chair closes a table."), NULL,
			      N_("Ask the chair: brug table show"));
	return none_waits(rq);
}

enum err serve_table_close(struct request *rq)
{
	struct rec_case c = *sight_case_rec(rq->sight);
	struct rec_phase *v = ARENA_ARRAY(rq->arena, struct rec_phase, c.phases.n + 1);

	TRY(may_close(rq, &c));
	for (size_t i = 0; i < c.phases.n; i++)
		v[i] = c.phases.v[i];
	v[c.phases.n] = (struct rec_phase){
		.phase = SLICE("gesloten"),
		.from = rq->now,
		.by = rq->who->person,
		.why = seal_text(rq, c.phases.n, TEXT_PHASE, arg_str(rq, "why"))};
	c.phases.v = v;
	c.phases.n++;
	c.phase = SLICE("gesloten");
	c.rev++;
	erase_plan(rq, &c);
	unfound(rq, &c);
	case_put(rq, &c);
	for (size_t i = 0; i < sight_members(rq->sight); i++)
		if (slice_is(sight_member_at(rq->sight, i)->status, "active"))
			notice_person(rq, sight_member_at(rq->sight, i)->person, "table-closed", 0,
				      c.code, c.until);
	note_sight(rq);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "phase", c.phase);
	pack_kv_int(rq->out, "until", c.until);
	return ERR_OK;
}

enum err serve_table_list(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct rooms r;
	size_t n = 0;

	for (rooms_first(rq, &r); r.on; rooms_next(&r))
		n += case_pack_listed(rq, r.id, true, &list);
	return answer_rooms(rq, "tables", n, &list);
}
