/* What a version of an agreement shows more than the one before it: that waits for a second person.
 */
#include "agreement.h"

/* Emergency access, retention, guests. */
enum { OTHER_RAISES = 3 };

static uint64_t level_before(const struct rec_agreement *before, const struct rec_ceiling *row,
			     bool consent)
{
	for (size_t i = 0; i < before->ceilings.n; i++)
		if (ceiling_same(row, &before->ceilings.v[i]))
			return consent ? before->ceilings.v[i].consent_level
				       : before->ceilings.v[i].level;
	return LEVEL_GEEN;
}

/* A row that falls away raises too: the wider one beneath it holds from then on. */
static bool row_is_gone(const struct rec_agreement *a, const struct rec_ceiling *row)
{
	for (size_t i = 0; i < a->ceilings.n; i++)
		if (ceiling_same(row, &a->ceilings.v[i]))
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

static void add_raise(struct slices *out, struct slice what)
{
	out->v[out->n++] = what;
}

/* A version from before it was asked kept them as long as the law lets it. */
static uint64_t months_kept(const struct rec_agreement *a)
{
	return a->retention_months ? a->retention_months : AGREEMENT_MONTHS;
}

/* "sociaal > zorg: geen -> kern (kern -> inhoud)": without, and with consent. */
static struct slice raise_text(struct request *rq, struct slice row, uint64_t from, uint64_t to,
			       const uint64_t consent[2])
{
	return arena_fmt(rq->arena, "%.*s: %s -> %s (%s -> %s)", SLICE_ARG(row),
			 level_name((enum level)from), level_name((enum level)to),
			 level_name((enum level)consent[0]), level_name((enum level)consent[1]));
}

struct slices agreement_raises(struct request *rq, const struct rec_agreement *before,
			       const struct rec_agreement *a)
{
	size_t most = a->ceilings.n + before->ceilings.n + a->caps.n + a->agencies.n + OTHER_RAISES;
	struct slices out = {.v = ARENA_ARRAY(rq->arena, struct slice, most)};

	for (size_t i = 0; i < a->ceilings.n; i++) {
		const struct rec_ceiling *c = &a->ceilings.v[i];

		if (c->level > level_before(before, c, false) ||
		    c->consent_level > level_before(before, c, true))
			add_raise(&out, raise_text(rq, ceiling_name(rq, c),
						   level_before(before, c, false), c->level,
						   (const uint64_t[]){level_before(before, c, true),
								      c->consent_level}));
	}
	for (size_t i = 0; i < before->ceilings.n; i++)
		if (row_is_gone(a, &before->ceilings.v[i]))
			add_raise(&out,
				  arena_fmt(rq->arena, "%.*s: %s -> -",
					    SLICE_ARG(ceiling_name(rq, &before->ceilings.v[i])),
					    level_name((enum level)before->ceilings.v[i].level)));
	for (size_t i = 0; i < a->caps.n; i++)
		if (a->caps.v[i].level > cap_of(before, a->caps.v[i].category))
			add_raise(&out, arena_fmt(rq->arena, "cap %.*s: %s -> %s",
						  SLICE_ARG(a->caps.v[i].category),
						  level_name((enum level)cap_of(
							  before, a->caps.v[i].category)),
						  level_name((enum level)a->caps.v[i].level)));
	if (a->emergency > before->emergency)
		add_raise(&out, arena_fmt(rq->arena, "emergency: %s -> %s",
					  level_name((enum level)before->emergency),
					  level_name((enum level)a->emergency)));
	if (before->version && a->retention_months > months_kept(before))
		add_raise(&out, arena_fmt(rq->arena, "retention: %llu -> %llu",
					  (unsigned long long)months_kept(before),
					  (unsigned long long)a->retention_months));
	if (slice_is(a->regime, "convenant") && !slice_is(before->regime, "convenant"))
		add_raise(&out, SLICE("convenant: guests need not sign"));
	for (size_t i = 0; i < a->agencies.n; i++)
		if (!slices_have(before->agencies, a->agencies.v[i]))
			add_raise(&out, a->agencies.v[i]);
	return out;
}
