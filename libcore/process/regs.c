/* SPDX-License-Identifier: MIT */
/*
 * Registers of a stopped thread.  PTRACE_GETFPREGS gives the FXSAVE image
 * (Intel SDM, volume 1, 10.5.1): its st_space is in stack order, st(0)
 * first, while the tag byte `ftw` has one bit a *physical* register, set
 * when that one is in use.  TOP, bits 11 to 13 of the status word, says which
 * physical register st(0) is.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "base/error.h"
#include "ctester/process.h"
#include "process/ptrace.h"

#define X87_TOP_SHIFT 11
#define X87_TOP_MASK  (7U << X87_TOP_SHIFT)

/* One row a DWARF number: where ptrace keeps that register. */
#define AT(name) offsetof(struct user_regs_struct, name)
static const uint16_t gpr_offsets[CT_REG_GENERAL_COUNT] = {
    [CT_REG_RAX] = AT(rax), [CT_REG_RDX] = AT(rdx), [CT_REG_RCX] = AT(rcx),
    [CT_REG_RBX] = AT(rbx), [CT_REG_RSI] = AT(rsi), [CT_REG_RDI] = AT(rdi),
    [CT_REG_RBP] = AT(rbp), [CT_REG_RSP] = AT(rsp), [CT_REG_R8] = AT(r8),
    [CT_REG_R9] = AT(r9),   [CT_REG_R10] = AT(r10), [CT_REG_R11] = AT(r11),
    [CT_REG_R12] = AT(r12), [CT_REG_R13] = AT(r13), [CT_REG_R14] = AT(r14),
    [CT_REG_R15] = AT(r15), [CT_REG_RIP] = AT(rip),
};
#undef AT

static struct ct_error *thread_error(pid_t tid, const char *request)
{
	return ct_error_format(CT_ERROR_OS, "ptrace(%s) of thread %d: %m",
			       request, (int)tid);
}

struct ct_error *ct_ptrace_get_regs(pid_t tid, struct user_regs_struct *ret)
{
	if (ptrace(PTRACE_GETREGS, tid, NULL, ret) < 0)
		return thread_error(tid, "PTRACE_GETREGS");
	return NULL;
}

struct ct_error *ct_ptrace_set_regs(pid_t tid,
				    const struct user_regs_struct *regs)
{
	if (ptrace(PTRACE_SETREGS, tid, NULL, regs) < 0)
		return thread_error(tid, "PTRACE_SETREGS");
	return NULL;
}

struct ct_error *ct_process_read_regs(pid_t tid, struct ct_regs *ret)
{
	struct user_regs_struct user;
	struct ct_error *err = ct_ptrace_get_regs(tid, &user);
	if (err)
		return err;
	for (int i = 0; i < CT_REG_GENERAL_COUNT; i++)
		memcpy(&ret->gpr[i], (const char *)&user + gpr_offsets[i],
		       sizeof(ret->gpr[i]));
	ret->fs_base = user.fs_base;
	ret->orig_rax = user.orig_rax;
	ret->filled |= CT_REGS_GENERAL;
	return NULL;
}

struct ct_error *ct_process_read_fp_regs(pid_t tid, struct ct_regs *ret)
{
	struct user_fpregs_struct fp;
	if (ptrace(PTRACE_GETFPREGS, tid, NULL, &fp) < 0)
		return thread_error(tid, "PTRACE_GETFPREGS");
	_Static_assert(sizeof(ret->xmm) == sizeof(fp.xmm_space), "FXSAVE");
	_Static_assert(sizeof(ret->st) == sizeof(fp.st_space), "FXSAVE");
	memcpy(ret->xmm, fp.xmm_space, sizeof(ret->xmm));
	memcpy(ret->st, fp.st_space, sizeof(ret->st));
	ret->filled |= CT_REGS_FP;
	return NULL;
}

struct ct_error *ct_process_write_regs(pid_t tid, const struct ct_regs *regs)
{
	struct user_regs_struct user;
	struct ct_error *err = ct_ptrace_get_regs(tid, &user);
	if (err)
		return err;
	/*
	 * A thread stopped inside a system call has the number in orig_rax
	 * and maybe -ERESTART… in rax; when it goes on, the kernel would move
	 * rip back by two.  GDB does the same when it writes the pc.
	 */
	if (user.rip != regs->gpr[CT_REG_RIP])
		user.orig_rax = -1;
	for (int i = 0; i < CT_REG_GENERAL_COUNT; i++)
		memcpy((char *)&user + gpr_offsets[i], &regs->gpr[i],
		       sizeof(regs->gpr[i]));
	return ct_ptrace_set_regs(tid, &user);
}

bool ct_process_was_stepped(pid_t tid)
{
	siginfo_t info;
	if (ptrace(PTRACE_GETSIGINFO, tid, NULL, &info) < 0)
		return false;
	/* An int3 on x86 has SI_KERNEL instead of TRAP_BRKPT. */
	return info.si_signo == SIGTRAP &&
	       (info.si_code == TRAP_TRACE || info.si_code == TRAP_HWBKPT);
}

static void x87_push(struct user_fpregs_struct *fp, const uint8_t value[10])
{
	unsigned top = (fp->swd & X87_TOP_MASK) >> X87_TOP_SHIFT;
	top = (top - 1) & 7;
	fp->swd = (fp->swd & ~X87_TOP_MASK) | top << X87_TOP_SHIFT;
	fp->ftw |= 1U << top;

	uint8_t(*st)[16] = (uint8_t(*)[16])fp->st_space;
	memmove(st[1], st[0], 7 * sizeof(st[0]));
	memset(st[0], 0, sizeof(st[0]));
	memcpy(st[0], value, 10);
}

struct ct_error *ct_process_write_fp_result(pid_t tid,
					    const struct ct_fp_result *result)
{
	if (result->xmm_count > 2 || result->st_count > 2)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "a result of %u vector and %u x87 "
				       "registers: at most 2 of each",
				       result->xmm_count, result->st_count);
	struct user_fpregs_struct fp;
	if (ptrace(PTRACE_GETFPREGS, tid, NULL, &fp) < 0)
		return thread_error(tid, "PTRACE_GETFPREGS");
	memcpy(fp.xmm_space, result->xmm, 16U * result->xmm_count);
	for (unsigned i = result->st_count; i-- > 0;)
		x87_push(&fp, result->st[i]);
	if (ptrace(PTRACE_SETFPREGS, tid, NULL, &fp) < 0)
		return thread_error(tid, "PTRACE_SETFPREGS");
	return NULL;
}

struct ct_error *ct_process_find_errno(pid_t tid, int64_t offset, uint64_t *ret)
{
	struct user_regs_struct user;
	struct ct_error *err = ct_ptrace_get_regs(tid, &user);
	if (err)
		return err;
	if (!user.fs_base)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "thread %d has no thread pointer yet, "
				       "so no errno",
				       (int)tid);
	*ret = user.fs_base + (uint64_t)offset;
	return NULL;
}
