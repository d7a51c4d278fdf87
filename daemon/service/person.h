#pragma once
/* For the person: the parts of all that is held on him, as far as the viewer may know of them, and
 * what is his alone. */
#include "serve.h"

/* Pack the arrays of consent.list and of verzoek.list; the second says how many. */
void consents_pack(struct request *, struct buf *out);
/* The mandates that concern the viewer, an array. */
void mandates_pack(struct request *, struct buf *out);
/* The case's phases into the answer, an array; with the reasons for who hears them. */
void phases_pack(struct request *);
size_t verzoeken_pack(struct request *, struct buf *out);
/* Answers case.export: all that the request's viewer may read at rq->now, a page from "after" on.
 */
enum err held_pack(struct request *);
/* For who speaks for him, only where the mandate goes. */
enum err persons_side(struct request *, const struct rec_item *);
/* ERR_REFUSED in a closed case, but for the person and who speaks for him. */
enum err persons_own_when_closed(struct request *);
/* Turns the item's restriction on, or off when it is on; the caller has asked whether he may. */
void restrict_item(struct request *, struct rec_item *, struct slice why);
/* The case is closed now: who asked something that is open hears who answers it, and the privacy
 * officers that it is theirs. How many, of those that who closes it may know. */
size_t verzoeken_pass_on(struct request *);
