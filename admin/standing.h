#pragma once
/*
 * Whether a state is what its journal makes: every record is applied again, from the first, to an
 * empty state elsewhere, and the two are compared row by row and byte by byte. Reads alone: a
 * server that stands still, or a copy.
 */
#include "bytes.h"
#include "err.h"

struct standing {
	const char *dir;                  /* holds journal/ and state.mdb */
	const char *temp;                 /* a folder with room for another state */
	const char *(*say)(const char *); /* a msgid in the reader's language, for why */
	uint64_t facts, seen;             /* out: up to where they were compared */
	uint64_t journal_facts;           /* out: what the journal holds, which may be more */
	size_t differ;                    /* out: rows that are not the same */
	char why[256];                    /* out: what is not well */
};
/* ERR_OK: the same. ERR_CONFLICT: not; differ and why say how. ERR_BUSY: a server runs on it.
 * ERR_USAGE: there is no state, or it cannot be read. ERR_INTERNAL: the journal is not whole. */
enum err standing_verify(struct standing *);
