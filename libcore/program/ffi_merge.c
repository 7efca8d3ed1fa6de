/* SPDX-License-Identifier: MIT */
/*
 * One type of what a caller through libffi passes and what the prototype says:
 * laid out, it is the caller's call, for it differs from that only where the
 * ABI makes no difference.
 */
#include "abi/classify.h"
#include "program/ffi.h"
#include "type/model.h"

struct merge {
	const struct ct_parameter *passed, *wanted;
	size_t passed_count, wanted_count;
	size_t count; /* of the result's parameters */
	bool differs; /* from the prototype */
};

static struct ct_error *merge_parameters(struct merge *merge,
					 struct ct_parameter *ret)
{
	merge->differs |= merge->count != merge->wanted_count;
	for (size_t i = 0; i < merge->count; i++) {
		bool good;
		ret[i] = merge->passed[i];
		if (i >= merge->wanted_count)
			continue;
		struct ct_error *err = ct_ffi_agrees(
		    ret[i].type, merge->wanted[i].type, true, &good);
		if (err)
			return err;
		if (good)
			ret[i] = merge->wanted[i];
		ret[i].name = merge->wanted[i].name;
		merge->differs |= !good;
	}
	return NULL;
}

/* How a result comes back. */
struct way {
	bool in_memory;
	bool in_sse;
};

static struct ct_error *find_way(struct ct_type *type, struct way *ret)
{
	struct ct_abi_classes classes = {0};
	*ret = (struct way){0};
	struct ct_error *err = ct_type_strip(type, &type);
	if (err || !ct_type_size(type))
		return err;
	err = ct_abi_classify(type, &classes);
	if (err && ct_error_code(err) == CT_ERROR_UNSUPPORTED) {
		ct_error_destroy(err);
		return NULL;
	}
	ret->in_memory = classes.memory;
	ret->in_sse = !classes.memory && classes.count == 1 &&
		      classes.of[0] == CT_CLASS_SSE;
	return err;
}

static struct ct_error *merge_result(struct ct_type *caller,
				     struct ct_type *prototype, bool *differs,
				     struct ct_type **ret)
{
	struct ct_type *taken, *given;
	struct way theirs, ours;
	struct ct_error *err = ct_type_target(caller, &taken);
	if (!err)
		err = ct_type_target(prototype, &given);
	if (!err)
		err = find_way(taken, &theirs);
	if (!err)
		err = find_way(given, &ours);
	if (err)
		return err;
	bool is_callers = theirs.in_memory != ours.in_memory;
	struct ct_type *bare;
	if (theirs.in_sse && ours.in_sse) {
		err = ct_type_strip(given, &bare);
		if (err)
			return err;
		is_callers = ct_type_size(taken) != ct_type_size(bare);
	}
	*differs |= is_callers;
	*ret = is_callers ? taken : given;
	return NULL;
}

struct ct_error *ct_ffi_merge(struct ct_type *caller, struct ct_type *prototype,
			      enum ct_ffi_trust trust, struct ct_arena *arena,
			      struct ct_type **ret)
{
	struct merge merge = {0};
	if (trust == CT_FFI_GUESSED) {
		*ret = caller;
		return NULL;
	}
	struct ct_error *err =
	    ct_type_parameters(caller, &merge.passed_count, &merge.passed);
	if (!err)
		err = ct_type_parameters(prototype, &merge.wanted_count,
					 &merge.wanted);
	if (err)
		return err;
	merge.count = merge.passed_count;
	if (trust == CT_FFI_TAIL && merge.count > merge.wanted_count)
		merge.count = merge.wanted_count;
	struct ct_type *type = ct_arena_alloc(arena, sizeof(*type));
	struct ct_parameter *parameters =
	    ct_arena_alloc_array(arena, merge.count + 1, sizeof(*parameters));
	if (!type || !parameters)
		return &ct_enomem;
	type->kind = CT_TYPE_FUNCTION;
	type->variadic = trust == CT_FFI_TAIL;
	type->parameters = parameters;
	type->part_count = merge.count;
	err = merge_parameters(&merge, parameters);
	if (!err)
		err = merge_result(caller, prototype, &merge.differs,
				   &type->target);
	if (!err)
		*ret = merge.differs ? type : prototype;
	return err;
}
