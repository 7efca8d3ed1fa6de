/* SPDX-License-Identifier: MIT */
/*
 * Calls that a mock has answered in the program, and that are not in their
 * target's counts yet.  Atomic additions to memory that all threads share are
 * what would cost most in such a call; so the reader makes them, with the
 * record, and the program only when there is none.
 */
#ifndef CT_AGENT_ANSWER_H
#define CT_AGENT_ANSWER_H

#include "agent/shared.h"
#include "decide/target.h"

enum {
	CT_ANSWER_MOCKS = 64, /* standing mocks that are looked through */
};

/* NULL for what is not in the region: the program may have written it. */
static inline void *ct_agent_checked(struct ct_region *region, uint64_t size,
				     ct_ref ref, size_t room)
{
	uint64_t at = (uint64_t)ref * 8;
	return ref && room <= size && at <= size - room ? (char *)region + at
							: NULL;
}

/*
 * Add so many calls to a target's counts.
 *
 * @param size  Of the region, as it was made.
 * @param id    Of the standing mock that has answered; those of a queue have
 *              been counted.  0: the first.
 */
static inline void ct_agent_count(struct ct_region *region, uint64_t size,
				  ct_ref ref, uint32_t id, uint64_t count)
{
	struct ct_target *target =
	    ct_agent_checked(region, size, ref, sizeof(*target));
	if (!target)
		return;
	atomic_fetch_add_explicit(&target->counts.calls, count,
				  memory_order_relaxed);
	atomic_fetch_add_explicit(&target->counts.mocked, count,
				  memory_order_relaxed);
	ct_ref next = target->standing.first;
	for (int i = 0; i < CT_ANSWER_MOCKS; i++) {
		struct ct_mock *mock =
		    ct_agent_checked(region, size, next, sizeof(*mock));
		if (!mock)
			return;
		if (!id || mock->id == id) {
			atomic_fetch_add_explicit(&mock->used, (uint32_t)count,
						  memory_order_relaxed);
			return;
		}
		next = mock->next;
	}
}

#endif
