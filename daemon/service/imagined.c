/* The changes that can be asked about before they are made. */
#include "imagined.h"

#include "agreement.h"
#include "args.h"
#include "codes.h"
#include "members.h"
#include "rule.h"

/* Whether one person would see more is whether he is in such a case. */
static enum err not_by_name(struct request *rq, const struct rec_rule *r)
{
	if (!r->to.n || r->to.p[0] != '#')
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("What a rule for one person would do is not told."),
		      N_("It would tell whether he takes part in a case."),
		      N_("Ask it of his agency or role."));
}

static enum err imagined_rule(struct imagined *w)
{
	TRY(rule_arg(w->rq, NULL, &w->rule));
	w->o.rule = &w->rule;
	return not_by_name(w->rq, &w->rule);
}

static enum err imagined_end(struct imagined *w)
{
	TRY(rule_end_arg(w->rq, NULL, &w->rule));
	w->o.drop_rule = w->rule.id;
	return not_by_name(w->rq, &w->rule);
}

static bool has_row(const struct rec_agreement *a, const struct rec_ceiling *row)
{
	for (size_t i = 0; i < a->ceilings.n; i++)
		if (ceiling_same(&a->ceilings.v[i], row) && a->ceilings.v[i].level == row->level &&
		    a->ceilings.v[i].consent_level == row->consent_level)
			return true;
	return false;
}

/* The categories of which one says something that the other does not. */
static void add_differing(struct imagined *w, const struct rec_agreement *one,
			  const struct rec_agreement *other)
{
	for (size_t i = 0; i < one->ceilings.n; i++)
		if (!has_row(other, &one->ceilings.v[i]))
			w->differs.v[w->differs.n++] = one->ceilings.v[i].category;
}

static enum err imagined_agreement(struct imagined *w)
{
	struct rec_agreement before = {0};

	TRY(agreement_arg(w->rq, &w->agreement));
	get_record(w->rq, TAB_AGREEMENT, w->agreement.id, REC_agreement, &before);
	w->differs.v = ARENA_ARRAY(w->rq->arena, struct slice,
				   before.ceilings.n + w->agreement.ceilings.n + 1);
	add_differing(w, &before, &w->agreement);
	add_differing(w, &w->agreement, &before);
	w->o.agreed = &w->agreement;
	return ERR_OK;
}

static enum err in_one_case(struct imagined *w)
{
	w->only = w->rq->case_id;
	return policy_case(w->rq->house->policy, w->rq->case_id, &w->rq->sight);
}

static enum err imagined_member(struct imagined *w)
{
	TRY(in_one_case(w));
	TRY(member_arg(w->rq, &w->member));
	w->member.status = SLICE("active");
	w->o.member = &w->member;
	return ERR_OK;
}

static enum err imagined_leaving(struct imagined *w)
{
	TRY(in_one_case(w));
	w->o.member = &w->member;
	return member_end_arg(w->rq, &w->member);
}

static enum err imagined_block(struct imagined *w)
{
	TRY(in_one_case(w));
	w->o.block = &w->block;
	return member_block_arg(w->rq, &w->block);
}

static enum err imagined_phase(struct imagined *w)
{
	TRY(in_one_case(w));
	w->o.rec = &w->rec;
	return case_phase_arg(w->rq, &w->rec);
}

static const struct {
	const char *method;
	enum err (*imagine)(struct imagined *);
} changes[] = {{"rule.add", imagined_rule},           {"rule.end", imagined_end},
	       {"agreement.put", imagined_agreement}, {"member.invite", imagined_member},
	       {"member.end", imagined_leaving},      {"member.block", imagined_block},
	       {"case.phase", imagined_phase}};

/* The change's own parameters take the place of ours; its own right is asked. */
static enum err take_change(struct imagined *w, const struct method *m,
			    const msgpack_object *params, enum err (*imagine)(struct imagined *))
{
	struct request *rq = w->rq;

	TRY(arg_sound(rq, m, params));
	rq->params = params;
	rq->case_id = m->case_param ? case_number(arg_str(rq, m->case_param)) : 0;
	TRY(policy_may(rq->house->policy, rq->who, m->right, rq->case_id, rq->now, &rq->refusal));
	return imagine(w);
}

enum err imagined_take(struct imagined *w, struct tree *t)
{
	struct request *rq = w->rq;
	struct slice name = arg_str(rq, "method");

	if (tree_read(t, arg_str(rq, "params")) != ERR_OK)
		return refuse(rq, ERR_USAGE, N_("The change's parameters are no map."), NULL, NULL);
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
		if (slice_is(name, changes[i].method))
			return take_change(w, vocab_method(&brug_vocab, name), tree_root(t),
					   changes[i].imagine);
	return refuse_arg(rq, ERR_USAGE, N_("What %s would do cannot be asked."),
			  N_("See: brug help whatif, brug-admin help whatif"), name);
}
