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
 * What an ffi_cif says, as bytes: of one that says the same they are the same,
 * wherever it lies.  Nothing is allocated.
 *
 * @param ret  How many bytes of `key` that takes.
 * @return Like ct_ffi_read_cif(); CT_ERROR_UNSUPPORTED for what does not fit.
 */
enum {
	CT_FFI_KEY_MAX = 16 * 1024 /* the most arguments that ctypes passes */
};
CT_MUST_CHECK
struct ct_error *ct_ffi_read_key(const struct ct_memory *memory, uint64_t addr,
				 uint8_t *key, size_t capacity, size_t *ret);

/*
 * Whether a value of one type can be taken as the other: by size and by the
 * ABI's classes.  An argument may be an int where less is wanted.  What has no
 * class is not judged, and agrees.
 */
CT_MUST_CHECK
struct ct_error *ct_ffi_agrees(struct ct_type *caller, struct ct_type *wanted,
			       bool is_argument, bool *ret);

/*
 * Compare what a caller passes and takes with a function's prototype, by
 * size and by the ABI's classes: pointers and integers of one size agree, as
 * do an int and a short that is to be cut out of it.
 *
 * @param name  The function's, for the sentence.
 * @param ret   The first disagreement, which the caller frees: `the caller
 *              passes int as argument 1 where the prototype of sqrt wants
 *              double`; NULL when there is none.
 */
CT_MUST_CHECK
struct ct_error *ct_ffi_disagrees(struct ct_type *caller,
				  struct ct_type *prototype, const char *name,
				  char **ret);

/* How a caller's types and a prototype become one. */
enum ct_ffi_trust {
	CT_FFI_KNOWN,   /* the prototype counts where both agree */
	CT_FFI_TAIL,    /* the same; what is behind `...` is known otherwise */
	CT_FFI_GUESSED, /* the caller alone counts */
};

/*
 * The type by which a call is shown: what the prototype says where that agrees
 * with what the caller passes, else what is passed, under the prototype's
 * name.  Arguments beyond the prototype's have no names.  The result is the
 * prototype's, but the caller's where one of the two alone is in memory, and
 * between float and double, which share a register.
 *
 * @param ret  The prototype itself when nothing in it is to be changed; else a
 *             CT_TYPE_FUNCTION, of the arena.
 */
CT_MUST_CHECK
struct ct_error *ct_ffi_merge(struct ct_type *caller, struct ct_type *prototype,
			      enum ct_ffi_trust trust, struct ct_arena *arena,
			      struct ct_type **ret);

#endif
