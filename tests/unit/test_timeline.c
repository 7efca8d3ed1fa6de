/* SPDX-License-Identifier: MIT */
/* The timeline keeps what it is given, in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "session/timeline.h"

static int create(void **state)
{
	static struct ct_timeline timeline;
	ct_timeline_init(&timeline);
	*state = &timeline;
	return 0;
}

static int destroy(void **state)
{
	ct_timeline_deinit(*state);
	return 0;
}

static void records_are_copies_that_stay_where_they_are(void **state)
{
	enum {
		COUNT = 3000
	};
	static const struct ct_record *kept[COUNT];
	struct ct_timeline *timeline = *state;
	for (int i = 0; i < COUNT; i++) {
		struct ct_record record = {.size = sizeof(record),
					   .seq = (uint64_t)i};
		assert_null(ct_timeline_add(timeline, &record, &kept[i]));
	}
	assert_int_equal(timeline->count, COUNT);
	for (int i = 0; i < COUNT; i++) {
		assert_ptr_equal(timeline->records[i], kept[i]);
		assert_int_equal(kept[i]->seq, i);
	}
}

static void a_mark_knows_the_calls_before_it_and_owns_its_text(void **state)
{
	struct ct_timeline *timeline = *state;
	const struct ct_record *kept;
	struct ct_record record = {.size = sizeof(record)};
	char text[] = "first";
	struct ct_mark mark = {.kind = CT_EVENT_NOTE, .text = text};
	assert_null(ct_timeline_add_mark(timeline, &mark));
	memset(text, 'x', sizeof(text) - 1);
	assert_null(ct_timeline_add(timeline, &record, &kept));
	assert_null(ct_timeline_add(timeline, &record, &kept));
	mark = (struct ct_mark){.kind = CT_EVENT_EXIT, .number = 3};
	assert_null(ct_timeline_add_mark(timeline, &mark));
	assert_int_equal(timeline->mark_count, 2);
	assert_string_equal(timeline->marks[0].mark.text, "first");
	assert_int_equal(timeline->marks[0].position, 0);
	assert_int_equal(timeline->marks[1].position, 2);
	assert_int_equal(timeline->marks[1].mark.number, 3);
	assert_null(timeline->marks[1].mark.text);
}

static void a_cleared_timeline_is_empty_and_usable(void **state)
{
	struct ct_timeline *timeline = *state;
	const struct ct_record *kept;
	struct ct_record record = {.size = sizeof(record), .seq = 7};
	struct ct_mark mark = {.kind = CT_EVENT_START};
	assert_null(ct_timeline_add(timeline, &record, &kept));
	assert_null(ct_timeline_add_mark(timeline, &mark));
	ct_timeline_clear(timeline);
	assert_int_equal(timeline->count, 0);
	assert_int_equal(timeline->mark_count, 0);
	assert_null(ct_timeline_add(timeline, &record, &kept));
	assert_int_equal(timeline->records[0]->seq, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		records_are_copies_that_stay_where_they_are, create, destroy),
	    cmocka_unit_test_setup_teardown(
		a_mark_knows_the_calls_before_it_and_owns_its_text, create,
		destroy),
	    cmocka_unit_test_setup_teardown(
		a_cleared_timeline_is_empty_and_usable, create, destroy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
