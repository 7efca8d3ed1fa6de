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

/* How often delayed calls are looked at, whether a signal waits for them. */
#define LOOK_AFTER_NS (NS_PER_SECOND / 50)

/* The kernel's word to itself (linux/errno.h): when the signal has been seen
 * to, the instruction is executed again. */
#define ERESTARTNOINTR 513

/* An answer that is not due yet; in the order of dues. */
struct ct_notify_delayed {
	struct ct_notify_delayed *next;
	uint64_t id; /* the kernel's of now; the call's is that of its record */
	struct ct_notify_again what;
};

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
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
		       const struct ct_notify_answer *answer, bool is_lost,
		       bool is_end)
{
	size_t size = answer->payload_size;
	struct ct_notify_record *record =
	    ct_notify_queue_room(&notify->queue, size);
	if (!record) {
		notify->counts.dropped++;
		return;
	}
	*record = (struct ct_notify_record){.call = *call,
					    .answer = *answer,
					    .is_lost = is_lost,
					    .is_end = is_end};
	if (size)
		memcpy(record->payload, notify->payload, size);
	ct_notify_queue_put(&notify->queue, size);
	notify->counts.recorded++;
	notify->counts.lost += is_lost;
	if (!notify->is_woken &&
	    notify->queue.count >= notify->options.wake_count)
		wake(notify);
}

static bool delay(struct ct_notify *notify, uint64_t id,
		  const struct ct_notify_again *what)
{
	struct ct_notify_delayed *delayed = calloc(1, sizeof(*delayed));
	if (!delayed)
		return false;
	*delayed = (struct ct_notify_delayed){.id = id, .what = *what};
	struct ct_notify_delayed **at = &notify->delayed;
	while (*at && (*at)->what.due_ns <= what->due_ns)
		at = &(*at)->next;
	delayed->next = *at;
	*at = delayed;
	notify->counts.waiting++;
	return true;
}

/* What was delayed has its end. */
static void put_end(struct ct_notify *notify,
		    const struct ct_notify_again *what, bool is_lost)
{
	struct ct_notify_answer answer = what->answer;
	struct ct_notify_call call = what->call;
	answer.payload_size = 0;
	call.time_ns = now_ns();
	if (!answer.is_silent)
		put_record(notify, &call, &answer, is_lost, true);
}

/* Answer what is due at a time. */
static void send_due(struct ct_notify *notify, uint64_t time_ns)
{
	struct ct_notify_delayed *delayed;
	while ((delayed = notify->delayed) && delayed->what.due_ns <= time_ns) {
		notify->delayed = delayed->next;
		pthread_mutex_lock(&notify->lock);
		bool is_sent =
		    send_answer(notify, delayed->id, &delayed->what.answer);
		notify->counts.waiting--;
		notify->counts.answered +=
		    is_sent && delayed->what.answer.is_answered;
		put_end(notify, &delayed->what, !is_sent);
		pthread_mutex_unlock(&notify->lock);
		free(delayed);
	}
}

/* A signal waits for the thread, which cannot see it before it has an answer:
 * let it begin its call anew behind that.  True when nobody waits any more. */
static bool interrupt(struct ct_notify *notify,
		      const struct ct_notify_delayed *delayed)
{
	const struct ct_notify_call *call = &delayed->what.call;
	if (!is_valid(notify, delayed->id)) {
		put_end(notify, &delayed->what, true);
		return true;
	}
	if (!ct_notify_has_signal(call->pid, call->tid))
		return false;
	/* The payload of the record is that of its first beginning. */
	const struct ct_notify_answer again = {.is_answered = true,
					       .value = -ERESTARTNOINTR};
	if (send_answer(notify, delayed->id, &again))
		ct_notify_put_again(notify, &delayed->what);
	else
		put_end(notify, &delayed->what, true);
	return true;
}

static void look_at_delayed(struct ct_notify *notify, uint64_t time_ns)
{
	struct ct_notify_delayed **at = &notify->delayed;
	if (!*at || time_ns - notify->looked_ns < LOOK_AFTER_NS)
		return;
	notify->looked_ns = time_ns;
	while (*at) {
		struct ct_notify_delayed *delayed = *at;
		pthread_mutex_lock(&notify->lock);
		bool is_over = interrupt(notify, delayed);
		notify->counts.waiting -= is_over;
		pthread_mutex_unlock(&notify->lock);
		if (!is_over) {
			at = &delayed->next;
			continue;
		}
		*at = delayed->next;
		free(delayed);
	}
}

/* What is to be answered later begins. */
static void answer_later(struct ct_notify *notify, uint64_t id,
			 const struct ct_notify_again *what, bool is_repeated)
{
	bool is_lost = !is_valid(notify, id);
	bool is_delayed = !is_lost && delay(notify, id, what);
	if (!is_delayed && !is_lost)
		is_lost = !send_answer(notify, id, &what->answer);
	if (!what->answer.is_silent && !is_repeated)
		put_record(notify, &what->call, &what->answer, is_lost, false);
	if (!is_delayed)
		put_end(notify, what, is_lost);
}

static void answer_now(struct ct_notify *notify, uint64_t id,
		       const struct ct_notify_again *what, bool is_repeated)
{
	const struct ct_notify_answer *answer = &what->answer;
	bool is_lost = !send_answer(notify, id, answer);
	if (!is_lost)
		notify->counts.answered += answer->is_answered;
	else if (!notify->counts.is_killable)
		/* Before WAIT_KILLABLE_RECV, signals interrupt who waits. */
		ct_notify_put_again(notify, what);
	if (!answer->is_silent && !is_repeated)
		put_record(notify, &what->call, answer, is_lost, false);
	else if (what->due_ns)
		put_end(notify, what, is_lost);
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

/* What becomes of a call that is made anew, or for the first time. */
static struct ct_notify_again find_answer(struct ct_notify *notify,
					  const struct ct_notify_call *call,
					  bool *is_repeated)
{
	struct ct_notify_again what;
	pthread_mutex_lock(&notify->lock);
	notify->is_serving = true;
	notify->counts.received++;
	ct_notify_note_id(notify, call->id);
	*is_repeated = ct_notify_take_again(notify, call, &what);
	notify->counts.repeated += *is_repeated;
	pthread_mutex_unlock(&notify->lock);
	if (*is_repeated) {
		if (what.due_ns <= call->time_ns)
			what.answer.delay_ns = 0;
		return what;
	}
	what = (struct ct_notify_again){.call = *call,
					.answer = {.is_silent = true}};
	if (atomic_load(&notify->is_quiet))
		return what;
	what.call.pid =
	    ct_notify_find_process(notify, call->tid, call->time_ns);
	what.answer.is_silent = false;
	decide(notify, &what.call, &what.answer);
	if (what.answer.delay_ns)
		what.due_ns = call->time_ns + what.answer.delay_ns;
	if (what.due_ns < what.answer.delay_ns)
		what.due_ns = UINT64_MAX;
	return what;
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
	memcpy(call.args, notif->data.args, sizeof(call.args));
	bool is_repeated;
	struct ct_notify_again what = find_answer(notify, &call, &is_repeated);
	pthread_mutex_lock(&notify->lock);
	if (!what.answer.is_made_to)
		ct_notify_note_told(notify, &call);
	if (what.answer.delay_ns)
		answer_later(notify, call.id, &what, is_repeated);
	else
		answer_now(notify, call.id, &what, is_repeated);
	notify->is_serving = false;
	pthread_cond_broadcast(&notify->served);
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
		uint64_t time_ns = now_ns(), due = notify->delayed->what.due_ns;
		wait_ns = due > time_ns ? due - time_ns : 0;
		if (wait_ns > LOOK_AFTER_NS)
			wait_ns = LOOK_AFTER_NS;
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
		if (notify->delayed) {
			uint64_t time_ns = now_ns();
			send_due(notify, time_ns);
			look_at_delayed(notify, time_ns);
		}
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
	pthread_cond_init(&notify->served, NULL);
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
	ct_notify_forget_threads(notify);
	ct_notify_queue_deinit(&notify->queue);
	pthread_cond_destroy(&notify->served);
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

void ct_notify_sync(struct ct_notify *notify)
{
	pthread_mutex_lock(&notify->lock);
	/* What it begins from now on, is decided by what is true now. */
	uint64_t received = notify->counts.received;
	while (notify->is_serving && notify->counts.received == received)
		pthread_cond_wait(&notify->served, &notify->lock);
	pthread_mutex_unlock(&notify->lock);
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
