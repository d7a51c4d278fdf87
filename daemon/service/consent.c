/* What the person lets others see or say for him: consents and mandates. */
#include "args.h"
#include "items.h"
#include "keys.h"
#include "notice.h"
#include "person.h"
#include "receipt.h"
#include "waiting.h"

#define DAY_MS (24LL * 60 * 60 * 1000)

static const struct rec_member *own_part(struct request *rq)
{
	return sight_member(rq->sight, rq->who->person);
}

/* The person, or his supporter in the categories of the mandate. */
static bool speaks_for_him(struct request *rq, struct slice category)
{
	const struct rec_member *me = own_part(rq);

	return slice_is(me->role, "betrokkene") ||
	       (slice_is(me->role, "ondersteuner") &&
		policy_mandated(rq->sight, me->person, category, rq->now));
}

/* By himself or his supporter; for him, and with word of how and before whom, by the casusregisseur
 * or the agency whose data it is. */
static enum err may_record(struct request *rq, struct slice category, struct slice owner)
{
	const struct rec_member *me = own_part(rq);

	if (speaks_for_him(rq, category))
		return ERR_OK;
	if (!policy_leads(rq->sight, me->person, rq->now) &&
	    !(owner.n && slice_eq(owner, me->agency)))
		return refuse(
			rq, ERR_REFUSED, N_("You cannot record this for him."),
			N_("He does so himself, with his supporter, the casusregisseur or the "
			   "agency whose data it is."),
			N_("Ask him together with one of them."));
	if (arg_str(rq, "witness").n)
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("Say how and before whom he said so."),
		      N_("A consent that somebody else writes down needs a witness."),
		      N_("Give --witness without a value: it is asked for, or read from standard "
			 "input."));
}

/* His own agency by its name, or by that of one of its people. */
static bool is_for_mine(struct request *rq, const struct rec_consent *c)
{
	const struct rec_member *me = own_part(rq);

	for (size_t i = 0; i < c->people.n; i++) {
		const struct rec_member *m = sight_member(rq->sight, c->people.v[i]);

		if (!m || slice_eq(m->agency, me->agency))
			return true;
	}
	return slices_have(c->to, me->agency);
}

/* Nobody but the person writes down a consent by which he, or his own agency, sees more: who speaks
 * for him neither. */
static enum err not_for_oneself(struct request *rq, const struct rec_consent *c)
{
	if (slice_is(own_part(rq)->role, "betrokkene") || !is_for_mine(rq, c))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED,
		      N_("Nobody records a consent for himself or his own agency."),
		      N_("Who gains by it is not the one to write it down."),
		      N_("Let the person do it, or somebody whom it gives nothing."));
}

/* The same data, to somebody who got it by the other: by his agency's name or his own. */
static bool gives_again(struct request *rq, const struct rec_consent *c,
			const struct rec_consent *old)
{
	if (!slice_eq(c->category, old->category) || !slice_eq(c->agency, old->agency))
		return false;
	for (size_t i = 0; i < c->to.n; i++)
		if (slices_have(old->to, c->to.v[i]))
			return true;
	for (size_t i = 0; i < c->people.n; i++) {
		const struct rec_member *m = sight_member(rq->sight, c->people.v[i]);

		if (!m || slices_have(old->to, m->agency))
			return true;
		for (size_t k = 0; k < old->people.n; k++)
			if (old->people.v[k] == m->person)
				return true;
	}
	for (size_t k = 0; k < old->people.n; k++) {
		const struct rec_member *m = sight_member(rq->sight, old->people.v[k]);

		if (m && slices_have(c->to, m->agency))
			return true;
	}
	return false;
}

static bool all_in(struct u64s these, struct u64s those)
{
	for (size_t i = 0; i < these.n; i++) {
		bool in = false;

		for (size_t k = 0; k < those.n; k++)
			in = in || those.v[k] == these.v[i];
		if (!in)
			return false;
	}
	return true;
}

static bool all_words_in(struct slices these, struct slices those)
{
	for (size_t i = 0; i < these.n; i++)
		if (!slices_have(those, these.v[i]))
			return false;
	return true;
}

/* Nothing in it that the other did not give, and less of something. */
static bool gives_less(const struct rec_consent *c, const struct rec_consent *old)
{
	bool items = old->items.n ? c->items.n && all_in(c->items, old->items) : true,
	     until = !old->until || (c->until && c->until <= old->until),
	     less = c->level < old->level || c->to.n < old->to.n || c->people.n < old->people.n ||
		    c->purposes.n < old->purposes.n || (c->until && c->until != old->until) ||
		    (c->items.n && c->items.n != old->items.n);

	return less && items && until && c->level <= old->level && all_words_in(c->to, old->to) &&
	       all_in(c->people, old->people) && all_words_in(c->purposes, old->purposes);
}

/* Limiting is taking back and giving less. Who wrote down that he took it back, before a witness,
 * writes down on the same day what is left of it: less, and nothing else. */
static bool is_limited(struct request *rq, const struct rec_consent *c,
		       const struct rec_consent *old)
{
	return old->withdrawn_by == rq->who->person && old->withdrawal.n &&
	       rq->now - old->withdrawn < DAY_MS && gives_less(c, old);
}

/* What the person took back, only he, or who speaks for him, gives again. */
static enum err not_taken_back(struct request *rq, const struct rec_consent *c)
{
	struct key prefix = key_u64(rq->case_id);
	bool taken = false;
	struct walk w;

	if (speaks_for_him(rq, c->category))
		return ERR_OK;
	for (store_walk(rq->house->store, TAB_CONSENT, key_view(&prefix), &w); w.on && !taken;
	     store_next(&w)) {
		struct rec_consent old;

		taken = rec_read(REC_consent, arena_copy(rq->arena, w.val), rq->arena, &old) ==
				ERR_OK &&
			old.withdrawn && gives_again(rq, c, &old) && !is_limited(rq, c, &old);
	}
	store_walk_end(&w);
	if (!taken)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("The person took this consent back."),
		      N_("What he took back, only he gives again, or who speaks for him."),
		      N_("Ask him to record it himself, or with his supporter."));
}

static enum err person_known(struct request *rq, uint64_t *person)
{
	*person = sight_case_rec(rq->sight)->person;
	if (*person)
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("This case does not know the person yet."), NULL,
		      N_("Invite him: brug invite, role betrokkene"));
}

static enum err take_items(struct request *rq, struct rec_consent *c)
{
	struct slices codes = arg_strs(rq, "items");

	c->items.v = ARENA_ARRAY(rq->arena, uint64_t, codes.n + 1);
	for (size_t i = 0; i < codes.n; i++) {
		struct rec_item item;

		TRY(item_named(rq, codes.v[i], &item));
		c->items.v[c->items.n++] = item.num;
	}
	return ERR_OK;
}

static enum err take_people(struct request *rq, struct rec_consent *c)
{
	struct slices handles = arg_strs(rq, "people");

	c->people.v = ARENA_ARRAY(rq->arena, uint64_t, handles.n + 1);
	for (size_t i = 0; i < handles.n; i++) {
		uint64_t person = policy_person(rq->house->policy, handles.v[i]);

		if (!person || !sight_member(rq->sight, person))
			return refuse_arg(rq, ERR_USAGE, N_("%s takes no part in this case."),
					  N_("See: brug case show"), handles.v[i]);
		c->people.v[c->people.n++] = person;
	}
	return ERR_OK;
}

static enum err known_agency(struct request *rq, struct slice agency)
{
	if (store_has(rq->house->store, TAB_AGENCY, agency))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("There is no agency %s."),
			  N_("Who takes part for which agency: brug case show"), agency);
}

/* To the agency whose data it is, and to nobody else. */
static bool only_back(const struct rec_consent *c)
{
	for (size_t i = 0; i < c->to.n; i++)
		if (!slice_eq(c->to.v[i], c->agency))
			return false;
	return c->agency.n && c->to.n && !c->people.n;
}

/* What gives nobody anything is no consent, though it reads as one. */
static enum err gives_something(struct request *rq, const struct rec_consent *c)
{
	if (slice_is(c->category, "leren"))
		return refuse(rq, ERR_USAGE, N_("What somebody learns is shown by name."),
			      N_("No consent of the person goes over it."),
			      N_("brug share ITEM PERSON"));
	if (!only_back(c))
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("%s sees its own data already."),
			  N_("Name with --to who does not see it yet."), c->agency);
}

/* A consent for what does not exist would give nothing, and nobody would see that. */
static enum err names_known(struct request *rq, const struct rec_consent *c)
{
	struct slices purposes = sight_case_rec(rq->sight)->purposes;

	if (c->agency.n)
		TRY(known_agency(rq, c->agency));
	for (size_t i = 0; i < c->to.n; i++)
		TRY(known_agency(rq, c->to.v[i]));
	for (size_t i = 0; i < c->purposes.n; i++)
		if (!slices_have(purposes, c->purposes.v[i]))
			return refuse_arg(rq, ERR_USAGE, N_("This case has no purpose %s."),
					  N_("Its purposes: brug case show"), c->purposes.v[i]);
	return ERR_OK;
}

static enum err put_consent(struct request *rq, const struct rec_consent *c)
{
	struct key k = key_bytes(rq->case_id, c->id);

	put_record(rq, TAB_CONSENT, key_view(&k), REC_consent, c);
	note_sight(rq);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "consent", c->id);
	return ERR_OK;
}

enum err serve_consent_give(struct request *rq)
{
	struct rec_consent c = {.category = arg_str(rq, "category"),
				.agency = arg_str(rq, "agency"),
				.to = arg_strs(rq, "to"),
				.purposes = arg_strs(rq, "purposes"),
				.level = (uint64_t)arg_level(rq, "level", LEVEL_INHOUD),
				.from = rq->now,
				.until = arg_end(rq, "until"),
				.by = rq->who->person};

	TRY(may_record(rq, c.category, c.agency));
	TRY(person_known(rq, &c.person));
	TRY(take_items(rq, &c));
	TRY(take_people(rq, &c));
	TRY(names_known(rq, &c));
	if (!c.to.n && !c.people.n)
		return refuse(rq, ERR_USAGE, N_("To whom?"), NULL,
			      N_("Give --to agencies, or --people."));
	TRY(gives_something(rq, &c));
	TRY(not_for_oneself(rq, &c));
	TRY(not_taken_back(rq, &c));
	TRY(arg_term(rq));
	c.id = arena_fmt(rq->arena, "t-%06x", (unsigned)(random_u64() & 0xffffff));
	c.sealed = seal_text(rq, 0, TEXT_CONSENT, arg_str(rq, "witness"));
	c.sentence = seal_text(rq, (uint64_t)c.from, TEXT_SENTENCE, arg_str(rq, "sentence"));
	rq->did = arena_fmt(rq->arena, "toestemming %.*s", SLICE_ARG(c.id));
	notice_person(rq, c.person, "consent-recorded", 0, c.id, 0);
	return put_consent(rq, &c);
}

/* The person and the lead know of all, his supporter of those in the categories of his mandate;
 * another of those that are for him or of his agency's data. */
static bool concerns(struct request *rq, const struct rec_consent *c)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (policy_leads(rq->sight, me->person, rq->now) || speaks_for_him(rq, c->category))
		return true;
	if (slice_eq(c->agency, me->agency) || slices_have(c->to, me->agency))
		return true;
	for (size_t i = 0; i < c->people.n; i++)
		if (c->people.v[i] == rq->who->person)
			return true;
	return false;
}

/* What he was told it means when he said yes; empty for one that was given without. */
static struct slice sentence_of(struct request *rq, const struct rec_consent *c)
{
	return open_text(rq, (uint64_t)c->from, TEXT_SENTENCE, c->sentence);
}

enum err serve_consent_withdraw(struct request *rq)
{
	struct slice id = arg_str(rq, "consent");
	struct key k = key_bytes(rq->case_id, id);
	struct rec_consent c;

	if (get_record(rq, TAB_CONSENT, key_view(&k), REC_consent, &c) != ERR_OK ||
	    !concerns(rq, &c))
		return refuse_absent(rq);
	TRY(may_record(rq, c.category, c.agency));
	if (c.withdrawn)
		return refuse(rq, ERR_CONFLICT, N_("This consent has been withdrawn already."),
			      NULL, NULL);
	c.withdrawn = rq->now;
	c.withdrawn_by = rq->who->person;
	c.withdrawal = seal_text(rq, 0, TEXT_WITHDRAWAL, arg_str(rq, "witness"));
	put_record(rq, TAB_CONSENT, key_view(&k), REC_consent, &c);
	rq->did = arena_fmt(rq->arena, "toestemming %.*s", SLICE_ARG(c.id));
	note_sight(rq);
	notice_person(rq, sight_case_rec(rq->sight)->lead, "consent-withdrawn", 0, c.id, 0);
	notice_person(rq, c.person, "consent-withdrawn", 0, c.id, 0);
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "consent", c.id);
	pack_kv_str(rq->out, "sentence", sentence_of(rq, &c));
	pack_key(rq->out, "lost");
	receipt_pack(rq, &c, rq->out);
	return ERR_OK;
}

static void pack_people(struct request *rq, const struct rec_consent *c, struct buf *out)
{
	pack_key(out, "people");
	pack_array(out, c->people.n);
	for (size_t i = 0; i < c->people.n; i++)
		pack_str(out, show_person(rq, c->people.v[i]));
}

static void pack_consent(struct request *rq, const struct rec_consent *c, struct buf *out)
{
	pack_map(out, 15);
	pack_kv_str(out, "by", show_person(rq, c->by));
	pack_kv_str(out, "witness", open_text(rq, 0, TEXT_CONSENT, c->sealed));
	pack_kv_str(out, "withdrawn_by",
		    c->withdrawn_by ? show_person(rq, c->withdrawn_by) : (struct slice){0});
	pack_kv_str(out, "withdrawn_witness", open_text(rq, 0, TEXT_WITHDRAWAL, c->withdrawal));
	pack_kv_str(out, "consent", c->id);
	pack_kv_str(out, "category", c->category);
	pack_kv_str(out, "agency", c->agency);
	pack_kv_strs(out, "to", c->to);
	pack_people(rq, c, out);
	pack_kv_text(out, "level", level_name((enum level)c->level));
	pack_kv_strs(out, "purposes", c->purposes);
	pack_kv_int(out, "from", c->from);
	pack_kv_int(out, "until", c->until);
	pack_kv_int(out, "withdrawn", c->withdrawn);
	pack_kv_str(out, "sentence", sentence_of(rq, c));
}

size_t consents_ending(struct request *rq, int64_t before, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_CONSENT, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_consent c;

		if (rec_read(REC_consent, arena_copy(rq->arena, w.val), rq->arena, &c) != ERR_OK ||
		    c.withdrawn || c.until <= rq->now || c.until > before || !concerns(rq, &c))
			continue;
		pack_map(out, 4);
		pack_kv_str(out, "consent", c.id);
		pack_kv_str(out, "category", c.category);
		pack_kv_str(out, "agency", c.agency);
		pack_kv_int(out, "until", c.until);
		n++;
	}
	store_walk_end(&w);
	return n;
}

/* Who may speak for him: for the person, the lead, and who it is. */
static bool mandate_concerns(struct request *rq, const struct rec_mandate *m)
{
	const struct rec_member *me = own_part(rq);

	return slice_is(me->role, "betrokkene") || policy_leads(rq->sight, me->person, rq->now) ||
	       m->person == rq->who->person;
}

static void pack_mandate(struct request *rq, const struct rec_mandate *m, struct buf *out)
{
	pack_map(out, 6);
	pack_kv_str(out, "person", show_person(rq, m->person));
	pack_kv_strs(out, "categories", m->categories);
	pack_kv_int(out, "from", m->from);
	pack_kv_int(out, "until", m->until);
	pack_kv_str(out, "by", m->by ? show_person(rq, m->by) : (struct slice){0});
	pack_kv_str(out, "witness", open_text(rq, m->person, TEXT_MANDATE, m->sealed));
}

void mandates_pack(struct request *rq, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_MANDATE, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_mandate m;

		if (rec_read(REC_mandate, arena_copy(rq->arena, w.val), rq->arena, &m) != ERR_OK ||
		    !mandate_concerns(rq, &m))
			continue;
		pack_mandate(rq, &m, &list);
		n++;
	}
	store_walk_end(&w);
	pack_array(out, n);
	buf_slice(out, buf_view(&list));
}

void consents_pack(struct request *rq, struct buf *out)
{
	struct key prefix = key_u64(rq->case_id);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_CONSENT, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_consent c;

		if (rec_read(REC_consent, arena_copy(rq->arena, w.val), rq->arena, &c) != ERR_OK ||
		    !concerns(rq, &c))
			continue;
		pack_consent(rq, &c, &list);
		n++;
	}
	store_walk_end(&w);
	pack_array(out, n);
	buf_slice(out, buf_view(&list));
}

enum err serve_consent_list(struct request *rq)
{
	TRY(persons_own_when_closed(rq));
	rq->log_itself = true;
	pack_map(rq->out, 2);
	pack_key(rq->out, "consents");
	consents_pack(rq, rq->out);
	pack_key(rq->out, "mandates");
	mandates_pack(rq, rq->out);
	return ERR_OK;
}

enum err serve_mandate_give(struct request *rq)
{
	struct rec_mandate m = {.categories = arg_strs(rq, "categories"),
				.from = rq->now,
				.until = arg_end(rq, "until"),
				.by = rq->who->person};
	const struct rec_member *supporter;
	struct key k;

	if (!slice_is(own_part(rq)->role, "betrokkene") &&
	    !policy_leads(rq->sight, rq->who->person, rq->now))
		return refuse(rq, ERR_REFUSED, N_("Only the person himself gives a mandate."),
			      N_("The casusregisseur may record it for him, with a witness."),
			      N_("Ask him, with the casusregisseur."));
	TRY(may_record(rq, (struct slice){0}, (struct slice){0}));
	TRY(arg_ahead(rq, "until"));
	TRY(person_known(rq, &m.of));
	TRY(arg_member(rq, "person", &m.person));
	supporter = sight_member(rq->sight, m.person);
	if (!supporter || !slice_is(supporter->role, "ondersteuner"))
		return refuse_arg(rq, ERR_USAGE, N_("%s is no supporter in this case."),
				  N_("Invite him first: brug invite, role ondersteuner"),
				  arg_str(rq, "person"));
	m.sealed = seal_text(rq, m.person, TEXT_MANDATE, arg_str(rq, "witness"));
	k = key_2(rq->case_id, m.person);
	put_record(rq, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	notice_person(rq, m.of, "mandate-recorded", 0, (struct slice){0}, 0);
	note_sight(rq);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	return ERR_OK;
}
