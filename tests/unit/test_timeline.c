/* SPDX-License-Identifier: MIT */
/* The timeline keeps what it is given, in order, in memory and in its file. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "session/timeline.h"

static struct ct_timeline timeline;
static struct ct_timeline_cursor cursor;

static int create(void **state)
{
	(void)state;
	ct_timeline_init(&timeline);
	ct_timeline_cursor_init(&cursor, &timeline);
	return 0;
}

static int destroy(void **state)
{
	(void)state;
	ct_timeline_cursor_deinit(&cursor);
	ct_timeline_deinit(&timeline);
	return 0;
}

/* Of record i: its sizes differ. */
static uint32_t size_of(size_t i)
{
	return (uint32_t)(sizeof(struct ct_record) + i % 7 * 40);
}

static struct ct_error *try_to_add(size_t i)
{
	_Alignas(8) static uint8_t bytes[sizeof(struct ct_record) + 6 * 40];
	struct ct_record *record = (void *)bytes;
	memset(bytes, (int)(i & 0xff), sizeof(bytes));
	record->size = size_of(i);
	record->seq = i;
	return ct_timeline_add(&timeline, record);
}

static void add(size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		assert_null(try_to_add(i));
}

static void expect(struct ct_timeline_cursor *with, size_t i)
{
	const struct ct_record *record;
	assert_null(ct_timeline_at(with, i, &record));
	assert_int_equal(record->seq, i);
	assert_int_equal(record->size, size_of(i));
	assert_int_equal((uintptr_t)record % 8, 0);
	const uint8_t *bytes = (const void *)record;
	assert_int_equal(bytes[record->size - 1], i & 0xff);
}

/* As many files as this process has open. */
static size_t count_files(void)
{
	size_t count = 0;
	for (int fd = 0; fd < 64; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void records_come_back_as_they_were_given(void **state)
{
	(void)state;
	add(0, 3000);
	assert_int_equal(timeline.count, 3000);
	for (size_t i = 0; i < 3000; i++)
		expect(&cursor, i);
	expect(&cursor, 7);
	assert_int_equal(timeline.fd, -1);
}

static void more_than_memory_may_take_goes_into_a_file(void **state)
{
	enum {
		COUNT = 60000
	};
	(void)state;
	timeline.memory_max = 4 << 20;
	add(0, COUNT);
	assert_true(timeline.fd >= 0);
	assert_true(timeline.memory_used <= 6 << 20);
	for (size_t i = 0; i < COUNT; i++)
		expect(&cursor, i);
	for (size_t i = COUNT; i-- > 0;)
		if (i % 501 == 0)
			expect(&cursor, i);
	assert_true(cursor.window_size <= 1 << 20);
}

static void its_file_has_no_name_and_ends_with_it(void **state)
{
	char directory[] = "/tmp/ctester-test-XXXXXX";
	(void)state;
	assert_non_null(mkdtemp(directory));
	setenv("TMPDIR", directory, 1);
	size_t before = count_files();
	timeline.memory_max = 0;
	add(0, 20000);
	assert_int_equal(count_files(), before + 1);
	/* Nothing is in the directory. */
	assert_int_equal(rmdir(directory), 0);
	expect(&cursor, 3);
	ct_timeline_clear(&timeline);
	assert_int_equal(count_files(), before);
	unsetenv("TMPDIR");
}

static void a_directory_that_is_not_there_is_passed_by(void **state)
{
	(void)state;
	setenv("TMPDIR", "/nowhere/at/all", 1);
	timeline.memory_max = 0;
	add(0, 20000);
	unsetenv("TMPDIR");
	assert_true(timeline.fd >= 0);
	expect(&cursor, 0);
}

static void a_cursor_stays_right_while_records_move_into_the_file(void **state)
{
	struct ct_timeline_cursor other;
	(void)state;
	timeline.memory_max = 0;
	ct_timeline_cursor_init(&other, &timeline);
	for (size_t i = 0; i < 30000; i++) {
		add(i, i + 1);
		if (i % 97)
			continue;
		expect(&cursor, i);
		expect(&other, i / 2);
		expect(&cursor, i);
	}
	ct_timeline_cursor_deinit(&other);
}

static void a_record_may_be_larger_than_the_others_together(void **state)
{
	enum {
		SIZE = 5 << 20
	};
	const struct ct_record *record;
	struct ct_record *large = calloc(1, SIZE);
	(void)state;
	timeline.memory_max = 2 << 20;
	large->size = SIZE;
	large->seq = 5;
	((uint8_t *)large)[SIZE - 1] = 'z';
	add(0, 5);
	assert_null(ct_timeline_add(&timeline, large));
	add(6, 40000);
	expect(&cursor, 4);
	assert_null(ct_timeline_at(&cursor, 5, &record));
	assert_int_equal(record->size, SIZE);
	assert_int_equal(((const uint8_t *)record)[SIZE - 1], 'z');
	expect(&cursor, 6);
	expect(&cursor, 39999);
	free(large);
}

/* A full disk: no file of this process may have more than these bytes. */
static void a_full_disk_loses_nothing_that_was_there(void **state)
{
	enum {
		COUNT = 60000
	};
	struct rlimit old, small;
	struct ct_error *err = NULL;
	size_t told = 0;
	(void)state;
	timeline.memory_max = 2 << 20;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = (3 << 20) + 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (size_t i = 0; i < COUNT; i++) {
		err = try_to_add(i);
		told += err != NULL;
		if (err)
			assert_non_null(
			    strstr(ct_error_message(err), "File too large"));
		ct_error_destroy(err);
	}
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(told, 1);
	assert_true(timeline.count > 20000 && timeline.count < COUNT);
	assert_int_equal(timeline.count + timeline.unkept, COUNT);
	assert_true(timeline.memory_used <= 4 << 20);
	for (size_t i = 0; i < timeline.count; i++)
		expect(&cursor, i);
	/* There may be room when all is new. */
	ct_timeline_clear(&timeline);
	ct_timeline_cursor_deinit(&cursor);
	add(0, 30000);
	assert_int_equal(timeline.unkept, 0);
	expect(&cursor, 29999);
}

static void a_mark_knows_the_calls_before_it_and_owns_its_text(void **state)
{
	char text[] = "first";
	struct ct_mark mark = {.kind = CT_EVENT_NOTE, .text = text};
	(void)state;
	assert_null(ct_timeline_add_mark(&timeline, &mark));
	memset(text, 'x', sizeof(text) - 1);
	add(0, 2);
	mark = (struct ct_mark){.kind = CT_EVENT_EXIT, .number = 3};
	assert_null(ct_timeline_add_mark(&timeline, &mark));
	assert_int_equal(timeline.mark_count, 2);
	assert_string_equal(timeline.marks[0].mark.text, "first");
	assert_int_equal(timeline.marks[0].position, 0);
	assert_int_equal(timeline.marks[1].position, 2);
	assert_int_equal(timeline.marks[1].mark.number, 3);
	assert_null(timeline.marks[1].mark.text);
}

static void a_cleared_timeline_is_empty_and_usable(void **state)
{
	struct ct_mark mark = {.kind = CT_EVENT_NOTE, .text = "n"};
	(void)state;
	add(0, 8);
	assert_null(ct_timeline_add_mark(&timeline, &mark));
	ct_timeline_clear(&timeline);
	assert_int_equal(timeline.count, 0);
	assert_int_equal(timeline.mark_count, 0);
	add(0, 2);
	expect(&cursor, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, create, destroy)
	const struct CMUnitTest tests[] = {
	    TEST(records_come_back_as_they_were_given),
	    TEST(more_than_memory_may_take_goes_into_a_file),
	    TEST(its_file_has_no_name_and_ends_with_it),
	    TEST(a_directory_that_is_not_there_is_passed_by),
	    TEST(a_cursor_stays_right_while_records_move_into_the_file),
	    TEST(a_record_may_be_larger_than_the_others_together),
	    TEST(a_full_disk_loses_nothing_that_was_there),
	    TEST(a_mark_knows_the_calls_before_it_and_owns_its_text),
	    TEST(a_cleared_timeline_is_empty_and_usable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
