#include "upward.h"

#include "args.h"
#include "clock.h"
#include "due.h"
#include "items.h"
#include "keys.h"
#include "links.h"
#include "notice.h"
#include "revise.h"
#include "ruled.h"
#include "said.h"
#include "waits.h"

enum { AT_TABLE = 3, MOST = 4, REVIEW_DAYS = 90 };
static const int64_t day_ms = 24LL * 60 * 60 * 1000;

struct term upward_term(struct request *rq, int64_t level)
{
	static const uint64_t usual[MOST] = {14, 14, 21, 28};
	size_t at = level < 1 || level > MOST ? 0 : (size_t)level - 1;
	struct term t = {.due = 0};
	uint64_t days = usual[at];
	struct rec_agreement a;

	if (get_record(rq, TAB_AGREEMENT, sight_case_rec(rq->sight)->agreement, REC_agreement,
		       &a) == ERR_OK &&
	    at < a.terms.n && a.terms.v[at])
		days = a.terms.v[at];
	clock_date(rq->now + (int64_t)days * day_ms, t.date);
	t.due = clock_parse(t.date, 1);
	return t;
}

struct term upward_review(const struct request *rq)
{
	struct term t = {.due = 0};

	clock_date(rq->now + REVIEW_DAYS * day_ms, t.date);
	t.due = clock_parse(t.date, 1);
	return t;
}

/* -- who is told, as far as he sees it --------------------------------------------------------- */

/* Who leads: in a case the casusregisseur and the procesregisseur, at a table its chairs. */
static void tell_leads(struct request *rq, const char *what, const struct rec_item *item)
{
	notice_who_sees(rq, sight_case_rec(rq->sight)->lead, what, item);
	notice_who_sees(rq, sight_case_rec(rq->sight)->process, what, item);
	notice_who_sees(rq, item->executor, what, item);
	for (size_t i = 0; i < sight_members(rq->sight); i++)
		if (slice_is(sight_member_at(rq->sight, i)->role, "voorzitter"))
			notice_who_sees(rq, sight_member_at(rq->sight, i)->person, what, item);
}

/* -- a level up -------------------------------------------------------------------------------- */

static bool has_table(struct request *rq)
{
	return store_has(rq->house->store, TAB_TABLE, sight_case_rec(rq->sight)->agreement);
}

/* The level after this one, or 0: the last, or a question of casusregie, which no manager's table
 * is for. */
static int64_t level_after(const struct said *s, const struct rec_item *item)
{
	int64_t level = obj_int(said_field(s, "niveau"), 1);

	if (level >= MOST || (level >= AT_TABLE - 1 && slice_is(item->kind, "knelpunt") &&
			      slice_is(said_text(s, "keuze"), "casusregie")))
		return 0;
	return level + 1;
}

static enum err go_up(struct request *rq, const struct rec_item *before, int64_t level)
{
	bool leaves = slice_is(before->kind, "knelpunt") && level >= AT_TABLE;
	struct term term = upward_term(rq, level);
	struct rec_item item = *before;
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(tree_free) struct tree update = {0};

	item.due = term.due;
	pack_map(&b, leaves ? 3 : 2);
	pack_kv_int(&b, "niveau", level);
	pack_kv_text(&b, "termijn", term.date);
	if (leaves)
		pack_kv_bool(&b, "aan_tafel", has_table(rq));
	TRY(tree_take(&update, &b));
	TRY(item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before->kind),
					       .before = before,
					       .item = &item,
					       .update = tree_root(&update)}));
	if (leaves)
		due_put(rq, rq->now, item.num, DUE_TABLE);
	waits_put(rq, &item);
	tell_leads(rq, "raised", &item);
	return ERR_OK;
}

/* There is no higher: who leads is told once, and its term stands there as passed. */
static enum err stays(struct request *rq, const struct rec_item *before)
{
	struct rec_item item = *before;

	item.due = 0;
	TRY(item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before->kind),
					       .before = before,
					       .item = &item}));
	tell_leads(rq, "late", before);
	return ERR_OK;
}

enum err upward_late(struct request *rq, const struct rec_item *before)
{
	CLEANUP(said_free) struct said said = {0};
	int64_t level;

	TRY(said_open(rq, before, &said));
	level = level_after(&said, before);
	return level ? go_up(rq, before, level) : stays(rq, before);
}

/* -- to the table ------------------------------------------------------------------------------ */

struct bottleneck {
	struct said said;
	struct rec_item item;
	struct spot place;
	struct ruled group;
	bool grouped; /* it is among the open ones */
	size_t cases; /* with the same rule and parties, its own among them */
	int64_t level;
};
static void bottleneck_free(struct bottleneck *b)
{
	said_free(&b->said);
}

/* False: there is nothing of it to be on a table. */
static bool goes_up(struct request *rq, uint64_t num, struct bottleneck *b)
{
	b->place = (struct spot){rq->case_id, num};
	if (item_by_num(rq, num, &b->item) != ERR_OK || said_open(rq, &b->item, &b->said) != ERR_OK)
		return false;
	b->level = obj_int(said_field(&b->said, "niveau"), 1);
	b->grouped = ruled_of(rq, rq->case_id, num, &b->group);
	b->cases = b->grouped ? ruled_cases(rq, &b->group) : 0;
	return b->grouped && (b->level >= AT_TABLE || b->cases >= RULED_GROUP) &&
	       !links_other(rq, b->place, &(struct spot){0});
}

static bool enter_table(struct request *rq)
{
	struct slice val, agreement = sight_case_rec(rq->sight)->agreement;

	return store_get(rq->house->store, TAB_TABLE, agreement, &val) == ERR_OK && val.n == 8 &&
	       links_enter(rq, get_be64(val.p)) == ERR_OK;
}

/* Names of agencies, and no others. */
static struct slices agencies_of(struct request *rq, struct slices names)
{
	struct slices out = {.v = ARENA_ARRAY(rq->arena, struct slice, names.n + 1)};

	for (size_t i = 0; i < names.n; i++)
		if (store_has(rq->house->store, TAB_AGENCY, names.v[i]))
			out.v[out.n++] = names.v[i];
	return out;
}

/* What says nothing of a person: rule, sort, parties, level. */
static enum err pack_bare(struct request *rq, const struct bottleneck *b, const char *term,
			  struct tree *out)
{
	static const char *const words[] = {"regel", "soort"};
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(buf_free) struct buf map = {0};
	struct slices parties =
		agencies_of(rq, obj_strs(rq->arena, said_field(&b->said, "tussen")));
	unsigned n = 2;

	for (size_t i = 0; i < 2; i++)
		if (said_text(&b->said, words[i]).n) {
			pack_kv_str(&pairs, words[i], said_text(&b->said, words[i]));
			n++;
		}
	if (parties.n) {
		pack_kv_strs(&pairs, "tussen", parties);
		n++;
	}
	pack_kv_int(&pairs, "niveau", b->level < 2 ? 2 : b->level);
	pack_kv_text(&pairs, "termijn", term);
	pack_map(&map, n);
	buf_slice(&map, buf_view(&pairs));
	return tree_take(out, &map);
}

static struct slice chairs_agency(struct request *rq)
{
	for (size_t i = 0; i < sight_members(rq->sight); i++)
		if (slice_is(sight_member_at(rq->sight, i)->role, "voorzitter"))
			return sight_member_at(rq->sight, i)->agency;
	return SLICE("-");
}

/* Its place, as an item of the table where the request now is. */
static enum err lay_down(struct request *rq, const struct bottleneck *b, struct spot *out)
{
	const struct kind *kind = vocab_kind(&brug_vocab, SLICE("belemmering"));
	struct term term = upward_term(rq, b->level < 2 ? 2 : b->level);
	struct rec_item item = {.num = rq->change.pos << 4 | rq->change.events_n,
				.kind = slice_of(kind->name),
				.category = slice_of(kind->category),
				.owner = chairs_agency(rq),
				.purposes = sight_case_rec(rq->sight)->purposes,
				.state = slice_of(kind->states[0].name),
				.rev = 1,
				.made = rq->now,
				.changed = rq->now,
				.due = term.due};
	CLEANUP(tree_free) struct tree fields = {0};

	TRY(pack_bare(rq, b, term.date, &fields));
	TRY(item_first_own(rq, kind, &item, tree_root(&fields)));
	*out = (struct spot){rq->case_id, item.num};
	waits_put(rq, &item);
	tell_leads(rq, "text", &item);
	return ERR_OK;
}

/* The one that lies there already for the same rule and parties, unless that came to an end. */
static bool lies_there(struct request *rq, const struct bottleneck *b, struct spot *out)
{
	struct rec_item item;
	struct slice val;

	if (store_get(rq->house->store, TAB_GROUP, ruled_view(&b->group), &val) != ERR_OK ||
	    val.n != 16 || get_be64(val.p) != rq->case_id)
		return false;
	*out = (struct spot){rq->case_id, get_be64(val.p + 8)};
	return item_by_num(rq, out->num, &item) == ERR_OK && item_runs(&item);
}

/* It lies as high there as the highest of what it stands for. */
static enum err lift(struct request *rq, const struct bottleneck *b, struct spot at)
{
	CLEANUP(said_free) struct said said = {0};
	struct rec_item item;

	TRY(item_by_num(rq, at.num, &item));
	TRY(said_open(rq, &item, &said));
	if (obj_int(said_field(&said, "niveau"), MOST) >= b->level)
		return ERR_OK;
	return go_up(rq, &item, b->level);
}

/* All of the group hear the answer; alone it is its own. */
static void link_group(struct request *rq, const struct bottleneck *b, struct spot at)
{
	struct walk w;

	links_put(rq, at, b->place);
	if (b->cases < RULED_GROUP)
		return;
	for (store_walk(rq->house->store, TAB_RULED, ruled_view(&b->group), &w); w.on;
	     store_next(&w)) {
		struct spot of = {get_be64(w.key.p + RULED), get_be64(w.key.p + RULED + 8)};

		if (!links_other(rq, of, &(struct spot){0}))
			links_put(rq, at, of);
	}
	store_walk_end(&w);
}

enum err upward_take(struct request *rq, uint64_t num, int64_t at)
{
	CLEANUP(bottleneck_free) struct bottleneck b = {0};
	struct key where;
	struct spot place;

	(void)at;
	if (!goes_up(rq, num, &b) || !enter_table(rq))
		return ERR_OK;
	if (lies_there(rq, &b, &place)) {
		TRY(lift(rq, &b, place));
	} else {
		TRY(lay_down(rq, &b, &place));
		where = key_2(place.room, place.num);
		change_put(&rq->change, rq->pass, TAB_GROUP, ruled_view(&b.group),
			   arena_copy(rq->arena, key_view(&where)));
	}
	link_group(rq, &b, place);
	return ERR_OK;
}

/* -- and back ---------------------------------------------------------------------------------- */

void upward_tell(struct request *rq, uint64_t num)
{
	struct spots of = links_all(rq, (struct spot){rq->case_id, num});

	for (size_t i = 0; i < of.n; i++)
		due_put_in(rq, of.v[i].room, rq->now, &(struct due_row){of.v[i].num, DUE_ANSWER});
}

struct answer {
	struct slice state, text;
};

/* What the table said: read there, of the arena, and back in the case. */
static enum err read_answer(struct request *rq, struct spot there, struct answer *out)
{
	CLEANUP(said_free) struct said said = {0};
	uint64_t here = rq->case_id;
	struct rec_item item;
	enum err err = links_enter(rq, there.room);

	err = err == ERR_OK ? item_by_num(rq, there.num, &item) : err;
	err = err == ERR_OK ? said_open(rq, &item, &said) : err;
	if (err == ERR_OK) {
		out->state = item.state;
		out->text = arena_copy(rq->arena, said_text(&said, "antwoord"));
	}
	TRY(links_enter(rq, here));
	return err;
}

static enum err pack_answer(struct request *rq, const struct answer *a, bool back,
			    const struct term *term, struct tree *out)
{
	bool solved = slice_is(a->state, "opgelost");
	CLEANUP(buf_wipe) struct buf b = {0};

	(void)rq;
	pack_map(&b, 2U + solved + (back ? 2 : 0));
	pack_kv_str(&b, "antwoord", a->text);
	pack_kv_bool(&b, "aan_tafel", false);
	if (solved)
		pack_kv_str(&b, "maatregel", a->text);
	if (back) {
		pack_kv_int(&b, "niveau", 2);
		pack_kv_text(&b, "termijn", term->date);
	}
	return tree_take(out, &b);
}

/* One that was not above level 2 stays open: whether the measure solved it here, people say. */
static struct slice state_after(const struct answer *a, const struct rec_item *item, bool high)
{
	if (!high)
		return item->state;
	return slice_is(a->state, "terug") ? SLICE("open") : a->state;
}

static enum err take_answer(struct request *rq, const struct rec_item *before,
			    const struct answer *a)
{
	CLEANUP(said_free) struct said said = {0};
	CLEANUP(tree_free) struct tree update = {0};
	struct term term = upward_term(rq, 2);
	struct rec_item item = *before;
	bool high, back;

	TRY(said_open(rq, before, &said));
	high = obj_int(said_field(&said, "niveau"), 1) >= AT_TABLE;
	back = high && slice_is(a->state, "terug");
	item.state = state_after(a, before, high);
	item.due = back ? term.due : before->due;
	TRY(pack_answer(rq, a, back, &term, &update));
	TRY(item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before->kind),
					       .before = before,
					       .item = &item,
					       .update = tree_root(&update)}));
	tell_leads(rq, "answer", &item);
	return ERR_OK;
}

enum err upward_answer(struct request *rq, uint64_t num, int64_t at)
{
	struct spot here = {rq->case_id, num}, there;
	struct rec_item before;
	struct answer a = {0};

	(void)at;
	if (!links_other(rq, here, &there))
		return ERR_OK;
	links_del(rq, here, there);
	if (item_by_num(rq, num, &before) != ERR_OK || read_answer(rq, there, &a) != ERR_OK)
		return ERR_OK;
	if (!slice_is(before.state, "open") && !slice_is(before.state, "loopt"))
		return ERR_OK;
	return take_answer(rq, &before, &a);
}

void upward_drop(struct request *rq)
{
	ruled_drop(rq);
	links_drop(rq);
}
