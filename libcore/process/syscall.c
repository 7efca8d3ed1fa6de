/* SPDX-License-Identifier: MIT */
/*
 * A thread at the entry or at the exit of a system call.  The kernel takes the
 * number from orig_rax and the arguments from rdi, rsi, rdx, r10, r8, r9
 * (psABI, A.2.1), both when a stop at the entry ends; number -1 is no call at
 * all, and leaves rax alone (arch/x86/entry/common.c: do_syscall_64).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <unistd.h>

#include "base/error.h"
#include "ctester/process.h"
#include "process/ptrace.h"

/* What only debuggers see (linux/errno.h): the call is made again. */
#define ERESTARTSYS    512
#define ERESTARTNOHAND 514

/* The `syscall` instruction. */
#define SYSCALL_SIZE 2

static void get_args(const struct user_regs_struct *regs, uint64_t ret[6])
{
	ret[0] = regs->rdi;
	ret[1] = regs->rsi;
	ret[2] = regs->rdx;
	ret[3] = regs->r10;
	ret[4] = regs->r8;
	ret[5] = regs->r9;
}

/* Linux's Documentation/arch/x86/entry_64.rst: those of `int 0x80`. */
static void get_i386_args(const struct user_regs_struct *regs, uint64_t ret[6])
{
	ret[0] = (uint32_t)regs->rbx;
	ret[1] = (uint32_t)regs->rcx;
	ret[2] = (uint32_t)regs->rdx;
	ret[3] = (uint32_t)regs->rsi;
	ret[4] = (uint32_t)regs->rdi;
	ret[5] = (uint32_t)regs->rbp;
}

static uint64_t numbered(const struct ct_syscall_stop *stop, uint64_t number)
{
	return stop->is_i386 ? CT_SYSCALL_I386 | (uint32_t)number : number;
}

struct ct_error *ct_process_read_syscall(pid_t tid, struct ct_syscall_stop *ret)
{
	struct __ptrace_syscall_info info;
	struct ct_syscall_stop stop = {.phase = CT_SYSCALL_OUTSIDE};
	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) < 0)
		return ct_error_format(
		    CT_ERROR_OS,
		    "ptrace(PTRACE_GET_SYSCALL_INFO) of thread %d: %m",
		    (int)tid);
	stop.pc = info.instruction_pointer;
	stop.sp = info.stack_pointer;
	stop.is_i386 = info.arch == AUDIT_ARCH_I386;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		stop.phase = CT_SYSCALL_ENTRY;
		stop.number = numbered(&stop, info.entry.nr);
		for (int i = 0; i < 6; i++)
			stop.args[i] = stop.is_i386
					   ? (uint32_t)info.entry.args[i]
					   : info.entry.args[i];
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		stop.phase = CT_SYSCALL_EXIT;
		stop.result = info.exit.rval;
	}
	*ret = stop;
	return NULL;
}

struct ct_error *ct_process_read_left_syscall(pid_t tid,
					      struct ct_syscall_stop *stop)
{
	struct user_regs_struct regs;
	struct ct_error *err = ct_ptrace_get_regs(tid, &regs);
	if (err)
		return err;
	stop->number = numbered(stop, regs.orig_rax);
	if (stop->is_i386)
		get_i386_args(&regs, stop->args);
	else
		get_args(&regs, stop->args);
	return NULL;
}

struct ct_error *ct_process_read_interrupted(pid_t tid,
					     struct ct_syscall_stop *ret,
					     bool *again)
{
	struct user_regs_struct regs;
	struct ct_error *err = ct_ptrace_get_regs(tid, &regs);
	if (err)
		return err;
	int64_t result = (int64_t)regs.rax;
	*again = (int64_t)regs.orig_rax >= 0 && result <= -ERESTARTSYS &&
		 result >= -ERESTARTNOHAND;
	ret->number = regs.orig_rax;
	ret->pc = regs.rip;
	ret->result = result;
	get_args(&regs, ret->args);
	return NULL;
}

struct ct_error *ct_process_change_syscall(
    pid_t tid, const struct ct_syscall_change *change)
{
	struct user_regs_struct regs;
	struct ct_error *err = ct_ptrace_get_regs(tid, &regs);
	if (err)
		return err;
	if (change->what & CT_SYSCALL_SET_NUMBER)
		regs.orig_rax = change->number;
	if (change->what & CT_SYSCALL_SET_RESULT)
		regs.rax = (uint64_t)change->result;
	if (change->what & CT_SYSCALL_SET_ARGS) {
		regs.rdi = change->args[0];
		regs.rsi = change->args[1];
		regs.rdx = change->args[2];
		regs.r10 = change->args[3];
		regs.r8 = change->args[4];
		regs.r9 = change->args[5];
	}
	if (change->what & CT_SYSCALL_AGAIN)
		regs.rip -= SYSCALL_SIZE;
	return ct_ptrace_set_regs(tid, &regs);
}

size_t ct_process_read_descriptor(pid_t tid, int fd, char *buf, size_t size)
{
	char path[48];
	if (fd == AT_FDCWD)
		snprintf(path, sizeof(path), "/proc/%d/cwd", (int)tid);
	else
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tid, fd);
	ssize_t got = readlink(path, buf, size);
	return got > 0 ? (size_t)got : 0;
}
