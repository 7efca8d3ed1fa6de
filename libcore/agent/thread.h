/* SPDX-License-Identifier: MIT */
/* What start.c, thread.c, stack.c and level.c share: a thread's block, its part
 * of the agent's stack, its levels. */
#ifndef CT_AGENT_THREAD_H
#define CT_AGENT_THREAD_H

#include "agent/inside.h"

/* Of mmap(2). */
enum {
	PROT_READ_WRITE = 3,
	MAP_PRIVATE_ANONYMOUS = 0x22,
	PAGE = 4096,
};

/* ---- thread.c */

/* All blocks are this process's from now on. */
void agent_set_pid(void);
/* The block of a number; NULL: none yet. */
struct ct_agent_thread *agent_thread_at(uint32_t i);
/* The calling thread's, which has none yet; NULL when there is no room. */
struct ct_agent_thread *agent_find_thread(void);

/* ---- stack.c */

/*
 * The agent's own, which is private: a handler that interrupts a hook runs
 * there, and a child that it forks has a copy.  False when there is no memory.
 */
bool agent_stack_map(struct ct_agent_thread *thread);
void agent_stack_unmap(struct ct_agent_thread *thread);

/* ---- level.c */

/* What somebody has left as it was.  A handler may come and do the same. */
void agent_level_clear(struct ct_agent_thread *thread, uint32_t level,
		       int32_t tid);

#endif
