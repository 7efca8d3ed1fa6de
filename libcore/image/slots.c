/* SPDX-License-Identifier: MIT */
/*
 * Slots are the dynamic relocations that a function's address goes into:
 * .rela.plt and .rela.dyn.  R_X86_64_RELATIVE and RELR name no symbol and are
 * passed over.  So are symbols that are known to be data.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "image/slots.h"
#include "image/symtab.h"

struct slot_list {
	struct ct_slot *slots;
	size_t count, capacity;
	size_t budget; /* bytes of relocations that the file can hold */
};

static bool find_kind(uint32_t type, enum ct_slot_kind *kind)
{
	switch (type) {
	case R_X86_64_JUMP_SLOT:
		*kind = CT_SLOT_PLT;
		return true;
	case R_X86_64_GLOB_DAT:
		*kind = CT_SLOT_GOT;
		return true;
	case R_X86_64_64:
		*kind = CT_SLOT_POINTER;
		return true;
	case R_X86_64_IRELATIVE:
		*kind = CT_SLOT_IRELATIVE;
		return true;
	default:
		return false;
	}
}

static struct ct_error *append(struct slot_list *list,
			       const struct ct_slot *slot)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 64;
		struct ct_slot *slots =
		    reallocarray(list->slots, capacity, sizeof(*list->slots));
		if (!slots)
			return &ct_enomem;
		list->slots = slots;
		list->capacity = capacity;
	}
	list->slots[list->count++] = *slot;
	return NULL;
}

static bool is_data(const Elf64_Sym *symbol)
{
	unsigned type = ELF64_ST_TYPE(symbol->st_info);
	return type == STT_OBJECT || type == STT_TLS || type == STT_COMMON;
}

static struct ct_error *add_relocation(struct slot_list *list,
				       const struct ct_symtab *symtab,
				       const Elf64_Rela *from)
{
	size_t index = ELF64_R_SYM(from->r_info);
	struct ct_slot slot = {
	    .addr = from->r_offset,
	    .addend = from->r_addend,
	};
	if (!find_kind(ELF64_R_TYPE(from->r_info), &slot.kind))
		return NULL;
	if (slot.kind == CT_SLOT_IRELATIVE)
		return append(list, &slot);

	if (index >= symtab->count)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "%s: a relocation names symbol %zu of "
				       "%zu",
				       ct_elf_path(symtab->elf), index,
				       symtab->count);
	struct ct_symtab_entry entry;
	struct ct_error *err = ct_symtab_read(symtab, index, &entry);
	if (err || is_data(&entry.symbol) || !*entry.name)
		return err;
	slot.name = entry.name;
	slot.version = entry.version;
	return append(list, &slot);
}

static struct ct_error *add_section(struct slot_list *list,
				    const struct ct_symtab *symtab,
				    struct ct_elf *elf, size_t section)
{
	const void *data;
	size_t size;
	struct ct_error *err = ct_elf_section_data(elf, section, &data, &size);
	if (err)
		return err;
	/* Sections that overlap would multiply. */
	if (size > list->budget)
		return ct_error_format(
		    CT_ERROR_BAD_DATA,
		    "%s: %s has more relocations than the file can hold",
		    ct_elf_path(elf), ct_elf_section_label(elf, section).text);
	list->budget -= size;
	for (size_t at = 0; size - at >= sizeof(Elf64_Rela) && !err;
	     at += sizeof(Elf64_Rela)) {
		Elf64_Rela relocation;
		memcpy(&relocation, (const char *)data + at,
		       sizeof(relocation));
		err = add_relocation(list, symtab, &relocation);
	}
	return err;
}

static int compare_slots(const void *a, const void *b)
{
	const struct ct_slot *x = a, *y = b;
	int order = !x->name - !y->name;
	if (!order && x->name)
		order = strcmp(x->name, y->name);
	if (!order)
		order = (x->addr > y->addr) - (x->addr < y->addr);
	return order;
}

struct ct_error *ct_slots_read(struct ct_elf *elf, size_t *count,
			       struct ct_slot **ret)
{
	struct ct_symtab symtab;
	struct ct_error *err = ct_symtab_init(&symtab, elf, SHT_DYNSYM);
	if (err)
		return err;
	struct slot_list list = {0};
	ct_elf_file(elf, &list.budget);
	for (size_t i = 1; i < ct_elf_section_count(elf) && !err; i++) {
		const struct ct_section *section = ct_elf_section(elf, i);
		/* Relocations of the linker's own (ld -q) are not loaded. */
		if (section->type == SHT_RELA && section->flags & SHF_ALLOC)
			err = add_section(&list, &symtab, elf, i);
	}
	ct_symtab_deinit(&symtab);
	if (err) {
		free(list.slots);
		return err;
	}
	if (list.count)
		qsort(list.slots, list.count, sizeof(*list.slots),
		      compare_slots);
	*count = list.count;
	*ret = list.slots;
	return NULL;
}
