/* Agreements between agencies (convenanten) and the agencies' own sharing rules. */
#include "args.h"
#include "keys.h"
#include "members.h"

#include <string.h>

static struct slice str_in(const msgpack_object *map, const char *key)
{
	return obj_bytes(obj_get(map, key));
}

static uint64_t level_in(const msgpack_object *map, const char *key)
{
	int level = level_parse(str_in(map, key));

	return level < 0 ? 0 : (uint64_t)level;
}

static void take_purposes(struct request *rq, struct rec_agreement *a)
{
	const msgpack_object *list = obj_get(rq->params, "purposes");

	a->purposes.n = obj_n(list);
	a->purposes.v = ARENA_ARRAY(rq->arena, struct rec_purpose, a->purposes.n + 1);
	for (size_t i = 0; i < a->purposes.n; i++)
		a->purposes.v[i] = (struct rec_purpose){str_in(obj_at(list, i), "purpose"),
							str_in(obj_at(list, i), "text")};
}

static void take_ceilings(struct request *rq, struct rec_agreement *a)
{
	const msgpack_object *list = obj_get(rq->params, "ceilings");

	a->ceilings.n = obj_n(list);
	a->ceilings.v = ARENA_ARRAY(rq->arena, struct rec_ceiling, a->ceilings.n + 1);
	for (size_t i = 0; i < a->ceilings.n; i++) {
		const msgpack_object *o = obj_at(list, i);

		a->ceilings.v[i] =
			(struct rec_ceiling){str_in(o, "category"), str_in(o, "to"),
					     level_in(o, "level"), level_in(o, "consent_level")};
	}
}

static void take_caps(struct request *rq, struct rec_agreement *a)
{
	const msgpack_object *list = obj_get(rq->params, "caps");

	a->caps.n = obj_n(list);
	a->caps.v = ARENA_ARRAY(rq->arena, struct rec_cap, a->caps.n + 1);
	for (size_t i = 0; i < a->caps.n; i++)
		a->caps.v[i] = (struct rec_cap){str_in(obj_at(list, i), "category"),
						level_in(obj_at(list, i), "level")};
}

static enum err known_agencies(struct request *rq, struct slices agencies)
{
	for (size_t i = 0; i < agencies.n; i++)
		if (!store_has(rq->house->store, TAB_AGENCY, agencies.v[i]))
			return refuse_arg(rq, ERR_USAGE, N_("There is no agency %s."),
					  N_("See: brug-admin agency list"), agencies.v[i]);
	return ERR_OK;
}

static enum err sound_ceilings(struct request *rq, const struct rec_agreement *a)
{
	for (size_t i = 0; i < a->ceilings.n; i++) {
		const struct rec_ceiling *c = &a->ceilings.v[i];

		if (!slice_is(c->to, "-") && !word_in(vocab_roles, c->to) &&
		    !word_in(vocab_domains, c->to))
			return refuse_arg(rq, ERR_USAGE,
					  N_("A ceiling is for a role, a domain or -, not for %s."),
					  N_("See: brug-admin agreement show"), c->to);
		if (c->consent_level < c->level)
			return refuse_arg(
				rq, ERR_USAGE,
				N_("The ceiling for %s is lower with consent than without."),
				N_("Consent never shows less: raise consent_level."), c->category);
	}
	return ERR_OK;
}

enum err serve_agreement_put(struct request *rq)
{
	struct rec_agreement before = {0},
			     a = {.id = arg_str(rq, "agreement"),
				  .name = arg_str(rq, "name"),
				  .regime = arg_str(rq, "regime"),
				  .agencies = arg_strs(rq, "agencies"),
				  .retention_months = (uint64_t)arg_int(rq, "retention", 60),
				  .emergency = (uint64_t)arg_int(rq, "emergency", LEVEL_SIGNAAL),
				  .from = rq->now};

	take_purposes(rq, &a);
	take_ceilings(rq, &a);
	take_caps(rq, &a);
	if (slice_is(a.regime, "WGS") && a.retention_months > 60)
		return refuse(rq, ERR_USAGE, N_("Under the WGS a case is kept five years at most."),
			      NULL, N_("Give a retention of 60 months or less."));
	TRY(known_agencies(rq, a.agencies));
	TRY(sound_ceilings(rq, &a));
	a.version = get_record(rq, TAB_AGREEMENT, a.id, REC_agreement, &before) == ERR_OK
			    ? before.version + 1
			    : 1;
	put_record(rq, TAB_AGREEMENT, a.id, REC_agreement, &a);
	note_house_sight(rq);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "agreement", a.id);
	pack_kv_int(rq->out, "version", (int64_t)a.version);
	return ERR_OK;
}

static void pack_ceilings(const struct rec_agreement *a, struct buf *out)
{
	pack_key(out, "ceilings");
	pack_array(out, a->ceilings.n);
	for (size_t i = 0; i < a->ceilings.n; i++) {
		const struct rec_ceiling *c = &a->ceilings.v[i];

		pack_map(out, 4);
		pack_kv_str(out, "category", c->category);
		pack_kv_str(out, "to", c->to);
		pack_kv_text(out, "level", level_name((enum level)c->level));
		pack_kv_text(out, "consent_level", level_name((enum level)c->consent_level));
	}
	pack_key(out, "caps");
	pack_array(out, a->caps.n);
	for (size_t i = 0; i < a->caps.n; i++) {
		pack_map(out, 2);
		pack_kv_str(out, "category", a->caps.v[i].category);
		pack_kv_text(out, "level", level_name((enum level)a->caps.v[i].level));
	}
}

/* With the names of agreement.put, so that what is read can be changed and put again. */
static void pack_agreement(const struct rec_agreement *a, struct buf *out)
{
	pack_map(out, 10);
	pack_kv_str(out, "agreement", a->id);
	pack_kv_str(out, "name", a->name);
	pack_kv_str(out, "regime", a->regime);
	pack_kv_int(out, "version", (int64_t)a->version);
	pack_kv_strs(out, "agencies", a->agencies);
	pack_key(out, "purposes");
	pack_array(out, a->purposes.n);
	for (size_t i = 0; i < a->purposes.n; i++) {
		pack_map(out, 2);
		pack_kv_str(out, "purpose", a->purposes.v[i].purpose);
		pack_kv_str(out, "text", a->purposes.v[i].text);
	}
	pack_kv_int(out, "retention", (int64_t)a->retention_months);
	pack_kv_int(out, "emergency", (int64_t)a->emergency);
	pack_ceilings(a, out);
}

enum err serve_agreement_list(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct rec_person me;
	struct walk w;
	size_t n = 0;
	bool all;

	TRY(person_rec(rq, rq->who->person, &me));
	all = slices_have(me.functions, SLICE("partnership-admin"));
	for (store_walk(rq->house->store, TAB_AGREEMENT, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_agreement a;

		if (rec_read(REC_agreement, arena_copy(rq->arena, w.val), rq->arena, &a) !=
			    ERR_OK ||
		    (!all && !slices_have(a.agencies, me.agency)))
			continue;
		pack_agreement(&a, &list);
		n++;
	}
	store_walk_end(&w);
	pack_map(rq->out, 1);
	pack_key(rq->out, "agreements");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

/* -- rules ------------------------------------------------------------------------------------- */

static enum err may_rule(struct request *rq, const struct rec_person *me, struct slice agency)
{
	if (slices_have(me->functions, SLICE("partnership-admin")))
		return ERR_OK;
	if (slice_is(agency, "*"))
		return refuse(rq, ERR_REFUSED,
			      N_("A house rule is the partnership admin's to make."), NULL,
			      N_("Make a rule for your own agency's data."));
	if (slice_eq(agency, me->agency))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("That is another agency's."),
		      N_("An agency admin looks after the people and rules of his own agency."),
		      N_("Ask that agency's admin, or the partnership's."));
}

static enum err sound_rule(struct request *rq, const struct rec_rule *r)
{
	if (!slice_is(r->from_agency, "*") &&
	    !store_has(rq->house->store, TAB_AGENCY, r->from_agency))
		return refuse_arg(rq, ERR_USAGE, N_("There is no agency %s."),
				  N_("See: brug-admin agency list"), r->from_agency);
	if (r->until && (r->until <= rq->now || r->until <= r->from))
		return refuse(rq, ERR_USAGE, N_("That end has already passed."), NULL,
			      N_("Give a moment to come."));
	if (store_has(rq->house->store, TAB_RULE, r->id))
		return refuse_arg(rq, ERR_CONFLICT, N_("There is a rule %s already."),
				  N_("End it first (brug-admin rule end), or choose another name."),
				  r->id);
	return ERR_OK;
}

enum err serve_rule_add(struct request *rq)
{
	struct rec_rule r = {.id = arg_str(rq, "rule"),
			     .category = arg_str(rq, "category"),
			     .level = (uint64_t)arg_level(rq, "level", 0),
			     .purposes = arg_strs(rq, "purposes"),
			     .consent = arg_bool(rq, "consent"),
			     .ground = arg_str(rq, "ground"),
			     .from = arg_begin(rq, "from"),
			     .until = arg_end(rq, "until"),
			     .text = arg_str(rq, "text"),
			     .by = rq->who->person};
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	r.from_agency = arg_given(rq, "from_agency") ? arg_str(rq, "from_agency") : me.agency;
	TRY(may_rule(rq, &me, r.from_agency));
	TRY(sound_rule(rq, &r));
	TRY(arg_to(rq, "to", &r.to));
	put_record(rq, TAB_RULE, r.id, REC_rule, &r);
	note_house_sight(rq);
	rq->change.ground = r.ground;
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "rule", r.id);
	return ERR_OK;
}

enum err serve_rule_end(struct request *rq)
{
	struct slice id = arg_str(rq, "rule");
	struct rec_person me;
	struct rec_rule r;

	TRY(person_rec(rq, rq->who->person, &me));
	if (get_record(rq, TAB_RULE, id, REC_rule, &r) != ERR_OK)
		return refuse_arg(rq, ERR_USAGE, N_("There is no rule %s."),
				  N_("See: brug-admin rule list"), id);
	TRY(may_rule(rq, &me, r.from_agency));
	if (r.ended)
		return refuse_arg(rq, ERR_CONFLICT, N_("The rule %s has ended already."), NULL, id);
	r.ended = rq->now;
	put_record(rq, TAB_RULE, r.id, REC_rule, &r);
	note_house_sight(rq);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "rule", r.id);
	return ERR_OK;
}

static void pack_rule(struct request *rq, const struct rec_rule *r, struct buf *out)
{
	pack_map(out, 12);
	pack_kv_str(out, "rule", r->id);
	pack_kv_str(out, "from_agency", r->from_agency);
	pack_kv_str(out, "category", r->category);
	pack_kv_str(out, "to", show_to(rq, r->to));
	pack_kv_text(out, "level", level_name((enum level)r->level));
	pack_kv_strs(out, "purposes", r->purposes);
	pack_kv_bool(out, "consent", r->consent);
	pack_kv_str(out, "ground", r->ground);
	pack_kv_int(out, "from", r->from);
	pack_kv_int(out, "until", r->until);
	pack_kv_int(out, "ended", r->ended);
	pack_kv_str(out, "text", r->text);
}

enum err serve_rule_list(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct rec_person me;
	struct slice agency;
	struct walk w;
	size_t n = 0;

	TRY(person_rec(rq, rq->who->person, &me));
	agency = arg_given(rq, "agency") ? arg_str(rq, "agency") : me.agency;
	if (!slice_is(agency, "*"))
		TRY(may_rule(rq, &me, agency));
	for (store_walk(rq->house->store, TAB_RULE, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_rule r;

		if (rec_read(REC_rule, arena_copy(rq->arena, w.val), rq->arena, &r) != ERR_OK ||
		    (!slice_eq(r.from_agency, agency) && !slice_is(r.from_agency, "*")))
			continue;
		pack_rule(rq, &r, &list);
		n++;
	}
	store_walk_end(&w);
	pack_map(rq->out, 1);
	pack_key(rq->out, "rules");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}
