#pragma once
/*
 * Bytes: slice looks, buf grows, arena lasts as long as one request.
 *
 * Out of memory ends the process: nothing half-done is on disk, the service restarts. So every size
 * that comes from a peer is bounded before it gets here.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const uint8_t *p;
	size_t n;
};
struct slices {
	struct slice *v;
	size_t n;
};

#define SLICE(literal) ((struct slice){(const uint8_t *)("" literal), sizeof(literal) - 1})
#define SLICE_ARG(s) (int)(s).n, (const char *)(s).p /* for printf's %.*s */

/* In sight these are asked a thousand times a request: they stand here so that the compiler sees a
 * literal's length, and words of other lengths are told apart without a look at their bytes. */
static inline struct slice slice_of(const char *z) /* NULL gives the empty slice */
{
	return (struct slice){(const uint8_t *)z, z ? strlen(z) : 0};
}
static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0));
}
static inline bool slice_is(struct slice a, const char *z)
{
	return slice_eq(a, slice_of(z));
}
int slice_cmp(struct slice a, struct slice b);
int slice_order(const void *a, const void *b); /* of two struct slice, for qsort and bsearch */
bool slice_starts(struct slice a, struct slice prefix);
bool slices_have(struct slices set, struct slice s);
bool slices_meet(struct slices a, struct slices b);

struct buf {
	uint8_t *p;
	size_t n, cap;
};
void buf_add(struct buf *, const void *p, size_t n);
void buf_slice(struct buf *, struct slice);
void buf_u8(struct buf *, uint8_t);
void buf_be32(struct buf *, uint32_t);
void buf_be64(struct buf *, uint64_t);
void buf_fmt(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_drop(struct buf *, size_t n); /* takes n bytes off the front */
void buf_free(struct buf *);           /* wipes nothing: see buf_wipe */
void buf_wipe(struct buf *);           /* cleanses, then frees: for opened texts and keys */
static inline struct slice buf_view(const struct buf *b)
{
	return (struct slice){b->p, b->n};
}
uint32_t get_be32(const uint8_t *p);
uint64_t get_be64(const uint8_t *p);
void put_be32(uint8_t *p, uint32_t);
void put_be64(uint8_t *p, uint64_t);

/* Memory that lives as long as one request: taken piece by piece, given back in one go, cleansed.
 */
struct arena_block;
struct arena {
	struct arena_block *first;
	size_t used;
};
void *arena_take(struct arena *, size_t n); /* zeroed, aligned for anything */
#define ARENA_NEW(a, type) ((type *)arena_take((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_take((a), sizeof(type) * (n)))
/* As much of a text as fits, never breaking a character (UTF-8). */
struct slice slice_fit(struct slice text, size_t room);
struct slice arena_copy(struct arena *, struct slice); /* a NUL follows the copy */
char *arena_str(struct arena *, struct slice);
struct slice arena_fmt(struct arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_free(struct arena *); /* everything; the arena can be used again */
