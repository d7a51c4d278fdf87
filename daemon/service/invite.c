#include "invite.h"

#include "args.h"
#include "keys.h"
#include "meet.h"
#include "notice.h"

static const int64_t hour_ms = 60LL * 60 * 1000;
enum { LATER_HOURS = 12, READ_HOURS = 24 };

int64_t invite_due(int64_t until)
{
	return until + LATER_HOURS * hour_ms;
}

/* Until when an invitation shows the point. */
static int64_t shown_until(const struct rec_item *item)
{
	return item->due + (READ_HOURS - LATER_HOURS) * hour_ms;
}

static bool by_invitation(struct request *rq, const struct rec_item *before,
			  const struct rec_widen *w)
{
	if (w->until != shown_until(before) || w->level != LEVEL_KERN)
		return false;
	for (size_t i = 0; i < before->asked.n; i++)
		if (slice_eq(w->to, person_ref(rq, before->asked.v[i])))
			return true;
	return false;
}

void invite_show(struct request *rq, const struct rec_item *before, struct rec_item *item)
{
	struct slice ground = arena_fmt(rq->arena, "genodigd\nvoor dit agendapunt");
	struct rec_widen *v =
		ARENA_ARRAY(rq->arena, struct rec_widen, item->asked.n + item->widens.n + 1);
	size_t n = 0;

	for (size_t i = 0; before && i < before->widens.n; i++)
		if (!by_invitation(rq, before, &before->widens.v[i]))
			v[n++] = before->widens.v[i];
	for (size_t i = 0; i < item->asked.n; i++)
		v[n++] = (struct rec_widen){.to = person_ref(rq, item->asked.v[i]),
					    .level = LEVEL_KERN,
					    .from = rq->now,
					    .until = shown_until(item),
					    .by = rq->who->person,
					    .sealed = seal_text(rq, item->num, TEXT_WIDEN, ground)};
	item->widens.v = v;
	item->widens.n = n;
	note_sight(rq);
}

void invite_known(struct request *rq, struct slice meeting, uint64_t person)
{
	struct key k = key_bytes(person, meeting);

	change_put(&rq->change, rq->pass, TAB_MEETING_OF, key_view(&k), SLICE(""));
}

static enum err takes_part(struct request *rq, const struct u64s *people)
{
	for (size_t i = 0; i < people->n; i++)
		if (!policy_takes_part(rq->sight, people->v[i], rq->now))
			return refuse_arg(rq, ERR_USAGE, N_("%s takes no part in this case."),
					  N_("See: brug case show"), show_person(rq, people->v[i]));
	return ERR_OK;
}

enum err invite_set(struct request *rq, const struct rec_item *before, struct rec_item *item)
{
	struct rec_meeting m;

	if (!obj_get(obj_get(rq->params, "fields"), "genodigd"))
		return ERR_OK;
	TRY(takes_part(rq, &item->asked));
	invite_show(rq, before, item);
	if (meet_of(rq, item->num, &m) != ERR_OK)
		return ERR_OK;
	for (size_t i = 0; i < item->asked.n; i++) {
		if (meet_invited(before, item->asked.v[i]))
			continue;
		invite_known(rq, m.id, item->asked.v[i]);
		notice_person(rq, item->asked.v[i], "meeting", item->num, m.id, m.from);
	}
	return ERR_OK;
}
