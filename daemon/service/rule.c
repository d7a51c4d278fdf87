/* The agencies' own sharing rules, and the house rules of the partnership. */
#include "rule.h"
#include "people.h"

#include "args.h"
#include "clock.h"
#include "keys.h"
#include "members.h"

#include <stdlib.h>

static const int64_t year_ms = 366LL * 24 * 60 * 60 * 1000;

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

static bool is_admin_of(struct request *rq, const struct rec_person *p, struct slice agency)
{
	(void)rq;
	return slice_eq(p->agency, agency) && slices_have(p->functions, SLICE("agency-admin"));
}

/* What shows an agency's data is its own admin's to decide, stopped for a while or not. The
 * partnership's makes house rules, ends what shows too much, and stands in for an agency that never
 * had an admin. */
static enum err may_make(struct request *rq, const struct rec_person *me, struct slice agency)
{
	TRY(may_rule(rq, me, agency));
	if (slice_is(agency, "*") || !people_any(rq, is_admin_of, agency) ||
	    (slice_eq(agency, me->agency) && slices_have(me->functions, SLICE("agency-admin"))))
		return ERR_OK;
	return refuse_arg(
		rq, ERR_REFUSED, N_("Whether %s shows its data is for its own admin to decide."),
		N_("Ask that admin; a house rule (--from-agency '*') is yours to make."), agency);
}

static enum err known_purpose(struct request *rq, struct slice purpose)
{
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_AGREEMENT, SLICE(""), &w); w.on && !found;
	     store_next(&w)) {
		struct rec_agreement a;

		if (rec_read(REC_agreement, arena_copy(rq->arena, w.val), rq->arena, &a) != ERR_OK)
			continue;
		for (size_t i = 0; i < a.purposes.n; i++)
			found = found || slice_eq(a.purposes.v[i].purpose, purpose);
	}
	store_walk_end(&w);
	if (found)
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("No agreement has a purpose %s."),
			  N_("See: brug-admin agreement list"), purpose);
}

/* The terms: an agency's rule is looked at again within a year. */
static enum err sound_term(struct request *rq, const struct rec_rule *r)
{
	bool house = slice_is(r->from_agency, "*");
	int64_t last;
	char date[12];

	clock_date(rq->now + year_ms, date);
	last = clock_parse(date, 1); /* a term that is named ends with its day */
	TRY(arg_ahead(rq, "until"));
	if (r->until && r->until <= r->from)
		return refuse(rq, ERR_USAGE, N_("The rule would end before it begins."), NULL,
			      N_("Give --until a later moment than --from."));
	if (house || (r->until && r->until <= last))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE,
			  r->until ? N_("A rule of an agency ends within a year: on %s at the "
					"latest.")
				   : N_("A rule of an agency has an end, on %s at the latest."),
			  N_("Give --until a date until then; after it the rule is looked at "
			     "again, and made anew when it is still needed."),
			  slice_of(arena_str(rq->arena, slice_of(date))));
}

static bool agency_of(struct request *rq, struct slice to, struct slice *out)
{
	struct rec_person p;

	if (slice_starts(to, SLICE("agency="))) {
		*out = (struct slice){to.p + 7, to.n - 7};
		return true;
	}
	if (to.n < 2 || to.p[0] != '#' ||
	    person_rec(rq, strtoull(arena_str(rq->arena, to) + 1, NULL, 10), &p) != ERR_OK)
		return false;
	*out = p.agency;
	return true;
}

/* A rule that could never show anybody anything is a slip. */
static enum err can_match(struct request *rq, const struct rec_rule *r)
{
	struct slice agency;

	if (r->level == LEVEL_GEEN)
		return refuse(rq, ERR_USAGE, N_("A rule with the level geen shows nothing."),
			      N_("Nothing is what is shown without a rule."),
			      N_("To show one item less: brug narrow"));
	if (slice_is(r->category, "zelf") && !slice_is(r->from_agency, "*"))
		return refuse(rq, ERR_USAGE,
			      N_("This rule can never match: what the person says is his own."),
			      N_("His own words go where he says: brug consent give"),
			      N_("Name another category."));
	if (agency_of(rq, r->to, &agency) && slice_eq(agency, r->from_agency))
		return refuse(rq, ERR_USAGE,
			      N_("This rule can never match: it is for the agency "
				 "itself."),
			      N_("An agency sees all that is its own."),
			      N_("Name another agency."));
	for (size_t i = 0; i < r->purposes.n; i++)
		TRY(known_purpose(rq, r->purposes.v[i]));
	return rule_under_ceiling(rq, r);
}

static enum err find_rule(struct request *rq, const struct rules *earlier, struct slice id,
			  struct rec_rule *out)
{
	for (size_t i = earlier ? earlier->n : 0; i-- > 0;)
		if (slice_eq(earlier->v[i].id, id)) {
			*out = earlier->v[i];
			return ERR_OK;
		}
	return get_record(rq, TAB_RULE, id, REC_rule, out);
}

/* A name stays with one rule: the log says by it why something was shown. Of another agency's rule
 * only that the name is taken. */
static enum err name_free(struct request *rq, const struct rules *earlier,
			  const struct rec_person *me, struct slice id)
{
	struct rec_rule r;

	if (find_rule(rq, earlier, id, &r) != ERR_OK)
		return ERR_OK;
	if (may_rule(rq, me, r.from_agency) != ERR_OK)
		return refuse_arg(rq, ERR_CONFLICT, N_("The name %s is taken."),
				  N_("Choose another name."), id);
	if (r.ended)
		return refuse_arg(rq, ERR_CONFLICT,
				  N_("The name %s was used by a rule that has ended."),
				  N_("Choose another name: one name stays with one rule, so that "
				     "the log can be read later."),
				  id);
	return refuse_arg(rq, ERR_CONFLICT, N_("There is a rule %s already."),
			  N_("End it (brug-admin rule end), and give the new one another name."),
			  id);
}

static enum err sound_rule(struct request *rq, const struct rec_rule *r)
{
	if (!slice_is(r->from_agency, "*") &&
	    !store_has(rq->house->store, TAB_AGENCY, r->from_agency))
		return refuse_arg(rq, ERR_USAGE, N_("There is no agency %s."),
				  N_("See: brug-admin agency list"), r->from_agency);
	TRY(sound_term(rq, r));
	return can_match(rq, r);
}

/* The rule the parameters describe, looked at from all sides. */
/* What somebody learns is shown by name. */
static enum err not_of_learning(struct request *rq, const struct rec_rule *r)
{
	if (!slice_is(r->category, "leren"))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("No rule shows what somebody learns."),
		      N_("It is his own; a manager who could look would end the looking."),
		      N_("He shows it by name: brug share"));
}

enum err rule_arg(struct request *rq, const struct rules *earlier, struct rec_rule *r)
{
	struct rec_person me;

	*r = (struct rec_rule){.id = arg_str(rq, "rule"),
			       .category = arg_str(rq, "category"),
			       .level = (uint64_t)arg_level(rq, "level", 0),
			       .purposes = arg_strs(rq, "purposes"),
			       .areas = arg_strs(rq, "leefgebieden"),
			       .consent = arg_bool(rq, "consent"),
			       .ground = arg_str(rq, "ground"),
			       .from = arg_begin(rq, "from"),
			       .until = arg_end(rq, "until"),
			       .text = arg_str(rq, "text"),
			       .by = rq->who->person};
	TRY(person_rec(rq, rq->who->person, &me));
	r->from_agency = arg_given(rq, "from_agency") ? arg_str(rq, "from_agency") : me.agency;
	TRY(may_make(rq, &me, r->from_agency));
	TRY(arg_to(rq, "to", &r->to));
	TRY(not_of_learning(rq, r));
	TRY(sound_rule(rq, r));
	return name_free(rq, earlier, &me, r->id);
}

void rule_put(struct request *rq, const struct rec_rule *r)
{
	put_record(rq, TAB_RULE, r->id, REC_rule, r);
	note_house_sight(rq);
}

enum err serve_rule_add(struct request *rq)
{
	struct rec_rule r;

	TRY(rule_arg(rq, NULL, &r));
	rule_put(rq, &r);
	rq->did = arena_fmt(rq->arena, "regel %.*s", SLICE_ARG(r.id));
	rq->change.ground = r.ground;
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "rule", r.id);
	return ERR_OK;
}

enum err rule_end_arg(struct request *rq, const struct rules *earlier, struct rec_rule *r)
{
	struct slice id = arg_str(rq, "rule");
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	/* another agency's rule is answered as one that is not there; house rules are everybody's
	 */
	if (find_rule(rq, earlier, id, r) != ERR_OK ||
	    (!slice_is(r->from_agency, "*") && may_rule(rq, &me, r->from_agency) != ERR_OK))
		return refuse_arg(rq, ERR_USAGE, N_("There is no rule %s."),
				  N_("See: brug-admin rule list"), id);
	TRY(may_rule(rq, &me, r->from_agency));
	if (r->ended)
		return refuse_arg(rq, ERR_CONFLICT, N_("The rule %s has ended already."), NULL, id);
	r->ended = rq->now;
	return ERR_OK;
}

enum err serve_rule_end(struct request *rq)
{
	struct rec_rule r;

	TRY(rule_end_arg(rq, NULL, &r));
	rule_put(rq, &r);
	rq->did = arena_fmt(rq->arena, "regel %.*s", SLICE_ARG(r.id));
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "rule", r.id);
	return ERR_OK;
}

static void pack_rule(struct request *rq, const struct rec_rule *r, struct buf *out)
{
	pack_map(out, 13);
	pack_kv_strs(out, "leefgebieden", r->areas);
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
	if (!slice_is(agency, "*") && !store_has(rq->house->store, TAB_AGENCY, agency))
		return refuse_arg(rq, ERR_USAGE, N_("There is no agency %s."),
				  N_("See: brug-admin agency list"), agency);
	for (store_walk(rq->house->store, TAB_RULE, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_rule r;

		if (rec_read(REC_rule, arena_copy(rq->arena, w.val), rq->arena, &r) != ERR_OK ||
		    (!slice_eq(r.from_agency, agency) && !slice_is(r.from_agency, "*")))
			continue;
		pack_rule(rq, &r, &list);
		n++;
	}
	store_walk_end(&w);
	return answer_list(rq, "rules", n, &list);
}
