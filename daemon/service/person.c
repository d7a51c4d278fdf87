/* The plan on paper: who prints it for the person gives him what he may know, and no more of that
 * than he who prints it knows himself. */
#include "person.h"

#include "args.h"
#include "items.h"
#include "members.h"

/* The case as he sees it: as one who takes part, also when he has no device to accept on. */
static enum err his_case(struct request *rq, struct sight_case **out)
{
	uint64_t person = sight_case_rec(rq->sight)->person;
	const struct rec_member *part = person ? sight_member(rq->sight, person) : NULL;
	struct rec_member there;

	if (!part)
		return refuse(rq, ERR_REFUSED, N_("This case does not know the person yet."), NULL,
			      N_("Invite him: brug invite, role betrokkene"));
	there = *part;
	if (slice_is(there.status, "invited"))
		there.status = SLICE("active");
	return policy_imagine(rq->house->policy, rq->case_id, &(struct overlay){.member = &there},
			      out);
}

static size_t pack_his_items(struct request *rq, const struct sight_case *his, struct buf *out)
{
	struct viewer him = {.person = sight_case_rec(rq->sight)->person};
	struct items it;
	size_t n = 0;

	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		struct sight s;

		if (it.item.about)
			continue;
		policy_sight(his, &him, &it.item, NULL, rq->now, &s);
		n += serve_show_at_most(rq, &it.item, s.level, out);
	}
	return n;
}

/* His own side, and the casusregisseur: for others, what he may not know is not theirs to find out.
 */
static enum err prints_for_him(struct request *rq)
{
	struct slice role = sight_member(rq->sight, rq->who->person)->role;

	if (slice_is(role, "betrokkene") || slice_is(role, "ondersteuner") ||
	    slice_is(role, "casusregisseur"))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("His plan on paper comes from his first contact."), NULL,
		      N_("Ask the casusregisseur. What you see yourself: brug plan"));
}

enum err serve_case_page(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct sight_case *his = NULL;
	size_t n;

	TRY(prints_for_him(rq));
	TRY(his_case(rq, &his));
	n = pack_his_items(rq, his, &list);
	policy_forget(his);
	pack_map(rq->out, 6);
	pack_kv_str(rq->out, "case", c->code);
	pack_kv_str(rq->out, "title", serve_title(rq));
	pack_kv_str(rq->out, "phase", c->phase);
	pack_kv_str(rq->out, "person", show_person(rq, c->person));
	pack_key(rq->out, "items");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	pack_key(rq->out, "members");
	members_pack(rq, rq->out);
	return ERR_OK;
}
