/* SPDX-License-Identifier: MIT */
/*
 * The sandbox, and what it is made of.
 *
 * One is open at a time, in the thread that opened it: the owner.  What ends
 * it before its time is an incident; the first one counts.  A thread that is
 * not the owner leaves the incident to it, with a SIGALRM, and goes away.  The
 * owner jumps to where the sandbox began, and reports there: a handler may
 * neither allocate nor print.
 *
 * Linked statically, a call by its name of a function of the table goes to its
 * wrapper.  That does no harm while the sandbox is closed; what runs while it
 * is open makes system calls by their numbers.
 */
#ifndef CTESTER_KIT_SANDBOX_H
#define CTESTER_KIT_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kit/enter.h"

#define PLACE_SIZE 512

enum ctester_incident_kind {
	CTESTER_INCIDENT_SIGNAL,
	CTESTER_INCIDENT_TIMEOUT,
	CTESTER_INCIDENT_OUTPUT, /* it has written too much */
	CTESTER_INCIDENT_EXIT,
	CTESTER_INCIDENT_BANNED, /* the code is not run at all */
};

struct ctester_incident {
	enum ctester_incident_kind kind;
	int number; /* of the signal, or the exit status */
	bool stack_overflow;
	uintptr_t pc;           /* in the program if possible; 0: not known */
	char place[PLACE_SIZE]; /* what the debugger says; "" if it says not */
};

/* ---- sandbox.c */

/* The sandbox is open, and this is its process, and not a child of it. */
KIT_HIDDEN bool ctester_sandbox_is_open(void);
KIT_HIDDEN bool ctester_sandbox_is_owner(void);
/* The owner has left it early, and has yet to close it. */
KIT_HIDDEN bool ctester_sandbox_is_left(void);
/* Open or not, this is the process of the last one. */
KIT_HIDDEN bool ctester_sandbox_is_process(void);

/* Leave the sandbox, from the owner, maybe in a handler. */
KIT_HIDDEN __attribute__((noreturn)) void ctester_sandbox_leave(void);

/* Tell the owner to; from another thread. */
KIT_HIDDEN void ctester_sandbox_wake_owner(void);
/* From the watchdog: also if it blocks that signal. */
KIT_HIDDEN void ctester_sandbox_force_owner(void);

/* What a test sets is for it alone, and what it leaves open is closed. */
KIT_HIDDEN void ctester_sandbox_before_test(void);
KIT_HIDDEN void ctester_sandbox_after_test(void);

/* ---- incident.c */

KIT_HIDDEN void ctester_incident_clear(void);

/**
 * Write down what has happened.
 *
 * @param context  Of the signal's handler, or NULL.
 * @return False if something has happened already.
 */
KIT_HIDDEN bool ctester_incident_set(enum ctester_incident_kind kind,
				     int number, const void *info,
				     void *context);
/* Where, for a watchdog that does not know; from the owner's handler. */
KIT_HIDDEN void ctester_incident_locate(const void *info, void *context);

/* The same for a function that was called, by its return address, or NULL. */
KIT_HIDDEN void ctester_incident_locate_caller(const void *pc);

/* NULL if nothing has. */
KIT_HIDDEN const struct ctester_incident *ctester_incident_get(void);

/* Tag and messages, in the test's results and on the standard error. */
KIT_HIDDEN void ctester_incident_report(void);

/* ---- catch.c: signals */

KIT_HIDDEN void ctester_catch_begin(void);
KIT_HIDDEN void ctester_catch_end(void);

/**
 * From now on, call a function where this thread crashes outside of the
 * sandbox: in the handler, for it to jump out of.  NULL ends that.
 */
KIT_HIDDEN void ctester_catch_crashes(void (*crashed)(int number));

/* Our handler of SIGALRM, whatever the program has set. */
KIT_HIDDEN void ctester_catch_alarm(void);

/* The same as a SIGALRM to an owner that blocks it; behind that. */
KIT_HIDDEN void ctester_catch_reserved(pid_t process, pid_t owner);

/* ---- exit.c: what ends a process; before each sandbox */

KIT_HIDDEN void ctester_exit_prepare(void);

/* ---- watchdog.c: the limit of time */

/* From now on; nanoseconds, and 0 is no limit. */
KIT_HIDDEN void ctester_watchdog_begin(uint64_t limit);
KIT_HIDDEN void ctester_watchdog_end(void);

/* Let glibc know if there are no threads but this one; in no sandbox. */
KIT_HIDDEN void ctester_watchdog_count_threads(void);

/* ---- capture.c */

KIT_HIDDEN void ctester_capture_begin(void);

/* Show what was captured; true if libc has told of a double free in it. */
KIT_HIDDEN bool ctester_capture_end(void);

/*
 * This thread has left printf() halfway, by a jump or for ever: give the
 * streams' locks back.  Safe in a handler.
 */
KIT_HIDDEN void ctester_capture_unlock(void);

/* More was written than anybody would read.  Safe in any thread. */
KIT_HIDDEN bool ctester_capture_is_full(void);

/* ---- symbols.c: the program's own file */

/* Whether an address is in the program's code: a library's is not, nor ours. */
KIT_HIDDEN bool ctester_symbols_in_program(uintptr_t pc);

/* "crash() (tests+0x1139)"; "" if nothing is known.  Not for a handler. */
KIT_HIDDEN void ctester_symbols_describe(uintptr_t pc, char *text, size_t size);

/* ---- banned.c */

/* The names that are banned and used, with ", " between; NULL if none. */
KIT_HIDDEN const char *ctester_banned_used(void);

/* ---- results.c */

/* Begin results.txt in this directory.  False, and told, if that fails. */
KIT_HIDDEN bool ctester_results_begin(void);
KIT_HIDDEN void ctester_results_begin_test(void);
KIT_HIDDEN bool ctester_results_end_test(bool success);

#endif /* CTESTER_KIT_SANDBOX_H */
