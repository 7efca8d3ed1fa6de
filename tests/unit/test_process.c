/* SPDX-License-Identifier: MIT */
/* Registers, memory and facts of a traced process, against what the child
 * itself, the ABI and proc(5) say. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <time.h>

#include <cmocka.h>

#include "ctester/process.h"
#include "tracee.h"

#define PAGE 4096

/* Every register gets its DWARF number plus 0x100; xmm and st too. */
static int body_known_registers(void)
{
	static const double xmm_values[2] = {1.5, 2.5};
	asm volatile("movupd %0, %%xmm1\n\t"
		     "movupd %0, %%xmm15\n\t"
		     "fldpi\n\t"
		     "fld1\n\t"
		     "mov $0x106, %%rbp\n\t"
		     "mov $0x107, %%rsp\n\t"
		     "mov $0x100, %%rax\n\t"
		     "mov $0x101, %%rdx\n\t"
		     "mov $0x102, %%rcx\n\t"
		     "mov $0x103, %%rbx\n\t"
		     "mov $0x104, %%rsi\n\t"
		     "mov $0x105, %%rdi\n\t"
		     "mov $0x108, %%r8\n\t"
		     "mov $0x109, %%r9\n\t"
		     "mov $0x10a, %%r10\n\t"
		     "mov $0x10b, %%r11\n\t"
		     "mov $0x10c, %%r12\n\t"
		     "mov $0x10d, %%r13\n\t"
		     "mov $0x10e, %%r14\n\t"
		     "mov $0x10f, %%r15\n\t"
		     "int3\n\t"
		     ".globl known_registers_end\n"
		     "known_registers_end:\n\t"
		     "ud2"
		     :
		     : "m"(xmm_values));
	return 0;
}
extern const char known_registers_end[];

static void general_registers_have_their_dwarf_numbers(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_known_registers);
	tracee_run_to_trap(pid);
	struct ct_regs regs = {0};
	assert_ok(ct_process_read_regs(pid, &regs));
	for (unsigned i = 0; i < CT_REG_RIP; i++)
		assert_int_equal(regs.gpr[i], 0x100 + i);
	assert_int_equal(regs.gpr[CT_REG_RIP], (uintptr_t)known_registers_end);
	assert_int_equal(regs.filled, CT_REGS_GENERAL);
	assert_int_equal(regs.orig_rax, UINT64_MAX);
	tracee_kill(pid);
}

static void fp_registers_are_read_in_stack_order(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_known_registers);
	tracee_run_to_trap(pid);
	struct ct_regs regs = {0};
	assert_ok(ct_process_read_fp_regs(pid, &regs));
	assert_int_equal(regs.filled, CT_REGS_FP);
	const double xmm_values[2] = {1.5, 2.5};
	assert_memory_equal(regs.xmm[1], xmm_values, 16);
	assert_memory_equal(regs.xmm[15], xmm_values, 16);
	const long double one = 1.0L;
	const uint8_t pi[10] = {0x35, 0xc2, 0x68, 0x21, 0xa2,
				0xda, 0x0f, 0xc9, 0x00, 0x40};
	assert_memory_equal(regs.st[0], &one, 10);
	assert_memory_equal(regs.st[1], pi, 10);
	tracee_kill(pid);
}

/* rax comes back as written, and the jump over ud2 is taken. */
static int body_jump(void)
{
	uint64_t rax;
	asm volatile("int3\n\t"
		     "ud2\n\t"
		     ".globl jump_target\n"
		     "jump_target:"
		     : "=a"(rax)
		     :
		     : "memory");
	return rax == 0x1122334455667788 ? 0 : 1;
}
extern const char jump_target[];

static void written_registers_reach_the_program(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_jump);
	tracee_run_to_trap(pid);
	struct ct_regs regs = {0};
	assert_ok(ct_process_read_regs(pid, &regs));
	regs.gpr[CT_REG_RAX] = 0x1122334455667788;
	regs.gpr[CT_REG_RIP] = (uintptr_t)jump_target;
	assert_ok(ct_process_write_regs(pid, &regs));
	assert_int_equal(tracee_finish(pid), 0);
}

static int read_fds[2];

static int body_interrupted_read(void)
{
	char byte = 0;
	long got;
	asm volatile("syscall\n\t"
		     ".globl after_read\n"
		     "after_read:"
		     : "=a"(got)
		     : "a"(0), "D"(read_fds[0]), "S"(&byte), "d"(1)
		     : "rcx", "r11", "memory");
	return got == -512 ? 0 : 1; /* not restarted */
}
extern const char after_read[];

static void moving_rip_out_of_a_system_call_forgets_it(void **state)
{
	(void)state;
	assert_int_equal(pipe(read_fds), 0);
	pid_t pid = tracee_start(body_interrupted_read);
	tracee_go(pid, PTRACE_SYSCALL, 0); /* at the entry of read */
	kill(pid, SIGINT);
	int status = tracee_go(pid, PTRACE_CONT, 0);
	assert_int_equal(WSTOPSIG(status), SIGINT);
	struct ct_regs regs = {0};
	assert_ok(ct_process_read_regs(pid, &regs));
	assert_int_equal(regs.gpr[CT_REG_RAX], -512); /* -ERESTARTSYS */
	assert_int_equal(regs.gpr[CT_REG_RIP], (uintptr_t)after_read);
	/* The pc goes elsewhere first, then where the call would end. */
	regs.gpr[CT_REG_RIP] = (uintptr_t)jump_target;
	assert_ok(ct_process_write_regs(pid, &regs));
	regs.gpr[CT_REG_RIP] = (uintptr_t)after_read;
	assert_ok(ct_process_write_regs(pid, &regs));
	assert_int_equal(tracee_finish(pid), 0);
	close(read_fds[0]);
	close(read_fds[1]);
}

/* Functions that stop at their entry; the test returns from them. */
asm(".text\n"
    "return_x87:\n\tint3\n\tud2\n"
    "return_sse:\n\tint3\n\tud2\n");
long double return_x87(void);
_Complex long double return_x87_pair(void) __asm__("return_x87");
double return_sse(void);
_Complex double return_sse_pair(void) __asm__("return_sse");

static int x87_is_empty(void)
{
	struct user_fpregs_struct fp __attribute__((aligned(16)));
	asm volatile("fxsave64 %0" : "=m"(fp));
	return fp.ftw == 0 && (fp.swd >> 11 & 7) == 0;
}

static int body_fp_results(void)
{
	/* Nine times: a stack that is not popped right overflows at eight. */
	for (int i = 0; i < 9; i++) {
		if (return_x87() != -2.25L + i)
			return 1;
		_Complex long double pair = return_x87_pair();
		if (__real__ pair != 3.5L || __imag__ pair != -7.0L)
			return 2;
		if (!x87_is_empty())
			return 3;
	}
	if (return_sse() != 0.125)
		return 4;
	_Complex double pair = return_sse_pair();
	return __real__ pair == 8.0 && __imag__ pair == 9.0 ? 0 : 5;
}

/* Leave the function that the child has just entered. */
static void force_return(pid_t pid)
{
	struct ct_regs regs = {0};
	assert_ok(ct_process_read_regs(pid, &regs));
	assert_ok(ct_process_read_slot(pid, regs.gpr[CT_REG_RSP],
				       &regs.gpr[CT_REG_RIP]));
	regs.gpr[CT_REG_RSP] += 8;
	assert_ok(ct_process_write_regs(pid, &regs));
}

static void return_st(pid_t pid, unsigned count, long double st0,
		      long double st1)
{
	struct ct_fp_result result = {.st_count = (uint8_t)count};
	memcpy(result.st[0], &st0, 10);
	memcpy(result.st[1], &st1, 10);
	tracee_run_to_trap(pid);
	assert_ok(ct_process_write_fp_result(pid, &result));
	force_return(pid);
}

static void return_xmm(pid_t pid, unsigned count, double xmm0, double xmm1)
{
	struct ct_fp_result result = {.xmm_count = (uint8_t)count};
	memcpy(result.xmm[0], &xmm0, 8);
	memcpy(result.xmm[1], &xmm1, 8);
	tracee_run_to_trap(pid);
	assert_ok(ct_process_write_fp_result(pid, &result));
	force_return(pid);
}

static void fp_results_are_what_the_caller_finds(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_fp_results);
	for (int i = 0; i < 9; i++) {
		return_st(pid, 1, -2.25L + i, 0);
		return_st(pid, 2, 3.5L, -7.0L);
	}
	return_xmm(pid, 1, 0.125, 0);
	return_xmm(pid, 2, 8.0, 9.0);
	assert_int_equal(tracee_finish(pid), 0);
}

static void too_many_fp_results_are_refused(void **state)
{
	(void)state;
	struct ct_fp_result result = {.st_count = 3};
	assert_refused(ct_process_write_fp_result(getpid(), &result),
		       CT_ERROR_BAD_ARGUMENT, "3 x87");
}

static int body_nothing(void)
{
	return 0;
}

static int body_errno(void)
{
	errno = 0;
	asm volatile("int3" : : : "memory");
	return errno == 42 ? 0 : 1;
}

static void errno_is_at_its_offset_from_fs_base(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_errno);
	tracee_run_to_trap(pid);
	uint64_t fs_base;
	asm("mov %%fs:0, %0" : "=r"(fs_base));
	int64_t offset = (int64_t)((uintptr_t)&errno - fs_base);
	uint64_t addr;
	assert_ok(ct_process_find_errno(pid, offset, &addr));
	const int value = 42;
	assert_ok(ct_process_write(pid, addr, &value, sizeof(value)));
	assert_int_equal(tracee_finish(pid), 0);
}

static char *map_pages(size_t count)
{
	char *pages = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(pages, MAP_FAILED);
	return pages;
}

static void reads_end_at_the_first_unmapped_page(void **state)
{
	(void)state;
	char *pages = map_pages(40);
	for (size_t i = 0; i < 39; i++)
		memset(pages + i * PAGE, (int)i + 1, PAGE);
	munmap(pages + 39 * PAGE, PAGE);
	pid_t pid = tracee_start(body_nothing);
	char *buffer = map_pages(41);
	uintptr_t at = (uintptr_t)pages;
	assert_int_equal(ct_process_read(pid, at, buffer, 40 * PAGE),
			 39 * PAGE);
	assert_memory_equal(buffer, pages, 39 * PAGE);
	assert_int_equal(ct_process_read(pid, at + 39 * PAGE - 5, buffer, 9),
			 5);
	assert_int_equal(ct_process_read(pid, at + 39 * PAGE, buffer, 1), 0);
	assert_int_equal(ct_process_read(pid, at + PAGE - 1, buffer, 2), 2);
	assert_memory_equal(buffer, "\1\2", 2);
	assert_int_equal(ct_process_read(pid, at, buffer, 0), 0);
	assert_refused(ct_process_read_all(pid, at + 39 * PAGE - 5, buffer, 9),
		       CT_ERROR_FAULT, "only 5");
	munmap(buffer, 41 * PAGE);
	munmap(pages, 39 * PAGE);
	tracee_kill(pid);
}

static void reads_pass_page_protection(void **state)
{
	(void)state;
	char *pages = map_pages(3);
	memset(pages, 'a', 3 * PAGE);
	mprotect(pages + PAGE, PAGE, PROT_NONE);
	pid_t pid = tracee_start(body_nothing);
	char *buffer = map_pages(3);
	assert_int_equal(
	    ct_process_read(pid, (uintptr_t)pages, buffer, 3 * PAGE), 3 * PAGE);
	for (size_t i = 0; i < 3 * PAGE; i++)
		assert_int_equal(buffer[i], 'a');
	munmap(buffer, 3 * PAGE);
	munmap(pages, 3 * PAGE);
	tracee_kill(pid);
}

static void reads_of_impossible_addresses_are_empty(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_nothing);
	char byte;
	const uint64_t addrs[] = {0,
				  1,
				  0xfff,
				  UINT64_MAX,
				  UINT64_MAX - 1,
				  UINT64_C(1) << 63,
				  UINT64_C(1) << 56};
	for (size_t i = 0; i < sizeof(addrs) / sizeof(*addrs); i++)
		assert_int_equal(ct_process_read(pid, addrs[i], &byte, 1), 0);
	assert_refused(ct_process_write(pid, UINT64_MAX, &byte, 1),
		       CT_ERROR_FAULT, "0xffffffffffffffff");
	assert_refused(ct_process_write(pid, 8, &byte, 1), CT_ERROR_FAULT,
		       "0x8");
	tracee_kill(pid);
	assert_int_equal(
	    ct_process_read(pid, (uintptr_t)body_nothing, &byte, 1), 0);
}

/* mov $1, %eax; ret */
asm(".text\n"
    "patched:\n\t.byte 0xb8, 1, 0, 0, 0, 0xc3\n");
int patched(void);

static int body_patched(void)
{
	return patched();
}

static void writes_pass_page_protection(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_patched);
	const char seven = 7;
	assert_ok(ct_process_write(pid, (uintptr_t)patched + 1, &seven, 1));
	assert_int_equal(tracee_finish(pid), 7);
	assert_int_equal(patched(), 1);
}

static void auxv_is_the_childs(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_nothing);
	struct ct_auxv auxv;
	assert_ok(ct_process_read_auxv(pid, &auxv));
	assert_int_equal(auxv.entry, getauxval(AT_ENTRY));
	assert_int_equal(auxv.interpreter, getauxval(AT_BASE));
	assert_int_equal(auxv.phdr, getauxval(AT_PHDR));
	assert_int_equal(auxv.phdr_count, getauxval(AT_PHNUM));
	assert_int_equal(auxv.sysinfo_ehdr, getauxval(AT_SYSINFO_EHDR));
	tracee_kill(pid);
}

static void facts_of_a_process_are_found(void **state)
{
	(void)state;
	struct timespec before, after;
	clock_gettime(CLOCK_BOOTTIME, &before);
	pid_t pid = tracee_start(body_nothing);
	clock_gettime(CLOCK_BOOTTIME, &after);

	char *exe;
	char self[PAGE] = "";
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	assert_ok(ct_process_read_exe(pid, &exe));
	assert_string_equal(exe, self);
	free(exe);

	pid_t *tids;
	size_t count;
	assert_ok(ct_process_read_tids(pid, &tids, &count));
	assert_int_equal(count, 1);
	assert_int_equal(tids[0], pid);
	free(tids);

	pid_t owner;
	assert_ok(ct_process_find_pid(pid, &owner));
	assert_int_equal(owner, pid);

	uint64_t start;
	const uint64_t tick = 10000000;
	assert_ok(ct_process_read_start_time(pid, &start));
	uint64_t low = before.tv_sec * UINT64_C(1000000000) + before.tv_nsec;
	uint64_t high = after.tv_sec * UINT64_C(1000000000) + after.tv_nsec;
	assert_in_range(start, low - tick, high);
	tracee_kill(pid);
}

static void a_thread_is_stopped_until_it_is_killed(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_known_registers);
	assert_true(ct_process_is_stopped(pid));
	tracee_run_to_trap(pid);
	assert_true(ct_process_is_stopped(pid));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_false(ct_process_is_stopped(pid));
	tracee_kill(pid);
	assert_false(ct_process_is_stopped(getpid()));
}

static void errors_name_the_process_and_the_call(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_nothing);
	tracee_kill(pid);
	char name[32];
	snprintf(name, sizeof(name), "thread %d:", (int)pid);
	struct ct_regs regs = {0};
	struct ct_auxv auxv;
	assert_refused(ct_process_read_regs(pid, &regs), CT_ERROR_OS, name);
	assert_refused(ct_process_read_regs(pid, &regs), CT_ERROR_OS,
		       "PTRACE_GETREGS");
	assert_refused(ct_process_read_fp_regs(pid, &regs), CT_ERROR_OS,
		       "PTRACE_GETFPREGS");
	snprintf(name, sizeof(name), "/proc/%d/auxv", (int)pid);
	assert_refused(ct_process_read_auxv(pid, &auxv), CT_ERROR_OS, name);
	assert_int_equal(regs.filled, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(general_registers_have_their_dwarf_numbers),
	    cmocka_unit_test(fp_registers_are_read_in_stack_order),
	    cmocka_unit_test(written_registers_reach_the_program),
	    cmocka_unit_test(moving_rip_out_of_a_system_call_forgets_it),
	    cmocka_unit_test(fp_results_are_what_the_caller_finds),
	    cmocka_unit_test(too_many_fp_results_are_refused),
	    cmocka_unit_test(errno_is_at_its_offset_from_fs_base),
	    cmocka_unit_test(reads_end_at_the_first_unmapped_page),
	    cmocka_unit_test(reads_pass_page_protection),
	    cmocka_unit_test(reads_of_impossible_addresses_are_empty),
	    cmocka_unit_test(writes_pass_page_protection),
	    cmocka_unit_test(auxv_is_the_childs),
	    cmocka_unit_test(facts_of_a_process_are_found),
	    cmocka_unit_test(a_thread_is_stopped_until_it_is_killed),
	    cmocka_unit_test(errors_name_the_process_and_the_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
