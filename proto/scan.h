#pragma once
/*
 * Scan: finds where a MessagePack value ends, and refuses what we would not decode, before anything
 * is allocated. It is fed the same growing buffer again and again and goes on where it stopped.
 *
 * Refused: more bytes, depth, elements or text than the limits; a container that claims more than
 * the message could still hold; text that is not UTF-8; a key twice in one map; a map key that is
 * not text; floats, ext types and 0xc1. No recursion, no allocation: a struct scan is all it uses.
 */
#include "bytes.h"

enum { SCAN_DEPTH = 12, SCAN_KEYS = 64 /* pairs in one map */ };

struct scan_limits {
	uint32_t bytes;  /* of the whole message */
	uint32_t values; /* of all depths together */
	uint32_t text;   /* bytes of one str or bin */
};
extern const struct scan_limits
	scan_wire; /* a request from a known person: 256 KiB, 4096, 64 KiB */
extern const struct scan_limits scan_first;  /* before the peer is known: 8 KiB, 64, 4 KiB */
extern const struct scan_limits scan_answer; /* what a client takes from its server: 8 MiB, ... */

enum scan_status { SCAN_MORE, SCAN_DONE, SCAN_BAD };

struct scan {
	struct scan_limits max;
	uint32_t at;     /* bytes passed */
	uint32_t values; /* values passed */
	uint8_t depth;
	const char *why; /* after SCAN_BAD: an English msgid naming the rule */
	struct {
		uint32_t left;  /* values still to come at this depth (pairs count two) */
		uint32_t start; /* where the container's first element begins */
		bool map;
	} open[SCAN_DEPTH];
};

void scan_begin(struct scan *, struct scan_limits);
/* all: every byte received of this message so far, and perhaps of later ones. SCAN_DONE: the
 * message is all.p[0 .. s->at). SCAN_BAD: s->why and s->at say what and where; the peer must be
 * cut. */
enum scan_status scan_go(struct scan *, struct slice all);
/* True when s is valid UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool scan_utf8(struct slice s);
