/*
 * Another date for the demo and the tests: preloaded into brugd, brug and whatever else should live
 * in it. The file named by BRUG_DEMO_CLOCK holds 8 bytes: by how many milliseconds the wall clock
 * is moved; whoever writes it moves all who have it open. Timers keep the real clock. No part of
 * the product: nothing loads it but who says so.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const _Atomic int64_t *moved;
static int (*real_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void find(void)
{
	const char *path = getenv("BRUG_DEMO_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*moved), PROT_READ, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	if (map != MAP_FAILED)
		moved = map;
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
	int64_t ns;

	if (!real_gettime)
		*(void **)&real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
	if (real_gettime(id, ts) != 0)
		return -1;
	if (!moved || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE))
		return 0;
	ns = ts->tv_nsec + atomic_load(moved) % 1000 * 1000000;
	ts->tv_sec += (time_t)(atomic_load(moved) / 1000) + (ns < 0 ? -1 : ns / 1000000000);
	ts->tv_nsec = (ns + 1000000000) % 1000000000;
	return 0;
}

time_t time(time_t *out)
{
	struct timespec ts = {0};

	clock_gettime(CLOCK_REALTIME, &ts);
	if (out)
		*out = ts.tv_sec;
	return ts.tv_sec;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts = {0};

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &ts);
	*tv = (struct timeval){ts.tv_sec, ts.tv_nsec / 1000};
	return 0;
}
