#pragma once
/* Answers as JSON: names of the wire, "v":1, and an item's view laid flat beside its level. */
#include "pack.h"

#include <stdio.h>

#include <jansson.h>

/* An object for a value of the wire. An item {item, view: [..]} becomes {item, level, ...fields}.
 * The caller's reference. */
json_t *json_of(const msgpack_object *);
struct fault;
/* {"v":1,"error":{code, name, text, why, can, ref, detail}}: an error for programs. */
void json_fault(FILE *, const struct fault *);
/* Prints the answer with "v":1, on one line when lines is true. */
void json_print(FILE *, const msgpack_object *, bool lines);
struct options;
/* With --json the answer is printed as it came, and there is nothing more to show. */
bool json_wanted(const struct options *, const struct tree *);
