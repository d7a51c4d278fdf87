#include "frame.h"

#include "crc32c.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

static const uint8_t magic[8] = {'B', 'R', 'U', 'G', 'J', 'R', 'N', '1'};

void segment_head_put(const struct segment_head *h, uint8_t out[SEGMENT_HEAD])
{
	memcpy(out, magic, sizeof(magic));
	put_be32(out + 8, SEGMENT_VERSION);
	put_be32(out + 12, h->number);
	put_be64(out + 16, h->facts);
	put_be64(out + 24, h->seen);
	memcpy(out + 32, h->chain, CHAIN);
}

bool segment_head_get(const uint8_t *p, size_t n, struct segment_head *out)
{
	if (n < SEGMENT_HEAD || memcmp(p, magic, sizeof(magic)) != 0 ||
	    get_be32(p + 8) != SEGMENT_VERSION)
		return false;
	*out = (struct segment_head){
		.number = get_be32(p + 12), .facts = get_be64(p + 16), .seen = get_be64(p + 24)};
	memcpy(out->chain, p + 32, CHAIN);
	return true;
}

void chain_next(const uint8_t before[CHAIN], uint8_t stream, uint64_t pos, struct slice payload,
		uint8_t out[CHAIN])
{
	static EVP_MD_CTX *ctx;
	uint8_t head[9] = {stream};

	put_be64(head + 1, pos);
	if (!ctx)
		ctx = EVP_MD_CTX_new();
	if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(ctx, before, CHAIN) != 1 ||
	    EVP_DigestUpdate(ctx, head, sizeof(head)) != 1 ||
	    EVP_DigestUpdate(ctx, payload.p, payload.n) != 1 ||
	    EVP_DigestFinal_ex(ctx, out, NULL) != 1)
		abort();
}

/* Of the frame at p, with n bytes of payload: the length, then all behind the CRC. */
static uint32_t frame_crc(const uint8_t *p, uint32_t n)
{
	return crc32c(crc32c(0, p, 4), p + 8, FRAME_HEAD - 8 + n);
}

void frame_put(struct buf *out, uint8_t stream, uint32_t batch, uint64_t pos, struct slice payload,
	       uint8_t chain[CHAIN])
{
	uint8_t head[FRAME_HEAD] = {0};
	size_t at = out->n;

	chain_next(chain, stream, pos, payload, chain);
	put_be32(head, (uint32_t)payload.n);
	head[8] = stream;
	put_be32(head + 12, batch);
	put_be64(head + 16, pos);
	memcpy(head + 24, chain, CHAIN);
	buf_add(out, head, sizeof(head));
	buf_slice(out, payload);
	put_be32(out->p + at + 4, frame_crc(out->p + at, (uint32_t)payload.n));
}

size_t frame_get(const uint8_t *p, size_t n, struct frame *out)
{
	uint32_t len;

	if (n < FRAME_HEAD)
		return 0;
	len = get_be32(p);
	if (len == 0 || len > PAYLOAD_MAX || len > n - FRAME_HEAD || p[8] < FRAME_FACT ||
	    p[8] > FRAME_CHECKPOINT || p[9] || p[10] || p[11] ||
	    frame_crc(p, len) != get_be32(p + 4))
		return 0;
	*out = (struct frame){.stream = p[8],
			      .batch = get_be32(p + 12),
			      .pos = get_be64(p + 16),
			      .chain = p + 24,
			      .payload = {p + FRAME_HEAD, len}};
	return FRAME_HEAD + (size_t)len;
}
