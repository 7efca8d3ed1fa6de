/* SPDX-License-Identifier: MIT */
/*
 * Symbol versions (LSB Core, "Symbol Versioning"): .gnu.version gives each
 * symbol of .dynsym a number, .gnu.version_d names the versions that the file
 * defines and .gnu.version_r those that it needs of others; the numbers are
 * of one space.
 *
 * Both lists are chains of relative offsets.  A chain may only go forward, so
 * it ends; and no more names are read than there are numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "image/symtab.h"

enum {
	MAX_VERSIONS = 0x8000, /* the top bit means hidden */
};

struct chain {
	const struct ct_elf *elf;
	size_t section;
	const char *bytes;
	size_t size;
	const char *strings;
	size_t strings_size;
	size_t budget; /* entries that may still be read */
};

static struct ct_error *bad_chain(const struct chain *chain)
{
	return ct_error_format(
	    CT_ERROR_BAD_DATA, "%s: the versions in %s are damaged",
	    ct_elf_path(chain->elf),
	    ct_elf_section_label(chain->elf, chain->section).text);
}

/* Copy an entry of a chain; false when it is not inside. */
static bool read_at(struct chain *chain, size_t offset, void *to, size_t size)
{
	if (offset > chain->size || size > chain->size - offset ||
	    !chain->budget)
		return false;
	chain->budget--;
	memcpy(to, chain->bytes + offset, size);
	return true;
}

static bool set_name(struct ct_symtab *symtab, const struct chain *chain,
		     unsigned index, uint32_t name)
{
	index &= 0x7fff;
	if (name >= chain->strings_size ||
	    strnlen(chain->strings + name, CT_MAX_SYMBOL_NAME + 1) >
		CT_MAX_SYMBOL_NAME)
		return false;
	symtab->version_names[index] = chain->strings + name;
	if (index >= symtab->version_name_count)
		symtab->version_name_count = index + 1;
	return true;
}

static struct ct_error *read_defined(struct ct_symtab *symtab,
				     struct chain *chain)
{
	Elf64_Verdef def;
	Elf64_Verdaux aux;
	size_t offset = 0;
	do {
		if (!read_at(chain, offset, &def, sizeof(def)))
			return bad_chain(chain);
		/* The first name is the version's; others are its parents.
		 * The base definition names the file. */
		if (!(def.vd_flags & VER_FLG_BASE) &&
		    (!read_at(chain, offset + def.vd_aux, &aux, sizeof(aux)) ||
		     !set_name(symtab, chain, def.vd_ndx, aux.vda_name)))
			return bad_chain(chain);
		offset += def.vd_next;
	} while (def.vd_next);
	return NULL;
}

static struct ct_error *read_needed_of(struct ct_symtab *symtab,
				       struct chain *chain, size_t offset)
{
	Elf64_Vernaux aux;
	do {
		if (!read_at(chain, offset, &aux, sizeof(aux)) ||
		    !set_name(symtab, chain, aux.vna_other, aux.vna_name))
			return bad_chain(chain);
		offset += aux.vna_next;
	} while (aux.vna_next);
	return NULL;
}

static struct ct_error *read_needed(struct ct_symtab *symtab,
				    struct chain *chain)
{
	Elf64_Verneed need;
	size_t offset = 0;
	do {
		if (!read_at(chain, offset, &need, sizeof(need)))
			return bad_chain(chain);
		struct ct_error *err =
		    read_needed_of(symtab, chain, offset + need.vn_aux);
		if (err)
			return err;
		offset += need.vn_next;
	} while (need.vn_next);
	return NULL;
}

static struct ct_error *open_chain(struct chain *chain, struct ct_elf *elf,
				   size_t index)
{
	const void *bytes;
	*chain = (struct chain){
	    .elf = elf,
	    .section = index,
	    .budget = 2 * MAX_VERSIONS,
	};
	struct ct_error *err =
	    ct_elf_section_data(elf, index, &bytes, &chain->size);
	if (err)
		return err;
	chain->bytes = bytes;
	return ct_elf_strings(elf, ct_elf_section(elf, index)->link,
			      &chain->strings, &chain->strings_size);
}

static struct ct_error *read_numbers(struct ct_symtab *symtab,
				     struct ct_elf *elf, size_t index)
{
	const void *data;
	size_t size;
	struct ct_error *err = ct_elf_section_data(elf, index, &data, &size);
	if (err || !data)
		return err;
	if (size / sizeof(Elf64_Half) < symtab->count)
		return ct_error_format(
		    CT_ERROR_BAD_DATA,
		    "%s: %s has fewer versions than there are symbols",
		    ct_elf_path(elf), ct_elf_section_label(elf, index).text);
	symtab->versions = data;
	return NULL;
}

static struct ct_error *read_names(struct ct_symtab *symtab, struct ct_elf *elf,
				   size_t index)
{
	struct chain chain;
	struct ct_error *err = open_chain(&chain, elf, index);
	if (err || !chain.size)
		return err;
	if (ct_elf_section(elf, index)->type == SHT_GNU_verdef)
		return read_defined(symtab, &chain);
	return read_needed(symtab, &chain);
}

struct ct_error *ct_symtab_read_versions(struct ct_symtab *symtab,
					 struct ct_elf *elf)
{
	size_t numbers = ct_elf_find_type(elf, SHT_GNU_versym);
	size_t defined = ct_elf_find_type(elf, SHT_GNU_verdef);
	size_t needed = ct_elf_find_type(elf, SHT_GNU_verneed);
	if (!numbers)
		return NULL;
	symtab->version_names =
	    calloc(MAX_VERSIONS, sizeof(*symtab->version_names));
	if (!symtab->version_names)
		return &ct_enomem;
	struct ct_error *err = read_numbers(symtab, elf, numbers);
	if (!err && defined)
		err = read_names(symtab, elf, defined);
	if (!err && needed)
		err = read_names(symtab, elf, needed);
	return err;
}
