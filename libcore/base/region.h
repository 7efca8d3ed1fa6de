/* SPDX-License-Identifier: MIT */
/*
 * A region: one flat piece of memory that two processes can map, GDB and the
 * program with the agent in it, each at an address of its own.  What lives
 * here points to its neighbours by ct_ref, never by pointer, and is changed
 * with atomic operations or under a ct_lock.
 *
 * Memory is given out zeroed, never taken back, and does not move.  The
 * region is created sparse: only touched pages cost anything.
 */
#ifndef CT_BASE_REGION_H
#define CT_BASE_REGION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* An offset from the region's start, in units of 8 bytes; 0 is nothing. */
typedef uint32_t ct_ref;

struct ct_region {
	uint64_t magic;
	uint64_t size; /* bytes, this header included */
	_Atomic uint64_t used;
	/* The next call's that takes one, in CT_TURN_BITS; above them, how
	 * often a reader has begun (agent/numbers.h). */
	_Atomic uint64_t turns;
	uint64_t reserved[4];
	/* In another cache line than what changes all the time. */
	_Atomic uint32_t sandbox; /* enum ct_sandbox_flags */
	/* Of what decides about calls: who has looked at that, and finds the
	 * number as it was before, need not look again. */
	_Atomic uint32_t changes;
	/* Another number at least every millisecond, as long as that is of use
	 * to anybody; 0: not now (agent/ticker.h). */
	_Atomic uint32_t tick;
	uint32_t reserved_too[13];
};

#define CT_TURN_BITS 44
#define CT_TURN_MASK ((UINT64_C(1) << CT_TURN_BITS) - 1)

static inline uint64_t ct_region_take_turn(struct ct_region *region)
{
	return atomic_fetch_add_explicit(&region->turns, 1,
					 memory_order_relaxed) &
	       CT_TURN_MASK;
}

/* Behind each change of a target, a mock, the sandbox... */
static inline void ct_region_note_change(struct ct_region *region)
{
	atomic_fetch_add(&region->changes, 1);
}

/* A lock for a few instructions, without a system call: what it guards is
 * also reached from inside the program, where futexes may be traced. */
typedef _Atomic uint32_t ct_lock;

/* Whose it is then; GDB's side is CT_LOCK_HERE.  CT_LOCK_BELOW is nobody: the
 * same thread has it, in what a signal's handler has interrupted. */
#define CT_LOCK_BELOW 0
#define CT_LOCK_HERE  1

static inline void ct_lock_acquire_as(ct_lock *lock, uint32_t owner)
{
	uint32_t nobody = 0;
	while (!atomic_compare_exchange_weak_explicit(
	    lock, &nobody, owner, memory_order_acquire, memory_order_relaxed)) {
		nobody = 0;
		__builtin_ia32_pause();
	}
}

static inline void ct_lock_acquire(ct_lock *lock)
{
	ct_lock_acquire_as(lock, CT_LOCK_HERE);
}

/* What an owner has left behind who is no more; nothing happens when it is
 * somebody else's, or nobody's. */
static inline void ct_lock_drop(ct_lock *lock, uint32_t owner)
{
	atomic_compare_exchange_strong(lock, &owner, 0);
}

static inline void ct_lock_release(ct_lock *lock)
{
	atomic_store_explicit(lock, 0, memory_order_release);
}

/*
 * A new region over an anonymous file.
 *
 * @param fd  On success, the descriptor that another process maps; close it
 *            when nobody else will.  NULL: not wanted.
 */
CT_MUST_CHECK
struct ct_error *ct_region_create(size_t size, int *fd, struct ct_region **ret);
void ct_region_destroy(struct ct_region *region);

/* Zeroed memory of `size` bytes; 0 when the region is full. */
ct_ref ct_region_alloc(struct ct_region *region, size_t size);

static inline void *ct_region_at(struct ct_region *region, ct_ref ref)
{
	return ref ? (char *)region + (uint64_t)ref * 8 : NULL;
}

static inline ct_ref ct_region_ref(struct ct_region *region, const void *at)
{
	return at ? (ct_ref)(((const char *)at - (const char *)region) / 8) : 0;
}

#endif
