/* SPDX-License-Identifier: MIT */
/*
 * A caller through libffi against the function's prototype.  What matters is
 * what a register or the stack holds: sizes and the ABI's classes.  What has
 * no class (a struct that is only declared, another language's type) is not
 * judged.
 */
#include "abi/classify.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "program/ffi.h"
#include "type/model.h"

/* One value, as the ABI sees it. */
struct passed {
	bool is_judged;
	uint64_t size;
	struct ct_abi_classes classes;
};

static struct ct_error *look(struct ct_type *type, struct passed *ret)
{
	*ret = (struct passed){0};
	struct ct_error *err = ct_type_strip(type, &type);
	if (err)
		return err;
	enum ct_type_kind kind = ct_type_kind(type);
	/* A parameter of these is a pointer: C11 6.7.6.3. */
	if (kind == CT_TYPE_FUNCTION ||
	    (kind == CT_TYPE_ARRAY && !ct_type_is_vector(type))) {
		ret->is_judged = true;
		ret->size = 8;
		ret->classes.count = 1;
		ret->classes.of[0] = CT_CLASS_INTEGER;
		return NULL;
	}
	ret->size = ct_type_size(type);
	if (kind == CT_TYPE_OPAQUE || !ret->size)
		return NULL;
	err = ct_abi_classify(type, &ret->classes);
	if (err && ct_error_code(err) == CT_ERROR_UNSUPPORTED) {
		ct_error_destroy(err);
		return NULL;
	}
	ret->is_judged = !err;
	return err;
}

static bool same_classes(const struct ct_abi_classes *a,
			 const struct ct_abi_classes *b)
{
	if (a->memory || b->memory)
		return a->memory == b->memory;
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		if (a->of[i] != b->of[i])
			return false;
	}
	return a->count == b->count;
}

struct ct_error *ct_ffi_agrees(struct ct_type *caller, struct ct_type *wanted,
			       bool is_argument, bool *ret)
{
	struct passed from, to;
	struct ct_error *err = look(caller, &from);
	if (!err)
		err = look(wanted, &to);
	if (err)
		return err;
	/* An int holds the short or bool that the function cuts out of it; a
	 * result is not extended. */
	bool is_cut = is_argument && from.size == 4 && to.size < 4;
	*ret = !from.is_judged || !to.is_judged ||
	       ((from.size == to.size || is_cut) &&
		same_classes(&from.classes, &to.classes));
	return NULL;
}

static struct ct_error *take_sentence(struct ct_buffer *out, char **ret)
{
	char *sentence = ct_buffer_take_string(out);
	if (!sentence)
		return &ct_enomem;
	*ret = sentence;
	return NULL;
}

/* `argument` counts from 1; 0 is the result. */
static struct ct_error *say_types(struct ct_type *caller,
				  struct ct_type *wanted, size_t argument,
				  const char *name, char **ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer out;
	ct_buffer_init(&out);
	ct_buffer_puts(&out,
		       argument ? "the caller passes " : "the caller takes ");
	struct ct_error *err = ct_type_spell(caller, &out);
	if (err)
		return err;
	if (argument)
		ct_buffer_printf(
		    &out, " as argument %zu where the prototype of %s wants ",
		    argument, name);
	else
		ct_buffer_printf(
		    &out, " as the result where the prototype of %s returns ",
		    name);
	err = ct_type_spell(wanted, &out);
	return err ? err : take_sentence(&out, ret);
}

static struct ct_error *say_counts(size_t passed, size_t wanted, bool variadic,
				   const char *name, char **ret)
{
	CT_CLEANUP(ct_buffer_deinit) struct ct_buffer out;
	ct_buffer_init(&out);
	ct_buffer_printf(&out,
			 "the caller passes %zu argument%s where the prototype "
			 "of %s wants %s%zu",
			 passed, passed == 1 ? "" : "s", name,
			 variadic ? "at least " : "", wanted);
	return take_sentence(&out, ret);
}

static struct ct_error *compare_result(struct ct_type *caller,
				       struct ct_type *prototype,
				       const char *name, char **ret)
{
	struct ct_type *taken, *given;
	struct ct_error *err = ct_type_target(caller, &taken);
	if (!err)
		err = ct_type_target(prototype, &given);
	if (!err)
		err = ct_type_strip(given, &given);
	if (err)
		return err;
	/* A result may be dropped; ctypes takes an int unless it is told, also
	 * of what returns nothing. */
	bool good = ct_type_kind(taken) == CT_TYPE_VOID ||
		    ct_type_kind(given) == CT_TYPE_VOID;
	if (!good)
		err = ct_ffi_agrees(taken, given, false, &good);
	return err || good ? err : say_types(taken, given, 0, name, ret);
}

struct ct_error *ct_ffi_disagrees(struct ct_type *caller,
				  struct ct_type *prototype, const char *name,
				  char **ret)
{
	size_t passed, wanted;
	const struct ct_parameter *from, *to;
	struct ct_error *err = ct_type_parameters(caller, &passed, &from);
	if (!err)
		err = ct_type_parameters(prototype, &wanted, &to);
	if (err)
		return err;
	bool variadic = ct_type_is_variadic(prototype);
	if (passed < wanted || (passed > wanted && !variadic))
		return say_counts(passed, wanted, variadic, name, ret);
	for (size_t i = 0; i < wanted; i++) {
		bool good;
		err = ct_ffi_agrees(from[i].type, to[i].type, true, &good);
		if (err)
			return err;
		if (!good)
			return say_types(from[i].type, to[i].type, i + 1, name,
					 ret);
	}
	char *sentence = NULL;
	err = compare_result(caller, prototype, name, &sentence);
	if (!err)
		*ret = sentence;
	return err;
}
