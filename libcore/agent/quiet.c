/* SPDX-License-Identifier: MIT */
/*
 * Programs that give up system calls after the agent has got into them.
 *
 * A seccomp filter may kill the program for a call that it does not know, and
 * what the agent asks the kernel is not the program's.  So the functions that
 * bring a filter are hooked (CT_HOOK_FILTERS), the filter is run for our calls
 * before the kernel has it, and when it refuses one of them, the agent makes
 * none from then on.  What it does instead:
 *
 *   whether a page is there      it is read; a fault is seen to (fault.h)
 *   a full ring                  the thread looks again and again
 *   waking the reader            it looks by itself
 *   which thread this is         the C library has a word that says so
 *   the alternate signal stack   where it was, when the kernel was asked last
 *
 * That takes a GDB that sees to faults.  Without, calls pass unseen.
 */
#include <linux/futex.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "agent/fault.h"
#include "process/bpf.h"

enum {
	PAGE = 4096,
	TCB_SIZE = 2048, /* the thread pointer's, as far as it is looked at */
	TCB_TID = 0x2d0, /* glibc's, since 2.4 */
	SIGSET = 8,
};

bool agent_quiet;
static uint64_t tid_offset; /* from the thread pointer; 0: not known */

struct call {
	int number;
	uint64_t args[6];
};

static const struct call ours[] = {
    {SYS_rt_sigprocmask, {(uint64_t)-1, PAGE, 0, SIGSET}},
    {SYS_rt_sigprocmask, {2, PAGE, PAGE, SIGSET}},
    {SYS_sigaltstack, {0, PAGE}},
    {SYS_futex, {PAGE, FUTEX_WAIT, 1, PAGE}},
    {SYS_futex, {PAGE, FUTEX_WAKE, 1}},
    {SYS_gettid, {0}},
    {SYS_getpid, {0}},
    {SYS_kill, {PAGE, 0}},
    {SYS_tgkill, {PAGE, PAGE, 0}},
    {SYS_clock_gettime, {1, PAGE}},
    {SYS_nanosleep, {PAGE, PAGE}},
    {SYS_restart_syscall, {0}},
};

/* For a new thread's stack; some can be made before. */
static const struct call maps[] = {
    {SYS_mmap, {0, PAGE, 3, 0x4022, (uint64_t)-1, 0}},
    {SYS_mprotect, {PAGE, PAGE, 0}},
};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool permits(const struct sock_fprog *program, const struct call *calls,
		    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t action = ct_bpf_action(program->filter, program->len,
						calls[i].number, calls[i].args);
		if (action != SECCOMP_RET_ALLOW && action != SECCOMP_RET_LOG)
			return false;
	}
	return true;
}

static uint64_t thread_pointer(void)
{
	uint64_t self;
	asm("movq %%fs:0, %0" : "=r"(self));
	return self;
}

static bool says_tid(struct ct_agent_thread *thread, uint64_t offset)
{
	int32_t word = 0;
	return agent_look(thread, thread_pointer() + offset, &word,
			  sizeof(word)) == sizeof(word) &&
	       word == thread->tid;
}

static void find_tid(struct ct_agent_thread *thread)
{
	uint64_t offset = TCB_TID;
	if (!says_tid(thread, offset))
		for (offset = sizeof(int32_t); offset < TCB_SIZE;
		     offset += sizeof(int32_t))
			if (says_tid(thread, offset))
				break;
	tid_offset = offset < TCB_SIZE ? offset : 0;
}

int32_t agent_own_tid(void)
{
	if (!agent_quiet)
		return (int32_t)agent_ask(SYS_gettid, 0, 0, 0, 0);
	return tid_offset ? *(const int32_t *)(thread_pointer() + tid_offset)
			  : 0;
}

void agent_be_quiet(struct ct_agent_thread *thread)
{
	if (agent_quiet)
		return;
	if (!agent_shared->recovers) {
		ct_agent_live->armed = 0;
		ct_region_note_change(agent_region);
		agent_shared->quiet = CT_AGENT_GAVE_UP;
		return;
	}
	agent_spare_stacks();
	agent_count_time(agent_now());
	agent_quiet = true;
	find_tid(thread);
	agent_shared->quiet = CT_AGENT_QUIET;
}

/* The filter is read where it is, as soon as all of it is there. */
static void meet_program(struct ct_agent_thread *thread, uint64_t addr)
{
	struct sock_fprog program;
	if (agent_look(thread, addr, &program, sizeof(program)) !=
	    sizeof(program))
		return;
	uint64_t code = (uintptr_t)program.filter;
	uint64_t end = code + program.len * sizeof(*program.filter);
	if (!program.len || program.len > BPF_MAXINSNS || end > AGENT_USER_END)
		return;
	for (uint64_t at = code; at < end; at = (at | (PAGE - 1)) + 1)
		if (!agent_is_readable(thread, at))
			return;
	if (!permits(&program, maps, COUNT(maps)))
		agent_spare_stacks();
	if (!permits(&program, ours, COUNT(ours)))
		agent_be_quiet(thread);
}

void agent_meet_filter(struct ct_agent_thread *thread, uint32_t flags,
		       const struct ct_regs *regs)
{
	uint64_t call = flags & CT_HOOK_PRCTL ? SYS_prctl : SYS_seccomp;
	const uint64_t args[4] = {regs->gpr[CT_REG_RDI], regs->gpr[CT_REG_RSI],
				  regs->gpr[CT_REG_RDX], regs->gpr[CT_REG_RCX]};
	const uint64_t *arg = args;
	if (flags & CT_HOOK_SYSCALL)
		call = *arg++;
	if (agent_quiet)
		return;
	if (call == SYS_prctl && arg[0] == PR_SET_SECCOMP) {
		if (arg[1] == SECCOMP_MODE_STRICT)
			agent_be_quiet(thread);
		else if (arg[1] == SECCOMP_MODE_FILTER)
			meet_program(thread, arg[2]);
	} else if (call == SYS_seccomp) {
		if (arg[0] == SECCOMP_SET_MODE_STRICT)
			agent_be_quiet(thread);
		else if (arg[0] == SECCOMP_SET_MODE_FILTER)
			meet_program(thread, arg[2]);
	}
}
