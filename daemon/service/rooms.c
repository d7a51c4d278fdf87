/* Going through one's own rooms. */
#include "cases.h"

#include "keys.h"

/* Also at the beginning: goes to the next key that names a room. */
static void settle(struct rooms *r)
{
	while (r->walk.on && r->walk.key.n != 16)
		store_next(&r->walk);
	r->on = r->walk.on;
	if (r->on)
		r->id = get_be64(r->walk.key.p + 8);
	else
		store_walk_end(&r->walk);
}

void rooms_first(struct request *rq, struct rooms *r)
{
	struct key prefix = key_u64(rq->who->person);

	store_walk(rq->house->store, TAB_CASE_OF, key_view(&prefix), &r->walk);
	settle(r);
}

void rooms_next(struct rooms *r)
{
	store_next(&r->walk);
	settle(r);
}

void rooms_end(struct rooms *r)
{
	if (r->on)
		store_walk_end(&r->walk);
	r->on = false;
}

bool room_enter(struct request *rq, uint64_t id)
{
	rq->case_id = id;
	return policy_may(rq->house->policy, rq->who, RIGHT_MEMBER, id, rq->now, &rq->refusal) ==
		       ERR_OK &&
	       policy_case(rq->house->policy, id, &rq->sight) == ERR_OK;
}

enum err answer_rooms(struct request *rq, const char *key, size_t n, const struct buf *list)
{
	rq->case_id = 0;
	rq->refusal = (struct refusal){0};
	return answer_list(rq, key, n, list);
}
