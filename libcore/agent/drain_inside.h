/* SPDX-License-Identifier: MIT */
/* What drain.c and unfinished.c share: the region's threads, of which the
 * program can have written anything. */
#ifndef CT_AGENT_DRAIN_INSIDE_H
#define CT_AGENT_DRAIN_INSIDE_H

#include <string.h>

#include "agent/answer.h"
#include "agent/clock.h"
#include "agent/drain.h"
#include "agent/expand.h"
#include "value/capture.h"

struct stream;

struct ct_drain {
	struct ct_region *region;
	struct ct_agent_shared *shared;
	/* As they were made: what is in shared memory now may be anything. */
	uint64_t region_size, ring_size, nested_size, open_size, block_size;
	struct ct_hook *hooks;
	uint32_t hook_capacity;
	struct ct_clock_keeper clock;
	struct ct_expander expander;
	uint64_t limit;         /* what comes behind that is for another time */
	struct ct_record *copy; /* CT_CAPTURE_SIZE bytes */
	struct stream *streams; /* STREAMS of them */
	uint16_t *heap; /* indices of streams, the first to end on top */
	size_t heap_count;
};

/* The i-th thread, if its block is in the region. */
static inline struct ct_agent_thread *ct_drain_thread(
    const struct ct_drain *drain, uint32_t i)
{
	ct_ref ref = drain->shared->threads[i];
	return ref % 8 ? NULL
		       : ct_agent_checked(drain->region, drain->region_size,
					  ref, drain->block_size);
}

static inline uint32_t ct_drain_thread_count(const struct ct_drain *drain)
{
	uint32_t count = drain->shared->thread_count;
	return count < CT_AGENT_THREADS_MAX ? count : CT_AGENT_THREADS_MAX;
}

/* A copy that nobody changes while it is looked at; false for what cannot be a
 * record. */
static inline bool ct_drain_copy(struct ct_drain *drain, const void *bytes,
				 size_t size)
{
	if (size < sizeof(struct ct_record) || size > CT_CAPTURE_SIZE)
		return false;
	memcpy(drain->copy, bytes, size);
	return drain->copy->size >= sizeof(struct ct_record) &&
	       drain->copy->size <= size;
}

#endif
