/* Whether the agreements leave a rule anything to show. In doubt it may: who takes part in which
 * role is not known beforehand. */
#include "rule.h"

#include "args.h"
#include "keys.h"
#include "members.h"
#include "people.h"

#include <stdlib.h>

/* For whom the rule is, as ceilings and agreements know recipients. Empty: any. */
struct target_words {
	struct slice role, domain, agency;
	bool stopped; /* one person, who was stopped */
};

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
		w.agency = after_equals(to, 7);
	else if (to.n > 1 && to.p[0] == '#' &&
		 person_rec(rq, strtoull(arena_str(rq->arena, to) + 1, NULL, 10), &p) == ERR_OK) {
		w.agency = p.agency;
		w.stopped = p.stopped && p.stopped <= rq->now;
	}
	if (w.agency.n)
		w.domain = agency_domain(rq, w.agency);
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
		    (r->consent ? row->consent_level : row->level) > LEVEL_GEEN &&
		    (!row->purpose.n || !r->purposes.n || slices_have(r->purposes, row->purpose)) &&
		    (own ? slice_eq(row->to, w->role) : row_may_hold(w, row)))
			return true;
	}
	return false;
}

/* Whether people of this agency come under the agreement: who signed, who is on the person's side,
 * and where there are guests anybody. */
static bool comes_under(struct request *rq, const struct rec_agreement *a, struct slice agency)
{
	return slices_have(a->agencies, agency) || !slice_is(a->regime, "WGS") ||
	       slice_is(agency_domain(rq, agency), "client");
}

static bool domain_comes_under(struct request *rq, const struct rec_agreement *a,
			       struct slice domain)
{
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_AGENCY, SLICE(""), &w); w.on && !found;
	     store_next(&w)) {
		struct rec_agency agency;

		found = rec_read(REC_agency, arena_copy(rq->arena, w.val), rq->arena, &agency) ==
				ERR_OK &&
			!agency.stopped && slice_eq(agency.domain, domain) &&
			comes_under(rq, a, agency.id);
	}
	store_walk_end(&w);
	return found;
}

/* Owner and recipient meet in the cases of this agreement, under a purpose of the rule. */
static bool meet_in(struct request *rq, const struct rec_agreement *a, const struct rec_rule *r,
		    const struct target_words *w)
{
	bool purpose = !r->purposes.n;

	for (size_t i = 0; i < a->purposes.n; i++)
		purpose = purpose || slices_have(r->purposes, a->purposes.v[i].purpose);
	if (!purpose || (slice_is(w->role, "gast") && slice_is(a->regime, "WGS")))
		return false;
	if (!slice_is(r->from_agency, "*") && !comes_under(rq, a, r->from_agency))
		return false;
	if (w->agency.n)
		return comes_under(rq, a, w->agency);
	return !w->domain.n || domain_comes_under(rq, a, w->domain);
}

static enum err never_meet(struct request *rq, const struct rec_rule *r)
{
	return refuse_arg(rq, ERR_USAGE,
			  N_("This rule can never match: no agreement brings them together with "
			     "the data of %s."),
			  N_("Who signed which, for what purposes: brug-admin agreement show"),
			  slice_is(r->from_agency, "*") ? SLICE("all") : r->from_agency);
}

/* Before there is any agreement all may still come. */
enum err rule_under_ceiling(struct request *rq, const struct rec_rule *r)
{
	struct target_words w = words_of(rq, r->to);
	bool any = false, meet = false, room = false;
	struct walk walk;

	if (w.stopped)
		return refuse(rq, ERR_USAGE, N_("This rule can never match: he has been stopped."),
			      NULL, N_("Name somebody who still works there."));
	for (store_walk(rq->house->store, TAB_AGREEMENT, SLICE(""), &walk); walk.on && !room;
	     store_next(&walk)) {
		struct rec_agreement a;

		if (rec_read(REC_agreement, arena_copy(rq->arena, walk.val), rq->arena, &a) !=
		    ERR_OK)
			continue;
		any = true;
		if (!meet_in(rq, &a, r, &w))
			continue;
		meet = true;
		room = leaves_room(&a, r, &w);
	}
	store_walk_end(&walk);
	if (room || !any)
		return ERR_OK;
	if (!meet)
		return never_meet(rq, r);
	return refuse_arg(rq, ERR_USAGE,
			  N_("This rule can never match: no agreement lets these see anything of "
			     "%s."),
			  N_("Name another category or recipient, or ask consent (--consent); the "
			     "ceilings: brug-admin agreement show."),
			  r->category);
}
