/* brugd: reads its options, opens the layers, runs the loop, takes everything down. */
#include "bootstrap.h"
#include "brugd.h"
#include "confine.h"
#include "manager.h"
#include "options.h"

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
#include <sys/stat.h>
#include <unistd.h>

enum { OWN_FILES = 48 /* descriptors that are not callers' */ };
enum { EXIT_AGAIN = 75 /* EX_TEMPFAIL: systemd starts it again, and the journal recovers */ };

/* -- the port ---------------------------------------------------------------------------------- */

/* Where clients find it: port 0 takes any. */
static enum err write_where(const struct daemon *d)
{
	char path[1100], temp[1110];
	int fd;
	bool ok;

	daemon_path(d, "listening", path);
	snprintf(temp, sizeof(temp), "%s.new", path);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_INTERNAL;
	ok = dprintf(fd, "%s\n", d->where) > 0;
	close(fd);
	return ok && rename(temp, path) == 0 ? ERR_OK : ERR_INTERNAL;
}

static enum err open_metrics(struct daemon *d)
{
	char path[1100];
	struct metrics_conf conf = {.path = path,
				    .state = d->conf.state,
				    .version = VERSION,
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
		daemon_path(d, d->conf.metrics, path);
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

/* -- signals ----------------------------------------------------------------------------------- */

static void on_stop(evutil_socket_t fd, short what, void *ctx)
{
	struct daemon *d = ctx;

	(void)fd;
	(void)what;
	d->stopping = true;
	manager_tell("STOPPING=1");
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
		err = daemon_open_tls(d, &fresh);
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

/* Before anybody is told that we are there: who stops us at once does not end us halfway. */
static enum err take_signals(struct daemon *d)
{
	static const struct {
		int number;
		event_callback_fn answer;
	} taken[DAEMON_SIGNALS] = {{SIGTERM, on_stop}, {SIGINT, on_stop}, {SIGHUP, on_reload}};

	for (int i = 0; i < DAEMON_SIGNALS; i++) {
		d->signals[i] = evsignal_new(d->base, taken[i].number, taken[i].answer, d);
		if (!d->signals[i] || event_add(d->signals[i], NULL) != 0)
			return ERR_INTERNAL;
	}
	return ERR_OK;
}

/* -- running ----------------------------------------------------------------------------------- */

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
	TRY(take_signals(d));
	TRY(listener_open(d->base, d->hub, d->tls, &conf, &d->listener));
	snprintf(d->where, sizeof(d->where), strchr(d->conf.address, ':') ? "[%s]:%u" : "%s:%u",
		 d->conf.address, listener_port(d->listener));
	TRY(open_metrics(d));
	return write_where(d);
}

static int loop(struct daemon *d)
{
	enum err err = ERR_OK;

	while (err == ERR_OK && !(d->stopping && listener_empty(d->listener))) {
		err = event_base_loop(d->base, EVLOOP_ONCE) < 0 ? ERR_INTERNAL
								: listener_turn(d->listener);
	}
	return err == ERR_OK ? 0 : EXIT_AGAIN;
}

/* brug-admin restore left word of itself: once it was looked at what was erased since, it may go.
 */
static enum err take_word_of_restore(struct daemon *d)
{
	char path[1100];

	daemon_path(d, "restored", path);
	if (!path_exists(path))
		return ERR_OK;
	TRY(hub_restored(d->hub));
	return unlink(path) == 0 ? ERR_OK : ERR_INTERNAL;
}

static enum err open_all(struct daemon *d)
{
	TRY(daemon_open_truth(d));
	TRY(daemon_open_state(d));
	TRY(signer_open(d->conf.state, &d->signer));
	TRY(daemon_open_tls(d, &d->tls));
	TRY(daemon_open_hub(d));
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

	manager_find();
	if (open_all(d) != ERR_OK || confine(&bounds, &d->confined) != ERR_OK) {
		daemon_close(d);
		return 1;
	}
	fprintf(stderr, "started: version=%s listening=%s facts=%llu\n", VERSION, d->where,
		(unsigned long long)store_position(d->store));
	snprintf(ready, sizeof(ready), "READY=1\nSTATUS=listening on %s", d->where);
	manager_tell(ready);
	status = loop(d);
	if (status)
		_exit(status); /* the state is not to be committed: what is not in the journal did
				  not happen */
	daemon_close(d);
	fprintf(stderr, "stopped\n");
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
	struct options o;
	struct daemon d = {0};

	keep_to_ourselves();
	speak();
	if (!options_read(&o, argc, argv))
		return ERR_USAGE;
	d.conf = o.conf;
	if ((o.task == RUN || o.task == CHECK_CONF) && daemon_open_slim(&d) != ERR_OK)
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
		return offline_rebuild(&d);
	case VERIFY:
		return offline_verify(&d);
	case TRY_UPGRADE:
		return offline_try_upgrade(&d);
	case RUN:
		break;
	}
	return run(&d);
}
