/* SPDX-License-Identifier: MIT */
/* Gather a value's bytes from the pieces of its place, or scatter them. */
#include "abi/place.h"

#include <string.h>

enum {
	X87_VALUE_SIZE = 10
};

/* The bytes of the register a piece is in; NULL for other pieces and for
 * registers that do not exist. */
static const uint8_t *register_bytes(const struct ct_piece *piece,
				     const struct ct_regs *regs, size_t *size)
{
	switch (piece->kind) {
	case CT_PIECE_GPR:
		*size = sizeof(regs->gpr[0]);
		return piece->reg < CT_REG_GENERAL_COUNT
			   ? (const uint8_t *)&regs->gpr[piece->reg]
			   : NULL;
	case CT_PIECE_SSE:
		*size = sizeof(regs->xmm[0]);
		return piece->reg < 16 ? regs->xmm[piece->reg] : NULL;
	case CT_PIECE_X87:
		*size = X87_VALUE_SIZE;
		return piece->reg < 8 ? regs->st[piece->reg] : NULL;
	default:
		return NULL;
	}
}

static size_t at_most(size_t size, size_t most)
{
	return size < most ? size : most;
}

/* Copy a piece of `want` bytes; the number that could be had. */
static size_t gather_piece(const struct ct_piece *piece,
			   const struct ct_regs *regs,
			   const struct ct_memory *memory, uint8_t *out,
			   size_t want)
{
	size_t room, got;

	if (piece->kind == CT_PIECE_STACK) {
		uint64_t addr =
		    regs->gpr[CT_REG_RSP] + (uint64_t)piece->stack_offset;
		if (!memory)
			return 0;
		got = memory->read(memory->arg, addr, out, want);
		return at_most(got, want);
	}
	if (piece->kind == CT_PIECE_CONST) {
		want = at_most(want, sizeof(piece->constant));
		memcpy(out, &piece->constant, want);
		return want;
	}
	const uint8_t *from = register_bytes(piece, regs, &room);
	if (!from)
		return 0;
	want = at_most(want, room);
	memcpy(out, from, want);
	return want;
}

size_t ct_place_gather(const struct ct_place *place, const struct ct_regs *regs,
		       const struct ct_memory *memory, void *out, size_t size)
{
	uint8_t *bytes = out;
	size_t right = place->absent ? 0 : size;

	if (size)
		memset(bytes, 0, size);
	for (size_t i = 0; i < place->count; i++) {
		const struct ct_piece *piece = &place->pieces[i];
		if (piece->offset >= size)
			continue;
		size_t want = at_most(piece->size, size - piece->offset);
		size_t got = gather_piece(piece, regs, memory,
					  bytes + piece->offset, want);
		if (got < want)
			right = at_most(right, piece->offset + got);
	}
	return right;
}

static bool in_registers(const struct ct_place *place,
			 const struct ct_regs *regs)
{
	size_t room;

	for (size_t i = 0; i < place->count; i++)
		if (!register_bytes(&place->pieces[i], regs, &room))
			return false;
	return !place->absent;
}

bool ct_place_scatter(const struct ct_place *place, const void *value,
		      size_t size, struct ct_regs *regs)
{
	if (!in_registers(place, regs))
		return false;
	for (size_t i = 0; i < place->count; i++) {
		const struct ct_piece *piece = &place->pieces[i];
		uint8_t bytes[16] = {0};
		size_t want = at_most(piece->size, sizeof(bytes));
		if (piece->offset < size)
			memcpy(bytes, (const uint8_t *)value + piece->offset,
			       at_most(want, size - piece->offset));
		if (piece->kind == CT_PIECE_GPR)
			memcpy(&regs->gpr[piece->reg], bytes, 8);
		else if (piece->kind == CT_PIECE_SSE)
			memcpy(regs->xmm[piece->reg], bytes, 16);
		else
			memcpy(regs->st[piece->reg], bytes, 16);
	}
	return true;
}

static unsigned count_kind(const struct ct_place *place, int kind)
{
	unsigned count = 0;

	for (size_t i = 0; i < place->count; i++)
		count += place->pieces[i].kind == kind;
	return count;
}

unsigned ct_place_x87_count(const struct ct_place *place)
{
	return count_kind(place, CT_PIECE_X87);
}

unsigned ct_place_sse_count(const struct ct_place *place)
{
	return count_kind(place, CT_PIECE_SSE);
}

bool ct_place_uses_fp(const struct ct_place *place)
{
	return ct_place_x87_count(place) || ct_place_sse_count(place);
}
