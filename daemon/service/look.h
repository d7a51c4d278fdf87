#pragma once
/*
 * Looking: an item as the asker is shown it, for answers that are computed from what he sees. It is
 * serve_show that decides and notes it, so that nothing hidden is ever counted.
 */
#include "serve.h"

/* False: he sees nothing of it. tree_free(out). */
bool look(struct request *, const struct rec_item *, struct tree *out);
enum level look_level(const struct tree *);
/* A field of any level he sees, or NULL; as text, or empty. */
const msgpack_object *look_field(const struct tree *, const char *field);
struct slice look_text(const struct tree *, const char *field);
/* The codes a field refers to, as far as he may know them: a packed array, or NULL. */
const msgpack_object *look_refs(const struct tree *, const char *field);
