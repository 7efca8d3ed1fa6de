/* SPDX-License-Identifier: MIT */
/*
 * Ways in and out of hooked functions: recursion, tail calls, longjmp,
 * exceptions, signals, threads, fork.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/time.h>

#include "agent_fixture.h"

static int setup(void **state)
{
	(void)state;
	agent_start((struct ct_agent_options){.open_size = 20 << 20,
					      .ring_size = 2 << 20});
	return 0;
}

static void unhook(struct ct_patch *patch)
{
	fail_error(ct_patch_remove(&own_access, patch));
}

static const struct ct_parameter int_parameter[] = {
    {.name = "n", .type = &type_int}};

/* ---- control flow */

static HOOKED long factorial(int n)
{
	long less = n <= 1 ? 1 : factorial(n - 1);
	asm volatile("" : "+r"(less)); /* no loop */
	return n <= 1 ? 1 : n * less;
}

static void recursion_has_depths(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_long, int_parameter, 1, NULL);
	agent_hook((void *)factorial, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patch);
	assert_int_equal(factorial(10), 3628800);
	assert_int_equal(agent_drain(), 10);
	for (uint32_t i = 0; i < 10; i++) {
		assert_int_equal(agent.records[i]->depth, 9 - i);
		assert_int_equal(agent.records[i]->seq - agent.records[9]->seq,
				 9 - i);
	}
	unhook(&patch);
}

long tail_target(int n);
long tail_caller(int n);
long tail_loop(int n);
asm(".text\n"
    "tail_target:\n\tlea 5(%rdi), %rax\n\tnop\n\tret\n\t.skip 16, 0x90\n"
    "tail_caller:\n\tadd $1, %rdi\n\tnop\n\tjmp tail_target\n"
    "\t.skip 16, 0x90\n"
    "tail_loop:\n\tsub $1, %rdi\n\tnop\n\tjg tail_loop\n\tmov %rdi, %rax\n"
    "\tret\n\t.skip 16, 0x90\n");

static void tail_call_has_the_callers_caller(void **state)
{
	(void)state;
	struct ct_patch first, second;
	const struct ct_plan *plan =
	    agent_plan(&type_long, int_parameter, 1, NULL);
	agent_hook((void *)tail_target, agent_target(plan), plan,
		   CT_HOOK_RETURNS, &first);
	agent_hook((void *)tail_caller, agent_target(plan), plan,
		   CT_HOOK_RETURNS, &second);
	assert_int_equal(tail_caller(7), 13);
	assert_int_equal(agent_drain(), 2);
	assert_int_equal(agent.records[0]->caller, agent.records[1]->caller);
	assert_in_range(agent.records[0]->caller,
			(uintptr_t)tail_call_has_the_callers_caller,
			(uintptr_t)tail_call_has_the_callers_caller + 4096);
	for (int i = 0; i < 2; i++)
		assert_int_equal(*(const long *)(const void *)ct_record_result(
				     agent.records[i]),
				 13);
	unhook(&first);
	unhook(&second);
}

/* Each time round is a call; the program's stack does not grow with them. */
static void loop_to_the_entry_needs_no_stack(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_long, int_parameter, 1, NULL);
	struct ct_target *target = agent_target(plan);
	agent_hook((void *)tail_loop, target, plan, CT_HOOK_RETURNS, &patch);
	agent.shared->ring_mode = CT_RING_FLIGHT; /* nobody reads meanwhile */
	assert_int_equal(tail_loop(100000), 0);
	agent.shared->ring_mode = CT_RING_LOSSLESS;
	assert_int_equal(agent_calls(target), 100000);
	agent_drain();
	unhook(&patch);
}

static jmp_buf way_out;
static HOOKED int jump_out(int n)
{
	if (n)
		longjmp(way_out, n);
	return 0;
}

static HOOKED int around(int n)
{
	return jump_out(n) + 1;
}

static void longjmp_leaves_calls_unfinished(void **state)
{
	(void)state;
	struct ct_patch inner, outer;
	const struct ct_plan *plan =
	    agent_plan(&type_int, int_parameter, 1, NULL);
	agent_hook((void *)jump_out, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &inner);
	agent_hook((void *)around, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &outer);
	for (volatile int i = 0; i < 1000; i++)
		if (!setjmp(way_out))
			around(3);
	assert_int_equal(around(0), 1);
	agent_drain();
	assert_int_equal(agent.count, 2002);
	for (int i = 0; i < 2000; i++) {
		assert_int_equal(agent.records[i]->outcome,
				 CT_OUTCOME_UNFINISHED);
		assert_int_equal(agent.records[i]->depth, !(i & 1));
	}
	assert_int_equal(agent.records[2000]->outcome, CT_OUTCOME_REAL);
	assert_int_equal(agent.records[2001]->depth, 0);
	unhook(&inner);
	unhook(&outer);
}

static int seen_frames;
static HOOKED int look_around(int n)
{
	void *frames[64];
	int count = backtrace(frames, 64);
	seen_frames = 0;
	for (int i = 0; i < count; i++)
		seen_frames += (uintptr_t)frames[i] >= (uintptr_t)n + 0 &&
			       (uintptr_t)frames[i] < (uintptr_t)&seen_frames;
	return count;
}

static HOOKED int look_from(int n)
{
	return look_around(n) + 100;
}

static void backtrace_sees_the_callers(void **state)
{
	(void)state;
	struct ct_patch inner, outer;
	int plain = look_from(0);
	const struct ct_plan *plan =
	    agent_plan(&type_int, int_parameter, 1, NULL);
	agent_hook((void *)look_around, agent_target(plan), plan,
		   CT_HOOK_RETURNS, &inner);
	agent_hook((void *)look_from, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &outer);
	/* One frame more for each hook, and all those around. */
	assert_int_equal(look_from(0), plain + 2);
	unhook(&inner);
	unhook(&outer);
	agent_drain();
}

static _Atomic int cleaned;
static HOOKED int end_thread(int n)
{
	if (n)
		pthread_exit(NULL);
	return 0;
}

static void clean(void *arg)
{
	(void)arg;
	cleaned++;
}

static void *thread_that_ends(void *arg)
{
	pthread_cleanup_push(clean, NULL);
	end_thread(1);
	pthread_cleanup_pop(0);
	return arg;
}

static void pthread_exit_unwinds_through(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_int, int_parameter, 1, NULL);
	agent_hook((void *)end_thread, agent_target(plan), plan,
		   CT_HOOK_RETURNS, &patch);
	pthread_t thread;
	cleaned = 0;
	assert_int_equal(pthread_create(&thread, NULL, thread_that_ends, NULL),
			 0);
	pthread_join(thread, NULL);
	assert_int_equal(cleaned, 1);
	assert_int_equal(agent_drain(), 0);
	assert_int_equal(ct_drain_unfinished(agent.drain, 0, agent_keep, NULL),
			 1);
	assert_int_equal(agent.records[0]->outcome, CT_OUTCOME_UNFINISHED);
	assert_int_equal(ct_drain_unfinished(agent.drain, 0, agent_keep, NULL),
			 0);
	unhook(&patch);
}

/* ---- signals */

static HOOKED int in_handler(int n)
{
	return n + 1;
}
static HOOKED int in_main(int n)
{
	return n + 2;
}

static _Atomic long handled;
static sigjmp_buf from_handler;
static volatile int leave_handler;

static void on_alarm(int number)
{
	(void)number;
	assert_int_equal(in_handler(4), 5);
	handled++;
	if (leave_handler && handled % 3 == 0)
		siglongjmp(from_handler, 1);
}

static void call_with_alarms(int flags, bool leaves)
{
	static char stack[64 << 10];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
	struct itimerval often = {{0, 50}, {0, 50}}, never = {0};
	sigaltstack(&alternate, NULL);
	sigaction(SIGALRM, &action, NULL);
	leave_handler = leaves;
	handled = 0;
	volatile long calls = 0;
	setitimer(ITIMER_REAL, &often, NULL);
	sigsetjmp(from_handler, 1);
	while (handled < 1500) {
		assert_int_equal(in_main(3), 5);
		calls++;
	}
	setitimer(ITIMER_REAL, &never, NULL);
}

static size_t taken;
static void count_record(void *arg, struct ct_record *record, size_t size)
{
	const struct ct_plan *plan = arg;
	fail_error(ct_record_check(record, size, plan));
	taken++;
}

static void handlers_call_hooked_functions(void **state)
{
	(void)state;
	struct ct_patch first, second;
	const struct ct_plan *plan =
	    agent_plan(&type_int, int_parameter, 1, NULL);
	struct ct_target *handler_target = agent_target(plan);
	agent.shared->ring_mode = CT_RING_FLIGHT;
	agent_hook((void *)in_handler, handler_target, plan, CT_HOOK_RETURNS,
		   &first);
	agent_hook((void *)in_main, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &second);
	call_with_alarms(0, false);
	call_with_alarms(SA_ONSTACK, false);
	call_with_alarms(0, true);
	call_with_alarms(SA_ONSTACK, true);
	assert_true(agent_calls(handler_target) >= 6000);
	in_main(3); /* what a handler has left behind is found */
	taken = 0;
	ct_drain_read(agent.drain, count_record, (void *)(uintptr_t)plan);
	assert_true(taken > 0);
	agent.shared->ring_mode = CT_RING_LOSSLESS;
	unhook(&first);
	unhook(&second);
}

/* What a handler leaves behind that came in the middle of a decision. */
static void lock_is_not_held_for_ever(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_int, int_parameter, 1, NULL);
	struct ct_target *target = agent_target(plan);
	agent_hook((void *)in_main, target, plan, CT_HOOK_RETURNS, &patch);
	int value = 5;
	ct_target_add_mock(agent.region, target, 1, &value, sizeof(value));
	struct ct_agent_thread *thread =
	    ct_region_at(agent.region, agent.shared->threads[0]);
	assert_int_equal(thread->tid, getpid());
	ct_lock_acquire_as(&target->lock, ct_agent_lock_id(getpid(), 0));
	/* Of a frame that is far below this one. */
	thread->owners[0] = (uintptr_t)&value - 4096 + CT_OWNER_SLOW;
	thread->deciding[0] = ct_region_ref(agent.region, target);
	assert_int_equal(ct_agent_deciding(agent.region, agent.shared),
			 getpid());
	assert_int_equal(in_main(100), 5);
	assert_int_equal(in_main(100), 102);
	assert_int_equal(ct_agent_deciding(agent.region, agent.shared), 0);
	assert_int_equal(agent_drain(), 2);
	unhook(&patch);
}

/* ---- memory, threads, fork */

static HOOKED int length_of(const char *text)
{
	return text == NULL ? 0 : 1;
}

static const struct ct_parameter text_parameter[] = {
    {.name = "text", .type = &type_string}};

static HOOKED int unmap(char *page)
{
	return munmap(page, 4096);
}

static void unreadable_pointers_are_survived(void **state)
{
	(void)state;
	struct ct_patch patch, unmapping;
	const struct ct_plan *plan =
	    agent_plan(&type_int, text_parameter, 1, NULL);
	agent_hook((void *)length_of, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patch);
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(page + 4096, 4096);
	memset(page, 'x', 4096);
	const char *bad[] = {NULL,
			     (char *)8,
			     (char *)0x7fffffffffff0000,
			     (char *)0xffff800000000000,
			     (char *)-1,
			     page + 4090};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(length_of(bad[i]), bad[i] != NULL);
	assert_int_equal(agent_drain(), 6);
	struct ct_memory memory = ct_record_entry_memory(agent.records[5]);
	char text[16];
	assert_int_equal(
	    memory.read(memory.arg, (uintptr_t)page + 4090, text, 16), 6);
	/* Readable a moment ago: who unmaps says so. */
	agent_hook((void *)unmap, NULL, NULL, CT_HOOK_UNMAPS, &unmapping);
	assert_int_equal(length_of(page), 1);
	assert_int_equal(unmap(page), 0);
	assert_int_equal(length_of(page), 1);
	assert_int_equal(agent_drain(), 2);
	unhook(&unmapping);
	unhook(&patch);
}

enum {
	THREADS = 4,
	EACH = 20000
};

static void *call_often(void *arg)
{
	for (int i = 0; i < EACH; i++)
		if (in_main(i) != i + 2)
			return arg;
	return NULL;
}

static void every_call_of_every_thread_is_recorded(void **state)
{
	(void)state;
	struct ct_patch patch;
	pthread_t threads[THREADS];
	const struct ct_plan *plan =
	    agent_plan(&type_int, int_parameter, 1, NULL);
	struct ct_target *target = agent_target(plan);
	agent_hook((void *)in_main, target, plan, CT_HOOK_RETURNS, &patch);
	taken = 0;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, call_often, &taken);
	while (taken < THREADS * EACH) {
		ct_drain_wait(agent.drain, 1);
		ct_drain_read(agent.drain, count_record,
			      (void *)(uintptr_t)plan);
	}
	for (int i = 0; i < THREADS; i++) {
		void *wrong;
		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
	assert_int_equal(taken, THREADS * EACH);
	assert_int_equal(agent_calls(target), THREADS * EACH);
	unhook(&patch);
}

static void forked_child_passes_unseen(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_int, int_parameter, 1, NULL);
	struct ct_target *target = agent_target(plan);
	agent_hook((void *)in_main, target, plan, CT_HOOK_RETURNS, &patch);
	pid_t child = fork();
	if (!child)
		_exit(in_main(40) == 42 ? 0 : 1);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(agent_drain(), 0);
	assert_int_equal(agent_calls(target), 0);
	unhook(&patch);
}

static HOOKED int fails(int n)
{
	int result = -1;
	errno = n;
	asm volatile("" : "+r"(result)); /* no constant */
	return result;
}

static void errno_is_the_functions(void **state)
{
	(void)state;
	struct ct_patch patch;
	agent_know_errno();
	const struct ct_plan *plan =
	    agent_plan(&type_int, int_parameter, 1, NULL);
	struct ct_target *target = agent_target(plan);
	agent_hook((void *)fails, target, plan, CT_HOOK_RETURNS, &patch);
	errno = 3;
	assert_int_equal(fails(17), -1);
	assert_int_equal(errno, 17);
	int value = -5;
	struct ct_mock *mock =
	    ct_target_add_mock(agent.region, target, 1, &value, sizeof(value));
	mock->flags |= CT_MOCK_HAS_ERRNO;
	mock->errno_value = 28;
	assert_int_equal(fails(17), -5);
	assert_int_equal(errno, 28);
	assert_int_equal(agent_drain(), 2);
	for (int i = 0; i < 2; i++)
		assert_true(agent.records[i]->flags & CT_RECORD_HAS_ERRNO);
	assert_int_equal(agent.records[0]->errno_value, 17);
	assert_int_equal(agent.records[1]->errno_value, 28);
	unhook(&patch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recursion_has_depths),
	    cmocka_unit_test(tail_call_has_the_callers_caller),
	    cmocka_unit_test(loop_to_the_entry_needs_no_stack),
	    cmocka_unit_test(longjmp_leaves_calls_unfinished),
	    cmocka_unit_test(backtrace_sees_the_callers),
	    cmocka_unit_test(pthread_exit_unwinds_through),
	    cmocka_unit_test(handlers_call_hooked_functions),
	    cmocka_unit_test(lock_is_not_held_for_ever),
	    cmocka_unit_test(unreadable_pointers_are_survived),
	    cmocka_unit_test(every_call_of_every_thread_is_recorded),
	    cmocka_unit_test(forked_child_passes_unseen),
	    cmocka_unit_test(errno_is_the_functions),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
