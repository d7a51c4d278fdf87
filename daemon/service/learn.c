/* What is one's own to learn from, shown to somebody by name and to nobody else. */
#include "args.h"
#include "items.h"
#include "keys.h"
#include "notice.h"

enum { SHOWN = 32 };

static enum err own_learning(struct request *rq, struct rec_item *item)
{
	TRY(item_arg(rq, "item", item));
	if (!slice_is(item->category, "leren"))
		return refuse(rq, ERR_USAGE, N_("This is shown by rules, and not by name."),
			      N_("Only what somebody learns is his own to show."),
			      N_("brug widen shows an item of your agency more."));
	if (item->author == rq->who->person)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("Only who wrote it shows it on."), NULL,
		      N_("Ask him: brug say ITEM"));
}

/* Without this person, and room for one more. */
static void without(struct request *rq, struct rec_item *item, struct slice to)
{
	struct rec_widen *v = ARENA_ARRAY(rq->arena, struct rec_widen, item->widens.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < item->widens.n; i++)
		if (!slice_eq(item->widens.v[i].to, to))
			v[n++] = item->widens.v[i];
	item->widens.v = v;
	item->widens.n = n;
}

enum err serve_item_share(struct request *rq)
{
	bool end = arg_bool(rq, "end");
	struct rec_item item;
	uint64_t person;
	struct slice to;
	struct key k;

	TRY(own_learning(rq, &item));
	TRY(arg_member(rq, "person", &person));
	to = person_ref(rq, person);
	without(rq, &item, to);
	if (!end && item.widens.n >= SHOWN)
		return refuse(rq, ERR_LIMIT, N_("This is shown to as many as it can be."), NULL,
			      N_("Show it to somebody no longer: brug share ITEM PERSON --end"));
	if (!end)
		item.widens.v[item.widens.n++] = (struct rec_widen){
			.to = to,
			.level = LEVEL_INHOUD,
			.from = rq->now,
			.by = rq->who->person,
			.sealed = seal_text(rq, item.num, TEXT_WIDEN, SLICE("zelf getoond\n"))};
	k = key_2(rq->case_id, item.num);
	put_record(rq, TAB_ITEM, key_view(&k), REC_item, &item);
	note_sight(rq);
	if (!end)
		notice_person(rq, person, "shared", item.num, item.code, 0);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "item", item.code);
	pack_kv_int(rq->out, "rev", (int64_t)item.rev);
	return ERR_OK;
}
