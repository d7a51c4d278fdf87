#include "own.h"

#include "args.h"
#include "circles.h"
#include "items.h"
#include "notice.h"
#include "revise.h"

static const msgpack_object *given(const struct request *rq, const char *field)
{
	return obj_get(obj_get(rq->params, "fields"), field);
}

static const struct rec_ref *ref_of(const struct rec_item *item, const char *field)
{
	for (size_t i = 0; i < item->refs.n; i++)
		if (slice_is(item->refs.v[i].field, field))
			return &item->refs.v[i];
	return NULL;
}

static enum err to_state(struct request *rq, const struct rec_item *before, const char *state)
{
	struct rec_item item = *before;

	item.state = slice_of(state);
	return item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before->kind),
						  .before = before,
						  .item = &item,
						  .follows = true});
}

/* -- the person's agreement -------------------------------------------------------------------- */

static enum err asked_or_why_not(struct request *rq)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (slice_is(obj_bytes(given(rq, "stand")), "niet_gevraagd"))
		return given(rq, "reden") && given(rq, "heroverweeg")
			       ? ERR_OK
			       : refuse(rq, ERR_USAGE,
					N_("Not asked: say why, and when he is asked after all."),
					N_("The plan is his; not asking him does not last."),
					N_("Give the reason (reden) and --heroverweeg DATE."));
	if (slice_is(me->role, "betrokkene") || given(rq, "getuige"))
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("Who was there when he said so?"),
		      N_("Somebody else writes down his agreement: a witness belongs to it."),
		      N_("Give the witness (getuige)."));
}

static enum err akkoord_check(struct request *rq, const struct rec_item *before,
			      struct rec_item *item)
{
	(void)item;
	if (!before)
		return asked_or_why_not(rq);
	return refuse(rq, ERR_REFUSED, N_("What he said then stays as it is."),
		      N_("An agreement is of one moment."),
		      N_("Ask him again, and add a new one: brug add akkoord"));
}

/* One is in force: the last. */
static enum err akkoord_follow(struct request *rq, const struct rec_item *before,
			       const struct rec_item *item)
{
	struct items it;

	if (before)
		return ERR_OK;
	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if (it.item.num != item->num && slice_is(it.item.kind, "akkoord") &&
		    !slice_is(it.item.state, "vervallen"))
			TRY(to_state(rq, &it.item, "vervallen"));
	return ERR_OK;
}

/* -- mutual promises --------------------------------------------------------------------------- */

enum { CHAIN = 32 };

/* Whether the first half, or what that waits for, waits for the item itself. */
static bool goes_round(struct request *rq, const struct rec_item *item, struct rec_item first)
{
	for (int i = 0; i < CHAIN; i++) {
		const struct rec_ref *next = ref_of(&first, "wederzijds");

		if (first.num == item->num)
			return true;
		if (!next || item_by_num(rq, next->num, &first) != ERR_OK)
			return false;
	}
	return true;
}

static enum err afspraak_check(struct request *rq, const struct rec_item *before,
			       struct rec_item *item)
{
	const struct rec_ref *ref = ref_of(item, "wederzijds");
	struct rec_item first;

	if (before && !ref && slice_is(item->state, "wacht"))
		item->state = SLICE("open");
	if (!ref || !given(rq, "wederzijds") || item_by_num(rq, ref->num, &first) != ERR_OK)
		return ERR_OK;
	if (!slice_is(first.kind, "afspraak") && !slice_is(first.kind, "actie"))
		return refuse(rq, ERR_USAGE,
			      N_("The other half is a promise too: an afspraak or an actie."), NULL,
			      N_("Add it first, and name it here."));
	if (goes_round(rq, item, first))
		return refuse(rq, ERR_USAGE, N_("Each half would wait for the other."), NULL,
			      N_("Name the half that comes first in the second one only."));
	if (slice_is(item->state, "open") && !slice_is(first.state, "klaar"))
		item->state = SLICE("wacht");
	return ERR_OK;
}

/* Its last step was out of waiting. */
static bool begun_by_half(struct request *rq, const struct rec_item *item)
{
	struct rec_item past;

	return item->rev > 1 && item_past(rq, item->num, item->rev - 1, &past) == ERR_OK &&
	       slice_is(past.state, "wacht");
}

static bool waits_for(const struct rec_item *item, uint64_t num)
{
	const struct rec_ref *ref = ref_of(item, "wederzijds");

	return ref && ref->num == num && slice_is(item->state, "wacht");
}

/* Who was to do it will not: who leads reads why, and need not find out. */
static void tell_refused(struct request *rq, const struct rec_item *before,
			 const struct rec_item *item)
{
	if (!slice_is(item->state, "geweigerd") &&
	    (!slice_is(item->state, "vervallen") || rq->who->person != before->executor))
		return;
	notice_who_sees(rq, sight_case_rec(rq->sight)->lead, "refused", item);
	notice_who_sees(rq, policy_deputy(rq->sight, rq->now), "refused", item);
	notice_who_sees(rq, item->author, "refused", item);
}

/* It is not done after all: the second half waits again, unless its doer went on by himself. */
static enum err half_waits_again(struct request *rq, const struct rec_item *first)
{
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		const struct rec_ref *ref = ref_of(&it.item, "wederzijds");

		if (!ref || ref->num != first->num || !slice_is(it.item.state, "loopt") ||
		    !begun_by_half(rq, &it.item))
			continue;
		TRY(to_state(rq, &it.item, "wacht"));
		notice_who_sees(rq, it.item.executor, "half-waits", &it.item);
	}
	return ERR_OK;
}

/* The first half is done: the second one begins, and who does it hears so. A new edge may close a
 * ring of waiting. */
static enum err work_follow(struct request *rq, const struct rec_item *before,
			    const struct rec_item *item)
{
	struct items it;

	if (given(rq, "wacht_op") || given(rq, "wederzijds"))
		TRY(circles_follow(rq, item));

	if (!before || slice_eq(before->state, item->state))
		return ERR_OK;
	tell_refused(rq, before, item);
	if (slice_is(before->state, "klaar"))
		return half_waits_again(rq, item);
	if (!slice_is(item->state, "klaar"))
		return ERR_OK;
	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		if (!waits_for(&it.item, item->num))
			continue;
		TRY(to_state(rq, &it.item, "loopt"));
		notice_who_sees(rq, it.item.executor, "half", &it.item);
	}
	return ERR_OK;
}

/* -- the rows ---------------------------------------------------------------------------------- */

static const struct {
	const char *kind;
	enum err (*check)(struct request *, const struct rec_item *before, struct rec_item *item);
	enum err (*follow)(struct request *, const struct rec_item *before,
			   const struct rec_item *item);
} rows[] = {{"akkoord", akkoord_check, akkoord_follow},
	    {"afspraak", afspraak_check, work_follow},
	    {"actie", NULL, work_follow}};

enum err own_check(struct request *rq, const struct rec_item *before, struct rec_item *item)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (slice_is(item->kind, rows[i].kind) && rows[i].check)
			TRY(rows[i].check(rq, before, item));
	return ERR_OK;
}

enum err own_follow(struct request *rq, const struct rec_item *before, const struct rec_item *item)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (slice_is(item->kind, rows[i].kind) && rows[i].follow)
			TRY(rows[i].follow(rq, before, item));
	return ERR_OK;
}
