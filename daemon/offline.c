/* What is done with a state that nobody serves: proved, made anew, tried in another format. */
#include "brugd.h"

#include "upgrade.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int offline_verify(struct daemon *d)
{
	struct proof proof = {0};
	char dir[1100], why[256];

	daemon_path(d, "journal", dir);
	if (segments_verify(dir, &proof, why) == LOG_OK) {
		printf("the journal is whole: %llu facts, %llu disclosures\n",
		       (unsigned long long)proof.facts, (unsigned long long)proof.seen);
		return 0;
	}
	printf("the journal is not whole: %s\n", why);
	return 1;
}

/* A state that holds more than the journal: the journal has lost its end, and a state made anew
 * would hide that. */
static bool state_is_ahead(struct daemon *d, const char *path)
{
	uint64_t facts, seen;
	bool ahead;

	if (!path_exists(path) || daemon_open_state(d) != ERR_OK)
		return false;
	facts = store_position(d->store);
	seen = store_seen_position(d->store);
	policy_free(d->policy);
	store_close(d->store);
	d->policy = NULL;
	d->store = NULL;
	ahead = facts > d->log->ops->head(d->log, LOG_FACTS) ||
		seen > d->log->ops->head(d->log, LOG_SEEN);
	if (ahead)
		printf("not rebuilt: the state holds more than the journal (%llu facts, %llu "
		       "disclosures). The journal has lost its end: look at journal/torn-*, or put "
		       "a backup back.\n",
		       (unsigned long long)facts, (unsigned long long)seen);
	return ahead;
}

static enum err make_anew(struct daemon *d)
{
	enum err err = daemon_open_state(d);

	if (err == ERR_OK)
		err = daemon_open_hub(d);
	if (err == ERR_OK)
		err = store_commit(d->store);
	if (err == ERR_OK)
		printf("rebuilt from the journal: %llu facts, %llu disclosures\n",
		       (unsigned long long)store_position(d->store),
		       (unsigned long long)store_seen_position(d->store));
	return err;
}

/* The old state is put aside, and removed once the new one stands. */
int offline_rebuild(struct daemon *d)
{
	char path[1100], lock[1110], aside[1110];
	enum err err;

	daemon_path(d, "state.mdb", path);
	snprintf(lock, sizeof(lock), "%s-lock", path);
	snprintf(aside, sizeof(aside), "%s.before", path);
	if (daemon_open_truth(d) != ERR_OK || state_is_ahead(d, path)) {
		daemon_close(d);
		return 1;
	}
	if (path_exists(path) && rename(path, aside) != 0) {
		fprintf(stderr, "rebuild failed: what=rename errno=%d\n", errno);
		daemon_close(d);
		return 1;
	}
	unlink(lock);
	err = make_anew(d);
	daemon_close(d);
	if (err == ERR_OK)
		unlink(aside);
	else if (path_exists(aside))
		rename(aside, path);
	return err == ERR_OK ? 0 : 1;
}

/* On a copy that is removed again, and while an older brugd runs. */
int offline_try_upgrade(const struct daemon *d)
{
	struct store_conf conf = {.dir = d->conf.state,
				  .map_bytes = (uint64_t)d->conf.map_gib << 30};
	uint64_t format;

	if (store_format(&conf, &format) != ERR_OK)
		return 1;
	if (!format || format == STORE_FORMAT) {
		printf("there is nothing to upgrade: the state has format %d\n", STORE_FORMAT);
		return 0;
	}
	if (store_upgrade(&conf, false) != ERR_OK)
		return 1;
	printf("it can be upgraded from format %llu to %d: brugd does so when it starts\n",
	       (unsigned long long)format, STORE_FORMAT);
	return 0;
}
