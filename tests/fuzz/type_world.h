/* SPDX-License-Identifier: MIT */
/*
 * Types made of fuzzed bytes: a few that refer to each other in any way,
 * cycles included, with sizes, offsets and names that need not make sense;
 * and to types that do make sense, so that not all is refused.
 */
#ifndef CT_FUZZ_TYPE_WORLD_H
#define CT_FUZZ_TYPE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../unit/literal_types.h"
#include "type/model.h"

enum {
	TYPES_MAX = 16,
	PARTS_MAX = 6
};

struct input {
	const uint8_t *at;
	size_t size;
};

struct world {
	size_t type_count;
	struct ct_type types[TYPES_MAX];
	struct ct_member members[TYPES_MAX][PARTS_MAX];
	struct ct_enumerator enumerators[TYPES_MAX][PARTS_MAX];
};

static uint8_t take_byte(struct input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->at++;
}

static uint64_t take_u64(struct input *in)
{
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | take_byte(in);
	return value;
}

/* Mostly small, at times anything. */
static uint64_t take_size(struct input *in)
{
	uint8_t byte = take_byte(in);
	return byte == 0xff ? take_u64(in) : byte & 0x3f;
}

static const char *take_name(struct input *in)
{
	static const char *const names[] = {
	    NULL,       "",      "a",         "wchar_t",  "char16_t",
	    "char32_t", "value", "_Float128", "a\"\\\n{", "\xff\xc3\xa9",
	    "address",  "RED",
	};
	return names[take_byte(in) % (sizeof(names) / sizeof(names[0]))];
}

static struct ct_type *take_type(struct world *world, struct input *in)
{
	static struct ct_type *const known[] = {
	    &t_char,       &t_int,    &t_ulong, &t_i128,    &t_double,
	    &t_ldouble,    &t_cfloat, &t_color, &t_mode,    &t_string,
	    &t_voidp,      &t_charp,  &t_intp,  &t_wcharp,  &t_point,
	    &t_pointp,     &t_node,   &t_nodep, &t_strings, &t_flags,
	    &t_name_buffer};
	size_t index = take_byte(in) % (world->type_count + COUNT(known) + 1);
	if (index < world->type_count)
		return &world->types[index];
	index -= world->type_count;
	return index < COUNT(known) ? known[index] : NULL;
}

static void make_members(struct world *world, size_t index, struct input *in)
{
	struct ct_type *type = &world->types[index];
	struct ct_member *members = world->members[index];
	for (size_t i = 0; i < type->part_count; i++) {
		members[i].name = take_name(in);
		members[i].type = take_type(world, in);
		if (!members[i].type)
			members[i].type = &ct_type_void;
		members[i].bit_offset = take_size(in);
		uint8_t bits = take_byte(in);
		if (bits & 0x80)
			members[i].bit_size =
			    bits == 0xff ? (uint32_t)take_u64(in) : bits & 0x7f;
		else
			members[i].bit_offset *= 8;
	}
	type->members = members;
}

static void make_enumerators(struct world *world, size_t index,
			     struct input *in)
{
	struct ct_type *type = &world->types[index];
	struct ct_enumerator *enumerators = world->enumerators[index];
	for (size_t i = 0; i < type->part_count; i++) {
		enumerators[i].name = take_name(in);
		enumerators[i].value = (int64_t)take_size(in);
		if (enumerators[i].value & 0x20)
			enumerators[i].value = 1 << i;
	}
	type->enumerators = enumerators;
}

static void make_type(struct world *world, size_t index, struct input *in)
{
	struct ct_type *type = &world->types[index];
	uint8_t bits = take_byte(in);
	type->kind = take_byte(in) % (CT_TYPE_OPAQUE + 1);
	type->encoding = bits % (CT_ENCODING_UTF + 1);
	type->incomplete = bits >> 4 == 15;
	type->vector = bits >> 4 == 14;
	type->count_known = bits >> 4 != 13;
	type->name = take_name(in);
	type->size = take_size(in);
	type->count = take_size(in);
	type->target = take_type(world, in);
	if (type->kind == CT_TYPE_POINTER && bits & 0x10)
		type->size = 8;
	if (type->kind == CT_TYPE_BASE && bits & 0x10)
		type->size = 1 << type->size % 6;
	if (type->kind == CT_TYPE_STRUCT || type->kind == CT_TYPE_UNION ||
	    type->kind == CT_TYPE_ENUM)
		type->part_count = take_byte(in) % (PARTS_MAX + 1);
	if (type->kind == CT_TYPE_ENUM)
		make_enumerators(world, index, in);
	else if (type->part_count)
		make_members(world, index, in);
}

static void make_types(struct world *world, struct input *in)
{
	for (size_t i = 0; i < world->type_count; i++)
		make_type(world, i, in);
}

static void world_init(struct world *world, struct input *in)
{
	memset(world, 0, sizeof(*world));
	world->type_count = 1 + take_byte(in) % TYPES_MAX;
}

#endif
