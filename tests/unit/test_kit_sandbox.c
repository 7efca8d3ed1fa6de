/* SPDX-License-Identifier: MIT */
/*
 * The sandbox: what is as it was behind it, what it captures, and what ends it.
 * That a test fails then, and the next one runs, is tested with whole programs.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "CTester/CTester.h"
#include "CTester/hooks.h"
#include "CTester/kit.h"
#include "kit/reals.h"
#include "kit/sandbox.h"

static volatile int reached;
static int *volatile nowhere;
static volatile int nought;

static int setup(void **state)
{
	(void)state;
	reached = 0;
	ctester_reset();
	ctester_incident_clear();
	ctester_results_begin_test();
	ctester_kit.armed_pid = (uint32_t)getpid();
	set_sandbox_timeout(20);
	return 0;
}

/* What it was ended by, and not what stands in the results. */
static enum ctester_incident_kind kind;
static int number;

#define ENDED(statement)                                          \
	do {                                                      \
		if (sigsetjmp(segv_jmp, 1) == 0) {                \
			sandbox_begin();                          \
			statement;                                \
			reached = 1;                              \
		} else {                                          \
			const struct ctester_incident *incident = \
			    ctester_incident_get();               \
			assert_non_null(incident);                \
			kind = incident->kind;                    \
			number = incident->number;                \
			sandbox_fail();                           \
		}                                                 \
		sandbox_end();                                    \
		assert_int_equal(reached, 0);                     \
		assert_false(wrap_monitoring);                    \
	} while (0)

static void errno_is_left_alone(void **state)
{
	(void)state;
	errno = 4711;
	SANDBOX_BEGIN;
	assert_int_equal(errno, 4711);
	errno = 815;
	SANDBOX_END;
	assert_int_equal(errno, 815);
	/* Where capturing sets it, too. */
	int kept = dup(STDERR_FILENO), seen[2];
	close(STDERR_FILENO);
	errno = 4711;
	SANDBOX_BEGIN;
	seen[0] = errno;
	SANDBOX_END;
	seen[1] = errno;
	dup2(kept, STDERR_FILENO);
	close(kept);
	assert_int_equal(seen[0], 4711);
	assert_int_equal(seen[1], 4711);
}

static void calls_are_monitored_inside_alone(void **state)
{
	(void)state;
	monitored.getpid = true;
	ctester_wrap_getpid();
	SANDBOX_BEGIN;
	ctester_wrap_getpid();
	SANDBOX_END;
	ctester_wrap_getpid();
	assert_int_equal(stats.getpid.called, 1);
}

static void the_macros_need_no_semicolon(void **state)
{
	(void)state;
	SANDBOX_BEGIN
	reached = 1;
	SANDBOX_END
	assert_int_equal(reached, 1);
}

static const char *copy_of(int fd)
{
	static char text[100];
	ssize_t count = read(fd, text, sizeof(text) - 1);
	text[count > 0 ? count : 0] = '\0';
	return text;
}

static void output_can_be_read_afterwards(void **state)
{
	(void)state;
	SANDBOX_BEGIN;
	printf("to the output\n");
	fprintf(stderr, "to the error\n");
	SANDBOX_END;
	assert_string_equal(copy_of(stdout_cpy), "to the output\n");
	assert_string_equal(copy_of(stderr_cpy), "to the error\n");
	SANDBOX_BEGIN;
	(void)!write(1, "second", 6);
	SANDBOX_END;
	assert_string_equal(copy_of(stdout_cpy), "second");
	assert_string_equal(copy_of(stderr_cpy), "");
}

static void output_is_shown_too(void **state)
{
	(void)state;
	int ends[2], before = dup(1);
	char text[10] = "";
	fflush(stdout);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], 1);
	SANDBOX_BEGIN;
	(void)!write(1, "shown", 5);
	struct pollfd now = {ends[0], POLLIN, 0};
	reached = poll(&now, 1, 0);
	SANDBOX_END;
	dup2(before, 1);
	close(before);
	assert_int_equal(reached, 0);
	assert_int_equal(read(ends[0], text, sizeof(text)), 5);
	assert_string_equal(text, "shown");
	close(ends[0]);
	close(ends[1]);
}

static void low_descriptors_are_the_programs(void **state)
{
	(void)state;
	int before = dup(0);
	volatile int inside = -1;
	close(before);
	SANDBOX_BEGIN;
	inside = dup(0);
	SANDBOX_END;
	close(inside);
	assert_int_equal(inside, before);
}

/* AddressSanitizer's library defines _exit(), and comes first. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ANOTHER_EXIT
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ANOTHER_EXIT
#endif

/* What is wrong on purpose is no finding of a sanitizer. */
#define WRONG_ON_PURPOSE __attribute__((no_sanitize("undefined", "address")))

WRONG_ON_PURPOSE
static int recurse(int depth)
{
	volatile char room[1000];
	room[0] = (char)depth;
	return depth < 0 ? 0 : recurse(depth + 1) + room[0];
}

WRONG_ON_PURPOSE
static void do_segv(void)
{
	*nowhere = 1;
}

WRONG_ON_PURPOSE
static void do_fpe(void)
{
	nought = 5 % nought;
}

static void do_abort(void)
{
	abort();
}

WRONG_ON_PURPOSE
static void do_ill(void)
{
	__builtin_trap();
}

static void do_bus(void)
{
	raise(SIGBUS);
}

static void do_pipe(void)
{
	int ends[2];
	if (pipe(ends))
		return;
	close(ends[0]);
	(void)!write(ends[1], "x", 1);
}

static void do_overflow(void)
{
	reached = recurse(0);
}

static void in_libc(void)
{
	printf("%s", (char *)8);
}

static void *start(void *crash)
{
	void (*function)(void);
	*(void **)&function = crash;
	function();
	return NULL;
}

static void in_a_thread(void (*function)(void))
{
	pthread_t thread;
	pthread_create(&thread, NULL, start, *(void **)&function);
	pthread_join(thread, NULL);
	for (;;)
		pause();
}

static const struct {
	void (*crash)(void);
	int number;
} crashes[] = {
    {do_segv, SIGSEGV}, {do_fpe, SIGFPE}, {do_abort, SIGABRT},
    {do_ill, SIGILL},   {do_bus, SIGBUS}, {do_pipe, SIGPIPE},
    {in_libc, SIGSEGV},
};

static void each_signal_ends_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++) {
		ENDED(crashes[i].crash());
		assert_int_equal(kind, CTESTER_INCIDENT_SIGNAL);
		assert_int_equal(number, crashes[i].number);
	}
}

static void a_full_stack_ends_it(void **state)
{
	(void)state;
	/* Twice: the handler's stack is free again. */
	for (int i = 0; i < 2; i++) {
		ENDED(do_overflow());
		assert_int_equal(number, SIGSEGV);
	}
}

static void a_thread_that_crashes_ends_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++) {
		ENDED(in_a_thread(crashes[i].crash));
		assert_int_equal(kind, CTESTER_INCIDENT_SIGNAL);
		assert_int_equal(number, crashes[i].number);
	}
}

static void exit_ends_it(void **state)
{
	(void)state;
	ENDED(exit(3));
	assert_int_equal(kind, CTESTER_INCIDENT_EXIT);
	assert_int_equal(number, 3);
#ifndef HAS_ANOTHER_EXIT
	ENDED(_exit(4));
	assert_int_equal(number, 4);
#endif
	ENDED(quick_exit(5));
	assert_int_equal(number, 5);
}

static void exit_7(void)
{
	exit(7);
}

static void exit_in_a_thread_ends_it(void **state)
{
	(void)state;
	ENDED(in_a_thread(exit_7));
	assert_int_equal(kind, CTESTER_INCIDENT_EXIT);
	assert_int_equal(number, 7);
}

static void time_ends_a_loop(void **state)
{
	(void)state;
	set_sandbox_timeout(0.05);
	ENDED(for (;;) nought = 0);
	assert_int_equal(kind, CTESTER_INCIDENT_TIMEOUT);
}

static void time_ends_what_blocks_all_signals(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		sigset_t all, now;
		reached = 0;
		sigfillset(&all);
		set_sandbox_timeout(0.05);
		ENDED(sigprocmask(SIG_BLOCK, &all, NULL); for (;;) nought = 0);
		assert_int_equal(kind, CTESTER_INCIDENT_TIMEOUT);
		sigprocmask(SIG_BLOCK, NULL, &now);
		assert_false(sigismember(&now, SIGALRM));
	}
}

static void time_ends_a_wait(void **state)
{
	(void)state;
	set_sandbox_timeout(0.05);
	ENDED(for (;;) pause());
	assert_int_equal(kind, CTESTER_INCIDENT_TIMEOUT);
}

static void time_ends_allocations(void **state)
{
	(void)state;
	set_sandbox_timeout(0.05);
	ENDED(for (;;) free(malloc(100)));
	assert_int_equal(kind, CTESTER_INCIDENT_TIMEOUT);
	for (size_t size = 1; size < 100000; size *= 2)
		free(malloc(size));
}

static void no_limit_is_no_limit(void **state)
{
	(void)state;
	struct pollfd none = {-1, 0, 0};
	set_sandbox_timeout(0.03);
	set_sandbox_timeout(0);
	SANDBOX_BEGIN;
	poll(&none, 1, 150);
	reached = 1;
	SANDBOX_END;
	assert_int_equal(reached, 1);
}

/* A poll() that a tick interrupted would return early, with EINTR. */
static void no_call_is_interrupted_before_time(void **state)
{
	(void)state;
	struct pollfd none = {-1, 0, 0};
	volatile int result = -1;
	SANDBOX_BEGIN;
	result = poll(&none, 1, 150);
	SANDBOX_END;
	assert_int_equal(result, 0);
}

static void do_nothing(int unused)
{
	(void)unused;
}

static void the_programs_own_handler_does_not_stop_time(void **state)
{
	(void)state;
	set_sandbox_timeout(0.05);
	ENDED(signal(SIGALRM, do_nothing); for (;;) pause());
	assert_int_equal(kind, CTESTER_INCIDENT_TIMEOUT);
}

static void the_programs_alarm_is_the_end_of_time(void **state)
{
	(void)state;
	ENDED(raise(SIGALRM));
	assert_int_equal(kind, CTESTER_INCIDENT_TIMEOUT);
}

static void output_without_end_ends_it(void **state)
{
	(void)state;
	int before = dup(1), null = open("/dev/null", O_WRONLY);
	fflush(stdout);
	dup2(null, 1);
	static const char text[100000];
	ENDED(for (;;)(void) !write(1, text, sizeof(text)));
	dup2(before, 1);
	close(before);
	close(null);
	assert_int_equal(kind, CTESTER_INCIDENT_OUTPUT);
}

/*
 * As a debugger does, the parent stops all of the program for longer than the
 * limit: the child lives on, and says so.
 */
static void time_stands_still_while_it_is_stopped(void **state)
{
	(void)state;
	int to_child[2], from_child[2], status = 0;
	char byte = 'x';
	assert_int_equal(pipe(to_child) | pipe(from_child), 0);
	pid_t child = fork();
	if (!child) {
		set_sandbox_timeout(1);
		SANDBOX_BEGIN;
		(void)!write(from_child[1], "x", 1);
		(void)!read(to_child[0], &byte, 1);
		reached = 1;
		SANDBOX_END;
		_exit(reached ? 42 : 1);
	}
	assert_int_equal(read(from_child[0], &byte, 1), 1);
	kill(child, SIGSTOP);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	struct pollfd none = {-1, 0, 0};
	poll(&none, 1, 1500);
	kill(child, SIGCONT);
	/* The watchdog has a tick to look before the child goes on. */
	poll(&none, 1, 100);
	assert_int_equal(write(to_child[1], "x", 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42);
	for (int i = 0; i < 2; i++)
		close(to_child[i]), close(from_child[i]);
}

static int status_of_child(void (*function)(void))
{
	int status = -1;
	SANDBOX_BEGIN;
	pid_t child = fork();
	if (!child)
		function();
	else
		waitpid(child, &status, 0);
	SANDBOX_END;
	return status;
}

static void a_child_dies_by_itself(void **state)
{
	(void)state;
	int status = status_of_child(do_abort);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_int_equal(WEXITSTATUS(status_of_child(exit_7)), 7);
}

static void return_at_once(void)
{
}

static void a_child_does_not_go_on_with_the_test(void **state)
{
	(void)state;
	int status = status_of_child(return_at_once);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void one_that_was_left_open_is_closed(void **state)
{
	(void)state;
	ctester_sandbox_before_test();
	set_sandbox_timeout(0.05);
	sandbox_begin();
	ctester_sandbox_after_test();
	assert_false(wrap_monitoring);
	/* Not that of the test that is over. */
	struct pollfd none = {-1, 0, 0};
	SANDBOX_BEGIN;
	poll(&none, 1, 150);
	reached = 1;
	SANDBOX_END;
	assert_int_equal(reached, 1);
}

static void handlers_and_mask_are_as_before(void **state)
{
	(void)state;
	struct sigaction action = {.sa_handler = do_nothing}, found;
	sigset_t pipes, mask;
	sigaction(SIGPIPE, &action, NULL);
	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	sigprocmask(SIG_BLOCK, &pipes, NULL);
	ENDED(do_pipe());
	assert_int_equal(number, SIGPIPE);
	sigaction(SIGPIPE, NULL, &found);
	assert_ptr_equal(found.sa_handler, do_nothing);
	sigprocmask(SIG_UNBLOCK, &pipes, &mask);
	assert_true(sigismember(&mask, SIGPIPE));
	signal(SIGPIPE, SIG_DFL);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
	    TEST(errno_is_left_alone),
	    TEST(calls_are_monitored_inside_alone),
	    TEST(the_macros_need_no_semicolon),
	    TEST(output_can_be_read_afterwards),
	    TEST(output_is_shown_too),
	    TEST(low_descriptors_are_the_programs),
	    TEST(each_signal_ends_it),
	    TEST(a_full_stack_ends_it),
	    TEST(a_thread_that_crashes_ends_it),
	    TEST(exit_ends_it),
	    TEST(exit_in_a_thread_ends_it),
	    TEST(time_ends_a_loop),
	    TEST(time_ends_a_wait),
	    TEST(time_ends_what_blocks_all_signals),
	    TEST(time_ends_allocations),
	    TEST(no_limit_is_no_limit),
	    TEST(no_call_is_interrupted_before_time),
	    TEST(the_programs_own_handler_does_not_stop_time),
	    TEST(the_programs_alarm_is_the_end_of_time),
	    TEST(output_without_end_ends_it),
	    TEST(time_stands_still_while_it_is_stopped),
	    TEST(a_child_dies_by_itself),
	    TEST(a_child_does_not_go_on_with_the_test),
	    TEST(one_that_was_left_open_is_closed),
	    TEST(handlers_and_mask_are_as_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
