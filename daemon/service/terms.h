#pragma once
/*
 * Terms that the law sets, kept by the clock: a request of the person is answered within a month
 * (AVG 12), an emergency access is judged within 72 hours. Who has to act is told again when the
 * term comes near and when it has passed; told, and nothing decided for them.
 */
#include "serve.h"

/* Puts the clock's rows for a request or an emergency that was just made; id as it is called. */
void terms_of_verzoek(struct request *, const struct rec_verzoek *);
void terms_of_emergency(struct request *, const struct rec_emergency *);
/* For due.c. */
enum err terms_verzoek(struct request *, uint64_t num, int64_t at);
enum err terms_emergency(struct request *, uint64_t num, int64_t at);
