/*
 * How much somebody sees of an item: the access model, one function per step, in its order.
 *
 * A step that says false has decided, and nothing after it is asked. Every step says why: a
 * sentence for people, a word for the log. Nothing is read here but the arguments.
 */
#include "permits.h"

#include <string.h>

/* -- saying why -------------------------------------------------------------------------------- */

static void add(struct sight *s, struct slice part)
{
	size_t at = strlen(s->why), room = sizeof(s->why) - 1 - at;
	size_t n = part.n < room ? part.n : room;

	if (n)
		memcpy(s->why + at, part.p, n);
	s->why[at + n] = 0;
}

/* Rule ids and steps only: this goes into the log. */
static void log_word(struct sight *s, const char *word, struct slice id)
{
	if (s->why[0])
		add(s, SLICE("; "));
	add(s, slice_of(word));
	if (*word && id.n)
		add(s, SLICE(" "));
	add(s, id);
}

static void reason_arg(char *out, size_t size, struct slice arg)
{
	struct slice fit = slice_fit(arg, size - 1);

	if (fit.n)
		memcpy(out, fit.p, fit.n);
	out[fit.n] = 0;
}

static void say(struct sight *s, const char *text, struct slice arg)
{
	if (s->n == SIGHT_STEPS)
		return;
	s->reason[s->n].text = text;
	reason_arg(s->reason[s->n].arg, sizeof(s->reason[s->n].arg), arg);
	s->n++;
}

static const struct slice nothing = {0};

static bool none(struct ask *a, const char *text, const char *word, struct slice id)
{
	a->out->level = LEVEL_GEEN;
	say(a->out, text, nothing);
	log_word(a->out, word, id);
	return false;
}

/* -- G1, G4, and a case that is closed --------------------------------------------------------- */

static bool takes_part(struct ask *a)
{
	return part_active(a->c, a->me, a->t) ||
	       none(a, N_("Takes no part in this case now."), "G1", nothing);
}

static bool not_barred(struct ask *a)
{
	return !part_blocked(a->c, a->me->m.person, a->t) ||
	       none(a, N_("Is barred from this case for a personal reason."), "G4", nothing);
}

/* A closed case is closed to all: to its owner agencies, in its messages, in an emergency too. So
 * it is asked here and not at the phases. */
static bool case_open(struct ask *a)
{
	return !case_closed_at(a->c, a->t) ||
	       none(a, N_("The case is closed."), "fase", case_phase_at(a->c, a->t));
}

/* What is for a few named people is for them and its author alone: nothing lifts it, for anybody.
 */
static bool in_circle(struct ask *a)
{
	const struct u64s *only = &a->item->only;

	if (!only->n || a->item->author == a->me->m.person)
		return true;
	for (size_t i = 0; i < only->n; i++)
		if (only->v[i] == a->me->m.person)
			return true;
	return none(a, N_("It is for a few named people alone."), "kring", nothing);
}

/* -- a message --------------------------------------------------------------------------------- */

/* A newcomer's history begins when he joined: what was written among others before was not written
 * to him. The person and who speaks for him read all that is about him, and who leads all that was
 * said. */
static bool since_he_joined(struct ask *a)
{
	if (a->item->made >= a->me->m.from || !a->item->made ||
	    a->item->author == a->me->m.person || part_is(a->me, "casusregisseur") ||
	    part_is(a->me, "betrokkene") || part_is(a->me, "ondersteuner"))
		return true;
	return none(a, N_("It was written before you took part."), "eerder", nothing);
}

static void message(struct ask *a, const struct rec_item *about)
{
	struct sight anchor = {.level = LEVEL_GEEN};

	if (!since_he_joined(a))
		return;
	if (about)
		policy_sight(a->c, a->viewer, about, NULL, a->t, &anchor);
	a->out->level = anchor.level >= LEVEL_KERN ? LEVEL_INHOUD : LEVEL_GEEN;
	a->out->emergency = anchor.emergency && a->out->level > LEVEL_GEEN;
	say(a->out,
	    a->out->level ? N_("Who sees the core of what a message is about reads the message.")
			  : N_("A message is for who sees the core of what it is about."),
	    nothing);
	log_word(a->out, "bericht", slice_of(anchor.why));
}

/* -- G3: purpose ------------------------------------------------------------------------------- */

static bool purpose(struct ask *a)
{
	return permit_purposes(a, NULL) ||
	       none(a, N_("Works under other purposes than this item is for."), "G3", nothing);
}

/* -- own agency, own words --------------------------------------------------------------------- */

static bool is_persons_own(const struct ask *a)
{
	struct target owner = target_of(a->item->owner);

	return owner.kind == TO_PERSON && owner.person == a->me->m.person;
}

static bool is_health(const struct rec_item *item)
{
	return slice_is(item->category, "gezondheid");
}

static bool is_learning(const struct rec_item *item)
{
	return slice_is(item->category, "leren");
}

static bool not_own(struct ask *a)
{
	bool own_words = is_persons_own(a);

	if (!own_words && (is_learning(a->item) || !slice_eq(a->item->owner, a->me->m.agency)))
		return true;
	if (own_words) {
		a->out->level = LEVEL_INHOUD;
		say(a->out, N_("These are his own words."), nothing);
		log_word(a->out, "eigen woorden", nothing);
	} else if (is_health(a->item) && !a->me->m.treating) {
		a->out->level = LEVEL_BESTAAN;
		say(a->out,
		    N_("Of his own agency, but health is for the treating team: a colleague knows "
		       "that it exists."),
		    nothing);
		log_word(a->out, "collega", a->me->m.agency);
	} else {
		a->out->level = LEVEL_INHOUD;
		say(a->out, N_("Of his own agency."), nothing);
		log_word(a->out, "eigen", a->me->m.agency);
	}
	return false;
}

/* -- own learning ------------------------------------------------------------------------------ */

/* What somebody learns is his: no rule, role, ceiling or emergency shows it, only he, by name. */
static void named_alone(struct ask *a)
{
	for (size_t i = 0; i < a->item->widens.n; i++) {
		const struct rec_widen *w = &a->item->widens.v[i];
		struct target to = target_of(w->to);

		if (to.kind != TO_PERSON || to.person != a->me->m.person || w->consent.n ||
		    !term_runs(w->from, w->until, a->t) || w->level <= (uint64_t)a->out->level)
			continue;
		a->out->level = level_most(LEVEL_INHOUD, w->level);
	}
	say(a->out,
	    a->out->level ? N_("Who wrote it shows it to him by name.")
			  : N_("What somebody learns is his own, and he shows it by name."),
	    nothing);
	log_word(a->out, a->out->level ? "getoond" : "eigen leren", nothing);
}

/* -- a table ----------------------------------------------------------------------------------- */

/* There is no person at a table: who sits at it sees what lies on it. */
static void at_table(struct ask *a)
{
	if (target_of(a->item->owner).kind == TO_PERSON) {
		none(a, N_("No rule shows it."), "geen regel", nothing);
		return;
	}
	a->out->level = LEVEL_INHOUD;
	say(a->out, N_("Sits at the table it lies on."), nothing);
	log_word(a->out, "tafel", nothing);
}

/* -- a supporter ------------------------------------------------------------------------------- */

/* Whom he speaks for: the person himself, never another supporter. */
static const struct part *spoken_for(const struct ask *a, const struct rec_mandate *m)
{
	const struct part *p = m ? sight_part(a->c, m->of) : NULL;
	uint64_t named = a->me->m.on_behalf;

	return p && part_is(p, "betrokkene") && (!named || named == m->of) ? p : NULL;
}

/* What the person sees, in the categories of the mandate; his own consent may lift the ceiling. */
static void permit_of_mandate(struct ask *a)
{
	const struct part *person =
		spoken_for(a, mandate_for(a->c, a->me, a->item->category, a->t));
	struct viewer he = {.purposes = a->viewer->purposes};
	struct sight his = {.level = LEVEL_GEEN};

	if (!person) {
		say(a->out, N_("Speaks for the person, but not about this."), nothing);
		log_word(a->out, "buiten mandaat", a->item->category);
		return;
	}
	he.person = person->m.person;
	policy_sight(a->c, &he, a->item, NULL, a->t, &his);
	a->plain = a->consented = (struct permit){.level = his.level};
	a->consented.consent = permit_consent(a);
	if (!a->consented.consent)
		a->consented.level = LEVEL_GEEN;
	say(a->out, N_("Speaks for the person, and sees what he sees."), nothing);
	log_word(a->out, "namens", slice_of(his.why));
}

/* -- the ceiling of the agreement -------------------------------------------------------------- */

static bool ceiling_meant(const struct ask *a, const struct rec_ceiling *row, struct slice to,
			  struct slice purpose, struct slice phase)
{
	return slice_eq(row->category, a->item->category) && slice_eq(row->to, to) &&
	       (!row->purpose.n || slice_eq(row->purpose, purpose)) &&
	       (!row->phase.n || slice_eq(row->phase, phase));
}

/* The lowest of the rows that hold for this recipient, purpose and phase. False: there is none. */
static bool ceiling_to(const struct ask *a, struct slice to, struct slice purpose,
		       struct rec_ceiling *out)
{
	struct slice phase = case_phase_at(a->c, a->t);
	bool found = false;

	for (size_t i = 0; i < a->c->agreement.ceilings.n; i++) {
		const struct rec_ceiling *row = &a->c->agreement.ceilings.v[i];

		if (!ceiling_meant(a, row, to, purpose, phase))
			continue;
		out->level = !found || row->level < out->level ? row->level : out->level;
		out->consent_level = !found || row->consent_level < out->consent_level
					     ? row->consent_level
					     : out->consent_level;
		out->to = row->to;
		found = true;
	}
	return found;
}

/* His role's, else his domain's, else the others'. None at all: nothing. */
static struct rec_ceiling ceiling_under(const struct ask *a, struct slice purpose)
{
	struct rec_ceiling c = {.to = SLICE("-")};

	if (!ceiling_to(a, a->me->m.role, purpose, &c) &&
	    !ceiling_to(a, a->me->domain, purpose, &c))
		ceiling_to(a, SLICE("-"), purpose, &c);
	return c;
}

/* The highest over the purposes he and the item share: a purpose less never shows more. */
static struct rec_ceiling ceiling_for(const struct ask *a)
{
	struct rec_ceiling most = {.to = SLICE("-")};

	for (size_t i = 0; i < a->item->purposes.n; i++) {
		struct slice purpose = a->item->purposes.v[i];
		const struct slices only = {&purpose, 1};
		struct rec_ceiling c;

		if (!permit_purposes(a, &only))
			continue;
		c = ceiling_under(a, purpose);
		most.to = c.level >= most.level ? c.to : most.to;
		most.level = c.level > most.level ? c.level : most.level;
		most.consent_level =
			c.consent_level > most.consent_level ? c.consent_level : most.consent_level;
	}
	return most;
}

static void tell_permit(struct ask *a, const struct permit *p)
{
	if (p->executor) {
		say(a->out, N_("Carries it out."), nothing);
		log_word(a->out, "uitvoerder", nothing);
	}
	if (p->rule) {
		say(a->out, N_("A rule allows it: %s"), p->rule->says);
		log_word(a->out, "regel", p->rule->rule.id);
	}
	if (p->widen) {
		say(a->out, N_("The agency it belongs to shows this item more widely, for a time."),
		    nothing);
		log_word(a->out, "verhoog", p->widen->to);
	}
	if (p->consent) {
		say(a->out, N_("The person consents: %s"), p->consent->id);
		log_word(a->out, "toestemming", p->consent->id);
	}
	if (p->capped) {
		say(a->out, N_("Shares no area of life with it: no more than the need to know."),
		    nothing);
		log_word(a->out, "leefgebied", nothing);
	}
}

static void tell_ceiling(struct ask *a, struct slice to)
{
	if (slice_is(to, "-"))
		say(a->out, N_("The agreement allows others no more than this."), nothing);
	else
		say(a->out, N_("The agreement allows no more than this to %s."), to);
	log_word(a->out, "plafond", to);
}

/* The higher of the permit without consent and the one with, each under its own ceiling. Whom the
 * owner agency names to carry an item out is exempt; but not where it is about health: naming
 * somebody is no way round the secrecy of the treating team. */
static void ceiling(struct ask *a)
{
	struct rec_ceiling max = ceiling_for(a);
	enum level plain = a->plain.executor && !is_health(a->item)
				   ? a->plain.level
				   : level_most(a->plain.level, max.level);
	enum level consented = level_most(a->consented.level, max.consent_level);
	const struct permit *p = consented > plain ? &a->consented : &a->plain;

	if (plain == consented && a->consented.level > a->plain.level)
		p = &a->consented;
	a->out->level = consented > plain ? consented : plain;
	tell_permit(a, p);
	if (a->out->level < p->level)
		tell_ceiling(a, max.to);
	if (!a->out->n)
		none(a, N_("No rule shows it."), "geen regel", nothing);
}

/* -- the phase --------------------------------------------------------------------------------- */

static void cap(struct ask *a, enum level most, const char *text, struct slice phase)
{
	if (a->out->level <= most)
		return;
	a->out->level = most;
	say(a->out, text, nothing);
	log_word(a->out, "fase", phase);
}

/* Before the case is taken in, only what is needed to weigh it. */
static enum level to_weigh(const struct ask *a)
{
	return is_health(a->item) ? LEVEL_BESTAAN : LEVEL_SIGNAAL;
}

static bool weighs(const struct ask *a)
{
	return part_is(a->me, "procesregisseur") || part_is(a->me, "informatiecoordinator") ||
	       a->c->rec.by == a->me->m.person;
}

/* He still carries out something on an area of life that the item is about. */
static bool still_busy(const struct ask *a)
{
	for (size_t i = 0; i < a->c->doers.n; i++)
		if (a->c->doers.v[i].person == a->me->m.person &&
		    slices_meet(a->c->doers.v[i].areas, a->item->areas))
			return true;
	return false;
}

static void phase(struct ask *a)
{
	struct slice now = case_phase_at(a->c, a->t);

	if (part_is(a->me, "betrokkene") || part_is(a->me, "ondersteuner") ||
	    slice_is(now, "actief") || slice_is(now, "afschaling"))
		return;
	if (slice_is(now, "aangemeld") && weighs(a))
		cap(a, to_weigh(a), N_("The case is not taken in yet."), now);
	else if (slice_is(now, "triage"))
		cap(a, to_weigh(a), N_("The case is being weighed."), now);
	else if (slice_is(now, "nazorg") && still_busy(a))
		return;
	else if (slice_is(now, "nazorg"))
		cap(a, LEVEL_SIGNAAL, N_("The case is in aftercare."), now);
	else
		cap(a, LEVEL_GEEN, N_("The case is not taken in yet."), now);
}

/* -- the item's own narrowing ------------------------------------------------------------------ */

static void narrowing(struct ask *a)
{
	for (size_t i = 0; i < a->item->cuts.n; i++) {
		const struct rec_cut *k = &a->item->cuts.v[i];
		struct target to = target_of(k->to);

		if (k->level >= (uint64_t)a->out->level || !permit_reach(&to, a->me) ||
		    !term_runs(0, k->until, a->t))
			continue;
		a->out->level = level_most(a->out->level, k->level);
		say(a->out, N_("The agency it belongs to keeps this item closer."), nothing);
		log_word(a->out, "verlaag", k->to);
	}
}

/* -- restriction (AVG 18) ---------------------------------------------------------------------- */

/* Only stored: its own agency, the person and who speaks for him still see it. */
static void restriction(struct ask *a)
{
	if (a->item->restricted && a->item->restricted <= a->t && !part_is(a->me, "betrokkene") &&
	    !part_is(a->me, "ondersteuner"))
		none(a, N_("The use of this item is restricted."), "beperkt", nothing);
}

/* -- emergency access -------------------------------------------------------------------------- */

/* As much as the agreement had when it was opened, and never more than it has now. */
static void emergency(struct ask *a)
{
	enum level most = level_most(LEVEL_INHOUD, a->c->agreement.emergency);

	for (size_t i = 0; i < a->c->emergencies.n; i++) {
		const struct rec_emergency *e = &a->c->emergencies.v[i];
		enum level level = level_most(most, e->level);

		if (e->person != a->me->m.person || e->item != a->item->num ||
		    !term_runs(e->from, e->until, a->t) || level <= a->out->level)
			continue;
		a->out->level = level;
		a->out->emergency = true;
		say(a->out, N_("Emergency access, which will be looked at afterwards: %s"),
		    e->code);
		log_word(a->out, "nood", e->id);
	}
}

/* What is not his own: shown by name, by the table, or by what is permitted in the case. */
static void shared(struct ask *a)
{
	if (is_learning(a->item)) {
		named_alone(a);
		return;
	}
	if (a->c->rec.sort.n) {
		at_table(a);
		return;
	}
	if (part_is(a->me, "ondersteuner"))
		permit_of_mandate(a);
	else
		permits_find(a);
	ceiling(a);
	phase(a);
}

static void all_steps(struct ask *a, const struct rec_item *about)
{
	a->out->level = LEVEL_GEEN;
	a->out->why[0] = 0;
	a->out->n = 0;
	a->out->emergency = false;
	if (!takes_part(a) || !not_barred(a) || !case_open(a) || !in_circle(a))
		return;
	if (a->item->about) {
		message(a, about);
		return;
	}
	if (purpose(a) && not_own(a)) {
		shared(a);
		narrowing(a);
		restriction(a);
	}
	if (!is_learning(a->item))
		emergency(a);
}

/* Who stands in sees what he sees himself, or what the casusregisseur would in his place: under his
 * own purposes, and as himself in blocks, circles and consents. */
static void stand_in(const struct ask *own, const struct rec_item *about)
{
	struct sight as_lead = {0};
	struct part part = *own->me;
	struct ask a = {.c = own->c,
			.viewer = own->viewer,
			.me = &part,
			.item = own->item,
			.t = own->t,
			.out = &as_lead};

	part.m.role = SLICE("casusregisseur");
	all_steps(&a, about);
	if (as_lead.level <= own->out->level)
		return;
	*own->out = as_lead;
	say(own->out, N_("Stands in for the casusregisseur."), nothing);
	log_word(own->out, "vervangt", nothing);
}

void policy_sight(const struct sight_case *c, const struct viewer *viewer,
		  const struct rec_item *item, const struct rec_item *about, int64_t t,
		  struct sight *out)
{
	struct ask a = {.c = c,
			.viewer = viewer,
			.me = sight_part(c, viewer->person),
			.item = item,
			.t = t,
			.out = out};

	all_steps(&a, about);
	if (a.me && !item->about && part_deputises(c, a.me, t))
		stand_in(&a, about);
}
