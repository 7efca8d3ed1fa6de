/* SPDX-License-Identifier: MIT */
/*
 * What decides about a call, in shared memory: targets and their mocks.
 *
 * A target is one function as the user means it (library, function, scope).
 * Its counters and queue are changed by whichever engine meets the call: GDB's
 * process at a breakpoint, or the agent in a thread of the program.
 */
#ifndef CT_DECIDE_TARGET_H
#define CT_DECIDE_TARGET_H

#include "base/region.h"
#include "ctester/session.h"
#include "value/plan.h"

enum ct_target_flags {
	CT_TARGET_ACTIVE = 1 << 0,          /* intercepted at all */
	CT_TARGET_RECORDED = 1 << 1,        /* calls are recorded */
	CT_TARGET_EXHAUSTED_STOPS = 1 << 2, /* no mock left: stop the program */
	CT_TARGET_WANTS_RETURN = 1 << 3,    /* the return is captured, too */
};

/* One queued answer. */
enum ct_mock_flags {
	CT_MOCK_REQUIRED = 1 << 0,
	CT_MOCK_HAS_ERRNO = 1 << 1,
};

struct ct_mock {
	ct_ref next; /* struct ct_mock */
	uint32_t id; /* of the session, for reports */
	uint32_t flags;
	uint32_t times; /* uses it is good for; 0: for ever */
	_Atomic uint32_t used;
	int32_t errno_value;
	ct_ref filter; /* struct ct_filter: which calls; 0: every one */
	uint32_t value_size;
	uint8_t value[]; /* object representation of the result */
};

/* Counts of one target; durations only of calls that returned. */
struct ct_counts {
	_Atomic uint64_t calls;
	_Atomic uint64_t mocked;
	_Atomic uint64_t returned;
	_Atomic uint64_t total_ns;
	_Atomic uint64_t max_ns;
};

struct ct_target {
	uint32_t index; /* in the session */
	_Atomic uint32_t flags;
	uint32_t scope; /* enum ct_scope */
	ct_lock lock;   /* guards the queue, and seq with it */
	ct_ref owner;   /* whose queue and counters these are: a clone or a
			   stand-in has those of the function; 0: its own */
	ct_ref plan;
	ct_ref filter; /* which calls are recorded; 0: every one */
	ct_ref first_mock, last_mock;
	/* Where calls come from, in the running program: the defining file for
	 * CT_SCOPE_BOUNDARY, the main program for CT_SCOPE_PROGRAM. */
	uint64_t low, high;
	bool low_high_excluded; /* true: calls from inside do not count */
	struct ct_counts counts;
};

/* True when a call with that return address is in the target's scope. */
static inline bool ct_target_in_scope(const struct ct_target *target,
				      uint64_t caller)
{
	if (target->low == target->high)
		return true;
	bool inside = caller - target->low < target->high - target->low;
	return inside != target->low_high_excluded;
}

/* A new target without a plan; NULL when the region is full. */
struct ct_target *ct_target_create(struct ct_region *region, uint32_t index,
				   enum ct_scope scope);

/* Queue a mock behind the others; false when the region is full. */
struct ct_mock *ct_target_add_mock(struct ct_region *region,
				   struct ct_target *target, const void *value,
				   uint32_t value_size);

#endif
