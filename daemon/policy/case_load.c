/* Reading a case as sight sees it: once, into memory of its own; as it is, or as if. */
#include "sight_case.h"

#include "keys.h"

#include <stdlib.h>
#include <string.h>

/* -- moments ----------------------------------------------------------------------------------- */

static void turn(struct sight_case *c, int64_t at)
{
	if (at)
		buf_add(&c->turns, &at, sizeof(at));
}

static void term(struct sight_case *c, int64_t from, int64_t until)
{
	turn(c, from);
	turn(c, until);
}

static int by_time(const void *a, const void *b)
{
	int64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* -- loading ----------------------------------------------------------------------------------- */

struct load {
	struct store *store;
	struct sight_case *c;
	uint64_t case_id;
	const struct overlay *as_if; /* NULL: as it is */
};

/* A record of the overlay, in the case's own memory. */
static enum err own_rec(struct load *l, enum rec_type type, const void *rec, void *copy)
{
	CLEANUP(buf_free) struct buf b = {0};

	rec_pack(type, rec, &b);
	return rec_read(type, arena_copy(&l->c->arena, buf_view(&b)), &l->c->arena, copy);
}

static enum err read_rec(struct load *l, enum rec_type type, struct slice val, void *rec)
{
	struct arena *a = &l->c->arena;

	return rec_read(type, arena_copy(a, val), a, rec);
}

static enum err get_rec(struct load *l, enum table table, struct slice key, enum rec_type type,
			void *rec)
{
	struct slice val;

	TRY(store_get(l->store, table, key, &val));
	return read_rec(l, type, val, rec);
}

/* Every record of a table under the prefix, as an array of the arena. */
struct rows {
	enum table table;
	struct slice prefix;
	enum rec_type type;
	size_t size;
	void *v; /* out */
	size_t n;
};

static size_t count_rows(struct load *l, const struct rows *r)
{
	struct walk w;
	size_t n = 0;

	for (store_walk(l->store, r->table, r->prefix, &w); w.on; store_next(&w))
		n++;
	store_walk_end(&w);
	return n;
}

static enum err load_rows(struct load *l, struct rows *r)
{
	size_t all = count_rows(l, r);
	uint8_t *recs = arena_take(&l->c->arena, (all + 1) * r->size);
	enum err err = ERR_OK;
	struct walk w;

	r->v = recs;
	for (store_walk(l->store, r->table, r->prefix, &w); w.on && err == ERR_OK && r->n < all;
	     store_next(&w)) {
		err = read_rec(l, r->type, w.val, recs + r->n * r->size);
		r->n++;
	}
	store_walk_end(&w);
	return err;
}

static enum err load_agreement(struct load *l)
{
	struct sight_case *c = l->c;
	const struct rec_agreement *as_if = l->as_if ? l->as_if->agreed : NULL;
	enum err err =
		as_if && slice_eq(as_if->id, c->rec.agreement)
			? own_rec(l, REC_agreement, as_if, &c->agreement)
			: get_rec(l, TAB_AGREEMENT, c->rec.agreement, REC_agreement, &c->agreement);

	c->agreed = err == ERR_OK;
	turn(c, c->agreement.from);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* The person's own side need not sign: a client, and who stands by him. Nor, under a covenant, a
 * guest: accepting is his accession, for a day. */
static bool needs_no_signature(const struct sight_case *c, const struct part *p)
{
	bool his_side = part_is(p, "betrokkene") || part_is(p, "ondersteuner");

	return slice_is(p->m.agency, "-") || (his_side && slice_is(p->domain, "client")) ||
	       (part_is(p, "gast") && slice_is(c->agreement.regime, "convenant"));
}

static enum err load_agency(struct load *l, struct part *p)
{
	struct rec_agency agency;
	enum err err;

	if (slice_is(p->m.agency, "-")) {
		p->domain = SLICE("client");
		p->known = true;
		return ERR_OK;
	}
	err = get_rec(l, TAB_AGENCY, p->m.agency, REC_agency, &agency);
	if (err != ERR_OK)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	p->domain = agency.domain;
	p->known = !agency.stopped && (needs_no_signature(l->c, p) ||
				       slices_have(l->c->agreement.agencies, p->m.agency));
	return ERR_OK;
}

static enum err load_part(struct load *l, const struct rec_member *m, struct part *p)
{
	struct key k = key_u64(m->person);
	struct rec_person person;
	enum err err = get_rec(l, TAB_PERSON, key_view(&k), REC_person, &person);

	p->m = *m;
	term(l->c, m->from, m->until);
	if (err != ERR_OK)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	p->stopped = person.stopped;
	turn(l->c, person.stopped);
	return load_agency(l, p);
}

static int members_by_person(const void *a, const void *b)
{
	uint64_t x = ((const struct rec_member *)a)->person,
		 y = ((const struct rec_member *)b)->person;

	return (x > y) - (x < y);
}

/* The overlay's part takes the place of the person's own, or comes beside the others. There is room
 * for one more. */
static enum err part_as_if(struct load *l, struct rec_member *members, size_t *n)
{
	struct rec_member *at = members;

	if (!l->as_if || !l->as_if->member)
		return ERR_OK;
	while (at < members + *n && at->person != l->as_if->member->person)
		at++;
	*n += at == members + *n;
	TRY(own_rec(l, REC_member, l->as_if->member, at));
	qsort(members, *n, sizeof(*members), members_by_person);
	return ERR_OK;
}

static enum err load_parts(struct load *l)
{
	struct key k = key_u64(l->case_id);
	struct rows r = {TAB_MEMBER, key_view(&k), REC_member, sizeof(struct rec_member), NULL, 0};
	struct rec_member *members;

	TRY(load_rows(l, &r));
	members = r.v;
	TRY(part_as_if(l, members, &r.n));
	l->c->parts.v = ARENA_ARRAY(&l->c->arena, struct part, r.n + 1);
	for (; l->c->parts.n < r.n; l->c->parts.n++)
		TRY(load_part(l, &members[l->c->parts.n], &l->c->parts.v[l->c->parts.n]));
	return ERR_OK;
}

/* There is room for one more. */
static enum err block_as_if(struct load *l, struct rec_block *blocks, size_t *n)
{
	return l->as_if && l->as_if->block ? own_rec(l, REC_block, l->as_if->block, &blocks[(*n)++])
					   : ERR_OK;
}

static enum err load_blocks(struct load *l, struct slice of)
{
	struct sight_case *c = l->c;
	struct rows blocks = {TAB_BLOCK, of, REC_block, sizeof(struct rec_block), NULL, 0};
	struct rows mandates = {TAB_MANDATE, of, REC_mandate, sizeof(struct rec_mandate), NULL, 0};

	TRY(load_rows(l, &blocks));
	TRY(load_rows(l, &mandates));
	TRY(block_as_if(l, blocks.v, &blocks.n));
	c->blocks.v = blocks.v;
	c->mandates.v = mandates.v;
	for (; c->blocks.n < blocks.n; c->blocks.n++)
		term(c, c->blocks.v[c->blocks.n].from, c->blocks.v[c->blocks.n].until);
	for (; c->mandates.n < mandates.n; c->mandates.n++)
		term(c, c->mandates.v[c->mandates.n].from, c->mandates.v[c->mandates.n].until);
	return ERR_OK;
}

static size_t consents_as_if(struct load *l, struct rec_consent *v, size_t n)
{
	size_t kept = 0;

	if (!l->as_if)
		return n;
	for (size_t i = 0; i < n; i++)
		if (!slice_eq(v[i].id, l->as_if->drop_consent))
			v[kept++] = v[i];
	return kept;
}

static enum err load_exceptions(struct load *l, struct slice of)
{
	struct sight_case *c = l->c;
	struct rows consents = {TAB_CONSENT, of, REC_consent, sizeof(struct rec_consent), NULL, 0};
	struct rows emergencies = {TAB_EMERGENCY, of, REC_emergency, sizeof(struct rec_emergency),
				   NULL,          0};

	TRY(load_rows(l, &consents));
	TRY(load_rows(l, &emergencies));
	c->consents.v = consents.v;
	consents.n = consents_as_if(l, consents.v, consents.n);
	c->emergencies.v = emergencies.v;
	for (; c->consents.n < consents.n; c->consents.n++) {
		const struct rec_consent *k = &c->consents.v[c->consents.n];

		term(c, k->from, k->until);
		turn(c, k->withdrawn);
	}
	for (; c->emergencies.n < emergencies.n; c->emergencies.n++) {
		const struct rec_emergency *e = &c->emergencies.v[c->emergencies.n];

		term(c, e->from, e->until);
	}
	return ERR_OK;
}

static int by_category(const void *a, const void *b)
{
	const struct rec_rule *x = &((const struct shared_rule *)a)->rule,
			      *y = &((const struct shared_rule *)b)->rule;
	int by = slice_cmp(x->category, y->category);

	return by ? by : slice_cmp(x->id, y->id);
}

static struct slice sentence(struct sight_case *c, const struct rec_rule *r)
{
	struct slice words = r->text.n ? r->text : r->ground;

	return words.n ? arena_fmt(&c->arena, "%.*s: %.*s", SLICE_ARG(r->id), SLICE_ARG(words))
		       : r->id;
}

/* There is room for one more. */
static enum err rules_as_if(struct load *l, struct rec_rule *v, size_t *n)
{
	const struct rec_rule *rule = l->as_if ? l->as_if->rule : NULL;
	size_t kept = 0;

	for (size_t i = 0; l->as_if && i < *n; i++)
		if (!slice_eq(v[i].id, l->as_if->drop_rule) &&
		    !(rule && slice_eq(v[i].id, rule->id)))
			v[kept++] = v[i];
	if (l->as_if)
		*n = kept;
	return rule ? own_rec(l, REC_rule, rule, &v[(*n)++]) : ERR_OK;
}

static enum err load_rules(struct load *l)
{
	struct sight_case *c = l->c;
	struct rows r = {TAB_RULE, {0}, REC_rule, sizeof(struct rec_rule), NULL, 0};
	struct rec_rule *rules;

	TRY(load_rows(l, &r));
	rules = r.v;
	TRY(rules_as_if(l, rules, &r.n));
	c->rules.v = ARENA_ARRAY(&c->arena, struct shared_rule, r.n + 1);
	for (; c->rules.n < r.n; c->rules.n++) {
		const struct rec_rule *rule = &rules[c->rules.n];

		c->rules.v[c->rules.n] = (struct shared_rule){
			.rule = *rule, .to = target_of(rule->to), .says = sentence(c, rule)};
		term(c, rule->from, rule->until);
		turn(c, rule->ended);
	}
	qsort(c->rules.v, r.n, sizeof(*c->rules.v), by_category);
	return ERR_OK;
}

/* Work alone: who decides a weighing, or is asked by the clock, carries nothing out by that. */
static bool is_work(const struct rec_item *item)
{
	return slice_is(item->kind, "actie") || slice_is(item->kind, "afspraak");
}

static bool being_done(const struct rec_item *item)
{
	return item->executor && is_work(item) && vocab_runs(&brug_vocab, item->kind, item->state);
}

static void note_terms(struct sight_case *c, const struct rec_item *item)
{
	for (size_t i = 0; i < item->cuts.n; i++)
		turn(c, item->cuts.v[i].until);
	for (size_t i = 0; i < item->widens.n; i++)
		term(c, item->widens.v[i].from, item->widens.v[i].until);
}

static void note_doer(struct sight_case *c, const struct rec_item *item)
{
	struct slices areas = {ARENA_ARRAY(&c->arena, struct slice, item->areas.n + 1),
			       item->areas.n};

	for (size_t i = 0; i < areas.n; i++)
		areas.v[i] = arena_copy(&c->arena, item->areas.v[i]);
	c->doers.v[c->doers.n++] = (struct doer){item->executor, areas};
}

/* Of the items only their terms and doers are kept; each is read in memory that is let go again. */
static enum err load_items(struct load *l)
{
	struct key k = key_u64(l->case_id);
	struct rows r = {.table = TAB_ITEM, .prefix = key_view(&k)};
	size_t all = count_rows(l, &r);
	enum err err = ERR_OK;
	struct walk w;

	l->c->doers.v = ARENA_ARRAY(&l->c->arena, struct doer, all + 1);
	for (store_walk(l->store, r.table, r.prefix, &w); w.on && err == ERR_OK; store_next(&w)) {
		CLEANUP(arena_free) struct arena a = {0};
		struct rec_item item;

		err = rec_read(REC_item, w.val, &a, &item);
		if (err != ERR_OK)
			break;
		note_terms(l->c, &item);
		if (being_done(&item) && l->c->doers.n < all)
			note_doer(l->c, &item);
	}
	store_walk_end(&w);
	return err;
}

static enum err load_all(struct load *l)
{
	struct sight_case *c = l->c;
	struct key k = key_u64(l->case_id);

	TRY(get_rec(l, TAB_CASE, key_view(&k), REC_case, &c->rec));
	if (l->as_if && l->as_if->rec)
		TRY(own_rec(l, REC_case, l->as_if->rec, &c->rec));
	for (size_t i = 0; i < c->rec.phases.n; i++)
		turn(c, c->rec.phases.v[i].from);
	term(c, c->rec.deputy_from, c->rec.deputy_until);
	TRY(load_agreement(l));
	TRY(load_parts(l));
	TRY(load_blocks(l, key_view(&k)));
	TRY(load_exceptions(l, key_view(&k)));
	TRY(load_rules(l));
	TRY(load_items(l));
	if (c->turns.n)
		qsort(c->turns.p, c->turns.n / sizeof(int64_t), sizeof(int64_t), by_time);
	c->position = store_position(l->store);
	return ERR_OK;
}

enum err sight_case_load(struct store *store, uint64_t case_id, const struct overlay *as_if,
			 struct sight_case **out)
{
	struct load l = {.store = store, .case_id = case_id, .as_if = as_if};
	enum err err;

	l.c = calloc(1, sizeof(*l.c));
	if (!l.c)
		abort();
	err = load_all(&l);
	if (err == ERR_OK)
		*out = l.c;
	else
		sight_case_free(l.c);
	return err;
}
