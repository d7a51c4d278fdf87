/* Messages and who reads them: the thread, its audience, and how many have read. */
#include "args.h"
#include "circle.h"
#include "items.h"
#include "keys.h"
#include "people.h"
#include "thread.h"

#include <string.h>

enum { DOMAINS = 16, PAGE = 200, PAGE_BYTES = 1024 * 1024 };

struct reader {
	const struct rec_member *m;
	uint64_t read_to;
};
/* Who would read: members at kern or more now. */
struct audience {
	struct reader *v;
	size_t n;
	struct slices agencies, domains;
	int64_t in_domain[DOMAINS];
	bool person;
};

static void count_domain(struct request *rq, struct audience *a, struct slice agency)
{
	struct slice domain = agency_domain(rq, agency);
	size_t i = 0;

	while (i < a->domains.n && !slice_eq(a->domains.v[i], domain))
		i++;
	if (!domain.n || i == DOMAINS)
		return;
	if (i == a->domains.n)
		a->domains.v[a->domains.n++] = domain;
	a->in_domain[i]++;
}

static void count_reader(struct request *rq, const struct rec_member *m, struct audience *a)
{
	a->v[a->n++] = (struct reader){.m = m};
	if (slice_is(m->role, "betrokkene")) {
		a->person = true;
		return;
	}
	count_domain(rq, a, m->agency);
	if (!slices_have(a->agencies, m->agency))
		a->agencies.v[a->agencies.n++] = m->agency;
}

/* item may be one that is not in the store; about: what it is about, or NULL. */
static void audience_of(struct request *rq, const struct rec_item *item,
			const struct rec_item *about, struct audience *a)
{
	size_t n = sight_members(rq->sight);

	*a = (struct audience){.v = ARENA_ARRAY(rq->arena, struct reader, n + 1),
			       .agencies.v = ARENA_ARRAY(rq->arena, struct slice, n + 1),
			       .domains.v = ARENA_ARRAY(rq->arena, struct slice, DOMAINS)};
	for (size_t i = 0; i < n; i++) {
		const struct rec_member *m = sight_member_at(rq->sight, i);

		if (circle_sight(rq, item, about, m->person) >= LEVEL_KERN)
			count_reader(rq, m, a);
	}
}

static void pack_audience(struct buf *out, const struct audience *a)
{
	pack_map(out, 4);
	pack_kv_int(out, "people", (int64_t)a->n);
	pack_kv_int(out, "agencies", (int64_t)a->agencies.n);
	pack_kv_bool(out, "person", a->person);
	pack_key(out, "domains");
	pack_array(out, a->domains.n);
	for (size_t i = 0; i < a->domains.n; i++) {
		pack_array(out, 2);
		pack_str(out, a->domains.v[i]);
		pack_int(out, a->in_domain[i]);
	}
}

/* -- a thread ---------------------------------------------------------------------------------- */

struct thread {
	struct rec_item about, last;
	struct audience audience;
	struct buf messages[PAGE], read[PAGE]; /* the newest first */
	size_t n, fresh, bytes;
	uint64_t read_to, before; /* before: only older ones; 0: from the newest on */
	bool more;
};
static void thread_wipe(struct thread *t)
{
	for (size_t i = 0; i < PAGE; i++) {
		buf_wipe(&t->messages[i]);
		buf_free(&t->read[i]);
	}
}

/* Of those who read the message, its author left out: how many have. A narrower one is counted over
 * its own circle. */
static void pack_read(struct request *rq, struct thread *t, const struct rec_item *m)
{
	int64_t of = 0, read = 0;

	for (size_t i = 0; i < t->audience.n; i++) {
		const struct reader *r = &t->audience.v[i];

		if (r->m->person == m->author ||
		    (m->only.n && circle_sight(rq, m, &t->about, r->m->person) == LEVEL_GEEN))
			continue;
		of++;
		read += r->read_to >= m->num;
	}
	pack_array(&t->read[t->n], 2);
	pack_int(&t->read[t->n], read);
	pack_int(&t->read[t->n], of);
}

static void keep_last(struct request *rq, struct thread *t, const struct rec_item *m)
{
	struct rec_item last;

	if (!t->n && item_by_num(rq, m->num, &last) == ERR_OK)
		t->last = last;
}

static void take_message(struct request *rq, struct thread *t, const struct rec_item *m)
{
	bool room = t->n < PAGE && t->bytes < PAGE_BYTES;

	if (room ? !serve_show(rq, m, &t->messages[t->n]) : item_level(rq, m) == LEVEL_GEEN)
		return;
	t->fresh += m->num > t->read_to && m->author != rq->who->person;
	t->more = !room;
	if (!room)
		return;
	pack_read(rq, t, m);
	keep_last(rq, t, m);
	t->bytes += t->messages[t->n++].n;
}

/* Behind the page only what is new still counts. */
static bool goes_on(const struct thread *t, uint64_t num)
{
	return !t->more || num > t->read_to;
}

static void read_thread(struct request *rq, struct thread *t)
{
	struct key prefix = key_2(rq->case_id, t->about.num);
	struct walk w;

	t->read_to = thread_read_to(rq, rq->who->person, t->about.num);
	if (item_level(rq, &t->about) >= LEVEL_KERN)
		audience_of(rq, &t->about, NULL, &t->audience);
	for (size_t i = 0; i < t->audience.n; i++)
		t->audience.v[i].read_to =
			thread_read_to(rq, t->audience.v[i].m->person, t->about.num);
	for (store_walk_last(rq->house->store, TAB_ABOUT, key_view(&prefix), &w); w.on;
	     store_prev(&w)) {
		uint64_t num = w.key.n == 24 ? get_be64(w.key.p + 16) : 0;
		CLEANUP(arena_free) struct arena own = {0};
		struct rec_item m;

		if (!goes_on(t, num))
			break;
		if (num && (!t->before || num < t->before) &&
		    item_peek(rq, num, &own, &m) == ERR_OK)
			take_message(rq, t, &m);
	}
	store_walk_end(&w);
}

static void pack_only(struct request *rq, const struct rec_item *item)
{
	pack_key(rq->out, "only");
	pack_array(rq->out, item->only.n);
	for (size_t i = 0; i < item->only.n; i++)
		pack_str(rq->out, show_person(rq, item->only.v[i]));
}

static bool waits_to_read(struct request *rq, const struct thread *t, const struct reader *r)
{
	return r->m->person != t->last.author && r->read_to < t->last.num &&
	       circle_sight(rq, &t->last, &t->about, r->m->person) > LEVEL_GEEN;
}

/* The other threads of the area of life. */
static void pack_others(struct request *rq, struct slice area, uint64_t not_this)
{
	CLEANUP(buf_wipe) struct buf list = {0};
	struct items it;
	size_t n = 0;

	if (word_in(vocab_areas, area))
		for (items_first(rq, 0, &it); it.on; items_next(&it))
			n += slice_is(it.item.kind, "draad") && it.item.num != not_this &&
			     !it.item.only.n && slices_have(it.item.areas, area) &&
			     item_level(rq, &it.item) >= LEVEL_KERN &&
			     serve_show(rq, &it.item, &list);
	pack_key(rq->out, "others");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
}

/* Who of the audience has not read the last message he sees: for who may know who sees it at all.
 */
static void pack_waiting(struct request *rq, const struct thread *t)
{
	unsigned who = policy_who(rq->sight, rq->who, &t->about, rq->now);
	bool may = (who & (WHO_OWNER | WHO_LEAD | WHO_PERSON)) != 0 && t->last.num && !t->before;
	size_t n = 0;

	for (size_t i = 0; may && i < t->audience.n; i++)
		n += waits_to_read(rq, t, &t->audience.v[i]);
	pack_key(rq->out, "waiting");
	pack_array(rq->out, n);
	for (size_t i = 0; n && i < t->audience.n; i++)
		if (waits_to_read(rq, t, &t->audience.v[i]))
			pack_str(rq->out, show_person(rq, t->audience.v[i].m->person));
}

static void pack_thread(struct request *rq, const struct thread *t, struct slice shown,
			struct slice area)
{
	pack_map(rq->out, shown.n ? 9 : 8);
	if (shown.n) {
		pack_key(rq->out, "item");
		buf_slice(rq->out, shown);
	}
	pack_only(rq, &t->about);
	pack_key(rq->out, "messages");
	pack_array(rq->out, t->n);
	for (size_t i = t->n; i-- > 0;)
		buf_slice(rq->out, buf_view(&t->messages[i]));
	pack_kv_int(rq->out, "new", (int64_t)t->fresh);
	pack_key(rq->out, "read");
	pack_array(rq->out, t->n);
	for (size_t i = t->n; i-- > 0;)
		buf_slice(rq->out, buf_view(&t->read[i]));
	pack_key(rq->out, "audience");
	pack_audience(rq->out, &t->audience);
	pack_waiting(rq, t);
	pack_others(rq, area, t->about.num);
	pack_kv_bool(rq->out, "more", t->more);
}

/* The one named, or the one that the first message would make. */
static enum err find_thread(struct request *rq, struct slice name, struct rec_item *out, bool *made)
{
	struct rec_item item = {0};
	enum err err = thread_named(rq, name, &item);

	*made = err == ERR_OK;
	if (err == ERR_NOTFOUND && thread_is_made(name))
		return thread_imagined(rq, name, out);
	TRY(err);
	return thread_root(rq, &item, out);
}

/* A message of this thread. */
static enum err arg_before(struct request *rq, struct thread *t)
{
	struct rec_item m;

	if (!arg_given(rq, "before"))
		return ERR_OK;
	TRY(item_arg(rq, "before", &m));
	t->before = m.num;
	return m.about == t->about.num ? ERR_OK : refuse_absent(rq);
}

enum err serve_item_thread(struct request *rq)
{
	struct slice name = arg_given(rq, "thread") ? arg_str(rq, "thread") : arg_str(rq, "item");
	CLEANUP(thread_wipe) struct thread t = {0};
	CLEANUP(buf_wipe) struct buf shown = {0};
	bool made;

	TRY(find_thread(rq, name, &t.about, &made));
	if (made) {
		if (!serve_show(rq, &t.about, &shown))
			return refuse_absent(rq);
		TRY(arg_before(rq, &t));
		read_thread(rq, &t);
	} else {
		audience_of(rq, &t.about, NULL, &t.audience);
	}
	pack_thread(rq, &t, buf_view(&shown), name);
	return ERR_OK;
}

/* -- the audience of what is not written yet --------------------------------------------------- */

/* The item that would be made: enough of it to ask who would see it. */
static enum err imagined(struct request *rq, struct rec_item *item)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);
	const struct kind *kind = vocab_kind(&brug_vocab, arg_str(rq, "kind"));

	if (!kind)
		return refuse_arg(rq, ERR_USAGE, N_("There is no kind called %s."),
				  N_("See: brug explain"), arg_str(rq, "kind"));
	*item = (struct rec_item){
		.kind = slice_of(kind->name),
		.category = arg_given(rq, "category") ? arg_str(rq, "category")
						      : slice_of(kind->category),
		.areas = arg_given(rq, "leefgebieden") ? arg_strs(rq, "leefgebieden") : me->areas,
		.purposes = arg_given(rq, "purposes") ? arg_strs(rq, "purposes") : me->purposes,
		.author = rq->who->person};
	item->owner = item_owner(rq, item->category, false);
	return ERR_OK;
}

static enum err audience_of_thread(struct request *rq, struct slice name, struct audience *a)
{
	struct rec_item about, message, to;
	bool made;

	TRY(find_thread(rq, name, &about, &made));
	if (made && item_level(rq, &about) < LEVEL_KERN)
		return refuse(rq, ERR_REFUSED, N_("You cannot write about this item."),
			      N_("You see too little of it: messages are for who sees its core."),
			      N_("brug why ITEM"));
	message = about;
	message.author = rq->who->person;
	if (made && thread_named(rq, name, &to) == ERR_OK && to.about)
		message.only = circle_around(rq, &to); /* an answer */
	TRY(circle_take(rq, NULL, &message));
	if (arg_bool(rq, "without_person"))
		TRY(thread_without_him(rq, NULL, &message));
	audience_of(rq, &message, NULL, a);
	return ERR_OK;
}

enum err serve_item_audience(struct request *rq)
{
	struct slice name = arg_given(rq, "thread") ? arg_str(rq, "thread") : arg_str(rq, "about");
	struct rec_item item;
	struct audience a;

	if (name.n) {
		TRY(audience_of_thread(rq, name, &a));
	} else {
		TRY(imagined(rq, &item));
		TRY(circle_take(rq, NULL, &item));
		audience_of(rq, &item, NULL, &a);
	}
	pack_audience(rq->out, &a);
	return ERR_OK;
}
