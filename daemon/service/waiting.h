#pragma once
/*
 * What waits for the asker, by subject, for today: each packs its rows and says how many. The same
 * functions decide here as in the subject's own list.
 */
#include "serve.h"

/* {verzoek, what, due}: the person's requests that he is to answer, in the request's open case. */
size_t verzoeken_waiting(struct request *, struct buf *out);
/* {verzoek, case, what, due}: for a privacy officer, those of closed cases. Takes the request's
 * case. */
size_t verzoeken_closed(struct request *, struct buf *out);
/* {consent, category, agency, until}: those he may know of that end before this moment. */
size_t consents_ending(struct request *, int64_t before, struct buf *out);
/* {emergency, case, due}: for a privacy officer, those he is to judge. Takes the request's case. */
size_t emergencies_waiting(struct request *, struct buf *out);
