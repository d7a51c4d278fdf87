/* The partnership's agencies. */
#include "args.h"
#include "people.h"
#include "keys.h"

static bool is_of(struct request *rq, const struct rec_person *p, struct slice agency)
{
	(void)rq;
	return slice_eq(p->agency, agency);
}

static bool signed_in(struct request *rq, enum table table, struct slice agency)
{
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, table, SLICE(""), &w); w.on && !found; store_next(&w)) {
		struct rec_agreement a;

		found = rec_read(REC_agreement, arena_copy(rq->arena, w.val), rq->arena, &a) ==
				ERR_OK &&
			slices_have(a.agencies, agency);
	}
	store_walk_end(&w);
	return found;
}

/* Its domain decides what ceilings and rules give its people, and whether it must sign: another
 * domain would give more without a second person. */
static enum err keeps_domain(struct request *rq, const struct rec_agency *a)
{
	struct rec_agency before;

	if (get_record(rq, TAB_AGENCY, a->id, REC_agency, &before) != ERR_OK ||
	    slice_eq(before.domain, a->domain) ||
	    (!people_any(rq, is_of, a->id) && !signed_in(rq, TAB_AGREEMENT, a->id) &&
	     !signed_in(rq, TAB_WAITING, a->id)))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED,
		      N_("The domain of an agency with people or an agreement does not change."),
		      N_("It decides what they may see."),
		      N_("Make another agency, and let it sign."));
}

enum err serve_agency_put(struct request *rq)
{
	struct rec_agency a = {.id = arg_str(rq, "agency"),
			       .name = arg_str(rq, "name"),
			       .domain = arg_str(rq, "domain"),
			       .contact = arg_str(rq, "contact"),
			       .stopped = arg_bool(rq, "stopped")};

	TRY(keeps_domain(rq, &a));
	put_record(rq, TAB_AGENCY, a.id, REC_agency, &a);
	note_house_sight(rq);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "agency", a.id);
	return ERR_OK;
}

enum err serve_agency_list(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_AGENCY, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_agency a;

		if (rec_read(REC_agency, w.val, rq->arena, &a) != ERR_OK)
			continue;
		pack_map(&list, 5);
		pack_kv_str(&list, "agency", a.id);
		pack_kv_str(&list, "name", a.name);
		pack_kv_str(&list, "domain", a.domain);
		pack_kv_str(&list, "contact", a.contact);
		pack_kv_bool(&list, "stopped", a.stopped);
		n++;
	}
	store_walk_end(&w);
	return answer_list(rq, "agencies", n, &list);
}

struct slice agency_domain(struct request *rq, struct slice agency)
{
	struct rec_agency a;

	return get_record(rq, TAB_AGENCY, agency, REC_agency, &a) == ERR_OK ? a.domain
									    : (struct slice){0};
}
