/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agent/drain.h"
#include "value/capture.h"

enum {
	READ_MAX = 1 << 20
};

struct ct_drain {
	struct ct_region *region;
	struct ct_agent_shared *shared;
	uint64_t ring_size, open_size, block_size; /* as they were made */
	struct ct_record *copy;                    /* CT_CAPTURE_SIZE bytes */
};

struct ct_error *ct_drain_create(struct ct_region *region,
				 struct ct_agent_shared *shared,
				 struct ct_drain **ret)
{
	struct ct_drain *drain = calloc(1, sizeof(*drain));
	if (!drain)
		return &ct_enomem;
	drain->copy = malloc(CT_CAPTURE_SIZE);
	if (!drain->copy) {
		free(drain);
		return &ct_enomem;
	}
	drain->region = region;
	drain->shared = shared;
	drain->ring_size = shared->ring_size;
	drain->open_size = shared->open_size;
	drain->block_size = shared->block_size;
	*ret = drain;
	return NULL;
}

void ct_drain_destroy(struct ct_drain *drain)
{
	if (!drain)
		return;
	free(drain->copy);
	free(drain);
}

/* The i-th thread, if its block is in the region. */
static struct ct_agent_thread *thread_at(const struct ct_drain *drain,
					 uint32_t i)
{
	uint64_t at = (uint64_t)drain->shared->threads[i] * 8;
	uint64_t size = drain->region->size;
	if (!at || size < drain->block_size || at > size - drain->block_size)
		return NULL;
	return (void *)((char *)drain->region + at);
}

static uint32_t thread_count(const struct ct_drain *drain)
{
	uint32_t count = drain->shared->thread_count;
	return count < CT_AGENT_THREADS_MAX ? count : CT_AGENT_THREADS_MAX;
}

static void wake(_Atomic uint32_t *at)
{
	atomic_fetch_add(at, 1);
	syscall(SYS_futex, at, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static uint8_t *ring_data(const struct ct_drain *drain,
			  struct ct_agent_thread *thread)
{
	return ct_agent_open_area(thread) + drain->open_size;
}

/* False when the program has taken it away meanwhile: CT_RING_FLIGHT. */
static bool consume(struct ct_agent_thread *thread, uint64_t tail,
		    uint64_t next)
{
	if (!atomic_compare_exchange_strong(&thread->ring.tail, &tail, next))
		return false;
	if (atomic_load(&thread->ring.waiting))
		wake(&thread->ring.emptied);
	return true;
}

/* The next complete entry's header, at *tail; false when there is none. */
static bool find_entry(struct ct_drain *drain, struct ct_agent_thread *thread,
		       uint64_t *tail, uint32_t *size)
{
	const uint64_t mask = drain->ring_size - 1;
	for (;;) {
		*tail = thread->ring.tail;
		uint64_t rest = drain->ring_size - (*tail & mask);
		uint64_t there = atomic_load_explicit(&thread->ring.head,
						      memory_order_acquire) -
				 *tail;
		if (!there || there > drain->ring_size || *tail & 7 ||
		    rest < sizeof(struct ct_ring_entry))
			return false;
		const struct ct_ring_entry *entry =
		    (void *)(ring_data(drain, thread) + (*tail & mask));
		*size = entry->size;
		uint64_t whole = sizeof(*entry) + (uint64_t)ct_pad8(*size);
		if (whole > rest || whole > there)
			return false;
		if (entry->kind == CT_RING_RECORD)
			return true;
		consume(thread, *tail, *tail + whole);
	}
}

/* Of the threads' next records, the one that ended first. */
static struct ct_agent_thread *find_first(struct ct_drain *drain,
					  uint64_t *ret_tail,
					  uint32_t *ret_size)
{
	struct ct_agent_thread *first = NULL;
	uint64_t first_end = UINT64_MAX, tail;
	uint32_t size;
	for (uint32_t i = 0; i < thread_count(drain); i++) {
		struct ct_agent_thread *thread = thread_at(drain, i);
		if (!thread || !find_entry(drain, thread, &tail, &size))
			continue;
		const struct ct_record *record =
		    (void *)(ring_data(drain, thread) +
			     (tail & (drain->ring_size - 1)) +
			     sizeof(struct ct_ring_entry));
		uint64_t end = record->time_ns + record->duration_ns;
		if (first && end >= first_end)
			continue;
		first = thread;
		first_end = end;
		*ret_tail = tail;
		*ret_size = size;
	}
	return first;
}

/* A copy that nobody changes while it is looked at; false for what cannot be a
 * record. */
static bool copy(struct ct_drain *drain, const void *bytes, size_t size)
{
	if (size < sizeof(struct ct_record) || size > CT_CAPTURE_SIZE)
		return false;
	memcpy(drain->copy, bytes, size);
	return drain->copy->size >= sizeof(struct ct_record) &&
	       drain->copy->size <= size;
}

size_t ct_drain_read(struct ct_drain *drain, ct_drain_take *take, void *arg)
{
	size_t count = 0;
	struct ct_agent_thread *thread;
	uint64_t tail;
	uint32_t size;
	/* A program may write as fast as we read. */
	while (count < READ_MAX && (thread = find_first(drain, &tail, &size))) {
		const uint8_t *bytes = ring_data(drain, thread) +
				       (tail & (drain->ring_size - 1)) +
				       sizeof(struct ct_ring_entry);
		bool good = copy(drain, bytes, size);
		uint64_t next =
		    tail + sizeof(struct ct_ring_entry) + ct_pad8(size);
		if (!consume(thread, tail, next) || !good)
			continue;
		take(arg, drain->copy, drain->copy->size);
		count++;
	}
	return count;
}

/* The call at an offset, if it is one of the program's that is complete. */
static struct ct_open *open_at(struct ct_drain *drain,
			       struct ct_agent_thread *thread, uint32_t offset)
{
	if (offset & 7 || drain->open_size < sizeof(struct ct_open) ||
	    offset > drain->open_size - sizeof(struct ct_open))
		return NULL;
	return (void *)(ct_agent_open_area(thread) + offset);
}

static size_t unfinished_of(struct ct_drain *drain,
			    struct ct_agent_thread *thread, ct_drain_take *take,
			    void *arg)
{
	size_t count = 0;
	/* They are linked from the newest; each lies above the next. */
	uint32_t done = 0;
	for (;;) {
		uint32_t oldest = CT_OPEN_NONE;
		uint32_t at = thread->open_last;
		struct ct_open *open;
		while (at != CT_OPEN_NONE && at >= done &&
		       (open = open_at(drain, thread, at))) {
			if (open->state == CT_OPEN_CALL)
				oldest = at;
			if (open->before >= at)
				break;
			at = open->before;
		}
		if (oldest == CT_OPEN_NONE)
			return count;
		open = open_at(drain, thread, oldest);
		uint64_t size = open->size;
		done = oldest + 8;
		open->state = CT_OPEN_FREE;
		if (size < sizeof(*open) || size > drain->open_size - oldest)
			continue;
		struct ct_record *record = (void *)(open + 1);
		if (record->flags & CT_RECORD_UNSEEN)
			continue;
		record->outcome = CT_OUTCOME_UNFINISHED;
		if (!copy(drain, record, size - sizeof(*open)))
			continue;
		take(arg, drain->copy, drain->copy->size);
		count++;
	}
}

size_t ct_drain_unfinished(struct ct_drain *drain, int32_t tid,
			   ct_drain_take *take, void *arg)
{
	size_t count = 0;
	for (uint32_t i = 0; i < thread_count(drain); i++) {
		struct ct_agent_thread *thread = thread_at(drain, i);
		if (thread && (!tid || thread->tid == tid))
			count += unfinished_of(drain, thread, take, arg);
	}
	return count;
}

void ct_drain_release(struct ct_drain *drain, int32_t tid)
{
	for (uint32_t i = 0; i < thread_count(drain); i++) {
		struct ct_agent_thread *thread = thread_at(drain, i);
		if (thread && thread->tid == tid)
			thread->tid = 0;
	}
}

bool ct_drain_wait(struct ct_drain *drain, unsigned int milliseconds)
{
	struct ct_agent_shared *shared = drain->shared;
	struct timespec time = {milliseconds / 1000,
				(long)(milliseconds % 1000) * 1000000};
	uint32_t bell = shared->doorbell;
	atomic_store(&shared->reader_waits, 1);
	for (uint32_t i = 0; i < thread_count(drain); i++) {
		struct ct_agent_thread *thread = thread_at(drain, i);
		if (thread && (thread->ring.waiting ||
			       thread->ring.head - thread->ring.tail >=
				   drain->ring_size / 2))
			return true;
	}
	return syscall(SYS_futex, &shared->doorbell, FUTEX_WAIT, bell, &time,
		       NULL, 0) == 0 ||
	       shared->doorbell != bell;
}

uint64_t ct_drain_lost(const struct ct_drain *drain)
{
	uint64_t lost = 0;
	for (uint32_t i = 0; i < thread_count(drain); i++) {
		const struct ct_agent_thread *thread = thread_at(drain, i);
		lost += thread ? thread->ring.lost : 0;
	}
	return lost;
}

uint64_t ct_drain_unseen(const struct ct_drain *drain)
{
	uint64_t unseen = drain->shared->threadless;
	for (uint32_t i = 0; i < thread_count(drain); i++) {
		const struct ct_agent_thread *thread = thread_at(drain, i);
		unseen += thread ? thread->hooks_passed : 0;
	}
	return unseen;
}
