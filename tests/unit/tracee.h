/* SPDX-License-Identifier: MIT */
/*
 * A child to trace: a copy of the test program, so that what the test has at
 * an address is there in the child too.
 */
#ifndef TRACEE_H
#define TRACEE_H

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctester/error.h"

/* Fail with the message of an error, which must be none. */
#define assert_ok(expression)                             \
	do {                                              \
		struct ct_error *err_ = (expression);     \
		if (err_)                                 \
			fail_msg("%s: %s", #expression,   \
				 ct_error_message(err_)); \
	} while (0)

/* The call must fail with a code, and say a word. */
#define assert_refused(expression, code, word)               \
	do {                                                 \
		struct ct_error *err_ = (expression);        \
		assert_non_null(err_);                       \
		assert_int_equal(ct_error_code(err_), code); \
		if (!strstr(ct_error_message(err_), word))   \
			fail_msg("no '%s' in: %s", word,     \
				 ct_error_message(err_));    \
		ct_error_destroy(err_);                      \
	} while (0)

/* Fork, let the child stop itself with SIGSTOP and then run body(), whose
 * result is its exit status. */
static inline pid_t tracee_start(int (*body)(void))
{
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit(body());
	}
	int status;
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	assert_true(WIFSTOPPED(status));
	return pid;
}

/* Go on, passing a signal, and return the wait status. */
static inline int tracee_go(pid_t pid, int request, int signal_number)
{
	int status;
	assert_int_equal(ptrace(request, pid, NULL, (long)signal_number), 0);
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	return status;
}

/* Run to the next int3 of the child. */
static inline void tracee_run_to_trap(pid_t pid)
{
	int status = tracee_go(pid, PTRACE_CONT, 0);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), SIGTRAP);
}

/* Run to the end; the exit status. */
static inline int tracee_finish(pid_t pid)
{
	int status = tracee_go(pid, PTRACE_CONT, 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline void tracee_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
}

#endif
