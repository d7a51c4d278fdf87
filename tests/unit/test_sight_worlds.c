/*
 * Random worlds: the worked case with its rules, ceilings, consents, people and items drawn anew,
 * seen by policy and by a naive evaluator that was written from the model alone, with no index, no
 * cache and no cleverness.
 */
#include "keys.h"
#include "world.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORLDS = 100, MOST = 128 };

static struct world w;
static uint64_t dice;

static unsigned draw(unsigned n)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (unsigned)(dice >> 33) % n;
}

static bool often(unsigned percent)
{
	return draw(100) < percent;
}

static const char *const categories[] = {"plan",       "planzorg", "sociaal", "politie",
					 "gezondheid", "zelf",     "derden"};
static const char *const recipients[] = {"*",
					 "domain=zorg",
					 "domain=sociaal",
					 "domain=veiligheid",
					 "agency=wijk",
					 "agency=ggz",
					 "agency=pol",
					 "role=casusregisseur",
					 "role=helper",
					 "role=procesregisseur",
					 "role=betrokkene",
					 "role=ondersteuner",
					 "#15",
					 "#4",
					 "somebody",
					 "agency=jw"};
static const char *const areas[] = {"werk", "inkomen", "psychisch", "justitie", "wonen"};
static const char *const agencies[] = {"wijk", "wi", "ggz", "jw", "pol", "schuld", "vz"};
static const char *const phases[] = {"aangemeld", "triage", "actief", "actief",
				     "actief",    "nazorg", "nazorg", "afschaling"};
#define DRAW(list) slice_of((list)[draw(sizeof(list) / sizeof(*(list)))])

/* -- the naive evaluator ----------------------------------------------------------------------- */

struct naive {
	struct rec_case rec;
	struct rec_agreement agreement;
	struct rec_member member[MOST];
	struct rec_rule rule[MOST];
	struct rec_consent consent[MOST];
	struct rec_block block[MOST];
	struct rec_mandate mandate[MOST];
	struct rec_emergency emergency[MOST];
	struct rec_item item[MOST];
	size_t members, rules, consents, blocks, mandates, emergencies, items;
};
static struct naive n;

struct eye {
	const struct rec_member *m;
	const char *domain;
	struct slices session;
	int64_t t;
};

static size_t take(enum table table, enum rec_type type, void *out, size_t size, bool of_case)
{
	struct key k = key_u64(w.case_id);
	struct walk walk;
	size_t i = 0;

	for (store_walk(w.store, table, of_case ? key_view(&k) : (struct slice){0}, &walk);
	     walk.on && i < MOST; store_next(&walk), i++)
		cr_assert_eq(rec_read(type, arena_copy(&w.arena, walk.val), &w.arena,
				      (char *)out + i * size),
			     ERR_OK);
	store_walk_end(&walk);
	return i;
}

static void take_all(void)
{
	struct key k = key_u64(w.case_id);

	world_get(&w, TAB_CASE, key_view(&k), REC_case, &n.rec);
	world_get(&w, TAB_AGREEMENT, SLICE("zvh"), REC_agreement, &n.agreement);
	n.members = take(TAB_MEMBER, REC_member, n.member, sizeof(*n.member), true);
	n.rules = take(TAB_RULE, REC_rule, n.rule, sizeof(*n.rule), false);
	n.consents = take(TAB_CONSENT, REC_consent, n.consent, sizeof(*n.consent), true);
	n.blocks = take(TAB_BLOCK, REC_block, n.block, sizeof(*n.block), true);
	n.mandates = take(TAB_MANDATE, REC_mandate, n.mandate, sizeof(*n.mandate), true);
	n.emergencies = take(TAB_EMERGENCY, REC_emergency, n.emergency, sizeof(*n.emergency), true);
	n.items = take(TAB_ITEM, REC_item, n.item, sizeof(*n.item), true);
}

static const char *str(struct slice s)
{
	return arena_str(&w.arena, s);
}

static bool is(struct slice s, const char *z)
{
	return !strcmp(str(s), z);
}

static bool runs(int64_t from, int64_t until, int64_t t)
{
	return t >= from && (!until || t < until);
}

static unsigned min(unsigned a, uint64_t b)
{
	return b < a ? (unsigned)b : a;
}

static unsigned max(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static const struct rec_member *find(uint64_t person)
{
	for (size_t i = 0; i < n.members; i++)
		if (n.member[i].person == person)
			return &n.member[i];
	return NULL;
}

static const char *domain_of(const struct rec_member *m)
{
	struct rec_agency a;

	if (is(m->agency, "-"))
		return "client";
	world_get(&w, TAB_AGENCY, m->agency, REC_agency, &a);
	return str(a.domain);
}

/* 0: not meant; 1: broadly; 2: directly. */
static int meant(struct slice to, const struct eye *e)
{
	char me[4][64];

	snprintf(me[0], 64, "domain=%s", e->domain);
	snprintf(me[1], 64, "agency=%s", str(e->m->agency));
	snprintf(me[2], 64, "role=%s", str(e->m->role));
	snprintf(me[3], 64, "#%u", (unsigned)e->m->person);
	if (is(to, "*") || is(to, me[0]))
		return 1;
	return is(to, me[1]) || is(to, me[2]) || is(to, me[3]) ? 2 : 0;
}

static bool purposed(const struct rec_item *item, const struct eye *e, const struct slices *also)
{
	for (size_t i = 0; i < item->purposes.n; i++)
		if (slices_have(e->m->purposes, item->purposes.v[i]) &&
		    (!e->session.n || slices_have(e->session, item->purposes.v[i])) &&
		    (!also || slices_have(*also, item->purposes.v[i])))
			return true;
	return false;
}

static bool everywhere(const struct rec_member *m)
{
	return is(m->role, "casusregisseur") || is(m->role, "procesregisseur") ||
	       is(m->role, "betrokkene") || is(m->role, "ondersteuner");
}

static unsigned broad(unsigned level, int how, const struct rec_item *item, const struct eye *e)
{
	if (how == 2 || everywhere(e->m) || slices_meet(item->areas, e->m->areas))
		return level;
	for (size_t i = 0; i < n.agreement.caps.n; i++)
		if (slice_eq(n.agreement.caps.v[i].category, item->category))
			return min(level, n.agreement.caps.v[i].level);
	return 0;
}

/* What this consent gives this viewer of this item: 0 when it does not cover. */
static unsigned given(const struct rec_consent *c, const struct rec_item *item, const struct eye *e)
{
	char person[32];
	bool item_named = c->items.n == 0, named = slices_have(c->to, e->m->agency);

	snprintf(person, sizeof(person), "#%u", (unsigned)c->person);
	for (size_t i = 0; i < c->items.n; i++)
		item_named = item_named || c->items.v[i] == item->num;
	for (size_t i = 0; i < c->people.n; i++)
		named = named || c->people.v[i] == e->m->person;
	if (!runs(c->from, c->until, e->t) || (c->withdrawn && e->t >= c->withdrawn) ||
	    c->person != n.rec.person || !slice_eq(c->category, item->category) ||
	    !(c->agency.n ? slice_eq(c->agency, item->owner) : is(item->owner, person)) ||
	    !item_named || !named || !purposed(item, e, &c->purposes))
		return 0;
	return min(4, c->level);
}

static unsigned most_given(const struct rec_item *item, const struct eye *e)
{
	unsigned most = 0;

	for (size_t i = 0; i < n.consents; i++)
		most = max(most, given(&n.consent[i], item, e));
	return most;
}

static const char *phase_at(int64_t t)
{
	const char *now = "";

	for (size_t i = 0; i < n.rec.phases.n; i++)
		if (n.rec.phases.v[i].from <= t)
			now = str(n.rec.phases.v[i].phase);
	return now;
}

static bool row_holds(const struct rec_ceiling *c, const struct rec_item *item, const char *to,
		      struct slice purpose, const char *phase)
{
	return slice_eq(c->category, item->category) && is(c->to, to) &&
	       (!c->purpose.n || slice_eq(c->purpose, purpose)) &&
	       (!c->phase.n || is(c->phase, phase));
}

/* Per purpose that is shared: the lowest row of the nearest recipient; of these the highest. */
static unsigned under(const struct rec_item *item, const struct eye *e, unsigned plain,
		      unsigned agreed)
{
	const char *rows[] = {str(e->m->role), e->domain, "-"}, *phase = phase_at(e->t);
	unsigned most = 0, most_consented = 0;

	for (size_t p = 0; p < item->purposes.n; p++) {
		struct slices one = {&item->purposes.v[p], 1};
		unsigned level = 99, consented = 99;

		if (!purposed(item, e, &one))
			continue;
		for (size_t r = 0; r < 3 && level == 99; r++)
			for (size_t i = 0; i < n.agreement.ceilings.n; i++) {
				const struct rec_ceiling *c = &n.agreement.ceilings.v[i];

				if (!row_holds(c, item, rows[r], item->purposes.v[p], phase))
					continue;
				level = min(level, c->level);
				consented = min(consented, c->consent_level);
			}
		most = level == 99 ? most : max(most, level);
		most_consented = level == 99 ? most_consented : max(most_consented, consented);
	}
	return max(min(plain, most), min(agreed, most_consented));
}

static unsigned permitted(const struct rec_item *item, const struct eye *e)
{
	unsigned plain = 0, agreed = 0, consent = most_given(item, e);

	for (size_t i = 0; i < n.rules; i++) {
		const struct rec_rule *r = &n.rule[i];
		int how = meant(r->to, e);

		if (!how || !slice_eq(r->category, item->category) ||
		    (!is(r->from_agency, "*") && !slice_eq(r->from_agency, item->owner)) ||
		    !runs(r->from, r->until, e->t) || (r->ended && e->t >= r->ended) ||
		    (r->purposes.n && !purposed(item, e, &r->purposes)) ||
		    (r->areas.n && !slices_meet(r->areas, item->areas)))
			continue;
		if (r->consent)
			agreed = max(agreed, broad(min(min(4, r->level), consent), how, item, e));
		else
			plain = max(plain, broad(min(4, r->level), how, item, e));
	}
	for (size_t i = 0; i < item->widens.n; i++) {
		const struct rec_widen *v = &item->widens.v[i];
		int how = meant(v->to, e);

		if (!how || !runs(v->from, v->until, e->t))
			continue;
		if (!v->consent.n)
			plain = max(plain, broad(min(4, v->level), how, item, e));
		for (size_t k = 0; k < n.consents; k++)
			if (v->consent.n && slice_eq(n.consent[k].id, v->consent))
				agreed = max(agreed, broad(min(min(4, v->level),
							       given(&n.consent[k], item, e)),
							   how, item, e));
	}
	if (is(item->category, "zelf"))
		agreed = max(agreed, consent);
	if (item->executor == e->m->person && !is(item->category, "gezondheid"))
		return 4;
	if (item->executor == e->m->person)
		plain = 4;
	return under(item, e, plain, agreed);
}

static bool busy(const struct rec_item *item, const struct rec_member *m)
{
	for (size_t i = 0; i < n.items; i++)
		if (n.item[i].executor == m->person && slices_meet(n.item[i].areas, item->areas) &&
		    (is(n.item[i].state, "open") || is(n.item[i].state, "loopt") ||
		     is(n.item[i].state, "verlopen")))
			return true;
	return false;
}

static unsigned phased(unsigned level, const struct rec_item *item, const struct eye *e)
{
	const char *now = phase_at(e->t);
	unsigned weigh = is(item->category, "gezondheid") ? 1 : 2;

	if (is(e->m->role, "betrokkene") || is(e->m->role, "ondersteuner"))
		return level;
	if (!strcmp(now, "triage"))
		return min(level, weigh);
	if (!strcmp(now, "nazorg"))
		return busy(item, e->m) ? level : min(level, 2);
	if (!strcmp(now, "actief") || !strcmp(now, "afschaling"))
		return level;
	return is(e->m->role, "procesregisseur") || is(e->m->role, "informatiecoordinator") ||
			       e->m->person == n.rec.by
		       ? min(level, weigh)
		       : 0;
}

static unsigned naive(uint64_t person, struct slices session, const struct rec_item *item,
		      int64_t t);

static unsigned spoken(const struct rec_item *item, const struct eye *e)
{
	for (size_t i = 0; i < n.mandates; i++) {
		const struct rec_mandate *m = &n.mandate[i];
		const struct rec_member *of = find(m->of);
		unsigned his;

		if (m->person != e->m->person || !runs(m->from, m->until, e->t) ||
		    !slices_have(m->categories, item->category) || !of ||
		    !is(of->role, "betrokkene") || (e->m->on_behalf && e->m->on_behalf != m->of))
			continue;
		his = naive(m->of, e->session, item, e->t);
		return under(item, e, his, most_given(item, e) ? his : 0);
	}
	return 0;
}

static unsigned usual(const struct rec_item *item, const struct eye *e)
{
	char me[32];
	unsigned level;

	snprintf(me, sizeof(me), "#%u", (unsigned)e->m->person);
	if (!purposed(item, e, NULL))
		return 0;
	if (is(item->owner, me))
		return 4;
	if (slice_eq(item->owner, e->m->agency))
		return is(item->category, "gezondheid") && !e->m->treating ? 1 : 4;
	level = is(e->m->role, "ondersteuner") ? spoken(item, e) : permitted(item, e);
	level = phased(level, item, e);
	for (size_t i = 0; i < item->cuts.n; i++)
		if (meant(item->cuts.v[i].to, e) && runs(0, item->cuts.v[i].until, e->t))
			level = min(level, item->cuts.v[i].level);
	if (item->restricted && item->restricted <= e->t && !is(e->m->role, "betrokkene") &&
	    !is(e->m->role, "ondersteuner"))
		level = 0;
	return level;
}

static unsigned naive(uint64_t person, struct slices session, const struct rec_item *item,
		      int64_t t)
{
	const struct rec_member *m = find(person);
	struct eye e = {.m = m, .session = session, .t = t};
	unsigned level;

	if (!m || !is(m->status, "active") || !runs(m->from, m->until, t))
		return 0;
	for (size_t i = 0; i < n.blocks; i++)
		if (n.block[i].person == person && runs(n.block[i].from, n.block[i].until, t))
			return 0;
	for (size_t i = 0; i < n.items && item->about; i++)
		if (n.item[i].num == item->about)
			return naive(person, session, &n.item[i], t) >= 3 ? 4 : 0;
	e.domain = domain_of(m);
	level = usual(item, &e);
	for (size_t i = 0; i < n.emergencies; i++)
		if (n.emergency[i].person == person && n.emergency[i].item == item->num &&
		    runs(n.emergency[i].from, n.emergency[i].until, t))
			level = max(level, min(4, n.emergency[i].level));
	return level;
}

/* -- drawing a world --------------------------------------------------------------------------- */

static int64_t some_time(void)
{
	return world_time("2026-10-01") + (int64_t)draw(60) * 86400000;
}

static void draw_rules(void)
{
	struct change c = world_change(&w, 0);
	struct slice d2 = SLICE("D2"), area[MOST];

	take_all();
	for (size_t i = 0; i < n.rules; i++) {
		struct rec_rule r = n.rule[i];

		if (often(30))
			r.category = DRAW(categories);
		if (often(50))
			r.to = DRAW(recipients);
		if (often(50))
			r.level = draw(6);
		if (often(20))
			r.consent = !r.consent;
		if (often(30))
			r.from_agency = often(40) ? SLICE("*") : DRAW(agencies);
		if (often(10))
			r.purposes = (struct slices){&d2, 1};
		if (often(10)) {
			area[i % MOST] = DRAW(areas);
			r.areas = (struct slices){&area[i % MOST], 1};
		}
		if (often(10))
			r.until = some_time();
		if (often(10))
			r.ended = some_time();
		world_put(&w, &c, TAB_RULE, r.id, REC_rule, &r);
	}
	for (size_t i = 0; i < n.agreement.ceilings.n; i++)
		if (often(20)) {
			n.agreement.ceilings.v[i].level = draw(5);
			n.agreement.ceilings.v[i].consent_level = draw(5);
			if (often(40))
				n.agreement.ceilings.v[i].purpose = often(50) ? SLICE("D1") : d2;
			if (often(40))
				n.agreement.ceilings.v[i].phase = DRAW(phases);
		}
	for (size_t i = 0; i < n.agreement.caps.n; i++)
		if (often(30))
			n.agreement.caps.v[i].level = draw(5);
	world_put(&w, &c, TAB_AGREEMENT, SLICE("zvh"), REC_agreement, &n.agreement);
	world_apply(&w, &c);
}

static void draw_members(struct change *c)
{
	struct slice d1 = SLICE("D1"), area;

	for (size_t i = 0; i < n.members; i++) {
		struct rec_member m = n.member[i];
		struct key k = key_2(w.case_id, m.person);

		area = DRAW(areas);
		if (often(20))
			m.areas = (struct slices){&area, 1};
		if (often(15))
			m.purposes = (struct slices){&d1, 1};
		if (often(10))
			m.treating = !m.treating;
		if (often(5))
			m.until = some_time();
		world_put(&w, c, TAB_MEMBER, key_view(&k), REC_member, &m);
	}
}

static void draw_consents(struct change *c)
{
	struct slice d1 = SLICE("D1"), to;

	for (size_t i = 0; i < n.consents; i++) {
		struct rec_consent k = n.consent[i];
		struct key key = key_bytes(w.case_id, k.id);

		to = DRAW(agencies);
		if (often(40))
			k.category = DRAW(categories);
		if (often(40))
			k.agency = often(20) ? (struct slice){0} : DRAW(agencies);
		if (often(40))
			k.to = (struct slices){&to, 1};
		if (often(20))
			k.items.n = 0;
		if (often(30))
			k.level = draw(5);
		if (often(30))
			k.purposes = (struct slices){&d1, 1};
		if (often(20))
			k.withdrawn = often(50) ? some_time() : 0;
		world_put(&w, c, TAB_CONSENT, key_view(&key), REC_consent, &k);
	}
}

static void draw_items(struct change *c)
{
	for (size_t i = 0; i < n.items; i++) {
		struct rec_item item = n.item[i];
		struct key k = key_2(w.case_id, item.num);
		struct rec_cut cut = {.to = DRAW(recipients), .level = draw(5)};
		struct rec_widen widen = {.to = DRAW(recipients), .level = draw(6)};

		if (often(20))
			item.category = DRAW(categories);
		if (often(20))
			item.owner = often(20) ? SLICE("#21") : DRAW(agencies);
		if (item.executor && often(50))
			item.executor = 1 + draw(21);
		if (item.executor && often(30))
			item.state = often(50) ? SLICE("klaar") : SLICE("loopt");
		if (often(10))
			item.restricted = some_time();
		if (often(25)) {
			cut.until = often(50) ? some_time() : 0;
			item.cuts.v = &cut;
			item.cuts.n = 1;
		}
		if (often(25)) {
			widen.from = often(50) ? some_time() : 0;
			widen.until = often(50) ? some_time() : 0;
			widen.consent = often(40) ? SLICE("T2") : (struct slice){0};
			item.widens.v = &widen;
			item.widens.n = 1;
		}
		world_put(&w, c, TAB_ITEM, key_view(&k), REC_item, &item);
	}
}

static void draw_case(void)
{
	struct change c = world_change(&w, w.case_id);
	struct key k = key_u64(w.case_id);
	struct rec_phase two[2] = {{DRAW(phases), 0, 2}, {DRAW(phases), some_time(), 2}};
	struct rec_mandate m = n.mandate[0];
	struct key of = key_2(w.case_id, m.person);

	for (size_t i = 0; i < m.categories.n; i++)
		if (often(40))
			m.categories.v[i] = DRAW(categories);
	world_put(&w, &c, TAB_MANDATE, key_view(&of), REC_mandate, &m);
	n.rec.phases.v = two;
	n.rec.phases.n = 2;
	world_put(&w, &c, TAB_CASE, key_view(&k), REC_case, &n.rec);
	draw_members(&c);
	draw_consents(&c);
	draw_items(&c);
	world_apply(&w, &c);
}

static unsigned compare(const char *t, struct slices session)
{
	unsigned seen = 0;

	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++)
		for (size_t i = 0; i < n.items; i++) {
			struct viewer viewer = {.person = p, .purposes = session};
			unsigned expected = naive(p, session, &n.item[i], world_time(t));
			struct sight s;

			cr_assert_eq(policy_sight_of(w.policy, world_case(&w), &viewer, &n.item[i],
						     world_time(t), &s),
				     ERR_OK);
			cr_expect_eq(s.level, expected, "%s: %s on %s should be %u, and is %d (%s)",
				     t, world_name(p), world_item_id(&w, i), expected, (int)s.level,
				     s.why);
			seen += s.level > LEVEL_GEEN;
		}
	return seen;
}

Test(sight_worlds, a_naive_reading_of_the_model_agrees_in_every_world)
{
	static const char *const times[] = {"2026-10-03T10:00:00Z", "2026-10-25T10:00:00Z",
					    "2026-11-14T23:50:00Z"};
	struct slice d2 = SLICE("D2");
	unsigned seen = 0;

	for (unsigned seed = 1; seed <= WORLDS; seed++) {
		dice = seed * 0x9e3779b97f4a7c15u;
		world_open(&w);
		draw_rules();
		draw_case();
		take_all();
		for (size_t i = 0; i < 3; i++)
			seen += compare(times[i], (struct slices){0});
		seen += compare(times[1], (struct slices){&d2, 1});
		world_close(&w);
	}
	cr_assert_gt(seen, WORLDS * 200u, "the worlds show too little to say anything");
}
