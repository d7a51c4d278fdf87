/* Changes: what is asked before, and what is said after. */
#include "cli.h"

#include "clock.h"
#include "gate.h"
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Within a day the hour says more than the date. */
static void show_until(int64_t ms, char out[24])
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	show_date(ms, out);
	if (ms - clock_now_ms() < 24LL * 60 * 60 * 1000 && localtime_r(&t, &tm))
		strftime(out, 24, "%H:%M", &tm);
}

/* The words of answers that stand beside a number or alone. */
static void print_word(struct slice word)
{
	static const char *const words[] = {N_("left"),     N_("version"),   N_("refused"),
					    N_("invited"),  N_("active"),    N_("ended"),
					    N_("declined"), N_("restricted")};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_is(word, words[i])) {
			printf("%s", lang_text(words[i]));
			return;
		}
	gate_print(stdout, word);
}

/* Said below, in a sentence. */
static bool is_said_apart(struct slice key)
{
	return slice_is(key, "warn") || slice_is(key, "todo") || slice_is(key, "verzoeken");
}

/* Whether something is so: a word for it, and for what is not so any more. */
static void print_yes(const msgpack_object_kv *kv, const char *between)
{
	struct slice key = obj_bytes(&kv->key);

	if (obj_bool(&kv->val)) {
		printf("%s", between);
		print_word(key);
	} else if (slice_is(key, "restricted")) {
		printf("%s%s", between, _("not restricted any more"));
	}
}

static void print_pair(const msgpack_object_kv *kv, const char *between)
{
	if (is_said_apart(obj_bytes(&kv->key)))
		return;
	if (kv->val.type == MSGPACK_OBJECT_BOOLEAN) {
		print_yes(kv, between);
		return;
	}
	if (kv->val.type == MSGPACK_OBJECT_ARRAY)
		return; /* a list is its command's own to show */
	printf("%s", between);
	if (kv->val.type == MSGPACK_OBJECT_STR || kv->val.type == MSGPACK_OBJECT_BIN) {
		print_word(obj_bytes(&kv->val));
	} else if (slice_is(obj_bytes(&kv->key), "until") || slice_is(obj_bytes(&kv->key), "due")) {
		char date[24];

		show_until(obj_int(&kv->val, 0), date);
		printf("%s", date);
	} else {
		print_word(obj_bytes(&kv->key));
		printf(" %" PRId64, obj_int(&kv->val, 0));
	}
}

void say_warned(const msgpack_object *answer)
{
	if (slice_is(obj_bytes(obj_get(answer, "warn")), "overvraagd"))
		fprintf(stderr, "%s\n",
			_("Others asked something of him this week already. Is it too much at "
			  "once? "
			  "Talk it over with the casusregisseur."));
}

void say_kept(struct run *r, const msgpack_object *answer)
{
	if (r->options.json) {
		json_print(stdout, answer, false);
		return;
	}
	printf("%s", _("Kept."));
	if (*r->case_code)
		printf("  %s", r->case_code);
	for (uint32_t i = 0; answer->type == MSGPACK_OBJECT_MAP && i < answer->via.map.size; i++)
		print_pair(&answer->via.map.ptr[i], i || *r->case_code ? " · " : "  ");
	printf("\n");
	say_warned(answer);
}

/* A term that has passed already is kept as it is, and said: mostly it is a slip. */
static void say_past(const struct run *r)
{
	for (size_t i = 0; i < r->options.n && !r->options.json; i++) {
		const struct value *v = &r->options.v[i];
		char text[32] = "";
		int64_t end;

		if (!(v->field->flags & F_TERM) || v->text.n >= sizeof(text))
			continue;
		memcpy(text, v->text.p, v->text.n);
		end = clock_parse(text, 1);
		if (end < 0 || end >= clock_now_ms())
			continue;
		printf(_("%s has passed already."), text);
		printf("\n");
	}
}

/* Who accepts and works in no case yet works in this one. */
static void use_first_case(struct run *r)
{
	char now[16];

	if (strcmp(r->command->words, "accept") != 0 || !*r->case_code || place_case(&r->home, now))
		return;
	place_case_set(&r->home, r->case_code);
	if (!r->options.json)
		printf("%s\n", _("You work in it from now on. Next: brug plan"));
}

enum err go_write(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(run_call(r, &t));
	say_kept(r, tree_root(&t));
	say_past(r);
	use_first_case(r);
	return ERR_OK;
}

enum err go_case_new(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct slice code;

	TRY(run_call(r, &t));
	code = obj_bytes(obj_get(tree_root(&t), "case"));
	snprintf(r->case_code, sizeof(r->case_code), "%.*s", (int)(code.n < 15 ? code.n : 15),
		 (const char *)code.p);
	place_case_set(&r->home, r->case_code);
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	printf("%s %s. %s\n", _("Opened:"), r->case_code, _("You work in it from now on. Next:"));
	printf("  brug invite zoe@schuldhulp helper --leefgebieden schulden --purposes ...\n  brug "
	       "phase triage\n  brug add doel\n");
	return ERR_OK;
}

/* -- who will read it, before it is written ---------------------------------------------------- */

/* Kept in the run: it stands before a prompt, and in the editor above the text. */
void keep_audience(struct run *r, const msgpack_object *a)
{
	CLEANUP(buf_free) struct buf text = {0};

	audience_text(a, &text);
	snprintf(r->remark, sizeof(r->remark), "%.*s", SLICE_ARG(buf_view(&text)));
}

static enum err audience(struct run *r, const struct kind *kind)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};

	if (!isatty(STDIN_FILENO) || !*r->case_code)
		return ERR_OK;
	pack_map(&params, 2);
	pack_kv_text(&params, "case", r->case_code);
	pack_kv_text(&params, "kind", kind->name);
	TRY(run_ask(r, "item.audience", buf_view(&params), &t));
	keep_audience(r, tree_root(&t));
	return ERR_OK;
}

enum err kind_unknown(struct run *r)
{
	struct slice name = options_get(&r->options, "kind");
	const char *names[32], *near;
	size_t n = 0;

	for (const struct kind *k = brug_vocab.kinds; k->name && n < 31; k++)
		names[n++] = k->name;
	names[n] = NULL;
	near = vocab_nearest(names, name);
	return fault_set(&r->fault, ERR_USAGE,
			 name.n ? N_("There is no such kind.") : N_("What kind of item?"), NULL,
			 near ? N_("Did you mean %s?") : N_("brug explain lists the kinds."), near);
}

enum err go_add(struct run *r)
{
	if (!r->kind)
		return kind_unknown(r);
	TRY(audience(r, r->kind));
	return go_write(r);
}

/* -- set and the verbs ------------------------------------------------------------------------- */

static void print_version(const char *title, const msgpack_object *item)
{
	const msgpack_object *view = obj_get(item, "view");

	printf("%s\n", title);
	for (size_t l = 0; l < obj_n(view); l++) {
		const msgpack_object *map = obj_at(view, l);

		for (uint32_t i = 0; map->type == MSGPACK_OBJECT_MAP && i < map->via.map.size;
		     i++) {
			struct slice text = obj_bytes(&map->via.map.ptr[i].val);

			if (!text.n)
				continue;
			gate_printf(stdout,
				    "  %.*s: ", SLICE_ARG(obj_bytes(&map->via.map.ptr[i].key)));
			gate_print(stdout, text);
			printf("\n");
		}
	}
}

/* Someone was first: both, one above the other; what was typed is in the draft. */
static void print_both(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	if (r->fault.code != ERR_CONFLICT || !r->fault.detail.n ||
	    tree_read(&t, buf_view(&r->fault.detail)) != ERR_OK)
		return;
	if (obj_get(tree_root(&t), "base"))
		print_version(_("What you based your change on:"), obj_get(tree_root(&t), "base"));
	print_version(_("What it says now:"), obj_get(tree_root(&t), "now"));
}

/* The revision this change is based on is the one that is there when one begins. */
static enum err base_revision(struct run *r, const struct method *m)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct slice item = options_get(&r->options, "item");
	char *kept, *mark;

	if (options_has(&r->options, "rev"))
		return ERR_OK;
	pack_map(&params, 2);
	pack_kv_text(&params, "case", r->case_code);
	pack_kv_str(&params, "item", item);
	TRY(run_ask(r, "item.show", buf_view(&params), &t));
	if (asprintf(&kept, "%" PRId64, item_number(obj_get(tree_root(&t), "item"), "rev")) < 0 ||
	    asprintf(&mark, "%.*s", SLICE_ARG(obj_bytes(obj_get(tree_root(&t), "mark")))) < 0)
		abort();
	/* both live as long as the run */
	options_default(&r->options, field_find(m->params, SLICE("rev")), slice_of(kept));
	options_default(&r->options, field_find(m->params, SLICE("mark")), slice_of(mark));
	return ERR_OK;
}

static enum err something_to_set(struct run *r)
{
	for (size_t i = 0; i < r->options.n; i++)
		if (field_find(r->kind->fields, slice_of(r->options.v[i].field->name)) ==
		    r->options.v[i].field)
			return ERR_OK;
	return fault_set(&r->fault, ERR_USAGE, N_("There is nothing to change."), NULL,
			 N_("Name the fields: brug set 7QK2 --termijn 2026-12-08 (brug explain "
			    "KIND lists them)."),
			 NULL);
}

enum err go_set(struct run *r)
{
	enum err err;

	TRY(something_to_set(r));
	TRY(base_revision(r, command_method(r->command)));
	err = go_write(r);
	if (err == ERR_CONFLICT && !r->options.json)
		print_both(r);
	return err;
}

enum err go_move(struct run *r)
{
	TRY(run_reason(r));
	return go_write(r);
}
