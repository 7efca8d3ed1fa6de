/* SPDX-License-Identifier: MIT */
/*
 * The types and functions of one image, out of its DWARF.
 *
 *   type_dwarf.c    a DIE becomes a struct ct_type, once
 *   base_name.c     one name for each of C's integers
 *   type_parts.c    its lazy rest: members, enumerators, parameters
 *   origin.c        attributes that a DIE leaves to another
 *   subprogram.c    a DIE becomes a struct ct_function
 *   location.c      where a formal is at the function's entry
 *   declarations.c  names at the top level of all units
 *   inlined.c       how often functions are inlined
 *
 * Only what is asked for is read; only declarations.c and inlined.c look at
 * units that were not asked for by address.
 */
#ifndef CT_TYPE_TYPES_H
#define CT_TYPE_TYPES_H

/* A table that cannot grow leaves the new entry out: what is not found there
 * is read again, or is missed, but nothing exits. */
#define HASH_NONFATAL_OOM 1

#include <uthash.h>

#include "base/arena.h"
#include "base/error.h"
#include "ctester/function.h"
#include "image/dw.h"
#include "image/dwarf_names.h"
#include "type/model.h"

/* Which DIE; without padding, to be hashed. */
struct die_key {
	const void *dw;
	uint64_t place; /* twice the offset, plus one in .debug_types */
};

struct dwarf_type;
struct dwarf_function;
struct unit_functions;
struct declarations;
struct inlined;

struct ct_types {
	struct ct_type_source source;
	struct ct_image *image;
	struct ct_dw *dw; /* NULL: no debug information */
	struct ct_arena arena;
	struct dwarf_type *types;         /* by DIE */
	struct dwarf_function *functions; /* by DIE */
	struct unit_functions *units;     /* by unit DIE */
	struct declarations *declarations;
	struct inlined *inlined;
};

static inline struct die_key die_key(const struct ct_die *die)
{
	struct ct_die_id id = ct_die_id(die);
	return (struct die_key){id.dw, id.offset * 2 + id.in_types};
}

/* type_dwarf.c */

/* The type that a DIE describes; a subprogram gives its function type. */
CT_MUST_CHECK
struct ct_error *ct_type_from_die(struct ct_types *types,
				  const struct ct_die *die, unsigned depth,
				  struct ct_type **ret);
/* The type that the DW_AT_type of die or of its origin names: void when
 * there is none. */
CT_MUST_CHECK
struct ct_error *ct_type_of_die(struct ct_types *types,
				const struct ct_die *die, unsigned depth,
				struct ct_type **ret);
/* The DIE behind a type. */
struct ct_die_id ct_type_die_id(const struct ct_type *type);
/* DW_AT_byte_size, else *found is false. */
CT_MUST_CHECK
struct ct_error *ct_die_byte_size(const struct ct_die *die, bool *found,
				  uint64_t *ret);
void ct_types_deinit_cache(struct ct_types *types);

/* type_parts.c: the `fill` of the source. */
CT_MUST_CHECK
struct ct_error *ct_type_fill_parts(struct ct_type_source *source,
				    struct ct_type *type);

/* base_name.c */

/* C's own name for an integer that a compiler spelt otherwise; other names
 * are given back as they are. */
const char *ct_base_name(const char *name);

/* origin.c */

/* die itself or the nearest of its origins that has the attribute; else a
 * DIE that does not exist. */
CT_MUST_CHECK
struct ct_error *ct_die_with(const struct ct_die *die, uint16_t attribute,
			     struct ct_die *ret);
/* NULL when neither die nor its origins have it; so false, and 0. */
CT_MUST_CHECK
struct ct_error *ct_die_inherited_string(const struct ct_die *die,
					 uint16_t attribute, const char **ret);
CT_MUST_CHECK
struct ct_error *ct_die_inherited_flag(const struct ct_die *die,
				       uint16_t attribute, bool *ret);
CT_MUST_CHECK
struct ct_error *ct_die_inherited_constant(const struct ct_die *die,
					   uint16_t attribute, uint64_t *ret);
/* The last abstract origin of die, or die itself: the DIE whose formals are
 * those of the source. */
CT_MUST_CHECK
struct ct_error *ct_die_origin(const struct ct_die *die, struct ct_die *ret);

/* subprogram.c */

/*
 * True for a unit of an assembler: it lists functions without a type or
 * parameters, which is no prototype.
 */
CT_MUST_CHECK
struct ct_error *ct_unit_is_assembly(const struct ct_die *unit, bool *ret);
/* The function of a subprogram DIE, cached. */
CT_MUST_CHECK
struct ct_error *ct_function_from_die(struct ct_types *types,
				      const struct ct_die *die,
				      const struct ct_function **ret);
void ct_types_deinit_functions(struct ct_types *types);

/* location.c */

/* Whether a function's arguments are where the ABI has them. */
enum argument_order {
	ORDER_ABI,
	/* Clang drops unused parameters of static functions, and moves up
	 * those behind them, without another sign than their locations. */
	ORDER_UNSURE,
	ORDER_NONE, /* a clone */
};

/* Set the place of a formal of a concrete function from its own DIE. */
CT_MUST_CHECK
struct ct_error *ct_formal_locate(const struct ct_die *function,
				  const struct ct_die *formal, uint64_t entry,
				  enum argument_order order,
				  struct ct_formal *ret);
void ct_formal_absent(struct ct_formal *formal);

/* declarations.c */

enum name_kind {
	NAME_STRUCT,
	NAME_UNION,
	NAME_ENUM,
	NAME_TYPEDEF,
	NAME_BASE,
	NAME_FUNCTION,
	NAME_VARIABLE,
	NAME_KIND_COUNT,
};

/* The best top-level DIE of that name in all units; *found is false when
 * there is none. */
CT_MUST_CHECK
struct ct_error *ct_declarations_find(struct ct_types *types,
				      enum name_kind kind, const char *name,
				      bool *found, struct ct_die_id *ret);
void ct_types_deinit_declarations(struct ct_types *types);

/* inlined.c */
void ct_types_deinit_inlined(struct ct_types *types);

#endif
