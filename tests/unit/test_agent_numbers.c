/* SPDX-License-Identifier: MIT */
/* Numbers of calls that take none by themselves: dense, and in the order in
 * which calls begin, whoever reads them when. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>

#include "agent_fixture.h"

#include "agent/runs.h"

enum {
	STEPS = 3000, /* of threads that wait for each other */
	PARTNERS = 2,
};

static const struct ct_parameter parameters[] = {
    {.name = "n", .type = &type_int}};

static _Atomic int turn_of_step;
static void (*within)(void);
static _Atomic int sink;

static HOOKED int inner(int n)
{
	sink = n;
	return n;
}
static HOOKED int answered(int n)
{
	sink = n;
	return n;
}
static HOOKED int outer(int n)
{
	int sum = inner(n + 1);
	if (within)
		within();
	return sum + inner(n + 2);
}

static HOOKED int waiting(int n)
{
	within();
	return n;
}

enum {
	FUNCTIONS = 4
};
static struct ct_patch patches[FUNCTIONS];
static struct ct_target *mocked;

static int setup(void **state)
{
	const int value = 7;
	(void)state;
	agent_start((struct ct_agent_options){0});
	const struct ct_plan *plan = agent_plan(&type_int, parameters, 1, NULL);
	void *const functions[FUNCTIONS] = {(void *)inner, (void *)outer,
					    (void *)waiting, (void *)answered};
	for (int i = 0; i < FUNCTIONS; i++) {
		struct ct_target *target = agent_target(plan);
		agent_hook(functions[i], target, plan, CT_HOOK_RETURNS,
			   &patches[i]);
		mocked = target;
	}
	assert_non_null(
	    ct_target_add_mock(agent.region, mocked, 0, &value, sizeof(value)));
	within = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < FUNCTIONS; i++)
		fail_error(ct_patch_remove(&own_access, &patches[i]));
	agent_stop();
	return 0;
}

static int argument(const struct ct_record *record)
{
	int n;
	memcpy(&n, ct_record_args(record), sizeof(n));
	return n;
}

/* By their ends: the numbers, by their arguments. */
static void expect(const int *seqs, size_t count)
{
	assert_int_equal(agent_drain(), count);
	for (size_t i = 0; i < count; i++) {
		const struct ct_record *record = agent.records[i];
		assert_int_equal(record->seq, seqs[i]);
		assert_false(record->flags & CT_RECORD_LATER);
	}
}

static void calls_are_numbered_by_their_beginnings(void **state)
{
	(void)state;
	outer(10);
	inner(1);
	outer(20);
	expect((const int[]){1, 2, 0, 3, 5, 6, 4}, 7);
	inner(1);
	expect((const int[]){7}, 1);
}

static void mocks_and_others_are_in_one_order(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		answered(1);
		inner(2);
		answered(3);
		answered(4);
		outer(5);
	}
	expect((const int[]){0,  1,  2,  3,  5,  6,  4,  7,  8,  9, 10,
			     12, 13, 11, 14, 15, 16, 17, 19, 20, 18},
	       21);
	assert_int_equal(agent_calls(mocked), 9);
}

static uint64_t open_seq;
static void take_open(void *arg, struct ct_record *record, size_t size)
{
	(void)arg;
	(void)size;
	assert_int_equal(argument(record), 30);
	open_seq = record->seq;
}

static void look_at_open(void)
{
	open_seq = UINT64_MAX;
	ct_drain_open_calls(agent.drain, take_open, NULL);
	agent_drain();
	answered(1);
	inner(2);
}

static void an_open_call_keeps_its_number(void **state)
{
	(void)state;
	inner(1);
	within = look_at_open;
	outer(30);
	assert_int_equal(open_seq, 1);
	expect((const int[]){3, 4, 5, 1}, 4);
}

static void *call_twice(void *arg)
{
	inner(1);
	inner(2);
	return arg;
}

/* They have returned, and what began before them has not. */
static void call_in_a_thread(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, call_twice, NULL);
	pthread_join(thread, NULL);
	agent_drain();
}

static void what_causes_others_need_not_have_returned(void **state)
{
	(void)state;
	within = call_in_a_thread;
	waiting(1);
	expect((const int[]){0}, 1);
	inner(1);
	expect((const int[]){3}, 1);
}

/* As a breakpoint does it. */
static uint64_t take_turn(void)
{
	uint64_t turn = ct_region_take_turn(agent.region);
	ct_numbers_settle(agent.numbers);
	return ct_numbers_of_turn(agent.numbers, turn);
}

static uint64_t turn_within;
static void take_turn_within(void)
{
	turn_within = take_turn();
}

static void turns_of_others_come_behind_what_has_begun(void **state)
{
	(void)state;
	assert_int_equal(take_turn(), 0);
	inner(1);
	assert_int_equal(take_turn(), 2);
	within = take_turn_within;
	outer(1);
	assert_int_equal(turn_within, 5);
	assert_int_equal(take_turn(), 7);
	expect((const int[]){1, 4, 6, 3}, 4);
}

/* Each calls when it is its turn: what one does causes what the next does. */
static void *take_steps(void *arg)
{
	int own = (int)(intptr_t)arg;
	for (int step = own; step < STEPS; step += PARTNERS) {
		while (turn_of_step != step)
			sched_yield();
		if (step % 7)
			inner(step);
		else
			answered(step);
		turn_of_step = step + 1;
	}
	return NULL;
}

static uint64_t steps_seen;
static void check_step(void *arg, struct ct_record *record, size_t size)
{
	(void)arg;
	(void)size;
	assert_int_equal(record->seq, argument(record));
	assert_int_equal(record->seq, steps_seen);
	steps_seen++;
}

static void what_causes_a_call_has_a_lower_number(void **state)
{
	(void)state;
	pthread_t threads[PARTNERS];
	turn_of_step = 0;
	steps_seen = 0;
	for (intptr_t i = 0; i < PARTNERS; i++)
		pthread_create(&threads[i], NULL, take_steps, (void *)i);
	while (turn_of_step < STEPS)
		ct_drain_read(agent.drain, check_step, NULL);
	for (int i = 0; i < PARTNERS; i++)
		pthread_join(threads[i], NULL);
	ct_drain_read(agent.drain, check_step, NULL);
	assert_int_equal(steps_seen, STEPS);
}

static uint8_t is_taken[STEPS];
static void note_number(void *arg, struct ct_record *record, size_t size)
{
	(void)arg;
	(void)size;
	assert_true(record->seq < STEPS);
	assert_false(is_taken[record->seq]);
	is_taken[record->seq] = 1;
	steps_seen++;
}

static void *call_at_will(void *arg)
{
	(void)arg;
	for (int i = 0; i < STEPS / PARTNERS / 6; i++) {
		outer(i);
		answered(i);
		answered(i);
		inner(i);
	}
	return NULL;
}

static void numbers_of_all_threads_have_no_gaps(void **state)
{
	(void)state;
	const uint64_t all = (uint64_t)STEPS / PARTNERS / 6 * PARTNERS * 6;
	pthread_t threads[PARTNERS];
	steps_seen = 0;
	memset(is_taken, 0, sizeof(is_taken));
	for (int i = 0; i < PARTNERS; i++)
		pthread_create(&threads[i], NULL, call_at_will, NULL);
	while (steps_seen < all)
		ct_drain_read(agent.drain, note_number, NULL);
	for (int i = 0; i < PARTNERS; i++)
		pthread_join(threads[i], NULL);
	for (uint64_t i = 0; i < all; i++)
		assert_true(is_taken[i]);
}

/* Epochs come again, and of a turn only the lower half is written down. */
static void numbers_go_on_where_counters_begin_again(void **state)
{
	const uint64_t epochs = (UINT64_C(1) << (64 - CT_TURN_BITS)) - 2;
	const uint64_t turn = UINT32_MAX - 1;
	(void)state;
	agent.region->turns = epochs << CT_TURN_BITS | turn;
	ct_numbers_settle(agent.numbers);
	within = call_in_a_thread;
	for (uint64_t i = 0, first = turn; i < 5; i++, first += 6) {
		agent_drain();
		agent.count = 0;
		inner(1);
		answered(2);
		waiting(3);
		inner(4);
		assert_int_equal(agent_drain(), 2);
		assert_int_equal(agent.records[0]->seq, first + 2);
		assert_int_equal(agent.records[1]->seq, first + 5);
	}
	assert_true(agent.region->turns >> CT_TURN_BITS < 100);
}

/* Whatever the program says it has begun. */
static void a_program_cannot_make_numbers_that_end_nowhere(void **state)
{
	(void)state;
	inner(1);
	expect((const int[]){0}, 1);
	struct ct_agent_thread *thread =
	    ct_region_at(agent.region, agent.shared->threads[0]);
	thread->entered += UINT64_C(1) << 60;
	inner(2);
	thread->entered -= UINT64_C(1) << 61;
	inner(3);
	assert_int_equal(agent_drain(), 2);
	thread->entered_since = UINT64_MAX;
	agent.region->turns = 0;
	inner(4);
	assert_int_equal(agent_drain(), 1);
	assert_true(agent.records[0]->seq < 10);
}

/* The table behind it. */
static void a_table_forgets_what_was_asked(void **state)
{
	(void)state;
	struct ct_runs runs = {0};
	uint64_t to;
	for (uint64_t i = 0; i < 1000; i++) {
		assert_true(ct_runs_add(&runs, i * 10, i * 100, 10));
		for (uint64_t j = i ? i * 10 - 5 : 0; j < i * 10 + 5; j++) {
			assert_true(ct_runs_find(&runs, j, true, &to));
			assert_int_equal(to, j / 10 * 100 + j % 10);
		}
	}
	assert_true(runs.capacity < 64);
	assert_false(ct_runs_find(&runs, 9980, false, &to));
	assert_true(ct_runs_find(&runs, 9995, false, &to));
	assert_false(ct_runs_find(&runs, 10000, false, &to));
	ct_runs_deinit(&runs);
}

static void a_table_has_an_end(void **state)
{
	(void)state;
	const uint64_t count = 1 << 20;
	struct ct_runs runs = {0};
	uint64_t to;
	for (uint64_t i = 0; i < count; i++)
		assert_true(ct_runs_add(&runs, 10 * i, 20 * i, 1));
	assert_in_range(runs.capacity, 1, 1 << 18);
	assert_false(ct_runs_find(&runs, 0, true, &to));
	for (uint64_t i = count - (1 << 16); i < count; i++) {
		assert_true(ct_runs_find(&runs, 10 * i, true, &to));
		assert_int_equal(to, 20 * i);
	}
	ct_runs_deinit(&runs);
}

static void rows_that_go_on_are_one(void **state)
{
	(void)state;
	struct ct_runs runs = {0};
	uint64_t to;
	for (uint64_t i = 0; i < 1000; i++)
		assert_true(ct_runs_add(&runs, 5 + i, 10 + i, 1));
	assert_int_equal(runs.count, 1);
	assert_true(ct_runs_add(&runs, 1005, 3000, 1));
	assert_true(ct_runs_find(&runs, 1005, true, &to));
	assert_int_equal(to, 3000);
	assert_true(ct_runs_find(&runs, 1004, true, &to));
	assert_int_equal(to, 1009);
	ct_runs_deinit(&runs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(calls_are_numbered_by_their_beginnings),
	    TEST(mocks_and_others_are_in_one_order),
	    TEST(an_open_call_keeps_its_number),
	    TEST(what_causes_others_need_not_have_returned),
	    TEST(turns_of_others_come_behind_what_has_begun),
	    TEST(what_causes_a_call_has_a_lower_number),
	    TEST(numbers_of_all_threads_have_no_gaps),
	    TEST(numbers_go_on_where_counters_begin_again),
	    TEST(a_program_cannot_make_numbers_that_end_nowhere),
	    cmocka_unit_test(a_table_forgets_what_was_asked),
	    cmocka_unit_test(a_table_has_an_end),
	    cmocka_unit_test(rows_that_go_on_are_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
