/* Undo: takes back one's own last act on an item. History stays: it is a revision of its own. */
#include "args.h"
#include "compose.h"
#include "items.h"
#include "meet.h"
#include "moves.h"
#include "own.h"
#include "revise.h"

static const int64_t day_ms = 24LL * 60 * 60 * 1000;

/* The last thing he changed in this case, and sees all of. */
static enum err last_own(struct request *rq, struct rec_item *out)
{
	bool found = false;
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		if (it.item.by != rq->who->person || (found && it.item.changed < out->changed) ||
		    item_level(rq, &it.item) < LEVEL_INHOUD)
			continue;
		*out = it.item;
		found = true;
	}
	return found ? ERR_OK
		     : refuse(rq, ERR_REFUSED, N_("There is nothing of yours to take back."), NULL,
			      N_("What others changed, they take back."));
}

static enum err may_undo(struct request *rq, const struct rec_item *now)
{
	if (item_level(rq, now) < LEVEL_INHOUD)
		return refuse(rq, ERR_REFUSED, N_("You see too little of it to take it back."),
			      NULL, N_("brug why ITEM"));
	if (!policy_who(rq->sight, rq->who, now, rq->now))
		return refuse(rq, ERR_REFUSED, N_("You cannot change this."), NULL, NULL);
	if (now->by != rq->who->person)
		return refuse(rq, ERR_REFUSED, N_("Somebody else changed it last."),
			      N_("Only one's own last act is taken back."),
			      N_("Change it in words: brug set ITEM"));
	if (rq->now - now->changed > day_ms)
		return refuse(rq, ERR_REFUSED, N_("That is more than a day ago."),
			      N_("Others have gone on from it."),
			      N_("Change it in words: brug set ITEM"));
	return ERR_OK;
}

/* What cannot be changed cannot be put back either: a message that was read, approved minutes. A
 * point of an agenda moved a room full of people, and is not one person's to turn back. */
static enum err not_frozen(struct request *rq, const struct rec_item *now)
{
	if (slice_is(now->kind, "agendapunt"))
		return refuse(rq, ERR_REFUSED, N_("A point of the agenda is not taken back."),
			      N_("Others came, spoke and went by it."),
			      N_("Plan it anew: brug meet add"));
	TRY(meet_frozen(rq, now));
	return now->rev == 1 ? ERR_OK : compose_fresh(rq, now);
}

/* What was added is not wiped out: it is dropped, as its kind does that. */
static enum err undo_add(struct request *rq, const struct kind *kind, const struct rec_item *now,
			 struct rec_item *item)
{
	*item = *now;
	for (const struct move *m = kind->moves; m->verb; m++)
		if (slice_is(now->state, m->from) && m->who != WHO_CLOCK &&
		    (slice_is(SLICE("drop"), m->verb) || slice_is(SLICE("withdraw"), m->verb))) {
			item->state = slice_of(m->to);
			return ERR_OK;
		}
	return refuse(rq, ERR_REFUSED, N_("What is said of this kind stays said."), NULL, NULL);
}

/* As it was, under today's exceptions; objections and narrowings are nobody's to take back here. */
static enum err undo_change(struct request *rq, const struct rec_item *now,
			    const struct rec_item *past, struct rec_item *item)
{
	if (now->statements.n != past->statements.n)
		return refuse(rq, ERR_REFUSED, N_("An objection stays with what it is about."),
			      NULL, NULL);
	*item = *now;
	item->state = past->state;
	item->executor = past->executor;
	item->asked = past->asked;
	item->refs.v = past->refs.v;
	item->refs.n = past->refs.n;
	item->due = past->due;
	return ERR_OK;
}

static enum err open_case(struct request *rq)
{
	return phase_closed(sight_case_rec(rq->sight)->phase)
		       ? refuse(rq, ERR_REFUSED, N_("This case is closed."), NULL, NULL)
		       : ERR_OK;
}

enum err serve_item_undo(struct request *rq)
{
	struct rec_item now, past, item;
	const struct kind *kind;
	struct revision r;

	TRY(open_case(rq));
	TRY(arg_given(rq, "item") ? item_arg(rq, "item", &now) : last_own(rq, &now));
	TRY(may_undo(rq, &now));
	TRY(not_frozen(rq, &now));
	kind = vocab_kind(&brug_vocab, now.kind);
	if (!kind)
		return ERR_INTERNAL;
	r = (struct revision){.kind = kind, .before = &now, .item = &item};
	if (now.rev == 1) {
		TRY(undo_add(rq, kind, &now, &item));
	} else {
		TRY(item_past(rq, now.num, now.rev - 1, &past));
		TRY(undo_change(rq, &now, &past, &item));
		r.texts = &past;
	}
	TRY(own_check(rq, &now, &item));
	TRY(item_revise(rq, &r));
	TRY(own_follow(rq, &now, &item));
	item_said(rq, &item, true);
	return ERR_OK;
}
