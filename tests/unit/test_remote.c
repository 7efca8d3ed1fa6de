/* SPDX-License-Identifier: MIT */
/*
 * System calls and functions run by a stopped child, and the
 * state it must have afterwards: all that ptrace shows of a thread.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <link.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

#include <cmocka.h>

#include "ctester/process.h"
#include "tracee.h"

#define PAGE 4096

/* What a debugger sees of a stopped thread. */
struct stop {
	struct user_regs_struct regs;
	siginfo_t siginfo;
	uint64_t sigmask;
	size_t xstate_size;
	uint8_t xstate[16384];
	uint8_t red_zone[128];
};

static void take_stop(pid_t pid, struct stop *stop)
{
	memset(stop, 0, sizeof(*stop));
	struct iovec state = {stop->xstate, sizeof(stop->xstate)};
	assert_int_equal(ptrace(PTRACE_GETREGS, pid, NULL, &stop->regs), 0);
	assert_int_equal(ptrace(PTRACE_GETSIGINFO, pid, NULL, &stop->siginfo),
			 0);
	assert_int_equal(ptrace(PTRACE_GETSIGMASK, pid, 8, &stop->sigmask), 0);
	assert_int_equal(ptrace(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &state),
			 0);
	stop->xstate_size = state.iov_len;
	assert_int_equal(
	    ct_process_read(pid, stop->regs.rsp - 128, stop->red_zone, 128),
	    128);
}

static void assert_same_stop(pid_t pid, const struct stop *before)
{
	static struct stop after;
	take_stop(pid, &after);
	assert_memory_equal(&after, before, sizeof(after));
}

static uint64_t answer(void)
{
	return 42;
}

static int body_trap(void)
{
	/* Something in the red zone and in the FP registers. */
	asm volatile("movl $0x12345678, -4(%%rsp)\n\t"
		     "movl $0x12345678, -128(%%rsp)\n\t"
		     "fldpi\n\t"
		     "movq %%rsp, %%xmm7\n\t"
		     "int3"
		     :
		     :
		     : "memory", "xmm7", "st");
	return 0;
}

static pid_t start_at_trap(void)
{
	pid_t pid = tracee_start(body_trap);
	tracee_run_to_trap(pid);
	return pid;
}

static const uint64_t no_args[6];

static void system_call_returns_what_the_kernel_said(void **state)
{
	(void)state;
	pid_t pid = start_at_trap();
	static struct stop before;
	take_stop(pid, &before);
	int64_t result;
	assert_ok(ct_process_syscall(pid, pid, SYS_getpid, no_args, &result));
	assert_int_equal(result, pid);
	const uint64_t bad_fd[6] = {(uint64_t)-1};
	assert_ok(ct_process_syscall(pid, pid, SYS_close, bad_fd, &result));
	assert_int_equal(result, -EBADF);
	assert_same_stop(pid, &before);
	assert_int_equal(tracee_finish(pid), 0);
}

static void mmap_by_system_call_gives_memory(void **state)
{
	(void)state;
	pid_t pid = start_at_trap();
	const uint64_t args[6] = {0, 3 * PAGE, PROT_READ,
				  MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1};
	int64_t addr;
	assert_ok(ct_process_syscall(pid, pid, SYS_mmap, args, &addr));
	assert_true(addr > 0);
	char byte;
	assert_int_equal(
	    ct_process_read(pid, (uint64_t)addr + 3 * PAGE - 1, &byte, 1), 1);
	assert_ok(ct_process_write(pid, (uint64_t)addr, "x", 1));
	tracee_kill(pid);
}

static int pipe_fds[2];

static int body_read(void)
{
	char byte;
	return syscall(SYS_read, pipe_fds[0], &byte, 1) == 1 ? 0 : 1;
}

/* poll(2) is restarted by restart_syscall(2), another way than read(2). */
static int body_poll(void)
{
	struct {
		int fd;
		short events, revents;
	} fd = {pipe_fds[0], 1, 0};
	return syscall(SYS_poll, &fd, 1, 60000) == 1 ? 0 : 1;
}

/* Bring the child to its next system call's entry, and with SIGINT into the
 * state that ^C leaves it in; no time is involved. */
static void interrupt_next_syscall(pid_t pid, int restart_errno)
{
	tracee_go(pid, PTRACE_SYSCALL, 0);
	kill(pid, SIGINT);
	int status = tracee_go(pid, PTRACE_CONT, 0);
	assert_int_equal(WSTOPSIG(status), SIGINT);
	struct user_regs_struct regs;
	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	assert_int_equal(regs.rax, -restart_errno);
}

static void interrupted_system_call_is_still_restarted(void **state)
{
	(void)state;
	int (*const bodies[])(void) = {body_read, body_poll};
	const int errnos[] = {512, 516};
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pipe(pipe_fds), 0);
		pid_t pid = tracee_start(bodies[i]);
		interrupt_next_syscall(pid, errnos[i]);
		static struct stop before;
		take_stop(pid, &before);
		int64_t result;
		assert_ok(
		    ct_process_syscall(pid, pid, SYS_getpid, no_args, &result));
		assert_int_equal(result, pid);
		uint64_t called;
		assert_ok(ct_process_call(pid, pid, (uintptr_t)answer, NULL, 0,
					  0, &called));
		assert_int_equal(called, 42);
		assert_same_stop(pid, &before);
		assert_int_equal(write(pipe_fds[1], "x", 1), 1);
		assert_int_equal(tracee_finish(pid), 0);
		close(pipe_fds[0]);
		close(pipe_fds[1]);
	}
}

static void thread_entering_a_system_call_is_refused(void **state)
{
	(void)state;
	for (int good = 0; good < 2; good++) {
		assert_int_equal(pipe(pipe_fds), 0);
		pid_t pid = tracee_start(body_read);
		if (good)
			ptrace(PTRACE_SETOPTIONS, pid, NULL,
			       PTRACE_O_TRACESYSGOOD);
		tracee_go(pid, PTRACE_SYSCALL, 0);
		static struct stop before;
		take_stop(pid, &before);
		int64_t result;
		uint64_t called;
		assert_refused(
		    ct_process_syscall(pid, pid, SYS_getpid, no_args, &result),
		    CT_ERROR_UNSUPPORTED, "entering system call 0");
		assert_refused(ct_process_call(pid, pid, (uintptr_t)body_trap,
					       NULL, 0, 0, &called),
			       CT_ERROR_UNSUPPORTED, "entering system call 0");
		assert_same_stop(pid, &before);
		assert_int_equal(write(pipe_fds[1], "x", 1), 1);
		/* At its exit all is well. */
		tracee_go(pid, PTRACE_SYSCALL, 0);
		assert_ok(
		    ct_process_syscall(pid, pid, SYS_getpid, no_args, &result));
		assert_int_equal(result, pid);
		assert_int_equal(tracee_finish(pid), 0);
		close(pipe_fds[0]);
		close(pipe_fds[1]);
	}
}

static int body_fork(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

static void thread_at_a_fork_event_is_refused(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_fork);
	ptrace(PTRACE_SETOPTIONS, pid, NULL,
	       PTRACE_O_TRACEFORK | PTRACE_O_EXITKILL);
	int status = tracee_go(pid, PTRACE_CONT, 0);
	assert_int_equal(status >> 16, PTRACE_EVENT_FORK);
	unsigned long child;
	ptrace(PTRACE_GETEVENTMSG, pid, NULL, &child);
	int64_t result;
	assert_refused(
	    ct_process_syscall(pid, pid, SYS_getpid, no_args, &result),
	    CT_ERROR_UNSUPPORTED, "ptrace event 1");
	waitpid((pid_t)child, NULL, __WALL);
	ptrace(PTRACE_DETACH, (pid_t)child, NULL, NULL);
	status = tracee_go(pid, PTRACE_CONT, 0);
	assert_int_equal(WSTOPSIG(status), SIGCHLD);
	assert_int_equal(tracee_finish(pid), 0);
}

static void process_making_system_calls_are_refused(void **state)
{
	(void)state;
	pid_t pid = start_at_trap();
	int64_t result;
	assert_refused(ct_process_syscall(pid, pid, SYS_fork, no_args, &result),
		       CT_ERROR_UNSUPPORTED, "system call 57");
	assert_refused(
	    ct_process_syscall(pid, pid, SYS_exit_group, no_args, &result),
	    CT_ERROR_UNSUPPORTED, "system call 231");
	assert_int_equal(tracee_finish(pid), 0);
}

/* Strict seccomp: any call but read, write and exit is the end. */
static int body_seccomp(void)
{
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	asm volatile("int3" : : : "memory");
	return 0;
}

static void calls_that_a_filter_kills_for_are_refused(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_seccomp);
	tracee_run_to_trap(pid);
	int64_t result = 7;
	assert_refused(
	    ct_process_syscall(pid, pid, SYS_getpid, no_args, &result),
	    CT_ERROR_UNSUPPORTED, "strict mode");
	assert_int_equal(result, 7);
	kill(pid, SIGKILL);
	int status;
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	assert_true(WIFSIGNALED(status));
}

static int body_stopped(void)
{
	asm volatile("int3" : : : "memory");
	return 0;
}

static void end_of_the_thread_is_left_for_the_debugger(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_stopped);
	tracee_run_to_trap(pid);
	const uint64_t args[6] = {(uint64_t)pid, SIGKILL};
	int64_t result = 7;
	assert_refused(ct_process_syscall(pid, pid, SYS_kill, args, &result),
		       CT_ERROR_OS, "ended while");
	assert_int_equal(result, 7);
	int status;
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static volatile int handled_value;

static void handle_value(int number, siginfo_t *info, void *context)
{
	(void)context;
	handled_value += number == SIGTRAP ? 2 : info->si_value.sival_int;
}

static int body_handler(void)
{
	struct sigaction action = {.sa_sigaction = handle_value,
				   .sa_flags = SA_SIGINFO};
	sigaction(SIGRTMIN, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGTRAP, &action, NULL);
	asm volatile("int3" : : : "memory");
	asm volatile("int3" : : : "memory");
	return handled_value;
}

static void pending_signals_wait_and_keep_their_value(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_handler);
	tracee_run_to_trap(pid);
	static struct stop before;
	take_stop(pid, &before);
	const union sigval value = {.sival_int = 40};
	assert_int_equal(sigqueue(pid, SIGRTMIN, value), 0);
	int64_t result;
	assert_ok(ct_process_syscall(pid, pid, SYS_getpid, no_args, &result));
	assert_int_equal(result, pid);
	assert_same_stop(pid, &before);

	int status = tracee_go(pid, PTRACE_CONT, 0);
	assert_int_equal(WSTOPSIG(status), SIGRTMIN);
	/* The siginfo of a signal about to be delivered survives, too. */
	assert_ok(ct_process_syscall(pid, pid, SYS_getpid, no_args, &result));
	status = tracee_go(pid, PTRACE_CONT, SIGRTMIN);
	assert_int_equal(WSTOPSIG(status), SIGTRAP);
	/* The program's own handler of SIGTRAP was not reset. */
	status = tracee_go(pid, PTRACE_CONT, SIGTRAP);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42);
}

static void stop_signal_is_seen_again_afterwards(void **state)
{
	(void)state;
	pid_t pid = start_at_trap();
	static struct stop before;
	take_stop(pid, &before);
	syscall(SYS_tgkill, pid, pid, SIGSTOP);
	int64_t result;
	assert_ok(ct_process_syscall(pid, pid, SYS_getpid, no_args, &result));
	assert_int_equal(result, pid);
	assert_same_stop(pid, &before);
	int status = tracee_go(pid, PTRACE_CONT, 0);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), SIGSTOP);
	assert_int_equal(tracee_finish(pid), 0);
}

/* Functions for the child to run. */
static double sink;

__attribute__((noinline)) static uint64_t weigh(uint64_t a, uint64_t b,
						uint64_t c, uint64_t d,
						uint64_t e, uint64_t f)
{
	volatile long double x87 = 1.0L;
	volatile char stack[300];
	memset((char *)(uintptr_t)stack, 1, sizeof(stack));
	x87 = x87 / 3.0L + stack[7];
	sink = (double)x87;
	return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f;
}

static uint64_t (*volatile answer_pointer)(void) = answer;

static uint64_t call_answer(void)
{
	return answer_pointer() + 1;
}

/* A debugger that is killed while a program is stopped by it lets it go. */
static void program_outlives_its_debugger(void **state)
{
	(void)state;
	int ends[2], status;
	pid_t pid;
	assert_int_equal(pipe(ends), 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t debugger = fork();
	if (debugger == 0) {
		const uint64_t args[6] = {0};
		int64_t result;
		pid = fork();
		if (pid == 0) {
			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
			raise(SIGUSR1);
			_exit(5);
		}
		waitpid(pid, &status, __WALL);
		if (ct_process_syscall(pid, pid, SYS_getppid, args, &result) ||
		    write(ends[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(1);
		raise(SIGKILL);
	}
	assert_int_equal(read(ends[0], &pid, sizeof(pid)), sizeof(pid));
	assert_int_equal(waitpid(debugger, &status, 0), debugger);
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 5);
	close(ends[0]);
	close(ends[1]);
}

static void spin(void)
{
	for (;;)
		asm volatile("");
}

static uint64_t fault(uint64_t addr)
{
	return *(volatile uint64_t *)(uintptr_t)addr;
}

static uint64_t trap(void)
{
	asm volatile("int3");
	return 0;
}

static void function_gets_six_arguments_and_leaves_no_trace(void **state)
{
	(void)state;
	pid_t pid = start_at_trap();
	static struct stop before;
	take_stop(pid, &before);
	const uint64_t args[6] = {1, 20, 300, 4000, 50000, 1ULL << 40};
	uint64_t result;
	assert_ok(
	    ct_process_call(pid, pid, (uintptr_t)weigh, args, 6, 0, &result));
	assert_int_equal(result, weigh(1, 20, 300, 4000, 50000, 1ULL << 40));
	assert_same_stop(pid, &before);
	assert_int_equal(tracee_finish(pid), 0);
}

/* As when a breakpoint's own function is called again, by a resolver. */
static void function_may_pass_where_the_thread_stands(void **state)
{
	(void)state;
	pid_t pid = start_at_trap();
	struct ct_regs regs = {0};
	assert_ok(ct_process_read_regs(pid, &regs));
	uint64_t rip = regs.gpr[CT_REG_RIP];
	regs.gpr[CT_REG_RIP] = (uintptr_t)answer;
	assert_ok(ct_process_write_regs(pid, &regs));
	uint64_t result;
	assert_ok(ct_process_call(pid, pid, (uintptr_t)call_answer, NULL, 0, 0,
				  &result));
	assert_int_equal(result, 43);
	regs.gpr[CT_REG_RIP] = rip;
	assert_ok(ct_process_write_regs(pid, &regs));
	assert_int_equal(tracee_finish(pid), 0);
}

static void function_that_does_not_return_is_left(void **state)
{
	(void)state;
	pid_t pid = start_at_trap();
	static struct stop before;
	take_stop(pid, &before);
	const uint64_t bad[1] = {8};
	uint64_t result = 7;
	assert_refused(
	    ct_process_call(pid, pid, (uintptr_t)spin, NULL, 0, 500, &result),
	    CT_ERROR_UNSUPPORTED, "within 500 steps");
	assert_refused(
	    ct_process_call(pid, pid, (uintptr_t)fault, bad, 1, 0, &result),
	    CT_ERROR_UNSUPPORTED, "Segmentation fault");
	assert_refused(
	    ct_process_call(pid, pid, (uintptr_t)trap, NULL, 0, 0, &result),
	    CT_ERROR_UNSUPPORTED, "breakpoint");
	assert_refused(ct_process_call(pid, pid, 16, NULL, 0, 0, &result),
		       CT_ERROR_UNSUPPORTED, "Segmentation fault");
	assert_refused(ct_process_call(pid, pid, 16, no_args, 7, 0, &result),
		       CT_ERROR_BAD_ARGUMENT, "at most 6");
	assert_int_equal(result, 7);
	assert_same_stop(pid, &before);
	assert_int_equal(tracee_finish(pid), 0);
}

/* The file of libc and its bias. */
static int find_libc(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	if (!strstr(info->dlpi_name, "/libc.so"))
		return 0;
	*(struct dl_phdr_info *)arg = *info;
	return 1;
}

/*
 * What dlsym() finds for a name, when that is this version of it: older
 * versions of a symbol have resolvers of their own.
 */
static void check_ifunc(pid_t pid, void *libc, const char *name,
			uint64_t resolver, int *checked)
{
	void *expected = dlsym(libc, name);
	uint64_t result;
	if (!expected)
		return;
	assert_ok(ct_process_call(pid, pid, resolver, NULL, 0, 0, &result));
	if (result != (uintptr_t)expected)
		fail_msg("%s: 0x%lx, not %p", name, result, expected);
	(*checked)++;
}

static Elf_Scn *find_dynsym(Elf *elf, GElf_Shdr *shdr)
{
	Elf_Scn *section = NULL;
	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, shdr) && shdr->sh_type == SHT_DYNSYM)
			return section;
	return NULL;
}

static void ifunc_resolvers_of_libc_agree_with_dlsym(void **state)
{
	(void)state;
	struct dl_phdr_info libc = {0};
	assert_true(dl_iterate_phdr(find_libc, &libc));
	int fd = open(libc.dlpi_name, O_RDONLY);
	assert_int_equal(elf_version(EV_CURRENT), EV_CURRENT);
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	GElf_Shdr shdr;
	Elf_Scn *section = find_dynsym(elf, &shdr);
	assert_non_null(section);
	Elf_Data *data = elf_getdata(section, NULL);

	/* Not RTLD_DEFAULT, where a sanitizer's own functions come first. */
	void *handle = dlopen(libc.dlpi_name, RTLD_LAZY | RTLD_NOLOAD);
	assert_non_null(handle);

	pid_t pid = start_at_trap();
	static struct stop before;
	take_stop(pid, &before);
	int checked = 0;
	GElf_Sym sym;
	for (int i = 0; gelf_getsym(data, i, &sym); i++) {
		const char *name = elf_strptr(elf, shdr.sh_link, sym.st_name);
		/* memcpy@GLIBC_2.2.5 is memmove: dlsym finds the other. */
		if (GELF_ST_TYPE(sym.st_info) != STT_GNU_IFUNC ||
		    strcmp(name, "memcpy") == 0)
			continue;
		check_ifunc(pid, handle, name, libc.dlpi_addr + sym.st_value,
			    &checked);
	}
	assert_true(checked >= 30);
	assert_same_stop(pid, &before);
	dlclose(handle);
	elf_end(elf);
	close(fd);
	tracee_kill(pid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(system_call_returns_what_the_kernel_said),
	    cmocka_unit_test(mmap_by_system_call_gives_memory),
	    cmocka_unit_test(interrupted_system_call_is_still_restarted),
	    cmocka_unit_test(thread_entering_a_system_call_is_refused),
	    cmocka_unit_test(thread_at_a_fork_event_is_refused),
	    cmocka_unit_test(process_making_system_calls_are_refused),
	    cmocka_unit_test(calls_that_a_filter_kills_for_are_refused),
	    cmocka_unit_test(end_of_the_thread_is_left_for_the_debugger),
	    cmocka_unit_test(pending_signals_wait_and_keep_their_value),
	    cmocka_unit_test(stop_signal_is_seen_again_afterwards),
	    cmocka_unit_test(program_outlives_its_debugger),
	    cmocka_unit_test(function_gets_six_arguments_and_leaves_no_trace),
	    cmocka_unit_test(function_may_pass_where_the_thread_stands),
	    cmocka_unit_test(function_that_does_not_return_is_left),
	    cmocka_unit_test(ifunc_resolvers_of_libc_agree_with_dlsym),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
