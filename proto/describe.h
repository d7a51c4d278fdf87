#pragma once
/*
 * Describe: the vocabulary in words, for help, completion, man pages, `brug explain` and the
 * protocol page. Whatever is said about a kind, a field or a method anywhere comes from here, and
 * so from the table the program runs on.
 */
#include "vocab.h"

/* Translates an English msgid; the clients give gettext, tests may give identity (NULL). */
typedef const char *(*translate_fn)(const char *msgid);

/* "line of at most 120 bytes", "one of: open, loopt", "date: 2026-12-01" ... */
void describe_type(const struct field *, translate_fn, struct buf *out);
/* The page of `brug explain actie`: what it is, its fields by level with bounds and who may set
 * them, states and moves. */
/* columns: of the page, 0: 78. */
void describe_kind(const struct kind *, translate_fn, unsigned columns, struct buf *out);
/* One method: parameters, right, answer. */
void describe_method(const struct method *, translate_fn, struct buf *out);
/* docs/protocol.7.scd, whole: the wire, errors, all methods and kinds. */
void describe_protocol(const struct vocab *, struct buf *out);
const char *right_text(enum right);     /* English msgid */
const char *who_text(unsigned who_bit); /* English msgid of one bit of enum who */
