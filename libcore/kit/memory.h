/* SPDX-License-Identifier: MIT */
/*
 * The blocks that monitored calls have allocated: stats.memory.used and
 * logs.malloc, and what malloced() answers.  All here wants the lock.
 *
 * A block freed in the sandbox is kept for a while before the real free()
 * gets it, so that nobody else, libc least of all, has the same address when
 * the program frees it again.  That is how a second free() is told from the
 * free() of a new block.
 */
#ifndef CTESTER_KIT_MEMORY_H
#define CTESTER_KIT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "kit/enter.h"

enum ctester_block_state {
	CTESTER_BLOCK_UNKNOWN, /* not allocated by a monitored call */
	CTESTER_BLOCK_LIVE,
	CTESTER_BLOCK_FREED, /* freed, and kept */
};

struct ctester_block {
	enum ctester_block_state state;
	size_t size;
	int slot; /* its place in logs.malloc, or -1 */
};

/* What an allocation becomes known as.  slot: where it was logged, or -1. */
KIT_HIDDEN void ctester_memory_put(void *ptr, size_t size, int slot);

/*
 * Take a block out before it is freed or moved, when no other thread can have
 * its address yet.  A freed one stays, and is told.
 */
KIT_HIDDEN struct ctester_block ctester_memory_take(void *ptr);

/*
 * Keep a block that was just taken, in place of freeing it.
 *
 * @param ours  Whether it is to reach the real free() in the end; not if its
 *              free() failed: then the test still has it.
 * @return False if there is no memory to keep it: the caller frees it.
 */
KIT_HIDDEN bool ctester_memory_keep(void *ptr, size_t size, bool ours);

/* A kept block is no longer: somebody frees or uses it.  False if it is not. */
KIT_HIDDEN bool ctester_memory_unkeep(void *ptr);

/* Whether any block is kept; needs no lock, for a first look. */
KIT_HIDDEN bool ctester_memory_keeps(void);

KIT_HIDDEN void ctester_memory_report(void *ptr);

/* Know nothing, and free what is kept. */
KIT_HIDDEN void ctester_memory_forget(void);

#endif /* CTESTER_KIT_MEMORY_H */
