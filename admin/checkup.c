/* The doctor's round: this machine's files, and what the server itself says. */
#include "admin.h"

#include "clock.h"
#include "doctor.h"
#include "gate.h"

#include <jansson.h>

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STATE_DIR "/var/lib/brug"

/* -- is anybody there -------------------------------------------------------------------------- */

static void addresses_free(struct addrinfo **list)
{
	if (*list)
		freeaddrinfo(*list);
}

static bool answers(const char *host, const char *port)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	CLEANUP(addresses_free) struct addrinfo *list = NULL;
	bool yes = false;

	if (getaddrinfo(host, port, &hints, &list))
		return false;
	for (struct addrinfo *a = list; a && !yes; a = a->ai_next) {
		int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, 0);

		yes = fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) == 0;
		if (fd >= 0)
			close(fd);
	}
	return yes;
}

/* Where brugd says it listens: "127.0.0.1:7450", "[::1]:7450". */
static bool read_listening(const char *dir, char line[320])
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/listening", dir);
	f = fopen(path, "re");
	if (!f || !fgets(line, 320, f))
		line[0] = 0;
	if (f)
		fclose(f);
	line[strcspn(line, "\n")] = 0;
	return *line;
}

static void look_at_port(struct findings *fs, const char *dir)
{
	char line[320], host[320];
	char *colon;
	struct finding *f;

	if (!read_listening(dir, line)) {
		finding_add(fs, GRADE_NOTE, N_("port"), N_("The server has not listened yet."),
			    N_("Start it: systemctl start brugd"));
		return;
	}
	colon = strrchr(line, ':');
	snprintf(host, sizeof(host), "%.*s", colon ? (int)(colon - line) : 0, line);
	if (*host == '[') {
		memmove(host, host + 1, strlen(host));
		host[strcspn(host, "]")] = 0;
	}
	if (colon && answers(host, colon + 1))
		f = finding_add(fs, GRADE_OK, N_("port"), N_("Something answers at %s."), NULL);
	else
		f = finding_add(fs, GRADE_BAD, N_("port"), N_("Nothing answers at %s."),
				N_("Look why: systemctl status brugd"));
	snprintf(f->arg, sizeof(f->arg), "%s", line);
}

/* -- what the server says ---------------------------------------------------------------------- */

static void add_status(struct findings *fs, const msgpack_object *status)
{
	struct finding *f = finding_add(fs, GRADE_OK, N_("server"), N_("It answers: %s."), NULL);
	int64_t position = obj_int(obj_get(status, "position"), 0);

	snprintf(f->arg, sizeof(f->arg), _("brugd %.*s, sessions: %lld, facts: %lld"),
		 SLICE_ARG(obj_bytes(obj_get(status, "version"))),
		 (long long)obj_int(obj_get(status, "sessions"), 0), (long long)position);
}

static void ask_server(struct run *r, struct findings *fs)
{
	CLEANUP(buf_free) struct buf none = {0};
	CLEANUP(tree_free) struct tree t = {0};
	struct finding *f;

	if (!home_joined(&r->home)) {
		finding_add(fs, GRADE_NOTE, N_("server"),
			    N_("You have not joined on this device, so it was not asked."),
			    N_("brug join HOST:PORT CODE, as its operator"));
		return;
	}
	pack_map(&none, 0);
	if (run_send(r, "server.status", buf_view(&none), &t) == ERR_OK) {
		add_status(fs, tree_root(&t));
		return;
	}
	f = finding_add(fs, r->fault.code == ERR_REFUSED ? GRADE_NOTE : GRADE_BAD, N_("server"),
			N_("It was asked how it is: %s"),
			r->fault.code == ERR_REFUSED ? N_("Let an operator ask.") : NULL);
	snprintf(f->arg, sizeof(f->arg), "%s", r->fault.text);
}

/* -- telling ----------------------------------------------------------------------------------- */

static struct slice fill(struct run *r, const char *msgid, const char *arg)
{
	const char *text = msgid ? lang_text(msgid) : "", *hole = strstr(text, "%s");

	if (!hole)
		return slice_of(text);
	return arena_fmt(&r->arena, "%.*s%s%s", (int)(hole - text), text, arg, hole + 2);
}

static const char *grade_word(enum grade g)
{
	return g == GRADE_BAD ? _("wrong") : g == GRADE_NOTE ? _("take note") : _("ok");
}

static void tell(struct run *r, const struct findings *fs)
{
	struct table t = {.columns = 3, .wide = {[2] = true}};

	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->v[i];
		struct slice text = fill(r, f->text, f->arg), can = fill(r, f->can, f->arg);

		table_row(&t, (struct slice[]){slice_of(grade_word(f->grade)),
					       slice_of(lang_text(f->check)),
					       can.n ? arena_fmt(&r->arena, "%.*s %.*s",
								 SLICE_ARG(text), SLICE_ARG(can))
						     : text});
	}
	table_print(&t, stdout);
	table_free(&t);
}

static void tell_json(struct run *r, const struct findings *fs)
{
	static const char *const grades[] = {"ok", "note", "wrong"};
	json_t *list = json_array();

	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->v[i];
		struct slice text = fill(r, f->text, f->arg), can = fill(r, f->can, f->arg);

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s%, s:s%}", "grade", grades[f->grade],
						"check", f->check, "text", (const char *)text.p,
						text.n, "can", (const char *)can.p, can.n));
	}
	list = json_pack("{s:i, s:o}", "v", 1, "findings", list);
	json_dumpf(list, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(list);
}

enum err go_doctor(struct run *r)
{
	const char *dir = run_text(r, "state", STATE_DIR);
	struct findings fs = {0};
	char metrics[512];

	doctor_files(&fs, dir);
	if (access(dir, R_OK | X_OK) == 0) {
		doctor_disk(&fs, dir);
		doctor_certificates(&fs, dir, clock_now_ms());
		doctor_clock(&fs, dir, clock_now_ms());
		doctor_journal(&fs, dir);
		look_at_port(&fs, dir);
		snprintf(metrics, sizeof(metrics), "%.400s/metrics.sock", dir);
		doctor_metrics(&fs, run_text(r, "metrics", metrics));
	}
	if (options_has(&r->options, "key_copies"))
		doctor_key_copies(&fs, run_text(r, "key_copies", ""), clock_now_ms());
	ask_server(r, &fs);
	if (r->options.json)
		tell_json(r, &fs);
	else
		tell(r, &fs);
	r->fault.code = ERR_OK; /* what was wrong has been said */
	return doctor_worst(&fs) == GRADE_BAD ? ERR_INTERNAL : ERR_OK;
}
