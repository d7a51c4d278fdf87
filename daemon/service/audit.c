/* The log of who saw what, and how the server is. */
#include "args.h"
#include "codes.h"
#include "items.h"
#include "keys.h"
#include "members.h"

enum { ENTRIES = 200 };

/* What of the log he may read: all, his own people's, or his own case's. */
struct log_scope {
	bool all;
	struct slice agency; /* agency admin: entries of people of this agency */
	uint64_t person;     /* only of this reader */
	bool own;            /* his own case: without what is kept from him */
	int64_t since, until;
};

static bool in_scope(const struct log_scope *s, const struct seen *e)
{
	if (!s->all && s->agency.n && !slice_eq(e->agency, s->agency))
		return false;
	if (s->person && e->person != s->person)
		return false;
	return (!s->since || e->time_ms >= s->since) && (!s->until || e->time_ms <= s->until);
}

/* What the person may not know of (Wpg 27) stands not in his log either. */
static bool may_read(struct request *rq, const struct log_scope *s, const struct seen_item *i)
{
	struct rec_item item;

	return !s->own || !i->num ||
	       (item_by_num(rq, i->num, &item) == ERR_OK && item_level(rq, &item) > LEVEL_GEEN);
}

static size_t readable(struct request *rq, const struct log_scope *s, const struct seen *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->items_n; i++)
		n += may_read(rq, s, &e->items[i]);
	return n;
}

static void pack_seen_item(struct request *rq, const struct seen_item *i, struct buf *out)
{
	struct rec_item item = {0};

	pack_map(out, 3);
	pack_kv_str(out, "item",
		    i->num ? item_by_num(rq, i->num, &item) == ERR_OK ? item.code : SLICE("?")
			   : SLICE("-"));
	pack_kv_text(out, "level", level_name((enum level)i->level));
	pack_kv_str(out, "why", i->why);
}

static void pack_entry(struct request *rq, const struct log_scope *scope, uint64_t entry,
		       const struct seen *e, struct buf *out)
{
	size_t items = readable(rq, scope, e);

	pack_map(out, 12);
	pack_kv_int(out, "entry", (int64_t)entry);
	pack_kv_int(out, "time", e->time_ms);
	pack_kv_str(out, "person", show_person(rq, e->person));
	pack_kv_str(out, "agency", e->agency);
	pack_kv_str(out, "role", e->role);
	pack_kv_str(out, "device", e->device);
	pack_kv_str(out, "action", e->action);
	pack_kv_str(out, "case", case_code_for(rq, e->case_id));
	pack_kv_strs(out, "purposes", e->purposes);
	pack_kv_bool(out, "emergency", e->emergency);
	pack_kv_str(out, "ref", e->ref);
	pack_key(out, "items");
	pack_array(out, items);
	for (size_t i = 0; i < e->items_n; i++)
		if (may_read(rq, scope, &e->items[i]))
			pack_seen_item(rq, &e->items[i], out);
}

static enum err read_entry(struct request *rq, uint64_t case_id, uint64_t entry, struct seen *e)
{
	struct key k = key_2(case_id, entry);
	struct slice val;

	TRY(store_get(rq->house->store, TAB_SEEN, key_view(&k), &val));
	return seen_read(arena_copy(rq->arena, val), rq->arena, e);
}

/* The entry a walk stands on: TAB_SEEN is by case, TAB_SEEN_BY by reader. */
static bool entry_at(struct request *rq, const struct walk *w, uint64_t *entry, struct seen *e)
{
	bool by_case = w->table == TAB_SEEN;

	if (w->key.n != 16 || (!by_case && w->val.n != 8))
		return false;
	*entry = get_be64(w->key.p + 8);
	return read_entry(rq, by_case ? get_be64(w->key.p) : get_be64(w->val.p), *entry, e) ==
	       ERR_OK;
}

/* Of an entry: is it in what he may read? rq->case_id becomes that of the entry. */
static bool entry_for(struct request *rq, const struct log_scope *scope, const struct walk *w,
		      uint64_t *entry, struct seen *e)
{
	if (!entry_at(rq, w, entry, e) || !in_scope(scope, e))
		return false;
	rq->case_id = e->case_id;
	return !e->items_n || readable(rq, scope, e);
}

/*
 * The privacy officer's entries carry the numbers of the journal. Anybody else's are numbered as
 * they stand in his answer, for the gaps would tell him how often others looked.
 */
static void read_log(struct request *rq, enum table table, uint64_t of,
		     const struct log_scope *scope)
{
	uint64_t after = (uint64_t)arg_int(rq, "after", 0), nth = 0;
	bool real = scope->all && !scope->own;
	struct key prefix = key_u64(of), from = key_2(of, real ? after + 1 : 0);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	store_walk_from(rq->house->store, table, key_view(&prefix), key_view(&from), &w);
	for (; w.on; store_next(&w)) {
		uint64_t entry;
		struct seen e;

		if (!entry_for(rq, scope, &w, &entry, &e) || (++nth <= after && !real))
			continue;
		if (n == ENTRIES)
			break;
		pack_entry(rq, scope, real ? entry : nth, &e, &list);
		n++;
	}
	pack_map(rq->out, 2);
	pack_kv_bool(rq->out, "more", w.on);
	pack_key(rq->out, "entries");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	store_walk_end(&w);
}

/* The person reads who looked in his own case; his supporter does so for him. */
static bool own_case(struct request *rq, uint64_t case_id)
{
	return policy_may(rq->house->policy, rq->who, RIGHT_PERSONS, case_id, rq->now,
			  &rq->refusal) == ERR_OK &&
	       policy_case(rq->house->policy, case_id, &rq->sight) == ERR_OK;
}

static enum err scope_of(struct request *rq, struct log_scope *s)
{
	struct refusal r;
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	s->all = policy_may(rq->house->policy, rq->who, RIGHT_PRIVACY, 0, rq->now, &r) == ERR_OK;
	if (!s->all && rq->case_id)
		s->all = s->own = own_case(rq, rq->case_id);
	if (s->all)
		return ERR_OK;
	s->agency = me.agency;
	if (slices_have(me.functions, SLICE("agency-admin")) &&
	    policy_may(rq->house->policy, rq->who, RIGHT_AGENCY, 0, rq->now, &r) == ERR_OK)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("You cannot read the log."),
		      N_("The privacy officer reads it, an agency admin for his own people, the "
			 "person for his own case."),
		      N_("Ask the privacy officer."));
}

enum err serve_log_read(struct request *rq)
{
	struct log_scope scope = {.since = arg_begin(rq, "since"), .until = arg_end(rq, "until")};
	uint64_t asked = case_number(arg_str(rq, "case"));

	rq->case_id = asked;
	TRY(scope_of(rq, &scope));
	if (arg_given(rq, "person"))
		TRY(arg_person(rq, "person", &scope.person));
	if (arg_given(rq, "case") && !case_code_for(rq, asked).n)
		return refuse_absent(rq);
	if (!asked && !scope.person)
		return refuse(rq, ERR_USAGE, N_("Whose log?"), NULL,
			      N_("Give --case or --person."));
	if (asked)
		read_log(rq, TAB_SEEN, asked, &scope);
	else
		read_log(rq, TAB_SEEN_BY, scope.person, &scope);
	rq->case_id = asked;
	rq->log_itself = true;
	return ERR_OK;
}

enum err serve_log_checkpoint(struct request *rq)
{
	uint8_t key[32], bytes[152];

	if (!rq->house->checkpoint || !rq->house->checkpoint(rq->house->status_ctx, key, bytes))
		return refuse(rq, ERR_REFUSED, N_("This server does not sign checkpoints."), NULL,
			      N_("The operator can give it a key: brug-admin init makes one."));
	pack_map(rq->out, 2);
	pack_kv_bin(rq->out, "key", (struct slice){key, sizeof(key)});
	pack_kv_bin(rq->out, "checkpoint", (struct slice){bytes, sizeof(bytes)});
	return ERR_OK;
}

enum err serve_server_status(struct request *rq)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	uint64_t used, mapped;
	unsigned n = 0;

	store_size(rq->house->store, &used, &mapped);
	if (rq->house->status)
		rq->house->status(rq->house->status_ctx, &pairs, &n);
	pack_map(rq->out, n + 7);
	pack_kv_text(rq->out, "version", rq->house->version);
	pack_kv_int(rq->out, "started", rq->house->started_ms);
	pack_kv_int(rq->out, "time", rq->now);
	pack_kv_int(rq->out, "position", (int64_t)store_position(rq->house->store));
	pack_kv_int(rq->out, "store_used", (int64_t)used);
	pack_kv_int(rq->out, "store_mapped", (int64_t)mapped);
	pack_kv_int(rq->out, "certificate_until", rq->house->certificate_until);
	buf_slice(rq->out, buf_view(&pairs));
	return ERR_OK;
}
