/* SPDX-License-Identifier: MIT */
/* What a debugger, which is this program, sees of a parent in vfork. */
#define _GNU_SOURCE
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "ctester/vforks.h"

enum {
	PARENT_STATUS = 5,
	CHILD_STATUS = 6
};

static int event_of(int status)
{
	return status >> 16;
}

static void go_on(pid_t pid)
{
	assert_int_equal(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
}

static void stop(pid_t pid)
{
	assert_int_equal(syscall(SYS_tkill, pid, SIGSTOP), 0);
}

/* The letter in /proc/PID/stat: 't' is a ptrace-stop, 'D' that of a parent that
 * waits for its child. */
static char state_of(pid_t pid)
{
	char path[64], text[256] = "";
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	size_t size = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[size] = 0;
	const char *name_end = strrchr(text, ')');
	return name_end ? name_end[2] : 0;
}

/* A traced process that stands at its vfork, of which the debugger has heard;
 * its child stands at its beginning. */
static pid_t at_vfork(pid_t *child)
{
	pid_t parent = fork();
	if (!parent) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		if (!vfork())
			_exit(CHILD_STATUS);
		_exit(PARENT_STATUS);
	}
	int status;
	assert_int_equal(waitpid(parent, &status, __WALL), parent);
	long options = PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE |
		       PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	assert_int_equal(ptrace(PTRACE_SETOPTIONS, parent, NULL, options), 0);
	go_on(parent);
	assert_int_equal(waitpid(parent, &status, __WALL), parent);
	assert_int_equal(event_of(status), PTRACE_EVENT_VFORK);
	unsigned long number;
	assert_int_equal(ptrace(PTRACE_GETEVENTMSG, parent, NULL, &number), 0);
	*child = (pid_t)number;
	assert_int_equal(waitpid(*child, &status, __WALL), *child);
	return parent;
}

/* Both run to their ends. */
static void finish(pid_t parent, pid_t child)
{
	int status;
	if (child) {
		go_on(child);
		assert_int_equal(waitpid(child, &status, __WALL), child);
		assert_int_equal(WEXITSTATUS(status), CHILD_STATUS);
	}
	assert_int_equal(waitpid(parent, &status, __WALL), parent);
	assert_int_equal(event_of(status), PTRACE_EVENT_VFORK_DONE);
	go_on(parent);
	while (waitpid(parent, &status, __WALL) == parent && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, parent, NULL, WSTOPSIG(status));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), PARENT_STATUS);
}

static void a_parent_that_runs_has_not_moved(void **state)
{
	(void)state;
	pid_t child, parent = at_vfork(&child);
	go_on(parent);
	assert_int_equal(state_of(parent), 't');
	assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), 0);
	finish(parent, child);
}

static void a_parent_stops_although_its_child_does_not_run(void **state)
{
	(void)state;
	pid_t child, parent = at_vfork(&child);
	go_on(parent);
	int status;
	for (int i = 0; i < 3; i++) {
		stop(parent);
		assert_int_equal(
		    waitpid(i ? -1 : parent, &status, __WALL | WNOHANG),
		    parent);
		assert_true(WIFSTOPPED(status));
		assert_int_equal(WSTOPSIG(status), SIGSTOP);
		assert_int_equal(event_of(status), 0);
		assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), 0);
		go_on(parent);
	}
	finish(parent, child);
}

static void a_child_may_end_while_its_parent_is_stopped(void **state)
{
	(void)state;
	pid_t child, parent = at_vfork(&child);
	go_on(parent);
	stop(parent);
	int status;
	go_on(child);
	assert_int_equal(waitpid(child, &status, __WALL), child);
	assert_int_equal(waitpid(parent, &status, __WALL), parent);
	assert_int_equal(WSTOPSIG(status), SIGSTOP);
	go_on(parent);
	finish(parent, 0);

	/* The same, when it was stopped before. */
	parent = at_vfork(&child);
	go_on(parent);
	stop(parent);
	assert_int_equal(waitpid(parent, &status, __WALL), parent);
	go_on(child);
	assert_int_equal(waitpid(child, &status, __WALL), child);
	go_on(parent);
	finish(parent, 0);
}

static void a_parent_that_was_not_let_run_stays(void **state)
{
	(void)state;
	pid_t child, parent = at_vfork(&child);
	int status;
	go_on(child);
	assert_int_equal(waitpid(child, &status, __WALL), child);
	assert_int_equal(state_of(parent), 't');
	go_on(parent);
	finish(parent, 0);
}

static void a_parent_can_be_killed_and_let_go(void **state)
{
	(void)state;
	pid_t child, parent = at_vfork(&child);
	int status;
	go_on(parent);
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, &status, __WALL), parent);
	assert_true(WIFSIGNALED(status));
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, __WALL), child);

	parent = at_vfork(&child);
	go_on(parent);
	stop(parent);
	assert_int_equal(waitpid(parent, &status, __WALL), parent);
	assert_int_equal(ptrace(PTRACE_DETACH, parent, NULL, NULL), 0);
	go_on(child);
	assert_int_equal(waitpid(child, &status, __WALL), child);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	assert_int_equal(WEXITSTATUS(status), PARENT_STATUS);
}

static void a_parent_goes_on_when_its_child_is_let_go(void **state)
{
	(void)state;
	for (int runs = 0; runs < 2; runs++) {
		pid_t child, parent = at_vfork(&child);
		if (runs)
			go_on(parent);
		assert_int_equal(ptrace(PTRACE_DETACH, child, NULL, NULL), 0);
		if (!runs)
			go_on(parent);
		finish(parent, 0);
	}
}

/* SIGSTOP is sent while the parent runs, and comes to its vfork first. */
static void a_parent_stops_by_a_signal_from_before_its_vfork(void **state)
{
	(void)state;
	pid_t child, parent = at_vfork(&child);
	int status;
	stop(parent);
	go_on(parent);
	assert_int_equal(waitpid(-1, &status, __WALL | WNOHANG), parent);
	assert_int_equal(WSTOPSIG(status), SIGSTOP);
	go_on(parent);
	assert_int_equal(waitpid(-1, &status, __WALL | WNOHANG), 0);
	/* The signal itself is not told a second time. */
	go_on(child);
	assert_int_equal(waitpid(child, &status, __WALL), child);
	while (waitpid(parent, &status, __WALL) == parent &&
	       WIFSTOPPED(status)) {
		int signal = event_of(status) ? 0 : WSTOPSIG(status);
		assert_int_not_equal(signal, SIGSTOP);
		ptrace(PTRACE_CONT, parent, NULL, signal);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), PARENT_STATUS);
}

static void others_stop_as_ever(void **state)
{
	(void)state;
	pid_t child, parent = at_vfork(&child);
	pid_t other_child, other = at_vfork(&other_child);
	int status;
	go_on(parent);
	go_on(other);
	stop(other);
	assert_int_equal(waitpid(-1, &status, __WALL | WNOHANG), other);
	go_on(other);
	finish(other, other_child);
	finish(parent, child);
}

static void it_ends_with_parents_that_are_held(void **state)
{
	(void)state;
	pid_t child, parent = at_vfork(&child);
	go_on(parent);
	assert_null(ct_vforks_hold(false));
	finish(parent, child);
	/* Now it is the kernel's vfork. */
	parent = at_vfork(&child);
	go_on(parent);
	while (state_of(parent) != 'D')
		sched_yield();
	finish(parent, child);
	assert_null(ct_vforks_hold(true));
}

static int hold(void **state)
{
	(void)state;
	return ct_vforks_hold(true) ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_parent_that_runs_has_not_moved),
	    cmocka_unit_test(a_parent_stops_although_its_child_does_not_run),
	    cmocka_unit_test(a_child_may_end_while_its_parent_is_stopped),
	    cmocka_unit_test(a_parent_that_was_not_let_run_stays),
	    cmocka_unit_test(a_parent_can_be_killed_and_let_go),
	    cmocka_unit_test(a_parent_goes_on_when_its_child_is_let_go),
	    cmocka_unit_test(a_parent_stops_by_a_signal_from_before_its_vfork),
	    cmocka_unit_test(others_stop_as_ever),
	    cmocka_unit_test(it_ends_with_parents_that_are_held),
	};
	return cmocka_run_group_tests(tests, hold, NULL);
}
