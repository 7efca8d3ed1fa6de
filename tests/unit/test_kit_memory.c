/* SPDX-License-Identifier: MIT */
/* malloc and its like: results, the log, bytes in use, what is freed twice. */
#include "kit_fixture.h"

/* Where an allocation that fails is asked for. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void monitor_all(void)
{
	monitored.malloc = monitored.calloc = monitored.realloc =
	    monitored.free = true;
}

static void allocations_are_kept(void **state)
{
	(void)state;
	monitored.free = true;
	char *a = SUCCEEDS(malloc, 10);
	assert_non_null(a);
	assert_int_equal(stats.malloc.last_params.size, 10);
	char *b = SUCCEEDS(calloc, 3, 7);
	assert_non_null(b);
	assert_int_equal(b[20], 0);
	assert_int_equal(stats.calloc.last_params.nmemb, 3);
	assert_int_equal(stats.calloc.last_params.size, 7);
	a[0] = 'a';
	char *c = SUCCEEDS(realloc, a, 5000);
	assert_int_equal(c[0], 'a');
	assert_ptr_equal(stats.realloc.last_params.ptr, a);
	assert_int_equal(stats.realloc.last_params.size, 5000);
	ctester_wrap_free(c);
	assert_ptr_equal(stats.free.last_params.ptr, c);
	ctester_wrap_free(b);
	assert_int_equal(stats.free.called, 2);
	assert_int_equal(stats.memory.used, 0);
}

static void a_failed_allocation_gives_what_it_is_told(void **state)
{
	(void)state;
	char prepared[8] = "ready";
	FAILS_WITH(malloc, NULL, 10);
	FAILS_WITH(malloc, (void *)prepared, 10);
	FAILS_WITH(calloc, (void *)prepared, 1, 8);
	FAILS_WITH(realloc, NULL, prepared, 100);
	/* No errno is set, and nothing is allocated. */
	assert_int_equal(errno, 0);
	assert_string_equal(prepared, "ready");
	assert_int_equal(stats.memory.used, 0);
	assert_int_equal(logs.malloc.n, 0);
	assert_false(malloced(prepared));
}

static void a_failed_realloc_keeps_the_block(void **state)
{
	(void)state;
	monitor_all();
	char *block = ctester_wrap_malloc(10);
	FAILS_WITH(realloc, NULL, block, 100);
	assert_true(malloced(block));
	assert_int_equal(stats.memory.used, 10);
	ctester_wrap_free(block);
	assert_int_equal(stats.memory.used, 0);
}

static void a_real_failure_allocates_nothing(void **state)
{
	(void)state;
	monitor_all();
	size_t huge = PTRDIFF_MAX;
	assert_null(ctester_wrap_malloc(huge));
	assert_int_equal(errno, ENOMEM);
	assert_null(ctester_wrap_calloc(SIZE_MAX / 2, 4));
	char *block = ctester_wrap_malloc(10);
	assert_null(ctester_wrap_realloc(block, huge));
	assert_int_equal(stats.memory.used, 10);
	assert_int_equal(malloc_allocated(), 10);
	assert_true(malloced(block));
	assert_int_equal(logs.malloc.n, 1);
	assert_ptr_equal(logs.malloc.log[0].ptr, block);
	ctester_wrap_free(block);
}

static void not_monitored_nothing_is_counted(void **state)
{
	(void)state;
	failures.malloc = failures.calloc = FAIL_FIRST;
	void *block = ctester_wrap_malloc(10);
	assert_non_null(block);
	ctester_wrap_free(block);
	block = ctester_wrap_calloc(1, 10);
	assert_non_null(block);
	assert_int_equal(stats.malloc.called + stats.calloc.called, 0);
	assert_int_equal(failures.malloc & failures.calloc, FAIL_FIRST);
	failures.free = FAIL_FIRST;
	ctester_wrap_free(block);
	assert_int_equal(stats.free.called, 0);
	assert_int_equal(failures.free, FAIL_FIRST);
	block = malloc(10);
	monitored.realloc = false;
	block = ctester_wrap_realloc(block, 20);
	assert_int_equal(stats.realloc.called, 0);
	assert_int_equal(stats.memory.used, 0);
	free(block);
}

static void the_log_has_a_row_for_each_block(void **state)
{
	(void)state;
	monitor_all();
	char *a = ctester_wrap_malloc(10), *b = ctester_wrap_calloc(2, 8);
	assert_int_equal(logs.malloc.n, 2);
	assert_ptr_equal(logs.malloc.log[0].ptr, a);
	assert_int_equal(logs.malloc.log[0].size, 10);
	assert_ptr_equal(logs.malloc.log[1].ptr, b);
	assert_int_equal(logs.malloc.log[1].size, 16);
	assert_int_equal(stats.memory.used, 26);
	assert_int_equal(malloc_allocated(), 26);

	char *c = ctester_wrap_realloc(a, 3000);
	assert_int_equal(logs.malloc.n, 2);
	assert_ptr_equal(logs.malloc.log[0].ptr, c);
	assert_int_equal(logs.malloc.log[0].size, 3000);
	assert_int_equal(stats.memory.used, 3016);

	ctester_wrap_free(b);
	assert_int_equal(logs.malloc.n, 2);
	assert_null(logs.malloc.log[1].ptr);
	assert_true(logs.malloc.log[1].size == (size_t)-1);
	assert_int_equal(stats.memory.used, 3000);
	assert_int_equal(malloc_allocated(), 3000);
	ctester_wrap_free(c);
}

static void malloced_tells_of_any_address_in_a_live_block(void **state)
{
	(void)state;
	int local;
	monitor_all();
	char *block = ctester_wrap_malloc(10);
	char *empty = ctester_wrap_malloc(0);
	assert_true(malloced(block) && malloced(block + 9));
	assert_false(malloced(block - 1) || malloced(block + 10));
	assert_false(malloced(&local) || malloced(NULL));
	assert_true(malloced(empty));
	ctester_wrap_free(block);
	assert_false(malloced(block) || malloced(&local));
	ctester_wrap_free(empty);
}

static void blocks_beyond_the_log_are_known_too(void **state)
{
	(void)state;
	static void *blocks[MAX_LOG + 200];
	size_t count = sizeof(blocks) / sizeof(*blocks);
	monitor_all();
	for (size_t i = 0; i < count; i++)
		blocks[i] = ctester_wrap_malloc(10);
	assert_int_equal(MAX_LOG, 1000);
	assert_int_equal(logs.malloc.n, MAX_LOG);
	assert_int_equal(stats.malloc.called, count);
	assert_true(malloced(blocks[count - 1]));
	assert_int_equal(stats.memory.used, 10 * count);
	assert_int_equal(malloc_allocated(), 10 * count);
	for (size_t i = 0; i < count; i++)
		ctester_wrap_free(blocks[i]);
	assert_int_equal(stats.memory.used, 0);
	assert_int_equal(malloc_allocated(), 0);
}

static void many_blocks_come_and_go(void **state)
{
	(void)state;
	monitor_all();
	int before = stats.memory.used;
	for (int i = 0; i < 20000; i++) {
		char *block = ctester_wrap_malloc((size_t)i % 100);
		assert_true(malloced(block));
		ctester_wrap_free(block);
	}
	assert_int_equal(stats.memory.used, before);
	assert_int_equal(ctester_double_frees, 0);
}

static void a_second_free_is_reported_and_survived(void **state)
{
	(void)state;
	monitor_all();
	char *block = ctester_wrap_malloc(10);
	ctester_wrap_free(block);
	assert_int_equal(ctester_double_frees, 0);
	ctester_wrap_free(block);
	assert_int_equal(ctester_double_frees, 1);
	assert_ptr_equal(ctester_last_double_free, block);
	assert_int_equal(stats.free.called, 2);
	assert_int_equal(stats.memory.used, 0);
	/* The heap is sound. */
	char *other = ctester_wrap_malloc(10);
	assert_ptr_not_equal(other, block);
	ctester_wrap_free(other);
	assert_int_equal(ctester_double_frees, 1);
}

static void a_block_is_freed_twice_with_others_between(void **state)
{
	(void)state;
	void *blocks[10];
	monitor_all();
	for (int i = 0; i < 10; i++)
		blocks[i] = ctester_wrap_malloc(24);
	for (int i = 0; i < 10; i++)
		ctester_wrap_free(blocks[i]);
	ctester_wrap_free(blocks[3]);
	ctester_wrap_free(blocks[7]);
	assert_int_equal(ctester_double_frees, 2);
	assert_ptr_equal(ctester_last_double_free, blocks[7]);
}

static void realloc_of_a_freed_block_is_reported(void **state)
{
	(void)state;
	monitor_all();
	char *block = ctester_wrap_malloc(10);
	ctester_wrap_free(block);
	char *again = ctester_wrap_realloc(block, 20);
	assert_int_equal(ctester_double_frees, 1);
	assert_non_null(again);
	assert_int_equal(stats.memory.used, 20);
	ctester_wrap_free(again);
	assert_int_equal(ctester_double_frees, 1);
}

static void realloc_allocates_and_frees_too(void **state)
{
	(void)state;
	monitor_all();
	char *block = ctester_wrap_realloc(NULL, 10);
	assert_true(malloced(block));
	assert_int_equal(stats.memory.used, 10);
	assert_null(ctester_wrap_realloc(block, 0));
	assert_false(malloced(block));
	assert_int_equal(stats.memory.used, 0);
}

static void free_of_null_is_counted(void **state)
{
	(void)state;
	monitor_all();
	failures.free = FAIL_SECOND;
	ctester_wrap_free(NULL);
	assert_int_equal(stats.free.called, 1);
	assert_int_equal(failures.free, FAIL_FIRST);
	assert_int_equal(ctester_double_frees, 0);
}

static void a_failing_free_does_not_free(void **state)
{
	(void)state;
	monitor_all();
	failures.free = FAIL_ALWAYS;
	char *block = ctester_wrap_malloc(10);
	strcpy(block, "still");
	ctester_wrap_free(block);
	assert_int_equal(stats.free.called, 1);
	assert_int_equal(stats.memory.used, 0);
	wrap_monitoring = false;
	for (int i = 0; i < 100; i++) {
		char *other = ctester_wrap_malloc(10);
		assert_ptr_not_equal(other, block);
		ctester_wrap_free(other);
	}
	assert_string_equal(block, "still");
	/* It is the test's to free. */
	ctester_wrap_free(block);
	assert_int_equal(ctester_double_frees, 0);
}

static void a_mask_fails_some_frees(void **state)
{
	(void)state;
	monitor_all();
	failures.free = FAIL_SECOND;
	char *a = ctester_wrap_malloc(10), *b = ctester_wrap_malloc(10);
	ctester_wrap_free(a);
	strcpy(b, "kept");
	ctester_wrap_free(b);
	assert_int_equal(failures.free, FAIL_NEVER);
	assert_string_equal(b, "kept");
	ctester_memory_flush();
	assert_string_equal(b, "kept");
	wrap_monitoring = false;
	ctester_wrap_free(b);
}

static void what_nobody_watched_is_freed_plainly(void **state)
{
	(void)state;
	char *block = ctester_wrap_malloc(10);
	assert_int_equal(stats.malloc.called, 0);
	monitor_all();
	ctester_wrap_free(block);
	assert_int_equal(stats.memory.used, 0);
	assert_int_equal(stats.free.called, 1);
	assert_int_equal(ctester_double_frees, 0);
}

static void a_block_freed_in_the_sandbox_may_be_freed_outside(void **state)
{
	(void)state;
	monitor_all();
	char *block = ctester_wrap_malloc(10);
	wrap_monitoring = false;
	ctester_wrap_free(block);
	assert_int_equal(stats.free.called, 0);
	assert_int_equal(ctester_double_frees, 0);
}

static void what_the_test_has_freed_is_a_new_block_next(void **state)
{
	(void)state;
	monitor_all();
	failures.free = FAIL_FIRST;
	char *block = ctester_wrap_malloc(10);
	ctester_wrap_free(block);
	wrap_monitoring = false;
	ctester_wrap_free(block);
	/* Most likely of the same address. */
	char *next = ctester_wrap_malloc(10);
	wrap_monitoring = true;
	ctester_wrap_free(next);
	assert_int_equal(ctester_double_frees, 0);
}

static void a_log_that_a_test_clears_starts_anew(void **state)
{
	(void)state;
	monitor_all();
	char *a = ctester_wrap_malloc(10);
	memset(&logs, 0, sizeof(logs));
	assert_false(malloced(a));
	assert_int_equal(malloc_allocated(), 0);
	char *b = ctester_wrap_malloc(20);
	assert_int_equal(logs.malloc.n, 1);
	assert_ptr_equal(logs.malloc.log[0].ptr, b);
	assert_int_equal(malloc_allocated(), 20);
	ctester_wrap_free(a);
	ctester_wrap_free(b);
	assert_int_equal(ctester_double_frees, 0);
}

static void a_corrupted_log_is_survived(void **state)
{
	(void)state;
	monitor_all();
	logs.malloc.n = -5;
	char *a = ctester_wrap_malloc(10);
	assert_int_equal(logs.malloc.n, -5);
	logs.malloc.n = 1 << 30;
	char *b = ctester_wrap_malloc(10);
	ctester_wrap_free(a);
	ctester_wrap_free(b);
	assert_int_equal(stats.free.called, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    KIT_TEST(allocations_are_kept),
	    KIT_TEST(a_failed_allocation_gives_what_it_is_told),
	    KIT_TEST(a_failed_realloc_keeps_the_block),
	    KIT_TEST(a_real_failure_allocates_nothing),
	    KIT_TEST(not_monitored_nothing_is_counted),
	    KIT_TEST(the_log_has_a_row_for_each_block),
	    KIT_TEST(malloced_tells_of_any_address_in_a_live_block),
	    KIT_TEST(blocks_beyond_the_log_are_known_too),
	    KIT_TEST(many_blocks_come_and_go),
	    KIT_TEST(a_second_free_is_reported_and_survived),
	    KIT_TEST(a_block_is_freed_twice_with_others_between),
	    KIT_TEST(realloc_of_a_freed_block_is_reported),
	    KIT_TEST(realloc_allocates_and_frees_too),
	    KIT_TEST(free_of_null_is_counted),
	    KIT_TEST(a_failing_free_does_not_free),
	    KIT_TEST(a_mask_fails_some_frees),
	    KIT_TEST(what_nobody_watched_is_freed_plainly),
	    KIT_TEST(a_block_freed_in_the_sandbox_may_be_freed_outside),
	    KIT_TEST(what_the_test_has_freed_is_a_new_block_next),
	    KIT_TEST(a_log_that_a_test_clears_starts_anew),
	    KIT_TEST(a_corrupted_log_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
