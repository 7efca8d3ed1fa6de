/* SPDX-License-Identifier: MIT */
/*
 * One symbol table of a file (.symtab or .dynsym) with its strings and, for
 * .dynsym, its versions.  Entries are read one at a time, and checked then.
 */
#ifndef CT_IMAGE_SYMTAB_H
#define CT_IMAGE_SYMTAB_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "image/elf.h"

enum {
	/*
	 * A longer name is read as no name.  Nobody calls such a thing by name,
	 * and names that overlap in the string table could make each
	 * comparison as long as the table.
	 */
	CT_MAX_SYMBOL_NAME = 4096,
};

struct ct_symtab {
	const struct ct_elf *elf;
	size_t section; /* index of the table's own */
	const char *entries;
	size_t count; /* 0 when the file has no such table */
	const char *strings;
	size_t strings_size;  /* the last byte is NUL */
	const char *versions; /* Elf64_Half each, or NULL */
	/* Version names by index, NULL where there is none. */
	const char **version_names;
	size_t version_name_count;
};

struct ct_symtab_entry {
	Elf64_Sym symbol;
	const char *name;    /* as stored: .symtab's may have an @VERSION */
	const char *version; /* or NULL */
	bool is_hidden;      /* foo@V: not what new programs link to */
};

/*
 * Prepare to read the first table of type SHT_SYMTAB or SHT_DYNSYM; a file
 * without one gives a table of no entries.  The table borrows from elf.
 */
CT_MUST_CHECK
struct ct_error *ct_symtab_init(struct ct_symtab *symtab, struct ct_elf *elf,
				uint32_t type);
void ct_symtab_deinit(struct ct_symtab *symtab);

/* Entry index, which must be less than count. */
CT_MUST_CHECK
struct ct_error *ct_symtab_read(const struct ct_symtab *symtab, size_t index,
				struct ct_symtab_entry *ret);

/* The bytes of a string table section, of which the last is checked to be
 * NUL: every offset less than size is the start of a string. */
CT_MUST_CHECK
struct ct_error *ct_elf_strings(struct ct_elf *elf, size_t index,
				const char **strings, size_t *size);

/*
 * Read .gnu.version, .gnu.version_d and .gnu.version_r into symtab: versions.c.
 */
CT_MUST_CHECK
struct ct_error *ct_symtab_read_versions(struct ct_symtab *symtab,
					 struct ct_elf *elf);

#endif
