/* brug explain: what a kind is. As people read it, and as JSON for programs. */
#include "cli.h"

#include "describe.h"
#include "json.h"
#include "table.h"

#include <stdio.h>

static json_t *json_field(const struct field *f)
{
	CLEANUP(buf_free) struct buf type = {0};
	json_t *j, *words = json_array();

	describe_type(f, lang_text, &type);
	buf_u8(&type, 0);
	for (const char *const *w = f->words; w && *w; w++)
		json_array_append_new(words, json_string(*w));
	j = json_pack("{s:s, s:s, s:i, s:b, s:s}", "field", f->name, "type", (char *)type.p,
		      "level", (int)f->level, "required", (f->flags & F_REQUIRED) != 0, "help",
		      lang_text(f->help));
	if (f->words)
		json_object_set(j, "words", words);
	json_decref(words);
	return j;
}

static json_t *json_kind(const struct kind *k)
{
	json_t *fields = json_array(), *states = json_array(), *moves = json_array();

	for (const struct field *f = k->fields; f->name; f++)
		json_array_append_new(fields, json_field(f));
	for (const struct state *s = k->states; s->name; s++)
		json_array_append_new(states, json_pack("{s:s, s:s}", "state", s->name, "help",
							lang_text(s->help)));
	for (const struct move *m = k->moves; m->verb; m++)
		json_array_append_new(moves,
				      json_pack("{s:s, s:s, s:s, s:s}", "verb", m->verb, "alias",
						m->alias, "from", m->from, "to", m->to));
	return json_pack("{s:i, s:s, s:s, s:s, s:o, s:o, s:o}", "v", 1, "kind", k->name, "category",
			 k->category, "help", lang_text(k->help), "fields", fields, "states",
			 states, "moves", moves);
}

static json_t *json_kinds(void)
{
	json_t *kinds = json_array();

	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		json_array_append_new(kinds, json_pack("{s:s, s:s}", "kind", k->name, "help",
						       lang_text(k->help)));
	return json_pack("{s:i, s:o}", "v", 1, "kinds", kinds);
}

static void print_kinds(void)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++) {
		printf("%-12s %s\n", k->name, lang_text(k->gloss));
		table_text(stdout, 13, slice_of(lang_text(k->help)));
	}
}

static void explain_json(const struct kind *k)
{
	json_t *j = k ? json_kind(k) : json_kinds();

	json_dumpf(j, stdout, JSON_COMPACT);
	printf("\n");
	json_decref(j);
}

enum err go_explain(struct run *r)
{
	const struct kind *k = vocab_kind(&brug_vocab, options_get(&r->options, "kind"));
	CLEANUP(buf_free) struct buf page = {0};

	if (options_get(&r->options, "kind").n && !k)
		return kind_unknown(r);
	if (r->options.json) {
		explain_json(k);
	} else if (k) {
		describe_kind(k, lang_text, table_width(stdout) - 2, &page);
		fwrite(page.p, 1, page.n, stdout);
	} else {
		print_kinds();
	}
	return ERR_OK;
}
