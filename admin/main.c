/* brug-admin: finds the command, reads its options, does it, and says how it went. */
#include "admin.h"

#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the shell asks about is not for us to obey: options among the words are words. */
static void take_words(struct run *r, char **argv)
{
	while (*argv && r->options.n < VALUES)
		r->options.v[r->options.n++] = (struct value){.text = slice_of(*argv++)};
}

static enum err run(struct run *r, int argc, char **argv)
{
	int used = 0;

	r->command = command_in(commands, argc, argv, &used);
	if (!r->command)
		return help_unknown(r, argc, argv);
	r->options = command_options(r->command);
	if (r->command->go == go_complete) {
		take_words(r, argv + used);
		return go_complete(r);
	}
	TRY(options_read(argc - used, argv + used, &r->options, &r->fault));
	if (r->options.help) {
		help_command(r->command);
		return ERR_OK;
	}
	return r->command->go(r);
}

void run_free(struct run *r)
{
	link_close(r->link);
	fault_free(&r->fault);
	arena_free(&r->arena);
}

/* The usual spellings of two commands, and help when nothing was said. */
static char *first_word(int argc, char **argv)
{
	static char help[] = "help", version[] = "version";

	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help;
	return strcmp(argv[1], "--version") ? argv[1] : version;
}

/* The server points to brug's lists; these are brug-admin's. */
static void where_to_look(struct run *r)
{
	const char *method = r->command->method ? r->command->method : "";
	const char *list = !strncmp(method, "emergency.", 10) ? "brug-admin emergency list"
			   : !strncmp(method, "case.", 5)     ? "brug-admin case retained"
			   : !strncmp(method, "log.", 4)      ? "brug-admin log"
							      : NULL;

	if (list && *r->fault.can)
		snprintf(r->fault.can, sizeof(r->fault.can), "%s %s", _("Look in the list:"), list);
}

int main(int argc, char **argv)
{
	char *words[2] = {first_word(argc, argv), NULL};
	static struct run r;
	enum err err;

	program_keep_to_itself();
	program_set_clock_face();
	lang_begin();
	home_find(&r.home);
	if (argc > 1)
		argv[1] = words[0];
	err = argc > 1 ? run(&r, argc - 1, argv + 1) : run(&r, 1, words);
	if (fflush(stdout) && err == ERR_OK)
		err = ERR_INTERNAL;
	if (err != ERR_OK && r.fault.code != ERR_OK) {
		if (err == ERR_NOTFOUND)
			where_to_look(&r);
		if (r.options.json)
			json_fault(stdout, &r.fault);
		fault_print(&r.fault);
	}
	run_free(&r);
	return (int)err;
}
