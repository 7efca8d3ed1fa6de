/* SPDX-License-Identifier: MIT */
/*
 * An image puts together what the rest of the room reads: the file, its debug
 * file, its symbols and slots.  Opening reads headers only; symbols, slots and
 * DWARF are read when they are first asked for.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "image/debug_file.h"
#include "image/image.h"
#include "image/slots.h"
#include "image/symbols.h"
#include "image/symtab.h"

struct ct_image {
	struct ct_elf *elf;
	struct ct_elf *debug; /* the separate debug file, or NULL */
	char *debug_problem;
	const char *interpreter;
	const char *soname;
	const char **needed; /* ends with NULL */
	struct ct_dw *dw;
	bool dw_is_opened; /* or failed to */
	struct ct_symbols symbols;
	bool symbols_are_read;
	struct ct_slot *slots;
	size_t slot_count;
	bool slots_are_read;
};

void ct_image_close(struct ct_image *image)
{
	if (!image)
		return;
	ct_dw_close(image->dw);
	ct_symbols_deinit(&image->symbols);
	free(image->slots);
	free(image->needed);
	free(image->debug_problem);
	ct_elf_close(image->debug);
	ct_elf_close(image->elf);
	free(image);
}

static void cleanup_image(struct ct_image **image)
{
	ct_image_close(*image);
}

static struct ct_error *read_interpreter(struct ct_image *image)
{
	/* A debug file keeps the segment and drops what is in it. */
	const struct ct_section *section =
	    ct_elf_find_section(image->elf, ".interp", NULL);
	if (section && section->type == SHT_NOBITS)
		return NULL;
	for (size_t i = 0; i < ct_elf_segment_count(image->elf); i++) {
		const struct ct_segment *segment =
		    ct_elf_segment(image->elf, i);
		if (segment->type != PT_INTERP)
			continue;
		const char *path = ct_elf_bytes(image->elf, segment->offset,
						segment->file_size);
		if (!path || !segment->file_size ||
		    path[segment->file_size - 1])
			return ct_error_format(
			    CT_ERROR_BAD_DATA,
			    "%s: its PT_INTERP is damaged or cut off",
			    ct_elf_path(image->elf));
		image->interpreter = path;
		return NULL;
	}
	return NULL;
}

struct dynamic {
	const char *entries;
	size_t count;
	const char *strings;
	size_t strings_size;
};

static struct ct_error *read_name(struct ct_image *image,
				  const struct dynamic *dynamic,
				  const Elf64_Dyn *entry, const char **ret)
{
	if (entry->d_un.d_val >= dynamic->strings_size)
		return ct_error_format(
		    CT_ERROR_BAD_DATA,
		    "%s: a name in its dynamic section is outside the strings",
		    ct_elf_path(image->elf));
	*ret = dynamic->strings + entry->d_un.d_val;
	return NULL;
}

static struct ct_error *read_names(struct ct_image *image,
				   const struct dynamic *dynamic)
{
	size_t needed = 0;
	for (size_t i = 0; i < dynamic->count; i++) {
		Elf64_Dyn entry;
		struct ct_error *err = NULL;
		memcpy(&entry, dynamic->entries + i * sizeof(entry),
		       sizeof(entry));
		if (entry.d_tag == DT_NULL)
			break;
		if (entry.d_tag == DT_SONAME)
			err = read_name(image, dynamic, &entry, &image->soname);
		else if (entry.d_tag == DT_NEEDED)
			err = read_name(image, dynamic, &entry,
					&image->needed[needed++]);
		if (err)
			return err;
	}
	return NULL;
}

static struct ct_error *read_dynamic(struct ct_image *image)
{
	struct dynamic dynamic;
	const void *data;
	size_t size;
	size_t index = ct_elf_find_type(image->elf, SHT_DYNAMIC);
	if (!index)
		return NULL;
	struct ct_error *err =
	    ct_elf_section_data(image->elf, index, &data, &size);
	if (!err)
		err = ct_elf_strings(image->elf,
				     ct_elf_section(image->elf, index)->link,
				     &dynamic.strings, &dynamic.strings_size);
	if (err)
		return err;
	dynamic.entries = data;
	dynamic.count = size / sizeof(Elf64_Dyn);
	image->needed = calloc(dynamic.count + 1, sizeof(*image->needed));
	if (!image->needed)
		return &ct_enomem;
	return read_names(image, &dynamic);
}

/* Owns elf. */
static struct ct_error *image_create(struct ct_elf *elf, struct ct_image **ret)
{
	CT_CLEANUP(cleanup_image)
	struct ct_image *image = calloc(1, sizeof(*image));
	if (!image) {
		ct_elf_close(elf);
		return &ct_enomem;
	}
	image->elf = elf;
	ct_symbols_init(&image->symbols);
	struct ct_error *err = read_interpreter(image);
	if (!err)
		err = read_dynamic(image);
	if (err)
		return err;
	*ret = ct_take(image);
	return NULL;
}

struct ct_error *ct_image_open_memory(const char *name, const void *data,
				      size_t size, struct ct_image **ret)
{
	struct ct_elf *elf;
	struct ct_error *err = ct_elf_open_memory(name, data, size, &elf);
	if (err)
		return err;
	return image_create(elf, ret);
}

static bool has_dwarf(const struct ct_elf *elf)
{
	const struct ct_section *section =
	    elf ? ct_elf_find_section(elf, ".debug_info", NULL) : NULL;
	return section && section->type != SHT_NOBITS && section->size;
}

struct ct_error *ct_image_open_searching(const char *path,
					 const char *directories,
					 struct ct_image **ret)
{
	struct ct_elf *elf;
	struct ct_error *err = ct_elf_open(path, &elf);
	if (err)
		return err;
	CT_CLEANUP(cleanup_image) struct ct_image *image = NULL;
	err = image_create(elf, &image);
	if (!err && !has_dwarf(elf))
		err = ct_debug_file_find(elf, directories,
					 &image->debug_problem, &image->debug);
	if (err)
		return err;
	*ret = ct_take(image);
	return NULL;
}

struct ct_error *ct_image_open(const char *path, struct ct_image **ret)
{
	return ct_image_open_searching(path, "/usr/lib/debug", ret);
}

const char *ct_image_path(const struct ct_image *image)
{
	return ct_elf_path(image->elf);
}

const char *ct_image_soname(const struct ct_image *image)
{
	return image->soname;
}

const char *ct_image_interpreter(const struct ct_image *image)
{
	return image->interpreter;
}

const char *ct_image_needed(const struct ct_image *image, size_t i)
{
	if (!image->needed)
		return NULL;
	for (size_t k = 0; k < i; k++)
		if (!image->needed[k])
			return NULL;
	return image->needed[i];
}

bool ct_image_is_relocatable(const struct ct_image *image)
{
	return ct_elf_type(image->elf) == ET_DYN;
}

uint64_t ct_image_entry(const struct ct_image *image)
{
	return ct_elf_entry(image->elf);
}

/* The file whose DWARF is the image's, or NULL. */
static struct ct_elf *dwarf_file(const struct ct_image *image)
{
	if (has_dwarf(image->elf))
		return image->elf;
	return has_dwarf(image->debug) ? image->debug : NULL;
}

bool ct_image_has_debug_info(const struct ct_image *image)
{
	return dwarf_file(image) != NULL;
}

const char *ct_image_debug_path(const struct ct_image *image)
{
	const struct ct_elf *elf = dwarf_file(image);
	return elf ? ct_elf_path(elf) : NULL;
}

const char *ct_image_debug_problem(const struct ct_image *image)
{
	return image->debug_problem;
}

bool ct_image_has_code_at(const struct ct_image *image, uint64_t addr)
{
	for (size_t i = 0; i < ct_elf_segment_count(image->elf); i++) {
		const struct ct_segment *segment =
		    ct_elf_segment(image->elf, i);
		if (segment->type == PT_LOAD && segment->flags & PF_X &&
		    addr >= segment->addr &&
		    addr - segment->addr < segment->memory_size)
			return true;
	}
	return false;
}

size_t ct_image_read_code(const struct ct_image *image, uint64_t addr,
			  void *buf, size_t size)
{
	for (size_t i = 0; i < ct_elf_segment_count(image->elf); i++) {
		const struct ct_segment *segment =
		    ct_elf_segment(image->elf, i);
		uint64_t skip = addr - segment->addr;
		if (segment->type != PT_LOAD || addr < segment->addr ||
		    skip >= segment->file_size)
			continue;
		if (size > segment->file_size - skip)
			size = (size_t)(segment->file_size - skip);
		const void *bytes =
		    ct_elf_bytes(image->elf, segment->offset + skip, size);
		if (!bytes)
			return 0;
		memcpy(buf, bytes, size);
		return size;
	}
	return 0;
}

struct ct_elf *ct_image_elf(struct ct_image *image)
{
	return image->elf;
}

struct ct_elf *ct_image_debug_elf(struct ct_image *image)
{
	return image->debug;
}

static void note_problem(struct ct_image *image, const struct ct_error *err)
{
	if (!image->debug_problem)
		image->debug_problem = strdup(ct_error_message(err));
}

struct ct_error *ct_image_dw(struct ct_image *image, struct ct_dw **ret)
{
	struct ct_elf *elf = dwarf_file(image);
	if (!image->dw_is_opened && elf) {
		image->dw_is_opened = true;
		struct ct_error *err = ct_dw_open(elf, &image->dw);
		if (err) {
			note_problem(image, err);
			return err;
		}
	}
	*ret = image->dw;
	return NULL;
}

static struct ct_error *add_symbols(struct ct_image *image)
{
	struct ct_symbols *symbols = &image->symbols;
	struct ct_error *err = ct_symbols_add(symbols, image->elf, SHT_SYMTAB);
	if (!err)
		err = ct_symbols_add(symbols, image->elf, SHT_DYNSYM);
	if (err || !image->debug)
		return err;

	/* A damaged debug file takes nothing from the image's own. */
	err = ct_symbols_add(symbols, image->debug, SHT_SYMTAB);
	if (err && ct_error_code(err) != CT_ERROR_NO_MEMORY) {
		note_problem(image, err);
		ct_error_destroy(err);
		err = NULL;
	}
	return err;
}

static struct ct_error *read_symbols(struct ct_image *image)
{
	if (image->symbols_are_read)
		return NULL;
	struct ct_error *err = add_symbols(image);
	if (!err)
		err = ct_symbols_finish(&image->symbols);
	if (err)
		ct_symbols_deinit(&image->symbols);
	else
		image->symbols_are_read = true;
	return err;
}

struct ct_error *ct_image_symbols_named(struct ct_image *image,
					const char *name, size_t *count,
					const struct ct_symbol *const **ret)
{
	struct ct_error *err = read_symbols(image);
	if (err)
		return err;
	*ret = ct_symbols_named(&image->symbols, name, count);
	return NULL;
}

struct ct_error *ct_image_symbols(struct ct_image *image, size_t *count,
				  const struct ct_symbol *const **ret)
{
	struct ct_error *err = read_symbols(image);
	if (err)
		return err;
	*count = image->symbols.count;
	*ret = image->symbols.by_name;
	return NULL;
}

struct ct_error *ct_image_symbol_at(struct ct_image *image, uint64_t addr,
				    const struct ct_symbol **ret)
{
	struct ct_error *err = read_symbols(image);
	if (err)
		return err;
	*ret = ct_symbols_at(&image->symbols, addr);
	return NULL;
}

struct ct_error *ct_image_slots(struct ct_image *image, size_t *count,
				const struct ct_slot **ret)
{
	if (!image->slots_are_read) {
		struct ct_error *err = ct_slots_read(
		    image->elf, &image->slot_count, &image->slots);
		if (err)
			return err;
		image->slots_are_read = true;
	}
	*count = image->slot_count;
	*ret = image->slots;
	return NULL;
}

struct ct_error *ct_image_line_at(struct ct_image *image, uint64_t addr,
				  const char **file, unsigned *line)
{
	struct ct_dw *dw;
	struct ct_error *err = ct_image_dw(image, &dw);
	if (err)
		return err;
	if (!dw) {
		*file = NULL;
		*line = 0;
		return NULL;
	}
	return ct_dw_line_at(dw, addr, file, line);
}
