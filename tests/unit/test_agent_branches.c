/* SPDX-License-Identifier: MIT */
/*
 * Which addresses direct branches lead to: by what the processor would make of
 * the bytes (Intel SDM 2), and by what a decoder finds in a whole library.
 */
#define _GNU_SOURCE
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <Zydis/Zydis.h>

#include <cmocka.h>

#include "agent/relocate.h"

enum {
	CODE_SIZE = 8192,
	ADDR = 0x401000,
	FROM = 4096
};

struct code {
	struct ct_branches *branches;
	uint8_t *bytes; /* up to memory that nobody may read */
};

/* nop everywhere else */
static struct code code_with(size_t at, const void *bytes, size_t size)
{
	struct code code;
	uint8_t *memory = mmap(NULL, CODE_SIZE + 4096, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_int_equal(mprotect(memory + CODE_SIZE, 4096, PROT_NONE), 0);
	memset(memory, 0x90, CODE_SIZE);
	memcpy(memory + at, bytes, size);
	code.bytes = memory;
	code.branches = ct_branches_create();
	assert_non_null(code.branches);
	assert_true(ct_branches_add(code.branches, ADDR, memory, CODE_SIZE));
	return code;
}

static void free_code(struct code *code)
{
	ct_branches_destroy(code->branches);
	munmap(code->bytes, CODE_SIZE + 4096);
}

/* The instruction at FROM leads to `to`, and nowhere else. */
static void expect_leads(const void *bytes, size_t size, uint64_t to)
{
	struct code code = code_with(FROM, bytes, size);
	assert_true(ct_branches_is_target(code.branches, to, to + 1));
	assert_true(ct_branches_is_target(code.branches, to - 3, to + 1));
	assert_false(ct_branches_is_target(code.branches, to - 3, to));
	assert_false(ct_branches_is_target(code.branches, to + 1, to + 4));
	free_code(&code);
}

static void branches_of_one_byte_lead_near(void **state)
{
	static const uint8_t opcodes[] = {0x70, 0x75, 0x7f, 0xe0,
					  0xe1, 0xe2, 0xe3, 0xeb};
	(void)state;
	for (size_t i = 0; i < sizeof(opcodes); i++) {
		uint8_t forth[] = {opcodes[i], 0x7f};
		uint8_t back[] = {opcodes[i], 0x80};
		expect_leads(forth, 2, ADDR + FROM + 2 + 0x7f);
		expect_leads(back, 2, ADDR + FROM + 2 - 0x80);
	}
}

static void branches_of_four_bytes_lead_far(void **state)
{
	static const struct {
		uint8_t bytes[4];
		uint8_t size;
	} opcodes[] = {
	    {{0xe8}, 1},
	    {{0xe9}, 1},
	    {{0x0f, 0x80}, 2},
	    {{0x0f, 0x8f}, 2},
	    {{0xc7, 0xf8}, 2},
	    {{0xf2, 0xe9}, 2},
	    {{0x2e, 0x0f, 0x85}, 3},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(opcodes) / sizeof(*opcodes); i++) {
		uint8_t bytes[8];
		size_t size = opcodes[i].size;
		int32_t distances[] = {3000, -3000};
		for (int way = 0; way < 2; way++) {
			memcpy(bytes, opcodes[i].bytes, size);
			memcpy(bytes + size, &distances[way], 4);
			expect_leads(bytes, size + 4,
				     ADDR + FROM + size + 4 +
					 (uint64_t)distances[way]);
		}
	}
}

static void a_number_that_looks_like_a_branch_is_none(void **state)
{
	/* mov $0x7f7e9, %eax; mov $0x90907eeb, %eax */
	static const uint8_t far_one[] = {0xb8, 0xe9, 0xf7, 0x07, 0x00, 0x00};
	static const uint8_t near_one[] = {0xb8, 0xeb, 0x7e, 0x90, 0x90};
	(void)state;
	struct code code = code_with(FROM, far_one, sizeof(far_one));
	uint64_t to = ADDR + FROM + 6 + 0x07f7;
	assert_false(ct_branches_is_target(code.branches, to, to + 1));
	free_code(&code);
	code = code_with(FROM, near_one, sizeof(near_one));
	to = ADDR + FROM + 3 + 0x7e;
	assert_false(ct_branches_is_target(code.branches, to, to + 1));
	free_code(&code);
}

static void branches_lead_from_one_section_to_another(void **state)
{
	static const uint8_t jump[] = {0xe9, 0xf3, 0x0f, 0x00, 0x00};
	static const uint8_t other[64] = {0};
	(void)state;
	struct code code = code_with(CODE_SIZE - 5, jump, sizeof(jump));
	uint64_t to = ADDR + CODE_SIZE + 0x0ff3;
	/* Nobody has such an address yet. */
	assert_false(ct_branches_is_target(code.branches, to, to + 1));
	assert_true(
	    ct_branches_add(code.branches, to - 8, other, sizeof(other)));
	assert_true(ct_branches_is_target(code.branches, to, to + 1));
	free_code(&code);
}

static void a_branch_may_be_cut_off_by_the_end(void **state)
{
	static const uint8_t cut[] = {0x0f, 0x85, 0x00};
	(void)state;
	struct code code = code_with(CODE_SIZE - 3, cut, sizeof(cut));
	uint64_t end = ADDR + CODE_SIZE;
	assert_false(ct_branches_is_target(code.branches, end - 8, end));
	free_code(&code);
	code = code_with(CODE_SIZE - 1, "\xeb", 1);
	assert_false(ct_branches_is_target(code.branches, end - 8, end));
	free_code(&code);
}

static void code_at_the_ends_of_the_address_space_is_looked_through(
    void **state)
{
	static const uint8_t code[] = {0xeb, 0xfe, 0x90, 0x90};
	(void)state;
	struct ct_branches *branches = ct_branches_create();
	assert_true(ct_branches_add(branches, 0, code, sizeof(code)));
	assert_true(ct_branches_add(branches, UINT64_MAX - 3, code, 4));
	assert_true(ct_branches_is_target(branches, 0, 1));
	assert_false(ct_branches_is_target(branches, 1, 4));
	assert_true(
	    ct_branches_is_target(branches, UINT64_MAX - 3, UINT64_MAX - 2));
	assert_false(
	    ct_branches_is_target(branches, UINT64_MAX - 2, UINT64_MAX));
	ct_branches_destroy(branches);
}

/* ---- the C library, by decoding all of it */

struct decoded {
	uint64_t low;
	size_t size;
	uint8_t *is_target;
};

static int find_text(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct decoded *decoded = arg;
	(void)size;
	if (!strstr(info->dlpi_name, "libc.so"))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		if (header->p_type != PT_LOAD || !(header->p_flags & PF_X))
			continue;
		decoded->low = info->dlpi_addr + header->p_vaddr;
		decoded->size = header->p_memsz;
	}
	return 1;
}

static void decode_all(struct decoded *decoded)
{
	ZydisDecoder decoder;
	ZydisDecodedInstruction insn;
	const uint8_t *code = (const uint8_t *)decoded->low;
	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
			 ZYDIS_STACK_WIDTH_64);
	for (size_t at = 0; at < decoded->size;) {
		if (ZYAN_FAILED(ZydisDecoderDecodeInstruction(
			&decoder, NULL, code + at, decoded->size - at,
			&insn))) {
			at++;
			continue;
		}
		at += insn.length;
		uint64_t to = at + (uint64_t)insn.raw.imm[0].value.s;
		if (insn.raw.imm[0].is_relative && to < decoded->size)
			decoded->is_target[to] = 1;
	}
}

static void what_a_library_branches_to_is_what_decoding_it_finds(void **state)
{
	struct decoded decoded = {0};
	size_t wrong = 0, found = 0;
	(void)state;
	dl_iterate_phdr(find_text, &decoded);
	assert_true(decoded.size > 100000);
	decoded.is_target = calloc(decoded.size + 4, 1);
	decode_all(&decoded);
	struct ct_branches *branches = ct_branches_create();
	assert_true(ct_branches_add(branches, decoded.low,
				    (const void *)decoded.low, decoded.size));
	/* Functions begin at these; the jump takes the bytes behind. */
	for (size_t at = 0; at < decoded.size; at += 16) {
		bool is_target = ct_branches_is_target(
		    branches, decoded.low + at + 1, decoded.low + at + 5);
		bool expected = memchr(decoded.is_target + at + 1, 1, 4);
		found += expected;
		wrong += is_target != expected;
	}
	assert_true(found > 1000);
	/* Where there is data, one of them may begin where the other has not.
	 */
	assert_in_range(wrong, 0, 3);
	ct_branches_destroy(branches);
	free(decoded.is_target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(branches_of_one_byte_lead_near),
	    cmocka_unit_test(branches_of_four_bytes_lead_far),
	    cmocka_unit_test(a_number_that_looks_like_a_branch_is_none),
	    cmocka_unit_test(branches_lead_from_one_section_to_another),
	    cmocka_unit_test(a_branch_may_be_cut_off_by_the_end),
	    cmocka_unit_test(
		code_at_the_ends_of_the_address_space_is_looked_through),
	    cmocka_unit_test(
		what_a_library_branches_to_is_what_decoding_it_finds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
