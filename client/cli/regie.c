/* Procesregie: tables, and the queue of what blocks. */
#include "cli.h"

#include "clock.h"
#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const long long day_ms = 24LL * 60 * 60 * 1000;

static void join_names(const msgpack_object *item, const char *field, struct buf *out)
{
	const msgpack_object *view = obj_get(item, "view");

	for (size_t l = 0; l < obj_n(view); l++) {
		const msgpack_object *list = obj_get(obj_at(view, l), field);

		for (size_t i = 0; i < obj_n(list); i++)
			buf_fmt(out, "%s%.*s", out->n ? ", " : "",
				SLICE_ARG(obj_bytes(obj_at(list, i))));
	}
}

/* -- tables ------------------------------------------------------------------------------------ */

enum err go_table_new(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct slice code;

	TRY(run_call(r, &t));
	code = obj_word(tree_root(&t), "case");
	snprintf(r->case_code, sizeof(r->case_code), "%.*s", (int)(code.n < 15 ? code.n : 15),
		 (const char *)code.p);
	place_case_set(&r->home, r->case_code);
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	printf("%s %s. %s\n", _("Made:"), r->case_code,
	       _("You work at this table from now on. Next:"));
	printf("  brug invite zoe@schuldhulp lid --purposes ...\n  brug table show\n");
	return ERR_OK;
}

enum err go_tables(struct run *r)
{
	struct table table = {
		.head = {_("TABLE"), _("NAME"), _("SORT"), _("YOUR ROLE"), _("STATE")},
		.columns = 5,
		.wide = {[1] = true}};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "tables");
	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *row = obj_at(list, i);
		char status[16];

		snprintf(status, sizeof(status), "%.*s", SLICE_ARG(obj_word(row, "status")));
		table_row(&table, (struct slice[]){obj_word(row, "case"), obj_word(row, "title"),
						   obj_word(row, "sort"), obj_word(row, "role"),
						   slice_of(lang_text(status))});
	}
	if (obj_n(list))
		table_print(&table, stdout);
	else
		printf("%s\n", _("You sit at no table. To make one: brug table new"));
	table_free(&table);
	return ERR_OK;
}

/* -- the queue --------------------------------------------------------------------------------- */

static void add_what(const msgpack_object *item, struct buf *out)
{
	struct slice text = item_text(item, "inhoud"), rule = item_text(item, "regel"),
		     state = item_text(item, "state");

	if (text.n)
		buf_slice(out, text);
	else if (rule.n)
		buf_slice(out, rule);
	else
		buf_fmt(out, "%s", _("(not yet written)"));
	if (slice_is(state, "tekst_gevraagd"))
		buf_fmt(out, " (%s)", _("asks a text"));
	else if (slice_is(state, "te_toetsen"))
		buf_fmt(out, " (%s)", _("waits for its check"));
}

/* "4 d", and "!" when its term at this level has passed. */
static void add_age(const msgpack_object *item, struct buf *out)
{
	int64_t made = item_number(item, "made");
	struct slice term = item_text(item, "termijn");
	char z[16] = "";

	if (made)
		buf_fmt(out, "%lld %s", (long long)(clock_now_ms() - made) / day_ms, _("d"));
	if (term.n && term.n < sizeof(z)) {
		memcpy(z, term.p, term.n);
		if (clock_parse(z, 1) < clock_now_ms())
			buf_fmt(out, " !");
	}
}

/* Who has it, or else which level it waits at. */
static void add_with(const msgpack_object *item, struct buf *out)
{
	static const char *const levels[] = {N_("case"), N_("case"), N_("procesregie"),
					     N_("managers"), N_("board")};
	int64_t level = item_number(item, "niveau");

	if (item_text(item, "bij").n)
		buf_slice(out, item_text(item, "bij"));
	else
		buf_fmt(out, "%s", lang_text(levels[level < 0 || level > 4 ? 0 : level]));
}

static void add_row(struct table *t, size_t nr, const msgpack_object *row)
{
	const msgpack_object *item = obj_get(row, "item");
	CLEANUP(buf_wipe) struct buf what = {0};
	CLEANUP(buf_wipe) struct buf code = {0};
	CLEANUP(buf_wipe) struct buf parties = {0};
	CLEANUP(buf_wipe) struct buf age = {0};
	CLEANUP(buf_wipe) struct buf with = {0};
	char number[24];

	snprintf(number, sizeof(number), "%zu", nr);
	buf_fmt(&code, "%.*s/%.*s", SLICE_ARG(obj_word(row, "room")),
		SLICE_ARG(obj_word(item, "item")));
	join_names(item, "tussen", &parties);
	add_what(item, &what);
	add_age(item, &age);
	add_with(item, &with);
	table_row(t, (struct slice[]){slice_of(number), buf_view(&code), buf_view(&parties),
				      buf_view(&what), obj_word(row, "cases"), buf_view(&age),
				      buf_view(&with)});
}

static void keep_rows(struct run *r, const msgpack_object *list)
{
	CLEANUP(arena_free) struct arena a = {0};
	struct slices codes = {.v = ARENA_ARRAY(&a, struct slice, obj_n(list) + 1)};

	for (size_t i = 0; i < obj_n(list); i++) {
		const msgpack_object *row = obj_at(list, i);

		codes.v[codes.n++] = arena_fmt(&a, "%.*s/%.*s", SLICE_ARG(obj_word(row, "room")),
					       SLICE_ARG(obj_word(obj_get(row, "item"), "item")));
	}
	place_rows_set(&r->home, &codes);
}

enum err go_knelpunten(struct run *r)
{
	struct table table = {.head = {_("NR"), _("CODE"), _("BETWEEN"), _("WHAT BLOCKS"),
				       _("CASES"), _("OPEN"), _("WITH")},
			      .columns = 7,
			      .wide = {[3] = true}};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "bottlenecks");
	for (size_t i = 0; i < obj_n(list); i++)
		add_row(&table, i + 1, obj_at(list, i));
	if (obj_n(list))
		table_print(&table, stdout);
	else
		printf("%s\n", _("Nothing blocks that you know of."));
	if (obj_n(list))
		printf("%s\n",
		       _("Next: brug knelpunt take NR (or ask, text, read, check, solved, back)"));
	table_free(&table);
	keep_rows(r, list);
	return ERR_OK;
}

/* -- steps with one of them -------------------------------------------------------------------- */

/* "knelpunt back" is the step back of item.move. */
enum err go_knelpunt_step(struct run *r)
{
	snprintf(r->verb, sizeof(r->verb), "%s", strchr(r->command->words, ' ') + 1);
	return go_move(r);
}

enum err go_knelpunt_draft(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	table_text(stdout, 2, obj_word(tree_root(&t), "text"));
	gate_printf(stdout, "\n%s\n  brug knelpunt check %.*s goed | terug\n",
		    _("Can anybody know from this who it is about? If not:"),
		    SLICE_ARG(options_get(&r->options, "item")));
	return ERR_OK;
}

/* -- casusregie or procesregie? ---------------------------------------------------------------- */

static enum err ask_yes(struct run *r, const char *question, bool *yes)
{
	CLEANUP(buf_free) struct buf line = {0};
	CLEANUP(buf_free) struct buf prompt = {0};

	buf_fmt(&prompt, "%s (%s) ", question, _("y/n"));
	buf_u8(&prompt, 0);
	TRY(texts_line((const char *)prompt.p, &line, &r->fault));
	*yes = line.n && strchr("yYjJ", line.p[0]);
	return ERR_OK;
}

/* What they can change themselves is theirs; what comes back, or is an organisation's rule, is not.
 */
static enum err propose(struct run *r, const char **out)
{
	bool themselves, back, rule;

	TRY(ask_yes(r, _("Can those around him change it themselves?"), &themselves));
	TRY(ask_yes(r, _("Does it come back in other cases?"), &back));
	TRY(ask_yes(r, _("Is it a rule, a criterion or a procedure of an organisation?"), &rule));
	*out = rule || (back && !themselves) ? "procesregie" : "casusregie";
	return ERR_OK;
}

enum err go_knelpunt_sort(struct run *r)
{
	const struct field *choice = field_find(r->kind->fields, SLICE("keuze"));
	const char *proposed;
	bool yes = true;

	if (options_has(&r->options, "keuze"))
		return go_set(r);
	TRY(propose(r, &proposed));
	printf("%s %s\n", _("That makes it a question of"), proposed);
	TRY(ask_yes(r, _("Keep it so?"), &yes));
	if (!yes) {
		printf("%s\n", _("Nothing was changed. You decide: --keuze casusregie or "
				 "procesregie."));
		return ERR_OK;
	}
	options_default(&r->options, choice, slice_of(proposed));
	return go_set(r);
}
