/* Agreements between agencies (convenanten): the most that may be shared. What shows more than
 * before waits for a second person. */
#include "rule.h"

#include "args.h"
#include "keys.h"
#include "members.h"
#include "moves.h"
#include "second.h"

#include <string.h>

enum { RETENTION_MAX = 240 };
enum { MONTHS_UNSAID = 60 };

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

		a->ceilings.v[i] = (struct rec_ceiling){
			str_in(o, "category"),        str_in(o, "to"),      level_in(o, "level"),
			level_in(o, "consent_level"), str_in(o, "purpose"), str_in(o, "phase")};
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

/* "sociaal for zorg": which row is meant. */
static struct slice row_name(struct request *rq, const struct rec_ceiling *c)
{
	return arena_fmt(rq->arena, "%.*s > %.*s%s%.*s%s%.*s", SLICE_ARG(c->category),
			 SLICE_ARG(c->to), c->purpose.n ? " " : "", SLICE_ARG(c->purpose),
			 c->phase.n ? " " : "", SLICE_ARG(c->phase));
}

static bool same_row(const struct rec_ceiling *x, const struct rec_ceiling *y)
{
	return slice_eq(x->category, y->category) && slice_eq(x->to, y->to) &&
	       slice_eq(x->purpose, y->purpose) && slice_eq(x->phase, y->phase);
}

static bool has_purpose(const struct rec_agreement *a, struct slice purpose)
{
	for (size_t i = 0; i < a->purposes.n; i++)
		if (slice_eq(a->purposes.v[i].purpose, purpose))
			return true;
	return false;
}

static enum err sound_ceiling(struct request *rq, const struct rec_agreement *a, size_t i)
{
	const struct rec_ceiling *c = &a->ceilings.v[i];

	if (!slice_is(c->to, "-") && !word_in(vocab_roles, c->to) && !word_in(vocab_domains, c->to))
		return refuse_arg(rq, ERR_USAGE,
				  N_("A ceiling is for a role, a domain or -, not for %s."),
				  N_("See: brug-admin agreement show"), c->to);
	if (c->consent_level < c->level)
		return refuse_arg(
			rq, ERR_USAGE, N_("The ceiling for %s is lower with consent than without."),
			N_("Consent never shows less: raise consent_level."), row_name(rq, c));
	if (c->purpose.n && !has_purpose(a, c->purpose))
		return refuse_arg(rq, ERR_USAGE, N_("The agreement has no purpose %s."),
				  N_("Put it among the purposes, or leave it out of the ceiling."),
				  c->purpose);
	for (size_t k = 0; k < i; k++)
		if (same_row(c, &a->ceilings.v[k]))
			return refuse_arg(rq, ERR_USAGE,
					  N_("There are two ceilings for %s: they contradict "
					     "each other."),
					  N_("Leave one of them."), row_name(rq, c));
	return ERR_OK;
}

static enum err sound_caps(struct request *rq, const struct rec_agreement *a)
{
	for (size_t i = 0; i < a->caps.n; i++)
		for (size_t k = 0; k < i; k++)
			if (slice_eq(a->caps.v[i].category, a->caps.v[k].category))
				return refuse_arg(rq, ERR_USAGE,
						  N_("There are two caps for %s: they contradict "
						     "each other."),
						  N_("Leave one of them."), a->caps.v[i].category);
	for (size_t i = 0; i < a->purposes.n; i++)
		for (size_t k = 0; k < i; k++)
			if (slice_eq(a->purposes.v[i].purpose, a->purposes.v[k].purpose))
				return refuse_arg(
					rq, ERR_USAGE, N_("The purpose %s stands there twice."),
					N_("Leave one of them."), a->purposes.v[i].purpose);
	return ERR_OK;
}

static enum err sound(struct request *rq, const struct rec_agreement *a)
{
	if (!a->retention_months)
		return refuse(rq, ERR_USAGE, N_("A case is kept for a month at least."), NULL,
			      N_("Give a retention of 1 to 240 months."));
	if (slice_is(a->regime, "WGS") && a->retention_months > 60)
		return refuse(rq, ERR_USAGE, N_("Under the WGS a case is kept five years at most."),
			      NULL, N_("Give a retention of 60 months or less."));
	if (a->retention_months > RETENTION_MAX)
		return refuse(rq, ERR_USAGE, N_("No case is kept longer than twenty years."), NULL,
			      N_("Give a retention of 240 months or less."));
	if (a->emergency > LEVELS)
		return refuse(rq, ERR_USAGE, N_("Emergency access has a level from 0 to 4."), NULL,
			      N_("0 is none, 2 is signaal, 4 is all."));
	TRY(known_agencies(rq, a->agencies));
	TRY(sound_caps(rq, a));
	for (size_t i = 0; i < a->ceilings.n; i++)
		TRY(sound_ceiling(rq, a, i));
	return ERR_OK;
}

/* -- a second person --------------------------------------------------------------------------- */

static uint64_t level_before(const struct rec_agreement *before, const struct rec_ceiling *row,
			     bool consent)
{
	for (size_t i = 0; i < before->ceilings.n; i++)
		if (same_row(row, &before->ceilings.v[i]))
			return consent ? before->ceilings.v[i].consent_level
				       : before->ceilings.v[i].level;
	return LEVEL_GEEN;
}

/* A row that falls away raises too: the wider one beneath it holds from then on. */
static bool row_is_gone(const struct rec_agreement *a, const struct rec_ceiling *row)
{
	for (size_t i = 0; i < a->ceilings.n; i++)
		if (same_row(row, &a->ceilings.v[i]))
			return false;
	return !slice_is(row->to, "-") || row->purpose.n || row->phase.n;
}

static uint64_t cap_of(const struct rec_agreement *a, struct slice category)
{
	for (size_t i = 0; i < a->caps.n; i++)
		if (slice_eq(a->caps.v[i].category, category))
			return a->caps.v[i].level;
	return LEVEL_GEEN;
}

static void add_raise(struct request *rq, struct slices *out, struct slice what)
{
	struct slice *v = ARENA_ARRAY(rq->arena, struct slice, out->n + 1);

	for (size_t i = 0; i < out->n; i++)
		v[i] = out->v[i];
	v[out->n++] = what;
	out->v = v;
}

/* A version from before it was asked kept them as long as the law lets it. */
static uint64_t months_kept(const struct rec_agreement *a)
{
	return a->retention_months ? a->retention_months : MONTHS_UNSAID;
}

/* "sociaal > zorg: geen -> kern (kern -> inhoud)": without, and with consent. */
static struct slice raise_text(struct request *rq, struct slice row, uint64_t from, uint64_t to,
			       const uint64_t consent[2])
{
	return arena_fmt(rq->arena, "%.*s: %s -> %s (%s -> %s)", SLICE_ARG(row),
			 level_name((enum level)from), level_name((enum level)to),
			 level_name((enum level)consent[0]), level_name((enum level)consent[1]));
}

/* What shows more than before: the row, and its level before and after. */
static struct slices raises(struct request *rq, const struct rec_agreement *before,
			    const struct rec_agreement *a)
{
	struct slices out = {0};

	for (size_t i = 0; i < a->ceilings.n; i++) {
		const struct rec_ceiling *c = &a->ceilings.v[i];

		if (c->level > level_before(before, c, false) ||
		    c->consent_level > level_before(before, c, true))
			add_raise(rq, &out,
				  raise_text(rq, row_name(rq, c), level_before(before, c, false),
					     c->level,
					     (const uint64_t[]){level_before(before, c, true),
								c->consent_level}));
	}
	for (size_t i = 0; i < before->ceilings.n; i++)
		if (row_is_gone(a, &before->ceilings.v[i]))
			add_raise(rq, &out,
				  arena_fmt(rq->arena, "%.*s: %s -> -",
					    SLICE_ARG(row_name(rq, &before->ceilings.v[i])),
					    level_name((enum level)before->ceilings.v[i].level)));
	for (size_t i = 0; i < a->caps.n; i++)
		if (a->caps.v[i].level > cap_of(before, a->caps.v[i].category))
			add_raise(rq, &out,
				  arena_fmt(rq->arena, "cap %.*s: %s -> %s",
					    SLICE_ARG(a->caps.v[i].category),
					    level_name((enum level)cap_of(before,
									  a->caps.v[i].category)),
					    level_name((enum level)a->caps.v[i].level)));
	if (a->emergency > before->emergency)
		add_raise(rq, &out,
			  arena_fmt(rq->arena, "emergency: %s -> %s",
				    level_name((enum level)before->emergency),
				    level_name((enum level)a->emergency)));
	if (before->version && a->retention_months > months_kept(before))
		add_raise(rq, &out,
			  arena_fmt(rq->arena, "retention: %llu -> %llu",
				    (unsigned long long)months_kept(before),
				    (unsigned long long)a->retention_months));
	if (slice_is(a->regime, "convenant") && !slice_is(before->regime, "convenant"))
		add_raise(rq, &out, SLICE("convenant: guests need not sign"));
	for (size_t i = 0; i < a->agencies.n; i++)
		if (!slices_have(before->agencies, a->agencies.v[i]))
			add_raise(rq, &out, a->agencies.v[i]);
	return out;
}

/* -- versions ---------------------------------------------------------------------------------- */

/* The id, a zero byte, and the number: so that versions of one agreement walk in order. */
static struct key version_key(struct slice id, uint64_t version)
{
	struct key k = {.n = id.n > 48 ? 48 : id.n};

	for (size_t i = 0; i < k.n; i++)
		k.p[i] = id.p[i];
	k.p[k.n++] = 0;
	put_be64(k.p + k.n, version);
	k.n += 8;
	return k;
}

static struct slice versions_of(const struct key *k)
{
	return (struct slice){k->p, k->n - 8};
}

/* No number is used twice, whatever became of the version that had it: who approves names what he
 * read. */
static uint64_t next_version(struct request *rq, struct slice id)
{
	struct rec_agreement now = {0}, waiting = {0};
	struct key k = version_key(id, 0);
	uint64_t last;
	struct walk w;

	get_record(rq, TAB_AGREEMENT, id, REC_agreement, &now);
	get_record(rq, TAB_WAITING, id, REC_agreement, &waiting);
	last = now.version > waiting.version ? now.version : waiting.version;
	store_walk_last(rq->house->store, TAB_VERSION, versions_of(&k), &w);
	if (w.on && w.key.n == k.n && get_be64(w.key.p + k.n - 8) > last)
		last = get_be64(w.key.p + k.n - 8);
	store_walk_end(&w);
	return last + 1;
}

static void keep_version(struct request *rq, const struct rec_agreement *a)
{
	struct key k = version_key(a->id, a->version);

	put_record(rq, TAB_VERSION, key_view(&k), REC_agreement, a);
}

/* The one in force until now, when it is from before versions were kept. */
static void keep_before(struct request *rq, struct slice id)
{
	struct rec_agreement before;
	struct key k;

	if (get_record(rq, TAB_AGREEMENT, id, REC_agreement, &before) != ERR_OK)
		return;
	k = version_key(id, before.version);
	if (store_has(rq->house->store, TAB_VERSION, key_view(&k)))
		return;
	before.in_force = before.from;
	keep_version(rq, &before);
}

static void put_in_force(struct request *rq, struct rec_agreement *a)
{
	keep_before(rq, a->id);
	a->in_force = rq->now;
	keep_version(rq, a);
	put_record(rq, TAB_AGREEMENT, a->id, REC_agreement, a);
	note_house_sight(rq);
}

static void put_waiting(struct request *rq, const struct rec_agreement *a)
{
	keep_before(rq, a->id);
	keep_version(rq, a);
	put_record(rq, TAB_WAITING, a->id, REC_agreement, a);
	second_tell(rq, "agreement", a->id);
}

/* Who works under a purpose that is gone would see nothing, and nobody would say why. */
static enum err purpose_unused(struct request *rq, const struct rec_agreement *a,
			       struct slice purpose)
{
	size_t used = 0;
	struct walk w;

	for (store_walk(rq->house->store, TAB_CASE, SLICE(""), &w); w.on; store_next(&w)) {
		CLEANUP(arena_free) struct arena arena = {0};
		struct rec_case c;

		used += rec_read(REC_case, w.val, &arena, &c) == ERR_OK &&
			slice_eq(c.agreement, a->id) && !phase_closed(c.phase) &&
			slices_have(c.purposes, purpose);
	}
	store_walk_end(&w);
	if (!used)
		return ERR_OK;
	return refuse_arg(rq, ERR_CONFLICT,
			  N_("Open cases work under a purpose that would go: %s."),
			  N_("Keep the purpose until those cases are closed."),
			  arena_fmt(rq->arena, "%.*s (%zu)", SLICE_ARG(purpose), used));
}

static enum err keeps_purposes(struct request *rq, const struct rec_agreement *before,
			       const struct rec_agreement *a)
{
	for (size_t i = 0; i < before->purposes.n; i++)
		if (!has_purpose(a, before->purposes.v[i].purpose))
			TRY(purpose_unused(rq, a, before->purposes.v[i].purpose));
	return ERR_OK;
}

enum err agreement_arg(struct request *rq, struct rec_agreement *a)
{
	struct rec_agreement before = {0};

	*a = (struct rec_agreement){.id = arg_str(rq, "agreement"),
				    .name = arg_str(rq, "name"),
				    .regime = arg_str(rq, "regime"),
				    .agencies = arg_strs(rq, "agencies"),
				    .retention_months =
					    (uint64_t)arg_int(rq, "retention", MONTHS_UNSAID),
				    .emergency = (uint64_t)arg_int(rq, "emergency", LEVEL_SIGNAAL),
				    .from = rq->now,
				    .by = rq->who->person};
	take_purposes(rq, a);
	take_ceilings(rq, a);
	take_caps(rq, a);
	get_record(rq, TAB_AGREEMENT, a->id, REC_agreement, &before);
	a->version = next_version(rq, a->id);
	TRY(sound(rq, a));
	return keeps_purposes(rq, &before, a);
}

enum err serve_agreement_put(struct request *rq)
{
	struct rec_agreement before = {0}, a;
	bool waits;

	TRY(agreement_arg(rq, &a));
	get_record(rq, TAB_AGREEMENT, a.id, REC_agreement, &before);
	waits = raises(rq, &before, &a).n && second_ever(rq);
	if (arg_bool(rq, "check"))
		; /* that it could be done is all that was asked */
	else if (waits)
		put_waiting(rq, &a);
	else
		put_in_force(rq, &a);
	pack_map(rq->out, 4);
	pack_kv_str(rq->out, "agreement", a.id);
	pack_kv_int(rq->out, "version", (int64_t)a.version);
	pack_kv_bool(rq->out, "waits", waits);
	pack_kv_bool(rq->out, "nobody", waits && !second_now(rq));
	return ERR_OK;
}

static enum err may_decide(struct request *rq, const struct rec_agreement *a)
{
	if (!second_approves(rq))
		return refuse(rq, ERR_REFUSED, N_("You do not approve agreements."),
			      N_("Another partnership admin or a privacy officer does."), NULL);
	return second_may(rq, a->by);
}

enum err serve_agreement_approve(struct request *rq)
{
	bool refused = arg_bool(rq, "refuse");
	struct rec_agreement a, now = {0};

	if (get_record(rq, TAB_WAITING, arg_str(rq, "agreement"), REC_agreement, &a) != ERR_OK)
		return refuse_arg(rq, ERR_USAGE, N_("No version of %s waits."),
				  N_("See: brug-admin agreement waiting"),
				  arg_str(rq, "agreement"));
	TRY(may_decide(rq, &a));
	if ((uint64_t)arg_int(rq, "version", 0) != a.version)
		return refuse(rq, ERR_CONFLICT, N_("Another version waits by now."), NULL,
			      N_("Read it first: brug-admin agreement waiting"));
	get_record(rq, TAB_AGREEMENT, a.id, REC_agreement, &now);
	if (!refused && now.version >= a.version)
		return refuse(rq, ERR_CONFLICT,
			      N_("A later version came in force while this one waited."),
			      N_("What it raises was weighed against another."),
			      N_("Refuse it (--refuse), and put it up again."));
	change_del(&rq->change, rq->pass, TAB_WAITING, a.id);
	a.approved_by = rq->who->person;
	a.from = rq->now;
	if (!refused)
		put_in_force(rq, &a);
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "agreement", a.id);
	pack_kv_int(rq->out, "version", (int64_t)a.version);
	pack_kv_bool(rq->out, "refused", refused);
	return ERR_OK;
}

static void pack_ceilings(const struct rec_agreement *a, struct buf *out)
{
	pack_key(out, "ceilings");
	pack_array(out, a->ceilings.n);
	for (size_t i = 0; i < a->ceilings.n; i++) {
		const struct rec_ceiling *c = &a->ceilings.v[i];

		pack_map(out, 4 + (c->purpose.n != 0) + (c->phase.n != 0));
		pack_kv_str(out, "category", c->category);
		pack_kv_str(out, "to", c->to);
		pack_kv_text(out, "level", level_name((enum level)c->level));
		pack_kv_text(out, "consent_level", level_name((enum level)c->consent_level));
		if (c->purpose.n)
			pack_kv_str(out, "purpose", c->purpose);
		if (c->phase.n)
			pack_kv_str(out, "phase", c->phase);
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

enum err serve_agreement_waiting(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	bool mine = second_approves(rq);
	struct walk w;
	size_t n = 0;

	store_walk(rq->house->store, TAB_WAITING, SLICE(""), &w);
	for (; w.on && mine; store_next(&w)) {
		struct rec_agreement a, before = {0};

		if (rec_read(REC_agreement, arena_copy(rq->arena, w.val), rq->arena, &a) != ERR_OK)
			continue;
		get_record(rq, TAB_AGREEMENT, a.id, REC_agreement, &before);
		pack_map(&list, 5);
		pack_key(&list, "whole");
		pack_agreement(&a, &list);
		pack_kv_str(&list, "agreement", a.id);
		pack_kv_int(&list, "version", (int64_t)a.version);
		pack_kv_str(&list, "by", show_person(rq, a.by));
		pack_kv_strs(&list, "raises", raises(rq, &before, &a));
		n++;
	}
	store_walk_end(&w);
	pack_map(rq->out, 1);
	pack_key(rq->out, "agreements");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

/* -- reading ----------------------------------------------------------------------------------- */

static void pack_version(struct request *rq, const struct rec_agreement *a, struct buf *out)
{
	pack_map(out, 5);
	pack_kv_int(out, "version", (int64_t)a->version);
	pack_kv_int(out, "from", a->in_force);
	pack_kv_str(out, "by", show_person(rq, a->by));
	pack_kv_str(out, "approved_by", show_person(rq, a->approved_by));
	pack_key(out, "whole");
	pack_agreement(a, out);
}

/* Every version that was ever in force, oldest first. */
enum err serve_agreement_versions(struct request *rq)
{
	bool all = second_approves(rq);
	struct rec_person me;
	struct key k = version_key(arg_str(rq, "agreement"), 0);
	CLEANUP(buf_free) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	TRY(person_rec(rq, rq->who->person, &me));
	for (store_walk(rq->house->store, TAB_VERSION, versions_of(&k), &w); w.on; store_next(&w)) {
		struct rec_agreement a;

		if (rec_read(REC_agreement, arena_copy(rq->arena, w.val), rq->arena, &a) !=
			    ERR_OK ||
		    !a.in_force || (!all && !slices_have(a.agencies, me.agency)))
			continue;
		pack_version(rq, &a, &list);
		n++;
	}
	store_walk_end(&w);
	pack_map(rq->out, 1);
	pack_key(rq->out, "versions");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

enum err serve_agreement_list(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct rec_person me;
	struct walk w;
	size_t n = 0;
	bool all;

	TRY(person_rec(rq, rq->who->person, &me));
	all = second_has(rq, RIGHT_PARTNERSHIP);
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
