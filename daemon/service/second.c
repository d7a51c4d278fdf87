#include "second.h"

#include "args.h"
#include "keys.h"
#include "notice.h"
#include "people.h"

static const int64_t lately_ms = 14LL * 24 * 60 * 60 * 1000;

bool second_has(struct request *rq, enum right right)
{
	struct refusal r;

	return policy_may(rq->house->policy, rq->who, right, 0, rq->now, &r) == ERR_OK;
}

bool second_approves(struct request *rq)
{
	return second_has(rq, RIGHT_PARTNERSHIP) || second_has(rq, RIGHT_PRIVACY);
}

bool second_function(struct slices functions)
{
	return slices_have(functions, SLICE("partnership-admin")) ||
	       slices_have(functions, SLICE("privacy-officer"));
}

static bool approves(struct request *rq, const struct rec_person *p)
{
	return p->id != rq->who->person && second_function(p->functions);
}

static bool ever(struct request *rq, const struct rec_person *p, struct slice of)
{
	(void)of;
	return approves(rq, p);
}

static bool lately(struct request *rq, const struct rec_person *p, struct slice of)
{
	(void)of;
	return approves(rq, p) && (!p->stopped || p->stopped + lately_ms > rq->now) &&
	       people_joined(rq, p->id);
}

/* The function, in an agency that was not stopped. */
static bool now(struct request *rq, const struct rec_person *p, struct slice of)
{
	struct rec_agency agency;

	(void)of;
	return approves(rq, p) && !p->stopped &&
	       get_record(rq, TAB_AGENCY, p->agency, REC_agency, &agency) == ERR_OK &&
	       !agency.stopped;
}

bool second_ever(struct request *rq)
{
	return people_any(rq, ever, (struct slice){0});
}

bool second_lately(struct request *rq)
{
	return people_any(rq, lately, (struct slice){0});
}

bool second_now(struct request *rq)
{
	return people_any(rq, now, (struct slice){0});
}

/* Who stood behind the code this device came with, when its person had another before; or 0. */
static uint64_t device_let_in_by(struct request *rq, struct slice spki)
{
	struct rec_device d;

	return get_record(rq, TAB_DEVICE, spki, REC_device, &d) == ERR_OK ? d.let_in_by : 0;
}

/* The asker let a later device of this person in. */
static bool has_let_in(struct request *rq, uint64_t person)
{
	struct key prefix = key_u64(person);
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_DEVICE_OF, key_view(&prefix), &w); w.on && !found;
	     store_next(&w))
		found = w.key.n > 8 &&
			device_let_in_by(rq, (struct slice){w.key.p + 8, w.key.n - 8}) ==
				rq->who->person;
	store_walk_end(&w);
	return found;
}

enum err second_may(struct request *rq, uint64_t by)
{
	if (by == rq->who->person)
		return refuse(rq, ERR_REFUSED, N_("Nobody approves what he put up himself."),
			      N_("Two people answer for showing more."),
			      N_("Ask another partnership admin, or a privacy officer."));
	if (device_let_in_by(rq, rq->who->device) == by || has_let_in(rq, by))
		return refuse(rq, ERR_REFUSED,
			      N_("One of you two let a later device of the other in."),
			      N_("Then one person could be both."),
			      N_("Approve it from your first device, or let somebody else do it."));
	return ERR_OK;
}

void second_tell(struct request *rq, const char *what, struct slice ref)
{
	notice_function(rq, "partnership-admin", (struct slice){0}, what, 0, ref, 0);
	notice_function(rq, "privacy-officer", (struct slice){0}, what, 0, ref, 0);
}
