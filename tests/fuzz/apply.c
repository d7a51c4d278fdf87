/* What the journal, a backup or another node hands to the store: applied, or refused with the state
 * as it was, and never more memory than the record is worth. */
#include "fuzz.h"

#include "store.h"

static struct store *store;

static struct store *opened(void)
{
	struct store_conf conf = {.dir = fuzz_dir(), .map_bytes = 1UL << 30};

	if (!store)
		must(store_open(&conf, &store) == ERR_OK, "a store opens");
	return store;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct store *s = opened();
	struct slice record = {p, n};
	bool seen = fuzz_number(&record, 1) % 2;
	uint64_t at = seen ? store_seen_position(s) : store_position(s);
	enum err err = store_apply(s, seen ? STREAM_SEEN : STREAM_FACT, at + 1, record);
	uint64_t now = seen ? store_seen_position(s) : store_position(s);

	must(now == at + (err == ERR_OK), "the position moves when the record was applied");
	if (store_commit_due(s))
		must(store_commit(s) == ERR_OK, "the store commits");
	return 0;
}
