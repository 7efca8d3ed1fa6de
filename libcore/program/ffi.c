/* SPDX-License-Identifier: MIT */
/*
 * libffi's structs as <ffi.h> of 3.4 lays them out; they have been so since
 * 3.0.  Types are read once each: what is being read when it is met again is
 * made of itself.
 *
 * A key is the stored types one behind the other, each without its addresses;
 * a struct's elements come behind it and end with a type that is all zero.
 */
#include "program/ffi.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "abi/classify.h"
#include "base/buffer.h"
#include "type/model.h"

enum {
	ABI_UNIX64 = 2,
	ARGUMENTS_MAX = 1024, /* ctypes' own limit */
	ELEMENTS_MAX = 4096,  /* of one struct */
	TYPES_MAX = 256,      /* different ones in a cif */
	DEPTH_MAX = 32,
	STRUCT_SIZE_MAX = 1 << 20,
	STRUCT_ALIGN_MAX = 4096,
	IN_REGISTERS_MAX = 16, /* bytes; AMD64 ABI, 3.2.3 */
};

struct cif {
	uint32_t abi, argument_count;
	uint64_t arguments; /* ffi_type **, as many */
	uint64_t result;    /* ffi_type * */
	uint32_t bytes, flags;
};

struct stored_type {
	uint64_t size;
	uint16_t align, code;
	uint32_t padding;
	uint64_t elements; /* ffi_type **, up to a NULL */
};

_Static_assert(sizeof(struct cif) == 32, "the layout of an ffi_cif");
_Static_assert(sizeof(struct stored_type) == 24, "the layout of an ffi_type");

enum code {
	CODE_VOID,
	CODE_INT,
	CODE_STRUCT = 13,
	CODE_COMPLEX = 15,
	CODE_COUNT,
};

#define BASE(spelling, bits, bytes)                                    \
	{                                                              \
		.kind = CT_TYPE_BASE, .name = spelling, .size = bytes, \
		.encoding = CT_ENCODING_##bits                         \
	}

/* By code; one without a size is made of its elements. */
static struct ct_type simple_types[CODE_COUNT] = {
    [CODE_INT] = BASE("int", SIGNED, 4),
    [2] = BASE("float", FLOAT, 4),
    [3] = BASE("double", FLOAT, 8),
    [4] = BASE("long double", FLOAT, 16),
    [5] = BASE("unsigned char", UNSIGNED, 1),
    [6] = BASE("signed char", SIGNED, 1),
    [7] = BASE("unsigned short", UNSIGNED, 2),
    [8] = BASE("short", SIGNED, 2),
    [9] = BASE("unsigned int", UNSIGNED, 4),
    [10] = BASE("int", SIGNED, 4),
    [11] = BASE("unsigned long", UNSIGNED, 8),
    [12] = BASE("long", SIGNED, 8),
    [14] = {.kind = CT_TYPE_POINTER, .size = 8, .target = &ct_type_void},
};

static struct ct_type complex_types[] = {
    BASE("complex float", COMPLEX, 8),
    BASE("complex double", COMPLEX, 16),
    BASE("complex long double", COMPLEX, 32),
};

struct known {
	uint64_t addr;
	struct ct_type *type; /* NULL while it is being read */
	uint32_t align;
};

struct reader {
	const struct ct_memory *memory;
	struct ct_arena *arena;
	size_t known_count;
	struct known known[TYPES_MAX];
};

static struct ct_error *read_bytes(const struct reader *reader, uint64_t addr,
				   void *buf, size_t size)
{
	size_t got = reader->memory->read(reader->memory->arg, addr, buf, size);
	if (got != size)
		return ct_error_format(CT_ERROR_FAULT,
				       "libffi's description of a call cannot "
				       "be read at 0x%jx",
				       (uintmax_t)addr);
	return NULL;
}

static struct ct_error *bad(uint64_t addr, const char *why)
{
	return ct_error_format(CT_ERROR_BAD_DATA, "libffi's type at 0x%jx %s",
			       (uintmax_t)addr, why);
}

static struct ct_error *read_type(struct reader *reader, uint64_t addr,
				  unsigned depth, struct known *ret);

static uint64_t aligned(uint64_t at, uint64_t align)
{
	return (at + align - 1) / align * align;
}

/* A struct of which only the size is to be believed. */
static struct ct_error *make_bytes(struct reader *reader, struct ct_type *type)
{
	if (type->size <= IN_REGISTERS_MAX) {
		type->kind = CT_TYPE_OPAQUE;
		return NULL;
	}
	struct ct_type *array = ct_arena_alloc(reader->arena, sizeof(*array));
	struct ct_member *member =
	    ct_arena_alloc(reader->arena, sizeof(*member));
	if (!array || !member)
		return &ct_enomem;
	array->kind = CT_TYPE_ARRAY;
	array->target = &simple_types[5];
	array->size = array->count = type->size;
	array->count_known = true;
	*member = (struct ct_member){.name = "_0", .type = array};
	type->members = member;
	type->part_count = 1;
	return NULL;
}

static struct ct_error *count_elements(const struct reader *reader,
				       uint64_t addr, size_t *ret)
{
	for (size_t i = 0; i <= ELEMENTS_MAX; i++) {
		uint64_t element;
		struct ct_error *err =
		    read_bytes(reader, addr + i * 8, &element, sizeof(element));
		if (err)
			return err;
		if (element)
			continue;
		*ret = i;
		return i ? NULL : bad(addr, "has no members");
	}
	return bad(addr, "has members without end");
}

/* Members one behind the other; *end and *align are of the whole. */
static struct ct_error *read_members(struct reader *reader,
				     const struct stored_type *stored,
				     unsigned depth, struct ct_member *members,
				     size_t count, uint64_t *end,
				     uint32_t *align)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t addr;
		char name[24];
		struct known part;
		struct ct_error *err = read_bytes(
		    reader, stored->elements + i * 8, &addr, sizeof(addr));
		if (!err)
			err = read_type(reader, addr, depth + 1, &part);
		if (err)
			return err;
		if (part.type->kind == CT_TYPE_VOID)
			return bad(addr, "is void, and a member");
		/* A packed struct is one of a small alignment. */
		uint32_t step = part.align;
		if (stored->size && step > stored->align)
			step = stored->align;
		*end = aligned(*end, step);
		*align = step > *align ? step : *align;
		snprintf(name, sizeof(name), "_%zu", i);
		members[i].name = ct_arena_strdup(reader->arena, name);
		if (!members[i].name)
			return &ct_enomem;
		members[i].type = part.type;
		members[i].bit_offset = *end * 8;
		*end += part.type->size;
		if (*end > STRUCT_SIZE_MAX)
			return bad(addr, "makes a struct too large");
	}
	return NULL;
}

static struct ct_error *read_struct(struct reader *reader, uint64_t addr,
				    const struct stored_type *stored,
				    unsigned depth, struct known *ret)
{
	uint64_t end = 0;
	uint32_t align = 1;
	size_t count;
	if (stored->size > STRUCT_SIZE_MAX)
		return bad(addr, "is too large");
	/* Before ffi_prep_cif there is no size, and no alignment. */
	if (stored->size &&
	    (!stored->align || stored->align > STRUCT_ALIGN_MAX ||
	     stored->align & (stored->align - 1)))
		return bad(addr, "has an impossible alignment");
	struct ct_error *err = count_elements(reader, stored->elements, &count);
	if (err)
		return err;
	struct ct_type *type = ct_arena_alloc(reader->arena, sizeof(*type));
	struct ct_member *members =
	    ct_arena_alloc_array(reader->arena, count, sizeof(*members));
	if (!type || !members)
		return &ct_enomem;
	err = read_members(reader, stored, depth, members, count, &end, &align);
	if (err)
		return err;
	type->kind = CT_TYPE_STRUCT;
	ret->type = type;
	ret->align = stored->size ? stored->align : align;
	end = aligned(end, ret->align);
	type->size = stored->size ? stored->size : end;
	type->align = ret->align == align ? 0 : ret->align;
	if (type->size != end)
		return make_bytes(reader, type);
	type->members = members;
	type->part_count = count;
	return NULL;
}

static struct ct_error *read_simple(uint64_t addr,
				    const struct stored_type *stored,
				    struct known *ret)
{
	struct ct_type *type = NULL;
	size_t complexes = sizeof(complex_types) / sizeof(complex_types[0]);
	if (stored->code == CODE_VOID)
		type = &ct_type_void;
	else if (stored->code < CODE_COMPLEX)
		type = &simple_types[stored->code];
	for (size_t i = 0; stored->code == CODE_COMPLEX && i < complexes; i++) {
		if (complex_types[i].size == stored->size)
			type = &complex_types[i];
	}
	/* libffi's void has a size of 1. */
	if (!type || (type != &ct_type_void && type->size != stored->size))
		return bad(addr, "is none");
	uint32_t parts = stored->code == CODE_COMPLEX ? 2 : 1;
	ret->type = type;
	ret->align = type->size ? (uint32_t)type->size / parts : 1;
	return NULL;
}

static struct ct_error *read_type(struct reader *reader, uint64_t addr,
				  unsigned depth, struct known *ret)
{
	for (size_t i = 0; i < reader->known_count; i++) {
		if (reader->known[i].addr != addr)
			continue;
		*ret = reader->known[i];
		return ret->type ? NULL : bad(addr, "is made of itself");
	}
	if (depth > DEPTH_MAX || reader->known_count == TYPES_MAX)
		return bad(addr, "has too many others in it");
	struct stored_type stored;
	struct ct_error *err =
	    read_bytes(reader, addr, &stored, sizeof(stored));
	if (err)
		return err;
	struct known *known = &reader->known[reader->known_count++];
	known->addr = addr;
	err = stored.code == CODE_STRUCT
		  ? read_struct(reader, addr, &stored, depth, ret)
		  : read_simple(addr, &stored, ret);
	if (err)
		return err;
	ret->addr = addr;
	*known = *ret;
	return NULL;
}

static struct ct_error *read_cif(const struct reader *reader, uint64_t addr,
				 struct cif *ret)
{
	struct ct_error *err = read_bytes(reader, addr, ret, sizeof(*ret));
	if (err)
		return err;
	if (ret->abi != ABI_UNIX64)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "libffi is asked for the ABI %u, which "
				       "is not that of Linux",
				       ret->abi);
	if (ret->argument_count > ARGUMENTS_MAX)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "libffi is given %u arguments",
				       ret->argument_count);
	return NULL;
}

static struct ct_error *read_parameters(struct reader *reader,
					const struct cif *cif,
					struct ct_parameter *parameters)
{
	for (uint32_t i = 0; i < cif->argument_count; i++) {
		uint64_t addr;
		struct known known;
		struct ct_error *err =
		    read_bytes(reader, cif->arguments + i * UINT64_C(8), &addr,
			       sizeof(addr));
		if (!err)
			err = read_type(reader, addr, 0, &known);
		if (err)
			return err;
		if (known.type->kind == CT_TYPE_VOID)
			return bad(addr, "is void, and an argument");
		parameters[i].type = known.type;
	}
	return NULL;
}

struct ct_error *ct_ffi_read_cif(const struct ct_memory *memory, uint64_t addr,
				 struct ct_arena *arena, struct ct_type **ret)
{
	struct reader reader = {.memory = memory, .arena = arena};
	struct cif cif;
	struct known result;
	struct ct_error *err = read_cif(&reader, addr, &cif);
	if (err)
		return err;
	struct ct_type *type = ct_arena_alloc(arena, sizeof(*type));
	struct ct_parameter *parameters = ct_arena_alloc_array(
	    arena, cif.argument_count + 1, sizeof(*parameters));
	if (!type || !parameters)
		return &ct_enomem;
	err = read_type(&reader, cif.result, 0, &result);
	if (!err)
		err = read_parameters(&reader, &cif, parameters);
	if (err)
		return err;
	type->kind = CT_TYPE_FUNCTION;
	type->target = result.type;
	type->parameters = parameters;
	type->part_count = cif.argument_count;
	*ret = type;
	return NULL;
}

enum {
	KEY_PART = 12, /* size, align and code */
};
_Static_assert(offsetof(struct stored_type, padding) == KEY_PART,
	       "what a key has of a type");

struct key {
	uint8_t *bytes;
	size_t size, capacity;
};

static struct ct_error *add_part(struct key *key, const void *part)
{
	if (key->capacity - key->size < KEY_PART)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "libffi's types of a call are more "
				       "than %zu bytes",
				       key->capacity);
	memcpy(key->bytes + key->size, part, KEY_PART);
	key->size += KEY_PART;
	return NULL;
}

/* Each type takes room: what is made of itself ends with it. */
static struct ct_error *add_type(const struct reader *reader, uint64_t addr,
				 unsigned depth, struct key *key)
{
	static const struct stored_type end;
	struct stored_type stored;
	if (depth > DEPTH_MAX)
		return bad(addr, "has too many others in it");
	struct ct_error *err =
	    read_bytes(reader, addr, &stored, sizeof(stored));
	if (!err)
		err = add_part(key, &stored);
	if (err || stored.code != CODE_STRUCT)
		return err;
	for (uint64_t at = stored.elements;; at += sizeof(addr)) {
		err = read_bytes(reader, at, &addr, sizeof(addr));
		if (err)
			return err;
		if (!addr)
			return add_part(key, &end);
		err = add_type(reader, addr, depth + 1, key);
		if (err)
			return err;
	}
}

struct ct_error *ct_ffi_read_key(const struct ct_memory *memory, uint64_t addr,
				 uint8_t *key, size_t capacity, size_t *ret)
{
	struct reader reader;
	struct cif cif;
	struct key made = {key, 0, capacity};
	reader.memory = memory;
	struct ct_error *err = read_cif(&reader, addr, &cif);
	if (!err)
		err = add_type(&reader, cif.result, 0, &made);
	for (uint32_t i = 0; !err && i < cif.argument_count; i++) {
		uint64_t argument;
		err = read_bytes(&reader, cif.arguments + i * UINT64_C(8),
				 &argument, sizeof(argument));
		if (!err)
			err = add_type(&reader, argument, 0, &made);
	}
	if (!err)
		*ret = made.size;
	return err;
}
