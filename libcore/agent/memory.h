/* SPDX-License-Identifier: MIT */
/*
 * The shared memory of an agent as GDB's side makes it: the header, hooks,
 * names of callers, and what mocks write.  See agent/shared.h.
 */
#ifndef CT_AGENT_MEMORY_H
#define CT_AGENT_MEMORY_H

#include "agent/shared.h"
#include "base/error.h"
#include "value/plan.h"

struct ct_agent_options {
	enum ct_ring_mode mode;
	uint64_t ring_size;  /* bytes for each thread, a power of two, at
				least 1 MiB; 0: that */
	uint64_t open_size;  /* bytes for calls that have not returned;
				0: 4 MiB */
	uint64_t started_ns; /* CLOCK_MONOTONIC that times count from */
};

/*
 * Make the header in a region.  Its reference, with the region's descriptor
 * and size, is what the agent's `attach` is called with.
 */
CT_MUST_CHECK
struct ct_error *ct_agent_memory_create(struct ct_region *region,
					const struct ct_agent_options *options,
					struct ct_agent_shared **ret);

/*
 * Have it as it was made, for another program: that which had it is gone.
 */
void ct_agent_memory_reset(struct ct_region *region,
			   struct ct_agent_shared *shared, uint64_t started_ns);

/* What is known of a function beside its plan. */
enum ct_agent_function_flags {
	CT_AGENT_VARIADIC = 1 << 0,
	CT_AGENT_GUESSED = 1 << 1, /* no prototype */
};

/*
 * Add a hook for calls of a function, without its place: set `addr` and
 * `trampoline` before it is armed.  Its index is what its pad pushes.
 *
 * @param plan   In the region.
 * @param flags  CT_HOOK_RETURNS, CT_HOOK_SETS_ERRNO, CT_HOOK_ASKS,
 *               CT_HOOK_UNMAPS; the others follow from the plan.
 * @return NULL when there is no room.
 */
struct ct_hook *ct_agent_add_hook(struct ct_region *region,
				  struct ct_agent_shared *shared, ct_ref target,
				  const struct ct_plan *plan,
				  uint32_t signature, uint32_t flags,
				  uint32_t function_flags);
uint32_t ct_agent_hook_index(struct ct_region *region,
			     const struct ct_agent_shared *shared,
			     const struct ct_hook *hook);

/*
 * The thread that is in the middle of a decision, of those that are stopped
 * now; 0: none.  It may hold a target's lock, also while a signal's handler
 * runs above: until it has gone on a little, nobody on GDB's side may touch
 * mocks.
 */
int32_t ct_agent_deciding(struct ct_region *region,
			  const struct ct_agent_shared *shared);

/* A copy of a plan in the region; plans hold offsets only. */
ct_ref ct_plan_pack(struct ct_region *region, const struct ct_plan *plan);

/* Have mock `id` write bytes to where the pointer at `offset` of the argument
 * block leads; false when there is no room. */
bool ct_agent_add_out(struct ct_region *region, struct ct_agent_shared *shared,
		      uint32_t id, uint32_t offset, const void *bytes,
		      uint32_t size);

#endif
