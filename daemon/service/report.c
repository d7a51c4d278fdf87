/*
 * The access report: what the log says of a case, for the person it is about. Merged by day and
 * reader, with the reasons in sentences. What is kept from him (Wpg 27) is not in it.
 */
#include "args.h"
#include "clock.h"
#include "items.h"
#include "keys.h"
#include "members.h"

#include <string.h>

enum { AT_ONCE = 2000, DAYS = 500, REASONS = 12 };

struct reason {
	const char *text;
	struct slice arg;
};
struct day {
	char date[12];
	uint64_t person;
	struct slice agency, role;
	size_t times, why_n;
	struct u64s items;
	size_t items_cap;
	uint64_t most;
	bool emergency;
	struct reason why[REASONS];
};
struct report {
	struct request *rq;
	struct day *days;
	size_t n;
	int64_t since, until;
};

/* -- reasons as sentences ---------------------------------------------------------------------- */

static const struct {
	const char *word, *text;
} known[] = {
	{"eigen woorden", N_("These are his own words.")},
	{"eigen", N_("It is of his own agency.")},
	{"collega", N_("It is of his own agency.")},
	{"uitvoerder", N_("He carries it out.")},
	{"verhoog", N_("The agency it belongs to showed it to him for a time.")},
	{"toestemming", N_("You consented to it.")},
	{"nood",
	 N_("He used emergency access; the privacy officer judges whether that was right.")},
	{"deelname", N_("He takes part in your case.")},
	{"namens", N_("He speaks for you.")},
};
/* They made it less, and allowed nothing. */
static const char *const limits[] = {"plafond", "fase",    "leefgebied", "verlaag",
				     "beperkt", "bericht", NULL};

static bool is_limit(struct slice word)
{
	for (const char *const *l = limits; *l; l++)
		if (slice_starts(word, slice_of(*l)))
			return true;
	return false;
}

static struct reason reason_of(struct request *rq, struct slice word)
{
	struct rec_rule rule;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (slice_starts(word, slice_of(known[i].word)))
			return (struct reason){known[i].text, {0}};
	if (is_limit(word) || get_record(rq, TAB_RULE, word, REC_rule, &rule) != ERR_OK)
		return (struct reason){NULL, {0}};
	return (struct reason){N_("An agreed rule: %s"), rule.text.n ? rule.text : rule.ground};
}

static void add_reason(struct day *d, struct reason r)
{
	for (size_t i = 0; i < d->why_n; i++)
		if (d->why[i].text == r.text && slice_eq(d->why[i].arg, r.arg))
			return;
	if (r.text && d->why_n < REASONS)
		d->why[d->why_n++] = r;
}

/* "H2; plafond zorg": words with "; " between. */
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
	r->days[r->n].agency = e->agency;
	r->days[r->n].role = e->role;
	return &r->days[r->n++];
}

static void add_item(struct request *rq, struct day *d, const struct seen_item *i)
{
	for (size_t k = 0; k < d->items.n; k++)
		if (d->items.v[k] == i->num)
			return;
	if (d->items.n == d->items_cap) {
		size_t cap = d->items_cap ? d->items_cap * 2 : 16;
		uint64_t *v = ARENA_ARRAY(rq->arena, uint64_t, cap);

		for (size_t k = 0; k < d->items.n; k++)
			v[k] = d->items.v[k];
		d->items.v = v;
		d->items_cap = cap;
	}
	d->items.v[d->items.n++] = i->num;
}

static bool may_know(struct request *rq, uint64_t num)
{
	struct rec_item item;

	return !num ||
	       (item_by_num(rq, num, &item) == ERR_OK && item_level(rq, &item) > LEVEL_GEEN);
}

/* False: no room for another day. */
static bool add_entry(struct report *r, const struct seen *e)
{
	struct day *d = day_of(r, e);

	for (size_t i = 0; d && i < e->items_n; i++) {
		const struct seen_item *s = &e->items[i];

		if (!may_know(r->rq, s->num))
			continue;
		if (s->num)
			add_item(r->rq, d, s);
		add_reasons(r->rq, d, s->why);
		d->most = s->level > d->most ? s->level : d->most;
	}
	if (d) {
		d->times++;
		d->emergency = d->emergency || e->emergency;
	}
	return d;
}

/* Somebody else looked, in the time asked for, at something he may know of. */
static bool in_report(const struct report *r, const struct seen *e)
{
	if (e->person == r->rq->who->person || (r->since && e->time_ms < r->since) ||
	    (r->until && e->time_ms > r->until))
		return false;
	for (size_t i = 0; i < e->items_n; i++)
		if (may_know(r->rq, e->items[i].num))
			return true;
	return false;
}

/* Returns how many looks the report holds so far when there are more, or 0. Only what he may know
   of is counted, so the number tells nothing of the rest. */
static uint64_t read_entries(struct report *r)
{
	uint64_t after = (uint64_t)arg_int(r->rq, "after", 0), nth = 0;
	struct key prefix = key_u64(r->rq->case_id);
	bool more = false;
	struct walk w;

	for (store_walk(r->rq->house->store, TAB_SEEN, key_view(&prefix), &w); w.on && !more;
	     store_next(&w)) {
		struct seen e;

		if (seen_read(arena_copy(r->rq->arena, w.val), r->rq->arena, &e) != ERR_OK ||
		    !in_report(r, &e) || nth++ < after)
			continue;
		more = nth > after + AT_ONCE || !add_entry(r, &e);
	}
	store_walk_end(&w);
	return more ? nth - 1 : 0;
}

/* -- the answer -------------------------------------------------------------------------------- */

static void pack_day(struct request *rq, const struct day *d, struct buf *out)
{
	struct slice handle, name;

	policy_names(rq->house->policy, d->person, rq->arena, &handle, &name);
	pack_map(out, 10);
	pack_kv_text(out, "date", d->date);
	pack_kv_str(out, "person", handle);
	pack_kv_str(out, "name", name);
	pack_kv_str(out, "agency", d->agency);
	pack_kv_str(out, "role", d->role);
	pack_kv_int(out, "times", (int64_t)d->times);
	pack_kv_int(out, "items", (int64_t)d->items.n);
	pack_kv_text(out, "most", level_name((enum level)d->most));
	pack_kv_bool(out, "emergency", d->emergency);
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
	uint64_t more = read_entries(&r);

	rq->log_itself = true;
	pack_map(rq->out, 2);
	pack_key(rq->out, "days");
	pack_array(rq->out, r.n);
	for (size_t i = 0; i < r.n; i++)
		pack_day(rq, &r.days[i], rq->out);
	pack_kv_int(rq->out, "more", (int64_t)more);
	return ERR_OK;
}
