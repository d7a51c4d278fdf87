#include "circle.h"

#include "args.h"
#include "items.h"

#include <ctype.h>
#include <string.h>

enum { NAMED = 16, HANDLE = 80 };

static bool have(const struct u64s *set, uint64_t person)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->v[i] == person)
			return true;
	return false;
}

bool circle_has(const struct rec_item *item, uint64_t person)
{
	return !item->only.n || item->author == person || have(&item->only, person);
}

enum level circle_sight(struct request *rq, const struct rec_item *item,
			const struct rec_item *about, uint64_t person)
{
	struct viewer viewer = {.person = person};
	struct sight s;

	policy_sight(rq->sight, &viewer, item, about, rq->now, &s);
	return s.level;
}

static void add(struct request *rq, struct u64s *set, uint64_t person)
{
	uint64_t *v;

	if (!person || have(set, person))
		return;
	v = ARENA_ARRAY(rq->arena, uint64_t, set->n + 1);
	for (size_t i = 0; i < set->n; i++)
		v[i] = set->v[i];
	v[set->n] = person;
	*set = (struct u64s){v, set->n + 1};
}

struct u64s circle_of(struct request *rq, struct u64s people)
{
	struct u64s out = {0};

	add(rq, &out, rq->who->person);
	for (size_t i = 0; i < people.n; i++)
		add(rq, &out, people.v[i]);
	return out;
}

struct u64s circle_around(struct request *rq, const struct rec_item *item)
{
	struct u64s out = item->only;

	if (out.n)
		add(rq, &out, item->author);
	return out;
}

/* -- who is meant ------------------------------------------------------------------------------ */

static enum err take_only(struct request *rq, struct u64s *out)
{
	struct slices handles = arg_strs(rq, "only");

	*out = (struct u64s){0};
	for (size_t i = 0; i < handles.n; i++) {
		uint64_t person = policy_person(rq->house->policy, handles.v[i]);

		if (!person || !sight_member(rq->sight, person))
			return refuse_arg(rq, ERR_USAGE, N_("%s takes no part in this case."),
					  N_("brug case show lists who does; brug invite asks "
					     "somebody in."),
					  handles.v[i]);
		add(rq, out, person);
	}
	return ERR_OK;
}

static bool of_handle(uint8_t c)
{
	return islower(c) || isdigit(c) || c == '.' || c == '-' || c == '_';
}

/* The one who takes part and is called so before the @, or 0. */
static uint64_t called(struct request *rq, struct slice name)
{
	uint64_t found = 0;

	for (size_t i = 0; i < sight_members(rq->sight); i++) {
		const struct rec_member *m = sight_member_at(rq->sight, i);
		struct slice handle = show_person(rq, m->person);

		if (!slice_is(m->status, "active") || handle.n <= name.n ||
		    handle.p[name.n] != '@' || !slice_starts(handle, name))
			continue;
		if (found)
			return 0;
		found = m->person;
	}
	return found;
}

/* "@zoe@schuldhulp" or "@zoe"; what names nobody who takes part is a text like any other. */
static uint64_t named_at(struct request *rq, const uint8_t *p, const uint8_t *end)
{
	const uint8_t *q = p, *at = NULL;
	struct slice name;
	uint64_t person;

	while (q < end && q - p < HANDLE && (of_handle(*q) || (*q == '@' && !at))) {
		at = *q == '@' ? q : at;
		q++;
	}
	while (q > p && (q[-1] == '.' || q[-1] == '-' || q[-1] == '@'))
		q--;
	if (at && at >= q)
		at = NULL;
	name = (struct slice){p, (size_t)(q - p)};
	if (!at)
		return name.n ? called(rq, name) : 0;
	person = policy_person(rq->house->policy, name);
	return person && sight_member(rq->sight, person) ? person : 0;
}

static void take_named(struct request *rq, struct rec_item *item)
{
	struct slice text = obj_bytes(obj_get(obj_get(rq->params, "fields"), "inhoud"));

	for (size_t i = 0; i < text.n && item->named.n < NAMED; i++)
		if (text.p[i] == '@' &&
		    (i == 0 || !(isalnum(text.p[i - 1]) || text.p[i - 1] > 127)))
			add(rq, &item->named, named_at(rq, text.p + i + 1, text.p + text.n));
}

/* -- whether they read it ---------------------------------------------------------------------- */

static enum err would_not_read(struct request *rq, uint64_t person, bool message)
{
	return refuse_arg(rq, ERR_REFUSED, N_("%s does not read along here."),
			  message ? N_("Ask the agency it belongs to whether it shows it to him "
				       "(brug widen), leave him out, or write to him alone: brug "
				       "say HANDLE")
				  : N_("Only who sees it can be in its circle."),
			  show_person(rq, person));
}

static enum err all_read(struct request *rq, const struct u64s *people, const struct rec_item *item,
			 const struct rec_item *about)
{
	for (size_t i = 0; i < people->n; i++)
		if (circle_sight(rq, item, about, people->v[i]) < LEVEL_KERN)
			return would_not_read(rq, people->v[i], about != NULL);
	return ERR_OK;
}

static enum err check_with(struct request *rq, const struct rec_item *item,
			   const struct rec_item *about)
{
	if (!item->about)
		return ERR_OK; /* what somebody does or knows of it is not said by a message */
	TRY(all_read(rq, &item->asked, item, about));
	return all_read(rq, &item->named, item, about);
}

enum err circle_check(struct request *rq, const struct rec_item *item)
{
	struct rec_item about;

	if (!item->about || item_by_num(rq, item->about, &about) != ERR_OK)
		return ERR_OK;
	return check_with(rq, item, &about);
}

enum err circle_take(struct request *rq, const struct rec_item *about, struct rec_item *item)
{
	struct u64s only;

	TRY(take_only(rq, &only));
	if (only.n)
		item->only = circle_of(rq, only);
	else if (about)
		item->only = circle_around(rq, about);
	TRY(all_read(rq, &only, item, about));
	if (about)
		take_named(rq, item);
	return check_with(rq, item, about);
}
