/* SPDX-License-Identifier: MIT */
/*
 * DWARF files and DIEs: opening, sections, walking.  See dw_internal.h for
 * how the work is divided between libdwarf and us.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <stdarg.h>
#include <stdio.h>

#include "image/dw_internal.h"

static const char *const section_names[DW_SECTION_COUNT] = {
    [DW_INFO] = ".debug_info",         [DW_TYPES] = ".debug_types",
    [DW_ABBREV] = ".debug_abbrev",     [DW_STR] = ".debug_str",
    [DW_LINE_STR] = ".debug_line_str", [DW_STR_OFFSETS] = ".debug_str_offsets",
    [DW_ADDR] = ".debug_addr",         [DW_LINE] = ".debug_line",
    [DW_RANGES] = ".debug_ranges",     [DW_RNGLISTS] = ".debug_rnglists",
    [DW_LOC] = ".debug_loc",           [DW_LOCLISTS] = ".debug_loclists",
    [DW_ARANGES] = ".debug_aranges",
};

const char *dw_section_name(enum dw_section id)
{
	return section_names[id];
}

/* Is this section the one called `name`, under the names it may have? */
static bool section_is(const struct ct_dw *dw, const struct ct_section *section,
		       const char *name)
{
	const char *have = section->name;
	size_t length = strlen(name);

	if (section->type == SHT_NOBITS || !have)
		return false;
	if (strncmp(have, ".zdebug", 7) == 0 &&
	    strncmp(have + 2, name + 1, length - 1) == 0)
		have += 1 + length;
	else if (strncmp(have, name, length) == 0)
		have += length;
	else
		return false;
	return strcmp(have, dw->is_dwo ? ".dwo" : "") == 0;
}

/* The index of the next such section after `index`, or 0. */
static size_t section_next(const struct ct_dw *dw, const char *name,
			   size_t index)
{
	size_t count = ct_elf_section_count(dw->elf);

	while (++index < count)
		if (section_is(dw, ct_elf_section(dw->elf, index), name))
			return index;
	return 0;
}

static struct ct_error *section_append(struct dw_span *span, const void *data,
				       size_t size)
{
	uint8_t *larger = realloc(span->owned, span->size + size + !size);
	if (!larger)
		return &ct_enomem;
	if (size)
		memcpy(larger + span->size, data, size);
	span->owned = larger;
	span->data = larger;
	span->size += size;
	return NULL;
}

/*
 * A .dwo file is a relocatable one, and its type units are in sections of
 * their own, all of one name (COMDAT groups).  They are put together: no
 * offset points from one to another.
 */
static struct ct_error *section_load(struct ct_dw *dw, const char *name,
				     struct dw_span *span)
{
	struct ct_error *err = NULL;
	const void *data;
	size_t size;
	size_t index = section_next(dw, name, 0);

	if (!index)
		return NULL;
	err = ct_elf_section_data(dw->elf, index, &data, &size);
	if (err)
		return err;
	size_t next = section_next(dw, name, index);
	if (!next) {
		span->data = data;
		span->size = size;
		return NULL;
	}
	err = section_append(span, data, size);
	for (; next && !err; next = section_next(dw, name, next)) {
		err = ct_elf_section_data(dw->elf, next, &data, &size);
		if (!err)
			err = section_append(span, data, size);
	}
	return err;
}

struct ct_error *dw_section(struct ct_dw *dw, enum dw_section id,
			    struct dw_span *ret)
{
	static const uint8_t nothing[1];
	struct dw_span *span = &dw->sections[id];

	if (!span->loaded) {
		struct dw_span loaded = {0};
		struct ct_error *err =
		    section_load(dw, section_names[id], &loaded);
		if (err) {
			free(loaded.owned);
			return err;
		}
		loaded.loaded = true;
		*span = loaded;
	}
	/* An absent section is an empty one: pointers into it are sums. */
	if (!span->data)
		span->data = nothing;
	*ret = *span;
	return NULL;
}

struct ct_error *dw_damage(const struct ct_dw *dw, enum dw_section id,
			   uint64_t offset, const char *format, ...)
{
	char *message;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&message, format, args);
	va_end(args);
	if (length < 0)
		return &ct_enomem;
	struct ct_error *err = ct_error_format(
	    CT_ERROR_BAD_DATA, "%s: %s%s+0x%llx: %s", ct_elf_path(dw->elf),
	    section_names[id], dw->is_dwo ? ".dwo" : "",
	    (unsigned long long)offset, message);
	free(message);
	return err;
}

void dw_note_problem(struct ct_dw *dw, const char *format, ...)
{
	dw = dw_root(dw);
	if (dw->problem)
		return;
	va_list args;
	va_start(args, format);
	if (vasprintf(&dw->problem, format, args) < 0)
		dw->problem = NULL;
	va_end(args);
}

const char *ct_dw_problem(const struct ct_dw *dw)
{
	return dw->problem;
}

struct ct_error *dw_open_as(struct ct_elf *elf, bool is_dwo, struct ct_dw **ret)
{
	struct ct_dw *dw = calloc(1, sizeof(*dw));
	if (!dw)
		return &ct_enomem;
	dw->elf = elf;
	dw->is_dwo = is_dwo;
	if (!section_next(dw, section_names[DW_INFO], 0) &&
	    !section_next(dw, section_names[DW_TYPES], 0)) {
		free(dw);
		dw = NULL;
	}
	*ret = dw;
	return NULL;
}

struct ct_error *ct_dw_open(struct ct_elf *elf, struct ct_dw **ret)
{
	struct ct_dw *dw;
	struct ct_error *err = dw_open_as(elf, false, &dw);
	if (err)
		return err;
	if (dw && ct_elf_type(elf) == ET_REL) {
		ct_dw_close(dw);
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s: the DWARF of an object that is not "
				       "linked is not read",
				       ct_elf_path(elf));
	}
	*ret = dw;
	return NULL;
}

static void unit_deinit(struct dw_unit *unit)
{
	Dwarf_Error error = NULL;

	free(unit->die_starts);
	if (unit->lines)
		dw_lines_destroy(unit->lines);
	if (unit->dbg)
		dwarf_object_finish(unit->dbg, &error);
}

void ct_dw_close(struct ct_dw *dw)
{
	if (!dw)
		return;
	for (struct ct_dw *child = dw->children, *next; child; child = next) {
		next = child->next;
		ct_dw_close(child);
	}
	for (size_t i = 0; i < dw->unit_count; i++)
		unit_deinit(&dw->units[i]);
	free(dw->units);
	dw_signatures_destroy(dw);
	dw_ranges_index_destroy(dw->ranges);
	dw_abbrevs_destroy(dw->abbrevs);
	free(dw->abbrev_copy);
	for (int i = 0; i < DW_SECTION_COUNT; i++)
		free(dw->sections[i].owned);
	if (dw->owns_elf)
		ct_elf_close(dw->elf);
	free(dw->path);
	free(dw->problem);
	free(dw);
}

struct ct_error *dw_prepare(struct ct_dw *dw)
{
	if (dw->prepared)
		return NULL;
	struct ct_error *err = dw_units_read(dw);
	if (err)
		free(ct_take(dw->units));
	dw->unit_count = err ? 0 : dw->unit_count;
	dw->prepared = !err;
	return err;
}

/* What libdwarf sees of a unit: section 0, which it never looks at, the unit
 * and the abbreviations. */
enum {
	OBJECT_UNIT = 1,
	OBJECT_ABBREV = 2,
	OBJECT_SECTIONS = 3
};

static int object_section_info(void *object, Dwarf_Half index,
			       Dwarf_Obj_Access_Section *ret, int *error)
{
	const struct dw_unit *unit = object;

	(void)error;
	memset(ret, 0, sizeof(*ret));
	ret->type = SHT_PROGBITS;
	ret->name = "";
	if (index == OBJECT_UNIT) {
		ret->name = section_names[dw_unit_section(unit)];
		ret->size = unit->end - unit->offset;
	} else if (index == OBJECT_ABBREV) {
		ret->name = section_names[DW_ABBREV];
		ret->size = dw_unit_abbrev_section(unit).size;
	}
	return index < OBJECT_SECTIONS ? DW_DLV_OK : DW_DLV_NO_ENTRY;
}

static int object_load(void *object, Dwarf_Half index, Dwarf_Small **ret,
		       int *error)
{
	const struct dw_unit *unit = object;
	const uint8_t *info =
	    unit->dw->sections[dw_unit_section(unit)].data + unit->offset;

	(void)error;
	if (index == OBJECT_UNIT)
		*ret = (Dwarf_Small *)(uintptr_t)info; /* it only reads */
	else if (index == OBJECT_ABBREV)
		*ret =
		    (Dwarf_Small *)(uintptr_t)dw_unit_abbrev_section(unit).data;
	else
		return DW_DLV_NO_ENTRY;
	return DW_DLV_OK;
}

static Dwarf_Endianness object_byte_order(void *object)
{
	(void)object;
	return DW_OBJECT_LSB;
}

static Dwarf_Small object_length_size(void *object)
{
	return ((const struct dw_unit *)object)->offset_size;
}

static Dwarf_Small object_pointer_size(void *object)
{
	return ((const struct dw_unit *)object)->address_size;
}

static Dwarf_Unsigned object_section_count(void *object)
{
	(void)object;
	return OBJECT_SECTIONS;
}

static const Dwarf_Obj_Access_Methods object_methods = {
    .get_section_info = object_section_info,
    .get_byte_order = object_byte_order,
    .get_length_size = object_length_size,
    .get_pointer_size = object_pointer_size,
    .get_section_count = object_section_count,
    .load_section = object_load,
};

struct ct_error *dw_libdwarf_error(struct dw_unit *unit, uint64_t offset,
				   Dwarf_Error error)
{
	struct ct_error *err =
	    dw_damage(unit->dw, dw_unit_section(unit), offset, "%s",
		      error ? dwarf_errmsg(error) : "libdwarf finds nothing");
	if (error)
		dwarf_dealloc_error(unit->dbg, error);
	return err;
}

static struct ct_error *unit_open(struct dw_unit *unit)
{
	if (unit->dbg)
		return NULL;
	struct ct_error *err = dw_unit_check(unit);
	if (err)
		return err;
	unit->interface.object = unit;
	unit->interface.methods = &object_methods;
	Dwarf_Error error = NULL;
	if (dwarf_object_init_b(&unit->interface, NULL, NULL,
				DW_GROUPNUMBER_ANY, &unit->dbg,
				&error) != DW_DLV_OK) {
		unit->dbg = NULL;
		return dw_libdwarf_error(unit, unit->offset, error);
	}
	return NULL;
}

static bool die_starts_at(const struct dw_unit *unit, uint64_t offset)
{
	if (offset < unit->die_offset || offset >= unit->end)
		return false;
	uint64_t bit = offset - unit->offset;
	return unit->die_starts[bit / 8] >> bit % 8 & 1;
}

struct ct_error *dw_die_at(struct dw_unit *unit, uint64_t offset,
			   struct ct_die *ret)
{
	struct ct_error *err = unit_open(unit);
	if (err)
		return err;
	if (!die_starts_at(unit, offset))
		return dw_damage(unit->dw, dw_unit_section(unit), offset,
				 "no DIE begins there");
	Dwarf_Die handle;
	Dwarf_Error error = NULL;
	if (dwarf_offdie_b(unit->dbg, offset - unit->offset, !unit->in_types,
			   &handle, &error) != DW_DLV_OK)
		return dw_libdwarf_error(unit, offset, error);
	*ret = (struct ct_die){unit->dw, handle, unit};
	return NULL;
}

void ct_die_deinit(struct ct_die *die)
{
	if (die->handle)
		dwarf_dealloc_die(die->handle);
	*die = (struct ct_die){0};
}

/* In its section. */
static uint64_t die_offset(const struct ct_die *die)
{
	Dwarf_Off offset = 0;
	Dwarf_Error error = NULL;

	if (dwarf_dieoffset(die->handle, &offset, &error) == DW_DLV_ERROR)
		dwarf_dealloc_error(die->unit->dbg, error);
	return die->unit->offset + offset;
}

struct ct_die_id ct_die_id(const struct ct_die *die)
{
	return (struct ct_die_id){die->dw, die_offset(die),
				  die->unit->in_types};
}

struct ct_error *ct_die_by_id(struct ct_die_id id, struct ct_die *ret)
{
	struct ct_error *err = dw_prepare(id.dw);
	if (err)
		return err;
	struct dw_unit *unit = dw_unit_find(id.dw, id.in_types, id.offset);
	if (!unit)
		return dw_damage(id.dw, id.in_types ? DW_TYPES : DW_INFO,
				 id.offset, "no unit is there");
	return dw_die_at(unit, id.offset, ret);
}

uint16_t ct_die_tag(const struct ct_die *die)
{
	Dwarf_Half tag = 0;
	Dwarf_Error error = NULL;

	if (dwarf_tag(die->handle, &tag, &error) == DW_DLV_ERROR)
		dwarf_dealloc_error(die->unit->dbg, error);
	return tag;
}

struct ct_error *ct_die_child(const struct ct_die *die, struct ct_die *ret)
{
	Dwarf_Die handle = NULL;
	Dwarf_Error error = NULL;

	int result = dwarf_child(die->handle, &handle, &error);
	if (result == DW_DLV_ERROR)
		return dw_libdwarf_error(die->unit, die_offset(die), error);
	*ret = (struct ct_die){0};
	if (result == DW_DLV_OK)
		*ret = (struct ct_die){die->dw, handle, die->unit};
	return NULL;
}

struct ct_error *ct_die_sibling(const struct ct_die *die, struct ct_die *ret)
{
	struct dw_unit *unit = die->unit;
	Dwarf_Die handle = NULL;
	Dwarf_Error error = NULL;

	/* After a unit DIE comes padding, if anything. */
	int result = DW_DLV_NO_ENTRY;
	if (die_offset(die) != unit->die_offset)
		result = dwarf_siblingof_b(unit->dbg, die->handle,
					   !unit->in_types, &handle, &error);
	if (result == DW_DLV_ERROR)
		return dw_libdwarf_error(unit, die_offset(die), error);
	*ret = (struct ct_die){0};
	if (result == DW_DLV_OK)
		*ret = (struct ct_die){die->dw, handle, unit};
	return NULL;
}

struct ct_error *ct_die_for_each_child(const struct ct_die *die,
				       ct_die_visit_fn *visit, void *arg)
{
	CT_AUTO_DIE struct ct_die child = {0};
	bool stop = false;

	struct ct_error *err = ct_die_child(die, &child);
	while (!err && ct_die_exists(&child)) {
		err = visit(&child, arg, &stop);
		if (err || stop)
			break;
		struct ct_die next;
		err = ct_die_sibling(&child, &next);
		if (err)
			break;
		ct_die_deinit(&child);
		child = next;
	}
	return err;
}

struct ct_error *ct_die_unit(const struct ct_die *die, struct ct_die *ret)
{
	return dw_die_at(die->unit, die->unit->die_offset, ret);
}

struct ct_error *ct_die_in_unit(const struct ct_die *die, uint64_t offset,
				struct ct_die *ret)
{
	struct dw_unit *unit = die->unit;

	if (offset >= unit->end - unit->offset)
		return dw_damage(unit->dw, dw_unit_section(unit), unit->offset,
				 "a DIE is looked for out of the unit");
	return dw_die_at(unit, unit->offset + offset, ret);
}

/* A damaged unit must not hide the others. */
static struct ct_error *visit_unit(struct dw_unit *unit, ct_die_visit_fn *visit,
				   void *arg, bool *stop)
{
	CT_AUTO_DIE struct ct_die die = {0};

	struct ct_error *err = dw_unit_split(unit, &unit);
	if (!err)
		err = dw_die_at(unit, unit->die_offset, &die);
	if (!err)
		return visit(&die, arg, stop);
	if (ct_error_code(err) != CT_ERROR_BAD_DATA &&
	    ct_error_code(err) != CT_ERROR_UNSUPPORTED)
		return err;
	dw_note_problem(unit->dw, "%s", ct_error_message(err));
	ct_error_destroy(err);
	return NULL;
}

/* Of a .dwo only the type units: its compile units were visited in place of
 * their skeletons. */
static struct ct_error *visit_file(struct ct_dw *dw, ct_die_visit_fn *visit,
				   void *arg, bool *stop)
{
	struct ct_error *err = NULL;

	for (size_t i = 0; !err && !*stop && i < dw->unit_count; i++)
		if (!dw->is_dwo || dw_is_type_unit(&dw->units[i]))
			err = visit_unit(&dw->units[i], visit, arg, stop);
	return err;
}

struct ct_error *ct_dw_for_each_unit(struct ct_dw *dw, ct_die_visit_fn *visit,
				     void *arg)
{
	bool stop = false;
	struct ct_error *err = dw_prepare(dw);

	if (!err)
		err = visit_file(dw, visit, arg, &stop);
	if (!err && !stop)
		err = dw_alternate_prepare(dw);
	for (struct ct_dw *child = dw->children; !err && !stop && child;
	     child = child->next)
		err = visit_file(child, visit, arg, &stop);
	return err;
}

struct ct_error *ct_dw_unit_at(struct ct_dw *dw, uint64_t addr,
			       struct ct_die *ret)
{
	struct dw_unit *unit;
	struct ct_error *err = dw_unit_of_address(dw, addr, &unit);
	if (err)
		return err;
	if (!unit) {
		*ret = (struct ct_die){0};
		return NULL;
	}
	err = dw_unit_split(unit, &unit);
	return err ? err : dw_die_at(unit, unit->die_offset, ret);
}
