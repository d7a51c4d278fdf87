#pragma once
/*
 * A case as sight sees it: everything that decides who sees what, read once, in memory of its own.
 *
 * Nothing here is a person's text. Private to policy: the layers above hold a pointer and ask.
 */
#include "policy.h"

#include <sys/queue.h>

/* Whom a rule, ceiling, cut or widening is for. */
enum target_kind { TO_NOBODY, TO_ALL, TO_PERSON, TO_AGENCY, TO_ROLE, TO_DOMAIN };
struct target {
	enum target_kind kind;
	struct slice name;
	uint64_t person;
};
/* "*", "#22", "agency=wijk", "role=helper", "domain=zorg"; anything else is for nobody. */
struct target target_of(struct slice to);

/* Somebody's part in the case, with what his person and agency add to it. */
struct part {
	struct rec_member m;
	struct slice domain; /* of his agency; "client" when he has none */
	bool known;      /* person and agency exist, and the agency has signed and is not stopped */
	int64_t stopped; /* the person: from then on; 0: never */
};

struct shared_rule {
	struct rec_rule rule;
	struct target to;
	struct slice says; /* "P1b: <its owner's sentence, or the legal ground>" */
};

/* Who carries out an open action, and on which areas of life: nazorg goes on for him. */
struct doer {
	uint64_t person;
	struct slices areas;
};

#define LOADED(of)                                                                                 \
	struct {                                                                                   \
		struct of *v;                                                                      \
		size_t n;                                                                          \
	}
struct sight_case {
	struct rec_case rec;
	struct rec_agreement agreement;
	bool agreed;        /* false: there is no such agreement, and nobody sees anything */
	LOADED(part) parts; /* by person */
	LOADED(rec_block) blocks;
	LOADED(rec_mandate) mandates;
	LOADED(rec_consent) consents;
	LOADED(rec_emergency) emergencies;
	LOADED(shared_rule) rules; /* by category, then id */
	LOADED(doer) doers;
	struct buf turns; /* int64_t, rising: the moments at which a term begins or ends */

	uint64_t position; /* of the store: what is here still holds at it */
	struct arena arena;
	TAILQ_ENTRY(sight_case) link;
};

/* as_if: NULL, or what is to be taken for other than it is. ERR_NOTFOUND: no such case.
 * ERR_INTERNAL: a record is damaged; nothing of the case may be shown.
 */
enum err sight_case_load(struct store *, uint64_t case_id, const struct overlay *as_if,
			 struct sight_case **out);
void sight_case_free(struct sight_case *);
/* Whether it still holds: nothing that decides sight has changed since. Moves its position on. */
bool sight_case_holds(struct sight_case *, struct store *);

const struct part *sight_part(const struct sight_case *, uint64_t person);
/* Account, agency, agreement and part in the case in force at t; no personal block. */
bool part_active(const struct sight_case *, const struct part *, int64_t t);
bool part_blocked(const struct sight_case *, uint64_t person, int64_t t);
static inline bool part_is(const struct part *p, const char *role)
{
	return slice_is(p->m.role, role);
}
/* He stands in for the casusregisseur at t. */
bool part_deputises(const struct sight_case *, const struct part *, int64_t t);
/* In force from its beginning until, but not at, its end; 0: always, never. */
static inline bool term_runs(int64_t from, int64_t until, int64_t t)
{
	return from <= t && (until == 0 || t < until);
}
/* The phase at t; empty before the case began. */
struct slice case_phase_at(const struct sight_case *, int64_t t);
/* Nobody sees or writes anything any more: gesloten, afgewezen, doorverwezen, vernietigd. */
bool case_closed_at(const struct sight_case *, int64_t t);
/* Whether he has a mandate at t, for whatever category. */
bool mandate_runs(const struct sight_case *, const struct part *, int64_t t);
/* The supporter's mandate at t that covers this category, or NULL. */
const struct rec_mandate *mandate_for(const struct sight_case *, const struct part *,
				      struct slice category, int64_t t);

/* Leave to write: for whom, and in which case (0: none in particular). */
struct pass {
	uint64_t person, case_id;
};

/* What policy keeps between requests. */
TAILQ_HEAD(sight_cases, sight_case);
struct policy {
	struct store *store;
	struct keyring *keyring;
	struct sight_cases warm; /* last asked for first */
	size_t warm_n;
};
