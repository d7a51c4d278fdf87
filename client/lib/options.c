#include "options.h"

#include "describe.h"
#include "gate.h"
#include "lang.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

bool field_is_private(const struct field *f)
{
	return f->type == T_TEXT || (f->flags & F_PRIVATE);
}

static const struct field *find(const struct options *o, struct slice name)
{
	for (int i = 0; i < LISTS && o->lists[i]; i++) {
		const struct field *f = field_find(o->lists[i], name);

		if (f && f->type != T_FIELDS)
			return f;
	}
	return NULL;
}

static const char *nearest(const struct options *o, struct slice name)
{
	const char *names[128];
	size_t n = 0;

	for (int i = 0; i < LISTS && o->lists[i]; i++)
		for (const struct field *f = o->lists[i]; f->name && n < 126; f++)
			if (f->type != T_FIELDS && f->type != T_BIN)
				names[n++] = f->name;
	names[n++] = "json";
	names[n] = NULL;
	return vocab_nearest(names, name);
}

static enum err add(struct options *o, const struct field *f, struct slice text,
		    struct fault *fault)
{
	if (o->n == VALUES)
		return fault_set(fault, ERR_USAGE, N_("Too many options."), NULL, NULL, NULL);
	o->v[o->n++] = (struct value){f, text};
	return ERR_OK;
}

static enum err unknown(const struct options *o, struct slice name, struct fault *f)
{
	const char *near = nearest(o, name);
	char given[64];

	snprintf(given, sizeof(given), "--%.*s", (int)(name.n < 60 ? name.n : 60),
		 (const char *)name.p);
	fault_set(f, ERR_USAGE, N_("There is no option %s here."), NULL, NULL, given);
	if (near) {
		struct fault hint = {0};

		snprintf(given, sizeof(given), "--%.50s", near);
		fault_set(&hint, ERR_USAGE, N_("Did you mean %s?"), NULL, NULL, given);
		memcpy(f->can, hint.text, sizeof(f->can));
	}
	return ERR_USAGE;
}

static bool is_list(enum type t)
{
	return t == T_WORDS || t == T_NAMES || t == T_PERSONS || t == T_ITEMS;
}

/* "a,b,c" for lists; every other type takes the text as it is. */
static enum err add_value(struct options *o, const struct field *f, char *text, struct fault *fault)
{
	char *comma;

	while (is_list(f->type) && (comma = strchr(text, ','))) {
		TRY(add(o, f, (struct slice){(uint8_t *)text, (size_t)(comma - text)}, fault));
		text = comma + 1;
	}
	return add(o, f, slice_of(text), fault);
}

/* Names are written with _ on the wire and with - on a command line; here both will do. */
static void take_dashes(char *name)
{
	for (; *name && *name != '='; name++)
		if (*name == '-')
			*name = '_';
}

void options_name(const struct field *f, char out[64])
{
	size_t n = 0;

	for (; f->name[n] && n < 63; n++)
		out[n] = f->name[n] == '_' ? '-' : f->name[n];
	out[n] = 0;
}

/* A flag stands alone, but "--consent nee" is meant as it reads. */
static bool is_yes_or_no(const char *word)
{
	static const char *const words[] = {"ja", "nee", "yes", "no", "true", "false", NULL};

	return word && word_in(words, slice_of(word));
}

static enum err option(struct options *o, char ***at, struct fault *fault)
{
	char *name = **at + 2, *equals = strchr(name, '=');
	struct slice key = {(uint8_t *)name, equals ? (size_t)(equals - name) : strlen(name)};
	const struct field *f;
	char *text;

	take_dashes(name);
	if (slice_is(key, "json") || slice_is(key, "help") || slice_is(key, "plain") ||
	    slice_is(key, "lines") || slice_is(key, "html") ||
	    (slice_is(key, "all") && !find(o, key))) {
		o->all = o->all || slice_is(key, "all");
		o->html = o->html || slice_is(key, "html");
		o->json = o->json || slice_is(key, "json");
		o->help = o->help || slice_is(key, "help");
		o->plain = o->plain || slice_is(key, "plain") || slice_is(key, "lines");
		return ERR_OK;
	}
	f = find(o, key);
	if (!f && !slice_is(key, "count"))
		return unknown(o, key, fault);
	if (f && field_is_private(f)) {
		if (equals)
			return fault_set(fault, ERR_USAGE,
					 N_("A text is not given on the command line (%s)."),
					 N_("Others could read it there, and in the history."),
					 N_("Leave the value out: you will be asked, or give it on "
					    "standard input."),
					 f->name);
		return add(o, f, (struct slice){0}, fault);
	}
	if (f && f->type == T_BOOL && !equals)
		return add(o, f, is_yes_or_no((*at)[1]) ? slice_of(*++*at) : SLICE("true"), fault);
	text = equals ? equals + 1 : *++*at;
	if (!text)
		return fault_set(fault, ERR_USAGE, N_("The option --%s needs a value."), NULL,
				 N_("brug help COMMAND shows which."), name);
	if (f)
		return add_value(o, f, text, fault);
	o->count = atoi(text);
	return o->count > 0 ? ERR_OK
			    : fault_set(fault, ERR_USAGE, N_("--count takes a number above 0."),
					NULL, NULL, NULL);
}

/* The parameter for the i-th word without dashes. A last name with a + takes all that follow. */
static const struct field *placed(const struct options *o, unsigned i)
{
	const char *p = o->positional ? o->positional : "";

	for (;; i--) {
		size_t n = strcspn(p, " ");
		struct slice name = {(const uint8_t *)p, n};

		if (!n)
			return NULL;
		if (p[n - 1] == '+') {
			name.n--;
			return find(o, name);
		}
		if (i == 0)
			return find(o, name);
		p += n + (p[n] == ' ');
	}
}

/* "--witness \"Noor was there\"": the text belongs at the prompt. */
static enum err too_many(char **argv, char **at, const struct options *o, struct fault *fault)
{
	const struct value *last = o->n ? &o->v[o->n - 1] : NULL;

	if (at > argv && !strncmp(at[-1], "--", 2) && last && field_is_private(last->field))
		return fault_set(
			fault, ERR_USAGE, N_("A text is not given on the command line (%s)."),
			N_("Others could read it there, and in the history."),
			N_("Leave the value out: you will be asked, or give it on standard "
			   "input."),
			last->field->name);
	return fault_set(fault, ERR_USAGE, N_("There is one word too many: \"%s\"."), NULL,
			 N_("A person's text is never given on the command line; you are asked for "
			    "it."),
			 *at);
}

enum err options_read(int argc, char **argv, struct options *o, struct fault *fault)
{
	unsigned place = 0;

	(void)argc;
	for (char **at = argv; *at; at++) {
		const struct field *f;

		if (!strcmp(*at, "-h")) {
			o->help = true;
			continue;
		}
		if (!strncmp(*at, "--", 2) && (*at)[2]) {
			TRY(option(o, &at, fault));
			continue;
		}
		f = placed(o, place++);
		if (!f)
			return too_many(argv, at, o, fault);
		TRY(add_value(o, f, *at, fault));
	}
	return ERR_OK;
}

struct slice options_get(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->v[i].field->name, name))
			return o->v[i].text;
	return (struct slice){0};
}

bool options_has(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->v[i].field->name, name))
			return true;
	return false;
}

void options_default(struct options *o, const struct field *f, struct slice text)
{
	if (f && text.n && o->n < VALUES && !options_has(o, f->name))
		o->v[o->n++] = (struct value){f, text};
}

/* -- packing ----------------------------------------------------------------------------------- */

static enum err pack_one(const struct field *f, struct slice text, struct buf *out,
			 struct fault *fault)
{
	char z[32] = "";
	char *end;
	long long n;

	switch (f->type) {
	case T_BOOL:
		pack_bool(out,
			  slice_is(text, "true") || slice_is(text, "ja") || slice_is(text, "yes"));
		return ERR_OK;
	case T_INT:
		snprintf(z, sizeof(z), "%.*s", (int)(text.n < 30 ? text.n : 30),
			 (const char *)text.p);
		n = strtoll(z, &end, 10);
		if (!*z || *end)
			return fault_set(fault, ERR_USAGE, N_("--%s takes a whole number."), NULL,
					 NULL, f->name);
		pack_int(out, n);
		return ERR_OK;
	default:
		pack_str(out, text);
		return ERR_OK;
	}
}

enum err options_pack_value(const struct field *f, const struct slice *texts, size_t n,
			    struct buf *out, struct fault *fault)
{
	if (!is_list(f->type))
		return n && texts[0].n ? pack_one(f, texts[0], out, fault)
				       : (pack_nil(out), ERR_OK);
	if (n == 1 && !texts[0].n)
		n = 0;
	pack_array(out, n);
	for (size_t i = 0; i < n; i++)
		pack_str(out, texts[i]);
	return ERR_OK;
}

enum err options_pack(const struct options *o, const struct field *list, struct buf *pairs,
		      unsigned *n, struct fault *fault)
{
	for (const struct field *f = list; f->name; f++) {
		struct slice texts[VALUES];
		size_t texts_n = 0;

		for (size_t i = 0; i < o->n; i++)
			if (o->v[i].field == f && !field_is_private(f))
				texts[texts_n++] = o->v[i].text;
		if (!texts_n)
			continue;
		pack_key(pairs, f->name);
		TRY(options_pack_value(f, texts, texts_n, pairs, fault));
		(*n)++;
	}
	return ERR_OK;
}

static enum err check_list(const struct options *o, const struct field *list, struct fault *fault)
{
	CLEANUP(buf_free) struct buf pairs = {0};
	CLEANUP(buf_free) struct buf map = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct complaint c = {0};
	char text[sizeof(fault->text)];
	unsigned n = 0;

	TRY(options_pack(o, list, &pairs, &n, fault));
	pack_map(&map, n);
	buf_slice(&map, buf_view(&pairs));
	if (tree_read(&t, buf_view(&map)) != ERR_OK ||
	    vocab_check(list, tree_root(&t), true, &c) == ERR_OK)
		return ERR_OK; /* what is not UTF-8 is the server's to refuse */
	fault_set(fault, ERR_USAGE, c.text, NULL, c.can, c.arg);
	snprintf(text, sizeof(text), "--%s: %.400s", c.where, fault->text);
	memcpy(fault->text, text, sizeof(text));
	return ERR_USAGE;
}

enum err options_check(const struct options *o, struct fault *fault)
{
	for (int i = 0; i < LISTS && o->lists[i]; i++)
		TRY(check_list(o, o->lists[i], fault));
	return ERR_OK;
}

static bool by_place(const struct options *o, const char *name)
{
	const char *p = o->positional ? strstr(o->positional, name) : NULL;

	return p && (p == o->positional || p[-1] == ' ') &&
	       (!p[strlen(name)] || strchr(" +", p[strlen(name)]));
}

static bool is_filled(const struct options *o, const char *name)
{
	const struct options filled = {.positional = o->filled};

	return by_place(&filled, name);
}

static bool is_given(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->n; i++)
		if (!strcmp(o->v[i].field->name, name) && o->v[i].text.n)
			return true;
	return false;
}

const struct field *options_missing(const struct options *o, const struct field *list)
{
	for (const struct field *f = list; f->name; f++)
		if ((f->flags & F_REQUIRED) && !field_is_private(f) && f->type != T_FIELDS &&
		    f->type != T_BIN && f->type != T_RECORDS && !is_filled(o, f->name) &&
		    !is_given(o, f->name))
			return f;
	return NULL;
}

/* -- completion -------------------------------------------------------------------------------- */

static void print_words(const struct field *f)
{
	for (const char *const *w = f ? f->words : NULL; w && *w; w++)
		printf("%s\n", *w);
}

/* Takes its value from the next word. */
static bool wants_value(const struct options *o, const char *word)
{
	char name[64];
	const struct field *f;

	if (strncmp(word, "--", 2) != 0 || strchr(word, '='))
		return false;
	snprintf(name, sizeof(name), "%s", word + 2);
	take_dashes(name);
	f = find(o, slice_of(name));
	return f && f->type != T_BOOL && !field_is_private(f);
}

static void print_options(const struct options *o)
{
	char name[64];

	for (int i = 0; i < LISTS && o->lists[i]; i++)
		for (const struct field *f = o->lists[i]; f->name; f++)
			if (f->type != T_FIELDS && f->type != T_BIN) {
				options_name(f, name);
				printf("--%s\n", name);
			}
	printf("--json\n--help\n");
}

void options_complete(const struct options *o, int argc, char **argv)
{
	const char *last = argc ? argv[argc - 1] : "";
	unsigned place = 0;
	char name[64];

	if (argc > 1 && wants_value(o, argv[argc - 2])) {
		snprintf(name, sizeof(name), "%s", argv[argc - 2] + 2);
		take_dashes(name);
		print_words(find(o, slice_of(name)));
		return;
	}
	for (int i = 0; i + 1 < argc; i++) {
		if (wants_value(o, argv[i]))
			i++;
		else if (argv[i][0] != '-')
			place++;
	}
	if (last[0] != '-')
		print_words(placed(o, place));
	print_options(o);
}

/* -- help -------------------------------------------------------------------------------------- */

static void help_field(const struct options *o, const struct field *f, FILE *out)
{
	bool must = (f->flags & F_REQUIRED) && !is_filled(o, f->name);
	CLEANUP(buf_free) struct buf type = {0};
	char name[64];

	options_name(f, name);
	if (field_is_private(f))
		buf_fmt(&type, "%s",
			_("asked for, or read from standard input: never on the command line"));
	else
		describe_type(f, lang_text, &type);
	fprintf(out, "  %s%s%s\n", by_place(o, f->name) ? "" : "--", name, must ? " *" : "");
	table_text(out, 6, slice_of(lang_text(f->help)));
	table_text(out, 6, buf_view(&type));
}

static void help_fields(const struct options *o, bool placed_ones, FILE *out)
{
	for (int i = 0; i < LISTS && o->lists[i]; i++)
		for (const struct field *f = o->lists[i]; f->name; f++)
			if (f->help && f->type != T_FIELDS && f->type != T_BIN &&
			    by_place(o, f->name) == placed_ones)
				help_field(o, f, out);
}

void options_help(const struct options *o, FILE *out)
{
	help_fields(o, true, out);
	help_fields(o, false, out);
	fprintf(out, "  --json\n      %s\n", _("the answer as JSON"));
}
