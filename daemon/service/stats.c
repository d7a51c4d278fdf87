/*
 * Indicators without names: per agency for its admin, per agreement for a procesregisseur. The only
 * place that counts what the asker does not see, so: counts and nothing else, since the beginning
 * of a quarter, in fives, no totals (decision 010). And nothing he could add to until it turns: not
 * his own, not of this week, and nothing that fewer than three people wrote.
 */
#include "args.h"
#include "clock.h"
#include "items.h"
#include "keys.h"
#include "members.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEP = 5, COST = 20, AUTHORS = 3, WEEK = 7, MONDAY = 3 };
static const int64_t day_ms = 24LL * 60 * 60 * 1000;

static const char *const counted[] = {
	"weerstand",   "afhaken", "stagnatie", "strijd",  "verstarring", "energie", "samenwerking",
	"vooruitgang", "stap",    "contact",   "bericht", "strategie",   "knelpunt"};
enum { COUNTED = sizeof(counted) / sizeof(*counted) };

struct stats {
	struct slice agency, agreement;
	int64_t from, until;
	size_t n[COUNTED];
	uint64_t author[COUNTED][AUTHORS]; /* the first of them */
};

/* -- who may ask ------------------------------------------------------------------------------- */

static enum err not_yours(struct request *rq)
{
	return refuse(rq, ERR_REFUSED, N_("These counts are not yours to see."),
		      N_("An agency's admin sees his agency's, a procesregisseur those of an "
			 "agreement his agency signed."),
		      N_("See a case you take part in: brug signals"));
}

static bool has_function(struct request *rq, const struct rec_person *me, const char *function)
{
	struct rec_agency a;

	return slices_have(me->functions, slice_of(function)) &&
	       get_record(rq, TAB_AGENCY, me->agency, REC_agency, &a) == ERR_OK && !a.stopped;
}

static enum err of_what(struct request *rq, struct stats *s)
{
	struct rec_person me;
	struct rec_agreement a;

	TRY(person_rec(rq, rq->who->person, &me));
	s->agreement = arg_str(rq, "agreement");
	if (!s->agreement.n) {
		s->agency = me.agency;
		return has_function(rq, &me, "agency-admin") ? ERR_OK : not_yours(rq);
	}
	if (!has_function(rq, &me, "procesregisseur") ||
	    get_record(rq, TAB_AGREEMENT, s->agreement, REC_agreement, &a) != ERR_OK ||
	    !slices_have(a.agencies, me.agency))
		return not_yours(rq);
	return ERR_OK;
}

/* The first day of its quarter: two beginnings close together would give what lies between. */
static int64_t quarter_of(int64_t when)
{
	char date[12];
	int month;

	clock_date(when, date);
	month = (atoi(date + 5) - 1) / 3 * 3 + 1; /* 1, 4, 7 or 10 */
	date[5] = month > 9 ? '1' : '0';
	date[6] = (char)('0' + month % 10);
	date[8] = '0';
	date[9] = '1';
	return clock_parse(date, 0);
}

/* The beginning of this week: its Monday, UTC. 1 January 1970 was a Thursday. */
static int64_t week_of(int64_t when)
{
	int64_t day = when / day_ms;

	return (day - (day + MONDAY) % WEEK) * day_ms;
}

/* -- counting ---------------------------------------------------------------------------------- */

static void note_author(uint64_t author[AUTHORS], uint64_t person)
{
	int i = 0;

	while (i < AUTHORS && author[i] && author[i] != person)
		i++;
	if (i < AUTHORS)
		author[i] = person;
}

static void add_to(struct stats *s, struct slice what, uint64_t author)
{
	for (size_t i = 0; i < COUNTED; i++) {
		if (!slice_is(what, counted[i]))
			continue;
		s->n[i]++;
		if (author)
			note_author(s->author[i], author);
	}
}

/* What sort of signal stands in its text: opened for the count alone, and shown to nobody. */
static void add_signal(struct request *rq, const struct rec_item *item, struct stats *s)
{
	CLEANUP(views_wipe) struct views v = {0};
	CLEANUP(tree_free) struct tree t = {0};

	if (!slice_is(item->state, "gemeld") && !slice_is(item->state, "bevestigd"))
		return;
	if (policy_open(rq->house->policy, rq->case_id, item, &v) == ERR_OK &&
	    tree_read(&t, v.level[LEVEL_SIGNAAL]) == ERR_OK)
		add_to(s, obj_bytes(obj_get(tree_root(&t), "soort")), item->author);
}

static void count_case(struct request *rq, uint64_t case_id, struct stats *s)
{
	struct items it;

	rq->case_id = case_id;
	for (items_pass(rq, 0, &it); it.on; items_next(&it)) {
		if (it.item.made < s->from || it.item.made >= s->until ||
		    it.item.author == rq->who->person ||
		    (s->agency.n && !slice_eq(it.item.owner, s->agency)))
			continue;
		if (slice_is(it.item.kind, "signaal"))
			add_signal(rq, &it.item, s);
		else
			add_to(s, it.item.kind, it.item.author);
	}
}

static void count_all(struct request *rq, struct stats *s)
{
	struct walk w;

	for (store_walk(rq->house->store, TAB_CASE, SLICE(""), &w); w.on; store_next(&w)) {
		struct rec_case c;

		if (rec_read(REC_case, arena_copy(rq->arena, w.val), rq->arena, &c) == ERR_OK &&
		    (!s->agreement.n || slice_eq(c.agreement, s->agreement)))
			count_case(rq, c.id, s);
	}
	store_walk_end(&w);
	rq->case_id = 0;
}

static void pack_count(struct request *rq, const struct stats *s, size_t i)
{
	size_t n = s->author[i][AUTHORS - 1] ? s->n[i] : 0;

	pack_map(rq->out, 2);
	pack_kv_text(rq->out, "what", counted[i]);
	pack_kv_str(rq->out, "n",
		    n < STEP ? SLICE("<5") : arena_fmt(rq->arena, "%zu", n / STEP * STEP));
}

enum err serve_stats(struct request *rq)
{
	int64_t since = arg_begin(rq, "since");
	struct stats s = {.from = quarter_of(since && since < rq->now ? since : rq->now),
			  .until = week_of(rq->now)};

	TRY(of_what(rq, &s));
	rq->cost = COST;
	count_all(rq, &s);
	rq->log_itself = true;
	pack_map(rq->out, 3);
	pack_kv_str(rq->out, "of", s.agency.n ? s.agency : s.agreement);
	pack_kv_int(rq->out, "from", s.from);
	pack_key(rq->out, "counts");
	pack_array(rq->out, COUNTED);
	for (size_t i = 0; i < COUNTED; i++)
		pack_count(rq, &s, i);
	return ERR_OK;
}
