/* SPDX-License-Identifier: MIT */
/*
 * Calls that are answered the quick way (answer.c) and the fastest (enter.S,
 * fast.c) leave behind what the long way does; and their times.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include "agent_fixture.h"
#include "same_records.h"

#include "agent/fast.h"

static struct ct_type type_own_string = POINTER(&type_char);

static int setup(void **state)
{
	(void)state;
	agent_start((struct ct_agent_options){0});
	return 0;
}

static HOOKED double scaled(short n, double by, char *text, unsigned char last)
{
	return text ? n * by + last : 0;
}

/* From one place. */
static HOOKED double call_scaled(int i, char *text)
{
	return scaled((short)-i, i * 0.5, i % 3 ? text : NULL,
		      (unsigned char)(250 + i)) +
	       0;
}

static const struct ct_parameter scaled_parameters[] = {
    {"n", &type_short},
    {"by", &type_double},
    {"text", &type_own_string},
    {"last", &type_uchar}};

/* The quick way (answer.c) and decide.c's leave the same behind. */
static void quick_answer_is_the_same(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_double, scaled_parameters, 4, NULL);
	struct ct_target *target = agent_target(plan);
	struct ct_hook *hook =
	    agent_hook((void *)scaled, target, plan, CT_HOOK_RETURNS, &patch);
	ct_ref quick = hook->quick;
	assert_int_not_equal(quick, 0);
	const double values[] = {1.5, -2.5, 1e300};
	struct ct_mock *mocks[3];
	for (uint32_t i = 0; i < 3; i++) {
		mocks[i] = ct_target_add_mock(agent.region, target,
					      i < 2 ? 8 : 0, &values[i], 8);
		mocks[i]->id = 10 + i;
		if (i) {
			mocks[i]->flags = CT_MOCK_HAS_ERRNO;
			mocks[i]->errno_value = 20;
		}
	}
	char text[] = "text";
	for (int i = 0; i < 24; i++) {
		for (int round = 0; round < 2; round++) {
			hook->quick = round ? quick : 0;
			assert_true(call_scaled(i, text) ==
				    values[i < 4   ? 0
					   : i < 8 ? 1
						   : 2]);
		}
		assert_int_equal(agent_drain(), 2);
		same_answer(agent.records[0], agent.records[1]);
		assert_int_equal(agent.records[0]->seq + 1,
				 agent.records[1]->seq);
		assert_in_range(agent.records[1]->time_ns,
				agent.records[0]->time_ns, UINT64_MAX);
	}
	assert_int_equal(agent_calls(target), 48);
	assert_int_equal(target->counts.mocked, 48);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(mocks[i]->used, i < 2 ? 8 : 32);
	fail_error(ct_patch_remove(&own_access, &patch));
}

static HOOKED int plus(int a, int b)
{
	return a + b;
}

static const struct ct_parameter plus_parameters[] = {{"a", &type_int},
						      {"b", &type_int}};

/* As many arguments as enter.S takes; in order, and not. */
static HOOKED int six(int a, short b, unsigned char c, long d, char e, int f)
{
	return a + b + c + (int)d + e + f;
}
static HOOKED double mixed(int a, double b, short c, float d, double e, long f)
{
	return a + b + c + (double)d + e + (double)f;
}
static HOOKED long none(void)
{
	long one = 1;
	asm volatile("" : "+r"(one)); /* no constant */
	return one;
}

static const struct ct_parameter six_parameters[] = {
    {"a", &type_int},  {"b", &type_short}, {"c", &type_uchar},
    {"d", &type_long}, {"e", &type_char},  {"f", &type_int}};
static const struct ct_parameter mixed_parameters[] = {
    {"a", &type_int},   {"b", &type_double}, {"c", &type_short},
    {"d", &type_float}, {"e", &type_double}, {"f", &type_long}};

static HOOKED double call_all(int i)
{
	return six(-i, (short)(i * 999), (unsigned char)i, -1000000007l * i,
		   (char)-i, i * 7) +
	       mixed(-i, i / 3.0, (short)-i, (float)i / 7, 1e100 * i, -i) +
	       (double)none();
}

static struct ct_hook *mock_all(void *function, struct ct_type *result,
				const struct ct_parameter *parameters,
				size_t count, const void *value,
				struct ct_patch *patch)
{
	const struct ct_plan *plan =
	    agent_plan(result, parameters, count, NULL);
	struct ct_target *target = agent_target(plan);
	struct ct_hook *hook =
	    agent_hook(function, target, plan, CT_HOOK_RETURNS, patch);
	struct ct_mock *mock =
	    ct_target_add_mock(agent.region, target, 0, value,
			       result ? (uint32_t)result->size : 0);
	mock->id = 77;
	return hook;
}

/* Of what is drained: each call in turn, made slowly, quickly, and fast. */
static void same_in_rounds(size_t calls, size_t rounds)
{
	assert_int_equal(agent_drain(), calls * rounds);
	for (size_t i = calls; i < calls * rounds; i++) {
		same_answer(agent.records[i % calls], agent.records[i]);
		assert_int_equal(agent.records[i]->seq,
				 agent.records[i - 1]->seq + 1);
		assert_in_range(agent.records[i]->time_ns,
				agent.records[i - 1]->time_ns,
				agent.records[i - 1]->time_ns + 1000000000);
	}
}

static void fast_answer_is_the_same(void **state)
{
	agent_stop();
	setup(state); /* a ring that does not come to its end */
	struct ct_patch patches[3];
	const int int_value = -5;
	const double double_value = -0.5;
	const long long_value = 1l << 60;
	struct ct_hook *hooks[] = {
	    mock_all((void *)six, &type_int, six_parameters, 6, &int_value,
		     &patches[0]),
	    mock_all((void *)mixed, &type_double, mixed_parameters, 6,
		     &double_value, &patches[1]),
	    mock_all((void *)none, &type_long, NULL, 0, &long_value,
		     &patches[2])};
	ct_ref quick[3], fast[3];
	agent_know_program();
	for (int i = 0; i < 3; i++)
		quick[i] = hooks[i]->quick;
	for (int i = 1; i < 50; i++) {
		for (int round = 0; round < 4; round++) {
			for (int j = 0; j < 3; j++) {
				hooks[j]->quick = round ? quick[j] : 0;
				if (round < 2)
					ct_region_note_change(agent.region);
				if (i > 1)
					assert_int_equal(hooks[j]->fast,
							 fast[j]);
				fast[j] = hooks[j]->fast;
			}
			errno = i * 3;
			assert_true(call_all(i) == -5.5 + (double)(1l << 60));
			assert_int_equal(errno, i * 3);
		}
		same_in_rounds(3, 4);
		for (int j = 0; j < 3; j++)
			assert_int_not_equal(fast[j], 0);
	}
	struct ct_target *target = ct_region_at(agent.region, hooks[0]->target);
	assert_int_equal(agent_calls(target), 49 * 4);
	assert_int_equal(target->counts.mocked, 49 * 4);
	/* Another mock, and all is as that says. */
	int other = 11;
	ct_target_add_mock(agent.region, target, 1, &other, sizeof(other));
	assert_int_equal(six(1, 2, 3, 4, 5, 6), 11);
	assert_int_equal(six(1, 2, 3, 4, 5, 6), -5);
	ct_target_forget_mocks(agent.region, target);
	assert_int_equal(six(1, 2, 3, 4, 5, 6), 21);
	ct_target_add_mock(agent.region, target, 0, &other, sizeof(other));
	for (int i = 0; i < 3; i++)
		assert_int_equal(six(1, 2, 3, 4, 5, 6), 11);
	target->flags &= ~(uint32_t)CT_TARGET_ACTIVE;
	ct_region_note_change(agent.region);
	assert_int_equal(six(1, 2, 3, 4, 5, 6), 21);
	assert_int_equal(agent_drain(), 6);
	for (int i = 0; i < 3; i++)
		fail_error(ct_patch_remove(&own_access, &patches[i]));
}

/* As any other call there: the child is not the agent's. */
static void fast_answer_is_not_a_child_s(void **state)
{
	(void)state;
	struct ct_patch patch;
	const int value = 9;
	int status;
	agent_know_program();
	struct ct_hook *hook = mock_all((void *)plus, &type_int,
					plus_parameters, 2, &value, &patch);
	for (int i = 0; i < 3; i++)
		assert_int_equal(plus(1, 2), 9);
	assert_int_not_equal(hook->fast, 0);
	pid_t child = fork();
	if (!child)
		_exit(plus(1, 2) == 3 ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(plus(1, 2), 9);
	assert_int_equal(agent_drain(), 4);
	fail_error(ct_patch_remove(&own_access, &patch));
}

static HOOKED void nothing(int a)
{
	asm volatile("" : : "r"(a));
}

/* What is in a register that no result is in stays there, and errno is set. */
static void fast_answer_sets_what_it_has_to(void **state)
{
	(void)state;
	struct ct_patch patches[2];
	const int value = -1;
	agent_know_program();
	struct ct_hook *hooks[] = {
	    mock_all((void *)plus, &type_int, plus_parameters, 2, &value,
		     &patches[0]),
	    mock_all((void *)nothing, NULL, plus_parameters, 1, NULL,
		     &patches[1])};
	for (int i = 0; i < 2; i++) {
		struct ct_target *target =
		    ct_region_at(agent.region, hooks[i]->target);
		struct ct_mock *mock =
		    ct_region_at(agent.region, target->standing.first);
		mock->flags |= CT_MOCK_HAS_ERRNO;
		mock->errno_value = 30 + i;
	}
	for (int i = 0; i < 5; i++) {
		uint64_t kept = 0x1234567890abcdef;
		errno = 1;
		assert_int_equal(plus(3, 2), -1);
		assert_int_equal(errno, 30);
		asm volatile("call *%2"
			     : "+a"(kept)
			     : "D"(4), "r"(nothing)
			     : "memory", "cc");
		assert_int_equal(errno, 31);
		assert_true(kept == 0x1234567890abcdef);
	}
	for (int i = 0; i < 2; i++)
		assert_int_not_equal(hooks[i]->fast, 0);
	assert_int_equal(agent_drain(), 10);
	for (size_t i = 2; i < 10; i++) {
		same_capture(agent.records[i % 2], agent.records[i]);
		assert_int_equal(agent.records[i]->errno_value, 30 + i % 2);
		assert_true(agent.records[i]->flags & CT_RECORD_HAS_ERRNO);
	}
	for (int i = 0; i < 2; i++)
		fail_error(ct_patch_remove(&own_access, &patches[i]));
}

static jmp_buf before_outer;
static HOOKED int leaves(int n)
{
	int result = six(n, 0, 0, 0, 0, 0);
	if (n > 5)
		longjmp(before_outer, 1);
	return result + six(n, 0, 0, 0, 0, 0);
}

/* Calls around an answer count, and those that longjmp has left do not. */
static void fast_answer_has_its_depth(void **state)
{
	(void)state;
	struct ct_patch patches[2];
	const int value = 2;
	agent_know_program();
	mock_all((void *)six, &type_int, six_parameters, 6, &value,
		 &patches[0]);
	const struct ct_plan *plan =
	    agent_plan(&type_int, plus_parameters, 1, NULL);
	agent_hook((void *)leaves, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patches[1]);
	for (volatile int i = 0; i < 4; i++)
		assert_int_equal(leaves(1), 4);
	if (!setjmp(before_outer))
		leaves(6);
	assert_int_equal(six(1, 2, 3, 4, 5, 6), 2);
	assert_int_equal(agent_drain(), 4 * 3 + 3);
	for (int i = 0; i < 15; i++)
		assert_int_equal(agent.records[i]->depth,
				 i < 12 ? i % 3 != 2 : i == 12);
	assert_int_equal(agent.records[13]->outcome, CT_OUTCOME_UNFINISHED);
	fail_error(ct_patch_remove(&own_access, &patches[0]));
	fail_error(ct_patch_remove(&own_access, &patches[1]));
}

/* While there are ticks, a call may have the time of one before it in the same
 * tick; what is in between is told of by the clock. */
static void time_of_fast_answers_is_of_the_tick(void **state)
{
	(void)state;
	struct ct_patch patch;
	uint64_t times[7];
	const int value = 9;
	agent_know_program();
	struct ct_hook *hook = mock_all((void *)plus, &type_int,
					plus_parameters, 2, &value, &patch);
	agent.region->tick = 5;
	for (int i = 0; i < 7; i++) {
		if (i == 4)
			agent.region->tick = 6;
		if (i == 6)
			agent.region->tick = 0;
		assert_int_equal(plus(i, 2), 9);
	}
	assert_int_not_equal(hook->fast, 0);
	assert_int_equal(agent_drain(), 7);
	for (int i = 0; i < 7; i++) {
		times[i] = agent.records[i]->time_ns;
		assert_int_equal(*(const int *)(const void *)ct_record_args(
				     agent.records[i]),
				 i);
	}
	assert_int_not_equal(times[0], 0);
	assert_int_equal(times[0], times[3]);
	assert_true(times[3] < times[4]);
	assert_int_equal(times[4], times[5]);
	assert_true(times[5] < times[6]);
	fail_error(ct_patch_remove(&own_access, &patch));
}

/* Nor can a tick be too long: nobody may be there to give another one. */
static void time_of_fast_answers_is_renewed(void **state)
{
	(void)state;
	struct ct_patch patch;
	const int value = 9;
	const size_t calls = 1000;
	agent_know_program();
	mock_all((void *)plus, &type_int, plus_parameters, 2, &value, &patch);
	agent.region->tick = 5;
	for (size_t i = 0; i < calls; i++)
		plus(1, 2);
	agent.region->tick = 0;
	assert_int_equal(agent_drain(), calls);
	size_t different = 0;
	for (size_t i = 1; i < calls; i++) {
		assert_true(agent.records[i - 1]->time_ns <=
			    agent.records[i]->time_ns);
		different +=
		    agent.records[i - 1]->time_ns != agent.records[i]->time_ns;
	}
	assert_in_range(different, calls * 48 / CT_FAST_FRESH, calls / 10);
	fail_error(ct_patch_remove(&own_access, &patch));
}

enum {
	CLOCK_ERROR_NS = 50000, /* what is allowed */
	CLOCKS_NS = 350000000,  /* some clocks are made meanwhile */
};

static uint64_t monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* However long this process waits in between, a call is between its ends. */
static uint64_t call_between(uint64_t last)
{
	uint64_t before = monotonic_ns();
	plus(1, 2);
	uint64_t after = monotonic_ns();
	assert_int_equal(agent_drain(), 1);
	uint64_t time = agent.records[0]->time_ns;
	uint64_t end = time + agent.records[0]->duration_ns;
	assert_in_range(time, before - CLOCK_ERROR_NS, after + CLOCK_ERROR_NS);
	assert_in_range(end, time, after + CLOCK_ERROR_NS);
	assert_in_range(time, last, UINT64_MAX);
	return end;
}

static void times_are_those_of_the_monotonic_clock(void **state)
{
	(void)state;
	struct ct_patch patch;
	const struct ct_plan *plan =
	    agent_plan(&type_int, plus_parameters, 2, NULL);
	agent_hook((void *)plus, agent_target(plan), plan, CT_HOOK_RETURNS,
		   &patch);
	uint32_t first = agent.shared->clock;
	uint64_t begin = monotonic_ns(), last = 0;
	while (monotonic_ns() - begin < CLOCKS_NS)
		last = call_between(last);
	/* A machine without such time stamps has none. */
	assert_true(!first || agent.shared->clock != first);
	agent.shared->clock = 0;
	for (int i = 0; i < 100; i++)
		last = call_between(i ? last : 0);
	agent.shared->clock = first;
	fail_error(ct_patch_remove(&own_access, &patch));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(quick_answer_is_the_same),
	    cmocka_unit_test(fast_answer_is_the_same),
	    cmocka_unit_test(fast_answer_has_its_depth),
	    cmocka_unit_test(fast_answer_sets_what_it_has_to),
	    cmocka_unit_test(fast_answer_is_not_a_child_s),
	    cmocka_unit_test(time_of_fast_answers_is_of_the_tick),
	    cmocka_unit_test(time_of_fast_answers_is_renewed),
	    cmocka_unit_test(times_are_those_of_the_monotonic_clock),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
