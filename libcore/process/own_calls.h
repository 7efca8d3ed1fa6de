/* SPDX-License-Identifier: MIT */
/* GDB's own calls of waitpid(), ptrace() and syscall(), which vforks.c has in
 * the place of the C library's. */
#ifndef CT_PROCESS_OWN_CALLS_H
#define CT_PROCESS_OWN_CALLS_H

#include "base/error.h"

/* Once for all; on the thread that traces.
 * CT_ERROR_NOT_FOUND: the program has not these calls. */
CT_MUST_CHECK
struct ct_error *ct_own_calls_take(void);

#endif
