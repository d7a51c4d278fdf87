/* brug: finds the command, reads its options, does it, and says how it went. */
#include "cli.h"

#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Options of the commands that no method stands behind. */
static const struct field own_fields[] = {
	{.name = "server", .type = T_LINE}, {.name = "code", .type = T_LINE},
	{.name = "case", .type = T_CASE},   {.name = "kind", .type = T_NAME},
	{.name = "what", .type = T_NAME},   {.name = "name", .type = T_NAME},
	{.name = "topic", .type = T_NAME},  {.name = NULL}};

const struct command move_command = {"VERB",          "VERB",  "item.move",
				     "item",          go_move, N_("Make a step with an item."),
				     "brug done 7QK2"};

bool is_verb(const char *word)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		for (const struct move *m = k->moves; m->verb; m++)
			if (m->who != WHO_CLOCK &&
			    (!strcmp(word, m->verb) || !strcmp(word, m->alias)))
				return true;
	return false;
}

static const char *nearest_command(const char *word)
{
	const char *names[128];
	size_t n = 0;

	for (const struct command *c = commands; c->words && n < 120; c++)
		if (c->help && !strchr(c->words, ' ')) {
			names[n++] = c->words;
			names[n++] = c->alias;
		}
	names[n] = NULL;
	return vocab_nearest(names, slice_of(word));
}

static enum err unknown(struct run *r, const char *word)
{
	const char *near = nearest_command(word);
	char second[160] = "";

	for (const struct command *c = commands; c->words; c++)
		if (!strncmp(c->words, word, strlen(word)) && c->words[strlen(word)] == ' ' &&
		    strlen(second) < 100)
			snprintf(second + strlen(second), sizeof(second) - strlen(second),
				 "%sbrug %.40s", *second ? ", " : "", c->words);
	if (*second)
		return fault_set(&r->fault, ERR_USAGE, N_("This command takes one word more."),
				 NULL, N_("One of: %s"), second);
	fault_set(&r->fault, ERR_USAGE, N_("There is no command \"%s\"."), NULL,
		  near ? NULL : N_("brug help lists them."), word);
	if (near)
		snprintf(r->fault.can, sizeof(r->fault.can), "%s brug %s", _("Did you mean:"),
			 near);
	return ERR_USAGE;
}

/* "brug case" alone: the command that needs no more. */
const struct command *find_command(struct run *r, int argc, char **argv, int *used)
{
	static char list[] = "list", lijst[] = "lijst";
	const struct command *c;

	if (argc == 0) {
		static char today[] = "today";
		char *words[] = {today, NULL};

		c = command_in(commands, 1, words, used);
		*used = 0;
		return c;
	}
	c = command_in(commands, argc, argv, used);
	if (!c && is_verb(argv[0])) {
		snprintf(r->verb, sizeof(r->verb), "%s", argv[0]);
		*used = 1;
		return &move_command;
	}
	if (!c && argc == 1) {
		char *words[] = {argv[0], list, NULL};

		c = command_in(commands, 2, words, used);
		words[1] = lijst;
		c = c ? c : command_in(commands, 2, words, used);
		*used = c ? 1 : 0;
	}
	return c;
}

static const struct kind *kind_in(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		const struct kind *k = vocab_kind(&brug_vocab, slice_of(argv[i]));

		if (k)
			return k;
	}
	return NULL;
}

/* brug set: the item's kind is the server's to know; all kinds' fields are taken, and the server
 * checks. */
static const struct kind any_kind = {.name = "*"};
static struct field any_fields[128];

static const struct kind *all_kinds(void)
{
	static struct kind all;
	size_t n = 0;

	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		for (const struct field *f = k->fields; f->name && n < 127; f++)
			if (!n || !field_find(any_fields, slice_of(f->name))) {
				any_fields[n] = *f;
				any_fields[n++].flags &= ~(unsigned)F_REQUIRED;
				any_fields[n] = (struct field){.name = NULL};
			}
	all = any_kind;
	all.fields = any_fields;
	return &all;
}

void choose_fields(struct run *r, int argc, char **argv)
{
	const struct method *m = command_method(r->command);
	const char *method = r->command->method ? r->command->method : "";
	const struct field *own = r->command->own ? r->command->own : talk_fields(r->command);

	if (!strcmp(method, "item.set"))
		r->kind = all_kinds();
	else if (!strcmp(method, "message.say"))
		r->kind = vocab_kind(&brug_vocab, SLICE("bericht"));
	else if (!strcmp(r->command->words, "weigh"))
		r->kind = vocab_kind(&brug_vocab, SLICE("afweging"));
	else if (!strcmp(r->command->words, "voice"))
		r->kind = vocab_kind(&brug_vocab, SLICE("stem"));
	else if (!strcmp(r->command->words, "score"))
		r->kind = vocab_kind(&brug_vocab, SLICE("score"));
	else if (!strcmp(method, "item.add") || !strcmp(r->command->words, "help"))
		r->kind = kind_in(argc, argv);
	r->options.positional = talk_places(r->command, argc > 1 ? argv[1] : "");
	r->options.filled = command_filled(r->command);
	r->options.lists[0] = m ? m->params : own_fields;
	r->options.lists[1] = m && r->kind ? r->kind->fields : own;
	r->options.lists[2] = m && r->kind ? own : NULL;
}

static enum err help_for(struct run *r)
{
	char words[64];

	if (!strcmp(r->command->words, "VERB"))
		return help_verb(r->verb);
	snprintf(words, sizeof(words), "%s", r->command->words);
	r->options.n = 0;
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		r->options.v[r->options.n++] = (struct value){&own_fields[6], slice_of(w)};
	r->options.lists[0] = own_fields;
	return go_help(r);
}

/* Missing words are said at once, before the case is looked for. An unknown kind has an answer of
 * its own. */
static enum err begin_whole(struct run *r, const struct method *m)
{
	if (!strcmp(r->command->words, "say") || !strcmp(r->command->words, "voice") ||
	    !strcmp(r->command->words, "score"))
		options_default(&r->options, field_find(m->params, SLICE("kind")),
				slice_of(r->kind->name));
	if (!strcmp(r->command->words, "voice"))
		options_default(&r->options, field_find(r->kind->fields, SLICE("soort")),
				SLICE("gesprek"));
	if (!strcmp(r->command->words, "weigh"))
		TRY(weigh_begin(r));
	if (!r->kind && !strcmp(r->command->words, "add"))
		return kind_unknown(r);
	TRY(run_whole(r, m));
	if (!home_joined(&r->home))
		return run_connect(r); /* says how one joins */
	return run_place(r, m);
}

static enum err run(struct run *r, int argc, char **argv)
{
	const struct method *m;
	int used = 0;

	r->command = find_command(r, argc, argv, &used);
	if (!r->command)
		return unknown(r, argv[0]);
	choose_fields(r, argc, argv);
	r->words = argv + used;
	r->words_n = argc - used;
	if (r->command->go == go_complete)
		return go_complete(r); /* options among the words are words, not for us to obey */
	TRY(options_read(argc - used, argv + used, &r->options, &r->fault));
	if (r->options.help)
		return help_for(r);
	m = command_method(r->command);
	if (m)
		TRY(begin_whole(r, m));
	return r->command->go(r);
}

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h");
}

/* The server has one answer to what is not there; which list holds such names is ours to say. */
static void where_to_look(struct run *r)
{
	static const char *const lists[][2] = {{"consent.", "brug consent list"},
					       {"emergency.", "brug emergency list"},
					       {"verzoek.", "brug verzoek list"},
					       {"notice.", "brug today"}};
	const char *method = r->command && r->command->method ? r->command->method : "";

	if (!strcmp(method, "emergency.open")) {
		snprintf(
			r->fault.can, sizeof(r->fault.can), "%s",
			_("Have the whole code read out to you by who sees it: the casusregisseur, "
			  "or the agency it belongs to. In acute danger call 112."));
		return;
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (!strncmp(method, lists[i][0], strlen(lists[i][0])) && *r->fault.can)
			snprintf(r->fault.can, sizeof(r->fault.can), "%s %s",
				 _("Look in the list:"), lists[i][1]);
}

int main(int argc, char **argv)
{
	static char help[] = "help", version[] = "version";
	static struct run r;
	enum err err;

	program_keep_to_itself();
	program_set_clock_face();
	lang_begin();
	home_find(&r.home);
	if (argc > 1 && is_help(argv[1]))
		argv[1] = help;
	else if (argc > 1 && !strcmp(argv[1], "--version"))
		argv[1] = version;
	/* brug --json ... is brug today --json */
	err = argc > 1 && argv[1][0] == '-' ? run(&r, 0, argv + 1) : run(&r, argc - 1, argv + 1);
	link_close(r.link);
	if (err != ERR_OK && r.options.json)
		json_fault(stdout, &r.fault);
	fflush(stdout);
	if (err == ERR_NOTFOUND)
		where_to_look(&r);
	if (err != ERR_OK)
		fault_print(&r.fault);
	fault_free(&r.fault);
	return (int)err;
}
