/* SPDX-License-Identifier: MIT */
/*
 * Where the arguments of a function type, and of a concrete function, are.
 *
 * The ABI's order is a contract only where strangers may call.  A compiler
 * changes it for its own clones, and for static functions that it sees all
 * calls of; then the location of each parameter at the entry address is in
 * the debug information.
 */
#include "abi/abi.h"

#include <assert.h>

#include "abi/place.h"

struct ct_error *ct_abi_layout(struct ct_type *function, struct ct_arena *arena,
			       struct ct_call_layout *ret)
{
	struct ct_type *result;
	const struct ct_parameter *parameters;
	size_t count;
	struct ct_error *err = ct_type_strip(function, &function);

	if (!err && ct_type_kind(function) != CT_TYPE_FUNCTION)
		err = ct_error_format(CT_ERROR_BAD_ARGUMENT,
				      "the type is not a function's");
	if (!err)
		err = ct_type_target(function, &result);
	if (!err)
		err = ct_type_parameters(function, &count, &parameters);
	if (err)
		return err;
	return ct_abi_layout_types(result, count, parameters, arena, ret);
}

/* One part of the value, as the debug information says it: the whole, or a
 * piece. */
static struct ct_formal_piece whole(const struct ct_formal *formal)
{
	uint64_t size = ct_type_size(formal->type);

	return (struct ct_formal_piece){
	    .size = size < UINT32_MAX ? (uint32_t)size : 0,
	    .reg = formal->reg,
	    .on_stack = formal->on_stack,
	    .cfa_offset = formal->cfa_offset,
	    .is_constant = formal->is_constant,
	    .constant = formal->constant,
	};
}

static bool place_in_register(const struct ct_formal_piece *from,
			      struct ct_piece *piece)
{
	if (!ct_abi_register_piece(from->reg, piece))
		return false;
	/* Of a long double, 10 bytes of 16 count. */
	uint32_t room = piece->kind == CT_PIECE_X87 ? 16 : piece->size;
	if (from->size < piece->size)
		piece->size = from->size;
	return from->size <= room;
}

/* False when the part is nowhere, or where it cannot be. */
static bool place_piece(const struct ct_formal_piece *from,
			struct ct_piece *ret)
{
	*ret = (struct ct_piece){.size = from->size};
	if (from->is_constant) {
		ret->kind = CT_PIECE_CONST;
		ret->constant = from->constant;
		return from->size <= sizeof(ret->constant);
	}
	if (from->on_stack) {
		/* The CFA is what rsp was before the call pushed the return
		 * address: 8 above what it is at the entry. */
		if (from->cfa_offset < INT32_MIN ||
		    from->cfa_offset > INT32_MAX - 8)
			return false;
		ret->kind = CT_PIECE_STACK;
		ret->stack_offset = (int32_t)from->cfa_offset + 8;
		return true;
	}
	return place_in_register(from, ret);
}

static_assert((int)CT_PIECES_MAX >= (int)CT_FORMAL_PIECES_MAX,
	      "a place holds what the debug information can say");

/* A parameter of which the debug information speaks at the entry address.  A
 * part without a place, or beyond the type, makes it absent: no half
 * values. */
static struct ct_place place_formal(const struct ct_formal *formal)
{
	struct ct_place place = {0};
	struct ct_formal_piece all = whole(formal);
	const struct ct_formal_piece *from = &all;
	size_t count = 1;
	uint64_t offset = 0;

	if (formal->place == CT_FORMAL_ABSENT)
		return (struct ct_place){.absent = true};
	if (formal->piece_count) {
		from = formal->pieces;
		count = formal->piece_count;
	}
	if (count > CT_PIECES_MAX)
		return (struct ct_place){.absent = true};
	for (size_t i = 0; i < count; i++) {
		struct ct_piece *piece = &place.pieces[place.count++];
		if (!place_piece(&from[i], piece) || offset > UINT16_MAX)
			return (struct ct_place){.absent = true};
		piece->offset = (uint16_t)offset;
		offset += from[i].size;
		if (offset > ct_type_size(formal->type))
			return (struct ct_place){.absent = true};
	}
	return place;
}

struct ct_error *ct_abi_layout_function(const struct ct_function *function,
					struct ct_arena *arena,
					struct ct_call_layout *ret)
{
	struct ct_call_layout layout;
	struct ct_type *result;
	size_t count = function->formal_count;
	struct ct_parameter *parameters =
	    ct_arena_alloc_array(arena, count + 1, sizeof(*parameters));

	if (!parameters)
		return &ct_enomem;
	for (size_t i = 0; i < count; i++) {
		parameters[i].name = function->formals[i].name;
		parameters[i].type = function->formals[i].type;
	}
	struct ct_error *err = ct_type_target(function->type, &result);
	if (!err)
		err = ct_abi_layout_types(result, count, parameters, arena,
					  &layout);
	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		const struct ct_formal *formal = &function->formals[i];
		if (formal->place != CT_FORMAL_BY_ABI)
			layout.parameters[i] = place_formal(formal);
		else if (function->is_clone)
			layout.parameters[i] =
			    (struct ct_place){.absent = true};
	}
	layout.entry_uses_fp = false;
	for (size_t i = 0; i < count; i++)
		layout.entry_uses_fp |= ct_place_uses_fp(&layout.parameters[i]);
	*ret = layout;
	return NULL;
}
