/* SPDX-License-Identifier: MIT */
/* The wrappers of mutexes, of the byte order, of getpid and of sleep. */
#include <sys/syscall.h>

#include "kit_fixture.h"

static void a_mutex_from_init_to_destroy(void **state)
{
	(void)state;
	pthread_mutex_t mutex;
	FAILS(pthread_mutex_init, &mutex, NULL);
	assert_int_equal(SUCCEEDS(pthread_mutex_init, &mutex, NULL), 0);
	assert_ptr_equal(stats.pthread_mutex_init.last_arg, &mutex);

	FAILS(pthread_mutex_lock, &mutex);
	assert_int_equal(SUCCEEDS(pthread_mutex_lock, &mutex), 0);
	assert_ptr_equal(stats.pthread_mutex_lock.last_arg, &mutex);
	/* These return their errors. */
	assert_int_equal(SUCCEEDS(pthread_mutex_trylock, &mutex), EBUSY);
	assert_ptr_equal(stats.pthread_mutex_trylock.last_arg, &mutex);
	IGNORED(pthread_mutex_trylock, &mutex);

	FAILS(pthread_mutex_unlock, &mutex);
	assert_int_equal(pthread_mutex_trylock(&mutex), EBUSY);
	assert_int_equal(SUCCEEDS(pthread_mutex_unlock, &mutex), 0);
	assert_ptr_equal(stats.pthread_mutex_unlock.last_arg, &mutex);
	FAILS(pthread_mutex_trylock, &mutex);
	IGNORED(pthread_mutex_lock, &mutex);
	IGNORED(pthread_mutex_unlock, &mutex);

	FAILS(pthread_mutex_destroy, &mutex);
	assert_int_equal(SUCCEEDS(pthread_mutex_destroy, &mutex), 0);
	assert_ptr_equal(stats.pthread_mutex_destroy.last_arg, &mutex);
	IGNORED(pthread_mutex_init, &mutex, NULL);
	IGNORED(pthread_mutex_destroy, &mutex);
}

#define CALL_WITHOUT_FAILURES(f, ...)                               \
	__extension__({                                             \
		monitored.f = false;                                \
		ctester_wrap_##f(__VA_ARGS__);                      \
		assert_int_equal(stats.f.called, 0);                \
		monitored.f = true;                                 \
		errno = ODD_ERRNO;                                  \
		__auto_type result = ctester_wrap_##f(__VA_ARGS__); \
		assert_int_equal(stats.f.called, 1);                \
		assert_true(stats.f.last_return == result);         \
		assert_int_equal(errno, ODD_ERRNO);                 \
		result;                                             \
	})

static void byte_orders_are_counted_and_never_fail(void **state)
{
	(void)state;
	const unsigned char two[] = {0x12, 0x34}, four[] = {1, 2, 3, 4};
	uint16_t short_order = CALL_WITHOUT_FAILURES(htons, 0x1234);
	assert_memory_equal(&short_order, two, 2);
	assert_int_equal(stats.htons.last_params.hostshort, 0x1234);
	uint32_t long_order = CALL_WITHOUT_FAILURES(htonl, 0x01020304);
	assert_memory_equal(&long_order, four, 4);
	assert_int_equal(stats.htonl.last_params.hostlong, 0x01020304);
	assert_int_equal(CALL_WITHOUT_FAILURES(ntohs, short_order), 0x1234);
	assert_int_equal(stats.ntohs.last_params.netshort, short_order);
	assert_int_equal(CALL_WITHOUT_FAILURES(ntohl, long_order), 0x01020304);
	assert_int_equal(stats.ntohl.last_params.netlong, long_order);

	stats.send.called = 1;
	reinit_network_inet_stats();
	assert_int_equal(stats.htons.called + stats.ntohs.called +
			     stats.htonl.called + stats.ntohl.called,
			 0);
	assert_int_equal(stats.send.called, 1);
}

static void getpid_is_counted(void **state)
{
	(void)state;
	assert_int_equal(CALL_WITHOUT_FAILURES(getpid),
			 (pid_t)syscall(SYS_getpid));
}

static void sleep_is_skipped_by_a_mask(void **state)
{
	(void)state;
	monitored.sleep = true;
	failures.sleep = FAIL_ALWAYS;
	/* It would outlast the alarm. */
	assert_int_equal(ctester_wrap_sleep(1000000), 0);
	assert_int_equal(stats.sleep.last_arg, 1000000);
	FAILS_WITH(sleep, 17u, 1000000);
	assert_int_equal(errno, 0);
	assert_int_equal(SUCCEEDS(sleep, 0), 0);
	assert_int_equal(stats.sleep.last_arg, 0);
	assert_int_equal(stats.sleep.called, 3);
	IGNORED(sleep, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KIT_TEST(a_mutex_from_init_to_destroy),
	    KIT_TEST(byte_orders_are_counted_and_never_fail),
	    KIT_TEST(getpid_is_counted),
	    KIT_TEST(sleep_is_skipped_by_a_mask),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
