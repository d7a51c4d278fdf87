#pragma once
/*
 * Notices: what a person is told of because the law or the practice asks it: an emergency access, a
 * request of the person, a consent withdrawn. They hold no text; today lists them until they are
 * put away, and open sessions hear that there is one.
 */
#include "serve.h"

/* For one person; what is a word of notices ("emergency"), ref its id, due a term or 0. Nobody is
 * told of his own act. */
void notice_person(struct request *, uint64_t person, const char *what, uint64_t item,
		   struct slice ref, int64_t due);
/* The same about an item, when he takes part in the case and knows of it; else nothing. */
void notice_seer(struct request *, uint64_t person, const char *what, const struct rec_item *,
		 int64_t due);
/* For one person about an item, only when he sees its state: from others that it is there is
 * hidden.
 */
void notice_who_sees(struct request *, uint64_t person, const char *what, const struct rec_item *);
/* For all with a function in the partnership; agency: only of this one, empty: of all. */
void notice_function(struct request *, const char *function, struct slice agency, const char *what,
		     uint64_t item, struct slice ref, int64_t due);
/* For those of the agency who take part in the case and know of the item, or else its admins, who
 * read no more of it than that it happened; "#22": that person. */
void notice_owner(struct request *, struct slice owner, const char *what, uint64_t item,
		  struct slice ref, int64_t due);
/* Packs the array of the viewer's own. */
void notices_pack(struct request *, struct buf *out);
