/* The session: who am I, joining with a code, renewing a key, and what wants me today. */
#include "args.h"
#include "codes.h"
#include "items.h"
#include "keys.h"
#include "members.h"
#include "notice.h"

#include <openssl/evp.h>

enum { RENEW_GRACE_MS = 24 * 60 * 60 * 1000 };

static void pack_me(struct request *rq, const struct rec_person *p)
{
	struct slice handle, name;

	policy_names(rq->house->policy, p->id, rq->arena, &handle, &name);
	pack_kv_str(rq->out, "person", handle);
	pack_kv_str(rq->out, "name", name);
	pack_kv_str(rq->out, "agency", p->agency);
	pack_kv_strs(rq->out, "functions", p->functions);
}

enum err serve_hello(struct request *rq)
{
	struct rec_device d;
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	TRY(get_record(rq, TAB_DEVICE, rq->who->device, REC_device, &d));
	rq->hello = true;
	rq->purposes = arg_strs(rq, "purposes");
	rq->lang = slice_is(arg_str(rq, "lang"), "en") ? "en" : "nl";
	pack_map(rq->out, 8);
	pack_me(rq, &me);
	pack_kv_text(rq->out, "server", rq->house->server);
	pack_kv_text(rq->out, "version", rq->house->version);
	pack_kv_int(rq->out, "time", rq->now);
	pack_kv_int(rq->out, "until", d.until);
	return ERR_OK;
}

enum err serve_ping(struct request *rq)
{
	pack_map(rq->out, 2);
	pack_kv_int(rq->out, "n", arg_int(rq, "n", 0));
	pack_kv_int(rq->out, "time", rq->now);
	return ERR_OK;
}

/* -- devices ----------------------------------------------------------------------------------- */

static void name_device(struct request *rq, struct rec_device *d)
{
	d->name = arena_fmt(rq->arena, "%02x%02x%02x%02x", d->spki.p[0], d->spki.p[1], d->spki.p[2],
			    d->spki.p[3]);
}

static void put_device(struct request *rq, const struct rec_device *d)
{
	struct key of = key_bytes(d->person, d->spki);

	put_record(rq, TAB_DEVICE, d->spki, REC_device, d);
	change_put(&rq->change, rq->pass, TAB_DEVICE_OF, key_view(&of), SLICE(""));
}

static enum err sign(struct request *rq, const struct rec_person *p, struct rec_device *d,
		     struct slice *certificate)
{
	enum err err =
		rq->house->sign(rq->house->sign_ctx, arg_str(rq, "csr"), p->id, p->agency, rq->now,
				rq->arena, certificate, &d->spki, &d->serial, &d->until);

	if (err == ERR_USAGE)
		return refuse(rq, ERR_USAGE, N_("That is not a sound certificate request."), NULL,
			      N_("Send PKCS#10 in DER for a P-256 key, signed with that key."));
	TRY(err);
	if (store_has(rq->house->store, TAB_DEVICE, d->spki))
		return refuse(rq, ERR_CONFLICT, N_("This key is known already."), NULL,
			      N_("Make a new key."));
	name_device(rq, d);
	return ERR_OK;
}

static enum err code_given(struct request *rq, struct rec_code *c)
{
	struct slice secret = arg_str(rq, "code");
	uint8_t hash[32];

	if (EVP_Digest(secret.p, secret.n, hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_INTERNAL;
	if (get_record(rq, TAB_CODE, (struct slice){hash, sizeof(hash)}, REC_code, c) != ERR_OK)
		return refuse(rq, ERR_IDENTITY, N_("This join code is not known here."), NULL,
			      N_("Check the code, or ask who gave it to you for a new one."));
	if (c->used)
		return refuse(rq, ERR_IDENTITY, N_("This join code has been used already."),
			      N_("A code works once."),
			      N_("Ask who gave it to you for a new one. Was it not you who used "
				 "it? Tell him."));
	if (c->until <= rq->now)
		return refuse(rq, ERR_IDENTITY, N_("This join code has expired."),
			      N_("A code is good for 24 hours."),
			      N_("Ask who gave it to you for a new one."));
	return ERR_OK;
}

enum err serve_join(struct request *rq)
{
	struct rec_device d = {.label = arg_str(rq, "label"), .since = rq->now};
	struct slice certificate;
	struct rec_person p;
	struct rec_code c;

	TRY(code_given(rq, &c));
	TRY(person_rec(rq, c.person, &p));
	if (p.stopped)
		return refuse(rq, ERR_IDENTITY, N_("You have been stopped."), NULL,
			      N_("Ask your agency's admin."));
	d.person = p.id;
	TRY(sign(rq, &p, &d, &certificate));
	c.used = rq->now;
	c.device = d.name;
	rq->change.author = p.id;
	put_device(rq, &d);
	put_record(rq, TAB_CODE, c.hash, REC_code, &c);
	pack_map(rq->out, 6);
	pack_kv_bin(rq->out, "certificate", certificate);
	pack_me(rq, &p);
	pack_kv_int(rq->out, "until", d.until);
	return ERR_OK;
}

/* The old key stays good for a day, so that a lost answer locks nobody out. */
enum err serve_renew(struct request *rq)
{
	struct rec_device old, d;
	struct slice certificate;
	struct rec_person p;

	TRY(person_rec(rq, rq->who->person, &p));
	TRY(get_record(rq, TAB_DEVICE, rq->who->device, REC_device, &old));
	d = (struct rec_device){.person = p.id, .label = old.label, .since = rq->now};
	TRY(sign(rq, &p, &d, &certificate));
	if (old.until > rq->now + RENEW_GRACE_MS)
		old.until = rq->now + RENEW_GRACE_MS;
	put_device(rq, &old);
	put_device(rq, &d);
	pack_map(rq->out, 2);
	pack_kv_bin(rq->out, "certificate", certificate);
	pack_kv_int(rq->out, "until", d.until);
	return ERR_OK;
}

/* -- today ------------------------------------------------------------------------------------- */

struct wants { /* what one case wants of him */
	struct buf overdue, mine, asked;
	size_t overdue_n, mine_n, asked_n;
};
static void wants_wipe(struct wants *w)
{
	buf_wipe(&w->overdue);
	buf_wipe(&w->mine);
	buf_wipe(&w->asked);
}

static bool is_over(const struct rec_item *item)
{
	const struct kind *kind = vocab_kind(&brug_vocab, item->kind);
	const struct state *state = kind ? kind_state(kind, item->state) : NULL;

	return !state || state->final;
}

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

/* The regisseur is asked about everything overdue; another about what he does himself. */
static void weigh(struct request *rq, const struct rec_item *item, bool lead, struct wants *out)
{
	bool mine = item->executor == rq->who->person, late = item->due && item->due < rq->now;

	if (is_over(item))
		return;
	if (item->about) {
		if (asks(item, rq->who->person) && !answered(rq, item) &&
		    serve_show(rq, item, &out->asked))
			out->asked_n++;
	} else if (late && item_level(rq, item) >= LEVEL_SIGNAAL && (mine || lead)) {
		if (serve_show(rq, item, &out->overdue))
			out->overdue_n++;
	} else if (mine && serve_show(rq, item, &out->mine)) {
		out->mine_n++;
	}
}

static void pack_wants(struct request *rq, const struct rec_member *me, const struct wants *wants,
		       struct buf *out)
{
	const struct rec_case *c = sight_case_rec(rq->sight);
	bool invited = slice_is(me->status, "invited");

	pack_map(out, 8);
	pack_kv_str(out, "case", c->code);
	pack_kv_str(out, "title", invited ? (struct slice){0} : serve_title(rq));
	pack_kv_str(out, "role", me->role);
	pack_kv_bool(out, "invited", invited);
	pack_kv_str(out, "phase", invited ? (struct slice){0} : c->phase);
	pack_key(out, "overdue");
	pack_array(out, wants->overdue_n);
	buf_slice(out, buf_view(&wants->overdue));
	pack_key(out, "mine");
	pack_array(out, wants->mine_n);
	buf_slice(out, buf_view(&wants->mine));
	pack_key(out, "asked");
	pack_array(out, wants->asked_n);
	buf_slice(out, buf_view(&wants->asked));
}

/* One case of today's: false when it is none of his any more. */
static bool pack_case(struct request *rq, uint64_t case_id, struct buf *out)
{
	CLEANUP(wants_wipe) struct wants wants = {0};
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
	if (slice_is(me->status, "active"))
		for (items_first(rq, 0, &it); it.on; items_next(&it))
			weigh(rq, &it.item, slice_is(me->role, "casusregisseur"), &wants);
	pack_wants(rq, me, &wants, out);
	return true;
}

enum err serve_today(struct request *rq)
{
	struct key prefix = key_u64(rq->who->person);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct rec_device d;
	struct walk w;
	uint64_t only;
	size_t n = 0;

	TRY(get_record(rq, TAB_DEVICE, rq->who->device, REC_device, &d));
	only = case_number(arg_str(rq, "case"));
	for (store_walk(rq->house->store, TAB_CASE_OF, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		uint64_t id = w.key.n == 16 ? get_be64(w.key.p + 8) : 0;

		if (id && (!only || only == id) && pack_case(rq, id, &list))
			n++;
	}
	store_walk_end(&w);
	rq->case_id = 0;
	rq->refusal = (struct refusal){0};
	pack_map(rq->out, 3);
	pack_kv_int(rq->out, "until", d.until);
	pack_key(rq->out, "notices");
	notices_pack(rq, rq->out);
	rq->case_id = 0;
	pack_key(rq->out, "cases");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}
