/* SPDX-License-Identifier: MIT */
/*
 * What the server knows of threads: whose they are, and which of them will
 * make a call again that has been counted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uthash.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "process/notify.h"
#include "process/status.h"

/* Calls of a handler, and of what it left by a jump, until it is clear that
 * the interrupted one does not come again. */
#define OTHERS_MAX 16

/* Threads remembered, until all are forgotten. */
#define THREADS_MAX 4096

/* No machine starts so many threads in this time that one has the id of
 * another that has ended. */
#define CHECK_AFTER_NS UINT64_C(50000000)

struct ct_notify_thread {
	pid_t tid, pid;
	uint64_t checked_ns;
	UT_hash_handle hh;
};

struct ct_notify_interrupted {
	pid_t tid;
	struct ct_notify_again again;
	uint32_t others_left;
	UT_hash_handle hh;
};

/* Whether it still is what it was; by a signal that is none.  Thread ids are
 * used again, but only after all others. */
static bool is_current(struct ct_notify_thread *thread, uint64_t time_ns)
{
	if (time_ns - thread->checked_ns < CHECK_AFTER_NS)
		return true;
	thread->checked_ns = time_ns;
	return syscall(SYS_tgkill, thread->pid, thread->tid, 0) == 0 ||
	       errno != ESRCH;
}

static void forget_threads(struct ct_notify *notify)
{
	struct ct_notify_thread *thread, *next;
	HASH_ITER (hh, notify->threads, thread, next) {
		HASH_DEL(notify->threads, thread);
		free(thread);
	}
}

pid_t ct_notify_find_process(struct ct_notify *notify, pid_t tid,
			     uint64_t time_ns)
{
	struct ct_notify_thread *thread;
	HASH_FIND(hh, notify->threads, &tid, sizeof(tid), thread);
	if (thread && is_current(thread, time_ns))
		return thread->pid;
	pid_t pid = tid;
	ct_error_destroy(ct_process_find_pid(tid, &pid));
	if (HASH_COUNT(notify->threads) >= THREADS_MAX) {
		forget_threads(notify);
		thread = NULL;
	}
	if (!thread && (thread = calloc(1, sizeof(*thread)))) {
		thread->tid = tid;
		HASH_ADD(hh, notify->threads, tid, sizeof(tid), thread);
	}
	if (thread) {
		thread->pid = pid;
		thread->checked_ns = time_ns;
	}
	return pid;
}

static void forget_interrupted(struct ct_notify *notify)
{
	struct ct_notify_interrupted *call, *next;
	HASH_ITER (hh, notify->interrupted, call, next) {
		HASH_DEL(notify->interrupted, call);
		free(call);
	}
}

void ct_notify_forget_threads(struct ct_notify *notify)
{
	forget_threads(notify);
	forget_interrupted(notify);
}

void ct_notify_put_again(struct ct_notify *notify,
			 const struct ct_notify_again *again)
{
	struct ct_notify_interrupted *each;
	pid_t tid = again->call.tid;
	HASH_FIND(hh, notify->interrupted, &tid, sizeof(tid), each);
	if (!each) {
		if (HASH_COUNT(notify->interrupted) >= THREADS_MAX)
			forget_interrupted(notify);
		each = calloc(1, sizeof(*each));
		if (!each)
			return;
		each->tid = tid;
		HASH_ADD(hh, notify->interrupted, tid, sizeof(tid), each);
	}
	each->again = *again;
	each->others_left = OTHERS_MAX;
}

static bool is_same(const struct ct_notify_call *before,
		    const struct ct_notify_call *now)
{
	return before->number == now->number && before->addr == now->addr &&
	       !memcmp(before->args, now->args, sizeof(now->args));
}

bool ct_notify_take_again(struct ct_notify *notify,
			  const struct ct_notify_call *call,
			  struct ct_notify_again *ret)
{
	struct ct_notify_interrupted *each;
	if (!notify->interrupted)
		return false;
	HASH_FIND(hh, notify->interrupted, &call->tid, sizeof(call->tid), each);
	if (!each)
		return false;
	bool comes_again = is_same(&each->again.call, call);
	if (comes_again)
		*ret = each->again;
	else if (--each->others_left)
		return false;
	HASH_DEL(notify->interrupted, each);
	free(each);
	return comes_again;
}

static bool read_set(const struct ct_buffer *status, const char *name,
		     uint64_t *ret)
{
	const char *set = ct_status_find(status, name);
	if (set)
		*ret = strtoull(set, NULL, 16);
	return set;
}

bool ct_notify_has_signal(pid_t pid, pid_t tid)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer status = {0};
	uint64_t own, shared, blocked;
	struct ct_error *err = ct_status_read_thread(pid, tid, &status);
	if (err) {
		ct_error_destroy(err);
		return false;
	}
	if (!read_set(&status, "SigPnd", &own) ||
	    !read_set(&status, "ShdPnd", &shared) ||
	    !read_set(&status, "SigBlk", &blocked))
		return false;
	/* One for the whole process is given to its first thread, if that can
	 * take it (complete_signal() in kernel/signal.c). */
	if (pid == tid)
		own |= shared;
	return own & ~blocked;
}
