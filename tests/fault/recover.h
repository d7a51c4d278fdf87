#pragma once
/* What the server's own code makes of a state folder it finds, against what was acknowledged. */
#include "bytes.h"

struct acknowledged {
	uint8_t request[16];
	uint64_t at; /* bytes of the record when its answer had come */
	bool erased; /* it erased a case: the key is gone */
};
struct ledger {
	struct acknowledged v[2048];
	size_t n;
	uint64_t erased; /* the number of that case */
};
/* Opens, recovers and closes the folder as brugd does, and looks. at: what of the ledger had been
 * answered. Says on stdout what is not right. */
bool recover_right(const char *dir, const struct ledger *, uint64_t at);
