/*
 * Soak: a server under all at once for as long as it is told (SOAK_SECONDS, 600), and what it holds
 * does not grow: memory of its own, descriptors, what waits to be sent, pages of the state for each
 * record in it, and pages that are free and not used again. A second is a sample; the mean of the
 * last third is held against that of the second. The first is for coming up to speed.
 *
 * Eight writers, eight watchers, two that stop reading for seconds at a time, thirty who connect at
 * once every ten seconds, a reload every ten, a backup every thirty.
 */
#include "programs.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <lmdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WRITERS = 8, WATCHERS = 8, STALLED = 2, STORM = 30, SAMPLES = 36000 };
enum { MEMORY, FILES, OUTBOX, PER_RECORD, FREE_PAGES, THINGS };

static const struct thing {
	const char *name;
	double slack; /* what it may differ by whatever it is: a page, a descriptor */
} things[THINGS] = {{"memory of its own, KiB", 256},
		    {"descriptors", 4},
		    {"bytes to be sent", 64 * 1024},
		    {"bytes of the state a record", 1},
		    {"free pages of the state", 64}};

static struct flow f;
static struct flow_case c;
static struct link *friend;
static char items[WRITERS][16];
static double sample[SAMPLES][THINGS];
static size_t *changes; /* shared: made by all writers */
static bool has_metrics, has_backup;

/* -- clients, each a process ------------------------------------------------------------------- */

static pid_t client(void (*go)(unsigned), unsigned i)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!freopen("/dev/null", "w", stderr))
		_exit(1);
	for (;;)
		go(i);
}

static struct link *connected(const char *who)
{
	struct home h = flow_home(&f, who);
	struct fault fault = {0};
	struct link *l = NULL;

	if (link_open(&h, "soak", &l, &fault) != ERR_OK)
		l = NULL;
	fault_free(&fault);
	return l;
}

/* Changes of his own item, one after the other. */
static void write_on(unsigned i)
{
	static int64_t rev = 1;
	struct link *l = connected("noor@wijk");
	enum err err = l ? ERR_OK : ERR_UNREACHABLE;

	while (err == ERR_OK) {
		CLEANUP(tree_free) struct tree t = {0};

		err = flow_try(l, "item.set", &t, NULL,
			       "{\"case\":\"%s\",\"item\":\"%s\",\"rev\":%lld,"
			       "\"fields\":{\"inhoud\":\"%0400d\"}}",
			       c.code, items[i], (long long)rev, rand());
		rev = obj_int(obj_get(tree_root(&t), "rev"), rev);
		__atomic_add_fetch(changes, err == ERR_OK, __ATOMIC_RELAXED);
		usleep(20000);
	}
	link_close(l);
	usleep(100000);
}

static void watch_for(unsigned stall_s)
{
	struct link *l = connected("noor@wijk");
	enum err err = ERR_OK;

	if (l)
		err = flow_try(l, "case.watch", NULL, NULL, "{\"case\":\"%s\"}", c.code);
	for (int i = 0; l && err == ERR_OK; i++) {
		CLEANUP(tree_free) struct tree t = {0};
		struct fault fault = {0};
		struct slice name;

		err = link_next(l, 1000, &name, &t, &fault);
		fault_free(&fault);
		if (stall_s && i % 500 == 0)
			sleep(stall_s);
	}
	link_close(l);
	usleep(100000);
}

static void watch_on(unsigned i)
{
	(void)i;
	watch_for(0);
}

static void stall(unsigned i)
{
	watch_for(8 + i);
}

/* All of them at the tens of seconds. */
static void storm(unsigned i)
{
	struct link *l;

	(void)i;
	sleep(10 - (unsigned)time(NULL) % 10);
	l = connected("mila@ggz");
	if (l)
		flow_try(l, "case.plan", NULL, NULL, "{\"case\":\"%s\"}", c.code);
	link_close(l);
}

/* -- what the server holds, seen from outside -------------------------------------------------- */

static double from_status(const char *what)
{
	char path[64], line[128];
	double v = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)f.pid);
	in = fopen(path, "re");
	while (in && fgets(line, sizeof(line), in))
		if (!strncmp(line, what, strlen(what)))
			v = strtod(line + strlen(what), NULL);
	if (in)
		fclose(in);
	return v;
}

static double descriptors(void)
{
	char path[64];
	double n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)f.pid);
	d = opendir(path);
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* A figure of the metrics socket, where there is one. */
static double metric(const char *name)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	static char all[256 * 1024];
	size_t n = 0;
	char *at;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s/metrics.sock", f.state);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0) {
		has_metrics = dprintf(fd, "GET /metrics HTTP/1.0\r\n\r\n") > 0;
		for (ssize_t got = 1; got > 0 && n < sizeof(all) - 1; n += (size_t)got) {
			got = read(fd, all + n, sizeof(all) - 1 - n);
			if (got < 0)
				break;
		}
	}
	close(fd);
	all[n] = 0;
	at = strstr(all, name);
	return at ? strtod(at + strlen(name), NULL) : 0;
}

/* The state as LMDB's own tools would see it: pages in all, and those that are free. */
static void pages(double *used_bytes, double *free_pages)
{
	char path[128];
	MDB_envinfo info = {0};
	MDB_cursor *cursor;
	MDB_val key, val;
	MDB_stat st = {0};
	MDB_txn *txn;
	MDB_env *env;
	size_t unused = 0;

	snprintf(path, sizeof(path), "%s/state.mdb", f.state);
	cr_assert_eq(mdb_env_create(&env), 0);
	cr_assert_eq(mdb_env_open(env, path, MDB_NOSUBDIR | MDB_RDONLY, 0600), 0);
	cr_assert_eq(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn), 0);
	mdb_env_info(env, &info);
	mdb_env_stat(env, &st);
	cr_assert_eq(mdb_cursor_open(txn, 0, &cursor), 0);
	while (mdb_cursor_get(cursor, &key, &val, MDB_NEXT) == 0)
		unused += *(size_t *)val.mv_data;
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	mdb_env_close(env);
	*used_bytes = (double)(info.me_last_pgno + 1 - unused) * st.ms_psize;
	*free_pages = (double)unused;
}

static double records(void)
{
	CLEANUP(tree_free) struct tree t = {0};

	flow_call(friend, "server.status", &t, "{}");
	return (double)(obj_int(obj_get(tree_root(&t), "journal_facts"), 0) +
			obj_int(obj_get(tree_root(&t), "journal_seen"), 0));
}

static void look(double *out)
{
	double bytes = 0;

	out[MEMORY] = from_status("RssAnon:");
	out[FILES] = descriptors();
	out[OUTBOX] = metric("\nbrug_outbox_bytes ");
	pages(&bytes, &out[FREE_PAGES]);
	out[PER_RECORD] = bytes / records();
}

/* -- the operator ------------------------------------------------------------------------------ */

static void back_up(bool first)
{
	static struct program p;
	char to[128], key[128];

	snprintf(to, sizeof(to), "%s/backup", f.dir);
	snprintf(key, sizeof(key), "%s/backup.key", f.dir);
	if (first)
		BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", "key", key, "--state", f.state);
	has_backup = first ? p.status == 0 : has_backup;
	if (!has_backup)
		return;
	BRUG_ADMIN(&f, &p, "beheer@zvh", NULL, "backup", to, "--state", f.state);
	cr_assert_eq(p.status, 0, "%s%s", p.out, p.err);
}

static void operate(unsigned second)
{
	if (second % 10 == 5)
		kill(f.pid, SIGHUP);
	if (second % 30 == 7)
		back_up(second == 7);
}

/* -- judging ----------------------------------------------------------------------------------- */

static double mean(size_t from, size_t to, int thing)
{
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += sample[i][thing];
	return sum / (double)(to - from);
}

static void judge(size_t n)
{
	printf("%zu s, %zu changes, %.0f records; backup: %s, outbox: %s\n", n, *changes, records(),
	       has_backup ? "yes" : "no such command here",
	       has_metrics ? "yes" : "no metrics here");
	printf("%-30s %12s %12s %12s\n", "mean of", "first third", "second", "last");
	for (int i = 0; i < THINGS; i++) {
		double second = mean(n / 3, 2 * n / 3, i), last = mean(2 * n / 3, n, i);

		printf("%-30s %12.1f %12.1f %12.1f  %+.1f %%\n", things[i].name, mean(0, n / 3, i),
		       second, last, second > 0 ? 100 * (last - second) / second : 0);
		cr_expect(last - second <= things[i].slack || last <= second * 1.02, "%s grows",
			  things[i].name);
	}
}

static void configure(void)
{
	FILE *conf;

	snprintf(f.conf, sizeof(f.conf), "%s/brugd.conf", f.dir);
	conf = fopen(f.conf, "we");
	fputs("per_person = 200\nrequests = 100000\n", conf);
	fclose(conf);
	cr_assert_eq(flow_stop(&f), 0);
	flow_start(&f);
}

static void prepare(void)
{
	changes = mmap(NULL, sizeof(*changes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	flow_begin(&f);
	configure();
	flow_case(&f, &c);
	for (int i = 0; i < WRITERS; i++)
		flow_add(c.noor, c.code, items[i],
			 "{\"kind\":\"actie\",\"fields\":{\"inhoud\":\"x\"}}");
	flow_case_close(&c);
	friend = flow_link(&f, "beheer@zvh");
	link_close(flow_link(&f, "noor@wijk")); /* each writes down where the server is now */
	link_close(flow_link(&f, "mila@ggz"));
}

Test(soak, what_the_server_holds_does_not_grow)
{
	const char *given = getenv("SOAK_SECONDS");
	unsigned seconds = given ? (unsigned)atoi(given) : 600;
	pid_t pids[WRITERS + WATCHERS + STALLED + STORM];
	unsigned n = 0;

	prepare();
	for (unsigned i = 0; i < WRITERS; i++)
		pids[n++] = client(write_on, i);
	for (unsigned i = 0; i < WATCHERS; i++)
		pids[n++] = client(watch_on, i);
	for (unsigned i = 0; i < STALLED; i++)
		pids[n++] = client(stall, i);
	for (unsigned i = 0; i < STORM; i++)
		pids[n++] = client(storm, i);
	for (unsigned i = 0; i < seconds && i < SAMPLES; i++) {
		sleep(1);
		operate(i);
		look(sample[i]);
	}
	while (n) {
		kill(pids[--n], SIGKILL);
		waitpid(pids[n], NULL, 0);
	}
	judge(seconds);
	link_close(friend);
	flow_end(&f);
}
