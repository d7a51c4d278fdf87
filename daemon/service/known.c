#include "known.h"

#include "items.h"

#include <stdlib.h>
#include <string.h>

static struct known_item *slot(struct known_item *v, size_t cap, uint64_t num)
{
	size_t i = (size_t)(num * 0x9e3779b97f4a7c15 >> 20) & (cap - 1);

	while (v[i].num && v[i].num != num)
		i = (i + 1) & (cap - 1);
	return &v[i];
}

static void grow(struct known *k)
{
	size_t cap = k->cap ? k->cap * 2 : 64;
	struct known_item *v = calloc(cap, sizeof(*v));

	if (!v)
		abort();
	for (size_t i = 0; i < k->cap; i++)
		if (k->v[i].num)
			*slot(v, cap, k->v[i].num) = k->v[i];
	free(k->v);
	k->v = v;
	k->cap = cap;
}

/* In memory of its own: a log is longer than a request should hold. */
static void look(struct request *rq, struct known_item *out)
{
	CLEANUP(arena_free) struct arena own = {0};
	struct arena *kept = rq->arena;
	struct rec_item item;

	rq->arena = &own;
	strcpy(out->code, "?");
	if (item_by_num(rq, out->num, &item) == ERR_OK) {
		out->yes = rq->sight && item_level_open(rq, &item) > LEVEL_GEEN;
		memcpy(out->code, item.code.p, item.code.n < ITEM_CODE ? item.code.n : ITEM_CODE);
	}
	rq->arena = kept;
}

const struct known_item *known_item(struct request *rq, struct known *k, uint64_t num)
{
	struct known_item *i;

	if (k->n * 2 >= k->cap)
		grow(k);
	i = slot(k->v, k->cap, num);
	if (!i->num) {
		i->num = num;
		k->n++;
		look(rq, i);
	}
	return i;
}

void known_free(struct known *k)
{
	free(k->v);
}
