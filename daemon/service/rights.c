/* The person's rights: his statement beside an item, restriction, and all that is held on him. His
 * requests: verzoek.c. */
#include "args.h"
#include "attach.h"
#include "items.h"
#include "keys.h"
#include "members.h"
#include "moves.h"
#include "notice.h"
#include "person.h"
#include "revise.h"

enum { STATEMENTS = 16, PAGE_BYTES = 2 * 1024 * 1024 };

/* -- "dit klopt niet" -------------------------------------------------------------------------- */

enum err persons_side(struct request *rq, const struct rec_item *item)
{
	if (policy_who(rq->sight, rq->who, item, rq->now) & WHO_PERSON)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("Your mandate does not go as far as this item."), NULL,
		      N_("Let him do it himself, or ask him for a mandate for this too."));
}

enum err serve_item_object(struct request *rq)
{
	struct rec_statement *v;
	struct rec_item before, item;
	const struct kind *kind;

	TRY(item_arg(rq, "item", &before));
	TRY(persons_side(rq, &before));
	kind = vocab_kind(&brug_vocab, before.kind);
	if (!kind || before.statements.n == STATEMENTS)
		return refuse(rq, ERR_LIMIT, N_("No more statements fit beside this item."), NULL,
			      N_("Ask for a correction: brug verzoek ask rectificatie"));
	item = before;
	v = ARENA_ARRAY(rq->arena, struct rec_statement, before.statements.n + 1);
	for (size_t i = 0; i < before.statements.n; i++)
		v[i] = before.statements.v[i];
	v[before.statements.n] = (struct rec_statement){
		.time = rq->now,
		.by = rq->who->person,
		.sealed = seal_text(rq, item.num, TEXT_STATEMENT, arg_str(rq, "text"))};
	item.statements.v = v;
	item.statements.n++;
	TRY(item_revise(rq, &(struct revision){.kind = kind, .before = &before, .item = &item}));
	notice_owner(rq, item.owner, "objection", item.num, item.code, 0);
	item_said(rq, &item, false);
	return ERR_OK;
}

/* -- restriction ------------------------------------------------------------------------------- */

static enum err may_restrict(struct request *rq, const struct rec_item *item)
{
	if (item->about)
		return refuse(rq, ERR_REFUSED, N_("A message follows the item it is about."), NULL,
			      N_("Restrict that item."));
	if (policy_who(rq->sight, rq->who, item, rq->now) & WHO_OWNER)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("This item is not of your agency."),
		      N_("The agency an item belongs to answers for its use (AVG 18)."),
		      N_("The person asks for it with: brug verzoek ask beperking"));
}

void restrict_item(struct request *rq, struct rec_item *item, struct slice why)
{
	struct key k = key_2(rq->case_id, item->num);

	item->restricted = item->restricted ? 0 : rq->now;
	item->restricted_by = rq->who->person;
	item->restriction = seal_text(rq, item->num, TEXT_RESTRICTION, why);
	put_record(rq, TAB_ITEM, key_view(&k), REC_item, item);
	change_touch(&rq->change, item->num, item->rev);
	note_sight(rq);
}

enum err serve_item_restrict(struct request *rq)
{
	struct rec_item item;

	TRY(item_arg(rq, "item", &item));
	TRY(may_restrict(rq, &item));
	if (arg_bool(rq, "end") == !item.restricted)
		return refuse(rq, ERR_CONFLICT, N_("It is so already."), NULL, NULL);
	restrict_item(rq, &item, arg_str(rq, "why"));
	notice_seer(rq, sight_case_rec(rq->sight)->person,
		    item.restricted ? "restricted" : "restriction-ended", &item, 0);
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "item", item.code);
	pack_kv_int(rq->out, "rev", (int64_t)item.rev);
	pack_kv_bool(rq->out, "restricted", item.restricted != 0);
	return ERR_OK;
}

/* -- everything held on him -------------------------------------------------------------------- */

/* Items until the page is full; next: the code of the last, when there are more that he may see. */
static size_t export_items(struct request *rq, uint64_t from, struct buf *list, struct slice *next)
{
	struct slice last = {0};
	struct items it;
	size_t n = 0;

	for (items_pass(rq, from, &it); it.on; items_next(&it)) {
		CLEANUP(buf_wipe) struct buf shown = {0};

		if (list->n >= PAGE_BYTES && item_level(rq, &it.item) > LEVEL_GEEN) {
			*next = last;
			break;
		}
		if (!serve_show(rq, &it.item, &shown))
			continue;
		last = arena_copy(rq->arena, it.item.code);
		pack_map(list, 3);
		pack_key(list, "item");
		buf_slice(list, buf_view(&shown));
		pack_key(list, "history");
		history_pack(rq, &it.item, list);
		pack_key(list, "attachments");
		attach_pack(rq, &it.item, list);
		n++;
	}
	items_end(&it);
	return n;
}

static void pack_beside(struct request *rq)
{
	pack_key(rq->out, "members");
	members_pack(rq, rq->out);
	pack_key(rq->out, "consents");
	consents_pack(rq, rq->out);
	pack_key(rq->out, "verzoeken");
	verzoeken_pack(rq, rq->out);
	pack_key(rq->out, "mandates");
	mandates_pack(rq, rq->out);
	pack_key(rq->out, "phases");
	phases_pack(rq);
}

enum err held_pack(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct slice next = {0};
	struct rec_item after;
	uint64_t from = 0;
	size_t n;

	if (arg_given(rq, "after")) {
		TRY(item_arg(rq, "after", &after));
		from = after.num + 1;
	}
	n = export_items(rq, from, &list, &next);
	rq->log_itself = true;
	pack_map(rq->out, from ? 5 : 10);
	pack_kv_str(rq->out, "case", c->code);
	pack_kv_str(rq->out, "title",
		    phase_closed(c->phase) ? open_text(rq, 0, TEXT_TITLE, c->sealed)
					   : serve_title(rq));
	pack_kv_str(rq->out, "phase", c->phase);
	pack_key(rq->out, "items");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	if (!from)
		pack_beside(rq);
	pack_kv_str(rq->out, "next", next);
	return ERR_OK;
}

enum err serve_case_export(struct request *rq)
{
	if (phase_closed(sight_case_rec(rq->sight)->phase))
		return refuse(
			rq, ERR_REFUSED, N_("The case is closed."),
			N_("Until it is erased, the privacy officer gives what is held in it."),
			N_("Ask for it: brug verzoek ask gegevens_mee"));
	return held_pack(rq);
}
