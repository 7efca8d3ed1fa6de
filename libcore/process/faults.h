/* SPDX-License-Identifier: MIT */
/*
 * Instructions of a program that may touch memory that is not there, and where
 * to go on then: the agent's (agent/fault.h).
 *
 * GDB hears of such a signal before the program does.  Nothing is said of it
 * to GDB: the thread is moved, and goes on as GDB has let it, without the
 * signal.  So a program's own handlers never see one that is not its own, and
 * nothing stops.
 *
 * For vforks.c, on whose thread all of this happens.
 */
#ifndef CT_PROCESS_FAULTS_H
#define CT_PROCESS_FAULTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "process/late_stops.h"

/* The code that has these instructions, in one process. */
struct ct_faults {
	pid_t pid;
	uint64_t text, text_end;
	/* int32_t[][2]: distances of both addresses from where they stand. */
	uint64_t rows, rows_end;
};

/* From now on, until the process has ended.
 * CT_ERROR_NOT_FOUND: GDB does not make the calls that this needs. */
CT_MUST_CHECK
struct ct_error *ct_faults_watch(const struct ct_faults *faults);

/* Whether there are processes that are watched. */
bool ct_faults_is_any(void);
void ct_faults_forget(pid_t pid);

/* GDB lets a thread run by that request. */
void ct_faults_resumed(pid_t tid, long request);

/* A thread's status, of which GDB would hear.  True when it goes on already,
 * and there is nothing to hear. */
bool ct_faults_handle(pid_t tid, int status, const struct ct_late_calls *calls);

#endif
