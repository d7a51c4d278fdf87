#pragma once
/* The world with a hub over it and a journal in memory: requests are served as they are, without
 * sockets. Anything that fails while making it ends the test. */
#include "fake_journal.h"
#include "session.h"
#include "world.h"

struct world_hub {
	struct world w;
	struct fake_journal journal;
	struct hub *hub;
};
void world_hub_open(struct world_hub *);
/* The same over a world that was opened, and changed, before. */
void world_hub_serve(struct world_hub *);
void world_hub_close(struct world_hub *);
/* His session, on his own device; session_close it. */
struct session *world_hub_session(struct world_hub *, uint64_t person);
