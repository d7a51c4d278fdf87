#pragma once
/* Scores: how it goes per area of life, from his side and from a professional's. Side by side,
 * never added up: a number for a person, or for who helps him, is nobody's to make. */
#include "serve.h"

/* A score is about one area of life. */
enum err scores_added(struct request *, struct rec_item *, struct tree *fields);
