/* SPDX-License-Identifier: MIT */
/*
 * The code of detours, run in this process with a CPython of ours: what it
 * calls, in which order and with what, and that a thread has all its registers
 * afterwards.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "process/detour_code.h"

enum {
	GENERAL = 15
}; /* all but rsp */

/* Registers before and after.  fpu_control is set to round up, as mxcsr. */
struct state {
	uint64_t general[GENERAL];
	uint8_t xmm[16][16];
	long double st[2];
	uint16_t fpu_control, fpu_status;
	uint32_t mxcsr;
};
_Static_assert(offsetof(struct state, xmm) == 120 &&
		   offsetof(struct state, st) == 384 &&
		   offsetof(struct state, fpu_control) == 416 &&
		   offsetof(struct state, fpu_status) == 418 &&
		   offsetof(struct state, mxcsr) == 420,
	       "as enter() has them");

struct state before __attribute__((visibility("hidden")));
struct state after __attribute__((visibility("hidden")));
void *code_addr __attribute__((visibility("hidden")));
uint64_t sp_before __attribute__((visibility("hidden")));
uint64_t sp_after __attribute__((visibility("hidden")));
/* By how much the caller has its stack elsewhere than the ABI says. */
uint64_t sp_shift __attribute__((visibility("hidden")));

/* Enter the code as a mocked function is entered, with a frame. */
void enter(const struct ct_detour_frame *frame);
asm(".text\n"
    "enter:\n"
    "	push %rbp; push %rbx; push %r12; push %r13; push %r14; push %r15\n"
    "	sub $24, %rsp\n"
    "	stmxcsr (%rsp)\n"
    "	fnstcw 4(%rsp)\n"
    "	mov %rsp, sp_before(%rip)\n"
    "	sub sp_shift(%rip), %rsp\n"
    "	lea 1f(%rip), %rax\n"
    "	push %rax\n"
    "	mov (%rdi), %rax; mov %rax, -40(%rsp)\n"
    "	mov 8(%rdi), %rax; mov %rax, -32(%rsp)\n"
    "	mov 16(%rdi), %rax; mov %rax, -24(%rsp)\n"
    "	mov 24(%rdi), %rax; mov %rax, -16(%rsp)\n"
    "	mov 32(%rdi), %rax; mov %rax, -8(%rsp)\n"
    "	lea before(%rip), %r15\n"
    "	fldcw 416(%r15)\n"
    "	ldmxcsr 420(%r15)\n"
    "	fldt 400(%r15)\n"
    "	fldt 384(%r15)\n"
    ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "	movups 120+16*\\n(%r15), %xmm\\n\n"
    ".endr\n"
    "	mov (%r15), %rax; mov 8(%r15), %rbx; mov 16(%r15), %rcx\n"
    "	mov 24(%r15), %rdx; mov 32(%r15), %rsi; mov 40(%r15), %rdi\n"
    "	mov 48(%r15), %rbp; mov 56(%r15), %r8; mov 64(%r15), %r9\n"
    "	mov 72(%r15), %r10; mov 80(%r15), %r11; mov 88(%r15), %r12\n"
    "	mov 96(%r15), %r13; mov 104(%r15), %r14; mov 112(%r15), %r15\n"
    "	jmp *code_addr(%rip)\n"
    "1:	mov %rsp, sp_after(%rip)\n"
    "	mov %r15, 112+after(%rip)\n"
    "	lea after(%rip), %r15\n"
    "	mov %rax, (%r15); mov %rbx, 8(%r15); mov %rcx, 16(%r15)\n"
    "	mov %rdx, 24(%r15); mov %rsi, 32(%r15); mov %rdi, 40(%r15)\n"
    "	mov %rbp, 48(%r15); mov %r8, 56(%r15); mov %r9, 64(%r15)\n"
    "	mov %r10, 72(%r15); mov %r11, 80(%r15); mov %r12, 88(%r15)\n"
    "	mov %r13, 96(%r15); mov %r14, 104(%r15)\n"
    ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "	movups %xmm\\n, 120+16*\\n(%r15)\n"
    ".endr\n"
    "	fnstsw 418(%r15)\n"
    "	fstpt 384(%r15)\n"
    "	fstpt 400(%r15)\n"
    "	fnstcw 416(%r15)\n"
    "	stmxcsr 420(%r15)\n"
    "	mov sp_before(%rip), %rsp\n"
    "	ldmxcsr (%rsp)\n"
    "	fldcw 4(%rsp)\n"
    "	add $24, %rsp\n"
    "	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbx; pop %rbp\n"
    "	ret\n");

static void fill_registers(void)
{
	memset(&before, 0, sizeof(before));
	memset(&after, 0xff, sizeof(after));
	for (int i = 0; i < GENERAL; i++)
		before.general[i] = 0x1111111111111111U * (unsigned)(i + 1);
	for (int i = 0; i < 16; i++)
		memset(before.xmm[i], 0xa0 + i, 16);
	before.st[0] = 2.5L;
	before.st[1] = -0.125L;
	before.fpu_control = 0x0b7f; /* rounds up, all exceptions masked */
	before.mxcsr = 0x5f80;       /* the same */
}

static void assert_registers_kept(void)
{
	assert_int_equal(sp_after, sp_before - sp_shift);
	for (int i = 0; i < GENERAL; i++)
		assert_int_equal(after.general[i], before.general[i]);
	assert_memory_equal(after.xmm, before.xmm, sizeof(after.xmm));
	assert_true(after.st[0] == before.st[0]);
	assert_true(after.st[1] == before.st[1]);
	assert_int_equal(after.fpu_control, before.fpu_control);
	assert_int_equal(after.mxcsr, before.mxcsr);
	assert_int_equal(after.fpu_status >> 11 & 7, 6); /* TOP: two in use */
}

/* A CPython that writes down what it is asked. */
static char calls[512];
static int error_number; /* the thread's errno */
static int initialized;
static bool fails;
static uint64_t class_addr;

enum {
	GLOBALS = 0x1000,
	NONE = 0x2000,
	CLASS = 0x3000,
	ERROR = 0x4000
};

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *format, ...)
{
	va_list arguments;
	size_t used = strlen(calls);
	va_start(arguments, format);
	vsnprintf(calls + used, sizeof(calls) - used, format, arguments);
	va_end(arguments);
}

/* What any function may do, and must find: an aligned stack, an empty x87
 * stack (psABI, 3.2.2 and 3.2.1). */
#define ENTERED()                                                             \
	do {                                                                  \
		uint16_t environment[14];                                     \
		uintptr_t frame = (uintptr_t)__builtin_frame_address(0);      \
		asm volatile("fnstenv %0\n\tfldenv %0" : "=m"(environment));  \
		if (frame % 16 || environment[4] != 0xffff)                   \
			note("unaligned! ");                                  \
		error_number = 77;                                            \
		asm volatile("mov $-1, %%eax; mov %%eax, %%ecx;"              \
			     "mov %%eax, %%edx; mov %%eax, %%esi;"            \
			     "mov %%eax, %%edi; mov %%eax, %%r8d;"            \
			     "mov %%eax, %%r9d; mov %%eax, %%r10d;"           \
			     "mov %%eax, %%r11d; pxor %%xmm0, %%xmm0;"        \
			     "movaps %%xmm0, %%xmm1; movaps %%xmm0, %%xmm9"   \
			     :                                                \
			     :                                                \
			     : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", \
			       "r10", "r11", "xmm0", "xmm1", "xmm9");         \
	} while (0)

static int is_initialized(void)
{
	ENTERED();
	return initialized;
}

static int gil_ensure(void)
{
	ENTERED();
	note("ensure ");
	return 5;
}

static void gil_release(int state)
{
	note("release(%d) ", state);
	ENTERED();
}

static void err_fetch(uint64_t *type, uint64_t *value, uint64_t *traceback)
{
	*type = 11, *value = 12, *traceback = 13;
	note("fetch ");
	ENTERED();
}

static void err_restore(uint64_t type, uint64_t value, uint64_t traceback)
{
	note("restore(%d %d %d) ", (int)type, (int)value, (int)traceback);
	ENTERED();
}

static uint64_t err_occurred(void)
{
	note("occurred ");
	ENTERED();
	return ERROR;
}

static uint64_t dict_new(void)
{
	note("dict ");
	ENTERED();
	return GLOBALS;
}

static uint64_t dict_get(uint64_t dict, const char *name)
{
	note("get(%x %s) ", (unsigned)dict, name);
	ENTERED();
	return class_addr;
}

static uint64_t run_string(const char *text, int start, uint64_t globals,
			   uint64_t locals)
{
	note("run(%s %d %x %x) ", text, start, (unsigned)globals,
	     (unsigned)locals);
	ENTERED();
	return fails ? 0 : NONE;
}

static void inc_ref(uint64_t object)
{
	note("+%x ", (unsigned)object);
	ENTERED();
}

static void dec_ref(uint64_t object)
{
	note("-%x ", (unsigned)object);
	ENTERED();
}

static uint64_t thread_ident(void)
{
	ENTERED();
	return 0x123456789abcU;
}

static int set_async_exc(uint64_t ident, uint64_t class)
{
	note("raise(%llx %x) ", (unsigned long long)ident, (unsigned)class);
	ENTERED();
	return 1;
}

#define OF(function) (uintptr_t) function
static uint64_t functions[CT_PYTHON_FUNCTIONS];
static const char text[] = "TEXT";

static int set_up(void **state)
{
	(void)state;
	size_t size = (size_t)(ct_detour_code_end - ct_detour_code);
	code_addr = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	/* At an address that is not the one it was assembled for. */
	memcpy((char *)code_addr + 16, ct_detour_code, size);
	mprotect(code_addr, 4096, PROT_READ | PROT_EXEC);
	code_addr = (char *)code_addr + 16;
	const uint64_t addresses[] = {
	    [CT_PY_IS_INITIALIZED] = OF(is_initialized),
	    [CT_PY_GIL_ENSURE] = OF(gil_ensure),
	    [CT_PY_GIL_RELEASE] = OF(gil_release),
	    [CT_PY_ERR_FETCH] = OF(err_fetch),
	    [CT_PY_ERR_RESTORE] = OF(err_restore),
	    [CT_PY_ERR_OCCURRED] = OF(err_occurred),
	    [CT_PY_DICT_NEW] = OF(dict_new),
	    [CT_PY_DICT_GET] = OF(dict_get),
	    [CT_PY_RUN_STRING] = OF(run_string),
	    [CT_PY_INC_REF] = OF(inc_ref),
	    [CT_PY_DEC_REF] = OF(dec_ref),
	    [CT_PY_THREAD_IDENT] = OF(thread_ident),
	    [CT_PY_SET_ASYNC_EXC] = OF(set_async_exc),
	};
	memcpy(functions, addresses, sizeof(functions));
	return 0;
}

static void raise_with(bool is_initialized_now, bool text_fails, uint64_t class)
{
	const struct ct_detour_frame frame = {
	    .errno_addr = (uintptr_t)&error_number,
	    .text = (uintptr_t)text,
	    .functions = (uintptr_t)functions,
	};
	calls[0] = '\0';
	error_number = 2;
	initialized = is_initialized_now;
	fails = text_fails;
	class_addr = class;
	fill_registers();
	enter(&frame);
	assert_registers_kept();
	assert_int_equal(error_number, 2);
}

static void exception_is_set_just_before_the_gil_is_released(void **state)
{
	(void)state;
	raise_with(true, false, CLASS);
	assert_string_equal(calls,
			    "ensure fetch dict run(TEXT 257 1000 1000) -2000 "
			    "get(1000 raised) +3000 -1000 restore(11 12 13) "
			    "raise(123456789abc 3000) -3000 release(5) ");
}

/* A caller in assembly may not care. */
static void stack_is_aligned_for_calls(void **state)
{
	(void)state;
	sp_shift = 8;
	raise_with(true, false, CLASS);
	sp_shift = 0;
	assert_null(strstr(calls, "unaligned"));
}

static void failure_of_the_text_is_raised_instead(void **state)
{
	(void)state;
	raise_with(true, true, CLASS);
	assert_string_equal(
	    calls, "ensure fetch dict run(TEXT 257 1000 1000) occurred +4000 "
		   "-1000 restore(11 12 13) raise(123456789abc 4000) -4000 "
		   "release(5) ");
}

static void nothing_is_raised_without_a_class(void **state)
{
	(void)state;
	raise_with(true, false, 0);
	assert_null(strstr(calls, "raise("));
	assert_non_null(strstr(calls, "restore(11 12 13) release(5) "));
}

/* PyGILState_Ensure() would abort. */
static void interpreter_that_is_not_there_is_left_alone(void **state)
{
	(void)state;
	raise_with(false, false, CLASS);
	assert_string_equal(calls, "");
}

static void errno_may_be_unknown(void **state)
{
	(void)state;
	const struct ct_detour_frame frame = {
	    .text = (uintptr_t)text, .functions = (uintptr_t)functions};
	initialized = true;
	error_number = 2;
	fill_registers();
	enter(&frame);
	assert_registers_kept();
	assert_int_equal(error_number, 77);
}

static void sleeping_keeps_every_register(void **state)
{
	(void)state;
	const struct ct_detour_frame frame = {.nanoseconds = 1};
	fill_registers();
	enter(&frame);
	assert_registers_kept();
}

/* A kernel that refuses is asked once: EINVAL. */
static void sleep_that_is_refused_returns(void **state)
{
	(void)state;
	const struct ct_detour_frame frame = {.nanoseconds = 2000000000};
	fill_registers();
	enter(&frame);
	assert_registers_kept();
}

static void nothing_to_do_is_a_return(void **state)
{
	(void)state;
	const struct ct_detour_frame frame = {0};
	fill_registers();
	enter(&frame);
	assert_registers_kept();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(exception_is_set_just_before_the_gil_is_released),
	    cmocka_unit_test(stack_is_aligned_for_calls),
	    cmocka_unit_test(failure_of_the_text_is_raised_instead),
	    cmocka_unit_test(nothing_is_raised_without_a_class),
	    cmocka_unit_test(interpreter_that_is_not_there_is_left_alone),
	    cmocka_unit_test(errno_may_be_unknown),
	    cmocka_unit_test(sleeping_keeps_every_register),
	    cmocka_unit_test(sleep_that_is_refused_returns),
	    cmocka_unit_test(nothing_to_do_is_a_return),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
