#pragma once
/*
 * The output gate: all text from the server passes here before a terminal sees it. Valid UTF-8,
 * NFC; control characters, direction marks and zero-width characters are dropped, so that nobody
 * writes into another's screen.
 */
#include "bytes.h"

#include <stdio.h>

/* Appends the cleaned text. newlines: keeps \n and tabs (as spaces). */
void gate_clean(struct slice text, bool newlines, struct buf *out);
/* Columns a cleaned text takes on a terminal. */
size_t gate_columns(struct slice text);
/* The longest beginning that takes at most so many columns, never breaking a character; in bytes.
 */
size_t gate_fit(struct slice text, size_t columns);
void gate_print(FILE *, struct slice text);
/* As printf, all of it through the gate: for every line that has a text of the server's in it.
 * Newlines stay; \r and colours do not. */
void gate_printf(FILE *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
