#pragma once
/* The agenda of the meeting one is in, for the commands that run it. */
#include "cli.h"

/* The one that was chosen, or the only one there is; of several, the one that runs. */
enum err agenda_which(struct run *, char id[32]);
/* The answer of meeting.show about it. */
enum err agenda_ask(struct run *, struct tree *out);
/* The first point of his in this state (of_case: NULL, or of this case), or NULL. */
const msgpack_object *agenda_point(const msgpack_object *agenda, const char *state,
				   const char *of_case);
/* ERR_USAGE with this text, and where to look. */
enum err agenda_none(struct run *, const char *text);
