/* SPDX-License-Identifier: MIT */
/*
 * Location expressions (DWARF 5, 2.5 and 7.7.1) and location lists (7.29; 4,
 * 7.7.3; GNU's split DWARF 4).
 *
 * Operands are decoded here: a row per operation says what follows it.  An
 * operation that is not known ends the reading with an error, since nothing
 * after it can be trusted.
 */
#include "image/dw_internal.h"

enum operand {
	NONE,
	U1,
	U2,
	U4,
	U8,
	S1,
	S2,
	S4,
	S8,
	ULEB,
	SLEB,
	ADDRESS,
	OFFSET, /* of a DIE in .debug_info */
	BLOCK,  /* ULEB length and bytes: two operands */
	TYPED,  /* length of one byte and bytes: one operand */
	ADDRX,  /* an index into .debug_addr */
};

struct operation {
	uint8_t first, last; /* DW_OP_ numbers */
	uint8_t operands[2];
};

/* Sorted; what is not in a row is not known. */
static const struct operation operations[] = {
    {DW_OP_addr, DW_OP_addr, {ADDRESS}},
    {DW_OP_deref, DW_OP_deref, {NONE}},
    {DW_OP_const1u, DW_OP_const1u, {U1}},
    {DW_OP_const1s, DW_OP_const1s, {S1}},
    {DW_OP_const2u, DW_OP_const2u, {U2}},
    {DW_OP_const2s, DW_OP_const2s, {S2}},
    {DW_OP_const4u, DW_OP_const4u, {U4}},
    {DW_OP_const4s, DW_OP_const4s, {S4}},
    {DW_OP_const8u, DW_OP_const8u, {U8}},
    {DW_OP_const8s, DW_OP_const8s, {S8}},
    {DW_OP_constu, DW_OP_constu, {ULEB}},
    {DW_OP_consts, DW_OP_consts, {SLEB}},
    {DW_OP_dup, DW_OP_over, {NONE}},
    {DW_OP_pick, DW_OP_pick, {U1}},
    {DW_OP_swap, DW_OP_plus, {NONE}},
    {DW_OP_plus_uconst, DW_OP_plus_uconst, {ULEB}},
    {DW_OP_shl, DW_OP_xor, {NONE}},
    {DW_OP_bra, DW_OP_bra, {S2}},
    {DW_OP_eq, DW_OP_ne, {NONE}},
    {DW_OP_skip, DW_OP_skip, {S2}},
    {DW_OP_lit0, DW_OP_reg31, {NONE}},
    {DW_OP_breg0, DW_OP_breg31, {SLEB}},
    {DW_OP_regx, DW_OP_regx, {ULEB}},
    {DW_OP_fbreg, DW_OP_fbreg, {SLEB}},
    {DW_OP_bregx, DW_OP_bregx, {ULEB, SLEB}},
    {DW_OP_piece, DW_OP_piece, {ULEB}},
    {DW_OP_deref_size, DW_OP_xderef_size, {U1}},
    {DW_OP_nop, DW_OP_push_object_address, {NONE}},
    {DW_OP_call2, DW_OP_call2, {U2}},
    {DW_OP_call4, DW_OP_call4, {U4}},
    {DW_OP_call_ref, DW_OP_call_ref, {OFFSET}},
    {DW_OP_form_tls_address, DW_OP_call_frame_cfa, {NONE}},
    {DW_OP_bit_piece, DW_OP_bit_piece, {ULEB, ULEB}},
    {DW_OP_implicit_value, DW_OP_implicit_value, {BLOCK}},
    {DW_OP_stack_value, DW_OP_stack_value, {NONE}},
    {DW_OP_implicit_pointer, DW_OP_implicit_pointer, {OFFSET, SLEB}},
    {DW_OP_addrx, DW_OP_constx, {ADDRX}},
    {DW_OP_entry_value, DW_OP_entry_value, {BLOCK}},
    {DW_OP_const_type, DW_OP_const_type, {ULEB, TYPED}},
    {DW_OP_regval_type, DW_OP_regval_type, {ULEB, ULEB}},
    {DW_OP_deref_type, DW_OP_xderef_type, {U1, ULEB}},
    {DW_OP_convert, DW_OP_reinterpret, {ULEB}},
    {DW_OP_GNU_push_tls_address, DW_OP_GNU_push_tls_address, {NONE}},
    {DW_OP_GNU_uninit, DW_OP_GNU_uninit, {NONE}},
    {DW_OP_GNU_implicit_pointer, DW_OP_GNU_implicit_pointer, {OFFSET, SLEB}},
    {DW_OP_GNU_entry_value, DW_OP_GNU_entry_value, {BLOCK}},
    {DW_OP_GNU_const_type, DW_OP_GNU_const_type, {ULEB, TYPED}},
    {DW_OP_GNU_regval_type, DW_OP_GNU_regval_type, {ULEB, ULEB}},
    {DW_OP_GNU_deref_type, DW_OP_GNU_deref_type, {U1, ULEB}},
    {DW_OP_GNU_convert, DW_OP_GNU_convert, {ULEB}},
    {DW_OP_GNU_reinterpret, DW_OP_GNU_reinterpret, {ULEB}},
    {DW_OP_GNU_parameter_ref, DW_OP_GNU_parameter_ref, {U4}},
    {DW_OP_GNU_addr_index, DW_OP_GNU_const_index, {ADDRX}},
    {DW_OP_GNU_variable_value, DW_OP_GNU_variable_value, {OFFSET}},
};

static const struct operation *operation_find(uint8_t atom)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		if (atom >= operations[i].first && atom <= operations[i].last)
			return &operations[i];
	return NULL;
}

/* A block's bytes as an operand: they live as long as the ct_dw. */
static uint64_t read_block(struct dw_reader *reader, uint64_t size)
{
	uint64_t bytes = (uintptr_t)reader->pos;
	dw_skip(reader, size);
	return bytes;
}

static unsigned die_offset_size(const struct dw_unit *unit)
{
	return unit->version <= 2 ? unit->address_size : unit->offset_size;
}

static uint64_t read_operand(struct dw_reader *reader,
			     const struct dw_unit *unit, enum operand kind)
{
	switch (kind) {
	case U1:
	case U2:
	case U4:
	case U8:
		return dw_read(reader, 1u << (kind - U1));
	case S1:
		return (uint64_t)(int8_t)dw_read(reader, 1);
	case S2:
		return (uint64_t)(int16_t)dw_read(reader, 2);
	case S4:
		return (uint64_t)(int32_t)dw_read(reader, 4);
	case S8:
		return dw_read(reader, 8);
	case ULEB:
	case ADDRX:
		return dw_read_uleb(reader);
	case SLEB:
		return (uint64_t)dw_read_sleb(reader);
	case ADDRESS:
		return dw_read(reader, unit->address_size);
	case OFFSET:
		return dw_read(reader, die_offset_size(unit));
	default:
		return 0;
	}
}

/* The two operations by index become those that have the value itself. */
static struct ct_error *resolve_index(struct dw_unit *unit, struct ct_dw_op *op)
{
	bool address =
	    op->atom == DW_OP_addrx || op->atom == DW_OP_GNU_addr_index;

	op->atom = address ? DW_OP_addr : DW_OP_constu;
	return dw_address_by_index(unit, op->operands[0], &op->operands[0]);
}

/* The reader is at an operation; reader->bad afterwards: damage. */
static struct ct_error *read_op(struct dw_reader *reader, struct dw_unit *unit,
				struct ct_dw_op *op)
{
	op->atom = (uint8_t)dw_read(reader, 1);
	const struct operation *row = operation_find(op->atom);
	if (!row) {
		dw_reader_fail(reader);
		return NULL;
	}
	if (row->operands[0] == BLOCK) {
		op->operands[0] = dw_read_uleb(reader);
		op->operands[1] = read_block(reader, op->operands[0]);
		return NULL;
	}
	op->operands[0] = read_operand(reader, unit, row->operands[0]);
	if (row->operands[1] == TYPED) {
		op->operands[1] = (uintptr_t)reader->pos;
		dw_skip(reader, dw_read(reader, 1));
		return NULL;
	}
	op->operands[1] = read_operand(reader, unit, row->operands[1]);
	if (row->operands[0] == ADDRX && !reader->bad)
		return resolve_index(unit, op);
	return NULL;
}

static struct ct_error *decode(struct dw_unit *unit, struct dw_reader reader,
			       struct ct_expression *ret)
{
	struct ct_expression expression = {.high_pc = UINT64_MAX};
	const uint8_t *start = reader.pos;
	struct ct_error *err = NULL;

	while (!err && dw_reader_left(&reader)) {
		size_t count = expression.count;
		if (!(count & (count - 1))) {
			struct ct_dw_op *ops =
			    reallocarray(expression.ops, count ? count * 2 : 1,
					 sizeof(*ops));
			if (!ops) {
				err = &ct_enomem;
				break;
			}
			expression.ops = ops;
		}
		struct ct_dw_op op = {.offset = (uint64_t)(reader.pos - start)};
		err = read_op(&reader, unit, &op);
		if (!err && reader.bad)
			err = ct_error_format(
			    CT_ERROR_BAD_DATA,
			    "%s: the location expression of a DIE in the unit "
			    "at 0x%llx is damaged (DW_OP_ 0x%x)",
			    ct_elf_path(unit->dw->elf),
			    (unsigned long long)unit->offset, op.atom);
		expression.ops[expression.count++] = op;
	}
	if (err)
		ct_expression_deinit(&expression);
	else
		*ret = expression;
	return err;
}

/* A location list that is being searched for pc. */
struct search {
	struct dw_unit *unit;
	enum dw_section id;
	struct dw_reader reader;
	uint64_t pc, base;
	bool found, is_default, end;
	uint64_t low, high;
	struct dw_reader block; /* of the entry read last */
};

static void read_counted(struct search *search, uint64_t size)
{
	search->block = search->reader;
	dw_skip(&search->reader, size);
	search->block.end = search->block.pos + size;
}

/* An entry of DWARF 4 and before. */
static struct ct_error *entry_4(struct search *search)
{
	struct dw_reader *reader = &search->reader;
	unsigned size = search->unit->address_size;
	uint64_t select = size == 8 ? UINT64_MAX : UINT32_MAX;
	uint64_t low = dw_read(reader, size);
	uint64_t high = dw_read(reader, size);

	search->low = search->high = 0;
	if (!low && !high) {
		search->end = true;
	} else if (low == select) {
		search->base = high;
	} else {
		search->low = search->base + low;
		search->high = search->base + high;
		read_counted(search, dw_read(reader, 2));
	}
	return NULL;
}

/* GNU's split DWARF 4: <https://gcc.gnu.org/wiki/DebugFission>. */
static struct ct_error *entry_split_4(struct search *search)
{
	struct dw_reader *reader = &search->reader;
	struct dw_unit *unit = search->unit;
	unsigned kind = (unsigned)dw_read(reader, 1);
	struct ct_error *err = NULL;

	search->low = search->high = 0;
	switch (kind) {
	case 0: /* end of list */
		search->end = true;
		return NULL;
	case 1: /* base address */
		return dw_address_by_index(unit, dw_read_uleb(reader),
					   &search->base);
	case 2: /* start, end */
		err = dw_address_by_index(unit, dw_read_uleb(reader),
					  &search->low);
		if (!err)
			err = dw_address_by_index(unit, dw_read_uleb(reader),
						  &search->high);
		break;
	case 3: /* start, length */
		err = dw_address_by_index(unit, dw_read_uleb(reader),
					  &search->low);
		search->high = search->low + dw_read(reader, 4);
		break;
	case 4: /* offset pair */
		search->low = search->base + dw_read(reader, 4);
		search->high = search->base + dw_read(reader, 4);
		break;
	default:
		dw_reader_fail(reader);
		return NULL;
	}
	read_counted(search, dw_read(reader, 2));
	return err;
}

/* The addresses of an entry of .debug_loclists (7.7.3), without its block. */
static struct ct_error *range_5(struct search *search, unsigned kind)
{
	struct dw_reader *reader = &search->reader;
	struct dw_unit *unit = search->unit;
	unsigned size = unit->address_size;
	struct ct_error *err = NULL;

	switch (kind) {
	case DW_LLE_startx_endx:
		err = dw_address_by_index(unit, dw_read_uleb(reader),
					  &search->low);
		if (!err)
			err = dw_address_by_index(unit, dw_read_uleb(reader),
						  &search->high);
		return err;
	case DW_LLE_startx_length:
		err = dw_address_by_index(unit, dw_read_uleb(reader),
					  &search->low);
		search->high = search->low + dw_read_uleb(reader);
		return err;
	case DW_LLE_offset_pair:
		search->low = search->base + dw_read_uleb(reader);
		search->high = search->base + dw_read_uleb(reader);
		return NULL;
	case DW_LLE_start_end:
		search->low = dw_read(reader, size);
		search->high = dw_read(reader, size);
		return NULL;
	case DW_LLE_start_length:
		search->low = dw_read(reader, size);
		search->high = search->low + dw_read_uleb(reader);
		return NULL;
	default:
		dw_reader_fail(reader);
		return NULL;
	}
}

static struct ct_error *entry_5(struct search *search)
{
	enum {
		GNU_VIEW_PAIR = 9
	};
	struct dw_reader *reader = &search->reader;
	unsigned kind = (unsigned)dw_read(reader, 1);
	struct ct_error *err = NULL;

	search->low = search->high = 0;
	search->is_default = false;
	switch (kind) {
	case DW_LLE_end_of_list:
		search->end = true;
		return NULL;
	case DW_LLE_base_addressx:
		return dw_address_by_index(search->unit, dw_read_uleb(reader),
					   &search->base);
	case DW_LLE_base_address:
		search->base = dw_read(reader, search->unit->address_size);
		return NULL;
	case GNU_VIEW_PAIR:
		dw_read_uleb(reader);
		dw_read_uleb(reader);
		return NULL;
	case DW_LLE_default_location:
		search->is_default = true;
		search->high = UINT64_MAX;
		break;
	default:
		err = range_5(search, kind);
	}
	read_counted(search, dw_read_uleb(reader));
	return err;
}

/* Find the entry that has pc; a default one holds where no other does. */
static struct ct_error *search_list(struct search *search,
				    struct ct_error *(*entry)(struct search *),
				    struct ct_expression *ret)
{
	struct search found = {0};

	for (;;) {
		struct ct_error *err = entry(search);
		if (err)
			return err;
		if (search->reader.bad)
			return dw_damage(search->unit->dw, search->id, 0,
					 "a location list is damaged");
		if (search->end)
			break;
		if (search->pc < search->low || search->pc >= search->high)
			continue;
		found = *search;
		found.found = true;
		if (!search->is_default)
			break;
	}
	search->found = found.found;
	if (!found.found)
		return NULL;
	struct ct_error *err = decode(search->unit, found.block, ret);
	if (err)
		return err;
	ret->from_list = true;
	ret->low_pc = found.low;
	ret->high_pc = found.high;
	return NULL;
}

static struct ct_error *list_expression(const struct dw_value *value,
					uint64_t pc, bool *found,
					struct ct_expression *ret)
{
	struct dw_unit *unit = value->unit;
	struct search search = {.unit = unit, .pc = pc};
	struct dw_span span;
	uint64_t offset;

	search.id = unit->version >= 5 ? DW_LOCLISTS : DW_LOC;
	struct ct_error *err = dw_section(unit->dw, search.id, &span);
	if (!err)
		err = dw_value_number(value, &offset);
	if (!err && value->form == DW_FORM_loclistx)
		err = dw_list_offset(unit, search.id, DW_TOP_LOCLISTS_BASE,
				     offset, &offset);
	if (!err)
		err = dw_unit_base(unit, &search.base);
	if (err)
		return err;
	search.reader = dw_reader_over(span.data, span.size, offset);
	if (unit->version >= 5)
		err = search_list(&search, entry_5, ret);
	else if (unit->dw->is_dwo)
		err = search_list(&search, entry_split_4, ret);
	else
		err = search_list(&search, entry_4, ret);
	if (!err)
		*found = search.found;
	return err;
}

/* Before DWARF 4 offsets of lists have the forms of numbers (3, 7.5.4), for
 * attributes that are never numbers. */
static bool is_old_list(const struct dw_value *value)
{
	if (value->unit->version >= 4 ||
	    (value->form != DW_FORM_data4 && value->form != DW_FORM_data8))
		return false;
	return value->name == DW_AT_location ||
	       value->name == DW_AT_frame_base ||
	       value->name == DW_AT_static_link;
}

struct ct_error *ct_die_expression(const struct ct_die *die, uint16_t attribute,
				   uint64_t pc, bool *found,
				   struct ct_expression *ret)
{
	struct dw_value value;
	struct ct_error *err = dw_die_value(die, attribute, &value);
	if (err)
		return err;

	enum dw_class class = dw_form_class(value.form);
	if (class == DW_CLASS_LIST || (value.form && is_old_list(&value)))
		return list_expression(&value, pc, found, ret);
	if (class != DW_CLASS_EXPRLOC && class != DW_CLASS_BLOCK) {
		*found = false;
		return NULL;
	}
	struct dw_reader block;
	err = dw_value_block(&value, &block);
	if (!err)
		err = decode(die->unit, block, ret);
	if (!err)
		*found = true;
	return err;
}

struct ct_error *ct_die_entry_value(const struct ct_die *die,
				    const struct ct_dw_op *op,
				    struct ct_expression *ret)
{
	const uint8_t *bytes = (const uint8_t *)(uintptr_t)op->operands[1];
	struct dw_reader block = {.pos = bytes, .end = bytes + op->operands[0]};

	return decode(die->unit, block, ret);
}

void ct_expression_deinit(struct ct_expression *expression)
{
	free(expression->ops);
	*expression = (struct ct_expression){0};
}
