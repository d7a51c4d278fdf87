/* Rules as text: a list of the commands that make them, out and in. */
#include "admin.h"

#include "clock.h"
#include "gate.h"
#include "json.h"
#include "lines.h"
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- out --------------------------------------------------------------------------------------- */

/* From the list a number, from a line of the file a text. One that has passed says nothing any
 * more. */
static int64_t moment_of(struct arena *a, const struct field *f, const msgpack_object *o)
{
	int64_t ms = o->type == MSGPACK_OBJECT_STR
			     ? clock_parse(arena_str(a, obj_bytes(o)), !strcmp(f->name, "until"))
			     : obj_int(o, 0);

	return ms > clock_now_ms() ? ms : 0;
}

static struct slice option_text(struct arena *a, const struct field *f, const msgpack_object *o)
{
	char date[24];
	int64_t ms;

	if (f->type != T_TIME)
		return show_cell(a, f->name, o);
	ms = moment_of(a, f, o);
	return ms ? arena_copy(a, slice_of(clock_format(ms, date))) : (struct slice){0};
}

/* An option of rule.add that a rule has a value for, quoted where a shell asks it. */
static void write_option(struct arena *a, const struct field *f, const msgpack_object *rule,
			 struct buf *out)
{
	const msgpack_object *o = obj_get(rule, f->name);
	struct slice value;
	char name[64];

	if (!o)
		return;
	options_name(f, name);
	if (f->type == T_BOOL) {
		if (obj_bool(o))
			buf_fmt(out, " --%s", name);
		return;
	}
	value = option_text(a, f, o);
	if (!value.n)
		return;
	buf_fmt(out, " --%s ", name);
	script_quote(value, out);
}

/* Lists are written with commas alone, as options are read. */
static void write_words(struct arena *a, const msgpack_object *rule, const char *name,
			struct buf *out)
{
	struct slices words = obj_strs(a, obj_get(rule, name));

	for (size_t i = 0; i < words.n; i++)
		buf_fmt(out, "%s%s%s%.*s", i ? "," : " --", i ? "" : name, i ? "" : " ",
			SLICE_ARG(words.v[i]));
}

static void write_rule(struct arena *a, const msgpack_object *rule, struct buf *out)
{
	const struct method *m = vocab_method(&brug_vocab, SLICE("rule.add"));

	buf_fmt(out, "rule add ");
	script_quote(obj_bytes(obj_get(rule, "rule")), out);
	for (const struct field *f = m->params; f->name; f++) {
		if (!strcmp(f->name, "purposes") || !strcmp(f->name, "leefgebieden"))
			write_words(a, rule, f->name, out);
		else if (strcmp(f->name, "rule") != 0)
			write_option(a, f, rule, out);
	}
}

static bool in_force(const msgpack_object *rule)
{
	return !obj_int(obj_get(rule, "ended"), 0);
}

/* "kern, with consent": what it comes to, in one cell. */
static struct slice level_cell(struct arena *a, const msgpack_object *rule)
{
	struct slice level = obj_bytes(obj_get(rule, "level"));

	if (!in_force(rule))
		return slice_of(_("ended"));
	if (!obj_bool(obj_get(rule, "consent")))
		return level;
	return arena_fmt(a, "%.*s, %s", SLICE_ARG(level), _("with consent"));
}

/* "d1, d3; wonen": to what it is limited. */
static struct slice only_cell(struct arena *a, const msgpack_object *rule)
{
	struct slice purposes = show_cell(a, "purposes", obj_get(rule, "purposes")),
		     areas = show_cell(a, "leefgebieden", obj_get(rule, "leefgebieden"));

	return arena_fmt(a, "%.*s%s%.*s", SLICE_ARG(purposes), purposes.n && areas.n ? "; " : "",
			 SLICE_ARG(areas));
}

static struct slice ground_cell(struct arena *a, const msgpack_object *rule)
{
	struct slice until = show_time(a, obj_int(obj_get(rule, "until"), 0)),
		     ground = obj_bytes(obj_get(rule, "ground"));

	return until.n ? arena_fmt(a, "%.*s, %s %.10s", SLICE_ARG(ground), _("until"),
				   (const char *)until.p)
		       : ground;
}

static void add_rule(struct run *r, struct table *t, const msgpack_object *rule)
{
	struct slice of = obj_bytes(obj_get(rule, "from_agency"));
	struct arena *a = &r->arena;

	table_row(t, (struct slice[]){obj_bytes(obj_get(rule, "rule")),
				      slice_is(of, "*") ? slice_of(_("everybody")) : of,
				      obj_bytes(obj_get(rule, "category")),
				      obj_bytes(obj_get(rule, "to")), level_cell(a, rule),
				      only_cell(a, rule), ground_cell(a, rule)});
}

enum err go_rule_list(struct run *r)
{
	struct table t = {.head = {_("RULE"), _("OF"), _("CATEGORY"), _("TO"), _("LEVEL"),
				   _("ONLY"), _("GROUND")},
			  .columns = 7,
			  .wide = {[4] = true, [5] = true, [6] = true}};
	CLEANUP(tree_free) struct tree answer = {0};
	const msgpack_object *rules;

	TRY(run_call(r, &answer));
	if (r->options.json) {
		json_print(stdout, tree_root(&answer), false);
		return ERR_OK;
	}
	rules = obj_get(tree_root(&answer), "rules");
	for (size_t i = 0; i < obj_n(rules); i++)
		add_rule(r, &t, obj_at(rules, i));
	if (t.rows)
		table_print(&t, stdout);
	else
		fprintf(stderr, "%s\n", _("There are no rules: nothing is shared."));
	table_free(&t);
	return ERR_OK;
}

enum err go_rule_export(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	const msgpack_object *rules;

	TRY(run_call(r, &t));
	if (json_wanted(&r->options, &t))
		return ERR_OK;
	rules = obj_get(tree_root(&t), "rules");
	for (size_t i = 0; i < obj_n(rules); i++) {
		CLEANUP(buf_free) struct buf line = {0};

		if (!in_force(obj_at(rules, i)))
			continue;
		write_rule(&r->arena, obj_at(rules, i), &line);
		gate_print(stdout, buf_view(&line));
		putchar('\n');
	}
	return ERR_OK;
}

/* -- in ---------------------------------------------------------------------------------------- */

struct order { /* one line of the file, ready to send */
	unsigned line;
	const char *method;
	struct slice params, rule, agency;
	struct slice text; /* as rule export would write it */
	bool as_is;        /* it is so already */
};
struct existing { /* a rule the server has */
	struct slice rule, text;
	bool ended;
};
struct orders {
	struct run *run;
	struct order *v;
	size_t n, wrong;
	struct slice *mistakes; /* by line of the file: the first that was found in it */
	size_t lines;
	struct existing *there;
	size_t there_n;
};

static void say_wrong(struct orders *o, unsigned line)
{
	const struct fault *f = &o->run->fault;
	CLEANUP(buf_free) struct buf text = {0};

	if (line > o->lines || o->mistakes[line].n)
		return;
	buf_fmt(&text, _("line %u: "), line);
	buf_fmt(&text, "%s%s%s", f->text, *f->can ? " " : "", f->can);
	o->mistakes[line] = arena_copy(&o->run->arena, buf_view(&text));
	o->wrong++;
}

/* In the order of the file, whoever found them. */
static void print_mistakes(const struct orders *o)
{
	for (size_t i = 0; i <= o->lines; i++)
		if (o->mistakes[i].n)
			table_line(stderr, o->mistakes[i]);
}

static enum err not_a_rule(struct run *r, int n, char *const *words)
{
	char typed[64];

	snprintf(typed, sizeof(typed), "%.30s%s%.30s", words[0], n > 1 ? " " : "",
		 n > 1 ? words[1] : "");
	return fault_set(&r->fault, ERR_USAGE, N_("\"%s\" does not begin a line here."), NULL,
			 N_("Lines begin with: rule add, or: rule end"), typed);
}

/* A rule that names no agency is of one's own, as the server takes it. */
static void name_own_agency(struct run *r)
{
	const struct method *m = vocab_method(&brug_vocab, SLICE("rule.add"));

	if (!strcmp(r->command->method, m->name))
		options_default(&r->options, field_find(m->params, SLICE("from_agency")),
				obj_bytes(obj_get(link_me(r->link), "agency")));
}

/* The command of a line, with its options read into the run. As it is typed, with brug-admin before
 * it, will do. */
static enum err read_line(struct run *r, const struct script_line *words)
{
	int used = 0, named = words->n > 1 && !strcmp(words->v[0], "brug-admin");
	char **v = words->v + named;
	int n = (int)words->n - named;

	r->command = command_in(commands, n, v, &used);
	if (!r->command || (strcmp(r->command->words, "rule add") != 0 &&
			    strcmp(r->command->words, "rule end") != 0))
		return not_a_rule(r, n, v);
	r->options = command_options(r->command);
	TRY(options_read(n - used, v + used, &r->options, &r->fault));
	name_own_agency(r);
	return ERR_OK;
}

/* The rule as export would write it, so that it can be compared with what is there. */
static struct slice as_text(struct run *r, struct slice params)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_free) struct buf b = {0};

	if (tree_read(&t, params) == ERR_OK)
		write_rule(&r->arena, tree_root(&t), &b);
	return arena_copy(&r->arena, buf_view(&b));
}

static enum err take_line(struct orders *o, const struct script_line *words, struct order *order)
{
	CLEANUP(buf_free) struct buf params = {0};
	struct run *r = o->run;

	TRY(read_line(r, words));
	TRY(run_pack(r, &params));
	TRY(run_check(r, r->command->method, buf_view(&params)));
	order->method = r->command->method;
	order->params = arena_copy(&r->arena, buf_view(&params));
	order->rule = arena_copy(&r->arena, options_get(&r->options, "rule"));
	order->agency = arena_copy(&r->arena, options_get(&r->options, "from_agency"));
	order->text = as_text(r, order->params);
	return ERR_OK;
}

static bool came_before(const struct orders *o, const struct order *order)
{
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->v[i].method, order->method) && slice_eq(o->v[i].rule, order->rule))
			return true;
	return false;
}

static void add_line(struct orders *o, struct slice line, unsigned number)
{
	struct order order = {.line = number};
	struct script_line words;
	const char *why;

	if (script_split(&o->run->arena, line, &words, &why) != ERR_OK) {
		fault_set(&o->run->fault, ERR_USAGE, why, NULL, NULL, NULL);
		say_wrong(o, number);
	} else if (!words.n) {
		return;
	} else if (take_line(o, &words, &order) != ERR_OK) {
		say_wrong(o, number);
	} else if (came_before(o, &order)) {
		fault_set(&o->run->fault, ERR_USAGE, N_("The rule %s is in the file twice."), NULL,
			  NULL, arena_str(&o->run->arena, order.rule));
		say_wrong(o, number);
	} else {
		o->v[o->n++] = order;
	}
}

static void read_orders(struct orders *o, struct slice text)
{
	unsigned number = 1;

	o->lines = lines_count(text);
	o->v = ARENA_ARRAY(&o->run->arena, struct order, o->lines);
	o->mistakes = ARENA_ARRAY(&o->run->arena, struct slice, o->lines + 1);
	while (text.n) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;

		add_line(o, (struct slice){text.p, n}, number++);
		n += end != NULL;
		text = (struct slice){text.p + n, text.n - n};
	}
}

/* -- against what is there --------------------------------------------------------------------- */

static void add_existing(struct orders *o, const msgpack_object *rules)
{
	struct arena *a = &o->run->arena;
	struct existing *v = ARENA_ARRAY(a, struct existing, o->there_n + obj_n(rules) + 1);

	for (size_t i = 0; i < o->there_n; i++)
		v[i] = o->there[i];
	o->there = v;
	for (size_t i = 0; i < obj_n(rules); i++) {
		const msgpack_object *rule = obj_at(rules, i);
		CLEANUP(buf_free) struct buf b = {0};

		write_rule(a, rule, &b);
		v[o->there_n++] =
			(struct existing){.rule = arena_copy(a, obj_bytes(obj_get(rule, "rule"))),
					  .text = arena_copy(a, buf_view(&b)),
					  .ended = !in_force(rule)};
	}
}

static enum err ask_existing(struct orders *o, struct slice agency)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};

	pack_map(&params, agency.n ? 1 : 0);
	if (agency.n)
		pack_kv_str(&params, "agency", agency);
	TRY(run_send(o->run, "rule.list", buf_view(&params), &t));
	add_existing(o, obj_get(tree_root(&t), "rules"));
	return ERR_OK;
}

static bool asked_before(const struct orders *o, size_t n, struct slice agency)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(o->v[i].agency, agency))
			return true;
	return false;
}

static const struct existing *find_existing(const struct orders *o, struct slice rule)
{
	for (size_t i = 0; i < o->there_n; i++)
		if (slice_eq(o->there[i].rule, rule))
			return &o->there[i];
	return NULL;
}

static void compare(struct orders *o, struct order *order)
{
	const struct existing *e = find_existing(o, order->rule);
	char *name = arena_str(&o->run->arena, order->rule);

	if (!strcmp(order->method, "rule.end")) {
		order->as_is = e && e->ended;
	} else if (e && !e->ended && slice_eq(e->text, order->text)) {
		order->as_is = true;
	} else if (e) {
		fault_set(&o->run->fault, ERR_CONFLICT,
			  e->ended ? N_("The rule %s has ended already.")
				   : N_("There is a rule %s already, and it says something else."),
			  NULL, N_("Give the new one another name."), name);
		say_wrong(o, order->line);
	}
}

static enum err compare_all(struct orders *o)
{
	for (size_t i = 0; i < o->n; i++)
		if (!asked_before(o, i, o->v[i].agency))
			TRY(ask_existing(o, o->v[i].agency));
	for (size_t i = 0; i < o->n; i++)
		compare(o, &o->v[i]);
	return ERR_OK;
}

/* What the server has against lines, in our language. */
static void say_refused(struct orders *o)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_free) struct buf detail = {0};
	struct fault *f = &o->run->fault;
	struct arena *a = &o->run->arena;
	const msgpack_object *wrong;

	buf_slice(&detail, buf_view(&f->detail));
	if (tree_read(&t, buf_view(&detail)) != ERR_OK)
		return;
	wrong = obj_get(tree_root(&t), "wrong");
	for (size_t i = 0; i < obj_n(wrong); i++) {
		const msgpack_object *w = obj_at(wrong, i);
		const char *where = arena_str(a, obj_bytes(obj_get(w, "where")));

		fault_set(f, ERR_USAGE, arena_str(a, obj_bytes(obj_get(w, "text"))),
			  arena_str(a, obj_bytes(obj_get(w, "why"))),
			  arena_str(a, obj_bytes(obj_get(w, "can"))),
			  arena_str(a, obj_bytes(obj_get(w, "arg"))));
		if (*where)
			snprintf(f->text + strlen(f->text), sizeof(f->text) - strlen(f->text),
				 " (%s)", where);
		say_wrong(o, (unsigned)obj_int(obj_get(w, "line"), 0));
	}
}

static void pack_orders(const struct orders *o, bool check, struct buf *out)
{
	uint8_t request[16];
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++)
		n += !o->v[i].as_is;
	request_draw(request);
	pack_map(out, 3);
	pack_kv_bin(out, "request", (struct slice){request, sizeof(request)});
	pack_kv_bool(out, "check", check);
	pack_key(out, "commands");
	pack_array(out, n);
	for (size_t i = 0; i < o->n; i++) {
		if (o->v[i].as_is)
			continue;
		pack_map(out, 3);
		pack_kv_int(out, "line", o->v[i].line);
		pack_kv_text(out, "method", o->v[i].method);
		pack_kv_bin(out, "params", o->v[i].params);
	}
}

/* One change holds so many: whoever has more hears where to split. */
static bool all_fit(struct orders *o)
{
	const struct method *m = vocab_method(&brug_vocab, SLICE("rule.apply"));
	size_t most = (size_t)field_find(m->params, SLICE("commands"))->max, n = 0;

	for (size_t i = 0; i < o->n; i++) {
		n += !o->v[i].as_is;
		if (n <= most || o->v[i].as_is)
			continue;
		fault_set(&o->run->fault, ERR_USAGE, N_("One file does at most %s things."), NULL,
			  N_("Split it before this line: what was done already costs nothing."),
			  arena_str(&o->run->arena, arena_fmt(&o->run->arena, "%zu", most)));
		say_wrong(o, o->v[i].line);
		return false;
	}
	return true;
}

/* All of them in one change. With check nothing is changed: lines that are wrong here already do
 * not keep what the server has against the others from being named in the same run. */
static enum err send_orders(struct orders *o, bool check, size_t *sent)
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	enum err err;

	for (size_t i = 0; i < o->n; i++)
		*sent += !o->v[i].as_is;
	if (!*sent || !all_fit(o))
		return ERR_OK;
	pack_orders(o, check, &params);
	TRY(run_check(o->run, "rule.apply", buf_view(&params)));
	err = run_send(o->run, "rule.apply", buf_view(&params), &t);
	if (err == ERR_USAGE && o->run->fault.detail.n)
		say_refused(o);
	return o->wrong ? ERR_OK : err;
}

static void say_applied(const struct orders *o, size_t sent, bool dry)
{
	size_t as_is = 0;

	for (size_t i = 0; i < o->n; i++)
		as_is += o->v[i].as_is;
	if (dry)
		printf(_("%zu to do, %zu as they are already; nothing was changed."), o->n - as_is,
		       as_is);
	else
		printf(_("%zu done, %zu as they were already."), sent, as_is);
	putchar('\n');
}

enum err go_rule_apply(struct run *r)
{
	const char *path = run_text(r, "file", NULL);
	bool dry = options_has(&r->options, "dry_run");
	struct orders o = {.run = r};
	struct slice text;
	size_t sent = 0;

	if (!path)
		return fault_set(&r->fault, ERR_USAGE, N_("Which file?"), NULL,
				 N_("brug-admin rule apply FILE"), NULL);
	TRY(run_file(r, path, &text));
	TRY(run_connect(r));
	read_orders(&o, text);
	TRY(compare_all(&o));
	TRY(send_orders(&o, dry || o.wrong, &sent));
	print_mistakes(&o);
	if (o.wrong)
		return fault_set(&r->fault, ERR_USAGE, N_("Nothing was changed."), NULL,
				 N_("Mend the lines named above and run it again."), NULL);
	say_applied(&o, sent, dry);
	return ERR_OK;
}
