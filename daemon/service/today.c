/* Today: what wants somebody, in all his cases. What is not shown to him wants nothing of him. */
#include "args.h"
#include "cases.h"
#include "codes.h"
#include "inbox.h"
#include "items.h"
#include "keys.h"
#include "look.h"
#include "members.h"
#include "notice.h"
#include "waiting.h"

static const int64_t day_ms = 24LL * 60 * 60 * 1000;
enum { CONSENT_DAYS = 14, MEETING_DAYS = 7 };

/* -- the groups of one case -------------------------------------------------------------------- */

enum group { OVERDUE, ASKED, MINE, BLOCKS, SIGNALS, MEETINGS, REVIEW, GROUPS };
static const char *const group_names[GROUPS] = {"overdue", "asked",    "mine",  "knelpunten",
						"signals", "meetings", "review"};

struct wants {
	struct inbox_counts messages;
	struct buf list[GROUPS];
	size_t n[GROUPS];
	bool lead, process;
};

static void wants_wipe(struct wants *w)
{
	for (int g = 0; g < GROUPS; g++)
		buf_wipe(&w->list[g]);
}

static void show_in(struct request *rq, const struct rec_item *item, enum group g, struct wants *w)
{
	w->n[g] += serve_show(rq, item, &w->list[g]);
}

/* -- messages ---------------------------------------------------------------------------------- */

static bool asks(const struct rec_item *item, uint64_t person)
{
	for (size_t i = 0; i < item->asked.n; i++)
		if (item->asked.v[i] == person)
			return true;
	return false;
}

/* He wrote about the same item since. */
static bool answered(struct request *rq, const struct rec_item *question)
{
	struct key prefix = key_2(rq->case_id, question->about),
		   from = key_3(rq->case_id, question->about, question->num);
	bool found = false;
	struct walk w;

	for (store_walk_from(rq->house->store, TAB_ABOUT, key_view(&prefix), key_view(&from), &w);
	     w.on && !found; store_next(&w)) {
		struct rec_item m;

		found = item_by_num(rq, get_be64(w.key.p + 16), &m) == ERR_OK &&
			m.author == rq->who->person && m.num > question->num;
	}
	store_walk_end(&w);
	return found;
}

/* -- what wants him ---------------------------------------------------------------------------- */

static void weigh_message(struct request *rq, const struct rec_item *m, struct wants *w)
{
	if (asks(m, rq->who->person) && !answered(rq, m))
		show_in(rq, m, ASKED, w);
}

/* The clock asks whether it is so, of who may say yes. */
static void weigh_signal(struct request *rq, const struct rec_item *item, struct wants *w)
{
	if (slice_is(item->state, "vraag") && item_level(rq, item) >= LEVEL_SIGNAAL &&
	    policy_who(rq->sight, rq->who, item, rq->now) & (WHO_OWNER | WHO_EXECUTOR | WHO_LEAD))
		show_in(rq, item, SIGNALS, w);
}

static void weigh_block(struct request *rq, const struct rec_item *item, struct wants *w)
{
	if ((w->lead || w->process) && item_level(rq, item) >= LEVEL_SIGNAAL)
		show_in(rq, item, BLOCKS, w);
}

static bool is_invited(struct request *rq, const struct rec_item *point)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct slice me = show_person(rq, rq->who->person);
	const msgpack_object *list;

	if (!look(rq, point, &t))
		return false;
	list = look_field(&t, "genodigd");
	for (size_t i = 0; i < obj_n(list); i++)
		if (slice_eq(obj_bytes(obj_at(list, i)), me))
			return true;
	return false;
}

/* From today until a week from now. */
static void weigh_point(struct request *rq, const struct rec_item *point, struct wants *w)
{
	if (point->due > rq->now - day_ms && point->due < rq->now + MEETING_DAYS * day_ms &&
	    is_invited(rq, point))
		show_in(rq, point, MEETINGS, w);
}

static bool is_mine(struct request *rq, const struct rec_item *item, const struct wants *w)
{
	return item->executor == rq->who->person || w->lead;
}

/* The regisseur is asked about everything late; another about what he does himself. */
static void weigh_work(struct request *rq, const struct rec_item *item, struct wants *w)
{
	bool sees = item_level(rq, item) >= LEVEL_SIGNAAL;

	if (item->due && item->due < rq->now) {
		if (sees && is_mine(rq, item, w))
			show_in(rq, item, OVERDUE, w);
	} else if (item->executor == rq->who->person) {
		show_in(rq, item, MINE, w);
	}
}

static void weigh_review(struct request *rq, const struct rec_item *item, struct wants *w)
{
	if ((slice_is(item->state, "te_herzien") || slice_is(item->state, "verlopen")) &&
	    item_level(rq, item) >= LEVEL_SIGNAAL && is_mine(rq, item, w))
		show_in(rq, item, REVIEW, w);
	else if (slice_is(item->state, "voorstel") && item->executor == rq->who->person)
		show_in(rq, item, MINE, w);
}

static const struct {
	const char *kind;
	void (*weigh)(struct request *, const struct rec_item *, struct wants *);
} rows[] = {{"signaal", weigh_signal},  {"knelpunt", weigh_block},   {"agendapunt", weigh_point},
	    {"afweging", weigh_review}, {"maatregel", weigh_review}, {"akkoord", weigh_review}};

static void weigh(struct request *rq, const struct rec_item *item, struct wants *w)
{
	if (!item_runs(item))
		return;
	if (item->about) {
		weigh_message(rq, item, w);
		return;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (slice_is(item->kind, rows[i].kind)) {
			rows[i].weigh(rq, item, w);
			return;
		}
	weigh_work(rq, item, w);
}

/* -- one case ---------------------------------------------------------------------------------- */

static void pack_list(struct buf *out, const char *name, size_t n, const struct buf *list)
{
	pack_key(out, name);
	pack_array(out, n);
	buf_slice(out, buf_view(list));
}

/* A case that is offered to him, and why. */
static void pack_offer(struct request *rq, const struct rec_case *c, struct buf *out)
{
	pack_key(out, "offer");
	if (!c->offered || c->offered != rq->who->person) {
		pack_nil(out);
		return;
	}
	rq->log_itself = true;
	pack_map(out, 2);
	pack_kv_str(out, "from", show_person(rq, c->lead));
	pack_kv_str(out, "why", open_text(rq, c->offered, TEXT_OFFER, c->offer));
}

static void pack_waiting(struct request *rq, bool in, bool lead, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf consents = {0};
	CLEANUP(buf_wipe) struct buf verzoeken = {0};
	size_t ending =
		in && lead ? consents_ending(rq, rq->now + CONSENT_DAYS * day_ms, &consents) : 0;
	size_t asked = in ? verzoeken_waiting(rq, &verzoeken) : 0;

	rq->log_itself = rq->log_itself || ending || asked;
	pack_list(out, "consents", ending, &consents);
	pack_list(out, "verzoeken", asked, &verzoeken);
}

static void pack_wants(struct request *rq, const struct rec_member *me, const struct wants *w,
		       struct buf *out)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	bool invited = slice_is(me->status, "invited");

	pack_map(out, 5 + GROUPS + 5);
	pack_kv_int(out, "unread", w->messages.unread);
	pack_kv_int(out, "mentions", w->messages.mentions);
	pack_kv_str(out, "case", c->code);
	pack_kv_str(out, "title", invited ? (struct slice){0} : serve_title(rq));
	pack_kv_str(out, "role", me->role);
	pack_kv_bool(out, "invited", invited);
	pack_kv_str(out, "phase", invited ? (struct slice){0} : c->phase);
	for (int g = 0; g < GROUPS; g++)
		pack_list(out, group_names[g], w->n[g], &w->list[g]);
	pack_waiting(rq, !invited, w->lead, out);
	pack_offer(rq, c, out);
}

/* False when it is none of his any more. */
static bool pack_case(struct request *rq, uint64_t case_id, struct buf *out)
{
	CLEANUP(wants_wipe) struct wants w = {0};
	const struct rec_member *me;
	struct items it;

	rq->case_id = case_id;
	if (policy_may(rq->house->policy, rq->who, RIGHT_INVITED, case_id, rq->now, &rq->refusal) !=
		    ERR_OK ||
	    policy_case(rq->house->policy, case_id, &rq->sight) != ERR_OK)
		return false;
	me = sight_member(rq->sight, rq->who->person);
	if (!me)
		return false;
	w.lead = policy_leads(rq->sight, me->person, rq->now);
	w.process = slice_is(me->role, "procesregisseur");
	if (slice_is(me->status, "active")) {
		for (items_first(rq, 0, &it); it.on; items_next(&it))
			weigh(rq, &it.item, &w);
		inbox_count(rq, &w.messages);
	}
	pack_wants(rq, me, &w, out);
	return true;
}

static size_t pack_cases(struct request *rq, struct buf *out)
{
	uint64_t only = case_number(arg_str(rq, "case"));
	struct rooms r;
	size_t n = 0;

	for (rooms_first(rq, &r); r.on; rooms_next(&r))
		n += (!only || only == r.id) && pack_case(rq, r.id, out);
	rq->case_id = 0;
	rq->refusal = (struct refusal){0};
	return n;
}

enum err serve_today(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	CLEANUP(buf_wipe) struct buf emergencies = {0};
	CLEANUP(buf_wipe) struct buf verzoeken = {0};
	struct rec_device d;
	size_t n, judged, asked;

	TRY(get_record(rq, TAB_DEVICE, rq->who->device, REC_device, &d));
	n = pack_cases(rq, &list);
	judged = emergencies_waiting(rq, &emergencies);
	asked = verzoeken_closed(rq, &verzoeken);
	rq->log_itself = rq->log_itself || judged || asked;
	pack_map(rq->out, 5);
	pack_kv_int(rq->out, "until", d.until);
	pack_key(rq->out, "notices");
	notices_pack(rq, rq->out);
	rq->case_id = 0;
	pack_list(rq->out, "emergencies", judged, &emergencies);
	pack_list(rq->out, "verzoeken", asked, &verzoeken);
	pack_list(rq->out, "cases", n, &list);
	return ERR_OK;
}
