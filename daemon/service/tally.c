/* Counts of who would see what more or less, and the rows beneath them. */
#include "tally.h"

#include "items.h"

#include <stdio.h>
#include <string.h>

static void count_move(struct tally *t, const struct rec_member *m, enum level from, enum level to)
{
	for (size_t i = 0; i < t->moves_n; i++) {
		struct move_row *r = &t->moves[i];

		if (r->from == from && r->to == to && slice_eq(r->agency, m->agency) &&
		    slice_eq(r->role, m->role)) {
			r->n++;
			return;
		}
	}
	if (t->moves_n == TALLY_MOVES)
		return;
	t->moves[t->moves_n++] =
		(struct move_row){arena_copy(t->arena, m->agency), arena_copy(t->arena, m->role),
				  (uint8_t)from, (uint8_t)to, 1};
}

static void add_example(struct tally *t, const struct rec_item *item, const struct rec_member *m,
			enum level from, enum level to)
{
	struct arena *a = t->arena;

	if (t->examples_n < TALLY_EXAMPLES)
		t->examples[t->examples_n++] = (struct example){arena_copy(a, item->kind),
								arena_copy(a, item->category),
								arena_copy(a, m->agency),
								arena_copy(a, m->role),
								(uint8_t)from,
								(uint8_t)to};
}

/* Reasons that say what opened it, and not what kept the rest closed. */
static bool is_opening(const char *why)
{
	static const char *const openings[] = {
		"A rule allows it: %s", "The person consents: %s", "Carries it out.",
		"The agency it belongs to shows this item more widely, for a time."};

	for (size_t i = 0; i < sizeof(openings) / sizeof(*openings); i++)
		if (!strcmp(why, openings[i]))
			return true;
	return false;
}

/* The last reason given is the one that kept it closed. */
void tally_closed(struct tally *t, const struct sight *s, bool rule)
{
	const char *why = s->n ? s->reason[s->n - 1].text : "",
		   *arg = s->n ? s->reason[s->n - 1].arg : "";
	struct closed_row *row;

	/* why somebody is barred is his own affair; and an emergency is nothing that closes */
	if (!strcmp(s->why, "G4") || s->emergency)
		return;
	if (is_opening(why)) {
		why = rule ? N_("The rule is not for them.") : N_("No rule shows more of it.");
		arg = "";
	}
	for (size_t i = 0; i < t->closed_n; i++)
		if (!strcmp(t->closed[i].why, why) &&
		    !strncmp(t->closed[i].arg, arg, sizeof(t->closed[i].arg) - 1)) {
			t->closed[i].n++;
			return;
		}
	if (t->closed_n == TALLY_CLOSED || !*why)
		return;
	row = &t->closed[t->closed_n++];
	*row = (struct closed_row){.why = why, .n = 1};
	snprintf(row->arg, sizeof(row->arg), "%s", arg);
}

void tally_move(struct tally *t, const struct rec_item *item, const struct rec_member *m,
		enum level from, enum level to)
{
	t->up += to > from;
	t->down += to < from;
	count_move(t, m, from, to);
	add_example(t, item, m, from, to);
}

/* -- as an answer, and back -------------------------------------------------------------------- */

static void pack_levels(struct buf *out, uint8_t from, uint8_t to)
{
	pack_kv_text(out, "from", level_name((enum level)from));
	pack_kv_text(out, "to", level_name((enum level)to));
}

void tally_pack(const struct tally *t, struct buf *out)
{
	pack_map(out, 9);
	pack_kv_bool(out, "rough", t->rough);
	pack_kv_int(out, "looked", (int64_t)t->looked);
	pack_kv_int(out, "cases", (int64_t)t->cases);
	pack_kv_int(out, "items", (int64_t)t->items);
	pack_kv_int(out, "up", (int64_t)t->up);
	pack_kv_int(out, "down", (int64_t)t->down);
	pack_key(out, "by");
	pack_array(out, t->moves_n);
	for (size_t i = 0; i < t->moves_n; i++) {
		pack_map(out, 5);
		pack_kv_str(out, "agency", t->moves[i].agency);
		pack_kv_str(out, "role", t->moves[i].role);
		pack_levels(out, t->moves[i].from, t->moves[i].to);
		pack_kv_int(out, "n", (int64_t)t->moves[i].n);
	}
	pack_key(out, "closed");
	pack_array(out, t->closed_n);
	for (size_t i = 0; i < t->closed_n; i++) {
		pack_map(out, 3);
		pack_kv_text(out, "why", t->closed[i].why);
		pack_kv_text(out, "arg", t->closed[i].arg);
		pack_kv_int(out, "n", (int64_t)t->closed[i].n);
	}
	pack_key(out, "examples");
	pack_array(out, t->examples_n);
	for (size_t i = 0; i < t->examples_n; i++) {
		const struct example *e = &t->examples[i];

		pack_map(out, 6);
		pack_kv_str(out, "kind", e->kind);
		pack_kv_str(out, "category", e->category);
		pack_kv_str(out, "agency", e->agency);
		pack_kv_str(out, "role", e->role);
		pack_levels(out, e->from, e->to);
	}
}

static uint64_t count_in(const msgpack_object *o, const char *key)
{
	return (uint64_t)obj_int(obj_get(o, key), 0);
}

static uint8_t level_in(const msgpack_object *o, const char *key)
{
	int level = level_parse(obj_bytes(obj_get(o, key)));

	return (uint8_t)(level < 0 ? 0 : level);
}

static struct slice word_in_answer(struct tally *t, const msgpack_object *o, const char *key)
{
	return arena_copy(t->arena, obj_bytes(obj_get(o, key)));
}

static void take_rows(struct tally *t, const msgpack_object *o)
{
	const msgpack_object *by = obj_get(o, "by"), *closed = obj_get(o, "closed"),
			     *examples = obj_get(o, "examples");

	for (size_t i = 0; i < obj_n(by) && i < TALLY_MOVES; i++)
		t->moves[t->moves_n++] = (struct move_row){
			word_in_answer(t, obj_at(by, i), "agency"),
			word_in_answer(t, obj_at(by, i), "role"), level_in(obj_at(by, i), "from"),
			level_in(obj_at(by, i), "to"), count_in(obj_at(by, i), "n")};
	for (size_t i = 0; i < obj_n(closed) && i < TALLY_CLOSED; i++) {
		const msgpack_object *one = obj_at(closed, i);
		struct closed_row *row = &t->closed[t->closed_n++];

		*row = (struct closed_row){
			.why = arena_str(t->arena, obj_bytes(obj_get(one, "why"))),
			.n = count_in(one, "n")};
		snprintf(row->arg, sizeof(row->arg), "%.*s",
			 SLICE_ARG(obj_bytes(obj_get(one, "arg"))));
	}
	for (size_t i = 0; i < obj_n(examples) && i < TALLY_EXAMPLES; i++)
		t->examples[t->examples_n++] =
			(struct example){word_in_answer(t, obj_at(examples, i), "kind"),
					 word_in_answer(t, obj_at(examples, i), "category"),
					 word_in_answer(t, obj_at(examples, i), "agency"),
					 word_in_answer(t, obj_at(examples, i), "role"),
					 level_in(obj_at(examples, i), "from"),
					 level_in(obj_at(examples, i), "to")};
}

void tally_take(struct tally *t, const msgpack_object *o)
{
	t->looked = count_in(o, "looked");
	t->cases = count_in(o, "cases");
	t->items = count_in(o, "items");
	t->up = count_in(o, "up");
	t->down = count_in(o, "down");
	take_rows(t, o);
}

/* -- in fives ---------------------------------------------------------------------------------- */

enum { FIVES = 5 };

static uint64_t in_fives(uint64_t n)
{
	return n - n % FIVES;
}

static bool is_told(const struct tally *t, const struct example *e)
{
	for (size_t i = 0; i < t->moves_n; i++)
		if (t->moves[i].from == e->from && t->moves[i].to == e->to &&
		    slice_eq(t->moves[i].agency, e->agency) && slice_eq(t->moves[i].role, e->role))
			return true;
	return false;
}

/* What is seldom tells of one case: it is left out, and the rest is rounded down. */
void tally_roughen(struct tally *t)
{
	size_t n = 0;

	t->rough = true;
	t->cases = in_fives(t->cases);
	t->items = in_fives(t->items);
	t->up = in_fives(t->up);
	t->down = in_fives(t->down);
	for (size_t i = 0; i < t->moves_n; i++)
		if ((t->moves[i].n = in_fives(t->moves[i].n)))
			t->moves[n++] = t->moves[i];
	t->moves_n = n;
	n = 0;
	for (size_t i = 0; i < t->closed_n; i++)
		if ((t->closed[i].n = in_fives(t->closed[i].n)))
			t->closed[n++] = t->closed[i];
	t->closed_n = n;
	n = 0;
	for (size_t i = 0; i < t->examples_n; i++)
		if (is_told(t, &t->examples[i]))
			t->examples[n++] = t->examples[i];
	t->examples_n = n;
	t->looked -= t->looked % 100;
}
