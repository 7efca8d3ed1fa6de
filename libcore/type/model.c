/* SPDX-License-Identifier: MIT */
/* The accessors of <ctester/type.h>: everything that needs no source. */
#include <stddef.h>

#include "base/arena.h"
#include "type/model.h"

struct ct_type ct_type_void = {.kind = CT_TYPE_VOID, .name = "void"};

static struct ct_error *fill_failed(struct ct_type *type, struct ct_error *err)
{
	struct ct_arena *arena = type->source->arena;
	type->state = CT_TYPE_FAILED;
	type->failure_code = ct_error_code(err);
	type->failure =
	    arena ? ct_arena_strdup(arena, ct_error_message(err)) : NULL;
	return err;
}

static struct ct_error *type_fill(struct ct_type *type)
{
	switch (type->state) {
	case CT_TYPE_FILLED:
		return NULL;
	case CT_TYPE_FILLING:
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "type %s is made of itself",
				       type->name ? type->name : "<unnamed>");
	case CT_TYPE_FAILED:
		return ct_error_format(type->failure_code, "%s",
				       type->failure ? type->failure
						     : "unreadable type");
	case CT_TYPE_LAZY:
		break;
	}
	type->state = CT_TYPE_FILLING;
	struct ct_error *err = type->source->fill(type->source, type);
	if (err)
		return fill_failed(type, err);
	type->state = CT_TYPE_FILLED;
	return NULL;
}

static bool is_transparent(const struct ct_type *type)
{
	return type->kind == CT_TYPE_TYPEDEF || type->kind == CT_TYPE_QUALIFIED;
}

/* Typedefs and qualifiers taken off; NULL when they never end. */
static struct ct_type *type_strip(struct ct_type *type)
{
	for (int depth = 0; depth < CT_TYPE_DEPTH_MAX; depth++) {
		if (!is_transparent(type))
			return type;
		type = type->target ? type->target : &ct_type_void;
	}
	return NULL;
}

static struct ct_error *endless(const struct ct_type *type)
{
	return ct_error_format(CT_ERROR_BAD_DATA,
			       "the typedefs behind type %s never end",
			       type->name ? type->name : "<unnamed>");
}

enum ct_type_kind ct_type_kind(const struct ct_type *type)
{
	return type->kind;
}

const char *ct_type_name(const struct ct_type *type)
{
	return type->name;
}

uint64_t ct_type_size(const struct ct_type *type)
{
	for (int depth = 0; depth < CT_TYPE_DEPTH_MAX; depth++) {
		if (!is_transparent(type))
			return type->size;
		if (!type->target)
			return 0;
		type = type->target;
	}
	return 0;
}

uint32_t ct_type_declared_align(const struct ct_type *type)
{
	return type->align;
}

enum ct_encoding ct_type_encoding(const struct ct_type *type)
{
	return type->encoding;
}

enum ct_qualifier ct_type_qualifier(const struct ct_type *type)
{
	return type->qualifier;
}

bool ct_type_is_incomplete(const struct ct_type *type)
{
	return type->incomplete;
}

bool ct_type_is_vector(const struct ct_type *type)
{
	return type->vector;
}

uint64_t ct_type_count(const struct ct_type *type, bool *known)
{
	*known = type->count_known;
	return type->count_known ? type->count : 0;
}

bool ct_type_is_variadic(const struct ct_type *type)
{
	return type->variadic;
}

struct ct_error *ct_type_complete(struct ct_type *type)
{
	struct ct_type *stripped;
	return ct_type_strip(type, &stripped);
}

struct ct_error *ct_type_strip(struct ct_type *type, struct ct_type **ret)
{
	struct ct_type *stripped = type_strip(type);
	if (!stripped)
		return endless(type);
	if (stripped->incomplete) {
		struct ct_error *err = type_fill(stripped);
		if (err)
			return err;
	}
	*ret = stripped;
	return NULL;
}

struct ct_error *ct_type_target(struct ct_type *type, struct ct_type **ret)
{
	struct ct_error *err = type_fill(type);
	if (err)
		return err;
	*ret = type->target ? type->target : &ct_type_void;
	return NULL;
}

struct ct_error *ct_type_members(struct ct_type *type, size_t *count,
				 const struct ct_member **ret)
{
	struct ct_error *err = type_fill(type);
	if (err)
		return err;
	*count = type->part_count;
	*ret = type->members;
	return NULL;
}

struct ct_error *ct_type_enumerators(struct ct_type *type, size_t *count,
				     const struct ct_enumerator **ret)
{
	struct ct_error *err = type_fill(type);
	if (err)
		return err;
	*count = type->part_count;
	*ret = type->enumerators;
	return NULL;
}

struct ct_error *ct_type_parameters(struct ct_type *type, size_t *count,
				    const struct ct_parameter **ret)
{
	struct ct_error *err = type_fill(type);
	if (err)
		return err;
	*count = type->part_count;
	*ret = type->parameters;
	return NULL;
}

/* Enumerators are kept sign-extended, whatever the enum's own sign is. */
static bool enum_is_signed(const struct ct_type *type)
{
	const struct ct_type *integer = type->target;
	for (int depth = 0; integer && depth < CT_TYPE_DEPTH_MAX; depth++) {
		if (!is_transparent(integer))
			return integer->kind == CT_TYPE_BASE &&
			       integer->encoding == CT_ENCODING_SIGNED;
		integer = integer->target;
	}
	return false;
}

struct ct_error *ct_type_is_flag_enum(struct ct_type *type, bool *ret)
{
	size_t count;
	const struct ct_enumerator *enumerators;
	struct ct_error *err = ct_type_enumerators(type, &count, &enumerators);
	if (err)
		return err;

	bool is_signed = enum_is_signed(type);
	bool is_flag = count > 0;
	for (size_t i = 0; i < count && is_flag; i++) {
		uint64_t bits = (uint64_t)enumerators[i].value;
		if (is_signed && enumerators[i].value < 0)
			is_flag = false;
		if (type->size && type->size < sizeof(bits))
			bits &= (UINT64_C(1) << (8 * type->size)) - 1;
		if (__builtin_popcountll(bits) > 1)
			is_flag = false;
	}
	*ret = is_flag;
	return NULL;
}
