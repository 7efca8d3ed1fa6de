/* SPDX-License-Identifier: MIT */
/*
 * Threads that are not one thread of control: coroutines, vfork.  What is
 * recorded must be whole: each record's second argument follows from its
 * first.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <immintrin.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <ucontext.h>

#include "agent_fixture.h"

enum {
	MOCKED = 1234567,
};

static HOOKED long traced(long a, long b)
{
	return a ^ b;
}
static HOOKED long mocked(long a, long b)
{
	return a + b;
}
static HOOKED long traced_text(const char *text, long b)
{
	return text[0] + b;
}

static const struct ct_parameter longs[] = {{"a", &type_long},
					    {"b", &type_long}};
static const struct ct_parameter text_and_long[] = {{"text", &type_string},
						    {"b", &type_long}};

static struct ct_patch patches[3];
static const struct ct_plan *plans[3];
static struct ct_target *targets[3];

static void know_program(void)
{
	uint64_t self;
	asm("movq %%fs:0, %0" : "=r"(self));
	agent.shared->errno_offset = (int64_t)((uintptr_t)&errno - self);
	agent.shared->errno_known = 1;
	agent.shared->program =
	    (struct ct_agent_range){(uintptr_t)agent_load - (4 << 20),
				    (uintptr_t)agent_load + (4 << 20)};
}

static int setup(void **state)
{
	const long value = MOCKED;
	void *const functions[] = {(void *)traced, (void *)mocked,
				   (void *)traced_text};
	(void)state;
	agent_start((struct ct_agent_options){.mode = CT_RING_FLIGHT});
	know_program();
	for (int i = 0; i < 3; i++) {
		plans[i] = agent_plan(&type_long,
				      i == 2 ? text_and_long : longs, 2, NULL);
		targets[i] = agent_target(plans[i]);
		agent_hook(functions[i], targets[i], plans[i], CT_HOOK_RETURNS,
			   &patches[i]);
	}
	ct_target_add_mock(agent.region, targets[1], 0, &value, sizeof(value))
	    ->id = 1;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		fail_error(ct_patch_remove(&own_access, &patches[i]));
	agent_stop();
	return 0;
}

/* ---- what a record must say */

static size_t seen[3];

static void check_record(void *arg, struct ct_record *record, size_t size)
{
	uint32_t first = *(const uint32_t *)arg;
	uint32_t which = record->target - first;
	const uint64_t *words = (const void *)ct_record_args(record);
	const uint64_t *result = (const void *)ct_record_result(record);
	assert_in_range(which, 0, 2);
	fail_error(ct_record_check(record, size, plans[which]));
	assert_int_equal(record->tid, getpid());
	assert_in_range(record->caller, (uintptr_t)agent_load - (4 << 20),
			(uintptr_t)agent_load + (4 << 20));
	seen[which]++;
	if (which == 2) {
		const char *text =
		    (const char *)(ct_record_entry_blobs(record) +
				   sizeof(struct ct_blob));
		assert_string_equal(text, "interrupted");
		return;
	}
	assert_int_equal(words[1], ~words[0]);
	if (record->outcome == CT_OUTCOME_UNFINISHED)
		return;
	assert_int_equal(*result, which ? MOCKED : -1);
	assert_int_equal(record->outcome,
			 which ? CT_OUTCOME_MOCKED : CT_OUTCOME_REAL);
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
	agent_hook((void *)yields, targets[0], plans[0], CT_HOOK_RETURNS,
		   &patch);
	uint64_t before = targets[0]->counts.calls;
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
	assert_int_equal(targets[0]->counts.calls - before,
			 COROUTINES * ROUNDS);
	memset(seen, 0, sizeof(seen));
	ct_drain_read(agent.drain, check_record, &targets[0]->index);
	/* One that another stack's call hides has no record. */
	assert_in_range(seen[0], ROUNDS, COROUTINES * ROUNDS);
	fail_error(ct_patch_remove(&own_access, &patch));
}

/* ---- vfork: the child runs on its parent's stack, in its thread */

static void vfork_child_calls(void **state)
{
	(void)state;
	uint64_t before = targets[0]->counts.calls;
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
	assert_int_equal(targets[0]->counts.calls - before, 40);
	memset(seen, 0, sizeof(seen));
	ct_drain_read(agent.drain, check_record, &targets[0]->index);
	assert_int_equal(seen[0], 40);
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
	uint64_t before = targets[0]->counts.calls;
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
	assert_int_equal(targets[0]->counts.calls - before, 210);
	memset(seen, 0, sizeof(seen));
	ct_drain_read(agent.drain, check_record, &targets[0]->index);
	assert_int_equal(seen[0], 210);
	assert_int_equal(seen[1], 200);
	assert_int_equal(ct_drain_unseen(agent.drain), 0);
	fail_error(ct_patch_remove(&own_access, &by_vfork));
	fail_error(ct_patch_remove(&own_access, &by_spawn));
}

/* ---- vector registers: what is in all of them goes in and comes out */

#define WIDE __attribute__((target("avx")))
static HOOKED WIDE __m256d widen(__m256d a, __m256d b)
{
	return _mm256_add_pd(a, _mm256_add_pd(b, b));
}

static WIDE void wide_arguments_and_results(void)
{
	struct ct_patch patch;
	const __m256d a = _mm256_set_pd(1, 2, 3, 4);
	const __m256d b = _mm256_set_pd(50, 60, 70, 80);
	const double expected[] = {164, 143, 122, 101};
	double seen_values[4];
	/* Of such arguments the plan knows nothing; they pass. */
	const struct ct_plan *plan = agent_plan(&type_double, NULL, 0, NULL);
	agent_hook((void *)widen, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patch);
	for (int i = 0; i < 3; i++) {
		_mm256_storeu_pd(seen_values, widen(a, b));
		assert_memory_equal(seen_values, expected, sizeof(expected));
	}
	assert_int_equal(agent_drain(), 3);
	fail_error(ct_patch_remove(&own_access, &patch));
}

static void vector_registers_pass(void **state)
{
	(void)state;
	agent_drain();
	/* clang goes by the options, not by the function's target: without
	 * -mavx it has them in memory. */
#ifdef __clang__
	bool in_registers = false;
#else
	bool in_registers = __builtin_cpu_supports("avx");
#endif
	if (in_registers)
		wide_arguments_and_results();
	else
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(coroutines_take_their_calls_along),
	    cmocka_unit_test(vfork_child_calls),
	    cmocka_unit_test(calls_of_a_child_in_this_memory_pass),
	    cmocka_unit_test(vector_registers_pass),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
