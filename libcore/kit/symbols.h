/* SPDX-License-Identifier: MIT */
/*
 * The program's file, read as far as the kit needs it.  By hand, so that a
 * test links nothing but the kit and CUnit.
 */
#ifndef CTESTER_KIT_SYMBOLS_H
#define CTESTER_KIT_SYMBOLS_H

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kit/enter.h"

struct ctester_elf {
	const unsigned char *bytes;
	size_t size;
	const ElfW(Shdr) * sections;
	unsigned int count;
};

struct ctester_elf_symbols {
	const ElfW(Sym) * list;
	size_t count;
	const char *names;
	size_t names_size;
};

/* What is added to an address in the file to get that in memory. */
KIT_HIDDEN uintptr_t ctester_symbols_bias(void);

/* Whether an address is in the kit's own code. */
KIT_HIDDEN bool ctester_symbols_in_kit(uintptr_t pc);

KIT_HIDDEN bool ctester_elf_open(struct ctester_elf *elf);
KIT_HIDDEN void ctester_elf_close(struct ctester_elf *elf);

/* A section's bytes, or NULL if it has none in the file. */
KIT_HIDDEN const void *ctester_elf_data(const struct ctester_elf *elf,
					const ElfW(Shdr) * section);

/* Those of the first section of a type; false if there is none. */
KIT_HIDDEN bool ctester_elf_symbols(const struct ctester_elf *elf,
				    unsigned int type,
				    struct ctester_elf_symbols *ret);
KIT_HIDDEN const char *ctester_elf_name(
    const struct ctester_elf_symbols *symbols, const ElfW(Sym) * symbol);

#endif /* CTESTER_KIT_SYMBOLS_H */
