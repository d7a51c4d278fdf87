#pragma once
/* Overvraagd: how much is asked of the person, told to who asks still more. Not a count of him. */
#include "serve.h"

/* How many others asked something of the person in the last week that is open still, of what the
 * asker sees; 0 when this item asks nothing of him, or he asks it of himself. */
size_t asked_already(struct request *, const struct rec_item *);
