/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A running program, seen through ptrace(2), process_vm_readv(2) and /proc.
 *
 * The caller's thread must be the tracer of the program (GDB's main thread
 * is).  What takes a `tid` needs that thread to be in a ptrace stop; other
 * threads may run.  `pid` is the thread group, which owns the memory; once
 * its first thread has ended, the id of any living one reads and writes the
 * same memory.
 * Nothing here is remembered between calls, and nothing is told to GDB: after
 * writing registers, GDB's own copy of them must be refreshed by the caller.
 */
#ifndef CTESTER_PROCESS_H
#define CTESTER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctester/error.h"
#include "ctester/regs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Registers */

/** Fill the general registers; the FP groups are left alone. */
struct ct_error *ct_process_read_regs(pid_t tid, struct ct_regs *ret);

/** Fill the vector and x87 registers; the general ones are left alone. */
struct ct_error *ct_process_read_fp_regs(pid_t tid, struct ct_regs *ret);

/**
 * Write `gpr` of @p regs.  When this moves rip, the thread also forgets the
 * system call it may have been in, which the kernel would otherwise restart.
 */
struct ct_error *ct_process_write_regs(pid_t tid, const struct ct_regs *regs);

/** True when a stopped thread has got there by a single step, and not by
 * executing a breakpoint. */
bool ct_process_was_stepped(pid_t tid);

/** False for a thread that is not in a ptrace stop: it runs, or has ended.
 * One that was stopped, and that nobody has let go on, was killed: SIGKILL
 * ends a stop. */
bool ct_process_is_stopped(pid_t tid);

/** Return values in floating-point registers. */
struct ct_fp_result {
	uint8_t xmm_count; /**< 0 to 2: write xmm0, xmm1 */
	uint8_t st_count;  /**< 0 to 2: push, so that st[0] is in st(0) */
	uint8_t xmm[2][16];
	uint8_t st[2][10]; /**< 80-bit extended values */
};

/**
 * Put a result into vector and x87 registers.  The x87 values are pushed: at
 * the entry of a function that stack is empty, and after this it holds them
 * alone, as the ABI wants of a function that returned.
 */
struct ct_error *ct_process_write_fp_result(pid_t tid,
					    const struct ct_fp_result *result);

/** Where errno of the thread is, when it is @p offset after its fs_base. */
struct ct_error *ct_process_find_errno(pid_t tid, int64_t offset,
				       uint64_t *ret);

/** Send a signal to a thread; a stopped one gets it when it goes on. */
struct ct_error *ct_process_send_signal(pid_t pid, pid_t tid, int signal);

/* Memory */

/**
 * Read memory of the program.
 *
 * @return the number of bytes that are readable from @p addr on, at most
 *         @p size.  Less than @p size means that the next one is not.
 */
size_t ct_process_read(pid_t pid, uint64_t addr, void *buffer, size_t size);

/**
 * Read two places at once, in half the time.
 *
 * @return how many bytes of both were read, in their order; the rest may be
 *         there all the same.
 */
size_t ct_process_read_two(pid_t pid, uint64_t addr, void *buffer, size_t size,
			   uint64_t addr2, void *buffer2, size_t size2);

/** Read exactly @p size bytes, or CT_ERROR_FAULT. */
struct ct_error *ct_process_read_all(pid_t pid, uint64_t addr, void *buffer,
				     size_t size);

/**
 * Write memory of the program, read-only pages too (they become private
 * copies).  CT_ERROR_FAULT when not all of it is mapped.  A running thread
 * may see a half-written word.
 */
struct ct_error *ct_process_write(pid_t pid, uint64_t addr, const void *data,
				  size_t size);

/** Read or write one 8-byte slot, such as a GOT entry. */
struct ct_error *ct_process_read_slot(pid_t pid, uint64_t addr, uint64_t *ret);
struct ct_error *ct_process_write_slot(pid_t pid, uint64_t addr,
				       uint64_t value);

/* System calls of a stopped thread */

enum ct_syscall_phase {
	CT_SYSCALL_OUTSIDE, /**< the thread was stopped for another reason */
	CT_SYSCALL_ENTRY,
	CT_SYSCALL_EXIT,
};

/** In a number: the call was made as 32-bit programs make theirs (`int 0x80`),
 * whose numbers are others. */
#define CT_SYSCALL_I386 (1ull << 32)

/** Where a thread stands. */
struct ct_syscall_stop {
	enum ct_syscall_phase phase;
	bool is_i386;     /**< see CT_SYSCALL_I386 */
	uint64_t pc, sp;  /**< pc is behind the instruction */
	uint64_t number;  /**< at the entry */
	uint64_t args[6]; /**< at the entry */
	int64_t result;   /**< at the exit */
};

struct ct_error *ct_process_read_syscall(pid_t tid,
					 struct ct_syscall_stop *ret);

/** At the exit, number and arguments of a call whose entry nobody has seen;
 * registers still have them. */
struct ct_error *ct_process_read_left_syscall(pid_t tid,
					      struct ct_syscall_stop *stop);

/**
 * Whether a thread that is stopped, not by its system call, was interrupted in
 * one that the kernel is about to make again from the same instruction.
 *
 * @param ret  Filled with pc, number, args and the kernel's word to itself as
 *             the result when *again is set to true.
 */
struct ct_error *ct_process_read_interrupted(pid_t tid,
					     struct ct_syscall_stop *ret,
					     bool *again);

/** Bits of ct_syscall_change::what. */
enum ct_syscall_changes {
	CT_SYSCALL_SET_NUMBER = 1 << 0, /**< at the entry; ~0: no call */
	CT_SYSCALL_SET_RESULT = 1 << 1, /**< at the exit, or of no call */
	CT_SYSCALL_SET_ARGS = 1 << 2,
	CT_SYSCALL_AGAIN = 1 << 3, /**< at the exit: make the call whose
					number is the result */
};

struct ct_syscall_change {
	unsigned int what;
	uint64_t number;
	int64_t result;
	uint64_t args[6];
};

struct ct_error *ct_process_change_syscall(
    pid_t tid, const struct ct_syscall_change *change);

/**
 * What a descriptor of a thread is: a path, or `socket:[7]` and the like.
 * AT_FDCWD is the working directory.
 *
 * @return Its length without a NUL, at most @p size; 0: there is none.
 */
size_t ct_process_read_descriptor(pid_t tid, int fd, char *buf, size_t size);

/* Running code in a stopped thread */

/** The address of a `syscall` instruction that the process has. */
struct ct_error *ct_process_find_syscall(pid_t pid, uint64_t *ret);

/**
 * Execute one system call in the stopped thread.  Every register is as before
 * when this returns, and so are pending and blocked signals.
 *
 * @param ret  What the kernel returned: -errno when it refused.
 * @return CT_ERROR_UNSUPPORTED in the middle of a system call's own stop (at
 *         its entry, or at a fork, clone or exec event) and for calls that
 *         start or end a process.
 */
struct ct_error *ct_process_syscall(pid_t pid, pid_t tid, long nr,
				    const uint64_t args[6], int64_t *ret);

/** The step budget of ct_process_call() when none is given. */
#define CT_PROCESS_CALL_STEPS 20000

/**
 * Call a small function, such as an IFUNC resolver, by single-stepping the
 * stopped thread until it returns.  All registers are restored; what the
 * function wrote to memory stays.  It must not need a lock that another
 * stopped thread holds.  A library's resolvers work only once the library is
 * relocated: when GDB first reports it, that has not happened yet, and this
 * fails (or worse, answers) then.
 *
 * @param steps  How many instructions it may run (each round of a `rep`
 *               instruction counts); 0 for CT_PROCESS_CALL_STEPS.
 * @param ret    What it left in rax.
 * @return CT_ERROR_UNSUPPORTED when it does not return in time, faults, or
 *         reaches a breakpoint.
 */
struct ct_error *ct_process_call(pid_t pid, pid_t tid, uint64_t function,
				 const uint64_t *args, size_t arg_count,
				 unsigned steps, uint64_t *ret);

/**
 * Let a stopped thread execute single instructions until it is done.
 *
 * @param steps    How many at most; no error when they do not suffice.
 * @param is_done  Asked before each.
 */
struct ct_error *ct_process_step_until(pid_t pid, pid_t tid, unsigned steps,
				       bool (*is_done)(void *arg), void *arg);

/* Facts */

/** What a thread that the kernel has stopped has just done. */
enum ct_process_event {
	CT_PROCESS_NO_EVENT,
	CT_PROCESS_EXECUTED, /**< it runs another program */
	CT_PROCESS_FORKED,   /**< it has a child, by fork or vfork */
};

/** @param child  Set for CT_PROCESS_FORKED only. */
enum ct_process_event ct_process_read_event(pid_t tid, pid_t *child);

/** What the kernel told the program at its start; 0 where it did not. */
struct ct_auxv {
	uint64_t entry;        /**< AT_ENTRY */
	uint64_t interpreter;  /**< AT_BASE: ld.so's bias */
	uint64_t phdr;         /**< AT_PHDR */
	uint64_t phdr_count;   /**< AT_PHNUM */
	uint64_t sysinfo_ehdr; /**< AT_SYSINFO_EHDR: the vdso */
	uint64_t secure;       /**< AT_SECURE: it has its file's privileges */
};

struct ct_error *ct_process_read_auxv(pid_t pid, struct ct_auxv *ret);

/** The path of the program, which the caller frees. */
struct ct_error *ct_process_read_exe(pid_t pid, char **ret);

/** A variable of the environment that the program was started with, which the
 * caller frees; NULL when it has none of that name. */
struct ct_error *ct_process_read_variable(pid_t pid, const char *name,
					  char **ret);
/** The threads, ascending, in an array that the caller frees. */
struct ct_error *ct_process_read_tids(pid_t pid, pid_t **ret,
				      size_t *ret_count);

/** The process that a thread belongs to. */
struct ct_error *ct_process_find_pid(pid_t tid, pid_t *ret);

/** What a process calls itself: another number than ours for it, when it is
 * in a PID namespace of its own. */
struct ct_error *ct_process_read_own_pid(pid_t pid, pid_t *ret);

/** When the process started, in ns of CLOCK_BOOTTIME (in steps of 10 ms);
 * with the pid it names a process for ever. */
struct ct_error *ct_process_read_start_time(pid_t pid, uint64_t *ret);

#ifdef __cplusplus
}
#endif
#endif
