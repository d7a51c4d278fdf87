#include "segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void segment_path(const char *dir, uint32_t number, char *out, size_t out_n)
{
	snprintf(out, out_n, "%s/%08u.seg", dir, number);
}

bool segments_range(const char *dir, uint32_t *first, uint32_t *last)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool any = false;

	while (d && (e = readdir(d))) {
		char *end;
		unsigned long n = strtoul(e->d_name, &end, 10);

		if (strcmp(end, ".seg") != 0 || !n)
			continue;
		*first = !any || n < *first ? (uint32_t)n : *first;
		*last = !any || n > *last ? (uint32_t)n : *last;
		any = true;
	}
	if (d)
		closedir(d);
	return any;
}

static int sync_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	if (fd < 0)
		return -1;
	r = fsync(fd);
	close(fd);
	return r;
}

static int fill(int fd, const struct segment_head *h, uint64_t bytes)
{
	uint8_t head[SEGMENT_HEAD];

	errno = posix_fallocate(fd, 0, (off_t)bytes);
	if (errno)
		return -1;
	segment_head_put(h, head);
	if (pwrite(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head))
		return -1;
	return fsync(fd);
}

/* Made under another name, so that a crash never leaves a segment without its head. */
int segment_make(const char *dir, const struct segment_head *h, uint64_t bytes)
{
	char path[4096], temp[4104];
	int fd, why;

	segment_path(dir, h->number, path, sizeof(path));
	snprintf(temp, sizeof(temp), "%s.new", path);
	fd = open(temp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (fill(fd, h, bytes) == 0 && rename(temp, path) == 0 && sync_folder(dir) == 0)
		return fd;
	why = errno;
	unlink(temp);
	close(fd);
	errno = why;
	return -1;
}

bool segment_map(const char *dir, uint32_t number, struct segment_map *out)
{
	char path[4096];
	struct stat st;
	void *p = MAP_FAILED;
	int fd;

	*out = (struct segment_map){0};
	segment_path(dir, number, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && st.st_size >= SEGMENT_HEAD)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return false;
	out->p = p;
	out->n = (size_t)st.st_size;
	if (segment_head_get(out->p, out->n, &out->head) && out->head.number == number)
		return true;
	segment_unmap(out);
	return false;
}

void segment_unmap(struct segment_map *m)
{
	if (m->p)
		munmap((void *)(uintptr_t)m->p, m->n);
	*m = (struct segment_map){0};
}

/* -- frames ------------------------------------------------------------------------------------ */

void frames_begin(const struct segment_map *map, struct frame_walk *w)
{
	*w = (struct frame_walk){
		.map = map, .next = SEGMENT_HEAD, .facts = map->head.facts, .seen = map->head.seen};
	memcpy(w->chain, map->head.chain, CHAIN);
}

static bool follows_on(struct frame_walk *w, const struct frame *f)
{
	uint64_t want = f->stream == FRAME_FACT   ? w->facts + 1
			: f->stream == FRAME_SEEN ? w->seen + 1
						  : w->facts;
	uint8_t chain[CHAIN];

	if (f->pos != want)
		return false;
	chain_next(w->chain, f->stream, f->pos, f->payload, chain);
	return memcmp(chain, f->chain, CHAIN) == 0;
}

bool frames_next(struct frame_walk *w)
{
	struct frame f;
	size_t n = frame_get(w->map->p + w->next, w->map->n - w->next, &f);

	if (!n || !follows_on(w, &f))
		return false;
	w->f = f;
	w->at = w->next;
	w->next += n;
	w->facts += f.stream == FRAME_FACT;
	w->seen += f.stream == FRAME_SEEN;
	w->batch = f.batch;
	memcpy(w->chain, f.chain, CHAIN);
	return true;
}

bool segment_blank(const struct segment_map *m, size_t at)
{
	for (; at < m->n; at++)
		if (m->p[at])
			return false;
	return true;
}

bool segment_goes_on(const struct segment_map *m, size_t at, uint32_t batch)
{
	for (; at + FRAME_HEAD < m->n; at++) {
		struct frame f;

		if (m->p[at + 8] == 0 || m->p[at + 8] > FRAME_CHECKPOINT)
			continue;
		if (frame_get(m->p + at, m->n - at, &f) && f.batch > batch + 1)
			return true;
	}
	return false;
}
