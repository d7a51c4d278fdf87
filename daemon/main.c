/* brugd: assembles the layers, runs the loop, takes everything down. Nothing else knows them all.
 */
#include "bootstrap.h"
#include "clock.h"
#include "conf.h"
#include "confine.h"
#include "slim.h"
#include "journal.h"
#include "keyring.h"
#include "listener.h"
#include "metrics.h"
#include "pki.h"
#include "policy.h"
#include "session.h"
#include "signer.h"
#include "tls.h"
#include "upgrade.h"

#include <argp.h>
#include <event2/event.h>
#include <fcntl.h>
#include <libintl.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SLIM_BYTES = 65536, OWN_FILES = 48 /* descriptors that are not callers' */ };
enum { EXIT_AGAIN = 75 /* EX_TEMPFAIL: systemd starts it again, and the journal recovers */ };

enum task { RUN, PRINT_CONF, CHECK_CONF, REBUILD, VERIFY, TRY_UPGRADE };
struct options {
	struct conf conf;
	enum task task;
	char why[256];
};

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
	struct listener *listener;
	struct metrics *metrics;
	bool confined;
	char where[320]; /* the address clients are told */
	int64_t certificate_until;
	bool stopping;
};

/* -- options ----------------------------------------------------------------------------------- */

enum { OPT_STATE = 256, OPT_LISTEN, OPT_PRINT, OPT_CHECK, OPT_REBUILD, OPT_VERIFY, OPT_TRY };

static const struct argp_option rows[] = {
	{"config", 'c', "FILE", 0, "Read this configuration file", 0},
	{"state", OPT_STATE, "DIR", 0, "The folder that holds everything", 0},
	{"listen", OPT_LISTEN, "ADDRESS:PORT", 0, "Where to listen; port 0 takes any", 0},
	{"print-conf", OPT_PRINT, NULL, 0,
	 "Print the configuration with what each option means, and stop", 0},
	{"check-config", OPT_CHECK, NULL, 0, "Say whether the configuration is sound, and stop", 0},
	{"rebuild", OPT_REBUILD, NULL, 0, "Make the state anew from the journal alone, and stop",
	 0},
	{"verify", OPT_VERIFY, NULL, 0, "Check every byte of the journal, and stop", 0},
	{"try-upgrade", OPT_TRY, NULL, 0,
	 "Upgrade a copy of the state to this version's format, and stop", 0},
	{0}};

/* "127.0.0.1:7450", "brug.example.nl:7450", "[::1]:7450" */
static error_t set_listen(struct options *o, char *arg)
{
	char *colon = strrchr(arg, ':'), *end;

	if (!colon)
		return EINVAL;
	*colon = 0;
	end = strchr(arg, ']');
	if (*arg == '[' && end && !end[1]) {
		*end = 0;
		arg++;
	} else if (strpbrk(arg, "[]:")) {
		return EINVAL;
	}
	return conf_set(&o->conf, "address", arg, o->why) == ERR_OK &&
			       conf_set(&o->conf, "port", colon + 1, o->why) == ERR_OK
		       ? 0
		       : EINVAL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'c':
		if (conf_read(&o->conf, arg, o->why) != ERR_OK)
			argp_error(state, "%s", o->why);
		return 0;
	case OPT_STATE:
		if (conf_set(&o->conf, "state", arg, o->why) != ERR_OK)
			argp_error(state, "%s", o->why);
		return 0;
	case OPT_LISTEN:
		if (set_listen(o, arg) != 0)
			argp_error(state, "write --listen as 127.0.0.1:7450 or [::1]:7450");
		return 0;
	case OPT_PRINT:
	case OPT_CHECK:
	case OPT_REBUILD:
	case OPT_VERIFY:
	case OPT_TRY:
		o->task = (enum task)(PRINT_CONF + key - OPT_PRINT);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "there is nothing to do with \"%s\"", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const char *argp_program_version = "brugd " VERSION;

/* -- opening and closing ----------------------------------------------------------------------- */

static void in_state(const struct daemon *d, const char *name, char out[1100])
{
	snprintf(out, 1100, "%s/%s", d->conf.state, name);
}

static bool exists(const char *path)
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

	in_state(d, "journal", dir);
	in_state(d, "checkpoint.key", sign_key);
	if (!exists(sign_key))
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

	in_state(d, "keys.mdb", keys);
	in_state(d, "journal/00000001.seg", first);
	if (exists(keys) || !exists(first))
		return ERR_OK;
	fprintf(stderr, "start failed: what=keys.mdb why=\"it is not there, and the journal "
			"is: put it back from a backup\"\n");
	return ERR_INTERNAL;
}

/* The keys and the journal. The journal lets one process in: whoever holds it may touch the state.
 */
static enum err open_truth(struct daemon *d)
{
	char master[1100];

	TRY(keys_are_there(d));
	in_state(d, "master.key", master);
	TRY(keyring_open(d->conf.state, master, &d->keyring));
	return open_journal(d);
}

static enum err open_state(struct daemon *d)
{
	struct store_conf store = {.dir = d->conf.state,
				   .map_bytes = (uint64_t)d->conf.map_gib << 30};

	TRY(store_open(&store, &d->store));
	d->policy = policy_new(d->store, d->keyring);
	return ERR_OK;
}

static enum err open_tls(struct daemon *d, SSL_CTX **out)
{
	char cert[1100], key[1100], ca[1100], why[256];
	X509 *x;

	in_state(d, "pki/server.crt", cert);
	in_state(d, "pki/server.key", key);
	in_state(d, "pki/authorities.crt", ca);
	if (!exists(ca)) /* there while one authority takes over from another */
		in_state(d, "pki/ca.crt", ca);
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
static enum err load_slim(struct daemon *d)
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

static enum err open_hub(struct daemon *d)
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

static void close_all(struct daemon *d)
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
	if (d->base)
		event_base_free(d->base);
}

/* -- telling where we are ---------------------------------------------------------------------- */

/* The service manager's notice, as sd_notify(3) describes it. The socket is made at the start:
 * later there is none to be had. */
static int manager = -1;
static struct sockaddr_un manager_at = {.sun_family = AF_UNIX};
static socklen_t manager_n;

static void find_manager(void)
{
	const char *path = getenv("NOTIFY_SOCKET");

	if (!path || strlen(path) >= sizeof(manager_at.sun_path))
		return;
	strcpy(manager_at.sun_path, path);
	if (manager_at.sun_path[0] == '@')
		manager_at.sun_path[0] = 0;
	manager_n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static void tell_manager(const char *state)
{
	if (manager >= 0)
		sendto(manager, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&manager_at,
		       manager_n);
}

static enum err write_where(const struct daemon *d)
{
	char path[1100], temp[1110];
	int fd;
	bool ok;

	in_state(d, "listening", path);
	snprintf(temp, sizeof(temp), "%s.new", path);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_INTERNAL;
	ok = dprintf(fd, "%s\n", d->where) > 0;
	close(fd);
	return ok && rename(temp, path) == 0 ? ERR_OK : ERR_INTERNAL;
}

/* -- running ----------------------------------------------------------------------------------- */

static void on_stop(evutil_socket_t fd, short what, void *ctx)
{
	struct daemon *d = ctx;

	(void)fd;
	(void)what;
	d->stopping = true;
	tell_manager("STOPPING=1");
	listener_stop(d->listener);
}

/* New certificates for those who come, a new signer for those who renew; who is in stays in. The
 * old ones stay when the new ones are not sound. */
static enum err reload(struct daemon *d)
{
	struct signer *signer = NULL;
	struct house house = {0};
	SSL_CTX *fresh = NULL;
	enum err err = signer_open(d->conf.state, &signer);

	if (err == ERR_OK)
		err = open_tls(d, &fresh);
	if (err != ERR_OK) {
		signer_close(signer);
		return err;
	}
	house.sign_ctx = signer;
	house.certificate_until = d->certificate_until;
	signer_house(signer, &house);
	hub_identity(d->hub, &house);
	listener_reload(d->listener, fresh);
	signer_close(d->signer);
	SSL_CTX_free(d->tls);
	d->signer = signer;
	d->tls = fresh;
	return ERR_OK;
}

static void on_reload(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	if (reload(ctx) == ERR_OK)
		fprintf(stderr, "reloaded: what=certificate\n");
}

static enum err open_metrics(struct daemon *d)
{
	char path[1100];
	struct metrics_conf conf = {.path = path,
				    .state = d->conf.state,
				    .base = d->base,
				    .hub = d->hub,
				    .listener = d->listener,
				    .store = d->store,
				    .log = d->log,
				    .certificate_until = &d->certificate_until,
				    .confined = &d->confined};

	if (!strcmp(d->conf.metrics, "none"))
		return ERR_OK;
	if (strchr(d->conf.metrics, '/'))
		snprintf(path, sizeof(path), "%s", d->conf.metrics);
	else
		in_state(d, d->conf.metrics, path);
	return metrics_open(&conf, &d->metrics);
}

/* The journal must always be able to open its next file: callers get what is left of the
 * descriptors this process may have. */
static unsigned connections(const struct daemon *d)
{
	unsigned wanted = (unsigned)d->conf.connections, most;
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) != 0)
		return wanted;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
	if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur >= wanted + OWN_FILES)
		return wanted;
	most = l.rlim_cur > OWN_FILES ? (unsigned)l.rlim_cur - OWN_FILES : 1;
	fprintf(stderr, "few descriptors: connections=%u wanted=%u limit=%llu\n", most, wanted,
		(unsigned long long)l.rlim_cur);
	return most;
}

static enum err open_net(struct daemon *d)
{
	struct listener_conf conf = {.address = d->conf.address,
				     .port = (uint16_t)d->conf.port,
				     .connections = connections(d),
				     .strangers = (unsigned)d->conf.strangers,
				     .strangers_per_address = (unsigned)d->conf.per_address,
				     .silence_s = (unsigned)d->conf.silence_s};

	d->base = event_base_new();
	if (!d->base)
		return ERR_INTERNAL;
	TRY(listener_open(d->base, d->hub, d->tls, &conf, &d->listener));
	snprintf(d->where, sizeof(d->where), strchr(d->conf.address, ':') ? "[%s]:%u" : "%s:%u",
		 d->conf.address, listener_port(d->listener));
	TRY(open_metrics(d));
	return write_where(d);
}

static int loop(struct daemon *d)
{
	struct event *term = evsignal_new(d->base, SIGTERM, on_stop, d);
	struct event *stop = evsignal_new(d->base, SIGINT, on_stop, d);
	struct event *hup = evsignal_new(d->base, SIGHUP, on_reload, d);
	enum err err = ERR_OK;

	if (event_add(term, NULL) || event_add(stop, NULL) || event_add(hup, NULL))
		err = ERR_INTERNAL;
	while (err == ERR_OK && !(d->stopping && listener_empty(d->listener))) {
		err = event_base_loop(d->base, EVLOOP_ONCE) < 0 ? ERR_INTERNAL
								: listener_turn(d->listener);
	}
	event_free(term);
	event_free(stop);
	event_free(hup);
	return err == ERR_OK ? 0 : EXIT_AGAIN;
}

/* brug-admin restore left word of itself: once it was looked at what was erased since, it may go.
 */
static enum err take_word_of_restore(struct daemon *d)
{
	char path[1100];

	in_state(d, "restored", path);
	if (!exists(path))
		return ERR_OK;
	TRY(hub_restored(d->hub));
	return unlink(path) == 0 ? ERR_OK : ERR_INTERNAL;
}

static enum err open_all(struct daemon *d)
{
	TRY(open_truth(d));
	TRY(open_state(d));
	TRY(signer_open(d->conf.state, &d->signer));
	TRY(open_tls(d, &d->tls));
	TRY(open_hub(d));
	TRY(bootstrap_run(d->hub, d->conf.state));
	TRY(take_word_of_restore(d));
	return open_net(d);
}

static const char *texts_folder(void)
{
	const char *dir = getenv("BRUG_LOCALEDIR");

	return dir ? dir : LOCALEDIR;
}

static int run(struct daemon *d)
{
	const struct confine_conf bounds = {.state = d->conf.state,
					    .texts = texts_folder(),
					    .off = d->conf.confine ? NULL : "option"};
	char ready[400];
	int status;

	find_manager();
	if (open_all(d) != ERR_OK || confine(&bounds, &d->confined) != ERR_OK) {
		close_all(d);
		return 1;
	}
	fprintf(stderr, "started: version=%s listening=%s facts=%llu\n", VERSION, d->where,
		(unsigned long long)store_position(d->store));
	snprintf(ready, sizeof(ready), "READY=1\nSTATUS=listening on %s", d->where);
	tell_manager(ready);
	status = loop(d);
	if (status)
		_exit(status); /* the state is not to be committed: what is not in the journal did
				  not happen */
	close_all(d);
	fprintf(stderr, "stopped\n");
	return 0;
}

/* -- other tasks ------------------------------------------------------------------------------- */

static int verify(struct daemon *d)
{
	struct proof proof = {0};
	char dir[1100], why[256];

	in_state(d, "journal", dir);
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

	if (!exists(path) || open_state(d) != ERR_OK)
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
	enum err err = open_state(d);

	if (err == ERR_OK)
		err = open_hub(d);
	if (err == ERR_OK)
		err = store_commit(d->store);
	if (err == ERR_OK)
		printf("rebuilt from the journal: %llu facts, %llu disclosures\n",
		       (unsigned long long)store_position(d->store),
		       (unsigned long long)store_seen_position(d->store));
	return err;
}

/* The old state is put aside, and removed once the new one stands. */
static int rebuild(struct daemon *d)
{
	char path[1100], lock[1110], aside[1110];
	enum err err;

	in_state(d, "state.mdb", path);
	snprintf(lock, sizeof(lock), "%s-lock", path);
	snprintf(aside, sizeof(aside), "%s.before", path);
	if (open_truth(d) != ERR_OK || state_is_ahead(d, path)) {
		close_all(d);
		return 1;
	}
	if (exists(path) && rename(path, aside) != 0) {
		fprintf(stderr, "rebuild failed: what=rename errno=%d\n", errno);
		close_all(d);
		return 1;
	}
	unlink(lock);
	err = make_anew(d);
	close_all(d);
	if (err == ERR_OK)
		unlink(aside);
	else if (exists(aside))
		rename(aside, path);
	return err == ERR_OK ? 0 : 1;
}

/* On a copy that is removed again, and while an older brugd runs. */
static int try_upgrade(const struct daemon *d)
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

/* No core dumps, no ptrace, nothing readable by others: there is clear text in this process. */
static void keep_to_ourselves(void)
{
	const struct rlimit none = {0, 0};

	umask(077);
	mallopt(M_PERTURB,
		0x5a); /* what is freed is written over: no text stays behind in memory */
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
}

static void speak(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	bindtextdomain("brug", texts_folder());
	bind_textdomain_codeset("brug", "UTF-8");
}

int main(int argc, char **argv)
{
	static const struct argp argp = {rows,
					 parse,
					 NULL,
					 "Holds one shared plan per case, shows each viewer what "
					 "he may know, and pushes every change.",
					 NULL,
					 NULL,
					 NULL};
	struct options o = {.task = RUN};
	struct daemon d = {0};

	keep_to_ourselves();
	speak();
	argp_err_exit_status = ERR_USAGE;
	conf_default(&o.conf);
	if (argp_parse(&argp, argc, argv, 0, NULL, &o) != 0)
		return ERR_USAGE;
	d.conf = o.conf;
	if ((o.task == RUN || o.task == CHECK_CONF) && load_slim(&d) != ERR_OK)
		return ERR_USAGE;
	if (o.task != PRINT_CONF && o.task != CHECK_CONF &&
	    confine_to_owner(d.conf.state) != ERR_OK)
		return 1;
	switch (o.task) {
	case PRINT_CONF:
		conf_print(&o.conf, stdout);
		return 0;
	case CHECK_CONF:
		printf("the configuration is sound\n");
		return 0;
	case REBUILD:
		return rebuild(&d);
	case VERIFY:
		return verify(&d);
	case TRY_UPGRADE:
		return try_upgrade(&d);
	case RUN:
		break;
	}
	return run(&d);
}
