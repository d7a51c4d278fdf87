/* brug __complete WORDS: what may stand at the last of them. The shell asks it at each tab.
 * Offline; codes of a case are not offered. */
#include "cli.h"

#include "gate.h"

#include <stdio.h>
#include <string.h>

static void print_kinds(void)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		printf("%s\n", k->name);
}

static void print_verbs(void)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		for (const struct move *m = k->moves; m->verb; m++)
			if (m->who != WHO_CLOCK)
				printf("%s\n", m->verb);
}

/* What is given by place and is no word of the vocabulary's fields. */
static void print_place(const struct command *c, int argc)
{
	if (argc != 1 || !c->positional)
		return;
	if (!strncmp(c->positional, "kind", 4))
		print_kinds();
	else if (!strcmp(c->positional, "what name"))
		printf("list\nshow\nsend\nagain\ndrop\n");
	else if (!strncmp(c->positional, "topic", 5))
		command_first_words(commands);
}

enum err go_complete(struct run *r)
{
	int argc = r->words_n, used = 0;
	const struct command *c;

	if (argc <= 1) {
		command_first_words(commands);
		print_verbs();
		return ERR_OK;
	}
	c = find_command(r, argc - 1, r->words, &used);
	if (!c || (used == 1 && argc == 2))
		command_next_words(commands, r->words[0]);
	if (!c)
		return ERR_OK;
	print_place(c, argc - used);
	r->command = c;
	choose_fields(r, argc, r->words);
	options_complete(&r->options, argc - used, r->words + used);
	return ERR_OK;
}
