/* SPDX-License-Identifier: MIT */
/*
 * What test_abi.c cannot ask the compiler: what is refused, what the debug
 * information says of clones, and values that are not all there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "abi/abi.h"
#include "abi/place.h"
#include "type/model.h"

static struct ct_type int_type = {
    .kind = CT_TYPE_BASE, .size = 4, .name = "int"};
static struct ct_type long_type = {
    .kind = CT_TYPE_BASE, .size = 8, .name = "long"};
static struct ct_type float_type = {.kind = CT_TYPE_BASE,
				    .encoding = CT_ENCODING_FLOAT,
				    .size = 4,
				    .name = "float"};
static struct ct_type x87_type = {.kind = CT_TYPE_BASE,
				  .encoding = CT_ENCODING_FLOAT,
				  .size = 16,
				  .name = "long double"};
static struct ct_type wide_vector = {.kind = CT_TYPE_ARRAY,
				     .vector = true,
				     .size = 32,
				     .count = 8,
				     .count_known = true,
				     .target = &float_type};
static const struct ct_member pair_members[] = {{"a", &long_type, 0, 0},
						{"b", &long_type, 64, 0}};
static struct ct_type pair_type = {.kind = CT_TYPE_STRUCT,
				   .size = 16,
				   .name = "pair",
				   .part_count = 2,
				   .members = pair_members};

struct fixture {
	struct ct_arena arena;
	struct ct_call_layout layout;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	ct_arena_init(&fixture.arena);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	ct_arena_deinit(&fixture->arena);
	return 0;
}

static struct ct_error *lay_out(struct fixture *fixture, struct ct_type *result,
				const char *name, struct ct_type *parameter)
{
	const struct ct_parameter parameters[] = {{name, parameter}};

	return ct_abi_layout_types(result, 1, parameters, &fixture->arena,
				   &fixture->layout);
}

static void expect_error(struct ct_error *err, enum ct_error_code code,
			 const char *part)
{
	assert_non_null(err);
	assert_int_equal(ct_error_code(err), code);
	if (!strstr(ct_error_message(err), part))
		fail_msg("no \"%s\" in \"%s\"", part, ct_error_message(err));
	ct_error_destroy(err);
}

/* What is refused */

static void wide_vectors_are_refused_by_name(void **state)
{
	static const struct ct_member member = {"v", &wide_vector, 0, 0};
	struct ct_type holder = {.kind = CT_TYPE_STRUCT,
				 .size = 32,
				 .name = "holder",
				 .part_count = 1,
				 .members = &member};

	expect_error(lay_out(*state, &int_type, "v", &wide_vector),
		     CT_ERROR_UNSUPPORTED, "parameter 1, v: a vector of 32");
	expect_error(lay_out(*state, &int_type, "h", &holder),
		     CT_ERROR_UNSUPPORTED, "parameter 1, h: a vector of 32");
	expect_error(lay_out(*state, &wide_vector, "i", &int_type),
		     CT_ERROR_UNSUPPORTED, "the result: a vector of 32");
}

/* Next to anything else, a wide vector is in memory for sure. */
static void wide_vectors_in_large_structs_are_on_the_stack(void **state)
{
	static const struct ct_member members[] = {{"v", &wide_vector, 0, 0},
						   {"i", &int_type, 256, 0}};
	struct ct_type holder = {.kind = CT_TYPE_STRUCT,
				 .size = 64,
				 .part_count = 2,
				 .members = members};
	struct fixture *fixture = *state;

	assert_null(lay_out(fixture, &int_type, "h", &holder));
	assert_int_equal(fixture->layout.parameters[0].pieces[0].kind,
			 CT_PIECE_STACK);
}

static void wide_vectors_in_a_tail_are_on_the_stack(void **state)
{
	struct ct_abi_tail tail = {.stack = 16};
	struct ct_place place;

	(void)state;
	assert_null(ct_abi_tail_next(&tail, &wide_vector, &place));
	assert_int_equal(place.count, 1);
	assert_int_equal(place.pieces[0].kind, CT_PIECE_STACK);
	/* 32 above the CFA, which is rsp + 8. */
	assert_int_equal(place.pieces[0].stack_offset, 8 + 32);
	assert_int_equal(tail.stack, 8 + 64);
}

static void what_is_no_value_is_refused(void **state)
{
	struct ct_type incomplete = {
	    .kind = CT_TYPE_STRUCT, .incomplete = true, .name = "secret"};
	struct ct_type array = {.kind = CT_TYPE_ARRAY,
				.size = 8,
				.count = 2,
				.count_known = true,
				.target = &int_type};
	struct ct_type huge = {
	    .kind = CT_TYPE_STRUCT, .size = UINT64_C(1) << 40, .name = "huge"};
	struct ct_type opaque = {.kind = CT_TYPE_OPAQUE, .size = 8};

	expect_error(lay_out(*state, &int_type, "s", &incomplete),
		     CT_ERROR_UNSUPPORTED, "parameter 1, s: secret");
	expect_error(lay_out(*state, &int_type, NULL, &array),
		     CT_ERROR_UNSUPPORTED, "parameter 1: ");
	expect_error(lay_out(*state, &int_type, "v", &ct_type_void),
		     CT_ERROR_UNSUPPORTED, "parameter 1, v");
	expect_error(lay_out(*state, &huge, "i", &int_type),
		     CT_ERROR_UNSUPPORTED, "the result: huge");
	expect_error(lay_out(*state, &int_type, "o", &opaque),
		     CT_ERROR_UNSUPPORTED, "parameter 1, o");
	expect_error(ct_abi_layout(&int_type, NULL, NULL),
		     CT_ERROR_BAD_ARGUMENT, "not a function");
}

static void arguments_of_more_than_a_gigabyte_are_refused(void **state)
{
	struct ct_type large = {
	    .kind = CT_TYPE_STRUCT, .size = UINT64_C(1) << 30, .name = "large"};
	const struct ct_parameter parameters[] = {{"a", &large}, {"b", &large}};
	struct fixture *fixture = *state;

	expect_error(ct_abi_layout_types(&int_type, 2, parameters,
					 &fixture->arena, &fixture->layout),
		     CT_ERROR_UNSUPPORTED, "parameter 2, b");
}

/* A damaged type: each level holds the next twice, all of size 8. */
static void types_without_end_are_refused(void **state)
{
	enum {
		LEVELS = 60
	};
	static struct ct_type types[LEVELS];
	static struct ct_member members[LEVELS][2];

	for (size_t i = 0; i < LEVELS; i++) {
		struct ct_type *next =
		    i + 1 < LEVELS ? &types[i + 1] : &int_type;
		members[i][0] = members[i][1] =
		    (struct ct_member){"m", next, 0, 0};
		types[i] = (struct ct_type){.kind = CT_TYPE_STRUCT,
					    .size = 8,
					    .part_count = 2,
					    .members = members[i]};
	}
	expect_error(lay_out(*state, &int_type, "t", &types[0]),
		     CT_ERROR_BAD_DATA, "parameter 1, t");
	members[LEVELS - 1][0].type = &types[0];
	expect_error(lay_out(*state, &types[0], "i", &int_type),
		     CT_ERROR_BAD_DATA, "the result");
	types[0].size = 80; /* in memory: only its alignment is looked for */
	expect_error(lay_out(*state, &int_type, "t", &types[0]),
		     CT_ERROR_BAD_DATA, "parameter 1, t");
}

static void damaged_members_do_no_harm(void **state)
{
	static const struct ct_member members[] = {
	    {"far", &long_type, UINT64_MAX - 3, 0},
	    {"wide", &long_type, 60, UINT32_MAX},
	    {"out", &pair_type, 120, 0},
	    {"negative", &int_type, 3, 0}};
	struct ct_type damaged = {.kind = CT_TYPE_STRUCT,
				  .size = 16,
				  .part_count = 4,
				  .members = members};
	struct ct_type empty_elements = {
	    .kind = CT_TYPE_ARRAY,
	    .size = 8,
	    .count = UINT64_MAX,
	    .count_known = true,
	    .target = &(struct ct_type){.kind = CT_TYPE_STRUCT}};
	const struct ct_member array = {"a", &empty_elements, 0, 0};
	struct ct_type holder = {.kind = CT_TYPE_STRUCT,
				 .size = 8,
				 .part_count = 1,
				 .members = &array};
	struct fixture *fixture = *state;

	assert_null(lay_out(fixture, &damaged, "d", &damaged));
	assert_null(lay_out(fixture, &holder, "h", &holder));
	assert_int_equal(fixture->layout.parameters[0].count, 0);
}

/* Layouts */

static void typedefs_and_qualifiers_do_not_matter(void **state)
{
	struct ct_type constant = {.kind = CT_TYPE_QUALIFIED,
				   .target = &float_type};
	struct ct_type alias = {
	    .kind = CT_TYPE_TYPEDEF, .align = 64, .target = &constant};
	struct fixture *fixture = *state;

	assert_null(lay_out(fixture, &alias, "f", &alias));
	assert_int_equal(fixture->layout.parameters[0].count, 1);
	assert_int_equal(fixture->layout.parameters[0].pieces[0].kind,
			 CT_PIECE_SSE);
	assert_int_equal(fixture->layout.result.pieces[0].kind, CT_PIECE_SSE);
}

static void floats_in_a_tail_are_doubles(void **state)
{
	struct ct_abi_tail tail = {.stack = 8};
	struct ct_place place;

	(void)state;
	assert_null(ct_abi_tail_next(&tail, &float_type, &place));
	assert_int_equal(place.pieces[0].kind, CT_PIECE_SSE);
	assert_int_equal(place.pieces[0].size, 8);
	assert_int_equal(tail.sse, 1);
}

static void layout_says_which_registers_are_needed(void **state)
{
	struct ct_parameter parameter = {"a", &long_type};
	struct ct_type function = {.kind = CT_TYPE_FUNCTION,
				   .target = &ct_type_void,
				   .part_count = 1,
				   .parameters = &parameter};
	struct fixture *fixture = *state;
	struct ct_call_layout *layout = &fixture->layout;

	assert_null(ct_abi_layout(&function, &fixture->arena, layout));
	assert_false(layout->entry_uses_fp || layout->result_uses_fp);
	assert_int_equal(layout->result.count, 0);
	assert_int_equal(layout->sret_reg, -1);
	assert_int_equal(layout->next_gpr, 1);
	parameter.type = &float_type;
	assert_null(ct_abi_layout(&function, &fixture->arena, layout));
	assert_true(layout->entry_uses_fp && !layout->result_uses_fp);
	assert_int_equal(layout->next_sse, 1);
	function.target = &x87_type;
	parameter.type = &x87_type;
	assert_null(ct_abi_layout(&function, &fixture->arena, layout));
	assert_true(!layout->entry_uses_fp && layout->result_uses_fp);
	assert_int_equal(layout->next_stack, 8 + 16);
	assert_null(lay_out(fixture, &float_type, "f", &float_type));
	assert_true(layout->entry_uses_fp && layout->result_uses_fp);
}

/* Clones */

static struct ct_place place_of(struct fixture *fixture,
				const struct ct_formal *formal, bool clone)
{
	struct ct_type type = {.kind = CT_TYPE_FUNCTION,
			       .target = &ct_type_void};
	const struct ct_function function = {
	    .type = &type,
	    .is_clone = clone,
	    .formal_count = 1,
	    .formals = formal,
	};

	assert_null(ct_abi_layout_function(&function, &fixture->arena,
					   &fixture->layout));
	assert_int_equal(fixture->layout.count, 1);
	return fixture->layout.parameters[0];
}

static void debug_information_at_the_entry_wins(void **state)
{
	struct ct_formal formal = {.name = "a",
				   .type = &int_type,
				   .place = CT_FORMAL_BY_ABI,
				   .reg = -1};
	struct ct_place place = place_of(*state, &formal, false);

	assert_int_equal(place.pieces[0].reg, CT_REG_RDI);
	formal.place = CT_FORMAL_AT_ENTRY;
	formal.reg = CT_REG_RDX;
	place = place_of(*state, &formal, true);
	assert_int_equal(place.count, 1);
	assert_int_equal(place.pieces[0].kind, CT_PIECE_GPR);
	assert_int_equal(place.pieces[0].reg, CT_REG_RDX);
	assert_int_equal(place.pieces[0].size, 4);
	formal.type = &float_type;
	formal.reg = CT_REG_XMM0 + 3;
	place = place_of(*state, &formal, true);
	assert_int_equal(place.pieces[0].kind, CT_PIECE_SSE);
	assert_int_equal(place.pieces[0].reg, 3);
	assert_true(((struct fixture *)*state)->layout.entry_uses_fp);
}

static void debug_information_may_say_memory_or_a_constant(void **state)
{
	/* The first stack argument is at the CFA. */
	struct ct_formal formal = {.type = &pair_type,
				   .place = CT_FORMAL_AT_ENTRY,
				   .reg = -1,
				   .on_stack = true,
				   .cfa_offset = 0};
	struct ct_place place = place_of(*state, &formal, false);

	assert_int_equal(place.pieces[0].kind, CT_PIECE_STACK);
	assert_int_equal(place.pieces[0].stack_offset, 8);
	assert_int_equal(place.pieces[0].size, 16);
	formal = (struct ct_formal){.type = &int_type,
				    .place = CT_FORMAL_AT_ENTRY,
				    .reg = -1,
				    .is_constant = true,
				    .constant = 0x11223344};
	place = place_of(*state, &formal, true);
	int value = 0;
	assert_int_equal(ct_place_gather(&place, &(struct ct_regs){0}, NULL,
					 &value, sizeof(value)),
			 sizeof(value));
	assert_int_equal(value, 0x11223344);
}

static void debug_information_may_say_pieces(void **state)
{
	struct ct_formal formal = {
	    .type = &pair_type,
	    .place = CT_FORMAL_AT_ENTRY,
	    .reg = -1,
	    .piece_count = 2,
	    .pieces =
		{{.size = 8, .reg = CT_REG_RCX},
		 {.size = 8, .reg = -1, .is_constant = true, .constant = 7}},
	};
	struct ct_regs regs = {.gpr[CT_REG_RCX] = 5};
	struct ct_place place = place_of(*state, &formal, true);
	uint64_t value[2];

	assert_int_equal(place.count, 2);
	assert_int_equal(
	    ct_place_gather(&place, &regs, NULL, value, sizeof(value)), 16);
	assert_int_equal(value[0], 5);
	assert_int_equal(value[1], 7);
	formal.pieces[1].is_constant = false;
	assert_true(place_of(*state, &formal, true).absent);
}

static void what_has_no_place_is_absent(void **state)
{
	struct ct_formal formal = {
	    .type = &int_type, .place = CT_FORMAL_ABSENT, .reg = -1};
	struct ct_place place = place_of(*state, &formal, false);
	int value;

	assert_true(place.absent);
	assert_int_equal(ct_place_gather(&place, &(struct ct_regs){0}, NULL,
					 &value, sizeof(value)),
			 0);
	/* A clone keeps no order. */
	formal.place = CT_FORMAL_BY_ABI;
	assert_true(place_of(*state, &formal, true).absent);
	/* 16 bytes are not in rdi; rip holds no values. */
	formal.place = CT_FORMAL_AT_ENTRY;
	formal.type = &pair_type;
	formal.reg = CT_REG_RDI;
	assert_true(place_of(*state, &formal, true).absent);
	formal.type = &int_type;
	formal.reg = CT_REG_RIP;
	assert_true(place_of(*state, &formal, true).absent);
	formal.on_stack = true;
	formal.cfa_offset = INT64_MAX;
	assert_true(place_of(*state, &formal, true).absent);
}

/* Gathering */

static size_t read_five(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	assert_int_equal(addr, 0x1000 + 8);
	size = size < 5 ? size : 5;
	memset(buf, 0xee, size);
	return size;
}

static void gather_says_how_much_was_readable(void **state)
{
	const struct ct_memory memory = {.read = read_five};
	const struct ct_place place = {
	    .count = 1,
	    .pieces = {{.kind = CT_PIECE_STACK, .size = 8, .stack_offset = 8}},
	};
	struct ct_regs regs = {.gpr[CT_REG_RSP] = 0x1000};
	uint8_t out[8];

	(void)state;
	assert_int_equal(ct_place_gather(&place, &regs, &memory, out, 8), 5);
	assert_int_equal(out[4], 0xee);
	assert_int_equal(out[5], 0);
	assert_int_equal(ct_place_gather(&place, &regs, NULL, out, 8), 0);
}

static void gather_and_scatter_stay_within_the_value(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ct_regs regs = {.gpr[CT_REG_RAX] = ~UINT64_C(0)};
	struct fixture *fixture = *state;

	assert_true(pages != MAP_FAILED);
	assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
	assert_null(lay_out(fixture, &pair_type, "i", &int_type));
	const struct ct_place *place = &fixture->layout.result;
	for (size_t size = 0; size <= 16; size++) {
		uint8_t *value = pages + page - size;
		assert_int_equal(
		    ct_place_gather(place, &regs, NULL, value, size), size);
		memset(value, 0x77, size);
		assert_true(ct_place_scatter(place, value, size, &regs));
	}
	assert_int_equal(regs.gpr[CT_REG_RDX], UINT64_C(0x7777777777777777));
	munmap(pages, 2 * page);
}

static void scatter_refuses_what_is_no_register(void **state)
{
	const struct ct_place stack = {
	    .count = 2,
	    .pieces = {{.kind = CT_PIECE_GPR, .size = 8},
		       {.kind = CT_PIECE_STACK, .size = 8, .offset = 8}},
	};
	const struct ct_place absent = {.absent = true};
	uint64_t value[2] = {1, 2};
	struct ct_regs regs = {0};

	(void)state;
	assert_false(ct_place_scatter(&stack, value, 16, &regs));
	assert_false(ct_place_scatter(&absent, value, 16, &regs));
	assert_int_equal(regs.gpr[CT_REG_RAX], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(wide_vectors_are_refused_by_name),
	    TEST(wide_vectors_in_large_structs_are_on_the_stack),
	    TEST(wide_vectors_in_a_tail_are_on_the_stack),
	    TEST(what_is_no_value_is_refused),
	    TEST(arguments_of_more_than_a_gigabyte_are_refused),
	    TEST(types_without_end_are_refused),
	    TEST(damaged_members_do_no_harm),
	    TEST(typedefs_and_qualifiers_do_not_matter),
	    TEST(floats_in_a_tail_are_doubles),
	    TEST(layout_says_which_registers_are_needed),
	    TEST(debug_information_at_the_entry_wins),
	    TEST(debug_information_may_say_memory_or_a_constant),
	    TEST(debug_information_may_say_pieces),
	    TEST(what_has_no_place_is_absent),
	    TEST(gather_says_how_much_was_readable),
	    TEST(gather_and_scatter_stay_within_the_value),
	    TEST(scatter_refuses_what_is_no_register),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
