/* SPDX-License-Identifier: MIT */
/* Calls that a debugger interrupts, before they were told or after it, and that
 * the kernel then makes again. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ctester/process.h"
#include "notify_fixture.h"

/* The server waits until it may go on. */
static void wait_for_go(void *arg, struct ct_notify *notify,
			const struct ct_notify_call *call, void *payload,
			size_t capacity, struct ct_notify_answer *ret)
{
	(void)arg;
	(void)notify;
	(void)payload;
	(void)capacity;
	ret->is_silent = call->number != SYS_read;
	if (call->number == SYS_getppid)
		while (shared->values[1] < shared->values[0])
			sched_yield();
}

static int reads_from;

/* Another process keeps the server busy when it is asked to. */
static int body_reads(void)
{
	static char bytes[4];
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 1;; i++) {
			wait_until(&shared->at, i);
			syscall(SYS_getppid);
		}
	}
	wait_until(&shared->go, 2);
	/* The same call each time. */
	for (; shared->values[2] < 3; shared->values[2]++)
		if (syscall(SYS_read, reads_from, bytes, 1) != 1)
			return 1;
	return 0;
}

struct reader {
	struct ct_notify *notify;
	struct child child;
	int to; /* what it reads */
};

static void reader_start(struct reader *reader, unsigned long flags)
{
	static const struct ct_notify_options options = {.decide = wait_for_go,
							 .is_killable = true};
	const uint32_t numbers[] = {SYS_getppid, SYS_read};
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	reads_from = ends[0];
	reader->to = ends[1];
	reader->child = child_start_flags(body_reads, numbers, 2, flags);
	close(ends[0]);
	assert_ok(
	    ct_notify_serve(reader->child.listener, &options, &reader->notify));
	assert_int_equal(ptrace(PTRACE_SEIZE, reader->child.pid, NULL, NULL),
			 0);
}

static void reader_end(struct reader *reader)
{
	int status;
	do {
		assert_int_equal(waitpid(reader->child.pid, &status, __WALL),
				 reader->child.pid);
	} while (!WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(reader->to);
	ct_notify_destroy(reader->notify);
}

/* From now on nothing is told, until reader_serve(). */
static void reader_block(struct reader *reader)
{
	uint64_t before = counts_of(reader->notify).received;
	shared->values[0]++;
	shared->at++;
	while (counts_of(reader->notify).received == before)
		sched_yield();
}

static void reader_serve(void)
{
	shared->values[1] = shared->values[0];
}

/* Until its thread waits in its read, for the server or for a byte. */
static void reader_wait(const struct reader *reader)
{
	char path[64], text[8];
	snprintf(path, sizeof(path), "/proc/%d/syscall", reader->child.pid);
	do {
		FILE *file = fopen(path, "r");
		assert_non_null(file);
		assert_non_null(fgets(text, sizeof(text), file));
		fclose(file);
	} while (strncmp(text, "0 ", 2) != 0);
}

static void reader_stop(const struct reader *reader)
{
	pid_t tid = reader->child.pid;
	int status;
	reader_wait(reader);
	assert_int_equal(ptrace(PTRACE_INTERRUPT, tid, NULL, NULL), 0);
	assert_int_equal(waitpid(tid, &status, __WALL), tid);
	assert_true(WIFSTOPPED(status));
}

static void reader_continue(const struct reader *reader)
{
	assert_int_equal(ptrace(PTRACE_CONT, reader->child.pid, NULL, NULL), 0);
}

/* As a debugger does it, which looks at each of its stops, and may twice. */
static void reader_interrupt(const struct reader *reader)
{
	pid_t tid = reader->child.pid;
	struct ct_syscall_stop at;
	bool again;
	reader_stop(reader);
	assert_ok(ct_process_read_interrupted(tid, &at, &again));
	assert_true(again);
	assert_int_equal(at.result, -512);
	struct ct_notify_call call = {
	    .addr = at.pc, .tid = tid, .number = (uint32_t)at.number};
	memcpy(call.args, at.args, sizeof(call.args));
	for (int i = 0; i < 2; i++)
		ct_notify_expect(reader->notify, &call, true);
	reader_continue(reader);
}

static void wait_recorded(struct reader *reader, uint64_t count)
{
	while (counts_of(reader->notify).recorded < count)
		sched_yield();
}

static void wait_repeated(struct reader *reader, uint64_t count)
{
	while (counts_of(reader->notify).repeated < count)
		sched_yield();
}

/* The read that its thread is in has an end. */
static void reader_give(struct reader *reader)
{
	long before = shared->values[2];
	assert_int_equal(write(reader->to, "x", 1), 1);
	while (shared->values[2] == before)
		sched_yield();
}

static void interrupted_call_counts_once_told_or_not(void **state)
{
	(void)state;
	struct reader reader;
	reader_start(&reader, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
	child_go();
	/* Never told, twice, and then it is. */
	reader_block(&reader);
	shared->go = 2;
	reader_interrupt(&reader);
	reader_interrupt(&reader);
	reader_serve();
	wait_recorded(&reader, 1);
	/* Told, and made again without that. */
	reader_block(&reader);
	for (int i = 0; i < 3; i++)
		reader_interrupt(&reader);
	reader_serve();
	wait_repeated(&reader, 1);
	/* The same, interrupted once more by what nobody looks at. */
	reader_block(&reader);
	reader_interrupt(&reader);
	reader_stop(&reader);
	reader_continue(&reader);
	reader_wait(&reader);
	reader_serve();
	wait_repeated(&reader, 2);
	reader_give(&reader);
	wait_recorded(&reader, 2);
	/* Never told, and like the one before. */
	reader_block(&reader);
	reader_give(&reader);
	reader_interrupt(&reader);
	reader_serve();
	wait_recorded(&reader, 3);
	assert_int_equal(counts_of(reader.notify).recorded, 3);
	assert_int_equal(counts_of(reader.notify).repeated, 2);
	reader_give(&reader);
	reader_end(&reader);
}

static int setup(void **state)
{
	(void)state;
	shared_create();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	shared_destroy();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(interrupted_call_counts_once_told_or_not),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
