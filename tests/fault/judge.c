/* Whether a round was right: ledgers against the plan, and the pushes against each other. */
#include "crash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct there {
	char code[12], label[32];
	uint32_t times;
};
struct plan {
	struct there *v;
	size_t n, cap;
};

static bool complain(const char *what, const char *arg)
{
	printf("FAIL %s %s\n", what, arg);
	return false;
}

static void take_item(struct plan *p, const msgpack_object *item)
{
	const msgpack_object *view = obj_get(item, "view");
	struct slice label = {0};
	struct there *t;

	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 256;
		p->v = realloc(p->v, p->cap * sizeof(*p->v));
		if (!p->v)
			abort();
	}
	t = &p->v[p->n++];
	*t = (struct there){0};
	snprintf(t->code, sizeof(t->code), "%.*s", SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	for (size_t i = 0; i < obj_n(view) && !label.n; i++)
		label = obj_bytes(obj_get(obj_at(view, i), "inhoud"));
	snprintf(t->label, sizeof(t->label), "%.*s", SLICE_ARG(label));
}

static bool take_events(struct plan *p, const msgpack_object *events)
{
	const msgpack_object *list = obj_get(events, "events");

	for (size_t i = 0; i < obj_n(list); i++)
		take_item(p, obj_get(obj_at(list, i), "show"));
	return obj_bool(obj_get(events, "more"));
}

/* The plan as a watcher who comes now is told it. */
static bool read_plan(struct battle *f, struct link *noor, struct plan *p)
{
	CLEANUP(tree_free) struct tree first = {0};
	struct fault fault = {0};
	bool more;

	flow_call(noor, "case.watch", &first, "{\"case\":\"%s\"}", f->code);
	more = take_events(p, tree_root(&first));
	while (more) {
		CLEANUP(tree_free) struct tree t = {0};
		struct slice name;

		if (link_next(noor, 10000, &name, &t, &fault) != ERR_OK || !name.n)
			return complain("the plan does not come to its end", fault.text);
		if (slice_is(name, "case.event"))
			more = take_events(p, tree_root(&t));
	}
	return true;
}

static int by_label(const void *a, const void *b)
{
	return strcmp(((const struct there *)a)->label, ((const struct there *)b)->label);
}

static struct there *find(struct plan *p, const char *label)
{
	struct there key = {0};

	snprintf(key.label, sizeof(key.label), "%s", label);
	return bsearch(&key, p->v, p->n, sizeof(*p->v), by_label);
}

/* Each acknowledged item stands in the plan once, under its code; no refused one does. */
static bool ledger_holds(struct battle *f, int number, struct plan *p, size_t *added)
{
	const struct client *c = &f->clients[number];

	for (uint32_t i = 0; i < c->entries_n; i++) {
		const struct entry *e = &c->entries[i];
		char label[32];
		struct there *t;

		if (e->verb != ADD)
			continue;
		snprintf(label, sizeof(label), "c%d-%u", number, i);
		t = find(p, label);
		if (e->outcome == SENT)
			return complain("never answered:", label);
		if (e->outcome == REFUSED && t)
			return complain("refused, and yet there:", label);
		if (e->outcome == REFUSED)
			continue;
		if (!t)
			return complain("acknowledged, and lost:", label);
		if (strcmp(t->code, e->code) != 0)
			return complain("acknowledged under another code:", label);
		++*added;
	}
	return true;
}

static bool once_each(struct plan *p)
{
	for (size_t i = 1; i < p->n; i++)
		if (!strcmp(p->v[i - 1].label, p->v[i].label))
			return complain("done twice:", p->v[i].label);
	return true;
}

/* All watchers were told the same, in the same order. */
static bool told_alike(struct battle *f)
{
	const struct client *first = &f->clients[0];

	for (int i = 1; i < CLIENTS; i++) {
		const struct client *c = &f->clients[i];
		uint32_t n = c->shown_n < first->shown_n ? c->shown_n : first->shown_n;

		for (uint32_t j = 0; j < n; j++)
			if (memcmp(&c->shown[j], &first->shown[j], sizeof(c->shown[j])) != 0)
				return complain("two watchers were told in another order:",
						c->shown[j].code);
		if (c->shown_n != first->shown_n)
			return complain("a watcher missed, or was told twice:",
					crash_handles[i % 3]);
	}
	return true;
}

static int by_what(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct shown));
}

/* One push for each change, and for nothing else. */
static bool told_once(struct battle *f)
{
	struct client *c = &f->clients[0];
	size_t changes = 1; /* the fence */

	for (int i = 0; i < CLIENTS; i++)
		for (uint32_t j = 0; j < f->clients[i].entries_n; j++)
			changes += f->clients[i].entries[j].outcome == ACKNOWLEDGED;
	if (c->shown_n != changes)
		return printf("FAIL %zu changes, %u pushes\n", changes, c->shown_n) < 0;
	qsort(c->shown, c->shown_n, sizeof(*c->shown), by_what);
	for (uint32_t i = 1; i < c->shown_n; i++)
		if (!by_what(&c->shown[i - 1], &c->shown[i]))
			return complain("told twice:", c->shown[i].code);
	return true;
}

static bool plan_fits(struct battle *f, struct plan *p)
{
	size_t added = 1; /* the fence */

	qsort(p->v, p->n, sizeof(*p->v), by_label);
	for (int i = 0; i < CLIENTS; i++)
		if (!ledger_holds(f, i, p, &added))
			return false;
	if (!once_each(p))
		return false;
	return p->n == added || complain("there is what nobody asked for", "");
}

bool judge(struct battle *f, struct link *noor)
{
	struct plan plan = {0};
	bool ok = true;

	for (int i = 0; i < CLIENTS; i++)
		if (*f->clients[i].wrong)
			ok = complain(crash_handles[i % 3], f->clients[i].wrong);
	ok = ok && read_plan(f, noor, &plan) && plan_fits(f, &plan) && told_alike(f) &&
	     told_once(f);
	free(plan.v);
	return ok;
}
