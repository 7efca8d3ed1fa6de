/* SPDX-License-Identifier: MIT */
/*
 * A thread that stands in the middle of an allocator, say, goes on to where it
 * is out of it.  That is nothing but its own way: it executes what it would
 * have executed, instruction by instruction, while the others stand.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "ctester/agent_loading.h"
#include "ctester/process.h"
#include "process/borrow.h"
#include "process/ptrace.h"

enum {
	STEPS_MAX = 2000000, /* some seconds */
	INT3 = 0xcc,
	/* The kernel's own results, which only a debugger sees. */
	ERESTART_FIRST = 512,
	ERESTART_LAST = 516,
};

static bool is_futex_wait(const struct user_regs_struct *regs)
{
	int operation = (int)regs->rsi & FUTEX_CMD_MASK;
	return operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET ||
	       operation == FUTEX_LOCK_PI;
}

/* Whether the next instruction would wait for a lock: those who could have it
 * do not run. */
static bool would_wait(const struct ct_borrow *borrow,
		       const struct user_regs_struct *regs)
{
	uint8_t code[2] = {0};
	int64_t result = (int64_t)regs->rax;
	if (regs->orig_rax == SYS_futex && result >= -ERESTART_LAST &&
	    result <= -ERESTART_FIRST)
		return is_futex_wait(regs);
	if (regs->rax != SYS_futex || !is_futex_wait(regs))
		return false;
	ct_process_read(borrow->pid, regs->rip, code, sizeof(code));
	return code[0] == 0x0f && code[1] == 0x05;
}

static bool is_breakpoint(const struct ct_borrow *borrow, uint64_t pc)
{
	uint8_t byte = 0;
	return ct_process_read(borrow->pid, pc, &byte, 1) == 1 && byte == INT3;
}

static struct ct_error *step_out(struct ct_borrow *borrow, uint64_t pc,
				 uint64_t sp)
{
	const char *problem = "does not come to an end";
	struct user_regs_struct *regs = &borrow->regs;
	for (int i = 0; i < STEPS_MAX; i++) {
		if (regs->rip == pc && regs->rsp == sp)
			return NULL;
		if (would_wait(borrow, regs)) {
			problem = "waits for a lock that a stopped thread has";
			break;
		}
		if (is_breakpoint(borrow, regs->rip)) {
			problem = "has come to a breakpoint";
			break;
		}
		struct ct_error *err = ct_borrow_step_soon(borrow, regs);
		if (!err)
			continue;
		/* It is wherever it has been stopped now. */
		if (!borrow->dead)
			ct_error_destroy(ct_ptrace_get_regs(borrow->tid, regs));
		return err;
	}
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "thread %d %s in the function that it is in",
			       (int)borrow->tid, problem);
}

struct ct_error *ct_process_run_out(pid_t pid, pid_t tid, uint64_t pc,
				    uint64_t sp)
{
	struct ct_borrow borrow;
	struct ct_error *err = ct_borrow_begin(&borrow, pid, tid);
	if (err)
		return err;
	/* Its registers at the end are those that it has come to. */
	return ct_borrow_end(&borrow, step_out(&borrow, pc, sp));
}
