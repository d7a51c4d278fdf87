#pragma once
/*
 * Erasure: a closed case is kept until its date (the agreement's, at most five years under the WGS;
 * a case that was not taken in three months), and then erased: the rows go, and its key is
 * destroyed once the change is durable. Without the key no text of it can be read, in the journal,
 * the state or an earlier backup, while the chain of the journal still verifies.
 */
#include "serve.h"

/* Puts the case in the row of those to be erased, or takes it out when it was opened again. Fills
 * its until. */
void erase_plan(struct request *, struct rec_case *);
/* The change that erases rq->case_id; by: 0 the clock. */
enum err erase_case(struct request *, struct rec_case *, uint64_t by);
/* The server's own: erases one case whose date has passed; nothing to do is ERR_OK without puts. */
enum err erase_due(struct request *, void *unused);
/* The server's own, after it was put back to an earlier moment: erases one case whose key was
 * destroyed since. *(bool *)did: there was one. */
enum err erase_again(struct request *, void *did);
