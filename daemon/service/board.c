/* The board on the wall: the plan asked by a viewer of its own. Who opens it is present himself,
 * and what it shows is shown to all who are. */
#include "args.h"
#include "items.h"
#include "meet.h"

/* From here on the request is the board's. */
static enum err as_board(struct request *rq, struct point *p)
{
	TRY(meet_point(rq, p));
	if (!meet_is_present(rq, &p->item, rq->who->person))
		return refuse(rq, ERR_REFUSED, N_("You are not present at this point."),
			      N_("The board shows what all in the room may see, and is opened by "
				 "one of them."),
			      N_("Come in first: brug meet present"));
	rq->who = meet_board(rq, rq->who, p->item.num);
	return ERR_OK;
}

struct place {
	size_t n, of;
	struct rec_slot slot;
};

/* Where it stands on the agenda as meeting.show counts: a point that was called off is not there.
 */
static enum err find_place(struct request *rq, const struct point *p, struct place *out)
{
	uint64_t case_id = rq->case_id;
	struct rec_item item;

	for (size_t i = 0; i < p->meeting.slots.n; i++) {
		const struct rec_slot *slot = &p->meeting.slots.v[i];

		if (!meet_slot_item(rq, slot, &item) || slice_is(item.state, "vervallen"))
			continue;
		out->of++;
		if (slot->num != p->item.num || slot->case_id != case_id)
			continue;
		out->n = out->of;
		out->slot = *slot;
	}
	return meet_enter(rq, case_id);
}

static enum err pack_head(struct request *rq, const struct point *p)
{
	struct place at = {0};

	TRY(find_place(rq, p, &at));
	pack_map(rq->out, 10);
	pack_kv_str(rq->out, "case", sight_case_rec(rq->sight)->code);
	pack_kv_str(rq->out, "title", serve_title(rq));
	pack_kv_str(rq->out, "item", p->item.code);
	pack_kv_int(rq->out, "n", (int64_t)at.n);
	pack_kv_int(rq->out, "of", (int64_t)at.of);
	pack_kv_int(rq->out, "from", at.slot.from);
	pack_kv_int(rq->out, "until", at.slot.until);
	pack_kv_str(rq->out, "state", p->item.state);
	pack_key(rq->out, "present");
	meet_pack_people(rq, rq->who->room, rq->out);
	return ERR_OK;
}

enum err serve_board_read(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct point p;
	struct items it;
	size_t n = 0;

	TRY(as_board(rq, &p));
	for (items_first(rq, 0, &it); it.on; items_next(&it))
		n += serve_show(rq, &it.item, &list);
	TRY(pack_head(rq, &p));
	pack_key(rq->out, "items");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

enum err serve_board_watch(struct request *rq)
{
	struct point p;

	TRY(as_board(rq, &p));
	rq->watch = true;
	rq->watch_board = p.item.num;
	return ERR_OK;
}
