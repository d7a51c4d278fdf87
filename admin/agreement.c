/* Agreements: one JSON file with the parameters of agreement.put, in and out. */
#include "admin.h"

#include "gate.h"
#include "json.h"
#include "lines.h"
#include "whatif.h"

#include <stdio.h>
#include <string.h>

static void json_free(json_t **j)
{
	json_decref(*j);
}

/* -- in ---------------------------------------------------------------------------------------- */

static enum err pack_json(struct run *r, json_t *j, struct buf *out);

static enum err pack_pairs(struct run *r, json_t *j, struct buf *out)
{
	for (void *at = json_object_iter(j); at; at = json_object_iter_next(j, at)) {
		pack_key(out, json_object_iter_key(at));
		TRY(pack_json(r, json_object_iter_value(at), out));
	}
	return ERR_OK;
}

static enum err pack_list(struct run *r, json_t *j, struct buf *out)
{
	pack_array(out, json_array_size(j));
	for (size_t i = 0; i < json_array_size(j); i++)
		TRY(pack_json(r, json_array_get(j, i), out));
	return ERR_OK;
}

/* jansson bounds the depth; the vocabulary's check that follows bounds the rest. */
static enum err pack_json(struct run *r, json_t *j, struct buf *out)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		pack_map(out, json_object_size(j));
		return pack_pairs(r, j, out);
	case JSON_ARRAY:
		return pack_list(r, j, out);
	case JSON_STRING:
		pack_text(out, json_string_value(j));
		return ERR_OK;
	case JSON_INTEGER:
		pack_int(out, json_integer_value(j));
		return ERR_OK;
	case JSON_REAL:
		return fault_set(&r->fault, ERR_USAGE, N_("There is a number with a fraction."),
				 NULL, N_("Write whole numbers."), NULL);
	case JSON_TRUE:
	case JSON_FALSE:
		pack_bool(out, json_is_true(j));
		return ERR_OK;
	case JSON_NULL:
		break;
	}
	pack_nil(out);
	return ERR_OK;
}

static enum err wrong_json(struct run *r, const char *path, const json_error_t *e)
{
	char where[256];

	snprintf(where, sizeof(where), "%.180s:%d:%d", path, e->line, e->column);
	fault_set(&r->fault, ERR_USAGE, N_("This is not JSON: %s"), NULL,
		  N_("Mend the file there and run it again."), where);
	snprintf(r->fault.why, sizeof(r->fault.why), "%s", e->text);
	return ERR_USAGE;
}

static enum err load(struct run *r, const char *path, struct slice *text, json_t **out)
{
	json_error_t e;

	TRY(run_file(r, path, text));
	*out = json_loadb((const char *)text->p, text->n, JSON_REJECT_DUPLICATES, &e);
	if (!*out)
		return wrong_json(r, path, &e);
	if (!json_is_object(*out))
		return fault_set(
			&r->fault, ERR_USAGE, N_("The file does not hold one JSON object."), NULL,
			N_("brug-admin agreement show --json gives one to begin with."), NULL);
	json_object_del(*out, "v"); /* what agreement show --json adds */
	json_object_del(*out, "version");
	return ERR_OK;
}

static enum err pack_agreement(struct run *r, json_t *j, struct buf *out)
{
	uint8_t request[16];

	request_draw(request);
	pack_map(out, json_object_size(j) + 1);
	TRY(pack_pairs(r, j, out));
	pack_kv_bin(out, "request", (struct slice){request, sizeof(request)});
	return ERR_OK;
}

/* One complaint of the server, with its line in the file. */
static void say_wrong(struct run *r, struct slice text, const msgpack_object *w)
{
	const char *where = arena_str(&r->arena, obj_bytes(obj_get(w, "where")));
	unsigned line = lines_find(text, where);
	struct fault *f = &r->fault;

	fault_set(f, ERR_USAGE, arena_str(&r->arena, obj_bytes(obj_get(w, "text"))), NULL,
		  arena_str(&r->arena, obj_bytes(obj_get(w, "can"))),
		  arena_str(&r->arena, obj_bytes(obj_get(w, "arg"))));
	if (line)
		fprintf(stderr, _("line %u: "), line);
	else
		fprintf(stderr, "%s: ", where);
	gate_print(stderr, slice_of(f->text));
	fputc(' ', stderr);
	gate_print(stderr, slice_of(f->can));
	fputc('\n', stderr);
}

/* All that the server has against the file, or the error as it was. */
static enum err say_refused(struct run *r, struct slice text, enum err err)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_free) struct buf detail = {0};
	const msgpack_object *wrong;

	buf_slice(&detail, buf_view(&r->fault.detail));
	if (err != ERR_USAGE || !detail.n || tree_read(&t, buf_view(&detail)) != ERR_OK)
		return err;
	wrong = obj_get(tree_root(&t), "wrong");
	for (size_t i = 0; i < obj_n(wrong); i++)
		say_wrong(r, text, obj_at(wrong, i));
	return fault_set(&r->fault, ERR_USAGE, N_("Nothing was changed."), NULL,
			 N_("Mend the lines named above and run it again."), NULL);
}

static void say_put(const msgpack_object *answer)
{
	CLEANUP(buf_free) struct buf line = {0};

	buf_fmt(&line,
		obj_bool(obj_get(answer, "waits"))
			? _("The agreement %.*s, version %lld, shows more than before: it waits "
			    "for "
			    "a "
			    "second person (brug-admin agreement waiting).")
			: _("The agreement %.*s is in force, version %lld."),
		SLICE_ARG(obj_bytes(obj_get(answer, "agreement"))),
		(long long)obj_int(obj_get(answer, "version"), 0));
	table_line(stdout, buf_view(&line));
	if (obj_bool(obj_get(answer, "nobody")))
		table_line(
			stdout,
			slice_of(_("Nobody could approve it now: make somebody privacy-officer or "
				   "partnership-admin (brug-admin user add).")));
}

enum err go_whatif(struct run *r)
{
	CLEANUP(buf_wipe) struct buf params = {0};

	TRY(run_pack(r, &params));
	TRY(run_connect(r));
	return whatif_show(r->link, r->command->method, buf_view(&params), r->options.json, stdout,
			   &r->fault);
}

enum err go_whatif_agreement(struct run *r)
{
	const char *path = run_text(r, "file", "-");
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(json_free) json_t *j = NULL;
	struct slice text;

	TRY(load(r, path, &text, &j));
	TRY(pack_agreement(r, j, &params));
	TRY(run_check(r, "agreement.put", buf_view(&params)));
	TRY(run_connect(r));
	return say_refused(r, text,
			   whatif_show(r->link, "agreement.put", buf_view(&params), r->options.json,
				       stdout, &r->fault));
}

enum err go_agreement_put(struct run *r)
{
	const char *path = run_text(r, "file", NULL);
	struct slice text;
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(json_free) json_t *j = NULL;

	if (!path)
		return fault_set(&r->fault, ERR_USAGE, N_("Which file?"), NULL,
				 N_("brug-admin agreement put FILE"), NULL);
	TRY(load(r, path, &text, &j));
	if (options_has(&r->options, "dry_run"))
		json_object_set_new(j, "check", json_true());
	TRY(pack_agreement(r, j, &params));
	TRY(run_check(r, "agreement.put", buf_view(&params)));
	TRY(say_refused(r, text, run_send(r, "agreement.put", buf_view(&params), &t)));
	if (options_has(&r->options, "dry_run")) {
		printf("%s\n", obj_bool(obj_get(tree_root(&t), "waits"))
				       ? _("The file is sound; it would wait for a second person. "
					   "Nothing was changed.")
				       : _("The file is sound; nothing was changed."));
		return ERR_OK;
	}
	if (r->options.json)
		json_print(stdout, tree_root(&t), false);
	else
		say_put(tree_root(&t));
	return ERR_OK;
}

/* -- out --------------------------------------------------------------------------------------- */

/* The one that was named, or the only one. */
static enum err choose(struct run *r, const msgpack_object *list, const msgpack_object **out)
{
	struct slice name = options_get(&r->options, "agreement");

	*out = obj_n(list) == 1 && !name.n ? obj_at(list, 0) : NULL;
	for (size_t i = 0; i < obj_n(list) && name.n; i++)
		if (slice_eq(obj_bytes(obj_get(obj_at(list, i), "agreement")), name))
			*out = obj_at(list, i);
	if (*out)
		return ERR_OK;
	return fault_set(&r->fault, name.n ? ERR_NOTFOUND : ERR_USAGE,
			 name.n ? N_("There is no agreement %s.") : N_("Which agreement?"), NULL,
			 N_("See: brug-admin agreement list"), run_text(r, "agreement", ""));
}

static void print_line(struct run *r, const msgpack_object *a, const char *label, const char *key)
{
	CLEANUP(buf_free) struct buf line = {0};
	struct slice value = show_cell(&r->arena, key, obj_get(a, key));

	if (!value.n)
		return;
	buf_fmt(&line, "%s: %.*s", label, SLICE_ARG(value));
	table_text(stdout, 0, buf_view(&line));
}

static void print_agreement(struct run *r, const msgpack_object *a)
{
	static const struct column purposes[] = {{"purpose", N_("PURPOSE"), false},
						 {"text", N_("MEANS"), true}};
	static const struct column ceilings[] = {{"category", N_("CATEGORY"), false},
						 {"to", N_("FOR"), false},
						 {"level", N_("AT MOST"), false},
						 {"consent_level", N_("WITH CONSENT"), false}};
	static const struct column caps[] = {{"category", N_("CATEGORY"), false},
					     {"level", N_("WITHOUT SHARED AREA"), false}};

	static const struct column terms[] = {{"level", N_("LEVEL"), false},
					      {"days", N_("DAYS FOR A BOTTLENECK"), false}};

	print_line(r, a, _("agreement"), "agreement");
	print_line(r, a, _("name"), "name");
	print_line(r, a, _("regime"), "regime");
	print_line(r, a, _("version"), "version");
	print_line(r, a, _("agencies"), "agencies");
	print_line(r, a, _("months kept"), "retention");
	printf("%s: %s\n\n", _("emergency access at most"),
	       level_name((enum level)(obj_int(obj_get(a, "emergency"), 0) % (LEVELS + 1))));
	show_list(r, obj_get(a, "purposes"), purposes, 2);
	putchar('\n');
	show_list(r, obj_get(a, "ceilings"), ceilings, 4);
	putchar('\n');
	show_list(r, obj_get(a, "caps"), caps, 2);
	if (obj_n(obj_get(a, "terms"))) {
		putchar('\n');
		show_list(r, obj_get(a, "terms"), terms, 2);
	}
}

static enum err ask_versions(struct run *r, struct tree *t)
{
	CLEANUP(buf_free) struct buf params = {0};

	if (!options_has(&r->options, "agreement"))
		return fault_set(&r->fault, ERR_USAGE, N_("Which agreement?"), NULL,
				 N_("See: brug-admin agreement list"), NULL);
	pack_map(&params, 1);
	pack_kv_str(&params, "agreement", options_get(&r->options, "agreement"));
	return run_send(r, "agreement.versions", buf_view(&params), t);
}

enum err go_agreement_versions(struct run *r)
{
	static const struct column columns[] = {{"version", N_("VERSION"), false},
						{"from", N_("IN FORCE"), false},
						{"by", N_("BY"), false},
						{"approved_by", N_("APPROVED BY"), false}};
	CLEANUP(tree_free) struct tree t = {0};

	TRY(ask_versions(r, &t));
	if (r->options.json)
		json_print(stdout, tree_root(&t), false);
	else
		show_list(r, obj_get(tree_root(&t), "versions"), columns, 4);
	return ERR_OK;
}

static const msgpack_object *version_in(struct run *r, const msgpack_object *list)
{
	struct slice version = options_get(&r->options, "version");

	for (size_t i = 0; i < obj_n(list); i++)
		if (slice_eq(arena_fmt(&r->arena, "%lld",
				       (long long)obj_int(obj_get(obj_at(list, i), "version"), 0)),
			     version))
			return obj_get(obj_at(list, i), "whole");
	return NULL;
}

/* One that waits, for who is to approve it; another has nothing there. */
static const msgpack_object *version_waiting(struct run *r, struct tree *t)
{
	CLEANUP(buf_free) struct buf none = {0};
	const msgpack_object *list, *whole;

	pack_map(&none, 0);
	if (run_send(r, "agreement.waiting", buf_view(&none), t) != ERR_OK)
		return NULL;
	list = obj_get(tree_root(t), "agreements");
	whole = version_in(r, list);
	return slice_eq(obj_bytes(obj_get(whole, "agreement")),
			options_get(&r->options, "agreement"))
		       ? whole
		       : NULL;
}

/* The version that was named, as it was or would be. */
static enum err show_version(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree waits = {0};
	const msgpack_object *whole;

	TRY(ask_versions(r, &t));
	whole = version_in(r, obj_get(tree_root(&t), "versions"));
	if (!whole)
		whole = version_waiting(r, &waits);
	if (!whole)
		return fault_set(
			&r->fault, ERR_NOTFOUND, N_("No version %s was in force or waits."), NULL,
			N_("See: brug-admin agreement versions"), run_text(r, "version", ""));
	if (r->options.json)
		json_print(stdout, whole, false);
	else
		print_agreement(r, whole);
	return ERR_OK;
}

enum err go_agreement_show(struct run *r)
{
	CLEANUP(buf_free) struct buf none = {0};
	CLEANUP(tree_free) struct tree t = {0};
	bool waiting = options_has(&r->options, "waiting");
	const msgpack_object *a;

	if (options_has(&r->options, "version"))
		return show_version(r);
	pack_map(&none, 0);
	TRY(run_send(r, waiting ? "agreement.waiting" : "agreement.list", buf_view(&none), &t));
	TRY(choose(r, obj_get(tree_root(&t), "agreements"), &a));
	if (waiting && !r->options.json) {
		print_line(r, a, _("by"), "by");
		print_line(r, a, _("raises"), "raises");
	}
	a = waiting ? obj_get(a, "whole") : a;
	if (r->options.json)
		json_print(stdout, a, false);
	else
		print_agreement(r, a);
	return ERR_OK;
}
