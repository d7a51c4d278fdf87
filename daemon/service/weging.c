#include "weging.h"

#include "args.h"
#include "items.h"
#include "said.h"

static bool weighs(struct request *rq, uint64_t person)
{
	const struct rec_member *m = sight_member(rq->sight, person);

	return m && slice_is(m->status, "active") &&
	       (slice_is(m->role, "procesregisseur") || slice_is(m->role, "informatiecoordinator"));
}

enum err weging_added(struct request *rq, struct rec_item *item, struct tree *fields)
{
	(void)fields;
	if (!weighs(rq, rq->who->person))
		return refuse(rq, ERR_REFUSED, N_("Weighing a case is not yours to do."),
			      N_("The procesregisseur and the informatiecoordinator weigh it."),
			      N_("Ask one of them."));
	if (item->executor != rq->who->person && weighs(rq, item->executor))
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("Another than you decides beside you."),
		      N_("Two decide: procesregisseur and informatiecoordinator."),
		      N_("Invite the other first, and give --tweede."));
}

/* The last that was put up and not taken back. */
static bool last_of(struct request *rq, struct rec_item *out)
{
	bool found = false;
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if (slice_is(it.item.kind, "weging") && !slice_is(it.item.state, "ingetrokken")) {
			*out = it.item;
			found = true;
		}
	return found;
}

enum err weging_lets_in(struct request *rq)
{
	CLEANUP(said_free) struct said said = {0};
	struct rec_item last;

	if (!last_of(rq, &last))
		return ERR_OK;
	if (slice_is(last.state, "voorstel"))
		return refuse(rq, ERR_REFUSED,
			      N_("The weighing of this case waits for the second who decides."),
			      N_("Whether a case is taken in is decided by two."),
			      N_("Let him: brug decide ITEM, or brug refuse ITEM"));
	TRY(said_open(rq, &last, &said));
	if (slice_is(last.state, "besloten") &&
	    slice_is(said_text(&said, "uitkomst"), "aangenomen"))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("The weighing of this case did not take it in."), NULL,
		      N_("Weigh it again: brug add weging"));
}
