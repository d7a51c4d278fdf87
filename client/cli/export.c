/* brug export: everything held on the person. As a page he can read and print, or as JSON. Texts
 * for the person: tests/b1. */
#include "cli.h"

#include "json.h"
#include "page.h"

#include <stdio.h>

static void add_value(const msgpack_object *v, struct buf *out)
{
	char date[24];

	switch (v->type) {
	case MSGPACK_OBJECT_ARRAY:
		for (size_t i = 0; i < obj_n(v); i++) {
			buf_fmt(out, "%s", i ? ", " : "");
			add_value(obj_at(v, i), out);
		}
		break;
	case MSGPACK_OBJECT_STR:
		buf_slice(out, obj_bytes(v));
		break;
	case MSGPACK_OBJECT_BOOLEAN:
		buf_fmt(out, "%s", obj_bool(v) ? _("yes") : _("no"));
		break;
	default:
		if (obj_int(v, 0) > 1000000000000LL) /* a moment, in ms */
			show_date(obj_int(v, 0), date), buf_fmt(out, "%s", date);
		else
			buf_fmt(out, "%lld", (long long)obj_int(v, 0));
	}
}

/* Words of a list as he reads them; his and others' own texts stay as they are. What a word means
 * hangs on where it stands. */
static struct slice plain_value(struct slice key, struct slice value)
{
	static const struct {
		const char *key;
		enum plain of;
	} lists[] = {{"kind", PLAIN_KIND},   {"state", PLAIN_STATE},   {"category", PLAIN_CATEGORY},
		     {"role", PLAIN_ROLE},   {"what", PLAIN_ASKED},    {"verdict", PLAIN_ASKED},
		     {"stand", PLAIN_ASKED}, {"verklaard", PLAIN_WAY}, {"ervaren", PLAIN_WAY}};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (slice_is(key, lists[i].key))
			return plain_or(lists[i].of, value);
	return value;
}

static void add_pair(struct page *p, struct slice key, const msgpack_object *v)
{
	CLEANUP(buf_wipe) struct buf text = {0};

	add_value(v, &text);
	if (!text.n)
		return;
	page_cell(p, plain_or(PLAIN_FIELD, key));
	page_cell(p, plain_value(key, buf_view(&text)));
}

static void add_view(struct page *p, const msgpack_object *view)
{
	const char *heads[] = {_("What"), _("What it says")};

	page_table(p, 2, heads);
	for (size_t l = 0; l < obj_n(view); l++) {
		const msgpack_object *map = obj_at(view, l);

		for (uint32_t i = 0; map->type == MSGPACK_OBJECT_MAP && i < map->via.map.size; i++)
			add_pair(p, obj_bytes(&map->via.map.ptr[i].key), &map->via.map.ptr[i].val);
	}
}

static void add_statements(struct page *p, const msgpack_object *item)
{
	const msgpack_object *list = obj_get(item, "statements");

	for (size_t i = 0; i < obj_n(list); i++) {
		CLEANUP(buf_wipe) struct buf line = {0};

		buf_fmt(&line, "%s %.*s", _("You say this is not right:"),
			SLICE_ARG(obj_bytes(obj_get(obj_at(list, i), "text"))));
		page_add(p, BLOCK_WORDS, buf_view(&line));
	}
}

/* The files themselves are fetched one by one, as the page says. */
static void add_attached(struct page *p, const msgpack_object *held)
{
	const msgpack_object *list = obj_get(held, "attachments");

	for (size_t i = 0; i < obj_n(list); i++) {
		CLEANUP(buf_wipe) struct buf line = {0};

		buf_fmt(&line, _("A file with it: %.*s (%lld bytes), brug fetch %.*s %zu"),
			SLICE_ARG(obj_bytes(obj_get(obj_at(list, i), "name"))),
			(long long)obj_int(obj_get(obj_at(list, i), "size"), 0),
			SLICE_ARG(obj_bytes(obj_get(obj_get(held, "item"), "item"))), i + 1);
		page_add(p, BLOCK_TEXT, buf_view(&line));
	}
}

static void add_held(struct page *p, const msgpack_object *held)
{
	const msgpack_object *item = obj_get(held, "item"), *history = obj_get(held, "history");
	CLEANUP(buf_wipe) struct buf head = {0};

	buf_fmt(&head, "%.*s · %.*s", SLICE_ARG(plain_or(PLAIN_KIND, item_text(item, "kind"))),
		SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	page_add(p, BLOCK_HEADING, buf_view(&head));
	add_view(p, obj_get(item, "view"));
	add_statements(p, item);
	add_attached(p, held);
	for (size_t i = obj_n(history); i-- > 0;) {
		page_add(p, BLOCK_UNDER, slice_of(_("As it was before")));
		add_view(p, obj_get(obj_at(history, i), "view"));
	}
}

/* -- beside the items -------------------------------------------------------------------------- */

static void add_cell_of(struct page *p, const msgpack_object *row, const char *key)
{
	const msgpack_object *v = obj_get(row, key);
	CLEANUP(buf_wipe) struct buf text = {0};

	if (v && (v->type != MSGPACK_OBJECT_POSITIVE_INTEGER || obj_int(v, 0)))
		add_value(v, &text);
	page_cell(p, plain_value(slice_of(key), buf_view(&text)));
}

static void add_list(struct page *p, const char *title, const msgpack_object *list,
		     const char *const *heads, const char *const *keys)
{
	unsigned n = 0;

	while (keys[n])
		n++;
	page_add(p, BLOCK_HEADING, slice_of(title));
	if (!obj_n(list)) {
		page_add(p, BLOCK_TEXT, slice_of(_("There is nothing here.")));
		return;
	}
	page_table(p, n, heads);
	for (size_t i = 0; i < obj_n(list); i++)
		for (unsigned k = 0; k < n; k++)
			add_cell_of(p, obj_at(list, i), keys[k]);
}

static void add_more(struct page *p, const msgpack_object *answer)
{
	const char *speaks[] = {_("Name"), _("About"), _("Since"), _("Until")},
		   *steps[] = {_("Step"), _("Since"), _("Why")},
		   *looked[] = {_("Day"), _("Who"), _("Of"), _("How many texts")},
		   *danger[] = {_("Day"), _("Who"), _("Of"), _("Judged")};
	static const char *const speaks_keys[] = {"person", "categories", "from", "until", NULL},
				 *const steps_keys[] = {"phase", "from", "why", NULL},
				 *const looked_keys[] = {"date", "name", "agency", "items", NULL},
				 *const danger_keys[] = {"time", "name", "agency", "verdict", NULL};

	add_list(p, _("Who speaks for you"), obj_get(answer, "mandates"), speaks, speaks_keys);
	add_list(p, _("How far your plan is"), obj_get(answer, "phases"), steps, steps_keys);
	add_list(p, _("Who looked in your plan"), obj_get(answer, "looked"), looked, looked_keys);
	add_list(p, _("Who looked because of danger"), obj_get(answer, "emergencies"), danger,
		 danger_keys);
}

static void add_rest(struct page *p, const msgpack_object *answer)
{
	const char *people[] = {_("Name"), _("Of"), _("What they do"), _("Since"), _("Until")},
		   *yes[] = {_("About"), _("Of"), _("For whom"), _("What you were told"),
			     _("Taken back")},
		   *asked[] = {_("What you asked"), _("In your words"), _("Asked on"),
			       _("The answer"), _("Why")};
	static const char *const people_keys[] = {"name", "agency", "role", "from", "until", NULL},
				 *const yes_keys[] = {"category", "agency",    "to",
						      "sentence", "withdrawn", NULL},
				 *const asked_keys[] = {"what",    "text", "asked",
							"verdict", "why",  NULL};

	add_list(p, _("Who takes part"), obj_get(answer, "members"), people, people_keys);
	add_list(p, _("What you said yes to"), obj_get(answer, "consents"), yes, yes_keys);
	add_list(p, _("What you asked for"), obj_get(answer, "verzoeken"), asked, asked_keys);
	add_more(p, answer);
}

static void fill_page(struct page *p, const msgpack_object *answer)
{
	const msgpack_object *items = obj_get(answer, "items");
	CLEANUP(buf_wipe) struct buf title = {0};

	buf_fmt(&title, "%s · %.*s", _("All that is written about you"),
		SLICE_ARG(obj_bytes(obj_get(answer, "title"))));
	page_title(p, buf_view(&title));
	page_add(p, BLOCK_TEXT, slice_of(_("This is all that the law lets you read.")));
	page_add(p, BLOCK_TEXT,
		 slice_of(_("Is something wrong? Say so. Your words will stand beside it.")));
	add_rest(p, answer);
	for (size_t i = 0; i < obj_n(items); i++)
		add_held(p, obj_at(items, i));
}

/* -- page by page ------------------------------------------------------------------------------ */

/* What the pages held. */
struct held {
	struct buf items;
	size_t n;
};

static void held_free(struct held *h)
{
	buf_wipe(&h->items);
}

/* A page of it; items go behind those of the pages before. asked: what was asked for first. */
static enum err ask_page(struct run *r, const msgpack_object *asked, struct buf *after,
			 struct held *all, struct tree *out)
{
	CLEANUP(buf_free) struct buf params = {0};
	const msgpack_object *list;

	pack_map(&params, obj_n(asked) + (after->n && !obj_get(asked, "after")));
	for (uint32_t i = 0; i < obj_n(asked); i++) {
		const msgpack_object_kv *kv = &asked->via.map.ptr[i];

		if (after->n && slice_is(obj_bytes(&kv->key), "after"))
			continue;
		pack_object(&params, &kv->key);
		pack_object(&params, &kv->val);
	}
	if (after->n)
		pack_kv_str(&params, "after", buf_view(after));
	TRY(run_ask(r, command_method(r->command)->name, buf_view(&params), out));
	list = obj_get(tree_root(out), "items");
	for (size_t i = 0; i < obj_n(list); i++, all->n++)
		pack_object(&all->items, obj_at(list, i));
	after->n = 0;
	buf_slice(after, obj_bytes(obj_get(tree_root(out), "next")));
	return ERR_OK;
}

/* The first page with the items of all. */
static void pack_joined(const msgpack_object *first, const struct held *all, struct buf *out)
{
	pack_map(out, obj_n(first) - 1);
	for (uint32_t i = 0; i < obj_n(first); i++) {
		const msgpack_object_kv *kv = &first->via.map.ptr[i];

		if (slice_is(obj_bytes(&kv->key), "next"))
			continue;
		pack_str(out, obj_bytes(&kv->key));
		if (!slice_is(obj_bytes(&kv->key), "items")) {
			pack_object(out, &kv->val);
			continue;
		}
		pack_array(out, all->n);
		buf_slice(out, buf_view(&all->items));
	}
}

/* Page by page; from --after on, when that is given. */
static enum err ask_all(struct run *r, struct tree *out)
{
	CLEANUP(tree_free) struct tree first = {0};
	CLEANUP(tree_free) struct tree asked = {0};
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(buf_free) struct buf after = {0};
	CLEANUP(held_free) struct held all = {0};
	CLEANUP(buf_wipe) struct buf joined = {0};

	TRY(run_pack(r, &params));
	TRY(tree_take(&asked, &params));
	TRY(ask_page(r, tree_root(&asked), &after, &all, &first));
	while (after.n) {
		CLEANUP(tree_free) struct tree t = {0};

		TRY(ask_page(r, tree_root(&asked), &after, &all, &t));
	}
	pack_joined(tree_root(&first), &all, &joined);
	return tree_take(out, &joined);
}

/* -- who looked -------------------------------------------------------------------------------- */

struct looked {
	struct buf days, emergencies;
	size_t days_n, emergencies_n;
};

static void looked_free(struct looked *l)
{
	buf_wipe(&l->days);
	buf_wipe(&l->emergencies);
}

static void add_objects(const msgpack_object *list, struct buf *out, size_t *n)
{
	for (size_t i = 0; i < obj_n(list); i++, ++*n)
		pack_object(out, obj_at(list, i));
}

/* All pages of the report: who looked is held on him too. */
static enum err ask_looked(struct run *r, struct looked *l)
{
	CLEANUP(buf_free) struct buf after = {0};

	do {
		CLEANUP(tree_free) struct tree t = {0};
		CLEANUP(buf_free) struct buf params = {0};

		pack_map(&params, 1 + (after.n != 0));
		pack_kv_text(&params, "case", r->case_code);
		if (after.n)
			pack_kv_bin(&params, "after", buf_view(&after));
		TRY(run_ask(r, "case.report", buf_view(&params), &t));
		add_objects(obj_get(tree_root(&t), "days"), &l->days, &l->days_n);
		add_objects(obj_get(tree_root(&t), "emergencies"), &l->emergencies,
			    &l->emergencies_n);
		after.n = 0;
		buf_slice(&after, obj_bytes(obj_get(tree_root(&t), "next")));
	} while (after.n);
	return ERR_OK;
}

/* The answer with who looked in it. */
static enum err whole(struct run *r, const msgpack_object *answer, struct tree *out)
{
	CLEANUP(looked_free) struct looked l = {0};
	CLEANUP(buf_wipe) struct buf all = {0};

	TRY(ask_looked(r, &l));
	pack_map(&all, obj_n(answer) + 2);
	for (uint32_t i = 0; i < obj_n(answer); i++) {
		pack_str(&all, obj_bytes(&answer->via.map.ptr[i].key));
		pack_object(&all, &answer->via.map.ptr[i].val);
	}
	pack_key(&all, "looked");
	pack_array(&all, l.days_n);
	buf_slice(&all, buf_view(&l.days));
	pack_key(&all, "emergencies");
	pack_array(&all, l.emergencies_n);
	buf_slice(&all, buf_view(&l.emergencies));
	return tree_take(out, &all);
}

/* As it stands. */
static enum err pages_out(struct run *r, const msgpack_object *held)
{
	CLEANUP(page_free) struct page p = {0};

	if (!r->options.html && !options_has(&r->options, "pdf")) {
		json_print(stdout, held, false);
		return ERR_OK;
	}
	fill_page(&p, held);
	return page_out(r, &p);
}

enum err go_export(struct run *r)
{
	CLEANUP(tree_free) struct tree answer = {0};
	CLEANUP(tree_free) struct tree t = {0};

	TRY(ask_all(r, &answer));
	TRY(whole(r, tree_root(&answer), &t));
	return pages_out(r, tree_root(&t));
}

/* Who looked is in the log, which the officer reads with brug-admin log. */
enum err go_verzoek_copy(struct run *r)
{
	CLEANUP(tree_free) struct tree answer = {0};

	TRY(ask_all(r, &answer));
	return pages_out(r, tree_root(&answer));
}
