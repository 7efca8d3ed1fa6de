/* SPDX-License-Identifier: MIT */
/*
 * Values without a prototype: what a caller through libffi takes may be of
 * another type than what was said to be returned, and where nobody knows the
 * type at all, the value has to say it.
 */
#ifndef CT_PROGRAM_FFI_VALUE_H
#define CT_PROGRAM_FFI_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ctester/type.h"
#include "value/literal.h"

/* `char *`, borrowed from nobody. */
extern struct ct_type ct_ffi_text_type;

/* A pointer to a function; of what kind is not known. */
extern struct ct_type ct_ffi_callback_type;

/*
 * The value that text says where no type is known: an integer is a long, a
 * real a double, text a pointer to characters, None a long 0.
 *
 * @param type  Set to that type.
 * @return CT_ERROR_BAD_ARGUMENT for text that is of a type of its own.
 */
CT_MUST_CHECK
struct ct_error *ct_ffi_parse_value(const char *text, struct ct_type **type,
				    struct ct_literal *ret);

/* A number as another type of number, as a cast in C has it. */
struct ct_ffi_number {
	bool is_number;    /* false: one of the types is none */
	bool is_inexact;   /* something of it is lost */
	uint8_t size;      /* of the bytes */
	uint8_t bytes[16]; /* integers extended to 8 by their sign */
};
CT_MUST_CHECK
struct ct_error *ct_ffi_convert(struct ct_type *from, const void *bytes,
				size_t size, struct ct_type *to,
				struct ct_ffi_number *ret);

#endif
