/* What is missing, said before anything is asked: the server, a text, or an editor. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

void usage_of(const struct command *c, const char *verb, struct buf *out)
{
	buf_fmt(out, "brug %s", *verb ? verb : c->words);
	for (const char *p = c->positional; p && *p;) {
		size_t n = strcspn(p, " ");

		buf_fmt(out, " %.*s", (int)n, p);
		p += n + (p[n] == ' ');
	}
	buf_fmt(out, "%s", c->method ? " [--...]" : "");
}

/* brug say is item.add, where about may be left out: here it may not. */
static const struct field *first_missing(const struct run *r, const struct method *m)
{
	const struct field *f = options_missing(&r->options, m->params);

	if (!f && r->kind && !strcmp(m->name, "item.add"))
		f = options_missing(&r->options, r->kind->fields);
	if (!f && !strcmp(r->command->words, "say") && !options_has(&r->options, "about"))
		f = field_find(m->params, SLICE("about"));
	return f;
}

enum err run_whole(struct run *r, const struct method *m)
{
	const struct field *f = first_missing(r, m);
	CLEANUP(buf_free) struct buf usage = {0};
	const char *example = r->command->example;
	char name[64];

	if (!f)
		return ERR_OK;
	options_name(f, name);
	usage_of(r->command, r->verb, &usage);
	fault_set(&r->fault, ERR_USAGE, N_("This is missing: %s."), f->help, NULL, name);
	snprintf(r->fault.can, sizeof(r->fault.can), "%.*s", SLICE_ARG(buf_view(&usage)));
	if (example)
		snprintf(r->fault.can + strlen(r->fault.can),
			 sizeof(r->fault.can) - strlen(r->fault.can), " · %s %.200s", _("Example:"),
			 example);
	return ERR_USAGE;
}

/* -- a reason ---------------------------------------------------------------------------------- */

static bool makes(const struct move *m, struct slice verb)
{
	return m->who != WHO_CLOCK && (slice_is(verb, m->verb) || slice_is(verb, m->alias));
}

/* Whether this verb wants a reason: of all kinds, of none, or the kind and state must say. */
static enum { NEVER, ALWAYS, IT_DEPENDS } reason_of(struct slice verb)
{
	bool with = false, without = false;

	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		for (const struct move *m = k->moves; m->verb; m++) {
			with = with || (makes(m, verb) && m->why);
			without = without || (makes(m, verb) && !m->why);
		}
	return !with ? NEVER : !without ? ALWAYS : IT_DEPENDS;
}

static enum err ask_reason(struct run *r, struct slice verb)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *item;
	const struct kind *kind;
	const struct move *move;

	pack_map(&params, 2);
	pack_kv_text(&params, "case", r->case_code);
	pack_kv_str(&params, "item", options_get(&r->options, "item"));
	TRY(run_ask(r, "item.show", buf_view(&params), &t));
	item = obj_get(tree_root(&t), "item");
	kind = vocab_kind(&brug_vocab, item_text(item, "kind"));
	move = kind ? kind_move(kind, item_text(item, "state"), verb) : NULL;
	r->reason = move && move->why;
	return ERR_OK;
}

enum err run_reason(struct run *r)
{
	struct slice verb = slice_of(r->verb);

	switch (reason_of(verb)) {
	case NEVER:
		return ERR_OK;
	case ALWAYS:
		r->reason = true;
		return ERR_OK;
	case IT_DEPENDS:
		break;
	}
	return ask_reason(r, verb);
}
