/* SPDX-License-Identifier: MIT */
/*
 * Serving a filter: one thread that takes notifications and answers them.
 *
 * It waits for two things only, a notification and the wish to end, and holds
 * its lock only where nothing is waited for: a debugger that stops the
 * program waits for threads that wait for us.
 *
 * A record is put into the queue under the lock together with the answer, so
 * that a debugger which finds the thread behind a call finds its record, and
 * one that never was answered is known as such.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <uthash.h>

#include "base/buffer.h"
#include "ctester/process.h"
#include "process/notify.h"

#define NS_PER_SECOND UINT64_C(1000000000)

#define QUEUE_LIMIT (UINT64_C(1) << 30)
#define WAKE_COUNT  1024
/* When fewer records wake who drains. */
#define WAKE_AFTER_NS (NS_PER_SECOND / 10)

/* Of Linux 6.6: wake the program's thread on our processor. */
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS      SECCOMP_IOW(4, __u64)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

/* Threads remembered, until all are forgotten. */
#define THREADS_MAX 4096

/* No machine starts so many threads in this time that one has the id of
 * another that has ended. */
#define CHECK_AFTER_NS (NS_PER_SECOND / 20)

/* An answer that is not due yet; in the order of dues. */
struct ct_notify_delayed {
	struct ct_notify_delayed *next;
	uint64_t id, due_ns;
	struct ct_notify_answer answer;
};

struct ct_notify_thread {
	pid_t tid, pid;
	uint64_t checked_ns;
	UT_hash_handle hh;
};

/* A call that was interrupted before its answer, by thread: most are made
 * again by the kernel, and must not count twice. */
struct ct_notify_interrupted {
	struct ct_notify_call call;
	struct ct_notify_answer answer;
	UT_hash_handle hh;
};

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

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

/* The process of a thread; the thread itself where that is not known. */
static pid_t find_process(struct ct_notify *notify, pid_t tid, uint64_t time_ns)
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

/* False when there is nobody to answer. */
static bool send_answer(struct ct_notify *notify, uint64_t id,
			const struct ct_notify_answer *answer)
{
	struct seccomp_notif_resp *resp = notify->resp;
	resp->id = id;
	resp->val = 0;
	resp->error = 0;
	resp->flags = 0;
	if (!answer->is_answered)
		resp->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else if (answer->value < 0 && answer->value >= -4095)
		resp->error = (int32_t)answer->value;
	else
		resp->val = answer->value;
	int failed;
	do
		failed =
		    ioctl(notify->listener, SECCOMP_IOCTL_NOTIF_SEND, resp);
	while (failed && errno == EINTR);
	return !failed;
}

static bool is_valid(struct ct_notify *notify, uint64_t id)
{
	return ioctl(notify->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

/* The keeper's view: from here on nothing below is without an answer. */
static void note_ids(struct ct_notify *notify, uint64_t high)
{
	uint64_t low = high;
	for (const struct ct_notify_delayed *each = notify->delayed; each;
	     each = each->next)
		if (each->id < low)
			low = each->id;
	atomic_store_explicit(&notify->keeper.ids->high, high,
			      memory_order_release);
	atomic_store_explicit(&notify->keeper.ids->low, low,
			      memory_order_release);
}

static void wake(struct ct_notify *notify)
{
	uint64_t one = 1;
	if (write(notify->wake_fd, &one, sizeof(one)) == sizeof(one))
		notify->is_woken = true;
}

static void put_record(struct ct_notify *notify,
		       const struct ct_notify_call *call,
		       const struct ct_notify_answer *answer, bool is_lost)
{
	size_t size = is_lost ? 0 : answer->payload_size;
	struct ct_notify_record *record =
	    ct_notify_queue_room(&notify->queue, size);
	if (!record) {
		notify->counts.dropped++;
		return;
	}
	*record = (struct ct_notify_record){
	    .call = *call, .answer = *answer, .is_lost = is_lost};
	record->answer.payload_size = (uint32_t)size;
	if (size)
		memcpy(record->payload, notify->payload, size);
	ct_notify_queue_put(&notify->queue, size);
	notify->counts.recorded++;
	notify->counts.lost += is_lost;
	if (!notify->is_woken &&
	    notify->queue.count >= notify->options.wake_count)
		wake(notify);
}

/* Kernels without WAIT_KILLABLE_RECV interrupt a thread that waits. */
static void note_interrupted(struct ct_notify *notify,
			     const struct ct_notify_call *call,
			     const struct ct_notify_answer *answer)
{
	if (notify->counts.is_killable)
		return;
	struct ct_notify_interrupted *each;
	HASH_FIND(hh, notify->interrupted, &call->tid, sizeof(call->tid), each);
	if (!each) {
		if (HASH_COUNT(notify->interrupted) >= THREADS_MAX ||
		    !(each = calloc(1, sizeof(*each))))
			return;
		each->call.tid = call->tid;
		HASH_ADD(hh, notify->interrupted, call.tid,
			 sizeof(each->call.tid), each);
	}
	each->call = *call;
	each->answer = *answer;
}

/* Whether the kernel makes a call again that was counted, and its answer. */
static bool take_interrupted(struct ct_notify *notify,
			     const struct ct_notify_call *call,
			     struct ct_notify_answer *answer)
{
	struct ct_notify_interrupted *each;
	if (!notify->interrupted)
		return false;
	HASH_FIND(hh, notify->interrupted, &call->tid, sizeof(call->tid), each);
	if (!each)
		return false;
	bool is_same = each->call.number == call->number &&
		       each->call.addr == call->addr &&
		       !memcmp(each->call.args, call->args, sizeof(call->args));
	*answer = each->answer;
	answer->delay_ns = 0;
	HASH_DEL(notify->interrupted, each);
	free(each);
	return is_same;
}

static bool delay(struct ct_notify *notify, uint64_t id, uint64_t time_ns,
		  const struct ct_notify_answer *answer)
{
	struct ct_notify_delayed *delayed = calloc(1, sizeof(*delayed));
	if (!delayed)
		return false;
	*delayed = (struct ct_notify_delayed){
	    .id = id, .due_ns = time_ns + answer->delay_ns, .answer = *answer};
	if (delayed->due_ns < time_ns)
		delayed->due_ns = UINT64_MAX;
	struct ct_notify_delayed **at = &notify->delayed;
	while (*at && (*at)->due_ns <= delayed->due_ns)
		at = &(*at)->next;
	delayed->next = *at;
	*at = delayed;
	return true;
}

/* Answer what is due at a time. */
static void send_due(struct ct_notify *notify, uint64_t time_ns)
{
	struct ct_notify_delayed *delayed;
	while ((delayed = notify->delayed) && delayed->due_ns <= time_ns) {
		notify->delayed = delayed->next;
		bool is_sent =
		    send_answer(notify, delayed->id, &delayed->answer);
		pthread_mutex_lock(&notify->lock);
		notify->counts.waiting--;
		notify->counts.answered +=
		    is_sent && delayed->answer.is_answered;
		pthread_mutex_unlock(&notify->lock);
		free(delayed);
	}
}

static void answer_later(struct ct_notify *notify,
			 const struct ct_notify_call *call,
			 const struct ct_notify_answer *answer)
{
	bool is_lost = !is_valid(notify, call->id);
	if (!is_lost && !delay(notify, call->id, call->time_ns, answer))
		is_lost = !send_answer(notify, call->id, answer);
	else if (!is_lost)
		notify->counts.waiting++;
	if (!answer->is_silent)
		put_record(notify, call, answer, is_lost);
}

static void answer_now(struct ct_notify *notify,
		       const struct ct_notify_call *call,
		       const struct ct_notify_answer *answer, bool is_repeated)
{
	bool is_lost = !send_answer(notify, call->id, answer);
	if (!is_lost)
		notify->counts.answered += answer->is_answered;
	else
		note_interrupted(notify, call, answer);
	if (!answer->is_silent && !is_repeated)
		put_record(notify, call, answer, is_lost);
}

static void decide(struct ct_notify *notify, const struct ct_notify_call *call,
		   struct ct_notify_answer *answer)
{
	if (notify->options.decide)
		notify->options.decide(notify->options.arg, notify, call,
				       notify->payload, CT_NOTIFY_PAYLOAD_MAX,
				       answer);
	if (answer->payload_size > CT_NOTIFY_PAYLOAD_MAX)
		answer->payload_size = CT_NOTIFY_PAYLOAD_MAX;
}

static void serve_call(struct ct_notify *notify,
		       const struct seccomp_notif *notif)
{
	struct ct_notify_call call = {
	    .id = notif->id,
	    .time_ns = now_ns(),
	    .addr = notif->data.instruction_pointer,
	    .tid = (pid_t)notif->pid,
	    .number = (uint32_t)notif->data.nr,
	};
	struct ct_notify_answer answer = {.is_silent = true};
	memcpy(call.args, notif->data.args, sizeof(call.args));
	bool is_repeated = take_interrupted(notify, &call, &answer);
	if (!is_repeated)
		answer = (struct ct_notify_answer){.is_silent = true};
	if (!atomic_load(&notify->is_quiet)) {
		call.pid = find_process(notify, call.tid, call.time_ns);
		if (!is_repeated) {
			answer.is_silent = false;
			decide(notify, &call, &answer);
		}
	}
	pthread_mutex_lock(&notify->lock);
	notify->counts.received++;
	notify->counts.repeated += is_repeated;
	if (answer.delay_ns)
		answer_later(notify, &call, &answer);
	else
		answer_now(notify, &call, &answer, is_repeated);
	pthread_mutex_unlock(&notify->lock);
}

/* False when the filter cannot be served any more. */
static bool take_call(struct ct_notify *notify)
{
	memset(notify->notif, 0, notify->notif_size);
	if (ioctl(notify->listener, SECCOMP_IOCTL_NOTIF_RECV, notify->notif)) {
		/* ENOENT: its thread is gone already. */
		if (errno == EINTR || errno == ENOENT)
			return true;
		notify->failed_errno = errno;
		return false;
	}
	note_ids(notify, notify->notif->id);
	serve_call(notify, notify->notif);
	return true;
}

/* How long to wait; NULL: as long as it takes. */
static const struct timespec *find_timeout(struct ct_notify *notify,
					   struct timespec *timeout)
{
	uint64_t wait_ns = UINT64_MAX;
	if (notify->delayed) {
		uint64_t time_ns = now_ns(), due = notify->delayed->due_ns;
		wait_ns = due > time_ns ? due - time_ns : 0;
	}
	pthread_mutex_lock(&notify->lock);
	if (notify->queue.count && !notify->is_woken && wait_ns > WAKE_AFTER_NS)
		wait_ns = WAKE_AFTER_NS;
	pthread_mutex_unlock(&notify->lock);
	if (wait_ns == UINT64_MAX)
		return NULL;
	timeout->tv_sec = (time_t)(wait_ns / NS_PER_SECOND);
	timeout->tv_nsec = (long)(wait_ns % NS_PER_SECOND);
	return timeout;
}

static void wake_for_few(struct ct_notify *notify)
{
	pthread_mutex_lock(&notify->lock);
	if (notify->queue.count && !notify->is_woken)
		wake(notify);
	pthread_mutex_unlock(&notify->lock);
}

/* Until the filter has no users, cannot be served, or an end is wanted. */
static enum ct_notify_state serve_calls(struct ct_notify *notify)
{
	struct pollfd fds[] = {{notify->listener, POLLIN, 0},
			       {notify->stop_fd, POLLIN, 0}};
	for (;;) {
		struct timespec room;
		const struct timespec *timeout = find_timeout(notify, &room);
		int count = ppoll(fds, 2, timeout, NULL);
		if (count < 0 && errno != EINTR) {
			notify->failed_errno = errno;
			return CT_NOTIFY_FAILED;
		}
		if (notify->delayed)
			send_due(notify, now_ns());
		if (count == 0)
			wake_for_few(notify);
		if (count <= 0)
			continue;
		if (fds[1].revents)
			return CT_NOTIFY_SERVING;
		if (fds[0].revents & POLLIN && !take_call(notify))
			return CT_NOTIFY_FAILED;
		if (!(fds[0].revents & POLLIN) && fds[0].revents)
			return CT_NOTIFY_ENDED;
	}
}

static void *serve(void *arg)
{
	struct ct_notify *notify = arg;
	prctl(PR_SET_NAME, "ctester-notify");
	enum ct_notify_state state = serve_calls(notify);
	send_due(notify, UINT64_MAX);
	pthread_mutex_lock(&notify->lock);
	notify->counts.state = (int32_t)state;
	wake(notify);
	pthread_mutex_unlock(&notify->lock);
	ct_notify_keeper_release(&notify->keeper);
	return NULL;
}

static struct ct_error *start_thread(struct ct_notify *notify)
{
	sigset_t all, old;
	sigfillset(&all);
	/* GDB's handlers must run in GDB's threads. */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int failed = pthread_create(&notify->thread, NULL, serve, notify);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (failed)
		return ct_error_format(CT_ERROR_OS,
				       "a thread to serve system calls: %s",
				       strerror(failed));
	notify->has_thread = true;
	return NULL;
}

/* The kernel's structs may be larger than ours. */
static struct ct_error *allocate(struct ct_notify *notify)
{
	struct seccomp_notif_sizes sizes;
	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "seccomp(2) notifications: %m");
	notify->notif_size = sizes.seccomp_notif > sizeof(*notify->notif)
				 ? sizes.seccomp_notif
				 : sizeof(*notify->notif);
	size_t resp_size = sizes.seccomp_notif_resp > sizeof(*notify->resp)
			       ? sizes.seccomp_notif_resp
			       : sizeof(*notify->resp);
	notify->notif = calloc(1, notify->notif_size);
	notify->resp = calloc(1, resp_size);
	notify->payload = calloc(1, CT_NOTIFY_PAYLOAD_MAX);
	if (!notify->notif || !notify->resp || !notify->payload)
		return &ct_enomem;
	notify->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	notify->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (notify->stop_fd < 0 || notify->wake_fd < 0)
		return ct_error_format(CT_ERROR_OS, "an eventfd: %m");
	return NULL;
}

struct ct_error *ct_notify_create(const struct ct_notify_options *options,
				  struct ct_notify **ret)
{
	struct ct_notify *notify = calloc(1, sizeof(*notify));
	if (!notify)
		return &ct_enomem;
	notify->listener = notify->stop_fd = notify->wake_fd = -1;
	notify->keeper.life = -1;
	if (options)
		notify->options = *options;
	if (!notify->options.wake_count)
		notify->options.wake_count = WAKE_COUNT;
	notify->queue.limit = notify->options.queue_limit
				  ? notify->options.queue_limit
				  : QUEUE_LIMIT;
	notify->is_quiet = notify->options.is_quiet;
	notify->counts.is_killable = notify->options.is_killable;
	pthread_mutex_init(&notify->lock, NULL);
	struct ct_error *err = allocate(notify);
	if (err) {
		ct_notify_destroy(notify);
		return err;
	}
	*ret = notify;
	return NULL;
}

struct ct_error *ct_notify_begin(struct ct_notify *notify, int listener)
{
	notify->listener = listener;
	fcntl(listener, F_SETFD, FD_CLOEXEC);
	/* Of no use is not an error. */
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS,
	      SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
	struct ct_error *err =
	    ct_notify_keeper_start(listener, &notify->keeper);
	notify->counts.keeper = (uint64_t)notify->keeper.pid;
	return err ? err : start_thread(notify);
}

struct ct_error *ct_notify_serve(int listener,
				 const struct ct_notify_options *options,
				 struct ct_notify **ret)
{
	struct ct_notify *notify;
	struct ct_error *err = ct_notify_create(options, &notify);
	if (err) {
		close(listener);
		return err;
	}
	err = ct_notify_begin(notify, listener);
	if (err) {
		ct_notify_destroy(notify);
		return err;
	}
	*ret = notify;
	return NULL;
}

void ct_notify_leave(struct ct_notify *notify)
{
	ct_notify_keeper_release(&notify->keeper);
	if (notify->listener >= 0)
		close(notify->listener);
	notify->listener = -1;
}

void ct_notify_destroy(struct ct_notify *notify)
{
	if (!notify)
		return;
	if (notify->has_thread) {
		uint64_t one = 1;
		if (write(notify->stop_fd, &one, sizeof(one)) > 0)
			pthread_join(notify->thread, NULL);
	}
	ct_notify_leave(notify);
	if (notify->stop_fd >= 0)
		close(notify->stop_fd);
	if (notify->wake_fd >= 0)
		close(notify->wake_fd);
	forget_threads(notify);
	forget_interrupted(notify);
	ct_notify_queue_deinit(&notify->queue);
	pthread_mutex_destroy(&notify->lock);
	free(notify->notif);
	free(notify->resp);
	free(notify->payload);
	free(notify);
}

void ct_notify_set_quiet(struct ct_notify *notify, bool is_quiet)
{
	atomic_store(&notify->is_quiet, is_quiet);
}

struct ct_error *ct_notify_write(struct ct_notify *notify,
				 const struct ct_notify_call *call,
				 uint64_t addr, const void *data, size_t size)
{
	struct iovec local = {(void *)(uintptr_t)data, size};
	struct iovec remote = {(void *)(uintptr_t)addr, size};
	if (!is_valid(notify, call->id))
		return ct_error_format(CT_ERROR_FAULT,
				       "thread %d does not wait any more",
				       (int)call->tid);
	if (process_vm_writev(call->tid, &local, 1, &remote, 1, 0) !=
	    (ssize_t)size)
		return ct_error_format(CT_ERROR_FAULT,
				       "thread %d: %zu bytes at 0x%llx cannot "
				       "be written",
				       (int)call->tid, size,
				       (unsigned long long)addr);
	return NULL;
}

int ct_notify_wake_fd(const struct ct_notify *notify)
{
	return notify->wake_fd;
}

void ct_notify_get_counts(struct ct_notify *notify,
			  struct ct_notify_counts *ret)
{
	pthread_mutex_lock(&notify->lock);
	*ret = notify->counts;
	pthread_mutex_unlock(&notify->lock);
}
