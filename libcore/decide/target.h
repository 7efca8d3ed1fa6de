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
	CT_TARGET_ACTIVE = 1 << 0,       /* intercepted at all */
	CT_TARGET_RECORDED = 1 << 1,     /* calls are recorded */
	CT_TARGET_WANTS_RETURN = 1 << 2, /* the return is captured, too */
	CT_TARGET_NEIGHBOUR = 1 << 3, /* not mocked, but of a mocked library */
	CT_TARGET_MONITORED = 1 << 4, /* in the sandbox: recorded, may fail */
	CT_TARGET_AT_ONCE = 1 << 5,   /* monitored outside of it, too */
};

/* Of the region: what is intercepted beside traces. */
enum ct_sandbox_flags {
	CT_SANDBOX_OPEN = 1 << 0,
	CT_SANDBOX_STRICT_LIBRARIES = 1 << 1, /* neighbours need mocks, too */
	CT_SANDBOX_BOUNDED = 1 << 2,          /* only between two places... */
	CT_SANDBOX_BETWEEN = 1 << 3,          /* ...where the program is now */
};

static inline bool ct_sandbox_is_armed(uint32_t flags)
{
	return flags & CT_SANDBOX_OPEN &&
	       (!(flags & CT_SANDBOX_BOUNDED) || flags & CT_SANDBOX_BETWEEN);
}

/* What was said of calls of a target, as far as the sandbox is concerned. */
enum ct_rule_kind {
	CT_RULE_MOCKED,  /* it has mocks: a call needs one */
	CT_RULE_SPIED,   /* calls without a mock are recorded */
	CT_RULE_ALLOWED, /* calls without a mock pass */
	CT_RULE_KINDS
};

struct ct_rule {
	ct_ref next;   /* struct ct_rule */
	ct_ref caller; /* char[]: calls of that function or library; 0: all */
	uint32_t kind;
	uint32_t reserved;
};

/* One queued answer. */
enum ct_mock_flags {
	CT_MOCK_REQUIRED = 1 << 0,
	CT_MOCK_HAS_ERRNO = 1 << 1,
	CT_MOCK_STRICT = 1 << 2, /* only in the sandbox */
	CT_MOCK_ASKS = 1 << 3,   /* the judge decides, too */
	CT_MOCK_RAISES = 1 << 4,
	CT_MOCK_FAILS = 1 << 5, /* what failing calls return: no queue's */
	/* It raises an exception in Python, if the program is that. */
	CT_MOCK_DETOURS = 1 << 6,
};

struct ct_mock {
	ct_ref next; /* struct ct_mock */
	uint32_t id; /* of the session, for reports */
	uint32_t flags;
	uint32_t times; /* uses it is good for; 0: a standing answer */
	_Atomic uint32_t used;
	int32_t errno_value;
	int32_t signal;  /* 0: none */
	uint32_t entry;  /* in the session's table */
	uint32_t thread; /* calls of that one, as GDB counts them; 0: all */
	uint32_t reserved;
	uint64_t delay_ns;
	ct_ref filter; /* struct ct_filter: which calls; 0: every one */
	ct_ref caller; /* char[]: calls of that function or library; 0: all */
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
	/* Mocks that still answer: in their order, and those that do so
	 * when no other does. */
	struct ct_queue {
		ct_ref first, last;
	} mocks, standing;
	ct_ref first_rule; /* struct ct_rule */
	/* Which calls fail while the target is monitored, and what they
	 * return. */
	struct ct_failing {
		ct_ref mask; /* struct ct_mask; 0: none */
		ct_ref mock; /* struct ct_mock: its filter, caller and thread
				say which calls the mask counts */
	} failing;
	/* Where calls come from, in the running program: the defining file for
	 * CT_SCOPE_BOUNDARY, the main program for CT_SCOPE_PROGRAM. */
	uint64_t low, high;
	bool low_high_excluded; /* true: calls from inside do not count */
	/* In a cache line apart: what is above is read by all threads at each
	 * call, and counts are written. */
	uint64_t apart[8];
	struct ct_counts counts;
	uint64_t apart_too[8];
};

/* One use of a mock; false when there is none left.  A signal's handler may
 * come at any instruction and do the same, lock or not. */
static inline bool ct_mock_use(struct ct_mock *mock)
{
	uint32_t used = atomic_load_explicit(&mock->used, memory_order_relaxed);
	do {
		if (mock->times && used >= mock->times)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(
	    &mock->used, &used, used + 1, memory_order_relaxed,
	    memory_order_relaxed));
	return true;
}

static inline bool ct_mock_is_used_up(const struct ct_mock *mock)
{
	return mock->times &&
	       atomic_load_explicit(&mock->used, memory_order_relaxed) >=
		   mock->times;
}

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

/* Add a rule, unless it is there; false when the region is full. */
bool ct_target_add_rule(struct ct_region *region, struct ct_target *target,
			enum ct_rule_kind kind, const char *caller);

/* A string's copy in the region; 0 for NULL, or when the region is full. */
ct_ref ct_region_strdup(struct ct_region *region, const char *string);

/* Queue a mock behind the others of its kind; NULL when the region is full. */
struct ct_mock *ct_target_add_mock(struct ct_region *region,
				   struct ct_target *target, uint32_t times,
				   const void *value, uint32_t value_size);

/* What failing calls return, filled in by the caller; NULL when the region is
 * full. */
struct ct_mock *ct_target_create_failure(struct ct_region *region,
					 const void *value,
					 uint32_t value_size);

/* Say how calls fail; 0 for both ends that. */
void ct_target_set_failing(struct ct_target *target, struct ct_failing failing);

/* The mocks of a target are no longer its own. */
void ct_target_forget_mocks(struct ct_region *region, struct ct_target *target);

#endif
