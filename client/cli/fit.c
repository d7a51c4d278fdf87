/* The fit (SLIM) and readings side by side: questions for a conversation, never a judgement. */
#include "cli.h"

#include "json.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

/* bij_de_hand is written in one, and read as words. */
static void add_words(struct slice word, struct buf *out)
{
	for (size_t i = 0; i < word.n; i++)
		buf_u8(out, word.p[i] == '_' ? ' ' : word.p[i]);
}

static void print_line(unsigned indent, struct buf *line)
{
	table_text(stdout, indent, buf_view(line));
}

/* -- how he sees it ---------------------------------------------------------------------------- */

static void add_percent(const char *name, const msgpack_object *v, struct buf *out)
{
	if (!obj_is_nil(v))
		buf_fmt(out, "  %s %lld", name, (long long)obj_int(v, 0));
}

static void add_self(const msgpack_object *self, struct buf *out)
{
	char date[24];

	buf_fmt(out, "%s ", _("he feels himself"));
	if (obj_word(self, "positie").n)
		add_words(obj_word(self, "positie"), out);
	else
		buf_fmt(out, "?");
	if (obj_word(self, "uitspraak").n) {
		buf_fmt(out, ", \"");
		add_words(obj_word(self, "uitspraak"), out);
		buf_fmt(out, "\"");
	}
	add_percent("willen", obj_get(self, "willen"), out);
	add_percent("kunnen", obj_get(self, "kunnen"), out);
	show_date(obj_int(obj_get(self, "time"), 0), date);
	buf_fmt(out, "  %s, %s", date,
		obj_bool(obj_get(self, "bevestigd")) ? _("gone through with him")
						     : _("not yet gone through with him"));
	if (obj_bool(obj_get(self, "old")))
		buf_fmt(out, "  (%s)", _("still so?"));
}

static void print_objections(const msgpack_object *self)
{
	const msgpack_object *list = obj_get(self, "statements");

	for (size_t i = 0; i < obj_n(list); i++) {
		CLEANUP(buf_wipe) struct buf line = {0};

		buf_fmt(&line, "%s: %.*s", _("He says this is not right"),
			SLICE_ARG(obj_word(obj_at(list, i), "text")));
		print_line(2, &line);
	}
}

static void print_area_head(const msgpack_object *area)
{
	const msgpack_object *self = obj_get(area, "self");
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s · ", SLICE_ARG(obj_word(area, "leefgebied")));
	if (obj_is_nil(self))
		buf_fmt(&line, "%s", _("how he sees it is not known to you: ask him"));
	else
		add_self(self, &line);
	printf("%s", table_bold(stdout));
	print_line(0, &line);
	printf("%s", table_plain(stdout));
	print_objections(self);
	if (obj_word(area, "strategy").n) {
		CLEANUP(buf_wipe) struct buf goes = {0};

		buf_fmt(&goes, "%s ", _("With that goes:"));
		add_words(obj_word(area, "strategy"), &goes);
		buf_fmt(&goes, " (%.*s)", SLICE_ARG(obj_word(area, "role")));
		print_line(2, &goes);
	}
}

/* -- who does what ----------------------------------------------------------------------------- */

static void add_question(const msgpack_object *h, struct buf *out)
{
	struct slice fits = obj_word(h, "fits");

	if (slice_is(fits, "ja"))
		buf_fmt(out, "%s", _("fits"));
	else if (slice_is(fits, "kader"))
		buf_fmt(out, "%s", _("a frame"));
	else if (slice_is(fits, "vraag"))
		buf_fmt(out, "? %s", _("does this go with how he sees it"));
	if (obj_bool(obj_get(h, "gap")))
		buf_fmt(out, "%s? %s", out->n ? "; " : "", _("he feels something else"));
}

static void add_helper(struct table *t, const msgpack_object *h)
{
	CLEANUP(buf_wipe) struct buf says = {0};
	CLEANUP(buf_wipe) struct buf feels = {0};
	CLEANUP(buf_wipe) struct buf asks = {0};

	add_words(obj_word(h, "verklaard"), &says);
	add_words(obj_word(h, "ervaren"), &feels);
	add_question(h, &asks);
	table_row(t, (struct slice[]){obj_word(h, "helper"), buf_view(&says), buf_view(&feels),
				      buf_view(&asks)});
}

static void print_area(const msgpack_object *area)
{
	struct table t = {.head = {_("HELPER"), _("SAYS"), _("HE FEELS"), _("QUESTION")},
			  .columns = 4,
			  .wide = {[3] = true}};
	const msgpack_object *helpers = obj_get(area, "helpers");
	long long n = obj_int(obj_get(area, "strategies"), 0);

	print_area_head(area);
	for (size_t i = 0; i < obj_n(helpers); i++)
		add_helper(&t, obj_at(helpers, i));
	if (obj_n(helpers))
		table_print(&t, stdout);
	table_free(&t);
	if (n > 1) {
		CLEANUP(buf_free) struct buf line = {0};

		buf_fmt(&line, _("? %lld strategies at once on %.*s: do they pull the same way"), n,
			SLICE_ARG(obj_word(area, "leefgebied")));
		print_line(2, &line);
	}
}

static void print_before(const msgpack_object *history)
{
	if (obj_n(history))
		printf("%s\n", _("How he saw it"));
	for (size_t i = 0; i < obj_n(history); i++) {
		const msgpack_object *h = obj_at(history, i);
		CLEANUP(buf_wipe) struct buf line = {0};
		char date[24];

		show_date(obj_int(obj_get(h, "time"), 0), date);
		buf_fmt(&line, "%s  ", date);
		add_words(obj_word(h, "positie"), &line);
		buf_fmt(&line, "  ");
		show_words(obj_get(h, "leefgebieden"), " ", &line);
		print_line(2, &line);
	}
}

enum err go_fit(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *areas;
	CLEANUP(buf_free) struct buf source = {0};

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	areas = obj_get(tree_root(&t), "areas");
	for (size_t i = 0; i < obj_n(areas); i++)
		print_area(obj_at(areas, i));
	print_before(obj_get(tree_root(&t), "history"));
	if (!obj_n(areas))
		table_text(stdout, 0,
			   slice_of(_("No strategy and no self-image that you may see: brug add "
				      "strategie, brug add zelfbeeld")));
	else
		table_text(stdout, 0,
			   slice_of(_("This is a question for a conversation, not a judgement.")));
	buf_fmt(&source, _("Pairing: version %.*s. %.*s"),
		SLICE_ARG(obj_word(tree_root(&t), "version")),
		SLICE_ARG(obj_word(tree_root(&t), "source")));
	print_line(0, &source);
	return ERR_OK;
}

/* -- readings ---------------------------------------------------------------------------------- */

static void add_reading(const msgpack_object *item, struct buf *out)
{
	item_line(item, out);
	if (item_text(item, "typering").n)
		buf_fmt(out, " (%.*s)", SLICE_ARG(item_text(item, "typering")));
	if (obj_get(item, "statements") || obj_get(item, "objected"))
		buf_fmt(out, " (%s)", _("contested"));
	if (obj_get(item, "weersproken")) {
		buf_fmt(out, " (%s ", _("read otherwise by"));
		show_words(obj_get(item, "weersproken"), ", ", out);
		buf_fmt(out, ")");
	}
}

enum { BESIDE = 3 };

/* Beside each other while there is room; otherwise one below the other. */
static void print_readings(const msgpack_object *readings)
{
	struct table t = {.columns = (unsigned)obj_n(readings)};
	struct slice cells[BESIDE], heads[BESIDE];
	struct buf texts[BESIDE] = {{0}};

	if (obj_n(readings) > BESIDE || table_width(stdout) < 60) {
		for (size_t i = 0; i < obj_n(readings); i++) {
			CLEANUP(buf_wipe) struct buf line = {0};

			buf_fmt(&line,
				"%.*s: ", SLICE_ARG(item_text(obj_at(readings, i), "agency")));
			add_reading(obj_at(readings, i), &line);
			print_line(2, &line);
		}
		return;
	}
	for (unsigned i = 0; i < t.columns; i++) {
		heads[i] = item_text(obj_at(readings, i), "agency");
		add_reading(obj_at(readings, i), &texts[i]);
		cells[i] = buf_view(&texts[i]);
		t.wide[i] = true;
	}
	table_row(&t, heads);
	table_row(&t, cells);
	table_print(&t, stdout);
	table_free(&t);
	for (unsigned i = 0; i < t.columns; i++)
		buf_wipe(&texts[i]);
}

static void print_fact(const msgpack_object *f)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s ", SLICE_ARG(obj_word(obj_get(f, "fact"), "item")));
	item_line(obj_get(f, "fact"), &line);
	printf("%s", table_bold(stdout));
	print_line(0, &line);
	printf("%s", table_plain(stdout));
	print_readings(obj_get(f, "readings"));
	printf("\n");
}

enum err go_readings(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *facts, *alone;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	facts = obj_get(tree_root(&t), "facts");
	alone = obj_get(tree_root(&t), "alone");
	for (size_t i = 0; i < obj_n(facts); i++)
		print_fact(obj_at(facts, i));
	if (obj_n(alone))
		printf("%s\n", _("About facts that are not named, or that you do not see"));
	for (size_t i = 0; i < obj_n(alone); i++) {
		CLEANUP(buf_wipe) struct buf line = {0};

		add_reading(obj_at(alone, i), &line);
		print_line(2, &line);
	}
	if (!obj_n(facts) && !obj_n(alone))
		printf("%s\n", _("No readings that you may see."));
	return ERR_OK;
}
