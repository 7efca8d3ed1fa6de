/* SPDX-License-Identifier: MIT */
/*
 * Calls that are only traced are counted by their threads, hook by hook: to add
 * to what all threads share would hold them up.  Those counters only grow, and
 * what they have grown by is added here.
 */
#include <stdlib.h>

#include "agent/drain_inside.h"

static const _Atomic uint64_t *calls_of(const struct ct_drain *drain,
					uint32_t thread)
{
	const char *block = (const char *)ct_drain_thread(drain, thread);
	return block ? (const void *)(block + drain->calls_at) : NULL;
}

static uint32_t hook_count(const struct ct_drain *drain)
{
	uint32_t count = drain->shared->hook_count;
	return count < drain->hook_capacity ? count : drain->hook_capacity;
}

static bool make_room(struct ct_numbered *numbered, uint32_t count)
{
	if (count <= numbered->counted_count)
		return true;
	uint64_t *bigger =
	    reallocarray(numbered->counted, count, sizeof(*bigger));
	if (!bigger)
		return false;
	memset(bigger + numbered->counted_count, 0,
	       (count - numbered->counted_count) * sizeof(*bigger));
	numbered->counted = bigger;
	numbered->counted_count = count;
	return true;
}

void ct_drain_count_thread(struct ct_drain *drain, uint32_t thread)
{
	const _Atomic uint64_t *calls = calls_of(drain, thread);
	struct ct_numbered *numbered = &drain->numbered[thread];
	uint32_t count = hook_count(drain);
	if (!calls || !make_room(numbered, count))
		return;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t now = calls[i], more = now - numbered->counted[i];
		struct ct_target *target =
		    ct_agent_checked(drain->region, drain->region_size,
				     drain->hooks[i].target, sizeof(*target));
		numbered->counted[i] = now;
		if (more && target)
			target->counts.calls += more;
	}
}

void ct_drain_count_calls(struct ct_drain *drain)
{
	for (uint32_t i = 0; i < ct_drain_thread_count(drain); i++)
		ct_drain_count_thread(drain, i);
}

void ct_drain_forget_counted(struct ct_drain *drain, uint32_t thread)
{
	struct ct_numbered *numbered = &drain->numbered[thread];
	free(numbered->counted);
	numbered->counted = NULL;
	numbered->counted_count = 0;
}
