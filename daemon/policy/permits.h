#pragma once
/*
 * Permits: what rules, widenings and consents allow somebody to see of an item, before the ceiling.
 * Private to policy; sight.c asks.
 */
#include "sight_case.h"

/* A permit, before the ceiling. */
struct permit {
	enum level level;
	const struct shared_rule *rule;
	const struct rec_widen *widen;
	const struct rec_consent *consent; /* what it rests on, or NULL */
	bool executor;
	bool capped; /* broad, and no leefgebied shared: cut to the need to know */
};

struct ask {
	const struct sight_case *c;
	const struct viewer *viewer;
	const struct part *me;
	const struct rec_item *item;
	int64_t t;
	/* The highest that needs no consent and the highest that rests on one: each has its own
	 * ceiling. */
	struct permit plain, consented;
	struct sight *out;
};

/* A broad permit names a domain or everybody; a direct one was meant for this person, agency or
 * role. */
enum reach { REACH_NONE, REACH_BROAD, REACH_DIRECT };

/* What allows most, of both sorts, into plain and consented. */
void permits_find(struct ask *);
enum reach permit_reach(const struct target *, const struct part *);
/* The live consent that covers the item, for this viewer, and gives most; or NULL. */
const struct rec_consent *permit_consent(const struct ask *);
/* Whether item, viewer and session share a purpose that is also in the list (NULL: any). */
bool permit_purposes(const struct ask *, const struct slices *also);

static inline enum level level_most(enum level a, uint64_t b)
{
	return b < (uint64_t)a ? (enum level)b : a;
}
