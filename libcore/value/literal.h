/* SPDX-License-Identifier: MIT */
/*
 * Literals: text becomes the object representation of a C type, for values
 * that people type (a mock's result) or that Python's repr() wrote.
 *
 *   integers    42, -1, 0x2a, 0b101, 052, 42UL, 'a', true
 *   floats      1.5, 1e-3, 0x1p-3, nan, inf, -inf, and integers
 *   complex     1+2i, (1+2j), {re = 1, im = 2}
 *   bool        true, false, True, False, 0, 1
 *   enums       RED, READ|WRITE, "RED", or a number
 *   pointers    NULL, None, 0x1000; "text" and b"text" for pointers to
 *               characters, bytes or void; {1, 2} and &{x = 1} and &5 for
 *               what is pointed to
 *   arrays      {1, 2, 3}, [1, 2, 3], "text"
 *   structs     {x = 1}, {.x = 1}, {"x": 1}, {1, 2}, 0 for all zero
 *   void        nothing, None, void
 *
 * What is missing in braces is zero.  Behind a pointer to a struct, union or
 * array, braces are one object; behind other pointers they are as many
 * elements as are listed; brackets are always elements.
 */
#ifndef CT_VALUE_LITERAL_H
#define CT_VALUE_LITERAL_H

#include <stddef.h>

#include "base/error.h"
#include "ctester/type.h"

struct ct_literal_relocation;

/*
 * An object.  Where it has pointers to objects of its own, `bytes` has 8 zero
 * bytes and a relocation.  To use it: place every pointee, inner ones first,
 * in the program's memory at a multiple of 64, and write its address into the
 * 8 bytes at `offset`.
 */
struct ct_literal {
	size_t size;          /* bytes; 0 for void */
	unsigned char *bytes; /* on the heap; NULL when size is 0 */
	size_t relocation_count;
	struct ct_literal_relocation *relocations;
};

struct ct_literal_relocation {
	size_t offset; /* in the bytes of the literal that has it */
	struct ct_literal pointee;
};

/*
 * The value that text says, for that type.
 *
 * @param ret  On success, the literal; release with ct_literal_deinit().
 * @return CT_ERROR_BAD_ARGUMENT with what does not fit, the type, the path to
 *         it and the column; what keeps the type from being read.
 */
CT_MUST_CHECK
struct ct_error *ct_literal_parse(struct ct_type *type, const char *text,
				  struct ct_literal *ret);
void ct_literal_deinit(struct ct_literal *literal);

#endif
