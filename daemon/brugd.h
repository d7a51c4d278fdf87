#pragma once
/*
 * The whole of it: what each layer opened, in one struct, for the files that assemble it
 * (assembly.c), serve with it (main.c) or look at the state while nothing serves (offline.c).
 * Nothing below knows this file.
 */
#include "conf.h"
#include "journal.h"
#include "keyring.h"
#include "listener.h"
#include "metrics.h"
#include "policy.h"
#include "session.h"
#include "signer.h"
#include "slim.h"

enum { DAEMON_SIGNALS = 3 };

struct daemon {
	struct conf conf;
	struct slim slim;
	struct keyring *keyring;
	struct store *store;
	struct log *log;
	struct policy *policy;
	struct signer *signer;
	struct hub *hub;
	SSL_CTX *tls;
	struct event_base *base;
	struct event *signals[DAEMON_SIGNALS];
	struct listener *listener;
	struct metrics *metrics;
	bool confined;
	char where[320]; /* the address clients are told */
	int64_t certificate_until;
	bool stopping;
};

/* The path of a file of the state's folder. */
void daemon_path(const struct daemon *, const char *name, char out[1100]);
bool path_exists(const char *path);

/*
 * Each opens its part and says on standard error what was wrong; what is open stays open until
 * daemon_close, also after an error. In this order: truth, state, signer, tls, hub.
 */
enum err daemon_open_slim(struct daemon *); /* ERR_USAGE names file and line */
/* Keys and journal, which one process at a time holds. */
enum err daemon_open_truth(struct daemon *);
enum err daemon_open_state(struct daemon *);
enum err daemon_open_hub(struct daemon *); /* what the state lacks is applied from the journal */
/* The certificate and its authorities, for a listener; the caller owns *out. */
enum err daemon_open_tls(struct daemon *, SSL_CTX **out);
void daemon_close(struct daemon *);

/* While nothing serves; each gives the exit status and says what it did. */
int offline_verify(struct daemon *);
int offline_rebuild(struct daemon *);
int offline_try_upgrade(const struct daemon *);
