#include "shelf.h"

#include "args.h"
#include "cases.h"
#include "codes.h"
#include "due.h"
#include "items.h"
#include "keys.h"
#include "links.h"
#include "nameless.h"
#include "notice.h"
#include "revise.h"
#include "said.h"
#include "words.h"

static bool is_lesson(const struct rec_item *item)
{
	return slice_is(item->kind, "les");
}

static enum err lesson_arg(struct request *rq, struct rec_item *item)
{
	TRY(item_arg(rq, "item", item));
	if (is_lesson(item) && item_level(rq, item) >= LEVEL_KERN)
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("This is no lesson that you can read."), NULL,
		      N_("brug plan --kind les lists them."));
}

/* -- the second reader ------------------------------------------------------------------------- */

static bool text_differs(const struct rec_item *a, const struct rec_item *b)
{
	return a->level_pos.n != LEVELS || b->level_pos.n != LEVELS ||
	       a->level_pos.v[LEVEL_KERN - 1] != b->level_pos.v[LEVEL_KERN - 1];
}

/* Its author, and whoever changed the text since; what others did to it after him makes him no
 * second reader. */
static bool wrote(struct request *rq, const struct rec_item *item)
{
	struct rec_item later = *item, past;

	for (uint64_t rev = item->rev; rev-- > 1; later = past) {
		if (item_past(rq, item->num, rev, &past) != ERR_OK)
			return true;
		if (later.by == rq->who->person && text_differs(&later, &past))
			return true;
	}
	return item->author == rq->who->person;
}

static enum err second_reader(struct request *rq, const struct rec_item *item)
{
	rq->cost += (unsigned)(item->rev / 8);
	if (!wrote(rq, item))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("Who wrote it does not check it."),
		      N_("A second person says that nobody is in it."),
		      N_("Ask somebody else of the case: brug lesson check ITEM goed"));
}

static enum err nameless_item(struct request *rq, const struct rec_item *item)
{
	static const char *const texts[] = {"inhoud", "context",     "gedaan",
					    "werkte", "werkte_niet", "aanname"};
	CLEANUP(said_free) struct said said = {0};

	TRY(said_open(rq, item, &said));
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		TRY(nameless_text(rq, said_text(&said, texts[i])));
	return ERR_OK;
}

enum err serve_lesson_check(struct request *rq)
{
	bool good = slice_is(arg_str(rq, "verdict"), "goed");
	struct rec_item before, item;

	TRY(lesson_arg(rq, &before));
	if (!slice_is(before.state, "concept"))
		return refuse(rq, ERR_CONFLICT, N_("This lesson is no draft any more."), NULL,
			      N_("See: brug show ITEM"));
	TRY(second_reader(rq, &before));
	if (good)
		TRY(nameless_item(rq, &before));
	notice_person(rq, before.author, good ? "checked" : "text", before.num, before.code, 0);
	item = before;
	item.state = good ? SLICE("getoetst") : SLICE("concept");
	TRY(item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before.kind),
					       .before = &before,
					       .item = &item}));
	item_said(rq, &item, true);
	return ERR_OK;
}

/* -- publishing -------------------------------------------------------------------------------- */

static size_t places_taken(struct request *rq)
{
	struct items it;
	size_t n = 0;

	for (items_first(rq, 0, &it); it.on; items_next(&it))
		n += is_lesson(&it.item) && slice_is(it.item.state, "op_plank");
	return n;
}

/* The lesson where it was learned: the request is about that room until links_enter says otherwise.
 */
static enum err find_source(struct request *rq, struct rec_item *item)
{
	uint64_t room = case_number(arg_str(rq, "case"));

	if (!room || policy_may(rq->house->policy, rq->who, RIGHT_MEMBER, room, rq->now,
				&rq->refusal) != ERR_OK)
		return refuse_absent(rq);
	TRY(links_enter(rq, room));
	TRY(lesson_arg(rq, item));
	if (!(policy_who(rq->sight, rq->who, item, rq->now) & (WHO_OWNER | WHO_LEAD)))
		return refuse(rq, ERR_REFUSED, N_("This lesson is not of your agency."), NULL,
			      N_("Let its author publish it, or who leads the case."));
	if (slice_is(item->state, "getoetst"))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("A second person has not read this lesson yet."),
		      N_("Before it leaves its case, somebody says that nobody is in it."),
		      N_("Ask somebody of the case: brug lesson check ITEM goed"));
}

/* What it says, as fields; where it came from is not among them. */
static enum err copy_fields(struct request *rq, const struct rec_item *item, struct tree *out)
{
	const struct kind *kind = vocab_kind(&brug_vocab, SLICE("les"));
	CLEANUP(said_free) struct said said = {0};
	CLEANUP(buf_wipe) struct buf pairs = {0};
	CLEANUP(buf_wipe) struct buf map = {0};
	unsigned n = 0;

	TRY(said_open(rq, item, &said));
	for (const struct field *f = kind->fields; f->name; f++) {
		const msgpack_object *v = said_field(&said, f->name);

		if (!v)
			continue;
		pack_key(&pairs, f->name);
		pack_object(&pairs, v);
		n++;
	}
	pack_map(&map, n);
	buf_slice(&map, buf_view(&pairs));
	return tree_take(out, &map);
}

/* Whose it was, and who answers for the shelf. */
static void tell_left(struct request *rq, const struct rec_item *lesson)
{
	notice_who_sees(rq, lesson->author, "off-shelf", lesson);
	for (size_t i = 0; i < sight_members(rq->sight); i++) {
		const struct rec_member *m = sight_member_at(rq->sight, i);

		if (slice_is(m->role, "voorzitter") && m->person != lesson->author)
			notice_who_sees(rq, m->person, "off-shelf", lesson);
	}
}

static enum err leaves(struct request *rq)
{
	struct rec_item before, item;

	TRY(item_arg(rq, "replaces", &before));
	if (!is_lesson(&before) || !slice_is(before.state, "op_plank"))
		return refuse_arg(rq, ERR_USAGE, N_("%s is not on this shelf."),
				  N_("brug shelf lists what is."), arg_str(rq, "replaces"));
	item = before;
	item.state = SLICE("vervallen");
	tell_left(rq, &before);
	return item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before.kind),
						  .before = &before,
						  .item = &item});
}

static enum err has_room(struct request *rq)
{
	return refuse(rq, ERR_USAGE, N_("The shelf has a place free."),
		      N_("A lesson leaves only when there is no other place."),
		      N_("Leave --replaces out."));
}

/* One place is one lesson: a full shelf gives one up, or nothing is put on it. */
static enum err make_room(struct request *rq, size_t taken)
{
	if (arg_given(rq, "replaces"))
		return taken < sight_case_rec(rq->sight)->places ? has_room(rq) : leaves(rq);
	if (taken < sight_case_rec(rq->sight)->places)
		return ERR_OK;
	return refuse(rq, ERR_CONFLICT, N_("The shelf is full."),
		      N_("A few lessons that one remembers beat many that are right."),
		      N_("Choose which one leaves: --replaces ITEM; brug shelf lists them."));
}

static enum err put_on_shelf(struct request *rq, const struct rec_item *source,
			     const struct tree *fields, struct rec_item *out)
{
	const struct kind *kind = vocab_kind(&brug_vocab, SLICE("les"));
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	*out = (struct rec_item){.num = rq->change.pos << 4 | rq->change.events_n,
				 .kind = slice_of(kind->name),
				 .category = SLICE("proces"),
				 .owner = me->agency,
				 .areas = source->areas,
				 .purposes = sight_case_rec(rq->sight)->purposes,
				 .state = SLICE("op_plank"),
				 .rev = 1,
				 .author = me->person,
				 .by = me->person,
				 .made = rq->now,
				 .changed = rq->now};
	return item_first_own(rq, kind, out, tree_root(fields));
}

static enum err pack_published(struct request *rq, const struct rec_item *item, size_t taken)
{
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "item", item->code);
	pack_kv_int(rq->out, "places", (int64_t)sight_case_rec(rq->sight)->places);
	pack_kv_int(rq->out, "taken", (int64_t)taken);
	return ERR_OK;
}

enum err serve_lesson_publish(struct request *rq)
{
	CLEANUP(tree_free) struct tree fields = {0};
	uint64_t table = rq->case_id;
	struct rec_item source, item;
	struct spot from;
	size_t taken;

	TRY(find_source(rq, &source));
	from = (struct spot){rq->case_id, source.num};
	TRY(copy_fields(rq, &source, &fields));
	TRY(links_enter(rq, table));
	if (!sight_case_rec(rq->sight)->sort.n)
		return refuse(rq, ERR_USAGE, N_("A shelf stands at a table."), NULL,
			      N_("brug table list shows yours."));
	taken = places_taken(rq);
	TRY(make_room(rq, taken));
	TRY(put_on_shelf(rq, &source, &fields, &item));
	links_put(rq, from, (struct spot){table, item.num});
	due_put_in(rq, from.room, rq->now, &(struct due_row){from.num, DUE_PUBLISHED});
	return pack_published(rq, &item, taken + !arg_given(rq, "replaces"));
}

enum err shelf_published(struct request *rq, uint64_t num, int64_t at)
{
	struct rec_item before, item;

	(void)at;
	if (item_by_num(rq, num, &before) != ERR_OK || !slice_is(before.state, "getoetst"))
		return ERR_OK;
	item = before;
	item.state = SLICE("gepubliceerd");
	return item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, before.kind),
						  .before = &before,
						  .item = &item});
}

/* -- showing ----------------------------------------------------------------------------------- */

/* Where it was learned: only for who takes part there and sees it there. */
static struct slice source_for(struct request *rq, const struct rec_item *item)
{
	uint64_t here = rq->case_id;
	struct slice code = {0};
	struct rec_item source;
	struct refusal r;
	struct spot from;

	if (!links_other(rq, (struct spot){here, item->num}, &from) ||
	    policy_may(rq->house->policy, rq->who, RIGHT_MEMBER, from.room, rq->now, &r) != ERR_OK)
		return code;
	rq->case_id = from.room;
	if (policy_case(rq->house->policy, from.room, &rq->sight) == ERR_OK &&
	    item_by_num(rq, from.num, &source) == ERR_OK && item_level(rq, &source) > LEVEL_GEEN)
		code = arena_fmt(rq->arena, "%.*s/%.*s", SLICE_ARG(sight_case_rec(rq->sight)->code),
				 SLICE_ARG(source.code));
	rq->case_id = here;
	return policy_case(rq->house->policy, here, &rq->sight) == ERR_OK ? code
									  : (struct slice){0};
}

/* Contexts, not people: a case counts once, with what was said of it last. */
static void pack_marks(struct request *rq, const struct rec_item *item, struct buf *out)
{
	struct key prefix = key_2(rq->case_id, item->num);
	int64_t n[4] = {0};
	struct walk w;

	for (store_walk(rq->house->store, TAB_MARK, key_view(&prefix), &w); w.on; store_next(&w))
		if (w.val.n == 1 && w.val.p[0] < 3)
			n[w.val.p[0]]++;
	store_walk_end(&w);
	pack_map(out, 3);
	for (int i = 0; i < 3; i++)
		pack_kv_int(out, words_tries[i], n[i]);
}

static bool pack_lesson(struct request *rq, const struct rec_item *item, bool with_table,
			struct buf *out)
{
	CLEANUP(buf_wipe) struct buf shown = {0};

	if (!serve_show(rq, item, &shown))
		return false;
	pack_map(out, with_table ? 4 : 3);
	if (with_table)
		pack_kv_str(out, "table", sight_case_rec(rq->sight)->code);
	pack_key(out, "item");
	buf_slice(out, buf_view(&shown));
	pack_kv_str(out, "source", source_for(rq, item));
	pack_key(out, "marks");
	pack_marks(rq, item, out);
	return true;
}

enum err serve_shelf_show(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct items it;
	size_t n = 0;

	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if (is_lesson(&it.item) && slice_is(it.item.state, "op_plank") &&
		    pack_lesson(rq, &it.item, false, &list))
			n++;
	pack_map(rq->out, 2);
	pack_kv_int(rq->out, "places", (int64_t)sight_case_rec(rq->sight)->places);
	pack_key(rq->out, "lessons");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

/* -- lessons that fit -------------------------------------------------------------------------- */

static bool fits(struct request *rq, const struct rec_item *item)
{
	struct slice area = arg_str(rq, "leefgebied"), position = arg_str(rq, "positie");
	int64_t mechanism = arg_int(rq, "mechanisme", 0);
	CLEANUP(said_free) struct said said = {0};

	if (area.n && !slices_have(item->areas, area))
		return false;
	if (!position.n && !mechanism)
		return true;
	return said_open(rq, item, &said) == ERR_OK &&
	       (!position.n || slice_eq(said_text(&said, "positie"), position)) &&
	       (!mechanism || obj_int(said_field(&said, "mechanisme"), 0) == mechanism);
}

static size_t pack_table(struct request *rq, uint64_t room, struct buf *out)
{
	struct items it;
	size_t n = 0;

	if (!room_enter(rq, room) || !sight_case_rec(rq->sight)->sort.n)
		return 0;
	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if (is_lesson(&it.item) && slice_is(it.item.state, "op_plank") &&
		    item_level(rq, &it.item) >= LEVEL_KERN && fits(rq, &it.item) &&
		    pack_lesson(rq, &it.item, true, out))
			n++;
	return n;
}

enum err serve_lesson_list(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct rooms r;
	size_t n = 0;

	for (rooms_first(rq, &r); r.on; rooms_next(&r))
		n += pack_table(rq, r.id, &list);
	return answer_rooms(rq, "lessons", n, &list);
}

/* -- how it did -------------------------------------------------------------------------------- */

enum err serve_lesson_mark(struct request *rq)
{
	uint64_t where = case_number(arg_str(rq, "case"));
	const struct sight_case *in;
	struct rec_item item;
	struct key k;
	uint8_t how = 0;

	TRY(item_arg(rq, "item", &item));
	if (!is_lesson(&item) || !slice_is(item.state, "op_plank"))
		return refuse_arg(rq, ERR_USAGE, N_("%s is not on this shelf."),
				  N_("brug shelf lists what is."), arg_str(rq, "item"));
	if (!where || policy_may(rq->house->policy, rq->who, RIGHT_MEMBER, where, rq->now,
				 &rq->refusal) != ERR_OK)
		return refuse_absent(rq);
	if (policy_case(rq->house->policy, where, &in) != ERR_OK || sight_case_rec(in)->sort.n)
		return refuse(rq, ERR_USAGE, N_("A lesson is tried in a case, not at a table."),
			      NULL, N_("Name the case where you tried it."));
	while (!slice_is(arg_str(rq, "result"), words_tries[how]))
		how++;
	k = key_3(rq->case_id, item.num, where);
	change_put(&rq->change, rq->pass, TAB_MARK, key_view(&k), (struct slice){&how, 1});
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "item", item.code);
	return ERR_OK;
}
