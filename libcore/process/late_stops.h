/* SPDX-License-Identifier: MIT */
/*
 * Threads that were to stop, and came to a system call first.
 *
 * Where GDB stops all threads for a moment (a program with threads is loaded,
 * a child is followed), it sends SIGSTOP and waits for each.  A thread can be
 * at the entry or the exit of a system call then; GDB 13 lets it run on to its
 * SIGSTOP, and nobody hears of that call.  Instead, GDB is told that the thread
 * has stopped by SIGSTOP, as it wants it, and hears of the call when it has let
 * the thread run.  The signal comes later, and GDB does not hear of it.
 *
 * A process that ends instead of stopping is similar.  GDB 13 forgets it when
 * it finds a zombie; and when it hears of the end there, it waits for the
 * process once more, and forgets it then, with the end that it has not dealt
 * with yet. Both times, it waits for ever for that end.  Instead, it is told
 * that the process has stopped by SIGSTOP, cannot let it run, which it knows to
 * happen to processes that have been killed, and hears of the end where it asks
 * for anything that has happened.
 *
 * For vforks.c, on whose thread all of this happens.
 */
#ifndef CT_PROCESS_LATE_STOPS_H
#define CT_PROCESS_LATE_STOPS_H

#include <stdbool.h>
#include <sys/types.h>

/* The C library's, in place of which GDB calls ours. */
struct ct_late_calls {
	long (*ptrace)(long request, long pid, void *addr, void *data);
	pid_t (*waitpid)(pid_t pid, int *status, int options);
};

/* GDB sends SIGSTOP.  False when it must not be sent: one is on its way. */
bool ct_late_stop_asked(pid_t tid);

/* GDB lets a thread run; true when it must not, but stay.  What is to be told
 * of it then has to be asked for. */
bool ct_late_stop_resumed(pid_t tid, long request);

/* GDB lets a thread run, which stays for another reason.  True when it waits
 * for it to stop by a SIGSTOP that has not come: it has to be told so. */
bool ct_late_stop_owe(pid_t tid, long request);

/* GDB lets go of a thread, which must not have a SIGSTOP before it. */
void ct_late_stop_detached(pid_t tid);

/* Whether there are threads of which GDB does not know all. */
bool ct_late_stop_is_any(void);

/* What waitpid() says of a thread that GDB waits to have stopped; GDB sleeps
 * until SIGCHLD, which it blocks, when that is nothing.  So this sleeps
 * instead, where the thread is a process's first, and says of one that has
 * ended that it has stopped by SIGSTOP. */
pid_t ct_late_stop_wait(pid_t tid, int *status,
			const struct ct_late_calls *calls);

/* What is to be told of a thread, or (-1) any; 0 when there is nothing. */
pid_t ct_late_stop_take(pid_t which, int *status);

/* What GDB is about to be told.  The status may become another one; false when
 * it must not hear of it.
 *
 * is_awaited: GDB waits for this thread alone. */
bool ct_late_stop_filter(pid_t tid, bool is_awaited, int *status,
			 const struct ct_late_calls *calls);

#endif
