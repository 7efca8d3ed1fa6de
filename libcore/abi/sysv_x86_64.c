/* SPDX-License-Identifier: MIT */
/*
 * The System V ABI, AMD64 supplement, 3.2.3: where arguments and results are.
 *
 * The classes of a value's eightbytes decide between general registers, xmm
 * registers, the x87 stack and memory.  An argument is whole in registers or
 * whole in memory; a smaller one that comes later may still take a register
 * that a larger one had no use for.
 */
#include "abi/abi.h"
#include "abi/classify.h"
#include "abi/place.h"
#include "ctester/regs.h"
#include "type/model.h"

enum {
	GPR_COUNT = 6,
	SSE_COUNT = 8,
	STACK_START = 8, /* above the return address */
};

#define VALUE_SIZE_MAX (UINT64_C(1) << 30)

const uint8_t ct_abi_argument_gpr[GPR_COUNT] = {
    CT_REG_RDI, CT_REG_RSI, CT_REG_RDX, CT_REG_RCX, CT_REG_R8, CT_REG_R9,
};

static const uint8_t result_gpr[2] = {CT_REG_RAX, CT_REG_RDX};

static struct ct_piece *add_piece(struct ct_place *place,
				  enum ct_piece_kind kind, uint8_t reg)
{
	struct ct_piece *piece = &place->pieces[place->count++];

	piece->kind = kind;
	piece->reg = reg;
	return piece;
}

/* What of a value of `size` bytes is in the eightbyte at `offset`. */
static uint32_t part_size(uint64_t size, uint64_t offset, uint64_t most)
{
	return (uint32_t)(size - offset < most ? size - offset : most);
}

/* Registers to take: in order of argument or of result. */
struct supply {
	const uint8_t *gpr;
	size_t gpr_left;
	uint8_t sse;
	size_t sse_left;
};

/* Spread the eightbytes over registers; false, and nothing taken, when there
 * are too few of them. */
static bool take_registers(const struct ct_abi_classes *classes, uint64_t size,
			   struct supply *supply, struct ct_place *place)
{
	size_t need[CT_CLASS_MEMORY + 1] = {0};

	for (size_t i = 0; i < classes->count; i++)
		need[classes->of[i]]++;
	if (need[CT_CLASS_INTEGER] > supply->gpr_left ||
	    need[CT_CLASS_SSE] > supply->sse_left)
		return false;
	for (size_t i = 0; i < classes->count; i++) {
		struct ct_piece *piece;
		uint64_t most = 8;
		if (classes->of[i] == CT_CLASS_INTEGER) {
			piece = add_piece(place, CT_PIECE_GPR, *supply->gpr++);
			supply->gpr_left--;
		} else if (classes->of[i] == CT_CLASS_SSE) {
			piece = add_piece(place, CT_PIECE_SSE, supply->sse++);
			supply->sse_left--;
			if (i + 1 < classes->count &&
			    classes->of[i + 1] == CT_CLASS_SSEUP)
				most = 16;
		} else {
			continue; /* padding, or the upper half of a vector */
		}
		piece->offset = (uint16_t)(i * 8);
		piece->size = part_size(size, i * 8, most);
	}
	return true;
}

/* An argument on the stack.  The CFA, 8 above rsp at the entry, is what is
 * aligned to 16 (3.2.2), or further when an argument asks for it. */
static struct ct_error *take_stack(struct ct_type *type, int32_t *next,
				   struct ct_place *place)
{
	uint64_t align;
	struct ct_error *err = ct_abi_stack_align(type, &align);

	if (err)
		return err;
	uint64_t start = (uint64_t)(*next - STACK_START);
	start = (start + align - 1) & ~(align - 1);
	uint64_t end = start + ((type->size + 7) & ~UINT64_C(7));
	if (end > VALUE_SIZE_MAX)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "the arguments are larger than 1 GiB");
	struct ct_piece *piece = add_piece(place, CT_PIECE_STACK, 0);
	piece->stack_offset = (int32_t)start + STACK_START;
	piece->size = (uint32_t)type->size;
	*next = (int32_t)end + STACK_START;
	return NULL;
}

/* Strip, and refuse what cannot be a value. */
static struct ct_error *strip_value(struct ct_type *type, struct ct_type **ret)
{
	struct ct_error *err = ct_type_strip(type, &type);

	if (err)
		return err;
	const char *name = type->name ? type->name : "its type";
	if (type->incomplete)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s is declared but not defined", name);
	if (type->kind == CT_TYPE_VOID || type->kind == CT_TYPE_FUNCTION ||
	    (type->kind == CT_TYPE_ARRAY && !type->vector))
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s cannot be passed by value", name);
	if (type->kind == CT_TYPE_OPAQUE)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s is not a type of C", name);
	if (type->size > VALUE_SIZE_MAX)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s is larger than 1 GiB", name);
	*ret = type;
	return NULL;
}

static bool is_wide_vector(const struct ct_type *type)
{
	return type->kind == CT_TYPE_ARRAY && type->vector && type->size > 16;
}

static bool is_float(const struct ct_type *type)
{
	return type->kind == CT_TYPE_BASE && type->size == 4 &&
	       type->encoding == CT_ENCODING_FLOAT;
}

/* The next argument; `tail` says that it is one of `...`. */
static struct ct_error *place_argument(struct ct_abi_tail *cursor, bool tail,
				       struct ct_type *type,
				       struct ct_place *ret)
{
	struct ct_type promoted = {
	    .kind = CT_TYPE_BASE,
	    .encoding = CT_ENCODING_FLOAT,
	    .size = 8,
	};
	struct ct_abi_classes classes = {.memory = true};
	struct ct_place place = {0};
	struct ct_error *err = strip_value(type, &type);

	if (err)
		return err;
	if (tail && is_float(type))
		type = &promoted;
	/* 3.5.7: wide vectors of `...` are always in memory. */
	if (!tail || !is_wide_vector(type))
		err = ct_abi_classify(type, &classes);
	if (err)
		return err;
	if (classes.of[0] == CT_CLASS_X87 ||
	    classes.of[0] == CT_CLASS_COMPLEX_X87)
		classes.memory = true;
	struct supply supply = {
	    .gpr = ct_abi_argument_gpr + cursor->gpr,
	    .gpr_left = (size_t)(GPR_COUNT - cursor->gpr),
	    .sse = cursor->sse,
	    .sse_left = (size_t)(SSE_COUNT - cursor->sse),
	};
	if (classes.memory ||
	    !take_registers(&classes, type->size, &supply, &place))
		err = take_stack(type, &cursor->stack, &place);
	if (err)
		return err;
	cursor->gpr = (uint8_t)(GPR_COUNT - supply.gpr_left);
	cursor->sse = (uint8_t)(SSE_COUNT - supply.sse_left);
	*ret = place;
	return NULL;
}

static void place_x87(struct ct_place *place, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct ct_piece *piece =
		    add_piece(place, CT_PIECE_X87, (uint8_t)i);
		piece->offset = (uint16_t)(i * 16);
		piece->size = 10;
	}
}

/* 3.2.3, "Returning of Values". */
static struct ct_error *place_result(struct ct_type *type, struct ct_place *ret)
{
	struct ct_abi_classes classes;
	struct supply supply = {
	    .gpr = result_gpr, .gpr_left = 2, .sse = 0, .sse_left = 2};
	struct ct_place place = {0};
	struct ct_error *err = ct_type_strip(type, &type);

	if (!err && type->kind == CT_TYPE_VOID) {
		*ret = place;
		return NULL;
	}
	if (!err)
		err = strip_value(type, &type);
	if (!err)
		err = ct_abi_classify(type, &classes);
	if (err)
		return err;
	if (!classes.memory && classes.of[0] == CT_CLASS_X87) {
		place_x87(&place, 1);
	} else if (!classes.memory && classes.of[0] == CT_CLASS_COMPLEX_X87) {
		place_x87(&place, 2);
	} else if (classes.memory ||
		   !take_registers(&classes, type->size, &supply, &place)) {
		place.indirect = true;
		add_piece(&place, CT_PIECE_GPR, CT_REG_RAX)->size = 8;
	}
	*ret = place;
	return NULL;
}

struct ct_error *ct_abi_layout_types(struct ct_type *result, size_t count,
				     const struct ct_parameter *parameters,
				     struct ct_arena *arena,
				     struct ct_call_layout *ret)
{
	struct ct_call_layout layout = {.sret_reg = -1, .count = count};
	struct ct_abi_tail cursor = {.stack = STACK_START};
	struct ct_error *err = place_result(result, &layout.result);

	if (err)
		return ct_error_prefix(err, "the result");
	if (layout.result.indirect)
		layout.sret_reg = ct_abi_argument_gpr[cursor.gpr++];
	layout.parameters =
	    ct_arena_alloc_array(arena, count + 1, sizeof(*layout.parameters));
	if (!layout.parameters)
		return &ct_enomem;
	for (size_t i = 0; i < count; i++) {
		const char *name = parameters[i].name;
		err = place_argument(&cursor, false, parameters[i].type,
				     &layout.parameters[i]);
		if (err)
			return ct_error_prefix(err, "parameter %zu%s%s", i + 1,
					       name ? ", " : "",
					       name ? name : "");
	}
	layout.next_gpr = cursor.gpr;
	layout.next_sse = cursor.sse;
	layout.next_stack = cursor.stack;
	layout.entry_uses_fp = cursor.sse > 0;
	layout.result_uses_fp = ct_place_uses_fp(&layout.result);
	*ret = layout;
	return NULL;
}

struct ct_abi_tail ct_abi_tail_start(const struct ct_call_layout *layout)
{
	return (struct ct_abi_tail){
	    .gpr = layout->next_gpr,
	    .sse = layout->next_sse,
	    .stack = layout->next_stack,
	};
}

struct ct_error *ct_abi_tail_next(struct ct_abi_tail *tail,
				  struct ct_type *type, struct ct_place *ret)
{
	return place_argument(tail, true, type, ret);
}

bool ct_abi_register_piece(int reg, struct ct_piece *ret)
{
	if (reg >= 0 && reg <= CT_REG_R15)
		*ret = (struct ct_piece){
		    .kind = CT_PIECE_GPR, .reg = (uint8_t)reg, .size = 8};
	else if (reg >= CT_REG_XMM0 && reg < CT_REG_ST0)
		*ret = (struct ct_piece){.kind = CT_PIECE_SSE,
					 .reg = (uint8_t)(reg - CT_REG_XMM0),
					 .size = 16};
	else if (reg >= CT_REG_ST0 && reg < CT_REG_ST0 + 8)
		*ret = (struct ct_piece){.kind = CT_PIECE_X87,
					 .reg = (uint8_t)(reg - CT_REG_ST0),
					 .size = 10};
	else
		return false;
	return true;
}
