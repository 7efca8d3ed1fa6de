/* SPDX-License-Identifier: MIT */
/*
 * From a place to a value's bytes, and back.
 *
 * Of an indirect place, the bytes are the value's address: the caller reads
 * or writes the memory there.
 */
#ifndef CT_ABI_PLACE_H
#define CT_ABI_PLACE_H

#include "abi/abi.h"
#include "ctester/regs.h"
#include "ctester/value.h"

/*
 * Put the `size` bytes of a value together.  The registers must be those of
 * the entry for an argument, of the return for a result.  Bytes that no piece
 * holds (padding) become zero.  `memory` may be NULL when no piece is on
 * the stack.
 *
 * Returns the bytes from the start that are right: `size`, unless memory
 * could not be read or the place is absent.
 */
size_t ct_place_gather(const struct ct_place *place, const struct ct_regs *regs,
		       const struct ct_memory *memory, void *out, size_t size);

/*
 * Put a value of `size` bytes into the registers of a place, for a result to
 * return.  A register is replaced whole, zeros above the value.  st[0] and
 * st[1] are set, but that the x87 stack now has values is for who writes the
 * registers: see ct_place_x87_count().
 *
 * False, with regs untouched, when a piece is not a register.
 */
bool ct_place_scatter(const struct ct_place *place, const void *value,
		      size_t size, struct ct_regs *regs);

/* How many x87 registers the place has: 0 to 2. */
unsigned ct_place_x87_count(const struct ct_place *place);

/* How many xmm registers from xmm0 on the place has: 0 to 2. */
unsigned ct_place_sse_count(const struct ct_place *place);

/* Some piece is in an xmm or x87 register. */
bool ct_place_uses_fp(const struct ct_place *place);

#endif
