/* Reading the plan: the whole, one item, its messages, who sees it and why. */
#include "args.h"
#include "items.h"
#include "keys.h"
#include "revise.h"

#include <string.h>

static bool wanted(const struct rec_item *item, struct slice kind, struct slice area)
{
	if (item->about || (!kind.n && slice_is(item->kind, "draad")))
		return false; /* brug inbox and brug thread show these */
	return (!kind.n || slice_eq(item->kind, kind)) &&
	       (!area.n || slices_have(item->areas, area));
}

/* Who may write down whether the person agrees hears that it was not, as far as he sees; to others
 * that none is shown says nothing. */
static bool to_be_agreed(struct request *rq)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);
	bool found = sight_case_rec(rq->sight)->sort.n > 0;
	struct items it;

	if (!policy_leads(rq->sight, rq->who->person, rq->now) &&
	    !(me && slice_is(me->role, "betrokkene")))
		return false;
	for (items_first(rq, 0, &it); it.on; items_next(&it))
		found = found || (slice_is(it.item.kind, "akkoord") &&
				  !slice_is(it.item.state, "vervallen") &&
				  item_level(rq, &it.item) > LEVEL_GEEN);
	return !found;
}

enum err serve_case_plan(struct request *rq)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	struct slice kind = arg_str(rq, "kind"), area = arg_str(rq, "leefgebied");
	CLEANUP(buf_wipe) struct buf list = {0};
	struct items it;
	size_t n = 0;

	if (kind.n && !vocab_kind(&brug_vocab, kind))
		return refuse_arg(rq, ERR_USAGE, N_("There is no kind called %s."),
				  N_("See: brug explain"), kind);
	for (items_first(rq, 0, &it); it.on; items_next(&it))
		if (wanted(&it.item, kind, area) && serve_show(rq, &it.item, &list))
			n++;
	pack_map(rq->out, 5);
	pack_kv_str(rq->out, "case", c->code);
	pack_kv_str(rq->out, "title", serve_title(rq));
	pack_kv_str(rq->out, "phase", c->phase);
	pack_kv_bool(rq->out, "agree", to_be_agreed(rq));
	pack_key(rq->out, "items");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

static void pack_cuts(struct request *rq, const struct rec_item *item)
{
	pack_key(rq->out, "cuts");
	pack_array(rq->out, item->cuts.n);
	for (size_t i = 0; i < item->cuts.n; i++) {
		const struct rec_cut *c = &item->cuts.v[i];

		pack_map(rq->out, 4);
		pack_kv_str(rq->out, "to", show_to(rq, c->to));
		pack_kv_text(rq->out, "level", level_name((enum level)c->level));
		pack_kv_int(rq->out, "until", c->until);
		pack_kv_str(rq->out, "why", open_text(rq, item->num, TEXT_CUT, c->sealed));
	}
}

static void pack_widenings(struct request *rq, const struct rec_item *item)
{
	pack_key(rq->out, "widenings");
	pack_array(rq->out, item->widens.n);
	for (size_t i = 0; i < item->widens.n; i++) {
		const struct rec_widen *c = &item->widens.v[i];
		struct slice ground = open_text(rq, item->num, TEXT_WIDEN, c->sealed), why = {0};
		const uint8_t *end = ground.n ? memchr(ground.p, '\n', ground.n) : NULL;

		if (end) { /* the ground, and on the next line the reason */
			why = (struct slice){end + 1, (size_t)(ground.p + ground.n - end - 1)};
			ground.n = (size_t)(end - ground.p);
		}
		pack_map(rq->out, 6);
		pack_kv_str(rq->out, "to", show_to(rq, c->to));
		pack_kv_text(rq->out, "level", level_name((enum level)c->level));
		pack_kv_str(rq->out, "ground", ground);
		pack_kv_int(rq->out, "from", c->from);
		pack_kv_int(rq->out, "until", c->until);
		pack_kv_str(rq->out, "why", why);
	}
}

/* What names this item, where he sees the field that does. */
static size_t pack_links_of(struct request *rq, const struct rec_item *from, uint64_t num,
			    struct buf *out)
{
	enum level level = item_level(rq, from);
	size_t n = 0;

	for (size_t i = 0; i < from->refs.n; i++) {
		if (from->refs.v[i].num != num || from->refs.v[i].level > (uint64_t)level ||
		    level == LEVEL_GEEN)
			continue;
		pack_map(out, 2);
		pack_kv_str(out, "field", from->refs.v[i].field);
		pack_kv_str(out, "item", from->code);
		n++;
	}
	return n;
}

static void pack_links(struct request *rq, const struct rec_item *item)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct items it;
	size_t n = 0;

	for (items_first(rq, 0, &it); it.on; items_next(&it))
		n += pack_links_of(rq, &it.item, item->num, &list);
	pack_key(rq->out, "linked");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
}

/* That its use is restricted or was, by whom and why: for its agency and the person's side. */
static void pack_restriction(struct request *rq, const struct rec_item *item)
{
	pack_key(rq->out, "restriction");
	pack_map(rq->out, 3);
	pack_kv_int(rq->out, "since", item->restricted);
	pack_kv_str(rq->out, "by", show_person(rq, item->restricted_by));
	pack_kv_str(rq->out, "why", open_text(rq, item->num, TEXT_RESTRICTION, item->restriction));
}

enum err serve_item_show(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf shown = {0};
	struct rec_item item;
	bool owner, limited;
	unsigned who;

	TRY(item_arg(rq, "item", &item));
	if (!serve_show(rq, &item, &shown))
		return refuse_absent(rq);
	who = policy_who(rq->sight, rq->who, &item, rq->now);
	owner = who & WHO_OWNER;
	limited = item.restriction.n && (who & (WHO_OWNER | WHO_PERSON));
	pack_map(rq->out, (owner ? 6 : 4) + limited);
	pack_key(rq->out, "item");
	buf_slice(rq->out, buf_view(&shown));
	pack_kv_str(rq->out, "mark", item_mark(rq, buf_view(&shown)));
	pack_key(rq->out, "history");
	history_pack(rq, &item, rq->out);
	pack_links(rq, &item);
	if (owner) {
		pack_cuts(rq, &item);
		pack_widenings(rq, &item);
	}
	if (limited)
		pack_restriction(rq, &item);
	return ERR_OK;
}

static void pack_reasons(struct buf *out, const struct sight *s)
{
	pack_key(out, "why");
	pack_array(out, s->n);
	for (unsigned i = 0; i < s->n; i++) {
		pack_array(out, 2);
		pack_text(out, s->reason[i].text);
		pack_text(out, s->reason[i].arg);
	}
}

/* Why somebody sees nothing is his own affair: a bar, a purpose, a mandate. */
static void pack_reasons_to_others(struct buf *out, const struct sight *s)
{
	if (s->level > LEVEL_GEEN) {
		pack_reasons(out, s);
		return;
	}
	pack_key(out, "why");
	pack_array(out, 1);
	pack_array(out, 2);
	pack_text(out, N_("Sees nothing of it."));
	pack_text(out, "");
}

static void pack_viewer(struct request *rq, const struct rec_member *m, const struct sight *s,
			struct buf *out)
{
	struct slice handle, name;

	policy_names(rq->house->policy, m->person, rq->arena, &handle, &name);
	pack_map(out, 5);
	pack_kv_str(out, "person", handle);
	pack_kv_str(out, "name", name);
	pack_kv_str(out, "agency", m->agency);
	pack_kv_text(out, "level", level_name(s->level));
	pack_reasons_to_others(out, s);
}

static size_t pack_viewers(struct request *rq, const struct rec_item *item, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_MEMBER, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_member m;
		struct viewer viewer;
		struct sight s;

		if (rec_read(REC_member, arena_copy(rq->arena, w.val), rq->arena, &m) != ERR_OK)
			continue;
		viewer = (struct viewer){.person = m.person};
		if (policy_sight_of(rq->house->policy, rq->sight, &viewer, item, rq->now, &s) !=
		    ERR_OK)
			continue;
		pack_viewer(rq, &m, &s, out);
		n++;
	}
	store_walk_end(&w);
	return n;
}

enum err serve_item_who(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct rec_item item;
	struct sight s;
	size_t n;

	TRY(item_arg(rq, "item", &item));
	if (!(policy_who(rq->sight, rq->who, &item, rq->now) & (WHO_OWNER | WHO_LEAD | WHO_PERSON)))
		return refuse(
			rq, ERR_REFUSED, N_("You cannot see who else sees this item."),
			N_("Only the agency it belongs to, the casusregisseur and the person can."),
			N_("brug why ITEM shows your own sight."));
	n = pack_viewers(rq, &item, &list);
	TRY(policy_sight_of(rq->house->policy, rq->sight, rq->who, &item, rq->now, &s));
	serve_note(rq, &item, &s);
	return answer_list(rq, "people", n, &list);
}

enum err serve_item_why(struct request *rq)
{
	struct rec_item item;
	struct sight s;

	TRY(item_arg(rq, "item", &item));
	TRY(policy_sight_of(rq->house->policy, rq->sight, rq->who, &item, rq->now, &s));
	serve_note(rq, &item, &s);
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "item", item.code);
	pack_kv_text(rq->out, "level", level_name(s.level));
	pack_reasons(rq->out, &s);
	return ERR_OK;
}
