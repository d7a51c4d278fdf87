/* Where one is: the case in use and the list last shown. The file holds codes and nothing else. */
#include "cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 500 };

/* A terminal each has its own, so that two windows can stand in two cases. */
static void file_of(const struct home *h, const char *what, char out[1200])
{
	const char *tty = getenv("BRUG_HOME") ? NULL : ttyname(STDERR_FILENO);
	char name[64];

	snprintf(name, sizeof(name), "%s%s", what, tty ? tty : "");
	for (char *p = name; *p; p++)
		if (*p == '/')
			*p = '-';
	home_state(h, name, out);
}

static void write_lines(const char *path, const struct slices *lines)
{
	char temp[1210];
	FILE *f;
	int fd;

	snprintf(temp, sizeof(temp), "%s.new", path);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f)
		return;
	for (size_t i = 0; i < lines->n && i < ROWS; i++)
		fprintf(f, "%.*s\n", SLICE_ARG(lines->v[i]));
	if (fclose(f) == 0)
		rename(temp, path);
}

static bool read_line(const char *path, unsigned n, char *out, int size)
{
	FILE *f = fopen(path, "re");
	bool ok = f != NULL;

	for (unsigned i = 0; ok && i <= n; i++)
		ok = fgets(out, size, f) != NULL;
	if (f)
		fclose(f);
	if (ok)
		out[strcspn(out, "\n")] = 0;
	return ok && *out;
}

static void word_set(const struct home *h, const char *what, const char *word)
{
	struct slice line = slice_of(word);
	char path[1200];

	file_of(h, what, path);
	write_lines(path, &(struct slices){&line, 1});
}

static bool word(const struct home *h, const char *what, char *out, int size)
{
	char path[1200];

	file_of(h, what, path);
	return read_line(path, 0, out, size);
}

void place_case_set(const struct home *h, const char *code)
{
	word_set(h, "case", code);
}

bool place_case(const struct home *h, char out[16])
{
	return word(h, "case", out, 16);
}

void place_meeting_set(const struct home *h, const char *id)
{
	word_set(h, "meeting", id);
}

bool place_meeting(const struct home *h, char out[32])
{
	return word(h, "meeting", out, 32);
}

void place_purposes_set(const struct home *h, const char *names)
{
	word_set(h, "purposes", names);
}

bool place_purposes(const struct home *h, char out[256])
{
	return word(h, "purposes", out, 256);
}

void place_rows_set(const struct home *h, const struct slices *codes)
{
	char path[1200];

	file_of(h, "rows", path);
	write_lines(path, codes);
}

bool place_row(const struct home *h, unsigned n, char out[ROW_CODE])
{
	char path[1200];

	file_of(h, "rows", path);
	return n > 0 && read_line(path, n - 1, out, ROW_CODE);
}
