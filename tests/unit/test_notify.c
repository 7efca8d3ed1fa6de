/* SPDX-License-Identifier: MIT */
/* Serving system calls: what the program gets, and what is recorded. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "ctester/process.h"
#include "notify_fixture.h"
#include "process/bpf.h"

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

/* What a filter does with a number of x86-64. */
static uint32_t action_of(const struct sock_filter *code, size_t size,
			  uint32_t arch, uint32_t number)
{
	struct seccomp_data data = {.nr = (int)number, .arch = arch};
	return ct_bpf_run(code, size, &data);
}

static void filter_asks_for_its_set_alone(void **state)
{
	(void)state;
	const uint32_t numbers[] = {257, 0, 1, 2, 59, 257, 60, 435};
	struct sock_filter *code;
	size_t size;
	assert_ok(ct_notify_filter_create(numbers, 8, &code, &size));
	for (uint32_t i = 0; i < 1000; i++) {
		bool is_asked =
		    i <= 2 || i == 59 || i == 60 || i == 257 || i == 435;
		assert_int_equal(action_of(code, size, AUDIT_ARCH_X86_64, i),
				 is_asked ? SECCOMP_RET_USER_NOTIF
					  : SECCOMP_RET_ALLOW);
		assert_int_equal(action_of(code, size, AUDIT_ARCH_I386, i),
				 SECCOMP_RET_ALLOW);
		assert_int_equal(
		    action_of(code, size, AUDIT_ARCH_X86_64, i | 0x40000000),
		    SECCOMP_RET_ALLOW);
	}
	assert_int_equal(action_of(code, size, AUDIT_ARCH_X86_64, UINT32_MAX),
			 SECCOMP_RET_ALLOW);
	free(code);
}

static void filter_holds_every_other_number(void **state)
{
	(void)state;
	uint32_t numbers[500];
	for (uint32_t i = 0; i < 500; i++)
		numbers[i] = 2 * i;
	struct sock_filter *code;
	size_t size;
	assert_ok(ct_notify_filter_create(numbers, 500, &code, &size));
	for (uint32_t i = 0; i < 1100; i++)
		assert_int_equal(action_of(code, size, AUDIT_ARCH_X86_64, i),
				 i % 2 == 0 && i < 1000 ? SECCOMP_RET_USER_NOTIF
							: SECCOMP_RET_ALLOW);
	free(code);
}

static void filter_can_ask_for_every_number(void **state)
{
	(void)state;
	const uint32_t numbers[] = {7, CT_NOTIFY_EVERY, 1};
	static const uint32_t asked[] = {0, 1, 7, 334, 9999, 0x3fffffff};
	struct sock_filter *code;
	size_t size;
	assert_ok(ct_notify_filter_create(numbers, 3, &code, &size));
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		assert_int_equal(
		    action_of(code, size, AUDIT_ARCH_X86_64, asked[i]),
		    SECCOMP_RET_USER_NOTIF);
		assert_int_equal(
		    action_of(code, size, AUDIT_ARCH_I386, asked[i]),
		    SECCOMP_RET_ALLOW);
		assert_int_equal(action_of(code, size, AUDIT_ARCH_X86_64,
					   asked[i] | 0x40000000),
				 SECCOMP_RET_ALLOW);
	}
	free(code);
}

static void filter_refuses_what_is_no_number(void **state)
{
	(void)state;
	const uint32_t wrong[] = {0x40000001};
	struct sock_filter *code;
	size_t size;
	assert_refused(ct_notify_filter_create(wrong, 0, &code, &size),
		       CT_ERROR_BAD_ARGUMENT, "no system calls");
	assert_refused(ct_notify_filter_create(wrong, 1, &code, &size),
		       CT_ERROR_BAD_ARGUMENT, "no system call of x86-64");
	uint32_t *many = calloc(2000, sizeof(*many));
	for (uint32_t i = 0; i < 2000; i++)
		many[i] = 2 * i;
	assert_refused(ct_notify_filter_create(many, 2000, &code, &size),
		       CT_ERROR_UNSUPPORTED, "too long");
	free(many);
}

static int body_open(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC, 0);
	shared->values[0] = fd;
	shared->values[1] = (long)syscall(SYS_gettid);
	int none = open("/nonexistent/ctester", O_RDONLY);
	return fd >= 0 && none == -1 && errno == ENOENT ? 7 : 1;
}

/* The path of openat, as a payload. */
static void read_path(void *arg, struct ct_notify *notify,
		      const struct ct_notify_call *call, void *payload,
		      size_t capacity, struct ct_notify_answer *answer)
{
	(void)arg;
	(void)notify;
	(void)capacity;
	answer->payload_size =
	    (uint32_t)ct_process_read(call->tid, call->args[1], payload, 24);
}

static void calls_are_recorded_with_what_they_point_to(void **state)
{
	(void)state;
	struct child child = child_start(body_open, SYS_openat);
	struct ct_notify_options options = {.decide = read_path};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	child_go();
	assert_int_equal(WEXITSTATUS(child_status(child)), 7);
	static struct seen seen;
	assert_int_equal(ct_notify_drain(notify, see, &seen), 2);
	assert_int_equal(seen.calls[0].number, SYS_openat);
	assert_int_equal(seen.calls[0].pid, child.pid);
	assert_int_equal(seen.calls[0].tid, shared->values[1]);
	assert_int_equal((int)seen.calls[0].args[0], AT_FDCWD);
	assert_int_equal(seen.calls[0].args[2], O_RDWR | O_CLOEXEC);
	assert_string_equal(seen.payloads[0], "/dev/null");
	assert_string_equal(seen.payloads[1], "/nonexistent/ctester");
	assert_true(seen.calls[0].id != seen.calls[1].id);
	assert_true(seen.calls[0].time_ns <= seen.calls[1].time_ns);
	assert_int_equal(ct_notify_drain(notify, see, &seen), 0);
	wait_state(notify, CT_NOTIFY_ENDED);
	pid_t keeper = (pid_t)counts_of(notify).keeper;
	wait_gone(keeper);
	ct_notify_destroy(notify);
}

static int body_answers(void)
{
	shared->values[0] = syscall(SYS_getppid);
	shared->values[1] = syscall(SYS_getpgrp);
	shared->values[2] = errno;
	char name[8] = "xxxxxxx";
	shared->values[3] = syscall(SYS_getcwd, name, sizeof(name));
	shared->values[4] = strcmp(name, "/mock") == 0;
	shared->values[5] = syscall(SYS_getuid);
	return 0;
}

static void answer(void *arg, struct ct_notify *notify,
		   const struct ct_notify_call *call, void *payload,
		   size_t capacity, struct ct_notify_answer *ret)
{
	(void)arg;
	(void)payload;
	(void)capacity;
	ret->is_answered = call->number != SYS_getuid;
	ret->value = call->number == SYS_getppid   ? 0x123456789abc
		     : call->number == SYS_getpgrp ? -EPROTO
						   : 6;
	if (call->number == SYS_getcwd)
		ct_error_destroy(
		    ct_notify_write(notify, call, call->args[0], "/mock", 6));
}

static void answers_reach_the_program(void **state)
{
	(void)state;
	struct child child = child_start(body_answers, SYS_getppid, SYS_getpgrp,
					 SYS_getcwd, SYS_getuid);
	struct ct_notify_options options = {.decide = answer};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	child_go();
	assert_int_equal(child_status(child), 0);
	assert_int_equal(shared->values[0], 0x123456789abc);
	assert_int_equal(shared->values[1], -1);
	assert_int_equal(shared->values[2], EPROTO);
	assert_int_equal(shared->values[3], 6);
	assert_int_equal(shared->values[4], 1);
	assert_int_equal(shared->values[5], getuid());
	struct ct_notify_counts counts = counts_of(notify);
	assert_int_equal(counts.received, 4);
	assert_int_equal(counts.recorded, 4);
	assert_int_equal(counts.answered, 3);
	static struct seen seen;
	ct_notify_drain(notify, see, &seen);
	assert_int_equal(seen.answers[1].value, -EPROTO);
	ct_notify_destroy(notify);
}

#define FOREVER (UINT64_C(3600) * 1000000000)

static void delay_ppid(void *arg, struct ct_notify *notify,
		       const struct ct_notify_call *call, void *payload,
		       size_t capacity, struct ct_notify_answer *ret)
{
	(void)arg;
	(void)notify;
	(void)payload;
	(void)capacity;
	if (call->number == SYS_getppid) {
		ret->delay_ns = FOREVER;
		ret->is_answered = true;
		ret->value = 77;
	}
}

static void *thread_ppid(void *arg)
{
	shared->values[0] = syscall(SYS_getppid);
	return arg;
}

static int body_delayed(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, thread_ppid, NULL);
	wait_until(&shared->go, 2);
	for (int i = 0; i < 100; i++)
		syscall(SYS_getuid);
	shared->at = 1;
	pthread_join(thread, NULL);
	return (int)shared->values[0];
}

static void delayed_call_holds_up_no_other(void **state)
{
	(void)state;
	struct child child = child_start(body_delayed, SYS_getppid, SYS_getuid);
	struct ct_notify_options options = {.decide = delay_ppid};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	child_go();
	while (!counts_of(notify).waiting)
		sched_yield();
	shared->go = 2;
	wait_until(&shared->at, 1);
	assert_int_equal(counts_of(notify).received, 101);
	assert_int_equal(counts_of(notify).waiting, 1);
	/* At the end of the server it has its answer, too early. */
	ct_notify_destroy(notify);
	assert_int_equal(WEXITSTATUS(child_status(child)), 77);
}

static void delay_is_as_long_as_wanted(void *arg, struct ct_notify *notify,
				       const struct ct_notify_call *call,
				       void *payload, size_t capacity,
				       struct ct_notify_answer *ret)
{
	(void)arg;
	(void)notify;
	(void)call;
	(void)payload;
	(void)capacity;
	ret->delay_ns = 20000000;
}

static int body_timed(void)
{
	struct timespec before, after;
	clock_gettime(CLOCK_MONOTONIC, &before);
	pid_t parent = (pid_t)syscall(SYS_getppid);
	clock_gettime(CLOCK_MONOTONIC, &after);
	long ns = (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec -
		  before.tv_nsec;
	return ns >= 20000000 && parent == shared->values[0] ? 0 : 1;
}

static void delayed_call_is_made_afterwards(void **state)
{
	(void)state;
	struct child child = child_start(body_timed, SYS_getppid);
	shared->values[0] = getpid();
	struct ct_notify_options options = {.decide =
						delay_is_as_long_as_wanted};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	child_go();
	assert_int_equal(child_status(child), 0);
	ct_notify_destroy(notify);
}

#define THREADS 8
#define CALLS   500

static void *thread_calls(void *arg)
{
	for (int i = 0; i < CALLS; i++)
		if (syscall(SYS_getpriority, arg, i) != (long)arg * 1000 + i)
			return (void *)1;
	return NULL;
}

static int body_threads(void)
{
	pthread_t threads[THREADS];
	void *failed = NULL, *result;
	for (long i = 0; i < THREADS; i++)
		pthread_create(threads + i, NULL, thread_calls, (void *)i);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &result);
		failed = result ? result : failed;
	}
	return failed ? 1 : 0;
}

/* Each call has the answer of its own. */
static void answer_sum(void *arg, struct ct_notify *notify,
		       const struct ct_notify_call *call, void *payload,
		       size_t capacity, struct ct_notify_answer *ret)
{
	(void)arg;
	(void)notify;
	(void)payload;
	(void)capacity;
	ret->is_answered = true;
	ret->value = (int64_t)(call->args[0] * 1000 + call->args[1]);
}

struct tally {
	pid_t pid;
	pid_t tids[THREADS];
	uint64_t next[THREADS];
	size_t wrong;
};

static void tally_thread(void *arg, const struct ct_notify_record *record)
{
	struct tally *tally = arg;
	uint64_t thread = record->call.args[0];
	if (thread >= THREADS ||
	    tally->next[thread]++ != record->call.args[1] ||
	    record->call.pid != tally->pid) {
		tally->wrong++;
		return;
	}
	if (!tally->tids[thread])
		tally->tids[thread] = record->call.tid;
	tally->wrong += tally->tids[thread] != record->call.tid;
}

static void threads_are_all_seen_in_order(void **state)
{
	(void)state;
	struct child child = child_start(body_threads, SYS_getpriority);
	struct ct_notify_options options = {.decide = answer_sum};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	child_go();
	assert_int_equal(child_status(child), 0);
	struct tally tally = {.pid = child.pid};
	assert_int_equal(ct_notify_drain(notify, tally_thread, &tally),
			 THREADS * CALLS);
	assert_int_equal(tally.wrong, 0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(tally.next[i], CALLS);
		for (int j = 0; j < i; j++)
			assert_int_not_equal(tally.tids[i], tally.tids[j]);
	}
	ct_notify_destroy(notify);
}

static int body_fork(void)
{
	syscall(SYS_getppid);
	pid_t pid = fork();
	if (pid == 0) {
		syscall(SYS_getppid);
		_exit(0);
	}
	shared->values[0] = pid;
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

static void forked_child_is_served_with_its_own_id(void **state)
{
	(void)state;
	struct child child = child_start(body_fork, SYS_getppid);
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, NULL, &notify));
	child_go();
	assert_int_equal(child_status(child), 0);
	static struct seen seen;
	seen.count = 0;
	assert_int_equal(ct_notify_drain(notify, see, &seen), 2);
	assert_int_equal(seen.calls[0].pid, child.pid);
	assert_int_equal(seen.calls[1].pid, shared->values[0]);
	ct_notify_destroy(notify);
}

static int body_exec(void)
{
	execl("/bin/sh", "sh", "-c", "umask 027; umask 022; exit 5", NULL);
	return 1;
}

static void filter_lives_through_exec(void **state)
{
	(void)state;
	struct child child = child_start(body_exec, SYS_umask, SYS_execve);
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, NULL, &notify));
	child_go();
	assert_int_equal(WEXITSTATUS(child_status(child)), 5);
	static struct seen seen;
	seen.count = 0;
	/* Shells set the mask to read it, too. */
	size_t count = ct_notify_drain(notify, see, &seen);
	assert_in_range(count, 3, SEEN_MAX);
	assert_int_equal(seen.calls[0].number, SYS_execve);
	size_t umasks = 0;
	for (size_t i = 1; i < count; i++)
		umasks += seen.calls[i].args[0] == 027;
	assert_in_range(umasks, 1, 2);
	ct_notify_destroy(notify);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(filter_asks_for_its_set_alone),
	    cmocka_unit_test(filter_holds_every_other_number),
	    cmocka_unit_test(filter_can_ask_for_every_number),
	    cmocka_unit_test(filter_refuses_what_is_no_number),
	    cmocka_unit_test(calls_are_recorded_with_what_they_point_to),
	    cmocka_unit_test(answers_reach_the_program),
	    cmocka_unit_test(delayed_call_holds_up_no_other),
	    cmocka_unit_test(delayed_call_is_made_afterwards),
	    cmocka_unit_test(threads_are_all_seen_in_order),
	    cmocka_unit_test(forked_child_is_served_with_its_own_id),
	    cmocka_unit_test(filter_lives_through_exec),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
