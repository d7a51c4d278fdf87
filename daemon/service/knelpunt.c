/*
 * Bottlenecks as procesregie works with them: the queue over all tables and cases, the text for a
 * table and its check, asking, and solving with a measure. The steps are item.move's.
 */
#include "args.h"
#include "cases.h"
#include "clock.h"
#include "items.h"
#include "keys.h"
#include "nameless.h"
#include "notice.h"
#include "revise.h"
#include "ruled.h"
#include "said.h"
#include "upward.h"
#include "waits.h"

#include <stdio.h>

static bool at_table(const struct request *rq)
{
	return sight_case_rec(rq->sight)->sort.n > 0;
}

static bool is_kind(const struct rec_item *item, const char *kind)
{
	return slice_is(item->kind, kind);
}

/* -- the queue --------------------------------------------------------------------------------- */

/* Few are not counted out, and many go in fives: who knows one of them would know whom, and one
 * more would show when it came. */
static const char *few(size_t n, char out[24])
{
	if (n < RULED_GROUP)
		return "<3";
	if (n < 5)
		return "<5";
	snprintf(out, 24, "%zu", n / 5 * 5);
	return out;
}

/* How many cases have the rule and parties that this one lies there for. */
static size_t cases_of(struct request *rq, const struct rec_item *item)
{
	size_t n = 0;
	struct walk w;

	for (store_walk(rq->house->store, TAB_GROUP, SLICE(""), &w); w.on; store_next(&w)) {
		struct ruled r;

		if (w.val.n != 16 || w.key.n != RULED || get_be64(w.val.p) != rq->case_id ||
		    get_be64(w.val.p + 8) != item->num)
			continue;
		for (size_t i = 0; i < RULED; i++)
			r.p[i] = w.key.p[i];
		n = ruled_cases(rq, &r);
		break;
	}
	store_walk_end(&w);
	return n;
}

static bool pack_one(struct request *rq, const struct rec_item *item, bool counts, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf shown = {0};
	char number[24];

	if (!serve_show(rq, item, &shown))
		return false;
	pack_map(out, 4);
	pack_kv_str(out, "room", sight_case_rec(rq->sight)->code);
	pack_kv_str(out, "sort", sight_case_rec(rq->sight)->sort);
	pack_key(out, "item");
	buf_slice(out, buf_view(&shown));
	pack_kv_text(out, "cases", counts ? few(cases_of(rq, item), number) : "");
	return true;
}

/* A chair's own table, a member's table, the case of who leads it. */
static size_t pack_room(struct request *rq, uint64_t room, struct buf *out)
{
	const struct rec_member *me;
	struct items it;
	bool chairs;
	size_t n = 0;

	if (!room_enter(rq, room))
		return 0;
	me = sight_member(rq->sight, rq->who->person);
	chairs = slice_is(me->role, "voorzitter");
	if (!at_table(rq) && !slice_is(me->role, "procesregisseur") &&
	    !slice_is(me->role, "casusregisseur"))
		return 0;
	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if ((is_kind(&it.item, "knelpunt") || is_kind(&it.item, "belemmering")) &&
		    item_runs(&it.item) && pack_one(rq, &it.item, chairs, out))
			n++;
	return n;
}

enum err serve_knelpunt_list(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct rooms r;
	size_t n = 0;

	for (rooms_first(rq, &r); r.on; rooms_next(&r))
		n += pack_room(rq, r.id, &list);
	return answer_rooms(rq, "bottlenecks", n, &list);
}

/* -- one of them ------------------------------------------------------------------------------- */

static enum err named(struct request *rq, unsigned who, struct rec_item *item)
{
	TRY(item_arg(rq, "item", item));
	if (!is_kind(item, at_table(rq) ? "belemmering" : "knelpunt"))
		return refuse(rq, ERR_USAGE, N_("This is no bottleneck."), NULL,
			      N_("See: brug knelpunt"));
	if (!item_runs(item))
		return refuse(rq, ERR_CONFLICT, N_("This bottleneck came to an end already."), NULL,
			      N_("See: brug show ITEM"));
	if (policy_who(rq->sight, rq->who, item, rq->now) & who)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("You cannot change this."),
		      N_("It is for who leads here, or who took it up."),
		      N_("Write a message: brug say ITEM"));
}

static enum err revise_with(struct request *rq, const struct rec_item *before,
			    struct rec_item *item, struct buf *update)
{
	CLEANUP(tree_free) struct tree fields = {0};

	TRY(tree_take(&fields, update));
	return item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before->kind),
						  .before = before,
						  .item = item,
						  .update = tree_root(&fields)});
}

enum err serve_knelpunt_ask(struct request *rq)
{
	struct rec_item before, item;
	CLEANUP(buf_wipe) struct buf b = {0};
	uint64_t person;
	struct sight s;

	TRY(named(rq, WHO_LEAD | WHO_PROCESS | WHO_EXECUTOR, &before));
	item = before;
	TRY(arg_member(rq, "person", &person));
	if (policy_sight_of(rq->house->policy, rq->sight, &(struct viewer){.person = person},
			    &before, rq->now, &s) != ERR_OK ||
	    s.level < LEVEL_SIGNAAL)
		return refuse_arg(rq, ERR_REFUSED, N_("%s does not see this bottleneck."),
				  N_("Ask somebody who does, or show it to him: brug widen"),
				  arg_str(rq, "person"));
	pack_map(&b, 1);
	pack_kv_str(&b, "bij", arg_str(rq, "person"));
	if (at_table(rq)) /* in a case it would show him more of it */
		item.executor = person;
	TRY(revise_with(rq, &before, &item, &b));
	notice_person(rq, person, "asked", item.num, item.code, item.due);
	item_said(rq, &item, false);
	return ERR_OK;
}

/* -- a text for the table ---------------------------------------------------------------------- */

/* Somebody else, who sits here now. */
static enum err arg_checker(struct request *rq, uint64_t *out)
{
	const struct rec_member *m;

	TRY(arg_member(rq, "checker", out));
	m = sight_member(rq->sight, *out);
	if (*out != rq->who->person && m && slice_is(m->status, "active"))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("%s cannot check this."),
			  N_("Somebody else at this table does: brug table show lists them."),
			  arg_str(rq, "checker"));
}

static enum err in_state(struct request *rq, const struct rec_item *item, const char *a,
			 const char *b)
{
	if (slice_is(item->state, a) || slice_is(item->state, b))
		return ERR_OK;
	return refuse_arg(rq, ERR_CONFLICT, N_("This step is not for one that is %s."),
			  N_("See: brug knelpunt"), item->state);
}

enum err serve_knelpunt_text(struct request *rq)
{
	struct rec_draft d = {.by = rq->who->person, .time = rq->now};
	struct rec_item before, item;
	struct key k;

	TRY(named(rq, WHO_PROCESS, &before));
	if (!at_table(rq))
		return refuse(rq, ERR_USAGE, N_("In a case a bottleneck has its own text."), NULL,
			      N_("brug set ITEM --inhoud"));
	TRY(in_state(rq, &before, "tekst_gevraagd", "te_toetsen"));
	TRY(arg_checker(rq, &d.checker));
	TRY(nameless_text(rq, arg_str(rq, "text")));
	item = before;
	item.state = SLICE("te_toetsen");
	d.sealed = seal_text(rq, item.num, TEXT_DRAFT, arg_str(rq, "text"));
	k = key_2(rq->case_id, item.num);
	put_record(rq, TAB_DRAFT, key_view(&k), REC_draft, &d);
	TRY(item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before.kind),
					       .before = &before,
					       .item = &item}));
	waits_put(rq, &item);
	notice_person(rq, d.checker, "check", item.num, item.code, 0);
	item_said(rq, &item, true);
	return ERR_OK;
}

/* Of who wrote it and who is to check it; for others there is none. */
static enum err find_draft(struct request *rq, struct rec_item *item, struct rec_draft *d)
{
	struct key k;

	TRY(item_arg(rq, "item", item));
	k = key_2(rq->case_id, item->num);
	if (get_record(rq, TAB_DRAFT, key_view(&k), REC_draft, d) == ERR_OK &&
	    (d->by == rq->who->person || d->checker == rq->who->person))
		return ERR_OK;
	return refuse(rq, ERR_NOTFOUND, N_("No text waits here for you."), NULL,
		      N_("See: brug knelpunt"));
}

enum err serve_knelpunt_draft(struct request *rq)
{
	struct rec_item item;
	struct rec_draft d;

	TRY(find_draft(rq, &item, &d));
	rq->log_itself = true;
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "item", item.code);
	pack_kv_str(rq->out, "by", show_person(rq, d.by));
	pack_kv_str(rq->out, "text", open_text(rq, item.num, TEXT_DRAFT, d.sealed));
	return ERR_OK;
}

static enum err is_checker(struct request *rq, const struct rec_draft *d)
{
	if (d->checker == rq->who->person)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("Who wrote it does not check it."),
		      N_("A second person says that nobody is in it."),
		      N_("Wait for him, or write it anew for another: brug knelpunt text"));
}

enum err serve_knelpunt_check(struct request *rq)
{
	bool good = slice_is(arg_str(rq, "verdict"), "goed");
	struct rec_item before, item;
	CLEANUP(buf_wipe) struct buf b = {0};
	struct rec_draft d;
	struct slice text;
	struct key k;

	TRY(find_draft(rq, &before, &d));
	TRY(is_checker(rq, &d));
	TRY(in_state(rq, &before, "te_toetsen", "te_toetsen"));
	text = open_text(rq, before.num, TEXT_DRAFT, d.sealed);
	if (good)
		TRY(nameless_text(rq, text));
	item = before;
	item.state = good ? SLICE("open") : SLICE("tekst_gevraagd");
	k = key_2(rq->case_id, item.num);
	change_del(&rq->change, rq->pass, TAB_DRAFT, key_view(&k));
	pack_map(&b, good);
	if (good)
		pack_kv_str(&b, "inhoud", text);
	TRY(revise_with(rq, &before, &item, &b));
	waits_put(rq, &item);
	notice_person(rq, d.by, good ? "checked" : "text", item.num, item.code, 0);
	item_said(rq, &item, true);
	return ERR_OK;
}

/* -- solved ------------------------------------------------------------------------------------ */

static struct slice review_day(struct request *rq)
{
	struct term term = upward_review(rq);

	if (arg_given(rq, "herzien_op"))
		return arg_str(rq, "herzien_op");
	return arena_copy(rq->arena, slice_of(term.date));
}

/* The measure: bound to the rule it changes, and looked at again. */
static enum err put_measure(struct request *rq, const struct rec_item *of)
{
	const struct kind *kind = vocab_kind(&brug_vocab, SLICE("maatregel"));
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);
	struct rec_ref ref = {SLICE("voor"), of->num, LEVEL_SIGNAAL};
	struct slice day = review_day(rq);
	struct rec_item item = {.num = rq->change.pos << 4 | rq->change.events_n,
				.kind = slice_of(kind->name),
				.category = slice_of(kind->category),
				.owner = me->agency,
				.purposes = of->purposes,
				.state = slice_of(kind->states[0].name),
				.rev = 1,
				.author = me->person,
				.by = me->person,
				.executor = me->person,
				.made = rq->now,
				.changed = rq->now,
				.due = clock_parse(arena_str(rq->arena, day), 1),
				.refs = {&ref, 1}};
	CLEANUP(said_free) struct said said = {0};
	CLEANUP(buf_wipe) struct buf b = {0};
	CLEANUP(tree_free) struct tree fields = {0};
	struct slice rule;

	TRY(said_open(rq, of, &said));
	rule = said_text(&said, "regel");
	pack_map(&b, rule.n ? 3 : 2);
	pack_kv_str(&b, "inhoud", arg_str(rq, "text"));
	pack_kv_str(&b, "herzien_op", day);
	if (rule.n)
		pack_kv_str(&b, "regel", rule);
	TRY(tree_take(&fields, &b));
	return item_first_own(rq, kind, &item, tree_root(&fields));
}

static enum err solve_at_table(struct request *rq, const struct rec_item *before,
			       struct rec_item *item)
{
	CLEANUP(buf_wipe) struct buf b = {0};

	TRY(in_state(rq, before, "open", "loopt"));
	TRY(nameless_text(rq, arg_str(rq, "text")));
	pack_map(&b, 1);
	pack_kv_str(&b, "antwoord", arg_str(rq, "text"));
	TRY(revise_with(rq, before, item, &b));
	upward_tell(rq, item->num);
	return put_measure(rq, before);
}

static enum err solve_in_case(struct request *rq, const struct rec_item *before,
			      struct rec_item *item)
{
	CLEANUP(buf_wipe) struct buf b = {0};

	pack_map(&b, 1);
	pack_kv_str(&b, "maatregel", arg_str(rq, "text"));
	return revise_with(rq, before, item, &b);
}

enum err serve_knelpunt_solve(struct request *rq)
{
	struct rec_item before, item;

	TRY(arg_ahead(rq, "herzien_op"));
	TRY(named(rq, at_table(rq) ? WHO_PROCESS | WHO_EXECUTOR : WHO_PROCESS | WHO_LEAD, &before));
	item = before;
	item.state = SLICE("opgelost");
	TRY(at_table(rq) ? solve_at_table(rq, &before, &item) : solve_in_case(rq, &before, &item));
	item_said(rq, &item, true);
	return ERR_OK;
}
