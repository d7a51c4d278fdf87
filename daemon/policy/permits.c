#include "permits.h"

/* -- purposes ---------------------------------------------------------------------------------- */

bool permit_purposes(const struct ask *a, const struct slices *also)
{
	for (size_t i = 0; i < a->item->purposes.n; i++) {
		struct slice p = a->item->purposes.v[i];

		if (slices_have(a->me->m.purposes, p) &&
		    (!a->viewer->purposes.n || slices_have(a->viewer->purposes, p)) &&
		    (!also || slices_have(*also, p)))
			return true;
	}
	return false;
}

/* -- who matches ------------------------------------------------------------------------------- */

enum reach permit_reach(const struct target *to, const struct part *p)
{
	switch (to->kind) {
	case TO_ALL:
		return REACH_BROAD;
	case TO_DOMAIN:
		return slice_eq(to->name, p->domain) ? REACH_BROAD : REACH_NONE;
	case TO_PERSON:
		return to->person == p->m.person ? REACH_DIRECT : REACH_NONE;
	case TO_AGENCY:
		return slice_eq(to->name, p->m.agency) ? REACH_DIRECT : REACH_NONE;
	case TO_ROLE:
		return slice_eq(to->name, p->m.role) ? REACH_DIRECT : REACH_NONE;
	case TO_NOBODY:
		break;
	}
	return REACH_NONE;
}

bool policy_meant(const struct sight_case *c, struct slice to, uint64_t person)
{
	const struct part *p = sight_part(c, person);
	struct target target = target_of(to);

	return p && permit_reach(&target, p) != REACH_NONE;
}

static bool shares_area(const struct ask *a)
{
	return part_is(a->me, "casusregisseur") || part_is(a->me, "procesregisseur") ||
	       part_is(a->me, "betrokkene") || part_is(a->me, "ondersteuner") ||
	       slices_meet(a->item->areas, a->me->m.areas);
}

/* -- consent ----------------------------------------------------------------------------------- */

static bool consent_of_owner(const struct ask *a, const struct rec_consent *k)
{
	struct target owner = target_of(a->item->owner);

	if (k->agency.n)
		return slice_eq(k->agency, a->item->owner);
	return owner.kind == TO_PERSON && owner.person == k->person;
}

static bool consent_has_item(const struct ask *a, const struct rec_consent *k)
{
	for (size_t i = 0; i < k->items.n; i++)
		if (k->items.v[i] == a->item->num)
			return true;
	return k->items.n == 0;
}

static bool consent_names(const struct ask *a, const struct rec_consent *k)
{
	for (size_t i = 0; i < k->people.n; i++)
		if (k->people.v[i] == a->me->m.person)
			return true;
	return slices_have(k->to, a->me->m.agency);
}

/* Live, the person's of this case, and covering the data, the recipient and the purpose. */
static bool consent_covers(const struct ask *a, const struct rec_consent *k)
{
	return term_runs(k->from, k->until, a->t) && term_runs(0, k->withdrawn, a->t) &&
	       k->person == a->c->rec.person && slice_eq(k->category, a->item->category) &&
	       consent_of_owner(a, k) && consent_has_item(a, k) && consent_names(a, k) &&
	       permit_purposes(a, &k->purposes);
}

const struct rec_consent *permit_consent(const struct ask *a)
{
	const struct rec_consent *best = NULL;

	for (size_t i = 0; i < a->c->consents.n; i++) {
		const struct rec_consent *k = &a->c->consents.v[i];

		if (consent_covers(a, k) && (!best || k->level > best->level))
			best = k;
	}
	return best;
}

static const struct rec_consent *consent_named(const struct ask *a, struct slice id)
{
	for (size_t i = 0; i < a->c->consents.n; i++)
		if (slice_eq(a->c->consents.v[i].id, id))
			return consent_covers(a, &a->c->consents.v[i]) ? &a->c->consents.v[i]
								       : NULL;
	return NULL;
}

/* -- permits ----------------------------------------------------------------------------------- */

static uint64_t need_to_know(const struct ask *a)
{
	for (size_t i = 0; i < a->c->agreement.caps.n; i++)
		if (slice_eq(a->c->agreement.caps.v[i].category, a->item->category))
			return a->c->agreement.caps.v[i].level;
	return LEVEL_GEEN;
}

static void consider(struct ask *a, struct permit p, enum reach reach)
{
	struct permit *best = p.consent ? &a->consented : &a->plain;
	enum level level = p.consent ? level_most(p.level, p.consent->level) : p.level;

	if (reach == REACH_BROAD && !shares_area(a)) {
		p.capped = level_most(level, need_to_know(a)) < level;
		level = level_most(level, need_to_know(a));
	}
	p.level = level;
	if (p.level > best->level)
		*best = p;
}

static void permit_of_rule(struct ask *a, const struct shared_rule *s)
{
	const struct rec_rule *r = &s->rule;
	enum reach reach = permit_reach(&s->to, a->me);
	struct permit p = {.level = level_most(LEVEL_INHOUD, r->level), .rule = s};

	if (reach == REACH_NONE || !term_runs(r->from, r->until, a->t) ||
	    !term_runs(0, r->ended, a->t) || (r->purposes.n && !permit_purposes(a, &r->purposes)) ||
	    (r->areas.n && !slices_meet(r->areas, a->item->areas)))
		return;
	if (r->consent && !(p.consent = permit_consent(a)))
		return;
	consider(a, p, reach);
}

/* Rules lie by category: the first of the item's, or the end. */
static size_t first_rule(const struct ask *a)
{
	size_t lo = 0, hi = a->c->rules.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (slice_cmp(a->c->rules.v[mid].rule.category, a->item->category) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void permits_of_rules(struct ask *a)
{
	for (size_t i = first_rule(a); i < a->c->rules.n; i++) {
		const struct shared_rule *s = &a->c->rules.v[i];

		if (!slice_eq(s->rule.category, a->item->category))
			break;
		if (slice_is(s->rule.from_agency, "*") ||
		    slice_eq(s->rule.from_agency, a->item->owner))
			permit_of_rule(a, s);
	}
}

static void permits_of_widenings(struct ask *a)
{
	for (size_t i = 0; i < a->item->widens.n; i++) {
		const struct rec_widen *w = &a->item->widens.v[i];
		struct permit p = {.level = level_most(LEVEL_INHOUD, w->level), .widen = w};
		struct target to = target_of(w->to);
		enum reach reach = permit_reach(&to, a->me);

		if (reach == REACH_NONE || !term_runs(w->from, w->until, a->t) ||
		    (w->consent.n && !(p.consent = consent_named(a, w->consent))))
			continue;
		consider(a, p, reach);
	}
}

/* The person's own words go where he says, as far as he says. */
static void permit_of_own_words(struct ask *a)
{
	struct permit p = {.level = LEVEL_INHOUD};

	if (slice_is(a->item->category, "zelf") && (p.consent = permit_consent(a)))
		consider(a, p, REACH_DIRECT);
}

void permits_find(struct ask *a)
{
	permits_of_rules(a);
	permits_of_widenings(a);
	permit_of_own_words(a);
	if (a->item->executor == a->me->m.person)
		a->plain = (struct permit){.level = LEVEL_INHOUD, .executor = true};
}
