#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A sanitizer and a coverage run open files of their own at the end, and start a process to look
 * for leaks: confined they could not, and would say nothing of what they found. */
#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WATCHED "sanitizer"
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATCHED "sanitizer"
#elif defined(COVERAGE)
#define WATCHED "coverage"
#endif
#ifndef WATCHED
#define WATCHED NULL
#endif

/* -- files: landlock --------------------------------------------------------------------------- */

/* As the kernel has it; the headers of an older one end sooner. */
struct ruleset {
	uint64_t fs, net, scoped;
};
enum { FS_FIRST = (1 << 13) - 1, FS_REFER = 1 << 13, FS_TRUNCATE = 1 << 14, FS_IOCTL = 1 << 15 };
enum { NET_BIND_AND_CONNECT = 3, SCOPE_SOCKET_AND_SIGNAL = 3 };
enum {
	READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	KEEP = READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
	       LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE,
	NULL_DEVICE = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE,
};

static uint64_t known_to(int abi)
{
	return FS_FIRST | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) |
	       (abi >= 5 ? FS_IOCTL : 0);
}

static bool allow(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr a = {.allowed_access = access};
	bool ok;

	a.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (a.parent_fd < 0)
		return false;
	ok = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0) == 0;
	close(a.parent_fd);
	return ok;
}

/* A device and a catalogue that are not there are not missed. */
static bool hold_to_files(const struct confine_conf *conf, int abi)
{
	struct ruleset set = {.fs = known_to(abi),
			      .net = NET_BIND_AND_CONNECT,
			      .scoped = SCOPE_SOCKET_AND_SIGNAL};
	size_t n = abi >= 6 ? sizeof(set) : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
	int rules = (int)syscall(SYS_landlock_create_ruleset, &set, n, 0);
	bool ok;

	if (rules < 0)
		return false;
	ok = allow(rules, conf->state, KEEP & set.fs);
	allow(rules, "/dev/null", NULL_DEVICE & set.fs);
	if (conf->texts)
		allow(rules, conf->texts, READ & set.fs);
	ok = ok && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return ok;
}

/* -- calls: seccomp ---------------------------------------------------------------------------- */

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

/* What libevent, OpenSSL, LMDB, the C library and we need once all is open. Threads only because
 * LMDB copies with one. No socket, connect, bind or listen; no program; no other process. */
static const int allowed[] = {
#ifdef __x86_64__
	SYS_open,
	SYS_stat,
	SYS_lstat,
	SYS_access,
	SYS_unlink,
	SYS_rename,
	SYS_link,
	SYS_mkdir,
	SYS_poll,
	SYS_select,
	SYS_epoll_wait,
	SYS_getdents,
	SYS_readlink,
	SYS_time,
	SYS_pause,
	SYS_arch_prctl,
#endif
	SYS_openat,
	SYS_close,
	SYS_fstat,
	SYS_newfstatat,
	SYS_statx,
	SYS_faccessat,
	SYS_faccessat2,
	SYS_readlinkat,
	SYS_getdents64,
	SYS_unlinkat,
	SYS_renameat,
	SYS_renameat2,
	SYS_linkat,
	SYS_mkdirat,
	SYS_statfs,
	SYS_fstatfs,
	SYS_flock,
	SYS_fcntl,
	SYS_ftruncate,
	SYS_truncate,
	SYS_fallocate,
	SYS_fadvise64,
	SYS_lseek,
	SYS_read,
	SYS_write,
	SYS_readv,
	SYS_writev,
	SYS_pread64,
	SYS_pwrite64,
	SYS_preadv,
	SYS_pwritev,
	SYS_fsync,
	SYS_fdatasync,
	SYS_msync,
	SYS_sync_file_range,
	SYS_accept,
	SYS_accept4,
	SYS_recvfrom,
	SYS_sendto,
	SYS_recvmsg,
	SYS_sendmsg,
	SYS_shutdown,
	SYS_getsockname,
	SYS_getpeername,
	SYS_getsockopt,
	SYS_setsockopt,
	SYS_epoll_pwait,
	SYS_epoll_ctl,
	SYS_ppoll,
	SYS_pselect6,
	SYS_timerfd_settime,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_brk,
	SYS_mincore,
	SYS_munlock,
	SYS_mlock,
	SYS_futex,
	SYS_set_robust_list,
	SYS_rseq,
	SYS_sched_yield,
	SYS_sched_getaffinity,
	SYS_restart_syscall,
	SYS_clock_gettime,
	SYS_clock_getres,
	SYS_clock_nanosleep,
	SYS_nanosleep,
	SYS_gettimeofday,
	SYS_getrandom,
	SYS_getpid,
	SYS_gettid,
	SYS_getuid,
	SYS_geteuid,
	SYS_getgid,
	SYS_getegid,
	SYS_getrusage,
	SYS_sysinfo,
	SYS_uname,
	SYS_prlimit64,
	SYS_times,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_sigaltstack,
	SYS_kill,
	SYS_tgkill,
	SYS_exit,
	SYS_exit_group};

/* Whoever comes to these is not us any more. */
static const int deadly[] = {SYS_execve,
			     SYS_execveat,
			     SYS_ptrace,
			     SYS_mount,
			     SYS_process_vm_readv,
			     SYS_process_vm_writev,
			     SYS_unshare,
			     SYS_setns,
			     SYS_bpf,
			     SYS_keyctl,
			     SYS_init_module,
			     SYS_finit_module,
			     SYS_chroot,
			     SYS_pivot_root};

enum { ALLOWED = sizeof(allowed) / sizeof(*allowed), DEADLY = sizeof(deadly) / sizeof(*deadly) };
enum { REFUSE = SECCOMP_RET_ERRNO | EPERM };

struct program {
	struct sock_filter v[2 * (ALLOWED + DEADLY) + 32];
	unsigned short n;
};

static void put(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	p->v[p->n++] = (struct sock_filter){code, yes, no, k};
}

static void load(struct program *p, size_t at)
{
	put(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)at, 0, 0);
}

static void give(struct program *p, uint32_t verdict)
{
	put(p, BPF_RET | BPF_K, verdict, 0, 0);
}

static void when_call(struct program *p, int call, uint32_t verdict)
{
	put(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1);
	give(p, verdict);
}

/* This call, by whether a bit is set in one of its arguments (its lower half: little-endian). */
static void when_bit(struct program *p, int call, unsigned arg, uint32_t bit, uint32_t set,
		     uint32_t clear)
{
	put(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4);
	load(p, offsetof(struct seccomp_data, args) + 8 * arg);
	put(p, BPF_JMP | BPF_JSET | BPF_K, bit, 0, 1);
	give(p, set);
	give(p, clear);
}

#ifdef ARCH
static void write_program(struct program *p)
{
	load(p, offsetof(struct seccomp_data, arch));
	put(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	give(p, SECCOMP_RET_KILL_PROCESS);
	load(p, offsetof(struct seccomp_data, nr));
	for (int i = 0; i < ALLOWED; i++)
		when_call(p, allowed[i], SECCOMP_RET_ALLOW);
	for (int i = 0; i < DEADLY; i++)
		when_call(p, deadly[i], SECCOMP_RET_KILL_PROCESS);
	when_bit(p, SYS_mmap, 2, PROT_EXEC, REFUSE, SECCOMP_RET_ALLOW);
	when_bit(p, SYS_mprotect, 2, PROT_EXEC, REFUSE, SECCOMP_RET_ALLOW);
	when_bit(p, SYS_clone, 0, CLONE_THREAD, SECCOMP_RET_ALLOW, REFUSE);
	/* its flags lie in memory: the C library then takes clone */
	when_call(p, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
	give(p, REFUSE);
}

static bool hold_to_calls(void)
{
	static struct program p;
	struct sock_fprog f = {.filter = p.v};

	p.n = 0;
	write_program(&p);
	f.len = p.n;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &f) == 0;
}
#else
static bool hold_to_calls(void)
{
	errno = ENOSYS;
	return false;
}
#endif

/* -- both -------------------------------------------------------------------------------------- */

static void log_missing(const char *what)
{
	fprintf(stderr, "not confined: what=%s errno=%d why=%s\n", what, errno,
		errno == ENOSYS || errno == EOPNOTSUPP || errno == EINVAL ? "kernel-has-none"
									  : "refused");
}

enum err confine(const struct confine_conf *conf, bool *all)
{
	const char *off = conf->off ? conf->off : WATCHED;
	int abi;
	bool files, calls;

	*all = false;
	if (off) {
		fprintf(stderr, "not confined: what=all why=%s\n", off);
		return ERR_OK;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		log_missing("no-new-privs");
		return ERR_INTERNAL;
	}
	abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* which version */);
	files = abi > 0 && hold_to_files(conf, abi);
	if (!files)
		log_missing("landlock");
	calls = hold_to_calls();
	if (!calls)
		log_missing("seccomp");
	*all = files && calls;
	fprintf(stderr, "confined: landlock=%d seccomp=%s\n", files ? abi : 0,
		calls ? "yes" : "no");
	return ERR_OK;
}

enum err confine_to_owner(const char *state)
{
	struct stat st;

	if (geteuid() != 0 || stat(state, &st) != 0 || st.st_uid == 0)
		return ERR_OK;
	if (setgroups(0, NULL) == 0 && setresgid(st.st_gid, st.st_gid, st.st_gid) == 0 &&
	    setresuid(st.st_uid, st.st_uid, st.st_uid) == 0)
		return ERR_OK;
	fprintf(stderr, "start failed: what=become-owner uid=%u errno=%d\n", (unsigned)st.st_uid,
		errno);
	return ERR_INTERNAL;
}
