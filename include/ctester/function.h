/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Functions as the debug information describes them: DWARF's subprograms.
 */
#ifndef CTESTER_FUNCTION_H
#define CTESTER_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctester/error.h"
#include "ctester/image.h"
#include "ctester/type.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The types and subprograms of one image; owns every type it gives out. */
struct ct_types;

/** How sure a prototype is, best first. */
enum ct_prototype_source {
	CT_PROTOTYPE_CALLER,      /**< the caller's ffi_cif */
	CT_PROTOTYPE_DEFINITION,  /**< the function's own DWARF */
	CT_PROTOTYPE_DECLARATION, /**< a declaration DIE of a calling unit */
	CT_PROTOTYPE_USER,        /**< the user's own header */
	CT_PROTOTYPE_SHIPPED,     /**< the list that comes with ctester */
	CT_PROTOTYPE_GUESSED,     /**< six words */
};

/** A part of a value at a function's first instruction.  Without register,
 * stack or constant its bytes are optimized out. */
struct ct_formal_piece {
	uint32_t size;      /**< bytes, in the value's order */
	int reg;            /**< DWARF register number, or -1 */
	bool on_stack;      /**< in memory at CFA + cfa_offset */
	int64_t cfa_offset; /**< the CFA is rsp + 8 at the entry */
	bool is_constant;
	uint64_t constant;
};

enum {
	CT_FORMAL_PIECES_MAX = 4
};

/** One parameter of a concrete function. */
struct ct_formal {
	const char *name;     /**< or NULL */
	struct ct_type *type; /**< borrowed */
	/**
	 * Where the value is at the function's first instruction, when the
	 * debug information says it of that very address (a location list
	 * entry that starts there): the opinion that counts for clones.
	 */
	enum ct_formal_place {
		CT_FORMAL_BY_ABI,   /**< nothing said: by the ABI's order */
		CT_FORMAL_AT_ENTRY, /**< by the fields below */
		CT_FORMAL_ABSENT,   /**< optimized out */
	} place;
	/** DWARF register number, when it is in one register whole. */
	int reg; /**< -1: not in one register */
	/** In memory at CFA + cfa_offset; the CFA is rsp + 8 at the entry. */
	bool on_stack;
	int64_t cfa_offset;
	/** A constant that the compiler has propagated. */
	bool is_constant;
	uint64_t constant;
	/** When it is in several places: a struct in two registers.  0: it is
	 * whole in the one place that the fields above say. */
	size_t piece_count;
	struct ct_formal_piece pieces[CT_FORMAL_PIECES_MAX];
};

/** A function that has code, or only a declaration or inlined copies. */
struct ct_function {
	const char *name;         /**< source name */
	const char *linkage_name; /**< symbol of a clone, DW_AT_linkage_name,
				     or NULL */
	const char *unit;         /**< the unit's source file, as compiled */
	const char *decl_file;    /**< or NULL */
	unsigned decl_line;       /**< 0: unknown */
	bool has_code;            /**< false: a declaration, or inlined */
	uint64_t entry;           /**< file address of the first instruction */
	struct ct_type *type;     /**< CT_TYPE_FUNCTION; borrowed */
	bool is_external;         /**< DW_AT_external */
	bool is_clone;            /**< .isra, .constprop, .part, or
				     DW_CC_nocall */
	bool is_inlined;          /**< DW_AT_inline says copies exist */
	bool is_noreturn;         /**< DW_AT_noreturn */
	size_t formal_count;      /**< named parameters */
	const struct ct_formal *formals;
};

/** Prepare to read the types of @p image, which must outlive them. */
struct ct_error *ct_types_create(struct ct_image *image, struct ct_types **ret);
void ct_types_destroy(struct ct_types *types);

/** The function whose code starts at @p entry; NULL when the debug
 * information has none there, or one of an assembler, without a prototype. */
struct ct_error *ct_types_function_at(struct ct_types *types, uint64_t entry,
				      const struct ct_function **ret);

/**
 * A declaration of @p name in any unit: a prototype that a caller was
 * compiled with.  NULL when there is none.  Reads the top level of every unit
 * the first time.
 */
struct ct_error *ct_types_declaration(struct ct_types *types, const char *name,
				      const struct ct_function **ret);

/** How often @p name is inlined, in all units; walks all of the debug
 * information the first time. */
struct ct_error *ct_types_inlined_count(struct ct_types *types,
					const char *name, size_t *ret);

/** A complete struct, union, enum or typedef of that name, or NULL.
 * @p tag is "struct", "union", "enum" or NULL for a typedef or base type. */
struct ct_error *ct_types_find(struct ct_types *types, const char *tag,
			       const char *name, struct ct_type **ret);

/** The type of a global or file-static variable, and its address; NULL type
 * when there is none. */
struct ct_error *ct_types_variable(struct ct_types *types, const char *name,
				   struct ct_type **type, uint64_t *addr);

#ifdef __cplusplus
}
#endif
#endif
