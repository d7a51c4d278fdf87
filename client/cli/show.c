/* Items, and answers about them, as people read them. */
#include "cli.h"

#include "clock.h"
#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- one item ---------------------------------------------------------------------------------- */

const msgpack_object *item_field(const msgpack_object *item, const char *field)
{
	const msgpack_object *view = obj_get(item, "view");

	for (size_t l = 0; l < obj_n(view); l++) {
		const msgpack_object *v = obj_get(obj_at(view, l), field);

		if (v)
			return v;
	}
	return NULL;
}

struct slice item_text(const msgpack_object *item, const char *field)
{
	return obj_bytes(item_field(item, field));
}

int64_t item_number(const msgpack_object *item, const char *field)
{
	return obj_int(item_field(item, field), 0);
}

size_t item_level(const msgpack_object *item)
{
	return obj_n(obj_get(item, "view"));
}

void item_line(const msgpack_object *item, struct buf *out)
{
	static const char *const order[] = {"inhoud",    "kern",  "onderwerp", "signaal",
					    "verklaard", "regel", "woorden",   "stand",
					    "soort",     NULL};

	for (const char *const *f = order; *f; f++)
		if (item_text(item, *f).n) {
			buf_slice(out, item_text(item, *f));
			return;
		}
	if (item_level(item) == LEVEL_BESTAAN)
		buf_fmt(out, _("there is something of %.*s; you see that, not what"),
			SLICE_ARG(item_text(item, "agency")));
	else
		buf_fmt(out, _("%.*s of %.*s; you see its state, not its text"),
			SLICE_ARG(item_text(item, "kind")), SLICE_ARG(item_text(item, "agency")));
}

void show_date(int64_t ms, char out[24])
{
	static const char *const months[] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"),
					     N_("May"), N_("Jun"), N_("Jul"), N_("Aug"),
					     N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};
	char date[12], today[12];
	int month;

	out[0] = 0;
	if (!ms)
		return;
	clock_date(ms, date);
	clock_date(clock_now_ms(), today);
	month = atoi(date + 5);
	if (!strncmp(date, today, 4))
		snprintf(out, 24, "%d %s", atoi(date + 8), lang_text(months[month - 1]));
	else
		snprintf(out, 24, "%d %s %.4s", atoi(date + 8), lang_text(months[month - 1]), date);
}

bool item_over(const msgpack_object *item)
{
	const struct kind *k = vocab_kind(&brug_vocab, item_text(item, "kind"));
	const struct state *s = k ? kind_state(k, item_text(item, "state")) : NULL;

	return s && s->final;
}

void item_term(const msgpack_object *item, struct buf *out)
{
	struct slice term = item_text(item, "termijn");
	char z[16] = "", date[24];
	int64_t end;

	if (!term.n || term.n >= sizeof(z))
		return;
	memcpy(z, term.p, term.n);
	end = clock_parse(z, 1);
	show_date(end, date);
	if (end < clock_now_ms() && !item_over(item))
		buf_fmt(out, "! %s ", _("late"));
	buf_fmt(out, "%s", date);
}

void show_words(const msgpack_object *list, const char *between, struct buf *out)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		buf_fmt(out, "%s", i ? between : "");
		buf_slice(out, obj_bytes(obj_at(list, i)));
	}
}

/* -- one item, whole --------------------------------------------------------------------------- */

/* What each item has beside its kind's own fields; those are words of the practice already. */
static const char *label_of(const char *name)
{
	static const struct {
		const char *name, *label;
	} labels[] = {{"kind", N_("kind")},       {"category", N_("category")},
		      {"agency", N_("agency")},   {"state", N_("state")},
		      {"made", N_("made")},       {"author", N_("author")},
		      {"rev", N_("revision")},    {"by", N_("changed by")},
		      {"changed", N_("changed")}, {"purposes", N_("purposes")},
		      {"why", N_("reason")}};

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (!strcmp(name, labels[i].name))
			return lang_text(labels[i].label);
	return name;
}

static void print_value(const char *key, const msgpack_object *v)
{
	const char *name = label_of(key);
	CLEANUP(buf_wipe) struct buf b = {0};
	char date[24];

	if (v->type == MSGPACK_OBJECT_ARRAY)
		show_words(v, ", ", &b);
	else if (!strcmp(key, "made") || !strcmp(key, "changed"))
		show_date(obj_int(v, 0), date), buf_fmt(&b, "%s", date);
	else if (v->type == MSGPACK_OBJECT_BOOLEAN)
		buf_fmt(&b, "%s", obj_bool(v) ? _("yes") : _("no"));
	else if (v->type == MSGPACK_OBJECT_STR)
		buf_slice(&b, obj_bytes(v));
	else
		buf_fmt(&b, "%lld", (long long)obj_int(v, 0));
	if (!b.n)
		return;
	if (b.n < 50 && !memchr(b.p, '\n', b.n)) {
		printf("  %-14s ", name);
		gate_print(stdout, buf_view(&b));
		printf("\n");
	} else {
		printf("  %s\n", name);
		table_text(stdout, 4, buf_view(&b));
	}
}

static void print_view(const msgpack_object *view)
{
	for (size_t l = 0; l < obj_n(view); l++) {
		const msgpack_object *map = obj_at(view, l);

		for (uint32_t i = 0; map->type == MSGPACK_OBJECT_MAP && i < map->via.map.size;
		     i++) {
			char name[64];

			snprintf(name, sizeof(name), "%.*s",
				 SLICE_ARG(obj_bytes(&map->via.map.ptr[i].key)));
			print_value(name, &map->via.map.ptr[i].val);
		}
	}
}

static void print_refs(const msgpack_object *item)
{
	const msgpack_object *refs = obj_get(item, "refs");

	for (uint32_t i = 0; refs && i < refs->via.map.size; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%.*s",
			 SLICE_ARG(obj_bytes(&refs->via.map.ptr[i].key)));
		print_value(name, &refs->via.map.ptr[i].val);
	}
}

/* The other way round: what makes this possible, waits for it, or follows from it. */
static void print_linked(const msgpack_object *list)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *l = obj_at(list, i);

		gate_printf(stdout, "  %-14s %.*s (", "←",
			    SLICE_ARG(obj_bytes(obj_get(l, "item"))));
		gate_print(stdout, obj_bytes(obj_get(l, "field")));
		printf(")\n");
	}
}

static void print_statements(const msgpack_object *item)
{
	const msgpack_object *list = obj_get(item, "statements");

	if (obj_n(list) || obj_get(item, "objected"))
		printf("\n%s\n", _("The person says this is not right"));
	for (size_t i = 0; i < obj_n(list); i++)
		table_text(stdout, 4, obj_bytes(obj_get(obj_at(list, i), "text")));
}

static void print_history(const msgpack_object *history)
{
	if (obj_n(history))
		printf("\n%s\n", _("Before"));
	for (size_t i = obj_n(history); i-- > 0;) {
		const msgpack_object *past = obj_at(history, i);
		CLEANUP(buf_wipe) struct buf line = {0};
		char date[24];

		show_date(obj_int(obj_get(past, "time"), 0), date);
		buf_fmt(&line, "%s  %.*s  %.*s  ", date, SLICE_ARG(item_text(past, "by")),
			SLICE_ARG(item_text(past, "state")));
		item_line(past, &line);
		if (item_text(past, "why").n)
			buf_fmt(&line, "  (%.*s)", SLICE_ARG(item_text(past, "why")));
		table_text(stdout, 2, buf_view(&line));
	}
}

static void print_shares(const msgpack_object *list, const char *title)
{
	if (obj_n(list))
		printf("\n%s\n", title);
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *s = obj_at(list, i);
		CLEANUP(buf_wipe) struct buf line = {0};
		char date[24];

		show_date(obj_int(obj_get(s, "until"), 0), date);
		buf_fmt(&line, "%.*s: %.*s %s  %.*s", SLICE_ARG(obj_bytes(obj_get(s, "to"))),
			SLICE_ARG(obj_bytes(obj_get(s, "level"))), date,
			SLICE_ARG(obj_bytes(obj_get(s, "why"))));
		table_text(stdout, 2, buf_view(&line));
	}
}

void show_item(struct run *r, const msgpack_object *answer)
{
	const msgpack_object *item = obj_get(answer, "item");

	printf("%s", table_bold(stdout));
	gate_printf(stdout, "%s/%.*s", r->case_code, SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	printf("%s\n", table_plain(stdout));
	print_view(obj_get(item, "view"));
	print_refs(item);
	print_linked(obj_get(answer, "linked"));
	print_statements(item);
	print_history(obj_get(answer, "history"));
	print_shares(obj_get(answer, "cuts"), _("Shown less to"));
	print_shares(obj_get(answer, "widenings"), _("Shown more to"));
	print_restriction(answer);
}

enum err go_item(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	if (r->options.json)
		json_print(stdout, tree_root(&t), false);
	else
		show_item(r, tree_root(&t));
	return ERR_OK;
}
