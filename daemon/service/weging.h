#pragma once
/* The weighing of a case (weging): whether it is taken in is decided by two. */
#include "serve.h"

enum err weging_added(struct request *, struct rec_item *, struct tree *fields);
/* Before a case goes to actief: one that waits, or that two decided otherwise, is in the way. Of
 * more the last holds. ERR_REFUSED. */
enum err weging_lets_in(struct request *);
