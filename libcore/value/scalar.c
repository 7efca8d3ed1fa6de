/* SPDX-License-Identifier: MIT */
/* Numbers, characters and enumerators, whole or in the bits of a struct. */
#include <math.h>
#include <string.h>

#include "value/walk.h"

typedef unsigned __int128 u128;

enum {
	FLAGS_MAX = 64 /* an enumerator has 64 bits at most */
};

/* x86: little-endian; size is at most 16. */
static u128 load(const unsigned char *bytes, size_t size)
{
	uint64_t low = 0;
	u128 bits = 0;
	switch (size) {
	case 1:
		return bytes[0];
	case 4:
		memcpy(&low, bytes, 4);
		return low;
	case 8:
		memcpy(&low, bytes, 8);
		return low;
	default:
		memcpy(&bits, bytes, size);
		return bits;
	}
}

static u128 sign_extend(u128 bits, unsigned width)
{
	unsigned unused = 128 - width;
	return (u128)((__int128)(bits << unused) >> unused);
}

/* bits: the low `width` (1..128) are the value, the others are 0. */
static void tell_number(struct ct_walk *walk, enum ct_encoding encoding,
			u128 bits, unsigned width)
{
	switch (encoding) {
	case CT_ENCODING_BOOL:
		walk->ops->boolean(walk->sink, bits != 0);
		break;
	case CT_ENCODING_CHAR:
		/* A bitfield of plain char, which has a sign in this ABI. */
		if (width <= 8)
			walk->ops->character(
			    walk->sink,
			    (unsigned char)sign_extend(bits, width));
		else
			walk->ops->integer(walk->sink, bits, false);
		break;
	case CT_ENCODING_SIGNED:
		walk->ops->integer(walk->sink, sign_extend(bits, width), true);
		break;
	default:
		walk->ops->integer(walk->sink, bits, false);
		break;
	}
}

/* IEEE 754 binary16. */
static long double half(const unsigned char *bytes)
{
	unsigned bits = (unsigned)load(bytes, 2);
	int exponent = bits >> 10 & 31;
	long double fraction = bits & 1023;
	long double size;
	if (exponent == 31)
		size = fraction != 0 ? NAN : INFINITY;
	else if (exponent == 0)
		size = ldexpl(fraction, -24);
	else
		size = ldexpl(fraction + 1024, exponent - 25);
	return bits >> 15 ? -size : size;
}

/*
 * The x87 format has a leading bit of its own; the processor refuses numbers
 * where it contradicts the exponent (Intel SDM 1, table 8-3).
 */
static long double extended(const unsigned char *bytes)
{
	uint64_t significand = (uint64_t)load(bytes, 8);
	unsigned exponent = (unsigned)load(bytes + 8, 2) & 0x7fff;
	if (exponent && !(significand >> 63))
		return NAN;
	long double value = 0;
	memcpy(&value, bytes, 10);
	return value;
}

static bool is_float128(const struct ct_type *type)
{
	const char *name = ct_type_name(type);
	return name && strstr(name, "loat128");
}

static bool load_real(const unsigned char *bytes, size_t size, bool quad,
		      long double *ret)
{
	float single;
	double twice;
	__float128 four;
	switch (size) {
	case 2:
		*ret = half(bytes);
		return true;
	case 4:
		memcpy(&single, bytes, sizeof(single));
		*ret = single;
		return true;
	case 8:
		memcpy(&twice, bytes, sizeof(twice));
		*ret = twice;
		return true;
	case 16:
		if (quad) {
			memcpy(&four, bytes, sizeof(four));
			*ret = (long double)four;
			return true;
		}
		/* fallthrough */
	case 10:
	case 12:
		*ret = extended(bytes);
		return true;
	default:
		return false;
	}
}

static void tell_real(struct ct_walk *walk, struct ct_type *type,
		      const struct ct_span *span, size_t size)
{
	long double value;
	bool quad = size == 16 && is_float128(type);
	if (!load_real(span->bytes, size, quad, &value))
		walk->ops->unreadable(walk->sink);
	else /* a half's digits are those of a float */
		walk->ops->real(walk->sink, value, size < 4 ? 4 : size);
}

static void tell_complex(struct ct_walk *walk, struct ct_type *type,
			 const struct ct_span *span, size_t size)
{
	long double re, im;
	size_t part = size / 2;
	bool quad = part == 16 && is_float128(type);
	if (size % 2 || !load_real(span->bytes, part, quad, &re) ||
	    !load_real(span->bytes + part, part, quad, &im))
		walk->ops->unreadable(walk->sink);
	else
		walk->ops->complex(walk->sink, re, im, part < 4 ? 4 : part);
}

static struct ct_error *enum_is_signed(struct ct_type *type, size_t count,
				       const struct ct_enumerator *enumerators,
				       bool *ret)
{
	struct ct_type *target;
	struct ct_error *err = ct_type_target(type, &target);
	if (!err)
		err = ct_type_strip(target, &target);
	if (err)
		return err;
	if (ct_type_kind(target) == CT_TYPE_BASE) {
		*ret = ct_type_encoding(target) == CT_ENCODING_SIGNED;
		return NULL;
	}
	*ret = false;
	for (size_t i = 0; i < count && !*ret; i++)
		*ret = enumerators[i].value < 0;
	return NULL;
}

/* The names of all set bits, or 0 when a bit has no name. */
static size_t name_flags(const struct ct_enumerator *enumerators, size_t count,
			 uint64_t bits, const char **names)
{
	size_t named = 0;
	for (size_t i = 0; i < count && bits && named < FLAGS_MAX; i++) {
		uint64_t flag = (uint64_t)enumerators[i].value;
		if (!flag || (bits & flag) != flag || !enumerators[i].name)
			continue;
		names[named++] = enumerators[i].name;
		bits &= ~flag;
	}
	return bits ? 0 : named;
}

static struct ct_error *tell_enum(struct ct_walk *walk, struct ct_type *type,
				  u128 bits, unsigned width)
{
	size_t count;
	const struct ct_enumerator *enumerators;
	struct ct_error *err = ct_type_enumerators(type, &count, &enumerators);
	bool is_signed;
	if (!err)
		err = enum_is_signed(type, count, enumerators, &is_signed);
	if (err)
		return err;

	/* As enumerators are: signed where the type says so, and then the
	 * bits of the whole enum. */
	u128 value = is_signed ? sign_extend(bits, width) : bits;
	uint64_t size = ct_type_size(type);
	int64_t wanted = (int64_t)value;
	if (size && size < 8)
		wanted = (int64_t)sign_extend(value, (unsigned)size * 8);
	for (size_t i = 0; width <= 64 && i < count; i++) {
		if (enumerators[i].value == wanted && enumerators[i].name) {
			walk->ops->enumerator(walk->sink, value, is_signed,
					      &enumerators[i].name, 1);
			return NULL;
		}
	}
	bool flags = false;
	err = ct_type_is_flag_enum(type, &flags);
	if (err)
		return err;
	const char *names[FLAGS_MAX];
	size_t named = 0;
	if (flags && width <= 64)
		named = name_flags(enumerators, count, (uint64_t)bits, names);
	if (named)
		walk->ops->enumerator(walk->sink, value, is_signed, names,
				      named);
	else
		walk->ops->integer(walk->sink, value, is_signed);
	return NULL;
}

struct ct_error *ct_walk_scalar(struct ct_walk *walk, struct ct_type *type,
				const struct ct_span *span)
{
	uint64_t size = ct_type_size(type);
	bool is_enum = ct_type_kind(type) == CT_TYPE_ENUM;
	enum ct_encoding encoding =
	    is_enum ? CT_ENCODING_UNSIGNED : ct_type_encoding(type);
	if (!size || size > (encoding == CT_ENCODING_COMPLEX ? 32 : 16)) {
		walk->ops->unreadable(walk->sink);
		return NULL;
	}
	if (encoding == CT_ENCODING_FLOAT) {
		tell_real(walk, type, span, size);
		return NULL;
	}
	if (encoding == CT_ENCODING_COMPLEX) {
		tell_complex(walk, type, span, size);
		return NULL;
	}
	u128 bits = load(span->bytes, size);
	if (is_enum)
		return tell_enum(walk, type, bits, (unsigned)size * 8);
	tell_number(walk, encoding, bits, (unsigned)size * 8);
	return NULL;
}

/* Bits [offset, offset + width) of the bytes; they are all there. */
static u128 load_bits(const unsigned char *bytes, uint64_t offset,
		      unsigned width)
{
	bytes += offset / 8;
	unsigned skipped = offset % 8;
	unsigned size = (skipped + width + 7) / 8;
	u128 bits = load(bytes, size < 16 ? size : 16) >> skipped;
	if (size > 16)
		bits |= (u128)bytes[16] << (128 - skipped);
	if (width < 128)
		bits &= ((u128)1 << width) - 1;
	return bits;
}

struct ct_error *ct_walk_bitfield(struct ct_walk *walk,
				  const struct ct_member *member,
				  const struct ct_span *span)
{
	struct ct_type *type;
	struct ct_error *err = ct_type_strip(member->type, &type);
	if (err)
		return err;
	unsigned width = member->bit_size;
	uint64_t first = member->bit_offset / 8;
	if (width <= 128 && first < span->size &&
	    (member->bit_offset % 8 + width + 7) / 8 <= span->size - first) {
		u128 bits = load_bits(span->bytes, member->bit_offset, width);
		if (ct_type_kind(type) == CT_TYPE_ENUM)
			return tell_enum(walk, type, bits, width);
		enum ct_encoding encoding = CT_ENCODING_FLOAT;
		if (ct_type_kind(type) == CT_TYPE_BASE)
			encoding = ct_type_encoding(type);
		if (encoding != CT_ENCODING_FLOAT &&
		    encoding != CT_ENCODING_COMPLEX) {
			tell_number(walk, encoding, bits, width);
			return NULL;
		}
	}
	walk->ops->unreadable(walk->sink);
	return NULL;
}
