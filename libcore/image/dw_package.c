/* SPDX-License-Identifier: MIT */
/*
 * Package files (DWARF 5, 7.3.5; GNU's version 2 for DWARF 4): the .dwo files
 * of a program put together in PROGRAM.dwp, with a hash table from a unit's
 * id to its part of each section.
 *
 * Each unit that is asked for becomes a ct_dw over its parts alone, so that
 * everything else reads it as it reads a .dwo file.
 */
#define _GNU_SOURCE
#include <stdio.h>

#include "image/dw_internal.h"

enum {
	COLUMNS_MAX = 8
};

/* What column ids (DW_SECT_) mean, in version 2 and 5. */
static const int8_t sections_2[COLUMNS_MAX + 1] = {
    -1, DW_INFO, DW_TYPES, DW_ABBREV, DW_LINE, DW_LOC, DW_STR_OFFSETS, -1, -1};
static const int8_t sections_5[COLUMNS_MAX + 1] = {
    -1,          DW_INFO,        -1, DW_ABBREV,  DW_LINE,
    DW_LOCLISTS, DW_STR_OFFSETS, -1, DW_RNGLISTS};

struct index {
	struct dw_reader section; /* from its start */
	const int8_t *meaning;
	uint32_t columns, units, slots;
};

static uint64_t read_at(const struct index *index, uint64_t offset,
			unsigned size)
{
	struct dw_reader reader = index->section;
	dw_skip(&reader, offset);
	return dw_read(&reader, size);
}

/* False when it is damaged or of no known version. */
static bool index_open(struct index *index)
{
	struct dw_reader reader = index->section;
	uint64_t version = dw_read(&reader, 4);

	/* In version 5 two bytes of padding follow. */
	if (version != 2 && (version & 0xffff) != 5)
		return false;
	index->meaning = version == 2 ? sections_2 : sections_5;
	index->columns = (uint32_t)dw_read(&reader, 4);
	index->units = (uint32_t)dw_read(&reader, 4);
	index->slots = (uint32_t)dw_read(&reader, 4);
	if (reader.bad || !index->columns || index->columns > COLUMNS_MAX ||
	    (index->slots & (index->slots - 1)))
		return false;
	uint64_t size = 12ull * index->slots +
			4ull * index->columns * (2ull * index->units + 1);
	return size <= dw_reader_left(&reader);
}

/* The row of id, from 1; 0 when it has none (7.3.5.3). */
static uint32_t index_row(const struct index *index, uint64_t id)
{
	uint32_t mask = index->slots - 1;
	uint32_t slot = (uint32_t)id & mask;
	uint32_t step = ((uint32_t)(id >> 32) & mask) | 1;

	for (uint32_t i = 0; i < index->slots; i++) {
		uint64_t key = read_at(index, 16 + 8ull * slot, 8);
		uint32_t row = (uint32_t)read_at(
		    index, 16 + 8ull * index->slots + 4ull * slot, 4);
		if (!row)
			return 0;
		if (key == id)
			return row <= index->units ? row : 0;
		slot = (slot + step) & mask;
	}
	return 0;
}

static struct ct_error *package_index(struct ct_dw *package, const char *name,
				      struct index *ret, bool *found)
{
	size_t number, size;
	const void *data;

	*found = false;
	if (!ct_elf_find_section(package->elf, name, &number))
		return NULL;
	struct ct_error *err =
	    ct_elf_section_data(package->elf, number, &data, &size);
	if (err)
		return err;
	*ret = (struct index){.section = dw_reader_over(data, size, 0)};
	if (!index_open(ret))
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "%s: %s is damaged or of no known "
				       "version",
				       ct_elf_path(package->elf), name);
	*found = true;
	return NULL;
}

/* The parts of one row as the sections of a new child. */
static struct ct_error *slice(struct ct_dw *package, const struct index *index,
			      uint32_t row, struct ct_dw *child)
{
	uint64_t ids = 16 + 12ull * index->slots;
	uint64_t width = 4ull * index->columns;

	for (uint32_t i = 0; i < index->columns; i++) {
		uint64_t id = read_at(index, ids + 4ull * i, 4);
		uint64_t place = ids + width * row + 4ull * i;
		uint64_t offset = read_at(index, place, 4);
		uint64_t size = read_at(index, place + width * index->units, 4);
		if (!id || id > COLUMNS_MAX || index->meaning[id] < 0)
			continue;
		enum dw_section section = (enum dw_section)index->meaning[id];
		struct dw_span whole;
		struct ct_error *err = dw_section(package, section, &whole);
		if (err)
			return err;
		if (offset > whole.size || size > whole.size - offset)
			return dw_damage(package, section, offset,
					 "a unit's part is cut off");
		child->sections[section].data = whole.data + offset;
		child->sections[section].size = size;
	}
	struct dw_span strings;
	struct ct_error *err = dw_section(package, DW_STR, &strings);
	child->sections[DW_STR].data = strings.data;
	child->sections[DW_STR].size = strings.size;
	return err;
}

static struct ct_error *package_open(struct ct_dw *root)
{
	char *path;

	if (root->package_sought)
		return NULL;
	root->package_sought = true;
	if (asprintf(&path, "%s.dwp", ct_elf_path(root->elf)) < 0)
		return &ct_enomem;
	struct ct_error *err = dw_open_child(root, path, true, &root->package);
	free(path);
	return err;
}

/* The one unit, of the kind that was asked for, of a child. */
static struct ct_error *unit_in(struct ct_dw *child, uint64_t id, bool is_type,
				struct dw_unit **ret)
{
	if (!is_type)
		return dw_split_unit_in(child, id, ret);
	struct ct_error *err = dw_prepare(child);
	for (size_t i = 0; !err && i < child->unit_count; i++)
		if (dw_is_type_unit(&child->units[i]) &&
		    child->units[i].id == id)
			*ret = &child->units[i];
	return err;
}

struct ct_error *dw_package_unit(struct ct_dw *dw, uint64_t id, bool is_type,
				 struct dw_unit **ret)
{
	struct ct_dw *root = dw_root(dw);
	struct index index;
	bool found;

	*ret = NULL;
	struct ct_error *err = package_open(root);
	if (err || !root->package)
		return err;
	for (struct ct_dw *child = root->children; child; child = child->next)
		if (child->package_row && child->package_id == id &&
		    child->package_types == is_type)
			return unit_in(child, id, is_type, ret);
	err = package_index(root->package,
			    is_type ? ".debug_tu_index" : ".debug_cu_index",
			    &index, &found);
	uint32_t row = !err && found ? index_row(&index, id) : 0;
	if (err || !row)
		return err;

	struct ct_dw *child = calloc(1, sizeof(*child));
	if (!child)
		return &ct_enomem;
	child->elf = root->package->elf;
	child->is_dwo = true;
	child->package_row = row;
	child->package_id = id;
	child->package_types = is_type;
	for (int i = 0; i < DW_SECTION_COUNT; i++)
		child->sections[i].loaded = true;
	dw_adopt(root, child);
	err = slice(root->package, &index, row, child);
	return err ? err : unit_in(child, id, is_type, ret);
}
