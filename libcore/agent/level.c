/* SPDX-License-Identifier: MIT */
/*
 * Levels: who runs C code has one, until it is done, or has been left by a
 * signal's handler that did not come back.
 */
#include <linux/sched.h>
#include <sys/syscall.h>

#include "agent/thread.h"

enum {
	FAST_INDEX = 40,  /* where .Lfast has the hook's index */
	SPAWN_CALLS = 16, /* of a parent that has had its child, for sure */
};

/* ct_agent_thread's spawning: the child does not keep its parent waiting. */
#define SPAWNING_FOR_GOOD UINT64_MAX

/* Where the stub had the hook's index is something else. */
static bool is_overwritten(struct ct_agent_thread *thread, uint64_t owner)
{
	uint64_t at = owner & ~(uint64_t)CT_OWNER_BITS, index;
	at +=
	    owner & CT_OWNER_FAST ? FAST_INDEX : offsetof(struct frame, index);
	return agent_look(thread, at, &index, sizeof(index)) < sizeof(index) ||
	       index >= agent_shared->hook_capacity;
}

static void drop_lock(struct ct_agent_thread *thread, uint32_t level,
		      int32_t tid)
{
	struct ct_target *target =
	    ct_region_at(agent_region, thread->deciding[level]);
	if (target)
		ct_lock_drop(&target->lock, ct_agent_lock_id(tid, level));
	thread->deciding[level] = 0;
}

void agent_level_clear(struct ct_agent_thread *thread, uint32_t level,
		       int32_t tid)
{
	drop_lock(thread, level, tid);
	thread->rings[level].waiting = 0;
	agent_open_settle(thread, level);
}

/* Hooks that a signal's handler has left by longjmp give their levels back. */
static void leave_levels(struct ct_agent_thread *thread, uint64_t frame,
			 bool looks)
{
	for (uint32_t i = 0; i < CT_AGENT_LEVELS; i++) {
		uint64_t owner = thread->owners[i];
		uint64_t at = owner & ~(uint64_t)CT_OWNER_BITS;
		if (!owner || owner == CT_OWNER_SPAWN ||
		    (agent_where(thread, CT_AGENT_LEVELS, at, frame) !=
			 AGENT_LEFT &&
		     !(looks && is_overwritten(thread, owner))))
			continue;
		agent_level_clear(thread, i, thread->tid);
		agent_swap(&thread->owners[i], owner, thread->idle[i]);
	}
}

/* ---- children in the same memory */

/*
 * A child of vfork() or posix_spawn() is in its parent's memory until it
 * executes another program, with the thread-local storage of the thread that
 * waits for it meanwhile.  What it calls passes unseen.  While there may be
 * one, the lowest level is nobody's to take, and ct_agent_choose() asks.
 */
void agent_begin_spawning(struct ct_agent_thread *thread,
			  const struct frame *frame)
{
	if (thread->spawning == SPAWNING_FOR_GOOD)
		return;
	thread->spawning = (uintptr_t)frame;
	thread->spawn_calls = 0;
	thread->idle[0] = CT_OWNER_SPAWN;
	agent_barrier();
	agent_swap(&thread->owners[0], 0, CT_OWNER_SPAWN);
}

void agent_end_spawning(struct ct_agent_thread *thread)
{
	if (thread->spawning == SPAWNING_FOR_GOOD)
		return;
	thread->idle[0] = 0;
	agent_barrier();
	agent_swap(&thread->owners[0], CT_OWNER_SPAWN, 0);
	thread->spawning = 0;
}

/*
 * A child that clone() gives no thread-local storage of its own has that of
 * the thread that calls it; and unless that waits (CLONE_VFORK), for as long
 * as it pleases.
 */
void agent_meet_clone(struct ct_agent_thread *thread, const struct frame *frame,
		      uint64_t flags)
{
	if (!(flags & CLONE_VM) || flags & CLONE_SETTLS)
		return;
	agent_begin_spawning(thread, frame);
	if (!(flags & CLONE_VFORK))
		thread->spawning = SPAWNING_FOR_GOOD;
}

/* The parent goes on when its child is no more.  vfork() itself calls nothing;
 * a handler may come before it. */
static bool is_child(struct ct_agent_thread *thread, uint64_t frame)
{
	if (agent_quiet)
		return false;
	if (agent_ask(SYS_gettid, 0, 0, 0, 0) != thread->tid) {
		/* A thread's calls should be recorded, a child's not. */
		if (agent_ask(SYS_getpid, 0, 0, 0, 0) == thread->pid)
			atomic_fetch_add(&agent_shared->threadless, 1);
		return true;
	}
	if (frame >= thread->spawning || ++thread->spawn_calls >= SPAWN_CALLS)
		agent_end_spawning(thread);
	return false;
}

/*
 * A level for the stub with that frame: the lowest that is nobody's.  A handler
 * that comes in between has given back what it took when it returns.
 */
struct ct_agent_place ct_agent_choose(const struct frame *frame)
{
	struct ct_agent_thread *thread = ctester_agent_thread;
	if (!thread)
		thread = agent_find_thread();
	if (!thread) {
		atomic_fetch_add(&agent_shared->threadless, 1);
		return (struct ct_agent_place){NULL, 0};
	}
	if (thread->spawning && is_child(thread, (uintptr_t)frame))
		return (struct ct_agent_place){NULL, 0};
	for (int round = 0; round < 2; round++) {
		leave_levels(thread, (uintptr_t)frame, round > 0);
		for (uint32_t i = 0; i < CT_AGENT_LEVELS; i++)
			if (agent_swap(&thread->owners[i], 0,
				       (uintptr_t)frame | CT_OWNER_SLOW))
				return (struct ct_agent_place){thread, i};
	}
	thread->hooks_passed++;
	return (struct ct_agent_place){NULL, 0};
}
