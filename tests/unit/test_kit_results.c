/* SPDX-License-Identifier: MIT */
/* results.txt, line by line as the reference's readers split it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "CTester/CTester.h"
#include "kit/sandbox.h"

static char directory[] = "/tmp/ctester-results-XXXXXX";

static int setup(void **state)
{
	(void)state;
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
	if (!mkdtemp(directory) || chdir(directory))
		return -1;
	bool begun = ctester_results_begin();
	ctester_results_begin_test();
	return begun ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	char path[100];
	snprintf(path, sizeof(path), "%s/results.txt", directory);
	unlink(path);
	return chdir("/") || rmdir(directory);
}

static void assert_written(const char *expected)
{
	char text[4096] = "", path[100];
	snprintf(path, sizeof(path), "%s/results.txt", directory);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t count = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[count] = '\0';
	assert_string_equal(text, expected);
}

static void a_line_has_all_that_was_said(void **state)
{
	(void)state;
	set_test_metadata("q1", "opens a file", 3);
	push_info_msg("one");
	set_tag("sigsegv");
	push_info_msg("two, three");
	set_tag("a-b_C9");
	assert_true(ctester_results_end_test(false));
	assert_written("q1#FAIL#opens a file#3#sigsegv,a-b_C9"
		       "#one#two, three\n");
}

static void a_test_begins_with_nothing(void **state)
{
	(void)state;
	set_test_metadata("q1", "first", 1);
	push_info_msg("message");
	set_tag("tag");
	assert_true(ctester_results_end_test(true));
	ctester_results_begin_test();
	assert_true(ctester_results_end_test(true));
	assert_written("q1#SUCCESS#first#1#tag#message\n#SUCCESS##0#\n");
}

static void what_would_end_a_field_is_escaped(void **state)
{
	(void)state;
	set_test_metadata("q#1", "a\nb", 1);
	push_info_msg("50# of\nthem\r\n");
	push_info_msg("");
	push_info_msg("C:\\n");
	assert_true(ctester_results_end_test(true));
	assert_written("q\\x231#SUCCESS#a\\nb#1##50\\x23 of\\nthem\\r\\n"
		       "##C:\\n\n");
}

static void a_tag_that_is_none_is_left_out(void **state)
{
	(void)state;
	set_test_metadata("q", "d", 1);
	set_tag("with space");
	set_tag("a,b");
	set_tag("");
	set_tag(NULL);
	set_tag("012345678901234567890123456789");
	set_tag("01234567890123456789012345678");
	assert_true(ctester_results_end_test(true));
	assert_written("q#SUCCESS#d#1#01234567890123456789012345678\n");
}

static void twenty_tags_are_kept(void **state)
{
	(void)state;
	set_test_metadata("q", "d", 1);
	for (int i = 0; i < 25; i++)
		set_tag("t");
	assert_true(ctester_results_end_test(true));
	assert_written("q#SUCCESS#d#1#t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,t"
		       "\n");
}

static void texts_are_copied_whole(void **state)
{
	(void)state;
	char text[1001], expected[3100];
	memset(text, 'x', 1000);
	text[1000] = '\0';
	set_test_metadata(text, text, 1);
	push_info_msg(text);
	snprintf(expected, sizeof(expected), "%s#SUCCESS#%s#1##%s\n", text,
		 text, text);
	memset(text, 'y', 1000);
	assert_true(ctester_results_end_test(true));
	assert_written(expected);
}

static void nothing_for_a_text_is_an_empty_one(void **state)
{
	(void)state;
	set_test_metadata(NULL, NULL, 2);
	push_info_msg(NULL);
	assert_true(ctester_results_end_test(true));
	assert_written("#SUCCESS##2#\n");
}

static void the_directory_is_that_of_the_beginning(void **state)
{
	(void)state;
	assert_int_equal(chdir("/"), 0);
	set_test_metadata("q", "d", 1);
	assert_true(ctester_results_end_test(true));
	assert_written("q#SUCCESS#d#1#\n");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_line_has_all_that_was_said),
	    TEST(a_test_begins_with_nothing),
	    TEST(what_would_end_a_field_is_escaped),
	    TEST(a_tag_that_is_none_is_left_out),
	    TEST(twenty_tags_are_kept),
	    TEST(texts_are_copied_whole),
	    TEST(nothing_for_a_text_is_an_empty_one),
	    TEST(the_directory_is_that_of_the_beginning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
