#include "said.h"

enum err said_open(struct request *rq, const struct rec_item *item, struct said *out)
{
	TRY(policy_open(rq->house->policy, rq->case_id, item, &out->views));
	for (int l = 1; l <= LEVELS; l++)
		TRY(tree_read(&out->level[l], out->views.level[l]));
	return ERR_OK;
}

const msgpack_object *said_field(const struct said *s, const char *name)
{
	for (int l = 1; l <= LEVELS; l++) {
		const msgpack_object *v =
			s->level[l].live ? obj_get(tree_root(&s->level[l]), name) : NULL;

		if (v)
			return v;
	}
	return NULL;
}

struct slice said_text(const struct said *s, const char *name)
{
	return obj_bytes(said_field(s, name));
}

void said_free(struct said *s)
{
	for (int l = 1; l <= LEVELS; l++)
		tree_free(&s->level[l]);
	views_wipe(&s->views);
}
