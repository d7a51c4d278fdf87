#include "links.h"

#include "args.h"
#include "keys.h"

enum { LINKS = 4096 };

static struct slice key_of(struct request *rq, struct spot a, struct spot b)
{
	struct key k = key_3(a.room, a.num, b.room);

	put_be64(k.p + 24, b.num);
	k.n = 32;
	return arena_copy(rq->arena, key_view(&k));
}

void links_put(struct request *rq, struct spot a, struct spot b)
{
	change_put(&rq->change, rq->pass, TAB_LINK, key_of(rq, a, b), SLICE(""));
	change_put(&rq->change, rq->pass, TAB_LINK, key_of(rq, b, a), SLICE(""));
}

void links_del(struct request *rq, struct spot a, struct spot b)
{
	change_del(&rq->change, rq->pass, TAB_LINK, key_of(rq, a, b));
	change_del(&rq->change, rq->pass, TAB_LINK, key_of(rq, b, a));
}

struct spots links_all(struct request *rq, struct spot a)
{
	struct key prefix = key_2(a.room, a.num);
	struct spots all = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_LINK, key_view(&prefix), &w); w.on && n < LINKS;
	     store_next(&w))
		n++;
	store_walk_end(&w);
	all.v = ARENA_ARRAY(rq->arena, struct spot, n + 1);
	for (store_walk(rq->house->store, TAB_LINK, key_view(&prefix), &w); w.on && all.n < n;
	     store_next(&w))
		all.v[all.n++] = (struct spot){get_be64(w.key.p + 16), get_be64(w.key.p + 24)};
	store_walk_end(&w);
	return all;
}

bool links_other(struct request *rq, struct spot a, struct spot *out)
{
	struct key prefix = key_2(a.room, a.num);
	struct walk w;
	bool found;

	store_walk(rq->house->store, TAB_LINK, key_view(&prefix), &w);
	found = w.on && w.key.n == 32;
	if (found)
		*out = (struct spot){get_be64(w.key.p + 16), get_be64(w.key.p + 24)};
	store_walk_end(&w);
	return found;
}

enum err links_enter(struct request *rq, uint64_t room)
{
	rq->case_id = rq->change.case_id = room;
	return policy_case(rq->house->policy, room, &rq->sight);
}

void links_drop(struct request *rq)
{
	struct key prefix = key_u64(rq->case_id);
	struct walk w;

	for (store_walk(rq->house->store, TAB_LINK, key_view(&prefix), &w); w.on; store_next(&w))
		links_del(rq, (struct spot){get_be64(w.key.p), get_be64(w.key.p + 8)},
			  (struct spot){get_be64(w.key.p + 16), get_be64(w.key.p + 24)});
	store_walk_end(&w);
}
