/* SPDX-License-Identifier: MIT */
/*
 * Tests of the kit without a debugger: the program arms itself, opens the
 * sandbox by its flag, and calls wrappers where its slots would.
 */
#ifndef CT_TESTS_KIT_FIXTURE_H
#define CT_TESTS_KIT_FIXTURE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "CTester/hooks.h"
#include "CTester/kit.h"
#include "CTester/wrap.h"
#include "kit/reals.h"

#define KIT_UNUSED __attribute__((unused))

/* As no real function sets or returns it. */
#define ODD_ERRNO  12345
#define ODD_RESULT -77

KIT_UNUSED static int kit_setup(void **state)
{
	(void)state;
	ctester_upstream_quirks = false;
	ctester_reset();
	ctester_kit.armed_pid = (uint32_t)getpid();
	wrap_monitoring = true;
	/* A test that waits for what never comes ends. */
	alarm(60);
	return 0;
}

KIT_UNUSED static int kit_teardown(void **state)
{
	(void)state;
	wrap_monitoring = false;
	ctester_upstream_quirks = false;
	ctester_reset();
	return 0;
}

#define KIT_TEST(f) cmocka_unit_test_setup_teardown(f, kit_setup, kit_teardown)

/*
 * A call by its wrapper that does not fail by a mask: counted once, its result
 * kept, the mask shifted, and errno left as it was if it succeeds.
 */
#define CALL(f, ...)                                                 \
	__extension__({                                              \
		monitored.f = true;                                  \
		failures.f = FAIL_SECOND;                            \
		int called_before = stats.f.called;                  \
		errno = ODD_ERRNO;                                   \
		__auto_type result = ctester_wrap_##f(__VA_ARGS__);  \
		assert_int_equal(stats.f.called, called_before + 1); \
		assert_true(stats.f.last_return == result);          \
		assert_int_equal(failures.f, FAIL_FIRST);            \
		failures.f = FAIL_NEVER;                             \
		result;                                              \
	})

#define SUCCEEDS(f, ...)                                    \
	__extension__({                                     \
		__auto_type success = CALL(f, __VA_ARGS__); \
		assert_int_equal(errno, ODD_ERRNO);         \
		success;                                    \
	})

/* Its next call fails by the mask, and the real function does not run. */
#define FAILS_WITH(f, value, ...)                                      \
	do {                                                           \
		monitored.f = true;                                    \
		failures.f = FAIL_FIRST;                               \
		failures.f##_ret = (value);                            \
		int called_before = stats.f.called;                    \
		errno = 0;                                             \
		assert_true(ctester_wrap_##f(__VA_ARGS__) == (value)); \
		assert_true(stats.f.last_return == (value));           \
		assert_int_equal(stats.f.called, called_before + 1);   \
		assert_int_equal(failures.f, FAIL_NEVER);              \
	} while (0)

#define FAILS(f, ...)                                   \
	do {                                            \
		failures.f##_errno = EDOM;              \
		FAILS_WITH(f, ODD_RESULT, __VA_ARGS__); \
		assert_int_equal(errno, EDOM);          \
	} while (0)

/* Not monitored, it is the real function: no count, no shift. */
#define IGNORED(f, ...)                                          \
	do {                                                     \
		monitored.f = false;                             \
		failures.f = FAIL_FIRST;                         \
		int called_before = stats.f.called;              \
		ctester_wrap_##f(__VA_ARGS__);                   \
		assert_int_equal(stats.f.called, called_before); \
		assert_int_equal(failures.f, FAIL_FIRST);        \
		failures.f = FAIL_NEVER;                         \
	} while (0)

#endif
