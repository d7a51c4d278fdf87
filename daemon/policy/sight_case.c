#include "sight_case.h"

#include "keys.h"
#include "moves.h"

#include <stdlib.h>
#include <string.h>

/* -- who is meant ------------------------------------------------------------------------------ */

static uint64_t person_number(struct slice digits)
{
	uint64_t n = 0;

	if (digits.n > 19) /* it would not fit, and come out as somebody else */
		return 0;
	for (size_t i = 0; i < digits.n; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return 0;
		n = n * 10 + (uint64_t)(digits.p[i] - '0');
	}
	return n;
}

static bool after(struct slice s, struct slice prefix, struct slice *rest)
{
	if (!slice_starts(s, prefix) || s.n == prefix.n)
		return false;
	*rest = (struct slice){s.p + prefix.n, s.n - prefix.n};
	return true;
}

struct target target_of(struct slice to)
{
	struct target t = {0};

	if (slice_is(to, "*"))
		t.kind = TO_ALL;
	else if (after(to, SLICE("#"), &t.name) && (t.person = person_number(t.name)))
		t.kind = TO_PERSON;
	else if (after(to, SLICE("agency="), &t.name))
		t.kind = TO_AGENCY;
	else if (after(to, SLICE("role="), &t.name))
		t.kind = TO_ROLE;
	else if (after(to, SLICE("domain="), &t.name))
		t.kind = TO_DOMAIN;
	return t;
}

void sight_case_free(struct sight_case *c)
{
	if (!c)
		return;
	buf_free(&c->turns);
	arena_free(&c->arena);
	free(c);
}

/* -- does it still hold ------------------------------------------------------------------------ */

/* Whether an event after the position says that sight moved (or, when any will do, whether there is
 * one). */
static bool moved_since(struct store *store, uint64_t case_id, uint64_t position, bool any)
{
	struct key prefix = key_u64(case_id), from = key_2(case_id, position + 1);
	struct walk w;
	bool moved = false;

	store_walk_from(store, TAB_EVENT, key_view(&prefix), key_view(&from), &w);
	for (; w.on && !moved; store_next(&w))
		moved = any || w.val.n == 0;
	store_walk_end(&w);
	return moved;
}

bool sight_case_holds(struct sight_case *c, struct store *store)
{
	uint64_t now = store_position(store);
	/* In nazorg an action that is finished takes sight away, and any item may be one. */
	bool any = slice_is(c->rec.phase, "nazorg");

	if (c->position == now)
		return true;
	if (moved_since(store, c->rec.id, c->position, any) ||
	    moved_since(store, 0, c->position, false))
		return false;
	c->position = now;
	return true;
}

/* -- asking ------------------------------------------------------------------------------------ */

static int by_person(const void *key, const void *part)
{
	uint64_t a = *(const uint64_t *)key, b = ((const struct part *)part)->m.person;

	return (a > b) - (a < b);
}

const struct part *sight_part(const struct sight_case *c, uint64_t person)
{
	return c->parts.n ? bsearch(&person, c->parts.v, c->parts.n, sizeof(*c->parts.v), by_person)
			  : NULL;
}

const struct rec_case *sight_case_rec(const struct sight_case *c)
{
	return &c->rec;
}

const struct rec_member *sight_member(const struct sight_case *c, uint64_t person)
{
	const struct part *p = sight_part(c, person);

	return p ? &p->m : NULL;
}

size_t sight_members(const struct sight_case *c)
{
	return c->parts.n;
}

const struct rec_member *sight_member_at(const struct sight_case *c, size_t i)
{
	return &c->parts.v[i].m;
}

bool policy_takes_part(const struct sight_case *c, uint64_t person, int64_t t)
{
	return part_active(c, sight_part(c, person), t) && !part_blocked(c, person, t) &&
	       !case_closed_at(c, t);
}

bool part_deputises(const struct sight_case *c, const struct part *p, int64_t t)
{
	return p->m.person == c->rec.deputy &&
	       term_runs(c->rec.deputy_from, c->rec.deputy_until, t);
}

bool policy_leads(const struct sight_case *c, uint64_t person, int64_t t)
{
	const struct part *p = sight_part(c, person);

	return p && (part_is(p, "casusregisseur") || part_deputises(c, p, t));
}

uint64_t policy_deputy(const struct sight_case *c, int64_t t)
{
	const struct part *p = sight_part(c, c->rec.deputy);

	return p && part_deputises(c, p, t) ? c->rec.deputy : 0;
}

bool part_blocked(const struct sight_case *c, uint64_t person, int64_t t)
{
	for (size_t i = 0; i < c->blocks.n; i++)
		if (c->blocks.v[i].person == person &&
		    term_runs(c->blocks.v[i].from, c->blocks.v[i].until, t))
			return true;
	return false;
}

bool part_active(const struct sight_case *c, const struct part *p, int64_t t)
{
	return p && p->known && c->agreed && c->agreement.from <= t &&
	       term_runs(0, p->stopped, t) && slice_is(p->m.status, "active") &&
	       term_runs(p->m.from, p->m.until, t);
}

struct slice case_phase_at(const struct sight_case *c, int64_t t)
{
	struct slice phase = c->rec.phases.n ? (struct slice){0} : c->rec.phase;
	int64_t since = 0;

	for (size_t i = 0; i < c->rec.phases.n; i++) {
		const struct rec_phase *p = &c->rec.phases.v[i];

		if (p->from > t || p->from < since)
			continue;
		phase = p->phase;
		since = p->from;
	}
	return phase;
}

bool case_closed_at(const struct sight_case *c, int64_t t)
{
	return phase_closed(case_phase_at(c, t));
}

bool mandate_runs(const struct sight_case *c, const struct part *p, int64_t t)
{
	for (size_t i = 0; i < c->mandates.n; i++) {
		const struct rec_mandate *m = &c->mandates.v[i];

		if (m->person == p->m.person && term_runs(m->from, m->until, t))
			return true;
	}
	return false;
}

const struct rec_mandate *mandate_for(const struct sight_case *c, const struct part *p,
				      struct slice category, int64_t t)
{
	for (size_t i = 0; i < c->mandates.n; i++) {
		const struct rec_mandate *m = &c->mandates.v[i];

		if (m->person == p->m.person && term_runs(m->from, m->until, t) &&
		    slices_have(m->categories, category))
			return m;
	}
	return NULL;
}
