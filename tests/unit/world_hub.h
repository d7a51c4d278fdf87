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
/* The same, where keys are signed. */
typedef enum err (*world_sign)(void *ctx, struct slice csr, uint64_t person, struct slice agency,
			       int64_t now, struct arena *, struct slice *certificate,
			       struct slice *spki, struct slice *serial, int64_t *until);
void world_hub_serve_as(struct world_hub *, world_sign);
void world_hub_close(struct world_hub *);
/* His session, on his own device; session_close it. */
struct session *world_hub_session(struct world_hub *, uint64_t person);
/* NULL: he is not let in. */
struct session *world_hub_try_session(struct world_hub *, uint64_t person);
