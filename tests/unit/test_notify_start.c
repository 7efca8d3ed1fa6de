/* SPDX-License-Identifier: MIT */
/* Bringing the filter into a program that is stopped. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "notify_fixture.h"

static int setup(void **state)
{
	(void)state;
	shared_create();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	shared_destroy();
	return 0;
}

static const uint32_t getppid_number[] = {SYS_getppid};

static size_t open_descriptors(void)
{
	size_t count = 0;
	DIR *dir = opendir("/proc/self/fd");
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static int body_counts(void)
{
	size_t before = open_descriptors();
	raise(SIGSTOP);
	for (int i = 0; i < 3; i++)
		if (syscall(SYS_getppid) != shared->values[0])
			return 1;
	return open_descriptors() == before ? 8 : 2;
}

static void stopped_program_gets_the_filter(void **state)
{
	(void)state;
	shared->values[0] = getpid();
	pid_t pid = tracee_start(body_counts);
	assert_int_equal(WSTOPSIG(tracee_go(pid, PTRACE_CONT, 0)), SIGSTOP);
	struct ct_notify *notify;
	assert_ok(ct_notify_check_program(pid, pid));
	assert_ok(ct_notify_start(pid, pid, getppid_number, 1, NULL, &notify));
	assert_int_equal(tracee_finish(pid), 8);
	static struct seen seen;
	assert_int_equal(ct_notify_drain(notify, see, &seen), 3);
	assert_int_equal(seen.calls[0].pid, pid);
	ct_notify_destroy(notify);
}

/* All that we have the program do is in the set. */
static void our_own_calls_are_not_recorded(void **state)
{
	(void)state;
	shared->values[0] = getpid();
	pid_t pid = tracee_start(body_counts);
	assert_int_equal(WSTOPSIG(tracee_go(pid, PTRACE_CONT, 0)), SIGSTOP);
	const uint32_t numbers[] = {SYS_getppid, SYS_mmap,  SYS_munmap,
				    SYS_close,   SYS_prctl, SYS_seccomp};
	struct ct_notify *notify;
	assert_ok(ct_notify_start(pid, pid, numbers, 6, NULL, &notify));
	assert_int_equal(ct_notify_drain(notify, NULL, NULL), 0);
	assert_int_equal(counts_of(notify).received, 2);
	assert_int_equal(tracee_finish(pid), 8);
	assert_in_range(ct_notify_drain(notify, NULL, NULL), 3, 100);
	ct_notify_destroy(notify);
}

static void *thread_call(void *arg)
{
	shared->at++;
	wait_until(&shared->go, 1);
	syscall(SYS_getppid);
	return arg;
}

static int body_thread(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, thread_call, NULL);
	wait_until(&shared->at, 1);
	raise(SIGSTOP);
	shared->go = 1;
	pthread_join(thread, NULL);
	return 0;
}

static void threads_that_run_already_get_it_too(void **state)
{
	(void)state;
	*shared = (struct shared){0};
	pid_t pid = tracee_start(body_thread);
	assert_int_equal(WSTOPSIG(tracee_go(pid, PTRACE_CONT, 0)), SIGSTOP);
	struct ct_notify *notify;
	assert_ok(ct_notify_start(pid, pid, getppid_number, 1, NULL, &notify));
	assert_int_equal(tracee_finish(pid), 0);
	static struct seen seen;
	assert_int_equal(ct_notify_drain(notify, see, &seen), 1);
	assert_int_equal(seen.calls[0].pid, pid);
	assert_int_not_equal(seen.calls[0].tid, pid);
	ct_notify_destroy(notify);
}

static void second_filter_is_refused(void **state)
{
	(void)state;
	shared->values[0] = getpid();
	pid_t pid = tracee_start(body_counts);
	assert_int_equal(WSTOPSIG(tracee_go(pid, PTRACE_CONT, 0)), SIGSTOP);
	struct ct_notify *notify, *second;
	assert_ok(ct_notify_start(pid, pid, getppid_number, 1, NULL, &notify));
	assert_refused(
	    ct_notify_start(pid, pid, getppid_number, 1, NULL, &second),
	    CT_ERROR_UNSUPPORTED, "already");
	assert_int_equal(tracee_finish(pid), 8);
	assert_int_equal(ct_notify_drain(notify, NULL, NULL), 3);
	ct_notify_destroy(notify);
}

static void tracing_can_begin_again_after_it_was_quiet(void **state)
{
	(void)state;
	shared->values[0] = getpid();
	pid_t pid = tracee_start(body_counts);
	assert_int_equal(WSTOPSIG(tracee_go(pid, PTRACE_CONT, 0)), SIGSTOP);
	struct ct_notify *notify;
	const struct ct_notify_options quiet = {.is_quiet = true};
	assert_ok(
	    ct_notify_start(pid, pid, getppid_number, 1, &quiet, &notify));
	ct_notify_set_quiet(notify, false);
	assert_int_equal(tracee_finish(pid), 8);
	assert_int_equal(ct_notify_drain(notify, NULL, NULL), 3);
	ct_notify_destroy(notify);
}

/* A filter that does something with one number. */
static void filter_self(uint32_t number, uint32_t action)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		     offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, action),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {4, code};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int body_filtered(void)
{
	filter_self((uint32_t)shared->values[1], (uint32_t)shared->values[2]);
	return body_counts();
}

static pid_t start_filtered(long number, long action)
{
	*shared = (struct shared){0};
	shared->values[0] = getpid();
	shared->values[1] = number;
	shared->values[2] = action;
	pid_t pid = tracee_start(body_filtered);
	assert_int_equal(WSTOPSIG(tracee_go(pid, PTRACE_CONT, 0)), SIGSTOP);
	return pid;
}

/* Looking at another's filter takes CAP_SYS_ADMIN. */
static bool can_look_at_filters(void)
{
	return geteuid() == 0;
}

static void own_filter_that_lets_us_stays_in_force(void **state)
{
	(void)state;
	pid_t pid = start_filtered(SYS_mkdir, SECCOMP_RET_KILL_PROCESS);
	struct ct_notify *notify;
	struct ct_error *err =
	    ct_notify_start(pid, pid, getppid_number, 1, NULL, &notify);
	if (!can_look_at_filters()) {
		assert_refused(err, CT_ERROR_UNSUPPORTED, "of its own");
	} else {
		assert_ok(err);
		ct_notify_set_quiet(notify, false);
	}
	assert_int_equal(tracee_finish(pid), 8);
	if (can_look_at_filters()) {
		assert_int_equal(ct_notify_drain(notify, NULL, NULL), 3);
		ct_notify_destroy(notify);
	}
}

static void own_filter_that_would_kill_is_left_alone(void **state)
{
	(void)state;
	const long numbers[] = {SYS_seccomp, SYS_seccomp, SYS_prctl};
	const uint32_t actions[] = {SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_TRAP,
				    SECCOMP_RET_ERRNO | EPERM};
	for (size_t i = 0; i < 3; i++) {
		pid_t pid = start_filtered(numbers[i], actions[i]);
		struct ct_notify *notify;
		assert_refused(
		    ct_notify_start(pid, pid, getppid_number, 1, NULL, &notify),
		    CT_ERROR_UNSUPPORTED, "of its own");
		assert_refused(ct_notify_check_program(pid, pid),
			       CT_ERROR_UNSUPPORTED, "of its own");
		assert_int_equal(tracee_finish(pid), 8);
	}
}

static int body_unprivileged(void)
{
	if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
		return 9;
	prctl(PR_SET_DUMPABLE, 1);
	return body_counts();
}

static int no_new_privs_of(pid_t pid)
{
	char path[64], line[256];
	int value = -1;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "r");
	while (fgets(line, sizeof(line), file))
		sscanf(line, "NoNewPrivs: %d", &value);
	fclose(file);
	return value;
}

static void privileges_of_setuid_programs_are_a_choice(void **state)
{
	(void)state;
	shared->values[0] = getpid();
	pid_t pid = tracee_start(body_unprivileged);
	assert_int_equal(WSTOPSIG(tracee_go(pid, PTRACE_CONT, 0)), SIGSTOP);
	struct ct_notify *notify;
	const struct ct_notify_options refusing = {.refuses_no_new_privs =
						       true};
	assert_refused(
	    ct_notify_start(pid, pid, getppid_number, 1, &refusing, &notify),
	    CT_ERROR_UNSUPPORTED, "setuid");
	assert_int_equal(no_new_privs_of(pid), 0);
	assert_ok(ct_notify_start(pid, pid, getppid_number, 1, NULL, &notify));
	assert_int_equal(no_new_privs_of(pid), 1);
	char *text = ct_notify_describe(notify);
	assert_non_null(strstr(text, "no_new_privs"));
	free(text);
	assert_int_equal(tracee_finish(pid), 8);
	assert_int_equal(ct_notify_drain(notify, NULL, NULL), 3);
	ct_notify_destroy(notify);
}

static void program_with_privileges_keeps_them(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	shared->values[0] = getpid();
	pid_t pid = tracee_start(body_counts);
	assert_int_equal(WSTOPSIG(tracee_go(pid, PTRACE_CONT, 0)), SIGSTOP);
	struct ct_notify *notify;
	assert_ok(ct_notify_start(pid, pid, getppid_number, 1, NULL, &notify));
	assert_int_equal(no_new_privs_of(pid), 0);
	assert_false(counts_of(notify).no_new_privs);
	assert_int_equal(tracee_finish(pid), 8);
	ct_notify_destroy(notify);
}

static int body_call(void)
{
	return syscall(SYS_getppid) == shared->values[0] ? 8 : 1;
}

static void thread_in_a_system_call_stop_is_refused(void **state)
{
	(void)state;
	shared->values[0] = getpid();
	pid_t pid = tracee_start(body_call);
	tracee_go(pid, PTRACE_SYSCALL, 0);
	struct ct_notify *notify;
	assert_refused(
	    ct_notify_start(pid, pid, getppid_number, 1, NULL, &notify),
	    CT_ERROR_UNSUPPORTED, "");
	assert_int_equal(tracee_finish(pid), 8);
}

static void kernel_that_refuses_is_said_so(void **state)
{
	(void)state;
	assert_ok(ct_notify_check_kernel());
	pid_t pid = fork();
	if (pid == 0) {
		/* As containers do. */
		filter_self(SYS_seccomp, SECCOMP_RET_ERRNO | EPERM);
		struct ct_error *err = ct_notify_check_kernel();
		_exit(err && ct_error_code(err) == CT_ERROR_UNSUPPORTED &&
			      strstr(ct_error_message(err), "not permitted")
			  ? 0
			  : 1);
	}
	int status;
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(stopped_program_gets_the_filter),
	    cmocka_unit_test(our_own_calls_are_not_recorded),
	    cmocka_unit_test(threads_that_run_already_get_it_too),
	    cmocka_unit_test(second_filter_is_refused),
	    cmocka_unit_test(tracing_can_begin_again_after_it_was_quiet),
	    cmocka_unit_test(own_filter_that_lets_us_stays_in_force),
	    cmocka_unit_test(own_filter_that_would_kill_is_left_alone),
	    cmocka_unit_test(privileges_of_setuid_programs_are_a_choice),
	    cmocka_unit_test(program_with_privileges_keeps_them),
	    cmocka_unit_test(thread_in_a_system_call_stop_is_refused),
	    cmocka_unit_test(kernel_that_refuses_is_said_so),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
