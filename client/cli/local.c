/* What needs no case: joining, help, where one works, and what the shell asks. */
#include "cli.h"

#include "describe.h"
#include "gate.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void copy(char *out, size_t n, struct slice s)
{
	snprintf(out, n, "%.*s", SLICE_ARG(s));
}

/* -- joining ----------------------------------------------------------------------------------- */

static void say_joined(const msgpack_object *me)
{
	CLEANUP(buf_wipe) struct buf line = {0};

	buf_fmt(&line,
		_("You are %.*s of %.*s on this device. The server is the one your code names."),
		SLICE_ARG(obj_bytes(obj_get(me, "name"))),
		SLICE_ARG(obj_bytes(obj_get(me, "agency"))));
	table_text(stdout, 0, buf_view(&line));
	printf("%s  brug\n", _("Now:"));
}

static void device_label(char out[64])
{
	if (gethostname(out, 63) != 0 || !*out)
		snprintf(out, 64, "device");
	out[63] = 0;
}

enum err go_join(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	CLEANUP(buf_wipe) struct buf typed = {0};
	char server[300], label[64];
	struct slice code = options_get(&r->options, "code");

	copy(server, sizeof(server), options_get(&r->options, "server"));
	if (!*server)
		return fault_set(&r->fault, ERR_USAGE, N_("Which server?"), NULL,
				 N_("brug join host:port, as in the message with your code."),
				 NULL);
	if (code.n)
		buf_slice(&typed, code);
	else
		TRY(texts_line(_("Join code:"), &typed, &r->fault));
	buf_u8(&typed, 0);
	device_label(label);
	TRY(link_join(&r->home, server, (char *)typed.p, label, &t, &r->fault));
	if (r->options.json)
		json_print(stdout, tree_root(&t), false);
	else
		say_joined(tree_root(&t));
	return ERR_OK;
}

enum err go_renew(struct run *r)
{
	TRY(run_connect(r));
	TRY(link_renew(&r->home, r->link, true, &r->fault));
	printf("%s\n", _("This device has a new key."));
	return ERR_OK;
}

enum err go_use(struct run *r)
{
	char code[16];

	copy(code, sizeof(code), options_get(&r->options, "case"));
	if (!*code) {
		if (!place_case(&r->home, code))
			return fault_set(&r->fault, ERR_USAGE, N_("Which case?"), NULL,
					 N_("brug use J-0417"), NULL);
		printf("%s\n", code);
		return ERR_OK;
	}
	place_case_set(&r->home, code);
	printf("%s %s\n", _("You work in"), code);
	return ERR_OK;
}

enum err go_version(struct run *r)
{
	printf("brug " VERSION "\n");
	if (home_joined(&r->home) && run_connect(r) == ERR_OK)
		printf("brugd %.*s, %.*s\n",
		       SLICE_ARG(obj_bytes(obj_get(link_me(r->link), "version"))),
		       SLICE_ARG(obj_bytes(obj_get(link_me(r->link), "server"))));
	return ERR_OK;
}

/* -- help -------------------------------------------------------------------------------------- */

enum err go_explain(struct run *r)
{
	struct slice name = options_get(&r->options, "kind");
	const struct kind *k = vocab_kind(&brug_vocab, name);
	CLEANUP(buf_free) struct buf page = {0};

	if (name.n && !k)
		return fault_set(&r->fault, ERR_USAGE, N_("There is no such kind."), NULL,
				 N_("brug explain lists the kinds."), NULL);
	if (k) {
		describe_kind(k, lang_text, &page);
		fwrite(page.p, 1, page.n, stdout);
		return ERR_OK;
	}
	for (k = brug_vocab.kinds; k->name; k++) {
		printf("%-12s %s\n", k->name, lang_text(k->gloss));
		table_text(stdout, 13, slice_of(lang_text(k->help)));
	}
	return ERR_OK;
}

static void help_all(void)
{
	printf("%s\n\n", _("Brug: one shared plan, and everybody sees what he may know."));
	for (const struct command *c = commands; c->words; c++)
		if (c->help) {
			printf("  %-18s", c->words);
			if (strcmp(c->words, c->alias) != 0)
				printf(" (%s)", c->alias);
			printf("\n");
			table_text(stdout, 6, slice_of(lang_text(c->help)));
		}
	printf("\n  done, start, drop, reopen ...\n");
	table_text(stdout, 6,
		   slice_of(_("The verbs of a kind: brug done 7QK2. See brug explain KIND.")));
	printf("\n%s  brug help COMMAND · brug help exit · brug explain\n", _("More:"));
}

static void help_exit(void)
{
	for (unsigned i = 0; err_nth(i) >= 0; i++)
		printf("%4d  %-12s %s\n", err_nth(i), err_name(err_nth(i)),
		       lang_text(err_text(err_nth(i))));
}

static void usage_line(const struct command *c, FILE *out)
{
	fprintf(out, "brug %s", c->words);
	for (const char *p = c->positional; p && *p;) {
		size_t n = strcspn(p, " ");

		fprintf(out, " %.*s", (int)n, p);
		p += n + (p[n] == ' ');
	}
	fprintf(out, "%s\n", c->method ? " [--...]" : "");
}

static void help_one(struct run *r, const struct command *c)
{
	const struct method *m = command_method(c);
	struct options o = r->options;

	usage_line(c, stdout);
	table_text(stdout, 2, slice_of(lang_text(c->help)));
	if (c->example)
		printf("  %s %s\n", _("Example:"), c->example);
	o.lists[0] = m ? m->params : NULL;
	o.lists[1] = m && r->kind ? r->kind->fields : NULL;
	o.positional = c->positional;
	if (m)
		options_help(&o, stdout);
}

enum err go_help(struct run *r)
{
	char words[4][32], *argv[4];
	int argc = 0, used;
	const struct command *c;

	for (size_t i = 0; i < r->options.n && argc < 4; i++) {
		copy(words[argc], sizeof(words[0]), r->options.v[i].text);
		argv[argc] = words[argc];
		argc++;
	}
	if (!argc) {
		help_all();
		return ERR_OK;
	}
	if (!strcmp(words[0], "exit")) {
		help_exit();
		return ERR_OK;
	}
	c = command_find(argc, argv, &used);
	if (!c || !c->help)
		return fault_set(&r->fault, ERR_USAGE, N_("There is no command %s."), NULL,
				 N_("brug help lists them."), words[0]);
	help_one(r, c);
	return ERR_OK;
}

/* -- for the shell and the manual -------------------------------------------------------------- */

static void complete_words(void)
{
	for (const struct command *c = commands; c->words; c++)
		if (c->help)
			printf("%.*s\n", (int)strcspn(c->words, " "), c->words);
	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		for (const struct move *m = k->moves; m->verb; m++)
			if (m->who != WHO_CLOCK)
				printf("%s\n", m->verb);
}

static void complete_second(const char *first)
{
	size_t n = strlen(first);

	for (const struct command *c = commands; c->words; c++)
		if (c->help && !strncmp(c->words, first, n) && c->words[n] == ' ')
			printf("%s\n", c->words + n + 1);
	if (!strcmp(first, "add") || !strcmp(first, "explain"))
		for (const struct kind *k = brug_vocab.kinds; k->name; k++)
			printf("%s\n", k->name);
}

static void complete_options(const struct command *c, struct slice kind_name)
{
	const struct method *m = command_method(c);
	const struct kind *k = vocab_kind(&brug_vocab, kind_name);

	for (const struct field *f = m ? m->params : NULL; f && f->name; f++)
		if (f->type != T_FIELDS && f->type != T_BIN)
			printf("--%s\n", f->name);
	for (const struct field *f = k ? k->fields : NULL; f && f->name; f++)
		printf("--%s\n", f->name);
	printf("--json\n--help\n");
}

/* What may stand at the last of the words given: words before it are complete. Offline; codes of a
 * case are not offered. */
enum err go_complete(struct run *r)
{
	char words[8][32], *argv[8];
	const struct command *c;
	int argc = 0, used;

	for (size_t i = 0; i < r->options.n && argc < 8; i++) {
		copy(words[argc], sizeof(words[0]), r->options.v[i].text);
		argv[argc] = words[argc];
		argc++;
	}
	if (argc <= 1) {
		complete_words();
		return ERR_OK;
	}
	c = command_find(argc - 1, argv, &used);
	if (argc == 2)
		complete_second(words[0]);
	if (c)
		complete_options(c, argc > used ? slice_of(words[used]) : (struct slice){0});
	return ERR_OK;
}

enum err go_synopsis(struct run *r)
{
	(void)r;
	for (const struct command *c = commands; c->words; c++) {
		if (!c->help)
			continue;
		printf("*brug %s*", c->words);
		for (const char *p = c->positional; p && *p;) {
			size_t n = strcspn(p, " ");

			printf(" _%.*s_", (int)n, p);
			p += n + (p[n] == ' ');
		}
		printf("%s\n\t%s\n\n", c->method ? " [\\--option value ...]" : "", c->help);
	}
	return ERR_OK;
}

enum err go_protocol(struct run *r)
{
	CLEANUP(buf_free) struct buf page = {0};

	(void)r;
	describe_protocol(&brug_vocab, &page);
	fwrite(page.p, 1, page.n, stdout);
	return ERR_OK;
}
