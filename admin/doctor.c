#include "doctor.h"

#include "clock.h"
#include "found.h"
#include "journal.h"
#include "pki.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
enum { PATH = 512 };

struct finding *finding_add(struct findings *fs, enum grade grade, const char *check,
			    const char *text, const char *can)
{
	struct finding *f = &fs->v[fs->n < FINDINGS - 1 ? fs->n++ : FINDINGS - 1];

	*f = (struct finding){.grade = grade, .check = check, .text = text, .can = can};
	return f;
}

static void about(struct finding *f, const char *arg)
{
	snprintf(f->arg, sizeof(f->arg), "%s", arg);
}

enum grade doctor_worst(const struct findings *fs)
{
	enum grade worst = GRADE_OK;

	for (size_t i = 0; i < fs->n; i++)
		if (fs->v[i].grade > worst)
			worst = fs->v[i].grade;
	return worst;
}

/* -- files ------------------------------------------------------------------------------------- */

static const char *below(const char *dir, const char *name, char path[PATH])
{
	snprintf(path, PATH, "%s/%s", dir, name);
	return path;
}

static bool is_secret(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && !strcmp(name + n - 4, ".key");
}

static bool closed_to_others(struct findings *fs, const char *path)
{
	struct stat st;

	if (stat(path, &st) || (st.st_mode & 077) == 0)
		return true;
	about(finding_add(fs, GRADE_BAD, N_("files"), N_("Others on this machine can open %s."),
			  N_("chmod go= %s")),
	      path);
	return false;
}

/* Without these no server starts; the first admin's word is gone once it has. */
static bool there(struct findings *fs, const char *dir, const char *name)
{
	char path[PATH];

	if (!strcmp(name, "bootstrap") || access(below(dir, name, path), F_OK) == 0)
		return true;
	about(finding_add(
		      fs, GRADE_BAD, N_("files"), N_("%s is missing."),
		      N_("Put it back from a backup; a new server begins with: brug-admin init")),
	      path);
	return false;
}

void doctor_files(struct findings *fs, const char *dir)
{
	char path[PATH];
	bool sound = true;

	if (access(dir, R_OK | X_OK)) {
		about(finding_add(fs, GRADE_BAD, N_("files"),
				  N_("The state folder %s cannot be opened by you."),
				  N_("Name another with --state, or become the server's user.")),
		      dir);
		return;
	}
	sound = closed_to_others(fs, dir);
	for (const char *const *name = founding_files; *name; name++) {
		sound = there(fs, dir, *name) && sound;
		if (is_secret(*name))
			sound = closed_to_others(fs, below(dir, *name, path)) && sound;
	}
	if (sound)
		finding_add(fs, GRADE_OK, N_("files"),
			    N_("All files are there and closed to others."), NULL);
	if (access(below(dir, "bootstrap", path), F_OK) == 0)
		finding_add(fs, GRADE_NOTE, N_("files"), N_("The server has not been started yet."),
			    N_("Start it: systemctl start brugd"));
}

/* -- disk -------------------------------------------------------------------------------------- */

/* The journal keeps its reserve in a file; a server that never ran has none yet. */
static bool reserve_given_up(const char *dir)
{
	char path[PATH];

	return access(below(dir, "journal/00000001.seg", path), F_OK) == 0 &&
	       access(below(dir, "journal/reserve", path), F_OK) != 0;
}

void doctor_disk(struct findings *fs, const char *dir)
{
	struct statvfs st;
	uint64_t free_mb;
	enum grade grade;

	if (statvfs(dir, &st))
		return;
	if (st.f_flag & ST_RDONLY) {
		finding_add(fs, GRADE_BAD, N_("disk"),
			    N_("It is read-only: nothing can be kept or logged."),
			    N_("Look at what the kernel says (dmesg), mount it for writing, and "
			       "start brugd again."));
		return;
	}
	free_mb = (uint64_t)st.f_bavail * st.f_frsize / (1024 * 1024);
	grade = free_mb < 256 ? GRADE_BAD : free_mb < 2048 ? GRADE_NOTE : GRADE_OK;
	snprintf(finding_add(fs, grade, N_("disk"), N_("There is room for %s MB."),
			     grade == GRADE_OK ? NULL
					       : N_("Make room: below 64 MB nothing is kept any "
						    "more, reading goes on."))
			 ->arg,
		 16, "%llu", (unsigned long long)free_mb);
	if (grade != GRADE_OK && reserve_given_up(dir))
		finding_add(fs, GRADE_BAD, N_("disk"),
			    N_("The reserve was given up, so that reading can go on."),
			    N_("Make room now; the server lays it again by itself."));
}

/* -- certificates ------------------------------------------------------------------------------ */

static void one_certificate(struct findings *fs, X509 *cert, const char *check, const char *can,
			    int64_t now)
{
	int64_t until = pki_until(cert), days = (until - now) / DAY_MS;
	struct finding *f;
	char date[12];

	if (until <= now)
		f = finding_add(fs, GRADE_BAD, check, N_("It expired on %s: nobody can connect."),
				can);
	else if (days < 30)
		f = finding_add(fs, GRADE_NOTE, check, N_("It expires soon, on %s."), can);
	else
		f = finding_add(fs, GRADE_OK, check, N_("It is valid until %s."), NULL);
	about(f, clock_date(until, date));
}

static void cert_free(X509 **cert)
{
	X509_free(*cert);
}

void doctor_certificates(struct findings *fs, const char *dir, int64_t now_ms)
{
	char path[PATH];
	CLEANUP(cert_free) X509 *ca = pki_cert_load(below(dir, "pki/ca.crt", path));
	CLEANUP(cert_free) X509 *server = pki_cert_load(below(dir, "pki/server.crt", path));
	EVP_PKEY *key = ca ? X509_get0_pubkey(ca) : NULL;

	if (!ca || !server) {
		finding_add(fs, GRADE_BAD, N_("certificates"),
			    N_("The certificates in pki/ cannot be read."),
			    N_("Put them back from a backup."));
		return;
	}
	one_certificate(fs, ca, N_("CA certificate"),
			N_("Let another take over: brug-admin ca begin"), now_ms);
	one_certificate(fs, server, N_("server certificate"),
			N_("brug-admin renew, then: systemctl reload brugd"), now_ms);
	if (access(below(dir, "pki/ca-old.crt", path), F_OK) == 0)
		finding_add(fs, GRADE_NOTE, N_("CA certificate"),
			    N_("One authority is taking over from another."),
			    N_("brug-admin ca switch when everybody has connected; 90 days after "
			       "the beginning brug-admin ca end"));
	else if (X509_verify(server, key) != 1)
		finding_add(fs, GRADE_BAD, N_("server certificate"),
			    N_("It was not signed by the CA beside it."),
			    N_("Put both back from the same backup."));
}

/* -- clock ------------------------------------------------------------------------------------- */

/* The moment of the newest file in a folder, in ms; 0: none. */
static int64_t newest_in(const char *path)
{
	DIR *d = opendir(path);
	int64_t newest = 0;
	struct dirent *e;
	struct stat st;

	while (d && (e = readdir(d))) {
		int64_t at;

		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, 0))
			continue;
		at = (int64_t)st.st_mtim.tv_sec * 1000;
		newest = at > newest ? at : newest;
	}
	if (d)
		closedir(d);
	return newest;
}

void doctor_clock(struct findings *fs, const char *dir, int64_t now_ms)
{
	struct timex t = {0};
	char path[PATH];

	if (newest_in(below(dir, "journal", path)) > now_ms + 5000)
		finding_add(fs, GRADE_BAD, N_("clock"),
			    N_("The journal was written in the future: the clock went back."),
			    N_("Set the clock right before anything is written."));
	else if (adjtimex(&t) == TIME_ERROR || (t.status & STA_UNSYNC))
		finding_add(fs, GRADE_NOTE, N_("clock"), N_("Nothing keeps this clock right."),
			    N_("Install chrony: terms and codes end by this clock."));
	else
		finding_add(fs, GRADE_OK, N_("clock"), N_("It is kept right."), NULL);
}

/* -- journal ----------------------------------------------------------------------------------- */

void doctor_journal(struct findings *fs, const char *dir)
{
	char path[PATH], why[256] = "";
	struct proof proof = {0};
	struct finding *f;

	if (access(below(dir, "journal", path), F_OK)) {
		finding_add(fs, GRADE_NOTE, N_("journal"), N_("There is none yet."),
			    N_("It begins when the server is started."));
		return;
	}
	if (segments_verify(path, &proof, why) == LOG_OK) {
		f = finding_add(fs, GRADE_OK, N_("journal"),
				N_("Whole, from the first byte: %s (facts + disclosures)."), NULL);
		snprintf(f->arg, sizeof(f->arg), "%llu + %llu", (unsigned long long)proof.facts,
			 (unsigned long long)proof.seen);
		return;
	}
	f = finding_add(fs, GRADE_BAD, N_("journal"), N_("It is damaged: %s"),
			N_("Stop the server and restore the journal from a backup."));
	about(f, why);
}

/* -- copies of the keys ------------------------------------------------------------------------ */

enum { KEY_DAYS = 30 };

static int64_t older_of(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* When the oldest copy of the cases' keys in a folder and those below it was made, in ms; 0: there
 * is none. *readable turns false when something could not be looked at. */
static int64_t oldest_keys(const char *path, int depth, bool *readable)
{
	DIR *d = opendir(path);
	int64_t oldest = 0;
	struct dirent *e;

	if (!d || depth > 8) {
		*readable = false;
		if (d)
			closedir(d);
		return 0;
	}
	while ((e = readdir(d))) {
		char below_it[PATH];
		struct stat st;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (S_ISDIR(st.st_mode))
			oldest = older_of(oldest, oldest_keys(below(path, e->d_name, below_it),
							      depth + 1, readable));
		else if (S_ISREG(st.st_mode) && strstr(e->d_name, "keys.mdb"))
			oldest = older_of(oldest, (int64_t)st.st_mtim.tv_sec * 1000);
	}
	closedir(d);
	return oldest;
}

void doctor_key_copies(struct findings *fs, const char *dir, int64_t now_ms)
{
	bool readable = true;
	int64_t oldest = oldest_keys(dir, 0, &readable), days = (now_ms - oldest) / DAY_MS;
	struct finding *f;

	if (!readable) {
		about(finding_add(fs, GRADE_BAD, N_("key copies"),
				  N_("Not all of %s can be looked at."),
				  N_("Run it as who may read that folder.")),
		      dir);
	} else if (!oldest) {
		about(finding_add(fs, GRADE_NOTE, N_("key copies"),
				  N_("There is no keys.mdb in %s."),
				  N_("Without a copy of the keys a lost disk is a lost house.")),
		      dir);
	} else {
		f = finding_add(fs, days > KEY_DAYS ? GRADE_BAD : GRADE_OK, N_("key copies"),
				days > KEY_DAYS ? N_("The oldest copy of the keys is %s days old: "
						     "what was erased since can still be read "
						     "with it.")
						: N_("The oldest copy of the keys is %s days old."),
				days > KEY_DAYS ? N_("Destroy copies older than 30 days.") : NULL);
		snprintf(f->arg, sizeof(f->arg), "%lld", (long long)days);
	}
}
