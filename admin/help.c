/* Help, completion and the manual's synopsis, all from the table of commands. */
#include "admin.h"

#include <stdio.h>
#include <string.h>

/* -- unknown words ----------------------------------------------------------------------------- */

/* The commands that begin with this word: "user" is a beginning, "usr" is a typing error. */
static bool is_beginning(const char *word)
{
	size_t n = strlen(word);

	for (const struct command *c = commands; c->words; c++)
		if ((!strncmp(c->words, word, n) && c->words[n] == ' ') ||
		    (!strncmp(c->alias, word, n) && c->alias[n] == ' '))
			return true;
	return false;
}

static const char *nearest(const char *typed)
{
	const char *names[128];
	size_t n = 0;

	for (const struct command *c = commands; c->words && n < 126; c++)
		if (c->help) {
			names[n++] = c->words;
			names[n++] = c->alias;
		}
	names[n] = NULL;
	return vocab_nearest(names, slice_of(typed));
}

static void list_beginning(const char *word, char *out, size_t size)
{
	size_t n = strlen(word), at = 0;

	for (const struct command *c = commands; c->words && at < size; c++)
		if (!strncmp(c->words, word, n) && c->words[n] == ' ')
			at += (size_t)snprintf(out + at, size - at, "%sbrug-admin %s",
					       at ? " · " : "", c->words);
}

enum err help_unknown(struct run *r, int argc, char **argv)
{
	char typed[128];
	const char *near;

	snprintf(typed, sizeof(typed), "%.60s%s%.60s", argv[0], argc > 1 ? " " : "",
		 argc > 1 ? argv[1] : "");
	if (is_beginning(argv[0])) {
		fault_set(&r->fault, ERR_USAGE, N_("\"%s\" is not a whole command."), NULL, NULL,
			  typed);
		list_beginning(argv[0], r->fault.can, sizeof(r->fault.can));
		return ERR_USAGE;
	}
	near = nearest(typed);
	near = near ? near : nearest(argv[0]);
	fault_set(&r->fault, ERR_USAGE, N_("There is no command \"%s\"."), NULL,
		  near ? NULL : N_("brug-admin help lists them."), argv[0]);
	if (near)
		snprintf(r->fault.can, sizeof(r->fault.can), "%s brug-admin %s", _("Did you mean:"),
			 near);
	return ERR_USAGE;
}

/* -- help -------------------------------------------------------------------------------------- */

static void usage(const struct command *c, const char *before, const char *after)
{
	for (const char *p = c->positional; p && *p;) {
		size_t n = strcspn(p, " ");

		printf(" %s%.*s%s", before, (int)(n - (p[n - 1] == '+')), p, after);
		p += n + (p[n] == ' ');
	}
}

static void help_all(void)
{
	table_text(
		stdout, 0,
		slice_of(_("brug-admin: found a Brug server, and look after its agencies, people "
			   "and rules.")));
	putchar('\n');
	for (const struct command *c = commands; c->words; c++) {
		if (!c->help)
			continue;
		printf("  %s%s%s", table_bold(stdout), c->words, table_plain(stdout));
		usage(c, "", "");
		if (strcmp(c->words, c->alias) != 0)
			printf("  (%s)", c->alias);
		putchar('\n');
		table_text(stdout, 6, slice_of(lang_text(c->help)));
	}
	printf("\n%s  brug-admin help COMMAND\n", _("More:"));
}

void help_command(const struct command *c)
{
	struct options o = command_options(c);
	CLEANUP(buf_free) struct buf line = {0};

	printf("brug-admin %s", c->words);
	usage(c, "", "");
	putchar('\n');
	table_text(stdout, 2, slice_of(lang_text(c->help)));
	buf_fmt(&line, "%s %s", _("Example:"), c->example);
	table_text(stdout, 2, buf_view(&line));
	options_help(&o, stdout);
}

/* The words given after help or __complete, as an argv; the last is followed by NULL. */
static int topics(struct run *r, char *argv[8])
{
	int argc = 0;

	for (size_t i = 0; i < r->options.n && argc < 7; i++)
		argv[argc++] = arena_str(&r->arena, r->options.v[i].text);
	argv[argc] = NULL;
	return argc;
}

enum err go_help(struct run *r)
{
	const struct command *c;
	char *argv[8];
	int argc = topics(r, argv), used;

	if (!argc) {
		help_all();
		return ERR_OK;
	}
	c = command_in(commands, argc, argv, &used);
	if (!c || !c->help)
		return help_unknown(r, argc, argv);
	help_command(c);
	return ERR_OK;
}

enum err go_version(struct run *r)
{
	if (r->options.json) {
		printf("{\"v\":1,\"brug-admin\":\"" VERSION "\"}\n");
		return ERR_OK;
	}
	printf("brug-admin " VERSION "\n");
	if (home_joined(&r->home) && run_connect(r) == ERR_OK)
		printf("brugd %.*s, %.*s\n",
		       SLICE_ARG(obj_bytes(obj_get(link_me(r->link), "version"))),
		       SLICE_ARG(obj_bytes(obj_get(link_me(r->link), "server"))));
	r->fault.code = ERR_OK; /* one's own version can be told without a server */
	return ERR_OK;
}

/* -- for the shell and the manual -------------------------------------------------------------- */

/* What may stand at the last of the words given: the words before it are complete. Offline. */
enum err go_complete(struct run *r)
{
	const struct command *c;
	struct options o;
	char *argv[8];
	int argc = topics(r, argv), used;

	if (argc <= 1) {
		command_first_words(commands);
		return ERR_OK;
	}
	c = command_in(commands, argc - 1, argv, &used);
	if (!c) {
		command_next_words(commands, argv[0]);
		return ERR_OK;
	}
	o = command_options(c);
	options_complete(&o, argc - used, argv + used);
	return ERR_OK;
}

/* Anything to say that is not said by place. */
static bool has_options(const struct command *c)
{
	struct options o = command_options(c);

	for (int i = 0; i < LISTS && o.lists[i]; i++)
		for (const struct field *f = o.lists[i]; f->name; f++)
			if (f->type != T_BIN && !(c->positional && strstr(c->positional, f->name)))
				return true;
	return false;
}

enum err go_synopsis(struct run *r)
{
	(void)r;
	for (const struct command *c = commands; c->words; c++) {
		if (!c->help)
			continue;
		printf("*brug-admin %s*", c->words);
		usage(c, "_", "_");
		printf("%s\n\t%s\n\n", has_options(c) ? " [\\--option value ...]" : "", c->help);
	}
	return ERR_OK;
}
