/* SPDX-License-Identifier: MIT */
/* What a debugger, which is this program, hears of a thread that it stops while
 * the thread is at a system call. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
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
	SYSCALL_STOP = SIGTRAP | 0x80,
	STATUS = 5,
	CALLS = 3
};

static void go_on(pid_t pid)
{
	assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
}

static void stop(pid_t pid)
{
	assert_int_equal(syscall(SYS_tkill, pid, SIGSTOP), 0);
}

/* The signal by which it has stopped, which the kernel has or will have. */
static int next(pid_t pid)
{
	int status;
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	return WIFSTOPPED(status) ? WSTOPSIG(status) : 0;
}

static int number_of_call(pid_t pid)
{
	struct __ptrace_syscall_info info = {0};
	ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
	return info.op == PTRACE_SYSCALL_INFO_ENTRY ? (int)info.entry.nr : -1;
}

/* A traced process at the entry of a call, of which the debugger has not heard
 * when it sends SIGSTOP; it hears of a SIGSTOP. */
static pid_t stopped_at_call(void)
{
	pid_t pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		for (int i = 0; i < CALLS; i++)
			syscall(SYS_getppid);
		syscall(SYS_exit_group, STATUS);
	}
	assert_int_equal(next(pid), SIGSTOP);
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
	assert_int_equal(ptrace(PTRACE_SETOPTIONS, pid, NULL, options), 0);
	siginfo_t info;
	do {
		go_on(pid);
		assert_int_equal(waitid(P_PID, (id_t)pid, &info,
					WEXITED | WSTOPPED | WNOWAIT | __WALL),
				 0);
		if (number_of_call(pid) == SYS_getppid)
			break;
		assert_int_equal(next(pid), SYSCALL_STOP);
	} while (true);
	stop(pid);
	int status;
	assert_int_equal(waitpid(pid, &status, __WALL | WNOHANG), pid);
	assert_int_equal(WSTOPSIG(status), SIGSTOP);
	return pid;
}

/* It runs to its end, and nothing but calls is heard of.  How many. */
static int count_calls(pid_t pid)
{
	int status, count = 0;
	do {
		go_on(pid);
		assert_int_equal(waitpid(pid, &status, __WALL), pid);
		if (WIFSTOPPED(status)) {
			assert_int_equal(WSTOPSIG(status), SYSCALL_STOP);
			count += number_of_call(pid) == SYS_getppid;
		}
	} while (WIFSTOPPED(status));
	assert_int_equal(WEXITSTATUS(status), STATUS);
	return count;
}

static void the_call_is_told_later(void **state)
{
	(void)state;
	pid_t pid = stopped_at_call();
	/* Not while it is to be stopped. */
	assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), 0);
	go_on(pid);
	int status;
	assert_int_equal(waitpid(-1, &status, __WALL | WNOHANG), pid);
	assert_int_equal(WSTOPSIG(status), SYSCALL_STOP);
	assert_int_equal(number_of_call(pid), SYS_getppid);
	assert_int_equal(count_calls(pid), CALLS - 1);
}

static void it_can_be_stopped_again_before_the_call_is_told(void **state)
{
	(void)state;
	pid_t pid = stopped_at_call();
	for (int i = 0; i < 3; i++) {
		go_on(pid);
		stop(pid);
		assert_int_equal(next(pid), SIGSTOP);
	}
	go_on(pid);
	assert_int_equal(next(pid), SYSCALL_STOP);
	assert_int_equal(count_calls(pid), CALLS - 1);
}

static void it_can_be_stopped_before_the_signal_has_come(void **state)
{
	(void)state;
	pid_t pid = stopped_at_call();
	go_on(pid);
	assert_int_equal(next(pid), SYSCALL_STOP);
	go_on(pid);
	stop(pid);
	int by = next(pid);
	if (by == SYSCALL_STOP) {
		/* The exit: the call was not over yet. */
		go_on(pid);
		by = next(pid);
	}
	assert_int_equal(by, SIGSTOP);
	assert_int_equal(count_calls(pid), CALLS - 1);
}

static void who_is_let_go_is_not_stopped(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		pid_t pid = stopped_at_call();
		if (i) {
			go_on(pid);
			assert_int_equal(next(pid), SYSCALL_STOP);
		}
		assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
		int status;
		assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), STATUS);
	}
}

static char state_of(pid_t pid)
{
	char path[64], state = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "re");
	if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	if (file)
		fclose(file);
	return state;
}

/* The debugger waits for its stop, and hears of one; of its end where it waits
 * for anything, and in the end there is nothing to wait for. */
static void assert_stops_and_ends(pid_t pid)
{
	int status;
	assert_int_equal(waitpid(pid, &status, __WALL | WNOHANG), pid);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), SIGSTOP);
	assert_int_equal(ptrace(PTRACE_CONT, pid, NULL, NULL), -1);
	assert_int_equal(waitpid(-1, &status, __WALL), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), STATUS);
	assert_int_equal(waitpid(pid, &status, __WALL | WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static pid_t traced(void (*run)(void))
{
	pid_t pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		run();
	}
	assert_int_equal(next(pid), SIGSTOP);
	assert_int_equal(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
	return pid;
}

static void end(void)
{
	_exit(STATUS);
}

static void who_ends_instead_of_stopping_has_stopped(void **state)
{
	(void)state;
	siginfo_t info;
	pid_t pid = traced(end);
	assert_int_equal(
	    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | __WALL), 0);
	assert_int_equal(syscall(SYS_tkill, pid, SIGSTOP), 0);
	assert_stops_and_ends(pid);
}

static void end_when_the_debugger_sleeps(void)
{
	while (state_of(getppid()) != 'S')
		;
	_exit(STATUS);
}

static void nobody_ends_between_a_look_and_a_sleep(void **state)
{
	(void)state;
	sigset_t child;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	/* As GDB, which sleeps until this signal. */
	sigprocmask(SIG_BLOCK, &child, NULL);
	assert_stops_and_ends(traced(end_when_the_debugger_sleeps));
	sigprocmask(SIG_UNBLOCK, &child, NULL);
}

static void *stay(void *arg)
{
	pause();
	return arg;
}

static void leave_a_thread(void)
{
	pthread_t thread;
	if (!pthread_create(&thread, NULL, stay, NULL))
		pthread_exit(NULL);
}

static void a_first_thread_that_ends_before_others_has_stopped(void **state)
{
	(void)state;
	pid_t pid = traced(leave_a_thread);
	while (state_of(pid) != 'Z')
		;
	int status;
	assert_int_equal(waitpid(pid, &status, __WALL | WNOHANG), pid);
	assert_int_equal(WSTOPSIG(status), SIGSTOP);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(-1, &status, __WALL), pid);
	assert_true(WIFSIGNALED(status));
}

static void raise_and_end(void)
{
	raise(SIGUSR1);
	_exit(STATUS);
}

static void who_is_let_go_with_a_signal_that_gdb_knows_of_ends(void **state)
{
	(void)state;
	siginfo_t info;
	pid_t pid = traced(raise_and_end);
	assert_int_equal(
	    waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT | __WALL), 0);
	stop(pid);
	assert_int_equal(next(pid), SIGUSR1);
	/* So GDB takes it back. */
	assert_int_equal(syscall(SYS_tkill, pid, SIGCONT), 0);
	assert_int_equal(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
	int status;
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), STATUS);
}

static void all_is_as_ever_when_it_is_off(void **state)
{
	(void)state;
	assert_null(ct_vforks_hold(false));
	siginfo_t info;
	int status;
	pid_t pid = traced(end);
	assert_int_equal(
	    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | __WALL), 0);
	assert_int_equal(syscall(SYS_tkill, pid, SIGSTOP), 0);
	assert_int_equal(waitpid(pid, &status, __WALL | WNOHANG), pid);
	assert_true(WIFEXITED(status));
	assert_null(ct_vforks_hold(true));
}

static void who_is_killed_is_forgotten(void **state)
{
	(void)state;
	pid_t pid = stopped_at_call();
	int status;
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), -1);
}

static int hold(void **state)
{
	(void)state;
	/* go_on() of a thread that has something to tell sends it. */
	signal(SIGCHLD, SIG_DFL);
	return ct_vforks_hold(true) ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_call_is_told_later),
	    cmocka_unit_test(it_can_be_stopped_again_before_the_call_is_told),
	    cmocka_unit_test(it_can_be_stopped_before_the_signal_has_come),
	    cmocka_unit_test(who_is_let_go_is_not_stopped),
	    cmocka_unit_test(who_ends_instead_of_stopping_has_stopped),
	    cmocka_unit_test(nobody_ends_between_a_look_and_a_sleep),
	    cmocka_unit_test(
		a_first_thread_that_ends_before_others_has_stopped),
	    cmocka_unit_test(
		who_is_let_go_with_a_signal_that_gdb_knows_of_ends),
	    cmocka_unit_test(all_is_as_ever_when_it_is_off),
	    cmocka_unit_test(who_is_killed_is_forgotten),
	};
	return cmocka_run_group_tests(tests, hold, NULL);
}
