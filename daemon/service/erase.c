#include "erase.h"

#include "args.h"
#include "clock.h"
#include "codes.h"
#include "keys.h"
#include "members.h"
#include "moves.h"
#include "notice.h"
#include "upward.h"

enum { REJECTED_MONTHS = 3, MONTHS = 60, MONTHS_MOST = 240 };

static struct key retain_key(const struct rec_case *c)
{
	return key_2((uint64_t)c->until, c->id);
}

static uint64_t months_of(struct request *rq, const struct rec_case *c)
{
	struct rec_agreement a;

	if (!slice_is(c->phase, "gesloten"))
		return REJECTED_MONTHS;
	if (get_record(rq, TAB_AGREEMENT, c->agreement, REC_agreement, &a) != ERR_OK ||
	    !a.retention_months || a.retention_months > MONTHS_MOST)
		return MONTHS;
	return a.retention_months;
}

/* Counted from the day the case was opened, as the agreement says; and a month at least is left
 * after it was closed, to object in. What was never taken in is counted from its refusal. */
static int64_t kept_until(struct request *rq, const struct rec_case *c)
{
	bool taken_in = slice_is(c->phase, "gesloten");
	int64_t until = clock_months(taken_in ? c->made : rq->now, (int)months_of(rq, c)),
		least = clock_months(rq->now, 1);

	return until > least ? until : least;
}

void erase_plan(struct request *rq, struct rec_case *c)
{
	struct key k = retain_key(c);

	if (c->until)
		change_del(&rq->change, rq->pass, TAB_RETAIN, key_view(&k));
	c->until = 0;
	if (!phase_closed(c->phase))
		return;
	c->until = kept_until(rq, c);
	k = retain_key(c);
	change_put(&rq->change, rq->pass, TAB_RETAIN, key_view(&k), SLICE(""));
}

/* Its rows go; who took part stays as numbers, for the log is kept for its own term. */
static void drop_rows(struct request *rq, const struct rec_case *c)
{
	static const enum table rows[] = {
		TAB_ITEM,    TAB_PAST,    TAB_ITEM_CODE, TAB_ABOUT,  TAB_CONSENT, TAB_MANDATE,
		TAB_BLOCK,   TAB_VERZOEK, TAB_REVIEW,    TAB_EVENT,  TAB_LOOKED,  TAB_SLOT_OF,
		TAB_PRESENT, TAB_DRAFT,   TAB_READ,      TAB_ATTACH, TAB_CHUNK,   TAB_MARK};
	struct key k = key_u64(c->id);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		change_del_all(&rq->change, rq->pass, rows[i], key_view(&k));
}

/* An emergency access stays as what it was: who, when, with which code, how it was judged. Its
 * words go with the rest. */
static void strip_emergencies(struct request *rq)
{
	struct key prefix = key_u64(rq->case_id);
	struct walk w;

	for (store_walk(rq->house->store, TAB_EMERGENCY, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_emergency e;

		if (rec_read(REC_emergency, arena_copy(rq->arena, w.val), rq->arena, &e) != ERR_OK)
			continue;
		e.sealed = e.review = (struct slice){0};
		put_record(rq, TAB_EMERGENCY, arena_copy(rq->arena, w.key), REC_emergency, &e);
	}
	store_walk_end(&w);
}

/* How lessons of tables did here; their rows lie with the tables. */
static void drop_marks(struct request *rq)
{
	struct walk w;

	for (store_walk(rq->house->store, TAB_MARK, SLICE(""), &w); w.on; store_next(&w))
		if (w.key.n == 24 && get_be64(w.key.p + 16) == rq->case_id)
			change_del(&rq->change, rq->pass, TAB_MARK, arena_copy(rq->arena, w.key));
	store_walk_end(&w);
}

enum err erase_case(struct request *rq, struct rec_case *c, uint64_t by)
{
	struct rec_phase *v = ARENA_ARRAY(rq->arena, struct rec_phase, c->phases.n + 1);
	struct key k = key_u64(c->id), retain = retain_key(c);
	uint8_t now[8];

	drop_rows(rq, c);
	strip_emergencies(rq);
	drop_marks(rq);
	upward_drop(rq);
	if (c->until)
		change_del(&rq->change, rq->pass, TAB_RETAIN, key_view(&retain));
	for (size_t i = 0; i < c->phases.n; i++)
		v[i] = c->phases.v[i];
	v[c->phases.n] = (struct rec_phase){SLICE("vernietigd"), rq->now, by};
	c->phases.v = v;
	c->phases.n++;
	c->phase = SLICE("vernietigd");
	c->until = 0;
	c->sealed = c->discussed = c->offer = (struct slice){0};
	c->rev++;
	put_record(rq, TAB_CASE, key_view(&k), REC_case, c);
	put_be64(now, (uint64_t)rq->now);
	change_put(&rq->change, rq->pass, TAB_ERASED, key_view(&k), (struct slice){now, 8});
	note_sight(rq);
	rq->change.erased = c->id;
	return ERR_OK;
}

/* Whose plan it was, and who led it: by hand or by the clock. */
static void tell_erased(struct request *rq, const struct rec_case *c)
{
	notice_person(rq, c->person, "erased", 0, c->code, 0);
	notice_person(rq, c->lead, "erased", 0, c->code, 0);
	notice_person(rq, c->process, "erased", 0, c->code, 0);
}

enum err erase_due(struct request *rq, void *unused)
{
	uint64_t id = 0;
	struct rec_case c;
	struct walk w;
	struct key k;

	(void)unused;
	store_walk(rq->house->store, TAB_RETAIN, SLICE(""), &w);
	if (w.on && w.key.n == 16 && (int64_t)get_be64(w.key.p) <= rq->now)
		id = get_be64(w.key.p + 8);
	store_walk_end(&w);
	if (!id)
		return ERR_OK;
	k = key_u64(id);
	TRY(get_record(rq, TAB_CASE, key_view(&k), REC_case, &c));
	rq->case_id = rq->change.case_id = id;
	rq->change.ground = SLICE("bewaartermijn");
	tell_erased(rq, &c);
	return erase_case(rq, &c, 0);
}

static bool lost_its_key(struct request *rq, struct slice bytes, struct rec_case *c)
{
	return rec_read(REC_case, arena_copy(rq->arena, bytes), rq->arena, c) == ERR_OK &&
	       !slice_is(c->phase, "vernietigd") && !keyring_has(rq->house->keyring, c->id);
}

enum err erase_again(struct request *rq, void *did)
{
	bool *found = did;
	struct rec_case c;
	struct walk w;

	*found = false;
	for (store_walk(rq->house->store, TAB_CASE, SLICE(""), &w); w.on && !*found; store_next(&w))
		*found = lost_its_key(rq, w.val, &c);
	store_walk_end(&w);
	if (!*found)
		return ERR_OK;
	rq->case_id = rq->change.case_id = c.id;
	rq->change.ground = SLICE("teruggezet");
	tell_erased(rq, &c);
	return erase_case(rq, &c, 0);
}

/* What the person asked, and nobody answered yet, would be gone too. */
static enum err none_unanswered(struct request *rq)
{
	struct key prefix = key_u64(rq->case_id);
	bool open = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_VERZOEK, key_view(&prefix), &w); w.on && !open;
	     store_next(&w)) {
		struct rec_verzoek v;

		open = rec_read(REC_verzoek, arena_copy(rq->arena, w.val), rq->arena, &v) ==
			       ERR_OK &&
		       !v.answered;
	}
	store_walk_end(&w);
	if (!open)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("The person asked something that was not answered yet."),
		      N_("Erasing would take his request away with the rest."),
		      N_("Answer it first: brug verzoek list CASE. At its date the case goes by "
			 "itself."));
}

/* Nobody wipes out an emergency access before it was judged: least of all who pressed the button.
 */
static enum err none_unjudged(struct request *rq)
{
	struct key prefix = key_u64(rq->case_id);
	struct walk w;
	bool open;

	store_walk(rq->house->store, TAB_REVIEW, key_view(&prefix), &w);
	open = w.on;
	store_walk_end(&w);
	if (!open)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("An emergency access in this case was not judged yet."),
		      N_("Erasing would take away what it is judged by."),
		      N_("Let a privacy officer judge it first: brug-admin emergency list"));
}

enum err serve_case_erase(struct request *rq)
{
	struct rec_case c;
	struct key k;

	rq->case_id = rq->change.case_id = case_number(arg_str(rq, "case"));
	k = key_u64(rq->case_id);
	if (!rq->case_id || get_record(rq, TAB_CASE, key_view(&k), REC_case, &c) != ERR_OK)
		return refuse_absent(rq);
	if (slice_is(c.phase, "vernietigd"))
		return refuse(rq, ERR_CONFLICT, N_("This case was erased already."), NULL, NULL);
	if (!phase_closed(c.phase))
		return refuse(rq, ERR_REFUSED, N_("This case is not closed."),
			      N_("People still work in it."),
			      N_("Let the procesregisseur close it first: brug phase gesloten"));
	TRY(none_unanswered(rq));
	TRY(none_unjudged(rq));
	tell_erased(rq, &c);
	notice_function(rq, "privacy-officer", (struct slice){0}, "erased", 0, c.code, 0);
	rq->change.ground = SLICE("wissen");
	c.erased = seal_house_text(rq, c.id, TEXT_ERASED, arg_str(rq, "why"));
	TRY(erase_case(rq, &c, rq->who->person));
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "case", c.code);
	pack_kv_int(rq->out, "time", rq->now);
	return ERR_OK;
}

static void pack_erased(struct request *rq, const struct rec_case *c, struct buf *out)
{
	const struct rec_phase *last = &c->phases.v[c->phases.n - 1];

	pack_map(out, 4);
	pack_kv_str(out, "case", c->code);
	pack_kv_int(out, "time", last->from);
	pack_kv_str(out, "by", last->by ? show_person(rq, last->by) : (struct slice){0});
	pack_kv_str(out, "why", open_house_text(rq, c->id, TEXT_ERASED, c->erased));
}

/* What was erased, when, by whom and why; by nobody: the clock, at its date. */
static void pack_all_erased(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_ERASED, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_case c;

		if (get_record(rq, TAB_CASE, w.key, REC_case, &c) != ERR_OK || !c.phases.n)
			continue;
		pack_erased(rq, &c, &list);
		n++;
	}
	store_walk_end(&w);
	pack_key(rq->out, "erased");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
}

enum err serve_case_retained(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_RETAIN, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_case c;

		if (w.key.n != 16 || get_record(rq, TAB_CASE, (struct slice){w.key.p + 8, 8},
						REC_case, &c) != ERR_OK)
			continue;
		pack_map(&list, 3);
		pack_kv_str(&list, "case", c.code);
		pack_kv_str(&list, "phase", c.phase);
		pack_kv_int(&list, "until", c.until);
		n++;
	}
	store_walk_end(&w);
	rq->log_itself = arg_bool(rq, "all");
	pack_map(rq->out, 1 + arg_bool(rq, "all"));
	pack_key(rq->out, "cases");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	if (arg_bool(rq, "all"))
		pack_all_erased(rq);
	return ERR_OK;
}
