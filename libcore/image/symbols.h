/* SPDX-License-Identifier: MIT */
/*
 * The symbols of an image: several tables merged, found by name and by
 * address.  Fill with ct_symbols_add(), then ct_symbols_finish() once, then
 * look up.
 */
#ifndef CT_IMAGE_SYMBOLS_H
#define CT_IMAGE_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "ctester/image.h"
#include "image/elf.h"

struct ct_symbol_entry;
struct ct_symbol_place;

struct ct_symbols {
	struct ct_arena arena;
	struct ct_symbol_entry *entries;
	size_t entry_count, entry_capacity;
	const struct ct_symbol **by_name;
	size_t count; /* of by_name */
	struct ct_symbol_place *places;
	size_t place_count;
};

void ct_symbols_init(struct ct_symbols *symbols);
void ct_symbols_deinit(struct ct_symbols *symbols);

/* Add the table of type SHT_SYMTAB or SHT_DYNSYM, if elf has it.  The symbols
 * borrow from elf.  After an error nothing of the table was added. */
CT_MUST_CHECK
struct ct_error *ct_symbols_add(struct ct_symbols *symbols, struct ct_elf *elf,
				uint32_t type);
CT_MUST_CHECK
struct ct_error *ct_symbols_finish(struct ct_symbols *symbols);

/* The symbols of that name, adjacent: defined ones first, then those of the
 * default version, then those that others can call. */
const struct ct_symbol *const *ct_symbols_named(
    const struct ct_symbols *symbols, const char *name, size_t *count);

/* See ct_image_symbol_at(). */
const struct ct_symbol *ct_symbols_at(const struct ct_symbols *symbols,
				      uint64_t addr);

#endif
