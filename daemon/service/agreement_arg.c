/* An agreement as agreement.put's parameters describe it, and whether it is sound. */
#include "agreement.h"

#include "args.h"
#include "members.h"
#include "moves.h"

enum { RETENTION_MAX = 240 };

static uint64_t level_in(const msgpack_object *map, const char *key)
{
	int level = level_parse(obj_word(map, key));

	return level < 0 ? 0 : (uint64_t)level;
}

static void take_purposes(struct request *rq, struct rec_agreement *a)
{
	const msgpack_object *list = obj_get(rq->params, "purposes");

	a->purposes.n = obj_n(list);
	a->purposes.v = ARENA_ARRAY(rq->arena, struct rec_purpose, a->purposes.n + 1);
	for (size_t i = 0; i < a->purposes.n; i++)
		a->purposes.v[i] = (struct rec_purpose){obj_word(obj_at(list, i), "purpose"),
							obj_word(obj_at(list, i), "text")};
}

static void take_ceilings(struct request *rq, struct rec_agreement *a)
{
	const msgpack_object *list = obj_get(rq->params, "ceilings");

	a->ceilings.n = obj_n(list);
	a->ceilings.v = ARENA_ARRAY(rq->arena, struct rec_ceiling, a->ceilings.n + 1);
	for (size_t i = 0; i < a->ceilings.n; i++) {
		const msgpack_object *o = obj_at(list, i);

		a->ceilings.v[i] = (struct rec_ceiling){
			obj_word(o, "category"),      obj_word(o, "to"),      level_in(o, "level"),
			level_in(o, "consent_level"), obj_word(o, "purpose"), obj_word(o, "phase")};
	}
}

static void take_caps(struct request *rq, struct rec_agreement *a)
{
	const msgpack_object *list = obj_get(rq->params, "caps");

	a->caps.n = obj_n(list);
	a->caps.v = ARENA_ARRAY(rq->arena, struct rec_cap, a->caps.n + 1);
	for (size_t i = 0; i < a->caps.n; i++)
		a->caps.v[i] = (struct rec_cap){obj_word(obj_at(list, i), "category"),
						level_in(obj_at(list, i), "level")};
}

/* By level, from the first; 0: not said. */
static void take_terms(struct request *rq, struct rec_agreement *a)
{
	const msgpack_object *list = obj_get(rq->params, "terms");

	a->terms.n = obj_n(list) ? LEVELS : 0;
	a->terms.v = ARENA_ARRAY(rq->arena, uint64_t, LEVELS);
	for (size_t i = 0; i < obj_n(list); i++)
		a->terms.v[obj_int(obj_get(obj_at(list, i), "level"), 1) - 1] =
			(uint64_t)obj_int(obj_get(obj_at(list, i), "days"), 0);
}

struct slice ceiling_name(struct request *rq, const struct rec_ceiling *c)
{
	return arena_fmt(rq->arena, "%.*s > %.*s%s%.*s%s%.*s", SLICE_ARG(c->category),
			 SLICE_ARG(c->to), c->purpose.n ? " " : "", SLICE_ARG(c->purpose),
			 c->phase.n ? " " : "", SLICE_ARG(c->phase));
}

bool ceiling_same(const struct rec_ceiling *x, const struct rec_ceiling *y)
{
	return slice_eq(x->category, y->category) && slice_eq(x->to, y->to) &&
	       slice_eq(x->purpose, y->purpose) && slice_eq(x->phase, y->phase);
}

bool agreement_has_purpose(const struct rec_agreement *a, struct slice purpose)
{
	for (size_t i = 0; i < a->purposes.n; i++)
		if (slice_eq(a->purposes.v[i].purpose, purpose))
			return true;
	return false;
}

/* -- what is wrong with it, all of it -----------------------------------------------------------
 */

enum { WRONGS = 32 };

/* Each complaint with the place in the parameters: whoever wrote the file finds the line by it. */
struct wrongs {
	struct request *rq;
	struct buf list;
	size_t n;
};

static void wrongs_free(struct wrongs *w)
{
	buf_free(&w->list);
}

/* Texts as msgids: who asked puts them in his language. */
static void take_wrong(struct wrongs *w, enum err err, const char *list, size_t i)
{
	const struct refusal *r = &w->rq->refusal;

	if (err == ERR_OK || w->n == WRONGS)
		return;
	pack_map(&w->list, 5);
	pack_kv_str(&w->list, "where", arena_fmt(w->rq->arena, "%s[%zu]", list, i));
	pack_kv_text(&w->list, "text", r->text);
	pack_kv_text(&w->list, "why", r->why ? r->why : "");
	pack_kv_text(&w->list, "can", r->can ? r->can : "");
	pack_kv_text(&w->list, "arg", r->arg);
	w->n++;
}

/* The first is the answer; with more than one, all are beside it. */
static enum err answer_wrongs(struct wrongs *w)
{
	struct request *rq = w->rq;
	struct buf *out = &rq->detail;

	if (!w->n)
		return ERR_OK;
	pack_map(out, 1);
	pack_key(out, "wrong");
	pack_array(out, w->n);
	buf_slice(out, buf_view(&w->list));
	if (w->n == 1)
		return ERR_USAGE;
	return refuse(rq, ERR_USAGE, N_("Nothing was changed."),
		      N_("An agreement that contradicts itself is not put up."),
		      N_("Mend what is named above and run it again."));
}

static enum err known_recipient(struct request *rq, const struct rec_agreement *a,
				const struct rec_ceiling *c)
{
	if (!slice_is(c->to, "-") && !word_in(vocab_roles, c->to) && !word_in(vocab_domains, c->to))
		return refuse_arg(rq, ERR_USAGE,
				  N_("A ceiling is for a role, a domain or -, not for %s."),
				  N_("See: brug-admin agreement show"), c->to);
	if (slice_is(c->to, "gast") && slice_is(a->regime, "WGS"))
		return refuse_arg(rq, ERR_USAGE, N_("Under the WGS there are no guests: %s."),
				  N_("Leave the ceiling out, or make it a covenant."),
				  ceiling_name(rq, c));
	if (c->purpose.n && !agreement_has_purpose(a, c->purpose))
		return refuse_arg(rq, ERR_USAGE, N_("The agreement has no purpose %s."),
				  N_("Put it among the purposes, or leave it out of the ceiling."),
				  c->purpose);
	if (c->phase.n && phase_closed(c->phase))
		return refuse_arg(rq, ERR_USAGE,
				  N_("In this phase nothing is shown to anybody: %s."),
				  N_("Leave the ceiling out."), ceiling_name(rq, c));
	return ERR_OK;
}

/* Both hold at once for some purpose and phase, and then the lowest counts. */
static bool never_counts(const struct rec_ceiling *c, const struct rec_ceiling *general)
{
	return slice_eq(c->category, general->category) && slice_eq(c->to, general->to) &&
	       (!general->purpose.n || slice_eq(c->purpose, general->purpose)) &&
	       (!general->phase.n || slice_eq(c->phase, general->phase)) &&
	       (c->level > general->level || c->consent_level > general->consent_level);
}

static enum err sound_ceiling(struct request *rq, const struct rec_agreement *a, size_t i)
{
	const struct rec_ceiling *c = &a->ceilings.v[i];

	TRY(known_recipient(rq, a, c));
	if (c->consent_level < c->level)
		return refuse_arg(
			rq, ERR_USAGE, N_("The ceiling for %s is lower with consent than without."),
			N_("Consent never shows less: raise consent_level."), ceiling_name(rq, c));
	for (size_t k = 0; k < i; k++)
		if (ceiling_same(c, &a->ceilings.v[k]))
			return refuse_arg(rq, ERR_USAGE,
					  N_("There are two ceilings for %s: they contradict "
					     "each other."),
					  N_("Leave one of them."), ceiling_name(rq, c));
	for (size_t k = 0; k < a->ceilings.n; k++)
		if (k != i && !ceiling_same(c, &a->ceilings.v[k]) &&
		    never_counts(c, &a->ceilings.v[k]))
			return refuse_arg(
				rq, ERR_USAGE,
				N_("The ceiling for %s stands above a more general one, "
				   "and the lowest counts: it does nothing."),
				N_("Leave it out, or lower it; or narrow the general one to "
				   "the other purposes and phases."),
				ceiling_name(rq, c));
	return ERR_OK;
}

static enum err sound_cap(struct request *rq, const struct rec_agreement *a, size_t i)
{
	const struct rec_cap *cap = &a->caps.v[i];
	uint64_t most = 0;

	for (size_t k = 0; k < i; k++)
		if (slice_eq(cap->category, a->caps.v[k].category))
			return refuse_arg(rq, ERR_USAGE,
					  N_("There are two caps for %s: they contradict "
					     "each other."),
					  N_("Leave one of them."), cap->category);
	for (size_t k = 0; k < a->ceilings.n; k++)
		if (slice_eq(a->ceilings.v[k].category, cap->category) &&
		    a->ceilings.v[k].consent_level > most)
			most = a->ceilings.v[k].consent_level;
	if (cap->level <= most)
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE,
			  N_("The cap for %s stands above every ceiling: it does nothing."),
			  N_("Lower it, or raise a ceiling."), cap->category);
}

static enum err sound_purpose(struct request *rq, const struct rec_agreement *a, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (slice_eq(a->purposes.v[i].purpose, a->purposes.v[k].purpose))
			return refuse_arg(rq, ERR_USAGE, N_("The purpose %s stands there twice."),
					  N_("Leave one of them."), a->purposes.v[i].purpose);
	return ERR_OK;
}

static enum err sound_agency(struct request *rq, const struct rec_agreement *a, size_t i)
{
	if (store_has(rq->house->store, TAB_AGENCY, a->agencies.v[i]))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("There is no agency %s."),
			  N_("See: brug-admin agency list"), a->agencies.v[i]);
}

static enum err sound_rows(struct request *rq, const struct rec_agreement *a)
{
	CLEANUP(wrongs_free) struct wrongs w = {.rq = rq};

	for (size_t i = 0; i < a->agencies.n; i++)
		take_wrong(&w, sound_agency(rq, a, i), "agencies", i);
	for (size_t i = 0; i < a->purposes.n; i++)
		take_wrong(&w, sound_purpose(rq, a, i), "purposes", i);
	for (size_t i = 0; i < a->ceilings.n; i++)
		take_wrong(&w, sound_ceiling(rq, a, i), "ceilings", i);
	for (size_t i = 0; i < a->caps.n; i++)
		take_wrong(&w, sound_cap(rq, a, i), "caps", i);
	return answer_wrongs(&w);
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
	return sound_rows(rq, a);
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
		if (!agreement_has_purpose(a, before->purposes.v[i].purpose))
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
					    (uint64_t)arg_int(rq, "retention", AGREEMENT_MONTHS),
				    .emergency = (uint64_t)arg_int(rq, "emergency", LEVEL_SIGNAAL),
				    .from = rq->now,
				    .by = rq->who->person};
	take_purposes(rq, a);
	take_ceilings(rq, a);
	take_caps(rq, a);
	take_terms(rq, a);
	get_record(rq, TAB_AGREEMENT, a->id, REC_agreement, &before);
	TRY(sound(rq, a));
	return keeps_purposes(rq, &before, a);
}
