/* SPDX-License-Identifier: MIT */
/*
 * Displaced instructions mean what they meant: for every function of the C
 * library and the mathematical one, by decoding; and for each that has to be
 * changed, by running.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <Zydis/Zydis.h>

#include "loaded_module.h"

enum {
	REASONS_MAX = 16,
};

struct census {
	size_t hooked, refused;
	const char *reasons[REASONS_MAX];
	size_t counts[REASONS_MAX];
};

static const char *relocate(const struct module *module,
			    const struct ct_symbol *symbol, uint64_t pad,
			    struct ct_relocation *ret)
{
	uint64_t addr = module->base + symbol->addr;
	struct ct_extent extent =
	    ct_extents_find(module->extents, symbol->addr);
	assert_true(extent.size >= symbol->size);
	struct ct_relocation_input input = {
	    .addr = addr,
	    .free_size = extent.next - symbol->addr,
	    .code = (const uint8_t *)addr,
	    .code_size = module->text_end - addr,
	    .function_size = symbol->size,
	    .pad = pad,
	    .enter = pad + (1 << 20),
	    .index = 5,
	    .is_target = ct_branches_is_target,
	    .arg = module->branches};
	return ct_relocate(&input, ret);
}

static void count_reason(struct census *census, const char *reason)
{
	census->refused++;
	for (int i = 0; i < REASONS_MAX; i++) {
		if (!census->reasons[i])
			census->reasons[i] = reason;
		if (census->reasons[i] == reason) {
			census->counts[i]++;
			return;
		}
	}
}

static void print_census(const char *name, const struct census *census)
{
	print_message("%s: %zu hooked, %zu refused\n", name, census->hooked,
		      census->refused);
	for (int i = 0; i < REASONS_MAX && census->reasons[i]; i++)
		print_message("  %6zu %s\n", census->counts[i],
			      census->reasons[i]);
}

/* ---- by decoding */

static void decode(const uint8_t *code, ZydisDecodedInstruction *insn,
		   ZydisDecodedOperand *operands)
{
	ZydisDecoder decoder;
	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
			 ZYDIS_STACK_WIDTH_64);
	assert_true(ZYAN_SUCCESS(
	    ZydisDecoderDecodeFull(&decoder, code, 15, insn, operands)));
}

/* The absolute addresses that an instruction names; 0: none. */
static uint64_t address_of(const ZydisDecodedInstruction *insn,
			   const ZydisDecodedOperand *operands, uint64_t at)
{
	for (int i = 0; i < insn->operand_count_visible; i++) {
		ZyanU64 addr;
		if (ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(insn, &operands[i],
							  at, &addr)))
			return addr;
	}
	return 0;
}

static void same_meaning(const struct module *module,
			 const struct ct_symbol *symbol, uint64_t pad,
			 const struct ct_relocation *relocation)
{
	uint64_t addr = module->base + symbol->addr;
	for (uint32_t i = 0; i < relocation->displaced_count; i++) {
		ZydisDecodedInstruction was, is;
		ZydisDecodedOperand was_operands[ZYDIS_MAX_OPERAND_COUNT];
		ZydisDecodedOperand is_operands[ZYDIS_MAX_OPERAND_COUNT];
		const struct ct_displaced *displaced =
		    &relocation->displaced[i];
		decode((const uint8_t *)addr + displaced->from, &was,
		       was_operands);
		if (was.mnemonic == ZYDIS_MNEMONIC_CALL ||
		    was.meta.category == ZYDIS_CATEGORY_COND_BR)
			continue; /* by running */
		decode(relocation->pad + displaced->to, &is, is_operands);
		assert_int_equal(is.mnemonic, was.mnemonic);
		assert_int_equal(
		    address_of(&is, is_operands, pad + displaced->to),
		    address_of(&was, was_operands, addr + displaced->from));
		if (!(was.attributes & ZYDIS_ATTRIB_IS_RELATIVE))
			assert_memory_equal(relocation->pad + displaced->to,
					    (const uint8_t *)addr +
						displaced->from,
					    was.length);
	}
}

static void census_of(const char *name, size_t most_refused)
{
	static const struct ct_symbol *functions[PATCHES_MAX];
	struct module module;
	struct census census = {0};
	open_module(name, &module);
	size_t count = functions_of(&module, functions, PATCHES_MAX);
	for (size_t i = 0; i < count; i++) {
		struct ct_relocation relocation;
		uint64_t pad = module.pads + i * CT_HOOK_PAD_MAX;
		const char *problem =
		    relocate(&module, functions[i], pad, &relocation);
		if (problem) {
			count_reason(&census, problem);
			continue;
		}
		census.hooked++;
		same_meaning(&module, functions[i], pad, &relocation);
	}
	print_census(name, &census);
	assert_true(census.hooked > 100);
	assert_true(census.refused * 100 <= most_refused * count);
	close_module(&module);
}

static void functions_of_libc_keep_their_meaning(void **state)
{
	(void)state;
	census_of("libc.so.6", 10);
}

static void functions_of_libm_keep_their_meaning(void **state)
{
	(void)state;
	census_of("libm.so.6", 10);
}

static void far_pads_keep_their_meaning(void **state)
{
	(void)state;
	/* add 1(%rdi) would do anywhere; 14 bytes are displaced. */
	static const uint8_t code[64] = {0x48, 0x83, 0xc7, 0x01, 0x48, 0x83,
					 0xc7, 0x01, 0x48, 0x83, 0xc7, 0x01,
					 0x48, 0x89, 0xf8, 0xc3};
	struct ct_relocation relocation;
	struct ct_relocation_input input = {.addr = 0x400000,
					    .code = code,
					    .code_size = sizeof(code),
					    .function_size = 16,
					    .pad = 0x700000000000,
					    .enter = 0x500000000000,
					    .index = 1};
	assert_null(ct_relocate(&input, &relocation));
	assert_int_equal(relocation.patch_size, 15);
	uint64_t to;
	memcpy(&to, relocation.patch + 6, sizeof(to));
	assert_int_equal(to, input.pad);
	input.function_size = 9;
	assert_non_null(ct_relocate(&input, &relocation));
}

/* ---- by running */

/* In assembly, each with something that has to be changed.  The last word is
 * what f(3) returns. */
/* clang-format off */
#define FUNCTIONS                                                            \
	FUNCTION(rip_load, "mov marker(%rip), %rax\n add %rdi, %rax\n ret", 45) \
	FUNCTION(rip_lea, "lea marker(%rip), %rax\n mov (%rax), %rax\n ret", 42) \
	FUNCTION(rip_imm, "cmpl $42, marker(%rip)\n sete %al\n movzbl %al, %eax\n ret", 1) \
	FUNCTION(jcc_short, "test %rdi, %rdi\n je 1f\n mov $7, %eax\n ret\n1: mov $8, %eax\n ret", 7) \
	FUNCTION(jcc_taken, "test %rdi, %rdi\n jne 1f\n mov $7, %eax\n ret\n1: mov $8, %eax\n ret", 8) \
	FUNCTION(jcc_long, "test %rdi, %rdi\n jg away\n mov $7, %eax\n ret", 99) \
	FUNCTION(jump_short, "jmp 1f\n nop\n nop\n nop\n nop\n1: mov $9, %eax\n ret", 9) \
	FUNCTION(rcx_zero, "xor %ecx, %ecx\n jrcxz 1f\n mov $7, %eax\n ret\n1: mov $8, %eax\n ret", 8) \
	FUNCTION(rcx_other, "mov %edi, %ecx\n jrcxz 1f\n mov $7, %eax\n ret\n1: mov $8, %eax\n ret", 7) \
	FUNCTION(loops, "mov %edi, %ecx\n loop 1f\n mov $7, %eax\n ret\n1: mov %ecx, %eax\n ret", 2) \
	FUNCTION(call_first, "call away\n add $1, %rax\n ret", 100) \
	FUNCTION(call_here, "call 1f\n1: pop %rax\n lea 1b(%rip), %rdx\n sub %rdx, %rax\n ret", 0) \
	FUNCTION(call_indirect, "call *away_slot(%rip)\n add $2, %rax\n ret", 101) \
	FUNCTION(call_register, "lea away(%rip), %r10\n call *%r10\n add $2, %rax\n ret", 101) \
	FUNCTION(jump_indirect, "jmp *away_slot(%rip)", 99)                  \
	FUNCTION(branch_target, "endbr64\n mov %rdi, %rax\n ret", 3)         \
	FUNCTION(short_padded, "mov %edi, %eax\n ret\n .p2align 4", 3)       \
	FUNCTION(return_first, "lea 1(%rdi), %eax\n ret\n .p2align 4", 4)    \
	FUNCTION(pushes, "push %rbp\n mov %rsp, %rbp\n mov %rdi, %rax\n pop %rbp\n ret", 3)

#define REFUSED                                                              \
	FUNCTION(too_short, "mov %edi, %eax\n ret\n .byte 0xb8", "it is too short") \
	FUNCTION(jumped_into, "mov %edi, %eax\n1: sub $1, %eax\n jg 1b\n ret", "a jump leads into its first bytes") \
	FUNCTION(call_early, "call *%rax\n nop\n nop\n nop\n nop\n ret", "a call is among its first bytes") \
	FUNCTION(call_on_stack, "nop\n call *8(%rsp)\n ret", "a call through its stack is among its first bytes") \
	FUNCTION(no_code, ".byte 0x06, 0x06, 0x06, 0x06, 0x06, 0x06", "its first bytes are no instructions")
/* clang-format on */

asm(".data\nmarker: .quad 42\naway_slot: .quad away\n.text\n"
    ".skip 64, 0x90\naway: mov $99, %eax\n ret\n.skip 300, 0xcc\n");

#define FUNCTION(name, text, ...)                                             \
	asm(".text\n.p2align 4\n.type " #name ", @function\n" #name ": " text \
	    "\n" #name "_end: .p2align 4\n");                                 \
	long name(long n);                                                    \
	extern const char name##_end[];
FUNCTIONS
REFUSED
#undef FUNCTION

static const struct {
	const char *name;
	long (*function)(long);
	const char *end;
	long result;
} functions[] = {
#define FUNCTION(name, text, result) {#name, name, name##_end, result},
    FUNCTIONS
#undef FUNCTION
};

static const struct {
	const char *name;
	long (*function)(long);
	const char *end;
	const char *reason;
} refused[] = {
#define FUNCTION(name, text, reason) {#name, name, name##_end, reason},
    REFUSED
#undef FUNCTION
};

static const struct ct_parameter n_parameter[] = {{"n", &type_long}};

static int setup(void **state)
{
	(void)state;
	agent_start((struct ct_agent_options){.mode = CT_RING_FLIGHT});
	return 0;
}

/* Of assembly no size is known but up to the padding. */
static size_t size_of(const char *name, long (*function)(long), const char *end)
{
	size_t size = (uintptr_t)end - (uintptr_t)function;
	if (!strcmp(name, "short_padded"))
		return 3;
	return strcmp(name, "return_first") ? size : 4;
}

static void hooked_functions_do_the_same(void **state)
{
	(void)state;
	const struct ct_plan *plan =
	    agent_plan(&type_long, n_parameter, 1, NULL);
	struct ct_target *target = agent_target(plan);
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		struct ct_patch patch;
		struct ct_hook *hook =
		    ct_agent_add_hook(agent.region, agent.shared,
				      ct_region_ref(agent.region, target), plan,
				      0, CT_HOOK_RETURNS, 0);
		size_t size = size_of(functions[i].name, functions[i].function,
				      functions[i].end);
		assert_int_equal(functions[i].function(3), functions[i].result);
		const char *problem = agent_try((void *)functions[i].function,
						size, hook, &patch);
		if (problem)
			fail_msg("%s: %s", functions[i].name, problem);
		if (functions[i].function(3) != functions[i].result)
			fail_msg("%s: another result", functions[i].name);
		assert_int_equal(agent_drain(), 1);
		fail_error(ct_patch_remove(&own_access, &patch));
	}
}

static void others_are_refused_with_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct ct_patch patch;
		struct ct_hook *hook = ct_agent_add_hook(
		    agent.region, agent.shared, 0, NULL, 0, 0, 0);
		size_t size =
		    (uintptr_t)refused[i].end - (uintptr_t)refused[i].function;
		if (!strcmp(refused[i].name, "too_short"))
			size = 3;
		const char *problem =
		    agent_try((void *)refused[i].function, size, hook, &patch);
		if (!problem || strcmp(problem, refused[i].reason) != 0)
			fail_msg("%s: %s", refused[i].name,
				 problem ? problem : "hooked");
	}
}

/* ---- room in the padding of others */

/* glibc's memmove and mempcpy: one is entered behind its first instruction.
 * The gap is 8 bytes of padding behind what does not come back. */
asm(".text\n.p2align 4\n"
    "gap_before: ret\n"
    "gap: .skip 8, 0x90\n"
    "entered: .byte 0x48, 0x89, 0xf8\n" /* mov %rdi, %rax */
    "entered_middle: add $1, %rax\n"
    " ret\n"
    "entered_end: .p2align 4\n"
    "enters: mov %rdi, %rax\n"
    " jmp entered_middle\n"
    ".p2align 4\n");
long entered(long n), enters(long n);
extern const char entered_end[];
extern uint8_t gap[32]; /* and what follows */

struct room_at {
	uint64_t addr;
	uint64_t low, high; /* that were asked for */
};

static bool enters_it(void *arg, uint64_t low, uint64_t high)
{
	(void)arg;
	uint64_t middle = (uintptr_t)entered + 3;
	return low <= middle && middle < high;
}

static bool find_room(void *arg, uint64_t low, uint64_t high,
		      struct ct_room *ret)
{
	struct room_at *room = arg;
	room->low = low;
	room->high = high;
	if (room->addr < low || room->addr >= high)
		return false;
	ret->addr = room->addr;
	memcpy(ret->original, (const void *)room->addr, CT_HOOK_ROOM);
	return true;
}

static const char *prepare_with_room(struct room_at *room, struct ct_hook *hook,
				     struct ct_patch *ret)
{
	struct ct_patch_request request = {
	    .addr = (uintptr_t)entered,
	    .function_size = (uintptr_t)entered_end - (uintptr_t)entered,
	    .pad = (uintptr_t)agent.pads + agent.pads_used,
	    .enter = agent.info->enter,
	    .index = ct_agent_hook_index(agent.region, agent.shared, hook),
	    .is_target = enters_it,
	    .is_target_arg = room,
	    .find_room = find_room};
	const char *problem = ct_patch_prepare(&own_access, &request, ret);
	hook->addr = request.addr;
	hook->trampoline = ct_patch_trampoline(ret);
	return problem;
}

static void room_beside_a_function_is_used_and_restored(void **state)
{
	(void)state;
	const struct ct_plan *plan =
	    agent_plan(&type_long, n_parameter, 1, NULL);
	struct ct_target *target = agent_target(plan);
	struct ct_hook *hook = ct_agent_add_hook(
	    agent.region, agent.shared, ct_region_ref(agent.region, target),
	    plan, 0, CT_HOOK_RETURNS, 0);
	uint8_t before[32], after[32];
	struct room_at room = {.addr = (uintptr_t)gap + 3};
	struct ct_patch patch;
	memcpy(before, gap, sizeof(before));
	const char *problem = prepare_with_room(&room, hook, &patch);
	if (problem)
		fail_msg("%s", problem);
	/* As far as two bytes reach. */
	assert_int_equal(room.low, (uintptr_t)entered + 2 - 128);
	assert_int_equal(room.high, (uintptr_t)entered + 2 + 128);
	fail_error(ct_patch_apply(&own_access, &patch));
	agent.pads_used += CT_HOOK_PAD_MAX;
	memcpy(after, gap, sizeof(after));
	assert_memory_equal(after, before, 3);
	assert_int_equal(after[3], 0xe9);
	assert_int_equal(after[8], 0xeb);
	/* Behind the first instruction nothing has changed. */
	assert_memory_equal(after + 11, before + 11, sizeof(after) - 11);
	assert_int_equal(entered(3), 4);
	assert_int_equal(enters(5), 6);
	assert_int_equal(agent_drain(), 1);
	fail_error(ct_patch_remove(&own_access, &patch));
	assert_memory_equal(gap, before, sizeof(before));
}

static void room_that_is_too_far_is_none(void **state)
{
	(void)state;
	struct ct_hook *hook =
	    ct_agent_add_hook(agent.region, agent.shared, 0, NULL, 0, 0, 0);
	struct room_at room = {.addr = (uintptr_t)entered + 2 + 128};
	struct ct_patch patch;
	assert_string_equal(prepare_with_room(&room, hook, &patch),
			    "another function jumps into its first bytes");
	/* Its own bytes are none either. */
	room.addr = (uintptr_t)entered + 2;
	assert_string_equal(prepare_with_room(&room, hook, &patch),
			    "another function jumps into its first bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(functions_of_libc_keep_their_meaning),
	    cmocka_unit_test(functions_of_libm_keep_their_meaning),
	    cmocka_unit_test(far_pads_keep_their_meaning),
	    cmocka_unit_test(hooked_functions_do_the_same),
	    cmocka_unit_test(others_are_refused_with_a_reason),
	    cmocka_unit_test(room_beside_a_function_is_used_and_restored),
	    cmocka_unit_test(room_that_is_too_far_is_none),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
