/* SPDX-License-Identifier: MIT */
/*
 * System calls and small functions executed by the program itself.  The
 * `syscall` instruction is one that the program already has, in its vdso or
 * in any code it has mapped: nothing is written for it.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "base/cleanup.h"
#include "ctester/maps.h"
#include "ctester/process.h"
#include "process/borrow.h"
#include "process/notify.h"
#include "process/ptrace.h"

#define SYSCALL_SIZE 2
#define INT3         0xcc

/* psABI, 3.2.2: the 128 bytes below rsp belong to the function. */
#define RED_ZONE 128

/* The kernel's own results, which only a debugger sees (linux/errno.h). */
#define ERESTART_FIRST 512
#define ERESTART_LAST  516

/* Calls whose result is another thread, another program or none at all. */
static const long refused_calls[] = {
    SYS_clone,  SYS_clone3,       SYS_fork,          SYS_vfork,
    SYS_execve, SYS_execveat,     SYS_exit,          SYS_exit_group,
    SYS_pause,  SYS_rt_sigreturn, SYS_rt_sigsuspend,
};

static uint64_t scan_syscall(pid_t pid, uint64_t start, uint64_t end)
{
	uint8_t code[CT_PAGE_SIZE + 1]; /* one more: it may cross pages */
	for (uint64_t at = start; at < end; at += CT_PAGE_SIZE) {
		size_t size = end - at < sizeof(code) ? end - at : sizeof(code);
		size = ct_process_read(pid, at, code, size);
		const uint8_t *found = memmem(code, size, "\x0f\x05", 2);
		if (found)
			return at + (uint64_t)(found - code);
	}
	return 0;
}

/* The vdso's mapping ends where reading does. */
#define VDSO_SIZE_MAX (16 * CT_PAGE_SIZE)

struct ct_error *ct_process_find_syscall(pid_t pid, uint64_t *ret)
{
	struct ct_auxv auxv;
	struct ct_error *err = ct_process_read_auxv(pid, &auxv);
	if (err)
		return err;
	uint64_t found = 0;
	if (auxv.sysinfo_ehdr)
		found = scan_syscall(pid, auxv.sysinfo_ehdr,
				     auxv.sysinfo_ehdr + VDSO_SIZE_MAX);
	if (found) {
		*ret = found;
		return NULL;
	}

	struct ct_maps *maps;
	err = ct_maps_read(pid, &maps);
	if (err)
		return err;
	const struct ct_map *map;
	for (size_t i = 0; !found && (map = ct_maps_get(maps, i)); i++)
		if (map->kind == CT_MAP_FILE && map->prot & PROT_EXEC)
			found = scan_syscall(pid, map->start, map->end);
	ct_maps_destroy(maps);
	if (!found)
		return ct_error_format(CT_ERROR_NOT_FOUND,
				       "process %d has no syscall instruction",
				       (int)pid);
	*ret = found;
	return NULL;
}

static struct ct_error *run_syscall(struct ct_borrow *borrow, uint64_t insn,
				    long nr, const uint64_t args[6],
				    int64_t *ret)
{
	struct user_regs_struct regs = borrow->regs;
	regs.rip = insn;
	regs.orig_rax = -1;
	regs.rax = (unsigned long long)nr;
	regs.rdi = args[0];
	regs.rsi = args[1];
	regs.rdx = args[2];
	regs.r10 = args[3];
	regs.r8 = args[4];
	regs.r9 = args[5];
	struct ct_error *err = ct_ptrace_set_regs(borrow->tid, &regs);
	if (err)
		return err;
	err = ct_borrow_step(borrow, &regs);
	if (err)
		return err;
	if (regs.rip != insn + SYSCALL_SIZE)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "thread %d: system call %ld ended at "
				       "0x%llx, not at 0x%llx",
				       (int)borrow->tid, nr, regs.rip,
				       (unsigned long long)insn + SYSCALL_SIZE);
	int64_t result = (int64_t)regs.rax;
	if (result >= -ERESTART_LAST && result <= -ERESTART_FIRST)
		result = -EINTR;
	*ret = result;
	return NULL;
}

struct ct_error *ct_process_syscall(pid_t pid, pid_t tid, long nr,
				    const uint64_t args[6], int64_t *ret)
{
	for (size_t i = 0; i < sizeof(refused_calls) / sizeof(long); i++)
		if (refused_calls[i] == nr)
			return ct_error_format(
			    CT_ERROR_UNSUPPORTED,
			    "thread %d: system call %ld cannot be made in "
			    "another thread's place",
			    (int)tid, nr);
	struct ct_notify_wish wish = {.number = (int)nr};
	memcpy(wish.args, args, sizeof(wish.args));
	uint64_t insn = 0;
	struct ct_error *err = ct_process_find_syscall(pid, &insn);
	/* A filter of the program's could kill it for that. */
	if (!err)
		err = ct_notify_try_filters(tid, &wish);
	if (err)
		return err;
	struct ct_borrow borrow;
	err = ct_borrow_begin(&borrow, pid, tid);
	if (err)
		return err;
	int64_t result = 0;
	err = run_syscall(&borrow, insn, nr, args, &result);
	err = ct_borrow_end(&borrow, err);
	if (!err)
		*ret = result;
	return err;
}

/*
 * Point the thread at the function, as if the instruction it stands at had
 * called it.  That address is the return address: it is recognised before
 * it runs, so a breakpoint there does no harm.
 */
static struct ct_error *enter_function(struct ct_borrow *borrow, uint64_t addr,
				       const uint64_t args[6],
				       struct user_regs_struct *regs)
{
	*regs = borrow->regs;
	regs->rsp = ((regs->rsp - RED_ZONE) & ~UINT64_C(15)) - 8;
	struct ct_error *err =
	    ct_process_write_slot(borrow->pid, regs->rsp, borrow->regs.rip);
	if (err)
		return err;
	regs->rip = addr;
	regs->orig_rax = -1;
	regs->eflags &= ~(unsigned long long)CT_EFLAGS_DF;
	regs->rax = 0; /* no vector arguments, for a variadic one */
	regs->rdi = args[0];
	regs->rsi = args[1];
	regs->rdx = args[2];
	regs->rcx = args[3];
	regs->r8 = args[4];
	regs->r9 = args[5];
	return ct_ptrace_set_regs(borrow->tid, regs);
}

static struct ct_error *run_function(struct ct_borrow *borrow, uint64_t addr,
				     const uint64_t args[6], unsigned steps,
				     uint64_t *ret)
{
	struct user_regs_struct regs;
	struct ct_error *err = enter_function(borrow, addr, args, &regs);
	if (err)
		return err;
	uint64_t returned_sp = regs.rsp + 8;
	for (unsigned i = 0; i < steps; i++) {
		uint8_t opcode = 0;
		ct_process_read(borrow->pid, regs.rip, &opcode, 1);
		if (opcode == INT3)
			return ct_error_format(
			    CT_ERROR_UNSUPPORTED,
			    "thread %d: a breakpoint at 0x%llx is in the way "
			    "of calling 0x%llx",
			    (int)borrow->tid, regs.rip,
			    (unsigned long long)addr);
		err = ct_borrow_step(borrow, &regs);
		if (err)
			return err;
		if (regs.rip == borrow->regs.rip && regs.rsp == returned_sp) {
			*ret = regs.rax;
			return NULL;
		}
	}
	return ct_error_format(CT_ERROR_UNSUPPORTED,
			       "thread %d: the function at 0x%llx did not "
			       "return within %u steps",
			       (int)borrow->tid, (unsigned long long)addr,
			       steps);
}

struct ct_error *ct_ptrace_get_xstate(pid_t tid, struct iovec *state)
{
	if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_X86_XSTATE, state) < 0)
		return ct_error_format(CT_ERROR_OS,
				       "ptrace(PTRACE_GETREGSET) of thread "
				       "%d: %m",
				       (int)tid);
	return NULL;
}

struct ct_error *ct_ptrace_set_xstate(pid_t tid, struct iovec *state)
{
	if (ptrace(PTRACE_SETREGSET, tid, (void *)NT_X86_XSTATE, state) < 0)
		return ct_error_format(CT_ERROR_OS,
				       "ptrace(PTRACE_SETREGSET) of thread "
				       "%d: %m",
				       (int)tid);
	return NULL;
}

static struct ct_error *call(struct ct_borrow *borrow, uint64_t addr,
			     const uint64_t args[6], unsigned steps,
			     uint64_t *ret)
{
	CT_AUTO_FREE void *xstate = malloc(CT_XSTATE_SIZE);
	if (!xstate)
		return &ct_enomem;
	struct iovec state = {xstate, CT_XSTATE_SIZE};
	struct ct_error *err = ct_ptrace_get_xstate(borrow->tid, &state);
	if (err)
		return err;
	err = run_function(borrow, addr, args, steps, ret);
	if (borrow->dead)
		return err;
	struct ct_error *restore_err =
	    ct_ptrace_set_xstate(borrow->tid, &state);
	if (!restore_err)
		return err;
	ct_error_destroy(err);
	return restore_err;
}

struct ct_error *ct_process_call(pid_t pid, pid_t tid, uint64_t function,
				 const uint64_t *args, size_t arg_count,
				 unsigned steps, uint64_t *ret)
{
	uint64_t all_args[6] = {0};
	if (arg_count > 6)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "a call with %zu arguments: at most 6",
				       arg_count);
	if (arg_count)
		memcpy(all_args, args, arg_count * sizeof(*args));

	struct ct_borrow borrow;
	struct ct_error *err = ct_borrow_begin(&borrow, pid, tid);
	if (err)
		return err;
	uint64_t result = 0;
	err = call(&borrow, function, all_args,
		   steps ? steps : CT_PROCESS_CALL_STEPS, &result);
	err = ct_borrow_end(&borrow, err);
	if (!err)
		*ret = result;
	return err;
}

struct ct_error *ct_process_step_until(pid_t pid, pid_t tid, unsigned steps,
				       bool (*is_done)(void *arg), void *arg)
{
	struct ct_borrow borrow;
	struct ct_error *err = ct_borrow_begin(&borrow, pid, tid);
	if (err)
		return err;
	/* It keeps the registers that it has come to. */
	for (unsigned i = 0; !err && i < steps && !is_done(arg); i++)
		err = ct_borrow_step(&borrow, &borrow.regs);
	return ct_borrow_end(&borrow, err);
}
