/* Consents: the sentence the person sees when he says yes is kept with it, and shown wherever the
 * consent is. Texts for the person: tests/b1. */
#include "cli.h"

#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* -- the sentence ------------------------------------------------------------------------------ */

static struct slice name_in(const msgpack_object *list, const char *key, const char *name,
			    struct slice code)
{
	for (size_t i = 0; i < obj_n(list); i++)
		if (slice_eq(obj_word(obj_at(list, i), key), code))
			return obj_word(obj_at(list, i), name);
	return code;
}

/* "A, B and C": all values of an option, by their names where they have one. */
static void add_names(struct run *r, const char *option, const msgpack_object *agencies,
		      struct buf *out)
{
	for (size_t i = 0; i < r->options.n; i++) {
		const struct value *v = &r->options.v[i];

		if (strcmp(v->field->name, option))
			continue;
		buf_fmt(out, "%s", out->n ? ", " : "");
		buf_slice(out, name_in(agencies, "agency", "name", v->text));
	}
}

static const char *how_much(struct slice level)
{
	if (slice_is(level, "bestaan"))
		return _("They see only that there is something.");
	if (slice_is(level, "signaal"))
		return _("They see how it stands, no more.");
	if (slice_is(level, "kern"))
		return _("They see the most important things.");
	return _("They see what their rules allow, and all of it at most.");
}

static void say_what(struct run *r, const msgpack_object *agencies, struct buf *out)
{
	struct slice about = plain_or(PLAIN_CATEGORY, options_get(&r->options, "category")),
		     of = options_get(&r->options, "agency");
	CLEANUP(buf_free) struct buf to = {0};

	add_names(r, "to", agencies, &to);
	add_names(r, "people", NULL, &to);
	if (of.n)
		buf_fmt(out, _("This is about %.*s, as %.*s knows it."), SLICE_ARG(about),
			SLICE_ARG(name_in(agencies, "agency", "name", of)));
	else if (slice_is(options_get(&r->options, "category"), "zelf"))
		buf_fmt(out, _("This is about %.*s."), SLICE_ARG(about));
	else
		buf_fmt(out, _("This is about %.*s, as you told it yourself."), SLICE_ARG(about));
	buf_fmt(out, " ");
	buf_fmt(out, _("These may see it too: %.*s."), SLICE_ARG(buf_view(&to)));
}

/* What the purposes mean, as the agreement says it; a short name says nothing to him. */
static void say_purposes(struct run *r, const msgpack_object *means, struct buf *out)
{
	for (size_t i = 0; i < r->options.n; i++) {
		const struct value *v = &r->options.v[i];

		if (strcmp(v->field->name, "purposes"))
			continue;
		buf_fmt(out, "%s", out->n ? "; " : "");
		buf_slice(out, name_in(means, "purpose", "text", v->text));
	}
}

static void say_why(struct run *r, const msgpack_object *means, struct buf *out)
{
	CLEANUP(buf_free) struct buf purposes = {0};
	struct slice until = options_get(&r->options, "until");

	say_purposes(r, means, &purposes);
	buf_fmt(out, " %s ", how_much(options_get(&r->options, "level")));
	buf_fmt(out, _("It is for: %.*s."), SLICE_ARG(buf_view(&purposes)));
	buf_fmt(out, " ");
	if (until.n)
		buf_fmt(out, _("It ends on %.*s."), SLICE_ARG(until));
	else
		buf_fmt(out, "%s", _("It has no end date."));
	buf_fmt(out, " %s", _("You may take it back on any day."));
}

static enum err sentence(struct run *r, struct buf *out)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree of_case = {0};
	CLEANUP(buf_free) struct buf params = {0};

	pack_about(r, NULL, &params);
	TRY(run_ask(r, "agency.list", (struct slice){0}, &t));
	TRY(run_ask(r, "case.show", buf_view(&params), &of_case));
	TRY(consent_sound(r, obj_get(tree_root(&t), "agencies"), tree_root(&of_case)));
	say_what(r, obj_get(tree_root(&t), "agencies"), out);
	say_why(r, obj_get(tree_root(&of_case), "means"), out);
	return ERR_OK;
}

static enum err is_it_so(struct run *r)
{
	CLEANUP(buf_wipe) struct buf answer = {0};

	if (!isatty(STDIN_FILENO))
		return ERR_OK;
	TRY(texts_line(_("Do you say yes to this? (yes/no)"), &answer, &r->fault));
	if (slice_is(buf_view(&answer), _("yes")) || slice_is(buf_view(&answer), "yes"))
		return ERR_OK;
	return fault_set(&r->fault, ERR_USAGE, N_("Nothing was written down."), NULL, NULL, NULL);
}

enum err go_consent(struct run *r)
{
	static struct buf said; /* outlives the options */
	CLEANUP(tree_free) struct tree t = {0};

	TRY(options_check(&r->options, &r->fault));
	if (!options_has(&r->options, "sentence")) {
		TRY(sentence(r, &said));
		options_default(&r->options,
				field_find(command_method(r->command)->params, SLICE("sentence")),
				buf_view(&said));
		table_text(stderr, 0, buf_view(&said));
		TRY(is_it_so(r));
	}
	TRY(run_call(r, &t));
	say_kept(r, tree_root(&t));
	return ERR_OK;
}

/* -- the list ---------------------------------------------------------------------------------- */

static void add_all(const msgpack_object *list, struct buf *out)
{
	for (size_t i = 0; i < obj_n(list); i++)
		buf_fmt(out, "%s%.*s", out->n ? ", " : "", SLICE_ARG(obj_bytes(obj_at(list, i))));
}

static void print_first(const msgpack_object *c)
{
	CLEANUP(buf_free) struct buf line = {0};
	CLEANUP(buf_free) struct buf to = {0};
	int64_t withdrawn = obj_int(obj_get(c, "withdrawn"), 0);
	char date[24];

	add_all(obj_get(c, "to"), &to);
	add_all(obj_get(c, "people"), &to);
	show_date(withdrawn ? withdrawn : obj_int(obj_get(c, "from"), 0), date);
	buf_fmt(&line, "%.*s  %.*s  %.*s > %.*s  %s %s", SLICE_ARG(obj_word(c, "consent")),
		SLICE_ARG(obj_word(c, "category")), SLICE_ARG(obj_word(c, "agency")),
		SLICE_ARG(buf_view(&to)), withdrawn ? _("withdrawn") : _("since"), date);
	table_text(stdout, 0, buf_view(&line));
}

static void print_second(const msgpack_object *c)
{
	CLEANUP(buf_free) struct buf line = {0};
	CLEANUP(buf_free) struct buf purposes = {0};
	int64_t until = obj_int(obj_get(c, "until"), 0);
	char date[24];

	add_all(obj_get(c, "purposes"), &purposes);
	buf_fmt(&line, "%s %.*s  %s %.*s", _("at most:"), SLICE_ARG(obj_word(c, "level")),
		_("for:"), SLICE_ARG(buf_view(&purposes)));
	show_date(until, date);
	if (until)
		buf_fmt(&line, "  %s %s", _("until"), date);
	table_text(stdout, 4, buf_view(&line));
	if (!obj_word(c, "sentence").n)
		return;
	buf_fmt(&purposes, "%s", "");
	purposes.n = 0;
	buf_fmt(&purposes, "\"%.*s\"", SLICE_ARG(obj_word(c, "sentence")));
	table_text(stdout, 4, buf_view(&purposes));
}

enum err go_consents(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *list;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	list = obj_get(tree_root(&t), "consents");
	for (size_t i = 0; i < obj_n(list); i++) {
		print_first(obj_at(list, i));
		print_second(obj_at(list, i));
	}
	if (!obj_n(list))
		printf("%s\n", _("There is no consent that you may know of."));
	print_consent_reasons(tree_root(&t));
	return ERR_OK;
}

/* -- taken back -------------------------------------------------------------------------------- */

/* The item of that code in the plan as the reader sees it, or NULL. */
static const msgpack_object *item_coded(const msgpack_object *plan, struct slice code)
{
	const msgpack_object *items = obj_get(plan, "items");

	for (size_t i = 0; i < obj_n(items); i++)
		if (slice_eq(obj_word(obj_at(items, i), "item"), code))
			return obj_at(items, i);
	return NULL;
}

static void print_lost_item(const msgpack_object *w, const msgpack_object *plan)
{
	const msgpack_object *item = item_coded(plan, obj_word(w, "item"));
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s  ", SLICE_ARG(obj_word(w, "item")));
	if (item)
		item_line(item, &line);
	if (obj_bool(obj_get(w, "read")))
		buf_fmt(&line, "  (%s)", _("had been read"));
	table_text(stdout, 4, buf_view(&line));
}

/* plan: what the items are, as the reader sees them; or NULL. */
static void print_loss(const msgpack_object *l, const msgpack_object *plan)
{
	const msgpack_object *which = obj_get(l, "which");
	long long items = (long long)obj_int(obj_get(l, "items"), 0),
		  read = (long long)obj_int(obj_get(l, "read"), 0);
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%.*s (%.*s): ", SLICE_ARG(obj_word(l, "person")),
		SLICE_ARG(obj_word(l, "agency")));
	if (items == 1)
		buf_fmt(&line, "%s",
			read ? _("sees less of 1 item, which had been read")
			     : _("sees less of 1 item, not read before"));
	else
		buf_fmt(&line, _("sees less of %lld items; %lld of them had been read"), items,
			read);
	table_text(stdout, 2, buf_view(&line));
	for (size_t i = 0; i < obj_n(which); i++)
		print_lost_item(obj_at(which, i), plan);
}

static void print_taken_back(const msgpack_object *answer)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	if (!obj_word(answer, "sentence").n)
		return;
	buf_fmt(&line, "%s \"%.*s\"", _("This no longer holds:"),
		SLICE_ARG(obj_word(answer, "sentence")));
	table_text(stdout, 0, buf_view(&line));
}

enum err go_withdraw(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree plan = {0};
	CLEANUP(buf_free) struct buf params = {0};
	const msgpack_object *lost;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	printf("%s  %s · ", _("Kept."), r->case_code);
	gate_printf(stdout, "%.*s\n", SLICE_ARG(obj_word(tree_root(&t), "consent")));
	print_taken_back(tree_root(&t));
	lost = obj_get(tree_root(&t), "lost");
	printf("%s\n", obj_n(lost) ? _("From now on:") : _("Nobody saw anything by it."));
	if (obj_get(obj_at(lost, 0), "which")) {
		pack_about(r, NULL, &params);
		TRY(run_ask(r, "case.plan", buf_view(&params), &plan));
	}
	for (size_t i = 0; i < obj_n(lost); i++)
		print_loss(obj_at(lost, i), tree_root(&plan));
	return ERR_OK;
}
