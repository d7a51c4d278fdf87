#include "sight_case.h"

#include "keys.h"

#include <stdlib.h>

enum { WARM = 64 /* cases */, THREAD = 16 /* messages about messages */ };

struct policy *policy_new(struct store *store, struct keyring *keyring)
{
	struct policy *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	p->store = store;
	p->keyring = keyring;
	TAILQ_INIT(&p->warm);
	return p;
}

static void let_go(struct policy *p, struct sight_case *c)
{
	TAILQ_REMOVE(&p->warm, c, link);
	p->warm_n--;
	sight_case_free(c);
}

void policy_free(struct policy *p)
{
	if (!p)
		return;
	while (!TAILQ_EMPTY(&p->warm))
		let_go(p, TAILQ_FIRST(&p->warm));
	free(p);
}

/* The least used go: what was handed out is good while fewer than WARM other cases are asked. */
static void trim(struct policy *p)
{
	while (p->warm_n > WARM)
		let_go(p, TAILQ_LAST(&p->warm, sight_cases));
}

static struct sight_case *find(struct policy *p, uint64_t case_id)
{
	struct sight_case *c;

	TAILQ_FOREACH (c, &p->warm, link)
		if (c->rec.id == case_id)
			return c;
	return NULL;
}

enum err policy_case(struct policy *p, uint64_t case_id, const struct sight_case **out)
{
	struct sight_case *c;

	trim(p);
	c = find(p, case_id);
	if (c && !sight_case_holds(c, p->store)) {
		let_go(p, c);
		c = NULL;
	}
	if (c) {
		TAILQ_REMOVE(&p->warm, c, link);
	} else {
		TRY(sight_case_load(p->store, case_id, NULL, &c));
		p->warm_n++;
	}
	TAILQ_INSERT_HEAD(&p->warm, c, link);
	*out = c;
	return ERR_OK;
}

enum err policy_imagine(struct policy *p, uint64_t case_id, const struct overlay *o,
			struct sight_case **out)
{
	return sight_case_load(p->store, case_id, o, out);
}

bool policy_mandated(const struct sight_case *c, uint64_t supporter, struct slice category,
		     int64_t t)
{
	const struct part *p = sight_part(c, supporter);

	return p && mandate_for(c, p, category, t);
}

void policy_forget(struct sight_case *c)
{
	sight_case_free(c);
}

static enum err read_item(struct policy *p, const struct sight_case *c, uint64_t num,
			  struct arena *a, struct rec_item *out)
{
	struct key k = key_2(sight_case_rec(c)->id, num);
	struct slice val;

	TRY(store_get(p->store, TAB_ITEM, key_view(&k), &val));
	return rec_read(REC_item, val, a, out);
}

/* A message about a message is seen by who sees what the first is about. */
enum err policy_sight_of(struct policy *p, const struct sight_case *c, const struct viewer *viewer,
			 const struct rec_item *item, int64_t t, struct sight *out)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct rec_item about = {.about = item->about};
	enum err err = ERR_OK;

	if (viewer->room) {
		policy_sight_board(c, viewer, item, t, out);
		return ERR_OK;
	}
	for (int i = 0; i < THREAD && about.about && err == ERR_OK; i++)
		err = read_item(p, c, about.about, &a, &about);
	if (err != ERR_OK && err != ERR_NOTFOUND)
		return err;
	policy_sight(c, viewer, item, item->about && err == ERR_OK ? &about : NULL, t, out);
	return ERR_OK;
}

int64_t policy_next_turn(struct policy *p, const struct sight_case *c, int64_t t)
{
	const int64_t *at = (const int64_t *)(const void *)c->turns.p;
	size_t lo = 0, hi = c->turns.n / sizeof(*at), n = hi;

	(void)p;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (at[mid] <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n ? at[lo] : 0;
}
