/* From what was typed to a request, and back with its answer. */
#include "cli.h"

#include "drafts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Under the purposes chosen for this terminal he sees no more than those allow; he is told, or he
 * would miss things without knowing why. */
static enum err under_purposes(struct run *r)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	char names[256];
	size_t n = 1;

	if (!place_purposes(&r->home, names))
		return ERR_OK;
	for (const char *p = names; *p; p++)
		n += *p == ',';
	pack_map(&params, 3);
	pack_kv_text(&params, "client", "brug " VERSION);
	pack_kv_text(&params, "lang", lang_name());
	pack_key(&params, "purposes");
	pack_array(&params, n);
	for (const char *p = names; n--; p += strcspn(p, ",") + 1)
		pack_str(&params, (struct slice){(const uint8_t *)p, strcspn(p, ",")});
	TRY(link_call(r->link, "hello", buf_view(&params), &t, &r->fault));
	if (!r->options.json) {
		fprintf(stderr,
			_("Only for the purposes %s. For all of yours: brug use --purposes all"),
			names);
		fprintf(stderr, "\n");
	}
	return ERR_OK;
}

enum err run_connect(struct run *r)
{
	if (r->link)
		return ERR_OK;
	TRY(link_open(&r->home, "brug " VERSION, &r->link, &r->fault));
	link_renew(&r->home, r->link, false,
		   &(struct fault){0}); /* when it fails, the next run tries again */
	outbox_send(r);
	return under_purposes(r);
}

/* -- the case and the item --------------------------------------------------------------------- */

/* The case of "J-0417/7QK2" is the case this is about. */
static void take_case(struct run *r, struct slice item)
{
	const uint8_t *slash = item.n ? memchr(item.p, '/', item.n) : NULL;

	if (slash && (size_t)(slash - item.p) < sizeof(r->case_code))
		snprintf(r->case_code, sizeof(r->case_code), "%.*s", (int)(slash - item.p),
			 (const char *)item.p);
}

/* "J-0417/7QK2" names both; "3" is the third row of the list last shown. */
static enum err resolve_item(struct run *r, struct value *v)
{
	static char kept[4][ROW_CODE]; /* outlive the options; a command names few items */
	static unsigned at;
	char number[8] = "", *out = kept[at++ % 4];

	if (v->text.n < 4)
		memcpy(number, v->text.p, v->text.n);
	if (*number && strspn(number, "0123456789") == v->text.n) {
		if (!place_row(&r->home, (unsigned)atoi(number), out))
			return fault_set(
				&r->fault, ERR_USAGE, N_("The list last shown has no row %s."),
				NULL, N_("Show it first: brug plan. Or name the item by its code."),
				number);
		v->text = slice_of(out);
	}
	if (strcmp(v->field->name, "replaces") != 0) /* it lies elsewhere than what this is about */
		take_case(r, v->text);
	return ERR_OK;
}

enum err run_place(struct run *r, const struct method *m)
{
	const struct field *f = field_find(m->params, SLICE("case"));
	struct slice given = options_get(&r->options, "case");

	for (size_t i = 0; i < r->options.n; i++) {
		enum type t = r->options.v[i].field->type;

		if (t == T_ITEM || t == T_ITEMS || talk_names_item(&r->options.v[i]))
			TRY(resolve_item(r, &r->options.v[i]));
	}
	if (given.n)
		snprintf(r->case_code, sizeof(r->case_code), "%.*s",
			 (int)(given.n < 15 ? given.n : 15), (const char *)given.p);
	if (f && !*r->case_code && meet_finds_place(r->command))
		return meet_place(r);
	if (!f || *r->case_code || (!(f->flags & F_REQUIRED)))
		return ERR_OK;
	if (place_case(&r->home, r->case_code))
		return ERR_OK;
	return fault_set(&r->fault, ERR_USAGE, N_("Which case?"), NULL,
			 N_("Name it, or choose one to work in: brug use J-0417"), NULL);
}

void pack_about(const struct run *r, const char *item, struct buf *out)
{
	pack_map(out, item ? 2 : 1);
	pack_kv_text(out, "case", r->case_code);
	if (item)
		pack_kv_text(out, "item", item);
}

/* -- texts ------------------------------------------------------------------------------------- */

static void want(struct run *r, struct texts_wanted *w, const struct field *f, bool required)
{
	if (w->n == TEXTS)
		return;
	if (!strcmp(f->name, "inhoud"))
		w->now[w->n] = r->begin_with;
	w->required[w->n] = required;
	w->field[w->n++] = f;
}

/* Required texts are asked for; others when their option stands on the line. For an item's own
 * fields: when adding, all of them; when changing, those named. */
static void texts_of(struct run *r, const struct field *list, bool item, struct texts_wanted *w)
{
	bool adding = item && (!strcmp(r->command->method, "item.add") ||
			       !strcmp(r->command->method, "message.say"));

	for (const struct field *f = list; f->name; f++) {
		bool required = (f->flags & F_REQUIRED) && (!item || adding);

		required = required || (r->reason && !item && !strcmp(f->name, "why"));
		if (field_is_private(f) && !r->imagined &&
		    (required || adding || options_has(&r->options, f->name)))
			want(r, w, f, required);
	}
}

static enum err pack_fields(struct run *r, const struct texts_wanted *w, const struct texts *t,
			    size_t from, struct buf *pairs, unsigned *n)
{
	CLEANUP(buf_wipe) struct buf fields = {0};
	unsigned fields_n = 0;

	if (!r->kind)
		return ERR_OK;
	TRY(options_pack(&r->options, r->kind->fields, &fields, &fields_n, &r->fault));
	for (size_t i = from; i < w->n; i++) {
		if (!t->text[i].n)
			continue;
		pack_kv_str(&fields, w->field[i]->name, buf_view(&t->text[i]));
		fields_n++;
	}
	pack_key(pairs, "fields");
	pack_map(pairs, fields_n);
	buf_slice(pairs, buf_view(&fields));
	++*n;
	return ERR_OK;
}

/* What would be asked stands open when nothing is done: nobody reads it. */
static void leave_open(const struct run *r, const struct method *m, struct buf *pairs, unsigned *n)
{
	for (const struct field *f = m->params; r->imagined && f->name; f++)
		if (field_is_private(f) && (f->flags & F_REQUIRED)) {
			pack_kv_text(pairs, f->name, "-");
			++*n;
		}
}

/* What is being written, without a word of a person: the method, and the kind or the item. */
static void draft_key(const struct run *r, const struct method *m, char out[64])
{
	struct slice item = options_get(&r->options, "item"),
		     what = item.n ? item : options_get(&r->options, "kind");

	snprintf(out, 64, "%s-%s-%.*s", m->name, r->case_code, what.n < 16 ? (int)what.n : 16,
		 (const char *)what.p);
	for (char *c = out; *c; c++)
		if (*c == '/')
			*c = '-';
}

/* -- sending ----------------------------------------------------------------------------------- */

static enum err pack_params(struct run *r, const struct method *m, struct buf *out)
{
	CLEANUP(buf_wipe) struct buf pairs = {0};
	CLEANUP(texts_free) struct texts texts = {0};
	char draft[64];
	struct texts_wanted w = {.draft = draft, .remark = *r->remark ? r->remark : NULL};
	uint8_t request[16];
	unsigned n = 0;
	size_t own;

	options_default(&r->options, field_find(m->params, SLICE("case")), slice_of(r->case_code));
	options_default(&r->options, field_find(m->params, SLICE("verb")), slice_of(r->verb));
	TRY(run_whole(r, m));
	texts_of(r, m->params, false, &w);
	own = w.n;
	draft_key(r, m, draft);
	if (r->kind)
		texts_of(r, r->kind->fields, true, &w);
	TRY(options_check(&r->options, &r->fault));
	TRY(texts_ask(&r->home, &w, &texts, &r->fault));
	r->wrote = w.n > 0;
	TRY(options_pack(&r->options, m->params, &pairs, &n, &r->fault));
	for (size_t i = 0; i < own; i++)
		if (texts.text[i].n) {
			pack_kv_str(&pairs, w.field[i]->name, buf_view(&texts.text[i]));
			n++;
		}
	leave_open(r, m, &pairs, &n);
	TRY(pack_fields(r, &w, &texts, own, &pairs, &n));
	if (m->write) {
		request_draw(request);
		pack_kv_bin(&pairs, "request", (struct slice){request, sizeof(request)});
		n++;
	}
	pack_map(out, n);
	buf_slice(out, buf_view(&pairs));
	return ERR_OK;
}

/* A link that broke is made anew once: the request id sees to it that nothing is done twice. */
static enum err call_twice(struct run *r, const char *method, struct slice params, struct tree *out)
{
	enum err err = run_connect(r);

	if (err == ERR_OK)
		err = link_call(r->link, method, params, out, &r->fault);
	if (err != ERR_UNREACHABLE || !r->link)
		return err;
	link_close(r->link);
	r->link = NULL;
	TRY(run_connect(r));
	return link_call(r->link, method, params, out, &r->fault);
}

/* The server has said no, and knows it: sending the same again would give the same. */
static bool is_refusal(enum err err)
{
	return err == ERR_USAGE || err == ERR_NOTFOUND || err == ERR_REFUSED || err == ERR_CONFLICT;
}

/* Not acknowledged: the draft stays, and the way to send it again is said. Where nothing was
 * written and the answer is no, there is nothing to keep. */
static void keep_draft(struct run *r, const char *name, enum err err)
{
	char say[128];

	if (err == ERR_OK || (is_refusal(err) && !r->wrote)) {
		draft_drop(&r->home, name);
		return;
	}
	if (err == ERR_UNREACHABLE && outbox_keep(r, name))
		return;
	snprintf(say, sizeof(say), "brug drafts %s %s", err == ERR_CONFLICT ? "again" : "send",
		 name);
	fprintf(stderr, "%s  %s\n", _("What you typed is kept. To send it again:"), say);
}

enum err run_pack(struct run *r, struct buf *out)
{
	return pack_params(r, command_method(r->command), out);
}

enum err run_call(struct run *r, struct tree *out)
{
	const struct method *m = command_method(r->command);
	CLEANUP(buf_wipe) struct buf params = {0};
	char draft[32];
	enum err err;

	*out = (struct tree){0};
	TRY(pack_params(r, m, &params));
	if (!m->write)
		return call_twice(r, m->name, buf_view(&params), out);
	TRY(draft_keep(&r->home, m->name, buf_view(&params), draft, &r->fault));
	err = call_twice(r, m->name, buf_view(&params), out);
	keep_draft(r, draft, err);
	return err;
}

enum err run_ask(struct run *r, const char *method, struct slice params, struct tree *out)
{
	*out = (struct tree){0};
	return call_twice(r, method, params, out);
}
