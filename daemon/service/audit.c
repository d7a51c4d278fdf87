/* The log of who saw what, and how the server is. */
#include "args.h"
#include "codes.h"
#include "keys.h"
#include "known.h"
#include "members.h"
#include "place.h"

enum { ENTRIES = 200, WALKED = 5000 };

/* What of the log he may read: all, his own people's, or his own case's. */
struct log_scope {
	bool all;
	struct slice agency; /* agency admin: entries of people of this agency */
	uint64_t person;     /* only of this reader */
	uint64_t case_id;    /* only of this case; 0: as they come */
	bool own;            /* his own case: without what is kept from him */
	int64_t since, until;
};

static bool in_scope(const struct log_scope *s, const struct seen *e)
{
	if (!s->all && s->agency.n && !slice_eq(e->agency, s->agency))
		return false;
	if ((s->person && e->person != s->person) || (s->case_id && e->case_id != s->case_id))
		return false;
	return (!s->since || e->time_ms >= s->since) && (!s->until || e->time_ms <= s->until);
}

/* A walk through the log: what is asked, what is known of the items, and what came of it. */
struct reading {
	struct request *rq;
	const struct log_scope *scope;
	struct known known;
	struct buf list;
	struct place place;
	size_t n;
};
static void reading_end(struct reading *r)
{
	known_free(&r->known);
	buf_wipe(&r->list);
}

/* What the person may not know of (Wpg 27) stands not in his log either. */
static bool may_read(struct reading *r, const struct seen_item *i)
{
	return !r->scope->own || !i->num || known_item(r->rq, &r->known, i->num)->yes;
}

static size_t readable(struct reading *r, const struct seen *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->items_n; i++)
		n += may_read(r, &e->items[i]);
	return n;
}

/* Of a change without items the person reads when it is about the case, its people or his own
 * leave: of others he could not tell what they were about. */
static bool of_the_case(struct slice action)
{
	static const char *const about[] = {"case.", "member.", "consent.", "mandate.", "lead."};
	const struct method *m = vocab_method(&brug_vocab, action);

	if (!m || !m->write)
		return true;
	for (size_t i = 0; i < sizeof(about) / sizeof(*about); i++)
		if (slice_starts(action, slice_of(about[i])))
			return true;
	return false;
}

static bool of_no_item(const struct seen *e)
{
	for (size_t i = 0; i < e->items_n; i++)
		if (e->items[i].num)
			return false;
	return true;
}

static bool in_answer(struct reading *r, const struct seen *e)
{
	if (of_no_item(e))
		return !r->scope->own || of_the_case(e->action);
	return readable(r, e) > 0;
}

/* An emergency that he may not know of does not show in what else was read with it. */
static bool emergency(struct reading *r, const struct seen *e)
{
	for (size_t i = 0; i < e->items_n; i++)
		if (seen_emergency(&e->items[i]) && may_read(r, &e->items[i]))
			return true;
	return e->emergency && !e->items_n;
}

static void pack_seen_item(struct reading *r, const struct seen_item *i)
{
	pack_map(&r->list, 3);
	pack_kv_text(&r->list, "item", i->num ? known_item(r->rq, &r->known, i->num)->code : "-");
	pack_kv_text(&r->list, "level", level_name((enum level)i->level));
	pack_kv_str(&r->list, "why", i->why);
}

/* The privacy officer's entries carry the numbers of the journal and of the operator's log. Anybody
 * else's are numbered as they stand in his answer: gaps would tell how often others looked. */
static void pack_entry(struct reading *r, uint64_t entry, const struct seen *e)
{
	struct request *rq = r->rq;
	bool all = r->scope->all && !r->scope->own;
	struct buf *out = &r->list;

	pack_map(out, 12);
	pack_kv_int(out, "entry", (int64_t)(all ? entry : r->place.n));
	pack_kv_int(out, "time", e->time_ms);
	pack_kv_str(out, "person", show_person(rq, e->person));
	pack_kv_str(out, "agency", e->agency);
	pack_kv_str(out, "role", e->role);
	pack_kv_str(out, "device", e->device);
	pack_kv_str(out, "action", e->action);
	pack_kv_str(out, "case", case_code_for(rq, e->case_id));
	pack_kv_strs(out, "purposes", e->purposes);
	pack_kv_bool(out, "emergency", emergency(r, e));
	pack_kv_str(out, "ref", all ? e->ref : (struct slice){0});
	pack_key(out, "items");
	pack_array(out, readable(r, e));
	for (size_t i = 0; i < e->items_n; i++)
		if (may_read(r, &e->items[i]))
			pack_seen_item(r, &e->items[i]);
}

static enum err read_entry(struct request *rq, uint64_t case_id, uint64_t entry, struct seen *e)
{
	struct key k = key_2(case_id, entry);
	struct slice val;

	TRY(store_get(rq->house->store, TAB_SEEN, key_view(&k), &val));
	return seen_read(arena_copy(rq->arena, val), rq->arena, e);
}

/* The entry a walk stands on: TAB_SEEN is by case, TAB_SEEN_BY by reader. */
static bool entry_at(struct request *rq, const struct walk *w, struct seen *e)
{
	bool by_case = w->table == TAB_SEEN;

	if (w->key.n != 16 || (!by_case && w->val.n != 8))
		return false;
	return read_entry(rq, by_case ? get_be64(w->key.p) : get_be64(w->val.p),
			  get_be64(w->key.p + 8), e) == ERR_OK;
}

/* One entry, in memory of its own: a log is longer than a request should hold. */
static void take_entry(struct reading *r, const struct walk *w)
{
	CLEANUP(arena_free) struct arena own = {0};
	struct arena *kept = r->rq->arena;
	struct seen e;

	r->rq->arena = &own;
	r->place.at = get_be64(w->key.p + 8);
	if (entry_at(r->rq, w, &e) && in_scope(r->scope, &e)) {
		r->rq->case_id = e.case_id;
		if (in_answer(r, &e)) {
			r->place.n++;
			pack_entry(r, r->place.at, &e);
			r->n++;
		}
	}
	r->rq->arena = kept;
}

/* n: how many entries he was told. */
static enum err read_log(struct request *rq, enum table table, uint64_t of,
			 const struct log_scope *scope, size_t *n)
{
	CLEANUP(reading_end) struct reading r = {.rq = rq, .scope = scope};
	struct key prefix = key_u64(of), from;
	size_t walked = 0;
	struct walk w;

	TRY(place_arg(rq, of, &r.place));
	from = key_2(of, r.place.at + 1);
	for (store_walk_from(rq->house->store, table, key_view(&prefix), key_view(&from), &w);
	     w.on && r.n < ENTRIES && walked < WALKED; store_next(&w), walked++)
		take_entry(&r, &w);
	rq->cost = (unsigned)(walked / ENTRIES);
	pack_map(rq->out, 2);
	place_pack(rq, of, &r.place, w.on, rq->out);
	pack_key(rq->out, "entries");
	pack_array(rq->out, r.n);
	buf_slice(rq->out, buf_view(&r.list));
	store_walk_end(&w);
	*n = r.n;
	return ERR_OK;
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

/* Whose reading is asked for. Nobody learns by it who is known here or takes part somewhere: the
 * person names who takes part in his case, an admin his own people. */
static enum err reader_asked(struct request *rq, struct log_scope *s)
{
	if (s->own)
		return arg_member(rq, "person", &s->person);
	if (!s->all && !slice_eq(handle_agency(arg_str(rq, "person")), s->agency))
		return refuse(rq, ERR_REFUSED, N_("That is another agency's."), NULL,
			      N_("Ask the privacy officer."));
	return arg_person(rq, "person", &s->person);
}

enum err serve_log_read(struct request *rq)
{
	struct log_scope scope = {.since = arg_begin(rq, "since"), .until = arg_end(rq, "until")};
	uint64_t asked = case_number(arg_str(rq, "case"));
	size_t n;

	rq->case_id = asked;
	TRY(scope_of(rq, &scope));
	if (arg_given(rq, "person"))
		TRY(reader_asked(rq, &scope));
	if (arg_given(rq, "case") && scope.all && !case_code_for(rq, asked).n)
		return refuse_absent(rq);
	if (!asked && !scope.person && !arg_bool(rq, "partnership"))
		return refuse(rq, ERR_USAGE, N_("Whose log?"), NULL,
			      N_("Give --case, --person or --partnership."));
	if (asked && !scope.all && !scope.person)
		return refuse(rq, ERR_USAGE, N_("Whose log?"),
			      N_("An admin reads what his own people looked at."),
			      N_("Give --person."));
	/* an admin's question walks his own people's entries alone: how long, and whether there is
	 * more, would tell him of the case */
	scope.case_id = scope.all ? 0 : asked;
	if ((asked && scope.all) || !scope.person)
		TRY(read_log(rq, TAB_SEEN, asked, &scope, &n));
	else
		TRY(read_log(rq, TAB_SEEN_BY, scope.person, &scope, &n));
	/* into the case's own log only when he was told something of it: the entry would tell him
	 * the next time that there is such a case */
	rq->case_id = scope.all || n ? asked : 0;
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
