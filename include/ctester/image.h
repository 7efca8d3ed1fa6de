/* SPDX-License-Identifier: MIT */
/**
 * @file
 * One ELF file: a program, a shared library or a separate debug file.
 *
 * Addresses are those of the file (before the load bias is added).  What is
 * returned is borrowed from the image and dies with it.
 */
#ifndef CTESTER_IMAGE_H
#define CTESTER_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctester/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ct_image;

/**
 * Open an ELF file and find its debug information: in the file, in a separate
 * file by build-id (/usr/lib/debug/.build-id), or by .gnu_debuglink.
 *
 * @param ret  On success, the image; release with ct_image_close().
 * @return CT_ERROR_OS if @p path cannot be read, CT_ERROR_BAD_DATA if it is
 *         no ELF or is damaged, CT_ERROR_UNSUPPORTED for another machine.  A
 *         file without debug information opens: ask
 *         ct_image_has_debug_info().
 */
struct ct_error *ct_image_open(const char *path, struct ct_image **ret);

/**
 * ct_image_open() with another place to look for separate debug files.
 *
 * @param directories  Separated by ':', as in GDB's debug-file-directory;
 *                     ct_image_open() takes /usr/lib/debug.
 */
struct ct_error *ct_image_open_searching(const char *path,
					 const char *directories,
					 struct ct_image **ret);

/** Release an image and all that was borrowed from it; NULL is fine. */
void ct_image_close(struct ct_image *image);

const char *ct_image_path(const struct ct_image *image);

/** DT_SONAME, or NULL. */
const char *ct_image_soname(const struct ct_image *image);

/** PT_INTERP, or NULL for a static program or a library. */
const char *ct_image_interpreter(const struct ct_image *image);

/** The i-th DT_NEEDED, or NULL after the last. */
const char *ct_image_needed(const struct ct_image *image, size_t i);

/** True when the file is mapped at a bias (ET_DYN). */
bool ct_image_is_relocatable(const struct ct_image *image);

/** The address of the first instruction; 0 for most libraries. */
uint64_t ct_image_entry(const struct ct_image *image);

/** True when DWARF was found, here or in a separate file. */
bool ct_image_has_debug_info(const struct ct_image *image);

/** Where the DWARF is, or NULL. */
const char *ct_image_debug_path(const struct ct_image *image);

/** Why a debug file that was found is not used (a CRC or build-id that does
 * not fit, damage); NULL when there is nothing to say. */
const char *ct_image_debug_problem(const struct ct_image *image);

/** True when addr lies in an executable segment. */
bool ct_image_has_code_at(const struct ct_image *image, uint64_t addr);

/** What a symbol names. */
enum ct_symbol_kind {
	CT_SYMBOL_FUNCTION, /**< STT_FUNC, or STT_NOTYPE in code */
	CT_SYMBOL_IFUNC,    /**< STT_GNU_IFUNC: addr is the resolver's */
	CT_SYMBOL_OBJECT,   /**< STT_OBJECT */
};

/** One symbol of .symtab (also of the debug file) or .dynsym. */
struct ct_symbol {
	const char *name;    /**< without a version */
	const char *version; /**< GLIBC_2.2.5, or NULL */
	uint64_t addr;       /**< 0 when undefined */
	uint64_t size;       /**< bytes; 0 when the file does not say */
	enum ct_symbol_kind kind;
	bool is_defined;
	bool is_local;           /**< STB_LOCAL: static */
	bool is_dynamic;         /**< from .dynsym: others can call it */
	bool is_default_version; /**< foo@@V, or no version at all */
};

/**
 * The symbols named @p name: defined ones first, the default version first of
 * those.  The same function in .symtab and .dynsym is given once; one with
 * two versions at one address is given twice.
 *
 * @param count  How many; 0 is no error.
 */
struct ct_error *ct_image_symbols_named(struct ct_image *image,
					const char *name, size_t *count,
					const struct ct_symbol *const **ret);

/** All symbols, in the order of their names (strcmp), for globs and for near
 * names. */
struct ct_error *ct_image_symbols(struct ct_image *image, size_t *count,
				  const struct ct_symbol *const **ret);

/** The function symbol that covers addr, of several names the global, then
 * the least underscored, then the shortest; NULL when none does. */
struct ct_error *ct_image_symbol_at(struct ct_image *image, uint64_t addr,
				    const struct ct_symbol **ret);

/** How the loader fills a slot. */
enum ct_slot_kind {
	CT_SLOT_PLT,      /**< R_X86_64_JUMP_SLOT, bound on first call or at
			     start */
	CT_SLOT_GOT,      /**< R_X86_64_GLOB_DAT */
	CT_SLOT_POINTER,  /**< R_X86_64_64: a pointer constant in data */
	CT_SLOT_IRELATIVE /**< R_X86_64_IRELATIVE: addend is the resolver */
};

/** A word through which the image reaches a function. */
struct ct_slot {
	const char *name;    /**< the symbol's, NULL for IRELATIVE */
	const char *version; /**< or NULL */
	uint64_t addr;       /**< of the 8-byte word */
	int64_t addend;
	enum ct_slot_kind kind;
};

/** Every slot of the image's dynamic relocations, without those whose symbol
 * is known to be data; sorted by name, then address. */
struct ct_error *ct_image_slots(struct ct_image *image, size_t *count,
				const struct ct_slot **ret);

/** Source line of an address; *file is NULL when nothing is known. */
struct ct_error *ct_image_line_at(struct ct_image *image, uint64_t addr,
				  const char **file, unsigned *line);

#ifdef __cplusplus
}
#endif
#endif
