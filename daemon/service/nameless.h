#pragma once
/*
 * Nameless: a text that is to leave its case is looked through for what says whom it is about.
 *
 * What it is compared with is what the asker knows himself: the names in the cases he takes part
 * in. So the answer tells nobody of a case that is not his, and not which one a text came from.
 */
#include "serve.h"

/* ERR_REFUSED, and what was found where, when the text says whom it is about. */
enum err nameless_text(struct request *, struct slice text);
/* What people say to each other at a table, of themselves and of days too: refused only when it
 * names a person of a case, a case, or has a number like his. */
enum err nameless_talk(struct request *, struct slice text);
