#pragma once
/* For the person: the parts of all that is held on him, as far as the viewer may know of them. */
#include "serve.h"

/* Pack the arrays of consent.list and of verzoek.list; the second says how many. */
void consents_pack(struct request *, struct buf *out);
size_t verzoeken_pack(struct request *, struct buf *out);
