/* SPDX-License-Identifier: MIT */
/* A stopped thread that goes on alone, to where it returns to. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include <cmocka.h>

#include "ctester/agent_loading.h"
#include "ctester/process.h"
#include "tracee.h"

static struct user_regs_struct regs_of(pid_t pid)
{
	struct user_regs_struct regs;
	assert_int_equal(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
	return regs;
}

static volatile int counter;

/* What is called last begins at an int3, as if a debugger had stopped there,
 * and then has some way to go. */
__attribute__((noinline)) static void inner(void)
{
	__asm__ volatile("int3");
	for (int i = 0; i < 100; i++)
		counter++;
}

static int body_calls(void)
{
	inner();
	return counter == 100 ? 0 : 1;
}

static void it_leaves_the_function(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_calls);
	tracee_run_to_trap(pid);
	struct user_regs_struct regs = regs_of(pid);
	/* The frame of inner(), whatever it has pushed. */
	uint64_t words[16];
	assert_ok(ct_process_read_all(pid, regs.rsp, words, sizeof(words)));
	size_t at = 0;
	while (at < 16 && (words[at] < (uintptr_t)body_calls ||
			   words[at] > (uintptr_t)body_calls + 64))
		at++;
	assert_true(at < 16);
	uint64_t sp = regs.rsp + at * 8 + 8;
	assert_ok(ct_process_run_out(pid, pid, words[at], sp));
	regs = regs_of(pid);
	assert_int_equal(regs.rip, words[at]);
	assert_int_equal(regs.rsp, sp);
	assert_int_equal(tracee_finish(pid), 0);
}

static void a_breakpoint_ends_it(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_calls);
	tracee_run_to_trap(pid);
	uint64_t pc = regs_of(pid).rip;
	/* A breakpoint at the instruction behind the one that comes. */
	uint8_t code[16], with[16];
	assert_ok(ct_process_read_all(pid, pc, code, sizeof(code)));
	memset(with, 0xcc, sizeof(with));
	assert_ok(ct_process_write(pid, pc, with, sizeof(with)));
	assert_refused(ct_process_run_out(pid, pid, 1, 2), CT_ERROR_UNSUPPORTED,
		       "breakpoint");
	assert_int_equal(regs_of(pid).rip, pc);
	assert_ok(ct_process_write(pid, pc, code, sizeof(code)));
	assert_int_equal(tracee_finish(pid), 0);
}

static uint32_t lock = 1;

static int body_waits_for_lock(void)
{
	__asm__ volatile("int3");
	syscall(SYS_futex, &lock, FUTEX_WAIT_PRIVATE, 1, NULL);
	return 0;
}

static void a_lock_is_not_waited_for(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_waits_for_lock);
	tracee_run_to_trap(pid);
	assert_refused(ct_process_run_out(pid, pid, 1, 2), CT_ERROR_UNSUPPORTED,
		       "lock");
	uint8_t code[2];
	assert_ok(ct_process_read_all(pid, regs_of(pid).rip, code, 2));
	assert_memory_equal(code, "\x0f\x05", 2);
	/* It goes on from there. */
	uint32_t free_now = 0;
	assert_ok(ct_process_write(pid, (uintptr_t)&lock, &free_now, 4));
	assert_int_equal(tracee_finish(pid), 0);
}

static int ends[2];

static int body_waits(void)
{
	char byte;
	__asm__ volatile("int3");
	return syscall(SYS_read, ends[0], &byte, 1) == 1 ? 0 : 1;
}

/* And nothing of our stopping it is left behind. */
static void what_does_not_come_is_not_waited_for(void **state)
{
	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid_t pid = tracee_start(body_waits);
	tracee_run_to_trap(pid);
	assert_refused(ct_process_run_out(pid, pid, 1, 2), CT_ERROR_UNSUPPORTED,
		       "does not come");
	assert_int_equal(write(ends[1], "x", 1), 1);
	int status = tracee_go(pid, PTRACE_CONT, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_leaves_the_function),
	    cmocka_unit_test(a_breakpoint_ends_it),
	    cmocka_unit_test(a_lock_is_not_waited_for),
	    cmocka_unit_test(what_does_not_come_is_not_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
