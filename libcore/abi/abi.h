/* SPDX-License-Identifier: MIT */
/*
 * Where a function's arguments and result live, by the calling convention.
 *
 * Described as pieces, so that the capture plan can copy them without knowing
 * types: registers and stack slots at the exact entry address (the return
 * address is at 0(%rsp), the first stack argument at 8(%rsp)), and registers
 * at the return.  One .c file an architecture: sysv_x86_64.c is the System V
 * ABI, AMD64 supplement, 3.2.
 */
#ifndef CT_ABI_ABI_H
#define CT_ABI_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "ctester/function.h"
#include "ctester/type.h"

enum ct_piece_kind {
	CT_PIECE_GPR,   /* a general register, by its DWARF number */
	CT_PIECE_SSE,   /* an xmm register, by its number 0..15 */
	CT_PIECE_X87,   /* st(reg), 10 bytes of value */
	CT_PIECE_STACK, /* memory at rsp + stack_offset (at the entry) */
	CT_PIECE_CONST, /* the bytes are `constant` (a propagated argument) */
};

/* Bytes [offset, offset + size) of a value are the first `size` bytes of a
 * register, or of memory on the stack. */
struct ct_piece {
	uint8_t kind; /* enum ct_piece_kind */
	uint8_t reg;
	uint16_t offset;
	uint32_t size;
	int32_t stack_offset;
	uint64_t constant;
};

enum {
	CT_PIECES_MAX = 4
};

/* Where one value is. */
struct ct_place {
	uint8_t count;
	/* The pieces hold the value's address, not the value: a result in
	 * memory (`sret`), whose address comes back in rax. */
	bool indirect;
	/* No pieces, and not because the type is empty: optimized out. */
	bool absent;
	struct ct_piece pieces[CT_PIECES_MAX];
};

/* Where everything of one call is. */
struct ct_call_layout {
	struct ct_place result; /* at the return; count 0 for void */
	/* At the entry, where the result will be written; -1 when no memory
	 * is passed, else the register that holds the hidden pointer. */
	int sret_reg;
	size_t count;
	struct ct_place *parameters; /* in the arena */
	/* Where the variadic tail goes on. */
	uint8_t next_gpr;   /* 0..6 of the integer registers used */
	uint8_t next_sse;   /* 0..8 */
	int32_t next_stack; /* offset from rsp at the entry of the next slot */
	/* Some piece is in an xmm or x87 register: capture needs them. */
	bool entry_uses_fp, result_uses_fp;
};

/*
 * The layout of a call of a function type, by the ABI's order.  Types that
 * cannot be placed (incomplete, larger than 1 GiB) give CT_ERROR_UNSUPPORTED
 * with the name of the parameter.
 */
CT_MUST_CHECK
struct ct_error *ct_abi_layout(struct ct_type *function, struct ct_arena *arena,
			       struct ct_call_layout *ret);

/* The same, for a function known by its parts. */
CT_MUST_CHECK
struct ct_error *ct_abi_layout_types(struct ct_type *result, size_t count,
				     const struct ct_parameter *parameters,
				     struct ct_arena *arena,
				     struct ct_call_layout *ret);

/*
 * The same for a concrete function: where its debug information speaks of the
 * entry address itself, that is believed instead (clones, optimized static
 * functions).  A parameter of a clone is absent when nothing is said of it:
 * the ABI's order does not count there.
 */
CT_MUST_CHECK
struct ct_error *ct_abi_layout_function(const struct ct_function *function,
					struct ct_arena *arena,
					struct ct_call_layout *ret);

/*
 * A cursor over a variadic tail: each call gives the place of the next
 * argument of that type, after default promotions.  Start it at a layout.
 * A float has become a double: its place has 8 bytes.
 */
struct ct_abi_tail {
	uint8_t gpr, sse;
	int32_t stack;
};
struct ct_abi_tail ct_abi_tail_start(const struct ct_call_layout *layout);
CT_MUST_CHECK
struct ct_error *ct_abi_tail_next(struct ct_abi_tail *tail,
				  struct ct_type *type, struct ct_place *ret);

/* A piece of offset 0 that is the whole register of that DWARF number; false
 * when values do not live in such registers. */
bool ct_abi_register_piece(int reg, struct ct_piece *ret);

/* The integer argument registers' DWARF numbers, in order: rdi rsi rdx rcx r8
 * r9. */
extern const uint8_t ct_abi_argument_gpr[6];

#endif
