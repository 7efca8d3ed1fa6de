/* SPDX-License-Identifier: MIT */
/*
 * What becomes of records: rings that are full, programs that are killed; and
 * calls about which GDB's side decides.  The program is a forked child, this
 * process GDB's side.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "agent_fixture.h"

#include "ctester/process.h"

enum {
	CALLS = 60000
};

static HOOKED int twice(int n)
{
	return 2 * n;
}

static HOOKED int outer(int n)
{
	int result = twice(n);
	if (n == 77)
		raise(SIGKILL);
	return result;
}

static const struct ct_parameter n_parameter[] = {{"n", &type_int}};
static struct ct_patch patches[2];
static struct ct_target *target;
static const struct ct_plan *plan;

static void start(enum ct_ring_mode mode, uint32_t flags)
{
	agent.pads = NULL;
	agent_start((struct ct_agent_options){.mode = mode});
	plan = agent_plan(&type_int, n_parameter, 1, NULL);
	target = agent_target(plan);
	agent_hook((void *)twice, target, plan, CT_HOOK_RETURNS | flags,
		   &patches[0]);
	agent_hook((void *)outer, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patches[1]);
}

static void stop(void)
{
	fail_error(ct_patch_remove(&own_access, &patches[0]));
	fail_error(ct_patch_remove(&own_access, &patches[1]));
	agent_stop();
}

/* A child in which the same memory is attached anew: fork has disarmed it. */
static pid_t run_child(int (*body)(void))
{
	pid_t child = fork();
	if (child)
		return child;
	int (*attach)(int, uint64_t, ct_ref, uint64_t) =
	    (int (*)(int, uint64_t, ct_ref, uint64_t))agent.info->attach;
	if (attach(agent.fd, AGENT_REGION,
		   ct_region_ref(agent.region, agent.shared), 0))
		_exit(100);
	_exit(body());
}

static int status_of(pid_t child)
{
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static int call_often(void)
{
	for (int i = 0; i < CALLS; i++)
		if (twice(i) != 2 * i)
			return 1;
	return 0;
}

static int next_number;
static size_t seen;
static void expect_next(void *arg, struct ct_record *record, size_t size)
{
	int n;
	(void)arg;
	fail_error(ct_record_check(record, size, plan));
	memcpy(&n, ct_record_args(record), sizeof(n));
	assert_int_equal(n, next_number);
	next_number++;
	seen++;
}

/* Until its only thread does, for room; or has ended. */
static void await_waiting(pid_t child)
{
	const struct ct_agent_shared *shared = agent.shared;
	for (;;) {
		siginfo_t info = {0};
		const struct ct_agent_thread *thread =
		    ct_region_at(agent.region, shared->threads[0]);
		if (thread && thread->rings[0].waiting)
			return;
		assert_int_equal(
		    waitid(P_PID, child, &info, WEXITED | WNOHANG | WNOWAIT),
		    0);
		if (info.si_pid)
			fail_msg("it has not waited");
		sched_yield();
	}
}

static void lossless_program_waits_for_the_reader(void **state)
{
	(void)state;
	start(CT_RING_LOSSLESS, 0);
	next_number = 0;
	seen = 0;
	pid_t child = run_child(call_often);
	await_waiting(child);
	while (seen < CALLS) {
		ct_drain_wait(agent.drain, 1000);
		ct_drain_read(agent.drain, expect_next, NULL);
	}
	assert_int_equal(status_of(child), 0);
	assert_int_equal(ct_drain_lost(agent.drain), 0);
	assert_int_equal(agent_calls(target), CALLS);
	stop();
}

static int call_with;
static int call_once(void)
{
	return twice(call_with) != 2 * call_with;
}

/* The same hooks, of another process. */
static struct ct_agent_shared *copy_shared(void)
{
	struct ct_agent_shared *copy;
	struct ct_hook *hooks = ct_region_at(agent.region, agent.shared->hooks);
	fail_error(ct_agent_memory_create(
	    agent.region, &(struct ct_agent_options){.mode = CT_RING_LOSSLESS},
	    &copy));
	for (uint32_t i = 0; i < agent.shared->hook_count; i++) {
		struct ct_hook *hook = ct_agent_add_hook(
		    agent.region, copy, hooks[i].target, plan, 0, 0, 0);
		assert_non_null(hook);
		assert_int_equal(ct_agent_hook_index(agent.region, copy, hook),
				 i);
		*hook = hooks[i];
	}
	copy->armed = 1;
	return copy;
}

static void calls_of_processes_are_in_one_order(void **state)
{
	(void)state;
	start(CT_RING_LOSSLESS, 0);
	struct ct_agent_shared *both[] = {agent.shared, copy_shared()};
	struct ct_drain_source sources[2] = {{agent.drain, NULL}};
	fail_error(ct_drain_create(agent.region, both[1], agent.numbers,
				   &sources[1].drain));
	for (call_with = 0; call_with < 5; call_with++) {
		agent.shared = both[call_with % 2];
		assert_int_equal(status_of(run_child(call_once)), 0);
	}
	agent.shared = both[0];
	next_number = 0;
	assert_int_equal(ct_drain_read_all(sources, 2, expect_next), 5);
	assert_int_equal(next_number, 5);
	ct_drain_destroy(sources[1].drain);
	stop();
}

static int call_often_in_vain(void)
{
	alarm(20); /* a wait for each call would be some hours */
	return call_often();
}

static void lose_reader(void)
{
	pid_t gone = fork();
	if (!gone)
		_exit(0);
	status_of(gone);
	agent.shared->reader_pid = gone;
}

static void program_goes_on_without_a_reader(void **state)
{
	(void)state;
	start(CT_RING_LOSSLESS, 0);
	lose_reader();
	assert_int_equal(status_of(run_child(call_often_in_vain)), 0);
	stop();
}

/* A question would be a SIGTRAP. */
static void nobody_is_asked_where_no_reader_is(void **state)
{
	(void)state;
	start(CT_RING_LOSSLESS, CT_HOOK_ASKS);
	lose_reader();
	assert_int_equal(status_of(run_child(call_often)), 0);
	assert_true(agent_calls(target) < 2);
	stop();
}

static void *tell_tid(void *arg)
{
	pid_t tid = gettid();
	if (write(*(int *)arg, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	for (;;)
		pause();
}

/* A process with a second thread, which is *tid. */
static pid_t start_reader(pid_t *tid)
{
	int ends[2];
	pthread_t thread;
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (pthread_create(&thread, NULL, tell_tid, &ends[1]) == 0)
			pthread_join(thread, NULL);
		_exit(1);
	}
	assert_int_equal(read(ends[0], tid, sizeof(*tid)), sizeof(*tid));
	close(ends[0]);
	close(ends[1]);
	return pid;
}

static void a_reader_that_nobody_waits_for_is_none(void **state)
{
	siginfo_t info;
	pid_t tid;
	(void)state;
	start(CT_RING_LOSSLESS, 0);
	pid_t reader = start_reader(&tid);
	agent.shared->reader_pid = reader;
	agent.shared->reader_tid = tid;
	kill(reader, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)reader, &info, WEXITED | WNOWAIT),
			 0);
	assert_int_equal(kill(reader, 0), 0); /* it is a zombie */
	assert_int_equal(status_of(run_child(call_often_in_vain)), 0);
	status_of(reader);
	stop();
}

static void another_process_of_the_number_is_none(void **state)
{
	pid_t tid;
	(void)state;
	start(CT_RING_LOSSLESS, 0);
	pid_t gone = start_reader(&tid);
	kill(gone, SIGKILL);
	status_of(gone);
	agent.shared->reader_pid = getpid();
	agent.shared->reader_tid = tid;
	assert_int_equal(status_of(run_child(call_often_in_vain)), 0);
	stop();
}

static void dropped_records_are_counted(void **state)
{
	(void)state;
	start(CT_RING_DROP, 0);
	next_number = 0;
	seen = 0;
	assert_int_equal(status_of(run_child(call_often)), 0);
	ct_drain_read(agent.drain, expect_next, NULL);
	assert_in_range(seen, 1000, CALLS - 1);
	assert_int_equal(seen + ct_drain_lost(agent.drain), CALLS);
	stop();
}

static void flight_keeps_the_newest(void **state)
{
	(void)state;
	start(CT_RING_FLIGHT, 0);
	assert_int_equal(status_of(run_child(call_often)), 0);
	seen = 0;
	next_number = CALLS; /* the first is to be found out */
	uint64_t lost = ct_drain_lost(agent.drain);
	next_number = (int)lost;
	ct_drain_read(agent.drain, expect_next, NULL);
	assert_int_equal(next_number, CALLS);
	assert_int_equal(seen + lost, CALLS);
	stop();
}

static int be_killed(void)
{
	for (int i = 0; i < 78; i++)
		outer(i);
	return 0;
}

static void killed_program_leaves_all_it_did(void **state)
{
	(void)state;
	start(CT_RING_LOSSLESS, 0);
	int status = status_of(run_child(be_killed));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(agent_drain(), 77 * 2 + 1);
	assert_int_equal(ct_drain_unfinished(agent.drain, 0, agent_keep, NULL),
			 1);
	const struct ct_record *last = agent.records[77 * 2 + 1];
	fail_error(ct_record_check(last, last->size, plan));
	assert_int_equal(last->outcome, CT_OUTCOME_UNFINISHED);
	assert_int_equal(*(const int *)(const void *)ct_record_args(last), 77);
	assert_int_equal(agent.records[77 * 2]->depth, 1);
	stop();
}

/* What the program has written is not believed. */
static void damaged_rings_are_survived(void **state)
{
	(void)state;
	start(CT_RING_LOSSLESS, 0);
	assert_int_equal(status_of(run_child(be_killed)), SIGKILL);
	struct ct_agent_thread *thread =
	    ct_region_at(agent.region, agent.shared->threads[0]);
	uint8_t *ring = ct_agent_ring_data(agent.shared, thread, 0);
	uint32_t seed = 1;
	for (int round = 0; round < 300; round++) {
		for (size_t i = 0; i < 4096; i++) {
			seed = seed * 1664525 + 1013904223;
			if (seed >> 28 == 0)
				ring[i] = (uint8_t)(seed >> 8);
		}
		thread->rings[0].tail = 0;
		agent_drain();
		thread->open_last = seed & ~7u;
		ct_drain_unfinished(agent.drain, 0, agent_keep, NULL);
	}
	thread->rings[0].head = UINT64_MAX;
	thread->rings[0].tail = 12345;
	agent_drain();
	agent.shared->threads[0] = UINT32_MAX;
	agent.shared->thread_count = UINT32_MAX;
	agent_drain();
	stop();
}

static long calls_left;
static int call_very_often(void)
{
	for (long i = 0; i < calls_left; i++)
		if (twice((int)i) != 2 * (int)i)
			return 1;
	return 0;
}

/* However many calls there are; `make check-long` has ten million. */
static void memory_is_bounded(void **state)
{
	struct stat first, last;
	(void)state;
	start(CT_RING_LOSSLESS, 0);
	calls_left = getenv("CTESTER_LONG") ? 10000000 : 300000;
	next_number = 0;
	seen = 0;
	uint64_t used = 0;
	pid_t child = run_child(call_very_often);
	while (seen < (size_t)calls_left) {
		ct_drain_wait(agent.drain, 1000);
		ct_drain_read(agent.drain, expect_next, NULL);
		if (!used && seen > 20000) {
			fstat(agent.fd, &first);
			used = agent.region->used;
		}
	}
	assert_int_equal(status_of(child), 0);
	fstat(agent.fd, &last);
	assert_int_equal(agent.region->used, used);
	assert_true(last.st_blocks * 512 <=
		    first.st_blocks * 512 + (long)agent.shared->ring_size);
	assert_int_equal(agent_calls(target), calls_left);
	/* A program that waited was woken for many records at a time. */
	const struct ct_agent_thread *thread =
	    ct_region_at(agent.region, agent.shared->threads[0]);
	assert_true(thread->rings[0].emptied < seen / 50);
	stop();
}

static int call_traced(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		return 50;
	raise(SIGSTOP);
	return twice(4) == 8 && twice(5) == 55 && twice(6) == -1 ? 0 : 1;
}

/* At its int3, the thread's question; returns its block. */
static struct ct_agent_thread *wait_for_question(pid_t child)
{
	struct user_regs_struct regs;
	int status = status_of(child);
	assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
	assert_int_equal(ptrace(PTRACE_GETREGS, child, NULL, &regs), 0);
	assert_int_equal(regs.rip, agent.info->trap_next);
	struct ct_agent_thread *thread =
	    ct_region_at(agent.region, agent.shared->threads[0]);
	assert_int_equal(thread->tid, child);
	return thread;
}

static void gdb_decides_where_the_agent_cannot(void **state)
{
	(void)state;
	start(CT_RING_LOSSLESS, CT_HOOK_ASKS);
	pid_t child = run_child(call_traced);
	assert_true(WIFSTOPPED(status_of(child)));
	for (int i = 0; i < 3; i++) {
		ptrace(PTRACE_CONT, child, NULL, NULL);
		struct ct_agent_thread *thread = wait_for_question(child);
		assert_int_equal(thread->trap.reason, CT_TRAP_DECIDE);
		struct ct_open *open =
		    (void *)(ct_agent_open_area(thread) + thread->trap.open);
		struct ct_record *record = (void *)(open + 1);
		assert_int_equal(
		    *(const int *)(const void *)ct_record_args(record), 4 + i);
		if (i == 0) {
			open->answer = CT_TRAP_PASS;
		} else if (i == 1) {
			open->answer = CT_TRAP_RETURN;
			record->outcome = CT_OUTCOME_RAISED;
			ptrace(PTRACE_POKEDATA, child,
			       thread->trap.regs +
				   offsetof(struct ct_regs, gpr[CT_REG_RAX]),
			       55l);
		} else {
			int value = -1;
			ct_target_add_mock(agent.region, target, 1, &value,
					   sizeof(value));
			open->answer = CT_TRAP_AGAIN;
		}
	}
	ptrace(PTRACE_CONT, child, NULL, NULL);
	assert_int_equal(status_of(child), 0);
	assert_int_equal(agent_drain(), 3);
	assert_int_equal(agent.records[0]->outcome, CT_OUTCOME_REAL);
	assert_int_equal(agent.records[1]->outcome, CT_OUTCOME_RAISED);
	assert_int_equal(agent.records[2]->outcome, CT_OUTCOME_MOCKED);
	stop();
}

static HOOKED void fill_in(char *to, int size)
{
	memset(to, 'r', (size_t)size);
}

static void mock_writes_through_pointers(void **state)
{
	(void)state;
	struct ct_patch patch;
	static const struct ct_parameter parameters[] = {{"to", &type_string},
							 {"size", &type_int}};
	start(CT_RING_LOSSLESS, 0);
	const struct ct_plan *fill_plan =
	    agent_plan(&ct_type_void, parameters, 2, NULL);
	struct ct_target *fill_target = agent_target(fill_plan);
	agent_hook((void *)fill_in, fill_target, fill_plan, CT_HOOK_RETURNS,
		   &patch);
	struct ct_mock *mock =
	    ct_target_add_mock(agent.region, fill_target, 0, NULL, 0);
	mock->id = 9;
	assert_true(ct_agent_add_out(agent.region, agent.shared, 9,
				     ct_plan_parameters(fill_plan)[0].offset,
				     "mock", 5));
	char text[8] = "before";
	fill_in(text, 8);
	assert_string_equal(text, "mock");
	fill_in(NULL, 8);
	fill_in((char *)16, 8);
	assert_int_equal(agent_drain(), 3);
	fail_error(ct_patch_remove(&own_access, &patch));
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lossless_program_waits_for_the_reader),
	    cmocka_unit_test(calls_of_processes_are_in_one_order),
	    cmocka_unit_test(program_goes_on_without_a_reader),
	    cmocka_unit_test(nobody_is_asked_where_no_reader_is),
	    cmocka_unit_test(a_reader_that_nobody_waits_for_is_none),
	    cmocka_unit_test(another_process_of_the_number_is_none),
	    cmocka_unit_test(dropped_records_are_counted),
	    cmocka_unit_test(flight_keeps_the_newest),
	    cmocka_unit_test(killed_program_leaves_all_it_did),
	    cmocka_unit_test(damaged_rings_are_survived),
	    cmocka_unit_test(memory_is_bounded),
	    cmocka_unit_test(gdb_decides_where_the_agent_cannot),
	    cmocka_unit_test(mock_writes_through_pointers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
