#pragma once
/* The file that brug-admin init leaves for the first start: the first admin and the hash of his
 * join code. */
#include "session.h"

/* Gives STATE/bootstrap to an empty hub and removes it. ERR_OK when there is none. Others were
 * logged. */
enum err bootstrap_run(struct hub *, const char *state);
