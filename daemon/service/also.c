#include "also.h"

#include "args.h"
#include "due.h"
#include "items.h"
#include "nameless.h"
#include "said.h"
#include "scores.h"
#include "invite.h"
#include "weging.h"
#include "upward.h"

/* -- a bottleneck ------------------------------------------------------------------------------ */

/* What was given, with its level and term where they were not. */
static enum err fill_bottleneck(struct request *rq, struct rec_item *item, struct tree *out)
{
	const msgpack_object *given = obj_get(rq->params, "fields");
	int64_t level = obj_int(obj_get(given, "niveau"), 1);
	bool no_level = obj_is_nil(obj_get(given, "niveau")),
	     no_term = obj_is_nil(obj_get(given, "termijn"));
	struct term term = upward_term(rq, level);
	CLEANUP(buf_wipe) struct buf pairs = {0};
	CLEANUP(buf_wipe) struct buf map = {0};
	size_t n = 0;

	for (uint32_t i = 0; i < obj_n(given); i++) {
		const msgpack_object_kv *kv = &given->via.map.ptr[i];
		bool filled = (no_level && slice_is(obj_bytes(&kv->key), "niveau")) ||
			      (no_term && slice_is(obj_bytes(&kv->key), "termijn"));

		if (filled)
			continue;
		pack_object(&pairs, &kv->key);
		pack_object(&pairs, &kv->val);
		n++;
	}
	if (no_level)
		pack_kv_int(&pairs, "niveau", level);
	if (no_term)
		pack_kv_text(&pairs, "termijn", term.date);
	item->due = no_term ? term.due : item->due;
	pack_map(&map, n + no_level + no_term);
	buf_slice(&map, buf_view(&pairs));
	return tree_take(out, &map);
}

/* The rule's short name goes to the table as it is. */
static enum err rule_names_nobody(struct request *rq)
{
	return nameless_text(rq, obj_bytes(obj_get(obj_get(rq->params, "fields"), "regel")));
}

static enum err bottleneck_added(struct request *rq, struct rec_item *item, struct tree *fields)
{
	TRY(rule_names_nobody(rq));
	TRY(fill_bottleneck(rq, item, fields));
	due_put(rq, rq->now, item->num, DUE_TABLE);
	return ERR_OK;
}

/* Put above level 2 by hand, it goes to the table as it does by the clock. */
static enum err bottleneck_set(struct request *rq, const struct rec_item *before,
			       struct rec_item *item)
{
	(void)before;
	due_put(rq, rq->now, item->num, DUE_TABLE);
	return rule_names_nobody(rq);
}

/* Who takes it up has it. In a case that is no more than his name there: to carry something out
 * shows more of it, and that is its agency's to give. */
static enum err taken(struct request *rq, struct rec_item *item, struct tree *update)
{
	CLEANUP(buf_wipe) struct buf b = {0};

	if (sight_case_rec(rq->sight)->sort.n)
		item->executor = rq->who->person;
	pack_map(&b, 1);
	pack_kv_str(&b, "bij", show_person(rq, rq->who->person));
	return tree_take(update, &b);
}

/* Back, or opened again: with nobody, and with a term anew, or the clock would take it up at once.
 */
static enum err put_back(struct request *rq, struct rec_item *item, struct tree *update)
{
	CLEANUP(said_free) struct said said = {0};
	CLEANUP(buf_wipe) struct buf b = {0};
	struct term term;

	TRY(said_open(rq, item, &said));
	term = upward_term(rq, obj_int(said_field(&said, "niveau"), 1));
	item->due = term.due;
	pack_map(&b, 2);
	pack_key(&b, "bij");
	pack_nil(&b);
	pack_kv_text(&b, "termijn", term.date);
	due_put(rq, rq->now, item->num, DUE_TABLE);
	return tree_take(update, &b);
}

static enum err bottleneck_moved(struct request *rq, struct rec_item *item, struct tree *update)
{
	if (slice_is(item->state, "loopt"))
		return taken(rq, item, update);
	return slice_is(item->state, "open") ? put_back(rq, item, update) : ERR_OK;
}

/* At the table an end is an answer to its cases, with the reason. */
static enum err answered(struct request *rq, struct rec_item *item, struct tree *update)
{
	CLEANUP(buf_wipe) struct buf b = {0};

	if (slice_is(item->state, "loopt"))
		return taken(rq, item, update);
	TRY(nameless_text(rq, arg_str(rq, "why")));
	pack_map(&b, 1);
	pack_kv_str(&b, "antwoord", arg_str(rq, "why"));
	upward_tell(rq, item->num);
	return tree_take(update, &b);
}

static enum err not_by_hand(struct request *rq, const struct rec_item *before,
			    struct rec_item *item)
{
	(void)before;
	(void)item;
	return refuse(rq, ERR_REFUSED, N_("The text of a table is not changed by hand."),
		      N_("It is written by one and checked by another."),
		      N_("brug knelpunt text ITEM"));
}

/* -- a lesson ---------------------------------------------------------------------------------- */

static enum err names_assumption(struct request *rq, int64_t order, bool named)
{
	if (order < 2 || named)
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("A lesson of order 2 names what was taken for granted."),
		      N_("Without that it is doing the same better: order 1."),
		      N_("Give --aanname, or --orde 1."));
}

static enum err nameless_fields(struct request *rq,
				enum err (*look)(struct request *, struct slice))
{
	const msgpack_object *given = obj_get(rq->params, "fields");

	for (uint32_t i = 0; i < obj_n(given); i++)
		if (given->via.map.ptr[i].val.type == MSGPACK_OBJECT_STR)
			TRY(look(rq, obj_bytes(&given->via.map.ptr[i].val)));
	return ERR_OK;
}

static enum err lesson_added(struct request *rq, struct rec_item *item, struct tree *fields)
{
	const msgpack_object *given = obj_get(rq->params, "fields");

	(void)item;
	(void)fields;
	if (sight_case_rec(rq->sight)->sort.n)
		TRY(nameless_fields(rq, nameless_text));
	return names_assumption(rq, obj_int(obj_get(given, "orde"), 1),
				obj_bytes(obj_get(given, "aanname")).n > 0);
}

/* Changed, it is a draft again; on a shelf it stays as it was checked. */
static enum err lesson_set(struct request *rq, const struct rec_item *before, struct rec_item *item)
{
	const msgpack_object *given = obj_get(rq->params, "fields");
	CLEANUP(said_free) struct said said = {0};

	if (!slice_is(before->state, "concept") && !slice_is(before->state, "getoetst"))
		return refuse(
			rq, ERR_REFUSED, N_("A lesson on the shelf is not changed."),
			N_("It stands there as it was checked."),
			N_("Write a new one, and let it take its place: brug lesson publish"));
	if (sight_case_rec(rq->sight)->sort.n)
		TRY(nameless_fields(rq, nameless_text));
	TRY(said_open(rq, before, &said));
	item->state = SLICE("concept");
	return names_assumption(
		rq, obj_int(obj_get(given, "orde"), obj_int(said_field(&said, "orde"), 1)),
		obj_bytes(obj_get(given, "aanname")).n > 0 || said_text(&said, "aanname").n > 0);
}

static enum err lesson_moved(struct request *rq, struct rec_item *item, struct tree *update)
{
	(void)rq;
	(void)item;
	(void)update;
	return ERR_OK;
}

/* -- what was looked at again
 * ---------------------------------------------------------------------- */

/* It stays in force, and is looked at again later; not at once, because its date has passed. */
static enum err looked_at(struct request *rq, struct rec_item *item, struct tree *update)
{
	bool stays = slice_is(item->state, "geldig") || slice_is(item->state, "besloten");
	struct term term = upward_review(rq);
	CLEANUP(buf_free) struct buf b = {0};

	if (!stays || !item->due || item->due > rq->now)
		return ERR_OK;
	item->due = term.due;
	pack_map(&b, 1);
	pack_kv_text(&b, "herzien_op", term.date);
	return tree_take(update, &b);
}

/* -- an experiment ----------------------------------------------------------------------------- */

/* Regular work has an owner and is done differently; else it was a nice trial. */
static enum err adopted(struct request *rq, struct rec_item *item, struct tree *update)
{
	CLEANUP(said_free) struct said said = {0};

	(void)update;
	if (!slice_is(item->state, "regulier"))
		return ERR_OK;
	TRY(said_open(rq, item, &said));
	if (said_text(&said, "eigenaar").n && said_text(&said, "werkwijze").n)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED,
		      N_("Regular work needs an owner in the line, and a changed way of working."),
		      N_("Without them it ends when you do."),
		      N_("brug set ITEM --eigenaar --werkwijze"));
}

/* -- visitation -------------------------------------------------------------------------------- */

/* Since this host last was host, somebody else was and this one came as guest. */
static bool roles_swapped(struct request *rq, struct slice host)
{
	bool swapped = true;
	struct items it;

	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		CLEANUP(said_free) struct said said = {0};

		if (!slice_is(it.item.kind, "visitatie") || slice_is(it.item.state, "vervallen") ||
		    said_open(rq, &it.item, &said) != ERR_OK)
			continue;
		if (slice_eq(said_text(&said, "host"), host))
			swapped = false;
		else if (slices_have(obj_strs(rq->arena, said_field(&said, "gasten")), host))
			swapped = true;
	}
	return swapped;
}

static enum err visit_added(struct request *rq, struct rec_item *item, struct tree *fields)
{
	const msgpack_object *given = obj_get(rq->params, "fields");
	struct slice host = obj_bytes(obj_get(given, "host"));

	(void)item;
	(void)fields;
	if (slices_have(obj_strs(rq->arena, obj_get(given, "gasten")), host))
		return refuse(rq, ERR_USAGE, N_("A host is not his own guest."), NULL,
			      N_("Give --gasten: who comes to look."));
	if (roles_swapped(rq, host))
		return ERR_OK;
	return refuse_arg(rq, ERR_REFUSED, N_("%s was host before, and has not been guest since."),
			  N_("Roles change: let it visit somebody first."), host);
}

/* -- the rows ---------------------------------------------------------------------------------- */

static const struct {
	const char *kind;
	enum err (*added)(struct request *, struct rec_item *, struct tree *fields);
	enum err (*set)(struct request *, const struct rec_item *before, struct rec_item *);
	enum err (*moved)(struct request *, struct rec_item *, struct tree *update);
} rows[] = {
	{"knelpunt", bottleneck_added, bottleneck_set, bottleneck_moved},
	{"belemmering", NULL, not_by_hand, answered},
	{"les", lesson_added, lesson_set, lesson_moved},
	{"maatregel", NULL, NULL, looked_at},
	{"afweging", NULL, NULL, looked_at},
	{"experiment", NULL, NULL, adopted},
	{"visitatie", visit_added, NULL, NULL},
	{"score", scores_added, NULL, NULL},
	{"weging", weging_added, NULL, NULL},
	{"agendapunt", NULL, invite_set, NULL},
};
enum { ROWS = sizeof(rows) / sizeof(*rows) };

static size_t row_of(struct slice kind)
{
	size_t i = 0;

	while (i < ROWS && !slice_is(kind, rows[i].kind))
		i++;
	return i;
}

enum err also_added(struct request *rq, const struct kind *kind, struct rec_item *item,
		    struct tree *fields)
{
	size_t i = row_of(slice_of(kind->name));

	if (sight_case_rec(rq->sight)->sort.n)
		TRY(nameless_fields(rq, nameless_talk));
	return i < ROWS && rows[i].added ? rows[i].added(rq, item, fields) : ERR_OK;
}

enum err also_set(struct request *rq, const struct rec_item *before, struct rec_item *item)
{
	size_t i = row_of(before->kind);

	if (sight_case_rec(rq->sight)->sort.n)
		TRY(nameless_fields(rq, nameless_talk));
	return i < ROWS && rows[i].set ? rows[i].set(rq, before, item) : ERR_OK;
}

enum err also_moved(struct request *rq, const struct rec_item *before, struct rec_item *item,
		    struct tree *update)
{
	size_t i = row_of(before->kind);

	return i < ROWS && rows[i].moved ? rows[i].moved(rq, item, update) : ERR_OK;
}
