/* SPDX-License-Identifier: MIT */
/*
 * The file is mapped once and libelf reads its headers from the mapping.
 * Sections are handed out as pointers into the mapping; only compressed ones
 * cost memory.
 *
 * Nothing in the file is trusted.  What all else depends on (the headers, the
 * section names' table) is checked at open; what one section says is checked
 * when its bytes are asked for, so that damage elsewhere does not matter.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "image/elf.h"
#include "image/inflate.h"

/* All sections of a file together: more is an attack. */
#define MAX_INFLATED (UINT64_C(4) << 30)

struct stored {
	struct ct_compression compression;
	uint64_t size; /* as stored */
	bool is_compressed;
	void *inflated;
};

struct ct_elf {
	char *path;
	Elf *libelf;
	const uint8_t *file;
	size_t file_size;
	void *mapping; /* NULL when the bytes are the caller's */
	uint16_t type;
	uint64_t entry;
	struct ct_section *sections;
	struct stored *stored; /* parallel to sections */
	size_t section_count;
	struct ct_segment *segments;
	size_t segment_count;
	uint64_t inflated; /* bytes, of all sections */
	struct ct_arena arena;
};

void ct_elf_close(struct ct_elf *elf)
{
	if (!elf)
		return;
	for (size_t i = 0; i < elf->section_count; i++)
		free(elf->stored[i].inflated);
	elf_end(elf->libelf);
	if (elf->mapping)
		munmap(elf->mapping, elf->file_size);
	ct_arena_deinit(&elf->arena);
	free(elf);
}

static void cleanup_elf(struct ct_elf **elf)
{
	ct_elf_close(*elf);
}

static struct ct_elf *elf_alloc(const char *path)
{
	struct ct_elf *elf = calloc(1, sizeof(*elf));
	if (!elf)
		return NULL;
	ct_arena_init(&elf->arena);
	elf->path = ct_arena_strdup(&elf->arena, path);
	if (!elf->path) {
		free(elf);
		return NULL;
	}
	return elf;
}

static struct ct_error *damaged(const struct ct_elf *elf, const char *what)
{
	return ct_error_format(CT_ERROR_BAD_DATA, "%s: %s", elf->path, what);
}

static struct ct_error *check_ident(const struct ct_elf *elf)
{
	const uint8_t *ident = elf->file;
	if (elf->file_size < EI_NIDENT || memcmp(ident, ELFMAG, SELFMAG) != 0)
		return damaged(elf, "not an ELF file");
	if (ident[EI_CLASS] == ELFCLASS32)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s: a 32-bit file; only x86-64 is "
				       "supported",
				       elf->path);
	if (ident[EI_CLASS] != ELFCLASS64)
		return damaged(elf, "its ELF class is neither 32 nor 64 bits");
	if (ident[EI_DATA] == ELFDATA2MSB)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s: a big-endian file; only x86-64 is "
				       "supported",
				       elf->path);
	if (ident[EI_DATA] != ELFDATA2LSB || ident[EI_VERSION] != EV_CURRENT)
		return damaged(elf, "its ELF header is damaged");
	if (elf->file_size < sizeof(Elf64_Ehdr))
		return damaged(elf, "truncated inside the ELF header");
	return NULL;
}

static struct ct_error *check_machine(const struct ct_elf *elf,
				      const GElf_Ehdr *header)
{
	if (header->e_machine != EM_X86_64)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s: made for machine %u; only x86-64 "
				       "(62) is supported",
				       elf->path, header->e_machine);
	switch (header->e_type) {
	case ET_REL:
	case ET_EXEC:
	case ET_DYN:
		return NULL;
	case ET_CORE:
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s: a core dump, not a program or "
				       "library",
				       elf->path);
	default:
		return damaged(elf, "its ELF type is unknown");
	}
}

/* libelf takes a table outside the file for an empty one, or cuts it to what
 * is there; we do not. */
static bool table_fits(const struct ct_elf *elf, uint64_t offset, size_t count,
		       size_t entry_size)
{
	return offset <= elf->file_size &&
	       count <= (elf->file_size - offset) / entry_size;
}

static struct ct_error *read_segments(struct ct_elf *elf,
				      const GElf_Ehdr *header)
{
	size_t count;
	if (!header->e_phoff || !header->e_phnum)
		return NULL;
	if (header->e_phentsize != sizeof(Elf64_Phdr) ||
	    !table_fits(elf, header->e_phoff,
			header->e_phnum == PN_XNUM ? 1 : header->e_phnum,
			sizeof(Elf64_Phdr)) ||
	    elf_getphdrnum(elf->libelf, &count) < 0 ||
	    !table_fits(elf, header->e_phoff, count, sizeof(Elf64_Phdr)))
		return damaged(elf, "its program headers are damaged or cut "
				    "off");
	elf->segments =
	    ct_arena_alloc_array(&elf->arena, count, sizeof(*elf->segments));
	if (!elf->segments)
		return &ct_enomem;

	for (size_t i = 0; i < count; i++) {
		GElf_Phdr from;
		if (!gelf_getphdr(elf->libelf, (int)i, &from))
			return damaged(elf, elf_errmsg(-1));
		elf->segments[i] = (struct ct_segment){
		    .type = from.p_type,
		    .flags = from.p_flags,
		    .offset = from.p_offset,
		    .addr = from.p_vaddr,
		    .file_size = from.p_filesz,
		    .memory_size = from.p_memsz,
		};
	}
	elf->segment_count = count;
	return NULL;
}

static struct ct_error *count_sections(const struct ct_elf *elf,
				       const GElf_Ehdr *header, size_t *ret)
{
	/* The first header holds the numbers that do not fit in e_shnum and
	 * e_shstrndx (gABI, "ELF Header"), so it must be there. */
	size_t count;
	if (header->e_shentsize != sizeof(Elf64_Shdr) ||
	    !table_fits(elf, header->e_shoff,
			header->e_shnum ? header->e_shnum : 1,
			sizeof(Elf64_Shdr)) ||
	    elf_getshdrnum(elf->libelf, &count) < 0 ||
	    !table_fits(elf, header->e_shoff, count, sizeof(Elf64_Shdr)))
		return damaged(elf, "its section headers are damaged or cut "
				    "off");
	*ret = count;
	return NULL;
}

/* Section names, or an empty table when the file has none. */
static struct ct_error *find_names(const struct ct_elf *elf, size_t count,
				   const char **names, size_t *size)
{
	size_t index;
	if (elf_getshdrstrndx(elf->libelf, &index) < 0)
		return damaged(elf, "its section name table is damaged");
	*names = "";
	*size = 1;
	if (index == SHN_UNDEF)
		return NULL;
	if (index >= count)
		return damaged(elf, "its section name table does not exist");

	GElf_Shdr header;
	if (!gelf_getshdr(elf_getscn(elf->libelf, index), &header))
		return damaged(elf, elf_errmsg(-1));
	const char *bytes = ct_elf_bytes(elf, header.sh_offset, header.sh_size);
	if (!bytes || !header.sh_size || bytes[header.sh_size - 1])
		return damaged(elf, "its section name table is damaged or cut "
				    "off");
	*names = bytes;
	*size = header.sh_size;
	return NULL;
}

static struct ct_error *name_zdebug(struct ct_elf *elf,
				    struct ct_section *section)
{
	/* ".zdebug_info" to ".debug_info" */
	char *name = ct_arena_strdup(&elf->arena, section->name + 1);
	if (!name)
		return &ct_enomem;
	name[0] = '.';
	section->name = name;
	return NULL;
}

static struct ct_error *read_compression(struct ct_elf *elf, size_t index)
{
	struct ct_section *section = &elf->sections[index];
	struct stored *stored = &elf->stored[index];
	if (section->type == SHT_NOBITS)
		return NULL;

	bool is_zdebug = strncmp(section->name, ".zdebug_", 8) == 0;
	stored->is_compressed = section->flags & SHF_COMPRESSED || is_zdebug;
	const void *bytes = ct_elf_bytes(elf, section->offset, stored->size);
	if (!stored->is_compressed || !bytes)
		return NULL;

	if (section->flags & SHF_COMPRESSED) {
		stored->compression =
		    ct_compression_of_chdr(bytes, stored->size);
		section->flags &= ~(uint64_t)SHF_COMPRESSED;
	} else {
		stored->compression =
		    ct_compression_of_zdebug(bytes, stored->size);
	}
	section->size = stored->compression.size;
	return is_zdebug ? name_zdebug(elf, section) : NULL;
}

static struct ct_error *read_section(struct ct_elf *elf, size_t index,
				     const char *names, size_t names_size)
{
	GElf_Shdr from;
	if (!gelf_getshdr(elf_getscn(elf->libelf, index), &from))
		return damaged(elf, elf_errmsg(-1));
	if (from.sh_name >= names_size)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "%s: the name of section %zu is outside "
				       "the name table",
				       elf->path, index);
	elf->sections[index] = (struct ct_section){
	    .name = names + from.sh_name,
	    .type = from.sh_type,
	    .flags = from.sh_flags,
	    .addr = from.sh_addr,
	    .size = from.sh_size,
	    .offset = from.sh_offset,
	    .entsize = from.sh_entsize,
	    .link = from.sh_link,
	    .info = from.sh_info,
	};
	elf->stored[index].size = from.sh_size;
	return read_compression(elf, index);
}

static struct ct_error *read_sections(struct ct_elf *elf,
				      const GElf_Ehdr *header)
{
	if (!header->e_shoff)
		return NULL;
	size_t count = 0, names_size = 0;
	const char *names = NULL;
	struct ct_error *err = count_sections(elf, header, &count);
	if (!err)
		err = find_names(elf, count, &names, &names_size);
	if (err)
		return err;

	elf->sections =
	    ct_arena_alloc_array(&elf->arena, count, sizeof(*elf->sections));
	elf->stored =
	    ct_arena_alloc_array(&elf->arena, count, sizeof(*elf->stored));
	if (!elf->sections || !elf->stored)
		return &ct_enomem;
	elf->section_count = count;
	/* The headers of section 0 say something else: see above. */
	if (count)
		elf->sections[0].name = "";
	for (size_t i = 1; i < count; i++) {
		err = read_section(elf, i, names, names_size);
		if (err)
			return err;
	}
	return NULL;
}

static struct ct_error *read_headers(struct ct_elf *elf)
{
	struct ct_error *err = check_ident(elf);
	if (err)
		return err;

	/* gelf copies the headers out: in the file they need not be aligned. */
	elf_version(EV_CURRENT);
	/* elf_memory() wants a char * but only reads. */
	elf->libelf = elf_memory((char *)(uintptr_t)elf->file, elf->file_size);
	GElf_Ehdr header;
	if (!elf->libelf || !gelf_getehdr(elf->libelf, &header))
		return damaged(elf, elf_errmsg(-1));
	err = check_machine(elf, &header);
	if (err)
		return err;
	elf->type = header.e_type;
	elf->entry = header.e_entry;

	err = read_segments(elf, &header);
	return err ? err : read_sections(elf, &header);
}

struct ct_error *ct_elf_open_memory(const char *name, const void *data,
				    size_t size, struct ct_elf **ret)
{
	CT_CLEANUP(cleanup_elf) struct ct_elf *elf = elf_alloc(name);
	if (!elf)
		return &ct_enomem;
	elf->file = data;
	elf->file_size = size;
	struct ct_error *err = read_headers(elf);
	if (err)
		return err;
	*ret = ct_take(elf);
	return NULL;
}

static struct ct_error *map_file(struct ct_elf *elf)
{
	/* O_NONBLOCK: the open of a FIFO must not wait for a writer. */
	CT_AUTO_CLOSE int fd =
	    open(elf->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) < 0)
		return ct_error_format(CT_ERROR_OS, "%s: %m", elf->path);
	if (!S_ISREG(status.st_mode))
		return damaged(elf, "not a regular file");
	if (!status.st_size)
		return damaged(elf, "an empty file");

	elf->file_size = (size_t)status.st_size;
	void *mapping =
	    mmap(NULL, elf->file_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (mapping == MAP_FAILED)
		return ct_error_format(CT_ERROR_OS, "%s: %m", elf->path);
	elf->file = elf->mapping = mapping;
	return NULL;
}

struct ct_error *ct_elf_open(const char *path, struct ct_elf **ret)
{
	CT_CLEANUP(cleanup_elf) struct ct_elf *elf = elf_alloc(path);
	if (!elf)
		return &ct_enomem;
	struct ct_error *err = map_file(elf);
	if (!err)
		err = read_headers(elf);
	if (err)
		return err;
	*ret = ct_take(elf);
	return NULL;
}

const char *ct_elf_path(const struct ct_elf *elf)
{
	return elf->path;
}

uint16_t ct_elf_type(const struct ct_elf *elf)
{
	return elf->type;
}

uint64_t ct_elf_entry(const struct ct_elf *elf)
{
	return elf->entry;
}

size_t ct_elf_section_count(const struct ct_elf *elf)
{
	return elf->section_count;
}

const struct ct_section *ct_elf_section(const struct ct_elf *elf, size_t index)
{
	return index < elf->section_count ? &elf->sections[index] : NULL;
}

const struct ct_section *ct_elf_find_section(const struct ct_elf *elf,
					     const char *name, size_t *index)
{
	for (size_t i = 1; i < elf->section_count; i++) {
		if (strcmp(elf->sections[i].name, name) != 0)
			continue;
		if (index)
			*index = i;
		return &elf->sections[i];
	}
	return NULL;
}

size_t ct_elf_find_type(const struct ct_elf *elf, uint32_t type)
{
	for (size_t i = 1; i < elf->section_count; i++)
		if (elf->sections[i].type == type)
			return i;
	return 0;
}

size_t ct_elf_segment_count(const struct ct_elf *elf)
{
	return elf->segment_count;
}

const struct ct_segment *ct_elf_segment(const struct ct_elf *elf, size_t index)
{
	return index < elf->segment_count ? &elf->segments[index] : NULL;
}

const void *ct_elf_file(const struct ct_elf *elf, size_t *size)
{
	*size = elf->file_size;
	return elf->file;
}

const void *ct_elf_bytes(const struct ct_elf *elf, uint64_t offset,
			 uint64_t size)
{
	if (offset > elf->file_size || size > elf->file_size - offset)
		return NULL;
	return elf->file + offset;
}

struct ct_section_label ct_elf_section_label(const struct ct_elf *elf,
					     size_t index)
{
	struct ct_section_label label;
	const struct ct_section *section = ct_elf_section(elf, index);
	snprintf(label.text, sizeof(label.text), "section %zu (%.40s)", index,
		 section ? section->name : "missing");
	for (char *c = label.text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return label;
}

static struct ct_error *inflate_section(struct ct_elf *elf, size_t index,
					const void *bytes)
{
	struct stored *stored = &elf->stored[index];
	if (!stored->compression.type)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "its compression header is damaged");
	/* Sections that overlap could each inflate the same bytes. */
	uint64_t limit = elf->file_size > MAX_INFLATED / CT_MAX_RATIO
			     ? MAX_INFLATED
			     : elf->file_size * CT_MAX_RATIO;
	struct ct_error *err =
	    ct_inflate(&stored->compression, bytes, stored->size,
		       limit - elf->inflated, &stored->inflated);
	if (!err)
		elf->inflated += stored->compression.size;
	return err;
}

struct ct_error *ct_elf_section_data(struct ct_elf *elf, size_t index,
				     const void **data, size_t *size)
{
	if (index >= elf->section_count)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "%s: section %zu does not exist",
				       elf->path, index);
	const struct ct_section *section = &elf->sections[index];
	struct stored *stored = &elf->stored[index];
	if (section->type == SHT_NOBITS || section->type == SHT_NULL) {
		*data = NULL;
		*size = 0;
		return NULL;
	}

	const void *bytes = ct_elf_bytes(elf, section->offset, stored->size);
	struct ct_error *err = NULL;
	if (!bytes)
		err = ct_error_format(CT_ERROR_BAD_DATA,
				      "it lies outside the file");
	else if (stored->is_compressed && !stored->inflated)
		err = inflate_section(elf, index, bytes);
	if (err)
		return ct_error_prefix(err, "%s: %s", elf->path,
				       ct_elf_section_label(elf, index).text);
	*data = stored->is_compressed ? stored->inflated : bytes;
	*size = section->size;
	return NULL;
}
