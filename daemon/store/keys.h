#pragma once
/* Every key layout on one page: fixed-width, big-endian, so that prefixes walk in order. */
#include "bytes.h"

struct key {
	uint8_t p[64];
	size_t n;
};
static inline struct slice key_view(const struct key *k)
{
	return (struct slice){k->p, k->n};
}
static inline struct key key_u64(uint64_t a)
{
	struct key k = {.n = 8};

	put_be64(k.p, a);
	return k;
}
static inline struct key key_2(uint64_t a, uint64_t b)
{
	struct key k = {.n = 16};

	put_be64(k.p, a);
	put_be64(k.p + 8, b);
	return k;
}
static inline struct key key_3(uint64_t a, uint64_t b, uint64_t c)
{
	struct key k = key_2(a, b);

	put_be64(k.p + 16, c);
	k.n = 24;
	return k;
}
/* A number and then at most 48 bytes (an id, a hash); longer ones are cut, so bound them before. */
static inline struct key key_bytes(uint64_t a, struct slice s)
{
	struct key k = key_u64(a);
	size_t n = s.n > 48 ? 48 : s.n;

	for (size_t i = 0; i < n; i++)
		k.p[8 + i] = s.p[i];
	k.n = 8 + n;
	return k;
}
