/* SPDX-License-Identifier: MIT */
/*
 * Threads that are not one thread of control: coroutines, vfork.  What is
 * recorded must be whole: each record's second argument follows from its
 * first.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <ucontext.h>

#include "paired_calls.h"

static int setup(void **state)
{
	(void)state;
	paired_start(CT_RING_FLIGHT);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	paired_stop();
	return 0;
}

/* ---- what a record must say */

static size_t seen[FUNCTIONS];

static void check_record(void *arg, struct ct_record *record, size_t size)
{
	uint32_t which = paired_function(record);
	(void)arg;
	assert_in_range(which, 0, FUNCTIONS - 1);
	fail_error(ct_record_check(record, size, plans[which]));
	assert_int_equal(record->tid, getpid());
	assert_true(agent_is_program(record->caller));
	assert_true(paired_is_whole(record));
	seen[which]++;
}

static void check_all(void)
{
	memset(seen, 0, sizeof(seen));
	ct_drain_read(agent.drain, check_record, NULL);
}

/* ---- coroutines */

enum {
	COROUTINES = 8,
	ROUNDS = 300
};

static ucontext_t home, contexts[COROUTINES];
static int at_work;

static HOOKED long yields(long a, long b)
{
	swapcontext(&contexts[at_work], &home);
	return a ^ b;
}

static void coroutine(void)
{
	for (long i = 0; i < ROUNDS; i++)
		if (yields(i, ~i) != -1 || mocked(i, ~i) != MOCKED)
			fail_msg("a call went wrong");
}

/* Calls that are open on many stacks, and end in another order. */
static void coroutines_take_their_calls_along(void **state)
{
	(void)state;
	struct ct_patch patch;
	static char stacks[COROUTINES][64 << 10];
	agent_hook((void *)yields, targets[TRACED], plans[TRACED],
		   CT_HOOK_RETURNS, &patch);
	uint64_t before = agent_calls(targets[TRACED]);
	for (int i = 0; i < COROUTINES; i++) {
		getcontext(&contexts[i]);
		contexts[i].uc_stack.ss_sp = stacks[i];
		contexts[i].uc_stack.ss_size = sizeof(stacks[i]);
		contexts[i].uc_link = &home;
		makecontext(&contexts[i], coroutine, 0);
	}
	for (int round = 0; round <= ROUNDS; round++)
		for (int i = 0; i < COROUTINES; i++) {
			at_work = (i * 5 + round) % COROUTINES;
			swapcontext(&home, &contexts[at_work]);
		}
	assert_int_equal(agent_calls(targets[TRACED]) - before,
			 COROUTINES * ROUNDS);
	check_all();
	/* One that another stack's call hides has no record. */
	assert_in_range(seen[TRACED], ROUNDS, COROUTINES * ROUNDS);
	fail_error(ct_patch_remove(&own_access, &patch));
}

/* ---- vfork: the child runs on its parent's stack, in its thread */

static void vfork_child_calls(void **state)
{
	(void)state;
	uint64_t before = agent_calls(targets[TRACED]);
	for (int i = 0; i < 20; i++) {
		traced(i, ~(long)i);
		pid_t child = vfork();
		if (!child) {
			traced(7, ~7l);
			_exit(3);
		}
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(WEXITSTATUS(status), 3);
	}
	assert_int_equal(agent_calls(targets[TRACED]) - before, 40);
	check_all();
	assert_int_equal(seen[TRACED], 40);
}

/* ---- what has such children: their calls are not the parent's */

static pid_t call_in_vfork(long n)
{
	pid_t child = vfork();
	if (!child) {
		traced(n, ~n);
		_exit(mocked(n, ~n) == n + ~n ? 3 : 4);
	}
	return child;
}

/* As the C library's posix_spawn() does it. */
static int call_in_clone(void *arg)
{
	long n = (long)arg;
	traced(n, ~n);
	return mocked(n, ~n) == n + ~n ? 3 : 4;
}

static HOOKED pid_t spawn(long n)
{
	static char stack[64 << 10] __attribute__((aligned(16)));
	traced(n, ~n);
	return clone(call_in_clone, stack + sizeof(stack),
		     CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)n);
}

static void hook_spawning(void *function, uint32_t flags, struct ct_patch *ret)
{
	struct ct_hook *hook = ct_agent_add_hook(
	    agent.region, agent.shared, 0, NULL, 0, flags | CT_HOOK_SPAWNS, 0);
	const char *problem = agent_try(function, AGENT_ANY_SIZE, hook, ret);
	if (problem)
		fail_msg("not hooked: %s", problem);
}

static void calls_of_a_child_in_this_memory_pass(void **state)
{
	(void)state;
	struct ct_patch by_vfork, by_spawn;
	hook_spawning(dlsym(RTLD_DEFAULT, "vfork"), 0, &by_vfork);
	hook_spawning((void *)spawn, CT_HOOK_RETURNS, &by_spawn);
	uint64_t before = agent_calls(targets[TRACED]);
	for (long i = 0; i < 20; i++) {
		pid_t child = i % 2 ? spawn(i) : call_in_vfork(i);
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(WEXITSTATUS(status), 3);
		for (int j = 0; j < 10; j++) {
			traced(i, ~i);
			assert_int_equal(mocked(i, ~i), MOCKED);
		}
	}
	assert_int_equal(agent_calls(targets[TRACED]) - before, 210);
	check_all();
	assert_int_equal(seen[TRACED], 210);
	assert_int_equal(seen[MOCK], 200);
	assert_int_equal(ct_drain_unseen(agent.drain), 0);
	fail_error(ct_patch_remove(&own_access, &by_vfork));
	fail_error(ct_patch_remove(&own_access, &by_spawn));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(coroutines_take_their_calls_along),
	    cmocka_unit_test(vfork_child_calls),
	    cmocka_unit_test(calls_of_a_child_in_this_memory_pass),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
