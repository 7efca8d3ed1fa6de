/* SPDX-License-Identifier: MIT */
/* What a capture copies, from fake registers and a small fake memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "abi/abi.h"
#include "type/model.h"
#include "value/capture.h"

static struct ct_type t_int = {.kind = CT_TYPE_BASE,
			       .encoding = CT_ENCODING_SIGNED,
			       .name = "int",
			       .size = 4};
static struct ct_type t_long = {.kind = CT_TYPE_BASE,
				.encoding = CT_ENCODING_SIGNED,
				.name = "long",
				.size = 8};
static struct ct_type t_char = {.kind = CT_TYPE_BASE,
				.encoding = CT_ENCODING_CHAR,
				.name = "char",
				.size = 1};
static struct ct_type t_text = {
    .kind = CT_TYPE_POINTER, .size = 8, .target = &t_char};
static struct ct_type t_node;
static struct ct_type t_node_pointer = {
    .kind = CT_TYPE_POINTER, .size = 8, .target = &t_node};
static struct ct_type t_void_pointer = {
    .kind = CT_TYPE_POINTER, .size = 8, .target = &ct_type_void};
static const struct ct_member node_members[] = {
    {"id", &t_int, 0, 0},
    {"next", &t_node_pointer, 64, 0},
    {"name", &t_text, 128, 0},
};
static struct ct_type t_node = {.kind = CT_TYPE_STRUCT,
				.name = "node",
				.size = 24,
				.part_count = 3,
				.members = node_members};

/* The same as a C struct, as it lies in the fake memory. */
struct node {
	int id;
	uint64_t next, name;
};

enum {
	BASE = 0x1000,
	MEMORY_SIZE = 4096
};
static unsigned char memory_bytes[MEMORY_SIZE];
static unsigned reads;

static size_t read_memory(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	reads++;
	if (addr < BASE || addr >= BASE + MEMORY_SIZE)
		return 0;
	if (size > BASE + MEMORY_SIZE - addr)
		size = BASE + MEMORY_SIZE - addr;
	memcpy(buf, memory_bytes + (addr - BASE), size);
	return size;
}

static const struct ct_memory memory = {read_memory, NULL};

static void put(uint64_t addr, const void *bytes, size_t size)
{
	memcpy(memory_bytes + (addr - BASE), bytes, size);
}

static void put_node(uint64_t addr, int id, uint64_t next, uint64_t name)
{
	struct node node = {id, next, name};
	put(addr, &node, sizeof(node));
}

struct bench {
	struct ct_arena arena;
	struct ct_buffer plan;
	struct ct_record *record;
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	ct_arena_init(&bench->arena);
	bench->record = malloc(CT_CAPTURE_SIZE);
	memset(memory_bytes, 0, sizeof(memory_bytes));
	reads = 0;
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	ct_arena_deinit(&bench->arena);
	ct_buffer_deinit(&bench->plan);
	free(bench->record);
	free(bench);
	return 0;
}

static const struct ct_plan *compile(struct bench *bench,
				     struct ct_type *result,
				     const struct ct_parameter *parameters,
				     size_t count,
				     const struct ct_plan_rules *rules,
				     struct ct_limits limits)
{
	struct ct_type *function =
	    ct_arena_alloc(&bench->arena, sizeof(*function));
	struct ct_call_layout layout;
	function->kind = CT_TYPE_FUNCTION;
	function->target = result;
	function->part_count = count;
	function->parameters = parameters;
	assert_null(ct_abi_layout(function, &bench->arena, &layout));
	assert_null(
	    ct_plan_compile(function, &layout, rules, &limits, &bench->plan));
	return (const struct ct_plan *)(const void *)bench->plan.data;
}

static void enter(struct bench *bench, const struct ct_plan *plan,
		  uint64_t first, uint64_t second)
{
	struct ct_regs regs = {.gpr[CT_REG_RDI] = first,
			       .gpr[CT_REG_RSI] = second};
	ct_capture_entry(plan, &regs, &memory, CT_CAPTURE_SIZE, bench->record);
}

static void leave(struct bench *bench, const struct ct_plan *plan,
		  uint64_t result)
{
	struct ct_regs regs = {.gpr[CT_REG_RAX] = result};
	ct_capture_exit(plan, &regs, &memory, CT_CAPTURE_SIZE, bench->record);
}

/* How many bytes the record has at an address of the call. */
static size_t kept(const struct bench *bench, uint64_t addr)
{
	unsigned char scratch[1024];
	struct ct_memory view = ct_record_entry_memory(bench->record);
	return view.read(view.arg, addr, scratch, sizeof(scratch));
}

static const struct ct_parameter one_node[] = {{"n", &t_node_pointer}};

static void a_list_is_followed_to_the_depth_limit(void **state)
{
	struct bench *bench = *state;
	struct ct_limits limits = {200, 200, 2};
	const struct ct_plan *plan =
	    compile(bench, &t_int, one_node, 1, NULL, limits);
	put_node(0x1000, 1, 0x1100, 0x1800);
	put_node(0x1100, 2, 0x1200, 0x1810);
	put_node(0x1200, 3, 0, 0);
	put(0x1800, "one", 4);
	put(0x1810, "two", 4);
	enter(bench, plan, 0x1000, 0);
	assert_int_equal(kept(bench, 0x1000), 24);
	assert_int_equal(kept(bench, 0x1100), 24);
	assert_int_equal(kept(bench, 0x1800), 4);
	/* Three pointers deep: nobody has looked. */
	assert_true(kept(bench, 0x1200) == CT_MEMORY_UNKNOWN);
	assert_true(kept(bench, 0x1810) == CT_MEMORY_UNKNOWN);
}

static void a_cycle_is_captured_once(void **state)
{
	struct bench *bench = *state;
	struct ct_limits limits = {200, 200, 30};
	const struct ct_plan *plan =
	    compile(bench, &t_int, one_node, 1, NULL, limits);
	put_node(0x1000, 1, 0x1100, 0);
	put_node(0x1100, 2, 0x1000, 0);
	enter(bench, plan, 0x1000, 0);
	assert_int_equal(reads, 2);
	assert_false(bench->record->flags & CT_RECORD_CUT);
}

static void what_cannot_be_read_is_known_to_be_unreadable(void **state)
{
	struct bench *bench = *state;
	const struct ct_plan *plan =
	    compile(bench, &t_int, one_node, 1, NULL, ct_limits_default);
	enter(bench, plan, 0x10, 0);
	assert_int_equal(kept(bench, 0x10), 0);
	assert_true(kept(bench, 0x20) == CT_MEMORY_UNKNOWN);
}

static void text_is_kept_to_its_end_or_one_beyond_the_limit(void **state)
{
	struct bench *bench = *state;
	static const struct ct_parameter texts[] = {{"a", &t_text},
						    {"b", &t_text}};
	struct ct_limits limits = {5, 200, 3};
	const struct ct_plan *plan =
	    compile(bench, &t_int, texts, 2, NULL, limits);
	put(0x1000, "abc", 4);
	put(0x1100, "abcdefghij", 11);
	enter(bench, plan, 0x1000, 0x1100);
	assert_int_equal(kept(bench, 0x1000), 4);
	assert_int_equal(kept(bench, 0x1100), 6);
}

static void only_what_changed_is_kept_at_the_return(void **state)
{
	struct bench *bench = *state;
	static const struct ct_parameter two[] = {{"a", &t_node_pointer},
						  {"b", &t_node_pointer}};
	const struct ct_plan *plan =
	    compile(bench, &t_int, two, 2, NULL, ct_limits_default);
	put_node(0x1000, 1, 0, 0);
	put_node(0x1100, 2, 0, 0);
	enter(bench, plan, 0x1000, 0x1100);
	put_node(0x1100, 7, 0, 0);
	leave(bench, plan, 42);

	int result, id;
	memcpy(&result, ct_record_result(bench->record), sizeof(result));
	assert_int_equal(result, 42);
	assert_int_equal(bench->record->changed, 2);
	struct ct_memory before = ct_record_entry_memory(bench->record);
	struct ct_memory after = ct_record_exit_memory(bench->record);
	before.read(before.arg, 0x1100, &id, sizeof(id));
	assert_int_equal(id, 2);
	after.read(after.arg, 0x1100, &id, sizeof(id));
	assert_int_equal(id, 7);
	after.read(after.arg, 0x1000, &id, sizeof(id));
	assert_int_equal(id, 1);
}

/* read(buf, count): the buffer means nothing at the call, and at the return
 * as much as the result says. */
static void a_buffer_is_as_long_as_its_rule_says(void **state)
{
	struct bench *bench = *state;
	static const struct ct_parameter parameters[] = {
	    {"buf", &t_void_pointer}, {"count", &t_long}};
	struct ct_extent_rule extents[2] = {
	    {.kind = CT_EXTENT_BYTES,
	     .by_result = true,
	     .length = 1,
	     .factor = CT_NO_PARAMETER},
	    {.length = CT_NO_PARAMETER, .factor = CT_NO_PARAMETER}};
	struct ct_plan_rules rules = {.extents = extents, .outputs = 1};
	const struct ct_plan *plan =
	    compile(bench, &t_long, parameters, 2, &rules, ct_limits_default);
	enter(bench, plan, 0x1000, 30);
	assert_true(kept(bench, 0x1000) == CT_MEMORY_UNKNOWN);
	put(0x1000, "0123456789abcdef", 16);
	leave(bench, plan, 10);
	assert_int_equal(ct_capture_extent(plan, bench->record, 0, true), 10);
	char bytes[16];
	struct ct_memory after = ct_record_exit_memory(bench->record);
	assert_int_equal(after.read(after.arg, 0x1000, bytes, 16), 10);
	assert_memory_equal(bytes, "0123456789", 10);
}

static void a_failed_read_has_no_buffer(void **state)
{
	struct bench *bench = *state;
	static const struct ct_parameter parameters[] = {
	    {"buf", &t_void_pointer}, {"count", &t_long}};
	struct ct_extent_rule extents[2] = {
	    {.kind = CT_EXTENT_BYTES,
	     .by_result = true,
	     .length = 1,
	     .factor = CT_NO_PARAMETER},
	    {.length = CT_NO_PARAMETER, .factor = CT_NO_PARAMETER}};
	struct ct_plan_rules rules = {.extents = extents, .outputs = 1};
	const struct ct_plan *plan =
	    compile(bench, &t_long, parameters, 2, &rules, ct_limits_default);
	enter(bench, plan, 0x1000, 30);
	leave(bench, plan, (uint64_t)-1);
	assert_int_equal(ct_capture_extent(plan, bench->record, 0, true), 0);
	assert_int_equal(bench->record->changed, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_list_is_followed_to_the_depth_limit),
	    TEST(a_cycle_is_captured_once),
	    TEST(what_cannot_be_read_is_known_to_be_unreadable),
	    TEST(text_is_kept_to_its_end_or_one_beyond_the_limit),
	    TEST(only_what_changed_is_kept_at_the_return),
	    TEST(a_buffer_is_as_long_as_its_rule_says),
	    TEST(a_failed_read_has_no_buffer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
