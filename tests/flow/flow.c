#include "flow.h"

#include "clock.h"

#include "found.h"
#include "pki.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* -- the server -------------------------------------------------------------------------------- */

static pid_t spawn(struct flow *f, const char *option)
{
	char program[] = BRUGD, state[] = "--state", listen[] = "--listen", any[] = "127.0.0.1:0",
	     config[] = "--config", extra[32], log[128];
	char *argv[] = {program, state, f->state, listen, any, NULL, NULL, NULL, NULL};
	char *everywhere = getenv("BRUG_FLOW_CONF"); /* of tests/coverage/run */
	int n = 5;
	posix_spawn_file_actions_t files;
	pid_t pid;

	if (option)
		argv[n++] = extra;
	if (*f->conf || everywhere) {
		argv[n++] = config;
		argv[n++] = *f->conf ? f->conf : everywhere;
	}
	snprintf(extra, sizeof(extra), "%s", option ? option : "");
	snprintf(log, sizeof(log), "%s/log", f->dir);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	cr_assert_eq(posix_spawn(&pid, program, &files, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&files);
	return pid;
}

static void show_log(struct flow *f)
{
	char command[160];

	snprintf(command, sizeof(command), "tail -5 %s/log >&2", f->dir);
	if (system(command) != 0)
		fprintf(stderr, "no log\n");
}

/* Waits for the file in which the server says where it listens. */
bool flow_up(struct flow *f)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/listening", f->state);
	unlink(path);
	f->pid = spawn(f, NULL);
	for (int i = 0; i < 10000; i++) {
		FILE *in = fopen(path, "re");
		bool there = in && fgets(f->where, sizeof(f->where), in);

		if (in)
			fclose(in);
		if (there) {
			f->where[strcspn(f->where, "\n")] = 0;
			return true;
		}
		if (waitpid(f->pid, NULL, WNOHANG) == f->pid) {
			f->pid = 0;
			return false;
		}
		poll(NULL, 0, 2);
	}
	return false;
}

void flow_start(struct flow *f)
{
	if (flow_up(f))
		return;
	show_log(f);
	cr_assert_fail("brugd does not start");
}

static int ended(pid_t pid)
{
	int status = 0;

	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int flow_stop(struct flow *f)
{
	pid_t pid = f->pid;

	f->pid = 0;
	kill(pid, SIGTERM);
	return ended(pid);
}

void flow_kill(struct flow *f)
{
	kill(f->pid, SIGKILL);
	ended(f->pid);
	f->pid = 0;
}

int flow_run(struct flow *f, const char *option)
{
	return ended(spawn(f, option));
}

struct home flow_home(struct flow *f, const char *handle)
{
	struct home h;
	char path[256];

	snprintf(path, sizeof(path), "%s/people/%s", f->dir, handle);
	setenv("BRUG_HOME", path, 1);
	home_find(&h);
	return h;
}

static void join(struct flow *f, const char *handle, const char *code)
{
	struct home h = flow_home(f, handle);
	struct fault fault = {0};
	struct tree t;

	if (link_join(&h, f->where, code, "laptop", &t, &fault) != ERR_OK) {
		show_log(f);
		cr_assert_fail("%s cannot join: %s %s", handle, fault.text, fault.why);
	}
	tree_free(&t);
}

void flow_clock(struct flow *f, int64_t moved_ms)
{
	int fd = open(f->clock, O_WRONLY | O_CLOEXEC);

	cr_assert_eq(pwrite(fd, &moved_ms, sizeof(moved_ms), 0), sizeof(moved_ms));
	close(fd);
}

/* The clock stands beside the state, at no distance from this machine's. */
static void hang_clock(struct flow *f)
{
	snprintf(f->clock, sizeof(f->clock), "%s/clock", f->dir);
	close(open(f->clock, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	flow_clock(f, 0);
	setenv("BRUG_DEMO_CLOCK", f->clock, 1);
	setenv("LD_PRELOAD", CLOCK, 1);
}

void flow_begin(struct flow *f)
{
	struct founding founding = {.server = "127.0.0.1",
				    .agency = "zvh",
				    .agency_name = "ZVH De Delta",
				    .handle = "beheer@zvh",
				    .name = "Bea Heer"};
	char code[40], where[256];

	*f = (struct flow){.dir = "/tmp/brug-flow-XXXXXX"};
	setenv("BRUG_LOCALEDIR", TEXTS, 1);
	cr_assert_not_null(mkdtemp(f->dir));
	snprintf(f->state, sizeof(f->state), "%s/state", f->dir);
	hang_clock(f);
	founding.dir = f->state;
	cr_assert_eq(found(&founding, code, where), ERR_OK, "%s", where);
	flow_start(f);
	join(f, "beheer@zvh", code);
}

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	return remove(path);
}

void flow_end(struct flow *f)
{
	if (f->pid)
		cr_expect_eq(flow_stop(f), 0, "brugd ends well");
	nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

struct link *flow_link(struct flow *f, const char *handle)
{
	struct home h = flow_home(f, handle);
	struct fault fault = {0};
	struct link *l = NULL;
	char path[1200];
	FILE *out = fopen(home_data(&h, "server", path), "we");

	fprintf(out, "%s\n", f->where); /* a restarted server has another port */
	fclose(out);
	if (link_open(&h, "flow", &l, &fault) != ERR_OK) {
		show_log(f);
		cr_assert_fail("%s cannot connect: %s %s", handle, fault.text, fault.why);
	}
	return l;
}

/* -- parameters as JSON ------------------------------------------------------------------------ */

static void pack_json(struct buf *out, json_t *j);

static void pack_json_map(struct buf *out, json_t *j, bool write)
{
	const char *key;
	json_t *value;

	pack_map(out, json_object_size(j) + write);
	json_object_foreach(j, key, value)
	{
		pack_key(out, key);
		pack_json(out, value);
	}
}

static void pack_json(struct buf *out, json_t *j)
{
	size_t i;
	json_t *value;

	switch (json_typeof(j)) {
	case JSON_OBJECT:
		pack_json_map(out, j, false);
		return;
	case JSON_ARRAY:
		pack_array(out, json_array_size(j));
		json_array_foreach(j, i, value) pack_json(out, value);
		return;
	case JSON_STRING:
		pack_str(out, (struct slice){(const uint8_t *)json_string_value(j),
					     json_string_length(j)});
		return;
	case JSON_INTEGER:
		pack_int(out, json_integer_value(j));
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		pack_bool(out, json_is_true(j));
		return;
	default:
		pack_nil(out);
	}
}

void flow_pack(struct buf *out, const char *json, bool write)
{
	json_error_t e;
	json_t *j = json_loads(json, 0, &e);
	uint8_t request[16];

	cr_assert_not_null(j, "%s: %s", e.text, json);
	pack_json_map(out, j, write);
	json_decref(j);
	if (!write)
		return;
	request_draw(request);
	pack_kv_bin(out, "request", (struct slice){request, sizeof(request)});
}

static enum err call(struct link *l, const char *method, struct tree *out, struct fault *fault,
		     const char *json)
{
	const struct method *m = vocab_method(&brug_vocab, slice_of(method));
	CLEANUP(buf_free) struct buf params = {0};
	struct fault own = {0};
	enum err err;

	flow_pack(&params, json, m && m->write);
	*out = (struct tree){0};
	err = link_call(l, method, buf_view(&params), out, fault ? fault : &own);
	if (!fault && err != ERR_OK)
		fprintf(stderr, "%s %s: %s / %s / %s\n", method, json, own.text, own.why, own.can);
	fault_free(&own);
	return err;
}

#define FILLED(z)                                                                                  \
	char z[8192];                                                                              \
	va_list ap;                                                                                \
                                                                                                   \
	va_start(ap, json);                                                                        \
	vsnprintf(z, sizeof(z), json, ap);                                                         \
	va_end(ap)

enum err flow_try(struct link *l, const char *method, struct tree *out, struct fault *fault,
		  const char *json, ...)
{
	struct fault own = {0};
	struct tree thrown = {0};
	enum err err;

	FILLED(z);
	err = call(l, method, out ? out : &thrown, fault ? fault : &own, z);
	fault_free(&own);
	tree_free(&thrown);
	return err;
}

void flow_call(struct link *l, const char *method, struct tree *out, const char *json, ...)
{
	FILLED(z);
	cr_assert_eq(call(l, method, out, NULL, z), ERR_OK, "%s %s", method, z);
}

void flow_do(struct link *l, const char *method, const char *json, ...)
{
	struct tree t;

	FILLED(z);
	cr_assert_eq(call(l, method, &t, NULL, z), ERR_OK, "%s %s", method, z);
	tree_free(&t);
}

const char *flow_text(const struct tree *t, const char *key)
{
	static char kept[4][256];
	static unsigned at;
	char *out = kept[at++ % 4];
	struct slice s = obj_bytes(obj_get(tree_root(t), key));

	snprintf(out, 256, "%.*s", SLICE_ARG(s));
	return out;
}

const char *flow_date(int days)
{
	static char date[12];

	return clock_date(clock_now_ms() + days * 24LL * 60 * 60 * 1000, date);
}

/* -- people and a case ------------------------------------------------------------------------- */

static void make_code(struct link *admin, const char *handle, char code[40])
{
	CLEANUP(buf_free) struct buf params = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct fault fault = {0};
	uint8_t secret[JOIN_HALF], hash[32], request[16];

	cr_assert_eq(RAND_bytes(secret, sizeof(secret)), 1);
	EVP_Digest(secret, sizeof(secret), hash, NULL, EVP_sha256(), NULL);
	request_draw(request);
	pack_map(&params, 3);
	pack_kv_text(&params, "person", handle);
	pack_kv_bin(&params, "hash", (struct slice){hash, sizeof(hash)});
	pack_kv_bin(&params, "request", (struct slice){request, sizeof(request)});
	cr_assert_eq(link_call(admin, "code.make", buf_view(&params), &t, &fault), ERR_OK, "%s",
		     fault.text);
	pki_code_text(obj_bytes(obj_get(tree_root(&t), "fingerprint")).p, secret, code);
}

/* The first who can approve gets his function from the admin alone; he approves the later ones. */
static void approve(struct flow *f, const char *handle)
{
	struct link *second;

	if (!*f->second) {
		snprintf(f->second, sizeof(f->second), "%s", handle);
		return;
	}
	second = flow_link(f, f->second);
	flow_do(second, "user.approve", "{\"person\":\"%s\"}", handle);
	link_close(second);
}

void flow_person(struct flow *f, const char *handle, const char *name, const char *functions)
{
	struct link *admin = flow_link(f, "beheer@zvh");
	char code[40];

	flow_do(admin, "user.add", "{\"person\":\"%s\",\"name\":\"%s\",\"functions\":[%s]}", handle,
		name, functions);
	make_code(admin, handle, code);
	link_close(admin);
	join(f, handle, code);
	if (strstr(functions, "privacy-officer") || strstr(functions, "partnership-admin"))
		approve(f, handle);
}

void flow_device(struct flow *f, struct link *maker, const char *handle, const char *as)
{
	char code[40];

	make_code(maker, handle, code);
	join(f, as, code);
}

static void found_partnership(struct link *admin)
{
	static const char *const agencies[][3] = {{"wijk", "Wijkteam Zuid", "sociaal"},
						  {"ggz", "GGZ Rivierland", "zorg"},
						  {"pol", "Politie basisteam Zuid", "veiligheid"}};

	for (int i = 0; i < 3; i++)
		flow_do(admin, "agency.put",
			"{\"agency\":\"%s\",\"name\":\"%s\",\"domain\":\"%s\"}", agencies[i][0],
			agencies[i][1], agencies[i][2]);
	flow_do(admin, "agreement.put",
		"{\"agreement\":\"delta\",\"name\":\"Convenant\",\"regime\":\"WGS\",\"agencies\":["
		"\"zvh\",\"wijk\",\"ggz\",\"pol\"],"
		"\"purposes\":[{\"purpose\":\"d1\",\"text\":\"steun\"},{\"purpose\":\"d2\","
		"\"text\":\"veiligheid\"}],"
		"\"ceilings\":[{\"category\":\"plan\",\"to\":\"-\",\"level\":\"inhoud\",\"consent_"
		"level\":\"inhoud\"},"
		"{\"category\":\"gezondheid\",\"to\":\"-\",\"level\":\"geen\",\"consent_level\":"
		"\"kern\"},"
		"{\"category\":\"sociaal\",\"to\":\"-\",\"level\":\"kern\",\"consent_level\":"
		"\"kern\"}],\"caps\":[{\"category\":\"plan\",\"level\":\"signaal\"}]}");
	flow_do(admin, "rule.add",
		"{\"rule\":\"h1\",\"from_agency\":\"*\",\"category\":\"plan\",\"to\":\"all\","
		"\"level\":\"signaal\",\"ground\":\"verband\"}");
	flow_do(admin, "rule.add",
		"{\"rule\":\"h2\",\"from_agency\":\"*\",\"category\":\"plan\",\"to\":\"role="
		"casusregisseur\",\"level\":\"inhoud\",\"ground\":\"regie\"}");
}

static struct link *take_part(struct flow *f, struct flow_case *c, const char *handle,
			      const char *area)
{
	struct link *l = flow_link(f, handle);

	flow_do(c->noor, "member.invite",
		"{\"case\":\"%s\",\"person\":\"%s\",\"role\":\"helper\",\"leefgebieden\":[\"%s\"],"
		"\"purposes\":[\"d1\"],\"treating\":%s}",
		c->code, handle, area, strcmp(handle, "mila@ggz") ? "false" : "true");
	flow_do(l, "member.accept", "{\"case\":\"%s\"}", c->code);
	return l;
}

void flow_case(struct flow *f, struct flow_case *c)
{
	struct link *admin = flow_link(f, "beheer@zvh");
	CLEANUP(tree_free) struct tree t = {0};

	found_partnership(admin);
	link_close(admin);
	flow_person(f, "noor@wijk", "Noor Bakker", "");
	flow_person(f, "mila@ggz", "Mila Jansen", "\"behandelaar\"");
	flow_person(f, "daan@pol", "Daan Smit", "");
	c->noor = flow_link(f, "noor@wijk");
	flow_call(c->noor, "case.new", &t,
		  "{\"agreement\":\"delta\",\"name\":\"Jeffrey "
		  "Kanarie\",\"purposes\":[\"d1\",\"d2\"]}");
	snprintf(c->code, sizeof(c->code), "%s", flow_text(&t, "case"));
	flow_do(c->noor, "case.phase",
		"{\"case\":\"%s\",\"phase\":\"triage\",\"why\":\"aangemeld\"}", c->code);
	flow_do(c->noor, "case.phase",
		"{\"case\":\"%s\",\"phase\":\"actief\",\"why\":\"aangenomen\"}", c->code);
	c->mila = take_part(f, c, "mila@ggz", "psychisch");
	c->daan = take_part(f, c, "daan@pol", "justitie");
}

void flow_case_close(struct flow_case *c)
{
	link_close(c->noor);
	link_close(c->mila);
	link_close(c->daan);
}

void flow_add(struct link *l, const char *case_code, char out[16], const char *json, ...)
{
	struct tree t;
	char with_case[8400];

	FILLED(z);
	snprintf(with_case, sizeof(with_case), "{\"case\":\"%s\",%s", case_code, z + 1);
	cr_assert_eq(call(l, "item.add", &t, NULL, with_case), ERR_OK);
	snprintf(out, 16, "%s", flow_text(&t, "item"));
	tree_free(&t);
}

/* -- what stands on the disk ------------------------------------------------------------------- */

static const char *sought;
static bool was_found;

static int look_in(const char *path, const struct stat *st, int what, struct FTW *at)
{
	uint8_t *all;
	int fd;

	(void)at;
	if (what != FTW_F || strstr(path, "/people/"))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	all = malloc((size_t)st->st_size + 1);
	if (fd >= 0 && all && read(fd, all, (size_t)st->st_size) > 0 &&
	    memmem(all, (size_t)st->st_size, sought, strlen(sought))) {
		fprintf(stderr, "\"%s\" stands in %s\n", sought, path);
		was_found = true;
	}
	free(all);
	if (fd >= 0)
		close(fd);
	return 0;
}

bool flow_on_disk(struct flow *f, const char *text)
{
	sought = text;
	was_found = false;
	nftw(f->dir, look_in, 16, FTW_PHYS);
	return was_found;
}
