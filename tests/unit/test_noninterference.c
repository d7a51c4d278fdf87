/*
 * Noninterference: two worlds that differ only in what a viewer may not see give him the same
 * bytes, in every answer, error, list, count, search, what-if and push. The worlds are drawn at
 * random; in one of them others work, on items that are hidden from him, each by somebody who may,
 * and only what did change the world counts. Whatever he asks is asked in both. (The shell's
 * completion asks the server nothing: client/cli/complete.c.)
 *
 * NONINTERFERENCE_PAIRS=N asks for more, NONINTERFERENCE_SEED=N for the world of one seed again.
 */
#include "clock.h"
#include "keys.h"
#include "world_acts.h"
#include "world_asks.h"
#include "world_draw.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS = 500, ROUNDS = 12, TRIES = 6, PARTS = 4 };

static struct world_hub sides[2];
static struct {
	unsigned tried[ACTS], took[ACTS], pairs, shown;
} count;

/* -- what he may know, asked of policy --------------------------------------------------------- */

static void sight_for(struct world_hub *side, uint64_t person, const struct rec_item *item,
		      struct sight *out)
{
	struct viewer v = {.person = person};
	const struct sight_case *c;

	cr_assert_eq(policy_case(side->w.policy, side->w.case_id, &c), ERR_OK);
	cr_assert_eq(policy_sight_of(side->w.policy, c, &v, item, clock_now_ms(), out), ERR_OK);
}

struct look {
	struct world_hub *side;
	uint64_t viewer;
	struct codes all, hidden;
	struct rec_item items[CODES]; /* the hidden, of the world's arena */
	/* what he sees, and who else sees it and why: the two worlds must agree in it */
	struct buf seen;
};

static void note_code(struct codes *to, const struct rec_item *item)
{
	if (to->n < CODES)
		snprintf(to->v[to->n++], 16, "%.*s", SLICE_ARG(item->code));
}

static void look_at(struct look *l, const struct rec_item *item)
{
	struct sight s;

	note_code(&l->all, item);
	sight_for(l->side, l->viewer, item, &s);
	if (s.level == LEVEL_GEEN) {
		l->items[l->hidden.n] = *item;
		note_code(&l->hidden, item);
		return;
	}
	buf_slice(&l->seen, item->code);
	buf_be64(&l->seen, item->rev);
	for (uint64_t p = 1; p <= WORLD_PEOPLE; p++) {
		sight_for(l->side, p, item, &s);
		buf_u8(&l->seen, (uint8_t)s.level);
		buf_slice(&l->seen, slice_of(s.why));
	}
}

static void look(struct look *l, struct world_hub *side, uint64_t viewer)
{
	static struct drawn now;

	*l = (struct look){.side = side, .viewer = viewer};
	drawn_take(&side->w, &now);
	for (size_t i = 0; i < now.items; i++)
		look_at(l, &now.item[i]);
	count.shown += l->all.n - l->hidden.n;
}

/* -- a pair ------------------------------------------------------------------------------------ */

struct watcher {
	struct session *s[2];
	struct buf cursor[2];
	uint64_t person, admin, seed;
};

static bool same(const struct buf *a, const struct buf *b)
{
	return slice_eq(buf_view(a), buf_view(b));
}

/* Where they part, for who looks for it. */
static void show_difference(const struct buf *a, const struct buf *b)
{
	size_t i = 0, from;

	while (i < a->n && i < b->n && a->p[i] == b->p[i])
		i++;
	from = i > 300 ? i - 300 : 0;
	for (int side = 0; side < 2; side++) {
		const struct buf *o = side ? b : a;

		printf("world %d: ", side);
		for (size_t k = from; k < o->n && k < i + 200; k++)
			putchar(o->p[k] >= 32 && o->p[k] < 127 ? o->p[k] : '.');
		printf("\n");
	}
}

static void compare(struct watcher *w, const struct look *l, enum act act)
{
	struct buf out[2] = {{0}, {0}};

	for (int i = 0; i < 2; i++) {
		take_output(w->s[i], &out[i]); /* pushes that came meanwhile */
		ask_all(&sides[i], w->s[i], &l->all, &l->hidden, &w->cursor[i], &out[i]);
	}
	count.pairs++;
	if (!same(&out[0], &out[1])) {
		show_difference(&out[0], &out[1]);
		cr_expect_fail("seed %llu: %s sees a difference after %s",
			       (unsigned long long)w->seed, world_name(w->person), act_names[act]);
	}
	buf_free(&out[0]);
	buf_free(&out[1]);
}

/* What follows on another act is tried on all that is hidden, what stands by itself on one. */
static bool happens(const struct watcher *w, const struct look *l, enum act act)
{
	bool follows = act == ACT_ANSWER || act == ACT_WITHDRAW || act == ACT_REVIEW;
	size_t n = l->hidden.n, from = draw((unsigned)n);

	for (size_t i = 0; i < (follows ? n : 1); i++)
		if (act_try(&sides[1], act, w->person, w->admin, &l->items[(from + i) % n]))
			return true;
	return false;
}

/* An act that took; ACTS: none did. */
static enum act something_happens(const struct watcher *w, const struct look *l)
{
	for (int i = 0; i < TRIES; i++) {
		enum act act = (enum act)draw(ACTS);

		count.tried[act]++;
		if (!happens(w, l, act))
			continue;
		count.took[act]++;
		if (act != ACT_IMAGINE)
			return act;
	}
	return ACTS;
}

/* False: there is no pair to be had of these worlds any more. */
static bool one_round(struct watcher *w)
{
	static struct look l[2];
	enum act act = ACTS;
	bool on;

	look(&l[1], &sides[1], w->person);
	on = l[1].hidden.n > 0;
	if (on)
		act = something_happens(w, &l[1]);
	buf_free(&l[1].seen);
	if (!on)
		return false;
	for (int i = 0; i < 2; i++)
		look(&l[i], &sides[i], w->person);
	on = same(&l[0].seen, &l[1].seen);
	if (on && act < ACTS)
		compare(w, &l[1], act);
	buf_free(&l[0].seen);
	buf_free(&l[1].seen);
	return on;
}

/* -- worlds ------------------------------------------------------------------------------------ */

/* Who is told most, who leads the case and whose it is, more often than the others. */
static uint64_t a_viewer(void)
{
	if (often(30))
		return often(50) ? 1 : WORLD_PEOPLE;
	return 1 + draw(WORLD_PEOPLE);
}

static void open_side(struct world_hub *side, uint64_t seed, struct watcher *w)
{
	static struct drawn n;

	dice_seed(seed);
	world_open(&side->w);
	if (draw(PARTS)) /* now and then the worked case as it is */
		world_draw(&side->w, &n);
	w->person = a_viewer();
	w->admin = acts_admin(&side->w, w->person);
	world_hub_serve(side);
}

static void one_world(uint64_t seed)
{
	struct watcher w = {.seed = seed};

	dice_seed(seed);
	clock_set_ms(draw_time() + 10LL * 60 * 60 * 1000);
	for (int i = 0; i < 2; i++) {
		open_side(&sides[i], seed, &w);
		w.s[i] = world_hub_session(&sides[i], w.person);
	}
	for (int i = 0; i < ROUNDS && one_round(&w); i++)
		;
	for (int i = 0; i < 2; i++) {
		session_close(w.s[i]);
		buf_free(&w.cursor[i]);
		world_hub_close(&sides[i]);
	}
}

static unsigned number_of(const char *name, unsigned otherwise)
{
	const char *given = getenv(name);

	return given ? (unsigned)atoi(given) : otherwise;
}

static void say_counts(unsigned from, unsigned to)
{
	printf("noninterference: %u pairs, seeds %u to %u, %u sights of an item; acts that took, "
	       "of "
	       "those tried:",
	       count.pairs, from, to, count.shown);
	for (int i = 0; i < ACTS; i++)
		printf(" %s %u/%u", act_names[i], count.took[i], count.tried[i]);
	printf("\n");
	fflush(stdout);
}

Test(noninterference, what_is_hidden_changes_no_byte_of_what_is_seen, .timeout = 3600)
{
	unsigned want = number_of("NONINTERFERENCE_PAIRS", PAIRS);
	unsigned only = number_of("NONINTERFERENCE_SEED", 0);
	unsigned from = only ? only : 1, seed = from;

	cr_assert_not_null(freopen("/dev/null", "w", stderr)); /* refusals are logged */
	for (; count.pairs < want && seed < from + want && (!only || seed == only); seed++)
		one_world(seed);
	say_counts(from, seed - 1);
	for (int i = 0; i < ACTS && !only; i++)
		cr_expect_gt(count.took[i], 0, "no %s took", act_names[i]);
	cr_expect(only || count.pairs >= want);
}
