/* SPDX-License-Identifier: MIT */
/*
 * The writing end of a thread's rings.  The thread alone writes; a signal's
 * handler may come at any point, write as well, and not even come back: it has
 * a ring of its own, by the thread's level.  Nothing is reserved: a record is
 * put behind the head, which then moves over it.
 *
 * A handler that switches to another stack of this thread (a scheduler's) may
 * have the level begin anew.  So the head moves only if it is still where it
 * was; else all is done again.
 */
#include <string.h>
#include <sys/syscall.h>

#include "agent/answer.h"
#include "agent/fast.h"
#include "agent/inside.h"

enum {
	FUTEX_WAIT_SHARED = 0,
	FUTEX_WAKE_SHARED = 1,
	WAIT_SECONDS = 1,
	LOOKS_MAX = 1 << 30, /* some ten seconds and more */
	ESRCH_NUMBER = 3,
};

static struct ct_ring_entry *entry_at(struct ct_agent_thread *thread,
				      uint64_t position)
{
	return (void *)(ct_agent_ring_data(agent_shared, thread,
					   ct_agent_level(thread) - 1) +
			(position & (agent_ring(thread)->size - 1)));
}

/*
 * A process that was killed is found by kill(2) until it is waited for, which
 * may be never, and its number may then be another's.  Its other threads are
 * gone with it, and tgkill(2) wants both numbers to be right.
 */
static bool is_reader_gone(void)
{
	int32_t pid = agent_shared->reader_pid;
	int32_t tid = agent_shared->reader_tid;
	if (!pid)
		return false;
	return (tid ? agent_ask(SYS_tgkill, pid, tid, 0, 0)
		    : agent_ask(SYS_kill, pid, 0, 0, 0)) == -ESRCH_NUMBER;
}

/* There is nobody to ask: the program goes on without us.  Once for all, since
 * it would wait at each call. */
static void go_on_alone(void)
{
	ct_agent_live->armed = 0;
	ct_region_note_change(agent_region);
}

bool agent_is_abandoned(void)
{
	if (agent_quiet || !is_reader_gone())
		return false;
	go_on_alone();
	return true;
}

/* Who does not sleep hears of it. */
static void ring_doorbell(void)
{
	atomic_fetch_add(&agent_shared->doorbell, 1);
	if (!agent_quiet)
		agent_ask(SYS_futex, (long)&agent_shared->doorbell,
			  FUTEX_WAKE_SHARED, 1, 0);
}

static void watch_tail(const struct ct_ring *ring, uint64_t tail)
{
	for (uint32_t i = 0; i < LOOKS_MAX && atomic_load(&ring->tail) == tail;
	     i++)
		__builtin_ia32_pause();
}

/* Full, and lossless: until the reader has made room.  False when nobody will
 * any more. */
static bool wait_for_room(struct ct_ring *ring, uint64_t tail)
{
	const long timeout[2] = {WAIT_SECONDS, 0};
	uint32_t emptied = ring->emptied;
	atomic_fetch_add(&ring->waiting, 1);
	ring_doorbell();
	if (agent_quiet)
		watch_tail(ring, tail);
	else if (atomic_load(&ring->tail) == tail)
		agent_ask(SYS_futex, (long)&ring->emptied, FUTEX_WAIT_SHARED,
			  emptied, (long)timeout);
	atomic_fetch_sub(&ring->waiting, 1);
	if (atomic_load(&ring->tail) != tail ||
	    (!agent_quiet && !is_reader_gone()))
		return true;
	go_on_alone();
	return false;
}

/* The oldest is given up, unless it has just been read. */
static void forget_oldest(struct ct_agent_thread *thread, uint64_t tail)
{
	const struct ct_ring_entry *entry = entry_at(thread, tail);
	uint64_t rest = ct_ring_rest(agent_ring(thread)->size, tail);
	if (rest < sizeof(*entry)) {
		atomic_compare_exchange_strong(&agent_ring(thread)->tail, &tail,
					       tail + rest);
		return;
	}
	uint64_t next = tail + sizeof(*entry) + CT_RING_SIZE(entry->what);
	uint32_t kind = CT_RING_KIND(entry->what), mock = 0;
	ct_ref target = 0;
	/* Not looked at without need: it is far away by now. */
	if (kind == CT_RING_ANSWER) {
		target = ct_agent_hooks[entry->of].target;
		mock = ((const struct ct_record *)(entry + 1))->mock;
	} else if (kind == CT_RING_COMPACT) {
		const struct ct_fast *fast =
		    ct_region_at(agent_region, entry->of);
		target = fast->target;
		mock = fast->record.mock;
	}
	if (!atomic_compare_exchange_strong(&agent_ring(thread)->tail, &tail,
					    next) ||
	    kind == CT_RING_SKIP)
		return;
	agent_ring(thread)->lost++;
	ct_agent_count(agent_region, agent_region->size, target, mock, 1);
}

static bool make_room(struct ct_agent_thread *thread, uint64_t tail)
{
	switch (agent_shared->ring_mode) {
	case CT_RING_LOSSLESS:
		return wait_for_room(agent_ring(thread), tail);
	case CT_RING_FLIGHT:
		forget_oldest(thread, tail);
		return true;
	default:
		return false;
	}
}

/* Whether there is room for so many bytes; false for good. */
static bool wait_until_free(struct ct_agent_thread *thread, uint64_t head,
			    uint64_t size)
{
	struct ct_ring *ring = agent_ring(thread);
	for (;;) {
		uint64_t tail =
		    atomic_load_explicit(&ring->tail, memory_order_acquire);
		ring->tail_seen = tail;
		if (ring->head != head || head - tail + size <= ring->size)
			return true;
		if (!make_room(thread, tail))
			return false;
	}
}

/* The rest of the ring is too small for one piece. */
static void skip(struct ct_agent_thread *thread, uint64_t head, uint64_t rest)
{
	struct ct_ring_entry *entry = entry_at(thread, head);
	if (rest >= sizeof(*entry))
		entry->what = (uint32_t)(rest - sizeof(*entry)) | CT_RING_SKIP;
	agent_swap(&agent_ring(thread)->head, head, head + rest);
}

/* False when there is no room. */
static bool put(struct ct_agent_thread *thread, const struct ct_record *record)
{
	struct ct_ring *ring = agent_ring(thread);
	uint64_t size = sizeof(struct ct_ring_entry) + record->size;
	if (size > ring->size / 2)
		return false;
	for (;;) {
		uint64_t head = ring->head;
		uint64_t rest = ring->size - (head & (ring->size - 1));
		bool fits = rest >= size;
		if (!wait_until_free(thread, head, fits ? size : rest))
			return false;
		if (ring->head != head)
			continue;
		if (!fits) {
			skip(thread, head, rest);
			continue;
		}
		struct ct_ring_entry *entry = entry_at(thread, head);
		*entry = agent_entry_of_record();
		entry->what |= record->size;
		memcpy(entry + 1, record, record->size);
		agent_barrier();
		if (agent_swap(&ring->head, head, head + size))
			return true;
	}
}

void agent_ring_wake(struct ct_agent_thread *thread)
{
	const struct ct_ring *ring = agent_ring(thread);
	if (ring->head - ring->tail < ring->size / 2)
		return;
	atomic_store(&agent_shared->reader_waits, 0);
	ring_doorbell();
}

void agent_write(struct ct_agent_thread *thread, const struct ct_record *record)
{
	if (put(thread, record))
		agent_ring_bell(thread);
	else
		agent_ring(thread)->lost++;
}
