/* SPDX-License-Identifier: MIT */
/*
 * The C spelling of a type, as GDB's whatis and str(gdb.Type) print it.
 *
 * C declares inside out: what stands left of the name (stars and opening
 * parentheses) and right of it (brackets and parameters) is written by two
 * walks over the same chain of types, after the specifier at its end.  GDB
 * does the same in c-typeprint.c, and its spacing is kept to the letter.
 *
 * A damaged type can refer to itself; what is written is bounded by steps,
 * because parameters make the tree of a small loop grow exponentially.
 */
#include <string.h>

#include "base/buffer.h"
#include "type/model.h"

enum {
	STEPS_MAX = 4096
};

struct speller {
	struct ct_buffer *out;
	int steps;
};

/* A type without its qualifiers, and these as a set. */
struct plain {
	struct ct_type *type;
	unsigned qualifiers; /* bits 1 << enum ct_qualifier */
};

static struct ct_error *spell(struct speller *speller, struct ct_type *type,
			      unsigned depth);

static struct ct_error *step(struct speller *speller, unsigned depth)
{
	if (depth >= CT_TYPE_DEPTH_MAX || ++speller->steps > STEPS_MAX)
		return ct_error_format(CT_ERROR_BAD_DATA,
				       "a type that is made of itself");
	return NULL;
}

/* The typedefs of syscall/own_types.h say how a value is shown, and are not of
 * the program. */
static bool is_private(const struct ct_type *type)
{
	const char *name = ct_type_name(type);
	return type->kind == CT_TYPE_TYPEDEF && name &&
	       !strncmp(name, "ct_", 3);
}

static struct ct_error *unqualify(struct ct_type *type, struct plain *ret)
{
	struct plain plain = {.type = type};
	for (int depth = 0; depth < CT_TYPE_DEPTH_MAX; depth++) {
		if (plain.type->kind == CT_TYPE_QUALIFIED) {
			plain.qualifiers |= 1u << plain.type->qualifier;
		} else if (!is_private(plain.type)) {
			*ret = plain;
			return NULL;
		}
		struct ct_error *err = ct_type_target(plain.type, &plain.type);
		if (err)
			return err;
	}
	return ct_error_format(CT_ERROR_BAD_DATA,
			       "a type with endless qualifiers");
}

static const char *const qualifier_names[] = {
    [CT_QUALIFIER_CONST] = "const",
    [CT_QUALIFIER_VOLATILE] = "volatile",
    [CT_QUALIFIER_RESTRICT] = "restrict",
    [CT_QUALIFIER_ATOMIC] = "_Atomic",
};

static void put_qualifiers(struct speller *speller, unsigned qualifiers,
			   bool space_before, bool space_after)
{
	bool any = false;
	for (unsigned i = 0; i < 4; i++) {
		if (!(qualifiers & 1u << i))
			continue;
		if (any || space_before)
			ct_buffer_putc(speller->out, ' ');
		ct_buffer_puts(speller->out, qualifier_names[i]);
		any = true;
	}
	if (any && space_after)
		ct_buffer_putc(speller->out, ' ');
}

/* A type that is spelled around the name, and not by a name of its own. */
static bool is_derived(const struct ct_type *type)
{
	return type->kind == CT_TYPE_POINTER || type->kind == CT_TYPE_ARRAY ||
	       type->kind == CT_TYPE_FUNCTION;
}

static void put_name(struct speller *speller, const struct ct_type *type)
{
	static const char *const tags[] = {
	    [CT_TYPE_STRUCT] = "struct ",
	    [CT_TYPE_UNION] = "union ",
	    [CT_TYPE_ENUM] = "enum ",
	    [CT_TYPE_OPAQUE] = NULL,
	};
	const char *tag = tags[type->kind];
	if (tag)
		ct_buffer_puts(speller->out, tag);
	if (type->name)
		ct_buffer_puts(speller->out, type->name);
	else
		ct_buffer_puts(speller->out, tag ? "{...}" : "<unnamed type>");
}

/*
 * The specifier at the end of the chain.  The qualifiers of an array are
 * those of its elements (C11 6.7.3p9), so they are carried inwards.
 */
static struct ct_error *put_specifier(struct speller *speller,
				      struct ct_type *type, unsigned qualifiers,
				      unsigned depth)
{
	struct ct_error *err = step(speller, depth);
	if (err)
		return err;
	struct plain plain;
	err = unqualify(type, &plain);
	if (err)
		return err;
	plain.qualifiers |= qualifiers;
	if (!is_derived(plain.type)) {
		put_qualifiers(speller, plain.qualifiers, false, true);
		put_name(speller, plain.type);
		return NULL;
	}
	struct ct_type *target;
	err = ct_type_target(plain.type, &target);
	if (err)
		return err;
	bool carry = plain.type->kind == CT_TYPE_ARRAY;
	return put_specifier(speller, target, carry ? plain.qualifiers : 0,
			     depth + 1);
}

/* Left of the name.  pointed: a pointer to type comes next. */
static struct ct_error *put_prefix(struct speller *speller,
				   struct ct_type *type, unsigned qualifiers,
				   bool pointed, bool space_after,
				   unsigned depth)
{
	struct ct_error *err = step(speller, depth);
	if (err)
		return err;
	struct plain plain;
	err = unqualify(type, &plain);
	if (err)
		return err;
	if (!is_derived(plain.type))
		return NULL;
	plain.qualifiers |= qualifiers;
	struct ct_type *target;
	err = ct_type_target(plain.type, &target);
	if (err)
		return err;

	bool is_pointer = plain.type->kind == CT_TYPE_POINTER;
	bool is_array = plain.type->kind == CT_TYPE_ARRAY;
	err = put_prefix(speller, target, is_array ? plain.qualifiers : 0,
			 is_pointer, is_pointer || (is_array && space_after),
			 depth + 1);
	if (err)
		return err;
	if (is_pointer) {
		ct_buffer_putc(speller->out, '*');
		put_qualifiers(speller, plain.qualifiers, true, space_after);
	} else if (pointed) {
		ct_buffer_putc(speller->out, '(');
	}
	return NULL;
}

static void put_bounds(struct speller *speller, const struct ct_type *array)
{
	const char *open = " __attribute__ ((vector_size(";
	ct_buffer_puts(speller->out, array->vector ? open : "[");
	if (array->count_known)
		ct_buffer_put_u64(speller->out, array->count);
	else if (array->variable_length)
		ct_buffer_puts(speller->out, "variable length");
	ct_buffer_puts(speller->out, array->vector ? ")))" : "]");
}

static struct ct_error *put_parameters(struct speller *speller,
				       struct ct_type *function, unsigned depth)
{
	size_t count;
	const struct ct_parameter *parameters;
	struct ct_error *err =
	    ct_type_parameters(function, &count, &parameters);
	if (err)
		return err;
	ct_buffer_putc(speller->out, '(');
	for (size_t i = 0; i < count; i++) {
		if (i)
			ct_buffer_puts(speller->out, ", ");
		err = spell(speller, parameters[i].type, depth + 1);
		if (err)
			return err;
	}
	if (function->variadic && !function->unprototyped)
		ct_buffer_puts(speller->out, count ? ", ..." : "...");
	else if (!count && !function->unprototyped)
		ct_buffer_puts(speller->out, "void");
	ct_buffer_putc(speller->out, ')');
	return NULL;
}

/* Right of the name; pointed as for put_prefix(). */
static struct ct_error *put_suffix(struct speller *speller,
				   struct ct_type *type, bool pointed,
				   unsigned depth)
{
	struct ct_error *err = step(speller, depth);
	if (err)
		return err;
	struct plain plain;
	err = unqualify(type, &plain);
	if (err)
		return err;
	if (!is_derived(plain.type))
		return NULL;
	if (pointed && plain.type->kind != CT_TYPE_POINTER)
		ct_buffer_putc(speller->out, ')');
	if (plain.type->kind == CT_TYPE_ARRAY)
		put_bounds(speller, plain.type);
	if (plain.type->kind == CT_TYPE_FUNCTION) {
		err = put_parameters(speller, plain.type, depth);
		if (err)
			return err;
	}
	struct ct_type *target;
	err = ct_type_target(plain.type, &target);
	if (err)
		return err;
	return put_suffix(speller, target, plain.type->kind == CT_TYPE_POINTER,
			  depth + 1);
}

static struct ct_error *spell(struct speller *speller, struct ct_type *type,
			      unsigned depth)
{
	struct ct_error *err = put_specifier(speller, type, 0, depth);
	if (err)
		return err;
	struct plain plain;
	err = unqualify(type, &plain);
	if (err)
		return err;
	if (is_derived(plain.type) && !plain.type->vector)
		ct_buffer_putc(speller->out, ' ');
	err = put_prefix(speller, type, 0, false, false, depth);
	if (err)
		return err;
	return put_suffix(speller, type, false, depth);
}

struct ct_error *ct_type_spell(struct ct_type *type, struct ct_buffer *out)
{
	struct speller speller = {.out = out};
	struct ct_error *err = spell(&speller, type, 0);
	if (err)
		return err;
	return ct_buffer_failed(out) ? &ct_enomem : NULL;
}
