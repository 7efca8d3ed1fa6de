/* SPDX-License-Identifier: MIT */
/* Headers of units (DWARF 5, 7.5.1; 4, 7.5.1), read once for a whole file. */
#include "image/dw_internal.h"

/* The initial length (7.4), which says whether the unit is 64-bit DWARF. */
static uint64_t read_length(struct dw_reader *reader, uint8_t *offset_size)
{
	uint64_t length = dw_read(reader, 4);

	*offset_size = 4;
	if (length == 0xffffffff) {
		*offset_size = 8;
		return dw_read(reader, 8);
	}
	if (length >= 0xfffffff0)
		dw_reader_fail(reader);
	return length;
}

static void read_version_5(struct dw_reader *reader, struct dw_unit *unit)
{
	unit->type = (uint8_t)dw_read(reader, 1);
	unit->address_size = (uint8_t)dw_read(reader, 1);
	unit->abbrev_offset = dw_read(reader, unit->offset_size);
	switch (unit->type) {
	case DW_UT_skeleton:
	case DW_UT_split_compile:
		unit->id = dw_read(reader, 8);
		break;
	case DW_UT_type:
	case DW_UT_split_type:
		unit->id = dw_read(reader, 8);
		unit->type_offset = dw_read(reader, unit->offset_size);
		break;
	}
}

static void read_version_4(struct dw_reader *reader, struct dw_unit *unit)
{
	unit->abbrev_offset = dw_read(reader, unit->offset_size);
	unit->address_size = (uint8_t)dw_read(reader, 1);
	unit->type = DW_UT_compile;
	if (unit->in_types) {
		unit->type = DW_UT_type;
		unit->id = dw_read(reader, 8);
		unit->type_offset = dw_read(reader, unit->offset_size);
	}
}

/* What is wrong with the header at the reader, which steps over the whole
 * unit as far as its length can be trusted. */
static const char *read_header(struct dw_reader *reader, const uint8_t *start,
			       struct dw_unit *unit)
{
	unit->offset = (uint64_t)(reader->pos - start);
	uint64_t length = read_length(reader, &unit->offset_size);
	if (reader->bad || length > dw_reader_left(reader)) {
		dw_reader_fail(reader);
		return "the unit is cut off";
	}
	struct dw_reader header = {.pos = reader->pos,
				   .end = reader->pos + length};
	reader->pos = header.end;
	unit->end = (uint64_t)(header.end - start);

	unit->version = (uint8_t)dw_read(&header, 2);
	if (unit->version < 2 || unit->version > 5 ||
	    (unit->in_types && unit->version != 4))
		return "the unit's version is not known";
	if (unit->version >= 5)
		read_version_5(&header, unit);
	else
		read_version_4(&header, unit);
	unit->die_offset = (uint64_t)(header.pos - start);
	if (header.bad || !dw_reader_left(&header))
		return "the unit's header is cut off";
	if (unit->address_size != 8 && unit->address_size != 4)
		return "the unit's addresses have a size that is not known";
	if (unit->type < DW_UT_compile || unit->type > DW_UT_split_type)
		return "the unit's kind is not known";
	unit->type_offset += unit->type_offset ? unit->offset : 0;
	return NULL;
}

static struct dw_unit *units_grow(struct ct_dw *dw)
{
	size_t count = dw->unit_count;

	if (!(count & (count - 1))) {
		struct dw_unit *units = reallocarray(
		    dw->units, count ? count * 2 : 1, sizeof(*units));
		if (!units)
			return NULL;
		dw->units = units;
	}
	return &dw->units[count];
}

/*
 * A unit that cannot be read is left out, since the others may be whole; a
 * file of which no unit can be read is damaged.
 */
static struct ct_error *section_units(struct ct_dw *dw, enum dw_section id)
{
	struct dw_span span;
	struct ct_error *err = dw_section(dw, id, &span);
	if (err)
		return err;

	struct dw_reader reader = {.pos = span.data,
				   .end = span.data + span.size};
	while (dw_reader_left(&reader)) {
		struct dw_unit unit = {.dw = dw, .in_types = id == DW_TYPES};
		const char *wrong = read_header(&reader, span.data, &unit);
		if (wrong) {
			dw_note_problem(dw, "%s: %s+0x%llx: %s",
					ct_elf_path(dw->elf),
					dw_section_name(id),
					(unsigned long long)unit.offset, wrong);
			continue;
		}
		struct dw_unit *slot = units_grow(dw);
		if (!slot)
			return &ct_enomem;
		*slot = unit;
		dw->unit_count++;
	}
	return NULL;
}

struct ct_error *dw_units_read(struct ct_dw *dw)
{
	struct ct_error *err = section_units(dw, DW_INFO);
	dw->info_count = dw->unit_count;
	if (!err)
		err = section_units(dw, DW_TYPES);
	if (!err && !dw->unit_count && dw->problem)
		err = ct_error_format(CT_ERROR_BAD_DATA, "%s", dw->problem);
	return err;
}

struct dw_unit *dw_unit_find(struct ct_dw *dw, bool in_types, uint64_t offset)
{
	size_t low = in_types ? dw->info_count : 0;
	size_t high = in_types ? dw->unit_count : dw->info_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct dw_unit *unit = &dw->units[middle];
		if (offset < unit->offset)
			high = middle;
		else if (offset >= unit->end)
			low = middle + 1;
		else
			return unit;
	}
	return NULL;
}
