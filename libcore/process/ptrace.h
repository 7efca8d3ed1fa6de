/* SPDX-License-Identifier: MIT */
/* What the files of this room share. */
#ifndef CT_PROCESS_PTRACE_H
#define CT_PROCESS_PTRACE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* The page size is part of the ABI: psABI for x86-64, section 3.3.2. */
#define CT_PAGE_SIZE 4096

/* The last address a process can have, with five-level page tables. */
#define CT_USER_ADDR_MAX ((UINT64_C(1) << 56) - 1)

struct user_regs_struct;

CT_MUST_CHECK
struct ct_error *ct_ptrace_get_regs(pid_t tid, struct user_regs_struct *ret);
CT_MUST_CHECK
struct ct_error *ct_ptrace_set_regs(pid_t tid,
				    const struct user_regs_struct *regs);

/* All of the vector and x87 state, whatever this processor has: more than AMX,
 * the largest there is today. */
#define CT_XSTATE_SIZE 16384

struct iovec;

CT_MUST_CHECK
struct ct_error *ct_ptrace_get_xstate(pid_t tid, struct iovec *state);
CT_MUST_CHECK
struct ct_error *ct_ptrace_set_xstate(pid_t tid, struct iovec *state);

/* Clear at a function's entry. */
#define CT_EFLAGS_DF 0x400

/* The selector of 64-bit code (arch/x86/include/asm/segment.h, __USER_CS). */
#define CT_CS_64 0x33

/* The whole of /proc/ID/NAME; the caller owns the buffer, failed or not. */
CT_MUST_CHECK
struct ct_error *ct_proc_read(pid_t id, const char *name,
			      struct ct_buffer *buffer);

/* Cut " (deleted)" off a path that the kernel wrote; true if it was there. */
bool ct_proc_cut_deleted(char *path);

#endif
