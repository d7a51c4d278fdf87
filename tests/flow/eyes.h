#pragma once
/* What somebody sees, is told, or finds in an answer: what most flows ask after each step. */
#include "flow.h"

/* The text under the key is this one. */
bool is_text(const msgpack_object *, const char *key, const char *text);
/* The first of a list with this text under the key, or NULL. */
const msgpack_object *row_with(const msgpack_object *list, const char *key, const char *text);
/* How many notices of this sort he has, and whether he has one. */
size_t told(struct link *, const char *what);
bool is_told(struct link *, const char *what);
/* How many levels of an item are shown to him; 0 when it is hidden. */
size_t sees(struct link *, const char *case_code, const char *item);
/* From going well, by way of aftercare, to closed. */
void close_case(struct link *lead, const char *case_code);
/* The first admin comes and has an answer. */
void still_serves(struct flow *);
