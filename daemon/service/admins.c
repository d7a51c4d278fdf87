/* Whose admin somebody is, and whom he may look after. */
#include "people.h"

#include "args.h"
#include "keys.h"
#include "members.h"

bool people_is_partnerships(const struct rec_person *p)
{
	return slices_have(p->functions, SLICE("partnership-admin"));
}

struct slice handle_agency(struct slice handle)
{
	size_t i = 0;

	while (i < handle.n && handle.p[i] != '@')
		i++;
	return i < handle.n ? (struct slice){handle.p + i + 1, handle.n - i - 1}
			    : (struct slice){0};
}

enum err people_admin(struct request *rq, struct slice agency)
{
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	if (people_is_partnerships(&me) || slice_eq(me.agency, agency))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("That is another agency's."),
		      N_("An agency admin looks after the people and rules of his own agency."),
		      N_("Ask that agency's admin, or the partnership's."));
}

enum err people_may_give(struct request *rq, struct slices functions)
{
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	for (size_t i = 0; i < functions.n; i++)
		if (!slice_is(functions.v[i], "agency-admin") &&
		    !slice_is(functions.v[i], "behandelaar") && !people_is_partnerships(&me))
			return refuse_arg(rq, ERR_REFUSED,
					  N_("Only the partnership's admin gives the function %s."),
					  N_("Ask him, or leave the function out."),
					  functions.v[i]);
	return ERR_OK;
}

enum err people_of_mine(struct request *rq, struct rec_person *p)
{
	uint64_t person;

	/* first: whether another agency has somebody of that name is not told */
	TRY(people_admin(rq, handle_agency(arg_str(rq, "person"))));
	TRY(arg_person(rq, "person", &person));
	TRY(person_rec(rq, person, p));
	TRY(people_admin(rq, p->agency));
	TRY(people_may_give(rq, p->wants));
	return people_may_give(rq, p->functions); /* who looks after somebody could become him */
}

bool people_any(struct request *rq,
		bool (*is)(struct request *, const struct rec_person *, struct slice),
		struct slice of)
{
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_PERSON, SLICE(""), &w); w.on && !found;
	     store_next(&w)) {
		struct rec_person p;

		found = rec_read(REC_person, arena_copy(rq->arena, w.val), rq->arena, &p) ==
				ERR_OK &&
			is(rq, &p, of);
	}
	store_walk_end(&w);
	return found;
}
