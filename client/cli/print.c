/* The person's plan on paper: one page, in plain words. Its texts are read by him alone, so they
 * are short sentences without the words of the trade; tests/b1 counts. */
#include "cli.h"

#include "clock.h"
#include "json.h"
#include "page.h"

#include <stdio.h>
#include <string.h>

struct printing {
	struct page page;
	const msgpack_object *items, *members, *agencies;
	struct slice person; /* his handle */
};

enum err page_out(struct run *r, const struct page *p)
{
	CLEANUP(buf_free) struct buf path = {0};
	struct slice to = options_get(&r->options, "pdf");

	if (!to.n) {
		page_html(p, stdout);
		return ERR_OK;
	}
	buf_slice(&path, to);
	buf_u8(&path, 0);
	TRY(page_pdf(p, (char *)path.p, &r->fault));
	printf("%s  %s\n", _("Written:"), (char *)path.p);
	return ERR_OK;
}

/* -- who and when ------------------------------------------------------------------------------ */

static const msgpack_object *member_of(const struct printing *p, struct slice handle)
{
	for (size_t i = 0; i < obj_n(p->members); i++)
		if (slice_eq(obj_bytes(obj_get(obj_at(p->members, i), "person")), handle))
			return obj_at(p->members, i);
	return NULL;
}

static struct slice name_of(const struct printing *p, struct slice handle)
{
	const msgpack_object *m = member_of(p, handle);

	if (handle.n && slice_eq(handle, p->person))
		return slice_of(_("you"));
	return m ? obj_bytes(obj_get(m, "name")) : handle;
}

static struct slice agency_of(const struct printing *p, struct slice code)
{
	for (size_t i = 0; i < obj_n(p->agencies); i++)
		if (slice_eq(obj_bytes(obj_get(obj_at(p->agencies, i), "agency")), code))
			return obj_bytes(obj_get(obj_at(p->agencies, i), "name"));
	return code;
}

static void term_of(const msgpack_object *item, struct buf *out)
{
	struct slice term = item_text(item, "termijn");
	char z[16] = "", date[24];

	if (!term.n || term.n >= sizeof(z))
		return;
	memcpy(z, term.p, term.n);
	show_date(clock_parse(z, 1), date);
	buf_fmt(out, "%s", date);
}

static bool is_kind(const msgpack_object *item, const char *const *kinds)
{
	for (; *kinds; kinds++)
		if (slice_is(item_text(item, "kind"), *kinds))
			return true;
	return false;
}

/* What it says, as far as it is shown to him. */
static void text_of(const struct printing *p, const msgpack_object *item, struct buf *out)
{
	static const char *const order[] = {"inhoud", "kern",    "signaal", "doel",
					    "regel",  "woorden", NULL};

	for (const char *const *f = order; *f; f++)
		if (item_text(item, *f).n) {
			buf_slice(out, item_text(item, *f));
			return;
		}
	if (item_text(item, "verklaard").n)
		buf_slice(out, plain_or(PLAIN_WAY, item_text(item, "verklaard")));
	else
		buf_fmt(out, _("There is something of %.*s. Ask them what it is."),
			SLICE_ARG(agency_of(p, item_text(item, "agency"))));
}

/* -- parts of the page ------------------------------------------------------------------------- */

static void add_goals(struct printing *p)
{
	page_add(&p->page, BLOCK_HEADING, slice_of(_("What you want to reach")));
	for (size_t i = 0; i < obj_n(p->items); i++) {
		const msgpack_object *item = obj_at(p->items, i);
		CLEANUP(buf_wipe) struct buf line = {0};

		if (!slice_is(item_text(item, "kind"), "doel") ||
		    slice_is(item_text(item, "state"), "losgelaten"))
			continue;
		text_of(p, item, &line);
		buf_fmt(&line, " (%.*s)",
			SLICE_ARG(plain_or(PLAIN_STATE, item_text(item, "state"))));
		page_add(&p->page, BLOCK_TEXT, buf_view(&line));
		if (item_text(item, "woorden").n)
			page_add(&p->page, BLOCK_WORDS, item_text(item, "woorden"));
	}
}

static void add_work(struct printing *p, const msgpack_object *item)
{
	CLEANUP(buf_wipe) struct buf text = {0};
	CLEANUP(buf_wipe) struct buf term = {0};

	text_of(p, item, &text);
	term_of(item, &term);
	page_cell(&p->page, buf_view(&text));
	page_cell(&p->page, name_of(p, item_text(item, "uitvoerder")));
	page_cell(&p->page, buf_view(&term));
	page_cell(&p->page, plain_or(PLAIN_STATE, item_text(item, "state")));
}

static void add_all_work(struct printing *p)
{
	static const char *const kinds[] = {"actie", "afspraak", NULL};
	const char *heads[] = {_("What"), _("Who"), _("Before when"), _("How it stands")};

	page_add(&p->page, BLOCK_HEADING, slice_of(_("Who does what")));
	page_table(&p->page, 4, heads);
	for (size_t i = 0; i < obj_n(p->items); i++)
		if (is_kind(obj_at(p->items, i), kinds) &&
		    !slice_is(item_text(obj_at(p->items, i), "state"), "vervallen"))
			add_work(p, obj_at(p->items, i));
}

static void add_statements(struct page *page, const msgpack_object *item)
{
	const msgpack_object *list = obj_get(item, "statements");

	for (size_t i = 0; i < obj_n(list); i++) {
		CLEANUP(buf_wipe) struct buf line = {0};

		buf_fmt(&line, "%s %.*s", _("You say this is not right:"),
			SLICE_ARG(obj_bytes(obj_get(obj_at(list, i), "text"))));
		page_add(page, BLOCK_WORDS, buf_view(&line));
	}
}

/* The author when he is shown, or else the agency. */
static struct slice whose(const struct printing *p, const msgpack_object *item)
{
	struct slice author = item_text(item, "author");

	return author.n ? name_of(p, author) : agency_of(p, item_text(item, "agency"));
}

static void add_note(struct printing *p, const msgpack_object *item)
{
	CLEANUP(buf_wipe) struct buf head = {0};
	CLEANUP(buf_wipe) struct buf text = {0};
	struct slice by = whose(p, item);
	char date[24];

	show_date(item_number(item, "made"), date);
	buf_fmt(&head, "%.*s, %.*s", SLICE_ARG(plain_or(PLAIN_KIND, item_text(item, "kind"))),
		SLICE_ARG(by));
	if (*date)
		buf_fmt(&head, ", %s", date);
	if (head.p[0] >= 'a' && head.p[0] <= 'z')
		head.p[0] -= 'a' - 'A';
	text_of(p, item, &text);
	page_add(&p->page, BLOCK_UNDER, buf_view(&head));
	page_add(&p->page, BLOCK_TEXT, buf_view(&text));
	add_statements(&p->page, item);
}

/* All of these kinds, with a heading when there are any. */
static void add_notes(struct printing *p, const char *title, const char *const *kinds)
{
	bool any = false;

	for (size_t i = 0; i < obj_n(p->items); i++) {
		const msgpack_object *item = obj_at(p->items, i);

		if (!is_kind(item, kinds) || slice_is(item_text(item, "state"), "vervallen"))
			continue;
		if (!any)
			page_add(&p->page, BLOCK_HEADING, slice_of(title));
		any = true;
		add_note(p, item);
	}
}

static void add_people(struct printing *p)
{
	const char *heads[] = {_("Name"), _("Of"), _("What they do")};

	page_add(&p->page, BLOCK_HEADING, slice_of(_("Who takes part")));
	page_table(&p->page, 3, heads);
	for (size_t i = 0; i < obj_n(p->members); i++) {
		const msgpack_object *m = obj_at(p->members, i);

		if (!slice_is(obj_bytes(obj_get(m, "status")), "active"))
			continue;
		page_cell(&p->page, obj_bytes(obj_get(m, "name")));
		page_cell(&p->page, agency_of(p, obj_bytes(obj_get(m, "agency"))));
		page_cell(&p->page, plain_or(PLAIN_ROLE, obj_bytes(obj_get(m, "role"))));
	}
}

static void add_rights(struct printing *p)
{
	static const char *const can[] = {
		N_("Is something wrong? Say so. Your words will stand beside it."),
		N_("You may ask who looked in your plan."),
		N_("Some things are only shared when you say yes. You may take your yes back."),
		N_("You may ask for all that is written about you. You get an answer in a month."),
		NULL};

	page_add(&p->page, BLOCK_HEADING, slice_of(_("What you can do")));
	for (const char *const *c = can; *c; c++)
		page_add(&p->page, BLOCK_TEXT, slice_of(lang_text(*c)));
}

static void fill_page(struct printing *p, const msgpack_object *answer)
{
	static const char *const own[] = {"akkoord", "zelfbeeld", "stem", NULL},
				 *const others[] = {"feit",      "notitie", "duiding", "contact",
						    "strategie", "signaal", NULL},
				 *const decided[] = {"besluit", "afweging", "knelpunt", NULL};
	CLEANUP(buf_wipe) struct buf title = {0};

	buf_fmt(&title, "%s · %.*s", _("My plan"), SLICE_ARG(obj_bytes(obj_get(answer, "title"))));
	page_title(&p->page, buf_view(&title));
	page_add(&p->page, BLOCK_TEXT,
		 slice_of(_("This is your plan. It is about what you want, and who helps you.")));
	add_goals(p);
	add_all_work(p);
	add_notes(p, _("What you said yourself"), own);
	add_notes(p, _("What was decided"), decided);
	add_notes(p, _("What others wrote down"), others);
	add_people(p);
	add_rights(p);
}

static enum err for_him(struct run *r)
{
	struct slice who = options_get(&r->options, "for");

	if (!who.n || slice_is(who, "client"))
		return ERR_OK;
	return fault_set(&r->fault, ERR_USAGE, N_("A plan is printed for the person himself."),
			 NULL, N_("Say: --for client. For others: brug plan"), NULL);
}

enum err go_print(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(tree_free) struct tree agencies = {0};
	struct printing p = {0};
	enum err err;

	TRY(for_him(r));
	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	TRY(run_ask(r, "agency.list", (struct slice){0}, &agencies));
	p.agencies = obj_get(tree_root(&agencies), "agencies");
	p.items = obj_get(tree_root(&t), "items");
	p.members = obj_get(tree_root(&t), "members");
	p.person = obj_bytes(obj_get(tree_root(&t), "person"));
	fill_page(&p, tree_root(&t));
	err = page_out(r, &p.page);
	page_free(&p.page);
	return err;
}
