/*
 * Evidence: checkpoints of the server's journal, kept on this device, and a journal checked against
 * them. brug-admin keeps one by itself whenever an agency's admin connects: "checkpoints" in the
 * home's data folder, the signer's key (32 bytes) and then the checkpoints (152 bytes each).
 */
#include "admin.h"

#include "journal.h"
#include "standing.h"
#include "json.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_admin(struct run *r)
{
	const msgpack_object *functions = obj_get(link_me(r->link), "functions");

	for (size_t i = 0; i < obj_n(functions); i++)
		if (slice_is(obj_bytes(obj_at(functions, i)), "agency-admin") ||
		    slice_is(obj_bytes(obj_at(functions, i)), "partnership-admin"))
			return true;
	return false;
}

/* The first checkpoint brings the key; another key later is not taken, and said. */
static void append(struct run *r, struct slice key, struct slice checkpoint)
{
	char path[1200];
	uint8_t first[CHECKPOINT_KEY], last[CHECKPOINT_BYTES];
	int fd = open(home_data(&r->home, "checkpoints", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return;
	if (st.st_size == 0) {
		if (write(fd, key.p, key.n) == (ssize_t)key.n)
			st.st_size = (off_t)key.n;
	} else if (pread(fd, first, sizeof(first), 0) != (ssize_t)sizeof(first) ||
		   memcmp(first, key.p, sizeof(first)) != 0) {
		fprintf(stderr, "%s\n",
			_("The server signs its log with another key than before. Ask the operator "
			  "why, and the other agencies whether they see it too."));
		close(fd);
		return;
	}
	if (st.st_size < (off_t)sizeof(last) ||
	    pread(fd, last, sizeof(last), st.st_size - (off_t)sizeof(last)) !=
		    (ssize_t)sizeof(last) ||
	    memcmp(last, checkpoint.p, sizeof(last)) != 0)
		if (pwrite(fd, checkpoint.p, checkpoint.n, st.st_size) != (ssize_t)checkpoint.n)
			fprintf(stderr, "%s\n", _("The checkpoint could not be kept."));
	close(fd);
}

void evidence_keep(struct run *r)
{
	CLEANUP(tree_free) struct tree t = {0};
	struct fault none = {0};
	struct slice key, checkpoint;

	if (!is_admin(r) ||
	    link_call(r->link, "log.checkpoint", (struct slice){0}, &t, &none) != ERR_OK) {
		fault_free(&none);
		return;
	}
	key = obj_bytes(obj_get(tree_root(&t), "key"));
	checkpoint = obj_bytes(obj_get(tree_root(&t), "checkpoint"));
	if (key.n == CHECKPOINT_KEY && checkpoint.n == CHECKPOINT_BYTES)
		append(r, key, checkpoint);
}

/* What was kept: on this device, or in the file that was named. */
static enum err read_kept(struct run *r, struct slice *kept)
{
	char own[1200];
	const char *path = run_text(r, "checkpoints", home_data(&r->home, "checkpoints", own));

	*kept = (struct slice){0};
	if (access(path, R_OK) != 0 && !options_has(&r->options, "checkpoints"))
		return ERR_OK;
	TRY(run_file(r, path, kept));
	if (kept->n >= CHECKPOINT_KEY && (kept->n - CHECKPOINT_KEY) % CHECKPOINT_BYTES == 0)
		return ERR_OK;
	return fault_set(&r->fault, ERR_USAGE, N_("%s holds no checkpoints."), NULL,
			 N_("brug-admin keeps them in its data folder, in the file checkpoints."),
			 path);
}

static void say_proven(struct run *r, const struct proof *p)
{
	CLEANUP(buf_free) struct buf line = {0};

	if (r->options.json) {
		printf("{\"v\":1,\"whole\":true,\"facts\":%llu,\"disclosures\":%llu,"
		       "\"checkpoints\":%zu,\"kept\":%zu}\n",
		       (unsigned long long)p->facts, (unsigned long long)p->seen, p->checkpoints,
		       p->kept_n);
		return;
	}
	buf_fmt(&line, _("The journal is whole: %llu facts, %llu disclosures, %zu checkpoints."),
		(unsigned long long)p->facts, (unsigned long long)p->seen, p->checkpoints);
	table_line(stdout, buf_view(&line));
	line.n = 0;
	if (p->kept_n)
		buf_fmt(&line,
			_("It holds all %zu checkpoints that were kept here, each signed by the "
			  "server."),
			p->kept_n);
	else
		buf_fmt(&line, "%s",
			_("No checkpoint is kept here: that its end was cut off cannot be "
			  "seen. With those of another device: --checkpoints FILE."));
	table_line(stdout, buf_view(&line));
}

enum err go_log_verify(struct run *r)
{
	char path[1300], why[256];
	struct proof p = {0};
	struct slice kept;

	TRY(read_kept(r, &kept));
	if (kept.n) {
		p.key = kept.p;
		p.kept = kept.p + CHECKPOINT_KEY;
		p.kept_n = (kept.n - CHECKPOINT_KEY) / CHECKPOINT_BYTES;
	}
	snprintf(path, sizeof(path), "%s", run_text(r, "journal", "/var/lib/brug/journal"));
	p.say = lang_text;
	if (access(path, R_OK | X_OK) != 0)
		return fault_set(&r->fault, ERR_USAGE, N_("There is no journal at %s."), NULL,
				 N_("Give the folder, or a copy of it."), path);
	if (segments_verify(path, &p, why) != LOG_OK)
		return fault_set(&r->fault, ERR_INTERNAL, N_("The journal is not whole: %s"), NULL,
				 N_("Keep this copy, and compare it with the others'."), why);
	say_proven(r, &p);
	return ERR_OK;
}

/* -- the state --------------------------------------------------------------------------------- */

static void say_same(struct run *r, const struct standing *s)
{
	if (r->options.json) {
		printf("{\"v\":1,\"same\":true,\"facts\":%llu,\"disclosures\":%llu}\n",
		       (unsigned long long)s->facts, (unsigned long long)s->seen);
		return;
	}
	printf(_("The state is, byte by byte, what the journal makes: %llu facts, %llu "
		 "disclosures."),
	       (unsigned long long)s->facts, (unsigned long long)s->seen);
	printf("\n");
	if (s->journal_facts > s->facts) {
		printf(_("The journal holds %llu facts more; the server applies them when it "
			 "starts."),
		       (unsigned long long)(s->journal_facts - s->facts));
		printf("\n");
	}
}

enum err go_state_verify(struct run *r)
{
	struct standing s = {.dir = run_text(r, "state", "/var/lib/brug"),
			     .temp = run_text(r, "temp", "/var/tmp"),
			     .say = lang_text};

	switch (standing_verify(&s)) {
	case ERR_OK:
		say_same(r, &s);
		return ERR_OK;
	case ERR_BUSY:
		return fault_set(&r->fault, ERR_BUSY, N_("The state cannot be compared now."),
				 s.why, N_("Stop the server first, or compare a copy."), NULL);
	case ERR_USAGE:
		return fault_set(&r->fault, ERR_USAGE, N_("The state cannot be compared now."),
				 s.why, N_("Look at: %s"), s.dir);
	case ERR_CONFLICT:
		return fault_set(&r->fault, ERR_INTERNAL,
				 N_("The state is not what the journal makes."), s.why,
				 N_("The journal is the truth. Make the state anew from it: brugd "
				    "--rebuild"),
				 NULL);
	default:
		return fault_set(&r->fault, ERR_INTERNAL, N_("The journal is not whole: %s"), NULL,
				 N_("Keep this copy, and compare it with the others'."), s.why);
	}
}
