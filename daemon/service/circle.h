#pragma once
/*
 * Circles: what is for a few named people, and who is named or asked in it. Narrower than what it
 * is about, never wider: everybody named must see it, or it is not written and the writer hears
 * why.
 */
#include "serve.h"

/* The request's "only" and, in a message, who its text names (@handle). For a message without
 * "only" the circle of what it is about holds. Ends with circle_check. */
enum err circle_take(struct request *, const struct rec_item *about, struct rec_item *item);
/* Everybody asked or named in it reads it. ERR_REFUSED names one who would not. */
enum err circle_check(struct request *, const struct rec_item *);
/* These people and the viewer. */
struct u64s circle_of(struct request *, struct u64s people);
/* The item's own circle with its author, or empty: it is for whoever sees it. */
struct u64s circle_around(struct request *, const struct rec_item *);
bool circle_has(const struct rec_item *, uint64_t person);
/* How much somebody would see of an item that may not be in the store yet. */
enum level circle_sight(struct request *, const struct rec_item *, const struct rec_item *about,
			uint64_t person);
