/* Agreements between agencies (convenanten): the most that may be shared. What shows more than
 * before waits for a second person. */
#include "agreement.h"

#include "args.h"
#include "keys.h"
#include "notice.h"
#include "members.h"
#include "moves.h"
#include "second.h"

/* -- versions ---------------------------------------------------------------------------------- */

/* The id, a zero byte, and the number: so that versions of one agreement walk in order. */
static struct key version_key(struct slice id, uint64_t version)
{
	struct key k = {.n = id.n > 48 ? 48 : id.n};

	for (size_t i = 0; i < k.n; i++)
		k.p[i] = id.p[i];
	k.p[k.n++] = 0;
	put_be64(k.p + k.n, version);
	k.n += 8;
	return k;
}

static struct slice versions_of(const struct key *k)
{
	return (struct slice){k->p, k->n - 8};
}

/* No number is used twice, whatever became of the version that had it: who approves names what he
 * read. */
static uint64_t next_version(struct request *rq, struct slice id)
{
	struct rec_agreement now = {0}, waiting = {0};
	struct key k = version_key(id, 0);
	uint64_t last;
	struct walk w;

	get_record(rq, TAB_AGREEMENT, id, REC_agreement, &now);
	get_record(rq, TAB_WAITING, id, REC_agreement, &waiting);
	last = now.version > waiting.version ? now.version : waiting.version;
	store_walk_last(rq->house->store, TAB_VERSION, versions_of(&k), &w);
	if (w.on && w.key.n == k.n && get_be64(w.key.p + k.n - 8) > last)
		last = get_be64(w.key.p + k.n - 8);
	store_walk_end(&w);
	return last + 1;
}

static void keep_version(struct request *rq, const struct rec_agreement *a)
{
	struct key k = version_key(a->id, a->version);

	put_record(rq, TAB_VERSION, key_view(&k), REC_agreement, a);
}

/* The one in force until now, when it is from before versions were kept. */
static void keep_before(struct request *rq, struct slice id)
{
	struct rec_agreement before;
	struct key k;

	if (get_record(rq, TAB_AGREEMENT, id, REC_agreement, &before) != ERR_OK)
		return;
	k = version_key(id, before.version);
	if (store_has(rq->house->store, TAB_VERSION, key_view(&k)))
		return;
	before.in_force = before.from;
	keep_version(rq, &before);
}

static void put_in_force(struct request *rq, struct rec_agreement *a)
{
	keep_before(rq, a->id);
	a->in_force = rq->now;
	keep_version(rq, a);
	put_record(rq, TAB_AGREEMENT, a->id, REC_agreement, a);
	note_house_sight(rq);
	for (size_t i = 0; i < a->agencies.n; i++)
		notice_function(rq, "agency-admin", a->agencies.v[i], "agreement-changed", 0, a->id,
				0);
}

static void put_waiting(struct request *rq, const struct rec_agreement *a)
{
	keep_before(rq, a->id);
	keep_version(rq, a);
	put_record(rq, TAB_WAITING, a->id, REC_agreement, a);
	second_tell(rq, "agreement", a->id);
}

enum err serve_agreement_put(struct request *rq)
{
	struct rec_agreement before = {0}, a;
	bool waits;

	TRY(agreement_arg(rq, &a));
	a.version = next_version(rq, a.id);
	get_record(rq, TAB_AGREEMENT, a.id, REC_agreement, &before);
	waits = agreement_raises(rq, &before, &a).n && second_ever(rq);
	if (arg_bool(rq, "check"))
		; /* that it could be done is all that was asked */
	else if (waits)
		put_waiting(rq, &a);
	else
		put_in_force(rq, &a);
	pack_map(rq->out, 4);
	pack_kv_str(rq->out, "agreement", a.id);
	pack_kv_int(rq->out, "version", (int64_t)a.version);
	pack_kv_bool(rq->out, "waits", waits);
	pack_kv_bool(rq->out, "nobody", waits && !second_now(rq));
	return ERR_OK;
}

static enum err may_decide(struct request *rq, const struct rec_agreement *a)
{
	if (!second_approves(rq))
		return refuse(rq, ERR_REFUSED, N_("You do not approve agreements."),
			      N_("Another partnership admin or a privacy officer does."), NULL);
	return second_may(rq, a->by);
}

enum err serve_agreement_approve(struct request *rq)
{
	bool refused = arg_bool(rq, "refuse");
	struct rec_agreement a, now = {0};

	if (get_record(rq, TAB_WAITING, arg_str(rq, "agreement"), REC_agreement, &a) != ERR_OK)
		return refuse_arg(rq, ERR_USAGE, N_("No version of %s waits."),
				  N_("See: brug-admin agreement waiting"),
				  arg_str(rq, "agreement"));
	TRY(may_decide(rq, &a));
	if ((uint64_t)arg_int(rq, "version", 0) != a.version)
		return refuse(rq, ERR_CONFLICT, N_("Another version waits by now."), NULL,
			      N_("Read it first: brug-admin agreement waiting"));
	get_record(rq, TAB_AGREEMENT, a.id, REC_agreement, &now);
	if (!refused && now.version >= a.version)
		return refuse(rq, ERR_CONFLICT,
			      N_("A later version came in force while this one waited."),
			      N_("What it raises was weighed against another."),
			      N_("Refuse it (--refuse), and put it up again."));
	change_del(&rq->change, rq->pass, TAB_WAITING, a.id);
	a.approved_by = rq->who->person;
	a.from = rq->now;
	rq->did = arena_fmt(rq->arena, "convenant %.*s versie %llu; %s", SLICE_ARG(a.id),
			    (unsigned long long)a.version, refused ? "afgewezen" : "goedgekeurd");
	notice_person(rq, a.by, refused ? "agreement-refused" : "agreement-approved", 0, a.id, 0);
	if (!refused)
		put_in_force(rq, &a);
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "agreement", a.id);
	pack_kv_int(rq->out, "version", (int64_t)a.version);
	pack_kv_bool(rq->out, "refused", refused);
	return ERR_OK;
}

static void pack_ceilings(const struct rec_agreement *a, struct buf *out)
{
	pack_key(out, "ceilings");
	pack_array(out, a->ceilings.n);
	for (size_t i = 0; i < a->ceilings.n; i++) {
		const struct rec_ceiling *c = &a->ceilings.v[i];

		pack_map(out, 4 + (c->purpose.n != 0) + (c->phase.n != 0));
		pack_kv_str(out, "category", c->category);
		pack_kv_str(out, "to", c->to);
		pack_kv_text(out, "level", level_name((enum level)c->level));
		pack_kv_text(out, "consent_level", level_name((enum level)c->consent_level));
		if (c->purpose.n)
			pack_kv_str(out, "purpose", c->purpose);
		if (c->phase.n)
			pack_kv_str(out, "phase", c->phase);
	}
	pack_key(out, "caps");
	pack_array(out, a->caps.n);
	for (size_t i = 0; i < a->caps.n; i++) {
		pack_map(out, 2);
		pack_kv_str(out, "category", a->caps.v[i].category);
		pack_kv_text(out, "level", level_name((enum level)a->caps.v[i].level));
	}
}

static void pack_terms(const struct rec_agreement *a, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < a->terms.n; i++)
		n += a->terms.v[i] > 0;
	pack_key(out, "terms");
	pack_array(out, n);
	for (size_t i = 0; i < a->terms.n; i++) {
		if (!a->terms.v[i])
			continue;
		pack_map(out, 2);
		pack_kv_int(out, "level", (int64_t)i + 1);
		pack_kv_int(out, "days", (int64_t)a->terms.v[i]);
	}
}

/* With the names of agreement.put, so that what is read can be changed and put again. */
static void pack_agreement(const struct rec_agreement *a, struct buf *out)
{
	pack_map(out, 10U + (a->terms.n > 0));
	pack_kv_str(out, "agreement", a->id);
	pack_kv_str(out, "name", a->name);
	pack_kv_str(out, "regime", a->regime);
	pack_kv_int(out, "version", (int64_t)a->version);
	pack_kv_strs(out, "agencies", a->agencies);
	pack_key(out, "purposes");
	pack_array(out, a->purposes.n);
	for (size_t i = 0; i < a->purposes.n; i++) {
		pack_map(out, 2);
		pack_kv_str(out, "purpose", a->purposes.v[i].purpose);
		pack_kv_str(out, "text", a->purposes.v[i].text);
	}
	pack_kv_int(out, "retention", (int64_t)a->retention_months);
	pack_kv_int(out, "emergency", (int64_t)a->emergency);
	pack_ceilings(a, out);
	if (a->terms.n)
		pack_terms(a, out);
}

enum err serve_agreement_waiting(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	bool mine = second_approves(rq);
	struct walk w;
	size_t n = 0;

	store_walk(rq->house->store, TAB_WAITING, SLICE(""), &w);
	for (; w.on && mine; store_next(&w)) {
		struct rec_agreement a, before = {0};

		if (rec_read(REC_agreement, arena_copy(rq->arena, w.val), rq->arena, &a) != ERR_OK)
			continue;
		get_record(rq, TAB_AGREEMENT, a.id, REC_agreement, &before);
		pack_map(&list, 5);
		pack_key(&list, "whole");
		pack_agreement(&a, &list);
		pack_kv_str(&list, "agreement", a.id);
		pack_kv_int(&list, "version", (int64_t)a.version);
		pack_kv_str(&list, "by", show_person(rq, a.by));
		pack_kv_strs(&list, "raises", agreement_raises(rq, &before, &a));
		n++;
	}
	store_walk_end(&w);
	return answer_list(rq, "agreements", n, &list);
}

/* -- reading ----------------------------------------------------------------------------------- */

static void pack_version(struct request *rq, const struct rec_agreement *a, struct buf *out)
{
	pack_map(out, 5);
	pack_kv_int(out, "version", (int64_t)a->version);
	pack_kv_int(out, "from", a->in_force);
	pack_kv_str(out, "by", show_person(rq, a->by));
	pack_kv_str(out, "approved_by", show_person(rq, a->approved_by));
	pack_key(out, "whole");
	pack_agreement(a, out);
}

/* Every version that was ever in force, oldest first. */
enum err serve_agreement_versions(struct request *rq)
{
	bool all = second_approves(rq);
	struct rec_person me;
	struct key k = version_key(arg_str(rq, "agreement"), 0);
	CLEANUP(buf_free) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	TRY(person_rec(rq, rq->who->person, &me));
	for (store_walk(rq->house->store, TAB_VERSION, versions_of(&k), &w); w.on; store_next(&w)) {
		struct rec_agreement a;

		if (rec_read(REC_agreement, arena_copy(rq->arena, w.val), rq->arena, &a) !=
			    ERR_OK ||
		    !a.in_force || (!all && !slices_have(a.agencies, me.agency)))
			continue;
		pack_version(rq, &a, &list);
		n++;
	}
	store_walk_end(&w);
	return answer_list(rq, "versions", n, &list);
}

enum err serve_agreement_list(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct rec_person me;
	struct walk w;
	size_t n = 0;
	bool all;

	TRY(person_rec(rq, rq->who->person, &me));
	all = second_has(rq, RIGHT_PARTNERSHIP);
	for (store_walk(rq->house->store, TAB_AGREEMENT, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_agreement a;

		if (rec_read(REC_agreement, arena_copy(rq->arena, w.val), rq->arena, &a) !=
			    ERR_OK ||
		    (!all && !slices_have(a.agencies, me.agency)))
			continue;
		pack_agreement(&a, &list);
		n++;
	}
	store_walk_end(&w);
	return answer_list(rq, "agreements", n, &list);
}
