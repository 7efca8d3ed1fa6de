/* SPDX-License-Identifier: MIT */
/* A story has each call's begin before whatever ended after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "session/telling.h"

static struct ct_timeline timeline;
static struct ct_telling telling;

static int create(void **state)
{
	(void)state;
	ct_timeline_init(&timeline);
	timeline.memory_max = 0;
	return 0;
}

static int destroy(void **state)
{
	(void)state;
	ct_telling_deinit(&telling);
	ct_timeline_deinit(&timeline);
	return 0;
}

static void add_of(int32_t tid, uint32_t depth, uint64_t seq, uint64_t begin,
		   uint64_t end)
{
	struct ct_record record = {
	    .size = sizeof(record),
	    .tid = tid,
	    .depth = depth,
	    .seq = seq,
	    .time_ns = begin,
	    .duration_ns = end - begin,
	};
	assert_null(ct_timeline_add(&timeline, &record));
}

/* A call that was entered at `begin` and has returned at `end`. */
static void add(uint64_t seq, uint64_t begin, uint64_t end)
{
	add_of(1, 0, seq, begin, end);
}

static void tell(size_t first, unsigned int flags)
{
	assert_null(ct_telling_init(&telling, &timeline, first, flags));
}

static enum ct_told next(uint64_t *seq)
{
	enum ct_told told;
	const struct ct_record *record;
	const struct ct_mark *mark;
	assert_null(ct_telling_next(&telling, &told, &record, &mark));
	*seq = told == CT_TOLD_MARK ? (uint64_t)mark->number
	       : record             ? record->seq
				    : 0;
	return told;
}

static void expect(enum ct_told told, uint64_t seq)
{
	uint64_t is;
	assert_int_equal(next(&is), told);
	assert_int_equal(is, seq);
}

static void calls_begin_before_those_they_make(void **state)
{
	(void)state;
	add_of(1, 1, 2, 20, 30);
	add_of(1, 1, 3, 40, 50);
	add_of(1, 0, 1, 10, 60);
	tell(0, CT_TELL_BEGINS);
	expect(CT_TOLD_BEGIN, 1);
	expect(CT_TOLD_BEGIN, 2);
	expect(CT_TOLD_END, 2);
	expect(CT_TOLD_BEGIN, 3);
	expect(CT_TOLD_END, 3);
	expect(CT_TOLD_END, 1);
	expect(CT_TOLD_ALL, 0);
	expect(CT_TOLD_ALL, 0);
}

static void what_begins_before_an_end_is_told_before_it(void **state)
{
	(void)state;
	add_of(1, 0, 1, 10, 30);
	add_of(2, 0, 2, 20, 40);
	add_of(1, 0, 3, 35, 37);
	tell(0, CT_TELL_BEGINS);
	expect(CT_TOLD_BEGIN, 1);
	expect(CT_TOLD_BEGIN, 2);
	expect(CT_TOLD_END, 1);
	expect(CT_TOLD_BEGIN, 3);
	expect(CT_TOLD_END, 2);
	expect(CT_TOLD_END, 3);
	expect(CT_TOLD_ALL, 0);
}

static void calls_of_one_moment_are_one_behind_the_other(void **state)
{
	(void)state;
	add(1, 10, 10);
	add(2, 10, 10);
	/* By an older clock than the end of the one before. */
	add(3, 10, 15);
	add(4, 12, 12);
	add(5, 20, 20);
	tell(0, CT_TELL_BEGINS);
	for (uint64_t seq = 1; seq <= 5; seq++) {
		expect(CT_TOLD_BEGIN, seq);
		expect(CT_TOLD_END, seq);
	}
	expect(CT_TOLD_ALL, 0);
}

static void add_run(void)
{
	assert_null(ct_timeline_add_mark(
	    &timeline, &(struct ct_mark){.kind = CT_EVENT_START, .number = 1}));
}

static void calls_of_the_next_run_begin_behind_this_one(void **state)
{
	(void)state;
	/* The clock begins anew. */
	add_run();
	add(1, 1000, 1010);
	add(2, 1020, 1030);
	add_run();
	add_of(2, 0, 3, 500, 530);
	add_of(2, 0, 4, 540, 550);
	tell(0, CT_TELL_BEGINS);
	for (uint64_t seq = 1; seq <= 4; seq++) {
		expect(CT_TOLD_BEGIN, seq);
		expect(CT_TOLD_END, seq);
	}
	expect(CT_TOLD_ALL, 0);
}

static void a_long_run_behind_another_is_told(void **state)
{
	enum {
		CALLS = 100000
	};
	(void)state;
	add_run();
	add(1, 1000000000, 2000000000);
	add_run();
	for (uint64_t i = 2; i < CALLS; i++)
		add_of(2, 0, i, 10 * i, 10 * i + 5);
	tell(0, CT_TELL_BEGINS);
	for (uint64_t seq = 1; seq < CALLS; seq++) {
		expect(CT_TOLD_BEGIN, seq);
		expect(CT_TOLD_END, seq);
	}
	expect(CT_TOLD_ALL, 0);
}

static void moments_of_threads_are_in_their_order(void **state)
{
	(void)state;
	add_of(1, 0, 1, 10, 10);
	add_of(2, 0, 2, 5, 5);
	add_of(1, 0, 3, 10, 30);
	add_of(2, 0, 4, 25, 25);
	tell(0, CT_TELL_BEGINS);
	for (uint64_t seq = 1; seq <= 4; seq++) {
		expect(CT_TOLD_BEGIN, seq);
		expect(CT_TOLD_END, seq);
	}
	expect(CT_TOLD_ALL, 0);
}

static void marks_are_where_they_were_made(void **state)
{
	struct ct_mark mark = {.kind = CT_EVENT_EXIT, .number = 77};
	(void)state;
	add(1, 10, 20);
	assert_null(ct_timeline_add_mark(&timeline, &mark));
	add(2, 30, 40);
	mark.number = 78;
	assert_null(ct_timeline_add_mark(&timeline, &mark));
	tell(0, CT_TELL_MARKS);
	expect(CT_TOLD_END, 1);
	expect(CT_TOLD_MARK, 77);
	expect(CT_TOLD_END, 2);
	expect(CT_TOLD_MARK, 78);
	expect(CT_TOLD_ALL, 0);
	ct_telling_deinit(&telling);
	tell(1, CT_TELL_MARKS | CT_TELL_BEGINS);
	expect(CT_TOLD_MARK, 77);
	expect(CT_TOLD_BEGIN, 2);
	expect(CT_TOLD_END, 2);
	expect(CT_TOLD_MARK, 78);
	expect(CT_TOLD_ALL, 0);
}

static void a_story_is_over_when_everything_is_forgotten(void **state)
{
	(void)state;
	add(1, 10, 20);
	add(2, 30, 40);
	tell(0, CT_TELL_BEGINS);
	expect(CT_TOLD_BEGIN, 1);
	ct_timeline_clear(&timeline);
	add(9, 10, 20);
	expect(CT_TOLD_ALL, 0);
}

enum {
	LONG = 50000, /* several blocks */
	DEPTH = 30
};

/* Calls in calls, some of which last nearly the whole time. */
static void add_long_story(void)
{
	uint64_t open[DEPTH], begun[DEPTH], seq = 0, now = 0;
	size_t depth = 0;
	unsigned int random = 1;
	while (seq < LONG || depth) {
		random = random * 1103515245 + 12345;
		bool up = seq < LONG && depth < DEPTH &&
			  (random >> 16) % 1000 < (depth < 3 ? 990 : 500);
		now += 10;
		if (up) {
			open[depth] = ++seq;
			begun[depth++] = now;
		} else if (depth > (seq < LONG ? 2 : 0)) {
			depth--;
			add_of(1, (uint32_t)depth, open[depth], begun[depth],
			       now);
		}
	}
}

static void however_long_the_story_begins_and_ends_nest(void **state)
{
	uint64_t open[DEPTH], seq, begun = 0;
	size_t depth = 0, ended = 0;
	enum ct_told told;
	(void)state;
	add_long_story();
	assert_true(timeline.count > 16384 * 2);
	tell(0, CT_TELL_BEGINS);
	while ((told = next(&seq)) != CT_TOLD_ALL) {
		if (told == CT_TOLD_BEGIN) {
			assert_int_equal(seq, ++begun);
			assert_true(depth < DEPTH);
			open[depth++] = seq;
		} else {
			assert_true(depth > 0);
			assert_int_equal(open[--depth], seq);
			ended++;
		}
	}
	assert_int_equal(ended, timeline.count);
	assert_int_equal(begun, timeline.count);
	/* The two that last, and what is open where a block ends. */
	assert_true(telling.late_count >= 2 && telling.late_count <= 4 * DEPTH);
}

/* Shared memory is the program's: times may be anything. */
static void times_that_cannot_be_true_lose_no_call(void **state)
{
	uint64_t seq, ended = 0;
	enum ct_told told;
	(void)state;
	for (uint64_t i = 0; i < LONG; i++)
		add(i * 2654435761u % LONG, i % 3 ? UINT64_MAX - i : i, i);
	tell(0, CT_TELL_BEGINS);
	while ((told = next(&seq)) != CT_TOLD_ALL)
		ended += told == CT_TOLD_END;
	assert_int_equal(ended, LONG);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, create, destroy)
	const struct CMUnitTest tests[] = {
	    TEST(calls_begin_before_those_they_make),
	    TEST(what_begins_before_an_end_is_told_before_it),
	    TEST(calls_of_one_moment_are_one_behind_the_other),
	    TEST(calls_of_the_next_run_begin_behind_this_one),
	    TEST(a_long_run_behind_another_is_told),
	    TEST(moments_of_threads_are_in_their_order),
	    TEST(marks_are_where_they_were_made),
	    TEST(a_story_is_over_when_everything_is_forgotten),
	    TEST(however_long_the_story_begins_and_ends_nest),
	    TEST(times_that_cannot_be_true_lose_no_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
