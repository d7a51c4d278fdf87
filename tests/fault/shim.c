/* The shim of shim.h, preloaded into brugd. */
#include "shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FDS = 4096, FILES = 1024 };

static struct faults *faults;
static bool ours[FDS], synced[FDS]; /* descriptors below the state folder; with O_DSYNC */
static struct {
	dev_t dev;
	ino_t ino;
	uint32_t file;
} files[FILES];
static uint32_t files_n, file_next;
static int log_fd = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name)                                                                                 \
	static __typeof__(name) *real_##name;                                                      \
	if (!real_##name)                                                                          \
	*(void **)&real_##name = dlsym(RTLD_NEXT, #name)

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

__attribute__((constructor)) static void find(void)
{
	const char *path = getenv("BRUG_FAULTS");
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
	void *map = fd < 0 ? MAP_FAILED
			   : mmap(NULL, sizeof(*faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		syscall(SYS_close, fd);
	if (map == MAP_FAILED)
		return;
	faults = map;
	if (*faults->log) /* a high number, so that the server's own are what they would be */
		log_fd = fcntl((int)syscall(SYS_openat, AT_FDCWD, faults->log,
					    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600),
			       F_DUPFD_CLOEXEC, 900);
}

/* -- what goes wrong --------------------------------------------------------------------------- */

/* As kill -9 would: at once, and nothing of ours is told. (To signal is not allowed to it.) */
static void die(void)
{
	syscall(SYS_exit_group, 128 + SIGKILL);
}

static bool is_disk(enum call c)
{
	return c <= CALL_FALLOCATE;
}

/* What is to happen with this call: ACT_NONE nearly always. */
static enum act asked(enum call c)
{
	int act;

	if (!faults)
		return ACT_NONE;
	act = atomic_load(&faults->act);
	if (act == ACT_NONE)
		return ACT_NONE;
	if (atomic_load(&faults->call) != (int)c &&
	    !(atomic_load(&faults->call) == CALL_DISK && is_disk(c)))
		return ACT_NONE;
	if (atomic_load(&faults->stuck) && atomic_load(&faults->fired)) {
		errno = atomic_load(&faults->code);
		return ACT_FAIL;
	}
	if (atomic_fetch_sub(&faults->left, 1) != 0)
		return ACT_NONE;
	atomic_store(&faults->fired, 1);
	if (!atomic_load(&faults->stuck))
		atomic_store(&faults->act, ACT_NONE);
	if (act == ACT_KILL_BEFORE)
		die();
	errno = atomic_load(&faults->code);
	return (enum act)act;
}

static void after(enum act act)
{
	if (act == ACT_KILL_AFTER || act == ACT_KILL_HALF)
		die();
}

static bool refused(int code)
{
	errno = code;
	return true;
}

/* The disk takes grow bytes more, or does not. */
static bool no_room(int64_t grow)
{
	if (!faults || grow <= 0 || !atomic_load(&faults->limit))
		return false;
	if (atomic_load(&faults->room) < grow)
		return refused(ENOSPC);
	atomic_fetch_sub(&faults->room, grow);
	return false;
}

static bool read_only(void)
{
	return faults && atomic_load(&faults->closed) && refused(EROFS);
}

/* -- whose file it is -------------------------------------------------------------------------- */

/* The part of a path behind the state folder; NULL: it is elsewhere. */
static const char *inside(const char *path)
{
	size_t n = faults ? strlen(faults->dir) : 0;

	if (!n || strncmp(path, faults->dir, n) != 0 || (path[n] && path[n] != '/'))
		return NULL;
	return path[n] ? path + n + 1 : path + n;
}

static bool is_ours(int fd)
{
	return faults && fd >= 0 && fd < FDS && ours[fd];
}

/* -- the record -------------------------------------------------------------------------------- */

static void note(enum op op, uint32_t file, uint64_t at, uint64_t n, const char *name,
		 uint32_t name_n, const struct iovec *data, int data_n)
{
	struct op_head h = {op, file, at, n, name_n, 0};
	struct iovec v[66];
	int64_t wrote;
	int used = 2;

	if (log_fd < 0)
		return;
	v[0] = (struct iovec){&h, sizeof(h)};
	v[1] = (struct iovec){(void *)(uintptr_t)name, name_n};
	for (int i = 0; i < data_n && used < 66; i++)
		v[used++] = data[i];
	wrote = syscall(SYS_writev, log_fd, v, used);
	if (wrote > 0)
		atomic_fetch_add(&faults->logged, wrote);
}

static void note_name(enum op op, uint32_t file, const char *name)
{
	note(op, file, 0, 0, name, (uint32_t)strlen(name), NULL, 0);
}

static void note_two(enum op op, const char *from, const char *to)
{
	char both[512];
	int n = snprintf(both, sizeof(both), "%s%c%s", from, 0, to);

	note(op, 0, 0, 0, both, (uint32_t)n, NULL, 0);
}

/* Its number in the record; a new one when it was made anew (a disk uses its own again). */
static uint32_t file_of(int fd, bool made, bool *known)
{
	struct stat st;
	uint32_t i;

	*known = true;
	if (fstat(fd, &st) != 0)
		return 0;
	for (i = 0; i < files_n; i++)
		if (files[i].ino == st.st_ino && files[i].dev == st.st_dev)
			break;
	if (i < files_n && !made)
		return files[i].file;
	*known = false;
	if (i == files_n)
		files_n += files_n < FILES - 1;
	files[i].dev = st.st_dev;
	files[i].ino = st.st_ino;
	files[i].file = ++file_next;
	return files[i].file;
}

static void note_written(int fd, off_t at, const struct iovec *data, int data_n, size_t n)
{
	bool known;

	if (log_fd < 0 || !n)
		return;
	pthread_mutex_lock(&lock);
	note(synced[fd] ? OP_WRITE_SYNCED : OP_WRITE, file_of(fd, false, &known), (uint64_t)at, n,
	     NULL, 0, data, data_n);
	pthread_mutex_unlock(&lock);
}

static void note_file(int fd, enum op op, uint64_t n)
{
	bool known;

	if (log_fd < 0)
		return;
	pthread_mutex_lock(&lock);
	note(op, file_of(fd, false, &known), 0, n, NULL, 0, NULL, 0);
	pthread_mutex_unlock(&lock);
}

/* -- opening and closing ----------------------------------------------------------------------- */

static char folder_names[FDS / 64][128]; /* of open folders, for their sync */
static int folder_fds[FDS / 64];

static void keep_folder(int fd, const char *name)
{
	for (int i = 0; i < FDS / 64; i++)
		if (!folder_fds[i] || folder_fds[i] == fd) {
			folder_fds[i] = fd;
			snprintf(folder_names[i], sizeof(folder_names[i]), "%s", name);
			return;
		}
}

static void note_open(int fd, const char *name, int flags, bool was)
{
	bool known;
	uint32_t file;

	if (fd < 0 || fd >= FDS)
		return;
	ours[fd] = true;
	synced[fd] = (flags & O_DSYNC) != 0;
	if (flags & O_DIRECTORY)
		keep_folder(fd, name);
	if (log_fd < 0 || (flags & O_DIRECTORY))
		return;
	pthread_mutex_lock(&lock);
	file = file_of(fd, !was, &known);
	if (!known)
		note_name(was ? OP_NAME : OP_CREATE, file, name);
	if (was && (flags & O_TRUNC))
		note(OP_TRUNCATE, file, 0, 0, NULL, 0, NULL, 0);
	pthread_mutex_unlock(&lock);
}

static int do_open(const char *path, int flags, mode_t mode)
{
	const char *name = inside(path);
	struct stat st;
	bool was = name && stat(path, &st) == 0;
	int fd;

	if (asked(CALL_OPEN) == ACT_FAIL)
		return -1;
	if (name && (flags & (O_WRONLY | O_RDWR | O_CREAT)) && read_only())
		return -1;
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (was && S_ISDIR(st.st_mode))
		flags |= O_DIRECTORY; /* a folder, to be synced, also where that was not said */
	if (name)
		note_open(fd, name, flags, was);
	return fd;
}

#define MODE(flags, mode)                                                                          \
	mode_t mode = 0;                                                                           \
	if ((flags) & (O_CREAT | O_TMPFILE)) {                                                     \
		va_list ap;                                                                        \
		va_start(ap, flags);                                                               \
		mode = va_arg(ap, mode_t);                                                         \
		va_end(ap);                                                                        \
	}

int open(const char *path, int flags, ...)
{
	MODE(flags, mode)
	return do_open(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	MODE(flags, mode)
	return do_open(path, flags, mode);
}

int close(int fd)
{
	if (fd >= 0 && fd < FDS) {
		ours[fd] = synced[fd] = false;
		for (int i = 0; i < FDS / 64; i++)
			if (fd && folder_fds[i] == fd)
				folder_fds[i] = 0;
	}
	return (int)syscall(SYS_close, fd);
}

/* -- writing ----------------------------------------------------------------------------------- */

static int64_t growth(int fd, off_t end)
{
	struct stat st;

	return fstat(fd, &st) == 0 && end > st.st_size ? end - st.st_size : 0;
}

static ssize_t do_pwrite(int fd, const void *p, size_t n, off_t at)
{
	struct iovec v = {(void *)(uintptr_t)p, n};
	enum act act;
	ssize_t r;

	if (!is_ours(fd))
		return syscall(SYS_pwrite64, fd, p, n, at);
	act = asked(CALL_PWRITE);
	if (act == ACT_FAIL || read_only() || no_room(growth(fd, at + (off_t)n)))
		return -1;
	if ((act == ACT_KILL_HALF || act == ACT_SHORT) && n > 1)
		v.iov_len = n = n / 2;
	r = syscall(SYS_pwrite64, fd, p, n, at);
	if (r > 0)
		note_written(fd, at, &v, 1, (size_t)r);
	after(act);
	return r;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	return do_pwrite(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return do_pwrite(fd, p, n, at);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
	enum act act;
	off_t at;
	size_t all = 0;
	ssize_t r;

	if (!is_ours(fd))
		return syscall(SYS_writev, fd, v, n);
	for (int i = 0; i < n; i++)
		all += v[i].iov_len;
	act = asked(CALL_WRITE);
	at = lseek(fd, 0, SEEK_CUR);
	if (act == ACT_FAIL || read_only() || no_room(growth(fd, at + (off_t)all)))
		return -1;
	r = syscall(SYS_writev, fd, v, act == ACT_KILL_HALF && n > 1 ? n / 2 : n);
	if (r == (ssize_t)all)
		note_written(fd, at, v, n, all);
	after(act);
	return r;
}

ssize_t write(int fd, const void *p, size_t n)
{
	struct iovec v = {(void *)(uintptr_t)p, n};
	enum act act;
	off_t at;
	ssize_t r;

	if (!is_ours(fd))
		return syscall(SYS_write, fd, p, n);
	act = asked(CALL_WRITE);
	at = lseek(fd, 0, SEEK_CUR);
	if (act == ACT_FAIL || read_only() || no_room(growth(fd, at + (off_t)n)))
		return -1;
	if (act == ACT_KILL_HALF && n > 1)
		v.iov_len = n = n / 2;
	r = syscall(SYS_write, fd, p, n);
	if (r > 0)
		note_written(fd, at, &v, 1, (size_t)r);
	after(act);
	return r;
}

static int do_fallocate(int fd, off_t at, off_t n)
{
	enum act act = ACT_NONE;
	REAL(posix_fallocate);
	int r;

	if (is_ours(fd)) {
		act = asked(CALL_FALLOCATE);
		if (act == ACT_FAIL || read_only() || no_room(growth(fd, at + n)))
			return errno;
	}
	r = real_posix_fallocate(fd, at, n);
	if (r == 0 && is_ours(fd))
		note_file(fd, OP_ALLOC, (uint64_t)(at + n));
	after(act);
	return r;
}

int posix_fallocate(int fd, off_t at, off_t n)
{
	return do_fallocate(fd, at, n);
}

int posix_fallocate64(int fd, off_t at, off_t n)
{
	return do_fallocate(fd, at, n);
}

static int do_truncate(int fd, off_t n)
{
	int r;

	if (is_ours(fd) && (read_only() || no_room(growth(fd, n))))
		return -1;
	r = (int)syscall(SYS_ftruncate, fd, n);
	if (r == 0 && is_ours(fd))
		note_file(fd, OP_TRUNCATE, (uint64_t)n);
	return r;
}

int ftruncate(int fd, off_t n)
{
	return do_truncate(fd, n);
}

int ftruncate64(int fd, off_t n)
{
	return do_truncate(fd, n);
}

/* -- syncing ----------------------------------------------------------------------------------- */

static const char *folder_of(int fd)
{
	for (int i = 0; i < FDS / 64; i++)
		if (fd && folder_fds[i] == fd)
			return folder_names[i];
	return NULL;
}

static int do_sync(int fd, long number)
{
	const char *folder;
	enum act act;
	int r;

	if (!is_ours(fd))
		return (int)syscall(number, fd);
	act = asked(CALL_SYNC);
	if (act == ACT_FAIL)
		return -1;
	folder = folder_of(fd);
	r = (int)syscall(number, fd);
	if (r == 0 && folder)
		note_name(OP_SYNC_FOLDER, 0, folder);
	else if (r == 0)
		note_file(fd, OP_SYNC, 0);
	after(act);
	return r;
}

int fsync(int fd)
{
	return do_sync(fd, SYS_fsync);
}

int fdatasync(int fd)
{
	return do_sync(fd, SYS_fdatasync);
}

/* -- names ------------------------------------------------------------------------------------- */

int rename(const char *from, const char *to)
{
	const char *a = inside(from), *b = inside(to);
	enum act act = a && b ? asked(CALL_RENAME) : ACT_NONE;
	int r;

	if (act == ACT_FAIL || (a && read_only()))
		return -1;
	r = (int)syscall(SYS_rename, from, to);
	if (r == 0 && a && b)
		note_two(OP_RENAME, a, b);
	after(act);
	return r;
}

int link(const char *from, const char *to)
{
	const char *a = inside(from), *b = inside(to);
	enum act act = a && b ? asked(CALL_RENAME) : ACT_NONE;
	int r;

	if (act == ACT_FAIL || (a && read_only()))
		return -1;
	r = (int)syscall(SYS_link, from, to);
	if (r == 0 && a && b)
		note_two(OP_LINK, a, b);
	after(act);
	return r;
}

int unlink(const char *path)
{
	const char *name = inside(path);
	enum act act = name ? asked(CALL_UNLINK) : ACT_NONE;
	struct stat st = {0};
	int r;

	if (act == ACT_FAIL || (name && read_only()))
		return -1;
	if (name)
		stat(path, &st);
	r = (int)syscall(SYS_unlink, path);
	if (r == 0 && name) {
		note_name(OP_UNLINK, 0, name);
		if (faults && st.st_nlink == 1)
			atomic_fetch_add(&faults->room, st.st_size);
	}
	after(act);
	return r;
}

int mkdir(const char *path, mode_t mode)
{
	const char *name = inside(path);
	int r;

	if (name && read_only())
		return -1;
	r = (int)syscall(SYS_mkdir, path, mode);
	if (r == 0 && name)
		note_name(OP_FOLDER, 0, name);
	return r;
}

static int do_statvfs(const char *path, struct statvfs *out)
{
	REAL(statvfs);
	int r = real_statvfs(path, out);

	if (r == 0 && faults && atomic_load(&faults->limit) && inside(path))
		out->f_bavail = (fsblkcnt_t)(atomic_load(&faults->room) / (int64_t)out->f_frsize);
	if (r == 0 && faults && atomic_load(&faults->closed) && inside(path))
		out->f_flag |= ST_RDONLY;
	return r;
}

int statvfs(const char *restrict path, struct statvfs *restrict out)
{
	return do_statvfs(path, out);
}

int statvfs64(const char *restrict path, struct statvfs64 *restrict out)
{
	return do_statvfs(path, (struct statvfs *)out);
}

/* -- the rest ---------------------------------------------------------------------------------- */

int accept4(int fd, struct sockaddr *restrict at, socklen_t *restrict n, int flags)
{
	if (asked(CALL_ACCEPT) == ACT_FAIL)
		return -1;
	return (int)syscall(SYS_accept4, fd, at, n, flags);
}

ssize_t getrandom(void *p, size_t n, unsigned flags)
{
	return asked(CALL_RANDOM) == ACT_FAIL ? -1 : syscall(SYS_getrandom, p, n, flags);
}

int getentropy(void *p, size_t n)
{
	if (asked(CALL_RANDOM) == ACT_FAIL)
		return -1;
	return syscall(SYS_getrandom, p, n, 0) == (long)n ? 0 : -1;
}

void *malloc(size_t n)
{
	return asked(CALL_MALLOC) == ACT_FAIL ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return asked(CALL_MALLOC) == ACT_FAIL ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return asked(CALL_MALLOC) == ACT_FAIL ? NULL : __libc_realloc(p, n);
}
