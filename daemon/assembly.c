/* The layers, opened from the lowest up and closed from the top down. */
#include "brugd.h"

#include "clock.h"
#include "pki.h"
#include "tls.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SLIM_BYTES = 65536 };

void daemon_path(const struct daemon *d, const char *name, char out[1100])
{
	snprintf(out, 1100, "%s/%s", d->conf.state, name);
}

bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static enum err open_journal(struct daemon *d)
{
	char dir[1100], sign_key[1100], why[256];
	struct segments_conf conf = {.dir = dir,
				     .segment_bytes = (uint64_t)d->conf.segment_mib << 20,
				     .reserve_bytes = (uint64_t)d->conf.reserve_mib << 20,
				     .sign_key = sign_key};

	daemon_path(d, "journal", dir);
	daemon_path(d, "checkpoint.key", sign_key);
	if (!path_exists(sign_key))
		conf.sign_key = NULL;
	if (segments_open(&conf, &d->log, why) == LOG_OK)
		return ERR_OK;
	fprintf(stderr, "start failed: what=journal why=%s\n", why);
	return ERR_INTERNAL;
}

/* A journal without its keys opens nothing; new keys would hide that, and seal over it. */
static enum err keys_are_there(const struct daemon *d)
{
	char keys[1100], first[1100];

	daemon_path(d, "keys.mdb", keys);
	daemon_path(d, "journal/00000001.seg", first);
	if (path_exists(keys) || !path_exists(first))
		return ERR_OK;
	fprintf(stderr, "start failed: what=keys.mdb why=\"it is not there, and the journal "
			"is: put it back from a backup\"\n");
	return ERR_INTERNAL;
}

/* The keys and the journal. The journal lets one process in: whoever holds it may touch the state.
 */
enum err daemon_open_truth(struct daemon *d)
{
	char master[1100];

	TRY(keys_are_there(d));
	daemon_path(d, "master.key", master);
	TRY(keyring_open(d->conf.state, master, &d->keyring));
	return open_journal(d);
}

enum err daemon_open_state(struct daemon *d)
{
	struct store_conf store = {.dir = d->conf.state,
				   .map_bytes = (uint64_t)d->conf.map_gib << 30};

	TRY(store_open(&store, &d->store));
	d->policy = policy_new(d->store, d->keyring);
	return ERR_OK;
}

enum err daemon_open_tls(struct daemon *d, SSL_CTX **out)
{
	char cert[1100], key[1100], ca[1100], why[256];
	X509 *x;

	daemon_path(d, "pki/server.crt", cert);
	daemon_path(d, "pki/server.key", key);
	daemon_path(d, "pki/authorities.crt", ca);
	if (!path_exists(ca)) /* there while one authority takes over from another */
		daemon_path(d, "pki/ca.crt", ca);
	*out = tls_server(cert, key, ca, why);
	if (!*out) {
		fprintf(stderr, "certificate failed: %s\n", why);
		return ERR_INTERNAL;
	}
	x = pki_cert_load(cert);
	d->certificate_until = x ? pki_until(x) : 0;
	X509_free(x);
	return ERR_OK;
}

/* The pairing of positions and strategies: a file of its own, whose mistakes are named by line. */
enum err daemon_open_slim(struct daemon *d)
{
	CLEANUP(buf_free) struct buf text = {0};
	char why[256] = "", block[4096];
	FILE *f;
	size_t n;

	if (!strcmp(d->conf.slim, "built-in")) {
		d->slim = *slim_default();
		return ERR_OK;
	}
	f = fopen(d->conf.slim, "re");
	while (f && text.n < SLIM_BYTES && (n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&text, block, n);
	if (f)
		fclose(f);
	buf_u8(&text, 0);
	if (f && slim_parse((char *)text.p, d->conf.slim, &d->slim, why) == ERR_OK)
		return ERR_OK;
	fprintf(stderr, "brugd: %s\n", f ? why : "the file of the option slim cannot be read");
	return ERR_USAGE;
}

enum err daemon_open_hub(struct daemon *d)
{
	struct hub_conf conf = {.house = {.store = d->store,
					  .policy = d->policy,
					  .keyring = d->keyring,
					  .server = d->where,
					  .version = VERSION,
					  .started_ms = clock_now_ms(),
					  .sign = signer_sign,
					  .sign_ctx = d->signer,
					  .certificate_until = d->certificate_until,
					  .slim = &d->slim},
				.log = d->log,
				.checkpoint = segments_checkpoint,
				.checkpoint_key = segments_key,
				.outbox_bytes = (uint32_t)d->conf.outbox_kib * 1024,
				.sessions_per_person = (uint32_t)d->conf.per_person,
				.requests_per_second = (uint32_t)d->conf.requests};

	if (d->signer)
		signer_house(d->signer, &conf.house);
	return hub_open(&conf, &d->hub);
}

void daemon_close(struct daemon *d)
{
	metrics_close(d->metrics);
	listener_close(d->listener);
	hub_close(d->hub);
	policy_free(d->policy);
	store_close(d->store);
	if (d->log)
		d->log->ops->close(d->log);
	keyring_close(d->keyring);
	signer_close(d->signer);
	SSL_CTX_free(d->tls);
	for (int i = 0; i < DAEMON_SIGNALS; i++)
		if (d->signals[i])
			event_free(d->signals[i]);
	if (d->base)
		event_base_free(d->base);
}
