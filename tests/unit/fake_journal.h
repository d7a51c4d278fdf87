#pragma once
/* A journal in memory that says no when told to. Only for tests of what stands above the seam. */
#include "journal.h"

struct fake_record {
	enum log_stream stream;
	struct buf bytes;
};
struct fake_journal {
	struct log log; /* first: it is one */
	struct fake_record *v;
	size_t n;
	log_pos head[3];
	enum log_status next; /* the next append of a fact answers this, once */
	enum log_status seen; /* every append of a disclosure, until it is LOG_OK again */
	bool kept;            /* ... and with LOG_UNKNOWN: it was kept all the same */
	bool away;            /* follow answers LOG_UNAVAILABLE */
	unsigned appends, syncs;
};
void fake_open(struct fake_journal *);
void fake_close(struct fake_journal *);
/* A record that another node wrote. */
void fake_other(struct fake_journal *, enum log_stream, struct slice record);
