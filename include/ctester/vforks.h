/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Parents in vfork(2), for GDB.
 *
 * When a process ends, GDB stops all threads of all others, and waits until
 * they have.  The parent in a vfork, or in what the C library makes of one
 * (posix_spawn, system, popen), cannot be stopped before its child has executed
 * another program or ended; and the child cannot do that, since GDB has stopped
 * it.  GDB 13 then waits for ever: of `make -j2` with all its children, mostly.
 *
 * The remedy is that such a parent never gets there.  It stands at the event by
 * which the kernel tells of a vfork before it waits for the child; we let it
 * stand there until the child has come so far, and have GDB believe that it
 * runs, or that it was stopped.  For the program it is all the same.  For this,
 * GDB's calls of waitpid(2), ptrace(2) and of tkill(2) by syscall(2) are ours.
 *
 * So that is done, too, which needs the same: a system call that a thread is at
 * when GDB stops all threads for a moment is not lost (process/late_stops.h).
 */
#ifndef CTESTER_VFORKS_H
#define CTESTER_VFORKS_H

#include <stdbool.h>

#include "ctester/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Begin, or end, to hold parents in vfork.  Call it on the thread that traces
 * the processes, which is GDB's main thread; what others do stays as it is.
 * Parents that are held when it ends are still held until their child is ready.
 *
 * @return CT_ERROR_NOT_FOUND where the program has not these calls.
 * Everything is as without it then.
 */
CT_MUST_CHECK
struct ct_error *ct_vforks_hold(bool on);

#ifdef __cplusplus
}
#endif

#endif
