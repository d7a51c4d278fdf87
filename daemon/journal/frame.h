#pragma once
/*
 * Frames: how the journal's bytes lie in a segment.
 *
 * A segment begins with a head of 64 bytes: magic "BRUGJRN1"(8) version(4) number(4) facts
 * before(8) disclosures before(8) chain before(32). Then frames, back to back, and zeroes to its
 * preallocated end:
 *
 *   length of the payload(4) CRC-32C(4) stream(1) zero(3) batch(4) position(8) chain(32) payload
 *
 * The CRC covers all of the frame but itself. chain = SHA-256(chain before || stream || position ||
 * payload), so that no frame can be changed, removed, moved or put in unseen. batch counts syncs:
 * frames of one batch were made durable together, so only a frame of the last batch may be torn.
 */
#include "bytes.h"

enum {
	SEGMENT_HEAD = 64,
	FRAME_HEAD = 56,
	PAYLOAD_MAX = 8 * 1024 * 1024,
	CHAIN = 32,
	SEGMENT_VERSION = 1
};
enum { FRAME_FACT = 1, FRAME_SEEN = 2, FRAME_CHECKPOINT = 3 };

struct segment_head {
	uint32_t number;
	uint64_t facts, seen;
	uint8_t chain[CHAIN];
};
void segment_head_put(const struct segment_head *, uint8_t out[SEGMENT_HEAD]);
bool segment_head_get(const uint8_t *p, size_t n, struct segment_head *out);

struct frame {
	uint8_t stream;
	uint32_t batch;
	uint64_t pos;
	const uint8_t *chain; /* into the bytes read */
	struct slice payload;
};
void chain_next(const uint8_t before[CHAIN], uint8_t stream, uint64_t pos, struct slice payload,
		uint8_t out[CHAIN]);
/* Appends a frame whose chain follows before; out_chain may be before. */
void frame_put(struct buf *, uint8_t stream, uint32_t batch, uint64_t pos, struct slice payload,
	       uint8_t chain[CHAIN]);
/* The frame that begins here: its whole length, or 0 when no sound frame does. The chain is not
 * looked at. */
size_t frame_get(const uint8_t *p, size_t n, struct frame *out);
