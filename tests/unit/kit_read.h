/* SPDX-License-Identifier: MIT */
/*
 * Tests of partial reads.
 *
 * What is there has the interval 0, and what is not comes in an hour, so that
 * nothing depends on how fast the test is: a call that waits where it must not
 * outlasts the alarm.  Where a wait is looked at, it is whether it was long
 * enough.
 */
#ifndef CT_TESTS_KIT_READ_H
#define CT_TESTS_KIT_READ_H

#include <sys/socket.h>
#include <time.h>

#define CTESTER_READ_INTERNALS
#include "CTester/read_write.h"
#include "kit_fixture.h"

#define HOUR        3600000
#define CHUNKS(...) ((struct read_bufchunk_t[]){__VA_ARGS__})
#define MILLISECOND INT64_C(1000000)
#define SETS(fd, b) assert_int_equal(set_read_buffer(fd, b), 0)

/* A number that is no open descriptor. */
#define FD 942

static char got[64];

KIT_UNUSED static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

KIT_UNUSED static ssize_t receive(size_t count, int flags)
{
	memset(got, 0, sizeof(got));
	errno = ODD_ERRNO;
	ssize_t ret = ctester_wrap_recv(FD, got, count, flags);
	assert_true(ret == -1 || errno == ODD_ERRNO);
	assert_int_equal(stats.recv.last_return, ret);
	return ret;
}

#define RECEIVES(count, flags, text)                                   \
	do {                                                           \
		assert_int_equal(receive(count, flags), strlen(text)); \
		assert_string_equal(got, text);                        \
	} while (0)

#define WOULD_BLOCK(count, flags)                                             \
	do {                                                                  \
		assert_int_equal(receive(count, (flags) | MSG_DONTWAIT), -1); \
		assert_int_equal(errno, EAGAIN);                              \
	} while (0)

KIT_UNUSED static int setup(void **state)
{
	int ret = kit_setup(state);
	monitored.read = monitored.recv = monitored.recvfrom = true;
	return ret;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, kit_teardown)

#endif
