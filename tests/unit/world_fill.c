#include "world_fill.h"

#include "clock.h"
#include "codes.h"
#include "fields.h"
#include "keys.h"
#include "vocab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE = 2 /* which of a case's texts its title is */, HANDLE = 32 };

/* -- reading the file -------------------------------------------------------------------------- */

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static struct slice slice(struct world *w, const char *z)
{
	return arena_copy(&w->arena, slice_of(z));
}

static struct slices strs(struct world *w, const json_t *list)
{
	struct slices s = {ARENA_ARRAY(&w->arena, struct slice, json_array_size(list) + 1), 0};

	for (; s.n < json_array_size(list); s.n++)
		s.v[s.n] = slice(w, json_string_value(json_array_get(list, s.n)));
	return s;
}

static int64_t moment(const json_t *o, const char *key)
{
	const char *z = text(o, key);

	return z ? world_time(z) : 0;
}

static struct slice person_ref(struct world *w, const char *id)
{
	return arena_fmt(&w->arena, "#%u", (unsigned)world_person(id));
}

static const char *role_of(const char *name)
{
	return strcmp(name, "clientondersteuner") ? name : "ondersteuner";
}

/* {"org": "rn"} -> "agency=rn" */
static struct slice recipient(struct world *w, const json_t *aan)
{
	if (text(aan, "user"))
		return person_ref(w, text(aan, "user"));
	if (text(aan, "org"))
		return arena_fmt(&w->arena, "agency=%s", text(aan, "org"));
	if (text(aan, "rol"))
		return arena_fmt(&w->arena, "role=%s", role_of(text(aan, "rol")));
	if (text(aan, "domein"))
		return arena_fmt(&w->arena, "domain=%s", text(aan, "domein"));
	world_must(json_is_true(json_object_get(aan, "alle")), "a recipient nobody knows");
	return SLICE("*");
}

static uint64_t number(const json_t *o, const char *key, uint64_t otherwise)
{
	const json_t *n = json_object_get(o, key);

	return n ? (uint64_t)json_integer_value(n) : otherwise;
}

/* -- the house: agencies, people, devices, the agreement, the rules ---------------------------- */

static void put_agencies(struct world *w, struct change *c)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(w->json, "organisaties"), i, o)
	{
		struct rec_agency a = {.id = slice(w, text(o, "id")),
				       .name = slice(w, text(o, "naam")),
				       .domain = slice(w, text(o, "domein"))};

		world_put(w, c, TAB_AGENCY, a.id, REC_agency, &a);
	}
}

static void put_device(struct world *w, struct change *c, uint64_t person)
{
	struct rec_device d = {.spki = world_device(w, person),
			       .person = person,
			       .label = SLICE("laptop"),
			       .since = world_time("2026-09-01"),
			       .until = world_time("2030-01-01")};
	struct key of = key_bytes(person, d.spki);

	world_put(w, c, TAB_DEVICE, d.spki, REC_device, &d);
	change_put(c, world_pass(w), TAB_DEVICE_OF, key_view(&of), SLICE(""));
}

static void put_person(struct world *w, struct change *c, const json_t *o)
{
	CLEANUP(buf_free) struct buf sealed = {0};
	const char *agency = text(o, "org");
	struct rec_person p = {.id = world_person(text(o, "user")),
			       .agency = slice(w, agency),
			       .since = world_time("2026-09-01")};
	struct key k = key_u64(p.id);
	char handle[HANDLE];
	uint8_t blind[32];

	snprintf(handle, sizeof(handle), "%s@%s", text(o, "user"),
		 strcmp(agency, "-") ? agency : "client");
	world_ok(policy_seal_names(w->policy, world_pass(w), p.id, slice_of(handle),
				   slice_of(text(o, "naam")), &sealed, blind),
		 "names are not sealed");
	p.sealed = buf_view(&sealed);
	world_put(w, c, TAB_PERSON, key_view(&k), REC_person, &p);
	change_put(c, world_pass(w), TAB_HANDLE, (struct slice){blind, sizeof(blind)},
		   key_view(&k));
	put_device(w, c, p.id);
}

static void put_people(struct world *w, struct change *c)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(w->json, "deelnames"), i, o) put_person(w, c, o);
}

static void take_agencies(struct world *w, struct rec_agreement *a)
{
	json_t *list = json_object_get(w->json, "organisaties"), *o;
	size_t i;

	a->agencies.v = ARENA_ARRAY(&w->arena, struct slice, json_array_size(list));
	json_array_foreach(list, i, o) if (strcmp(text(o, "domein"), "client") != 0)
		a->agencies.v[a->agencies.n++] = slice(w, text(o, "id"));
}

static void take_purposes(struct world *w, struct rec_agreement *a)
{
	json_t *list = json_object_get(json_object_get(w->json, "casus"), "doelen"), *v;
	const char *id;

	a->purposes.v = ARENA_ARRAY(&w->arena, struct rec_purpose, json_object_size(list));
	json_object_foreach(list, id, v) a->purposes.v[a->purposes.n++] =
		(struct rec_purpose){slice(w, id), slice(w, json_string_value(v))};
}

static void take_ceilings(struct world *w, struct rec_agreement *a)
{
	json_t *all = json_object_get(w->json, "plafond"), *rows, *pair;
	const char *category, *to;

	a->ceilings.v = ARENA_ARRAY(&w->arena, struct rec_ceiling, 128);
	json_object_foreach(all, category, rows) json_object_foreach(rows, to, pair)
		a->ceilings.v[a->ceilings.n++] =
		(struct rec_ceiling){slice(w, category), slice(w, role_of(to)),
				     (uint64_t)json_integer_value(json_array_get(pair, 0)),
				     (uint64_t)json_integer_value(json_array_get(pair, 1))};
}

static void take_caps(struct world *w, struct rec_agreement *a)
{
	json_t *all = json_object_get(w->json, "ntk"), *v;
	const char *category;

	a->caps.v = ARENA_ARRAY(&w->arena, struct rec_cap, json_object_size(all));
	json_object_foreach(all, category, v) a->caps.v[a->caps.n++] =
		(struct rec_cap){slice(w, category), (uint64_t)json_integer_value(v)};
}

static void put_agreement(struct world *w, struct change *c)
{
	struct rec_agreement a = {.id = SLICE("zvh"),
				  .name = SLICE("De Delta"),
				  .regime = SLICE("WGS"),
				  .version = 1,
				  .retention_months = 60,
				  .emergency = LEVEL_SIGNAAL,
				  .from = world_time("2026-01-01")};

	take_agencies(w, &a);
	take_purposes(w, &a);
	take_ceilings(w, &a);
	take_caps(w, &a);
	world_put(w, c, TAB_AGREEMENT, a.id, REC_agreement, &a);
}

static void put_rules(struct world *w, struct change *c)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(w->json, "deelregels"), i, o)
	{
		struct rec_rule r = {.id = slice(w, text(o, "id")),
				     .from_agency = slice(w, text(o, "van")),
				     .category = slice(w, text(o, "categorie")),
				     .to = recipient(w, json_object_get(o, "aan")),
				     .level = number(o, "niveau", 0),
				     .consent = text(o, "vereist") != NULL,
				     .ground = slice(w, text(o, "grondslag"))};

		world_put(w, c, TAB_RULE, r.id, REC_rule, &r);
	}
}

/* -- the case and who takes part --------------------------------------------------------------- */

static void take_phases(struct world *w, struct rec_case *rec, const json_t *list)
{
	json_t *o;
	size_t i;

	rec->phases.v = ARENA_ARRAY(&w->arena, struct rec_phase, json_array_size(list));
	json_array_foreach(list, i, o) rec->phases.v[rec->phases.n++] = (struct rec_phase){
		slice(w, text(o, "fase")), moment(o, "van"), world_person("u02")};
}

static void put_case(struct world *w, struct change *c)
{
	CLEANUP(buf_free) struct buf title = {0};
	const json_t *o = json_object_get(w->json, "casus");
	struct key k = key_u64(w->case_id);
	struct rec_case rec = {.id = w->case_id,
			       .code = SLICE("J-0417"),
			       .agreement = SLICE("zvh"),
			       .phase = SLICE("actief"),
			       .person = world_person(text(o, "betrokkene")),
			       .lead = world_person("u01"),
			       .process = world_person("u02"),
			       .by = world_person("u01"),
			       .until = moment(o, "bewaren_tot"),
			       .rev = 3};
	struct slice purposes[] = {SLICE("d1"), SLICE("d2")};

	rec.purposes = (struct slices){purposes, 2};
	take_phases(w, &rec, json_object_get(o, "fasen"));
	rec.made = rec.phases.v[0].from;
	world_ok(policy_seal_text(w->policy, world_pass(w), w->case_id, 0, TITLE, SLICE("Jeffrey"),
				  &title),
		 "the title is not sealed");
	rec.sealed = buf_view(&title);
	world_put(w, c, TAB_CASE, key_view(&k), REC_case, &rec);
}

static void put_member(struct world *w, struct change *c, const json_t *o)
{
	const char *behalf = text(o, "namens");
	struct rec_member m = {.person = world_person(text(o, "user")),
			       .agency = slice(w, text(o, "org")),
			       .role = slice(w, role_of(text(o, "rol"))),
			       .areas = strs(w, json_object_get(o, "leefgebieden")),
			       .purposes = strs(w, json_object_get(o, "doelen")),
			       .status = SLICE("active"),
			       .from = moment(o, "van"),
			       .until = moment(o, "tot"),
			       .treating = json_is_true(json_object_get(o, "behandelteam")),
			       .on_behalf = behalf ? world_person(behalf) : 0,
			       .by = world_person("u02")};
	struct key k = key_2(w->case_id, m.person), of = key_2(m.person, w->case_id);

	world_must(!strcmp(text(o, "status"), "actief"), "a status nobody knows");
	world_put(w, c, TAB_MEMBER, key_view(&k), REC_member, &m);
	change_put(c, world_pass(w), TAB_CASE_OF, key_view(&of), SLICE(""));
}

static void put_members(struct world *w, struct change *c)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(w->json, "deelnames"), i, o) put_member(w, c, o);
}

static void put_mandates(struct world *w, struct change *c)
{
	const char *id;
	json_t *o;

	json_object_foreach(json_object_get(w->json, "mandaat"), id, o)
	{
		struct rec_mandate m = {.person = world_person(id),
					.of = world_person(text(o, "van")),
					.categories = strs(w, json_object_get(o, "categorieen")),
					.from = moment(o, "geldig_van"),
					.until = moment(o, "ingetrokken")};
		struct key k = key_2(w->case_id, m.person);

		world_put(w, c, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	}
}

static void put_blocks(struct world *w, struct change *c)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(w->json, "blokkades"), i, o)
	{
		struct rec_block b = {.person = world_person(text(o, "user")),
				      .from = moment(o, "op"),
				      .until = moment(o, "tot"),
				      .by = world_person(text(o, "user"))};
		struct key k = key_2(w->case_id, b.person);

		world_put(w, c, TAB_BLOCK, key_view(&k), REC_block, &b);
	}
}

/* -- items, and what names them ---------------------------------------------------------------- */

static struct u64s people(struct world *w, const json_t *list)
{
	struct u64s s = {ARENA_ARRAY(&w->arena, uint64_t, json_array_size(list) + 1), 0};

	for (; s.n < json_array_size(list); s.n++)
		s.v[s.n] = world_person(json_string_value(json_array_get(list, s.n)));
	return s;
}

static struct u64s numbers(struct world *w, const json_t *list)
{
	struct u64s s = {ARENA_ARRAY(&w->arena, uint64_t, json_array_size(list) + 1), 0};

	for (; s.n < json_array_size(list); s.n++)
		s.v[s.n] = world_item_num(w, json_string_value(json_array_get(list, s.n)));
	return s;
}

static void put_consents(struct world *w, struct change *c)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(w->json, "toestemmingen"), i, o)
	{
		struct rec_consent t = {.id = slice(w, text(o, "id")),
					.person = world_person(text(o, "van")),
					.category = slice(w, text(o, "categorie")),
					.agency = slice(w, text(o, "bronhouder")),
					.items = numbers(w, json_object_get(o, "items")),
					.to = strs(w, json_object_get(o, "ontvangers")),
					.people = people(w, json_object_get(o, "users")),
					.level = number(o, "niveau", LEVEL_INHOUD),
					.purposes = strs(w, json_object_get(o, "doelen")),
					.from = moment(o, "geldig_van"),
					.withdrawn = moment(o, "ingetrokken"),
					.by = world_person("u01")};
		struct key k = key_bytes(w->case_id, t.id);

		world_put(w, c, TAB_CONSENT, key_view(&k), REC_consent, &t);
	}
}

static void put_emergencies(struct world *w, struct change *c)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(w->json, "noodtoegang"), i, o)
	{
		struct rec_emergency e = {.id = slice(w, text(o, "id")),
					  .person = world_person(text(o, "user")),
					  .item = world_item_num(w, text(o, "item")),
					  .level = number(o, "plafond", 0),
					  .code = slice(w, text(o, "code")),
					  .from = moment(o, "van"),
					  .until = moment(o, "tot")};
		struct key k = key_bytes(w->case_id, e.id);

		world_put(w, c, TAB_EMERGENCY, key_view(&k), REC_emergency, &e);
	}
}

static void take_cuts(struct world *w, struct rec_item *item, const json_t *list)
{
	json_t *o;
	size_t i;

	item->cuts.v = ARENA_ARRAY(&w->arena, struct rec_cut, json_array_size(list) + 1);
	json_array_foreach(list, i, o) item->cuts.v[item->cuts.n++] =
		(struct rec_cut){.to = recipient(w, json_object_get(o, "aan")),
				 .level = number(o, "tot", 0),
				 .review = moment(o, "heroverweeg")};
}

static void take_widens(struct world *w, struct rec_item *item, const json_t *list)
{
	json_t *o;
	size_t i;

	item->widens.v = ARENA_ARRAY(&w->arena, struct rec_widen, json_array_size(list) + 1);
	json_array_foreach(list, i, o) item->widens.v[item->widens.n++] =
		(struct rec_widen){.to = recipient(w, json_object_get(o, "aan")),
				   .level = number(o, "tot", 0),
				   .ground = slice(w, text(o, "grondslag")),
				   .consent = slice(w, text(o, "vereist_toestemming")),
				   .from = moment(o, "geldig_van"),
				   .until = moment(o, "geldig_tot")};
}

/* Somebody of the owner agency, when the file does not say who wrote it. */
static uint64_t author_of(struct world *w, const json_t *item)
{
	const char *said =
		text(item, "auteur") ? text(item, "auteur") : text(item, "vastgelegd_door");
	json_t *o;
	size_t i;

	if (said)
		return world_person(said);
	json_array_foreach(
		json_object_get(w->json, "deelnames"), i,
		o) if (!strcmp(text(o, "org"),
			       text(item, "bronhouder"))) return world_person(text(o, "user"));
	return WORLD_PEOPLE;
}

static const char *state_of(const struct kind *kind, const char *status)
{
	if (status && kind_state(kind, slice_of(status)))
		return status;
	return status ? "loopt" : kind->states[0].name;
}

static void pack_texts(const struct kind *kind, const json_t *o, struct buf *out)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	size_t n = 0;

	for (const struct field *f = kind->fields; f->name; f++) {
		const char *z = text(o, !strcmp(f->name, "woorden") ? "woorden_client" : f->name);

		if (!z || (f->type != T_LINE && f->type != T_TEXT && f->type != T_WORD))
			continue;
		pack_kv_text(&pairs, f->name, z);
		n++;
	}
	pack_map(out, n);
	buf_slice(out, buf_view(&pairs));
}

static void seal_item(struct world *w, struct rec_item *item, const struct kind *kind,
		      const json_t *o)
{
	struct item_face face = {.kind = item->kind,
				 .agency = item->owner,
				 .category = item->category,
				 .state = item->state,
				 .areas = item->areas,
				 .purposes = item->purposes,
				 .made = item->made,
				 .author = slice(w, world_name(item->author)),
				 .by = slice(w, world_name(item->by)),
				 .rev = item->rev,
				 .changed = item->changed};
	CLEANUP(buf_free) struct buf given = {0};
	CLEANUP(tree_free) struct tree update = {0};
	struct buf level[LEVELS + 1] = {{0}}, sealed = {0};
	struct slice views[LEVELS + 1] = {{0}};

	pack_texts(kind, o, &given);
	world_ok(tree_read(&update, buf_view(&given)), "an item's fields are not packed");
	for (int l = 1; l <= LEVELS; l++) {
		fields_pack(kind, (enum level)l, &face, tree_root(&update), NULL, &level[l]);
		views[l] = buf_view(&level[l]);
	}
	world_ok(policy_seal(w->policy, world_pass(w), w->case_id, item->num, item->rev, views,
			     &sealed),
		 "an item is not sealed");
	item->sealed = arena_copy(&w->arena, buf_view(&sealed));
	for (int l = 1; l <= LEVELS; l++)
		buf_free(&level[l]);
	buf_free(&sealed);
}

static void put_names(struct world *w, struct change *c, const struct rec_item *item)
{
	struct key code = key_bytes(w->case_id, item->code),
		   about = key_3(w->case_id, item->about, item->num);
	uint8_t num[8];

	put_be64(num, item->num);
	change_put(c, world_pass(w), TAB_ITEM_CODE, key_view(&code),
		   (struct slice){num, sizeof(num)});
	if (item->about)
		change_put(c, world_pass(w), TAB_ABOUT, key_view(&about), SLICE(""));
	change_event(c, world_pass(w), item->num, item->rev);
}

static void put_item(struct world *w, struct change *c, const json_t *o, uint64_t num)
{
	const struct kind *kind = vocab_kind(&brug_vocab, slice_of(text(o, "soort")));
	const char *owner = text(o, "bronhouder"), *executor = text(o, "uitvoerder"),
		   *about = text(o, "draad");
	uint64_t pos[LEVELS] = {c->pos, c->pos, c->pos, c->pos};
	struct key k = key_2(w->case_id, num);
	char code[ITEM_CODE + 1];
	struct rec_item item = {.num = num, .rev = 1, .level_pos = {pos, LEVELS}};

	world_must(kind, text(o, "soort"));
	item_code(num * 0x5bd1e, code);
	item.code = slice(w, code);
	item.kind = slice(w, kind->name);
	item.category = slice(w, text(o, "categorie"));
	item.owner = owner[0] == 'c' && owner[1] == '0' ? person_ref(w, owner) : slice(w, owner);
	item.areas = strs(w, json_object_get(o, "leefgebieden"));
	item.purposes = strs(w, json_object_get(o, "doelen"));
	item.state = slice(w, state_of(kind, text(o, "status")));
	item.author = item.by = author_of(w, o);
	item.executor = executor ? world_person(executor) : 0;
	item.about = about ? world_item_num(w, about) : 0;
	item.made = item.changed = moment(o, "gemaakt");
	item.due = text(o, "deadline") ? clock_parse(text(o, "deadline"), 1) : 0;
	take_cuts(w, &item, json_object_get(o, "verlaag"));
	take_widens(w, &item, json_object_get(o, "verhoog"));
	seal_item(w, &item, kind, o);
	world_put(w, c, TAB_ITEM, key_view(&k), REC_item, &item);
	put_names(w, c, &item);
}

static void put_items(struct world *w, struct change *c)
{
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(w->json, "items"), i, o) put_item(w, c, o, i + 1);
}

/* -- all of it ----------------------------------------------------------------------------------
 */

static void fill_house(struct world *w)
{
	struct change c = world_change(w, 0);

	put_agencies(w, &c);
	put_people(w, &c);
	put_agreement(w, &c);
	put_rules(w, &c);
	world_apply(w, &c);
}

static void fill_case(struct world *w)
{
	struct change c = world_change(w, w->case_id);

	put_case(w, &c);
	put_members(w, &c);
	put_mandates(w, &c);
	put_blocks(w, &c);
	put_consents(w, &c);
	put_emergencies(w, &c);
	world_apply(w, &c);
	c = world_change(w, w->case_id);
	put_items(w, &c);
	world_apply(w, &c);
}

void world_fill(struct world *w)
{
	fill_house(w);
	fill_case(w);
}
