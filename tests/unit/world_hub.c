#include "world_hub.h"

#include <stdio.h>
#include <stdlib.h>

static void no_ready(void *ctx)
{
	(void)ctx;
}

static void no_cut(void *ctx, const char *why)
{
	(void)ctx;
	(void)why;
}

/* Nobody's key is signed here. */
static enum err no_sign(void *ctx, struct slice csr, uint64_t person, struct slice agency,
			int64_t now, struct arena *a, struct slice *certificate, struct slice *spki,
			struct slice *serial, int64_t *until)
{
	(void)ctx, (void)csr, (void)person, (void)agency, (void)now, (void)a;
	(void)certificate, (void)spki, (void)serial, (void)until;
	return ERR_USAGE;
}
static const struct session_io io = {.ready = no_ready, .cut = no_cut};

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "world: %s\n", what);
	abort();
}

void world_hub_serve(struct world_hub *h)
{
	world_hub_serve_as(h, no_sign);
}

void world_hub_serve_as(struct world_hub *h, world_sign sign)
{
	struct hub_conf conf = {.log = &h->journal.log, .requests_per_second = 1000000};

	fake_open(&h->journal);
	/* the world was made before the journal began */
	h->journal.head[LOG_FACTS] = store_position(h->w.store);
	h->journal.head[LOG_SEEN] = store_seen_position(h->w.store);
	conf.house = (struct house){.store = h->w.store,
				    .policy = h->w.policy,
				    .keyring = h->w.keyring,
				    .server = "test",
				    .version = "0",
				    .sign = sign};
	must(hub_open(&conf, &h->hub) == ERR_OK, "the hub does not open");
}

void world_hub_open(struct world_hub *h)
{
	world_open(&h->w);
	world_hub_serve(h);
}

void world_hub_close(struct world_hub *h)
{
	hub_close(h->hub);
	fake_close(&h->journal);
	world_close(&h->w);
}

struct session *world_hub_try_session(struct world_hub *h, uint64_t person)
{
	struct session *s = NULL;

	if (session_open(h->hub, SESSION_BRUG, world_device(&h->w, person).p, &io, &s) != ERR_OK)
		return NULL;
	return s;
}

struct session *world_hub_session(struct world_hub *h, uint64_t person)
{
	struct session *s = world_hub_try_session(h, person);

	must(s != NULL, "a session does not open");
	return s;
}
