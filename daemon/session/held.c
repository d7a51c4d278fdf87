/* What a watcher's client holds, and the cursor that says so. */
#include "inside.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

static size_t held_place(const struct watcher *w, uint64_t num)
{
	size_t lo = 0, hi = w->held_n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (w->held[mid].num < num)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct held *held_find(struct watcher *w, uint64_t num)
{
	size_t at = held_place(w, num);

	return at < w->held_n && w->held[at].num == num ? &w->held[at] : NULL;
}

/* A well mixed number for one thing held; their sum marks the whole, whatever the order. */
static uint64_t mark_of(const struct held *h)
{
	uint64_t x = (h->num << 3 | (uint64_t)h->level) + 0x9e3779b97f4a7c15 + h->mark;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

void held_set(struct watcher *w, const struct held *h)
{
	size_t at = held_place(w, h->num);

	if (at == w->held_n || w->held[at].num != h->num) {
		if (w->held_n == w->held_cap) {
			w->held_cap = w->held_cap ? w->held_cap * 2 : 16;
			w->held = realloc(w->held, w->held_cap * sizeof(*w->held));
			if (!w->held)
				abort();
		}
		memmove(w->held + at + 1, w->held + at, (w->held_n - at) * sizeof(*w->held));
		w->held_n++;
	} else {
		w->held_mark -= mark_of(&w->held[at]);
	}
	w->held_mark += mark_of(h);
	w->held[at] = *h;
}

void held_drop(struct watcher *w, uint64_t num)
{
	size_t at = held_place(w, num);

	if (at == w->held_n || w->held[at].num != num)
		return;
	w->held_mark -= mark_of(&w->held[at]);
	memmove(w->held + at, w->held + at + 1, (w->held_n - at - 1) * sizeof(*w->held));
	w->held_n--;
}

void held_nothing(struct watcher *w)
{
	w->held_n = 0;
	w->held_mark = 0;
}

/* -- cursors: sealed positions ----------------------------------------------------------------- */

enum { CURSOR_BYTES = 40 };

/* The session's purposes are part of the question, so they are part of the cursor. */
static uint64_t purposes_mark(const struct viewer *v)
{
	CLEANUP(buf_free) struct buf all = {0};
	uint8_t hash[32] = {0};

	for (size_t i = 0; i < v->purposes.n; i++) {
		buf_slice(&all, v->purposes.v[i]);
		buf_u8(&all, 0);
	}
	EVP_Digest(all.n ? all.p : hash, all.n, hash, NULL, EVP_sha256(), NULL);
	return get_be64(hash);
}

void cursor_pack(const struct watcher *w, struct buf *out)
{
	CLEANUP(buf_free) struct buf plain = {0};
	CLEANUP(buf_free) struct buf token = {0};

	buf_be64(&plain, w->case_id);
	buf_be64(&plain, w->session->viewer.person);
	buf_be64(&plain, w->pos);
	buf_be64(&plain, w->held_mark);
	buf_be64(&plain, purposes_mark(&w->session->viewer));
	keyring_token_seal(w->session->hub->house.keyring, buf_view(&plain), &token);
	pack_bin(out, buf_view(&token));
}

bool cursor_read(const struct watcher *w, struct slice token, struct cursor *out)
{
	const struct viewer *v = &w->session->viewer;
	CLEANUP(buf_free) struct buf plain = {0};

	if (!token.n ||
	    keyring_token_open(w->session->hub->house.keyring, token, &plain) != ERR_OK ||
	    plain.n != CURSOR_BYTES)
		return false;
	*out = (struct cursor){get_be64(plain.p + 16), get_be64(plain.p + 24)};
	return get_be64(plain.p) == w->case_id && get_be64(plain.p + 8) == v->person &&
	       get_be64(plain.p + 32) == purposes_mark(v) &&
	       out->pos <= store_position(w->session->hub->house.store);
}
