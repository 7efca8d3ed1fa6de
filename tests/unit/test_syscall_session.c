/* SPDX-License-Identifier: MIT */
/* A session's requests, filters and mocks of system calls, without a process:
 * an engine that is asked at the entry brings the words, and memory is ours. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "ctester/syscalls.h"

static struct ct_session *session;

static void no_error(struct ct_error *err)
{
	if (err)
		fail_msg("%s", ct_error_message(err));
}

/* The message, which must have the text in it. */
static void refused(struct ct_error *err, const char *text)
{
	assert_non_null(err);
	if (!strstr(ct_error_message(err), text))
		fail_msg("'%s' is not in: %s", text, ct_error_message(err));
	ct_error_destroy(err);
}

static int set_up(void **state)
{
	(void)state;
	no_error(ct_session_create(NULL, &session));
	const char *build = getenv("CTESTER_BUILD");
	char path[4096];
	snprintf(path, sizeof(path), "%s/syscalls.so", build ? build : "build");
	no_error(ct_session_set_syscalls(session, path));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ct_session_destroy(session);
	return 0;
}

static struct ct_error *ask(const char *name, const char *filter, uint32_t *id)
{
	const char *const names[] = {name};
	const struct ct_syscall_request request = {
	    .name_count = name != NULL,
	    .names = names,
	    .filter = filter,
	    .collected = true,
	};
	return ct_session_trace_syscalls(session, &request, id);
}

static struct ct_syscall_reply notify(uint64_t number, uint64_t a, uint64_t b,
				      uint64_t c)
{
	const struct ct_syscall_notice notice = {
	    getpid(), getpid(), number, {a, b, c}};
	struct ct_syscall_reply reply;
	ct_session_syscall_notified(session, &notice, &reply);
	return reply;
}

static void open_file(const char *path)
{
	notify(SYS_openat, (uint64_t)AT_FDCWD, (uint64_t)path, O_RDONLY);
}

/* How many calls a request has collected. */
static size_t taken(uint32_t id, const char *text)
{
	char *lines;
	size_t count = 0;
	no_error(ct_session_take_syscalls(session, id, &lines));
	if (text && !strstr(lines, text))
		fail_msg("'%s' is not in: %s", text, lines);
	for (const char *at = lines; (at = strchr(at, '\n')); at++)
		count++;
	ct_free(lines);
	return count;
}

static void names_that_no_call_has_are_refused(void **state)
{
	uint32_t id;
	(void)state;
	refused(ask("opnat", NULL, &id), "did you mean 'openat'?");
	refused(ask("%net", NULL, &id), "there is %file, %desc");
	refused(ask("", NULL, &id), "no system call ''");
	refused(ask("<7", NULL, &id), "no system call '<7'");
}

static void a_filter_must_fit_one_of_the_calls(void **state)
{
	uint32_t id;
	(void)state;
	refused(ask("close", "path ~ \"/etc\"", &id), "close: unknown name");
	refused(ask("%desc", "fd >", &id), "column");
	no_error(ask("%desc", "path ~ \"/etc/*\"", &id));
}

static void any_path_and_any_descriptor_match(void **state)
{
	uint32_t path, fd;
	(void)state;
	no_error(ask(NULL, "path == \"/b\"", &path));
	no_error(ask(NULL, "fd == 7", &fd));
	notify(SYS_rename, (uint64_t) "/a", (uint64_t) "/b", 0);
	notify(SYS_rename, (uint64_t) "/b", (uint64_t) "/a", 0);
	notify(SYS_rename, (uint64_t) "/a", (uint64_t) "/c", 0);
	assert_int_equal(taken(path, "\"rename\""), 2);
	notify(SYS_dup2, 7, 8, 0);
	notify(SYS_dup2, 8, 7, 0);
	notify(SYS_dup2, 8, 9, 0);
	assert_int_equal(taken(fd, "\"dup2\""), 2);
}

static void what_was_collected_can_be_taken_once_after_the_end(void **state)
{
	uint32_t id;
	size_t count;
	char *text;
	(void)state;
	no_error(ask("openat", NULL, &id));
	open_file("/etc/passwd");
	ct_session_untrace_syscalls(session, id, &count);
	assert_int_equal(count, 1);
	open_file("/etc/group");
	assert_int_equal(taken(id, "b'/etc/passwd'"), 1);
	refused(ct_session_take_syscalls(session, id, &text), "number");
}

static void requests_that_want_nothing_cost_nothing(void **state)
{
	uint32_t id, numbers[8];
	size_t count;
	bool all;
	(void)state;
	assert_int_equal(
	    ct_session_wanted_syscalls(session, 0, &all, numbers, 8, &count),
	    CT_SYSCALL_NOTHING);
	no_error(ask("openat", NULL, &id));
	assert_int_equal(
	    ct_session_wanted_syscalls(session, 0, &all, numbers, 8, &count),
	    CT_SYSCALL_BOTH);
	assert_false(all);
	/* Beside it, how interrupted calls go on and end. */
	assert_int_equal(count, 3);
	assert_int_equal(numbers[0], SYS_rt_sigreturn);
	assert_int_equal(numbers[1], SYS_restart_syscall);
	assert_int_equal(numbers[2], SYS_openat);
	ct_session_untrace_syscalls(session, id, &count);
	assert_int_equal(
	    ct_session_wanted_syscalls(session, 0, &all, numbers, 8, &count),
	    CT_SYSCALL_NOTHING);
}

static struct ct_error *ask_entries(const char *name, const char *filter,
				    uint32_t *id)
{
	const char *const names[] = {name};
	const struct ct_syscall_request request = {
	    .name_count = name != NULL,
	    .names = names,
	    .filter = filter,
	    .collected = true,
	    .entries = true,
	};
	return ct_session_trace_syscalls(session, &request, id);
}

static void entries_alone_can_be_notified(void **state)
{
	uint32_t id, mock;
	(void)state;
	assert_false(ct_session_can_notify(session, getpid()));
	no_error(ask("read", NULL, &id));
	assert_false(ct_session_can_notify(session, getpid()));
	no_error(ask_entries("read", NULL, &id));
	/* Another wants its results. */
	assert_false(ct_session_can_notify(session, getpid()));
	no_error(ask_entries("openat", "path ~ \"/etc/*\"", &id));
	assert_true(ct_session_can_notify(session, getpid()));
	open_file("/etc/passwd");
	open_file("/tmp");
	assert_int_equal(taken(id, "'/etc/passwd'"), 1);
	const struct ct_syscall_mock tampers = {
	    .name = "openat",
	    .argument_count = 1,
	    .arguments = &(struct ct_syscall_argument){"flags", 0},
	};
	no_error(ct_session_mock_syscall(session, &tampers, &mock));
	assert_false(ct_session_can_notify(session, getpid()));
	ct_session_clear_syscall_mocks(session, mock);
	assert_true(ct_session_can_notify(session, getpid()));
}

static void entries_have_no_results(void **state)
{
	uint32_t id;
	(void)state;
	refused(ask_entries("openat", "$return < 0", &id), "entries only");
}

static void mocks_that_need_no_exit_can_be_notified(void **state)
{
	uint32_t id;
	const struct ct_mock_out out = {"buf", "b\"new\""};
	struct ct_syscall_mock mock = {.name = "read", .returns = true};
	(void)state;
	no_error(ct_session_mock_syscall(session, &mock, &id));
	assert_true(ct_session_can_notify(session, getpid()));
	ct_session_clear_syscall_mocks(session, 0);
	mock.returns = false;
	mock.delay_ns = 1000;
	no_error(ct_session_mock_syscall(session, &mock, &id));
	assert_true(ct_session_can_notify(session, getpid()));
	mock.out_count = 1;
	mock.out = &out;
	no_error(ct_session_mock_syscall(session, &mock, &id));
	assert_false(ct_session_can_notify(session, getpid()));
	ct_session_clear_syscall_mocks(session, 0);
	mock.returns = true;
	mock.asks = true;
	no_error(ct_session_mock_syscall(session, &mock, &id));
	assert_false(ct_session_can_notify(session, getpid()));
}

static void the_engine_can_be_forced(void **state)
{
	uint32_t id;
	(void)state;
	no_error(ask("openat", NULL, &id));
	no_error(ct_session_choose_syscall_engine(session,
						  CT_SYSCALL_BY_NOTIFICATION));
	assert_true(ct_session_can_notify(session, getpid()));
	no_error(ask("openat", "$return < 0", &id));
	assert_false(ct_session_can_notify(session, getpid()));
	no_error(ask_entries("read", NULL, &id));
	assert_true(ct_session_can_notify(session, getpid()));
	no_error(
	    ct_session_choose_syscall_engine(session, CT_SYSCALL_BY_STOPS));
	assert_false(ct_session_can_notify(session, getpid()));
}

static void sixty_four_requests_and_no_more(void **state)
{
	uint32_t id;
	size_t count;
	(void)state;
	for (int i = 0; i < 64; i++)
		no_error(ask("openat", NULL, &id));
	refused(ask("openat", NULL, &id), "64 reasons");
	open_file("/etc/passwd");
	assert_int_equal(taken(id, NULL), 1);
	ct_session_untrace_syscalls(session, id, &count);
	assert_int_equal(taken(id, NULL), 0);
	no_error(ask("openat", NULL, &id));
}

static void a_mock_answers_the_calls_it_is_for(void **state)
{
	uint32_t mock, id;
	const struct ct_syscall_mock how = {
	    .name = "openat",
	    .returns = true,
	    .result = -EACCES,
	    .calls = "2-",
	    .filter = "path ~ \"/etc/*\"",
	    .times = 2,
	    .required = true,
	};
	(void)state;
	no_error(ct_session_mock_syscall(session, &how, &mock));
	no_error(ask("openat", "$return == -13", &id));
	assert_int_equal(ct_session_unused_mocks(session), 1);
	const char *const paths[] = {"/etc/a", "/tmp", "/etc/b", "/etc/c",
				     "/etc/d"};
	static const bool answered[] = {false, false, true, true, false};
	for (size_t i = 0; i < 5; i++) {
		struct ct_syscall_reply reply =
		    notify(SYS_openat, (uint64_t)AT_FDCWD, (uint64_t)paths[i],
			   O_RDONLY);
		assert_int_equal(reply.answered, answered[i]);
		assert_int_equal(reply.result, answered[i] ? -EACCES : 0);
	}
	assert_int_equal(ct_session_unused_mocks(session), 0);
	assert_int_equal(taken(id, "'mocked'"), 2);
}

static void a_mock_writes_behind_pointers(void **state)
{
	char buffer[8] = "before";
	uint32_t mock;
	const struct ct_mock_out out = {"buf", "b\"new\""};
	const struct ct_syscall_mock how = {.name = "read",
					    .returns = true,
					    .result = 3,
					    .out_count = 1,
					    .out = &out};
	(void)state;
	no_error(ct_session_mock_syscall(session, &how, &mock));
	assert_true(notify(SYS_read, 0, (uint64_t)buffer, 8).answered);
	assert_string_equal(buffer, "newore");
	ct_session_clear_syscall_mocks(session, mock);
	assert_false(notify(SYS_read, 0, (uint64_t)buffer, 8).answered);
}

static void hostile_words_are_captured_without_harm(void **state)
{
	uint32_t id;
	(void)state;
	no_error(ask(NULL, NULL, &id));
	for (uint64_t number = 0; number < 600; number++) {
		notify(number, ~0ull, ~0ull, ~0ull);
		notify(number, 1, 1ull << 63, 0x7fffffffffff);
	}
	notify(~0ull, 0, 0, 0);
	notify(0x40000000, 0, 0, 0);
	assert_int_equal(taken(id, "\"<599>\""), 1202);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(names_that_no_call_has_are_refused),
	    TEST(a_filter_must_fit_one_of_the_calls),
	    TEST(any_path_and_any_descriptor_match),
	    TEST(what_was_collected_can_be_taken_once_after_the_end),
	    TEST(requests_that_want_nothing_cost_nothing),
	    TEST(entries_alone_can_be_notified),
	    TEST(entries_have_no_results),
	    TEST(mocks_that_need_no_exit_can_be_notified),
	    TEST(the_engine_can_be_forced),
	    TEST(sixty_four_requests_and_no_more),
	    TEST(a_mock_answers_the_calls_it_is_for),
	    TEST(a_mock_writes_behind_pointers),
	    TEST(hostile_words_are_captured_without_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
