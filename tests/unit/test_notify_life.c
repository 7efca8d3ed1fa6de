/* SPDX-License-Identifier: MIT */
/* Serving system calls: what ends, breaks off or lasts long. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "notify_fixture.h"

#define FOREVER (UINT64_C(3600) * 1000000000)

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

static void delay_ppid(void *arg, struct ct_notify *notify,
		       const struct ct_notify_call *call, void *payload,
		       size_t capacity, struct ct_notify_answer *ret)
{
	(void)arg;
	(void)notify;
	(void)payload;
	(void)capacity;
	if (call->number == SYS_getppid)
		ret->delay_ns = FOREVER;
}

static const struct ct_notify_options delaying = {.decide = delay_ppid,
						  .is_killable = true};

static void wait_waiting(struct ct_notify *notify, uint64_t count)
{
	while (counts_of(notify).waiting < count)
		sched_yield();
}

static int body_ppid(void)
{
	shared->values[0] = syscall(SYS_getppid);
	return 3;
}

static void killed_in_a_call_is_over(void **state)
{
	(void)state;
	struct child child = child_start(body_ppid, SYS_getppid);
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &delaying, &notify));
	child_go();
	wait_waiting(notify, 1);
	kill(child.pid, SIGKILL);
	assert_int_equal(WTERMSIG(child_status(child)), SIGKILL);
	wait_state(notify, CT_NOTIFY_ENDED);
	static struct seen seen;
	assert_int_equal(ct_notify_drain(notify, see, &seen), 2);
	assert_false(seen.is_lost[0] || seen.is_end[0]);
	assert_true(seen.is_lost[1] && seen.is_end[1]);
	assert_true(seen.calls[0].id == seen.calls[1].id);
	assert_int_equal(counts_of(notify).waiting, 0);
	ct_notify_destroy(notify);
}

/* Kill the caller while its call is decided. */
static void kill_caller(void *arg, struct ct_notify *notify,
			const struct ct_notify_call *call, void *payload,
			size_t capacity, struct ct_notify_answer *ret)
{
	(void)arg;
	(void)notify;
	(void)payload;
	(void)capacity;
	siginfo_t info;
	kill(call->pid, SIGKILL);
	waitid(P_PID, (id_t)call->pid, &info, WEXITED | WNOWAIT);
	ret->payload_size = 8;
}

static void killed_before_its_answer_is_lost(void **state)
{
	(void)state;
	struct child child = child_start(body_ppid, SYS_getppid);
	struct ct_notify_options options = {.decide = kill_caller,
					    .is_killable = true};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	child_go();
	wait_state(notify, CT_NOTIFY_ENDED);
	child_status(child);
	static struct seen seen;
	assert_int_equal(ct_notify_drain(notify, see, &seen), 1);
	assert_true(seen.is_lost[0]);
	assert_int_equal(seen.answers[0].payload_size, 8);
	assert_int_equal(counts_of(notify).lost, 1);
	ct_notify_destroy(notify);
}

static int body_many(void)
{
	for (int i = 0; i < 1000; i++) {
		if (syscall(SYS_getppid) != shared->values[0])
			return 1;
		if (i == 10) {
			shared->at = 1;
			wait_until(&shared->go, 2);
		}
	}
	return 4;
}

static void program_goes_on_without_the_server(void **state)
{
	(void)state;
	struct child child = child_start(body_many, SYS_getppid);
	shared->values[0] = getpid();
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, NULL, &notify));
	pid_t keeper = (pid_t)counts_of(notify).keeper;
	child_go();
	wait_until(&shared->at, 1);
	ct_notify_destroy(notify);
	shared->go = 2;
	assert_int_equal(WEXITSTATUS(child_status(child)), 4);
	wait_gone(keeper);
}

/* A process that serves the child, and is killed while one call waits. */
static int serve_and_wait(int listener)
{
	struct ct_notify *notify;
	struct ct_error *err = ct_notify_serve(listener, &delaying, &notify);
	if (err)
		return 1;
	shared->values[1] = (long)counts_of(notify).keeper;
	wait_waiting(notify, 1);
	shared->at = 1;
	pause();
	return 2;
}

static int body_two_threads(void)
{
	pid_t pid = fork();
	long parent = syscall(SYS_getppid);
	if (pid == 0)
		_exit(parent == shared->values[2] ? 0 : 1);
	int status;
	waitpid(pid, &status, 0);
	for (int i = 0; i < 100; i++)
		if (syscall(SYS_getppid) != shared->values[0])
			return 1;
	return WEXITSTATUS(status) ? 2 : 6;
}

static void keeper_takes_over_from_a_killed_server(void **state)
{
	(void)state;
	struct child child = child_start(body_two_threads, SYS_getppid);
	shared->values[0] = getpid();
	shared->values[2] = child.pid;
	pid_t server = fork();
	if (server == 0)
		_exit(serve_and_wait(child.listener));
	close(child.listener);
	while (!shared->values[1])
		sched_yield();
	child_go();
	wait_until(&shared->at, 1);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	assert_int_equal(WEXITSTATUS(child_status(child)), 6);
	wait_gone((pid_t)shared->values[1]);
}

static void keeper_has_given_back_our_memory(void **state)
{
	(void)state;
	enum {
		SIZE = 64 << 20
	};
	char *large = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(large, 1, SIZE);
	struct child child = child_start(body_ppid, SYS_getppid);
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, NULL, &notify));
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/statm",
		 (int)counts_of(notify).keeper);
	long resident = SIZE;
	while (resident * 4096 > SIZE / 4) {
		FILE *file = fopen(path, "r");
		assert_non_null(file);
		assert_int_equal(fscanf(file, "%*d %ld", &resident), 1);
		fclose(file);
	}
	child_go();
	assert_int_equal(WEXITSTATUS(child_status(child)), 3);
	ct_notify_destroy(notify);
	munmap(large, SIZE);
}

#define MANY 100000

static int body_hundred_thousand(void)
{
	for (int i = 0; i < MANY; i++)
		if (syscall(SYS_getppid) != shared->values[0])
			return 1;
	return 0;
}

static void pay(void *arg, struct ct_notify *notify,
		const struct ct_notify_call *call, void *payload,
		size_t capacity, struct ct_notify_answer *ret)
{
	(void)arg;
	(void)notify;
	(void)call;
	(void)capacity;
	memset(payload, 'p', 256);
	ret->payload_size = 256;
}

static void count(void *arg, const struct ct_notify_record *record)
{
	size_t *right = arg;
	*right +=
	    record->answer.payload_size == 256 && record->payload[255] == 'p';
}

static void hundred_thousand_calls_need_no_more_memory(void **state)
{
	(void)state;
	struct child child = child_start(body_hundred_thousand, SYS_getppid);
	shared->values[0] = getpid();
	/* Less than a thirtieth of what they are. */
	struct ct_notify_options options = {.decide = pay,
					    .queue_limit = 1 << 20,
					    .wake_count = 200,
					    .is_killable = true};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	struct pollfd wake = {ct_notify_wake_fd(notify), POLLIN, 0};
	size_t right = 0;
	child_go();
	while (counts_of(notify).state == CT_NOTIFY_SERVING) {
		assert_int_equal(poll(&wake, 1, 30000), 1);
		ct_notify_drain(notify, count, &right);
	}
	ct_notify_drain(notify, count, &right);
	assert_int_equal(child_status(child), 0);
	struct ct_notify_counts counts = counts_of(notify);
	assert_int_equal(counts.received, MANY);
	/* Who drains too slowly loses some, and knows how many. */
	assert_int_equal(counts.recorded + counts.dropped, MANY);
	assert_int_equal(right, counts.recorded);
	ct_notify_destroy(notify);
}

static void full_queue_counts_what_it_drops(void **state)
{
	(void)state;
	struct child child = child_start(body_hundred_thousand, SYS_getppid);
	shared->values[0] = getpid();
	struct ct_notify_options options = {
	    .decide = pay, .queue_limit = 100000, .is_killable = true};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	child_go();
	assert_int_equal(child_status(child), 0);
	wait_state(notify, CT_NOTIFY_ENDED);
	struct ct_notify_counts counts = counts_of(notify);
	assert_in_range(counts.recorded, 200, 400);
	assert_int_equal(counts.recorded + counts.dropped, MANY);
	assert_int_equal(ct_notify_drain(notify, NULL, NULL), counts.recorded);
	char *text = ct_notify_describe(notify);
	assert_non_null(strstr(text, "NOT recorded"));
	free(text);
	ct_notify_destroy(notify);
}

static void few_records_wake_too(void **state)
{
	(void)state;
	struct child child = child_start(body_many, SYS_getppid);
	shared->values[0] = getpid();
	struct ct_notify_options options = {.wake_count = 100000,
					    .is_killable = true};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	struct pollfd wake = {ct_notify_wake_fd(notify), POLLIN, 0};
	assert_int_equal(poll(&wake, 1, 0), 0);
	child_go();
	wait_until(&shared->at, 1);
	assert_int_equal(poll(&wake, 1, 30000), 1);
	assert_int_equal(ct_notify_drain(notify, NULL, NULL), 11);
	assert_int_equal(poll(&wake, 1, 0), 0);
	shared->go = 2;
	child_status(child);
	ct_notify_destroy(notify);
}

static void quiet_calls_pass_unrecorded(void **state)
{
	(void)state;
	struct child child = child_start(body_many, SYS_getppid);
	shared->values[0] = getpid();
	struct ct_notify_options options = {.decide = delay_ppid,
					    .is_quiet = true};
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	child_go();
	wait_until(&shared->at, 1);
	char *text = ct_notify_describe(notify);
	assert_non_null(strstr(text, "quiet"));
	free(text);
	ct_notify_set_quiet(notify, false);
	shared->go = 2;
	wait_waiting(notify, 1);
	assert_int_equal(counts_of(notify).received, 12);
	assert_int_equal(counts_of(notify).recorded, 1);
	kill(child.pid, SIGKILL);
	child_status(child);
	ct_notify_destroy(notify);
}

enum {
	SHORT_LIVES = 5000
};

static void *thread_once(void *arg)
{
	syscall(SYS_getppid);
	return arg;
}

static int body_short_lives(void)
{
	for (int i = 0; i < SHORT_LIVES; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, thread_once, NULL))
			return 1;
		pthread_join(thread, NULL);
	}
	return 0;
}

static void count_own(void *arg, const struct ct_notify_record *record)
{
	const struct child *child = arg;
	shared->values[1] += record->call.pid == child->pid;
}

static void any_number_of_threads_may_come_and_go(void **state)
{
	(void)state;
	struct child child = child_start(body_short_lives, SYS_getppid);
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, NULL, &notify));
	child_go();
	assert_int_equal(child_status(child), 0);
	assert_int_equal(ct_notify_drain(notify, count_own, &child),
			 SHORT_LIVES);
	assert_int_equal(shared->values[1], SHORT_LIVES);
	ct_notify_destroy(notify);
}

static _Atomic int *handled;

static void on_signal(int number)
{
	(void)number;
	(*handled)++;
}

static int body_signalled(void)
{
	struct sigaction action = {.sa_handler = on_signal,
				   .sa_flags = SA_RESTART};
	handled = &shared->at;
	sigaction(SIGUSR1, &action, NULL);
	shared->values[0] = syscall(SYS_getppid);
	return 0;
}

/* The first time a call is decided, its thread gets a signal. */
static void signal_caller(void *arg, struct ct_notify *notify,
			  const struct ct_notify_call *call, void *payload,
			  size_t capacity, struct ct_notify_answer *ret)
{
	(void)notify;
	(void)payload;
	(void)capacity;
	int *decided = arg;
	if ((*decided)++ == 0)
		syscall(SYS_tgkill, call->pid, call->tid, SIGUSR1);
	/* Without WAIT_KILLABLE_RECV, the handler runs now. */
	if (!shared->values[7])
		wait_until(&shared->at, 1);
	ret->is_answered = true;
	ret->value = 1234;
}

static void signalled_call_counts_once(void **state)
{
	(void)state;
	for (int is_killable = 0; is_killable < 2; is_killable++) {
		const uint32_t numbers[] = {SYS_getppid};
		struct child child = child_start_flags(
		    body_signalled, numbers, 1,
		    is_killable ? SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV : 0);
		shared->values[7] = is_killable;
		int decided = 0;
		struct ct_notify_options options = {.decide = signal_caller,
						    .arg = &decided,
						    .is_killable = is_killable};
		struct ct_notify *notify;
		assert_ok(ct_notify_serve(child.listener, &options, &notify));
		child_go();
		assert_int_equal(child_status(child), 0);
		assert_int_equal(shared->values[0], 1234);
		assert_int_equal(shared->at, 1);
		assert_int_equal(decided, 1);
		struct ct_notify_counts counts = counts_of(notify);
		assert_int_equal(counts.recorded, 1);
		assert_int_equal(counts.repeated, is_killable ? 0 : 1);
		ct_notify_destroy(notify);
	}
}

/* A second thread's call is delayed; a signal for it alone comes. */
static void body_handler(int signal)
{
	(void)signal;
	shared->values[1]++;
}

static int body_interrupted(void)
{
	struct sigaction action = {.sa_handler = body_handler};
	sigaction(SIGUSR1, &action, NULL);
	shared->values[0] = syscall(SYS_getppid);
	return 3;
}

static void delay_and_say_so(void *arg, struct ct_notify *notify,
			     const struct ct_notify_call *call, void *payload,
			     size_t capacity, struct ct_notify_answer *ret)
{
	(void)notify;
	(void)call;
	(void)payload;
	(void)capacity;
	++*(int *)arg;
	ret->delay_ns = 300000000;
	ret->is_answered = true;
	ret->value = 77;
}

static void signalled_delay_goes_on_where_it_was(void **state)
{
	(void)state;
	int decided = 0;
	struct ct_notify_options options = {
	    .decide = delay_and_say_so, .arg = &decided, .is_killable = true};
	const uint32_t numbers[] = {SYS_getppid};
	struct child child =
	    child_start_flags(body_interrupted, numbers, 1,
			      SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	struct ct_notify *notify;
	assert_ok(ct_notify_serve(child.listener, &options, &notify));
	child_go();
	wait_waiting(notify, 1);
	kill(child.pid, SIGUSR1);
	assert_int_equal(WEXITSTATUS(child_status(child)), 3);
	assert_int_equal(shared->values[0], 77);
	assert_int_equal(shared->values[1], 1);
	assert_int_equal(decided, 1);
	assert_int_equal(counts_of(notify).repeated, 1);
	static struct seen seen;
	assert_int_equal(ct_notify_drain(notify, see, &seen), 2);
	assert_true(!seen.is_end[0] && seen.is_end[1]);
	assert_true(seen.calls[0].id == seen.calls[1].id);
	assert_true(seen.calls[1].time_ns - seen.calls[0].time_ns >= 300000000);
	ct_notify_destroy(notify);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signalled_delay_goes_on_where_it_was),
	    cmocka_unit_test(killed_in_a_call_is_over),
	    cmocka_unit_test(killed_before_its_answer_is_lost),
	    cmocka_unit_test(program_goes_on_without_the_server),
	    cmocka_unit_test(keeper_takes_over_from_a_killed_server),
	    cmocka_unit_test(keeper_has_given_back_our_memory),
	    cmocka_unit_test(hundred_thousand_calls_need_no_more_memory),
	    cmocka_unit_test(full_queue_counts_what_it_drops),
	    cmocka_unit_test(few_records_wake_too),
	    cmocka_unit_test(quiet_calls_pass_unrecorded),
	    cmocka_unit_test(any_number_of_threads_may_come_and_go),
	    cmocka_unit_test(signalled_call_counts_once),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
