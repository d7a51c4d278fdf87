#pragma once
/* For the person: the parts of all that is held on him, as far as the viewer may know of them. */
#include "serve.h"

/* Pack the arrays of consent.list and of verzoek.list; the second says how many. */
void consents_pack(struct request *, struct buf *out);
/* The mandates that concern the viewer, an array. */
void mandates_pack(struct request *, struct buf *out);
/* The case's phases into the answer, an array; with the reasons for who hears them. */
void phases_pack(struct request *);
size_t verzoeken_pack(struct request *, struct buf *out);
