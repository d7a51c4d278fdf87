#pragma once
/* Also: what a few kinds ask when they are added, set or moved, beyond what their rows say. */
#include "revise.h"

/* Before it is made. Into fields, when the server fills something in: all of them. */
enum err also_added(struct request *, const struct kind *, struct rec_item *, struct tree *fields);
/* Before a change of fields; item is before with what changes beside its text. */
enum err also_set(struct request *, const struct rec_item *before, struct rec_item *item);
/* Before a step, item in its new state. Into update: fields that change with it. */
enum err also_moved(struct request *, const struct rec_item *before, struct rec_item *item,
		    struct tree *update);
