/* Messages: saying, threads, the inbox. */
#include "cli.h"

#include "clock.h"
#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* -- what was meant ---------------------------------------------------------------------------- */

bool talk_names_item(const struct value *v)
{
	return !strcmp(v->field->name, "thread") && !word_in(vocab_areas, v->text) &&
	       !(v->text.n && memchr(v->text.p, '@', v->text.n));
}

static bool is_case(const char *word)
{
	const char *dash = strchr(word, '-');

	return dash && dash > word && dash - word < 4 && dash[1] &&
	       strspn(dash + 1, "0123456789") == strlen(dash + 1);
}

const char *talk_places(const struct command *c, const char *first)
{
	if (c->positional && !strcmp(c->positional, "thread") && is_case(first))
		return "case thread";
	return c->positional;
}

const struct field *talk_fields(const struct command *c)
{
	static const struct field file[] = {
		{.name = "file", .type = T_LINE, .max = 1000, .help = N_("the file")},
		{.name = "number", .type = T_INT, .help = N_("its number in brug attachments")},
		{.name = NULL}};
	static const struct field message[] = {
		{.name = "item", .type = T_ITEM, .help = N_("the message")}, {.name = NULL}};

	if (c->go == go_promote)
		return message;
	return c->go == go_attach || c->go == go_fetch || c->go == go_detach ? file : NULL;
}

/* -- who reads along --------------------------------------------------------------------------- */

void audience_text(const msgpack_object *a, struct buf *out)
{
	const msgpack_object *domains = obj_get(a, "domains");
	bool himself = obj_bool(obj_get(a, "person"));
	long long people = obj_int(obj_get(a, "people"), 0) - himself,
		  agencies = obj_int(obj_get(a, "agencies"), 0);

	if (people == 1 && himself)
		buf_fmt(out, "%s", _("Only you and the person himself read this."));
	else if (people == 1)
		buf_fmt(out, "%s", _("Only you read this."));
	else if (himself)
		buf_fmt(out,
			_("%lld people of %lld agencies read this, and the person himself. Write "
			  "it "
			  "as you would say it to him."),
			people, agencies);
	else if (agencies == 1)
		buf_fmt(out, _("%lld people of your agency read this."), people);
	else
		buf_fmt(out, _("%lld people of %lld agencies read this."), people, agencies);
	for (size_t i = 0; i < obj_n(domains); i++) {
		const msgpack_object *d = obj_at(domains, i);

		buf_fmt(out, "%s%.*s %lld", i ? ", " : "\n  ", SLICE_ARG(obj_bytes(obj_at(d, 0))),
			(long long)obj_int(obj_at(d, 1), 0));
	}
}

static void pack_only(const struct run *r, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->options.n; i++)
		n += !strcmp(r->options.v[i].field->name, "only");
	pack_key(out, "only");
	pack_array(out, n);
	for (size_t i = 0; i < r->options.n; i++)
		if (!strcmp(r->options.v[i].field->name, "only"))
			pack_str(out, r->options.v[i].text);
}

/* Away is no reason not to write: it is kept, and goes later. */
static enum err audience(struct run *r)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	enum err err;

	if (!isatty(STDIN_FILENO) || !*r->case_code)
		return ERR_OK;
	pack_map(&params, 4);
	pack_kv_text(&params, "case", r->case_code);
	pack_kv_str(&params, "thread", options_get(&r->options, "thread"));
	pack_kv_bool(&params, "without_person", options_has(&r->options, "zonder_hem"));
	pack_only(r, &params);
	err = run_ask(r, "item.audience", buf_view(&params), &t);
	if (err == ERR_UNREACHABLE) {
		fault_free(&r->fault);
		r->fault = (struct fault){0};
		fprintf(stderr, "%s\n",
			_("The server is away: who reads this cannot be said now."));
		return ERR_OK;
	}
	TRY(err);
	keep_audience(r, tree_root(&t));
	return ERR_OK;
}

static enum err say(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *root;

	TRY(audience(r));
	TRY(run_call(r, &t));
	root = tree_root(&t);
	if (r->options.json) {
		json_print(stdout, root, false);
		return ERR_OK;
	}
	gate_printf(stdout, "%s  %s/%.*s", _("Sent."), r->case_code,
		    SLICE_ARG(obj_bytes(obj_get(root, "item"))));
	gate_printf(stdout, _(", in thread %.*s"), SLICE_ARG(obj_bytes(obj_get(root, "thread"))));
	printf("\n");
	say_warned(root);
	return ERR_OK;
}

static enum err whereto(struct run *r)
{
	if (options_get(&r->options, "thread").n)
		return ERR_OK;
	return fault_set(&r->fault, ERR_USAGE, N_("A message is about something, or to somebody."),
			 NULL,
			 N_("Name an item, an area of life or a person: brug say schulden, or brug "
			    "say zoe@schuldhulp"),
			 NULL);
}

enum err go_say(struct run *r)
{
	TRY(whereto(r));
	return say(r);
}

enum err go_answer(struct run *r)
{
	TRY(whereto(r));
	options_default(&r->options, field_find(r->kind->fields, SLICE("soort")),
			SLICE("antwoord"));
	return say(r);
}

/* -- a thread ---------------------------------------------------------------------------------- */

static struct slice area_of(const msgpack_object *item)
{
	return obj_bytes(obj_at(obj_get(obj_at(obj_get(item, "view"), 1), "leefgebieden"), 0));
}

void thread_title(const msgpack_object *item, struct buf *out)
{
	struct slice subject = item_text(item, "onderwerp"), area = area_of(item);

	if (!slice_is(item_text(item, "kind"), "draad")) {
		item_line(item, out);
		return;
	}
	if (!subject.n || slice_eq(subject, area)) {
		buf_slice(out, area);
		return;
	}
	if (!memchr(subject.p, '@', subject.n)) /* between two people there is no area to it */
		buf_fmt(out, "%.*s › ", SLICE_ARG(area));
	buf_slice(out, subject);
}

static void show_moment(int64_t ms, char out[40])
{
	char date[24], time[8];

	show_date(ms, date);
	snprintf(out, 40, "%s %s", date, clock_time(ms, time));
}

/* The number in this list of the message it answers. */
static size_t answers_nr(const msgpack_object *messages, const msgpack_object *m)
{
	struct slice to = obj_bytes(obj_at(obj_get(obj_get(m, "refs"), "op"), 0));

	for (size_t i = 0; to.n && i < obj_n(messages); i++)
		if (slice_eq(to, obj_bytes(obj_get(obj_at(messages, i), "item"))))
			return i + 1;
	return 0;
}

static const msgpack_object *field_at(const msgpack_object *item, const char *field)
{
	return obj_get(obj_at(obj_get(item, "view"), LEVEL_INHOUD - 1), field);
}

static void add_people(struct buf *line, const char *before, const msgpack_object *people)
{
	for (size_t i = 0; i < obj_n(people); i++)
		buf_fmt(line, "%s%.*s", i ? ", " : before, SLICE_ARG(obj_bytes(obj_at(people, i))));
}

static void head_of(const msgpack_object *messages, size_t i, const msgpack_object *read,
		    struct buf *line)
{
	const msgpack_object *m = obj_at(messages, i);
	struct slice soort = item_text(m, "soort");
	size_t to = answers_nr(messages, m);
	char at[40];

	show_moment(item_number(m, "made"), at);
	buf_fmt(line, "%zu  %s  %.*s", i + 1, at, SLICE_ARG(item_text(m, "author")));
	if (to)
		buf_fmt(line, _(", to %zu"), to);
	if (soort.n)
		buf_fmt(line, "  %.*s", SLICE_ARG(soort));
	add_people(line, " → ", field_at(m, "gevraagd"));
	if (item_text(m, "termijn").n) {
		buf_fmt(line, ", ");
		item_term(m, line);
	}
	if (!slice_is(item_text(m, "state"), "verstuurd"))
		buf_fmt(line, "  (%.*s)", SLICE_ARG(item_text(m, "state")));
	if (obj_int(obj_at(read, 1), 0)) {
		buf_fmt(line, "  ");
		buf_fmt(line, _("read %lld/%lld"), (long long)obj_int(obj_at(read, 0), 0),
			(long long)obj_int(obj_at(read, 1), 0));
	}
}

static void print_message(const msgpack_object *messages, size_t i, const msgpack_object *read)
{
	const msgpack_object *m = obj_at(messages, i);
	CLEANUP(buf_wipe) struct buf line = {0};

	head_of(messages, i, read, &line);
	table_text(stdout, 1, buf_view(&line));
	if (slice_is(item_text(m, "state"), "ingetrokken"))
		table_text(stdout, 4, item_text(m, "why"));
	else
		table_text(stdout, 4, item_text(m, "inhoud"));
	if (!item_text(m, "zonder_hem").n)
		return;
	line.n = 0;
	buf_fmt(&line, "%s %.*s", _("Without him:"), SLICE_ARG(item_text(m, "zonder_hem")));
	table_text(stdout, 4, buf_view(&line));
}

/* Row numbers: the messages, and below them the other threads. */
static void keep_rows(struct run *r, const msgpack_object *messages, const msgpack_object *others)
{
	size_t n = obj_n(messages), all = n + obj_n(others);
	struct slices codes = {.v = calloc(all + 1, sizeof(*codes.v)), .n = all};
	struct arena a = {0};

	if (!codes.v)
		abort();
	for (size_t i = 0; i < all; i++) {
		const msgpack_object *item = i < n ? obj_at(messages, i) : obj_at(others, i - n);

		codes.v[i] = arena_fmt(&a, "%s/%.*s", r->case_code,
				       SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	}
	place_rows_set(&r->home, &codes);
	arena_free(&a);
	free(codes.v);
}

static void print_head(struct run *r, const msgpack_object *t)
{
	const msgpack_object *item = obj_get(t, "item");
	CLEANUP(buf_wipe) struct buf title = {0};
	CLEANUP(buf_wipe) struct buf only = {0};

	buf_fmt(&title, "%s · ", r->case_code);
	if (item) {
		thread_title(item, &title);
		buf_fmt(&title, "  (%.*s)", SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	} else {
		buf_slice(&title, options_get(&r->options, "thread"));
	}
	printf("%s", table_bold(stdout));
	table_text(stdout, 0, buf_view(&title));
	printf("%s", table_plain(stdout));
	if (obj_n(obj_get(t, "only"))) {
		buf_fmt(&only, "%s ", _("only:"));
		add_people(&only, "", obj_get(t, "only"));
		table_text(stdout, 0, buf_view(&only));
	} else {
		audience_text(obj_get(t, "audience"), &only);
		gate_printf(stdout, "%.*s\n", SLICE_ARG(buf_view(&only)));
	}
}

static void print_others(const msgpack_object *others, size_t from)
{
	if (obj_n(others))
		printf("\n%s\n", _("Other threads here"));
	for (size_t i = 0; i < obj_n(others); i++) {
		const msgpack_object *item = obj_at(others, i);
		CLEANUP(buf_wipe) struct buf line = {0};

		buf_fmt(&line, "%zu  %.*s  ", from + i + 1,
			SLICE_ARG(obj_bytes(obj_get(item, "item"))));
		thread_title(item, &line);
		table_text(stdout, 1, buf_view(&line));
	}
}

/* Shown is read, up to the last of them. When it cannot be kept they stay unread: no harm. */
static void say_read(struct run *r, const msgpack_object *t)
{
	const msgpack_object *messages = obj_get(t, "messages");
	size_t n = obj_n(messages);
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree answer = {0};
	uint8_t request[16];
	struct fault none = {0};

	if (!n || !obj_int(obj_get(t, "new"), 0))
		return;
	request_draw(request);
	pack_map(&params, 4);
	pack_kv_text(&params, "case", r->case_code);
	pack_kv_str(&params, "item", obj_bytes(obj_get(obj_get(t, "item"), "item")));
	pack_kv_str(&params, "message", obj_bytes(obj_get(obj_at(messages, n - 1), "item")));
	pack_kv_bin(&params, "request", (struct slice){request, sizeof(request)});
	link_call(r->link, "thread.read", buf_view(&params), &answer, &none);
	fault_free(&none);
}

/* Where what is new begins: that many by others, from the end on. */
static size_t first_new(const msgpack_object *messages, struct slice me, int64_t fresh)
{
	size_t i = obj_n(messages);

	while (i && fresh) {
		i--;
		fresh -= !slice_eq(item_text(obj_at(messages, i), "author"), me);
	}
	return i;
}

static void print_waiting(const msgpack_object *people)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	if (!obj_n(people))
		return;
	buf_fmt(&line, "%s ", _("The last one is not read yet by"));
	add_people(&line, "", people);
	table_text(stdout, 0, buf_view(&line));
}

/* A page is as long as one reads; the rest is asked for by name. */
static void print_older(const struct run *r, const msgpack_object *messages)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line, "%s brug thread %.*s --before %.*s", _("There are older ones:"),
		SLICE_ARG(options_get(&r->options, "thread")),
		SLICE_ARG(obj_bytes(obj_get(obj_at(messages, 0), "item"))));
	table_text(stdout, 0, buf_view(&line));
}

static void print_thread(struct run *r, const msgpack_object *t)
{
	const msgpack_object *messages = obj_get(t, "messages"), *others = obj_get(t, "others");
	struct slice me = obj_bytes(obj_get(link_me(r->link), "person"));
	size_t n = obj_n(messages), fresh = first_new(messages, me, obj_int(obj_get(t, "new"), 0));

	print_head(r, t);
	if (obj_bool(obj_get(t, "more")))
		print_older(r, messages);
	for (size_t i = 0; i < n; i++) {
		if (i == fresh)
			printf("── %s ──\n", _("new"));
		print_message(messages, i, obj_at(obj_get(t, "read"), i));
	}
	if (!n)
		printf("%s\n", _("There are no messages about this yet."));
	print_waiting(obj_get(t, "waiting"));
	print_others(others, n);
	keep_rows(r, messages, others);
}

enum err go_thread(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};

	TRY(whereto(r));
	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	print_thread(r, tree_root(&t));
	say_read(r, tree_root(&t));
	return ERR_OK;
}

enum err go_unread(struct run *r)
{
	options_default(&r->options,
			field_find(command_method(r->command)->params, SLICE("unread")),
			SLICE("true"));
	return go_write(r);
}

/* -- the inbox --------------------------------------------------------------------------------- */

enum { TITLE = 38, PREVIEW = 140 };

static void add_counts(struct buf *line, const msgpack_object *row)
{
	long long unread = obj_int(obj_get(row, "unread"), 0),
		  named = obj_int(obj_get(row, "mentions"), 0),
		  asked = obj_int(obj_get(row, "asked"), 0);

	if (unread)
		buf_fmt(line, "  "), buf_fmt(line, _("%lld new"), unread);
	if (named)
		buf_fmt(line, "  "), buf_fmt(line, _("%lld name you"), named);
	if (asked)
		buf_fmt(line, "  "), buf_fmt(line, _("%lld asked of you"), asked);
}

static void print_row(const msgpack_object *row, size_t nr)
{
	const msgpack_object *item = obj_get(row, "item"), *last = obj_get(row, "last");
	CLEANUP(buf_wipe) struct buf head = {0};
	CLEANUP(buf_wipe) struct buf title = {0};
	CLEANUP(buf_wipe) struct buf below = {0};
	struct slice fit;
	bool fresh = obj_int(obj_get(row, "unread"), 0) || obj_int(obj_get(row, "asked"), 0);
	char at[40];

	buf_fmt(&head, "%zu  %s%.*s/%.*s  ", nr, fresh ? "✉ " : "",
		SLICE_ARG(obj_bytes(obj_get(row, "case"))),
		SLICE_ARG(obj_bytes(obj_get(item, "item"))));
	thread_title(item, &title);
	fit = slice_fit(buf_view(&title), TITLE);
	buf_fmt(&head, "%.*s%s", SLICE_ARG(fit), fit.n < title.n ? "…" : "");
	add_counts(&head, row);
	table_text(stdout, 1, buf_view(&head));
	show_moment(item_number(last, "made"), at);
	buf_fmt(&below, "%s  %.*s: ", at, SLICE_ARG(item_text(last, "author")));
	if (slice_is(item_text(last, "state"), "ingetrokken"))
		buf_fmt(&below, "(%.*s)", SLICE_ARG(item_text(last, "state")));
	else
		buf_slice(&below, slice_fit(item_text(last, "inhoud"), PREVIEW));
	table_text(stdout, 5, buf_view(&below));
}

static void keep_threads(struct run *r, const msgpack_object *threads)
{
	struct slices codes = {.v = calloc(obj_n(threads) + 1, sizeof(*codes.v)),
			       .n = obj_n(threads)};
	struct arena a = {0};

	if (!codes.v)
		abort();
	for (size_t i = 0; i < codes.n; i++) {
		const msgpack_object *row = obj_at(threads, i);

		codes.v[i] = arena_fmt(&a, "%.*s/%.*s", SLICE_ARG(obj_bytes(obj_get(row, "case"))),
				       SLICE_ARG(obj_bytes(obj_get(obj_get(row, "item"), "item"))));
	}
	place_rows_set(&r->home, &codes);
	arena_free(&a);
	free(codes.v);
}

enum err go_inbox(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *threads;

	TRY(run_call(r, &t));
	threads = obj_get(tree_root(&t), "threads");
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	if (options_has(&r->options, "count")) {
		printf("%lld\n", (long long)obj_int(obj_get(tree_root(&t), "unread"), 0));
		return ERR_OK;
	}
	for (size_t i = 0; i < obj_n(threads); i++)
		print_row(obj_at(threads, i), i + 1);
	if (!obj_n(threads))
		printf("%s\n", _("There are no messages for you."));
	else
		printf("%s\n", _("Read: brug thread NR. Answer: brug say NR."));
	if (obj_bool(obj_get(tree_root(&t), "more")))
		printf("%s\n", _("There is more: brug inbox --case J-0417"));
	keep_threads(r, threads);
	return ERR_OK;
}

/* -- a message that becomes an item ------------------------------------------------------------ */

static void same_areas(struct run *r, const msgpack_object *message)
{
	const struct field *f =
		field_find(command_method(r->command)->params, SLICE("leefgebieden"));
	const msgpack_object *areas = obj_get(obj_at(obj_get(message, "view"), 1), "leefgebieden");

	if (options_has(&r->options, "leefgebieden"))
		return;
	for (size_t i = 0; i < obj_n(areas) && r->options.n < VALUES; i++)
		r->options.v[r->options.n++] = (struct value){f, obj_bytes(obj_at(areas, i))};
}

/* The text is his to change, and who will read it is said anew: it may be others. */
enum err go_promote(struct run *r)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *message;

	if (!options_has(&r->options, "item"))
		return fault_set(&r->fault, ERR_USAGE, N_("Which message?"), NULL,
				 N_("brug promote MESSAGE actie"), NULL);
	pack_map(&params, 2);
	pack_kv_text(&params, "case", r->case_code);
	pack_kv_str(&params, "item", options_get(&r->options, "item"));
	TRY(run_ask(r, "item.show", buf_view(&params), &t));
	message = obj_get(tree_root(&t), "item");
	r->begin_with = item_text(message, "inhoud");
	same_areas(r, message);
	return go_add(r);
}
