/* SPDX-License-Identifier: MIT */
/*
 * Numbers from one type to another.  Every integer of up to 8 bytes, and every
 * float and double, is a long double without a loss: its significand has 64
 * bits on x86-64.
 */
#include "program/ffi_value.h"

#include <string.h>

#include "type/model.h"

static struct ct_type long_type = {.kind = CT_TYPE_BASE,
				   .encoding = CT_ENCODING_SIGNED,
				   .name = "long",
				   .size = 8};
static struct ct_type unsigned_type = {.kind = CT_TYPE_BASE,
				       .encoding = CT_ENCODING_UNSIGNED,
				       .name = "unsigned long",
				       .size = 8};
static struct ct_type double_type = {.kind = CT_TYPE_BASE,
				     .encoding = CT_ENCODING_FLOAT,
				     .name = "double",
				     .size = 8};
static struct ct_type char_type = {.kind = CT_TYPE_BASE,
				   .encoding = CT_ENCODING_CHAR,
				   .name = "char",
				   .size = 1};
struct ct_type ct_ffi_text_type = {
    .kind = CT_TYPE_POINTER, .size = 8, .target = &char_type};
static struct ct_type function_type = {.kind = CT_TYPE_FUNCTION,
				       .target = &ct_type_void};
struct ct_type ct_ffi_callback_type = {
    .kind = CT_TYPE_POINTER, .size = 8, .target = &function_type};

/* One character in single quotes is a number in C. */
static bool is_text(const char *text)
{
	if (*text == 'b')
		return text[1] == '"' || text[1] == '\'';
	return *text == '"' || (*text == '\'' && strlen(text) != 3);
}

static bool is_nothing(const char *text)
{
	return !strcmp(text, "None") || !strcmp(text, "void") ||
	       !strcmp(text, "nothing") || !strcmp(text, "NULL");
}

struct ct_error *ct_ffi_parse_value(const char *text, struct ct_type **type,
				    struct ct_literal *ret)
{
	struct ct_type *const types[] = {&long_type, &unsigned_type,
					 &double_type};
	text += strspn(text, " \t\n");
	if (is_text(text)) {
		*type = &ct_ffi_text_type;
		return ct_literal_parse(&ct_ffi_text_type, text, ret);
	}
	if (is_nothing(text))
		text = "0";
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct ct_error *err = ct_literal_parse(types[i], text, ret);
		if (!err)
			*type = types[i];
		if (!err || ct_error_code(err) != CT_ERROR_BAD_ARGUMENT)
			return err;
		ct_error_destroy(err);
	}
	return ct_error_format(CT_ERROR_BAD_ARGUMENT,
			       "nothing says what it returns, and '%s' does "
			       "not either: give its header with 'ctester "
			       "prototypes FILE.h'",
			       text);
}

enum number_kind {
	NO_NUMBER,
	SIGNED,
	UNSIGNED,
	REAL,
};

static enum number_kind kind_of(const struct ct_type *type, uint64_t size)
{
	if (!size || size > 16)
		return NO_NUMBER;
	if (type->kind == CT_TYPE_POINTER)
		return UNSIGNED;
	if (type->kind == CT_TYPE_ENUM)
		return type->target && type->target->kind == CT_TYPE_BASE &&
			       type->target->encoding == CT_ENCODING_UNSIGNED
			   ? UNSIGNED
			   : SIGNED;
	if (type->kind != CT_TYPE_BASE || type->encoding == CT_ENCODING_COMPLEX)
		return NO_NUMBER;
	if (type->encoding == CT_ENCODING_FLOAT)
		return size == 4 || size == 8 || size == 16 ? REAL : NO_NUMBER;
	if (size > 8)
		return NO_NUMBER;
	return type->encoding == CT_ENCODING_SIGNED ||
		       type->encoding == CT_ENCODING_CHAR
		   ? SIGNED
		   : UNSIGNED;
}

static long double read_real(const void *bytes, uint64_t size)
{
	float narrow;
	double wide;
	long double extended;
	if (size == sizeof(narrow)) {
		memcpy(&narrow, bytes, sizeof(narrow));
		return (long double)narrow;
	}
	if (size == sizeof(wide)) {
		memcpy(&wide, bytes, sizeof(wide));
		return (long double)wide;
	}
	memcpy(&extended, bytes, sizeof(extended));
	return extended;
}

static uint64_t extend(uint64_t bits, uint64_t size, bool is_signed)
{
	unsigned unused = (unsigned)(8 - size) * 8;
	bits <<= unused;
	return is_signed ? (uint64_t)((int64_t)bits >> unused) : bits >> unused;
}

static long double read_number(enum number_kind kind, const void *bytes,
			       uint64_t size, uint64_t *bits)
{
	if (kind == REAL)
		return read_real(bytes, size);
	*bits = 0;
	memcpy(bits, bytes, size);
	*bits = extend(*bits, size, kind == SIGNED);
	return kind == SIGNED ? (long double)(int64_t)*bits
			      : (long double)*bits;
}

/* What does not fit is what cvttsd2si makes of it: the lowest number. */
static uint64_t cut_real(long double value)
{
	if (value > -0x1p63L - 1 && value < 0x1p63L)
		return (uint64_t)(int64_t)value;
	if (value > 0 && value < 0x1p64L)
		return (uint64_t)value;
	return UINT64_C(1) << 63;
}

static void write_real(long double value, uint64_t size,
		       struct ct_ffi_number *ret)
{
	float narrow = (float)value;
	double wide = (double)value;
	ret->size = (uint8_t)size;
	if (size == sizeof(narrow))
		memcpy(ret->bytes, &narrow, sizeof(narrow));
	else if (size == sizeof(wide))
		memcpy(ret->bytes, &wide, sizeof(wide));
	else
		memcpy(ret->bytes, &value, 10);
}

static void write_integer(uint64_t bits, long double value, uint64_t size,
			  enum number_kind kind, struct ct_ffi_number *ret)
{
	bits = extend(bits, size, kind == SIGNED);
	long double back =
	    kind == SIGNED ? (long double)(int64_t)bits : (long double)bits;
	ret->is_inexact = back != value;
	ret->size = sizeof(bits);
	memcpy(ret->bytes, &bits, sizeof(bits));
}

struct ct_error *ct_ffi_convert(struct ct_type *from, const void *bytes,
				size_t size, struct ct_type *to,
				struct ct_ffi_number *ret)
{
	uint64_t bits = 0;
	*ret = (struct ct_ffi_number){0};
	struct ct_error *err = ct_type_strip(from, &from);
	if (!err)
		err = ct_type_strip(to, &to);
	if (err)
		return err;
	uint64_t from_size = ct_type_size(from), to_size = ct_type_size(to);
	enum number_kind source = kind_of(from, from_size);
	enum number_kind target = kind_of(to, to_size);
	if (!source || !target || size < from_size)
		return NULL;
	ret->is_number = true;
	long double value = read_number(source, bytes, from_size, &bits);
	if (target == REAL) {
		write_real(value, to_size, ret);
		return NULL;
	}
	if (source == REAL)
		bits = cut_real(value);
	if (to->kind == CT_TYPE_BASE && to->encoding == CT_ENCODING_BOOL)
		bits = value != 0;
	write_integer(bits, value, to_size, target, ret);
	return NULL;
}
