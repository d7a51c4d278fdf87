#include "world_draw.h"

#include "keys.h"
#include "world_fill.h"

static uint64_t dice;

void dice_seed(uint64_t seed)
{
	dice = seed * 0x9e3779b97f4a7c15u;
}

unsigned draw(unsigned n)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (unsigned)(dice >> 33) % n;
}

bool often(unsigned percent)
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

/* -- a world as it stands -------------------------------------------------------------- */

static size_t take(struct world *w, enum table table, enum rec_type type, void *out, size_t size,
		   bool of_case)
{
	struct key k = key_u64(w->case_id);
	struct walk walk;
	size_t i = 0;

	for (store_walk(w->store, table, of_case ? key_view(&k) : (struct slice){0}, &walk);
	     walk.on && i < DRAWN_MOST; store_next(&walk), i++)
		world_ok(rec_read(type, arena_copy(&w->arena, walk.val), &w->arena,
				  (char *)out + i * size),
			 "a record is damaged");
	store_walk_end(&walk);
	return i;
}

void drawn_take(struct world *w, struct drawn *n)
{
	struct key k = key_u64(w->case_id);

	world_get(w, TAB_CASE, key_view(&k), REC_case, &n->rec);
	world_get(w, TAB_AGREEMENT, SLICE("zvh"), REC_agreement, &n->agreement);
	n->members = take(w, TAB_MEMBER, REC_member, n->member, sizeof(*n->member), true);
	n->rules = take(w, TAB_RULE, REC_rule, n->rule, sizeof(*n->rule), false);
	n->consents = take(w, TAB_CONSENT, REC_consent, n->consent, sizeof(*n->consent), true);
	n->blocks = take(w, TAB_BLOCK, REC_block, n->block, sizeof(*n->block), true);
	n->mandates = take(w, TAB_MANDATE, REC_mandate, n->mandate, sizeof(*n->mandate), true);
	n->emergencies =
		take(w, TAB_EMERGENCY, REC_emergency, n->emergency, sizeof(*n->emergency), true);
	n->items = take(w, TAB_ITEM, REC_item, n->item, sizeof(*n->item), true);
}

/* -- drawing a world --------------------------------------------------------------------------- */

int64_t draw_time(void)
{
	return world_time("2026-10-01") + (int64_t)draw(60) * 86400000;
}

static void draw_rules(struct world *w, struct drawn *n)
{
	struct change c = world_change(w, 0);
	struct slice d2 = SLICE("d2"), area[DRAWN_MOST];

	for (size_t i = 0; i < n->rules; i++) {
		struct rec_rule r = n->rule[i];

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
			area[i % DRAWN_MOST] = DRAW(areas);
			r.areas = (struct slices){&area[i % DRAWN_MOST], 1};
		}
		if (often(10))
			r.until = draw_time();
		if (often(10))
			r.ended = draw_time();
		world_put(w, &c, TAB_RULE, r.id, REC_rule, &r);
	}
	for (size_t i = 0; i < n->agreement.ceilings.n; i++)
		if (often(20)) {
			n->agreement.ceilings.v[i].level = draw(5);
			n->agreement.ceilings.v[i].consent_level = draw(5);
			if (often(40))
				n->agreement.ceilings.v[i].purpose = often(50) ? SLICE("d1") : d2;
			if (often(40))
				n->agreement.ceilings.v[i].phase = DRAW(phases);
		}
	for (size_t i = 0; i < n->agreement.caps.n; i++)
		if (often(30))
			n->agreement.caps.v[i].level = draw(5);
	n->agreement.emergency = often(30) ? draw(5) : LEVEL_INHOUD;
	world_put(w, &c, TAB_AGREEMENT, SLICE("zvh"), REC_agreement, &n->agreement);
	world_apply(w, &c);
}

static void draw_members(struct world *w, struct drawn *n, struct change *c)
{
	struct slice d1 = SLICE("d1"), area;

	for (size_t i = 0; i < n->members; i++) {
		struct rec_member m = n->member[i];
		struct key k = key_2(w->case_id, m.person);

		area = DRAW(areas);
		if (often(20))
			m.areas = (struct slices){&area, 1};
		if (often(15))
			m.purposes = (struct slices){&d1, 1};
		if (often(10))
			m.treating = !m.treating;
		if (often(5))
			m.until = draw_time();
		if (often(20))
			m.from = draw_time();
		world_put(w, c, TAB_MEMBER, key_view(&k), REC_member, &m);
	}
}

static void draw_consents(struct world *w, struct drawn *n, struct change *c)
{
	struct slice d1 = SLICE("d1"), to;

	for (size_t i = 0; i < n->consents; i++) {
		struct rec_consent k = n->consent[i];
		struct key key = key_bytes(w->case_id, k.id);

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
			k.withdrawn = often(50) ? draw_time() : 0;
		world_put(w, c, TAB_CONSENT, key_view(&key), REC_consent, &k);
	}
}

static void draw_items(struct world *w, struct drawn *n, struct change *c)
{
	for (size_t i = 0; i < n->items; i++) {
		struct rec_item item = n->item[i];
		struct key k = key_2(w->case_id, item.num);
		struct rec_cut cut = {.to = DRAW(recipients), .level = draw(5)};
		struct rec_widen widen = {.to = DRAW(recipients), .level = draw(6)};
		uint64_t circle[] = {1 + draw(21), 1 + draw(21)};

		if (often(20))
			item.category = DRAW(categories);
		if (often(20))
			item.owner = often(20) ? SLICE("#21") : DRAW(agencies);
		if (item.executor && often(50))
			item.executor = 1 + draw(21);
		if (item.executor && often(30))
			item.state = often(50) ? SLICE("klaar") : SLICE("loopt");
		if (item.about && often(60))
			item.made = draw_time();
		if (often(10))
			item.restricted = draw_time();
		if (often(10))
			item.only = (struct u64s){circle, 2};
		if (often(25)) {
			cut.until = often(50) ? draw_time() : 0;
			item.cuts.v = &cut;
			item.cuts.n = 1;
		}
		if (often(25)) {
			widen.from = often(50) ? draw_time() : 0;
			widen.until = often(50) ? draw_time() : 0;
			widen.consent = often(40) ? SLICE("t2") : (struct slice){0};
			item.widens.v = &widen;
			item.widens.n = 1;
		}
		if (often(10)) {
			item.category = SLICE("leren");
			item.owner = often(80) ? SLICE("#4") : item.owner;
		}
		world_put(w, c, TAB_ITEM, key_view(&k), REC_item, &item);
	}
}

/* Of the person barred and of others: now, for a time, or over. */
static void draw_blocks(struct world *w, struct change *c)
{
	for (unsigned i = draw(3); i > 0; i--) {
		struct rec_block b = {.person = 1 + draw(WORLD_PEOPLE),
				      .from = draw_time(),
				      .until = often(50) ? draw_time() : 0,
				      .by = 1};
		struct key k = key_2(w->case_id, b.person);

		world_put(w, c, TAB_BLOCK, key_view(&k), REC_block, &b);
	}
}

static void draw_emergencies(struct world *w, struct drawn *n, struct change *c)
{
	for (unsigned i = draw(6); i > 0; i--) {
		struct rec_emergency e = {.id = arena_fmt(&w->arena, "nood-%08u", i),
					  .person = 1 + draw(WORLD_PEOPLE),
					  .item = n->item[draw((unsigned)n->items)].num,
					  .level = draw(5),
					  .code = SLICE("levensgevaar"),
					  .from = draw_time()};
		struct key k = key_bytes(w->case_id, e.id);

		e.until = often(50) ? e.from + 60 * 60 * 1000 : draw_time();
		world_put(w, c, TAB_EMERGENCY, key_view(&k), REC_emergency, &e);
	}
}

static void draw_case(struct world *w, struct drawn *n)
{
	struct change c = world_change(w, w->case_id);
	struct key k = key_u64(w->case_id);
	struct rec_phase two[2] = {{DRAW(phases), 0, 2}, {DRAW(phases), draw_time(), 2}};
	struct rec_mandate m = n->mandate[0];
	struct key of = key_2(w->case_id, m.person);

	for (size_t i = 0; i < m.categories.n; i++)
		if (often(40))
			m.categories.v[i] = DRAW(categories);
	world_put(w, &c, TAB_MANDATE, key_view(&of), REC_mandate, &m);
	n->rec.phases.v = two;
	n->rec.phases.n = 2;
	if (often(15)) /* a table, with whatever was in the case on it */
		n->rec.sort = often(50) ? SLICE("proces") : SLICE("leren");
	if (often(50)) {
		n->rec.deputy = 1 + draw(21);
		n->rec.deputy_from = draw_time();
		n->rec.deputy_until = often(50) ? draw_time() : 0;
	}
	world_put(w, &c, TAB_CASE, key_view(&k), REC_case, &n->rec);
	draw_members(w, n, &c);
	draw_consents(w, n, &c);
	draw_items(w, n, &c);
	draw_blocks(w, &c);
	draw_emergencies(w, n, &c);
	world_apply(w, &c);
}

void world_draw(struct world *w, struct drawn *out)
{
	drawn_take(w, out);
	draw_rules(w, out);
	draw_case(w, out);
	drawn_take(w, out);
}
