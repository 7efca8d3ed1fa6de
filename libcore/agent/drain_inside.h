/* SPDX-License-Identifier: MIT */
/* What the reading end's files share: the region's threads, of which the
 * program can have written anything. */
#ifndef CT_AGENT_DRAIN_INSIDE_H
#define CT_AGENT_DRAIN_INSIDE_H

#include <string.h>

#include "agent/answer.h"
#include "agent/clock.h"
#include "agent/drain.h"
#include "agent/expand.h"
#include "agent/numbers.h"
#include "agent/runs.h"
#include "value/capture.h"

struct stream;

/* Of one thread of the program's. */
struct ct_numbered {
	uint64_t seen;       /* calls that have begun, and have numbers */
	struct ct_runs runs; /* of those, by how many had begun before */
	uint64_t *counted;   /* calls by hook: ct_agent_calls() */
	uint32_t counted_count;
};

struct ct_drain {
	struct ct_region *region;
	struct ct_agent_shared *shared;
	/* As they were made: what is in shared memory now may be anything. */
	uint64_t region_size, ring_size, nested_size, open_size, block_size;
	uint64_t calls_at;
	struct ct_hook *hooks;
	uint32_t hook_capacity;
	struct ct_clock_keeper clock;
	struct ct_expander expander;
	struct ct_numbers *numbers; /* NULL: nothing is read */
	struct ct_drain *next;      /* that uses the same */
	struct ct_numbered numbered[CT_AGENT_THREADS_MAX];
	struct ct_cut cut;      /* what comes behind is for another time */
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

static inline uint64_t ct_drain_ring_size(const struct ct_drain *drain,
					  uint32_t level)
{
	return level ? drain->nested_size : drain->ring_size;
}

static inline const uint8_t *ct_drain_ring_data(const struct ct_drain *drain,
						struct ct_agent_thread *thread,
						uint32_t level)
{
	const uint8_t *first = ct_agent_open_area(thread) + drain->open_size;
	return level
		   ? first + drain->ring_size + (level - 1) * drain->nested_size
		   : first;
}

/* The open call at an offset, with room for its record; NULL when there can be
 * none. */
static inline struct ct_open *ct_drain_open_at(const struct ct_drain *drain,
					       struct ct_agent_thread *thread,
					       uint32_t offset)
{
	const uint64_t room = sizeof(struct ct_open) + sizeof(struct ct_record);
	return offset & 7 || drain->open_size < room ||
		       offset > drain->open_size - room
		   ? NULL
		   : (void *)(ct_agent_open_area(thread) + offset);
}

/* A part of a ring that is complete. */
struct ct_ring_view {
	const uint8_t *data;
	uint64_t size;      /* of the ring */
	uint64_t at, limit; /* positions */
};

/* The next record at or behind `at`, which is moved to it; false when there is
 * none. */
bool ct_ring_view_find(struct ct_ring_view *view, struct ct_ring_entry *entry,
		       const void **bytes);

/* counted.c: of one thread; and its counters are 0 again. */
void ct_drain_count_thread(struct ct_drain *drain, uint32_t thread);
void ct_drain_forget_counted(struct ct_drain *drain, uint32_t thread);

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
