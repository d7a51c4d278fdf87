/* Sealed items: four maps, one per level, each behind its length. Opened here, and cut here. */
#include "sight_case.h"

#include "pack.h"

#include <assert.h>

/* Only a pass for this case, or one that was given for no case in particular (a case's first
 * change, the server's own), seals in it. */
static void check_pass(const struct pass *pass, uint64_t case_id)
{
	assert(pass);
	assert(!pass->case_id || pass->case_id == case_id);
}

static enum err take_level(struct slice *rest, struct slice *level)
{
	uint32_t n;

	if (rest->n < 4)
		return ERR_INTERNAL;
	n = get_be32(rest->p);
	if (n > rest->n - 4)
		return ERR_INTERNAL;
	*level = (struct slice){rest->p + 4, n};
	*rest = (struct slice){rest->p + 4 + n, rest->n - 4 - n};
	return ERR_OK;
}

static enum err open_levels(struct policy *p, uint64_t case_id, const struct rec_item *item,
			    struct views *out)
{
	struct slice rest;

	TRY(keyring_open_seal(p->keyring, case_id, item->num, item->rev, item->sealed, &out->open));
	rest = buf_view(&out->open);
	for (int l = 1; l <= LEVELS; l++)
		TRY(take_level(&rest, &out->level[l]));
	return rest.n ? ERR_INTERNAL : ERR_OK;
}

enum err policy_open(struct policy *p, uint64_t case_id, const struct rec_item *item,
		     struct views *out)
{
	enum err err;

	*out = (struct views){0};
	err = open_levels(p, case_id, item, out);
	if (err != ERR_OK)
		views_wipe(out);
	return err;
}

void views_wipe(struct views *v)
{
	buf_wipe(&v->open);
	*v = (struct views){0};
}

void views_cut(const struct views *v, enum level level, struct buf *out)
{
	pack_array(out, (size_t)level);
	for (int l = 1; l <= (int)level; l++)
		buf_slice(out, v->level[l]);
}

enum err policy_seal(struct policy *p, const struct pass *pass, uint64_t case_id, uint64_t num,
		     uint64_t rev, const struct slice level[LEVELS + 1], struct buf *out)
{
	CLEANUP(buf_wipe) struct buf open = {0};

	check_pass(pass, case_id);
	for (int l = 1; l <= LEVELS; l++) {
		buf_be32(&open, (uint32_t)level[l].n);
		buf_slice(&open, level[l]);
	}
	return keyring_seal(p->keyring, case_id, num, rev, buf_view(&open), out);
}

/* Other texts are bound to a tag with the top bit, which no revision has: the seal of a reason
 * never passes for that of an item. */
static uint64_t text_tag(uint64_t tag)
{
	return tag | (uint64_t)1 << 63;
}

enum err policy_seal_text(struct policy *p, const struct pass *pass, uint64_t scope, uint64_t id,
			  uint64_t tag, struct slice text, struct buf *out)
{
	check_pass(pass, scope);
	return keyring_seal(p->keyring, scope, id, text_tag(tag), text, out);
}

enum err policy_open_text(struct policy *p, uint64_t scope, uint64_t id, uint64_t tag,
			  struct slice seal, struct arena *arena, struct slice *out)
{
	CLEANUP(buf_wipe) struct buf open = {0};

	TRY(keyring_open_seal(p->keyring, scope, id, text_tag(tag), seal, &open));
	*out = arena_copy(arena, buf_view(&open));
	return ERR_OK;
}
