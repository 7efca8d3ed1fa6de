/* SPDX-License-Identifier: MIT */
/* Partial reads: waits, signals, threads. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/time.h>

#include "kit_read.h"

static void a_blocking_call_waits(void **state)
{
	(void)state;
	for (int mode = READ_WRITE_REAL_INTERVAL;
	     mode <= READ_WRITE_BEFORE_INTERVAL; mode++) {
		struct read_buffer_t buf = {
		    mode, 2, CHUNKS({10, "ab", 2}, {10, "cd", 2})};
		int64_t start = now();
		set_read_buffer(FD, &buf);
		RECEIVES(2, 0, "ab");
		assert_true(now() - start >= 10 * MILLISECOND);
		RECEIVES(9, 0, "cd");
		assert_true(now() - start >= 20 * MILLISECOND);
	}
}

/* Without waiting, until it is there. */
static void poll_for(size_t count, const char *text)
{
	while (receive(count, MSG_DONTWAIT) < 0) {
		assert_int_equal(errno, EAGAIN);
		sched_yield();
	}
	assert_string_equal(got, text);
}

static void real_time_goes_on_between_calls(void **state)
{
	(void)state;
	struct read_buffer_t buf = {
	    READ_WRITE_REAL_INTERVAL, 3,
	    CHUNKS({10, "ab", 2}, {10, "cd", 2}, {HOUR, "ef", 2})};
	int64_t start = now();
	SETS(FD, &buf);
	int64_t set = now();
	poll_for(1, "a");
	assert_true(now() - start >= 10 * MILLISECOND);
	/* Of the open chunk, and so no wait: the next one comes meanwhile. */
	while (now() - set < 20 * MILLISECOND)
		sched_yield();
	RECEIVES(9, MSG_DONTWAIT, "bcd");
	WOULD_BLOCK(9, 0);
}

static void after_counts_from_the_last_call_that_read(void **state)
{
	(void)state;
	struct read_buffer_t buf = {
	    READ_WRITE_AFTER_INTERVAL, 3,
	    CHUNKS({0, "abcd", 4}, {15, "ef", 2}, {HOUR, "gh", 2})};
	SETS(FD, &buf);
	RECEIVES(2, 0, "ab");
	int64_t last = now();
	while (now() - last < 16 * MILLISECOND)
		sched_yield();
	last = now();
	RECEIVES(9, 0, "cd");
	/* Calls that find nothing do not put it off. */
	poll_for(9, "ef");
	assert_true(now() - last >= 15 * MILLISECOND);
	WOULD_BLOCK(9, 0);
}

static void before_waits_in_the_call_however_late_it_is(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_BEFORE_INTERVAL, 2,
				    CHUNKS({5, "abc", 3}, {0, "d", 1})};
	int64_t start = now();
	SETS(FD, &buf);
	while (now() - start < 12 * MILLISECOND)
		WOULD_BLOCK(9, 0);
	int64_t called = now();
	RECEIVES(2, 0, "ab");
	assert_true(now() - called >= 5 * MILLISECOND);
	RECEIVES(2, MSG_DONTWAIT, "c");
	RECEIVES(2, MSG_DONTWAIT, "d");
}

static volatile sig_atomic_t signals;

static void on_alarm(int number)
{
	(void)number;
	signals = signals + 1;
}

static void a_handled_signal_does_not_end_the_wait(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_BEFORE_INTERVAL, 1,
				    CHUNKS({30, "ab", 2})};
	struct sigaction action = {.sa_handler = on_alarm}, old;
	struct itimerval timer = {{0, 2000}, {0, 2000}}, never = {{0}, {0}};
	signals = 0;
	sigaction(SIGALRM, &action, &old);
	setitimer(ITIMER_REAL, &timer, NULL);
	SETS(FD, &buf);
	int64_t start = now();
	RECEIVES(2, 0, "ab");
	assert_true(now() - start >= 30 * MILLISECOND);
	while (!signals)
		sched_yield();
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
}

static sigjmp_buf out_of_wait;

static void jump(int number)
{
	(void)number;
	assert_false(ctester_wrap_defer(number));
	siglongjmp(out_of_wait, 1);
}

static void a_wait_is_jumped_out_of(void **state)
{
	(void)state;
	struct read_buffer_t buf = {READ_WRITE_BEFORE_INTERVAL, 1,
				    CHUNKS({HOUR, "ab", 2})};
	struct sigaction action = {.sa_handler = jump}, old;
	struct itimerval timer = {{0, 0}, {0, 5000}};
	SETS(FD, &buf);
	sigaction(SIGALRM, &action, &old);
	if (sigsetjmp(out_of_wait, 1) == 0) {
		setitimer(ITIMER_REAL, &timer, NULL);
		for (;;)
			ctester_wrap_read(FD, got, 2);
	}
	sigaction(SIGALRM, &old, NULL);
	ctester_wrap_recover();
	WOULD_BLOCK(2, 0);
	assert_int_equal(set_read_buffer(FD, NULL), 1);
}

/* ---- threads */

#define THREADS 4

static char taken[THREADS][64];

static void *take_bytes(void *arg)
{
	char *to = arg;
	while (ctester_wrap_read(FD, to, 1) == 1)
		to++;
	return NULL;
}

static void threads_share_what_there_is(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	char data[60];
	off_t sizes[20];
	int intervals[20];
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i + 1);
	for (size_t i = 0; i < 20; i++)
		sizes[i] = 3, intervals[i] = i % 2;
	for (int mode = READ_WRITE_REAL_INTERVAL;
	     mode <= READ_WRITE_BEFORE_INTERVAL; mode++) {
		struct read_buffer_t *buf =
		    create_read_buffer(data, 20, sizes, intervals, mode);
		memset(taken, 0, sizeof(taken));
		set_read_buffer(FD, buf);
		stats.read.called = 0;
		for (int i = 0; i < THREADS; i++)
			pthread_create(&threads[i], NULL, take_bytes, taken[i]);
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], NULL);
		bool seen[61] = {false};
		for (int i = 0; i < THREADS; i++)
			for (char *at = taken[i]; *at; at++) {
				assert_false(seen[(int)*at]);
				seen[(int)*at] = true;
			}
		for (int i = 1; i <= 60; i++)
			assert_true(seen[i]);
		assert_int_equal(stats.read.called, 60 + THREADS);
		set_read_buffer(FD, NULL);
		free_read_buffer(buf);
	}
}

static void *read_one(void *arg)
{
	return (void *)(intptr_t)ctester_wrap_read(FD, arg, 1);
}

/* What a thread reads that waits for this long when the buffer is replaced. */
static char read_while_replaced(int interval)
{
	pthread_t thread;
	void *result;
	char to = 0;
	struct read_buffer_t slow = {READ_WRITE_BEFORE_INTERVAL, 1,
				     CHUNKS({interval, "a", 1})};
	struct read_buffer_t next = {READ_WRITE_BEFORE_INTERVAL, 1,
				     CHUNKS({40, "b", 1})};
	stats.read.called = 0;
	set_read_buffer(FD, &slow);
	pthread_create(&thread, NULL, read_one, &to);
	while (!__atomic_load_n(&stats.read.called, __ATOMIC_RELAXED))
		sched_yield();
	int64_t replaced = now();
	set_read_buffer(FD, &next);
	pthread_join(thread, &result);
	assert_int_equal((intptr_t)result, 1);
	/* What was waited for was the other buffer's. */
	assert_true(to == 'a' || now() - replaced >= 40 * MILLISECOND);
	return to;
}

static void a_reader_that_waits_sees_the_buffer_replaced(void **state)
{
	(void)state;
	/* If this thread was late, once more, with more time. */
	int interval = 20;
	while (read_while_replaced(interval) != 'b') {
		interval *= 3;
		assert_in_range(interval, 0, 10000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_blocking_call_waits),
	    TEST(real_time_goes_on_between_calls),
	    TEST(after_counts_from_the_last_call_that_read),
	    TEST(before_waits_in_the_call_however_late_it_is),
	    TEST(a_handled_signal_does_not_end_the_wait),
	    TEST(a_wait_is_jumped_out_of),
	    TEST(threads_share_what_there_is),
	    TEST(a_reader_that_waits_sees_the_buffer_replaced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
