/* SPDX-License-Identifier: MIT */
/*
 * Borrowing a stopped thread: run a few instructions in it, then give it back
 * as it was.  What ptrace lets one see of a stop, and its restarting, is part
 * of "as it was":
 *
 * - the registers, with orig_rax: a thread that ^C stopped inside a system
 *   call has -ERESTART… in rax, and the kernel restarts the call when it goes
 *   on.  While it is borrowed orig_rax is -1, so that nothing is restarted;
 * - the siginfo of the stop, which a signal handler of the program will see
 *   when GDB passes the signal on;
 * - the signal mask: asynchronous signals are blocked meanwhile and stay
 *   pending.  SIGTRAP and the faults are not, since the kernel resets the
 *   program's handler when it must force a blocked signal;
 * - signals that come all the same (SIGSTOP) are sent again at the end.
 *
 * A thread that stands in a system call's own stop (its entry, or a fork,
 * clone or exec event) cannot be borrowed: the call would be lost, or its
 * result would land in our registers.
 */
#ifndef CT_PROCESS_BORROW_H
#define CT_PROCESS_BORROW_H

#include <signal.h>
#include <stdint.h>
#include <sys/user.h>

#include "base/error.h"

#define CT_BORROW_DEFERRED_MAX 8

struct ct_borrow {
	pid_t pid;
	pid_t tid;
	struct user_regs_struct regs; /* as they were */
	siginfo_t siginfo;
	uint64_t sigmask; /* the kernel's sigset_t */
	int deferred[CT_BORROW_DEFERRED_MAX];
	int deferred_count;
	bool dead;
	bool has_stepped;
};

/* Take the thread.  Nothing to give back on failure. */
CT_MUST_CHECK
struct ct_error *ct_borrow_begin(struct ct_borrow *borrow, pid_t pid,
				 pid_t tid);

/* Execute one instruction; *ret is the registers after it. */
CT_MUST_CHECK
struct ct_error *ct_borrow_step(struct ct_borrow *borrow,
				struct user_regs_struct *ret);

/* The same, or CT_ERROR_UNSUPPORTED when that takes a second: it waits in a
 * system call, and is stopped there. */
CT_MUST_CHECK
struct ct_error *ct_borrow_step_soon(struct ct_borrow *borrow,
				     struct user_regs_struct *ret);

enum ct_borrow_stop {
	CT_BORROW_TRAP,    /* an int3, which rip is behind */
	CT_BORROW_SYSCALL, /* a system call's entry or exit */
};

/*
 * Let it run to the next of these; *ret is the registers there.
 * CT_ERROR_UNSUPPORTED, too, when there is none for ten seconds: it may spin,
 * or wait for somebody who is stopped.
 */
CT_MUST_CHECK
struct ct_error *ct_borrow_run(struct ct_borrow *borrow,
			       struct user_regs_struct *ret,
			       enum ct_borrow_stop *ret_stop);

/* Give the thread back.  Passes on err, or says why that failed. */
CT_MUST_CHECK
struct ct_error *ct_borrow_end(struct ct_borrow *borrow, struct ct_error *err);

#endif
