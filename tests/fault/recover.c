#include "recover.h"

#include "clock.h"
#include "journal.h"
#include "keyring.h"
#include "keys.h"
#include "policy.h"
#include "records.h"
#include "session.h"
#include "standing.h"
#include "store.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct found {
	struct keyring *keyring;
	struct log *log;
	struct store *store;
	struct policy *policy;
	struct hub *hub;
};

static bool complain(const char *what, const char *arg)
{
	printf("FAIL %s %s\n", what, arg);
	return false;
}

/* As daemon/assembly.c does. */
static bool open_as_the_server(const char *dir, struct found *f)
{
	char path[512], why[256] = "";
	struct segments_conf journal = {.dir = path, .segment_bytes = 1 << 20, .reserve_bytes = 1};
	struct store_conf store = {.dir = dir, .map_bytes = 1UL << 30};
	struct hub_conf hub = {
		.house = {.server = "", .version = "", .started_ms = clock_now_ms()}};

	snprintf(path, sizeof(path), "%s/master.key", dir);
	if (keyring_open(dir, path, &f->keyring) != ERR_OK)
		return complain("the keys do not open", "");
	snprintf(path, sizeof(path), "%s/journal", dir);
	if (segments_open(&journal, &f->log, why) != LOG_OK)
		return complain("the journal does not open:", why);
	if (store_open(&store, &f->store) != ERR_OK)
		return complain("the state does not open", "");
	f->policy = policy_new(f->store, f->keyring);
	hub.house.store = f->store;
	hub.house.policy = f->policy;
	hub.house.keyring = f->keyring;
	hub.log = f->log;
	return hub_open(&hub, &f->hub) == ERR_OK || complain("the journal cannot be applied", "");
}

static void close_all(struct found *f)
{
	hub_close(f->hub);
	policy_free(f->policy);
	store_close(f->store);
	if (f->log)
		f->log->ops->close(f->log);
	keyring_close(f->keyring);
}

static bool request_is_there(struct store *store, const struct acknowledged *a)
{
	for (uint64_t person = 1; person < 9; person++) {
		struct key k = key_bytes(person, (struct slice){a->request, sizeof(a->request)});

		if (store_has(store, TAB_REQUEST, key_view(&k)))
			return true;
	}
	return false;
}

static bool holds_the_ledger(struct found *f, const struct ledger *l, uint64_t at)
{
	char arg[40];

	for (size_t i = 0; i < l->n && l->v[i].at <= at; i++) {
		if (request_is_there(f->store, &l->v[i]))
			continue;
		snprintf(arg, sizeof(arg), "%zu of %zu", i, l->n);
		return complain("acknowledged, and lost:", arg);
	}
	return true;
}

/* Every text that is there can be read: its key is. */
static bool texts_open(struct found *f)
{
	struct walk w;
	bool ok = true;

	for (store_walk(f->store, TAB_ITEM, SLICE(""), &w); w.on && ok; store_next(&w)) {
		CLEANUP(arena_free) struct arena a = {0};
		CLEANUP(buf_wipe) struct buf open = {0};
		struct rec_item item;

		ok = rec_read(REC_item, w.val, &a, &item) == ERR_OK &&
		     keyring_open_seal(f->keyring, get_be64(w.key.p), item.num, item.rev,
				       item.sealed, &open) == ERR_OK;
	}
	store_walk_end(&w);
	return ok || complain("a text without its key", "");
}

/* What was erased cannot be read, and no file is left of what destroyed it. */
static bool erased_is_gone(struct found *f, const char *dir, const struct ledger *l, uint64_t at)
{
	static const char *const left[] = {"keys.mdb.new", "keys.mdb.old", "keys.mdb.erasing"};
	CLEANUP(buf_free) struct buf out = {0};
	bool was = false;

	for (size_t i = 0; i < l->n && l->v[i].at <= at; i++)
		was = was || l->v[i].erased;
	if (was && keyring_seal(f->keyring, l->erased, 1, 1, SLICE("x"), &out) != ERR_NOTFOUND)
		return complain("erased, and its key is there", "");
	for (int i = 0; i < 3; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", dir, left[i]);
		if (access(path, F_OK) == 0)
			return complain("left behind:", left[i]);
	}
	return true;
}

static const char *as_is(const char *msgid)
{
	return msgid;
}

/* Chain, positions, and the state against one made anew. */
static bool stands(const char *dir)
{
	struct standing s = {.dir = dir, .temp = dir, .say = as_is};

	return standing_verify(&s) == ERR_OK || complain("not what the journal makes:", s.why);
}

bool recover_right(const char *dir, const struct ledger *l, uint64_t at)
{
	struct found f = {0};
	bool ok = open_as_the_server(dir, &f) && holds_the_ledger(&f, l, at) && texts_open(&f) &&
		  erased_is_gone(&f, dir, l, at);

	close_all(&f);
	return ok && stands(dir);
}
