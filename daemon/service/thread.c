#include "thread.h"

#include "args.h"
#include "asked.h"
#include "circle.h"
#include "compose.h"
#include "fold.h"
#include "items.h"
#include "keys.h"
#include "revise.h"

#include <string.h>

enum { SUBJECT = 120, DEEP = 8 };

bool thread_is_made(struct slice name)
{
	return word_in(vocab_areas, name) || (name.n && memchr(name.p, '@', name.n));
}

enum err thread_root(struct request *rq, const struct rec_item *item, struct rec_item *out)
{
	*out = *item;
	for (int i = 0; i < DEEP && out->about; i++)
		TRY(item_by_num(rq, out->about, out));
	return out->about ? ERR_NOTFOUND : ERR_OK;
}

uint64_t thread_read_to(struct request *rq, uint64_t person, uint64_t about)
{
	struct key k = key_3(rq->case_id, person, about);
	struct slice val;

	return store_get(rq->house->store, TAB_READ, key_view(&k), &val) == ERR_OK && val.n == 8
		       ? get_be64(val.p)
		       : 0;
}

uint64_t thread_answers(const struct rec_item *message)
{
	for (size_t i = 0; i < message->refs.n; i++)
		if (slice_is(message->refs.v[i].field, "op"))
			return message->refs.v[i].num;
	return 0;
}

bool thread_asks(const struct rec_item *message, uint64_t person)
{
	for (size_t i = 0; i < message->asked.n; i++)
		if (message->asked.v[i] == person)
			return true;
	return false;
}

/* -- which thread ------------------------------------------------------------------------------ */

static bool is_open_thread(const struct rec_item *item)
{
	return slice_is(item->kind, "draad") && slice_is(item->state, "open");
}

static struct slice subject_of(struct request *rq, struct slice area)
{
	struct slice given = arg_str(rq, "subject");

	return given.n ? given : area;
}

static bool says_subject(struct request *rq, const struct rec_item *item, struct slice subject)
{
	CLEANUP(views_wipe) struct views views = {0};
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_wipe) struct buf is = {0};
	CLEANUP(buf_wipe) struct buf wanted = {0};

	if (item_level(rq, item) < LEVEL_KERN ||
	    policy_open(rq->house->policy, rq->case_id, item, &views) != ERR_OK ||
	    tree_read(&t, views.level[LEVEL_KERN]) != ERR_OK)
		return false;
	fold_text(obj_bytes(obj_get(tree_root(&t), "onderwerp")), &is);
	fold_text(subject, &wanted);
	return slice_eq(buf_view(&is), buf_view(&wanted));
}

static bool between_us(struct request *rq, const struct rec_item *item, uint64_t him)
{
	return item->only.n == 2 && circle_has(item, him) && circle_has(item, rq->who->person) &&
	       item_level(rq, item) >= LEVEL_KERN;
}

static enum err find_him(struct request *rq, struct slice handle, uint64_t *out)
{
	const struct rec_member *m;

	*out = policy_person(rq->house->policy, handle);
	m = *out ? sight_member(rq->sight, *out) : NULL;
	if (!m || *out == rq->who->person)
		return refuse_arg(rq, ERR_USAGE,
				  m ? N_("%s is yourself.") : N_("%s takes no part in this case."),
				  N_("brug case show lists who does; brug invite asks somebody "
				     "in."),
				  handle);
	return ERR_OK;
}

/* The oldest that fits: two who began one at the same moment end up in the same. */
static enum err made_thread(struct request *rq, struct slice name, struct rec_item *out)
{
	bool area = word_in(vocab_areas, name), found = false;
	struct slice subject = subject_of(rq, name);
	uint64_t him = 0;
	struct items it;

	if (!area)
		TRY(find_him(rq, name, &him));
	for (items_first(rq, 0, &it); it.on; items_next(&it)) {
		const struct rec_item *item = &it.item;

		if (found || !is_open_thread(item))
			continue;
		found = area ? !item->only.n && slices_have(item->areas, name) &&
					says_subject(rq, item, subject)
			     : between_us(rq, item, him);
		*out = found ? *item : *out;
	}
	return found ? ERR_OK : ERR_NOTFOUND;
}

enum err thread_named(struct request *rq, struct slice name, struct rec_item *out)
{
	struct rec_item item;

	if (thread_is_made(name))
		return made_thread(rq, name, out);
	TRY(item_named(rq, name, &item));
	*out = item;
	return ERR_OK;
}

/* -- a new one --------------------------------------------------------------------------------- */

/* Who is named in the circle is shown it: the words are the author's own, and what the agreement
 * allows still bounds it. */
static enum err for_two(struct request *rq, struct slice handle, struct rec_item *item)
{
	struct rec_widen *widen = ARENA_NEW(rq->arena, struct rec_widen);
	uint64_t him;

	TRY(find_him(rq, handle, &him));
	item->only = circle_of(rq, (struct u64s){&him, 1});
	*widen = (struct rec_widen){.to = person_ref(rq, him),
				    .level = LEVEL_INHOUD,
				    .ground = SLICE("kring"),
				    .from = rq->now,
				    .by = rq->who->person};
	item->widens.v = widen;
	item->widens.n = 1;
	if (circle_sight(rq, item, NULL, him) >= LEVEL_KERN)
		return ERR_OK;
	return refuse_arg(rq, ERR_REFUSED, N_("%s would not see it."),
			  N_("You work under other purposes, or the agreement does not allow it; "
			     "ask the casusregisseur."),
			  handle);
}

enum err thread_imagined(struct request *rq, struct slice name, struct rec_item *out)
{
	const struct rec_member *me = sight_member(rq->sight, rq->who->person);
	bool area = word_in(vocab_areas, name);
	struct slice *one = ARENA_NEW(rq->arena, struct slice);

	*one = name;
	*out = (struct rec_item){.num = rq->change.pos << 4 | rq->change.events_n,
				 .kind = SLICE("draad"),
				 .category = SLICE("plan"),
				 .owner = item_owner(rq, SLICE("plan"), false),
				 .areas = area ? (struct slices){one, 1} : me->areas,
				 .purposes = me->purposes,
				 .state = SLICE("open"),
				 .rev = 1,
				 .author = rq->who->person,
				 .by = rq->who->person,
				 .made = rq->now,
				 .changed = rq->now};
	return area ? ERR_OK : for_two(rq, name, out);
}

static enum err make_thread(struct request *rq, struct slice name, struct rec_item *out)
{
	CLEANUP(buf_wipe) struct buf b = {0};
	CLEANUP(tree_free) struct tree fields = {0};
	struct slice subject = subject_of(rq, name);

	TRY(thread_imagined(rq, name, out));
	if (!word_in(vocab_areas, name) && slice_eq(subject, name))
		subject = arena_fmt(rq->arena, "%.*s, %.*s",
				    SLICE_ARG(show_person(rq, rq->who->person)), SLICE_ARG(name));
	pack_map(&b, 1);
	pack_kv_str(&b, "onderwerp", slice_fit(subject, SUBJECT));
	TRY(tree_take(&fields, &b));
	return item_first_own(rq, vocab_kind(&brug_vocab, SLICE("draad")), out, tree_root(&fields));
}

/* -- answers ----------------------------------------------------------------------------------- */

/* Nobody who reads the question is kept from the answer. */
static bool reaches_all(const struct rec_item *answer, const struct rec_item *question)
{
	if (!answer->only.n)
		return true;
	for (size_t i = 0; i < question->only.n; i++)
		if (!circle_has(answer, question->only.v[i]))
			return false;
	return question->only.n && circle_has(answer, question->author);
}

static bool is_answer(const struct rec_item *m, const struct rec_item *question)
{
	uint64_t to = thread_answers(m);

	return m->num > question->num && (!to || to == question->num) &&
	       !slice_is(m->state, "ingetrokken") && reaches_all(m, question);
}

static bool has_answered(struct request *rq, const struct rec_item *question, uint64_t person)
{
	struct key prefix = key_2(rq->case_id, question->about);
	bool found = false;
	struct walk w;

	for (store_walk(rq->house->store, TAB_ABOUT, key_view(&prefix), &w); w.on && !found;
	     store_next(&w)) {
		struct rec_item m;

		found = item_by_num(rq, get_be64(w.key.p + 16), &m) == ERR_OK &&
			m.author == person && is_answer(&m, question);
	}
	store_walk_end(&w);
	return found;
}

static bool waits_for(const struct rec_item *question, uint64_t person)
{
	return (slice_is(question->state, "verstuurd") ||
		slice_is(question->state, "onbeantwoord")) &&
	       thread_asks(question, person);
}

static enum err all_answered(struct request *rq, const struct rec_item *question)
{
	struct rec_item now = *question;

	for (size_t i = 0; i < question->asked.n; i++)
		if (question->asked.v[i] != rq->who->person &&
		    !has_answered(rq, question, question->asked.v[i]))
			return ERR_OK;
	now.state = SLICE("beantwoord");
	return item_revise(rq, &(struct revision){.kind = vocab_kind(&brug_vocab, now.kind),
						  .before = question,
						  .item = &now,
						  .follows = true});
}

/* The questions of the thread that this message answers. */
static enum err note_answers(struct request *rq, const struct rec_item *message)
{
	struct key prefix = key_2(rq->case_id, message->about);
	enum err err = ERR_OK;
	struct walk w;

	for (store_walk(rq->house->store, TAB_ABOUT, key_view(&prefix), &w); w.on && err == ERR_OK;
	     store_next(&w)) {
		struct rec_item m;

		if (item_by_num(rq, get_be64(w.key.p + 16), &m) == ERR_OK &&
		    waits_for(&m, rq->who->person) && is_answer(message, &m))
			err = all_answered(rq, &m);
	}
	store_walk_end(&w);
	return err;
}

/* -- saying ------------------------------------------------------------------------------------ */

/* Who reads a message reads what is answered to it. */
static enum err answers(struct request *rq, const struct rec_item *to, struct rec_item *item)
{
	struct rec_ref *refs;

	if (arg_strs(rq, "only").n)
		return refuse(rq, ERR_USAGE, N_("An answer is for who reads what it answers."),
			      NULL, N_("Leave --only out, or write a message of its own."));
	item->only = circle_around(rq, to);
	if (thread_answers(item))
		return circle_check(rq, item);
	refs = ARENA_ARRAY(rq->arena, struct rec_ref, item->refs.n + 1);
	for (size_t i = 0; i < item->refs.n; i++)
		refs[i] = item->refs.v[i];
	refs[item->refs.n] = (struct rec_ref){SLICE("op"), to->num, LEVEL_INHOUD};
	item->refs.v = refs;
	item->refs.n++;
	return circle_check(rq, item);
}

static bool his_side(struct slice role)
{
	return slice_is(role, "betrokkene") || slice_is(role, "ondersteuner");
}

enum err thread_without_him(struct request *rq, const struct rec_item *about, struct rec_item *item)
{
	size_t n = sight_members(rq->sight);
	struct u64s readers = {ARENA_ARRAY(rq->arena, uint64_t, n + 1), 0};

	if (his_side(sight_member(rq->sight, rq->who->person)->role))
		return refuse(rq, ERR_REFUSED, N_("What he says himself is not kept from him."),
			      NULL, N_("Leave --zonder-hem out."));
	for (size_t i = 0; i < n; i++) {
		const struct rec_member *m = sight_member_at(rq->sight, i);

		if (!his_side(m->role) && circle_sight(rq, item, about, m->person) >= LEVEL_KERN)
			readers.v[readers.n++] = m->person;
	}
	item->only = circle_of(rq, readers);
	return ERR_OK;
}

/* Talked over without him, for a reason that is said and counted. */
static enum err take_without_him(struct request *rq, const struct rec_item *root,
				 const struct rec_item *to, struct rec_item *item)
{
	if (!obj_bytes(obj_get(obj_get(rq->params, "fields"), "zonder_hem")).n)
		return ERR_OK;
	if (to->num)
		return refuse(rq, ERR_USAGE, N_("An answer is for who reads what it answers."),
			      NULL, N_("Leave --zonder-hem out, or write a message of its own."));
	TRY(thread_without_him(rq, root, item));
	return circle_check(rq, item);
}

/* The message answered: the one that was named, or the field's. */
static enum err find_answered(struct request *rq, const struct rec_item *about,
			      struct rec_item *out)
{
	struct slice op = obj_bytes(obj_get(obj_get(rq->params, "fields"), "op"));

	*out = about->about ? *about : (struct rec_item){0};
	if (op.n)
		TRY(item_named(rq, op, out));
	if (!op.n || out->about)
		return ERR_OK;
	return refuse_arg(rq, ERR_USAGE, N_("%s is not a message."),
			  N_("brug thread ITEM shows them by number."), op);
}

/* The request's fields, with who its text names among them. */
static void with_names(struct request *rq, const struct rec_item *item, struct buf *out)
{
	const msgpack_object *fields = obj_get(rq->params, "fields");
	uint32_t n = fields->via.map.size - (obj_get(fields, "genoemd") != NULL);

	pack_map(out, n + (item->named.n > 0));
	for (uint32_t i = 0; i < fields->via.map.size; i++) {
		const msgpack_object_kv *kv = &fields->via.map.ptr[i];

		if (slice_is(obj_bytes(&kv->key), "genoemd"))
			continue;
		pack_object(out, &kv->key);
		pack_object(out, &kv->val);
	}
	if (!item->named.n)
		return;
	pack_key(out, "genoemd");
	pack_array(out, item->named.n);
	for (size_t i = 0; i < item->named.n; i++)
		pack_str(out, show_person(rq, item->named.v[i]));
}

static enum err seal_message(struct request *rq, const struct kind *kind, struct rec_item *item)
{
	CLEANUP(buf_wipe) struct buf b = {0};
	CLEANUP(tree_free) struct tree fields = {0};

	with_names(rq, item, &b);
	TRY(tree_take(&fields, &b));
	return item_first_own(rq, kind, item, tree_root(&fields));
}

enum err thread_say(struct request *rq, const struct rec_item *about, bool fresh)
{
	const struct kind *kind = vocab_kind(&brug_vocab, SLICE("bericht"));
	struct rec_item item, root, to;
	size_t asked;

	TRY(find_answered(rq, about, &to));
	TRY(thread_root(rq, to.num ? &to : about, &root));
	if (!fresh && item_level(rq, &root) < LEVEL_KERN)
		return refuse(rq, ERR_REFUSED, N_("You cannot write about this item."),
			      N_("You see too little of it: messages are for who sees its core."),
			      N_("brug why ITEM"));
	TRY(compose_item(rq, kind, &root, &item));
	TRY(take_without_him(rq, &root, &to, &item));
	if (to.num)
		TRY(answers(rq, &to, &item));
	TRY(seal_message(rq, kind, &item));
	TRY(note_answers(rq, &item));
	asked = asked_already(rq, &item);
	pack_map(rq->out, 3u + (asked > 0));
	if (asked)
		pack_kv_text(rq->out, "warn", "overvraagd");
	pack_kv_str(rq->out, "item", item.code);
	pack_kv_int(rq->out, "rev", (int64_t)item.rev);
	pack_kv_str(rq->out, "thread", root.code);
	return ERR_OK;
}

enum err serve_message_say(struct request *rq)
{
	struct slice name = arg_str(rq, "thread");
	struct rec_item about;
	enum err err;

	TRY(compose_open(rq));
	TRY(compose_check(rq, vocab_kind(&brug_vocab, SLICE("bericht")), false));
	err = thread_named(rq, name, &about);
	if (err != ERR_NOTFOUND || !thread_is_made(name)) {
		TRY(err);
		return thread_say(rq, &about, false);
	}
	TRY(make_thread(rq, name, &about));
	return thread_say(rq, &about, true);
}

/* -- read up to here --------------------------------------------------------------------------- */

/* The last message that he sees, up to and with the one named; others: by somebody else. */
static uint64_t last_seen(struct request *rq, const struct rec_item *about, uint64_t upto,
			  bool others)
{
	struct key prefix = key_2(rq->case_id, about->num);
	uint64_t last = 0;
	struct walk w;

	for (store_walk(rq->house->store, TAB_ABOUT, key_view(&prefix), &w); w.on; store_next(&w)) {
		struct rec_item m;

		if (item_by_num(rq, get_be64(w.key.p + 16), &m) == ERR_OK &&
		    (!upto || m.num <= upto) && (!others || m.author != rq->who->person) &&
		    item_level(rq, &m) > LEVEL_GEEN)
			last = m.num;
	}
	store_walk_end(&w);
	return last;
}

enum err serve_thread_read(struct request *rq)
{
	bool unread = arg_bool(rq, "unread");
	struct rec_item item, root, upto = {0};
	struct key k;
	uint8_t num[8];
	uint64_t last;

	TRY(item_arg(rq, "item", &item));
	TRY(thread_root(rq, &item, &root));
	if (arg_given(rq, "message"))
		TRY(item_arg(rq, "message", &upto));
	else if (item.about)
		upto = item;
	last = last_seen(rq, &root, upto.num, unread);
	put_be64(num, unread && last ? last - 1 : last);
	k = key_3(rq->case_id, rq->who->person, root.num);
	if (last)
		change_put(&rq->change, rq->pass, TAB_READ, key_view(&k),
			   (struct slice){num, sizeof(num)});
	pack_map(rq->out, 1);
	pack_kv_str(rq->out, "item", root.code);
	return ERR_OK;
}
