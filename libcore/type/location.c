/* SPDX-License-Identifier: MIT */
/*
 * Where a formal is at the first instruction of its function.
 *
 * Debug information is written for a debugger that stops after the prologue,
 * so most of it is not true yet at the entry: code that is not optimized
 * describes the stack slot into which the prologue will store the argument.
 * What can be believed is a location list's entry that begins at the entry
 * address.  It agrees with the ABI for functions that anybody may call, and
 * is the only truth for clones.
 *
 * Where nothing can be believed, the ABI decides; a clone has no ABI, and its
 * formal is absent.  So is one without any location in a static function that
 * Clang may have changed (enum argument_order).
 */
#include "type/types.h"

enum {
	/* DWARF register numbers, System V ABI AMD64 3.6.2 */
	REG_RSP = 7,
	REG_XMM7 = 24,
	/* The CFA is the stack pointer before the call pushed the return
	 * address. */
	CFA_FROM_RSP = 8
};

/* Reads the operations of a location expression one after the other. */
struct op_reader {
	const struct ct_expression *expression;
	size_t next;
	bool frame_base_is_cfa;
};

static const struct ct_dw_op *peek(const struct op_reader *reader)
{
	if (reader->next == reader->expression->count)
		return NULL;
	return &reader->expression->ops[reader->next];
}

static bool accept(struct op_reader *reader, uint8_t atom)
{
	const struct ct_dw_op *op = peek(reader);
	if (!op || op->atom != atom)
		return false;
	reader->next++;
	return true;
}

static bool is_register(uint8_t atom)
{
	return atom >= DW_OP_reg0 && atom <= DW_OP_reg31;
}

/* An operation that pushes a constant. */
static bool read_constant(const struct ct_dw_op *op, uint64_t *ret)
{
	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) {
		*ret = op->atom - DW_OP_lit0;
		return true;
	}
	switch (op->atom) {
	case DW_OP_const1u:
	case DW_OP_const2u:
	case DW_OP_const4u:
	case DW_OP_const8u:
	case DW_OP_constu:
	case DW_OP_const1s:
	case DW_OP_const2s:
	case DW_OP_const4s:
	case DW_OP_const8s:
	case DW_OP_consts:
	case DW_OP_addr:
		*ret = op->operands[0];
		return true;
	default:
		return false;
	}
}

/*
 * DW_OP_entry_value of a register.  Its operand is an expression of its own
 * (DWARF 5, 2.5.1.7); that of the register alone is one byte long.
 */
static bool read_entry_value(const struct ct_dw_op *op, int *ret)
{
	if (op->operands[0] != 1 || !op->operands[1])
		return false;
	uint8_t atom = *(const uint8_t *)(uintptr_t)op->operands[1];
	if (!is_register(atom))
		return false;
	*ret = atom - DW_OP_reg0;
	return true;
}

static bool in_memory(struct ct_formal_piece *piece, int64_t cfa_offset)
{
	piece->on_stack = true;
	piece->cfa_offset = cfa_offset;
	return true;
}

static bool in_register(struct ct_formal_piece *piece, int reg)
{
	piece->reg = reg;
	return true;
}

/* DW_OP_bregN: with DW_OP_stack_value the register itself, else memory, of
 * which only the stack's is ours to name. */
static bool read_based(struct op_reader *reader, int reg, int64_t offset,
		       struct ct_formal_piece *piece)
{
	if (accept(reader, DW_OP_stack_value))
		return offset == 0 && in_register(piece, reg);
	return reg == REG_RSP && offset >= INT32_MIN && offset <= INT32_MAX &&
	       in_memory(piece, offset - CFA_FROM_RSP);
}

/* One simple location; false when it is none that we know. */
static bool read_place(struct op_reader *reader, struct ct_formal_piece *piece)
{
	*piece = (struct ct_formal_piece){.reg = -1};
	const struct ct_dw_op *op = peek(reader);
	if (!op)
		return false;
	if (op->atom == DW_OP_piece)
		return true; /* this part is optimized out */
	reader->next++;

	if (is_register(op->atom))
		return in_register(piece, op->atom - DW_OP_reg0);
	if (op->atom == DW_OP_regx && op->operands[0] <= INT16_MAX)
		return in_register(piece, (int)op->operands[0]);
	if (op->atom == DW_OP_fbreg)
		return reader->frame_base_is_cfa &&
		       in_memory(piece, (int64_t)op->operands[0]);
	if (op->atom == DW_OP_call_frame_cfa)
		return in_memory(piece, 0);
	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31)
		return read_based(reader, op->atom - DW_OP_breg0,
				  (int64_t)op->operands[0], piece);
	if (op->atom == DW_OP_entry_value ||
	    op->atom == DW_OP_GNU_entry_value) {
		int reg;
		return read_entry_value(op, &reg) &&
		       accept(reader, DW_OP_stack_value) &&
		       in_register(piece, reg);
	}
	piece->is_constant = read_constant(op, &piece->constant);
	return piece->is_constant && accept(reader, DW_OP_stack_value);
}

static bool is_nowhere(const struct ct_formal_piece *piece)
{
	return piece->reg < 0 && !piece->on_stack && !piece->is_constant;
}

/* The pieces of a value, or the whole; false when it is too hard. */
static bool read_places(struct op_reader *reader, struct ct_formal *formal)
{
	size_t count = 0;
	while (peek(reader)) {
		struct ct_formal_piece piece;
		if (!read_place(reader, &piece))
			return false;
		const struct ct_dw_op *op = peek(reader);
		if (!op && count == 0) {
			formal->reg = piece.reg;
			formal->on_stack = piece.on_stack;
			formal->cfa_offset = piece.cfa_offset;
			formal->is_constant = piece.is_constant;
			formal->constant = piece.constant;
			return true;
		}
		if (!op || op->atom != DW_OP_piece ||
		    op->operands[0] > UINT32_MAX ||
		    count == CT_FORMAL_PIECES_MAX)
			return false;
		reader->next++;
		piece.size = (uint32_t)op->operands[0];
		formal->pieces[count++] = piece;
	}
	formal->piece_count = count;
	return count > 0;
}

static bool is_argument_register(int reg)
{
	/* rdx, rcx, rsi, rdi, r8, r9, xmm0 to xmm7 */
	return reg == 1 || reg == 2 || reg == 4 || reg == 5 || reg == 8 ||
	       reg == 9 || (reg >= 17 && reg <= REG_XMM7);
}

static bool can_arrive(int reg, bool on_stack, int64_t cfa_offset)
{
	if (reg >= 0)
		return is_argument_register(reg);
	return !on_stack || cfa_offset >= 0;
}

/*
 * May an expression that is no list, and so claims to hold everywhere, be
 * believed of the entry?  Not where the ABI says it all; and only where
 * arguments can arrive: such a function is optimized.
 */
static bool is_everywhere(const struct ct_formal *formal)
{
	for (size_t i = 0; i < formal->piece_count; i++) {
		const struct ct_formal_piece *piece = &formal->pieces[i];
		if (!can_arrive(piece->reg, piece->on_stack, piece->cfa_offset))
			return false;
	}
	return formal->piece_count ||
	       can_arrive(formal->reg, formal->on_stack, formal->cfa_offset);
}

static bool has_gap(const struct ct_formal *formal)
{
	for (size_t i = 0; i < formal->piece_count; i++) {
		if (is_nowhere(&formal->pieces[i]))
			return true;
	}
	return false;
}

static struct ct_error *frame_base_is_cfa(const struct ct_die *function,
					  uint64_t entry, bool *ret)
{
	bool found;
	struct ct_expression CT_CLEANUP(ct_expression_deinit) base = {0};
	struct ct_error *err =
	    ct_die_expression(function, DW_AT_frame_base, entry, &found, &base);
	if (err)
		return err;
	*ret = found && base.count == 1 &&
	       base.ops[0].atom == DW_OP_call_frame_cfa;
	return NULL;
}

static void formal_reset(struct ct_formal *formal, enum ct_formal_place place)
{
	*formal = (struct ct_formal){
	    .name = formal->name,
	    .type = formal->type,
	    .place = place,
	    .reg = -1,
	};
}

void ct_formal_absent(struct ct_formal *formal)
{
	formal_reset(formal, CT_FORMAL_ABSENT);
}

/* What DW_AT_location says of the entry. */
static struct ct_error *locate_by_expression(const struct ct_die *function,
					     const struct ct_die *die,
					     uint64_t entry,
					     enum argument_order order,
					     struct ct_formal *formal)
{
	bool found;
	struct ct_expression CT_CLEANUP(ct_expression_deinit) expression = {0};
	struct ct_error *err =
	    ct_die_expression(die, DW_AT_location, entry, &found, &expression);
	if (err || !found)
		return err;
	bool at_entry = expression.from_list && expression.low_pc == entry;
	if (!at_entry && (order == ORDER_ABI || expression.from_list))
		return NULL;

	struct op_reader reader = {.expression = &expression};
	err = frame_base_is_cfa(function, entry, &reader.frame_base_is_cfa);
	if (err)
		return err;
	struct ct_formal read = *formal;
	if (!read_places(&reader, &read) ||
	    (!at_entry && !is_everywhere(&read)) ||
	    (order != ORDER_NONE && has_gap(&read)))
		return NULL;
	read.place = CT_FORMAL_AT_ENTRY;
	*formal = read;
	return NULL;
}

struct ct_error *ct_formal_locate(const struct ct_die *function,
				  const struct ct_die *die, uint64_t entry,
				  enum argument_order order,
				  struct ct_formal *ret)
{
	bool is_absent = order == ORDER_NONE;
	if (order == ORDER_UNSURE)
		is_absent = !ct_die_has(die, DW_AT_location);
	formal_reset(ret, is_absent ? CT_FORMAL_ABSENT : CT_FORMAL_BY_ABI);
	if (ct_die_has(die, DW_AT_location))
		return locate_by_expression(function, die, entry, order, ret);
	uint64_t constant;
	bool found = false;
	struct ct_error *err =
	    ct_die_constant(die, DW_AT_const_value, &found, &constant);
	if (err && ct_error_code(err) != CT_ERROR_UNSUPPORTED)
		return err;
	ct_error_destroy(err);
	if (!err && found) {
		ret->place = CT_FORMAL_AT_ENTRY;
		ret->is_constant = true;
		ret->constant = constant;
	}
	return NULL;
}
