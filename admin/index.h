#pragma once
/*
 * The index of a backup: which parts of the journal lie there, and how far they go. In clear: it
 * holds numbers and hashes, and nothing of anybody. Written last: what is not in it is not there.
 */
#include "bytes.h"
#include "err.h"

struct part {
	uint32_t number;      /* of the segment */
	bool whole;           /* nothing will be added to it */
	uint64_t bytes;       /* how much of it, from its first byte */
	uint64_t facts, seen; /* up to and with its last */
	uint8_t chain[32];    /* after its last record */
	uint8_t sum[32];      /* SHA-256 of the archive */
};
struct index {
	struct part *v;
	size_t n;
	int64_t taken_ms;
	char keys[64]; /* the newest copy of the keys: its file name */
};
/* ERR_NOTFOUND: no backup there; ERR_USAGE: not an index of ours. */
enum err index_read(const char *folder, struct index *);
enum err index_write(const char *folder, const struct index *);
void index_free(struct index *);
struct part *index_add(struct index *); /* zeroed, at the end */
/* The file of a part, below the folder: "journal/00000001-4096.seg.cms". */
char *part_path(const char *folder, const struct part *, char out[1400]);
