/* A decision, and what follows from it: two items in one change, so that there is never one without
 * the other. */
#include "args.h"
#include "clock.h"
#include "items.h"
#include "meet.h"
#include "revise.h"

struct decision {
	struct point point;
	const struct rec_member *me;
	struct u64s agree, reserve;
	uint64_t doer;
};

static enum err reservations(struct request *rq, struct decision *d)
{
	struct slices given = arg_strs(rq, "reserve");

	d->reserve.v = ARENA_ARRAY(rq->arena, uint64_t, given.n + 1);
	for (size_t i = 0; i < given.n; i++) {
		uint64_t p = policy_person(rq->house->policy, given.v[i]);

		if (!p || !meet_is_present(rq, &d->point.item, p))
			return refuse_arg(rq, ERR_USAGE, N_("%s is not present."),
					  N_("Who is: brug meet show"), given.v[i]);
		d->reserve.v[d->reserve.n++] = p;
	}
	return ERR_OK;
}

static bool among(const struct u64s *all, uint64_t person)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i] == person)
			return true;
	return false;
}

/* All present agree but those who have a reservation. */
static void agreements(struct request *rq, struct decision *d)
{
	struct u64s there = meet_present(rq, &d->point.item);

	d->agree.v = ARENA_ARRAY(rq->arena, uint64_t, there.n + 1);
	for (size_t i = 0; i < there.n; i++)
		if (!among(&d->reserve, there.v[i]))
			d->agree.v[d->agree.n++] = there.v[i];
}

static enum err may_decide(struct request *rq, struct decision *d)
{
	bool his_side =
		slice_is(d->me->role, "betrokkene") || slice_is(d->me->role, "ondersteuner");

	if (!slice_is(d->point.item.state, "loopt"))
		return refuse_arg(rq, ERR_USAGE, N_("This point is %s now."),
				  N_("Decisions are taken while it runs: brug meet start"),
				  d->point.item.state);
	if (!his_side &&
	    (meet_is_present(rq, &d->point.item, rq->who->person) || meet_may_run(rq, &d->point)))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("Only who is present writes down a decision."), NULL,
		      N_("Ask the secretary."));
}

static struct rec_item begin_item(struct request *rq, const struct decision *d,
				  const struct kind *kind)
{
	return (struct rec_item){.num = rq->change.pos << 4 | rq->change.events_n,
				 .kind = slice_of(kind->name),
				 .category = slice_of(kind->category),
				 .owner = d->me->agency,
				 .areas = d->point.item.areas,
				 .purposes = d->point.item.purposes,
				 .state = slice_of(kind->states[0].name),
				 .rev = 1,
				 .author = d->me->person,
				 .by = d->me->person,
				 .made = rq->now,
				 .changed = rq->now};
}

static enum err make(struct request *rq, const struct kind *kind, struct rec_item *item,
		     struct buf *fields)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(tree_take(&t, fields));
	return item_first_own(rq, kind, item, tree_root(&t));
}

static enum err make_follow(struct request *rq, const struct decision *d, struct rec_item *item)
{
	const struct kind *kind = vocab_kind(&brug_vocab, arg_str(rq, "follows"));
	bool work = kind && field_find(kind->fields, SLICE("uitvoerder"));
	CLEANUP(buf_wipe) struct buf b = {0};
	CLEANUP(buf_wipe) struct buf pairs = {0};
	unsigned n = 1;

	if (!kind)
		return ERR_OK;
	*item = begin_item(rq, d, kind);
	pack_kv_str(&pairs, "inhoud", arg_str(rq, "text"));
	if (work && d->doer) {
		item->executor = d->doer;
		pack_kv_str(&pairs, "uitvoerder", show_person(rq, d->doer));
		n++;
	}
	if (arg_given(rq, "before")) {
		item->due = clock_parse(arena_str(rq->arena, arg_str(rq, "before")), 1);
		pack_kv_str(&pairs, "termijn", arg_str(rq, "before"));
		n++;
	}
	pack_map(&b, n);
	buf_slice(&b, buf_view(&pairs));
	TRY(make(rq, kind, item, &b));
	if (item->executor)
		note_sight(rq);
	return ERR_OK;
}

static void pack_decision(struct request *rq, const struct decision *d, struct buf *b)
{
	bool note = arg_given(rq, "note");

	pack_map(b, 3 + note);
	pack_kv_str(b, "inhoud", arg_str(rq, "text"));
	pack_key(b, "akkoord");
	meet_pack_people(rq, &d->agree, b);
	pack_key(b, "voorbehoud");
	meet_pack_people(rq, &d->reserve, b);
	if (note)
		pack_kv_str(b, "toelichting", arg_str(rq, "note"));
}

static enum err make_decision(struct request *rq, const struct decision *d, uint64_t follows,
			      struct rec_item *item)
{
	const struct kind *kind = vocab_kind(&brug_vocab, SLICE("besluit"));
	struct rec_ref *refs = ARENA_ARRAY(rq->arena, struct rec_ref, 2);
	CLEANUP(buf_wipe) struct buf b = {0};

	*item = begin_item(rq, d, kind);
	refs[0] = (struct rec_ref){SLICE("bij"), d->point.item.num, LEVEL_SIGNAAL};
	refs[1] = (struct rec_ref){SLICE("volgt"), follows, LEVEL_KERN};
	item->refs.v = refs;
	item->refs.n = follows ? 2 : 1;
	meet_weigh_decision(item);
	pack_decision(rq, d, &b);
	return make(rq, kind, item, &b);
}

enum err serve_meeting_decide(struct request *rq)
{
	struct decision d = {.me = sight_member(rq->sight, rq->who->person)};
	struct rec_item follow = {0}, item;

	TRY(meet_point(rq, &d.point));
	TRY(may_decide(rq, &d));
	TRY(reservations(rq, &d));
	if (arg_given(rq, "doer"))
		TRY(arg_member(rq, "doer", &d.doer));
	agreements(rq, &d);
	TRY(make_follow(rq, &d, &follow));
	TRY(make_decision(rq, &d, follow.num, &item));
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "item", item.code);
	pack_kv_str(rq->out, "follows", follow.code);
	return ERR_OK;
}
