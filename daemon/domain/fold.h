#pragma once
/*
 * Folding: texts as search compares them. Capitals, accents and width do not matter (Unicode
 * compatibility decomposition, marks left out, case folded); what is no letter or digit separates
 * words.
 */
#include "bytes.h"

/* Appends the folded text, words separated by one blank, one before and one behind. */
void fold_text(struct slice text, struct buf *out);
/* Every word of folded stands in text (both folded) at the beginning of a word. No words: false. */
bool fold_match(struct slice folded, struct slice text);
