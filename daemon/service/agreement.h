#pragma once
/* Agreements: what a put asks, and what it would show more. */
#include "serve.h"

/* Months that a case is kept where no version says it: as long as the WGS lets it (art. 1.7 Bgs).
 */
enum { AGREEMENT_MONTHS = 60 };

/* The agreement of agreement.put's parameters, when it is sound; without a version. */
enum err agreement_arg(struct request *, struct rec_agreement *out);
/* What shows more in a than in before (all zeroes: nothing was shown): a line each, with the level
 * before and after; in the request's arena. */
struct slices agreement_raises(struct request *, const struct rec_agreement *before,
			       const struct rec_agreement *a);

/* "sociaal > zorg": which row of the ceilings is meant; in the request's arena. */
struct slice ceiling_name(struct request *, const struct rec_ceiling *);
/* Whether both are the row for the same category, receiver, purpose and phase. */
bool ceiling_same(const struct rec_ceiling *, const struct rec_ceiling *);

bool agreement_has_purpose(const struct rec_agreement *, struct slice purpose);
