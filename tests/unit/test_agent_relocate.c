/* SPDX-License-Identifier: MIT */
/*
 * Displaced instructions mean what they meant: for every function of the C
 * library and the mathematical one, by decoding; and by hooking them all and
 * running a program's worth of them.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <link.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <wchar.h>

#include <Zydis/Zydis.h>

#include "agent_fixture.h"

#include "image/extent.h"
#include "image/image.h"

enum {
	REASONS_MAX = 16,
	PATCHES_MAX = 8192,
	PADS_SIZE = PATCHES_MAX * CT_HOOK_PAD_MAX,
};

/* A loaded library: its file and where it is. */
struct module {
	struct ct_image *image;
	uint64_t base, text, text_end;
	struct ct_branches *branches;
	struct ct_extents *extents;
	uint64_t pads;
	const struct ct_symbol *const *symbols;
	size_t symbol_count;
};

struct census {
	size_t hooked, refused;
	const char *reasons[REASONS_MAX];
	size_t counts[REASONS_MAX];
};

static int find_text(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct module *module = arg;
	(void)size;
	if (info->dlpi_addr != module->base)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		if (header->p_type != PT_LOAD || !(header->p_flags & PF_X))
			continue;
		module->text = module->base + header->p_vaddr;
		module->text_end = module->text + header->p_memsz;
	}
	return 1;
}

static void open_module(const char *name, struct module *module)
{
	struct link_map *map = dlopen(name, RTLD_NOW);
	assert_non_null(map);
	*module = (struct module){.base = map->l_addr};
	fail_error(ct_image_open(map->l_name, &module->image));
	dl_iterate_phdr(find_text, module);
	assert_true(module->text_end > module->text);
	module->branches = ct_branches_create();
	assert_true(ct_branches_add(module->branches, module->text,
				    (const uint8_t *)module->text,
				    module->text_end - module->text));
	fail_error(ct_extents_read(module->image, &module->extents));
	void *pads = mmap((void *)((module->base - (700 << 20)) & ~0xfffull),
			  PADS_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(pads, MAP_FAILED);
	module->pads = (uintptr_t)pads;
	fail_error(ct_image_symbols(module->image, &module->symbol_count,
				    &module->symbols));
}

static int by_address(const void *a, const void *b)
{
	const struct ct_symbol *const *x = a, *const *y = b;
	return ((*x)->addr > (*y)->addr) - ((*x)->addr < (*y)->addr);
}

/* Its functions, one for each address. */
static size_t functions_of(const struct module *module,
			   const struct ct_symbol **ret, size_t max)
{
	const struct ct_symbol **all =
	    calloc(module->symbol_count, sizeof(*all));
	size_t count = 0, kept = 0;
	for (size_t i = 0; i < module->symbol_count; i++) {
		const struct ct_symbol *symbol = module->symbols[i];
		if (symbol->kind == CT_SYMBOL_FUNCTION && symbol->is_defined &&
		    symbol->size)
			all[count++] = symbol;
	}
	qsort(all, count, sizeof(*all), by_address);
	for (size_t i = 0; i < count && kept < max; i++)
		if (!kept || ret[kept - 1]->addr != all[i]->addr)
			ret[kept++] = all[i];
	free(all);
	return kept;
}

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
	munmap((void *)module.pads, PADS_SIZE);
	ct_branches_destroy(module.branches);
	ct_extents_destroy(module.extents);
	ct_image_close(module.image);
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

/* ---- the C library, hooked as a whole, at work */

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void *other_thread(void *arg)
{
	char *text = strdup(arg);
	return text;
}

/* A program's worth of the library, into `out`. */
static size_t work(char *out, size_t room)
{
	size_t size = 0;
#define SAY(...) \
	(size += (size_t)snprintf(out + size, room - size, __VA_ARGS__))
	int numbers[64];
	for (int i = 0; i < 64; i++)
		numbers[i] = (i * 37) % 64;
	qsort(numbers, 64, sizeof(int), compare_ints);
	for (int i = 0; i < 64; i++)
		SAY("%d,", numbers[i]);
	SAY("%f %g %Lf %s\n", strtod("3.25e2", NULL), atof("1e-3"),
	    strtold("7.5", NULL), setlocale(LC_ALL, "C"));
	time_t when = 1000000000;
	struct tm tm;
	gmtime_r(&when, &tm);
	size += strftime(out + size, room - size, "%A %d %B %Y %T\n", &tm);
	SAY("%ld\n", (long)timegm(&tm));
	regex_t regex;
	regmatch_t match[3];
	assert_int_equal(regcomp(&regex, "([a-z]+)=([0-9]+)", REG_EXTENDED), 0);
	assert_int_equal(regexec(&regex, "..abc=123;", 3, match, 0), 0);
	SAY("%d-%d %d-%d\n", (int)match[1].rm_so, (int)match[1].rm_eo,
	    (int)match[2].rm_so, (int)match[2].rm_eo);
	regfree(&regex);
	FILE *file = tmpfile();
	for (int i = 0; i < 1000; i++)
		fprintf(file, "line %d of %s\n", i, "text");
	rewind(file);
	char line[100], *more = NULL;
	size_t more_size = 0;
	int a, lines = 0;
	char word[20];
	while (fgets(line, sizeof(line), file) &&
	       sscanf(line, "line %d of %19s", &a, word) == 2)
		lines += a;
	SAY("%d %s\n", lines, word);
	rewind(file);
	SAY("%zd\n", getline(&more, &more_size, file));
	free(more);
	fclose(file);
	wchar_t wide[20];
	SAY("%zu %ls\n", mbstowcs(wide, "wide", 20), wide);
	char greeting[] = "from a thread";
	void *result;
	pthread_t thread;
	pthread_create(&thread, NULL, other_thread, greeting);
	pthread_join(thread, &result);
	SAY("%s\n", (char *)result);
	free(result);
	jmp_buf back;
	volatile int times = 0;
	if (setjmp(back) < 3)
		longjmp(back, ++times);
	SAY("%d %s\n", times, strerror(2));
	pid_t child = fork();
	if (!child)
		_exit(5);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	SAY("%d\n", WEXITSTATUS(status));
	file = popen("echo out", "r");
	SAY("%s", fgets(line, sizeof(line), file));
	SAY("%d\n", pclose(file));
	for (int i = 0; i < 200; i++) {
		char *block = malloc((size_t)i * 1000);
		block = realloc(block, (size_t)i * 2000 + 1);
		memset(block, i, (size_t)i * 2000 + 1);
		free(block);
	}
	SAY("%.17g %.17g %.17g %.17g\n", sin(1), pow(2.5, 3.5), exp(1),
	    lgamma(4.5));
	return size;
}

/* They return twice, or on another stack, or look at who has called them. */
static bool returns_strangely(const char *name)
{
	static const char *const parts[] = {
	    "setjmp", "vfork",     "context", "dlsym",      "dlopen",
	    "dlvsym", "clone",     "dl_",     "__libc_ptf", "mcount",
	    "fentry", "sigreturn", "dlmopen"};
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

/* Nothing of the library is called here: it is being rewritten. */
static void write_all(const struct module *module,
		      const struct ct_patch *patches, size_t count)
{
	uint64_t page = module->text & ~0xfffull;
	syscall(SYS_mprotect, page, module->text_end - page,
		PROT_READ | PROT_WRITE | PROT_EXEC);
	for (size_t i = 0; i < count; i++) {
		const struct ct_relocation *relocation = &patches[i].relocation;
		volatile uint8_t *pad = (void *)patches[i].pad;
		volatile uint8_t *entry = (void *)patches[i].addr;
		for (uint32_t j = 0; j < relocation->pad_size; j++)
			pad[j] = relocation->pad[j];
		for (uint32_t j = 0; j < relocation->patch_size; j++)
			entry[j] = relocation->patch[j];
	}
}

static size_t hook_all(const char *name, struct ct_target *target,
		       const struct ct_plan *plan)
{
	static const struct ct_symbol *symbols[PATCHES_MAX];
	static struct ct_patch patches[PATCHES_MAX];
	struct module module;
	size_t hooked = 0;
	open_module(name, &module);
	size_t count = functions_of(&module, symbols, PATCHES_MAX);
	for (size_t i = 0; i < count; i++) {
		bool strange = returns_strangely(symbols[i]->name);
		struct ct_hook *hook = ct_agent_add_hook(
		    agent.region, agent.shared,
		    strange ? 0 : ct_region_ref(agent.region, target), plan, 0,
		    strange ? 0 : CT_HOOK_RETURNS, CT_AGENT_GUESSED);
		struct ct_patch_request request = {
		    .addr = module.base + symbols[i]->addr,
		    .function_size = symbols[i]->size,
		    .pad = module.pads + hooked * CT_HOOK_PAD_MAX,
		    .enter = agent.info->enter,
		    .index =
			ct_agent_hook_index(agent.region, agent.shared, hook),
		    .is_target = ct_branches_is_target,
		    .is_target_arg = module.branches};
		if (ct_patch_prepare(&own_access, &request, &patches[hooked]))
			continue;
		hook->trampoline = ct_patch_trampoline(&patches[hooked]);
		hooked++;
	}
	write_all(&module, patches, hooked);
	return hooked;
}

static const struct ct_parameter six_words[] = {
    {"a", &type_long}, {"b", &type_string}, {"c", &type_string},
    {"d", &type_long}, {"e", &type_long},   {"f", &type_long}};

static void hooked_libraries_work(void **state)
{
	(void)state;
	static char plain[1 << 16], hooked[1 << 16];
	int results[2];
	size_t size = work(plain, sizeof(plain));
	assert_int_equal(pipe(results), 0);
	pid_t child = fork();
	if (!child) {
		agent_start((struct ct_agent_options){.mode = CT_RING_FLIGHT});
		const struct ct_plan *plan =
		    agent_plan(&type_long, six_words, 6, NULL);
		struct ct_target *target = agent_target(plan);
		hook_all("libm.so.6", target, plan);
		size_t count = hook_all("libc.so.6", target, plan);
		size_t seen = work(hooked, sizeof(hooked));
		bool good = count > 1000 && seen == size &&
			    !memcmp(plain, hooked, size);
		uint64_t calls = target->counts.calls;
		syscall(SYS_write, results[1], &calls, sizeof(calls));
		if (!good)
			syscall(SYS_write, 2, hooked, seen);
		syscall(SYS_exit_group, good ? 0 : 1);
	}
	int status;
	uint64_t calls = 0;
	close(results[1]);
	assert_int_equal(read(results[0], &calls, sizeof(calls)),
			 sizeof(calls));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	print_message("%lu calls\n", (unsigned long)calls);
	assert_true(calls > 10000);
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
	    cmocka_unit_test(hooked_libraries_work),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
