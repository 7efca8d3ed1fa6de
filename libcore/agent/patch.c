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
	    .find_room = request->find_room,
	    .arg = request->is_target_arg,
	};
	*ret = (struct ct_patch){.addr = request->addr, .pad = request->pad};
	return ct_relocate(&input, &ret->relocation);
}

static bool has(const struct ct_patch_access *access, uint64_t addr,
		const uint8_t *wanted, size_t size)
{
	uint8_t now[CT_HOOK_PATCH_MAX];
	return access->memory.read(access->memory.arg, addr, now, size) ==
		   size &&
	       !memcmp(now, wanted, size);
}

static struct ct_error *expect(const struct ct_patch_access *access,
			       const struct ct_patch *patch,
			       const uint8_t *wanted,
			       const uint8_t *wanted_room)
{
	const struct ct_relocation *relocation = &patch->relocation;
	if (!has(access, patch->addr, wanted, relocation->patch_size) ||
	    (relocation->room.addr &&
	     !has(access, relocation->room.addr, wanted_room, CT_HOOK_ROOM)))
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
	struct ct_error *err = expect(access, patch, relocation->original,
				      relocation->room.original);
	if (!err)
		err = access->write(access->arg, patch->pad, relocation->pad,
				    relocation->pad_size);
	if (!err && relocation->room.addr)
		err = access->write(access->arg, relocation->room.addr,
				    relocation->room_patch, CT_HOOK_ROOM);
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
	const struct ct_relocation *relocation = &patch->relocation;
	struct ct_error *err =
	    expect(access, patch, relocation->patch, relocation->room_patch);
	if (!err)
		err =
		    access->write(access->arg, patch->addr,
				  relocation->original, relocation->patch_size);
	if (!err && relocation->room.addr)
		err = access->write(access->arg, relocation->room.addr,
				    relocation->room.original, CT_HOOK_ROOM);
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
