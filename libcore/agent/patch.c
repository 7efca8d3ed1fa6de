/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "agent/patch.h"

enum {
	FUNCTION_MAX = 1 << 16, /* bytes of a function that are read */
	BEHIND = 32,            /* and of what follows: padding */
};

const char *ct_patch_prepare(const struct ct_patch_access *access,
			     const struct ct_patch_request *request,
			     struct ct_patch *ret)
{
	uint8_t code[FUNCTION_MAX + BEHIND];
	size_t size = request->function_size < FUNCTION_MAX
			  ? request->function_size + BEHIND
			  : sizeof(code);
	if (request->function_size > FUNCTION_MAX && !request->is_target)
		return "it is too long to be looked through";
	size =
	    access->memory.read(access->memory.arg, request->addr, code, size);
	if (size == CT_MEMORY_UNKNOWN || !size)
		return "its code cannot be read";
	struct ct_relocation_input input = {
	    .addr = request->addr,
	    .code = code,
	    .code_size = size,
	    .function_size = request->function_size,
	    .free_size = request->free_size,
	    .pad = request->pad,
	    .enter = request->enter,
	    .index = request->index,
	    .is_target = request->is_target,
	    .body = request->body,
	    .arg = request->is_target_arg,
	};
	*ret = (struct ct_patch){.addr = request->addr, .pad = request->pad};
	return ct_relocate(&input, &ret->relocation);
}

static struct ct_error *expect(const struct ct_patch_access *access,
			       const struct ct_patch *patch,
			       const uint8_t *wanted)
{
	uint8_t now[CT_HOOK_PATCH_MAX];
	size_t size = patch->relocation.patch_size;
	if (access->memory.read(access->memory.arg, patch->addr, now, size) !=
		size ||
	    memcmp(now, wanted, size) != 0)
		return ct_error_format(
		    CT_ERROR_BAD_DATA,
		    "the code at 0x%llx is not what it was: somebody else has "
		    "changed it",
		    (unsigned long long)patch->addr);
	return NULL;
}

struct ct_error *ct_patch_apply(const struct ct_patch_access *access,
				struct ct_patch *patch)
{
	const struct ct_relocation *relocation = &patch->relocation;
	struct ct_error *err = expect(access, patch, relocation->original);
	if (!err)
		err = access->write(access->arg, patch->pad, relocation->pad,
				    relocation->pad_size);
	if (!err)
		err = access->write(access->arg, patch->addr, relocation->patch,
				    relocation->patch_size);
	patch->applied = !err;
	return err;
}

struct ct_error *ct_patch_remove(const struct ct_patch_access *access,
				 struct ct_patch *patch)
{
	if (!patch->applied)
		return NULL;
	struct ct_error *err = expect(access, patch, patch->relocation.patch);
	if (!err)
		err = access->write(access->arg, patch->addr,
				    patch->relocation.original,
				    patch->relocation.patch_size);
	patch->applied = err != NULL;
	return err;
}

bool ct_patch_is_inside(const struct ct_patch *patch, uint64_t pc, uint64_t *to)
{
	const struct ct_relocation *relocation = &patch->relocation;
	uint64_t from = pc - patch->addr;
	if (from <= relocation->kept || from >= relocation->patch_size)
		return false;
	*to = 0;
	for (uint32_t i = 0; i < relocation->displaced_count; i++)
		if (relocation->displaced[i].from == from)
			*to = patch->pad + relocation->displaced[i].to;
	return true;
}
