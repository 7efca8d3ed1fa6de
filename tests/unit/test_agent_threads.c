/* SPDX-License-Identifier: MIT */
/* Programs with many threads: at once, and one after another. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#define AGENT_REGION (UINT64_C(12) << 30)
#include "agent_fixture.h"

enum {
	STACK = 128 << 10,
	SHORT_THREADS = 3000,
	AT_ONCE = 500,
	TOO_MANY = CT_AGENT_THREADS_MAX + 16,
	EACH = 10,
	ANSWERING = 60,
	PAGE_BYTES = 4096,
};

static HOOKED int half(int n)
{
	if (n < 0)
		pthread_exit(NULL);
	return n / 2;
}

static const struct ct_parameter n_parameter[] = {{"n", &type_int}};
static struct ct_patch patch;
static struct ct_target *target;
static const struct ct_plan *plan;

static int setup(void **state)
{
	(void)state;
	agent_start((struct ct_agent_options){0});
	plan = agent_plan(&type_int, n_parameter, 1, NULL);
	target = agent_target(plan);
	agent_hook((void *)half, target, plan, CT_HOOK_RETURNS, &patch);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fail_error(ct_patch_remove(&own_access, &patch));
	agent_stop();
	ct_region_destroy(agent.region);
	return 0;
}

static pthread_t start(void *(*body)(void *), void *arg)
{
	pthread_t thread;
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK);
	int err = pthread_create(&thread, &attributes, body, arg);
	pthread_attr_destroy(&attributes);
	assert_int_equal(err, 0);
	return thread;
}

static size_t complete, unfinished;
static void count_record(void *arg, struct ct_record *record, size_t size)
{
	(void)arg;
	fail_error(ct_record_check(record, size, plan));
	if (record->outcome == CT_OUTCOME_UNFINISHED)
		unfinished++;
	else
		complete++;
}

static void *call_and_end(void *arg)
{
	half(2);
	return half(arg ? -1 : 4) == 2 ? NULL : arg;
}

/* Nobody on GDB's side has to notice that they have ended. */
static void blocks_of_ended_threads_are_used_again(void **state)
{
	(void)state;
	complete = unfinished = 0;
	for (int i = 0; i < SHORT_THREADS; i++) {
		pthread_join(start(call_and_end, i % 3 ? NULL : &complete),
			     NULL);
		if (i % 500 == 0)
			ct_drain_read(agent.drain, count_record, NULL);
	}
	ct_drain_read(agent.drain, count_record, NULL);
	ct_drain_unfinished(agent.drain, 0, count_record, NULL);
	assert_int_equal(unfinished, SHORT_THREADS / 3);
	assert_int_equal(complete, 2 * SHORT_THREADS - unfinished);
	assert_int_equal(agent_calls(target), 2 * SHORT_THREADS);
	assert_in_range(agent.shared->thread_count, 1, 16);
	assert_int_equal(ct_drain_unseen(agent.drain), 0);
}

static void released_blocks_cost_a_page(void **state)
{
	(void)state;
	struct stat before, after;
	for (int i = 0; i < 6; i++)
		pthread_join(start(call_and_end, NULL), NULL);
	agent_drain();
	fstat(agent.fd, &before);
	uint32_t count = agent.shared->thread_count;
	assert_int_equal(count, 6);
	for (uint32_t i = 0; i < count; i++) {
		const struct ct_agent_thread *thread =
		    ct_region_at(agent.region, agent.shared->threads[i]);
		ct_drain_release(agent.drain, thread->tid);
		assert_int_equal(thread->tid, 0);
	}
	fstat(agent.fd, &after);
	assert_true((before.st_blocks - after.st_blocks) * 512 >=
		    (long)count * PAGE_BYTES);
	for (int i = 0; i < 6; i++)
		pthread_join(start(call_and_end, NULL), NULL);
	assert_int_equal(agent.shared->thread_count, count);
	assert_int_equal(agent_drain(), 12);
}

static pthread_barrier_t all_there;
static void *call_among_all(void *arg)
{
	for (int i = 0; i < EACH; i++)
		half(i);
	pthread_barrier_wait(&all_there);
	return arg;
}

static void call_at_once(int count)
{
	static pthread_t threads[TOO_MANY];
	pthread_barrier_init(&all_there, NULL, (unsigned)count);
	complete = unfinished = 0;
	for (int i = 0; i < count; i++)
		threads[i] = start(call_among_all, NULL);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&all_there);
	ct_drain_read(agent.drain, count_record, NULL);
}

static void threads_cost_what_they_touch(void **state)
{
	(void)state;
	struct stat before, after;
	fstat(agent.fd, &before);
	call_at_once(AT_ONCE);
	fstat(agent.fd, &after);
	assert_int_equal(complete, AT_ONCE * EACH);
	assert_int_equal(agent.shared->thread_count, AT_ONCE);
	long each = (after.st_blocks - before.st_blocks) * 512 / AT_ONCE;
	assert_in_range(each, PAGE_BYTES, 8 * PAGE_BYTES);
}

static void threads_without_a_block_are_counted(void **state)
{
	(void)state;
	call_at_once(TOO_MANY);
	assert_int_equal(agent.shared->thread_count, CT_AGENT_THREADS_MAX);
	uint64_t unseen = ct_drain_unseen(agent.drain);
	assert_true(unseen > 0);
	assert_int_equal(complete + unseen, TOO_MANY * EACH);
	assert_int_equal(ct_drain_lost(agent.drain), 0);
	/* Some have ended now, and there is room again. */
	call_at_once(AT_ONCE);
	assert_true(complete > 0);
}

/* ---- mocked, which leaves compact answers */

static void mock_half(void)
{
	const int value = 7;
	assert_non_null(
	    ct_target_add_mock(agent.region, target, 0, &value, sizeof(value)));
}

static int argument(const struct ct_record *record)
{
	int n;
	memcpy(&n, ct_record_args(record), sizeof(n));
	return n;
}

static pid_t tids[ANSWERING];
static void *answer_often(void *arg)
{
	int i = (int)(intptr_t)arg;
	tids[i] = gettid();
	for (int j = 0; j < EACH; j++)
		assert_int_equal(half(i), 7);
	return NULL;
}

/* Though their blocks are used again before anybody has read. */
static void answers_say_whose_they_are(void **state)
{
	(void)state;
	mock_half();
	for (int i = 0; i < ANSWERING; i++) {
		pthread_join(start(answer_often, (void *)(intptr_t)i), NULL);
		if (i == ANSWERING / 2)
			agent_drain();
	}
	assert_in_range(agent.shared->thread_count, 1, 16);
	assert_int_equal(agent_drain(), (ANSWERING / 2 - 1) * EACH);
	for (size_t i = 0; i < agent.count; i++) {
		const struct ct_record *record = agent.records[i];
		fail_error(ct_record_check(record, record->size, plan));
		assert_int_equal(record->tid, tids[argument(record)]);
		assert_int_equal(record->pid, getpid());
		assert_int_equal(*ct_record_result(record), 7);
	}
}

static pthread_barrier_t turns;
static void *answer_in_turn(void *arg)
{
	for (int i = 0; i < 2 * EACH; i++) {
		if (i % 2 == (arg != NULL))
			half(i);
		pthread_barrier_wait(&turns);
	}
	return NULL;
}

/* Whatever their clocks say: here none of them goes. */
static void answers_are_in_their_order(void **state)
{
	(void)state;
	mock_half();
	agent.region->tick = 1;
	pthread_barrier_init(&turns, NULL, 2);
	pthread_t other = start(answer_in_turn, &turns);
	answer_in_turn(NULL);
	pthread_join(other, NULL);
	pthread_barrier_destroy(&turns);
	assert_int_equal(agent_drain(), 2 * EACH);
	size_t back = 0;
	for (size_t i = 0; i < agent.count; i++) {
		assert_int_equal(argument(agent.records[i]), i);
		assert_int_equal(agent.records[i]->seq, i);
		back += i && agent.records[i]->time_ns <
				 agent.records[i - 1]->time_ns;
	}
	assert_int_not_equal(back, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		blocks_of_ended_threads_are_used_again, setup, teardown),
	    cmocka_unit_test_setup_teardown(released_blocks_cost_a_page, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(threads_cost_what_they_touch, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(answers_say_whose_they_are, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(answers_are_in_their_order, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(threads_without_a_block_are_counted,
					    setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
