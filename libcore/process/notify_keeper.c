/* SPDX-License-Identifier: MIT */
/*
 * The keeper: a process that lets a filter's calls pass when nobody else
 * answers any more.
 *
 * It is a copy of us, made by fork(), that no longer runs anything of ours: it
 * gives back the memory it does not need, closes what is open, and makes
 * system calls by itself, without the C library, whose memory is gone.  Its
 * parent is init, so that a debugger that waits for children never meets it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "ctester/maps.h"
#include "process/notify.h"
#include "process/ptrace.h"

/* Where it has what it needs. */
enum {
	LISTENER,
	LIFE,
	FIRST_OTHER
};

/* How many calls can have been counted between two that we saw: those whose
 * threads were gone before we could take them. */
#define IDS_UNSEEN 64

/* No process asks so often while one of its calls waits. */
#define IDS_MAX UINT64_C(50000000)

#define MAPPINGS_MAX 2048

/* What the compiler adds must not need memory elsewhere. */
#define PLAIN __attribute__((no_sanitize("address", "undefined", "thread")))
#define ALONE static __attribute__((noinline)) PLAIN
#define PART  static inline __attribute__((always_inline)) PLAIN

PART long call(long number, long a, long b, long c, long d)
{
	long result;
	register long r10 __asm__("r10") = d;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
}

/* Until the other end of a pipe is closed, or a filter asks or has no users;
 * what there is. */
PART short wait_for(int fd)
{
	struct pollfd poll_fd;
	do {
		poll_fd.fd = fd;
		poll_fd.events = POLLIN;
		poll_fd.revents = 0;
	} while (call(SYS_poll, (long)&poll_fd, 1, -1, 0) == -EINTR);
	return poll_fd.revents;
}

PART void pass(uint64_t id)
{
	struct seccomp_notif_resp resp;
	resp.id = id;
	resp.val = 0;
	resp.error = 0;
	resp.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	call(SYS_ioctl, LISTENER, SECCOMP_IOCTL_NOTIF_SEND, (long)&resp, 0);
}

/* Let pass what was taken by somebody who is no more. */
PART void pass_taken(const struct ct_notify_ids *ids)
{
	uint64_t low = ids->low, high = ids->high;
	if (!low || high - low > IDS_MAX)
		low = high;
	if (high)
		for (uint64_t id = low; id <= high + IDS_UNSEEN; id++)
			pass(id);
}

struct mapping {
	unsigned long start, size;
};

/* `room` is what the kernel wants for a notification, zeroed. */
ALONE void keep(const struct mapping *mappings, size_t count,
		const struct ct_notify_ids *ids, void *room, size_t room_size)
{
	for (size_t i = 0; i < count; i++)
		call(SYS_madvise, (long)mappings[i].start,
		     (long)mappings[i].size, MADV_DONTNEED, 0);
	wait_for(LIFE);
	pass_taken(ids);
	for (;;) {
		short events = wait_for(LISTENER);
		if (!(events & POLLIN))
			break;
		for (size_t i = 0; i < room_size / 8; i++)
			((volatile uint64_t *)room)[i] = 0;
		long failed = call(SYS_ioctl, LISTENER,
				   SECCOMP_IOCTL_NOTIF_RECV, (long)room, 0);
		if (!failed)
			pass(*(volatile uint64_t *)room);
		else if (failed != -EINTR && failed != -ENOENT)
			break;
	}
	for (;;)
		call(SYS_exit_group, 0, 0, 0, 0);
}

/* Memory that is ours alone, and neither the stack nor near what the kernel
 * itself uses of a thread: its rseq(2) area. */
static size_t find_mappings(struct mapping *mappings)
{
	uintptr_t stack = (uintptr_t)__builtin_frame_address(0);
	uintptr_t self = (uintptr_t)__builtin_thread_pointer();
	struct ct_maps *maps;
	struct ct_error *err = ct_maps_read(getpid(), &maps);
	if (err) {
		ct_error_destroy(err);
		return 0;
	}
	size_t count = 0;
	const struct ct_map *map;
	for (size_t i = 0; count < MAPPINGS_MAX && (map = ct_maps_get(maps, i));
	     i++)
		if ((map->kind == CT_MAP_ANONYMOUS ||
		     map->kind == CT_MAP_HEAP) &&
		    map->prot & PROT_WRITE && !map->shared &&
		    !(map->start <= stack && stack < map->end) &&
		    !(map->start <= self && self < map->end))
			mappings[count++] =
			    (struct mapping){map->start, map->end - map->start};
	ct_maps_destroy(maps);
	return count;
}

/* Have the two, and nothing else. */
static bool take_descriptors(int listener, int life)
{
	int first = fcntl(listener, F_DUPFD_CLOEXEC, FIRST_OTHER);
	int second = fcntl(life, F_DUPFD_CLOEXEC, FIRST_OTHER);
	return first >= 0 && second >= 0 && dup2(first, LISTENER) >= 0 &&
	       dup2(second, LIFE) >= 0 &&
	       syscall(SYS_close_range, FIRST_OTHER, ~0U, 0) == 0;
}

ALONE void become_keeper(int listener, int life,
			 const struct ct_notify_ids *ids)
{
	struct mapping mappings[MAPPINGS_MAX];
	uint64_t room[64]; /* seccomp_notif has 80 bytes, and may grow */
	struct seccomp_notif_sizes sizes;
	setsid();
	prctl(PR_SET_NAME, "ctester-keeper");
	prctl(PR_SET_PDEATHSIG, 0);
	if (chdir("/") < 0 || !take_descriptors(listener, life) ||
	    syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0 ||
	    sizes.seccomp_notif > sizeof(room))
		return;
	keep(mappings, find_mappings(mappings), ids, room, sizeof(room));
}

/* In the middle process: the keeper is its child, and then init's. */
static void start_keeper(int listener, int life, pid_t *pid,
			 struct ct_notify_ids *ids)
{
	pid_t keeper = fork();
	if (keeper == 0)
		become_keeper(listener, life, ids);
	else
		*pid = keeper;
	syscall(SYS_exit_group, 0);
}

static struct ct_error *fork_twice(int listener, int life, pid_t *pid,
				   struct ct_notify_ids *ids)
{
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid_t middle = fork();
	int saved = errno;
	if (middle == 0)
		start_keeper(listener, life, pid, ids);
	while (middle > 0 && waitpid(middle, NULL, __WALL) < 0 &&
	       errno == EINTR)
		;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	if (middle < 0 || *pid <= 0)
		return ct_error_format(
		    CT_ERROR_OS, "a process to keep the filter: %s",
		    middle < 0 ? strerror(saved) : "cannot be started");
	return NULL;
}

/* Of the shared page: the ids, and the keeper's number for us. */
struct shared {
	struct ct_notify_ids ids;
	pid_t pid;
};

struct ct_error *ct_notify_keeper_start(int listener,
					struct ct_notify_keeper *keeper)
{
	struct shared *shared =
	    mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return &ct_enomem;
	int life[2];
	if (pipe2(life, O_CLOEXEC) < 0) {
		struct ct_error *err =
		    ct_error_format(CT_ERROR_OS, "a pipe: %m");
		munmap(shared, sizeof(*shared));
		return err;
	}
	struct ct_error *err =
	    fork_twice(listener, life[0], &shared->pid, &shared->ids);
	close(life[0]);
	if (err) {
		close(life[1]);
		munmap(shared, sizeof(*shared));
		return err;
	}
	keeper->pid = shared->pid;
	keeper->life = life[1];
	keeper->ids = &shared->ids;
	return NULL;
}

void ct_notify_keeper_release(struct ct_notify_keeper *keeper)
{
	if (keeper->life >= 0)
		close(keeper->life);
	keeper->life = -1;
	if (keeper->ids)
		munmap(keeper->ids, sizeof(struct shared));
	keeper->ids = NULL;
}
