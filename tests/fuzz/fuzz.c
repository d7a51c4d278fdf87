#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static pid_t owner;

void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

static int remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	return remove(path);
}

static void clear(void)
{
	if (getpid() == owner)
		nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_dir(void)
{
	if (*dir)
		return dir;
	snprintf(dir, sizeof(dir), "%s/brug-fuzz-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	must(mkdtemp(dir) != NULL, "there is a folder to work in");
	owner = getpid();
	atexit(clear);
	return dir;
}

const char *fuzz_path(const char *name)
{
	static char kept[4][512];
	static unsigned at;
	char *out = kept[at++ % 4];

	snprintf(out, sizeof(kept[0]), "%s/%s", fuzz_dir(), name);
	return out;
}

void fuzz_write(const char *path, struct slice bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0 && write(fd, bytes.p ? bytes.p : (const uint8_t *)"", bytes.n) ==
				(ssize_t)bytes.n,
	     "the file can be written");
	close(fd);
}

struct slice fuzz_take(struct slice *s, size_t n)
{
	struct slice out = {s->p, n < s->n ? n : s->n};

	*s = (struct slice){s->p + out.n, s->n - out.n};
	return out;
}

uint64_t fuzz_number(struct slice *s, size_t bytes)
{
	struct slice taken = fuzz_take(s, bytes);
	uint64_t v = 0;

	for (size_t i = 0; i < taken.n; i++)
		v = v << 8 | taken.p[i];
	return v;
}

struct slice fuzz_line(struct slice *s)
{
	const uint8_t *end = s->n ? memchr(s->p, '\n', s->n) : NULL;
	struct slice out = {s->p, end ? (size_t)(end - s->p) : s->n};

	fuzz_take(s, out.n + (end != NULL));
	return out;
}
