/* SPDX-License-Identifier: MIT */
/*
 * Bringing a filter into a program that is stopped: the program itself must
 * ask the kernel for it, by prctl(2) and seccomp(2).
 *
 * From the moment it has the filter, a call of the set waits for us, those
 * that we have it make included.  So the listener is taken out by
 * pidfd_getfd(2), which the program has no part in, and served before the
 * program tidies up.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "process/notify.h"
#include "process/ptrace.h"

/* As in struct sock_fprog; the code is behind it. */
struct request {
	uint16_t count;
	uint8_t padding[6];
	uint64_t code;
};

struct place {
	pid_t pid, tid;
	int pidfd;
	uint64_t page;
	size_t size;
};

struct ct_error *ct_notify_check_kernel(void)
{
	uint32_t action = SECCOMP_RET_USER_NOTIF;
	struct seccomp_notif_sizes sizes;
	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "the kernel or the container has no "
				       "seccomp notifications: %m");
	/* Of Linux 5.9, as is the end of a filter that poll(2) tells of. */
	if (syscall(SYS_close_range, ~0U, ~0U, 0) < 0 && errno != EINVAL)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "the kernel is older than Linux 5.9, or "
				       "the container refuses close_range(2): "
				       "%m");
	return NULL;
}

static struct ct_error *check_registers(pid_t tid)
{
	struct user_regs_struct regs;
	struct ct_error *err = ct_ptrace_get_regs(tid, &regs);
	if (!err && regs.cs != CT_CS_64)
		err = ct_error_format(CT_ERROR_UNSUPPORTED,
				      "thread %d runs 32-bit code", (int)tid);
	return err;
}

/* Whether descriptors of the process can be had; -1 is none. */
static struct ct_error *open_process(pid_t pid, int *ret)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "pidfd_open of process %d: %m",
				       (int)pid);
	if (syscall(SYS_pidfd_getfd, pidfd, -1, 0) < 0 && errno != EBADF) {
		struct ct_error *err = ct_error_format(
		    CT_ERROR_UNSUPPORTED, "pidfd_getfd of process %d: %s",
		    (int)pid,
		    errno == ESRCH ? "its first thread has ended"
				   : strerror(errno));
		close(pidfd);
		return err;
	}
	*ret = pidfd;
	return NULL;
}

static struct ct_error *check_wishes(pid_t tid)
{
	/* Of the addresses and the descriptor, only the kind is known. */
	static const struct ct_notify_wish wishes[] = {
	    {SYS_mmap,
	     {0, CT_PAGE_SIZE, PROT_READ | PROT_WRITE,
	      MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0}},
	    {SYS_prctl, {PR_SET_NO_NEW_PRIVS, 1}},
	    {SYS_seccomp, {SECCOMP_SET_MODE_FILTER, 0, CT_PAGE_SIZE}},
	    {SYS_close, {3}},
	    {SYS_munmap, {CT_PAGE_SIZE, CT_PAGE_SIZE}},
	};
	return ct_notify_check_filters(tid, wishes,
				       sizeof(wishes) / sizeof(*wishes));
}

struct ct_error *ct_notify_check_program(pid_t pid, pid_t tid)
{
	int pidfd;
	struct ct_error *err = check_registers(tid);
	if (!err)
		err = check_wishes(tid);
	if (!err)
		err = open_process(pid, &pidfd);
	if (!err)
		close(pidfd);
	return err;
}

/* A call of the program's that must succeed. */
static struct ct_error *make(const struct place *place, const char *name,
			     long number, const uint64_t args[6], int64_t *ret)
{
	int64_t result = 0;
	struct ct_error *err =
	    ct_process_syscall(place->pid, place->tid, number, args, &result);
	if (err)
		return err;
	if (result < 0 && result >= -4095)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED, "process %d cannot %s: %s",
		    (int)place->pid, name, strerror((int)-result));
	if (ret)
		*ret = result;
	return NULL;
}

static struct ct_error *write_filter(struct place *place,
				     const struct sock_filter *code,
				     size_t count)
{
	size_t size = count * sizeof(*code);
	place->size = (sizeof(struct request) + size + CT_PAGE_SIZE - 1) &
		      ~(size_t)(CT_PAGE_SIZE - 1);
	const uint64_t args[6] = {0,
				  place->size,
				  PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS,
				  (uint64_t)-1,
				  0};
	int64_t page;
	struct ct_error *err = make(place, "mmap", SYS_mmap, args, &page);
	if (err)
		return err;
	place->page = (uint64_t)page;
	struct request request = {.count = (uint16_t)count,
				  .code = place->page + sizeof(request)};
	err = ct_process_write(place->pid, place->page, &request,
			       sizeof(request));
	if (!err)
		err = ct_process_write(place->pid, request.code, code, size);
	return err;
}

static void unmap(const struct place *place)
{
	const uint64_t args[6] = {place->page, place->size};
	if (place->page)
		ct_error_destroy(make(place, "munmap", SYS_munmap, args, NULL));
}

/* The listener's number in the program, or what the kernel says. */
static struct ct_error *ask_kernel(const struct place *place, uint64_t flags,
				   int64_t *ret)
{
	const uint64_t args[6] = {SECCOMP_SET_MODE_FILTER, flags, place->page};
	return ct_process_syscall(place->pid, place->tid, SYS_seccomp, args,
				  ret);
}

static struct ct_error *set_no_new_privs(const struct place *place,
					 struct ct_notify *notify)
{
	if (notify->options.refuses_no_new_privs)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "process %d has not CAP_SYS_ADMIN: a filter would take "
		    "their privileges from setuid programs that it starts",
		    (int)place->pid);
	const uint64_t args[6] = {PR_SET_NO_NEW_PRIVS, 1};
	struct ct_error *err =
	    make(place, "set no_new_privs", SYS_prctl, args, NULL);
	if (!err)
		notify->counts.no_new_privs = true;
	return err;
}

static const char *refusal(int64_t result)
{
	switch (result) {
	case -EBUSY:
		return "it has one already that asks";
	case -ESRCH:
		return "one of its threads has another filter";
	default:
		return strerror((int)-result);
	}
}

static struct ct_error *install(const struct place *place,
				struct ct_notify *notify, int *ret)
{
	uint64_t flags = SECCOMP_FILTER_FLAG_NEW_LISTENER |
			 SECCOMP_FILTER_FLAG_TSYNC |
			 SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
			 SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	int64_t result = 0;
	struct ct_error *err = ask_kernel(place, flags, &result);
	if (!err && result == -EINVAL) {
		flags &= ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
		err = ask_kernel(place, flags, &result);
	}
	if (!err && result == -EACCES) {
		err = set_no_new_privs(place, notify);
		if (!err)
			err = ask_kernel(place, flags, &result);
	}
	if (err)
		return err;
	if (result < 0)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d cannot have a seccomp "
				       "filter: %s",
				       (int)place->pid, refusal(result));
	notify->counts.is_killable =
	    flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	*ret = (int)result;
	return NULL;
}

/* Take the listener and serve it; what fails now leaves a trace. */
static struct ct_error *take_over(const struct place *place,
				  struct ct_notify *notify, int number)
{
	const uint64_t args[6] = {(uint64_t)number};
	int listener = (int)syscall(SYS_pidfd_getfd, place->pidfd, number, 0);
	struct ct_error *err =
	    listener < 0 ? ct_error_format(CT_ERROR_OS, "pidfd_getfd: %m")
			 : ct_notify_begin(notify, listener);
	/* Let the calls pass or, without a keeper, fail: not wait. */
	if (err)
		ct_notify_leave(notify);
	struct ct_error *close_err =
	    make(place, "close", SYS_close, args, NULL);
	if (!err)
		return close_err;
	ct_error_destroy(close_err);
	return notify->keeper.pid
		   ? err
		   : ct_error_prefix(err,
				     "process %d has a filter that nobody "
				     "serves, its calls fail",
				     (int)place->pid);
}

static struct ct_error *start(struct place *place,
			      const struct sock_filter *code, size_t count,
			      struct ct_notify *notify)
{
	int listener;
	struct ct_error *err = open_process(place->pid, &place->pidfd);
	if (err)
		return err;
	err = write_filter(place, code, count);
	if (!err)
		err = install(place, notify, &listener);
	if (!err)
		err = take_over(place, notify, listener);
	unmap(place);
	close(place->pidfd);
	return err;
}

struct ct_error *ct_notify_start(pid_t pid, pid_t tid, const uint32_t *numbers,
				 size_t count,
				 const struct ct_notify_options *options,
				 struct ct_notify **ret)
{
	struct place place = {.pid = pid, .tid = tid, .pidfd = -1};
	CT_AUTO_FREE struct sock_filter *code = NULL;
	size_t size;
	struct ct_notify *notify;
	struct ct_error *err =
	    ct_notify_filter_create(numbers, count, &code, &size);
	if (!err)
		err = ct_notify_check_kernel();
	if (!err)
		err = check_registers(tid);
	if (!err)
		err = check_wishes(tid);
	if (!err)
		err = ct_notify_create(options, &notify);
	if (err)
		return err;
	/* What we have the program do is not the program's. */
	ct_notify_set_quiet(notify, true);
	err = start(&place, code, size, notify);
	if (err) {
		ct_notify_destroy(notify);
		return err;
	}
	ct_notify_set_quiet(notify, options && options->is_quiet);
	*ret = notify;
	return NULL;
}

char *ct_notify_describe(struct ct_notify *notify)
{
	static const char *const states[] = {
	    [CT_NOTIFY_SERVING] = "serving",
	    [CT_NOTIFY_ENDED] = "ended: nobody has the filter any more",
	    [CT_NOTIFY_FAILED] = "failed: calls pass unseen",
	};
	struct ct_notify_counts counts;
	ct_notify_get_counts(notify, &counts);
	struct ct_buffer text = {0};
	ct_buffer_printf(&text, "%s", states[counts.state]);
	if (counts.state == CT_NOTIFY_FAILED)
		ct_buffer_printf(&text, " (%s)",
				 strerror(notify->failed_errno));
	else if (counts.state == CT_NOTIFY_SERVING &&
		 atomic_load(&notify->is_quiet))
		ct_buffer_puts(&text, ", quiet");
	ct_buffer_printf(&text, "\n%llu calls, %llu recorded, %llu answered",
			 (unsigned long long)counts.received,
			 (unsigned long long)counts.recorded,
			 (unsigned long long)counts.answered);
	if (counts.waiting)
		ct_buffer_printf(&text, ", %llu waiting",
				 (unsigned long long)counts.waiting);
	if (counts.lost)
		ct_buffer_printf(&text, ", %llu without an answer",
				 (unsigned long long)counts.lost);
	if (counts.dropped)
		ct_buffer_printf(&text, "; %llu NOT recorded: no memory",
				 (unsigned long long)counts.dropped);
	ct_buffer_printf(&text, "\nkeeper: process %llu\n",
			 (unsigned long long)counts.keeper);
	if (counts.no_new_privs)
		ct_buffer_puts(&text, "setuid programs that it starts have no "
				      "privileges (no_new_privs)\n");
	return ct_buffer_take_string(&text);
}
