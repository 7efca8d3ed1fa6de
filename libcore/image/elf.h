/* SPDX-License-Identifier: MIT */
/*
 * One ELF file through libelf: headers, sections (inflated where compressed),
 * notes and links to debug files.  libelf is behind elf.c.
 */
#ifndef CT_IMAGE_ELF_H
#define CT_IMAGE_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct ct_elf;

/* An x86-64 ELF file; other classes and machines are CT_ERROR_UNSUPPORTED,
 * what is no ELF or is truncated is CT_ERROR_BAD_DATA. */
CT_MUST_CHECK
struct ct_error *ct_elf_open(const char *path, struct ct_elf **ret);
/* The same over bytes in memory, which must outlive it; name is for
 * messages. */
CT_MUST_CHECK
struct ct_error *ct_elf_open_memory(const char *name, const void *data,
				    size_t size, struct ct_elf **ret);
void ct_elf_close(struct ct_elf *elf);

const char *ct_elf_path(const struct ct_elf *elf);
/* ET_EXEC, ET_DYN, ET_REL… */
uint16_t ct_elf_type(const struct ct_elf *elf);
uint64_t ct_elf_entry(const struct ct_elf *elf);

/*
 * A compressed section is shown as what it inflates to: without SHF_COMPRESSED
 * in its flags, and an old ".zdebug_x" under the name ".debug_x".
 */
struct ct_section {
	const char *name;
	uint32_t type; /* SHT_ */
	uint64_t flags, addr;
	uint64_t size;    /* as inflated */
	uint64_t offset;  /* in the file, of the bytes as stored */
	uint64_t entsize; /* 0 when the section is no table */
	uint32_t link, info;
};

size_t ct_elf_section_count(const struct ct_elf *elf);
const struct ct_section *ct_elf_section(const struct ct_elf *elf, size_t index);
/* The first of that name, or NULL; index may be NULL. */
const struct ct_section *ct_elf_find_section(const struct ct_elf *elf,
					     const char *name, size_t *index);
/* The index of the first of an SHT_ type; 0, which is no section, when there
 * is none. */
size_t ct_elf_find_type(const struct ct_elf *elf, uint32_t type);
/* The bytes of a section, inflated on first use and owned by elf; not aligned
 * for anything.  A NOBITS section has none: NULL and 0. */
CT_MUST_CHECK
struct ct_error *ct_elf_section_data(struct ct_elf *elf, size_t index,
				     const void **data, size_t *size);

struct ct_segment {
	uint32_t type, flags; /* PT_, PF_ */
	uint64_t offset, addr;
	uint64_t file_size, memory_size;
};

size_t ct_elf_segment_count(const struct ct_elf *elf);
const struct ct_segment *ct_elf_segment(const struct ct_elf *elf, size_t index);

/* The whole file as mapped. */
const void *ct_elf_file(const struct ct_elf *elf, size_t *size);
/* A run of the file's bytes, or NULL when it is not inside the file. */
const void *ct_elf_bytes(const struct ct_elf *elf, uint64_t offset,
			 uint64_t size);

/* For messages of one line: `section 7 (.dynstr)`. */
struct ct_section_label {
	char text[64];
};
struct ct_section_label ct_elf_section_label(const struct ct_elf *elf,
					     size_t index);

/* The NT_GNU_BUILD_ID, or NULL. */
const uint8_t *ct_elf_build_id(const struct ct_elf *elf, size_t *size);

#endif
