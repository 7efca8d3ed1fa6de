/* SPDX-License-Identifier: MIT */
/*
 * Which calls are watched, and which of those fail.
 *
 * listen(-1, 0) is the call: the real one returns -1 with EBADF, a failed one
 * ODD_RESULT with EDOM.
 */
#include <sys/wait.h>

#include "CTester/wrap_file.h"
#include "CTester/wrap_malloc.h"
#include "CTester/wrap_mutex.h"
#include "CTester/wrap_network_inet.h"
#include "CTester/wrap_network_socket.h"
#include "kit_fixture.h"

static void arm_listen(uint32_t mask)
{
	monitored.listen = true;
	failures.listen = mask;
	failures.listen_ret = ODD_RESULT;
	failures.listen_errno = EDOM;
}

static bool listen_fails(void)
{
	errno = 0;
	int ret = ctester_wrap_listen(-1, 0);
	assert_int_equal(ret, errno == EDOM ? ODD_RESULT : -1);
	assert_true(errno == EDOM || errno == EBADF);
	return errno == EDOM;
}

/* Bit n of a row: call n + 1 of 40 fails. */
static void assert_fails(uint32_t mask, uint64_t calls)
{
	arm_listen(mask);
	for (int i = 0; i < 40; i++)
		assert_int_equal(listen_fails(), calls >> i & 1);
}

#define CALLS_TO_32 UINT64_C(0xffffffff)

static void a_mask_fails_the_calls_of_its_bits(void **state)
{
	(void)state;
	assert_fails(FAIL_NEVER, 0);
	assert_int_equal(failures.listen, 0);
	assert_fails(FAIL_ALWAYS, UINT64_C(0xffffffffff));
	assert_int_equal(failures.listen, FAIL_ALWAYS);
	assert_fails(FAIL_FIRST, 1);
	assert_fails(FAIL_SECOND, 2);
	assert_fails(FAIL_TWICE, 3);
	assert_fails(FAIL_THIRD, 4);
	assert_fails(FAIL_ONCE, 1);
	/* The rows: calls 2 to 32; 3 and 5 to 32; 32 alone. */
	assert_fails(FAIL_ALWAYS & ~FAIL_FIRST, CALLS_TO_32 & ~UINT64_C(1));
	assert_fails(FAIL_ALWAYS & ~(FAIL_TWICE | 8u),
		     CALLS_TO_32 & ~UINT64_C(11));
	assert_fails(1u << 31, UINT64_C(1) << 31);
	assert_fails(0xff, 0xff);
	assert_fails(0x3ff, 0x3ff);
	assert_fails(1 << 3, 8);
	assert_int_equal(failures.listen, 0);
}

static void the_last_bit_can_stay(void **state)
{
	(void)state;
	const uint64_t all = UINT64_C(0xffffffffff);
	ctester_endless_masks = true;
	assert_fails(FAIL_ALWAYS & ~FAIL_FIRST, all & ~UINT64_C(1));
	assert_fails(1u << 31, all & ~UINT64_C(0x7fffffff));
	assert_int_equal(failures.listen, FAIL_ALWAYS);
	assert_fails(FAIL_THIRD, 4);
	ctester_reset();
	assert_true(ctester_endless_masks);
	ctester_endless_masks = false;
}

static void constants_are_the_reference_s(void **state)
{
	(void)state;
	assert_true(FAIL_ALWAYS == 0xffffffff && FAIL_NEVER == 0);
	assert_true(FAIL_FIRST == 1 && FAIL_SECOND == 2 && FAIL_TWICE == 3);
	assert_true(FAIL_THIRD == 4 && FAIL_ONCE == FAIL_FIRST);
	assert_int_equal(sizeof(failures.open), 4);
	assert_true(FAIL(5u) && !FAIL(4u));
	assert_true(NEXT(5u) == 2 && NEXT(FAIL_ALWAYS) == FAIL_ALWAYS);
}

static void bits_count_from_now(void **state)
{
	(void)state;
	arm_listen(FAIL_NEVER);
	assert_false(listen_fails());
	assert_false(listen_fails());
	failures.listen = FAIL_SECOND;
	assert_false(listen_fails());
	assert_int_equal(failures.listen, FAIL_FIRST);
	assert_true(listen_fails());
	assert_int_equal(failures.listen, FAIL_NEVER);
	assert_int_equal(stats.listen.called, 4);
}

static void a_failed_call_has_result_0_and_errno_0_by_default(void **state)
{
	(void)state;
	monitored.listen = true;
	failures.listen = FAIL_FIRST;
	errno = ODD_ERRNO;
	assert_int_equal(ctester_wrap_listen(-1, 0), 0);
	assert_int_equal(errno, 0);
}

static void a_call_outside_of_the_sandbox_is_not_watched(void **state)
{
	(void)state;
	arm_listen(FAIL_ALWAYS & ~FAIL_SECOND);
	wrap_monitoring = false;
	assert_false(listen_fails());
	assert_int_equal(stats.listen.called, 0);
	assert_int_equal(failures.listen, FAIL_ALWAYS & ~FAIL_SECOND);
	wrap_monitoring = true;
	assert_true(listen_fails());
	assert_int_equal(stats.listen.called, 1);
}

static void monitored_is_looked_at_on_every_call(void **state)
{
	(void)state;
	arm_listen(FAIL_TWICE);
	assert_true(listen_fails());
	monitored.listen = false;
	assert_false(listen_fails());
	assert_int_equal(failures.listen, FAIL_FIRST);
	monitored.listen = true;
	assert_true(listen_fails());
	assert_int_equal(stats.listen.called, 2);
}

static void a_flag_of_any_other_value_counts_as_true(void **state)
{
	(void)state;
	arm_listen(FAIL_ALWAYS);
	memset(&monitored.listen, 0x42, 1);
	assert_true(listen_fails());
}

static void a_program_that_nobody_armed_is_not_watched(void **state)
{
	(void)state;
	arm_listen(FAIL_ALWAYS);
	ctester_kit.armed_pid = 0;
	assert_false(listen_fails());
	assert_int_equal(stats.listen.called, 0);
}

static void a_forked_child_gets_the_real_function(void **state)
{
	(void)state;
	arm_listen(FAIL_ALWAYS);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		int ret = ctester_wrap_listen(-1, 0);
		bool real = ret == -1 && errno == EBADF &&
			    stats.listen.called == 0 &&
			    failures.listen == FAIL_ALWAYS;
		_exit(real ? 0 : 1);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(stats.listen.called, 0);
	assert_true(listen_fails());
}

static void each_name_has_its_wrapper_and_its_flag(void **state)
{
	(void)state;
	const char *flags = (const char *)&monitored;
	assert_int_equal(ctester_kit.magic, CTESTER_KIT_MAGIC);
	assert_int_equal(ctester_kit.version, CTESTER_VERSION);
	assert_int_equal(ctester_kit.layout, CTESTER_LAYOUT);
	ctester_find_reals();
	bool seen[sizeof(monitored)] = {false};
	for (uint32_t i = 0; i < ctester_kit.count; i++) {
		const struct ctester_kit_entry *entry = &ctester_kit.entries[i];
		assert_non_null(entry->wrapper);
		assert_ptr_not_equal(entry->wrapper, *entry->real);
		/* Of the kit's own use: a stack for a thread's signals. */
		if (strcmp(entry->name, "pthread_create") == 0)
			continue;
		ptrdiff_t at = (const char *)entry->monitored - flags;
		assert_in_range(at, 0, sizeof(monitored) - 1);
		seen[at] = true;
	}
	for (size_t i = 0; i < sizeof(seen); i++)
		assert_true(seen[i]);
}

static void a_new_test_starts_from_nothing(void **state)
{
	(void)state;
	arm_listen(FAIL_ALWAYS);
	assert_true(listen_fails());
	ctester_reset();
	static const struct wrap_monitor_t no_monitor;
	static const struct wrap_fail_t no_failures;
	static const struct wrap_stats_t no_stats;
	assert_memory_equal(&monitored, &no_monitor, sizeof(monitored));
	assert_memory_equal(&failures, &no_failures, sizeof(failures));
	assert_memory_equal(&stats, &no_stats, sizeof(stats));
	assert_int_equal(logs.malloc.n, 0);
}

static void all_of_monitored_and_all_of_stats_are_cleared(void **state)
{
	(void)state;
	memset(&monitored, 1, sizeof(monitored));
	reinit_all_monitored();
	for (size_t i = 0; i < sizeof(monitored); i++)
		assert_int_equal(((char *)&monitored)[i], 0);
	stats.open.called = stats.htonl.called = stats.memory.used = 3;
	reinit_all_stats();
	assert_int_equal(stats.open.called, 0);
	assert_int_equal(stats.htonl.called, 0);
	assert_int_equal(stats.memory.used, 0);
}

static void groups_are_monitored_together(void **state)
{
	(void)state;
	MONITOR_ALL_RECV(monitored, true);
	MONITOR_ALL_SEND(monitored, true);
	MONITOR_ALL_BYTEORDER(monitored, true);
	assert_true(monitored.recv && monitored.recvfrom && monitored.recvmsg);
	assert_true(monitored.send && monitored.sendto && monitored.sendmsg);
	assert_true(monitored.htons && monitored.ntohs && monitored.htonl &&
		    monitored.ntohl);
	assert_false(monitored.read || monitored.write || monitored.poll);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KIT_TEST(a_mask_fails_the_calls_of_its_bits),
	    KIT_TEST(the_last_bit_can_stay),
	    KIT_TEST(constants_are_the_reference_s),
	    KIT_TEST(bits_count_from_now),
	    KIT_TEST(a_failed_call_has_result_0_and_errno_0_by_default),
	    KIT_TEST(a_call_outside_of_the_sandbox_is_not_watched),
	    KIT_TEST(monitored_is_looked_at_on_every_call),
	    KIT_TEST(a_flag_of_any_other_value_counts_as_true),
	    KIT_TEST(a_program_that_nobody_armed_is_not_watched),
	    KIT_TEST(a_forked_child_gets_the_real_function),
	    KIT_TEST(each_name_has_its_wrapper_and_its_flag),
	    KIT_TEST(a_new_test_starts_from_nothing),
	    KIT_TEST(all_of_monitored_and_all_of_stats_are_cleared),
	    KIT_TEST(groups_are_monitored_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
