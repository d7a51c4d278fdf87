#include "bytes.h"

#include <openssl/crypto.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int r = n ? memcmp(a.p, b.p, n) : 0;

	return r ? r : (a.n > b.n) - (a.n < b.n);
}

int slice_order(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

bool slice_starts(struct slice a, struct slice prefix)
{
	return a.n >= prefix.n && slice_eq((struct slice){a.p, prefix.n}, prefix);
}

bool slices_have(struct slices set, struct slice s)
{
	for (size_t i = 0; i < set.n; i++)
		if (slice_eq(set.v[i], s))
			return true;
	return false;
}

bool slices_meet(struct slices a, struct slices b)
{
	for (size_t i = 0; i < a.n; i++)
		if (slices_have(b, a.v[i]))
			return true;
	return false;
}

/* -- buf --------------------------------------------------------------------------------------- */

static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

static void buf_room(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 64;

	assert(more <= SIZE_MAX / 4 && b->n <= SIZE_MAX / 4);
	if (b->n + more <= b->cap)
		return;
	while (cap < b->n + more)
		cap *= 2;
	b->p = need(realloc(b->p, cap));
	b->cap = cap;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (!n)
		return;
	buf_room(b, n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void buf_slice(struct buf *b, struct slice s)
{
	buf_add(b, s.p, s.n);
}

void buf_u8(struct buf *b, uint8_t v)
{
	buf_add(b, &v, 1);
}

void buf_be32(struct buf *b, uint32_t v)
{
	uint8_t p[4];

	put_be32(p, v);
	buf_add(b, p, sizeof(p));
}

void buf_be64(struct buf *b, uint64_t v)
{
	uint8_t p[8];

	put_be64(p, v);
	buf_add(b, p, sizeof(p));
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n <= 0)
		return;
	buf_room(b, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void buf_drop(struct buf *b, size_t n)
{
	assert(n <= b->n);
	b->n -= n;
	if (n && b->n)
		memmove(b->p, b->p + n, b->n);
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}

void buf_wipe(struct buf *b)
{
	if (b->p)
		OPENSSL_cleanse(b->p, b->cap);
	buf_free(b);
}

uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint64_t get_be64(const uint8_t *p)
{
	return (uint64_t)get_be32(p) << 32 | get_be32(p + 4);
}

void put_be32(uint8_t *p, uint32_t v)
{
	for (int i = 3; i >= 0; i--, v >>= 8)
		p[i] = (uint8_t)v;
}

void put_be64(uint8_t *p, uint64_t v)
{
	put_be32(p, (uint32_t)(v >> 32));
	put_be32(p + 4, (uint32_t)v);
}

/* -- arena ------------------------------------------------------------------------------------- */

enum { ARENA_BLOCK = 8192 };

struct arena_block {
	struct arena_block *next;
	size_t n, cap;
	_Alignas(16) uint8_t p[];
};

static struct arena_block *block_for(struct arena *a, size_t n)
{
	struct arena_block *b = a->first;
	size_t cap = n > ARENA_BLOCK ? n : ARENA_BLOCK;

	if (b && b->cap - b->n >= n)
		return b;
	b = need(calloc(1, sizeof(*b) + cap));
	b->cap = cap;
	/* a block made for one large thing goes behind, so that the room in the first one is still
	 * used */
	if (a->first && n > ARENA_BLOCK) {
		b->next = a->first->next;
		a->first->next = b;
	} else {
		b->next = a->first;
		a->first = b;
	}
	return b;
}

void *arena_take(struct arena *a, size_t n)
{
	size_t rounded = (n + 15) & ~(size_t)15;
	struct arena_block *b;
	void *p;

	assert(n <= SIZE_MAX / 4);
	b = block_for(a, rounded);
	p = b->p + b->n;
	b->n += rounded;
	a->used += rounded;
	return p;
}

char *arena_str(struct arena *a, struct slice s)
{
	char *z = arena_take(a, s.n + 1);

	if (s.n)
		memcpy(z, s.p, s.n);
	return z;
}

struct slice slice_fit(struct slice text, size_t room)
{
	size_t n = text.n < room ? text.n : room;

	while (n < text.n && n > 0 && (text.p[n] & 0xc0) == 0x80)
		n--;
	return (struct slice){text.p, n};
}

struct slice arena_copy(struct arena *a, struct slice s)
{
	return (struct slice){(uint8_t *)arena_str(a, s), s.n};
}

struct slice arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *z;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return (struct slice){0};
	z = arena_take(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(z, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct slice){(uint8_t *)z, (size_t)n};
}

void arena_free(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->first; b; b = next) {
		next = b->next;
		OPENSSL_cleanse(b->p, b->n);
		free(b);
	}
	*a = (struct arena){0};
}
