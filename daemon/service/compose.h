#pragma once
/*
 * Composing: a new item out of what a request asks, checked and not yet sealed. What is true for
 * every way of adding one stands here: the kind, its fields, who may, whose it is, who is meant.
 */
#include "serve.h"

/* Nothing is written in a closed case. */
enum err compose_open(struct request *);
/* The request's "fields" against the kind; what the server sets itself is refused. */
enum err compose_check(struct request *, const struct kind *, bool partial);
/* What was read stays as it was read: a message is changed for ten minutes, and what hangs on it.
 */
enum err compose_fresh(struct request *, const struct rec_item *);
/* about: what a message is about, itself no message; NULL otherwise. */
enum err compose_item(struct request *, const struct kind *, const struct rec_item *about,
		      struct rec_item *out);
