#include "program.h"

#include "gate.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

/* How many of argv's words the row's words take, 0: none of them. */
static int matches(const char *words, int argc, char **argv)
{
	int n = 0;

	while (*words) {
		size_t len = strcspn(words, " ");

		if (n == argc || strlen(argv[n]) != len || strncmp(argv[n], words, len) != 0)
			return 0;
		n++;
		words += len + (words[len] == ' ');
	}
	return n;
}

const struct command *command_in(const struct command *table, int argc, char **argv, int *used)
{
	for (const struct command *c = table; c->words; c++) {
		*used = matches(c->words, argc, argv);
		if (!*used)
			*used = matches(c->alias, argc, argv);
		if (*used)
			return c;
	}
	*used = 0;
	return NULL;
}

const struct method *command_method(const struct command *c)
{
	return c->method ? vocab_method(&brug_vocab, slice_of(c->method)) : NULL;
}

void command_first_words(const struct command *table)
{
	const char *last = "";

	for (const struct command *c = table; c->words; c++) {
		size_t n = strcspn(c->words, " ");

		if (c->help && (strncmp(c->words, last, n) != 0 || strcspn(last, " ") != n))
			gate_printf(stdout, "%.*s\n", (int)n, c->words);
		last = c->words;
	}
}

void command_next_words(const struct command *table, const char *first)
{
	size_t n = strlen(first);

	for (const struct command *c = table; c->words; c++)
		if (c->help && !strncmp(c->words, first, n) && c->words[n] == ' ')
			printf("%s\n", c->words + n + 1);
}

void program_keep_to_itself(void)
{
	const struct rlimit none = {0, 0};

	umask(077);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
}

void program_set_clock_face(void)
{
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
}
