/* SPDX-License-Identifier: MIT */
/* Decisions: queues, counts, numbers, and registers that say "returned". */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctester/process.h"
#include "decide/decide.h"

enum {
	REGION = 1 << 20,
	THREADS = 4,
	EACH = 250,
};

static struct ct_region *region;
static struct ct_target *target;

static int setup(void **state)
{
	(void)state;
	assert_null(ct_region_create(REGION, NULL, &region));
	target = ct_target_create(region, 3, CT_SCOPE_ALL);
	assert_non_null(target);
	target->flags = CT_TARGET_ACTIVE | CT_TARGET_RECORDED;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ct_region_destroy(region);
	return 0;
}

static void queue(int value, uint32_t times)
{
	struct ct_mock *mock =
	    ct_target_add_mock(region, target, times, &value, sizeof(value));
	assert_non_null(mock);
}

/* Who calls, for rules. */
static const char *from = "main";

static bool is_from(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(from, name);
}

/* The mock's value, -1 for a call that passes, -2 for a stop. */
static int decide(struct ct_record *record)
{
	const struct ct_circumstances where = {NULL, NULL, is_from,
					       NULL, NULL, CT_LOCK_HERE};
	*record = (struct ct_record){0};
	struct ct_decision decision = ct_decide(region, target, &where, record);
	if (decision.action == CT_ACTION_STOP)
		return -2;
	if (decision.action == CT_ACTION_PASS)
		return -1;
	int value;
	memcpy(&value, decision.mock->value, sizeof(value));
	return value;
}

static void answers_come_in_order_and_as_often_as_said(void **state)
{
	(void)state;
	struct ct_record record;
	const int expected[] = {10, 20, 20, 20, 30, -1, -1};
	queue(10, 1);
	queue(20, 3);
	queue(30, 1);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		assert_int_equal(decide(&record), expected[i]);
		assert_int_equal(record.seq, i);
		assert_int_equal(record.outcome, expected[i] < 0
						     ? CT_OUTCOME_REAL
						     : CT_OUTCOME_MOCKED);
	}
	assert_int_equal(target->counts.calls, 7);
	assert_int_equal(target->counts.mocked, 5);
}

static void standing_answer_comes_when_no_other_does(void **state)
{
	(void)state;
	struct ct_record record;
	queue(5, 0);
	queue(6, 1);
	assert_int_equal(decide(&record), 6);
	for (int i = 0; i < 100; i++)
		assert_int_equal(decide(&record), 5);
	queue(7, 1);
	assert_int_equal(decide(&record), 7);
	assert_int_equal(decide(&record), 5);
}

static void queue_that_was_used_up_takes_more(void **state)
{
	(void)state;
	struct ct_record record;
	queue(1, 1);
	assert_int_equal(decide(&record), 1);
	assert_int_equal(decide(&record), -1);
	queue(2, 1);
	assert_int_equal(decide(&record), 2);
	assert_int_equal(decide(&record), -1);
}

static void exhausted_queue_stops_the_program_in_the_sandbox(void **state)
{
	(void)state;
	struct ct_record record;
	assert_true(ct_target_add_rule(region, target, CT_RULE_MOCKED, NULL));
	queue(1, 1);
	assert_int_equal(decide(&record), 1);
	assert_int_equal(decide(&record), -1);
	region->sandbox = CT_SANDBOX_OPEN;
	queue(1, 1);
	assert_int_equal(decide(&record), 1);
	assert_int_equal(decide(&record), -2);
	assert_int_equal(record.outcome, CT_OUTCOME_UNMOCKED);
	assert_true(record.flags & CT_RECORD_MUST);
}

static void clone_answers_from_its_owners_queue(void **state)
{
	(void)state;
	struct ct_record record;
	struct ct_target *owner = target;
	queue(9, 1);
	target = ct_target_create(region, 4, CT_SCOPE_ALL);
	target->flags = owner->flags;
	target->owner = ct_region_ref(region, owner);
	assert_int_equal(decide(&record), 9);
	assert_int_equal(owner->counts.calls, 1);
	assert_int_equal(target->counts.calls, 0);
	ct_decide_returned(region, target, 40);
	ct_decide_returned(region, target, 30);
	assert_int_equal(owner->counts.returned, 2);
	assert_int_equal(owner->counts.total_ns, 70);
	assert_int_equal(owner->counts.max_ns, 40);
}

static uint8_t taken[THREADS * EACH];

static void *take_many(void *arg)
{
	struct ct_record record;
	(void)arg;
	for (int i = 0; i < EACH; i++) {
		int value = decide(&record);
		if (value >= 0)
			__atomic_fetch_add(&taken[value], 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void threads_take_each_answer_once(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	memset(taken, 0, sizeof(taken));
	for (int i = 0; i < THREADS * EACH; i++)
		queue(i, 1);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, take_many, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < THREADS * EACH; i++)
		assert_int_equal(taken[i], 1);
	assert_int_equal(target->counts.mocked, THREADS * EACH);
}

/* 1: cannot be judged here; else as the mock's errno says. */
static bool nobody_knows;

static enum ct_judgement judge(void *arg, const struct ct_mock *mock)
{
	(void)arg;
	if (nobody_knows)
		return CT_JUDGED_ASK;
	return mock->errno_value ? CT_JUDGED_YES : CT_JUDGED_NO;
}

static void what_cannot_be_judged_is_left_as_it_is(void **state)
{
	(void)state;
	const struct ct_circumstances where = {NULL,  NULL, is_from,
					       judge, NULL, CT_LOCK_HERE};
	struct ct_record record = {0};
	const int value = 1;
	struct ct_decision decision;
	for (int i = 0; i < 3; i++) {
		struct ct_mock *mock = ct_target_add_mock(
		    region, target, 1, &value, sizeof(value));
		mock->errno_value = i;
		mock->flags = i ? CT_MOCK_ASKS : 0;
		mock->signal = i ? 0 : 10;
	}
	nobody_knows = true;
	for (int i = 0; i < 3; i++) {
		decision = ct_decide(region, target, &where, &record);
		assert_int_equal(decision.action, CT_ACTION_ASK);
		assert_null(decision.mock);
	}
	assert_int_equal(target->counts.calls, 0);
	assert_int_equal(region->turns, 0);
	nobody_knows = false;
	const int expected[] = {1, 2};
	for (int i = 0; i < 2; i++) {
		decision = ct_decide(region, target, &where, &record);
		assert_int_equal(decision.action, CT_ACTION_RETURN);
		assert_int_equal(decision.mock->errno_value, expected[i]);
		assert_int_equal(record.seq, i);
	}
	decision = ct_decide(region, target, &where, &record);
	assert_int_equal(decision.action, CT_ACTION_PASS);
	assert_int_equal(target->counts.calls, 3);
}

static void scope_is_where_a_call_returns_to(void **state)
{
	(void)state;
	assert_true(ct_target_in_scope(target, 0x1000));
	target->low = 0x1000;
	target->high = 0x2000;
	assert_true(ct_target_in_scope(target, 0x1000));
	assert_false(ct_target_in_scope(target, 0x2000));
	target->low_high_excluded = true;
	assert_false(ct_target_in_scope(target, 0x1fff));
	assert_true(ct_target_in_scope(target, 0xfff));
	assert_true(ct_target_in_scope(target, 0x2000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		answers_come_in_order_and_as_often_as_said, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		standing_answer_comes_when_no_other_does, setup, teardown),
	    cmocka_unit_test_setup_teardown(queue_that_was_used_up_takes_more,
					    setup, teardown),
	    cmocka_unit_test_setup_teardown(
		exhausted_queue_stops_the_program_in_the_sandbox, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(clone_answers_from_its_owners_queue,
					    setup, teardown),
	    cmocka_unit_test_setup_teardown(threads_take_each_answer_once,
					    setup, teardown),
	    cmocka_unit_test_setup_teardown(
		what_cannot_be_judged_is_left_as_it_is, setup, teardown),
	    cmocka_unit_test_setup_teardown(scope_is_where_a_call_returns_to,
					    setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
