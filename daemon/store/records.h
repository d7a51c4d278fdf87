#pragma once
/*
 * Records: the structs of records.def, and one codec that walks their shapes.
 *
 * Decoded strings point into the bytes given (LMDB's page or the arena): valid until the next write
 * to the store, so copy what must live longer. Lists are taken from the arena.
 *
 * Written by name in "to" (rules, ceilings, cuts, widenings): "*" all, "#22" a person by number,
 * "agency=wijk", "role=casusregisseur", "domain=zorg". "owner" of an item is an agency's id, or
 * "#22" when the words are the person's own.
 */
#include "bytes.h"
#include "err.h"

struct u64s {
	uint64_t *v;
	size_t n;
};
#define STR(f) struct slice f;
#define STRS(f) struct slices f;
#define BIN(f) struct slice f;
#define U64(f) uint64_t f;
#define I64(f) int64_t f;
#define BOOL(f) bool f;
#define U64S(f) struct u64s f;
#define LIST(of, f)                                                                                \
	struct {                                                                                   \
		struct rec_##of *v;                                                                \
		size_t n;                                                                          \
	} f;
#define RECORD(name, fields)                                                                       \
	struct rec_##name {                                                                        \
		fields                                                                             \
	};
#include "records.def"
#undef STR
#undef STRS
#undef BIN
#undef U64
#undef I64
#undef BOOL
#undef U64S
#undef LIST
#undef RECORD

enum rec_type {
#define RECORD(name, fields) REC_##name,
#include "records.def"
#undef RECORD
	REC_TYPES
};
void rec_pack(enum rec_type, const void *rec, struct buf *out);
/* ERR_INTERNAL when the bytes are not such a record: the store is damaged. */
enum err rec_read(enum rec_type, struct slice bytes, struct arena *, void *rec);
