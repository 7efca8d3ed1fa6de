/* SPDX-License-Identifier: MIT */
/*
 * The blocks of threads.  A thread finds its own through one word of
 * thread-local storage (initial-exec: no call, there from the thread's first
 * instruction on).
 */
#include <sys/syscall.h>

#include "agent/thread.h"

enum {
	ESRCH_NUMBER = 3,
	REUSE_FROM = 8, /* blocks */
	FEW = 4,
	MANY = 256,
	RETRY = 1024, /* calls of a thread without a block */
};

static int32_t own_pid;
static __thread uint32_t refused; /* calls for which there was no block */

void agent_set_pid(void)
{
	own_pid = (int32_t)agent_syscall(SYS_getpid, 0, 0, 0, 0);
}

struct ct_agent_thread *agent_thread_at(uint32_t i)
{
	return i < CT_AGENT_THREADS_MAX
		   ? ct_region_at(agent_region, agent_shared->threads[i])
		   : NULL;
}

static void init_thread(struct ct_agent_thread *thread, int32_t tid)
{
	thread->pid = own_pid;
	for (int i = 0; i < CT_AGENT_LEVELS; i++)
		thread->owners[i] = thread->idle[i] = 0;
	thread->spawning = 0;
	thread->number = 0;
	thread->open_last = CT_OPEN_NONE;
	thread->open_top = 0;
	thread->time = 0;
	thread->tick = CT_NO_TICK;
	thread->room = thread->fresh = 0;
	thread->ring_mask = agent_shared->ring_size - 1;
	thread->no_alternate = UINT64_MAX; /* not asked yet */
	thread->ring_at =
	    (uintptr_t)ct_agent_ring_data(agent_shared, thread, 0);
	for (int i = 0; i < CT_AGENT_LEVELS; i++)
		thread->rings[i].size =
		    i ? agent_shared->nested_size : agent_shared->ring_size;
	/*
	 * Compact answers do not say whose they are, so two know of theirs,
	 * and who comes while there are others makes none (fast.c).  In this
	 * order, for the reader.
	 */
	if (thread->rings[0].tail >= thread->since) {
		thread->writer_before = thread->writer;
		agent_barrier();
		thread->since = thread->rings[0].head;
		agent_barrier();
	}
	thread->writer = tid;
	thread->tid = tid;
}

static struct ct_agent_thread *new_thread(int32_t tid)
{
	if (agent_shared->thread_count >= CT_AGENT_THREADS_MAX)
		return NULL;
	/* In pages of its own, which can be given back. */
	ct_ref ref =
	    ct_region_alloc(agent_region, agent_shared->block_size + PAGE);
	ref = ref ? (ref + PAGE / 8 - 1) & ~(ct_ref)(PAGE / 8 - 1) : 0;
	struct ct_agent_thread *thread = ct_region_at(agent_region, ref);
	if (!thread)
		return NULL;
	init_thread(thread, tid);
	uint32_t i = atomic_fetch_add(&agent_shared->thread_count, 1);
	if (i >= CT_AGENT_THREADS_MAX) {
		atomic_fetch_sub(&agent_shared->thread_count, 1);
		return NULL;
	}
	agent_shared->threads[i] = ref;
	return thread;
}

/* GDB's side gives back the block of a thread that has ended, when it has
 * read everything in it: tid 0. */
static struct ct_agent_thread *released_thread(int32_t tid)
{
	uint32_t count = agent_shared->thread_count;
	for (uint32_t i = 0; agent_shared->released && i < count; i++) {
		struct ct_agent_thread *thread = agent_thread_at(i);
		int32_t nobody = 0;
		if (!thread ||
		    !atomic_compare_exchange_strong(&thread->tid, &nobody, -1))
			continue;
		atomic_fetch_sub(&agent_shared->released, 1);
		init_thread(thread, tid);
		return thread;
	}
	return NULL;
}

/*
 * The block of a thread that has ended, and nobody has noticed: a program may
 * have made and lost thousands before GDB's side looks.  A few are asked about
 * in turn, so that there are not many more blocks than threads.
 */
static struct ct_agent_thread *ended_thread(int32_t tid, uint32_t asked)
{
	uint32_t count = agent_quiet ? 0 : agent_shared->thread_count;
	if (count > CT_AGENT_THREADS_MAX)
		count = CT_AGENT_THREADS_MAX;
	for (; count >= REUSE_FROM && asked; asked--) {
		struct ct_agent_thread *thread = agent_thread_at(
		    atomic_fetch_add(&agent_shared->asked, 1) % count);
		int32_t its = thread ? thread->tid : 0;
		if (its <= 0 ||
		    agent_ask(SYS_tgkill, thread->pid, its, 0, 0) !=
			-ESRCH_NUMBER ||
		    !atomic_compare_exchange_strong(&thread->tid, &its, -1))
			continue;
		for (uint32_t j = 0; j < CT_AGENT_LEVELS; j++)
			agent_level_clear(thread, j, its);
		agent_open_abandon(thread);
		init_thread(thread, tid);
		return thread;
	}
	return NULL;
}

struct ct_agent_thread *agent_find_thread(void)
{
	/* Nobody can ask each time. */
	if (refused && refused++ % RETRY != 0)
		return NULL;
	int32_t tid = agent_own_tid();
	if (tid <= 0)
		return NULL;
	struct ct_agent_thread *thread = released_thread(tid);
	if (!thread)
		thread = ended_thread(tid, FEW);
	if (!thread)
		thread = new_thread(tid);
	if (!thread)
		thread = ended_thread(tid, MANY);
	if (thread && (ctester_agent_thread || !agent_stack_map(thread))) {
		/* A handler has been faster; or there is no memory. */
		atomic_fetch_add(&agent_shared->released, 1);
		thread->tid = 0;
		thread = ctester_agent_thread;
	}
	refused = thread ? 0 : refused ? refused : 1;
	ctester_agent_thread = thread;
	return thread;
}
