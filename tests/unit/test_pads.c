/* SPDX-License-Identifier: MIT */
/* Landing pads, by having a child call through them. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctester/pads.h"
#include "ctester/process.h"
#include "tracee.h"

static uint64_t answer(void)
{
	return 42;
}

static uint64_t question(void)
{
	return 43;
}

/* movabs $99, %rcx; mov %rcx, %rax; ret */
asm(".text\n"
    "copied:\n\tmovabs $99, %rcx\n\tmov %rcx, %rax\n\tret\n\t.skip 15\n");
uint64_t copied(void);
static const uint8_t copied_code[15] = {0x48, 0xb9, 99};

/* Call what the test leaves in rax, until that is 0. */
static int body_call_rax(void)
{
	uint64_t (*function)(void) = NULL;
	int sum = 0;
	for (;;) {
		asm volatile("int3" : "=a"(function) : : "memory");
		if (!function)
			return sum & 0x7f;
		sum += (int)function();
	}
}

static void set_rax(pid_t pid, uint64_t value)
{
	struct ct_regs regs = {0};
	assert_ok(ct_process_read_regs(pid, &regs));
	regs.gpr[CT_REG_RAX] = value;
	assert_ok(ct_process_write_regs(pid, &regs));
}

static void pads_lead_to_their_functions(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_call_rax);
	tracee_run_to_trap(pid);
	struct ct_pads *pads;
	assert_ok(ct_pads_create(pid, &pads));
	assert_false(ct_pads_contain(pads, (uintptr_t)answer));
	uint64_t last = 0;
	int sum = 0;
	for (int i = 0; i < 600; i++) { /* three pages */
		uint64_t target =
		    i % 2 ? (uintptr_t)answer : (uintptr_t)question;
		uint64_t pad;
		assert_ok(ct_pads_add(pads, pid, target, &pad));
		assert_int_equal(pad % 16, 0);
		assert_int_not_equal(pad, last);
		assert_true(ct_pads_contain(pads, pad));
		last = pad;
		if (i % 100 < 2) {
			set_rax(pid, pad);
			sum += i % 2 ? 42 : 43;
			tracee_run_to_trap(pid);
		}
	}
	set_rax(pid, 0);
	assert_int_equal(tracee_finish(pid), sum & 0x7f);
	ct_pads_destroy(pads);
	ct_pads_destroy(NULL);
}

/* The original's bytes are gone by then, as under a breakpoint. */
static void copied_instruction_goes_on_after_the_original(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_call_rax);
	tracee_run_to_trap(pid);
	struct ct_pads *pads;
	uint64_t pad;
	assert_ok(ct_pads_create(pid, &pads));
	assert_ok(ct_pads_add_copy(pads, pid, (uintptr_t)copied, copied_code,
				   15, &pad));
	assert_true(ct_pads_contain(pads, pad));
	const uint8_t int3 = 0xcc;
	assert_ok(ct_process_write(pid, (uintptr_t)copied, &int3, 1));
	set_rax(pid, pad);
	tracee_run_to_trap(pid);

	/* ud2 is not understood. */
	assert_ok(ct_pads_add_copy(pads, pid, (uintptr_t)copied,
				   (const uint8_t *)"\x0f\x0b", 2, &pad));
	assert_int_equal(pad, 0);
	set_rax(pid, 0);
	assert_int_equal(tracee_finish(pid), 99);
	ct_pads_destroy(pads);
}

static void code_is_put_there_as_it_is(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_call_rax);
	tracee_run_to_trap(pid);
	struct ct_pads *pads;
	uint64_t pad, next, code = 0;
	uint8_t bytes[4096];
	memset(bytes, 0x90, sizeof(bytes)); /* nop */
	/* mov $42, %eax; ret */
	memcpy(bytes + 4090, "\xb8\x2a\0\0\0\xc3", 6);
	assert_ok(ct_pads_create(pid, &pads));
	assert_ok(ct_pads_add(pads, pid, (uintptr_t)answer, &pad));
	/* What is no longer than a page has a page, if it must. */
	assert_ok(ct_pads_add_code(pads, pid, bytes, 4096, &code));
	assert_true(ct_pads_contain(pads, code));
	assert_true(ct_pads_contain(pads, code + 4095));
	/* Pads and other code go where they find room. */
	assert_ok(ct_pads_add_code(pads, pid, bytes + 4089, 7, &next));
	assert_int_equal(next % 16, 0);
	assert_true(next != pad && next - code >= 4096);
	set_rax(pid, code);
	tracee_run_to_trap(pid);
	set_rax(pid, next);
	tracee_run_to_trap(pid);
	set_rax(pid, pad);
	tracee_run_to_trap(pid);
	assert_refused(ct_pads_add_code(pads, pid, bytes, 0, &code),
		       CT_ERROR_BAD_ARGUMENT, "none or too many");
	assert_refused(ct_pads_add_code(pads, pid, bytes, 4097, &code),
		       CT_ERROR_BAD_ARGUMENT, "4097 bytes");
	set_rax(pid, 0);
	assert_int_equal(tracee_finish(pid), 3 * 42);
	ct_pads_destroy(pads);
}

/* Each begins with what refers to rip; the table says what it returns. */
asm(".text\n"
    "loads:\n\tmov seven(%rip), %eax\n\tret\n\t.skip 15\n"
    "jumps:\n\tjmp 1f\n\tud2\n1:\tmov $1, %eax\n\tret\n\t.skip 15\n"
    "jumps_far:\n\tjmp 1f\n\t.skip 300\n1:\tmov $2, %eax\n\tret\n"
    "branches:\n\tjne 1f\n\tmov $4, %eax\n\tret\n"
    "1:\tmov $3, %eax\n\tret\n\t.skip 15\n"
    "calls:\n\tcall 1f\n\tadd $8, %eax\n\tret\n"
    "1:\tmov $9, %eax\n\tret\n\t.skip 15\n"
    "calls_at:\n\tcall *eleven_at(%rip)\n\tadd $20, %eax\n\tret\n"
    "eleven:\tmov $11, %eax\n\tret\n\t.skip 15\n"
    ".section .data.rel.local,\"aw\"\n"
    "seven:\n\t.long 7\n"
    "\t.balign 8\neleven_at:\n\t.quad eleven\n.text\n");
uint64_t loads(void), jumps(void), jumps_far(void), branches(void), calls(void),
    calls_at(void);

/* The flags at a call of *%rax are those of the caller's test of it: not
 * zero. */
static const struct {
	uint64_t (*function)(void);
	int result;
} rip_rows[] = {
    {loads, 7},    {jumps, 1},  {jumps_far, 2},
    {branches, 3}, {calls, 17}, {calls_at, 31},
};

static void copies_mean_what_the_originals_meant(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_call_rax);
	tracee_run_to_trap(pid);
	struct ct_pads *pads;
	int sum = 0;
	assert_ok(ct_pads_create(pid, &pads));
	for (size_t i = 0; i < sizeof(rip_rows) / sizeof(*rip_rows); i++) {
		uint64_t pad;
		uintptr_t addr = (uintptr_t)rip_rows[i].function;
		uint8_t code[15];
		memcpy(code, (const void *)addr, sizeof(code));
		assert_ok(ct_pads_add_copy(pads, pid, addr, code, 15, &pad));
		assert_int_not_equal(pad, 0);
		const uint8_t int3 = 0xcc;
		assert_ok(ct_process_write(pid, addr, &int3, 1));
		set_rax(pid, pad);
		tracee_run_to_trap(pid);
		sum += rip_rows[i].result;
	}
	set_rax(pid, 0);
	assert_int_equal(tracee_finish(pid), sum & 0x7f);
	ct_pads_destroy(pads);
}

static uint64_t (*volatile slot)(void) = answer;

static int body_slot(void)
{
	asm volatile("int3" : : : "memory");
	return (int)slot();
}

static void slots_are_pointed_at_pads(void **state)
{
	(void)state;
	pid_t pid = tracee_start(body_slot);
	tracee_run_to_trap(pid);
	struct ct_pads *pads;
	uint64_t pad, value;
	assert_ok(ct_pads_create(pid, &pads));
	assert_ok(ct_pads_add(pads, pid, (uintptr_t)question, &pad));
	assert_ok(ct_process_read_slot(pid, (uintptr_t)&slot, &value));
	assert_int_equal(value, (uintptr_t)answer);
	assert_ok(ct_process_write_slot(pid, (uintptr_t)&slot, pad));
	assert_int_equal(tracee_finish(pid), 43);
	ct_pads_destroy(pads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pads_lead_to_their_functions),
	    cmocka_unit_test(copied_instruction_goes_on_after_the_original),
	    cmocka_unit_test(copies_mean_what_the_originals_meant),
	    cmocka_unit_test(slots_are_pointed_at_pads),
	    cmocka_unit_test(code_is_put_there_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
