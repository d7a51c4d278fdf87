#include "inbox.h"

#include "args.h"
#include "cases.h"
#include "codes.h"
#include "items.h"
#include "keys.h"
#include "thread.h"

#include <stdlib.h>

enum { THREADS = 30, OPEN = 32 };

/* What is said about one item, as he sees it. */
struct row {
	uint64_t case_id, about, last, read_to;
	int64_t time, total;
	struct inbox_counts n;
	uint64_t open[OPEN]; /* questions asked of him that he has not answered */
};
struct rows {
	struct row *v;
	size_t n, cap;
};

static struct row *row_of(struct request *rq, struct rows *rows, uint64_t about)
{
	struct row *row = rows->n ? &rows->v[rows->n - 1] : NULL;

	if (row && row->case_id == rq->case_id && row->about == about)
		return row;
	if (rows->n == rows->cap) {
		size_t cap = rows->cap ? rows->cap * 2 : 64;
		struct row *v = ARENA_ARRAY(rq->arena, struct row, cap);

		for (size_t i = 0; i < rows->n; i++)
			v[i] = rows->v[i];
		rows->v = v;
		rows->cap = cap;
	}
	row = &rows->v[rows->n++];
	*row = (struct row){.case_id = rq->case_id,
			    .about = about,
			    .read_to = thread_read_to(rq, rq->who->person, about)};
	return row;
}

static bool names(const struct rec_item *m, uint64_t person)
{
	for (size_t i = 0; i < m->named.n; i++)
		if (m->named.v[i] == person)
			return true;
	return false;
}

/* His own message answers what was asked of him before, or the one question it is written to. */
static void answer(struct row *row, const struct rec_item *m)
{
	uint64_t to = thread_answers(m);
	int64_t n = 0;

	for (int64_t i = 0; i < row->n.asked; i++)
		if (to && row->open[i] != to)
			row->open[n++] = row->open[i];
	row->n.asked = n;
}

static void take(struct request *rq, struct row *row, const struct rec_item *m)
{
	bool mine = m->author == rq->who->person, out = slice_is(m->state, "ingetrokken");

	row->total++;
	row->last = m->num;
	row->time = m->made;
	if (mine && !out)
		answer(row, m);
	if (mine || out)
		return;
	if (m->num > row->read_to) {
		row->n.unread++;
		row->n.mentions += names(m, rq->who->person);
	}
	if (thread_asks(m, rq->who->person) && !slice_is(m->state, "beantwoord") &&
	    row->n.asked < OPEN)
		row->open[row->n.asked++] = m->num;
}

/* Only messages he sees: the others are not looked at any further. */
static void rows_of_case(struct request *rq, struct rows *rows)
{
	struct key prefix = key_u64(rq->case_id);
	struct walk w;

	for (store_walk(rq->house->store, TAB_ABOUT, key_view(&prefix), &w); w.on; store_next(&w)) {
		struct rec_item m;

		if (w.key.n != 24 || item_by_num(rq, get_be64(w.key.p + 16), &m) != ERR_OK ||
		    item_level(rq, &m) == LEVEL_GEEN)
			continue;
		take(rq, row_of(rq, rows, m.about), &m);
	}
	store_walk_end(&w);
}

static void add_counts(struct inbox_counts *to, const struct inbox_counts *n)
{
	to->unread += n->unread;
	to->mentions += n->mentions;
	to->asked += n->asked;
}

void inbox_count(struct request *rq, struct inbox_counts *out)
{
	struct rows rows = {0};

	rows_of_case(rq, &rows);
	for (size_t i = 0; i < rows.n; i++)
		add_counts(out, &rows.v[i].n);
}

/* -- over all cases ---------------------------------------------------------------------------- */

static void all_rows(struct request *rq, struct rows *rows)
{
	uint64_t only = case_number(arg_str(rq, "case"));
	struct rooms r;

	for (rooms_first(rq, &r); r.on; rooms_next(&r))
		if ((!arg_given(rq, "case") || only == r.id) && room_enter(rq, r.id))
			rows_of_case(rq, rows);
}

static int newest_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? 1 : -1;
	return x->last < y->last ? 1 : -1;
}

static bool pack_row(struct request *rq, const struct row *row, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf about = {0};
	CLEANUP(buf_wipe) struct buf last = {0};
	struct rec_item item, m;

	if (!room_enter(rq, row->case_id) || item_by_num(rq, row->about, &item) != ERR_OK ||
	    item_by_num(rq, row->last, &m) != ERR_OK || !serve_show(rq, &item, &about) ||
	    !serve_show(rq, &m, &last))
		return false;
	pack_map(out, 7);
	pack_kv_str(out, "case", case_code_for(rq, row->case_id));
	pack_key(out, "item");
	buf_slice(out, buf_view(&about));
	pack_key(out, "last");
	buf_slice(out, buf_view(&last));
	pack_kv_int(out, "total", row->total);
	pack_kv_int(out, "unread", row->n.unread);
	pack_kv_int(out, "mentions", row->n.mentions);
	pack_kv_int(out, "asked", row->n.asked);
	return true;
}

enum err serve_inbox(struct request *rq)
{
	bool unread = arg_bool(rq, "unread"), count = arg_bool(rq, "count"), more = false;
	CLEANUP(buf_wipe) struct buf list = {0};
	struct inbox_counts all = {0};
	struct rows rows = {0};
	size_t n = 0;

	all_rows(rq, &rows);
	if (rows.n)
		qsort(rows.v, rows.n, sizeof(*rows.v), newest_first);
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *row = &rows.v[i];

		add_counts(&all, &row->n);
		if (count || (unread && !row->n.unread && !row->n.asked))
			continue;
		more = more || n == THREADS;
		n += n < THREADS && pack_row(rq, row, &list);
	}
	rq->case_id = 0;
	rq->refusal = (struct refusal){0};
	pack_map(rq->out, 5);
	pack_key(rq->out, "threads");
	pack_array(rq->out, n);
	buf_slice(rq->out, buf_view(&list));
	pack_kv_int(rq->out, "unread", all.unread);
	pack_kv_int(rq->out, "mentions", all.mentions);
	pack_kv_int(rq->out, "asked", all.asked);
	pack_kv_bool(rq->out, "more", more);
	return ERR_OK;
}
