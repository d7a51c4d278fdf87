/*
 * Random worlds: the worked case with its rules, ceilings, consents, people and items drawn anew,
 * seen by policy and by tests/oracle.py, which reads the model naively and shares no code with it.
 */
#include "keys.h"
#include "world_draw.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORLDS = 100 };

static struct world w;
static struct drawn n;

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
	return json_pack(
		"{s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o}", "made",
		NUM(item->made), "num", NUM(item->num), "author", NUM(item->author), "only",
		numbers(item->only), "category", text(item->category), "owner", text(item->owner),
		"areas", words(item->areas), "purposes", words(item->purposes), "state",
		text(item->state), "executor", NUM(item->executor), "about", NUM(item->about),
		"restricted", NUM(item->restricted), "cuts", cuts, "widens", widens);
}

static json_t *json_world(uint64_t seed, json_t *asked)
{
	json_t *items = json_array(), *turns = json_array();

	EACH(items, n.items, json_item(&n.item[i]));
	EACH(turns, n.rec.phases.n,
	     json_pack("{s:o, s:I}", "phase", text(n.rec.phases.v[i].phase), "from",
		       NUM(n.rec.phases.v[i].from)));
	return json_pack(
		"{s:I, s:I, s:{s:I, s:I, s:I}, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o, s:o, s:o, s:O}",
		"seed", NUM(seed), "nood", NUM(n.agreement.emergency), "deputy", "person",
		NUM(n.rec.deputy), "from", NUM(n.rec.deputy_from), "until", NUM(n.rec.deputy_until),
		"person", NUM(n.rec.person), "by", NUM(n.rec.by), "sort", text(n.rec.sort),
		"phases", turns, "ceilings", json_ceilings(), "caps", json_caps(), "members",
		json_members(), "rules", json_rules(), "consents", json_consents(), "blocks",
		json_exceptions("blocks"), "mandates", json_exceptions("mandates"), "emergencies",
		json_exceptions("emergencies"), "items", items, "asked", asked);
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
	struct slice d2 = SLICE("d2");
	FILE *oracle = popen("/usr/bin/python3 " ORACLE, "w");
	unsigned seen = 0;

	cr_assert_not_null(oracle);
	for (unsigned seed = 1; seed <= WORLDS; seed++) {
		json_t *asked = json_array(), *world;

		dice_seed(seed);
		world_open(&w);
		world_draw(&w, &n);
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
