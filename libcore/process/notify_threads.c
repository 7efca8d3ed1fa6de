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

/* Threads remembered, until all are forgotten; until it is asked which of
 * those whose calls we know are gone. */
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
	/* It may be another call like the one that was told. */
	bool is_doubtful;
	UT_hash_handle hh;
};

/* The newest call of a thread that was told. */
struct ct_notify_told {
	pid_t tid;
	struct ct_notify_call call; /* no time: none was */
	uint64_t switches;          /* when it was looked at last */
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

static void forget_told(struct ct_notify *notify, bool of_all)
{
	struct ct_notify_told *told, *next;
	HASH_ITER (hh, notify->told, told, next) {
		if (!of_all &&
		    (!syscall(SYS_tkill, told->tid, 0) || errno != ESRCH))
			continue;
		HASH_DEL(notify->told, told);
		free(told);
	}
	notify->told_limit = HASH_COUNT(notify->told) + THREADS_MAX;
}

void ct_notify_forget_threads(struct ct_notify *notify)
{
	forget_threads(notify);
	forget_interrupted(notify);
	forget_told(notify, true);
}

static struct ct_notify_told *get_told(struct ct_notify *notify, pid_t tid)
{
	struct ct_notify_told *told;
	HASH_FIND(hh, notify->told, &tid, sizeof(tid), told);
	if (told)
		return told;
	if (HASH_COUNT(notify->told) >= notify->told_limit)
		forget_told(notify, false);
	told = calloc(1, sizeof(*told));
	if (!told)
		return NULL;
	told->tid = tid;
	HASH_ADD(hh, notify->told, tid, sizeof(tid), told);
	return told;
}

static struct ct_notify_interrupted *put_again(
    struct ct_notify *notify, const struct ct_notify_again *again)
{
	struct ct_notify_interrupted *each;
	pid_t tid = again->call.tid;
	HASH_FIND(hh, notify->interrupted, &tid, sizeof(tid), each);
	if (!each) {
		if (HASH_COUNT(notify->interrupted) >= THREADS_MAX)
			forget_interrupted(notify);
		each = calloc(1, sizeof(*each));
		if (!each)
			return NULL;
		each->tid = tid;
		HASH_ADD(hh, notify->interrupted, tid, sizeof(tid), each);
	}
	each->again = *again;
	each->others_left = OTHERS_MAX;
	each->is_doubtful = false;
	return each;
}

void ct_notify_put_again(struct ct_notify *notify,
			 const struct ct_notify_again *again)
{
	put_again(notify, again);
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

/* How often a thread has waited for something, a debugger included. */
static bool count_switches(pid_t tid, uint64_t *ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer status = {0};
	struct ct_error *err = ct_status_read(tid, &status);
	const char *count =
	    err ? NULL : ct_status_find(&status, "voluntary_ctxt_switches");
	ct_error_destroy(err);
	if (count)
		*ret = strtoull(count, NULL, 10);
	return count;
}

/* Whether it waits for the first time since it was looked at.  If not, a signal
 * of which nobody has told may have interrupted it since. */
static bool has_come_straight(struct ct_notify *notify, pid_t tid)
{
	struct ct_notify_told *told;
	uint64_t switches;
	HASH_FIND(hh, notify->told, &tid, sizeof(tid), told);
	return told && count_switches(tid, &switches) &&
	       switches - told->switches <= 1;
}

/* Of those that may be either, the one whose call was told last: a thread that
 * waits for something was told of long ago. */
static struct ct_notify_interrupted *find_doubtful(struct ct_notify *notify)
{
	struct ct_notify_interrupted *each, *next, *newest = NULL;
	HASH_ITER (hh, notify->interrupted, each, next) {
		if (each->is_doubtful &&
		    (!newest || each->again.call.id > newest->again.call.id) &&
		    has_come_straight(notify, each->tid))
			newest = each;
	}
	return newest;
}

/*
 * The kernel counts its notifications up and hands them out in that order, so
 * numbers that are left out are those of calls that were interrupted before
 * they were told.  What is not explained by threads of which nothing was told,
 * must be one of the others.
 */
static void settle_doubts(struct ct_notify *notify, uint64_t id)
{
	struct ct_notify_interrupted *each, *next;
	uint64_t left_out = id - notify->last_id - 1;
	for (; left_out > notify->untold; left_out--) {
		each = find_doubtful(notify);
		if (!each)
			break;
		HASH_DEL(notify->interrupted, each);
		free(each);
	}
	HASH_ITER (hh, notify->interrupted, each, next)
		each->is_doubtful = false;
	notify->is_doubting = false;
	notify->untold = 0;
}

void ct_notify_note_id(struct ct_notify *notify, uint64_t id)
{
	if (notify->is_doubting)
		settle_doubts(notify, id);
	notify->last_id = id;
}

void ct_notify_note_told(struct ct_notify *notify,
			 const struct ct_notify_call *call)
{
	struct ct_notify_told *told = get_told(notify, call->tid);
	if (told)
		told->call = *call;
}

/* Whether it may have run since this was asked last: a thread that has, and
 * is stopped again, was switched away from. */
static bool has_run(struct ct_notify_told *told)
{
	uint64_t before = told->switches;
	return !count_switches(told->tid, &told->switches) ||
	       told->switches != before;
}

static void expect(struct ct_notify *notify, const struct ct_notify_call *call,
		   bool is_untold)
{
	struct ct_notify_told *told = get_told(notify, call->tid);
	struct ct_notify_interrupted *each;
	if (!told || !has_run(told))
		return;
	HASH_FIND(hh, notify->interrupted, &call->tid, sizeof(call->tid), each);
	bool is_known = each && is_same(&each->again.call, call);
	bool is_like_told = told->call.time_ns && is_same(&told->call, call);
	if (is_known) {
		/* It was about to make it again, and of a delayed one more is
		 * known. */
		each->others_left = OTHERS_MAX;
	} else if (is_like_told) {
		const struct ct_notify_again again = {
		    .call = told->call, .answer = {.is_silent = true}};
		each = put_again(notify, &again);
		if (each)
			each->is_doubtful = is_untold;
	}
	notify->untold += is_untold && (is_known || !is_like_told);
	notify->is_doubting |= is_untold;
}

void ct_notify_expect(struct ct_notify *notify,
		      const struct ct_notify_call *call, bool is_untold)
{
	pthread_mutex_lock(&notify->lock);
	expect(notify, call, is_untold);
	pthread_mutex_unlock(&notify->lock);
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
