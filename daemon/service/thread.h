#pragma once
/*
 * Threads: what messages are about. Any item is one; a draad is one of its own, on an area of life
 * or between two people. A message about a message goes with what that one is about.
 */
#include "serve.h"

/* Adds the request's message. about: an item or a message, seen by the viewer. fresh: made in this
 * same change. Packs {item, rev, thread}. */
enum err thread_say(struct request *, const struct rec_item *about, bool fresh);
/* What is meant by an item, an area of life or a person who takes part. ERR_NOTFOUND, with nothing
 * said, when an area or a person has no thread yet that the viewer sees; "subject" tells threads of
 * one area apart. */
enum err thread_named(struct request *, struct slice name, struct rec_item *out);
/* The thread that would be made for it, its code not drawn yet. ERR_REFUSED: he would not see it.
 */
enum err thread_imagined(struct request *, struct slice name, struct rec_item *out);
/* Narrows a message to all who read it now but the person and who supports him. about: what it is
 * about, or NULL. ERR_REFUSED: he writes it himself. */
enum err thread_without_him(struct request *, const struct rec_item *about, struct rec_item *);
/* What a message is about in the end; an item itself. */
enum err thread_root(struct request *, const struct rec_item *, struct rec_item *out);
/* A person or an area of life, not an item. */
bool thread_is_made(struct slice name);
/* The num of the last message he read about the item, 0: none. */
uint64_t thread_read_to(struct request *, uint64_t person, uint64_t about);
/* The message that this one answers, or 0. */
uint64_t thread_answers(const struct rec_item *message);
bool thread_asks(const struct rec_item *message, uint64_t person);
