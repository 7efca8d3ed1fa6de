/* SPDX-License-Identifier: MIT */
/*
 * What a caller through libffi (Python's ctypes and cffi) passes: at ffi_call
 * rdi is an ffi_cif, which names the types of arguments and result.
 *
 * The types have no names but C's own, and these are guessed where libffi
 * does not distinguish: 8 bytes are `long`, any pointer is `void *`.
 */
#ifndef CT_PROGRAM_FFI_H
#define CT_PROGRAM_FFI_H

#include "base/arena.h"
#include "base/error.h"
#include "ctester/value.h"

/*
 * Read an ffi_cif, of libffi 3 for x86-64, out of a program's memory.  All of
 * it is checked: sizes, counts, depth, types made of themselves.
 *
 * A cif does not say where variadic arguments begin: all are parameters, and
 * lie where a function of these would have them.  Members of structs are _0,
 * _1 and so on.  A struct whose parts do not make up its size (ctypes gives
 * arrays in large ones as pointers) is bytes when it is passed in memory, and
 * a CT_TYPE_OPAQUE when it may be in registers.
 *
 * @param arena  Owns the types; those of a failed call, too.
 * @param ret    A CT_TYPE_FUNCTION.
 * @return CT_ERROR_FAULT for memory that cannot be read, CT_ERROR_BAD_DATA
 *         for what is no cif, CT_ERROR_UNSUPPORTED for another ABI's.
 */
CT_MUST_CHECK
struct ct_error *ct_ffi_read_cif(const struct ct_memory *memory, uint64_t addr,
				 struct ct_arena *arena, struct ct_type **ret);

/*
 * Compare what a caller passes and takes with a function's prototype, by
 * size and by the ABI's classes: pointers and integers of one size agree, as
 * do an int and a short that is to be cut out of it.
 *
 * @param name  The function's, for the sentence.
 * @param ret   The first disagreement, which the caller frees: `the caller
 *              passes int as argument 1, the prototype of sqrt wants double`;
 *              NULL when there is none.
 */
CT_MUST_CHECK
struct ct_error *ct_ffi_disagrees(struct ct_type *caller,
				  struct ct_type *prototype, const char *name,
				  char **ret);

#endif
