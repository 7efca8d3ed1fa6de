/* SPDX-License-Identifier: MIT */
/*
 * A value is cut into eightbytes, and each gets a class from the numbers that
 * lie in it (System V ABI, AMD64, 3.2.3).
 *
 * Three things the debug information cannot tell are settled here:
 * - the 80-bit and the 128-bit float have the same size: the name decides;
 * - a wide vector is in memory or in a ymm or zmm register by the options of
 *   the compiler (-mavx): that is refused;
 * - `packed` is not written down: a struct's alignment is the largest of its
 *   members' that its offsets and its size agree with.  (It only counts on
 *   the stack, for members aligned to 16 or more.)
 * Where gcc and clang disagree (a struct with a flexible array member, which
 * clang takes to memory), gcc is followed.  clang before 18 broke the ABI for
 * an __int128 that no two registers are left for (split, or not aligned), and
 * clang 14 for a struct of a __float128 (in memory): that is not imitated.
 */
#include "abi/classify.h"

#include <string.h>

#include "type/model.h"

enum {
	EIGHTBYTE_BITS = 64,
	/* Members looked at in one type: more is damage (a struct of structs
	 * of structs ... of nothing). */
	VISITS_MAX = 1 << 16,
};

/* 3.2.3, "Classification", 4 (a) to (f). */
static enum ct_abi_class merge(enum ct_abi_class a, enum ct_abi_class b)
{
	if (a == b || b == CT_CLASS_NONE)
		return a;
	if (a == CT_CLASS_NONE)
		return b;
	if (a == CT_CLASS_MEMORY || b == CT_CLASS_MEMORY)
		return CT_CLASS_MEMORY;
	if (a == CT_CLASS_INTEGER || b == CT_CLASS_INTEGER)
		return CT_CLASS_INTEGER;
	if ((a >= CT_CLASS_X87 && a <= CT_CLASS_COMPLEX_X87) ||
	    (b >= CT_CLASS_X87 && b <= CT_CLASS_COMPLEX_X87))
		return CT_CLASS_MEMORY;
	return CT_CLASS_SSE;
}

static void add_class(struct ct_abi_classes *classes, uint64_t bit,
		      enum ct_abi_class class)
{
	uint64_t index = bit / EIGHTBYTE_BITS;

	/* A damaged type may have members outside of it. */
	if (index < classes->count)
		classes->of[index] = merge(classes->of[index], class);
}

/* A damaged member may be larger than the whole, and as large as no loop
 * ends. */
static uint64_t bounded_size(const struct ct_type *type)
{
	const uint64_t most = CT_EIGHTBYTES_MAX * EIGHTBYTE_BITS / 8;

	return type->size < most ? type->size : most;
}

static bool is_quad(const struct ct_type *type)
{
	/* _Float128, __float128, _Decimal128. */
	return type->name && strstr(type->name, "128");
}

static uint64_t power_of_two_below(uint64_t size, uint64_t max)
{
	uint64_t align = 1;

	while (align < max && align * 2 <= size)
		align *= 2;
	return align;
}

/* The alignment of numbers, pointers and vectors; 0 for the rest.  (For these
 * the natural one: 3.2.3 looks at "unaligned fields", and a typedef with an
 * alignment of its own is not passed differently.) */
static uint64_t scalar_align(const struct ct_type *type)
{
	switch (type->kind) {
	case CT_TYPE_BASE:
		if (type->encoding == CT_ENCODING_COMPLEX)
			return power_of_two_below(type->size / 2, 16);
		return power_of_two_below(type->size, 16);
	case CT_TYPE_ENUM:
	case CT_TYPE_POINTER:
		return power_of_two_below(type->size, 8);
	case CT_TYPE_ARRAY:
		return type->vector ? power_of_two_below(type->size, 64) : 0;
	default:
		return 0;
	}
}

static void classify_float(const struct ct_type *type, uint64_t bit,
			   struct ct_abi_classes *classes)
{
	if (type->size <= 8) {
		add_class(classes, bit, CT_CLASS_SSE);
		return;
	}
	bool quad = is_quad(type);
	add_class(classes, bit, quad ? CT_CLASS_SSE : CT_CLASS_X87);
	add_class(classes, bit + EIGHTBYTE_BITS,
		  quad ? CT_CLASS_SSEUP : CT_CLASS_X87UP);
}

static void classify_complex(const struct ct_type *type, uint64_t bit,
			     struct ct_abi_classes *classes)
{
	uint64_t half = type->size * 8 / 2;

	if (type->size > 32 || (type->size > 16 && is_quad(type))) {
		classes->memory = true;
	} else if (type->size > 16) {
		for (uint64_t at = 0; at < 4; at++)
			add_class(classes, bit + at * EIGHTBYTE_BITS,
				  CT_CLASS_COMPLEX_X87);
	} else {
		add_class(classes, bit, CT_CLASS_SSE);
		add_class(classes, bit + half, CT_CLASS_SSE);
	}
}

static void classify_vector(const struct ct_type *type, uint64_t bit,
			    struct ct_abi_classes *classes)
{
	/* The ABI has no vectors below __m64; gcc and clang both take these
	 * in general registers. */
	add_class(classes, bit,
		  type->size < 8 ? CT_CLASS_INTEGER : CT_CLASS_SSE);
	for (uint64_t at = 8; at < bounded_size(type); at += 8)
		add_class(classes, bit + at * 8, CT_CLASS_SSEUP);
}

static void classify_scalar(const struct ct_type *type, uint64_t bit,
			    struct ct_abi_classes *classes)
{
	if (bit % (scalar_align(type) * 8)) {
		classes->memory = true;
	} else if (type->kind == CT_TYPE_ARRAY) {
		classify_vector(type, bit, classes);
	} else if (type->kind == CT_TYPE_BASE &&
		   type->encoding == CT_ENCODING_FLOAT) {
		classify_float(type, bit, classes);
	} else if (type->kind == CT_TYPE_BASE &&
		   type->encoding == CT_ENCODING_COMPLEX) {
		classify_complex(type, bit, classes);
	} else {
		for (uint64_t at = 0; at < bounded_size(type); at += 8)
			add_class(classes, bit + at * 8, CT_CLASS_INTEGER);
	}
}

static struct ct_error *visit(unsigned *visits, unsigned depth)
{
	if (depth > CT_TYPE_DEPTH_MAX || ++*visits > VISITS_MAX)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "the type is nested without end");
	return NULL;
}

static struct ct_error *classify(struct ct_type *type, uint64_t bit,
				 unsigned depth,
				 struct ct_abi_classes *classes);

static struct ct_error *classify_members(struct ct_type *type, uint64_t bit,
					 unsigned depth,
					 struct ct_abi_classes *classes)
{
	const struct ct_member *members;
	size_t count;
	struct ct_error *err = ct_type_members(type, &count, &members);

	for (size_t i = 0; !err && i < count && !classes->memory; i++) {
		const struct ct_member *member = &members[i];
		if (member->bit_offset >= classes->count * EIGHTBYTE_BITS)
			continue;
		uint64_t at = bit + member->bit_offset;
		if (!member->bit_size) {
			err = classify(member->type, at, depth + 1, classes);
			continue;
		}
		/* Bitfields never count as unaligned. */
		uint64_t last = at + member->bit_size - 1;
		add_class(classes, at, CT_CLASS_INTEGER);
		add_class(classes, last, CT_CLASS_INTEGER);
		if (last - at > EIGHTBYTE_BITS)
			add_class(classes, at + EIGHTBYTE_BITS,
				  CT_CLASS_INTEGER);
	}
	return err;
}

static struct ct_error *classify_elements(struct ct_type *type, uint64_t bit,
					  unsigned depth,
					  struct ct_abi_classes *classes)
{
	struct ct_type *element;
	bool known;
	uint64_t count = ct_type_count(type, &known);
	struct ct_error *err = ct_type_target(type, &element);

	if (err)
		return err;
	err = ct_type_strip(element, &element);
	/* An array of unknown bound takes no place: it ends a struct. */
	if (err || !known || !element->size)
		return err;
	uint64_t end = classes->count * EIGHTBYTE_BITS;
	for (uint64_t i = 0; !err && i < count && bit < end; i++) {
		err = classify(element, bit, depth + 1, classes);
		bit += element->size * 8;
	}
	return err;
}

/* Add what the value at `bit` of the whole brings. */
static struct ct_error *classify(struct ct_type *type, uint64_t bit,
				 unsigned depth, struct ct_abi_classes *classes)
{
	struct ct_error *err = visit(&classes->visits, depth);

	if (!err)
		err = ct_type_strip(type, &type);
	if (err)
		return err;
	if (type->kind == CT_TYPE_STRUCT || type->kind == CT_TYPE_UNION)
		return classify_members(type, bit, depth, classes);
	if (type->kind == CT_TYPE_ARRAY && !type->vector)
		return classify_elements(type, bit, depth, classes);
	if (!scalar_align(type))
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s has no place in C's conventions",
				       type->name ? type->name : "a member");
	classify_scalar(type, bit, classes);
	return NULL;
}

/* 3.2.3, "Classification", 5: the post-merger cleanup. */
static void clean_up(struct ct_abi_classes *classes)
{
	bool complex = classes->of[0] == CT_CLASS_COMPLEX_X87;

	for (size_t i = 0; i < classes->count; i++) {
		enum ct_abi_class before =
		    i ? classes->of[i - 1] : CT_CLASS_NONE;
		enum ct_abi_class *class = &classes->of[i];
		if (*class == CT_CLASS_MEMORY ||
		    (*class == CT_CLASS_X87UP && before != CT_CLASS_X87))
			classes->memory = true;
		if (*class == CT_CLASS_SSEUP && before != CT_CLASS_SSE &&
		    before != CT_CLASS_SSEUP)
			*class = CT_CLASS_SSE;
		if (classes->count > 2 && !complex &&
		    *class != (i ? CT_CLASS_SSEUP : CT_CLASS_SSE))
			classes->memory = true;
	}
}

/* `type` is stripped and has a size. */
struct ct_error *ct_abi_classify(struct ct_type *type,
				 struct ct_abi_classes *ret)
{
	*ret = (struct ct_abi_classes){.count = (type->size + 7) / 8};
	if (ret->count > CT_EIGHTBYTES_MAX) {
		ret->memory = true;
		return NULL;
	}
	struct ct_error *err = classify(type, 0, 0, ret);
	if (err)
		return err;
	/* Only the bare number comes back in st0 and st1. */
	if (ret->of[0] == CT_CLASS_COMPLEX_X87 && type->kind != CT_TYPE_BASE)
		ret->memory = true;
	clean_up(ret);
	if (!ret->memory && ret->count > 2 && ret->of[0] == CT_CLASS_SSE)
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "a vector of %ju bytes is passed as the compiler's -m "
		    "options say",
		    (uintmax_t)type->size);
	return NULL;
}

static struct ct_error *find_align(struct ct_type *type, unsigned depth,
				   unsigned *visits, uint64_t *ret);

static struct ct_error *find_members_align(struct ct_type *type, unsigned depth,
					   unsigned *visits, uint64_t *ret)
{
	const struct ct_member *members;
	size_t count;
	uint64_t largest = 1;
	struct ct_error *err = ct_type_members(type, &count, &members);

	for (size_t i = 0; !err && i < count; i++) {
		uint64_t align = 1;
		if (members[i].bit_size)
			continue;
		err = find_align(members[i].type, depth + 1, visits, &align);
		while (align > 1 && (members[i].bit_offset % (align * 8) ||
				     type->size % align))
			align /= 2;
		if (align > largest)
			largest = align;
	}
	if (!err)
		*ret = largest;
	return err;
}

/* The alignment of a type; see the top of the file for packed ones. */
static struct ct_error *find_align(struct ct_type *type, unsigned depth,
				   unsigned *visits, uint64_t *ret)
{
	struct ct_error *err = visit(visits, depth);

	if (err)
		return err;
	uint64_t align = type->align ? type->align : scalar_align(type);
	if (align) {
		*ret = align;
		return NULL;
	}
	switch (type->kind) {
	case CT_TYPE_STRUCT:
	case CT_TYPE_UNION:
		return find_members_align(type, depth, visits, ret);
	case CT_TYPE_ARRAY:
	case CT_TYPE_TYPEDEF:
	case CT_TYPE_QUALIFIED: {
		struct ct_type *target;
		err = ct_type_target(type, &target);
		return err ? err : find_align(target, depth + 1, visits, ret);
	}
	default:
		*ret = 1;
		return NULL;
	}
}

/* The alignment of a stripped type on the stack, where declared alignments
 * of numbers do not count. */
struct ct_error *ct_abi_stack_align(struct ct_type *type, uint64_t *ret)
{
	unsigned visits = 0;
	uint64_t align = scalar_align(type);
	struct ct_error *err = NULL;

	if (!align)
		err = find_align(type, 0, &visits, &align);
	if (err)
		return err;
	/* A power of two, whatever the debug information says. */
	*ret = power_of_two_below(align < 8 ? 8 : align, 1 << 16);
	return NULL;
}
