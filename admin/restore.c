/*
 * A server put back from a backup, as it was at its end or at an earlier moment, in a new folder.
 * It is proven on the way: every archive's sum, the journal's chain, and the state made anew from
 * it.
 */
#include "admin.h"

#include "archive.h"
#include "backup.h"
#include "clock.h"
#include "index.h"
#include "journal.h"
#include "segment.h"

#include <openssl/crypto.h>
#include <openssl/pem.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH = 1400, MASTER = 32 };

struct restore {
	struct run *r;
	const char *folder, *keys, *state;
	int64_t until; /* nothing later than this, or INT64_MAX */
	uint64_t fact; /* nothing behind this fact, or UINT64_MAX */
	bool cut;      /* there was something later, or behind it */
	EVP_PKEY *key;
	struct index index;
	struct proof proof;
	char keys_name[64];
};

static void restore_free(struct restore *b)
{
	EVP_PKEY_free(b->key);
	index_free(&b->index);
}

static enum err bad_archive(struct restore *b, enum err err, const char *path)
{
	if (err == ERR_NOTFOUND)
		return fault_set(&b->r->fault, ERR_INTERNAL, N_("The backup's %s is missing."),
				 NULL, N_("Use another copy of the backup."), path);
	return fault_set(&b->r->fault, ERR_INTERNAL, N_("%s cannot be opened."),
			 N_("It was sealed for another backup key, or it is damaged."),
			 N_("Give the key that was made with brug-admin backup key."), path);
}

/* -- the journal ------------------------------------------------------------------------------- */

/* A fact has its time in the fifth place, a disclosure in the second. */
static int64_t time_of(const struct frame *f)
{
	CLEANUP(tree_free) struct tree t = {0};

	if (f->stream == FRAME_CHECKPOINT || tree_read(&t, f->payload) != ERR_OK)
		return INT64_MIN;
	return obj_int(obj_at(tree_root(&t), f->stream == FRAME_FACT ? 4 : 1), INT64_MIN);
}

static bool is_past(const struct restore *b, const struct frame *f)
{
	if (f->stream == FRAME_FACT && f->pos > b->fact)
		return true;
	return b->until != INT64_MAX && time_of(f) > b->until;
}

/* Ends the segment before the first record that is past the moment. */
static enum err cut_segment(struct restore *b, const char *dir, uint32_t number)
{
	struct segment_map m;
	struct frame_walk w;
	char path[PATH];
	size_t at;

	segment_path(dir, number, path, sizeof(path));
	if (!segment_map(dir, number, &m))
		return bad_archive(b, ERR_IDENTITY, path);
	frames_begin(&m, &w);
	for (at = w.next; frames_next(&w) && !is_past(b, &w.f); at = w.next)
		;
	b->cut = at < m.n && w.at == at;
	segment_unmap(&m);
	if (b->cut && truncate(path, (off_t)at) != 0)
		return backup_failed(b->r, path);
	return ERR_OK;
}

static enum err put_part(struct restore *b, const char *dir, const struct part *p)
{
	CLEANUP(buf_wipe) struct buf bytes = {0};
	char from[PATH], to[PATH];
	uint8_t sum[ARCHIVE_SUM];
	enum err err;

	part_path(b->folder, p, from);
	err = archive_sum(from, sum);
	if (err == ERR_OK && memcmp(sum, p->sum, sizeof(sum)) != 0)
		return fault_set(&b->r->fault, ERR_INTERNAL, N_("The backup's %s is damaged."),
				 NULL, N_("Use another copy of the backup."), from);
	if (err == ERR_OK)
		err = archive_get(from, b->key, &bytes);
	if (err != ERR_OK)
		return bad_archive(b, err, from);
	segment_path(dir, p->number, to, sizeof(to));
	if (file_put(to, buf_view(&bytes)) != ERR_OK)
		return backup_failed(b->r, to);
	return b->until == INT64_MAX && b->fact == UINT64_MAX ? ERR_OK
							      : cut_segment(b, dir, p->number);
}

static enum err check_journal(struct restore *b, const char *dir)
{
	const struct part *last = &b->index.v[b->index.n - 1];
	char why[256];

	b->proof.say = lang_text;
	if (segments_verify(dir, &b->proof, why) != LOG_OK)
		return fault_set(&b->r->fault, ERR_INTERNAL, N_("The journal is not whole: %s"),
				 NULL, N_("Use another copy of the backup."), why);
	if (b->cut || (b->proof.facts == last->facts && b->proof.seen == last->seen))
		return ERR_OK;
	return fault_set(&b->r->fault, ERR_INTERNAL,
			 N_("The backup holds another number of records than its index says."),
			 NULL, N_("Use another copy of the backup."), NULL);
}

static enum err put_journal(struct restore *b)
{
	char dir[PATH];

	snprintf(dir, sizeof(dir), "%.1300s/journal", b->state);
	if (mkdir(dir, 0700) != 0)
		return backup_failed(b->r, dir);
	for (size_t i = 0; i < b->index.n && !b->cut; i++)
		TRY(put_part(b, dir, &b->index.v[i]));
	return check_journal(b, dir);
}

/* -- the keys ---------------------------------------------------------------------------------- */

/* The newest there is: what was erased before it was made stays closed, whatever the moment. */
static enum err newest_keys(struct restore *b, char path[PATH])
{
	DIR *d = opendir(b->keys);
	int64_t newest = -1, made;
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (backup_keys_made(e->d_name, &made) && made > newest) {
			newest = made;
			snprintf(b->keys_name, sizeof(b->keys_name), "%.63s", e->d_name);
		}
	if (d)
		closedir(d);
	snprintf(path, PATH, "%.1300s/%s", b->keys, b->keys_name);
	if (newest >= 0)
		return ERR_OK;
	return fault_set(&b->r->fault, ERR_NOTFOUND, N_("There is no copy of the keys in %s."),
			 N_("Copies are kept 30 days; without one no text can be opened."),
			 N_("Give the folder where they are kept, or a server's keys.mdb: --keys"),
			 b->keys);
}

static bool is_ours(const char *name)
{
	if (!strcmp(name, "keys.mdb"))
		return true;
	for (const char *const *f = backup_files; *f; f++)
		if (!strcmp(name, *f))
			return true;
	return false;
}

static enum err unpack_keys(struct restore *b, struct slice bundle)
{
	char name[101], path[PATH];
	struct slice bytes;
	size_t n = 0;

	for (; bundle_next(&bundle, name, &bytes); n++) {
		snprintf(path, sizeof(path), "%.1200s/%s", b->state, name);
		if (is_ours(name) && file_put(path, bytes) != ERR_OK)
			return backup_failed(b->r, path);
	}
	return n ? ERR_OK : bad_archive(b, ERR_IDENTITY, b->keys_name);
}

static enum err put_file(struct restore *b, const char *from, const char *name)
{
	CLEANUP(buf_wipe) struct buf bytes = {0};
	char to[PATH];

	if (file_get(from, &bytes) != ERR_OK)
		return backup_failed(b->r, from);
	snprintf(to, sizeof(to), "%.1300s/%s", b->state, name);
	return file_put(to, buf_view(&bytes)) == ERR_OK ? ERR_OK : backup_failed(b->r, to);
}

static enum err put_keys(struct restore *b)
{
	const char *given = run_text(b->r, "keys", NULL);
	CLEANUP(buf_wipe) struct buf bundle = {0};
	char path[PATH];
	struct stat st;
	bool live = given && stat(given, &st) == 0 && S_ISREG(st.st_mode);
	enum err err;

	if (given && !live)
		b->keys = given;
	TRY(newest_keys(b, path));
	snprintf(path, sizeof(path), "%.1300s/pki", b->state);
	if (mkdir(path, 0700) != 0)
		return backup_failed(b->r, path);
	snprintf(path, sizeof(path), "%.1300s/%s", b->keys, b->keys_name);
	err = archive_get(path, b->key, &bundle);
	if (err != ERR_OK)
		return bad_archive(b, err, path);
	TRY(unpack_keys(b, buf_view(&bundle)));
	if (live) /* of a server that runs on: what it erased since is closed here too */
		TRY(put_file(b, given, "keys.mdb"));
	return put_file(b, run_text(b->r, "master", ""), "master.key");
}

/* -- proving it -------------------------------------------------------------------------------- */

/* brugd stands beside this program. */
static void find_brugd(char out[PATH])
{
	const char *given = getenv("BRUG_DAEMON");
	ssize_t n = readlink("/proc/self/exe", out, PATH - 16);
	char *slash;

	out[n > 0 ? n : 0] = 0;
	slash = strrchr(out, '/');
	if (given)
		snprintf(out, PATH, "%.1390s", given);
	else
		strcpy(slash ? slash + 1 : out, "brugd");
}

static enum err rebuild(struct restore *b)
{
	char brugd[PATH], state[PATH], option[] = "--state", anew[] = "--rebuild";
	char *argv[] = {brugd, option, state, anew, NULL};
	posix_spawn_file_actions_t files;
	int status = -1;
	pid_t pid;

	find_brugd(brugd);
	snprintf(state, sizeof(state), "%s", b->state);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	errno = posix_spawn(&pid, brugd, &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	if (errno)
		return backup_failed(b->r, brugd);
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return ERR_OK;
	return fault_set(&b->r->fault, ERR_INTERNAL,
			 N_("The state could not be made from what was put back in %s."),
			 N_("The master key may be another server's, or the keys do not fit."),
			 N_("Look at the line above, and begin again in a new folder."), b->state);
}

static const char *owned_path;
static uid_t owner;
static gid_t group;

static int give(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	return lchown(path, owner, group);
}

/* Put back by root in a folder of the daemon's user: then the files are his too. */
static enum err give_to_owner(struct restore *b)
{
	struct stat st;

	if (stat(b->state, &st) != 0 || st.st_uid == geteuid())
		return ERR_OK;
	owned_path = b->state;
	owner = st.st_uid;
	group = st.st_gid;
	return nftw(b->state, give, 16, FTW_PHYS) == 0 ? ERR_OK : backup_failed(b->r, owned_path);
}

/* -- all of it --------------------------------------------------------------------------------- */

static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool empty = true;

	while (d && (e = readdir(d)))
		empty = empty && e->d_name[0] == '.' &&
			(!e->d_name[1] || (e->d_name[1] == '.' && !e->d_name[2]));
	if (d)
		closedir(d);
	return empty && d;
}

static int from_file(char *out, int size, int rw, void *ctx)
{
	CLEANUP(buf_wipe) struct buf text = {0};
	size_t n;

	(void)rw;
	if (file_get(ctx, &text) != ERR_OK)
		return -1;
	buf_u8(&text, 0);
	n = strcspn((char *)text.p, "\r\n");
	if (n > (size_t)size)
		return -1;
	memcpy(out, text.p, n);
	return (int)n;
}

static enum err open_key(struct restore *b)
{
	const char *path = run_text(b->r, "key", ""), *pass = run_text(b->r, "passphrase", NULL);
	FILE *f = fopen(path, "re");

	b->key = f ? PEM_read_PrivateKey(f, NULL, pass ? from_file : NULL,
					 pass ? arena_str(&b->r->arena, slice_of(pass)) : NULL)
		   : NULL;
	if (f)
		fclose(f);
	if (b->key)
		return ERR_OK;
	return fault_set(&b->r->fault, ERR_USAGE, N_("The backup key cannot be read: %s"), NULL,
			 N_("Give its file with --key, and --passphrase FILE when it has one."),
			 path);
}

static enum err read_moment(struct restore *b)
{
	const char *until = run_text(b->r, "until", NULL), *fact = run_text(b->r, "fact", NULL);

	b->until = INT64_MAX;
	b->fact = UINT64_MAX;
	if (until)
		b->until = clock_parse(until, 1);
	if (fact)
		b->fact = strtoull(fact, NULL, 10);
	if (b->until >= 0)
		return ERR_OK;
	return fault_set(&b->r->fault, ERR_USAGE, N_("\"%s\" is not a moment."), NULL,
			 N_("Write it as 2026-11-24 or 2026-11-24T13:00:00Z."), until);
}

static enum err begin(struct restore *b)
{
	enum err err;

	TRY(read_moment(b));
	TRY(open_key(b));
	err = index_read(b->folder, &b->index);
	if (err != ERR_OK || !b->index.n)
		return fault_set(&b->r->fault, ERR_NOTFOUND, N_("There is no backup in %s."), NULL,
				 N_("Give the folder that brug-admin backup was given."),
				 b->folder);
	if (mkdir(b->state, 0700) == 0 || is_empty(b->state))
		return ERR_OK;
	if (errno != EEXIST && errno != ENOENT)
		return backup_failed(b->r, b->state);
	return fault_set(&b->r->fault, ERR_CONFLICT, N_("%s is not empty."),
			 N_("A server is put back in a new folder, never over another."),
			 N_("Name another folder with --state."), b->state);
}

/* The server looks, at its first start, at what was erased since. */
static enum err leave_word(struct restore *b)
{
	char path[PATH];

	snprintf(path, sizeof(path), "%.1300s/restored", b->state);
	return file_put(path, SLICE("brug-admin restore\n")) == ERR_OK ? ERR_OK
								       : backup_failed(b->r, path);
}

static enum err put_all(struct restore *b)
{
	TRY(put_keys(b));
	TRY(put_journal(b));
	TRY(leave_word(b));
	TRY(give_to_owner(b));
	TRY(rebuild(b));
	return give_to_owner(b);
}

static enum err plan(struct run *r, struct restore *b)
{
	struct slice beside;

	*b = (struct restore){.r = r, .folder = run_text(r, "folder", NULL)};
	if (!b->folder || !options_has(&r->options, "key") || !options_has(&r->options, "master"))
		return fault_set(
			&r->fault, ERR_USAGE,
			N_("Three things open a backup: its folder, the backup key and the "
			   "master key."),
			NULL, N_("brug-admin restore FOLDER --key FILE --master FILE --state NEW"),
			NULL);
	beside = arena_fmt(&r->arena, "%s/keys", b->folder);
	b->keys = (const char *)beside.p;
	return ERR_OK;
}

static void say_what(const struct restore *b)
{
	printf(_("The journal is whole: %llu facts, %llu disclosures. The state was made anew from "
		 "it."),
	       (unsigned long long)b->proof.facts, (unsigned long long)b->proof.seen);
	printf("\n");
	printf(_("Keys: %s."), b->keys_name);
	printf("\n");
}

enum err go_restore(struct run *r)
{
	CLEANUP(restore_free) struct restore b;
	enum err err;

	memset(&b, 0, sizeof(b));
	TRY(plan(r, &b));
	b.state = run_text(r, "state", "/var/lib/brug");
	TRY(begin(&b));
	err = put_all(&b);
	if (err != ERR_OK)
		return err;
	printf(_("Put back in %s."), b.state);
	printf("\n");
	say_what(&b);
	if (b.cut)
		printf("%s\n",
		       _("Something later is in the backup and was left out: who keeps later "
			 "checkpoints sees that. Begin a new backup folder."));
	return ERR_OK;
}

/* -- proving a backup -------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	static const uint8_t zero[65536];
	int fd = what == FTW_F ? open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	const char *name = path + at->base;

	/* keys: written over first */
	if (fd >= 0 && (strstr(name, ".key") || strstr(name, "keys.mdb")))
		for (off_t n = 0; n < st->st_size; n += (off_t)sizeof(zero))
			if (pwrite(fd, zero, sizeof(zero), n) < 0)
				break;
	if (fd >= 0)
		close(fd);
	return remove(path);
}

enum err go_backup_verify(struct run *r)
{
	CLEANUP(restore_free) struct restore b;
	const char *base = getenv("TMPDIR");
	char scratch[PATH];
	enum err err;

	memset(&b, 0, sizeof(b));
	TRY(plan(r, &b));
	snprintf(scratch, sizeof(scratch), "%.1300s/brug-verify-XXXXXX", base ? base : "/var/tmp");
	if (!mkdtemp(scratch))
		return backup_failed(b.r, scratch);
	b.state = scratch;
	err = begin(&b);
	if (err == ERR_OK)
		err = put_all(&b);
	nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (err != ERR_OK)
		return err;
	printf(_("The backup in %s is sound: it was put back, and removed again."), b.folder);
	printf("\n");
	say_what(&b);
	return ERR_OK;
}
