/*
 * The access report: what the log says of a case, for the person it is about. Merged by day and
 * reader, with the reasons in sentences. What is kept from him (Wpg 27) is not in it.
 */
#include "args.h"
#include "clock.h"
#include "keys.h"
#include "known.h"
#include "members.h"
#include "place.h"

#include <string.h>

enum { AT_ONCE = 5000, DAYS = 500, REASONS = 12 };

struct reason {
	const char *text;
	struct slice arg;
};
struct day {
	char date[12];
	uint64_t person;
	struct slice agency, role;
	size_t times, why_n;
	struct looked {
		uint64_t num;
		uint8_t level; /* the most he saw of it that day */
		bool emergency;
	} * items;
	size_t items_n, items_cap;
	struct reason why[REASONS];
};
struct report {
	struct request *rq;
	struct known known;
	struct place place;
	struct day *days;
	size_t n;
	int64_t since, until;
};

/* -- reasons as sentences ---------------------------------------------------------------------- */

static const struct {
	const char *word, *text;
} known[] = {
	{"eigen woorden", N_("This person wrote it about himself.")},
	{"eigen", N_("It is of the agency where this worker works.")},
	{"collega", N_("It is of the agency where this worker works.")},
	{"uitvoerder", N_("This worker carries it out.")},
	{"verhoog", N_("The agency it belongs to showed it to this worker for a time.")},
	{"toestemming", N_("You consented to it.")},
	{"deelname", N_("This worker takes part in your case.")},
	{"verzoek", N_("It was copied for you, because you asked for it.")},
	{"namens", N_("This person speaks for you.")},
	{"bord", N_("It stood on the board of a meeting where this worker was present: all there "
		    "may see as much.")},
};
/* They made it less, and allowed nothing. */
static const char *const limits[] = {"plafond", "fase",    "leefgebied", "verlaag",
				     "beperkt", "bericht", NULL};

/* The word, alone or with something after it. What people name (a rule, an agency) only ever comes
 * after. */
static bool says(struct slice why, const char *word)
{
	size_t n = strlen(word);

	return slice_starts(why, slice_of(word)) && (why.n == n || why.p[n] == ' ');
}

static bool is_limit(struct slice word)
{
	for (const char *const *l = limits; *l; l++)
		if (says(word, *l))
			return true;
	return false;
}

/* "nood nood-1a2b3c4d": whether it was right, as soon as somebody has said so. */
static struct reason emergency_reason(struct request *rq, struct slice id)
{
	struct key k = key_bytes(rq->case_id, id);
	struct rec_emergency e;

	if (get_record(rq, TAB_EMERGENCY, key_view(&k), REC_emergency, &e) == ERR_OK && e.reviewed)
		return (struct reason){N_("It was emergency access; judged afterwards: %s."),
				       e.verdict};
	return (struct reason){N_("It was emergency access; a privacy officer judges whether that "
				  "was right."),
			       {0}};
}

static struct reason reason_of(struct request *rq, struct slice word)
{
	struct rec_rule rule;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (says(word, known[i].word))
			return (struct reason){known[i].text, {0}};
	if (says(word, "nood"))
		return emergency_reason(rq, word.n > 5 ? (struct slice){word.p + 5, word.n - 5}
						       : (struct slice){0});
	if (is_limit(word) || !says(word, "regel") || word.n < 7 ||
	    get_record(rq, TAB_RULE, (struct slice){word.p + 6, word.n - 6}, REC_rule, &rule) !=
		    ERR_OK)
		return (struct reason){NULL, {0}};
	return rule.text.n ? (struct reason){N_("An agreed rule: %s"), rule.text}
			   : (struct reason){N_("An agreement of the agencies allows it (%s)."),
					     rule.ground};
}

static void add_reason(struct day *d, struct reason r)
{
	for (size_t i = 0; i < d->why_n; i++)
		if (d->why[i].text == r.text && slice_eq(d->why[i].arg, r.arg))
			return;
	if (r.text && d->why_n < REASONS)
		d->why[d->why_n++] = r;
}

/* "regel H2; plafond zorg": words with "; " between. */
static void add_reasons(struct request *rq, struct day *d, struct slice why)
{
	while (why.n) {
		const uint8_t *end = memmem(why.p, why.n, "; ", 2);
		size_t n = end ? (size_t)(end - why.p) : why.n;

		add_reason(d, reason_of(rq, (struct slice){why.p, n}));
		n += end ? 2 : 0;
		why = (struct slice){why.p + n, why.n - n};
	}
}

/* -- merging ----------------------------------------------------------------------------------- */

static struct day *day_of(struct report *r, const struct seen *e)
{
	char date[12];

	clock_date(e->time_ms, date);
	for (size_t i = r->n; i-- > 0;)
		if (r->days[i].person == e->person && !strcmp(r->days[i].date, date))
			return &r->days[i];
	if (r->n == DAYS)
		return NULL;
	memcpy(r->days[r->n].date, date, sizeof(date));
	r->days[r->n].person = e->person;
	r->days[r->n].agency = arena_copy(r->rq->arena, e->agency);
	r->days[r->n].role = arena_copy(r->rq->arena, e->role);
	return &r->days[r->n++];
}

static struct looked *item_of(struct request *rq, struct day *d, uint64_t num)
{
	for (size_t k = 0; k < d->items_n; k++)
		if (d->items[k].num == num)
			return &d->items[k];
	if (d->items_n == d->items_cap) {
		size_t cap = d->items_cap ? d->items_cap * 2 : 16;
		struct looked *v = ARENA_ARRAY(rq->arena, struct looked, cap);

		for (size_t k = 0; k < d->items_n; k++)
			v[k] = d->items[k];
		d->items = v;
		d->items_cap = cap;
	}
	d->items[d->items_n] = (struct looked){.num = num};
	return &d->items[d->items_n++];
}

static void add_item(struct request *rq, struct day *d, const struct seen_item *i)
{
	struct looked *l = item_of(rq, d, i->num);

	l->level = i->level > l->level ? i->level : l->level;
	l->emergency = l->emergency || seen_emergency(i);
}

static bool may_know(struct report *r, const struct seen_item *i)
{
	return !i->num || known_item(r->rq, &r->known, i->num)->yes;
}

/* False: no room for another day. */
static bool add_entry(struct report *r, const struct seen *e)
{
	struct day *d = day_of(r, e);

	if (!d)
		return false;
	for (size_t i = 0; i < e->items_n; i++) {
		const struct seen_item *s = &e->items[i];

		if (!may_know(r, s))
			continue;
		if (s->num)
			add_item(r->rq, d, s);
		add_reasons(r->rq, d, s->why);
	}
	d->times++;
	return true;
}

/* Somebody else looked, in the time asked for, at something he may know of. */
static bool in_report(struct report *r, const struct seen *e)
{
	const struct method *m = vocab_method(&brug_vocab, e->action);

	if ((m && m->write) || e->person == r->rq->who->person ||
	    (r->since && e->time_ms < r->since) || (r->until && e->time_ms > r->until))
		return false;
	for (size_t i = 0; i < e->items_n; i++)
		if (may_know(r, &e->items[i]))
			return true;
	return false;
}

/* True when there is room for more. The entry is in memory of its own; what a day keeps of it is of
 * the request's. */
static bool take_entry(struct report *r, const struct walk *w)
{
	CLEANUP(arena_free) struct arena own = {0};
	struct seen e;

	if (seen_read(w->val, &own, &e) != ERR_OK || !in_report(r, &e) || add_entry(r, &e)) {
		r->place.at = get_be64(w->key.p + 8);
		return true;
	}
	return false;
}

/* True when there is more. */
static bool read_entries(struct report *r)
{
	struct key prefix = key_u64(r->rq->case_id), from = key_2(r->rq->case_id, r->place.at + 1);
	size_t walked = 0;
	struct walk w;
	bool more;

	for (store_walk_from(r->rq->house->store, TAB_SEEN, key_view(&prefix), key_view(&from), &w);
	     w.on && walked < AT_ONCE && take_entry(r, &w); store_next(&w))
		walked++;
	r->rq->cost = (unsigned)(walked / 200);
	more = w.on;
	store_walk_end(&w);
	return more;
}

/* -- emergencies ------------------------------------------------------------------------------- */

static bool in_time(const struct report *r, const struct rec_emergency *e)
{
	return (!r->since || e->from >= r->since) && (!r->until || e->from <= r->until);
}

static void pack_emergency(struct request *rq, const struct rec_emergency *e, struct slice code,
			   struct buf *out)
{
	struct slice handle, name;
	struct rec_person p = {0};

	policy_names(rq->house->policy, e->person, rq->arena, &handle, &name);
	person_rec(rq, e->person, &p);
	pack_map(out, 9);
	pack_kv_int(out, "time", e->from);
	pack_kv_str(out, "person", handle);
	pack_kv_str(out, "name", name);
	pack_kv_str(out, "agency", p.agency);
	pack_kv_str(out, "item", code);
	pack_kv_str(out, "code", e->code);
	pack_kv_int(out, "judged", e->reviewed);
	pack_kv_str(out, "verdict", e->verdict);
	pack_kv_str(out, "review", open_text(rq, e->item, TEXT_REVIEW, e->review));
}

/* Each emergency on an item he may know of, also when nothing was read after it was opened. */
static void pack_emergencies(struct report *r, struct buf *out)
{
	struct request *rq = r->rq;
	struct key prefix = key_u64(rq->case_id);
	CLEANUP(buf_wipe) struct buf list = {0};
	struct walk w;
	size_t n = 0;

	for (store_walk(rq->house->store, TAB_EMERGENCY, key_view(&prefix), &w); w.on;
	     store_next(&w)) {
		const struct known_item *item;
		struct rec_emergency e;

		if (rec_read(REC_emergency, arena_copy(rq->arena, w.val), rq->arena, &e) !=
			    ERR_OK ||
		    !in_time(r, &e))
			continue;
		item = known_item(rq, &r->known, e.item);
		if (!item->yes)
			continue;
		pack_emergency(rq, &e, slice_of(item->code), &list);
		n++;
	}
	store_walk_end(&w);
	pack_key(out, "emergencies");
	pack_array(out, n);
	buf_slice(out, buf_view(&list));
}

/* -- the answer -------------------------------------------------------------------------------- */

/* Of how many items he saw how much, from bestaan up; and of how many by emergency access. */
static void pack_levels(const struct day *d, struct buf *out)
{
	int64_t n[LEVELS + 1] = {0}, emergency = 0;
	int most = 0;

	for (size_t i = 0; i < d->items_n; i++) {
		n[d->items[i].level <= LEVELS ? d->items[i].level : 0]++;
		emergency += d->items[i].emergency;
	}
	pack_key(out, "levels");
	pack_array(out, LEVELS);
	for (int l = 1; l <= LEVELS; l++) {
		pack_int(out, n[l]);
		most = n[l] ? l : most;
	}
	pack_kv_text(out, "most", level_name((enum level)most));
	pack_kv_int(out, "emergency", emergency);
}

static void pack_day(struct request *rq, const struct day *d, struct buf *out)
{
	struct slice handle, name;

	policy_names(rq->house->policy, d->person, rq->arena, &handle, &name);
	pack_map(out, 11);
	pack_kv_text(out, "date", d->date);
	pack_kv_str(out, "person", handle);
	pack_kv_str(out, "name", name);
	pack_kv_str(out, "agency", d->agency);
	pack_kv_str(out, "role", d->role);
	pack_kv_int(out, "times", (int64_t)d->times);
	pack_kv_int(out, "items", (int64_t)d->items_n);
	pack_levels(d, out);
	pack_key(out, "why");
	pack_array(out, d->why_n);
	for (size_t i = 0; i < d->why_n; i++) {
		pack_array(out, 2);
		pack_text(out, d->why[i].text);
		pack_str(out, d->why[i].arg);
	}
}

enum err serve_case_report(struct request *rq)
{
	struct report r = {.rq = rq,
			   .days = ARENA_ARRAY(rq->arena, struct day, DAYS),
			   .since = arg_begin(rq, "since"),
			   .until = arg_end(rq, "until")};
	bool more, first = !arg_given(rq, "after");

	TRY(place_arg(rq, rq->case_id, &r.place));
	more = read_entries(&r);
	rq->log_itself = true;
	pack_map(rq->out, 2 + first);
	if (first)
		pack_emergencies(&r, rq->out);
	known_free(&r.known);
	pack_key(rq->out, "days");
	pack_array(rq->out, r.n);
	for (size_t i = 0; i < r.n; i++)
		pack_day(rq, &r.days[i], rq->out);
	place_pack(rq, rq->case_id, &r.place, more, rq->out);
	return ERR_OK;
}
