/* Whether the agreements leave a rule anything to show. In doubt it may: who takes part in which
 * role is not known beforehand. */
#include "rule.h"

#include "args.h"
#include "keys.h"
#include "members.h"

#include <stdlib.h>

/* For whom the rule is, as ceilings know recipients. Empty: any. */
struct target_words {
	struct slice role, domain;
};

static struct slice domain_of(struct request *rq, struct slice agency)
{
	struct rec_agency a;

	return get_record(rq, TAB_AGENCY, agency, REC_agency, &a) == ERR_OK ? a.domain
									    : (struct slice){0};
}

static struct slice after_equals(struct slice s, size_t n)
{
	return (struct slice){s.p + n, s.n - n};
}

static struct target_words words_of(struct request *rq, struct slice to)
{
	struct target_words w = {0};
	struct rec_person p;

	if (slice_starts(to, SLICE("role=")))
		w.role = after_equals(to, 5);
	else if (slice_starts(to, SLICE("domain=")))
		w.domain = after_equals(to, 7);
	else if (slice_starts(to, SLICE("agency=")))
		w.domain = domain_of(rq, after_equals(to, 7));
	else if (to.n > 1 && to.p[0] == '#' &&
		 person_rec(rq, strtoull(arena_str(rq->arena, to) + 1, NULL, 10), &p) == ERR_OK)
		w.domain = domain_of(rq, p.agency);
	return w;
}

static bool row_may_hold(const struct target_words *w, const struct rec_ceiling *row)
{
	if (slice_is(row->to, "-"))
		return true;
	if (word_in(vocab_roles, row->to))
		return !w->role.n || slice_eq(w->role, row->to);
	return !w->domain.n || slice_eq(w->domain, row->to);
}

/* A row for exactly this role, in all phases and purposes, stands before those for his domain and
 * for others. */
static bool only_own_row(const struct rec_agreement *a, const struct rec_rule *r, struct slice role)
{
	for (size_t i = 0; role.n && i < a->ceilings.n; i++) {
		const struct rec_ceiling *row = &a->ceilings.v[i];

		if (slice_eq(row->category, r->category) && slice_eq(row->to, role) &&
		    !row->purpose.n && !row->phase.n)
			return true;
	}
	return false;
}

static bool leaves_room(const struct rec_agreement *a, const struct rec_rule *r,
			const struct target_words *w)
{
	bool own = only_own_row(a, r, w->role);

	for (size_t i = 0; i < a->ceilings.n; i++) {
		const struct rec_ceiling *row = &a->ceilings.v[i];

		if (slice_eq(row->category, r->category) &&
		    (row->level > LEVEL_GEEN || row->consent_level > LEVEL_GEEN) &&
		    (own ? slice_eq(row->to, w->role) : row_may_hold(w, row)))
			return true;
	}
	return false;
}

enum err rule_under_ceiling(struct request *rq, const struct rec_rule *r)
{
	struct target_words w = words_of(rq, r->to);
	bool agreed = false, room = false;
	struct walk walk;

	for (store_walk(rq->house->store, TAB_AGREEMENT, SLICE(""), &walk); walk.on && !room;
	     store_next(&walk)) {
		struct rec_agreement a;

		if (rec_read(REC_agreement, arena_copy(rq->arena, walk.val), rq->arena, &a) !=
			    ERR_OK ||
		    (!slice_is(r->from_agency, "*") && !slices_have(a.agencies, r->from_agency)))
			continue;
		agreed = true;
		room = leaves_room(&a, r, &w);
	}
	store_walk_end(&walk);
	if (room || !agreed)
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE,
			  N_("This rule can never match: no agreement lets these see anything of "
			     "%s."),
			  N_("Name another category or recipient; the ceilings: brug-admin "
			     "agreement show."),
			  r->category);
}
