/* SPDX-License-Identifier: MIT */
/*
 * A child that puts a filter upon itself and then runs a function, with its
 * calls to be served by the test.
 */
#ifndef NOTIFY_FIXTURE_H
#define NOTIFY_FIXTURE_H

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "process/notify.h"
#include "tracee.h"

/* What a test and its child both see. */
struct shared {
	_Atomic int listener; /* its number in the child; 0: not yet */
	_Atomic int go;       /* the child may begin */
	_Atomic int at;       /* how far the child is */
	_Atomic long values[8];
};

static struct shared *shared;

static inline void shared_create(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(shared, MAP_FAILED);
}

static inline void shared_destroy(void)
{
	munmap(shared, sizeof(*shared));
}

static inline void wait_until(_Atomic int *value, int wanted)
{
	while (*value < wanted)
		sched_yield();
}

/* The filter, or a negative errno. */
static inline int filter_install(const uint32_t *numbers, size_t count,
				 unsigned long flags)
{
	struct sock_filter *code;
	size_t size;
	struct ct_error *err =
	    ct_notify_filter_create(numbers, count, &code, &size);
	if (err)
		return -EINVAL;
	struct sock_fprog program = {(unsigned short)size, code};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			  flags | SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	int saved = errno;
	free(code);
	return fd < 0 ? -saved : (int)fd;
}

struct child {
	pid_t pid;
	int listener;
};

/* The child waits with its body until child_go(). */
static inline struct child child_start_flags(int (*body)(void),
					     const uint32_t *numbers,
					     size_t count, unsigned long flags)
{
	*shared = (struct shared){0};
	struct child child = {fork(), -1};
	if (child.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		shared->listener = filter_install(numbers, count, flags);
		wait_until(&shared->go, 1);
		_exit(body());
	}
	while (!shared->listener)
		sched_yield();
	assert_true(shared->listener > 0);
	int pidfd = (int)syscall(SYS_pidfd_open, child.pid, 0);
	child.listener =
	    (int)syscall(SYS_pidfd_getfd, pidfd, shared->listener, 0);
	assert_true(child.listener >= 0);
	close(pidfd);
	return child;
}

#define child_start(body, ...)                                      \
	child_start_flags(body, (const uint32_t[]){__VA_ARGS__},    \
			  sizeof((const uint32_t[]){__VA_ARGS__}) / \
			      sizeof(uint32_t),                     \
			  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)

static inline void child_go(void)
{
	shared->go = 1;
}

static inline int child_status(struct child child)
{
	int status;
	assert_int_equal(waitpid(child.pid, &status, __WALL), child.pid);
	return status;
}

/* Wait for a process that is not ours to be gone; it may be already. */
static inline void wait_gone(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		return;
	struct pollfd end = {pidfd, POLLIN, 0};
	assert_int_equal(poll(&end, 1, 30000), 1);
	close(pidfd);
}

/* The records drained, in order. */
#define SEEN_MAX 100

struct seen {
	size_t count;
	struct ct_notify_call calls[SEEN_MAX];
	struct ct_notify_answer answers[SEEN_MAX];
	bool is_lost[SEEN_MAX];
	bool is_end[SEEN_MAX];
	char payloads[SEEN_MAX][64];
};

static inline void see(void *arg, const struct ct_notify_record *record)
{
	struct seen *seen = arg;
	if (seen->count < SEEN_MAX) {
		size_t size = record->answer.payload_size;
		seen->calls[seen->count] = record->call;
		seen->answers[seen->count] = record->answer;
		seen->is_lost[seen->count] = record->is_lost;
		seen->is_end[seen->count] = record->is_end;
		memcpy(seen->payloads[seen->count], record->payload,
		       size < 63 ? size : 63);
	}
	seen->count++;
}

static inline struct ct_notify_counts counts_of(struct ct_notify *notify)
{
	struct ct_notify_counts counts;
	ct_notify_get_counts(notify, &counts);
	return counts;
}

static inline void wait_state(struct ct_notify *notify, int state)
{
	while (counts_of(notify).state != state)
		sched_yield();
}

#endif
