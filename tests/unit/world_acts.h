#pragma once
/* Others work, on what a viewer may not see: by somebody who may, in one world. */
#include "world_hub.h"

enum act {
	ACT_SET,
	ACT_MOVE,
	ACT_ADD,
	ACT_SAY,
	ACT_NARROW,
	ACT_WIDEN,
	ACT_RESTRICT,
	ACT_OBJECT,
	ACT_VERZOEK,
	ACT_ANSWER,
	ACT_CONSENT,
	ACT_WITHDRAW,
	ACT_EMERGENCY,
	ACT_REVIEW,
	ACT_RULE,
	ACT_IMAGINE,
	ACT_READ,
	ACTS
};
extern const char *const act_names[ACTS];

/* Gives somebody but the viewer the functions that rules and reviews take; his number. */
uint64_t acts_admin(struct world *, uint64_t viewer);

/* An act on the hidden item, which must be no news to the viewer by its nature: who leads a case is
 * told of an emergency in it, and knows of its consents. False: nobody may do it here, or it
 * was refused; nothing was changed then. Of the last two kinds only the log changes. */
bool act_try(struct world_hub *, enum act, uint64_t viewer, uint64_t admin,
	     const struct rec_item *hidden);
