/*
 * Random worlds: the worked case with its rules, ceilings, consents, people and items drawn anew,
 * seen by policy and by tests/oracle.py, which reads the model naively and shares no code with it.
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
					 "gezondheid", "zelf",     "derden",  "leren"};
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
static const char *const phases[] = {"aangemeld", "triage",   "actief", "actief",    "actief",
				     "nazorg",    "gesloten", "nazorg", "afschaling"};
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

/* -- a world as JSON, for tests/oracle.py ------------------------------------------------------ */

static json_t *text(struct slice s)
{
	return json_string(str(s));
}

static json_t *words(struct slices s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s.n; i++)
		json_array_append_new(list, text(s.v[i]));
	return list;
}

static json_t *numbers(struct u64s s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s.n; i++)
		json_array_append_new(list, json_integer((json_int_t)s.v[i]));
	return list;
}

static const char *domain_of(const struct rec_member *m)
{
	struct rec_agency a;

	if (slice_is(m->agency, "-"))
		return "client";
	world_get(&w, TAB_AGENCY, m->agency, REC_agency, &a);
	return str(a.domain);
}

#define NUM(x) ((json_int_t)(x))
#define EACH(list, count, pack)                                                                    \
	for (size_t i = 0; i < (count); i++)                                                       \
	json_array_append_new(list, pack)

static json_t *json_members(void)
{
	json_t *all = json_object();

	for (size_t i = 0; i < n.members; i++) {
		const struct rec_member *m = &n.member[i];
		char key[24];

		snprintf(key, sizeof(key), "%u", (unsigned)m->person);
		json_object_set_new(
			all, key,
			json_pack("{s:I, s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:b, s:I}",
				  "person", NUM(m->person), "agency", text(m->agency), "domain",
				  domain_of(m), "role", text(m->role), "areas", words(m->areas),
				  "purposes", words(m->purposes), "status", text(m->status), "from",
				  NUM(m->from), "until", NUM(m->until), "treating", m->treating,
				  "on_behalf", NUM(m->on_behalf)));
	}
	return all;
}

static json_t *json_rules(void)
{
	json_t *list = json_array();

	EACH(list, n.rules,
	     json_pack("{s:o, s:o, s:o, s:I, s:o, s:o, s:b, s:I, s:I, s:I}", "agency",
		       text(n.rule[i].from_agency), "category", text(n.rule[i].category), "to",
		       text(n.rule[i].to), "level", NUM(n.rule[i].level), "purposes",
		       words(n.rule[i].purposes), "areas", words(n.rule[i].areas), "consent",
		       n.rule[i].consent, "from", NUM(n.rule[i].from), "until",
		       NUM(n.rule[i].until), "ended", NUM(n.rule[i].ended)));
	return list;
}

static json_t *json_consents(void)
{
	json_t *list = json_array();

	EACH(list, n.consents,
	     json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:I, s:I, s:I}", "id",
		       text(n.consent[i].id), "person", NUM(n.consent[i].person), "category",
		       text(n.consent[i].category), "agency", text(n.consent[i].agency), "items",
		       numbers(n.consent[i].items), "to", words(n.consent[i].to), "people",
		       numbers(n.consent[i].people), "level", NUM(n.consent[i].level), "purposes",
		       words(n.consent[i].purposes), "from", NUM(n.consent[i].from), "until",
		       NUM(n.consent[i].until), "withdrawn", NUM(n.consent[i].withdrawn)));
	return list;
}

static json_t *json_ceilings(void)
{
	json_t *list = json_array();
	const struct rec_ceiling *c = n.agreement.ceilings.v;

	EACH(list, n.agreement.ceilings.n,
	     json_pack("{s:o, s:o, s:I, s:I, s:o, s:o}", "category", text(c[i].category), "to",
		       text(c[i].to), "level", NUM(c[i].level), "consent_level",
		       NUM(c[i].consent_level), "purpose", text(c[i].purpose), "phase",
		       text(c[i].phase)));
	return list;
}

static json_t *json_caps(void)
{
	json_t *caps = json_object();

	for (size_t i = 0; i < n.agreement.caps.n; i++)
		json_object_set_new(caps, str(n.agreement.caps.v[i].category),
				    json_integer(NUM(n.agreement.caps.v[i].level)));
	return caps;
}

static json_t *json_exceptions(const char *what)
{
	json_t *list = json_array();

	if (!strcmp(what, "blocks"))
		EACH(list, n.blocks,
		     json_pack("{s:I, s:I, s:I}", "person", NUM(n.block[i].person), "from",
			       NUM(n.block[i].from), "until", NUM(n.block[i].until)));
	else if (!strcmp(what, "mandates"))
		EACH(list, n.mandates,
		     json_pack("{s:I, s:I, s:o, s:I, s:I}", "person", NUM(n.mandate[i].person),
			       "of", NUM(n.mandate[i].of), "categories",
			       words(n.mandate[i].categories), "from", NUM(n.mandate[i].from),
			       "until", NUM(n.mandate[i].until)));
	else
		EACH(list, n.emergencies,
		     json_pack("{s:I, s:I, s:I, s:I, s:I}", "person", NUM(n.emergency[i].person),
			       "item", NUM(n.emergency[i].item), "level", NUM(n.emergency[i].level),
			       "from", NUM(n.emergency[i].from), "until",
			       NUM(n.emergency[i].until)));
	return list;
}

static json_t *json_item(const struct rec_item *item)
{
	json_t *cuts = json_array(), *widens = json_array();

	EACH(cuts, item->cuts.n,
	     json_pack("{s:o, s:I, s:I}", "to", text(item->cuts.v[i].to), "level",
		       NUM(item->cuts.v[i].level), "until", NUM(item->cuts.v[i].until)));
	EACH(widens, item->widens.n,
	     json_pack("{s:o, s:I, s:o, s:I, s:I}", "to", text(item->widens.v[i].to), "level",
		       NUM(item->widens.v[i].level), "consent", text(item->widens.v[i].consent),
		       "from", NUM(item->widens.v[i].from), "until", NUM(item->widens.v[i].until)));
	return json_pack("{s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o}", "num",
			 NUM(item->num), "author", NUM(item->author), "only", numbers(item->only),
			 "category", text(item->category), "owner", text(item->owner), "areas",
			 words(item->areas), "purposes", words(item->purposes), "state",
			 text(item->state), "executor", NUM(item->executor), "about",
			 NUM(item->about), "restricted", NUM(item->restricted), "cuts", cuts,
			 "widens", widens);
}

static json_t *json_world(uint64_t seed, json_t *asked)
{
	json_t *items = json_array(), *turns = json_array();

	EACH(items, n.items, json_item(&n.item[i]));
	EACH(turns, n.rec.phases.n,
	     json_pack("{s:o, s:I}", "phase", text(n.rec.phases.v[i].phase), "from",
		       NUM(n.rec.phases.v[i].from)));
	return json_pack("{s:I, s:{s:I, s:I, s:I}, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:o, s:o, s:o, s:o, s:O}",
			 "seed", NUM(seed), "deputy", "person", NUM(n.rec.deputy), "from",
			 NUM(n.rec.deputy_from), "until", NUM(n.rec.deputy_until), "person",
			 NUM(n.rec.person), "by", NUM(n.rec.by), "sort", text(n.rec.sort), "phases",
			 turns, "ceilings", json_ceilings(), "caps", json_caps(), "members",
			 json_members(), "rules", json_rules(), "consents", json_consents(),
			 "blocks", json_exceptions("blocks"), "mandates",
			 json_exceptions("mandates"), "emergencies", json_exceptions("emergencies"),
			 "items", items, "asked", asked);
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
		uint64_t circle[] = {1 + draw(21), 1 + draw(21)};

		if (often(20))
			item.category = DRAW(categories);
		if (often(20))
			item.owner = often(20) ? SLICE("#21") : DRAW(agencies);
		if (often(10)) {
			item.category = SLICE("leren");
			item.owner = often(80) ? SLICE("#4") : item.owner;
		}
		if (item.executor && often(50))
			item.executor = 1 + draw(21);
		if (item.executor && often(30))
			item.state = often(50) ? SLICE("klaar") : SLICE("loopt");
		if (often(10))
			item.restricted = some_time();
		if (often(10))
			item.only = (struct u64s){circle, 2};
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
	if (often(50)) {
		n.rec.deputy = 1 + draw(21);
		n.rec.deputy_from = some_time();
		n.rec.deputy_until = often(50) ? some_time() : 0;
	}
	if (often(15)) /* a table, with whatever was in the case on it */
		n.rec.sort = often(50) ? SLICE("proces") : SLICE("leren");
	world_put(&w, &c, TAB_CASE, key_view(&k), REC_case, &n.rec);
	draw_members(&c);
	draw_consents(&c);
	draw_items(&c);
	world_apply(&w, &c);
}

/* What policy says of everybody and every item at t. */
static json_t *levels_at(const char *t, struct slices session, unsigned *seen)
{
	json_t *levels = json_object();

	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++) {
		struct viewer viewer = {.person = p, .purposes = session};
		json_t *row = json_array();
		char key[24];

		for (size_t i = 0; i < n.items; i++) {
			struct sight s;

			cr_assert_eq(policy_sight_of(w.policy, world_case(&w), &viewer, &n.item[i],
						     world_time(t), &s),
				     ERR_OK);
			json_array_append_new(row, json_integer((json_int_t)s.level));
			*seen += s.level > LEVEL_GEEN;
		}
		snprintf(key, sizeof(key), "%u", (unsigned)p);
		json_object_set_new(levels, key, row);
	}
	return json_pack("{s:I, s:o, s:o}", "t", NUM(world_time(t)), "session", words(session),
			 "levels", levels);
}

Test(sight_worlds, a_naive_reading_of_the_model_agrees_in_every_world)
{
	static const char *const times[] = {"2026-10-03T10:00:00Z", "2026-10-25T10:00:00Z",
					    "2026-11-14T23:50:00Z"};
	struct slice d2 = SLICE("D2");
	FILE *oracle = popen("/usr/bin/python3 " ORACLE, "w");
	unsigned seen = 0;

	cr_assert_not_null(oracle);
	for (unsigned seed = 1; seed <= WORLDS; seed++) {
		json_t *asked = json_array(), *world;

		dice = seed * 0x9e3779b97f4a7c15u;
		world_open(&w);
		draw_rules();
		draw_case();
		take_all();
		for (size_t i = 0; i < 3; i++)
			json_array_append_new(asked,
					      levels_at(times[i], (struct slices){0}, &seen));
		json_array_append_new(asked, levels_at(times[1], (struct slices){&d2, 1}, &seen));
		world = json_world(seed, asked);
		json_dumpf(world, oracle, JSON_COMPACT);
		fputc('\n', oracle);
		json_decref(world);
		json_decref(asked);
		world_close(&w);
	}
	cr_expect_eq(pclose(oracle), 0, "tests/oracle.py says what differs");
	cr_assert_gt(seen, WORLDS * 200u, "the worlds show too little to say anything");
}
