/* Writing the plan: add, set, move. Each makes one change: the new revision, the one before kept,
 * an event. */
#include "also.h"
#include "args.h"
#include "asked.h"
#include "circle.h"
#include "clock.h"
#include "compose.h"
#include "fields.h"
#include "items.h"
#include "keys.h"
#include "meet.h"
#include "moves.h"
#include "own.h"
#include "revise.h"
#include "thread.h"

#include <stdio.h>
#include <string.h>

enum { MESSAGE_EDIT_MS = 10 * 60 * 1000 };

enum err compose_open(struct request *rq)
{
	if (!phase_closed(sight_case_rec(rq->sight)->phase))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("This case is closed."),
		      N_("Nothing can be written in a closed case."),
		      N_("Ask the procesregisseur to bring it back."));
}

/* Complaints of the vocabulary in a request's own words. */
static enum err complain(struct request *rq, const struct complaint *c)
{
	rq->refusal = (struct refusal){.text = c->text, .can = c->can};
	snprintf(rq->refusal.arg, sizeof(rq->refusal.arg), "%s", c->arg);
	rq->refusal.why = NULL;
	rq->where = arena_copy(rq->arena, slice_of(c->where));
	return ERR_USAGE;
}

enum err compose_check(struct request *rq, const struct kind *kind, bool partial)
{
	const msgpack_object *fields = obj_get(rq->params, "fields");
	struct complaint c = {0};

	if (vocab_check(kind->fields, fields, partial, &c) != ERR_OK)
		return complain(rq, &c);
	for (const struct field *f = kind->fields; f->name; f++)
		if (f->who == WHO_CLOCK && obj_get(fields, f->name))
			return refuse_arg(rq, ERR_USAGE, N_("The server itself sets %s."),
					  N_("Leave it out."), slice_of(f->name));
	return ERR_OK;
}

static enum err must_be(struct request *rq, unsigned who, unsigned asked, const char *why)
{
	if (who & asked)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("You cannot change this."), why,
		      N_("Ask the casusregisseur, or write a message: brug say ITEM"));
}

/* -- references to people and items ------------------------------------------------------------ */

static enum err find_person(struct request *rq, struct slice handle, uint64_t *out)
{
	*out = policy_person(rq->house->policy, handle);
	if (*out && sight_member(rq->sight, *out))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("%s takes no part in this case."),
			  N_("brug case show lists who does; brug invite asks somebody in."),
			  handle);
}

static enum err take_people(struct request *rq, const struct field *f, const msgpack_object *v,
			    struct rec_item *item)
{
	struct slices handles = {.v = &(struct slice){0}, .n = 0};
	uint64_t *people;

	if (f->type == T_PERSON) {
		handles.v = ARENA_NEW(rq->arena, struct slice);
		handles.v[0] = obj_bytes(v);
		handles.n = obj_is_nil(v) ? 0 : 1;
	} else {
		handles = obj_strs(rq->arena, v);
	}
	people = ARENA_ARRAY(rq->arena, uint64_t, handles.n + 1);
	for (size_t i = 0; i < handles.n; i++)
		TRY(find_person(rq, handles.v[i], &people[i]));
	if (f->flags & F_DOER)
		item->executor = handles.n ? people[0] : 0;
	if (f->flags & F_ASKED)
		item->asked = (struct u64s){people, handles.n};
	if (f->flags & F_NAMED)
		item->named = (struct u64s){people, handles.n};
	return ERR_OK;
}

static bool may_name(struct request *rq, uint64_t num)
{
	struct rec_item item;

	return item_by_num(rq, num, &item) == ERR_OK && item_level(rq, &item) > LEVEL_GEEN;
}

/* The field's references that the writer knows of are dropped, and those given are put in. */
static enum err take_refs(struct request *rq, const struct field *f, const msgpack_object *v,
			  struct rec_item *item)
{
	size_t given = f->type == T_ITEM ? !obj_is_nil(v) : obj_n(v), n = 0;
	struct rec_ref *refs = ARENA_ARRAY(rq->arena, struct rec_ref, item->refs.n + given + 1);

	for (size_t i = 0; i < item->refs.n; i++)
		if (!slice_is(item->refs.v[i].field, f->name) || !may_name(rq, item->refs.v[i].num))
			refs[n++] = item->refs.v[i];
	for (size_t i = 0; i < given; i++) {
		struct rec_item to;

		TRY(item_named(rq, obj_bytes(f->type == T_ITEM ? v : obj_at(v, i)), &to));
		refs[n++] = (struct rec_ref){slice_of(f->name), to.num, (uint64_t)f->level};
	}
	item->refs.v = refs;
	item->refs.n = n;
	return ERR_OK;
}

static enum err take_field(struct request *rq, const struct field *f, const msgpack_object *v,
			   struct rec_item *item)
{
	if (f->type == T_PERSON || f->type == T_PERSONS)
		return take_people(rq, f, v, item);
	if (f->type == T_ITEM || f->type == T_ITEMS)
		return take_refs(rq, f, v, item);
	if (f->flags & F_TERM)
		item->due = obj_is_nil(v) ? 0 : clock_parse(arena_str(rq->arena, obj_bytes(v)), 1);
	return ERR_OK;
}

static enum err take_fields(struct request *rq, const struct kind *kind, struct rec_item *item)
{
	const msgpack_object *fields = obj_get(rq->params, "fields");

	for (const struct field *f = kind->fields; f->name; f++) {
		const msgpack_object *v = obj_get(fields, f->name);

		if (v)
			TRY(take_field(rq, f, v, item));
	}
	return ERR_OK;
}

/* -- item.add ---------------------------------------------------------------------------------- */

static enum err take_purposes(struct request *rq, const struct rec_member *me,
			      struct rec_item *item)
{
	item->purposes = arg_given(rq, "purposes") ? arg_strs(rq, "purposes") : me->purposes;
	for (size_t i = 0; i < item->purposes.n; i++)
		if (!slices_have(sight_case_rec(rq->sight)->purposes, item->purposes.v[i]))
			return refuse_arg(rq, ERR_USAGE, N_("The case has no purpose %s."),
					  N_("brug case show lists its purposes."),
					  item->purposes.v[i]);
	if (item->purposes.n)
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("An item needs a purpose."), NULL, N_("Give --purposes."));
}

/* Whose it is: the agency's, or the person's own words. Those the person, his supporter or the
 * casusregisseur writes down; nobody else puts words in his mouth, and the supporter only where his
 * mandate goes. */
static enum err take_owner(struct request *rq, const struct rec_member *me, struct rec_item *item)
{
	item->owner = item_owner(rq, item->category, arg_bool(rq, "own"));
	if (item->owner.p[0] != '#' || slice_is(item->category, "leren") ||
	    slice_is(me->role, "betrokkene") || policy_leads(rq->sight, me->person, rq->now) ||
	    (slice_is(me->role, "ondersteuner") &&
	     policy_mandated(rq->sight, me->person, item->category, rq->now)))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("The person's own words are not yours to write."),
		      N_("He writes them himself, with the casusregisseur, or with his supporter "
			 "where his mandate goes."),
		      N_("Write what you saw yourself, or ask the casusregisseur."));
}

/* A message about a message goes with what that one is about, to those it was for. */
static enum err find_about(struct request *rq, const struct kind *kind, struct rec_item *about)
{
	if (!kind->anchored)
		return arg_given(rq, "about")
			       ? refuse(rq, ERR_USAGE, N_("Only a message is about an item."), NULL,
					N_("Leave \"about\" out, or use brug say."))
			       : ERR_OK;
	if (!arg_given(rq, "about"))
		return refuse(rq, ERR_USAGE, N_("A message is about an item."), NULL,
			      N_("Say which: brug say ITEM"));
	return item_arg(rq, "about", about);
}

static void go_along(struct rec_item *item, const struct rec_item *about)
{
	item->about = about->num;
	item->category = about->category;
	item->areas = about->areas;
	item->purposes = about->purposes;
	item->owner = about->owner;
}

/* On a table lies nothing of a person, and in a case nothing that is a table's. */
static enum err lies_here(struct request *rq, const struct kind *kind, struct slice category)
{
	struct slice sort = sight_case_rec(rq->sight)->sort;

	if (!vocab_lies(slice_of(kind->name), sort))
		return refuse_arg(
			rq, ERR_REFUSED,
			sort.n ? N_("A %s does not lie on a table.")
			       : N_("A %s does not lie in a case."),
			sort.n ? N_("At a table there is no person: write of organisations "
				    "and rules there.")
			       : N_("It lies on a table: brug table list"),
			slice_of(kind->name));
	if (!sort.n || vocab_lies_category(category))
		return ERR_OK;
	return refuse_arg(rq, ERR_REFUSED, N_("Data of category %s do not lie on a table."),
			  N_("Only proces, plan and leren do."), category);
}

/* Which of enum who somebody is for what he makes himself. */
static unsigned who_adds(struct request *rq, const struct rec_member *me)
{
	if (slice_is(me->role, "betrokkene") || slice_is(me->role, "ondersteuner"))
		return WHO_PERSON;
	if (slice_is(me->role, "voorzitter"))
		return WHO_OWNER | WHO_SEAT | WHO_LEAD | WHO_PROCESS;
	if (slice_is(me->role, "lid"))
		return WHO_OWNER | WHO_SEAT;
	return WHO_OWNER | (policy_leads(rq->sight, me->person, rq->now) ? WHO_LEAD : 0) |
	       (slice_is(me->role, "procesregisseur") ? WHO_PROCESS : 0);
}

enum err compose_item(struct request *rq, const struct kind *kind, const struct rec_item *about,
		      struct rec_item *item)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	unsigned who = who_adds(rq, me);

	TRY(must_be(rq, kind->who, who, N_("This kind is not added by your role in the case.")));
	*item = (struct rec_item){
		.num = rq->change.pos << 4 | rq->change.events_n,
		.kind = slice_of(kind->name),
		.category = arg_given(rq, "category") ? arg_str(rq, "category")
						      : slice_of(kind->category),
		.areas = arg_given(rq, "leefgebieden") ? arg_strs(rq, "leefgebieden") : me->areas,
		.state = slice_of(kind->states[0].name),
		.rev = 1,
		.author = rq->who->person,
		.by = rq->who->person,
		.made = rq->now,
		.changed = rq->now};
	for (const struct field *f = kind->fields; f->name; f++)
		if (obj_get(obj_get(rq->params, "fields"), f->name))
			TRY(must_be(rq, who | WHO_OWNER, f->who,
				    N_("This field is not yours to set.")));
	TRY(take_purposes(rq, me, item));
	TRY(take_owner(rq, me, item));
	if (about)
		go_along(item, about);
	TRY(lies_here(rq, kind, item->category));
	TRY(take_fields(rq, kind, item));
	return circle_take(rq, about, item);
}

/* More is asked of the person this week already: who asks hears so, and decides. */
static void said_and_warned(struct request *rq, const struct rec_item *item)
{
	size_t asked = asked_already(rq, item);
	bool rev = item_level(rq, item) == LEVEL_INHOUD;

	pack_map(rq->out, 1u + rev + (asked > 0));
	pack_kv_str(rq->out, "item", item->code);
	if (rev)
		pack_kv_int(rq->out, "rev", (int64_t)item->rev);
	if (asked)
		pack_kv_text(rq->out, "warn", "overvraagd");
}

enum err serve_item_add(struct request *rq)
{
	const struct kind *kind = vocab_kind(&brug_vocab, arg_str(rq, "kind"));
	CLEANUP(tree_free) struct tree filled = {0};
	struct rec_item item, about;

	if (!kind)
		return refuse_arg(rq, ERR_USAGE, N_("There is no kind called %s."),
				  N_("See: brug explain"), arg_str(rq, "kind"));
	TRY(compose_open(rq));
	TRY(compose_check(rq, kind, false));
	TRY(find_about(rq, kind, &about));
	if (kind->anchored)
		return thread_say(rq, &about, false);
	TRY(compose_item(rq, kind, NULL, &item));
	TRY(own_check(rq, NULL, &item));
	if (slice_is(item.kind, "besluit"))
		TRY(meet_frozen(rq, &item));
	meet_weigh_decision(&item);
	TRY(also_added(rq, kind, &item, &filled));
	TRY(filled.live ? item_first_own(rq, kind, &item, tree_root(&filled))
			: item_first(rq, kind, &item));
	TRY(own_follow(rq, NULL, &item));
	said_and_warned(rq, &item);
	return ERR_OK;
}

/* -- item.set and item.move -------------------------------------------------------------------- */

/* Someone was first: both revisions, as far as the viewer sees them, go with the error. */
static enum err someone_was_first(struct request *rq, const struct rec_item *now, uint64_t base)
{
	CLEANUP(buf_wipe) struct buf mine = {0};
	CLEANUP(buf_wipe) struct buf theirs = {0};
	struct rec_item past;
	bool had = base && item_past(rq, now->num, base, &past) == ERR_OK &&
		   serve_show(rq, &past, &mine);

	if (!serve_show(rq, now, &theirs))
		return refuse_absent(rq);
	pack_map(&rq->detail, 1 + had + (base != 0));
	if (base)
		pack_kv_int(&rq->detail, "rev", (int64_t)now->rev);
	pack_key(&rq->detail, "now");
	buf_slice(&rq->detail, buf_view(&theirs));
	if (had) {
		pack_key(&rq->detail, "base");
		buf_slice(&rq->detail, buf_view(&mine));
	}
	return refuse(rq, ERR_CONFLICT, N_("Someone changed this item before you did."),
		      N_("Your change was based on an earlier revision."),
		      N_("Read both, and send your change again on the new revision; your text is "
			 "kept."));
}

/* Below inhoud revisions are not shown: what he read is known by its mark. */
static enum err same_look(struct request *rq, const struct rec_item *item, bool needed)
{
	struct slice mark = arg_str(rq, "mark");
	CLEANUP(buf_wipe) struct buf shown = {0};

	if (!mark.n && needed)
		return refuse(rq, ERR_USAGE, N_("On what is this change based?"),
			      N_("Somebody may have changed the item since you read it."),
			      N_("Read it first, and give its mark: item.show"));
	if (!mark.n ||
	    (serve_show(rq, item, &shown) && slice_eq(mark, item_mark(rq, buf_view(&shown)))))
		return ERR_OK;
	return someone_was_first(rq, item, 0);
}

static enum err same_revision(struct request *rq, const struct rec_item *item, bool needed)
{
	int64_t rev = arg_int(rq, "rev", 0);

	if (item_level(rq, item) < LEVEL_INHOUD)
		return same_look(rq, item, needed);
	if (!rev || (uint64_t)rev == item->rev)
		return ERR_OK;
	return someone_was_first(rq, item, (uint64_t)rev);
}

static enum err may_set(struct request *rq, const struct kind *kind, const struct rec_item *item)
{
	const msgpack_object *fields = obj_get(rq->params, "fields");
	unsigned who = policy_who(rq->sight, rq->who, item, rq->now);
	enum level level = item_level(rq, item);

	for (const struct field *f = kind->fields; f->name; f++) {
		if (!obj_get(fields, f->name))
			continue;
		if (level < f->level)
			return refuse(rq, ERR_REFUSED, N_("You cannot change what you do not see."),
				      NULL, N_("brug why ITEM"));
		TRY(must_be(rq, who, f->who, N_("This field is not yours to set.")));
	}
	return ERR_OK;
}

/* What was read is not made different behind the reader's back. */
enum err compose_fresh(struct request *rq, const struct rec_item *item)
{
	const struct kind *kind = vocab_kind(&brug_vocab, item->kind);

	if (!kind || !kind->anchored || rq->now - item->made <= MESSAGE_EDIT_MS)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("A message can be changed for ten minutes."),
		      N_("It has been read by now, and stays as it was read."),
		      N_("Write another one, or take it back: brug withdraw MESSAGE"));
}

enum err serve_item_set(struct request *rq)
{
	const struct kind *kind;
	struct rec_item before, item;

	TRY(item_arg(rq, "item", &before));
	kind = vocab_kind(&brug_vocab, before.kind);
	if (!kind)
		return ERR_INTERNAL;
	TRY(compose_open(rq));
	TRY(compose_check(rq, kind, true));
	TRY(may_set(rq, kind, &before));
	TRY(meet_frozen(rq, &before));
	TRY(compose_fresh(rq, &before));
	TRY(same_revision(rq, &before, true));
	item = before;
	TRY(take_fields(rq, kind, &item));
	TRY(own_check(rq, &before, &item));
	meet_weigh_decision(&item);
	TRY(also_set(rq, &before, &item));
	TRY(circle_check(rq, &item));
	TRY(item_revise(rq, &(struct revision){.kind = kind,
					       .before = &before,
					       .item = &item,
					       .update = obj_get(rq->params, "fields")}));
	TRY(own_follow(rq, &before, &item));
	item_said(rq, &item, false);
	return ERR_OK;
}

/* The client shows the state itself; what helps is which steps there are from it. */
static enum err no_such_move(struct request *rq, const struct kind *kind, struct slice state)
{
	struct buf steps = {0};
	struct slice names;

	for (const struct move *m = kind ? kind->moves : NULL; m && m->verb; m++)
		if (m->who != WHO_CLOCK && slice_is(state, m->from))
			buf_fmt(&steps, "%s%s (%s)", steps.n ? ", " : "", m->verb, m->alias);
	names = arena_copy(rq->arena, buf_view(&steps));
	buf_free(&steps);
	return refuse_arg(rq, ERR_USAGE,
			  N_("This step does not exist from the state the item is in."),
			  names.n ? N_("From here: %s.") : NULL, names);
}

enum err serve_item_move(struct request *rq)
{
	struct slice why = arg_str(rq, "why");
	const struct kind *kind;
	const struct move *move;
	CLEANUP(tree_free) struct tree with = {0};
	struct rec_item before, item;

	TRY(item_arg(rq, "item", &before));
	kind = vocab_kind(&brug_vocab, before.kind);
	move = kind ? kind_move(kind, before.state, arg_str(rq, "verb")) : NULL;
	TRY(compose_open(rq));
	if (item_level(rq, &before) < LEVEL_SIGNAAL)
		return refuse(rq, ERR_REFUSED, N_("You cannot change what you do not see."), NULL,
			      N_("brug why ITEM"));
	if (!move)
		return no_such_move(rq, kind, before.state);
	TRY(must_be(rq, policy_who(rq->sight, rq->who, &before, rq->now), move->who,
		    N_("This step is not yours to make.")));
	TRY(meet_frozen(rq, &before));
	if (move->why && !why.n)
		return refuse(rq, ERR_USAGE, N_("This step asks a reason."), NULL,
			      N_("Give it: the command asks for it."));
	TRY(same_revision(rq, &before, false));
	item = before;
	item.state = slice_of(move->to);
	TRY(also_moved(rq, &before, &item, &with));
	TRY(item_revise(rq, &(struct revision){.kind = kind,
					       .before = &before,
					       .item = &item,
					       .update = with.live ? tree_root(&with) : NULL,
					       .why = why}));
	TRY(own_follow(rq, &before, &item));
	item_said(rq, &item, true);
	return ERR_OK;
}
