/* brug help, and what the manual and the protocol page are made of. */
#include "cli.h"

#include "gate.h"
#include "describe.h"
#include "table.h"

#include <stdio.h>
#include <string.h>

static void copy(char *out, size_t n, struct slice s)
{
	snprintf(out, n, "%.*s", SLICE_ARG(s));
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
	printf("      brug help levels · roles · purposes · categories\n");
}

static void help_exit(void)
{
	for (unsigned i = 0; err_nth(i) >= 0; i++) {
		CLEANUP(buf_free) struct buf line = {0};

		buf_fmt(&line, "%d %s: %s", err_nth(i), err_name(err_nth(i)),
			lang_text(err_text(err_nth(i))));
		table_text(stdout, 2, buf_view(&line));
	}
}

static void usage_line(const struct command *c, const char *verb)
{
	CLEANUP(buf_free) struct buf line = {0};

	usage_of(c, verb, &line);
	table_text(stdout, 0, buf_view(&line));
}

/* Of which kinds, from which state to which. */
static void verb_moves(const char *verb)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		for (const struct move *m = k->moves; m->verb; m++) {
			CLEANUP(buf_free) struct buf line = {0};

			if (m->who == WHO_CLOCK ||
			    (strcmp(verb, m->verb) != 0 && strcmp(verb, m->alias) != 0))
				continue;
			buf_fmt(&line, "%s: %s > %s", k->name, m->from, m->to);
			if (m->why)
				buf_fmt(&line, "  (%s)", _("asks for a reason"));
			table_text(stdout, 6, buf_view(&line));
		}
}

enum err help_verb(const char *verb)
{
	const struct command *c = &move_command;
	struct options o = {.lists = {command_method(c)->params},
			    .positional = c->positional,
			    .filled = "case rev verb"};

	usage_line(c, verb);
	table_text(stdout, 2, slice_of(lang_text(c->help)));
	verb_moves(verb);
	options_help(&o, stdout);
	return ERR_OK;
}

/* "consent": the commands that begin with it. */
static bool help_group(const char *word)
{
	size_t n = strlen(word);
	bool found = false;

	for (const struct command *c = commands; c->words; c++) {
		if (!c->help || ((strncmp(c->words, word, n) != 0 || c->words[n] != ' ') &&
				 (strncmp(c->alias, word, n) != 0 || c->alias[n] != ' ')))
			continue;
		usage_line(c, "");
		table_text(stdout, 6, slice_of(lang_text(c->help)));
		found = true;
	}
	return found;
}

static void help_one(struct run *r, const struct command *c)
{
	const struct method *m = command_method(c);
	struct options o = r->options;

	o.filled = command_filled(c);
	usage_line(c, "");
	table_text(stdout, 2, slice_of(lang_text(c->help)));
	if (c->example) {
		CLEANUP(buf_free) struct buf line = {0};

		buf_fmt(&line, "%s %s", _("Example:"), c->example);
		table_text(stdout, 2, buf_view(&line));
	}
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
	if (argc == 1 && help_topic(words[0]))
		return ERR_OK;
	c = command_in(commands, argc, argv, &used);
	if (!c && is_verb(words[0]))
		return help_verb(words[0]);
	if (!c && help_group(words[0]))
		return ERR_OK;
	if (!c || !c->help)
		return fault_set(&r->fault, ERR_USAGE, N_("There is no command %s."), NULL,
				 N_("brug help lists them."), words[0]);
	help_one(r, c);
	return ERR_OK;
}

/* -- for the shell and the manual -------------------------------------------------------------- */

enum err go_synopsis(struct run *r)
{
	(void)r;
	for (const struct command *c = commands; c->words; c++) {
		if (!c->help)
			continue;
		printf("*brug %s*", c->words);
		for (const char *p = c->positional; p && *p;) {
			size_t n = strcspn(p, " ");

			gate_printf(stdout, " _%.*s_", (int)n, p);
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
