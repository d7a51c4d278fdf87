#include "nameless.h"

#include "args.h"
#include "cases.h"
#include "identify.h"
#include "items.h"
#include "keys.h"

enum { WORDS = 4096, CASES_A_TOKEN = 10 };

/* Who is known in his cases: gone through once a request, whatever texts it has. */
struct nameless {
	struct slices person, around;
	uint64_t *cases;
	size_t cases_n, cap;
};

static void add_members(struct request *rq, struct nameless *names)
{
	for (size_t i = 0; i < sight_members(rq->sight); i++) {
		uint64_t person = sight_member_at(rq->sight, i)->person;
		struct slice handle, name;

		policy_names(rq->house->policy, person, rq->arena, &handle, &name);
		identify_words(name,
			       person == sight_case_rec(rq->sight)->person ? &names->person
									   : &names->around,
			       WORDS);
	}
}

/* Of the words that could be codes, those of items that he may know of. */
static void add_codes(struct request *rq, const struct slices *could, struct names *names)
{
	for (size_t i = 0; i < could->n && names->codes.n < WORDS; i++) {
		struct key k = key_bytes(rq->case_id, could->v[i]);
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_item item;
		struct slice num;

		if (store_get(rq->house->store, TAB_ITEM_CODE, key_view(&k), &num) == ERR_OK &&
		    item_peek(rq, get_be64(num.p), &own, &item) == ERR_OK &&
		    item_level(rq, &item) > LEVEL_GEEN)
			names->codes.v[names->codes.n++] = could->v[i];
	}
}

static void keep_case(struct request *rq, struct nameless *names, uint64_t case_id)
{
	if (names->cases_n == names->cap) {
		size_t cap = names->cap ? names->cap * 2 : 64;
		uint64_t *v = ARENA_ARRAY(rq->arena, uint64_t, cap);

		for (size_t i = 0; i < names->cases_n; i++)
			v[i] = names->cases[i];
		names->cases = v;
		names->cap = cap;
	}
	names->cases[names->cases_n++] = case_id;
}

static void add_case(struct request *rq, uint64_t case_id, struct nameless *names)
{
	const struct rec_case *c;
	struct refusal r;

	if (policy_may(rq->house->policy, rq->who, RIGHT_MEMBER, case_id, rq->now, &r) != ERR_OK ||
	    policy_case(rq->house->policy, case_id, &rq->sight) != ERR_OK)
		return;
	c = sight_case_rec(rq->sight);
	if (c->sort.n)
		return;
	rq->case_id = case_id;
	identify_words(open_text(rq, 0, TEXT_TITLE, c->sealed), &names->person, WORDS);
	add_members(rq, names);
	keep_case(rq, names, case_id);
}

static const struct nameless *names_once(struct request *rq)
{
	struct nameless *names = rq->nameless;
	struct rooms r;

	if (names)
		return names;
	names = rq->nameless = ARENA_NEW(rq->arena, struct nameless);
	names->person.v = ARENA_ARRAY(rq->arena, struct slice, WORDS);
	names->around.v = ARENA_ARRAY(rq->arena, struct slice, WORDS);
	for (rooms_first(rq, &r); r.on; rooms_next(&r))
		add_case(rq, r.id, names);
	rq->cost += (unsigned)(names->cases_n / CASES_A_TOKEN);
	return names;
}

static void known_names(struct request *rq, struct slice text, struct names *names)
{
	struct slices could = {.v = ARENA_ARRAY(rq->arena, struct slice, WORDS)};
	uint64_t here = rq->case_id;
	const struct nameless *known = names_once(rq);

	*names = (struct names){.person = known->person, .around = known->around};
	names->codes.v = ARENA_ARRAY(rq->arena, struct slice, WORDS);
	identify_codes(text, &could, WORDS);
	for (size_t i = 0; could.n && i < known->cases_n; i++) {
		rq->case_id = known->cases[i];
		if (policy_case(rq->house->policy, rq->case_id, &rq->sight) == ERR_OK)
			add_codes(rq, &could, names);
	}
	rq->case_id = here;
	rq->sight = NULL;
}

static const char *const found[] = {
	[SAYS_NAME] = N_("The text has a name of somebody in one of your cases: %s"),
	[SAYS_CASE] = N_("The text has the code of a case: %s"),
	[SAYS_ITEM] = N_("The text has what looks like the code of an item: %s"),
	[SAYS_DATE] = N_("The text has a whole date, at %s"),
	[SAYS_NUMBER] = N_("The text has a number that may be somebody's: %s"),
	[SAYS_PLACE] = N_("The text has a postcode: %s"),
	[SAYS_ADDRESS] = N_("The text has an address: %s@"),
};

static enum err look(struct request *rq, struct slice text, bool talk)
{
	struct names names = {0};
	struct slice where;
	enum identifies says;

	known_names(rq, text, &names);
	if (talk) {
		names.around.n = 0;
		names.only = 1U << SAYS_NAME | 1U << SAYS_CASE | 1U << SAYS_NUMBER;
	}
	says = identify(text, &names, &where);
	if (rq->case_id)
		TRY(policy_case(rq->house->policy, rq->case_id, &rq->sight));
	if (says == SAYS_NOBODY)
		return ERR_OK;
	return refuse_arg(rq, ERR_REFUSED, found[says],
			  N_("Write of organisations and rules; nobody should know from it who it "
			     "is about."),
			  where);
}

enum err nameless_text(struct request *rq, struct slice text)
{
	return look(rq, text, false);
}

enum err nameless_talk(struct request *rq, struct slice text)
{
	return look(rq, text, true);
}
