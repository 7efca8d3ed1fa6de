/* SPDX-License-Identifier: MIT */
/* Four threads: counts and masks are exact, and nothing waits for itself. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "kit/enter.h"
#include "kit_fixture.h"

#define THREADS 4
#define CALLS   20000

/* So that they run at one time: a thread may be done before the next is. */
static pthread_barrier_t start;

static void in_threads(void *(*function)(void *), intptr_t results[THREADS])
{
	pthread_t threads[THREADS];
	void *result;
	pthread_barrier_init(&start, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, function, NULL), 0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &result), 0);
		results[i] = (intptr_t)result;
	}
	pthread_barrier_destroy(&start);
}

static void *close_nothing(void *arg)
{
	intptr_t failed = 0;
	(void)arg;
	pthread_barrier_wait(&start);
	for (int i = 0; i < CALLS; i++)
		failed += ctester_wrap_close(-1) == ODD_RESULT;
	return (void *)failed;
}

static void counts_are_exact(void **state)
{
	(void)state;
	intptr_t results[THREADS];
	monitored.close = true;
	in_threads(close_nothing, results);
	assert_int_equal(stats.close.called, THREADS * CALLS);
}

static void each_bit_of_a_mask_fails_one_call(void **state)
{
	(void)state;
	intptr_t results[THREADS], sum = 0;
	monitored.close = true;
	failures.close = 0xf0f0f0f0;
	failures.close_ret = ODD_RESULT;
	in_threads(close_nothing, results);
	for (int i = 0; i < THREADS; i++)
		sum += results[i];
	assert_int_equal(sum, 16);
	assert_int_equal(failures.close, FAIL_NEVER);
}

static volatile int about_to_call;

static void *close_once(void *arg)
{
	about_to_call = 1;
	ctester_wrap_close(-1);
	return arg;
}

static void who_holds_the_lock_is_alone(void **state)
{
	(void)state;
	pthread_t thread;
	monitored.close = true;
	about_to_call = 0;
	ctester_enter_again();
	pthread_create(&thread, NULL, close_once, NULL);
	while (!about_to_call)
		sched_yield();
	for (int i = 0; i < 20000; i++)
		sched_yield();
	int called = stats.close.called;
	ctester_leave();
	pthread_join(thread, NULL);
	assert_int_equal(called, 0);
	assert_int_equal(stats.close.called, 1);
}

static void *allocate_and_free(void *arg)
{
	(void)arg;
	pthread_barrier_wait(&start);
	for (int i = 0; i < CALLS; i++) {
		void *block = ctester_wrap_malloc((size_t)i % 64 + 1);
		if (i % 2)
			block = ctester_wrap_realloc(block, 100);
		ctester_wrap_free(block);
	}
	return NULL;
}

static void bytes_in_use_are_exact(void **state)
{
	(void)state;
	intptr_t results[THREADS];
	monitored.malloc = monitored.realloc = monitored.free = true;
	in_threads(allocate_and_free, results);
	assert_int_equal(stats.malloc.called, THREADS * CALLS);
	assert_int_equal(stats.realloc.called, THREADS * CALLS / 2);
	assert_int_equal(stats.free.called, THREADS * CALLS);
	assert_int_equal(stats.memory.used, 0);
	assert_int_equal(malloc_allocated(), 0);
	assert_int_equal(ctester_double_frees, 0);
}

static int blocked[2];

static void *read_a_byte(void *arg)
{
	(void)arg;
	char byte;
	return (void *)(intptr_t)ctester_wrap_read(blocked[0], &byte, 1);
}

static void a_call_that_blocks_holds_nobody_up(void **state)
{
	(void)state;
	pthread_t thread;
	void *result;
	monitored.read = monitored.write = true;
	assert_int_equal(pipe(blocked), 0);
	pthread_create(&thread, NULL, read_a_byte, NULL);
	while (!__atomic_load_n(&stats.read.called, __ATOMIC_RELAXED))
		;
	assert_int_equal(ctester_wrap_write(blocked[1], "x", 1), 1);
	pthread_join(thread, &result);
	assert_int_equal((intptr_t)result, 1);
	assert_int_equal(stats.read.last_return, 1);
	close(blocked[0]);
	close(blocked[1]);
}

static volatile int handled;

static void on_signal(int number)
{
	(void)number;
	if (ctester_wrap_close(-1) == -1)
		handled = handled + 1;
}

static void a_handler_s_calls_are_counted(void **state)
{
	(void)state;
	struct sigaction action = {.sa_handler = on_signal}, old;
	monitored.close = true;
	handled = 0;
	sigaction(SIGUSR1, &action, &old);
	raise(SIGUSR1);
	sigaction(SIGUSR1, &old, NULL);
	assert_int_equal(handled, 1);
	assert_int_equal(stats.close.called, 1);
}

/* A child that is forked while others hold the lock still runs. */
static void *fork_and_close(void *arg)
{
	intptr_t good = 0;
	(void)arg;
	pthread_barrier_wait(&start);
	for (int i = 0; i < 20; i++) {
		pid_t child = fork();
		if (child == 0)
			_exit(ctester_wrap_close(-1) == -1 ? 0 : 1);
		int status;
		good += waitpid(child, &status, 0) == child && status == 0;
		ctester_wrap_close(-1);
	}
	return (void *)good;
}

static void children_of_threads_get_the_real_function(void **state)
{
	(void)state;
	intptr_t results[THREADS];
	monitored.close = true;
	in_threads(fork_and_close, results);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(results[i], 20);
	assert_int_equal(stats.close.called, THREADS * 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KIT_TEST(counts_are_exact),
	    KIT_TEST(each_bit_of_a_mask_fails_one_call),
	    KIT_TEST(who_holds_the_lock_is_alone),
	    KIT_TEST(bytes_in_use_are_exact),
	    KIT_TEST(a_call_that_blocks_holds_nobody_up),
	    KIT_TEST(a_handler_s_calls_are_counted),
	    KIT_TEST(children_of_threads_get_the_real_function),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
