/*
 * A backup made beside a server that runs: the journal's parts that are not there yet, and a copy
 * of the keys. It only reads the server's files, takes no lock, opens no text, and needs the backup
 * key's certificate and not the key.
 */
#include "admin.h"

#include "archive.h"
#include "backup.h"
#include "clock.h"
#include "index.h"
#include "keyring.h"
#include "pki.h"
#include "segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
enum { PATH = 1400, KEY_DAYS = 30, KEY_TRIES = 50 };

struct backup {
	struct run *r;
	const char *state, *folder, *keys;
	X509 *to;
	int lock; /* the folder, while we write in it */
	struct index index;
	size_t made, there, destroyed;
};

static void backup_free(struct backup *b)
{
	X509_free(b->to);
	index_free(&b->index);
	if (b->lock >= 0)
		close(b->lock);
}

enum err backup_failed(struct run *r, const char *where)
{
	int why = errno;

	fault_set(&r->fault, ERR_INTERNAL, N_("%s cannot be read or made."), NULL,
		  N_("Become the server's user or root, or name another folder."), where);
	snprintf(r->fault.why, sizeof(r->fault.why), "%s", why ? strerror(why) : "");
	return ERR_INTERNAL;
}

static enum err another_journal(struct backup *b)
{
	return fault_set(&b->r->fault, ERR_CONFLICT,
			 N_("What lies in %s is of another journal than this server's."),
			 N_("A server that was put back to an earlier moment goes on from there, "
			    "as another."),
			 N_("Begin a new folder, and keep this one as long as it is of use."),
			 b->folder);
}

static enum err damaged(struct backup *b, uint32_t number)
{
	char name[32];

	snprintf(name, sizeof(name), "%08u.seg", number);
	return fault_set(&b->r->fault, ERR_INTERNAL, N_("The journal's %s is damaged."),
			 N_("A backup of it would be too."), N_("brug-admin doctor says where."),
			 name);
}

/* -- the journal ------------------------------------------------------------------------------- */

/* Walks to the end of what is sound. When p was made before, it must lie on the way. */
static bool walk_to_end(const struct segment_map *m, const struct part *before,
			struct frame_walk *w)
{
	bool met = false;

	frames_begin(m, w);
	do
		met = met || !before ||
		      (w->next == before->bytes && !memcmp(w->chain, before->chain, CHAIN));
	while (frames_next(w));
	return met;
}

/* What was read is on the disk before it is called a backup: a reader may see what the server has
 * written and not yet synced. */
static bool settle(const char *dir, uint32_t number)
{
	char path[PATH];
	int fd;
	bool ok;

	segment_path(dir, number, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ok = fd >= 0 && fdatasync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

static enum err put_part(struct backup *b, const struct segment_map *m, struct part *p)
{
	char path[PATH];

	part_path(b->folder, p, path);
	if (archive_put(path, b->to, (struct slice){m->p, p->bytes}, p->sum) != ERR_OK)
		return backup_failed(b->r, path);
	b->made++;
	return ERR_OK;
}

/* One segment as far as it goes now. last: the server may be writing in it. */
static enum err take_segment(struct backup *b, const char *dir, const struct segment_map *m,
			     bool last)
{
	uint32_t number = m->head.number;
	struct part *p, before = {0};
	bool had = b->index.n >= number;
	struct frame_walk w;

	if (had)
		before = b->index.v[number - 1];
	if (!walk_to_end(m, had ? &before : NULL, &w))
		return another_journal(b);
	if (!last && !segment_blank(m, w.next))
		return damaged(b, number);
	if (!settle(dir, number))
		return backup_failed(b->r, dir);
	p = had ? &b->index.v[number - 1] : index_add(&b->index);
	p->number = number;
	p->whole = !last;
	p->facts = w.facts;
	p->seen = w.seen;
	memcpy(p->chain, w.chain, CHAIN);
	if (had && before.bytes == w.next) { /* nothing was added */
		b->there++;
		return ERR_OK;
	}
	p->bytes = w.next;
	return put_part(b, m, p);
}

/* A segment follows the one before it: the chain in its head is that one's last. */
static bool follows(const struct backup *b, const struct segment_map *m)
{
	uint32_t n = m->head.number;

	return n == 1 || !memcmp(b->index.v[n - 2].chain, m->head.chain, CHAIN);
}

static enum err take_journal(struct backup *b)
{
	uint32_t first = 0, last = 0, from;
	char dir[PATH];
	enum err err = ERR_OK;

	snprintf(dir, sizeof(dir), "%.1300s/journal", b->state);
	if (!segments_range(dir, &first, &last))
		return backup_failed(b->r, dir);
	if (first != 1 || last < b->index.n)
		return another_journal(b);
	for (from = 1; from <= b->index.n && b->index.v[from - 1].whole; from++)
		b->there++;
	for (uint32_t n = from; n <= last && err == ERR_OK; n++) {
		struct segment_map m;

		if (!segment_map(dir, n, &m))
			return damaged(b, n);
		err = follows(b, &m) ? take_segment(b, dir, &m, n == last) : another_journal(b);
		segment_unmap(&m);
	}
	return err;
}

/* -- the keys ---------------------------------------------------------------------------------- */

/* The keys' two heads: while these do not change, nothing that hangs on them is written over. */
static bool heads(int fd, uint8_t out[], size_t n)
{
	return pread(fd, out, n, 0) == (ssize_t)n;
}

/* The file as it is at one moment, although the server may be adding a key, or replacing the file
 * to erase one. Without LMDB's own lock: a reader that holds it would stand in the way of an
 * erasure.
 */
static enum err read_keys_once(const char *path, const char *old, struct buf *out)
{
	static uint8_t before[2 * 65536], after[2 * 65536];
	size_t n = 2 * (size_t)sysconf(_SC_PAGESIZE);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat opened, now;
	bool ok;

	if (fd < 0)
		return ERR_NOTFOUND;
	ok = n <= sizeof(before) && heads(fd, before, n) && file_get(path, out) == ERR_OK &&
	     heads(fd, after, n) && !memcmp(before, after, n) && fstat(fd, &opened) == 0 &&
	     stat(path, &now) == 0 && opened.st_ino == now.st_ino && access(old, F_OK) != 0;
	close(fd);
	return ok ? ERR_OK : ERR_CONFLICT;
}

static enum err read_keys(struct backup *b, struct buf *out)
{
	const struct timespec moment = {0, 20000000};
	char path[PATH], old[PATH + 8];
	enum err err = ERR_CONFLICT;

	snprintf(path, sizeof(path), "%.1300s/keys.mdb", b->state);
	snprintf(old, sizeof(old), "%s.old", path);
	for (int i = 0; i < KEY_TRIES && err == ERR_CONFLICT; i++) {
		out->n = 0;
		err = read_keys_once(path, old, out);
		if (err == ERR_CONFLICT)
			nanosleep(&moment, NULL);
	}
	return err == ERR_OK ? ERR_OK : backup_failed(b->r, path);
}

static enum err add_file(struct backup *b, const char *name, struct buf *bundle)
{
	CLEANUP(buf_wipe) struct buf bytes = {0};
	char path[PATH];
	enum err err;

	snprintf(path, sizeof(path), "%.1200s/%s", b->state, name);
	err = file_get(path, &bytes);
	if (err == ERR_NOTFOUND)
		return ERR_OK;
	if (err != ERR_OK)
		return backup_failed(b->r, path);
	bundle_add(bundle, name, buf_view(&bytes));
	return ERR_OK;
}

static enum err fill_keys(struct backup *b, struct buf *bundle)
{
	CLEANUP(buf_wipe) struct buf keys = {0};

	TRY(read_keys(b, &keys));
	bundle_add(bundle, "keys.mdb", buf_view(&keys));
	for (const char *const *name = backup_files; *name; name++)
		TRY(add_file(b, *name, bundle));
	bundle_end(bundle);
	return ERR_OK;
}

/* "keys.mdb-20261125T021500Z.cms" */
static void keys_name(int64_t ms, char out[64])
{
	char at[24];
	size_t n = (size_t)snprintf(out, 64, "keys.mdb-");

	clock_format(ms, at);
	for (const char *p = at; *p && n < 58; p++)
		if (*p != '-' && *p != ':')
			out[n++] = *p;
	snprintf(out + n, 64 - n, ".cms");
}

static enum err take_keys(struct backup *b)
{
	CLEANUP(buf_wipe) struct buf bundle = {0};
	uint8_t sum[ARCHIVE_SUM];
	char path[PATH];

	TRY(fill_keys(b, &bundle));
	keys_name(b->index.taken_ms, b->index.keys);
	snprintf(path, sizeof(path), "%.1300s/%s", b->keys, b->index.keys);
	if (archive_put(path, b->to, buf_view(&bundle), sum) != ERR_OK)
		return backup_failed(b->r, path);
	return ERR_OK;
}

/* -- what is no longer kept -------------------------------------------------------------------- */

bool backup_keys_made(const char *name, int64_t *ms)
{
	char text[48];
	int y, mo, d, h, mi, s, n = 0;

	if (sscanf(name, "keys.mdb-%4d%2d%2dT%2d%2d%2dZ.cms%n", &y, &mo, &d, &h, &mi, &s, &n) !=
		    6 ||
	    !n || name[n])
		return false;
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", y % 10000, mo % 100, d % 100,
		 h % 100, mi % 100, s % 100);
	*ms = clock_parse(text, 0);
	return *ms >= 0;
}

/* Written over before it goes: it holds, wrapped and sealed, keys of what was erased since. */
static bool destroy(int folder, const char *name)
{
	keyring_wipe(openat(folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
	return unlinkat(folder, name, 0) == 0;
}

/* The keys' own short term: after it no copy can open what was erased before. */
static enum err end_old_keys(struct backup *b)
{
	DIR *d = opendir(b->keys);
	struct dirent *e;
	int64_t made;
	bool ok = d;

	while (d && ok && (e = readdir(d))) {
		if (!backup_keys_made(e->d_name, &made) ||
		    made > b->index.taken_ms - KEY_DAYS * DAY_MS)
			continue;
		ok = destroy(dirfd(d), e->d_name);
		b->destroyed++;
	}
	if (d)
		closedir(d);
	return ok ? ERR_OK : backup_failed(b->r, b->keys);
}

/* Parts that a longer one has taken the place of. */
static void end_old_parts(const struct backup *b)
{
	char path[PATH], dir[PATH];
	struct dirent *e;
	DIR *d;

	snprintf(dir, sizeof(dir), "%.1300s/journal", b->folder);
	d = opendir(dir);
	while (d && (e = readdir(d))) {
		unsigned number;
		uint64_t bytes;

		if (sscanf(e->d_name, "%8u-%" SCNu64 ".seg.cms", &number, &bytes) != 2 ||
		    number == 0 || number > b->index.n || b->index.v[number - 1].bytes <= bytes)
			continue;
		snprintf(path, sizeof(path), "%.1300s/%.80s", dir, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
}

/* -- all of it --------------------------------------------------------------------------------- */

static enum err make_folder(struct backup *b, const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? ERR_OK : backup_failed(b->r, path);
}

static enum err one_at_a_time(struct backup *b)
{
	b->lock = open(b->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->lock < 0)
		return backup_failed(b->r, b->folder);
	if (flock(b->lock, LOCK_EX | LOCK_NB) == 0)
		return ERR_OK;
	return fault_set(&b->r->fault, ERR_BUSY, N_("Another backup in %s is being made."), NULL,
			 N_("Wait until it is done."), b->folder);
}

static enum err prepare(struct backup *b)
{
	char path[PATH];
	enum err err;

	snprintf(path, sizeof(path), "%.1300s/backup.crt", b->state);
	b->to = pki_cert_load(run_text(b->r, "to", path));
	if (!b->to)
		return fault_set(&b->r->fault, ERR_USAGE,
				 N_("There is no backup key's certificate at %s."),
				 N_("A backup is sealed for who holds the backup key."),
				 N_("Make one, once: brug-admin backup key FILE"),
				 run_text(b->r, "to", path));
	TRY(make_folder(b, b->folder));
	TRY(make_folder(b, b->keys));
	snprintf(path, sizeof(path), "%.1300s/journal", b->folder);
	TRY(make_folder(b, path));
	TRY(one_at_a_time(b));
	err = index_read(b->folder, &b->index);
	if (err == ERR_OK || err == ERR_NOTFOUND)
		return ERR_OK;
	snprintf(path, sizeof(path), "%.1300s/index", b->folder);
	return fault_set(&b->r->fault, ERR_INTERNAL, N_("%s is not a backup's index, or damaged."),
			 NULL, N_("Begin a new folder."), path);
}

/* For the server's metrics and the doctor: its date is that of the last backup. */
static void leave_word(const struct backup *b)
{
	CLEANUP(buf_free) struct buf text = {0};
	char path[PATH], at[24];

	buf_fmt(&text, "%s\n", clock_format(b->index.taken_ms, at));
	snprintf(path, sizeof(path), "%.1300s/backed-up", b->state);
	if (file_put(path, buf_view(&text)) != ERR_OK)
		fprintf(stderr, "%s\n", _("The server's folder could not be told of this backup."));
}

static void say_backup(const struct backup *b)
{
	const struct part *last = &b->index.v[b->index.n - 1];

	printf(_("Kept in %s: %zu parts of the journal new, %zu were there already."), b->folder,
	       b->made, b->there);
	printf("\n");
	printf(_("It goes up to fact %llu and disclosure %llu."), (unsigned long long)last->facts,
	       (unsigned long long)last->seen);
	printf("\n");
	printf(_("Keys: %s; copies older than 30 days destroyed: %zu."), b->index.keys,
	       b->destroyed);
	printf("\n");
}

/* The journal first: a key is on the disk before the first change that is sealed with it, so the
 * keys that are copied after open all that was. */
enum err go_backup(struct run *r)
{
	CLEANUP(backup_free)
	struct backup b = {.r = r,
			   .lock = -1,
			   .state = run_text(r, "state", "/var/lib/brug"),
			   .folder = run_text(r, "folder", NULL)};
	struct slice beside;

	if (!b.folder)
		return fault_set(&r->fault, ERR_USAGE, N_("In which folder is it to be kept?"),
				 NULL, N_("brug-admin backup FOLDER"), NULL);
	beside = arena_fmt(&r->arena, "%s/keys", b.folder);
	b.keys = run_text(r, "keys", (const char *)beside.p);
	TRY(prepare(&b));
	b.index.taken_ms = clock_now_ms();
	TRY(take_journal(&b));
	TRY(take_keys(&b));
	if (index_write(b.folder, &b.index) != ERR_OK)
		return backup_failed(b.r, b.folder);
	end_old_parts(&b);
	TRY(end_old_keys(&b));
	leave_word(&b);
	say_backup(&b);
	return ERR_OK;
}

/* -- the backup key ---------------------------------------------------------------------------- */

const char *const backup_files[] = {"checkpoint.key",      "backup.crt",
				    "pki/ca.crt",          "pki/ca.key",
				    "pki/server.crt",      "pki/server.key",
				    "pki/authorities.crt", "pki/ca-old.crt",
				    "pki/ca-old.key",      NULL};

static enum err there_already(struct run *r, const char *path)
{
	return fault_set(&r->fault, ERR_CONFLICT, N_("There is a file %s already."),
			 N_("What was sealed for a key can be opened with no other."),
			 N_("Name another file, or move that one away if you mean it."), path);
}

/* The key goes where it is told, away from the server; its certificate stays beside the state. */
enum err go_backup_key(struct run *r)
{
	const char *file = run_text(r, "file", NULL),
		   *state = run_text(r, "state", "/var/lib/brug");
	EVP_PKEY *key = NULL;
	X509 *cert = NULL;
	char path[PATH];
	enum err err = ERR_INTERNAL;

	if (!file)
		return fault_set(&r->fault, ERR_USAGE, N_("In which file is the key to be kept?"),
				 NULL, N_("brug-admin backup key /media/usb/brug-backup.key"),
				 NULL);
	snprintf(path, sizeof(path), "%.1300s/backup.crt", state);
	if (access(path, F_OK) == 0)
		return there_already(r, path);
	if (access(file, F_OK) == 0)
		return there_already(r, file);
	key = pki_key_new();
	cert = key ? pki_recipient_new(key, "Brug backup") : NULL;
	if (cert && pki_key_save(key, file) == ERR_OK && pki_cert_save(cert, path) == ERR_OK)
		err = ERR_OK;
	X509_free(cert);
	EVP_PKEY_free(key);
	if (err != ERR_OK)
		return fault_set(&r->fault, ERR_INTERNAL, N_("%s cannot be read or made."),
				 strerror(errno),
				 N_("Become the server's user or root, or name another folder."),
				 access(file, F_OK) ? file : path);
	printf("%s\n%s\n",
	       _("The backup key was made. Keep it away from the server and from the "
		 "backups, and a copy in a safe."),
	       _("It and the master key together open a backup; neither alone does."));
	return ERR_OK;
}
