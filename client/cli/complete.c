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

static void print_commands(void)
{
	const char *last = "";

	for (const struct command *c = commands; c->words; c++) {
		size_t n = strcspn(c->words, " ");

		if (c->help && (strncmp(c->words, last, n) != 0 || strcspn(last, " ") != n))
			gate_printf(stdout, "%.*s\n", (int)n, c->words);
		last = c->words;
	}
}

static void print_verbs(void)
{
	for (const struct kind *k = brug_vocab.kinds; k->name; k++)
		for (const struct move *m = k->moves; m->verb; m++)
			if (m->who != WHO_CLOCK)
				printf("%s\n", m->verb);
}

static void print_second(const char *first)
{
	size_t n = strlen(first);

	for (const struct command *c = commands; c->words; c++)
		if (c->help && !strncmp(c->words, first, n) && c->words[n] == ' ')
			printf("%s\n", c->words + n + 1);
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
		print_commands();
}

enum err go_complete(struct run *r)
{
	int argc = r->words_n, used = 0;
	const struct command *c;

	if (argc <= 1) {
		print_commands();
		print_verbs();
		return ERR_OK;
	}
	c = find_command(r, argc - 1, r->words, &used);
	if (!c || (used == 1 && argc == 2))
		print_second(r->words[0]);
	if (!c)
		return ERR_OK;
	print_place(c, argc - used);
	r->command = c;
	choose_fields(r, argc, r->words);
	options_complete(&r->options, argc - used, r->words + used);
	return ERR_OK;
}
