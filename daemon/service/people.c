/* People: who is known, with which function, and who was stopped. */
#include "people.h"

#include "args.h"
#include "keys.h"
#include "members.h"
#include "second.h"

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

	TRY(people_admin(rq, p.agency));
	if (!store_has(rq->house->store, TAB_AGENCY, p.agency))
		return refuse_arg(rq, ERR_USAGE, N_("There is no agency %s."),
				  N_("See: brug-admin agency list"), p.agency);
	TRY(people_may_give(rq, p.functions));
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
	return answer_list(rq, "people", n, &list);
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
	pack_kv_int(out, "devices", people_devices(rq, p->id));
}

static enum err agency_asked(struct request *rq, struct slice *out)
{
	struct rec_person me;

	TRY(person_rec(rq, rq->who->person, &me));
	*out = arg_given(rq, "agency") ? arg_str(rq, "agency") : me.agency;
	return people_admin(rq, *out);
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
	return answer_list(rq, "people", n, &list);
}

/* An agency's admin lets in again whom his agency stopped, and not whom the partnership did. */
static enum err may_let_in(struct request *rq, const struct rec_person *p)
{
	struct rec_person by, me;

	TRY(person_rec(rq, rq->who->person, &me));
	if (!p->stopped || people_is_partnerships(&me) ||
	    (p->stopped_by && person_rec(rq, p->stopped_by, &by) == ERR_OK &&
	     slice_eq(by.agency, p->agency) && !people_is_partnerships(&by)))
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

	TRY(people_of_mine(rq, &p));
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
