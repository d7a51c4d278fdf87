#pragma once
/*
 * Options: a command line read against the tables. What a command takes is what its method's
 * parameters (and, for items, its kind's fields) are: --termijn 2026-12-01, --leefgebieden
 * werk,wonen, --treating. Positional words go to the parameters named in the command's row. Nothing
 * is listed twice.
 *
 * A person's text (F_PRIVATE, T_TEXT) is never taken from the command line: history and ps would
 * show it. Its option stands without a value and says that it will be given (texts.h).
 */
#include "brug.h"

#include <stdio.h>

enum { LISTS = 3, VALUES = 128 };

struct value {
	const struct field *field;
	struct slice text;
};
struct options {
	const struct field *lists[LISTS]; /* what may be said; NULL ends */
	const char *positional;           /* "case item": parameters given by place */
	const char *filled;               /* "case rev": what the program fills in itself */
	struct value v[VALUES];
	size_t n;
	bool json, help, plain, html, all;
	int count; /* --count N, 0: none */
};
/* argv[0] is the first word after the command. ERR_USAGE fills the fault. *out keeps pointers into
 * argv. */
enum err options_read(int argc, char **argv, struct options *, struct fault *);
/* The first value given for a name, or empty. */
struct slice options_get(const struct options *, const char *name);
bool options_has(const struct options *, const char *name);
/* Adds a value as if it had been given, unless there is one. */
void options_default(struct options *, const struct field *, struct slice text);
/* What the vocabulary has against the values given, said before a text is asked for. */
enum err options_check(const struct options *, struct fault *);
/* The first field of a list that must be given and was not; texts and what the program fills in
 * apart. NULL: nothing is missing. */
const struct field *options_missing(const struct options *, const struct field *list);
/* Packs the pairs given for one list of fields (keys and values); returns how many. Private ones
 * are left out. */
enum err options_pack(const struct options *, const struct field *list, struct buf *pairs,
		      unsigned *n, struct fault *);
/* A value as the field's type wants it on the wire; several texts for lists. */
enum err options_pack_value(const struct field *, const struct slice *texts, size_t n,
			    struct buf *out, struct fault *);
bool field_is_private(const struct field *);
/* The field's name as one types it: dry_run is --dry-run. */
void options_name(const struct field *, char out[64]);
/* Prints what may stand at the last of these words, a line each: the words of an option's or a
 * place's type, and the options. The shell picks those that begin as typed. */
void options_complete(const struct options *, int argc, char **argv);
/* "item *", "--termijn DATE  ..." lines for help: first what is given by place. */
void options_help(const struct options *, FILE *);
