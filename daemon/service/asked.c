#include "asked.h"

#include "items.h"

static const int64_t week_ms = 7LL * 24 * 60 * 60 * 1000;

static bool asks_him(const struct rec_item *item, uint64_t person)
{
	if (item->executor == person)
		return true;
	for (size_t i = 0; i < item->asked.n; i++)
		if (item->asked.v[i] == person)
			return true;
	return false;
}

/* Of whom it is asked stands at signaal in an action, and with the text in a message. */
static bool sees_it(struct request *rq, const struct rec_item *item)
{
	return item_level(rq, item) >= (item->about ? LEVEL_INHOUD : LEVEL_SIGNAAL);
}

size_t asked_already(struct request *rq, const struct rec_item *item)
{
	uint64_t person = sight_case_rec(rq->sight)->person;
	struct items it;
	size_t n = 0;

	if (!person || person == rq->who->person || !asks_him(item, person))
		return 0;
	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if (it.item.num != item->num && asks_him(&it.item, person) && item_runs(&it.item) &&
		    it.item.author != rq->who->person && it.item.author != person &&
		    rq->now - it.item.made < week_ms && sees_it(rq, &it.item))
			n++;
	return n;
}
