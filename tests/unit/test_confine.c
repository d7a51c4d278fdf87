/* What a confined process can still do, tried by one that is: a child of this test. */
#include "confine.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[64], outside[64];
static pid_t parent;
static bool all;

static void make_file(const char *in, const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", in, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	cr_assert(fd >= 0 && write(fd, "x", 1) == 1);
	close(fd);
}

static void set_up(void)
{
	strcpy(dir, "/tmp/brug-confine-XXXXXX");
	strcpy(outside, "/tmp/brug-outside-XXXXXX");
	cr_assert(mkdtemp(dir) && mkdtemp(outside));
	make_file(dir, "here");
	make_file(outside, "there");
}

static void tear_down(void)
{
	char command[200];

	snprintf(command, sizeof(command), "rm -rf %s %s", dir, outside);
	cr_assert_eq(system(command), 0);
}
TestSuite(confine, .init = set_up, .fini = tear_down);

/* Runs it confined; its answer: 0 for what it could not do, 1 for what it could, or 128 and the
 * signal that ended it. -1: this build is not confined. */
static int confined(int (*attempt)(void))
{
	int status = 0, log[2];
	char said[512] = "";
	pid_t pid;

	cr_assert_eq(pipe(log), 0);
	parent = getpid();
	pid = fork();
	if (pid == 0) {
		dup2(log[1], 2);
		if (confine(&(struct confine_conf){.state = dir}, &all) != ERR_OK)
			_exit(99);
		_exit(attempt());
	}
	close(log[1]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_geq(read(log[0], said, sizeof(said) - 1), 0);
	close(log[0]);
	cr_assert(strstr(said, "confined:"), "%s", said);
	if (strstr(said, "not confined:"))
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int opens(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	return fd >= 0 || errno != EACCES;
}

static int reads_a_system_file(void)
{
	return opens("/etc/passwd", O_RDONLY);
}

static int reads_another_folder(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/there", outside);
	return opens(path, O_RDONLY);
}

static int makes_a_file_elsewhere(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/new", outside);
	return opens(path, O_WRONLY | O_CREAT);
}

static int climbs_out(void)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/../%s/there", dir, outside + 5);
	return opens(path, O_RDONLY);
}

static int makes_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_DGRAM, 0) >= 0;
}

static int makes_a_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid >= 0;
}

static int makes_memory_run(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED || mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static int stops_its_parent(void)
{
	return kill(parent, 0) == 0;
}

static int runs_a_program(void)
{
	char program[] = "/bin/true";
	char *argv[] = {program, NULL};

	execv(program, argv);
	return 1;
}

static void *nothing(void *out)
{
	*(int *)out = 7;
	return NULL;
}

/* What it does all day, and when it copies the keys: LMDB starts a thread for that. */
static int does_its_work(void)
{
	char path[128], other[140];
	pthread_t thread;
	int fd, seven = 0;
	bool ok;

	snprintf(path, sizeof(path), "%s/new", dir);
	snprintf(other, sizeof(other), "%s/newer", dir);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	ok = fd >= 0 && pwrite(fd, "abc", 3, 0) == 3 && fdatasync(fd) == 0 &&
	     ftruncate(fd, 2) == 0 && posix_fallocate(fd, 0, 4096) == 0;
	ok = ok && mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED;
	ok = ok && link(path, other) == 0 && rename(other, path) == 0 && unlink(path) == 0;
	strcat(other, "est");
	ok = ok && mkdir(other, 0700) == 0 && open("/dev/null", O_RDONLY) >= 0;
	ok = ok && pthread_create(&thread, NULL, nothing, &seven) == 0 &&
	     pthread_join(thread, NULL) == 0 && seven == 7;
	return ok ? 0 : 1;
}

#define CANNOT(what) cr_expect_leq(confined(what), 0, #what)

Test(confine, it_opens_nothing_outside_its_folder)
{
	CANNOT(reads_a_system_file);
	CANNOT(reads_another_folder);
	CANNOT(makes_a_file_elsewhere);
	CANNOT(climbs_out);
}

Test(confine, it_makes_no_socket_no_process_and_no_code_and_signals_nobody)
{
	CANNOT(makes_a_socket);
	CANNOT(makes_a_process);
	CANNOT(makes_memory_run);
	CANNOT(stops_its_parent);
}

Test(confine, to_run_a_program_is_the_end_of_it)
{
	int end = confined(runs_a_program);

	cr_expect(end == -1 || end == 128 + SIGSYS, "%d", end);
}

Test(confine, it_goes_on_with_its_own_work)
{
	cr_expect_leq(confined(does_its_work), 0);
}

Test(confine, who_switches_it_off_reads_so_in_the_log)
{
	int log[2];
	char said[200] = "";

	cr_assert_eq(pipe(log), 0);
	if (fork() == 0) {
		dup2(log[1], 2);
		_exit(confine(&(struct confine_conf){.state = dir, .off = "option"}, &all));
	}
	cr_assert_gt(read(log[0], said, sizeof(said) - 1), 0);
	cr_expect_str_eq(said, "not confined: what=all why=option\n");
}
