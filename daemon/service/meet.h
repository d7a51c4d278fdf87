#pragma once
/*
 * Meetings: what their handlers share. A meeting holds the order and the times; a point of its
 * agenda is an item in its case, so that its sight, seal and minutes are the case's. Who is present
 * at a point are records beside it.
 */
#include "serve.h"

enum { SLOTS = 32 };

enum err meet_get(struct request *, struct slice id, struct rec_meeting *out);
void meet_put(struct request *, const struct rec_meeting *);
/* The meeting of this name when it is his: he runs it, or a point of it is his. Any other is not
 * there. The request may be about another case after it. */
bool meet_known(struct request *, struct slice id, struct rec_meeting *out);
/* The parameters "from" and "until": the end after the begin, and within a year. */
enum err meet_times(struct request *, int64_t *from, int64_t *until);
/* The request is about this case (again). */
enum err meet_enter(struct request *, uint64_t case_id);
/* The meeting that a point of the request's case is on the agenda of. */
enum err meet_of(struct request *, uint64_t point, struct rec_meeting *out);
/* Who may know that the meeting is there: its chair, secretary and who planned it. */
bool meet_runs_it(const struct rec_meeting *, uint64_t person);
/* The item behind a slot, in whatever case: the request is then about that case. */
bool meet_slot_item(struct request *, const struct rec_slot *, struct rec_item *out);
bool meet_invited(const struct rec_item *point, uint64_t person);

/* The point that the parameter "item" names, for who sees it or is invited to it; the one answer to
 * everybody else. With its meeting. */
struct point {
	struct rec_item item;
	struct rec_meeting meeting;
};
enum err meet_point(struct request *, struct point *out);
/* Chair, secretary, or who leads the case. */
bool meet_may_run(struct request *, const struct point *);
enum err meet_refuse_run(struct request *);
/* The point goes to another state, by the server's hand. */
enum err meet_move(struct request *, const struct rec_item *before, const char *state);
/* The same, and nothing is answered. */
enum err meet_set(struct request *, const struct rec_item *before, const char *state);

/* Who is present at a point now, by number: nobody when it does not run. Of the arena. */
struct u64s meet_present(struct request *, const struct rec_item *point);
bool meet_is_present(struct request *, const struct rec_item *point, uint64_t person);
/* All who were there, now or before. */
struct u64s meet_was_present(struct request *, uint64_t point);
/* He as the board of this point: a viewer of its own, of the arena. */
const struct viewer *meet_board(struct request *, const struct viewer *, uint64_t point);
void meet_pack_people(struct request *, const struct u64s *people, struct buf *out);

/* The point that a contribution or decision belongs to, or 0. */
uint64_t meet_point_of(const struct rec_item *);
/* What was laid down in approved minutes is not changed: ERR_REFUSED, with the way to put it right.
 */
enum err meet_frozen(struct request *, const struct rec_item *);
/* A decision from which nothing follows is a remark: its state follows its references. */
void meet_weigh_decision(struct rec_item *);
