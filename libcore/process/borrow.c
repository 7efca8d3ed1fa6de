/* SPDX-License-Identifier: MIT */
/* Running single instructions in a stopped thread: see borrow.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "process/borrow.h"
#include "process/ptrace.h"

/* Of <linux/ptrace.h>, which does not go with <sys/ptrace.h>. */
#define EVENTMSG_SYSCALL_EXIT 2

#define SIGNAL_BIT(number) (UINT64_C(1) << ((number)-1))

enum {
	PAUSE_NS = 20000,
	LOOKS = 200,
};
#define STEP_NS_MAX (1 * UINT64_C(1000000000))
#define RUN_NS_MAX  (10 * UINT64_C(1000000000))

/* What an instruction can raise by itself. */
#define FAULTS                                                           \
	(SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGILL) | \
	 SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSYS))

static struct ct_error *request_error(const struct ct_borrow *borrow,
				      const char *request)
{
	return ct_error_format(CT_ERROR_OS, "ptrace(%s) of thread %d: %m",
			       request, (int)borrow->tid);
}

/*
 * Since Linux 5.3 the event message of a syscall-stop tells its exit from its
 * entry, also for a tracer without PTRACE_O_TRACESYSGOOD.  Older kernels leave
 * it alone: that counts as an entry.
 */
static bool is_at_syscall_exit(pid_t tid)
{
	unsigned long message = 0;
	return ptrace(PTRACE_GETEVENTMSG, tid, NULL, &message) == 0 &&
	       message == EVENTMSG_SYSCALL_EXIT;
}

/*
 * ptrace(2), "Syscall-stops" and "PTRACE_EVENT stops": both are told from a
 * signal by si_code, SIGTRAP with 0x80 or with the event in the next byte.
 */
static struct ct_error *check_stop(const struct ct_borrow *borrow)
{
	const siginfo_t *info = &borrow->siginfo;
	if (info->si_signo != SIGTRAP)
		return NULL;
	int event = info->si_code > 0 ? info->si_code >> 8 : 0;
	if (event)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "thread %d is in the middle of a system call (ptrace event "
		    "%d): it cannot run code for us now",
		    (int)borrow->tid, event);
	bool in_syscall =
	    info->si_code == (SIGTRAP | 0x80) || info->si_code == SIGTRAP;
	if (in_syscall && !is_at_syscall_exit(borrow->tid))
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "thread %d is entering system call %lld: it cannot run "
		    "code for us now",
		    (int)borrow->tid, (long long)borrow->regs.orig_rax);
	return NULL;
}

struct ct_error *ct_borrow_begin(struct ct_borrow *borrow, pid_t pid, pid_t tid)
{
	memset(borrow, 0, sizeof(*borrow));
	borrow->pid = pid;
	borrow->tid = tid;
	struct ct_error *err = ct_ptrace_get_regs(tid, &borrow->regs);
	if (err)
		return err;
	if (ptrace(PTRACE_GETSIGINFO, tid, NULL, &borrow->siginfo) < 0)
		return request_error(borrow, "PTRACE_GETSIGINFO");
	err = check_stop(borrow);
	if (err)
		return err;
	if (ptrace(PTRACE_GETSIGMASK, tid, (void *)sizeof(borrow->sigmask),
		   &borrow->sigmask) < 0)
		return request_error(borrow, "PTRACE_GETSIGMASK");
	uint64_t blocked = ~(FAULTS | SIGNAL_BIT(SIGTRAP));
	if (ptrace(PTRACE_SETSIGMASK, tid, (void *)sizeof(blocked), &blocked) <
	    0)
		return request_error(borrow, "PTRACE_SETSIGMASK");
	return NULL;
}

/* Take the next stop of the thread, but leave its end for GDB to find. */
static struct ct_error *wait_stop(struct ct_borrow *borrow, int *ret)
{
	siginfo_t info = {0};
	int result;
	do
		result = waitid(P_PID, (id_t)borrow->tid, &info,
				WEXITED | WSTOPPED | WNOWAIT | __WALL);
	while (result < 0 && errno == EINTR);
	if (result == 0 && info.si_code == CLD_TRAPPED &&
	    waitpid(borrow->tid, ret, __WALL | WNOHANG) == borrow->tid)
		return NULL;
	borrow->dead = true;
	if (result < 0)
		return ct_error_format(CT_ERROR_OS, "waitid of thread %d: %m",
				       (int)borrow->tid);
	return ct_error_format(CT_ERROR_OS,
			       "thread %d ended while it ran code for us",
			       (int)borrow->tid);
}

/* A stop that is not the step's own trap: a fault is an error, a signal from
 * outside is kept for later. */
static struct ct_error *take_signal(struct ct_borrow *borrow, int status)
{
	int number = WSTOPSIG(status);
	if (status >> 16)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "thread %d: ptrace event %d while it ran code for us",
		    (int)borrow->tid, status >> 16);
	siginfo_t info = {0};
	ptrace(PTRACE_GETSIGINFO, borrow->tid, NULL, &info);
	if (number <= SIGSYS && (SIGNAL_BIT(number) & FAULTS) &&
	    info.si_code > 0) {
		struct user_regs_struct regs = {0};
		ct_error_destroy(ct_ptrace_get_regs(borrow->tid, &regs));
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "thread %d: code run for us raised %s "
				       "at 0x%llx",
				       (int)borrow->tid, strsignal(number),
				       regs.rip);
	}
	if (borrow->deferred_count == CT_BORROW_DEFERRED_MAX)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "thread %d: too many signals while it "
				       "ran code for us",
				       (int)borrow->tid);
	borrow->deferred[borrow->deferred_count++] = number;
	return NULL;
}

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/*
 * Wait for a stop, but not for ever: stop the thread then.  A step takes some
 * microseconds: look often before going to sleep.
 */
static struct ct_error *await_stop(struct ct_borrow *borrow, uint64_t limit_ns,
				   int *ret)
{
	uint64_t end = now_ns() + limit_ns;
	struct timespec pause = {0, PAUSE_NS};
	struct ct_error *err;
	for (int looks = 0;; looks++) {
		siginfo_t info = {0};
		if (waitid(P_PID, (id_t)borrow->tid, &info,
			   WEXITED | WSTOPPED | WNOWAIT | WNOHANG | __WALL) ||
		    info.si_pid)
			return wait_stop(borrow, ret);
		if (looks < LOOKS)
			continue;
		if (now_ns() > end)
			break;
		nanosleep(&pause, NULL);
	}
	syscall(SYS_tgkill, borrow->pid, borrow->tid, SIGSTOP);
	/* The end of a step, or of a system call, may come before it: it must
	 * not stay behind. */
	for (;;) {
		err = wait_stop(borrow, ret);
		if (err)
			return err;
		if (WSTOPSIG(*ret) == SIGSTOP)
			break;
		if (ptrace(PTRACE_CONT, borrow->tid, NULL, NULL) < 0)
			return request_error(borrow, "PTRACE_CONT");
	}
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "thread %d waits for something that does not "
			       "come",
			       (int)borrow->tid);
}

/* Within a time; 0: whenever it is done. */
static struct ct_error *step(struct ct_borrow *borrow, uint64_t limit_ns,
			     struct user_regs_struct *ret)
{
	for (;;) {
		if (ptrace(PTRACE_SINGLESTEP, borrow->tid, NULL, NULL) < 0)
			return request_error(borrow, "PTRACE_SINGLESTEP");
		borrow->has_stepped = true;
		int status = 0;
		struct ct_error *err =
		    limit_ns ? await_stop(borrow, limit_ns, &status)
			     : wait_stop(borrow, &status);
		if (err)
			return err;
		if (status >> 8 == SIGTRAP)
			return ct_ptrace_get_regs(borrow->tid, ret);
		err = take_signal(borrow, status);
		if (err)
			return err;
	}
}

struct ct_error *ct_borrow_step(struct ct_borrow *borrow,
				struct user_regs_struct *ret)
{
	return step(borrow, 0, ret);
}

struct ct_error *ct_borrow_step_soon(struct ct_borrow *borrow,
				     struct user_regs_struct *ret)
{
	return step(borrow, STEP_NS_MAX, ret);
}

struct ct_error *ct_borrow_run(struct ct_borrow *borrow,
			       struct user_regs_struct *ret,
			       enum ct_borrow_stop *ret_stop)
{
	for (;;) {
		if (ptrace(PTRACE_SYSCALL, borrow->tid, NULL, NULL) < 0)
			return request_error(borrow, "PTRACE_SYSCALL");
		int status = 0;
		siginfo_t info = {0};
		struct ct_error *err = await_stop(borrow, RUN_NS_MAX, &status);
		if (err)
			return err;
		if ((status >> 8 & ~0x80) != SIGTRAP) {
			err = take_signal(borrow, status);
			if (err)
				return err;
			continue;
		}
		/* Without PTRACE_O_TRACESYSGOOD, si_code alone tells. */
		ptrace(PTRACE_GETSIGINFO, borrow->tid, NULL, &info);
		*ret_stop = (info.si_code & ~0x80) == SIGTRAP
				? CT_BORROW_SYSCALL
				: CT_BORROW_TRAP;
		return ct_ptrace_get_regs(borrow->tid, ret);
	}
}

static struct ct_error *give_back(struct ct_borrow *borrow)
{
	struct ct_error *err = ct_ptrace_set_regs(borrow->tid, &borrow->regs);
	if (err)
		return err;
	if (ptrace(PTRACE_SETSIGMASK, borrow->tid,
		   (void *)sizeof(borrow->sigmask), &borrow->sigmask) < 0)
		return request_error(borrow, "PTRACE_SETSIGMASK");
	if (ptrace(PTRACE_SETSIGINFO, borrow->tid, NULL, &borrow->siginfo) < 0)
		return request_error(borrow, "PTRACE_SETSIGINFO");
	return NULL;
}

/*
 * The trap flag of a step stays until the thread goes on by another request. If
 * GDB is killed before that, the kernel lets the thread go on as it is, and the
 * program dies by SIGTRAP.  So it goes on to a signal, which it takes before
 * any instruction; all but this one are blocked.
 */
static struct ct_error *forget_step(struct ct_borrow *borrow)
{
	if (syscall(SYS_tgkill, borrow->pid, borrow->tid, SIGTRAP) < 0)
		return NULL;
	for (;;) {
		int status;
		if (ptrace(PTRACE_CONT, borrow->tid, NULL, NULL) < 0)
			return request_error(borrow, "PTRACE_CONT");
		struct ct_error *err = wait_stop(borrow, &status);
		if (err || status >> 8 == SIGTRAP)
			return err;
		err = take_signal(borrow, status);
		if (err)
			return err;
	}
}

struct ct_error *ct_borrow_end(struct ct_borrow *borrow, struct ct_error *err)
{
	if (!borrow->dead && !err && borrow->has_stepped)
		err = forget_step(borrow);
	if (borrow->dead)
		return err;
	struct ct_error *restore_err = give_back(borrow);
	for (int i = 0; i < borrow->deferred_count; i++)
		syscall(SYS_tgkill, borrow->pid, borrow->tid,
			borrow->deferred[i]);
	if (!restore_err)
		return err;
	ct_error_destroy(err);
	return restore_err;
}
