/* SPDX-License-Identifier: MIT */
/*
 * What stands in for monitored calls, without a program: this process is the
 * one whose memory is written.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "CTester/read_write.h"
#include "session/stand_in.h"

#define HOUR 3600000

struct bench {
	struct ct_region region;
	struct ct_session session;
	struct ct_tracee tracee;
	struct ct_record record;
	struct ct_call call;
	size_t double_frees;
};

static void count_report(void *arg, struct ct_method_call *call)
{
	struct bench *bench = arg;
	bench->double_frees += call->event == CT_METHOD_DOUBLE_FREE;
}

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct ct_session *session = &bench->session;
	bench->tracee.pid = getpid();
	bench->region.sandbox = CT_SANDBOX_OPEN;
	session->region = &bench->region;
	session->now = &bench->tracee;
	bench->call =
	    (struct ct_call){.session = session, .record = &bench->record};
	ct_session_set_methods(session, 0, count_report, bench);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;
	ct_session_clear_read_buffers(&bench->session);
	ct_session_forget_stand_ins(&bench->session);
	free(bench);
	return 0;
}

static struct ct_stand_in call_of(struct bench *bench, uint64_t first,
				  uint64_t second, uint64_t third,
				  uint64_t fourth)
{
	return (struct ct_stand_in){
	    .session = &bench->session,
	    .call = &bench->call,
	    .args = {first, second, third, fourth},
	};
}

/* ---- blocks */

static struct ct_reply free_block(struct bench *bench, uint64_t ptr)
{
	struct ct_reply reply = {0};
	struct ct_stand_in call = call_of(bench, ptr, 0, 0, 0);
	ct_heap_note_free(&call, &reply);
	return reply;
}

static struct ct_reply take_and_free(struct bench *bench, uint64_t ptr,
				     uint64_t size)
{
	ct_heap_note_malloc(&bench->session, ptr, size);
	return free_block(bench, ptr);
}

static void the_oldest_block_is_freed_when_too_many_wait(void **state)
{
	struct bench *bench = *state;
	for (uint64_t i = 1; i <= 1024; i++)
		assert_true(take_and_free(bench, i * 64, 10).returns);
	for (uint64_t i = 1; i <= 3000; i++) {
		struct ct_reply reply =
		    take_and_free(bench, (1024 + i) * 64, 10);
		assert_false(reply.returns);
		assert_int_equal(reply.replaced, 1);
		assert_int_equal(reply.args[0], i * 64);
	}
	/* That one is libc's again, and this one still waits. */
	free_block(bench, 64);
	assert_int_equal(bench->double_frees, 0);
	free_block(bench, 4024 * 64);
	assert_int_equal(bench->double_frees, 1);
}

static void one_call_frees_one_block(void **state)
{
	struct bench *bench = *state;
	for (uint64_t i = 1; i <= 4; i++)
		assert_true(take_and_free(bench, i * 64, 4 << 20).returns);
	/* In place of two blocks: it is not kept itself. */
	struct ct_reply reply = take_and_free(bench, 5 * 64, 8 << 20);
	assert_false(reply.returns || reply.replaced);
	reply = take_and_free(bench, 6 * 64, 4 << 20);
	assert_int_equal(reply.args[0], 64);
	/* Larger than all room there is. */
	reply = take_and_free(bench, 7 * 64, UINT64_MAX);
	assert_false(reply.returns || reply.replaced);
	free_block(bench, 2 * 64);
	assert_int_equal(bench->double_frees, 1);
}

static void what_is_left_by_sandboxes_has_a_limit(void **state)
{
	struct bench *bench = *state;
	uint64_t left = 0;
	for (uint64_t i = 1; i <= 100; i++) {
		bench->session.opening++;
		if (take_and_free(bench, i * 64, 8 << 20).returns)
			left += 8 << 20;
	}
	assert_int_equal(left, 64 << 20);
}

static void a_closed_sandbox_keeps_nothing(void **state)
{
	struct bench *bench = *state;
	assert_true(take_and_free(bench, 64, 10).returns);
	bench->region.sandbox = 0;
	assert_false(free_block(bench, 64).returns);
	assert_false(take_and_free(bench, 128, 10).returns);
	bench->region.sandbox = CT_SANDBOX_OPEN;
	assert_false(free_block(bench, 64).returns);
	assert_false(free_block(bench, 128).returns);
	assert_int_equal(bench->double_frees, 0);
}

static void another_thread_may_get_the_address_that_moves(void **state)
{
	struct bench *bench = *state;
	struct ct_stand_in call = call_of(bench, 64, 0, 0, 0);
	ct_heap_note_malloc(&bench->session, 64, 10);
	ct_heap_note_realloc(&call);
	ct_heap_note_malloc(&bench->session, 64, 20);
	ct_heap_note_realloced(&bench->session, 64, 30, 128);
	assert_true(free_block(bench, 64).returns);
	assert_true(free_block(bench, 128).returns);
	assert_int_equal(bench->double_frees, 0);
}

static void a_realloc_that_fails_leaves_the_block(void **state)
{
	struct bench *bench = *state;
	struct ct_stand_in call = call_of(bench, 64, 0, 0, 0);
	ct_heap_note_malloc(&bench->session, 64, 10);
	ct_heap_note_realloc(&call);
	ct_heap_note_realloced(&bench->session, 64, 30, 0);
	assert_true(free_block(bench, 64).returns);
}

/* ---- reads */

static void set_buffer(struct bench *bench, int mode, const uint64_t *sizes,
		       const int32_t *intervals)
{
	const struct ct_read_data data = {mode, 2, sizes, intervals, "abcdef"};
	bool had;
	assert_null(
	    ct_session_set_read_buffer(&bench->session, 942, &data, &had));
}

static struct ct_reply receive(struct bench *bench, void *to, size_t count,
			       int flags)
{
	struct ct_reply reply = {0};
	struct ct_stand_in call =
	    call_of(bench, 942, (uintptr_t)to, count, (uint64_t)flags);
	assert_null(ct_session_read_buffered(&call, CT_READER_RECV, &reply));
	return reply;
}

static void a_call_that_waits_is_delayed(void **state)
{
	struct bench *bench = *state;
	char got[8] = "";
	set_buffer(bench, READ_WRITE_BEFORE_INTERVAL, (const uint64_t[]){3, 3},
		   (const int32_t[]){HOUR, HOUR});
	struct ct_reply reply = receive(bench, got, 6, MSG_WAITALL);
	assert_int_equal(reply.result, 6);
	assert_string_equal(got, "abcdef");
	assert_int_equal(reply.delay_ns, 2ull * HOUR * 1000000);
	reply = receive(bench, got, 6, 0);
	assert_int_equal(reply.result, 0);
	assert_int_equal(reply.delay_ns, 0);
}

static void a_bad_address_takes_nothing(void **state)
{
	struct bench *bench = *state;
	uint64_t bytes, chunk;
	char got[8] = "";
	set_buffer(bench, READ_WRITE_AFTER_INTERVAL, (const uint64_t[]){3, 3},
		   (const int32_t[]){0, 0});
	/* The page at 1 is never mapped. */
	struct ct_reply reply = receive(bench, (void *)(uintptr_t)1, 6, 0);
	assert_true(reply.set_errno);
	assert_int_equal(reply.errno_value, EFAULT);
	assert_int_equal((int64_t)reply.result, -1);
	assert_true(
	    ct_session_read_progress(&bench->session, 942, &bytes, &chunk));
	assert_int_equal(bytes + chunk, 0);
	assert_int_equal(receive(bench, got, UINT64_MAX, 0).result, 3);
}

static void intervals_below_0_are_none(void **state)
{
	struct bench *bench = *state;
	char got[8] = "";
	set_buffer(bench, READ_WRITE_REAL_INTERVAL, (const uint64_t[]){3, 3},
		   (const int32_t[]){-5, INT32_MIN});
	assert_int_equal(receive(bench, got, 8, MSG_DONTWAIT).result, 6);
}

static void other_descriptors_are_left_alone(void **state)
{
	struct bench *bench = *state;
	char got[8] = "";
	struct ct_reply reply = receive(bench, got, 8, 0);
	assert_false(reply.returns);
	set_buffer(bench, READ_WRITE_REAL_INTERVAL, (const uint64_t[]){3, 3},
		   (const int32_t[]){0, 0});
	reply = receive(bench, got, 8, MSG_OOB);
	assert_false(reply.returns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	    TEST(the_oldest_block_is_freed_when_too_many_wait),
	    TEST(one_call_frees_one_block),
	    TEST(what_is_left_by_sandboxes_has_a_limit),
	    TEST(a_closed_sandbox_keeps_nothing),
	    TEST(another_thread_may_get_the_address_that_moves),
	    TEST(a_realloc_that_fails_leaves_the_block),
	    TEST(a_call_that_waits_is_delayed),
	    TEST(a_bad_address_takes_nothing),
	    TEST(intervals_below_0_are_none),
	    TEST(other_descriptors_are_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
