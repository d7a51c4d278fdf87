#include "world_many.h"

#include "keys.h"

#include <string.h>

/* The rows of one table that belong to the case, under another number. */
static void copy_rows(struct world *w, struct change *c, enum table table, uint64_t id)
{
	struct key prefix = key_u64(w->case_id);
	struct walk walk;

	for (store_walk(w->store, table, key_view(&prefix), &walk); walk.on; store_next(&walk)) {
		uint8_t key[64];

		memcpy(key, walk.key.p, walk.key.n);
		put_be64(key, id);
		change_put(c, world_pass(w), table, (struct slice){key, walk.key.n}, walk.val);
	}
	store_walk_end(&walk);
}

void world_copy_case(struct world *w, uint64_t id)
{
	struct change c = world_change(w, id);
	struct key k = key_u64(w->case_id), to = key_u64(id);
	struct rec_case rec;

	world_get(w, TAB_CASE, key_view(&k), REC_case, &rec);
	rec.id = id;
	world_put(w, &c, TAB_CASE, key_view(&to), REC_case, &rec);
	copy_rows(w, &c, TAB_MEMBER, id);
	copy_rows(w, &c, TAB_CONSENT, id);
	copy_rows(w, &c, TAB_ITEM, id);
	world_apply(w, &c);
}
