/* The first thing that looks at a peer's bytes: in one piece and in any pieces it says the same,
 * and what it lets through is decoded, and packed again passes again. */
#include "fuzz.h"

#include "pack.h"
#include "scan.h"

static struct scan at_once(struct slice s, struct scan_limits max, enum scan_status *st)
{
	struct scan scan;

	scan_begin(&scan, max);
	*st = scan_go(&scan, s);
	return scan;
}

static struct scan in_pieces(struct slice s, struct scan_limits max, size_t step,
			     enum scan_status *st)
{
	struct scan scan;

	scan_begin(&scan, max);
	*st = SCAN_MORE;
	for (size_t n = 0; *st == SCAN_MORE; n += step) {
		*st = scan_go(&scan, (struct slice){s.p, n < s.n ? n : s.n});
		if (n >= s.n)
			break;
	}
	return scan;
}

static void decodes(struct slice message, struct scan_limits max)
{
	CLEANUP(tree_free) struct tree tree = {0};
	CLEANUP(buf_free) struct buf again = {0};
	struct scan scan;

	must(tree_read(&tree, message) == ERR_OK, "what the scan passes is decoded");
	pack_object(&again, tree_root(&tree));
	must(again.n <= message.n, "packed again it is not longer");
	scan_begin(&scan, max);
	must(scan_go(&scan, buf_view(&again)) == SCAN_DONE, "packed again it passes");
	must(scan.at == again.n, "packed again it is one message");
}

static void scanned(struct slice s, struct scan_limits max, size_t step)
{
	enum scan_status a, b;
	struct scan one = at_once(s, max, &a), two = in_pieces(s, max, step, &b);

	must(a == b, "the verdict does not hang on how it came in");
	must(one.at <= s.n, "the scan stays within the bytes");
	if (a == SCAN_BAD)
		must(one.why && two.why, "a refusal says why");
	if (a != SCAN_DONE)
		return;
	must(one.at == two.at, "the message ends where it ends");
	must(one.at <= max.bytes, "no message is longer than the limit");
	decodes((struct slice){s.p, one.at}, max);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice s = {p, n};
	size_t step = 1 + fuzz_number(&s, 1) % 17;

	scanned(s, scan_wire, step);
	scanned(s, scan_first, step);
	scanned(s, scan_answer, step);
	scan_utf8(s);
	return 0;
}
