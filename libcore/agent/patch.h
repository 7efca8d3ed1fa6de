/* SPDX-License-Identifier: MIT */
/*
 * Arming: writing the jumps into functions' entries and the pads beside them,
 * and restoring every byte.  How memory is written is the caller's: ptrace in
 * GDB's process, stores in a test's own.
 *
 * While patches are applied or removed all threads are stopped, and none is
 * behind the first byte of what is overwritten (ct_patch_is_inside()).
 */
#ifndef CT_AGENT_PATCH_H
#define CT_AGENT_PATCH_H

#include "agent/relocate.h"
#include "agent/shared.h"
#include "base/error.h"
#include "ctester/value.h"

struct ct_patch {
	uint64_t addr, pad;
	struct ct_relocation relocation;
	bool applied;
};

struct ct_patch_access {
	struct ct_memory memory; /* as without GDB's breakpoints */
	struct ct_error *(*write)(void *arg, uint64_t addr, const void *bytes,
				  size_t size);
	void *arg; /* of write */
};

/* Where and how; see struct ct_relocation_input. */
struct ct_patch_request {
	uint64_t addr;
	uint64_t function_size, free_size;
	uint64_t pad;   /* CT_HOOK_PAD_MAX free bytes, best near addr */
	uint64_t enter; /* struct ct_agent_info */
	uint32_t index; /* of the hook */
	bool (*is_target)(void *arg, uint64_t low, uint64_t high);
	void *is_target_arg;
	uint64_t (*body)(void *arg, bool framed); /* relocate.h */
	bool (*find_room)(void *arg, uint64_t low, uint64_t high,
			  struct ct_room *ret);
};

/*
 * Read the function and compute its patch; nothing is written.
 *
 * @return NULL when it can be hooked: then *ret is to be applied.  Else why
 *         not: a static text.
 */
const char *ct_patch_prepare(const struct ct_patch_access *access,
			     const struct ct_patch_request *request,
			     struct ct_patch *ret);

/* Of the hook, for enter.S. */
static inline uint64_t ct_patch_trampoline(const struct ct_patch *patch)
{
	return patch->pad + patch->relocation.trampoline;
}

/* Write pad and entry.  When the entry is not as it was read, or cannot be
 * written, it is left as it is. */
CT_MUST_CHECK
struct ct_error *ct_patch_apply(const struct ct_patch_access *access,
				struct ct_patch *patch);

/* Restore the entry.  The pad stays: a thread may be in it.  An entry that
 * somebody else has written over since is an error, and left alone. */
CT_MUST_CHECK
struct ct_error *ct_patch_remove(const struct ct_patch_access *access,
				 struct ct_patch *patch);

/* A thread with that pc would run into half an instruction.  *to is where it
 * can be sent instead, once the patch is applied: the same instruction in the
 * pad. */
bool ct_patch_is_inside(const struct ct_patch *patch, uint64_t pc,
			uint64_t *to);

#endif
