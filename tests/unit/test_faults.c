/* SPDX-License-Identifier: MIT */
/* Signals of a traced process, which this program is the debugger of: those
 * that are the agent's are nobody's business, all others are the program's. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "process/faults.h"

/* A read that may fail, where to go on then, and a system call; and the table
 * of the read. */
long read_here(const long *at);
long call_here(long number, long a, long b);
extern const char agent_text[], agent_text_end[];
extern const int32_t agent_rows[], agent_rows_end[];
__asm__(".text\n"
	"agent_text:\n"
	"read_here: 1: movq (%rdi), %rax\n"
	"ret\n"
	"2: movq $-7, %rax\n"
	"ret\n"
	"call_here: movq %rdi, %rax\n"
	"movq %rsi, %rdi\n"
	"movq %rdx, %rsi\n"
	"syscall\n"
	"ret\n"
	"agent_text_end:\n"
	".section .rodata\n"
	".balign 4\n"
	"agent_rows: .long 1b - agent_rows\n"
	".long 2b - (agent_rows + 4)\n"
	"agent_rows_end:\n"
	".text\n");

static const struct ct_late_calls calls = {(void *)ptrace, waitpid};

typedef long body(void);

/* What it returns is its status. */
static pid_t start(body *run)
{
	int status;
	pid_t pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		_exit((int)run());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSTOPPED(status));
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)PTRACE_O_EXITKILL);
	struct ct_error *err = ct_faults_watch(&(struct ct_faults){
	    .pid = pid,
	    .text = (uintptr_t)agent_text,
	    .text_end = (uintptr_t)agent_text_end,
	    .rows = (uintptr_t)agent_rows,
	    .rows_end = (uintptr_t)agent_rows_end,
	});
	if (err)
		fail_msg("%s", ct_error_message(err));
	return pid;
}

/* Up to the next status that a debugger is to hear of. */
static int next(pid_t pid)
{
	int status;
	assert_int_equal(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
	do
		assert_int_equal(waitpid(pid, &status, 0), pid);
	while (ct_faults_handle(pid, status, &calls));
	return status;
}

static void assert_ends_with(pid_t pid, int expected)
{
	int status = next(pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), expected);
	ct_faults_forget(pid);
}

static void assert_is_told(pid_t pid, int number)
{
	int status = next(pid);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), number);
	ct_faults_forget(pid);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static long reads_what_is_not_there(void)
{
	return read_here((const long *)64) == -7 ? 3 : 9;
}

static void a_read_that_fails_goes_on_elsewhere(void **state)
{
	(void)state;
	assert_ends_with(start(reads_what_is_not_there), 3);
}

static const long *volatile nowhere = (const long *)64;

static long reads_elsewhere(void)
{
	return *nowhere;
}

static void a_fault_of_the_programs_is_its_own(void **state)
{
	(void)state;
	assert_is_told(start(reads_elsewhere), SIGSEGV);
}

static void install(uint32_t answer)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		     offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, answer),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(90);
}

static long calls_what_is_trapped(void)
{
	install(SECCOMP_RET_TRAP);
	return call_here(SYS_getppid, 0, 0) == -ENOSYS ? 4 : 9;
}

static void a_call_that_a_filter_traps_is_not_made(void **state)
{
	(void)state;
	assert_ends_with(start(calls_what_is_trapped), 4);
}

static long is_trapped_elsewhere(void)
{
	install(SECCOMP_RET_TRAP);
	return syscall(SYS_getppid);
}

static void a_call_of_the_programs_that_is_trapped_is_its_own(void **state)
{
	(void)state;
	assert_is_told(start(is_trapped_elsewhere), SIGSYS);
}

/* While the agent is at work; by kill(2) it says nothing of where. */
static long is_sent_sigsys(void)
{
	return call_here(SYS_kill, getpid(), SIGSYS);
}

static void a_signal_that_somebody_sends_is_the_programs(void **state)
{
	(void)state;
	assert_is_told(start(is_sent_sigsys), SIGSYS);
}

static void who_is_forgotten_has_its_own_faults(void **state)
{
	(void)state;
	pid_t pid = start(reads_what_is_not_there);
	ct_faults_forget(pid);
	assert_is_told(pid, SIGSEGV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_read_that_fails_goes_on_elsewhere),
	    cmocka_unit_test(a_fault_of_the_programs_is_its_own),
	    cmocka_unit_test(a_call_that_a_filter_traps_is_not_made),
	    cmocka_unit_test(a_call_of_the_programs_that_is_trapped_is_its_own),
	    cmocka_unit_test(a_signal_that_somebody_sends_is_the_programs),
	    cmocka_unit_test(who_is_forgotten_has_its_own_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
