#pragma once
/* What both programs are: a table of commands, and a process that keeps to itself. */
#include "options.h"

struct run; /* each program's own */

/*
 * A command: one row. Parser, help, completion and the manual's synopsis read it. words is what one
 * types; alias the same in Dutch. The method's parameters are its options, and so are the fields in
 * own, which never leave the program; positional names those that are given by place ("kind" and
 * "item+" too). Without help it is not for people.
 */
struct command {
	const char *words, *alias;
	const char *method;
	const char *positional;
	enum err (*go)(struct run *);
	const char *help, *example;
	const struct field *own;
};

/* The row for the words at argv, the first that fits; *used is how many words it took, 0: none. A
 * table ends with words == NULL. */
const struct command *command_in(const struct command *table, int argc, char **argv, int *used);
const struct method *command_method(const struct command *); /* NULL: it asks no server */
/* For completion, a line each: the first words that there are, and what may follow one of them. */
void command_first_words(const struct command *table);
void command_next_words(const struct command *table, const char *first);

/* Names, keys and texts pass through here: no core dump, no ptrace, and files for the owner alone.
 */
void program_keep_to_itself(void);
/* Moments are shown as they are in Amsterdam, wherever this machine stands, and on one without time
 * zones too. */
void program_set_clock_face(void);
