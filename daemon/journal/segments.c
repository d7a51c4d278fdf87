/* The embedded journal: a folder of segments, one writer. frame.h has the layout. */
#include "journal.h"

#include "segment.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { SEGMENT_BYTES = 64 * 1024 * 1024, RESERVE_BYTES = 64 * 1024 * 1024 };

struct segments {
	struct log log;
	char dir[3072];
	uint64_t segment_bytes, reserve_bytes;
	EVP_PKEY *sign_key;
	int lock_fd, fd;
	uint32_t number;   /* of the segment being written */
	uint64_t size, at; /* its bytes, and where the next write goes */
	uint32_t batch;
	uint64_t facts, seen;
	uint8_t chain[CHAIN];
	struct buf pending; /* appended, not yet written */
	bool failed;        /* a write or sync failed: never again */
	bool room_known;    /* the disk was looked at since the last sync */
	bool room;
	bool ballast; /* the file that keeps the reserve lies there */
};

static enum log_status fail(struct segments *s, const char *what)
{
	fprintf(stderr, "journal failed: what=%s errno=%d\n", what, errno);
	s->failed = true;
	return LOG_CORRUPT;
}

/* -- writing ----------------------------------------------------------------------------------- */

static enum log_status seg_sync(struct log *log)
{
	struct segments *s = (struct segments *)log;
	size_t done = 0;

	if (s->failed)
		return LOG_CORRUPT;
	while (done < s->pending.n) {
		ssize_t n = pwrite(s->fd, s->pending.p + done, s->pending.n - done,
				   (off_t)(s->at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail(s, "write");
		done += (size_t)n;
	}
	if (done && fdatasync(s->fd) != 0)
		return fail(s, "sync");
	s->at += done;
	s->batch += done > 0;
	s->pending.n = 0;
	s->room_known = false;
	return LOG_OK;
}

static uint64_t segment_size_for(const struct segments *s, size_t payload)
{
	uint64_t need = SEGMENT_HEAD + FRAME_HEAD + (uint64_t)payload;

	return need > s->segment_bytes ? need : s->segment_bytes;
}

static enum log_status next_segment(struct segments *s, size_t payload)
{
	struct segment_head h = {.number = s->number + 1, .facts = s->facts, .seen = s->seen};
	uint64_t size = segment_size_for(s, payload);
	int fd;

	if (s->fd >= 0 && seg_sync(&s->log) != LOG_OK)
		return LOG_CORRUPT;
	memcpy(h.chain, s->chain, CHAIN);
	fd = segment_make(s->dir, &h, size);
	if (fd < 0)
		return errno == ENOSPC || errno == EDQUOT ? LOG_FULL : fail(s, "segment");
	if (s->fd >= 0)
		close(s->fd);
	s->fd = fd;
	s->number = h.number;
	s->size = size;
	s->at = SEGMENT_HEAD;
	s->batch = 1; /* counted within a segment */
	return LOG_OK;
}

/*
 * The reserve is a file that nobody reads: whoever else fills the disk, its room is ours. It is
 * given up when the disk is as good as full, so that the log of what is read, and the state, have
 * room to go on; and laid again when there is plenty.
 */
static const char *ballast_path(const struct segments *s, char path[3200])
{
	snprintf(path, 3200, "%s/reserve", s->dir);
	return path;
}

static void lay_ballast(struct segments *s)
{
	char path[3200];
	int fd = open(ballast_path(s, path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	s->ballast = fd >= 0 && posix_fallocate(fd, 0, (off_t)s->reserve_bytes) == 0;
	if (fd >= 0)
		close(fd);
	if (!s->ballast)
		unlink(path);
}

static void give_ballast(struct segments *s)
{
	char path[3200];

	s->ballast = unlink(ballast_path(s, path)) != 0;
	fprintf(stderr, "disk full: what=reserve-given-up\n");
}

static void tell_room(struct segments *s, bool room, uint64_t bytes)
{
	if (room != s->room)
		fprintf(stderr, "%s free_mib=%llu\n",
			room ? "disk has room again: writes are taken"
			     : "disk full: writes are refused, reading goes on",
			(unsigned long long)(bytes >> 20));
	s->room = room;
}

/* Room is looked at once a turn; disclosures may use the reserve, so that reads go on while their
 * log fits. */
static bool has_room(struct segments *s)
{
	struct statvfs vfs;
	uint64_t bytes;

	if (s->room_known || statvfs(s->dir, &vfs) != 0)
		return s->room;
	bytes = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	s->room_known = true;
	if (s->ballast && bytes < s->reserve_bytes / 4)
		give_ballast(s);
	else if (!s->ballast && bytes / 3 >= s->reserve_bytes)
		lay_ballast(s);
	/* what was given up is not for writes: without it they need as much more */
	tell_room(s, bytes >= (s->ballast ? 1 : 2) * s->reserve_bytes, bytes);
	return s->room;
}

static enum log_status put(struct segments *s, uint8_t stream, uint64_t pos, struct slice payload)
{
	if (s->fd < 0 || s->at + s->pending.n + FRAME_HEAD + payload.n > s->size) {
		enum log_status st = next_segment(s, payload.n);

		if (st != LOG_OK)
			return st;
	}
	frame_put(&s->pending, stream, s->batch, pos, payload, s->chain);
	return LOG_OK;
}

static enum log_status seg_append(struct log *log, enum log_stream stream, log_pos expected,
				  struct slice record)
{
	struct segments *s = (struct segments *)log;
	uint64_t *head = stream == LOG_FACTS ? &s->facts : &s->seen;
	enum log_status st;

	if (s->failed)
		return LOG_CORRUPT;
	if (expected != *head)
		return LOG_CONFLICT;
	if (!record.n || record.n > PAYLOAD_MAX || (!has_room(s) && stream == LOG_FACTS))
		return LOG_FULL;
	st = put(s, stream == LOG_FACTS ? FRAME_FACT : FRAME_SEEN, *head + 1, record);
	if (st == LOG_OK)
		++*head;
	return st;
}

enum log_status segments_checkpoint(struct log *log, log_pos facts, int64_t time_ms,
				    const uint8_t digest[32], uint8_t out[CHECKPOINT_BYTES])
{
	struct segments *s = (struct segments *)log;
	struct checkpoint c = {.facts = facts, .seen = s->seen, .time_ms = time_ms};

	if (s->failed)
		return LOG_CORRUPT;
	if (facts != s->facts)
		return LOG_CONFLICT;
	memcpy(c.digest, digest, 32);
	memcpy(c.chain, s->chain, CHAIN);
	if (s->sign_key && !checkpoint_sign(&c, s->sign_key))
		return fail(s, "signature");
	checkpoint_put(&c, out);
	return put(s, FRAME_CHECKPOINT, facts, (struct slice){out, CHECKPOINT_BYTES});
}

bool segments_key(const struct log *log, uint8_t out[CHECKPOINT_KEY])
{
	const struct segments *s = (const struct segments *)log;
	size_t n = CHECKPOINT_KEY;

	return s->sign_key && EVP_PKEY_get_raw_public_key(s->sign_key, out, &n) == 1;
}

/* -- reading ----------------------------------------------------------------------------------- */

struct replay {
	log_pos facts, seen;
	log_deliver_fn fn;
	void *ctx;
};

static enum log_status replay_segment(const struct segment_map *m, const struct replay *r)
{
	struct frame_walk w;

	frames_begin(m, &w);
	while (frames_next(&w)) {
		bool fact = w.f.stream == FRAME_FACT;

		if (w.f.stream == FRAME_CHECKPOINT || w.f.pos <= (fact ? r->facts : r->seen))
			continue;
		if (r->fn(r->ctx, fact ? LOG_FACTS : LOG_SEEN, w.f.pos, w.f.payload) != ERR_OK)
			return LOG_CORRUPT;
	}
	return segment_blank(m, w.next) ? LOG_OK : LOG_CORRUPT;
}

/* The last segment that begins at or before both positions: nothing before it is asked for. */
static uint32_t first_needed(struct segments *s, uint32_t first, log_pos facts, log_pos seen)
{
	for (uint32_t n = s->number; n > first; n--) {
		struct segment_map m;
		bool enough =
			segment_map(s->dir, n, &m) && m.head.facts <= facts && m.head.seen <= seen;

		segment_unmap(&m);
		if (enough)
			return n;
	}
	return first;
}

static enum log_status seg_follow(struct log *log, log_pos facts, log_pos seen, log_deliver_fn fn,
				  void *ctx)
{
	struct segments *s = (struct segments *)log;
	struct replay r = {facts, seen, fn, ctx};
	uint32_t first = 0, last = 0;

	if (s->failed || (s->pending.n && seg_sync(log) != LOG_OK))
		return LOG_CORRUPT;
	if (facts > s->facts || seen > s->seen) {
		fprintf(stderr,
			"journal failed: what=shorter-than-the-state facts=%llu head=%llu\n",
			(unsigned long long)facts, (unsigned long long)s->facts);
		return LOG_CORRUPT;
	}
	if (!segments_range(s->dir, &first, &last))
		return LOG_OK;
	for (uint32_t n = first_needed(s, first, facts, seen); n <= s->number; n++) {
		enum log_status st = LOG_CORRUPT;
		struct segment_map m;

		if (segment_map(s->dir, n, &m))
			st = replay_segment(&m, &r);
		segment_unmap(&m);
		if (st != LOG_OK)
			return st;
	}
	return LOG_OK;
}

static log_pos seg_head(struct log *log, enum log_stream stream)
{
	const struct segments *s = (struct segments *)log;

	return stream == LOG_FACTS ? s->facts : s->seen;
}

static void seg_close(struct log *log)
{
	struct segments *s = (struct segments *)log;

	if (s->fd >= 0)
		close(s->fd);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	EVP_PKEY_free(s->sign_key);
	buf_free(&s->pending);
	free(s);
}

/* One of another size is from another configuration. */
static void find_ballast(struct segments *s)
{
	char path[3200];
	struct stat st;

	if (stat(ballast_path(s, path), &st) != 0)
		return;
	s->ballast = (uint64_t)st.st_size == s->reserve_bytes;
	if (!s->ballast)
		unlink(path);
}

static const struct log_ops segments_ops = {"segments", seg_follow, seg_append,
					    seg_sync,   seg_head,   seg_close};

/* -- opening ----------------------------------------------------------------------------------- */

static bool lock_folder(struct segments *s, char why[256])
{
	char path[3200];

	snprintf(path, sizeof(path), "%s/lock", s->dir);
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd >= 0 && flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	snprintf(why, 256,
		 "the journal is in use by another process, or its folder cannot be written");
	return false;
}

static bool load_sign_key(struct segments *s, const char *path, char why[256])
{
	FILE *f = path ? fopen(path, "re") : NULL;

	if (!path)
		return true;
	s->sign_key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
	if (f)
		fclose(f);
	if (s->sign_key)
		return true;
	snprintf(why, 256, "the key that signs checkpoints cannot be read: %.150s", path);
	return false;
}

/* Every segment's head continues the one before; only heads are read. */
static bool heads_follow_on(struct segments *s, uint32_t first, uint32_t last, char why[256])
{
	for (uint32_t n = first; n <= last; n++) {
		struct segment_map m;
		bool ok = segment_map(s->dir, n, &m);

		segment_unmap(&m);
		if (ok)
			continue;
		snprintf(why, 256, "%08u.seg is missing or its head is damaged, at offset 0", n);
		return false;
	}
	return true;
}

/* What is cut is put aside, for who wants to know what it was. */
static void keep_tail(const struct segments *s, const struct segment_map *m, uint64_t at,
		      uint64_t end)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/torn-%08u-%llu", s->dir, m->head.number,
		 (unsigned long long)at);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, m->p + at, end - at) != (ssize_t)(end - at) || fsync(fd) != 0)
		fprintf(stderr, "journal mended: what=tail-not-kept errno=%d\n", errno);
	if (fd >= 0)
		close(fd);
}

/* Zeroes what a torn write left, so that nothing of it can be read again later. */
static bool cut_tail(struct segments *s, const struct segment_map *m, uint64_t at)
{
	static const uint8_t zero[65536];
	uint64_t end = m->n;

	while (end > at && m->p[end - 1] == 0)
		end--;
	keep_tail(s, m, at, end);
	while (at < end) {
		uint64_t n = end - at < sizeof(zero) ? end - at : sizeof(zero);

		if (pwrite(s->fd, zero, n, (off_t)at) != (ssize_t)n)
			return false;
		at += n;
	}
	return fdatasync(s->fd) == 0;
}

static bool open_last(struct segments *s, const struct segment_map *m, char why[256])
{
	struct frame_walk w;
	char path[4096];

	frames_begin(m, &w);
	while (frames_next(&w))
		;
	if (!segment_blank(m, w.next) && segment_goes_on(m, w.next, w.batch)) {
		snprintf(why, 256, "%08u.seg is damaged at offset %zu", m->head.number, w.next);
		return false;
	}
	segment_path(s->dir, m->head.number, path, sizeof(path));
	s->fd = open(path, O_RDWR | O_CLOEXEC);
	s->number = m->head.number;
	s->size = m->n;
	s->at = w.next;
	s->facts = w.facts;
	s->seen = w.seen;
	s->batch = w.batch + 1;
	memcpy(s->chain, w.chain, CHAIN);
	if (s->fd < 0) {
		snprintf(why, 256, "%08u.seg cannot be opened for writing", m->head.number);
		return false;
	}
	if (segment_blank(m, w.next))
		return true;
	snprintf(why, 256, "a torn tail was cut: %08u.seg at offset %zu", m->head.number, w.next);
	fprintf(stderr, "journal mended: what=torn-tail segment=%u offset=%zu\n", m->head.number,
		w.next);
	return cut_tail(s, m, w.next);
}

/* That there is such a folder is on the disk too. */
static bool folder_kept(const struct segments *s)
{
	char above[3200];
	int fd;
	bool ok;

	snprintf(above, sizeof(above), "%s/..", s->dir);
	fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

static enum log_status open_all(struct segments *s, const struct segments_conf *conf, char why[256])
{
	uint32_t first = 0, last = 0;
	struct segment_map m;
	bool ok;

	if ((mkdir(s->dir, 0700) != 0 && errno != EEXIST) || !folder_kept(s)) {
		snprintf(why, 256, "the journal's folder cannot be made");
		return LOG_UNAVAILABLE;
	}
	if (!lock_folder(s, why) || !load_sign_key(s, conf->sign_key, why))
		return LOG_UNAVAILABLE;
	find_ballast(s);
	if (!segments_range(s->dir, &first, &last))
		return LOG_OK; /* the first segment is made with the first record */
	if (!heads_follow_on(s, first, last, why) || !segment_map(s->dir, last, &m))
		return LOG_CORRUPT;
	ok = open_last(s, &m, why);
	segment_unmap(&m);
	return ok ? LOG_OK : LOG_CORRUPT;
}

enum log_status segments_open(const struct segments_conf *conf, struct log **out, char why[256])
{
	struct segments *s = calloc(1, sizeof(*s));
	enum log_status st;

	if (!s)
		abort();
	why[0] = 0;
	s->log.ops = &segments_ops;
	s->fd = s->lock_fd = -1;
	s->batch = 1;
	s->room = true;
	snprintf(s->dir, sizeof(s->dir), "%s", conf->dir);
	s->segment_bytes = conf->segment_bytes ? conf->segment_bytes : SEGMENT_BYTES;
	s->reserve_bytes = conf->reserve_bytes ? conf->reserve_bytes : RESERVE_BYTES;
	st = open_all(s, conf, why);
	if (st == LOG_OK)
		*out = &s->log;
	else
		seg_close(&s->log);
	return st;
}
