/* SPDX-License-Identifier: MIT */
/*
 * Fuzzing what GDB is given as a program: symbols, slots, prototypes, types,
 * argument places and capture plans, of a file of any bytes.
 *
 * The budgets keep one input below some 20 ms; what is left is the reading
 * that every question costs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "abi/abi.h"
#include "base/buffer.h"
#include "image/image.h"
#include "image/near.h"
#include "type/types.h"
#include "value/plan.h"

enum {
	SYMBOL_BUDGET = 48,
	TYPE_BUDGET = 300,
	PART_BUDGET = 24, /* of one type */
	PLAN_BUDGET = 24,
	DEPTH_MAX = 8
};

struct look {
	struct ct_image *image;
	struct ct_types *types;
	unsigned type_count, plan_count;
	struct ct_buffer text;
};

static void walk_type(struct look *look, struct ct_type *type, unsigned depth);

static void require(bool condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

/* All that a capture relies on without looking. */
static void check_plan(const struct ct_plan *plan)
{
	const struct ct_plan_parameter *parameters = ct_plan_parameters(plan);
	const struct ct_copy *copies = ct_plan_copies(plan);
	const struct ct_copy *results = ct_plan_result_copies(plan);
	const struct ct_shape *shapes = ct_plan_shapes(plan);
	const struct ct_link *links = ct_plan_links(plan);
	for (uint32_t i = 0; i < plan->parameter_count; i++) {
		require(parameters[i].offset + parameters[i].size <=
			    plan->args_size,
			"a parameter lies in the argument block");
		require(parameters[i].first_link + parameters[i].link_count <=
			    plan->link_count,
			"a parameter's links are there");
	}
	for (uint32_t i = 0; i < plan->copy_count; i++)
		require((uint64_t)copies[i].at + copies[i].piece.size <=
			    plan->args_size,
			"a copy lies in the argument block");
	for (uint32_t i = 0; i < plan->result_copy_count; i++)
		require(plan->result_indirect ||
			    (uint64_t)results[i].at + results[i].piece.size <=
				plan->result_size,
			"a copy lies in the result");
	for (uint32_t i = 0; i < plan->shape_count; i++)
		require(shapes[i].first_link + shapes[i].link_count <=
			    plan->link_count,
			"a shape's links are there");
	for (uint32_t i = 0; i < plan->link_count; i++)
		require(links[i].kind == CT_LINK_TEXT ||
			    links[i].shape < plan->shape_count,
			"a link's shape is there");
	require(plan->args_size <= CT_PLAN_ARGS_MAX, "arguments have room");
}

static void compile(struct look *look, struct ct_type *type,
		    const struct ct_call_layout *layout)
{
	static const struct ct_limits limits = {16, 4, 3};
	struct ct_buffer plan = {0};
	struct ct_error *err =
	    ct_plan_compile(type, layout, NULL, &limits, &plan);
	if (!err)
		check_plan((const void *)plan.data);
	ct_error_destroy(err);
	ct_buffer_deinit(&plan);
	look->plan_count++;
}

static void plan_type(struct look *look, struct ct_type *type)
{
	struct ct_arena arena;
	struct ct_call_layout layout;
	if (look->plan_count >= PLAN_BUDGET)
		return;
	ct_arena_init(&arena);
	struct ct_error *err = ct_abi_layout(type, &arena, &layout);
	if (!err)
		compile(look, type, &layout);
	ct_error_destroy(err);
	ct_arena_deinit(&arena);
}

static void plan_function(struct look *look, const struct ct_function *function)
{
	struct ct_arena arena;
	struct ct_call_layout layout;
	if (look->plan_count >= PLAN_BUDGET)
		return;
	ct_arena_init(&arena);
	struct ct_error *err =
	    ct_abi_layout_function(function, &arena, &layout);
	if (!err)
		compile(look, function->type, &layout);
	ct_error_destroy(err);
	ct_arena_deinit(&arena);
}

static void walk_members(struct look *look, struct ct_type *type,
			 unsigned depth)
{
	size_t count = 0;
	const struct ct_member *members;
	ct_error_destroy(ct_type_members(type, &count, &members));
	for (size_t i = 0; i < count && i < PART_BUDGET; i++) {
		ct_buffer_puts(&look->text,
			       members[i].name ? members[i].name : "");
		walk_type(look, members[i].type, depth + 1);
	}
}

static void walk_parameters(struct look *look, struct ct_type *type,
			    unsigned depth)
{
	size_t count = 0;
	const struct ct_parameter *parameters;
	ct_error_destroy(ct_type_parameters(type, &count, &parameters));
	for (size_t i = 0; i < count && i < PART_BUDGET; i++)
		walk_type(look, parameters[i].type, depth + 1);
	plan_type(look, type);
}

static void walk_enumerators(struct look *look, struct ct_type *type)
{
	size_t count = 0;
	bool flags;
	const struct ct_enumerator *enumerators;
	ct_error_destroy(ct_type_enumerators(type, &count, &enumerators));
	for (size_t i = 0; i < count && i < PART_BUDGET; i++)
		ct_buffer_puts(&look->text,
			       enumerators[i].name ? enumerators[i].name : "");
	ct_error_destroy(ct_type_is_flag_enum(type, &flags));
}

static void find_by_name(struct look *look, struct ct_type *type)
{
	static const char *const tags[] = {[CT_TYPE_STRUCT] = "struct",
					   [CT_TYPE_UNION] = "union",
					   [CT_TYPE_ENUM] = "enum",
					   [CT_TYPE_OPAQUE] = NULL};
	struct ct_type *found;
	if (ct_type_name(type))
		ct_error_destroy(ct_types_find(look->types,
					       tags[ct_type_kind(type)],
					       ct_type_name(type), &found));
}

static void walk_type(struct look *look, struct ct_type *type, unsigned depth)
{
	bool known;
	struct ct_type *other = NULL;
	if (depth > DEPTH_MAX || ++look->type_count > TYPE_BUDGET)
		return;
	ct_buffer_clear(&look->text);
	ct_error_destroy(ct_type_spell(type, &look->text));
	ct_type_size(type);
	ct_type_count(type, &known);
	ct_error_destroy(ct_type_strip(type, &other));
	find_by_name(look, type);
	switch (ct_type_kind(type)) {
	case CT_TYPE_STRUCT:
	case CT_TYPE_UNION:
		walk_members(look, type, depth);
		return;
	case CT_TYPE_ENUM:
		walk_enumerators(look, type);
		break;
	case CT_TYPE_FUNCTION:
		walk_parameters(look, type, depth);
		break;
	default:
		break;
	}
	other = NULL;
	ct_error_destroy(ct_type_target(type, &other));
	if (other)
		walk_type(look, other, depth + 1);
}

static void look_at_function(struct look *look,
			     const struct ct_function *function)
{
	if (!function)
		return;
	plan_function(look, function);
	walk_type(look, function->type, 0);
}

static void look_at_symbol(struct look *look, const struct ct_symbol *symbol)
{
	const struct ct_function *function = NULL;
	const struct ct_symbol *at;
	const char *file;
	unsigned line;
	size_t count;
	uint64_t addr = symbol->addr;
	struct ct_type *type = NULL;
	uint8_t code[16];
	if (symbol->is_defined && symbol->kind != CT_SYMBOL_OBJECT) {
		ct_error_destroy(
		    ct_types_function_at(look->types, addr, &function));
		look_at_function(look, function);
		ct_error_destroy(
		    ct_image_line_at(look->image, addr + 1, &file, &line));
		ct_error_destroy(
		    ct_image_symbol_at(look->image, addr + 1, &at));
		ct_image_read_code(look->image, addr, code, sizeof(code));
	}
	function = NULL;
	ct_error_destroy(
	    ct_types_declaration(look->types, symbol->name, &function));
	look_at_function(look, function);
	ct_error_destroy(
	    ct_types_inlined_count(look->types, symbol->name, &count));
	ct_error_destroy(
	    ct_types_variable(look->types, symbol->name, &type, &addr));
	if (type)
		walk_type(look, type, 0);
}

static void look_at_symbols(struct look *look)
{
	size_t count = 0, named;
	const struct ct_symbol *const *symbols, *const *same;
	struct ct_near near;
	ct_error_destroy(ct_image_symbols(look->image, &count, &symbols));
	for (size_t i = 0; i < count && i < SYMBOL_BUDGET; i++) {
		look_at_symbol(look, symbols[i]);
		ct_error_destroy(ct_image_symbols_named(
		    look->image, symbols[i]->name, &named, &same));
	}
	ct_error_destroy(ct_image_near_names(look->image, "mian", 3, &near));
}

static void look_at_file(struct ct_image *image)
{
	size_t count;
	const struct ct_slot *slots;
	ct_image_soname(image);
	ct_image_interpreter(image);
	for (size_t i = 0; i < 64 && ct_image_needed(image, i); i++)
		;
	ct_image_has_code_at(image, ct_image_entry(image));
	ct_image_has_debug_info(image);
	ct_image_debug_path(image);
	ct_image_debug_problem(image);
	ct_error_destroy(ct_image_slots(image, &count, &slots));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct look look = {0};
	/* A path with which no .dwo or alternate file is found by chance. */
	struct ct_error *err = ct_image_open_memory("/nonexistent/fuzzed", data,
						    size, &look.image);
	if (err) {
		ct_error_destroy(err);
		return 0;
	}
	look_at_file(look.image);
	err = ct_types_create(look.image, &look.types);
	if (!err) {
		look_at_symbols(&look);
		ct_types_destroy(look.types);
	}
	ct_error_destroy(err);
	ct_buffer_deinit(&look.text);
	ct_image_close(look.image);
	return 0;
}
