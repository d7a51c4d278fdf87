#include "disk.h"

#include "house.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 256 };

/* -- the record -------------------------------------------------------------------------------- */

static uint8_t *read_all(const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *all;

	cr_assert(fd >= 0 && fstat(fd, &st) == 0, "%s", path);
	all = malloc((size_t)st.st_size + 1);
	cr_assert_not_null(all);
	*n = 0;
	while (*n < (size_t)st.st_size) {
		ssize_t got = read(fd, all + *n, (size_t)st.st_size - *n);

		cr_assert(got > 0);
		*n += (size_t)got;
	}
	close(fd);
	return all;
}

static bool carries(uint32_t op)
{
	return op == OP_WRITE || op == OP_WRITE_SYNCED;
}

static bool of_names(uint32_t op)
{
	return op == OP_CREATE || op == OP_RENAME || op == OP_LINK || op == OP_UNLINK ||
	       op == OP_FOLDER;
}

/* The folder a step's name stands in: "journal", or "" for the state folder itself. */
static size_t folder_n(const struct step *s)
{
	const char *slash = strrchr(s->name, '/');

	return slash ? (size_t)(slash - s->name) : 0;
}

static bool makes_durable(const struct step *sync, const struct step *s)
{
	if (sync->head.op == OP_SYNC)
		return !of_names(s->head.op) && sync->head.file == s->head.file;
	return sync->head.op == OP_SYNC_FOLDER && of_names(s->head.op) &&
	       sync->head.name_n == folder_n(s) && !memcmp(sync->name, s->name, sync->head.name_n);
}

static void find_keepers(struct record *r, bool syncs)
{
	for (size_t i = 0; i < r->steps_n; i++) {
		struct step *s = &r->steps[i];

		s->kept_by = SIZE_MAX;
		if (!syncs)
			continue;
		if (s->head.op == OP_WRITE_SYNCED)
			s->kept_by = i;
		for (size_t j = i + 1; j < r->steps_n && s->kept_by == SIZE_MAX; j++)
			if (makes_durable(&r->steps[j], s))
				s->kept_by = j;
	}
}

void record_read(const char *path, bool syncs, struct record *r)
{
	size_t cap = 0;

	*r = (struct record){0};
	r->bytes = read_all(path, &r->n);
	for (size_t at = 0; at + sizeof(struct op_head) <= r->n;) {
		struct step s = {.from = at};

		memcpy(&s.head, r->bytes + at, sizeof(s.head));
		at += sizeof(s.head);
		s.name = (const char *)r->bytes + at;
		at += s.head.name_n;
		s.data = r->bytes + at;
		at += carries(s.head.op) ? s.head.n : 0;
		if (r->steps_n == cap) {
			cap = cap ? cap * 2 : 1024;
			r->steps = realloc(r->steps, cap * sizeof(*r->steps));
			cr_assert_not_null(r->steps);
		}
		r->steps[r->steps_n++] = s;
	}
	find_keepers(r, syncs);
}

void record_free(struct record *r)
{
	free(r->bytes);
	free(r->steps);
}

/* -- the disk ---------------------------------------------------------------------------------- */

struct file {
	uint32_t number;
	uint8_t *p;
	size_t n, cap;
};
struct entry_of {
	char name[96];
	int file; /* of files */
};
struct disk {
	struct file files[FILES];
	struct entry_of names[FILES];
	int files_n, names_n;
};

static int new_file(struct disk *d, uint32_t number)
{
	cr_assert(d->files_n < FILES);
	d->files[d->files_n] = (struct file){.number = number};
	return d->files_n++;
}

static int find_name(struct disk *d, const char *name, size_t n)
{
	for (int i = 0; i < d->names_n; i++)
		if (strlen(d->names[i].name) == n && !memcmp(d->names[i].name, name, n))
			return i;
	return -1;
}

static void set_name(struct disk *d, const char *name, size_t n, int file)
{
	int i = find_name(d, name, n);

	if (i < 0) {
		cr_assert(d->names_n < FILES && n < sizeof(d->names[0].name));
		i = d->names_n++;
		memset(&d->names[i], 0, sizeof(d->names[i]));
		memcpy(d->names[i].name, name, n);
	}
	d->names[i].file = file;
}

static void drop_name(struct disk *d, int i)
{
	if (i >= 0)
		d->names[i] = d->names[--d->names_n];
}

static struct file *by_number(struct disk *d, uint32_t number)
{
	for (int i = d->files_n - 1; i >= 0; i--)
		if (d->files[i].number == number)
			return &d->files[i];
	return &d->files[new_file(d, number)];
}

static void resize(struct file *f, size_t n)
{
	if (n > f->cap) {
		f->cap = n > 2 * f->cap ? n : 2 * f->cap;
		f->p = realloc(f->p, f->cap);
		cr_assert_not_null(f->p);
	}
	if (n > f->n)
		memset(f->p + f->n, 0, n - f->n);
	f->n = n;
}

/* All of it, or each sector of it by chance. */
static void put_data(struct file *f, const struct step *s, uint64_t *torn)
{
	size_t at = 0;

	while (at < s->head.n) {
		size_t n = SECTOR - (s->head.at + at) % SECTOR;

		n = n < s->head.n - at ? n : s->head.n - at;
		if (!torn || draw_to(torn, 2)) {
			if (f->n < s->head.at + at + n)
				resize(f, s->head.at + at + n);
			memcpy(f->p + s->head.at + at, s->data + at, n);
		}
		at += n;
	}
}

static void rename_to(struct disk *d, const struct step *s)
{
	const char *to = s->name + strlen(s->name) + 1;
	int i = find_name(d, s->name, strlen(s->name)), file;

	if (i < 0)
		return;
	file = d->names[i].file;
	if (s->head.op == OP_RENAME)
		drop_name(d, i);
	set_name(d, to, s->head.name_n - strlen(s->name) - 1, file);
}

static void apply(struct disk *d, const struct step *s, uint64_t *torn)
{
	struct file *f;
	int i;

	switch ((enum op)s->head.op) {
	case OP_NAME:
		i = find_name(d, s->name, s->head.name_n);
		if (i >= 0)
			d->files[d->names[i].file].number = s->head.file;
		break;
	case OP_CREATE:
		f = by_number(d, s->head.file);
		set_name(d, s->name, s->head.name_n, (int)(f - d->files));
		break;
	case OP_WRITE:
	case OP_WRITE_SYNCED:
		put_data(by_number(d, s->head.file), s, torn);
		break;
	case OP_TRUNCATE:
		resize(by_number(d, s->head.file), s->head.n);
		break;
	case OP_ALLOC:
		f = by_number(d, s->head.file);
		if (f->n < s->head.n)
			resize(f, s->head.n);
		break;
	case OP_RENAME:
	case OP_LINK:
		rename_to(d, s);
		break;
	case OP_UNLINK:
		drop_name(d, find_name(d, s->name, s->head.name_n));
		break;
	case OP_SYNC:
	case OP_SYNC_FOLDER:
	case OP_FOLDER:
		break;
	}
}

/* -- from and to real files -------------------------------------------------------------------- */

static void take_folder(struct disk *d, const char *base, const char *below)
{
	char path[512];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", base, below);
	dir = opendir(path);
	while (dir && (e = readdir(dir))) {
		char name[300];
		struct stat st;
		int file;

		snprintf(name, sizeof(name), "%s%s%s", below, *below ? "/" : "", e->d_name);
		snprintf(path, sizeof(path), "%s/%s", base, name);
		if (e->d_name[0] == '.' || stat(path, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode)) {
			take_folder(d, base, name);
			continue;
		}
		if (!S_ISREG(st.st_mode))
			continue; /* the socket of the figures */
		file = new_file(d, 0);
		d->files[file].p = read_all(path, &d->files[file].n);
		d->files[file].cap = d->files[file].n;
		set_name(d, name, strlen(name), file);
	}
	if (dir)
		closedir(dir);
}

static void write_out(const struct disk *d, const char *dir)
{
	char path[512];

	cr_assert_eq(mkdir(dir, 0700), 0, "%s", dir);
	for (int i = 0; i < d->names_n; i++) {
		const struct file *f = &d->files[d->names[i].file];
		char *slash;
		int fd;

		snprintf(path, sizeof(path), "%s/%s", dir, d->names[i].name);
		slash = strrchr(path, '/');
		*slash = 0;
		mkdir(path, 0700);
		*slash = '/';
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		cr_assert(fd >= 0 && write(fd, f->p, f->n) == (ssize_t)f->n, "%s", path);
		close(fd);
	}
}

static bool survives(const struct step *s, size_t n, enum lost lost, uint64_t *seed)
{
	if (s->kept_by < n || s->head.op == OP_NAME)
		return true;
	return lost == LOST_NOTHING || (lost != LOST_ALL && draw_to(seed, 2));
}

void disk_lay(const struct record *r, const char *base, const char *dir, size_t n, enum lost lost,
	      uint64_t seed)
{
	static struct disk d;

	memset(&d, 0, sizeof(d));
	take_folder(&d, base, "");
	for (size_t i = 0; i < n && i < r->steps_n; i++) {
		const struct step *s = &r->steps[i];
		bool torn = lost == LOST_TORN && s->kept_by >= n && carries(s->head.op);

		if (torn || survives(s, n, lost, &seed))
			apply(&d, s, torn ? &seed : NULL);
	}
	write_out(&d, dir);
	for (int i = 0; i < d.files_n; i++)
		free(d.files[i].p);
}

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	return remove(path);
}

void disk_clear(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
