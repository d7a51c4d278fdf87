#include "scan.h"

#include "err.h"

#include <string.h>

const struct scan_limits scan_wire = {256 * 1024, 4096, 64 * 1024};
const struct scan_limits scan_first = {8 * 1024, 64, 4 * 1024};
const struct scan_limits scan_answer = {8 * 1024 * 1024, 1024 * 1024, 256 * 1024};

/* -- UTF-8 (RFC 3629) -------------------------------------------------------------------------- */

/* Bytes of the sequence that begins here, 0 when it is not one. */
static size_t utf8_sequence(const uint8_t *p, size_t n)
{
	size_t more = p[0] < 0x80             ? 0
		      : (p[0] & 0xe0) == 0xc0 ? 1
		      : (p[0] & 0xf0) == 0xe0 ? 2
		      : (p[0] & 0xf8) == 0xf0 ? 3
					      : 9;
	uint32_t c = more == 0 ? p[0] : p[0] & (0x3fu >> more);
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};

	if (more > 3 || more >= n)
		return 0;
	for (size_t i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return more + 1;
}

bool scan_utf8(struct slice s)
{
	for (size_t i = 0, step; i < s.n; i += step) {
		step = utf8_sequence(s.p + i, s.n - i);
		if (!step)
			return false;
	}
	return true;
}

/* -- one value's head -------------------------------------------------------------------------- */

enum what { VALUE, TEXT, BYTES, ARRAY, MAP, NEVER };

/* The first byte, and the size that follows it: what it is, how long its head, how much it claims.
 */
struct head {
	enum what what;
	uint32_t bytes; /* of the head */
	uint32_t claim; /* bytes of a text, elements of an array, pairs of a map, payload of a
			   number */
};

static uint32_t big_endian(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* How many bytes of size follow the first byte of a long form; 0 for short forms. */
static unsigned size_bytes(uint8_t b)
{
	switch (b) {
	case 0xc4:
	case 0xd9:
		return 1;
	case 0xc5:
	case 0xda:
	case 0xdc:
	case 0xde:
		return 2;
	case 0xc6:
	case 0xdb:
	case 0xdd:
	case 0xdf:
		return 4;
	default:
		return 0;
	}
}

static struct head short_head(uint8_t b)
{
	if (b <= 0x7f || b >= 0xe0 || b == 0xc0 || b == 0xc2 || b == 0xc3)
		return (struct head){VALUE, 1, 0};
	if (b <= 0x8f)
		return (struct head){MAP, 1, b & 0x0fu};
	if (b <= 0x9f)
		return (struct head){ARRAY, 1, b & 0x0fu};
	if (b <= 0xbf)
		return (struct head){TEXT, 1, b & 0x1fu};
	if (b >= 0xcc && b <= 0xcf)
		return (struct head){VALUE, 1, 1u << (b - 0xcc)};
	if (b >= 0xd0 && b <= 0xd3)
		return (struct head){VALUE, 1, 1u << (b - 0xd0)};
	return (struct head){NEVER, 1, 0};
}

static struct head long_head(const uint8_t *p)
{
	unsigned n = size_bytes(p[0]);
	enum what what = p[0] <= 0xc6 ? BYTES : p[0] <= 0xdb ? TEXT : p[0] <= 0xdd ? ARRAY : MAP;

	return (struct head){what, 1 + n, big_endian(p + 1, n)};
}

/* False: the head is not all there yet. */
static bool read_head(const uint8_t *p, size_t n, struct head *out)
{
	unsigned size = size_bytes(p[0]);

	if (n < 1 + size)
		return false;
	*out = size ? long_head(p) : short_head(p[0]);
	return true;
}

/* -- keys of a map ----------------------------------------------------------------------------- */

/* Past one value that was scanned before: its end. */
static uint32_t skip(const uint8_t *p, uint32_t at)
{
	uint32_t left = 1;

	while (left--) {
		struct head h = {0};

		read_head(p + at, 5, &h);
		at += h.bytes;
		if (h.what == MAP)
			left += 2 * h.claim;
		else if (h.what == ARRAY)
			left += h.claim;
		else
			at += h.claim;
	}
	return at;
}

static struct slice key_at(const uint8_t *p, uint32_t at)
{
	struct head h = {0};

	read_head(p + at, 5, &h);
	return (struct slice){p + at + h.bytes, h.claim};
}

/* Does the key at stand in its map before? All of the map so far has been scanned. */
static bool key_twice(const uint8_t *p, uint32_t start, uint32_t at)
{
	struct slice key = key_at(p, at);

	for (uint32_t i = start; i < at; i = skip(p, skip(p, i)))
		if (slice_eq(key_at(p, i), key))
			return true;
	return false;
}

/* -- the scan ---------------------------------------------------------------------------------- */

void scan_begin(struct scan *s, struct scan_limits max)
{
	*s = (struct scan){.max = max};
}

static enum scan_status bad(struct scan *s, const char *why)
{
	s->why = why;
	return SCAN_BAD;
}

/* Is this the place of a map's key? Pairs count two, the key comes at an even count left. */
static bool wants_key(const struct scan *s)
{
	return s->depth && s->open[s->depth - 1].map && s->open[s->depth - 1].left % 2 == 0;
}

static enum scan_status open_container(struct scan *s, const struct head *h)
{
	uint32_t values = h->what == MAP && h->claim <= SCAN_KEYS ? 2 * h->claim : h->claim;

	if (h->what == MAP && h->claim > SCAN_KEYS)
		return bad(s, N_("A map has more keys than any message needs."));
	if (values > s->max.values - s->values || values > s->max.bytes - s->at - h->bytes)
		return bad(s, N_("A list claims more than a message may hold."));
	if (s->depth == SCAN_DEPTH)
		return bad(s, N_("The message is nested too deep."));
	s->at += h->bytes;
	s->open[s->depth].left = values;
	s->open[s->depth].start = s->at;
	s->open[s->depth].map = h->what == MAP;
	s->depth++;
	return SCAN_MORE;
}

/* Closes what is complete, upwards. True when nothing is open any more. */
static bool close_value(struct scan *s)
{
	while (s->depth) {
		if (s->open[s->depth - 1].left && --s->open[s->depth - 1].left)
			return false;
		s->depth--;
	}
	return true;
}

/* A container without elements is complete as soon as it is opened; others when their last element
 * is. */
static bool after_open(struct scan *s)
{
	if (s->open[s->depth - 1].left)
		return false;
	s->depth--;
	return close_value(s);
}

static enum scan_status check_text(struct scan *s, const struct head *h, const uint8_t *p)
{
	uint32_t at = s->at;

	if (h->what == TEXT && !scan_utf8((struct slice){p + at + h->bytes, h->claim}))
		return bad(s, N_("A text is not valid UTF-8."));
	if (wants_key(s) && key_twice(p, s->open[s->depth - 1].start, at))
		return bad(s, N_("A key stands twice in one map."));
	return SCAN_MORE;
}

/* One step: a head, and for a text or number its bytes. SCAN_DONE: the message is complete. */
static enum scan_status step(struct scan *s, struct slice all, bool *waits)
{
	const uint8_t *p = all.p;
	size_t n = all.n - s->at;
	struct head h;

	*waits = n == 0 || !read_head(p + s->at, n, &h);
	if (*waits)
		return SCAN_MORE;
	if (h.bytes > s->max.bytes - s->at)
		return bad(s, N_("The message is too long."));
	if (h.what == NEVER)
		return bad(s, N_("Floats and extension types are not used here."));
	if (wants_key(s) && h.what != TEXT)
		return bad(s, N_("A map's key is a text."));
	if (s->values >= s->max.values)
		return bad(s, N_("The message has too many parts."));
	if (h.what == ARRAY || h.what == MAP) {
		if (open_container(s, &h) == SCAN_BAD)
			return SCAN_BAD;
		s->values++;
		return after_open(s) ? SCAN_DONE : SCAN_MORE;
	}
	if (h.claim > s->max.text && h.what != VALUE)
		return bad(s, N_("A text is longer than a message may hold."));
	if (h.claim > s->max.bytes - s->at - h.bytes)
		return bad(s, N_("The message is too long."));
	*waits = n < (size_t)h.bytes + h.claim;
	if (*waits)
		return SCAN_MORE;
	if (check_text(s, &h, p) == SCAN_BAD)
		return SCAN_BAD;
	s->values++;
	s->at += h.bytes + h.claim;
	return close_value(s) ? SCAN_DONE : SCAN_MORE;
}

enum scan_status scan_go(struct scan *s, struct slice all)
{
	enum scan_status st = SCAN_MORE;
	bool waits = false;

	if (s->why)
		return SCAN_BAD;
	while (st == SCAN_MORE && !waits) {
		if (s->at >= s->max.bytes)
			return bad(s, N_("The message is too long."));
		st = step(s, all, &waits);
	}
	return st;
}
