#pragma once
/* Moves: which phase of a case may follow which (model.md 2a). The moves of items are in the
 * vocabulary. */
#include "bytes.h"

/* aangemeld -> triage -> actief, afgewezen or doorverwezen; actief -> afschaling -> nazorg ->
 * gesloten; back to actief from afschaling and nazorg. */
bool phase_follows(struct slice from, struct slice to);
/* Nothing may be written any more. */
bool phase_closed(struct slice phase);
