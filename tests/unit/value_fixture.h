/* SPDX-License-Identifier: MIT */
/*
 * Types built by hand and memory that ends at an unmapped page, for the tests
 * of the value room.
 *
 * The program's memory is an area of this process at its own addresses: what
 * follows `end` is not mapped here and not readable there.
 */
#ifndef TESTS_UNIT_VALUE_FIXTURE_H
#define TESTS_UNIT_VALUE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "ctester/value.h"
#include "type/model.h"

#define BASE(type_name, enc, bytes)                                       \
	{                                                                 \
		.kind = CT_TYPE_BASE, .name = type_name, .encoding = enc, \
		.size = bytes                                             \
	}
#define POINTER(to)                                              \
	{                                                        \
		.kind = CT_TYPE_POINTER, .size = 8, .target = to \
	}
#define CONST(of)                                                           \
	{                                                                   \
		.kind = CT_TYPE_QUALIFIED, .qualifier = CT_QUALIFIER_CONST, \
		.target = of                                                \
	}
#define TYPEDEF(as, of)                                           \
	{                                                         \
		.kind = CT_TYPE_TYPEDEF, .name = as, .target = of \
	}
#define ARRAY(of, n, bytes)                                      \
	{                                                        \
		.kind = CT_TYPE_ARRAY, .target = of, .count = n, \
		.count_known = true, .size = bytes               \
	}
#define STRUCT(bytes, parts)                                      \
	{                                                         \
		.kind = CT_TYPE_STRUCT, .size = bytes,            \
		.part_count = sizeof(parts) / sizeof((parts)[0]), \
		.members = parts                                  \
	}
#define ENUM(bytes, of, parts)                                     \
	{                                                          \
		.kind = CT_TYPE_ENUM, .size = bytes, .target = of, \
		.part_count = sizeof(parts) / sizeof((parts)[0]),  \
		.enumerators = parts                               \
	}

static struct ct_type type_bool = BASE("_Bool", CT_ENCODING_BOOL, 1);
static struct ct_type type_char = BASE("char", CT_ENCODING_CHAR, 1);
static struct ct_type type_uchar =
    BASE("unsigned char", CT_ENCODING_UNSIGNED, 1);
static struct ct_type type_short = BASE("short", CT_ENCODING_SIGNED, 2);
static struct ct_type type_int = BASE("int", CT_ENCODING_SIGNED, 4);
static struct ct_type type_uint = BASE("unsigned int", CT_ENCODING_UNSIGNED, 4);
static struct ct_type type_long = BASE("long", CT_ENCODING_SIGNED, 8);
static struct ct_type type_ulong =
    BASE("unsigned long", CT_ENCODING_UNSIGNED, 8);
static struct ct_type type_int128 = BASE("__int128", CT_ENCODING_SIGNED, 16);
static struct ct_type type_uint128 =
    BASE("unsigned __int128", CT_ENCODING_UNSIGNED, 16);
static struct ct_type type_float = BASE("float", CT_ENCODING_FLOAT, 4);
static struct ct_type type_double = BASE("double", CT_ENCODING_FLOAT, 8);
static struct ct_type type_long_double =
    BASE("long double", CT_ENCODING_FLOAT, 16);
static struct ct_type type_complex =
    BASE("complex double", CT_ENCODING_COMPLEX, 16);
static struct ct_type type_wchar = TYPEDEF("wchar_t", &type_int);
static struct ct_type type_char16 = BASE("char16_t", CT_ENCODING_UTF, 2);
static struct ct_type type_function = {.kind = CT_TYPE_FUNCTION};
static struct ct_type type_incomplete = {
    .kind = CT_TYPE_STRUCT,
    .name = "opaque",
    .incomplete = true,
};

static struct ct_type type_const_char = CONST(&type_char);
static struct ct_type type_string = POINTER(&type_const_char);
static struct ct_type type_strings = POINTER(&type_string);
static struct ct_type type_wide = POINTER(&type_wchar);
static struct ct_type type_utf16 = POINTER(&type_char16);
static struct ct_type type_int_pointer = POINTER(&type_int);
static struct ct_type type_int_pointer_pointer = POINTER(&type_int_pointer);
static struct ct_type type_void_pointer = POINTER(NULL);
static struct ct_type type_code_pointer = POINTER(&type_function);
static struct ct_type type_incomplete_pointer = POINTER(&type_incomplete);

enum {
	AREA_SIZE = 64 << 10
};

struct area {
	unsigned char *begin, *end;
};

/* One area a program: mapped once, cleared by each test's setup. */
static struct area area;

__attribute__((unused)) static int area_setup(void **state)
{
	(void)state;
	if (!area.begin) {
		area.begin =
		    mmap(NULL, AREA_SIZE + 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		assert_ptr_not_equal(area.begin, MAP_FAILED);
		area.end = area.begin + AREA_SIZE;
		assert_int_equal(mprotect(area.end, 4096, PROT_NONE), 0);
	}
	memset(area.begin, 0, AREA_SIZE);
	return 0;
}

/* A copy that ends at the unmapped page. */
static inline void *at_end(const void *data, size_t size)
{
	return memcpy(area.end - size, data, size);
}

static size_t area_read(void *arg, uint64_t addr, void *buf, size_t size)
{
	(void)arg;
	uint64_t begin = (uintptr_t)area.begin, end = (uintptr_t)area.end;
	if (addr < begin || addr >= end)
		return 0;
	if (size > end - addr)
		size = (size_t)(end - addr);
	memcpy(buf, area.begin + (addr - begin), size);
	return size;
}

static const char *code_name(void *arg, uint64_t addr)
{
	(void)arg;
	return addr == 0x401156 ? "handler" : NULL;
}

static inline struct ct_decoder area_decoder(void)
{
	return (struct ct_decoder){
	    .memory = {.read = area_read},
	    .symbolizer = {.name = code_name},
	    .limits = ct_limits_default,
	};
}

typedef struct ct_error *encode_fn(const struct ct_decoder *,
				   const struct ct_value *, struct ct_buffer *);

/* The text of an encoded value; lives until the next call. */
static inline const char *encoded(encode_fn *encode,
				  const struct ct_decoder *decoder,
				  const struct ct_value *value)
{
	static struct ct_buffer out;
	ct_buffer_clear(&out);
	struct ct_error *err = encode(decoder, value, &out);
	if (err)
		fail_msg("%s", ct_error_message(err));
	ct_buffer_append(&out, "", 1);
	return out.data;
}

/* Addresses differ from run to run: each `0x...` becomes `@`. */
static inline const char *without_addresses(const char *text)
{
	static char copy[1 << 20];
	char *to = copy;
	while (*text && to < copy + sizeof(copy) - 1) {
		if (!strncmp(text, "0x", 2)) {
			text += 2;
			text += strspn(text, "0123456789abcdef");
			*to++ = '@';
		} else {
			*to++ = *text++;
		}
	}
	*to = 0;
	return copy;
}

#endif
