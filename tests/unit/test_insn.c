/* SPDX-License-Identifier: MIT */
/* Which instructions can be copied: their sizes come from the assembler. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "process/insn.h"

/* One row an instruction; YES when it can be copied. */
/* clang-format off */
#define ROWS                                                    \
	YES("endbr64") YES("push %rbp") YES("push %r15")        \
	YES("pop %r12") YES("mov %rsp, %rbp") YES("leave")      \
	YES("sub $0x18, %rsp") YES("sub $0x1234, %rsp")         \
	YES("add $8, %rsp") YES("mov %rdi, -0x18(%rbp)")        \
	YES("mov %edi, -0x118(%rbp)") YES("movzbl (%rdi), %eax") \
	YES("lea (%rdi,%rsi,1), %rax") YES("lea 8(,%rdi,4), %rax") \
	YES("mov %fs:0x28, %rax") YES("mov %eax, (%rsp)")       \
	YES("movabs $0x1122334455667788, %rax")                 \
	YES("mov $5, %eax") YES("mov $5, %ax") YES("mov $5, %al") \
	YES("movq $-1, 8(%rax)") YES("movw $1, 8(%rax)")        \
	YES("movb $1, 0x12345678(%rax,%rbx,2)")                 \
	YES("test %eax, %eax") YES("test $1, %dil")             \
	YES("testl $1, 4(%rdi)") YES("not %rax") YES("neg %ebx") \
	YES("cmp $0x7f, %rdi") YES("cmpb $0, (%r13)")           \
	YES("xor %eax, %eax") YES("cltq") YES("cqto") YES("ret") \
	YES("imul $100, %rdi, %rax") YES("imul %rsi, %rdi")     \
	YES("shl $3, %rax") YES("sar %rax") YES("nopw 0(%rax,%rax,1)") \
	YES("movsd %xmm0, -8(%rbp)") YES("movaps %xmm1, %xmm2") \
	YES("cvtsi2sd %edi, %xmm0") YES("pshufd $1, %xmm0, %xmm1") \
	YES("movq %xmm0, %rax") YES("fldt 8(%rsp)") YES("fstpt (%rdi)") \
	YES("fld1") YES("fxch") YES("cmovne %rax, %rbx")        \
	YES("sete %al") YES("bswap %eax") YES("rep stosq")      \
	YES("lock cmpxchg %rsi, (%rdi)") YES("lock incl (%rdi)") \
	YES("xchg %ax, %ax") YES("push $1000") YES("push 8(%rax)") \
	YES("jmp *%rax") YES("jmp *8(%rax)") YES("decl (%rax)") \
	YES("movslq %edi, %rax") YES("bt $3, %eax")             \
	NO("call 1f\n1:") NO("call *%rax") NO("call *8(%rax)")  \
	NO("jmp 1f\n1:") NO("jne 1f\n1:") NO("jmp *8(%rip)")    \
	NO("mov 8(%rip), %rax") NO("lea 8(%rip), %rdi")         \
	NO("cmpl $0, 8(%rip)") NO("movsd 8(%rip), %xmm0")       \
	NO("int3") NO("syscall") NO("ud2") NO("hlt")            \
	NO("loop 1f\n1:") NO("jrcxz 1f\n1:") NO("pushf")        \
	NO("xbegin 1f\n1:") NO("lcall *(%rax)")                 \
	YES("vmovaps %ymm0, %ymm1") YES("vzeroupper")           \
	YES("vmovdqu 8(%rsp), %xmm1") YES("vpcmpeqb (%rdi), %ymm0, %ymm1") \
	YES("vpbroadcastb %xmm0, %ymm0") YES("vpermq $1, %ymm0, %ymm1") \
	YES("pshufb %xmm1, %xmm2") YES("pclmulqdq $1, %xmm1, %xmm2") \
	YES("vpshufd $1, (%r9), %xmm3") YES("movbe (%rdi), %eax") \
	NO("vmovdqu 8(%rip), %ymm0") NO("vmovups %zmm0, (%rdi)") \
	NO("jmp 1f + 300\n1:") NO("ja 1f + 300\n1:") NO("mov %ds, %eax")
/* clang-format on */

extern const struct {
	int32_t start; /* from insn_bytes */
	uint32_t size;
	uint32_t copyable;
} insn_rows[], insn_rows_end[];
extern const uint8_t insn_bytes[];

#define YES(text) ROW_(1, text)
#define NO(text)  ROW_(0, text)
#define ROW_(copyable, text)                              \
	".long 8f - insn_bytes, 9f - 8f, " #copyable "\n" \
	".pushsection .rodata.insn_bytes, \"a\"\n"        \
	"8:\t" text "\n9:\n"                              \
	".popsection\n"
asm(".pushsection .rodata.insn_bytes, \"a\"\n"
    "insn_bytes:\n"
    ".popsection\n"
    ".pushsection .rodata.insn_rows, \"a\"\n"
    ".balign 4\n"
    "insn_rows:\n" ROWS "insn_rows_end:\n"
    ".popsection\n");

static void sizes_are_the_assemblers(void **state)
{
	(void)state;
	size_t count = (size_t)(insn_rows_end - insn_rows);
	assert_true(count > 80);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *code = insn_bytes + insn_rows[i].start;
		uint8_t padded[CT_INSN_SIZE_MAX];
		memset(padded, 0x90, sizeof(padded));
		memcpy(padded, code, insn_rows[i].size);
		size_t expected = insn_rows[i].copyable ? insn_rows[i].size : 0;
		size_t size = ct_insn_get_copyable_size(padded, sizeof(padded));
		if (size != expected)
			fail_msg("row %zu (%02x %02x %02x): %zu, not %zu", i,
				 code[0], code[1], code[2], size, expected);
	}
}

#define DECODE(...) ct_insn_decode((const uint8_t[15]){__VA_ARGS__}, 15)

/* Bytes as objdump shows them. */
static void what_refers_to_rip_is_understood(void **state)
{
	(void)state;
	struct ct_insn insn = DECODE(0x8b, 0x05, 0xf0, 0xff, 0xff, 0xff);
	assert_int_equal(insn.kind, CT_INSN_RIP_RELATIVE); /* mov, %eax */
	assert_int_equal(insn.size, 6);
	assert_int_equal(insn.disp_at, 2);
	assert_int_equal(insn.displacement, -16);
	insn = DECODE(0x83, 0x3d, 0x10, 0, 0, 0, 7); /* cmpl $7, 16(%rip) */
	assert_int_equal(insn.kind, CT_INSN_RIP_RELATIVE);
	assert_int_equal(insn.size, 7);
	assert_int_equal(insn.displacement, 16);
	insn = DECODE(0xeb, 0xfe);
	assert_int_equal(insn.kind, CT_INSN_JUMP);
	assert_int_equal(insn.size, 2);
	assert_int_equal(insn.displacement, -2);
	insn = DECODE(0xe9, 0, 1, 0, 0);
	assert_int_equal(insn.kind, CT_INSN_JUMP);
	assert_int_equal(insn.displacement, 256);
	insn = DECODE(0x75, 0x10);
	assert_int_equal(insn.kind, CT_INSN_BRANCH);
	assert_int_equal(insn.condition, 5);
	insn = DECODE(0x0f, 0x84, 1, 0, 0, 0);
	assert_int_equal(insn.kind, CT_INSN_BRANCH);
	assert_int_equal(insn.size, 6);
	assert_int_equal(insn.condition, 4);
	insn = DECODE(0xe8, 1, 0, 0, 0);
	assert_int_equal(insn.kind, CT_INSN_CALL);
	assert_int_equal(insn.size, 5);
	insn = DECODE(0xff, 0x15, 1, 0, 0, 0); /* call *1(%rip) */
	assert_int_equal(insn.kind, CT_INSN_CALL_AT);
	assert_int_equal(insn.size, 6);
	assert_int_equal(insn.disp_at, 2);
	assert_int_equal(insn.modrm_at, 1);
	insn = DECODE(0x41, 0xff, 0x54, 0x24, 8); /* call *8(%r12) */
	assert_int_equal(insn.kind, CT_INSN_CALL_AT);
	assert_int_equal(insn.size, 5);
	insn = DECODE(0xff, 0x54, 0x24, 8); /* call *8(%rsp) */
	assert_int_equal(insn.kind, CT_INSN_UNKNOWN);
}

static void cut_off_instructions_are_refused(void **state)
{
	(void)state;
	/* The code ends where reading on would fault. */
	uint8_t *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(pages, MAP_FAILED);
	munmap(pages + 4096, 4096);
	size_t count = (size_t)(insn_rows_end - insn_rows);
	for (size_t i = 0; i < count; i++) {
		for (size_t size = 0; size < insn_rows[i].size; size++) {
			uint8_t *code = pages + 4096 - size;
			memcpy(code, insn_bytes + insn_rows[i].start, size);
			assert_int_equal(ct_insn_get_copyable_size(code, size),
					 0);
		}
	}
	munmap(pages, 4096);
}

static void endless_prefixes_are_refused(void **state)
{
	(void)state;
	uint8_t code[64];
	memset(code, 0x66, sizeof(code));
	code[63] = 0x90;
	assert_int_equal(ct_insn_get_copyable_size(code, sizeof(code)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sizes_are_the_assemblers),
	    cmocka_unit_test(what_refers_to_rip_is_understood),
	    cmocka_unit_test(cut_off_instructions_are_refused),
	    cmocka_unit_test(endless_prefixes_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
