#include "world_acts.h"

#include "clock.h"
#include "keys.h"
#include "world_asks.h"
#include "world_draw.h"
#include "world_fill.h"

#include <stdio.h>
#include <string.h>
#include <stdlib.h>

const char *const act_names[ACTS] = {"set",     "move",     "add",       "say",     "narrow",
				     "widen",   "restrict", "object",    "verzoek", "answer",
				     "consent", "withdraw", "emergency", "review",  "rule",
				     "whatif",  "read"};

struct act_of {
	struct world_hub *side;
	uint64_t viewer, admin;
	const struct rec_item *item;
	const struct kind *kind;
	const struct sight_case *c;
	const struct rec_member *him; /* the viewer's part */
	struct asked a;
	const char *method;
};
static void act_free(struct act_of *x)
{
	asked_free(&x->a);
}

uint64_t acts_admin(struct world *w, uint64_t viewer)
{
	struct slice functions[] = {SLICE("partnership-admin"), SLICE("privacy-officer")};
	uint64_t admin = viewer % WORLD_PEOPLE + 1;
	struct key k = key_u64(admin);
	struct rec_person p;

	world_get(w, TAB_PERSON, key_view(&k), REC_person, &p);
	p.functions = (struct slices){functions, 2};
	world_set(w, 0, TAB_PERSON, key_view(&k), REC_person, &p);
	return admin;
}

/* -- who may ----------------------------------------------------------------------------------- */

static enum level level_of(struct act_of *x, uint64_t person)
{
	struct viewer v = {.person = person};
	struct sight s;

	world_ok(policy_sight_of(x->side->w.policy, x->c, &v, x->item, clock_now_ms(), &s),
		 "sight does not answer");
	return s.level;
}

static unsigned who(struct act_of *x, uint64_t person)
{
	struct viewer v = {.person = person};

	return level_of(x, person) ? policy_who(x->c, &v, x->item, clock_now_ms()) : 0;
}

static bool has_role(struct act_of *x, uint64_t person, const char *role)
{
	const struct rec_member *m = sight_member(x->c, person);

	return m && slice_is(m->role, role);
}

static bool owns(struct act_of *x, uint64_t p)
{
	return (who(x, p) & WHO_OWNER) && level_of(x, p) == LEVEL_INHOUD && !x->item->about;
}
static bool reads_core(struct act_of *x, uint64_t p)
{
	return level_of(x, p) >= LEVEL_KERN;
}
static bool is_persons(struct act_of *x, uint64_t p)
{
	return level_of(x, p) && (has_role(x, p, "betrokkene") || has_role(x, p, "ondersteuner"));
}
static bool records(struct act_of *x, uint64_t p)
{
	return level_of(x, p) && (has_role(x, p, "betrokkene") || has_role(x, p, "casusregisseur"));
}
static bool in_the_dark(struct act_of *x, uint64_t p)
{
	return level_of(x, p) < LEVEL_SIGNAAL && has_role(x, p, "helper");
}
static bool of_agency(struct act_of *x, uint64_t p)
{
	const struct rec_member *m = sight_member(x->c, p);

	return m && slice_eq(m->agency, x->item->owner);
}
static bool is_admin(struct act_of *x, uint64_t p)
{
	return p == x->admin;
}

/* Somebody but the viewer, drawn from those who may; 0: nobody. */
static uint64_t somebody(struct act_of *x, bool (*may)(struct act_of *, uint64_t))
{
	unsigned from = draw(WORLD_PEOPLE);

	for (unsigned i = 0; i < WORLD_PEOPLE; i++) {
		uint64_t p = 1 + (from + i) % WORLD_PEOPLE;

		if (p != x->viewer && may(x, p))
			return p;
	}
	return 0;
}

/* An agency that is not the viewer's. */
static const char *another_agency(struct act_of *x)
{
	static const char *const agencies[] = {"wi", "ggz", "jw", "pol", "schuld", "vz", "mbo"};
	unsigned i = draw(7);

	return x->him && slice_is(x->him->agency, agencies[i]) ? agencies[(i + 1) % 7]
							       : agencies[i];
}

/* Also who stands in. */
static bool leads(struct act_of *x)
{
	return policy_leads(x->c, x->viewer, clock_now_ms()) ||
	       sight_case_rec(x->c)->lead == x->viewer;
}

static bool is_of_person(struct act_of *x)
{
	return has_role(x, x->viewer, "betrokkene") || has_role(x, x->viewer, "ondersteuner");
}

/* -- the plan ---------------------------------------------------------------------------------- */

static uint64_t begin(struct act_of *x, const char *method, uint64_t who)
{
	x->method = method;
	asked_text(&x->a, "case", "J-0417");
	asked_request(&x->a);
	return who;
}

static uint64_t begin_item(struct act_of *x, const char *method, uint64_t who)
{
	asked_str(&x->a, "item", x->item->code);
	return begin(x, method, who);
}

static const char *secret(void)
{
	static char text[64];

	snprintf(text, sizeof(text), "geheim kanarie werk %u", draw(1000000));
	return text;
}

static uint64_t make_set(struct act_of *x)
{
	uint64_t p = somebody(x, owns);
	const struct field *f = x->kind->fields;

	while (f->name && !((f->type == T_TEXT || f->type == T_LINE) && (f->who & WHO_OWNER)))
		f++;
	if (!p || !f->name)
		return 0;
	asked_int(&x->a, "rev", (int64_t)x->item->rev);
	asked_map(&x->a, "fields", f->name, secret());
	return begin_item(x, "item.set", p);
}

static uint64_t make_move(struct act_of *x)
{
	unsigned from = draw(WORLD_PEOPLE);

	for (unsigned i = 0; i < WORLD_PEOPLE; i++) {
		uint64_t p = 1 + (from + i) % WORLD_PEOPLE;
		unsigned bits = p == x->viewer || level_of(x, p) < LEVEL_SIGNAAL ? 0 : who(x, p);

		for (const struct move *m = x->kind->moves; m->verb; m++)
			if ((m->who & bits) && slice_is(x->item->state, m->from)) {
				asked_text(&x->a, "verb", m->verb);
				asked_text(&x->a, "why", "geheim");
				return begin_item(x, "item.move", p);
			}
	}
	return 0;
}

static uint64_t make_add(struct act_of *x)
{
	uint64_t p = somebody(x, of_agency);

	if (!p || x->item->about)
		return 0;
	asked_text(&x->a, "kind", "notitie");
	asked_map(&x->a, "fields", "inhoud", secret());
	asked_str(&x->a, "category", x->item->category);
	asked_strs(&x->a, "leefgebieden", x->item->areas);
	asked_strs(&x->a, "purposes", x->item->purposes);
	return begin(x, "item.add", p);
}

static uint64_t make_say(struct act_of *x)
{
	asked_text(&x->a, "kind", "bericht");
	asked_map(&x->a, "fields", "inhoud", secret());
	asked_str(&x->a, "about", x->item->code);
	return begin(x, "item.add", somebody(x, reads_core));
}

static uint64_t make_share(struct act_of *x, const char *method, const char *level)
{
	char to[32];

	snprintf(to, sizeof(to), "agency=%s", another_agency(x));
	asked_text(&x->a, "to", to);
	asked_text(&x->a, "level", level);
	asked_text(&x->a, "why", "geheim");
	if (!strcmp(method, "item.widen"))
		asked_text(&x->a, "ground", "geheim");
	asked_text(&x->a, "until", "2027-06-01");
	return begin_item(x, method, somebody(x, owns));
}
static uint64_t make_narrow(struct act_of *x)
{
	return make_share(x, "item.narrow", "geen");
}
static uint64_t make_widen(struct act_of *x)
{
	return make_share(x, "item.widen", "kern");
}

static uint64_t make_restrict(struct act_of *x)
{
	asked_text(&x->a, "why", "geheim");
	if (x->item->restricted) {
		pack_kv_bool(&x->a.pairs, "end", true);
		x->a.n++;
	}
	return begin_item(x, "item.restrict", somebody(x, owns));
}

/* -- the person, and consent ------------------------------------------------------------------- */

static uint64_t make_object(struct act_of *x)
{
	asked_text(&x->a, "text", secret());
	return begin_item(x, "item.object", somebody(x, is_persons));
}

/* He himself knows of all requests, and who leads of those he sees the core of. */
static uint64_t make_verzoek(struct act_of *x)
{
	if (is_of_person(x))
		return 0;
	asked_text(&x->a, "what", "rectificatie");
	asked_text(&x->a, "text", secret());
	return begin_item(x, "verzoek.ask", somebody(x, is_persons));
}

/* The first row of the table that is about the item, as REC type; true: there is one. */
static bool find_row(struct act_of *x, enum table table, enum rec_type type, void *rec,
		     bool (*wanted)(struct act_of *, const void *))
{
	struct key prefix = key_u64(x->side->w.case_id);
	bool found = false;
	struct walk w;

	for (store_walk(x->side->w.store, table, key_view(&prefix), &w); w.on && !found;
	     store_next(&w)) {
		world_ok(rec_read(type, arena_copy(&x->side->w.arena, w.val), &x->side->w.arena,
				  rec),
			 "a record is damaged");
		found = wanted(x, rec);
	}
	store_walk_end(&w);
	return found;
}

static bool open_verzoek(struct act_of *x, const void *rec)
{
	const struct rec_verzoek *v = rec;

	return v->item == x->item->num && !v->answered && v->by != x->viewer;
}

static uint64_t make_answer(struct act_of *x)
{
	struct rec_verzoek v;

	if (is_of_person(x) || !find_row(x, TAB_VERZOEK, REC_verzoek, &v, open_verzoek))
		return 0;
	asked_str(&x->a, "verzoek", v.id);
	asked_text(&x->a, "verdict", "afgewezen");
	asked_text(&x->a, "why", secret());
	return begin(x, "verzoek.answer", somebody(x, owns));
}

static uint64_t make_consent(struct act_of *x)
{
	struct slice code = x->item->code, to = slice_of(another_agency(x));
	bool own = x->item->owner.p[0] == '#';

	if (is_of_person(x) || leads(x) || (x->him && slice_eq(x->him->agency, x->item->owner)))
		return 0;
	asked_str(&x->a, "category", x->item->category);
	if (!own)
		asked_str(&x->a, "agency", x->item->owner);
	asked_strs(&x->a, "items", (struct slices){&code, 1});
	asked_strs(&x->a, "to", (struct slices){&to, 1});
	asked_strs(&x->a, "purposes", x->item->purposes);
	asked_text(&x->a, "witness", "geheim");
	return begin(x, "consent.give", somebody(x, records));
}

static bool others_consent(struct act_of *x, const void *rec)
{
	const struct rec_consent *c = rec;

	for (size_t i = 0; i < c->people.n; i++)
		if (c->people.v[i] == x->viewer)
			return false;
	return !c->withdrawn && c->items.n == 1 && c->items.v[0] == x->item->num &&
	       !slice_eq(c->agency, x->him->agency) && !slices_have(c->to, x->him->agency);
}

static uint64_t make_withdraw(struct act_of *x)
{
	struct rec_consent c;

	if (is_of_person(x) || leads(x) || !x->him ||
	    !find_row(x, TAB_CONSENT, REC_consent, &c, others_consent))
		return 0;
	asked_str(&x->a, "consent", c.id);
	asked_text(&x->a, "witness", "geheim");
	return begin(x, "consent.withdraw", somebody(x, records));
}

/* -- emergency access, rules, and what leaves its trace in the log alone ----------------------- */

/* The owner agency and the lead are told: the law asks it. */
static bool is_told(struct act_of *x)
{
	return leads(x) || (x->him && slice_eq(x->him->agency, x->item->owner));
}

static uint64_t make_emergency(struct act_of *x)
{
	if (is_told(x))
		return 0;
	asked_text(&x->a, "code", "vermissing");
	asked_text(&x->a, "why", secret());
	return begin_item(x, "emergency.open", somebody(x, in_the_dark));
}

static bool unjudged(struct act_of *x, const void *rec)
{
	const struct rec_emergency *e = rec;

	return !e->reviewed && e->item == x->item->num && e->person != x->viewer &&
	       e->person != x->admin && e->owner.n;
}

static uint64_t make_review(struct act_of *x)
{
	struct rec_emergency e;

	if (is_told(x) || !find_row(x, TAB_EMERGENCY, REC_emergency, &e, unjudged))
		return 0;
	asked_str(&x->a, "emergency", e.id);
	asked_text(&x->a, "verdict", "terecht");
	asked_text(&x->a, "why", secret());
	return begin(x, "emergency.review", x->admin);
}

static void pack_rule(struct act_of *x, struct asked *a)
{
	static unsigned n;
	char id[24], to[32];

	snprintf(id, sizeof(id), "r-%u", ++n);
	snprintf(to, sizeof(to), "agency=%s", another_agency(x));
	asked_text(a, "rule", id);
	asked_str(a, "from_agency", x->item->owner);
	asked_str(a, "category", x->item->category);
	asked_text(a, "to", to);
	asked_text(a, "level", "kern");
	asked_text(a, "ground", "proef");
	asked_text(a, "until", "2027-06-01");
	asked_request(a);
}

static uint64_t make_rule(struct act_of *x)
{
	if (x->item->owner.p[0] == '#')
		return 0;
	x->method = "rule.add";
	pack_rule(x, &x->a);
	return somebody(x, is_admin);
}

static uint64_t make_imagine(struct act_of *x)
{
	CLEANUP(asked_free) struct asked rule = {0};
	CLEANUP(buf_free) struct buf params = {0};

	pack_rule(x, &rule);
	asked_pack(&rule, &params);
	asked_text(&x->a, "method", "rule.add");
	pack_kv_bin(&x->a.pairs, "params", buf_view(&params));
	x->a.n++;
	x->method = "whatif";
	return x->admin;
}

static uint64_t make_read(struct act_of *x)
{
	x->method = "item.show";
	asked_text(&x->a, "case", "J-0417");
	asked_str(&x->a, "item", x->item->code);
	return somebody(x, reads_core);
}

static uint64_t (*const makers[ACTS])(struct act_of *) = {
	make_set,       make_move,   make_add,     make_say,     make_narrow,  make_widen,
	make_restrict,  make_object, make_verzoek, make_answer,  make_consent, make_withdraw,
	make_emergency, make_review, make_rule,    make_imagine, make_read};

bool act_try(struct world_hub *side, enum act act, uint64_t viewer, uint64_t admin,
	     const struct rec_item *hidden)
{
	CLEANUP(act_free)
	struct act_of x = {.side = side, .viewer = viewer, .admin = admin, .item = hidden};
	CLEANUP(buf_free) struct buf out = {0};
	uint64_t before = store_position(side->w.store), seen = store_seen_position(side->w.store);
	struct session *s;
	uint64_t actor;

	world_ok(policy_case(side->w.policy, side->w.case_id, &x.c), "there is no case");
	x.him = sight_member(x.c, viewer);
	x.kind = vocab_kind(&brug_vocab, hidden->kind);
	actor = makers[act](&x);
	if (!actor)
		return false;
	s = world_hub_session(side, actor);
	ask(side, s, x.method, &x.a, &out);
	session_close(s);
	if (act == ACT_IMAGINE)
		return true;
	return store_position(side->w.store) > before || store_seen_position(side->w.store) > seen;
}
