/* Who may do what: one function per right. The default is no. */
#include "sight_case.h"

#include "keys.h"

#include <string.h>

struct may {
	struct policy *p;
	const struct viewer *who;
	uint64_t case_id;
	int64_t t;
	struct arena arena;
	struct rec_person person;
	struct refusal *out;
};

static void may_end(struct may *m)
{
	arena_free(&m->arena);
}

static enum err no(struct may *m, enum err code, const char *text, const char *why, const char *can)
{
	*m->out = (struct refusal){.text = text, .why = why, .can = can};
	return code;
}

/* The one answer to a case that is not there and to one he may not know of: empty. */
static enum err absent(struct may *m)
{
	*m->out = (struct refusal){0};
	return ERR_NOTFOUND;
}

/* -- the person and his device ----------------------------------------------------------------- */

static enum err stranger(struct may *m)
{
	return no(m, ERR_IDENTITY, N_("The server does not know you on this device."),
		  N_("The person or the device was stopped, has expired, or was never made known."),
		  N_("Ask your agency's admin for a join code, and then: brug join"));
}

static bool device_known(struct may *m)
{
	struct rec_device d;
	struct slice val;

	return store_get(m->p->store, TAB_DEVICE, m->who->device, &val) == ERR_OK &&
	       rec_read(REC_device, val, &m->arena, &d) == ERR_OK && d.person == m->who->person &&
	       term_runs(0, d.stopped, m->t) && m->t < d.until;
}

static enum err person_known(struct may *m)
{
	struct key k = key_u64(m->who->person);
	struct slice val;

	if (!m->who->person || store_get(m->p->store, TAB_PERSON, key_view(&k), &val) != ERR_OK ||
	    rec_read(REC_person, val, &m->arena, &m->person) != ERR_OK ||
	    !term_runs(0, m->person.stopped, m->t) || !device_known(m))
		return stranger(m);
	return ERR_OK;
}

/* -- taking part ------------------------------------------------------------------------------- */

static bool is_invited(const struct sight_case *c, const struct part *me, int64_t t)
{
	return me->known && c->agreed && slice_is(me->m.status, "invited") &&
	       term_runs(0, me->m.until, t);
}

static enum err find_part(struct may *m, const struct sight_case **c, const struct part **me)
{
	struct key k = key_2(m->case_id, m->who->person);

	/* asked before the case is read: who takes no part waits as long for a case that is there
	 */
	if (!m->case_id || !store_has(m->p->store, TAB_MEMBER, key_view(&k)))
		return absent(m);
	TRY(policy_case(m->p, m->case_id, c));
	*me = sight_part(*c, m->who->person);
	if (!*me || part_blocked(*c, m->who->person, m->t) ||
	    slice_is((*c)->rec.phase, "vernietigd"))
		return absent(m);
	return ERR_OK;
}

/* He may still look whether there is something, but a write will be refused with this. */
static void say_closed(struct may *m, const struct sight_case *c)
{
	if (case_closed_at(c, m->t))
		no(m, ERR_REFUSED, N_("The case is closed."),
		   N_("Nothing is shown or written in a closed case any more."),
		   N_("Ask the privacy officer for what you still need of it."));
}

static enum err may_invited(struct may *m)
{
	const struct sight_case *c;
	const struct part *me;

	TRY(find_part(m, &c, &me));
	if (!part_active(c, me, m->t) && !is_invited(c, me, m->t))
		return absent(m);
	say_closed(m, c);
	return ERR_OK;
}

static enum err may_member(struct may *m)
{
	const struct sight_case *c;
	const struct part *me;

	TRY(find_part(m, &c, &me));
	if (!part_active(c, me, m->t))
		return absent(m);
	say_closed(m, c);
	return ERR_OK;
}

static enum err may_lead(struct may *m)
{
	const struct sight_case *c;
	const struct part *me;

	TRY(find_part(m, &c, &me));
	if (!part_active(c, me, m->t))
		return absent(m);
	if (!policy_leads(c, me->m.person, m->t) && !part_is(me, "procesregisseur") &&
	    !part_is(me, "voorzitter"))
		return no(m, ERR_REFUSED,
			  N_("Only the casusregisseur or the procesregisseur does this."),
			  N_("Who takes part in a case, and its phase, is for who leads it."),
			  N_("Ask the casusregisseur: brug case show tells who that is."));
	say_closed(m, c);
	return ERR_OK;
}

/* The person, and his supporter as long as his mandate runs. */
static bool speaks(const struct may *m, const struct sight_case *c, const struct part *me)
{
	return part_is(me, "betrokkene") ||
	       (part_is(me, "ondersteuner") && mandate_runs(c, me, m->t));
}

/* His own case: for him and for who speaks for him. A closed case is his until it is erased. */
static enum err may_persons(struct may *m)
{
	const struct sight_case *c;
	const struct part *me;

	TRY(find_part(m, &c, &me));
	if (!part_active(c, me, m->t))
		return absent(m);
	if (!speaks(m, c, me))
		return no(
			m, ERR_REFUSED,
			N_("Only the person himself, or a supporter with his mandate, does this."),
			N_("It is a right the law gives to him."),
			N_("Ask him, or do it together with his supporter."));
	say_closed(m, c);
	return ERR_OK;
}

/* -- functions in the partnership -------------------------------------------------------------- */

/* A stopped agency's people have no function in the partnership any more. */
static bool agency_stopped(struct may *m)
{
	struct rec_agency a;
	struct slice val;

	return store_get(m->p->store, TAB_AGENCY, m->person.agency, &val) == ERR_OK &&
	       (rec_read(REC_agency, val, &m->arena, &a) != ERR_OK || a.stopped);
}

static bool has_function(struct may *m, struct slice function)
{
	return slices_have(m->person.functions, function) && !agency_stopped(m);
}

static enum err may_agency(struct may *m)
{
	if (has_function(m, SLICE("agency-admin")) || has_function(m, SLICE("partnership-admin")))
		return ERR_OK;
	return no(m, ERR_REFUSED, N_("Only an admin of the agency does this."),
		  N_("People, devices and rules of an agency are for its own admin."),
		  N_("Ask your agency's admin."));
}

static enum err may_partnership(struct may *m)
{
	if (has_function(m, SLICE("partnership-admin")))
		return ERR_OK;
	return no(m, ERR_REFUSED, N_("Only an admin of the partnership does this."),
		  N_("Agencies and agreements are for the partnership."),
		  N_("Ask the partnership's admin."));
}

static enum err may_operate(struct may *m)
{
	if (has_function(m, SLICE("operator")) || has_function(m, SLICE("partnership-admin")))
		return ERR_OK;
	return no(m, ERR_REFUSED, N_("Only who runs the server does this."), NULL,
		  N_("Ask the operator."));
}

static enum err may_privacy(struct may *m)
{
	if (has_function(m, SLICE("privacy-officer")))
		return ERR_OK;
	return no(m, ERR_REFUSED, N_("Only a privacy officer does this."), NULL,
		  N_("Ask the privacy officer of the partnership."));
}

/* In a closed case nobody is left who answers the person: a privacy officer does, until it is
 * erased. */
static bool answers_for_closed(struct may *m)
{
	const struct sight_case *c;

	return m->case_id && has_function(m, SLICE("privacy-officer")) &&
	       policy_case(m->p, m->case_id, &c) == ERR_OK && case_closed_at(c, m->t) &&
	       !slice_is(c->rec.phase, "vernietigd");
}

static enum err may_requests(struct may *m)
{
	return answers_for_closed(m) ? ERR_OK : may_member(m);
}

static enum err may_join(struct may *m)
{
	if (!m->who->person)
		return ERR_OK;
	return no(m, ERR_REFUSED, N_("This device is known already."),
		  N_("Joining is for a device that the server does not know yet."),
		  N_("To replace its key: brug renew"));
}

static enum err decide(struct may *m, enum right right)
{
	if (right == RIGHT_JOIN)
		return may_join(m);
	TRY(person_known(m));
	switch (right) {
	case RIGHT_PERSON:
	case RIGHT_LOG: /* what of the log he is shown, its handler decides */
		return ERR_OK;
	case RIGHT_INVITED:
		return may_invited(m);
	case RIGHT_MEMBER:
		return may_member(m);
	case RIGHT_LEAD:
		return may_lead(m);
	case RIGHT_AGENCY:
		return may_agency(m);
	case RIGHT_PARTNERSHIP:
		return may_partnership(m);
	case RIGHT_PERSONS:
		return may_persons(m);
	case RIGHT_PRIVACY:
		return may_privacy(m);
	case RIGHT_OPERATOR:
		return may_operate(m);
	case RIGHT_REQUESTS:
		return may_requests(m);
	case RIGHT_JOIN:
		break;
	}
	return no(m, ERR_REFUSED, N_("Nobody may do this."), NULL, NULL);
}

enum err policy_may(struct policy *p, const struct viewer *who, enum right right, uint64_t case_id,
		    int64_t t, struct refusal *out)
{
	CLEANUP(may_end)
	struct may m = {.p = p, .who = who, .case_id = case_id, .t = t, .out = out};

	*out = (struct refusal){0};
	return decide(&m, right);
}

/* -- passes ------------------------------------------------------------------------------------ */

static const struct pass *pass_new(struct arena *arena, uint64_t person, uint64_t case_id)
{
	struct pass *pass = ARENA_NEW(arena, struct pass);

	*pass = (struct pass){person, case_id};
	return pass;
}

/* In a closed case nobody writes, but the person may still ask what the law gives him, and a
 * privacy officer answers. */
static bool nothing_written(struct policy *p, const struct viewer *who, enum right right,
			    const struct sight_case *c, int64_t t)
{
	struct refusal refusal;

	if (!case_closed_at(c, t) || right == RIGHT_PERSONS)
		return false;
	return right != RIGHT_REQUESTS ||
	       policy_may(p, who, RIGHT_PRIVACY, 0, t, &refusal) != ERR_OK;
}

const struct pass *policy_pass(struct policy *p, const struct viewer *who, enum right right,
			       uint64_t case_id, int64_t t, struct arena *arena)
{
	const struct sight_case *c;
	struct refusal refusal;

	if (policy_may(p, who, right, case_id, t, &refusal) != ERR_OK)
		return NULL;
	if (case_id &&
	    (policy_case(p, case_id, &c) != ERR_OK || nothing_written(p, who, right, c, t)))
		return NULL;
	return pass_new(arena, who->person, case_id);
}

const struct pass *policy_pass_server(struct arena *arena)
{
	return pass_new(arena, 0, 0);
}

/* -- who he is for an item --------------------------------------------------------------------- */

/* People of the owner agency who see all of it, its author, or whose words it holds. Of a message,
 * its author. */
static bool is_owner(const struct part *me, const struct rec_item *item, enum level level)
{
	struct target owner = target_of(item->owner);

	if (item->about)
		return item->author == me->m.person;
	if (owner.kind == TO_PERSON) /* his own words are his, whoever wrote them down */
		return owner.person == me->m.person;
	return item->author == me->m.person ||
	       (slice_eq(item->owner, me->m.agency) && level == LEVEL_INHOUD);
}

static bool is_persons_side(const struct sight_case *c, const struct part *me,
			    const struct rec_item *item, int64_t t)
{
	return part_is(me, "betrokkene") ||
	       (part_is(me, "ondersteuner") && mandate_for(c, me, item->category, t));
}

/* What he sees of it; of a message only that he is in the case, for what it is about is not here.
 */
static enum level seen(const struct sight_case *c, const struct viewer *who,
		       const struct rec_item *item, int64_t t)
{
	struct sight s;

	if (item->about)
		return part_active(c, sight_part(c, who->person), t) &&
				       !part_blocked(c, who->person, t) && !case_closed_at(c, t)
			       ? LEVEL_BESTAAN
			       : LEVEL_GEEN;
	policy_sight(c, who, item, NULL, t, &s);
	return s.level;
}

unsigned policy_who(const struct sight_case *c, const struct viewer *who,
		    const struct rec_item *item, int64_t t)
{
	const struct part *me = sight_part(c, who->person);
	enum level level = seen(c, who, item, t);
	unsigned bits = 0;

	if (!me || level == LEVEL_GEEN)
		return 0;
	if (is_owner(me, item, level))
		bits |= WHO_OWNER;
	if (item->executor == me->m.person)
		bits |= WHO_EXECUTOR;
	if (policy_leads(c, me->m.person, t) || part_is(me, "voorzitter"))
		bits |= WHO_LEAD;
	if (part_is(me, "procesregisseur") || part_is(me, "voorzitter"))
		bits |= WHO_PROCESS;
	if (c->rec.sort.n)
		bits |= WHO_SEAT;
	if (is_persons_side(c, me, item, t))
		bits |= WHO_PERSON;
	return bits;
}
