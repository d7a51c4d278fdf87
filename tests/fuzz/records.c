/* Records as the store and the journal hold them: whatever the bytes, they are read or refused, and
 * what was read is the same when it is packed and read again. */
#include "fuzz.h"

#include "change.h"
#include "records.h"

static const size_t size_of[] = {
#define RECORD(name, fields) [REC_##name] = sizeof(struct rec_##name),
#define STR(f)
#define STRS(f)
#define BIN(f)
#define U64(f)
#define I64(f)
#define BOOL(f)
#define U64S(f)
#define LIST(of, f)
#include "records.def"
};

static void record(enum rec_type type, struct slice bytes)
{
	CLEANUP(arena_free) struct arena a = {0};
	CLEANUP(buf_free) struct buf once = {0};
	CLEANUP(buf_free) struct buf twice = {0};
	void *rec = arena_take(&a, size_of[type]), *again = arena_take(&a, size_of[type]);

	if (rec_read(type, bytes, &a, rec) != ERR_OK)
		return;
	rec_pack(type, rec, &once);
	must(rec_read(type, buf_view(&once), &a, again) == ERR_OK, "what was packed is read");
	rec_pack(type, again, &twice);
	must(slice_eq(buf_view(&once), buf_view(&twice)), "and is the same");
}

static void disclosure(struct slice bytes)
{
	CLEANUP(arena_free) struct arena a = {0};
	CLEANUP(buf_free) struct buf once = {0};
	struct seen seen, again;

	if (seen_read(bytes, &a, &seen) != ERR_OK)
		return;
	for (size_t i = 0; i < seen.items_n; i++)
		seen_emergency(&seen.items[i]);
	seen_pack(&seen, &once);
	must(seen_read(buf_view(&once), &a, &again) == ERR_OK, "a disclosure is read again");
	must(seen.items_n == again.items_n, "and shows as much");
	must(seen.person == again.person || seen.person > INT64_MAX, "to the same person");
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct slice s = {p, n};
	unsigned type = (unsigned)fuzz_number(&s, 1) % (REC_TYPES + 1);

	if (type == REC_TYPES)
		disclosure(s);
	else
		record((enum rec_type)type, s);
	return 0;
}
