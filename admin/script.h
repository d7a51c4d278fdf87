#pragma once
/*
 * A line of commands as a shell would split it: blanks between words, '...' and "..." around words
 * that hold blanks, \ before one character, # to the end of the line. Nothing is expanded and
 * nothing is run.
 */
#include "bytes.h"
#include "err.h"

struct script_line {
	char **v; /* NULL-ended, of the arena: fits argv */
	int n;
};
/* ERR_USAGE: why is an English msgid. An empty line or a remark has no words. */
enum err script_split(struct arena *, struct slice line, struct script_line *out, const char **why);
/* Puts a word between quotes when a shell, or script_split, would need them. */
void script_quote(struct slice word, struct buf *out);
