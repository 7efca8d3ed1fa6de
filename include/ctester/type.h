/* SPDX-License-Identifier: MIT */
/**
 * @file
 * C types, as a debugger needs them: how many bytes, what they mean, where
 * the parts lie.
 *
 * Types are made by a source (DWARF is one) and borrowed from it: they live
 * as long as the source.  They are lazy: a type knows its kind, name and size
 * at once, while its target, members, enumerators or parameters are read from
 * the source when first asked for, and that can fail.
 */
#ifndef CTESTER_TYPE_H
#define CTESTER_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctester/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ct_buffer;
struct ct_type;

/** What a type is made of. */
enum ct_type_kind {
	CT_TYPE_VOID,      /**< also what a missing DW_AT_type means */
	CT_TYPE_BASE,      /**< a number; see enum ct_encoding */
	CT_TYPE_ENUM,      /**< target: its integer type, or NULL */
	CT_TYPE_POINTER,   /**< target: what it points to */
	CT_TYPE_ARRAY,     /**< target: the element, which may be an array */
	CT_TYPE_STRUCT,    /**< members */
	CT_TYPE_UNION,     /**< members */
	CT_TYPE_TYPEDEF,   /**< target: what the name stands for */
	CT_TYPE_QUALIFIED, /**< target: the type without the qualifier */
	CT_TYPE_FUNCTION,  /**< target: the result; parameters */
	CT_TYPE_OPAQUE,    /**< a type of another language: only a size */
};

/** What the bits of a CT_TYPE_BASE mean (DWARF 5, table 7.11). */
enum ct_encoding {
	CT_ENCODING_SIGNED,
	CT_ENCODING_UNSIGNED,
	CT_ENCODING_BOOL,
	CT_ENCODING_FLOAT,
	CT_ENCODING_COMPLEX,
	/** Plain `char`: text.  `signed char`, `unsigned char` are numbers. */
	CT_ENCODING_CHAR,
	CT_ENCODING_UTF, /**< char16_t, char32_t as a base type */
};

/** The qualifier that a CT_TYPE_QUALIFIED adds. */
enum ct_qualifier {
	CT_QUALIFIER_CONST,
	CT_QUALIFIER_VOLATILE,
	CT_QUALIFIER_RESTRICT,
	CT_QUALIFIER_ATOMIC,
};

/** One member of a struct or union. */
struct ct_member {
	const char *name;     /**< NULL: anonymous, its members are ours */
	struct ct_type *type; /**< borrowed */
	uint64_t bit_offset;  /**< from the start of the containing object */
	uint32_t bit_size;    /**< of a bitfield; 0 when it is not one */
};

/** One enumerator, in order of declaration. */
struct ct_enumerator {
	const char *name;
	int64_t value; /**< the bits, sign-extended from the enum's size */
};

/** One parameter of a function type. */
struct ct_parameter {
	const char *name;     /**< NULL when the source has none */
	struct ct_type *type; /**< borrowed */
};

enum ct_type_kind ct_type_kind(const struct ct_type *type);

/** The name without `struct`, `union` or `enum`; NULL when it has none. */
const char *ct_type_name(const struct ct_type *type);

/**
 * Size in bytes; 0 for void, functions, incomplete types and arrays of
 * unknown length.  It reads nothing: of a struct that is only declared in its
 * unit, ask after ct_type_complete() or ct_type_strip().
 */
uint64_t ct_type_size(const struct ct_type *type);

/** Alignment in bytes given by DW_AT_alignment; 0 when it is the natural
 * one. */
uint32_t ct_type_declared_align(const struct ct_type *type);

/** Only for CT_TYPE_BASE. */
enum ct_encoding ct_type_encoding(const struct ct_type *type);

/** Only for CT_TYPE_QUALIFIED. */
enum ct_qualifier ct_type_qualifier(const struct ct_type *type);

/**
 * A struct, union or enum that is only declared: in its own unit, and after
 * ct_type_complete() in every other unit that the source can see.
 */
bool ct_type_is_incomplete(const struct ct_type *type);

/**
 * Behind typedefs and qualifiers, complete a struct, union or enum that is
 * only declared from its definition in another unit.  Still incomplete
 * afterwards is no error.  ct_type_strip(), ct_type_members() and
 * ct_type_enumerators() do it too.
 */
struct ct_error *ct_type_complete(struct ct_type *type);

/** A GNU vector: laid out as an array, passed like a number. */
bool ct_type_is_vector(const struct ct_type *type);

/**
 * The number of elements of a CT_TYPE_ARRAY.
 *
 * @param known  Set to false for a flexible array member, an array of unknown
 *               bound, and a VLA whose bound is only known at run time.
 */
uint64_t ct_type_count(const struct ct_type *type, bool *known);

/** True for a function declared with `...` or without a prototype. */
bool ct_type_is_variadic(const struct ct_type *type);

/** The target (see enum ct_type_kind); void where the source has none. */
struct ct_error *ct_type_target(struct ct_type *type, struct ct_type **ret);

/** The members of a struct or union; @p count is 0 for an incomplete one. */
struct ct_error *ct_type_members(struct ct_type *type, size_t *count,
				 const struct ct_member **ret);

/** The enumerators of an enum. */
struct ct_error *ct_type_enumerators(struct ct_type *type, size_t *count,
				     const struct ct_enumerator **ret);

/** The named parameters of a function type. */
struct ct_error *ct_type_parameters(struct ct_type *type, size_t *count,
				    const struct ct_parameter **ret);

/** Typedefs and qualifiers taken off, to a fixed depth, and the rest
 * completed as ct_type_complete() does. */
struct ct_error *ct_type_strip(struct ct_type *type, struct ct_type **ret);

/** True when the enum's enumerators are flags to be or'ed, as GDB 13 judges
 * it: none is negative and none has more than one bit. */
struct ct_error *ct_type_is_flag_enum(struct ct_type *type, bool *ret);

/** Append the C spelling of the type, as GDB prints it: `const char *`,
 * `struct point [4]`, `int (*)(int)`. */
struct ct_error *ct_type_spell(struct ct_type *type, struct ct_buffer *out);

#ifdef __cplusplus
}
#endif
#endif
