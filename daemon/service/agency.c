/* The partnership's agencies and people, their devices and join codes. */
#include "args.h"
#include "keys.h"
#include "members.h"
#include "notice.h"
#include "second.h"

#include <stdio.h>

enum { CODE_MS = 24 * 60 * 60 * 1000 };

static bool has_function(const struct rec_person *p, const char *function)
{
	return slices_have(p->functions, slice_of(function));
}

struct slice handle_agency(struct slice handle)
{
	size_t i = 0;

	while (i < handle.n && handle.p[i] != '@')
		i++;
	return i < handle.n ? (struct slice){handle.p + i + 1, handle.n - i - 1}
			    : (struct slice){0};
}

/* His own agency's admin, or the partnership's. */
static enum err admin_of(struct request *rq, struct slice agency)
{
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	if (has_function(&me, "partnership-admin") || slice_eq(me.agency, agency))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED, N_("That is another agency's."),
		      N_("An agency admin looks after the people and rules of his own agency."),
		      N_("Ask that agency's admin, or the partnership's."));
}

static bool has_people(struct request *rq, struct slice agency)
{
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_PERSON, SLICE(""), &w); w.on && !found;
	     store_next(&w)) {
		struct rec_person p;

		found = rec_read(REC_person, arena_copy(rq->arena, w.val), rq->arena, &p) ==
				ERR_OK &&
			slice_eq(p.agency, agency);
	}
	store_walk_end(&w);
	return found;
}

static bool signed_in(struct request *rq, enum table table, struct slice agency)
{
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, table, SLICE(""), &w); w.on && !found; store_next(&w)) {
		struct rec_agreement a;

		found = rec_read(REC_agreement, arena_copy(rq->arena, w.val), rq->arena, &a) ==
				ERR_OK &&
			slices_have(a.agencies, agency);
	}
	store_walk_end(&w);
	return found;
}

/* Its domain decides what ceilings and rules give its people, and whether it must sign: another
 * domain would give more without a second person. */
static enum err keeps_domain(struct request *rq, const struct rec_agency *a)
{
	struct rec_agency before;

	if (get_record(rq, TAB_AGENCY, a->id, REC_agency, &before) != ERR_OK ||
	    slice_eq(before.domain, a->domain) ||
	    (!has_people(rq, a->id) && !signed_in(rq, TAB_AGREEMENT, a->id) &&
	     !signed_in(rq, TAB_WAITING, a->id)))
		return ERR_OK;
	return refuse(rq, ERR_REFUSED,
		      N_("The domain of an agency with people or an agreement does not change."),
		      N_("It decides what they may see."),
		      N_("Make another agency, and let it sign."));
}

enum err serve_agency_put(struct request *rq)
{
	struct rec_agency a = {.id = arg_str(rq, "agency"),
			       .name = arg_str(rq, "name"),
			       .domain = arg_str(rq, "domain"),
			       .contact = arg_str(rq, "contact"),
			       .stopped = arg_bool(rq, "stopped")};

	TRY(keeps_domain(rq, &a));
	put_record(rq, TAB_AGENCY, a.id, REC_agency, &a);
	note_house_sight(rq);
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "agency", a.id);
	return ERR_OK;
}

enum err serve_agency_list(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_AGENCY, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_agency a;

		if (rec_read(REC_agency, w.val, rq->arena, &a) != ERR_OK)
			continue;
		pack_map(&list, 5);
		pack_kv_str(&list, "agency", a.id);
		pack_kv_str(&list, "name", a.name);
		pack_kv_str(&list, "domain", a.domain);
		pack_kv_str(&list, "contact", a.contact);
		pack_kv_bool(&list, "stopped", a.stopped);
		n++;
	}
	store_walk_end(&w);
	pack_map(rq->out, 1);
	pack_key(rq->out, "agencies");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

/* -- people ------------------------------------------------------------------------------------ */

static uint64_t next_person(struct request *rq)
{
	uint64_t last = 0;
	struct walk w;

	store_walk_last(rq->house->store, TAB_PERSON, SLICE(""), &w);
	if (w.on)
		last = get_be64(w.key.p);
	store_walk_end(&w);
	return last + 1;
}

/* An agency admin names helpers, who treats, and admins of his own agency; every other function is
 * the partnership's to give. */
static enum err may_give(struct request *rq, struct slices functions)
{
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	for (size_t i = 0; i < functions.n; i++)
		if (!slice_is(functions.v[i], "agency-admin") &&
		    !slice_is(functions.v[i], "behandelaar") &&
		    !has_function(&me, "partnership-admin"))
			return refuse_arg(rq, ERR_REFUSED,
					  N_("Only the partnership's admin gives the function %s."),
					  N_("Ask him, or leave the function out."),
					  functions.v[i]);
	return ERR_OK;
}

static enum err put_new_person(struct request *rq, struct rec_person *p, struct slice handle)
{
	CLEANUP(buf_free) struct buf sealed = {0};
	struct key k = key_u64(p->id);
	uint8_t blind[32];

	TRY(policy_seal_names(rq->house->policy, rq->pass, p->id, handle, arg_str(rq, "name"),
			      &sealed, blind));
	p->sealed = arena_copy(rq->arena, buf_view(&sealed));
	put_record(rq, TAB_PERSON, key_view(&k), REC_person, p);
	change_put(&rq->change, rq->pass, TAB_HANDLE, (struct slice){blind, sizeof(blind)},
		   key_view(&k));
	return ERR_OK;
}

static struct slices those(struct request *rq, struct slices functions, bool approving)
{
	struct slices out = {.v = ARENA_ARRAY(rq->arena, struct slice, functions.n + 1)};

	for (size_t i = 0; i < functions.n; i++)
		if (second_function((struct slices){&functions.v[i], 1}) == approving)
			out.v[out.n++] = functions.v[i];
	return out;
}

/* A second person who is nobody would be no second: whoever gets a function that approves gets it
 * from two, as soon as there are two; and the others are told. */
static void ask_second(struct request *rq, struct rec_person *p)
{
	if (!second_function(p->functions))
		return;
	if (!second_lately(rq)) {
		second_tell(rq, "function", p->agency);
		return;
	}
	p->wants = those(rq, p->functions, true);
	p->functions = those(rq, p->functions, false);
	p->wanted_by = rq->who->person;
	second_tell(rq, "function-waits", p->agency);
}

enum err serve_user_add(struct request *rq)
{
	struct slice handle = arg_str(rq, "person");
	struct rec_person p = {.agency = handle_agency(handle),
			       .functions = arg_strs(rq, "functions"),
			       .since = rq->now};

	TRY(admin_of(rq, p.agency));
	if (!store_has(rq->house->store, TAB_AGENCY, p.agency))
		return refuse_arg(rq, ERR_USAGE, N_("There is no agency %s."),
				  N_("See: brug-admin agency list"), p.agency);
	TRY(may_give(rq, p.functions));
	if (policy_person(rq->house->policy, handle))
		return refuse_arg(rq, ERR_CONFLICT, N_("%s is known already."),
				  N_("See: brug-admin user list"), handle);
	p.id = next_person(rq);
	ask_second(rq, &p);
	TRY(put_new_person(rq, &p, handle));
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "person", handle);
	pack_kv_strs(rq->out, "waits", p.wants);
	return ERR_OK;
}

enum err serve_user_waiting(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	bool mine = second_approves(rq);
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_PERSON, SLICE(""), &w); w.on && mine;
	     store_next(&w)) {
		struct slice handle, name;
		struct rec_person p;

		if (rec_read(REC_person, arena_copy(rq->arena, w.val), rq->arena, &p) != ERR_OK ||
		    !p.wants.n)
			continue;
		policy_names(rq->house->policy, p.id, rq->arena, &handle, &name);
		pack_map(&list, 4);
		pack_kv_str(&list, "person", handle);
		pack_kv_str(&list, "name", name);
		pack_kv_strs(&list, "functions", p.wants);
		pack_kv_str(&list, "by", show_person(rq, p.wanted_by));
		n++;
	}
	store_walk_end(&w);
	rq->log_itself = true;
	pack_map(rq->out, 1);
	pack_key(rq->out, "people");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

static struct slices both(struct request *rq, struct slices a, struct slices b)
{
	struct slices out = {.v = ARENA_ARRAY(rq->arena, struct slice, a.n + b.n + 1)};

	for (size_t i = 0; i < a.n; i++)
		out.v[out.n++] = a.v[i];
	for (size_t i = 0; i < b.n; i++)
		out.v[out.n++] = b.v[i];
	return out;
}

/* He waits for a function, and the asker may give it: first his right, so that nobody else learns
 * who is known here. Nobody approves his own. */
static enum err waits_for(struct request *rq, struct rec_person *p)
{
	uint64_t person;

	if (!second_approves(rq))
		return refuse(rq, ERR_REFUSED, N_("You do not approve functions."),
			      N_("Another partnership admin or a privacy officer does."), NULL);
	TRY(arg_person(rq, "person", &person));
	TRY(person_rec(rq, person, p));
	if (!p->wants.n)
		return refuse_arg(rq, ERR_USAGE, N_("%s waits for no function."),
				  N_("See: brug-admin user waiting"), arg_str(rq, "person"));
	if (p->id == rq->who->person)
		return refuse(rq, ERR_REFUSED, N_("Nobody approves his own functions."), NULL,
			      N_("Ask another partnership admin, or a privacy officer."));
	return second_may(rq, p->wanted_by);
}

enum err serve_user_approve(struct request *rq)
{
	bool refused = arg_bool(rq, "refuse");
	struct rec_person p;
	struct key k;

	TRY(waits_for(rq, &p));
	if (!refused)
		p.functions = both(rq, p.functions, p.wants);
	p.wants = (struct slices){0};
	p.wanted_by = 0;
	k = key_u64(p.id);
	put_record(rq, TAB_PERSON, key_view(&k), REC_person, &p);
	note_house_sight(rq);
	if (!refused)
		second_tell(rq, "function", p.agency);
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	pack_kv_bool(rq->out, "refused", refused);
	return ERR_OK;
}

static unsigned devices_of(struct request *rq, uint64_t person)
{
	struct key prefix = key_u64(person);
	struct walk w;
	unsigned n = 0;

	for (store_walk(rq->house->store, TAB_DEVICE_OF, key_view(&prefix), &w); w.on;
	     store_next(&w))
		n++;
	store_walk_end(&w);
	return n;
}

static void pack_person(struct request *rq, const struct rec_person *p, struct buf *out)
{
	struct slice handle, name;

	policy_names(rq->house->policy, p->id, rq->arena, &handle, &name);
	pack_map(out, 7);
	pack_kv_strs(out, "waits", p->wants);
	pack_kv_str(out, "why", open_house_text(rq, p->id, TEXT_STOP, p->why));
	pack_kv_str(out, "person", handle);
	pack_kv_str(out, "name", name);
	pack_kv_strs(out, "functions", p->functions);
	pack_kv_int(out, "stopped", p->stopped);
	pack_kv_int(out, "devices", devices_of(rq, p->id));
}

static enum err agency_asked(struct request *rq, struct slice *out)
{
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	*out = arg_given(rq, "agency") ? arg_str(rq, "agency") : me.agency;
	return admin_of(rq, *out);
}

enum err serve_user_list(struct request *rq)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct slice agency;
	struct walk w;
	size_t n = 0;

	TRY(agency_asked(rq, &agency));
	for (store_walk(rq->house->store, TAB_PERSON, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_person p;

		if (rec_read(REC_person, arena_copy(rq->arena, w.val), rq->arena, &p) != ERR_OK ||
		    !slice_eq(p.agency, agency))
			continue;
		pack_person(rq, &p, &list);
		n++;
	}
	store_walk_end(&w);
	rq->log_itself = true;
	pack_map(rq->out, 1);
	pack_key(rq->out, "people");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

/* The person a parameter names, when the asker is his admin. */
static enum err person_of_mine(struct request *rq, struct rec_person *p)
{
	uint64_t person;

	/* first: whether another agency has somebody of that name is not told */
	TRY(admin_of(rq, handle_agency(arg_str(rq, "person"))));
	TRY(arg_person(rq, "person", &person));
	TRY(person_rec(rq, person, p));
	TRY(admin_of(rq, p->agency));
	TRY(may_give(rq, p->wants));
	return may_give(rq, p->functions); /* who looks after somebody could become him */
}

/* An agency's admin lets in again whom his agency stopped, and not whom the partnership did. */
static enum err may_let_in(struct request *rq, const struct rec_person *p)
{
	struct rec_person by, me;

	TRY(person_rec(rq, rq->who->person, &me));
	if (!p->stopped || has_function(&me, "partnership-admin") ||
	    (p->stopped_by && person_rec(rq, p->stopped_by, &by) == ERR_OK &&
	     slice_eq(by.agency, p->agency) && !has_function(&by, "partnership-admin")))
		return ERR_OK;
	return refuse_arg(rq, ERR_REFUSED, N_("The partnership stopped %s."),
			  N_("Ask the partnership's admin to let him in again."),
			  arg_str(rq, "person"));
}

enum err serve_user_stop(struct request *rq)
{
	bool again = arg_bool(rq, "again"), theirs;
	struct rec_person p;
	struct key k;

	TRY(person_of_mine(rq, &p));
	if (p.id == rq->who->person && !again)
		return refuse(rq, ERR_REFUSED, N_("You cannot stop yourself."), NULL,
			      N_("Ask another admin."));
	theirs = may_let_in(rq, &p) != ERR_OK;
	if (again && theirs)
		return ERR_REFUSED;
	p.stopped = again ? 0 : rq->now;
	p.stopped_by = again ? 0 : theirs ? p.stopped_by : rq->who->person;
	p.why = seal_house_text(rq, p.id, TEXT_STOP, arg_str(rq, "why"));
	k = key_u64(p.id);
	put_record(rq, TAB_PERSON, key_view(&k), REC_person, &p);
	note_house_sight(rq);
	if (!again)
		rq->change.cut_person = p.id;
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	pack_kv_int(rq->out, "stopped", p.stopped);
	return ERR_OK;
}

/* -- devices and codes ------------------------------------------------------------------------- */

static void pack_device(const struct rec_device *d, struct buf *out)
{
	pack_map(out, 5);
	pack_kv_str(out, "device", d->name);
	pack_kv_str(out, "label", d->label);
	pack_kv_int(out, "since", d->since);
	pack_kv_int(out, "until", d->until);
	pack_kv_int(out, "stopped", d->stopped);
}

static enum err device_at(struct request *rq, const struct walk *w, struct rec_device *d)
{
	struct slice spki = {w->key.p + 8, w->key.n - 8};

	return get_record(rq, TAB_DEVICE, spki, REC_device, d);
}

enum err serve_device_list(struct request *rq)
{
	CLEANUP(buf_free) struct buf list = {0};
	struct rec_person p;
	struct key prefix;
	struct walk w;
	size_t n = 0;

	TRY(person_of_mine(rq, &p));
	prefix = key_u64(p.id);
	for (store_walk(rq->house->store, TAB_DEVICE_OF, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		struct rec_device d;

		if (device_at(rq, &w, &d) != ERR_OK)
			continue;
		pack_device(&d, &list);
		n++;
	}
	store_walk_end(&w);
	pack_map(rq->out, 1);
	pack_key(rq->out, "devices");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	return ERR_OK;
}

static enum err device_named(struct request *rq, uint64_t person, struct slice name,
			     struct rec_device *d)
{
	struct key prefix = key_u64(person);
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_DEVICE_OF, key_view(&prefix), &w); w.on && !found;
	     store_next(&w))
		found = device_at(rq, &w, d) == ERR_OK && slice_eq(d->name, name);
	store_walk_end(&w);
	if (found)
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("He has no device %s."),
			  N_("See: brug-admin device list"), name);
}

enum err serve_device_stop(struct request *rq)
{
	struct rec_person p;
	struct rec_device d;

	TRY(person_of_mine(rq, &p));
	TRY(device_named(rq, p.id, arg_str(rq, "device"), &d));
	d.stopped = rq->now;
	put_record(rq, TAB_DEVICE, d.spki, REC_device, &d);
	rq->change.cut_device = d.spki;
	pack_map(rq->out, 2);
	pack_kv_str(rq->out, "device", d.name);
	pack_kv_int(rq->out, "stopped", d.stopped);
	return ERR_OK;
}

enum err serve_code_make(struct request *rq)
{
	struct rec_code c = {
		.hash = arg_str(rq, "hash"), .until = rq->now + CODE_MS, .by = rq->who->person};
	struct rec_device mine;
	struct rec_person p;

	TRY(person_of_mine(rq, &p));
	if (c.hash.n != 32)
		return refuse(rq, ERR_USAGE, N_("The hash of a join code is 32 bytes."), NULL,
			      N_("Use brug-admin code."));
	if (p.stopped)
		return refuse_arg(rq, ERR_REFUSED, N_("%s has been stopped."),
				  N_("Let him in again first: brug-admin user stop --again"),
				  arg_str(rq, "person"));
	TRY(get_record(rq, TAB_DEVICE, rq->who->device, REC_device, &mine));
	c.person = p.id;
	c.behind = mine.let_in_by;
	if (devices_of(rq, p.id))
		notice_person(rq, p.id, "code", 0, (struct slice){0}, c.until);
	put_record(rq, TAB_CODE, c.hash, REC_code, &c);
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "person", arg_str(rq, "person"));
	pack_kv_int(rq->out, "until", c.until);
	pack_kv_bin(rq->out, "fingerprint",
		    (struct slice){rq->house->fingerprint, sizeof(rq->house->fingerprint)});
	return ERR_OK;
}
