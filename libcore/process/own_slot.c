/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "process/own_slot.h"
#include "process/ptrace.h"

struct search {
	const char *name;
	void **slot;
};

struct table {
	const ElfW(Rela) * rows;
	size_t size;
};

/* The dynamic section's addresses: glibc makes them absolute in place, musl
 * does not. */
static const void *address_of(const struct dl_phdr_info *object, uint64_t value)
{
	return (const void *)(value < object->dlpi_addr
				  ? object->dlpi_addr + value
				  : value);
}

static void **find_in(const struct dl_phdr_info *object,
		      const struct table *table, const ElfW(Sym) * symbols,
		      const char *strings, const char *name)
{
	for (size_t i = 0; i < table->size / sizeof(*table->rows); i++) {
		const ElfW(Rela) *row = &table->rows[i];
		uint64_t type = ELF64_R_TYPE(row->r_info);
		if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT)
			continue;
		const ElfW(Sym) *symbol = &symbols[ELF64_R_SYM(row->r_info)];
		if (!strcmp(strings + symbol->st_name, name))
			return (void **)(object->dlpi_addr + row->r_offset);
	}
	return NULL;
}

/* The first object is the main program. */
static int search_object(struct dl_phdr_info *object, size_t size, void *arg)
{
	(void)size;
	struct search *search = arg;
	struct table calls = {0}, others = {0};
	const ElfW(Dyn) *dynamic = NULL;
	const ElfW(Sym) *symbols = NULL;
	const char *strings = NULL;
	for (int i = 0; i < object->dlpi_phnum; i++)
		if (object->dlpi_phdr[i].p_type == PT_DYNAMIC)
			dynamic = (const void *)(object->dlpi_addr +
						 object->dlpi_phdr[i].p_vaddr);
	for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
		const void *at = address_of(object, dynamic->d_un.d_ptr);
		switch (dynamic->d_tag) {
		case DT_JMPREL:
			calls.rows = at;
			break;
		case DT_PLTRELSZ:
			calls.size = dynamic->d_un.d_val;
			break;
		case DT_RELA:
			others.rows = at;
			break;
		case DT_RELASZ:
			others.size = dynamic->d_un.d_val;
			break;
		case DT_SYMTAB:
			symbols = at;
			break;
		case DT_STRTAB:
			strings = at;
			break;
		}
	}
	if (!symbols || !strings)
		return 1;
	if (calls.rows)
		search->slot =
		    find_in(object, &calls, symbols, strings, search->name);
	if (!search->slot && others.rows)
		search->slot =
		    find_in(object, &others, symbols, strings, search->name);
	return 1;
}

void **ct_own_slot_find(const char *name)
{
	struct search search = {.name = name};
	dl_iterate_phdr(search_object, &search);
	return search.slot;
}

struct ct_error *ct_own_slot_set(void **slot, void *function)
{
	/* It can be among what the dynamic linker has made read-only; nothing
	 * is worse for being writable. */
	uintptr_t page = (uintptr_t)slot & ~(uintptr_t)(CT_PAGE_SIZE - 1);
	if (mprotect((void *)page, CT_PAGE_SIZE, PROT_READ | PROT_WRITE))
		return ct_error_format(CT_ERROR_OS, "mprotect: %m");
	__atomic_store_n(slot, function, __ATOMIC_SEQ_CST);
	return NULL;
}
