#pragma once
/* What a change would do: asked of the server a helping of cases at a time, and shown. */
#include "brug.h"

#include <stdio.h>

/* method's parameters, packed. Shows progress on stderr when that is a terminal. */
enum err whatif_show(struct link *, const char *method, struct slice params, bool json, FILE *,
		     struct fault *);
