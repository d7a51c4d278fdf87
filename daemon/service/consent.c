/* What the person lets others see or say for him: consents and mandates. */
#include "args.h"
#include "items.h"
#include "keys.h"

/* Recorded by himself or his supporter; by anybody else only with word of how and before whom. */
static enum err may_record(struct request *rq)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (slice_is(me->role, "betrokkene") || slice_is(me->role, "ondersteuner") ||
	    arg_str(rq, "witness").n)
		return ERR_OK;
	return refuse(rq, ERR_USAGE, N_("Say how and before whom he said so."),
		      N_("A consent that somebody else writes down needs a witness."),
		      N_("Give --witness."));
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

	TRY(may_record(rq));
	TRY(person_known(rq, &c.person));
	TRY(take_items(rq, &c));
	TRY(take_people(rq, &c));
	if (!c.to.n && !c.people.n)
		return refuse(rq, ERR_USAGE, N_("To whom?"), NULL,
			      N_("Give --to agencies, or --people."));
	c.id = arena_fmt(rq->arena, "t-%06x", (unsigned)(random_u64() & 0xffffff));
	c.sealed = seal_text(rq, 0, TEXT_CONSENT, arg_str(rq, "witness"));
	return put_consent(rq, &c);
}

enum err serve_consent_withdraw(struct request *rq)
{
	struct slice id = arg_str(rq, "consent");
	struct key k = key_bytes(rq->case_id, id);
	struct rec_consent c;

	TRY(may_record(rq));
	if (get_record(rq, TAB_CONSENT, key_view(&k), REC_consent, &c) != ERR_OK)
		return refuse_absent(rq);
	if (c.withdrawn)
		return refuse(rq, ERR_CONFLICT, N_("This consent has been withdrawn already."),
			      NULL, NULL);
	c.withdrawn = rq->now;
	return put_consent(rq, &c);
}

/* The person, his supporter and the lead know of all; another of those that are for him or of his
 * agency's data. */
static bool concerns(struct request *rq, const struct rec_consent *c)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);

	if (slice_is(me->role, "betrokkene") || slice_is(me->role, "ondersteuner") ||
	    slice_is(me->role, "casusregisseur"))
		return true;
	if (slice_eq(c->agency, me->agency) || slices_have(c->to, me->agency))
		return true;
	for (size_t i = 0; i < c->people.n; i++)
		if (c->people.v[i] == rq->who->person)
			return true;
	return false;
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
	pack_map(out, 10);
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
}

enum err serve_consent_list(struct request *rq)
{
	struct key prefix = key_u64(rq->case_id);
	CLEANUP(buf_free) struct buf list = {0};
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
	pack_map(rq->out, 1);
	pack_key(rq->out, "consents");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

enum err serve_mandate_give(struct request *rq)
{
	struct rec_mandate m = {.categories = arg_strs(rq, "categories"),
				.from = rq->now,
				.until = arg_end(rq, "until")};
	const struct rec_member *supporter;
	struct key k;

	TRY(may_record(rq));
	TRY(person_known(rq, &m.of));
	TRY(arg_person(rq, "person", &m.person));
	supporter = sight_member(rq->sight, m.person);
	if (!supporter || !slice_is(supporter->role, "ondersteuner"))
		return refuse_arg(rq, ERR_USAGE, N_("%s is no supporter in this case."),
				  N_("Invite him first: brug invite, role ondersteuner"),
				  arg_str(rq, "person"));
	m.sealed = seal_text(rq, m.person, TEXT_MANDATE, arg_str(rq, "witness"));
	k = key_2(rq->case_id, m.person);
	put_record(rq, TAB_MANDATE, key_view(&k), REC_mandate, &m);
	note_sight(rq);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	return ERR_OK;
}
