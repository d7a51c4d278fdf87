#include "whatif.h"

#include "lang.h"
#include "table.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 256, TOP = 12, PATIENCE = 60 };

struct row {
	char name[160];
	long long n;
};
struct rows {
	struct row v[ROWS];
	size_t n;
};
struct total {
	long long looked, cases, items, up, down;
	bool rough;
	struct rows by, closed, examples;
};

static void add_row(struct rows *rows, const char *name, long long n)
{
	for (size_t i = 0; i < rows->n; i++)
		if (!strcmp(rows->v[i].name, name)) {
			rows->v[i].n += n;
			return;
		}
	if (rows->n == ROWS)
		return;
	snprintf(rows->v[rows->n].name, sizeof(rows->v[0].name), "%s", name);
	rows->v[rows->n++].n = n;
}

static long long number(const msgpack_object *o, const char *key)
{
	return (long long)obj_int(obj_get(o, key), 0);
}

static void add_moves(struct total *t, const msgpack_object *list)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *o = obj_at(list, i);
		char name[160];

		snprintf(name, sizeof(name), "%.*s, %.*s: %.*s -> %.*s",
			 SLICE_ARG(obj_word(o, "agency")), SLICE_ARG(obj_word(o, "role")),
			 SLICE_ARG(obj_word(o, "from")), SLICE_ARG(obj_word(o, "to")));
		add_row(&t->by, name, number(o, "n"));
	}
}

static void add_closed(struct total *t, const msgpack_object *list)
{
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *o = obj_at(list, i);
		char msgid[160], text[160];
		const char *said, *hole;

		snprintf(msgid, sizeof(msgid), "%.*s", SLICE_ARG(obj_word(o, "why")));
		said = lang_text(msgid);
		hole = strstr(said, "%s");
		if (hole)
			snprintf(text, sizeof(text), "%.*s%.*s%s", (int)(hole - said), said,
				 SLICE_ARG(obj_word(o, "arg")), hole + 2);
		else
			snprintf(text, sizeof(text), "%s", said);
		add_row(&t->closed, text, number(o, "n"));
	}
}

static void add_examples(struct total *t, const msgpack_object *list)
{
	for (size_t i = 0; i < obj_n(list) && t->examples.n < 5; i++) {
		const msgpack_object *o = obj_at(list, i);
		char name[160];

		snprintf(name, sizeof(name), "%.*s (%.*s) > %.*s, %.*s: %.*s -> %.*s",
			 SLICE_ARG(obj_word(o, "kind")), SLICE_ARG(obj_word(o, "category")),
			 SLICE_ARG(obj_word(o, "agency")), SLICE_ARG(obj_word(o, "role")),
			 SLICE_ARG(obj_word(o, "from")), SLICE_ARG(obj_word(o, "to")));
		add_row(&t->examples, name, 1);
	}
}

static void add_answer(struct total *t, const msgpack_object *a)
{
	t->cases = number(a, "cases");
	t->items = number(a, "items");
	t->up = number(a, "up");
	t->down = number(a, "down");
	t->rough = obj_bool(obj_get(a, "rough"));
	add_moves(t, obj_get(a, "by"));
	add_closed(t, obj_get(a, "closed"));
	add_examples(t, obj_get(a, "examples"));
}

/* after: what the last answer said; empty at the beginning and at the end. */
static enum err one_helping(struct link *l, const char *method, struct slice params,
			    struct buf *after, struct total *t, struct fault *f)
{
	CLEANUP(buf_free) struct buf asked = {0};
	CLEANUP(tree_free) struct tree answer = {0};

	pack_map(&asked, after->n ? 3 : 2);
	pack_kv_text(&asked, "method", method);
	pack_kv_bin(&asked, "params", params);
	if (after->n)
		pack_kv_bin(&asked, "after", buf_view(after));
	TRY(link_call(l, "whatif", buf_view(&asked), &answer, f));
	buf_free(after);
	buf_slice(after, obj_bytes(obj_get(tree_root(&answer), "next")));
	t->looked = number(tree_root(&answer), "looked");
	if (!after->n)
		add_answer(t, tree_root(&answer));
	return ERR_OK;
}

/* -- showing ----------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	long long x = ((const struct row *)a)->n, y = ((const struct row *)b)->n;

	return (x < y) - (x > y);
}

static void print_rows(FILE *out, const char *title, struct rows *rows)
{
	if (!rows->n)
		return;
	qsort(rows->v, rows->n, sizeof(*rows->v), by_number);
	fprintf(out, "%s%s%s\n", table_bold(out), title, table_plain(out));
	for (size_t i = 0; i < rows->n && i < TOP; i++) {
		CLEANUP(buf_free) struct buf line = {0};

		buf_fmt(&line, "%lld x  %s", rows->v[i].n, rows->v[i].name);
		table_text(out, 2, buf_view(&line));
	}
}

static void print_total(FILE *out, struct total *t)
{
	CLEANUP(buf_free) struct buf line = {0};

	buf_fmt(&line, _("Cases: %lld, items: %lld. More is seen %lld times, less %lld times."),
		t->cases, t->items, t->up, t->down);
	table_text(out, 0, buf_view(&line));
	print_rows(out, _("For whom"), &t->by);
	print_rows(out, _("For instance"), &t->examples);
	print_rows(out, _("What stays closed, and why"), &t->closed);
	if (t->rough)
		table_text(out, 0,
			   slice_of(_("In fives, rounded down: what is below five is not told, "
				      "not even whether there is any.")));
	fprintf(out, "%s\n", _("Nothing was changed."));
}

static json_t *json_rows(const struct rows *rows, const char *key)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rows->n; i++)
		json_array_append_new(list, json_pack("{s:s, s:I}", key, rows->v[i].name, "n",
						      (json_int_t)rows->v[i].n));
	return list;
}

static void print_json(FILE *out, const struct total *t)
{
	json_t *j = json_pack(
		"{s:i, s:b, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "v", 1, "rough", t->rough, "cases",
		(json_int_t)t->cases, "items", (json_int_t)t->items, "up", (json_int_t)t->up,
		"down", (json_int_t)t->down, "by", json_rows(&t->by, "who"), "closed",
		json_rows(&t->closed, "why"), "examples", json_rows(&t->examples, "example"));

	json_dumpf(j, out, JSON_COMPACT);
	fprintf(out, "\n");
	json_decref(j);
}

enum err whatif_show(struct link *l, const char *method, struct slice params, bool json, FILE *out,
		     struct fault *f)
{
	struct total *t = calloc(1, sizeof(*t));
	bool talk = isatty(STDERR_FILENO);
	CLEANUP(buf_free) struct buf after = {0};
	bool waited;
	int waits = 0;
	enum err err;

	if (!t)
		abort();
	do {
		err = one_helping(l, method, params, &after, t, f);
		waited = err == ERR_LIMIT && ++waits < PATIENCE;
		if (waited)
			sleep(1); /* a long question: others want something too */
		if (talk && after.n)
			fputc(0x0d, stderr),
				fprintf(stderr, _("%lld cases looked at so far ..."), t->looked);
	} while (waited || (err == ERR_OK && after.n));
	if (talk)
		fprintf(stderr, "\r\033[K");
	if (err == ERR_OK && json)
		print_json(out, t);
	else if (err == ERR_OK)
		print_total(out, t);
	free(t);
	return err;
}
