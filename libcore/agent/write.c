/* SPDX-License-Identifier: MIT */
/*
 * The writing end of a thread's ring.  The thread alone reserves, but a
 * signal's handler may come at any point: reserving is one compare-and-swap,
 * without the lock prefix, since only this thread is meant.  What is reserved
 * is committed when it is whole; the reader waits there until it is.
 */
#include <string.h>
#include <sys/syscall.h>

#include "agent/inside.h"

enum {
	FUTEX_WAIT_SHARED = 0,
	FUTEX_WAKE_SHARED = 1,
	WAIT_SECONDS = 1,
	ESRCH_NUMBER = 3,
};

static bool swap(_Atomic uint64_t *at, uint64_t from, uint64_t to)
{
	bool is;
	asm volatile("cmpxchgq %3, %1"
		     : "=@cce"(is), "+m"(*at), "+a"(from)
		     : "r"(to)
		     : "memory");
	return is;
}

static struct ct_ring_entry *entry_at(struct ct_agent_thread *thread,
				      uint64_t position)
{
	return (void *)(ct_agent_ring_data(agent_shared, thread) +
			(position & (thread->ring.size - 1)));
}

static bool is_reader_gone(void)
{
	return agent_shared->reader_pid &&
	       agent_syscall(SYS_kill, agent_shared->reader_pid, 0, 0, 0) ==
		   -ESRCH_NUMBER;
}

/* Full, and lossless: until the reader has made room.  False when nobody will
 * any more. */
static bool wait_for_room(struct ct_ring *ring, uint64_t tail)
{
	const long timeout[2] = {WAIT_SECONDS, 0};
	uint32_t emptied = ring->emptied;
	atomic_fetch_add(&ring->waiting, 1);
	atomic_fetch_add(&agent_shared->doorbell, 1);
	agent_syscall(SYS_futex, (long)&agent_shared->doorbell,
		      FUTEX_WAKE_SHARED, 1, 0);
	if (atomic_load(&ring->tail) == tail)
		agent_syscall(SYS_futex, (long)&ring->emptied,
			      FUTEX_WAIT_SHARED, emptied, (long)timeout);
	atomic_fetch_sub(&ring->waiting, 1);
	return atomic_load(&ring->tail) != tail || !is_reader_gone();
}

/* The oldest is given up; false when it is not even complete. */
static bool forget_oldest(struct ct_agent_thread *thread, uint64_t tail)
{
	const struct ct_ring_entry *entry = entry_at(thread, tail);
	if (entry->commit != ct_ring_stamp(tail))
		return false;
	if (swap(&thread->ring.tail, tail,
		 tail + sizeof(*entry) + ct_pad8(entry->size)) &&
	    entry->kind == CT_RING_RECORD)
		atomic_fetch_add_explicit(&thread->ring.lost, 1,
					  memory_order_relaxed);
	return true;
}

static bool make_room(struct ct_agent_thread *thread, uint64_t tail)
{
	switch (agent_shared->ring_mode) {
	case CT_RING_LOSSLESS:
		return wait_for_room(&thread->ring, tail);
	case CT_RING_FLIGHT:
		return forget_oldest(thread, tail);
	default:
		return false;
	}
}

/* Say what has been reserved, then that it is whole. */
static void commit(struct ct_ring_entry *entry, uint64_t position)
{
	atomic_store_explicit(&entry->commit, ct_ring_stamp(position),
			      memory_order_release);
}

/* Bytes in one piece; the rest of the ring is skipped when it is too small. */
static struct ct_ring_entry *reserve(struct ct_agent_thread *thread,
				     uint64_t size, uint64_t *position)
{
	struct ct_ring *ring = &thread->ring;
	if (size > ring->size / 2)
		return NULL;
	for (;;) {
		uint64_t head = ring->head;
		uint64_t tail =
		    atomic_load_explicit(&ring->tail, memory_order_acquire);
		uint64_t rest = ring->size - (head & (ring->size - 1));
		uint64_t wanted = rest < size ? rest : size;
		if (head - tail + (rest < size ? rest + size : size) >
		    ring->size) {
			if (!make_room(thread, tail))
				return NULL;
			continue;
		}
		if (!swap(&ring->head, head, head + wanted))
			continue;
		struct ct_ring_entry *entry = entry_at(thread, head);
		*position = head;
		if (wanted == size)
			return entry;
		entry->size = (uint32_t)(rest - sizeof(*entry));
		entry->kind = CT_RING_SKIP;
		commit(entry, head);
	}
}

/* The reader sleeps until there is half a ring to read. */
static void ring_bell(struct ct_agent_thread *thread, uint64_t position)
{
	const struct ct_ring *ring = &thread->ring;
	if (!atomic_load_explicit(&agent_shared->reader_waits,
				  memory_order_relaxed) ||
	    position - ring->tail < ring->size / 2)
		return;
	atomic_store(&agent_shared->reader_waits, 0);
	atomic_fetch_add(&agent_shared->doorbell, 1);
	agent_syscall(SYS_futex, (long)&agent_shared->doorbell,
		      FUTEX_WAKE_SHARED, 1, 0);
}

void agent_write(struct ct_agent_thread *thread, const struct ct_record *record)
{
	uint64_t position;
	struct ct_ring_entry *entry =
	    reserve(thread, sizeof(*entry) + record->size, &position);
	if (!entry) {
		atomic_fetch_add(&thread->ring.lost, 1);
		return;
	}
	entry->size = record->size;
	entry->kind = CT_RING_RECORD;
	memcpy(entry + 1, record, record->size);
	commit(entry, position);
	ring_bell(thread, position);
}
