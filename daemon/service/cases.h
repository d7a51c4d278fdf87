#pragma once
/* Rooms, which are cases and tables: what a new one takes (an agreement, purposes from it, a code
 * and a key), and going through one's own. */
#include "serve.h"

/* The agreement that the request names, when the agency of this person takes part in it. */
enum err case_agreement(struct request *, struct rec_agreement *, const struct rec_person *me);
enum err case_purposes(struct request *, const struct rec_agreement *, struct slices purposes);
/* A code nobody has, with a key of its own: durable before the first change that uses it. What sort
 * of room it is stands in the record. */
enum err case_draw(struct request *, struct rec_case *);
void case_put(struct request *, const struct rec_case *);
/* One row of a list of rooms: false when it is none of his, or of another sort. */
bool case_pack_listed(struct request *, uint64_t case_id, bool table, struct buf *out);

/* His rooms: in which he takes or took part, or to which he was invited. for (rooms_first(rq, &r);
 * r.on; rooms_next(&r)), and rooms_end when it is left before its end. */
struct rooms {
	struct walk walk;
	uint64_t id;
	bool on;
};
void rooms_first(struct request *, struct rooms *);
void rooms_next(struct rooms *);
void rooms_end(struct rooms *);
/* Goes into a room in which he takes part now: from here on the request is of it. False, and the
 * refusal is filled: he does not. */
bool room_enter(struct request *, uint64_t id);
/* answer_list of what was packed in rooms: the request is of none again. */
enum err answer_rooms(struct request *, const char *key, size_t n, const struct buf *list);
