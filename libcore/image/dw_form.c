/* SPDX-License-Identifier: MIT */
/*
 * Attribute forms (DWARF 5, 7.5.5 and 7.5.6; GNU's for split DWARF 4 and for
 * dwz): how long a value is, and what it means.
 */
#include "image/dw_internal.h"

enum size_kind {
	SIZE_UNKNOWN,
	SIZE_FIXED,
	SIZE_LEB,
	SIZE_ADDRESS,
	SIZE_OFFSET,
	SIZE_REF_ADDR, /* an address in DWARF 2, an offset since */
	SIZE_BLOCK,    /* length of `fixed` bytes, then the block */
	SIZE_LEB_BLOCK,
	SIZE_STRING,
};

/* One row per form; the row's number is the form's. */
struct form {
	uint8_t size, fixed, class;
};

static const struct form standard_forms[] = {
    [DW_FORM_addr] = {SIZE_ADDRESS, 0, DW_CLASS_ADDRESS},
    [DW_FORM_block2] = {SIZE_BLOCK, 2, DW_CLASS_BLOCK},
    [DW_FORM_block4] = {SIZE_BLOCK, 4, DW_CLASS_BLOCK},
    [DW_FORM_data2] = {SIZE_FIXED, 2, DW_CLASS_CONSTANT},
    [DW_FORM_data4] = {SIZE_FIXED, 4, DW_CLASS_CONSTANT},
    [DW_FORM_data8] = {SIZE_FIXED, 8, DW_CLASS_CONSTANT},
    [DW_FORM_string] = {SIZE_STRING, 0, DW_CLASS_STRING},
    [DW_FORM_block] = {SIZE_LEB_BLOCK, 0, DW_CLASS_BLOCK},
    [DW_FORM_block1] = {SIZE_BLOCK, 1, DW_CLASS_BLOCK},
    [DW_FORM_data1] = {SIZE_FIXED, 1, DW_CLASS_CONSTANT},
    [DW_FORM_flag] = {SIZE_FIXED, 1, DW_CLASS_FLAG},
    [DW_FORM_sdata] = {SIZE_LEB, 0, DW_CLASS_CONSTANT},
    [DW_FORM_strp] = {SIZE_OFFSET, 0, DW_CLASS_STRING},
    [DW_FORM_udata] = {SIZE_LEB, 0, DW_CLASS_CONSTANT},
    [DW_FORM_ref_addr] = {SIZE_REF_ADDR, 0, DW_CLASS_REFERENCE},
    [DW_FORM_ref1] = {SIZE_FIXED, 1, DW_CLASS_REFERENCE},
    [DW_FORM_ref2] = {SIZE_FIXED, 2, DW_CLASS_REFERENCE},
    [DW_FORM_ref4] = {SIZE_FIXED, 4, DW_CLASS_REFERENCE},
    [DW_FORM_ref8] = {SIZE_FIXED, 8, DW_CLASS_REFERENCE},
    [DW_FORM_ref_udata] = {SIZE_LEB, 0, DW_CLASS_REFERENCE},
    [DW_FORM_sec_offset] = {SIZE_OFFSET, 0, DW_CLASS_LIST},
    [DW_FORM_exprloc] = {SIZE_LEB_BLOCK, 0, DW_CLASS_EXPRLOC},
    [DW_FORM_flag_present] = {SIZE_FIXED, 0, DW_CLASS_FLAG},
    [DW_FORM_strx] = {SIZE_LEB, 0, DW_CLASS_STRING},
    [DW_FORM_addrx] = {SIZE_LEB, 0, DW_CLASS_ADDRESS},
    [DW_FORM_ref_sup4] = {SIZE_FIXED, 4, DW_CLASS_REFERENCE},
    [DW_FORM_strp_sup] = {SIZE_OFFSET, 0, DW_CLASS_STRING},
    [DW_FORM_data16] = {SIZE_FIXED, 16, DW_CLASS_CONSTANT},
    [DW_FORM_line_strp] = {SIZE_OFFSET, 0, DW_CLASS_STRING},
    [DW_FORM_ref_sig8] = {SIZE_FIXED, 8, DW_CLASS_REFERENCE},
    [DW_FORM_implicit_const] = {SIZE_FIXED, 0, DW_CLASS_CONSTANT},
    [DW_FORM_loclistx] = {SIZE_LEB, 0, DW_CLASS_LIST},
    [DW_FORM_rnglistx] = {SIZE_LEB, 0, DW_CLASS_LIST},
    [DW_FORM_ref_sup8] = {SIZE_FIXED, 8, DW_CLASS_REFERENCE},
    [DW_FORM_strx1] = {SIZE_FIXED, 1, DW_CLASS_STRING},
    [DW_FORM_strx2] = {SIZE_FIXED, 2, DW_CLASS_STRING},
    [DW_FORM_strx3] = {SIZE_FIXED, 3, DW_CLASS_STRING},
    [DW_FORM_strx4] = {SIZE_FIXED, 4, DW_CLASS_STRING},
    [DW_FORM_addrx1] = {SIZE_FIXED, 1, DW_CLASS_ADDRESS},
    [DW_FORM_addrx2] = {SIZE_FIXED, 2, DW_CLASS_ADDRESS},
    [DW_FORM_addrx3] = {SIZE_FIXED, 3, DW_CLASS_ADDRESS},
    [DW_FORM_addrx4] = {SIZE_FIXED, 4, DW_CLASS_ADDRESS},
};

static struct form form_find(uint16_t form)
{
	switch (form) {
	case DW_FORM_GNU_addr_index:
		return standard_forms[DW_FORM_addrx];
	case DW_FORM_GNU_str_index:
		return standard_forms[DW_FORM_strx];
	case DW_FORM_GNU_ref_alt:
		return (struct form){SIZE_OFFSET, 0, DW_CLASS_REFERENCE};
	case DW_FORM_GNU_strp_alt:
		return (struct form){SIZE_OFFSET, 0, DW_CLASS_STRING};
	default:
		if (form >= sizeof(standard_forms) / sizeof(*standard_forms))
			return (struct form){SIZE_UNKNOWN, 0, DW_CLASS_NONE};
		return standard_forms[form];
	}
}

enum dw_class dw_form_class(uint16_t form)
{
	return form_find(form).class;
}

static unsigned ref_addr_size(const struct dw_unit *unit)
{
	return unit->version <= 2 ? unit->address_size : unit->offset_size;
}

bool dw_form_skip(struct dw_reader *reader, const struct dw_unit *unit,
		  uint16_t form)
{
	struct form row = form_find(form);

	switch (row.size) {
	case SIZE_FIXED:
		dw_skip(reader, row.fixed);
		return true;
	case SIZE_LEB:
		dw_read_uleb(reader);
		return true;
	case SIZE_ADDRESS:
		dw_skip(reader, unit->address_size);
		return true;
	case SIZE_OFFSET:
		dw_skip(reader, unit->offset_size);
		return true;
	case SIZE_REF_ADDR:
		dw_skip(reader, ref_addr_size(unit));
		return true;
	case SIZE_BLOCK:
		dw_skip(reader, dw_read(reader, row.fixed));
		return true;
	case SIZE_LEB_BLOCK:
		dw_skip(reader, dw_read_uleb(reader));
		return true;
	case SIZE_STRING:
		dw_read_string(reader);
		return true;
	default:
		return false;
	}
}

/* The value's bytes, to the end of its unit. */
static struct ct_error *value_reader(const struct dw_value *value,
				     struct dw_reader *ret)
{
	struct dw_span span;
	struct dw_unit *unit = value->unit;
	struct ct_error *err =
	    dw_section(unit->dw, dw_unit_section(unit), &span);
	if (err)
		return err;
	*ret = (struct dw_reader){
	    .pos = value->bytes, .end = span.data + unit->end, .bad = false};
	return NULL;
}

static struct ct_error *value_damage(const struct dw_value *value,
				     const char *what)
{
	struct dw_unit *unit = value->unit;
	enum dw_section id = dw_unit_section(unit);
	uint64_t offset =
	    (uint64_t)(value->bytes - unit->dw->sections[id].data);
	return dw_damage(unit->dw, id, offset, "%s (form 0x%x)", what,
			 value->form);
}

struct ct_error *dw_value_number(const struct dw_value *value, uint64_t *ret)
{
	if (value->form == DW_FORM_implicit_const) {
		*ret = (uint64_t)value->implicit;
		return NULL;
	}

	struct dw_reader reader;
	struct ct_error *err = value_reader(value, &reader);
	if (err)
		return err;

	struct form row = form_find(value->form);
	uint64_t number = 0;
	if (value->form == DW_FORM_sdata) {
		number = (uint64_t)dw_read_sleb(&reader);
	} else if (value->form == DW_FORM_data16) {
		number = dw_read(&reader, 8);
		uint64_t high = dw_read(&reader, 8);
		if (high && !(high == UINT64_MAX && number >> 63))
			return ct_error_format(
			    CT_ERROR_UNSUPPORTED, "%s: a constant of 128 bits",
			    ct_elf_path(value->unit->dw->elf));
	} else if (row.size == SIZE_FIXED && row.fixed && row.fixed <= 8) {
		number = dw_read(&reader, row.fixed);
	} else if (row.size == SIZE_LEB) {
		number = dw_read_uleb(&reader);
	} else if (row.size == SIZE_OFFSET) {
		number = dw_read(&reader, value->unit->offset_size);
	} else if (row.size == SIZE_REF_ADDR) {
		number = dw_read(&reader, ref_addr_size(value->unit));
	} else if (row.size == SIZE_ADDRESS) {
		number = dw_read(&reader, value->unit->address_size);
	} else {
		return value_damage(value, "not a number");
	}
	if (reader.bad)
		return value_damage(value, "the value is cut off");
	*ret = number;
	return NULL;
}

struct ct_error *dw_value_block(const struct dw_value *value,
				struct dw_reader *ret)
{
	struct dw_reader reader;
	struct ct_error *err = value_reader(value, &reader);
	if (err)
		return err;

	struct form row = form_find(value->form);
	uint64_t size;
	if (row.size == SIZE_BLOCK)
		size = dw_read(&reader, row.fixed);
	else if (row.size == SIZE_LEB_BLOCK)
		size = dw_read_uleb(&reader);
	else
		return value_damage(value, "not a block");
	if (reader.bad || size > dw_reader_left(&reader))
		return value_damage(value, "the block is cut off");
	reader.end = reader.pos + size;
	*ret = reader;
	return NULL;
}

struct ct_error *dw_top_number(struct dw_unit *unit, enum dw_top which,
			       bool *found, uint64_t *ret)
{
	struct ct_error *err = dw_unit_top(unit);
	if (err)
		return err;
	*found = unit->top[which].form != 0;
	*ret = 0;
	return *found ? dw_value_number(&unit->top[which], ret) : NULL;
}

static struct ct_error *string_at(struct ct_dw *dw, enum dw_section id,
				  uint64_t offset, const char **ret)
{
	struct dw_span span;
	struct ct_error *err = dw_section(dw, id, &span);
	if (err)
		return err;
	struct dw_reader reader = dw_reader_over(span.data, span.size, offset);
	const char *string = reader.bad ? NULL : dw_read_string(&reader);
	if (!string)
		return dw_damage(dw, id, offset, "no string is there");
	*ret = string;
	return NULL;
}

/*
 * Where the unit's part of .debug_str_offsets begins.  A unit of a .dwo file
 * says nothing: DWARF 5 (7.26) has one header there, GNU's DWARF 4 none.
 */
static struct ct_error *str_offsets_base(struct dw_unit *unit, uint64_t *ret)
{
	bool found;
	struct ct_error *err =
	    dw_top_number(unit, DW_TOP_STR_OFFSETS_BASE, &found, ret);
	if (!err && !found && unit->version >= 5)
		*ret = unit->offset_size == 8 ? 16 : 8;
	return err;
}

static struct ct_error *string_by_index(struct dw_unit *unit, uint64_t index,
					const char **ret)
{
	uint64_t base;
	struct ct_error *err = str_offsets_base(unit, &base);
	if (err)
		return err;
	struct dw_span span;
	err = dw_section(unit->dw, DW_STR_OFFSETS, &span);
	if (err)
		return err;

	uint64_t offset;
	if (__builtin_mul_overflow(index, unit->offset_size, &offset) ||
	    __builtin_add_overflow(offset, base, &offset))
		offset = UINT64_MAX;
	struct dw_reader reader = dw_reader_over(span.data, span.size, offset);
	uint64_t string_offset =
	    reader.bad ? 0 : dw_read(&reader, unit->offset_size);
	if (reader.bad)
		return dw_damage(unit->dw, DW_STR_OFFSETS, offset,
				 "no entry for the string of index %llu",
				 (unsigned long long)index);
	return string_at(unit->dw, DW_STR, string_offset, ret);
}

struct ct_error *dw_value_string(const struct dw_value *value, const char **ret)
{
	struct dw_unit *unit = value->unit;
	struct dw_reader reader;
	struct ct_error *err = value_reader(value, &reader);
	if (err)
		return err;

	if (value->form == DW_FORM_string) {
		const char *string = dw_read_string(&reader);
		if (!string)
			return value_damage(value, "the string has no end");
		*ret = string;
		return NULL;
	}

	uint64_t number;
	err = dw_value_number(value, &number);
	if (err)
		return err;
	switch (value->form) {
	case DW_FORM_strp:
		return string_at(unit->dw, DW_STR, number, ret);
	case DW_FORM_line_strp:
		return string_at(unit->dw, DW_LINE_STR, number, ret);
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_strp_alt: {
		struct ct_dw *alt;
		err = dw_alternate(unit->dw, &alt);
		if (err)
			return err;
		return string_at(alt, DW_STR, number, ret);
	}
	default:
		return string_by_index(unit, number, ret);
	}
}

/* Addresses of a split unit are in the file of its skeleton. */
static struct dw_unit *address_unit(struct dw_unit *unit)
{
	return unit->skeleton ? unit->skeleton : unit;
}

struct ct_error *dw_address_by_index(struct dw_unit *unit, uint64_t index,
				     uint64_t *ret)
{
	unit = address_unit(unit);
	bool found;
	uint64_t base;
	struct ct_error *err =
	    dw_top_number(unit, DW_TOP_ADDR_BASE, &found, &base);
	if (err)
		return err;
	struct dw_span span;
	err = dw_section(unit->dw, DW_ADDR, &span);
	if (err)
		return err;

	uint64_t offset;
	if (__builtin_mul_overflow(index, unit->address_size, &offset) ||
	    __builtin_add_overflow(offset, base, &offset))
		offset = UINT64_MAX;
	struct dw_reader reader = dw_reader_over(span.data, span.size, offset);
	uint64_t address =
	    reader.bad ? 0 : dw_read(&reader, unit->address_size);
	if (reader.bad)
		return dw_damage(unit->dw, DW_ADDR, offset,
				 "no entry for the address of index %llu",
				 (unsigned long long)index);
	*ret = address;
	return NULL;
}

struct ct_error *dw_value_address(const struct dw_value *value, uint64_t *ret)
{
	if (dw_form_class(value->form) != DW_CLASS_ADDRESS)
		return value_damage(value, "not an address");
	uint64_t number;
	struct ct_error *err = dw_value_number(value, &number);
	if (err)
		return err;
	if (value->form != DW_FORM_addr)
		return dw_address_by_index(value->unit, number, ret);
	*ret = number;
	return NULL;
}

/* A DIE of any unit of the file, by its offset in .debug_info. */
static struct ct_error *die_in_info(struct ct_dw *dw, uint64_t offset,
				    struct ct_die *ret)
{
	struct ct_error *err = dw_prepare(dw);
	if (err)
		return err;
	struct dw_unit *unit = dw_unit_find(dw, false, offset);
	if (!unit)
		return dw_damage(dw, DW_INFO, offset, "no unit is there");
	return dw_die_at(unit, offset, ret);
}

static struct ct_error *die_of_signature(const struct dw_value *value,
					 uint64_t signature, struct ct_die *ret)
{
	struct dw_unit *unit;
	struct ct_error *err = dw_type_unit(value->unit->dw, signature, &unit);
	if (err)
		return err;
	if (!unit)
		return ct_error_format(
		    CT_ERROR_NOT_FOUND,
		    "%s: no type unit has the signature 0x%016llx",
		    ct_elf_path(value->unit->dw->elf),
		    (unsigned long long)signature);
	return dw_die_at(unit, unit->type_offset, ret);
}

struct ct_error *dw_value_reference(const struct dw_value *value,
				    struct ct_die *ret)
{
	if (dw_form_class(value->form) != DW_CLASS_REFERENCE)
		return value_damage(value, "not a reference");
	uint64_t number;
	struct ct_error *err = dw_value_number(value, &number);
	if (err)
		return err;

	struct dw_unit *unit = value->unit;
	switch (value->form) {
	case DW_FORM_ref_sig8:
		return die_of_signature(value, number, ret);
	case DW_FORM_ref_addr:
		return die_in_info(unit->dw, number, ret);
	case DW_FORM_ref_sup4:
	case DW_FORM_ref_sup8:
	case DW_FORM_GNU_ref_alt: {
		struct ct_dw *alt;
		err = dw_alternate(unit->dw, &alt);
		if (err)
			return err;
		return die_in_info(alt, number, ret);
	}
	default:
		if (number >= unit->end - unit->offset)
			return value_damage(value, "it points out of the unit");
		return dw_die_at(unit, unit->offset + number, ret);
	}
}
