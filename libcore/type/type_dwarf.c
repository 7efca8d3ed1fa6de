/* SPDX-License-Identifier: MIT */
/*
 * DIE to type.  Every DIE becomes one type, found again by the DIE's place.
 *
 * What a type knows at once is read here: kind, name, size, and the targets of
 * typedefs, qualifiers and arrays, because their sizes depend on them.  These
 * recurse, and in a damaged file they may never end; `depth` stops them.
 * Pointers, structs, enums and functions are lazy, which is what ends the
 * recursion in a sound file.
 */
#include <string.h>

#include "type/types.h"

struct dwarf_type {
	struct ct_type type; /* first: a type is its dwarf_type */
	struct die_key key;
	struct ct_die_id id;
	UT_hash_handle hh;
};

typedef struct ct_error *make_fn(struct ct_types *types,
				 const struct ct_die *die, unsigned depth,
				 struct ct_type *type);

struct ct_die_id ct_type_die_id(const struct ct_type *type)
{
	return ((const struct dwarf_type *)type)->id;
}

struct ct_error *ct_die_byte_size(const struct ct_die *die, bool *found,
				  uint64_t *ret)
{
	return ct_die_constant(die, DW_AT_byte_size, found, ret);
}

/* Set the size, when the DIE has one that is known before the run. */
static struct ct_error *read_size(const struct ct_die *die,
				  struct ct_type *type)
{
	bool found;
	uint64_t size;
	struct ct_error *err = ct_die_byte_size(die, &found, &size);
	if (!err && found)
		type->size = size;
	return err;
}

static struct ct_error *read_align(const struct ct_die *die,
				   struct ct_type *type)
{
	bool found;
	uint64_t align;
	struct ct_error *err =
	    ct_die_constant(die, DW_AT_alignment, &found, &align);
	if (!err && found && align <= UINT32_MAX)
		type->align = (uint32_t)align;
	return err;
}

static struct ct_error *make_opaque(struct ct_types *types,
				    const struct ct_die *die, unsigned depth,
				    struct ct_type *type)
{
	(void)types, (void)depth;
	type->kind = CT_TYPE_OPAQUE;
	return read_size(die, type);
}

/* C++'s references: opaque, but of a known size. */
static struct ct_error *make_reference(struct ct_types *types,
				       const struct ct_die *die, unsigned depth,
				       struct ct_type *type)
{
	type->size = 8;
	return make_opaque(types, die, depth, type);
}

/* DWARF 5, 7.8.  Not here, and so opaque: decimal and fixed point numbers,
 * and the complex integers of GCC (DW_ATE_lo_user). */
static bool encoding_from_dwarf(uint64_t ate, const char *name,
				enum ct_encoding *ret)
{
	bool is_char = name && strcmp(name, "char") == 0;

	switch (ate) {
	case DW_ATE_signed:
		*ret = CT_ENCODING_SIGNED;
		return true;
	case DW_ATE_unsigned:
	case DW_ATE_address:
		*ret = CT_ENCODING_UNSIGNED;
		return true;
	case DW_ATE_signed_char:
		*ret = is_char ? CT_ENCODING_CHAR : CT_ENCODING_SIGNED;
		return true;
	case DW_ATE_unsigned_char:
		*ret = is_char ? CT_ENCODING_CHAR : CT_ENCODING_UNSIGNED;
		return true;
	case DW_ATE_boolean:
		*ret = CT_ENCODING_BOOL;
		return true;
	case DW_ATE_float:
		*ret = CT_ENCODING_FLOAT;
		return true;
	case DW_ATE_complex_float:
		*ret = CT_ENCODING_COMPLEX;
		return true;
	case DW_ATE_UTF:
		*ret = CT_ENCODING_UTF;
		return true;
	default:
		return false;
	}
}

static struct ct_error *make_base(struct ct_types *types,
				  const struct ct_die *die, unsigned depth,
				  struct ct_type *type)
{
	(void)types, (void)depth;
	type->name = ct_base_name(type->name);
	bool found, has_order;
	uint64_t ate, order;
	struct ct_error *err =
	    ct_die_constant(die, DW_AT_encoding, &found, &ate);
	if (err)
		return err;
	/* Big-endian members (scalar_storage_order) are not numbers that we
	 * can read. */
	err = ct_die_constant(die, DW_AT_endianity, &has_order, &order);
	if (err)
		return err;
	bool is_known = found &&
			encoding_from_dwarf(ate, type->name, &type->encoding) &&
			!(has_order && order == DW_END_big);
	type->kind = is_known ? CT_TYPE_BASE : CT_TYPE_OPAQUE;
	return read_size(die, type);
}

static struct ct_error *make_void(struct ct_types *types,
				  const struct ct_die *die, unsigned depth,
				  struct ct_type *type)
{
	(void)types, (void)die, (void)depth;
	type->kind = CT_TYPE_VOID;
	if (!type->name)
		type->name = "void";
	return NULL;
}

static struct ct_error *make_pointer(struct ct_types *types,
				     const struct ct_die *die, unsigned depth,
				     struct ct_type *type)
{
	(void)types, (void)depth;
	type->kind = CT_TYPE_POINTER;
	type->size = 8;
	type->state = CT_TYPE_LAZY;
	return read_size(die, type);
}

/* DW_AT_prototyped has a meaning in C alone (DWARF 5, 3.3.1); elsewhere every
 * function has a prototype. */
static struct ct_error *is_prototyped(const struct ct_die *die, bool *ret)
{
	struct ct_die CT_AUTO_DIE unit = {0};
	bool found = false;
	uint64_t language = 0;
	struct ct_error *err =
	    ct_die_inherited_flag(die, DW_AT_prototyped, ret);
	if (!err && !*ret)
		err = ct_die_unit(die, &unit);
	if (!err && ct_die_exists(&unit))
		err = ct_die_constant(&unit, DW_AT_language, &found, &language);
	if (err || !found)
		return err;
	switch (language) {
	case DW_LANG_C89:
	case DW_LANG_C:
	case DW_LANG_C99:
	case DW_LANG_C11:
	case DW_LANG_ObjC:
	case 0x2c: /* DW_LANG_C17, after DWARF 5 */
		break;
	default:
		*ret = true;
	}
	return NULL;
}

static struct ct_error *make_function(struct ct_types *types,
				      const struct ct_die *die, unsigned depth,
				      struct ct_type *type)
{
	(void)types, (void)depth;
	type->kind = CT_TYPE_FUNCTION;
	type->name = NULL; /* a subprogram's is not its type's */
	type->state = CT_TYPE_LAZY;
	bool prototyped = false;
	struct ct_error *err = is_prototyped(die, &prototyped);
	if (err)
		return err;
	type->unprototyped = !prototyped;
	type->variadic = !prototyped;
	struct ct_die CT_AUTO_DIE child = {0};
	err = ct_die_child(die, &child);
	while (!err && ct_die_exists(&child)) {
		if (ct_die_tag(&child) == DW_TAG_unspecified_parameters)
			type->variadic = true;
		struct ct_die next = {0};
		err = ct_die_sibling(&child, &next);
		ct_die_deinit(&child);
		child = next;
	}
	return err;
}

static struct ct_error *make_enum(struct ct_types *types,
				  const struct ct_die *die, unsigned depth,
				  struct ct_type *type)
{
	(void)types, (void)depth;
	type->kind = CT_TYPE_ENUM;
	type->state = CT_TYPE_LAZY;
	type->incomplete = ct_die_flag(die, DW_AT_declaration);
	struct ct_error *err = read_align(die, type);
	return err ? err : read_size(die, type);
}

/*
 * GCC leaves out the members of a transparent union that is a parameter, as
 * in connect() and wait(): it is passed as its first member, a pointer.  No
 * other union of C has a size and no members.
 */
static struct ct_error *make_transparent(const struct ct_die *die,
					 struct ct_type *type)
{
	struct ct_die CT_AUTO_DIE member = {0};
	struct ct_error *err = ct_die_child(die, &member);
	if (err || ct_die_exists(&member))
		return err;
	type->kind = CT_TYPE_POINTER;
	type->name = NULL;
	type->state = CT_TYPE_FILLED;
	type->target = &ct_type_void;
	return NULL;
}

static struct ct_error *make_record(struct ct_types *types,
				    const struct ct_die *die, unsigned depth,
				    struct ct_type *type)
{
	(void)types, (void)depth;
	bool is_union = ct_die_tag(die) == DW_TAG_union_type;
	type->kind = is_union ? CT_TYPE_UNION : CT_TYPE_STRUCT;
	type->state = CT_TYPE_LAZY;
	type->incomplete = ct_die_flag(die, DW_AT_declaration);
	struct ct_error *err = read_align(die, type);
	if (err)
		return err;
	bool found;
	err = ct_die_byte_size(die, &found, &type->size);
	if (!err && found && is_union && type->size == 8 && !type->incomplete)
		return make_transparent(die, type);
	if (err || found || type->incomplete)
		return err;
	/* GNU C's struct with a member of variable length. */
	type->kind = CT_TYPE_OPAQUE;
	type->state = CT_TYPE_FILLED;
	return NULL;
}

static struct ct_error *make_typedef(struct ct_types *types,
				     const struct ct_die *die, unsigned depth,
				     struct ct_type *type)
{
	type->kind = CT_TYPE_TYPEDEF;
	struct ct_error *err = read_align(die, type);
	if (err)
		return err;
	return ct_type_of_die(types, die, depth + 1, &type->target);
}

static struct ct_error *make_qualified(struct ct_types *types,
				       const struct ct_die *die, unsigned depth,
				       struct ct_type *type)
{
	type->kind = CT_TYPE_QUALIFIED;
	switch (ct_die_tag(die)) {
	case DW_TAG_const_type:
		type->qualifier = CT_QUALIFIER_CONST;
		break;
	case DW_TAG_volatile_type:
		type->qualifier = CT_QUALIFIER_VOLATILE;
		break;
	case DW_TAG_restrict_type:
		type->qualifier = CT_QUALIFIER_RESTRICT;
		break;
	default:
		type->qualifier = CT_QUALIFIER_ATOMIC;
		break;
	}
	return ct_type_of_die(types, die, depth + 1, &type->target);
}

/* One dimension of an array. */
struct dimension {
	bool known, variable;
	uint64_t count;
};

/*
 * The number of elements: DW_AT_count, or an upper bound, which GCC gives as
 * -1 for none.  A bound that is no constant belongs to a VLA; no bound at all
 * to a flexible array.
 */
static struct ct_error *read_dimension(const struct ct_die *subrange,
				       struct dimension *ret)
{
	bool found;
	uint64_t number;
	struct ct_error *err =
	    ct_die_constant(subrange, DW_AT_count, &found, &number);
	if (err)
		return err;
	if (found) {
		*ret = (struct dimension){.known = true, .count = number};
		return NULL;
	}
	err = ct_die_constant(subrange, DW_AT_upper_bound, &found, &number);
	if (err)
		return err;
	if (!found) {
		bool variable = ct_die_has(subrange, DW_AT_count) ||
				ct_die_has(subrange, DW_AT_upper_bound);
		*ret = (struct dimension){.variable = variable};
		return NULL;
	}
	bool has_lower;
	uint64_t lower;
	err = ct_die_constant(subrange, DW_AT_lower_bound, &has_lower, &lower);
	if (err)
		return err;
	*ret = (struct dimension){
	    .known = true,
	    .count = number - (has_lower ? lower : 0) + 1,
	};
	return NULL;
}

static struct ct_error *read_dimensions(const struct ct_die *array,
					struct dimension *dimensions,
					size_t *count)
{
	size_t n = 0;
	struct ct_die CT_AUTO_DIE child = {0};
	struct ct_error *err = ct_die_child(array, &child);
	while (!err && ct_die_exists(&child)) {
		uint16_t tag = ct_die_tag(&child);
		if (tag == DW_TAG_subrange_type) {
			if (n == CT_TYPE_DEPTH_MAX)
				return ct_error_format(
				    CT_ERROR_BAD_DATA,
				    "an array of more than %d dimensions",
				    CT_TYPE_DEPTH_MAX);
			err = read_dimension(&child, &dimensions[n++]);
			if (err)
				return err;
		}
		struct ct_die next = {0};
		err = ct_die_sibling(&child, &next);
		ct_die_deinit(&child);
		child = next;
	}
	if (!n)
		dimensions[n++] = (struct dimension){0};
	*count = n;
	return err;
}

static struct ct_error *set_array(struct ct_type *type, struct ct_type *element,
				  const struct dimension *dimension)
{
	type->kind = CT_TYPE_ARRAY;
	type->target = element;
	type->count = dimension->count;
	type->count_known = dimension->known;
	type->variable_length = dimension->variable;
	if (dimension->known &&
	    __builtin_mul_overflow(dimension->count, ct_type_size(element),
				   &type->size))
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "an array of 2^64 bytes or more");
	return NULL;
}

static struct ct_error *make_array(struct ct_types *types,
				   const struct ct_die *die, unsigned depth,
				   struct ct_type *type)
{
	if (ct_die_has(die, DW_AT_byte_stride) ||
	    ct_die_has(die, DW_AT_bit_stride))
		return make_opaque(types, die, depth, type);

	struct dimension dimensions[CT_TYPE_DEPTH_MAX];
	size_t count = 0;
	struct ct_error *err = read_dimensions(die, dimensions, &count);
	if (err)
		return err;
	struct ct_type *element;
	err = ct_type_of_die(types, die, depth + 1, &element);
	if (err)
		return err;
	while (--count) {
		struct dwarf_type *inner =
		    ct_arena_alloc(&types->arena, sizeof(*inner));
		if (!inner)
			return &ct_enomem;
		err = set_array(&inner->type, element, &dimensions[count]);
		if (err)
			return err;
		element = &inner->type;
	}
	type->vector = ct_die_flag(die, DW_AT_GNU_vector);
	err = set_array(type, element, &dimensions[0]);
	/* A vector of three is stored as four. */
	return err || !type->vector ? err : read_size(die, type);
}

/* One row per tag that C has.  A tag not listed becomes an opaque type. */
static const struct {
	uint16_t tag;
	make_fn *make;
} type_tags[] = {
    {DW_TAG_base_type, make_base},
    {DW_TAG_pointer_type, make_pointer},
    {DW_TAG_structure_type, make_record},
    {DW_TAG_union_type, make_record},
    {DW_TAG_typedef, make_typedef},
    {DW_TAG_const_type, make_qualified},
    {DW_TAG_volatile_type, make_qualified},
    {DW_TAG_restrict_type, make_qualified},
    {DW_TAG_atomic_type, make_qualified},
    {DW_TAG_array_type, make_array},
    {DW_TAG_enumeration_type, make_enum},
    {DW_TAG_subroutine_type, make_function},
    {DW_TAG_subprogram, make_function},
    {DW_TAG_unspecified_type, make_void},
    {DW_TAG_reference_type, make_reference},
    {DW_TAG_rvalue_reference_type, make_reference},
};

static make_fn *find_make(uint16_t tag)
{
	for (size_t i = 0; i < sizeof(type_tags) / sizeof(*type_tags); i++) {
		if (type_tags[i].tag == tag)
			return type_tags[i].make;
	}
	return make_opaque;
}

static struct ct_error *make_type(struct ct_types *types,
				  const struct ct_die *die, unsigned depth,
				  struct ct_type **ret)
{
	/* What a CU keeps of a type that lives in a type unit. */
	if (ct_die_has(die, DW_AT_signature)) {
		struct ct_die CT_AUTO_DIE full = {0};
		struct ct_error *err =
		    ct_die_reference(die, DW_AT_signature, &full);
		if (err)
			return err;
		if (ct_die_exists(&full))
			return ct_type_from_die(types, &full, depth + 1, ret);
	}

	struct dwarf_type *made = ct_arena_alloc(&types->arena, sizeof(*made));
	if (!made)
		return &ct_enomem;
	made->key = die_key(die);
	made->id = ct_die_id(die);
	made->type.source = &types->source;
	struct ct_error *err = ct_die_string(die, DW_AT_name, &made->type.name);
	if (err)
		return err;
	err = find_make(ct_die_tag(die))(types, die, depth, &made->type);
	if (err)
		return err;
	HASH_ADD(hh, types->types, key, sizeof(made->key), made);
	*ret = &made->type;
	return NULL;
}

struct ct_error *ct_type_from_die(struct ct_types *types,
				  const struct ct_die *die, unsigned depth,
				  struct ct_type **ret)
{
	if (depth >= CT_TYPE_DEPTH_MAX)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "a type that is made of itself, or of "
				       "more than %d others",
				       CT_TYPE_DEPTH_MAX);
	struct dwarf_type *known;
	struct die_key key = die_key(die);
	HASH_FIND(hh, types->types, &key, sizeof(key), known);
	if (known) {
		*ret = &known->type;
		return NULL;
	}
	return make_type(types, die, depth, ret);
}

struct ct_error *ct_type_of_die(struct ct_types *types,
				const struct ct_die *die, unsigned depth,
				struct ct_type **ret)
{
	struct ct_die CT_AUTO_DIE owner = {0};
	struct ct_error *err = ct_die_with(die, DW_AT_type, &owner);
	if (err)
		return err;
	struct ct_die CT_AUTO_DIE target = {0};
	if (ct_die_exists(&owner)) {
		err = ct_die_reference(&owner, DW_AT_type, &target);
		if (err)
			return err;
	}
	if (!ct_die_exists(&target)) {
		*ret = &ct_type_void;
		return NULL;
	}
	return ct_type_from_die(types, &target, depth, ret);
}

void ct_types_deinit_cache(struct ct_types *types)
{
	HASH_CLEAR(hh, types->types);
}
