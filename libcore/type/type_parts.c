/* SPDX-License-Identifier: MIT */
/*
 * The lazy rest of a type: what type_dwarf.c left for when it is asked for.
 */
#include "type/types.h"

enum {
	/* More parts than a sound type has; also bounds the memory that a
	 * small damaged file can ask for. */
	PARTS_MAX = 1 << 20
};

/* Integers for enums whose DIE names none. */
static struct ct_type enum_integers[2][4] = {
#define INTEGERS(encoding_, i8, i16, i32, i64) \
	{                                      \
		{.kind = CT_TYPE_BASE,         \
		 .encoding = encoding_,        \
		 .name = i8,                   \
		 .size = 1},                   \
		    {.kind = CT_TYPE_BASE,     \
		     .encoding = encoding_,    \
		     .name = i16,              \
		     .size = 2},               \
		    {.kind = CT_TYPE_BASE,     \
		     .encoding = encoding_,    \
		     .name = i32,              \
		     .size = 4},               \
		    {.kind = CT_TYPE_BASE,     \
		     .encoding = encoding_,    \
		     .name = i64,              \
		     .size = 8},               \
	}
    INTEGERS(CT_ENCODING_UNSIGNED, "unsigned char", "unsigned short",
	     "unsigned int", "unsigned long"),
    INTEGERS(CT_ENCODING_SIGNED, "signed char", "short", "int", "long"),
#undef INTEGERS
};

/* Visits the children of one tag. */
struct part_reader {
	struct ct_types *types;
	struct ct_type *type;
	size_t capacity, count;
	union {
		struct ct_member *members;
		struct ct_enumerator *enumerators;
		struct ct_parameter *parameters;
	};
	bool is_signed; /* some enumerator is negative */
};

static bool is_member_tag(uint16_t tag)
{
	/* A base class lies in its object as an anonymous member does. */
	return tag == DW_TAG_member || tag == DW_TAG_inheritance;
}

static bool is_enumerator_tag(uint16_t tag)
{
	return tag == DW_TAG_enumerator;
}

static bool is_parameter_tag(uint16_t tag)
{
	return tag == DW_TAG_formal_parameter;
}

struct counter {
	bool (*wanted)(uint16_t tag);
	size_t count;
};

static struct ct_error *count_part(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	struct counter *counter = arg;
	if (!counter->wanted(ct_die_tag(die)))
		return NULL;
	if (++counter->count > PARTS_MAX)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "a type with more than %d parts",
				       PARTS_MAX);
	return NULL;
}

/* Count the parts, make room for them, then read them. */
static struct ct_error *read_parts(struct part_reader *reader,
				   const struct ct_die *die,
				   bool (*wanted)(uint16_t tag),
				   size_t part_size, ct_die_visit_fn *visit)
{
	struct counter counter = {.wanted = wanted};
	struct ct_error *err = ct_die_for_each_child(die, count_part, &counter);
	if (err || !counter.count)
		return err;
	reader->capacity = counter.count;
	reader->members = ct_arena_alloc_array(&reader->types->arena,
					       counter.count, part_size);
	if (!reader->members)
		return &ct_enomem;
	return ct_die_for_each_child(die, visit, reader);
}

/*
 * DW_AT_data_member_location: a constant, or in DWARF 2 and 3 an expression
 * that adds one to the object's address (DWARF 5, 5.7.6).
 */
static struct ct_error *member_location(const struct ct_die *die, uint64_t *ret)
{
	bool found;
	uint64_t offset;
	struct ct_error *err =
	    ct_die_constant(die, DW_AT_data_member_location, &found, &offset);
	if (err)
		return err;
	if (found || !ct_die_has(die, DW_AT_data_member_location)) {
		*ret = found ? offset : 0;
		return NULL;
	}
	struct ct_expression CT_CLEANUP(ct_expression_deinit) expression = {0};
	err = ct_die_expression(die, DW_AT_data_member_location, 0, &found,
				&expression);
	if (err)
		return err;
	if (!found || expression.count != 1 ||
	    expression.ops[0].atom != DW_OP_plus_uconst)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "a member at a computed offset");
	*ret = expression.ops[0].operands[0];
	return NULL;
}

/* Where DW_AT_bit_offset (until DWARF 4) puts a bitfield: it counts from the
 * most significant bit of a storage unit. */
static struct ct_error *old_bit_offset(const struct ct_die *die,
				       const struct ct_type *type,
				       uint64_t from_top, uint32_t bit_size,
				       uint64_t *ret)
{
	bool found;
	uint64_t storage;
	struct ct_error *err = ct_die_byte_size(die, &found, &storage);
	if (err)
		return err;
	if (!found)
		storage = ct_type_size(type);
	/* GCC writes a negative one where a packed field crosses its unit. */
	*ret = storage * 8 - from_top - bit_size;
	return NULL;
}

static struct ct_error *read_bits(const struct ct_die *die,
				  struct ct_member *member)
{
	uint64_t bytes = 0;
	struct ct_error *err = member_location(die, &bytes);
	if (err)
		return err;
	if (bytes > UINT64_MAX / 16)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "a member at an offset of 2^60 bytes "
				       "or more");
	member->bit_offset = bytes * 8;

	bool found;
	uint64_t number;
	err = ct_die_constant(die, DW_AT_bit_size, &found, &number);
	if (err)
		return err;
	if (found) {
		if (number > 128)
			return ct_error_format(CT_ERROR_BAD_DATA,
					       "a bitfield of more than 128 "
					       "bits");
		member->bit_size = (uint32_t)number;
	}
	err = ct_die_constant(die, DW_AT_data_bit_offset, &found, &number);
	if (err)
		return err;
	if (found) {
		member->bit_offset += number;
		return NULL;
	}
	err = ct_die_constant(die, DW_AT_bit_offset, &found, &number);
	if (err || !found || !member->bit_size)
		return err;
	err = old_bit_offset(die, member->type, number, member->bit_size,
			     &number);
	member->bit_offset += number;
	return err;
}

/* What lies outside of its object would be read out of somebody else's. */
static bool member_fits(const struct ct_type *type,
			const struct ct_member *member)
{
	uint64_t room, bits = member->bit_size, end;
	if (__builtin_mul_overflow(type->size, 8, &room))
		return false;
	if (!bits &&
	    __builtin_mul_overflow(ct_type_size(member->type), 8, &bits))
		return false;
	return !__builtin_add_overflow(member->bit_offset, bits, &end) &&
	       end <= room;
}

/* Static members of C++ are no part of the object. */
static bool is_static_member(const struct ct_die *die)
{
	return ct_die_flag(die, DW_AT_declaration) ||
	       ct_die_flag(die, DW_AT_external);
}

static bool is_record(const struct ct_type *type)
{
	for (int depth = 0; depth < CT_TYPE_DEPTH_MAX; depth++) {
		switch (type->kind) {
		case CT_TYPE_STRUCT:
		case CT_TYPE_UNION:
			return true;
		case CT_TYPE_TYPEDEF:
		case CT_TYPE_QUALIFIED:
			type = type->target;
			break;
		default:
			return false;
		}
	}
	return false;
}

static struct ct_error *read_member(struct ct_die *die, void *arg, bool *stop)
{
	(void)stop;
	struct part_reader *reader = arg;
	if (!is_member_tag(ct_die_tag(die)) || is_static_member(die) ||
	    reader->count == reader->capacity)
		return NULL;

	struct ct_member member = {0};
	struct ct_error *err = ct_die_string(die, DW_AT_name, &member.name);
	if (err)
		return err;
	err = ct_type_of_die(reader->types, die, 0, &member.type);
	if (err)
		return err;
	/* Padding: an unnamed bitfield. */
	if (!member.name && !is_record(member.type))
		return NULL;
	err = read_bits(die, &member);
	if (err)
		return err;
	if (!member_fits(reader->type, &member))
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "member %s lies outside of its object",
				       member.name ? member.name : "<unnamed>");
	reader->members[reader->count++] = member;
	return NULL;
}

static struct ct_error *fill_record(struct ct_types *types,
				    const struct ct_die *die,
				    struct ct_type *type)
{
	struct part_reader reader = {.types = types, .type = type};
	struct ct_error *err = read_parts(
	    &reader, die, is_member_tag, sizeof(struct ct_member), read_member);
	if (err)
		return err;
	type->members = reader.members;
	type->part_count = reader.count;
	return NULL;
}

static int64_t sign_extend(uint64_t value, uint64_t size)
{
	if (!size || size >= sizeof(value))
		return (int64_t)value;
	unsigned shift = 64 - 8 * (unsigned)size;
	return (int64_t)(value << shift) >> shift;
}

static struct ct_error *read_enumerator(struct ct_die *die, void *arg,
					bool *stop)
{
	(void)stop;
	struct part_reader *reader = arg;
	if (!is_enumerator_tag(ct_die_tag(die)) ||
	    reader->count == reader->capacity)
		return NULL;

	struct ct_enumerator *enumerator = &reader->enumerators[reader->count];
	bool found;
	uint64_t value;
	struct ct_error *err =
	    ct_die_constant(die, DW_AT_const_value, &found, &value);
	if (err)
		return err;
	err = ct_die_string(die, DW_AT_name, &enumerator->name);
	if (err)
		return err;
	if (!found || !enumerator->name)
		return NULL;
	if ((int64_t)value < 0)
		reader->is_signed = true;
	enumerator->value = sign_extend(value, reader->type->size);
	reader->count++;
	return NULL;
}

static struct ct_type *enum_integer(uint64_t size, bool is_signed)
{
	for (size_t i = 0; i < 4; i++) {
		if (enum_integers[is_signed][i].size == size)
			return &enum_integers[is_signed][i];
	}
	return NULL;
}

static struct ct_error *fill_enum(struct ct_types *types,
				  const struct ct_die *die,
				  struct ct_type *type)
{
	struct part_reader reader = {.types = types, .type = type};
	struct ct_error *err =
	    read_parts(&reader, die, is_enumerator_tag,
		       sizeof(struct ct_enumerator), read_enumerator);
	if (err)
		return err;
	struct ct_type *target = enum_integer(type->size, reader.is_signed);
	if (ct_die_has(die, DW_AT_type)) {
		err = ct_type_of_die(types, die, 0, &target);
		if (err)
			return err;
	}
	type->target = target;
	type->enumerators = reader.enumerators;
	type->part_count = reader.count;
	return NULL;
}

static struct ct_error *read_parameter(struct ct_die *die, void *arg,
				       bool *stop)
{
	(void)stop;
	struct part_reader *reader = arg;
	if (!is_parameter_tag(ct_die_tag(die)) ||
	    reader->count == reader->capacity)
		return NULL;
	struct ct_parameter *parameter = &reader->parameters[reader->count++];
	struct ct_error *err =
	    ct_die_inherited_string(die, DW_AT_name, &parameter->name);
	if (err)
		return err;
	return ct_type_of_die(reader->types, die, 0, &parameter->type);
}

static struct ct_error *fill_function(struct ct_types *types,
				      const struct ct_die *die,
				      struct ct_type *type)
{
	struct ct_error *err = ct_type_of_die(types, die, 0, &type->target);
	if (err)
		return err;
	struct part_reader reader = {.types = types, .type = type};
	err = read_parts(&reader, die, is_parameter_tag,
			 sizeof(struct ct_parameter), read_parameter);
	if (err)
		return err;
	type->parameters = reader.parameters;
	type->part_count = reader.count;
	return NULL;
}

static struct ct_error *fill_from(struct ct_types *types,
				  const struct ct_die *die,
				  struct ct_type *type)
{
	switch (type->kind) {
	case CT_TYPE_POINTER:
		return ct_type_of_die(types, die, 0, &type->target);
	case CT_TYPE_STRUCT:
	case CT_TYPE_UNION:
		return fill_record(types, die, type);
	case CT_TYPE_ENUM:
		return fill_enum(types, die, type);
	case CT_TYPE_FUNCTION:
		return fill_function(types, die, type);
	default:
		return NULL;
	}
}

/* Find what type only declares, and take size and parts from there. */
static struct ct_error *fill_incomplete(struct ct_types *types,
					struct ct_type *type)
{
	static const enum name_kind kinds[] = {
	    [CT_TYPE_STRUCT] = NAME_STRUCT,
	    [CT_TYPE_UNION] = NAME_UNION,
	    [CT_TYPE_ENUM] = NAME_ENUM,
	};
	if (!type->name)
		return NULL;
	bool found;
	struct ct_die_id id;
	struct ct_error *err = ct_declarations_find(types, kinds[type->kind],
						    type->name, &found, &id);
	if (err || !found)
		return err;
	struct ct_die CT_AUTO_DIE die = {0};
	err = ct_die_by_id(id, &die);
	if (err)
		return err;
	struct ct_type *full;
	err = ct_type_from_die(types, &die, 0, &full);
	if (err)
		return err;
	if (full->kind != type->kind || full->incomplete)
		return NULL;
	type->size = full->size;
	type->align = full->align;
	err = fill_from(types, &die, type);
	if (err)
		return err;
	type->incomplete = false;
	return NULL;
}

struct ct_error *ct_type_fill_parts(struct ct_type_source *source,
				    struct ct_type *type)
{
	struct ct_types *types = (struct ct_types *)source;
	struct ct_error *err;
	if (type->incomplete) {
		err = fill_incomplete(types, type);
	} else {
		struct ct_die CT_AUTO_DIE die = {0};
		err = ct_die_by_id(ct_type_die_id(type), &die);
		if (!err)
			err = fill_from(types, &die, type);
	}
	if (err && type->name)
		return ct_error_prefix(err, "type %s", type->name);
	return err;
}
