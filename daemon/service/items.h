#pragma once
/* Items: finding them in the request's case, as far as the viewer may know of them. */
#include "serve.h"

/* The last revision, whoever asks; the record is of the arena. ERR_NOTFOUND. */
enum err item_by_num(struct request *, uint64_t num, struct rec_item *out);
/* In memory of the caller's, and good until something is written: for walks over many. */
enum err item_peek(struct request *, uint64_t num, struct arena *, struct rec_item *out);
enum err item_past(struct request *, uint64_t num, uint64_t rev, struct rec_item *out);
enum err past_peek(struct request *, uint64_t num, uint64_t rev, struct arena *,
		   struct rec_item *out);
/* In a state that is not final. */
bool item_runs(const struct rec_item *);
/* How much the viewer sees of it now. */
enum level item_level(struct request *, const struct rec_item *);
/* The same at the last moment the case was open: what the person may know of what was shown of it,
 * after it was closed. */
enum level item_level_open(struct request *, const struct rec_item *);
int64_t last_open(struct request *); /* that moment; of an open case now */
/* Whose an item of this category by the viewer is: "#22", the person's, when the words are his own,
 * or the viewer himself when it is his own learning; or else the viewer's agency. */
struct slice item_owner(struct request *, struct slice category, bool own);
/* The position at which what this level shows last looked different. */
uint64_t item_changed_at(const struct rec_item *, enum level);
/* The item that a parameter names: a whole code, or a prefix unique among what the viewer sees.
 * Hidden and absent give the same ERR_NOTFOUND. */
enum err item_named(struct request *, struct slice given, struct rec_item *out);
enum err item_arg(struct request *, const char *param, struct rec_item *out);
/* The item with exactly this code, seen or not: only for emergency access. */
enum err item_coded(struct request *, struct slice given, struct rec_item *out);

/* Of an item as it was shown, packed: the same as long as it looks the same to him. */
struct slice item_mark(struct request *, struct slice shown);

/* All items of the case in the order they were made: for (items_first(rq, &it); it.on;
 * items_next(&it)). Records of the arena, so the walk may be long but not endless: a case's items.
 */
struct items {
	struct request *rq;
	struct walk walk;
	struct rec_item item;
	bool on, pass;
	struct arena own; /* with items_pass: the record that stands in item now */
};
void items_first(struct request *, uint64_t from_num, struct items *);
/* The same, each record good until the next only: the walk costs the memory of one. Not left
 * early, but for items_end. */
void items_pass(struct request *, uint64_t from_num, struct items *);
void items_next(struct items *);
void items_end(struct items *);
