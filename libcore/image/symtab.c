/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "image/symtab.h"

struct ct_error *ct_elf_strings(struct ct_elf *elf, size_t index,
				const char **strings, size_t *size)
{
	const void *data;
	size_t data_size;
	struct ct_error *err =
	    ct_elf_section_data(elf, index, &data, &data_size);
	if (err)
		return err;
	const char *bytes = data;
	if (!data_size || bytes[data_size - 1])
		return ct_error_format(
		    CT_ERROR_BAD_DATA,
		    "%s: the string table %s has no terminating zero",
		    ct_elf_path(elf), ct_elf_section_label(elf, index).text);
	*strings = bytes;
	*size = data_size;
	return NULL;
}

static struct ct_error *read_table(struct ct_symtab *symtab, struct ct_elf *elf)
{
	const struct ct_section *section = ct_elf_section(elf, symtab->section);
	if (section->entsize != sizeof(Elf64_Sym))
		return ct_error_format(
		    CT_ERROR_BAD_DATA,
		    "%s: %s has entries of %" PRIu64 " bytes, not %zu",
		    ct_elf_path(elf),
		    ct_elf_section_label(elf, symtab->section).text,
		    section->entsize, sizeof(Elf64_Sym));
	const void *data;
	size_t size;
	struct ct_error *err =
	    ct_elf_section_data(elf, symtab->section, &data, &size);
	if (!err)
		err = ct_elf_strings(elf, section->link, &symtab->strings,
				     &symtab->strings_size);
	if (err)
		return err;
	symtab->entries = data;
	symtab->count = size / sizeof(Elf64_Sym);
	return NULL;
}

struct ct_error *ct_symtab_init(struct ct_symtab *symtab, struct ct_elf *elf,
				uint32_t type)
{
	struct ct_symtab table = {
	    .elf = elf,
	    .section = ct_elf_find_type(elf, type),
	};
	struct ct_error *err = NULL;
	if (table.section)
		err = read_table(&table, elf);
	if (!err && table.count && type == SHT_DYNSYM)
		err = ct_symtab_read_versions(&table, elf);
	if (err) {
		ct_symtab_deinit(&table);
		return err;
	}
	*symtab = table;
	return NULL;
}

void ct_symtab_deinit(struct ct_symtab *symtab)
{
	free(symtab->version_names);
	symtab->version_names = NULL;
}

static const char *version_name(const struct ct_symtab *symtab, size_t index,
				bool *is_hidden)
{
	Elf64_Half version;
	*is_hidden = false;
	if (!symtab->versions)
		return NULL;
	memcpy(&version, symtab->versions + index * sizeof(version),
	       sizeof(version));
	*is_hidden = version & 0x8000;
	version &= 0x7fff;
	if (version >= symtab->version_name_count)
		return NULL;
	return symtab->version_names[version];
}

struct ct_error *ct_symtab_read(const struct ct_symtab *symtab, size_t index,
				struct ct_symtab_entry *ret)
{
	Elf64_Sym symbol;
	memcpy(&symbol, symtab->entries + index * sizeof(symbol),
	       sizeof(symbol));
	if (symbol.st_name >= symtab->strings_size)
		return ct_error_format(
		    CT_ERROR_BAD_DATA,
		    "%s: the name of symbol %zu of %s is outside its strings",
		    ct_elf_path(symtab->elf), index,
		    ct_elf_section_label(symtab->elf, symtab->section).text);
	ret->symbol = symbol;
	ret->name = symtab->strings + symbol.st_name;
	if (strnlen(ret->name, CT_MAX_SYMBOL_NAME + 1) > CT_MAX_SYMBOL_NAME)
		ret->name = "";
	ret->version = version_name(symtab, index, &ret->is_hidden);
	return NULL;
}
